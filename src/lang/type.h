/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types: what kind of quantity a number is and in which unit. */
#ifndef HECATE_LANG_TYPE_H
#define HECATE_LANG_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ANY: a plain literal or a parameter without a unit; agrees with everything. */
typedef enum hec_kind {
    HEC_KIND_ANY,
    HEC_KIND_QUANTITY,    /* a number with a unit; no factors: dimensionless (a ratio) */
    HEC_KIND_PROBABILITY, /* of an event within `interval` years; 0: interval not stated */
    HEC_KIND_ODDS,
    HEC_KIND_UTILITY,
    HEC_KIND_BOOLEAN,
    HEC_KIND_LABEL, /* a word such as 'male'; only compared and looked up */
} hec_kind;

enum { HEC_UNIT_FACTORS = 5, HEC_ATOM_BYTES = 12 };

typedef struct hec_factor {
    char atom[HEC_ATOM_BYTES]; /* "year", "CNY", "person", "mmol", ... */
    int8_t power;
} hec_factor;

typedef struct hec_type {
    hec_kind kind;
    double interval; /* years; probabilities and odds only */
    int16_t price_year; /* 0: not stated; quantities with money only */
    uint8_t n_factors;
    hec_factor factors[HEC_UNIT_FACTORS]; /* sorted by atom, no zero powers */
} hec_type;

/* Reads a unit: "1/year", "USD/year", "CNY per visit", "probability", "probability per 5 years",
 * "utility", "ratio", "odds", "%", "mmol/L", "months". Times are turned into years: *factor is what a value
 * written in the unit is multiplied by (1/month: 12). False with *error (static text) when it
 * cannot be read; atoms outside the table are errors; *word then points into text, at the piece.
 * See hec_unit_read of lang.h for the same with a diagnostic. */
bool hec_unit_parse(const char *text, size_t length, hec_type *type, double *factor,
                    const char **error, const char **word);
/* "CNY(2020)/year", "probability per 1 year", "number": what hec_unit_parse reads back, but for
 * ANY ("any unit"). */
void hec_type_text(const hec_type *type, char *out, size_t size);
/* For sentences: "a rate per year", "a probability per 5 years", "a value in CNY(2020)/year". */
void hec_type_words(const hec_type *type, char *out, size_t size);
bool hec_type_agree(const hec_type *a, const hec_type *b); /* may be added, compared, assigned */
extern const hec_type HEC_TYPE_ANY, HEC_TYPE_YEARS, HEC_TYPE_PER_YEAR, HEC_TYPE_BOOLEAN,
    HEC_TYPE_PROBABILITY, HEC_TYPE_RATIO;

/* A word for time, such as "months": how many of them make one year (12), else 0. */
double hec_unit_time(const char *word, size_t length);

/* Names of the atoms, for `hecate list units`. */
size_t hec_atom_count(void);
const char *hec_atom_name(size_t index);
const char *hec_atom_words(size_t index);

#endif
