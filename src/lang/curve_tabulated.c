/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tabulated survival: constant hazards by pieces, steps of survival (Kaplan-Meier), life tables. */
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "lang/survival.h"

/* ---- {time: value, ...} ---------------------------------------------------------------------- */

static bool read_time(const hec_curve_reading *r, const hec_expr *key, double before, double *time)
{
    hec_lowering *lo = r->lowering;
    const char *name = r->expr->name;
    hec_id id = hec_lower_wanted(lo, key, HEC_WANT_YEARS, name).id;
    if (id < 0) {
        return false;
    }
    if (!hec_known(lo->graph, id, time)) {
        hec_report(lo->diagnostics, HEC_CHECK_NOT_CONSTANT, key->place,
                   "a time of `%s` must be known before the run", name);
        return false;
    }
    if (isnan(before) ? *time != 0 : !(*time > before)) {
        hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, key->place,
                   isnan(before)
                       ? "the first time of `%s` is 0"
                       : "the times of `%s` must rise, but this one is not above the one before",
                   name);
        return false;
    }
    return true;
}

static bool is_pairs(const hec_curve_reading *r, const hec_expr *expr, const char *example)
{
    if (expr->kind == HEC_EXPR_PAIRS && expr->n_args > 0) {
        return true;
    }
    hec_report(r->lowering->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
               "`%s` needs pairs of a time and a value here, such as %s", r->expr->name, example);
    return false;
}

/* ---- piecewise({0: r0, 2: r1}): H = sum of rate times the time spent in its piece ------------ */

static bool read_pieces(const hec_curve_reading *r, hec_survival *c, const hec_expr *const *bound)
{
    hec_lowering *lo = r->lowering;
    const hec_expr *pairs = bound[0];
    bool good = is_pairs(r, pairs, "{0: 0.1, 2: 0.3}");
    size_t n = good ? pairs->n_args / 2 : 0;
    double *from = hec_arena_array(hec_graph_arena(lo->graph), n + 1, sizeof *from);
    hec_id *rates = hec_arena_array(hec_graph_arena(lo->graph), n + 1, sizeof *rates);
    if (!from || !rates) {
        hec_report_out_of_memory(lo->diagnostics);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const hec_expr *item = pairs->args[2 * i + 1];
        good = read_time(r, pairs->args[2 * i], i > 0 ? from[i - 1] : NAN, &from[i]) && good;
        rates[i] = hec_lower_wanted(lo, item, HEC_WANT_RATE, r->expr->name).id;
        good = rates[i] >= 0 &&
               hec_curve_within(r, rates[i], item, 0, DBL_MAX, "a rate from 0 on") && good;
    }
    c->n_pieces = n;
    c->from = from;
    c->rates = rates;
    return good;
}

/* The time of [t, end) in piece i. */
static hec_id spent(const hec_make *m, const hec_survival *c, size_t i, hec_id t, hec_id end)
{
    hec_id zero = hec_make_constant(m, 0);
    hec_id first = hec_make_2(m, HK_MAX, t, hec_make_constant(m, c->from[i]));
    hec_id last = i + 1 < c->n_pieces
                      ? hec_make_2(m, HK_MIN, end, hec_make_constant(m, c->from[i + 1]))
                      : end;
    return hec_make_2(m, HK_MAX, hec_make_sub(m, last, first), zero);
}
static hec_id pieces_between(const hec_make *m, const hec_survival *c, hec_id t, hec_id end)
{
    hec_id sum = hec_make_mul(m, c->rates[0], spent(m, c, 0, t, end));
    for (size_t i = 1; i < c->n_pieces; i++) {
        sum = hec_make_add(m, sum, hec_make_mul(m, c->rates[i], spent(m, c, i, t, end)));
    }
    return sum;
}
static hec_id pieces_rise(const hec_make *m, const hec_survival *c, hec_id t, hec_id dt)
{
    return pieces_between(m, c, t, hec_make_add(m, t, dt));
}
static hec_id pieces_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return pieces_between(m, c, hec_make_constant(m, 0), t);
}
static hec_id pieces_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    hec_id rate = c->rates[c->n_pieces - 1];
    for (size_t i = c->n_pieces - 1; i > 0; i--) {
        hec_id next = hec_make_constant(m, c->from[i] - HEC_CURVE_NEAR);
        rate = hec_make_select(m, hec_make_below(m, t, next), c->rates[i - 1], rate);
    }
    return rate;
}
/* H at which each piece begins, and how long the rest of h takes there */
static hec_id pieces_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    hec_id begun = hec_make_constant(m, 0), time = -1, reached = -1;
    for (size_t i = 0; i < c->n_pieces; i++) {
        hec_id wait = hec_make_div(m, hec_make_sub(m, h, begun), c->rates[i]);
        hec_id here = hec_make_add(m, hec_make_constant(m, c->from[i]), wait);
        time = i == 0 ? here : hec_make_select(m, reached, time, here);
        if (i + 1 < c->n_pieces) {
            hec_id length = hec_make_constant(m, c->from[i + 1] - c->from[i]);
            begun = hec_make_add(m, begun, hec_make_mul(m, c->rates[i], length));
            reached = hec_make_below(m, h, begun);
        }
    }
    return time;
}

/* ---- points({0: 1, 0.5: 0.93}), points(table): S is the value of the last point -------------- */

/* A survival of steps, as it is written: it starts at 1 and never rises. */
static bool check_share(const hec_curve_reading *r, hec_place place, double time, double share,
                        double before)
{
    hec_diagnostics *diagnostics = r->lowering->diagnostics;
    if (isnan(before) ? share != 1 : !(share >= 0 && share <= before)) {
        hec_report(diagnostics, HEC_CHECK_ARGUMENTS, place,
                   isnan(before) ? "survival starts at 1, but at %g it is %.10g"
                   : share > 0   ? "survival never rises, but at %g it is %.10g"
                                 : "survival is no less than 0, but at %g it is %.10g",
                   time, share);
        return false;
    }
    return true;
}

/* The tables of a survival of steps. */
static bool keep_steps(const hec_curve_reading *r, hec_survival *c, const hec_lookup *shares)
{
    static const char *const hazard = "cumulative hazard";
    hec_graph *graph = r->lowering->graph;
    size_t n = shares->lengths[0];
    double *total = malloc(n * sizeof *total), range[2] = {0, 0};
    for (size_t i = 0; total && i < n; i++) {
        total[i] = hk_scalar(HK_NEG, hk_scalar(HK_LOG, shares->values[i], 0, 0), 0, 0);
        total[i] = i == 0 ? 0 : total[i];
        range[1] = total[i];
    }
    hec_lookup table = *shares;
    table.values = total;
    c->value = total ? hec_graph_keep(graph, shares) : NULL;
    c->total = total ? hec_graph_keep(graph, &table) : NULL;
    table.reading = HEC_LOOKUP_VALUE_REACHED;
    table.axis_names[0] = hazard;
    table.axes[0] = range;
    table.lengths[0] = 2;
    table.points = shares->axes[0];
    table.n_points = n;
    c->reached = total ? hec_graph_keep(graph, &table) : NULL;
    free(total);
    if (!c->value || !c->total || !c->reached) {
        hec_report_out_of_memory(r->lowering->diagnostics);
        return false;
    }
    c->jumps = c;
    return true;
}

static bool read_step_pairs(const hec_curve_reading *r, hec_survival *c, const hec_expr *pairs)
{
    hec_lowering *lo = r->lowering;
    size_t n = pairs->n_args / 2;
    bool good = true;
    double *times = calloc(n, sizeof *times), *shares = calloc(n, sizeof *shares);
    for (size_t i = 0; times && shares && i < n; i++) {
        const hec_expr *item = pairs->args[2 * i + 1];
        hec_id id = hec_lower_wanted(lo, item, HEC_WANT_PROBABILITY, r->expr->name).id;
        good = read_time(r, pairs->args[2 * i], i > 0 ? times[i - 1] : NAN, &times[i]) && good;
        if (id >= 0 && !hec_known(lo->graph, id, &shares[i])) {
            hec_report(lo->diagnostics, HEC_CHECK_NOT_CONSTANT, item->place,
                       "a share of `%s` must be known before the run", r->expr->name);
            good = false;
        }
        good = good && id >= 0 &&
               check_share(r, item->place, times[i], shares[i], i > 0 ? shares[i - 1] : NAN);
    }
    hec_lookup table = {.name = r->expr->name,
                        .n_axes = 1,
                        .axis_names = {"t"},
                        .lengths = {n},
                        .axes = {times},
                        .values = shares,
                        .between = HEC_LOOKUP_STEP,
                        .outside = HEC_OUTSIDE_CLAMP};
    if (!times || !shares) {
        hec_report_out_of_memory(lo->diagnostics);
        good = false;
    }
    good = good && keep_steps(r, c, &table);
    free(times);
    free(shares);
    return good;
}

static bool read_step_table(const hec_curve_reading *r, hec_survival *c, const hec_lookup *table,
                            hec_place place)
{
    hec_diagnostics *diagnostics = r->lowering->diagnostics;
    if (table->n_axes == 0) { /* it had mistakes, which were reported */
        return false;
    }
    if (table->n_axes != 1 || table->axis_types[0].kind == HEC_KIND_LABEL ||
        table->axes[0][0] != 0 || table->between != HEC_LOOKUP_STEP) {
        hec_report(diagnostics, HEC_CHECK_ARGUMENTS, place,
                   "`points` needs a table with one axis, time in years from 0 on, and `between: "
                   "step`; `%s` is none",
                   table->name);
        return false;
    }
    for (size_t i = 0; i < table->lengths[0]; i++) {
        if (!check_share(r, place, table->axes[0][i], table->values[i],
                         i > 0 ? table->values[i - 1] : NAN)) {
            return false;
        }
    }
    return keep_steps(r, c, table);
}

static const hec_lookup *table_named(const hec_curve_reading *r, const hec_expr *expr)
{
    const hec_scope *scope = r->lowering->scope;
    return expr->kind == HEC_EXPR_NAME && scope->table
               ? scope->table(scope->context, expr->name, expr->place)
               : NULL;
}

static bool read_steps(const hec_curve_reading *r, hec_survival *c, const hec_expr *const *bound)
{
    const hec_lookup *table = table_named(r, bound[0]);
    if (table) {
        return read_step_table(r, c, table, bound[0]->place);
    }
    return is_pairs(r, bound[0], "{0: 1, 0.5: 0.93}, or a table with one axis") &&
           read_step_pairs(r, c, bound[0]);
}

static hec_id read_at(const hec_make *m, const hec_lookup *table, hec_id x)
{
    const hec_id args[4] = {x, -1, -1, -1};
    return hec_graph_lookup(m->graph, table, args, m->place);
}
static hec_id steps_survival(const hec_make *m, const hec_survival *c, hec_id t)
{
    return read_at(m, c->value, t);
}
static hec_id steps_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return read_at(m, c->total, t);
}
/* asked only after an error was reported */
static hec_id steps_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    (void)m;
    (void)c;
    (void)t;
    return -1;
}
static hec_id steps_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    return read_at(m, c->reached, h);
}

/* ---- life_table(table, age, ...): hazards by age, from the age at the start on ----------------
 */

/* The axis along which people age, or -1 after reporting. */
static int axis_of_age(const hec_curve_reading *r, const hec_lookup *table, hec_place place)
{
    int found = -1, numbers = 0;
    for (int i = 0; i < table->n_axes; i++) {
        bool number = table->axis_types[i].kind != HEC_KIND_LABEL;
        numbers += number;
        found = number && (found < 0 || strcmp(table->axis_names[i], "age") == 0) ? i : found;
    }
    if (found < 0 || (numbers > 1 && strcmp(table->axis_names[found], "age") != 0)) {
        hec_report(r->lowering->diagnostics, HEC_CHECK_ARGUMENTS, place,
                   "`life_table` does not see along which axis of `%s` people age", table->name);
        hec_report_help(r->lowering->diagnostics, "name it `age`");
        return -1;
    }
    return found;
}

static bool is_life_table(const hec_curve_reading *r, const hec_lookup *table, int along,
                          hec_place place)
{
    hec_diagnostics *diagnostics = r->lowering->diagnostics;
    bool chance = table->type.kind == HEC_KIND_PROBABILITY && table->type.interval > 0;
    if (!chance && !hec_type_agree(&table->type, &HEC_TYPE_PER_YEAR)) {
        char words[160];
        hec_type_words(&table->type, words, sizeof words);
        hec_report(diagnostics, HEC_CHECK_UNIT_MISMATCH, place,
                   "`life_table` needs a table of rates per year, but `%s` holds %s", table->name,
                   words);
        hec_report_help(diagnostics,
                        "unit: 1/year, or unit: probability per 1 year for probabilities of dying");
        return false;
    }
    if (table->between != HEC_LOOKUP_STEP || table->lengths[along] < 2) {
        hec_report(diagnostics, HEC_CHECK_ARGUMENTS, place,
                   "`life_table` needs a table with `between: step` and at least two ages; `%s` is "
                   "none",
                   table->name);
        hec_report_help(diagnostics, "a rate then holds from its age to the next one");
        return false;
    }
    return true;
}

/* What a life table is made of, with one more age: the last rate holds for as long as the one
 * before it, and from there on where the table says `outside: clamp`. */
typedef struct life_build {
    size_t before, ages, after; /* cells: [before][ages][after] */
    double *points, *rates, *areas;
} life_build;

static double rate_of(const hec_lookup *table, double value)
{
    if (table->type.kind != HEC_KIND_PROBABILITY) {
        return value;
    }
    return hk_scalar(HK_LOG1P, -value, 0, 0) / -table->type.interval;
}

static bool fill_life(const hec_curve_reading *r, const hec_lookup *table, int along,
                      hec_place place, life_build *b)
{
    size_t n = table->lengths[along];
    memcpy(b->points, table->axes[along], n * sizeof *b->points);
    b->points[n] = 2 * b->points[n - 1] - b->points[n - 2];
    for (size_t i = 0; i < b->before * b->after; i++) {
        size_t from = i / b->after * n * b->after + i % b->after;
        size_t to = i / b->after * (n + 1) * b->after + i % b->after;
        double area = 0;
        for (size_t k = 0; k <= n; k++, to += b->after) {
            double rate = rate_of(table, table->values[from + (k < n ? k : n - 1) * b->after]);
            if (!(rate >= 0)) {
                hec_report(r->lowering->diagnostics, HEC_CHECK_ARGUMENTS, place,
                           "a life table has no value below 0 and no probability above 1, but "
                           "`%s` has one at %s %g",
                           table->name, table->axis_names[along], b->points[k]);
                return false;
            }
            b->rates[to] = rate;
            b->areas[to] = area;
            area += k < n ? rate * (b->points[k + 1] - b->points[k]) : 0;
        }
    }
    return true;
}

static bool keep_life(const hec_curve_reading *r, hec_survival *c, const hec_lookup *table,
                      const life_build *b)
{
    hec_graph *graph = r->lowering->graph;
    double range[2] = {0, 0};
    for (size_t i = 0; i < b->before * b->ages * b->after; i++) {
        range[1] = b->areas[i] > range[1] ? b->areas[i] : range[1];
    }
    hec_lookup life = *table;
    life.type = HEC_TYPE_PER_YEAR;
    life.values = b->rates;
    life.axes[c->along] = b->points;
    life.lengths[c->along] = b->ages;
    life.along = c->along;
    c->value = hec_graph_keep(graph, &life);
    life.reading = HEC_LOOKUP_AREA;
    life.areas = b->areas;
    c->total = hec_graph_keep(graph, &life);
    life.reading = HEC_LOOKUP_AREA_REACHED;
    life.points = b->points;
    life.n_points = b->ages;
    life.axes[c->along] = range;
    life.lengths[c->along] = 2;
    life.axis_names[c->along] = "cumulative hazard";
    c->reached = hec_graph_keep(graph, &life);
    return c->value && c->total && c->reached;
}

static bool build_life(const hec_curve_reading *r, hec_survival *c, const hec_lookup *table,
                       hec_place place)
{
    life_build b = {.before = 1, .ages = table->lengths[c->along] + 1, .after = 1};
    for (int i = 0; i < table->n_axes; i++) {
        b.before *= i < c->along ? table->lengths[i] : 1;
        b.after *= i > c->along ? table->lengths[i] : 1;
    }
    size_t cells = b.before * b.ages * b.after;
    double *memory = malloc((2 * cells + b.ages) * sizeof *memory);
    if (memory) {
        b.points = memory;
        b.rates = memory + b.ages;
        b.areas = b.rates + cells;
    }
    bool filled = memory && fill_life(r, table, c->along, place, &b);
    bool kept = filled && keep_life(r, c, table, &b);
    if (!memory || (filled && !kept)) {
        hec_report_out_of_memory(r->lowering->diagnostics);
    }
    free(memory);
    return kept;
}

static bool read_life(const hec_curve_reading *r, hec_survival *c, const hec_expr *const *bound)
{
    hec_lowering *lo = r->lowering;
    const hec_expr *expr = r->expr, *name = expr->n_args > 0 ? expr->args[0] : expr;
    const hec_lookup *table = table_named(r, name);
    (void)bound;
    if (!table) {
        hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, name->place,
                   "`life_table` needs the name of a table here, and then what it is read at");
        hec_report_help(lo->diagnostics, "life_table(r_death, age - t, sex): rates by age, from "
                                         "the age at the start on");
        return false;
    }
    if (table->n_axes == 0) { /* it had mistakes, which were reported */
        return false;
    }
    hec_expr call = *expr;
    call.name = table->name;
    call.n_args--;
    call.args++;
    call.arg_names = call.arg_names ? call.arg_names + 1 : NULL;
    bool good = hec_lower_axes(lo, table, &call, c->axes);
    c->along = axis_of_age(r, table, name->place);
    return c->along >= 0 && is_life_table(r, table, c->along, name->place) && good &&
           build_life(r, c, table, name->place);
}

static hec_id life_at(const hec_make *m, const hec_survival *c, const hec_lookup *table, hec_id x)
{
    hec_id args[4];
    memcpy(args, c->axes, sizeof args);
    args[c->along] = x;
    return hec_graph_lookup(m->graph, table, args, m->place);
}
static hec_id life_age(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_add(m, c->axes[c->along], t);
}
/* the hazard that has passed until time t, from the first age of the table on */
static hec_id life_area(const hec_make *m, const hec_survival *c, hec_id t)
{
    return life_at(m, c, c->total, life_age(m, c, t));
}
static hec_id life_cumhazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return hec_make_sub(m, life_area(m, c, t), life_at(m, c, c->total, c->axes[c->along]));
}
static hec_id life_hazard(const hec_make *m, const hec_survival *c, hec_id t)
{
    return life_at(m, c, c->value, life_age(m, c, t));
}
static hec_id life_after(const hec_make *m, const hec_survival *c, hec_id entry, hec_id h)
{
    hec_id area = hec_make_add(m, life_area(m, c, entry), h);
    hec_id time = hec_make_sub(m, life_at(m, c, c->reached, area), c->axes[c->along]);
    return hec_make_2(m, HK_MAX, entry, time);
}
static hec_id life_reach(const hec_make *m, const hec_survival *c, hec_id h)
{
    return life_after(m, c, hec_make_constant(m, 0), h);
}
/* all of it where nobody is left */
static hec_id life_rise(const hec_make *m, const hec_survival *c, hec_id t, hec_id dt)
{
    hec_id now = life_area(m, c, t), later = life_area(m, c, hec_make_add(m, t, dt));
    hec_id all = hec_make_constant(m, INFINITY);
    return hec_make_select(m, hec_make_equals(m, now, INFINITY), all, hec_make_sub(m, later, now));
}

/* ---- the table ----------------------------------------------------------------------------- */

const hec_curve_row hec_curve_tabulated[HEC_N_TABULATED] = {
    {.info = {"piecewise", "piecewise(rates)",
              "constant hazards, as in piecewise({0: 0.1, 2: 0.3}): from each time on"},
     .read = read_pieces,
     .cumhazard = pieces_cumhazard,
     .hazard = pieces_hazard,
     .reach = pieces_reach,
     .rise = pieces_rise,
     .special = -1},
    {.info = {"points", "points(shares)",
              "survival in steps, as in points({0: 1, 0.5: 0.93}) or points(table); the last point "
              "holds"},
     .read = read_steps,
     .survival = steps_survival,
     .cumhazard = steps_cumhazard,
     .hazard = steps_hazard,
     .reach = steps_reach,
     .special = -1},
    {.info = {"life_table", "life_table(table, age, ...)",
              "the rates of a table by age, read as the table is, from the age at the start on"},
     .open = true,
     .read = read_life,
     .cumhazard = life_cumhazard,
     .hazard = life_hazard,
     .reach = life_reach,
     .rise = life_rise,
     .after = life_after,
     .special = -1},
};
