/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moves: where people start, and how they leave each state in one strategy. */
#include "model/strategy_inner.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* A sum above one by no more than this is rounding; see docs/numerics.md. */
static const double ROUNDING = 1e-12;
/* A row that states its own stay must sum to one this closely. */
static const double FULL_ROW = 1e-10;
/* Starting shares sum to one this closely. */
static const double FULL_START = 1e-9;

static bool is_rest(const hec_node *node)
{
    return node->kind == HEC_NODE_SCALAR && !node->quoted && strcmp(node->text, "rest") == 0;
}

static void report_rest(hec_builder *b, const hec_node *node, const char *of, const hec_node *first)
{
    hec_report(b->diagnostics, HEC_CHECK_REST_TWICE, node->place,
               "%s takes the `rest` a second time", of);
    if (first) {
        hec_report_note(b->diagnostics, first->place, "it is taken here already");
    }
}

/* ---- start ----------------------------------------------------------------------------------- */

static bool known_value(const hec_builder *b, hec_id id, double *value)
{
    bool known = id >= 0 && hec_graph_node_at(b->model->graph, id)->depends == 0;
    if (known) {
        *value = hec_evaluate(b->model->graph, id, NULL);
    }
    return known;
}

static void check_share(hec_builder *b, int state, hec_id id, hec_place place)
{
    double share = 0;
    if (!known_value(b, id, &share)) {
        return;
    }
    if (!(share >= 0 && share <= 1)) {
        hec_report(b->diagnostics, HEC_CHECK_PROBABILITY_RANGE, place,
                   "the share that starts in `%s` is %.10g, not between 0 and 1",
                   b->model->states[state].name, share);
    } else if (share > 0 && b->model->states[state].dead) {
        hec_report(b->diagnostics, HEC_CHECK_UNUSUAL, place,
                   "%.3g %% of the cohort start in `%s`, which is dead", 100 * share,
                   b->model->states[state].name);
    }
}

/* What the shares leave over, or that they sum to one. */
static void finish_start(hec_strategy_work *w, const hec_node *start, hec_id sum, int rest)
{
    hec_builder *b = w->b;
    hec_graph *graph = b->model->graph;
    double total = 0;
    if (rest >= 0) {
        hec_id one = hec_graph_constant(graph, 1, start->place);
        hec_id left = sum < 0 ? one : hec_graph_op(graph, HK_SUB, one, sum, -1, start->place);
        /* below zero by rounding is nobody; by more, the shares no longer sum to one in the run */
        hec_id share = hec_graph_op(graph, HK_MAX, left, hec_graph_constant(graph, 0, start->place),
                                    -1, start->place);
        bool rounding = !known_value(b, left, &total) || total >= -FULL_START;
        w->strategy->start[rest] = share;
        check_share(b, rest, rounding ? share : left, start->place);
    } else if (sum >= 0 && known_value(b, sum, &total) && !(fabs(total - 1) <= FULL_START)) {
        hec_report(b->diagnostics, HEC_CHECK_START_SUM, start->place,
                   "the starting shares sum to %.12g, not to 1", total);
        hec_report_help(b->diagnostics, "one of them may be `rest`");
    }
}

static void read_shares(hec_strategy_work *w, int chain, const hec_node *start)
{
    hec_builder *b = w->b;
    hec_graph *graph = b->model->graph;
    hec_id sum = -1;
    const hec_node *rest = NULL;
    int rest_state = -1;
    bool good = true;
    if (start->count == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, start->place, "nobody starts anywhere");
    }
    for (size_t i = 0; i < start->count; i++) {
        const hec_entry *entry = &start->entries[i];
        int state = hec_build_state(b, chain, entry->key, entry->key_place);
        if (is_rest(entry->value)) {
            if (rest) {
                report_rest(b, entry->value, "the start", rest);
            }
            rest = entry->value;
            rest_state = state;
            good = good && state >= 0;
            continue;
        }
        hec_value value = hec_build_expression(b, entry->value);
        static const hec_type share = {.kind = HEC_KIND_PROBABILITY};
        bool ratio = value.type.kind == HEC_KIND_QUANTITY && value.type.n_factors == 0;
        if (state < 0 || value.id < 0 ||
            (!ratio && !hec_build_wants(b, value, &share, entry->value, "a share", NULL))) {
            good = false;
            continue;
        }
        check_share(b, state, value.id, entry->value->place);
        w->strategy->start[state] = value.id;
        sum = sum < 0 ? value.id
                      : hec_graph_op(graph, HK_ADD, sum, value.id, -1, entry->value->place);
    }
    if (good) {
        finish_start(w, start, sum, rest_state);
    }
}

static void read_start(hec_strategy_work *w, int number)
{
    hec_builder *b = w->b;
    const hec_chain *chain = &b->model->chains[number];
    const hec_node *chains = hec_node_get(b->tree, "chains");
    const hec_node *start = hec_node_get(hec_node_get(chains, chain->name), "start");
    if (!start || start->kind == HEC_NODE_EMPTY) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, hec_build_key_place(chains, chain->name),
                   "the chain does not say where people `start`");
        hec_report_help(b->diagnostics, "start: %s", b->model->states[chain->first].name);
    } else if (start->kind == HEC_NODE_SCALAR) {
        int state = hec_build_state(b, number, start->text, start->place);
        if (state >= 0) {
            w->strategy->start[state] = hec_graph_constant(b->model->graph, 1, start->place);
            check_share(b, state, w->strategy->start[state], start->place);
        }
    } else if (hec_node_expect(b->diagnostics, start, HEC_NODE_MAP, "`start`")) {
        read_shares(w, number, start);
    }
}

void hec_build_start(hec_strategy_work *w)
{
    hec_builder *b = w->b;
    const hec_model *model = b->model;
    hec_strategy *s = w->strategy;
    s->start = hec_arena_array(b->arena, model->n_states + 1, sizeof *s->start);
    for (size_t c = 0; s->start && c < model->n_chains; c++) {
        const hec_chain *chain = &model->chains[c];
        for (size_t i = 0; i < chain->count; i++) {
            s->start[chain->first + i] = hec_graph_constant(model->graph, 0, chain->place);
        }
        if (chain->kind != HEC_CHAIN_OCCUPANCY) {
            read_start(w, (int)c);
        }
    }
}

/* ---- moves ----------------------------------------------------------------------------------- */

static void add_arc(hec_strategy_work *w, const hec_arc *arc)
{
    hec_strategy *s = w->strategy;
    if (hec_arena_grow(w->b->arena, (void **)&s->arcs, s->n_arcs, &w->arc_capacity,
                       sizeof *s->arcs)) {
        s->arcs[s->n_arcs++] = *arc;
    }
}

static hec_value move_value(hec_builder *b, const hec_node *node, bool hazards)
{
    hec_type wanted = hazards ? HEC_TYPE_PER_YEAR : HEC_TYPE_PROBABILITY;
    hec_value value = hec_build_expression(b, node);
    if (!hazards) {
        wanted.interval = b->model->cycle_length;
    }
    bool ratio = value.type.kind == HEC_KIND_QUANTITY && value.type.n_factors == 0;
    if (value.id >= 0 && !hazards && ratio) {
        return value;
    }
    if (!hec_build_wants(b, value, &wanted, node,
                         hazards ? "this hazard" : "this transition probability", NULL)) {
        value.id = -1;
    }
    return value;
}

/* What the moves of a row leave over goes to `target`. */
static void add_remainder(hec_strategy_work *w, int from, int target, hec_id sum, hec_id own,
                          hec_place place)
{
    hec_graph *graph = w->b->model->graph;
    hec_id one = hec_graph_constant(graph, 1, place);
    hec_arc arc = {.from = from,
                   .to = target,
                   .remainder = true,
                   .place = place,
                   .low = -ROUNDING,
                   .high = 1 + ROUNDING};
    if (sum < 0) {
        arc.value = arc.check = one;
    } else {
        hec_id left = hec_graph_op(graph, HK_SUB, one, sum, -1, place);
        arc.value =
            hec_graph_op(graph, HK_MAX, left, hec_graph_constant(graph, 0, place), -1, place);
        arc.check = left;
        if (own >= 0) { /* the row states its stay: the two must agree */
            arc.check = hec_graph_op(graph, HK_SUB, left, own, -1, place);
            arc.low = -FULL_ROW;
            arc.high = FULL_ROW;
        }
    }
    add_arc(w, &arc);
}

/* What a row has said so far. */
typedef struct row {
    int from, rest_state;
    hec_id sum, own; /* of the moves away, of the stay; -1: none */
    const hec_node *rest;
    bool broken;
} row;

static void add_move(hec_strategy_work *w, row *r, int to, hec_id id, hec_place place)
{
    hec_graph *graph = w->b->model->graph;
    add_arc(w, &(hec_arc){.from = r->from,
                          .to = to,
                          .value = id,
                          .check = id,
                          .low = 0,
                          .high = 1,
                          .place = place});
    r->sum = r->sum < 0 ? id : hec_graph_op(graph, HK_ADD, r->sum, id, -1, place);
}

static void read_move(hec_strategy_work *w, row *r, const hec_entry *entry)
{
    hec_builder *b = w->b;
    int to = hec_build_state(b, b->model->states[r->from].chain, entry->key, entry->key_place);
    if (is_rest(entry->value)) {
        if (r->rest) {
            const char *of =
                hec_arena_format(b->arena, "the row of `%s`", b->model->states[r->from].name);
            report_rest(b, entry->value, of ? of : "the row", r->rest);
        }
        r->rest = entry->value;
        r->rest_state = to;
        r->broken = r->broken || to < 0;
        return;
    }
    hec_value value = move_value(b, entry->value, false);
    if (to < 0 || value.id < 0) {
        r->broken = true;
    } else if (to == r->from) {
        r->own = value.id;
    } else {
        add_move(w, r, to, value.id, entry->value->place);
    }
}

static void read_row(hec_strategy_work *w, int from, const hec_node *map, hec_place place)
{
    row r = {.from = from, .rest_state = -1, .sum = -1, .own = -1};
    for (size_t i = 0; map && i < map->count; i++) {
        read_move(w, &r, &map->entries[i]);
    }
    if (r.broken) {
        return;
    }
    if (r.own >= 0 && r.rest) { /* the stay is stated, the rest goes elsewhere */
        add_move(w, &r, from, r.own, place);
        r.own = -1;
    }
    add_remainder(w, from, r.rest ? r.rest_state : from, r.sum, r.own, place);
}

static void read_hazard(hec_strategy_work *w, int from, const hec_entry *entry)
{
    hec_builder *b = w->b;
    int to = hec_build_state(b, b->model->states[from].chain, entry->key, entry->key_place);
    if (is_rest(entry->value) || to == from) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                   "hazards lead to other states; who does not leave stays");
        return;
    }
    hec_value value = move_value(b, entry->value, true);
    if (to < 0 || value.id < 0) {
        return;
    }
    add_arc(w, &(hec_arc){.from = from,
                          .to = to,
                          .value = value.id,
                          .check = value.id,
                          .low = 0,
                          .high = DBL_MAX,
                          .place = entry->value->place});
    if (!hec_build_is_persons(b) &&
        hec_graph_node_at(b->model->graph, value.id)->depends & HEC_DEP_DURATION) {
        hec_report(b->diagnostics, HEC_CHECK_MIXED_TRANSITIONS, entry->value->place,
                   "hazards of a chain with `rate:` cannot follow `time_in_state`");
        hec_report_help(b->diagnostics,
                        "use `to:` with event_prob(D, time_in_state, cycle_length)");
    }
}

void hec_build_moves(hec_strategy_work *w, int from, const hec_node *state)
{
    hec_builder *b = w->b;
    const hec_state *of = &b->model->states[from];
    const hec_chain_kind kind = b->model->chains[of->chain].kind;
    if (kind != HEC_CHAIN_PROBABILITIES && kind != HEC_CHAIN_HAZARDS) {
        return;
    }
    bool hazards = kind == HEC_CHAIN_HAZARDS;
    const hec_node *map = hec_node_get(state, hazards ? "rate" : "to");
    if (map && !hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, hazards ? "`rate`" : "`to`")) {
        return;
    }
    if (!hazards) {
        read_row(w, from, map, map ? map->place : of->place);
        return;
    }
    for (size_t i = 0; map && i < map->count; i++) {
        read_hazard(w, from, &map->entries[i]);
    }
}
