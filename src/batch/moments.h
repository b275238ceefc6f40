/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments: sum, mean and variance of many values, the same bits however they come in blocks. */
#ifndef HECATE_BATCH_MOMENTS_H
#define HECATE_BATCH_MOMENTS_H

#include <stddef.h>

/* Of `n` values: their sum, mean and sum of squares about the mean. Starts as zeroes. */
typedef struct hec_moments {
    double n, sum, mean, squares;
} hec_moments;

void hec_moments_add(hec_moments *moment, double value);
/* Chan, Golub, LeVeque, The American Statistician 37:242 (1983). */
void hec_moments_merge(hec_moments *moment, const hec_moments *other);
double hec_moments_mean(const hec_moments *moment);     /* sum / n */
double hec_moments_variance(const hec_moments *moment); /* n - 1; NaN for fewer than two values */

/* Values in their order, value k in lane k mod 8, lanes folded as hk_table.sum does. Squares are
 * taken about the first value, so that little is lost. Starts as zeroes. */
typedef struct hec_lane_sums {
    size_t n;
    double shift, sum[8], first[8], second[8];
} hec_lane_sums;

void hec_lane_sums_add(hec_lane_sums *sums, size_t n, const double *values);
hec_moments hec_lane_sums_close(const hec_lane_sums *sums);

/* ((s0+s4) + (s2+s6)) + ((s1+s5) + (s3+s7)) */
double hec_fold_lanes(const double lanes[8]);

#endif
