/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chains: the states of every chain, and how people leave them. */
#include "model/build.h"

#include <math.h>
#include <string.h>

/* The last two stand only in chains of their own kind. */
static const char *const state_keys[] = {"label", "utility", "cost",     "effect",    "use",
                                         "to",    "rate",    "dead",     "absorbing", "source",
                                         "note",  "time",    "occupancy"};
enum { N_STATE_KEYS = sizeof state_keys / sizeof state_keys[0], N_MOVING_KEYS = N_STATE_KEYS - 2 };

/* How states of each kind of chain are written, by hec_chain_kind. */
typedef struct kind_row {
    const char *key;
    const char *one, *others; /* "`S` ..., other states of the chain ..." */
    const char *what;
    size_t n_keys;
    const char *const *keys; /* of the chain */
} kind_row;

static const char *const moving_keys[] = {"start", "states", "time_in_state_cap",
                                          "label", "source", "note"};
static const char *const times_keys[] = {"start", "states", "clock", "label", "source", "note"};
static const char *const occupancy_keys[] = {"states", "crossing", "label",
                                             "source", "note",     "start"};

static const kind_row kinds[] = {
    {"to", "is left by probabilities (`to:`)", "by probabilities (`to:`)", "a chain", 6,
     moving_keys},
    {"rate", "is left by hazards (`rate:`)", "by hazards (`rate:`)", "a chain", 6, moving_keys},
    {"time", "is left at times (`time:`)", "at times (`time:`)", "a chain in continuous time", 6,
     times_keys},
    {"occupancy", "is given by its share (`occupancy:`)", "are given by theirs (`occupancy:`)",
     "a chain of occupancies", 5, occupancy_keys}, /* not its `start`, which has words of its own */
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

/* ---- names ----------------------------------------------------------------------------------- */

int hec_build_chain(hec_builder *b, const char *name, hec_place place)
{
    size_t found = hec_names_find(&b->chain_names, name);
    if (found == SIZE_MAX) {
        hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, place, "there is no chain `%s`", name);
        hec_build_suggest(b, name, b->chain_names.count, b->chain_names.items);
        return -1;
    }
    return (int)found;
}

static int state_of(const hec_builder *b, size_t chain, const char *name)
{
    size_t found = hec_names_find(&b->chain_states[chain], name);
    return found == SIZE_MAX ? -1 : (int)(b->model->chains[chain].first + found);
}

enum { AMBIGUOUS = -2 };

/* `kidney.failed`: the chain before the state. */
static int state_with_chain(hec_builder *b, const char *name)
{
    const char *dot = strchr(name, '.');
    const char *chain = dot ? hec_arena_copy(b->arena, name, (size_t)(dot - name)) : NULL;
    size_t found = chain ? hec_names_find(&b->chain_names, chain) : SIZE_MAX;
    return found == SIZE_MAX ? -1 : state_of(b, found, dot + 1);
}

/* The state of whatever chain has one of that name. */
static int any_state(hec_builder *b, const char *name, hec_place place)
{
    const hec_model *model = b->model;
    int found = -1;
    for (size_t c = 0; c < model->n_chains; c++) {
        int here = state_of(b, c, name);
        if (here >= 0 && found >= 0) {
            const char *first = model->chains[model->states[found].chain].name;
            hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_STATE, place,
                       "the chains `%s` and `%s` both have a state `%s`: which is meant?", first,
                       model->chains[c].name, name);
            hec_report_help(b->diagnostics,
                            "write `%s.%s`, or in an expression the chain before it: (%s, %s)",
                            first, name, first, name);
            return AMBIGUOUS;
        }
        found = here >= 0 ? here : found;
    }
    return found >= 0 ? found : state_with_chain(b, name);
}

int hec_build_state(hec_builder *b, int chain, const char *name, hec_place place)
{
    hec_model *model = b->model;
    chain = model->n_chains == 1 ? 0 : chain;
    int found = chain >= 0 ? state_of(b, (size_t)chain, name) : any_state(b, name, place);
    if (found >= 0 || found == AMBIGUOUS) {
        return found >= 0 ? found : -1;
    }
    if (chain >= 0) {
        hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_STATE, place,
                   "the chain `%s` has no state `%s`", model->chains[chain].name, name);
        hec_build_suggest(b, name, b->chain_states[chain].count, b->chain_states[chain].items);
        return -1;
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_STATE, place, "no chain has a state `%s`", name);
    hec_names all = {0};
    for (size_t i = 0; i < model->n_states; i++) {
        (void)hec_names_add(b->arena, &all, model->states[i].name);
    }
    hec_build_suggest(b, name, all.count, all.items);
    return -1;
}

/* ---- states ---------------------------------------------------------------------------------- */

static void check_absorbing(hec_builder *b, const hec_state *state, const hec_node *map)
{
    for (size_t k = 0; state->absorbing && k < HEC_CHAIN_OCCUPANCY; k++) {
        const hec_node *out = hec_node_get(map, kinds[k].key);
        if (out && out->count > 0) {
            hec_report(b->diagnostics, HEC_CHECK_ABSORBING_LEAVES, out->place,
                       "`%s` is %s, so nobody leaves it", state->name,
                       state->dead ? "dead" : "absorbing");
            hec_report_note(b->diagnostics,
                            hec_build_key_place(map, state->dead ? "dead" : "absorbing"),
                            "it is said here");
            return;
        }
    }
}

static void read_state(hec_builder *b, const hec_entry *entry, int chain, hec_state *state)
{
    static const char *const words[] = {"source", "note"};
    const hec_node *map = entry->value;
    bool moving = b->model->chains[chain].kind <= HEC_CHAIN_HAZARDS;
    *state = (hec_state){
        .name = entry->key, .label = entry->key, .place = entry->key_place, .chain = chain};
    if (map->kind == HEC_NODE_EMPTY ||
        !hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a state")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "a state", moving ? N_MOVING_KEYS : N_STATE_KEYS,
                         state_keys);
    const char *label = hec_build_words(b, map, "label");
    state->label = *label ? label : state->label;
    hec_build_expect_words(b, map, 2, words);
    state->dead = hec_build_truth(b, map, "dead");
    state->absorbing = hec_build_truth(b, map, "absorbing") || state->dead;
    check_absorbing(b, state, map);
}

/* The kind a chain is meant to be: of its states' keys the last of the table. */
static hec_chain_kind kind_of(const hec_node *states)
{
    size_t kind = 0;
    for (size_t i = 0; i < states->count; i++) {
        const hec_node *state = states->entries[i].value;
        for (size_t k = kind + 1; k < N_KINDS; k++) {
            kind = hec_node_get(state, kinds[k].key) ? k : kind;
        }
    }
    return (hec_chain_kind)kind;
}

static void check_mixed(hec_builder *b, const hec_node *states, hec_chain_kind kind)
{
    for (size_t i = 0; i < states->count; i++) {
        const hec_node *state = states->entries[i].value;
        for (size_t k = 0; k < (size_t)kind; k++) {
            const hec_node *other = hec_node_get(state, kinds[k].key);
            if (!other) {
                continue;
            }
            hec_report(b->diagnostics, HEC_CHECK_MIXED_TRANSITIONS, other->place,
                       "`%s` %s, other states of the chain %s", states->entries[i].key,
                       kinds[k].one, kinds[kind].others);
            if (k == HEC_CHAIN_PROBABILITIES && kind == HEC_CHAIN_HAZARDS) {
                hec_report_help(b->diagnostics, "prob_to_rate(p, cycle_length) turns a "
                                                "probability into a hazard");
            } else {
                hec_report_help(b->diagnostics, "write all states of the chain in one way");
            }
        }
    }
}

/* ---- one chain ------------------------------------------------------------------------------- */

static void read_cap(hec_builder *b, const hec_node *map, hec_chain *chain)
{
    const hec_node *cap = hec_build_stated(map, "time_in_state_cap");
    double years = 0;
    chain->cap = INFINITY;
    if (!cap || !hec_build_constant(b, cap, &HEC_TYPE_YEARS, "`time_in_state_cap`", &years)) {
        return;
    }
    double cells = years / b->model->cycle_length;
    if (!(cells >= 1) || fabs(cells - floor(cells + 0.5)) > 1e-9 * cells) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, cap->place,
                   "`time_in_state_cap` is %.10g cycles; it must be a whole number from 1", cells);
        return;
    }
    chain->cap = years;
    if (!hec_build_is_persons(b) && cells < (double)b->model->cycles) {
        b->model->duration_cap = (int64_t)(cells + 0.5) + 1;
    }
}

/* The states as written, or NULL after reporting. */
static const hec_node *states_of(hec_builder *b, const hec_node *map)
{
    if (!hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a chain")) {
        return NULL;
    }
    const hec_node *states = hec_node_get(map, "states");
    if (!states || (states->kind == HEC_NODE_MAP && states->count == 0)) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, (states ? states : map)->place,
                   "the chain has no `states`");
        return NULL;
    }
    return hec_node_expect(b->diagnostics, states, HEC_NODE_MAP, "`states`") ? states : NULL;
}

/* Whether shares come with a `start`, which is then reported. */
static bool check_no_start(hec_builder *b, const hec_node *map, hec_chain_kind kind)
{
    bool stated = kind == HEC_CHAIN_OCCUPANCY && hec_node_get(map, "start");
    if (stated) {
        hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_KEY, hec_build_key_place(map, "start"),
                   "a chain of occupancies has no `start`");
        hec_report_help(b->diagnostics, "leave it out: the shares at t = 0 are the start");
    }
    return stated;
}

static void read_chain(hec_builder *b, const hec_entry *entry, int number)
{
    static const char *const words[] = {"label", "source", "note"};
    hec_model *model = b->model;
    const hec_node *map = entry->value, *states = hec_node_get(map, "states");
    hec_chain *chain = &model->chains[number];
    hec_chain_kind kind = kind_of(states);
    const char *label = hec_build_words(b, map, "label");
    *chain = (hec_chain){.name = entry->key,
                         .label = *label ? label : entry->key,
                         .place = entry->key_place,
                         .kind = kind,
                         .first = model->n_states,
                         .count = states->count};
    hec_node_expect_keys(b->diagnostics, map, kinds[kind].what,
                         kinds[kind].n_keys + check_no_start(b, map, kind), kinds[kind].keys);
    hec_build_expect_words(b, map, sizeof words / sizeof words[0], words);
    for (size_t i = 0; i < states->count; i++) {
        read_state(b, &states->entries[i], number, &model->states[model->n_states]);
        (void)hec_names_add(b->arena, &b->chain_states[number], states->entries[i].key);
        model->n_states++;
    }
    check_mixed(b, states, kind);
    read_cap(b, map, chain);
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* Whether persons have something else to live by, so that nothing need be a state. */
static const hec_node *other_life(const hec_builder *b)
{
    static const char *const keys[] = {"events", "attributes", "alive"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const hec_node *part = hec_build_stated(b->tree, keys[i]);
        if (part && part->count > 0) {
            return part;
        }
    }
    return NULL;
}

static bool has_chains(const hec_builder *b)
{
    const hec_node *chains = hec_node_get(b->tree, "chains");
    return chains && chains->kind != HEC_NODE_EMPTY &&
           (chains->kind != HEC_NODE_MAP || chains->count > 0);
}

static const hec_node *chains_of(hec_builder *b)
{
    const hec_node *chains = hec_node_get(b->tree, "chains");
    if (!has_chains(b) && other_life(b)) { /* which a cohort was refused already */
        return NULL;
    }
    if (!has_chains(b)) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, (chains ? chains : b->tree)->place,
                   "`chains` is missing: the states and how people move between them");
        hec_report_help(b->diagnostics,
                        "chains: {NAME: {start: A, states: {A: {to: {B: 0.1}}, B: {dead: true}}}}");
        return NULL;
    }
    if (!hec_node_expect(b->diagnostics, chains, HEC_NODE_MAP, "`chains`")) {
        return NULL;
    }
    if (chains->count > 1 && !hec_build_is_persons(b)) {
        hec_report(b->diagnostics, HEC_CHECK_NEEDS_PERSONS, chains->entries[1].key_place,
                   "a cohort runs one chain, and here are %zu; several side by side need persons",
                   chains->count);
        hec_report_note(b->diagnostics, chains->entries[0].key_place, "the first is here");
        hec_build_persons_help(b);
        return NULL;
    }
    return chains;
}

/* Chains that the engine cannot run. */
static void check_engine(hec_builder *b)
{
    const hec_model *model = b->model;
    for (size_t i = 0; i < model->n_chains; i++) {
        const hec_chain *chain = &model->chains[i];
        if (chain->kind == HEC_CHAIN_TIMES && !hec_build_is_persons(b)) {
            hec_build_needs_persons(b, chain->place,
                                    "a cohort goes cycle by cycle; the continuous time of `%s` "
                                    "needs persons",
                                    chain->name);
        } else if (chain->kind == HEC_CHAIN_TIMES && model->n_chains > 1) {
            hec_report(b->diagnostics, HEC_CHECK_MIXED_TRANSITIONS, chain->place,
                       "`%s` runs in continuous time, which has no other chain beside it",
                       chain->name);
            hec_report_help(b->diagnostics, "several chains are written with `to:` or `rate:`");
        } else if (chain->kind == HEC_CHAIN_OCCUPANCY && hec_build_is_persons(b)) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, chain->place,
                       "`%s` gives shares of a cohort (`occupancy:`); persons cannot follow it",
                       chain->name);
            hec_report_help(b->diagnostics, "engine: cohort");
        }
    }
}

/* A fatal event is a way to die too. */
static bool has_fatal(const hec_node *events)
{
    bool fatal = false;
    for (size_t i = 0; events && events->kind == HEC_NODE_MAP && i < events->count; i++) {
        const hec_node *truth = hec_node_get(events->entries[i].value, "fatal");
        fatal =
            fatal || (truth && truth->kind == HEC_NODE_SCALAR && strcmp(truth->text, "true") == 0);
    }
    return fatal;
}

static void check_death(hec_builder *b, const hec_node *chains)
{
    const hec_model *model = b->model;
    bool dead = has_fatal(hec_node_get(b->tree, "events"));
    for (size_t i = 0; i < model->n_states; i++) {
        dead = dead || model->states[i].dead;
    }
    if (!dead && !chains) {
        hec_report(b->diagnostics, HEC_CHECK_NO_DEATH, other_life(b)->place,
                   "no event is `fatal: true`, so life years count everybody for ever");
    } else if (!dead) {
        hec_report(b->diagnostics, HEC_CHECK_NO_DEATH,
                   hec_build_key_place(chains->entries[0].value, "states"),
                   "no state is marked `dead: true`, so life years count everybody for ever");
    }
}

bool hec_build_chains(hec_builder *b)
{
    hec_model *model = b->model;
    const hec_node *chains = chains_of(b);
    size_t n_states = 0;
    bool good = chains != NULL;
    if (!chains && !has_chains(b) && other_life(b) && hec_build_is_persons(b)) {
        check_death(b, NULL);
        return true;
    }
    for (size_t i = 0; chains && i < chains->count; i++) {
        const hec_node *states = states_of(b, chains->entries[i].value);
        n_states += states ? states->count : 0;
        good = good && states;
        (void)hec_names_add(b->arena, &b->chain_names, chains->entries[i].key);
    }
    if (chains) {
        model->chain = chains->entries[0].key;
    }
    if (!good) {
        return false;
    }
    model->chains = hec_arena_array(b->arena, chains->count, sizeof *model->chains);
    model->states = hec_arena_array(b->arena, n_states, sizeof *model->states);
    b->chain_states = hec_arena_array(b->arena, chains->count, sizeof *b->chain_states);
    if (!model->chains || !model->states || !b->chain_states) {
        return false;
    }
    for (size_t i = 0; i < chains->count; i++) {
        read_chain(b, &chains->entries[i], (int)i);
        model->n_chains = i + 1;
    }
    model->hazards = model->n_chains == 1 && model->chains[0].kind == HEC_CHAIN_HAZARDS;
    check_engine(b);
    check_death(b, chains);
    return true;
}
