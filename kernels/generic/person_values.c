/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person's state is worth: some registers of lanes try all states at a time. */
#include "level.h"

#include "vectors.h"
#include "vmath.h"

enum { HK_GROUPS = 4, BLOCK = 512 };

/* What a call is about. */
typedef struct hk_worths {
    size_t n_states;
    const double *const *value;
    const uint8_t *uniform;
    const double *state;
} hk_worths;

/* Lanes i on, as many as `groups` registers hold where they are whole, else `n`. The last two are
 * constants wherever this is inlined. */
static inline __attribute__((always_inline)) void
pick_vectors(const hk_worths *worths, size_t i, size_t n, double *out, int groups, int whole)
{
    const hk_truths every = hk_first_lanes(HK_WIDTH), some = hk_first_lanes(whole ? HK_WIDTH : n);
    hk_doubles state[HK_GROUPS], picked[HK_GROUPS];
    for (int g = 0; g < groups; g++) {
        const double *from = worths->state + i + (size_t)g * HK_WIDTH;
        state[g] = whole ? hk_load(from) : hk_load_some(some, from);
        picked[g] = hk_spread(0.0);
    }
    for (size_t s = 0; s < worths->n_states; s++) {
        const double *value = worths->value[s];
        if (!value)
            continue;
        const hk_doubles number = hk_spread((double)s), all = hk_spread(value[0]);
        if (worths->uniform[s])
            for (int g = 0; g < groups; g++)
                picked[g] = hk_blend(hk_equal(every, state[g], number), all, picked[g]);
        else
            for (int g = 0; g < groups; g++) {
                const double *from = value + i + (size_t)g * HK_WIDTH;
                picked[g] = hk_blend(hk_equal(every, state[g], number),
                                     whole ? hk_load(from) : hk_load_some(some, from), picked[g]);
            }
    }
    for (int g = 0; g < groups; g++) {
        if (whole)
            hk_store(out + (size_t)g * HK_WIDTH, picked[g]);
        else
            hk_store_some(some, out, picked[g]);
    }
}

#if defined(__AVX512F__)
/* Numbers for few states lie in two registers: permuting those is twice as fast as trying state by
 * state. Where there are 16 states, nowhere (-1) would be the last. */
enum { HK_FEW = 2 * HK_WIDTH - 1 };

static int pick_few(const hk_worths *worths, size_t begin, size_t end, double *out)
{
    double table[2 * HK_WIDTH] = {0.0};
    if (worths->n_states > HK_FEW)
        return 0;
    for (size_t s = 0; s < worths->n_states; s++) {
        if (worths->value[s] && !worths->uniform[s])
            return 0;
        table[s] = worths->value[s] ? worths->value[s][0] : 0.0;
    }
    const __m512d low = (__m512d)hk_load(table), high = (__m512d)hk_load(table + HK_WIDTH);
    for (size_t i = begin; i < end; i += HK_WIDTH, out += HK_WIDTH) {
        const hk_truths some = hk_first_lanes(end - i);
        const __m512d state = (__m512d)hk_load_some(some, worths->state + i);
        const __m512i number = _mm512_cvttpd_epi64(state);
        hk_store_some(some, out, (hk_doubles)_mm512_permutex2var_pd(low, number, high));
    }
    return 1;
}
#else
static int pick_few(const hk_worths *worths, size_t begin, size_t end, double *out)
{
    (void)worths, (void)begin, (void)end, (void)out;
    return 0;
}
#endif

/* Lanes begin to end, to out[0] on. */
static void pick(const hk_worths *worths, size_t begin, size_t end, double *out)
{
    size_t i = begin;
    if (pick_few(worths, begin, end, out))
        return;
    for (; i + HK_GROUPS * HK_WIDTH <= end; i += HK_GROUPS * HK_WIDTH)
        pick_vectors(worths, i, 0, out + (i - begin), HK_GROUPS, 1);
    for (; i < end; i += HK_WIDTH)
        pick_vectors(worths, i, end - i, out + (i - begin), 1, 0);
}

void HK_LEVEL(hk_person_pick)(size_t n, size_t n_states, const double *const *value,
                              const uint8_t *uniform, const double *state, double *out)
{
    const hk_worths worths = {n_states, value, uniform, state};
    pick(&worths, 0, n, out);
}

void HK_LEVEL(hk_person_reward)(size_t n, size_t n_states, const double *const *value,
                                const uint8_t *uniform, const double *state, double w0, double w1,
                                double *y0, double *y1)
{
    const hk_worths worths = {n_states, value, uniform, state};
    double picked[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t here = n - start < BLOCK ? n - start : BLOCK;
        pick(&worths, start, start + here, picked);
#pragma omp simd
        for (size_t i = 0; i < here; i++) {
            y0[start + i] = hk_fma(w0, picked[i], y0[start + i]);
            y1[start + i] = hk_fma(w1, picked[i], y1[start + i]);
        }
    }
}
