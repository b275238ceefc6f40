/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sick-Sicker, four strategies: trace, totals, ICERs, and every within-cycle method. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "published/published.h"

static const char *const strategies[] = {"SoC", "A", "B", "AB"};

/* 75 cycles of a handful of products each: rounding grows to a few hundred units in the last place
 * at most, so 1e-13 leaves a factor of ten for the different order of the published code's sums. */
static const double TOLERANCE = 1e-13 * 10;

static void trace_is_the_published_one(void **state)
{
    (void)state;
    static expected trace;
    expected_read(&trace, "sick_sicker/trace.csv");
    hec_result *result = published_run("../../models/sick-sicker/model.yaml", 0, NULL, 0);
    static const char *const states[] = {"H", "S1", "S2", "D"};
    for (size_t s = 0; s < 4; s++) {
        for (size_t point = 0; point <= 75; point++) {
            char text[8];
            snprintf(text, sizeof text, "%zu", point);
            for (size_t i = 0; i < 4; i++) {
                const char *keys[] = {strategies[s], text, NULL};
                assert_close("trace", published_value(result, "base/trace", (size_t[]){s, point, i}),
                             expected_number(&trace, states[i], keys), TOLERANCE);
            }
        }
    }
    hec_result_destroy(result);
}

static void compare_totals(const char *file, double tolerance_cost, double tolerance_effect,
                           bool absolute)
{
    static expected table;
    expected_read(&table, file);
    hec_result *result = published_run("../../models/sick-sicker/model.yaml", 0, NULL, 0);
    for (size_t s = 0; s < 4; s++) {
        const char *keys[] = {strategies[s], NULL};
        static const char *const columns[] = {"cost", "effect", "icer"};
        static const char *const paths[] = {"base/cost", "base/effect", "base/cea/icer"};
        const double tolerance[] = {tolerance_cost, tolerance_effect, tolerance_cost};
        for (size_t c = 0; c < 3; c++) {
            double ours = published_value(result, paths[c], (size_t[]){s});
            double theirs = expected_number(&table, columns[c], keys);
            assert_int_equal(isnan(ours), isnan(theirs));
            if (absolute && !isnan(theirs)) {
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
    compare_totals("sick_sicker/paper.csv", 0.5, 0.0005, true); /* half of the last digit printed */
}

static void totals_to_17_digits(void **state)
{
    (void)state;
    compare_totals("sick_sicker/reference.csv", 100 * TOLERANCE, TOLERANCE, false); /* ICER: a ratio of differences */
}

static void every_method(void **state)
{
    (void)state;
    static expected table;
    expected_read(&table, "sick_sicker/corrections.csv");
    assert_true(table.rows > 4);
    static const char *const methods[] = {"none", "half-cycle", "start", "end"};
    for (size_t m = 0; m < 4; m++) {
        char setting[64];
        snprintf(setting, sizeof setting, "economics.within_cycle=%s", methods[m]);
        const char *set[] = {setting};
        hec_result *result = published_run("../../models/sick-sicker/model.yaml", 1, set, 0);
        for (size_t s = 0; s < 4; s++) {
            const char *keys[] = {methods[m], strategies[s], NULL};
            assert_close(methods[m], published_value(result, "base/cost", (size_t[]){s}),
                         expected_number(&table, "cost", keys), TOLERANCE);
            assert_close(methods[m], published_value(result, "base/effect", (size_t[]){s}),
                         expected_number(&table, "effect", keys), TOLERANCE);
        }
        hec_result_destroy(result);
    }
}

/* Every draw of a file of draws against what the published code made of it, then the curves. */
static void draws_from_a_file(void **state)
{
    (void)state;
    static const char *const costs[] = {"cost_SoC", "cost_A", "cost_B", "cost_AB"};
    static const char *const effects[] = {"qaly_SoC", "qaly_A", "qaly_B", "qaly_AB"};
    hec_result *result = published_run("sick_sicker/posterior.yaml", 0, NULL, -1);
    char path[512], line[2048];
    size_t draw = 0;
    int columns[8] = {0};
    snprintf(path, sizeof path, "%s/tests/published/sick_sicker/psa.csv", HECATE_SOURCE_DIR);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (int header = 1; fgets(line, sizeof line, file);) {
        int column = 0;
        char *save = NULL;
        if (line[0] == '#') {
            continue;
        }
        for (char *cell = strtok_r(line, ",\n", &save); cell; cell = strtok_r(NULL, ",\n", &save)) {
            for (size_t k = 0; k < 8; k++) {
                const char *name = k < 4 ? costs[k] : effects[k - 4];
                if (header && strcmp(cell, name) == 0) {
                    columns[k] = column;
                } else if (!header && columns[k] == column) {
                    assert_close(name,
                                 published_value(result, k < 4 ? "psa/cost" : "psa/effect",
                                                 (size_t[]){k % 4, draw}),
                                 strtod(cell, NULL), TOLERANCE);
                }
            }
            column++;
        }
        draw += !header;
        header = 0;
    }
    fclose(file);
    assert_int_equal(draw, 1000);
    static expected curve, evpi;
    expected_read(&curve, "sick_sicker/ceac.csv");
    expected_read(&evpi, "sick_sicker/evpi.csv");
    for (size_t w = 0; w <= 40; w++) {
        for (size_t s = 0; s < 4; s++) { /* shares of 1,000 draws: the same whole numbers */
            double share = strtod(curve.cells[w + 1][s + 1], NULL);
            double ours = published_value(result, "analysis/ceac", (size_t[]){w, s});
            assert_true(fabs(ours - share) < 1e-9);
        }
        assert_close("ceaf", published_value(result, "analysis/ceaf", (size_t[]){w}),
                     strtod(curve.cells[w + 1][5], NULL), 1e-12);
        /* a small difference of means of millions: what rounding leaves of 4e6 over 1e3 draws */
        double theirs = strtod(evpi.cells[w + 1][1], NULL);
        assert_true(fabs(published_value(result, "analysis/evpi", (size_t[]){w}) - theirs) < 1e-6);
    }
    hec_result_destroy(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trace_is_the_published_one),
        cmocka_unit_test(totals_to_the_printed_digits),
        cmocka_unit_test(totals_to_17_digits),
        cmocka_unit_test(every_method),
        cmocka_unit_test(draws_from_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
