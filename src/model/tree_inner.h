/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files behind tree.h share. */
#ifndef HECATE_MODEL_TREE_INNER_H
#define HECATE_MODEL_TREE_INNER_H

#include <stdint.h>

#include <yaml.h>

#include "model/tree.h"

enum {
    HEC_TREE_DEPTH = 64,
    HEC_TREE_NODES = 2000000, /* 16 MiB of `[,,,` must not become gigabytes of nodes */
    HEC_TREE_KEY_BYTES = 200,
    HEC_TREE_FILE_BYTES = 16 * 1024 * 1024,
};

/* Finds keys of a large map without walking it. Zero-initialise; free with hec_key_index_free. Maps
 * of a few keys are walked. */
typedef struct hec_key_index {
    uint32_t *slots; /* entry number + 1; 0: free */
    size_t size, used;
} hec_key_index;

/* The number of the entry, or SIZE_MAX. Takes in entries added at the end since the last call. */
size_t hec_key_index_find(hec_key_index *index, const hec_node *map, const char *key);
void hec_key_index_free(hec_key_index *index);

hec_node *hec_node_create(hec_arena *arena, hec_node_kind kind, hec_place place);
bool hec_node_append(hec_arena *arena, hec_node *list, hec_node *item);
bool hec_node_append_entry(hec_arena *arena, hec_node *map, hec_entry entry);

/* A parameter's record with another value: it keeps its unit and label, and loses what was uncertain
 * about it and where the old one came from; an empty `dist` says that it is not drawn jointly either.
 * Shares nodes with both. NULL when out of memory. */
hec_node *hec_node_revalued(hec_arena *arena, const hec_node *record, hec_place place,
                            hec_node *value);

/* hec_node_overlay without copying: the result shares nodes with both. */
hec_node *hec_node_overlay_shared(hec_arena *arena, hec_node *lower, hec_node *upper);

/* A file that another one includes, with all that it stands on, from the lowest. */
typedef struct hec_included {
    size_t n_layers;
    hec_node *const *layers;
} hec_included;

/* tree_twice.c: what files that `root` includes define in different ways; reports. */
void hec_tree_review_included(hec_diagnostics *diagnostics, const hec_node *root, size_t n,
                              const hec_included *files);

/* hec_tree_read_file with the place that names the file. */
bool hec_tree_read_asked(hec_arena *arena, hec_diagnostics *diagnostics, const char *path,
                         hec_place asked, hec_node **root);

/* Copies text[0..length) to out, with every character inside balanced round brackets of a plain
 * scalar that means something to YAML replaced by a letter. */
void hec_tree_mask(const char *text, size_t length, char *out);

/* The texts that stand for nothing when plain: "", ~, null. */
bool hec_tree_is_null(const char *text);

/* What a place in libyaml's own counting (characters) is in bytes. */
typedef struct hec_char_index {
    const char *text; /* behind the byte order mark */
    size_t length, base;
    uint32_t *marks; /* byte offset of every 64th character; NULL when all is ASCII */
    size_t n_marks;
} hec_char_index;

bool hec_char_index_create(hec_char_index *index, const char *text, size_t length, size_t base);
void hec_char_index_free(hec_char_index *index);
/* Offset in the source, the byte order mark included. */
size_t hec_char_index_byte(const hec_char_index *index, size_t character);

/* Reports why libyaml gave up. */
void hec_tree_report_yaml(hec_diagnostics *diagnostics, int32_t file, const hec_char_index *index,
                          const yaml_parser_t *parser);

#endif
