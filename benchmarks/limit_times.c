/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit: illness and death in continuous time written for this one model. Everybody's second
 * stay is worked out, whoever falls ill; registers of persons, the C library's vector functions,
 * Philox4x32-10 as the engine asks it. No language, no categories, no undiscounted totals, no
 * checks. */
#include "generic/vectors.h"
#include "limit_level.h"
#include "philox.h"

/* H to S: Weibull from the start of the stay; to D: Gompertz by age. S to D: Weibull. */
static const double ill_shape = 1.2, ill_scale = 12, age_shape = 0.1, age_rate = 0.005;
static const double death_shape = 1.4, death_scale = 7;
static const double cost_h = 200, cost_s = 2000, utility_h = 1, utility_s = 0.7;

static inline lanes pick(lanes a, lanes b, lanes yes, lanes no) /* where a < b */
{
    const hk_words below = (hk_words)(a < b);
    return (lanes)((below & (hk_words)yes) | (~below & (hk_words)no));
}

/* -log(1 - u) for the first uniform of the block (person, word) */
static inline lanes hazard_of(uint64_t key, hk_words person, uint64_t word)
{
    const uint64_t low = 0xffffffff;
    uint64_t key0 = key & low, key1 = key >> 32;
    hk_words c[4] = {person, person >> 32, (hk_words){0} + word, {0}};
    for (int round = 0; round < 10; round++) {
        hk_words product0 = hk_product(c[0], HK_PHILOX_FACTOR0);
        hk_words product1 = hk_product(c[2], HK_PHILOX_FACTOR1);
        c[0] = (product1 >> 32) ^ c[1] ^ key0;
        c[1] = product1;
        c[2] = (product0 >> 32) ^ c[3] ^ key1;
        c[3] = product0;
        key0 += HK_PHILOX_STEP0;
        key1 += HK_PHILOX_STEP1;
    }
    hk_words bits = (c[1] << 32 | (c[0] & low)) >> 12 | (uint64_t)1023 << 52;
    return -lanes_log(2.0 - (lanes)bits - 0x1p-53); /* 1 - (bits - 1 + 2^-53): exact */
}

/* Years from the start, discounted. */
static inline lanes worth(double rate, lanes t)
{
    return lanes_expm1(-rate * t) * (-1 / rate);
}

void LIMIT_LEVEL(limit_times)(size_t n, const uint64_t key[3], uint64_t first, double horizon,
                              double rate, double *cost, double *qaly)
{
    const lanes end = lanes_set(horizon), never = lanes_set(0);
    for (size_t i = 0; i + WIDTH <= n; i += WIDTH) {
        hk_words person;
        for (size_t l = 0; l < WIDTH; l++)
            person[l] = first + i + l;
        lanes ill = ill_scale * lanes_pow(hazard_of(key[0], person, 0), lanes_set(1 / ill_shape));
        lanes age = hazard_of(key[1], person, 0) * (age_shape / age_rate);
        age = lanes_log(1.0 + age) / age_shape;
        lanes dead =
            death_scale * lanes_pow(hazard_of(key[2], person, 1), lanes_set(1 / death_shape));
        lanes well = pick(ill, age, ill, age);
        well = pick(well, end, well, end);
        lanes until = well + dead;
        until = pick(until, end, until, end);
        lanes in_h = worth(rate, well), in_s = worth(rate, until) - in_h;
        in_s = pick(age, ill, never, in_s); /* who dies of age first was never ill */
        lanes_store(cost + i, cost_h * in_h + cost_s * in_s);
        lanes_store(qaly + i, utility_h * in_h + utility_s * in_s);
    }
}
