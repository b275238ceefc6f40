/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zidovudine and lamivudine in HIV infection: totals under five conventions, and the PSA. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "published/published.h"

static void compare(const char *file, const char *name, const double tolerance[3], bool absolute)
{
    static expected table;
    char path[64];
    expected_read(&table, file);
    snprintf(path, sizeof path, "hiv/%s.yaml", name);
    hec_result *result = published_run(path, 0, NULL, 0);
    for (size_t s = 0; s < 2; s++) {
        const char *keys[] = {name, s ? "comb" : "mono", NULL};
        static const char *const columns[] = {"cost", "effect", "icer"};
        static const char *const paths[] = {"base/cost", "base/effect", "base/cea/icer"};
        for (size_t c = 0; c < (s ? 3u : 2u); c++) {
            double ours = published_value(result, paths[c], (size_t[]){s});
            double theirs = expected_number(&table, columns[c], keys);
            if (absolute) {
                assert_true(fabs(ours - theirs) <= tolerance[c]);
            } else {
                assert_close(paths[c], ours, theirs, tolerance[c]);
            }
        }
    }
    hec_result_destroy(result);
}

static void totals_to_the_printed_digits(void **state)
{
    (void)state;
    compare("hiv/paper.csv", "model", (const double[]){0.5, 0.0005, 0.5}, true);
}

static void totals_to_17_digits(void **state)
{
    (void)state;
    static const char *const cases[] = {"model", "simple-lifetable", "simple-beginning",
                                        "simple-end", "continuous"};
    for (size_t i = 0; i < 5; i++) {
        compare("hiv/reference.csv", cases[i], (const double[]){1e-13, 1e-13, 1e-11}, false);
    }
}

/* Two independent Monte Carlo estimates differ by no more than 4.5 of their joint errors (one
 * chance in 150,000). Theirs has 10,000 draws, ours 100,000. */
static const double SIGMAS = 4.5;

static void psa_within_monte_carlo_error(void **state)
{
    (void)state;
    static expected table, curve;
    expected_read(&table, "hiv/psa.csv");
    expected_read(&curve, "hiv/ceac.csv");
    hec_result *result = published_run("hiv/continuous.yaml", 0, NULL, -1);
    static const char *const quantities[2][2] = {{"mean_cost_mono", "mean_cost_comb"},
                                                 {"mean_ly_mono", "mean_ly_comb"}};
    static const char *const spreads[2][2] = {{"sd_cost_mono", "sd_cost_comb"},
                                              {"sd_ly_mono", "sd_ly_comb"}};
    static const char *const paths[2] = {"psa/summary_cost", "psa/summary_effect"};
    for (size_t q = 0; q < 2; q++) {
        for (size_t s = 0; s < 2; s++) {
            double mean = expected_number(&table, "value", (const char *[]){quantities[q][s], NULL});
            double sd = expected_number(&table, "value", (const char *[]){spreads[q][s], NULL});
            double error = sd * sqrt(1.0 / 10000 + 1.0 / 100000);
            double ours = published_value(result, paths[q], (size_t[]){s, 0});
            assert_true(fabs(ours - mean) <= SIGMAS * error);
            /* the error of a standard deviation is sd / sqrt(2 n) for a normal variable; the sums of
             * skewed costs here have kurtosis up to 9, which multiplies it by at most 2 */
            double our_sd = published_value(result, paths[q], (size_t[]){s, 1});
            assert_true(fabs(our_sd - sd) <= SIGMAS * 2 * sd / sqrt(2.0 * 10000));
        }
    }
    for (int row = 1; row < curve.rows; row++) {
        double p = strtod(curve.cells[row][1], NULL);
        double error = sqrt(p * (1 - p) * (1.0 / 10000 + 1.0 / 100000)) + 1e-4;
        double ours = published_value(result, "analysis/ceac", (size_t[]){(size_t)row - 1, 1});
        assert_true(fabs(ours - p) <= SIGMAS * error);
    }
    hec_result_destroy(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_to_the_printed_digits),
        cmocka_unit_test(totals_to_17_digits),
        cmocka_unit_test(psa_within_monte_carlo_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
