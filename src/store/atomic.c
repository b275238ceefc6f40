/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Atomic file: temporary name, flush, rename. */
#include "store/atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

hec_status hec_report_unwritable(hec_diagnostics *diagnostics, const char *path, int reason)
{
    hec_report(diagnostics, HEC_CHECK_OUTPUT, HEC_NOWHERE, "cannot write `%s`: %s", path,
               strerror(reason));
    if (reason == ENOENT || reason == ENOTDIR)
        hec_report_help(diagnostics, "the folder must exist; create it first");
    else if (reason == EISDIR)
        hec_report_help(diagnostics, "name a file inside the folder");
    else if (reason == EACCES || reason == EPERM || reason == EROFS)
        hec_report_help(diagnostics, "choose a folder you may write to");
    else if (reason == ENOSPC || reason == EDQUOT)
        hec_report_help(diagnostics, "free some space, or write to another disk");
    else if (reason == EFBIG)
        hec_report_help(diagnostics, "raise the limit on file size (ulimit -f)");
    return reason == ENOMEM ? HEC_E_MEMORY : HEC_E_IO;
}

/* The folder part of a path: "." for a plain name. NULL when out of memory. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return strdup(".");
    return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static char *temporary_name(const char *path)
{
    char *name = NULL;
    return asprintf(&name, "%s.%ld.tmp", path, (long)getpid()) < 0 ? NULL : name;
}

/* A rename would put a plain file in the place of a folder, a device or a pipe: refuse before. */
static int plain_or_absent(const char *path)
{
    struct stat info;
    size_t length = strlen(path);
    if (length == 0)
        return ENOENT;
    if (path[length - 1] == '/')
        return EISDIR;
    if (stat(path, &info) != 0)
        return errno == ENOENT ? 0 : errno;
    if (S_ISDIR(info.st_mode))
        return EISDIR;
    return S_ISREG(info.st_mode) ? 0 : EINVAL;
}

static int open_new(const char *name)
{
    int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
    int fd = open(name, flags, 0666);
    if (fd < 0 && errno == EEXIST && unlink(name) == 0)
        fd = open(name, flags, 0666); /* left by a process that was killed */
    return fd;
}

hec_status hec_atomic_create(const char *path, hec_diagnostics *diagnostics, hec_atomic *file)
{
    *file = (hec_atomic){.path = path, .fd = -1};
    int reason = plain_or_absent(path);
    if (reason == EINVAL) {
        hec_report(diagnostics, HEC_CHECK_OUTPUT, HEC_NOWHERE,
                   "cannot write `%s`: it is not a plain file", path);
        return HEC_E_IO;
    }
    if (reason)
        return hec_report_unwritable(diagnostics, path, reason);
    file->folder = folder_of(path);
    file->temporary = temporary_name(path);
    if (file->folder && file->temporary) {
        file->fd = open_new(file->temporary);
        reason = file->fd < 0 ? errno : 0;
    } else {
        reason = ENOMEM;
    }
    if (!reason)
        return HEC_OK;
    free(file->temporary);
    file->temporary = NULL; /* not ours to remove */
    hec_atomic_abandon(file);
    return hec_report_unwritable(diagnostics, path, reason);
}

void hec_atomic_abandon(hec_atomic *file)
{
    if (file->fd >= 0)
        close(file->fd);
    if (file->temporary)
        unlink(file->temporary);
    free(file->temporary);
    free(file->folder);
    *file = (hec_atomic){.fd = -1};
}

/* A folder is flushed so that the new name survives a crash. File systems that cannot say so. */
static int flush_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno == EACCES ? 0 : errno;
    int reason = fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP ? 0 : errno;
    close(fd);
    return reason;
}

hec_status hec_atomic_commit(hec_atomic *file, hec_diagnostics *diagnostics)
{
    const char *path = file->path;
    int reason = fsync(file->fd) == 0 ? 0 : errno;
    if (close(file->fd) != 0 && !reason)
        reason = errno;
    file->fd = -1;
    if (!reason && rename(file->temporary, path) != 0)
        reason = errno;
    if (!reason) {
        free(file->temporary);
        file->temporary = NULL;
        reason = flush_folder(file->folder);
    }
    hec_atomic_abandon(file);
    return reason ? hec_report_unwritable(diagnostics, path, reason) : HEC_OK;
}
