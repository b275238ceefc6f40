/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons in continuous time: illness and death beside the same lives written by hand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "bench_model.h"
#include "philox.h"
#include "sim/persons_inner.h"

enum { HORIZON = 50, BLOCK = 512 };

static const char text[] =
    "hecate: 1\nmodel: times\ntime: {cycle: 1 year, cycles: 50}\n"
    "engine: {microsimulation: {persons: 1000}}\nuncertainty: {seed: 20260101}\n"
    "chains:\n  c:\n    start: H\n    clock: reset\n    states:\n"
    "      H: {utility: 1, cost: 200, time: {S: weibull(shape: 1.2, scale: 12),\n"
    "          D: {dist: gompertz(shape: 0.1, rate: 0.005), clock: forward}}}\n"
    "      S: {utility: 0.7, cost: 2000, time: {D: weibull(shape: 1.4, scale: 7)}}\n"
    "      D: {dead: true}\n"
    "economics: {perspective: all, currency: CNY, discount: 5%, discounting: discrete,\n"
    "  effect: qaly}\n";

typedef struct lives {
    const bench *b;
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    const hec_model *model;
    hec_persons *persons;
    hec_persons_work *work;
    size_t n;
    double *totals; /* [2][outcomes][BLOCK] */
    uint64_t keys[3];
    hec_person_tally *tally;
} lives;

static void give_up(const lives *x, const char *what)
{
    char *words = hec_diagnostics_text(x->diagnostics, false);
    fprintf(stderr, "%s: %s\n", what, words ? words : "");
    free(words);
    exit(1);
}

static lives open_lives(const bench *b, size_t n)
{
    static const char *const chances[] = {"time/c/H/S/1", "time/c/H/D/1", "time/c/S/D/1"};
    lives x = {
        .b = b, .arena = hec_arena_create(), .diagnostics = hec_diagnostics_create(), .n = n};
    hec_node *tree = NULL;
    if (!hec_tree_read_text(x.arena, x.diagnostics, "times.yaml", text, strlen(text), &tree)) {
        give_up(&x, "reading");
    }
    x.model = hec_model_build(x.arena, x.diagnostics, tree);
    x.persons = x.model ? hec_persons_create(x.arena, x.diagnostics, x.model) : NULL;
    x.work = x.persons ? hec_persons_work_create(x.persons, BLOCK) : NULL;
    if (!x.work) {
        give_up(&x, "building");
    }
    x.totals = bench_doubles(2 * x.model->n_outcomes * BLOCK);
    for (size_t i = 0; i < 3; i++) {
        uint64_t stream = hec_person_stream(hec_stream_of_name(chances[i]), -1);
        x.keys[i] = hk_philox_key(x.model->seed, stream);
    }
    return x;
}

static void close_lives(lives *x)
{
    hec_persons_work_destroy(x->work);
    hec_aligned_free(x->totals);
    hec_diagnostics_destroy(x->diagnostics);
    hec_arena_destroy(x->arena);
}

/* The answer: cost, then QALYs, discounted, person by person. */
static void simulate(void *state, double *out)
{
    const lives *x = state;
    const size_t row = x->model->n_outcomes * BLOCK, qaly = (size_t)x->model->effect * BLOCK;
    for (size_t first = 0; first < x->n; first += BLOCK) {
        hec_person_block block = {.kernels = x->b->kernels,
                                  .seed = x->model->seed,
                                  .draw = -1,
                                  .first = (int64_t)first,
                                  .n = x->n - first < BLOCK ? x->n - first : BLOCK,
                                  .tally = x->tally};
        hec_person_fault fault = {0};
        hec_persons_begin(x->persons, x->work, &block);
        if (!hec_persons_strategy(x->persons, x->work, &block, 0, x->totals, BLOCK, &fault)) {
            give_up(x, "simulating");
        }
        memcpy(out + first, x->totals + row, block.n * sizeof *out);
        memcpy(out + x->n + first, x->totals + row + qaly, block.n * sizeof *out);
    }
}

static void by_hand(void *state, double *out)
{
    const lives *x = state;
    x->b->limits->times(x->n, x->keys, 0, HORIZON, log1p(0.05), out, out + x->n);
}

/* Counted once, apart from what is timed. */
static double count_moves(lives *x, double *out)
{
    int64_t moves[HORIZON * 3] = {0}, all = 0;
    hec_person_tally tally = {.moves = moves};
    x->tally = &tally;
    simulate(x, out);
    x->tally = NULL;
    for (size_t i = 0; i < HORIZON * 3; i++) {
        all += moves[i];
    }
    return (double)all;
}

void bench_times(bench *b)
{
    const char name[] = "times/illness and death";
    if (!bench_wanted(b, name)) {
        return;
    }
    lives x = open_lives(b, b->options.quick ? 2048 : 131072);
    double *out = bench_doubles(2 * x.n);
    bench_compare(b, &(bench_comparison){.name = name,
                                         .unit = "move",
                                         .units = count_moves(&x, out),
                                         .state = &x,
                                         .n_out = 2 * x.n,
                                         .tolerance = 1e-11,
                                         .scale = 1,
                                         .contenders = {{"hecate", simulate, false},
                                                        {"this model in C", by_hand, false}}});
    hec_aligned_free(out);
    close_lives(&x);
}
