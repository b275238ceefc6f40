/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All cycles of a small chain with its occupancies and sums in registers: 2.7 times as fast as
 * columns for three states, 1.6 times for four. Only where there are 32 registers (x86-64-v4): with
 * 16 of half the width, columns are up to 1.5 times as fast (GCC 12), or no slower (Clang 14). */
#include "level.h"

#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>

/* Registers bound what is small: occupancies before and after, sums, and a few to work with. */
enum { WIDTH = 8, HK_REGISTERS = 28 };
typedef __m512d hk_lanes;

static inline hk_lanes spread(double x)
{
    return _mm512_set1_pd(x);
}

static inline hk_lanes multiply_add(hk_lanes a, hk_lanes b, hk_lanes c)
{
    return _mm512_fmadd_pd(a, b, c);
}

enum { HK_STATES = 4, HK_WEIGHTS = 3, HK_GROUPS = 2 };

/* Lanes of a tile: `groups` registers of them; p is the whole matrix, arcs that are not there 0. */
typedef struct hk_tile {
    hk_lanes p[HK_STATES * HK_STATES][HK_GROUPS];
    hk_lanes x[HK_STATES][HK_GROUPS], sum[HK_WEIGHTS * HK_STATES][HK_GROUPS];
} hk_tile;

/* The counts are constants wherever this is inlined; then nothing of it is in memory but p. */
static inline __attribute__((always_inline)) void
cycles_of(hk_tile *tile, size_t n_cycles, const double *weight, int states, int weights, int groups)
{
    hk_lanes x[HK_STATES][HK_GROUPS], y[HK_STATES][HK_GROUPS];
    hk_lanes sum[HK_WEIGHTS * HK_STATES][HK_GROUPS];
    for (int j = 0; j < states; j++)
        for (int g = 0; g < groups; g++)
            x[j][g] = tile->x[j][g];
    for (int j = 0; j < weights * states; j++)
        for (int g = 0; g < groups; g++)
            sum[j][g] = tile->sum[j][g];
    for (size_t cycle = 0; cycle < n_cycles; cycle++, weight += weights) {
        for (int j = 0; j < states; j++)
            for (int g = 0; g < groups; g++) {
                y[j][g] = multiply_add(x[0][g], tile->p[j * states][g], spread(0.0));
                for (int i = 1; i < states; i++)
                    y[j][g] = multiply_add(x[i][g], tile->p[j * states + i][g], y[j][g]);
            }
        for (int w = 0; w < weights; w++)
            for (int j = 0; j < states; j++)
                for (int g = 0; g < groups; g++)
                    sum[w * states + j][g] =
                        multiply_add(spread(weight[w]), y[j][g], sum[w * states + j][g]);
        for (int j = 0; j < states; j++)
            for (int g = 0; g < groups; g++)
                x[j][g] = y[j][g];
    }
    for (int j = 0; j < states; j++)
        for (int g = 0; g < groups; g++)
            tile->x[j][g] = x[j][g];
    for (int j = 0; j < weights * states; j++)
        for (int g = 0; g < groups; g++)
            tile->sum[j][g] = sum[j][g];
}

static inline __attribute__((always_inline)) void
cycles_in(hk_tile *tile, size_t n_cycles, const double *weight, int states, int weights)
{
    if (2 * states * (2 + weights) <= HK_REGISTERS)
        cycles_of(tile, n_cycles, weight, states, weights, 2);
    else
        cycles_of(tile, n_cycles, weight, states, weights, 1);
}

static inline __attribute__((always_inline)) void
cycles_by_weights(hk_tile *tile, size_t n_cycles, const double *weight, int states, size_t weights)
{
    if (weights == 1)
        cycles_in(tile, n_cycles, weight, states, 1);
    else if (weights == 2)
        cycles_in(tile, n_cycles, weight, states, 2);
    else
        cycles_in(tile, n_cycles, weight, states, 3);
}

static void run_tile(hk_tile *tile, size_t n_cycles, const double *weight, size_t states,
                     size_t weights)
{
    if (states == 1)
        cycles_by_weights(tile, n_cycles, weight, 1, weights);
    else if (states == 2)
        cycles_by_weights(tile, n_cycles, weight, 2, weights);
    else if (states == 3)
        cycles_by_weights(tile, n_cycles, weight, 3, weights);
    else
        cycles_by_weights(tile, n_cycles, weight, 4, weights);
}

/* A copy of unknown length is slower than the cycles; whole registers are copied as such. */
static inline void put_in(size_t n, const double *from, hk_lanes to[HK_GROUPS])
{
    for (size_t g = 0; g < HK_GROUPS && n > 0; g++) {
        const size_t here = n < WIDTH ? n : WIDTH;
        if (here == WIDTH)
            memcpy(&to[g], from + g * WIDTH, sizeof to[g]);
        else
            memcpy(&to[g], from + g * WIDTH, here * sizeof *from);
        n -= here;
    }
}

static inline void take_out(size_t n, const hk_lanes from[HK_GROUPS], double *to)
{
    for (size_t g = 0; g < HK_GROUPS && n > 0; g++) {
        const size_t here = n < WIDTH ? n : WIDTH;
        if (here == WIDTH)
            memcpy(to + g * WIDTH, &from[g], sizeof from[g]);
        else
            memcpy(to + g * WIDTH, &from[g], here * sizeof *to);
        n -= here;
    }
}

static void fill_matrix(const hk_cohort *cohort, size_t i, size_t n, hk_tile *tile)
{
    const size_t states = cohort->n_states;
    for (size_t j = 0; j < states; j++)
        for (int32_t k = cohort->first[j]; k < cohort->first[j + 1]; k++)
            put_in(n, cohort->p[k] + i, tile->p[j * states + (size_t)cohort->from[k]]);
}

/* Products are summed in the order of the states they come from: arcs must stand in it too. */
static int is_small(const hk_cohort *cohort)
{
    if (cohort->n_states > HK_STATES || cohort->n_weights < 1 || cohort->n_weights > HK_WEIGHTS ||
        cohort->n_states * (2 + cohort->n_weights) > HK_REGISTERS)
        return 0;
    for (size_t j = 0; j < cohort->n_states; j++)
        for (int32_t k = cohort->first[j] + 1; k < cohort->first[j + 1]; k++)
            if (cohort->from[k] <= cohort->from[k - 1])
                return 0;
    return 1;
}

int HK_LEVEL(hk_cohort_registers)(size_t n, const hk_cohort *cohort, size_t n_cycles,
                                  const double *weight, double *x, double *acc)
{
    const size_t states = cohort->n_states, weights = cohort->n_weights, stride = cohort->stride;
    if (!is_small(cohort))
        return 0;
    const size_t lanes = 2 * states * (2 + weights) <= HK_REGISTERS ? 2 * WIDTH : WIDTH;
    hk_tile tile;
    memset(&tile, 0, sizeof tile);
    for (size_t i = 0; i < n; i += lanes) {
        const size_t here = n - i < lanes ? n - i : lanes;
        fill_matrix(cohort, i, here, &tile);
        for (size_t j = 0; j < states; j++)
            put_in(here, x + j * stride + i, tile.x[j]);
        for (size_t j = 0; j < weights * states; j++)
            put_in(here, acc + j * stride + i, tile.sum[j]);
        run_tile(&tile, n_cycles, weight, states, weights);
        for (size_t j = 0; j < states; j++)
            take_out(here, tile.x[j], x + j * stride + i);
        for (size_t j = 0; j < weights * states; j++)
            take_out(here, tile.sum[j], acc + j * stride + i);
    }
    return 1;
}
#else
int HK_LEVEL(hk_cohort_registers)(size_t n, const hk_cohort *cohort, size_t n_cycles,
                                  const double *weight, double *x, double *acc)
{
    (void)n, (void)cohort, (void)n_cycles, (void)weight, (void)x, (void)acc;
    return 0;
}
#endif
