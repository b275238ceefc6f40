/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value that goes wrong names the person, the cycle and what made it. */
#include "persons_fixture.h"

#define MODEL(rest)                                                                                \
    "hecate: 1\n"                                                                                  \
    "model: wrong\n"                                                                               \
    "time: {cycle: 1 year, cycles: 9}\n"                                                           \
    "engine: {microsimulation: {persons: 100}}\n"                                                  \
    "uncertainty: {seed: 7}\n"                                                                     \
    "economics: {perspective: all, currency: CNY, discount: 0%, discounting: discrete,\n"          \
    "            within_cycle: start, effect: qaly}\n" rest

static fixture opened(const char *text)
{
    fixture f = fixture_open(text);
    assert_non_null(f.persons);
    return f;
}

/* Runs persons 0..99 and expects this fault, the same when the person is run alone. */
static hec_person_fault expect(const fixture *f, int kind, size_t item, int64_t person,
                               int64_t cycle, double *inputs)
{
    double *totals = malloc(2 * f->model->n_outcomes * 100 * sizeof *totals);
    hec_person_fault fault = {.inputs = inputs};
    for (int64_t alone = 0; alone < 2; alone++) {
        runs options = {.first = alone ? person : 0, .count = alone ? 1 : 100, .draw = -1};
        fault.found = false;
        assert_false(fixture_run_strategy(f, &options, 0, totals, &fault));
        assert_true(fault.found);
        assert_int_equal(fault.kind, kind);
        assert_int_equal(fault.item, item);
        assert_int_equal(fault.person, person);
        assert_int_equal(fault.cycle, cycle);
        assert_int_equal(fault.strategy, 0);
        assert_true(inputs[f->model->number_input] == (double)person + 1);
        assert_true(inputs[HEC_CLOCK_CYCLE] == (double)(cycle > 0 ? cycle : 1));
    }
    free(totals);
    return fault;
}

static double *inputs_of(const fixture *f)
{
    double *inputs = calloc(hec_model_inputs(f->model), sizeof *inputs);
    assert_non_null(inputs);
    return inputs;
}

static void event_probability(void **state)
{
    (void)state;
    fixture f = opened(
        MODEL("chains: {c: {start: A, states: {A: {}, D: {dead: true}}}}\n"
              "events: {e: {prob: 0.1}, f: {prob: if(person == 37 and cycle == 5, 1.5, 0.2)}}\n"));
    double *inputs = inputs_of(&f);
    const hec_life *life = &f.model->strategies[0].life;
    hec_person_fault fault = expect(&f, HEC_PERSON_FAULT_CHECK, 0, 36, 5, inputs);
    assert_int_equal(life->checks[fault.item].kind, HEC_LIFE_EVENT);
    assert_int_equal(life->checks[fault.item].item, 1);
    assert_true(hec_evaluate(f.model->graph, life->checks[fault.item].shown, inputs) == 1.5);
    assert_true(fault.time == 4);
    free(inputs);
    fixture_close(&f);
}

/* Only who is in the state is asked about its row. */
static void rows(void **state)
{
    (void)state;
    fixture f = opened(
        MODEL("chains: {c: {start: {A: if(person == 5, 1, 0), B: rest}, states: {\n"
              "  A: {to: {B: 0.5 + cycle / 4}},\n"
              "  B: {to: {C: if(person == 12 and cycle == 3, 0 - 0.1, 0)}}, C: {to: {A: 3}},\n"
              "  D: {dead: true}}}}\n"));
    double *inputs = inputs_of(&f);
    /* person 5 leaves A for good in cycle 2, with probability 1 */
    expect(&f, HEC_PERSON_FAULT_ROW, 1, 11, 3, inputs);
    free(inputs);
    fixture_close(&f);
}

static void stated_stay(void **state)
{
    (void)state;
    fixture f = opened(MODEL("chains: {c: {start: A, states: {\n"
                             "  A: {to: {B: 0, A: if(person == 9 and cycle == 2, 0.9, 1)}},\n"
                             "  B: {}, D: {dead: true}}}}\n"));
    double *inputs = inputs_of(&f);
    expect(&f, HEC_PERSON_FAULT_ROW, 0, 8, 2, inputs);
    free(inputs);
    fixture_close(&f);
}

static void hazards(void **state)
{
    (void)state;
    fixture f = opened(MODEL("chains: {c: {start: A, states: {\n"
                             "  A: {rate: {B: 0.1, D: if(person == 20 and cycle == 1, 0-1, 0)}},\n"
                             "  B: {}, D: {dead: true}}}}\n"));
    double *inputs = inputs_of(&f);
    expect(&f, HEC_PERSON_FAULT_ROW, 0, 19, 1, inputs);
    free(inputs);
    fixture_close(&f);
    /* a state that is reached within the cycle */
    f = opened(MODEL("chains: {c: {start: A, states: {\n"
                     "  A: {rate: {B: 5000}},\n"
                     "  B: {rate: {D: if(person == 20, 0-1, 0)}}, D: {dead: true}}}}\n"));
    inputs = inputs_of(&f);
    expect(&f, HEC_PERSON_FAULT_ROW, 1, 19, 1, inputs);
    free(inputs);
    fixture_close(&f);
    f = opened(MODEL("chains: {c: {start: A, states: {\n"
                     "  A: {rate: {B: if(person == 44 and cycle == 2, 1000000, 0)}},\n"
                     "  B: {rate: {A: 1000000}}, D: {dead: true}}}}\n"));
    inputs = inputs_of(&f);
    expect(&f, HEC_PERSON_FAULT_ENDLESS, 0, 43, 2, inputs);
    free(inputs);
    fixture_close(&f);
}

static void start(void **state)
{
    (void)state;
    fixture f = opened(MODEL("chains: {c: {start: {A: if(person == 71, 1.5, 0.5), B: 0.5},\n"
                             "  states: {A: {}, B: {}, D: {dead: true}}}}\n"));
    double *inputs = inputs_of(&f);
    expect(&f, HEC_PERSON_FAULT_START, 0, 70, 0, inputs);
    free(inputs);
    fixture_close(&f);
}

static void attribute(void **state)
{
    (void)state;
    fixture f = opened(MODEL("chains: {c: {start: A, states: {A: {}, D: {dead: true}}}}\n"
                             "attributes: {x: {start: 1, update: if(person == 3 and cycle == 4,\n"
                             "  1 / (x - x), x + 1)}}\n"));
    double *inputs = inputs_of(&f);
    const hec_life *life = &f.model->strategies[0].life;
    hec_person_fault fault = expect(&f, HEC_PERSON_FAULT_CHECK, 0, 2, 4, inputs);
    assert_int_equal(life->checks[fault.item].kind, HEC_LIFE_ATTRIBUTE);
    /* what stood when it went wrong: x has risen three times */
    assert_true(inputs[f.model->variables[life->checks[fault.item].item].input] == 4);
    free(inputs);
    fixture_close(&f);
}

static void reward(void **state)
{
    (void)state;
    fixture f = opened(MODEL("chains: {c: {start: A, states: {A: {utility: 1,\n"
                             "  effect: {odd: 1 / (person - 50)}}, D: {dead: true}}}}\n"));
    double *inputs = inputs_of(&f);
    expect(&f, HEC_PERSON_FAULT_REWARD, outcome_of(&f, "odd"), 49, 9, inputs);
    free(inputs);
    fixture_close(&f);
}

/* The dead are not asked: what goes wrong for them alone is no fault. */
static void the_dead_are_well(void **state)
{
    (void)state;
    fixture f = opened(
        MODEL("chains: {c: {start: A, states: {A: {to: {B: if(cycle > 1, 7, 0.1)}}, B: {}}}}\n"
              "events: {e: {prob: if(cycle == 1, 1, 8), fatal: true}}\n"
              "attributes: {x: {start: 1, update: 1 / (2 - cycle)}}\n"
              "alive: {cost: {care: 1 / (1 - t)}}\n"));
    runs options = {.count = 10, .draw = -1};
    double *totals = fixture_run(&f, &options);
    for (size_t i = 0; i < 10; i++) {
        assert_true(totals_of(&f, totals, 0, 0, 0, 10)[i] == 1);
    }
    free(totals);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event_probability),
        cmocka_unit_test(rows),
        cmocka_unit_test(stated_stay),
        cmocka_unit_test(hazards),
        cmocka_unit_test(start),
        cmocka_unit_test(attribute),
        cmocka_unit_test(reward),
        cmocka_unit_test(the_dead_are_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
