/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means, standard deviations and quantiles against dampack, R and sorting. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/cea.h"
#include "analysis/reference_csv.h"

/* Mean and sd of 1000 values with a coefficient of variation above 0.03: sums lose at most
 * 1000 * 2^-53, squared deviations 30 times that. */
static void test_dampack_summary(void **state)
{
    (void)state;
    reference *r = reference_read("dampack_summary.csv"),
              *psa = reference_read("psa_sicksicker.csv");
    for (size_t column = 0; column < 8; column++) {
        double mean, sd, *x = reference_column(psa, column);
        size_t row = column % 4, kind = column / 4;
        assert_int_equal(hec_describe(psa->n_rows, x, 0, NULL, &mean, &sd, NULL), HEC_OK);
        assert_true(reference_near(mean, reference_number(r, row, 1 + kind), 2e-13));
        assert_true(reference_near(sd, reference_number(r, row, 3 + kind), 5e-12));
        free(x);
    }
    reference_free(r);
    reference_free(psa);
}

static void test_quantiles_of_r(void **state)
{
    (void)state;
    reference *r = reference_read("r_quantiles.csv"), *psa = reference_read("psa_sicksicker.csv");
    double *p = reference_column(r, 0), quantiles[8];
    for (size_t column = 0; column < 8; column++) {
        double *x = reference_column(psa, column);
        assert_int_equal(hec_describe(psa->n_rows, x, r->n_rows, p, NULL, NULL, quantiles), HEC_OK);
        for (size_t k = 0; k < r->n_rows; k++)
            assert_true(reference_near(quantiles[k], reference_number(r, k, 1 + column), 1e-14));
        free(x);
    }
    free(p);
    reference_free(r);
    reference_free(psa);
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

enum { LONG = 20000, SHAPES = 11 };

/* Shapes that defeat a careless pivot or equal buckets, and many ties. */
static double shape(int kind, size_t i, size_t n)
{
    switch (kind) {
    case 0:
        return (double)i;
    case 1:
        return (double)(n - i);
    case 2:
        return (double)(i < n / 2 ? i : n - i);
    case 3:
        return (double)(i % 3);
    case 4:
        return 1;
    case 5: /* two values, half and half */
        return i % 2 ? -1 : 1;
    case 6: /* all sizes that there are */
        return ldexp(i % 3 ? 1 : -1, (int)(i % 2090) - 1070);
    case 7: /* the greatest range */
        return (i % 2 ? 1 : -1) * (DBL_MAX - (double)(i / 2) * 1e300);
    case 8: /* steps of the smallest subnormal */
        return (double)(i * 7 % n) * 0x1p-1074;
    case 9: /* nearly all in one place, one far away */
        return i == n / 3 ? 1e18 : fmod((double)i * 7919.0, 4999.0);
    default:
        return fmod((double)i * 7919.0, 4999.0);
    }
}

/* Differences taken on the way are those that are taken before. */
static void check_increments(size_t n, const double *x, const double p[8])
{
    static double other[LONG], difference[LONG];
    double mean[2], sd[2], quantiles[2][8];
    for (size_t i = 0; i < n; i++) {
        other[i] = 0.25 * x[n - 1 - i];
        difference[i] = x[i] - other[i];
    }
    hec_status status = hec_describe(n, difference, 8, p, &mean[0], &sd[0], quantiles[0]);
    assert_int_equal(hec_describe_increment(n, x, other, 8, p, &mean[1], &sd[1], quantiles[1]),
                     status);
    if (status == HEC_OK) {
        assert_memory_equal(&mean[0], &mean[1], sizeof mean[0]);
        assert_memory_equal(&sd[0], &sd[1], sizeof sd[0]);
        assert_memory_equal(quantiles[0], quantiles[1], sizeof quantiles[0]);
    }
}

static void test_selection_against_sorting(void **state)
{
    (void)state;
    static double x[LONG], sorted[LONG], before[LONG];
    const size_t sizes[] = {1, 2, 3, 16, 17, 18, 100, 1001, 8192, 8193, LONG};
    const double p[] = {1, 0.975, 0.5, 0.31, 0.025, 0, 0.999, 0.5};
    double quantiles[8];
    for (int kind = 0; kind < SHAPES; kind++) {
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            size_t n = sizes[s];
            for (size_t i = 0; i < n; i++)
                x[i] = sorted[i] = before[i] = shape(kind, i, n);
            qsort(sorted, n, sizeof(double), by_value);
            assert_int_equal(hec_describe(n, x, 8, p, NULL, NULL, quantiles), HEC_OK);
            assert_memory_equal(x, before, n * sizeof(double));
            check_increments(n, x, p);
            for (size_t k = 0; k < 8; k++) {
                double place = (double)(n - 1) * p[k];
                size_t low = (size_t)place, high = low + 1 < n ? low + 1 : low;
                double share = place - (double)low;
                double expected =
                    share > 0 ? sorted[low] + share * (sorted[high] - sorted[low]) : sorted[low];
                assert_true(quantiles[k] == expected);
            }
        }
    }
}

static void test_domain(void **state)
{
    (void)state;
    const double x[] = {3, 4}, bad[] = {3, NAN}, p[] = {0.5}, outside[] = {1.5}, none[] = {NAN};
    double mean, sd, q;
    assert_int_equal(hec_describe(1, x, 1, p, &mean, &sd, &q), HEC_OK);
    assert_true(mean == 3 && isnan(sd) && q == 3);
    assert_int_equal(hec_describe(2, x, 1, p, &mean, &sd, &q), HEC_OK);
    assert_true(mean == 3.5 && fabs(sd - sqrt(0.5)) < 1e-16 && q == 3.5);
    assert_int_equal(hec_describe(0, x, 1, p, &mean, &sd, &q), HEC_E_ARGUMENT);
    assert_int_equal(hec_describe(2, x, 1, outside, &mean, &sd, &q), HEC_E_ARGUMENT);
    assert_int_equal(hec_describe(2, x, 1, none, &mean, &sd, &q), HEC_E_ARGUMENT);
    assert_int_equal(hec_describe(2, bad, 1, p, &mean, &sd, &q), HEC_E_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dampack_summary),
        cmocka_unit_test(test_quantiles_of_r),
        cmocka_unit_test(test_selection_against_sorting),
        cmocka_unit_test(test_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
