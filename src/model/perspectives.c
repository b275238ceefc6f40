/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Perspectives: which cost categories count for whom; and the measure of the incremental analysis.
 */
#include "model/build.h"

#include <string.h>

static hec_place setting_place(const hec_builder *b, const char *key)
{
    const hec_node *economics = hec_node_get(b->tree, "economics");
    const hec_node *node = hec_node_get(economics, key);
    const hec_node *profile = hec_node_get(economics, "profile");
    return node ? node->place : profile ? profile->place : HEC_NOWHERE;
}

/* The names of the outcomes of one kind; their number. */
static size_t outcome_names(hec_builder *b, hec_outcome_kind kind, const char ***names)
{
    const hec_model *model = b->model;
    size_t n = 0;
    *names = hec_arena_array(b->arena, model->n_outcomes + 1, sizeof **names);
    for (size_t i = 0; *names && i < model->n_outcomes; i++) {
        if (model->outcomes[i].kind == kind) {
            (*names)[n++] = model->outcomes[i].name;
        }
    }
    return n;
}

/* ---- perspectives --------------------------------------------------------------------------- */

static bool *add_perspective(hec_builder *b, const char *name)
{
    hec_model *model = b->model;
    bool *counts = hec_arena_array(b->arena, model->n_costs + 1, sizeof *counts);
    if (counts) {
        model->perspectives[model->n_perspectives++] = (hec_perspective){name, counts};
    }
    return counts;
}

static void count_all(const hec_builder *b, bool *counts)
{
    for (size_t i = 0; i < b->model->n_costs; i++) {
        counts[i] = true;
    }
}

static void read_categories(hec_builder *b, const hec_entry *entry, bool *counts)
{
    const hec_node *list = entry->value;
    const char **names = NULL;
    size_t n = outcome_names(b, HEC_OUTCOME_COST, &names);
    for (size_t i = 0; i < list->count; i++) {
        const hec_node *item = list->items[i];
        if (!hec_node_expect(b->diagnostics, item, HEC_NODE_SCALAR, "a cost category")) {
            continue;
        }
        int outcome = hec_build_outcome(b, HEC_OUTCOME_COST, item->text);
        if (outcome >= 0) {
            counts[outcome] = true;
            continue;
        }
        hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, item->place,
                   "no cost has the category `%s`", item->text);
        if (names) {
            hec_build_suggest(b, item->text, n, names);
        }
    }
    if (list->count == 0 && b->model->n_costs > 0) {
        hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT, entry->key_place,
                   "the perspective `%s` counts no cost", entry->key);
        hec_report_help(b->diagnostics, "%s: all, or a list of cost categories", entry->key);
    }
}

static void read_perspective(hec_builder *b, const hec_entry *entry)
{
    const hec_node *value = entry->value;
    bool *counts = add_perspective(b, entry->key);
    if (!counts) {
        return;
    }
    if (value->kind == HEC_NODE_LIST) {
        read_categories(b, entry, counts);
    } else if (value->kind == HEC_NODE_SCALAR && strcmp(value->text, "all") == 0) {
        count_all(b, counts);
    } else {
        hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, value->place,
                   "a perspective is `all` or a list of cost categories");
        hec_report_help(b->diagnostics, "%s: all, or %s: [...]", entry->key, entry->key);
    }
}

static void find_perspective(hec_builder *b)
{
    hec_model *model = b->model;
    const char *wanted = model->economics.perspective;
    const char **names = hec_arena_array(b->arena, model->n_perspectives + 1, sizeof *names);
    model->perspective = -1;
    for (size_t i = 0; wanted && i < model->n_perspectives; i++) {
        if (names) {
            names[i] = model->perspectives[i].name;
        }
        if (strcmp(model->perspectives[i].name, wanted) == 0) {
            model->perspective = (int)i;
        }
    }
    if (!wanted || model->perspective >= 0) {
        return;
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, setting_place(b, "perspective"),
               "the perspective `%s` is not among `perspectives:`", wanted);
    if (names) {
        hec_build_suggest(b, wanted, model->n_perspectives, names);
    }
    hec_report_help(b->diagnostics, "perspectives: {%s: all}, or a list of cost categories",
                    wanted);
}

void hec_build_perspectives(hec_builder *b)
{
    hec_model *model = b->model;
    const hec_node *map = hec_build_part(b, b->tree, "perspectives", HEC_NODE_MAP);
    const hec_node *stated = hec_node_get(b->tree, "perspectives");
    size_t count = map ? map->count : 0;
    model->perspectives = hec_arena_array(b->arena, count + 1, sizeof *model->perspectives);
    if (!model->perspectives || (stated && stated->kind != HEC_NODE_EMPTY && !map)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        read_perspective(b, &map->entries[i]);
    }
    /* a model without perspectives has one, which counts every cost */
    if (count == 0 && model->economics.perspective) {
        bool *counts = add_perspective(b, model->economics.perspective);
        if (counts) {
            count_all(b, counts);
        }
    }
    find_perspective(b);
}

/* ---- the effect ------------------------------------------------------------------------------ */

void hec_build_effect(hec_builder *b)
{
    hec_model *model = b->model;
    const char *wanted = model->economics.effect, **names = NULL;
    model->effect = wanted ? hec_build_outcome(b, HEC_OUTCOME_EFFECT, wanted) : 0;
    if (model->effect >= 0) {
        return;
    }
    size_t n = outcome_names(b, HEC_OUTCOME_EFFECT, &names);
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, setting_place(b, "effect"),
               "nothing measures the effect `%s`", wanted);
    if (names) {
        hec_build_suggest(b, wanted, n, names);
    }
}
