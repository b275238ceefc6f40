/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Survival distributions against flexsurv and each other. */
#include "language_fixture.h"

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

/* Where survival has underflowed to nothing, the event is certain, and no NaN comes of inf - inf.
 */
static void test_nobody_left(void **state)
{
    fixture *f = *state;
    static const char *const distributions[] = {"lognormal(log(0.25), 0.12)", "loglogistic(400, 1)",
                                         "weibull(5, 0.01)", "gompertz(3, 1)"};
    for (size_t i = 0; i < sizeof distributions / sizeof distributions[0]; i++) {
        assert_true(ask(f, "event_prob", distributions[i], "5000, 1") == 1);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_flexsurv_values), TEST(test_flexsurv_quantiles), TEST(test_relations),
        TEST(test_at_the_ends),     TEST(test_special_cases),      TEST(test_nobody_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
