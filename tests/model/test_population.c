/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Populations: strata, files, and attributes that are drawn or shared out. */
#include "model_fixture.h"

#define COHORT(population) TIME "population: " population "\n" CHAIN ECONOMICS
#define MICRO(population) TIME PERSONS "population: " population "\n" CHAIN ECONOMICS

static double word_code(const hec_model *model, const char *word)
{
    for (size_t i = 0; i < model->n_words; i++) {
        if (strcmp(model->words[i], word) == 0) {
            return (double)i;
        }
    }
    return -1;
}

/* ---- one map --------------------------------------------------------------------------------- */

static void attributes_are_drawn(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const hec_model *model = build_good(
        f, MICRO("{age: {dist: truncated_normal(mean: 60, sd: 8, min: 40, max: 80)}, smoker: 0, "
                 "weight: {dist: gamma(mean: 80, sd: 12), source: assumed}, "
                 "wait: {dist: exponential(mean: 6 months), unit: months}, "
                 "correlations: [{between: [weight, age], rho: 0.25}]}"));
    const hec_population *p = &model->population;
    assert_int_equal(p->n_attributes, 4);
    assert_string_equal(p->attributes[2], "weight"); /* of the body: there are no strata */
    assert_int_equal(p->n_strata, 1);
    assert_true(p->weights[0] == 1 && p->values[1] == 0);
    assert_int_equal(p->n_draws, 3);
    assert_true(p->draw_attributes[0] == 0 && p->draw_attributes[1] == 2 &&
                p->draw_attributes[2] == 3);
    assert_string_equal(p->draws[1].name, "weight");
    assert_int_equal(p->draws[1].kind, HEC_DRAW_MARGINAL);
    /* mean 80 and sd 12: shape (80/12)^2, rate 80/144 */
    assert_true(fabs(p->draws[1].marginal.a - 6400.0 / 144) < 1e-12);
    assert_true(fabs(p->draws[1].marginal.b - 80.0 / 144) < 1e-12);
    assert_true(fabs(p->draws[1].base - 80) < 1e-12 && fabs(p->values[2] - 80) < 1e-12);
    assert_true(hec_type_agree(&p->types[0], &HEC_TYPE_YEARS));
    assert_true(p->types[2].kind == HEC_KIND_ANY);
    /* drawn in months, as written; a month is a twelfth of a year */
    assert_true(hec_type_agree(&p->types[3], &HEC_TYPE_YEARS));
    assert_true(p->factors[0] == 1 && fabs(p->factors[3] * 12 - 1) < 1e-15);
    assert_true(fabs(hec_distribution_mean(&p->draws[2].marginal) - 6) < 1e-12);
    assert_int_equal(p->n_correlations, 1);
    assert_true(p->correlations[0].a == 1 && p->correlations[0].b == 0 &&
                p->correlations[0].rho == 0.25);
    expect_findings(f, "");
    fixture_destroy(f);
}

/* The graph holds years whatever the unit drawn. */
static void what_is_drawn_in_months_counts_in_years(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const hec_model *model = build_good(
        f, TIME PERSONS "population: {wait: {dist: uniform(min: 1, max: 11), unit: months}}\n"
                        "chains: {c: {start: a, states: {a: {effect: {waiting: wait / 1 year}, to: "
                        "{d: 0.1}}, d: {dead: "
                        "true}}}}\n" ECONOMICS);
    const hec_strategy *s = &model->strategies[0];
    double inputs[1000] = {0};
    assert_true(hec_model_inputs(model) < 1000);
    inputs[hec_model_attribute(model, 0)] = 6;
    bool found = false;
    for (size_t i = 0; i < s->n_rewards; i++) {
        if (strcmp(model->outcomes[s->rewards[i].outcome].name, "waiting") == 0) {
            assert_true(fabs(hec_evaluate(model->graph, s->rewards[i].value, inputs) - 0.5) <
                        1e-15);
            found = true;
        }
    }
    assert_true(found);
    fixture_destroy(f);
}

static void shares_are_drawn_for_persons(void **state)
{
    (void)state;
    fixture f = fixture_create();
    const hec_model *model =
        build_good(f, MICRO("{sex: {shares: {male: 0.55, female: 0.45}}, age: {shares: {50: 0.1, "
                            "60: 0.2, 70: 0.7}}, bmi: 25}"));
    const hec_population *p = &model->population;
    assert_int_equal(p->n_strata, 1);
    assert_int_equal(p->n_shares, 2);
    assert_true(p->shares[0].attribute == 0 && p->shares[0].count == 2);
    assert_true(p->shares[0].values[0] == word_code(model, "male"));
    assert_true(p->shares[0].values[1] == word_code(model, "female"));
    assert_true(p->shares[0].cumulative[0] == 0.55 && p->shares[0].cumulative[1] == 1);
    assert_int_equal(p->types[0].kind, HEC_KIND_LABEL);
    assert_true(p->shares[1].values[2] == 70 && p->shares[1].cumulative[2] == 1);
    assert_true(fabs(p->shares[1].cumulative[1] - 0.3) < 1e-15);
    assert_true(p->values[2] == 25);
    /* ten tenths are less than 1 by rounding */
    model = build_good(f, MICRO("{x: {shares: {0: 0.1, 1: 0.1, 2: 0.1, 3: 0.1, 4: 0.1, 5: 0.1, 6: "
                                "0.1, 7: 0.1, 8: 0.1, 9: 0.1}}}"));
    assert_true(model->population.shares[0].cumulative[9] == 1);
    expect_findings(f, "");
    fixture_destroy(f);
}

/* In a cohort they are strata: every combination, with the product of the shares. */
static void shares_are_strata_of_a_cohort(void **state)
{
    static const double weights[] = {0.055, 0.11, 0.385, 0.045, 0.09, 0.315};
    (void)state;
    fixture f = fixture_create();
    const hec_model *model =
        build_good(f, COHORT("{sex: {shares: {male: 0.55, female: 0.45}}, bmi: 25, age: {shares: "
                             "{50: 0.1, 60: 0.2, 70: 0.7}}}"));
    const hec_population *p = &model->population;
    assert_true(p->n_strata == 6 && p->n_attributes == 3 && p->n_shares == 0);
    for (size_t s = 0; s < 6; s++) {
        assert_true(p->values[3 * s] == word_code(model, s < 3 ? "male" : "female"));
        assert_true(p->values[3 * s + 1] == 25);
        assert_true(p->values[3 * s + 2] == 50 + 10 * (double)(s % 3));
        assert_true(fabs(p->weights[s] - weights[s]) < 1e-15);
    }
    expect_findings(f, "");
    fixture_destroy(f);
}

static void one_map_must_make_sense(void **state)
{
    (void)state;
    refused(MICRO("{sex: {shares: {male: 0.5, female: 0.45}}}"),
            "the shares of `sex` sum to 0.95, not to 1 [start-sum]");
    refused(MICRO("{sex: {shares: {male: 1.5, female: -0.5}}}"),
            "the share of `female` is negative [start-sum]");
    refused(MICRO("{sex: {shares: {male: 0.5, 1: 0.5}}}"),
            "`sex` has shares of words and of numbers [wrong-shape]");
    refused(MICRO("{sex: {shares: {}}}"), "`sex` is shared out to nothing [missing-key]");
    refused(MICRO("{sex: {shares: 0.5}}"), "[wrong-shape]");
    refused(MICRO("{sex: {shares: {male: 1}, unit: years}}"),
            "`unit` stands beside `dist`; shares are of numbers as they are [unknown-key]");
    refused(MICRO("{x: {dist: normal(mean: 0, sd: 1), shares: {1: 1}}}"),
            "`x` has both `dist` and `shares` [bad-value]");
    refused(MICRO("{x: {unit: years}}"), "`x` has neither `dist` nor `shares` [missing-key]");
    refused(MICRO("{x: {dits: normal(mean: 0, sd: 1)}}"),
            "unknown key `dits` in an attribute [unknown-key]");
    refused(MICRO("{x: {dist: norml(mean: 0, sd: 1)}}"),
            "there is no distribution `norml` [arguments]");
    refused(MICRO("{x: {dist: normal(mean: 0, sd: -1)}}"), "[distribution]");
    refused(MICRO("{x: {dist: normal(mean: y, sd: 1)}}"),
            "time, population and engine are made of plain numbers [not-constant]");
    refused(MICRO("{age: {dist: normal(mean: 60, sd: 8), unit: CNY}}"), "[unit-mismatch]");
    refused(MICRO("{cycle: {dist: normal(mean: 0, sd: 1)}}"),
            "`cycle` is a name of the language; an attribute needs another name [name-taken]");
    refused(MICRO("{age: {shares: {50: 0.5, 200: 0.5}}}"), "nobody is 200 years old [bad-value]");
    warned(MICRO("{age: {dist: normal(mean: 30, sd: 20)}}"),
           "more than 1 in 1000 persons are drawn below 0 or above 150 years old "
           "[distribution-range]");
}

static void pairs_must_be_drawn(void **state)
{
#define PAIR(text)                                                                                 \
    MICRO("{a: {dist: normal(mean: 0, sd: 1)}, b: {dist: normal(mean: 0, sd: 1)}, c: 5, "          \
          "correlations: [" text "]}")
    (void)state;
    refused(PAIR("{between: [a, c], rho: 0.5}"),
            "`c` has no distribution that could be correlated [correlation]");
    refused(PAIR("{between: [a, bb], rho: 0.5}"),
            "`bb` is no attribute of the population [correlation]");
    refused(PAIR("{between: [a, a], rho: 0.5}"), "`a` is correlated with itself [correlation]");
    refused(PAIR("{between: [a, b], rho: 1}"), "a correlation lies between -1 and 1");
    refused(PAIR("{between: [a], rho: 0.5}"),
            "a correlation has two attributes and a number [missing-key]");
#undef PAIR
}

/* ---- files ----------------------------------------------------------------------------------- */

/* A population in a file beside the model. */
static hec_text from_file(const char *engine, const char *csv, const char *keys, char path[64])
{
    hec_text text = {0};
    strcpy(path, "/tmp/hecate-people-XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, csv, strlen(csv)), (ssize_t)strlen(csv));
    close(file);
    hec_text_format(&text, TIME "%spopulation: {file: %s, %s}\n" CHAIN ECONOMICS, engine, path,
                    keys);
    return text;
}

static void rows_are_persons(void **state)
{
    static const char csv[] = "age,sex\n50,male\n60,female\n70,female\n80,male\n";
    static const char *const engines[] = {"", PERSONS};
    char path[64];
    (void)state;
    for (size_t e = 0; e < 2; e++) {
        for (size_t in_turn = 0; in_turn < 2; in_turn++) {
            fixture f = fixture_create();
            hec_text text =
                from_file(engines[e], csv, in_turn ? "rows: in-turn" : "rows: drawn", path);
            const hec_model *model = build_good(f, text.data);
            const hec_population *p = &model->population;
            assert_true(p->n_attributes == 2 && p->n_strata == 4 && p->in_turn == (in_turn == 1));
            assert_true(p->weights[0] == 0.25 && p->weights[3] == 0.25);
            assert_true(p->values[6] == 80 && p->values[7] == word_code(model, "male"));
            assert_true(p->values[5] == word_code(model, "female"));
            expect_findings(f, "");
            hec_text_free(&text);
            unlink(path);
            fixture_destroy(f);
        }
    }
}

static void rows_are_drawn_by_weight(void **state)
{
    char path[64];
    (void)state;
    fixture f = fixture_create();
    hec_text text = from_file(PERSONS, "age,w,bmi\n50,0.75,20\n60,0.25,30\n", "weight: w", path);
    const hec_model *model = build_good(f, text.data);
    const hec_population *p = &model->population;
    assert_true(p->n_attributes == 2 && p->n_strata == 2 && !p->in_turn);
    assert_true(p->weights[0] == 0.75 && p->values[1] == 20 && p->values[2] == 60);
    hec_text_free(&text);
    unlink(path);
    fixture_destroy(f);
}

static void files_must_make_sense(void **state)
{
    static const char *const texts[][3] = {
        {"age,w\n50,1\n", "weight: w, rows: drawn",
         "`rows` counts all rows alike, and `weight` by a column; one of them is meant "
         "[bad-value]"},
        {"age\n50\n", "size: 5",
         "`weight: COLUMN` says which column of the file holds the "
         "shares [missing-key]"},
        {"age\n50\n", "size: 5", "help: or each row is a person: rows: in-turn, or drawn"},
        {"age\n50\n", "rows: random", "`rows` cannot be `random` [bad-value]"},
        {"sex\nmale\n''\nfemale\n3\n", "rows: drawn",
         "a number stands in a column of words, `sex` [table-shape]"},
        {"sex,bmi\nmale,3\n,4\n", "rows: drawn", "this cell of `sex` is empty [table-shape]"},
        {"bmi\n3\nx\n", "rows: drawn", "[table-shape]"},
        {"age\n50\n151\n", "rows: drawn", "nobody is 151 years old [bad-value]"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char path[64];
        hec_text text = from_file(PERSONS, texts[i][0], texts[i][1], path);
        refused(text.data, texts[i][2]);
        hec_text_free(&text);
        unlink(path);
    }
}

/* ---- strata ---------------------------------------------------------------------------------- */

/* Rows that are written out are those of a file. */
static void strata_are_persons(void **state)
{
    static const char *const engines[] = {"", PERSONS};
    (void)state;
    for (size_t e = 0; e < 2; e++) {
        for (size_t in_turn = 0; in_turn < 2; in_turn++) {
            fixture f = fixture_create();
            hec_text text = {0};
            hec_text_format(
                &text,
                TIME "%spopulation: {rows: %s, size: 6, strata: [{age: 50, sex: 'male'}"
                     ", {age: 60, sex: 'female'}, {age: 70, sex: 'male'}]}\n" CHAIN ECONOMICS,
                engines[e], in_turn ? "in-turn" : "drawn");
            const hec_model *model = build_good(f, text.data);
            const hec_population *p = &model->population;
            assert_true(p->n_attributes == 2 && p->n_strata == 3 && p->in_turn == (in_turn == 1));
            assert_true(p->weights[0] == 1.0 / 3 && p->weights[2] == 1.0 / 3);
            assert_true(p->values[2] == 60 && p->values[3] == word_code(model, "female"));
            expect_findings(f, "");
            hec_text_free(&text);
            fixture_destroy(f);
        }
    }
    refused(MICRO("{rows: in-turn, strata: [{age: 50, weight: 1}]}"),
            "`rows` counts all strata alike, and this one has a weight; one of them is meant "
            "[bad-value]");
    refused(MICRO("{rows: by-turns, strata: [{age: 50}]}"), "`rows` cannot be `by-turns`");
    refused(MICRO("{strata: [{age: 50}]}"), "a stratum needs its `weight` [missing-key]");
    refused(MICRO("{strata: [{age: 50}]}"),
            "help: or each stratum is a person: rows: in-turn, or drawn");
}

static void strata_serve_both(void **state)
{
    static const char strata[] =
        "{strata: [{weight: 0.25, age: 50, sex: 'male'}, {weight: 0.75, age: 60, sex: 'female'}]}";
    (void)state;
    for (size_t persons = 0; persons < 2; persons++) {
        fixture f = fixture_create();
        hec_text text = {0};
        hec_text_format(&text, TIME "%spopulation: %s\n" CHAIN ECONOMICS, persons ? PERSONS : "",
                        strata);
        const hec_model *model = build_good(f, text.data);
        const hec_population *p = &model->population;
        assert_true(p->n_strata == 2 && p->n_draws == 0 && p->n_shares == 0);
        assert_true(p->weights[1] == 0.75 && p->values[2] == 60);
        hec_text_free(&text);
        fixture_destroy(f);
    }
    refused(MICRO("{strata: [{weight: 1, age: {dist: normal(mean: 60, sd: 5)}}]}"),
            "[wrong-shape]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_are_drawn),
        cmocka_unit_test(what_is_drawn_in_months_counts_in_years),
        cmocka_unit_test(shares_are_drawn_for_persons),
        cmocka_unit_test(shares_are_strata_of_a_cohort),
        cmocka_unit_test(one_map_must_make_sense),
        cmocka_unit_test(pairs_must_be_drawn),
        cmocka_unit_test(rows_are_persons),
        cmocka_unit_test(rows_are_drawn_by_weight),
        cmocka_unit_test(files_must_make_sense),
        cmocka_unit_test(strata_are_persons),
        cmocka_unit_test(strata_serve_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
