/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Correlations: pairs whose own distributions are joined. */
#include "model/build.h"

#include <string.h>

/* Whether a layer or a setting took a parameter's distribution away: its correlations go with it.
 */
static bool made_certain(const hec_builder *b, const char *name)
{
    const hec_node *dist =
        hec_node_get(hec_node_get(hec_node_get(b->tree, "parameters"), name), "dist");
    return dist && dist->kind == HEC_NODE_EMPTY;
}

/* Why a name cannot be correlated. */
static void refuse(hec_builder *b, const hec_node *name)
{
    const hec_model *model = b->model;
    if (made_certain(b, name->text)) {
        return;
    }
    const hec_binding *binding = hec_build_find(b, name->text);
    bool known = binding != NULL, jointly = false;
    if (known && binding->progress == HEC_BINDING_DONE && binding->value.id < 0) {
        return; /* it has mistakes, which were reported */
    }
    const char **drawn = hec_arena_array(b->arena, model->n_draws + 1, sizeof *drawn);
    size_t n = 0;
    for (size_t i = 0; i < model->n_draws; i++) {
        jointly = jointly || (model->draws[i].kind != HEC_DRAW_MARGINAL &&
                              strcmp(model->draws[i].name, name->text) == 0);
        if (drawn && model->draws[i].kind == HEC_DRAW_MARGINAL) {
            drawn[n++] = model->draws[i].name;
        }
    }
    hec_report(b->diagnostics, HEC_CHECK_CORRELATION, name->place, "`%s` %s", name->text,
               jointly ? "is drawn jointly with others already"
               : known ? "has no distribution of its own that could be correlated"
                       : "is no parameter");
    if (!known) {
        hec_build_suggest(b, name->text, n, drawn);
    }
}

static bool find_marginal(hec_builder *b, const hec_node *name, size_t *draw)
{
    const hec_model *model = b->model;
    for (size_t i = 0; i < model->n_draws; i++) {
        if (model->draws[i].kind == HEC_DRAW_MARGINAL &&
            strcmp(model->draws[i].name, name->text) == 0) {
            *draw = i;
            return true;
        }
    }
    refuse(b, name);
    return false;
}

bool hec_build_correlation(hec_builder *b, const hec_node *node, const char *what,
                           hec_find_draw *find, hec_correlation *c)
{
    static const char *const keys[] = {"between", "rho", "source", "note"};
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_MAP, "a correlation")) {
        return false;
    }
    hec_node_expect_keys(b->diagnostics, node, "a correlation", 4, keys);
    hec_build_expect_words(b, node, 2, keys + 2);
    const hec_node *between = hec_node_get(node, "between"), *rho = hec_node_get(node, "rho");
    if (!between || !rho || between->kind != HEC_NODE_LIST || between->count != 2) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place,
                   "a correlation has two %ss and a number", what);
        hec_report_help(b->diagnostics, "{between: [a, b], rho: 0.5}");
        return false;
    }
    const char *named =
        hec_arena_format(b->arena, "the name of %s %s", strchr("aeiou", *what) ? "an" : "a", what);
    size_t ends[2] = {0, 0};
    bool good = true;
    for (size_t i = 0; i < 2; i++) {
        const hec_node *name = between->items[i];
        good = hec_node_expect(b->diagnostics, name, HEC_NODE_SCALAR, named ? named : what) &&
               find(b, name, &ends[i]) && good;
    }
    *c = (hec_correlation){.a = ends[0], .b = ends[1], .place = rho->place};
    if (!hec_build_constant(b, rho, NULL, "a correlation", &c->rho)) {
        return false;
    }
    if (!(c->rho > -1 && c->rho < 1)) {
        hec_report(b->diagnostics, HEC_CHECK_CORRELATION, rho->place,
                   "a correlation lies between -1 and 1, both excluded, not at %g", c->rho);
        return false;
    }
    if (good && c->a == c->b) {
        hec_report(b->diagnostics, HEC_CHECK_CORRELATION, between->place,
                   "`%s` is correlated with itself", between->items[0]->text);
    }
    return good && c->a != c->b;
}

void hec_build_correlations(hec_builder *b)
{
    hec_model *model = b->model;
    const hec_node *list = hec_build_part(b, b->tree, "correlations", HEC_NODE_LIST);
    for (size_t i = 0; list && i < list->count; i++) {
        hec_correlation c;
        if (hec_build_correlation(b, list->items[i], "parameter", find_marginal, &c) &&
            hec_arena_grow(b->arena, (void **)&model->correlations, model->n_correlations,
                           &model->correlation_capacity, sizeof *model->correlations)) {
            model->correlations[model->n_correlations++] = c;
        }
    }
}
