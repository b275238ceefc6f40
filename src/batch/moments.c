/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments: sum, mean and variance of many values. */
#include "batch/moments.h"

#include <math.h>

double hec_fold_lanes(const double lanes[8])
{
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
           ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

void hec_moments_add(hec_moments *moment, double value)
{
    hec_moments one = {1, value, value, 0};
    hec_moments_merge(moment, &one);
}

void hec_moments_merge(hec_moments *moment, const hec_moments *other)
{
    double n = moment->n + other->n;
    if (other->n == 0) {
        return;
    }
    if (moment->n == 0) {
        *moment = *other;
        return;
    }
    double apart = other->mean - moment->mean, share = other->n / n;
    moment->squares += other->squares + apart * apart * moment->n * share;
    moment->mean += apart * share;
    moment->sum += other->sum;
    moment->n = n;
}

double hec_moments_mean(const hec_moments *moment)
{
    return moment->sum / moment->n;
}

double hec_moments_variance(const hec_moments *moment)
{
    return moment->n > 1 ? moment->squares / (moment->n - 1) : NAN;
}

/* ---- lanes ----------------------------------------------------------------------------------- */

static void add_one(hec_lane_sums *sums, double value)
{
    size_t lane = sums->n++ % 8;
    double apart = value - sums->shift;
    sums->sum[lane] += value;
    sums->first[lane] += apart;
    sums->second[lane] += apart * apart;
}

void hec_lane_sums_add(hec_lane_sums *sums, size_t n, const double *values)
{
    size_t i = 0;
    if (sums->n == 0 && n > 0) {
        sums->shift = values[0];
    }
    while (i < n && sums->n % 8 != 0) {
        add_one(sums, values[i++]);
    }
    for (; i + 8 <= n; i += 8, sums->n += 8) {
        for (size_t lane = 0; lane < 8; lane++) {
            double value = values[i + lane], apart = value - sums->shift;
            sums->sum[lane] += value;
            sums->first[lane] += apart;
            sums->second[lane] += apart * apart;
        }
    }
    while (i < n) {
        add_one(sums, values[i++]);
    }
}

hec_moments hec_lane_sums_close(const hec_lane_sums *sums)
{
    double n = (double)sums->n;
    if (sums->n == 0) {
        return (hec_moments){0};
    }
    double first = hec_fold_lanes(sums->first), second = hec_fold_lanes(sums->second);
    double squares = second - first * (first / n);
    return (hec_moments){n, hec_fold_lanes(sums->sum), sums->shift + first / n,
                         squares > 0 ? squares : 0};
}
