/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sampler: draws follow their distributions. Bounds are Monte Carlo errors: five standard errors of
 * each estimate (a false alarm in 1.7 million, and the seed is fixed). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "model/families.h"
#include "sim/sampler.h"

enum { N = 1 << 16, COLUMNS_MAX = 32 };
#define SIGMAS 5

static void near(const char *what, double ours, double wanted, double error)
{
    if (!(fabs(ours - wanted) <= SIGMAS * error)) {
        fail_msg("%s: %.10g where %.10g is expected, %.2f standard errors off", what, ours, wanted,
                 (ours - wanted) / error);
    }
}

typedef struct estimates {
    double mean, sd, fourth; /* fourth central moment over sd^4 */
} estimates;

static estimates estimate(const double *x)
{
    double sum = 0, second = 0, fourth = 0;
    for (size_t i = 0; i < N; i++) {
        sum += x[i];
    }
    double mean = sum / N;
    for (size_t i = 0; i < N; i++) {
        double square = (x[i] - mean) * (x[i] - mean);
        second += square;
        fourth += square * square;
    }
    double variance = second / (N - 1);
    return (estimates){mean, sqrt(variance), fourth / N / (variance * variance)};
}

/* The mean errs by sd / sqrt N; the sd, in the large, by sd sqrt((kurtosis - 1) / 4N), with the
 * kurtosis of the draws. */
static void moments(const char *what, const double *x, double mean, double sd)
{
    estimates e = estimate(x);
    near(what, e.mean, mean, sd / sqrt(N));
    near(what, e.sd, sd, sd * sqrt((e.fourth - 1) / (4.0 * N)));
}

static double covariance_of(const double *x, const double *y)
{
    double mean_x = estimate(x).mean, mean_y = estimate(y).mean, sum = 0;
    for (size_t i = 0; i < N; i++) {
        sum += (x[i] - mean_x) * (y[i] - mean_y);
    }
    return sum / (N - 1);
}

static double correlation_of(const double *x, const double *y)
{
    return covariance_of(x, y) / (estimate(x).sd * estimate(y).sd);
}

/* Draws of the request; the caller frees. */
static double *draws_of(hec_sample_request *request, uint64_t seed)
{
    hec_arena *arena = hec_arena_create();
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    request->draws = N;
    request->place = HEC_NOWHERE;
    hec_sample_plan *plan = hec_sample_plan_create(arena, diagnostics, request);
    assert_non_null(plan);
    hec_sample_work *work = hec_sample_work_create(plan);
    double *out = hec_aligned_doubles(request->n_columns * N);
    assert_int_equal(hec_sample(plan, hk_select(NULL), work, seed, 0, N, N, out), HEC_OK);
    hec_sample_work_destroy(work);
    hec_diagnostics_destroy(diagnostics);
    hec_arena_destroy(arena);
    return out;
}

/* ---- marginals ------------------------------------------------------------------------------ */

static const hec_distribution cases[] = {
    {HEC_FAMILY_NORMAL, -3, 2, 0, 0},        {HEC_FAMILY_LOGNORMAL, 1.1, 0.4, 0, 0},
    {HEC_FAMILY_BETA, 200, 3, 0, 0},         {HEC_FAMILY_BETA, 0.5, 0.5, 0, 0},
    {HEC_FAMILY_GAMMA, 30, 200, 0, 0},       {HEC_FAMILY_GAMMA, 0.1, 2, 0, 0},
    {HEC_FAMILY_UNIFORM, 2, 9, 0, 0},        {HEC_FAMILY_TRIANGULAR, 1, 2, 5, 0},
    {HEC_FAMILY_PERT, 1, 2, 5, 4},           {HEC_FAMILY_EXPONENTIAL, 0.12, 0, 0, 0},
    {HEC_FAMILY_WEIBULL, 1.3, 5, 0, 0},      {HEC_FAMILY_GOMPERTZ, 0.09, 0.02, 0, 0},
    {HEC_FAMILY_LOGLOGISTIC, 9, 4, 0, 0},    {HEC_FAMILY_GENGAMMA, 1.2, 0.3, -0.6, 0},
    {HEC_FAMILY_GENGAMMA, 1.2, 0.7, 1.4, 0}, {HEC_FAMILY_TRUNCATED_NORMAL, 5, 4, 0, INFINITY},
    {HEC_FAMILY_POISSON, 3.5, 0, 0, 0},      {HEC_FAMILY_POISSON, 300, 0, 0, 0},
    {HEC_FAMILY_BERNOULLI, 0.3, 0, 0, 0},
};
enum { CASES = sizeof cases / sizeof cases[0] };

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov and Smirnov: sqrt(N) times the greatest distance exceeds 2.7 once in a million. Looked
 * at in every 16th draw (which hides 0.06 at most) and, of counts, at the ends of steps. */
static void check_shape(const char *what, const hec_distribution *d, double *x)
{
    double greatest = 0;
    size_t last = 0;
    qsort(x, N, sizeof *x, ascending);
    for (size_t i = 0; i < N; i++) {
        if (i + 1 == N || (x[i + 1] > x[i] && i >= last + 16)) {
            last = i;
            greatest = fmax(greatest, fabs(hec_distribution_cdf(d, x[i]) - (double)(i + 1) / N));
        }
    }
    if (!(greatest * sqrt(N) < 2.7)) {
        fail_msg("%s: the greatest distance of distribution functions is %.3g", what, greatest);
    }
}

static void check_marginals(hec_design design, bool antithetic)
{
    static char names[CASES][16];
    hec_draw columns[CASES];
    for (int i = 0; i < CASES; i++) {
        snprintf(names[i], sizeof names[i], "parameter_%d", i);
        columns[i] = (hec_draw){.name = names[i], .kind = HEC_DRAW_MARGINAL, .marginal = cases[i]};
    }
    hec_sample_request request = {
        .n_columns = CASES, .columns = columns, .design = design, .antithetic = antithetic};
    double *x = draws_of(&request, 1);
    for (size_t i = 0; i < CASES; i++) {
        char what[100];
        const hec_distribution *d = &cases[i];
        snprintf(what, sizeof what, "%s(%g, %g)", hec_family_describe((size_t)d->family)->name,
                 d->a, d->b);
        moments(what, x + i * N, hec_distribution_mean(d), hec_distribution_sd(d));
        check_shape(what, d, x + i * N);
    }
    hec_aligned_free(x);
}

static void test_random(void **state)
{
    (void)state;
    check_marginals(HEC_DESIGN_RANDOM, false);
}

/* Designs that spread their points err less than random draws; the same bounds serve. */
static void test_other_designs(void **state)
{
    (void)state;
    check_marginals(HEC_DESIGN_RANDOM, true);
    check_marginals(HEC_DESIGN_LATIN_HYPERCUBE, false);
    check_marginals(HEC_DESIGN_SOBOL, false);
}

/* A mean of N uniforms errs by 0.29/sqrt N at random, by 0.29/N^1.5 on a Latin hypercube, and on a
 * net of base 2 by less than half a cell of width 1/N. */
static void test_designs_are_better(void **state)
{
    hec_draw column = {
        .name = "u", .kind = HEC_DRAW_MARGINAL, .marginal = {HEC_FAMILY_UNIFORM, 0, 1, 0, 0}};
    (void)state;
    hec_sample_request request = {
        .n_columns = 1, .columns = &column, .design = HEC_DESIGN_LATIN_HYPERCUBE};
    double *u = draws_of(&request, 2);
    near("latin hypercube", estimate(u).mean, 0.5, 0.29 / (N * sqrt(N)));
    hec_aligned_free(u);
    request.design = HEC_DESIGN_SOBOL;
    u = draws_of(&request, 2);
    assert_true(fabs(estimate(u).mean - 0.5) <= 0.5 / N);
    hec_aligned_free(u);
}

/* ---- independence and correlation ----------------------------------------------------------- */

/* A sample correlation errs by (1 - rho^2) / sqrt N. */
static void test_names_are_independent(void **state)
{
    enum { NAMES = 12 };
    static const hec_design designs[] = {HEC_DESIGN_RANDOM, HEC_DESIGN_LATIN_HYPERCUBE,
                                         HEC_DESIGN_SOBOL};
    static char names[NAMES][8];
    hec_draw columns[NAMES];
    (void)state;
    for (int i = 0; i < NAMES; i++) {
        snprintf(names[i], sizeof names[i], "p%d", i); /* names that differ in one letter */
        columns[i] = (hec_draw){.name = names[i],
                                .kind = HEC_DRAW_MARGINAL,
                                .marginal = {HEC_FAMILY_NORMAL, 0, 1, 0, 0}};
    }
    for (int k = 0; k < 3; k++) {
        hec_sample_request request = {.n_columns = NAMES, .columns = columns, .design = designs[k]};
        double *x = draws_of(&request, 3);
        for (size_t i = 0; i < NAMES; i++) {
            for (size_t j = 0; j < i; j++) {
                near("independent names", correlation_of(x + i * N, x + j * N), 0, 1 / sqrt(N));
            }
            /* nor with itself one draw later */
            double *next = x + i * N, sum = 0;
            for (size_t d = 0; d + 1 < N; d++) {
                sum += next[d] * next[d + 1];
            }
            if (designs[k] != HEC_DESIGN_SOBOL) {
                near("neighbouring draws", sum / N, 0, 1 / sqrt(N));
            }
        }
        hec_aligned_free(x);
    }
}

static void test_correlations(void **state)
{
    hec_draw columns[4] = {
        {.name = "a", .marginal = {HEC_FAMILY_NORMAL, 1, 2, 0, 0}},
        {.name = "b", .marginal = {HEC_FAMILY_NORMAL, 0, 3, 0, 0}},
        {.name = "c", .marginal = {HEC_FAMILY_LOGNORMAL, 0, 0.5, 0, 0}},
        {.name = "d", .marginal = {HEC_FAMILY_GAMMA, 2, 1, 0, 0}},
    };
    const hec_correlation rho[] = {
        {.a = 0, .b = 1, .rho = 0.5}, {.a = 2, .b = 0, .rho = -0.7}, {.a = 2, .b = 3, .rho = 0.3}};
    (void)state;
    hec_sample_request request = {
        .n_columns = 4, .columns = columns, .n_correlations = 3, .correlations = rho};
    double *x = draws_of(&request, 4);
    for (size_t i = 0; i < N; i++) {
        x[2 * N + i] = log(x[2 * N + i]);
    }
    near("a, b", correlation_of(x, x + N), 0.5, 0.75 / sqrt(N));
    near("a, ln c", correlation_of(x, x + 2 * N), -0.7, 0.51 / sqrt(N));
    near("b, ln c: not listed", correlation_of(x + N, x + 2 * N), 0, 1 / sqrt(N));
    /* the scores of a gamma, back from its values */
    for (size_t i = 0; i < N; i++) {
        hec_distribution *gamma = &columns[3].marginal;
        double lower = hec_distribution_cdf(gamma, x[3 * N + i]);
        double upper = hec_distribution_survival(gamma, x[3 * N + i]);
        x[3 * N + i] = lower < upper ? hk_scalar(HK_NORMAL_QUANTILE, lower, 0, 0)
                                     : -hk_scalar(HK_NORMAL_QUANTILE, upper, 0, 0);
    }
    near("ln c, d", correlation_of(x + 2 * N, x + 3 * N), 0.3, 0.91 / sqrt(N));
    near("a, d: not listed", correlation_of(x, x + 3 * N), 0, 1 / sqrt(N));
    /* correlation leaves the marginals as they are */
    moments("a", x, 1, 2);
    moments("b", x + N, 0, 3);
    moments("ln c", x + 2 * N, 0, 0.5);
    moments("score of d", x + 3 * N, 0, 1);
    hec_aligned_free(x);
}

/* ---- groups --------------------------------------------------------------------------------- */

static void check_dirichlet(size_t n, const double *counts)
{
    static const char *names[] = {"p_A", "p_B", "p_C", "p_D"};
    hec_draw_group group = {.kind = HEC_DRAW_DIRICHLET, .count = n, .names = names, .mean = counts};
    hec_draw columns[4];
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        columns[i] = (hec_draw){.name = names[i], .kind = HEC_DRAW_DIRICHLET, .member = (int)i};
        total += counts[i];
    }
    hec_sample_request request = {
        .n_columns = n, .columns = columns, .n_groups = 1, .groups = &group};
    double *x = draws_of(&request, 5);
    for (size_t i = 0; i < n; i++) {
        double mean = counts[i] / total;
        if (counts[i] > 0 && counts[i] < total) {
            moments(names[i], x + i * N, mean, sqrt(mean * (1 - mean) / (total + 1)));
            if (total < 0.01) {
                continue; /* all but 0 or 1 */
            }
            /* each component is a beta */
            hec_distribution beta = {HEC_FAMILY_BETA, counts[i], total - counts[i], 0, 0};
            double *copy = malloc(N * sizeof *copy);
            memcpy(copy, x + i * N, N * sizeof *copy);
            check_shape(names[i], &beta, copy);
            free(copy);
        }
        for (size_t j = 0; j < i && counts[i] > 0 && counts[j] > 0; j++) {
            double covariance = -mean * counts[j] / total / (total + 1);
            double error = estimate(x + i * N).sd * estimate(x + j * N).sd * 2 / sqrt(N);
            near("covariance", covariance_of(x + i * N, x + j * N), covariance, error);
        }
    }
    for (size_t d = 0; d < N; d++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++) {
            sum += x[i * N + d];
            assert_true(counts[i] > 0 || x[i * N + d] == 0);
        }
        assert_true(fabs(sum - 1) <= (double)n * 1.2e-16 * 2);
    }
    hec_aligned_free(x);
}

static void test_dirichlet(void **state)
{
    (void)state;
    check_dirichlet(4, (const double[]){1251, 350, 116, 17}); /* rows of the HIV model's counts */
    check_dirichlet(4, (const double[]){0, 731, 512, 15});
    check_dirichlet(3, (const double[]){0.5, 1, 2.5});
    check_dirichlet(2, (const double[]){0.001, 0.002}); /* gamma draws that both underflow */
    check_dirichlet(2, (const double[]){0.05, 0.02});
    check_dirichlet(2, (const double[]){0, 5});
}

static void test_multinormal(void **state)
{
    static const char *names[] = {"b_0", "b_1", "b_2"};
    static const double mean[] = {1, -2, 0.5};
    static const double covariance[] = {4, -1.5, 0.3, -1.5, 1, 0, 0.3, 0, 0.25};
    hec_draw_group group = {.kind = HEC_DRAW_MULTINORMAL,
                            .count = 3,
                            .names = names,
                            .mean = mean,
                            .covariance = covariance};
    hec_draw columns[3];
    (void)state;
    for (int i = 0; i < 3; i++) {
        columns[i] = (hec_draw){.name = names[i], .kind = HEC_DRAW_MULTINORMAL, .member = i};
    }
    hec_sample_request request = {
        .n_columns = 3, .columns = columns, .n_groups = 1, .groups = &group};
    double *x = draws_of(&request, 6);
    for (size_t i = 0; i < 3; i++) {
        hec_distribution normal = {HEC_FAMILY_NORMAL, mean[i], sqrt(covariance[4 * i]), 0, 0};
        moments(names[i], x + i * N, mean[i], sqrt(covariance[4 * i]));
        for (size_t j = 0; j < i; j++) {
            double c = covariance[3 * i + j];
            near("covariance", covariance_of(x + i * N, x + j * N), c,
                 sqrt((covariance[4 * i] * covariance[4 * j] + c * c) / N));
        }
        double *copy = malloc(N * sizeof *copy);
        memcpy(copy, x + i * N, N * sizeof *copy);
        check_shape(names[i], &normal, copy);
        free(copy);
    }
    hec_aligned_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_other_designs),
        cmocka_unit_test(test_designs_are_better),
        cmocka_unit_test(test_names_are_independent),
        cmocka_unit_test(test_correlations),
        cmocka_unit_test(test_dirichlet),
        cmocka_unit_test(test_multinormal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
