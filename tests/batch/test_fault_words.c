/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of persons that go wrong: the first person, the cycle, the values and the place are named,
 * the same for any threads and block; and there is no result. */
#include "study_text.h"

#define HEAD                                                                                       \
    "hecate: 1\n"                                                                                  \
    "model: faults\n"                                                                              \
    "time: {cycle: 1 year, cycles: 30}\n"                                                          \
    "services: {visit: {price: {care: 3}}}\n"                                                      \
    "perspectives: {all: all}\n"                                                                   \
    "economics: {perspective: all, currency: CNY, discount: 3%, discounting: discrete,\n"          \
    "            within_cycle: half-cycle, one_off: {at: end}, effect: qaly, wtp: [0, 1000]}\n"    \
    "engine: {microsimulation: {persons: 3000, per_draw: 40}}\n"                                   \
    "strategies: {A: {}, B: {set: {extra: 1}}}\n"
#define CHAIN(moves)                                                                               \
    "chains:\n"                                                                                    \
    "  health:\n"                                                                                  \
    "    start: {H: 0.8, S: rest}\n"                                                               \
    "    states:\n"                                                                                \
    "      H: {utility: 1, use: {visit: 2}, " moves "\n"                                           \
    "      S: {utility: 0.6, cost: {care: c_S}, to: {D: 0.1}}\n"                                   \
    "      D: {dead: true}\n"
#define SEED "uncertainty: {seed: 4}\n"

/* What is said, for one thread and block; the caller frees it. */
static char *said(const char *text, hec_status wanted, const hec_run_options *options)
{
    study_text s = study_text_open(text, NULL);
    hec_result *result = NULL;
    hec_status status = s.status;
    if (status == HEC_OK) {
        status = hec_study_run(s.study, options, s.diagnostics, &result);
    }
    char *words = hec_diagnostics_text(s.diagnostics, false), *at = words;
    size_t length = strlen(s.path);
    while ((at = strstr(at, s.path))) { /* it is another file each time */
        memset(at, 'x', length);
    }
    if (status != wanted) {
        fail_msg("%s:\n%s", hec_status_text(status), words);
    }
    assert_null(result);
    study_text_close(&s);
    return words;
}

static void assert_said(const char *text, const char *const *expected)
{
    static const hec_run_options options[] = {
        {.threads = 1}, {.threads = 4, .block = 8}, {.threads = 2, .block = 512}};
    char *first = NULL;
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        char *words = said(text, HEC_E_VALUE, &options[i]);
        for (const char *const *e = expected; *e; e++) {
            if (!strstr(words, *e)) {
                fail_msg("`%s` is not in:\n%s", *e, words);
            }
        }
        if (first) {
            assert_string_equal(words, first);
        }
        free(first);
        first = words;
    }
    free(first);
}
#define SAID(text, ...) assert_said(text, (const char *const[]){__VA_ARGS__, NULL})

/* ---- moves -------------------------------------------------------------------------------------
 */

static void probabilities_above_one(void **state)
{
    (void)state;
    SAID(HEAD SEED "population: {risk: {dist: uniform(min: 0, max: 1)}}\n"
                   "parameters: {c_S: 1, extra: 0}\n" CHAIN("to: {S: 0.3 + 0.72 * risk * extra}}"),
         "the probability of `H` -> `S` is 1.0", ": strategy B, person ", ", cycle ",
         "[probability-range]", "note: with risk = 0.9");
}

static void rows_above_one(void **state)
{
    (void)state;
    SAID(HEAD SEED "population: {age: 50}\n"
                   "parameters: {c_S: 1, extra: 0}\n" CHAIN(
                       "to: {S: 0.2, D: if(time_in_state > 4.5, 0.9, 0.05)}}"),
         "the probabilities of leaving `H` sum to 1.1: strategy A, person ", ", time_in_state = 5)",
         "[probability-sum]");
}

static void negative_hazards(void **state)
{
    (void)state;
    SAID(HEAD SEED
         "population: {age: 50}\n"
         "parameters: {c_S: 1, extra: 0}\n"
         "chains:\n"
         "  health:\n"
         "    start: H\n"
         "    states:\n"
         "      H: {utility: 1, use: {visit: 2}, rate: {S: 0.1, D: 0.02 - 0.05 * extra}}\n"
         "      S: {utility: 0.6, cost: {care: c_S}, rate: {D: 0.1}}\n"
         "      D: {dead: true}\n",
         "the hazard of `H` -> `D` is -0.03: strategy B, person 1, cycle 1 (t = 0",
         "[hazard-range]");
}

static void moves_without_end(void **state)
{
    (void)state;
    SAID(HEAD SEED "population: {age: 50}\n"
                   "parameters: {c_S: 1, extra: 0}\n"
                   "chains:\n"
                   "  health:\n"
                   "    start: H\n"
                   "    states:\n"
                   "      H: {utility: 1, use: {visit: 2}, rate: {S: 1e7 + extra, D: 1e-5}}\n"
                   "      S: {utility: 0.6, cost: {care: c_S}, rate: {H: 1e7}}\n"
                   "      D: {dead: true}\n",
         "the moves of `health` within one cycle come to no end: strategy A, person 1, cycle 1",
         "look for ones that are far too large");
}

static void shares_at_the_start(void **state)
{
    (void)state;
    SAID(HEAD SEED "population: {risk: {dist: uniform(min: 0, max: 1)}}\n"
                   "parameters: {c_S: 1, extra: 0}\n"
                   "chains:\n"
                   "  health:\n"
                   "    start: {H: 0.4 + risk * 0.601, S: 0.6 - risk * 0.6}\n"
                   "    states:\n"
                   "      H: {utility: 1, use: {visit: 2 + extra}, to: {S: 0.1}}\n"
                   "      S: {utility: 0.6, cost: {care: c_S}, to: {D: 0.1}}\n"
                   "      D: {dead: true}\n",
         "the probabilities of starting in the states of `health` sum to 1.000",
         "strategy A, person 1, at the start", "note: with `H` ", "[start-sum]");
}

/* ---- events and attributes ----------------------------------------------------------------------
 */

#define SIMPLE "parameters: {c_S: 1, extra: 0}\n" CHAIN("to: {S: 0.1 + 0.1 * extra}}")

static void events_that_cannot_be(void **state)
{
    (void)state;
    SAID(HEAD SEED "population: {age: 50}\n" SIMPLE "events: {mi: {prob: 0.3 + 0.2 * count(mi)}}\n"
                   "on: [{event: mi, cost: {care: 10}}]\n",
         "the probability of `mi` is 1.1: strategy A, person ", "note: with count(mi) = 4",
         "[probability-range]");
    SAID(HEAD SEED "population: {age: 50}\n" SIMPLE "events: {mi: {rate: 0.3 - 0.125 * t}}\n"
                   "on: [{event: mi, cost: {care: 10}}]\n",
         "the rate of `mi` is -0.075: strategy A, person 2, cycle 4 (t = 3", "[hazard-range]");
}

static void attributes_that_are_no_numbers(void **state)
{
    (void)state;
    SAID(HEAD SEED "population: {age: 50, sugar: 7}\n" SIMPLE
                   "attributes: {sugar: {update: sqrt(sugar - 2)}}\n"
                   "alive: {cost: {care: sugar}}\n",
         "the attribute `sugar` is not a number at the end of the cycle: strategy A, person ",
         ", cycle 3 (t = 2", "note: with sugar = 0.4", "[value-not-finite]");
}

/* ---- rewards ------------------------------------------------------------------------------------
 */

static void rewards_that_are_not_finite(void **state)
{
    (void)state;
    SAID(HEAD SEED "population: {age: 50}\n" SIMPLE "alive: {cost: {care: log(7 - number(t))}}\n",
         "the cost `care` is minus infinite: strategy A, person ", ", cycle 8 (t = 7",
         "[value-not-finite]");
    SAID(HEAD SEED "population: {age: 50}\n" SIMPLE "events: {mi: {prob: 0.2}}\n"
                   "alive: {cost: {care: 1 / (3 - count(mi))}}\n",
         "the cost `care` is infinite: strategy A, person ", "note: with", "count(mi) = 3");
}

static void tables_that_end(void **state)
{
    (void)state;
    SAID(HEAD SEED
         "population: {age: {dist: uniform(min: 50, max: 60)}}\n"
         "parameters: {c_S: 1, extra: 0}\n"
         "tables: {m: {axes: {age: [50, 70, 88]}, values: [0.001, 0.002, 0.003], between: "
         "step, outside: error}}\n" CHAIN("to: {S: m(age)}}"),
         "the table `m` has no value for age = 88", ": strategy A, person ", "[table-outside]",
         "`age` runs from 50 to 88");
}

/* ---- draws --------------------------------------------------------------------------------------
 */

static void draws_are_named(void **state)
{
    (void)state;
    SAID(
        HEAD
        "uncertainty: {seed: 4, draws: 500}\n"
        "population: {age: 50}\n"
        "parameters: {c_S: 1, extra: 0, p: {value: 0.5, dist: normal(mean: 0.5, sd: 0.2)}}\n" CHAIN(
            "to: {S: p}}"),
        "the probability of `H` -> `S` is ", ": strategy A, draw ", ", person ", "note: with p = ");
}

/* ---- what is wrong before the run ---------------------------------------------------------------
 */

static void assert_refused(const char *text, const char *words)
{
    char *found = said(text, HEC_E_INPUT, NULL);
    if (!strstr(found, words)) {
        fail_msg("`%s` is not in:\n%s", words, found);
    }
    free(found);
}

static void numbers_of_persons(void **state)
{
    (void)state;
#define ENGINE(words)                                                                              \
    "hecate: 1\nmodel: faults\ntime: {cycle: 1 year, cycles: 3}\npopulation: {age: 50}\n"          \
    "parameters: {c_S: 1, extra: 0}\n" CHAIN(                                                      \
        "to: {S: 0.1 + extra}}") "services: {visit: {price: {care: 3}}}\nperspectives: {all: "     \
                                 "all}\nstrategies: {A: {}}\n"                                     \
                                 "economics: {perspective: all, currency: CNY, discount: 3%, "     \
                                 "discounting: discrete,\n"                                        \
                                 "            within_cycle: half-cycle, one_off: {at: end}, "      \
                                 "effect: qaly, wtp: [0, 1000]}\n"                                 \
                                 "engine: " words "\n"
    assert_refused(ENGINE("{microsimulation: {persons: 0}}") SEED, "the number of persons");
    assert_refused(ENGINE("{microsimulation: {persons: -5}}") SEED, "the number of persons");
    assert_refused(ENGINE("{microsimulation: {persons: 10.5}}") SEED, "the number of persons");
    assert_refused(ENGINE("{microsimulation: {persons: 1e11}}") SEED, "the number of persons");
    assert_refused(ENGINE("{microsimulation: {}}") SEED, "how many `persons`");
    assert_refused(ENGINE("{microsimulation: {persons: 10, per_draw: 0}}") SEED, "in each draw");
    assert_refused(ENGINE("{microsimulation: {persons: 10}}"), "seed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probabilities_above_one),
        cmocka_unit_test(rows_above_one),
        cmocka_unit_test(negative_hazards),
        cmocka_unit_test(moves_without_end),
        cmocka_unit_test(shares_at_the_start),
        cmocka_unit_test(events_that_cannot_be),
        cmocka_unit_test(attributes_that_are_no_numbers),
        cmocka_unit_test(rewards_that_are_not_finite),
        cmocka_unit_test(tables_that_end),
        cmocka_unit_test(draws_are_named),
        cmocka_unit_test(numbers_of_persons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
