/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small world for expressions: names with units and values, words, one table; and its complaints
 * as text. */
#ifndef HECATE_TESTS_LANGUAGE_FIXTURE_H
#define HECATE_TESTS_LANGUAGE_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lang/lang.h"

enum { FIXTURE_NAMES = 32 };

typedef struct fixture {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    hec_graph *graph;
    hec_scope scope;
    size_t n_names;
    const char *names[FIXTURE_NAMES];
    hec_type types[FIXTURE_NAMES];
    uint8_t depends[FIXTURE_NAMES];
    double values[FIXTURE_NAMES];
    hec_lookup *table;
} fixture;

/* A name with its unit (NULL: none) and value; an input, but for cycle_length. */
static inline void fixture_name(fixture *f, const char *name, const char *unit, double value)
{
    size_t i = f->n_names++;
    double factor = 1;
    f->names[i] = name;
    f->types[i] = HEC_TYPE_ANY;
    f->values[i] = value;
    f->depends[i] = HEC_DEP_DRAW;
    if (unit) {
        assert_true(hec_unit_parse(unit, strlen(unit), &f->types[i], &factor, NULL, NULL));
    }
    f->values[i] *= factor;
}

static inline hec_value fixture_find(void *context, const char *name, hec_place place)
{
    fixture *f = context;
    for (size_t i = 0; i < f->n_names; i++) {
        if (strcmp(f->names[i], name) == 0) {
            hec_id id = strcmp(name, "cycle_length") == 0
                            ? hec_graph_constant(f->graph, f->values[i], place)
                            : hec_graph_input(f->graph, (int32_t)i, f->depends[i], name, place);
            return (hec_value){id, f->types[i]};
        }
    }
    hec_report(f->diagnostics, HEC_CHECK_UNKNOWN_NAME, place, "nothing defines `%s`", name);
    return (hec_value){-1, HEC_TYPE_ANY};
}

static inline const hec_lookup *fixture_table(void *context, const char *name, hec_place place)
{
    fixture *f = context;
    (void)place;
    return f->table && strcmp(name, f->table->name) == 0 ? f->table : NULL;
}

static inline int fixture_word(void *context, const char *word, hec_place place)
{
    (void)context;
    (void)place;
    return strcmp(word, "female") == 0 ? 0 : strcmp(word, "male") == 0 ? 1 : -1;
}

static inline size_t fixture_candidates(void *context, const char *const **names)
{
    fixture *f = context;
    *names = f->names;
    return f->n_names;
}

static inline void fixture_restart(fixture *f, bool plain)
{
    hec_diagnostics_destroy(f->diagnostics);
    f->diagnostics = hec_diagnostics_create();
    f->graph = hec_graph_create(f->arena, plain);
    assert_non_null(f->diagnostics);
    assert_non_null(f->graph);
}

static inline void fixture_open(fixture *f)
{
    *f = (fixture){.arena = hec_arena_create()};
    assert_non_null(f->arena);
    f->scope = (hec_scope){.context = f,
                           .name = fixture_find,
                           .table = fixture_table,
                           .word = fixture_word,
                           .candidates = fixture_candidates,
                           .cycle_length = 0.5};
    fixture_restart(f, false);
}

static inline void fixture_close(fixture *f)
{
    hec_diagnostics_destroy(f->diagnostics);
    hec_arena_destroy(f->arena);
}

static inline hec_expr *fixture_parse(fixture *f, const char *text)
{
    int32_t file = hec_source_add(f->diagnostics, "m.yaml", text, strlen(text));
    hec_place place = {file, 0, (uint32_t)strlen(text)};
    return hec_expr_parse(f->arena, f->diagnostics, text, strlen(text), place, true);
}

static inline hec_value fixture_lower(fixture *f, const char *text)
{
    hec_expr *expr = fixture_parse(f, text);
    return expr ? hec_lower(f->graph, &f->scope, f->diagnostics, expr)
                : (hec_value){-1, HEC_TYPE_ANY};
}

/* The value of an expression without mistakes. */
static inline double fixture_value(fixture *f, const char *text)
{
    hec_value value = fixture_lower(f, text);
    if (value.id < 0) {
        char *said = hec_diagnostics_text(f->diagnostics, false);
        fail_msg("`%s`:\n%s", text, said);
    }
    return hec_evaluate(f->graph, value.id, f->values);
}

/* What is said about an expression with mistakes. */
static inline void fixture_says(fixture *f, const char *text, const char *expected)
{
    fixture_restart(f, false);
    assert_int_equal(fixture_lower(f, text).id, -1);
    char *said = hec_diagnostics_text(f->diagnostics, false);
    if (strcmp(said, expected) != 0) {
        print_error("`%s` says\n%s\ninstead of\n%s\n", text, said, expected);
    }
    assert_string_equal(said, expected);
    free(said);
}

#endif
