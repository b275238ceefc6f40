/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of the language: one table of signature, words and lowering. */
#include "lang/lower.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Shares and times come out of sums and divisions: a threshold is reached within this. */
static const double NEAR = 1e-9;

/* ---- choosing and rounding ----------------------------------------------------------------- */

static hec_value lower_if(const hec_call *call)
{
    hec_value c = hec_lower_arg(call, 0, HEC_WANT_CONDITION);
    hec_value a = hec_lower_expr(call->lowering, call->args[1]);
    hec_value b = hec_lower_expr(call->lowering, call->args[2]);
    hec_make m = hec_make_for(call);
    if (c.id < 0 || a.id < 0 || b.id < 0 ||
        !hec_unify_reporting(call->lowering, &a.type, call->args[1], &b.type, call->args[2],
                             "if")) {
        return hec_no_value();
    }
    return (hec_value){hec_make_select(&m, c.id, a.id, b.id), a.type};
}

/* min, max, sum: an operation over any number of values */
static hec_value lower_fold(const hec_call *call)
{
    const hec_expr *expr = call->expr;
    hec_make m = hec_make_for(call);
    hec_value all = hec_no_value();
    bool good = true;
    for (size_t i = 0; i < expr->n_args; i++) {
        hec_value next =
            hec_lower_wanted(call->lowering, expr->args[i], HEC_WANT_VALUE, expr->name);
        good = good && next.id >= 0;
        if (!good) {
            continue;
        }
        if (i == 0) {
            all = next;
            continue;
        }
        good = hec_unify_reporting(call->lowering, &all.type, expr->args[0], &next.type,
                                   expr->args[i], expr->name);
        all.id = good ? hec_make_2(&m, (hk_op)call->detail, all.id, next.id) : -1;
    }
    return good ? all : hec_no_value();
}

static hec_value lower_clamp(const hec_call *call)
{
    hec_value x = hec_lower_arg(call, 0, HEC_WANT_VALUE);
    hec_value low = hec_lower_arg(call, 1, HEC_WANT_VALUE);
    hec_value high = hec_lower_arg(call, 2, HEC_WANT_VALUE);
    hec_make m = hec_make_for(call);
    if (x.id < 0 || low.id < 0 || high.id < 0 ||
        !hec_unify_reporting(call->lowering, &x.type, call->args[0], &low.type, call->args[1],
                             "clamp") ||
        !hec_unify_reporting(call->lowering, &x.type, call->args[0], &high.type, call->args[2],
                             "clamp")) {
        return hec_no_value();
    }
    return (hec_value){hec_make_2(&m, HK_MIN, hec_make_2(&m, HK_MAX, x.id, low.id), high.id),
                       x.type};
}

/* abs, floor: the unit stays */
static hec_value lower_keeping(const hec_call *call)
{
    hec_value x = hec_lower_arg(call, 0, HEC_WANT_VALUE);
    hec_make m = hec_make_for(call);
    return (hec_value){hec_make_1(&m, (hk_op)call->detail, x.id), x.type};
}

static hec_value lower_ceil(const hec_call *call)
{
    hec_value x = hec_lower_arg(call, 0, HEC_WANT_VALUE);
    hec_make m = hec_make_for(call);
    hec_id down = hec_make_1(&m, HK_FLOOR, hec_make_1(&m, HK_NEG, x.id));
    return (hec_value){hec_make_1(&m, HK_NEG, down), x.type};
}

/* floor(x), or one more when the rest is a half or above: exact, unlike floor(x + 0.5) */
static hec_id make_round(const hec_make *m, hec_id x)
{
    hec_id down = hec_make_1(m, HK_FLOOR, x);
    hec_id rest = hec_make_2(m, HK_SUB, x, down);
    hec_id up = hec_make_2(m, HK_LE, hec_make_constant(m, 0.5), rest);
    return hec_make_select(m, up, hec_make_2(m, HK_ADD, down, hec_make_constant(m, 1)), down);
}

static hec_value lower_round(const hec_call *call)
{
    hec_value x = hec_lower_arg(call, 0, HEC_WANT_VALUE);
    hec_make m = hec_make_for(call);
    return (hec_value){make_round(&m, x.id), x.type};
}

static hec_value lower_number(const hec_call *call)
{
    hec_value x = hec_lower_arg(call, 0, HEC_WANT_VALUE);
    return (hec_value){x.id, HEC_TYPE_ANY};
}

/* ---- elementary functions ------------------------------------------------------------------ */

/* A kernel of a plain number; what the result means only the writer knows. */
static hec_value lower_plain(const hec_call *call)
{
    hec_value x = hec_lower_arg(call, 0, HEC_WANT_PLAIN);
    hec_make m = hec_make_for(call);
    return (hec_value){hec_make_1(&m, (hk_op)call->detail, x.id), HEC_TYPE_ANY};
}

/* log(x)/log(10), put right at the powers of ten, where people look */
static hec_value lower_log10(const hec_call *call)
{
    hec_value x = hec_lower_arg(call, 0, HEC_WANT_PLAIN);
    hec_make m = hec_make_for(call);
    hec_id ten = hec_make_constant(&m, 10);
    hec_id log = hec_make_2(&m, HK_DIV, hec_make_1(&m, HK_LOG, x.id), hec_make_1(&m, HK_LOG, ten));
    hec_id whole = make_round(&m, log);
    hec_id exact = hec_make_2(&m, HK_EQ, hec_make_2(&m, HK_POW, ten, whole), x.id);
    return (hec_value){hec_make_select(&m, exact, whole, log), HEC_TYPE_ANY};
}

static hec_value lower_pow(const hec_call *call)
{
    return hec_lower_power(call->lowering, call->args[0], call->args[1], call->expr->place);
}

static hec_value lower_sqrt(const hec_call *call)
{
    hec_expr half = {
        .kind = HEC_EXPR_NUMBER, .value = 0.5, .type = HEC_TYPE_ANY, .place = call->expr->place};
    return hec_lower_power(call->lowering, call->args[0], &half, call->expr->place);
}

static hec_value lower_logistic(const hec_call *call)
{
    hec_value x = hec_lower_arg(call, 0, HEC_WANT_PLAIN);
    hec_make m = hec_make_for(call);
    hec_id one = hec_make_constant(&m, 1);
    hec_id grown = hec_make_1(&m, HK_EXP, hec_make_1(&m, HK_NEG, x.id));
    return (hec_value){hec_make_2(&m, HK_DIV, one, hec_make_2(&m, HK_ADD, one, grown)),
                       HEC_TYPE_PROBABILITY};
}

static hec_id make_odds(const hec_make *m, hec_id p)
{
    return hec_make_2(m, HK_DIV, p, hec_make_2(m, HK_SUB, hec_make_constant(m, 1), p));
}

static hec_value lower_logit(const hec_call *call)
{
    hec_value p = hec_lower_arg(call, 0, HEC_WANT_PROBABILITY);
    hec_make m = hec_make_for(call);
    return (hec_value){hec_make_1(&m, HK_LOG, make_odds(&m, p.id)), HEC_TYPE_ANY};
}

static hec_value lower_normal_cdf(const hec_call *call)
{
    hec_value x = lower_plain(call);
    x.type = HEC_TYPE_PROBABILITY;
    return x;
}

static hec_value lower_normal_quantile(const hec_call *call)
{
    hec_value p = hec_lower_arg(call, 0, HEC_WANT_PROBABILITY);
    hec_make m = hec_make_for(call);
    return (hec_value){hec_make_1(&m, HK_NORMAL_QUANTILE, p.id), HEC_TYPE_ANY};
}

/* ---- rates, probabilities, odds ------------------------------------------------------------ */

static hec_type probability_within(const hec_call *call, hec_id interval)
{
    hec_type type = HEC_TYPE_PROBABILITY;
    double years;
    if (hec_known(call->lowering->graph, interval, &years) && years > 0) {
        type.interval = years;
    }
    return type;
}

/* 1 - (1 - p)^k = -expm1(k log1p(-p)) */
static hec_id make_compound(const hec_make *m, hec_id p, hec_id k)
{
    hec_id log_stay = hec_make_1(m, HK_LOG1P, hec_make_1(m, HK_NEG, p));
    return hec_make_1(m, HK_NEG, hec_make_1(m, HK_EXPM1, hec_make_2(m, HK_MUL, k, log_stay)));
}

static hec_value lower_rate_to_prob(const hec_call *call)
{
    hec_value rate = hec_lower_arg(call, 0, HEC_WANT_RATE);
    hec_value dt = hec_lower_time(call, 1, call->lowering->scope->cycle_length);
    hec_make m = hec_make_for(call);
    hec_id hazard = hec_make_1(&m, HK_NEG, hec_make_2(&m, HK_MUL, rate.id, dt.id));
    return (hec_value){hec_make_1(&m, HK_NEG, hec_make_1(&m, HK_EXPM1, hazard)),
                       probability_within(call, dt.id)};
}

/* A stated time must be the one that the probability covers, when that is known. */
static bool check_interval(const hec_call *call, const hec_value *p, hec_value time, size_t index)
{
    double years = 0;
    hec_type covers = HEC_TYPE_PROBABILITY;
    if (p->id < 0 || time.id < 0 || p->type.kind != HEC_KIND_PROBABILITY ||
        !hec_known(call->lowering->graph, time.id, &years)) {
        return p->id >= 0 && time.id >= 0;
    }
    covers.interval = years;
    if (hec_type_agree(&covers, &p->type)) {
        return true;
    }
    char words[160], stated[160];
    hec_type_words(&p->type, words, sizeof words);
    hec_type_text(&covers, stated, sizeof stated);
    hec_report(call->lowering->diagnostics, HEC_CHECK_UNIT_MISMATCH, call->args[index]->place,
               "the time stated makes this a %s, but it is %s", stated, words);
    hec_report_note(call->lowering->diagnostics, call->args[0]->place, "this is %s", words);
    hec_report_help(call->lowering->diagnostics,
                    "rescale_prob(p, from, to) changes the time a probability covers");
    return false;
}

static hec_value lower_prob_to_rate(const hec_call *call)
{
    hec_value p = hec_lower_arg(call, 0, HEC_WANT_PROBABILITY);
    double covers = p.type.interval > 0 ? p.type.interval : call->lowering->scope->cycle_length;
    hec_value dt = hec_lower_time(call, 1, covers);
    hec_make m = hec_make_for(call);
    if (call->args[1] && !check_interval(call, &p, dt, 1)) {
        return hec_no_value();
    }
    hec_id log_stay = hec_make_1(&m, HK_LOG1P, hec_make_1(&m, HK_NEG, p.id));
    return (hec_value){hec_make_2(&m, HK_DIV, hec_make_1(&m, HK_NEG, log_stay), dt.id),
                       HEC_TYPE_PER_YEAR};
}

static hec_value lower_prob_to_odds(const hec_call *call)
{
    hec_value p = hec_lower_arg(call, 0, HEC_WANT_PROBABILITY);
    hec_make m = hec_make_for(call);
    return (hec_value){make_odds(&m, p.id),
                       (hec_type){.kind = HEC_KIND_ODDS, .interval = p.type.interval}};
}

static hec_value lower_odds_to_prob(const hec_call *call)
{
    hec_value odds = hec_lower_arg(call, 0, HEC_WANT_ODDS);
    hec_make m = hec_make_for(call);
    hec_type type = {.kind = HEC_KIND_PROBABILITY, .interval = odds.type.interval};
    hec_id whole = hec_make_2(&m, HK_ADD, hec_make_constant(&m, 1), odds.id);
    return (hec_value){hec_make_2(&m, HK_DIV, odds.id, whole), type};
}

static hec_value lower_rescale_prob(const hec_call *call)
{
    hec_value p = hec_lower_arg(call, 0, HEC_WANT_PROBABILITY);
    hec_value from = hec_lower_arg(call, 1, HEC_WANT_YEARS);
    hec_value to = hec_lower_arg(call, 2, HEC_WANT_YEARS);
    hec_make m = hec_make_for(call);
    if (!check_interval(call, &p, from, 1) || to.id < 0) {
        return hec_no_value();
    }
    return (hec_value){make_compound(&m, p.id, hec_make_2(&m, HK_DIV, to.id, from.id)),
                       probability_within(call, to.id)};
}

/* A probability stays one of the same interval; an unstated kind becomes a probability. */
static hec_type as_probability(const hec_value *p)
{
    return p->type.kind == HEC_KIND_PROBABILITY ? p->type : HEC_TYPE_PROBABILITY;
}

/* p or / (1 - p + p or): the odds multiplied, without dividing by zero at p = 1 */
static hec_value lower_apply_or(const hec_call *call)
{
    hec_value p = hec_lower_arg(call, 0, HEC_WANT_PROBABILITY);
    hec_value ratio = hec_lower_arg(call, 1, HEC_WANT_PLAIN);
    hec_make m = hec_make_for(call);
    hec_id more = hec_make_2(&m, HK_MUL, p.id, ratio.id);
    hec_id stay = hec_make_2(&m, HK_SUB, hec_make_constant(&m, 1), p.id);
    return (hec_value){hec_make_2(&m, HK_DIV, more, hec_make_2(&m, HK_ADD, stay, more)),
                       as_probability(&p)};
}

static hec_value lower_apply_rr(const hec_call *call)
{
    hec_value p = hec_lower_arg(call, 0, HEC_WANT_PROBABILITY);
    hec_value ratio = hec_lower_arg(call, 1, HEC_WANT_PLAIN);
    hec_make m = hec_make_for(call);
    return (hec_value){hec_make_2(&m, HK_MUL, p.id, ratio.id), as_probability(&p)};
}

static hec_value lower_apply_hr(const hec_call *call)
{
    hec_value p = hec_lower_arg(call, 0, HEC_WANT_PROBABILITY);
    hec_value ratio = hec_lower_arg(call, 1, HEC_WANT_PLAIN);
    hec_make m = hec_make_for(call);
    return (hec_value){make_compound(&m, p.id, ratio.id), as_probability(&p)};
}

/* ---- steps and bands ----------------------------------------------------------------------- */

static hec_value lower_step(const hec_call *call)
{
    hec_value x = hec_lower_arg(call, 0, HEC_WANT_VALUE);
    hec_value width = hec_lower_arg(call, 1, HEC_WANT_VALUE);
    hec_make m = hec_make_for(call);
    if (x.id < 0 || width.id < 0 ||
        !hec_unify_reporting(call->lowering, &x.type, call->args[0], &width.type, call->args[1],
                             "step")) {
        return hec_no_value();
    }
    hec_id steps =
        hec_make_2(&m, HK_ADD, hec_make_2(&m, HK_DIV, x.id, width.id), hec_make_constant(&m, NEAR));
    return (hec_value){hec_make_1(&m, HK_FLOOR, steps), HEC_TYPE_RATIO};
}

/* {k: v, ...} with keys known and rising */
typedef struct knots {
    size_t count;
    double *keys;
    hec_id *values;
    hec_type type; /* of the values */
} knots;

static bool read_key(const hec_call *call, const hec_value *x, const hec_expr *key, size_t i,
                     knots *out)
{
    hec_lowering *lo = call->lowering;
    hec_value value = hec_lower_wanted(lo, key, HEC_WANT_VALUE, call->expr->name);
    hec_type both = x->type;
    if (value.id < 0 ||
        !hec_unify_reporting(lo, &both, call->args[0], &value.type, key, call->expr->name)) {
        return false;
    }
    if (!hec_known(lo->graph, value.id, &out->keys[i])) {
        hec_report(lo->diagnostics, HEC_CHECK_NOT_CONSTANT, key->place,
                   "a key of `%s` must be known before the run", call->expr->name);
        return false;
    }
    if (i > 0 && !(out->keys[i] > out->keys[i - 1])) {
        hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, key->place,
                   "the keys of `%s` must rise, but this one is not above the one before",
                   call->expr->name);
        return false;
    }
    return true;
}

static bool read_knots(const hec_call *call, const hec_value *x, knots *out)
{
    hec_lowering *lo = call->lowering;
    const hec_expr *pairs = call->args[1];
    bool good = x->id >= 0;
    if (pairs->kind != HEC_EXPR_PAIRS) {
        hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, pairs->place,
                   "`%s` needs pairs here, such as {0: 0, 0.5: 0.5, 0.6: 1}", call->expr->name);
        return false;
    }
    out->count = pairs->n_args / 2;
    out->keys = malloc(out->count * sizeof *out->keys);
    out->values = malloc(out->count * sizeof *out->values);
    if (!out->keys || !out->values) {
        hec_report_out_of_memory(lo->diagnostics);
        return false;
    }
    for (size_t i = 0; i < out->count; i++) {
        const hec_expr *key = pairs->args[2 * i], *item = pairs->args[2 * i + 1];
        hec_value value = hec_lower_wanted(lo, item, HEC_WANT_VALUE, call->expr->name);
        good = good && read_key(call, x, key, i, out) && value.id >= 0;
        if (i == 0) {
            out->type = value.type;
        }
        good = good && hec_unify_reporting(lo, &out->type, pairs->args[1], &value.type, item,
                                           call->expr->name);
        out->values[i] = value.id;
    }
    return good;
}

static hec_id make_band(const hec_make *m, hec_id x, const knots *k)
{
    hec_id value = k->values[k->count - 1];
    for (size_t i = k->count - 1; i > 0; i--) {
        hec_id below = hec_make_2(m, HK_LT, x, hec_make_constant(m, k->keys[i] - NEAR));
        value = hec_make_select(m, below, k->values[i - 1], value);
    }
    hec_id inside = hec_make_2(m, HK_LE, hec_make_constant(m, k->keys[0] - NEAR), x);
    return hec_make_select(m, inside, value, hec_make_constant(m, NAN));
}

static hec_value lower_band(const hec_call *call)
{
    knots k = {0};
    hec_make m = hec_make_for(call);
    hec_value x = hec_lower_arg(call, 0, HEC_WANT_VALUE), result = hec_no_value();
    double known;
    if (!read_knots(call, &x, &k)) {
        goto out;
    }
    if (hec_known(m.graph, x.id, &known) && known < k.keys[0] - NEAR) {
        hec_report(call->lowering->diagnostics, HEC_CHECK_ARGUMENTS, call->args[0]->place,
                   "this value lies below the first band");
        hec_report_note(call->lowering->diagnostics, call->args[1]->args[0]->place,
                        "the first band begins here");
        goto out;
    }
    result = (hec_value){make_band(&m, x.id, &k), k.type};
out:
    free(k.keys);
    free(k.values);
    return result;
}

/* v_i + (v_{i+1} - v_i) (x - k_i) / (k_{i+1} - k_i), the ends held */
static hec_id make_interp(const hec_make *m, hec_id x, const knots *k)
{
    size_t last = k->count - 1;
    hec_id value = k->values[last];
    for (size_t i = last; i-- > 0;) {
        hec_id low = hec_make_constant(m, k->keys[i]);
        hec_id width = hec_make_constant(m, k->keys[i + 1] - k->keys[i]);
        hec_id share = hec_make_2(m, HK_DIV, hec_make_2(m, HK_SUB, x, low), width);
        hec_id rise = hec_make_2(m, HK_SUB, k->values[i + 1], k->values[i]);
        hec_id here = hec_make_2(m, HK_ADD, k->values[i], hec_make_2(m, HK_MUL, rise, share));
        hec_id beyond = hec_make_2(m, HK_LE, hec_make_constant(m, k->keys[i + 1]), x);
        value = hec_make_select(m, beyond, value, here);
    }
    hec_id before = hec_make_2(m, HK_LE, x, hec_make_constant(m, k->keys[0]));
    return hec_make_select(m, before, k->values[0], value);
}

static hec_value lower_interp(const hec_call *call)
{
    knots k = {0};
    hec_make m = hec_make_for(call);
    hec_value x = hec_lower_arg(call, 0, HEC_WANT_VALUE), result = hec_no_value();
    if (read_knots(call, &x, &k) && k.count >= 2) {
        result = (hec_value){make_interp(&m, x.id, &k), k.type};
    } else if (k.count == 1) {
        hec_report(call->lowering->diagnostics, HEC_CHECK_ARGUMENTS, call->args[1]->place,
                   "`interp` needs at least two points");
    }
    free(k.keys);
    free(k.values);
    return result;
}

/* ---- the table ----------------------------------------------------------------------------- */

static const hec_function functions[] = {
    {{"if", "if(condition, a, b)", "a where the condition holds, b elsewhere"}, lower_if, 0},
    {{"min", "min(a, b, ...)", "the least of the values"}, lower_fold, HK_MIN},
    {{"max", "max(a, b, ...)", "the greatest of the values"}, lower_fold, HK_MAX},
    {{"sum", "sum(a, ...)", "the values added up from the left"}, lower_fold, HK_ADD},
    {{"clamp", "clamp(x, low, high)", "x held between low and high"}, lower_clamp, 0},
    {{"abs", "abs(x)", "x without its sign"}, lower_keeping, HK_ABS},
    {{"floor", "floor(x)", "the greatest whole number not above x"}, lower_keeping, HK_FLOOR},
    {{"ceil", "ceil(x)", "the least whole number not below x"}, lower_ceil, 0},
    {{"round", "round(x)", "the nearest whole number; a half goes up"}, lower_round, 0},
    {{"number", "number(x)", "x without its unit"}, lower_number, 0},
    {{"exp", "exp(x)", "e to the power x"}, lower_plain, HK_EXP},
    {{"log", "log(x)", "the natural logarithm"}, lower_plain, HK_LOG},
    {{"log10", "log10(x)", "the logarithm to base 10"}, lower_log10, 0},
    {{"sqrt", "sqrt(x)", "the square root; units must come out whole"}, lower_sqrt, 0},
    {{"pow", "pow(x, y)", "x to the power y, as x ^ y"}, lower_pow, 0},
    {{"logistic", "logistic(x)", "1 / (1 + e^-x), a probability"}, lower_logistic, 0},
    {{"logit", "logit(p)", "log(p / (1 - p))"}, lower_logit, 0},
    {{"normal_cdf", "normal_cdf(x)", "standard normal distribution function"},
     lower_normal_cdf,
     HK_NORMAL_CDF},
    {{"normal_quantile", "normal_quantile(p)", "its inverse"}, lower_normal_quantile, 0},
    {{"rate_to_prob", "rate_to_prob(rate, dt = cycle_length)",
      "1 - e^(-rate dt), the probability of an event within dt"},
     lower_rate_to_prob,
     0},
    {{"prob_to_rate", "prob_to_rate(p, dt = interval)",
      "-log(1 - p) / dt; dt is the time p covers, or the cycle where that is not stated"},
     lower_prob_to_rate,
     0},
    {{"prob_to_odds", "prob_to_odds(p)", "p / (1 - p)"}, lower_prob_to_odds, 0},
    {{"odds_to_prob", "odds_to_prob(odds)", "odds / (1 + odds)"}, lower_odds_to_prob, 0},
    {{"rescale_prob", "rescale_prob(p, from, to)",
      "1 - (1 - p)^(to/from), a probability for another length of time"},
     lower_rescale_prob,
     0},
    {{"apply_or", "apply_or(p, ratio)", "p with its odds multiplied by an odds ratio"},
     lower_apply_or,
     0},
    {{"apply_rr", "apply_rr(p, ratio)", "p multiplied by a relative risk"}, lower_apply_rr, 0},
    {{"apply_hr", "apply_hr(p, ratio)", "1 - (1 - p)^ratio, p under a hazard ratio"},
     lower_apply_hr,
     0},
    {{"step", "step(x, width)", "how many full widths x holds, met within a billionth"},
     lower_step,
     0},
    {{"band", "band(x, pairs)",
      "the value at the largest key not above x, met within 1e-9; not a number below the first"},
     lower_band,
     0},
    {{"interp", "interp(x, pairs)", "straight lines between the points, the ends held"},
     lower_interp,
     0},
    {{"survival", "survival(curve, t)", "probability of no event until t"},
     hec_lower_curve,
     HEC_CURVE_SURVIVAL},
    {{"hazard", "hazard(curve, t)", "the rate of the event at t"},
     hec_lower_curve,
     HEC_CURVE_HAZARD},
    {{"cumhazard", "cumhazard(curve, t)", "the hazard added up until t"},
     hec_lower_curve,
     HEC_CURVE_CUMHAZARD},
    {{"density", "density(curve, t)", "the density of the event's time at t"},
     hec_lower_curve,
     HEC_CURVE_DENSITY},
    {{"quantile", "quantile(curve, p)", "the time until which a share p has had the event"},
     hec_lower_curve,
     HEC_CURVE_QUANTILE},
    {{"event_prob", "event_prob(curve, t, dt = cycle_length)",
      "probability of the event between t and t + dt for those without it at t"},
     hec_lower_curve,
     HEC_CURVE_EVENT_PROB},
};
enum { N_FUNCTIONS = sizeof functions / sizeof functions[0] };

size_t hec_function_count(void)
{
    return N_FUNCTIONS;
}

const hec_function_info *hec_function_describe(size_t index)
{
    return index < N_FUNCTIONS ? &functions[index].info : NULL;
}

const hec_function *hec_function_row(const char *name)
{
    for (size_t i = 0; i < N_FUNCTIONS; i++) {
        if (strcmp(functions[i].info.name, name) == 0) {
            return &functions[i];
        }
    }
    return NULL;
}

const hec_function_info *hec_function_find(const char *name)
{
    const hec_function *row = hec_function_row(name);
    return row ? &row->info : NULL;
}
