/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3", SC11 (2011): section 3.3 and table 2. No state, any order.
 *
 * Each 32-bit word sits in a 64-bit lane, so that the widening product is one multiplication.
 *
 * How Hecate uses it. Lane i of a call with (seed, stream, first, word) is
 * - key: low and high 32 bits of mix(mix(seed + 0x9e3779b97f4a7c15) + stream), where mix is the
 *   64-bit finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), a bijection; so for one
 *   seed no two streams share a key, nor for one stream two seeds;
 * - counter: low and high 32 bits of first + i, then word, then 0;
 * - uniform: (top 52 bits of (word 1, word 0) + 1/2) / 2^52, so never 0 or 1; 1 - u is one too. */
#ifndef HECATE_KERNELS_PHILOX_H
#define HECATE_KERNELS_PHILOX_H

#include "vmath.h"

#define HK_PHILOX_FACTOR0 UINT64_C(0xd2511f53)
#define HK_PHILOX_FACTOR1 UINT64_C(0xcd9e8d57)
#define HK_PHILOX_STEP0 UINT64_C(0x9e3779b9)
#define HK_PHILOX_STEP1 UINT64_C(0xbb67ae85)

typedef struct hk_philox {
    uint64_t word[4]; /* each below 2^32 */
} hk_philox;

static inline uint64_t hk_philox_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

static inline uint64_t hk_philox_key(uint64_t seed, uint64_t stream)
{
    return hk_philox_mix(hk_philox_mix(seed + 0x9e3779b97f4a7c15) + stream);
}

static inline hk_philox hk_philox_round(hk_philox c, uint64_t key0, uint64_t key1)
{
    uint64_t product0 = HK_PHILOX_FACTOR0 * c.word[0];
    uint64_t product1 = HK_PHILOX_FACTOR1 * c.word[2];
    hk_philox next = {{(product1 >> 32) ^ c.word[1] ^ key0, product1 & 0xffffffff,
                       (product0 >> 32) ^ c.word[3] ^ key1, product0 & 0xffffffff}};
    return next;
}

/* key0, key1 below 2^32. */
static inline hk_philox hk_philox_block(hk_philox counter, uint64_t key0, uint64_t key1)
{
    for (int round = 0; round < 10; round++) {
        counter = hk_philox_round(counter, key0, key1);
        key0 = (key0 + HK_PHILOX_STEP0) & 0xffffffff;
        key1 = (key1 + HK_PHILOX_STEP1) & 0xffffffff;
    }
    return counter;
}

/* From two words: 1 + m/2^52, less 1 - 2^-53: exact. */
static inline double hk_philox_unit(uint64_t high, uint64_t low)
{
    uint64_t bits = (high << 32) | low;
    return hk_from_bits((bits >> 12) | ((uint64_t)1023 << 52)) - 0x1.fffffffffffffp-1;
}

static inline hk_philox hk_philox_of(uint64_t key, uint64_t index, uint32_t word)
{
    hk_philox counter = {{index & 0xffffffff, index >> 32, word, 0}};
    return hk_philox_block(counter, key & 0xffffffff, key >> 32);
}

static inline double hk_philox_uniform(uint64_t key, uint64_t index, uint32_t word)
{
    hk_philox c = hk_philox_of(key, index, word);
    return hk_philox_unit(c.word[1], c.word[0]);
}

#endif
