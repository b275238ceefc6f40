/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Setting a value at a dotted path: strategies, scenarios and the command line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/tree_inner.h"

typedef struct setting {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    hec_node *root;
    const char *path;
    hec_place place;
} setting;

/* The place of one word of the path, when the path stands in the source as it is. */
static hec_place word_place(const setting *s, size_t start, size_t length)
{
    size_t source_length;
    hec_place place = s->place;
    const char *source = hec_source_text(s->diagnostics, place.file, &source_length);
    const size_t path_length = strlen(s->path);
    if (source == NULL || place.length != path_length ||
        place.offset + (size_t)place.length > source_length ||
        memcmp(source + place.offset, s->path, path_length) != 0)
        return place;
    place.offset += (uint32_t)start;
    place.length = (uint32_t)length;
    return place;
}

/* The nearest key of one map, or of several. */
static const char *nearest_key(const setting *s, const char *word, size_t n_maps,
                               const hec_node *const *maps)
{
    size_t count = 0, filled = 0;
    for (size_t m = 0; m < n_maps; m++)
        count += maps[m] != NULL && maps[m]->kind == HEC_NODE_MAP ? maps[m]->count : 0;
    const char **names = hec_arena_array(s->arena, count, sizeof(char *));
    if (names == NULL)
        return NULL;
    for (size_t m = 0; m < n_maps; m++) {
        for (size_t i = 0; maps[m] != NULL && maps[m]->kind == HEC_NODE_MAP && i < maps[m]->count;
             i++)
            names[filled++] = maps[m]->entries[i].key;
    }
    return hec_text_nearest(word, count, names);
}

/* "did you mean `economics.discount.cost`?": the path with one word put right. */
static void help_nearest(const setting *s, size_t start, size_t length, const char *nearest)
{
    if (nearest != NULL)
        hec_report_help(s->diagnostics, "did you mean `%.*s%s%s`?", (int)start, s->path, nearest,
                        s->path + start + length);
}

static bool refuse(const setting *s, size_t start, size_t length, const char *why)
{
    hec_report(s->diagnostics, HEC_CHECK_SET_PATH, word_place(s, start, length), "`%s` %s", s->path,
               why);
    return false;
}

/* Where the first word is looked for: the map that holds it, or NULL after reporting. */
static hec_node *find_home(const setting *s, const char *word)
{
    hec_node *homes[] = {hec_node_get(s->root, "parameters"), hec_node_get(s->root, "let"),
                         s->root};
    for (size_t i = 0; i < 3; i++) {
        if (hec_node_get(homes[i], word) != NULL)
            return homes[i];
    }
    const size_t length = strlen(word);
    hec_report(s->diagnostics, HEC_CHECK_SET_PATH, word_place(s, 0, length),
               "nothing is named `%s`, so it cannot be set", word);
    const char *nearest = nearest_key(s, word, 3, (const hec_node *const *)homes);
    help_nearest(s, 0, length, nearest);
    if (nearest == NULL && s->path[length] != '\0')
        hec_report_help(s->diagnostics,
                        "only what stands in the model can be set, and it has no `%s:`", word);
    return NULL;
}

/* One step down; NULL after reporting. */
static hec_node *step_into(const setting *s, hec_node *map, const char *word, size_t start)
{
    hec_node *next = hec_node_get(map, word);
    if (next != NULL)
        return next;
    const hec_node *const maps[] = {map};
    const size_t length = strlen(word);
    hec_report(s->diagnostics, HEC_CHECK_SET_PATH, word_place(s, start, length),
               "`%.*s` has no `%s`, so it cannot be set", (int)(start - 1), s->path, word);
    help_nearest(s, start, length, nearest_key(s, word, 1, maps));
    return NULL;
}

/* Whether keys can be set in what the path has reached so far. */
static bool is_open(const setting *s, hec_node *node, size_t reached)
{
    if (node->kind == HEC_NODE_EMPTY)
        node->kind = HEC_NODE_MAP; /* `usual:` with nothing behind it is a mapping without keys */
    if (node->kind == HEC_NODE_MAP)
        return true;
    hec_report(s->diagnostics, HEC_CHECK_SET_PATH, word_place(s, 0, reached),
               "`%.*s` is %s, so nothing inside it can be set", (int)reached, s->path,
               node->kind == HEC_NODE_LIST ? "a list" : "a single value");
    hec_report_help(s->diagnostics, "set `%.*s` as a whole", (int)reached, s->path);
    return false;
}

static bool put(const setting *s, hec_node *map, const char *word, const hec_node *value)
{
    const hec_place place = s->place;
    hec_node *copy = hec_node_copy(s->arena, value); /* one value may be set in several trees */
    if (copy != NULL && hec_node_put(s->arena, map, word, place, copy))
        return true;
    hec_report_out_of_memory(s->diagnostics);
    return false;
}

/* A single value put in place of a parameter's record. */
static bool put_parameter(const setting *s, hec_node *parameters, const char *name,
                          const hec_node *value)
{
    hec_node *copy = hec_node_copy(s->arena, value);
    hec_node *record =
        copy ? hec_node_revalued(s->arena, hec_node_get(parameters, name), s->place, copy) : NULL;
    if (record == NULL) {
        hec_report_out_of_memory(s->diagnostics);
        return false;
    }
    return put(s, parameters, name, record);
}

static bool is_record(const setting *s, const hec_node *map, const char *word)
{
    const hec_node *old = hec_node_get(map, word);
    return map == hec_node_get(s->root, "parameters") && old != NULL && old->kind == HEC_NODE_MAP;
}

bool hec_tree_set(hec_arena *arena, hec_diagnostics *diagnostics, hec_node *root, const char *path,
                  hec_place place, hec_node *value)
{
    const setting s = {arena, diagnostics, root, path, place};
    hec_node *map = NULL;
    for (size_t start = 0;;) {
        const size_t length = strcspn(path + start, ".");
        const bool last = path[start + length] == '\0';
        if (length == 0)
            return refuse(&s, start, 0, "has an empty word between its dots");
        const char *word = hec_arena_copy(arena, path + start, length);
        if (word == NULL) {
            hec_report_out_of_memory(diagnostics);
            return false;
        }
        if (start == 0)
            map = find_home(&s, word);
        if (map == NULL)
            return false;
        if (start > 0 && !is_open(&s, map, start - 1))
            return false;
        if (last && is_record(&s, map, word) && value->kind == HEC_NODE_SCALAR)
            return put_parameter(&s, map, word, value);
        if (last)
            return put(&s, map, word, value);
        map = step_into(&s, map, word, start);
        start += length + 1;
    }
}
