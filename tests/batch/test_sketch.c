/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sketch: quantiles and histograms against sorting all values. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/cea.h"
#include "batch/sketch.h"

enum { N = 50000 };

static uint64_t random_state = 2463534242;

static double uniform(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return ((double)(random_state >> 11) + 0.5) * 0x1p-53;
}

static double lognormal(void)
{
    return exp(8 + 1.2 * sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform()));
}

/* Values of both signs, of all sizes, and some that are met often. */
static double mixed(void)
{
    double u = uniform();
    return u < 0.2 ? 0 : u < 0.3 ? 1234.5 : u < 0.5 ? -lognormal() : u < 0.51 ? 1e-9 : lognormal();
}

static hec_sketch *sketch_of(size_t n, const double *x)
{
    hec_sketch *sketch = calloc(1, sizeof *sketch);
    assert_non_null(sketch);
    hec_sketch_add(sketch, n, x);
    return sketch;
}

static double *values_of(double (*draw)(void), size_t n)
{
    double *x = malloc(n * sizeof *x);
    assert_non_null(x);
    for (size_t i = 0; i < n; i++) {
        x[i] = draw();
    }
    return x;
}

static const double probabilities[] = {0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1};
enum { PROBABILITIES = sizeof probabilities / sizeof probabilities[0] };

static void assert_quantiles(size_t n, const double *x, double relative, double absolute)
{
    double expected[PROBABILITIES];
    hec_sketch *sketch = sketch_of(n, x);
    assert_int_equal(hec_describe(n, x, PROBABILITIES, probabilities, NULL, NULL, expected),
                     HEC_OK);
    assert_int_equal(hec_sketch_count(sketch), n);
    for (size_t i = 0; i < PROBABILITIES; i++) {
        double value = hec_sketch_quantile(sketch, probabilities[i]);
        if (!(fabs(value - expected[i]) <= relative * fabs(expected[i]) + absolute)) {
            fail_msg("quantile %g: %.17g is not %.17g", probabilities[i], value, expected[i]);
        }
    }
    assert_true(hec_sketch_quantile(sketch, 0) == expected[0]);
    assert_true(hec_sketch_quantile(sketch, 1) == expected[PROBABILITIES - 1]);
    free(sketch);
}

static void quantiles_are_within_a_bin(void **state)
{
    (void)state;
    double (*const draws[])(void) = {uniform, lognormal, mixed};
    for (size_t i = 0; i < 3; i++) {
        double *x = values_of(draws[i], N);
        assert_quantiles(N, x, 1.0 / 256, 0x1p-20);
        free(x);
    }
}

/* Few values that are met again and again, and a handful of any: exact. */
static void few_values_are_exact(void **state)
{
    static const double points[] = {-17.3, 0, 0.5, 12345.678, 1e7};
    (void)state;
    double x[1000];
    for (size_t i = 0; i < 1000; i++) {
        x[i] = points[(size_t)(uniform() * 5)];
    }
    assert_quantiles(1000, x, 0, 0);
    for (size_t n = 1; n <= 20; n++) {
        for (size_t i = 0; i < n; i++) {
            x[i] = exp((double)i); /* no two in one bin */
        }
        assert_quantiles(n, x, 1e-15, 0);
    }
}

static void what_lies_beyond_the_bins(void **state)
{
    static const double x[] = {-1e300, -1e20, -1e-30, 0, 1e-300, 1e-7, 3, 1e20, 1e300};
    (void)state;
    hec_sketch *sketch = sketch_of(9, x);
    assert_true(hec_sketch_quantile(sketch, 0) == -1e300);
    assert_true(hec_sketch_quantile(sketch, 1) == 1e300);
    assert_true(fabs(hec_sketch_quantile(sketch, 0.5)) < 0x1p-20);
    assert_true(hec_sketch_quantile(sketch, 0.75) == 3);
    free(sketch);
    sketch = sketch_of(0, x);
    assert_true(isnan(hec_sketch_quantile(sketch, 0.5)));
    free(sketch);
}

/* Neither the order of the values nor how they are shared out changes anything. */
static void order_does_not_matter(void **state)
{
    (void)state;
    double *x = values_of(mixed, N);
    hec_sketch *whole = sketch_of(N, x), *parts = calloc(1, sizeof *parts);
    for (size_t i = 0; i < N / 2; i++) {
        double other = x[i];
        x[i] = x[N - 1 - i];
        x[N - 1 - i] = other;
    }
    for (size_t i = 0; i < N; i += 999) {
        hec_sketch *part = sketch_of(N - i < 999 ? N - i : 999, x + i);
        hec_sketch_merge(parts, part);
        free(part);
    }
    for (size_t i = 0; i < HEC_SKETCH_BINS; i++) {
        assert_int_equal(parts->bins[i].count, whole->bins[i].count);
        assert_true(parts->bins[i].least == whole->bins[i].least);
        assert_true(parts->bins[i].greatest == whole->bins[i].greatest);
    }
    free(whole);
    free(parts);
    free(x);
}

static void assert_histogram(size_t n, const double *x, double low, double high)
{
    enum { PIECES = 64 };
    double edges[PIECES + 1];
    int64_t counts[PIECES], expected[PIECES] = {0};
    hec_sketch *sketch = sketch_of(n, x);
    hec_sketch_edges(low, high, PIECES, edges);
    hec_sketch_histogram(sketch, PIECES, edges, counts);
    assert_true(edges[0] == low && edges[PIECES] == high);
    for (size_t k = 0; k < PIECES; k++) {
        assert_true(edges[k] <= edges[k + 1]);
    }
    for (size_t i = 0; i < n; i++) {
        size_t k = PIECES - 1;
        while (k > 0 && x[i] < edges[k]) {
            k--;
        }
        expected[k]++;
    }
    for (size_t k = 0; k < PIECES; k++) {
        if (counts[k] != expected[k]) {
            fail_msg("piece %zu from %.17g: %lld, not %lld", k, edges[k], (long long)counts[k],
                     (long long)expected[k]);
        }
    }
    free(sketch);
}

static void histograms_are_exact(void **state)
{
    static const double on_edges[] = {-1024, -514.5, -514, -512.5, -512, -1, -0.5, 0, 0.25, 1, 64, 512, 1024};
    static const double same[] = {7, 7, 7};
    (void)state;
    double *x = values_of(mixed, N), low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < N; i++) {
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
    }
    assert_histogram(N, x, low, high);
    assert_histogram(13, on_edges, -1024, 1024);
    assert_histogram(3, same, 7, 7);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_within_a_bin), cmocka_unit_test(few_values_are_exact),
        cmocka_unit_test(what_lies_beyond_the_bins),  cmocka_unit_test(order_does_not_matter),
        cmocka_unit_test(histograms_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
