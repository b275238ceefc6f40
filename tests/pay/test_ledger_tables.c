/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger as tables: by year, payment by payment, and over draws. */
#include "pay_study.h"

#include "store/store.h"

/* The table as CSV; the caller frees it. Not inlined: GCC 12 then warns of a dangling pointer. */
__attribute__((noinline)) static char *csv_of(const hec_result *result, const char *table)
{
    char *text = NULL;
    size_t length = 0;
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    FILE *out = open_memstream(&text, &length);
    assert_int_equal(
        hec_table_print(hec_result_dataset(result), table, HEC_FORMAT_CSV, out, diagnostics),
        HEC_OK);
    fclose(out);
    hec_diagnostics_destroy(diagnostics);
    return text;
}

static void assert_table(const hec_result *result, const char *table, const char *expected)
{
    char *text = csv_of(result, table);
    assert_string_equal(text, expected);
    free(text);
}

#define HEAD "strategy,account_year,mechanism,payer,payee,service,level,lag,amount\n"

/* Two people, half an admission of 1,000 in each half year, of which the fund pays 70 %; it gets
 * 2.55 back for each year lived. Nothing is paid from the award, nor without a policy. */
#define STUDY                                                                                      \
    "strategies:\n  none: {}\n  p:\n    policy:\n"                                                 \
    "      benefits: [{layer: basic, payer: fund, share: 0.7}, "                                   \
    "{layer: extra, payer: award, pays: 5, when: t > 99}, "                                        \
    "{layer: cash, payer: patient, rest: true}]\n"                                                 \
    "      contracts:\n"                                                                           \
    "        back: {level: region, from: hospital, to: fund, pay: 2.55 * region.person_years}\n"

static void years_without_money_are_left_out(void **state)
{
    (void)state;
    hec_result *r = pay_run(PAY_TIME("6 months", "3"), STUDY, 2, 1, "x\n0\n", NULL);
    assert_table(r, "ledger-years",
                 HEAD "p,2024,basic,fund,hospital,admission,person,0,1400\n"
                      "p,2024,cash,patient,hospital,admission,person,0,600\n"
                      "p,2024,back,hospital,fund,,region,0,5.1\n"
                      "p,2025,basic,fund,hospital,admission,person,0,700\n"
                      "p,2025,cash,patient,hospital,admission,person,0,300\n"
                      "p,2025,back,hospital,fund,,region,0,2.55\n");
    assert_table(r, "ledger",
                 "strategy,mechanism,payer,payee,service,level,lag,per_person,total\n"
                 "p,basic,fund,hospital,admission,person,0,1050,2100\n"
                 "p,cash,patient,hospital,admission,person,0,450,900\n"
                 "p,back,hospital,fund,,region,0,3.825,7.65\n");
    hec_result_destroy(r);
}

static void a_ledger_of_nothing_has_no_rows(void **state)
{
    (void)state;
    hec_result *r =
        pay_run(PAY_TIME("1 year", "1"), PAY_CONTRACT("level: panel, pay: 0 * panel.person_years"),
                2, 1, "x\n0\n", NULL);
    assert_table(r, "ledger-years", HEAD);
    assert_true(hec_table_available(hec_result_dataset(r), "ledger-years"));
    assert_false(hec_table_available(hec_result_dataset(r), "ledger-rows"));
    hec_result_destroy(r);
}

static void each_payment_of_a_person_is_a_row(void **state)
{
    (void)state;
    hec_result *r = pay_run(PAY_TIME("6 months", "3") "outputs: {histories: [2]}\n", STUDY, 2, 1,
                            "x\n0\n", NULL);
    assert_table(r, "ledger-rows",
                 "strategy,person,accrual,payment,mechanism,payer,payee,service,amount\n"
                 "p,2,0,0,basic,fund,hospital,admission,350\n"
                 "p,2,0,0,cash,patient,hospital,admission,150\n"
                 "p,2,0.5,0.5,basic,fund,hospital,admission,350\n"
                 "p,2,0.5,0.5,cash,patient,hospital,admission,150\n"
                 "p,2,1,1,basic,fund,hospital,admission,350\n"
                 "p,2,1,1,cash,patient,hospital,admission,150\n");
    hec_result_destroy(r);
}

/* What counts is discounted from when it is paid: of what happens once in a cycle, at its end. */
static void rows_add_up_to_the_costs_of_a_person(void **state)
{
    (void)state;
    hec_result *r = study_text_run(
        PAY_TIME(
            "6 months",
            "8") "engine: {microsimulation: {persons: 3}}\nuncertainty: {seed: 3}\n"
                 "outputs: {persons: all, histories: 3}\n"
                 "chains: {health: {start: ill, states: {ill: {utility: 1, use: {admission: 1}, "
                 "to: {dead: 0.2}}, dead: {dead: true}}}}\n"
                 "payers: [fund]\nproviders: {hospital: {}}\n"
                 "services: {admission: {at: hospital, tariff: 1000 + 10 * t / 1 year}}\n"
                 "perspectives: {all: all, of_fund: [fund]}\n"
                 "economics: {perspective: of_fund, currency: CNY, discount: 5%, discounting: "
                 "discrete,\n"
                 "            within_cycle: start, one_off: {at: end}, effect: qaly, wtp: [0, "
                 "20000]}\n"
                 "strategies: {p: {policy: {benefits: [{layer: basic, payer: fund, deductible: "
                 "700, "
                 "share: 0.8, per: year}, {layer: cash, payer: patient, rest: true}], contracts: "
                 "{late: {level: person, from: fund, to: hospital, pay: 10.01, lag: 3 "
                 "months}}}}}\n",
        NULL);
    double cost[3] = {0}, plain[3] = {0};
    size_t shape[6], n = 0, n_postings = 0;
    const int64_t *person = pay_fen(r, "ledger/rows/person", &n);
    const int64_t *posting = pay_fen(r, "ledger/rows/posting", &n_postings);
    const int64_t *amount = pay_fen(r, "ledger/rows/amount", &n_postings);
    const double *payment = result_array(r, "ledger/rows/payment", shape);
    const double *accrual = result_array(r, "ledger/rows/accrual", shape);
    const hec_array *payer = hec_dataset_array(hec_result_dataset(r), "ledger/payer");
    assert_true(n > 8 && n == shape[0] && n == n_postings);
    const hec_array *what = hec_dataset_array(hec_result_dataset(r), "ledger/mechanism");
    for (size_t i = 0; i < n; i++) {
        bool late = strcmp(what->data.texts[posting[i]], "late") == 0;
        assert_true(fabs(payment[i] - accrual[i] - (late ? 0.75 : 0.5)) < 1e-12);
        if (strcmp(payer->data.texts[posting[i]], "fund") == 0) {
            double money = (double)amount[i] / 100;
            plain[person[i] - 1] += money;
            cost[person[i] - 1] += money / pow(1.05, payment[i]);
        }
    }
    for (size_t i = 0; i < 3; i++) {
        assert_true(plain[i] == result_at(r, "persons/cost_undiscounted", i));
        assert_true(fabs(cost[i] - result_at(r, "persons/cost", i)) < 1e-9);
    }
    hec_result_destroy(r);
}

/* Two people with an admission each, of a drawn share: whole hundredths, draw by draw. */
static void draws_keep_what_was_paid(void **state)
{
    (void)state;
    enum { DRAWS = 41 };
    const hec_run_options threads[] = {{.threads = 1}, {.threads = 3, .block = 8}};
    for (size_t k = 0; k < 2; k++) {
        hec_result *r = study_text_run(
            PAY_TIME(
                "1 year",
                "1") "engine: {microsimulation: {persons: 2}}\nproviders: {hospital: {}}\n"
                     "uncertainty: {seed: 3, draws: 41}\n" PAY_PEOPLE
                     "parameters: {rate: {value: 0.7, dist: 'beta(mean: 0.7, sd: 0.1)'}}\n"
                     "strategies: {none: {}, p: {policy: {benefits: [{layer: basic, payer: fund, "
                     "share: rate}, {layer: cash, payer: patient, rest: true}]}}}\n",
            &threads[k]);
        size_t shape[6];
        double sum = 0, squares = 0;
        const double *rate = result_array(r, "psa/parameters", shape);
        const double *paid = result_array(r, "psa/ledger", shape);
        assert_true(shape[0] == 2 && shape[1] == 2 && shape[2] == DRAWS);
        for (size_t d = 0; d < DRAWS; d++) {
            double fund = floor(100000 * rate[d] + 0.5) / 100;
            assert_true(paid[d] == 0 && paid[DRAWS + d] == 0);
            assert_true(paid[2 * DRAWS + d] == fund);
            assert_true(fabs(paid[3 * DRAWS + d] - (1000 - fund)) < 1e-9);
            sum += fund;
            squares += fund * fund;
        }
        double mean = sum / DRAWS, sd = sqrt((squares - DRAWS * mean * mean) / (DRAWS - 1));
        char *text = csv_of(r, "ledger-psa"), *line = strchr(text, '\n') + 1;
        double printed[4] = {0};
        assert_memory_equal(
            text, "strategy,mechanism,payer,payee,service,level,lag,mean,sd,p2.5,p97.5\n", 68);
        assert_int_equal(sscanf(line, "p,basic,fund,hospital,admission,person,0,%lf,%lf,%lf,%lf",
                                &printed[0], &printed[1], &printed[2], &printed[3]),
                         4);
        assert_true(fabs(printed[0] - mean) < 1e-9 && fabs(printed[1] - sd) < 1e-6);
        assert_true(printed[2] < mean - sd && printed[3] > mean + sd);
        assert_non_null(strstr(line, "\np,cash,patient,hospital,admission,"));
        free(text);
        hec_result_destroy(r);
    }
}

/* What a run of the study will keep, in bytes. */
static int64_t bytes_kept(const char *outputs, int64_t draws)
{
    char text[4096];
    const hec_study_options options = {.draws = draws};
    hec_plan plan = {0};
    (void)snprintf(text, sizeof text, "%s%s%s", PAY_TIME("6 months", "3"), outputs,
                   "engine: {microsimulation: {persons: 2}}\nproviders: {hospital: {}}\n"
                   "uncertainty: {seed: 3}\n" PAY_PEOPLE STUDY);
    study_text s = study_text_open(text, &options);
    assert_int_equal(s.status, HEC_OK);
    assert_int_equal(hec_study_plan(s.study, NULL, &plan), HEC_OK);
    study_text_close(&s);
    return plan.bytes_kept;
}

/* Two people with 3 payments at the most in each of 3 cycles; 4 flows for 2 strategies. */
static void what_is_kept_is_planned(void **state)
{
    (void)state;
    int64_t nothing = bytes_kept("", 0);
    assert_true(bytes_kept("outputs: {histories: 2}\n", 0) - nothing >= 2 * 3 * 3 * 6 * 8);
    assert_true(bytes_kept("", 1000) - bytes_kept("", 0) >= 1000 * 8 * 2 * 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(years_without_money_are_left_out),
        cmocka_unit_test(a_ledger_of_nothing_has_no_rows),
        cmocka_unit_test(each_payment_of_a_person_is_a_row),
        cmocka_unit_test(rows_add_up_to_the_costs_of_a_person),
        cmocka_unit_test(draws_keep_what_was_paid),
        cmocka_unit_test(what_is_kept_is_planned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
