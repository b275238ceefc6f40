/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names: what an expression's names mean in the strategy being built. */
#include "model/build.h"

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

/* Names that only a simulation of persons can give a meaning to. */
static const char *const person_names[] = {"ever", "time_since", "count"};

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
        if (a->kind == HEC_NODE_MAP && (strcmp(a->entries[i].key, b->entries[i].key) != 0 ||
                                        !hec_node_equal(a->entries[i].value, b->entries[i].value))) {
            return false;
        }
    }
    return true;
}

static hec_binding *find_binding(hec_builder *b, const char *name)
{
    for (size_t i = 0; i < b->n_bindings; i++) {
        if (strcmp(b->bindings[i].name, name) == 0) {
            return &b->bindings[i];
        }
    }
    return NULL;
}

static void add_binding(hec_builder *b, hec_binding_kind kind, const char *name,
                        const hec_node *node, hec_place place)
{
    const hec_binding *other = find_binding(b, name);
    if (other) {
        if (other->kind == HEC_BIND_CLOCK) {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, place,
                       "`%s` is a name of the language and cannot be defined", name);
        } else {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, place, "`%s` is defined twice", name);
            hec_report_note(b->diagnostics, other->place, "it is defined here too");
        }
        return;
    }
    if (!hec_arena_grow(b->arena, (void **)&b->bindings, b->n_bindings, &b->binding_capacity,
                        sizeof *b->bindings)) {
        return;
    }
    b->bindings[b->n_bindings++] =
        (hec_binding){.name = name, .kind = kind, .node = node, .place = place};
}

static void bind_clocks(hec_builder *b)
{
    const hec_model *model = b->model;
    for (size_t i = 0; i < N_CLOCKS; i++) {
        add_binding(b, HEC_BIND_CLOCK, clocks[i].name, NULL, HEC_NOWHERE);
    }
    add_binding(b, HEC_BIND_CLOCK, "cycle_length", NULL, HEC_NOWHERE);
    for (size_t i = 0; i < model->population.n_attributes; i++) {
        add_binding(b, HEC_BIND_CLOCK, model->population.attributes[i], NULL, HEC_NOWHERE);
    }
}

static void bind_map(hec_builder *b, const hec_node *tree, const char *key, hec_binding_kind kind)
{
    const hec_node *map = hec_node_get(tree, key);
    if (!map || map->kind == HEC_NODE_EMPTY ||
        !hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, key)) {
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        add_binding(b, kind, map->entries[i].key, map->entries[i].value, map->entries[i].key_place);
    }
}

void hec_build_bind(hec_builder *b, const hec_node *tree)
{
    b->tree = tree;
    b->n_bindings = 0;
    bind_clocks(b);
    bind_map(b, tree, "parameters", HEC_BIND_PARAMETER);
    bind_map(b, tree, "let", HEC_BIND_LET);
    b->candidates = hec_arena_array(b->arena, b->n_bindings + 1, sizeof *b->candidates);
    for (size_t i = 0; b->candidates && i < b->n_bindings; i++) {
        b->candidates[i] = b->bindings[i].name;
    }
}

/* age, and every other attribute; age grows with time */
static hec_value attribute_value(hec_builder *b, size_t attribute, hec_place place)
{
    const hec_population *population = &b->model->population;
    const char *name = population->attributes[attribute];
    hec_graph *graph = b->model->graph;
    hec_value value = {hec_graph_input(graph, hec_model_attribute(b->model, attribute),
                                       HEC_DEP_STRATUM, name, place),
                       population->types[attribute]};
    if (strcmp(name, "age") == 0) {
        hec_id t = hec_graph_input(graph, HEC_CLOCK_T, HEC_DEP_CYCLE, "t", place);
        value.id = hec_graph_op(graph, HK_ADD, value.id, t, -1, place);
    }
    return value;
}

static hec_value clock_value(hec_builder *b, const char *name, hec_place place)
{
    hec_graph *graph = b->model->graph;
    if (strcmp(name, "cycle_length") == 0) {
        return (hec_value){hec_graph_constant(graph, b->model->cycle_length, place), HEC_TYPE_YEARS};
    }
    for (size_t i = 0; i < N_CLOCKS; i++) {
        if (strcmp(clocks[i].name, name) != 0) {
            continue;
        }
        if (clocks[i].clock == HEC_CLOCK_YEAR && isnan(b->model->start_year)) {
            hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, place,
                       "`year` is used, but the calendar year in which the model starts is not "
                       "stated");
            hec_report_help(b->diagnostics, "time: {..., start_year: 2024}");
            return (hec_value){-1, HEC_TYPE_ANY};
        }
        hec_id id = hec_graph_input(graph, (int32_t)clocks[i].clock, clocks[i].depends, name, place);
        return (hec_value){id, clocks[i].years ? HEC_TYPE_YEARS : HEC_TYPE_ANY};
    }
    for (size_t i = 0; i < b->model->population.n_attributes; i++) {
        if (strcmp(b->model->population.attributes[i], name) == 0) {
            return attribute_value(b, i, place);
        }
    }
    return (hec_value){-1, HEC_TYPE_ANY};
}

static void report_circle(hec_builder *b, const hec_binding *again, hec_place place)
{
    size_t first = 0;
    while (first < b->n_open && b->open[first] != again) {
        first++;
    }
    hec_text circle = {0};
    for (size_t i = first; i < b->n_open; i++) {
        hec_text_format(&circle, "%s -> ", b->open[i]->name);
    }
    hec_text_add(&circle, again->name);
    hec_report(b->diagnostics, HEC_CHECK_DEFINITION_LOOP, place,
               "`%s` is defined by itself: %s", again->name, circle.data ? circle.data : "");
    for (size_t i = first; i < b->n_open; i++) {
        hec_report_note(b->diagnostics, b->open[i]->place, "`%s` is defined here",
                        b->open[i]->name);
    }
    hec_text_free(&circle);
}

static void mark_used(hec_builder *b, const char *name)
{
    for (size_t i = 0; i < b->n_used; i++) {
        if (strcmp(b->used_names[i], name) == 0) {
            return;
        }
    }
    if (hec_arena_grow(b->arena, (void **)&b->used_names, b->n_used, &b->used_capacity,
                       sizeof *b->used_names)) {
        b->used_names[b->n_used++] = name;
    }
}

static hec_value unknown_name(hec_builder *b, const char *name, hec_place place)
{
    for (size_t i = 0; i < sizeof person_names / sizeof person_names[0]; i++) {
        if (strcmp(person_names[i], name) == 0) {
            hec_report(b->diagnostics, HEC_CHECK_NEEDS_PERSONS, place,
                       "`%s` needs the history of a person; a cohort has none", name);
            return (hec_value){-1, HEC_TYPE_ANY};
        }
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_NAME, place, "nothing defines `%s`", name);
    const char *near = hec_text_nearest(name, b->n_bindings, b->candidates);
    if (near) {
        hec_report_help(b->diagnostics, "did you mean `%s`?", near);
    } else {
        hec_report_help(b->diagnostics,
                        "define it under `parameters:` or `let:`, or put words in quotes");
    }
    return (hec_value){-1, HEC_TYPE_ANY};
}

static hec_value resolve(hec_builder *b, hec_binding *binding)
{
    if (!hec_arena_grow(b->arena, (void **)&b->open, b->n_open, &b->open_capacity,
                        sizeof *b->open)) {
        return (hec_value){-1, HEC_TYPE_ANY};
    }
    b->open[b->n_open++] = binding;
    binding->progress = HEC_BINDING_BUSY;
    hec_value value = binding->kind == HEC_BIND_PARAMETER ? hec_build_parameter(b, binding)
                                                          : hec_build_expression(b, binding->node);
    binding->progress = HEC_BINDING_DONE;
    binding->value = value;
    b->n_open--;
    return value;
}

static hec_value scope_name(void *context, const char *name, hec_place place)
{
    hec_builder *b = context;
    hec_binding *binding = find_binding(b, name);
    if (!binding) {
        return unknown_name(b, name, place);
    }
    binding->used = true;
    mark_used(b, binding->name);
    if (binding->kind == HEC_BIND_CLOCK) {
        return clock_value(b, name, place);
    }
    if (binding->progress == HEC_BINDING_BUSY) {
        report_circle(b, binding, place);
        return (hec_value){-1, HEC_TYPE_ANY};
    }
    return binding->progress == HEC_BINDING_DONE ? binding->value : resolve(b, binding);
}

static const hec_lookup *scope_table(void *context, const char *name, hec_place place)
{
    static const hec_lookup broken = {.name = ""};
    hec_builder *b = context;
    (void)place;
    for (size_t i = 0; i < b->n_tables; i++) {
        if (strcmp(b->tables[i].name, name) == 0) {
            b->tables[i].used = true;
            return b->tables[i].lookup ? b->tables[i].lookup : &broken;
        }
    }
    return NULL;
}

int hec_build_word(hec_builder *b, const char *word)
{
    hec_model *model = b->model;
    for (size_t i = 0; i < model->n_words; i++) {
        if (strcmp(model->words[i], word) == 0) {
            return (int)i;
        }
    }
    if (!hec_arena_grow(b->arena, (void **)&model->words, model->n_words, &model->word_capacity,
                        sizeof *model->words)) {
        return -1;
    }
    model->words[model->n_words] = hec_arena_copy(b->arena, word, strlen(word));
    return (int)model->n_words++;
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
    return b->candidates ? b->n_bindings : 0;
}

void hec_build_open_scope(hec_builder *b)
{
    b->scope = (hec_scope){.context = b,
                           .name = scope_name,
                           .table = scope_table,
                           .word = scope_word,
                           .candidates = scope_candidates,
                           .cycle_length = 1};
}

hec_value hec_build_expression(hec_builder *b, const hec_node *node)
{
    hec_value none = {-1, HEC_TYPE_ANY};
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_SCALAR, "an expression")) {
        return none;
    }
    b->scope.cycle_length = b->model->cycle_length;
    const hec_expr *expr = hec_expr_parse(b->arena, b->diagnostics, node->text, node->length,
                                          node->place, node->verbatim);
    return expr ? hec_lower(b->model->graph, &b->scope, b->diagnostics, expr) : none;
}

bool hec_build_wants(hec_builder *b, hec_value value, const hec_type *wanted, const hec_node *node,
                     const char *what, const char *help)
{
    if (value.id < 0 || !wanted || hec_type_agree(&value.type, wanted)) {
        return value.id >= 0;
    }
    char found[96], needed[96];
    hec_type_text(&value.type, found, sizeof found);
    hec_type_text(wanted, needed, sizeof needed);
    hec_report(b->diagnostics, HEC_CHECK_UNIT_MISMATCH, node->place, "%s is %s, but %s is needed",
               what, found, needed);
    if (help) {
        hec_report_help(b->diagnostics, "%s", help);
    }
    return false;
}

bool hec_build_constant(hec_builder *b, const hec_node *node, const hec_type *wanted,
                        const char *what, double *value)
{
    hec_value found = hec_build_expression(b, node);
    if (!hec_build_wants(b, found, wanted, node, what, NULL)) {
        return false;
    }
    if (hec_graph_node_at(b->model->graph, found.id)->depends != 0) {
        hec_report(b->diagnostics, HEC_CHECK_NOT_CONSTANT, node->place,
                   "%s must be known before the run, but it depends on time, a draw or the "
                   "population",
                   what);
        return false;
    }
    *value = hec_evaluate(b->model->graph, found.id, NULL);
    if (!isfinite(*value)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place, "%s is not a finite number",
                   what);
        return false;
    }
    return true;
}

bool hec_build_integer(hec_builder *b, const hec_node *node, const char *what, int64_t low,
                       int64_t high, int64_t *value)
{
    double x = 0;
    if (!hec_build_constant(b, node, &HEC_TYPE_ANY, what, &x)) {
        return false;
    }
    if (x != floor(x) || x < (double)low || x > (double)high) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "%s must be a whole number from %lld to %lld", what, (long long)low,
                   (long long)high);
        return false;
    }
    *value = (int64_t)x;
    return true;
}
