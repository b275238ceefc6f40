/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a text file whole: what can go wrong between a path and a string of UTF-8. */
#include "base/readfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/utf8.h"

/* ---- the file that is not there ------------------------------------------------------------- */

enum { NAMES_LOOKED_AT = 4096 };

/* Names in an open folder, at most NAMES_LOOKED_AT of them. */
static size_t list_names(hec_arena *arena, DIR *folder, const char ***names)
{
    size_t count = 0, capacity = 0;
    void *items = NULL;
    for (struct dirent *entry; count < NAMES_LOOKED_AT && (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        char *copy = hec_arena_copy(arena, entry->d_name, strlen(entry->d_name));
        if (copy == NULL || !hec_arena_grow(arena, &items, count, &capacity, sizeof(char *)))
            break;
        ((const char **)items)[count++] = copy;
    }
    *names = items;
    return count;
}

/* After a report that `path` does not exist: its nearest neighbour, or the folder that is missing.
 */
static void help_missing(hec_diagnostics *diagnostics, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    hec_arena *arena = hec_arena_create();
    if (arena == NULL)
        return;
    const size_t stem = (size_t)(name - path);
    const char *folder_name = slash == NULL ? "." : hec_arena_copy(arena, path, stem);
    DIR *folder = folder_name == NULL ? NULL : opendir(folder_name);
    if (folder != NULL) {
        const char **names;
        const size_t count = list_names(arena, folder, &names);
        const char *nearest = hec_text_nearest(name, count, names);
        if (nearest != NULL)
            hec_report_help(diagnostics, "did you mean `%.*s%s`?", (int)stem, path, nearest);
        closedir(folder);
    } else if (folder_name != NULL && errno == ENOENT) {
        hec_report_help(diagnostics, "the folder `%s` does not exist", folder_name);
    }
    hec_arena_destroy(arena);
}

static void report_errno(hec_diagnostics *diagnostics, const char *path, hec_place asked,
                         const char *verb, int error)
{
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    const char *words = plain == (locale_t)0 ? "error" : strerror_l(error, plain);
    hec_report(diagnostics, HEC_CHECK_FILE_UNREADABLE, asked, "`%s` cannot be %s: %s", path, verb,
               words);
    if (plain != (locale_t)0)
        freelocale(plain);
    if (error == ENOENT)
        help_missing(diagnostics, path);
}

/* ---- reading -------------------------------------------------------------------------------- */

static void report_too_large(hec_diagnostics *diagnostics, const char *path, hec_place asked,
                             unsigned long long bytes, size_t limit)
{
    hec_report(diagnostics, HEC_CHECK_FILE_TOO_LARGE, asked,
               "`%s` is too large: %llu bytes, and at most %zu MiB are read", path, bytes,
               limit >> 20);
}

/* Whether an open file is one we read at all. */
static bool is_readable_file(hec_diagnostics *diagnostics, const char *path, hec_place asked,
                             const struct stat *about, size_t limit)
{
    if (S_ISDIR(about->st_mode)) {
        hec_report(diagnostics, HEC_CHECK_FILE_UNREADABLE, asked, "`%s` is a folder, not a file",
                   path);
        return false;
    }
    if (!S_ISREG(about->st_mode)) {
        hec_report(diagnostics, HEC_CHECK_FILE_UNREADABLE, asked,
                   "`%s` is a pipe or device, not a file", path);
        return false;
    }
    if ((unsigned long long)about->st_size > limit) {
        report_too_large(diagnostics, path, asked, (unsigned long long)about->st_size, limit);
        return false;
    }
    return true;
}

/* All bytes up to the end, or limit + 1 of them when the file grew meanwhile; NULL with errno. */
static char *read_all(int descriptor, size_t expected, size_t limit, size_t *length)
{
    size_t capacity = expected + 1, count = 0;
    char *text = malloc(capacity + 1);
    while (text != NULL && count <= limit) {
        if (count == capacity) {
            capacity *= 2;
            char *grown = realloc(text, capacity + 1);
            if (grown == NULL)
                break;
            text = grown;
        }
        const ssize_t got = read(descriptor, text + count, capacity - count);
        if (got == 0) {
            text[count] = '\0';
            *length = count;
            return text;
        }
        if (got < 0 && errno != EINTR)
            break;
        count += got > 0 ? (size_t)got : 0;
    }
    *length = count;
    if (text != NULL && count > limit) {
        text[limit] = '\0';
        return text;
    }
    free(text);
    return NULL;
}

int32_t hec_source_read(hec_diagnostics *diagnostics, const char *path, hec_place asked,
                        size_t limit)
{
    struct stat about;
    int32_t file = -1;
    char *text = NULL;
    size_t length = 0;
    /* Without O_NONBLOCK opening a pipe would wait for a writer. */
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        report_errno(diagnostics, path, asked, "opened", errno);
        return -1;
    }
    if (fstat(descriptor, &about) != 0) {
        report_errno(diagnostics, path, asked, "read", errno);
        goto out;
    }
    if (!is_readable_file(diagnostics, path, asked, &about, limit))
        goto out;
    text = read_all(descriptor, (size_t)about.st_size, limit, &length);
    if (text == NULL) {
        report_errno(diagnostics, path, asked, "read", errno);
    } else if (length > limit) {
        report_too_large(diagnostics, path, asked, length, limit);
    } else {
        file = hec_source_take(diagnostics, path, text, length);
        text = NULL;
    }
out:
    free(text);
    close(descriptor);
    return file;
}

/* ---- is it text ------------------------------------------------------------------------------ */

static void report_not_text(hec_diagnostics *diagnostics, hec_check check, hec_place place,
                            const char *text, size_t length)
{
    size_t at = place.offset;
    const unsigned byte = (unsigned char)text[at];
    const int32_t character = hec_utf8_next(text, length, &at);
    if (character == HEC_UTF8_BAD) {
        hec_report(diagnostics, check, place, "byte 0x%02X here is not UTF-8", byte);
        hec_report_help(diagnostics, "save the file as UTF-8; one saved as GBK is converted by "
                                     "`iconv -f GB18030 -t UTF-8`");
    } else {
        hec_report(diagnostics, check, place, "a control character (U+%04X) stands in the text",
                   (unsigned)character);
    }
}

bool hec_source_is_text(hec_diagnostics *diagnostics, int32_t file, hec_check check, size_t *start)
{
    size_t length;
    const char *text = hec_source_text(diagnostics, file, &length);
    *start = 0;
    if (length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
        hec_report(diagnostics, check, (hec_place){file, 0, 0}, "the file is UTF-16, not UTF-8");
        hec_report_help(diagnostics, "save the file as UTF-8");
        return false;
    }
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        *start = 3;
    const size_t bad = *start + hec_utf8_first_bad(text + *start, length - *start);
    if (bad == length)
        return true;
    report_not_text(diagnostics, check, (hec_place){file, (uint32_t)bad, 1}, text, length);
    return false;
}
