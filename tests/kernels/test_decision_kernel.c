/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision kernel against a plain count, draw by draw. */
#include "kernel_data.h"

#include <math.h>
#include <string.h>

enum { MOST = 9 };

static const hk_table *levels[4];
static size_t n_levels;

static int find_levels(void **unused)
{
    (void)unused;
    n_levels = hk_levels(levels);
    return 0;
}

typedef struct outcome {
    int64_t best[MOST];
    double sum_nb[MOST * 8], sum_max[8];
} outcome;

static void plain_decision(size_t n, size_t n_strategies, double wtp, const double *const *cost,
                           const double *const *effect, outcome *o)
{
    for (size_t i = 0; i < n; i++) {
        size_t best = 0;
        double top = -INFINITY;
        for (size_t s = 0; s < n_strategies; s++) {
            double nb = fma(wtp, effect[s][i], -cost[s][i]);
            if (s == 0 || nb > top) {
                best = s;
                top = nb;
            }
            o->sum_nb[s * 8 + i % 8] += nb;
        }
        o->best[best]++;
        o->sum_max[i % 8] += top;
    }
}

static double costs[MOST][KERNEL_LARGEST], effects[MOST][KERNEL_LARGEST];
static const double *cost[MOST], *effect[MOST];

/* Small whole numbers, so that ties are many; or any numbers. */
static void fill_draws(int whole)
{
    uint64_t state = 77;
    for (size_t s = 0; s < MOST; s++) {
        for (size_t i = 0; i < KERNEL_LARGEST; i++) {
            costs[s][i] = random_between(&state, 0, 4);
            effects[s][i] = random_between(&state, 0, 3);
            if (whole) {
                costs[s][i] = floor(costs[s][i]);
                effects[s][i] = floor(effects[s][i]);
            }
        }
        cost[s] = costs[s];
        effect[s] = effects[s];
    }
}

static void test_each_draw_counts_once(void **unused)
{
    (void)unused;
    for (int whole = 0; whole < 2; whole++) {
        fill_draws(whole);
        for (size_t l = 0; l < n_levels; l++) {
            for (int k = 0; k < KERNEL_SIZES * MOST; k++) {
                size_t n = kernel_sizes[k % KERNEL_SIZES], strategies = 1 + (size_t)k % MOST;
                double wtp = 0.25 * k;
                outcome got = {.best = {3}, .sum_max = {0.5}}, expected = got;
                plain_decision(n, strategies, wtp, cost, effect, &expected);
                levels[l]->decision(n, strategies, wtp, cost, effect, got.best, got.sum_nb,
                                    got.sum_max);
                assert_memory_equal(&got, &expected, sizeof got);
            }
        }
    }
}

/* Calls of a multiple of eight draws add up to one call. */
static void test_blocks_do_not_matter(void **unused)
{
    (void)unused;
    fill_draws(0);
    for (size_t l = 0; l < n_levels; l++) {
        outcome whole = {.best = {0}}, parts = {.best = {0}};
        levels[l]->decision(KERNEL_LARGEST, 4, 1.5, cost, effect, whole.best, whole.sum_nb,
                            whole.sum_max);
        for (size_t start = 0; start < KERNEL_LARGEST; start += 56) {
            const double *c[4], *e[4];
            for (size_t s = 0; s < 4; s++) {
                c[s] = cost[s] + start;
                e[s] = effect[s] + start;
            }
            size_t n = KERNEL_LARGEST - start < 56 ? KERNEL_LARGEST - start : 56;
            levels[l]->decision(n, 4, 1.5, c, e, parts.best, parts.sum_nb, parts.sum_max);
        }
        assert_memory_equal(&whole, &parts, sizeof whole);
    }
}

static void test_first_of_a_tie(void **unused)
{
    (void)unused;
    double zero[5] = {0}, one[5] = {1, 1, 1, 1, 1};
    const double *c[3] = {one, zero, zero}, *e[3] = {zero, zero, zero};
    for (size_t l = 0; l < n_levels; l++) {
        outcome o = {.best = {0}};
        levels[l]->decision(5, 3, 100, c, e, o.best, o.sum_nb, o.sum_max);
        assert_int_equal(o.best[0], 0);
        assert_int_equal(o.best[1], 5);
        assert_int_equal(o.best[2], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_draw_counts_once),
        cmocka_unit_test(test_blocks_do_not_matter),
        cmocka_unit_test(test_first_of_a_tie),
    };
    return cmocka_run_group_tests(tests, find_levels, NULL);
}
