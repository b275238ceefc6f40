/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strategy: the moves, rewards and one-off consequences of one strategy, in the graph. */
#include "model/strategy_inner.h"

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

void hec_build_strategy(hec_builder *b, hec_strategy *strategy)
{
    const hec_model *model = b->model;
    const hec_node *chain = hec_node_get(hec_node_get(b->tree, "chains"), model->chain);
    const hec_node *states = hec_node_get(chain, "states");
    const hec_node *own = hec_node_get(hec_node_get(b->tree, "strategies"), strategy->name);
    hec_strategy_work w = {.b = b, .strategy = strategy};
    w.rewards =
        hec_arena_array(b->arena, model->n_states * model->n_outcomes + 1, sizeof *w.rewards);
    if (!w.rewards) {
        return;
    }
    for (size_t i = 0; i < model->n_states; i++) {
        read_state(&w, (int)i, hec_node_get(states, model->states[i].name));
    }
    hec_build_consequences(&w, hec_build_part(b, b->tree, "on", HEC_NODE_LIST));
    if (own && own->kind == HEC_NODE_MAP) {
        hec_build_differences(&w, own);
    }
    hec_store_rewards(&w);
    /* names mean something else at the start, where time stands still */
    b->at_start = true;
    hec_build_bind(b, b->tree);
    hec_build_start(&w, chain);
    b->at_start = false;
}
