/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compositions: survival distributions made of others.
 *
 * All stand on cumulative hazards, so that tails keep their digits where survival is nearly 1 or
 * nearly 0. H is the distribution's own, H_D that of the one it is made of. */
#include "lang/survival.h"

#include <float.h>

/* e^H is still far from overflow here, and 1 as good as nothing beside it. */
static const double LARGE = 500;

/* The parameter after the distribution, and the distribution. */
static bool read_one(const hec_curve_reading *r, hec_survival *c, const hec_expr *const *bound,
                     hec_want want)
{
    const char *name = c->row->info.name;
    c->of[0] = hec_curve_read(r, bound[0], name);
    c->n_of = 1;
    c->p[0] = hec_lower_wanted(r->lowering, bound[1], want, name).id;
    return c->of[0] && c->p[0] >= 0;
}

static bool read_ratio(const hec_curve_reading *r, hec_survival *c, const hec_expr *const *bound)
{
    return read_one(r, c, bound, HEC_WANT_PLAIN) &&
           hec_curve_within(r, c->p[0], bound[1], DBL_MIN, DBL_MAX, "a ratio above 0");
}

/* ---- hazard_ratio(curve, ratio): H = ratio H_D --------------------------------------------- */

static hec_id hr_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_mul(m, c->p[0], hec_curve_cumhazard(m, c->of[0], t));
}
static hec_id hr_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_mul(m, c->p[0], hec_curve_hazard(m, c->of[0], t));
}
static hec_id hr_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    return hec_curve_reach(m, c->of[0], hec_make_div(m, h, c->p[0]));
}
static hec_id hr_rise(const hec_make *m, const hec_survival *c, hec_id t, hec_id dt)
{
    return hec_make_mul(m, c->p[0], hec_curve_rise(m, c->of[0], t, dt));
}
static hec_id hr_after(const hec_make *m, const hec_survival *c, hec_id entry, hec_id h)
{
    return hec_curve_after(m, c->of[0], entry, hec_make_div(m, h, c->p[0]));
}

/* ---- time_ratio(curve, ratio): S(t) = S_D(t / ratio) --------------------------------------- */

static hec_id slowed(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_div(m, t, c->p[0]);
}
static hec_id tr_survival(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_curve_survival(m, c->of[0], slowed(m, c, t));
}
static hec_id tr_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_curve_cumhazard(m, c->of[0], slowed(m, c, t));
}
static hec_id tr_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_div(m, hec_curve_hazard(m, c->of[0], slowed(m, c, t)), c->p[0]);
}
static hec_id tr_density(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_div(m, hec_curve_density(m, c->of[0], slowed(m, c, t)), c->p[0]);
}
static hec_id tr_quantile(const hec_make *m, const hec_survival *c, hec_id p)
{
    return hec_make_mul(m, c->p[0], hec_curve_quantile(m, c->of[0], p));
}
static hec_id tr_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    return hec_make_mul(m, c->p[0], hec_curve_reach(m, c->of[0], h));
}
static hec_id tr_rise(const hec_make *m, const hec_survival *c, hec_id t, hec_id dt)
{
    return hec_curve_rise(m, c->of[0], slowed(m, c, t), slowed(m, c, dt));
}
static hec_id tr_after(const hec_make *m, const hec_survival *c, hec_id entry, hec_id h)
{
    return hec_make_mul(m, c->p[0], hec_curve_after(m, c->of[0], slowed(m, c, entry), h));
}

/* ---- odds_ratio(curve, ratio): (1 - S)/S = ratio (1 - S_D)/S_D, which is e^H - 1 ------------ */

/* log(1 + ratio (e^h - 1)), and from there on where 1 is nothing beside e^h: h + log(ratio) */
static hec_id with_odds(const hec_make *m, hec_id h, hec_id ratio)
{
    hec_id near = hec_make_log1p(m, hec_make_mul(m, ratio, hec_make_expm1(m, h)));
    hec_id far = hec_make_add(m, h, hec_make_log(m, ratio));
    return hec_make_select(m, hec_make_below(m, h, hec_make_constant(m, LARGE)), near, far);
}
static hec_id or_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return with_odds(m, hec_curve_cumhazard(m, c->of[0], t), c->p[0]);
}
/* h = ratio h_D / (S_D + ratio (1 - S_D)) */
static hec_id or_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    hec_id lost = hec_make_neg(m, hec_make_fallen(m, hec_curve_cumhazard(m, c->of[0], t)));
    hec_id whole =
        hec_make_add(m, hec_curve_survival(m, c->of[0], t), hec_make_mul(m, c->p[0], lost));
    return hec_make_div(m, hec_make_mul(m, c->p[0], hec_curve_hazard(m, c->of[0], t)), whole);
}
static hec_id or_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    return hec_curve_reach(m, c->of[0], with_odds(m, h, hec_make_inverse(m, c->p[0])));
}

/* ---- cured(curve, fraction): S = fraction + (1 - fraction) S_D ------------------------------ */

static bool read_cured(const hec_curve_reading *r, hec_survival *c, const hec_expr *const *bound)
{
    return read_one(r, c, bound, HEC_WANT_PROBABILITY) &&
           hec_curve_within(r, c->p[0], bound[1], 0, 1, "a fraction between 0 and 1");
}
/* who can have the event */
static hec_id uncured(const hec_make *m, const hec_survival *c)
{
    return hec_make_sub(m, hec_make_constant(m, 1), c->p[0]);
}
static hec_id cured_survival(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_add(m, c->p[0],
                        hec_make_mul(m, uncured(m, c), hec_curve_survival(m, c->of[0], t)));
}
/* from 1 - S while few have had the event, from S when most have */
static hec_id cured_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    hec_id h = hec_curve_cumhazard(m, c->of[0], t);
    hec_id early = hec_make_log1p(m, hec_make_mul(m, uncured(m, c), hec_make_fallen(m, h)));
    hec_id late = hec_make_log(m, cured_survival(m, c, t));
    hec_id few = hec_make_below(m, h, hec_make_constant(m, 1));
    return hec_make_neg(m, hec_make_select(m, few, early, late));
}
static hec_id cured_density(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_mul(m, uncured(m, c), hec_curve_density(m, c->of[0], t));
}
static hec_id cured_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_div(m, cured_density(m, c, t), cured_survival(m, c, t));
}
/* e^-h = fraction + (1 - fraction) e^-h_D; never, where e^-h is not above the fraction */
static hec_id cured_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    hec_id zero = hec_make_constant(m, 0);
    hec_id stay = hec_make_sub(m, hec_make_exp(m, hec_make_neg(m, h)), c->p[0]);
    hec_id late = hec_make_log(m, hec_make_div(m, stay, uncured(m, c)));
    hec_id lost = hec_make_div(m, hec_make_fallen(m, h), uncured(m, c));
    hec_id early = hec_make_log1p(m, hec_make_2(m, HK_MAX, lost, hec_make_constant(m, -1)));
    hec_id few = hec_make_below(m, h, hec_make_constant(m, 0.5));
    hec_id inner = hec_make_neg(m, hec_make_select(m, few, early, late));
    hec_id never = hec_make_2(m, HK_LE, stay, zero);
    return hec_make_select(m, never, hec_make_constant(m, INFINITY),
                           hec_curve_reach(m, c->of[0], inner));
}

/* ---- competing(a, b, ...): H = H_a + H_b + ... ---------------------------------------------- */

static bool read_competing(const hec_curve_reading *r, hec_survival *c,
                           const hec_expr *const *bound)
{
    bool good = true;
    (void)bound;
    for (size_t i = 0; i < c->expr->n_args; i++) {
        c->of[i] = hec_curve_read(r, c->expr->args[i], c->row->info.name);
        good = good && c->of[i];
    }
    c->n_of = c->expr->n_args;
    return good;
}
static hec_id competing_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    hec_id all = hec_curve_cumhazard(m, c->of[0], t);
    for (size_t i = 1; i < c->n_of; i++) {
        all = hec_make_add(m, all, hec_curve_cumhazard(m, c->of[i], t));
    }
    return all;
}
static hec_id competing_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    hec_id all = hec_curve_hazard(m, c->of[0], t);
    for (size_t i = 1; i < c->n_of; i++) {
        all = hec_make_add(m, all, hec_curve_hazard(m, c->of[i], t));
    }
    return all;
}
static hec_id competing_rise(const hec_make *m, const hec_survival *c, hec_id t, hec_id dt)
{
    hec_id all = hec_curve_rise(m, c->of[0], t, dt);
    for (size_t i = 1; i < c->n_of; i++) {
        all = hec_make_add(m, all, hec_curve_rise(m, c->of[i], t, dt));
    }
    return all;
}

/* ---- switch_at(first, time, then): S = S_first, from `time` on S_first(time) S_then /
 * S_then(time)
 */

static bool read_switch(const hec_curve_reading *r, hec_survival *c, const hec_expr *const *bound)
{
    const char *name = c->row->info.name;
    c->of[0] = hec_curve_read(r, bound[0], name);
    c->p[0] = hec_lower_wanted(r->lowering, bound[1], HEC_WANT_YEARS, name).id;
    c->of[1] = hec_curve_read(r, bound[2], name);
    c->n_of = 2;
    return c->of[0] && c->of[1] && c->p[0] >= 0 &&
           hec_curve_within(r, c->p[0], bound[1], 0, DBL_MAX, "a time from 0 on");
}
static hec_id before_switch(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_below(m, t, c->p[0]);
}
/* The part of [t, t + dt) that lies before the switch, and the part after it. */
static hec_id switch_rise(const hec_make *m, const hec_survival *c, hec_id t, hec_id dt)
{
    hec_id end = hec_make_add(m, t, dt), late = hec_make_2(m, HK_MAX, t, c->p[0]);
    hec_id first = hec_curve_rise(m, c->of[0], t, dt);
    hec_id then = hec_curve_rise(m, c->of[1], t, dt);
    hec_id until = hec_curve_rise(m, c->of[0], t, hec_make_sub(m, c->p[0], t));
    hec_id since = hec_curve_rise(m, c->of[1], late, hec_make_sub(m, end, late));
    hec_id both = hec_make_add(m, until, since);
    hec_id within = hec_make_2(m, HK_LE, end, c->p[0]);
    return hec_make_select(m, before_switch(m, c, t), hec_make_select(m, within, first, both),
                           then);
}
static hec_id switch_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    hec_id end = hec_make_2(m, HK_MAX, t, c->p[0]);
    hec_id since = hec_curve_rise(m, c->of[1], c->p[0], hec_make_sub(m, end, c->p[0]));
    hec_id both = hec_make_add(m, hec_curve_cumhazard(m, c->of[0], c->p[0]), since);
    return hec_make_select(m, before_switch(m, c, t), hec_curve_cumhazard(m, c->of[0], t), both);
}
/* Times are sums of many steps: the switch is met within a billionth. */
static hec_id switch_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    hec_id met = hec_make_add(m, t, hec_make_constant(m, HEC_CURVE_NEAR));
    return hec_make_select(m, before_switch(m, c, met), hec_curve_hazard(m, c->of[0], t),
                           hec_curve_hazard(m, c->of[1], t));
}
static hec_id switch_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    hec_id until = hec_curve_cumhazard(m, c->of[0], c->p[0]);
    hec_id rest = hec_make_2(m, HK_MAX, hec_make_sub(m, h, until), hec_make_constant(m, 0));
    return hec_make_select(m, hec_make_below(m, h, until), hec_curve_reach(m, c->of[0], h),
                           hec_curve_after(m, c->of[1], c->p[0], rest));
}
/* Who comes before the switch may have the event before it or after it. */
static hec_id switch_after(const hec_make *m, const hec_survival *c, hec_id entry, hec_id h)
{
    hec_id until = hec_curve_rise(m, c->of[0], entry, hec_make_sub(m, c->p[0], entry));
    hec_id rest = hec_make_2(m, HK_MAX, hec_make_sub(m, h, until), hec_make_constant(m, 0));
    hec_id crossed =
        hec_make_select(m, hec_make_below(m, h, until), hec_curve_after(m, c->of[0], entry, h),
                        hec_curve_after(m, c->of[1], c->p[0], rest));
    return hec_make_select(m, before_switch(m, c, entry), crossed,
                           hec_curve_after(m, c->of[1], entry, h));
}

/* ---- the table ----------------------------------------------------------------------------- */

const hec_curve_row hec_curve_compositions[HEC_N_COMPOSITIONS] = {
    {.info = {"hazard_ratio", "hazard_ratio(curve, ratio)",
              "a curve whose hazard is multiplied at all times: S = S_curve^ratio"},
     .read = read_ratio,
     .cumhazard = hr_cumhazard,
     .hazard = hr_hazard,
     .reach = hr_reach,
     .rise = hr_rise,
     .after = hr_after,
     .special = -1},
    {.info = {"time_ratio", "time_ratio(curve, ratio)",
              "a curve whose times are multiplied: S(t) = S_curve(t / ratio)"},
     .read = read_ratio,
     .survival = tr_survival,
     .cumhazard = tr_cumhazard,
     .hazard = tr_hazard,
     .density = tr_density,
     .quantile = tr_quantile,
     .reach = tr_reach,
     .rise = tr_rise,
     .after = tr_after,
     .special = -1},
    {.info = {"odds_ratio", "odds_ratio(curve, ratio)",
              "a curve whose odds (1 - S)/S of the event are multiplied at all times"},
     .read = read_ratio,
     .cumhazard = or_cumhazard,
     .hazard = or_hazard,
     .reach = or_reach,
     .special = -1},
    {.info = {"cured", "cured(curve, fraction)",
              "a fraction never has the event: S = fraction + (1 - fraction) S_curve"},
     .read = read_cured,
     .survival = cured_survival,
     .cumhazard = cured_cumhazard,
     .hazard = cured_hazard,
     .density = cured_density,
     .reach = cured_reach,
     .special = -1},
    {.info = {"competing", "competing(a, b, ...)",
              "the earliest of several events: hazards are added, survivals multiplied"},
     .read = read_competing,
     .cumhazard = competing_cumhazard,
     .hazard = competing_hazard,
     .rise = competing_rise,
     .special = -1},
    {.info = {"switch_at", "switch_at(first, time, then)",
              "the first curve until a time, then the hazard of the other at the same t"},
     .read = read_switch,
     .cumhazard = switch_cumhazard,
     .hazard = switch_hazard,
     .reach = switch_reach,
     .rise = switch_rise,
     .after = switch_after,
     .special = -1},
};
