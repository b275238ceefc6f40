/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vector mathematics and random numbers. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "base/arena.h"
#include "bench.h"
#include "philox.h"

typedef struct values {
    const bench *b;
    size_t n;
    double *x, *y;
    const struct function *f;
} values;

/* A function of the kernels beside the same of others. */
typedef struct function {
    const char *name;
    hk_op op;
    double low, high, tolerance;
    double (*scalar)(double);
    const char *scalar_name;
} function;

static const function functions[] = {
    {"vector/exp", HK_EXP, -20, 20, 2e-15, exp, "C library, scalar"},
    {"vector/expm1", HK_EXPM1, -2, 0, 2e-15, expm1, "C library, scalar"},
    {"vector/log", HK_LOG, 0.001, 1000, 2e-15, log, "C library, scalar"},
    {"vector/pow", HK_POW, 0.001, 1000, 2e-15, NULL, "C library, scalar"},
    {"vector/normal_quantile", HK_NORMAL_QUANTILE, 0, 1, 2e-14, gsl_cdf_ugaussian_Pinv,
     "GSL, scalar"},
};

static void our_function(void *state, double *out)
{
    const values *v = state;
    v->b->kernels->op[v->f->op](v->n, v->x, v->y, NULL, out);
}

static void limit_function(void *state, double *out)
{
    const values *v = state;
    const limit_table *limits = v->b->limits;
    if (v->f->op == HK_POW) {
        limits->pow(v->n, v->x, v->y, out);
    } else {
        (v->f->op == HK_EXP     ? limits->exp
         : v->f->op == HK_EXPM1 ? limits->expm1
         : v->f->op == HK_LOG   ? limits->log
                                : limits->normal_quantile)(v->n, v->x, out);
    }
}

static void scalar_function(void *state, double *out)
{
    const values *v = state;
    for (size_t i = 0; i < v->n; i++) {
        out[i] = v->f->scalar ? v->f->scalar(v->x[i]) : pow(v->x[i], v->y[i]);
    }
}

/* One instruction: what a pass over columns costs when there is nothing to compute. */
static void our_sum(void *state, double *out)
{
    const values *v = state;
    v->b->kernels->op[HK_ADD](v->n, v->x, v->y, NULL, out);
}

void bench_vector_math(bench *b)
{
    values v = {b, b->options.quick ? 333 : 512, bench_doubles(512), bench_doubles(512), NULL};
    bench_numbers(v.n, 2, -3, 3, v.y);
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        v.f = &functions[i];
        bench_numbers(v.n, 1, v.f->low, v.f->high, v.x);
        bench_compare(b, &(bench_comparison){
                             .name = v.f->name,
                             .unit = "value",
                             .units = (double)v.n,
                             .state = &v,
                             .n_out = v.n,
                             .tolerance = v.f->tolerance,
                             .contenders = {{"hecate", our_function, false},
                                            {v.f->op == HK_NORMAL_QUANTILE ? "AS 241, tails apart"
                                             : b->limits->vector_libm      ? "C library, vectors"
                                                                           : "C library, a loop",
                                             limit_function, false},
                                            {v.f->scalar_name, scalar_function, false}}});
    }
    bench_compare(b, &(bench_comparison){.name = "vector/add",
                                         .unit = "value",
                                         .state = &v,
                                         .units = (double)v.n,
                                         .n_out = v.n,
                                         .contenders = {{"hecate", our_sum, false}}});
    hec_aligned_free(v.x);
    hec_aligned_free(v.y);
}

/* ---- random numbers -------------------------------------------------------------------------- */

enum { SEED = 7, STREAM = 11, FIRST = 1000000 };

static void our_uniforms(void *state, double *out)
{
    const values *v = state;
    v->b->kernels->uniforms(v->n, SEED, STREAM, FIRST, 0, out);
}

static void limit_uniforms(void *state, double *out)
{
    const values *v = state;
    v->b->limits->uniforms(v->n, hk_philox_key(SEED, STREAM), FIRST, 0, out);
}

static void limit_uniforms_both(void *state, double *out)
{
    const values *v = state;
    v->b->limits->uniforms_both(v->n, hk_philox_key(SEED, STREAM), FIRST, 0, out);
}

static void mersenne(void *state, double *out)
{
    static gsl_rng *rng;
    const values *v = state;
    if (!rng) {
        rng = gsl_rng_alloc(gsl_rng_mt19937);
    }
    for (size_t i = 0; rng && i < v->n; i++) {
        out[i] = gsl_rng_uniform_pos(rng);
    }
}

void bench_random(bench *b)
{
    values v = {.b = b, .n = b->options.quick ? 333 : 512};
    bench_compare(b, &(bench_comparison){
                         .name = "random/uniform",
                         .unit = "number",
                         .units = (double)v.n,
                         .state = &v,
                         .n_out = v.n,
                         .tolerance = 0,
                         .contenders = {{"hecate", our_uniforms, false},
                                        {"plain C, same bits", limit_uniforms, false},
                                        {"both doubles of a counter", limit_uniforms_both, true},
                                        {"GSL mt19937, 32 bits", mersenne, true}}});
}
