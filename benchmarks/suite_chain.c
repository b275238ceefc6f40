/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels of the cohort: one cycle, many cycles, a dense chain that no draw changes. */
#include <cblas.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "bench.h"
#include "sim/cohort_inner.h"

enum { MOST_LANES = 256, CYCLES = LIMIT_CYCLES };

typedef struct chain {
    const bench *b;
    size_t lanes;
    double *data;
    const double *p[LIMIT_ARCS];
    double *x, *y, *acc;
    double weight[2 * CYCLES];
} chain;

static const int32_t first[] = {0, 2, 4, 6, 10}, from[] = {0, 1, 0, 1, 1, 2, 0, 1, 2, 3};

/* Moves away are given; who stays is the rest. */
static void fill_arcs(chain *c)
{
    static const double least[LIMIT_ARCS] = {0, .3, .1, 0, .05, 0, .001, .003, .01, 0};
    static const double most[LIMIT_ARCS] = {0, .5, .2, 0, .15, 0, .003, .009, .03, 0};
    static const int stay[4] = {0, 3, 5, 9};
    for (int k = 0; k < LIMIT_ARCS; k++) {
        double *p = c->data + (size_t)k * MOST_LANES;
        bench_numbers(MOST_LANES, (uint64_t)(50 + k), least[k], most[k], p);
        c->p[k] = p;
    }
    for (int s = 0; s < 4; s++) {
        double *p = c->data + (size_t)stay[s] * MOST_LANES;
        for (size_t i = 0; i < MOST_LANES; i++) {
            double leave = 0;
            for (int k = 0; k < LIMIT_ARCS; k++) {
                leave += from[k] == s && k != stay[s] ? c->p[k][i] : 0;
            }
            p[i] = 1 - leave;
        }
    }
}

static void start(const chain *c)
{
    memset(c->x, 0, 4 * c->lanes * sizeof *c->x);
    memset(c->acc, 0, 8 * c->lanes * sizeof *c->acc);
    for (size_t i = 0; i < c->lanes; i++) {
        c->x[i] = 1;
    }
}

static void finish(const chain *c, const double *x, double *out)
{
    memcpy(out, x, 4 * c->lanes * sizeof *out);
    memcpy(out + 4 * c->lanes, c->acc, 8 * c->lanes * sizeof *out);
}

/* Cycle by cycle, as when probabilities change in between. */
static void steps(const chain *c, bool ours, double *out)
{
    hk_cohort layout = {4, 2, c->lanes, first, from, c->p};
    double *x = c->x, *y = c->y;
    start(c);
    for (int t = 0; t < CYCLES; t++) {
        if (ours) {
            c->b->kernels->cohort_step(c->lanes, &layout, x, c->weight + (size_t)2 * t, y, c->acc);
        } else {
            c->b->limits->step(c->lanes, c->p, x, c->weight + (size_t)2 * t, y, c->acc);
        }
        double *swap = x;
        x = y;
        y = swap;
    }
    finish(c, x, out);
}

static void our_steps(void *state, double *out)
{
    steps(state, true, out);
}

static void limit_steps(void *state, double *out)
{
    steps(state, false, out);
}

static void our_run(void *state, double *out)
{
    const chain *c = state;
    hk_cohort layout = {4, 2, c->lanes, first, from, c->p};
    start(c);
    c->b->kernels->cohort_run(c->lanes, &layout, CYCLES, c->weight, c->x, c->y, c->acc);
    finish(c, c->x, out);
}

static void limit_run(void *state, double *out)
{
    const chain *c = state;
    start(c);
    c->b->limits->run(c->lanes, c->p, CYCLES, c->weight, c->x, c->acc);
    finish(c, c->x, out);
}

void bench_chains(bench *b)
{
    if (!bench_wanted(b, "chain/")) {
        return;
    }
    chain c = {.b = b, .data = bench_doubles((LIMIT_ARCS + 16) * MOST_LANES)};
    c.x = c.data + (size_t)LIMIT_ARCS * MOST_LANES;
    c.y = c.x + (size_t)4 * MOST_LANES;
    c.acc = c.y + (size_t)4 * MOST_LANES;
    fill_arcs(&c);
    bench_numbers(2 * CYCLES, 49, 0.1, 1, c.weight);
    bench_comparison k = {.unit = "draw-cycle-state", .state = &c, .tolerance = 1e-12};
    k.contenders[0] = (bench_contender){"hecate", our_steps, false};
    k.contenders[1] = (bench_contender){"these arcs in C", limit_steps, false};
    k.name = "chain/step, 64 draws";
    c.lanes = 64;
    k.n_out = 12 * c.lanes;
    k.units = (double)c.lanes * CYCLES * 4;
    bench_compare(b, &k);
    k.name = "chain/step, 256 draws";
    c.lanes = MOST_LANES;
    k.n_out = 12 * c.lanes;
    k.units = (double)c.lanes * CYCLES * 4;
    bench_compare(b, &k);
    k.name = "chain/run, 256 draws";
    k.contenders[0].run = our_run;
    k.contenders[1].run = limit_run;
    bench_compare(b, &k);
    hec_aligned_free(c.data);
}

/* ---- one lane -------------------------------------------------------------------------------- */

/* A chain that no draw changes: every state leads to every other. */
typedef struct dense {
    const bench *b;
    size_t n, height;
    int32_t *first, *from;
    const double **p;
    double *arcs, *rows, *columns, *x, *y, *acc, *weight;
} dense;

static dense open_dense(const bench *b, size_t n)
{
    dense d = {.b = b,
               .n = n,
               .height = (n + 7) / 8 * 8,
               .first = calloc(n + 1, sizeof(int32_t)),
               .from = calloc(n * n, sizeof(int32_t)),
               .p = calloc(n * n, sizeof(double *)),
               .arcs = bench_doubles(8 * n * n),
               .rows = bench_doubles(n * n),
               .x = bench_doubles(8 * n),
               .y = bench_doubles(8 * n),
               .acc = bench_doubles(16 * n + 16),
               .weight = bench_doubles(2 * CYCLES)};
    d.columns = bench_doubles(n * d.height);
    if (!d.first || !d.from || !d.p) {
        exit(1);
    }
    bench_numbers(n * n, 70, 0.5 / (double)n, 1.5 / (double)n, d.rows);
    bench_numbers(2 * CYCLES, 49, 0.1, 1, d.weight);
    for (size_t to = 0; to < n; to++) {
        d.first[to + 1] = (int32_t)((to + 1) * n);
        for (size_t i = 0; i < n; i++) {
            size_t k = to * n + i;
            d.from[k] = (int32_t)i;
            d.p[k] = d.arcs + 8 * k;
            d.arcs[8 * k] = d.columns[i * d.height + to] = d.rows[k];
        }
    }
    return d;
}

static void close_dense(dense *d)
{
    double *blocks[] = {d->arcs, d->rows, d->columns, d->x, d->y, d->acc, d->weight};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        hec_aligned_free(blocks[i]);
    }
    free(d->first);
    free(d->from);
    free(d->p);
}

static void restart(const dense *d)
{
    memset(d->x, 0, 8 * d->n * sizeof *d->x);
    memset(d->acc, 0, (16 * d->n + 16) * sizeof *d->acc);
    d->x[0] = 1;
}

static void run_columns(void *state, double *out)
{
    const dense *d = state;
    restart(d);
    hec_cohort_columns(d->b->kernels, d->n, 2, CYCLES, d->weight, d->columns, d->x, d->y, d->acc);
    for (size_t k = 0; k < 2; k++) {
        memcpy(out + k * d->n, d->acc + k * d->height, d->n * sizeof *out);
    }
}

static void run_arcs(void *state, double *out)
{
    const dense *d = state;
    hk_cohort layout = {d->n, 2, 8, d->first, d->from, d->p};
    restart(d);
    d->b->kernels->cohort_run(1, &layout, CYCLES, d->weight, d->x, d->y, d->acc);
    for (size_t i = 0; i < 2 * d->n; i++) {
        out[i] = d->acc[8 * i];
    }
}

static void run_blas(void *state, double *out)
{
    const dense *d = state;
    int n = (int)d->n;
    double *x = d->x, *y = d->y;
    restart(d);
    memset(out, 0, 2 * d->n * sizeof *out);
    for (size_t t = 0; t < CYCLES; t++) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, n, n, 1, d->rows, n, x, 1, 0, y, 1);
        cblas_daxpy(n, d->weight[2 * t], y, 1, out, 1);
        cblas_daxpy(n, d->weight[2 * t + 1], y, 1, out + n, 1);
        double *swap = x;
        x = y;
        y = swap;
    }
}

void bench_dense_chains(bench *b)
{
    static const size_t sizes[] = {4, 8, 16, 32, 64, 128, 256};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char name[64];
        snprintf(name, sizeof name, "one lane/%zu states", sizes[i]);
        if (!bench_wanted(b, name) || (b->options.quick && sizes[i] > 64)) {
            continue;
        }
        dense d = open_dense(b, sizes[i]);
        bench_compare(b, &(bench_comparison){
                             .name = name,
                             .unit = "cycle-state",
                             .state = &d,
                             .units = (double)(CYCLES * sizes[i]),
                             .n_out = 2 * sizes[i],
                             .tolerance = 1e-12,
                             .contenders = {{"hecate, states side by side", run_columns, false},
                                            {"OpenBLAS, dgemv", run_blas, false},
                                            {"hecate, over arcs", run_arcs, false}}});
        close_dense(&d);
    }
}
