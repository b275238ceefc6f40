/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Services at several providers, panels by an attribute, what providers spend, payments that come
 * later: whole runs on lives that are certain, worked out by hand. */
#include "pay_study.h"

#include "store/store.h"

/* 40 persons, 10 of each row, who visit twice in half a year. */
#define PEOPLE                                                                                     \
    "hecate: 1\nmodel: two\n"                                                                      \
    "time: {cycle: 6 months, cycles: 10, start_year: 2024}\n"                                      \
    "engine: {microsimulation: {persons: 40}}\n"                                                   \
    "uncertainty: {seed: 3}\n"                                                                     \
    "payers: [fund]\n"                                                                             \
    "providers: {clinic: {tier: low, panels: 3, belongs: county}, hospital: {tier: high}}\n"       \
    "services:\n"                                                                                  \
    "  visit: {at: {clinic: low, hospital: rest}, tariff: {low: 35, hospital: 60}, "               \
    "resource: {clinic: 25, high: 50}}\n"                                                          \
    "perspectives: {society: [resource], of_fund: [fund]}\n"                                       \
    "economics: {perspective: society, currency: CNY, discount: 0, discounting: discrete,\n"       \
    "            within_cycle: start, one_off: {at: start}, effect: qaly, wtp: [0, 20000]}\n"
#define ROWS "low,county\n0.25,1\n0.5,3\n1,2\n0.75,3\n"
#define LIVES(DIE)                                                                                 \
    "chains: {health: {start: ill, states: {ill: {utility: 1, use: {visit: 4}, "                   \
    "to: {dead: " DIE "}}, dead: {dead: true}}}}\n"
#define POLICY                                                                                     \
    "strategies:\n  p:\n    policy:\n"                                                             \
    "      benefits: [{layer: basic, payer: fund, share: {low: 0.8, high: 0.5}}, "                 \
    "{layer: cash, payer: patient, rest: true}]\n"                                                 \
    "      contracts:\n"                                                                           \
    "        heads: {level: panel, from: fund, to: clinic, pay: 100 * panel.person_years}\n"

static hec_result *run_rows(const char *head, const char *rows, const char *tail,
                            const hec_run_options *options)
{
    char text[8192];
    pay_rows file = pay_rows_open(rows);
    int n = snprintf(text, sizeof text, "%spopulation: {file: %s, rows: in-turn}\n%s", head,
                     file.path, tail);
    assert_true(n > 0 && (size_t)n < sizeof text);
    hec_result *result = study_text_run(text, options);
    unlink(file.path);
    return result;
}

/* In a year 100 uses at the clinic and 60 at the hospital. Staff of 300 in each of 3 panels, a rent
 * of 1,000, and 1.50 for each person and cycle are spent. */
static void margins_of_both_providers(void **state)
{
    (void)state;
    hec_result *r =
        run_rows(PEOPLE, ROWS,
                 LIVES("0") POLICY
                 "        staff: {level: panel, from: clinic, to: resource, pay: 300}\n"
                 "        rent: {level: region, from: hospital, to: resource, pay: 1000}\n"
                 "        linen: {level: person, from: hospital, to: resource, pay: 1.5}\n",
                 NULL);
    size_t n = 0, shape[6];
    const int64_t *charge = pay_fen(r, "ledger/charge", &n);
    assert_int_equal(n, 5);
    (void)result_array(r, "ledger/receipts", shape);
    assert_true(shape[1] == 5 && shape[2] == 2);
    (void)result_array(r, "ledger/payer_paid", shape);
    assert_true(shape[1] == 2); /* what is spent has no payer */
    for (size_t year = 0; year < 5; year++) {
        assert_int_equal(charge[year], 710000);
        assert_true(result_at(r, "ledger/receipts", 2 * year) == 3500 + 4000);
        assert_true(result_at(r, "ledger/receipts", 2 * year + 1) == 3600);
        assert_true(result_at(r, "ledger/paid_out", 2 * year) == 0);
        assert_true(result_at(r, "ledger/paid_out", 2 * year + 1) == 0);
        assert_true(result_at(r, "ledger/resource_cost", 2 * year) == 2500 + 900);
        assert_true(result_at(r, "ledger/resource_cost", 2 * year + 1) == 3000 + 1000 + 120);
        assert_true(result_at(r, "ledger/margin", 2 * year) == 4100);
        assert_true(result_at(r, "ledger/margin", 2 * year + 1) == -520);
    }
    assert_true(result_at(r, "ledger/provider_received", 0) == 5 * (3500 + 4000));
    assert_true(result_at(r, "ledger/provider_paid", 1) == 0);
    assert_true(result_at(r, "ledger/provider_spent", 1) == 5 * (3000 + 1000 + 120));
    assert_true(result_at(r, "ledger/provider_per_person", 0) == 5 * 4100 / 40.0);
    assert_true(result_at(r, "ledger/provider_per_person", 1) == 5 * -520 / 40.0);
    assert_true(fabs(result_at(r, "base/cost", 0) - 5 * (3400 + 4120) / 40.0) < 1e-9);
    assert_true(fabs(result_at(r, "base/perspective_cost", 1) - 5 * (2800 + 1800 + 4000) / 40.0) <
                1e-9);
    hec_result_destroy(r);
}

/* County 3 has two rows and dies in the first half of 2026; who is left moves up among the lanes,
 * and still belongs where it did. */
static void panels_are_of_any_size(void **state)
{
    (void)state;
    static const double expected[][3] = {{1000, 1000, 2000},
                                         {1000, 1000, 2000},
                                         {1000, 1000, 1000},
                                         {1000, 1000, 0},
                                         {1000, 1000, 0}};
    static const hec_run_options options[] = {{.threads = 1, .block = 512},
                                              {.threads = 3, .block = 16}};
    for (size_t i = 0; i < 2; i++) {
        hec_result *r =
            run_rows(PEOPLE, ROWS, LIVES("if(county == 3 and t >= 2, 1, 0)") POLICY, &options[i]);
        for (size_t k = 0; k < 15; k++) {
            assert_true(result_at(r, "ledger/panel_amount", k) == expected[k / 3][k % 3]);
        }
        hec_result_destroy(r);
    }
}

/* What persons read of their panel's year before is that of the panel they belong to: in half a
 * year 10 for each of 10, the same again, and 20 for each of 20. */
static void persons_read_the_panel_they_belong_to(void **state)
{
    (void)state;
    hec_result *r =
        run_rows(PEOPLE, ROWS,
                 LIVES("0") POLICY "        more: {level: person, from: fund, to: clinic, "
                                   "pay: last_year(panel.person_years)}\n",
                 NULL);
    size_t n = 0, postings;
    const int64_t *fen = pay_fen(r, "ledger/amount", &n);
    postings = n / 5;
    for (size_t i = 0; i < postings; i++) {
        if (strcmp(hec_result_text(r, "ledger/mechanism", i), "more") == 0) {
            for (size_t year = 0; year < 5; year++) {
                assert_int_equal(fen[year * postings + i], year == 0 ? 0 : 2 * 600 * 100);
            }
            hec_result_destroy(r);
            return;
        }
    }
    fail_msg("`more` is not in the ledger");
}

#define LATER(ONE_OFF, DISCOUNTING, CYCLE, CYCLES)                                                 \
    "hecate: 1\nmodel: later\n"                                                                    \
    "time: {cycle: " CYCLE ", cycles: " CYCLES ", start_year: 2024}\n"                             \
    "engine: {microsimulation: {persons: 20, per_draw: 20}}\nuncertainty: {seed: 3, draws: 2}\n"   \
    "parameters: {u: {value: 0.5, dist: beta(mean: 0.5, sd: 0.1)}}\n"                              \
    "payers: [fund]\nproviders: {clinic: {}}\n"                                                    \
    "services: {visit: {at: clinic, tariff: 40}}\n"                                                \
    "perspectives: {society: [resource], of_fund: [fund]}\n"                                       \
    "economics: {perspective: of_fund, currency: CNY, discount: {cost: 5%, effect: 0},\n"          \
    "            discounting: " DISCOUNTING ", within_cycle: start, one_off: {at: " ONE_OFF "},\n" \
    "            effect: qaly, wtp: [0, 20000]}\n"                                                 \
    "chains: {health: {start: ill, states: {ill: {utility: u, use: {visit: 12}, to: {dead: 0}}, "  \
    "dead: {dead: true}}}}\n"                                                                      \
    "strategies:\n  p:\n    policy:\n"                                                             \
    "      benefits: [{layer: basic, payer: fund, share: 0.75, lag: 6 months}, "                   \
    "{layer: cash, payer: patient, rest: true}]\n"                                                 \
    "      contracts:\n"                                                                           \
    "        care: {level: person, from: fund, to: clinic, pay: 8 * cycle_length / 1 year}\n"      \
    "        rebate: {level: person, from: clinic, to: fund, lag: 2, "                             \
    "pay: 3 * cycle_length / 1 year}\n"                                                            \
    "        beds: {level: person, from: clinic, to: resource, lag: 1, "                           \
    "pay: 100 * cycle_length / 1 year}\n"

/* In a year the fund pays 360 half a year later, 8 at once, and gets 3 back two years later. */
static void later_payments_are_worth_less(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double length, moment;
        int cycles;
        bool continuous;
    } cases[] = {
        {LATER("start", "discrete", "1 year", "3"), 1, 0, 3, false},
        {LATER("end", "discrete", "1 year", "3"), 1, 1, 3, false},
        {LATER("start", "continuous", "1 month", "30"), 1 / 12.0, 0, 30, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        hec_result *r = study_text_run(cases[i].text, NULL);
        double length = cases[i].length, fund = 0, patient = 0, resource = 0, each = length;
        for (int k = 0; k < cases[i].cycles; k++) {
            double t = (k + cases[i].moment) * length;
#define WORTH(T) (cases[i].continuous ? exp(-0.05 * (T)) : pow(1.05, -(T)))
            fund += each * (360 * WORTH(t + 0.5) + 8 * WORTH(t) - 3 * WORTH(t + 2));
            patient += each * 120 * WORTH(t);
            resource += each * 100 * WORTH(t + 1);
        }
        /* a month's 0.67, 0.25 and 8.33 are whole hundredths of what they stand for */
        double years = cases[i].cycles * length, near = cases[i].cycles == 3 ? 1e-9 : 0.15;
        assert_true(fabs(result_at(r, "base/category_cost", 1) - fund) < near);
        assert_true(fabs(result_at(r, "base/category_cost", 0) - patient) < near);
        assert_true(fabs(result_at(r, "base/category_cost", 2) - resource) < near);
        assert_true(fabs(result_at(r, "base/cost", 0) - fund) < near);
        assert_true(fabs(result_at(r, "base/category_cost_undiscounted", 1) - 365 * years) < near);
        assert_true(fabs(result_at(r, "base/category_cost_undiscounted", 2) - 100 * years) < near);
        assert_true(fabs(result_at(r, "psa/cost", 0) - fund) < near);
        assert_true(result_at(r, "ledger/lag", 0) == 0.5 && result_at(r, "ledger/lag", 1) == 0);
        assert_true(result_at(r, "ledger/lag", 3) == 2 && result_at(r, "ledger/lag", 4) == 1);
        hec_result_destroy(r);
    }
}

/* The table for people has a column of lags where there are any. */
static bool ledger_says(const hec_result *result, const char *words)
{
    char *text = NULL;
    size_t length = 0;
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    FILE *out = open_memstream(&text, &length);
    assert_int_equal(
        hec_table_print(hec_result_dataset(result), "ledger", HEC_FORMAT_TEXT, out, diagnostics),
        HEC_OK);
    fclose(out);
    bool says = strstr(text, words) != NULL;
    hec_diagnostics_destroy(diagnostics);
    free(text);
    return says;
}

static void lags_are_shown(void **state)
{
    (void)state;
    hec_result *later = study_text_run(LATER("start", "discrete", "1 year", "3"), NULL);
    hec_result *now = run_rows(PEOPLE, ROWS, LIVES("0") POLICY, NULL);
    assert_true(ledger_says(later, " lag ") && ledger_says(later, "  0.5 "));
    assert_false(ledger_says(now, " lag "));
    hec_result_destroy(later);
    hec_result_destroy(now);
}

/* ---- what goes wrong ------------------------------------------------------------------------- */

static void fails_with(const char *text, const char *words)
{
    study_text s = study_text_open(text, NULL);
    hec_result *result = NULL;
    assert_int_equal(s.status, HEC_OK);
    assert_int_equal(hec_study_run(s.study, NULL, s.diagnostics, &result), HEC_E_VALUE);
    char *said = hec_diagnostics_text(s.diagnostics, false);
    if (!said || !strstr(said, words)) {
        fail_msg("not said: %s; but:\n%s", words, said ? said : "");
    }
    free(said);
    study_text_close(&s);
}

static void persons_are_named(void **state)
{
    (void)state;
    fails_with(PEOPLE "population: {low: 0.5, county: {shares: {1: 0.5, 2: 0.5}}, x: {dist: "
                      "normal(mean: 0.6, sd: 0.001)}}\n" LIVES("0") POLICY
               "      services: {visit: {at: {clinic: x, hospital: 0.5}}}\n",
               "the shares of `visit` sum to 1.1");
    fails_with(PEOPLE
               "population: {low: {dist: normal(mean: 3, sd: 0.001)}, county: 1}\n" LIVES("0")
                   POLICY,
               "the share of `visit at clinic` is ");
    fails_with(PEOPLE
               "population: {low: 0.5, county: {dist: normal(mean: 2, sd: 0.001)}}\n" LIVES("0")
                   POLICY,
               "the panels of `clinic` are numbered from 1 to 3, and this person's `county` is ");
    fails_with(PEOPLE
               "population: {low: 0.5, county: {dist: normal(mean: 2, sd: 0.001)}}\n" LIVES("0")
                   POLICY,
               "strategy p, person 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(margins_of_both_providers),
        cmocka_unit_test(panels_are_of_any_size),
        cmocka_unit_test(persons_read_the_panel_they_belong_to),
        cmocka_unit_test(later_payments_are_worth_less),
        cmocka_unit_test(lags_are_shown),
        cmocka_unit_test(persons_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
