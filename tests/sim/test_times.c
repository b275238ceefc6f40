/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons in continuous time against closed forms and integrals done here. A mean of persons lies
 * within four of its standard errors, which one run in 16,000 does not; seeds are fixed. */
#include "study_text.h"
#include "times_study.h"

enum { PERSONS = 200000 };
static const double ERRORS = 4;

#define HEAD(cycles)                                                                               \
    "hecate: 1\nmodel: m\ntime: {cycle: 1 year, cycles: " cycles "}\n"                             \
    "engine: {microsimulation: {persons: 1000}}\nuncertainty: {seed: 20260101}\n"
#define TAIL(discounting)                                                                          \
    "economics: {perspective: all, currency: CNY, effect: qaly, " discounting "}\n"

/* ---- two states ------------------------------------------------------------------------------ */

static const char exponential[] =
    HEAD("30") "chains:\n  c:\n    start: A\n    clock: reset\n    states:\n"
               "      A: {utility: 0.8, cost: 100, time: {D: exponential(0.1)}}\n"
               "      D: {dead: true}\n"
               "on: [{from: A, to: D, cost: {terminal: 1000}}]\n" TAIL(
                   "discount: {cost: 5%, effect: 3%}, discounting: discrete");

/* integral of e^(-rate t) from 0 to t */
static double flow(double rate, double t)
{
    return rate == 0 ? t : -expm1(-rate * t) / rate;
}

static void exponential_stays(void **state)
{
    (void)state;
    times_study s = times_open(exponential);
    double *totals = times_run(&s, NULL, 0, 0, PERSONS, NULL);
    const double death = 0.1, cost = log1p(0.05), effect = log1p(0.03), horizon = 30;
    assert_non_null(totals);
    const double *years = times_column(&s, totals, PERSONS, false, "life_years");
    times_expect_mean(PERSONS, years, flow(death, horizon), ERRORS, "life years");
    times_expect_mean(PERSONS, times_column(&s, totals, PERSONS, true, "qaly"),
                      0.8 * flow(death + effect, horizon), ERRORS, "discounted QALYs");
    times_expect_mean(PERSONS, times_column(&s, totals, PERSONS, true, "cost"),
                      100 * flow(death + cost, horizon), ERRORS, "discounted cost");
    times_expect_mean(PERSONS, times_column(&s, totals, PERSONS, false, "terminal"),
                      1000 * -expm1(-death * horizon), ERRORS, "deaths");
    times_expect_mean(PERSONS, times_column(&s, totals, PERSONS, true, "terminal"),
                      1000 * death * flow(death + cost, horizon), ERRORS, "discounted deaths");
    free(totals);
    times_close(&s);
}

/* The greatest distance between the times of the dead and their distribution. */
static void exponential_times(void **state)
{
    (void)state;
    enum { N = 4000 };
    times_study s = times_open(exponential);
    double *totals = times_run(&s, NULL, 0, 0, N, NULL), distance = 0;
    assert_non_null(totals);
    const double *years = times_column(&s, totals, N, false, "life_years");
    for (size_t i = 0; i < N; i++) {
        double below = 0, upto = 0;
        for (size_t k = 0; k < N; k++) {
            below += years[k] < years[i];
            upto += years[k] <= years[i];
        }
        double share = -expm1(-0.1 * years[i]);
        if (years[i] < 30) {
            distance = fmax(distance, fmax(fabs(share - below / N), fabs(share - upto / N)));
        }
    }
    assert_true(distance < 1.95 / sqrt(N)); /* Kolmogorov: one in 1,000 is beyond */
    free(totals);
    times_close(&s);
}

/* Life years tell how long somebody lived; all else follows for each person. */
static void each_person_adds_up(void **state)
{
    (void)state;
    enum { N = 2000 };
    times_study s = times_open(exponential);
    double *totals = times_run(&s, NULL, 0, 0, N, NULL);
    const double cost = log1p(0.05), effect = log1p(0.03);
    assert_non_null(totals);
    const double *years = times_column(&s, totals, N, false, "life_years");
    for (size_t i = 0; i < N; i++) {
        double t = years[i], dead = t < 30;
        const struct {
            const char *outcome;
            double plain, discounted;
        } rows[] = {{"life_years", t, flow(effect, t)},
                    {"qaly", 0.8 * t, 0.8 * flow(effect, t)},
                    {"cost", 100 * t, 100 * flow(cost, t)},
                    {"terminal", 1000 * dead, 1000 * dead * exp(-cost * t)}};
        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
            times_expect_near(times_column(&s, totals, N, false, rows[k].outcome)[i], rows[k].plain,
                              1e-14, rows[k].outcome);
            times_expect_near(times_column(&s, totals, N, true, rows[k].outcome)[i],
                              rows[k].discounted, 1e-14, rows[k].outcome);
        }
    }
    free(totals);
    times_close(&s);
}

/* ---- discounting ----------------------------------------------------------------------------- */

/* The same persons live as long under any discounting, so what their years are worth is known. */
static void discounting_is_exact(void **state)
{
    (void)state;
    enum { N = 500 };
    static const struct {
        const char *discounting;
        double rates[3], from[3]; /* of e^(-rate t), in pieces */
    } cases[] = {
        {"discount: 4%, discounting: continuous", {0.04, 0.04, 0.04}, {0, 1, 2}},
        {"discount: 0%, discounting: discrete", {0, 0, 0}, {0, 1, 2}},
        {"discount: {0: 3.5%, 10: 1%, 25: 0%}, discounting: continuous",
         {0.035, 0.01, 0},
         {0, 10, 25}},
        {"discount: {0: 0%, 3: 6%, 50: 1%}, discounting: continuous", {0, 0.06, 0.01}, {0, 3, 50}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        char text[2048];
        snprintf(text, sizeof text,
                 HEAD("60") "chains:\n  c:\n    start: A\n    clock: reset\n    states:\n"
                            "      A: {utility: 1, time: {S: weibull(shape: 1.5, scale: 20)}}\n"
                            "      S: {utility: 1, time: {D: exponential(0.08)}}\n"
                            "      D: {dead: true}\n"
                            "on: [{to: D, cost: {terminal: 1}}]\n" TAIL("%s"),
                 cases[c].discounting);
        times_study s = times_open(text);
        double *totals = times_run(&s, NULL, 0, 0, N, NULL);
        assert_non_null(totals);
        for (size_t i = 0; i < N; i++) {
            double t = times_column(&s, totals, N, false, "life_years")[i], sum = 0, value = 1;
            for (int k = 0; k < 3; k++) { /* value today where each piece begins */
                double end = fmin(t, k < 2 ? cases[c].from[k + 1] : t);
                double stay = fmax(0, end - cases[c].from[k]);
                sum += value * flow(cases[c].rates[k], stay);
                value *= exp(-cases[c].rates[k] * stay);
            }
            times_expect_near(times_column(&s, totals, N, true, "qaly")[i], sum, 3e-14, "QALYs");
            times_expect_near(times_column(&s, totals, N, true, "terminal")[i], t < 60 ? value : 0,
                              1e-14, "value at death");
        }
        free(totals);
        times_close(&s);
    }
}

/* ---- illness and death ----------------------------------------------------------------------- */

/* Shares of persons at each point, from the counts of a run. */
static double *shares_at_points(const times_study *s, size_t n)
{
    size_t cells = (size_t)(s->model->cycles + 1) * s->model->n_states;
    int64_t *trace = calloc(cells, sizeof *trace);
    double *shares = calloc(cells, sizeof *shares);
    assert_non_null(trace);
    assert_non_null(shares);
    hec_person_tally tally = {.trace = trace};
    double *totals = times_run(s, &(times_way){.tally = &tally}, 0, 0, n, NULL);
    assert_non_null(totals);
    for (size_t i = 0; i < cells; i++) {
        shares[i] = (double)trace[i] / (double)n;
    }
    free(totals);
    free(trace);
    return shares;
}

static void expect_share(double got, double expected, size_t n, const char *what, size_t point)
{
    double error = sqrt(expected * (1 - expected) / (double)n);
    if (!(fabs(got - expected) <= ERRORS * error + 1e-12)) {
        fail_msg("%s at %zu: %.10g is not %.10g, %.2f standard errors away", what, point, got,
                 expected, (got - expected) / error);
    }
}

static void exponential_times_are_hazards(void **state)
{
    (void)state;
    times_study s = times_open(
        HEAD("40") "chains:\n  c:\n    start: H\n    clock: reset\n    states:\n"
                   "      H: {time: {S: exponential(0.15), D: exponential(0.02)}}\n"
                   "      S: {time: {D: {dist: exponential(0.1), clock: forward}, H: "
                   "exponential(0.3)}}\n"
                   "      D: {dead: true}\n" TAIL("discount: 0%, discounting: discrete"));
    double *shares = shares_at_points(&s, PERSONS);
    /* shares x solve x' = x Q: the eigenvalues of the 2 x 2 block of the living */
    const double a = -0.17, b = 0.15, c = 0.3, d = -0.4;
    const double mean = (a + d) / 2, root = sqrt((a - d) * (a - d) / 4 + b * c);
    for (size_t k = 0; k <= 40; k++) {
        double t = (double)k, fast = exp((mean - root) * t), slow = exp((mean + root) * t);
        double sick = b * (slow - fast) / (2 * root);
        double well = ((a - mean + root) * slow - (a - mean - root) * fast) / (2 * root);
        expect_share(shares[3 * k], well, PERSONS, "H", k);
        expect_share(shares[3 * k + 1], sick, PERSONS, "S", k);
        expect_share(shares[3 * k + 2], 1 - well - sick, PERSONS, "D", k);
    }
    free(shares);
    times_close(&s);
}

/* The same hazards of four states as a cohort, whose cycles are matrix exponentials. */
static void exponential_times_are_a_cohort(void **state)
{
    (void)state;
    static const char head[] = "hecate: 1\nmodel: m\ntime: {cycle: 1 year, cycles: 25}\n";
    static const char states[] =
        "      H: {%s: {S: exponential(0.2), W: exponential(0.05), D: exponential(0.01)}}\n"
        "      S: {%s: {H: exponential(0.4), W: exponential(0.15), D: exponential(0.06)}}\n"
        "      W: {%s: {D: exponential(0.3)}}\n"
        "      D: {dead: true}\n";
    char cohort[2048], persons[2048], *at;
    snprintf(cohort, sizeof cohort, "%schains:\n  c:\n    start: {H: 0.6, S: 0.4}\n    states:\n",
             head);
    snprintf(cohort + strlen(cohort), sizeof cohort - strlen(cohort), states, "rate", "rate",
             "rate");
    for (at = cohort; (at = strstr(at, "exponential")) != NULL;) { /* the hazard alone */
        memset(at, ' ', strlen("exponential"));
    }
    strcat(cohort, TAIL("discount: 0%, discounting: discrete, within_cycle: start"));
    snprintf(persons, sizeof persons,
             "%sengine: {microsimulation: {persons: 1000}}\nuncertainty: {seed: 5}\n"
             "chains:\n  c:\n    start: {H: 0.6, S: 0.4}\n    clock: reset\n    states:\n",
             head);
    snprintf(persons + strlen(persons), sizeof persons - strlen(persons), states, "time", "time",
             "time");
    strcat(persons, TAIL("discount: 0%, discounting: discrete"));
    hec_result *result = study_text_run(cohort, NULL);
    times_study s = times_open(persons);
    double *shares = shares_at_points(&s, PERSONS);
    for (size_t i = 0; i < 26 * 4; i++) {
        expect_share(shares[i], result_at(result, "base/trace", i), PERSONS, "a share", i / 4);
    }
    free(shares);
    times_close(&s);
    hec_result_destroy(result);
}

/* Weibull times from entering a state: who is ill at t fell ill at some time before. */
typedef struct weibulls {
    double t;
} weibulls;

static double weibull_survival(double shape, double scale, double t)
{
    return exp(-pow(t / scale, shape));
}

static double weibull_density(double shape, double scale, double t)
{
    return shape / scale * pow(t / scale, shape - 1) * weibull_survival(shape, scale, t);
}

/* falls ill at x (and did not die before), is ill still at t */
static double ill_since(double x, const void *context)
{
    double t = ((const weibulls *)context)->t;
    return weibull_density(2.2, 8, x) * exp(-0.03 * x) * weibull_survival(1.7, 5, t - x);
}

static void clock_reset_is_semi_markov(void **state)
{
    (void)state;
    times_study s = times_open(
        HEAD("20") "chains:\n  c:\n    start: H\n    clock: reset\n    states:\n"
                   "      H: {time: {S: weibull(shape: 2.2, scale: 8), D: exponential(0.03)}}\n"
                   "      S: {time: {D: weibull(shape: 1.7, scale: 5)}}\n"
                   "      D: {dead: true}\n" TAIL("discount: 0%, discounting: discrete"));
    double *shares = shares_at_points(&s, PERSONS);
    for (size_t k = 1; k <= 20; k++) {
        weibulls w = {(double)k};
        expect_share(shares[3 * k], exp(-0.03 * w.t) * weibull_survival(2.2, 8, w.t), PERSONS, "H",
                     k);
        expect_share(shares[3 * k + 1], times_integral(ill_since, &w, 0, w.t, 2000), PERSONS, "S",
                     k);
    }
    free(shares);
    times_close(&s);
}

static double gompertz_cumhazard(double shape, double rate, double t)
{
    return rate * expm1(shape * t) / shape;
}

/* falls ill at x, does not die between x and t; the clock of death runs from the start */
static double ill_and_alive(double x, const void *context)
{
    double t = ((const weibulls *)context)->t;
    return 0.2 * exp(-0.2 * x - gompertz_cumhazard(0.09, 0.004, x)) *
           exp(gompertz_cumhazard(0.12, 0.02, x) - gompertz_cumhazard(0.12, 0.02, t));
}

static void clock_forward_ages(void **state)
{
    (void)state;
    times_study s = times_open(
        HEAD("30") "chains:\n  c:\n    start: H\n    clock: forward\n    states:\n"
                   "      H: {time: {S: exponential(0.2), D: gompertz(shape: 0.09, rate: 0.004)}}\n"
                   "      S: {time: {D: gompertz(shape: 0.12, rate: 0.02)}}\n"
                   "      D: {dead: true}\n" TAIL("discount: 0%, discounting: discrete"));
    double *shares = shares_at_points(&s, PERSONS);
    for (size_t k = 1; k <= 30; k++) {
        weibulls w = {(double)k};
        expect_share(shares[3 * k], exp(-0.2 * w.t - gompertz_cumhazard(0.09, 0.004, w.t)), PERSONS,
                     "H", k);
        expect_share(shares[3 * k + 1], times_integral(ill_and_alive, &w, 0, w.t, 2000), PERSONS,
                     "S", k);
    }
    free(shares);
    times_close(&s);
}

/* Death of the ill by two causes: from falling ill, and by age. */
static double ill_of_both(double x, const void *context)
{
    double t = ((const weibulls *)context)->t;
    return weibull_density(1.3, 10, x) * exp(-gompertz_cumhazard(0.1, 0.005, t)) *
           weibull_survival(1.6, 6, t - x);
}

static void clocks_mix_and_causes_compete(void **state)
{
    (void)state;
    times_study s = times_open(
        HEAD("25") "let: {age_death: gompertz(shape: 0.1, rate: 0.005)}\n"
                   "chains:\n  c:\n    start: H\n    states:\n"
                   "      H: {time: {S: {dist: weibull(shape: 1.3, scale: 10), clock: reset},\n"
                   "                 D: {dist: age_death, clock: forward}}}\n"
                   "      S: {time: {D: [{dist: age_death, clock: forward},\n"
                   "                     {dist: weibull(shape: 1.6, scale: 6), clock: reset}]}}\n"
                   "      D: {dead: true}\n" TAIL("discount: 0%, discounting: discrete"));
    double *shares = shares_at_points(&s, PERSONS);
    for (size_t k = 1; k <= 25; k++) {
        weibulls w = {(double)k};
        double alive = exp(-gompertz_cumhazard(0.1, 0.005, w.t));
        expect_share(shares[3 * k], alive * weibull_survival(1.3, 10, w.t), PERSONS, "H", k);
        expect_share(shares[3 * k + 1], times_integral(ill_of_both, &w, 0, w.t, 4000), PERSONS, "S",
                     k);
    }
    free(shares);
    times_close(&s);
}

/* ---- persons who differ ---------------------------------------------------------------------- */

/* Rates by sex, and by age on entering the state: each half has its own closed form. */
static void persons_differ(void **state)
{
    (void)state;
    times_study s = times_open(HEAD(
        "200") "population: {strata: [{weight: 0.5, age: 50, sex: 'female'}, {weight: 0.5, age: "
               "70, sex: 'male'}]}\n"
               "chains:\n  c:\n    start: A\n    clock: reset\n    states:\n"
               "      A: {time: {B: exponential(if(sex == 'male', 0.2, 0.1))}}\n"
               "      B: {cost: {care: 1 * age}, time: {D: exponential(1)}}\n"
               "      D: {dead: true}\n"
               "on: [{from: A, to: B, cost: {test: 1 * age}}]\n" TAIL(
                   "discount: 0%, discounting: discrete"));
    double *totals = times_run(&s, NULL, 0, 0, PERSONS, NULL);
    assert_non_null(totals);
    /* age on entering B: 50 + 10 or 70 + 5 in the mean; the stay there lasts a year */
    times_expect_mean(PERSONS, times_column(&s, totals, PERSONS, false, "life_years"),
                      (10 + 5) / 2.0 + 1, ERRORS, "life years");
    times_expect_mean(PERSONS, times_column(&s, totals, PERSONS, false, "care"), (60 + 75) / 2.0,
                      ERRORS, "cost by age");
    times_expect_mean(PERSONS, times_column(&s, totals, PERSONS, false, "test"), (60 + 75) / 2.0,
                      ERRORS, "charge by age");
    free(totals);
    times_close(&s);
}

static void starts_are_drawn(void **state)
{
    (void)state;
    times_study s = times_open(HEAD(
        "5") "chains:\n  c:\n    start: {A: 0.5, B: 0.3, D: 0.2}\n    clock: reset\n    states:\n"
             "      A: {utility: 0.9}\n"
             "      B: {utility: 0.4, absorbing: true}\n"
             "      D: {dead: true}\n"
             "      E: {time: {A: exponential(1)}}\n"
             "on: [{from: start, to: B, cost: {test: 7}}]\n" TAIL(
                 "discount: 0%, discounting: discrete"));
    double *shares = shares_at_points(&s, PERSONS);
    double *totals = times_run(&s, NULL, 0, 0, PERSONS, NULL);
    for (size_t k = 0; k <= 5; k++) {
        expect_share(shares[4 * k], 0.5, PERSONS, "A", k);
        expect_share(shares[4 * k + 1], 0.3, PERSONS, "B", k);
        expect_share(shares[4 * k + 2], 0.2, PERSONS, "D", k);
    }
    times_expect_mean(PERSONS, times_column(&s, totals, PERSONS, false, "qaly"),
                      5 * (0.5 * 0.9 + 0.3 * 0.4), ERRORS, "QALYs");
    times_expect_mean(PERSONS, times_column(&s, totals, PERSONS, false, "test"), 7 * 0.3, ERRORS,
                      "charges of entering");
    free(totals);
    free(shares);
    times_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponential_stays),
        cmocka_unit_test(exponential_times),
        cmocka_unit_test(each_person_adds_up),
        cmocka_unit_test(discounting_is_exact),
        cmocka_unit_test(exponential_times_are_hazards),
        cmocka_unit_test(exponential_times_are_a_cohort),
        cmocka_unit_test(clock_reset_is_semi_markov),
        cmocka_unit_test(clock_forward_ages),
        cmocka_unit_test(clocks_mix_and_causes_compete),
        cmocka_unit_test(persons_differ),
        cmocka_unit_test(starts_are_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
