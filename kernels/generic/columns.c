/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain passes over columns: filling, adding up, checking. */
#include "level.h"

#include "vmath.h"

void HK_LEVEL(hk_fill)(size_t n, double value, double *out)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        out[i] = value;
}

void HK_LEVEL(hk_axpy)(size_t n, double a, const double *x, double *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = hk_fma(a, x[i], y[i]);
}

void HK_LEVEL(hk_multiply_add)(size_t n, const double *a, const double *x, double *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = hk_fma(a[i], x[i], y[i]);
}

/* Looks at whole blocks first; only the block with a culprit is searched lane by lane. */
size_t HK_LEVEL(hk_first_outside)(size_t n, const double *x, double lo, double hi)
{
    enum { BLOCK = 64 };
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        uint64_t inside = 1;
#pragma omp simd reduction(& : inside)
        for (size_t i = start; i < end; i++)
            inside &= (uint64_t)((x[i] >= lo) & (x[i] <= hi));
        for (size_t i = start; !inside && i < end; i++)
            if (!(x[i] >= lo && x[i] <= hi))
                return i;
    }
    return n;
}

double HK_LEVEL(hk_sum)(size_t n, const double *x)
{
    double part[8] = {0.0};
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
#pragma omp simd
        for (size_t l = 0; l < 8; l++)
            part[l] += x[i + l];
    }
    for (; i < n; i++)
        part[i % 8] += x[i];
    return ((part[0] + part[4]) + (part[2] + part[6])) +
           ((part[1] + part[5]) + (part[3] + part[7]));
}
