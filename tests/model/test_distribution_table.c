/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantile tables: as good as promised where they were not checked when built, the same bits at
 * every ISA level and in blocks of every size. */
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

enum { POINTS = 4001, BLOCK = 512 };

static const hec_distribution cases[] = {
    {HEC_FAMILY_NORMAL, -3, 2, 0, 0},
    {HEC_FAMILY_LOGNORMAL, 1.1, 0.8, 0, 0},
    {HEC_FAMILY_BETA, 0.5, 0.5, 0, 0},
    {HEC_FAMILY_BETA, 200, 3, 0, 0},
    {HEC_FAMILY_BETA, 3, 200, 0, 0},
    {HEC_FAMILY_BETA, 2, 3, 0, 0},
    {HEC_FAMILY_BETA, 0.01, 0.01, 0, 0}, /* lane by lane */
    {HEC_FAMILY_BETA, 0.05, 30, 0, 0},
    {HEC_FAMILY_BETA, 1e4, 1e5, 0, 0},
    {HEC_FAMILY_GAMMA, 30, 200, 0, 0},
    {HEC_FAMILY_GAMMA, 1, 3, 0, 0},
    {HEC_FAMILY_GAMMA, 0.5, 3, 0, 0},
    {HEC_FAMILY_GAMMA, 0.01, 1, 0, 0},
    {HEC_FAMILY_GAMMA, 0.001, 1, 0, 0},
    {HEC_FAMILY_GAMMA, 199.9, 1, 0, 0},
    {HEC_FAMILY_GAMMA, 1e8, 1, 0, 0},
    {HEC_FAMILY_UNIFORM, 2, 9, 0, 0},
    {HEC_FAMILY_TRIANGULAR, 1, 2, 5, 0},
    {HEC_FAMILY_TRIANGULAR, 0, 0, 5, 0},
    {HEC_FAMILY_PERT, 1, 2, 5, 4},
    {HEC_FAMILY_PERT, -1, -1, 5, 4},
    {HEC_FAMILY_EXPONENTIAL, 0.12, 0, 0, 0},
    {HEC_FAMILY_WEIBULL, 1.3, 5, 0, 0},
    {HEC_FAMILY_WEIBULL, 0.2, 5, 0, 0},
    {HEC_FAMILY_GOMPERTZ, 0.09, 0.02, 0, 0},
    {HEC_FAMILY_GOMPERTZ, -0.15, 0.2, 0, 0}, /* infinities: lane by lane */
    {HEC_FAMILY_GOMPERTZ, 1, 1e-6, 0, 0},
    {HEC_FAMILY_LOGLOGISTIC, 1.6, 4, 0, 0},
    {HEC_FAMILY_GENGAMMA, 1.2, 0.7, 0.4, 0},
    {HEC_FAMILY_GENGAMMA, 1.2, 0.7, -0.6, 0},
    {HEC_FAMILY_GENGAMMA, 1.2, 0.7, 2.5, 0},
    {HEC_FAMILY_TRUNCATED_NORMAL, 5, 2, 0, INFINITY},
    {HEC_FAMILY_TRUNCATED_NORMAL, 0, 1, -1, 2},
    {HEC_FAMILY_POISSON, 0.3, 0, 0, 0},
    {HEC_FAMILY_POISSON, 250, 0, 0, 0},
    {HEC_FAMILY_POISSON, 1e6, 0, 0, 0}, /* too many thresholds: lane by lane */
    {HEC_FAMILY_BERNOULLI, 0.3, 0, 0, 0},
    {HEC_FAMILY_FIXED, 3, 0, 0, 0},
};
enum { CASES = sizeof cases / sizeof cases[0] };

static const char *name_of(const hec_distribution *d)
{
    static char text[200];
    snprintf(text, sizeof text, "%s(%g, %g, %g, %g)", hec_family_describe((size_t)d->family)->name,
             d->a, d->b, d->c, d->d);
    return text;
}

/* Evenly over [-8.3, 8.3], by a step that has nothing to do with the pieces. */
static void fill_scores(double *z)
{
    for (int i = 0; i < POINTS; i++) {
        z[i] = -8.3 + 16.6 * i / (POINTS - 1);
    }
}

static double error_of(const hec_distribution *d, double x, double exact)
{
    if (x == exact || (x < 1e-300 && fabs(exact) < 1e-300)) {
        return 0;
    }
    if (d->family == HEC_FAMILY_PERT || hec_family_at(d->family)->link == HEC_LINK_IDENTITY) {
        return fabs(x - exact) / fmax(fabs(exact), hec_distribution_sd(d));
    }
    return fabs(x - exact) / fabs(exact);
}

static void test_error_within_bound(void **state)
{
    (void)state;
    hec_arena *arena = hec_arena_create();
    double *z = hec_aligned_doubles(POINTS), *x = hec_aligned_doubles(POINTS);
    const hk_table *kernels = hk_select(NULL);
    fill_scores(z);
    for (int i = 0; i < CASES; i++) {
        const hec_distribution *d = &cases[i];
        hec_quantile_table *table = hec_quantile_table_create(arena, d);
        assert_non_null(table);
        assert_true(hec_quantile_table_error(table) <= 1e-12);
        hec_quantile_table_apply(table, kernels, POINTS, z, x);
        for (int k = 0; k < POINTS; k++) {
            double exact = hec_distribution_score_quantile(d, z[k]),
                   error = error_of(d, x[k], exact);
            double extreme = fabs(exact) < 1e-100 ? 4 * 2.3e-16 * fabs(log(exact)) : 0;
            if (!(error <= 1e-12 + extreme)) {
                fail_msg("%s at z = %.17g: %.17g by the table, %.17g directly (%.2g)", name_of(d),
                         z[k], x[k], exact, error);
            }
        }
    }
    hec_aligned_free(z);
    hec_aligned_free(x);
    hec_arena_destroy(arena);
}

/* Which are polynomials, so that no case falls back unseen. */
static void test_fallbacks(void **state)
{
    (void)state;
    hec_arena *arena = hec_arena_create();
    for (int i = 0; i < CASES; i++) {
        const hec_distribution *d = &cases[i];
        bool lanes = (d->family == HEC_FAMILY_BETA && d->a == 0.01) ||
                     (d->family == HEC_FAMILY_GOMPERTZ && d->a < 0);
        bool smooth = hec_family_at(d->family)->curve == HEC_CURVE_SMOOTH && !lanes;
        size_t pieces = 0, degree = 0;
        hec_quantile_table_size(hec_quantile_table_create(arena, d), &pieces, &degree);
        if ((pieces > 0) != smooth || degree > 15 || pieces > 128) {
            fail_msg("%s: %zu pieces of degree %zu", name_of(d), pieces, degree);
        }
    }
    hec_arena_destroy(arena);
}

static void test_same_bits(void **state)
{
    (void)state;
    hec_arena *arena = hec_arena_create();
    double *z = hec_aligned_doubles(POINTS), *x = hec_aligned_doubles(POINTS);
    double *y = hec_aligned_doubles(POINTS), *part = hec_aligned_doubles(BLOCK);
    double *in = hec_aligned_doubles(BLOCK);
    const hk_table *levels[4];
    size_t n_levels = hk_levels(levels);
    fill_scores(z);
    for (int i = 0; i < CASES; i++) {
        hec_quantile_table *table = hec_quantile_table_create(arena, &cases[i]);
        hec_quantile_table_apply(table, levels[0], POINTS, z, x);
        for (size_t l = 1; l < n_levels; l++) {
            hec_quantile_table_apply(table, levels[l], POINTS, z, y);
            if (memcmp(x, y, POINTS * sizeof *x) != 0) {
                fail_msg("%s: other bits at %s", name_of(&cases[i]), levels[l]->isa);
            }
        }
        for (size_t start = 0, n = 1; start + n <= POINTS && n <= BLOCK;
             start += n, n = 2 * n + 1) {
            memcpy(in, z + start, n * sizeof *in);
            hec_quantile_table_apply(table, levels[n_levels - 1], n, in, part);
            assert_memory_equal(part, x + start, n * sizeof *x);
        }
    }
    hec_aligned_free(z);
    hec_aligned_free(x);
    hec_aligned_free(y);
    hec_aligned_free(in);
    hec_aligned_free(part);
    hec_arena_destroy(arena);
}

/* The logarithm survives where the value underflows: gamma(0.001) at z = -3 is e^-6608. */
static void test_logarithms(void **state)
{
    (void)state;
    hec_arena *arena = hec_arena_create();
    double *z = hec_aligned_doubles(8), *x = hec_aligned_doubles(8);
    hec_distribution d = {HEC_FAMILY_GAMMA, 0.001, 1, 0, 0};
    hec_quantile_table *table = hec_quantile_table_create(arena, &d);
    z[0] = -3;
    hec_quantile_table_apply_log(table, hk_select(NULL), 1, z, x);
    /* x^a / Gamma(a + 1) = p */
    double wanted = (log(0.5 * erfc(3 / sqrt(2))) + lgamma(1.001)) / 0.001;
    assert_true(fabs(x[0] - wanted) < 1e-11 * fabs(wanted));
    hec_quantile_table_apply(table, hk_select(NULL), 1, z, x);
    assert_true(x[0] == 0);
    hec_aligned_free(z);
    hec_aligned_free(x);
    hec_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_within_bound),
        cmocka_unit_test(test_fallbacks),
        cmocka_unit_test(test_same_bits),
        cmocka_unit_test(test_logarithms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
