/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mean, standard deviation and quantiles of a sample. */
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/cea.h"
#include "hk.h"

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double middle_of(double a, double b, double c)
{
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

/* Rearranges x so that x[rank] is the value of that rank, smaller ones before it and greater ones
 * after it. Expected time linear; a sample that keeps defeating the pivot is sorted instead. */
static void select_rank(double *x, size_t n, size_t rank)
{
    size_t low = 0, high = n; /* rank is in [low, high) */
    for (int rounds = 0; high - low > 16 && rounds < 64; rounds++) {
        double pivot = middle_of(x[low], x[low + (high - low) / 2], x[high - 1]);
        size_t below = low, i = low, above = high;
        while (i < above) {
            double value = x[i];
            if (value < pivot) {
                x[i++] = x[below];
                x[below++] = value;
            } else if (value > pivot) {
                x[i] = x[--above];
                x[above] = value;
            } else {
                i++;
            }
        }
        if (rank >= below && rank < above)
            return;
        if (rank < below)
            high = below;
        else
            low = above;
    }
    qsort(x + low, high - low, sizeof *x, by_value);
}

static double least(size_t n, const double *x)
{
    double value = x[0];
    for (size_t i = 1; i < n; i++)
        value = x[i] < value ? x[i] : value;
    return value;
}

/* Type 7: linear between the order statistics around (n - 1) p. x is rearranged. */
static double quantile(double *x, size_t n, double p)
{
    double place = (double)(n - 1) * p;
    size_t rank = (size_t)place;
    double part = place - (double)rank;
    select_rank(x, n, rank);
    if (part == 0)
        return x[rank];
    double next = least(n - rank - 1, x + rank + 1);
    return x[rank] + part * (next - x[rank]);
}

hec_status hec_describe(size_t n, const double *x, size_t n_probabilities,
                        const double *probabilities, double *mean, double *sd, double *quantiles)
{
    if (n == 0)
        return HEC_E_ARGUMENT;
    for (size_t k = 0; k < n_probabilities; k++)
        if (!(probabilities[k] >= 0 && probabilities[k] <= 1))
            return HEC_E_ARGUMENT;
    const hk_table *kernels = hk_select(NULL);
    if (kernels->first_outside(n, x, -DBL_MAX, DBL_MAX) < n)
        return HEC_E_VALUE;
    double *copy = malloc(n * sizeof *copy);
    if (!copy)
        return HEC_E_MEMORY;
    double center = kernels->sum(n, x) / (double)n;
    if (mean)
        *mean = center;
    if (sd) {
        for (size_t i = 0; i < n; i++)
            copy[i] = (x[i] - center) * (x[i] - center);
        *sd = sqrt(kernels->sum(n, copy) / (double)(n - 1)); /* 0/0: NaN for one value */
    }
    memcpy(copy, x, n * sizeof *copy);
    for (size_t k = 0; k < n_probabilities; k++)
        quantiles[k] = quantile(copy, n, probabilities[k]);
    free(copy);
    return HEC_OK;
}
