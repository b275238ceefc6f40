/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes: making, finding, copying, laying over each other, and checks of their shape. */
#include "model/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/tree_inner.h"

/* ---- making and finding ---------------------------------------------------------------------- */

hec_node *hec_node_create(hec_arena *arena, hec_node_kind kind, hec_place place)
{
    hec_node *node = hec_arena_alloc(arena, sizeof(hec_node));
    if (node != NULL)
        *node = (hec_node){.kind = kind, .place = place, .text = ""};
    return node;
}

bool hec_node_append(hec_arena *arena, hec_node *list, hec_node *item)
{
    void *items = list->items;
    if (!hec_arena_grow(arena, &items, list->count, &list->capacity, sizeof(hec_node *)))
        return false;
    list->items = items;
    list->items[list->count++] = item;
    return true;
}

bool hec_node_append_entry(hec_arena *arena, hec_node *map, hec_entry entry)
{
    void *entries = map->entries;
    if (!hec_arena_grow(arena, &entries, map->count, &map->capacity, sizeof(hec_entry)))
        return false;
    map->entries = entries;
    map->entries[map->count++] = entry;
    return true;
}

static hec_entry *find_entry(const hec_node *map, const char *key)
{
    if (map == NULL || map->kind != HEC_NODE_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++) {
        if (strcmp(map->entries[i].key, key) == 0)
            return &map->entries[i];
    }
    return NULL;
}

hec_node *hec_node_get(const hec_node *map, const char *key)
{
    const hec_entry *entry = find_entry(map, key);
    return entry == NULL ? NULL : entry->value;
}

bool hec_node_put(hec_arena *arena, hec_node *map, const char *key, hec_place key_place,
                  hec_node *value)
{
    hec_entry *entry = find_entry(map, key);
    if (entry != NULL) {
        entry->key_place = key_place;
        entry->value = value;
        return true;
    }
    const char *copy = hec_arena_copy(arena, key, strlen(key));
    return copy != NULL &&
           hec_node_append_entry(arena, map,
                                 (hec_entry){.key_place = key_place, .key = copy, .value = value});
}

/* ---- an index of keys ------------------------------------------------------------------------ */

enum { WALKED = 16 };

static size_t hash(const char *key)
{
    uint64_t h = 14695981039346656037u; /* FNV-1a */
    for (; *key != '\0'; key++)
        h = (h ^ (unsigned char)*key) * 1099511628211u;
    return (size_t)(h ^ (h >> 32));
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t slot_of(const hec_key_index *index, const hec_node *map, const char *key)
{
    size_t slot = hash(key) & (index->size - 1);
    while (index->slots[slot] != 0 && strcmp(map->entries[index->slots[slot] - 1].key, key) != 0)
        slot = (slot + 1) & (index->size - 1);
    return slot;
}

static bool take_in(hec_key_index *index, const hec_node *map)
{
    if (index->size < 2 * map->count) {
        size_t size = 64;
        while (size < 4 * map->count)
            size *= 2;
        uint32_t *slots = calloc(size, sizeof(uint32_t));
        if (slots == NULL)
            return false;
        free(index->slots);
        *index = (hec_key_index){.slots = slots, .size = size};
    }
    for (; index->used < map->count; index->used++)
        index->slots[slot_of(index, map, map->entries[index->used].key)] =
            (uint32_t)(index->used + 1);
    return true;
}

size_t hec_key_index_find(hec_key_index *index, const hec_node *map, const char *key)
{
    if (map->count <= WALKED || !take_in(index, map)) {
        const hec_entry *entry = find_entry(map, key);
        return entry == NULL ? SIZE_MAX : (size_t)(entry - map->entries);
    }
    const uint32_t found = index->slots[slot_of(index, map, key)];
    return found == 0 ? SIZE_MAX : found - 1;
}

void hec_key_index_free(hec_key_index *index)
{
    free(index->slots);
    *index = (hec_key_index){0};
}

/* ---- copies and layers ----------------------------------------------------------------------- */

hec_node *hec_node_copy(hec_arena *arena, const hec_node *node)
{
    hec_node *copy = hec_arena_alloc(arena, sizeof(hec_node));
    if (node == NULL || copy == NULL)
        return NULL;
    *copy = *node;
    copy->items = NULL;
    copy->entries = NULL;
    copy->capacity = node->count;
    if (node->kind == HEC_NODE_LIST && node->count > 0) {
        copy->items = hec_arena_array(arena, node->count, sizeof(hec_node *));
        for (size_t i = 0; copy->items != NULL && i < node->count; i++) {
            copy->items[i] = hec_node_copy(arena, node->items[i]);
            if (copy->items[i] == NULL)
                return NULL;
        }
        return copy->items == NULL ? NULL : copy;
    }
    if (node->kind == HEC_NODE_MAP && node->count > 0) {
        copy->entries = hec_arena_array(arena, node->count, sizeof(hec_entry));
        for (size_t i = 0; copy->entries != NULL && i < node->count; i++) {
            copy->entries[i] = node->entries[i];
            copy->entries[i].value = hec_node_copy(arena, node->entries[i].value);
            if (copy->entries[i].value == NULL)
                return NULL;
        }
        return copy->entries == NULL ? NULL : copy;
    }
    return copy;
}

hec_node *hec_node_revalued(hec_arena *arena, const hec_node *record, hec_place place,
                            hec_node *value)
{
    static const char *const lost[] = {"value", "dist", "low", "high", "source", "status", "note"};
    hec_node *made = hec_node_create(arena, HEC_NODE_MAP, record->place);
    hec_node *certain = hec_node_create(arena, HEC_NODE_EMPTY, place);
    bool ok = made != NULL && certain != NULL;
    for (size_t i = 0; ok && i < record->count; i++) {
        bool keep = true;
        for (size_t k = 0; k < sizeof lost / sizeof lost[0]; k++)
            keep = keep && strcmp(record->entries[i].key, lost[k]) != 0;
        ok = !keep || hec_node_append_entry(arena, made, record->entries[i]);
    }
    ok = ok && hec_node_append_entry(arena, made, (hec_entry){place, "value", value}) &&
         hec_node_append_entry(arena, made, (hec_entry){place, "dist", certain});
    return ok ? made : NULL;
}

static hec_node *overlay(hec_arena *arena, hec_node *lower, hec_node *upper, bool parameters);

/* In a map of parameters a single value laid over a record is its new value. */
static hec_node *overlay_maps(hec_arena *arena, hec_node *lower, hec_node *upper, bool parameters)
{
    hec_node *merged = hec_node_create(arena, HEC_NODE_MAP, upper->place);
    hec_key_index index = {0};
    if (merged == NULL)
        return NULL;
    for (size_t i = 0; i < lower->count; i++) {
        if (!hec_node_append_entry(arena, merged, lower->entries[i]))
            return NULL;
    }
    for (size_t i = 0; i < upper->count; i++) {
        hec_entry entry = upper->entries[i];
        const size_t found = hec_key_index_find(&index, merged, entry.key);
        hec_node *below = found != SIZE_MAX ? merged->entries[found].value : NULL;
        if (parameters && below != NULL && below->kind == HEC_NODE_MAP &&
            entry.value->kind == HEC_NODE_SCALAR)
            entry.value = hec_node_revalued(arena, below, entry.key_place, entry.value);
        else if (found != SIZE_MAX)
            entry.value = overlay(arena, below, entry.value, strcmp(entry.key, "parameters") == 0);
        const bool ok = entry.value != NULL &&
                        (found != SIZE_MAX || hec_node_append_entry(arena, merged, entry));
        if (!ok) {
            merged = NULL;
            break;
        }
        if (found != SIZE_MAX)
            merged->entries[found] = entry;
    }
    hec_key_index_free(&index);
    return merged;
}

static hec_node *overlay(hec_arena *arena, hec_node *lower, hec_node *upper, bool parameters)
{
    if (lower == NULL || upper == NULL)
        return lower == NULL ? upper : lower;
    if (lower->kind == HEC_NODE_MAP && upper->kind == HEC_NODE_MAP)
        return overlay_maps(arena, lower, upper, parameters);
    return upper;
}

hec_node *hec_node_overlay_shared(hec_arena *arena, hec_node *lower, hec_node *upper)
{
    return overlay(arena, lower, upper, false);
}

static hec_node *overlay_copies(hec_arena *arena, const hec_node *lower, const hec_node *upper,
                                bool parameters)
{
    hec_node *below = lower == NULL ? NULL : hec_node_copy(arena, lower);
    hec_node *above = upper == NULL ? NULL : hec_node_copy(arena, upper);
    if ((lower != NULL && below == NULL) || (upper != NULL && above == NULL))
        return NULL;
    return overlay(arena, below, above, parameters);
}

hec_node *hec_node_overlay(hec_arena *arena, const hec_node *lower, const hec_node *upper)
{
    return overlay_copies(arena, lower, upper, false);
}

hec_node *hec_node_overlay_parameters(hec_arena *arena, const hec_node *lower,
                                      const hec_node *upper)
{
    return overlay_copies(arena, lower, upper, true);
}

/* ---- checks of shape ------------------------------------------------------------------------- */

enum { KEYS_LISTED = 12 };

static void help_keys(hec_diagnostics *diagnostics, size_t count, const char *const *keys)
{
    hec_text list = {0};
    for (size_t i = 0; i < count; i++)
        hec_text_format(&list, "%s`%s`", i == 0 ? "" : ", ", keys[i]);
    if (list.data != NULL)
        hec_report_help(diagnostics, "allowed here: %s", list.data);
    hec_text_free(&list);
}

void hec_node_expect_keys(hec_diagnostics *diagnostics, const hec_node *map, const char *where,
                          size_t count, const char *const *keys)
{
    if (map == NULL || map->kind != HEC_NODE_MAP)
        return;
    for (size_t i = 0; i < map->count; i++) {
        const hec_entry *entry = &map->entries[i];
        bool known = false;
        for (size_t k = 0; k < count && !known; k++)
            known = strcmp(entry->key, keys[k]) == 0;
        if (known)
            continue;
        hec_report(diagnostics, HEC_CHECK_UNKNOWN_KEY, entry->key_place, "unknown key `%s` in %s",
                   entry->key, where);
        const char *nearest = hec_text_nearest(entry->key, count, keys);
        if (nearest != NULL)
            hec_report_help(diagnostics, "did you mean `%s`?", nearest);
        else if (count > 0 && count <= KEYS_LISTED)
            help_keys(diagnostics, count, keys);
    }
}

bool hec_node_expect(hec_diagnostics *diagnostics, const hec_node *node, hec_node_kind kind,
                     const char *what)
{
    static const char *const words[] = {"nothing", "a single value", "a list", "a mapping"};
    static const char *const cures[] = {
        NULL, NULL, "a list is written `[a, b]`, or with `- ` in front of each item",
        "a mapping is written `{key: value}`, or as lines `key: value`"};
    if (node == NULL) {
        hec_report(diagnostics, HEC_CHECK_WRONG_SHAPE, HEC_NOWHERE, "%s is missing", what);
        return false;
    }
    if (node->kind == kind)
        return true;
    hec_report(diagnostics, HEC_CHECK_WRONG_SHAPE, node->place, "%s must be %s, not %s", what,
               words[kind], words[node->kind]);
    if (cures[kind] != NULL)
        hec_report_help(diagnostics, "%s", cures[kind]);
    return false;
}
