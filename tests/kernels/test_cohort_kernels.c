/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cohort_step and cohort_run: the bits of a plain loop, and what a chain must keep. */
#include "kernel_data.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const hk_table *levels[4];
static size_t n_levels;

static int find_levels(void **unused)
{
    (void)unused;
    n_levels = hk_levels(levels);
    return 0;
}

/* A chain with everything it needs, in one allocation each. */
typedef struct chain {
    hk_cohort cohort;
    size_t n, arcs;
    int32_t *first, *from;
    double *columns;
    const double **p;
    double *x, *y, *acc, *weight;
} chain;

static double *new_doubles(size_t count)
{
    double *x = aligned_alloc(64, (count * sizeof *x + 127) / 64 * 64);
    assert_non_null(x);
    return x;
}

enum { CYCLES = 7 };

/* Chain of n_states; into state j lead (spread of j) arcs from states at random. */
static chain make_chain(size_t n, size_t n_states, size_t n_weights, size_t most_arcs)
{
    chain c = {.n = n};
    uint64_t state = n + 1000 * n_states + n_weights;
    const size_t stride = hk_stride(n);
    c.first = malloc((n_states + 1) * sizeof *c.first);
    assert_non_null(c.first);
    c.first[0] = 0;
    for (size_t j = 0; j < n_states; j++)
        c.first[j + 1] = c.first[j] + (int32_t)(j % (most_arcs + 1));
    c.arcs = (size_t)c.first[n_states];
    c.from = malloc((c.arcs + 1) * sizeof *c.from);
    c.p = malloc((c.arcs + 1) * sizeof *c.p);
    assert_true(c.from && c.p);
    c.columns = new_doubles((c.arcs + n_states * (2 + n_weights)) * stride + CYCLES * n_weights);
    c.x = c.columns + c.arcs * stride;
    c.y = c.x + n_states * stride;
    c.acc = c.y + n_states * stride;
    c.weight = c.acc + n_weights * n_states * stride;
    for (size_t k = 0; k < c.arcs; k++) {
        c.from[k] = (int32_t)(random_bits(&state) % n_states);
        c.p[k] = c.columns + k * stride;
    }
    double *end = c.weight + CYCLES * n_weights;
    for (double *value = c.columns; value < end; value++)
        *value = random_between(&state, 0, 1);
    c.cohort = (hk_cohort){n_states, n_weights, stride, c.first, c.from, c.p};
    return c;
}

static void free_chain(chain *c)
{
    free(c->first);
    free(c->from);
    free(c->columns);
    free(c->p);
}

static void plain_step(const chain *c, const double *x, const double *weight, double *y,
                       double *acc)
{
    const size_t stride = c->cohort.stride, states = c->cohort.n_states;
    for (size_t i = 0; i < c->n; i++) {
        for (size_t j = 0; j < states; j++) {
            double sum = 0;
            for (int32_t k = c->first[j]; k < c->first[j + 1]; k++)
                sum = fma(x[(size_t)c->from[k] * stride + i], c->p[k][i], sum);
            y[j * stride + i] = sum;
            for (size_t w = 0; w < c->cohort.n_weights; w++) {
                double *total = &acc[(w * states + j) * stride + i];
                *total = fma(weight[w], sum, *total);
            }
        }
    }
}

static void assert_columns_equal(const double *a, const double *b, size_t columns, size_t n,
                                 size_t stride)
{
    for (size_t c = 0; c < columns; c++)
        assert_memory_equal(a + c * stride, b + c * stride, n * sizeof *a);
}

static const struct {
    size_t states, weights, arcs;
} shapes[] = {
    {1, 0, 0}, {2, 1, 1}, {4, 2, 3},  {5, 2, 4},   {6, 3, 5},  {13, 1, 12},
    {9, 4, 8}, {7, 5, 2}, {7, 8, 13}, {60, 8, 11}, {40, 2, 4}, {150, 2, 3},
};

enum { SHAPES = sizeof shapes / sizeof *shapes };

static void check_step(const hk_table *table, size_t n, int shape)
{
    chain c = make_chain(n, shapes[shape].states, shapes[shape].weights, shapes[shape].arcs);
    const size_t states = c.cohort.n_states, stride = c.cohort.stride;
    const size_t sums = states * c.cohort.n_weights;
    double *y = new_doubles(states * stride), *acc = new_doubles(sums * stride + 1);
    memcpy(acc, c.acc, sums * stride * sizeof *acc);
    plain_step(&c, c.x, c.weight, y, acc);
    table->cohort_step(n, &c.cohort, c.x, c.weight, c.y, c.acc);
    assert_columns_equal(c.y, y, states, n, stride);
    assert_columns_equal(c.acc, acc, sums, n, stride);
    free(y);
    free(acc);
    free_chain(&c);
}

static void test_step_is_the_plain_loop(void **unused)
{
    (void)unused;
    for (size_t l = 0; l < n_levels; l++)
        for (int s = 0; s < KERNEL_SIZES; s++)
            for (int shape = 0; shape < SHAPES; shape++)
                check_step(levels[l], kernel_sizes[s], shape);
}

static void check_run(const hk_table *table, size_t n, int shape, size_t n_cycles)
{
    chain c = make_chain(n, shapes[shape].states, shapes[shape].weights, shapes[shape].arcs);
    const size_t states = c.cohort.n_states, stride = c.cohort.stride;
    const size_t sums = states * c.cohort.n_weights;
    double *x = new_doubles(states * stride), *y = new_doubles(states * stride);
    double *acc = new_doubles(sums * stride + 1);
    memcpy(x, c.x, states * stride * sizeof *x);
    memcpy(acc, c.acc, sums * stride * sizeof *acc);
    for (size_t cycle = 0; cycle < n_cycles; cycle++) {
        plain_step(&c, x, c.weight + cycle * c.cohort.n_weights, y, acc);
        double *swap = x;
        x = y;
        y = swap;
    }
    table->cohort_run(n, &c.cohort, n_cycles, c.weight, c.x, c.y, c.acc);
    assert_columns_equal(c.x, x, states, n, stride);
    assert_columns_equal(c.acc, acc, sums, n, stride);
    free(x);
    free(y);
    free(acc);
    free_chain(&c);
}

static void test_run_is_many_steps(void **unused)
{
    (void)unused;
    const size_t cycles[] = {0, 1, 2, CYCLES};
    for (size_t l = 0; l < n_levels; l++)
        for (int s = 0; s < KERNEL_SIZES; s++)
            for (int shape = 0; shape < SHAPES; shape++)
                check_run(levels[l], kernel_sizes[s], shape, cycles[(s + shape) % 4]);
}

/* Lanes know nothing of each other: one of them gone wrong leaves the rest as they were. */
static void test_lanes_are_apart(void **unused)
{
    (void)unused;
    enum { N = 70, STATES = 4 };
    for (size_t l = 0; l < n_levels; l++) {
        chain good = make_chain(N, STATES, 2, 3), bad = make_chain(N, STATES, 2, 3);
        for (size_t j = 0; j < STATES; j++)
            bad.x[j * bad.cohort.stride + 66] = NAN;
        levels[l]->cohort_run(N, &good.cohort, CYCLES, good.weight, good.x, good.y, good.acc);
        levels[l]->cohort_run(N, &bad.cohort, CYCLES, bad.weight, bad.x, bad.y, bad.acc);
        assert_columns_equal(good.x, bad.x, STATES, 66, good.cohort.stride);
        assert_columns_equal(good.acc, bad.acc, 2 * STATES, 66, good.cohort.stride);
        assert_true(isnan(bad.x[2 * bad.cohort.stride + 66]));
        free_chain(&good);
        free_chain(&bad);
    }
}

/* A full matrix with rows that add to 1 as nearly as doubles can. Each cycle each x_j p_jk is
 * rounded into a sum of STATES terms, and the rows are off by at most STATES roundings: mass
 * drifts by no more than 2 STATES roundings of 2^-53 a cycle. */
static void test_mass_is_kept(void **unused)
{
    (void)unused;
    enum { N = 65, STATES = 6, MANY = 200 };
    const size_t stride = hk_stride(N);
    int32_t first[STATES + 1], from[STATES * STATES];
    const double *p[STATES * STATES];
    static double columns[STATES * STATES * (N + 16)], x[STATES * (N + 16)], y[STATES * (N + 16)];
    uint64_t state = 8;
    for (int j = 0; j <= STATES; j++)
        first[j] = j * STATES;
    for (int k = 0; k < STATES * STATES; k++) {
        from[k] = k % STATES;
        p[k] = columns + (size_t)k * stride;
    }
    for (size_t i = 0; i < N; i++) {
        for (int row = 0; row < STATES; row++) {
            double left = 1;
            for (int j = 0; j < STATES - 1; j++) {
                double part = left * random_between(&state, 0, 1);
                columns[(size_t)(j * STATES + row) * stride + i] = part;
                left -= part;
            }
            columns[(size_t)((STATES - 1) * STATES + row) * stride + i] = left;
        }
        for (size_t j = 0; j < STATES; j++)
            x[j * stride + i] = j == 0;
    }
    hk_cohort cohort = {STATES, 0, stride, first, from, p};
    levels[n_levels - 1]->cohort_run(N, &cohort, MANY, NULL, x, y, NULL);
    for (size_t i = 0; i < N; i++) {
        double mass = 0;
        for (size_t j = 0; j < STATES; j++)
            mass += x[j * stride + i];
        assert_true(fabs(mass - 1) <= 2.0 * STATES * MANY * 0x1p-53);
    }
}

static void test_stride(void **unused)
{
    (void)unused;
    for (size_t lanes = 1; lanes < 2000; lanes++) {
        size_t stride = hk_stride(lanes);
        assert_true(stride >= lanes && stride < lanes + 16 && stride % 16 == 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_step_is_the_plain_loop),
        cmocka_unit_test(test_run_is_many_steps),
        cmocka_unit_test(test_lanes_are_apart),
        cmocka_unit_test(test_mass_is_kept),
        cmocka_unit_test(test_stride),
    };
    return cmocka_run_group_tests(tests, find_levels, NULL);
}
