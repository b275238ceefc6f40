/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names: what an expression's names mean in the strategy being built. */
#include "model/policy_inner.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

typedef struct clock_row {
    const char *name;
    hec_clock clock;
    uint8_t depends;
    bool years;
} clock_row;

static const clock_row clocks[] = {
    {"cycle", HEC_CLOCK_CYCLE, HEC_DEP_CYCLE, false},
    {"t", HEC_CLOCK_T, HEC_DEP_CYCLE, true},
    {"year", HEC_CLOCK_YEAR, HEC_DEP_CYCLE, false},
    {"time_in_state", HEC_CLOCK_TIME_IN_STATE, HEC_DEP_DURATION, true},
};
enum { N_CLOCKS = sizeof clocks / sizeof clocks[0] };

bool hec_node_equal(const hec_node *a, const hec_node *b)
{
    if (a == b) {
        return true;
    }
    if (!a || !b || a->kind != b->kind || a->count != b->count) {
        return false;
    }
    if (a->kind == HEC_NODE_SCALAR) {
        return a->quoted == b->quoted && strcmp(a->text, b->text) == 0;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (a->kind == HEC_NODE_LIST && !hec_node_equal(a->items[i], b->items[i])) {
            return false;
        }
        if (a->kind == HEC_NODE_MAP &&
            (strcmp(a->entries[i].key, b->entries[i].key) != 0 ||
             !hec_node_equal(a->entries[i].value, b->entries[i].value))) {
            return false;
        }
    }
    return true;
}

hec_binding *hec_build_find(const hec_builder *b, const char *name)
{
    size_t found = hec_names_find(&b->binding_names, name);
    return found == SIZE_MAX ? NULL : &b->bindings[found];
}

/* ---- binding -------------------------------------------------------------------------------- */

static void report_taken(hec_builder *b, const hec_binding *other, const char *name,
                         hec_place place)
{
    if (other->place.file < 0) {
        hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, place,
                   "`%s` is a name of the language and cannot be defined", name);
        return;
    }
    hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, place, "`%s` is defined twice", name);
    hec_report_note(b->diagnostics, other->place,
                    other->kind == HEC_BIND_CLOCK       ? "it is an attribute of the population"
                    : other->kind == HEC_BIND_ATTRIBUTE ? "it is an attribute of persons"
                                                        : "it is defined here too");
}

static void add_binding(hec_builder *b, hec_binding_kind kind, const char *name,
                        const hec_node *node, hec_place place)
{
    const hec_binding *other = hec_build_find(b, name);
    if (other) {
        report_taken(b, other, name, place);
        return;
    }
    if (!hec_arena_grow(b->arena, (void **)&b->bindings, b->binding_names.count,
                        &b->binding_capacity, sizeof *b->bindings)) {
        return;
    }
    size_t number = hec_names_add(b->arena, &b->binding_names, name);
    if (number != SIZE_MAX) {
        b->bindings[number] =
            (hec_binding){.name = name, .kind = kind, .node = node, .place = place};
    }
}

static void bind_clocks(hec_builder *b)
{
    const hec_population *population = &b->model->population;
    for (size_t i = 0; i < N_CLOCKS; i++) {
        add_binding(b, HEC_BIND_CLOCK, clocks[i].name, NULL, HEC_NOWHERE);
    }
    add_binding(b, HEC_BIND_CLOCK, "cycle_length", NULL, HEC_NOWHERE);
    if (hec_build_is_persons(b)) {
        add_binding(b, HEC_BIND_CLOCK, "person", NULL, HEC_NOWHERE);
    }
    for (size_t i = 0; b->lives && i < b->lives->attribute_names.count; i++) {
        const hec_evolving *attribute = &b->lives->attributes[i];
        add_binding(b, HEC_BIND_ATTRIBUTE, attribute->name, NULL, attribute->place);
    }
    for (size_t i = 0; i < population->n_attributes; i++) {
        if (!hec_life_evolving(b, population->attributes[i])) {
            add_binding(b, HEC_BIND_CLOCK, population->attributes[i], NULL, population->places[i]);
        }
    }
}

static void bind_map(hec_builder *b, const hec_node *tree, const char *key, const char *what,
                     hec_binding_kind kind)
{
    const hec_node *map = hec_build_part(b, tree, key, HEC_NODE_MAP);
    for (size_t i = 0; map && i < map->count; i++) {
        const hec_entry *entry = &map->entries[i];
        if (hec_build_identifier(b, entry->key, entry->key_place, what)) {
            add_binding(b, kind, entry->key, entry->value, entry->key_place);
        }
    }
}

void hec_build_bind(hec_builder *b, const hec_node *tree)
{
    b->tree = tree;
    b->binding_names = (hec_names){0};
    bind_clocks(b);
    bind_map(b, tree, "parameters", "a parameter", HEC_BIND_PARAMETER);
    bind_map(b, tree, "let", "a definition", HEC_BIND_LET);
    size_t n = b->binding_names.count, own = n + b->n_tables;
    size_t persons = hec_build_is_persons(b) ? hec_person_function_count() : 0;
    b->candidates = hec_arena_array(b->arena, own + persons + 1, sizeof *b->candidates);
    b->n_candidates = b->candidates ? own + persons : 0;
    for (size_t i = 0; i < b->n_candidates; i++) {
        b->candidates[i] = i < n     ? b->bindings[i].name
                           : i < own ? b->tables[i - n].name
                                     : hec_person_function_describe(i - own)->name;
    }
}

/* ---- values of names ------------------------------------------------------------------------- */

/* age, and every other attribute; age grows with time */
static hec_value attribute_value(hec_builder *b, size_t attribute, hec_place place)
{
    const hec_population *population = &b->model->population;
    const char *name = population->attributes[attribute];
    hec_graph *graph = b->model->graph;
    hec_value value = hec_build_attribute(b, attribute, place);
    if (strcmp(name, "age") == 0 && !b->at_start) {
        hec_id t = hec_graph_input(graph, HEC_CLOCK_T, HEC_DEP_CYCLE, "t", place);
        value.id = hec_graph_op(graph, HK_ADD, value.id, t, -1, place);
    }
    return value;
}

static hec_value clock_value(hec_builder *b, const char *name, hec_place place)
{
    hec_graph *graph = b->model->graph;
    if (strcmp(name, "cycle_length") == 0) {
        return (hec_value){hec_graph_constant(graph, b->model->cycle_length, place),
                           HEC_TYPE_YEARS};
    }
    if (strcmp(name, "person") == 0 && hec_build_is_persons(b)) {
        return hec_life_number(b, place);
    }
    for (size_t i = 0; i < N_CLOCKS; i++) {
        if (strcmp(clocks[i].name, name) != 0) {
            continue;
        }
        if (clocks[i].clock == HEC_CLOCK_TIME_IN_STATE && b->lives && hec_build_is_persons(b)) {
            return hec_life_time_in_state(b, -1, place);
        }
        if (clocks[i].clock == HEC_CLOCK_YEAR && isnan(b->model->start_year)) {
            hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, place,
                       "`year` is used, but the calendar year in which the model starts is not "
                       "stated");
            hec_report_help(b->diagnostics, "time: {..., start_year: 2024}");
            return (hec_value){-1, HEC_TYPE_ANY};
        }
        double first = clocks[i].clock == HEC_CLOCK_CYCLE  ? 1
                       : clocks[i].clock == HEC_CLOCK_YEAR ? floor(b->model->start_year)
                                                           : 0;
        hec_id id = b->at_start ? hec_graph_constant(graph, first, place)
                                : hec_graph_input(graph, (int32_t)clocks[i].clock,
                                                  clocks[i].depends, name, place);
        return (hec_value){id, clocks[i].years ? HEC_TYPE_YEARS : HEC_TYPE_ANY};
    }
    for (size_t i = 0; i < b->model->population.n_attributes; i++) {
        if (strcmp(b->model->population.attributes[i], name) == 0) {
            return attribute_value(b, i, place);
        }
    }
    return (hec_value){-1, HEC_TYPE_ANY};
}

static void report_circle(hec_builder *b, const hec_binding *again)
{
    size_t start = 0, first = 0;
    while (start < b->n_open && b->open[start] != again) {
        start++;
    }
    /* the same circle is found from several of its names; it is shown from the one written first */
    size_t n = b->n_open - start;
    for (size_t i = 1; i < n; i++) {
        const hec_place *here = &b->open[start + i]->place, *best = &b->open[start + first]->place;
        bool before =
            here->file != best->file ? here->file < best->file : here->offset < best->offset;
        first = before ? i : first;
    }
    hec_text circle = {0};
    for (size_t i = 0; i < n; i++) {
        hec_text_format(&circle, "%s -> ", b->open[start + (first + i) % n]->name);
    }
    const hec_binding *shown = b->open[start + first];
    hec_report(b->diagnostics, HEC_CHECK_DEFINITION_LOOP, shown->place,
               "`%s` is defined by itself: %s%s", shown->name, circle.data ? circle.data : "",
               shown->name);
    for (size_t i = 1; i < n; i++) {
        const hec_binding *other = b->open[start + (first + i) % n];
        hec_report_note(b->diagnostics, other->place, "`%s` is defined here", other->name);
    }
    hec_text_free(&circle);
}

static void mark_used(hec_builder *b, const char *name)
{
    if (!b->unread) {
        (void)hec_names_add(b->arena, &b->used, name);
    }
}

static hec_value unknown_name(hec_builder *b, const char *name, hec_place place)
{
    const hec_function_info *function = hec_function_find(name);
    function = function ? function : hec_life_find_name(name);
    if (hec_life_is_name(name) && !hec_build_is_persons(b)) {
        return hec_life_needs_persons(b, name, place);
    }
    if (b->binding_names.count == 0) {
        hec_report(
            b->diagnostics, HEC_CHECK_NOT_CONSTANT, place,
            "`%s` cannot be read here: time, population and engine are made of plain numbers",
            name);
        return (hec_value){-1, HEC_TYPE_ANY};
    }
    if (hec_life_report_name(b, name, place)) {
        return (hec_value){-1, HEC_TYPE_ANY};
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_NAME, place, "nothing defines `%s`", name);
    for (size_t i = 0; i < b->n_tables; i++) {
        if (strcmp(b->tables[i].name, name) == 0) {
            hec_report_note(b->diagnostics, b->tables[i].place,
                            "it is a table, read like a function: %s(...)", name);
            return (hec_value){-1, HEC_TYPE_ANY};
        }
    }
    if (function) {
        hec_report_help(b->diagnostics, "there is a function: %s", function->signature);
        return (hec_value){-1, HEC_TYPE_ANY};
    }
    const char *near =
        hec_build_shown(b) ? hec_text_nearest(name, b->n_candidates, b->candidates) : NULL;
    if (near) {
        hec_report_help(b->diagnostics, "did you mean `%s`?", near);
    } else {
        hec_report_help(b->diagnostics,
                        "define it under `parameters:` or `let:`, or put words in quotes");
    }
    return (hec_value){-1, HEC_TYPE_ANY};
}

static const hec_expr *parse(hec_builder *b, const hec_node *node)
{
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_SCALAR, "an expression")) {
        return NULL;
    }
    return hec_expr_parse(b->arena, b->diagnostics, node->text, node->length, node->place,
                          node->verbatim);
}

static const hec_expr *definition_of(hec_builder *b, hec_binding *binding)
{
    if (!binding->parsed) {
        binding->parsed = true;
        binding->expr = parse(b, binding->node);
    }
    return binding->expr;
}

static hec_value lower(hec_builder *b, const hec_expr *expr)
{
    b->scope.cycle_length = b->model->cycle_length;
    return expr ? hec_lower(b->model->graph, &b->scope, b->diagnostics, expr)
                : (hec_value){-1, HEC_TYPE_ANY};
}

hec_value hec_build_expression(hec_builder *b, const hec_node *node)
{
    return lower(b, parse(b, node));
}

/* Definitions may stand on each other this deep: each takes some of the stack. */
enum { DEPTH_MAX = 1000 };

static hec_value lower_binding(hec_builder *b, hec_binding *binding)
{
    switch (binding->kind) {
    case HEC_BIND_PARAMETER:
        return hec_build_parameter(b, binding);
    case HEC_BIND_START:
    case HEC_BIND_NEXT:
        return hec_life_lower_attribute(b, binding);
    case HEC_BIND_BEFORE:
    case HEC_BIND_YEARS:
        return hec_life_lower_before(b, binding);
    default:
        return lower(b, definition_of(b, binding));
    }
}

static hec_value resolve(hec_builder *b, hec_binding *binding)
{
    if (b->n_open == DEPTH_MAX) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, binding->place,
                   "definitions stand on each other more than %d deep, down to `%s`", DEPTH_MAX,
                   binding->name);
        hec_report_help(b->diagnostics, "a table or a sum says the same in less");
        return (hec_value){-1, HEC_TYPE_ANY};
    }
    if (!hec_arena_grow(b->arena, (void **)&b->open, b->n_open, &b->open_capacity,
                        sizeof *b->open)) {
        return (hec_value){-1, HEC_TYPE_ANY};
    }
    b->open[b->n_open++] = binding;
    binding->progress = HEC_BINDING_BUSY;
    binding->shifts = false;
    hec_value value = hec_policy_behave(b, binding, lower_binding(b, binding));
    binding->progress = HEC_BINDING_DONE;
    binding->value = value;
    b->n_open--;
    binding->shifts = binding->shifts && binding->kind < HEC_BIND_START; /* others have a moment */
    return value;
}

/* What was lowered at another moment, or for another chain, may mean something else now. */
static bool is_stale(const hec_builder *b, const hec_binding *binding)
{
    return binding->shifts && b->lives &&
           (binding->moment != b->lives->moment || binding->chain != b->chain ||
            binding->behaving != b->behaving);
}

hec_value hec_build_resolve(hec_builder *b, hec_binding *binding)
{
    if (binding->progress == HEC_BINDING_BUSY && binding == b->behaved &&
        b->open[b->n_open - 1] == binding) { /* a behaviour reads what it changes */
        return b->unbehaved;
    }
    if (binding->progress == HEC_BINDING_BUSY) {
        report_circle(b, binding);
        return (hec_value){-1, HEC_TYPE_ANY};
    }
    hec_value value = binding->progress == HEC_BINDING_DONE && !is_stale(b, binding)
                          ? binding->value
                          : resolve(b, binding);
    if (binding->shifts && b->lives) {
        binding->moment = b->lives->moment;
        binding->chain = b->chain;
        binding->behaving = b->behaving;
        if (b->n_open > 0) {
            b->open[b->n_open - 1]->shifts = true;
        }
    }
    return value;
}

/* ---- what the language asks for -------------------------------------------------------------- */

static hec_value scope_name(void *context, const char *name, hec_place place)
{
    hec_builder *b = context;
    hec_value value;
    if (hec_policy_name(b, name, place, &value)) {
        return value;
    }
    hec_binding *binding = hec_build_find(b, name);
    if (!binding) {
        return unknown_name(b, name, place);
    }
    mark_used(b, binding->name);
    if (binding->kind == HEC_BIND_CLOCK) {
        return clock_value(b, name, place);
    }
    return binding->kind == HEC_BIND_ATTRIBUTE ? hec_life_attribute(b, name, place)
                                               : hec_build_resolve(b, binding);
}

static const hec_lookup *scope_table(void *context, const char *name, hec_place place)
{
    static const hec_lookup broken = {.name = ""};
    hec_builder *b = context;
    (void)place;
    for (size_t i = 0; i < b->n_tables; i++) {
        if (strcmp(b->tables[i].name, name) == 0) {
            b->tables[i].used = b->tables[i].used || !b->unread;
            return b->tables[i].lookup ? b->tables[i].lookup : &broken;
        }
    }
    return NULL;
}

static bool scope_call(void *context, const hec_expr *expr, hec_value *value)
{
    hec_builder *b = context;
    for (size_t i = 0; i < b->n_tables; i++) {
        if (strcmp(b->tables[i].name, expr->name) == 0) {
            return false;
        }
    }
    if (hec_build_is_persons(b) && !b->lives) { /* nobody lives yet: time, population, economics */
        return hec_life_report_early(b, expr, value);
    }
    return hec_policy_call(b, expr, value) || hec_life_call(b, expr, value);
}

/* What a definition stands for, so that one may name a survival distribution. */
static const hec_expr *scope_definition(void *context, const char *name)
{
    hec_builder *b = context;
    hec_binding *binding = hec_build_find(b, name);
    const hec_expr *expr =
        binding && binding->kind == HEC_BIND_LET ? definition_of(b, binding) : NULL;
    if (expr && (hec_expr_is_curve(expr) || expr->kind == HEC_EXPR_NAME)) {
        mark_used(b, binding->name);
    }
    return expr;
}

int hec_build_word(hec_builder *b, const char *word)
{
    hec_model *model = b->model;
    size_t known = hec_names_find(&b->words, word);
    if (known == SIZE_MAX) {
        const char *copy = hec_arena_copy(b->arena, word, strlen(word));
        known = copy ? hec_names_add(b->arena, &b->words, copy) : SIZE_MAX;
        model->words = b->words.items;
        model->n_words = b->words.count;
    }
    return known == SIZE_MAX ? -1 : (int)known;
}

/* A word that no stratum and no table has is most likely misspelt, but may belong to people who are
 * left out of this run. */
static int scope_word(void *context, const char *word, hec_place place)
{
    hec_builder *b = context;
    size_t known = b->model->n_words;
    int code = hec_build_word(b, word);
    if (b->model->n_words > known) {
        hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_WORD, place,
                   "nobody in the population and no table has the word '%s'", word);
        const char *near = hec_text_nearest(word, known, b->model->words);
        if (near) {
            hec_report_help(b->diagnostics, "did you mean '%s'?", near);
        }
    }
    return code;
}

static size_t scope_candidates(void *context, const char *const **names)
{
    const hec_builder *b = context;
    *names = b->candidates;
    return b->n_candidates;
}

void hec_build_open_scope(hec_builder *b)
{
    b->scope = (hec_scope){.context = b,
                           .name = scope_name,
                           .table = scope_table,
                           .word = scope_word,
                           .candidates = scope_candidates,
                           .call = scope_call,
                           .definition = scope_definition,
                           .cycle_length = 1};
}

void hec_build_resolve_unread(hec_builder *b)
{
    b->unread = true;
    for (size_t i = 0; i < b->binding_names.count; i++) {
        hec_binding *binding = &b->bindings[i];
        if (binding->kind == HEC_BIND_CLOCK || binding->kind == HEC_BIND_ATTRIBUTE ||
            binding->progress != HEC_BINDING_NEW) {
            continue;
        }
        const hec_expr *expr = binding->kind == HEC_BIND_LET ? definition_of(b, binding) : NULL;
        if (expr && hec_expr_find_curve(&b->scope, expr)) {
            b->scope.cycle_length = b->model->cycle_length;
            hec_lower_curve_unread(b->model->graph, &b->scope, b->diagnostics, expr);
        } else {
            (void)hec_build_resolve(b, binding);
        }
    }
    b->unread = false;
    if (b->lives) {
        hec_build_finish_lives(b);
    }
}
