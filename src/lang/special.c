/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Special functions: gamma and generalised gamma survival through the incomplete gamma function.
 *
 * With D = x^a e^-x / Gamma(a + 1) and m = x/a - 1:
 *   P = D * sum of x^n / ((a+1) ... (a+n))              below the middle  (NIST DLMF 8.7.1)
 *   Q = D * a * continued fraction                      above it          (DLMF 8.9.2)
 *   both by Temme's uniform expansion for a large       (DLMF 8.12.3-8.12.10)
 * Everything is kept as logarithms, of which the smaller tail's is the accurate one. */
#include "lang/special.h"

#include <math.h>
#include <stdbool.h>

#include "hk.h"

static const double LOG_SQRT_2PI = 0.91893853320467274178;
static const double TEMME_FROM = 1e4; /* from this shape on, near the middle */
enum { TERMS = 5000 };

static double log_of(double x)
{
    return hk_scalar(HK_LOG, x, 0, 0);
}

static double exp_of(double x)
{
    return hk_scalar(HK_EXP, x, 0, 0);
}

static double log1p_of(double x)
{
    return hk_scalar(HK_LOG1P, x, 0, 0);
}

static double cdf_of(double x)
{
    return hk_scalar(HK_NORMAL_CDF, x, 0, 0);
}

/* log(1 - e^x) for x <= 0 */
static double log_complement(double x)
{
    return x > -0.6931471805599453 ? log_of(-hk_scalar(HK_EXPM1, x, 0, 0)) : log1p_of(-exp_of(x));
}

/* m - log(1 + m): for small m with s = m/(2+m) it is m s - 2(s^3/3 + s^5/5 + ...). */
static double excess(double m)
{
    if (m < -0.4 || m > 0.7) {
        return m - log1p_of(m);
    }
    double s = m / (2 + m), square = s * s, power = s * square, sum = 0;
    for (int k = 3; k < 37; k += 2) {
        sum += power / k;
        power *= square;
    }
    return m * s - 2 * sum;
}

/* Stirling's series: log Gamma(z) = (z - 1/2) log z - z + log sqrt(2 pi) + this, z >= 10. */
static double stirling(double z)
{
    static const double c[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                               1.0 / 1188, -691.0 / 360360, 1.0 / 156};
    double square = 1 / (z * z), sum = 0;
    for (int k = 6; k >= 0; k--) {
        sum = sum * square + c[k];
    }
    return sum / z;
}

static double log_gamma(double z)
{
    double shift = 1;
    while (z < 10) {
        shift *= z;
        z += 1;
    }
    return (z - 0.5) * log_of(z) - z + LOG_SQRT_2PI + stirling(z) - log_of(shift);
}

/* log D; m = x/a - 1 is given for itself, as it may be known to more digits than x */
static double log_front(double a, double x, double m)
{
    if (a < 10) {
        return a * log_of(x) - x - log_gamma(a + 1);
    }
    return -a * excess(m) - 0.5 * log_of(a) - LOG_SQRT_2PI - stirling(a);
}

static double at_most_zero(double x)
{
    return x > 0 ? 0 : x;
}

static double lower_series(double a, double x)
{
    double term = 1, sum = 1;
    for (int n = 1; n < TERMS && term > sum * 1e-17; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return sum;
}

/* 1/(x+1-a- 1(1-a)/(x+3-a- ...)) by Lentz's method */
static double upper_fraction(double a, double x)
{
    const double tiny = 1e-300;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
    for (int n = 1; n < TERMS; n++) {
        double step = -n * (n - a);
        b += 2;
        d = step * d + b;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = b + step / c;
        c = fabs(c) < tiny ? tiny : c;
        double change = d * c;
        h *= change;
        if (fabs(change - 1) < 1e-16) {
            break;
        }
    }
    return h;
}

/* Large a near x: Q = Phi(-z) + R, P = Phi(z) - R with z = eta sqrt(a), eta^2/2 = m - log(1+m).
 * The coefficients are the Taylor series in eta of the first three functions c_k. */
static void temme_logs(double a, double m, double *log_p, double *log_q)
{
    static const double c0[] = {-1.0 / 3,           1.0 / 12,
                                -2.0 / 135,         1.0 / 864,
                                1.0 / 2835,         -139.0 / 777600,
                                1.0 / 25515,        -571.0 / 261273600,
                                -281.0 / 151559100, 8.29671134095308601e-7};
    static const double c1[] = {-1.0 / 540,
                                -1.0 / 288,
                                1.0 / 378,
                                -77.0 / 77760,
                                0.000205761316872428,
                                -4.01877572016460905e-7,
                                -1.80985503344899778e-5};
    static const double c2[] = {25.0 / 6048, -139.0 / 51840, 1.0 / 1296};
    double half = excess(m), eta = sqrt(2 * half);
    eta = m < 0 ? -eta : eta;
    double s0 = 0, s1 = 0, s2 = 0;
    for (int k = 9; k >= 0; k--) {
        s0 = s0 * eta + c0[k];
    }
    for (int k = 6; k >= 0; k--) {
        s1 = s1 * eta + c1[k];
    }
    for (int k = 2; k >= 0; k--) {
        s2 = s2 * eta + c2[k];
    }
    double rest = exp_of(-a * half - 0.5 * log_of(a) - LOG_SQRT_2PI) * (s0 + (s1 + s2 / a) / a);
    double z = eta * sqrt(a);
    if (z < 0) {
        *log_p = log_of(cdf_of(z) - rest);
        *log_q = log_complement(*log_p);
    } else {
        *log_q = log_of(cdf_of(-z) + rest);
        *log_p = log_complement(*log_q);
    }
}

static void gamma_logs(double a, double x, double m, double *log_p, double *log_q)
{
    if (!(a > 0) || !(x >= 0) || isinf(a)) {
        *log_p = *log_q = NAN;
        return;
    }
    if (x == 0 || isinf(x)) {
        *log_p = x == 0 ? -INFINITY : 0;
        *log_q = x == 0 ? 0 : -INFINITY;
        return;
    }
    if (a >= TEMME_FROM && fabs(m) < 0.3) {
        temme_logs(a, m, log_p, log_q);
    } else if (x < a + 1) {
        *log_p = at_most_zero(log_front(a, x, m) + log_of(lower_series(a, x)));
        *log_q = log_complement(*log_p);
    } else {
        *log_q = at_most_zero(log_front(a, x, m) + log_of(a * upper_fraction(a, x)));
        *log_p = log_complement(*log_q);
    }
}

void hec_gamma_logs(double a, double x, double *log_p, double *log_q)
{
    gamma_logs(a, x, (x - a) / a, log_p, log_q);
}

/* The x with P(a, x) = p, or with Q(a, x) = p for `upper`. Newton's method on log x for the smaller
 * tail's logarithm: both tails are log-concave in log x, so that after its first step it approaches
 * from one side. */
static double gamma_inverse(double a, double p, bool upper)
{
    if (!(a > 0) || isinf(a) || !(p >= 0 && p <= 1)) {
        return NAN;
    }
    if (p == 0 || p == 1) {
        return (p == 0) == upper ? INFINITY : 0;
    }
    double log_lower = upper ? log1p_of(-p) : log_of(p);
    bool other = p > 0.5;
    double target = other ? log1p_of(-p) : log_of(p);
    upper = upper != other;
    double z = hk_scalar(HK_NORMAL_QUANTILE, p, 0, 0);
    z = upper == other ? z : -z;
    double root = 1 - 1 / (9 * a) + z / (3 * sqrt(a)); /* Wilson and Hilferty */
    double y = root > 0.2 ? log_of(a) + 3 * log_of(root) : (log_lower + log_gamma(a + 1)) / a;
    for (int i = 0; i < 100; i++) {
        double x = exp_of(y), tails[2];
        hec_gamma_logs(a, x, &tails[0], &tails[1]);
        double slope = exp_of(log_front(a, x, (x - a) / a) + log_of(a) - tails[upper]);
        double step = (tails[upper] - target) / (upper ? -slope : slope);
        if (!(fabs(step) < 1e300)) {
            step = upper ? 1 : -1; /* so far out that the tail vanished */
        }
        y -= step;
        if (fabs(step) <= 1e-15 * fmax(1, fabs(y))) {
            break;
        }
    }
    return exp_of(y);
}

/* ---- gamma(shape, rate): t, shape, rate ---------------------------------------------------- */

static double gamma_cumhazard(const double *v)
{
    double log_p, log_q;
    hec_gamma_logs(v[1], v[2] * v[0], &log_p, &log_q);
    return -log_q;
}

static double gamma_survival(const double *v)
{
    return exp_of(-gamma_cumhazard(v));
}

/* log of the density times t */
static double gamma_log_density(const double *v)
{
    double x = v[2] * v[0];
    return log_front(v[1], x, (x - v[1]) / v[1]) + log_of(v[1]);
}

/* At t = 0 the density is 0, the rate or infinite as the shape is above, at or below 1. */
static double gamma_density(const double *v)
{
    if (v[0] == 0 && v[1] > 0 && v[2] > 0) {
        return v[1] > 1 ? 0 : v[1] == 1 ? v[2] : INFINITY;
    }
    return v[0] > 0 && v[1] > 0 && v[2] > 0 ? exp_of(gamma_log_density(v)) / v[0] : NAN;
}

static double gamma_hazard(const double *v)
{
    if (v[0] == 0) {
        return gamma_density(v);
    }
    return v[0] > 0 && v[1] > 0 && v[2] > 0
               ? exp_of(gamma_log_density(v) + gamma_cumhazard(v)) / v[0]
               : NAN;
}

static double gamma_quantile(const double *v)
{
    return v[2] > 0 ? gamma_inverse(v[1], v[0], false) / v[2] : NAN;
}

/* ---- gengamma(mu, sigma, Q): t, mu, sigma, Q ----------------------------------------------- */

/* With w = (log t - mu)/sigma, a = 1/Q^2 and u = a e^(Qw): S = Q(a, u) for Q > 0, P(a, u) for
 * Q < 0, Phi(-w) for Q = 0. */
static double gengamma_cumhazard(const double *v)
{
    double sigma = v[2], q = v[3], log_p, log_q;
    if (!(v[0] >= 0) || !(sigma > 0) || isnan(v[1]) || isnan(q)) {
        return NAN;
    }
    double w = (log_of(v[0]) - v[1]) / sigma;
    if (q == 0) {
        return w < 0 ? -log1p_of(-cdf_of(w)) : -log_of(cdf_of(-w));
    }
    double a = 1 / (q * q);
    gamma_logs(a, a * exp_of(q * w), hk_scalar(HK_EXPM1, q * w, 0, 0), &log_p, &log_q);
    return q > 0 ? -log_q : -log_p;
}

static double gengamma_survival(const double *v)
{
    return exp_of(-gengamma_cumhazard(v));
}

/* log of the density times t, t > 0: |Q|/sigma * u^a e^-u / Gamma(a) */
static double gengamma_log_density(const double *v)
{
    double sigma = v[2], q = v[3];
    double w = (log_of(v[0]) - v[1]) / sigma;
    if (q == 0) {
        return -0.5 * w * w - LOG_SQRT_2PI - log_of(sigma);
    }
    double a = 1 / (q * q), u = a * exp_of(q * w);
    return isinf(u) ? -INFINITY
                    : log_front(a, u, hk_scalar(HK_EXPM1, q * w, 0, 0)) + log_of(a) +
                          log_of(fabs(q) / sigma);
}

static double gengamma_density(const double *v)
{
    if (!(v[0] >= 0) || !(v[2] > 0)) {
        return NAN;
    }
    if (v[0] > 0) {
        return exp_of(gengamma_log_density(v)) / v[0];
    }
    /* near zero it goes like t^(1/(sigma Q) - 1) for Q > 0, and vanishes for Q <= 0 */
    double power = v[3] > 0 ? 1 / (v[2] * v[3]) : INFINITY;
    const double early[] = {1e-300, v[1], v[2], v[3]};
    return power > 1 ? 0 : power < 1 ? INFINITY : exp_of(gengamma_log_density(early)) / early[0];
}

static double gengamma_hazard(const double *v)
{
    if (!(v[0] > 0)) {
        return gengamma_density(v);
    }
    return v[2] > 0 ? exp_of(gengamma_log_density(v) + gengamma_cumhazard(v)) / v[0] : NAN;
}

static double gengamma_quantile(const double *v)
{
    double p = v[0], mu = v[1], sigma = v[2], q = v[3];
    if (!(sigma > 0) || isnan(mu)) {
        return NAN;
    }
    if (q == 0) {
        return exp_of(mu + sigma * hk_scalar(HK_NORMAL_QUANTILE, p, 0, 0));
    }
    double a = 1 / (q * q);
    double u = gamma_inverse(a, p, q < 0);
    return exp_of(mu + sigma * log_of(u / a) / q);
}

/* ---- the table ----------------------------------------------------------------------------- */

static const struct {
    int arity;
    double (*value)(const double *args);
} specials[] = {
#define SPECIAL_ROW(name, arity, function, words) {arity, function},
    HEC_SPECIAL_TABLE(SPECIAL_ROW)
#undef SPECIAL_ROW
};

int hec_special_arity(int index)
{
    return specials[index].arity;
}

double hec_special_value(int index, const double *args)
{
    return specials[index].value(args);
}
