/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Occupancy: the shares of a chain given at each point, mostly by survival curves. Nobody is
 * followed, so it is known how many are where, but not who moves or how long they have been there.
 */
#include "model/strategy_inner.h"

#include <string.h>

static bool is_rest(const hec_node *node)
{
    return node->kind == HEC_NODE_SCALAR && !node->quoted && strcmp(node->text, "rest") == 0;
}

/* ---- shares ---------------------------------------------------------------------------------- */

static void report_timed(hec_builder *b, hec_place place, const char *what)
{
    hec_report(b->diagnostics, HEC_CHECK_NOT_FOLLOWED, place,
               "%s asks for `time_in_state`, but shares given by `occupancy:` do not say how long "
               "people have been where they are",
               what);
    hec_report_help(b->diagnostics, "`t` is the time since the start; a chain with `to:` follows "
                                    "people from state to state");
}

/* The share of a state; -1 after reporting. */
static hec_id read_share(hec_builder *b, const hec_node *node)
{
    static const hec_type share = {.kind = HEC_KIND_PROBABILITY};
    hec_value value = hec_build_expression(b, node);
    bool ratio = value.type.kind == HEC_KIND_QUANTITY && value.type.n_factors == 0;
    if (value.id < 0 || (!ratio && !hec_build_wants(b, value, &share, node, "a share", NULL))) {
        return -1;
    }
    if (hec_graph_node_at(b->model->graph, value.id)->depends & HEC_DEP_DURATION) {
        report_timed(b, node->place, "this share");
        return -1;
    }
    return value.id;
}

/* What the others leave over. */
static hec_id share_left(hec_builder *b, hec_id sum, hec_place place)
{
    hec_id one = hec_graph_constant(b->model->graph, 1, place);
    return sum < 0 ? one : hec_graph_op(b->model->graph, HK_SUB, one, sum, -1, place);
}

static void read_shares(hec_strategy_work *w, const hec_node *states, const hec_chain *chain)
{
    hec_builder *b = w->b;
    const hec_node *rest = NULL;
    size_t rest_state = 0;
    hec_id sum = -1;
    for (size_t i = chain->first; i < chain->first + chain->count; i++) {
        const hec_state *state = &b->model->states[i];
        const hec_node *node = hec_build_stated(hec_node_get(states, state->name), "occupancy");
        hec_id *share = &w->strategy->occupancy[i];
        *share = hec_graph_constant(b->model->graph, 0, state->place);
        if (!node) {
            hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, state->place,
                       "`%s` does not say its share; other states of the chain do", state->name);
            hec_report_help(b->diagnostics, "occupancy: rest, or an expression of `t`");
            continue;
        }
        if (is_rest(node) && rest) {
            hec_report(b->diagnostics, HEC_CHECK_REST_TWICE, node->place,
                       "the chain takes the `rest` a second time");
            hec_report_note(b->diagnostics, rest->place, "it is taken here already");
        }
        if (is_rest(node)) {
            rest = node;
            rest_state = i;
            continue;
        }
        *share = read_share(b, node);
        sum =
            sum < 0 ? *share : hec_graph_op(b->model->graph, HK_ADD, sum, *share, -1, node->place);
    }
    if (rest) {
        w->strategy->occupancy[rest_state] = share_left(b, sum, rest->place);
    }
}

void hec_build_occupancy(hec_strategy_work *w, const hec_node *map)
{
    static const char *const choices[] = {"error", "clamp"};
    hec_builder *b = w->b;
    const hec_chain *chain = &b->model->chains[b->chain];
    const hec_node *crossing = hec_build_stated(map, "crossing");
    hec_strategy *s = w->strategy;
    s->clamp = crossing && hec_build_choice(b, crossing, "crossing", 2, choices) == 1;
    s->occupancy = hec_arena_array(b->arena, b->model->n_states + 1, sizeof *s->occupancy);
    if (s->occupancy) {
        read_shares(w, hec_node_get(map, "states"), chain);
    }
}

/* ---- what such a chain does not know --------------------------------------------------------- */

void hec_build_refuse_timed_shares(hec_builder *b)
{
    const hec_model *model = b->model;
    bool shares = model->n_chains == 1 && model->chains[0].kind == HEC_CHAIN_OCCUPANCY;
    for (size_t s = 0; shares && s < model->n_strategies; s++) {
        const hec_strategy *strategy = &model->strategies[s];
        for (size_t i = 0; i < strategy->n_rewards + strategy->n_one_offs; i++) {
            bool reward = i < strategy->n_rewards;
            size_t k = reward ? i : i - strategy->n_rewards;
            hec_id id = reward ? strategy->rewards[k].value : strategy->one_offs[k].value;
            if (hec_graph_node_at(model->graph, id)->depends & HEC_DEP_DURATION) {
                report_timed(b, reward ? strategy->rewards[k].place : strategy->one_offs[k].place,
                             "this amount");
            }
        }
    }
}

static void report_moves(hec_builder *b, const hec_node *node, const char *what)
{
    hec_report(b->diagnostics, HEC_CHECK_NOT_FOLLOWED, node->place,
               "this asks who %s, but shares given by `occupancy:` do not say who moves: a share "
               "that rises by 0.1 may be 0.3 who come and 0.2 who leave",
               what);
    hec_report_help(b->diagnostics, "deaths are seen (`to:` a dead state), and who enters the "
                                    "model (`from: start`)");
}

bool hec_build_share_moves(hec_builder *b, const hec_node *map, bool entering, const bool *to)
{
    const hec_node *from = hec_node_get(map, "from"), *node = hec_node_get(map, "to");
    if (from && !entering) {
        report_moves(b, from, "leaves a state");
        return false;
    }
    for (size_t i = 0; !entering && i < b->model->n_states; i++) {
        if (to[i] && !b->model->states[i].dead) {
            report_moves(b, node, "comes to a state of the living");
            return false;
        }
    }
    return true;
}
