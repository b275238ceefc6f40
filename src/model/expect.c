/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expect: the shapes, words and small values that the files building a model look for. */
#include "model/build.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

enum { LISTED = 8, WORDS = 160, SHOWN = 200 };

/* ---- shapes and words ----------------------------------------------------------------------- */

const hec_node *hec_build_part(hec_builder *b, const hec_node *map, const char *key,
                               hec_node_kind kind)
{
    const hec_node *node = hec_node_get(map, key);
    if (!node || node->kind == HEC_NODE_EMPTY || node->kind == kind) {
        return node && node->kind == kind ? node : NULL;
    }
    const char *what = hec_arena_format(b->arena, "`%s`", key);
    (void)hec_node_expect(b->diagnostics, node, kind, what ? what : key);
    return NULL;
}

const hec_node *hec_build_stated(const hec_node *map, const char *key)
{
    const hec_node *node = hec_node_get(map, key);
    return node && node->kind != HEC_NODE_EMPTY ? node : NULL;
}

hec_place hec_build_key_place(const hec_node *map, const char *key)
{
    for (size_t i = 0; map && map->kind == HEC_NODE_MAP && i < map->count; i++) {
        if (strcmp(map->entries[i].key, key) == 0) {
            return map->entries[i].key_place;
        }
    }
    return map ? map->place : HEC_NOWHERE;
}

const char *hec_build_words(hec_builder *b, const hec_node *map, const char *key)
{
    const hec_node *node = hec_build_part(b, map, key, HEC_NODE_SCALAR);
    return node ? node->text : "";
}

void hec_build_expect_words(hec_builder *b, const hec_node *map, size_t n, const char *const *keys)
{
    for (size_t i = 0; i < n; i++) {
        (void)hec_build_words(b, map, keys[i]);
    }
}

bool hec_build_shown(const hec_builder *b)
{
    return hec_diagnostics_count(b->diagnostics, HEC_ERROR) <= SHOWN;
}

/* The nearest name, or behind `lead` all of them where they are few. */
static void suggest(hec_builder *b, const char *name, size_t n, const char *const *names,
                    const char *lead, const char *last)
{
    if (!hec_build_shown(b)) {
        return;
    }
    const char *near = hec_text_nearest(name, n, names);
    if (near) {
        hec_report_help(b->diagnostics, "did you mean `%s`?", near);
        return;
    }
    hec_text list = {0};
    for (size_t i = 0; n <= LISTED && i < n; i++) {
        hec_text_format(&list, "%s`%s`", i == 0 ? "" : i + 1 == n ? last : ", ", names[i]);
    }
    if (list.data && !list.failed) {
        hec_report_help(b->diagnostics, "%s %s", lead, list.data);
    }
    hec_text_free(&list);
}

void hec_build_suggest(hec_builder *b, const char *name, size_t n, const char *const *names)
{
    suggest(b, name, n, names, "known here:", ", ");
}

int hec_build_choice(hec_builder *b, const hec_node *node, const char *key, size_t n,
                     const char *const *words)
{
    const char *what = hec_arena_format(b->arena, "`%s`", key);
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_SCALAR, what ? what : key)) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (strcmp(node->text, words[i]) == 0) {
            return (int)i;
        }
    }
    hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place, "`%s` cannot be `%s`", key,
               node->text);
    suggest(b, node->text, n, words, "write", " or ");
    return -1;
}

bool hec_build_truth(hec_builder *b, const hec_node *map, const char *key)
{
    static const char *const truths[] = {"false", "true"};
    const hec_node *node = hec_build_stated(map, key);
    return node && hec_build_choice(b, node, key, 2, truths) == 1;
}

void hec_build_status(hec_builder *b, const hec_node *map)
{
    static const char *const statuses[] = {"read", "recalled", "assumed"};
    const hec_node *status = hec_build_stated(map, "status");
    if (status) {
        (void)hec_build_choice(b, status, "status", 3, statuses);
    }
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

bool hec_build_identifier(hec_builder *b, const char *name, hec_place place, const char *what)
{
    static const char *const reserved[] = {"and", "or", "not", "true", "false", "rest"};
    bool good = is_letter(*name);
    for (const char *c = name; *c; c++) {
        good = good && (is_letter(*c) || (*c >= '0' && *c <= '9'));
    }
    if (!good) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, place,
                   "%s cannot be named `%s`: expressions could not read it", what, name);
        hec_report_help(b->diagnostics, "a name is made of letters, digits and `_`, and begins "
                                        "with a letter");
        return false;
    }
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        if (strcmp(name, reserved[i]) == 0) {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, place,
                       "`%s` is a word of the language; %s needs another name", name, what);
            return false;
        }
    }
    if (hec_function_find(name)) {
        hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, place,
                   "`%s` is a function of the language; %s needs another name", name, what);
        return false;
    }
    return true;
}

/* ---- units ---------------------------------------------------------------------------------- */

/* Where a value that is a mere name has its unit from. */
static void note_origin(hec_builder *b, const hec_node *node)
{
    const hec_binding *binding =
        node->kind == HEC_NODE_SCALAR && !node->quoted ? hec_build_find(b, node->text) : NULL;
    if (!binding || !binding->node) {
        return;
    }
    const hec_node *unit =
        binding->kind == HEC_BIND_PARAMETER ? hec_node_get(binding->node, "unit") : NULL;
    hec_report_note(b->diagnostics, unit ? unit->place : binding->node->place,
                    unit ? "the unit of `%s` stands here" : "`%s` is defined here", binding->name);
}

bool hec_build_wants(hec_builder *b, hec_value value, const hec_type *wanted, const hec_node *node,
                     const char *what, const char *help)
{
    if (value.id < 0 || !wanted || hec_type_agree(&value.type, wanted)) {
        return value.id >= 0;
    }
    if (!help) {
        (void)hec_type_expect(b->diagnostics, value, wanted, node->place, what);
        note_origin(b, node);
        return false;
    }
    char found[WORDS], needed[WORDS];
    hec_type_words(&value.type, found, sizeof found);
    hec_type_words(wanted, needed, sizeof needed);
    hec_report(b->diagnostics, HEC_CHECK_UNIT_MISMATCH, node->place, "%s needs %s, but this is %s",
               what, needed, found);
    note_origin(b, node);
    hec_report_help(b->diagnostics, "%s", help);
    return false;
}

/* ---- values that are known before the run ---------------------------------------------------- */

bool hec_build_known(hec_builder *b, hec_id id, hec_place place, const char *what, double *value)
{
    static const struct {
        uint8_t bit;
        const char *words;
    } causes[] = {{HEC_DEP_DRAW, "a draw"},
                  {HEC_DEP_STRATUM, "the population"},
                  {HEC_DEP_DURATION, "the time in a state"},
                  {HEC_DEP_STATE | HEC_DEP_NEXT, "the life of a person"},
                  {HEC_DEP_CYCLE, "time"}};
    const hec_graph_node *node = id < 0 ? NULL : hec_graph_node_at(b->model->graph, id);
    if (!node) {
        return false;
    }
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        if (node->depends & causes[i].bit) {
            hec_report(b->diagnostics, HEC_CHECK_NOT_CONSTANT, place,
                       "%s must be known before the run, but this depends on %s", what,
                       causes[i].words);
            return false;
        }
    }
    *value = hec_evaluate(b->model->graph, id, NULL);
    if (!isfinite(*value)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, place, "%s is not a finite number", what);
        return false;
    }
    return true;
}

bool hec_build_constant(hec_builder *b, const hec_node *node, const hec_type *wanted,
                        const char *what, double *value)
{
    hec_value found = hec_build_expression(b, node);
    if (found.id < 0) {
        return false;
    }
    return hec_build_wants(b, found, wanted ? wanted : &HEC_TYPE_RATIO, node, what, NULL) &&
           hec_build_known(b, found.id, node->place, what, value);
}

/* A word that is no name, nor nearly one. */
static bool is_mere_word(const hec_builder *b, const hec_node *node)
{
    bool word = node->kind == HEC_NODE_SCALAR && !node->quoted && is_letter(*node->text);
    for (const char *c = node->text; word && *c; c++) {
        word = is_letter(*c) || (*c >= '0' && *c <= '9');
    }
    return word && !hec_build_find(b, node->text) &&
           !hec_text_nearest(node->text, b->n_candidates, b->candidates);
}

bool hec_build_integer(hec_builder *b, const hec_node *node, const char *what, int64_t low,
                       int64_t high, int64_t *value)
{
    double x = 0;
    bool word = is_mere_word(b, node);
    if (!word && !hec_build_constant(b, node, &HEC_TYPE_RATIO, what, &x)) {
        return false;
    }
    if (word || x != floor(x) || x < (double)low || x > (double)high) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "%s is a whole number from %lld to %lld", what, (long long)low, (long long)high);
        return false;
    }
    *value = (int64_t)x;
    return true;
}
