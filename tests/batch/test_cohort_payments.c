/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payments of a cohort: exact where they are linear, marked where they are accepted on means.
 * Expected values are worked out by hand, from prices in place of policies, or from persons. */
#include "study_text.h"

#define PARTIES                                                                                    \
    "hecate: 1\n"                                                                                  \
    "model: paid\n"                                                                                \
    "payers: [fund, aid]\n"                                                                        \
    "providers: {clinic: {tier: primary, panels: 2}, hospital: {tier: tertiary, panels: 3}}\n"     \
    "perspectives: {fund: [fund]}\n"
#define ECONOMICS(METHOD)                                                                          \
    "economics: {currency: CNY, price_year: 2020, perspective: fund, discount: {cost: 5%, "        \
    "effect: 5%},\n  discounting: discrete, " METHOD ", effect: qaly, wtp: [1000]}\n"              \
    "uncertainty: {seed: 1}\n"
#define AT_START "within_cycle: start, one_off: {at: end, within_cycle: false}"

/* H -> S 0.2, H -> D 0.05, S -> D 0.15 */
#define THREE_STATES                                                                               \
    "time: {cycle: 1 year, cycles: 3, start_year: 2024}\n"                                         \
    "chains:\n"                                                                                    \
    "  health:\n"                                                                                  \
    "    start: H\n"                                                                               \
    "    states:\n"                                                                                \
    "      H: {utility: 0.9, use: {visit: 2}, to: {S: 0.2, D: 0.05}}\n"                            \
    "      S: {utility: 0.6, use: {visit: 6, stay: 0.5}, to: {D: 0.15}}\n"                         \
    "      D: {dead: true}\n"                                                                      \
    "on:\n"                                                                                        \
    "  - {from: H, to: S, use: {stay: 1}}\n"                                                       \
    "  - {to: D, use: {visit: 1}}\n"                                                               \
    "  - {from: start, use: {visit: 3}}\n"
#define SERVICES                                                                                   \
    "services:\n"                                                                                  \
    "  visit: {at: clinic, resource: 25, tariff: 40}\n"                                            \
    "  stay: {at: hospital, resource: 9000, tariff: {2024: 10000, 2026: 9500}, coverage: 0.9, "    \
    "ceiling: 11000}\n"

/* Golden: spending of mean 2000 and coefficient of variation 2 (lognormal), deductible 1000, share
 * 0.7. On the mean 0.7 (2000 - 1000) = 700; of persons 0.7 (2000 - E[min(X, 1000)]) = 908.1, since
 * E[min(X, 1000)] = 702.69. */
#define SPENDING(SPREAD)                                                                           \
    PARTIES                                                                                        \
    "time: {cycle: 1 year, cycles: 1, start_year: 2024}\n"                                         \
    "services: {care: {at: hospital, tariff: 1}}\n"                                                \
    "let: {spread: " SPREAD "}\n"                                                                  \
    "chains: {life: {start: ill, states: {ill: {utility: 0.5, use: {care: 2000 * spread}, "        \
    "to: {dead: 0.1}}, dead: {dead: true}}}}\n"                                                    \
    "strategies:\n"                                                                                \
    "  a:\n"                                                                                       \
    "    policy:\n"                                                                                \
    "      benefits:\n"                                                                            \
    "        - {layer: own, payer: patient, deductible: 1000, per: year}\n"                        \
    "        - {layer: basic, payer: fund, share: 0.7}\n"                                          \
    "        - {layer: cash, payer: patient, rest: true}\n" ECONOMICS(AT_START)

/* ---- results --------------------------------------------------------------------------------- */

enum { PATIENT, FUND, AID, RESOURCE, CATEGORIES };

static double paid(const hec_result *result, size_t category, bool discounted)
{
    return result_at(result, discounted ? "base/category_cost" : "base/category_cost_undiscounted",
                     category);
}

static void assert_near(double found, double wanted)
{
    if (!(fabs(found - wanted) <= 1e-9 * fmax(1, fabs(wanted)))) {
        fail_msg("%.15g, not %.15g", found, wanted);
    }
}

/* ---- by hand --------------------------------------------------------------------------------- */

/* What is used in one cycle by those in H and those in S at its start. */
typedef struct used {
    double visits[2], stays[2], alive;
} used;

static used uses_of(double h, double s, bool first)
{
    return (used){.visits = {2 * h + 0.05 * h + (first ? 3 * h : 0), 6 * s + 0.15 * s},
                  .stays = {0.2 * h, 0.5 * s},
                  .alive = h + s};
}

#define LINEAR                                                                                     \
    "strategies:\n"                                                                                \
    "  shares:\n"                                                                                  \
    "    policy:\n"                                                                                \
    "      benefits:\n"                                                                            \
    "        - {layer: basic, payer: fund, share: {primary: 0.9, tertiary: 0.75}, when: in(S)}\n"  \
    "        - {layer: aid, payer: aid, pays: 0.5 * remainder, at: tertiary, lag: 1 year}\n"       \
    "        - {layer: cash, payer: patient, rest: true}\n"                                        \
    "      contracts:\n"                                                                           \
    "        cap: {level: person, from: fund, to: clinic, pay: 200 * cycle_length / 1 year}\n"     \
    "        fee: {level: person, from: fund, to: clinic, pay: 5 * use(visit) + 2 * use(stay)}\n"  \
    "        year: {level: panel, from: fund, to: clinic, pay: 10 * panel.person_years + 0.1 * "   \
    "panel.sum(pays(cash)), lag: 1 year}\n"                                                        \
    "        back: {level: region, from: hospital, to: fund, pay: 0.02 * "                         \
    "region.sum(pays(basic))}\n"                                                                   \
    "        late: {level: region, from: fund, to: clinic, pay: 7 * "                              \
    "region.count(at_year_end(in(S)))}\n"

/* The same in C: what each category pays, discounted at 5 % from when it pays. */
static void by_hand(double cost[2][CATEGORIES])
{
    double h = 1, s = 0;
    memset(cost, 0, 2 * sizeof *cost);
    for (int k = 1; k <= 3; k++) {
        used u = uses_of(h, s, k == 1);
        double visits = u.visits[0] + u.visits[1], stays = u.stays[0] + u.stays[1];
        double charge = k < 3 ? 10000 : 9500, allowed = 0.9 * charge;
        double basic = 0.9 * 40 * u.visits[1] + 0.75 * allowed * u.stays[1];
        double aid = 0.5 * allowed * (u.stays[0] + 0.25 * u.stays[1]);
        double cash = 40 * (u.visits[0] + 0.1 * u.visits[1]) + aid;
        double patient = cash + 0.1 * charge * stays;
        double fund = basic + 200 * u.alive + 5 * visits + 2 * stays;
        double year = 10 * u.alive + 0.1 * cash;
        double now = pow(1.05, -k), later = pow(1.05, -k - 1);
        const double factors[2][2] = {{1, 1}, {now, later}};
        for (int d = 0; d < 2; d++) {
            cost[d][PATIENT] += factors[d][0] * patient;
            cost[d][FUND] += factors[d][0] * (fund - 0.02 * basic + 7 * s) + factors[d][1] * year;
            cost[d][AID] += factors[d][1] * aid;
            cost[d][RESOURCE] += factors[d][0] * (25 * visits + 9000 * stays);
        }
        double ill = 0.2 * h + 0.85 * s;
        h *= 0.75;
        s = ill;
    }
}

static void linear_payments_are_those_worked_by_hand(void **state)
{
    (void)state;
    double wanted[2][CATEGORIES];
    by_hand(wanted);
    hec_result *result = study_text_run(
        PARTIES THREE_STATES SERVICES LINEAR ECONOMICS(AT_START) "engine: cohort\n", NULL);
    for (size_t c = 0; c < CATEGORIES; c++) {
        assert_near(paid(result, c, false), wanted[0][c]);
        assert_near(paid(result, c, true), wanted[1][c]);
    }
    assert_near(result_at(result, "base/perspective_cost", 0), wanted[1][FUND]);
    assert_string_equal(hec_result_text(result, "strategies/payments", 0), "exact");
    assert_null(hec_result_text(result, "payments_on_means", 0));
    hec_result_destroy(result);
}

/* Shares of providers by state, strata, quarters, what contracts cover, capital, a behaviour. */
#define MIXED                                                                                      \
    PARTIES                                                                                        \
    "time: {cycle: 3 months, cycles: 24, start_year: 2024.5}\n"                                    \
    "population: {strata: [{weight: 0.4, age: 50, insured: 1}, {weight: 0.6, age: 65, insured: "   \
    "0}]}\n"                                                                                       \
    "parameters: {p_ill: 0.05, p_low: 0.3}\n"                                                      \
    "services:\n"                                                                                  \
    "  visit: {at: {clinic: \"p_low + 0.1 * in(S)\", hospital: rest}, resource: {clinic: 20, "     \
    "hospital: 50}, tariff: {clinic: 40, hospital: 90}}\n"                                         \
    "  stay: {at: hospital, resource: 9000, tariff: 10000}\n"                                      \
    "  lesson: {at: clinic, resource: 30}\n"                                                       \
    "chains:\n"                                                                                    \
    "  health:\n"                                                                                  \
    "    start: H\n"                                                                               \
    "    states:\n"                                                                                \
    "      H: {utility: 0.9, use: {visit: 2, lesson: 1}, to: {S: p_ill, D: 0.01}}\n"               \
    "      S: {utility: 0.6, use: {visit: 6, stay: 0.5, lesson: 2}, to: {D: 0.05}}\n"              \
    "      D: {dead: true}\n"                                                                      \
    "on: [{from: H, to: S, use: {stay: 1}}]\n"                                                     \
    "strategies:\n"                                                                                \
    "  shares:\n"                                                                                  \
    "    policy:\n"                                                                                \
    "      benefits:\n"                                                                            \
    "        - {layer: basic, payer: fund, share: {primary: 0.9, tertiary: 0.75}, deductible: "    \
    "10, "                                                                                         \
    "per: visit, when: insured == 1}\n"                                                            \
    "        - {layer: aid, payer: aid, share: 0.5, ceiling: 100, per: visit}\n"                   \
    "        - {layer: cash, payer: patient, rest: true}\n"                                        \
    "      contracts:\n"                                                                           \
    "        cap: {level: person, covers: [lesson], from: fund, to: clinic, pay: 30 * "            \
    "use(lesson)}\n"                                                                               \
    "        bundle: {level: person, covers: [stay], from: fund, to: hospital, pay: \"8000 * "     \
    "use(stay) + if(year >= 2026, 1, 2)\", when: in(S)}\n"                                         \
    "        invest: {level: person, from: hospital, to: resource, pay: 5}\n"                      \
    "        develop: {level: region, from: clinic, to: resource, pay: 0.1 * "                     \
    "region.person_years}\n"                                                                       \
    "      behaviours: {fewer: {on: p_ill, multiply: 0.8, ramp: 2 years, scenario: "               \
    "assumed}}\n" ECONOMICS(AT_START)

static void assert_as_persons(const char *cohorts, const char *people)
{
    hec_result *cohort = study_text_run(cohorts, NULL), *persons = study_text_run(people, NULL);
    for (size_t c = 0; c < CATEGORIES; c++) {
        double error = result_at(persons, "base/category_cost_se", c);
        double difference = paid(persons, c, true) - paid(cohort, c, true);
        assert_true(fabs(difference) <= 4 * error + 0.01); /* whole fen */
    }
    hec_result_destroy(cohort);
    hec_result_destroy(persons);
}

static void linear_payments_are_those_of_persons(void **state)
{
    (void)state;
#define PERSONS "engine: {microsimulation: {persons: 50000}}\n"
    assert_as_persons(PARTIES THREE_STATES SERVICES LINEAR ECONOMICS(AT_START) "engine: cohort\n",
                      PARTIES THREE_STATES SERVICES LINEAR ECONOMICS(AT_START) PERSONS);
    assert_as_persons(MIXED "engine: cohort\n", MIXED PERSONS);
}

/* ---- the ledger ------------------------------------------------------------------------------ */

static bool is_at(const hec_result *result, const char *path, size_t posting, const char *name)
{
    const char *text = hec_result_text(result, path, posting);
    return text && strcmp(text, name) == 0;
}

/* What a payer pays less what it gets is its category, undiscounted. */
static void assert_ledger(const char *text)
{
    static const char *const payers[] = {"patient", "fund", "aid"};
    hec_result *result = study_text_run(text, NULL);
    size_t shape[6], yearly[6];
    const double *mean = result_array(result, "ledger/mean", shape);
    const double *years = result_array(result, "ledger/mean_year", yearly);
    for (size_t c = 0; c < RESOURCE; c++) {
        double sum = 0;
        for (size_t i = 0; i < shape[1]; i++) {
            sum += is_at(result, "ledger/payer", i, payers[c]) ? mean[i] : 0;
            sum -= is_at(result, "ledger/payee", i, payers[c]) ? mean[i] : 0;
        }
        assert_near(sum, paid(result, c, false));
    }
    for (size_t i = 0; i < shape[1]; i++) {
        double sum = 0;
        for (size_t y = 0; y < yearly[1]; y++) {
            sum += years[y * shape[1] + i];
        }
        assert_near(sum, mean[i]);
        assert_true(mean[i] > 0);
    }
    hec_result_destroy(result);
}

static void the_ledger_is_what_payers_pay(void **state)
{
    (void)state;
    assert_ledger(PARTIES THREE_STATES SERVICES LINEAR ECONOMICS(AT_START) "engine: cohort\n");
    assert_ledger(MIXED "engine: cohort\n");
    assert_ledger(SPENDING("1") "engine: {cohort: {payments: on_means}}\n");
}

/* ---- prices in place of a policy ------------------------------------------------------------- */

#define DRAWN                                                                                      \
    "parameters:\n"                                                                                \
    "  p: {value: 0.2, dist: beta(mean: 0.2, sd: 0.05)}\n"                                         \
    "  part: {value: 0.7, dist: beta(mean: 0.7, sd: 0.1)}\n"                                       \
    "time: {cycle: 6 months, cycles: 20, start_year: 2024}\n"                                      \
    "population: {strata: [{weight: 0.3, age: 40}, {weight: 0.7, age: 60}]}\n"                     \
    "chains:\n"                                                                                    \
    "  health:\n"                                                                                  \
    "    start: {H: 0.9, S: rest}\n"                                                               \
    "    states:\n"                                                                                \
    "      H: {utility: 0.9, use: {visit: 2}, to: {S: p, D: 0.05}}\n"                              \
    "      S: {utility: 0.6, use: {visit: 6 + time_in_state / 1 year}, to: {D: 0.15}}\n"           \
    "      D: {dead: true}\n"                                                                      \
    "on: [{from: H, to: S, use: {visit: 4}}, {from: start, use: {visit: 2}}]\n"
#define POLICY                                                                                     \
    "services: {visit: {at: clinic, tariff: 10 + number(age)}}\n"                                  \
    "strategies: {a: {policy: {benefits: [{layer: basic, payer: fund, share: if(age > 65, 0.9, "   \
    "part)}, {layer: cash, payer: patient, rest: true}]}}}\n"
#define PRICES                                                                                     \
    "services: {visit: {price: {fund: (10 + number(age)) * if(age > 65, 0.9, part), patient: "     \
    "(10 + number(age)) * (1 - if(age > 65, 0.9, part))}}}\n"

/* Competing hazards; shares that are given. */
#define RATES                                                                                      \
    "parameters: {part: {value: 0.7, dist: beta(mean: 0.7, sd: 0.1)}}\n"                           \
    "time: {cycle: 1 year, cycles: 20, start_year: 2024}\n"                                        \
    "population: {age: 50}\n"                                                                      \
    "chains: {health: {start: H, states: {H: {utility: 0.9, use: {visit: 2}, rate: {S: 0.2, D: "   \
    "0.05}}, S: {utility: 0.6, use: {visit: 6}, rate: {H: 0.1, D: 0.15}}, D: {dead: true}}}}\n"    \
    "on: [{from: H, to: S, use: {visit: 4}}, {to: D, use: {visit: 3}}]\n"
#define CURVES                                                                                     \
    "parameters: {part: {value: 0.7, dist: beta(mean: 0.7, sd: 0.1)}}\n"                           \
    "time: {cycle: 1 year, cycles: 20, start_year: 2024}\n"                                        \
    "population: {age: 50}\n"                                                                      \
    "chains: {health: {states: {H: {utility: 0.9, use: {visit: 2}, occupancy: "                    \
    "survival(exponential(0.3), t)}, S: {utility: 0.6, use: {visit: 6}, occupancy: "               \
    "survival(exponential(0.1), t) - survival(exponential(0.3), t)}, D: {occupancy: rest, dead: "  \
    "true}}}}\n"                                                                                   \
    "on: [{to: D, use: {visit: 3}}, {from: start, use: {visit: 2}}]\n"

static hec_result *run_draws(const char *text)
{
    const hec_study_options options = {.draws = 300, .seed = 5, .has_seed = true};
    study_text s = study_text_open(text, &options);
    hec_result *result = NULL;
    if (s.status != HEC_OK || hec_study_run(s.study, NULL, s.diagnostics, &result) != HEC_OK) {
        fail_msg("%s", hec_diagnostics_text(s.diagnostics, false));
    }
    study_text_close(&s);
    return result;
}

/* A share of a tariff is a price: whatever is discounted and counted as costs are. */
static void shares_are_prices(void **state)
{
    (void)state;
#define BOTH(MODEL, METHOD)                                                                        \
    {                                                                                              \
        PARTIES MODEL POLICY ECONOMICS(METHOD), PARTIES MODEL PRICES ECONOMICS(METHOD)             \
    }
    static const char *const pairs[][2] = {
        BOTH(DRAWN, "within_cycle: half-cycle, one_off: {at: middle}"),
        BOTH(DRAWN, "within_cycle: end, one_off: {at: end}"),
        BOTH(DRAWN, "within_cycle: start, one_off: {at: start}"),
        BOTH(RATES, "within_cycle: half-cycle, one_off: {at: middle}"),
        BOTH(RATES, "within_cycle: start, one_off: {at: start}"),
        BOTH(CURVES, "within_cycle: half-cycle, one_off: {at: middle}"),
        BOTH(CURVES, "within_cycle: start, one_off: {at: start}"),
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        hec_result *policy = run_draws(pairs[i][0]), *prices = run_draws(pairs[i][1]);
        assert_near(result_at(policy, "base/cost", 0), result_at(prices, "base/cost", 0));
        for (size_t draw = 0; draw < 300; draw++) {
            assert_near(result_at(policy, "psa/cost", draw), result_at(prices, "psa/cost", draw));
        }
        hec_result_destroy(policy);
        hec_result_destroy(prices);
    }
}

/* Draws and strata are paid one by one on means, too: nothing but `nothing` is not linear. */
static void draws_are_the_same_on_means(void **state)
{
    (void)state;
    hec_result *exact = run_draws(PARTIES DRAWN POLICY ECONOMICS(AT_START));
    hec_result *means = run_draws(
        PARTIES DRAWN
        "services: {visit: {at: clinic, tariff: 10 + number(age)}}\n"
        "strategies: {a: {policy: {benefits: [{layer: basic, payer: fund, share: "
        "if(age > 65, 0.9, part)}, {layer: cash, payer: patient, rest: true}], "
        "contracts: {nothing: {level: person, from: aid, to: clinic, pay: 0 * "
        "ytd_use(visit)}}}}}\n" ECONOMICS(AT_START) "engine: {cohort: {payments: on_means}}\n");
    assert_string_equal(hec_result_text(means, "strategies/payments", 0), "on means");
    for (size_t draw = 0; draw < 300; draw++) {
        assert_near(result_at(means, "psa/cost", draw), result_at(exact, "psa/cost", draw));
    }
    hec_result_destroy(means);
    hec_result_destroy(exact);
}

/* ---- on means -------------------------------------------------------------------------------- */

static void a_deductible_on_the_mean_is_refused(void **state)
{
    (void)state;
    study_text s = study_text_open(SPENDING("1") "engine: cohort\n", NULL);
    char *words = hec_diagnostics_text(s.diagnostics, false);
    assert_int_equal(s.status, HEC_E_INPUT);
    assert_non_null(strstr(words, "`own` follows what it has paid for somebody by now"));
    assert_non_null(strstr(words, "engine: {cohort: {payments: on_means}}"));
    free(words);
    study_text_close(&s);
}

/* A share, a fee and a deductible of 0 pay nothing, and what pays nothing is exact. */
static void what_is_zero_is_linear(void **state)
{
    (void)state;
    hec_result *result = study_text_run(
        PARTIES "time: {cycle: 1 year, cycles: 1, start_year: 2024}\n"
                "services: {care: {at: hospital, tariff: 1000}}\n"
                "chains: {life: {start: ill, states: {ill: {utility: 0.5, use: {care: 2}, to: "
                "{dead: 0.1}}, "
                "dead: {dead: true}}}}\n"
                "strategies:\n"
                "  a:\n"
                "    policy:\n"
                "      benefits:\n"
                "        - {layer: own, payer: patient, deductible: 0, per: visit}\n"
                "        - {layer: fee, payer: patient, pays: 0 * quantity}\n"
                "        - {layer: none, payer: aid, share: 0}\n"
                "        - {layer: capped, payer: aid, share: 0.5, ceiling: 0, per: visit}\n"
                "        - {layer: basic, payer: fund, rest: true}\n" ECONOMICS(
                    AT_START) "engine: cohort\n",
        NULL);
    for (size_t c = 0; c < CATEGORIES; c++) {
        assert_near(paid(result, c, false), c == 1 ? 2000 : 0); /* the fund alone */
    }
    hec_result_destroy(result);
}

static char *table_text(const hec_result *result, const char *table)
{
    char *words = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&words, &length);
    hec_diagnostics *d = hec_diagnostics_create();
    assert_true(out && d);
    assert_int_equal(hec_result_print(result, table, HEC_FORMAT_TEXT, out, d), HEC_OK);
    fclose(out);
    hec_diagnostics_destroy(d);
    return words;
}

static void a_deductible_on_the_mean_is_marked(void **state)
{
    (void)state;
    static const char *const money[] = {"summary", "cea", "costs", "perspectives", "years"};
    static const char *const others[] = {"effects", "use", "trace"};
    hec_result *result =
        study_text_run(SPENDING("1") "engine: {cohort: {payments: on_means}}\n", NULL);
    assert_near(paid(result, FUND, false), 700);
    assert_near(paid(result, PATIENT, false), 1300);
    assert_near(paid(result, FUND, true), 700 / 1.05);
    assert_string_equal(hec_result_text(result, "strategies/payments", 0), "on means");
    assert_string_equal(hec_result_text(result, "payments_on_means", 0), "a");
    for (size_t i = 0; i < sizeof money / sizeof money[0]; i++) {
        char *words = table_text(result, money[i]);
        assert_non_null(strstr(words, "On means: what is paid under a is"));
        free(words);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        char *words = table_text(result, others[i]);
        assert_null(strstr(words, "On means"));
        free(words);
    }
    hec_result_destroy(result);
}

/* From outside, too, whatever the study says of its engine. */
static void means_are_accepted_by_a_setting(void **state)
{
    static const char *const settings[] = {"engine.cohort.payments=on_means"};
    static const char *const engines[] = {SPENDING("1"), SPENDING("1") "engine: cohort\n",
                                          SPENDING("1") "engine: {cohort: {payments: exact}}\n"};
    const hec_study_options options = {.draws = -1, .set = settings, .n_set = 1};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        study_text s = study_text_open(engines[i], &options);
        hec_result *result = NULL;
        assert_int_equal(s.status, HEC_OK);
        assert_int_equal(hec_study_run(s.study, NULL, s.diagnostics, &result), HEC_OK);
        assert_near(paid(result, FUND, false), 700);
        hec_result_destroy(result);
        study_text_close(&s);
    }
}

static void persons_pay_what_is_true(void **state)
{
    (void)state;
    hec_result *result =
        study_text_run(SPENDING("x") "population: {x: {dist: lognormal(mean: 1, cv: 2)}}\n"
                                     "engine: {microsimulation: {persons: 200000}}\n",
                       NULL);
    double error = result_at(result, "base/category_cost_se", FUND) * 1.05;
    assert_true(error < 10);
    assert_true(fabs(paid(result, FUND, false) - 0.7 * (2000 - 702.69)) <= 4 * error + 0.01);
    hec_result_destroy(result);
}

/* Half-years of 600, one in ten dies in each: 600 and 400 of the year's deductible of 1000 are paid
 * by those who live at the start of each. */
static void a_mean_person_keeps_accounts(void **state)
{
    (void)state;
    hec_result *result = study_text_run(
        PARTIES "time: {cycle: 6 months, cycles: 4, start_year: 2024}\n"
                "services: {care: {at: hospital, tariff: 1}}\n"
                "chains: {life: {start: ill, states: {ill: {utility: 0.5, use: {care: 1200}, to: "
                "{dead: 0.1}}, dead: {dead: true}}}}\n"
                "strategies: {a: {policy: {benefits: [{layer: own, payer: patient, pays: max(0, "
                "1000 - ytd(own))}, {layer: basic, payer: fund, rest: true}], contracts: {cap: "
                "{level: person, from: fund, to: hospital, pay: 30}}}}}\n" ECONOMICS(
                    AT_START) "engine: {cohort: {payments: on_means}}\n",
        NULL);
    assert_near(paid(result, PATIENT, false), 600 + 400 * 0.9 + 600 * 0.81 + 400 * 0.729);
    assert_near(paid(result, FUND, false), 200 * 0.9 + 200 * 0.729 + 30 * (1 + 0.9 + 0.81 + 0.729));
    hec_result_destroy(result);
}

/* Twelve months, of which one in ten does not survive each: 12 a person-year are 1 a month lived,
 * (1 - 0.9^12) / 0.1 of them; exact and on means. */
static void years_are_counted_in_months(void **state)
{
    (void)state;
#define MONTHS(PAY, ENGINE)                                                                        \
    PARTIES "time: {cycle: 1 month, cycles: 12, start_year: 2024}\n"                               \
            "chains: {life: {start: ill, states: {ill: {utility: 0.5, to: {dead: 0.1}}, dead: "    \
            "{dead: true}}}}\n"                                                                    \
            "strategies: {a: {policy: {benefits: [{layer: cash, payer: patient, rest: true}], "    \
            "contracts: {heads: {level: region, from: fund, to: hospital, pay: " PAY               \
            "}}}}}\n" ECONOMICS(AT_START) "engine: " ENGINE "\n"
    hec_result *exact = study_text_run(MONTHS("12 * region.person_years", "cohort"), NULL);
    hec_result *means = study_text_run(
        MONTHS("\"max(0, 12 * region.person_years)\"", "{cohort: {payments: on_means}}"), NULL);
    assert_near(paid(exact, FUND, false), (1 - pow(0.9, 12)) / 0.1);
    assert_near(paid(means, FUND, false), (1 - pow(0.9, 12)) / 0.1);
    hec_result_destroy(exact);
    hec_result_destroy(means);
}

/* Whatever is linear is not changed by being worked out on means: `nothing` is what is not. */
static void linear_payments_are_the_same_on_means(void **state)
{
    (void)state;
#define BLIND(MORE)                                                                                \
    PARTIES THREE_STATES SERVICES                                                                  \
        "strategies: {a: {policy: {benefits: [{layer: basic, payer: fund, share: 0.8}, {layer: "   \
        "cash, payer: patient, rest: true, lag: 6 months}], contracts: {cap: {level: person, "     \
        "from: fund, to: clinic, pay: 9 + 5 * use(visit)}, year: {level: region, from: aid, to: "  \
        "fund, pay: 3 * region.person_years + 0.1 * region.sum(pays(cash)), lag: 1 year}" MORE     \
        "}}}}\n" ECONOMICS(AT_START) "engine: {cohort: {payments: on_means}}\n"
    hec_result *exact = study_text_run(BLIND(""), NULL);
    hec_result *means = study_text_run(
        BLIND(", nothing: {level: person, from: aid, to: fund, pay: 0 * ytd_use(visit)}"), NULL);
    assert_string_equal(hec_result_text(exact, "strategies/payments", 0), "exact");
    assert_string_equal(hec_result_text(means, "strategies/payments", 0), "on means");
    for (size_t c = 0; c < CATEGORIES; c++) {
        assert_near(paid(means, c, false), paid(exact, c, false));
        assert_near(paid(means, c, true), paid(exact, c, true));
    }
    size_t shape[6];
    const double *a = result_array(exact, "base/year_cost", shape);
    const double *b = result_array(means, "base/year_cost", shape);
    for (size_t i = 0; i < shape[0] * shape[1] * shape[2]; i++) {
        assert_near(b[i], a[i]);
    }
    hec_result_destroy(exact);
    hec_result_destroy(means);
}

/* 100 visits a year at 2, all cash; the fund gives back half of what stays below 250 a year. In the
 * first year that is half of 90 for each, in the second one in five is left, and uses nothing. */
#define ONE_PANEL                                                                                  \
    PARTIES "time: {cycle: 1 year, cycles: 2, start_year: 2024}\n"                                 \
            "services: {care: {at: clinic, tariff: 2}}\n"                                          \
            "chains: {life: {start: {ill: 0.8, well: rest}, states: {ill: {utility: 0.5, use: "    \
            "{care: 100}, to: {dead: 1}}, well: {utility: 1, absorbing: true}, dead: {dead: "      \
            "true}}}}\n"                                                                           \
            "strategies: {a: {policy: {benefits: [{layer: cash, payer: patient, rest: true}], "    \
            "contracts: {savings: {level: region, from: fund, to: patient, pay: 0.5 * max(0, "     \
            "250 * region.person_years - region.sum(pays(cash)))}, grade: {level: panel, from: "   \
            "fund, to: clinic, settle: 10 * panel.person_years * "                                 \
            "band(panel.mean(pays(cash)), {0: 1, 150: 3}), lag: 1 year}}}}}\n" ECONOMICS(          \
                AT_START) "engine: {cohort: {payments: on_means}}\n"

static void a_cohort_is_one_panel(void **state)
{
    (void)state;
    hec_result *result = study_text_run(ONE_PANEL, NULL);
    /* year 1: 1 person-year, cash 160; year 2: 0.2 person-years, no cash */
    double savings[] = {0.5 * (250 - 160), 0.5 * 50}, grade[] = {10 * 3, 0.2 * 10};
    assert_near(paid(result, PATIENT, false), 160 - savings[0] - savings[1]);
    assert_near(paid(result, FUND, false), savings[0] + savings[1] + grade[0] + grade[1]);
    assert_near(paid(result, FUND, true), savings[0] / 1.05 +
                                              (savings[1] + grade[0]) / pow(1.05, 2) +
                                              grade[1] / pow(1.05, 3));
    hec_result_destroy(result);
    assert_ledger(ONE_PANEL);
}

/* ---- in the run ------------------------------------------------------------------------------ */

static void assert_stops(const char *text, const char *why)
{
    study_text s = study_text_open(text, NULL);
    hec_result *result = NULL;
    hec_status status =
        s.status == HEC_OK ? hec_study_run(s.study, NULL, s.diagnostics, &result) : s.status;
    char *words = hec_diagnostics_text(s.diagnostics, false);
    if (status == HEC_OK || !strstr(words, why)) {
        fail_msg("no `%s` in:\n%s", why, words);
    }
    free(words);
    study_text_close(&s);
}

static void payments_are_checked(void **state)
{
    (void)state;
#define SHARED(LAYERS, ENGINE)                                                                     \
    PARTIES THREE_STATES SERVICES "strategies: {a: {policy: {benefits: [" LAYERS                   \
                                  "]}}}\n" ECONOMICS(AT_START) ENGINE
    assert_stops(SHARED("{layer: basic, payer: fund, share: 0.5 + 0.3 * t / 1 year}, {layer: cash, "
                        "payer: patient, rest: true}",
                        "engine: cohort\n"),
                 "the share that `basic` pays of `visit` is 1.1: strategy a, base case, cycle 3");
    assert_stops(
        SHARED("{layer: basic, payer: fund, share: if(in(S), 0.5, 1)}", "engine: cohort\n"),
        "nobody pays 20 of one `visit`");
    assert_stops(SHARED("{layer: basic, payer: fund, pays: 100 - 2 * paid(basic)}, "
                        "{layer: cash, payer: patient, rest: true}",
                        "engine: {cohort: {payments: on_means}}\n"),
                 "what `basic` pays for `stay` is -100");
    assert_stops(SHARED("{layer: basic, payer: fund, pays: min(remainder, max(0, 100 - "
                        "ytd(basic)))}",
                        "engine: {cohort: {payments: on_means}}\n"),
                 "nobody pays");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_payments_are_those_worked_by_hand),
        cmocka_unit_test(linear_payments_are_those_of_persons),
        cmocka_unit_test(the_ledger_is_what_payers_pay),
        cmocka_unit_test(shares_are_prices),
        cmocka_unit_test(draws_are_the_same_on_means),
        cmocka_unit_test(a_deductible_on_the_mean_is_refused),
        cmocka_unit_test(what_is_zero_is_linear),
        cmocka_unit_test(a_deductible_on_the_mean_is_marked),
        cmocka_unit_test(means_are_accepted_by_a_setting),
        cmocka_unit_test(persons_pay_what_is_true),
        cmocka_unit_test(a_mean_person_keeps_accounts),
        cmocka_unit_test(years_are_counted_in_months),
        cmocka_unit_test(linear_payments_are_the_same_on_means),
        cmocka_unit_test(a_cohort_is_one_panel),
        cmocka_unit_test(payments_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
