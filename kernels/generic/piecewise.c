/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves given by one polynomial for each of many equal pieces. */
#include "level.h"

#include "vmath.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

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

#if defined(__AVX512F__)
enum { FEW_PIECES = 16, FEW_DEGREES = 24, WIDTH = 8 };

/* The coefficients of one degree in two registers: picking by a permutation is four times as fast
 * as gathering. rows[d]: those of degree d. */
static void few_pieces(size_t n, double lo, double scale, size_t pieces, size_t degree,
                       const __m512d (*rows)[2], const double *x, double *out)
{
    const __m512d last = _mm512_set1_pd((double)pieces - 1.0), zero = _mm512_setzero_pd();
    for (size_t i = 0; i < n; i += WIDTH) {
        const unsigned all = n - i < WIDTH ? (1u << (n - i)) - 1 : 0xff;
        const __mmask8 lanes = (__mmask8)all;
        const __m512d value = _mm512_maskz_loadu_pd(lanes, x + i);
        const __m512d u = _mm512_mul_pd(_mm512_sub_pd(value, _mm512_set1_pd(lo)),
                                        _mm512_set1_pd(scale));
        /* the second operand where one is not a number */
        __m512d k = _mm512_max_pd(_mm512_roundscale_pd(u, _MM_FROUND_FLOOR), zero);
        k = _mm512_min_pd(k, last);
        const __m512d t = _mm512_fmadd_pd(_mm512_set1_pd(2.0), _mm512_sub_pd(u, k),
                                          _mm512_set1_pd(-1.0));
        const __m512i piece = _mm512_cvtpd_epi64(k);
        __m512d sum = _mm512_permutex2var_pd(rows[degree][0], piece, rows[degree][1]);
        sum = _mm512_mask_mov_pd(sum, _mm512_cmp_pd_mask(t, t, _CMP_UNORD_Q), t);
        for (size_t d = degree; d-- > 0;)
            sum = _mm512_fmadd_pd(sum, t,
                                  _mm512_permutex2var_pd(rows[d][0], piece, rows[d][1]));
        _mm512_mask_storeu_pd(out + i, lanes, sum);
    }
}

static int run_few_pieces(size_t n, double lo, double scale, size_t pieces, size_t degree,
                          const double *coefficients, const double *x, double *out)
{
    __m512d rows[FEW_DEGREES][2];
    if (pieces > FEW_PIECES || degree >= FEW_DEGREES)
        return 0;
    for (size_t d = 0; d <= degree; d++) {
        rows[d][0] = rows[d][1] = _mm512_setzero_pd();
        for (size_t k = 0; k < pieces; k++)
            rows[d][k / WIDTH][k % WIDTH] = coefficients[k * (degree + 1) + d];
    }
    few_pieces(n, lo, scale, pieces, degree, (const __m512d (*)[2])rows, x, out);
    return 1;
}
#else
static int run_few_pieces(size_t n, double lo, double scale, size_t pieces, size_t degree,
                          const double *coefficients, const double *x, double *out)
{
    (void)n, (void)lo, (void)scale, (void)pieces, (void)degree;
    (void)coefficients, (void)x, (void)out;
    return 0;
}
#endif

void HK_LEVEL(hk_piecewise)(size_t n, double lo, double scale, size_t pieces, size_t degree,
                            const double *coefficients, const double *x, double *out)
{
    int32_t begin[BLOCK];
    double t[BLOCK], sum[BLOCK];
    if (run_few_pieces(n, lo, scale, pieces, degree, coefficients, x, out))
        return;
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
