/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cycle, or many, of a cohort over sparse arcs. */
#include "level.h"

#include <string.h>

#include "vmath.h"

enum {
    HK_ARCS_AT_ONCE = 4,
    HK_WEIGHTS_AT_ONCE = 2,
    HK_TILE_LANES = 64,     /* of cohort_run, fewer where the chain is large */
    HK_TILE_DOUBLES = 4096, /* all columns of a tile: 32 KiB, within the first cache */
    HK_TILE_COLUMNS = HK_TILE_DOUBLES / 8,
};

/* What one destination state gains in one cycle: over n_arcs arcs, into y and into n_weights
 * sums, which lie acc_step apart. */
typedef struct hk_gain {
    size_t n, stride, n_arcs, n_weights, acc_step;
    const double *x;
    const int32_t *from;
    const double *const *p;
    const double *weight;
    double *y, *acc;
} hk_gain;

static inline __attribute__((always_inline)) const double *arc_x(const hk_gain *gain, int arc)
{
    return gain->x + (size_t)gain->from[arc] * gain->stride;
}

/* y = (fresh ? 0 : y) + sum of x p; acc += weight y. The three counts are constants wherever this
 * is inlined, so each case is one straight loop with everything in registers. */
static inline __attribute__((always_inline)) void gain_lanes(const hk_gain *gain, int arcs,
                                                             int weights, int fresh)
{
    const double *x0 = arcs > 0 ? arc_x(gain, 0) : NULL, *p0 = arcs > 0 ? gain->p[0] : NULL;
    const double *x1 = arcs > 1 ? arc_x(gain, 1) : NULL, *p1 = arcs > 1 ? gain->p[1] : NULL;
    const double *x2 = arcs > 2 ? arc_x(gain, 2) : NULL, *p2 = arcs > 2 ? gain->p[2] : NULL;
    const double *x3 = arcs > 3 ? arc_x(gain, 3) : NULL, *p3 = arcs > 3 ? gain->p[3] : NULL;
    double w0 = weights > 0 ? gain->weight[0] : 0.0, w1 = weights > 1 ? gain->weight[1] : 0.0;
    double *restrict y = gain->y;
    double *restrict acc0 = weights > 0 ? gain->acc : NULL;
    double *restrict acc1 = weights > 1 ? gain->acc + gain->acc_step : NULL;
    const size_t n = gain->n;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        double sum = fresh ? 0.0 : y[i];
        if (arcs > 0)
            sum = hk_fma(x0[i], p0[i], sum);
        if (arcs > 1)
            sum = hk_fma(x1[i], p1[i], sum);
        if (arcs > 2)
            sum = hk_fma(x2[i], p2[i], sum);
        if (arcs > 3)
            sum = hk_fma(x3[i], p3[i], sum);
        y[i] = sum;
        if (weights > 0)
            acc0[i] = hk_fma(w0, sum, acc0[i]);
        if (weights > 1)
            acc1[i] = hk_fma(w1, sum, acc1[i]);
    }
}

static inline __attribute__((always_inline)) void gain_weights(const hk_gain *gain, int arcs)
{
    if (gain->n_weights == 0)
        gain_lanes(gain, arcs, 0, 1);
    else if (gain->n_weights == 1)
        gain_lanes(gain, arcs, 1, 1);
    else
        gain_lanes(gain, arcs, 2, 1);
}

/* At most four arcs and two weights: one sweep over the lanes. */
static inline __attribute__((always_inline)) void gain_few(const hk_gain *gain)
{
    switch (gain->n_arcs) {
    case 0:
        gain_weights(gain, 0);
        break;
    case 1:
        gain_weights(gain, 1);
        break;
    case 2:
        gain_weights(gain, 2);
        break;
    case 3:
        gain_weights(gain, 3);
        break;
    default:
        gain_weights(gain, 4);
    }
}

/* Any number: the first four arcs afresh, then one after the other, then each weight. */
static void gain_many(hk_gain gain)
{
    const size_t n_arcs = gain.n_arcs, n_weights = gain.n_weights;
    size_t k = n_arcs < HK_ARCS_AT_ONCE ? n_arcs : HK_ARCS_AT_ONCE;
    gain.n_weights = 0;
    gain.n_arcs = k;
    gain_few(&gain);
    gain.from += k;
    gain.p += k;
    for (; k + HK_ARCS_AT_ONCE <= n_arcs; k += HK_ARCS_AT_ONCE) {
        gain_lanes(&gain, HK_ARCS_AT_ONCE, 0, 0);
        gain.from += HK_ARCS_AT_ONCE;
        gain.p += HK_ARCS_AT_ONCE;
    }
    for (; k < n_arcs; k++, gain.from++, gain.p++)
        gain_lanes(&gain, 1, 0, 0);
    const double *weight = gain.weight;
    double *acc = gain.acc;
    for (size_t w = 0; w < n_weights; w += HK_WEIGHTS_AT_ONCE) {
        gain.weight = weight + w;
        gain.acc = acc + w * gain.acc_step;
        if (w + 1 < n_weights)
            gain_lanes(&gain, 0, HK_WEIGHTS_AT_ONCE, 0);
        else
            gain_lanes(&gain, 0, 1, 0);
    }
}

static inline __attribute__((always_inline)) void one_cycle(size_t n, size_t stride,
                                                            const hk_cohort *cohort,
                                                            const double *x, const double *weight,
                                                            double *y, double *acc)
{
    const int32_t *first = cohort->first;
    if (cohort->n_weights == 0) { /* neither is read; NULL is nothing to count from */
        weight = x;
        acc = y;
    }
    for (size_t j = 0; j < cohort->n_states; j++) {
        hk_gain gain = {
            .n = n,
            .stride = stride,
            .n_arcs = (size_t)(first[j + 1] - first[j]),
            .n_weights = cohort->n_weights,
            .acc_step = cohort->n_states * stride,
            .x = x,
            .from = cohort->from + first[j],
            .p = cohort->p + first[j],
            .weight = weight,
            .y = y + j * stride,
            .acc = acc + j * stride,
        };
        if (gain.n_arcs <= HK_ARCS_AT_ONCE && gain.n_weights <= HK_WEIGHTS_AT_ONCE)
            gain_few(&gain);
        else
            gain_many(gain);
    }
}

void HK_LEVEL(hk_cohort_step)(size_t n, const hk_cohort *cohort, const double *x,
                              const double *weight, double *y, double *acc)
{
    one_cycle(n, cohort->stride, cohort, x, weight, y, acc);
}

/* ---- many cycles: a tile of lanes at a time, its columns side by side in the first cache ----- */

/* Copies n of `lanes` lanes of each column; the rest become 0. */
static void tile_in(size_t columns, size_t n, size_t lanes, const double *from, size_t stride,
                    double *to)
{
    for (size_t c = 0; c < columns; c++) {
        memcpy(to + c * lanes, from + c * stride, n * sizeof *to);
        memset(to + c * lanes + n, 0, (lanes - n) * sizeof *to);
    }
}

static void tile_out(size_t columns, size_t n, size_t lanes, const double *from, size_t stride,
                     double *to)
{
    for (size_t c = 0; c < columns; c++)
        memcpy(to + c * stride, from + c * lanes, n * sizeof *to);
}

/* Returns which of the two ends up with the occupancies: x, or y after an odd number of cycles. */
static inline __attribute__((always_inline)) double *
many_cycles(size_t n, size_t stride, const hk_cohort *cohort, size_t n_cycles, const double *weight,
            double *x, double *y, double *acc)
{
    for (size_t cycle = 0; cycle < n_cycles; cycle++) {
        const double *now = cohort->n_weights ? weight + cycle * cohort->n_weights : NULL;
        one_cycle(n, stride, cohort, x, now, y, acc);
        double *swap = x;
        x = y;
        y = swap;
    }
    return x;
}

static void run_tiles(size_t n, size_t lanes, const hk_cohort *cohort, size_t n_cycles,
                      const double *weight, double *x, double *acc)
{
    const size_t states = cohort->n_states, sums = cohort->n_weights * states;
    const size_t arcs = (size_t)cohort->first[states], stride = cohort->stride;
    _Alignas(64) double room[HK_TILE_DOUBLES];
    const double *p[HK_TILE_COLUMNS];
    double *tile_x = room, *tile_y = tile_x + states * lanes, *tile_acc = tile_y + states * lanes;
    double *tile_p = tile_acc + sums * lanes;
    hk_cohort tile = *cohort;
    tile.stride = lanes;
    tile.p = p;
    for (size_t k = 0; k < arcs; k++)
        p[k] = tile_p + k * lanes;
    for (size_t i = 0; i < n; i += lanes) {
        const size_t here = n - i < lanes ? n - i : lanes;
        tile_in(states, here, lanes, x + i, stride, tile_x);
        if (sums > 0)
            tile_in(sums, here, lanes, acc + i, stride, tile_acc);
        for (size_t k = 0; k < arcs; k++)
            tile_in(1, here, lanes, cohort->p[k] + i, 0, tile_p + k * lanes);
        double *last;
        if (lanes == HK_TILE_LANES) /* a constant: straight code, 1.3 times as fast */
            last = many_cycles(HK_TILE_LANES, HK_TILE_LANES, &tile, n_cycles, weight, tile_x,
                               tile_y, tile_acc);
        else
            last = many_cycles(lanes, lanes, &tile, n_cycles, weight, tile_x, tile_y, tile_acc);
        tile_out(states, here, lanes, last, stride, x + i);
        if (sums > 0)
            tile_out(sums, here, lanes, tile_acc, stride, acc + i);
    }
}

void HK_LEVEL(hk_cohort_run)(size_t n, const hk_cohort *cohort, size_t n_cycles,
                             const double *weight, double *x, double *scratch, double *acc)
{
    const size_t states = cohort->n_states, stride = cohort->stride;
    const size_t columns = (2 + cohort->n_weights) * states + (size_t)cohort->first[states];
    if (HK_LEVEL(hk_cohort_registers)(n, cohort, n_cycles, weight, x, acc))
        return;
    if (columns <= HK_TILE_COLUMNS) {
        size_t lanes = HK_TILE_LANES;
        while (lanes > 8 && (lanes * columns > HK_TILE_DOUBLES || lanes / 2 >= n))
            lanes /= 2;
        run_tiles(n, lanes, cohort, n_cycles, weight, x, acc);
        return;
    }
    const double *last = many_cycles(n, stride, cohort, n_cycles, weight, x, scratch, acc);
    for (size_t j = 0; last != x && j < states; j++)
        memcpy(x + j * stride, last + j * stride, n * sizeof *x);
}
