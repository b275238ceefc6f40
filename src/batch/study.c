/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Study: from a file to something that can be run. */
#include "batch/people_feeds.h"
#include "batch/study_inner.h"

#include <stdlib.h>
#include <string.h>

/* What can be said of a cohort, whether or not it was said of one. */
static const char cohort_path[] = "engine.cohort.";

/* Whether a path leads into an engine that the text does not have. */
static bool sets_persons(const hec_node *tree, const char *path)
{
    const hec_node *engine = hec_node_get(tree, "engine");
    return (strcmp(path, "engine") == 0 && !engine) ||
           (strncmp(path, "engine.", strlen("engine.")) == 0 &&
            strncmp(path, cohort_path, strlen(cohort_path)) != 0 &&
            !hec_node_get(engine, "microsimulation"));
}

/* The mapping under a key. One that is not there or empty is replaced by a new one, and so is an
 * engine in one word; what is misshapen otherwise stays, and is reported when it is read. */
static hec_node *mapping_under(hec_study *study, hec_node *parent, const char *key, hec_place place)
{
    hec_node *map = hec_node_get(parent, key);
    bool word = map && map->kind == HEC_NODE_SCALAR && strcmp(key, "engine") == 0;
    if (map && map->kind != HEC_NODE_EMPTY && !word) {
        return map;
    }
    map = hec_arena_alloc(study->arena, sizeof *map);
    if (!map) {
        return NULL;
    }
    *map = (hec_node){.kind = HEC_NODE_MAP, .place = place, .text = ""};
    return hec_node_put(study->arena, parent, key, place, map) ? map : NULL;
}

/* Mappings that may be left out of the text and yet be set inside: of a cohort, and of what a
 * profile states. False: no memory. */
static bool open_rooms(hec_study *study, const char *path, hec_place place)
{
    static const char *const rooms[][2] = {
        {"engine", "cohort"}, {"economics", "discount"}, {"economics", "one_off"}};
    for (size_t i = 0; i < sizeof rooms / sizeof rooms[0]; i++) {
        size_t length = strlen(rooms[i][0]);
        const char *inner = path + length + 1;
        if (strncmp(path, rooms[i][0], length) != 0 || path[length] != '.' ||
            strncmp(inner, rooms[i][1], strlen(rooms[i][1])) != 0 ||
            inner[strlen(rooms[i][1])] != '.') {
            continue;
        }
        hec_node *room = mapping_under(study, study->tree, rooms[i][0], place);
        if (!room ||
            (room->kind == HEC_NODE_MAP && !mapping_under(study, room, rooms[i][1], place))) {
            return false;
        }
    }
    return true;
}

/* Sets a parameter in every policy that states it; how many do, or -1 after reporting. */
static int set_in_policies(hec_study *study, hec_diagnostics *diagnostics, const char *path,
                           hec_node *value)
{
    const hec_node *strategies = hec_node_get(study->tree, "strategies");
    const char *word = hec_arena_copy(study->arena, path, strcspn(path, "."));
    int found = 0;
    for (size_t i = 0; word && strategies && strategies->kind == HEC_NODE_MAP && found >= 0 &&
                       i < strategies->count;
         i++) {
        hec_node *policy = hec_node_get(strategies->entries[i].value, "policy");
        if (hec_node_get(hec_node_get(policy, "parameters"), word)) {
            bool set = hec_tree_set(study->arena, diagnostics, policy, path, value->place, value);
            found = set ? found + 1 : -1;
        }
    }
    return word ? found : -1;
}

/* Whether the model has something of this name, whatever its policies have. */
static bool stands_in_model(const hec_study *study, const char *path)
{
    static const char *const homes[] = {"parameters", "let"};
    const char *word = hec_arena_copy(study->arena, path, strcspn(path, "."));
    bool stands = !word || hec_node_get(study->tree, word);
    for (size_t i = 0; i < 2; i++) {
        stands = stands || hec_node_get(hec_node_get(study->tree, homes[i]), word);
    }
    return stands;
}

/* One PATH=VALUE of the command line, laid over the tree like a strategy's `set:`. */
static bool apply_setting(hec_study *study, hec_diagnostics *diagnostics, const char *setting)
{
    const char *equals = strchr(setting, '=');
    hec_node *value = NULL;
    if (!equals || equals == setting || !equals[1]) {
        hec_report(diagnostics, HEC_CHECK_SET_PATH, HEC_NOWHERE, "`--set %s` is not PATH=VALUE",
                   setting);
        hec_report_help(diagnostics, "--set r_HS1=0.2 or --set economics.discount.cost=3%%");
        return false;
    }
    const char *path = hec_arena_copy(study->arena, setting, (size_t)(equals - setting));
    const char *name = hec_arena_format(study->arena, "--set %s", path ? path : "");
    if (!path || !name ||
        !hec_tree_read_text(study->arena, diagnostics, name, equals + 1, strlen(equals + 1),
                            &value)) {
        return false;
    }
    if (sets_persons(study->tree, path)) {
        hec_report(diagnostics, HEC_CHECK_SET_PATH, HEC_NOWHERE,
                   "`--set %s`: the study runs a cohort, of which `%s` cannot be set", setting,
                   path);
        hec_report_help(diagnostics, "--persons 10000 simulates so many persons in its place");
        return false;
    }
    int in_policies = set_in_policies(study, diagnostics, path, value);
    if (in_policies < 0 || (in_policies > 0 && !stands_in_model(study, path))) {
        return in_policies > 0;
    }
    return open_rooms(study, path, value->place) &&
           hec_tree_set(study->arena, diagnostics, study->tree, path, value->place, value);
}

/* A number given beside the text, as a node of a source of its own. */
static hec_node *number_node(hec_study *study, hec_diagnostics *diagnostics, const char *key,
                             uint64_t number)
{
    hec_node *value = NULL;
    const char *name = hec_arena_format(study->arena, "--%s", key);
    const char *text = hec_arena_format(study->arena, "%llu", (unsigned long long)number);
    if (!name || !text ||
        !hec_tree_read_text(study->arena, diagnostics, name, text, strlen(text), &value)) {
        return NULL;
    }
    return value;
}

/* Lays a number over the text at "uncertainty" or "engine.microsimulation": the resolved text holds
 * what was run. */
static bool apply_number(hec_study *study, hec_diagnostics *diagnostics, const char *const *rooms,
                         const char *key, uint64_t number)
{
    hec_node *value = number_node(study, diagnostics, key, number), *map = study->tree;
    for (; value && map && *rooms && map->kind == HEC_NODE_MAP; rooms++) {
        map = mapping_under(study, map, *rooms, value->place);
    }
    if (!value || !map) {
        return false;
    }
    return map->kind != HEC_NODE_MAP || hec_node_put(study->arena, map, key, value->place, value);
}

static bool apply_options(hec_study *study, const hec_study_options *options,
                          hec_diagnostics *diagnostics)
{
    static const char *const uncertainty[] = {"uncertainty", NULL};
    static const char *const persons[] = {"engine", "microsimulation", NULL};
    bool good = true;
    for (size_t i = 0; options && i < options->n_set; i++) {
        good = apply_setting(study, diagnostics, options->set[i]) && good;
    }
    if (options && options->draws >= 0) {
        good = apply_number(study, diagnostics, uncertainty, "draws", (uint64_t)options->draws) &&
               good;
    }
    if (options && options->has_seed) {
        good = apply_number(study, diagnostics, uncertainty, "seed", options->seed) && good;
    }
    if (options && options->persons > 0) {
        good = apply_number(study, diagnostics, persons, "persons", (uint64_t)options->persons) &&
               good;
    }
    return good;
}

/* The sources from number `first` on: those of this study. */
static bool keep_sources(hec_study *study, const hec_diagnostics *diagnostics, int32_t first)
{
    size_t n = (size_t)(hec_source_count(diagnostics) - first);
    study->source_names = hec_arena_array(study->arena, n + 1, sizeof *study->source_names);
    study->source_texts = hec_arena_array(study->arena, n + 1, sizeof *study->source_texts);
    study->source_lengths = hec_arena_array(study->arena, n + 1, sizeof *study->source_lengths);
    if (!study->source_names || !study->source_texts || !study->source_lengths) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        size_t length = 0;
        const char *text = hec_source_text(diagnostics, first + (int32_t)i, &length);
        const char *name = hec_source_name(diagnostics, first + (int32_t)i);
        study->source_names[i] = hec_arena_copy(study->arena, name, strlen(name));
        study->source_texts[i] = hec_arena_copy(study->arena, text, length);
        study->source_lengths[i] = length;
        if (!study->source_names[i] || !study->source_texts[i]) {
            return false;
        }
    }
    study->n_sources = n;
    return true;
}

/* Without draws too where a matrix joins them: it is the plan that finds out whether it can. */
static bool needs_sampling(const hec_model *model)
{
    bool joined = model->n_correlations > 0;
    for (size_t i = 0; i < model->n_groups; i++) {
        joined = joined || model->groups[i].kind == HEC_DRAW_MULTINORMAL;
    }
    return model->n_draws > 0 && (joined || model->draw_count > 0);
}

/* The engine that the model asks for. False after reporting, or when out of memory. */
static bool prepare_engine(hec_study *study, hec_diagnostics *diagnostics)
{
    if (needs_sampling(study->model)) {
        study->sampling = hec_sample_plan_of_model(study->arena, diagnostics, study->model);
        if (!study->sampling) {
            return false;
        }
    }
    if (study->model->engine == HEC_ENGINE_COHORT) {
        study->cohort = hec_cohort_create(study->arena, study->model);
        return study->cohort != NULL;
    }
    study->persons = hec_persons_create(study->arena, diagnostics, study->model);
    for (int by_cycle = 0; by_cycle < 2; by_cycle++) {
        study->together[by_cycle] = hec_people_feeds_names(study->arena, study->model, by_cycle);
        if (!study->together[by_cycle]) {
            return false;
        }
    }
    if (hec_ledger_wanted(study->model)) {
        study->ledger = hec_ledger_plan_create(study->arena, study->model);
        study->settlements =
            study->ledger ? hec_settlements_create(study->arena, study->ledger) : NULL;
        return study->persons && study->settlements;
    }
    return study->persons != NULL;
}

/* What was read in spite of a mistake is looked at all the same, so that one run shows all. */
static bool read_study(hec_study *study, const char *path, const hec_study_options *options,
                       hec_diagnostics *diagnostics)
{
    int64_t before = hec_diagnostics_count(diagnostics, HEC_ERROR);
    int32_t first = hec_source_count(diagnostics);
    bool good = hec_tree_read_layers(study->arena, diagnostics, path, &study->tree);
    if (!study->tree) {
        return false;
    }
    good = apply_options(study, options, diagnostics) && good;
    hec_model_accept(diagnostics, study->tree);
    study->model = hec_model_build(study->arena, diagnostics, study->tree);
    if (!good || !study->model || hec_diagnostics_count(diagnostics, HEC_ERROR) > before) {
        return false;
    }
    good = prepare_engine(study, diagnostics) && keep_sources(study, diagnostics, first);
    hec_model_accept_review(diagnostics, study->tree);
    return good;
}

hec_study *hec_study_for_engine(const hec_study *study, hec_diagnostics *diagnostics,
                                hec_engine engine)
{
    int64_t before = hec_diagnostics_count(diagnostics, HEC_ERROR);
    hec_study *other = hec_arena_alloc(study->arena, sizeof *other);
    if (!other) {
        return NULL;
    }
    *other = *study;
    other->cohort = NULL;
    other->persons = NULL;
    other->ledger = NULL;
    other->settlements = NULL;
    other->sampling = NULL;
    other->model = hec_model_build_for(study->arena, diagnostics, study->tree, engine);
    if (!other->model || hec_diagnostics_count(diagnostics, HEC_ERROR) > before ||
        !prepare_engine(other, diagnostics)) {
        return NULL;
    }
    return other;
}

hec_status hec_study_read(const char *path, const hec_study_options *options,
                          hec_diagnostics *diagnostics, hec_study **study)
{
    *study = NULL;
    int64_t before = hec_diagnostics_count(diagnostics, HEC_ERROR);
    hec_study *s = calloc(1, sizeof *s);
    if (!s) {
        return HEC_E_MEMORY;
    }
    s->arena = hec_arena_create();
    s->path = strdup(path);
    if (!s->arena || !s->path) {
        hec_study_destroy(s);
        return HEC_E_MEMORY;
    }
    if (!read_study(s, path, options, diagnostics)) {
        bool mistakes = hec_diagnostics_count(diagnostics, HEC_ERROR) > before;
        hec_study_destroy(s);
        return mistakes ? HEC_E_INPUT : HEC_E_MEMORY;
    }
    *study = s;
    return HEC_OK;
}

void hec_study_destroy(hec_study *study)
{
    if (study) {
        hec_arena_destroy(study->arena);
        free(study->path);
        free(study);
    }
}

/* Beside `study:` a `model:` is a file to stand on. What it held is part of the text already, so
 * the model's own name, which would be read as one, is left out. */
char *hec_study_resolved(const hec_study *study)
{
    const hec_node *tree = study->tree;
    if (!hec_node_get(tree, "study") || !hec_node_get(tree, "model")) {
        return hec_node_to_yaml(tree);
    }
    hec_node told = *tree;
    told.count = 0;
    told.entries = calloc(tree->count, sizeof *told.entries);
    for (size_t i = 0; told.entries && i < tree->count; i++) {
        if (strcmp(tree->entries[i].key, "model") != 0) {
            told.entries[told.count++] = tree->entries[i];
        }
    }
    char *text = told.entries ? hec_node_to_yaml(&told) : NULL;
    free(told.entries);
    return text;
}
