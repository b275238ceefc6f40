/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sick-Sicker's probabilistic analysis: sampling, simulating, keeping, the whole run, writing. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "bench_model.h"

/* In the order of the model file, which is the order of the limits. */
static const char *const names[LIMIT_PARAMETERS] = {
    "r_HD", "r_HS1", "r_S1H",  "r_S1S2", "hr_S1", "hr_S2", "hr_S1S2_trtB", "c_H",
    "c_S1", "c_S2",  "c_trtA", "c_trtB", "u_H",   "u_S1",  "u_S2",         "u_trtA"};

/* What the points count: the tutorial's weights, discounted by 3 % a year. */
static void fill_weights(double weight[LIMIT_CYCLES + 1])
{
    for (int t = 0; t <= LIMIT_CYCLES; t++) {
        double rule = t == 0 || t == LIMIT_CYCLES ? 1.0 / 3 : t % 2 ? 2.0 / 3 : 4.0 / 3;
        weight[t] = rule * pow(1.03, -t);
    }
}

typedef struct analysis {
    bench_model m;
    const bench *b;
    const double *x[LIMIT_PARAMETERS];
    double weight[LIMIT_CYCLES + 1];
    double growth;
    double *padded; /* the limits' totals, of whole blocks */
    hec_result *result;
} analysis;

static void open_analysis(analysis *a, const bench *b, size_t n_set, const char *const *set)
{
    *a = (analysis){.b = b};
    a->m = bench_model_open(b, bench_sick_sicker_path, b->options.draws, n_set, set);
    for (int i = 0; i < LIMIT_PARAMETERS; i++) {
        a->x[i] = bench_model_column(&a->m, names[i]);
    }
    fill_weights(a->weight);
    a->padded = bench_doubles((size_t)2 * LIMIT_STRATEGIES * a->m.stride);
}

static void close_analysis(analysis *a)
{
    hec_result_destroy(a->result);
    hec_aligned_free(a->padded);
    bench_model_close(&a->m);
}

/* ---- sampling -------------------------------------------------------------------------------- */

/* Draws beyond the last, up to a whole block, have no answer. */
static void clear_rest(const analysis *a, double *out)
{
    for (size_t p = 0; p < LIMIT_PARAMETERS; p++) {
        memset(out + p * a->m.stride + a->m.draws, 0, (a->m.stride - a->m.draws) * sizeof *out);
    }
}

static void sample(void *state, double *out)
{
    analysis *a = state;
    hec_sample_work *work = hec_sample_work_create(a->m.study->sampling);
    for (size_t first = 0; work && first < a->m.draws; first += a->m.block) {
        size_t n = a->m.draws - first < a->m.block ? a->m.draws - first : a->m.block;
        if (hec_sample(a->m.study->sampling, a->m.kernels, work, a->m.model->seed, (int64_t)first,
                       n, a->m.stride, out + first) != HEC_OK) {
            abort();
        }
    }
    hec_sample_work_destroy(work);
    clear_rest(a, out);
}

/* What a program in C would call: one value after the other. */
static void sample_gsl(void *state, double *out)
{
    static gsl_rng *rng;
    analysis *a = state;
    rng = rng ? rng : gsl_rng_alloc(gsl_rng_mt19937);
    size_t stride = a->m.stride;
    for (size_t i = 0; i < a->m.draws; i++) {
        double *x = out + i;
        x[0 * stride] = gsl_ran_gamma(rng, 20, 1 / 10000.0);
        x[1 * stride] = gsl_ran_gamma(rng, 30, 1 / 200.0);
        x[2 * stride] = gsl_ran_gamma(rng, 60, 1 / 120.0);
        x[3 * stride] = gsl_ran_gamma(rng, 84, 1 / 800.0);
        x[4 * stride] = gsl_ran_lognormal(rng, log(3), 0.01);
        x[5 * stride] = gsl_ran_lognormal(rng, log(10), 0.02);
        x[6 * stride] = gsl_ran_lognormal(rng, log(0.6), 0.02);
        x[7 * stride] = gsl_ran_gamma(rng, 100, 20);
        x[8 * stride] = gsl_ran_gamma(rng, 177.8, 22.5);
        x[9 * stride] = gsl_ran_gamma(rng, 225, 66.7);
        x[10 * stride] = gsl_ran_gamma(rng, 73.5, 163.3);
        x[11 * stride] = gsl_ran_gamma(rng, 86.2, 150.8);
        x[12 * stride] = gsl_ran_beta(rng, 200, 3);
        x[13 * stride] = gsl_ran_beta(rng, 130, 45);
        x[14 * stride] = gsl_ran_beta(rng, 230, 230);
        x[15 * stride] = gsl_ran_beta(rng, 300, 15);
    }
    clear_rest(a, out);
}

/* Draws of r_HD against the quantile function of the GSL at the stream's uniform numbers. */
static void check_sample(bench *b, const analysis *a)
{
    enum { SOME = 200 };
    double u[SOME], worst = 0;
    b->kernels->uniforms(SOME, a->m.model->seed, hec_stream_of_name("r_HD"), 0, 0, u);
    for (size_t i = 0; i < SOME; i++) {
        double exact = gsl_cdf_gamma_Pinv(u[i], 20, 1 / 10000.0);
        worst = fmax(worst, fabs(a->x[0][i] - exact) / exact);
    }
    if (!(worst < 1e-10)) {
        bench_wrong(b, "sick-sicker/sample",
                    "draws of r_HD are not those of a gamma "
                    "distribution: off by %.3g",
                    worst);
    }
}

/* ---- simulating ------------------------------------------------------------------------------ */

static void simulate(void *state, double *out)
{
    bench_model_simulate(&((analysis *)state)->m, out);
}

static void unpad(const analysis *a, double *out)
{
    for (size_t i = 0; i < 2 * LIMIT_STRATEGIES; i++) {
        memcpy(out + i * a->m.draws, a->padded + i * a->m.stride, a->m.draws * sizeof *out);
    }
}

/* The limits write into rows of whole blocks; where these are the answer's rows, nothing is copied.
 */
static double *rows_of(const analysis *a, double *out)
{
    return a->m.stride == a->m.draws ? out : a->padded;
}

static void columns(void *state, double *out)
{
    analysis *a = state;
    double *rows = rows_of(a, out);
    a->b->limits->sick_sicker_columns(a->m.stride, a->x, a->weight, rows,
                                      rows + LIMIT_STRATEGIES * a->m.stride);
    if (rows != out) {
        unpad(a, out);
    }
}

static void registers(void *state, double *out)
{
    analysis *a = state;
    double *rows = rows_of(a, out);
    a->b->limits->sick_sicker_registers(a->m.stride, a->x, a->weight, rows,
                                        rows + LIMIT_STRATEGIES * a->m.stride);
    if (rows != out) {
        unpad(a, out);
    }
}

static void aged(void *state, double *out)
{
    analysis *a = state;
    double *rows = rows_of(a, out);
    a->b->limits->sick_sicker_aged(a->m.stride, a->x, a->weight, a->growth, rows,
                                   rows + LIMIT_STRATEGIES * a->m.stride);
    if (rows != out) {
        unpad(a, out);
    }
}

static void bench_aged(bench *b)
{
    static const char *const set[] = {
        "let.d0=rate_to_prob(r_HD * exp(0.03 * (age - 25 years) / 1 year))",
        "let.d1=rate_to_prob(r_HD * exp(0.03 * (age - 25 years) / 1 year) * hr_S1)",
        "let.d2=rate_to_prob(r_HD * exp(0.03 * (age - 25 years) / 1 year) * hr_S2)"};
    const char name[] = "sick-sicker/ageing";
    if (!bench_wanted(b, name)) {
        return;
    }
    analysis a;
    open_analysis(&a, b, 3, set);
    a.growth = 0.03;
    bench_compare(b,
                  &(bench_comparison){.name = name,
                                      .unit = "draw-strategy-cycle-state",
                                      .state = &a,
                                      .units = (double)a.m.draws * LIMIT_STRATEGIES * LIMIT_CYCLES *
                                               LIMIT_STATES,
                                      .n_out = 2 * LIMIT_STRATEGIES * a.m.draws,
                                      .tolerance = 1e-12,
                                      .contenders = {{"hecate", simulate, false},
                                                     {"this model in C, columns", aged, false}}});
    close_analysis(&a);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void run_draws(void *state, double *out)
{
    analysis *a = state;
    bench_model_run_draws(&a->m, 1, 0);
    out[0] = 0;
}

static void run_study(void *state, double *out)
{
    analysis *a = state;
    hec_run_options options = {.threads = 1, .isa = a->b->kernels->isa};
    hec_result_destroy(a->result);
    a->result = NULL;
    if (hec_study_run(a->m.study, &options, a->m.diagnostics, &a->result) != HEC_OK) {
        abort();
    }
    size_t shape[6];
    int rank;
    const double *cost = hec_result_doubles(a->result, "psa/summary_cost", &rank, shape);
    out[0] = cost[0];
}

static void write_result(void *state, double *out)
{
    analysis *a = state;
    char path[] = "/tmp/hecate-bench-XXXXXX";
    int file = mkstemp(path);
    if (file < 0 || hec_result_write(a->result, path, a->m.diagnostics) != HEC_OK) {
        abort();
    }
    close(file);
    unlink(path);
    out[0] = 0;
}

static void bench_whole(bench *b, analysis *a, double cells)
{
    hec_plan plan;
    if (hec_study_plan(a->m.study, NULL, &plan) != HEC_OK) {
        abort();
    }
    bench_compare(b, &(bench_comparison){.name = "sick-sicker/sample, simulate, keep",
                                         .unit = "draw-strategy-cycle-state",
                                         .units = cells,
                                         .state = a,
                                         .n_out = 1,
                                         .contenders = {{"hecate", run_draws, false}}});
    bench_compare(b, &(bench_comparison){.name = "sick-sicker/run",
                                         .unit = "draw-strategy-cycle-state",
                                         .units = cells,
                                         .state = a,
                                         .n_out = 1,
                                         .contenders = {{"hecate", run_study, false}}});
    if (!a->result) {
        double unused;
        run_study(a, &unused);
    }
    bench_compare(b, &(bench_comparison){.name = "sick-sicker/write",
                                         .unit = "kept number",
                                         .units = (double)plan.bytes_kept / 8,
                                         .state = a,
                                         .n_out = 1,
                                         .waits = true,
                                         .contenders = {{"hecate", write_result, false}}});
}

void bench_sick_sicker(bench *b)
{
    bench_aged(b);
    if (!bench_wanted(b, "sick-sicker/")) {
        return;
    }
    analysis a;
    open_analysis(&a, b, 0, NULL);
    double draws = (double)a.m.draws,
           cells = draws * LIMIT_STRATEGIES * LIMIT_CYCLES * LIMIT_STATES;
    bench_comparison c = {.name = "sick-sicker/simulate",
                          .unit = "draw-strategy-cycle-state",
                          .units = cells,
                          .state = &a,
                          .n_out = 2 * LIMIT_STRATEGIES * a.m.draws,
                          .tolerance = 1e-12,
                          .contenders = {{"hecate", simulate, false},
                                         {"this model in C, columns", columns, false},
                                         {"this model in C, registers", registers, false}}};
    bench_compare(b, &c);
    check_sample(b, &a);
    c = (bench_comparison){
        .name = "sick-sicker/sample",
        .unit = "number drawn",
        .units = draws * LIMIT_PARAMETERS,
        .state = &a,
        .n_out = (size_t)LIMIT_PARAMETERS * a.m.stride,
        .tolerance = 0,
        .contenders = {{"hecate", sample, false}, {"GSL, one by one", sample_gsl, true}}};
    bench_compare(b, &c);
    bench_whole(b, &a, cells);
    close_analysis(&a);
}
