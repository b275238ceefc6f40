/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers. */
#include "level.h"

#include "philox.h"

#if defined(__AVX2__)
#include <immintrin.h>

/* GCC 12 takes a full 64-bit product where half of it would do; the one instruction below makes
 * this 3 (v3) and 1.4 (v4) times as fast. The rest is philox.h over a vector of lanes. */
#if defined(__AVX512F__)
enum { WIDTH = 8 };
typedef uint64_t hk_words __attribute__((vector_size(64)));
typedef double hk_doubles __attribute__((vector_size(64)));

static inline hk_words widening_product(hk_words a, uint64_t b)
{
    return (hk_words)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64((long long)b));
}
#else
enum { WIDTH = 4 };
typedef uint64_t hk_words __attribute__((vector_size(32)));
typedef double hk_doubles __attribute__((vector_size(32)));

static inline hk_words widening_product(hk_words a, uint64_t b)
{
    return (hk_words)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x((long long)b));
}
#endif

static inline void uniform_vector(uint64_t key, hk_words index, uint64_t word, double *out)
{
    const uint64_t mask = 0xffffffff;
    uint64_t key0 = key & mask, key1 = key >> 32;
    hk_words zero = index ^ index;
    hk_words c0 = index & mask, c1 = index >> 32, c2 = zero + word, c3 = zero;
    for (int round = 0; round < 10; round++) {
        hk_words product0 = widening_product(c0, HK_PHILOX_FACTOR0);
        hk_words product1 = widening_product(c2, HK_PHILOX_FACTOR1);
        c0 = (product1 >> 32) ^ c1 ^ key0;
        c1 = product1 & mask;
        c2 = (product0 >> 32) ^ c3 ^ key1;
        c3 = product0 & mask;
        key0 = (key0 + HK_PHILOX_STEP0) & mask;
        key1 = (key1 + HK_PHILOX_STEP1) & mask;
    }
    hk_words bits = ((c1 << 32) | c0) >> 12 | (uint64_t)1023 << 52;
    hk_doubles u = (hk_doubles)bits - 0x1.fffffffffffffp-1;
    memcpy(out, &u, sizeof u);
}

/* As many lanes as fill vectors; returns their number. */
static size_t uniform_vectors(size_t n, uint64_t key, uint64_t first, uint32_t word, double *out)
{
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        hk_words index;
        for (size_t l = 0; l < WIDTH; l++)
            index[l] = first + i + l;
        uniform_vector(key, index, word, out + i);
    }
    return i;
}
#else
static size_t uniform_vectors(size_t n, uint64_t key, uint64_t first, uint32_t word, double *out)
{
    (void)n, (void)key, (void)first, (void)word, (void)out;
    return 0;
}
#endif

void HK_LEVEL(hk_uniforms)(size_t n, uint64_t seed, uint64_t stream, uint64_t first, uint32_t word,
                           double *out)
{
    const uint64_t key = hk_philox_key(seed, stream);
    for (size_t i = uniform_vectors(n, key, first, word, out); i < n; i++)
        out[i] = hk_philox_uniform(key, first + i, word);
}
