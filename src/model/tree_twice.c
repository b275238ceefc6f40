/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Twice: files that one file includes, and that define one name differently. The later one
 * overwrites the earlier, which nobody sees unless it is said. */
#include <string.h>

#include "model/tree_inner.h"

/* Parts of a file in which names are defined. */
typedef struct section {
    const char *key, *what;
    bool inner; /* what a name has is laid over key by key */
    bool whole; /* a list, which is replaced */
} section;

static const section sections[] = {
    {"parameters", "the parameter", false, false},
    {"let", "the definition", false, false},
    {"tables", "the table", false, false},
    {"services", "the service", true, false},
    {"benefits", "", false, true},
    {"contracts", "the contract", false, false},
    {"rules", "the rule", false, false},
    {"behaviours", "the behaviour", false, false},
    {"set", "the setting", false, false},
};
enum { N_SECTIONS = sizeof sections / sizeof sections[0] };

/* Words do not make a definition another one. */
static bool is_words(const char *key)
{
    static const char *const words[] = {"label", "title", "description", "source",
                                        "note",  "notes", "status"};
    bool found = false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        found = found || strcmp(words[i], key) == 0;
    return found;
}

static bool is_same(const hec_node *a, const hec_node *b);

/* Whether all entries of `a` that say something stand in `b`. */
static bool is_within(const hec_node *a, const hec_node *b)
{
    bool same = true;
    for (size_t i = 0; same && i < a->count; i++) {
        const hec_node *other = hec_node_get(b, a->entries[i].key);
        same = is_words(a->entries[i].key) || (other && is_same(a->entries[i].value, other));
    }
    return same;
}

static bool is_same(const hec_node *a, const hec_node *b)
{
    if (a == b || a->kind != b->kind)
        return a == b;
    if (a->kind == HEC_NODE_SCALAR)
        return strcmp(a->text, b->text) == 0;
    if (a->kind == HEC_NODE_MAP)
        return is_within(a, b) && is_within(b, a);
    bool same = a->count == b->count;
    for (size_t i = 0; same && a->kind == HEC_NODE_LIST && i < a->count; i++)
        same = is_same(a->items[i], b->items[i]);
    return same;
}

static const hec_entry *entry_of(const hec_node *map, const char *key)
{
    for (size_t i = 0; map && map->kind == HEC_NODE_MAP && i < map->count; i++) {
        if (strcmp(map->entries[i].key, key) == 0)
            return &map->entries[i];
    }
    return NULL;
}

/* Where a name is defined: a section, a name in it, and a key of that. */
typedef struct name_path {
    const section *in;
    const char *name, *key; /* NULL: the section itself; the name itself */
} name_path;

static const hec_entry *find(const hec_node *layer, const name_path *at)
{
    const hec_entry *entry = entry_of(layer, at->in->key);
    entry = entry && at->name ? entry_of(entry->value, at->name) : entry;
    return entry && at->key ? entry_of(entry->value, at->key) : entry;
}

/* As the uppermost layer has it that states it. */
static const hec_entry *find_among(const hec_included *file, const name_path *at)
{
    const hec_entry *entry = NULL;
    for (size_t i = file->n_layers; entry == NULL && i-- > 0;)
        entry = find(file->layers[i], at);
    return entry;
}

static bool stands_on(const hec_included *file, hec_place place)
{
    bool found = false;
    for (size_t i = 0; i < file->n_layers; i++)
        found = found || file->layers[i]->place.file == place.file;
    return found;
}

typedef struct review {
    hec_diagnostics *diagnostics;
    const hec_node *root; /* the file that includes them */
    size_t n;
    const hec_included *files;
} review;

static void report(const review *r, const name_path *at, const hec_entry *one,
                   const hec_entry *other)
{
    const char *first = hec_source_name(r->diagnostics, one->key_place.file);
    const char *includer = hec_source_name(r->diagnostics, r->root->place.file);
    const char *name = at->name ? at->name : at->in->key;
    if (at->key)
        hec_report(r->diagnostics, HEC_CHECK_DEFINED_TWICE, other->key_place,
                   "`%s` of %s `%s` is stated otherwise by `%s`, which is included too; this holds",
                   at->key, at->in->what, name, first);
    else
        hec_report(r->diagnostics, HEC_CHECK_DEFINED_TWICE, other->key_place,
                   "%s%s`%s` is defined otherwise by `%s`, which is included too; this one holds",
                   at->in->what, *at->in->what ? " " : "", name, first);
    hec_report_note(r->diagnostics, one->key_place, "the other is here");
    hec_report_help(
        r->diagnostics,
        "name one of them otherwise, state in `%s` what holds, or let this file include the other",
        includer);
}

/* A name of the file with the number `later`, against the last of the earlier ones that has it. */
static void compare(const review *r, size_t later, const name_path *at)
{
    const hec_included *file = &r->files[later];
    const hec_entry *other = find_among(file, at), *one = NULL;
    if (other == NULL || find(r->root, at) != NULL)
        return;
    for (size_t i = later; one == NULL && i-- > 0;)
        one = find_among(&r->files[i], at);
    if (one != NULL && !is_same(one->value, other->value) && !stands_on(file, one->key_place))
        report(r, at, one, other);
}

static void compare_inner(const review *r, size_t later, name_path at, const hec_node *map)
{
    for (size_t i = 0; map->kind == HEC_NODE_MAP && i < map->count; i++) {
        at.key = map->entries[i].key;
        if (!is_words(at.key))
            compare(r, later, &at);
    }
}

static void compare_section(const review *r, size_t later, const section *in)
{
    const hec_included *file = &r->files[later];
    for (size_t k = 0; k < file->n_layers; k++) {
        const hec_node *map = hec_node_get(file->layers[k], in->key);
        if (in->whole && map != NULL)
            compare(r, later, &(name_path){in, NULL, NULL});
        for (size_t i = 0; !in->whole && map != NULL && map->kind == HEC_NODE_MAP && i < map->count;
             i++) {
            const name_path at = {in, map->entries[i].key, NULL};
            if (in->inner)
                compare_inner(r, later, at, map->entries[i].value);
            else
                compare(r, later, &at);
        }
    }
}

void hec_tree_review_included(hec_diagnostics *diagnostics, const hec_node *root, size_t n,
                              const hec_included *files)
{
    const review r = {diagnostics, root, n, files};
    for (size_t later = 1; later < n; later++) {
        for (size_t i = 0; i < N_SECTIONS; i++)
            compare_section(&r, later, &sections[i]);
    }
}
