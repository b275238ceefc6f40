/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text means where two readings would be possible. */
#include "study_text.h"

/* A year in `a` costs the parameter `x`; nobody leaves; one cycle of a year, counted at its start.
 */
#define STUDY(parameters, more)                                                                    \
    "hecate: 1\nmodel: meaning\ntime: {cycle: 1 year, cycles: 1}\n"                                \
    "parameters:\n" parameters                                                                     \
    "chains: {one: {start: a, states: {a: {effect: {measured: x}, to: {b: 0}}, "                   \
    "b: {dead: true}}}}\n"                                                                         \
    "economics: {profile: cn2020, currency: CNY, within_cycle: start, discount: 0%, "              \
    "effect: measured, wtp: [0]}\n" more

#define assert_near(a, b) assert_true(fabs((a) - (b)) <= 1e-15 * fabs(b))

static double measured(const char *text)
{
    hec_result *result = study_text_run(text, NULL);
    double x = result_at(result, "base/effect", 0);
    hec_result_destroy(result);
    return x;
}

/* A number without a unit is in the parameter's unit, whether it is known before the run or not. */
static void plain_values_are_in_the_unit(void **state)
{
    (void)state;
    assert_true(measured(STUDY("  x: {value: 0.5, unit: 1/month}\n", "")) == 6);
    assert_true(measured(STUDY("  y: 0.25\n  x: {value: 2 * y, unit: 1/month}\n", "")) == 6);
    assert_true(measured(STUDY("  y: {value: 0.25, dist: uniform(min: 0, max: 1)}\n"
                               "  x: {value: 2 * y, unit: 1/month}\n",
                               "")) == 6);
    assert_true(measured(STUDY("  x: {value: 2 * cycle / 4, unit: 1/month}\n", "")) == 6);
}

/* A value that carries its own unit is turned into the parameter's. */
static void values_with_a_unit_are_turned(void **state)
{
    (void)state;
    assert_true(measured(STUDY("  x: {value: 6 months, unit: years}\n", "")) == 0.5);
    assert_true(measured(STUDY("  x: {value: 2 years, unit: months}\n", "")) == 2);
    assert_true(measured(STUDY("  x: {value: 6, unit: months}\n", "")) == 0.5);
    assert_true(measured(STUDY("  x: {value: 6 months, unit: months, dist: normal(mean: 0.5 years, "
                               "se: 1 month)}\n",
                               "")) == 0.5);
    assert_true(measured(STUDY("  y: {value: 1, unit: 1/year}\n  x: {value: y, unit: 1/month}\n",
                               "")) == 1);
}

/* Draws stand in the unit as written. */
static void draws_are_in_the_unit(void **state)
{
    size_t shape[6];
    (void)state;
    hec_result *result =
        study_text_run(STUDY("  x: {unit: months, dist: uniform(min: 1 year, max: 2 years)}\n",
                             "uncertainty: {draws: 50, seed: 18446744073709551615}\n"),
                       NULL);
    const double *x = result_array(result, "psa/parameters", shape);
    for (size_t i = 0; i < 50; i++) {
        assert_true(x[i] >= 12 && x[i] <= 24);
    }
    hec_result_destroy(result);
}

/* Time stands still at the start: `age` is the attribute, `t` is 0, `cycle` 1. */
static void shares_are_taken_at_the_start(void **state)
{
    size_t shape[6];
    (void)state;
    hec_result *result = study_text_run(
        "hecate: 1\nmodel: meaning\ntime: {cycle: 1 year, cycles: 2, start_year: 2024}\n"
        "population: {age: 40}\n"
        "let: {ill: (age / (1 year) + t / (1 year) + cycle + year - 2024) / 100}\n"
        "chains: {one: {start: {a: rest, b: ill}, states: {a: {to: {b: 0.01 * ill}}, "
        "b: {absorbing: true}, c: {dead: true}}}}\n"
        "economics: {profile: cn2020, currency: CNY}\n",
        NULL);
    const double *trace = result_array(result, "base/trace", shape);
    assert_true(trace[1] == 0.41);
    /* in a run it follows time: 0.41 in the first cycle, 0.45 in the second */
    assert_near(trace[3 + 1], 0.41 + 0.59 * 0.0041);
    assert_near(trace[6 + 1], trace[4] + trace[3] * 0.0045);
    hec_result_destroy(result);
}

/* A definition may be a survival distribution. */
static void a_definition_may_be_a_curve(void **state)
{
    (void)state;
    double x = measured(STUDY("  x: survival(os, 2 years)\n",
                              "let: {os: weibull(shape = 2, scale = k), k: 4 years}\n"));
    assert_near(x, exp(-0.25));
}

/* Words of an axis stand in any order, and in another one in the next table. */
static void words_of_axes_have_no_order(void **state)
{
    (void)state;
    assert_true(
        measured(STUDY("  x: one(sex) * 10 + two(sex)\n",
                       "population: {sex: female}\n"
                       "tables:\n"
                       "  one: {axes: {sex: [male, female]}, values: [1, 2], between: exact, "
                       "outside: error}\n"
                       "  two: {axes: {sex: [female, other, male]}, values: [3, 4, 5], "
                       "between: exact, outside: error}\n")) == 23);
}

/* What one strategy sets, at whatever path, is unknown to the others. */
static void settings_belong_to_a_strategy(void **state)
{
    size_t shape[6];
    (void)state;
    hec_result *result =
        study_text_run(STUDY("  x: {value: 1, unit: ratio, dist: uniform(min: 0, max: 2)}\n",
                             "strategies:\n"
                             "  base: {}\n"
                             "  plain: {set: {x: 5}}\n"
                             "  inner: {set: {parameters.x.value: 1.5}}\n"
                             "  state: {set: {chains.one.states.a.effect.measured: 7}}\n"
                             "  after: {effect: {measured: {a: 1}}}\n"
                             "uncertainty: {draws: 20, seed: 1}\n"),
                       NULL);
    const double *base = result_array(result, "base/effect", shape);
    assert_true(base[0] == 1 && base[1] == 5 && base[2] == 1.5 && base[3] == 7 && base[4] == 2);
    const double *draws = result_array(result, "psa/effect", shape);
    for (size_t i = 0; i < 20; i++) {
        assert_true(draws[20 + i] == 5 && draws[60 + i] == 7); /* set: certain */
        assert_true(draws[40 + i] == draws[i]);                /* the base case alone is set */
        assert_near(draws[80 + i], draws[i] + 1);
    }
    hec_result_destroy(result);
}

#define JOINT(stated)                                                                              \
    STUDY("  z: 1\n" stated, "joint: [{multinormal: {names: [x, y], mean: [2, 5], sd: [1, 1]}}]\n" \
                             "let: {unread: y + z}\n"                                              \
                             "strategies: {drawn: {}, set: {set: {x: 4}}}\n"                       \
                             "uncertainty: {draws: 8, seed: 1}\n")

/* Members of a joint distribution that are set are no longer drawn; what `parameters:` states is
 * the base case alone. */
static void joint_members_can_be_set(void **state)
{
    static const char *const texts[] = {JOINT(""), JOINT("  x: 3\n"),
                                        JOINT("  x: {unit: ratio, note: words}\n")};
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        size_t shape[6];
        hec_result *result = study_text_run(texts[k], NULL);
        const double *base = result_array(result, "base/effect", shape);
        assert_true(base[0] == (k == 1 ? 3 : 2) && base[1] == 4);
        const double *draws = result_array(result, "psa/effect", shape);
        assert_true(draws[0] != draws[1] && draws[8] == 4 && draws[15] == 4);
        hec_result_destroy(result);
    }
}

/* What is given beside the text is part of the resolved text. */
static void options_are_resolved(void **state)
{
    const char *const set[] = {"x=3"};
    const hec_study_options options = {1, set, 7, true, UINT64_C(18446744073709551615), 0};
    (void)state;
    study_text s = study_text_open(STUDY("  x: 1\n", ""), &options);
    assert_int_equal(s.status, HEC_OK);
    char *text = hec_study_resolved(s.study);
    assert_non_null(text);
    assert_non_null(strstr(text, "draws: 7"));
    assert_non_null(strstr(text, "seed: 18446744073709551615"));
    assert_non_null(strstr(text, "x: 3"));
    free(text);
    study_text_close(&s);
}

/* A study on a model of its own name, read back from the resolved text, is the same study. */
static void resolved_texts_run(void **state)
{
    static const char model[] =
        "hecate: 1\nmodel: lower\ntime: {cycle: 1 year, cycles: 9}\n"
        "parameters: {p: {value: 0.1, dist: beta(mean: 0.1, sd: 0.02)}}\n"
        "chains: {one: {start: a, states: {a: {utility: 1, to: {b: p}}, b: {dead: true}}}}\n";
    char over[512];
    size_t shape[6];
    (void)state;
    study_text lower = study_text_open(model, NULL);
    snprintf(over, sizeof over,
             "hecate: 1\nstudy: upper\nmodel: %s\nparameters: {q: 0.5}\n"
             "economics: {profile: cn2020, currency: CNY, wtp: [0]}\n"
             "uncertainty: {draws: 20, seed: 7}\n",
             lower.path);
    study_text upper = study_text_open(over, NULL);
    assert_int_equal(upper.status, HEC_OK);
    char *text = hec_study_resolved(upper.study);
    assert_non_null(text);
    assert_non_null(strstr(text, "study: upper\n"));
    assert_null(strstr(text, "lower"));
    hec_result *first = study_text_run(over, NULL), *again = study_text_run(text, NULL);
    assert_true(result_at(first, "base/effect", 0) > 0);
    assert_true(result_at(first, "base/effect", 0) == result_at(again, "base/effect", 0));
    const double *drawn = result_array(first, "psa/effect", shape);
    const double *redrawn = result_array(again, "psa/effect", shape);
    for (size_t i = 0; i < 20; i++) {
        assert_true(drawn[i] == redrawn[i]);
    }
    hec_result_destroy(first);
    hec_result_destroy(again);
    free(text);
    study_text_close(&upper);
    study_text_close(&lower);
}

/* An empty value takes away what a lower layer stated. */
static void empty_values_take_away(void **state)
{
    (void)state;
    assert_true(measured(STUDY("  x: {value: 2, dist: }\n", "population: {age: }\n")) == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_values_are_in_the_unit),
        cmocka_unit_test(values_with_a_unit_are_turned),
        cmocka_unit_test(draws_are_in_the_unit),
        cmocka_unit_test(shares_are_taken_at_the_start),
        cmocka_unit_test(a_definition_may_be_a_curve),
        cmocka_unit_test(words_of_axes_have_no_order),
        cmocka_unit_test(settings_belong_to_a_strategy),
        cmocka_unit_test(joint_members_can_be_set),
        cmocka_unit_test(options_are_resolved),
        cmocka_unit_test(resolved_texts_run),
        cmocka_unit_test(empty_values_take_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
