/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What had happened before the start, and lives without chains. */
#include "life_fixture.h"

#define PEOPLE                                                                                     \
    "population: {age: 60, had_mi: {shares: {0: 0.7, 1: 0.3}},\n"                                  \
    "  ago: {dist: gamma(mean: 5, sd: 2)}}\n"

#define DEATH "  death: {prob: 0.1, fatal: true}\n"

static double constant_of(const life *l, hec_id id)
{
    const hec_graph_node *node = hec_graph_node_at(l->model->graph, id);
    assert_int_equal(node->code, HEC_CODE_CONSTANT);
    return node->value;
}

/* ---- lives without chains -------------------------------------------------------------------- */

static void events_alone_are_a_life(void **state)
{
    (void)state;
    life l = life_open(HEAD PEOPLE "events:\n" DEATH "alive: {utility: 0.8, cost: {care: 100}}\n"
                                   "on:\n"
                                   "  - {from: start, cost: {test: 7}}\n"
                                   "  - {death: any, cost: {end: 50}}\n"
                                   "strategies: {a: {}, b: {cost: {care: 10}, "
                                   "alive: {utility: 0.9}}}\n");
    assert_int_equal(l.model->engine, HEC_ENGINE_PERSONS);
    assert_int_equal(l.model->n_chains, 0);
    assert_int_equal(l.model->n_states, 0);
    assert_true(l.model->shows_life);
    assert_int_equal(hec_model_places(l.model), 2);
    assert_int_equal(l.model->n_variables, 1); /* alive */
    assert_int_equal(life_of(&l)->n_one_offs, 1);
    assert_int_equal(life_of(&l)->one_offs[0].from, HEC_FROM_START);
    assert_int_equal(life_of(&l)->one_offs[0].to, HEC_TO_ANYWHERE);
    assert_true(constant_of(&l, life_of(&l)->one_offs[0].value) == 7);
    for (int alive = 0; alive < 2; alive++) {
        life_set(&l, HEC_VARIABLE_ALIVE, "alive", alive);
        for (int dies = 0; dies < 2; dies++) {
            life_chance(&l, "event/death", dies ? 0.09 : 0.11);
            l.strategy = 0;
            assert_true(life_amount(&l, "end") == 50 * alive * dies);
            assert_true(life_next(&l, HEC_VARIABLE_ALIVE, "alive") == (alive && !dies));
            assert_true(life_rate(&l, "care") == 100 * alive);
            assert_true(fabs(life_rate(&l, "qaly") - 0.8 * alive) < 1e-15);
            assert_true(life_rate(&l, "life_years") == alive);
            l.strategy = 1;
            assert_true(life_rate(&l, "care") == 110 * alive);
            assert_true(fabs(life_rate(&l, "qaly") - 0.9 * alive) < 1e-15);
        }
    }
    life_close(&l);
}

static void life_is_shown_where_no_chain_tells(void **state)
{
    (void)state;
    static const char *const one = "chains: {c: {start: H, states: {H: {to: {D: 0.1}}, "
                                   "D: {dead: true}}}}\n";
    char text[2048];
    snprintf(text, sizeof text, "%s%s", HEAD, one);
    life l = life_open(text);
    assert_false(l.model->shows_life);
    assert_int_equal(hec_model_places(l.model), 2);
    life_close(&l);
    snprintf(text, sizeof text, "%s%sevents:\n%s", HEAD, one, DEATH);
    l = life_open(text);
    assert_true(l.model->shows_life);
    assert_int_equal(hec_model_places(l.model), 4);
    life_close(&l);
}

/* ---- before the start ------------------------------------------------------------------------ */

static void who_had_it_has_had_it(void **state)
{
    (void)state;
    life l = life_open(HEAD PEOPLE
                       "events:\n"
                       "  mi: {prob: if(ever(mi), 0.5, 0.1), before: had_mi == 1,\n"
                       "       years_before: ago, when: count(mi) < 2}\n"
                       "  stroke: {prob: if(time_since(mi) < 6, 0.4, 0.2), once: true}\n" DEATH
                       "on: [{event: mi, cost: {mi: 1000}}]\n"
                       "alive: {cost: {care: if(ever(mi), 30, 20)}}\n");
    assert_true(l.model->events[0].before && l.model->events[0].years_before);
    assert_false(l.model->events[1].before);
    life_attribute(&l, "ago", 4.5);
    life_attribute(&l, "had_mi", 1);
    assert_true(life_initial(&l, HEC_VARIABLE_COUNT, "mi") == 1);
    assert_true(life_initial(&l, HEC_VARIABLE_SINCE, "mi") == 4.5);
    assert_true(life_initial(&l, HEC_VARIABLE_COUNT, "stroke") == 0);
    life_attribute(&l, "had_mi", 0);
    assert_true(life_initial(&l, HEC_VARIABLE_COUNT, "mi") == 0);
    assert_true(life_initial(&l, HEC_VARIABLE_SINCE, "mi") == INFINITY);
    /* the first cycle of one who had it 4.5 years ago */
    life_set(&l, HEC_VARIABLE_ALIVE, "alive", 1);
    life_set(&l, HEC_VARIABLE_COUNT, "mi", 1);
    life_set(&l, HEC_VARIABLE_SINCE, "mi", 4.5);
    life_set(&l, HEC_VARIABLE_COUNT, "stroke", 0);
    life_chance(&l, "event/mi", 0.49);
    life_chance(&l, "event/stroke", 0.39);
    life_chance(&l, "event/death", 0.5);
    assert_true(life_happens(&l, "mi") == 1);
    assert_true(life_happens(&l, "stroke") == 1); /* 4.5 years since: 0.4 */
    assert_true(life_rate(&l, "care") == 30);
    assert_true(life_amount(&l, "mi") == 1000);
    life_chance(&l, "event/mi", 0.51);
    assert_true(life_happens(&l, "mi") == 0);
    assert_true(life_amount(&l, "mi") == 0); /* what was before is not charged, nor is it now */
    life_set(&l, HEC_VARIABLE_SINCE, "mi", 6.5); /* two years later */
    life_chance(&l, "event/stroke", 0.21);
    assert_true(life_happens(&l, "stroke") == 0); /* 6.5 years since: 0.2 */
    /* the check asks those alone who had it */
    const hec_strategy *s = life_of(&l);
    size_t found = 0;
    for (size_t i = 0; i < s->life.n_checks; i++) {
        const hec_life_check *check = &s->life.checks[i];
        if (check->kind == HEC_LIFE_START) {
            found++;
            assert_int_equal(check->item, 0);
            life_attribute(&l, "ago", -1);
            assert_true(life_value(&l, check->value) == 0 && life_value(&l, check->shown) == -1);
            life_attribute(&l, "had_mi", 1);
            assert_true(life_value(&l, check->value) == -1 && check->low == 0);
        }
    }
    assert_int_equal(found, 1);
    life_close(&l);
}

/* The start of an attribute, and what was before of other events, read what was before. */
static void time_zero_sees_what_was_before(void **state)
{
    (void)state;
    life l = life_open(HEAD PEOPLE
                       "attributes:\n"
                       "  severe: {start: 2 * ever(mi) + count(stroke) + 0.5 * ever(death),\n"
                       "           update: severe}\n"
                       "  years: {start: min(time_since(mi), 99 years), update: years}\n"
                       "events:\n"
                       "  mi: {prob: 0.1, before: ever(stroke), years_before: 2 years}\n"
                       "  stroke: {prob: 0.1 * severe * number(years), before: had_mi}\n" DEATH);
    life_attribute(&l, "had_mi", 1);
    assert_true(life_initial(&l, HEC_VARIABLE_ATTRIBUTE, "severe") == 3);
    assert_true(life_initial(&l, HEC_VARIABLE_ATTRIBUTE, "years") == 2);
    life_attribute(&l, "had_mi", 0);
    assert_true(life_initial(&l, HEC_VARIABLE_ATTRIBUTE, "severe") == 0);
    assert_true(life_initial(&l, HEC_VARIABLE_ATTRIBUTE, "years") == 99);
    life_close(&l);
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static void mistakes_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"events: {mi: {prob: 0.1, before: ever(mi)}}\n", "defined by itself"},
        {"events: {mi: {prob: 0.1, years_before: 1 year}}\n", "but not `before`"},
        {"events: {mi: {prob: 0.1, before: true, years_before: -1 year, once: true}}\n",
         "`years_before` is -1"},
        {"events: {mi: {prob: 0.1, before: 2 years}}\n", "`before` needs a yes/no value"},
        {"events: {mi: {prob: if(time_since(mi) > 3, 0.1, 0.2), before: had_mi == 1}}\n",
         "`years_before` does not say when"},
        {"events: {mi: {prob: 0.1, before: true, fatal: true}}\n", "`mi` is fatal"},
        {"events: {mi: {prob: 0.1, before: hba1c > 7, once: true}}\n", "nothing defines `hba1c`"},
        {"events: {mi: {prob: 0.1, before: now(mi), once: true}}\n", "is not known at time 0"},
        {"events: {mi: {prob: 0.1 * number(time_in_state)}}\n", "there is no chain"},
        {"events: {mi: {prob: 0.1}}\non: [{from: start, to: well, cost: 1}]\n",
         "no chain has a state `well`"},
        {"events: {mi: {prob: 0.1}}\nstrategies: {a: {utility: 0.9}}\n", "there are no states"},
        {"events: {mi: {prob: 0.1, before: true, once: true}}\n"
         "strategies: {a: {set: {events.mi.before: false}}}\n",
         "a strategy cannot set `events.mi.before`"},
        {"let: {x: 1}\n", "`chains` is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[2048];
        snprintf(text, sizeof text, "%s%s%s", HEAD, PEOPLE, cases[i].text);
        life l = life_read(text);
        char *words = life_words(&l);
        if (l.model || !words || !strstr(words, cases[i].words)) {
            fprintf(stderr, "not said: %s\nbut: %s", cases[i].words, words ? words : "nothing");
        }
        assert_null(l.model);
        assert_true(words && strstr(words, cases[i].words));
        free(words);
        life_close(&l);
    }
}

static void what_nobody_asks_is_told(void **state)
{
    (void)state;
    static const char *const texts[] = {"events: {mi: {prob: 0.1, before: had_mi}}\n",
                                        "events: {mi: {prob: 0.1, before: had_mi, once: true}}\n"};
    for (size_t i = 0; i < 2; i++) {
        char text[2048];
        snprintf(text, sizeof text, "%s%s%s", HEAD, PEOPLE, texts[i]);
        life l = life_open(text);
        char *words = life_words(&l);
        assert_true((strstr(words, "nothing asks whether `mi` had happened") != NULL) == (i == 0));
        assert_non_null(strstr(words, "no event is `fatal: true`"));
        free(words);
        life_close(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_alone_are_a_life),
        cmocka_unit_test(life_is_shown_where_no_chain_tells),
        cmocka_unit_test(who_had_it_has_had_it),
        cmocka_unit_test(time_zero_sees_what_was_before),
        cmocka_unit_test(mistakes_are_told),
        cmocka_unit_test(what_nobody_asks_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
