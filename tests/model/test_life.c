/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One chain of persons: what the graph says on inputs made by hand. */
#include "life_fixture.h"

#define SICK                                                                                       \
    "chains:\n"                                                                                    \
    "  health:\n"                                                                                  \
    "    start: H\n"                                                                               \
    "    states:\n"

static void chain_alone_tells_who_is_alive(void **state)
{
    (void)state;
    life l = life_open(HEAD SICK "      H: {utility: 1, to: {S: 0.2, D: 0.1}}\n"
                                 "      S: {utility: 0.5, to: {D: 0.3}}\n"
                                 "      D: {dead: true}\n");
    const hec_life *lived = &life_of(&l)->life;
    assert_int_equal(l.model->engine, HEC_ENGINE_PERSONS);
    assert_int_equal(l.model->n_variables, 1);
    assert_int_equal(lived->n_rates, 0);
    assert_int_equal(lived->n_amounts, 0);
    life_in(&l, "health", "S", "S");
    assert_true(life_value(&l, lived->alive) == 1 && life_value(&l, lived->asked) == 1);
    life_in(&l, "health", "D", "D");
    assert_true(life_value(&l, lived->alive) == 0 && life_value(&l, lived->asked) == 0);
    assert_int_equal(lived->initial[0], -1);
    assert_int_equal(lived->next[0], -1);
    assert_non_null(life_find_chance(&l, "move/health"));
    assert_false(life_find_chance(&l, "move/health")->lasting);
    assert_true(life_find_chance(&l, "start/health")->lasting);
    life_close(&l);
}

static void time_in_state_grows_while_nobody_moves(void **state)
{
    (void)state;
    life l = life_open(HEAD SICK "      H: {to: {S: 0.2}}\n"
                                 "      S: {to: {D: min(1, 0.1 + 0.05 * time_in_state)}}\n"
                                 "      D: {dead: true}\n");
    life_in(&l, "health", "S", "S");
    life_set(&l, HEC_VARIABLE_DURATION, "health", 3);
    assert_true(fabs(life_move(&l, "S", "D") - 0.25) < 1e-15);
    assert_true(life_next(&l, HEC_VARIABLE_DURATION, "health") == 4);
    life_in(&l, "health", "S", "D");
    assert_true(life_next(&l, HEC_VARIABLE_DURATION, "health") == 0);
    assert_true(life_initial(&l, HEC_VARIABLE_DURATION, "health") == 0);
    life_close(&l);
}

static void time_in_state_is_capped(void **state)
{
    (void)state;
    life l = life_open(HEAD "chains:\n"
                            "  health:\n"
                            "    start: S\n"
                            "    time_in_state_cap: 4 years\n"
                            "    states:\n"
                            "      S: {to: {D: 0.1 * time_in_state(health)}}\n"
                            "      D: {dead: true}\n");
    life_in(&l, "health", "S", "S");
    life_set(&l, HEC_VARIABLE_DURATION, "health", 7);
    assert_true(life_move(&l, "S", "D") == 0.4);
    life_close(&l);
}

static void history_is_what_came_before(void **state)
{
    (void)state;
    life l = life_open(HEAD SICK "      H: {to: {S: if(ever(S), 0.4, 0.2), D: 0.01 * count(S)}}\n"
                                 "      S: {to: {H: if(time_since(health, S) < 2.5, 0.7, 0.6)}}\n"
                                 "      D: {dead: true}\n");
    life_time(&l, 6);
    life_in(&l, "health", "H", "S");
    life_set(&l, HEC_VARIABLE_COUNT, "S", 0);
    life_set(&l, HEC_VARIABLE_SINCE, "S", INFINITY);
    assert_true(life_move(&l, "H", "S") == 0.2);
    assert_true(life_move(&l, "S", "H") == 0.6);
    assert_true(life_next(&l, HEC_VARIABLE_COUNT, "S") == 1);
    assert_true(life_next(&l, HEC_VARIABLE_SINCE, "S") == 0); /* at the end of the cycle */
    life_in(&l, "health", "S", "S");                         /* staying is no entry */
    life_set(&l, HEC_VARIABLE_COUNT, "S", 2);
    life_set(&l, HEC_VARIABLE_SINCE, "S", 2);
    assert_true(life_move(&l, "H", "S") == 0.4 && life_move(&l, "H", "D") == 0.02);
    assert_true(life_move(&l, "S", "H") == 0.7); /* two years ago */
    assert_true(life_next(&l, HEC_VARIABLE_COUNT, "S") == 2);
    assert_true(life_next(&l, HEC_VARIABLE_SINCE, "S") == 3);
    assert_true(life_initial(&l, HEC_VARIABLE_COUNT, "S") == 0);
    assert_true(life_initial(&l, HEC_VARIABLE_SINCE, "S") == INFINITY);
    life_close(&l);
}

/* One column is enough where a time is remembered anyway. */
static void ever_reads_the_time_that_is_there(void **state)
{
    (void)state;
    life l = life_open(HEAD SICK "      H: {to: {S: if(time_since(S) > 1, 0.4, 0.2), D: 0.1}}\n"
                                 "      S: {to: {H: if(ever(S), 0.7, 0.6)}}\n"
                                 "      D: {dead: true}\n");
    assert_false(life_has(&l, HEC_VARIABLE_COUNT));
    life_in(&l, "health", "S", "S");
    life_set(&l, HEC_VARIABLE_SINCE, "S", INFINITY);
    assert_true(life_move(&l, "S", "H") == 0.6);
    life_set(&l, HEC_VARIABLE_SINCE, "S", 1);
    assert_true(life_move(&l, "S", "H") == 0.7);
    life_close(&l);
}

static void moves_are_charged_when_they_are_made(void **state)
{
    (void)state;
    life l = life_open(HEAD SICK "      H: {to: {S: 0.2, D: 0.1}}\n"
                                 "      S: {to: {H: 0.1, T: 0.2, D: 0.3}}\n"
                                 "      T: {to: {S: 0.1, D: 0.3}}\n"
                                 "      D: {dead: true}\n"
                                 "on:\n"
                                 "  - {to: D, cost: {terminal: 5000}}\n"
                                 "  - {from: H, to: S, cost: {acute: 700}, qaly: -0.1}\n"
                                 "  - {from: [H, S], to: [S, T], cost: {scan: 10}}\n"
                                 "  - {from: S, cost: {leaving: 1 + in(S)}}\n"
                                 "  - {from: start, cost: {test: 120}}\n");
    static const struct {
        const char *here, *there;
        double terminal, acute, qaly, scan, leaving;
    } cases[] = {
        {"H", "H", 0, 0, 0, 0, 0},    {"H", "S", 0, 700, -0.1, 10, 0}, {"H", "D", 5000, 0, 0, 0, 0},
        {"S", "S", 0, 0, 0, 0, 0},    {"S", "T", 0, 0, 0, 10, 2},      {"S", "H", 0, 0, 0, 0, 2},
        {"S", "D", 5000, 0, 0, 0, 2}, {"T", "S", 0, 0, 0, 0, 0},       {"T", "T", 0, 0, 0, 0, 0},
        {"D", "D", 0, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        life_in(&l, "health", cases[i].here, cases[i].there);
        assert_true(life_amount(&l, "terminal") == cases[i].terminal);
        assert_true(life_amount(&l, "acute") == cases[i].acute);
        assert_true(life_amount(&l, "qaly") == cases[i].qaly);
        assert_true(life_amount(&l, "scan") == cases[i].scan);
        assert_true(life_amount(&l, "leaving") == cases[i].leaving);
    }
    const hec_strategy *s = life_of(&l);
    assert_int_equal(s->n_one_offs, 4); /* entering, by state */
    for (size_t i = 0; i < s->n_one_offs; i++) {
        assert_int_equal(s->one_offs[i].from, -1);
        assert_true(life_value(&l, s->one_offs[i].value) == 120);
    }
    life_close(&l);
}

/* A variable that only one strategy asks for lives in all of them. */
static void strategies_share_their_variables(void **state)
{
    (void)state;
    life l = life_open(HEAD "parameters: {p: 0.1}\n" SICK "      H: {to: {S: p, D: 0.1}}\n"
                            "      S: {to: {H: 0.5, D: 0.3}}\n"
                            "      D: {dead: true}\n"
                            "strategies:\n"
                            "  a: {}\n"
                            "  b: {set: {p: if(ever(S), 0.3, 0.2)}}\n");
    life_in(&l, "health", "H", "S");
    life_set(&l, HEC_VARIABLE_COUNT, "S", 1);
    assert_true(life_move(&l, "H", "S") == 0.1);
    assert_true(life_next(&l, HEC_VARIABLE_COUNT, "S") == 2);
    l.strategy = 1;
    assert_true(life_move(&l, "H", "S") == 0.3);
    assert_true(life_next(&l, HEC_VARIABLE_COUNT, "S") == 2);
    life_close(&l);
}

static void a_definition_that_nobody_reads_leaves_nothing(void **state)
{
    (void)state;
    life l =
        life_open(HEAD "let: {x: ever(S) + time_since(S) / 1 year + random('x') + person}\n" SICK
                       "      H: {to: {S: 0.1, D: 0.1}}\n"
                       "      S: {to: {H: 0.5, D: 0.3}}\n"
                       "      D: {dead: true}\n");
    assert_int_equal(l.model->n_variables, 1);
    assert_int_equal(l.model->n_chances, 2);
    assert_int_equal(l.model->number_input, 0);
    life_close(&l);
}

static void chance_has_a_label(void **state)
{
    (void)state;
    life l = life_open(HEAD SICK "      H: {to: {D: if(random('a') < 0.5, 0.1, 0.2) + "
                                 "if(random_once('a') < 0.3 and person > 5, 0.01, 0) + "
                                 "if(random('a') > 0.9, 0.3, 0)}}\n"
                                 "      D: {dead: true}\n");
    assert_int_equal(l.model->n_chances, 4);
    assert_true(life_find_chance(&l, "random_once/a")->lasting);
    assert_false(life_find_chance(&l, "random/a")->lasting);
    life_chance(&l, "random/a", 0.95);
    life_chance(&l, "random_once/a", 0.25);
    l.inputs[l.model->number_input] = 5;
    assert_true(fabs(life_move(&l, "H", "D") - 0.5) < 1e-15);
    l.inputs[l.model->number_input] = 6;
    assert_true(fabs(life_move(&l, "H", "D") - 0.51) < 1e-15);
    /* what lasts for life is worked out once */
    const hec_graph_node *node =
        hec_graph_node_at(l.model->graph, hec_graph_input(l.model->graph, l.model->number_input, 0,
                                                          "person", HEC_NOWHERE));
    assert_int_equal(node->depends, HEC_DEP_STRATUM);
    life_close(&l);
}

/* What a cohort can do with the words of persons. */
static void a_cohort_reads_the_same_words(void **state)
{
    (void)state;
    life l = life_open("hecate: 1\n"
                       "model: life\n"
                       "time: {cycle: 1 year, cycles: 10}\n"
                       "economics: {perspective: all, currency: CNY, effect: qaly, discount: 0, "
                       "discounting: discrete, within_cycle: start, one_off: {at: end}}\n" SICK
                       "      H: {to: {S: 0.1, D: 0.1}}\n"
                       "      S: {to: {D: 0.1 + 0.1 * time_in_state(health) / 1 year, E: 0.1}}\n"
                       "      D: {dead: true}\n"
                       "      E: {dead: true}\n"
                       "on:\n"
                       "  - {death: any, cost: {terminal: 5}}\n"
                       "  - {death: E, cost: {inquest: 7}}\n");
    const hec_strategy *s = life_of(&l);
    size_t terminal = 0, inquest = 0;
    for (size_t i = 0; i < s->n_one_offs; i++) {
        const hec_one_off *o = &s->one_offs[i];
        assert_true(o->from >= 0 && l.model->states[o->to].dead);
        bool first = strcmp(l.model->outcomes[o->outcome].name, "terminal") == 0;
        terminal += first;
        inquest += !first;
        assert_true(first || strcmp(l.model->states[o->to].name, "E") == 0);
    }
    assert_int_equal(terminal, 3);
    assert_int_equal(inquest, 1);
    assert_int_equal(s->life.n_amounts, 0);
    l.inputs[HEC_CLOCK_TIME_IN_STATE] = 2;
    assert_true(fabs(life_move(&l, "S", "D") - 0.3) < 1e-15);
    life_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chain_alone_tells_who_is_alive),
        cmocka_unit_test(time_in_state_grows_while_nobody_moves),
        cmocka_unit_test(time_in_state_is_capped),
        cmocka_unit_test(history_is_what_came_before),
        cmocka_unit_test(ever_reads_the_time_that_is_there),
        cmocka_unit_test(moves_are_charged_when_they_are_made),
        cmocka_unit_test(strategies_share_their_variables),
        cmocka_unit_test(a_definition_that_nobody_reads_leaves_nothing),
        cmocka_unit_test(chance_has_a_label),
        cmocka_unit_test(a_cohort_reads_the_same_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
