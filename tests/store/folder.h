/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A temporary folder for a test, and looking into it. */
#ifndef HECATE_TESTS_FOLDER_H
#define HECATE_TESTS_FOLDER_H

#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct folder {
    char path[128];
} folder;

static inline folder folder_create(void)
{
    folder f;
    snprintf(f.path, sizeof f.path, "%s/hecate-test-XXXXXX", P_tmpdir);
    if (!mkdtemp(f.path)) {
        perror(f.path);
        exit(1);
    }
    return f;
}

/* Path of a name in the folder; valid until the fourth call after it. */
static inline const char *folder_path(const folder *f, const char *name)
{
    static char paths[4][PATH_MAX];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, PATH_MAX, "%s/%s", f->path, name);
    return path;
}

static inline size_t folder_count(const folder *f)
{
    size_t n = 0;
    DIR *directory = opendir(f->path);
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    if (directory)
        closedir(directory);
    return n;
}

static inline int folder_remove_one(const char *path, const struct stat *info, int kind,
                                    struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void folder_remove(const char *path)
{
    nftw(path, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The whole of a file, NUL-terminated; the caller frees it. NULL when it cannot be read. */
static inline char *file_read(const char *path, size_t *length)
{
    FILE *in = fopen(path, "rb");
    char *data = NULL;
    size_t size = 0;
    if (!in)
        return NULL;
    fseek(in, 0, SEEK_END);
    size = (size_t)ftell(in);
    rewind(in);
    data = malloc(size + 1);
    if (data && fread(data, 1, size, in) == size) {
        data[size] = '\0';
        if (length)
            *length = size;
    }
    fclose(in);
    return data;
}

static inline void file_write(const char *path, const char *data, size_t length)
{
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(data, 1, length, out) != length || fclose(out) != 0) {
        perror(path);
        exit(1);
    }
}

#endif
