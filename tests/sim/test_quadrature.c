/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adaptive quadrature against closed forms and GSL, and the time in states against closed forms. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_integration.h>

#include "base/diag.h"
#include "model/tree.h"
#include "sim/quadrature.h"

/* ---- functions ------------------------------------------------------------------------------- */

static double power(void *self, double x)
{
    return pow(x, *(int *)self);
}

static double decay(void *self, double x)
{
    return exp(-*(double *)self * x);
}

static double jump(void *self, double x)
{
    return x < *(double *)self ? 1 : 0.25;
}

static double wave(void *self, double x)
{
    (void)self;
    return fabs(sin(x)) * exp(-0.1 * x) + (x > 3.3 ? 0.01 * x : 0);
}

static double wave_for_gsl(double x, void *self)
{
    return wave(self, x);
}

static double hole(void *self, double x)
{
    (void)self;
    return x > 0.5 ? NAN : 1;
}

/* Lobatto's rule of 4 points is exact to degree 5, Kronrod's of 7 to degree 9: with one piece and
 * no refinement both must hold, or the points are wrong. */
static void test_polynomials(void **state)
{
    (void)state;
    for (int n = 0; n <= 9; n++) {
        double value, error;
        assert_true(hec_integrate(power, &n, 0, 2, 1, 1e6, &value, &error));
        double wanted = pow(2, n + 1) / (n + 1);
        assert_true(fabs(value - wanted) <= 1e-14 * wanted);
        assert_true(n > 5 || error <= 1e-13 * wanted);
    }
}

static void test_closed_forms(void **state)
{
    (void)state;
    double value, error;
    for (double rate = 0.01; rate < 1e5; rate *= 7) { /* very short lives too are seen */
        assert_true(hec_integrate(decay, &rate, 0, 40, 128, 1e-12, &value, &error));
        double wanted = -expm1(-40 * rate) / rate;
        assert_true(error <= 4e-11);
        assert_true(fabs(value - wanted) <= 4e-11);
    }
    for (double at = 0.1; at < 30; at *= 1.7) {
        assert_true(hec_integrate(jump, &at, 0, 30, 10, 1e-12, &value, &error));
        assert_true(error <= 3e-11);
        double wanted = at + 0.25 * (30 - at);
        if (!(fabs(value - wanted) <= 3e-11)) {
            fail_msg("jump at %.17g: %.17g, %.3g off, said %.3g", at, value, value - wanted, error);
        }
    }
}

static void test_gsl(void **state)
{
    (void)state;
    gsl_integration_workspace *work = gsl_integration_workspace_alloc(2000);
    gsl_function f = {.function = wave_for_gsl};
    double value, error, wanted, left;
    /* in parts between the kinks, where GSL has no trouble */
    double sum = 0, from = 0;
    for (int k = 1; k <= 7; k++) {
        double ends[2] = {k * 3.14159265358979323846, 20};
        double to = k == 7 ? ends[1] : ends[0];
        double middle = from < 3.3 && to > 3.3 ? 3.3 : to;
        assert_int_equal(gsl_integration_qag(&f, from, middle, 1e-13, 1e-13, 2000,
                                             GSL_INTEG_GAUSS61, work, &wanted, &left),
                         0);
        sum += wanted;
        if (middle < to) {
            assert_int_equal(gsl_integration_qag(&f, middle, to, 1e-13, 1e-13, 2000,
                                                 GSL_INTEG_GAUSS61, work, &wanted, &left),
                             0);
            sum += wanted;
        }
        from = to;
    }
    assert_true(hec_integrate(wave, NULL, 0, 20, 3, 1e-13, &value, &error));
    assert_true(fabs(value - sum) <= 4e-12);
    assert_true(error <= 2e-12);
    gsl_integration_workspace_free(work);
}

static void test_refusals(void **state)
{
    (void)state;
    double value, error;
    assert_false(hec_integrate(hole, NULL, 0, 1, 1, 1e-9, &value, &error));
}

/* ---- time in states -------------------------------------------------------------------------- */

typedef struct built {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    hec_model *model;
} built;

static built build(const char *text)
{
    built m = {hec_arena_create(), hec_diagnostics_create(), NULL};
    hec_node *tree = NULL;
    assert_true(hec_tree_read_text(m.arena, m.diagnostics, "m.yaml", text, strlen(text), &tree));
    m.model = hec_model_build(m.arena, m.diagnostics, tree);
    if (!m.model) {
        char *said = hec_diagnostics_text(m.diagnostics, false);
        fail_msg("%s", said);
    }
    return m;
}

static void close_built(built *m)
{
    hec_arena_destroy(m->arena);
    hec_diagnostics_destroy(m->diagnostics);
}

#define ECONOMICS                                                                                  \
    "economics: {perspective: p, currency: USD, discount: 3%, discounting: discrete, "             \
    "within_cycle: half-cycle, one_off: {at: end}, effect: life_years}\n"

static double time_in(const built *m, size_t strategy, size_t state, const double *draws)
{
    double years, error;
    assert_true(hec_mean_time(m->model, strategy, state, draws, &years, &error));
    assert_true(error <= 1e-9);
    return years;
}

/* Exponential curves: (1 - e^-rT)/r, by strategies, draws and strata. */
static void test_times_in_states(void **state)
{
    (void)state;
    built m = build("hecate: 1\nmodel: m\ntime: {cycle: 1 month, horizon: 20 years}\n"
                    "population:\n  strata:\n    - {weight: 0.25, age: 50, r: 0.1}\n"
                    "    - {weight: 0.75, age: 60, r: 0.2}\n"
                    "parameters: {hr: {value: 3, dist: lognormal(median: 3, sdlog: 0.1)}}\n"
                    "chains:\n  c:\n    states:\n"
                    "      A: {occupancy: survival(exponential(hr * r), t)}\n"
                    "      B: {occupancy: survival(exponential(r), t) - "
                    "survival(exponential(hr * r), t)}\n"
                    "      D: {occupancy: rest, dead: true}\n"
                    "strategies: {old: {}, new: {set: {hr: 2}}}\n" ECONOMICS);
    static const double rates[] = {0.1, 0.2}, weights[] = {0.25, 0.75};
    for (int s = 0; s < 2; s++) {
        double hr = s == 0 ? 3.3 : 2, draws[1] = {3.3}, a = 0, alive = 0;
        for (int k = 0; k < 2; k++) {
            a += weights[k] * -expm1(-20 * hr * rates[k]) / (hr * rates[k]);
            alive += weights[k] * -expm1(-20 * rates[k]) / rates[k];
        }
        assert_true(fabs(time_in(&m, (size_t)s, 0, draws) - a) < 1e-10);
        assert_true(fabs(time_in(&m, (size_t)s, 1, draws) - (alive - a)) < 1e-10);
        assert_true(fabs(time_in(&m, (size_t)s, 2, draws) - (20 - alive)) < 1e-10);
    }
    close_built(&m);
}

/* Where the curves cross, from t = 2 on, nobody is between them and A ends at the lower one. */
static void test_clamped_times(void **state)
{
    (void)state;
    built m = build("hecate: 1\nmodel: m\ntime: {cycle: 1 year, horizon: 10 years}\n"
                    "population: {age: 50}\n"
                    "let: {pfs: 'piecewise({0: 0.4, 2: 0})', os: 'piecewise({0: 0.2, 4: 0.4})'}\n"
                    "chains:\n  c:\n    crossing: clamp\n    states:\n"
                    "      A: {occupancy: survival(pfs, t)}\n"
                    "      B: {occupancy: survival(os, t) - survival(pfs, t)}\n"
                    "      D: {occupancy: rest, dead: true}\n"
                    "strategies: {old: {}}\n" ECONOMICS);
    /* pfs: e^-0.4t until 2, then e^-0.8; os: e^-0.2t until 4, where it meets pfs and goes below */
    double between = -expm1(-0.8) / 0.2 - (-expm1(-0.8) / 0.4 + 2 * exp(-0.8));
    double below = exp(-0.8) * -expm1(-0.4 * 6) / 0.4;
    double a = -expm1(-0.8) / 0.4 + 2 * exp(-0.8) + below;
    assert_true(fabs(time_in(&m, 0, 1, NULL) - between) < 1e-9);
    assert_true(fabs(time_in(&m, 0, 0, NULL) - a) < 1e-9);
    assert_true(fabs(time_in(&m, 0, 2, NULL) - (10 - a - between)) < 1e-9);
    close_built(&m);
}

static void test_other_chains(void **state)
{
    (void)state;
    built m = build("hecate: 1\nmodel: m\ntime: {cycle: 1 year, horizon: 10 years}\n"
                    "population: {age: 50}\nchains:\n  c:\n    start: A\n    states:\n"
                    "      A: {to: {D: 0.1}}\n      D: {dead: true}\n"
                    "strategies: {old: {}}\n" ECONOMICS);
    double years, error;
    assert_false(hec_mean_time(m.model, 0, 0, NULL, &years, &error));
    close_built(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_polynomials),
        cmocka_unit_test(test_closed_forms),
        cmocka_unit_test(test_gsl),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_times_in_states),
        cmocka_unit_test(test_clamped_times),
        cmocka_unit_test(test_other_chains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
