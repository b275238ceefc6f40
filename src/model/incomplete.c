/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Incomplete gamma and beta functions.
 *
 * Both families have a density f(y) = exp(h(y)) on the whole line with h concave. A tail is f(y)
 * times the integral of exp(h(y - s) - h(y)) over s > 0, whose integrand is smooth, starts at 1 and
 * falls; Gauss-Legendre quadrature does it for large shapes, power series for small ones:
 *   gamma: DLMF 8.7.1, both forms; beta: DLMF 8.17.7 and 8.17.8. */
#include "model/incomplete.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/scalar.h"

enum { GAUSS_HALF = 16, STEPS_MAX = 100, END_STEPS = 20, TERMS_MAX = 20000 };
#define EPSILON 1.1e-16
/* Steps below this part of the width are the last: the next would be of the order of the cube. */
#define CLOSE 1e-5
/* e^-39 of the integrand's start is below half an ulp of the integral. */
#define NEGLIGIBLE 39.0
/* Shapes from which on quadrature takes fewer steps than the series. */
#define GAMMA_SERIES_TO 200.0
#define BETA_SERIES_TO 20.0

/* Positive nodes and weights of the 32-point Gauss-Legendre rule on [-1, 1]: zeros of P32. */
static const double gauss[GAUSS_HALF][2] = {{0.9972638618494815635, 0.0070186100094700966},
                                            {0.9856115115452683354, 0.01627439473090567061},
                                            {0.9647622555875064308, 0.02539206530926205946},
                                            {0.9349060759377396892, 0.0342738629130214331},
                                            {0.896321155766052124, 0.04283589802222668066},
                                            {0.8493676137325699701, 0.0509980592623761762},
                                            {0.794483795967942407, 0.05868409347853554715},
                                            {0.7321821187402896804, 0.06582222277636184684},
                                            {0.663044266930215201, 0.07234579410884850623},
                                            {0.587715757240762329, 0.07819389578707030647},
                                            {0.50689990893222939, 0.08331192422694675522},
                                            {0.4213512761306353454, 0.08765209300440381114},
                                            {0.3318686022821276498, 0.09117387869576388471},
                                            {0.2392873622521370745, 0.09384439908080456564},
                                            {0.1444719615827964935, 0.09563872007927485942},
                                            {0.04830766568773831623, 0.09654008851472780057}};

/* ---- levels --------------------------------------------------------------------------------- */

hec_level hec_level_of_score(double z)
{
    return (hec_level){hec_normal(z), hec_normal(-z), z};
}

hec_level hec_level_of_probability(double p)
{
    double q = 1 - p;
    return (hec_level){p, q, p <= 0.5 ? hec_score(p) : -hec_score(q)};
}

hec_level hec_level_mirror(hec_level level)
{
    return (hec_level){level.upper, level.lower, -level.score};
}

static double log_of_complement(double log_p) /* ln(1 - e^log_p) */
{
    return log_p > -0.7 ? hec_log(-hec_expm1(log_p)) : hec_log1p(-hec_exp(log_p));
}

static hec_level level_of_tail(bool upper, double log_p)
{
    double near = hec_exp(log_p), far = log_p > -0.7 ? -hec_expm1(log_p) : 1 - near;
    return upper ? (hec_level){far, near, NAN} : (hec_level){near, far, NAN};
}

/* ---- the gamma function --------------------------------------------------------------------- */

/* What Stirling's formula misses: ln Gamma(a) - ((a - 1/2) ln a - a + ln sqrt(2 pi)); DLMF 5.11.1
 */
static double stirling_rest(double a)
{
    static const double c[] = {0.08333333333333333333,   -0.002777777777777777778,
                               0.0007936507936507936508, -0.0005952380952380952381,
                               0.0008417508417508417508, -0.001917526917526917527,
                               0.006410256410256410256,  -0.02955065359477124183};
    double product = 1, big = a;
    while (big < 10) {
        product *= big;
        big += 1;
    }
    double r = 1 / big, r2 = r * r, sum = 0;
    for (size_t k = sizeof c / sizeof c[0]; k-- > 0;) {
        sum = sum * r2 + c[k];
    }
    sum *= r;
    if (big == a) {
        return sum;
    }
    return sum + ((big - 0.5) * hec_log(big) - big) - ((a - 0.5) * hec_log(a) - a) -
           hec_log(product);
}

double hec_log_gamma(double a)
{
    return (a - 0.5) * hec_log(a) - a + HEC_LOG_SQRT_2PI + stirling_rest(a);
}

/* ln Gamma(1 + a), accurate to the last digits of a as a -> 0; DLMF 5.7.3 */
double hec_log_gamma_1p(double a)
{
    static const double c[] = {
        0.3224670334241132182,    0.06735230105319809513,    0.02058080842778454788,
        0.007385551028673985266,  0.002890510330741523286,   0.001192753911703260977,
        0.0005096695247430424223, 0.0002231547584535793798,  0.00009945751278180853371,
        0.0000449262367381331417, 0.00002050721277567069155, 9.439488275268395904e-6,
        4.374866789907487804e-6,  2.039215753801366237e-6,   9.551412130407419833e-7,
        4.492469198764566043e-7,  2.120718480555466587e-7,   1.004322482396809961e-7,
        4.769810169363980566e-8,  2.271109460894316491e-8,   1.083865921489695409e-8,
        5.183475041970046655e-9,  2.483674543802478317e-9,   1.192140140586091207e-9};
    if (a > 0.5) {
        return hec_log_gamma(a) + hec_log(a);
    }
    double sum = 0;
    for (size_t k = sizeof c / sizeof c[0]; k-- > 0;) {
        sum = c[k] - a * sum;
    }
    return a * (0.4227843350984671394 + a * sum) - hec_log1p(a);
}

/* e^t - 1 - t and ln(1 + u) - u, without cancellation. */
static double expm1_rest(double t)
{
    static const double inverse[] = {0,        0,        0,        1.0 / 3,  1.0 / 4,  1.0 / 5,
                                     1.0 / 6,  1.0 / 7,  1.0 / 8,  1.0 / 9,  1.0 / 10, 1.0 / 11,
                                     1.0 / 12, 1.0 / 13, 1.0 / 14, 1.0 / 15, 1.0 / 16};
    if (fabs(t) > 0.5) {
        return hec_expm1(t) - t;
    }
    double sum = 1;
    for (int k = 14; k >= 3; k--) {
        sum = 1 + sum * (t * inverse[k]);
    }
    return 0.5 * t * t * sum;
}

static double log1p_rest(double u)
{
    if (fabs(u) > 0.2) {
        return hec_log1p(u) - u;
    }
    double sum = 0;
    for (int k = 26; k >= 2; k--) {
        sum = 1.0 / k - u * sum;
    }
    return -u * u * sum;
}

double hec_log_gamma_ratio(double a, double u)
{
    return a * log1p_rest(u) + (a * u - 0.5) * hec_log1p(u) + stirling_rest(a * (1 + u)) -
           stirling_rest(a);
}

/* ---- gamma ---------------------------------------------------------------------------------- */

/* ln of the density of ln X at ln(shape) + t */
static double gamma_log_density(double a, double t)
{
    return 0.5 * hec_log(a) - HEC_LOG_SQRT_2PI - stirling_rest(a) - a * expm1_rest(t);
}

/* Integral of exp(-fall(s)) over s > 0, where fall(s) = slope s + x (e^s - 1 - s) for the upper
 * tail and slope s + x (e^-s - 1 + s) for the lower: convex, rising from 0. */
static double gamma_tail_integral(double slope, double x, bool upper)
{
    double sign = upper ? 1 : -1;
    double end = sqrt((upper ? 2 : 3) * NEGLIGIBLE / x);
    if (slope * end > NEGLIGIBLE) {
        end = NEGLIGIBLE / slope;
    }
    for (int i = 0; i < END_STEPS;
         i++) { /* Newton's steps on a convex function stay on the right */
        double excess = slope * end + x * expm1_rest(sign * end) - NEGLIGIBLE;
        if (excess < 1) {
            break;
        }
        end -= excess / (slope + x * fabs(hec_expm1(sign * end)));
    }
    double sum = 0, half = 0.5 * end;
    for (int i = 0; i < GAUSS_HALF; i++) {
        double s = half * (1 - gauss[i][0]), t = half * (1 + gauss[i][0]);
        sum += gauss[i][1] * (hec_exp(-slope * s - x * expm1_rest(sign * s)) +
                              hec_exp(-slope * t - x * expm1_rest(sign * t)));
    }
    return half * sum;
}

/* ln P(X <= x) for x <= 1 and a <= 1 */
static double gamma_small(double a, double log_x, double x)
{
    double sum = 0, term = 1;
    for (int n = 1; n < 40 && fabs(term) > EPSILON; n++) {
        term *= -x / n;
        sum += term / (a + n);
    }
    return a * log_x - hec_log_gamma_1p(a) + hec_log1p(a * sum);
}

/* ln of the tail that is computed directly; *upper says which. */
static double gamma_tail(double a, double t, bool *upper)
{
    double x = a * hec_exp(t);
    *upper = false;
    if (a <= 1 && x <= 1) {
        return gamma_small(a, hec_log(a) + t, x);
    }
    *upper = t >= 0;
    if (!*upper && a < GAMMA_SERIES_TO) {
        double sum = 1, term = 1;
        for (int n = 1; n < TERMS_MAX && term > EPSILON * sum; n++) {
            term *= x / (a + n);
            sum += term;
        }
        return gamma_log_density(a, t) - hec_log(a) + hec_log(sum);
    }
    if (x > DBL_MAX) {
        return -INFINITY;
    }
    double slope = a * fabs(hec_expm1(t)); /* |x - a| */
    return gamma_log_density(a, t) + hec_log(gamma_tail_integral(slope, x, *upper));
}

hec_level hec_gamma_level(double shape, double t)
{
    bool upper = false;
    double log_p = gamma_tail(shape, t, &upper);
    return level_of_tail(upper, log_p);
}

/* The step from y to a root of ln tail(y) = wanted by Halley's rule. The slope of ln tail is that
 * of a concave function; `bend` is the logarithmic slope of the density. */
static double halley(bool upper, double log_tail, double wanted, double log_density, double bend)
{
    double ratio = hec_exp(log_density - log_tail), slope = upper ? -ratio : ratio;
    double newton = (log_tail - wanted) / slope;
    double curve = 1 - 0.5 * newton * (bend - slope);
    return curve > 0.5 && curve < 2 ? -newton / curve : -newton;
}

static double gamma_guess(double a, hec_level level)
{
    /* P <= x^a / Gamma(a + 1), so this lies at or below the root */
    double low = (hec_log(level.lower) + hec_log_gamma_1p(a)) / a - hec_log(a);
    double root = 1 - 1 / (9 * a) + level.score / (3 * sqrt(a)); /* Wilson and Hilferty */
    double guess = root > 0 ? 3 * hec_log(root) : low;
    return guess > low ? guess : low;
}

double hec_gamma_offset(double shape, hec_level level)
{
    bool want_upper = level.upper < level.lower;
    double wanted = hec_log(want_upper ? level.upper : level.lower);
    double t = gamma_guess(shape, level);
    double close = CLOSE * (shape > 1 ? 1 / sqrt(shape) : 1);
    for (int i = 0; i < STEPS_MAX; i++) {
        bool upper = false;
        double log_tail = gamma_tail(shape, t, &upper);
        if (upper != want_upper) {
            log_tail = log_of_complement(log_tail);
        }
        double step = halley(want_upper, log_tail, wanted, gamma_log_density(shape, t),
                             -shape * hec_expm1(t));
        t += step;
        if (!(fabs(step) > close) || fabs(step) <= EPSILON * fabs(t)) {
            break;
        }
    }
    return t;
}

/* ---- beta ----------------------------------------------------------------------------------- */

/* A place on the line of log-odds: y = ln(a/b) + t, with x and 1 - x and the slope a - n x of the
 * log-density there. */
typedef struct beta_place {
    double a, b, n, t, y, x, rest, slope;
} beta_place;

static beta_place beta_at(double a, double b, double t)
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

static beta_place beta_mirror(beta_place at)
{
    return (beta_place){at.b, at.a, at.n, -at.t, -at.y, at.rest, at.x, -at.slope};
}

/* ln(rest + part e^s) - part s, where part + rest = 1 */
static double log_mix_rest(double part, double rest, double s)
{
    double change = part * hec_expm1(s);
    if (fabs(change) < 0.5) {
        return part * expm1_rest(s) + log1p_rest(change);
    }
    return hec_log(rest + part * hec_exp(s)) - part * s;
}

/* ln of the density of the log-odds: a t - n ln(b/n + a/n e^t) and what is constant */
static double beta_log_density(double a, double b, double t)
{
    double n = a + b;
    bool left = t < -30 || (a <= b && t < 30);
    double core = left ? log_mix_rest(a / n, b / n, t) : log_mix_rest(b / n, a / n, -t);
    return -n * core + 0.5 * hec_log(a / n * b) - HEC_LOG_SQRT_2PI + stirling_rest(n) -
           stirling_rest(a) - stirling_rest(b);
}

/* How far the log-density falls from y to y - s: convex, rising while x <= a/n. */
static double beta_fall(const beta_place *at, double s)
{
    double rest =
        at->x <= 0.5 ? log_mix_rest(at->x, at->rest, -s) : log_mix_rest(at->rest, at->x, s);
    return at->slope * s + at->n * rest;
}

static double beta_fall_slope(const beta_place *at, double s)
{
    double lost = -hec_expm1(-s); /* a - n x' at y - s, without the cancellation */
    return at->slope + at->n * at->x * at->rest * lost / (1 - at->x * lost);
}

static double beta_tail_integral(const beta_place *at)
{
    double bend = at->n * at->x * at->rest;
    double end = NEGLIGIBLE / (at->slope + sqrt(0.5 * NEGLIGIBLE * bend));
    while (beta_fall(at, end) < NEGLIGIBLE) {
        end *= 1.5;
    }
    for (int i = 0; i < END_STEPS; i++) {
        double excess = beta_fall(at, end) - NEGLIGIBLE;
        if (excess < 1) {
            break;
        }
        end -= excess / beta_fall_slope(at, end);
    }
    double sum = 0, half = 0.5 * end;
    for (int i = 0; i < GAUSS_HALF; i++) {
        sum += gauss[i][1] * (hec_exp(-beta_fall(at, half * (1 - gauss[i][0]))) +
                              hec_exp(-beta_fall(at, half * (1 + gauss[i][0]))));
    }
    return half * sum;
}

static bool beta_series_serves(const beta_place *at)
{
    double xn = at->x * at->n;
    return at->x <= 0.95 && (xn <= 1.1 || (at->a < BETA_SERIES_TO && xn <= at->a + 1));
}

/* ln of P(X <= x), to the last digits of a where a is small and P near 1 */
static double beta_small(const beta_place *at)
{
    double sum = 0, term = 1, moved = 0, big = at->b;
    for (int k = 1; k < TERMS_MAX && fabs(term) > EPSILON; k++) {
        term *= (k - at->b) / k * at->x;
        sum += term / (at->a + k);
    }
    for (; big < 10; big += 1) {
        moved += hec_log1p(at->a / big);
    }
    double log_x = (at->y < 0 ? at->y : 0) - hec_log1p(hec_exp(-fabs(at->y)));
    return at->a * (log_x + hec_log(big)) + hec_log_gamma_ratio(big, at->a / big) - moved -
           hec_log_gamma_1p(at->a) + hec_log1p(at->a * sum);
}

static double beta_series(const beta_place *at) /* ln P(X <= x) */
{
    double sum = 1, term = 1;
    if (at->a <= 0.5 && at->x * at->n <= 1.1) {
        return beta_small(at);
    }
    for (int k = 0; k < TERMS_MAX && term > EPSILON * sum; k++) {
        term *= (at->n + k) / (at->a + 1 + k) * at->x;
        sum += term;
    }
    return beta_log_density(at->a, at->b, at->t) - hec_log(at->a) + hec_log(sum);
}

/* ln of the tail that is computed directly; *upper says which. */
static double beta_tail(double a, double b, double t, bool *upper)
{
    beta_place at = beta_at(a, b, t), mirror = beta_mirror(at);
    *upper = t > 0;
    const beta_place *near = *upper ? &mirror : &at, *far = *upper ? &at : &mirror;
    if (beta_series_serves(near)) {
        return beta_series(near);
    }
    if (beta_series_serves(far)) {
        *upper = !*upper;
        return beta_series(far);
    }
    return beta_log_density(a, b, t) + hec_log(beta_tail_integral(near));
}

hec_level hec_beta_level(double a, double b, double y)
{
    bool upper = false;
    double log_p = beta_tail(a, b, y - hec_log(a / b), &upper);
    return level_of_tail(upper, log_p);
}

static double beta_guess(double a, double b, hec_level level)
{
    double mode = hec_log(a / b);
    double t = level.score * sqrt(1 / a + 1 / b);
    /* x^a / (a B(a, b)) is the lower tail where x is small */
    double log_x =
        (hec_log(level.lower) + hec_log_gamma_1p(a) + hec_log_gamma(b) - hec_log_gamma(a + b)) / a;
    return log_x < 0 && log_x - mode > t ? log_x - mode : t;
}

double hec_beta_log_odds(double a, double b, hec_level level)
{
    if (level.upper < level.lower) {
        return -hec_beta_log_odds(b, a, hec_level_mirror(level));
    }
    double wanted = hec_log(level.lower), t = beta_guess(a, b, level);
    double width = sqrt(1 / a + 1 / b), close = CLOSE * (width < 1 ? width : 1);
    for (int i = 0; i < STEPS_MAX; i++) {
        bool upper = false;
        double log_tail = beta_tail(a, b, t, &upper);
        if (upper) {
            log_tail = log_of_complement(log_tail);
        }
        double step =
            halley(false, log_tail, wanted, beta_log_density(a, b, t), beta_at(a, b, t).slope);
        t += step;
        if (!(fabs(step) > close) || fabs(step) <= EPSILON * fabs(t)) {
            break;
        }
    }
    return hec_log(a / b) + t;
}
