/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares given at each point: every draw against sums in long double straight from the curves;
 * curves that cross and are clamped; what strategies share; blocks, threads and instruction sets.
 */
#include "study_text.h"

/* Months over 6 years. Two strata; a reward and a one-off that change with the cycle. */
#define MODEL(crossing, strategies)                                                                \
    "hecate: 1\nmodel: m\ntime: {cycle: 1 month, horizon: 6 years}\n"                              \
    "population: {strata: [{weight: 0.3, age: 50, worse: 1}, {weight: 0.7, age: 60, worse: "       \
    "1.5}]}\n"                                                                                     \
    "parameters:\n"                                                                                \
    "  hr: {value: 2, dist: lognormal(median: 2, sdlog: 0.4)}\n"                                   \
    "  scale: {value: 3, dist: gamma(mean: 3, sd: 0.5)}\n"                                         \
    "  effect: {value: 1}\n"                                                                       \
    "let:\n"                                                                                       \
    "  os: hazard_ratio(weibull(1.3, scale), worse * effect)\n"                                    \
    "  pfs: hazard_ratio(os, hr)\n"                                                                \
    "chains:\n  life:\n" crossing "    states:\n"                                                  \
    "      P: {occupancy: survival(pfs, t), utility: 0.8, cost: {care: 100 * (1 + number(t))}}\n"  \
    "      Q: {occupancy: survival(os, t) - survival(pfs, t), utility: 0.5, cost: {care: 300}}\n"  \
    "      D: {occupancy: rest, dead: true}\n"                                                     \
    "on:\n"                                                                                        \
    "  - {from: start, to: P, cost: {test: 40}}\n"                                                 \
    "  - {to: D, cost: {end: 500 + 10 * number(t)}}\n"                                             \
    "strategies: {" strategies "}\n"                                                               \
    "economics: {perspective: p, currency: USD, discount: {cost: 3%, effect: 2%}, "                \
    "discounting: discrete, within_cycle: half-cycle, one_off: {at: end}, effect: qaly, wtp: "     \
    "[50000]}\n"                                                                                   \
    "uncertainty: {draws: 203, seed: 11}\n"

#define CLAMP "    crossing: clamp\n"
#define USUAL "usual: {}"
#define OTHER "other: {set: {effect: 0.6}}"
#define RICH "rich: {utility: {P: 0.9}}"
#define PLAIN "plain: {set: {effect: 0.6}, utility: {Q: 0.6}}"

enum { DRAWS = 203, CYCLES = 72 };

/* ---- by hand --------------------------------------------------------------------------------- */

typedef struct shares {
    long double p, q, d;
    bool crossed;
} shares;

/* P gives what would be too much: it stands first. */
static shares shares_at(double t, double worse, double scale, double hr)
{
    long double h = powl((long double)t / scale, 1.3) * worse;
    long double os = expl(-h), pfs = expl(-hr * h);
    bool crossed = os - pfs < -1e-12L;
    return crossed ? (shares){os, 0, 1 - os, true} : (shares){pfs, os - pfs, 1 - os, false};
}

typedef struct sums {
    long double cost, qaly;
    bool crossed;
    int points;
} sums;

static sums by_hand(double hr, double scale, double effect, double utility)
{
    static const double weights[] = {0.3, 0.7}, worse[] = {1, 1.5};
    sums all = {0};
    for (int k = 0; k < 2; k++) {
        long double cost = 40, qaly = 0;
        shares x = shares_at(0, worse[k] * effect, scale, hr);
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
            double from = (cycle - 1) / 12.0, to = cycle / 12.0;
            shares y = shares_at(to, worse[k] * effect, scale, hr);
            long double v0 = powl(1.03L, -from), v1 = powl(1.03L, -to);
            long double w0 = powl(1.02L, -from), w1 = powl(1.02L, -to);
            long double care = 100 * (1 + (long double)from);
            cost += (care * (v0 * x.p + v1 * y.p) + 300 * (v0 * x.q + v1 * y.q)) / 24;
            qaly += (utility * (w0 * x.p + w1 * y.p) + 0.5L * (w0 * x.q + w1 * y.q)) / 24;
            cost += v1 * (y.d - x.d) * (500 + 10 * (long double)from);
            all.crossed = all.crossed || y.crossed;
            all.points += y.crossed;
            x = y;
        }
        all.cost += weights[k] * cost;
        all.qaly += weights[k] * qaly;
    }
    return all;
}

static void assert_close(double got, long double wanted)
{
    if (!(fabsl(got - wanted) <= 2e-13L * fabsl(wanted))) {
        fail_msg("%.17g instead of %.17Lg", got, wanted);
    }
}

/* ---- tests ----------------------------------------------------------------------------------- */

/* Drawn are, in the order in which they are read, scale and hr. */
static void draws_are_sums_over_the_curves(void **state)
{
    static const double effect[] = {1, 0.6};
    (void)state;
    hec_result *result = study_text_run(MODEL(CLAMP, USUAL ", " OTHER), NULL);
    size_t shape[6];
    const double *drawn = result_array(result, "psa/parameters", shape);
    assert_int_equal(shape[1], DRAWS);
    for (size_t s = 0; s < 2; s++) {
        sums base = by_hand(2, 3, effect[s], 0.8);
        assert_close(result_at(result, "base/cost", s), base.cost);
        assert_close(result_at(result, "base/effect", s), base.qaly);
        for (size_t d = 0; d < DRAWS; d++) {
            sums one = by_hand(drawn[DRAWS + d], drawn[d], effect[s], 0.8);
            assert_close(result_at(result, "psa/cost", s * DRAWS + d), one.cost);
            assert_close(result_at(result, "psa/effect", s * DRAWS + d), one.qaly);
        }
    }
    hec_result_destroy(result);
}

static void detail_of_the_base_case(void **state)
{
    (void)state;
    hec_result *result = study_text_run(MODEL(CLAMP, USUAL), NULL);
    size_t shape[6];
    const double *trace = result_array(result, "base/trace", shape);
    assert_int_equal(shape[1], CYCLES + 1);
    for (int point = 0; point <= CYCLES; point++) {
        shares a = shares_at(point / 12.0, 1, 3, 2), b = shares_at(point / 12.0, 1.5, 3, 2);
        const double *x = trace + 3 * point;
        assert_true(fabsl(x[0] - (0.3L * a.p + 0.7L * b.p)) < 1e-15L);
        assert_true(fabsl(x[1] - (0.3L * a.q + 0.7L * b.q)) < 1e-15L);
        assert_true(fabsl(x[2] - (0.3L * a.d + 0.7L * b.d)) < 1e-15L);
    }
    int rank = 0; /* nobody is seen to move */
    assert_null(hec_result_doubles(result, "base/flow", &rank, shape));
    /* costs by category: tests in full at the start */
    shares start = shares_at(0, 1, 3, 2);
    const double *category = result_array(result, "base/category_cost", shape);
    double most = 0;
    for (size_t c = 0; c < shape[1]; c++) {
        most = fabs(category[c] - 40 * (double)start.p) < 1e-12 ? 1 : most;
    }
    assert_true(most == 1);
    hec_result_destroy(result);
}

/* What is said of curves that cross agrees with a count by hand. */
static void clamping_is_counted(void **state)
{
    (void)state;
    study_text s = study_text_open(MODEL(CLAMP, USUAL ", " RICH ", " OTHER ", " PLAIN), NULL);
    hec_result *result = NULL;
    assert_int_equal(s.status, HEC_OK);
    assert_int_equal(hec_study_run(s.study, NULL, s.diagnostics, &result), HEC_OK);
    size_t shape[6];
    const double *drawn = result_array(result, "psa/parameters", shape);
    int draws = 0, points = 0;
    for (size_t d = 0; d < DRAWS; d++) {
        sums one = by_hand(drawn[DRAWS + d], drawn[d], 1, 0.8);
        draws += one.crossed;
        points += one.points;
    }
    assert_true(draws > 0 && draws < DRAWS);
    char *words = hec_diagnostics_text(s.diagnostics, false);
    static const char *const names[] = {"usual", "rich", "other", "plain"};
    for (size_t k = 0; k < 4; k++) {
        char wanted[160];
        int n = snprintf(wanted, sizeof wanted,
                         "the survival curves of `%s` cross in %d of %d draws, at ", names[k],
                         draws, DRAWS);
        n +=
            k < 2 ? snprintf(wanted + n, sizeof wanted - (size_t)n, "%d points in all", points) : 0;
        if (!strstr(words, wanted)) {
            fail_msg("not said: %s\nbut: %s", wanted, words);
        }
    }
    assert_null(strstr(words, "in the base case"));
    free(words);
    hec_result_destroy(result);
    study_text_close(&s);
}

static void same_arrays(const hec_result *a, const hec_result *b)
{
    static const char *const paths[] = {"psa/cost", "psa/effect", "base/trace", "base/cost"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        size_t shape[6], other[6], count = 1;
        const double *x = result_array(a, paths[i], shape), *y = result_array(b, paths[i], other);
        for (int k = 0; k < (i < 2 ? 2 : i == 2 ? 3 : 1); k++) {
            assert_int_equal(shape[k], other[k]);
            count *= shape[k];
        }
        assert_memory_equal(x, y, count * sizeof *x);
    }
}

static void bits_depend_on_nothing_else(void **state)
{
    static const hec_run_options options[] = {
        {.threads = 3, .block = 8}, {.threads = 1, .block = 64}, {.isa = "x86-64", .block = 16}};
    (void)state;
    const char *text = MODEL(CLAMP, USUAL ", " RICH ", " OTHER ", " PLAIN);
    hec_result *first = study_text_run(text, NULL);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        hec_result *again = study_text_run(text, &options[i]);
        same_arrays(first, again);
        hec_result_destroy(again);
    }
    hec_result_destroy(first);
}

/* Of one stratum and without rewards that change, strategies of one chain share its run. */
#define STEADY(strategies)                                                                         \
    "hecate: 1\nmodel: m\ntime: {cycle: 1 month, horizon: 6 years}\npopulation: {age: 50}\n"       \
    "parameters: {hr: {value: 2, dist: lognormal(median: 2, sdlog: 0.4)}, effect: {value: 1}}\n"   \
    "let: {os: 'weibull(1.3, 3 / effect)', pfs: 'hazard_ratio(os, hr)'}\n"                         \
    "chains:\n  life:\n    crossing: clamp\n    states:\n"                                         \
    "      P: {occupancy: survival(pfs, t), utility: 0.8, cost: {care: 100}}\n"                    \
    "      Q: {occupancy: survival(os, t) - survival(pfs, t), utility: 0.5, cost: {care: 300}}\n"  \
    "      D: {occupancy: rest, dead: true}\n"                                                     \
    "strategies: {" strategies "}\n"                                                               \
    "economics: {perspective: p, currency: USD, discount: 3%, discounting: discrete, "             \
    "within_cycle: half-cycle, one_off: {at: end}, effect: qaly, wtp: [50000]}\n"                  \
    "uncertainty: {draws: 203, seed: 11}\n"
#define ENTRY "entry: {on: [{from: start, cost: {test: 10}}]}"
#define DYING "dying: {on: [{to: D, cost: {end: 10}}]}"

static const char *said_of(const char *words, const char *strategy, char line[200])
{
    char start[64];
    snprintf(start, sizeof start, "the survival curves of `%s` cross", strategy);
    const char *at = strstr(words, start);
    assert_non_null(at);
    snprintf(line, 200, "%.*s", (int)strcspn(at + strlen(start), "\n"), at + strlen(start));
    return line;
}

static void shared_chains(void **state)
{
    static const char *const alone[] = {STEADY(USUAL), STEADY(OTHER), STEADY(RICH),
                                        STEADY(ENTRY), STEADY(PLAIN), STEADY(DYING)};
    static const char *const names[] = {"usual", "other", "rich", "entry", "plain", "dying"};
    (void)state;
    study_text s =
        study_text_open(STEADY(USUAL ", " OTHER ", " RICH ", " ENTRY ", " PLAIN ", " DYING), NULL);
    hec_result *all = NULL;
    assert_int_equal(hec_study_run(s.study, NULL, s.diagnostics, &all), HEC_OK);
    char *words = hec_diagnostics_text(s.diagnostics, false), one[200], other[200];
    size_t shape[6];
    for (size_t k = 0; k < 6; k++) {
        hec_result *single = study_text_run(alone[k], NULL);
        assert_memory_equal(result_array(all, "psa/cost", shape) + k * DRAWS,
                            result_array(single, "psa/cost", shape), DRAWS * sizeof(double));
        assert_memory_equal(result_array(all, "psa/effect", shape) + k * DRAWS,
                            result_array(single, "psa/effect", shape), DRAWS * sizeof(double));
        /* each says how often its curves cross, whoever ran them */
        assert_string_equal(said_of(words, names[k], one),
                            said_of(words, k == 1 || k == 4 ? "other" : "usual", other));
        hec_result_destroy(single);
    }
    free(words);
    hec_result_destroy(all);
    study_text_close(&s);
}

/* Entering costs the same for all, dying what the rise of the dead costs, undiscounted. */
static void one_offs(void **state)
{
    (void)state;
    hec_result *result = study_text_run(STEADY(USUAL ", " ENTRY ", " DYING), NULL);
    size_t shape[6];
    const double *trace = result_array(result, "base/trace", shape);
    double usual = result_at(result, "base/cost_undiscounted", 0);
    double dead = trace[2 * (CYCLES + 1) * 3 + CYCLES * 3 + 2];
    assert_true(fabs(result_at(result, "base/cost_undiscounted", 1) - usual - 10) < 1e-12);
    assert_true(fabs(result_at(result, "base/cost_undiscounted", 2) - usual - 10 * dead) < 1e-12);
    hec_result_destroy(result);
}

/* A fault is found in the first draw that has one, however draws are put into blocks. */
static void crossing_is_a_fault(void **state)
{
    (void)state;
    char *first = NULL;
    for (int64_t block = 8; block <= 128; block *= 4) {
        study_text s = study_text_open(MODEL("", USUAL ", " OTHER), NULL);
        hec_result *result = NULL;
        const hec_run_options options = {.block = block};
        assert_int_equal(hec_study_run(s.study, &options, s.diagnostics, &result), HEC_E_VALUE);
        char *words = hec_diagnostics_text(s.diagnostics, false);
        const char *what = strstr(words, "the survival curves cross: the share in `Q` is -");
        assert_non_null(what);
        assert_non_null(strstr(what, "note: the shares are `P` "));
        char *kept = strndup(what, strcspn(what, "\n"));
        if (first) {
            assert_string_equal(kept, first);
            free(kept);
        } else {
            first = kept;
        }
        free(words);
        study_text_close(&s);
    }
    free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_are_sums_over_the_curves),
        cmocka_unit_test(detail_of_the_base_case),
        cmocka_unit_test(clamping_is_counted),
        cmocka_unit_test(bits_depend_on_nothing_else),
        cmocka_unit_test(shared_chains),
        cmocka_unit_test(one_offs),
        cmocka_unit_test(crossing_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
