/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registers full of lanes, for the loops that compilers do not get into registers by themselves. */
#ifndef HECATE_KERNELS_VECTORS_H
#define HECATE_KERNELS_VECTORS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
enum { HK_WIDTH = 8 };
#elif defined(__AVX2__)
enum { HK_WIDTH = 4 };
#else
enum { HK_WIDTH = 2 };
#endif
typedef double hk_doubles __attribute__((vector_size(8 * HK_WIDTH)));
typedef uint64_t hk_words __attribute__((vector_size(8 * HK_WIDTH)));

static inline hk_doubles hk_spread(double x)
{
    return x - (hk_doubles){0}; /* the sign of 0 stays */
}

static inline hk_doubles hk_load(const double *x)
{
    hk_doubles lanes;
    memcpy(&lanes, x, sizeof lanes);
    return lanes;
}

static inline void hk_store(double *x, hk_doubles lanes)
{
    memcpy(x, &lanes, sizeof lanes);
}

/* The product of the lower halves of each word. */
static inline hk_words hk_product(hk_words a, uint64_t b)
{
#if defined(__AVX512F__)
    return (hk_words)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64((long long)b));
#elif defined(__AVX2__)
    return (hk_words)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x((long long)b));
#elif defined(__SSE2__)
    return (hk_words)_mm_mul_epu32((__m128i)a, _mm_set1_epi64x((long long)b));
#else
    return (a & 0xffffffff) * b;
#endif
}

/* a where a < b, else b: where one is not a number, b. */
static inline hk_doubles hk_lesser(hk_doubles a, hk_doubles b)
{
#if defined(__AVX512F__)
    return (hk_doubles)_mm512_min_pd((__m512d)a, (__m512d)b);
#elif defined(__AVX2__)
    return (hk_doubles)_mm256_min_pd((__m256d)a, (__m256d)b);
#elif defined(__SSE2__)
    return (hk_doubles)_mm_min_pd((__m128d)a, (__m128d)b);
#else
    const hk_words below = (hk_words)(a < b);
    return (hk_doubles)((below & (hk_words)a) | (~below & (hk_words)b));
#endif
}

/* ---- truths of lanes ------------------------------------------------------------------------- */

#if defined(__AVX512F__)
typedef __mmask8 hk_truths;

static inline hk_truths hk_first_lanes(size_t n)
{
    return (hk_truths)(n < HK_WIDTH ? (1u << n) - 1 : 0xff);
}

/* Lanes that are not loaded are 0. */
static inline hk_doubles hk_load_some(hk_truths lanes, const double *x)
{
    return (hk_doubles)_mm512_maskz_loadu_pd(lanes, x);
}

static inline void hk_store_some(hk_truths lanes, double *x, hk_doubles value)
{
    _mm512_mask_storeu_pd(x, lanes, (__m512d)value);
}

static inline hk_truths hk_equal(hk_truths among, hk_doubles a, hk_doubles b)
{
    return _mm512_mask_cmp_pd_mask(among, (__m512d)a, (__m512d)b, _CMP_EQ_OQ);
}

static inline hk_truths hk_unequal(hk_truths among, hk_doubles a, hk_doubles b)
{
    return _mm512_mask_cmp_pd_mask(among, (__m512d)a, (__m512d)b, _CMP_NEQ_UQ);
}

static inline hk_truths hk_at_least(hk_truths among, hk_doubles a, hk_doubles b)
{
    return _mm512_mask_cmp_pd_mask(among, (__m512d)a, (__m512d)b, _CMP_GE_OQ);
}

static inline hk_truths hk_not_at_most(hk_truths among, hk_doubles a, hk_doubles b)
{
    return _mm512_mask_cmp_pd_mask(among, (__m512d)a, (__m512d)b, _CMP_NLE_UQ);
}

static inline hk_doubles hk_blend(hk_truths truth, hk_doubles yes, hk_doubles no)
{
    return (hk_doubles)_mm512_mask_mov_pd((__m512d)no, truth, (__m512d)yes);
}

static inline int hk_any(hk_truths truth)
{
    return truth != 0;
}
#else
typedef hk_words hk_truths; /* all bits of a lane are set, or none */

static inline hk_truths hk_first_lanes(size_t n)
{
    hk_truths lanes;
    for (size_t l = 0; l < HK_WIDTH; l++)
        lanes[l] = l < n ? UINT64_MAX : 0;
    return lanes;
}

static inline hk_doubles hk_load_some(hk_truths lanes, const double *x)
{
    hk_doubles value;
    for (size_t l = 0; l < HK_WIDTH; l++)
        value[l] = lanes[l] ? x[l] : 0.0;
    return value;
}

static inline void hk_store_some(hk_truths lanes, double *x, hk_doubles value)
{
    for (size_t l = 0; l < HK_WIDTH; l++)
        if (lanes[l])
            x[l] = value[l];
}

static inline hk_truths hk_equal(hk_truths among, hk_doubles a, hk_doubles b)
{
    return among & (hk_truths)(a == b);
}

static inline hk_truths hk_unequal(hk_truths among, hk_doubles a, hk_doubles b)
{
    return among & (hk_truths)(a != b);
}

static inline hk_truths hk_at_least(hk_truths among, hk_doubles a, hk_doubles b)
{
    return among & (hk_truths)(a >= b);
}

static inline hk_truths hk_not_at_most(hk_truths among, hk_doubles a, hk_doubles b)
{
    return among & ~(hk_truths)(a <= b);
}

static inline hk_doubles hk_blend(hk_truths truth, hk_doubles yes, hk_doubles no)
{
    return (hk_doubles)((truth & (hk_words)yes) | (~truth & (hk_words)no));
}

static inline int hk_any(hk_truths truth)
{
    uint64_t bits = 0;
    for (size_t l = 0; l < HK_WIDTH; l++)
        bits |= truth[l];
    return bits != 0;
}
#endif

#endif
