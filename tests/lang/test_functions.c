/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every function of the language against formulas in long double. */
#include "language_fixture.h"

#include <float.h>

enum { A, B, C };

static int open_fixture(void **state)
{
    static fixture f;
    fixture_open(&f);
    fixture_name(&f, "a", NULL, 0);
    fixture_name(&f, "b", NULL, 0);
    fixture_name(&f, "c", NULL, 0);
    fixture_name(&f, "cycle_length", "years", 0.5);
    *state = &f;
    return 0;
}

static int close_fixture(void **state)
{
    fixture_close(*state);
    return 0;
}

/* The formula takes the values of a, b, c. */
typedef long double (*truth)(long double a, long double b, long double c);

/* Errors are counted in units of the last place of the true value; conditioning of the formula
 * widens that where an argument is itself rounded on the way. */
static void expect_close(const char *text, double got, long double wanted, double ulps,
                         const double *values)
{
    double w = (double)wanted;
    if ((isnan(w) && isnan(got)) || got == w) {
        return;
    }
    double unit = nextafter(fabs(w), INFINITY) - fabs(w);
    if (!(fabs(got - w) <= ulps * unit)) {
        fail_msg("%s at a=%.17g b=%.17g c=%.17g: %.17g instead of %.17g", text, values[A],
                 values[B], values[C], got, w);
    }
}

/* Over all triples of the grid where `domain` holds; the folded graph gives the same bits as the
 * graph of inputs, and so does the plain one. */
static void expect_formula(fixture *f, const char *text, truth formula, double low, double high,
                           double ulps)
{
    enum { STEPS = 7 };
    fixture_restart(f, true);
    hec_value plain = fixture_lower(f, text);
    hec_graph *plain_graph = f->graph;
    f->graph = hec_graph_create(f->arena, false);
    hec_value shared = fixture_lower(f, text);
    assert_int_equal(hec_diagnostics_count(f->diagnostics, HEC_ERROR), 0);
    for (int i = 0; i < STEPS * STEPS * STEPS; i++) {
        f->values[A] = low + (high - low) * (i % STEPS + 0.37) / STEPS;
        f->values[B] = low + (high - low) * (i / STEPS % STEPS + 0.11) / STEPS;
        f->values[C] = low + (high - low) * (i / STEPS / STEPS + 0.73) / STEPS;
        double got = hec_evaluate(f->graph, shared.id, f->values);
        double again = hec_evaluate(plain_graph, plain.id, f->values);
        assert_memory_equal(&got, &again, sizeof got);
        expect_close(text, got, formula(f->values[A], f->values[B], f->values[C]), ulps, f->values);
    }
}

/* ---- formulas -------------------------------------------------------------------------------- */

#define FORMULA(name, expression)                                                                  \
    static long double name(long double a, long double b, long double c)                           \
    {                                                                                              \
        (void)a, (void)b, (void)c;                                                                 \
        return expression;                                                                         \
    }

FORMULA(f_if, a < b ? a : c)
FORMULA(f_min, fminl(fminl(a, b), c))
FORMULA(f_max, fmaxl(fmaxl(a, b), c))
FORMULA(f_sum, (double)((double)a + (double)b) + c)
FORMULA(f_clamp, a<b ? b : a> b + 0.1L ? b + 0.1L : a)
FORMULA(f_abs, fabsl(a))
FORMULA(f_floor, floorl(a))
FORMULA(f_ceil, ceill(a))
FORMULA(f_round, floorl(a + 0.5L))
FORMULA(f_exp, expl(a))
FORMULA(f_log, logl(a))
FORMULA(f_log10, log10l(a))
FORMULA(f_sqrt, sqrtl(a))
FORMULA(f_pow, powl(a, b))
FORMULA(f_square, a *a)
FORMULA(f_inverse, 1 / a)
FORMULA(f_logistic, 1 / (1 + expl(-a)))
FORMULA(f_logit, logl(a / (1 - a)))
FORMULA(f_normal_cdf, erfcl(-a / sqrtl(2)) / 2)
FORMULA(f_rate_to_prob, -expm1l(-a * 0.5L))
FORMULA(f_rate_to_prob_dt, -expm1l(-a *b))
FORMULA(f_prob_to_rate, -log1pl(-a) / 0.5L)
FORMULA(f_prob_to_rate_dt, -log1pl(-a) / b)
FORMULA(f_prob_to_odds, a / (1 - a))
FORMULA(f_odds_to_prob, a / (1 + a))
FORMULA(f_rescale_prob, -expm1l(c / b * log1pl(-a)))
FORMULA(f_apply_or, a / (1 - a) * b / (1 + a / (1 - a) * b))
FORMULA(f_product, a *b)
FORMULA(f_apply_hr, 1 - powl(1 - a, b))
FORMULA(f_step, floorl(a / b))
FORMULA(f_band, a < 0.5L ? 0 : a < 0.6L ? b : 1)
FORMULA(f_less, a < b)
FORMULA(f_logic, (a < b && !(b < c)) || a > 0.5L)

static void test_choosing(void **state)
{
    expect_formula(*state, "if(a < b, a, c)", f_if, -3, 3, 0);
    expect_formula(*state, "min(a, b, c)", f_min, -3, 3, 0);
    expect_formula(*state, "max(a, b, c)", f_max, -3, 3, 0);
    expect_formula(*state, "sum(a, b, c)", f_sum, -3, 3, 1);
    expect_formula(*state, "a + b + c", f_sum, -3, 3, 1);
    expect_formula(*state, "clamp(a, b, b + 0.1)", f_clamp, -3, 3, 4);
    expect_formula(*state, "abs(a)", f_abs, -3, 3, 0);
    expect_formula(*state, "floor(a)", f_floor, -9, 9, 0);
    expect_formula(*state, "ceil(a)", f_ceil, -9, 9, 0);
    expect_formula(*state, "round(a)", f_round, -9, 9, 0);
    expect_formula(*state, "number(a)", f_abs, 0, 3, 0);
    expect_formula(*state, "if(a < b, 1, 0)", f_less, -3, 3, 0);
    expect_formula(*state, "if(not (a >= b), 1, 0)", f_less, -3, 3, 0);
    expect_formula(*state, "if((a < b and b >= c) or a > 0.5, 1, 0)", f_logic, -3, 3, 0);
}

static void test_elementary(void **state)
{
    expect_formula(*state, "exp(a)", f_exp, -20, 20, 2);
    expect_formula(*state, "log(a)", f_log, 0, 20, 2);
    expect_formula(*state, "log10(a)", f_log10, 0, 20, 4);
    expect_formula(*state, "sqrt(a)", f_sqrt, 0, 20, 1);
    expect_formula(*state, "a ^ b", f_pow, 0, 20, 2);
    expect_formula(*state, "pow(a, b)", f_pow, 0, 20, 2);
    expect_formula(*state, "a ^ 2", f_square, -3, 3, 1);
    expect_formula(*state, "a ^ -1", f_inverse, -3, 3, 1);
    expect_formula(*state, "logistic(a)", f_logistic, -9, 9, 4);
    expect_formula(*state, "logit(a)", f_logit, 0, 1, 40); /* a/(1-a) near 1 is rounded */
    expect_formula(*state, "normal_cdf(a)", f_normal_cdf, -5, 5, 8);
}

/* Powers of ten are exact; normal_quantile undoes normal_cdf. */
static void test_inverses(void **state)
{
    fixture *f = *state;
    for (int k = -20; k <= 22; k++) {
        char text[32];
        snprintf(text, sizeof text, "log10(1e%d)", k);
        assert_true(fixture_value(f, text) == k);
    }
    for (double p = 0.001; p < 1; p += 0.0137) {
        f->values[A] = p;
        double z = fixture_value(f, "normal_quantile(a)");
        assert_true(fabs((double)f_normal_cdf(z, 0, 0) - p) < 1e-15);
        assert_true(fabs(fixture_value(f, "logistic(logit(a))") - p) < 1e-15);
        assert_true(fabs(fixture_value(f, "odds_to_prob(prob_to_odds(a))") - p) < 1e-15);
        assert_true(fabs(fixture_value(f, "rate_to_prob(prob_to_rate(a, 3), 3)") - p) < 1e-15);
    }
}

static void test_conversions(void **state)
{
    expect_formula(*state, "rate_to_prob(a)", f_rate_to_prob, 0, 4, 2);
    expect_formula(*state, "rate_to_prob(a, b)", f_rate_to_prob_dt, 0, 4, 4);
    expect_formula(*state, "rate_to_prob(a, b)", f_rate_to_prob_dt, 0, 1e-9, 4);
    expect_formula(*state, "prob_to_rate(a)", f_prob_to_rate, 0, 1, 4);
    expect_formula(*state, "prob_to_rate(p: a, dt: b)", f_prob_to_rate_dt, 0, 1, 4);
    expect_formula(*state, "prob_to_rate(a, b)", f_prob_to_rate_dt, 0, 1e-12, 4);
    expect_formula(*state, "prob_to_odds(a)", f_prob_to_odds, 0, 1, 4);
    expect_formula(*state, "odds_to_prob(a)", f_odds_to_prob, 0, 9, 2);
    expect_formula(*state, "rescale_prob(a, b, c)", f_rescale_prob, 0, 1, 8);
    expect_formula(*state, "rescale_prob(a, from: b, to: c)", f_rescale_prob, 0, 1, 8);
    expect_formula(*state, "apply_or(a, b)", f_apply_or, 0, 1, 8);
    expect_formula(*state, "apply_rr(a, b)", f_product, 0, 1, 0.5);
    expect_formula(*state, "apply_hr(a, b)", f_apply_hr, 0, 1, 8);
}

static void test_conversion_edges(void **state)
{
    fixture *f = *state;
    assert_true(fixture_value(f, "rate_to_prob(0)") == 0);
    assert_true(fixture_value(f, "rate_to_prob(1e9)") == 1);
    assert_true(fixture_value(f, "prob_to_rate(0)") == 0);
    assert_true(fixture_value(f, "prob_to_rate(1)") == INFINITY);
    assert_true(fixture_value(f, "apply_or(0, 3)") == 0);
    assert_true(fixture_value(f, "apply_or(1, 3)") == 1);
    assert_true(fixture_value(f, "apply_hr(0, 3)") == 0);
    assert_true(fixture_value(f, "apply_hr(1, 3)") == 1);
    assert_true(fixture_value(f, "odds_to_prob(0)") == 0);
    assert_true(fixture_value(f, "logistic(-800)") == 0);
    assert_true(fixture_value(f, "logistic(800)") == 1);
    assert_true(fabs(fixture_value(f, "rescale_prob(0.19, 2, 1)") - 0.1) < 1e-16);
    /* the interval a probability carries is the one that is used */
    double rate = fixture_value(f, "prob_to_rate(rate_to_prob(0.7, 3 years))");
    assert_true(fabs(rate - 0.7) < 1e-15);
}

static void test_rounding(void **state)
{
    static const double rows[][4] = {
        /* x, floor, ceil, round */
        {0.49999999999999994, 0, 1, 0},
        {0.5, 0, 1, 1},
        {-0.5, -1, 0, 0},
        {-1.5, -2, -1, -1},
        {2.5, 2, 3, 3},
        {1e300, 1e300, 1e300, 1e300},
        {-7, -7, -7, -7},
        {4503599627370495.5, 4503599627370495, 4503599627370496, 4503599627370496},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        f->values[A] = rows[i][0];
        assert_true(fixture_value(f, "floor(a)") == rows[i][1]);
        assert_true(fixture_value(f, "ceil(a)") == rows[i][2]);
        assert_true(fixture_value(f, "round(a)") == rows[i][3]);
    }
    f->values[A] = INFINITY;
    assert_true(fixture_value(f, "round(a)") == INFINITY);
    f->values[A] = NAN;
    assert_true(isnan(fixture_value(f, "round(a)")));
}

static void test_steps_and_bands(void **state)
{
    fixture *f = *state;
    expect_formula(f, "step(a, b)", f_step, 0, 7, 0);
    expect_formula(f, "band(a, {0: 0, 0.5: b, 0.6: 1})", f_band, 0, 1, 0);
    /* a full step is one although 0.7 - 0.6 falls short of 0.1 in binary */
    assert_true((0.7 - 0.6) / 0.05 < 2);
    assert_true(fixture_value(f, "step(0.7 - 0.6, 0.05)") == 2);
    assert_true(fixture_value(f, "step(0.51 - 0.32, 0.05)") == 3);
    assert_true(fixture_value(f, "step(-0.01, 0.05)") == -1);
    assert_true(0.7 - 0.4 < 0.3);
    assert_true(fixture_value(f, "band(0.7 - 0.4, {0: 0, 0.3: 1})") == 1);
    assert_true(fixture_value(f, "band(0.7 - 0.4, {0.3: 1, 2: 3})") == 1);
    f->values[A] = 0.6 - 1e-8;
    assert_true(fixture_value(f, "band(a, {0: 0, 0.6: 1})") == 0);
    f->values[A] = -1e-8;
    assert_true(isnan(fixture_value(f, "band(a, {0: 0, 0.6: 1})")));
    f->values[A] = NAN;
    assert_true(isnan(fixture_value(f, "band(a, {0: 0, 0.6: 1})")));
    f->values[A] = 3;
    assert_true(fixture_value(f, "band(a, {0: 7})") == 7);
}

static void test_interp(void **state)
{
    static const double rows[][2] = {
        {-5, 2}, {0, 2}, {0.25, 3}, {1, 6}, {2, 5}, {4, 3}, {5, 3}, {INFINITY, 3},
    };
    fixture *f = *state;
    f->values[B] = 6;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        f->values[A] = rows[i][0];
        assert_true(fixture_value(f, "interp(a, {0: 2, 1: b, 4: 3})") == rows[i][1]);
    }
    f->values[A] = NAN;
    assert_true(isnan(fixture_value(f, "interp(a, {0: 2, 1: b, 4: 3})")));
}

/* ---- tables ---------------------------------------------------------------------------------- */

static const double ages[] = {0, 1, 5, 10}, sexes[] = {0, 1}, years[] = {2000, 2010};
static const double values[] = {1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18};

static double table_at(hec_lookup *table, double year, double age, double sex)
{
    return hec_lookup_value(table, (const double[]){year, age, sex});
}

static void test_tables(void **state)
{
    hec_lookup table = {.name = "r",
                        .n_axes = 3,
                        .axis_types = {HEC_TYPE_ANY, HEC_TYPE_ANY, {.kind = HEC_KIND_LABEL}},
                        .lengths = {2, 4, 2},
                        .axes = {years, ages, sexes},
                        .values = values};
    (void)state;
    table.between = HEC_LOOKUP_EXACT;
    assert_true(table_at(&table, 2010, 5, 1) == 16);
    assert_true(table_at(&table, 2000, 1 + 1e-10, 0) == 3);
    assert_true(isnan(table_at(&table, 2000, 1.5, 0)));
    assert_true(isnan(table_at(&table, 2000, 11, 0)));
    assert_true(isnan(table_at(&table, 2000, 1, 2)));
    assert_true(isnan(table_at(&table, NAN, 1, 0)));
    table.between = HEC_LOOKUP_STEP;
    assert_true(table_at(&table, 2009.9, 4.99, 1) == 4);
    assert_true(table_at(&table, 2009.9, 5 - 1e-10, 1) == 6);
    assert_true(isnan(table_at(&table, 2000, -0.1, 0)));
    assert_true(isnan(table_at(&table, 2000, 10.1, 0)));
    table.outside = HEC_OUTSIDE_CLAMP;
    assert_true(table_at(&table, 1990, -3, 0) == 1);
    assert_true(table_at(&table, 2050, 99, 1) == 18);
    assert_true(isnan(table_at(&table, 2050, 99, 2))); /* a word is never clamped */
    table.between = HEC_LOOKUP_LINEAR;
    assert_true(table_at(&table, 2005, 3, 0) == 9);
    assert_true(table_at(&table, 2000, 0.25, 1) == 2.5);
    assert_true(table_at(&table, 1000, 7.5, 1) == 7);
    assert_true(isnan(table_at(&table, 2000, 1, 0.5)));
    table.outside = HEC_OUTSIDE_ERROR;
    assert_true(isnan(table_at(&table, 2000, 10.1, 0)));
    assert_true(table_at(&table, 2000, 10 + 1e-10, 0) == 7);
}

/* A point of infinite value does not spoil its neighbours' own values. */
static void test_table_ends(void **state)
{
    static const double axis[] = {0, 1}, ends[] = {3, INFINITY};
    hec_lookup table = {.name = "r",
                        .n_axes = 1,
                        .lengths = {2},
                        .axes = {axis},
                        .values = ends,
                        .between = HEC_LOOKUP_LINEAR};
    double x = 0;
    (void)state;
    assert_true(hec_lookup_value(&table, &x) == 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_choosing),    TEST(test_elementary),       TEST(test_inverses),
        TEST(test_conversions), TEST(test_conversion_edges), TEST(test_rounding),
        TEST(test_interp),      TEST(test_steps_and_bands),  TEST(test_tables),
        TEST(test_table_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
