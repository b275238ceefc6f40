/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tree: YAML read into nodes that all know their place, and layers laid over each other. */
#ifndef HECATE_MODEL_TREE_H
#define HECATE_MODEL_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"

typedef enum hec_node_kind { HEC_NODE_EMPTY, HEC_NODE_SCALAR, HEC_NODE_LIST, HEC_NODE_MAP } hec_node_kind;

typedef struct hec_node hec_node;

typedef struct hec_entry {
    hec_place key_place;
    const char *key;
    hec_node *value;
} hec_entry;

/* A scalar's `text` is NUL-terminated. `verbatim` tells that it stands in the source exactly so at
 * `place`, so that an offset inside `text` is an offset inside the source. */
struct hec_node {
    hec_node_kind kind;
    hec_place place;
    const char *text;
    size_t length;
    bool quoted, verbatim;
    size_t count, capacity;
    hec_node **items;   /* list */
    hec_entry *entries; /* map, in the order written */
};

/* Reads one YAML file into a tree. All mistakes are reported; false when there was an error. Then
 * `*root` holds what could be read all the same (a key given twice is kept once, say), for further
 * checks in the same run, or NULL. A file of nothing but comments gives an EMPTY node.
 * Inside round brackets commas, colons, braces and square brackets belong to the expression, so
 * `{S1: f(a, b), D: beta(mean: 0.2, se: 0.1)}` reads as it looks.
 * A size limit (16 MiB) and a depth limit (64) guard against hostile files. */
bool hec_tree_read_file(hec_arena *arena, hec_diagnostics *diagnostics, const char *path,
                        hec_node **root);
/* The same from memory; `name` is what diagnostics call it. */
bool hec_tree_read_text(hec_arena *arena, hec_diagnostics *diagnostics, const char *name,
                        const char *text, size_t length, hec_node **root);

/* Reads a file and everything it stands on: `extends: FILE`, `include: [FILES]`, and in a study
 * `model: FILE`. Later layers win, mapping by mapping; every node keeps its own place. Those three
 * keys are removed from the result (a study's `model:` too). From the lowest: the study's model,
 * what the file extends, its includes in their order, the file itself; where several layers are
 * studies, the uppermost `model:` counts. Loops are reported, and so is a top file without
 * `hecate: 1`. Paths are relative to the file that names them. A strategy's `policy: FILE`, and the
 * file that a policy in place `extends`, are read in the same way and put in their place. */
bool hec_tree_read_layers(hec_arena *arena, hec_diagnostics *diagnostics, const char *path,
                          hec_node **root);

hec_node *hec_node_copy(hec_arena *arena, const hec_node *node); /* deep */
/* Lays `upper` over `lower` and returns the new tree; neither is changed. Maps merge, all else is
 * replaced; but under `parameters` a single value laid over a record is its new value, as `set:` would
 * have it. NULL when out of memory. */
hec_node *hec_node_overlay(hec_arena *arena, const hec_node *lower, const hec_node *upper);
/* The same of two maps of parameters. */
hec_node *hec_node_overlay_parameters(hec_arena *arena, const hec_node *lower,
                                      const hec_node *upper);

/* The value of a key, or NULL. */
hec_node *hec_node_get(const hec_node *map, const char *key);
/* Adds or replaces a key. */
bool hec_node_put(hec_arena *arena, hec_node *map, const char *key, hec_place key_place,
                  hec_node *value);

/* Sets the value at a dotted path ("economics.discount.cost", "chains.health.states.S1.utility").
 * A plain first word is looked for under `parameters`, `let`, then at the root. A parameter named
 * alone takes a single value in its unit and is no longer drawn; a map replaces it whole. Only what
 * exists can be set (a missing last key is accepted where the parent exists and the path has more
 * than one word); otherwise HEC_CHECK_SET_PATH is reported at `place` with the nearest name. The
 * value is copied. */
bool hec_tree_set(hec_arena *arena, hec_diagnostics *diagnostics, hec_node *root, const char *path,
                  hec_place place, hec_node *value);

/* Reports every key of `map` that is not among `keys`, with the nearest of them. */
void hec_node_expect_keys(hec_diagnostics *diagnostics, const hec_node *map, const char *where,
                          size_t count, const char *const *keys);
/* Reports HEC_CHECK_WRONG_SHAPE unless node has this kind; `what` names it in the message. */
bool hec_node_expect(hec_diagnostics *diagnostics, const hec_node *node, hec_node_kind kind,
                     const char *what);

/* The tree as YAML text (block style), for the resolved inputs stored with a result; reads back to
 * an equal tree, places apart (line ends inside a value become line feeds). The caller frees it;
 * NULL when out of memory. */
char *hec_node_to_yaml(const hec_node *node);

/* A path written in the file that `place` points into, made relative to the working directory. */
char *hec_tree_resolve_path(hec_arena *arena, const hec_diagnostics *diagnostics, hec_place place,
                            const char *path);

#endif
