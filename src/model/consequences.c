/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Consequences: what is charged once for each move. */
#include "model/strategy_inner.h"

#include <string.h>

#include "base/text.h"

/* The moves an entry of `on:` speaks of. */
typedef struct move_set {
    bool *from, *to;
    bool entering; /* `from: start`: into the model, at time 0 */
} move_set;

static void mark_ends(bool *ends, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ends[i] = true;
    }
}

/* One state, several, or anywhere. */
static bool read_ends(hec_builder *b, const hec_node *node, bool *ends)
{
    if (!node) {
        mark_ends(ends, b->model->n_states);
        return true;
    }
    bool list = node->kind == HEC_NODE_LIST, good = true;
    for (size_t i = 0; i < (list ? node->count : 1); i++) {
        const hec_node *item = list ? node->items[i] : node;
        int state = hec_node_expect(b->diagnostics, item, HEC_NODE_SCALAR, "a state")
                        ? hec_build_state(b, item->text, item->place)
                        : -1;
        if (state >= 0) {
            ends[state] = true;
        }
        good = good && state >= 0;
    }
    if (list && node->count == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place, "no state is named");
    }
    return good && (!list || node->count > 0);
}

static bool in_set(const move_set *moves, const hec_arc *arc)
{
    return arc->from != arc->to && moves->from[arc->from] && moves->to[arc->to];
}

static void add_one_off(hec_strategy_work *w, const hec_one_off *one_off)
{
    hec_strategy *s = w->strategy;
    if (hec_arena_grow(w->b->arena, (void **)&s->one_offs, s->n_one_offs, &w->one_off_capacity,
                       sizeof *s->one_offs)) {
        s->one_offs[s->n_one_offs++] = *one_off;
    }
}

static void charge_moves(hec_strategy_work *w, void *target, int outcome, hec_id id,
                         hec_place place)
{
    const move_set *moves = target;
    const hec_strategy *s = w->strategy;
    if (id < 0 || outcome < 0) {
        return;
    }
    for (size_t i = 0; i < s->n_arcs; i++) {
        const hec_arc *arc = &s->arcs[i];
        if (in_set(moves, arc)) {
            add_one_off(w, &(hec_one_off){arc->from, arc->to, outcome, id, place});
        }
    }
    for (size_t i = 0; moves->entering && i < w->b->model->n_states; i++) {
        if (moves->to[i]) {
            add_one_off(w, &(hec_one_off){-1, (int)i, outcome, id, place});
        }
    }
}

static void add_end(hec_text *out, const char *word, const hec_node *node)
{
    bool list = node && node->kind == HEC_NODE_LIST;
    for (size_t i = 0; node && i < (list ? node->count : 1); i++) {
        const hec_node *item = list ? node->items[i] : node;
        hec_text_format(out, "%s`%s`", i ? " or " : word, item->text);
    }
}

/* " from `a` to `b`" */
static const char *moves_text(hec_builder *b, const hec_node *map)
{
    hec_text words = {0};
    add_end(&words, " from ", hec_node_get(map, "from"));
    add_end(&words, " to ", hec_node_get(map, "to"));
    const char *text = hec_arena_copy(b->arena, words.data ? words.data : "", words.length);
    hec_text_free(&words);
    return text ? text : "";
}

/* Remembers whether anybody makes such a move, here or in another strategy. */
static void note_happening(hec_strategy_work *w, const move_set *moves, const hec_node *map)
{
    hec_builder *b = w->b;
    const hec_place place = map->place;
    const hec_strategy *s = w->strategy;
    bool happens = moves->entering;
    for (size_t i = 0; i < s->n_arcs && !happens; i++) {
        const hec_graph_node *node = hec_graph_node_at(b->model->graph, s->arcs[i].value);
        happens =
            in_set(moves, &s->arcs[i]) && !(node->code == HEC_CODE_CONSTANT && node->value == 0);
    }
    for (size_t i = 0; i < b->n_consequences; i++) {
        hec_consequence *c = &b->consequences[i];
        if (c->place.file == place.file && c->place.offset == place.offset) {
            c->happens = c->happens || happens;
            return;
        }
    }
    if (hec_arena_grow(b->arena, (void **)&b->consequences, b->n_consequences,
                       &b->consequence_capacity, sizeof *b->consequences)) {
        b->consequences[b->n_consequences++] =
            (hec_consequence){place, moves_text(b, map), happens};
    }
}

/* `from: start`, unless a state has that name */
static bool is_start(const hec_builder *b, const hec_node *from)
{
    bool start = from && from->kind == HEC_NODE_SCALAR && strcmp(from->text, "start") == 0;
    for (size_t i = 0; start && i < b->model->n_states; i++) {
        start = strcmp(b->model->states[i].name, "start") != 0;
    }
    return start;
}

static bool read_moves(hec_builder *b, const hec_node *map, move_set *moves)
{
    const hec_node *from = hec_node_get(map, "from"), *to = hec_node_get(map, "to");
    const hec_node *chain = hec_build_part(b, map, "chain", HEC_NODE_SCALAR);
    size_t n = b->model->n_states;
    *moves = (move_set){hec_arena_array(b->arena, n + 1, sizeof(bool)),
                        hec_arena_array(b->arena, n + 1, sizeof(bool)), is_start(b, from)};
    if (!moves->from || !moves->to) {
        return false;
    }
    if (chain && strcmp(chain->text, b->model->chain) != 0) {
        hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, chain->place, "there is no chain `%s`",
                   chain->text);
        hec_build_suggest(b, chain->text, 1, &b->model->chain);
    }
    if (!from && !to) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "a one-off consequence needs `from`, `to` or both");
        return false;
    }
    bool good = moves->entering || read_ends(b, from, moves->from);
    return read_ends(b, to, moves->to) && good;
}

static void read_costs(hec_strategy_work *w, const hec_node *cost, move_set *moves)
{
    hec_builder *b = w->b;
    if (cost->kind == HEC_NODE_SCALAR) {
        charge_moves(w, moves, hec_build_outcome(b, HEC_OUTCOME_COST, "cost"),
                     hec_build_money(b, cost, false).id, cost->place);
    } else if (hec_node_expect(b->diagnostics, cost, HEC_NODE_MAP, "`cost`")) {
        for (size_t i = 0; i < cost->count; i++) {
            const hec_entry *entry = &cost->entries[i];
            charge_moves(w, moves, hec_build_outcome(b, HEC_OUTCOME_COST, entry->key),
                         hec_build_money(b, entry->value, false).id, entry->value->place);
        }
    }
}

/* A number of QALYs: plain, a utility, or a utility times years. */
static hec_id qaly_value(hec_builder *b, const hec_node *node)
{
    hec_value value = hec_build_expression(b, node);
    bool qaly = value.type.kind == HEC_KIND_QUANTITY && value.type.n_factors == 1 &&
                (strcmp(value.type.factors[0].atom, "QALY") == 0 ||
                 strcmp(value.type.factors[0].atom, "year") == 0);
    bool plain = value.type.kind == HEC_KIND_ANY || value.type.kind == HEC_KIND_UTILITY ||
                 (value.type.kind == HEC_KIND_QUANTITY && value.type.n_factors == 0);
    if (value.id >= 0 && !qaly && !plain) {
        hec_type wanted = {.kind = HEC_KIND_UTILITY};
        (void)hec_build_wants(b, value, &wanted, node, "a one-off gain or loss of QALYs", NULL);
        return -1;
    }
    return value.id;
}

static void read_effects(hec_strategy_work *w, const hec_node *map, move_set *moves)
{
    hec_builder *b = w->b;
    const hec_node *qaly = hec_node_get(map, "qaly");
    const hec_node *effect = hec_build_part(b, map, "effect", HEC_NODE_MAP);
    if (qaly) {
        charge_moves(w, moves, hec_build_outcome(b, HEC_OUTCOME_EFFECT, "qaly"),
                     qaly_value(b, qaly), qaly->place);
    }
    for (size_t i = 0; effect && i < effect->count; i++) {
        const hec_entry *entry = &effect->entries[i];
        charge_moves(w, moves, hec_build_outcome(b, HEC_OUTCOME_EFFECT, entry->key),
                     hec_build_expression(b, entry->value).id, entry->value->place);
    }
}

static void read_consequence(hec_strategy_work *w, const hec_node *map)
{
    static const char *const keys[] = {"label", "source", "note",   "chain", "from",
                                       "to",    "cost",   "effect", "use",   "qaly"};
    hec_builder *b = w->b;
    move_set moves;
    if (!hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a one-off consequence")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "`on`", sizeof keys / sizeof keys[0], keys);
    hec_build_expect_words(b, map, 3, keys);
    const hec_node *cost = hec_node_get(map, "cost");
    const hec_node *use = hec_build_part(b, map, "use", HEC_NODE_MAP);
    if (!cost && !hec_node_get(map, "use") && !hec_node_get(map, "qaly") &&
        !hec_node_get(map, "effect")) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "a one-off consequence has a `cost`, `qaly`, `effect` or `use`");
    }
    bool good = read_moves(b, map, &moves);
    if (!moves.from || !moves.to) {
        return;
    }
    if (good) {
        note_happening(w, &moves, map);
    } else { /* no move to charge, but the values are read for their mistakes */
        memset(moves.from, 0, b->model->n_states * sizeof(bool));
    }
    if (cost) {
        read_costs(w, cost, &moves);
    }
    read_effects(w, map, &moves);
    for (size_t i = 0; use && i < use->count; i++) {
        hec_build_use(w, &use->entries[i], false, charge_moves, &moves);
    }
}

void hec_build_consequences(hec_strategy_work *w, const hec_node *on)
{
    for (size_t i = 0; on && i < on->count; i++) {
        read_consequence(w, on->items[i]);
    }
}
