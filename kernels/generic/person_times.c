/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons who go from event to event: which comes first, and what the time until then counts. */
#include "level.h"

#include "vmath.h"

#if defined(__AVX512F__) && defined(__AVX512VL__)
#include <immintrin.h>
#endif

enum { BLOCK = 64 };

/* One more time to come; wrong[i]: it is none. */
static void one_time(size_t n, const double *time, double number, const double *from, double *until,
                     double *which, double *wrong)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        const double t = time[i], least = until[i];
        const int sooner = t < least;
        until[i] = hk_pick(sooner, t, least);
        which[i] = hk_pick(sooner, number, which[i]);
        wrong[i] = hk_pick(t >= from[i], wrong[i], 1.0);
    }
}

size_t HK_LEVEL(hk_person_earliest)(size_t n, size_t n_times, const double *const *time,
                                    const double *from, double horizon, double *until,
                                    double *which)
{
    double wrong[BLOCK];
    size_t bad = n;
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t here = n - start < BLOCK ? n - start : BLOCK;
        double some = 0.0;
#pragma omp simd
        for (size_t i = 0; i < here; i++) {
            until[start + i] = horizon;
            which[start + i] = (double)n_times;
            wrong[i] = 0.0;
        }
        for (size_t k = 0; k < n_times; k++)
            one_time(here, time[k] + start, (double)k, from + start, until + start, which + start,
                     wrong);
#pragma omp simd reduction(+ : some)
        for (size_t i = 0; i < here; i++)
            some += wrong[i];
        for (size_t i = 0; some > 0.0 && bad == n && i < here; i++)
            bad = wrong[i] != 0.0 ? start + i : bad;
    }
    return bad;
}

void HK_LEVEL(hk_person_discount)(size_t n, double rate, const double *from, const double *until,
                                  double *years)
{
    const double per_rate = 1.0 / rate;
    if (!from) {
#pragma omp simd
        for (size_t i = 0; i < n; i++)
            years[i] = -hk_expm1(-rate * until[i]) * per_rate;
        return;
    }
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        const double gone = -hk_expm1(-rate * (until[i] - from[i]));
        years[i] = hk_exp(-rate * from[i]) * gone * per_rate;
    }
}

#if defined(__AVX512F__) && defined(__AVX512VL__)
/* Compilers do not find this by themselves. */
static size_t choose_vectors(size_t n, const double *which, double wanted, const uint32_t *lanes,
                             const double *until, uint32_t *index, uint32_t *lanes_out,
                             double *until_out, size_t *done)
{
    const __m512d want = _mm512_set1_pd(wanted);
    const __m256i step = _mm256_set1_epi32(8);
    __m256i at = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    size_t count = 0, i = 0;
    for (; i + 8 <= n; i += 8, at = _mm256_add_epi32(at, step)) {
        const __mmask8 is = _mm512_cmp_pd_mask(_mm512_loadu_pd(which + i), want, _CMP_EQ_OQ);
        const size_t some = (size_t)__builtin_popcount(is);
        const __mmask8 first = (__mmask8)((1u << some) - 1);
        const __m256i who = _mm256_loadu_si256((const __m256i *)(const void *)(lanes + i));
        _mm256_mask_storeu_epi32(index + count, first, _mm256_maskz_compress_epi32(is, at));
        _mm256_mask_storeu_epi32(lanes_out + count, first, _mm256_maskz_compress_epi32(is, who));
        _mm512_mask_storeu_pd(until_out + count, first,
                              _mm512_maskz_compress_pd(is, _mm512_loadu_pd(until + i)));
        count += some;
    }
    *done = i;
    return count;
}
#else
static size_t choose_vectors(size_t n, const double *which, double wanted, const uint32_t *lanes,
                             const double *until, uint32_t *index, uint32_t *lanes_out,
                             double *until_out, size_t *done)
{
    (void)n, (void)which, (void)wanted, (void)lanes, (void)until;
    (void)index, (void)lanes_out, (void)until_out;
    *done = 0;
    return 0;
}
#endif

size_t HK_LEVEL(hk_person_choose)(size_t n, const double *which, double wanted,
                                  const uint32_t *lanes, const double *until, uint32_t *index,
                                  uint32_t *lanes_out, double *until_out)
{
    size_t i = 0;
    size_t count = choose_vectors(n, which, wanted, lanes, until, index, lanes_out, until_out, &i);
    for (; i < n; i++) {
        index[count] = (uint32_t)i;
        lanes_out[count] = lanes[i];
        until_out[count] = until[i];
        count += which[i] == wanted;
    }
    return count;
}

void HK_LEVEL(hk_scatter_add)(size_t n, const uint32_t *index, const double *x, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[index[i]] += x[i];
}
