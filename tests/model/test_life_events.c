/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events of persons: their order, their conditions, and who is asked. */
#include "life_fixture.h"

#define CHAIN                                                                                      \
    "chains:\n"                                                                                    \
    "  health:\n"                                                                                  \
    "    start: H\n"                                                                               \
    "    states:\n"                                                                                \
    "      H: {to: {D: 0.1}}\n"                                                                    \
    "      D: {dead: true}\n"

static void alive_in(life *l, double alive)
{
    life_set(l, HEC_VARIABLE_ALIVE, "alive", alive);
    life_in(l, "health", "H", "H");
}

static void events_are_asked_in_the_order_written(void **state)
{
    (void)state;
    life l = life_open(HEAD CHAIN "events:\n"
                                  "  mi: {prob: 0.2}\n"
                                  "  stroke: {prob: if(now(mi), 0.6, 0.1)}\n"
                                  "  other: {prob: if(now(stroke) and now(mi), 0.9, 0.3), "
                                  "fatal: true}\n"
                                  "  late: {prob: 0.5}\n");
    static const struct {
        double mi, stroke, other, late; /* chances */
        double happens[4];
    } cases[] = {
        {0.19, 0.59, 0.89, 0.49, {1, 1, 1, 0}}, {0.19, 0.59, 0.91, 0.49, {1, 1, 0, 1}},
        {0.21, 0.59, 0.29, 0.49, {0, 0, 1, 0}}, {0.21, 0.09, 0.31, 0.51, {0, 1, 0, 0}},
        {0.20, 0.10, 0.30, 0.50, {0, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int alive = 0; alive < 2; alive++) {
            alive_in(&l, alive);
            life_chance(&l, "event/mi", cases[i].mi);
            life_chance(&l, "event/stroke", cases[i].stroke);
            life_chance(&l, "event/other", cases[i].other);
            life_chance(&l, "event/late", cases[i].late);
            for (size_t e = 0; e < 4; e++) {
                assert_true(life_happens(&l, l.model->events[e].name) ==
                            alive * cases[i].happens[e]);
            }
            assert_true(life_value(&l, life_of(&l)->life.asked) ==
                        (alive && !(cases[i].happens[2] == 1)));
            assert_true(life_next(&l, HEC_VARIABLE_ALIVE, "alive") ==
                        (alive && !(cases[i].happens[2] == 1)));
        }
    }
    alive_in(&l, 1);
    life_chance(&l, "event/other", 0.99);
    life_in(&l, "health", "H", "D");
    assert_true(life_next(&l, HEC_VARIABLE_ALIVE, "alive") == 0);
    assert_true(life_initial(&l, HEC_VARIABLE_ALIVE, "alive") == 1);
    assert_int_equal(life_of(&l)->life.n_checks, 2); /* what is known needs none */
    assert_false(l.model->persons.random_order);
    life_close(&l);
}

static void rates_become_probabilities(void **state)
{
    (void)state;
    life l =
        life_open("hecate: 1\n"
                  "model: life\n"
                  "time: {cycle: 6 months, cycles: 10}\n"
                  "engine: {microsimulation: {persons: 10}}\n"
                  "uncertainty: {seed: 1}\n"
                  "economics: {perspective: all, currency: CNY, effect: qaly, discount: 0, "
                  "discounting: discrete, within_cycle: start, one_off: {at: end}}\n" CHAIN
                  "parameters: {r: {value: 0.3, unit: 1/year, dist: gamma(mean: 0.3, sd: 0.1)}}\n"
                  "events: {mi: {rate: r}}\n");
    double p = 1 - exp(-0.15);
    life_in(&l, "health", "H", "H");
    life_chance(&l, "event/mi", p - 1e-12);
    assert_true(life_happens(&l, "mi") == 1);
    life_chance(&l, "event/mi", p + 1e-12);
    assert_true(life_happens(&l, "mi") == 0);
    const hec_life_check *check = &life_of(&l)->life.checks[0];
    assert_int_equal(life_of(&l)->life.n_checks, 1);
    assert_int_equal(check->kind, HEC_LIFE_EVENT);
    assert_true(life_value(&l, check->value) == 0.3 && check->low == 0 && isfinite(check->high));
    life_in(&l, "health", "D", "D"); /* nobody asks the dead */
    assert_true(life_value(&l, check->value) == 0 && life_value(&l, check->shown) == 0.3);
    life_close(&l);
}

static void conditions_close_the_question(void **state)
{
    (void)state;
    life l = life_open(HEAD CHAIN "events:\n"
                                  "  mi: {prob: 0.2 + 2 * ever(mi), once: true}\n"
                                  "  stroke: {prob: 0.5 * count(mi), when: count(mi) < 3}\n");
    life_in(&l, "health", "H", "H");
    life_chance(&l, "event/mi", 0.1);
    life_chance(&l, "event/stroke", 0.1);
    for (int n = 0; n < 4; n++) {
        life_set(&l, HEC_VARIABLE_COUNT, "mi", n);
        assert_true(life_happens(&l, "mi") == (n == 0));
        assert_true(life_happens(&l, "stroke") == (n == 1 || n == 2));
        const hec_life *lived = &life_of(&l)->life;
        assert_true(life_value(&l, lived->checks[0].value) == (n == 0 ? 0.2 : 0));
        assert_true(life_value(&l, lived->checks[1].value) == (n < 3 ? 0.5 * n : 0));
        assert_true(life_next(&l, HEC_VARIABLE_COUNT, "mi") == (n == 0 ? 1 : n));
    }
    life_close(&l);
}

static void an_order_can_be_written(void **state)
{
    (void)state;
    life l = life_open(HEAD CHAIN "event_order: [stroke, mi]\n"
                                  "events:\n"
                                  "  mi: {prob: if(now(stroke), 0.6, 0.2)}\n"
                                  "  stroke: {prob: 0.5}\n");
    life_in(&l, "health", "H", "H");
    life_chance(&l, "event/mi", 0.4);
    life_chance(&l, "event/stroke", 0.4);
    assert_true(life_happens(&l, "mi") == 1);
    life_chance(&l, "event/stroke", 0.6);
    assert_true(life_happens(&l, "mi") == 0);
    life_close(&l);
}

/* A definition is read anew for each event: now() means something else. */
static void definitions_follow_the_event_that_reads_them(void **state)
{
    (void)state;
    life l = life_open(HEAD CHAIN "let:\n"
                                  "  hr: 1 + 2 * now(a) + 4 * now(b)\n"
                                  "  p: 0.1 * hr\n"
                                  "events:\n"
                                  "  a: {prob: p}\n"
                                  "  b: {prob: p}\n"
                                  "  c: {prob: p}\n");
    life_in(&l, "health", "H", "H");
    life_chance(&l, "event/a", 0.09);
    life_chance(&l, "event/b", 0.29);
    life_chance(&l, "event/c", 0.69);
    assert_true(life_happens(&l, "a") == 1);
    assert_true(life_happens(&l, "b") == 1);
    assert_true(life_happens(&l, "c") == 1);
    life_chance(&l, "event/b", 0.31);
    assert_true(life_happens(&l, "b") == 0 && life_happens(&l, "c") == 0);
    life_chance(&l, "event/a", 0.11);
    life_chance(&l, "event/b", 0.11);
    assert_true(life_happens(&l, "a") == 0 && life_happens(&l, "b") == 0);
    life_close(&l);
}

static void moves_and_amounts_see_the_events(void **state)
{
    (void)state;
    life l = life_open(HEAD "chains:\n"
                            "  health:\n"
                            "    start: H\n"
                            "    states:\n"
                            "      H: {to: {P: now(mi), D: 0.05}}\n"
                            "      P: {to: {D: 0.1}}\n"
                            "      D: {dead: true}\n"
                            "events:\n"
                            "  mi: {prob: 0.2}\n"
                            "  other: {prob: 0.3, fatal: true}\n"
                            "on:\n"
                            "  - {event: mi, cost: {acute: 1000 + 500 * ever(mi)}, qaly: -0.05}\n"
                            "  - {event: [mi, other], cost: {ambulance: 10}}\n"
                            "  - {death: any, cost: {terminal: 5000 - 1000 * now(other)}}\n"
                            "  - {death: other, cost: {inquest: 30}}\n"
                            "  - {death: D, cost: {certificate: 3}}\n");
    alive_in(&l, 1);
    life_set(&l, HEC_VARIABLE_COUNT, "mi", 1);
    life_chance(&l, "event/mi", 0.1);
    life_chance(&l, "event/other", 0.9);
    assert_true(life_move(&l, "H", "P") == 1);
    assert_true(life_amount(&l, "acute") == 1500 && life_amount(&l, "qaly") == -0.05);
    assert_true(life_amount(&l, "ambulance") == 10 && life_amount(&l, "terminal") == 0);
    life_chance(&l, "event/other", 0.2);
    assert_true(life_amount(&l, "ambulance") == 20 && life_amount(&l, "terminal") == 4000);
    assert_true(life_amount(&l, "inquest") == 30 && life_amount(&l, "certificate") == 0);
    life_chance(&l, "event/mi", 0.3);
    life_chance(&l, "event/other", 0.4);
    life_in(&l, "health", "H", "D");
    assert_true(life_move(&l, "H", "P") == 0);
    assert_true(life_amount(&l, "acute") == 0 && life_amount(&l, "terminal") == 5000);
    assert_true(life_amount(&l, "inquest") == 0 && life_amount(&l, "certificate") == 3);
    life_set(&l, HEC_VARIABLE_ALIVE, "alive", 0);
    assert_true(life_amount(&l, "terminal") == 0);
    life_close(&l);
}

/* ---- orders drawn anew ----------------------------------------------------------------------- */

enum { GROUP = 3 };

static const char *const group_names[GROUP] = {"a", "b", "c"};

/* Sets the order to the k-th permutation of three. */
static void set_order(life *l, int k, size_t order[GROUP])
{
    static const size_t orders[6][GROUP] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                            {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (size_t place = 0; place < GROUP; place++) {
        char name[32];
        order[place] = orders[k][place];
        snprintf(name, sizeof name, "order/%s", group_names[order[place]]);
        life_chance(l, name, 0.2 + 0.3 * (double)place);
    }
}

static void who_dies_first_is_asked_no_more(void **state)
{
    (void)state;
    life l = life_open(HEAD CHAIN "event_order: random\n"
                                  "events:\n"
                                  "  a: {prob: 0.5, fatal: true}\n"
                                  "  b: {prob: 0.5}\n"
                                  "  c: {prob: 0.5, fatal: true}\n");
    assert_true(l.model->persons.random_order);
    for (int k = 0; k < 6; k++) {
        for (unsigned drawn = 0; drawn < 8; drawn++) {
            size_t order[GROUP];
            bool alive = true;
            alive_in(&l, 1);
            set_order(&l, k, order);
            for (size_t e = 0; e < GROUP; e++) {
                char name[32];
                snprintf(name, sizeof name, "event/%s", group_names[e]);
                life_chance(&l, name, drawn >> e & 1 ? 0.4 : 0.6);
            }
            for (size_t place = 0; place < GROUP; place++) {
                size_t e = order[place];
                bool happens = alive && (drawn >> e & 1);
                assert_true(life_happens(&l, group_names[e]) == happens);
                alive = alive && !(happens && e != 1);
            }
            assert_true(life_value(&l, life_of(&l)->life.asked) == alive);
        }
    }
    life_close(&l);
}

/* Each reads the others of its group, one of which kills: the order is followed step by step. */
static void a_group_that_reads_itself_is_followed_in_turn(void **state)
{
    (void)state;
    life l = life_open(HEAD CHAIN "event_order: [[a, b, c]]\n"
                                  "let: {after_a: now(a)}\n"
                                  "events:\n"
                                  "  a: {prob: 0.2 + 0.3 * now(b) + 0.4 * now(c)}\n"
                                  "  b: {prob: if(after_a, 0.7, 0.3), fatal: true}\n"
                                  "  c: {prob: 0.1 + 0.5 * now(a), when: not now(b)}\n");
    for (int k = 0; k < 6; k++) {
        for (int draw = 0; draw < 125; draw++) {
            size_t order[GROUP];
            const double u[GROUP] = {0.05 + 0.2 * (draw % 5), 0.05 + 0.2 * (draw / 5 % 5),
                                     0.05 + 0.2 * (draw / 25)};
            bool happened[GROUP] = {false}, alive = true;
            alive_in(&l, 1);
            set_order(&l, k, order);
            life_chance(&l, "event/a", u[0]);
            life_chance(&l, "event/b", u[1]);
            life_chance(&l, "event/c", u[2]);
            for (size_t place = 0; place < GROUP; place++) {
                size_t e = order[place];
                double p = e == 0   ? 0.2 + 0.3 * happened[1] + 0.4 * happened[2]
                           : e == 1 ? (happened[0] ? 0.7 : 0.3)
                                    : 0.1 + 0.5 * happened[0];
                happened[e] = alive && u[e] < p && !(e == 2 && happened[1]);
                assert_true(life_happens(&l, group_names[e]) == happened[e]);
                alive = alive && !(e == 1 && happened[e]);
            }
            assert_true(life_value(&l, life_of(&l)->life.asked) == alive);
        }
    }
    life_close(&l);
}

/* Without deaths and without asking each other, the order is nobody's business. */
static void an_order_that_does_not_matter_costs_nothing(void **state)
{
    (void)state;
    life l = life_open(HEAD CHAIN "event_order: [[a, b], c]\n"
                                  "events:\n"
                                  "  a: {prob: 0.5}\n"
                                  "  b: {prob: 0.5}\n"
                                  "  c: {prob: 0.5 * now(b)}\n");
    assert_null(life_find_chance(&l, "order/a"));
    life_in(&l, "health", "H", "H");
    life_chance(&l, "event/a", 0.6);
    life_chance(&l, "event/b", 0.4);
    life_chance(&l, "event/c", 0.4);
    assert_true(life_happens(&l, "c") == 1 && life_happens(&l, "a") == 0);
    life_close(&l);
}

static void strategies_change_events(void **state)
{
    (void)state;
    life l = life_open(HEAD CHAIN "events: {mi: {prob: 0.2}, fall: {prob: 0.1}}\n"
                                  "strategies:\n"
                                  "  usual: {}\n"
                                  "  drug: {set: {events.mi.prob: 0.1}}\n"
                                  "  rails: {set: {events.fall.when: cycle > 2}}\n");
    life_in(&l, "health", "H", "H");
    life_chance(&l, "event/mi", 0.15);
    life_chance(&l, "event/fall", 0.05);
    assert_true(life_happens(&l, "mi") == 1 && life_happens(&l, "fall") == 1);
    l.strategy = 1;
    assert_true(life_happens(&l, "mi") == 0 && life_happens(&l, "fall") == 1);
    l.strategy = 2;
    assert_true(life_happens(&l, "mi") == 1 && life_happens(&l, "fall") == 0);
    life_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_asked_in_the_order_written),
        cmocka_unit_test(rates_become_probabilities),
        cmocka_unit_test(conditions_close_the_question),
        cmocka_unit_test(an_order_can_be_written),
        cmocka_unit_test(definitions_follow_the_event_that_reads_them),
        cmocka_unit_test(moves_and_amounts_see_the_events),
        cmocka_unit_test(who_dies_first_is_asked_no_more),
        cmocka_unit_test(a_group_that_reads_itself_is_followed_in_turn),
        cmocka_unit_test(an_order_that_does_not_matter_costs_nothing),
        cmocka_unit_test(strategies_change_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
