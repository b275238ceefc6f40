/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments: against long double, however the values come in blocks. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "batch/moments.h"
#include "hk.h"

enum { N = 10007 };

/* Numbers with a large mean and a small spread: squares about zero would lose them. */
static void fill(double *x)
{
    uint64_t state = 12345;
    for (size_t i = 0; i < N; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        x[i] = 1e6 + (double)(state >> 40) * 0x1p-24;
    }
}

static void reference(size_t n, const double *x, long double *mean, long double *squares)
{
    long double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
    }
    *mean = sum / (long double)n;
    *squares = 0;
    for (size_t i = 0; i < n; i++) {
        *squares += (x[i] - *mean) * (x[i] - *mean);
    }
}

static void assert_near(double value, long double expected, double relative)
{
    if (!(fabsl(value - expected) <= relative * fabsl(expected))) {
        fail_msg("%.17g is not %.17Lg", value, expected);
    }
}

static hec_moments in_blocks(const double *x, size_t n, size_t block)
{
    hec_lane_sums sums = {0};
    for (size_t i = 0; i < n; i += block) {
        hec_lane_sums_add(&sums, n - i < block ? n - i : block, x + i);
    }
    return hec_lane_sums_close(&sums);
}

static void lanes_agree_with_long_double(void **state)
{
    double x[N];
    long double mean, squares;
    (void)state;
    fill(x);
    reference(N, x, &mean, &squares);
    hec_moments m = in_blocks(x, N, N);
    assert_true(m.n == N);
    assert_near(m.sum, mean * N, 1e-14);
    assert_near(m.mean, mean, 1e-15);
    assert_near(m.squares, squares, 1e-9);
    assert_near(hec_moments_variance(&m), squares / (N - 1), 1e-9);
}

/* The sum is that of the kernels, to the last bit, and no block changes a bit. */
static void blocks_do_not_matter(void **state)
{
    double x[N];
    (void)state;
    fill(x);
    hec_moments whole = in_blocks(x, N, N);
    assert_true(whole.sum == hk_select(NULL)->sum(N, x));
    static const size_t blocks[] = {1, 3, 4, 8, 12, 64, 1000, 4096};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        hec_moments m = in_blocks(x, N, blocks[i]);
        assert_memory_equal(&m, &whole, sizeof m);
    }
}

static void parts_merge_to_the_whole(void **state)
{
    double x[N];
    long double mean, squares;
    hec_moments parts = {0}, singles = {0}, nothing = {0};
    (void)state;
    fill(x);
    reference(N, x, &mean, &squares);
    hec_moments_merge(&parts, &nothing);
    for (size_t i = 0; i < N; i += 777) {
        hec_moments part = in_blocks(x + i, N - i < 777 ? N - i : 777, 8);
        hec_moments_merge(&parts, &part);
    }
    for (size_t i = 0; i < N; i++) {
        hec_moments_add(&singles, x[i]);
    }
    assert_true(parts.n == N && singles.n == N);
    assert_near(parts.mean, mean, 1e-15);
    assert_near(parts.squares, squares, 1e-9);
    assert_near(singles.squares, squares, 1e-9);
    assert_near(hec_moments_mean(&singles), mean, 1e-14);
}

static void few_values(void **state)
{
    hec_lane_sums none = {0}, one = {0}, equal = {0};
    const double x[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    (void)state;
    hec_moments m = hec_lane_sums_close(&none);
    assert_true(m.n == 0 && m.sum == 0);
    assert_true(isnan(hec_moments_variance(&m)));
    hec_lane_sums_add(&one, 1, x);
    m = hec_lane_sums_close(&one);
    assert_true(m.n == 1 && m.mean == 0.1 && m.squares == 0);
    assert_true(isnan(hec_moments_variance(&m)));
    hec_lane_sums_add(&equal, 11, x);
    m = hec_lane_sums_close(&equal);
    assert_true(m.mean == 0.1 && hec_moments_variance(&m) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_agree_with_long_double),
        cmocka_unit_test(blocks_do_not_matter),
        cmocka_unit_test(parts_merge_to_the_whole),
        cmocka_unit_test(few_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
