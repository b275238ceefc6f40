/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payments in words: who paid for a person, and how a panel was settled. */
#include "pay_study.h"

static study_text open_study(const char *tail)
{
    char text[8192];
    pay_rows rows = pay_rows_open("points\n6000\n4000\n");
    (void)snprintf(text, sizeof text,
                   "%sengine: {microsimulation: {persons: 4}}\n"
                   "population: {file: %s, rows: in-turn}\n"
                   "providers: {hospital: {panels: 2}, clinic: {}}\n%s%s",
                   PAY_TIME("1 year", "2"), rows.path, PAY_REST, tail);
    study_text s = study_text_open(text, NULL);
    unlink(rows.path);
    assert_int_equal(s.status, HEC_OK);
    return s;
}

static void assert_says(const char *said, const char *words)
{
    if (!strstr(said, words)) {
        fail_msg("not said: %s; but:\n%s", words, said);
    }
}

#define POLICY                                                                                     \
    "strategies:\n  p:\n    policy:\n"                                                             \
    "      benefits: [{layer: basic, payer: fund, share: 0.7}, "                                   \
    "{layer: cash, payer: patient, rest: true}]\n"                                                 \
    "      contracts:\n"                                                                           \
    "        points: {level: panel, from: award, to: hospital, split: 1000.01, "                   \
    "by: panel.sum(points), lag: 6 months}\n"                                                      \
    "        back: {level: region, from: hospital, to: fund, pay: 2 * region.person_years}\n"

static void a_person_says_who_paid(void **state)
{
    (void)state;
    study_text s = open_study(POLICY);
    char *said = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&said, &length);
    assert_int_equal(hec_study_explain_person(s.study, 4, NULL, s.diagnostics, out), HEC_OK);
    fclose(out);
    assert_says(said, "Who paid, undiscounted, in CNY:");
    assert_says(said, "  2024-01  basic  fund      hospital  admission  700.00\n"
                      "           cash   patient   hospital  admission  300.00\n"
                      "  2025-01  basic  fund");
    assert_says(said, "  Who paid how much in each year:\n\n"
                      "  year  patient    fund\n"
                      "  2024   300.00  700.00\n"
                      "  2025   300.00  700.00\n\n");
    assert_says(said, "This person counts for panel 2 of hospital;");
    free(said);
    study_text_close(&s);
}

static char *explain(const study_text *s, hec_settlement_choice choice, hec_status expected)
{
    char *said = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&said, &length);
    assert_int_equal(hec_study_explain_settlement(s->study, &choice, s->diagnostics, out),
                     expected);
    fclose(out);
    return said;
}

static void a_panel_is_explained(void **state)
{
    (void)state;
    study_text s = open_study(POLICY);
    char *said = explain(&s, (hec_settlement_choice){"hospital", 2, 2025, NULL}, HEC_OK);
    assert_says(said, "Panel 2 of 2 of hospital");
    assert_says(said, "2025 under p");
    assert_null(strstr(said, "2024"));
    assert_says(said, "points: award pays hospital CNY 400.00, 0.5 years after the end");
    assert_says(said, "this panel's part of CNY 1,000.01 is 8000");
    assert_says(said, "with panel.sum(points) = 8000");
    free(said);
    said = explain(&s, (hec_settlement_choice){"region", 1, 0, "p"}, HEC_OK);
    assert_says(said,
                "2025 under p\n"
                "  admission: charged CNY 4,000.00, of which CNY 4,000.00 is for the benefits; "
                "it cost CNY 3,200.00\n\n"
                "  fund pays hospital CNY 2,800.00 for admission by `basic`\n"
                "  patient pays hospital CNY 1,200.00 for admission by `cash`\n"
                "  award pays hospital CNY 1,000.01 by `points`, settled with 2 panels of "
                "hospital, CNY 400.00 to CNY 600.01 each, 0.5 years later\n"
                "  hospital pays fund CNY 8.00 by `back`, settled with the region\n\n"
                "  patient pays CNY 1,200.00 in all\n"
                "  fund pays CNY 2,800.00 and gets CNY 8.00 back: CNY 2,792.00 in all\n"
                "  award pays CNY 1,000.01 in all\n"
                "  hospital gets CNY 5,000.01, pays CNY 8.00 and spends CNY 3,200.00: "
                "CNY 1,792.01 is left\n");
    assert_says(said, "back: hospital pays fund CNY 8.00");
    assert_says(said, "with region.person_years = 4");
    free(said);
    study_text_close(&s);
}

static void what_is_not_there_is_refused(void **state)
{
    (void)state;
    static const hec_settlement_choice wrong[] = {{"nobody", 1, 0, NULL},
                                                  {"hospital", 3, 0, NULL},
                                                  {"clinic", 1, 0, NULL},
                                                  {"region", 2, 0, NULL},
                                                  {"hospital", 1, 1999, NULL}};
    study_text s = open_study(POLICY);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int64_t before = hec_diagnostics_count(s.diagnostics, HEC_ERROR);
        free(explain(&s, wrong[i], HEC_E_ARGUMENT));
        assert_int_equal(hec_diagnostics_count(s.diagnostics, HEC_ERROR), before + 1);
    }
    study_text_close(&s);
    s = study_text_open(
        PAY_TIME("1 year", "2") /* a cohort, and nobody pays */
        "chains: {health: {start: ill, states: {ill: {utility: 1, to: {dead: 0.1}}, "
        "dead: {dead: true}}}}\n"
        "strategies: {p: {}}\nperspectives: {all: all}\n"
        "economics: {perspective: all, currency: CNY, discount: 3%, "
        "discounting: discrete, within_cycle: start, one_off: {at: start}, "
        "effect: qaly, wtp: [0, 20000]}\n",
        NULL);
    assert_int_equal(s.status, HEC_OK);
    free(explain(&s, (hec_settlement_choice){"hospital", 1, 0, NULL}, HEC_E_ARGUMENT));
    study_text_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_says_who_paid),
        cmocka_unit_test(a_panel_is_explained),
        cmocka_unit_test(what_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
