/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settlements with panels and the region: golden numbers, by hand, on sums put in by hand. */
#include "policy_fixture.h"

#define STUDY                                                                                      \
    HEAD PARTIES ILL("{s: 1}") "population: {hba1c: 7, age: 50}\n"                                 \
                               "services: {s: {at: tertiary, tariff: 10}}\n" ONE_POLICY            \
                               "      benefits: [{layer: cash, payer: patient, rest: true}]\n"     \
                               "      contracts:\n"

static double settled(const life *l, const char *contract, size_t number)
{
    return life_value(l, posting_of(l, contract, number)->value) / 100;
}

static const hec_measure *measure_of(const life *l, const char *name)
{
    const hec_pay *pay = &life_of(l)->pay;
    for (size_t i = 0; i < pay->n_measures; i++) {
        const char *known = hec_graph_input_name(l->model->graph, pay->measures[i].input);
        if (known && strcmp(known, name) == 0) {
            return &pay->measures[i];
        }
    }
    fail_msg("nothing is measured as %s", name);
    return NULL;
}

static double observed(const life *l, const hec_measure *m)
{
    return life_value(l, life_of(l)->life.observed[m->observed]) * m->factor / m->divisor;
}

/* 1,000 person-years at 200: 70 % now, and of the rest as much as the score of 0.8 */
static void capitation_with_a_withhold(void **state)
{
    (void)state;
    life l = life_open(
        STUDY
        "        capitation: {level: panel, from: fund, to: primary, pay: 0.7 * 200 * "
        "panel.person_years, settle: (0.3 * 200 * panel.person_years * "
        "band(panel.share(at_year_end(hba1c < 7)), {0: 0, 0.5: 0.8, 0.6: 1})), lag: 1 year}\n");
    const hec_posting *now = posting_of(&l, "capitation", 0);
    const hec_posting *later = posting_of(&l, "capitation", 1);
    assert_int_equal(now->level, HEC_LEVEL_PANEL);
    assert_true(now->at_year_end && later->at_year_end);
    assert_true(now->lag == 0 && later->lag == 1);
    assert_int_equal(now->observed, -1);
    assert_int_equal(hec_graph_node_at(l.model->graph, now->value)->depends, HEC_DEP_STRATUM);
    pay_measured(&l, "panel.person_years", 1000);
    pay_measured(&l, "panel.sum(at_year_end(hba1c < 7))", 550);
    pay_measured(&l, "panel.sum(at_year_end(1))", 1000);
    assert_true(settled(&l, "capitation", 0) == 140000);
    assert_true(settled(&l, "capitation", 1) == 48000);
    pay_measured(&l, "panel.sum(at_year_end(hba1c < 7))", 0); /* nobody is left */
    pay_measured(&l, "panel.sum(at_year_end(1))", 0);
    assert_true(settled(&l, "capitation", 1) == 0);
    life_close(&l);
}

/* What is summed over persons: the living of the contract, in years, at the year's end or all of it
 */
static void measures_of_persons(void **state)
{
    (void)state;
    life l = life_open(
        STUDY "        a: {level: panel, from: fund, to: primary, when: age >= 50, pay: "
              "panel.person_years + panel.count(hba1c < 7) + panel.mean(at_year_end(hba1c)) + "
              "region.sum(use(s) * 3)}\n");
    life_in(&l, "health", "ill", "ill");
    life_attribute(&l, "age", 50);
    life_attribute(&l, "hba1c", 6.5);
    const hec_measure *count = measure_of(&l, "panel.sum(hba1c < 7)");
    const hec_measure *mean = measure_of(&l, "panel.sum(at_year_end(hba1c))");
    const hec_measure *uses = measure_of(&l, "region.sum(use(s) * 3)");
    assert_string_equal(l.model->parties[count->provider].name, "primary");
    assert_int_equal(uses->provider, -1);
    assert_int_equal(uses->level, HEC_LEVEL_REGION);
    assert_true(mean->at_year_end && !count->at_year_end);
    assert_true(observed(&l, count) == 1 && observed(&l, mean) == 6.5 && observed(&l, uses) == 3);
    assert_true(observed(&l, measure_of(&l, "panel.person_years")) == 1);
    life_attribute(&l, "hba1c", 7);
    assert_true(observed(&l, count) == 0);
    life_attribute(&l, "age", 49);
    assert_true(observed(&l, uses) == 0 && observed(&l, mean) == 0);
    life_attribute(&l, "age", 50);
    life_in(&l, "health", "dead", "dead");
    assert_true(observed(&l, uses) == 0 && observed(&l, mean) == 0);
    assert_int_equal(hec_graph_node_at(l.model->graph, posting_of(&l, "a", 0)->value)->depends,
                     HEC_DEP_STRATUM | HEC_DEP_CYCLE);
    life_close(&l);
}

/* What is summed are whole hundredths, uses and months; factors come when the sum is read. */
static void sums_are_of_whole_numbers(void **state)
{
    (void)state;
    static const struct {
        double factor, divisor, each;
    } expected[] = {{1, 12, 1},  {1, 100, 250}, {1, 100, 300}, {0.1, 1, 0.25}, {1, 7, 0.25},
                    {0.1, 1, 1}, {2, 1, 50},    {1, 1, 2500},  {1, 1, 3}};
    life l = life_open(
        "hecate: 1\nmodel: life\ntime: {cycle: 1 month, cycles: 12}\n"
        "engine: {microsimulation: {persons: 10}}\nuncertainty: {seed: 1}\n"
        "economics: {perspective: all, currency: CNY, effect: qaly, discount: 0, discounting: "
        "discrete, within_cycle: start, one_off: {at: end}}\n" PARTIES ILL(
            "{s: 3}") "population: {group: 50}\n"
                      "services: {s: {at: primary, tariff: 10}}\n" ONE_POLICY
                      "      benefits: [{layer: cash, payer: patient, rest: true}]\n      "
                      "contracts:\n"
                      "        a: {level: panel, from: fund, to: primary, pay: panel.person_years "
                      "+ "
                      "panel.sum(pays(cash)) + panel.sum(pays(cash) + min(pays(allowed), 0.5)) + "
                      "panel.sum(use(s) * 0.1) + panel.sum(use(s) / 7) + panel.sum(0.1) + "
                      "panel.sum(2 * group) + "
                      "panel.sum(group * group) + panel.sum(3)}\n");
    life_in(&l, "health", "ill", "ill");
    life_attribute(&l, "group", 50);
    const hec_pay *pay = &life_of(&l)->pay;
    assert_int_equal(pay->n_measures, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < pay->n_measures; i++) {
        const hec_measure *m = &pay->measures[i];
        assert_true(m->factor == expected[i].factor && m->divisor == expected[i].divisor);
        assert_true(life_value(&l, life_of(&l)->life.observed[m->observed]) == expected[i].each);
    }
    life_close(&l);
}

/* From 32 % to 51 %: 2 % of the quota for every full 5 points, or in proportion. */
static void steps_and_lines(void **state)
{
    (void)state;
    life l = life_open(
        STUDY "        quota: {level: panel, from: fund, to: primary, pay: 1000000 * 0.02 * "
              "step(panel.share(hba1c < 7) - last_year(panel.share(hba1c < 7)), 0.05), settle: "
              "1000000 * 0.02 * (panel.share(hba1c < 7) - last_year(panel.share(hba1c < 7))) / "
              "0.05}\n"
              "        award: {level: panel, from: fund, to: tertiary, pay: 100000 * "
              "step(panel.share(age < 60) - 0.6, 0.05), settle: 100000 * (panel.share(age < 60) - "
              "0.6) / 0.05}\n");
    pay_measured(&l, "panel.sum(hba1c < 7)", 510);
    pay_measured(&l, "panel.sum(1)", 1000);
    pay_measured(&l, "panel.sum(hba1c < 7), last year", 640);
    pay_measured(&l, "panel.sum(1), last year", 2000);
    assert_true(settled(&l, "quota", 0) == 60000 && settled(&l, "quota", 1) == 76000);
    pay_measured(&l, "panel.sum(age < 60)", 72);
    pay_measured(&l, "panel.sum(1)", 100); /* of both providers */
    assert_true(settled(&l, "award", 0) == 200000 && settled(&l, "award", 1) == 240000);
    life_close(&l);
}

/* base 10,000; complications below 5 %: 12,000, above 10 %: 8,000; survival above 90 %: 2,000 more
 */
static void a_ladder(void **state)
{
    (void)state;
    static const double cases[][3] = {
        {4, 92, 14000}, {4, 85, 12000}, {7, 85, 10000}, {12, 85, 8000}, {12, 92, 10000}};
    life l = life_open(
        STUDY "        ladder: {level: panel, from: fund, to: tertiary, pay: (band(panel.share("
              "hba1c > 9), {0: 12000, 5%: 10000, 10%: 8000}) + if(panel.share(age < 60) > 90%, "
              "2000, 0))}\n");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pay_measured(&l, "panel.sum(hba1c > 9)", cases[i][0]);
        pay_measured(&l, "panel.sum(1)", 100);
        pay_measured(&l, "panel.sum(age < 60)", cases[i][1]);
        assert_true(settled(&l, "ladder", 0) == cases[i][2]);
    }
    life_close(&l);
}

/* 18,000 less 15 %, and 10 % more where both are met: of the reduced amount, or of the full one. */
static void a_penalty_and_a_reward(void **state)
{
    (void)state;
    life l = life_open(
        STUDY "        of_reduced: {level: region, from: fund, to: tertiary, pay: 18000 * 0.85 * "
              "if(region.share(hba1c > 9) < 4% and region.mean(age) > 90, 1.1, 1)}\n"
              "        of_full: {level: region, from: fund, to: tertiary, pay: 18000 * (0.85 + "
              "if(region.share(hba1c > 9) < 4% and region.mean(age) > 90, 0.1, 0))}\n");
    pay_measured(&l, "region.sum(hba1c > 9)", 3);
    pay_measured(&l, "region.sum(1)", 100);
    pay_measured(&l, "region.sum(age)", 9100);
    assert_true(settled(&l, "of_reduced", 0) == 16830 && settled(&l, "of_full", 0) == 17100);
    pay_measured(&l, "region.sum(age)", 9000);
    assert_true(settled(&l, "of_reduced", 0) == 15300 && settled(&l, "of_full", 0) == 15300);
    assert_int_equal(
        hec_graph_node_at(l.model->graph, posting_of(&l, "of_full", 0)->value)->depends,
        HEC_DEP_CYCLE);
    life_close(&l);
}

/* A budget over points. */
static void a_budget_is_split(void **state)
{
    (void)state;
    life l = life_open(
        STUDY "        dip: {level: panel, from: fund, to: tertiary, covers: [s], split: 10000000, "
              "by: panel.sum(use(s) * 1000 * if(age < 60, 1.1, 1))}\n");
    const hec_posting *posting = posting_of(&l, "dip", 0);
    life_in(&l, "health", "ill", "ill");
    life_attribute(&l, "age", 50);
    assert_true(life_value(&l, posting->value) == 1e9);
    pay_measured(&l, "panel.sum(use(s) * 1000 * if(age < 60, 1.1, 1))", 6600);
    assert_true(life_value(&l, posting->split_by) == 6600);
    assert_true(fabs(observed(&l, &life_of(&l)->pay.measures[0]) - 1100) < 1e-12);
    assert_true(paid_by(&l, "cash", NULL) == 0); /* covered */
    assert_true(pay_is_good(&l));
    life_close(&l);
}

/* Half of what is left of a budget for what the year costs, and all of what it lacks. */
static void savings_are_shared(void **state)
{
    (void)state;
    life l = life_open(
        STUDY "        savings: {level: panel, from: fund, to: tertiary, pay: 0.5 * max(0, 100 * "
              "panel.person_years - panel.sum(pays(cash) + pays(allowed)))}\n"
              "        deficit: {level: panel, from: tertiary, to: fund, pay: max(0, "
              "panel.sum(pays(resource) + pays(charge)) - 100 * panel.person_years)}\n");
    life_in(&l, "health", "ill", "ill");
    assert_true(observed(&l, measure_of(&l, "panel.sum(pays(cash) + pays(allowed))")) == 20);
    assert_true(observed(&l, measure_of(&l, "panel.sum(pays(resource) + pays(charge))")) == 10);
    pay_measured(&l, "panel.person_years", 10);
    pay_measured(&l, "panel.sum(pays(cash) + pays(allowed))", 900);
    pay_measured(&l, "panel.sum(pays(resource) + pays(charge))", 1100);
    assert_true(settled(&l, "savings", 0) == 50 && settled(&l, "deficit", 0) == 100);
    life_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capitation_with_a_withhold),
        cmocka_unit_test(measures_of_persons),
        cmocka_unit_test(sums_are_of_whole_numbers),
        cmocka_unit_test(steps_and_lines),
        cmocka_unit_test(a_ladder),
        cmocka_unit_test(a_penalty_and_a_reward),
        cmocka_unit_test(a_budget_is_split),
        cmocka_unit_test(savings_are_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
