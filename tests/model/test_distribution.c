/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantiles, distribution functions and moments of every family, against R, flexsurv and closed
 * forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include <gsl/gsl_sf_expint.h>

#include "model/families.h"

/* Rows of a reference file: family, natural parameters, "q" p quantile | "p" x cdf survival. */
typedef struct row {
    hec_distribution d;
    bool quantile;
    double at, lower, upper;
    char text[200];
} row;

static int family_named(const char *name)
{
    for (size_t i = 0; i < hec_family_count(); i++) {
        if (strcmp(hec_family_describe(i)->name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static bool next_row(FILE *file, row *r)
{
    do {
        if (!fgets(r->text, sizeof r->text, file)) {
            return false;
        }
    } while (r->text[0] == '#');
    char copy[sizeof r->text], *save = NULL;
    memcpy(copy, r->text, sizeof copy);
    double v[4] = {0};
    int n = 0;
    r->d = (hec_distribution){.family = family_named(strtok_r(copy, " \n", &save))};
    assert_true(r->d.family >= 0);
    char *word = strtok_r(NULL, " \n", &save);
    for (; *word != 'q' && *word != 'p'; word = strtok_r(NULL, " \n", &save)) {
        v[n++] = strtod(word, NULL);
    }
    r->d.a = v[0];
    r->d.b = v[1];
    r->d.c = v[2];
    r->quantile = *word == 'q';
    r->at = strtod(strtok_r(NULL, " \n", &save), NULL);
    r->lower = strtod(strtok_r(NULL, " \n", &save), NULL);
    word = strtok_r(NULL, " \n", &save);
    r->upper = word ? strtod(word, NULL) : NAN;
    return true;
}

static void agree(const char *what, double ours, double theirs, double tolerance)
{
    bool same = ours == theirs || fabs(ours - theirs) <= tolerance * fabs(theirs);
    if (!same) {
        fail_msg("%s: ours %.17g, theirs %.17g, relative difference %.3g > %.3g", what, ours,
                 theirs, fabs(ours / theirs - 1), tolerance);
    }
}

/* How many per cent a tail moves for one per cent of x, or of the mean where x is found as the mean
 * and something. */
static double elasticity(double (*tail)(const hec_distribution *, double),
                         const hec_distribution *d, double x)
{
    double size = fabs(x);
    if (hec_family_at(d->family)->link == HEC_LINK_IDENTITY) {
        size = fmax(size, fabs(hec_distribution_mean(d)));
    }
    double step = 1e-6 * size;
    if (d->family == HEC_FAMILY_BETA) {
        step = fmax(1e-6 * fmin(x, 1 - x), 4e-16 * x);
    }
    return fabs(log(tail(d, x + step) / tail(d, x - step)) / (2 * step)) * size;
}

/* Both sides round arguments and logarithms to an ulp: a quantile found as e^y errs by |y| ulps; a
 * tail found as e^l errs by |l| ulps, and by its elasticity times the ulps of x and ln x. To this
 * come some hundred ulps of their own (3e-14; quantiles 1e-14). */
static double tail_tolerance(double (*tail)(const hec_distribution *, double),
                             const hec_distribution *d, double x)
{
    double logs = fabs(log(tail(d, x))) + elasticity(tail, d, x) * (1 + fabs(log(fabs(x))));
    return 3e-14 + 4.5e-16 * logs;
}

static void check_file(const char *name)
{
    char path[500];
    snprintf(path, sizeof path, "%s/tests/model/data/%s", HECATE_SOURCE_DIR, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    row r;
    int rows = 0;
    for (; next_row(file, &r); rows++) {
        if (r.quantile) {
            double y = r.lower == 0 || isinf(r.lower) ? 0 : log(fabs(r.lower));
            agree(r.text, hec_distribution_quantile(&r.d, r.at), r.lower,
                  1e-14 + 4.5e-16 * fabs(y));
        } else {
            agree(r.text, hec_distribution_cdf(&r.d, r.at), r.lower,
                  tail_tolerance(hec_distribution_cdf, &r.d, r.at));
            agree(r.text, hec_distribution_survival(&r.d, r.at), r.upper,
                  tail_tolerance(hec_distribution_survival, &r.d, r.at));
        }
    }
    fclose(file);
    assert_true(rows > 50);
}

static void test_against_r(void **state)
{
    (void)state;
    check_file("quantiles_r.txt");
}

static void test_against_flexsurv(void **state)
{
    (void)state;
    check_file("quantiles_flexsurv.txt");
}

/* ---- quantile and distribution function undo each other ------------------------------------- */

static const hec_distribution grid[] = {
    {HEC_FAMILY_NORMAL, -3, 2, 0, 0},
    {HEC_FAMILY_LOGNORMAL, 1.1, 0.8, 0, 0},
    {HEC_FAMILY_UNIFORM, 2, 9, 0, 0},
    {HEC_FAMILY_TRIANGULAR, 1, 2, 5, 0},
    {HEC_FAMILY_TRIANGULAR, 1, 1, 5, 0},
    {HEC_FAMILY_TRIANGULAR, 1, 5, 5, 0},
    {HEC_FAMILY_PERT, 1, 2, 5, 4},
    {HEC_FAMILY_PERT, 0, 0, 1, 2},
    {HEC_FAMILY_EXPONENTIAL, 0.12, 0, 0, 0},
    {HEC_FAMILY_WEIBULL, 1.3, 5, 0, 0},
    {HEC_FAMILY_WEIBULL, 0.3, 5, 0, 0},
    {HEC_FAMILY_GOMPERTZ, 0.09, 0.02, 0, 0},
    {HEC_FAMILY_GOMPERTZ, 0, 0.02, 0, 0},
    {HEC_FAMILY_GOMPERTZ, 1e-12, 0.02, 0, 0},
    {HEC_FAMILY_LOGLOGISTIC, 1.6, 4, 0, 0},
    {HEC_FAMILY_GENGAMMA, 1.2, 0.7, 0.4, 0},
    {HEC_FAMILY_GENGAMMA, 1.2, 0.7, -0.6, 0},
    {HEC_FAMILY_GENGAMMA, 1.2, 0.7, 2.5, 0},
    {HEC_FAMILY_GENGAMMA, 1.2, 0.7, 0, 0},
    {HEC_FAMILY_GENGAMMA, 1.2, 0.7, 1e-4, 0},
    {HEC_FAMILY_TRUNCATED_NORMAL, 5, 2, 0, INFINITY},
    {HEC_FAMILY_TRUNCATED_NORMAL, 0, 1, -1, 2},
};

static void round_trip(const hec_distribution *d, double z)
{
    char text[200];
    double x = hec_distribution_score_quantile(d, z);
    double wanted = 0.5 * erfc(fabs(z) / sqrt(2));
    double (*tail)(const hec_distribution *, double) =
        z < 0 ? hec_distribution_cdf : hec_distribution_survival;
    snprintf(text, sizeof text, "%s(%g, %g, %g, %g) at z = %g, x = %.17g",
             hec_family_describe((size_t)d->family)->name, d->a, d->b, d->c, d->d, z, x);
    if (!(fabs(x) > 1e-300) || isinf(x) || (d->family == HEC_FAMILY_BETA && 1 - x < 1e-14)) {
        return; /* nothing is left of the quantile to come back from */
    }
    agree(text, tail(d, x), wanted, tail_tolerance(tail, d, x));
}

static void test_round_trip(void **state)
{
    static const double shapes[] = {1e-3, 0.01, 0.1, 0.5, 0.99, 1,   1.01, 2,
                                    5,    20,   21,  199, 201,  1e3, 1e4,  1e6};
    enum { SHAPES = sizeof shapes / sizeof shapes[0] };
    (void)state;
    for (double z = -8.25; z < 8.3; z += 0.25) {
        for (size_t i = 0; i < sizeof grid / sizeof grid[0]; i++) {
            round_trip(&grid[i], z);
        }
        for (int i = 0; i < SHAPES; i++) {
            round_trip(&(hec_distribution){HEC_FAMILY_GAMMA, shapes[i], 2.5, 0, 0}, z);
            for (int j = 0; j < SHAPES; j++) {
                round_trip(&(hec_distribution){HEC_FAMILY_BETA, shapes[i], shapes[j], 0, 0}, z);
            }
        }
    }
}

/* ---- moments -------------------------------------------------------------------------------- */

static void moments(hec_family_code family, double a, double b, double c, double d,
                    long double mean, long double sd)
{
    hec_distribution x = {family, a, b, c, d};
    char text[200];
    snprintf(text, sizeof text, "mean of %s(%g, %g, %g, %g)",
             hec_family_describe((size_t)family)->name, a, b, c, d);
    agree(text, hec_distribution_mean(&x), (double)mean, 1e-13);
    /* a variance is a difference of squares: it loses what the square of the mean has more */
    double tolerance = 1e-13 * (1 + (double)(mean * mean / (sd * sd)));
    memcpy(text, "sd  ", 4);
    agree(text, hec_distribution_sd(&x), (double)sd, tolerance);
}

static long double spread(long double mean, long double square)
{
    return sqrtl(square - mean * mean);
}

static void test_moments_by_closed_forms(void **state)
{
    (void)state;
    moments(HEC_FAMILY_NORMAL, 3, 2, 0, 0, 3, 2);
    moments(HEC_FAMILY_BETA, 2, 3, 0, 0, 0.4L, 0.2L);
    moments(HEC_FAMILY_GAMMA, 30, 200, 0, 0, 0.15L, sqrtl(30) / 200);
    moments(HEC_FAMILY_UNIFORM, 1, 7, 0, 0, 4, sqrtl(3));
    moments(HEC_FAMILY_TRIANGULAR, 1, 2, 6, 0, 3, sqrtl(21.0L / 18));
    moments(HEC_FAMILY_PERT, 1, 2, 5, 4, 14.0L / 6, sqrtl((8.0L / 6) * (16.0L / 6) / 7));
    moments(HEC_FAMILY_EXPONENTIAL, 0.12, 0, 0, 0, 1 / (long double)0.12, 1 / (long double)0.12);
    moments(HEC_FAMILY_POISSON, 3.5, 0, 0, 0, 3.5L, sqrtl(3.5L));
    moments(HEC_FAMILY_BERNOULLI, 0.25, 0, 0, 0, 0.25L, sqrtl(0.1875L));
    moments(HEC_FAMILY_FIXED, 7, 0, 0, 0, 7, 0);
    long double m = expl(1.25L + 0.28125L); /* exp(mu + s^2/2) */
    moments(HEC_FAMILY_LOGNORMAL, 1.25, 0.75, 0, 0, m, m * sqrtl(expl(0.5625L) - 1));
    m = 5 * tgammal(1 + 1 / 1.25L);
    moments(HEC_FAMILY_WEIBULL, 1.25, 5, 0, 0, m, spread(m, 25 * tgammal(1 + 2 / 1.25L)));
    long double r = acosl(-1) / 4; /* pi over the shape */
    m = 3 * r / sinl(r);
    moments(HEC_FAMILY_LOGLOGISTIC, 4, 3, 0, 0, m, spread(m, 9 * 2 * r / sinl(2 * r)));
}

static long double gengamma_moment(double mu, double sigma, double q, int k)
{
    long double a = 1 / ((long double)q * q), shift = k * (long double)sigma / q;
    return expl(k * (long double)mu - shift * logl(a) + lgammal(a + shift) - lgammal(a));
}

static void test_moments_of_survival_families(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        double q = (double[]){0.4, -0.6, 2.5, 0.05}[i];
        long double mean = gengamma_moment(1.2, 0.7, q, 1);
        long double square = gengamma_moment(1.2, 0.7, q, 2);
        moments(HEC_FAMILY_GENGAMMA, 1.2, 0.7, q, 0, mean, spread(mean, square));
    }
    /* q near 0: the lognormal of the same mu and sigma */
    double near = exp(1.2 + 0.245);
    moments(HEC_FAMILY_GENGAMMA, 1.2, 0.7, 0, 0, near, near * sqrt(exp(0.49) - 1));
    hec_distribution tiny = {HEC_FAMILY_GENGAMMA, 1.2, 0.7, 1e-9, 0};
    agree("gengamma, q -> 0", hec_distribution_mean(&tiny), near, 1e-8);
    /* gompertz: e^(r/s) E1(r/s) / s (Lenart 2014, equation for the mean) */
    double ratio = 0.02 / 0.09;
    hec_distribution gompertz = {HEC_FAMILY_GOMPERTZ, 0.09, 0.02, 0, 0};
    agree("mean of gompertz", hec_distribution_mean(&gompertz),
          exp(ratio) * gsl_sf_expint_E1(ratio) / 0.09, 1e-12);
    /* shape 0: exponential */
    hec_distribution flat = {HEC_FAMILY_GOMPERTZ, 0, 0.02, 0, 0};
    agree("mean of a flat gompertz", hec_distribution_mean(&flat), 50, 1e-12);
    agree("sd of a flat gompertz", hec_distribution_sd(&flat), 50, 1e-12);
    /* truncated normal: mean + sd (phi(a) - phi(b)) / (Phi(b) - Phi(a)) and the usual variance */
    hec_distribution cut = {HEC_FAMILY_TRUNCATED_NORMAL, 1, 2, 0, 6};
    double a = -0.5, b = 2.5, kept = 0.5 * (erfc(-b / sqrt(2)) - erfc(-a / sqrt(2)));
    double at_a = exp(-0.5 * a * a) / sqrt(2 * acos(-1)),
           at_b = exp(-0.5 * b * b) / sqrt(2 * acos(-1));
    double shift = (at_a - at_b) / kept;
    agree("mean of a truncated normal", hec_distribution_mean(&cut), 1 + 2 * shift, 1e-13);
    agree("sd of a truncated normal", hec_distribution_sd(&cut),
          2 * sqrt(1 + (a * at_a - b * at_b) / kept - shift * shift), 1e-13);
}

static void test_moments_that_do_not_exist(void **state)
{
    (void)state;
    assert_true(
        isnan(hec_distribution_mean(&(hec_distribution){HEC_FAMILY_LOGLOGISTIC, 1, 4, 0, 0})));
    assert_true(
        isnan(hec_distribution_sd(&(hec_distribution){HEC_FAMILY_LOGLOGISTIC, 2, 4, 0, 0})));
    assert_true(
        isnan(hec_distribution_mean(&(hec_distribution){HEC_FAMILY_GENGAMMA, 1, 2, -0.5, 0})));
    assert_true(
        isnan(hec_distribution_mean(&(hec_distribution){HEC_FAMILY_GOMPERTZ, -0.1, 0.2, 0, 0})));
}

/* ---- limits that one family has in another (TECH-VER's V05) --------------------------------- */

static void same_quantiles(hec_distribution a, hec_distribution b, double tolerance)
{
    for (double z = -8; z <= 8; z += 0.5) {
        char text[100];
        snprintf(text, sizeof text, "%s as %s at z = %g",
                 hec_family_describe((size_t)a.family)->name,
                 hec_family_describe((size_t)b.family)->name, z);
        agree(text, hec_distribution_score_quantile(&a, z), hec_distribution_score_quantile(&b, z),
              tolerance);
    }
}

static void test_special_cases(void **state)
{
    (void)state;
    hec_distribution exponential = {HEC_FAMILY_EXPONENTIAL, 0.25, 0, 0, 0};
    same_quantiles((hec_distribution){HEC_FAMILY_WEIBULL, 1, 4, 0, 0}, exponential, 1e-14);
    same_quantiles((hec_distribution){HEC_FAMILY_GAMMA, 1, 0.25, 0, 0}, exponential, 2e-14);
    same_quantiles((hec_distribution){HEC_FAMILY_GOMPERTZ, 0, 0.25, 0, 0}, exponential, 1e-14);
    same_quantiles((hec_distribution){HEC_FAMILY_GENGAMMA, log(4), 1, 1, 0}, exponential, 2e-14);
    /* gengamma with q = 1: weibull of shape 1/sigma; with sigma = q: gamma of shape 1/q^2 */
    same_quantiles((hec_distribution){HEC_FAMILY_GENGAMMA, log(4), 0.5, 1, 0},
                   (hec_distribution){HEC_FAMILY_WEIBULL, 2, 4, 0, 0}, 2e-14);
    same_quantiles((hec_distribution){HEC_FAMILY_GENGAMMA, log(8), 0.5, 0.5, 0},
                   (hec_distribution){HEC_FAMILY_GAMMA, 4, 0.5, 0, 0}, 2e-14);
    same_quantiles((hec_distribution){HEC_FAMILY_GENGAMMA, 0.3, 0.7, 1e-200, 0},
                   (hec_distribution){HEC_FAMILY_LOGNORMAL, 0.3, 0.7, 0, 0}, 1e-14);
    /* to first order in q, w = z - q (z^2 + 2)/6 ... : at 1e-7 lognormal to 1e-5 */
    same_quantiles((hec_distribution){HEC_FAMILY_GENGAMMA, 0.3, 0.7, 1e-7, 0},
                   (hec_distribution){HEC_FAMILY_LOGNORMAL, 0.3, 0.7, 0, 0}, 1e-6);
    same_quantiles((hec_distribution){HEC_FAMILY_BETA, 1, 1, 0, 0},
                   (hec_distribution){HEC_FAMILY_UNIFORM, 0, 1, 0, 0}, 2e-14);
    same_quantiles((hec_distribution){HEC_FAMILY_PERT, 0, 0.5, 1, 4},
                   (hec_distribution){HEC_FAMILY_BETA, 3, 3, 0, 0}, 1e-14);
    same_quantiles((hec_distribution){HEC_FAMILY_TRUNCATED_NORMAL, 30, 2, -INFINITY, INFINITY},
                   (hec_distribution){HEC_FAMILY_NORMAL, 30, 2, 0, 0}, 1e-14);
}

static void test_cured_never_fail(void **state)
{
    hec_distribution d = {HEC_FAMILY_GOMPERTZ, -0.15, 0.2, 0, 0};
    (void)state;
    double cured = exp(-0.2 / 0.15);
    agree("cured", hec_distribution_survival(&d, 1e6), cured, 1e-14);
    assert_true(isinf(hec_distribution_quantile(&d, 1 - 0.999 * cured)));
    assert_true(isfinite(hec_distribution_quantile(&d, 1 - 1.001 * cured)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_r),
        cmocka_unit_test(test_against_flexsurv),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_moments_by_closed_forms),
        cmocka_unit_test(test_moments_of_survival_families),
        cmocka_unit_test(test_moments_that_do_not_exist),
        cmocka_unit_test(test_special_cases),
        cmocka_unit_test(test_cured_never_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
