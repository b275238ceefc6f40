/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every operation on every ISA level that runs here gives hk_scalar's bits, whatever the size. */
#include "kernel_data.h"

#include <math.h>
#include <string.h>

static const char *const names[] = {
#define NAME(name, arity, words) #name,
    HK_OP_TABLE(NAME)
#undef NAME
};

static const int arities[] = {
#define ARITY(name, arity, words) arity,
    HK_OP_TABLE(ARITY)
#undef ARITY
};

typedef struct columns {
    double a[KERNEL_LARGEST], b[KERNEL_LARGEST], c[KERNEL_LARGEST], out[KERNEL_LARGEST + 1];
} columns;

static void fill_columns(columns *x, uint64_t *state)
{
    for (size_t i = 0; i < KERNEL_LARGEST; i++) {
        x->a[i] = random_any(state);
        x->b[i] = random_any(state);
        x->c[i] = random_any(state);
    }
}

static void check_op(const hk_table *table, int op, columns *x, size_t n)
{
    const double *b = arities[op] > 1 ? x->b : NULL, *c = arities[op] > 2 ? x->c : NULL;
    const double beyond = -12345;
    x->out[n] = beyond;
    table->op[op](n, x->a, b, c, x->out);
    for (size_t i = 0; i < n; i++) {
        double expected = hk_scalar((hk_op)op, x->a[i], x->b[i], x->c[i]);
        if (!same_bits(x->out[i], expected))
            fail_msg("%s %s lane %zu of %zu: op(%a, %a, %a) = %a instead of %a", table->isa,
                     names[op], i, n, x->a[i], x->b[i], x->c[i], x->out[i], expected);
    }
    assert_true(x->out[n] == beyond);
}

static void test_each_op_each_level(void **unused)
{
    (void)unused;
    const hk_table *levels[4];
    const size_t n_levels = hk_levels(levels);
    static columns x;
    for (size_t l = 0; l < n_levels; l++) {
        for (int op = 0; op < HK_OP_COUNT; op++) {
            uint64_t state = (uint64_t)op;
            for (int s = 0; s < KERNEL_SIZES; s++) {
                fill_columns(&x, &state);
                check_op(levels[l], op, &x, kernel_sizes[s]);
            }
        }
    }
}

/* `out` may be any of the operands. */
static void test_in_place(void **unused)
{
    (void)unused;
    const hk_table *levels[4];
    const size_t n_levels = hk_levels(levels);
    static columns x;
    static double apart[KERNEL_LARGEST];
    for (size_t l = 0; l < n_levels; l++) {
        for (int op = 0; op < HK_OP_COUNT; op++) {
            for (int operand = 0; operand < arities[op]; operand++) {
                uint64_t state = 99;
                fill_columns(&x, &state);
                levels[l]->op[op](KERNEL_LARGEST, x.a, x.b, x.c, apart);
                double *out = operand == 0 ? x.a : operand == 1 ? x.b : x.c;
                levels[l]->op[op](KERNEL_LARGEST, x.a, x.b, x.c, out);
                for (size_t i = 0; i < KERNEL_LARGEST; i++)
                    assert_same(out[i], apart[i], names[op], (double)i, operand);
            }
        }
    }
}

/* The simple operations do what C does. */
static void test_plain_meaning(void **unused)
{
    (void)unused;
    uint64_t state = 5;
    for (int i = 0; i < 20000; i++) {
        double a = random_any(&state), b = random_any(&state), c = random_any(&state);
        const struct {
            hk_op op;
            double value;
        } cases[] = {
            {HK_COPY, a},
            {HK_NEG, -a},
            {HK_ABS, fabs(a)},
            {HK_FLOOR, floor(a)},
            {HK_SQRT, sqrt(a)},
            {HK_NOT, a == 0},
            {HK_ADD, a + b},
            {HK_SUB, a - b},
            {HK_MUL, a * b},
            {HK_DIV, a / b},
            {HK_LT, a < b},
            {HK_LE, a <= b},
            {HK_EQ, a == b},
            {HK_NE, a != b},
            {HK_AND, a != 0 && b != 0},
            {HK_OR, a != 0 || b != 0},
            {HK_SELECT, a != 0 ? b : c},
        };
        for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
            assert_same(hk_scalar(cases[k].op, a, b, c), cases[k].value, names[cases[k].op], a, b);
        double lesser = hk_scalar(HK_MIN, a, b, 0), greater = hk_scalar(HK_MAX, a, b, 0);
        if (isnan(a) || isnan(b)) {
            assert_true(isnan(lesser) && isnan(greater));
        } else {
            assert_true(lesser == fmin(a, b));
            assert_true(greater == fmax(a, b));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_op_each_level),
        cmocka_unit_test(test_in_place),
        cmocka_unit_test(test_plain_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
