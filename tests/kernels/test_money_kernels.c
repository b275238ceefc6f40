/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums that no order can change, against whole numbers added one by one. */
#include "kernel_data.h"

#include <math.h>

enum { N = KERNEL_LARGEST };

static const hk_table *levels[4];
static size_t n_levels;

static int find_levels(void **unused)
{
    (void)unused;
    n_levels = hk_levels(levels);
    return 0;
}

/* Whole numbers of that size; who is not kept has a NaN. */
static void fill(uint64_t seed, double size, double *keep, double *x)
{
    for (size_t i = 0; i < N; i++) {
        keep[i] = random_between(&seed, 0, 1) < 0.8;
        x[i] = keep[i] != 0 ? nearbyint(random_between(&seed, -size, size)) : NAN;
    }
}

static void whole_numbers_add_up(void **unused)
{
    (void)unused;
    static double keep[N], x[N];
    for (size_t l = 0; l < n_levels; l++) {
        for (int k = 0; k < KERNEL_SIZES; k++) {
            size_t n = kernel_sizes[k];
            double most = 0x1p53 / (double)(n + 1), sum = 7;
            int64_t expected = 0;
            fill(3 + n, most, keep, x);
            for (size_t i = 0; i < n; i++) {
                expected += keep[i] != 0 ? (int64_t)x[i] : 0;
            }
            assert_int_equal(levels[l]->sum_whole(n, keep, x, most, &sum), 1);
            assert_true(sum == (double)expected && (int64_t)sum == expected);
        }
    }
}

static void one_that_is_too_large_is_seen(void **unused)
{
    (void)unused;
    static double keep[N], x[N], steps[N];
    static const double wrong[] = {8192, -8192, NAN, INFINITY, -INFINITY};
    for (size_t l = 0; l < n_levels; l++) {
        for (size_t i = 0; i < 40; i++) {
            double sum;
            fill(5, 100, keep, x);
            x[i] = wrong[i % 5];
            keep[i] = 1;
            assert_int_equal(levels[l]->sum_whole(40, keep, x, 8191, &sum), 0);
            assert_int_equal(levels[l]->to_steps(40, keep, x, 8191, steps), 0);
            keep[i] = 0;
            assert_int_equal(levels[l]->sum_whole(40, keep, x, 8191, &sum), 1);
            assert_int_equal(levels[l]->to_steps(40, keep, x, 8191, steps), 1);
            assert_true(steps[i] == 0);
        }
    }
}

/* In long double, of 64 bits, nothing is rounded but what is asked to be. */
static void steps_are_multiples(void **unused)
{
    (void)unused;
    static double keep[N], x[N], steps[N];
    static const double edges[] = {0,           -0.0,        1,       -1,       0.5,     0x1p-41,
                                   -0x1p-41,    0x1.8p-40,   0x1p-42, -0x1p-42, 8191,    -8191,
                                   1 - 0x1p-53, 1 + 0x1p-52, 0x1p-80, -0x1p-80, 1.0 / 12};
    enum { EDGES = sizeof edges / sizeof edges[0] };
    uint64_t seed = 11;
    for (size_t i = 0; i < N; i++) {
        keep[i] = i % 7 != 3;
        x[i] = i < EDGES ? edges[i] : random_between(&seed, -8000, 8000);
    }
    for (size_t l = 0; l < n_levels; l++) {
        for (int k = 0; k < KERNEL_SIZES; k++) {
            size_t n = kernel_sizes[k];
            steps[n < N ? n : 0] = 7;
            assert_int_equal(levels[l]->to_steps(n, keep, x, 8191, steps), 1);
            for (size_t i = 0; i < n; i++) {
                long double whole = floorl((long double)x[i]);
                long double part = floorl(((long double)x[i] - whole) * 0x1p40L + 0.5L);
                double expected = keep[i] != 0 ? (double)(whole * 0x1p40L + part) : 0;
                assert_true(steps[i] == expected);
            }
            assert_true(n == N || steps[n] == 7);
        }
    }
}

static void remainders_are_whole(void **unused)
{
    (void)unused;
    static const uint64_t divisors[] = {1,  2,    3,     7,      20,
                                        49, 1000, 65537, 999983, UINT64_C(4294967295)};
    static uint64_t x[N];
    static uint32_t out[N + 1];
    for (size_t l = 0; l < n_levels; l++) {
        for (size_t d = 0; d < sizeof divisors / sizeof divisors[0]; d++) {
            for (int k = 0; k < KERNEL_SIZES; k++) {
                size_t n = kernel_sizes[k];
                for (size_t i = 0; i < n; i++) { /* at and beside multiples, small and large */
                    uint64_t multiple =
                        divisors[d] * (i % 3 == 0   ? i
                                       : i % 3 == 1 ? 1000000007 / divisors[d] + i
                                                    : (UINT64_C(1) << 51) / divisors[d]);
                    x[i] = multiple + (i % 5 == 0 || multiple == 0 ? 0
                                       : i % 5 == 1                ? 1
                                                                   : UINT64_MAX);
                }
                out[n] = 7;
                levels[l]->remainders(n, divisors[d], x, out);
                for (size_t i = 0; i < n; i++) {
                    assert_int_equal(out[i], x[i] % divisors[d]);
                }
                assert_int_equal(out[n], 7);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_add_up),
        cmocka_unit_test(one_that_is_too_large_is_seen),
        cmocka_unit_test(steps_are_multiples),
        cmocka_unit_test(remainders_are_whole),
    };
    return cmocka_run_group_tests(tests, find_levels, NULL);
}
