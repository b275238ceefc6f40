/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sick-Sicker, four strategies: trace, totals, ICERs, and every within-cycle method. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
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
    hec_result *result = published_run("sick_sicker/model.yaml", 0, NULL, 0);
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
    hec_result *result = published_run("sick_sicker/model.yaml", 0, NULL, 0);
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
        hec_result *result = published_run("sick_sicker/model.yaml", 1, set, 0);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trace_is_the_published_one),
        cmocka_unit_test(totals_to_the_printed_digits),
        cmocka_unit_test(totals_to_17_digits),
        cmocka_unit_test(every_method),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
