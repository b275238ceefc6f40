/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every table a dataset has, as DIRECTORY/NAME.csv. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/atomic.h"
#include "store/view.h"

/* One table into an open descriptor, which stays open. Returns an errno value. */
static int print_into(int fd, const hec_view *view)
{
    int copy = dup(fd), reason = 0;
    FILE *out = copy < 0 ? NULL : fdopen(copy, "w");
    if (!out) {
        reason = errno;
        if (copy >= 0)
            close(copy);
        return reason;
    }
    errno = 0;
    hec_view_print_csv(view, out);
    if (fflush(out) != 0 || ferror(out))
        reason = errno ? errno : EIO;
    if (fclose(out) != 0 && !reason)
        reason = errno;
    return reason;
}

static hec_status export_view(const hec_view *view, const char *directory,
                              hec_diagnostics *diagnostics)
{
    hec_atomic file;
    char *path = NULL;
    if (asprintf(&path, "%s/%s.csv", directory, view->spec->info.name) < 0)
        return HEC_E_MEMORY;
    hec_status status = hec_atomic_create(path, diagnostics, &file);
    if (!status) {
        int reason = print_into(file.fd, view);
        if (reason) {
            hec_atomic_abandon(&file);
            status = hec_report_unwritable(diagnostics, path, reason);
        } else {
            status = hec_atomic_commit(&file, diagnostics);
        }
    }
    free(path);
    return status;
}

hec_status hec_store_export(const hec_dataset *dataset, const char *directory,
                            hec_diagnostics *diagnostics)
{
    if (mkdir(directory, 0777) != 0 && errno != EEXIST)
        return hec_report_unwritable(diagnostics, directory, errno);
    hec_status status = HEC_OK;
    for (size_t i = 0; !status && i < hec_table_count(); i++) {
        hec_view view;
        hec_status opened =
            hec_view_open(hec_table_find(hec_table_describe(i)->name), dataset, &view);
        if (!opened && view.n_rows > 0)
            status = export_view(&view, directory, diagnostics);
        else if (opened == HEC_E_MEMORY)
            status = opened;
        hec_view_close(&view);
    }
    return status;
}
