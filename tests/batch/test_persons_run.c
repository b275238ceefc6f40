/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base case of persons: against its persons one by one; the same bits for any threads and block. */
#include <sys/resource.h>

#include "people.h"

static hec_result *run(const char *text, const hec_run_options *options)
{
    return study_text_run(text, options);
}

#define STUDY(persons, more)                                                                       \
    PEOPLE "engine: {microsimulation: {persons: " persons ", per_draw: 50" more "}}\n"             \
           "outputs: {persons: all, histories: [1, 5]}\n"
#define RUN(persons, more) STUDY(persons, more) "uncertainty: {seed: 17}\n"

/* Everything that a run fills, of each kind. */
static const char *const arrays[] = {
    "base/cost",
    "base/cost_se",
    "base/effect",
    "base/effect_se",
    "base/category_cost",
    "base/category_cost_se",
    "base/effects",
    "base/effects_se",
    "base/use",
    "base/use_se",
    "base/trace",
    "base/flow",
    "base/year_cost",
    "base/year_effects",
    "base/year_use",
    "base/events",
    "base/deaths",
    "base/population",
    "base/increment_cost",
    "base/increment_cost_se",
    "base/threshold_increment_se",
    "base/distribution_cost",
    "base/distribution_effect",
    "base/distribution_life_years",
    "base/histogram_cost_from",
    "persons/cost",
    "persons/effects",
    "persons/attributes",
    "base/perspective_cost",
    "base/perspective_cost_se",
    "base/by_perspective/cost",
    "base/by_perspective/cost_se",
};
enum { ARRAYS = sizeof arrays / sizeof arrays[0] };

static void threads_and_blocks_change_no_bit(void **state)
{
    (void)state;
    const char *text = RUN("20011", ", antithetic: true");
    static const hec_run_options options[] = {{.threads = 1},
                                              {.threads = 2, .block = 8},
                                              {.threads = 4, .block = 1000},
                                              {.threads = 3, .isa = "x86-64"}};
    hec_result *first = run(text, &options[0]);
    for (size_t i = 1; i < sizeof options / sizeof options[0]; i++) {
        hec_run_options more = options[i];
        more.isa = more.isa && hk_select(more.isa) ? more.isa : NULL;
        hec_result *other = run(text, &more);
        assert_same_doubles(first, other, arrays, ARRAYS);
        for (size_t k = 0; k < 2 * PEOPLE_STRATEGIES; k++) {
            assert_string_equal(hec_result_text(first, "histories/life", k),
                                hec_result_text(other, "histories/life", k));
        }
        hec_result_destroy(other);
    }
    hec_result_destroy(first);
}

/* ---- against persons one by one ---------------------------------------------------------------
 */

enum { PERSONS = 9001 }; /* two chunks, the second with an odd end */

static void assert_total(const hec_result *result, const char *path, size_t index,
                         const long_moments *m)
{
    char error[96];
    snprintf(error, sizeof error, "%s_se", path);
    assert_close_to(result_at(result, path, index), m->mean, 1e-12);
    assert_close_to(result_at(result, error, index), sqrtl(long_variance(m) / m->n), 1e-9);
}

static void totals_are_means_of_single_persons(void **state)
{
    (void)state;
    study_text s = study_text_open(RUN("9001", ""), NULL);
    hec_result *result = NULL;
    assert_int_equal(s.status, HEC_OK);
    assert_int_equal(hec_study_run(s.study, NULL, s.diagnostics, &result), HEC_OK);
    people p = people_open(s.study);
    const hec_model *m = p.model;
    double values[8];
    long_moments cost[PEOPLE_STRATEGIES] = {0}, effect[PEOPLE_STRATEGIES] = {0};
    long_moments fund[PEOPLE_STRATEGIES] = {0}, more_cost[PEOPLE_STRATEGIES] = {0};
    long_moments benefit[PEOPLE_STRATEGIES] = {0}, category[PEOPLE_STRATEGIES][4] = {0};
    long_moments use[PEOPLE_STRATEGIES] = {0}, more_fund[PEOPLE_STRATEGIES] = {0}, step = {0};
    for (size_t i = 0; i < m->n_draws; i++) {
        values[i] = m->draws[i].base;
    }
    for (int64_t person = 0; person < PERSONS; person++) {
        people_run(&p, -1, values, person);
        for (size_t k = 0; k < PEOPLE_STRATEGIES; k++) {
            double c = people_cost(&p, k, 0), e = people_effect(&p, k);
            double dc = c - people_cost(&p, 0, 0), de = e - people_effect(&p, 0);
            const double *undiscounted = p.totals + 2 * k * m->n_outcomes;
            long_add(&cost[k], c);
            long_add(&effect[k], e);
            long_add(&fund[k], people_cost(&p, k, 1));
            long_add(&more_cost[k], dc);
            long_add(&more_fund[k], people_cost(&p, k, 1) - people_cost(&p, 0, 1));
            long_add(&benefit[k], 30000 * de - dc);
            long_add(&use[k], undiscounted[m->n_costs + m->n_effects]);
            for (size_t i = 0; i < m->n_costs; i++) {
                long_add(&category[k][i], undiscounted[m->n_outcomes + i]);
            }
            assert_true(result_at(result, "persons/cost", k * PERSONS + (size_t)person) == c);
            assert_true(result_at(result, "persons/effect", k * PERSONS + (size_t)person) == e);
        }
        long_add(&step, people_cost(&p, 2, 0) - people_cost(&p, 1, 0));
    }
    for (size_t k = 0; k < PEOPLE_STRATEGIES; k++) {
        assert_total(result, "base/cost", k, &cost[k]);
        assert_total(result, "base/effect", k, &effect[k]);
        assert_total(result, "base/perspective_cost", 2 * k, &cost[k]);
        assert_total(result, "base/perspective_cost", 2 * k + 1, &fund[k]);
        assert_total(result, "base/increment_cost", k, &more_cost[k]);
        assert_total(result, "base/by_perspective/cost", 2 * k, &more_cost[k]);
        assert_total(result, "base/by_perspective/cost", 2 * k + 1, &more_fund[k]);
        assert_total(result, "base/threshold_increment", k, &benefit[k]);
        assert_total(result, "base/use", k, &use[k]);
        for (size_t i = 0; i < m->n_costs; i++) {
            assert_total(result, "base/category_cost", k * m->n_costs + i, &category[k][i]);
        }
    }
    people_close(&p);
    hec_result_destroy(result);
    study_text_close(&s);
}

/* Errors of the steps of the incremental table, whichever two strategies they lie between. */
static void steps_have_the_error_of_their_pair(void **state)
{
    (void)state;
    hec_result *result = run(RUN("9001", ""), NULL);
    size_t shape[6];
    const double *cost = result_array(result, "persons/cost", shape);
    const double *more = result_array(result, "base/cea/incremental_cost", shape);
    const double *error = result_array(result, "base/cea/incremental_cost_se", shape);
    size_t seen = 0;
    for (size_t k = 0; k < PEOPLE_STRATEGIES; k++) {
        bool matched = isnan(more[k]);
        assert_int_equal(isnan(more[k]), isnan(error[k]));
        for (size_t before = 0; !matched && before < PEOPLE_STRATEGIES; before++) {
            long_moments m = {0};
            for (size_t i = 0; i < PERSONS; i++) {
                long_add(&m, (long double)cost[k * PERSONS + i] - cost[before * PERSONS + i]);
            }
            long double expected = sqrtl(long_variance(&m) / m.n);
            matched = fabsl(m.mean - more[k]) <= 1e-9L * fabsl(m.mean) &&
                      fabsl(expected - error[k]) <= 1e-9L * expected;
        }
        assert_true(matched);
        seen += !isnan(more[k]);
    }
    assert_true(seen > 0);
    hec_result_destroy(result);
}

/* Antithetic pairs are what is independent. */
static void antithetic_errors_are_those_of_pairs(void **state)
{
    (void)state;
    hec_result *result = run(RUN("9001", ", antithetic: true"), NULL);
    size_t shape[6];
    const double *effect = result_array(result, "persons/effect", shape);
    for (size_t k = 0; k < PEOPLE_STRATEGIES; k++) {
        long_moments pairs = {0}, persons = {0};
        for (size_t i = 0; i < PERSONS; i++) {
            long_add(&persons, effect[k * PERSONS + i]);
        }
        for (size_t i = 0; i + 1 < PERSONS; i += 2) {
            long_add(&pairs,
                     ((long double)effect[k * PERSONS + i] + effect[k * PERSONS + i + 1]) / 2);
        }
        assert_close_to(result_at(result, "base/effect", k), persons.mean, 1e-12);
        assert_close_to(result_at(result, "base/effect_se", k),
                        sqrtl(long_variance(&pairs) / pairs.n), 1e-9);
        assert_close_to(result_at(result, "base/distribution_effect", 13 * k + 1),
                        sqrtl(long_variance(&persons)), 1e-9);
        assert_true(long_variance(&pairs) / pairs.n < long_variance(&persons) / persons.n);
    }
    hec_result_destroy(result);
}

/* ---- parts and shares --------------------------------------------------------------------------
 */

static double sum_over(const double *x, size_t n, size_t step)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i * step];
    }
    return sum;
}

static void parts_sum_to_totals(void **state)
{
    (void)state;
    hec_result *result = run(RUN("9001", ""), NULL);
    size_t shape[6], years, categories;
    const double *year = result_array(result, "base/year_cost", shape);
    years = shape[1];
    categories = shape[2];
    for (size_t k = 0; k < PEOPLE_STRATEGIES; k++) {
        for (size_t c = 0; c < categories; c++) {
            assert_close_to(sum_over(year + k * years * categories + c, years, categories),
                            result_at(result, "base/category_cost", k * categories + c), 1e-12);
        }
    }
    const double *trace = result_array(result, "base/trace", shape);
    size_t points = shape[1], states = shape[2];
    const double *deaths = result_array(result, "base/deaths", shape);
    size_t causes = shape[2];
    assert_int_equal(states, 7);
    assert_int_equal(causes, 2);
    assert_string_equal(hec_result_text(result, "state", 0), "heart.well");
    assert_string_equal(hec_result_text(result, "state", 4), "eye.blind");
    assert_string_equal(hec_result_text(result, "state", 5), "alive");
    assert_string_equal(hec_result_text(result, "state", 6), "dead");
    assert_string_equal(hec_result_text(result, "cause", 0), "An accident");
    for (size_t k = 0; k < PEOPLE_STRATEGIES; k++) {
        const double *last = trace + ((k + 1) * points - 1) * states;
        const double *start = trace + k * points * states;
        double dead = sum_over(deaths + k * years * causes, years * causes, 1);
        double accident = sum_over(deaths + k * years * causes, years, causes);
        assert_close_to(start[0] + start[1] + start[2], 1, 1e-12);
        assert_close_to(start[3], 1, 1e-12);
        assert_close_to(last[0] + last[1] + dead, 1, 1e-12); /* alive, or of some cause */
        assert_close_to(last[2], dead - accident, 1e-12);    /* of the heart */
        assert_close_to(last[3] + last[4], 1 - dead, 1e-12);
        assert_true(start[5] == 1 && start[6] == 0);
        assert_close_to(last[5], 1 - dead, 1e-12);
        assert_close_to(last[6], dead, 1e-12);
    }
    hec_result_destroy(result);
}

/* ---- how persons differ ------------------------------------------------------------------------
 */

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* mean, sd, min, p1, p5, ..., max of the kept persons. */
static void assert_described(const double *row, const double *values, size_t n)
{
    static const double probabilities[] = {0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1};
    double *sorted = malloc(n * sizeof *sorted);
    long_moments m = {0};
    assert_non_null(sorted);
    memcpy(sorted, values, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, ascending);
    for (size_t i = 0; i < n; i++) {
        long_add(&m, values[i]);
    }
    assert_close_to(row[0], m.mean, 1e-12);
    assert_close_to(row[1], sqrtl(long_variance(&m)), 1e-9);
    for (size_t i = 0; i < sizeof probabilities / sizeof probabilities[0]; i++) {
        double place = probabilities[i] * (double)(n - 1);
        size_t below = (size_t)place, above = below + 1 < n ? below + 1 : below;
        double expected = sorted[below] + (sorted[above] - sorted[below]) * (place - floor(place));
        assert_close_to(row[2 + i], expected, 1.0 / 256);
    }
    assert_true(row[2] == sorted[0] && row[12] == sorted[n - 1]);
    free(sorted);
}

static void distributions_are_those_of_the_persons(void **state)
{
    (void)state;
    hec_result *result = run(RUN("9001", ""), NULL);
    size_t shape[6];
    const double *cost = result_array(result, "persons/cost", shape);
    const double *effects = result_array(result, "persons/effects_undiscounted", shape);
    size_t measures = shape[1];
    const double *people_at_start = result_array(result, "persons/attributes", shape);
    for (size_t k = 0; k < PEOPLE_STRATEGIES; k++) {
        assert_described(result_array(result, "base/distribution_cost", shape) + 13 * k,
                         cost + k * PERSONS, PERSONS);
        for (size_t e = 0; e < measures; e++) {
            if (strcmp(hec_result_text(result, "measure", e), "life_years") == 0) {
                assert_described(result_array(result, "base/distribution_life_years", shape) +
                                     13 * k,
                                 effects + (k * measures + e) * PERSONS, PERSONS);
            }
        }
    }
    const double *population = result_array(result, "base/population", shape);
    assert_string_equal(hec_result_text(result, "attribute", 0), "age");
    assert_described(population, people_at_start, PERSONS);
    assert_string_equal(hec_result_text(result, "attribute", 1), "sex");
    assert_true(isnan(population[13]));
    double female = 0;
    for (size_t i = 0; i < PERSONS; i++) {
        female += people_at_start[PERSONS + i] == people_at_start[PERSONS] ? 1 : 0;
    }
    assert_close_to(result_at(result, "base/population_words", 0) +
                        result_at(result, "base/population_words", 1),
                    1, 1e-12);
    assert_true(result_at(result, "base/population_words", 0) == female / PERSONS ||
                result_at(result, "base/population_words", 1) == female / PERSONS);
    hec_result_destroy(result);
}

/* ---- what a person is does not depend on the run ------------------------------------------------
 */

static void more_persons_leave_the_others_alone(void **state)
{
    (void)state;
    hec_result *few = run(RUN("500", ""), NULL), *many = run(RUN("9001", ""), NULL);
    size_t shape[6];
    const double *a = result_array(few, "persons/cost", shape);
    const double *b = result_array(many, "persons/cost", shape);
    for (size_t k = 0; k < PEOPLE_STRATEGIES; k++) {
        assert_memory_equal(a + k * 500, b + k * PERSONS, 500 * sizeof *a);
    }
    assert_string_equal(hec_result_text(few, "histories/life", 4),
                        hec_result_text(many, "histories/life", 4));
    hec_result_destroy(few);
    hec_result_destroy(many);
}

static long peak_kilobytes(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* Twenty times the persons, and no more memory: the peak of the process stays where it is. */
static void memory_does_not_grow_with_persons(void **state)
{
    (void)state;
    static const hec_run_options two = {.threads = 2};
    const char *few = PEOPLE "engine: {microsimulation: {persons: 10000}}\n"
                             "uncertainty: {seed: 17}\n";
    const char *many = PEOPLE "engine: {microsimulation: {persons: 200000}}\n"
                              "uncertainty: {seed: 17}\n";
    hec_result_destroy(run(few, &two));
    long before = peak_kilobytes();
    hec_result_destroy(run(many, &two));
    long growth = peak_kilobytes() - before;
    if (growth > 16384) { /* the totals of these persons alone would take 58 MB */
        fail_msg("memory grew by %ld kB", growth);
    }
}

/* A run that is stopped gives no result, in the base case and in the draws. */
static bool stop_after(void *context, int64_t done, int64_t all)
{
    int64_t *limit = context;
    assert_true(done <= all);
    return done < *limit;
}

static void a_run_can_be_stopped(void **state)
{
    (void)state;
    study_text s = study_text_open(STUDY("20000", "") "uncertainty: {draws: 200, seed: 3}\n", NULL);
    hec_result *result = NULL;
    assert_int_equal(s.status, HEC_OK);
    for (int64_t limit = 1; limit < 90000; limit += 30000) { /* 60,000 and 30,000 */
        hec_run_options options = {.threads = 2, .progress = stop_after, .context = &limit};
        assert_int_equal(hec_study_run(s.study, &options, s.diagnostics, &result), HEC_E_STOPPED);
        assert_null(result);
    }
    study_text_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_does_not_grow_with_persons), /* before others take more */
        cmocka_unit_test(threads_and_blocks_change_no_bit),
        cmocka_unit_test(totals_are_means_of_single_persons),
        cmocka_unit_test(steps_have_the_error_of_their_pair),
        cmocka_unit_test(antithetic_errors_are_those_of_pairs),
        cmocka_unit_test(parts_sum_to_totals),
        cmocka_unit_test(distributions_are_those_of_the_persons),
        cmocka_unit_test(more_persons_leave_the_others_alone),
        cmocka_unit_test(a_run_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
