/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gamma distribution. The tail beyond a place is its log-density there (that of ln X) and
 *   P: a series of positive terms, DLMF 8.7.1, below the mean; another, for shapes up to 1
 *   Q: a continued fraction, DLMF 8.9.2, above it
 *   both by quadrature for large shapes, where those take many terms. */
#include <float.h>
#include <math.h>
#include <stddef.h>

#include "base/special_inner.h"
#include "base/scalar.h"

enum { TERMS_MAX = 5000 };
#define QUADRATURE_FROM 1e4

/* ---- places --------------------------------------------------------------------------------- */

hec_gamma_place hec_gamma_at(double shape, double x)
{
    if (!(shape > 0 && shape <= DBL_MAX && x >= 0)) {
        return (hec_gamma_place){NAN, NAN, NAN, NAN, NAN};
    }
    double change = x - shape, u = change / shape;
    double cost = fabs(u) < 0.5 ? shape * hec_log_rest(u)
                                : change - shape * hec_log(fmin(x / shape, DBL_MAX));
    return (hec_gamma_place){shape, x, hec_log(x), change, cost};
}

hec_gamma_place hec_gamma_at_offset(double shape, double t)
{
    double x = shape * hec_exp(t), cost = shape * hec_exp_rest(t);
    return (hec_gamma_place){shape, x, hec_log(shape) + t, shape * hec_expm1(t),
                             x > DBL_MAX ? INFINITY : cost};
}

/* ln of the density of sqrt(shape) ln X, which as the shape grows becomes standard normal */
static double log_shape_density(hec_gamma_place at)
{
    return -HEC_LOG_SQRT_2PI - hec_binet(at.shape) - at.cost;
}

double hec_gamma_log_density(hec_gamma_place at)
{
    return 0.5 * hec_log(at.shape) + log_shape_density(at);
}

/* ---- tails ---------------------------------------------------------------------------------- */

/* ln P for x up to 2 and shapes up to 1, to the last digits of the shape as it goes to 0 */
static double small_lower(hec_gamma_place at)
{
    double sum = 0, term = 1;
    for (int n = 1; n < 40 && fabs(term) > HEC_HALF_ULP; n++) {
        term *= -at.x / n;
        sum += term / (at.shape + n);
    }
    return at.shape * at.log_x - hec_log_gamma_1p(at.shape) + hec_log1p(at.shape * sum);
}

static double lower_series(double a, double x) /* 1 + x/(a+1) + x^2/((a+1)(a+2)) + ... */
{
    double sum = 1, term = 1;
    for (int n = 1; n < TERMS_MAX && term > HEC_HALF_ULP * sum; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return sum;
}

/* 1/(x+1-a- 1(1-a)/(x+3-a- ...)) by Lentz's method */
static double upper_fraction(double a, double x)
{
    const double tiny = 1e-300;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, value = d, change = 0;
    for (int n = 1; n < TERMS_MAX && fabs(change - 1) > HEC_HALF_ULP; n++) {
        double step = -n * (n - a);
        b += 2;
        d = step * d + b;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = b + step / c;
        c = fabs(c) < tiny ? tiny : c;
        change = d * c;
        value *= change;
    }
    return value;
}

/* From the place outwards the log-density of ln X falls by this. */
static double fall(const void *self, double s, double *slope)
{
    const hec_gamma_place *at = self;
    double t = at->change < 0 ? -s : s, away = fabs(at->change);
    if (slope) {
        *slope = away + at->x * fabs(hec_expm1(t));
    }
    return away * s + at->x * hec_exp_rest(t);
}

/* The tail over the density of ln X. */
static double tail_share(hec_gamma_place at, bool *upper)
{
    double a = at.shape, x = at.x;
    if (a >= QUADRATURE_FROM) {
        *upper = at.change >= 0;
        return hec_fall_integral(fall, &at, fabs(at.change), x);
    }
    *upper = at.change >= 1; /* nearer to the mean the fraction is long and the series better */
    return *upper ? upper_fraction(a, x) : lower_series(a, x) / a;
}

hec_tail hec_gamma_tail(hec_gamma_place at)
{
    bool upper = true;
    if (!(at.x <= DBL_MAX)) {
        return (hec_tail){isnan(at.x) ? NAN : -INFINITY, upper};
    }
    if (at.shape <= 1 && at.change < 1) {
        return (hec_tail){small_lower(at), false};
    }
    double share = sqrt(at.shape) * tail_share(at, &upper);
    return (hec_tail){log_shape_density(at) + hec_log(share), upper};
}

/* ---- quantiles ------------------------------------------------------------------------------ */

static hec_log_concave density_at(const void *self, double t)
{
    const double *shape = self;
    hec_gamma_place at = hec_gamma_at_offset(*shape, t);
    return (hec_log_concave){hec_gamma_tail(at), hec_gamma_log_density(at), -at.change};
}

static double guess(double a, hec_level level)
{
    /* P <= x^a / Gamma(a + 1), so this lies at or below the quantile */
    double low = (hec_log(level.lower) + hec_log_gamma_1p(a)) / a - hec_log(a);
    double change = level.score / (3 * sqrt(a)) - 1 / (9 * a); /* Wilson and Hilferty */
    double t = change > -1 ? 3 * hec_log1p(change) : low;
    return t > low ? t : low;
}

double hec_gamma_offset(double shape, hec_level level)
{
    if (!(shape > 0 && shape <= DBL_MAX)) {
        return NAN;
    }
    double spread = shape > 1 ? 1 / sqrt(shape) : 1;
    return hec_log_concave_quantile(density_at, &shape, guess(shape, level), spread, level);
}

/* ---- Prentice's form ------------------------------------------------------------------------ */

/* Nearer to 0 than this the distribution is normal to the last digit: its limit needs no case. */
static double off_zero(double q)
{
    return fabs(q) < 1e-20 ? 1e-20 : q;
}

hec_tail hec_prentice_tail(double q, double w)
{
    q = off_zero(q);
    hec_tail tail = hec_gamma_tail(hec_gamma_at_offset(1 / (q * q), q * w));
    return q > 0 ? tail : hec_tail_mirror(tail);
}

double hec_prentice_log_density(double q, double w)
{
    q = off_zero(q);
    return log_shape_density(hec_gamma_at_offset(1 / (q * q), q * w));
}

double hec_prentice_quantile(double q, hec_level level)
{
    q = off_zero(q);
    return hec_gamma_offset(1 / (q * q), q > 0 ? level : hec_level_mirror(level)) / q;
}

double hec_prentice_log_moment(double q, double k)
{
    q = off_zero(q);
    return k * q > -1 ? hec_log_gamma_ratio(1 / (q * q), k * q) : NAN;
}
