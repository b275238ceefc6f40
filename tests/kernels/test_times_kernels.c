/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernels of persons in continuous time, on each level and size. */
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

enum { TIMES = 3 };

static void check_earliest(const hk_table *table, size_t n)
{
    static double time[TIMES][KERNEL_LARGEST], from[KERNEL_LARGEST];
    double until[KERNEL_LARGEST + 1], which[KERNEL_LARGEST + 1];
    const double *times[TIMES];
    random_column(1, 0, 2, from);
    for (size_t k = 0; k < TIMES; k++) {
        random_column(2 + k, 2, 8, time[k]);
        times[k] = time[k];
    }
    for (size_t i = 0; i < n; i += 5)
        time[2][i] = time[1][i]; /* the first of equals */
    for (size_t i = 0; i < n; i += 7)
        time[0][i] = INFINITY;
    until[n] = which[n] = 7;
    assert_int_equal(table->person_earliest(n, TIMES, times, from, 5, until, which), n);
    for (size_t i = 0; i < n; i++) {
        size_t first = TIMES;
        for (size_t k = TIMES; k-- > 0;)
            if (time[k][i] < 5 && (first == TIMES || time[k][i] <= time[first][i]))
                first = k;
        assert_true(which[i] == (double)first);
        assert_true(until[i] == (first == TIMES ? 5 : time[first][i]));
    }
    assert_true(until[n] == 7 && which[n] == 7);
    assert_int_equal(table->person_earliest(n, 0, NULL, from, 5, until, which), n);
    for (size_t i = 0; i < n; i++)
        assert_true(until[i] == 5 && which[i] == 0);
}

static void test_earliest(void **unused)
{
    (void)unused;
    on_each_level_and_size(check_earliest);
}

static void check_wrong_times(const hk_table *table, size_t n)
{
    static double time[TIMES][KERNEL_LARGEST], from[KERNEL_LARGEST];
    double until[KERNEL_LARGEST], which[KERNEL_LARGEST];
    const double *times[TIMES] = {time[0], time[1], time[2]};
    static const double wrong[] = {NAN, 0.9999999999999999, -INFINITY};
    for (size_t k = 0; k < TIMES; k++)
        for (size_t i = 0; i < KERNEL_LARGEST; i++) {
            time[k][i] = from[i] = 1; /* at once is a time to come */
        }
    assert_int_equal(table->person_earliest(n, TIMES, times, from, 5, until, which), n);
    for (size_t i = 0; i < n; i++) {
        double *x = &time[i % TIMES][i];
        *x = wrong[i % 3];
        if (i + 1 < n)
            time[0][n - 1] = NAN; /* the first is told */
        assert_int_equal(table->person_earliest(n, TIMES, times, from, 5, until, which), i);
        *x = time[0][n - 1] = 1;
    }
}

static void test_wrong_times(void **unused)
{
    (void)unused;
    on_each_level_and_size(check_wrong_times);
}

/* -expm1(-r d) / r e^(-r a), in long double */
static double discounted(double rate, double from, double until)
{
    long double r = rate;
    return (double)(expl(-r * from) * -expm1l(-r * ((long double)until - from)) / r);
}

static void check_discount(const hk_table *table, size_t n)
{
    static const double rates[] = {0.05, 1e-9, -0.02, 3};
    double from[KERNEL_LARGEST], until[KERNEL_LARGEST], years[KERNEL_LARGEST + 1];
    random_column(5, 0, 40, from);
    random_column(6, 0, 30, until);
    for (size_t k = 0; k < sizeof rates / sizeof rates[0]; k++) {
        years[n] = 7;
        table->person_discount(n, rates[k], NULL, until, years);
        for (size_t i = 0; i < n; i++)
            assert_true(fabs(years[i] / discounted(rates[k], 0, until[i]) - 1) < 1e-15);
        for (size_t i = 0; i < n; i++)
            until[i] += from[i];
        table->person_discount(n, rates[k], from, until, years);
        for (size_t i = 0; i < n; i++) {
            double expected = discounted(rates[k], from[i], until[i]);
            double slack = 1e-15 * (4 + fabs(rates[k]) * (from[i] + until[i]));
            assert_true(fabs(years[i] / expected - 1) <= slack);
        }
        assert_true(years[n] == 7);
        table->person_discount(n, rates[k], from, until, until); /* in place */
        for (size_t i = 0; i < n; i++)
            assert_same(until[i], years[i], "person_discount", from[i], rates[k]);
        random_column(6, 0, 30, until);
    }
}

static void test_discount(void **unused)
{
    (void)unused;
    on_each_level_and_size(check_discount);
}

static void check_choose(const hk_table *table, size_t n)
{
    double which[KERNEL_LARGEST], until[KERNEL_LARGEST], until_out[KERNEL_LARGEST + 1];
    uint32_t lanes[KERNEL_LARGEST], index[KERNEL_LARGEST + 1], lanes_out[KERNEL_LARGEST + 1];
    uint64_t seed = 9;
    random_column(8, 0, 9, until);
    for (size_t i = 0; i < KERNEL_LARGEST; i++) {
        which[i] = (double)(random_bits(&seed) % 4);
        lanes[i] = (uint32_t)(3 * i + 1);
    }
    for (int wanted = 0; wanted < 6; wanted++) { /* 4: nobody; 5: everybody */
        for (size_t i = 0; wanted == 5 && i < n; i++)
            which[i] = 5;
        index[n] = lanes_out[n] = 7;
        until_out[n] = 7;
        size_t count = table->person_choose(n, which, wanted, lanes, until, index, lanes_out,
                                            until_out),
               k = 0;
        for (size_t i = 0; i < n; i++) {
            if (which[i] == wanted) {
                assert_int_equal(index[k], i);
                assert_int_equal(lanes_out[k], lanes[i]);
                assert_true(until_out[k] == until[i]);
                k++;
            }
        }
        assert_int_equal(count, k);
        assert_true(index[n] == 7 && lanes_out[n] == 7 && until_out[n] == 7);
    }
}

static void test_choose(void **unused)
{
    (void)unused;
    on_each_level_and_size(check_choose);
}

static void check_scatter_add(const hk_table *table, size_t n)
{
    double x[KERNEL_LARGEST], out[2 * KERNEL_LARGEST], expected[2 * KERNEL_LARGEST];
    uint32_t index[KERNEL_LARGEST];
    random_column(10, -1, 1, x);
    for (size_t i = 0; i < 2 * KERNEL_LARGEST; i++)
        out[i] = expected[i] = 0.1 * (double)i;
    for (size_t i = 0; i < KERNEL_LARGEST; i++)
        index[i] = (uint32_t)((i * 2 + 511) % (2 * KERNEL_LARGEST)); /* falls once, no pairs */
    for (size_t i = 0; i < n; i++)
        expected[index[i]] += x[i];
    table->scatter_add(n, index, x, out);
    assert_memory_equal(out, expected, sizeof out);
}

static void test_scatter_add(void **unused)
{
    (void)unused;
    on_each_level_and_size(check_scatter_add);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_earliest),    cmocka_unit_test(test_wrong_times),
        cmocka_unit_test(test_discount),    cmocka_unit_test(test_choose),
        cmocka_unit_test(test_scatter_add),
    };
    return cmocka_run_group_tests(tests, find_levels, NULL);
}
