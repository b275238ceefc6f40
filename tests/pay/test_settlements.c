/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settlements with panels: numbers worked out by hand, and how chance decides on small panels. */
#include "pay_study.h"

/* One panel per row; rows of the same text many times. */
static char *repeat(char *to, const char *row, int times)
{
    for (int i = 0; i < times; i++) {
        to = stpcpy(to, row);
    }
    return to;
}

/* 1,000 person-years at 200: 70 % at once, and 30 % at a score of 0.8 a year later. */
static void a_part_is_withheld(void **state)
{
    (void)state;
    static const char *const heads[] = {PAY_TIME("1 year", "1"), PAY_TIME("1 month", "12")};
    for (size_t i = 0; i < 2; i++) {
        hec_result *r =
            pay_run(heads[i],
                    PAY_CONTRACT("level: panel, pay: 0.7 * 200 * panel.person_years, "
                                 "settle: 0.3 * 200 * panel.person_years * panel.mean(score), "
                                 "lag: 1 year"),
                    1000, 1, "score\n0.8\n", NULL);
        assert_true(result_at(r, "ledger/total", 0) == 140000);
        assert_true(result_at(r, "ledger/total", 1) == 48000);
        assert_true(result_at(r, "ledger/lag", 0) == 0 && result_at(r, "ledger/lag", 1) == 1);
        /* a third category: patient, fund, award; paid at the end of the year, and a year later */
        double expected = (140000 / 1.05 + 48000 / (1.05 * 1.05)) / 1000;
        assert_true(fabs(result_at(r, "base/category_cost", 1) - expected) < 1e-9);
        assert_true(fabs(result_at(r, "base/cost", 0) - expected) < 1e-9);
        assert_true(fabs(result_at(r, "base/category_cost_undiscounted", 1) - 188) < 1e-9);
        assert_true(fabs(result_at(r, "base/year_cost_undiscounted", 1) - 188) < 1e-9);
        assert_true(result_at(r, "base/category_cost", 0) == 0);
        hec_result_destroy(r);
    }
}

/* Nine for a year and one for six months are 114 months: exactly 9.5 years, and 11.4 tenths; in the
 * second year what was counted in the first. */
static void months_are_parts_of_years(void **state)
{
    (void)state;
    hec_result *r = pay_run(
        PAY_TIME("1 month", "24"),
        "strategies:\n  p:\n    policy:\n"
        "      benefits: [{layer: cash, payer: patient, rest: true}]\n      contracts:\n"
        "        c: {level: panel, from: fund, to: hospital, when: person > 1 or cycle <= 6, "
        "pay: \"if(year == 2024, "
        "if(panel.person_years >= 9.5 and panel.person_years <= 9.5, 100, 0) + "
        "if(panel.sum(0.1) >= 11.4 and panel.sum(0.1) <= 11.4, 10, 0), "
        "if(last_year(panel.person_years) == 9.5, 1, 0))\"}\n",
        10, 1, "score\n0\n", NULL);
    assert_true(result_at(r, "ledger/total", 1) == 111);
    hec_result_destroy(r);
}

/* "For every 5 points more" from 32 to 51 %, and from 60 to 72 %: in steps, and in proportion. */
static void steps_are_read_two_ways(void **state)
{
    (void)state;
    char rows[4096], *at = stpcpy(rows, "before,after,was,is\n");
    for (int i = 0; i < 100; i++) {
        at += sprintf(at, "%d,%d,%d,%d\n", i < 32, i < 51, i < 60, i < 72);
    }
    static const struct {
        const char *tail;
        double expected;
    } cases[] = {
#define RISE(A, B)                                                                                 \
    "(panel.share(if(year == 2024, " A ", " B ") == 1) - "                                         \
    "last_year(panel.share(if(year == 2024, " A ", " B ") == 1)))"
#define SECOND(PAY) PAY_CONTRACT("level: panel, pay: if(year == 2024, 0, " PAY ")")
        {SECOND("100000 * 2% * floor(" RISE("before", "after") " / 5%)"), 6000},
        {SECOND("100000 * 2% * " RISE("before", "after") " / 5%"), 7600},
        {SECOND("100000 * floor(" RISE("was", "is") " / 5%)"), 200000},
        {SECOND("100000 * " RISE("was", "is") " / 5%"), 240000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        hec_result *r = pay_run(PAY_TIME("1 year", "2"), cases[i].tail, 100, 1, rows, NULL);
        size_t n;
        const int64_t *fen = pay_fen(r, "ledger/amount", &n);
        assert_int_equal(n, 2);
        assert_int_equal(fen[0], 0);
        assert_int_equal(fen[1], (int64_t)(100 * cases[i].expected));
        hec_result_destroy(r);
    }
}

/* A rate by complications, and 2,000 more where more than 90 % survive. */
static void a_ladder_pays_by_outcome(void **state)
{
    (void)state;
    static const int bad[] = {4, 4, 7, 12, 12}, alive[] = {92, 85, 85, 85, 92};
    static const double expected[] = {14000, 12000, 10000, 8000, 10000};
    char rows[8192], *at = stpcpy(rows, "bad,lives\n");
    for (int i = 0; i < 500; i++) {
        at += sprintf(at, "%d,%d\n", i / 5 < bad[i % 5], i / 5 < alive[i % 5]);
    }
    hec_result *r = pay_run(PAY_TIME("1 year", "1"),
                            PAY_CONTRACT("level: panel, pay: if(panel.share(bad == 1) < 5%, 12000, "
                                         "if(panel.share(bad == 1) > 10%, 8000, 10000)) + "
                                         "if(panel.share(lives == 1) > 90%, 2000, 0)"),
                            500, 5, rows, NULL);
    for (size_t i = 0; i < 5; i++) {
        assert_true(result_at(r, "ledger/panel_amount", i) == expected[i]);
    }
    assert_true(result_at(r, "ledger/margin", 0) == 54000 - 500 * 800);
    hec_result_destroy(r);
}

/* A standard of 18,000, 15 % less for all, and 10 % for who meets both criteria. */
static void quality_is_topped_up(void **state)
{
    (void)state;
#define MET "(panel.share(bad == 1) < 4% and panel.share(happy == 1) > 90%)"
    static const char *const tails[] = {
        PAY_CONTRACT("level: panel, pay: 18000 * 0.85 * if(" MET ", 1.10, 1)"),
        PAY_CONTRACT("level: panel, pay: 18000 * (0.85 + if(" MET ", 0.10, 0))"),
    };
    static const double met[] = {16830, 17100};
    char rows[4096], *at = stpcpy(rows, "bad,happy\n");
    for (int i = 0; i < 100; i++) {
        at += sprintf(at, "%d,%d\n%d,%d\n", i < 3, i < 91, i < 3, i < 90);
    }
    for (size_t i = 0; i < 2; i++) {
        hec_result *r = pay_run(PAY_TIME("1 year", "1"), tails[i], 200, 2, rows, NULL);
        assert_true(result_at(r, "ledger/panel_amount", 0) == met[i]);
        assert_true(result_at(r, "ledger/panel_amount", 1) == 15300);
        hec_result_destroy(r);
    }
}

/* A budget of 10 million and 10,000 points; one hospital codes 10 % more. */
static void a_point_is_worth_less_when_there_are_more(void **state)
{
    (void)state;
    static const char *const tails[] = {
        PAY_CONTRACT("level: panel, split: 10000000, by: panel.sum(points)"),
        PAY_CONTRACT("level: panel, split: 10000000, "
                     "by: panel.sum(if(points > 5000, 1.1, 1) * points)"),
    };
    static const double expected[][2] = {{6000000, 4000000}, {6226415.09, 3773584.91}};
    for (size_t i = 0; i < 2; i++) {
        hec_result *r =
            pay_run(PAY_TIME("1 year", "1"), tails[i], 2, 2, "points\n6000\n4000\n", NULL);
        size_t n;
        assert_int_equal(pay_fen(r, "ledger/amount", &n)[0], 1000000000);
        for (size_t panel = 0; panel < 2; panel++) {
            double paid = result_at(r, "ledger/panel_amount", panel);
            assert_true(fabs(paid - expected[i][panel]) < 1e-6);
        }
        double worth = result_at(r, "ledger/panel_amount", 1) / 4000;
        assert_true(fabs(worth - (i == 0 ? 1000 : 943.40)) < 0.005);
        hec_result_destroy(r);
    }
}

/* P(hit) of a target of 80 % by a panel whose true rate is 78 %: binomial probabilities. */
static void small_panels_hit_by_chance(void **state)
{
    (void)state;
    static const struct {
        int panels, each;
        double rate, hit;
    } cases[] = {{2000, 100, 0.78, 0.3662},
                 {500, 1000, 0.78, 0.0671},
                 {2000, 100, 0.80, 0.5595},
                 {500, 1000, 0.80, 0.5189}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[8192];
        int panels = cases[i].panels;
        (void)snprintf(text, sizeof text,
                       "%sengine: {microsimulation: {persons: %d}}\n"
                       "population: {good: {shares: {yes: %.2f, no: %.2f}}}\n"
                       "providers: {hospital: {panels: %d}}\n%s%s",
                       PAY_TIME("1 year", "1"), panels * cases[i].each, cases[i].rate,
                       1 - cases[i].rate, panels, PAY_REST,
                       PAY_CONTRACT("level: panel, "
                                    "pay: if(panel.share(good == 'yes') >= 80%, 1, 0)"));
        hec_result *r = study_text_run(text, NULL);
        double hit = result_at(r, "ledger/total", 0) / panels, p = cases[i].hit;
        assert_true(fabs(hit - p) < 3.5 * sqrt(p * (1 - p) / panels));
        hec_result_destroy(r);
    }
}

/* What is settled with the region, and a provider that pays back. */
static void the_region_settles_and_money_flows_back(void **state)
{
    (void)state;
    char rows[1024];
    *repeat(stpcpy(rows, "bad\n"), "1\n0\n0\n0\n", 10) = '\0';
    hec_result *r = pay_run(PAY_TIME("6 months", "3"),
                            "strategies:\n  p:\n    policy:\n"
                            "      benefits: [{layer: basic, payer: fund, share: 0.7}, "
                            "{layer: cash, payer: patient, rest: true}]\n"
                            "      contracts:\n"
                            "        back: {level: region, from: hospital, to: award, "
                            "pay: 10 * region.count(at_year_end(bad == 1)), lag: 6 months}\n",
                            40, 3, rows, NULL);
    size_t n;
    const int64_t *fen = pay_fen(r, "ledger/amount", &n);
    assert_int_equal(n, 6); /* 2024 whole, 2025 a half; basic, cash, back */
    assert_int_equal(fen[0], 40 * 2 * 35000);
    assert_int_equal(fen[1], 40 * 2 * 15000);
    assert_int_equal(fen[2], 10000);
    assert_int_equal(fen[3], 40 * 35000);
    assert_int_equal(fen[5], 10000);
    double back = -(100 / pow(1.05, 1.5) + 100 / pow(1.05, 2)) / 40;
    assert_true(fabs(result_at(r, "base/category_cost", 2) - back) < 1e-12);
    assert_true(result_at(r, "ledger/payer_received", 2) == 200);
    /* half a year uses half an admission: 500 paid, 400 spent */
    assert_true(result_at(r, "ledger/margin", 0) == 40 * 2 * (500 - 400) - 100);
    hec_result_destroy(r);
}

/* Each draw is settled with its own values: draws of a part of a chunk, and of several chunks. */
static void draws_are_settled(void **state)
{
    (void)state;
    enum { DRAWS = 7 };
    static const int persons[] = {100, 9000};
    for (size_t i = 0; i < 2; i++) {
        char text[8192];
        (void)snprintf(text, sizeof text,
                       "%sengine: {microsimulation: {persons: 10, per_draw: %d}}\n"
                       "uncertainty: {seed: 3, draws: %d}\n"
                       "parameters: {each: {value: 200, dist: gamma(mean: 200, sd: 50)}}\n"
                       "providers: {hospital: {panels: 3}}\n%s%s",
                       PAY_TIME("1 year", "2"), persons[i], DRAWS, PAY_PEOPLE,
                       PAY_CONTRACT("level: panel, pay: each * panel.person_years"));
        hec_result *r = study_text_run(text, NULL);
        for (size_t draw = 0; draw < DRAWS; draw++) {
            double each = result_at(r, "psa/parameters", draw);
            double paid = result_at(r, "psa/category_cost_undiscounted", DRAWS + draw);
            double discounted = result_at(r, "psa/cost", draw);
            assert_true(fabs(paid - 2 * each) < 0.001); /* whole hundredths of panels */
            assert_true(fabs(discounted - each * (1 / 1.05 + 1 / (1.05 * 1.05))) < 0.001);
        }
        assert_true(fabs(result_at(r, "base/cost", 0) - 200 * (1 / 1.05 + 1 / (1.05 * 1.05))) <
                    1e-9);
        hec_result_destroy(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_is_withheld),
        cmocka_unit_test(months_are_parts_of_years),
        cmocka_unit_test(steps_are_read_two_ways),
        cmocka_unit_test(a_ladder_pays_by_outcome),
        cmocka_unit_test(quality_is_topped_up),
        cmocka_unit_test(a_point_is_worth_less_when_there_are_more),
        cmocka_unit_test(small_panels_hit_by_chance),
        cmocka_unit_test(the_region_settles_and_money_flows_back),
        cmocka_unit_test(draws_are_settled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
