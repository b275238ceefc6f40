/* SPDX-License-Identifier: GPL-3.0-or-later */
/* About: the words that a model carries into its result, and what its assumptions touch. */
#include "model/build.h"

/* One text, or a list of them. */
static void expect_texts(hec_builder *b, const hec_node *tree, const char *key)
{
    const hec_node *node = hec_node_get(tree, key);
    if (!node || node->kind == HEC_NODE_EMPTY || node->kind == HEC_NODE_SCALAR) {
        return;
    }
    const char *item = hec_arena_format(b->arena, "an item of `%s`", key);
    const hec_node *list = hec_build_part(b, tree, key, HEC_NODE_LIST);
    for (size_t i = 0; list && i < list->count; i++) {
        (void)hec_node_expect(b->diagnostics, list->items[i], HEC_NODE_SCALAR, item ? item : key);
    }
}

/* The names that an assumption may touch: parameters, definitions, tables, services, states. */
static void collect(hec_builder *b, const hec_node *map, hec_names *names)
{
    for (size_t i = 0; map && map->kind == HEC_NODE_MAP && i < map->count; i++) {
        (void)hec_names_add(b->arena, names, map->entries[i].key);
    }
}

static void collect_all(hec_builder *b, const hec_node *tree, hec_names *names)
{
    static const char *const rooms[] = {"parameters", "let", "tables", "services", "strategies"};
    for (size_t i = 0; i < sizeof rooms / sizeof rooms[0]; i++) {
        collect(b, hec_node_get(tree, rooms[i]), names);
    }
    const hec_node *chains = hec_node_get(tree, "chains");
    collect(b, chains, names);
    for (size_t i = 0; chains && chains->kind == HEC_NODE_MAP && i < chains->count; i++) {
        collect(b, hec_node_get(chains->entries[i].value, "states"), names);
    }
}

static void read_touches(hec_builder *b, const hec_node *touches, const hec_names *names)
{
    for (size_t i = 0; touches && i < touches->count; i++) {
        const hec_node *item = touches->items[i];
        if (hec_node_expect(b->diagnostics, item, HEC_NODE_SCALAR, "an item of `touches`") &&
            hec_names_find(names, item->text) == SIZE_MAX) {
            hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, item->place,
                       "the assumption touches `%s`, which is no parameter, definition, table, "
                       "service, state or strategy",
                       item->text);
            hec_build_suggest(b, item->text, names->count, names->items);
        }
    }
}

static void read_assumption(hec_builder *b, const hec_node *node, const hec_names *names)
{
    static const char *const keys[] = {"text", "touches"};
    if (node->kind == HEC_NODE_SCALAR) {
        return;
    }
    if (node->kind != HEC_NODE_MAP) {
        hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, node->place,
                   "an assumption is a text, or {text: ..., touches: [NAME, ...]}");
        return;
    }
    hec_node_expect_keys(b->diagnostics, node, "an assumption", 2, keys);
    if (!hec_node_get(node, "text")) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place,
                   "the assumption has no `text`");
    }
    (void)hec_build_words(b, node, "text");
    read_touches(b, hec_build_part(b, node, "touches", HEC_NODE_LIST), names);
}

void hec_build_about(hec_builder *b, const hec_node *tree)
{
    static const char *const words[] = {"study", "model", "title", "licence"};
    static const char *const texts[] = {"description", "authors", "setting",
                                        "sources",     "notes",   "limitations"};
    hec_names names = {0};
    hec_build_expect_words(b, tree, sizeof words / sizeof words[0], words);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        expect_texts(b, tree, texts[i]);
    }
    const hec_node *assumptions = hec_build_part(b, tree, "assumptions", HEC_NODE_LIST);
    if (!assumptions) {
        return;
    }
    collect_all(b, tree, &names);
    for (size_t i = 0; i < assumptions->count; i++) {
        read_assumption(b, assumptions->items[i], &names);
    }
}
