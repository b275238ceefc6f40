/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of models of persons: engine, outputs, chains, and what no engine can run. */
#include "model_fixture.h"

#define KIDNEY                                                                                     \
    "  kidney: {start: fine, states: {fine: {to: {ill: 0.1}}, ill: {cost: 7, rate: {gone: 0.5}}, " \
    "gone: {}}}\n"
#define KIDNEY_RATES                                                                               \
    "  kidney: {label: The kidney, start: fine, states: {fine: {rate: {ill: 0.1}}, ill: {cost: "   \
    "7, rate: {gone: 0.5}}, gone: {}}}\n"

/* ---- settings -------------------------------------------------------------------------------- */

static void the_cohort_is_the_default(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const hec_model *model = build_good(f, TIME CHAIN ECONOMICS);
    assert_int_equal(model->engine, HEC_ENGINE_COHORT);
    assert_int_equal(model->n_person_inputs, 0);
    assert_int_equal(model->persons.count, 0);
    model = build_good(f, TIME "engine: cohort\n" CHAIN ECONOMICS);
    assert_int_equal(model->engine, HEC_ENGINE_COHORT);
    expect_findings(f, "");
    fixture_destroy(f);
}

static void settings_of_persons_are_read(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const hec_model *model = build_good(
        f, TIME
        "uncertainty: {seed: 7}\nengine: {microsimulation: {persons: 1e10, per_draw: 50, "
        "antithetic: true, design: sobol}}\noutputs: {persons: 200, histories: [17, 1]}\n" CHAIN
            ECONOMICS);
    const hec_persons_settings *p = &model->persons;
    assert_int_equal(model->engine, HEC_ENGINE_PERSONS);
    assert_true(p->count == INT64_C(10000000000) && p->per_draw == 50);
    assert_true(p->antithetic && p->sobol && !p->keep_all && !p->random_order);
    assert_int_equal(p->keep, 200);
    assert_int_equal(p->n_histories, 2);
    assert_true(p->histories[0] == 17 && p->histories[1] == 1);
    assert_true(model->has_seed && model->seed == 7);
    expect_findings(f, "");
    model = build_good(f, TIME PERSONS "outputs: {persons: all, histories: 3}\n" CHAIN ECONOMICS);
    p = &model->persons;
    assert_true(p->count == 1000 && p->per_draw == 1000 && !p->antithetic && !p->sobol);
    assert_true(p->keep_all && p->n_histories == 3);
    assert_true(p->histories[0] == 1 && p->histories[2] == 3);
    fixture_destroy(f);
}

static void settings_must_make_sense(void **state)
{
    (void)state;
#define ENGINE(text) TIME "uncertainty: {seed: 1}\nengine: " text "\n" CHAIN ECONOMICS
    refused(ENGINE("{microsimulation: {persons: 0}}"),
            "the number of persons is a whole number from 1 to 10000000000 [bad-value]");
    refused(ENGINE("{microsimulation: {persons: 10000000001}}"), "from 1 to 10000000000");
    refused(ENGINE("{microsimulation: {persons: 10, per_draw: 1.5}}"),
            "the number of persons in each draw is a whole number");
    refused(ENGINE("{microsimulation: {per_draw: 10}}"),
            "`microsimulation` does not say how many `persons` are simulated [missing-key]");
    refused(ENGINE("microsimulation"), "help: engine: {microsimulation: {persons: 10000}}");
    refused(ENGINE("{microsimulation: {persons: 10, draws: 5}}"),
            "unknown key `draws` in `microsimulation` [unknown-key]");
    refused(ENGINE("{microsimulation: {persons: 10, design: latin}}"),
            "`design` cannot be `latin` [bad-value]");
    refused(ENGINE("kohort"), "`engine` cannot be `kohort` [bad-value]");
    refused(ENGINE("[cohort]"), "[wrong-shape]");
#undef ENGINE
    refused(TIME "engine: {microsimulation: {persons: 10}}\n" CHAIN ECONOMICS,
            "x.yaml:3:1: error: persons are left to chance, but no seed is stated [missing-key]");
    refused(TIME PERSONS "outputs: {persons: -1}\n" CHAIN ECONOMICS,
            "how many persons are kept is a whole number from 0 to 10000000000 [bad-value]");
    refused(TIME PERSONS "outputs: {histories: [0]}\n" CHAIN ECONOMICS,
            "the number of a person is a whole number from 1 to 1000 [bad-value]");
    refused(TIME PERSONS "outputs: {people: 1}\n" CHAIN ECONOMICS,
            "unknown key `people` in `outputs` [unknown-key]");
}

/* A study run with fewer persons than it keeps keeps them all. */
static void no_more_are_kept_than_there_are(void **state)
{
    (void)state;
    fixture f = fixture_create();
    hec_node *tree = model_tree(f, TIME PERSONS "outputs: {persons: 2000, histories: 3000}\n" CHAIN
                                       ECONOMICS);
    const hec_model *model = hec_model_build(f.arena, f.diagnostics, tree);
    assert_non_null(model);
    assert_int_equal(model->persons.keep, 1000);
    assert_int_equal(model->persons.n_histories, 1000);
    fixture_destroy(f);
}

/* ---- engines forced upon a tree ---------------------------------------------------------------
 */

static void an_engine_may_be_forced(void **state)
{
    (void)state;
    fixture f = fixture_create();
    hec_node *tree = model_tree(f, TIME CHAIN ECONOMICS);
    const hec_model *model = hec_model_build_for(f.arena, f.diagnostics, tree, HEC_ENGINE_PERSONS);
    assert_non_null(model);
    assert_int_equal(model->engine, HEC_ENGINE_PERSONS);
    assert_true(model->persons.count == 10000 && model->persons.per_draw == 10000);
    assert_false(model->has_seed);
    tree = model_tree(f, TIME PERSONS "outputs: {persons: all}\n" CHAIN ECONOMICS);
    model = hec_model_build_for(f.arena, f.diagnostics, tree, HEC_ENGINE_PERSONS);
    assert_true(model && model->persons.count == 1000);
    model = hec_model_build_for(f.arena, f.diagnostics, tree, HEC_ENGINE_COHORT);
    assert_non_null(model);
    assert_int_equal(model->engine, HEC_ENGINE_COHORT);
    assert_int_equal(model->persons.count, 0);
    expect_findings(f, "");
    fixture_destroy(f);
}

/* ---- chains -----------------------------------------------------------------------------------
 */

/* One chain means the same for persons as for a cohort. */
static void one_chain_is_the_same_in_both(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const hec_model *cohort = build_good(f, TIME CHAIN ECONOMICS);
    const hec_model *persons = build_good(f, TIME PERSONS CHAIN ECONOMICS);
    const hec_strategy *a = &cohort->strategies[0], *b = &persons->strategies[0];
    assert_int_equal(persons->n_states, 3);
    assert_int_equal(persons->n_chains, 1);
    assert_true(persons->chains[0].first == 0 && persons->chains[0].count == 3);
    assert_int_equal(a->n_arcs, b->n_arcs);
    for (size_t i = 0; i < a->n_arcs; i++) {
        assert_true(a->arcs[i].from == b->arcs[i].from && a->arcs[i].to == b->arcs[i].to);
        assert_true(constant_of(cohort, a->arcs[i].value) ==
                    constant_of(persons, b->arcs[i].value));
    }
    for (size_t i = 0; i < 3; i++) {
        assert_true(constant_of(cohort, a->start[i]) == constant_of(persons, b->start[i]));
    }
    assert_int_equal(a->n_rewards, b->n_rewards);
    fixture_destroy(f);
}

static void several_chains_stand_side_by_side(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const hec_model *model = build_good(f, TIME PERSONS "chains:\n" HEALTH KIDNEY_RATES ECONOMICS);
    const hec_strategy *s = &model->strategies[0];
    static const double start[] = {0.9, 0.1, 0, 1, 0, 0};
    assert_int_equal(model->n_chains, 2);
    assert_string_equal(model->chains[1].name, "kidney");
    assert_string_equal(model->chains[1].label, "The kidney");
    assert_int_equal(model->chains[0].kind, HEC_CHAIN_PROBABILITIES);
    assert_int_equal(model->chains[1].kind, HEC_CHAIN_HAZARDS);
    assert_true(model->chains[1].first == 3 && model->chains[1].count == 3);
    assert_int_equal(model->n_states, 6);
    assert_string_equal(model->states[4].name, "ill"); /* as is states[1] */
    assert_int_equal(model->states[4].chain, 1);
    for (size_t i = 0; i < 6; i++) {
        assert_true(fabs(constant_of(model, s->start[i]) - start[i]) < 1e-15);
    }
    for (size_t i = 0; i < s->n_arcs; i++) { /* no way leads from one chain to another */
        assert_int_equal(model->states[s->arcs[i].from].chain, model->states[s->arcs[i].to].chain);
    }
    const hec_arc *last = &s->arcs[s->n_arcs - 1];
    assert_true(last->from == 4 && last->to == 5 && constant_of(model, last->value) == 0.5);
    expect_findings(f, "");
    fixture_destroy(f);
}

static void states_are_known_within_their_chain(void **state)
{
    (void)state;
    refused(TIME PERSONS "chains:\n" HEALTH
                         "  other: {start: dead, states: {a: {to: {well: 0.1}}}}\n" ECONOMICS,
            "the chain `other` has no state `well` [unknown-state]");
    refused(TIME PERSONS "chains:\n" HEALTH KIDNEY_RATES "on: [{to: gnoe, cost: 5}]\n" ECONOMICS,
            "no chain has a state `gnoe` [unknown-state]");
    refused(TIME PERSONS "chains:\n" HEALTH KIDNEY_RATES "on: [{to: ill, cost: 5}]\n" ECONOMICS,
            "the chains `health` and `kidney` both have a state `ill`: which is meant? "
            "[unknown-state]");
    /* said in every strategy */
    refused(TIME PERSONS "chains:\n" HEALTH KIDNEY_RATES
                         "strategies: {a: {}, b: {}}\non: [{to: ill, cost: 5}]\n" ECONOMICS,
            "help: write `health.ill`, or in an expression the chain before it: (health, ill)");
}

/* Where several chains have a state of a name, the chain is named too. */
static void a_state_may_be_named_with_its_chain(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const hec_model *model = build_good(
        f, TIME PERSONS "chains:\n" HEALTH KIDNEY_RATES
                        "on: [{to: kidney.ill, cost: {start: 5}}, {to: gone, cost: {end: 5}}]\n"
                        "strategies: {a: {cost: {drug: {health.ill: 3}}}}\n" ECONOMICS);
    const hec_strategy *s = &model->strategies[0];
    bool drug = false;
    for (size_t i = 0; i < s->n_rewards; i++) {
        if (strcmp(model->outcomes[s->rewards[i].outcome].name, "drug") == 0) {
            assert_int_equal(s->rewards[i].state, 1);
            drug = true;
        }
    }
    assert_true(drug);
    fixture_destroy(f);
}

/* `time_in_state` in a state is that of its chain. */
static void a_state_asks_about_its_chain(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const hec_model *model =
        build_good(f, TIME PERSONS "chains:\n" HEALTH "  other: {start: a, states: {a: {to: {b: "
                                   "min(1, 0.1 * time_in_state / (1 year))}}, b: {}}}\n" ECONOMICS);
    size_t found = 0;
    for (size_t i = 0; i < model->n_variables; i++) {
        if (model->variables[i].kind == HEC_VARIABLE_DURATION) {
            assert_int_equal(model->variables[i].item, 1);
            found++;
        }
    }
    assert_int_equal(found, 1);
    fixture_destroy(f);
}

/* What is the same for all strategies is not set by one. */
static void strategies_set_what_may_differ(void **state)
{
#define LIVES                                                                                      \
    TIME PERSONS CHAIN ECONOMICS "events: {mi: {prob: 0.1}}\n"                                     \
                                 "attributes: {x: {start: 1, update: x + 1}}\n"
    (void)state;
    warned(LIVES "strategies: {a: {}, b: {set: {events.mi.prob: 0.2, attributes.x.update: x}}}\n",
           "");
    refused(LIVES "strategies: {a: {set: {events.mi.fatal: true}}}\n",
            "a strategy cannot set `events.mi.fatal`: it is the same for all strategies "
            "[set-path]");
    refused(LIVES "strategies: {a: {set: {engine.microsimulation.persons: 5}}}\n",
            "a strategy cannot set `engine.microsimulation.persons`");
#undef LIVES
}

static void a_chain_is_written_in_one_way(void **state)
{
    (void)state;
    refused(TIME PERSONS "chains:\n" HEALTH KIDNEY ECONOMICS,
            "`fine` is left by probabilities (`to:`), other states of the chain by hazards "
            "(`rate:`) [mixed-transitions]");
    refused(TIME PERSONS
            "chains: {c: {start: a, clock: reset, states: {a: {rate: {b: 1}}, b: {time: {d: "
            "exponential(1)}}, d: {dead: true}}}}\n" ECONOMICS,
            "`a` is left by hazards (`rate:`), other states of the chain at times (`time:`) "
            "[mixed-transitions]");
    refused(TIME "chains: {c: {states: {a: {to: {d: 1}}, b: {occupancy: 0.5}, d: {occupancy: "
                 "rest, dead: true}}}}\n" ECONOMICS,
            "other states of the chain are given by theirs (`occupancy:`) [mixed-transitions]");
    refused(TIME PERSONS "chains:\n" HEALTH
                         "  c: {start: a, clock: reset, states: {a: {time: {d: exponential(1)}}, "
                         "d: {dead: true}}}\n" ECONOMICS,
            "`c` runs in continuous time, which has no other chain beside it "
            "[mixed-transitions]");
    refused(TIME "chains: {c: {start: a, states: {a: {occupancy: 0.5}, d: {occupancy: rest, "
                 "dead: true}}}}\n" ECONOMICS,
            "a chain of occupancies has no `start` [unknown-key]");
    refused(TIME PERSONS "chains:\n  health: {start: a, clock: reset, states: {a: {to: {d: 1}}, "
                         "d: {dead: true}}}\n" ECONOMICS,
            "unknown key `clock` in a chain [unknown-key]");
}

/* ---- what needs persons -----------------------------------------------------------------------
 */

static void a_cohort_refuses_what_needs_persons(void **state)
{
    static const char *const texts[][2] = {
        {"chains:\n" HEALTH KIDNEY_RATES, "x.yaml:5:3: error: a cohort runs one chain, and here "
                                          "are 2; several side by side need persons"},
        {CHAIN "attributes: {x: {start: 1, update: x + 1}}\n",
         "x.yaml:5:1: error: `attributes` evolve in each person; a cohort has only strata"},
        {CHAIN "events: {mi: {prob: 0.1}}\n",
         "x.yaml:5:1: error: `events` happen to persons; a cohort has only moves"},
        {CHAIN "alive: {cost: 5}\n", "x.yaml:5:1: error: `alive` counts what a person's life has "
                                     "brought; a cohort counts by state"},
        {CHAIN "strategies: {a: {alive: {cost: 5}}}\n",
         "x.yaml:5:18: error: `alive` counts what a person's life has brought"},
        {CHAIN "population: {bmi: {dist: normal(mean: 25, sd: 3)}}\n",
         "x.yaml:5:26: error: `bmi` is drawn for each person; a cohort has only strata"},
        {"chains: {c: {start: a, clock: reset, states: {a: {time: {d: exponential(1)}}, d: "
         "{dead: true}}}}\n",
         "x.yaml:3:10: error: a cohort goes cycle by cycle; the continuous time of `c` needs "
         "persons"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        fixture f = fixture_create();
        hec_text text = {0};
        hec_text_format(&text, TIME "%s" ECONOMICS, texts[i][0]);
        hec_node *tree = model_tree(f, text.data);
        assert_null(hec_model_build(f.arena, f.diagnostics, tree));
        expect_said(f, texts[i][1]);
        expect_said(f, "[needs-persons]");
        expect_said(f, "help: engine: {microsimulation: {persons: 10000}}");
        fixture_destroy(f);
        f = fixture_create(); /* nor is it run as one when that is asked for */
        tree = model_tree(f, text.data);
        assert_null(hec_model_build_for(f.arena, f.diagnostics, tree, HEC_ENGINE_COHORT));
        expect_said(f, "[needs-persons]");
        hec_text_free(&text);
        fixture_destroy(f);
    }
}

static void persons_refuse_what_is_of_cohorts(void **state)
{
    (void)state;
    refused(TIME PERSONS "chains: {c: {states: {a: {occupancy: 0.5}, d: {occupancy: rest, dead: "
                         "true}}}}\n" ECONOMICS,
            "`c` gives shares of a cohort (`occupancy:`); persons cannot follow it [bad-value]");
}

/* The clock of persons is the chain's. */
static void a_chain_of_times_runs_in_continuous_time(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const hec_model *model =
        build_good(f, TIME PERSONS "chains: {c: {start: a, clock: reset, states: {a: {time: {d: "
                                   "exponential(1)}}, d: {dead: true}}}}\n" ECONOMICS);
    assert_int_equal(model->engine, HEC_ENGINE_TIMES);
    assert_int_equal(model->chains[0].kind, HEC_CHAIN_TIMES);
    assert_int_equal(model->strategies[0].n_arcs, 0);
    assert_int_equal(model->strategies[0].life.n_latents, 1);
    fixture_destroy(f);
}

/* The numbers of inputs are given out before the first draw is lowered: they can come to an end. */
static void there_is_room_for_so_many_numbers(void **state)
{
    (void)state;
    for (int labels = 100; labels <= 1000; labels += 900) {
        hec_text text = {0};
        hec_text_add(&text, TIME PERSONS CHAIN ECONOMICS "services: {x: {price: {cost: 1}}}\non: "
                                                         "[{to: dead, cost: {lottery: sum(0");
        for (int i = 0; i < labels; i++) {
            hec_text_format(&text, ", random('%d')", i);
        }
        hec_text_add(&text, ")}}]\n");
        fixture f = fixture_create();
        hec_model *model = hec_model_build(f.arena, f.diagnostics, model_tree(f, text.data));
        if (labels == 100) {
            assert_non_null(model);
            assert_true(model->n_chances >= 100);
            assert_true(model->next_person_input <= model->n_person_inputs);
        } else {
            assert_null(model);
            expect_said(f, "x.yaml:5:1: error: persons of this model have more than 288 numbers "
                           "to remember [bad-value]");
        }
        hec_text_free(&text);
        fixture_destroy(f);
    }
}

/* ---- the review ------------------------------------------------------------------------------ */

static void settings_that_change_nothing_are_named(void **state)
{
    (void)state;
    warned(TIME CHAIN "outputs: {persons: all}\n" ECONOMICS,
           "`outputs` keeps persons, and a cohort has none [no-effect]");
    warned(TIME CHAIN "utilities: additive\n" ECONOMICS, "a cohort has one [no-effect]");
    warned(TIME CHAIN "event_order: random\n" ECONOMICS,
           "`event_order` orders events, and there are none [no-effect]");
    warned(TIME PERSONS "chains: {c: {start: a, states: {a: {to: {d: 0.1}}, d: {dead: true, "
                        "cost: 5}}}}\n" ECONOMICS,
           "`d` is dead, and persons count nothing when they are; `cost` is never charged "
           "[no-effect]");
}

/* Who dies in one chain leaves the states of the others. */
static void death_is_a_way_out_of_every_chain(void **state)
{
    (void)state;
    warned(TIME PERSONS "chains:\n"
                        "  one: {start: a, states: {a: {to: {b: 0.1}}, b: {}}}\n"
                        "  two: {start: a, states: {a: {to: {b: 0.1}}, b: {}}}\n" ECONOMICS,
           "`b` is never left, not even by death [no-way-out]");
    warned(TIME PERSONS "chains: {one: {start: a, states: {a: {}}}, two: {start: b, states: {b: "
                        "{}}}}\n" ECONOMICS,
           "no state is marked `dead: true`, so life years count everybody for ever [no-death]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cohort_is_the_default),
        cmocka_unit_test(settings_of_persons_are_read),
        cmocka_unit_test(settings_must_make_sense),
        cmocka_unit_test(no_more_are_kept_than_there_are),
        cmocka_unit_test(an_engine_may_be_forced),
        cmocka_unit_test(one_chain_is_the_same_in_both),
        cmocka_unit_test(several_chains_stand_side_by_side),
        cmocka_unit_test(states_are_known_within_their_chain),
        cmocka_unit_test(a_state_may_be_named_with_its_chain),
        cmocka_unit_test(a_state_asks_about_its_chain),
        cmocka_unit_test(strategies_set_what_may_differ),
        cmocka_unit_test(a_chain_is_written_in_one_way),
        cmocka_unit_test(a_cohort_refuses_what_needs_persons),
        cmocka_unit_test(persons_refuse_what_is_of_cohorts),
        cmocka_unit_test(a_chain_of_times_runs_in_continuous_time),
        cmocka_unit_test(there_is_room_for_so_many_numbers),
        cmocka_unit_test(settings_that_change_nothing_are_named),
        cmocka_unit_test(death_is_a_way_out_of_every_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
