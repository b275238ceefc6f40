/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models of the literature and of its kinds, each computed again in base R (recompute.R beside it):
 * totals, draws from files, the moments of what is drawn. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "published/published.h"

/* Two programs that sum in different order: up to 180 cycles and ten strata, each rounded to 1e-16
 * a few times; and 1 - exp(-x) in R, good to 1e-16 / x, for yearly deaths of x = 5e-4. */
static const double TOLERANCE = 1e-12;

/* Each row of the expected numbers: table, strategy, item, value and, but for services,
 * undiscounted. */
static void same_totals(const char *model, const char *numbers)
{
    static expected theirs, ours;
    char printed[40] = "";
    expected_read(&theirs, numbers);
    assert_true(theirs.rows > 4);
    hec_result *result = published_run(model, 0, NULL, 0);
    for (int row = 1; row < theirs.rows; row++) {
        char(*cell)[40] = theirs.cells[row];
        if (strcmp(printed, cell[0]) != 0) {
            snprintf(printed, sizeof printed, "%s", cell[0]);
            expected_from_result(&ours, result, printed);
        }
        for (int column = 3; column < 5 && cell[column][0]; column++) {
            double value = expected_number(&ours, ours.cells[0][column - 1],
                                           (const char *[]){cell[1], cell[2], NULL});
            assert_close(cell[2], value, strtod(cell[column], NULL), TOLERANCE);
        }
    }
    hec_result_destroy(result);
}

static void death_by_age_and_transition_rewards(void **state)
{
    (void)state;
    same_totals("sick_sicker_time/model.yaml", "sick_sicker_time/expected.csv");
}

static void time_in_a_state_as_tunnels(void **state)
{
    (void)state;
    same_totals("sick_sicker_time/residence.yaml", "sick_sicker_time/expected-residence.csv");
}

static void a_tree_before_the_chain(void **state)
{
    (void)state;
    same_totals("test_and_treat/model.yaml", "test_and_treat/expected.csv");
}

static void oncology_by_months(void **state)
{
    (void)state;
    same_totals("oncology/model.yaml", "oncology/expected.csv");
}

static void survival_curves_as_a_chain(void **state)
{
    (void)state;
    same_totals("partitioned_survival/model.yaml", "partitioned_survival/expected.csv");
}

static void survival_curves_as_occupancies(void **state)
{
    (void)state;
    same_totals("partitioned_survival/occupancy.yaml", "partitioned_survival/expected.csv");
}

static void a_cured_fraction_and_a_life_table(void **state)
{
    (void)state;
    same_totals("cure_fraction/model.yaml", "cure_fraction/expected.csv");
}

static void prices_and_coverage_by_year(void **state)
{
    (void)state;
    same_totals("vaccination/model.yaml", "vaccination/expected.csv");
}

static void competing_hazards(void **state)
{
    (void)state;
    same_totals("illness_death/model.yaml", "illness_death/expected.csv");
}

static void numbers_per_cycle(void **state)
{
    (void)state;
    same_totals("per_cycle/model.yaml", "per_cycle/expected.csv");
}

/* ---- total hip replacement ---------------------------------------------------------------------
 */

static void hip_replacement(void **state)
{
    (void)state;
    same_totals("hip_replacement/model.yaml", "hip_replacement/expected.csv");
    same_totals("hip_replacement/strata.yaml", "hip_replacement/expected-strata.csv");
}

/* Half a unit of the last digit that is quoted. */
static void hip_replacement_as_in_the_spreadsheet(void **state)
{
    (void)state;
    static expected totals, trace, ours;
    static const char *const names[] = {"standard", "np1"};
    static const char *const states[] = {"success_p", "revision", "success_r", "dead"};
    expected_read(&totals, "hip_replacement/spreadsheet.csv");
    expected_read(&trace, "hip_replacement/spreadsheet-trace.csv");
    hec_result *result = published_run("hip_replacement/model.yaml", 0, NULL, 0);
    for (size_t s = 0; s < 2; s++) {
        const char *keys[] = {names[s], NULL};
        double cost = expected_number(&totals, "cost", keys);
        double effect = expected_number(&totals, "effect", keys);
        assert_true(fabs(published_value(result, "base/cost", &s) - cost) <= 0.5e-6);
        assert_true(fabs(published_value(result, "base/effect", &s) - effect) <=
                    (s ? 0.5e-8 : 0.5e-7));
    }
    double icer = expected_number(&totals, "icer", (const char *[]){"np1", NULL});
    assert_true(fabs(published_value(result, "base/cea/icer", (size_t[]){1}) - icer) <= 0.5e-6);
    expected_from_result(&ours, result, "trace");
    for (int row = 1; row < trace.rows; row++) {
        const char *keys[] = {trace.cells[row][0], trace.cells[row][1], NULL};
        for (size_t i = 0; i < 4; i++) {
            double share = expected_number(&ours, states[i], keys);
            assert_true(fabs(share - expected_number(&trace, states[i], keys)) <= 0.5e-8 * 1.0001);
        }
    }
    hec_result_destroy(result);
}

static void hip_replacement_draw_by_draw(void **state)
{
    (void)state;
    static expected theirs, ours;
    expected_read(&theirs, "hip_replacement/expected-draws.csv");
    assert_int_equal(theirs.rows, 51);
    hec_result *result = published_run("hip_replacement/draws.yaml", 0, NULL, -1);
    expected_from_result(&ours, result, "psa");
    for (int row = 1; row < theirs.rows; row++) {
        const char *keys[] = {theirs.cells[row][0], NULL};
        for (int column = 1; column < 5; column++) {
            const char *name = theirs.cells[0][column];
            assert_close(name, expected_number(&ours, name, keys),
                         expected_number(&theirs, name, keys), TOLERANCE);
        }
    }
    hec_result_destroy(result);
}

/* ---- what is drawn ------------------------------------------------------------------------------
 */

enum { MOST = 20000 };

typedef struct sample {
    size_t n;
    double values[MOST];
} sample;

/* The draws of a parameter, from the table `draws` as CSV. */
static void read_draws(const hec_result *result, const char *name, sample *draws)
{
    char line[2048];
    int wanted = -1;
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(hec_result_print(result, "draws", HEC_FORMAT_CSV, file, diagnostics), HEC_OK);
    rewind(file);
    draws->n = 0;
    while (fgets(line, sizeof line, file)) {
        int column = 0;
        for (char *save = NULL, *cell = strtok_r(line, ",\n", &save); cell;
             cell = strtok_r(NULL, ",\n", &save), column++) {
            if (wanted < 0 && strcmp(cell, name) == 0) {
                wanted = column;
                break;
            }
            if (wanted == column) {
                assert_true(draws->n < MOST);
                draws->values[draws->n++] = strtod(cell, NULL);
            }
        }
        assert_true(wanted > 0);
    }
    fclose(file);
    hec_diagnostics_destroy(diagnostics);
}

static double mean(const sample *x)
{
    double sum = 0;
    for (size_t i = 0; i < x->n; i++) {
        sum += x->values[i];
    }
    return sum / (double)x->n;
}

static double covariance(const sample *x, const sample *y)
{
    double sum = 0, mx = mean(x), my = mean(y);
    for (size_t i = 0; i < x->n; i++) {
        sum += (x->values[i] - mx) * (y->values[i] - my);
    }
    return sum / (double)(x->n - 1);
}

static double correlation(const sample *x, const sample *y)
{
    return covariance(x, y) / sqrt(covariance(x, x) * covariance(y, y));
}

static void take_logs(sample *x)
{
    for (size_t i = 0; i < x->n; i++) {
        x->values[i] = log(x->values[i]);
    }
}

/* 4.5 standard errors: one chance in 150,000 for each comparison. */
static const double SIGMAS = 4.5;

static void assert_mean(const sample *x, double expected_mean, double sd)
{
    assert_true(fabs(mean(x) - expected_mean) <= SIGMAS * sd / sqrt((double)x->n));
}

/* The error of a standard deviation is sd sqrt((kurtosis - 1) / 4n); kurtosis up to 5 here. */
static void assert_sd(const sample *x, double sd)
{
    assert_true(fabs(sqrt(covariance(x, x)) - sd) <= SIGMAS * sd / sqrt((double)x->n));
}

/* The error of a correlation of normal scores is (1 - rho^2) / sqrt(n). */
static void assert_correlation(const sample *x, const sample *y, double rho)
{
    assert_true(fabs(correlation(x, y) - rho) <= SIGMAS * (1 - rho * rho) / sqrt((double)x->n));
}

static void moments_of_dirichlet_rows(void **state)
{
    (void)state;
    static sample stay, relapse, remission;
    hec_result *result = published_run("per_cycle/model.yaml", 0, NULL, -1);
    read_draws(result, "stay", &stay);
    read_draws(result, "to_relapse", &relapse);
    read_draws(result, "to_remission", &remission);
    /* shares a / A; variance a (A - a) / (A^2 (A + 1)); covariance -a b / (A^2 (A + 1)) */
    const double counts[] = {180, 14, 6}, all = 200, scale = all * all * (all + 1);
    const sample *rows[] = {&stay, &relapse, &remission};
    for (int i = 0; i < 3; i++) {
        double sd = sqrt(counts[i] * (all - counts[i]) / scale);
        assert_mean(rows[i], counts[i] / all, sd);
        assert_sd(rows[i], sd);
    }
    double rho = -sqrt(180.0 * 14 / ((all - 180) * (all - 14)));
    assert_correlation(&stay, &relapse, rho);
    for (size_t i = 0; i < stay.n; i++) {
        double sum = stay.values[i] + relapse.values[i] + remission.values[i];
        assert_true(fabs(sum - 1) <= 4e-16);
    }
    hec_result_destroy(result);
}

static void moments_of_correlated_ratios(void **state)
{
    (void)state;
    static sample now, late, stay;
    hec_result *result = published_run("per_cycle/model.yaml", 0, NULL, -1);
    read_draws(result, "rr", &now);
    read_draws(result, "rr_late", &late);
    read_draws(result, "stay", &stay);
    assert_mean(&now, 0.6, 0.1);
    assert_sd(&now, 0.1);
    assert_mean(&late, 0.8, 0.1);
    assert_sd(&late, 0.1);
    take_logs(&now);
    take_logs(&late);
    assert_sd(&now, sqrt(log1p(1.0 / 36)));
    assert_correlation(&now, &late, 0.7);
    assert_correlation(&now, &stay, 0);
    hec_result_destroy(result);
}

static void rows_of_files(void **state)
{
    (void)state;
    static expected posterior, patients;
    static sample b0, slope, cost, utility;
    same_totals("drawn/model.yaml", "drawn/expected.csv");
    expected_read(&posterior, "drawn/posterior.csv");
    expected_read(&patients, "drawn/patients.csv");
    hec_result *result = published_run("drawn/model.yaml", 0, NULL, -1);
    read_draws(result, "b0", &b0);
    read_draws(result, "slope", &slope);
    read_draws(result, "c_ill", &cost);
    read_draws(result, "u_ill", &utility);
    assert_int_equal(b0.n, 60);
    for (size_t i = 0; i < b0.n; i++) { /* row i of the one file, a whole row of the other */
        assert_true(b0.values[i] == strtod(posterior.cells[i + 1][1], NULL));
        assert_true(slope.values[i] == strtod(posterior.cells[i + 1][2], NULL));
        bool found = false;
        for (int row = 1; row < patients.rows; row++) {
            found = found || (cost.values[i] == strtod(patients.cells[row][1], NULL) &&
                              utility.values[i] == strtod(patients.cells[row][2], NULL));
        }
        assert_true(found);
    }
    hec_result_destroy(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(death_by_age_and_transition_rewards),
        cmocka_unit_test(time_in_a_state_as_tunnels),
        cmocka_unit_test(a_tree_before_the_chain),
        cmocka_unit_test(oncology_by_months),
        cmocka_unit_test(survival_curves_as_a_chain),
        cmocka_unit_test(survival_curves_as_occupancies),
        cmocka_unit_test(a_cured_fraction_and_a_life_table),
        cmocka_unit_test(prices_and_coverage_by_year),
        cmocka_unit_test(competing_hazards),
        cmocka_unit_test(numbers_per_cycle),
        cmocka_unit_test(hip_replacement),
        cmocka_unit_test(hip_replacement_as_in_the_spreadsheet),
        cmocka_unit_test(hip_replacement_draw_by_draw),
        cmocka_unit_test(moments_of_dirichlet_rows),
        cmocka_unit_test(moments_of_correlated_ratios),
        cmocka_unit_test(rows_of_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
