/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seal: a line after the end of an HDF5 file that holds a checksum of all before it. */
#include "store/seal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE = 64, PIECE = 1 << 20 };

static const char mark[] = "Hecate-seal-1 ";

static uint64_t word_at(const unsigned char *bytes)
{
    uint64_t word = 0;
    for (int i = 7; i >= 0; i--) /* little-endian on every machine */
        word = word << 8 | bytes[i];
    return word;
}

/* Fletcher's sums over 64-bit words: the second one makes the place of a word count. */
typedef struct sums {
    uint64_t first, second;
} sums;

static void add_words(sums *s, const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i + 8 <= count; i += 8) {
        s->first += word_at(bytes + i);
        s->second += s->first;
    }
    if (count % 8) {
        unsigned char last[8] = {0};
        memcpy(last, bytes + count / 8 * 8, count % 8);
        s->first += word_at(last);
        s->second += s->first;
    }
}

/* Reads exactly `count` bytes. Returns 0 or an errno value. */
static int read_at(int fd, unsigned char *bytes, size_t count, off_t offset)
{
    while (count > 0) {
        ssize_t got = pread(fd, bytes, count, offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? errno : EIO;
        bytes += got;
        count -= (size_t)got;
        offset += got;
    }
    return 0;
}

static int make_line(int fd, off_t length, char line[LINE + 1])
{
    sums s = {1, 0};
    unsigned char *piece = malloc(PIECE);
    int reason = piece ? 0 : ENOMEM;
    for (off_t at = 0; !reason && at < length; at += PIECE) {
        size_t count = length - at < PIECE ? (size_t)(length - at) : PIECE;
        reason = read_at(fd, piece, count, at);
        if (!reason)
            add_words(&s, piece, count);
    }
    free(piece);
    snprintf(line, LINE + 1, "%s%016" PRIx64 "%016" PRIx64 " %016" PRIx64 "\n", mark, s.first,
             s.second, (uint64_t)length);
    return reason;
}

int hec_seal_write(int fd)
{
    struct stat info;
    char line[LINE + 1];
    if (fstat(fd, &info) != 0)
        return errno;
    int reason = make_line(fd, info.st_size, line);
    for (size_t at = 0; !reason && at < LINE;) {
        ssize_t put = pwrite(fd, line + at, LINE - at, info.st_size + (off_t)at);
        if (put > 0)
            at += (size_t)put;
        else if (put == 0 || errno != EINTR)
            reason = put < 0 ? errno : EIO;
    }
    return reason;
}

int hec_seal_check(int fd, bool *intact)
{
    struct stat info;
    unsigned char found[LINE];
    char line[LINE + 1];
    *intact = true;
    if (fstat(fd, &info) != 0)
        return errno;
    if (info.st_size < LINE)
        return 0;
    int reason = read_at(fd, found, LINE, info.st_size - LINE);
    if (reason || memcmp(found, mark, sizeof mark - 1) != 0)
        return reason;
    reason = make_line(fd, info.st_size - LINE, line);
    *intact = !reason && memcmp(found, line, LINE) == 0;
    return reason;
}
