/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohort engine against closed forms and against itself written another way. */
#include "study_text.h"

/* A handful of roundings in sums of a few dozen terms of like size. */
static const double ROUNDING = 1e-13;

static void assert_near(double a, double b, double relative)
{
    if (!(fabs(a - b) <= relative * fmax(fabs(a), fabs(b)))) {
        fail_msg("%.17g is not %.17g", a, b);
    }
}

/* ---- two states, closed forms ---------------------------------------------------------------- */

#define TWO_STATES(economics)                                                                      \
    "hecate: 1\n"                                                                                  \
    "model: two\n"                                                                                 \
    "time: {cycle: 1 year, cycles: 20}\n"                                                          \
    "chains:\n"                                                                                    \
    "  life:\n"                                                                                    \
    "    start: A\n"                                                                               \
    "    states:\n"                                                                                \
    "      A: {utility: 0.8, cost: 100, to: {D: 0.1}}\n"                                           \
    "      D: {dead: true}\n"                                                                      \
    "on: [{from: A, to: D, cost: {terminal: 1000}}]\n"                                             \
    "economics: {perspective: all, currency: CNY, effect: qaly, " economics "}\n"

/* sum of ratio^i for i = 0..n-1 */
static double geometric(double ratio, int n)
{
    return ratio == 1 ? n : (1 - pow(ratio, n)) / (1 - ratio);
}

typedef struct method_case {
    const char *economics;
    double qaly, cost; /* per unit of utility; state cost and one-off by their own formulas */
} method_case;

static void methods_are_geometric_sums(void **state)
{
    (void)state;
    const double v = 1 / 1.05, q = 0.9 * v, c = exp(-0.05), qc = 0.9 * c;
    const double start = geometric(q, 20), end = q * geometric(q, 20);
    const double moves = 0.1 * v * geometric(q, 20); /* who dies in cycle k, at its end */
    const method_case cases[] = {
        {"discount: 5%, discounting: discrete, within_cycle: start, one_off: {at: end}", start, moves},
        {"discount: 5%, discounting: discrete, within_cycle: end, one_off: {at: end}", end, moves},
        {"discount: 5%, discounting: discrete, within_cycle: half-cycle, one_off: {at: start}",
         (start + end) / 2, moves / v},
        {"discount: 5%, discounting: discrete, within_cycle: none, one_off: {at: middle}",
         geometric(q, 21), moves / sqrt(v)},
        {"discount: 5%, discounting: discrete, within_cycle: life-table, "
         "life_table_discount_at: middle, one_off: {at: end}",
         sqrt(v) * geometric(q, 20) * (1 + 0.9) / 2, moves},
        {"discount: 5%, discounting: continuous, within_cycle: end, one_off: {at: end}",
         qc * geometric(qc, 20), 0.1 * c * geometric(qc, 20)},
        {"discount: 0%, discounting: discrete, within_cycle: start, one_off: {at: end}",
         geometric(0.9, 20), 0.1 * geometric(0.9, 20)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1024];
        snprintf(text, sizeof text, TWO_STATES("%s"), cases[i].economics);
        hec_result *result = study_text_run(text, NULL);
        assert_near(result_at(result, "base/effect", 0), 0.8 * cases[i].qaly, ROUNDING);
        assert_near(result_at(result, "base/cost", 0), 100 * cases[i].qaly + 1000 * cases[i].cost,
                    ROUNDING);
        hec_result_destroy(result);
    }
}

static void simpson_integrates_cubics(void **state)
{
    (void)state;
    /* a reward t^3 at the points 0..4 would need the point's own time; with a cycle of one year and
     * everybody alive the rule's weights must sum to the horizon, as every rule's must */
    static const char *const methods[] = {"start", "end", "half-cycle", "simpson"};
    for (size_t i = 0; i < 4; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "hecate: 1\nmodel: m\ntime: {cycle: 6 months, cycles: 8}\n"
                 "chains: {c: {start: A, states: {A: {utility: 1}, D: {dead: true}}}}\n"
                 "economics: {perspective: all, currency: CNY, discount: 0%%, discounting: discrete, "
                 "within_cycle: %s, effect: qaly}\n",
                 methods[i]);
        hec_result *result = study_text_run(text, NULL);
        assert_near(result_at(result, "base/effect", 0), 4, ROUNDING);
        hec_result_destroy(result);
    }
}

static void discount_curve_is_piecewise(void **state)
{
    (void)state;
    hec_result *result = study_text_run(
        "hecate: 1\nmodel: m\ntime: {cycle: 1 year, cycles: 4}\n"
        "chains: {c: {start: A, states: {A: {utility: 1}, D: {dead: true}}}}\n"
        "economics: {perspective: all, currency: CNY, discount: {cost: 0%, effect: {0: 10%, 2: 0%}},"
        " discounting: discrete, within_cycle: end, effect: qaly}\n",
        NULL);
    double v = 1 / 1.1;
    assert_near(result_at(result, "base/effect", 0), v + 3 * v * v, ROUNDING);
    hec_result_destroy(result);
}

/* ---- time in state --------------------------------------------------------------------------- */

static const char timed[] =
    "hecate: 1\n"
    "model: timed\n"
    "time: {cycle: 1 year, cycles: 12}\n"
    "let: {p_die: event_prob(weibull(shape: 1.7, scale: 6), time_in_state, cycle_length)}\n"
    "chains:\n"
    "  life:\n"
    "    start: A\n"
    "    states:\n"
    "      A: {utility: 1, to: {S: 0.3}}\n"
    "      S: {utility: 1 / (1 + time_in_state), cost: 10 + cycle * time_in_state,\n"
    "          to: {A: 0.1, D: 0.9 * p_die}}\n"
    "      D: {dead: true}\n"
    "on: [{from: S, to: D, cost: {late: 100 + 1 * time_in_state}}]\n"
    "economics: {perspective: all, currency: CNY, discount: 3%, discounting: discrete,\n"
    "  within_cycle: half-cycle, one_off: {at: end}, effect: qaly}\n";

/* The same with a state for every duration, by hand: what others make their users write. */
static char *tunnels(void)
{
    char *text = malloc(16384);
    assert_non_null(text);
    size_t n = (size_t)sprintf(text, "hecate: 1\nmodel: tunnels\ntime: {cycle: 1 year, cycles: 12}\n"
                                     "chains:\n  life:\n    start: A\n    states:\n"
                                     "      A: {utility: 1, to: {S0: 0.3}}\n");
    for (int d = 0; d <= 12; d++) {
        double p = 1 - exp(pow(d / 6.0, 1.7) - pow((d + 1) / 6.0, 1.7));
        n += (size_t)sprintf(text + n,
                             "      S%d: {utility: %.17g, cost: 10 + cycle * %d, to: {A: 0.1, D: "
                             "%.17g%s}}\n", d, 1.0 / (1 + d), d, 0.9 * p,
                             d < 12 ? ", S" : "");
        if (d < 12) {
            n -= 3; /* over the two brackets and the line end */
            n += (size_t)sprintf(text + n, "%d: rest}}\n", d + 1);
        }
    }
    n += (size_t)sprintf(text + n, "      D: {dead: true}\non:\n");
    for (int d = 0; d <= 12; d++) {
        n += (size_t)sprintf(text + n, "  - {from: S%d, to: D, cost: {late: %d}}\n", d, 100 + d);
    }
    sprintf(text + n, "economics: {perspective: all, currency: CNY, discount: 3%%, discounting: "
                      "discrete, within_cycle: half-cycle, one_off: {at: end}, effect: qaly}\n");
    return text;
}

static void time_in_state_equals_tunnels(void **state)
{
    (void)state;
    char *text = tunnels();
    hec_result *cells = study_text_run(timed, NULL);
    hec_result *states = study_text_run(text, NULL);
    assert_near(result_at(cells, "base/cost", 0), result_at(states, "base/cost", 0), ROUNDING);
    assert_near(result_at(cells, "base/effect", 0), result_at(states, "base/effect", 0), ROUNDING);
    size_t shape[6];
    const double *trace = result_array(cells, "base/trace", shape);
    assert_int_equal(shape[2], 3);
    double dead = result_array(states, "base/trace", shape)[13 * shape[2] - 1];
    assert_near(trace[13 * 3 - 1], dead, ROUNDING);
    hec_result_destroy(cells);
    hec_result_destroy(states);
    free(text);
}

/* A cap that nobody reaches changes nothing; one that is reached pools. */
static void cap_pools_long_durations(void **state)
{
    (void)state;
    char capped[2048];
    double effect[3];
    static const char *const caps[] = {"", "    time_in_state_cap: 12 years\n",
                                       "    time_in_state_cap: 2 years\n"};
    for (size_t i = 0; i < 3; i++) {
        const char *cut = strstr(timed, "    start: A\n");
        snprintf(capped, sizeof capped, "%.*s%s%s", (int)(cut - timed), timed, caps[i], cut);
        hec_result *result = study_text_run(capped, NULL);
        effect[i] = result_at(result, "base/effect", 0);
        hec_result_destroy(result);
    }
    assert_true(effect[0] == effect[1]);
    assert_true(fabs(effect[0] - effect[2]) > 1e-3);
}

/* ---- hazards --------------------------------------------------------------------------------- */

/* Illness and death with constant hazards a (1->2), b (1->3), c (2->3): closed forms. */
static void hazards_are_exact(void **state)
{
    (void)state;
    hec_result *result = study_text_run(
        "hecate: 1\nmodel: m\ntime: {cycle: 2 years, cycles: 5}\n"
        "parameters:\n"
        "  a: {value: 0.2, unit: 1/year}\n  b: {value: 0.05, unit: 1/year}\n"
        "  c: {value: 0.4, unit: 1/year}\n"
        "chains:\n  life:\n    start: one\n    states:\n"
        "      one: {utility: 1, rate: {two: a, three: b}}\n"
        "      two: {utility: 1, rate: {three: c}}\n"
        "      three: {dead: true}\n"
        "on: [{from: one, to: two, cost: {ill: 1000}}, {from: two, to: three, cost: {dead: 500}}]\n"
        "economics: {perspective: all, currency: CNY, discount: 0%, discounting: discrete,\n"
        "  within_cycle: end, one_off: {at: end}, effect: qaly}\n",
        NULL);
    const double a = 0.2, b = 0.05, c = 0.4, out = a + b;
    size_t shape[6];
    const double *trace = result_array(result, "base/trace", shape);
    for (int k = 0; k <= 5; k++) {
        double t = 2 * k;
        double one = exp(-out * t), two = a / (c - out) * (exp(-out * t) - exp(-c * t));
        assert_near(trace[3 * k], one, 1e-14 * 50);
        assert_near(trace[3 * k + 1], two, 1e-14 * 50);
        assert_near(trace[3 * k + 2], 1 - one - two, 1e-14 * 200);
    }
    /* expected moves in ten years: hazard times the time spent */
    double t = 10, in_one = (1 - exp(-out * t)) / out;
    double in_two = a / (c - out) * ((1 - exp(-out * t)) / out - (1 - exp(-c * t)) / c);
    assert_near(result_at(result, "base/cost", 0), 1000 * a * in_one + 500 * c * in_two, 1e-12);
    hec_result_destroy(result);
}

/* ---- strata and invariants ------------------------------------------------------------------- */

#define AGED(population)                                                                           \
    "hecate: 1\nmodel: m\ntime: {cycle: 1 year, cycles: 30}\n"                                     \
    "population: " population "\n"                                                                 \
    "parameters: {r: {value: 0.01, unit: 1/year, dist: gamma(mean: 0.01, se: 0.002)}}\n"           \
    "let: {p: 'rate_to_prob(r * exp(0.08 * (age - 50) / 1 year))'}\n"                              \
    "chains:\n  life:\n    start: {A: 0.9, S: rest}\n    states:\n"                                \
    "      A: {utility: if(sex == 'male', 0.9, 0.95), cost: 10 * age / 1 year, to: {S: 0.05, D: 0.95 * p}}\n"      \
    "      S: {utility: 0.5, cost: {care: 700}, to: {D: clamp(3 * p, 0, 1)}}\n"                    \
    "      D: {dead: true}\n"                                                                      \
    "strategies: {usual: {}, cheap: {cost: {care: {S: 5}}}}\n"                                     \
    "economics: {profile: cn2020, currency: CNY, wtp: [50000, 100000]}\n"                          \
    "uncertainty: {draws: 300, seed: 7}\n"

static const char both[] = AGED("{strata: [{weight: 0.25, age: 50, sex: male}, {weight: 0.75, age: "
                                "60, sex: female}]}");

static void strata_are_weighted_sums(void **state)
{
    (void)state;
    hec_result *all = study_text_run(both, NULL);
    hec_result *men = study_text_run(AGED("{age: 50, sex: male}"), NULL);
    hec_result *women = study_text_run(AGED("{age: 60, sex: female}"), NULL);
    static const char *const paths[] = {"base/cost", "base/effect", "psa/cost", "psa/effect"};
    for (size_t i = 0; i < 4; i++) {
        size_t n = i < 2 ? 2 : 600;
        for (size_t k = 0; k < n; k++) {
            assert_near(result_at(all, paths[i], k),
                        0.25 * result_at(men, paths[i], k) + 0.75 * result_at(women, paths[i], k),
                        ROUNDING);
        }
    }
    hec_result_destroy(all);
    hec_result_destroy(men);
    hec_result_destroy(women);
}

static void mass_is_conserved(void **state)
{
    (void)state;
    hec_result *result = study_text_run(both, NULL);
    size_t shape[6];
    const double *trace = result_array(result, "base/trace", shape);
    for (size_t row = 0; row < shape[0] * shape[1]; row++) {
        double sum = 0;
        for (size_t s = 0; s < shape[2]; s++) {
            assert_true(trace[row * shape[2] + s] >= 0);
            sum += trace[row * shape[2] + s];
        }
        assert_near(sum, 1, 1e-14 * 31);
    }
    hec_result_destroy(result);
}

static bool same_draws(const hec_result *a, const hec_result *b)
{
    static const char *const paths[] = {"psa/parameters", "psa/cost", "psa/effect", "analysis/ceac",
                                        "analysis/evpi", "analysis/expected_loss", "base/trace"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        size_t shape[6] = {1, 1, 1, 1, 1, 1}, count = 1;
        int rank = 0;
        const double *x = hec_result_doubles(a, paths[i], &rank, shape);
        const double *y = hec_result_doubles(b, paths[i], &rank, shape);
        for (int k = 0; k < rank; k++) {
            count *= shape[k];
        }
        assert_non_null(x);
        assert_non_null(y);
        if (memcmp(x, y, count * sizeof *x) != 0) {
            return false;
        }
    }
    return true;
}

static void bits_do_not_depend_on_threads_blocks_or_isa(void **state)
{
    (void)state;
    hec_result *first = study_text_run(both, &(hec_run_options){.threads = 1, .block = 64});
    static const char *const levels[] = {NULL, "x86-64", "x86-64-v3", "x86-64-v4"};
    int compared = 0;
    for (int threads = 1; threads <= 4; threads *= 2) {
        for (int block = 8; block <= 512; block *= 4) {
            for (size_t i = 0; i < 4; i++) {
                hec_run_options options = {.threads = threads, .block = block, .isa = levels[i]};
                study_text s = study_text_open(both, NULL);
                hec_result *other = NULL;
                hec_status status = hec_study_run(s.study, &options, s.diagnostics, &other);
                if (status == HEC_OK) { /* this processor has the level */
                    assert_true(same_draws(first, other));
                    compared++;
                } else {
                    assert_int_equal(status, HEC_E_ARGUMENT);
                    assert_non_null(levels[i]);
                }
                hec_result_destroy(other);
                study_text_close(&s);
            }
        }
    }
    assert_true(compared >= 12);
    /* and the guard sees a difference: another seed */
    study_text s = study_text_open(both, &(hec_study_options){.draws = -1, .has_seed = true, .seed = 8});
    hec_result *other = NULL;
    assert_int_equal(hec_study_run(s.study, NULL, s.diagnostics, &other), HEC_OK);
    assert_false(same_draws(first, other));
    hec_result_destroy(other);
    study_text_close(&s);
    hec_result_destroy(first);
}

/* Another strategy, another parameter, more draws: what was there stays, bit for bit. */
static void additions_leave_the_rest_alone(void **state)
{
    (void)state;
    char more[4096];
    const char *cut = strstr(both, "cheap: {");
    snprintf(more, sizeof more, "%.*sother: {set: {r: r_new}}, %s", (int)(cut - both), both, cut);
    char *place = strstr(more, "parameters: {");
    char rest[4096];
    snprintf(rest, sizeof rest, "%s", place + strlen("parameters: {"));
    snprintf(place, sizeof more - (size_t)(place - more),
             "parameters: {r_new: {value: 0.02, unit: 1/year, dist: gamma(mean: 0.02, se: 0.001)}, %s",
             rest);
    char *draws = strstr(more, "draws: 300");
    memcpy(draws, "draws: 450", 10);
    hec_result *old = study_text_run(both, NULL);
    hec_result *new = study_text_run(more, NULL);
    size_t a[6], b[6];
    const double *cost_old = result_array(old, "psa/cost", a);
    const double *cost_new = result_array(new, "psa/cost", b);
    assert_int_equal(b[0], 3);
    for (size_t i = 0; i < 300; i++) {
        assert_true(cost_old[i] == cost_new[i]);                 /* usual */
        assert_true(cost_old[300 + i] == cost_new[2 * 450 + i]); /* cheap */
    }
    hec_result_destroy(old);
    hec_result_destroy(new);
}

static void equal_arms_have_no_increments(void **state)
{
    (void)state;
    char text[4096];
    snprintf(text, sizeof text, "%s", both);
    char *cheap = strstr(text, "cheap: {cost: {care: {S: 5}}}");
    memset(cheap, ' ', strlen("cheap: {cost: {care: {S: 5}}}"));
    memcpy(cheap, "twin: {}", 8);
    hec_result *result = study_text_run(text, NULL);
    assert_true(result_at(result, "base/cost", 0) == result_at(result, "base/cost", 1));
    assert_true(result_at(result, "base/effect", 0) == result_at(result, "base/effect", 1));
    assert_true(result_at(result, "analysis/evpi", 0) == 0);
    hec_result_destroy(result);
}

/* Thirty states, each with a way to every other: the matrix product of the draws must agree with the
 * step by arcs of the base case. */
static void dense_chains_agree_with_arcs(void **state)
{
    (void)state;
    enum { N = 30 };
    char *text = malloc(64 * 1024);
    assert_non_null(text);
    size_t n = (size_t)sprintf(text, "hecate: 1\nmodel: dense\ntime: {cycle: 1 year, cycles: 40}\n"
                                     "parameters: {c: {value: 3, dist: fixed(3)}}\n"
                                     "chains:\n  life:\n    start: s0\n    states:\n");
    for (int i = 0; i < N; i++) {
        n += (size_t)sprintf(text + n, "      s%d: {utility: %.3f, cost: %d * c, to: {", i,
                             1 - i / 60.0, i);
        for (int j = 0; j < N; j++) {
            if (j != i) {
                n += (size_t)sprintf(text + n, "s%d: %.6f, ", j, (1 + (7 * i + 3 * j) % 5) / 200.0);
            }
        }
        n += (size_t)sprintf(text + n, "dead: 0.01}}\n");
    }
    sprintf(text + n, "      dead: {dead: true}\nuncertainty: {draws: 20, seed: 1}\n"
                      "economics: {profile: cn2020, currency: CNY, wtp: [1000]}\n");
    hec_result *result = study_text_run(text, NULL);
    for (size_t draw = 0; draw < 20; draw++) {
        assert_near(result_at(result, "psa/cost", draw), result_at(result, "base/cost", 0), ROUNDING);
        assert_near(result_at(result, "psa/effect", draw), result_at(result, "base/effect", 0),
                    ROUNDING);
    }
    hec_result_destroy(result);
    free(text);
}

/* Whoever has been there from the start counts at the last point too. */
static void staying_counts_to_the_end(void **state)
{
    (void)state;
    for (int by_cycle = 0; by_cycle < 2; by_cycle++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "hecate: 1\nmodel: m\ntime: {cycle: 1 year, cycles: 4}\n"
                 "chains: {c: {start: A, states: {A: {effect: {z: %s}, to: {D: 0}}, D: {dead: true}}}}\n"
                 "economics: {perspective: all, currency: CNY, discount: 0%%, discounting: discrete, "
                 "within_cycle: half-cycle, effect: z, wtp: [100]}\nuncertainty: {draws: 3, seed: 1}\n",
                 by_cycle ? "cycle * 0 + 1 * time_in_state" : "1 * time_in_state");
        hec_result *result = study_text_run(text, NULL);
        assert_near(result_at(result, "base/effect", 0), 8, ROUNDING); /* the integral of t to 4 */
        assert_near(result_at(result, "psa/effect", 1), 8, ROUNDING);
        hec_result_destroy(result);
    }
}

/* What is charged on entering the model is whole, whatever the method and the discount rate. */
static void entering_is_charged_whole(void **state)
{
    (void)state;
    static const char *const methods[] = {"start", "end", "half-cycle", "none"};
    for (size_t i = 0; i < 4; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "hecate: 1\nmodel: m\ntime: {cycle: 1 year, cycles: 10}\npopulation: {age: 40}\n"
                 "chains: {c: {start: {A: 0.75, B: 0.25}, states: {A: {to: {D: 0.1}}, B: {to: {D: 0.2}}, "
                 "D: {dead: true}}}}\n"
                 "on: [{from: start, cost: {test: 80}}, {from: start, to: B, cost: {test: age * 10}, "
                 "qaly: -0.5}]\n"
                 "economics: {perspective: all, currency: CNY, discount: 30%%, discounting: discrete, "
                 "within_cycle: %s, one_off: {at: end}, effect: qaly, wtp: [100]}\n"
                 "uncertainty: {draws: 9, seed: 1}\n",
                 methods[i]);
        hec_result *result = study_text_run(text, NULL);
        assert_near(result_at(result, "base/cost", 0), 80 + 0.25 * 400, ROUNDING);
        assert_near(result_at(result, "psa/cost", 5), 80 + 0.25 * 400, ROUNDING);
        assert_near(result_at(result, "base/effect", 0), -0.125, ROUNDING);
        hec_result_destroy(result);
    }
}

/* Tables may differ by strategy. */
static void strategies_set_tables(void **state)
{
    (void)state;
    hec_result *result = study_text_run(
        "hecate: 1\nmodel: m\ntime: {cycle: 1 year, cycles: 2}\n"
        "tables: {uptake: {axes: {t: [0, 1]}, values: [0.25, 0.5], between: step, outside: clamp}}\n"
        "chains: {c: {start: A, states: {A: {utility: uptake(t)}, D: {dead: true}}}}\n"
        "strategies: {low: {}, high: {set: {tables.uptake.values: [0.5, 1]}}, again: {}}\n"
        "economics: {perspective: all, currency: CNY, discount: 0%, discounting: discrete, "
        "within_cycle: end, effect: qaly}\n",
        NULL);
    assert_near(result_at(result, "base/effect", 0), 0.75, ROUNDING);
    assert_near(result_at(result, "base/effect", 1), 1.5, ROUNDING);
    assert_near(result_at(result, "base/effect", 2), 0.75, ROUNDING);
    hec_result_destroy(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_are_geometric_sums),
        cmocka_unit_test(simpson_integrates_cubics),
        cmocka_unit_test(discount_curve_is_piecewise),
        cmocka_unit_test(time_in_state_equals_tunnels),
        cmocka_unit_test(cap_pools_long_durations),
        cmocka_unit_test(hazards_are_exact),
        cmocka_unit_test(strata_are_weighted_sums),
        cmocka_unit_test(mass_is_conserved),
        cmocka_unit_test(bits_do_not_depend_on_threads_blocks_or_isa),
        cmocka_unit_test(additions_leave_the_rest_alone),
        cmocka_unit_test(equal_arms_have_no_increments),
        cmocka_unit_test(dense_chains_agree_with_arcs),
        cmocka_unit_test(entering_is_charged_whole),
        cmocka_unit_test(staying_counts_to_the_end),
        cmocka_unit_test(strategies_set_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
