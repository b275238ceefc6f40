/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The details of the base case agree with each other: flows with the trace, parts with totals. */
#include "study_text.h"

static const char text[] =
    "hecate: 1\n"
    "model: parts\n"
    "time: {cycle: 6 months, cycles: 5}\n"
    "population: {strata: [{weight: 0.3, age: 40}, {weight: 0.7, age: 60}]}\n"
    "let: {p: if(age > 50, 0.2, 0.1)}\n"
    "chains:\n"
    "  life:\n"
    "    start: {A: 0.8, B: rest}\n"
    "    states:\n"
    "      A: {utility: 0.9, cost: {care: 10}, to: {B: p, D: 0.05}}\n"
    "      B: {utility: 0.5 / (1 + time_in_state / (1 year)), cost: {care: 30}, to: {A: 0.1, D: "
    "0.1}}\n"
    "      C: {utility: 0.7, to: {D: 0.02}}\n"
    "      D: {dead: true}\n"
    "on: [{to: D, cost: {funeral: 100}}]\n"
    "strategies:\n"
    "  usual: {}\n"
    "  other: {set: {chains.life.states.A.to: {C: 0.3, D: 0.04}}}\n"
    "  third: {set: {chains.life.states.C.to: {A: 0.5, B: 0.1}}, cost: {drug: {A: 7}}}\n"
    "perspectives: {all: all, fund: [care, drug]}\n"
    "economics: {perspective: fund, currency: CNY, discount: {cost: 5%, effect: 3%},\n"
    "            discounting: discrete, within_cycle: half-cycle, one_off: {at: end}, effect: "
    "qaly}\n";

enum { STRATEGIES = 3, STATES = 4, CYCLES = 5, CATEGORIES = 3 };

static size_t state_of(const hec_result *result, const char *path, size_t arc)
{
    static const char names[] = "ABCD";
    const char *name = hec_result_text(result, path, arc);
    assert_non_null(name);
    return (size_t)(strchr(names, name[0]) - names);
}

static void assert_close(double a, double b)
{
    if (!(fabs(a - b) <= 1e-13 * fmax(1, fabs(b)))) {
        fail_msg("%.17g is not %.17g", a, b);
    }
}

/* Strategies make different moves; each flow stands at the place of its own move. */
static void flows_lead_from_point_to_point(void **state)
{
    (void)state;
    hec_result *result = study_text_run(text, NULL);
    size_t shape[6];
    const double *trace = result_array(result, "base/trace", shape);
    const double *flow = result_array(result, "base/flow", shape);
    size_t arcs = shape[2];
    assert_int_equal(shape[0], STRATEGIES);
    assert_int_equal(shape[1], CYCLES);
    for (size_t s = 0; s < STRATEGIES; s++) {
        for (size_t c = 0; c < CYCLES; c++) {
            double from[STATES] = {0}, to[STATES] = {0};
            const double *now = trace + (s * (CYCLES + 1) + c) * STATES;
            for (size_t a = 0; a < arcs; a++) {
                from[state_of(result, "arcs/from", a)] += flow[(s * CYCLES + c) * arcs + a];
                to[state_of(result, "arcs/to", a)] += flow[(s * CYCLES + c) * arcs + a];
            }
            for (size_t i = 0; i < STATES; i++) {
                assert_close(from[i], now[i]);
                assert_close(to[i], now[STATES + i]);
            }
        }
    }
    hec_result_destroy(result);
}

/* Sum of the middle dimension of [strategies][n][categories]. */
static double sum_of(const double *values, size_t n, size_t strategy, size_t category)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[(strategy * n + i) * CATEGORIES + category];
    }
    return sum;
}

static void parts_sum_to_totals(void **state)
{
    (void)state;
    static const char *const manners[] = {"", "_undiscounted"};
    hec_result *result = study_text_run(text, NULL);
    for (size_t m = 0; m < 2; m++) {
        char path[4][64];
        static const char *const names[] = {"category_cost", "state_cost", "year_cost",
                                            "perspective_cost"};
        const double *values[4];
        size_t shape[4][6];
        for (size_t i = 0; i < 4; i++) {
            snprintf(path[i], sizeof path[i], "base/%s%s", names[i], manners[m]);
            values[i] = result_array(result, path[i], shape[i]);
        }
        assert_int_equal(shape[0][1], CATEGORIES);
        assert_int_equal(shape[2][1], 3); /* five half years */
        for (size_t s = 0; s < STRATEGIES; s++) {
            double all = 0;
            for (size_t c = 0; c < CATEGORIES; c++) {
                double total = values[0][s * CATEGORIES + c];
                assert_close(sum_of(values[1], STATES, s, c), total);
                assert_close(sum_of(values[2], 3, s, c), total);
                all += total;
            }
            assert_close(values[3][s * 2], all);
        }
    }
    for (size_t s = 0; s < STRATEGIES; s++) {
        assert_true(result_at(result, "base/cost", s) ==
                    result_at(result, "base/perspective_cost", 2 * s + 1));
    }
    hec_result_destroy(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flows_lead_from_point_to_point),
        cmocka_unit_test(parts_sum_to_totals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
