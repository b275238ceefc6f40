/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rewards: what the states of one strategy count per year, and what a strategy changes in that. */
#include "model/life_inner.h"

#include <string.h>

#include "lang/typing.h"

/* ---- types that are wanted ------------------------------------------------------------------- */

static bool is_ratio(const hec_type *type)
{
    return type->kind == HEC_KIND_QUANTITY && type->n_factors == 0;
}

hec_type hec_build_money_type(const hec_builder *b, bool per_year)
{
    const hec_economics *e = &b->model->economics;
    hec_type type = {.kind = HEC_KIND_QUANTITY, .price_year = (int16_t)e->price_year};
    if (!e->currency) {
        return HEC_TYPE_ANY; /* that it is missing was reported */
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

hec_value hec_build_money(hec_builder *b, const hec_node *node, bool per_year)
{
    hec_type wanted = hec_build_money_type(b, per_year),
             other = hec_build_money_type(b, !per_year);
    hec_value value = hec_build_expression(b, node);
    bool period = value.id >= 0 && hec_type_agree(&value.type, &other);
    const char *help = !period    ? NULL
                       : per_year ? "costs of a state are per year; what is paid once stands "
                                    "under `on:`"
                                  : "what is paid once has no `/year`";
    if (!hec_build_wants(b, value, &wanted, node,
                         per_year ? "the cost of a state" : "a one-off cost", help)) {
        value.id = -1;
    }
    return value;
}

static hec_id utility_value(hec_builder *b, const hec_node *node)
{
    static const hec_type wanted = {.kind = HEC_KIND_UTILITY};
    hec_value value = hec_build_expression(b, node);
    if (value.id < 0 || is_ratio(&value.type)) {
        return value.id;
    }
    return hec_build_wants(b, value, &wanted, node, "`utility`", NULL) ? value.id : -1;
}

/* A utility that is known and beyond full health, or far below death. */
static void check_utility(hec_builder *b, hec_id id, hec_place place)
{
    const hec_graph_node *node = id < 0 ? NULL : hec_graph_node_at(b->model->graph, id);
    if (node && node->code == HEC_CODE_CONSTANT && (node->value > 1 || node->value < -1)) {
        hec_report(b->diagnostics, HEC_CHECK_UNUSUAL, place, "the utility is %g; %s", node->value,
                   node->value > 1 ? "full health is 1" : "death is 0, and worse states reach -1");
    }
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* NULL: there is none, for a reason that was reported */
static hec_reward_cell *cell_at(hec_strategy_work *w, int state, int outcome)
{
    if (outcome < 0 || state < 0) {
        return outcome >= 0 && state == HEC_WHILE_ALIVE ? hec_life_alive_cell(w, outcome) : NULL;
    }
    return &w->rewards[(size_t)state * w->b->model->n_outcomes + (size_t)outcome];
}

static void add_reward(hec_strategy_work *w, int state, int outcome, hec_id id, hec_place place)
{
    hec_reward_cell *c = id < 0 ? NULL : cell_at(w, state, outcome);
    if (!c) {
        return;
    }
    c->id = c->used ? hec_graph_op(w->b->model->graph, HK_ADD, c->id, id, -1, place) : id;
    c->place = place;
    c->used = true;
}

static void set_reward(hec_strategy_work *w, int state, int outcome, hec_id id, hec_place place)
{
    hec_reward_cell *c = id < 0 ? NULL : cell_at(w, state, outcome);
    if (c) {
        *c = (hec_reward_cell){id, place, true};
    }
}

void hec_build_life_year(hec_strategy_work *w, int state)
{
    const hec_model *model = w->b->model;
    hec_place place = model->states[state].place;
    if (hec_life_years_by_state(w->b)) {
        set_reward(w, state, hec_build_outcome(w->b, HEC_OUTCOME_EFFECT, "life_years"),
                   hec_graph_constant(model->graph, 1, place), place);
    }
}

void hec_store_rewards(hec_strategy_work *w)
{
    const hec_model *model = w->b->model;
    hec_strategy *s = w->strategy;
    size_t cells = model->n_states * model->n_outcomes;
    hec_life_rates(w);
    s->rewards = hec_arena_array(w->b->arena, cells + 1, sizeof *s->rewards);
    for (size_t i = 0; s->rewards && i < cells; i++) {
        const hec_reward_cell *c = &w->rewards[i];
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

/* ---- services -------------------------------------------------------------------------------- */

static const hec_node *find_service(hec_builder *b, const hec_entry *entry)
{
    const hec_node *services = hec_build_part(b, b->tree, "services", HEC_NODE_MAP);
    const hec_node *service = hec_node_get(services, entry->key);
    if (service) {
        return service->kind == HEC_NODE_MAP ? service : NULL; /* misshapen: reported */
    }
    size_t n = services ? services->count : 0;
    const char **names = hec_arena_array(b->arena, n + 1, sizeof *names);
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, entry->key_place,
               "nothing under `services:` is called `%s`", entry->key);
    for (size_t i = 0; names && i < n; i++) {
        names[i] = services->entries[i].key;
    }
    if (names && n > 0) {
        hec_build_suggest(b, entry->key, n, names);
    }
    return NULL;
}

/* The price of a service is money of the study, for its unit: CNY, CNY per visit. */
hec_id hec_build_price(hec_builder *b, const hec_node *service, const hec_node *node,
                       const char *what)
{
    const hec_node *unit = hec_build_part(b, service, "unit", HEC_NODE_SCALAR);
    const hec_economics *e = &b->model->economics;
    hec_value value = hec_build_expression(b, node);
    hec_type type = HEC_TYPE_ANY;
    double factor = 1;
    if (value.id < 0 || (unit && !hec_unit_read(b->diagnostics, unit->text, unit->length,
                                                unit->place, unit->verbatim, &type, &factor))) {
        return -1;
    }
    bool plain = value.type.kind == HEC_KIND_ANY || is_ratio(&value.type);
    if (!plain && !hec_build_wants(b, value, &type, node, what, NULL)) {
        return -1;
    }
    type = plain ? type : value.type;
    hec_type money = hec_build_money_type(b, false);
    if (type.kind != HEC_KIND_ANY && !is_ratio(&type) && !hec_type_is_money(&type)) {
        (void)hec_build_wants(b, (hec_value){value.id, type}, &money, plain ? unit : node,
                              what, NULL);
        return -1;
    }
    for (int i = 0; i < type.n_factors; i++) {
        if (strcmp(type.factors[i].atom, "year") == 0) {
            hec_report(b->diagnostics, HEC_CHECK_UNIT_MISMATCH, plain ? unit->place : node->place,
                       "%s of a service is per use, not per time", what);
            hec_report_help(b->diagnostics,
                            "count what is used in units without time: visit, "
                            "session, bed-day; or multiply by how long a use takes");
            return -1;
        }
    }
    for (int i = 0; e->currency && i < type.n_factors; i++) {
        hec_type alone = {.kind = HEC_KIND_QUANTITY,
                          .n_factors = 1,
                          .price_year = type.price_year,
                          .factors = {type.factors[i]}};
        if (hec_atom_is_money(type.factors[i].atom) &&
            !hec_build_wants(b, (hec_value){value.id, alone}, &money, plain ? unit : node,
                             what, NULL)) {
            return -1;
        }
    }
    return value.id;
}

/* A number, or so many a year. */
static hec_id quantity_value(hec_builder *b, const hec_node *node, bool per_year)
{
    hec_value value = hec_build_expression(b, node);
    hec_type counted = value.type;
    int kept = 0;
    for (int i = 0; i < value.type.n_factors; i++) { /* visits, tests, ... count as they are */
        if (strcmp(value.type.factors[i].atom, "year") == 0 ||
            hec_atom_is_money(value.type.factors[i].atom)) {
            counted.factors[kept++] = value.type.factors[i];
        }
    }
    counted.n_factors = (uint8_t)kept;
    bool good = value.type.kind == HEC_KIND_ANY || is_ratio(&counted) ||
                (per_year && hec_type_agree(&counted, &HEC_TYPE_PER_YEAR)) ||
                (!per_year && value.type.kind == HEC_KIND_PROBABILITY);
    if (value.id < 0 || good) {
        return value.id;
    }
    (void)hec_build_wants(b, value, per_year ? &HEC_TYPE_PER_YEAR : &HEC_TYPE_RATIO, node,
                          per_year ? "the use of a service in a state" : "the use of a service",
                          NULL);
    return -1;
}

void hec_build_use(hec_strategy_work *w, const hec_entry *use, bool per_year, hec_charge_fn *charge,
                   void *target)
{
    hec_builder *b = w->b;
    const hec_node *service = find_service(b, use);
    hec_id quantity = quantity_value(b, use->value, per_year);
    const hec_node *price = hec_node_get(service, "price");
    if (!service || quantity < 0) {
        return;
    }
    charge(w, target, hec_build_outcome(b, HEC_OUTCOME_USE, use->key), quantity, use->value->place);
    bool single = price && price->kind == HEC_NODE_SCALAR;
    size_t n = single ? 1 : price && price->kind == HEC_NODE_MAP ? price->count : 0;
    for (size_t i = 0; i < n; i++) {
        const hec_node *node = single ? price : price->entries[i].value;
        const char *category = single ? "cost" : price->entries[i].key;
        hec_id money = hec_build_price(b, service, node, "the price");
        if (money >= 0) {
            charge(w, target, hec_build_outcome(b, HEC_OUTCOME_COST, category),
                   hec_graph_op(b->model->graph, HK_MUL, quantity, money, -1, node->place),
                   node->place);
        }
    }
}

void hec_build_services(hec_builder *b)
{
    static const char *const keys[] = {"label",    "tier",   "source",   "note",
                                       "status",   "unit",   "price",    "at",
                                       "resource", "tariff", "coverage", "ceiling"};
    const hec_node *services = hec_build_part(b, b->tree, "services", HEC_NODE_MAP);
    for (size_t i = 0; services && i < services->count; i++) {
        const hec_entry *entry = &services->entries[i];
        const hec_node *service = entry->value;
        if (!hec_node_expect(b->diagnostics, service, HEC_NODE_MAP, "a service")) {
            continue;
        }
        hec_node_expect_keys(b->diagnostics, service, "a service", sizeof keys / sizeof keys[0],
                             keys);
        hec_build_expect_words(b, service, 4, keys);
        hec_build_status(b, service);
        const hec_node *price = hec_node_get(service, "price");
        if (!price) {
            continue;
        }
        bool single = price->kind == HEC_NODE_SCALAR;
        if (!single && !hec_node_expect(b->diagnostics, price, HEC_NODE_MAP, "`price`")) {
            continue;
        }
        for (size_t k = 0; k < (single ? 1 : price->count); k++) {
            (void)hec_build_price(b, service, single ? price : price->entries[k].value,
                                  "the price");
        }
    }
    hec_build_charged_services(b);
}

/* ---- rewards of states ----------------------------------------------------------------------- */

static void charge_state(hec_strategy_work *w, void *target, int outcome, hec_id id,
                         hec_place place)
{
    add_reward(w, *(const int *)target, outcome, id, place);
}

/* `alive: {utility: {H: 0.9}}`: reports what is stated by state where the whole person counts. */
static bool by_state(const hec_strategy_work *w, int state, const hec_entry *entry)
{
    if (state != HEC_WHILE_ALIVE || entry->value->kind != HEC_NODE_MAP) {
        return false;
    }
    hec_report(w->b->diagnostics, HEC_CHECK_WRONG_SHAPE, entry->value->place,
               "`alive` counts for the whole person: `%s` is one expression, not a mapping",
               entry->key);
    hec_report_help(w->b->diagnostics,
                    "what counts in one state alone stands in that state, under `chains:`");
    return true;
}

static void apply_cost(hec_strategy_work *w, int state, const hec_entry *entry)
{
    if (by_state(w, state, entry)) {
        return;
    }
    add_reward(w, state, hec_build_outcome(w->b, HEC_OUTCOME_COST, entry->key),
               hec_build_money(w->b, entry->value, true).id, entry->value->place);
}

static void apply_effect(hec_strategy_work *w, int state, const hec_entry *entry)
{
    if (by_state(w, state, entry)) {
        return;
    }
    add_reward(w, state, hec_build_outcome(w->b, HEC_OUTCOME_EFFECT, entry->key),
               hec_build_expression(w->b, entry->value).id, entry->value->place);
}

static void apply_use(hec_strategy_work *w, int state, const hec_entry *entry)
{
    if (!by_state(w, state, entry)) {
        hec_build_use(w, entry, true, charge_state, &state);
    }
}

static void apply_utility(hec_strategy_work *w, int state, const hec_entry *entry)
{
    if (by_state(w, state, entry)) {
        return;
    }
    hec_id id = utility_value(w->b, entry->value);
    check_utility(w->b, id, entry->value->place);
    set_reward(w, state, hec_build_outcome(w->b, HEC_OUTCOME_EFFECT, "qaly"), id,
               entry->value->place);
}

static void read_rewards(hec_strategy_work *w, int state, const hec_node *map)
{
    hec_diagnostics *diagnostics = w->b->diagnostics;
    const hec_node *utility = hec_build_stated(map, "utility"),
                   *cost = hec_build_stated(map, "cost");
    const hec_node *effect = hec_build_stated(map, "effect"), *use = hec_build_stated(map, "use");
    if (utility) {
        apply_utility(w, state,
                      &(hec_entry){.key = "utility", .value = hec_node_get(map, "utility")});
    }
    if (cost && cost->kind == HEC_NODE_SCALAR) {
        apply_cost(w, state, &(hec_entry){.key = "cost", .value = hec_node_get(map, "cost")});
    } else if (cost && hec_node_expect(diagnostics, cost, HEC_NODE_MAP, "`cost`")) {
        for (size_t i = 0; i < cost->count; i++) {
            apply_cost(w, state, &cost->entries[i]);
        }
    }
    if (effect && hec_node_expect(diagnostics, effect, HEC_NODE_MAP, "`effect`")) {
        for (size_t i = 0; i < effect->count; i++) {
            apply_effect(w, state, &effect->entries[i]);
        }
    }
    if (use && hec_node_expect(diagnostics, use, HEC_NODE_MAP, "`use`")) {
        for (size_t i = 0; i < use->count; i++) {
            apply_use(w, state, &use->entries[i]);
        }
    }
}

/* Among several chains nobody could say for whom a dead state counts. */
static bool refuse_dead(hec_builder *b, int state, const hec_node *map)
{
    static const char *const keys[] = {"utility", "cost", "effect", "use"};
    const hec_model *model = b->model;
    if (state < 0 || model->n_chains == 1 || !model->states[state].dead) {
        return false;
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (hec_build_stated(map, keys[i])) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, hec_build_key_place(map, keys[i]),
                       "`%s` is dead: with several chains only the living count",
                       model->states[state].name);
            hec_report_help(b->diagnostics, "what death itself costs stands under `on:`");
            return true;
        }
    }
    return false;
}

void hec_build_rewards(hec_strategy_work *w, int state, const hec_node *map)
{
    hec_builder *b = w->b;
    if (!b->lives) {
        read_rewards(w, state, map);
    } else if (!refuse_dead(b, state, map)) {
        hec_visit visit = hec_life_enter(b, HEC_PHASE_RATES);
        read_rewards(w, state, map);
        hec_life_leave(b, &visit);
    }
}

/* ---- what a strategy adds or replaces -------------------------------------------------------- */

typedef void apply_fn(hec_strategy_work *w, int state, const hec_entry *entry);

/* {S1: x, S2: y} for the states named, or one expression for every living state */
static void each_state(hec_strategy_work *w, const hec_entry *entry, apply_fn *apply)
{
    const hec_model *model = w->b->model;
    const hec_node *node = entry->value;
    if (node->kind == HEC_NODE_MAP) {
        for (size_t i = 0; i < node->count; i++) {
            const hec_entry *of = &node->entries[i];
            int state = hec_build_state(w->b, -1, of->key, of->key_place);
            if (state >= 0) {
                w->b->chain = model->states[state].chain;
                apply(w, state, &(hec_entry){entry->key_place, entry->key, of->value});
                w->b->chain = -1;
            }
        }
        return;
    }
    const char *what = hec_arena_format(w->b->arena, "`%s`", entry->key);
    if (!hec_node_expect(w->b->diagnostics, node, HEC_NODE_SCALAR, what ? what : entry->key)) {
        return;
    }
    if (model->n_chains != 1) { /* once, not once for each chain */
        apply(w, HEC_WHILE_ALIVE, entry);
        return;
    }
    for (size_t i = 0; i < model->n_states; i++) {
        if (!model->states[i].dead) {
            apply(w, (int)i, entry);
        }
    }
}

/* `cost: {S1: 500}` reads S1 as a category, and charges every state that is alive. */
static void warn_of_state(hec_strategy_work *w, const hec_entry *entry, const char *key)
{
    const hec_model *model = w->b->model;
    for (size_t i = 0; i < model->n_states && entry->value->kind == HEC_NODE_SCALAR; i++) {
        if (strcmp(model->states[i].name, entry->key) == 0) {
            hec_report(
                w->b->diagnostics, HEC_CHECK_STATE_FOR_CATEGORY, entry->key_place,
                "`%s` is a state, but stands where `%s` of a strategy names what is counted, "
                "in every state",
                entry->key, key);
            hec_report_help(w->b->diagnostics, "for one state alone: %s: {NAME: {%s: ...}}", key,
                            entry->key);
        }
    }
}

static void apply_part(hec_strategy_work *w, const hec_node *strategy, const char *key,
                       apply_fn *apply)
{
    const hec_node *map = hec_build_part(w->b, strategy, key, HEC_NODE_MAP);
    for (size_t i = 0; map && i < map->count; i++) {
        warn_of_state(w, &map->entries[i], key);
        each_state(w, &map->entries[i], apply);
    }
}

static void apply_parts(hec_strategy_work *w, const hec_node *strategy)
{
    apply_part(w, strategy, "cost", apply_cost);
    apply_part(w, strategy, "effect", apply_effect);
    apply_part(w, strategy, "use", apply_use);
    for (size_t i = 0; i < strategy->count; i++) {
        const hec_entry *entry = &strategy->entries[i];
        bool utility = strcmp(entry->key, "utility") == 0 && entry->value->kind != HEC_NODE_EMPTY;
        if (utility && entry->value->kind == HEC_NODE_SCALAR && w->b->model->n_chains != 1) {
            hec_report(w->b->diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                       w->b->model->n_chains > 1
                           ? "there are several chains: of which does this replace the utility?"
                           : "there are no states whose utility this could replace");
            hec_report_help(w->b->diagnostics, "%salive: {utility: ...}",
                            w->b->model->n_chains > 1 ? "utility: {STATE: ...}, or " : "");
        } else if (utility) {
            each_state(w, entry, apply_utility);
        }
    }
}

void hec_build_differences(hec_strategy_work *w, const hec_node *strategy)
{
    hec_builder *b = w->b;
    if (b->lives) {
        hec_visit visit = hec_life_enter(b, HEC_PHASE_RATES);
        apply_parts(w, strategy);
        hec_life_leave(b, &visit);
    } else {
        apply_parts(w, strategy);
    }
    hec_build_consequences(w, hec_build_part(b, strategy, "on", HEC_NODE_LIST));
}
