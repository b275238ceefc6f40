/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers: a file and everything it stands on, laid over each other.
 *
 * From the lowest: what the study's `model:` names, what `extends:` names, the files of `include:`
 * in the order written, the file itself. Each of them may stand on others in turn. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "model/tree_inner.h"

enum { LAYER_DEPTH = 32, LAYERS = 256 };

/* A file being read and the one that names it. */
typedef struct link {
    const struct link *parent;
    const char *path;
    hec_place asked;
    dev_t device;
    ino_t inode;
    int depth;
} link;

/* A file that was read; one named twice is read once. */
typedef struct source_tree {
    dev_t device;
    ino_t inode;
    hec_node *root; /* NULL: unusable */
    bool reviewed;  /* what it includes was */
} source_tree;

typedef struct layering {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    source_tree files[LAYERS];
    size_t n_files;
    hec_node *layers[LAYERS]; /* from the lowest */
    size_t n_layers, n_reads;
    bool ok, usable;
} layering;

/* The study's model, as the uppermost layer that names one has it. */
typedef struct model_name {
    const hec_node *node; /* NULL: none */
    const link *from;
} model_name;

static void fail(layering *l)
{
    l->ok = false;
    l->usable = false;
}

/* ---- paths ----------------------------------------------------------------------------------- */

/* Removes `./`, `//` and `name/..` from a path, in place. */
static void tidy(char *path)
{
    char *out = path, *floor = path;
    const char *in = path;
    if (*in == '/') {
        in++;
        floor = ++out;
    }
    while (*in != '\0') {
        const size_t length = strcspn(in, "/");
        const bool up = length == 2 && in[0] == '.' && in[1] == '.';
        if (up && out > floor) {
            out--; /* the slash */
            while (out > floor && out[-1] != '/')
                out--;
        } else if (length > 0 && !(length == 1 && in[0] == '.')) {
            memmove(out, in, length);
            out += length;
            *out++ = '/';
            floor = up ? out : floor; /* what is above stays above */
        }
        in += length;
        in += *in == '/';
    }
    if (out > path + (path[0] == '/'))
        out--;
    *out = '\0';
}

/* The folder of a path, as stat sees it. */
static bool find_folder(hec_arena *arena, const char *path, struct stat *about)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL   ? "."
                         : slash == path ? "/"
                                         : hec_arena_copy(arena, path, (size_t)(slash - path));
    return folder != NULL && stat(folder, about) == 0;
}

char *hec_tree_resolve_path(hec_arena *arena, const hec_diagnostics *diagnostics, hec_place place,
                            const char *path)
{
    struct stat as_written, as_tidied;
    const char *from = hec_source_name(diagnostics, place.file);
    const char *slash = strrchr(from, '/');
    const int folder = path[0] == '/' || slash == NULL ? 0 : (int)(slash - from) + 1;
    char *joined = hec_arena_format(arena, "%.*s%s", folder, from, path);
    char *tidied = hec_arena_format(arena, "%.*s%s", folder, from, path);
    if (joined == NULL || tidied == NULL)
        return NULL;
    tidy(tidied);
    /* `a/../b` is not `b` where `a` is a symbolic link: keep the short form only if it is the same.
     */
    const bool same =
        find_folder(arena, joined, &as_written) && find_folder(arena, tidied, &as_tidied) &&
        as_written.st_dev == as_tidied.st_dev && as_written.st_ino == as_tidied.st_ino;
    return same ? tidied : joined;
}

/* ---- one file -------------------------------------------------------------------------------- */

static bool is_loop(layering *l, const link *here)
{
    const link *first = here->parent;
    while (first != NULL && (first->device != here->device || first->inode != here->inode))
        first = first->parent;
    if (first == NULL)
        return false;
    hec_report(l->diagnostics, HEC_CHECK_INCLUDE_LOOP, here->asked,
               "`%s` stands on itself: files include or extend each other in a circle", here->path);
    /* the way back, from this file to the one that began the circle */
    for (const link *step = here->parent; step != first; step = step->parent)
        hec_report_note(l->diagnostics, step->asked, "`%s` is named here", step->path);
    return true;
}

static void check_language(layering *l, const hec_node *root, bool top)
{
    static const char *const cure = "write `hecate: 1` as the first line";
    const hec_node *version = hec_node_get(root, "hecate");
    if (version == NULL && top) {
        hec_place place = root->place;
        place.length = 0;
        hec_report(l->diagnostics, HEC_CHECK_LANGUAGE_VERSION, place,
                   "the file does not say which version of the language it is written in");
        hec_report_help(l->diagnostics, cure);
        l->ok = false;
    } else if (version != NULL && version->kind != HEC_NODE_SCALAR) {
        hec_report(l->diagnostics, HEC_CHECK_LANGUAGE_VERSION, version->place,
                   "the version of the language is a number");
        hec_report_help(l->diagnostics, "write `hecate: 1`");
        l->ok = false;
    } else if (version != NULL && strcmp(version->text, "1") != 0) {
        hec_report(l->diagnostics, HEC_CHECK_LANGUAGE_VERSION, version->place,
                   "this build reads version 1 of the language, not `%s`", version->text);
        hec_report_help(l->diagnostics, "write `hecate: 1`");
        l->ok = false;
    }
}

/* The tree of the file, read once; NULL when unusable. */
static hec_node *read_once(layering *l, const link *here, bool known)
{
    hec_node *root = NULL;
    for (size_t i = 0; known && i < l->n_files; i++) {
        if (l->files[i].device == here->device && l->files[i].inode == here->inode)
            return l->files[i].root;
    }
    if (!hec_tree_read_asked(l->arena, l->diagnostics, here->path, here->asked, &root))
        l->ok = false;
    if (root != NULL && root->kind == HEC_NODE_EMPTY) {
        hec_report(l->diagnostics, HEC_CHECK_WRONG_SHAPE, root->place, "`%s` is empty", here->path);
        root = NULL;
    } else if (root != NULL && !hec_node_expect(l->diagnostics, root, HEC_NODE_MAP, "the file")) {
        root = NULL;
    }
    if (root == NULL)
        fail(l);
    else
        check_language(l, root, here->parent == NULL);
    if (known && l->n_files < LAYERS)
        l->files[l->n_files++] = (source_tree){here->device, here->inode, root, false};
    return root;
}

/* Whether `node` names a file. */
static bool is_path(layering *l, const hec_node *node, const char *what)
{
    if (!hec_node_expect(l->diagnostics, node, HEC_NODE_SCALAR, what)) {
        fail(l);
        return false;
    }
    return true;
}

/* ---- gathering ------------------------------------------------------------------------------- */

static void gather(layering *l, const link *parent, const char *path, hec_place asked,
                   model_name *model);

static void gather_named(layering *l, const link *here, const hec_node *node, const char *what,
                         model_name *model)
{
    if (!is_path(l, node, what))
        return;
    const char *path = hec_tree_resolve_path(l->arena, l->diagnostics, node->place, node->text);
    if (path == NULL) {
        hec_report_out_of_memory(l->diagnostics);
        fail(l);
        return;
    }
    gather(l, here, path, node->place, model);
}

/* The layer without the keys that name others. */
static void push_layer(layering *l, hec_node *root, bool is_study)
{
    hec_node *layer = hec_node_create(l->arena, HEC_NODE_MAP, root->place);
    bool ok = layer != NULL;
    for (size_t i = 0; ok && i < root->count; i++) {
        const char *key = root->entries[i].key;
        const bool names_file = strcmp(key, "extends") == 0 || strcmp(key, "include") == 0 ||
                                (is_study && strcmp(key, "model") == 0);
        ok = names_file || hec_node_append_entry(l->arena, layer, root->entries[i]);
    }
    if (ok) {
        l->layers[l->n_layers++] = layer;
    } else {
        hec_report_out_of_memory(l->diagnostics);
        fail(l);
    }
}

static bool has_room(layering *l, const link *here)
{
    if (l->n_reads++ < LAYERS && here->depth <= LAYER_DEPTH)
        return true;
    hec_report(l->diagnostics, HEC_CHECK_INCLUDE_LOOP, here->asked,
               "the files stand on each other more than %d deep, or are more than %d", LAYER_DEPTH,
               LAYERS);
    return false;
}

/* Once for a file, however often it is named. */
static bool is_reviewed(layering *l, const hec_node *root)
{
    for (size_t i = 0; i < l->n_files; i++) {
        if (l->files[i].root == root) {
            const bool before = l->files[i].reviewed;
            l->files[i].reviewed = true;
            return before;
        }
    }
    return false;
}

/* A list of files, or one file. */
static void gather_included(layering *l, const link *here, const hec_node *root, hec_node *include,
                            model_name *model)
{
    const bool one = include->kind == HEC_NODE_SCALAR;
    hec_node *const *items = one ? &include : include->items;
    const size_t count = one ? 1 : include->count;
    hec_included files[LAYERS];
    for (size_t i = 0; i < count; i++) {
        const size_t first = l->n_layers;
        gather_named(l, here, items[i], one ? "`include`" : "an item of `include`", model);
        if (i < LAYERS) /* of more, not all can be read */
            files[i] = (hec_included){l->n_layers - first, l->layers + first};
    }
    if (l->usable && !is_reviewed(l, root))
        hec_tree_review_included(l->diagnostics, root, count, files);
}

/* What a file or policy extends and includes, and above it itself. */
static void gather_stated(layering *l, const link *here, hec_node *root, model_name *model)
{
    const hec_node *extends = hec_node_get(root, "extends");
    hec_node *include = hec_node_get(root, "include");
    if (extends != NULL)
        gather_named(l, here, extends, "`extends`", model);
    if (include != NULL && include->kind != HEC_NODE_SCALAR &&
        !hec_node_expect(l->diagnostics, include, HEC_NODE_LIST, "`include`")) {
        fail(l);
        include = NULL;
    }
    if (include != NULL)
        gather_included(l, here, root, include, model);
    const bool is_study = hec_node_get(root, "study") != NULL;
    const hec_node *named = is_study ? hec_node_get(root, "model") : NULL;
    if (named != NULL)
        *model = (model_name){named, here};
    push_layer(l, root, is_study);
}

/* The file and what it extends and includes, lowest first. */
static void gather(layering *l, const link *parent, const char *path, hec_place asked,
                   model_name *model)
{
    struct stat about;
    const bool known = stat(path, &about) == 0;
    link *here = hec_arena_alloc(l->arena, sizeof(link)); /* a model may be read from it later */
    if (here == NULL) {
        hec_report_out_of_memory(l->diagnostics);
        fail(l);
        return;
    }
    *here = (link){.parent = parent, .path = path, .asked = asked};
    here->depth = parent == NULL ? 1 : parent->depth + 1;
    if (known) {
        here->device = about.st_dev;
        here->inode = about.st_ino;
    }
    if ((known && is_loop(l, here)) || !has_room(l, here)) {
        fail(l);
        return;
    }
    hec_node *root = read_once(l, here, known);
    if (root == NULL)
        return;
    gather_stated(l, here, root, model);
}

/* The layers of `path`, and below them those of the model that its study names. */
static void gather_with_model(layering *l, const link *parent, const char *path, hec_place asked)
{
    model_name model = {0};
    const size_t first = l->n_layers;
    gather(l, parent, path, asked, &model);
    for (int depth = 0; model.node != NULL && depth < LAYER_DEPTH; depth++) {
        model_name below = {0};
        const size_t middle = l->n_layers;
        gather_named(l, model.from, model.node, "`model` of a study", &below);
        /* the model's layers go below: turn [first, middle) [middle, end) round */
        hec_node *moved[LAYERS];
        const size_t n_model = l->n_layers - middle;
        memcpy(moved, l->layers + middle, n_model * sizeof moved[0]);
        memmove(l->layers + first + n_model, l->layers + first, (middle - first) * sizeof moved[0]);
        memcpy(l->layers + first, moved, n_model * sizeof moved[0]);
        model = below;
    }
}

/* A population is one value, said in one of several ways (attributes, strata, a file): half of one
 * laid over another would be a third that nobody wrote. */
static void forget_population(hec_node *lower, const hec_node *upper)
{
    hec_node *population = hec_node_get(upper, "population");
    for (size_t i = 0; population != NULL && lower != NULL && i < lower->count; i++) {
        if (strcmp(lower->entries[i].key, "population") == 0)
            lower->entries[i].value = population;
    }
}

/* Two keys of which only one is stated: the upper layer's replaces the lower's. */
static void forget_alternative(hec_node *lower, const hec_node *upper)
{
    static const char *const pair[] = {"cycles", "horizon"};
    hec_node *below = hec_node_get(lower, "time");
    const hec_node *above = hec_node_get(upper, "time");
    for (size_t k = 0; k < 2 && below != NULL && below->kind == HEC_NODE_MAP; k++) {
        if (hec_node_get(above, pair[k]) == NULL)
            continue;
        size_t kept = 0;
        for (size_t i = 0; i < below->count; i++) {
            if (strcmp(below->entries[i].key, pair[1 - k]) != 0)
                below->entries[kept++] = below->entries[i];
        }
        below->count = kept;
    }
}

/* The layers, laid over each other; NULL when unusable. */
static hec_node *merge(layering *l)
{
    hec_node *merged = NULL;
    for (size_t i = 0; l->usable && i < l->n_layers; i++) {
        forget_population(merged, l->layers[i]);
        forget_alternative(merged, l->layers[i]);
        merged = hec_node_overlay_shared(l->arena, merged, l->layers[i]);
    }
    hec_node *copy =
        l->usable ? hec_node_copy(l->arena, merged) : NULL; /* a file named twice shares nodes */
    if (l->usable && copy == NULL) {
        hec_report_out_of_memory(l->diagnostics);
        l->ok = false;
    }
    return copy;
}

static layering *open_layering(hec_arena *arena, hec_diagnostics *diagnostics)
{
    layering *l = calloc(1, sizeof(layering));
    if (l == NULL)
        hec_report_out_of_memory(diagnostics);
    else
        *l = (layering){.arena = arena, .diagnostics = diagnostics, .ok = true, .usable = true};
    return l;
}

/* *root: all that was gathered; frees the layering. */
static bool close_layering(layering *l, hec_node **root)
{
    *root = merge(l);
    const bool ok = l->ok && l->usable;
    free(l);
    return ok;
}

static bool read_file(hec_arena *arena, hec_diagnostics *diagnostics, const char *path,
                      hec_place asked, hec_node **root)
{
    layering *l = open_layering(arena, diagnostics);
    *root = NULL;
    if (l == NULL)
        return false;
    gather_with_model(l, NULL, path, asked);
    return close_layering(l, root);
}

/* ---- policies -------------------------------------------------------------------------------- */

/* The file that a policy is, in place of its name. */
static bool read_policy_file(hec_arena *arena, hec_diagnostics *diagnostics, hec_entry *entry)
{
    const hec_node *policy = entry->value;
    hec_node *laid = NULL;
    const char *path = hec_tree_resolve_path(arena, diagnostics, policy->place, policy->text);
    const bool ok = path != NULL && read_file(arena, diagnostics, path, policy->place, &laid);
    hec_node *unread = laid == NULL ? hec_node_copy(arena, policy) : NULL;
    if (unread != NULL) {
        unread->text = ""; /* said; see hec_build_policy_of */
        unread->length = 0;
    }
    if (laid != NULL || unread != NULL)
        entry->value = laid != NULL ? laid : unread;
    return ok;
}

/* A policy written in place, over the files that it extends and includes. */
static bool read_policy(hec_arena *arena, hec_diagnostics *diagnostics, hec_entry *entry)
{
    hec_node *policy = entry->value, *laid = NULL;
    if (policy->kind == HEC_NODE_SCALAR)
        return read_policy_file(arena, diagnostics, entry);
    if (hec_node_get(policy, "extends") == NULL && hec_node_get(policy, "include") == NULL)
        return true;
    layering *l = open_layering(arena, diagnostics);
    if (l == NULL)
        return false;
    model_name none = {0};
    const link here = {.path = hec_source_name(diagnostics, policy->place.file),
                       .asked = policy->place,
                       .depth = 1};
    gather_stated(l, &here, policy, &none);
    const bool ok = close_layering(l, &laid);
    if (laid != NULL)
        entry->value = laid;
    return ok;
}

static bool read_policies(hec_arena *arena, hec_diagnostics *diagnostics, hec_node *root)
{
    hec_node *strategies = hec_node_get(root, "strategies");
    bool ok = true;
    for (size_t i = 0;
         strategies != NULL && strategies->kind == HEC_NODE_MAP && i < strategies->count; i++) {
        hec_node *strategy = strategies->entries[i].value;
        for (size_t k = 0; strategy->kind == HEC_NODE_MAP && k < strategy->count; k++) {
            if (strcmp(strategy->entries[k].key, "policy") == 0)
                ok = read_policy(arena, diagnostics, &strategy->entries[k]) && ok;
        }
    }
    return ok;
}

bool hec_tree_read_layers(hec_arena *arena, hec_diagnostics *diagnostics, const char *path,
                          hec_node **root)
{
    bool ok = read_file(arena, diagnostics, path, HEC_NOWHERE, root);
    return (*root == NULL || read_policies(arena, diagnostics, *root)) && ok;
}
