/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers: philox.h over registers of lanes. Compilers take a full 64-bit product where half
 * of it would do; hk_product makes this 3 (x86-64-v3) and 1.4 (v4) times as fast. */
#include "level.h"

#include "philox.h"
#include "vectors.h"

/* Words of a block; upper halves mean nothing. */
typedef struct hk_block {
    hk_words word[4];
} hk_block;

static inline hk_block block_of(uint64_t key, hk_words index, uint32_t word)
{
    uint64_t key0 = key & 0xffffffff, key1 = key >> 32;
    hk_words c0 = index, c1 = index >> 32, c2 = (hk_words){0} + word, c3 = {0};
    for (int round = 0; round < 10; round++) {
        hk_words product0 = hk_product(c0, HK_PHILOX_FACTOR0);
        hk_words product1 = hk_product(c2, HK_PHILOX_FACTOR1);
        c0 = (product1 >> 32) ^ c1 ^ key0;
        c1 = product1;
        c2 = (product0 >> 32) ^ c3 ^ key1;
        c3 = product0;
        key0 += HK_PHILOX_STEP0;
        key1 += HK_PHILOX_STEP1;
    }
    return (hk_block){{c0, c1, c2, c3}};
}

/* As hk_philox_unit. */
static inline hk_doubles unit_of(hk_words high, hk_words low)
{
    const hk_words bits = (high << 32) | (low & 0xffffffff);
    return (hk_doubles)((bits >> 12) | (uint64_t)1023 << 52) - 0x1.fffffffffffffp-1;
}

void HK_LEVEL(hk_uniforms)(size_t n, uint64_t seed, uint64_t stream, uint64_t first, uint32_t word,
                           double *out)
{
    const uint64_t key = hk_philox_key(seed, stream);
    hk_words index;
    size_t i = 0;
    for (size_t l = 0; l < HK_WIDTH; l++)
        index[l] = first + l;
    for (; i + HK_WIDTH <= n; i += HK_WIDTH, index += HK_WIDTH) {
        const hk_block block = block_of(key, index, word);
        hk_store(out + i, unit_of(block.word[1], block.word[0]));
    }
    for (; i < n; i++)
        out[i] = hk_philox_uniform(key, first + i, word);
}

/* ---- persons --------------------------------------------------------------------------------- */

/* 1 - u where the lane's id is odd. */
static inline hk_doubles mirror(hk_words id, hk_doubles u)
{
    const hk_words odd = -(id & 1);
    return (hk_doubles)((odd & (hk_words)(1.0 - u)) | (~odd & (hk_words)u));
}

/* pairs and both are constants wherever this is inlined. */
static inline __attribute__((always_inline)) void person_vector(uint64_t key, const uint64_t *id,
                                                                uint32_t word, int pairs, int both,
                                                                double *even, double *odd)
{
    hk_words index;
    memcpy(&index, id, sizeof index);
    const hk_block block = block_of(key, pairs ? index >> 1 : index, word);
    const hk_doubles u = unit_of(block.word[1], block.word[0]);
    const hk_doubles v = unit_of(block.word[3], block.word[2]);
    hk_store(even, pairs ? mirror(index, u) : u);
    if (both)
        hk_store(odd, pairs ? mirror(index, v) : v);
}

static inline __attribute__((always_inline)) void person_vectors(size_t n, uint64_t key,
                                                                 const uint64_t *id, uint32_t word,
                                                                 int pairs, int both, double *even,
                                                                 double *odd)
{
    size_t i = 0;
    for (; i + HK_WIDTH <= n; i += HK_WIDTH)
        person_vector(key, id + i, word, pairs, both, even + i, both ? odd + i : NULL);
    if (i < n) {
        uint64_t last[HK_WIDTH] = {0};
        double u[HK_WIDTH], v[HK_WIDTH];
        memcpy(last, id + i, (n - i) * sizeof *id);
        person_vector(key, last, word, pairs, both, u, v);
        memcpy(even + i, u, (n - i) * sizeof *even);
        if (both)
            memcpy(odd + i, v, (n - i) * sizeof *odd);
    }
}

void HK_LEVEL(hk_person_uniforms)(size_t n, uint64_t seed, uint64_t stream, const uint64_t *id,
                                  uint32_t word, int pairs, double *even, double *odd)
{
    const uint64_t key = hk_philox_key(seed, stream);
    if (pairs && odd)
        person_vectors(n, key, id, word, 1, 1, even, odd);
    else if (pairs)
        person_vectors(n, key, id, word, 1, 0, even, odd);
    else if (odd)
        person_vectors(n, key, id, word, 0, 1, even, odd);
    else
        person_vectors(n, key, id, word, 0, 0, even, odd);
}
