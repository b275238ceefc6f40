/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The graph: what is one node, what folds, and that no bit changes by it. */
#include "language_fixture.h"

#include "lang/special.h"

static const hec_place nowhere = {-1, 0, 0};

typedef struct graphs {
    hec_arena *arena;
    hec_graph *graph, *plain;
} graphs;

static int open_graphs(void **state)
{
    static graphs g;
    g.arena = hec_arena_create();
    g.graph = hec_graph_create(g.arena, false);
    g.plain = hec_graph_create(g.arena, true);
    assert_non_null(g.graph);
    *state = &g;
    return 0;
}

static int close_graphs(void **state)
{
    graphs *g = *state;
    hec_arena_destroy(g->arena);
    return 0;
}

static hec_id number(hec_graph *graph, double value)
{
    return hec_graph_constant(graph, value, nowhere);
}

static hec_id input(hec_graph *graph, int32_t index, uint8_t depends)
{
    char name[8];
    snprintf(name, sizeof name, "x%d", index);
    return hec_graph_input(graph, index, depends, name, nowhere);
}

static hec_id op(hec_graph *graph, hk_op code, hec_id a, hec_id b, hec_id c)
{
    return hec_graph_op(graph, code, a, b, c, nowhere);
}

static bool same_bits(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static int arity(hk_op code)
{
    static const int arities[] = {
#define ROW(name, count, words) count,
        HK_OP_TABLE(ROW)
#undef ROW
    };
    return arities[code];
}

/* ---- sharing -----------------------------------------------------------------------------------
 */

static void test_sharing(void **state)
{
    graphs *g = *state;
    hec_graph *graph = g->graph;
    hec_id x = input(graph, 0, HEC_DEP_DRAW), y = input(graph, 1, HEC_DEP_CYCLE);
    assert_int_equal(x, input(graph, 0, HEC_DEP_DRAW));
    assert_int_equal(op(graph, HK_ADD, x, y, -1), op(graph, HK_ADD, y, x, -1));
    assert_int_equal(op(graph, HK_AND, x, y, -1), op(graph, HK_AND, y, x, -1));
    assert_int_not_equal(op(graph, HK_SUB, x, y, -1), op(graph, HK_SUB, y, x, -1));
    assert_int_not_equal(op(graph, HK_MIN, x, y, -1), op(graph, HK_MIN, y, x, -1));
    assert_int_equal(number(graph, 0.5), number(graph, 0.5));
    assert_int_not_equal(number(graph, 0.0), number(graph, -0.0));
    assert_int_equal(number(graph, NAN), number(graph, NAN));
    size_t size = hec_graph_size(graph);
    hec_id args[] = {x, y, number(graph, 0.5)};
    hec_id special = hec_graph_special(graph, HEC_SPECIAL_GAMMA_SURVIVAL, args, nowhere);
    assert_int_equal(special, hec_graph_special(graph, HEC_SPECIAL_GAMMA_SURVIVAL, args, nowhere));
    assert_int_not_equal(special,
                         hec_graph_special(graph, HEC_SPECIAL_GAMMA_HAZARD, args, nowhere));
    assert_int_equal(hec_graph_size(graph), size + 2);
    number(g->plain, 1);
    assert_int_not_equal(op(g->plain, HK_ADD, 0, 0, -1), op(g->plain, HK_ADD, 0, 0, -1));
}

static void test_dependence(void **state)
{
    graphs *g = *state;
    hec_graph *graph = g->graph;
    hec_id draw = input(graph, 0, HEC_DEP_DRAW), age = input(graph, 1, HEC_DEP_STRATUM);
    hec_id t = input(graph, 2, HEC_DEP_CYCLE);
    hec_id sum = op(graph, HK_ADD, age, t, -1);
    assert_int_equal(hec_graph_node_at(graph, sum)->depends, HEC_DEP_STRATUM | HEC_DEP_CYCLE);
    hec_id all = op(graph, HK_SELECT, draw, sum, number(graph, 1));
    assert_int_equal(hec_graph_node_at(graph, all)->depends,
                     HEC_DEP_DRAW | HEC_DEP_STRATUM | HEC_DEP_CYCLE);
    assert_int_equal(hec_graph_node_at(graph, number(graph, 3))->depends, 0);
    /* a switch that is known takes the other branch's dependence away */
    hec_id off = op(graph, HK_SELECT, number(graph, 0), sum, draw);
    assert_int_equal(off, draw);
}

static void test_missing_operands(void **state)
{
    graphs *g = *state;
    hec_id x = input(g->graph, 0, HEC_DEP_DRAW);
    assert_int_equal(op(g->graph, HK_ADD, x, -1, -1), -1);
    assert_int_equal(op(g->graph, HK_NEG, -1, -1, -1), -1);
    assert_int_equal(op(g->graph, HK_SELECT, x, x, -1), -1);
    assert_null(hec_graph_node_at(g->graph, -1));
    assert_null(hec_graph_node_at(g->graph, 99));
    assert_false(hec_graph_failed(g->graph));
    assert_null(hec_graph_input_name(g->graph, 5));
    assert_string_equal(hec_graph_input_name(g->graph, 0), "x0");
    assert_true(isnan(hec_evaluate(g->graph, -1, NULL)));
    assert_true(isnan(hec_evaluate(g->graph, x, NULL)));
}

/* ---- folding -----------------------------------------------------------------------------------
 */

static void test_identities(void **state)
{
    graphs *g = *state;
    hec_graph *graph = g->graph;
    hec_id x = input(graph, 0, HEC_DEP_DRAW), y = input(graph, 1, HEC_DEP_DRAW);
    hec_id one = number(graph, 1), zero = number(graph, 0), minus_zero = number(graph, -0.0);
    assert_int_equal(op(graph, HK_MUL, x, one, -1), x);
    assert_int_equal(op(graph, HK_MUL, one, x, -1), x);
    assert_int_equal(op(graph, HK_DIV, x, one, -1), x);
    assert_int_equal(op(graph, HK_SUB, x, zero, -1), x);
    assert_int_equal(op(graph, HK_ADD, x, minus_zero, -1), x);
    assert_int_equal(op(graph, HK_NEG, op(graph, HK_NEG, x, -1, -1), -1, -1), x);
    assert_int_equal(op(graph, HK_COPY, x, -1, -1), x);
    assert_int_equal(op(graph, HK_SELECT, x, y, y), y);
    assert_int_equal(op(graph, HK_SELECT, one, x, y), x);
    assert_int_equal(op(graph, HK_AND, x, zero, -1), zero);
    assert_int_equal(op(graph, HK_OR, one, x, -1), one);
    /* true of real numbers, not of these */
    assert_int_not_equal(op(graph, HK_ADD, x, zero, -1), x);
    assert_int_not_equal(op(graph, HK_SUB, x, minus_zero, -1), x);
    assert_int_not_equal(op(graph, HK_MUL, x, zero, -1), zero);
    assert_int_not_equal(op(graph, HK_SUB, x, x, -1), zero);
    assert_int_not_equal(op(graph, HK_DIV, x, x, -1), one);
    assert_int_not_equal(op(graph, HK_EQ, x, x, -1), one);
}

/* Every operation, with every choice of which operands are known, over awkward values: the node it
 * becomes has the bits that the kernel gives. */
static void test_folding_keeps_bits(void **state)
{
    static const double v[] = {0.0, -0.0, 1.0,    -1.0,    INFINITY, -INFINITY,
                               NAN, 0.3,  5e-324, 1.7e308, 2.0,      -2.5};
    enum { N = sizeof v / sizeof v[0] };
    graphs *g = *state;
    for (int code = 0; code < HK_OP_COUNT; code++) {
        int n = arity((hk_op)code), triples = n == 1 ? N : n == 2 ? N * N : N * N * N;
        for (int i = 0; i < triples * (1 << n); i++) {
            double x[3] = {v[i % N], v[i / N % N], v[i / N / N % N]};
            int known = i / triples;
            hec_id id[3] = {-1, -1, -1};
            for (int k = 0; k < n; k++) {
                id[k] = known >> k & 1 ? number(g->graph, x[k]) : input(g->graph, k, HEC_DEP_DRAW);
            }
            double wanted = hk_scalar((hk_op)code, x[0], x[1], x[2]);
            hec_id made = op(g->graph, (hk_op)code, id[0], id[1], id[2]);
            double got = hec_evaluate(g->graph, made, x);
            if (!same_bits(got, wanted)) {
                fail_msg("operation %d, known %d: %a %a %a gives %a instead of %a", code, known,
                         x[0], x[1], x[2], got, wanted);
            }
            if (known == (1 << n) - 1) {
                assert_int_equal(hec_graph_node_at(g->graph, made)->code, HEC_CODE_CONSTANT);
            }
        }
    }
}

static void test_plain_graph_does_neither(void **state)
{
    graphs *g = *state;
    hec_id one = number(g->plain, 1), again = number(g->plain, 1);
    assert_int_not_equal(one, again);
    hec_id sum = op(g->plain, HK_ADD, one, again, -1);
    assert_int_equal(hec_graph_node_at(g->plain, sum)->code, HEC_CODE_OP);
    assert_true(hec_evaluate(g->plain, sum, NULL) == 2);
    hec_id x = input(g->plain, 0, HEC_DEP_DRAW);
    assert_int_equal(x, input(g->plain, 0, HEC_DEP_DRAW)); /* an input is always one node */
    assert_int_not_equal(op(g->plain, HK_MUL, x, one, -1), x);
}

static void test_known_lookups(void **state)
{
    static const double axis[] = {0, 10}, values[] = {1, 3};
    static const hec_lookup table = {.name = "r",
                                     .n_axes = 1,
                                     .lengths = {2},
                                     .axes = {axis},
                                     .values = values,
                                     .between = HEC_LOOKUP_LINEAR};
    graphs *g = *state;
    hec_id five = number(g->graph, 5);
    hec_id known = hec_graph_lookup(g->graph, &table, &five, nowhere);
    assert_int_equal(hec_graph_node_at(g->graph, known)->code, HEC_CODE_CONSTANT);
    assert_true(hec_graph_node_at(g->graph, known)->value == 2);
    hec_id x = input(g->graph, 0, HEC_DEP_STRATUM);
    hec_id open = hec_graph_lookup(g->graph, &table, &x, nowhere);
    assert_int_equal(hec_graph_node_at(g->graph, open)->depends, HEC_DEP_STRATUM);
    assert_int_equal(open, hec_graph_lookup(g->graph, &table, &x, nowhere));
    double inputs[] = {7.5};
    assert_true(hec_evaluate(g->graph, open, inputs) == 2.5);
}

/* ---- size --------------------------------------------------------------------------------------
 */

/* A definition on a definition on a definition ... is no recursion. */
static void test_depth(void **state)
{
    enum { DEEP = 1000000 };
    graphs *g = *state;
    hec_id x = input(g->graph, 0, HEC_DEP_DRAW), one = number(g->graph, 1), id = x;
    for (int i = 0; i < DEEP; i++) {
        id = op(g->graph, HK_ADD, id, one, -1);
    }
    double inputs[] = {0.25};
    assert_true(hec_evaluate(g->graph, id, inputs) == DEEP + 0.25);
    hec_program *program = hec_program_compile(g->arena, g->graph, HEC_DEP_DRAW, 1, (size_t[]){1},
                                               (const hec_id *[]){&id}, NULL);
    assert_non_null(program);
    assert_int_equal(hec_program_instructions(program, 0, HEC_STAGE_STRATEGY), DEEP);
    assert_int_equal(hec_program_lane_columns(program, 0, HEC_STAGE_STRATEGY), 1);
}

/* ---- explaining --------------------------------------------------------------------------------
 */

static void test_explaining(void **state)
{
    graphs *g = *state;
    double inputs[20];
    hec_id sum = number(g->graph, 0);
    for (int i = 0; i < 20; i++) {
        inputs[i] = i + 0.5;
        hec_id x = input(g->graph, i, HEC_DEP_DRAW);
        sum = op(g->graph, HK_ADD, op(g->graph, HK_MUL, x, x, -1), sum, -1);
        if (i == 2) {
            hec_text few = {0};
            hec_explain_value(g->graph, sum, inputs, NULL, &few);
            assert_string_equal(few.data, "x0 = 0.5, x1 = 1.5, x2 = 2.5");
            hec_text_free(&few);
        }
    }
    hec_text text = {0};
    hec_explain_value(g->graph, sum, inputs, NULL, &text);
    assert_string_equal(text.data,
                        "x0 = 0.5, x1 = 1.5, x2 = 2.5, x3 = 3.5, x4 = 4.5, x5 = 5.5, x6 = 6.5, "
                        "x7 = 7.5, x8 = 8.5, x9 = 9.5, x10 = 10.5, x11 = 11.5, and 8 more");
    hec_text_free(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_graphs, close_graphs)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sharing),
        TEST(test_dependence),
        TEST(test_missing_operands),
        TEST(test_identities),
        TEST(test_folding_keeps_bits),
        TEST(test_plain_graph_does_neither),
        TEST(test_known_lookups),
        TEST(test_depth),
        TEST(test_explaining),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
