/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attributes: what persons start with and how it evolves from cycle to cycle. */
#include "model/life_inner.h"

#include <string.h>

static bool is_ratio(const hec_type *type)
{
    return type->kind == HEC_KIND_QUANTITY && type->n_factors == 0;
}

static int population_attribute(const hec_builder *b, const char *name)
{
    const hec_population *population = &b->model->population;
    for (size_t i = 0; i < population->n_attributes; i++) {
        if (strcmp(population->attributes[i], name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

hec_evolving *hec_life_evolving(const hec_builder *b, const char *name)
{
    size_t found = b->lives ? hec_names_find(&b->lives->attribute_names, name) : SIZE_MAX;
    return found == SIZE_MAX ? NULL : &b->lives->attributes[found];
}

/* Its entry in the tree being read; NULL when that tree has none. */
static const hec_node *entry_of(const hec_builder *b, const char *name)
{
    const hec_node *map = hec_node_get(hec_node_get(b->tree, "attributes"), name);
    return map && map->kind == HEC_NODE_MAP ? map : NULL;
}

/* ---- the frame ------------------------------------------------------------------------------- */

static void read_unit(hec_builder *b, hec_evolving *a, const hec_node *map)
{
    const hec_node *unit = hec_build_part(b, map, "unit", HEC_NODE_SCALAR);
    if (unit) {
        a->typed = hec_unit_read(b->diagnostics, unit->text, unit->length, unit->place,
                                 unit->verbatim, &a->type, &a->factor);
    } else if (a->population >= 0 && !a->typed) {
        a->type = b->model->population.types[a->population];
        a->typed = true;
    }
}

static void check_entry(hec_builder *b, hec_evolving *a, const hec_node *map)
{
    static const char *const keys[] = {"label", "source", "note", "start", "update", "unit"};
    const hec_node *start = hec_build_stated(map, "start"),
                   *update = hec_build_stated(map, "update");
    hec_node_expect_keys(b->diagnostics, map, "an attribute", 6, keys);
    hec_build_expect_words(b, map, 3, keys);
    if (!start && !update) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, a->place,
                   "the attribute `%s` has neither `start` nor `update`", a->name);
    } else if (!start && a->population < 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, a->place,
                   "the attribute `%s` has no `start`, and the population has no attribute of that "
                   "name",
                   a->name);
        hec_report_help(b->diagnostics, "%s: {start: ..., update: ...}", a->name);
    }
    a->updated = a->updated || update;
    read_unit(b, a, map);
}

static hec_evolving *add_attribute(hec_builder *b, size_t *capacity, const hec_entry *entry)
{
    hec_lives *lives = b->lives;
    size_t n = lives->attribute_names.count;
    if (!hec_build_identifier(b, entry->key, entry->key_place, "an attribute") ||
        !hec_arena_grow(b->arena, (void **)&lives->attributes, n, capacity,
                        sizeof *lives->attributes) ||
        hec_names_add(b->arena, &lives->attribute_names, entry->key) != n) {
        return NULL;
    }
    if (strcmp(entry->key, "age") == 0) {
        hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, entry->key_place,
                   "`age` grows with time by itself; an attribute that is updated needs another "
                   "name");
    }
    const char *next = hec_arena_format(b->arena, "next(%s)", entry->key);
    lives->attributes[n] = (hec_evolving){.name = entry->key,
                                          .next_name = next ? next : entry->key,
                                          .place = entry->key_place,
                                          .population = population_attribute(b, entry->key),
                                          .variable = -1,
                                          .type = HEC_TYPE_ANY,
                                          .factor = 1,
                                          .checked = -1,
                                          .shown = -1};
    return &lives->attributes[n];
}

void hec_life_frame_attributes(hec_builder *b, size_t n_trees, const hec_node *const *trees)
{
    hec_lives *lives = b->lives;
    size_t capacity = 0;
    for (size_t k = 0; k < n_trees; k++) {
        const hec_node *map = hec_build_part(b, trees[k], "attributes", HEC_NODE_MAP);
        for (size_t i = 0; map && i < map->count; i++) {
            const hec_entry *entry = &map->entries[i];
            if (!hec_node_expect(b->diagnostics, entry->value, HEC_NODE_MAP, "an attribute")) {
                continue;
            }
            hec_evolving *a = hec_life_evolving(b, entry->key);
            a = a ? a : add_attribute(b, &capacity, entry);
            if (a) {
                check_entry(b, a, entry->value);
            }
        }
    }
    for (size_t i = 0; i < lives->attribute_names.count; i++) {
        hec_evolving *a = &lives->attributes[i];
        hec_variable_kind kind = a->updated ? HEC_VARIABLE_ATTRIBUTE : HEC_VARIABLE_BASELINE;
        int number = (int)(a->updated ? i : b->model->n_variables);
        a->variable = hec_life_variable(b, kind, number, a->name, a->place);
    }
    if (lives->attribute_names.count > 0 && b->model->engine == HEC_ENGINE_TIMES) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, lives->attributes[0].place,
                   "attributes evolve from cycle to cycle; a chain with `time:` has no cycles");
        hec_report_help(b->diagnostics, "write the chain with `to:` or `rate:`");
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

/* A value as written, brought to the attribute's unit. */
static hec_value in_unit(hec_builder *b, hec_evolving *a, hec_value value, const hec_node *node)
{
    if (value.id < 0) {
        return value;
    }
    if (!a->typed) {
        a->type = value.type;
        a->typed = true;
        if (a->variable >= 0) {
            b->model->variables[a->variable].words = a->type.kind == HEC_KIND_LABEL;
        }
    }
    if (value.type.kind == HEC_KIND_ANY && a->factor != 1) {
        hec_id factor = hec_life_constant(b, a->factor, node->place);
        value.id = hec_life_op(b, HK_MUL, value.id, factor, node->place);
    }
    const char *what = hec_arena_format(b->arena, "`%s`", a->name);
    bool plain = a->type.kind != HEC_KIND_LABEL && is_ratio(&value.type);
    if (!plain && !hec_build_wants(b, value, &a->type, node, what ? what : a->name, NULL)) {
        value.id = -1;
    }
    value.type = a->type;
    return value;
}

static hec_value lower_start(hec_builder *b, hec_evolving *a)
{
    const hec_node *map = entry_of(b, a->name), *start = hec_build_stated(map, "start");
    if (!start && a->population >= 0) {
        return in_unit(b, a, hec_build_attribute(b, (size_t)a->population, a->place),
                       map ? map : b->tree);
    }
    if (!start) { /* which was reported, or the tree has no such attribute */
        return (hec_value){map ? -1 : hec_life_constant(b, 0, a->place), a->type};
    }
    hec_visit visit = hec_life_enter(b, HEC_PHASE_START);
    b->chain = -1;
    hec_value value = in_unit(b, a, hec_build_expression(b, start), start);
    hec_life_leave(b, &visit);
    return value;
}

/* What the update says, for those who live on; others keep what they had. */
static hec_value lower_next(hec_builder *b, hec_evolving *a)
{
    const hec_node *map = entry_of(b, a->name), *update = hec_build_stated(map, "update");
    hec_value present = hec_life_attribute(b, a->name, a->place);
    if (!update || present.id < 0) {
        return present;
    }
    hec_visit visit = hec_life_enter(b, HEC_PHASE_UPDATE);
    hec_recall recall = hec_policy_recall(b, a->name);
    b->chain = -1;
    hec_value value = in_unit(b, a, hec_build_expression(b, update), update);
    hec_policy_forget(b, &recall);
    hec_life_leave(b, &visit);
    if (value.id < 0) {
        return value;
    }
    hec_place place = update->place;
    hec_id lives_on = hec_life_lives_on(b, place);
    const hec_graph_node *node = hec_graph_node_at(b->model->graph, value.id);
    if (node->code != HEC_CODE_INPUT && node->code != HEC_CODE_CONSTANT) {
        a->shown = value.id;
        a->checked = hec_life_select(b, lives_on, value.id, hec_life_constant(b, 0, place), place);
        a->update_place = place;
    }
    value.id = hec_life_select(b, lives_on, value.id, present.id, place);
    return value;
}

hec_value hec_life_lower_attribute(hec_builder *b, const hec_binding *binding)
{
    const hec_lives *lives = b->lives;
    for (size_t i = 0; i < lives->attribute_names.count; i++) {
        hec_evolving *a = &lives->attributes[i];
        if (binding == &a->start || binding == &a->next) {
            return binding == &a->start ? lower_start(b, a) : lower_next(b, a);
        }
    }
    return hec_life_nothing();
}

/* The unit of an attribute is that of its start, where it is not stated. */
static bool know_type(hec_builder *b, hec_evolving *a)
{
    if (!a->typed) {
        hec_life_open_tree(b);
        (void)hec_build_resolve(b, &a->start);
    }
    return a->typed;
}

hec_value hec_life_attribute(hec_builder *b, const char *name, hec_place place)
{
    hec_evolving *a = hec_life_evolving(b, name);
    if (hec_life_phase(b) == HEC_PHASE_START) {
        hec_life_open_tree(b);
        return hec_build_resolve(b, &a->start);
    }
    if (!know_type(b, a)) {
        return hec_life_nothing();
    }
    return (hec_value){hec_life_present(b, a->variable, place), a->type};
}

/* ---- start(x), next(x) ----------------------------------------------------------------------- */

static hec_value unknown_attribute(hec_builder *b, const char *name, hec_place place)
{
    const hec_population *population = &b->model->population;
    hec_names all = {0};
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, place, "there is no attribute `%s`", name);
    for (size_t i = 0; i < b->lives->attribute_names.count; i++) {
        (void)hec_names_add(b->arena, &all, b->lives->attributes[i].name);
    }
    for (size_t i = 0; i < population->n_attributes; i++) {
        (void)hec_names_add(b->arena, &all, population->attributes[i]);
    }
    hec_build_suggest(b, name, all.count, all.items);
    return hec_life_nothing();
}

hec_value hec_life_start_of(hec_builder *b, const char *name, hec_place place)
{
    hec_evolving *a = hec_life_evolving(b, name);
    if (!a) {
        int known = population_attribute(b, name);
        return known < 0 ? unknown_attribute(b, name, place)
                         : hec_build_attribute(b, (size_t)known, place);
    }
    if (hec_life_phase(b) == HEC_PHASE_START || !a->updated || b->unread) {
        return hec_life_attribute(b, name, place);
    }
    if (!know_type(b, a)) {
        return hec_life_nothing();
    }
    int variable = hec_life_variable(b, HEC_VARIABLE_BASELINE, a->variable, a->name, a->place);
    return (hec_value){hec_life_present(b, variable, place), a->type};
}

hec_value hec_life_next_of(hec_builder *b, const char *name, hec_place place)
{
    hec_evolving *a = hec_life_evolving(b, name);
    if (!a) {
        return unknown_attribute(b, name, place);
    }
    if (!a->updated || b->unread) {
        return hec_life_attribute(b, name, place);
    }
    hec_life_open_tree(b);
    return hec_build_resolve(b, &a->next);
}
