/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons of one chain are the cohort, but for chance: the mean over many lies within four of its
 * standard errors of the cohort's exact total. */
#include "persons_fixture.h"

enum { PERSONS = 200000 };

static void compare(fixture *f)
{
    const hec_model *model = f->model;
    assert_non_null(f->persons);
    runs options = {.count = PERSONS, .draw = -1};
    double *exact = fixture_cohort(f), *totals = fixture_run(f, &options);
    for (size_t s = 0; s < model->n_strategies; s++) {
        for (int kind = 0; kind < 2; kind++) {
            for (size_t o = 0; o < model->n_outcomes; o++) {
                double error, wanted = exact[(s * 2 + (size_t)kind) * model->n_outcomes + o];
                double mean = mean_of(totals_of(f, totals, s, kind, o, PERSONS), PERSONS, &error);
                /* rounding: one for each of the cycles' sums */
                double tolerance = 4 * error + 1e-13 * fabs(wanted);
                if (!(fabs(mean - wanted) <= tolerance)) {
                    fail_msg("%s, %s, kind %d: %.12g is not %.12g, standard error %.3g",
                             model->strategies[s].name, model->outcomes[o].name, kind, mean, wanted,
                             error);
                }
            }
        }
    }
    free(exact);
    free(totals);
    fixture_close(f);
}

static void compare_file(const char *name)
{
    fixture f = fixture_open_file(name, 0, NULL);
    compare(&f);
}

static void probabilities(void **state)
{
    (void)state;
    compare_file("models/sick-sicker/model.yaml");
}

static void age_dependent(void **state)
{
    (void)state;
    compare_file("tests/published/sick_sicker_time/model.yaml");
}

static void time_in_state(void **state)
{
    (void)state;
    compare_file("tests/published/sick_sicker_time/residence.yaml");
}

static void hiv(void **state)
{
    (void)state;
    compare_file("tests/published/hiv/model.yaml");
    compare_file("tests/published/hiv/simple-lifetable.yaml");
}

/* Strata by weight, shares at the start, hazards with one-offs. */
static void hazards(void **state)
{
    (void)state;
    compare_file("tests/published/illness_death/model.yaml");
}

static void strata_from_a_file(void **state)
{
    (void)state;
    compare_file("tests/published/hip_replacement/strata.yaml");
}

/* Hazards so great that most persons move several times in a cycle. */
static void many_moves_in_a_cycle(void **state)
{
    (void)state;
    fixture f = fixture_open("hecate: 1\n"
                             "model: restless\n"
                             "time: {cycle: 2 years, cycles: 8}\n"
                             "chains:\n"
                             "  c:\n"
                             "    start: {A: 0.7, B: rest}\n"
                             "    states:\n"
                             "      A: {utility: 1, cost: 10, rate: {B: 2 + 0.1 * number(t)}}\n"
                             "      B: {utility: 0.5, rate: {A: 3, C: 0.4, D: 0.05}}\n"
                             "      C: {cost: 100 + 5 * cycle, rate: {B: 0.2, D: 0.3}}\n"
                             "      D: {dead: true}\n"
                             "on:\n"
                             "  - {from: A, to: B, cost: 7, effect: {falls: 1}}\n"
                             "  - {from: [A, B], effect: {left: 1}}\n"
                             "  - {to: D, cost: {terminal: 50 * cycle}}\n"
                             "  - {from: start, to: B, cost: {entry: 3}}\n"
                             "  - {to: [A, B], qaly: -0.01}\n"
                             "economics: {perspective: all, currency: CNY, discount: 5%,\n"
                             "  discounting: continuous, within_cycle: half-cycle, effect: qaly,\n"
                             "  one_off: {at: start}}\n");
    compare(&f);
}

/* A row that states its stay, one whose rest goes elsewhere, rewards of the dead, one cycle. */
static void rows_of_all_kinds(void **state)
{
    (void)state;
    static const char *const methods[] = {"start", "end", "life-table", "simpson", "none"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        char text[2048];
        snprintf(text, sizeof text,
                 "hecate: 1\n"
                 "model: rows\n"
                 "time: {cycle: 1 month, cycles: 24}\n"
                 "chains:\n"
                 "  c:\n"
                 "    start: A\n"
                 "    states:\n"
                 "      A: {utility: 1, cost: 10, to: {A: 0.9, B: 0.06, D: 0.04}}\n"
                 "      B: {utility: 0.5, to: {B: 0.7 - 0.01 * cycle, C: 0.1, A: rest}}\n"
                 "      C: {utility: 0.2, cost: 5 * number(time_in_state), to: {B: 0.2, D: 0.1}}\n"
                 "      D: {dead: true, cost: 12}\n"
                 "on: [{from: B, to: A, cost: {again: 100 * number(time_in_state)}}]\n"
                 "economics: {perspective: all, currency: CNY, discount: 3%%, discounting: "
                 "discrete,\n"
                 "  within_cycle: %s, life_table_discount_at: middle, effect: qaly,\n"
                 "  one_off: {at: end}}\n",
                 methods[i]);
        fixture f = fixture_open(text);
        compare(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probabilities),
        cmocka_unit_test(age_dependent),
        cmocka_unit_test(time_in_state),
        cmocka_unit_test(hiv),
        cmocka_unit_test(hazards),
        cmocka_unit_test(strata_from_a_file),
        cmocka_unit_test(many_moves_in_a_cycle),
        cmocka_unit_test(rows_of_all_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
