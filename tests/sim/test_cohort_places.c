/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the engine leaves out without details: states that do not count, and chains that another
 * strategy has run already. The base case, which has all details, is the other way of computing. */
#include "study_text.h"

/* Sums of 25 cycles in another order: a few roundings each. */
static const double ROUNDING = 1e-13;

/* The dead stand in the middle. Chains: usual = dear = other = again, fast = last. */
#define MODEL(strategies, population)                                                              \
    "hecate: 1\nmodel: m\ntime: {cycle: 1 year, cycles: 25}\n"                                     \
    "population: " population "\n"                                                                 \
    "parameters:\n"                                                                                \
    "  p: {value: 0.1, dist: beta(alpha: 10, beta: 90)}\n"                                         \
    "  q: {value: 0.2, dist: beta(alpha: 20, beta: 80)}\n"                                         \
    "  c: {value: 100, dist: gamma(shape: 25, scale: 4)}\n"                                        \
    "  speed: {value: 1}\n"                                                                        \
    "chains:\n  life:\n    start: {A: 0.7, Lost: 0.1, B: rest}\n    states:\n"                     \
    "      Lost: {}\n"                                                                             \
    "      A: {utility: 0.9, cost: {care: c}, to: {B: p * speed, D: 0.02, Gone: 0.03}}\n"          \
    "      D: {dead: true}\n"                                                                      \
    "      Gone: {to: {Back: 0.5, Lost: 0.1}}\n"                                                   \
    "      B: {utility: 0.5, cost: {care: 2 * c}, to: {A: 0.3, D: q}}\n"                           \
    "      Back: {utility: 0.3, to: {D: 0.1}}\n"                                                   \
    "strategies: {" strategies "}\n"                                                               \
    "economics: {profile: cn2020, currency: CNY, wtp: [50000]}\n"                                  \
    "uncertainty: {draws: 70, seed: 3}\n"

#define USUAL "usual: {}"
#define FAST "fast: {set: {speed: 2}}"
#define DEAR "dear: {cost: {drug: {A: 1000, B: c}}}"
#define LAST "last: {set: {speed: 2}, utility: {B: 0.6}}"
#define OTHER "other: {cost: {care: {B: 7}}}"
#define EVENT "event: {on: [{from: A, to: D, cost: {death: 500}}]}"
#define YEARLY "yearly: {utility: {A: 0.9 - 0.01 * cycle}}"
#define ALL USUAL ", " FAST ", " DEAR ", " LAST ", " EVENT ", " OTHER ", " YEARLY ", again: {}"
#define ONE "{age: 50}"
#define TWO "{strata: [{weight: 0.3, age: 50}, {weight: 0.7, age: 60}]}"

enum { DRAWS = 70 };

static const char *const paths[] = {"psa/cost", "psa/effect"};

static const double *draws_of(const hec_result *result, int path, size_t strategy)
{
    size_t shape[6];
    return result_array(result, paths[path], shape) + strategy * DRAWS;
}

/* Strategy `place` of all has the bits it has alone. */
static void same_as_alone(const hec_result *all, size_t place, const char *text)
{
    hec_result *alone = study_text_run(text, NULL);
    for (int path = 0; path < 2; path++) {
        assert_memory_equal(draws_of(all, path, place), draws_of(alone, path, 0),
                            DRAWS * sizeof(double));
    }
    hec_result_destroy(alone);
}

static void strategies_do_not_see_each_other(void **state)
{
    (void)state;
    hec_result *all = study_text_run(MODEL(ALL, ONE), NULL);
    same_as_alone(all, 0, MODEL(USUAL, ONE));
    same_as_alone(all, 1, MODEL(FAST, ONE));
    same_as_alone(all, 2, MODEL(DEAR, ONE));
    same_as_alone(all, 3, MODEL(LAST, ONE));
    same_as_alone(all, 4, MODEL(EVENT, ONE));
    same_as_alone(all, 5, MODEL(OTHER, ONE));
    same_as_alone(all, 6, MODEL(YEARLY, ONE));
    same_as_alone(all, 7, MODEL(USUAL, ONE));
    hec_result_destroy(all);
    all = study_text_run(MODEL(ALL, TWO), NULL);
    same_as_alone(all, 2, MODEL(DEAR, TWO));
    same_as_alone(all, 4, MODEL(EVENT, TWO));
    same_as_alone(all, 5, MODEL(OTHER, TWO));
    hec_result_destroy(all);
}

static void assert_close(double a, double b)
{
    if (!(fabs(a - b) <= ROUNDING * fmax(fabs(a), fabs(b)))) {
        fail_msg("%.17g is not %.17g", a, b);
    }
}

/* Where nothing is uncertain, every draw is the base case, which steps through all states. */
static void draws_agree_with_details(void **state)
{
    (void)state;
    static const char *const texts[] = {MODEL(ALL, ONE), MODEL(ALL, TWO)};
    for (int i = 0; i < 2; i++) {
        char text[8192];
        snprintf(text, sizeof text, "%s", texts[i]);
        static const char *const uncertain[] = {
            "beta(alpha: 10, beta: 90)", "beta(alpha: 20, beta: 80)", "gamma(shape: 25, scale: 4)"};
        static const char *const fixed[] = {"fixed(0.1)", "fixed(0.2)", "fixed(100)"};
        for (int k = 0; k < 3; k++) {
            char *place = strstr(text, uncertain[k]);
            assert_non_null(place);
            memset(place, ' ', strlen(uncertain[k]));
            memcpy(place, fixed[k], strlen(fixed[k]));
        }
        hec_result *result = study_text_run(text, NULL);
        for (size_t s = 0; s < 8; s++) {
            for (size_t d = 0; d < DRAWS; d += 23) {
                assert_close(draws_of(result, 0, s)[d], result_at(result, "base/cost", s));
                assert_close(draws_of(result, 1, s)[d], result_at(result, "base/effect", s));
            }
        }
        hec_result_destroy(result);
    }
}

/* A probability above 1 is found in the strategy that has it, also when it shares its chain. */
static void shared_chains_are_checked(void **state)
{
    (void)state;
    study_text s = study_text_open(MODEL("usual: {}, wrong: {set: {speed: 12}}, "
                                         "worse: {set: {speed: 12}, utility: {A: 0.1}}",
                                         ONE),
                                   NULL);
    hec_result *result = NULL;
    assert_int_equal(s.status, HEC_OK);
    assert_int_equal(hec_study_run(s.study, NULL, s.diagnostics, &result), HEC_E_VALUE);
    char *words = hec_diagnostics_text(s.diagnostics, false);
    assert_non_null(words);
    assert_non_null(strstr(words, "wrong"));
    assert_null(strstr(words, "usual"));
    free(words);
    study_text_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strategies_do_not_see_each_other),
        cmocka_unit_test(draws_agree_with_details),
        cmocka_unit_test(shared_chains_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
