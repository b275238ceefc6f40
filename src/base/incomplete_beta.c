/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The beta distribution, on the line of log-odds y = ln(x / (1 - x)), where its log-density
 * a y - (a + b) ln(1 + e^y) + ... is concave. A tail is a power series (DLMF 8.17.7 and 8.17.8) for
 * small shapes, quadrature for large ones. */
#include <math.h>

#include "base/special_inner.h"
#include "base/scalar.h"

enum { TERMS_MAX = 20000 };
/* Shapes from which on quadrature takes fewer steps than the series. */
#define SERIES_TO 20.0

/* The place y = ln(a/b) + t, with x and rest = 1 - x and the slope a - n x of the log-density. */
typedef struct beta_place {
    double a, b, n, t, y, x, rest, slope;
} beta_place;

static beta_place place_at(double a, double b, double t)
{
    double y = hec_log(a / b) + t, e = hec_exp(-fabs(y)), n = a + b;
    double near = e / (1 + e), far = 1 / (1 + e);
    beta_place at = {a, b, n, t, y, y < 0 ? near : far, y < 0 ? far : near, 0};
    if (fabs(t) < 1) { /* without the cancellation */
        double change = hec_expm1(t);
        at.slope = -(a / n) * b * change / (1 + a / n * change);
    } else {
        at.slope = at.x < 0.5 ? a - n * at.x : n * at.rest - b;
    }
    return at;
}

static beta_place mirror(beta_place at)
{
    return (beta_place){at.b, at.a, at.n, -at.t, -at.y, at.rest, at.x, -at.slope};
}

/* ln(rest + part e^s) - part s, where part + rest = 1 */
static double log_mix(double part, double rest, double s)
{
    double change = part * hec_expm1(s);
    if (fabs(change) < 0.5) {
        return part * hec_exp_rest(s) - hec_log_rest(change);
    }
    return hec_log(rest + part * hec_exp(s)) - part * s;
}

/* ln of the density of sqrt(ab/n) y: a t - n ln(b/n + a/n e^t) and what is constant */
static double log_shape_density(double a, double b, double t)
{
    double n = a + b;
    bool left = t < -30 || (a <= b && t < 30);
    double core = left ? log_mix(a / n, b / n, t) : log_mix(b / n, a / n, -t);
    return -n * core - HEC_LOG_SQRT_2PI + hec_binet(n) - hec_binet(a) - hec_binet(b);
}

/* ---- tails ---------------------------------------------------------------------------------- */

/* How far the log-density falls from y to y - s. */
static double fall(const void *self, double s, double *slope)
{
    const beta_place *at = self;
    if (slope) {
        double lost = -hec_expm1(-s); /* a - n x' at y - s, without the cancellation */
        *slope = at->slope + at->n * at->x * at->rest * lost / (1 - at->x * lost);
    }
    double rest = at->x <= 0.5 ? log_mix(at->x, at->rest, -s) : log_mix(at->rest, at->x, s);
    return at->slope * s + at->n * rest;
}

static bool series_serves(const beta_place *at)
{
    double xn = at->x * at->n;
    return at->x <= 0.95 && (xn <= 1.1 || (at->a < SERIES_TO && xn <= at->a + 1));
}

/* ln of P(X <= x), to the last digits of a where a is small and P near 1 */
static double small_lower(const beta_place *at)
{
    double sum = 0, term = 1;
    for (int k = 1; k < TERMS_MAX && fabs(term) > HEC_HALF_ULP; k++) {
        term *= (k - at->b) / k * at->x;
        sum += term / (at->a + k);
    }
    double log_x = (at->y < 0 ? at->y : 0) - hec_log1p(hec_exp(-fabs(at->y)));
    return at->a * (log_x + hec_log(at->b)) + hec_log_gamma_ratio(at->b, at->a / at->b) -
           hec_log_gamma_1p(at->a) + hec_log1p(at->a * sum);
}

static double lower_series(const beta_place *at) /* ln P(X <= x) */
{
    double sum = 1, term = 1;
    if (at->a <= 0.5 && at->x * at->n <= 1.1) {
        return small_lower(at);
    }
    for (int k = 0; k < TERMS_MAX && term > HEC_HALF_ULP * sum; k++) {
        term *= (at->n + k) / (at->a + 1 + k) * at->x;
        sum += term;
    }
    return log_shape_density(at->a, at->b, at->t) + hec_log(sqrt(at->b / at->n / at->a) * sum);
}

static hec_tail tail_at(double a, double b, double t)
{
    beta_place at = place_at(a, b, t), mirrored = mirror(at);
    bool upper = t > 0;
    const beta_place *near = upper ? &mirrored : &at, *far = upper ? &at : &mirrored;
    if (series_serves(near)) {
        return (hec_tail){lower_series(near), upper};
    }
    if (series_serves(far)) {
        return (hec_tail){lower_series(far), !upper};
    }
    double share = hec_fall_integral(fall, near, near->slope, at.n * at.x * at.rest);
    return (hec_tail){log_shape_density(a, b, t) + hec_log(sqrt(a / at.n * b) * share), upper};
}

hec_tail hec_beta_tail(double a, double b, double x, double rest)
{
    if (!(a > 0 && b > 0 && a + b < INFINITY && (x > 0 || rest > 0))) {
        return (hec_tail){NAN, false};
    }
    if (!(x > 0 && rest > 0)) {
        return (hec_tail){-INFINITY, x > 0};
    }
    double ratio = x / a / (rest / b);
    bool plain = ratio > 1e-200 && ratio < 1e200;
    return tail_at(a, b, plain ? hec_log(ratio) : hec_log(x) - hec_log(rest) - hec_log(a / b));
}

/* ---- quantiles ------------------------------------------------------------------------------ */

static hec_log_concave density_at(const void *self, double t)
{
    const double *shapes = self, a = shapes[0], b = shapes[1];
    double log_density = 0.5 * hec_log(a / (a + b) * b) + log_shape_density(a, b, t);
    return (hec_log_concave){tail_at(a, b, t), log_density, place_at(a, b, t).slope};
}

static double guess(double a, double b, hec_level level)
{
    double t = level.score * sqrt(1 / a + 1 / b);
    /* x^a / (a B(a, b)) is the lower tail where x is small */
    double log_x =
        (hec_log(level.lower) + hec_log_gamma_1p(a) + hec_log_gamma(b) - hec_log_gamma(a + b)) / a;
    double small = log_x - hec_log(a / b);
    return log_x < 0 && small > t ? small : t;
}

double hec_beta_log_odds(double a, double b, hec_level level)
{
    if (!(a > 0 && b > 0 && a + b < INFINITY)) {
        return NAN;
    }
    if (level.upper < level.lower) {
        return -hec_beta_log_odds(b, a, hec_level_mirror(level));
    }
    double spread = sqrt(1 / a + 1 / b), shapes[] = {a, b};
    return hec_log(a / b) + hec_log_concave_quantile(density_at, shapes, guess(a, b, level),
                                                     spread < 1 ? spread : 1, level);
}
