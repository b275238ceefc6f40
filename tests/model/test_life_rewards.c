/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What persons count per year: states, being alive, utilities put together. */
#include "life_fixture.h"

#define KIDNEY                                                                                     \
    "  kidney:\n"                                                                                  \
    "    start: well\n"                                                                            \
    "    states:\n"                                                                                \
    "      well: {utility: 1, to: {esrd: 0.1}}\n"                                                  \
    "      esrd: {utility: 0.6, cost: {dialysis: 9000}, absorbing: true}\n"

/* The same as losses. */
#define KIDNEY_LOSSES                                                                              \
    "  kidney:\n"                                                                                  \
    "    start: well\n"                                                                            \
    "    states:\n"                                                                                \
    "      well: {to: {esrd: 0.1}}\n"                                                              \
    "      esrd: {utility: -0.4, cost: {dialysis: 9000}, absorbing: true}\n"

#define HEART                                                                                      \
    "  heart:\n"                                                                                   \
    "    start: fine\n"                                                                            \
    "    states:\n"                                                                                \
    "      fine: {utility: 0.9, cost: {care: 10}, to: {failing: 0.1, dead: 0.1}}\n"                \
    "      failing: {utility: 0.7, to: {dead: 0.3}}\n"                                             \
    "      dead: {dead: true}\n"

static double state_reward(const life *l, const char *state, const char *outcome)
{
    const hec_strategy *s = life_of(l);
    double sum = 0;
    for (size_t i = 0; i < s->n_rewards; i++) {
        if (strcmp(l->model->states[s->rewards[i].state].name, state) == 0 &&
            strcmp(l->model->outcomes[s->rewards[i].outcome].name, outcome) == 0) {
            sum += life_value(l, s->rewards[i].value);
        }
    }
    return sum;
}

static void place(life *l, double alive, const char *kidney, const char *heart)
{
    life_set(l, HEC_VARIABLE_ALIVE, "alive", alive);
    life_in(l, "kidney", kidney, kidney);
    life_in(l, "heart", heart, heart);
}

static void utilities_of_two_chains(void **state)
{
    (void)state;
    static const struct {
        const char *kidney, *rule;
        double fine, failing; /* with end-stage kidneys, by textbook rules */
    } cases[] = {
        {KIDNEY_LOSSES, "additive", 1 - (1 - 0.9) - (1 - 0.6), 1 - (1 - 0.7) - (1 - 0.6)},
        {KIDNEY, "multiplicative", 0.9 * 0.6, 0.7 * 0.6},
        {KIDNEY, "minimum", 0.6, 0.6},
    };
    for (size_t i = 0; i < 3; i++) {
        char text[2000];
        snprintf(text, sizeof text, HEAD "chains:\n%s" HEART "utilities: %s\n", cases[i].kidney,
                 cases[i].rule);
        life l = life_open(text);
        place(&l, 1, "esrd", "fine");
        assert_true(fabs(life_rate(&l, "qaly") - cases[i].fine) < 1e-15);
        place(&l, 1, "esrd", "failing");
        assert_true(fabs(life_rate(&l, "qaly") - cases[i].failing) < 1e-15);
        assert_true(life_rate(&l, "life_years") == 1);
        place(&l, 1, "well", "fine"); /* nothing taken away: the other's own */
        assert_true(fabs(life_rate(&l, "qaly") - 0.9) < 1e-15);
        place(&l, 0, "well", "fine");
        assert_true(life_rate(&l, "qaly") == 0 && life_rate(&l, "life_years") == 0);
        assert_true(state_reward(&l, "fine", "qaly") == 0);
        assert_true(state_reward(&l, "esrd", "dialysis") == 9000);
        assert_true(state_reward(&l, "fine", "care") == 10);
        assert_true(state_reward(&l, "fine", "life_years") == 0);
        life_close(&l);
    }
}

static void one_chain_keeps_its_utilities(void **state)
{
    (void)state;
    life l = life_open(HEAD "chains:\n" HEART "events: {mi: {prob: 0.1}}\n"
                            "alive: {cost: {care: 800 + 1200 * ever(mi)}, effect: {visits: 2}, "
                            "use: {gp: 4}}\n"
                            "services: {gp: {price: {fund: 35}, unit: CNY}}\n"
                            "strategies:\n"
                            "  a: {}\n"
                            "  b: {alive: {cost: {care: 100, drug: 7}}, "
                            "cost: {extra: 3, care: {failing: 1}}}\n");
    life_in(&l, "heart", "fine", "fine");
    life_set(&l, HEC_VARIABLE_COUNT, "mi", 2);
    assert_true(state_reward(&l, "fine", "qaly") == 0.9);
    assert_true(state_reward(&l, "fine", "life_years") == 1);
    assert_true(life_rate(&l, "care") == 2000 && life_rate(&l, "visits") == 2);
    assert_true(life_rate(&l, "gp") == 4 && life_rate(&l, "fund") == 140);
    l.strategy = 1;
    assert_true(life_rate(&l, "care") == 2100 && life_rate(&l, "drug") == 7);
    assert_true(state_reward(&l, "fine", "extra") == 3 && state_reward(&l, "dead", "extra") == 0);
    assert_true(state_reward(&l, "failing", "care") == 1);
    life_in(&l, "heart", "dead", "dead");
    assert_true(life_rate(&l, "care") == 0);
    life_close(&l);
}

static void a_fatal_event_counts_years_while_alive(void **state)
{
    (void)state;
    life l = life_open(HEAD "chains:\n" HEART "events: {stroke: {prob: 0.1, fatal: true}}\n");
    life_set(&l, HEC_VARIABLE_ALIVE, "alive", 0);
    life_in(&l, "heart", "fine", "fine");
    assert_true(life_rate(&l, "life_years") == 0);
    assert_true(state_reward(&l, "fine", "life_years") == 0);
    assert_true(state_reward(&l, "fine", "qaly") == 0.9); /* the engine asks life.alive */
    assert_true(life_value(&l, life_of(&l)->life.alive) == 0);
    life_set(&l, HEC_VARIABLE_ALIVE, "alive", 1);
    assert_true(life_rate(&l, "life_years") == 1);
    life_close(&l);
}

static void a_strategy_replaces_the_utility_of_being_alive(void **state)
{
    (void)state;
    life l = life_open(HEAD "chains:\n" HEART "events: {mi: {prob: 0.1}}\n"
                            "alive: {utility: 0.8 - 0.05 * ever(mi)}\n"
                            "utilities: multiplicative\n"
                            "strategies:\n"
                            "  a: {}\n"
                            "  b: {alive: {utility: 0.85}, utility: {failing: 0.5}}\n");
    life_in(&l, "heart", "failing", "failing");
    life_set(&l, HEC_VARIABLE_COUNT, "mi", 1);
    assert_true(fabs(life_rate(&l, "qaly") - 0.7 * 0.75) < 1e-15);
    l.strategy = 1;
    assert_true(fabs(life_rate(&l, "qaly") - 0.5 * 0.85) < 1e-15);
    life_close(&l);
}

static void several_chains_share_what_a_strategy_adds(void **state)
{
    (void)state;
    life l = life_open(HEAD "chains:\n" KIDNEY HEART "utilities: minimum\n"
                            "strategies: {a: {cost: {drug: 50}}}\n"
                            "on: [{from: start, cost: {test: 5}}, {to: esrd, cost: {access: 9}}, "
                            "{chain: heart, to: dead, cost: {end: 2}}]\n");
    place(&l, 1, "well", "fine");
    assert_true(life_rate(&l, "drug") == 50);
    assert_int_equal(life_of(&l)->n_one_offs, 2); /* the states of the first chain */
    life_in(&l, "kidney", "well", "esrd");
    life_in(&l, "heart", "fine", "dead");
    assert_true(life_amount(&l, "access") == 9 && life_amount(&l, "end") == 2);
    assert_true(life_next(&l, HEC_VARIABLE_ALIVE, "alive") == 0);
    life_close(&l);
}

static void chains_read_each_other(void **state)
{
    (void)state;
    life l = life_open(HEAD "let: {long: time_in_state > 2}\n"
                            "chains:\n"
                            "  a:\n"
                            "    start: x\n"
                            "    states:\n"
                            "      x: {to: {y: 0.1 + 0.2 * in(b, y) + if(long, 0.3, 0)}}\n"
                            "      y: {absorbing: true}\n"
                            "  b:\n"
                            "    start: x\n"
                            "    states:\n"
                            "      x: {to: {y: if(long, 0.4, 0.2) + 0.1 * ever(a, y)}}\n"
                            "      y: {to: {end: time_in_state(a) / 100 years}}\n"
                            "      end: {dead: true}\n");
    life_set(&l, HEC_VARIABLE_ALIVE, "alive", 1);
    life_set(&l, HEC_VARIABLE_DURATION, "a", 3);
    life_set(&l, HEC_VARIABLE_DURATION, "b", 1);
    life_set(&l, HEC_VARIABLE_COUNT, "a, y", 1);
    life_in(&l, "a", "x", "x");
    life_in(&l, "b", "y", "y");
    const hec_strategy *s = life_of(&l);
    for (size_t i = 0; i < s->n_arcs; i++) {
        const hec_state *from = &l.model->states[s->arcs[i].from];
        if (s->arcs[i].from == s->arcs[i].to) {
            continue;
        }
        double expected = from->chain == 0               ? 0.1 + 0.2 + 0.3
                          : strcmp(from->name, "x") == 0 ? 0.2 + 0.1
                                                         : 0.03;
        assert_true(fabs(life_value(&l, s->arcs[i].value) - expected) < 1e-15);
    }
    life_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utilities_of_two_chains),
        cmocka_unit_test(one_chain_keeps_its_utilities),
        cmocka_unit_test(a_fatal_event_counts_years_while_alive),
        cmocka_unit_test(a_strategy_replaces_the_utility_of_being_alive),
        cmocka_unit_test(several_chains_share_what_a_strategy_adds),
        cmocka_unit_test(chains_read_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
