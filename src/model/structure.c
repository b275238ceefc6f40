/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Structure: the states of the chain and what is counted, the same for every strategy. */
#include "model/build.h"

#include <math.h>
#include <string.h>

static const char *const state_keys[] = {"label", "utility", "cost",      "effect", "use", "to",
                                         "rate",  "dead",    "absorbing", "source", "note"};
static const char *const chain_keys[] = {"start", "states", "time_in_state_cap",
                                         "label", "source", "note"};

int hec_build_outcome(const hec_builder *b, hec_outcome_kind kind, const char *name)
{
    size_t found = hec_names_find(&b->outcomes[kind], name), first = 0;
    for (int before = 0; before < (int)kind; before++) {
        first += b->outcomes[before].count;
    }
    return found == SIZE_MAX ? -1 : (int)(first + found);
}

int hec_build_state(hec_builder *b, const char *name, hec_place place)
{
    size_t found = hec_names_find(&b->states, name);
    if (found != SIZE_MAX) {
        return (int)found;
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_STATE, place, "the chain `%s` has no state `%s`",
               b->model->chain, name);
    hec_build_suggest(b, name, b->states.count, b->states.items);
    return -1;
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

static const hec_node *chain_of(const hec_node *tree)
{
    const hec_node *chains = hec_node_get(tree, "chains");
    return chains && chains->kind == HEC_NODE_MAP && chains->count == 1 &&
                   chains->entries[0].value->kind == HEC_NODE_MAP
               ? chains->entries[0].value
               : NULL;
}

static void collect_tree(hec_builder *b, const hec_node *tree)
{
    const hec_node *chain = chain_of(tree);
    const hec_node *states = chain ? hec_node_get(chain, "states") : NULL;
    const hec_node *services = hec_node_get(tree, "services");
    const hec_node *strategies = hec_node_get(tree, "strategies");
    for (size_t i = 0; states && states->kind == HEC_NODE_MAP && i < states->count; i++) {
        const hec_node *state = states->entries[i].value;
        if (state->kind == HEC_NODE_MAP) {
            add_costs(b, hec_node_get(state, "cost"));
            add_keys(b, HEC_OUTCOME_EFFECT, hec_node_get(state, "effect"));
        }
    }
    add_one_offs(b, hec_node_get(tree, "on"));
    for (size_t i = 0; services && services->kind == HEC_NODE_MAP && i < services->count; i++) {
        const hec_node *service = services->entries[i].value;
        if (service->kind == HEC_NODE_MAP) {
            add_costs(b, hec_node_get(service, "price"));
        }
    }
    for (size_t i = 0; strategies && strategies->kind == HEC_NODE_MAP && i < strategies->count;
         i++) {
        const hec_node *strategy = strategies->entries[i].value;
        if (strategy->kind == HEC_NODE_MAP) {
            add_keys(b, HEC_OUTCOME_COST, hec_node_get(strategy, "cost"));
            add_keys(b, HEC_OUTCOME_EFFECT, hec_node_get(strategy, "effect"));
            add_one_offs(b, hec_node_get(strategy, "on"));
        }
    }
    add_keys(b, HEC_OUTCOME_USE, services);
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

/* ---- states --------------------------------------------------------------------------------- */

static void read_state(hec_builder *b, const hec_entry *entry, hec_state *state)
{
    static const char *const words[] = {"source", "note"};
    const hec_node *map = entry->value;
    *state = (hec_state){.name = entry->key, .label = entry->key, .place = entry->key_place};
    if (map->kind == HEC_NODE_EMPTY ||
        !hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a state")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "a state", sizeof state_keys / sizeof state_keys[0],
                         state_keys);
    const char *label = hec_build_words(b, map, "label");
    state->label = *label ? label : state->label;
    hec_build_expect_words(b, map, 2, words);
    state->dead = hec_build_truth(b, map, "dead");
    state->absorbing = hec_build_truth(b, map, "absorbing") || state->dead;
    const hec_node *to = hec_node_get(map, "to"), *rate = hec_node_get(map, "rate");
    const hec_node *out = to ? to : rate;
    if (state->absorbing && out && out->count > 0) {
        hec_report(b->diagnostics, HEC_CHECK_ABSORBING_LEAVES, out->place,
                   "`%s` is %s, so nobody leaves it", state->name,
                   state->dead ? "dead" : "absorbing");
        hec_report_note(b->diagnostics,
                        hec_build_key_place(map, state->dead ? "dead" : "absorbing"),
                        "it is said here");
    }
    if (rate) {
        b->model->hazards = true;
    }
}

static void check_mixed(hec_builder *b, const hec_node *states)
{
    for (size_t i = 0; b->model->hazards && i < states->count; i++) {
        const hec_node *state = states->entries[i].value;
        const hec_node *to = state->kind == HEC_NODE_MAP ? hec_node_get(state, "to") : NULL;
        if (to) {
            hec_report(
                b->diagnostics, HEC_CHECK_MIXED_TRANSITIONS, to->place,
                "`%s` is left by probabilities (`to:`), other states of the chain by hazards "
                "(`rate:`)",
                states->entries[i].key);
            hec_report_help(b->diagnostics,
                            "prob_to_rate(p, cycle_length) turns a probability into "
                            "a hazard");
        }
    }
}

static void read_cap(hec_builder *b, const hec_node *chain)
{
    const hec_node *cap = hec_node_get(chain, "time_in_state_cap");
    double years = 0;
    if (cap && cap->kind != HEC_NODE_EMPTY &&
        hec_build_constant(b, cap, &HEC_TYPE_YEARS, "`time_in_state_cap`", &years)) {
        double cells = years / b->model->cycle_length;
        if (!(cells >= 1) || fabs(cells - floor(cells + 0.5)) > 1e-9 * cells) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, cap->place,
                       "`time_in_state_cap` is %.10g cycles; it must be a whole number from 1", cells);
        } else if (cells < (double)b->model->cycles) {
            b->model->duration_cap = (int64_t)(cells + 0.5) + 1;
        }
    }
}

static const hec_node *read_chains(hec_builder *b)
{
    const hec_node *chains = hec_node_get(b->tree, "chains");
    if (!chains || (chains->kind == HEC_NODE_MAP && chains->count == 0)) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, (chains ? chains : b->tree)->place,
                   "`chains` is missing: the states and how people move between them");
        hec_report_help(b->diagnostics,
                        "chains: {NAME: {start: A, states: {A: {to: {B: 0.1}}, B: {dead: true}}}}");
        return NULL;
    }
    if (!hec_node_expect(b->diagnostics, chains, HEC_NODE_MAP, "`chains`")) {
        return NULL;
    }
    if (chains->count != 1) {
        hec_report(b->diagnostics, HEC_CHECK_NEEDS_PERSONS, chains->entries[1].key_place,
                   "a cohort runs one chain, and here are %zu; several side by side need persons",
                   chains->count);
        hec_report_note(b->diagnostics, chains->entries[0].key_place, "the first is here");
        return NULL;
    }
    b->model->chain = chains->entries[0].key;
    const hec_node *chain = chains->entries[0].value;
    return hec_node_expect(b->diagnostics, chain, HEC_NODE_MAP, "a chain") ? chain : NULL;
}

static const hec_node *read_states(hec_builder *b, const hec_node *chain)
{
    static const char *const words[] = {"label", "source", "note"};
    const hec_node *states = hec_node_get(chain, "states");
    hec_node_expect_keys(b->diagnostics, chain, "a chain", sizeof chain_keys / sizeof chain_keys[0],
                         chain_keys);
    hec_build_expect_words(b, chain, sizeof words / sizeof words[0], words);
    if (!states || (states->kind == HEC_NODE_MAP && states->count == 0)) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, (states ? states : chain)->place,
                   "the chain has no `states`");
        return NULL;
    }
    return hec_node_expect(b->diagnostics, states, HEC_NODE_MAP, "`states`") ? states : NULL;
}

void hec_build_structure(hec_builder *b, size_t n_trees, const hec_node *const *trees)
{
    hec_model *model = b->model;
    add_outcome(b, HEC_OUTCOME_EFFECT, "qaly");
    add_outcome(b, HEC_OUTCOME_EFFECT, "life_years");
    for (size_t i = 0; i < n_trees; i++) {
        collect_tree(b, trees[i]);
    }
    list_outcomes(b);
    const hec_node *chain = read_chains(b);
    const hec_node *states = chain ? read_states(b, chain) : NULL;
    if (!states) {
        return;
    }
    model->states = hec_arena_array(b->arena, states->count, sizeof *model->states);
    bool dead = false;
    for (size_t i = 0; model->states && i < states->count; i++) {
        read_state(b, &states->entries[i], &model->states[i]);
        (void)hec_names_add(b->arena, &b->states, model->states[i].name);
        model->n_states = i + 1;
        dead = dead || model->states[i].dead;
    }
    check_mixed(b, states);
    read_cap(b, chain);
    if (!dead) {
        hec_report(b->diagnostics, HEC_CHECK_NO_DEATH, hec_build_key_place(chain, "states"),
                   "no state is marked `dead: true`, so life years count everybody for ever");
    }
}
