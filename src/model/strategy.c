/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strategy: the moves, rewards and one-off consequences of one strategy, in the graph. */
#include "model/policy_inner.h"

static void read_state(hec_strategy_work *w, int state, const hec_node *map)
{
    const hec_state *of = &w->b->model->states[state];
    hec_build_moves(w, state, map);
    if (!of->dead) {
        hec_build_life_year(w, state);
    }
    if (map && map->kind == HEC_NODE_MAP) {
        hec_build_rewards(w, state, map);
    }
}

/* Expressions of a chain's states may ask about that chain. */
static void read_chain(hec_strategy_work *w, int number)
{
    hec_builder *b = w->b;
    const hec_chain *chain = &b->model->chains[number];
    const hec_node *map = hec_node_get(hec_node_get(b->tree, "chains"), chain->name);
    const hec_node *states = hec_node_get(map, "states");
    b->chain = number;
    for (size_t i = chain->first; i < chain->first + chain->count; i++) {
        read_state(w, (int)i, hec_node_get(states, b->model->states[i].name));
    }
    if (chain->kind == HEC_CHAIN_OCCUPANCY && !hec_build_is_persons(b)) {
        hec_build_occupancy(w, map);
    } else if (chain->kind == HEC_CHAIN_TIMES && b->model->engine == HEC_ENGINE_TIMES &&
               b->model->n_chains == 1) {
        hec_build_latents(w, map);
    }
    b->chain = -1;
}

/* Names mean something else at the start, where time stands still. */
static void read_start(hec_strategy_work *w)
{
    hec_builder *b = w->b;
    b->at_start = true;
    hec_build_bind(b, b->tree);
    hec_build_start(w);
    b->at_start = false;
}

void hec_build_strategy(hec_builder *b, hec_strategy *strategy)
{
    const hec_model *model = b->model;
    const hec_node *own = hec_node_get(hec_node_get(b->tree, "strategies"), strategy->name);
    hec_strategy_work w = {.b = b, .strategy = strategy};
    w.rewards =
        hec_arena_array(b->arena, model->n_states * model->n_outcomes + 1, sizeof *w.rewards);
    if (!w.rewards) {
        return;
    }
    hec_policy_open_feeding(b, strategy);
    for (size_t i = 0; i < model->n_chains; i++) {
        read_chain(&w, (int)i);
    }
    hec_build_consequences(&w, hec_build_part(b, b->tree, "on", HEC_NODE_LIST));
    if (own && own->kind == HEC_NODE_MAP) {
        hec_build_differences(&w, own);
    }
    if (model->engine == HEC_ENGINE_COHORT) {
        hec_build_policy(&w);
    }
    hec_store_rewards(&w);
    read_start(&w);
    if (hec_build_is_persons(b)) {
        hec_build_bind(b, b->tree);
        hec_build_life(&w);
        hec_build_policy(&w);
    }
    hec_policy_close_feeding(b);
}
