/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gamma function and what it is made of, against long double, closed forms and mpmath. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "base/special_inner.h"

static void agree(double ours, long double theirs, double tolerance, double at)
{
    if (!(fabsl(ours - theirs) <= tolerance)) {
        fail_msg("at %.17g: ours %.17g, theirs %.17Lg, difference %.3Lg > %.3g", at, ours, theirs,
                 ours - theirs, tolerance);
    }
}

/* Two roundings of the argument's square, half a dozen of the result. */
static void test_rests(void **state)
{
    (void)state;
    for (double t = 1e-9; t < 30; t *= 1.037) {
        for (int sign = -1; sign <= 1; sign += 2) {
            long double s = sign * (long double)t, exact = expm1l(s) - s;
            if (t < 0.001) { /* where long double cancels */
                exact = s * s / 2 * (1 + s / 3 * (1 + s / 4 * (1 + s / 5 * (1 + s / 6))));
            }
            agree(hec_exp_rest(sign * t), exact, 1e-15 * (double)exact, sign * t);
            if (s <= -1) {
                continue;
            }
            exact = s - log1pl(s);
            if (t < 0.001) {
                exact = s * s *
                        (0.5L - s * (1.0L / 3 - s * (0.25L - s * (0.2L - s * (1.0L / 6 - s / 7)))));
            }
            agree(hec_log_rest(sign * t), exact, 1e-15 * (double)exact, sign * t);
        }
    }
}

/* The terms a ln a and a of the definition round to an ulp of the greatest. */
static void test_log_gamma(void **state)
{
    (void)state;
    for (double a = 1e-8; a < 1e8; a *= 1.0173) {
        double size = 1 + fabs(log(a)) * fmax(1, a);
        agree(hec_log_gamma(a), lgammal(a), 7e-16 * size, a);
        agree(hec_log_gamma_1p(a), lgammal(1 + (long double)a), 7e-16 * (a < 1 ? a : size) + 2e-19,
              a);
    }
    long double factorial = 1;
    for (int n = 1; n < 25; n++) {
        factorial *= n;
        agree(hec_log_gamma_1p(n), logl(factorial), 4e-16 * (1 + n * log(n)), n);
    }
}

/* -gamma a + sum of zeta(k) (-a)^k / k, DLMF 5.7.3 */
static void test_near_one(void **state)
{
    (void)state;
    for (double a = 1e-300; a < 1e-3; a *= 1.7) {
        long double exact =
            a * (-0.57721566490153286061L +
                 a * (0.82246703342411321824L -
                      a * (0.40068563438653142847L -
                           a * (0.27058080842778454788L - a * 0.20738555102867398527L))));
        agree(hec_log_gamma_1p(a), exact, 4e-16 * a, a);
    }
}

/* mu(a) = ln Gamma(a) - ((a - 1/2) ln a - a + ln sqrt(2 pi)), and its asymptotic series */
static void test_binet(void **state)
{
    (void)state;
    for (double a = 0.001; a < 30; a *= 1.0173) {
        long double x = a;
        long double exact =
            lgammal(x) - ((x - 0.5L) * logl(x) - x + 0.91893853320467274178032973640562L);
        agree(hec_binet(a), exact, 1e-16 + 4e-16 * fmax(1, (double)exact), a);
    }
    for (double a = 30; a < 1e30; a *= 1.7) {
        double r = 1 / a, s = r * r;
        agree(hec_binet(a), r * (1.0L / 12 - s * (1.0L / 360 - s * (1.0L / 1260 - s / 1680))),
              1e-16, a);
    }
}

/* Worked out with 90 digits (mpmath 1.3). */
static void test_ratio_known_answers(void **state)
{
    static const double rows[][3] = {
        /* a, u, ln Gamma(a (1 + u)) - ln Gamma(a) - a u ln a */
        {0.0009765625, 0.0625, -0.060236687764761243057},
        {0.0009765625, -0.5, 0.69004392848077184926},
        {0.75, -0.5, 0.55191225366993424313},
        {0.75, 0x1p-30, -5.5752145576776240319e-10},
        {1.5, 2.0, 1.3581234841531942969},
        {7.0, -0.9375, 6.8962602871508378433},
        {40.0, 0x1p-20, -4.788054363999017452e-7},
        {1e6, 0.25, 28929.327570969870936},
        {0x1p60, 0x1p-30, 0.49999999937911828388},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        agree(hec_log_gamma_ratio(rows[i][0], rows[i][1]), rows[i][2], 1e-15 * fabs(rows[i][2]),
              rows[i][0]);
    }
}

/* Gamma(a + m) / Gamma(a) = a (a + 1) ... (a + m - 1) */
static void test_ratio_by_products(void **state)
{
    (void)state;
    for (double a = 1e-6; a < 1e6; a *= 2.3) {
        long double sum = 0;
        for (int m = 1; m < 20; m++) {
            double u = m / a;
            sum += log1pl((m - 1) / (long double)a);
            agree(hec_log_gamma_ratio(a, u), sum, 2e-15 * (1 + (double)sum), a);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rests),
        cmocka_unit_test(test_log_gamma),
        cmocka_unit_test(test_near_one),
        cmocka_unit_test(test_binet),
        cmocka_unit_test(test_ratio_known_answers),
        cmocka_unit_test(test_ratio_by_products),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
