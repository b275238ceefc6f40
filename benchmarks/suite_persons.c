/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: a small model beside the same lives written by hand, and risk equations at the size of a
 * real model. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "bench_crowd.h"
#include "bench_model.h"
#include "philox.h"
#include "sim/persons_inner.h"

static const char diabetes_path[] = HECATE_SOURCE_DIR "/inputs/studies/diabetes/risk-factors.yaml";

enum { CYCLES = 30 };

/* With what each point in time counts. */
typedef struct crowd {
    bench_crowd crowd;
    double weight[CYCLES + 1];
} crowd;

static crowd open_crowd(const bench *b, const char *path, int64_t persons)
{
    crowd c = {.crowd = bench_crowd_open(b, path, persons)};
    for (int t = 0; t <= CYCLES; t++) {
        c.weight[t] = pow(1.03, -t);
    }
    return c;
}

/* The answer: cost, then effect, of the last strategy, person by person. */
static void simulate(void *state, double *out)
{
    bench_crowd *c = &((crowd *)state)->crowd;
    for (size_t first = 0; first < c->persons; first += c->block) {
        size_t n = bench_crowd_block(c, first, NULL);
        memcpy(out + first, bench_crowd_total(c, 1, 0), n * sizeof *out);
        memcpy(out + c->persons + first, bench_crowd_total(c, 1, c->model->effect),
               n * sizeof *out);
    }
}

/* ---- Sick-Sicker ----------------------------------------------------------------------------- */

static uint64_t key_of(const crowd *c)
{
    return hk_philox_key(c->crowd.model->seed,
                         hec_person_stream(hec_stream_of_name("move/health"), -1));
}

static void registers(void *state, double *out)
{
    const crowd *c = state;
    c->crowd.b->limits->persons_registers(c->crowd.persons, key_of(c), 0, CYCLES, c->weight, out,
                                          out + c->crowd.persons);
}

static void tabulated(void *state, double *out)
{
    const crowd *c = state;
    c->crowd.b->limits->persons_tabulated(c->crowd.persons, key_of(c), 0, CYCLES, c->weight, out,
                                          out + c->crowd.persons);
}

static void columns(void *state, double *out)
{
    const crowd *c = state;
    c->crowd.b->limits->persons_columns(c->crowd.persons, key_of(c), 0, CYCLES, c->weight, out,
                                        out + c->crowd.persons);
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
    double expected[2], *out = bench_doubles(2 * c->crowd.persons), n = (double)c->crowd.persons;
    registers(c, out);
    expect(c, expected);
    for (size_t k = 0; k < 2; k++) {
        double mean = 0, square = 0;
        for (size_t i = 0; i < c->crowd.persons; i++) {
            double off = out[k * c->crowd.persons + i] - expected[k];
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
    hec_run_options options = {.threads = threads, .isa = c->crowd.b->kernels->isa};
    hec_result *result = NULL;
    if (hec_study_run(c->crowd.study, &options, c->crowd.diagnostics, &result) != HEC_OK) {
        bench_crowd_give_up(&c->crowd, "running");
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
                               .units = (double)c.crowd.persons * CYCLES,
                               .state = &c,
                               .n_out = 2 * c.crowd.persons,
                               .tolerance = 1e-12,
                               .contenders = {{"hecate", simulate, false},
                                              {"this model in C, registers", registers, false},
                                              {"the same, mortality in a table", tabulated, false},
                                              {"this model in C, columns", columns, false}}});
    bench_compare(b, &(bench_comparison){.name = "persons/sick-sicker, run",
                                         .unit = "person-cycle",
                                         .units = (double)c.crowd.persons * CYCLES,
                                         .state = &c,
                                         .n_out = 1,
                                         .contenders = {{"hecate", run_study, false}}});
    bench_crowd_close(&c.crowd);
}

/* ---- risk equations -------------------------------------------------------------------------- */

static double years_lived(bench_crowd *c)
{
    double years = 0;
    for (size_t first = 0; first < c->persons; first += c->block) {
        bench_crowd_block(c, first, &years);
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
    const double years = years_lived(&c.crowd);
    bench_compare(b, &(bench_comparison){.name = name,
                                         .unit = "year lived",
                                         .units = years,
                                         .state = &c,
                                         .n_out = 2 * c.crowd.persons,
                                         .contenders = {{"hecate", simulate, false}}});
    bench_compare(b, &(bench_comparison){.name = "persons/diabetes, run",
                                         .unit = "year lived",
                                         .units = years,
                                         .state = &c,
                                         .n_out = 1,
                                         .contenders = {{"hecate", run_study, false}}});
    bench_crowd_close(&c.crowd);
}

/* ---- threads --------------------------------------------------------------------------------- */

/* Work that needs nothing but a processor, in pieces as a run has: see suite_scaling.c. */
static double spin(const crowd *c, int threads)
{
    enum { PIECE = 8192 };
    const uint64_t key = key_of(c);
    const int64_t pieces = 4 * (int64_t)c->crowd.persons / PIECE;
    double start = bench_now();
#pragma omp parallel num_threads(threads)
    {
        double *out = bench_doubles(2 * PIECE);
#pragma omp for schedule(dynamic, 1)
        for (int64_t i = 0; i < pieces; i++) {
            c->crowd.b->limits->persons_registers(PIECE, key, (uint64_t)i * PIECE, CYCLES,
                                                  c->weight, out, out + PIECE);
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
                 c.crowd.persons, 1e3 * bench_median((size_t)rounds, one));
        bench_figure(b, name, "parallel efficiency", words, threads,
                     bench_median((size_t)rounds, clock));
        bench_figure(b, name, "the same of the limit alone", "", threads,
                     bench_median((size_t)rounds, bare));
    }
    bench_crowd_close(&c.crowd);
}

void bench_persons(bench *b)
{
    bench_sick_sicker_persons(b);
    bench_diabetes(b);
    bench_persons_threads(b);
}
