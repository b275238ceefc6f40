/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Building models from text in tests. */
#ifndef HECATE_TESTS_MODEL_FIXTURE_H
#define HECATE_TESTS_MODEL_FIXTURE_H

#include <math.h>

#include "model/model.h"
#include "tree_fixture.h"

#define ECONOMICS                                                                                  \
    "economics: {profile: cn2020, currency: CNY, price_year: 2020, perspective: everybody, "       \
    "effect: life_years, wtp: [0]}\nperspectives: {everybody: all}\n"
#define PERSONS "engine: {microsimulation: {persons: 1000}}\nuncertainty: {seed: 1}\n"
#define TIME "hecate: 1\ntime: {cycle: 1 year, cycles: 10}\n"
#define HEALTH                                                                                     \
    "  health: {start: {well: 0.9, ill: rest}, states: {well: {cost: 10, to: {ill: 0.2, dead: "    \
    "0.1}}, ill: {cost: 50, to: {dead: 0.3}}, dead: {dead: true}}}\n"
#define CHAIN "chains:\n" HEALTH

static inline hec_node *model_tree(fixture f, const char *text)
{
    hec_node *root = NULL;
    assert_true(hec_tree_read_text(f.arena, f.diagnostics, "x.yaml", text, strlen(text), &root));
    return root;
}

/* A model that is allowed, with whatever warnings. */
static inline hec_model *build_good(fixture f, const char *text)
{
    hec_model *model = hec_model_build(f.arena, f.diagnostics, model_tree(f, text));
    if (!model) {
        char *words = hec_diagnostics_text(f.diagnostics, false);
        fprintf(stderr, "%s", words ? words : "");
        free(words);
    }
    assert_non_null(model);
    return model;
}

/* Whether something said is `words`, with the check's name in square brackets behind it. */
static inline void expect_said(fixture f, const char *words)
{
    char *text = hec_diagnostics_text(f.diagnostics, false);
    if (!text || !strstr(text, words)) {
        fprintf(stderr, "not said: %s\nbut: %s", words, text ? text : "");
    }
    assert_true(text && strstr(text, words));
    free(text);
}

/* A model that is refused, and what is said of it. */
static inline void refused(const char *text, const char *words)
{
    fixture f = fixture_create();
    assert_null(hec_model_build(f.arena, f.diagnostics, model_tree(f, text)));
    expect_said(f, words);
    fixture_destroy(f);
}

/* A model that is allowed, and what is said of it all the same. */
static inline void warned(const char *text, const char *words)
{
    fixture f = fixture_create();
    (void)build_good(f, text);
    expect_said(f, words);
    fixture_destroy(f);
}

static inline double constant_of(const hec_model *model, hec_id id)
{
    assert_true(id >= 0);
    assert_int_equal(hec_graph_node_at(model->graph, id)->depends, 0);
    return hec_evaluate(model->graph, id, NULL);
}

#endif
