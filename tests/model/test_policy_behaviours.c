/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Behaviours: what a policy changes in lives, and the switch that takes it away. */
#include "policy_fixture.h"

#define LIVES                                                                                      \
    HEAD PARTIES "parameters: {p_ill: {value: 0.2, unit: probability}, c: 10}\n"                   \
                 "population: {signed: 1}\n"                                                       \
                 "let: {visits: 4 * c}\n"                                                          \
                 "chains: {health: {start: well, states: {well: {use: {s: visits}, to: {ill: "     \
                 "p_ill}}, ill: {to: {dead: 0.1}}, dead: {dead: true}}}}\n"                        \
                 "services: {s: {at: primary, tariff: 1}}\n"
#define POLICY(NAME, BEHAVIOURS)                                                                   \
    "  " NAME                                                                                      \
    ":\n    policy:\n      benefits: [{layer: cash, payer: patient, rest: true}]\n" BEHAVIOURS

static double moves(life *l)
{
    return life_move(l, "well", "ill");
}

static void values_change_where_people_behave_otherwise(void **state)
{
    (void)state;
    life l = life_open(
        LIVES "strategies:\n" POLICY("plain", "")
            POLICY("odds", "      behaviours: {a: {on: p_ill, odds: 0.5, source: trial}}\n")
                POLICY("times", "      behaviours: {a: {on: p_ill, multiply: 0.5, ramp: 2 years, "
                                "when: signed == 1, scenario: hopeful}}\n")
                    POLICY("more", "      behaviours: {a: {on: c, add: 5, scenario: x}, b: {on: "
                                   "visits, set: 2 + c, when: t >= 3, scenario: x}}\n"));
    l.inputs[HEC_CLOCK_YEAR_END] = 0;
    life_attribute(&l, "signed", 1);
    life_in(&l, "health", "well", "well");
    assert_true(moves(&l) == 0.2 && paid_by(&l, NULL, NULL) == 40);
    l.strategy = 1; /* odds of 1/4 become 1/8 */
    assert_true(fabs(moves(&l) - 1.0 / 9) < 1e-15);
    l.strategy = 2;
    const double expected[] = {0.2, 0.15, 0.1, 0.1};
    for (int cycle = 1; cycle <= 4; cycle++) {
        life_time(&l, cycle);
        assert_true(fabs(moves(&l) - expected[cycle - 1]) < 1e-15);
    }
    life_attribute(&l, "signed", 0);
    assert_true(moves(&l) == 0.2);
    l.strategy = 3;
    life_time(&l, 3);
    assert_true(paid_by(&l, NULL, NULL) == 60); /* 4 (10 + 5) */
    life_time(&l, 4);
    assert_true(paid_by(&l, NULL, NULL) == 17); /* 2 + (10 + 5) */
    life_close(&l);
}

/* What a behaviour changes is, inside it, what it would be without: 10, of which there are 4
 * visits. */
static void a_behaviour_knows_what_it_changes(void **state)
{
    (void)state;
    life l = life_open(
        LIVES "strategies:\n" POLICY(
            "least", "      behaviours: {a: {on: c, set: \"max(12, c)\", scenario: x}}\n")
            POLICY("most", "      behaviours: {a: {on: c, set: \"min(6, c)\", scenario: x}}\n")
                POLICY("both", "      behaviours: {a: {on: c, add: c, scenario: x}, b: {on: c, "
                               "set: c / 4, when: c >= 20, scenario: x}}\n")
                    POLICY("other", "      behaviours: {a: {on: visits, add: visits + c, "
                                    "scenario: x}, b: {on: c, multiply: c, scenario: x}}\n"));
    static const double expected[] = {4 * 12, 4 * 6, 4 * 5, 2 * 4 * 100 + 100};
    l.inputs[HEC_CLOCK_YEAR_END] = 0;
    life_in(&l, "health", "well", "well");
    for (l.strategy = 0; l.strategy < 4; l.strategy++) {
        assert_true(paid_by(&l, NULL, NULL) == expected[l.strategy]);
    }
    life_close(&l);
    l = life_read(LIVES "strategies:\n" POLICY(
        "round", "      behaviours: {a: {on: c, set: visits, scenario: x}}\n"));
    char *words = life_words(&l);
    assert_null(l.model);
    assert_non_null(strstr(words, "is defined by itself: c -> visits -> c [definition-loop]"));
    free(words);
    life_close(&l);
}

/* With the door closed nothing is left of them: the nodes are the same. */
static void the_door_can_be_closed(void **state)
{
    (void)state;
    static const char *const doors[] = {"behaviours: off\n", "behaviours: on\n", ""};
    for (int i = 0; i < 3; i++) {
        char text[4096];
        snprintf(text, sizeof text, "%s%s",
                 LIVES "strategies:\n" POLICY("plain", "") POLICY(
                     "other", "      behaviours: {a: {on: p_ill, odds: 0.5, source: trial}, b: "
                              "{on: visits, multiply: 1 + number(t) / 100, scenario: x}}\n"),
                 doors[i]);
        life l = life_open(text);
        const hec_strategy *a = &l.model->strategies[0], *b = &l.model->strategies[1];
        assert_int_equal(a->n_arcs, b->n_arcs);
        bool same =
            a->rewards[0].value == b->rewards[0].value && a->life.n_observed == b->life.n_observed;
        for (size_t k = 0; k < a->n_arcs; k++) {
            same = same && a->arcs[k].value == b->arcs[k].value;
        }
        for (size_t k = 0; same && k < a->life.n_observed; k++) {
            same = a->life.observed[k] == b->life.observed[k];
        }
        assert_int_equal(same, i == 0);
        life_close(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_change_where_people_behave_otherwise),
        cmocka_unit_test(a_behaviour_knows_what_it_changes),
        cmocka_unit_test(the_door_can_be_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
