/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums that no order can change: of whole numbers, and of multiples of 2^-40. */
#include "level.h"

#include <math.h>

#include "vmath.h"

enum { LANES = 16 }; /* two registers of the widest level: one waits for its sum to be ready */

int HK_LEVEL(hk_sum_whole)(size_t n, const double *keep, const double *x, double most, double *sum)
{
    double part[LANES] = {0.0};
    uint64_t beyond[LANES] = {0}, any = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
#pragma omp simd
        for (size_t l = 0; l < LANES; l++) {
            double value = hk_pick(keep[i + l] != 0.0, x[i + l], 0.0);
            part[l] += value;
            beyond[l] |= (uint64_t) !(fabs(value) <= most);
        }
    }
    for (; i < n; i++) {
        double value = hk_pick(keep[i] != 0.0, x[i], 0.0);
        part[i % LANES] += value;
        beyond[i % LANES] |= (uint64_t) !(fabs(value) <= most);
    }
    *sum = 0.0;
    for (size_t l = 0; l < LANES; l++) {
        *sum += part[l];
        any |= beyond[l];
    }
    return any == 0;
}

int HK_LEVEL(hk_to_steps)(size_t n, const double *keep, const double *x, double most, double *steps)
{
    const double scale = 0x1p40;
    uint64_t beyond = 0;
#pragma omp simd reduction(| : beyond)
    for (size_t i = 0; i < n; i++) {
        double value = hk_pick(keep[i] != 0.0, x[i], 0.0), whole = floor(value);
        steps[i] = whole * scale + floor((value - whole) * scale + 0.5);
        beyond |= (uint64_t) !(fabs(value) <= most);
    }
    return beyond == 0;
}

/* The quotient of doubles may be off by one when it is made whole. */
void HK_LEVEL(hk_remainders)(size_t n, uint64_t divisor, const uint64_t *x, uint32_t *out)
{
    const double by = (double)divisor, inverse = 1.0 / by;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        double value = (double)x[i], rest = value - floor(value * inverse) * by;
        rest = hk_pick(rest < 0.0, rest + by, rest);
        rest = hk_pick(rest >= by, rest - by, rest);
        out[i] = (uint32_t)rest;
    }
}
