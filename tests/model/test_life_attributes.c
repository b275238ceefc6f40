/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attributes of persons: what they start with, and how they evolve. */
#include "life_fixture.h"

#define CHAIN                                                                                      \
    "chains:\n"                                                                                    \
    "  health:\n"                                                                                  \
    "    start: H\n"                                                                               \
    "    states:\n"                                                                                \
    "      H: {to: {S: 0.2, D: 0.1}}\n"                                                            \
    "      S: {to: {D: 0.2}}\n"                                                                    \
    "      D: {dead: true}\n"

static void attributes_evolve(void **state)
{
    (void)state;
    life l = life_open(HEAD CHAIN "population: {age: 60, bmi: 30, smoker: 0}\n"
                                  "attributes:\n"
                                  "  hba1c: {start: 8 + 0.02 * age, "
                                  "update: 0.9 * hba1c + 0.1 * start(hba1c) + 0.5 * now(mi)}\n"
                                  "  bmi: {update: bmi + 0.1 * (next(hba1c) - hba1c) - "
                                  "0.01 * (start(bmi) - 25) + entered(S)}\n"
                                  "events: {mi: {prob: 0.01 * hba1c}}\n");
    life_attribute(&l, "age", 50);
    life_attribute(&l, "bmi", 27);
    assert_true(life_initial(&l, HEC_VARIABLE_ATTRIBUTE, "hba1c") == 9);
    assert_true(life_initial(&l, HEC_VARIABLE_ATTRIBUTE, "bmi") == 27);
    assert_true(life_initial(&l, HEC_VARIABLE_BASELINE, "hba1c") == 9);
    assert_true(life_initial(&l, HEC_VARIABLE_BASELINE, "bmi") == 27);
    life_time(&l, 4);
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "hba1c", 7);
    life_set(&l, HEC_VARIABLE_BASELINE, "hba1c", 9);
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "bmi", 30);
    life_set(&l, HEC_VARIABLE_BASELINE, "bmi", 27);
    life_in(&l, "health", "H", "S");
    life_chance(&l, "event/mi", 0.08);
    double next = 0.9 * 7 + 0.1 * 9;
    assert_true(fabs(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "hba1c") - next) < 1e-14);
    double bmi = 30 + 0.1 * (next - 7) - 0.02 + 1;
    assert_true(fabs(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "bmi") - bmi) < 1e-14);
    life_chance(&l, "event/mi", 0.06);
    assert_true(fabs(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "hba1c") - next - 0.5) < 1e-14);
    life_in(&l, "health", "H", "D"); /* the dead keep what they had */
    assert_true(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "hba1c") == 7);
    assert_int_equal(life_of(&l)->life.next[life_variable(&l, HEC_VARIABLE_BASELINE, "bmi")], -1);
    life_close(&l);
}

static void what_never_changes_is_known_for_life(void **state)
{
    (void)state;
    life l = life_open(HEAD "population: {age: 60}\n"
                            "chains:\n"
                            "  health:\n"
                            "    start: {H: 1 - risk, S: risk}\n"
                            "    states:\n"
                            "      H: {to: {S: risk, D: 0.1}}\n"
                            "      S: {to: {D: 0.2 * start(risk)}}\n"
                            "      D: {dead: true}\n"
                            "attributes:\n"
                            "  frail: {start: 0.1 + 0.4 * random_once('frail')}\n"
                            "  risk: {start: frail / 2 + 0.001 * age, label: Risk of falls}\n");
    assert_false(life_has(&l, HEC_VARIABLE_ATTRIBUTE));
    life_attribute(&l, "age", 50);
    life_chance(&l, "random_once/frail", 0.5);
    assert_true(life_initial(&l, HEC_VARIABLE_BASELINE, "frail") == 0.1 + 0.4 * 0.5);
    assert_true(fabs(life_initial(&l, HEC_VARIABLE_BASELINE, "risk") - 0.2) < 1e-15);
    assert_true(fabs(life_value(&l, life_of(&l)->start[1]) - 0.2) < 1e-15);
    life_set(&l, HEC_VARIABLE_BASELINE, "risk", 0.25);
    assert_true(life_move(&l, "H", "S") == 0.25 && life_move(&l, "S", "D") == 0.05);
    const hec_strategy *s = life_of(&l);
    assert_int_equal(hec_graph_node_at(l.model->graph, s->arcs[0].value)->depends, HEC_DEP_STRATUM);
    life_close(&l);
}

static void units_are_those_of_the_attribute(void **state)
{
    (void)state;
    life l = life_open(HEAD CHAIN "population: {age: 60}\n"
                                  "attributes:\n"
                                  "  waited: {start: 6, update: waited + 3 months, unit: months}\n"
                                  "events: {mi: {prob: if(waited > 1 year, 0.2, 0.1)}}\n");
    assert_true(life_initial(&l, HEC_VARIABLE_ATTRIBUTE, "waited") == 0.5);
    life_in(&l, "health", "H", "H");
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "waited", 0.5);
    assert_true(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "waited") == 0.75);
    life_close(&l);
}

static void words_evolve_too(void **state)
{
    (void)state;
    life l =
        life_open(HEAD CHAIN "population: {strata: [{weight: 0.5, smoking: never}, "
                             "{weight: 0.5, smoking: now}]}\n"
                             "attributes:\n"
                             "  smoking: {update: if(smoking == 'now' and random('quit') < 0.1, "
                             "'never', smoking)}\n"
                             "events: {mi: {prob: if(smoking == 'now', 0.2, 0.1)}}\n");
    life_in(&l, "health", "H", "H");
    life_chance(&l, "random/quit", 0.05);
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "smoking", 1);
    assert_true(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "smoking") == 0);
    life_chance(&l, "random/quit", 0.15);
    assert_true(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "smoking") == 1);
    life_close(&l);
}

static void the_living_must_stay_finite(void **state)
{
    (void)state;
    life l = life_open(HEAD CHAIN "population: {age: 60}\n"
                                  "attributes: {x: {start: 1, update: 1 / (x - 2)}}\n");
    const hec_life *lived = &life_of(&l)->life;
    assert_int_equal(lived->n_checks, 1);
    assert_int_equal(lived->checks[0].kind, HEC_LIFE_ATTRIBUTE);
    assert_int_equal(lived->checks[0].item, (int)life_variable(&l, HEC_VARIABLE_ATTRIBUTE, "x"));
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "x", 2);
    life_in(&l, "health", "H", "H");
    assert_true(isinf(life_value(&l, lived->checks[0].value)));
    assert_true(isfinite(lived->checks[0].high) && isfinite(lived->checks[0].low));
    life_in(&l, "health", "H", "D");
    assert_true(life_value(&l, lived->checks[0].value) == 0);
    assert_true(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "x") == 2);
    life_close(&l);
}

static void strategies_change_the_course(void **state)
{
    (void)state;
    life l = life_open(HEAD CHAIN
                       "population: {age: 60}\n"
                       "attributes: {sbp: {start: 140, update: sbp + 1}, dbp: {start: 90}}\n"
                       "strategies:\n"
                       "  usual: {}\n"
                       "  drug: {set: {attributes.sbp.update: 0.5 * sbp + 0.5 * start(sbp) - 10}}\n"
                       "  diet: {set: {attributes.dbp.update: dbp - 1}}\n");
    life_in(&l, "health", "H", "H");
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "sbp", 150);
    life_set(&l, HEC_VARIABLE_ATTRIBUTE, "dbp", 80);
    life_set(&l, HEC_VARIABLE_BASELINE, "sbp", 140);
    assert_true(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "sbp") == 151);
    assert_true(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "dbp") == 80);
    assert_true(life_initial(&l, HEC_VARIABLE_BASELINE, "sbp") == 140);
    l.strategy = 1;
    assert_true(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "sbp") == 135);
    l.strategy = 2;
    assert_true(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "sbp") == 151);
    assert_true(life_next(&l, HEC_VARIABLE_ATTRIBUTE, "dbp") == 79);
    life_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_evolve),
        cmocka_unit_test(what_never_changes_is_known_for_life),
        cmocka_unit_test(units_are_those_of_the_attribute),
        cmocka_unit_test(words_evolve_too),
        cmocka_unit_test(the_living_must_stay_finite),
        cmocka_unit_test(strategies_change_the_course),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
