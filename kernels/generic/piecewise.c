/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves given by one polynomial for each of many equal pieces. */
#include "level.h"

#include "vmath.h"

enum { BLOCK = 64 };

/* Where the coefficients of each lane begin, and its place within the piece, in [-1, 1]. */
static void locate(size_t n, double lo, double scale, size_t pieces, size_t degree, const double *x,
                   int32_t *begin, double *t)
{
    const double last = (double)pieces - 1.0;
    const int32_t width = (int32_t)degree + 1;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        double u = (x[i] - lo) * scale;
        double k = __builtin_floor(u);
        k = hk_pick(k > 0.0, k, 0.0); /* NaN too */
        k = hk_pick(k < last, k, last);
        begin[i] = (int32_t)k * width;
        t[i] = hk_fma(2.0, u - k, -1.0);
    }
}

void HK_LEVEL(hk_piecewise)(size_t n, double lo, double scale, size_t pieces, size_t degree,
                            const double *coefficients, const double *x, double *out)
{
    int32_t begin[BLOCK];
    double t[BLOCK], sum[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t here = n - start < BLOCK ? n - start : BLOCK;
        locate(here, lo, scale, pieces, degree, x + start, begin, t);
        const double *top = coefficients + degree;
#pragma omp simd
        for (size_t i = 0; i < here; i++)
            sum[i] = hk_pick(t[i] == t[i], top[begin[i]], t[i]); /* NaN stays in constant pieces */
        for (size_t d = 1; d <= degree; d++) {
#pragma omp simd
            for (size_t i = 0; i < here; i++)
                sum[i] = hk_fma(sum[i], t[i], (top - d)[begin[i]]);
        }
#pragma omp simd
        for (size_t i = 0; i < here; i++)
            out[start + i] = sum[i];
    }
}
