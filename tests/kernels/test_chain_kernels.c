/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers among the operands, operations in a row, powers of one base: hk_scalar's bits on every
 * ISA level, whatever the size. */
#include "kernel_data.h"

#include <stdbool.h>

static const int arities[] = {
#define ARITY(name, arity, words) arity,
    HK_OP_TABLE(ARITY)
#undef ARITY
};

static const int linked[] = {
#define LINK(name, arity) HK_##name,
    HK_LINK_TABLE(LINK)
#undef LINK
};

enum { COLUMNS = 8 };

typedef struct sheet {
    double column[COLUMNS][KERNEL_LARGEST], number[COLUMNS], out[KERNEL_LARGEST + 1];
} sheet;

static void fill_sheet(sheet *s, uint64_t *state)
{
    for (size_t k = 0; k < COLUMNS; k++) {
        s->number[k] = random_any(state);
        for (size_t i = 0; i < KERNEL_LARGEST; i++)
            s->column[k][i] = random_any(state);
    }
}

static const double beyond = -12345;

/* ---- numbers among the operands -------------------------------------------------------------- */

static void check_mix(const hk_table *table, int op, unsigned numbers, size_t n, sheet *s)
{
    const double *from[3] = {NULL};
    for (int k = 0; k < arities[op]; k++)
        from[k] = numbers >> k & 1 ? &s->number[k] : s->column[k];
    s->out[n] = beyond;
    table->mixed[op][numbers](n, from[0], from[1], from[2], s->out);
    for (size_t i = 0; i < n; i++) {
        double x[3] = {0};
        for (int k = 0; k < arities[op]; k++)
            x[k] = from[k][numbers >> k & 1 ? 0 : i];
        double expected = hk_scalar((hk_op)op, x[0], x[1], x[2]);
        if (!same_bits(s->out[i], expected))
            fail_msg("%s operation %d, numbers %u, lane %zu of %zu: (%a, %a, %a) = %a, not %a",
                     table->isa, op, numbers, i, n, x[0], x[1], x[2], s->out[i], expected);
    }
    assert_true(s->out[n] == beyond);
}

static void test_numbers_among_operands(void **unused)
{
    (void)unused;
    const hk_table *levels[4];
    const size_t n_levels = hk_levels(levels);
    static sheet s;
    uint64_t state = 1;
    for (size_t l = 0; l < n_levels; l++) {
        for (int op = 0; op < HK_OP_COUNT; op++) {
            assert_true(levels[l]->mixed[op][0] == levels[l]->op[op]);
            for (unsigned numbers = 1; numbers + 1 < 1u << arities[op]; numbers++) {
                for (int round = 0; round < 40; round++) {
                    fill_sheet(&s, &state);
                    check_mix(levels[l], op, numbers, kernel_sizes[round % KERNEL_SIZES], &s);
                }
            }
        }
    }
}

/* ---- in a row -------------------------------------------------------------------------------- */

typedef struct row {
    hk_link links[HK_LINKS_MAX];
    int op[HK_LINKS_MAX], at[HK_LINKS_MAX];
    bool product[HK_LINKS_MAX];
    unsigned numbers[HK_LINKS_MAX];
    size_t n;
} row;

static const double *pick(const sheet *s, bool number, uint64_t *state)
{
    size_t k = random_bits(state) % COLUMNS;
    return number ? &s->number[k] : s->column[k];
}

static void make_row(row *r, const sheet *s, uint64_t *state)
{
    r->n = 1 + random_bits(state) % (random_bits(state) % 8 ? 6 : HK_LINKS_MAX);
    for (size_t k = 0; k < r->n; k++) {
        int op = linked[random_bits(state) % (sizeof linked / sizeof *linked)];
        bool sum = op == HK_ADD || op == HK_SUB;
        r->op[k] = op;
        r->product[k] = sum && random_bits(state) % 2;
        r->at[k] = r->product[k] ? 0 : (int)(random_bits(state) % (uint64_t)arities[op]);
        int others = r->product[k] ? 2 : arities[op] - 1;
        r->numbers[k] =
            (unsigned)random_bits(state) & ((1u << others) - 1) & (r->product[k] ? 1 : 3);
        r->links[k] = (hk_link){
            .code = HK_LINK_CODE(op, r->product[k] ? HK_LINK_PRODUCT : r->at[k], r->numbers[k]),
            .x = others > 0 ? pick(s, r->numbers[k] & 1, state) : NULL,
            .y = others > 1 ? pick(s, r->numbers[k] & 2, state) : NULL};
    }
}

static double follow_row(const row *r, size_t lane, double value)
{
    for (size_t k = 0; k < r->n; k++) {
        const hk_link *link = &r->links[k];
        double x = link->x ? link->x[r->numbers[k] & 1 ? 0 : lane] : 0;
        double y = link->y ? link->y[r->numbers[k] & 2 ? 0 : lane] : 0;
        double others[2] = {x, y}, operands[3] = {0};
        if (r->product[k])
            others[0] = hk_scalar(HK_MUL, x, y, 0);
        for (int o = 0, other = 0; o < arities[r->op[k]]; o++)
            operands[o] = o == r->at[k] ? value : others[other++];
        value = hk_scalar((hk_op)r->op[k], operands[0], operands[1], operands[2]);
    }
    return value;
}

static void check_row(const hk_table *table, const row *r, size_t n, sheet *s)
{
    static double expected[KERNEL_LARGEST];
    const double *start = s->column[0];
    for (size_t i = 0; i < n; i++)
        expected[i] = follow_row(r, i, start[i]);
    s->out[n] = beyond;
    table->chain(n, start, r->n, r->links, s->out);
    for (size_t i = 0; i < n; i++) {
        if (!same_bits(s->out[i], expected[i]))
            fail_msg("%s: %zu links, the last %d at %d, numbers %u, product %d; lane %zu of %zu: "
                     "%a, not %a",
                     table->isa, r->n, r->op[r->n - 1], r->at[r->n - 1], r->numbers[r->n - 1],
                     r->product[r->n - 1], i, n, s->out[i], expected[i]);
    }
    assert_true(s->out[n] == beyond);
    table->chain(n, start, r->n, r->links, s->column[0]); /* in place of a column */
    for (size_t i = 0; i < n; i++)
        assert_true(same_bits(s->column[0][i], expected[i]));
}

static void test_chains(void **unused)
{
    (void)unused;
    const hk_table *levels[4];
    const size_t n_levels = hk_levels(levels);
    static sheet s;
    static row r;
    uint64_t state = 2;
    for (int round = 0; round < 6000; round++) {
        fill_sheet(&s, &state);
        make_row(&r, &s, &state);
        check_row(levels[round % (int)n_levels], &r,
                  kernel_sizes[random_bits(&state) % KERNEL_SIZES], &s);
    }
}

/* ---- powers of one base ---------------------------------------------------------------------- */

static void test_powers(void **unused)
{
    (void)unused;
    const hk_table *levels[4];
    const size_t n_levels = hk_levels(levels);
    static sheet s;
    static double high[KERNEL_LARGEST + 1], low[KERNEL_LARGEST + 1];
    uint64_t state = 3;
    for (int round = 0; round < 600; round++) {
        const hk_table *table = levels[round % (int)n_levels];
        size_t n = kernel_sizes[random_bits(&state) % KERNEL_SIZES];
        fill_sheet(&s, &state);
        high[n] = low[n] = beyond;
        table->logs(n, s.column[0], high, low);
        assert_true(high[n] == beyond && low[n] == beyond);
        for (int number = 0; number < 2; number++) {
            const double *y = number ? &s.number[1] : s.column[1];
            s.out[n] = beyond;
            table->powers(n, s.column[0], high, low, y, number, s.out);
            for (size_t i = 0; i < n; i++) {
                double x = s.column[0][i], power = y[number ? 0 : i];
                assert_same(s.out[i], hk_scalar(HK_POW, x, power, 0), "power", x, power);
            }
            assert_true(s.out[n] == beyond);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_among_operands),
        cmocka_unit_test(test_chains),
        cmocka_unit_test(test_powers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
