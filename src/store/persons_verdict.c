/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws of persons in words: how much of the error is chance among persons, and what would be the
 * best use of the same work. */
#include "store/prose.h"

#include <math.h>
#include <string.h>

static const double *doubles(const hec_dataset *d, const char *path, size_t count)
{
    const hec_array *array = hec_dataset_array(d, path);
    return array && array->kind == HEC_ARRAY_DOUBLE && array->count == count ? array->data.doubles
                                                                             : NULL;
}

/* A number of the attributes; NaN when there is none. */
static double number_of(const hec_dataset *d, const char *name)
{
    const hec_attribute *attribute = hec_dataset_attribute(d, name);
    return attribute && !attribute->is_text ? attribute->number : NAN;
}

static void add_number(double value, int decimals, hec_text *out)
{
    char number[HEC_FIXED_BYTES];
    hec_number_fixed(value, decimals, number);
    hec_text_add(out, number);
}

/* The difference that the numbers are about. */
static bool add_difference(const hec_dataset *d, hec_text *out)
{
    const hec_array *of = hec_dataset_array(d, "analysis/persons_split_strategy");
    const hec_array *wtp = hec_dataset_array(d, "analysis/persons_split_wtp");
    int strategy = hec_dataset_find_dimension(d, "strategy");
    if (!of || of->kind != HEC_ARRAY_INT || of->count != 2 || strategy < 0 || !wtp ||
        wtp->kind != HEC_ARRAY_DOUBLE || wtp->count != 1 || !d->dimensions[strategy].labels)
        return false;
    for (int i = 0; i < 2; i++)
        if ((uint64_t)of->data.ints[i] >= d->dimensions[strategy].length)
            return false;
    hec_text_add(out, "the net benefit of ");
    hec_text_add_line(out, d->dimensions[strategy].labels[of->data.ints[0]]);
    hec_text_add(out, " against ");
    hec_text_add_line(out, d->dimensions[strategy].labels[of->data.ints[1]]);
    hec_text_add(out, " at ");
    double price = wtp->data.doubles[0];
    add_number(price, price == floor(price) ? 0 : 2, out);
    hec_text_add(out, " ");
    hec_prose_unit(out, wtp->unit);
    return true;
}

static void add_split(double persons, double draws, const double *split, double between,
                      hec_text *out)
{
    if (!(between > 0)) {
        hec_text_add(out, " Between draws no more difference is seen than chance among persons "
                          "makes: take more persons per draw, or more draws.");
        return;
    }
    double ratio = split[0] / persons;
    if (ratio > 0.5 && ratio < 2) {
        hec_text_add(out, " For its mean that is close to the best use of the work.");
        return;
    }
    hec_text_add(out, " For its mean the best use of the same work would be about ");
    add_number(split[0], 0, out);
    hec_text_add(out, split[0] == 1 ? " person in each of " : " persons in each of ");
    add_number(split[1], 0, out);
    hec_text_add(out, " draws (now ");
    add_number(persons, 0, out);
    hec_text_add(out, " in each of ");
    add_number(draws, 0, out);
    hec_text_add(out, ").");
}

void hec_persons_verdict(const hec_dataset *dataset, hec_text *out)
{
    const double *error = doubles(dataset, "analysis/persons_split_error", 5);
    const double *split = doubles(dataset, "analysis/persons_split", 2);
    double persons = number_of(dataset, "persons_per_draw");
    double draws = number_of(dataset, "draws");
    hec_text difference = {0};
    if (error && split && persons > 0 && draws > 0 && add_difference(dataset, &difference) &&
        !difference.failed) {
        hec_text_format(out, "Of the variance between draws of %s, ", difference.data);
        add_number(100 * error[4], error[4] < 0.1 ? 1 : 0, out);
        hec_text_add(out, " % is chance among the persons of a draw.");
        add_split(persons, draws, split, error[2], out);
        hec_text_add(out, "\n");
    }
    out->failed = out->failed || difference.failed;
    hec_text_free(&difference);
}
