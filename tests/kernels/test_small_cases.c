/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernels that take another way where a case is small: on both sides of the fork the bits of a
 * plain loop. */
#include "kernel_data.h"

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

/* ---- chains small enough for registers ------------------------------------------------------- */

enum { STATES = 5, WEIGHTS = 4, ARCS = STATES * STATES, CYCLES = 9, STRIDE = 520 };

typedef struct chain {
    size_t n, states, weights;
    int32_t first[STATES + 1], from[ARCS];
    const double *p[ARCS];
    double *columns, *x, *acc;
    double weight[CYCLES * WEIGHTS];
} chain;

/* The arcs whose bits are set in `arcs`, rising; turned: those of each destination the other way.
 */
static void open_chain(chain *c, size_t n, size_t states, size_t weights, uint64_t arcs, int turned)
{
    uint64_t state = n + 10 * states + weights + arcs;
    const size_t count = ARCS + STATES + WEIGHTS * STATES;
    *c = (chain){.n = n, .states = states, .weights = weights};
    c->columns = aligned_alloc(64, count * STRIDE * sizeof *c->columns);
    assert_non_null(c->columns);
    for (size_t i = 0; i < count * STRIDE; i++)
        c->columns[i] = random_between(&state, 0, 1);
    c->x = c->columns + (size_t)ARCS * STRIDE;
    c->acc = c->x + (size_t)STATES * STRIDE;
    for (size_t i = 0; i < CYCLES * WEIGHTS; i++)
        c->weight[i] = random_between(&state, 0, 1);
    int32_t k = 0;
    for (size_t to = 0; to < states; to++) {
        c->first[to] = k;
        for (size_t i = 0; i < states; i++) {
            size_t from = turned ? states - 1 - i : i;
            if (arcs >> (to * states + from) & 1) {
                c->p[k] = c->columns + (to * states + from) * STRIDE;
                c->from[k++] = (int32_t)from;
            }
        }
    }
    c->first[states] = k;
}

static void plain_run(const chain *c, size_t lane, double x[STATES], double *acc)
{
    for (size_t cycle = 0; cycle < CYCLES; cycle++) {
        double y[STATES];
        for (size_t to = 0; to < c->states; to++) {
            y[to] = 0;
            for (int32_t k = c->first[to]; k < c->first[to + 1]; k++)
                y[to] = fma(x[c->from[k]], c->p[k][lane], y[to]);
            for (size_t w = 0; w < c->weights; w++)
                acc[w * c->states + to] =
                    fma(c->weight[cycle * c->weights + w], y[to], acc[w * c->states + to]);
        }
        memcpy(x, y, sizeof y);
    }
}

static void check_chain(const hk_table *table, chain *c)
{
    const size_t sums = c->states * c->weights;
    double *x = malloc(STATES * STRIDE * sizeof *x), *acc = malloc(sums * STRIDE * sizeof *acc + 8);
    double *scratch = malloc(STATES * STRIDE * sizeof *scratch);
    assert_true(x && acc && scratch);
    memcpy(x, c->x, c->states * STRIDE * sizeof *x);
    memcpy(acc, c->acc, sums * STRIDE * sizeof *acc);
    hk_cohort layout = {c->states, c->weights, STRIDE, c->first, c->from, c->p};
    table->cohort_run(c->n, &layout, CYCLES, c->weight, x, scratch, acc);
    for (size_t i = 0; i < c->n; i++) {
        double one[STATES], sum[WEIGHTS * STATES];
        for (size_t s = 0; s < c->states; s++)
            one[s] = c->x[s * STRIDE + i];
        for (size_t k = 0; k < sums; k++)
            sum[k] = c->acc[k * STRIDE + i];
        plain_run(c, i, one, sum);
        for (size_t s = 0; s < c->states; s++)
            assert_true(x[s * STRIDE + i] == one[s]);
        for (size_t k = 0; k < sums; k++)
            assert_true(acc[k * STRIDE + i] == sum[k]);
    }
    for (size_t i = c->n; i < STRIDE; i++) /* nothing beyond the lanes is touched */
        assert_true(x[i] == c->x[i] && (sums == 0 || acc[i] == c->acc[i]));
    free(x);
    free(acc);
    free(scratch);
}

static void test_small_chains(void **unused)
{
    (void)unused;
    uint64_t state = 3;
    for (size_t l = 0; l < n_levels; l++)
        for (int size = 0; size < KERNEL_SIZES; size++)
            for (size_t states = 1; states <= STATES; states++)
                for (size_t weights = 0; weights <= WEIGHTS; weights++)
                    for (int kind = 0; kind < 4; kind++) {
                        uint64_t arcs = kind == 0 ? UINT64_MAX : random_bits(&state);
                        chain c;
                        open_chain(&c, kernel_sizes[size], states, weights, arcs, kind == 3);
                        check_chain(levels[l], &c);
                        free(c.columns);
                    }
}

/* ---- curves of few pieces -------------------------------------------------------------------- */

enum { MOST_PIECES = 40, MOST_DEGREE = 30 };

static double plain_piece(size_t pieces, size_t degree, const double *coefficients, double x)
{
    double u = (x + 1) * (0.5 * (double)pieces), k = floor(u);
    k = k > 0 ? k : 0;
    k = k < (double)pieces - 1 ? k : (double)pieces - 1;
    const double *c = coefficients + (size_t)k * (degree + 1);
    double t = 2 * (u - k) - 1, sum = c[degree];
    for (size_t d = degree; d-- > 0;)
        sum = fma(sum, t, c[d]);
    return sum;
}

static void test_few_pieces(void **unused)
{
    (void)unused;
    static const size_t pieces[] = {1, 2, 8, 9, 16, 17, MOST_PIECES};
    static const size_t degrees[] = {0, 1, 11, 23, 24, MOST_DEGREE};
    static double c[MOST_PIECES * (MOST_DEGREE + 1)], x[KERNEL_LARGEST], out[KERNEL_LARGEST];
    uint64_t state = 5;
    for (size_t i = 0; i < sizeof c / sizeof *c; i++)
        c[i] = random_between(&state, -1, 1);
    for (size_t i = 0; i < KERNEL_LARGEST; i++)
        x[i] = random_between(&state, -1.2, 1.2);
    for (size_t l = 0; l < n_levels; l++)
        for (size_t i = 0; i < 7; i++)
            for (size_t j = 0; j < 6; j++)
                for (int size = 0; size < KERNEL_SIZES; size++) {
                    size_t n = kernel_sizes[size];
                    levels[l]->piecewise(n, -1, 0.5 * (double)pieces[i], pieces[i], degrees[j], c,
                                         x, out);
                    for (size_t k = 0; k < n; k++)
                        assert_true(out[k] == plain_piece(pieces[i], degrees[j], c, x[k]));
                }
}

/* ---- normal quantiles ------------------------------------------------------------------------ */

static void check_quantiles(const hk_table *table, size_t n, const double *p, double *out)
{
    double expected[KERNEL_LARGEST];
    for (size_t i = 0; i < n; i++)
        expected[i] = hk_scalar(HK_NORMAL_QUANTILE, p[i], 0, 0);
    table->op[HK_NORMAL_QUANTILE](n, p, NULL, NULL, out);
    for (size_t i = 0; i < n; i++)
        assert_same(out[i], expected[i], "normal quantile", (double)i, 0);
}

/* All in the middle, all in the tails, both; beside the border; nothing that has one; in place. */
static void test_quantiles(void **unused)
{
    (void)unused;
    double p[KERNEL_LARGEST], out[KERNEL_LARGEST];
    uint64_t state = 7;
    for (size_t l = 0; l < n_levels; l++)
        for (int size = 0; size < KERNEL_SIZES; size++)
            for (int kind = 0; kind < 5; kind++) {
                size_t n = kernel_sizes[size];
                for (size_t i = 0; i < n; i++) {
                    double u = random_between(&state, 0, 1);
                    p[i] = kind == 0   ? 0.1 + 0.8 * u
                           : kind == 1 ? 0.07 * u + (i % 2 ? 0.93 : 0)
                           : kind == 2 ? u
                           : kind == 3 ? nextafter(0.075 + 0.85 * (double)(i % 2), u < 0.5 ? 0 : 1)
                                       : random_any(&state);
                }
                check_quantiles(levels[l], n, p, out);
                check_quantiles(levels[l], n, p, p);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_chains),
        cmocka_unit_test(test_few_pieces),
        cmocka_unit_test(test_quantiles),
    };
    return cmocka_run_group_tests(tests, find_levels, NULL);
}
