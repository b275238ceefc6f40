/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By perspective: increments against the first strategy, counted again from costs by category. */
#include "study_text.h"

#define DRAWS 300
static const char text[] =
    "hecate: 1\n"
    "model: views\n"
    "time: {cycle: 1 year, cycles: 10}\n"
    "perspectives: {all: all, fund: [fund], people: [own, travel]}\n"
    "parameters:\n"
    "  p: {value: 0.2, dist: 'beta(20, 80)'}\n"
    "  fee: {value: 100, unit: CNY/year, dist: 'gamma(mean: 100, se: 30)'}\n"
    "chains: {life: {start: A, states: {A: {utility: 0.9, cost: {fund: fee, own: 10}, to: {D: "
    "p}},\n"
    "  D: {dead: true}}}}\n"
    "strategies:\n"
    "  usual: {}\n"
    "  better: {set: {chains.life.states.A.to: {D: p / 2}}, cost: {travel: {A: 3}}}\n"
    "  cheaper: {set: {chains.life.states.A.cost: {fund: 0.4 * fee, own: 12}}}\n"
    "  worse: {set: {chains.life.states.A.to: {D: 2 * p}}}\n"
    "economics: {perspective: fund, currency: CNY, discount: 5%, discounting: discrete,\n"
    "            within_cycle: half-cycle, one_off: {at: end}, effect: qaly, thresholds: [40, "
    "100],\n"
    "            wtp: [40, 100]}\n"
    "uncertainty: {draws: 300, seed: 5}\n";

enum { STRATEGIES = 4, VIEWS = 3, CATEGORIES = 3, THRESHOLDS = 2, STATISTICS = 6 };
/* fund, own, travel in the order of their first mention */
static const int counts[VIEWS][CATEGORIES] = {{1, 1, 1}, {1, 0, 0}, {0, 1, 1}};
static const double thresholds[THRESHOLDS] = {40, 100};

static void assert_near(double a, double b)
{
    if (!(fabs(a - b) <= 1e-12 * fmax(1, fabs(b)))) {
        fail_msg("%.17g is not %.17g", a, b);
    }
}

static double seen_by(const double *category, size_t step, size_t view)
{
    double sum = 0;
    for (size_t c = 0; c < CATEGORIES; c++) {
        sum += counts[view][c] ? category[c * step] : 0;
    }
    return sum;
}

static void the_base_case_by_hand(void **state)
{
    (void)state;
    hec_result *result = study_text_run(text, NULL);
    size_t shape[6], ratios = 0;
    const double *category = result_array(result, "base/category_cost", shape);
    const double *effects = result_array(result, "base/effect", shape);
    const double *cost = result_array(result, "base/by_perspective/cost", shape);
    const double *effect = result_array(result, "base/by_perspective/effect", shape);
    const double *icer = result_array(result, "base/by_perspective/icer", shape);
    for (size_t s = 0; s < STRATEGIES; s++) {
        assert_near(effect[s], effects[s] - effects[0]);
        for (size_t v = 0; v < VIEWS; v++) {
            double more = seen_by(category + s * CATEGORIES, 1, v) - seen_by(category, 1, v);
            double e = effects[s] - effects[0], ours = icer[s * VIEWS + v];
            assert_near(cost[s * VIEWS + v], more);
            if ((more > 0 && e > 0) || (more < 0 && e < 0)) {
                assert_near(ours, more / e);
                ratios++;
            } else {
                assert_true(isnan(ours));
            }
        }
    }
    assert_int_equal(ratios, 6); /* better and worse, three perspectives each */
    assert_string_equal(hec_result_text(result, "base/by_perspective/quadrant", 0), "reference");
    assert_string_equal(hec_result_text(result, "base/by_perspective/quadrant", 2 * VIEWS + 1),
                        "less costly, equally effective");
    assert_string_equal(hec_result_text(result, "base/by_perspective/quadrant", 2 * VIEWS + 2),
                        "more costly, equally effective");
    hec_result_destroy(result);
}

static void draws_are_counted_one_by_one(void **state)
{
    (void)state;
    hec_result *result = study_text_run(text, NULL);
    size_t shape[6], between = 0;
    const double *category = result_array(result, "psa/category_cost", shape);
    const double *effect = result_array(result, "psa/effect", shape);
    const double *cost = result_array(result, "psa/by_perspective/cost", shape);
    const double *share = result_array(result, "psa/by_perspective/better", shape);
    for (size_t s = 1; s < STRATEGIES; s++) {
        for (size_t v = 0; v < VIEWS; v++) {
            double sum = 0;
            size_t better[THRESHOLDS] = {0}, at = s * VIEWS + v;
            for (size_t i = 0; i < DRAWS; i++) {
                double more = seen_by(category + s * CATEGORIES * DRAWS + i, DRAWS, v) -
                              seen_by(category + i, DRAWS, v);
                sum += more;
                for (size_t k = 0; k < THRESHOLDS; k++) {
                    better[k] += thresholds[k] * (effect[s * DRAWS + i] - effect[i]) > more;
                }
            }
            assert_near(cost[at * STATISTICS], sum / DRAWS);
            for (size_t k = 0; k < THRESHOLDS; k++) {
                assert_near(share[at * THRESHOLDS + k], (double)better[k] / DRAWS);
                between += better[k] > 0 && better[k] < DRAWS;
            }
        }
    }
    assert_true(between > 0);
    assert_true(isnan(share[0]));
    hec_result_destroy(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_base_case_by_hand),
        cmocka_unit_test(draws_are_counted_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
