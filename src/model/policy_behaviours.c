/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Behaviours: the one door through which a policy changes lives, with a switch. */
#include "model/policy_inner.h"

#include <string.h>

/* How a behaviour changes a value. */
static const char *const ways[] = {"multiply", "odds", "add", "set"};
typedef enum way { MULTIPLY, ODDS, ADD, SET, WAYS } way;

static bool is_off(const hec_builder *b)
{
    const hec_node *node = hec_build_stated(b->model->tree, "behaviours");
    return node && node->kind == HEC_NODE_SCALAR && strcmp(node->text, "off") == 0;
}

static const hec_node *behaviours_of(const hec_builder *b)
{
    const hec_node *map = hec_build_stated(hec_build_stated(b->tree, "policy"), "behaviours");
    return map && map->kind == HEC_NODE_MAP ? map : NULL;
}

/* ---- checks ---------------------------------------------------------------------------------- */

static bool is_curve(hec_builder *b, const char *name)
{
    const hec_expr *expr = b->scope.definition(b, name);
    return expr && hec_expr_find_curve(&b->scope, expr);
}

static void check_behaviour(hec_paying *p, const hec_entry *entry)
{
    static const char *const keys[] = {"label", "source",   "note", "scenario", "status",
                                       "on",    "multiply", "odds", "add",      "set",
                                       "when",  "ramp",     "at"};
    hec_builder *b = p->b;
    const hec_node *map = entry->value;
    size_t stated = 0;
    if (!hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a behaviour")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "a behaviour", sizeof keys / sizeof keys[0], keys);
    hec_build_expect_words(b, map, 4, keys);
    hec_build_status(b, map);
    for (size_t i = 0; i < WAYS; i++) {
        stated += hec_build_stated(map, ways[i]) != NULL;
    }
    if (stated != 1) {
        hec_report(b->diagnostics, stated ? HEC_CHECK_BAD_VALUE : HEC_CHECK_MISSING_KEY,
                   entry->key_place,
                   stated ? "the behaviour `%s` changes a value in several ways at once"
                          : "the behaviour `%s` does not say what changes",
                   entry->key);
        hec_report_help(b->diagnostics, "one of multiply, odds, add and set");
    }
    if (!hec_build_stated(map, "source") && !hec_build_stated(map, "scenario")) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, entry->key_place,
                   "where the behaviour `%s` is known from is not stated", entry->key);
        hec_report_help(b->diagnostics,
                        "source: \"...\", or scenario: \"...\" where it is assumed");
    }
    const hec_node *at = hec_build_stated(map, "at");
    if (at) {
        (void)hec_policy_panels_at(b, at);
    }
    const hec_node *on = hec_build_part(b, map, "on", HEC_NODE_SCALAR);
    const hec_binding *binding = on ? hec_build_find(b, on->text) : NULL;
    if (!on) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, entry->key_place,
                   "the behaviour `%s` does not say which parameter or definition changes",
                   entry->key);
        hec_report_help(b->diagnostics, "on: NAME");
    } else if (!binding || (binding->kind != HEC_BIND_PARAMETER && binding->kind != HEC_BIND_LET)) {
        hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_NAME, on->place,
                   "no parameter and no definition is called `%s`", on->text);
        hec_build_suggest(b, on->text, b->n_candidates, b->candidates);
    } else if (binding->kind == HEC_BIND_LET && is_curve(b, on->text)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, on->place,
                   "`%s` is a survival distribution, which has no value to change", on->text);
        hec_report_help(b->diagnostics, "change a parameter of it, such as the ratio of "
                                        "hazard_ratio(D, ratio)");
    } else if (hec_names_find(&b->used, on->text) == SIZE_MAX) {
        hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT, on->place,
                   "nothing in this strategy reads `%s`, so the behaviour `%s` changes nothing",
                   on->text, entry->key);
    }
}

void hec_policy_behaviours(hec_paying *p)
{
    static const char *const words[] = {"off", "on"};
    hec_builder *b = p->b;
    const hec_node *map = hec_build_part(b, p->policy, "behaviours", HEC_NODE_MAP);
    const hec_node *door = hec_build_stated(b->model->tree, "behaviours");
    if (door) {
        (void)hec_build_choice(b, door, "behaviours", 2, words);
    }
    for (size_t i = 0; map && i < map->count; i++) {
        check_behaviour(p, &map->entries[i]);
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static hec_value changed(hec_builder *b, way how, hec_value value, const hec_node *node)
{
    hec_value by = hec_build_expression(b, node);
    const hec_type *wanted = how == ADD || how == SET ? &value.type : &HEC_TYPE_RATIO;
    hec_place place = node->place;
    if (!hec_build_wants(b, by, wanted, node, "a behaviour", NULL)) {
        return hec_life_nothing();
    }
    if (how == MULTIPLY || how == ADD) {
        hk_op op = how == ADD ? HK_ADD : HK_MUL;
        return (hec_value){hec_life_op(b, op, value.id, by.id, place), value.type};
    }
    if (how == SET) {
        return (hec_value){by.id, value.type};
    }
    if (!hec_build_wants(b, value, &HEC_TYPE_PROBABILITY, node, "`odds` of a behaviour", NULL)) {
        return hec_life_nothing();
    }
    hec_id more = hec_life_op(b, HK_MUL, value.id, by.id, place); /* as apply_or */
    hec_id stay = hec_life_op(b, HK_SUB, hec_life_constant(b, 1, place), value.id, place);
    hec_id all = hec_life_op(b, HK_ADD, stay, more, place);
    return (hec_value){hec_life_op(b, HK_DIV, more, all, place), value.type};
}

/* How much of the change has come by now: in a straight line over the ramp. */
static hec_id come(hec_builder *b, const hec_node *ramp)
{
    double years = 0;
    if (!hec_build_constant(b, ramp, &HEC_TYPE_YEARS, "the ramp of a behaviour", &years)) {
        return -1;
    }
    if (!(years > 0)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, ramp->place,
                   "a change comes over more than no time; without `ramp` it is there at once");
        return -1;
    }
    hec_place place = ramp->place;
    hec_id t = b->at_start
                   ? hec_life_constant(b, 0, place)
                   : hec_graph_input(b->model->graph, HEC_CLOCK_T, HEC_DEP_CYCLE, "t", place);
    hec_id part = hec_life_op(b, HK_DIV, t, hec_life_constant(b, years, place), place);
    return hec_life_op(b, HK_MIN, part, hec_life_constant(b, 1, place), place);
}

static hec_value behave(hec_builder *b, const hec_node *map, hec_value value)
{
    const hec_node *ramp = hec_build_stated(map, "ramp"), *when = hec_build_stated(map, "when");
    way how = MULTIPLY;
    while (how < WAYS && !hec_build_stated(map, ways[how])) {
        how++;
    }
    if (how == WAYS) {
        return value;
    }
    hec_place place = map->place;
    hec_value other = changed(b, how, value, hec_build_stated(map, ways[how]));
    if (ramp) {
        hec_id part = come(b, ramp);
        hec_id more = hec_life_op(b, HK_SUB, other.id, value.id, place);
        other.id =
            hec_life_op(b, HK_ADD, value.id, hec_life_op(b, HK_MUL, part, more, place), place);
    }
    if (when) {
        hec_value condition = hec_build_expression(b, when);
        bool good = hec_build_wants(b, condition, &HEC_TYPE_BOOLEAN, when, "`when`",
                                    "compare it with something, as in `x > 0`");
        hec_id holds = good ? hec_life_boolean(b, condition, when->place) : -1;
        other.id = hec_life_select(b, holds, other.id, value.id, place);
    }
    return other;
}

hec_value hec_policy_behave(hec_builder *b, const hec_binding *binding, hec_value value)
{
    const hec_node *all = behaviours_of(b);
    bool named = binding->kind == HEC_BIND_PARAMETER || binding->kind == HEC_BIND_LET;
    if (!all || !named || value.id < 0 || is_off(b) || (!b->lives && hec_build_is_persons(b))) {
        return value;
    }
    const hec_node *outer = b->behaving;
    const hec_binding *behaved = b->behaved;
    const hec_value unbehaved = b->unbehaved;
    for (size_t i = 0; i < all->count; i++) {
        const hec_node *map = all->entries[i].value;
        const hec_node *on = map->kind == HEC_NODE_MAP ? hec_build_stated(map, "on") : NULL;
        if (on && on->kind == HEC_NODE_SCALAR && strcmp(on->text, binding->name) == 0) {
            b->behaving = map;
            b->behaved = binding;
            b->unbehaved = value;
            value = behave(b, map, value);
            b->behaving = outer;
        }
    }
    b->behaved = behaved;
    b->unbehaved = unbehaved;
    return value;
}
