/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typing: how types combine when values are added, multiplied, raised and compared. */
#ifndef HECATE_LANG_TYPING_H
#define HECATE_LANG_TYPING_H

#include <stdbool.h>

#include "lang/type.h"

typedef enum hec_typing {
    HEC_TYPING_FINE,
    HEC_TYPING_NOT_A_NUMBER, /* truth or a word in arithmetic */
    HEC_TYPING_PRICE_YEARS,  /* money of two price years */
    HEC_TYPING_TOO_MANY,     /* more different units than a type holds */
    HEC_TYPING_CONVERSION,   /* a probability divided by a time */
    HEC_TYPING_NOT_PLAIN,    /* a unit where a plain number is needed */
} hec_typing;

/* One type for values that may stand in the same place; false when they disagree. */
bool hec_type_unify(const hec_type *a, const hec_type *b, hec_type *out);
hec_typing hec_type_multiply(const hec_type *a, const hec_type *b, hec_type *out);
hec_typing hec_type_divide(const hec_type *a, const hec_type *b, hec_type *out);
/* a raised to a known power (NaN: not known); roots of units where they come out whole. */
hec_typing hec_type_raise(const hec_type *a, double power, hec_type *out);

bool hec_type_is_number(const hec_type *type); /* neither truth nor a word */
bool hec_type_is_plain(const hec_type *type);  /* a number that carries no unit */
bool hec_type_is_money(const hec_type *type);  /* names a currency */
bool hec_atom_is_money(const char *atom);

#endif
