/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Structure: chains, what persons are, and what is counted, the same for every strategy. */
#include "model/build.h"

int hec_build_outcome(const hec_builder *b, hec_outcome_kind kind, const char *name)
{
    size_t found = hec_names_find(&b->outcomes[kind], name), first = 0;
    for (int before = 0; before < (int)kind; before++) {
        first += b->outcomes[before].count;
    }
    return found == SIZE_MAX ? -1 : (int)(first + found);
}

/* ---- outcomes ------------------------------------------------------------------------------- */

static void add_outcome(hec_builder *b, hec_outcome_kind kind, const char *name)
{
    (void)hec_names_add(b->arena, &b->outcomes[kind], name);
}

/* `cost:` as a map of categories, or one expression for the category `cost` */
static void add_costs(hec_builder *b, const hec_node *cost)
{
    if (cost && cost->kind == HEC_NODE_SCALAR) {
        add_outcome(b, HEC_OUTCOME_COST, "cost");
    }
    for (size_t i = 0; cost && cost->kind == HEC_NODE_MAP && i < cost->count; i++) {
        add_outcome(b, HEC_OUTCOME_COST, cost->entries[i].key);
    }
}

static void add_keys(hec_builder *b, hec_outcome_kind kind, const hec_node *map)
{
    for (size_t i = 0; map && map->kind == HEC_NODE_MAP && i < map->count; i++) {
        add_outcome(b, kind, map->entries[i].key);
    }
}

static void add_one_offs(hec_builder *b, const hec_node *on)
{
    for (size_t i = 0; on && on->kind == HEC_NODE_LIST && i < on->count; i++) {
        if (on->items[i]->kind == HEC_NODE_MAP) {
            add_costs(b, hec_node_get(on->items[i], "cost"));
            add_keys(b, HEC_OUTCOME_EFFECT, hec_node_get(on->items[i], "effect"));
        }
    }
}

/* What a state counts, or being alive. */
static void add_rates(hec_builder *b, const hec_node *map)
{
    if (map && map->kind == HEC_NODE_MAP) {
        add_costs(b, hec_node_get(map, "cost"));
        add_keys(b, HEC_OUTCOME_EFFECT, hec_node_get(map, "effect"));
    }
}

static void collect_chains(hec_builder *b, const hec_node *chains)
{
    for (size_t c = 0; chains && chains->kind == HEC_NODE_MAP && c < chains->count; c++) {
        const hec_node *chain = chains->entries[c].value;
        const hec_node *states = chain->kind == HEC_NODE_MAP ? hec_node_get(chain, "states") : NULL;
        for (size_t i = 0; states && states->kind == HEC_NODE_MAP && i < states->count; i++) {
            add_rates(b, states->entries[i].value);
        }
    }
}

static void collect_strategies(hec_builder *b, const hec_node *strategies)
{
    for (size_t i = 0; strategies && strategies->kind == HEC_NODE_MAP && i < strategies->count;
         i++) {
        const hec_node *strategy = strategies->entries[i].value;
        if (strategy->kind == HEC_NODE_MAP) {
            add_keys(b, HEC_OUTCOME_COST, hec_node_get(strategy, "cost"));
            add_keys(b, HEC_OUTCOME_EFFECT, hec_node_get(strategy, "effect"));
            add_rates(b, hec_node_get(strategy, "alive"));
            add_one_offs(b, hec_node_get(strategy, "on"));
        }
    }
}

static void collect_tree(hec_builder *b, const hec_node *tree)
{
    const hec_node *services = hec_node_get(tree, "services");
    collect_chains(b, hec_node_get(tree, "chains"));
    add_rates(b, hec_node_get(tree, "alive"));
    add_one_offs(b, hec_node_get(tree, "on"));
    for (size_t i = 0; services && services->kind == HEC_NODE_MAP && i < services->count; i++) {
        const hec_node *service = services->entries[i].value;
        if (service->kind == HEC_NODE_MAP) {
            add_costs(b, hec_node_get(service, "price"));
        }
    }
    collect_strategies(b, hec_node_get(tree, "strategies"));
    add_keys(b, HEC_OUTCOME_USE, services);
}

/* What each payer pays, and what services cost whoever pays. */
static void collect_payers(hec_builder *b)
{
    const hec_model *model = b->model;
    if (!hec_build_has_payers(b->tree)) {
        return;
    }
    for (size_t i = 0; i < model->n_parties; i++) {
        if (!model->parties[i].provider) {
            add_outcome(b, HEC_OUTCOME_COST, model->parties[i].name);
        }
    }
    add_outcome(b, HEC_OUTCOME_COST, "resource");
}

/* costs, then effects, then uses, each in the order first written */
static void list_outcomes(hec_builder *b)
{
    hec_model *model = b->model;
    model->n_costs = b->outcomes[HEC_OUTCOME_COST].count;
    model->n_effects = b->outcomes[HEC_OUTCOME_EFFECT].count;
    model->n_uses = b->outcomes[HEC_OUTCOME_USE].count;
    size_t all = model->n_costs + model->n_effects + model->n_uses;
    model->outcomes = hec_arena_array(b->arena, all + 1, sizeof *model->outcomes);
    for (int kind = HEC_OUTCOME_COST; model->outcomes && kind <= HEC_OUTCOME_USE; kind++) {
        const hec_names *names = &b->outcomes[kind];
        for (size_t i = 0; i < names->count; i++) {
            model->outcomes[model->n_outcomes++] =
                (hec_outcome){names->items[i], (hec_outcome_kind)kind};
        }
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

void hec_build_structure(hec_builder *b, size_t n_trees, const hec_node *const *trees)
{
    add_outcome(b, HEC_OUTCOME_EFFECT, "qaly");
    add_outcome(b, HEC_OUTCOME_EFFECT, "life_years");
    hec_build_parties(b);
    for (size_t i = 0; i < n_trees; i++) {
        collect_tree(b, trees[i]);
    }
    collect_payers(b);
    if (hec_build_chains(b) && hec_build_is_persons(b)) {
        hec_build_person_frame(b, n_trees, trees);
    }
    list_outcomes(b);
    hec_build_party_categories(b);
}
