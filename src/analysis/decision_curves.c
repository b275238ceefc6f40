/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Acceptability curves, expected loss and the value of perfect information.
 *
 * Draws are cut into blocks of fixed size. Each (block, threshold) yields its own sums, which are
 * added in the order of the blocks: the number of threads cannot be seen in the result. Blocks are
 * taken in waves of fixed size so that memory does not grow with the draws. */
#include "analysis/cea.h"

#include <float.h>
#include <math.h>
#include <omp.h>
#include <stdbool.h>
#include <stdlib.h>

#include "hk.h"

enum {
    BLOCK = 1024,   /* draws; one block of a few strategies stays in the second-level cache */
    WAVE = 32,      /* blocks whose sums are held at once */
    THRESHOLDS = 8, /* thresholds one task runs over while its block is in the cache */
    LANES = 8
};

/* Sums of one threshold: nb[n_strategies] and then the maximum; counts of best[n_strategies]. */
typedef struct sums {
    double *values;  /* [..][n_strategies + 1] */
    int64_t *counts; /* [..][n_strategies] */
} sums;

typedef struct work {
    const hec_psa_sample *sample;
    const hk_table *kernels;
    size_t n_wtp;
    const double *wtp;
    int n_threads;
    sums total;             /* [n_wtp] */
    sums partial;           /* [WAVE][n_wtp] */
    double *lanes;          /* [n_threads][(n_strategies + 1) * LANES] */
    const double **columns; /* [n_threads][2 * n_strategies] */
} work;

static bool sums_create(sums *s, size_t count, size_t n_strategies)
{
    s->values = calloc(count, (n_strategies + 1) * sizeof(double));
    s->counts = calloc(count, n_strategies * sizeof(int64_t));
    return s->values && s->counts;
}

static void sums_destroy(sums *s)
{
    free(s->values);
    free(s->counts);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static double fold(const double lanes[LANES])
{
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
           ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

/* Sums of one block for thresholds [from, to), into the slot of this wave. */
static void run_task(const work *w, int thread, size_t block, size_t slot, size_t from, size_t to)
{
    size_t n_strategies = w->sample->n_strategies, first = block * BLOCK;
    size_t n = smaller(BLOCK, w->sample->n_draws - first);
    double *lanes = w->lanes + (size_t)thread * (n_strategies + 1) * LANES;
    const double **cost = w->columns + (size_t)thread * 2 * n_strategies;
    const double **effect = cost + n_strategies;
    for (size_t s = 0; s < n_strategies; s++) {
        cost[s] = w->sample->cost[s] + first;
        effect[s] = w->sample->effect[s] + first;
    }
    for (size_t k = from; k < to; k++) {
        double *values = w->partial.values + (slot * w->n_wtp + k) * (n_strategies + 1);
        int64_t *counts = w->partial.counts + (slot * w->n_wtp + k) * n_strategies;
        for (size_t s = 0; s < n_strategies; s++)
            counts[s] = 0;
        for (size_t i = 0; i < (n_strategies + 1) * LANES; i++)
            lanes[i] = 0;
        w->kernels->decision(n, n_strategies, w->wtp[k], cost, effect, counts, lanes,
                             lanes + n_strategies * LANES);
        for (size_t s = 0; s <= n_strategies; s++)
            values[s] = fold(lanes + s * LANES);
    }
}

static void add_wave(work *w, size_t blocks)
{
    size_t n_values = w->n_wtp * (w->sample->n_strategies + 1);
    size_t n_counts = w->n_wtp * w->sample->n_strategies;
    for (size_t slot = 0; slot < blocks; slot++) {
        for (size_t i = 0; i < n_values; i++)
            w->total.values[i] += w->partial.values[slot * n_values + i];
        for (size_t i = 0; i < n_counts; i++)
            w->total.counts[i] += w->partial.counts[slot * n_counts + i];
    }
}

static void run_waves(work *w)
{
    size_t n_blocks = (w->sample->n_draws + BLOCK - 1) / BLOCK;
    size_t groups = (w->n_wtp + THRESHOLDS - 1) / THRESHOLDS;
    for (size_t first = 0; first < n_blocks; first += WAVE) {
        size_t blocks = smaller(WAVE, n_blocks - first);
        size_t n_tasks = blocks * groups;
#pragma omp parallel num_threads(w->n_threads)
        {
            int thread = omp_get_thread_num();
#pragma omp for schedule(dynamic)
            for (size_t task = 0; task < n_tasks; task++) {
                size_t slot = task / groups, from = task % groups * THRESHOLDS;
                run_task(w, thread, first + slot, slot, from, smaller(w->n_wtp, from + THRESHOLDS));
            }
        }
        add_wave(w, blocks);
    }
}

static size_t best_strategy(const double *nb, size_t n_strategies)
{
    size_t best = 0;
    for (size_t s = 1; s < n_strategies; s++)
        if (nb[s] > nb[best])
            best = s;
    return best;
}

/* Sums to shares and means. Rounding is monotone and every sum here has the same tree, so the sum
 * of maxima is never below the sum of any one strategy, and a loss never below 0. */
static void write_curves(const work *w, const hec_decision *out)
{
    size_t n_strategies = w->sample->n_strategies;
    double n = (double)w->sample->n_draws;
    for (size_t k = 0; k < w->n_wtp; k++) {
        const double *nb = w->total.values + k * (n_strategies + 1);
        const int64_t *count = w->total.counts + k * n_strategies;
        size_t best = best_strategy(nb, n_strategies);
        for (size_t s = 0; s < n_strategies; s++) {
            size_t i = k * n_strategies + s;
            if (out->ceac)
                out->ceac[i] = (double)count[s] / n;
            if (out->mean_nmb)
                out->mean_nmb[i] = nb[s] / n;
            if (out->expected_loss)
                out->expected_loss[i] = (nb[n_strategies] - nb[s]) / n;
        }
        if (out->evpi)
            out->evpi[k] = (nb[n_strategies] - nb[best]) / n;
        if (out->optimal)
            out->optimal[k] = (int64_t)best;
    }
}

/* Central second moments of the paired differences (cost, effect) of two strategies: for any
 * threshold, var(nb) = wtp^2 effect - 2 wtp cross + cost, without another pass over the draws. */
typedef struct moments {
    double cost, cross, effect;
} moments;

static moments paired_moments(const hec_psa_sample *sample, size_t s, size_t against)
{
    const double *cost = sample->cost[s], *cost_0 = sample->cost[against];
    const double *effect = sample->effect[s], *effect_0 = sample->effect[against];
    size_t n = sample->n_draws;
    double a[LANES] = {0}, b[LANES] = {0}, c[LANES] = {0};
    for (size_t i = 0; i < n; i++) {
        a[i % LANES] += cost[i] - cost_0[i];
        b[i % LANES] += effect[i] - effect_0[i];
    }
    double mean_cost = fold(a) / (double)n, mean_effect = fold(b) / (double)n;
    for (size_t l = 0; l < LANES; l++)
        a[l] = b[l] = c[l] = 0;
    for (size_t i = 0; i < n; i++) {
        double x = cost[i] - cost_0[i] - mean_cost, y = effect[i] - effect_0[i] - mean_effect;
        a[i % LANES] += x * x;
        b[i % LANES] += x * y;
        c[i % LANES] += y * y;
    }
    return (moments){fold(a), fold(b), fold(c)};
}

static double standard_error(moments m, double wtp, double n)
{
    double squares = wtp * wtp * m.effect - 2 * wtp * m.cross + m.cost;
    return sqrt(fmax(squares, 0) / (n - 1) / n); /* NaN for a single draw */
}

/* Fills rows of nmb_se for every threshold at which `best` is optimal. m: [n_strategies]. */
static void write_errors(const work *w, size_t best, moments *m, double *nmb_se)
{
    size_t n_strategies = w->sample->n_strategies;
#pragma omp parallel for num_threads(w->n_threads) schedule(dynamic)
    for (size_t s = 0; s < n_strategies; s++)
        if (s != best)
            m[s] = paired_moments(w->sample, s, best);
    for (size_t k = 0; k < w->n_wtp; k++) {
        if (best_strategy(w->total.values + k * (n_strategies + 1), n_strategies) != best)
            continue;
        for (size_t s = 0; s < n_strategies; s++)
            nmb_se[k * n_strategies + s] =
                s == best ? 0 : standard_error(m[s], w->wtp[k], (double)w->sample->n_draws);
    }
}

static hec_status errors_against_optimal(const work *w, double *nmb_se)
{
    size_t n_strategies = w->sample->n_strategies;
    moments *m = calloc(n_strategies, sizeof *m);
    bool *is_best = calloc(n_strategies, sizeof *is_best);
    if (m && is_best) {
        for (size_t k = 0; k < w->n_wtp; k++)
            is_best[best_strategy(w->total.values + k * (n_strategies + 1), n_strategies)] = true;
        for (size_t s = 0; s < n_strategies; s++)
            if (is_best[s])
                write_errors(w, s, m, nmb_se);
    }
    hec_status status = m && is_best ? HEC_OK : HEC_E_MEMORY;
    free(m);
    free(is_best);
    return status;
}

static hec_status check_sample(const hec_psa_sample *sample, const hk_table *kernels, size_t n_wtp,
                               const double *wtp)
{
    if (sample->n_draws == 0 || sample->n_strategies == 0)
        return HEC_E_ARGUMENT;
    if (kernels->first_outside(n_wtp, wtp, -DBL_MAX, DBL_MAX) < n_wtp)
        return HEC_E_ARGUMENT;
    size_t n = sample->n_draws;
    for (size_t s = 0; s < sample->n_strategies; s++)
        if (kernels->first_outside(n, sample->cost[s], -DBL_MAX, DBL_MAX) < n ||
            kernels->first_outside(n, sample->effect[s], -DBL_MAX, DBL_MAX) < n)
            return HEC_E_VALUE;
    return HEC_OK;
}

static bool work_create(work *w)
{
    size_t n_strategies = w->sample->n_strategies, n_threads = (size_t)w->n_threads;
    w->lanes = calloc(n_threads, (n_strategies + 1) * LANES * sizeof(double));
    w->columns = calloc(n_threads, 2 * n_strategies * sizeof(double *));
    return sums_create(&w->total, w->n_wtp, n_strategies) &&
           sums_create(&w->partial, WAVE * w->n_wtp, n_strategies) && w->lanes && w->columns;
}

static void work_destroy(work *w)
{
    sums_destroy(&w->total);
    sums_destroy(&w->partial);
    free(w->lanes);
    free(w->columns);
}

hec_status hec_decision_curves(const hec_psa_sample *sample, size_t n_wtp, const double *wtp,
                               int n_threads, const hec_decision *out)
{
    work w = {
        .sample = sample,
        .kernels = hk_select(NULL),
        .n_wtp = n_wtp,
        .wtp = wtp,
        .n_threads = n_threads > 0 ? n_threads : 1,
    };
    hec_status status = check_sample(sample, w.kernels, n_wtp, wtp);
    if (status || n_wtp == 0)
        return status;
    if (work_create(&w)) {
        run_waves(&w);
        write_curves(&w, out);
        status = out->nmb_se ? errors_against_optimal(&w, out->nmb_se) : HEC_OK;
    } else {
        status = HEC_E_MEMORY;
    }
    work_destroy(&w);
    return status;
}
