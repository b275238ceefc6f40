/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear values: what is graded so is a sum of coefficients times quantities, on random expressions
 * and numbers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/policy_linear.h"

enum { QUANTITIES = 3, FREE = 2, UNKNOWN = 1, INPUTS = QUANTITIES + FREE + UNKNOWN, NODES = 60 };

typedef struct fixture {
    hec_arena *arena;
    hec_builder b;
    hec_model model;
    int32_t inputs[INPUTS]; /* quantities 0, 1, 2; free; what only persons have */
    hec_id ids[NODES + INPUTS + 8];
    size_t n;
    uint64_t chance;
} fixture;

static double draw(fixture *f)
{
    f->chance = f->chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(f->chance >> 11) / 9007199254740992.0;
}

static fixture *fixture_open(uint64_t seed)
{
    static const double constants[] = {0, 1, 2.5, -3};
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->arena = hec_arena_create();
    f->model.graph = hec_graph_create(f->arena, false);
    f->b.arena = f->arena;
    f->b.model = &f->model;
    f->chance = seed;
    for (int i = 0; i < INPUTS; i++) {
        f->inputs[i] = i < QUANTITIES          ? i
                       : i < QUANTITIES + FREE ? HEC_INPUT_FREE
                                               : HEC_INPUT_OTHER;
        f->ids[f->n++] = hec_graph_input(f->model.graph, i, HEC_DEP_STATE, "x", HEC_NOWHERE);
    }
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        f->ids[f->n++] = hec_graph_constant(f->model.graph, constants[i], HEC_NOWHERE);
    }
    return f;
}

static void fixture_close(fixture *f)
{
    hec_arena_destroy(f->arena);
    free(f);
}

/* Mostly what payments are made of. */
static void grow(fixture *f)
{
    static const hk_op ops[] = {HK_ADD, HK_SUB, HK_MUL,    HK_MUL,    HK_DIV, HK_MIN,
                                HK_MAX, HK_LT,  HK_LE,     HK_NEG,    HK_ABS, HK_AND,
                                HK_OR,  HK_NOT, HK_SELECT, HK_SELECT, HK_EXP, HK_FLOOR};
    static const int arities[] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 2, 2, 1, 3, 3, 1, 1};
    size_t k = (size_t)(draw(f) * sizeof ops / sizeof ops[0]);
    hec_id args[3] = {-1, -1, -1};
    for (int i = 0; i < arities[k]; i++) {
        args[i] = f->ids[(size_t)(draw(f) * (double)f->n)];
    }
    f->ids[f->n++] = hec_graph_op(f->model.graph, ops[k], args[0], args[1], args[2], HEC_NOWHERE);
}

static void assert_close(double found, double wanted, double size)
{
    if (isfinite(wanted) && isfinite(size) && !(fabs(found - wanted) <= 1e-9 * (1 + size))) {
        fail_msg("%.15g, not %.15g", found, wanted);
    }
}

/* The sum of coefficients times quantities, at the inputs. */
static double sum_of(fixture *f, const hec_id parts[QUANTITIES + 1], const double *inputs,
                     double *size)
{
    double sum = 0;
    *size = 0;
    for (int q = 0; q <= QUANTITIES; q++) {
        double part = parts[q] < 0 ? 0 : hec_evaluate(f->model.graph, parts[q], inputs);
        double term = part * (q < QUANTITIES ? inputs[q] : 1);
        sum += term;
        *size += fabs(term);
    }
    return sum;
}

static void check_node(fixture *f, hec_linear *l, hec_id id, size_t *counts)
{
    const hec_graded g = l->nodes[id];
    hec_id parts[QUANTITIES + 1];
    counts[g.grade]++;
    for (int q = 0; q <= QUANTITIES && g.grade != HEC_GRADE_OTHER; q++) {
        parts[q] = g.grade == HEC_GRADE_SIGN
                       ? -1
                       : hec_linear_part(l, id, q < QUANTITIES ? q : -1, HEC_NOWHERE);
    }
    for (int trial = 0; trial < 8 && g.grade != HEC_GRADE_OTHER; trial++) {
        double inputs[INPUTS], size = 0;
        for (int i = 0; i < INPUTS; i++) {
            double some = draw(f) < 0.3 && g.grade != HEC_GRADE_SIGN ? 0 : 0.1 + 5 * draw(f);
            inputs[i] = i < QUANTITIES ? some : 4 * draw(f) - 2;
        }
        double value = hec_evaluate(f->model.graph, id, inputs);
        if (g.grade == HEC_GRADE_SIGN) {
            inputs[g.of] *= 0.01 + 20 * draw(f);
            assert_close(hec_evaluate(f->model.graph, id, inputs), value, fabs(value));
        } else {
            double sum = sum_of(f, parts, inputs, &size);
            assert_close(sum, value, size + fabs(value));
        }
    }
}

static void graded_values_are_linear(void **state)
{
    size_t counts[HEC_GRADE_OTHER + 1] = {0};
    (void)state;
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        fixture *f = fixture_open(seed);
        hec_linear l;
        for (int i = 0; i < NODES; i++) {
            grow(f);
        }
        size_t n = f->n;
        assert_true(hec_linear_open(&l, &f->b, f->inputs, seed % 2 == 0));
        for (size_t i = 0; i < n; i++) {
            check_node(f, &l, f->ids[i], counts);
        }
        fixture_close(f);
    }
    for (size_t i = 0; i <= HEC_GRADE_OTHER; i++) { /* all of them were seen */
        assert_true(counts[i] > 100);
    }
}

static hec_id op(fixture *f, hk_op which, hec_id a, hec_id b)
{
    return hec_graph_op(f->model.graph, which, a, b, -1, HEC_NOWHERE);
}

static void grades_are_what_they_should_be(void **state)
{
    (void)state;
    fixture *f = fixture_open(1);
    hec_graph *graph = f->model.graph;
    hec_id q = f->ids[0], r = f->ids[1], free_one = f->ids[QUANTITIES];
    hec_id person = f->ids[QUANTITIES + FREE], zero = f->ids[INPUTS], one = f->ids[INPUTS + 1];
    hec_id ceiling = op(f, HK_MIN, op(f, HK_MUL, q, free_one), op(f, HK_ADD, q, q));
    hec_id some = op(f, HK_LT, zero, q);
    hec_id layer = hec_graph_op(graph, HK_SELECT, some, ceiling, zero, HEC_NOWHERE);
    hec_id fee = hec_graph_op(graph, HK_SELECT, some, one, zero, HEC_NOWHERE);
    const struct {
        hec_id id;
        hec_grade grade;
    } rows[] = {
        {q, HEC_GRADE_SHARE},
        {free_one, HEC_GRADE_FREE},
        {zero, HEC_GRADE_ZERO},
        {ceiling, HEC_GRADE_SHARE},
        {layer, HEC_GRADE_SHARE},
        {fee, HEC_GRADE_SIGN},
        {op(f, HK_ADD, q, r), HEC_GRADE_SUM},
        {op(f, HK_ADD, layer, one), HEC_GRADE_AFFINE},
        {op(f, HK_MIN, q, r), HEC_GRADE_OTHER},   /* homogeneous, but no sum */
        {op(f, HK_MIN, q, one), HEC_GRADE_OTHER}, /* a deductible */
        {op(f, HK_MUL, q, q), HEC_GRADE_OTHER},
        {op(f, HK_DIV, free_one, q), HEC_GRADE_OTHER},
        {hec_graph_op(graph, HK_FLOOR, q, -1, -1, HEC_NOWHERE), HEC_GRADE_OTHER},
        {op(f, HK_MUL, person, free_one), HEC_GRADE_OTHER},
        {op(f, HK_MUL, layer, fee), HEC_GRADE_SHARE},
        {op(f, HK_MUL, r, fee), HEC_GRADE_OTHER}, /* of two quantities */
    };
    hec_linear l;
    assert_true(hec_linear_open(&l, &f->b, f->inputs, false));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (l.nodes[rows[i].id].grade != rows[i].grade) {
            fail_msg("row %zu is graded %d", i, (int)l.nodes[rows[i].id].grade);
        }
    }
    assert_int_equal(l.nodes[op(f, HK_MUL, person, free_one)].why, person);
    assert_true(hec_linear_open(&l, &f->b, f->inputs, true)); /* negative ones among them */
    assert_int_equal(l.nodes[ceiling].grade, HEC_GRADE_OTHER);
    assert_int_equal(l.nodes[op(f, HK_ADD, q, r)].grade, HEC_GRADE_SUM);
    fixture_close(f);
}

static void inputs_are_replaced(void **state)
{
    (void)state;
    fixture *f = fixture_open(7);
    for (int i = 0; i < NODES; i++) {
        grow(f);
    }
    hec_id with[INPUTS] = {-1, -1, -1, -1, -1, -1};
    hec_replacing r;
    with[1] = f->ids[INPUTS + 2]; /* 2.5 */
    assert_true(hec_replacing_open(&r, &f->b, with));
    for (size_t i = 0; i < f->n; i++) {
        double inputs[INPUTS] = {1.25, -7, 3, 0.5, 2, 9}, replaced[INPUTS];
        for (int k = 0; k < INPUTS; k++) {
            replaced[k] = k == 1 ? 2.5 : inputs[k];
        }
        double found = hec_evaluate(f->model.graph, hec_replace(&r, f->ids[i]), inputs);
        double wanted = hec_evaluate(f->model.graph, f->ids[i], replaced);
        assert_true(found == wanted || (isnan(found) && isnan(wanted)));
    }
    fixture_close(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(graded_values_are_linear),
        cmocka_unit_test(grades_are_what_they_should_be),
        cmocka_unit_test(inputs_are_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
