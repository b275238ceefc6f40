/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text: a growing string, the nearest of some names, numbers as text. */
#ifndef HECATE_BASE_TEXT_H
#define HECATE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <hecate/status.h>

/* Growing string. Zero-initialise; `data` is NUL-terminated once anything was added.
 * After a failed allocation `failed` is set and further additions do nothing. */
typedef struct hec_text {
    char *data;
    size_t length, capacity;
    bool failed;
} hec_text;

void hec_text_add(hec_text *text, const char *piece);
void hec_text_add_bytes(hec_text *text, const char *bytes, size_t count);
void hec_text_format(hec_text *text, const char *format, ...) HEC_PRINTF(2, 3);
/* Quoted and escaped; bytes that are not UTF-8 become the replacement character. */
void hec_text_add_json(hec_text *text, const char *string);
/* Adds words with everything that could disturb a terminal turned into blanks, and blanks that
 * follow each other into one. */
void hec_text_add_line(hec_text *text, const char *words);
char *hec_text_take(hec_text *text);                        /* caller frees; NULL on failure */
void hec_text_free(hec_text *text);

/* The candidate nearest to `name` by edit distance (insert, delete, replace, swap neighbours),
 * or NULL when none is close enough to be a likely slip of the pen. Letters that differ in case, and
 * `-` against `_`, count as nearly equal. */
const char *hec_text_nearest(const char *name, size_t count, const char *const *candidates);

/* Strict decimal number with a decimal point, whatever the locale of the program: the whole of
 * text[0..length) or nothing. No hexadecimal, no infinity, no blanks; overflow is refused. */
bool hec_text_to_double(const char *text, size_t length, double *value);

/* The value with 15, else 16, else 17 digits, whichever reads back to the same double first; a
 * decimal point whatever the locale of the program; "nan", "inf", "-inf" for what is no number. */
void hec_text_from_double(double value, char out[32]);

#endif
