/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moving lanes about, and counting them up. */
#include "level.h"

#include "vectors.h"

enum { LANES = 8 };

#if defined(__AVX512F__)
/* Four times as fast as a loop. Numbers of whole registers are stored: there is room, since no more
 * are kept than lanes have been looked at. Returns how many lanes those are. */
static size_t keep_vectors(size_t n, const double *keep, uint32_t *index, size_t *count)
{
    const __m512i step = _mm512_set1_epi32(2 * HK_WIDTH);
    __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const hk_truths every = hk_first_lanes(HK_WIDTH);
    const hk_doubles zero = hk_spread(0.0);
    size_t i = 0;
    for (; i + 2 * HK_WIDTH <= n; i += 2 * HK_WIDTH) {
        const __mmask8 low = hk_unequal(every, hk_load(keep + i), zero);
        const __mmask8 high = hk_unequal(every, hk_load(keep + i + HK_WIDTH), zero);
        const __mmask16 kept = _mm512_kunpackb(high, low);
        _mm512_storeu_si512(index + *count, _mm512_maskz_compress_epi32(kept, lane));
        *count += (size_t)__builtin_popcount(kept);
        lane = _mm512_add_epi32(lane, step);
    }
    return i;
}
#else
static size_t keep_vectors(size_t n, const double *keep, uint32_t *index, size_t *count)
{
    (void)n, (void)keep, (void)index, (void)count;
    return 0;
}
#endif

size_t HK_LEVEL(hk_person_keep)(size_t n, const double *keep, uint32_t *index)
{
    size_t count = 0;
    for (size_t i = keep_vectors(n, keep, index, &count); i < n; i++) {
        index[count] = (uint32_t)i;
        count += keep[i] != 0.0;
    }
    return count;
}

void HK_LEVEL(hk_gather)(size_t n, const uint32_t *index, const double *x, double *out)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        out[i] = x[index[i]];
}

void HK_LEVEL(hk_scatter)(size_t n, const uint32_t *index, const double *x, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[index[i]] = x[i];
}

void HK_LEVEL(hk_sum_lanes)(size_t n, const double *x, double sums[8])
{
    size_t i = 0;
    double part[LANES];
    for (size_t l = 0; l < LANES; l++)
        part[l] = sums[l];
    for (; i + LANES <= n; i += LANES) {
#pragma omp simd
        for (size_t l = 0; l < LANES; l++)
            part[l] += x[i + l];
    }
    for (; i < n; i++)
        part[i % LANES] += x[i];
    for (size_t l = 0; l < LANES; l++)
        sums[l] = part[l];
}
