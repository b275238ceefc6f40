/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tails and quantiles of the beta distribution, against mpmath, GSL and closed forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include <gsl/gsl_sf_gamma.h>

#include "base/special_functions.h"

/* Both logarithms to `tolerance`, times the other where that is greater. */
static void near_logs(double a, double b, hec_tail tail, double log_p, double log_q,
                      double tolerance)
{
    double ours[] = {hec_tail_log(tail, false), hec_tail_log(tail, true)};
    double wanted[] = {log_p, log_q};
    for (int k = 0; k < 2; k++) {
        double slack = tolerance * fmax(1, fabs(wanted[1 - k])) * fabs(wanted[k]);
        if (!(fabs(ours[k] - wanted[k]) <= slack)) {
            fail_msg("log %s of beta(%g, %g): %.17g instead of %.17g", k ? "Q" : "P", a, b, ours[k],
                     wanted[k]);
        }
    }
}

/* By integration with 60 to 120 digits (mpmath 1.3). */
static void test_known_answers(void **state)
{
    static const double rows[][6] = {
        /* a, b, x : rest, log P, log Q */
        {0x1p-10, 0x1p-9, 0.25, 0.75, -0.40653572397562164031, -1.0964744894645316283},
        {0x1p-10, 3.0, 0.001, 1.0, -0.0052845315716907194997, -5.2456123993290229709},
        {0.125, 40.0, 0.125, 0.875, -0.00013717295124313939641, -8.8943365961740081522},
        {0.5, 0.5, 0.0625, 0.9375, -1.8272131084977416374, -0.17537920658235209229},
        {0.5, 83.5, 1.0, 60.0, -0.10216960371799889844, -2.3317709618971851417},
        {1.5, 2.5, 0.375, 0.625, -0.62521714834138557917, -0.76603020174778387515},
        {3.0, 200.0, 1.0, 40.0, -0.13672790992491988131, -2.0573475248122315273},
        {25.0, 0.25, 31.0, 1.0, -2.3531681862838905079, -0.099894916039276234827},
        {130.0, 45.0, 0.75, 0.25, -0.55336258044810069728, -0.85569676545980464167},
        {2660.0, 1.0, 1700.0, 1.0, -1.5642458551344746975, -0.23476804886591220986},
        {1e4, 1e5, 1.0, 9.75, -0.0076802324439396920228, -4.8729431246169974119},
        {1e4, 1e5, 1.0, 10.5, -13.155474462992345239, -1.9348640437856410145e-6},
        {2e5, 1e5, 2.0, 1.0, -0.69349059454087562768, -0.6928038844716924541},
        {2e5, 1e5, 1.0, 0.515625, -34.682074025523323192, -8.6649613473741236672e-16},
        {0x1p40, 0x1p30, 1024.0, 1.000030517578125, -1.8402775603427407525,
         -0.17289415568006905024},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const double *r = rows[i];
        /* an ulp of x : rest moves the tail of large shapes */
        double tolerance = 1e-14 + 3e-16 * sqrt(fmin(r[0], r[1]));
        near_logs(r[0], r[1], hec_beta_tail(r[0], r[1], r[2], r[3]), r[4], r[5], tolerance);
        near_logs(r[1], r[0], hec_beta_tail(r[1], r[0], r[3], r[2]), r[5], r[4], tolerance);
        near_logs(r[0], r[1], hec_beta_tail(r[0], r[1], 0x1p-9 * r[2], 0x1p-9 * r[3]), r[4], r[5],
                  tolerance);
    }
}

static long double log_of_complement(long double log_p)
{
    return log_p > -0.7L ? logl(-expm1l(log_p)) : log1pl(-expl(log_p));
}

/* Far out, and where the odds are known to more digits than the difference from the mean. */
static void test_extremes(void **state)
{
    (void)state;
    assert_true(fabs(hec_tail_log(hec_beta_tail(1e20, 1, 1e-305, 1), false) / log(1e-305) / 1e20 -
                     1) < 1e-14);
    assert_true(fabs(hec_tail_log(hec_beta_tail(1, 1e20, 1, 1e-305), true) / log(1e-305) / 1e20 -
                     1) < 1e-14);
    near_logs(0x1p40, 0x1p40, hec_beta_tail(0x1p40, 0x1p40, 1 + 0x1p-20, 1), -0.2741081705798971583,
              -1.4281578734461544428, 1e-14);
}

/* beta(a, 1): P = x^a; beta(1, b): Q = (1 - x)^b */
static void test_powers(void **state)
{
    (void)state;
    for (double a = 1e-3; a < 1e5; a *= 2.1) {
        for (double x = 0x1p-20; x < 1; x = x < 0.4 ? 4 * x : x + 0.125) {
            long double log_p = a * logl(x), log_q = log_of_complement(log_p);
            /* and the logarithm of the two roundings of x */
            double slack = 8e-15 + 3e-16 * a;
            if (log_p > -600) {
                near_logs(a, 1, hec_beta_tail(a, 1, x, 1 - x), (double)log_p, (double)log_q, slack);
                near_logs(1, a, hec_beta_tail(1, a, 1 - x, x), (double)log_q, (double)log_p, slack);
            }
        }
    }
}

/* P(X > x) of beta(k, n - k + 1) is that of fewer than k successes in n. */
static void test_binomial_sums(void **state)
{
    (void)state;
    for (int n = 1; n < 60; n += 7) {
        for (int k = 1; k <= n; k += 4) {
            for (double x = 0.0625; x < 1; x += 0.0625) {
                long double term = powl(1 - (long double)x, n), below = 0, above = 0;
                for (int i = 0; i <= n; i++) {
                    *(i < k ? &below : &above) += term;
                    term *= (long double)(n - i) / (i + 1) * x / (1 - (long double)x);
                }
                long double log_p = logl(above), log_q = logl(below);
                if (below < above) {
                    log_p = log_of_complement(log_q);
                } else {
                    log_q = log_of_complement(log_p);
                }
                near_logs(k, n - k + 1, hec_beta_tail(k, n - k + 1, x, 1 - x), (double)log_p,
                          (double)log_q, 1e-14);
            }
        }
    }
}

static void test_against_gsl(void **state)
{
    (void)state;
    for (double a = 0.05; a < 150; a *= 2.37) {
        for (double b = 0.05; b < 150; b *= 2.37) {
            for (double x = 0.03125; x < 1; x += 0.03125) {
                double p = gsl_sf_beta_inc(a, b, x);
                double ours = exp(hec_tail_log(hec_beta_tail(a, b, x, 1 - x), false));
                assert_true(p < 1e-290 || fabs(ours / p - 1) < 2e-11);
            }
        }
    }
}

static double log_tail_at(double a, double b, double y, bool upper)
{
    double e = exp(-fabs(y));
    return hec_tail_log(y < 0 ? hec_beta_tail(a, b, e, 1) : hec_beta_tail(a, b, 1, e), upper);
}

/* The way back; a tail moves by its slope times the roundings of the log-odds. */
static void test_quantiles(void **state)
{
    (void)state;
    for (double a = 0.01; a < 1e6; a *= 4.3) {
        for (double b = 0.01; b < 1e6; b *= 4.3) {
            for (double z = -8; z < 8.1; z += 1) {
                double y = hec_beta_log_odds(a, b, hec_level_of_score(z));
                if (fabs(y) > 600) {
                    continue;
                }
                double step = 1e-5 * sqrt(1 / a + 1 / b);
                double slope =
                    fabs(log_tail_at(a, b, y + step, z > 0) - log_tail_at(a, b, y - step, z > 0)) /
                    (2 * step);
                double tail = 0.5 * erfc(fabs(z) / sqrt(2));
                assert_true(fabs(exp(log_tail_at(a, b, y, z > 0)) / tail - 1) <=
                            4e-14 + 1e-15 * slope * (1 + fabs(y)));
            }
        }
    }
}

static void test_domain(void **state)
{
    static const double bad[][4] = {{-1, 1, 1, 1},    {1, 0, 1, 1}, {NAN, 1, 1, 1},
                                    {1, 1, NAN, NAN}, {1, 1, 0, 0}, {1, INFINITY, 1, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        hec_tail tail = hec_beta_tail(bad[i][0], bad[i][1], bad[i][2], bad[i][3]);
        assert_true(isnan(hec_tail_log(tail, false)) && isnan(hec_tail_log(tail, true)));
    }
    assert_true(isnan(hec_beta_log_odds(0, 1, hec_level_of_score(1))));
    hec_level low = hec_level_of_tail(hec_beta_tail(2, 3, -0.5, 1.5));
    hec_level high = hec_level_of_tail(hec_beta_tail(2, 3, 1, 0));
    assert_true(low.lower == 0 && low.upper == 1 && high.lower == 1 && high.upper == 0);
    assert_true(hec_beta_log_odds(2, 3, hec_level_of_probability(0)) == -INFINITY);
    assert_true(hec_beta_log_odds(2, 3, hec_level_of_probability(1)) == INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers), cmocka_unit_test(test_powers),
        cmocka_unit_test(test_binomial_sums), cmocka_unit_test(test_against_gsl),
        cmocka_unit_test(test_quantiles),     cmocka_unit_test(test_domain),
        cmocka_unit_test(test_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
