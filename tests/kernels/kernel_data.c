/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments for the tests of kernels, and how results are compared. */
#include "kernel_data.h"

#include <float.h>
#include <math.h>
#include <string.h>

const size_t kernel_sizes[KERNEL_SIZES] = {0, 1, 7, 8, 9, 63, 64, 65, 511, 512, 513};

uint64_t random_bits(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

double random_between(uint64_t *state, double lo, double hi)
{
    return lo + (hi - lo) * ((double)(random_bits(state) >> 11) * 0x1p-53);
}

double random_any(uint64_t *state)
{
    static const double special[] = {
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        2.0,
        -2.0,
        3.0,
        -3.0,
        DBL_MIN,
        -DBL_MIN,
        DBL_MAX,
        -DBL_MAX,
        0x1p-1074,
        -0x1p-1074,
        INFINITY,
        -INFINITY,
        NAN,
        709.782712893384,
        709.782712893385,
        -745.1332191019411,
        -745.1332191019412,
        -37.5,
        0.425,
        0.075,
        0.925,
        0x1p53,
        0x1p-54,
        0x1p65,
        0.99999999999999989,
        1.0000000000000002,
    };
    uint64_t bits = random_bits(state);
    double x;
    switch (bits % 4) {
    case 0:
        bits = random_bits(state);
        memcpy(&x, &bits, sizeof x);
        return x;
    case 1:
        return random_between(state, -20, 20);
    case 2:
        return random_between(state, 0, 1);
    default:
        return special[(bits >> 8) % (sizeof special / sizeof *special)];
    }
}

int same_bits(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

void assert_same(double got, double expected, const char *what, double a, double b)
{
    if (!same_bits(got, expected))
        fail_msg("%s of %a, %a gives %a instead of %a", what, a, b, got, expected);
}
