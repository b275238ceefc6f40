/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves: survival distributions and what may be asked of them.
 *
 * H is the cumulative hazard; where nothing better is given, S = e^-H and the density is h S. */
#include "lang/lower.h"

#include <math.h>
#include <string.h>

#include "lang/special.h"

/* Parameters, time (or probability, for the quantile) -> a node. */
typedef hec_id (*curve_part)(const hec_make *m, const hec_id *p, hec_id t);

typedef struct curve_row {
    hec_function_info info;
    hec_want wants[3];
    curve_part survival, cumhazard, hazard, density, quantile; /* NULL: from H and h */
    int special; /* of the five rows in the table of special functions; -1: none */
} curve_row;

static hec_id neg(const hec_make *m, hec_id a)
{
    return hec_make_1(m, HK_NEG, a);
}
static hec_id mul(const hec_make *m, hec_id a, hec_id b)
{
    return hec_make_2(m, HK_MUL, a, b);
}
static hec_id divide(const hec_make *m, hec_id a, hec_id b)
{
    return hec_make_2(m, HK_DIV, a, b);
}
static hec_id one_plus(const hec_make *m, hec_id a)
{
    return hec_make_2(m, HK_ADD, hec_make_constant(m, 1), a);
}
static hec_id minus_one(const hec_make *m, hec_id a)
{
    return hec_make_2(m, HK_SUB, a, hec_make_constant(m, 1));
}
static hec_id raise(const hec_make *m, hec_id a, hec_id b)
{
    return hec_make_2(m, HK_POW, a, b);
}
static hec_id log1p_neg(const hec_make *m, hec_id a)
{
    return hec_make_1(m, HK_LOG1P, neg(m, a));
}
/* -log(1 - p): the cumulative hazard at which a share p has had the event */
static hec_id reached(const hec_make *m, hec_id p)
{
    return neg(m, log1p_neg(m, p));
}
static hec_id inverse(const hec_make *m, hec_id a)
{
    return divide(m, hec_make_constant(m, 1), a);
}

/* ---- exponential(rate): H = rate t --------------------------------------------------------- */

static hec_id exponential_cumhazard(const hec_make *m, const hec_id *p, hec_id t)
{
    return mul(m, p[0], t);
}
static hec_id exponential_hazard(const hec_make *m, const hec_id *p, hec_id t)
{
    (void)m;
    (void)t;
    return p[0];
}
static hec_id exponential_quantile(const hec_make *m, const hec_id *p, hec_id q)
{
    return divide(m, reached(m, q), p[0]);
}

/* ---- weibull(shape, scale): H = (t/scale)^shape -------------------------------------------- */

static hec_id weibull_cumhazard(const hec_make *m, const hec_id *p, hec_id t)
{
    return raise(m, divide(m, t, p[1]), p[0]);
}
static hec_id weibull_hazard(const hec_make *m, const hec_id *p, hec_id t)
{
    return mul(m, divide(m, p[0], p[1]), raise(m, divide(m, t, p[1]), minus_one(m, p[0])));
}
static hec_id weibull_quantile(const hec_make *m, const hec_id *p, hec_id q)
{
    return mul(m, p[1], raise(m, reached(m, q), inverse(m, p[0])));
}

/* ---- weibull_ph(shape, scale): H = scale t^shape ------------------------------------------- */

static hec_id weibull_ph_cumhazard(const hec_make *m, const hec_id *p, hec_id t)
{
    return mul(m, p[1], raise(m, t, p[0]));
}
static hec_id weibull_ph_hazard(const hec_make *m, const hec_id *p, hec_id t)
{
    return mul(m, mul(m, p[1], p[0]), raise(m, t, minus_one(m, p[0])));
}
static hec_id weibull_ph_quantile(const hec_make *m, const hec_id *p, hec_id q)
{
    return raise(m, divide(m, reached(m, q), p[1]), inverse(m, p[0]));
}

/* ---- gompertz(shape, rate): h = rate e^(shape t); shape 0 is the exponential --------------- */

static hec_id gompertz_cumhazard(const hec_make *m, const hec_id *p, hec_id t)
{
    hec_id grown = hec_make_1(m, HK_EXPM1, mul(m, p[0], t));
    hec_id flat = hec_make_2(m, HK_EQ, p[0], hec_make_constant(m, 0));
    return hec_make_select(m, flat, mul(m, p[1], t), mul(m, p[1], divide(m, grown, p[0])));
}
static hec_id gompertz_hazard(const hec_make *m, const hec_id *p, hec_id t)
{
    return mul(m, p[1], hec_make_1(m, HK_EXP, mul(m, p[0], t)));
}
/* log1p(shape H / rate) / shape; a falling hazard spares some for ever */
static hec_id gompertz_quantile(const hec_make *m, const hec_id *p, hec_id q)
{
    hec_id flat_time = divide(m, reached(m, q), p[1]);
    hec_id grown = mul(m, p[0], flat_time);
    hec_id time = divide(m, hec_make_1(m, HK_LOG1P, grown), p[0]);
    hec_id never = hec_make_2(m, HK_LE, grown, hec_make_constant(m, -1));
    hec_id flat = hec_make_2(m, HK_EQ, p[0], hec_make_constant(m, 0));
    time = hec_make_select(m, never, hec_make_constant(m, __builtin_inf()), time);
    return hec_make_select(m, flat, flat_time, time);
}

/* ---- loglogistic(shape, scale): S = 1 / (1 + (t/scale)^shape) ------------------------------ */

static hec_id loglogistic_odds(const hec_make *m, const hec_id *p, hec_id t)
{
    return raise(m, divide(m, t, p[1]), p[0]);
}
static hec_id loglogistic_survival(const hec_make *m, const hec_id *p, hec_id t)
{
    return inverse(m, one_plus(m, loglogistic_odds(m, p, t)));
}
static hec_id loglogistic_cumhazard(const hec_make *m, const hec_id *p, hec_id t)
{
    return hec_make_1(m, HK_LOG1P, loglogistic_odds(m, p, t));
}
static hec_id loglogistic_hazard(const hec_make *m, const hec_id *p, hec_id t)
{
    return divide(m, weibull_hazard(m, p, t), one_plus(m, loglogistic_odds(m, p, t)));
}
static hec_id loglogistic_quantile(const hec_make *m, const hec_id *p, hec_id q)
{
    hec_id stay = hec_make_2(m, HK_SUB, hec_make_constant(m, 1), q);
    return mul(m, p[1], raise(m, divide(m, q, stay), inverse(m, p[0])));
}

/* ---- lognormal(meanlog, sdlog): S = Phi(-z), z = (log t - meanlog) / sdlog ----------------- */

static hec_id lognormal_z(const hec_make *m, const hec_id *p, hec_id t)
{
    return divide(m, hec_make_2(m, HK_SUB, hec_make_1(m, HK_LOG, t), p[0]), p[1]);
}
static hec_id lognormal_survival(const hec_make *m, const hec_id *p, hec_id t)
{
    return hec_make_1(m, HK_NORMAL_CDF, neg(m, lognormal_z(m, p, t)));
}
/* early, when S is nearly 1, from 1 - S */
static hec_id lognormal_cumhazard(const hec_make *m, const hec_id *p, hec_id t)
{
    hec_id z = lognormal_z(m, p, t);
    hec_id early = neg(m, log1p_neg(m, hec_make_1(m, HK_NORMAL_CDF, z)));
    hec_id late = neg(m, hec_make_1(m, HK_LOG, lognormal_survival(m, p, t)));
    return hec_make_select(m, hec_make_2(m, HK_LT, z, hec_make_constant(m, 0)), early, late);
}
/* e^(-z^2/2) / sqrt(2 pi) / (t sdlog), zero at the start */
static hec_id lognormal_density(const hec_make *m, const hec_id *p, hec_id t)
{
    hec_id z = lognormal_z(m, p, t);
    hec_id half = mul(m, hec_make_constant(m, -0.5), mul(m, z, z));
    hec_id bell = mul(m, hec_make_1(m, HK_EXP, half), hec_make_constant(m, 0.39894228040143267794));
    hec_id start = hec_make_2(m, HK_EQ, t, hec_make_constant(m, 0));
    return hec_make_select(m, start, hec_make_constant(m, 0), divide(m, bell, mul(m, t, p[1])));
}
static hec_id lognormal_hazard(const hec_make *m, const hec_id *p, hec_id t)
{
    return divide(m, lognormal_density(m, p, t), lognormal_survival(m, p, t));
}
static hec_id lognormal_quantile(const hec_make *m, const hec_id *p, hec_id q)
{
    hec_id z = hec_make_1(m, HK_NORMAL_QUANTILE, q);
    return hec_make_1(m, HK_EXP, hec_make_2(m, HK_ADD, p[0], mul(m, p[1], z)));
}

/* ---- the table ----------------------------------------------------------------------------- */

static const curve_row curves[] = {
    {{"exponential", "exponential(rate)", "S = e^(-rate t)"},
     {HEC_WANT_RATE},
     NULL,
     exponential_cumhazard,
     exponential_hazard,
     NULL,
     exponential_quantile,
     -1},
    {{"weibull", "weibull(shape, scale)", "S = e^(-(t/scale)^shape), accelerated failure time"},
     {HEC_WANT_PLAIN, HEC_WANT_YEARS},
     NULL,
     weibull_cumhazard,
     weibull_hazard,
     NULL,
     weibull_quantile,
     -1},
    {{"weibull_ph", "weibull_ph(shape, scale)", "S = e^(-scale t^shape), proportional hazards"},
     {HEC_WANT_PLAIN, HEC_WANT_VALUE},
     NULL,
     weibull_ph_cumhazard,
     weibull_ph_hazard,
     NULL,
     weibull_ph_quantile,
     -1},
    {{"gompertz", "gompertz(shape, rate)", "hazard rate e^(shape t)"},
     {HEC_WANT_RATE, HEC_WANT_RATE},
     NULL,
     gompertz_cumhazard,
     gompertz_hazard,
     NULL,
     gompertz_quantile,
     -1},
    {{"loglogistic", "loglogistic(shape, scale)", "S = 1 / (1 + (t/scale)^shape)"},
     {HEC_WANT_PLAIN, HEC_WANT_YEARS},
     loglogistic_survival,
     loglogistic_cumhazard,
     loglogistic_hazard,
     NULL,
     loglogistic_quantile,
     -1},
    {{"lognormal", "lognormal(meanlog, sdlog)", "log t is normal"},
     {HEC_WANT_PLAIN, HEC_WANT_PLAIN},
     lognormal_survival,
     lognormal_cumhazard,
     lognormal_hazard,
     lognormal_density,
     lognormal_quantile,
     -1},
    {{"gamma", "gamma(shape, rate)", "gamma distribution"},
     {HEC_WANT_PLAIN, HEC_WANT_RATE},
     NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     HEC_SPECIAL_GAMMA_SURVIVAL},
    {{"gengamma", "gengamma(mu, sigma, Q)",
      "generalised gamma in Prentice's form; Q = 0 is lognormal, Q = 1 Weibull, Q = sigma gamma"},
     {HEC_WANT_PLAIN, HEC_WANT_PLAIN, HEC_WANT_PLAIN},
     NULL,
     NULL,
     NULL,
     NULL,
     NULL,
     HEC_SPECIAL_GENGAMMA_SURVIVAL},
};
enum { N_CURVES = sizeof curves / sizeof curves[0] };

size_t hec_curve_count(void)
{
    return N_CURVES;
}

const hec_function_info *hec_curve_describe(size_t index)
{
    return index < N_CURVES ? &curves[index].info : NULL;
}

static const curve_row *find_curve(const char *name)
{
    for (size_t i = 0; i < N_CURVES; i++) {
        if (strcmp(curves[i].info.name, name) == 0) {
            return &curves[i];
        }
    }
    return NULL;
}

bool hec_curve_named(const char *name)
{
    return find_curve(name) != NULL;
}

bool hec_expr_is_curve(const hec_expr *expr)
{
    return expr->kind == HEC_EXPR_CALL && hec_curve_named(expr->name);
}

/* ---- lowering ------------------------------------------------------------------------------ */

static hec_id make_special(const hec_make *m, const curve_row *row, hec_curve_part part,
                           const hec_id *p, hec_id t)
{
    static const int offsets[] = {
        [HEC_CURVE_SURVIVAL] = HEC_SPECIAL_GAMMA_SURVIVAL,
        [HEC_CURVE_CUMHAZARD] = HEC_SPECIAL_GAMMA_CUMHAZARD,
        [HEC_CURVE_HAZARD] = HEC_SPECIAL_GAMMA_HAZARD,
        [HEC_CURVE_DENSITY] = HEC_SPECIAL_GAMMA_DENSITY,
        [HEC_CURVE_QUANTILE] = HEC_SPECIAL_GAMMA_QUANTILE,
    };
    const hec_id args[4] = {t, p[0], p[1], p[2]};
    int offset = offsets[part] - HEC_SPECIAL_GAMMA_SURVIVAL;
    return hec_graph_special(m->graph, row->special + offset, args, m->place);
}

static hec_id make_part(const hec_make *m, const curve_row *row, hec_curve_part part,
                        const hec_id *p, hec_id t)
{
    if (row->special >= 0) {
        return make_special(m, row, part, p, t);
    }
    switch (part) {
    case HEC_CURVE_SURVIVAL:
        return row->survival ? row->survival(m, p, t)
                             : hec_make_1(m, HK_EXP, neg(m, row->cumhazard(m, p, t)));
    case HEC_CURVE_CUMHAZARD:
        return row->cumhazard(m, p, t);
    case HEC_CURVE_HAZARD:
        return row->hazard(m, p, t);
    case HEC_CURVE_DENSITY:
        return row->density
                   ? row->density(m, p, t)
                   : mul(m, row->hazard(m, p, t), make_part(m, row, HEC_CURVE_SURVIVAL, p, t));
    default:
        return row->quantile(m, p, t);
    }
}

/* The distribution that the first argument is, or names; reports when it is neither. */
static const hec_expr *curve_of(const hec_call *call)
{
    hec_lowering *lo = call->lowering;
    const hec_expr *expr = call->args[0], *found = expr;
    const hec_scope *scope = lo->scope;
    if (expr->kind == HEC_EXPR_NAME && scope->definition) {
        found = scope->definition(scope->context, expr->name);
    }
    if (found && hec_expr_is_curve(found)) {
        return found;
    }
    hec_text names = {0};
    for (size_t i = 0; i < N_CURVES; i++) {
        hec_text_format(&names, "%s%s", i > 0 ? ", " : "", curves[i].info.signature);
    }
    hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
               "`%s` needs a survival distribution here", call->expr->name);
    hec_report_help(lo->diagnostics, "one of %s", names.data ? names.data : "");
    hec_text_free(&names);
    return NULL;
}

/* event within dt of t: 1 - e^-(H(t + dt) - H(t)); 1 where nobody is left to have it */
static hec_value lower_event_prob(const hec_call *call, const curve_row *row, const hec_id *p,
                                  const hec_value *t)
{
    hec_value dt = hec_lower_time(call, 2, call->lowering->scope->cycle_length);
    hec_make m = hec_make_for(call);
    hec_id later = hec_make_2(&m, HK_ADD, t->id, dt.id);
    if (t->id < 0 || dt.id < 0) {
        return hec_no_value();
    }
    hec_id now = make_part(&m, row, HEC_CURVE_CUMHAZARD, p, t->id);
    hec_id rise =
        hec_make_2(&m, HK_SUB, now, make_part(&m, row, HEC_CURVE_CUMHAZARD, p, later));
    hec_id nobody = hec_make_2(&m, HK_EQ, now, hec_make_constant(&m, INFINITY));
    hec_type type = HEC_TYPE_PROBABILITY;
    double years;
    if (hec_known(m.graph, dt.id, &years) && years > 0) {
        type.interval = years;
    }
    hec_id share = neg(&m, hec_make_1(&m, HK_EXPM1, rise));
    return (hec_value){hec_make_select(&m, nobody, hec_make_constant(&m, 1), share), type};
}

hec_value hec_lower_curve(const hec_call *call)
{
    const hec_type *types[] = {
        [HEC_CURVE_SURVIVAL] = &HEC_TYPE_PROBABILITY, [HEC_CURVE_HAZARD] = &HEC_TYPE_PER_YEAR,
        [HEC_CURVE_CUMHAZARD] = &HEC_TYPE_RATIO,      [HEC_CURVE_DENSITY] = &HEC_TYPE_PER_YEAR,
        [HEC_CURVE_QUANTILE] = &HEC_TYPE_YEARS,
    };
    hec_curve_part part = (hec_curve_part)call->detail;
    const hec_expr *bound[HEC_CALL_ARGS];
    hec_id p[3] = {-1, -1, -1};
    const hec_expr *curve = curve_of(call);
    hec_value t =
        hec_lower_arg(call, 1, part == HEC_CURVE_QUANTILE ? HEC_WANT_PROBABILITY : HEC_WANT_YEARS);
    const curve_row *row = curve ? find_curve(curve->name) : NULL;
    if (!row || !hec_bind(call->lowering, &row->info, curve, bound)) {
        return hec_no_value();
    }
    bool good = t.id >= 0;
    for (size_t i = 0; i < 3 && bound[i]; i++) {
        p[i] = hec_lower_wanted(call->lowering, bound[i], row->wants[i], curve->name).id;
        good = good && p[i] >= 0;
    }
    if (!good) {
        return hec_no_value();
    }
    if (part == HEC_CURVE_EVENT_PROB) {
        return lower_event_prob(call, row, p, &t);
    }
    hec_make m = hec_make_for(call);
    return (hec_value){make_part(&m, row, part, p, t.id), *types[part]};
}
