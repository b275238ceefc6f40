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

/* ---- samples --------------------------------------------------------------------------------- */

enum { BLOCK = 64 };

/* n values x, or their differences from `against`. */
typedef struct sample {
    size_t n;
    const double *x, *against;
} sample;

/* The values from `start` on, at most BLOCK of them; their number in *n. */
static const double *block_of(const sample *s, size_t start, double room[BLOCK], size_t *n)
{
    *n = s->n - start < BLOCK ? s->n - start : BLOCK;
    if (!s->against)
        return s->x + start;
#pragma omp simd
    for (size_t i = 0; i < *n; i++)
        room[i] = s->x[start + i] - s->against[start + i];
    return room;
}

static bool all_finite(const sample *s)
{
    const hk_table *kernels = hk_select(NULL);
    double room[BLOCK];
    bool finite = true;
    for (size_t start = 0, n; finite && start < s->n; start += BLOCK) {
        const double *x = block_of(s, start, room, &n);
        finite = kernels->first_outside(n, x, -DBL_MAX, DBL_MAX) == n;
    }
    return finite;
}

/* Sum of (x - center)^power in the tree of the kernel's sum, power 1 or 2. */
static double power_sum(const sample *s, double center, int power)
{
    double room[BLOCK], sum[8] = {0};
    for (size_t start = 0, n; start < s->n; start += BLOCK) {
        const double *x = block_of(s, start, room, &n);
        size_t i = 0;
        for (; i + 8 <= n; i += 8) {
#pragma omp simd
            for (size_t l = 0; l < 8; l++)
                sum[l] += (x[i + l] - center) * (power == 1 ? 1 : x[i + l] - center);
        }
        for (; i < n; i++)
            sum[i % 8] += (x[i] - center) * (power == 1 ? 1 : x[i] - center);
    }
    return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

/* ---- parts of a sample ----------------------------------------------------------------------- */

enum {
    BUCKETS = 2048, /* of equal width between the least and the greatest value */
    FEW = 8192      /* values that are copied and rearranged */
};

/* Values of [low, high] of the sample, `count` of them; `below` others are less than these. */
typedef struct part {
    double low, high;
    size_t below, count;
} part;

/* What all quantiles of a sample share. Memory does not grow with the sample. */
typedef struct search {
    const sample *sample;
    part whole;
    size_t counts[BUCKETS + 1], more[BUCKETS + 1]; /* of the whole; of parts of it */
    double few[FEW + 1];
} search;

/* Buckets of a block of values; those outside the part get one of their own, the last. Rounding is
 * monotone, so of two values the lesser never lies in a higher bucket. */
static void find_buckets(const part *p, size_t n, const double *x, int32_t bucket[BLOCK])
{
    const double range = p->high - p->low, top = BUCKETS - 1;
    const double unit = range > DBL_MAX ? 0.5 : range < 1e-280 ? 0x1p900 : 1; /* against overflow */
    const double low = unit * p->low, scale = BUCKETS / (unit * p->high - low);
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        double place = (unit * x[i] - low) * scale;
        double inside = place < top ? place : top;
        double any = ((x[i] >= p->low) & (x[i] <= p->high)) ? inside : BUCKETS;
        bucket[i] = (int32_t)any;
    }
}

static void count_buckets(const sample *s, const part *p, size_t counts[BUCKETS + 1])
{
    int32_t bucket[BLOCK];
    double room[BLOCK];
    memset(counts, 0, (BUCKETS + 1) * sizeof *counts);
    for (size_t start = 0, n; start < s->n; start += BLOCK) {
        const double *x = block_of(s, start, room, &n);
        find_buckets(p, n, x, bucket);
        for (size_t i = 0; i < n; i++)
            counts[bucket[i]]++;
    }
}

/* The least and the greatest of the values in a bucket. */
static void find_range(const sample *s, const part *p, int32_t wanted, part *taken)
{
    int32_t bucket[BLOCK];
    double room[BLOCK];
    taken->low = INFINITY;
    taken->high = -INFINITY;
    for (size_t start = 0, n; start < s->n; start += BLOCK) {
        const double *x = block_of(s, start, room, &n);
        find_buckets(p, n, x, bucket);
        for (size_t i = 0; i < n; i++) {
            if (bucket[i] == wanted) {
                taken->low = x[i] < taken->low ? x[i] : taken->low;
                taken->high = x[i] > taken->high ? x[i] : taken->high;
            }
        }
    }
}

/* The values in a bucket. Every value is written and few are kept: no branch to guess wrong. */
static void copy_bucket(const sample *s, const part *p, int32_t wanted, double out[FEW + 1])
{
    int32_t bucket[BLOCK];
    double room[BLOCK];
    size_t count = 0;
    for (size_t start = 0, n; start < s->n; start += BLOCK) {
        const double *x = block_of(s, start, room, &n);
        find_buckets(p, n, x, bucket);
        for (size_t i = 0; i < n; i++) {
            out[count] = x[i];
            count += bucket[i] == wanted;
        }
    }
}

static void copy_all(const sample *s, double out[FEW + 1])
{
    double room[BLOCK];
    for (size_t start = 0, n; start < s->n; start += BLOCK) {
        const double *x = block_of(s, start, room, &n);
        memcpy(out + start, x, n * sizeof *x);
    }
}

/* The least and the greatest of the values above a bound. */
static part range_above(const sample *s, double bound)
{
    part p = {INFINITY, -INFINITY, 0, s->n};
    double room[BLOCK];
    for (size_t start = 0, n; start < s->n; start += BLOCK) {
        const double *x = block_of(s, start, room, &n);
        for (size_t i = 0; i < n; i++) {
            p.low = x[i] > bound && x[i] < p.low ? x[i] : p.low;
            p.high = x[i] > bound && x[i] > p.high ? x[i] : p.high;
        }
    }
    return p;
}

/* ---- quantiles ------------------------------------------------------------------------------- */

/* Narrows the part to the bucket that holds the value of that rank, which lacks the least or the
 * greatest value of the part before: these lie in the first and the last bucket. True when its
 * values are few and have been copied; else its range is known. */
static bool narrow(search *s, part *p, size_t rank, const size_t counts[BUCKETS + 1])
{
    part taken = {.below = p->below};
    int32_t wanted = 0;
    while (taken.below + counts[wanted] <= rank)
        taken.below += counts[wanted++];
    taken.count = counts[wanted];
    bool few = taken.count <= FEW;
    if (few)
        copy_bucket(s->sample, p, wanted, s->few);
    else
        find_range(s->sample, p, wanted, &taken);
    *p = taken;
    return few;
}

/* The values around that rank, in s->few; or a part of equal ones. True when they are few. */
static bool find_part(search *s, size_t rank, part *p)
{
    *p = s->whole;
    if (p->count <= FEW) {
        copy_all(s->sample, s->few);
        return true;
    }
    bool few = p->low < p->high && narrow(s, p, rank, s->counts);
    while (!few && p->low < p->high) {
        count_buckets(s->sample, p, s->more);
        few = narrow(s, p, rank, s->more);
    }
    return few;
}

/* The value of that rank and the next one (the same one at the end). */
static void find_rank(search *s, size_t rank, double *value, double *next)
{
    part p;
    bool few = find_part(s, rank, &p);
    size_t k = rank - p.below;
    bool last = k + 1 == p.count;
    if (few) {
        select_rank(s->few, p.count, k);
        *value = s->few[k];
        *next = last ? *value : least(p.count - k - 1, s->few + k + 1);
    } else {
        *value = *next = p.low;
    }
    if (last && rank + 1 < s->sample->n) /* then it is the greatest of its part */
        *next = range_above(s->sample, *value).low;
}

/* Type 7: linear between the order statistics around (n - 1) p. */
static hec_status find_quantiles(const sample *x, size_t count, const double *probabilities,
                                 double *quantiles)
{
    search *s = malloc(sizeof *s);
    if (!s)
        return HEC_E_MEMORY;
    s->sample = x;
    s->whole = range_above(x, -INFINITY);
    if (x->n > FEW)
        count_buckets(x, &s->whole, s->counts);
    for (size_t k = 0; k < count; k++) {
        double place = (double)(x->n - 1) * probabilities[k], value, next;
        size_t rank = (size_t)place;
        double share = place - (double)rank;
        find_rank(s, rank, &value, &next);
        quantiles[k] = share == 0 ? value : value + share * (next - value);
    }
    free(s);
    return HEC_OK;
}

/* ---- public ---------------------------------------------------------------------------------- */

hec_status hec_describe_increment(size_t n, const double *x, const double *against,
                                  size_t n_probabilities, const double *probabilities, double *mean,
                                  double *sd, double *quantiles)
{
    const sample s = {n, x, against};
    if (n == 0)
        return HEC_E_ARGUMENT;
    for (size_t k = 0; k < n_probabilities; k++)
        if (!(probabilities[k] >= 0 && probabilities[k] <= 1))
            return HEC_E_ARGUMENT;
    if (!all_finite(&s))
        return HEC_E_VALUE;
    double center = power_sum(&s, 0, 1) / (double)n;
    if (mean)
        *mean = center;
    if (sd)
        *sd = sqrt(power_sum(&s, center, 2) / (double)(n - 1)); /* 0/0: NaN for one value */
    return n_probabilities > 0 ? find_quantiles(&s, n_probabilities, probabilities, quantiles)
                               : HEC_OK;
}

hec_status hec_describe(size_t n, const double *x, size_t n_probabilities,
                        const double *probabilities, double *mean, double *sd, double *quantiles)
{
    return hec_describe_increment(n, x, NULL, n_probabilities, probabilities, mean, sd, quantiles);
}
