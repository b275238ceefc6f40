/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for a terminal: cleaned, measured in columns, folded into lines. */
#ifndef HECATE_STORE_PROSE_H
#define HECATE_STORE_PROSE_H

#include <stdio.h>

#include "base/dataset.h"
#include "base/text.h"

/* Columns of a terminal that these bytes take. */
size_t hec_prose_width(const char *words, size_t length);

/* One line of `words` from *at on, at most `width` columns wide: its first byte and how many.
 * Breaks at blanks and beside wide characters, inside a word only where it is longer than the line.
 * *at moves to where the next line begins. False when nothing is left. */
bool hec_prose_line(const char *words, size_t width, size_t *at, size_t *from, size_t *length);
/* Prints words folded to `width` columns; the lines after the first stand `indent` blanks in. */
void hec_prose_print(const char *words, size_t width, size_t indent, FILE *out);

/* A number for people: `decimals` places (at most 8), thousands apart, never "-0". */
enum { HEC_FIXED_BYTES = 448, HEC_DECIMALS_MAX = 8 };
void hec_number_fixed(double value, int decimals, char out[HEC_FIXED_BYTES]);

/* What the draws say at the named thresholds, one sentence or two for each, a line each
 * (verdict.c). Nothing where the dataset does not hold what it takes. */
void hec_verdict(const hec_dataset *dataset, hec_text *out);
/* Where the error of draws of persons comes from, and which split of the same work would be best
 * (persons_verdict.c). Nothing where the dataset does not hold what it takes. */
void hec_persons_verdict(const hec_dataset *dataset, hec_text *out);

/* on_means.c: whether payments that are worked out on means are in these numbers */
bool hec_on_means(const hec_dataset *dataset, const hec_array *array);
/* Adds a line that says so, where there are any. */
void hec_on_means_words(const hec_dataset *dataset, hec_text *out);
/* Adds a unit as people write it: "CNY/QALY", "life years", nothing for a share. */
void hec_prose_unit(hec_text *out, const char *unit);

#endif
