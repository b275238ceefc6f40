/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Families of survival distributions, each by its closed forms. */
#include "lang/special.h"
#include "lang/survival.h"

/* ---- exponential(rate): H = rate t --------------------------------------------------------- */

static hec_id exponential_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_mul(m, c->p[0], t);
}
static hec_id exponential_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    (void)m;
    (void)t;
    return c->p[0];
}
static hec_id exponential_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    return hec_make_div(m, h, c->p[0]);
}
static hec_id exponential_rise(const hec_make *m, const hec_survival *c, hec_id t, hec_id dt)
{
    (void)t;
    return hec_make_mul(m, c->p[0], dt);
}
static hec_id exponential_after(const hec_make *m, const hec_survival *c, hec_id entry, hec_id h)
{
    return hec_make_add(m, entry, exponential_reach(m, c, h));
}

/* ---- weibull(shape, scale): H = (t/scale)^shape -------------------------------------------- */

static hec_id weibull_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_pow(m, hec_make_div(m, t, c->p[1]), c->p[0]);
}
static hec_id weibull_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    hec_id power = hec_make_pow(m, hec_make_div(m, t, c->p[1]), hec_make_less_one(m, c->p[0]));
    return hec_make_mul(m, hec_make_div(m, c->p[0], c->p[1]), power);
}
static hec_id weibull_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    /* h^(1/shape): the logarithm costs half a power, and the time is off by some ulps of log(h) */
    hec_id power = hec_make_exp(m, hec_make_div(m, hec_make_log(m, h), c->p[0]));
    return hec_make_mul(m, c->p[1], power);
}

/* ---- weibull_ph(shape, scale): H = scale t^shape ------------------------------------------- */

static hec_id weibull_ph_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_mul(m, c->p[1], hec_make_pow(m, t, c->p[0]));
}
static hec_id weibull_ph_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_mul(m, hec_make_mul(m, c->p[1], c->p[0]),
                        hec_make_pow(m, t, hec_make_less_one(m, c->p[0])));
}
static hec_id weibull_ph_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    return hec_make_pow(m, hec_make_div(m, h, c->p[1]), hec_make_inverse(m, c->p[0]));
}

/* ---- gompertz(shape, rate): h = rate e^(shape t); shape 0 is the exponential --------------- */

static hec_id gompertz_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_mul(m, c->p[1], hec_make_exp(m, hec_make_mul(m, c->p[0], t)));
}
static hec_id gompertz_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    hec_id grown = hec_make_expm1(m, hec_make_mul(m, c->p[0], t));
    return hec_make_select(m, hec_make_equals(m, c->p[0], 0), hec_make_mul(m, c->p[1], t),
                           hec_make_mul(m, c->p[1], hec_make_div(m, grown, c->p[0])));
}
/* How long until H has grown by `rise` where the hazard is `hazard`: log1p(shape rise / hazard) /
 * shape; a falling hazard spares some for ever. */
static hec_id gompertz_wait(const hec_make *m, const hec_survival *c, hec_id hazard, hec_id rise)
{
    hec_id flat_time = hec_make_div(m, rise, hazard);
    hec_id grown = hec_make_mul(m, c->p[0], flat_time);
    hec_id time = hec_make_div(m, hec_make_log1p(m, grown), c->p[0]);
    hec_id never = hec_make_2(m, HK_LE, grown, hec_make_constant(m, -1));
    time = hec_make_select(m, never, hec_make_constant(m, INFINITY), time);
    return hec_make_select(m, hec_make_equals(m, c->p[0], 0), flat_time, time);
}
static hec_id gompertz_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    return gompertz_wait(m, c, c->p[1], h);
}
static hec_id gompertz_rise(const hec_make *m, const hec_survival *c, hec_id t, hec_id dt)
{
    hec_id hazard = gompertz_hazard(m, c, t);
    hec_id grown = hec_make_expm1(m, hec_make_mul(m, c->p[0], dt));
    return hec_make_select(m, hec_make_equals(m, c->p[0], 0), hec_make_mul(m, hazard, dt),
                           hec_make_mul(m, hazard, hec_make_div(m, grown, c->p[0])));
}
static hec_id gompertz_after(const hec_make *m, const hec_survival *c, hec_id entry, hec_id h)
{
    return hec_make_add(m, entry, gompertz_wait(m, c, gompertz_hazard(m, c, entry), h));
}

/* ---- loglogistic(shape, scale): S = 1 / (1 + odds), odds = (t/scale)^shape ----------------- */

static hec_id loglogistic_survival(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_inverse(m, hec_make_one_plus(m, weibull_cumhazard(m, c, t)));
}
static hec_id loglogistic_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_log1p(m, weibull_cumhazard(m, c, t));
}
static hec_id loglogistic_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_div(m, weibull_hazard(m, c, t),
                        hec_make_one_plus(m, weibull_cumhazard(m, c, t)));
}
static hec_id loglogistic_quantile(const hec_make *m, const hec_survival *c, hec_id p)
{
    hec_id stay = hec_make_sub(m, hec_make_constant(m, 1), p);
    return weibull_reach(m, c, hec_make_div(m, p, stay));
}
static hec_id loglogistic_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    return weibull_reach(m, c, hec_make_expm1(m, h));
}
/* 1 + odds grows by the factor e^h */
static hec_id loglogistic_after(const hec_make *m, const hec_survival *c, hec_id entry, hec_id h)
{
    hec_id carried = hec_make_mul(m, weibull_cumhazard(m, c, entry), hec_make_exp(m, h));
    return weibull_reach(m, c, hec_make_add(m, carried, hec_make_expm1(m, h)));
}

/* ---- lognormal(meanlog, sdlog): S = Phi(-z), z = (log t - meanlog) / sdlog ----------------- */

static hec_id lognormal_z(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_div(m, hec_make_sub(m, hec_make_log(m, t), c->p[0]), c->p[1]);
}
static hec_id lognormal_survival(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_1(m, HK_NORMAL_CDF, hec_make_neg(m, lognormal_z(m, c, t)));
}
/* early, when S is nearly 1, from 1 - S */
static hec_id lognormal_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    hec_id z = lognormal_z(m, c, t);
    hec_id early = hec_make_reached(m, hec_make_1(m, HK_NORMAL_CDF, z));
    hec_id late = hec_make_neg(m, hec_make_log(m, lognormal_survival(m, c, t)));
    return hec_make_select(m, hec_make_below(m, z, hec_make_constant(m, 0)), early, late);
}
/* e^(-z^2/2) / sqrt(2 pi) / (t sdlog), zero at the start */
static hec_id lognormal_density(const hec_make *m, const hec_survival *c, hec_id t)
{
    hec_id z = lognormal_z(m, c, t);
    hec_id half = hec_make_mul(m, hec_make_constant(m, -0.5), hec_make_mul(m, z, z));
    hec_id bell =
        hec_make_mul(m, hec_make_exp(m, half), hec_make_constant(m, 0.39894228040143267794));
    return hec_make_select(m, hec_make_equals(m, t, 0), hec_make_constant(m, 0),
                           hec_make_div(m, bell, hec_make_mul(m, t, c->p[1])));
}
static hec_id lognormal_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_div(m, lognormal_density(m, c, t), lognormal_survival(m, c, t));
}
static hec_id lognormal_time(const hec_make *m, const hec_survival *c, hec_id z)
{
    return hec_make_exp(m, hec_make_add(m, c->p[0], hec_make_mul(m, c->p[1], z)));
}
static hec_id lognormal_quantile(const hec_make *m, const hec_survival *c, hec_id p)
{
    return lognormal_time(m, c, hec_make_1(m, HK_NORMAL_QUANTILE, p));
}
/* the score from whichever tail is small */
static hec_id lognormal_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    hec_id lower = hec_make_neg(m, hec_make_fallen(m, h));
    hec_id upper = hec_make_exp(m, hec_make_neg(m, h));
    hec_id early = hec_make_1(m, HK_NORMAL_QUANTILE, lower);
    hec_id late = hec_make_neg(m, hec_make_1(m, HK_NORMAL_QUANTILE, upper));
    return lognormal_time(
        m, c, hec_make_select(m, hec_make_below(m, lower, hec_make_constant(m, 0.5)), early, late));
}

/* ---- the table ----------------------------------------------------------------------------- */

const hec_curve_row hec_curve_families[HEC_N_FAMILIES] = {
    {.info = {"exponential", "exponential(rate)", "S = e^(-rate t)"},
     .wants = {HEC_WANT_RATE},
     .cumhazard = exponential_cumhazard,
     .hazard = exponential_hazard,
     .reach = exponential_reach,
     .rise = exponential_rise,
     .after = exponential_after,
     .special = -1},
    {.info = {"weibull", "weibull(shape, scale)",
              "S = e^(-(t/scale)^shape), accelerated failure time"},
     .wants = {HEC_WANT_PLAIN, HEC_WANT_YEARS},
     .cumhazard = weibull_cumhazard,
     .hazard = weibull_hazard,
     .reach = weibull_reach,
     .special = -1},
    {.info = {"weibull_ph", "weibull_ph(shape, scale)",
              "S = e^(-scale t^shape), proportional hazards"},
     .wants = {HEC_WANT_PLAIN, HEC_WANT_VALUE},
     .cumhazard = weibull_ph_cumhazard,
     .hazard = weibull_ph_hazard,
     .reach = weibull_ph_reach,
     .special = -1},
    {.info = {"gompertz", "gompertz(shape, rate)", "hazard rate e^(shape t)"},
     .wants = {HEC_WANT_RATE, HEC_WANT_RATE},
     .cumhazard = gompertz_cumhazard,
     .hazard = gompertz_hazard,
     .reach = gompertz_reach,
     .rise = gompertz_rise,
     .after = gompertz_after,
     .special = -1},
    {.info = {"loglogistic", "loglogistic(shape, scale)", "S = 1 / (1 + (t/scale)^shape)"},
     .wants = {HEC_WANT_PLAIN, HEC_WANT_YEARS},
     .survival = loglogistic_survival,
     .cumhazard = loglogistic_cumhazard,
     .hazard = loglogistic_hazard,
     .quantile = loglogistic_quantile,
     .reach = loglogistic_reach,
     .after = loglogistic_after,
     .special = -1},
    {.info = {"lognormal", "lognormal(meanlog, sdlog)", "log t is normal"},
     .wants = {HEC_WANT_PLAIN, HEC_WANT_PLAIN},
     .survival = lognormal_survival,
     .cumhazard = lognormal_cumhazard,
     .hazard = lognormal_hazard,
     .density = lognormal_density,
     .quantile = lognormal_quantile,
     .reach = lognormal_reach,
     .special = -1},
    {.info = {"gamma", "gamma(shape, rate)", "gamma distribution"},
     .wants = {HEC_WANT_PLAIN, HEC_WANT_RATE},
     .special = HEC_SPECIAL_GAMMA_SURVIVAL},
    {.info = {"gengamma", "gengamma(mu, sigma, Q)",
              "generalised gamma in Prentice's form; Q = 0 is lognormal, Q = 1 Weibull, Q = sigma "
              "gamma"},
     .wants = {HEC_WANT_PLAIN, HEC_WANT_PLAIN, HEC_WANT_PLAIN},
     .special = HEC_SPECIAL_GENGAMMA_SURVIVAL},
};
