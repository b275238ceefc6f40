/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Families: quantile, distribution function, mean and spread of each, and the table of them. */
#include "model/families.h"

#include <math.h>

#include "base/scalar.h"

typedef const hec_distribution *dist;

static hec_level level_of(double lower, double upper)
{
    return (hec_level){lower, upper, NAN};
}

/* ---- normal, lognormal ---------------------------------------------------------------------- */

static double line_linked(dist d, hec_level level)
{
    return fma(d->b, level.score, d->a);
}

static hec_level normal_level(dist d, double x)
{
    return hec_level_of_score((x - d->a) / d->b);
}

static double first(dist d)
{
    return d->a;
}

static double second(dist d)
{
    return d->b;
}

static hec_level lognormal_level(dist d, double x)
{
    return x > 0 ? hec_level_of_score((hec_log(x) - d->a) / d->b) : level_of(0, 1);
}

static double lognormal_mean(dist d)
{
    return hec_exp(d->a + 0.5 * d->b * d->b);
}

static double lognormal_sd(dist d)
{
    return lognormal_mean(d) * sqrt(hec_expm1(d->b * d->b));
}

/* ---- beta, pert ----------------------------------------------------------------------------- */

static double beta_linked(dist d, hec_level level)
{
    return hec_beta_log_odds(d->a, d->b, level);
}

static hec_level beta_level(dist d, double x)
{
    return hec_level_of_tail(hec_beta_tail(d->a, d->b, x, 1 - x));
}

static double beta_mean(dist d)
{
    return d->a / (d->a + d->b);
}

static double beta_sd(dist d)
{
    double n = d->a + d->b;
    return sqrt(d->a / n * (d->b / n) / (n + 1));
}

void hec_pert_shapes(dist d, double *shape1, double *shape2)
{
    *shape1 = 1 + d->d * (d->b - d->a) / (d->c - d->a);
    *shape2 = 1 + d->d * (d->c - d->b) / (d->c - d->a);
}

static hec_distribution pert_beta(dist d)
{
    hec_distribution beta = {.family = HEC_FAMILY_BETA};
    hec_pert_shapes(d, &beta.a, &beta.b);
    return beta;
}

static double pert_linked(dist d, hec_level level)
{
    hec_distribution beta = pert_beta(d);
    return beta_linked(&beta, level);
}

static hec_level pert_level(dist d, double x)
{
    hec_distribution beta = pert_beta(d);
    return hec_level_of_tail(hec_beta_tail(beta.a, beta.b, x - d->a, d->c - x));
}

static double pert_mean(dist d)
{
    return (d->a + d->d * d->b + d->c) / (d->d + 2);
}

static double pert_sd(dist d)
{
    hec_distribution beta = pert_beta(d);
    return (d->c - d->a) * beta_sd(&beta);
}

/* ---- gamma ---------------------------------------------------------------------------------- */

static double gamma_linked(dist d, hec_level level)
{
    return hec_log(d->a / d->b) + hec_gamma_offset(d->a, level);
}

static hec_level gamma_level(dist d, double x)
{
    return x > 0 ? hec_level_of_tail(hec_gamma_tail(hec_gamma_at(d->a, x * d->b)))
                 : level_of(0, 1);
}

static double gamma_mean(dist d)
{
    return d->a / d->b;
}

static double gamma_sd(dist d)
{
    return sqrt(d->a) / d->b;
}

/* ---- uniform, triangular -------------------------------------------------------------------- */

static double uniform_linked(dist d, hec_level level)
{
    double range = d->b - d->a;
    return level.lower <= 0.5 ? d->a + range * level.lower : d->b - range * level.upper;
}

static double share(double x) /* into [0, 1] */
{
    return x > 0 ? (x < 1 ? x : 1) : 0;
}

static hec_level uniform_level(dist d, double x)
{
    return level_of(share((x - d->a) / (d->b - d->a)), share((d->b - x) / (d->b - d->a)));
}

static double uniform_mean(dist d)
{
    return 0.5 * (d->a + d->b);
}

static double uniform_sd(dist d)
{
    return (d->b - d->a) / sqrt(12);
}

static double triangular_linked(dist d, hec_level level)
{
    double range = d->c - d->a, left = d->b - d->a, right = d->c - d->b;
    if (level.lower * range <= left) {
        return d->a + sqrt(level.lower * range * left);
    }
    return d->c - sqrt(level.upper * range * right);
}

static hec_level triangular_level(dist d, double x)
{
    double range = d->c - d->a, left = d->b - d->a, right = d->c - d->b;
    if (x <= d->a || x >= d->c) {
        return x >= d->c ? level_of(1, 0) : level_of(0, 1);
    }
    if (x <= d->b) {
        double lower = (x - d->a) / range * ((x - d->a) / left);
        return level_of(lower, 1 - lower);
    }
    double upper = (d->c - x) / range * ((d->c - x) / right);
    return level_of(1 - upper, upper);
}

static double triangular_mean(dist d)
{
    return (d->a + d->b + d->c) / 3;
}

static double triangular_sd(dist d)
{
    double left = d->b - d->a, right = d->c - d->b;
    return sqrt((left * left + left * right + right * right) / 18);
}

/* ---- survival families ---------------------------------------------------------------------- */

/* The cumulative hazard: a standard exponential quantile. */
static double exponential(hec_level level)
{
    return level.lower < 0.5 ? -hec_log1p(-level.lower) : -hec_log(level.upper);
}

static hec_level hazard_level(double cumulative)
{
    return level_of(-hec_expm1(-cumulative), hec_exp(-cumulative));
}

static double exponential_linked(dist d, hec_level level)
{
    return hec_log(exponential(level) / d->a);
}

static hec_level exponential_level(dist d, double x)
{
    return x > 0 ? hazard_level(d->a * x) : level_of(0, 1);
}

static double exponential_mean(dist d)
{
    return 1 / d->a;
}

static double weibull_linked(dist d, hec_level level)
{
    return hec_log(d->b) + hec_log(exponential(level)) / d->a;
}

static hec_level weibull_level(dist d, double x)
{
    return x > 0 ? hazard_level(hec_pow(x / d->b, d->a)) : level_of(0, 1);
}

static double weibull_mean(dist d)
{
    return d->b * hec_exp(hec_log_gamma_1p(1 / d->a));
}

static double weibull_sd(dist d)
{
    double log_square = hec_log_gamma_1p(2 / d->a) - 2 * hec_log_gamma_1p(1 / d->a);
    return weibull_mean(d) * sqrt(hec_expm1(log_square));
}

/* Hazard rate e^(shape t): a = shape, b = rate. With a negative shape some never have the event. */
static double gompertz_linked(dist d, hec_level level)
{
    double e = exponential(level) / d->b;
    if (d->a == 0) {
        return hec_log(e);
    }
    return d->a * e > -1 ? hec_log(hec_log1p(d->a * e) / d->a) : INFINITY;
}

static hec_level gompertz_level(dist d, double x)
{
    if (!(x > 0)) {
        return level_of(0, 1);
    }
    return hazard_level(d->b * (d->a == 0 ? x : hec_expm1(d->a * x) / d->a));
}

static double loglogistic_linked(dist d, hec_level level)
{
    return hec_log(d->b) + (hec_log(level.lower) - hec_log(level.upper)) / d->a;
}

static hec_level loglogistic_level(dist d, double x)
{
    if (!(x > 0)) {
        return level_of(0, 1);
    }
    double odds = hec_exp(-fabs(d->a * hec_log(x / d->b)));
    double near = odds / (1 + odds), far = 1 / (1 + odds);
    return x < d->b ? level_of(near, far) : level_of(far, near);
}

/* ln of the k-th moment over scale^k: Gamma(1 + k/shape) Gamma(1 - k/shape) */
static double loglogistic_log_moment(dist d, double k)
{
    double r = k / d->a;
    return r < 1 ? hec_log_gamma_1p(r) + hec_log_gamma(1 - r) : NAN;
}

static double loglogistic_mean(dist d)
{
    return d->b * hec_exp(loglogistic_log_moment(d, 1));
}

static double loglogistic_sd(dist d)
{
    double log_square = loglogistic_log_moment(d, 2) - 2 * loglogistic_log_moment(d, 1);
    return loglogistic_mean(d) * sqrt(hec_expm1(log_square));
}

/* Prentice's form: ln X = mu + sigma W(Q). a mu, b sigma, c Q. */
static double gengamma_linked(dist d, hec_level level)
{
    return fma(d->b, hec_prentice_quantile(d->c, level), d->a);
}

static hec_level gengamma_level(dist d, double x)
{
    if (!(x > 0)) {
        return level_of(0, 1);
    }
    return hec_level_of_tail(hec_prentice_tail(d->c, (hec_log(x) - d->a) / d->b));
}

static double gengamma_log_moment(dist d, double k)
{
    return k * d->a + hec_prentice_log_moment(d->c, k * d->b);
}

static double gengamma_mean(dist d)
{
    return hec_exp(gengamma_log_moment(d, 1));
}

static double gengamma_sd(dist d)
{
    double log_square = gengamma_log_moment(d, 2) - 2 * gengamma_log_moment(d, 1);
    return gengamma_mean(d) * sqrt(hec_expm1(log_square));
}

/* ---- moments without a closed form ---------------------------------------------------------- */

/* Mean of (x - from)^power by the trapezoid rule over the normal score, which for smooth quantile
 * functions errs by less than e^-40. */
static double moment(dist d, double from, int power)
{
    enum { STEPS = 8, REACH = 9 * STEPS };
    double sum = 0;
    for (int i = -REACH; i <= REACH; i++) {
        double z = (double)i / STEPS;
        double x = hec_unlink(d, hec_family_at(d->family)->linked(d, hec_level_of_score(z))) - from;
        sum += (power == 2 ? x * x : x) * hec_exp(-0.5 * z * z - HEC_LOG_SQRT_2PI);
    }
    return sum / STEPS;
}

static double smooth_mean(dist d)
{
    return moment(d, 0, 1);
}

static double smooth_sd(dist d)
{
    return sqrt(moment(d, smooth_mean(d), 2));
}

static double gompertz_mean(dist d)
{
    return d->a < 0 ? NAN : smooth_mean(d);
}

static double gompertz_sd(dist d)
{
    return d->a < 0 ? NAN : smooth_sd(d);
}

/* ---- truncated normal: a mean, b sd before truncation, c min, d max ------------------------- */

typedef struct cut {
    hec_level low, high;
    double kept;
} cut;

static cut cut_of(dist d)
{
    cut c = {hec_level_of_score((d->c - d->a) / d->b), hec_level_of_score((d->d - d->a) / d->b), 0};
    bool right = c.low.score > 0;
    c.kept = right ? c.low.upper - c.high.upper : c.high.lower - c.low.lower;
    return c;
}

static double truncated_linked(dist d, hec_level level)
{
    cut c = cut_of(d);
    double lower = c.low.lower + level.lower * c.kept;
    double upper = c.high.upper + level.upper * c.kept;
    double x = fma(d->b, lower < upper ? hec_score(lower) : -hec_score(upper), d->a);
    return x < d->c ? d->c : x > d->d ? d->d : x;
}

static hec_level truncated_level(dist d, double x)
{
    cut c = cut_of(d);
    hec_level at = hec_level_of_score((x - d->a) / d->b);
    double lower = c.low.score > 0 ? c.low.upper - at.upper : at.lower - c.low.lower;
    double upper = c.high.score < 0 ? c.high.lower - at.lower : at.upper - c.high.upper;
    return level_of(share(lower / c.kept), share(upper / c.kept));
}

/* ---- counts --------------------------------------------------------------------------------- */

static double bernoulli_linked(dist d, hec_level level)
{
    return level.upper < d->a ? 1 : 0;
}

static hec_level bernoulli_level(dist d, double x)
{
    return x < 0 ? level_of(0, 1) : x < 1 ? level_of(1 - d->a, d->a) : level_of(1, 0);
}

static double bernoulli_sd(dist d)
{
    return sqrt(d->a * (1 - d->a));
}

/* P(X <= k) is the upper tail at the mean of a gamma of shape k + 1. */
static hec_level poisson_level(dist d, double x)
{
    double k = floor(x);
    if (k < 0) {
        return level_of(0, 1);
    }
    hec_tail tail = hec_gamma_tail(hec_gamma_at(k + 1, d->a));
    return hec_level_mirror(hec_level_of_tail(tail));
}

static bool poisson_reaches(dist d, double k, hec_level level)
{
    hec_level at = poisson_level(d, k);
    return level.lower <= level.upper ? at.lower >= level.lower : at.upper <= level.upper;
}

static double poisson_linked(dist d, hec_level level)
{
    double z = level.score, step = 1;
    double low = floor(d->a + z * (sqrt(d->a) + z / 6)), high; /* Cornish and Fisher */
    low = low > 0 ? low : 0;
    if (poisson_reaches(d, low, level)) {
        high = low;
        for (low = high - step; low >= 0 && poisson_reaches(d, low, level); low = high - step) {
            high = low;
            step *= 2;
        }
        low = low > -1 ? low : -1;
    } else {
        for (high = low + step; !poisson_reaches(d, high, level); high = low + step) {
            low = high;
            step *= 2;
        }
    }
    while (high - low > 1) {
        double middle = floor(0.5 * (low + high));
        if (poisson_reaches(d, middle, level)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return high;
}

static double poisson_sd(dist d)
{
    return sqrt(d->a);
}

static hec_level fixed_level(dist d, double x)
{
    return x < d->a ? level_of(0, 1) : level_of(1, 0);
}

static double fixed_linked(dist d, hec_level level)
{
    (void)level;
    return d->a;
}

static double zero(dist d)
{
    (void)d;
    return 0;
}

/* ---- the table ------------------------------------------------------------------------------ */

static const hec_family families[] = {
#define HEC_FAMILY_ROW(code, name, forms, words, low, high, link, curve, fit, linked, level, mean, \
                       sd)                                                                         \
    {{name, forms, words},                                                                         \
     low,                                                                                          \
     high,                                                                                         \
     HEC_LINK_##link,                                                                              \
     HEC_CURVE_##curve,                                                                            \
     hec_fit_##fit,                                                                                \
     linked,                                                                                       \
     level,                                                                                        \
     mean,                                                                                         \
     sd},
#include "model/families.def"
#undef HEC_FAMILY_ROW
};

const hec_family *hec_family_at(int family)
{
    return &families[family];
}

double hec_unlink(dist d, double linked)
{
    switch (families[d->family].link) {
    case HEC_LINK_LOG:
        return hec_exp(linked);
    case HEC_LINK_LOGIT: {
        double e = hec_exp(-fabs(linked)), x = linked < 0 ? e / (1 + e) : 1 / (1 + e);
        return d->family == HEC_FAMILY_PERT ? d->a + (d->c - d->a) * x : x;
    }
    case HEC_LINK_IDENTITY:
        break;
    }
    return linked;
}
