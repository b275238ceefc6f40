/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Survival distributions against flexsurv, GSL and each other. */
#include "language_fixture.h"

#include <gsl/gsl_sf_gamma.h>

#include "lang/special.h"

static int open_fixture(void **state)
{
    static fixture f;
    fixture_open(&f);
    fixture_name(&f, "t", "years", 0);
    fixture_name(&f, "p", "probability", 0);
    fixture_name(&f, "a", NULL, 0);
    fixture_name(&f, "b", NULL, 0);
    fixture_name(&f, "cycle_length", "years", 0.5);
    *state = &f;
    return 0;
}

static int close_fixture(void **state)
{
    fixture_close(*state);
    return 0;
}

enum { T, P, A, B };

/* ---- flexsurv ----------------------------------------------------------------------------------
 */

/* "gengamma", "mu=1.2 sigma=0.7 Q=0.4" -> gengamma(mu=1.2, sigma=0.7, Q=0.4) in our names. */
static void curve_text(const char *dist, const char *pars, char *out, size_t size)
{
    static const char *const names[][2] = {{"exp", "exponential"},
                                           {"weibullPH", "weibull_ph"},
                                           {"lnorm", "lognormal"},
                                           {"llogis", "loglogistic"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        dist = strcmp(dist, names[i][0]) == 0 ? names[i][1] : dist;
    }
    snprintf(out, size, "%s(%s)", dist, pars);
    for (char *space = strchr(out, ' '); space; space = strchr(space, ' ')) {
        *space = ',';
    }
}

/* flexsurv forms H as -log S: where S is nearly 1 only its absolute error is small. */
static void expect_near(const char *curve, const char *what, double at, double got, double wanted)
{
    if (got == wanted || fabs(got - wanted) <= 2e-13 * fabs(wanted) + 2e-16) {
        return;
    }
    fail_msg("%s of %s at %g: %.17g instead of %.17g", what, curve, at, got, wanted);
}

static FILE *open_data(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/lang/data/%s", HECATE_SOURCE_DIR, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    return file;
}

static void test_flexsurv_values(void **state)
{
    fixture *f = *state;
    FILE *file = open_data("survival_values.csv");
    char line[512], dist[32], pars[64], curve[128], text[256];
    double wanted[4];
    int rows = 0;
    while (fgets(line, sizeof line, file)) {
        static const char *const parts[] = {"density", "survival", "hazard", "cumhazard"};
        if (sscanf(line, "%31[^,],%63[^,],%lf,%lf,%lf,%lf,%lf", dist, pars, &f->values[T],
                   &wanted[0], &wanted[1], &wanted[2], &wanted[3]) != 7) {
            continue;
        }
        curve_text(dist, pars, curve, sizeof curve);
        fixture_restart(f, rows % 2 == 1);
        for (int i = 0; i < 4; i++) {
            snprintf(text, sizeof text, "%s(%s, t)", parts[i], curve);
            expect_near(curve, parts[i], f->values[T], fixture_value(f, text), wanted[i]);
        }
        rows++;
    }
    fclose(file);
    assert_int_equal(rows, 130);
}

static void test_flexsurv_quantiles(void **state)
{
    fixture *f = *state;
    FILE *file = open_data("survival_quantiles.csv");
    char line[512], dist[32], pars[64], curve[128], text[256], number[64];
    int rows = 0;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%31[^,],%63[^,],%lf,%63s", dist, pars, &f->values[P], number) != 4) {
            continue;
        }
        curve_text(dist, pars, curve, sizeof curve);
        fixture_restart(f, false);
        snprintf(text, sizeof text, "quantile(%s, p)", curve);
        expect_near(curve, "quantile", f->values[P], fixture_value(f, text), strtod(number, NULL));
        rows++;
    }
    fclose(file);
    assert_int_equal(rows, 60);
}

/* ---- relations ---------------------------------------------------------------------------------
 */

static const char *const curves[] = {
    "exponential(0.12)",        "weibull(1.3, 5)",          "weibull(0.6, 9)",
    "weibull_ph(1.3, 0.08)",    "gompertz(0.09, 0.02)",     "gompertz(-0.15, 0.2)",
    "gompertz(0, 0.2)",         "loglogistic(1.6, 4)",      "loglogistic(0.7, 4)",
    "lognormal(1.1, 0.8)",      "gamma(1.7, 0.35)",         "gamma(0.4, 0.2)",
    "gengamma(1.2, 0.7, 0.4)",  "gengamma(1.2, 0.7, -0.6)", "gengamma(1.2, 0.7, 0)",
    "gengamma(1.2, 0.7, 1e-3)", "gengamma(1.2, 0.7, 3)",
};
enum { N_CURVES = sizeof curves / sizeof curves[0] };

static double ask(fixture *f, const char *part, const char *curve, const char *rest)
{
    char text[256];
    snprintf(text, sizeof text, "%s(%s, %s)", part, curve, rest);
    return fixture_value(f, text);
}

/* S = e^-H; density = h S; h is the slope of H (central difference, error about h^2); the quantile
 * is where 1 - S = p; what happens within dt is 1 - S(t + dt)/S(t). */
static void test_relations(void **state)
{
    static const double times[] = {0.02, 0.3, 1, 2.5, 7, 16, 33};
    fixture *f = *state;
    for (size_t i = 0; i < N_CURVES * 7; i++) {
        const char *curve = curves[i / 7];
        double t = times[i % 7], step = 1e-4 * t;
        fixture_restart(f, false);
        f->values[T] = t;
        double s = ask(f, "survival", curve, "t"), h = ask(f, "hazard", curve, "t");
        double total = ask(f, "cumhazard", curve, "t");
        assert_true(fabs(s - exp(-total)) <= 1e-14 * s * fmax(1, total));
        assert_true(fabs(ask(f, "density", curve, "t") - h * s) <= 1e-13 * h * s);
        f->values[P] = 1 - s;
        /* p is rounded by half of 2^-53, which says nothing of a time when nobody is left */
        double slack = 4e-16 / (h * s) + 1e-12 * t;
        assert_true(s < 1e-12 || fabs(ask(f, "quantile", curve, "p") - t) <= slack);
        double event = ask(f, "event_prob", curve, "t");
        f->values[T] = t + 0.5;
        double later = ask(f, "survival", curve, "t");
        assert_true(s < 1e-290 || fabs(event - (1 - later / s)) < 1e-15 * (4 + total));
        f->values[T] = t + step;
        double above = ask(f, "cumhazard", curve, "t");
        f->values[T] = t - step;
        double below = ask(f, "cumhazard", curve, "t");
        double growth = h * t / total; /* of H with t, both in logarithms */
        assert_true(fabs((above - below) / (2 * step) / h - 1) <= 1e-7 + 2e-9 * growth * growth);
    }
}

static void test_at_the_ends(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < N_CURVES; i++) {
        fixture_restart(f, false);
        f->values[T] = 0;
        assert_true(ask(f, "survival", curves[i], "t") == 1);
        assert_true(ask(f, "cumhazard", curves[i], "t") == 0);
        assert_true(ask(f, "event_prob", curves[i], "t, 0") == 0);
        assert_false(isnan(ask(f, "hazard", curves[i], "t")));
        f->values[P] = 0;
        assert_true(ask(f, "quantile", curves[i], "p") == 0);
        f->values[P] = 1;
        assert_true(ask(f, "quantile", curves[i], "p") == INFINITY);
    }
    /* a falling Gompertz hazard spares e^(rate/shape) of them for ever */
    f->values[P] = 1 - exp(-0.2 / 0.15) + 1e-9;
    assert_true(ask(f, "quantile", "gompertz(-0.15, 0.2)", "p") == INFINITY);
    f->values[T] = -1;
    assert_true(isnan(ask(f, "survival", "weibull(1.3, 5)", "t")));
    assert_true(isnan(ask(f, "survival", "gamma(1.3, 5)", "t")));
    f->values[T] = 1;
    f->values[A] = -1;
    assert_true(isnan(ask(f, "survival", "gamma(a, 5)", "t")));
    assert_true(isnan(ask(f, "hazard", "gengamma(0, a, 1)", "t")));
}

static void expect_same(fixture *f, const char *one, const char *other, double tolerance)
{
    static const char *const parts[] = {"survival", "hazard", "cumhazard", "density"};
    for (double t = 0.1; t < 40; t *= 1.9) {
        for (int i = 0; i < 4; i++) {
            fixture_restart(f, false);
            f->values[T] = t;
            double a = ask(f, parts[i], one, "t"), b = ask(f, parts[i], other, "t");
            if (fabs(a - b) > tolerance * fabs(b)) {
                fail_msg("%s at %g: %s %.17g, %s %.17g", parts[i], t, one, a, other, b);
            }
        }
    }
}

static void test_special_cases(void **state)
{
    fixture *f = *state;
    expect_same(f, "weibull(1, 5)", "exponential(0.2)", 1e-14);
    expect_same(f, "weibull_ph(1, 0.2)", "exponential(0.2)", 1e-14);
    expect_same(f, "weibull(2, 5)", "weibull_ph(2, 0.04)", 1e-14);
    expect_same(f, "gompertz(0, 0.2)", "exponential(0.2)", 1e-14);
    expect_same(f, "gompertz(1e-12, 0.2)", "exponential(0.2)", 1e-9);
    expect_same(f, "gamma(1, 0.2)", "exponential(0.2)", 1e-13);
    expect_same(f, "gengamma(log(5), 1, 1)", "exponential(0.2)", 1e-13);
    expect_same(f, "gengamma(log(5), 0.5, 1)", "weibull(2, 5)", 1e-13);
    expect_same(f, "gengamma(1.1, 0.8, 0)", "lognormal(1.1, 0.8)", 1e-13);
    /* Q = sigma: gamma with shape 1/sigma^2 and rate e^-mu / sigma^2 */
    expect_same(f, "gengamma(1.1, 0.5, 0.5)", "gamma(4, 4 * exp(-1.1))", 1e-12);
    /* the limit from both sides, through the uniform expansion */
    expect_same(f, "gengamma(1.1, 0.8, 1e-9)", "lognormal(1.1, 0.8)", 1e-7);
    expect_same(f, "gengamma(1.1, 0.8, -1e-9)", "lognormal(1.1, 0.8)", 1e-7);
}

/* ---- incomplete gamma --------------------------------------------------------------------------
 */

/* Worked out with 40 digits by numerical integration of the definition (mpmath 1.2). */
static void test_gamma_known_answers(void **state)
{
    static const double rows[][4] = {
        /* a, x, log P, log Q */
        {0.001953125, 0.25, -0.002041931018912228313, -6.194880132731239322},
        {0.125, 0.0625, -0.293405008624138726, -1.369319479007424482},
        {0.125, 3.0, -0.002045129503761172415, -6.193316554948639726},
        {0.171875, 0.25, -0.1964626959547002705, -1.723906340153969131},
        {0.5, 0.015625, -1.963856797464813353, -0.1511906373469996391},
        {1.75, 1.5, -0.6475325899630296955, -0.7409423231367419495},
        {3.0, 30.0, -4.501016648113419739e-11, -23.82413272989423882},
        {9.875, 9.5, -0.7045596434814317092, -0.6818634936785260824},
        {10.125, 9.5, -0.7719144471304789948, -0.6201337398935479584},
        {10.125, 40.0, -4.712797290564552969e-9, -19.17298420298754945},
        {130.5, 1.25, -480.6896858848914505, 0.0},
        {130.5, 140.0, -0.2232716331772500637, -1.608925748968567317},
        {5000.0, 5050.0, -0.2731420596151808577, -1.431227606762547102},
        {5000.0, 4500.0, -29.69476793029344094, -1.269773170520522737e-13},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double logs[2];
        hec_gamma_logs(rows[i][0], rows[i][1], &logs[0], &logs[1]);
        for (int k = 0; k < 2; k++) {
            /* for shapes near 0, Q = 1 - P loses the digits that P has in front */
            double slack = 4e-15 + 1e-15 / rows[i][0];
            double other = fmax(1, fabs(rows[i][3 - k]));
            assert_true(fabs(logs[k] - rows[i][2 + k]) <=
                        slack * other * fabs(rows[i][2 + k]) + 1e-150);
        }
    }
}

/* GSL, whose own Q is good to about 4e-11 for shapes below 0.2. */
static void test_gamma_against_gsl(void **state)
{
    (void)state;
    for (double a = 0.05; a < 150; a *= 1.37) {
        for (double share = 0.01; share < 6; share *= 1.31) {
            double x = a * share, log_p, log_q;
            hec_gamma_logs(a, x, &log_p, &log_q);
            double p = gsl_sf_gamma_inc_P(a, x), q = gsl_sf_gamma_inc_Q(a, x);
            assert_true(p < 1e-290 || fabs(exp(log_p) / p - 1) < 2e-12);
            assert_true(q < 1e-290 || fabs(exp(log_q) / q - 1) < (a < 0.2 ? 4e-11 : 2e-12));
        }
    }
}

/* log P by the power series in long double: all terms are positive. */
static long double series_log_p(long double a, long double x)
{
    long double term = 1, sum = 1;
    for (int n = 1; term > sum * 1e-22L; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return a * logl(x) - x - lgammal(a + 1) + logl(sum);
}

/* Large shapes, below the middle, where P is the smaller tail; the cancellation in a log x - x
 * leaves about a * 1e-19 in the long double. */
static void test_gamma_large_shapes(void **state)
{
    (void)state;
    for (double a = 500; a < 2e6; a *= 3.1) {
        for (double z = -20; z < 1; z += 1.7) {
            double x = a + z * sqrt(a), log_p, log_q;
            hec_gamma_logs(a, x, &log_p, &log_q);
            double wanted = (double)series_log_p(a, x);
            assert_true(fabs(log_p - wanted) < 1e-13 * fmax(1, fabs(wanted)) + a * 2e-18);
            assert_true(fabs(exp(log_p) + exp(log_q) - 1) < 4e-15);
        }
    }
}

/* Where the method changes there is no step. */
static void test_gamma_seams(void **state)
{
    (void)state;
    for (double a = 0.3; a < 1e6; a *= 2.3) {
        double below[2], above[2], x = a + 1;
        hec_gamma_logs(a, x * (1 - 1e-15), &below[0], &below[1]);
        hec_gamma_logs(a, x * (1 + 1e-15), &above[0], &above[1]);
        double slack = 2e-14 + 1e-15 * sqrt(a) * 4;
        assert_true(fabs(below[0] - above[0]) < slack && fabs(below[1] - above[1]) < slack);
    }
    for (double share = 0.71; share < 1.3; share += 0.0123) {
        double below[2], above[2], x = 1e4 * share;
        hec_gamma_logs(1e4 * (1 - 1e-15), x, &below[0], &below[1]);
        hec_gamma_logs(1e4, x, &above[0], &above[1]);
        for (int i = 0; i < 2; i++) {
            assert_true(fabs(below[i] - above[i]) < 2e-13 * fmax(1, fabs(above[i])));
        }
    }
}

static void test_gamma_quantiles(void **state)
{
    static const double shares[] = {1e-12, 1e-4, 0.02, 0.3, 0.5, 0.8, 0.999, 1 - 1e-9};
    (void)state;
    for (double a = 0.05; a < 1e5; a *= 2.7) {
        for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
            const double args[] = {shares[i], a, 1};
            double x = hec_special_value(HEC_SPECIAL_GAMMA_QUANTILE, args), log_p, log_q;
            hec_gamma_logs(a, x, &log_p, &log_q);
            assert_true(fabs(log_p - log(shares[i])) < 1e-11 ||
                        fabs(log_q - log1p(-shares[i])) < 1e-11);
        }
    }
}

static void test_gamma_domain(void **state)
{
    static const double bad[][2] = {{-1, 1}, {0, 1}, {1, -1}, {NAN, 1}, {1, NAN}, {INFINITY, 1}};
    double log_p, log_q;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        hec_gamma_logs(bad[i][0], bad[i][1], &log_p, &log_q);
        assert_true(isnan(log_p) && isnan(log_q));
    }
    hec_gamma_logs(2, 0, &log_p, &log_q);
    assert_true(log_p == -INFINITY && log_q == 0);
    hec_gamma_logs(2, INFINITY, &log_p, &log_q);
    assert_true(log_p == 0 && log_q == -INFINITY);
    /* GSL stops the program here */
    hec_gamma_logs(1e6, 1000200, &log_p, &log_q);
    assert_true(fabs(exp(log_p) + exp(log_q) - 1) < 4e-15);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_flexsurv_values),    TEST(test_flexsurv_quantiles),  TEST(test_relations),
        TEST(test_at_the_ends),        TEST(test_special_cases),       TEST(test_gamma_against_gsl),
        TEST(test_gamma_large_shapes), TEST(test_gamma_seams),         TEST(test_gamma_quantiles),
        TEST(test_gamma_domain),       TEST(test_gamma_known_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
