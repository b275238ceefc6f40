/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws of persons: means of each draw, and where their error comes from, worked out by hand. */
#include "batch/run_persons.h"
#include "people.h"

#define DRAWS(per_draw, draws, more)                                                               \
    PEOPLE "engine: {microsimulation: {persons: 100, per_draw: " per_draw more "}}\n"              \
           "uncertainty: {draws: " draws ", seed: 99}\n"

static const char *const arrays[] = {
    "psa/cost",
    "psa/effect",
    "psa/category_cost",
    "psa/use",
    "psa/effects",
    "psa/effects_undiscounted",
    "psa/parameters",
    "analysis/ceac",
    "analysis/persons_error",
    "psa/summary_cost",
    "analysis/persons_error_measure",
    "analysis/persons_split_error",
};
enum { ARRAYS = sizeof arrays / sizeof arrays[0], SOURCES = 5, RESULTS = 4 };

static void assert_bits(const char *text)
{
    static const hec_run_options options[] = {
        {.threads = 1}, {.threads = 2, .block = 8}, {.threads = 4, .block = 1000}};
    hec_result *first = study_text_run(text, &options[0]);
    for (size_t i = 1; i < sizeof options / sizeof options[0]; i++) {
        hec_result *other = study_text_run(text, &options[i]);
        assert_same_doubles(first, other, arrays, ARRAYS);
        hec_result_destroy(other);
    }
    hec_result_destroy(first);
}

static void threads_and_blocks_change_no_bit(void **state)
{
    (void)state;
    assert_bits(DRAWS("7", "3001", ""));                   /* many draws to a unit of work */
    assert_bits(DRAWS("8193", "5", ", antithetic: true")); /* a draw of two chunks */
    assert_bits(DRAWS("4096", "5", ""));                   /* two draws to a unit */
}

/* ---- by hand -----------------------------------------------------------------------------------
 */

/* Means of the draws, and the variances within them, of cost, effect and both against the first. */
typedef struct by_hand {
    long_moments means[PEOPLE_STRATEGIES][RESULTS];
    long double within[PEOPLE_STRATEGIES][RESULTS];
} by_hand;

static void add_draw(by_hand *h, people *p, int64_t draw, int64_t persons, const double *values,
                     bool pairs, const hec_result *result, size_t draws)
{
    long_moments of[PEOPLE_STRATEGIES][RESULTS] = {0}, units[PEOPLE_STRATEGIES][RESULTS] = {0};
    double even[PEOPLE_STRATEGIES][RESULTS] = {0};
    for (int64_t person = 0; person < persons; person++) {
        people_run(p, draw, values, person);
        for (size_t s = 0; s < PEOPLE_STRATEGIES; s++) {
            double c = people_cost(p, s, 0), e = people_effect(p, s);
            double x[RESULTS] = {c, e, c - people_cost(p, 0, 0), e - people_effect(p, 0)};
            for (size_t k = 0; k < RESULTS; k++) {
                long_add(&of[s][k], x[k]);
                if (!pairs) {
                    long_add(&units[s][k], x[k]);
                } else if (person % 2) {
                    long_add(&units[s][k], ((long double)x[k] + even[s][k]) / 2);
                }
                even[s][k] = x[k];
            }
        }
    }
    for (size_t s = 0; s < PEOPLE_STRATEGIES; s++) {
        assert_close_to(result_at(result, "psa/cost", s * draws + (size_t)draw), of[s][0].mean,
                        1e-12);
        assert_close_to(result_at(result, "psa/effect", s * draws + (size_t)draw), of[s][1].mean,
                        1e-12);
        for (size_t k = 0; k < RESULTS; k++) {
            long_add(&h->means[s][k], of[s][k].mean);
            h->within[s][k] += long_variance(&units[s][k]) / units[s][k].n * persons;
        }
    }
}

static void assert_sources(const double *row, const long_moments *means, long double within,
                           long double draws, long double persons)
{
    long double all = long_variance(means), w = within / draws;
    long double between = fmaxl(all - w / persons, 0);
    assert_close_to(row[0], means->mean, 1e-12);
    assert_close_to(row[1], sqrtl(all / draws), 1e-9);
    assert_close_to(row[2], sqrtl(between), 1e-6);
    assert_close_to(row[3], sqrtl(w), 1e-9);
    assert_close_to(row[4], fminl(w / persons / all, 1), 1e-9);
}

static void assert_by_hand(const char *text, bool pairs)
{
    study_text s = study_text_open(text, NULL);
    hec_result *result = NULL;
    by_hand h = {0};
    size_t shape[6];
    assert_int_equal(s.status, HEC_OK);
    assert_int_equal(hec_study_run(s.study, NULL, s.diagnostics, &result), HEC_OK);
    people p = people_open(s.study);
    size_t draws = (size_t)p.model->draw_count;
    int64_t persons = p.model->persons.per_draw;
    const double *drawn = result_array(result, "psa/parameters", shape);
    for (size_t draw = 0; draw < draws; draw++) {
        double values[8];
        for (size_t i = 0; i < p.model->n_draws; i++) {
            values[i] = drawn[i * draws + draw];
        }
        add_draw(&h, &p, (int64_t)draw, persons, values, pairs, result, draws);
    }
    const double *error = result_array(result, "analysis/persons_error", shape);
    for (size_t k = 0; k < PEOPLE_STRATEGIES; k++) {
        for (size_t i = 0; i < (k > 0 ? RESULTS : 2); i++) {
            assert_sources(error + (k * RESULTS + i) * SOURCES, &h.means[k][i], h.within[k][i],
                           draws, persons);
        }
    }
    assert_true(isnan(error[2 * SOURCES]));
    people_close(&p);
    hec_result_destroy(result);
    study_text_close(&s);
}

static void sources_are_those_worked_out_by_hand(void **state)
{
    (void)state;
    assert_by_hand(DRAWS("40", "60", ""), false);
    assert_by_hand(DRAWS("8200", "3", ""), false);
    assert_by_hand(DRAWS("41", "60", ", antithetic: true"), true);
}

/* A person more or less, or another number of draws, leaves the draws that were there. */
static void a_draw_does_not_depend_on_the_others(void **state)
{
    (void)state;
    hec_result *few = study_text_run(DRAWS("40", "60", ""), NULL);
    hec_result *many = study_text_run(DRAWS("40", "700", ""), NULL);
    size_t shape[6];
    const double *a = result_array(few, "psa/cost", shape);
    const double *b = result_array(many, "psa/cost", shape);
    for (size_t k = 0; k < PEOPLE_STRATEGIES; k++) {
        assert_memory_equal(a + k * 60, b + k * 700, 60 * sizeof *a);
    }
    hec_result_destroy(few);
    hec_result_destroy(many);
}

/* With one person in each draw the sources cannot be told apart, and nothing is claimed. */
static void one_person_in_each_draw(void **state)
{
    (void)state;
    hec_result *result = study_text_run(DRAWS("1", "500", ""), NULL);
    size_t shape[6];
    int rank;
    assert_non_null(result_array(result, "analysis/ceac", shape));
    assert_null(hec_result_doubles(result, "analysis/persons_error", &rank, shape));
    hec_result_destroy(result);
}

/* ---- the best split ----------------------------------------------------------------------------
 */

/* The variance of the mean for the same work, over all splits. */
static double variance_of(double between, double within, double persons, double work)
{
    return (between + within / persons) / (work / (persons + HEC_DRAW_COST));
}

static void the_split_has_the_least_variance(void **state)
{
    (void)state;
    static const double cases[][2] = {{1, 1}, {1, 100}, {1, 1e4}, {4, 3e5}, {1e-3, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double best[2], between = cases[i][0], within = cases[i][1],
                        work = 1000.0 * (1000 + HEC_DRAW_COST);
        hec_best_split(between, within, 1000, 1000, best);
        assert_true(best[0] >= 1 && best[1] >= 1);
        assert_true(best[1] * (best[0] + HEC_DRAW_COST) <= work);
        assert_true((best[1] + 1) * (best[0] + HEC_DRAW_COST) > work);
        for (double persons = 1; persons < 50000; persons = floor(persons * 1.3) + 1) {
            assert_true(variance_of(between, within, best[0], work) <=
                        variance_of(between, within, persons, work) * (1 + 1e-3));
        }
    }
    double best[2];
    hec_best_split(0, 5, 100, 1000, best); /* no difference between draws: few, large ones */
    assert_true(best[0] > 1000 && best[1] >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_and_blocks_change_no_bit),
        cmocka_unit_test(sources_are_those_worked_out_by_hand),
        cmocka_unit_test(a_draw_does_not_depend_on_the_others),
        cmocka_unit_test(one_person_in_each_draw),
        cmocka_unit_test(the_split_has_the_least_variance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
