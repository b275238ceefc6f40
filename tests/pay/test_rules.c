/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is remembered from year to year, and settlements that read each other: numbers by hand. */
#include "pay_study.h"

#define BENEFITS "      benefits: [{layer: cash, payer: patient, rest: true}]\n"
#define POLICY(TEXT) "strategies:\n  p:\n    policy:\n" TEXT

/* What a mechanism has paid in each year. */
static void assert_paid(const hec_result *r, const char *mechanism, size_t years,
                        const double *expected)
{
    const hec_dataset *d = hec_result_dataset(r);
    const hec_array *name = hec_dataset_array(d, "ledger/mechanism");
    size_t n;
    const int64_t *fen = pay_fen(r, "ledger/amount", &n);
    assert_non_null(name);
    size_t flows = name->count, k = 0;
    while (k < flows && strcmp(name->data.texts[k], mechanism) != 0) {
        k++;
    }
    assert_true(k < flows);
    for (size_t year = 0; year < years; year++) {
        double paid = (double)fen[year * flows + k] / 100;
        if (fabs(paid - expected[year]) > 1e-9) {
            fail_msg("%s pays %.2f in year %zu, and not %.2f", mechanism, paid, year + 1,
                     expected[year]);
        }
    }
}

#define PAID(R, MECHANISM, ...)                                                                    \
    assert_paid(R, MECHANISM, sizeof((const double[]){__VA_ARGS__}) / sizeof(double),              \
                (const double[]){__VA_ARGS__})

/* Costs fall by 20 % in the second year: from the third on a weight is 10 % lower. The contract
 * reads it where the year is settled, the tariff of the other study while persons live it. */
static void a_weight_follows_costs(void **state)
{
    (void)state;
#define DRIFT                                                                                      \
    "      services: {admission: {resource: {2024: 800, 2025: 640}, tariff: " TARIFF "}}\n"        \
    "      rules: {weight: {level: region, start: 1, source: survey, update: region.weight * "     \
    "if(last_year(cost) > 0, 1 - 0.5 * max(0, 1 - cost / last_year(cost)), 1)}}\n"
#define COSTS "let: {cost: region.sum(pays(resource))}\n"
#define TARIFF "1000"
    hec_result *r = pay_run(PAY_TIME("1 year", "4") COSTS,
                            POLICY(DRIFT "      contracts: {case: {level: region, from: fund, to: "
                                         "hospital, covers: [admission], pay: 1000 * "
                                         "region.weight * region.sum(use(admission))}}\n"),
                            10, 1, "x\n1\n", NULL);
    PAID(r, "case", 10000, 10000, 9000, 9000);
    hec_result_destroy(r);
#undef TARIFF
#define TARIFF "1000 * region.weight"
    r = pay_run(PAY_TIME("1 year", "4") COSTS, POLICY(DRIFT BENEFITS), 10, 1, "x\n1\n", NULL);
    PAID(r, "cash", 10000, 10000, 9000, 9000);
    hec_result_destroy(r);
}

/* 20 % more than was paid in the year before, not than was claimed: 1.2, 1.2 x 1.2, 1.2 x 1.2 x 1.2
 * of the first year. */
static void growth_is_capped(void **state)
{
    (void)state;
    hec_result *r = pay_run(
        PAY_TIME("1 year", "4") "let: {claimed: region.sum(if(year == 2024, 1000, if(year < 2027, "
                                "1500, 2000)))}\n",
        PAY_CONTRACT("level: region, pay: if(last_year(settled(c)) > 0, min(claimed, 1.2 * "
                     "last_year(settled(c))), claimed)"),
        10, 1, "x\n1\n", NULL);
    PAID(r, "c", 10000, 12000, 14400, 17280);
    hec_result_destroy(r);
}

/* An audit finds more than 5 % of the persons of the first panel in 2024: nothing is paid for them
 * in the first 3 months of 2025. Two persons at 100 a month. */
static void a_panel_is_suspended(void **state)
{
    (void)state;
    hec_result *r = pay_run(
        PAY_TIME("1 month", "36"),
        POLICY(BENEFITS
               "      rules: {suspended: {level: panel, at: hospital, start: 0, update: "
               "if(panel.share(hung == 1 and year == 2024) > 5%, 3, 0)}}\n"
               "      contracts: {fee: {level: person, from: fund, to: hospital, pay: 100, when: "
               "cycle - 1 - 12 * floor((cycle - 0.5) / 12) >= panel.suspended}}\n"),
        2, 2, "hung\n1\n0\n", NULL);
    PAID(r, "fee", 2400, 2100, 2400);
    hec_result_destroy(r);
}

/* A bad year costs a class, two good ones in a row bring it back. Rules change together: the class
 * sees the streak of the year that is settled, not of the next. */
static void a_rating_has_a_memory(void **state)
{
    (void)state;
    hec_result *r = pay_run(
        PAY_TIME("1 year", "5") "let: {bad: panel.share(poor == 1 and year == 2024) > 0}\n",
        POLICY(BENEFITS
               "      rules:\n"
               "        class: {level: panel, at: hospital, start: 1, update: if(bad, min(3, "
               "panel.class + 1), if(panel.streak + 1 >= 2, max(1, panel.class - 1), "
               "panel.class))}\n"
               "        streak: {level: panel, at: hospital, start: 0, update: if(bad, 0, "
               "panel.streak + 1)}\n"
               "      contracts: {quota: {level: panel, from: fund, to: hospital, pay: 1000 / "
               "panel.class}}\n"),
        2, 2, "poor\n1\n0\n", NULL);
    static const double first[] = {1000, 500, 500, 1000, 1000};
    for (size_t year = 0; year < 5; year++) {
        assert_true(result_at(r, "ledger/panel_amount", 2 * year) == first[year]);
        assert_true(result_at(r, "ledger/panel_amount", 2 * year + 1) == 1000);
    }
    hec_result_destroy(r);
}

/* Budgets of 5,000 for two panels of 5 persons at 800: 1,000 are saved by each, half of it is
 * theirs, and 80 % of all that is spent on equipment. Written in the wrong order on purpose. */
static void savings_are_settled_after_budgets(void **state)
{
    (void)state;
    hec_result *r = pay_run(
        PAY_TIME("1 year", "2"),
        POLICY("      contracts:\n"
               "        equipment: {level: region, from: hospital, to: award, pay: 80% * "
               "settled(savings)}\n"
               "        savings: {level: panel, from: fund, to: hospital, pay: 0.5 * max(0, "
               "settled(budget) - panel.sum(pays(resource)))}\n"
               "        budget: {level: panel, from: fund, to: hospital, covers: [admission], pay: "
               "1000 * panel.person_years}\n"
               "        share: {level: panel, from: award, to: hospital, split: 0.1 * "
               "region.settled(budget), by: settled(savings)}\n"),
        10, 2, "x\n1\n", NULL);
    PAID(r, "budget", 10000, 10000);
    PAID(r, "savings", 1000, 1000);
    PAID(r, "equipment", 800, 800);
    PAID(r, "share", 1000, 1000);
    hec_result_destroy(r);
}

/* A budget of 10 million over 10,000 points; 5 % of what each hospital gets is a deposit. */
static void points_are_valued_and_deposits_kept(void **state)
{
    (void)state;
    hec_result *r = pay_run(
        PAY_TIME("1 year", "1"),
        POLICY("      contracts:\n"
               "        deposit: {level: panel, from: hospital, to: fund, pay: 5% * settled(dip)}\n"
               "        dip: {level: panel, from: fund, to: hospital, covers: [admission], split: "
               "10000000, by: panel.sum(points)}\n"
               "        check: {level: region, from: award, to: hospital, pay: settled(dip) / "
               "region.sum(points)}\n"),
        2, 2, "points\n6000\n4000\n", NULL);
    PAID(r, "dip", 10000000);
    PAID(r, "deposit", 500000);
    PAID(r, "check", 1000);
    /* contracts settled with panels in the order written: deposit, dip */
    assert_true(result_at(r, "ledger/panel_amount", 0) == 300000);
    assert_true(result_at(r, "ledger/panel_amount", 1) == 6000000);
    assert_true(result_at(r, "ledger/panel_amount", 2) == 200000);
    assert_true(result_at(r, "ledger/panel_amount", 3) == 4000000);
    hec_result_destroy(r);
}

/* ---- persons read everybody ------------------------------------------------------------------ */

/* Who belongs to a panel that did badly pays 40 % of 1,000 a year later, the others 30 %. */
static void a_share_follows_the_panel_of_last_year(void **state)
{
    (void)state;
    hec_result *r = pay_run(
        PAY_TIME("1 year", "3"),
        POLICY(
            "      benefits:\n"
            "        - {layer: basic, payer: fund, share: if(last_year(panel.share(bad == year)) "
            "> 0.5, 0.6, 0.7)}\n"
            "        - {layer: cash, payer: patient, rest: true}\n"),
        4, 2, "bad\n2024\n2025\n", NULL); /* panel 1 in 2024, panel 2 in 2025 */
    PAID(r, "cash", 4 * 300, 2 * 400 + 2 * 300, 2 * 300 + 2 * 400);
    hec_result_destroy(r);
}

/* 4 persons at 250 a quarter: three quarters are paid before 2,500 are used up, in each year. */
static void who_comes_first_is_served_first(void **state)
{
    (void)state;
    hec_result *r = pay_run(
        PAY_TIME("3 months", "8"),
        POLICY(BENEFITS "      contracts: {extra: {level: person, from: award, to: patient, pay: "
                        "1000 * use(admission), when: so_far(region.sum(pays(extra))) < 2500}}\n"),
        4, 1, "x\n1\n", NULL);
    PAID(r, "extra", 3000, 3000);
    hec_result_destroy(r);
}

/* A tenth of what one's hospital was given the year before, and a hundredth of what all were. */
static void what_was_settled_comes_back(void **state)
{
    (void)state;
    hec_result *r = pay_run(
        PAY_TIME("1 year", "3"),
        POLICY(BENEFITS "      contracts:\n"
                        "        back: {level: person, from: award, to: patient, pay: 0.1 * "
                        "last_year(settled(pool))}\n"
                        "        all: {level: person, from: award, to: patient, pay: 0.01 * "
                        "last_year(region.settled(pool))}\n"
                        "        pool: {level: panel, from: fund, to: hospital, split: 1000, by: "
                        "panel.sum(points)}\n"),
        3, 2, "points\n6\n4\n6\n", NULL); /* panels: 12 and 4 points: 750 and 250 */
    PAID(r, "pool", 1000, 1000, 1000);
    PAID(r, "back", 0, 2 * 75 + 25, 2 * 75 + 25);
    PAID(r, "all", 0, 30, 30);
    hec_result_destroy(r);
}

/* The first panel was bad in 2024 and dies in 2025, unless the door is closed; the price doubles in
 * both cases. */
static void behaviours_read_it_when_they_may(void **state)
{
    (void)state;
    static const char *const doors[] = {"", "behaviours: off\n"};
    static const double expected[] = {4000, 8000};
    for (size_t i = 0; i < 2; i++) {
        char head[256];
        (void)snprintf(head, sizeof head,
                       "%s%sparameters: {p_die: 0}\nevents: {end: {prob: p_die, fatal: true}}\n",
                       PAY_TIME("1 year", "3"), doors[i]);
        hec_result *r = pay_run(
            head,
            POLICY(BENEFITS
                   "      services: {admission: {tariff: region.price}}\n"
                   "      rules: {price: {level: region, start: 1000, update: 2000}}\n"
                   "      behaviours: {harm: {on: p_die, at: hospital, scenario: certain, set: "
                   "if(last_year(panel.share(bad == year)) > 0.5, 1, 0)}}\n"),
            4, 2, "bad\n2024\n2030\n", NULL);
        PAID(r, "cash", 4000, 8000, expected[i]);
        hec_result_destroy(r);
    }
}

/* ---- in words -------------------------------------------------------------------------------- */

static char *explain(const study_text *s, const char *provider, int64_t panel, int64_t year)
{
    char *said = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&said, &length);
    hec_settlement_choice choice = {provider, panel, year, NULL};
    assert_int_equal(hec_study_explain_settlement(s->study, &choice, s->diagnostics, out), HEC_OK);
    fclose(out);
    return said;
}

static void assert_says(const char *said, const char *words)
{
    if (!strstr(said, words)) {
        fail_msg("not said: %s; but:\n%s", words, said);
    }
}

static void rules_and_settlements_are_told(void **state)
{
    (void)state;
    char text[8192];
    pay_rows rows = pay_rows_open("points\n6000\n4000\n");
    (void)snprintf(
        text, sizeof text,
        "%sengine: {microsimulation: {persons: 2}}\npopulation: {file: %s, rows: in-turn}\n"
        "providers: {hospital: {panels: 2}}\n%s%s",
        PAY_TIME("1 year", "2"), rows.path, PAY_REST,
        POLICY(BENEFITS
               "      rules:\n"
               "        grade: {level: panel, at: hospital, start: 1, update: panel.grade + "
               "panel.sum(points) / 1000}\n"
               "        price: {level: region, start: 50, update: region.price * 1.1}\n"
               "      contracts:\n"
               "        dip: {level: panel, from: fund, to: hospital, split: 100, by: "
               "panel.sum(points)}\n"
               "        deposit: {level: panel, from: hospital, to: fund, pay: 5% * settled(dip) "
               "+ 0.1 * last_year(settled(dip))}\n"));
    study_text s = study_text_open(text, NULL);
    unlink(rows.path);
    assert_int_equal(s.status, HEC_OK);
    char *said = explain(&s, "hospital", 2, 2025);
    assert_says(said, "dip: fund pays hospital CNY 40.00");
    assert_says(said, "      panel 1 has 6000 and gets CNY 60.00\n"
                      "      panel 2 has 4000 and gets CNY 40.00\n");
    assert_says(said, "deposit: hospital pays fund CNY 6.00");
    assert_says(said, "with settled(dip) = 40, settled(dip), last year = 40");
    assert_says(said, "  grade is 5 in 2025\n");
    free(said);
    said = explain(&s, "hospital", 1, 2024);
    assert_says(said, "  grade is 1 in 2024 and 7 in 2025\n"
                      "    panel.grade + panel.sum(points) / 1000\n");
    assert_says(said, "panel.sum(points) = 6000");
    free(said);
    said = explain(&s, "region", 1, 2024);
    assert_says(said, "  price is 50 in 2024 and 55 in 2025\n");
    free(said);
    study_text_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_weight_follows_costs),
        cmocka_unit_test(growth_is_capped),
        cmocka_unit_test(a_panel_is_suspended),
        cmocka_unit_test(a_rating_has_a_memory),
        cmocka_unit_test(savings_are_settled_after_budgets),
        cmocka_unit_test(points_are_valued_and_deposits_kept),
        cmocka_unit_test(a_share_follows_the_panel_of_last_year),
        cmocka_unit_test(who_comes_first_is_served_first),
        cmocka_unit_test(what_was_settled_comes_back),
        cmocka_unit_test(behaviours_read_it_when_they_may),
        cmocka_unit_test(rules_and_settlements_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
