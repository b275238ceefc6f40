/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listing: rows of words, printed for people or as CSV or JSON. */
#ifndef HECATE_BATCH_LISTING_H
#define HECATE_BATCH_LISTING_H

#include <stdio.h>

#include <hecate/result.h>

enum { HEC_LISTING_COLUMNS = 7 };

typedef struct hec_listing {
    size_t n_columns; /* at most HEC_LISTING_COLUMNS; the last holds sentences */
    size_t joined;    /* columns that stand in a row with the one before them, in text; 0: none */
    const char *const *headings;
    size_t n_rows;
    /* Fills the cells of a row with static strings. */
    void (*row)(void *context, size_t index, const char *cells[HEC_LISTING_COLUMNS]);
    void *context;
} hec_listing;

/* Text: the first column, then the others under each other beside it, wrapped at 96 columns.
 * CSV: a header row and the rows. JSON: an array of objects named by the headings. */
HEC_MUST_USE hec_status hec_listing_print(const hec_listing *listing, hec_format format, FILE *out);

#endif
