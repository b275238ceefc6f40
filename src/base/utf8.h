/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8: decoding, checking, and how wide a character is on a terminal. */
#ifndef HECATE_BASE_UTF8_H
#define HECATE_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEC_UTF8_BAD = -1 };

/* The character at text[*at] (*at < length), or HEC_UTF8_BAD for a byte that begins none; *at moves
 * behind it, by one byte when bad. Overlong forms, surrogates and what follows U+10FFFF are bad. */
int32_t hec_utf8_next(const char *text, size_t length, size_t *at);

/* Offset of the first byte that is not UTF-8 or of a control character other than tab, line feed
 * and carriage return; `length` when there is none. */
size_t hec_utf8_first_bad(const char *text, size_t length);

/* Columns a character takes on a terminal: 0, 1 or 2. */
int hec_utf8_width(int32_t character);

/* False for what must not reach a terminal: control characters and those that turn the direction
 * of writing. A tab is not printable in this sense. */
bool hec_utf8_printable(int32_t character);

static inline bool hec_utf8_continues(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

#endif
