/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The passes over columns: filling, adding up, checking, curves in pieces. */
#include "kernel_data.h"

#include <math.h>
#include <string.h>

static const hk_table *levels[4];
static size_t n_levels;

static int find_levels(void **unused)
{
    (void)unused;
    n_levels = hk_levels(levels);
    return 0;
}

typedef void (*size_test)(const hk_table *table, size_t n);

static void on_each_level_and_size(size_test test)
{
    for (size_t l = 0; l < n_levels; l++)
        for (int s = 0; s < KERNEL_SIZES; s++)
            test(levels[l], kernel_sizes[s]);
}

static void random_column(uint64_t seed, double lo, double hi, double *x)
{
    for (size_t i = 0; i < KERNEL_LARGEST; i++)
        x[i] = random_between(&seed, lo, hi);
}

static void check_fill(const hk_table *table, size_t n)
{
    double out[KERNEL_LARGEST + 1];
    out[n] = 7;
    table->fill(n, 2.5, out);
    for (size_t i = 0; i < n; i++)
        assert_true(out[i] == 2.5);
    assert_true(out[n] == 7);
}

static void test_fill(void **unused)
{
    (void)unused;
    on_each_level_and_size(check_fill);
}

static void check_products(const hk_table *table, size_t n)
{
    double a[KERNEL_LARGEST], x[KERNEL_LARGEST], y[KERNEL_LARGEST], z[KERNEL_LARGEST];
    random_column(1, -1, 1, a);
    random_column(2, -1, 1, x);
    random_column(3, -1, 1, y);
    random_column(3, -1, 1, z);
    table->axpy(n, 0.1, x, y);
    table->multiply_add(n, a, x, z);
    uint64_t state = 3;
    for (size_t i = 0; i < KERNEL_LARGEST; i++) {
        double before = random_between(&state, -1, 1);
        assert_same(y[i], i < n ? fma(0.1, x[i], before) : before, "axpy", x[i], before);
        assert_same(z[i], i < n ? fma(a[i], x[i], before) : before, "multiply_add", x[i], before);
    }
}

static void test_axpy_and_multiply_add(void **unused)
{
    (void)unused;
    on_each_level_and_size(check_products);
}

static void check_outside(const hk_table *table, size_t n)
{
    double x[KERNEL_LARGEST];
    random_column(4, 0, 1, x);
    const double wrong[] = {-0x1p-1074, 1.0000000000000002, NAN, INFINITY, -INFINITY};
    if (n > 0)
        x[n - 1] = 1; /* the ends belong to it */
    assert_int_equal(table->first_outside(n, x, 0, 1), n);
    for (size_t i = 0; i < n; i++) {
        double kept = x[i];
        x[i] = wrong[i % 5];
        x[n - 1] = i % 2 ? NAN : x[n - 1]; /* a later one does not matter */
        assert_int_equal(table->first_outside(n, x, 0, 1), i);
        x[i] = kept;
        x[n - 1] = 1;
    }
}

static void test_first_outside(void **unused)
{
    (void)unused;
    on_each_level_and_size(check_outside);
}

static void check_sum(const hk_table *table, size_t n)
{
    double x[KERNEL_LARGEST], s[8] = {0};
    random_column(5, -1e10, 1e10, x);
    for (size_t i = 0; i < n; i++)
        s[i % 8] += x[i];
    double expected = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
    assert_same(table->sum(n, x), expected, "sum", (double)n, 0);
}

static void test_sum(void **unused)
{
    (void)unused;
    on_each_level_and_size(check_sum);
}

enum { PIECES = 16, DEGREE = 7 };

/* Taylor coefficients of e^x about the middle of each piece of [-2, 2], in t = 8 (x - middle). */
static void exp_in_pieces(double *coefficients)
{
    for (int k = 0; k < PIECES; k++) {
        double term = exp(-2 + (k + 0.5) / 4);
        for (int d = 0; d <= DEGREE; d++) {
            coefficients[k * (DEGREE + 1) + d] = term;
            term *= 0.125 / (d + 1);
        }
    }
}

static double plain_piecewise(double lo, double scale, int pieces, int degree,
                              const double *coefficients, double x)
{
    double u = (x - lo) * scale, k = floor(u);
    if (!(k > 0))
        k = 0;
    if (k > pieces - 1)
        k = pieces - 1;
    double t = 2 * (u - k) - 1, sum = coefficients[(int)k * (degree + 1) + degree];
    for (int d = degree - 1; d >= 0; d--)
        sum = fma(sum, t, coefficients[(int)k * (degree + 1) + d]);
    return isnan(x) ? NAN : sum;
}

static void check_piecewise(const hk_table *table, size_t n)
{
    double coefficients[PIECES * (DEGREE + 1)], x[KERNEL_LARGEST], out[KERNEL_LARGEST + 1];
    exp_in_pieces(coefficients);
    random_column(6, -2, 2, x);
    const double edges[] = {-2, 2, 0, -2.01, 2.01, NAN, 0.25, 1.9999999999999998, -5, INFINITY};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        x[3 * i] = edges[i];
    out[n] = 7;
    table->piecewise(n, -2, 4, PIECES, DEGREE, coefficients, x, out);
    for (size_t i = 0; i < n; i++) {
        double expected = plain_piecewise(-2, 4, PIECES, DEGREE, coefficients, x[i]);
        assert_same(out[i], expected, "piecewise", x[i], (double)i);
        /* Taylor's remainder: (1/8)^8 / 8! times at most e^(1/8) relative, and roundings */
        if (fabs(x[i]) <= 2)
            assert_true(fabs(out[i] / exp(x[i]) - 1) < 0x1p-24 / 40320 * 1.14 + 0x1p-50);
    }
    assert_true(out[n] == 7);
}

static void test_piecewise(void **unused)
{
    (void)unused;
    on_each_level_and_size(check_piecewise);
}

static void test_piecewise_constant(void **unused)
{
    (void)unused;
    const double steps[] = {10, 20, 30}, x[] = {-1, 0, 0.5, 1, 1.5, 2, 2.99, 3, 9, NAN};
    const double expected[] = {10, 10, 10, 20, 20, 30, 30, 30, 30, NAN};
    double out[10];
    for (size_t l = 0; l < n_levels; l++) {
        levels[l]->piecewise(10, 0, 1, 3, 0, steps, x, out);
        for (int i = 0; i < 10; i++)
            assert_same(out[i], expected[i], "steps", x[i], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fill),          cmocka_unit_test(test_axpy_and_multiply_add),
        cmocka_unit_test(test_first_outside), cmocka_unit_test(test_sum),
        cmocka_unit_test(test_piecewise),     cmocka_unit_test(test_piecewise_constant),
    };
    return cmocka_run_group_tests(tests, find_levels, NULL);
}
