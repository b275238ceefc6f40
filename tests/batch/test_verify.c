/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verify: engines that agree, and studies that one of them cannot run. */
#include "study_text.h"

#define HEAD                                                                                       \
    "hecate: 1\n"                                                                                  \
    "model: twice\n"                                                                               \
    "perspectives: {all: all}\n"                                                                   \
    "population: {strata: [{weight: 0.3, age: 40}, {weight: 0.7, age: 60}]}\n"                     \
    "time: {cycle: 6 months, cycles: 60}\n"
#define ECONOMICS                                                                                  \
    "economics: {perspective: all, currency: CNY, discount: {cost: 5%, effect: 3%},\n"             \
    "            discounting: discrete, within_cycle: half-cycle, one_off: {at: end},\n"           \
    "            effect: qaly, wtp: [0, 1000]}\n"
#define STATES                                                                                     \
    "services: {visit: {price: {care: 30, own: 5}}}\n"                                             \
    "chains:\n"                                                                                    \
    "  health:\n"                                                                                  \
    "    start: {H: 0.9, S: rest}\n"                                                               \
    "    states:\n"                                                                                \
    "      H: {utility: 1, cost: {care: 50}, to: {S: if(age > 50, 0.1, 0.05), D: 0.01}}\n"         \
    "      S: {utility: 0.6 / (1 + time_in_state / (5 years)), use: {visit: 6}, to: {H: 0.2, D: "  \
    "0.05}}\n"                                                                                     \
    "      D: {dead: true}\n"                                                                      \
    "on: [{to: D, cost: {care: 700}}, {from: start, cost: {care: 90}}, {from: H, to: S, qaly: "    \
    "-0.05}]\n"                                                                                    \
    "strategies: {A: {}, B: {set: {chains.health.states.S.to: {H: 0.4, D: 0.02}}, cost: {drug: "   \
    "{S: 800}}}}\n"

static char *verify(const char *text, const hec_study_options *options, hec_status *status,
                    bool *agree)
{
    char *words = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&words, &length);
    study_text s = study_text_open("", NULL);
    FILE *file = fopen(s.path, "w");
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    assert_true(out && file && diagnostics);
    fputs(text, file);
    fclose(file);
    *status = hec_study_verify(s.path, options, NULL, diagnostics, out, agree);
    fclose(out);
    char *found = hec_diagnostics_text(diagnostics, false);
    char *both = malloc(strlen(words) + strlen(found) + 1);
    assert_non_null(both);
    strcpy(both, words);
    strcat(both, found);
    free(words);
    free(found);
    hec_diagnostics_destroy(diagnostics);
    study_text_close(&s);
    return both;
}

static void assert_verified(const char *text, const hec_study_options *options, hec_status wanted,
                            bool agrees, const char *words)
{
    hec_status status;
    bool agree = !agrees;
    char *said = verify(text, options, &status, &agree);
    if (status != wanted || agree != agrees || !strstr(said, words)) {
        fail_msg("%s, %d, no `%s` in:\n%s", hec_status_text(status), agree, words, said);
    }
    free(said);
}

static void a_cohort_and_its_persons_agree(void **state)
{
    (void)state;
    static const hec_study_options more = {
        .draws = -1, .persons = 150000, .seed = 8, .has_seed = true};
    assert_verified(HEAD STATES ECONOMICS, NULL, HEC_OK, true, "against 100,000 persons");
    assert_verified(HEAD STATES ECONOMICS, &more, HEC_OK, true, "against 150,000 persons (seed 8)");
    assert_verified(HEAD STATES ECONOMICS "engine: {microsimulation: {persons: 60000}}\n"
                                          "uncertainty: {seed: 3, draws: 50}\n",
                    NULL, HEC_OK, true, "against 60,000 persons (seed 3)");
    assert_verified(HEAD STATES ECONOMICS, NULL, HEC_OK, true,
                    "Of 12 comparisons the largest difference is ");
}

/* The bound of Sidak for 12 comparisons at 1e-4 in all: from a table of the normal distribution. */
static void the_bound_is_sidaks(void **state)
{
    hec_status status;
    bool agree;
    (void)state;
    char *said = verify(HEAD STATES ECONOMICS, NULL, &status, &agree);
    char expected[32];
    double p = -expm1(log1p(-1e-4) / 12), low = 0, high = 10;
    for (int i = 0; i < 80; i++) { /* two-sided: erfc(z / sqrt 2) = p */
        double middle = (low + high) / 2;
        *(erfc(middle / sqrt(2)) > p ? &low : &high) = middle;
    }
    snprintf(expected, sizeof expected, "one beyond %.2f", low);
    if (!strstr(said, expected)) {
        fail_msg("`%s` is not in:\n%s", expected, said);
    }
    free(said);
}

/* Lives with events against other lives: the seeds are told, and the errors of both groups count.
 */
static void what_a_cohort_cannot_follow_is_compared_with_others(void **state)
{
    (void)state;
    static const char text[] = HEAD STATES ECONOMICS "engine: {microsimulation: {persons: 20000}}\n"
                                                     "uncertainty: {seed: 3}\n"
                                                     "events: {fall: {prob: 0.1}}\n";
    assert_verified(text, NULL, HEC_OK, true,
                    "20,000 persons (seed 3) against as many others (seed 4)");
    assert_verified(text, NULL, HEC_OK, true, "The two groups agree.");
    assert_verified(text, NULL, HEC_OK, true, ": the same results to the last bit.");
}

/* The error told is of both groups together: the root of the sum of their squares. */
static void errors_of_both_groups_count(void **state)
{
    (void)state;
#define FALLS(SEED)                                                                                \
    HEAD STATES ECONOMICS "engine: {microsimulation: {persons: 20000}}\n"                          \
                          "uncertainty: {seed: " SEED "}\nevents: {fall: {prob: 0.1}}\n"
    hec_result *ours = study_text_run(FALLS("3"), NULL), *others = study_text_run(FALLS("4"), NULL);
    size_t shape[6];
    double a = result_array(ours, "base/effects_se", shape)[0];
    double b = result_array(others, "base/effects_se", shape)[0];
    char both[32], one[32];
    snprintf(both, sizeof both, "  %.4f  ", sqrt(a * a + b * b));
    snprintf(one, sizeof one, "%.4f", a);
    assert_null(strstr(both, one));
    assert_verified(FALLS("3"), NULL, HEC_OK, true, both);
    hec_result_destroy(ours);
    hec_result_destroy(others);
}

static void what_cannot_be_read_is_refused(void **state)
{
    (void)state;
    assert_verified("hecate: 2\n", NULL, HEC_E_INPUT, false, "[language-version]");
}

static void sums_and_integrals_agree(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "let: {os: 'weibull(shape: 1.3, scale: 6)', pfs: 'hazard_ratio(os, 1.9)'}\n"
             "chains:\n"
             "  disease:\n"
             "    states:\n"
             "      stable: {occupancy: 'survival(pfs, t)', utility: 0.8, cost: {care: 5}}\n"
             "      worse: {occupancy: 'survival(os, t) - survival(pfs, t)', utility: 0.5}\n"
             "      dead: {occupancy: rest, dead: true}\n"
             "strategies: {A: {}, B: {set: {os: 'weibull(shape: 1.3, scale: 8)'}}}\n" ECONOMICS;
    assert_verified(text, NULL, HEC_OK, true, "The sums over cycles and the integrals agree.");
    hec_status status;
    bool agree;
    char *said = verify(text, NULL, &status, &agree), expected[32];
    double years = 0; /* of `worse` and `stable` under A within 30 years, by Simpson's rule */
    for (int i = 0; i <= 30000; i++) {
        years += (i == 0 || i == 30000 ? 1 : i % 2 ? 4 : 2) * exp(-pow(i * 1e-3 / 6, 1.3)) / 3000;
    }
    snprintf(expected, sizeof expected, "%.6f", 30 - years); /* dead */
    if (!strstr(said, expected)) {
        fail_msg("`%s` is not in:\n%s", expected, said);
    }
    free(said);
}

/* What is paid is compared where it is exact. */
static void policies_are_compared(void **state)
{
    (void)state;
#define PAID(LAYERS, ENGINE)                                                                       \
    "hecate: 1\n"                                                                                  \
    "model: paid\n"                                                                                \
    "perspectives: {fund: [fund]}\n"                                                               \
    "time: {cycle: 1 year, cycles: 20, start_year: 2024}\n"                                        \
    "payers: [fund]\n"                                                                             \
    "providers: {clinic: {panels: 3}}\n"                                                           \
    "services: {visit: {at: clinic, tariff: 40}}\n"                                                \
    "chains: {health: {start: H, states: {H: {utility: 1, use: {visit: 2}, to: {S: 0.1, D: "       \
    "0.02}}, S: {utility: 0.6, use: {visit: 6}, to: {D: 0.1}}, D: {dead: true}}}}\n"               \
    "strategies: {paid: {policy: {benefits: [" LAYERS                                              \
    "{layer: cash, payer: patient, rest: true}], contracts: {year: {level: panel, "                \
    "from: fund, to: clinic, pay: 30 * panel.person_years + 0.1 * panel.sum(pays(cash))}}}}}\n"    \
    "economics: {perspective: fund, currency: CNY, discount: 5%, discounting: discrete, "          \
    "within_cycle: start, one_off: {at: end}, effect: qaly, wtp: [1000]}\n" ENGINE
#define LINEAR "{layer: basic, payer: fund, share: if(in(S), 0.9, 0.6)}, "
#define DEDUCTIBLE "{layer: own, payer: patient, deductible: 100, per: year}, "
    assert_verified(PAID(LINEAR, ""), NULL, HEC_OK, true,
                    "Costs of fund are left out: they are settled");
    assert_verified(
        PAID(LINEAR, "uncertainty: {seed: 2}\nengine: {microsimulation: {persons: 50000}}\n"), NULL,
        HEC_OK, true, "against 50,000 persons (seed 2)");
    assert_verified(PAID(DEDUCTIBLE, "engine: {microsimulation: {persons: 50000}}\n"
                                     "uncertainty: {seed: 2}\n"),
                    NULL, HEC_OK, true, "50,000 persons (seed 2) against as many others (seed 3)");
    assert_verified(PAID(DEDUCTIBLE, "engine: {cohort: {payments: on_means}}\n"), NULL, HEC_OK,
                    true, "Costs of paid are left out: their payments are on means.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policies_are_compared),
        cmocka_unit_test(a_cohort_and_its_persons_agree),
        cmocka_unit_test(the_bound_is_sidaks),
        cmocka_unit_test(what_a_cohort_cannot_follow_is_compared_with_others),
        cmocka_unit_test(errors_of_both_groups_count),
        cmocka_unit_test(what_cannot_be_read_is_refused),
        cmocka_unit_test(sums_and_integrals_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
