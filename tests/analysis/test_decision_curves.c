/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decision curves against BCEA and dampack, against sums in long double, and across threads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/cea.h"
#include "analysis/reference_csv.h"

enum { MAX_STRATEGIES = 6 };

typedef struct sample {
    hec_psa_sample psa;
    double *cost[MAX_STRATEGIES], *effect[MAX_STRATEGIES];
    const double *cost_view[MAX_STRATEGIES], *effect_view[MAX_STRATEGIES];
} sample;

static void seal(sample *s, size_t n_strategies, size_t n_draws)
{
    for (size_t i = 0; i < n_strategies; i++) {
        s->cost_view[i] = s->cost[i];
        s->effect_view[i] = s->effect[i];
    }
    s->psa = (hec_psa_sample){n_draws, n_strategies, s->cost_view, s->effect_view};
}

static void sample_free(sample *s)
{
    for (size_t i = 0; i < s->psa.n_strategies; i++) {
        free(s->cost[i]);
        free(s->effect[i]);
    }
}

typedef struct curves {
    size_t n_wtp, n_strategies;
    hec_decision out;
} curves;

static curves curves_create(size_t n_wtp, size_t n_strategies)
{
    size_t n = n_wtp * n_strategies;
    return (curves){n_wtp,
                    n_strategies,
                    {.ceac = calloc(n, sizeof(double)),
                     .mean_nmb = calloc(n, sizeof(double)),
                     .expected_loss = calloc(n, sizeof(double)),
                     .evpi = calloc(n_wtp, sizeof(double)),
                     .nmb_se = calloc(n, sizeof(double)),
                     .optimal = calloc(n_wtp, sizeof(int64_t))}};
}

static void curves_free(curves *c)
{
    free(c->out.ceac);
    free(c->out.mean_nmb);
    free(c->out.expected_loss);
    free(c->out.evpi);
    free(c->out.nmb_se);
    free(c->out.optimal);
}

static bool curves_equal(const curves *a, const curves *b)
{
    size_t n = a->n_wtp * a->n_strategies * sizeof(double);
    return memcmp(a->out.ceac, b->out.ceac, n) == 0 &&
           memcmp(a->out.mean_nmb, b->out.mean_nmb, n) == 0 &&
           memcmp(a->out.expected_loss, b->out.expected_loss, n) == 0 &&
           memcmp(a->out.nmb_se, b->out.nmb_se, n) == 0 &&
           memcmp(a->out.evpi, b->out.evpi, a->n_wtp * sizeof(double)) == 0 &&
           memcmp(a->out.optimal, b->out.optimal, a->n_wtp * sizeof(int64_t)) == 0;
}

/* ---- published numbers --------------------------------------------------------------------- */

typedef struct published {
    sample sample;
    double wtp[64];
    curves curves;
} published;

static int set_up(void **state)
{
    published *p = calloc(1, sizeof *p);
    reference *r = reference_read("psa_sicksicker.csv");
    for (size_t s = 0; s < 4; s++) {
        p->sample.cost[s] = reference_column(r, s);
        p->sample.effect[s] = reference_column(r, 4 + s);
    }
    seal(&p->sample, 4, r->n_rows);
    reference_free(r);
    for (size_t k = 0; k < 41; k++)
        p->wtp[k] = 5000.0 * (double)k;
    p->curves = curves_create(41, 4);
    assert_int_equal(hec_decision_curves(&p->sample.psa, 41, p->wtp, 2, &p->curves.out), HEC_OK);
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    published *p = *state;
    sample_free(&p->sample);
    curves_free(&p->curves);
    free(p);
    return 0;
}

/* EVPI is a difference of two means of about 4e6, each the sum of 1000 terms: an error below
 * 4e6 * 1000 * 2^-53 = 4e-7 for any order of summation. */
static void test_evpi_of_bcea(void **state)
{
    const published *p = *state;
    reference *r = reference_read("bcea_evpi.csv");
    assert_int_equal(r->n_rows, 41);
    for (size_t k = 0; k < r->n_rows; k++) {
        assert_true(reference_number(r, k, 0) == p->wtp[k]);
        assert_true(fabs(p->curves.out.evpi[k] - reference_number(r, k, 1)) < 4e-7);
        assert_true(p->curves.out.evpi[k] >= 0);
    }
    reference_free(r);
}

static void test_ceac_and_frontier_of_bcea(void **state)
{
    const published *p = *state;
    reference *r = reference_read("bcea_ceac.csv");
    for (size_t k = 0; k < r->n_rows; k++) {
        for (size_t s = 0; s < 4; s++) /* shares of 1000: the counts are equal */
            assert_true(fabs(p->curves.out.ceac[4 * k + s] - reference_number(r, k, 1 + s)) <
                        1e-12);
        double ceaf = p->curves.out.ceac[4 * k + (size_t)p->curves.out.optimal[k]];
        assert_true(fabs(ceaf - reference_number(r, k, 5)) < 1e-12);
    }
    reference_free(r);
}

/* dampack takes as equal what is within 1e-5 of the greatest net benefit (4e6 at most) and picks at
 * random: a draw misjudged costs up to 40, a thousandth of that in the mean, and few are. */
static void test_loss_of_dampack(void **state)
{
    const published *p = *state;
    reference *r = reference_read("dampack_loss.csv");
    assert_int_equal(r->n_rows, 164);
    for (size_t row = 0; row < r->n_rows; row++) {
        double loss = p->curves.out.expected_loss[row];
        assert_true(fabs(loss - reference_number(r, row, 2)) < 0.05);
        /* what does not depend on ties: the loss beyond that of the first strategy */
        double beyond = loss - p->curves.out.expected_loss[row / 4 * 4];
        double theirs = reference_number(r, row, 2) - reference_number(r, row / 4 * 4, 2);
        assert_true(fabs(beyond - theirs) < 1e-6);
        assert_int_equal(p->curves.out.optimal[row / 4] == (int64_t)(row % 4),
                         strcmp(r->cells[row][3], "TRUE") == 0);
    }
    reference_free(r);
}

/* ---- made-up samples ----------------------------------------------------------------------- */

static double uniform(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) * 0x1p-53;
}

/* Coarse values, so that exact ties happen; strategies share part of their noise. */
static void make_sample(sample *s, size_t n_strategies, size_t n_draws, bool coarse)
{
    *s = (sample){0};
    uint64_t seed = 42 + n_draws;
    for (size_t i = 0; i < n_strategies; i++) {
        s->cost[i] = malloc(n_draws * sizeof(double));
        s->effect[i] = malloc(n_draws * sizeof(double));
    }
    for (size_t d = 0; d < n_draws; d++) {
        double shared = uniform(&seed);
        for (size_t i = 0; i < n_strategies; i++) {
            double c = 1e4 * (shared + uniform(&seed)), e = 3 * shared + uniform(&seed);
            s->cost[i][d] = coarse ? floor(c / 2000) : c;
            s->effect[i][d] = coarse ? floor(2 * e) : e;
        }
    }
    seal(s, n_strategies, n_draws);
}

static double nb(const sample *s, size_t i, size_t draw, double wtp)
{
    return fma(wtp, s->effect[i][draw], -s->cost[i][draw]);
}

/* Sums of n terms below `size`, in doubles: at most n * 2^-53 * n * size / n away. */
static void check_threshold(const sample *s, double wtp, size_t k, const curves *c)
{
    size_t n = s->psa.n_draws, m = s->psa.n_strategies, counts[MAX_STRATEGIES] = {0};
    long double sum[MAX_STRATEGIES] = {0}, sum_max = 0;
    double size = 0;
    for (size_t d = 0; d < n; d++) {
        size_t best = 0;
        for (size_t i = 0; i < m; i++) {
            sum[i] += nb(s, i, d, wtp);
            size = fmax(size, fabs(nb(s, i, d, wtp)));
            if (nb(s, i, d, wtp) > nb(s, best, d, wtp))
                best = i;
        }
        counts[best]++;
        sum_max += nb(s, best, d, wtp);
    }
    double tolerance = 2 * size * (double)n * 0x1p-53, evpi = INFINITY;
    const hec_decision *out = &c->out;
    size_t optimal = (size_t)out->optimal[k];
    for (size_t i = 0; i < m; i++) {
        size_t at = k * m + i;
        assert_true(out->ceac[at] == (double)counts[i] / (double)n);
        assert_true(fabs(out->mean_nmb[at] - (double)(sum[i] / n)) <= tolerance);
        assert_true(fabs(out->expected_loss[at] - (double)((sum_max - sum[i]) / n)) <=
                    2 * tolerance);
        assert_true(out->expected_loss[at] >= 0);
        assert_true(out->mean_nmb[at] <= out->mean_nmb[k * m + optimal]);
        evpi = fmin(evpi, out->expected_loss[at]);
    }
    assert_true(out->evpi[k] == evpi);
}

static void check_errors(const sample *s, double wtp, size_t k, const curves *c)
{
    size_t n = s->psa.n_draws, m = s->psa.n_strategies, o = (size_t)c->out.optimal[k];
    for (size_t i = 0; i < m; i++) {
        long double mean = 0, squares = 0;
        for (size_t d = 0; d < n; d++)
            mean += (long double)nb(s, i, d, wtp) - nb(s, o, d, wtp);
        mean /= n;
        for (size_t d = 0; d < n; d++) {
            long double x = (long double)nb(s, i, d, wtp) - nb(s, o, d, wtp) - mean;
            squares += x * x;
        }
        double expected = (double)sqrtl(squares / (n - 1) / n), got = c->out.nmb_se[k * m + i];
        if (n == 1 && i != o)
            assert_true(isnan(got));
        else /* the three moments may cancel: lose up to six of fifteen digits here */
            assert_true(i == o ? got == 0 : fabs(got - expected) <= 1e-9 * (expected + 1e-3 * wtp));
    }
}

static void test_against_long_double(void **state)
{
    (void)state;
    const size_t draws[] = {1, 2, 7, 8, 9, 1023, 1024, 1025, 40000};
    const double wtp[] = {0, 1, 1000, 2500, 5000, 1e5, -10};
    for (size_t i = 0; i < sizeof draws / sizeof draws[0]; i++) {
        for (int coarse = 0; coarse < 2; coarse++) {
            size_t m = 1 + (i + (size_t)coarse) % MAX_STRATEGIES;
            sample s;
            make_sample(&s, m, draws[i], coarse);
            curves c = curves_create(7, m);
            assert_int_equal(hec_decision_curves(&s.psa, 7, wtp, 3, &c.out), HEC_OK);
            for (size_t k = 0; k < 7; k++) {
                check_threshold(&s, wtp[k], k, &c);
                check_errors(&s, wtp[k], k, &c);
            }
            curves_free(&c);
            sample_free(&s);
        }
    }
}

static void test_threads_do_not_matter(void **state)
{
    (void)state;
    double wtp[33];
    for (size_t k = 0; k < 33; k++)
        wtp[k] = 700.0 * (double)k;
    sample s;
    make_sample(&s, 5, 70001, false);
    curves one = curves_create(33, 5);
    assert_int_equal(hec_decision_curves(&s.psa, 33, wtp, 1, &one.out), HEC_OK);
    const int threads[] = {0, 2, 3, 7};
    for (int i = 0; i < 4; i++) {
        curves many = curves_create(33, 5);
        assert_int_equal(hec_decision_curves(&s.psa, 33, wtp, threads[i], &many.out), HEC_OK);
        assert_true(curves_equal(&one, &many));
        curves_free(&many);
    }
    curves_free(&one);
    sample_free(&s);
}

/* A threshold's result does not depend on which others are asked for. */
static void test_thresholds_stand_alone(void **state)
{
    (void)state;
    const double wtp[] = {100, 200, 300, 400, 500, 600, 700, 800, 900, 1000};
    sample s;
    make_sample(&s, 3, 3000, false);
    curves all = curves_create(10, 3), single = curves_create(1, 3);
    assert_int_equal(hec_decision_curves(&s.psa, 10, wtp, 2, &all.out), HEC_OK);
    for (size_t k = 0; k < 10; k++) {
        assert_int_equal(hec_decision_curves(&s.psa, 1, wtp + k, 2, &single.out), HEC_OK);
        assert_true(single.out.evpi[0] == all.out.evpi[k]);
        assert_memory_equal(single.out.mean_nmb, all.out.mean_nmb + 3 * k, 3 * sizeof(double));
        assert_memory_equal(single.out.nmb_se, all.out.nmb_se + 3 * k, 3 * sizeof(double));
    }
    curves_free(&all);
    curves_free(&single);
    sample_free(&s);
}

/* Of equal strategies the first counts as the best. */
static void test_ties_go_to_the_first(void **state)
{
    (void)state;
    const double wtp[] = {0, 1000};
    sample s;
    make_sample(&s, 3, 500, true);
    memcpy(s.cost[2], s.cost[0], 500 * sizeof(double));
    memcpy(s.effect[2], s.effect[0], 500 * sizeof(double));
    for (size_t d = 0; d < 500; d++)
        s.cost[1][d] = s.cost[0][d] + 1;
    memcpy(s.effect[1], s.effect[0], 500 * sizeof(double));
    curves c = curves_create(2, 3);
    assert_int_equal(hec_decision_curves(&s.psa, 2, wtp, 1, &c.out), HEC_OK);
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(c.out.optimal[k], 0);
        assert_true(c.out.ceac[3 * k] == 1 && c.out.ceac[3 * k + 2] == 0);
        assert_true(c.out.expected_loss[3 * k + 2] == 0 && c.out.nmb_se[3 * k + 2] == 0);
    }
    curves_free(&c);
    sample_free(&s);
}

static void test_domain(void **state)
{
    (void)state;
    const double wtp[] = {1, 2}, bad[] = {1, NAN};
    const hec_decision nothing = {0};
    sample s;
    make_sample(&s, 2, 10, false);
    assert_int_equal(hec_decision_curves(&s.psa, 2, wtp, 1, &nothing), HEC_OK);
    assert_int_equal(hec_decision_curves(&s.psa, 0, wtp, 1, &nothing), HEC_OK);
    assert_int_equal(hec_decision_curves(&s.psa, 2, bad, 1, &nothing), HEC_E_ARGUMENT);
    s.effect[1][9] = NAN;
    assert_int_equal(hec_decision_curves(&s.psa, 2, wtp, 1, &nothing), HEC_E_VALUE);
    s.effect[1][9] = 0;
    s.cost[0][3] = -INFINITY;
    assert_int_equal(hec_decision_curves(&s.psa, 2, wtp, 1, &nothing), HEC_E_VALUE);
    s.psa.n_draws = 0;
    assert_int_equal(hec_decision_curves(&s.psa, 2, wtp, 1, &nothing), HEC_E_ARGUMENT);
    sample_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_evpi_of_bcea, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ceac_and_frontier_of_bcea, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_loss_of_dampack, set_up, tear_down),
        cmocka_unit_test(test_against_long_double),
        cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_thresholds_stand_alone),
        cmocka_unit_test(test_ties_go_to_the_first),
        cmocka_unit_test(test_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
