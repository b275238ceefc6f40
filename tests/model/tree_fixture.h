/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading trees in tests, and writing them down in one line: {a: plain, b: "quoted", c: [~]}. */
#ifndef HECATE_TESTS_TREE_FIXTURE_H
#define HECATE_TESTS_TREE_FIXTURE_H

#include "base/scratch.h"

#include "base/text.h"
#include "model/tree.h"

typedef struct fixture {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
} fixture;

static inline fixture fixture_create(void)
{
    const fixture made = {hec_arena_create(), hec_diagnostics_create()};
    assert_non_null(made.arena);
    assert_non_null(made.diagnostics);
    return made;
}

static inline void fixture_destroy(fixture f)
{
    hec_arena_destroy(f.arena);
    hec_diagnostics_destroy(f.diagnostics);
}

static inline void dump_node(hec_text *out, const hec_node *node)
{
    const bool map = node->kind == HEC_NODE_MAP;
    if (node->kind == HEC_NODE_EMPTY) {
        hec_text_add(out, "~");
    } else if (node->kind == HEC_NODE_SCALAR) {
        assert_int_equal(strlen(node->text), node->length);
        hec_text_format(out, node->quoted ? "\"%s\"" : "%s", node->text);
    } else {
        hec_text_add(out, map ? "{" : "[");
        for (size_t i = 0; i < node->count; i++) {
            hec_text_add(out, i > 0 ? ", " : "");
            if (map)
                hec_text_format(out, "%s: ", node->entries[i].key);
            dump_node(out, map ? node->entries[i].value : node->items[i]);
        }
        hec_text_add(out, map ? "}" : "]");
    }
}

/* The caller frees it. */
static inline char *dump(const hec_node *node)
{
    hec_text out = {0};
    dump_node(&out, node);
    return hec_text_take(&out);
}

static inline void expect_tree(const hec_node *node, const char *expected)
{
    assert_non_null(node);
    char *text = dump(node);
    assert_string_equal(text, expected);
    free(text);
}

/* Every verbatim scalar and every key stands in the source at its place. */
static inline void check_places(const char *source, const hec_node *node)
{
    if (node->kind == HEC_NODE_SCALAR && node->verbatim) {
        assert_int_equal(node->place.length, node->length);
        assert_memory_equal(source + node->place.offset, node->text, node->length);
    }
    for (size_t i = 0; i < node->count; i++) {
        const bool map = node->kind == HEC_NODE_MAP;
        const hec_node *child = map ? node->entries[i].value : node->items[i];
        if (map && node->entries[i].key_place.length == strlen(node->entries[i].key))
            assert_memory_equal(source + node->entries[i].key_place.offset, node->entries[i].key,
                                node->entries[i].key_place.length);
        assert_true(child->place.offset >= node->place.offset);
        assert_true(child->place.offset + child->place.length <=
                    node->place.offset + node->place.length);
        check_places(source, child);
    }
}

static inline void expect_findings(fixture f, const char *expected)
{
    char *text = hec_diagnostics_text(f.diagnostics, false);
    assert_string_equal(text, expected);
    free(text);
}

static inline hec_node *read_good(fixture f, const char *text)
{
    hec_node *root = NULL;
    const bool ok =
        hec_tree_read_text(f.arena, f.diagnostics, "x.yaml", text, strlen(text), &root);
    expect_findings(f, "");
    assert_true(ok);
    return root;
}

/* What the text reads as. */
static inline void reads(const char *text, const char *expected)
{
    const fixture f = fixture_create();
    expect_tree(read_good(f, text), expected);
    fixture_destroy(f);
}

/* What is said about the text; `kept` is the tree all the same, NULL for none. */
static inline void fails_but_keeps(const char *text, const char *kept, const char *findings)
{
    hec_node *root = NULL;
    const fixture f = fixture_create();
    assert_false(hec_tree_read_text(f.arena, f.diagnostics, "x.yaml", text, strlen(text), &root));
    expect_findings(f, findings);
    if (kept == NULL)
        assert_null(root);
    else
        expect_tree(root, kept);
    fixture_destroy(f);
}

static inline void fails(const char *text, const char *findings)
{
    fails_but_keeps(text, NULL, findings);
}

#endif
