/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gamma and generalised gamma survival. */
#include "lang/special.h"

#include <math.h>

#include "base/scalar.h"
#include "base/special_functions.h"

/* The level at which a cumulative hazard is reached: exact in both tails. */
static hec_level level_of_hazard(double h)
{
    hec_level level = hec_level_of_tail((hec_tail){-h, true});
    level.score = level.lower <= 0.5 ? hec_score(level.lower) : -hec_score(level.upper);
    return level;
}

/* ---- gamma(shape, rate): t, shape, rate ---------------------------------------------------- */

static hec_gamma_place gamma_place(const double *v)
{
    return hec_gamma_at(v[1], v[2] * v[0]);
}

static double gamma_cumhazard(const double *v)
{
    return -hec_tail_log(hec_gamma_tail(gamma_place(v)), true);
}

static double gamma_survival(const double *v)
{
    return hec_exp(-gamma_cumhazard(v));
}

/* At t = 0 the density is 0, the rate or infinite as the shape is above, at or below 1. */
static double gamma_density(const double *v)
{
    if (v[0] == 0 && v[1] > 0 && v[2] > 0) {
        return v[1] > 1 ? 0 : v[1] == 1 ? v[2] : INFINITY;
    }
    return v[0] > 0 && v[2] > 0 ? hec_exp(hec_gamma_log_density(gamma_place(v))) / v[0] : NAN;
}

static double gamma_hazard(const double *v)
{
    if (v[0] == 0) {
        return gamma_density(v);
    }
    return v[0] > 0 && v[2] > 0
               ? hec_exp(hec_gamma_log_density(gamma_place(v)) + gamma_cumhazard(v)) / v[0]
               : NAN;
}

static double gamma_quantile(const double *v)
{
    double t = hec_gamma_offset(v[1], hec_level_of_probability(v[0]));
    return v[2] > 0 ? v[1] * hec_exp(t) / v[2] : NAN;
}

static double gamma_reach(const double *v)
{
    double t = hec_gamma_offset(v[1], level_of_hazard(v[0]));
    return v[2] > 0 ? v[1] * hec_exp(t) / v[2] : NAN;
}

/* ---- gengamma(mu, sigma, Q): t, mu, sigma, Q ----------------------------------------------- */

/* W of Prentice's form is (log t - mu)/sigma; NaN outside the domain. */
static double gengamma_score(const double *v)
{
    return v[0] >= 0 && v[2] > 0 ? (hec_log(v[0]) - v[1]) / v[2] : NAN;
}

static double gengamma_cumhazard(const double *v)
{
    return -hec_tail_log(hec_prentice_tail(v[3], gengamma_score(v)), true);
}

static double gengamma_survival(const double *v)
{
    return hec_exp(-gengamma_cumhazard(v));
}

/* log of the density times t, t > 0 */
static double gengamma_log_density(const double *v)
{
    return hec_prentice_log_density(v[3], gengamma_score(v)) - hec_log(v[2]);
}

static double gengamma_density(const double *v)
{
    if (!(v[0] >= 0) || !(v[2] > 0)) {
        return NAN;
    }
    if (v[0] > 0) {
        return hec_exp(gengamma_log_density(v)) / v[0];
    }
    /* near zero it goes like t^(1/(sigma Q) - 1) for Q > 0, and vanishes for Q <= 0 */
    double power = v[3] > 0 ? 1 / (v[2] * v[3]) : INFINITY;
    const double early[] = {1e-300, v[1], v[2], v[3]};
    return power > 1 ? 0 : power < 1 ? INFINITY : hec_exp(gengamma_log_density(early)) / early[0];
}

static double gengamma_hazard(const double *v)
{
    if (!(v[0] > 0)) {
        return gengamma_density(v);
    }
    return hec_exp(gengamma_log_density(v) + gengamma_cumhazard(v)) / v[0];
}

static double gengamma_quantile(const double *v)
{
    double w = hec_prentice_quantile(v[3], hec_level_of_probability(v[0]));
    return v[2] > 0 ? hec_exp(v[1] + v[2] * w) : NAN;
}

static double gengamma_reach(const double *v)
{
    double w = hec_prentice_quantile(v[3], level_of_hazard(v[0]));
    return v[2] > 0 ? hec_exp(v[1] + v[2] * w) : NAN;
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
