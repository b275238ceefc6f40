/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A life depends on seed, draw, person, cycle and decision alone: the same bits for any blocks, ISA
 * level and tally, and whatever else the model holds. */
#include "persons_fixture.h"
#include "persons_text.h"

static const char rich[] = RICH;

enum { COUNT = 1111 };

static void assert_same(const fixture *f, const double *a, const double *b, int64_t count)
{
    size_t n = 2 * f->model->n_strategies * f->model->n_outcomes * (size_t)count;
    for (size_t i = 0; i < n; i++) {
        if (memcmp(&a[i], &b[i], sizeof *a) != 0) {
            fail_msg("value %zu: %.17g is not %.17g", i, a[i], b[i]);
        }
    }
}

static void blocks_do_not_matter(void **state)
{
    (void)state;
    static const size_t lanes[] = {1, 8, 64, 100, 512, 1111};
    static const char *const texts[] = {RICH, TIMES("60")};
    for (size_t k = 0; k < 2; k++) {
        fixture f = fixture_open(texts[k]);
        assert_non_null(f.persons);
        runs options = {.count = COUNT, .draw = -1};
        double *wanted = fixture_run(&f, &options);
        for (size_t i = 0; i < sizeof lanes / sizeof lanes[0]; i++) {
            options.lanes = lanes[i];
            options.room = i % 2 ? 2000 : 0;
            double *found = fixture_run(&f, &options);
            assert_same(&f, wanted, found, COUNT);
            free(found);
        }
        free(wanted);
        fixture_close(&f);
    }
}

static void levels_do_not_matter(void **state)
{
    (void)state;
    const hk_table *tables[4];
    size_t n = hk_levels(tables);
    fixture f = fixture_open(rich);
    runs options = {.count = COUNT, .draw = 3};
    double *wanted = fixture_run(&f, &options);
    for (size_t i = 0; i < n; i++) {
        options.kernels = tables[i];
        double *found = fixture_run(&f, &options);
        assert_same(&f, wanted, found, COUNT);
        free(found);
    }
    free(wanted);
    fixture_close(&f);
}

static double *room_for(size_t n)
{
    double *room = calloc(n + 1, sizeof *room);
    assert_non_null(room);
    return room;
}

static hec_person_tally tally_for(const hec_model *m, size_t strategy)
{
    size_t cycles = (size_t)m->cycles, causes = hec_persons_causes(m);
    return (hec_person_tally){.trace = calloc((cycles + 1) * hec_model_places(m), sizeof(int64_t)),
                              .moves =
                                  calloc(cycles * m->strategies[strategy].n_arcs, sizeof(int64_t)),
                              .events = calloc(cycles * m->n_events, sizeof(int64_t)),
                              .deaths = calloc(cycles * causes, sizeof(int64_t)),
                              .sums = room_for(2 * m->n_outcomes * cycles * 8)};
}

static void tally_free(hec_person_tally *tally)
{
    free(tally->trace);
    free(tally->moves);
    free(tally->events);
    free(tally->deaths);
    free(tally->sums);
}

/* Cycles add up to the totals: roundings of 8 lanes' sums over all persons. */
static void assert_adds_up(const hec_model *m, const hec_person_tally *tally, const double *totals)
{
    size_t cycles = (size_t)m->cycles;
    for (size_t i = 0; i < 2 * m->n_outcomes; i++) {
        double sum = 0, whole = 0, size = 0;
        for (size_t k = 0; k < cycles * 8; k++) {
            sum += tally->sums[i * cycles * 8 + k];
        }
        for (size_t p = 0; p < COUNT; p++) {
            whole += totals[i * COUNT + p];
            size += fabs(totals[i * COUNT + p]);
        }
        assert_true(fabs(sum - whole) <= 1e-16 * (COUNT + 10.0 * (double)cycles) * size);
    }
}

static void tallies_do_not_matter(void **state)
{
    (void)state;
    static const size_t lanes[] = {256, 512, 8, 1200};
    fixture f = fixture_open(rich);
    const hec_model *m = f.model;
    size_t cycles = (size_t)m->cycles, each = 2 * m->n_outcomes * COUNT;
    runs options = {.count = COUNT, .draw = -1};
    double *wanted = fixture_run(&f, &options), *found = room_for(each * m->n_strategies);
    for (size_t s = 0; s < m->n_strategies; s++) {
        hec_person_tally first = tally_for(m, s);
        for (size_t k = 0; k < sizeof lanes / sizeof lanes[0]; k++) {
            hec_person_tally tally = tally_for(m, s);
            hec_person_fault fault = {0};
            options.lanes = lanes[k];
            options.tally = k == 0 ? &first : &tally;
            assert_true(fixture_run_strategy(&f, &options, s, found + s * each, &fault));
            if (k > 0) {
                assert_memory_equal(first.trace, tally.trace,
                                    (cycles + 1) * hec_model_places(m) * 8);
                assert_memory_equal(first.moves, tally.moves, cycles * m->strategies[s].n_arcs * 8);
                assert_memory_equal(first.events, tally.events, cycles * m->n_events * 8);
                assert_memory_equal(first.deaths, tally.deaths, cycles * hec_persons_causes(m) * 8);
                assert_memory_equal(first.sums, tally.sums, 2 * m->n_outcomes * cycles * 64);
            }
            tally_free(&tally);
        }
        assert_adds_up(m, &first, found + s * each);
        tally_free(&first);
    }
    assert_same(&f, wanted, found, COUNT);
    free(wanted);
    free(found);
    fixture_close(&f);
}

/* Persons 37 .. 136, run on their own. */
static void other_persons_do_not_matter(void **state)
{
    (void)state;
    static const char *const texts[] = {RICH, RICH_OF(", antithetic: true")};
    for (size_t k = 0; k < 2; k++) {
        fixture f = fixture_open(texts[k]);
        assert_non_null(f.persons);
        runs all = {.count = 300, .draw = 2}, some = {.first = 37, .count = 100, .draw = 2};
        double *whole = fixture_run(&f, &all), *part = fixture_run(&f, &some);
        for (size_t i = 0; i < 2 * f.model->n_strategies * f.model->n_outcomes; i++) {
            assert_memory_equal(whole + i * 300 + 37, part + i * 100, 100 * sizeof *part);
        }
        free(whole);
        free(part);
        fixture_close(&f);
    }
}

/* What is added shares nothing with what was there: the old outcomes keep their bits. */
static void additions_leave_the_rest_alone(void **state)
{
    (void)state;
    static const char before[] =
        HEAD "population:\n"
             "  age: {dist: truncated_normal(mean: 62, sd: 9, min: 40, max: 90)}\n"
             "  sex: {shares: {male: 0.55, female: 0.45}}\n"
             "chains:\n" SICK "events: {mi: {rate: 0.001 * number(age)}, death: {prob: 0.01 + "
             "0.1*now(mi), fatal: true}}\n"
             "on: [{event: mi, cost: {acute: 5000}}, {death: any, cost: {terminal: 1000}}]\n"
             "strategies: {usual: {}}\n" ECONOMICS;
    static const char after[] = HEAD
        "population:\n"
        "  new: {dist: normal(mean: 0, sd: 1)}\n"
        "  age: {dist: truncated_normal(mean: 62, sd: 9, min: 40, max: 90)}\n"
        "  sex: {shares: {male: 0.55, female: 0.45}}\n"
        "  bmi: {dist: normal(mean: 27, sd: 3)}\n"
        "attributes: {bmi: {update: bmi + random('fat')}}\n"
        "chains:\n  added:\n    start: {x: 0.5, y: 0.5}\n    states: {x: {cost: {new: 1}, rate: "
        "{y: "
        "0.5}}, y: {rate: {x: 2}}}\n" SICK
        "events: {fall: {prob: 0.1}, mi: {rate: 0.001 * number(age)},\n"
        "  death: {prob: 0.01 + 0.1*now(mi), fatal: true}, late: {prob: 0.3}}\n"
        "on: [{event: fall, cost: {new: 50}}, {event: mi, cost: {acute: 5000}},\n"
        "     {death: any, cost: {terminal: 1000}}, {event: late, cost: {new: 7 * bmi * new}}]\n"
        "strategies: {first: {cost: {new: 9}}, usual: {}, last: {cost: {care: 9}}}\n" ECONOMICS;
    fixture a = fixture_open(before), b = fixture_open(after);
    runs options = {.count = 500, .draw = -1};
    double *old = fixture_run(&a, &options), *new = fixture_run(&b, &options);
    for (size_t o = 0; o < a.model->n_outcomes; o++) {
        size_t there = outcome_of(&b, a.model->outcomes[o].name);
        for (int kind = 0; kind < 2; kind++) {
            assert_memory_equal(totals_of(&a, old, 0, kind, o, 500),
                                totals_of(&b, new, 1, kind, there, 500), 500 * sizeof *old);
        }
    }
    free(old);
    free(new);
    fixture_close(&a);
    fixture_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_do_not_matter),
        cmocka_unit_test(levels_do_not_matter),
        cmocka_unit_test(tallies_do_not_matter),
        cmocka_unit_test(other_persons_do_not_matter),
        cmocka_unit_test(additions_leave_the_rest_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
