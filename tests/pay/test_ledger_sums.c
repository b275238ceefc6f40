/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the ledger sums up of a view, against numbers added one by one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pay/ledger.h"

enum { LANES = 600, COLUMNS = 6 };

static double alive[LANES], column[COLUMNS][LANES], belongs[LANES];
static uint64_t persons[LANES];

/* Whole numbers, halves, parts of a cycle, amounts of money, negative ones, and what is far beyond;
 * one in eight is dead and shows what is no number. */
static void fill(uint64_t seed)
{
    uint64_t person = 1000000007;
    for (size_t i = 0; i < LANES; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double u = (double)(seed >> 11) * 0x1p-53;
        person += 1 + (i % 50 == 49 ? seed >> 58 : 0); /* some have left */
        persons[i] = person;
        alive[i] = seed >> 40 & 7 ? 1 : 0;
        belongs[i] = 1 + (double)((seed >> 20) % 3);
        const double values[COLUMNS] = {u < 0.5,         floor(4 * u) / 2, u / 12,
                                        1e9 * (u - 0.5), 8000 * u,         -u};
        for (size_t k = 0; k < COLUMNS; k++) {
            column[k][i] = alive[i] != 0 ? values[k] : NAN;
        }
    }
}

/* A model of nothing but two providers with panels, and measures of them and of the region. */
typedef struct world {
    hec_arena *arena;
    hec_model model;
    hec_strategy strategy;
    hec_party parties[2]; /* the second one's panels are one more, in turn */
    hec_measure measures[2 * COLUMNS];
    int of_provider[2];
    hec_ledger ledger;
} world;

static void open_world(world *w, int64_t panels, bool in_turn)
{
    *w = (world){.arena = hec_arena_create()};
    for (int i = 0; i < 2; i++) {
        w->parties[i] = (hec_party){.name = i ? "hospital" : "clinic",
                                    .provider = true,
                                    .tier = "",
                                    .panels = panels + i,
                                    .attribute = in_turn || i ? -1 : 0,
                                    .category = -1};
        w->of_provider[i] = in_turn || i ? -1 : COLUMNS;
    }
    for (int i = 0; i < 2 * COLUMNS; i++) {
        bool region = i >= COLUMNS;
        w->measures[i] = (hec_measure){.level = region ? HEC_LEVEL_REGION : HEC_LEVEL_PANEL,
                                       .provider = region ? -1 : i % 2,
                                       .observed = i % COLUMNS};
    }
    w->strategy.pay = (hec_pay){.policy = "p",
                                .n_measures = 2 * COLUMNS,
                                .measures = w->measures,
                                .belongs = w->of_provider};
    w->model = (hec_model){.n_strategies = 1,
                           .strategies = &w->strategy,
                           .cycles = 1,
                           .cycle_length = 1,
                           .start_year = NAN,
                           .n_parties = 2,
                           .parties = w->parties};
    const hec_ledger_plan *plan = hec_ledger_plan_create(w->arena, &w->model);
    assert_non_null(plan);
    assert_true(hec_ledger_create(plan, &w->ledger));
}

static void close_world(world *w)
{
    hec_ledger_destroy(&w->ledger);
    hec_arena_destroy(w->arena);
}

static hec_person_view see(const hk_table *kernels, size_t n, bool uniform)
{
    static const double *values[COLUMNS + 1];
    static uint8_t numbers[COLUMNS + 1];
    static const double one[COLUMNS] = {1, 0.5, 1.0 / 12, -3e8, 77777.77, 0};
    for (size_t k = 0; k < COLUMNS; k++) {
        values[k] = uniform ? &one[k] : column[k];
        numbers[k] = uniform;
    }
    values[COLUMNS] = belongs;
    return (hec_person_view){.kernels = kernels,
                             .strategy = 0,
                             .cycle = 1,
                             .n = n,
                             .persons = persons,
                             .alive = alive,
                             .values = values,
                             .uniform = numbers};
}

static void check_measure(const world *w, const hec_person_view *v, size_t measure)
{
    const hec_party *party = &w->parties[measure % 2];
    size_t k = measure % COLUMNS, panels = measure < COLUMNS ? (size_t)party->panels : 1;
    int64_t whole[256] = {0}, part[256] = {0};
    assert_true(panels <= 256);
    for (size_t i = 0; i < v->n; i++) {
        bool in_turn = party->attribute < 0;
        size_t own = in_turn ? (size_t)(persons[i] % panels) : (size_t)belongs[i] - 1;
        size_t panel = measure >= COLUMNS ? 0 : own;
        double x = v->values[k][v->uniform[k] ? 0 : i];
        if (alive[i] != 0) {
            long double below = floorl((long double)x);
            whole[panel] += (int64_t)below;
            part[panel] += (int64_t)floorl(((long double)x - below) * 0x1p40L + 0.5L);
        }
    }
    for (size_t panel = 0; panel < panels; panel++) {
        const hec_exact *sum = hec_ledger_sum(&w->ledger, 0, measure, 0, panel);
        assert_int_equal(sum->part, part[panel] % (INT64_C(1) << 40));
        assert_int_equal(sum->whole, whole[panel] + part[panel] / (INT64_C(1) << 40));
    }
}

static void sums_are_exact(void **state)
{
    (void)state;
    static const int64_t panels[] = {1, 3, 20, 64, 65, 200};
    static const size_t sizes[] = {0, 1, 7, 8, 255, 256, 257, 600};
    const hk_table *levels[4];
    size_t n_levels = hk_levels(levels);
    for (size_t l = 0; l < n_levels; l++) {
        for (size_t p = 0; p < sizeof panels / sizeof panels[0]; p++) {
            for (size_t k = 0; k < 4 * sizeof sizes / sizeof sizes[0]; k++) {
                bool in_turn = k & 1 || panels[p] < 3, uniform = k & 2;
                world w;
                fill(p + 10 * k);
                open_world(&w, panels[p], in_turn);
                const hec_person_view v = see(levels[l], sizes[k / 4], uniform);
                hec_ledger_observe(&w.ledger, &v);
                assert_false(w.ledger.too_large);
                for (size_t m = 0; m < 2 * COLUMNS; m++) {
                    check_measure(&w, &v, m);
                }
                close_world(&w);
            }
        }
    }
}

/* One who lives, belongs to no panel and has something to count; the dead and the rest do not
 * matter. */
static void who_belongs_nowhere_is_seen(void **state)
{
    (void)state;
    for (int k = 0; k < 3; k++) {
        world w;
        fill(5);
        open_world(&w, 3, false);
        belongs[300] = k == 0 ? 4 : k == 1 ? 1.5 : NAN;
        alive[300] = 0;
        hec_person_view v = see(hk_select(NULL), LANES, false);
        hec_ledger_observe(&w.ledger, &v);
        assert_false(w.ledger.too_large);
        alive[300] = 1;
        for (size_t c = 0; c < COLUMNS; c++) {
            column[c][300] = 0;
        }
        hec_ledger_observe(&w.ledger, &v);
        assert_false(w.ledger.too_large);
        column[k == 2 ? 4 : 0][300] = 1e6;
        hec_ledger_observe(&w.ledger, &v);
        assert_true(w.ledger.too_large);
        close_world(&w);
    }
}

static void what_is_no_number_is_seen(void **state)
{
    (void)state;
    static const double wrong[] = {NAN, INFINITY, -INFINITY, 1e16};
    for (size_t k = 0; k < 4; k++) {
        world w;
        fill(6);
        open_world(&w, 3, true);
        column[2][599] = wrong[k];
        alive[599] = 1;
        hec_person_view v = see(hk_select(NULL), LANES, false);
        hec_ledger_observe(&w.ledger, &v);
        assert_true(w.ledger.too_large);
        close_world(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_exact),
        cmocka_unit_test(who_belongs_nowhere_is_seen),
        cmocka_unit_test(what_is_no_number_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
