/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures: what panels or the region sum over their persons, for settlements to read. */
#include "model/policy_inner.h"

#include <string.h>

#include "base/text.h"

typedef enum measure { PERSON_YEARS, SUM, COUNT, MEAN, SHARE, MEASURES } measure;
static const char *const measures[] = {"person_years", "sum", "count", "mean", "share"};
static const char *const prefixes[] = {"panel.", "region."};

/* The number of a measure, and its level; -1: the name is none. */
static int measure_of(const char *name, hec_pay_level *level)
{
    for (size_t k = 0; k < 2; k++) {
        size_t length = strlen(prefixes[k]);
        if (strncmp(name, prefixes[k], length) != 0) {
            continue;
        }
        *level = k == 0 ? HEC_LEVEL_PANEL : HEC_LEVEL_REGION;
        for (size_t i = 0; i < MEASURES; i++) {
            if (strcmp(name + length, measures[i]) == 0) {
                return (int)i;
            }
        }
        return MEASURES;
    }
    return -1;
}

bool hec_policy_is_measure(const char *name)
{
    hec_pay_level level;
    return measure_of(name, &level) >= 0;
}

/* ---- one sum --------------------------------------------------------------------------------- */

static int provider_of(hec_paying *p, hec_pay_level level)
{
    const hec_party *parties = p->b->model->parties;
    const hec_mechanism *m = p->settled;
    if (level == HEC_LEVEL_REGION) {
        return -1;
    }
    return parties[m->payee].provider && parties[m->payee].panels > 0 ? m->payee : m->payer;
}

/* "panel.sum(hba1c < 7)", so that the values behind a settlement can be told. */
static const char *name_of(hec_paying *p, hec_pay_level level, const hec_expr *of)
{
    size_t length = 0;
    hec_arena *arena = p->b->arena;
    const char *text = of ? hec_source_text(p->b->diagnostics, of->place.file, &length) : NULL;
    bool whole = text && (size_t)of->place.offset + of->place.length <= length;
    const char *written =
        whole ? hec_arena_copy(arena, text + of->place.offset, of->place.length) : "1";
    const char *prefix = prefixes[level == HEC_LEVEL_PANEL ? 0 : 1];
    const char *name = hec_arena_format(arena, p->last_year ? "%ssum(%s), last year" : "%ssum(%s)",
                                        prefix, written ? written : "");
    return name ? name : prefix;
}

/* The sum of a value of persons, as a settlement reads it. */
static hec_id sum_of(hec_paying *p, hec_pay_level level, hec_id value, bool at_year_end,
                     const char *name, hec_place place)
{
    hec_builder *b = p->b;
    hec_pay *pay = p->pay;
    int provider = provider_of(p, level), observed = hec_policy_observe(p, value);
    uint8_t depends = level == HEC_LEVEL_PANEL ? HEC_DEP_STRATUM : HEC_DEP_CYCLE;
    size_t at = 0;
    while (at < pay->n_measures &&
           !(pay->measures[at].level == level && pay->measures[at].provider == provider &&
             pay->measures[at].at_year_end == at_year_end &&
             pay->measures[at].observed == observed)) {
        at++;
    }
    if (at == pay->n_measures) {
        if (observed < 0 || !hec_arena_grow(b->arena, (void **)&pay->measures, pay->n_measures,
                                            &pay->measure_capacity, sizeof *pay->measures)) {
            return -1;
        }
        pay->measures[pay->n_measures++] =
            (hec_measure){level, provider, at_year_end, observed, -1, -1, place};
    }
    hec_measure *m = &pay->measures[at];
    int32_t *input = p->last_year ? &m->last_input : &m->input;
    *input = *input < 0 ? hec_build_person_input(b) : *input;
    return *input < 0 ? -1 : hec_graph_input(b->model->graph, *input, depends, name, place);
}

/* ---- panel.share(...) ------------------------------------------------------------------------ */

/* Of whom the settlement counts: the living for whom the contract holds. */
static hec_id counted(hec_paying *p, hec_place place)
{
    return hec_life_and(p->b, p->alive, p->settled->when, place);
}

static const hec_expr *argument_of(hec_paying *p, const char *name, const hec_expr *expr,
                                   bool *at_year_end)
{
    const hec_expr *argument = expr && expr->n_args == 1 ? expr->args[0] : NULL;
    if (!argument || (expr->arg_names && expr->arg_names[0])) {
        hec_report(p->b->diagnostics, HEC_CHECK_ARGUMENTS, expr ? expr->place : HEC_NOWHERE,
                   "`%s` takes 1 value", name);
        return NULL;
    }
    *at_year_end = argument->kind == HEC_EXPR_CALL && strcmp(argument->name, "at_year_end") == 0;
    if (!*at_year_end) {
        return argument;
    }
    if (argument->n_args != 1) {
        hec_report(p->b->diagnostics, HEC_CHECK_ARGUMENTS, argument->place,
                   "`at_year_end` takes 1 value");
        return NULL;
    }
    return argument->args[0];
}

/* 1 or 0 of a condition, else the value; for those who count. */
static hec_id of_persons(hec_paying *p, const hec_value *value, bool condition, hec_place place)
{
    hec_id id = condition ? hec_life_boolean(p->b, *value, place) : value->id;
    return hec_policy_where(p, counted(p, place), id, place);
}

static hec_value person_years(hec_paying *p, hec_pay_level level, const char *name, hec_place place)
{
    hec_builder *b = p->b;
    hec_id length = hec_life_constant(b, b->model->cycle_length, place);
    hec_id years = hec_policy_where(p, counted(p, place), length, place);
    const char *shown = p->last_year ? hec_arena_format(b->arena, "%s, last year", name) : name;
    return (hec_value){sum_of(p, level, years, false, shown ? shown : name, place), HEC_TYPE_ANY};
}

static hec_value unknown_measure(hec_paying *p, const char *name, hec_place place)
{
    const char *known[2 * MEASURES];
    for (size_t i = 0; i < 2 * (size_t)MEASURES; i++) {
        const char *text =
            hec_arena_format(p->b->arena, "%s%s", prefixes[i / MEASURES], measures[i % MEASURES]);
        known[i] = text ? text : "";
    }
    hec_report(p->b->diagnostics, HEC_CHECK_UNKNOWN_NAME, place, "there is no `%s`", name);
    hec_build_suggest(p->b, name, 2 * MEASURES, known);
    return hec_life_nothing();
}

static const char *people_name(hec_paying *p, hec_pay_level level, bool at_year_end)
{
    const char *name =
        hec_arena_format(p->b->arena, "%ssum(%s)%s", prefixes[level == HEC_LEVEL_PANEL ? 0 : 1],
                         at_year_end ? "at_year_end(1)" : "1", p->last_year ? ", last year" : "");
    return name ? name : "";
}

/* The sum over persons, or what it comes to for each of those counted; 0 where there is nobody. */
static hec_value over_persons(hec_paying *p, measure which, hec_pay_level level, const char *name,
                              const hec_expr *expr, hec_place place)
{
    hec_builder *b = p->b;
    bool year_end = false, condition = which == COUNT || which == SHARE;
    const hec_expr *argument = argument_of(p, name, expr, &year_end);
    if (!argument) {
        return hec_life_nothing();
    }
    p->where = HEC_PAY_MEASURED;
    hec_value value = hec_lower(b->model->graph, &b->scope, b->diagnostics, argument);
    p->where = HEC_PAY_SETTLED;
    if (value.id < 0 || (condition && !hec_type_expect(b->diagnostics, value, &HEC_TYPE_BOOLEAN,
                                                       argument->place, name))) {
        return hec_life_nothing();
    }
    hec_id sum = sum_of(p, level, of_persons(p, &value, condition, place), year_end,
                        name_of(p, level, expr->args[0]), place);
    if (which == SUM || which == COUNT) {
        return (hec_value){sum, which == SUM ? value.type : HEC_TYPE_ANY};
    }
    hec_id one = hec_life_constant(b, 1, place), zero = hec_life_constant(b, 0, place);
    hec_id here = hec_policy_where(p, counted(p, place), one, place);
    hec_id n = sum_of(p, level, here, year_end, people_name(p, level, year_end), place);
    hec_id mean = hec_life_op(b, HK_DIV, sum, n, place);
    return (hec_value){hec_policy_where(p, hec_life_op(b, HK_LT, zero, n, place), mean, place),
                       which == MEAN ? value.type : HEC_TYPE_ANY};
}

hec_value hec_policy_measure(hec_paying *p, const char *name, const hec_expr *expr, hec_place place)
{
    hec_pay_level level = HEC_LEVEL_REGION;
    int which = measure_of(name, &level);
    if (which == MEASURES) {
        return unknown_measure(p, name, place);
    }
    if (p->where != HEC_PAY_SETTLED || !p->settled) {
        hec_report(p->b->diagnostics, HEC_CHECK_NOT_YET, place,
                   "`%s` is known when a year is settled, not %s", name,
                   p->where == HEC_PAY_MEASURED ? "inside another sum" : "while persons live it");
        hec_report_help(p->b->diagnostics,
                        "it stands in `pay` or `settle` of a contract of the level %s",
                        level == HEC_LEVEL_PANEL ? "panel" : "panel or region");
        return hec_life_nothing();
    }
    if (level == HEC_LEVEL_PANEL && p->settled->level == HEC_LEVEL_REGION) {
        hec_report(p->b->diagnostics, HEC_CHECK_BAD_VALUE, place,
                   "`%s` is a contract with the region, which has no panel of its own",
                   p->settled->name);
        hec_report_help(p->b->diagnostics, "region.%s", measures[which]);
        return hec_life_nothing();
    }
    if (p->b->n_open > 0) {
        p->b->open[p->b->n_open - 1]->shifts = true;
    }
    if (p->settled->when < 0 || (level == HEC_LEVEL_PANEL && p->settled->payee < 0)) {
        return hec_life_nothing();
    }
    if ((which == PERSON_YEARS) == (expr != NULL)) {
        hec_report(p->b->diagnostics, HEC_CHECK_ARGUMENTS, place,
                   which == PERSON_YEARS ? "`%s` takes no values" : "`%s` needs a value: %s(...)",
                   name, name);
        return hec_life_nothing();
    }
    return which == PERSON_YEARS ? person_years(p, level, name, place)
                                 : over_persons(p, (measure)which, level, name, expr, place);
}

/* ---- what a settlement may ask --------------------------------------------------------------- */

static bool is_sum(const hec_paying *p, int32_t input)
{
    bool sum = false;
    for (size_t i = 0; i < p->pay->n_measures; i++) {
        const hec_measure *m = &p->pay->measures[i];
        sum = sum || m->input == input || m->last_input == input;
    }
    return sum;
}

bool hec_policy_is_settled(hec_paying *p, hec_id id, hec_place place)
{
    const hec_model *model = p->b->model;
    bool *needed = hec_arena_array(p->b->arena, (size_t)id + 1, sizeof *needed);
    int32_t first = HEC_CLOCK_COUNT, last = hec_model_draw(model, 0);
    if (!needed) {
        return false;
    }
    needed[id] = true;
    for (hec_id at = id; at >= 0; at--) {
        const hec_graph_node *node = hec_graph_node_at(model->graph, at);
        for (int i = 0; needed[at] && i < node->n_args; i++) {
            needed[node->args[i]] = true;
        }
        bool person =
            node->code == HEC_CODE_INPUT && ((node->index >= first && node->index < last) ||
                                             node->index == HEC_CLOCK_TIME_IN_STATE);
        if (needed[at] && person && !is_sum(p, node->index)) {
            hec_report(p->b->diagnostics, HEC_CHECK_NOT_YET, place,
                       "a settlement sees sums over persons, and `%s` is of one person",
                       hec_graph_input_name(model->graph, node->index));
            hec_report_help(p->b->diagnostics,
                            "panel.mean(...), panel.share(...) or panel.sum(...)");
            return false;
        }
    }
    return true;
}
