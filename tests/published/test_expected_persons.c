/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons against what is expected of them: models whose expectation base R works out exactly
 * (recompute.R beside each), met within the Monte Carlo error that the result itself states. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "published/published.h"

/* One chance in 16,000 for each comparison; the seeds are fixed. */
static const double SIGMAS = 4;

static void meets(const char *what, double mean, double error, double expected_mean)
{
    if (!(fabs(mean - expected_mean) <= SIGMAS * error + 1e-12 * fabs(expected_mean))) {
        fail_msg("%s: %.10g, expected %.10g, error %.3g (%.1f errors)", what, mean, expected_mean,
                 error, fabs(mean - expected_mean) / error);
    }
}

/* The number of the row of a table whose strategy and item are these, from 0. */
static size_t row_of(const expected *table, const char *strategy, const char *item)
{
    for (int row = 1; row < table->rows; row++) {
        if (strcmp(table->cells[row][0], strategy) == 0 &&
            strcmp(table->cells[row][1], item) == 0) {
            return (size_t)(row - 1);
        }
    }
    fail_msg("no %s of %s", item, strategy);
    return 0;
}

/* An array by its place in memory. */
static double value_at(const hec_result *result, const char *path, size_t at)
{
    int rank = 0;
    size_t shape[6] = {0};
    const double *values = hec_result_doubles(result, path, &rank, shape);
    if (!values) {
        fail_msg("the result has no %s", path);
        return NAN;
    }
    return values[at];
}

/* Each row of the expected numbers: table, strategy, item, value, undiscounted. */
static void same_expectations(const char *model, const char *numbers)
{
    static expected theirs, costs, effects;
    static const char *const suffix[2] = {"", "_undiscounted"};
    expected_read(&theirs, numbers);
    hec_result *result = published_run(model, 0, NULL, 0);
    expected_from_result(&costs, result, "costs");
    expected_from_result(&effects, result, "effects");
    for (int row = 1; row < theirs.rows; row++) {
        char(*cell)[40] = theirs.cells[row];
        bool is_cost = strcmp(cell[0], "costs") == 0;
        size_t at = row_of(is_cost ? &costs : &effects, cell[1], cell[2]);
        for (int kind = 0; kind < 2; kind++) {
            char path[2][64];
            for (int error = 0; error < 2; error++) {
                snprintf(path[error], sizeof path[error], "base/%s%s%s",
                         is_cost ? "category_cost" : "effects", error ? "_se" : "", suffix[kind]);
            }
            meets(cell[2], value_at(result, path[0], at), value_at(result, path[1], at),
                  strtod(cell[3 + kind], NULL));
        }
    }
    hec_result_destroy(result);
}

static void sick_sicker_by_time_ill(void **state)
{
    (void)state;
    same_expectations("microsimulation/model.yaml", "microsimulation/expected.csv");
}

/* The tutorial's own program gives what is expected, too. */
static void sick_sicker_as_in_the_tutorial(void **state)
{
    (void)state;
    static expected exact, tutorial;
    static const char *const names[] = {"none", "treatment"};
    double cost[2] = {0}, qaly[2] = {0};
    expected_read(&exact, "microsimulation/expected.csv");
    expected_read(&tutorial, "microsimulation/tutorial.csv");
    for (int s = 0; s < 2; s++) {
        const char *keys[] = {names[s], NULL};
        cost[s] =
            expected_number(&exact, "value", (const char *[]){"costs", names[s], "care", NULL}) +
            expected_number(&exact, "value",
                            (const char *[]){"costs", names[s], "treatment", NULL});
        qaly[s] =
            expected_number(&exact, "value", (const char *[]){"effects", names[s], "qaly", NULL});
        meets("cost", expected_number(&tutorial, "cost", keys),
              expected_number(&tutorial, "cost_error", keys), cost[s]);
        meets("qaly", expected_number(&tutorial, "qaly", keys),
              expected_number(&tutorial, "qaly_error", keys), qaly[s]);
    }
    const char *keys[] = {"difference", NULL};
    meets("cost", expected_number(&tutorial, "cost", keys),
          expected_number(&tutorial, "cost_error", keys), cost[1] - cost[0]);
    meets("qaly", expected_number(&tutorial, "qaly", keys),
          expected_number(&tutorial, "qaly_error", keys), qaly[1] - qaly[0]);
}

static void illness_and_death_in_continuous_time(void **state)
{
    (void)state;
    same_expectations("illness_death_times/model.yaml", "illness_death_times/expected.csv");
}

/* ---- UKPDS 82 -----------------------------------------------------------------------------------
 */

/* Events in the order of the model. */
static const char *const complications[] = {"mi",  "stroke", "ihd",   "chf",
                                            "amp", "blind",  "ulcer", "renal"};

static double summed(const hec_result *result, const char *path, size_t years, size_t item)
{
    double sum = 0;
    for (size_t year = 0; year < years; year++) {
        sum += published_value(result, path, (size_t[]){0, year, item});
    }
    return sum;
}

/* A scenario of the official runs (ukpds.sh compares with them) and how the model is set to it. */
typedef struct scenario {
    const char *name, *setting;
} scenario;

static const scenario scenarios[] = {{"base", NULL},
                                     {"smoker", "population.smoker=1"},
                                     {"low_egfr", "population.egfr=30"},
                                     {"mi", "population.mi_before=1"},
                                     {"ihd", "population.ihd_before=1"},
                                     {"chf", "population.chf_before=1"},
                                     {"ulcer", "population.ulcer_before=1"}};

static void one_patient(const scenario *of, const char *sex, const char *persons)
{
    static expected exact, effects;
    char count[64], years[16];
    const char *set[4] = {count, of->setting};
    size_t n_set = of->setting ? 2 : 1;
    double n = strtod(persons, NULL);
    snprintf(count, sizeof count, "engine.microsimulation.persons=%s", persons);
    if (strcmp(sex, "female") == 0) {
        set[n_set++] = "population.sex.shares.male=0";
        set[n_set++] = "population.sex.shares.female=1";
    }
    expected_read(&exact, "ukpds/expected.csv");
    hec_result *result = published_run("ukpds/base-case.yaml", n_set, set, 0);
    expected_from_result(&effects, result, "effects");
    for (int i = 0; i < 2; i++) {
        const char *measure = i ? "life_years" : "qaly";
        size_t at = row_of(&effects, "usual", measure);
        double mean =
            expected_number(&exact, "value", (const char *[]){of->name, sex, measure, "42", NULL});
        if (i || strstr("base smoker low_egfr", of->name)) { /* what was before is in the utility */
            meets(measure, value_at(result, "base/effects", at),
                  value_at(result, "base/effects_se", at), mean);
        }
    }
    for (size_t e = 0; e < 8; e++) {
        char name[32];
        snprintf(name, sizeof name, "events %s", complications[e]);
        double mean =
            expected_number(&exact, "value", (const char *[]){of->name, sex, name, "42", NULL});
        /* at most two for a person: the variance is no more than twice the mean */
        meets(name, summed(result, "base/events", 42, e), sqrt(2 * mean / n), mean);
    }
    for (size_t year = 10; year <= 40; year += 10) {
        double alive = 1;
        for (size_t cause = 0; cause < 4; cause++) {
            alive -= summed(result, "base/deaths", year, cause);
        }
        snprintf(years, sizeof years, "%zu", year);
        double share =
            expected_number(&exact, "value", (const char *[]){of->name, sex, "alive", years, NULL});
        meets("alive", alive, sqrt(share * (1 - share) / n), share);
    }
    hec_result_destroy(result);
}

static void people_with_diabetes(void **state)
{
    (void)state;
    one_patient(&scenarios[0], "male", "200000");
    one_patient(&scenarios[0], "female", "200000");
    for (size_t i = 1; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        one_patient(&scenarios[i], "male", "40000");
        one_patient(&scenarios[i], "female", "40000");
    }
}

/* The measure of a worked example, and half a unit of its last printed digit. */
typedef struct example {
    const char *measure, *alive; /* divided by who is alive, or NULL */
    double printed, half;
} example;

static void worked_example(size_t n_set, const char *const *set, const example *of, size_t n)
{
    static expected ours;
    hec_result *result = published_run("ukpds/worked.yaml", n_set, set, 0);
    expected_from_result(&ours, result, "effects");
    for (size_t i = 0; i < n; i++) {
        double value =
            expected_number(&ours, "value", (const char *[]){"usual", of[i].measure, NULL});
        if (of[i].alive) {
            value /= expected_number(&ours, "value", (const char *[]){"usual", of[i].alive, NULL});
        }
        if (!(fabs(value - of[i].printed) <= of[i].half)) {
            fail_msg("%s: %.10g, printed %.10g", of[i].measure, value, of[i].printed);
        }
    }
    hec_result_destroy(result);
}

static void worked_examples_of_the_equations(void **state)
{
    (void)state;
    static const char *const heart[] = {"population.age=70", "population.duration=8",
                                        "population.egfr=50", "population.albuminuria=1",
                                        "population.amp_before=1"};
    static const char *const death[] = {"population.age=70", "population.duration=8",
                                        "population.chf_before=1"};
    static const char *const rhythm[] = {"population.bmi=31.5"};
    worked_example(0, NULL,
                   (const example[]){{"hba1c_next", "alive_next", 6.94, 0.005},
                                     {"hba1c_third", "alive_third", 7.29, 0.005},
                                     {"egfr_next", "alive_next", 86.43273, 0.5e-5},
                                     {"p_smokes", NULL, 0.87929, 0.5e-5}},
                   4);
    worked_example(5, heart, (const example[]){{"p_chf", NULL, 0.027, 0.0005}}, 1);
    worked_example(3, death, (const example[]){{"p_death", NULL, 0.04584, 0.5e-5}}, 1);
    worked_example(1, rhythm, (const example[]){{"p_af", NULL, 0.0029, 0.00005}}, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sick_sicker_by_time_ill),
        cmocka_unit_test(sick_sicker_as_in_the_tutorial),
        cmocka_unit_test(illness_and_death_in_continuous_time),
        cmocka_unit_test(people_with_diabetes),
        cmocka_unit_test(worked_examples_of_the_equations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
