/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gamma function through Binet's function mu(a), the error of Stirling's formula:
 *   ln Gamma(a) = (a - 1/2) ln a - a + ln sqrt(2 pi) + mu(a)   (NIST DLMF 5.11.1). */
#include <math.h>
#include <stddef.h>

#include "base/special_inner.h"
#include "base/scalar.h"

static const double BINET_AT_1 = 0.08106146679532725822; /* 1 - ln sqrt(2 pi) */

double hec_exp_rest(double t)
{
    if (!(fabs(t) < 0.5)) {
        return hec_expm1(t) - t;
    }
    static const double inverse[] = {1.0 / 3,  1.0 / 4,  1.0 / 5,  1.0 / 6,  1.0 / 7,
                                     1.0 / 8,  1.0 / 9,  1.0 / 10, 1.0 / 11, 1.0 / 12,
                                     1.0 / 13, 1.0 / 14, 1.0 / 15, 1.0 / 16};
    double sum = 1;
    for (size_t k = sizeof inverse / sizeof inverse[0]; k-- > 0;) {
        sum = 1 + sum * (t * inverse[k]);
    }
    return 0.5 * t * t * sum;
}

double hec_log_rest(double u)
{
    if (!(fabs(u) < 0.5)) {
        return u - hec_log1p(u);
    }
    /* with s = u/(2 + u), ln(1 + u) = 2 artanh s */
    static const double odd[] = {1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,  1.0 / 11, 1.0 / 13,
                                 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21, 1.0 / 23, 1.0 / 25,
                                 1.0 / 27, 1.0 / 29, 1.0 / 31, 1.0 / 33};
    double s = u / (2 + u), square = s * s, sum = 0;
    for (size_t k = sizeof odd / sizeof odd[0]; k-- > 0;) {
        sum = sum * square + odd[k];
    }
    return s * (u - 2 * square * sum);
}

/* mu(a + d) - mu(a) for a and a + d from 1 on, all its digits for a small d.
 *
 * With v = (a - 1)/(a + 1/2), mu(a) - mu(1) is v times a polynomial: the Chebyshev series of that
 * quotient on [0, 1], cut where 6e-18 are left, written in powers. What is summed is the divided
 * difference of the polynomial between the two places. */
static double binet_step(double a, double d)
{
    static const double c[] = {
        -0.11582349735229928,    0.047227327851954215,    -0.01703586299818961,
        0.006514772755886701,    -0.0027644501641648166,  0.0011672210521044611,
        -0.0005044075745504842,  0.00022629282866566536,  -9.950121691539473e-05,
        4.3050782072418426e-05,  -1.3672302947272181e-05, -5.301606594209004e-06,
        1.8339706826750665e-05,  -2.413030418865217e-05,  2.0992388984628597e-05,
        -1.2526997540405196e-05, 4.860112340221967e-06,   -1.0703723035491977e-06,
        9.661553136065202e-08};
    double from = (a - 1) / (a + 0.5), to = (a - 1 + d) / (a + 0.5 + d);
    double value = 0, difference = 0;
    for (size_t k = sizeof c / sizeof c[0]; k-- > 0;) {
        value = value * from + c[k];
        difference = difference * to + value;
    }
    return 1.5 * d / (a + 0.5) / (a + 0.5 + d) * difference;
}

double hec_binet(double a)
{
    if (a < 1) { /* one step further: (a + 1/2) ln(1 + 1/a) - 1 less */
        return binet_step(1, a) + BINET_AT_1 + ((a + 0.5) * hec_log1p(1 / a) - 1);
    }
    return BINET_AT_1 + binet_step(1, a - 1);
}

double hec_log_gamma_ratio(double a, double u)
{
    double d = a * u, moved = 0;
    if (a < 1 || a + d < 1) { /* the same from a + 1 on */
        moved = d * hec_log1p(1 / a) - hec_log1p(u);
        a += 1;
        u = d / a;
    }
    return moved + (d - 0.5) * hec_log1p(u) - a * hec_log_rest(u) + binet_step(a, d);
}

double hec_log_gamma_1p(double a)
{
    return hec_log_gamma_ratio(1, a);
}

double hec_log_gamma(double a)
{
    return hec_log_gamma_1p(a) - hec_log(a);
}
