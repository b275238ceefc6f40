/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typing: how types combine, and types in words. */
#include "lang/typing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { POWER_LIMIT = 100 };

bool hec_type_is_number(const hec_type *type)
{
    return type->kind != HEC_KIND_BOOLEAN && type->kind != HEC_KIND_LABEL;
}

bool hec_type_is_plain(const hec_type *type)
{
    return hec_type_is_number(type) && type->n_factors == 0;
}

bool hec_type_is_money(const hec_type *type)
{
    for (int i = 0; i < type->n_factors; i++) {
        if (hec_atom_is_money(type->factors[i].atom)) {
            return true;
        }
    }
    return false;
}

static bool is_unit(const hec_type *type)
{
    return type->kind == HEC_KIND_QUANTITY && type->n_factors > 0;
}

static bool is_ratio(const hec_type *type)
{
    return type->kind == HEC_KIND_QUANTITY && type->n_factors == 0;
}

/* Intervals are worked out in floating point: 6 months twice is a year. */
static bool same_interval(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

static bool same_factors(const hec_type *a, const hec_type *b)
{
    if (a->n_factors != b->n_factors) {
        return false;
    }
    for (int i = 0; i < a->n_factors; i++) {
        if (a->factors[i].power != b->factors[i].power ||
            strcmp(a->factors[i].atom, b->factors[i].atom) != 0) {
            return false;
        }
    }
    return true;
}

bool hec_type_unify(const hec_type *a, const hec_type *b, hec_type *out)
{
    if (a->kind == HEC_KIND_ANY || b->kind == HEC_KIND_ANY) {
        *out = a->kind == HEC_KIND_ANY ? *b : *a;
        return true;
    }
    hec_type both = *a;
    if (a->kind != b->kind || !same_factors(a, b)) {
        return false;
    }
    if (a->interval == 0 || b->interval == 0) {
        both.interval = a->interval + b->interval;
    } else if (!same_interval(a->interval, b->interval)) {
        return false;
    }
    if (a->price_year == 0 || b->price_year == 0) {
        both.price_year = (int16_t)(a->price_year + b->price_year);
    } else if (a->price_year != b->price_year) {
        return false;
    }
    *out = both;
    return true;
}

bool hec_type_agree(const hec_type *a, const hec_type *b)
{
    hec_type ignored;
    return hec_type_unify(a, b, &ignored);
}

/* Adds `sign` times the factors of b to those of a; both are sorted. */
static hec_typing merge_factors(const hec_type *a, const hec_type *b, int sign, hec_type *out)
{
    hec_type merged = {.kind = HEC_KIND_QUANTITY};
    int i = 0, j = 0;
    while (i < a->n_factors || j < b->n_factors) {
        int order = i == a->n_factors   ? 1
                    : j == b->n_factors ? -1
                                        : strcmp(a->factors[i].atom, b->factors[j].atom);
        hec_factor factor = order <= 0 ? a->factors[i] : b->factors[j];
        int power =
            (order <= 0 ? a->factors[i].power : 0) + (order >= 0 ? sign * b->factors[j].power : 0);
        i += order <= 0;
        j += order >= 0;
        if (power == 0) {
            continue;
        }
        if (merged.n_factors == HEC_UNIT_FACTORS || power > POWER_LIMIT || power < -POWER_LIMIT) {
            return HEC_TYPING_TOO_MANY;
        }
        factor.power = (int8_t)power;
        merged.factors[merged.n_factors++] = factor;
    }
    if (a->price_year != 0 && b->price_year != 0 && a->price_year != b->price_year) {
        return HEC_TYPING_PRICE_YEARS;
    }
    int16_t year = a->price_year != 0 ? a->price_year : b->price_year;
    merged.price_year = year != 0 && hec_type_is_money(&merged) ? year : 0;
    *out = merged;
    return HEC_TYPING_FINE;
}

/* Plain years, such as an age: the coefficient it is multiplied by or divided into is per year,
 * whether the writer says so or not. */
static bool is_time(const hec_type *type)
{
    return type->kind == HEC_KIND_QUANTITY && type->n_factors == 1 &&
           strcmp(type->factors[0].atom, "year") == 0 && type->factors[0].power > 0;
}

hec_typing hec_type_multiply(const hec_type *a, const hec_type *b, hec_type *out)
{
    if (!hec_type_is_number(a) || !hec_type_is_number(b)) {
        return HEC_TYPING_NOT_A_NUMBER;
    }
    if ((a->kind == HEC_KIND_ANY && is_time(b)) || (b->kind == HEC_KIND_ANY && is_time(a))) {
        *out = HEC_TYPE_ANY;
        return HEC_TYPING_FINE;
    }
    if (is_unit(a) || is_unit(b)) {
        return merge_factors(a, b, 1, out);
    }
    if (a->kind == HEC_KIND_ANY || is_ratio(a)) {
        *out = b->kind == HEC_KIND_ANY ? *a : *b;
        return HEC_TYPING_FINE;
    }
    if (b->kind == HEC_KIND_ANY || is_ratio(b)) {
        *out = *a;
        return HEC_TYPING_FINE;
    }
    if (a->kind != b->kind) {
        /* the chance of a utility is a utility; other pairs have no name */
        bool utility = a->kind == HEC_KIND_UTILITY || b->kind == HEC_KIND_UTILITY;
        *out = (hec_type){.kind = utility ? HEC_KIND_UTILITY : HEC_KIND_ANY};
        return HEC_TYPING_FINE;
    }
    hec_type both = {.kind = a->kind};
    if (a->interval == 0 || b->interval == 0 || same_interval(a->interval, b->interval)) {
        both.interval = fmax(a->interval, b->interval);
    }
    *out = both;
    return HEC_TYPING_FINE;
}

hec_typing hec_type_divide(const hec_type *a, const hec_type *b, hec_type *out)
{
    if (!hec_type_is_number(a) || !hec_type_is_number(b)) {
        return HEC_TYPING_NOT_A_NUMBER;
    }
    if (a->kind == HEC_KIND_PROBABILITY && hec_type_agree(b, &HEC_TYPE_YEARS) && is_unit(b)) {
        return HEC_TYPING_CONVERSION;
    }
    if (a->kind == HEC_KIND_ANY && is_time(b)) {
        *out = HEC_TYPE_ANY;
        return HEC_TYPING_FINE;
    }
    if (is_unit(a) || is_unit(b)) {
        return merge_factors(a, b, -1, out);
    }
    if (b->kind == HEC_KIND_ANY || is_ratio(b)) {
        *out = *a;
        return HEC_TYPING_FINE;
    }
    /* a ratio of risks, a conditional probability, the inverse of odds: the writer knows which */
    *out = HEC_TYPE_ANY;
    return HEC_TYPING_FINE;
}

static bool whole(double x)
{
    return x == floor(x);
}

hec_typing hec_type_raise(const hec_type *a, double power, hec_type *out)
{
    if (!hec_type_is_number(a)) {
        return HEC_TYPING_NOT_A_NUMBER;
    }
    if (!is_unit(a)) {
        *out = *a;
        if (a->kind == HEC_KIND_ODDS) {
            *out = HEC_TYPE_ANY;
        }
        out->interval = power == 1 ? a->interval : 0;
        return HEC_TYPING_FINE;
    }
    if (isnan(power)) {
        return HEC_TYPING_NOT_PLAIN;
    }
    hec_type raised = *a;
    if (power == 0) {
        raised = HEC_TYPE_RATIO;
    }
    for (int i = 0; i < raised.n_factors; i++) {
        double p = raised.factors[i].power * power;
        if (!whole(p)) {
            return HEC_TYPING_NOT_PLAIN;
        }
        if (fabs(p) > POWER_LIMIT) {
            return HEC_TYPING_TOO_MANY;
        }
        raised.factors[i].power = (int8_t)p;
    }
    *out = raised;
    return HEC_TYPING_FINE;
}

/* ---- words --------------------------------------------------------------------------------- */

/* Appends as far as there is room. */
static void append(char *out, size_t size, const char *piece)
{
    size_t used = strlen(out);
    snprintf(out + used, size - used, "%s", piece);
}

static void append_factor(char *out, size_t size, const hec_type *type, int i, bool below)
{
    char number[16];
    int power = below ? -type->factors[i].power : type->factors[i].power;
    append(out, size, type->factors[i].atom);
    if (type->price_year != 0 && hec_atom_is_money(type->factors[i].atom)) {
        snprintf(number, sizeof number, "(%d)", type->price_year);
        append(out, size, number);
    }
    if (power != 1) {
        snprintf(number, sizeof number, "^%d", power);
        append(out, size, number);
    }
}

/* Behind what is in `out` already. */
static void append_quantity(char *out, size_t size, const hec_type *type)
{
    bool above = false;
    for (int i = 0; i < type->n_factors; i++) {
        if (type->factors[i].power > 0) {
            append(out, size, above ? "*" : "");
            append_factor(out, size, type, i, false);
            above = true;
        }
    }
    if (!above) {
        append(out, size, type->n_factors > 0 ? "1" : "number");
    }
    for (int i = 0; i < type->n_factors; i++) {
        if (type->factors[i].power < 0) {
            append(out, size, "/");
            append_factor(out, size, type, i, true);
        }
    }
}

static void append_interval(char *out, size_t size, double interval)
{
    if (interval == 0) {
        return;
    }
    static const struct {
        const char *one, *many;
        double per_year;
    } times[] = {{"year", "years", 1},
                 {"month", "months", 12},
                 {"week", "weeks", 365.25 / 7},
                 {"day", "days", 365.25},
                 {"year", "years", 1}};
    size_t n = sizeof times / sizeof times[0], i = 0;
    double count = interval;
    /* the largest unit that makes it whole; years when none does */
    for (; i < n; i++) {
        count = interval * times[i].per_year;
        if (fabs(count - round(count)) < 1e-9 * count && round(count) >= 1) {
            count = round(count);
            break;
        }
    }
    i = i < n ? i : n - 1;
    char number[32];
    hec_text_from_double(count, number);
    append(out, size, " per ");
    append(out, size, number);
    append(out, size, " ");
    append(out, size, count == 1 ? times[i].one : times[i].many);
}

void hec_type_text(const hec_type *type, char *out, size_t size)
{
    static const char *const names[] = {"any unit", "",        "probability", "odds",
                                        "utility",  "boolean", "label"};
    if (size == 0) {
        return;
    }
    *out = '\0';
    if (type->kind == HEC_KIND_QUANTITY) {
        append_quantity(out, size, type);
        return;
    }
    append(out, size, names[type->kind]);
    append_interval(out, size, type->interval);
}

void hec_type_words(const hec_type *type, char *out, size_t size)
{
    static const char *const articles[] = {"",          "a value in ",    "a probability", "odds",
                                           "a utility", "a yes/no value", "a word"};
    if (size == 0) {
        return;
    }
    *out = '\0';
    if (type->kind == HEC_KIND_ANY) {
        append(out, size, "a plain number");
    } else if (is_ratio(type)) {
        append(out, size, "a number without a unit");
    } else if (type->kind == HEC_KIND_QUANTITY && same_factors(type, &HEC_TYPE_YEARS)) {
        append(out, size, "a time in years");
    } else if (type->kind == HEC_KIND_QUANTITY && same_factors(type, &HEC_TYPE_PER_YEAR)) {
        append(out, size, "a rate per year");
    } else {
        append(out, size, articles[type->kind]);
        if (type->kind == HEC_KIND_QUANTITY) {
            append_quantity(out, size, type);
        }
        append_interval(out, size, type->interval);
    }
}
