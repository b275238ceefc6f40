/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tails and quantiles of the gamma and log-gamma distributions, against mpmath, GSL, long double.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include <gsl/gsl_sf_gamma.h>

#include "base/special_functions.h"

static void gamma_logs(double a, double x, double *log_p, double *log_q)
{
    hec_tail tail = hec_gamma_tail(hec_gamma_at(a, x));
    *log_p = hec_tail_log(tail, false);
    *log_q = hec_tail_log(tail, true);
}

/* row: two arguments, log P, log Q */
static void near_logs(hec_tail tail, const double *row, double tolerance)
{
    for (int k = 0; k < 2; k++) {
        double ours = hec_tail_log(tail, k == 1), wanted = row[2 + k], other = fabs(row[3 - k]);
        if (!(fabs(ours - wanted) <= tolerance * fmax(1, other) * fabs(wanted))) {
            fail_msg("log %s at (%g, %g): %.17g instead of %.17g", k ? "Q" : "P", row[0], row[1],
                     ours, wanted);
        }
    }
}

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
        gamma_logs(rows[i][0], rows[i][1], &logs[0], &logs[1]);
        for (int k = 0; k < 2; k++) {
            /* for shapes near 0, Q = 1 - P loses the digits that P has in front */
            double slack = 4e-15 + 1e-15 / rows[i][0];
            double other = fmax(1, fabs(rows[i][3 - k]));
            assert_true(fabs(logs[k] - rows[i][2 + k]) <=
                        slack * other * fabs(rows[i][2 + k]) + 1e-150);
        }
    }
}

/* The same by 90 digits (mpmath 1.3): small shapes to their last digits, both sides of where the
 * method changes, and places by their offset, which alone is exact enough for large shapes. What
 * special_functions.h promises. */
static void test_gamma_to_the_last_digits(void **state)
{
    static const double values[][4] = {
        /* a, x, log P, log Q */
        {0x1p-20, 0.5, -5.3384210966118841158e-7, -14.443165983419450749},
        {0x1p-20, 1 + 0x1p-21, -2.0922088241845038023e-7, -15.379875393991921556},
        {0.125, 1.1240234375, -0.025733671478443639146, -3.6727942136663227852},
        {0.9375, 1.875, -0.14902413763375327679, -1.9772338872228743664},
        {0x1p-20, 2.0, -4.6635231681736625793e-8, -16.88090956011776934},
        {0x1p-10, 0.001, -0.0061839269509043074034, -5.0888921504660511851},
        {0.75, 1.125, -0.25522562808057685197, -1.4905074231868673094},
        {1.0, 1.5, -0.25248245892545399604, -1.5},
        {1.125, 1.25, -0.40622082832727792513, -1.0971025594140355234},
        {2.75, 3.625, -0.28619961874602778528, -1.3907549540392994823},
        {5.5, 5.75, -0.5147896591158689558, -0.91037398698294115147},
        {300.0, 310.0, -0.32505342427674201522, -1.2818938211099772039},
        {9999.0, 10010.0, -0.60678050590174298237, -0.78768426581224858541},
        {10001.0, 9990.0, -0.78195009618523750776, -0.61159105847050999773},
    };
    static const double offsets[][4] = {
        /* a, t, log P, log Q */
        {0x1p-10, -3000.0, -2.9358936122551645113, -0.054544111785787759724},
        {0.5, -40.0, -20.225791352644727433, -1.644562654138916836e-9},
        {4.0, -2.5, -7.8940837499415257878, -0.00037301301385699831334},
        {4.0, 1.25, -0.00048928310747865424379, -7.6228139156971314376},
        {0x1p20, 0x1p-9, -0.022959001687204461058, -3.7855027267820049165},
        {0x1p20, -0x1p-8, -10.347732577812671964, -0.000032065927348331702409},
        {0x1p40, 0x1p-20, -0.17275364188513914738, -1.8410223722505255178},
        {0x1p40, -0x1p-18, -10.360089396978583039, -0.000031672126282951705472},
        {0x1p100, 0x1p-49, -0.023012909328963439395, -3.7831843336820340567},
    };
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        hec_tail tail = hec_gamma_tail(hec_gamma_at(values[i][0], values[i][1]));
        near_logs(tail, values[i], 8e-15);
    }
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        hec_tail tail = hec_gamma_tail(hec_gamma_at_offset(offsets[i][0], offsets[i][1]));
        near_logs(tail, offsets[i], 8e-15);
    }
}

/* GSL, whose own Q is good to about 4e-11 for shapes below 0.2. */
static void test_gamma_against_gsl(void **state)
{
    (void)state;
    for (double a = 0.05; a < 150; a *= 1.37) {
        for (double share = 0.01; share < 6; share *= 1.31) {
            double x = a * share, log_p, log_q;
            gamma_logs(a, x, &log_p, &log_q);
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
            gamma_logs(a, x, &log_p, &log_q);
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
        gamma_logs(a, x * (1 - 1e-15), &below[0], &below[1]);
        gamma_logs(a, x * (1 + 1e-15), &above[0], &above[1]);
        double slack = 2e-14 + 1e-15 * sqrt(a) * 4;
        assert_true(fabs(below[0] - above[0]) < slack && fabs(below[1] - above[1]) < slack);
    }
    for (double share = 0.71; share < 1.3; share += 0.0123) {
        double below[2], above[2], x = 1e4 * share;
        gamma_logs(1e4 * (1 - 1e-15), x, &below[0], &below[1]);
        gamma_logs(1e4, x, &above[0], &above[1]);
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
            double t = hec_gamma_offset(a, hec_level_of_probability(shares[i])), log_p, log_q;
            gamma_logs(a, a * exp(t), &log_p, &log_q);
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
        gamma_logs(bad[i][0], bad[i][1], &log_p, &log_q);
        assert_true(isnan(log_p) && isnan(log_q));
    }
    gamma_logs(2, 0, &log_p, &log_q);
    assert_true(log_p == -INFINITY && log_q == 0);
    gamma_logs(2, INFINITY, &log_p, &log_q);
    assert_true(log_p == 0 && log_q == -INFINITY);
    gamma_logs(1e-300, 1e10, &log_p, &log_q); /* Q is about a x^-1 e^-x */
    assert_true(fabs(log_q + 1e10) < 1e3 && log_p == 0);
    /* GSL stops the program here */
    gamma_logs(1e6, 1000200, &log_p, &log_q);
    assert_true(fabs(exp(log_p) + exp(log_q) - 1) < 4e-15);
}

/* ---- log-gamma ------------------------------------------------------------------------------ */

static double prentice_log(double q, double w, bool upper)
{
    return hec_tail_log(hec_prentice_tail(q, w), upper);
}

/* q = 1: W is the logarithm of an exponential variable; -q mirrors; q -> 0 is the normal, where
 * ln f(w) = ln phi(w) - q w^3 / 6 + O(q^2) makes the upper tail q (w^2 + 2) phi(w) / 6 less. */
static void test_log_gamma_relations(void **state)
{
    (void)state;
    for (double w = -6; w < 6; w += 0.37) {
        double hazard = exp(w);
        assert_true(fabs(prentice_log(1, w, true) + hazard) <= 2e-15 * (1 + fabs(w)) * hazard);
        assert_true(fabs(hec_prentice_log_density(1, w) - (w - hazard)) <= 2e-15 * (8 + hazard));
        for (double q = 1e-8; q < 5; q *= 3.1) {
            assert_true(prentice_log(q, w, true) == prentice_log(-q, -w, false));
            assert_true(hec_prentice_log_density(q, w) == hec_prentice_log_density(-q, -w));
        }
        double normal = 0.5 * erfc(fabs(w) / sqrt(2));
        double share = (w * w + 2) / 6 * exp(-0.5 * w * w) / sqrt(2 * acos(-1)) / normal;
        for (double q = 0; q < 1e-4; q = q < 1e-200 ? 1e-200 : q * (q < 1e-11 ? 97 : 1.9)) {
            double tail = exp(prentice_log(q, w, w > 0)) / normal;
            double wanted = w > 0 ? 1 - q * share : 1 + q * share;
            assert_true(fabs(tail - wanted) <= 3e-14 + 2 * q * q * (1 + pow(w, 6)));
        }
    }
}

/* ln E e^(kW) by the trapezoid rule over the density, which for smooth densities converges faster
 * than any power of the step. */
static void test_log_gamma_moments(void **state)
{
    static const double cases[][2] = {{1, 2},   {0.4, 1.4}, {-0.6, 0.7}, {2.5, -0.1},
                                      {0, 1.5}, {0.01, 2},  {1e-70, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double q = cases[i][0], k = cases[i][1], step = 0.01, sum = 0;
        for (double w = -120; w < 120; w += step) {
            sum += exp(k * w + hec_prentice_log_density(q, w)) * step;
        }
        assert_true(fabs(exp(hec_prentice_log_moment(q, k)) / sum - 1) < 1e-12);
    }
    assert_true(isnan(hec_prentice_log_moment(-0.5, 2)));
}

static void test_log_gamma_quantiles(void **state)
{
    (void)state;
    for (double q = -3; q < 3.1; q += 0.5) {
        for (double z = -8; z < 8.1; z += 0.5) {
            double w = hec_prentice_quantile(q, hec_level_of_score(z));
            double tail = 0.5 * erfc(fabs(z) / sqrt(2));
            /* the tail's elasticity in w is that of its logarithm, about |z| */
            double slope = exp(hec_prentice_log_density(q, w)) / tail;
            assert_true(fabs(exp(prentice_log(q, w, z > 0)) / tail - 1) <=
                        2e-14 + 1e-15 * slope * fabs(w));
        }
    }
    hec_level nothing = hec_level_of_probability(0), all = hec_level_of_probability(1);
    for (double q = -1; q < 1.1; q += 0.5) {
        assert_true(hec_prentice_quantile(q, nothing) == -INFINITY);
        assert_true(hec_prentice_quantile(q, all) == INFINITY);
        assert_true(isnan(hec_prentice_quantile(q, hec_level_of_probability(1.5))));
        assert_true(prentice_log(q, -INFINITY, false) == -INFINITY);
        assert_true(prentice_log(q, INFINITY, true) == -INFINITY);
        assert_true(isnan(prentice_log(q, NAN, true)));
        assert_true(hec_prentice_log_density(q, INFINITY) == -INFINITY);
        assert_true(hec_prentice_log_density(q, -INFINITY) == -INFINITY);
    }
    assert_true(isnan(hec_prentice_quantile(NAN, all)) && isnan(prentice_log(NAN, 1, true)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gamma_known_answers), cmocka_unit_test(test_gamma_to_the_last_digits),
        cmocka_unit_test(test_gamma_against_gsl),   cmocka_unit_test(test_gamma_large_shapes),
        cmocka_unit_test(test_gamma_seams),         cmocka_unit_test(test_gamma_quantiles),
        cmocka_unit_test(test_gamma_domain),        cmocka_unit_test(test_log_gamma_relations),
        cmocka_unit_test(test_log_gamma_moments),   cmocka_unit_test(test_log_gamma_quantiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
