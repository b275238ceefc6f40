/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sampler: which draw depends on what. Everything here is compared with ==. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include <gsl/gsl_qrng.h>
#include <lapacke.h>

#include "model/families.h"
#include "sim/sampler.h"
#include "sim/sampler_inner.h"

enum { N = 1500, STRIDE = 1536, COLUMNS_MAX = 16 };
#define SEED 20260101

/* ---- a study with every kind of draw -------------------------------------------------------- */

static const char *const cause[] = {"p_A", "p_B", "p_C"};
static const char *const betas[] = {"b_0", "b_1"};
static const char *const chain[] = {"s_1", "s_2"};
static const double counts[] = {3, 0, 0.02};
static const double means[] = {1, -2}, covariance[] = {4, -1.5, -1.5, 1};
static double rows[2 * N];

static const hec_draw_group groups[] = {
    {.kind = HEC_DRAW_DIRICHLET, .count = 3, .names = (const char **)cause, .mean = counts},
    {.kind = HEC_DRAW_MULTINORMAL,
     .count = 2,
     .names = (const char **)betas,
     .mean = means,
     .covariance = covariance},
    {.kind = HEC_DRAW_SAMPLES,
     .count = 2,
     .names = (const char **)chain,
     .rows = N,
     .values = rows},
    {.kind = HEC_DRAW_BOOTSTRAP,
     .count = 2,
     .names = (const char **)chain,
     .rows = 70,
     .values = rows},
};

static hec_draw marginal(const char *name, hec_family_code family, double a, double b)
{
    return (hec_draw){.name = name, .kind = HEC_DRAW_MARGINAL, .marginal = {family, a, b, 0, 0}};
}

static hec_draw member(int group, int index)
{
    return (hec_draw){.name = groups[group].names[index],
                      .kind = groups[group].kind,
                      .group = group,
                      .member = index};
}

typedef struct study {
    hec_draw columns[COLUMNS_MAX];
    hec_correlation correlations[8];
    hec_sample_request request;
} study;

static void fill_study(study *s)
{
    const hec_draw columns[] = {
        marginal("x", HEC_FAMILY_NORMAL, 0, 1),
        marginal("g", HEC_FAMILY_GAMMA, 30, 200),
        marginal("u", HEC_FAMILY_UNIFORM, 0, 1),
        marginal("w", HEC_FAMILY_WEIBULL, 1.3, 5),
        marginal("k", HEC_FAMILY_POISSON, 4, 0),
        member(0, 0),
        member(0, 1),
        member(0, 2),
        member(1, 0),
        member(1, 1),
        member(3, 0),
        member(3, 1),
    };
    memset(s, 0, sizeof *s);
    memcpy(s->columns, columns, sizeof columns);
    s->correlations[0] = (hec_correlation){.a = 1, .b = 3, .rho = 0.6};
    s->request = (hec_sample_request){.n_columns = sizeof columns / sizeof columns[0],
                                      .columns = s->columns,
                                      .n_groups = 4,
                                      .groups = groups,
                                      .n_correlations = 1,
                                      .correlations = s->correlations,
                                      .draws = N,
                                      .place = HEC_NOWHERE};
    for (int i = 0; i < 2 * N; i++) {
        rows[i] = i;
    }
}

typedef struct run {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    hec_sample_plan *plan;
    hec_sample_work *work;
    double *out;
} run;

static run begin(const hec_sample_request *request)
{
    run r = {hec_arena_create(), hec_diagnostics_create(), NULL, NULL, NULL};
    r.plan = hec_sample_plan_create(r.arena, r.diagnostics, request);
    if (!r.plan) {
        fail_msg("%s", hec_diagnostics_text(r.diagnostics, false));
    }
    r.work = hec_sample_work_create(r.plan);
    r.out = hec_aligned_doubles((size_t)COLUMNS_MAX * STRIDE);
    return r;
}

static void end(run *r)
{
    hec_sample_work_destroy(r->work);
    hec_aligned_free(r->out);
    hec_arena_destroy(r->arena);
    hec_diagnostics_destroy(r->diagnostics);
}

static run sampled(const hec_sample_request *request)
{
    run r = begin(request);
    assert_int_equal(hec_sample(r.plan, hk_select(NULL), r.work, SEED, 0, N, STRIDE, r.out),
                     HEC_OK);
    return r;
}

static void same_columns(const run *a, size_t i, const run *b, size_t j, size_t n, bool same)
{
    bool equal = memcmp(a->out + i * STRIDE, b->out + j * STRIDE, n * sizeof *a->out) == 0;
    if (equal != same) {
        fail_msg("column %zu is %s column %zu", i, equal ? "the same as" : "not the same as", j);
    }
}

/* ---- the same bits -------------------------------------------------------------------------- */

static void check_splits(const hec_sample_request *request)
{
    run whole = sampled(request), part = begin(request);
    const hk_table *levels[4];
    size_t n_levels = hk_levels(levels);
    double *block = hec_aligned_doubles((size_t)COLUMNS_MAX * 520);
    for (size_t l = 0; l < n_levels; l++) {
        assert_int_equal(hec_sample(part.plan, levels[l], part.work, SEED, 0, N, STRIDE, part.out),
                         HEC_OK);
        for (size_t i = 0; i < request->n_columns; i++) {
            same_columns(&whole, i, &part, i, N, true);
        }
    }
    for (size_t start = 0, n = 1; start < N; start += n, n = 2 * n + 1) {
        n = n < N - start ? n : N - start;
        n = n < 513 ? n : 513;
        assert_int_equal(
            hec_sample(part.plan, hk_select(NULL), part.work, SEED, (int64_t)start, n, 520, block),
            HEC_OK);
        for (size_t i = 0; i < request->n_columns; i++) {
            assert_memory_equal(block + i * 520, whole.out + i * STRIDE + start, n * sizeof *block);
        }
    }
    hec_aligned_free(block);
    end(&whole);
    end(&part);
}

static void test_levels_and_splits(void **state)
{
    study s;
    (void)state;
    fill_study(&s);
    check_splits(&s.request);
    s.request.antithetic = true;
    check_splits(&s.request);
    s.request.antithetic = false;
    s.request.design = HEC_DESIGN_LATIN_HYPERCUBE;
    check_splits(&s.request);
    s.request.design = HEC_DESIGN_SOBOL;
    check_splits(&s.request);
}

static void test_threads_share_a_plan(void **state)
{
    enum { BLOCK = 64 };
    study s;
    (void)state;
    fill_study(&s);
    run whole = sampled(&s.request), part = begin(&s.request);
    int wrong = 0;
#pragma omp parallel num_threads(4)
    {
        hec_sample_work *work = hec_sample_work_create(part.plan);
#pragma omp for schedule(dynamic) reduction(+ : wrong)
        for (int start = 0; start < N; start += BLOCK) {
            size_t n = N - start < BLOCK ? (size_t)(N - start) : BLOCK;
            wrong += hec_sample(part.plan, hk_select(NULL), work, SEED, start, n, STRIDE,
                                part.out + start) != HEC_OK;
        }
        hec_sample_work_destroy(work);
    }
    assert_int_equal(wrong, 0);
    for (size_t i = 0; i < s.request.n_columns; i++) {
        same_columns(&whole, i, &part, i, N, true);
    }
    end(&whole);
    end(&part);
}

/* ---- streams are keyed by names ------------------------------------------------------------- */

/* FNV-1a (published: "a" af63dc4c8601ec8c, "foobar" 85944171f73967e8), then fmix64; worked out by
 * another program. */
static void test_stream_of_name(void **state)
{
    (void)state;
    assert_true(hec_stream_of_name("") == UINT64_C(0xefd01f60ba992926));
    assert_true(hec_stream_of_name("a") == UINT64_C(0x82a2a958a9bece5b));
    assert_true(hec_stream_of_name("foobar") == UINT64_C(0x2c22194922d1672b));
    assert_true(hec_stream_of_name("药费") == UINT64_C(0xa1feaa7a115a1115));
}

/* A draw is the quantile of the score of its stream's uniform number; nothing else goes in. */
static void test_a_draw_from_its_parts(void **state)
{
    study s;
    (void)state;
    fill_study(&s);
    run r = sampled(&s.request);
    const hk_table *kernels = hk_select(NULL);
    double *z = hec_aligned_doubles(STRIDE), *x = hec_aligned_doubles(STRIDE);
    kernels->uniforms(N, SEED, hec_stream_of_name("g"), 0, 0, z);
    kernels->op[HK_NORMAL_QUANTILE](N, z, NULL, NULL, z);
    hec_quantile_table_apply(hec_quantile_table_create(r.arena, &s.columns[1].marginal), kernels, N,
                             z, x);
    assert_memory_equal(x, r.out + STRIDE, N * sizeof *x);
    hec_aligned_free(z);
    hec_aligned_free(x);
    end(&r);
}

static void test_others_do_not_matter(void **state)
{
    study s, t;
    (void)state;
    fill_study(&s);
    run a = sampled(&s.request);
    /* another parameter in front, and other names correlated */
    fill_study(&t);
    memmove(t.columns + 1, s.columns, 5 * sizeof s.columns[0]);
    t.columns[0] = marginal("new", HEC_FAMILY_BETA, 2, 3);
    t.request.n_columns = 6;
    t.correlations[0] = (hec_correlation){.a = 2, .b = 5, .rho = -0.3}; /* g, k */
    run b = sampled(&t.request);
    same_columns(&a, 0, &b, 1, N, true);
    same_columns(&a, 1, &b, 2, N, true); /* the first of a correlated pair keeps its draws */
    same_columns(&a, 2, &b, 3, N, true);
    same_columns(&a, 3, &b, 4, N, false); /* w is no longer mixed with g */
    same_columns(&a, 4, &b, 5, N, false);
    end(&b);
    /* more draws */
    t.request.draws = 100 * N;
    b = sampled(&t.request);
    same_columns(&a, 0, &b, 1, N, true);
    end(&b);
    /* another seed, another name */
    b = begin(&s.request);
    assert_int_equal(hec_sample(b.plan, hk_select(NULL), b.work, SEED + 1, 0, N, STRIDE, b.out),
                     HEC_OK);
    same_columns(&a, 0, &b, 0, N, false);
    end(&b);
    s.columns[0].name = "y";
    b = sampled(&s.request);
    same_columns(&a, 0, &b, 0, N, false);
    end(&b);
    end(&a);
}

/* Two strategies may draw one parameter from different distributions: the scores are the same, with
 * correlation too. */
static void test_columns_of_one_name(void **state)
{
    study s;
    (void)state;
    fill_study(&s);
    s.columns[5] = marginal("w", HEC_FAMILY_NORMAL, 0, 1);
    s.columns[6] = marginal("w", HEC_FAMILY_NORMAL, 3, 0.5);
    s.columns[7] = marginal("x", HEC_FAMILY_NORMAL, 0, 1);
    s.request.n_columns = 8;
    run r = sampled(&s.request);
    hec_distribution weibull = s.columns[3].marginal;
    for (size_t i = 0; i < N; i++) {
        double z = r.out[5 * STRIDE + i];
        assert_true(r.out[6 * STRIDE + i] == fma(0.5, z, 3));
        double w = hec_distribution_score_quantile(&weibull, z);
        assert_true(fabs(r.out[3 * STRIDE + i] - w) <= 1e-12 * w);
    }
    same_columns(&r, 0, &r, 7, N, true);
    end(&r);
}

/* ---- designs -------------------------------------------------------------------------------- */

static void one_in_each(const double *u, size_t n)
{
    char seen[4096] = {0};
    for (size_t i = 0; i < n; i++) {
        assert_true(u[i] > 0 && u[i] < 1);
        size_t stratum = (size_t)(u[i] * (double)n);
        if (seen[stratum]++) {
            fail_msg("stratum %zu of %zu has two draws", stratum, n);
        }
    }
}

static void test_latin_hypercube(void **state)
{
    const size_t sizes[] = {1, 2, 3, 7, 10, 64, 1000, N};
    study s;
    (void)state;
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        fill_study(&s);
        s.columns[1] = marginal("v", HEC_FAMILY_UNIFORM, 0, 1);
        s.columns[3] =
            marginal("x", HEC_FAMILY_UNIFORM, 0, 1); /* of the correlated names the first */
        s.request.n_columns = 5;
        s.correlations[0] = (hec_correlation){.a = 0, .b = 4, .rho = 0.5};
        s.request.design = HEC_DESIGN_LATIN_HYPERCUBE;
        s.request.draws = (int64_t)sizes[k];
        run r = begin(&s.request);
        assert_int_equal(
            hec_sample(r.plan, hk_select(NULL), r.work, SEED, 0, sizes[k], STRIDE, r.out), HEC_OK);
        for (size_t i = 1; i < 4; i++) {
            one_in_each(r.out + i * STRIDE, sizes[k]);
        }
        if (sizes[k] >= 64) {
            same_columns(&r, 1, &r, 2, sizes[k], false);
        }
        end(&r);
    }
}

/* Every count up to 300: a permutation indeed; and no place prefers a value (chi-square over keys:
 * 9 * 9 degrees of freedom, mean 81, sd 12.7; five sd above is 145). */
static void test_permutation(void **state)
{
    (void)state;
    for (uint64_t count = 1; count <= 300; count++) {
        char seen[300] = {0};
        for (uint64_t i = 0; i < count; i++) {
            uint64_t at = hec_permuted(i, count, 77 * count);
            assert_true(at < count && !seen[at]);
            seen[at] = 1;
        }
    }
    enum { COUNT = 10, KEYS = 20000 };
    double table[COUNT][COUNT] = {{0}}, chi = 0;
    for (uint64_t key = 0; key < KEYS; key++) {
        for (uint64_t i = 0; i < COUNT; i++) {
            table[i][hec_permuted(i, COUNT, hec_stream_of_name("key") + key)] += 1;
        }
    }
    for (int i = 0; i < COUNT * COUNT; i++) {
        double off = table[i / COUNT][i % COUNT] - (double)KEYS / COUNT;
        chi += off * off / ((double)KEYS / COUNT);
    }
    assert_true(chi < 145);
}

static uint64_t high_bits(double u) /* the 30 bits that Sobol's numbers have */
{
    return (uint64_t)(u * 0x1p52) >> 22;
}

/* Against GSL's own points in their order: what the shift adds is the same for all points. And with
 * the shift, a net still: in two dimensions each of 256 boxes of every shape has one of 256 points.
 */
static void test_sobol(void **state)
{
    enum { POINTS = 256 };
    study s;
    (void)state;
    fill_study(&s);
    for (int i = 0; i < 5; i++) {
        s.columns[i] =
            marginal((const char *[]){"a", "b", "c", "d", "e"}[i], HEC_FAMILY_UNIFORM, 0, 1);
    }
    s.request.n_columns = 5;
    s.request.n_correlations = 0;
    s.request.design = HEC_DESIGN_SOBOL;
    run r = begin(&s.request);
    double *u = hec_aligned_doubles(HEC_SAMPLE_LANES);
    double(*points)[POINTS] = malloc(5 * sizeof *points);
    gsl_qrng *gsl = gsl_qrng_alloc(gsl_qrng_sobol, 5);
    for (size_t k = 0; k < 5; k++) {
        hec_design_uniforms(r.plan, hk_select(NULL), &r.plan->units[k].members[0], SEED, 0, POINTS,
                            u);
        memcpy(points[k], u, sizeof points[k]);
    }
    for (size_t i = 1; i < POINTS; i++) {
        double x[5];
        gsl_qrng_get(gsl, x);
        for (size_t k = 0; k < 5; k++) {
            assert_true((high_bits(points[k][i]) ^ high_bits(points[k][0])) ==
                        (uint64_t)(x[k] * 0x1p30));
        }
    }
    for (int across = 1; across <= POINTS; across *= 2) {
        char seen[POINTS] = {0};
        for (size_t i = 0; i < POINTS; i++) {
            int down = POINTS / across;
            int box = (int)(points[0][i] * across) * down + (int)(points[1][i] * down);
            assert_int_equal(seen[box]++, 0);
        }
    }
    gsl_qrng_free(gsl);
    free(points);
    hec_aligned_free(u);
    end(&r);
}

static void test_antithetic(void **state)
{
    study s;
    (void)state;
    fill_study(&s);
    s.request.antithetic = true;
    run r = sampled(&s.request);
    for (size_t i = 0; i + 1 < N; i += 2) {
        assert_true(r.out[i] == -r.out[i + 1]);                         /* x is a standard normal */
        double sum = r.out[2 * STRIDE + i] + r.out[2 * STRIDE + i + 1]; /* u is uniform */
        assert_true(fabs(sum - 1) < 1e-15);
    }
    end(&r);
}

/* ---- factors -------------------------------------------------------------------------------- */

/* Against LAPACK's factor, which is not the one that is used. Both are within n ulps of the matrix;
 * its condition number here is below 1e3. */
static void test_cholesky(void **state)
{
    enum { SIZE = 12 };
    double b[SIZE][SIZE], matrix[SIZE * SIZE] = {0}, theirs[SIZE * SIZE], eigenvalue = 0;
    (void)state;
    for (int i = 0; i < SIZE * SIZE; i++) {
        b[i / SIZE][i % SIZE] = sin(1.7 * i * i + i);
    }
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            matrix[i * SIZE + j] = i == j ? 1 : 0;
            for (int k = 0; k < SIZE; k++) {
                matrix[i * SIZE + j] += b[i][k] * b[j][k];
            }
        }
    }
    hec_arena *arena = hec_arena_create();
    double *ours = hec_cholesky(arena, SIZE, matrix, &eigenvalue);
    memcpy(theirs, matrix, sizeof theirs);
    assert_int_equal(LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', SIZE, theirs, SIZE), 0);
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j <= i; j++) {
            assert_true(fabs(ours[i * SIZE + j] - theirs[i * SIZE + j]) < 1e-12);
        }
    }
    matrix[0] = -matrix[0];
    assert_null(hec_cholesky(arena, SIZE, matrix, &eigenvalue));
    assert_true(eigenvalue < 0);
    hec_arena_destroy(arena);
}

/* ---- files ---------------------------------------------------------------------------------- */

static void test_rows_of_a_file(void **state)
{
    study s;
    (void)state;
    fill_study(&s);
    s.columns[10] = member(2, 1);
    s.columns[11] = member(2, 0);
    run r = sampled(&s.request);
    for (size_t i = 0; i < N; i++) {
        assert_true(r.out[10 * STRIDE + i] == (double)(2 * i + 1));
        assert_true(r.out[11 * STRIDE + i] == (double)(2 * i));
    }
    end(&r);
}

/* All columns of a draw come from one row; each of 70 rows comes about as often as the others
 * (chi-square, 69 degrees of freedom, sd 11.7: five above is 128). */
static void test_bootstrap(void **state)
{
    study s;
    (void)state;
    fill_study(&s);
    run r = sampled(&s.request);
    double seen[70] = {0}, chi = 0;
    for (size_t i = 0; i < N; i++) {
        double first = r.out[10 * STRIDE + i];
        assert_true(r.out[11 * STRIDE + i] == first + 1);
        seen[(int)first / 2] += 1;
    }
    for (int i = 0; i < 70; i++) {
        chi += (seen[i] - N / 70.0) * (seen[i] - N / 70.0) / (N / 70.0);
    }
    assert_true(chi < 128);
    end(&r);
}

/* ---- mistakes ------------------------------------------------------------------------------- */

static void refused(const hec_sample_request *request, const char *words)
{
    hec_arena *arena = hec_arena_create();
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    assert_null(hec_sample_plan_create(arena, diagnostics, request));
    char *said = hec_diagnostics_text(diagnostics, false);
    if (!strstr(said, words)) {
        fail_msg("said:   %swanted: %s", said, words);
    }
    free(said);
    hec_diagnostics_destroy(diagnostics);
    hec_arena_destroy(arena);
}

static void test_refused_plans(void **state)
{
    static const double indefinite[] = {1, 2, 2, 1};
    hec_draw_group changed[4];
    hec_draw many[41];
    study s;
    (void)state;
    fill_study(&s);
    s.request.n_correlations = 3;
    s.correlations[0] = (hec_correlation){.a = 0, .b = 1, .rho = 0.9};
    s.correlations[1] = (hec_correlation){.a = 1, .b = 2, .rho = 0.9};
    s.correlations[2] = (hec_correlation){.a = 0, .b = 2, .rho = -0.9};
    /* eigenvalues 1.9, 1.9, -0.8 */
    refused(&s.request, "the correlation matrix of `x`, `g`, `u` is not positive definite: its "
                        "smallest eigenvalue is -0.8 [correlation]\n");
    s.correlations[2] = (hec_correlation){.a = 1, .b = 0, .rho = 0.2};
    refused(&s.request, "the correlation of `g` and `x` is given twice [correlation]\n");
    s.correlations[2] = (hec_correlation){.a = 1, .b = 5, .rho = 0.2};
    refused(&s.request, "only parameters with a distribution of their own can be correlated");
    s.correlations[2] = (hec_correlation){.a = 2, .b = 0, .rho = 1};
    refused(&s.request, "a correlation lies between -1 and 1 and joins two different parameters");
    fill_study(&s);
    memcpy(changed, groups, sizeof groups);
    changed[1].covariance = indefinite;
    s.request.groups = changed;
    refused(&s.request, "the covariance matrix of `b_0`, `b_1` is not positive definite: its "
                        "smallest eigenvalue is -1 [correlation]\n");
    fill_study(&s);
    s.columns[10] = member(2, 0);
    s.request.draws = N + 1;
    refused(&s.request,
            "the file has 1500 rows of draws, but 1501 draws are asked for [samples]\n");
    fill_study(&s);
    s.request.design = HEC_DESIGN_SOBOL;
    s.request.antithetic = true;
    refused(&s.request, "antithetic draws go with the design `random` only [bad-value]\n");
    fill_study(&s);
    char names[41][8];
    for (int i = 0; i < 41; i++) {
        snprintf(names[i], sizeof names[i], "p%d", i);
        many[i] = marginal(names[i], HEC_FAMILY_NORMAL, 0, 1);
    }
    s.request = (hec_sample_request){.n_columns = 41,
                                     .columns = many,
                                     .draws = 10,
                                     .design = HEC_DESIGN_SOBOL,
                                     .place = HEC_NOWHERE};
    refused(&s.request, "the design `sobol` reaches to 40 dimensions and 16777216 draws; here are "
                        "41 and 10 [bad-value]\n");
    s.request.n_columns = 40;
    run r = begin(&s.request);
    end(&r);
}

static void test_draws_that_do_not_exist(void **state)
{
    study s;
    (void)state;
    fill_study(&s);
    run r = begin(&s.request);
    const hk_table *k = hk_select(NULL);
    assert_int_equal(hec_sample(r.plan, k, r.work, SEED, 1000000, 8, STRIDE, r.out), HEC_OK);
    assert_int_equal(hec_sample(r.plan, k, r.work, SEED, -1, 8, STRIDE, r.out), HEC_E_ARGUMENT);
    assert_int_equal(hec_sample(r.plan, k, r.work, SEED, 0, 16, 8, r.out), HEC_E_ARGUMENT);
    assert_int_equal(hec_sample(r.plan, k, r.work, SEED, 0, 0, STRIDE, r.out), HEC_OK);
    end(&r);
    s.request.design = HEC_DESIGN_LATIN_HYPERCUBE;
    r = begin(&s.request);
    assert_int_equal(hec_sample(r.plan, k, r.work, SEED, N - 8, 8, STRIDE, r.out), HEC_OK);
    assert_int_equal(hec_sample(r.plan, k, r.work, SEED, N - 8, 9, STRIDE, r.out), HEC_E_ARGUMENT);
    end(&r);
}

static void test_design_names(void **state)
{
    hec_design design = HEC_DESIGN_RANDOM;
    (void)state;
    assert_true(hec_design_find("latin-hypercube", &design));
    assert_int_equal(design, HEC_DESIGN_LATIN_HYPERCUBE);
    assert_true(hec_design_find("sobol", &design));
    assert_int_equal(design, HEC_DESIGN_SOBOL);
    assert_true(hec_design_find("random", &design));
    assert_int_equal(design, HEC_DESIGN_RANDOM);
    assert_false(hec_design_find("halton", &design));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels_and_splits),
        cmocka_unit_test(test_threads_share_a_plan),
        cmocka_unit_test(test_stream_of_name),
        cmocka_unit_test(test_a_draw_from_its_parts),
        cmocka_unit_test(test_others_do_not_matter),
        cmocka_unit_test(test_columns_of_one_name),
        cmocka_unit_test(test_latin_hypercube),
        cmocka_unit_test(test_permutation),
        cmocka_unit_test(test_sobol),
        cmocka_unit_test(test_antithetic),
        cmocka_unit_test(test_cholesky),
        cmocka_unit_test(test_rows_of_a_file),
        cmocka_unit_test(test_bootstrap),
        cmocka_unit_test(test_refused_plans),
        cmocka_unit_test(test_draws_that_do_not_exist),
        cmocka_unit_test(test_design_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
