/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strategy: the moves, rewards and one-off consequences of one strategy, in the graph. */
#include "model/build.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

/* A sum above one by no more than this is rounding; see docs/numerics.md. */
static const double ROUNDING = 1e-12;
/* A row that states its own stay must sum to one this closely. */
static const double FULL_ROW = 1e-10;

typedef struct cell {
    hec_id id; /* -1: nothing */
    hec_place place;
    bool used;
} cell;

typedef struct work {
    hec_builder *b;
    hec_strategy *strategy;
    cell *rewards; /* [states][outcomes] */
    size_t arc_capacity, one_off_capacity;
} work;

/* ---- types that are wanted ------------------------------------------------------------------- */

static hec_type money_type(const hec_builder *b, bool per_year)
{
    const hec_economics *e = &b->model->economics;
    hec_type type = {.kind = HEC_KIND_QUANTITY, .price_year = (int16_t)e->price_year};
    if (!e->currency || strlen(e->currency) >= HEC_ATOM_BYTES) {
        return HEC_TYPE_ANY;
    }
    type.n_factors = per_year ? 2 : 1;
    memcpy(type.factors[0].atom, e->currency, strlen(e->currency));
    type.factors[0].power = 1;
    if (per_year) {
        memcpy(type.factors[1].atom, "year", sizeof "year");
        type.factors[1].power = -1;
    }
    return type;
}

static hec_value money_value(hec_builder *b, const hec_node *node, bool per_year)
{
    hec_type wanted = money_type(b, per_year);
    hec_value value = hec_build_expression(b, node);
    if (!hec_build_wants(b, value, &wanted, node, per_year ? "the cost of a state" : "a one-off cost",
                         per_year ? "costs of a state are per year; what is paid once stands under `on:`"
                                  : "what is paid once has no `/year`")) {
        value.id = -1;
    }
    return value;
}

static hec_value utility_value(hec_builder *b, const hec_node *node)
{
    hec_value value = hec_build_expression(b, node);
    bool plain = value.type.kind == HEC_KIND_ANY || value.type.kind == HEC_KIND_UTILITY ||
                 (value.type.kind == HEC_KIND_QUANTITY && value.type.n_factors == 0);
    if (value.id >= 0 && !plain) {
        hec_type wanted = {.kind = HEC_KIND_UTILITY};
        (void)hec_build_wants(b, value, &wanted, node, "the utility", NULL);
        value.id = -1;
    }
    return value;
}

/* ---- rewards of states ----------------------------------------------------------------------- */

static void add_reward(work *w, int state, int outcome, hec_id id, hec_place place)
{
    if (id < 0 || state < 0 || outcome < 0) {
        return;
    }
    cell *c = &w->rewards[(size_t)state * w->b->model->n_outcomes + (size_t)outcome];
    c->id = c->used ? hec_graph_op(w->b->model->graph, HK_ADD, c->id, id, -1, place) : id;
    c->place = place;
    c->used = true;
}

static void set_reward(work *w, int state, int outcome, hec_id id, hec_place place)
{
    if (id >= 0 && state >= 0 && outcome >= 0) {
        w->rewards[(size_t)state * w->b->model->n_outcomes + (size_t)outcome] =
            (cell){id, place, true};
    }
}

static const hec_node *find_service(hec_builder *b, const hec_entry *entry)
{
    const hec_node *services = hec_node_get(b->tree, "services");
    const hec_node *service = services ? hec_node_get(services, entry->key) : NULL;
    if (!service) {
        hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, entry->key_place,
                   "nothing under `services:` is called `%s`", entry->key);
        const char *names[256];
        size_t n = 0;
        for (; services && n < services->count && n < 256; n++) {
            names[n] = services->entries[n].key;
        }
        const char *near = hec_text_nearest(entry->key, n, names);
        if (near) {
            hec_report_help(b->diagnostics, "did you mean `%s`?", near);
        }
    }
    return service;
}

/* How a service's quantity becomes money: calls `charge` for each of its categories. */
typedef void charge_fn(work *w, void *target, int outcome, hec_id id, hec_place place);

static hec_value price_value(hec_builder *b, const hec_node *service, const hec_node *node)
{
    const hec_node *unit = hec_node_get(service, "unit");
    hec_value value = hec_build_expression(b, node);
    const char *error = NULL, *word = NULL;
    hec_type type;
    double factor = 1;
    if (value.id >= 0 && unit && unit->kind == HEC_NODE_SCALAR) {
        if (!hec_unit_parse(unit->text, unit->length, &type, &factor, &error, &word)) {
            hec_report(b->diagnostics, HEC_CHECK_UNIT_SYNTAX, unit->place,
                       "the unit `%s` cannot be read: %s", unit->text, error ? error : "");
        } else if (!hec_build_wants(b, value, &type, node, "the price", NULL)) {
            value.id = -1;
        }
    }
    return value;
}

static void use_service(work *w, const hec_entry *use, charge_fn *charge, void *target)
{
    static const char *const keys[] = {"label", "tier", "price", "unit", "source", "note", "status"};
    hec_builder *b = w->b;
    hec_graph *graph = b->model->graph;
    const hec_node *service = find_service(b, use);
    hec_value quantity = hec_build_expression(b, use->value);
    if (!service || quantity.id < 0 ||
        !hec_node_expect(b->diagnostics, service, HEC_NODE_MAP, "a service")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, service, "a service", 7, keys);
    charge(w, target, hec_build_outcome(b->model, HEC_OUTCOME_USE, use->key), quantity.id,
           use->value->place);
    const hec_node *price = hec_node_get(service, "price");
    bool single = price && price->kind == HEC_NODE_SCALAR;
    for (size_t i = 0; price && i < (single ? 1 : price->count); i++) {
        const hec_node *node = single ? price : price->entries[i].value;
        const char *category = single ? "cost" : price->entries[i].key;
        hec_value money = price_value(b, service, node);
        if (money.id >= 0) {
            charge(w, target, hec_build_outcome(b->model, HEC_OUTCOME_COST, category),
                   hec_graph_op(graph, HK_MUL, quantity.id, money.id, -1, node->place),
                   node->place);
        }
    }
}

static void charge_state(work *w, void *target, int outcome, hec_id id, hec_place place)
{
    add_reward(w, *(const int *)target, outcome, id, place);
}

static void read_state_costs(work *w, int state, const hec_node *cost)
{
    hec_builder *b = w->b;
    if (cost->kind == HEC_NODE_SCALAR) {
        add_reward(w, state, hec_build_outcome(b->model, HEC_OUTCOME_COST, "cost"),
                   money_value(b, cost, true).id, cost->place);
        return;
    }
    if (!hec_node_expect(b->diagnostics, cost, HEC_NODE_MAP, "`cost`")) {
        return;
    }
    for (size_t i = 0; i < cost->count; i++) {
        const hec_node *node = cost->entries[i].value;
        add_reward(w, state, hec_build_outcome(b->model, HEC_OUTCOME_COST, cost->entries[i].key),
                   money_value(b, node, true).id, node->place);
    }
}

static void read_state_rewards(work *w, int state, const hec_node *map)
{
    hec_builder *b = w->b;
    const hec_node *utility = hec_node_get(map, "utility"), *cost = hec_node_get(map, "cost");
    const hec_node *effect = hec_node_get(map, "effect"), *use = hec_node_get(map, "use");
    if (utility) {
        add_reward(w, state, hec_build_outcome(b->model, HEC_OUTCOME_EFFECT, "qaly"),
                   utility_value(b, utility).id, utility->place);
    }
    if (cost) {
        read_state_costs(w, state, cost);
    }
    if (effect && hec_node_expect(b->diagnostics, effect, HEC_NODE_MAP, "`effect`")) {
        for (size_t i = 0; i < effect->count; i++) {
            const hec_node *node = effect->entries[i].value;
            add_reward(w, state,
                       hec_build_outcome(b->model, HEC_OUTCOME_EFFECT, effect->entries[i].key),
                       hec_build_expression(b, node).id, node->place);
        }
    }
    if (use && hec_node_expect(b->diagnostics, use, HEC_NODE_MAP, "`use`")) {
        for (size_t i = 0; i < use->count; i++) {
            use_service(w, &use->entries[i], charge_state, &state);
        }
    }
}

/* ---- moves ----------------------------------------------------------------------------------- */

static hec_arc *add_arc(work *w, const hec_arc *arc)
{
    hec_strategy *s = w->strategy;
    if (!hec_arena_grow(w->b->arena, (void **)&s->arcs, s->n_arcs, &w->arc_capacity,
                        sizeof *s->arcs)) {
        return NULL;
    }
    s->arcs[s->n_arcs] = *arc;
    return &s->arcs[s->n_arcs++];
}

static bool is_rest(const hec_node *node)
{
    return node->kind == HEC_NODE_SCALAR && !node->quoted && strcmp(node->text, "rest") == 0;
}

static hec_value move_value(hec_builder *b, const hec_node *node)
{
    bool hazards = b->model->hazards;
    hec_type wanted = hazards ? HEC_TYPE_PER_YEAR : HEC_TYPE_PROBABILITY;
    hec_value value = hec_build_expression(b, node);
    if (!hazards) {
        wanted.interval = b->model->cycle_length;
    }
    bool ratio = value.type.kind == HEC_KIND_QUANTITY && value.type.n_factors == 0;
    if (value.id >= 0 && !hazards && ratio) {
        return value;
    }
    const char *help = hazards ? "prob_to_rate(p, cycle_length) turns a probability into a hazard"
                       : value.type.kind == HEC_KIND_PROBABILITY
                           ? "rescale_prob(p, from, to) carries a probability to another interval"
                           : "rate_to_prob(rate, cycle_length) turns a rate into a probability";
    if (!hec_build_wants(b, value, &wanted, node,
                         hazards ? "this hazard" : "this transition probability", help)) {
        value.id = -1;
    }
    return value;
}

/* What the moves of a row leave over goes to `target`. */
static void add_remainder(work *w, int from, int target, hec_id sum, hec_id own, hec_place place)
{
    hec_graph *graph = w->b->model->graph;
    hec_id one = hec_graph_constant(graph, 1, place);
    hec_arc arc = {.from = from, .to = target, .remainder = true, .place = place, .low = -ROUNDING,
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
    (void)add_arc(w, &arc);
}

static void read_moves(work *w, int from, const hec_node *map)
{
    hec_builder *b = w->b;
    hec_graph *graph = b->model->graph;
    hec_id sum = -1, own = -1;
    int rest = -1;
    bool broken = false;
    for (size_t i = 0; map && i < map->count; i++) {
        const hec_entry *entry = &map->entries[i];
        int to = hec_build_state(b, entry->key, entry->key_place);
        if (is_rest(entry->value)) {
            if (rest >= 0) {
                hec_report(b->diagnostics, HEC_CHECK_REST_TWICE, entry->value->place,
                           "a second destination of `%s` takes the rest",
                           b->model->states[from].name);
            }
            rest = to;
            continue;
        }
        hec_value value = move_value(b, entry->value);
        if (to < 0 || value.id < 0) {
            broken = true;
        } else if (to == from) {
            own = value.id;
        } else {
            hec_arc arc = {.from = from, .to = to, .value = value.id, .check = value.id, .low = 0,
                           .high = 1, .place = entry->value->place};
            (void)add_arc(w, &arc);
            sum = sum < 0 ? value.id
                          : hec_graph_op(graph, HK_ADD, sum, value.id, -1, entry->value->place);
        }
    }
    if (broken) {
        return;
    }
    hec_place place = map ? map->place : b->model->states[from].place;
    if (own >= 0 && rest >= 0) { /* the stay is stated, the rest goes elsewhere */
        hec_arc arc = {.from = from, .to = from, .value = own, .check = own, .low = 0, .high = 1,
                       .place = place};
        (void)add_arc(w, &arc);
        sum = sum < 0 ? own : hec_graph_op(graph, HK_ADD, sum, own, -1, place);
        own = -1;
    }
    add_remainder(w, from, rest >= 0 ? rest : from, sum, own, place);
}

static void read_hazards(work *w, int from, const hec_node *map)
{
    hec_builder *b = w->b;
    for (size_t i = 0; map && i < map->count; i++) {
        const hec_entry *entry = &map->entries[i];
        int to = hec_build_state(b, entry->key, entry->key_place);
        hec_value value = move_value(b, entry->value);
        if (to == from) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                       "a hazard leads to another state");
        } else if (to >= 0 && value.id >= 0) {
            hec_arc arc = {.from = from, .to = to, .value = value.id, .check = value.id, .low = 0,
                           .high = DBL_MAX, .place = entry->value->place};
            (void)add_arc(w, &arc);
            if (hec_graph_node_at(b->model->graph, value.id)->depends & HEC_DEP_DURATION) {
                hec_report(b->diagnostics, HEC_CHECK_MIXED_TRANSITIONS, entry->value->place,
                           "hazards of a chain with `rate:` cannot follow `time_in_state`");
                hec_report_help(b->diagnostics, "use `to:` with event_prob(D, time_in_state, "
                                                "cycle_length)");
            }
        }
    }
}

/* ---- one-off consequences -------------------------------------------------------------------- */

typedef struct move_set {
    bool *from, *to;
} move_set;

static bool read_ends(hec_builder *b, const hec_node *node, bool *ends)
{
    size_t n = b->model->n_states;
    if (!node) { /* anywhere */
        memset(ends, true, n * sizeof *ends);
        return true;
    }
    bool list = node->kind == HEC_NODE_LIST, good = true;
    for (size_t i = 0; i < (list ? node->count : 1); i++) {
        const hec_node *item = list ? node->items[i] : node;
        if (!hec_node_expect(b->diagnostics, item, HEC_NODE_SCALAR, "a state")) {
            return false;
        }
        int state = hec_build_state(b, item->text, item->place);
        if (state >= 0) {
            ends[state] = true;
        }
        good = good && state >= 0;
    }
    return good;
}

static void charge_moves(work *w, void *target, int outcome, hec_id id, hec_place place)
{
    const move_set *moves = target;
    hec_strategy *s = w->strategy;
    if (id < 0 || outcome < 0) {
        return;
    }
    for (size_t i = 0; i < s->n_arcs; i++) {
        const hec_arc *arc = &s->arcs[i];
        if (arc->from == arc->to || !moves->from[arc->from] || !moves->to[arc->to]) {
            continue;
        }
        if (!hec_arena_grow(w->b->arena, (void **)&s->one_offs, s->n_one_offs, &w->one_off_capacity,
                            sizeof *s->one_offs)) {
            return;
        }
        s->one_offs[s->n_one_offs++] =
            (hec_one_off){arc->from, arc->to, outcome, id, place};
    }
}

static void read_one_off(work *w, const hec_node *map)
{
    static const char *const keys[] = {"chain", "from", "to", "cost", "qaly", "effect", "use",
                                       "label", "source", "note"};
    hec_builder *b = w->b;
    if (!hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a one-off consequence")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "`on`", sizeof keys / sizeof keys[0], keys);
    const hec_node *from = hec_node_get(map, "from"), *to = hec_node_get(map, "to");
    const hec_node *cost = hec_node_get(map, "cost"), *qaly = hec_node_get(map, "qaly");
    const hec_node *effect = hec_node_get(map, "effect"), *use = hec_node_get(map, "use");
    move_set moves = {hec_arena_array(b->arena, b->model->n_states + 1, sizeof(bool)),
                      hec_arena_array(b->arena, b->model->n_states + 1, sizeof(bool))};
    if (!moves.from || !moves.to) {
        return;
    }
    if (!from && !to) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "a one-off consequence needs `from`, `to` or both");
        return;
    }
    bool good = read_ends(b, from, moves.from);
    if (!read_ends(b, to, moves.to) || !good) {
        return;
    }
    size_t n = cost ? (cost->kind == HEC_NODE_MAP ? cost->count : 1) : 0;
    for (size_t i = 0; i < n; i++) {
        bool single = cost->kind != HEC_NODE_MAP;
        const hec_node *node = single ? cost : cost->entries[i].value;
        charge_moves(w, &moves,
                     hec_build_outcome(b->model, HEC_OUTCOME_COST,
                                       single ? "cost" : cost->entries[i].key),
                     money_value(b, node, false).id, node->place);
    }
    if (qaly) {
        charge_moves(w, &moves, hec_build_outcome(b->model, HEC_OUTCOME_EFFECT, "qaly"),
                     hec_build_expression(b, qaly).id, qaly->place);
    }
    for (size_t i = 0; effect && effect->kind == HEC_NODE_MAP && i < effect->count; i++) {
        const hec_entry *entry = &effect->entries[i];
        charge_moves(w, &moves, hec_build_outcome(b->model, HEC_OUTCOME_EFFECT, entry->key),
                     hec_build_expression(b, entry->value).id, entry->value->place);
    }
    for (size_t i = 0; use && use->kind == HEC_NODE_MAP && i < use->count; i++) {
        use_service(w, &use->entries[i], charge_moves, &moves);
    }
}

static void read_one_offs(work *w, const hec_node *on)
{
    if (!on || on->kind == HEC_NODE_EMPTY ||
        !hec_node_expect(w->b->diagnostics, on, HEC_NODE_LIST, "`on`")) {
        return;
    }
    for (size_t i = 0; i < on->count; i++) {
        read_one_off(w, on->items[i]);
    }
}

/* ---- what a strategy adds or replaces -------------------------------------------------------- */

typedef void state_fn(work *w, int state, const char *name, const hec_node *node);

/* {S1: x, S2: y} for the states named, or one expression for every living state */
static void each_state(work *w, const hec_node *node, const char *name, state_fn *apply)
{
    const hec_model *model = w->b->model;
    if (node->kind == HEC_NODE_MAP) {
        for (size_t i = 0; i < node->count; i++) {
            int state = hec_build_state(w->b, node->entries[i].key, node->entries[i].key_place);
            if (state >= 0) {
                apply(w, state, name, node->entries[i].value);
            }
        }
        return;
    }
    for (size_t i = 0; i < model->n_states; i++) {
        if (!model->states[i].dead) {
            apply(w, (int)i, name, node);
        }
    }
}

static void apply_cost(work *w, int state, const char *name, const hec_node *node)
{
    add_reward(w, state, hec_build_outcome(w->b->model, HEC_OUTCOME_COST, name),
               money_value(w->b, node, true).id, node->place);
}

static void apply_effect(work *w, int state, const char *name, const hec_node *node)
{
    add_reward(w, state, hec_build_outcome(w->b->model, HEC_OUTCOME_EFFECT, name),
               hec_build_expression(w->b, node).id, node->place);
}

static void apply_utility(work *w, int state, const char *name, const hec_node *node)
{
    set_reward(w, state, hec_build_outcome(w->b->model, HEC_OUTCOME_EFFECT, name),
               utility_value(w->b, node).id, node->place);
}

static void apply_use(work *w, int state, const char *name, const hec_node *node)
{
    hec_entry use = {node->place, name, (hec_node *)(uintptr_t)node}; /* read only */
    use_service(w, &use, charge_state, &state);
}

static void apply_map(work *w, const hec_node *map, const char *what, state_fn *apply)
{
    if (!map || map->kind == HEC_NODE_EMPTY ||
        !hec_node_expect(w->b->diagnostics, map, HEC_NODE_MAP, what)) {
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        each_state(w, map->entries[i].value, map->entries[i].key, apply);
    }
}

static void read_differences(work *w, const hec_node *strategy)
{
    const hec_node *utility = hec_node_get(strategy, "utility");
    apply_map(w, hec_node_get(strategy, "cost"), "`cost`", apply_cost);
    apply_map(w, hec_node_get(strategy, "effect"), "`effect`", apply_effect);
    apply_map(w, hec_node_get(strategy, "use"), "`use`", apply_use);
    if (utility) {
        each_state(w, utility, "qaly", apply_utility);
    }
    read_one_offs(w, hec_node_get(strategy, "on"));
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void read_start(work *w, const hec_node *chain)
{
    hec_builder *b = w->b;
    hec_graph *graph = b->model->graph;
    const hec_node *start = hec_node_get(chain, "start");
    hec_strategy *s = w->strategy;
    s->start = hec_arena_array(b->arena, b->model->n_states + 1, sizeof *s->start);
    for (size_t i = 0; s->start && i < b->model->n_states; i++) {
        s->start[i] = hec_graph_constant(graph, 0, chain->place);
    }
    if (!start || !s->start) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, chain->place,
                   "the chain does not say where people `start`");
        hec_report_help(b->diagnostics, "start: %s", b->model->states[0].name);
        return;
    }
    if (start->kind == HEC_NODE_SCALAR) {
        int state = hec_build_state(b, start->text, start->place);
        if (state >= 0) {
            s->start[state] = hec_graph_constant(graph, 1, start->place);
        }
        return;
    }
    if (!hec_node_expect(b->diagnostics, start, HEC_NODE_MAP, "`start`")) {
        return;
    }
    hec_id sum = -1;
    int rest = -1;
    for (size_t i = 0; i < start->count; i++) {
        const hec_entry *entry = &start->entries[i];
        int state = hec_build_state(b, entry->key, entry->key_place);
        if (is_rest(entry->value)) {
            rest = state;
            continue;
        }
        hec_id id = hec_build_expression(b, entry->value).id;
        if (state < 0 || id < 0) {
            return;
        }
        s->start[state] = id;
        sum = sum < 0 ? id : hec_graph_op(graph, HK_ADD, sum, id, -1, entry->value->place);
    }
    if (sum >= 0 && rest >= 0) {
        s->start[rest] = hec_graph_op(graph, HK_SUB, hec_graph_constant(graph, 1, start->place), sum,
                                      -1, start->place);
    } else if (sum >= 0 && hec_graph_node_at(graph, sum)->depends == 0) {
        double total = hec_evaluate(graph, sum, NULL);
        if (!(fabs(total - 1) <= 1e-9)) {
            hec_report(b->diagnostics, HEC_CHECK_START_SUM, start->place,
                       "the starting shares sum to %.12g, not to 1", total);
            hec_report_help(b->diagnostics, "one of them may be `rest`");
        }
    }
}

static void store_rewards(work *w)
{
    const hec_model *model = w->b->model;
    hec_strategy *s = w->strategy;
    size_t cells = model->n_states * model->n_outcomes;
    s->rewards = hec_arena_array(w->b->arena, cells + 1, sizeof *s->rewards);
    for (size_t i = 0; s->rewards && i < cells; i++) {
        const cell *c = &w->rewards[i];
        if (!c->used) {
            continue;
        }
        const hec_graph_node *node = hec_graph_node_at(model->graph, c->id);
        if (node->code == HEC_CODE_CONSTANT && node->value == 0) {
            continue;
        }
        s->rewards[s->n_rewards++] = (hec_reward){(int)(i / model->n_outcomes),
                                                  (int)(i % model->n_outcomes), c->id, c->place};
    }
}

void hec_build_strategy(hec_builder *b, hec_strategy *strategy)
{
    hec_model *model = b->model;
    const hec_node *chain = hec_node_get(hec_node_get(b->tree, "chains"), model->chain);
    const hec_node *states = hec_node_get(chain, "states");
    const hec_node *strategies = hec_node_get(b->tree, "strategies");
    const hec_node *own = strategies ? hec_node_get(strategies, strategy->name) : NULL;
    int life_years = hec_build_outcome(model, HEC_OUTCOME_EFFECT, "life_years");
    work w = {.b = b, .strategy = strategy};
    w.rewards = hec_arena_array(b->arena, model->n_states * model->n_outcomes + 1, sizeof(cell));
    if (!w.rewards) {
        return;
    }
    read_start(&w, chain);
    for (size_t i = 0; i < model->n_states; i++) {
        const hec_node *state = hec_node_get(states, model->states[i].name);
        bool map = state && state->kind == HEC_NODE_MAP;
        const hec_node *moves =
            map ? hec_node_get(state, model->hazards ? "rate" : "to") : NULL;
        if (moves && !hec_node_expect(b->diagnostics, moves, HEC_NODE_MAP, "the moves of a state")) {
            continue;
        }
        if (model->hazards) {
            read_hazards(&w, (int)i, moves);
        } else {
            read_moves(&w, (int)i, moves);
        }
        if (!model->states[i].dead) {
            set_reward(&w, (int)i, life_years,
                       hec_graph_constant(model->graph, 1, model->states[i].place),
                       model->states[i].place);
        }
        if (map) {
            read_state_rewards(&w, (int)i, state);
        }
    }
    read_one_offs(&w, hec_node_get(b->tree, "on"));
    if (own && own->kind == HEC_NODE_MAP) {
        read_differences(&w, own);
    }
    store_rewards(&w);
}
