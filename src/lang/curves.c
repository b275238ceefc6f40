/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves: survival distributions, how they are read, and what may be asked of them. */
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "lang/special.h"
#include "lang/survival.h"

/* Distributions stand on each other this deep at most. */
enum { DEPTH_MAX = 200, NAMES_MAX = 1000 };

/* ---- the rows of all files ------------------------------------------------------------------- */

static const struct {
    const hec_curve_row *rows;
    size_t count;
} groups[] = {
    {hec_curve_families, HEC_N_FAMILIES},
    {hec_curve_compositions, HEC_N_COMPOSITIONS},
    {hec_curve_tabulated, HEC_N_TABULATED},
};
enum {
    N_GROUPS = sizeof groups / sizeof groups[0],
    N_CURVES = HEC_N_FAMILIES + HEC_N_COMPOSITIONS + HEC_N_TABULATED
};

static const hec_curve_row *row_at(size_t index)
{
    for (size_t i = 0; i < N_GROUPS; i++) {
        if (index < groups[i].count) {
            return &groups[i].rows[index];
        }
        index -= groups[i].count;
    }
    return NULL;
}

static const hec_curve_row *find_row(const char *name)
{
    for (size_t i = 0; i < N_CURVES; i++) {
        if (strcmp(row_at(i)->info.name, name) == 0) {
            return row_at(i);
        }
    }
    return NULL;
}

size_t hec_curve_count(void)
{
    return N_CURVES;
}

const hec_function_info *hec_curve_describe(size_t index)
{
    return index < N_CURVES ? &row_at(index)->info : NULL;
}

bool hec_curve_named(const char *name)
{
    return find_row(name) != NULL;
}

bool hec_expr_is_curve(const hec_expr *expr)
{
    return expr->kind == HEC_EXPR_CALL && hec_curve_named(expr->name);
}

/* A table that has a curve's name is what a call means. */
const hec_expr *hec_expr_find_curve(const hec_scope *scope, const hec_expr *expr)
{
    for (int i = 0; expr && expr->kind == HEC_EXPR_NAME && i < NAMES_MAX; i++) {
        expr = scope->definition ? scope->definition(scope->context, expr->name) : NULL;
    }
    if (!expr || !hec_expr_is_curve(expr)) {
        return NULL;
    }
    bool table = scope->table && scope->table(scope->context, expr->name, expr->name_place);
    return table ? NULL : expr;
}

/* ---- reading --------------------------------------------------------------------------------- */

bool hec_curve_within(const hec_curve_reading *r, hec_id id, const hec_expr *expr, double low,
                      double high, const char *what)
{
    double value;
    if (!hec_known(r->lowering->graph, id, &value) || (value >= low && value <= high)) {
        return true;
    }
    hec_report(r->lowering->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
               "`%s` needs %s here, but this is %.10g", r->expr->name, what, value);
    return false;
}

/* A distribution that is made of itself; told from the name that is written first. */
static void report_circle(const hec_curve_reading *inner, const hec_expr *again)
{
    const hec_curve_reading *shown = inner;
    for (const hec_curve_reading *r = inner;; r = r->outer) {
        shown = r->expr->place.offset < shown->expr->place.offset ? r : shown;
        if (r->expr == again) {
            break;
        }
    }
    hec_report(inner->lowering->diagnostics, HEC_CHECK_DEFINITION_LOOP, shown->expr->place,
               "this distribution is made of itself");
}

static bool may_read(const hec_curve_reading *outer, const hec_expr *found)
{
    for (const hec_curve_reading *r = outer; r; r = r->outer) {
        if (r->expr == found) {
            report_circle(outer, found);
            return false;
        }
    }
    if (outer->depth == DEPTH_MAX) {
        hec_report(outer->lowering->diagnostics, HEC_CHECK_BAD_VALUE, found->place,
                   "distributions stand on each other more than %d deep", DEPTH_MAX);
        return false;
    }
    return true;
}

static void report_no_curve(const hec_lowering *lo, const hec_expr *expr, const char *what)
{
    hec_text names = {0};
    for (size_t i = 0; i < N_CURVES; i++) {
        hec_text_format(&names, "%s%s", i > 0 ? ", " : "", row_at(i)->info.name);
    }
    hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
               "`%s` needs a survival distribution here", what);
    hec_report_help(lo->diagnostics,
                    "one of %s; `hecate list curves` shows how they are written",
                    names.data ? names.data : "");
    hec_text_free(&names);
}

static bool read_parameters(const hec_curve_reading *r, hec_survival *c,
                            const hec_expr *const *bound)
{
    bool good = true;
    for (size_t i = 0; i < 3 && bound[i]; i++) {
        c->p[i] = hec_lower_wanted(r->lowering, bound[i], c->row->wants[i], r->expr->name).id;
        good = good && c->p[i] >= 0 && hec_curve_possible(r, c, i, bound[i]);
    }
    return good;
}

/* What its parts lack, the whole lacks. */
static void inherit(hec_survival *c)
{
    for (size_t i = 0; i < c->n_of; i++) {
        c->jumps = c->jumps ? c->jumps : c->of[i]->jumps;
        c->latent = c->latent ? c->latent : c->of[i]->latent;
    }
    if (!c->row->reach && c->row->special < 0) {
        c->latent = c;
    }
}

const hec_survival *hec_curve_read(const hec_curve_reading *outer, const hec_expr *expr,
                                   const char *what)
{
    hec_lowering *lo = outer->lowering;
    const hec_expr *found = hec_expr_find_curve(lo->scope, expr);
    if (!found) {
        report_no_curve(lo, expr, what);
        return NULL;
    }
    if (!may_read(outer, found)) {
        return NULL;
    }
    hec_curve_reading r = {lo, outer, found, outer->depth + 1};
    const hec_expr *bound[HEC_CALL_ARGS] = {NULL};
    const hec_curve_row *row = find_row(found->name);
    hec_arena *arena = hec_graph_arena(lo->graph);
    hec_survival *c = hec_arena_alloc(arena, sizeof *c);
    const hec_survival **of = hec_arena_array(arena, found->n_args + 1, sizeof *of);
    if (!c || !of) {
        hec_report_out_of_memory(lo->diagnostics);
        return NULL;
    }
    *c = (hec_survival){
        .row = row, .expr = found, .p = {-1, -1, -1}, .of = of, .axes = {-1, -1, -1, -1}};
    if ((!row->open && !hec_bind(lo, &row->info, found, bound)) ||
        !(row->read ? row->read(&r, c, bound) : read_parameters(&r, c, bound))) {
        return NULL;
    }
    inherit(c);
    return c;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static hec_id make_special(const hec_make *m, const hec_survival *c, hec_special part, hec_id t)
{
    const hec_id args[4] = {t, c->p[0], c->p[1], c->p[2]};
    int offset = (int)part - (int)HEC_SPECIAL_GAMMA_SURVIVAL;
    return hec_graph_special(m->graph, c->row->special + offset, args, m->place);
}

hec_id hec_curve_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return c->row->special >= 0 ? make_special(m, c, HEC_SPECIAL_GAMMA_CUMHAZARD, t)
                                : c->row->cumhazard(m, c, t);
}

hec_id hec_curve_survival(const hec_make *m, const hec_survival *c, hec_id t)
{
    if (c->row->special >= 0) {
        return make_special(m, c, HEC_SPECIAL_GAMMA_SURVIVAL, t);
    }
    return c->row->survival ? c->row->survival(m, c, t)
                            : hec_make_exp(m, hec_make_neg(m, c->row->cumhazard(m, c, t)));
}

hec_id hec_curve_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return c->row->special >= 0 ? make_special(m, c, HEC_SPECIAL_GAMMA_HAZARD, t)
                                : c->row->hazard(m, c, t);
}

hec_id hec_curve_density(const hec_make *m, const hec_survival *c, hec_id t)
{
    if (c->row->special >= 0) {
        return make_special(m, c, HEC_SPECIAL_GAMMA_DENSITY, t);
    }
    return c->row->density ? c->row->density(m, c, t)
                           : hec_make_mul(m, c->row->hazard(m, c, t), hec_curve_survival(m, c, t));
}

hec_id hec_curve_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    return c->row->special >= 0 ? make_special(m, c, HEC_SPECIAL_GAMMA_REACH, h)
                                : c->row->reach(m, c, h);
}

hec_id hec_curve_quantile(const hec_make *m, const hec_survival *c, hec_id p)
{
    if (c->row->special >= 0) {
        return make_special(m, c, HEC_SPECIAL_GAMMA_QUANTILE, p);
    }
    return c->row->quantile ? c->row->quantile(m, c, p)
                            : c->row->reach(m, c, hec_make_reached(m, p));
}

/* all of it where nobody is left */
hec_id hec_curve_rise(const hec_make *m, const hec_survival *c, hec_id t, hec_id dt)
{
    if (c->row->rise) {
        return c->row->rise(m, c, t, dt);
    }
    hec_id now = hec_curve_cumhazard(m, c, t);
    hec_id later = hec_curve_cumhazard(m, c, hec_make_add(m, t, dt));
    hec_id nobody = hec_make_equals(m, now, INFINITY);
    return hec_make_select(m, nobody, hec_make_constant(m, INFINITY), hec_make_sub(m, later, now));
}

hec_id hec_curve_after(const hec_make *m, const hec_survival *c, hec_id entry, hec_id h)
{
    if (c->row->after) {
        return c->row->after(m, c, entry, h);
    }
    hec_id total = hec_make_add(m, hec_curve_cumhazard(m, c, entry), h);
    return hec_make_2(m, HK_MAX, entry, hec_curve_reach(m, c, total));
}

/* ---- what cannot be asked -------------------------------------------------------------------- */

static bool has_hazard(const hec_lowering *lo, const hec_survival *c, const hec_expr *asked)
{
    if (!c->jumps) {
        return true;
    }
    hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, asked->place,
               "a survival that falls in steps has no `%s`: it is nothing, or infinite",
               asked->name);
    hec_report_note(lo->diagnostics, c->jumps->expr->place, "the steps are here");
    hec_report_help(lo->diagnostics, "event_prob(curve, t, dt) tells what happens within a time");
    return false;
}

static bool has_inverse(const hec_lowering *lo, const hec_survival *c, hec_place place,
                        const char *what)
{
    if (!c->latent) {
        return true;
    }
    hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, place,
               "%s of events that compete has no closed form", what);
    if (place.offset != c->latent->expr->place.offset ||
        place.file != c->latent->expr->place.file) {
        hec_report_note(lo->diagnostics, c->latent->expr->place, "they compete here");
    }
    hec_report_help(lo->diagnostics, "write them as latent times, the earliest of which counts: "
                                     "[D1, D2]");
    return false;
}

/* ---- clocks that count twice ----------------------------------------------------------------- */

/* What a node says a year later on all clocks, everything else as it was. */
static double a_year_on(const hec_lowering *lo, hec_id id)
{
    static const char *const years[] = {"t", "year", "time_in_state"};
    double cycles = lo->scope->cycle_length > 0 ? 1 / lo->scope->cycle_length : 1;
    int32_t last = -1;
    for (hec_id i = 0; i <= id; i++) {
        const hec_graph_node *node = hec_graph_node_at(lo->graph, i);
        last = node->code == HEC_CODE_INPUT && node->index > last ? node->index : last;
    }
    double *inputs = malloc(((size_t)last + 2) * sizeof *inputs), change = NAN;
    for (int32_t i = 0; inputs && i <= last; i++) {
        inputs[i] = 1.25;
    }
    if (inputs) {
        change = -hec_evaluate(lo->graph, id, inputs);
        for (int32_t i = 0; i <= last; i++) {
            const char *name = hec_graph_input_name(lo->graph, i);
            inputs[i] += name && strcmp(name, "cycle") == 0 ? cycles : 0;
            for (size_t k = 0; name && k < sizeof years / sizeof years[0]; k++) {
                inputs[i] += strcmp(name, years[k]) == 0;
            }
        }
        change += hec_evaluate(lo->graph, id, inputs);
    }
    free(inputs);
    return change;
}

/* The life table whose starting age grows with time, or NULL. */
static const hec_survival *growing_start(const hec_lowering *lo, const hec_survival *c)
{
    if (c->n_of == 0 && c->axes[c->along] >= 0) {
        return fabs(a_year_on(lo, c->axes[c->along])) > HEC_CURVE_NEAR ? c : NULL;
    }
    const hec_survival *found = NULL;
    for (size_t i = 0; !found && i < c->n_of; i++) {
        found = growing_start(lo, c->of[i]);
    }
    return found;
}

/* A starting age that grows as the time at which the curve is asked grows: years count double. */
static bool check_clocks(const hec_lowering *lo, const hec_survival *c, hec_id t)
{
    const hec_survival *life = growing_start(lo, c);
    if (!life || !(fabs(a_year_on(lo, t)) > HEC_CURVE_NEAR)) {
        return true;
    }
    hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, life->expr->place,
               "the age at which this life table starts grows with time, and so does the time at "
               "which it is asked: people would age twice as fast");
    hec_report_help(lo->diagnostics, "state the age at time 0 of the curve: `age - t` is the age "
                                     "at the start, `age - time_in_state` that on entering");
    return false;
}

/* ---- lowering -------------------------------------------------------------------------------- */

/* event within dt of t: 1 - e^-(H(t + dt) - H(t)) */
static hec_value lower_event_prob(const hec_call *call, const hec_survival *c, hec_id t, hec_id dt)
{
    hec_make m = hec_make_for(call);
    hec_type type = HEC_TYPE_PROBABILITY;
    double years;
    if (hec_known(m.graph, dt, &years) && years > 0) {
        type.interval = years;
    }
    return (hec_value){hec_make_neg(&m, hec_make_fallen(&m, hec_curve_rise(&m, c, t, dt))), type};
}

static hec_value lower_part(const hec_call *call, const hec_survival *c, hec_id t, hec_id dt)
{
    hec_make m = hec_make_for(call);
    switch ((hec_curve_part)call->detail) {
    case HEC_CURVE_SURVIVAL:
        return (hec_value){hec_curve_survival(&m, c, t), HEC_TYPE_PROBABILITY};
    case HEC_CURVE_HAZARD:
        return (hec_value){hec_curve_hazard(&m, c, t), HEC_TYPE_PER_YEAR};
    case HEC_CURVE_CUMHAZARD:
        return (hec_value){hec_curve_cumhazard(&m, c, t), HEC_TYPE_RATIO};
    case HEC_CURVE_DENSITY:
        return (hec_value){hec_curve_density(&m, c, t), HEC_TYPE_PER_YEAR};
    case HEC_CURVE_QUANTILE:
        return (hec_value){hec_curve_quantile(&m, c, t), HEC_TYPE_YEARS};
    case HEC_CURVE_EVENT_PROB:
        return lower_event_prob(call, c, t, dt);
    }
    return hec_no_value();
}

hec_value hec_lower_curve(const hec_call *call)
{
    hec_lowering *lo = call->lowering;
    hec_curve_part part = (hec_curve_part)call->detail;
    bool inverse = part == HEC_CURVE_QUANTILE, window = part == HEC_CURVE_EVENT_PROB;
    bool hazard = part == HEC_CURVE_HAZARD || part == HEC_CURVE_DENSITY;
    hec_curve_reading outer = {.lowering = lo, .expr = call->expr};
    const hec_survival *c = hec_curve_read(&outer, call->args[0], call->expr->name);
    hec_id t = hec_lower_arg(call, 1, inverse ? HEC_WANT_PROBABILITY : HEC_WANT_YEARS).id;
    hec_id dt = window ? hec_lower_time(call, 2, lo->scope->cycle_length).id : 0;
    if (!c || t < 0 || dt < 0 || (hazard && !has_hazard(lo, c, call->expr)) ||
        (inverse ? !has_inverse(lo, c, call->expr->place, "a quantile")
                 : !check_clocks(lo, c, t))) {
        return hec_no_value();
    }
    return lower_part(call, c, t, dt);
}

void hec_lower_curve_unread(hec_graph *graph, const hec_scope *scope, hec_diagnostics *diagnostics,
                            const hec_expr *curve)
{
    hec_lowering lo = {graph, scope, diagnostics};
    hec_curve_reading outer = {.lowering = &lo, .expr = NULL};
    (void)hec_curve_read(&outer, curve, curve->name);
}

hec_value hec_lower_time_after(hec_graph *graph, const hec_scope *scope,
                               hec_diagnostics *diagnostics, const hec_expr *curve, hec_id entry,
                               hec_id u)
{
    hec_lowering lo = {graph, scope, diagnostics};
    hec_curve_reading outer = {.lowering = &lo, .expr = NULL};
    hec_make m = {graph, curve->place};
    double known = NAN;
    const hec_survival *c = hec_curve_read(&outer, curve, "time");
    if (!c || entry < 0 || u < 0 || !has_inverse(&lo, c, curve->place, "the time") ||
        !check_clocks(&lo, c, entry)) {
        return hec_no_value();
    }
    hec_id h = hec_make_reached(&m, u);
    bool start = hec_known(graph, entry, &known) && known == 0;
    hec_id time = start ? hec_curve_reach(&m, c, h) : hec_curve_after(&m, c, entry, h);
    hec_id sound = hec_curve_domain(&lo, &m, c);
    time = sound < 0 ? -1 : hec_make_select(&m, sound, time, hec_make_constant(&m, NAN));
    if (time < 0 && hec_graph_failed(graph)) {
        hec_report_out_of_memory(diagnostics);
    }
    return (hec_value){time, HEC_TYPE_YEARS};
}
