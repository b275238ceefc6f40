/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Info: what this build is made of and what this machine gives it. */
#include <hecate/catalogue.h>
#include <hecate/version.h>

#include <stdio.h>
#include <string.h>

#include <cblas.h>
#include <gsl/gsl_version.h>
#include <hdf5.h>
#include <omp.h>
#include <yaml.h>

#include "base/text.h"
#include "batch/listing.h"
#include "hk.h"

const char *hec_version(void)
{
    return HEC_VERSION;
}

enum { INFO_ROWS = 11, INFO_BYTES = 160 };

typedef struct info {
    size_t count;
    const char *names[INFO_ROWS];
    char values[INFO_ROWS][INFO_BYTES];
} info;

static void add(info *rows, const char *name, const char *value)
{
    rows->names[rows->count] = name;
    snprintf(rows->values[rows->count], INFO_BYTES, "%s", value);
    rows->count++;
}

static void add_levels(info *rows)
{
    const hk_table *levels[4];
    size_t n = hk_levels(levels);
    char list[INFO_BYTES] = "";

    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? " " : "", levels[i]->isa);
    }
    add(rows, "isa_available", list);
}

static void add_libraries(info *rows)
{
    unsigned major = 0, minor = 0, release = 0;
    char value[INFO_BYTES];

    (void)H5get_libversion(&major, &minor, &release);
    snprintf(value, sizeof value, "%u.%u.%u", major, minor, release);
    add(rows, "hdf5", value);
    add(rows, "gsl", gsl_version);
    add(rows, "openblas", openblas_get_config());
    add(rows, "libyaml", yaml_get_version_string());
    snprintf(value, sizeof value, "%d", _OPENMP);
    add(rows, "openmp", value);
}

static void info_row(void *context, size_t index, const char *cells[HEC_LISTING_COLUMNS])
{
    const info *rows = context;

    cells[0] = rows->names[index];
    cells[1] = rows->values[index];
}

static hec_status print_json(const info *rows, FILE *out)
{
    hec_text text = {0};
    hec_status status = HEC_OK;

    for (size_t i = 0; i < rows->count; i++) {
        hec_text_add(&text, i ? ",\n  " : "{\n  ");
        hec_text_add_json(&text, rows->names[i]);
        hec_text_add(&text, ": ");
        hec_text_add_json(&text, rows->values[i]);
    }
    hec_text_add(&text, "\n}\n");
    if (text.failed) {
        status = HEC_E_MEMORY;
    } else if (fputs(text.data, out) < 0) {
        status = HEC_E_IO;
    }
    hec_text_free(&text);
    return status;
}

hec_status hec_info_print(const char *isa, hec_format format, FILE *out)
{
    static const char *const headings[] = {"name", "value"};
    const hk_table *kernels = hk_select(isa);
    info rows = {0};
    char value[INFO_BYTES];

    if (!kernels) {
        return HEC_E_ARGUMENT;
    }
    add(&rows, "version", hec_version());
    add(&rows, "licence", "GPL-3.0-or-later");
    add(&rows, "isa", kernels->isa);
    add_levels(&rows);
    snprintf(value, sizeof value, "%d", omp_get_num_procs());
    add(&rows, "threads", value);
    add_libraries(&rows);
    add(&rows, "compiler",
#ifdef __clang__
        "clang " __clang_version__
#else
        "gcc " __VERSION__
#endif
    );
    if (format == HEC_FORMAT_JSON) {
        return print_json(&rows, out);
    }
    hec_listing listing = {.n_columns = 2,
                           .headings = headings,
                           .n_rows = rows.count,
                           .row = info_row,
                           .context = &rows};
    return hec_listing_print(&listing, format, out);
}
