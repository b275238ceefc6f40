/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Incremental analysis against dampack's tables, the definition, and permutations of the input. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/cea.h"
#include "analysis/reference_csv.h"

enum { SET = 16 };

/* Rows [first, first + n) of a reference: the strategies in the order of the reference's table. */
static void check_set(const reference *r, size_t first, size_t n, size_t name)
{
    double cost[SET] = {0}, effect[SET] = {0};
    hec_cea_row rows[SET];
    for (size_t i = 0; i < n; i++) {
        cost[i] = reference_number(r, first + i, name + 1);
        effect[i] = reference_number(r, first + i, name + 2);
    }
    assert_int_equal(hec_cea_table(n, cost, effect, rows), HEC_OK);
    for (size_t i = 0; i < n; i++) {
        size_t row = first + rows[i].strategy;
        /* the package calls a copy of another strategy dominated */
        hec_dominance theirs = rows[i].dominance == HEC_EQUAL ? HEC_DOMINATED : rows[i].dominance;
        assert_string_equal(hec_dominance_text(theirs), r->cells[row][name + 6]);
        /* two subtractions and a division of the same doubles: a few units in the last place */
        assert_true(
            reference_near(rows[i].incremental_cost, reference_number(r, row, name + 3), 1e-15));
        assert_true(
            reference_near(rows[i].incremental_effect, reference_number(r, row, name + 4), 1e-15));
        assert_true(reference_near(rows[i].icer, reference_number(r, row, name + 5), 1e-14));
    }
}

static void test_made_up_sets(void **state)
{
    (void)state;
    reference *r = reference_read("dampack_icers.csv");
    size_t sets = 0;
    for (size_t first = 0, end = 0; first < r->n_rows; first = end) {
        while (end < r->n_rows && strcmp(r->cells[end][0], r->cells[first][0]) == 0)
            end++;
        check_set(r, first, end - first, 1);
        sets++;
    }
    assert_int_equal(sets, 6);
    reference_free(r);
}

static void test_published_model(void **state)
{
    (void)state;
    const char *const files[] = {"sicksicker_icers.csv", "dampack_icers_psa.csv"};
    for (int i = 0; i < 2; i++) {
        reference *r = reference_read(files[i]);
        check_set(r, 0, r->n_rows, 0);
        reference_free(r);
    }
}

/* Small whole numbers: everything can be decided exactly, and ties and copies abound. */
typedef struct plan {
    size_t n;
    long cost[SET], effect[SET];
} plan;

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static bool dominated(const plan *p, size_t s)
{
    for (size_t t = 0; t < p->n; t++) {
        bool no_worse = p->cost[t] <= p->cost[s] && p->effect[t] >= p->effect[s];
        bool better = p->cost[t] < p->cost[s] || p->effect[t] > p->effect[s];
        if (no_worse && better)
            return true;
    }
    return false;
}

static bool copies_an_earlier_one(const plan *p, size_t s)
{
    bool copy = false;
    for (size_t t = 0; t < s; t++)
        copy = copy || (p->cost[t] == p->cost[s] && p->effect[t] == p->effect[s]);
    return copy;
}

/* Strictly above the line between two others. */
static bool extended_dominated(const plan *p, size_t s)
{
    for (size_t a = 0; a < p->n; a++)
        for (size_t b = 0; b < p->n; b++)
            if (p->effect[a] < p->effect[s] && p->effect[s] < p->effect[b] &&
                (p->cost[s] - p->cost[a]) * (p->effect[b] - p->effect[a]) >
                    (p->cost[b] - p->cost[a]) * (p->effect[s] - p->effect[a]))
                return true;
    return false;
}

static void test_definition(void **state)
{
    (void)state;
    uint32_t seed = 7;
    size_t seen[4] = {0};
    for (int round = 0; round < 20000; round++) {
        plan p = {.n = 1 + next_random(&seed) % 9};
        double cost[SET], effect[SET];
        hec_cea_row rows[SET];
        for (size_t i = 0; i < p.n; i++) {
            cost[i] = (double)(p.cost[i] = (long)(next_random(&seed) % 13) - 4);
            effect[i] = (double)(p.effect[i] = (long)(next_random(&seed) % 9) - 3);
        }
        assert_int_equal(hec_cea_table(p.n, cost, effect, rows), HEC_OK);
        for (size_t i = 0; i < p.n; i++) {
            size_t s = rows[i].strategy;
            hec_dominance expected = dominated(&p, s)               ? HEC_DOMINATED
                                     : copies_an_earlier_one(&p, s) ? HEC_EQUAL
                                     : extended_dominated(&p, s)    ? HEC_EXTENDED_DOMINATED
                                                                    : HEC_NOT_DOMINATED;
            assert_int_equal(rows[i].dominance, expected);
            seen[expected]++;
            if (i > 0) { /* frontier, extended, equal, dominated; ICERs never fall */
                assert_true(rows[i].dominance >= rows[i - 1].dominance);
                if (i > 1 && rows[i].dominance == HEC_NOT_DOMINATED)
                    assert_true(rows[i].icer >= rows[i - 1].icer * (1 - 1e-12));
                if (rows[i].dominance == rows[i - 1].dominance)
                    assert_true(rows[i].cost >= rows[i - 1].cost);
            }
        }
        assert_true(isnan(rows[0].icer));
    }
    assert_true(seen[0] > 1000 && seen[1] > 1000 && seen[2] > 200 && seen[3] > 1000);
}

static void test_order_of_input_does_not_matter(void **state)
{
    (void)state;
    uint32_t seed = 11;
    for (int round = 0; round < 2000; round++) {
        size_t n = 2 + next_random(&seed) % 8, at[SET];
        double cost[SET], effect[SET], cost_2[SET], effect_2[SET];
        hec_cea_row rows[SET], rows_2[SET];
        for (size_t i = 0; i < n; i++) {
            at[i] = i;
            cost[i] = (double)next_random(&seed) / 64;
            effect[i] = (double)next_random(&seed) / 4096;
        }
        for (size_t i = n - 1; i > 0; i--) {
            size_t j = next_random(&seed) % (i + 1), swap = at[i];
            at[i] = at[j];
            at[j] = swap;
        }
        for (size_t i = 0; i < n; i++) {
            cost_2[i] = cost[at[i]];
            effect_2[i] = effect[at[i]];
        }
        assert_int_equal(hec_cea_table(n, cost, effect, rows), HEC_OK);
        assert_int_equal(hec_cea_table(n, cost_2, effect_2, rows_2), HEC_OK);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(rows[i].strategy, at[rows_2[i].strategy]);
            assert_int_equal(rows[i].dominance, rows_2[i].dominance);
            assert_true(rows[i].icer == rows_2[i].icer ||
                        (isnan(rows[i].icer) && isnan(rows_2[i].icer)));
        }
    }
}

/* On a line in decimals, beside it in binary: 0.1, 0.2, ... and costs that are their multiples. */
static void test_ties_within_rounding_stay(void **state)
{
    (void)state;
    double cost[10], effect[10];
    hec_cea_row rows[10];
    for (int i = 0; i < 10; i++) {
        effect[i] = i * 0.1;
        cost[i] = 20000 * (i / 10.0) + 1e6 / 3;
    }
    assert_int_equal(hec_cea_table(10, cost, effect, rows), HEC_OK);
    for (int i = 0; i < 10; i++)
        assert_int_equal(rows[i].dominance, HEC_NOT_DOMINATED);
    cost[5] *= 1 + 1e-12; /* now truly above the line */
    assert_int_equal(hec_cea_table(10, cost, effect, rows), HEC_OK);
    assert_int_equal(rows[9].strategy, 5);
    assert_int_equal(rows[9].dominance, HEC_EXTENDED_DOMINATED);
}

static void test_domain(void **state)
{
    (void)state;
    double cost[2] = {1, 2}, effect[2] = {1, NAN};
    hec_cea_row rows[2];
    assert_int_equal(hec_cea_table(0, cost, effect, rows), HEC_E_ARGUMENT);
    assert_int_equal(hec_cea_table(2, cost, effect, rows), HEC_E_VALUE);
    cost[0] = INFINITY;
    assert_int_equal(hec_cea_table(1, cost, effect, rows), HEC_E_VALUE);
    cost[0] = -3;
    assert_int_equal(hec_cea_table(1, cost, effect, rows), HEC_OK);
    assert_int_equal(rows[0].dominance, HEC_NOT_DOMINATED);
    assert_true(isnan(rows[0].incremental_cost) && isnan(rows[0].incremental_effect));
}

static void test_quadrants(void **state)
{
    (void)state;
    assert_string_equal(hec_quadrant_text(1, 1), "more costly, more effective");
    assert_string_equal(hec_quadrant_text(-1, 1), "less costly, more effective");
    assert_string_equal(hec_quadrant_text(1, -1), "more costly, less effective");
    assert_string_equal(hec_quadrant_text(-1, -1), "less costly, less effective");
    assert_string_equal(hec_quadrant_text(0, -0.0), "equally costly, equally effective");
    assert_string_equal(hec_quadrant_text(NAN, 1), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_made_up_sets),
        cmocka_unit_test(test_published_model),
        cmocka_unit_test(test_definition),
        cmocka_unit_test(test_order_of_input_does_not_matter),
        cmocka_unit_test(test_ties_within_rounding_stay),
        cmocka_unit_test(test_domain),
        cmocka_unit_test(test_quadrants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
