/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: a small model beside the same lives written by hand, and risk equations at the size of a
 * real model. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "bench_model.h"
#include "philox.h"
#include "sim/persons_inner.h"

static const char diabetes_path[] = HECATE_SOURCE_DIR "/inputs/studies/diabetes-persons.yaml";

enum { CYCLES = 30 };

/* A study of persons made ready; its persons one block after the other. */
typedef struct crowd {
    const bench *b;
    hec_diagnostics *diagnostics;
    hec_study *study;
    const hec_model *model;
    hec_persons_work *work;
    size_t persons, block;
    double *base, *totals; /* [draws of the model]; [2][outcomes][block] */
    double weight[CYCLES + 1];
} crowd;

static void give_up(const crowd *c, const char *what)
{
    char *words = hec_diagnostics_text(c->diagnostics, false);
    fprintf(stderr, "%s: %s\n", what, words ? words : "");
    free(words);
    exit(1);
}

static crowd open_crowd(const bench *b, const char *path, int64_t persons)
{
    crowd c = {.b = b, .diagnostics = hec_diagnostics_create(), .persons = (size_t)persons};
    hec_study_options options = {
        .draws = 0, .has_seed = true, .seed = 20190101, .persons = persons};
    if (hec_study_read(path, &options, c.diagnostics, &c.study) != HEC_OK) {
        give_up(&c, path);
    }
    c.model = c.study->model;
    c.block = hec_study_block(c.study, NULL);
    c.base = bench_doubles(c.model->n_draws);
    for (size_t i = 0; i < c.model->n_draws; i++) {
        c.base[i] = c.model->draws[i].base;
    }
    c.totals = bench_doubles(2 * c.model->n_outcomes * c.block);
    c.work = hec_persons_work_create(c.study->persons, c.block);
    if (!c.work) {
        give_up(&c, "out of memory");
    }
    for (int t = 0; t <= CYCLES; t++) {
        c.weight[t] = pow(1.03, -t);
    }
    return c;
}

static void close_crowd(crowd *c)
{
    hec_persons_work_destroy(c->work);
    hec_aligned_free(c->base);
    hec_aligned_free(c->totals);
    hec_study_destroy(c->study);
    hec_diagnostics_destroy(c->diagnostics);
}

/* What a block's person counts of an outcome; kind 0 undiscounted, 1 discounted. */
static const double *total_of(const crowd *c, int kind, int outcome)
{
    return c->totals + ((size_t)kind * c->model->n_outcomes + (size_t)outcome) * c->block;
}

static int life_years_of(const crowd *c)
{
    for (size_t i = 0; i < c->model->n_outcomes; i++) {
        if (strcmp(c->model->outcomes[i].name, "life_years") == 0) {
            return (int)i;
        }
    }
    give_up(c, "no life years");
    return -1;
}

/* All strategies of the block of persons from `first` on; the totals of the last are left. Years
 * lived are added up where they are asked for. */
static size_t run_block(const crowd *c, size_t first, double *years)
{
    size_t n = c->persons - first < c->block ? c->persons - first : c->block;
    hec_person_block block = {.kernels = c->b->kernels,
                              .seed = c->model->seed,
                              .draw = -1,
                              .draw_values = c->base,
                              .first = (int64_t)first,
                              .n = n};
    hec_person_fault fault = {0};
    hec_persons_begin(c->study->persons, c->work, &block);
    for (size_t s = 0; s < c->model->n_strategies; s++) {
        if (!hec_persons_strategy(c->study->persons, c->work, &block, s, c->totals, c->block,
                                  &fault)) {
            give_up(c, "simulating");
        }
        if (years) {
            *years += c->b->kernels->sum(n, total_of(c, 0, life_years_of(c)));
        }
    }
    return n;
}

/* The answer: cost, then effect, of the last strategy, person by person. */
static void simulate(void *state, double *out)
{
    const crowd *c = state;
    for (size_t first = 0; first < c->persons; first += c->block) {
        size_t n = run_block(c, first, NULL);
        memcpy(out + first, total_of(c, 1, 0), n * sizeof *out);
        memcpy(out + c->persons + first, total_of(c, 1, c->model->effect), n * sizeof *out);
    }
}

/* ---- Sick-Sicker ----------------------------------------------------------------------------- */

static uint64_t key_of(const crowd *c)
{
    return hk_philox_key(c->model->seed, hec_person_stream(hec_stream_of_name("move/health"), -1));
}

static void registers(void *state, double *out)
{
    const crowd *c = state;
    c->b->limits->persons_registers(c->persons, key_of(c), 0, CYCLES, c->weight, out,
                                    out + c->persons);
}

static void tabulated(void *state, double *out)
{
    const crowd *c = state;
    c->b->limits->persons_tabulated(c->persons, key_of(c), 0, CYCLES, c->weight, out,
                                    out + c->persons);
}

static void columns(void *state, double *out)
{
    const crowd *c = state;
    c->b->limits->persons_columns(c->persons, key_of(c), 0, CYCLES, c->weight, out,
                                  out + c->persons);
}

/* Shares of the cohort in S1 and S2 by years in the state; the rest of who lives is healthy. */
typedef struct shares {
    double healthy, s1[CYCLES + 1], s2[CYCLES + 1];
} shares;

static void one_year(shares *x)
{
    const double rate = -log(1 - 0.005);
    shares next = {.healthy = x->healthy * (1 - 0.15 - 0.005)};
    next.s1[0] = 0.15 * x->healthy;
    for (int years = 0; years <= CYCLES; years++) {
        double d1 = 1 - exp(-rate * 3 * (1 + 0.2 * years));
        double d2 = 1 - exp(-rate * 10 * (1 + 0.2 * years));
        next.healthy += 0.5 * x->s1[years];
        next.s2[0] += 0.105 * x->s1[years];
        if (years < CYCLES) {
            next.s1[years + 1] = x->s1[years] * (1 - 0.5 - 0.105 - d1);
            next.s2[years + 1] = x->s2[years] * (1 - d2);
        }
    }
    *x = next;
}

/* Expected cost and QALYs without anybody simulated. */
static void expect(const crowd *c, double mean[2])
{
    shares x = {.healthy = 1};
    mean[0] = mean[1] = 0;
    for (int t = 0; t <= CYCLES; t++) {
        double s1 = 0, s2 = 0;
        for (int years = 0; years <= CYCLES; years++) {
            s1 += x.s1[years];
            s2 += x.s2[years];
        }
        mean[0] += c->weight[t] * (2000 * x.healthy + 4000 * s1 + 15000 * s2);
        mean[1] += c->weight[t] * (x.healthy + 0.75 * s1 + 0.5 * s2);
        one_year(&x);
    }
}

/* Means of the limit within four standard errors of what is expected. */
static void check_means(bench *b, const char *name, crowd *c)
{
    double expected[2], *out = bench_doubles(2 * c->persons), n = (double)c->persons;
    registers(c, out);
    expect(c, expected);
    for (size_t k = 0; k < 2; k++) {
        double mean = 0, square = 0;
        for (size_t i = 0; i < c->persons; i++) {
            double off = out[k * c->persons + i] - expected[k];
            mean += off / n;
            square += off * off / n;
        }
        double error = sqrt((square - mean * mean) / n);
        if (!(fabs(mean) <= 4 * error)) {
            bench_wrong(b, name, "the mean is off by %.3g, its standard error is %.3g", mean,
                        error);
        }
    }
    hec_aligned_free(out);
}

static void run_on(crowd *c, int threads)
{
    hec_run_options options = {.threads = threads, .isa = c->b->kernels->isa};
    hec_result *result = NULL;
    if (hec_study_run(c->study, &options, c->diagnostics, &result) != HEC_OK) {
        give_up(c, "running");
    }
    hec_result_destroy(result);
}

static void run_study(void *state, double *out)
{
    run_on(state, 1);
    out[0] = 0;
}

static void bench_sick_sicker_persons(bench *b)
{
    const char name[] = "persons/sick-sicker";
    if (!bench_wanted(b, name)) {
        return;
    }
    crowd c = open_crowd(b, bench_persons_path, b->options.quick ? 2048 : 65536);
    check_means(b, name, &c);
    bench_compare(
        b, &(bench_comparison){.name = name,
                               .unit = "person-cycle",
                               .units = (double)c.persons * CYCLES,
                               .state = &c,
                               .n_out = 2 * c.persons,
                               .tolerance = 1e-12,
                               .contenders = {{"hecate", simulate, false},
                                              {"this model in C, registers", registers, false},
                                              {"the same, mortality in a table", tabulated, false},
                                              {"this model in C, columns", columns, false}}});
    bench_compare(b, &(bench_comparison){.name = "persons/sick-sicker, run",
                                         .unit = "person-cycle",
                                         .units = (double)c.persons * CYCLES,
                                         .state = &c,
                                         .n_out = 1,
                                         .contenders = {{"hecate", run_study, false}}});
    close_crowd(&c);
}

/* ---- risk equations -------------------------------------------------------------------------- */

static double years_lived(const crowd *c)
{
    double years = 0;
    for (size_t first = 0; first < c->persons; first += c->block) {
        run_block(c, first, &years);
    }
    return years;
}

static void bench_diabetes(bench *b)
{
    const char name[] = "persons/diabetes";
    if (!bench_wanted(b, name)) {
        return;
    }
    crowd c = open_crowd(b, diabetes_path, b->options.quick ? 512 : 16384);
    const double years = years_lived(&c);
    bench_compare(b, &(bench_comparison){.name = name,
                                         .unit = "year lived",
                                         .units = years,
                                         .state = &c,
                                         .n_out = 2 * c.persons,
                                         .contenders = {{"hecate", simulate, false}}});
    bench_compare(b, &(bench_comparison){.name = "persons/diabetes, run",
                                         .unit = "year lived",
                                         .units = years,
                                         .state = &c,
                                         .n_out = 1,
                                         .contenders = {{"hecate", run_study, false}}});
    close_crowd(&c);
}

/* ---- threads --------------------------------------------------------------------------------- */

/* Work that needs nothing but a processor, in pieces as a run has: see suite_scaling.c. */
static double spin(const crowd *c, int threads)
{
    enum { PIECE = 8192 };
    const uint64_t key = key_of(c);
    const int64_t pieces = 4 * (int64_t)c->persons / PIECE;
    double start = bench_now();
#pragma omp parallel num_threads(threads)
    {
        double *out = bench_doubles(2 * PIECE);
#pragma omp for schedule(dynamic, 1)
        for (int64_t i = 0; i < pieces; i++) {
            c->b->limits->persons_registers(PIECE, key, (uint64_t)i * PIECE, CYCLES, c->weight, out,
                                            out + PIECE);
        }
        hec_aligned_free(out);
    }
    return bench_now() - start;
}

static double clock_of_run(crowd *c, int threads)
{
    double start = bench_now();
    run_on(c, threads);
    return bench_now() - start;
}

static void bench_persons_threads(bench *b)
{
    enum { MOST = 64 };
    const char name[] = "threads/persons";
    int rounds = b->options.repetitions < MOST ? b->options.repetitions : MOST;
    double one[MOST], clock[MOST], bare[MOST];
    if (b->options.quick || !bench_wanted(b, name)) {
        return;
    }
    crowd c = open_crowd(b, bench_persons_path, 1 << 20);
    for (int threads = 2; threads <= b->options.threads; threads *= 2) {
        run_on(&c, threads); /* wakes them */
        for (int r = 0; r < rounds; r++) {
            one[r] = clock_of_run(&c, 1);
            clock[r] = one[r] / clock_of_run(&c, threads) / threads;
            double alone = spin(&c, 1);
            bare[r] = alone / spin(&c, threads) / threads;
        }
        char words[96];
        snprintf(words, sizeof words, "%d threads, %zu persons; one thread takes %.4g ms", threads,
                 c.persons, 1e3 * bench_median((size_t)rounds, one));
        bench_figure(b, name, "parallel efficiency", words, threads,
                     bench_median((size_t)rounds, clock));
        bench_figure(b, name, "the same of the limit alone", "", threads,
                     bench_median((size_t)rounds, bare));
    }
    close_crowd(&c);
}

void bench_persons(bench *b)
{
    bench_sick_sicker_persons(b);
    bench_diabetes(b);
    bench_persons_threads(b);
}
