/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Review: what is allowed in a model without mistakes, but rarely meant. */
#include "model/build.h"

#include <string.h>

/* ---- what is counted --------------------------------------------------------------------------
 */

/* Whether something counts each outcome, in any strategy. */
static bool *counted_outcomes(hec_builder *b)
{
    const hec_model *model = b->model;
    bool *counted = hec_arena_array(b->arena, model->n_outcomes + 1, sizeof *counted);
    for (size_t s = 0; counted && s < model->n_strategies; s++) {
        const hec_strategy *strategy = &model->strategies[s];
        for (size_t i = 0; i < strategy->n_rewards; i++) {
            counted[strategy->rewards[i].outcome] = true;
        }
        for (size_t i = 0; i < strategy->n_one_offs; i++) {
            counted[strategy->one_offs[i].outcome] = true;
        }
        for (size_t i = 0; i < strategy->life.n_rates; i++) {
            counted[strategy->life.rates[i].outcome] = true;
        }
        for (size_t i = 0; i < strategy->life.n_amounts; i++) {
            counted[strategy->life.amounts[i].outcome] = true;
        }
    }
    return counted;
}

/* ---- what nobody reads ----------------------------------------------------------------------- */

static void report_unread(hec_builder *b, const hec_node *tree)
{
    static const char *const rooms[] = {"parameters", "let"};
    static const char *const words[] = {"the parameter", "the definition"};
    for (size_t room = 0; room < 2; room++) {
        const hec_node *map = hec_node_get(tree, rooms[room]);
        for (size_t i = 0; map && map->kind == HEC_NODE_MAP && i < map->count; i++) {
            const hec_entry *entry = &map->entries[i];
            if (entry->value->kind != HEC_NODE_EMPTY &&
                hec_names_find(&b->used, entry->key) == SIZE_MAX) {
                hec_report(b->diagnostics, HEC_CHECK_UNUSED, entry->key_place,
                           "%s `%s` is read by nothing", words[room], entry->key);
            }
        }
    }
    for (size_t i = 0; i < b->n_tables; i++) {
        if (!b->tables[i].used) {
            hec_report(b->diagnostics, HEC_CHECK_UNUSED, b->tables[i].place,
                       "the table `%s` is read by nothing", b->tables[i].name);
        }
    }
}

/* Files that are included are lists to choose from. */
static bool stands_in_a_list(hec_builder *b, const hec_entry *entry)
{
    static const char *const roots[] = {"hecate", "model", "study"};
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        const hec_node *root = hec_node_get(b->tree, roots[i]);
        if (root && root->place.file == entry->key_place.file) {
            return false;
        }
    }
    return true;
}

static void report_unused_services(hec_builder *b, const bool *counted)
{
    const hec_node *services = hec_node_get(b->tree, "services");
    for (size_t i = 0; services && services->kind == HEC_NODE_MAP && i < services->count; i++) {
        const hec_entry *entry = &services->entries[i];
        int outcome = hec_build_outcome(b, HEC_OUTCOME_USE, entry->key);
        if (outcome >= 0 && !counted[outcome] && !stands_in_a_list(b, entry)) {
            hec_report(b->diagnostics, HEC_CHECK_UNUSED, entry->key_place,
                       "nobody ever uses the service `%s`", entry->key);
        }
    }
}

/* ---- states ---------------------------------------------------------------------------------- */

static bool is_zero(const hec_model *model, hec_id id)
{
    const hec_graph_node *node = hec_graph_node_at(model->graph, id);
    return node->code == HEC_CODE_CONSTANT && node->value == 0;
}

/* A way from one state to another. */
typedef struct way {
    int from, to;
    bool possible;
} way;

static size_t count_ways(const hec_strategy *strategy)
{
    return strategy->n_arcs + strategy->life.n_latents;
}

static way way_at(const hec_model *model, const hec_strategy *strategy, size_t i)
{
    if (i < strategy->n_arcs) {
        const hec_arc *arc = &strategy->arcs[i];
        return (way){arc->from, arc->to, !is_zero(model, arc->value)};
    }
    const hec_latent *latent = &strategy->life.latents[i - strategy->n_arcs];
    return (way){latent->from, latent->to, true};
}

/* Follows the moves of a strategy from where people start. */
static void follow(const hec_model *model, const hec_strategy *strategy, bool *reached)
{
    for (size_t i = 0; i < model->n_states; i++) {
        hec_id share = strategy->occupancy ? strategy->occupancy[i] : strategy->start[i];
        reached[i] = !is_zero(model, share);
    }
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < count_ways(strategy); i++) {
            way w = way_at(model, strategy, i);
            if (reached[w.from] && !reached[w.to] && w.possible) {
                reached[w.to] = grew = true;
            }
        }
    }
}

static bool *reached_states(hec_builder *b)
{
    const hec_model *model = b->model;
    bool *all = hec_arena_array(b->arena, model->n_states + 1, sizeof *all);
    bool *reached = hec_arena_array(b->arena, model->n_states + 1, sizeof *reached);
    for (size_t s = 0; all && reached && s < model->n_strategies; s++) {
        follow(model, &model->strategies[s], reached);
        for (size_t i = 0; i < model->n_states; i++) {
            all[i] = all[i] || reached[i];
        }
    }
    return reached ? all : NULL;
}

/* Whether each state is left in some strategy, by a move of its chain or by what ends the life. */
static bool *left_states(hec_builder *b)
{
    const hec_model *model = b->model;
    bool *left = hec_arena_array(b->arena, model->n_states + 1, sizeof *left);
    bool fatal = false;
    for (size_t i = 0; i < model->n_events; i++) {
        fatal = fatal || model->events[i].fatal;
    }
    for (size_t i = 0; left && i < model->n_states; i++) {
        left[i] = fatal || model->chains[model->states[i].chain].kind == HEC_CHAIN_OCCUPANCY;
        for (size_t k = 0; k < model->n_states && !left[i]; k++) {
            left[i] = model->states[k].dead && model->states[k].chain != model->states[i].chain;
        }
    }
    for (size_t s = 0; left && s < model->n_strategies; s++) {
        for (size_t i = 0; i < count_ways(&model->strategies[s]); i++) {
            way w = way_at(model, &model->strategies[s], i);
            left[w.from] = left[w.from] || (w.from != w.to && w.possible);
        }
    }
    return left;
}

static void review_states(hec_builder *b)
{
    const hec_model *model = b->model;
    const bool *reached = reached_states(b), *left = left_states(b);
    for (size_t i = 0; reached && left && i < model->n_states; i++) {
        const hec_state *state = &model->states[i];
        if (!reached[i]) {
            hec_report(b->diagnostics, HEC_CHECK_UNREACHABLE, state->place,
                       "nobody can ever be in `%s`", state->name);
        } else if (!left[i] && !state->absorbing) {
            hec_report(b->diagnostics, HEC_CHECK_NO_WAY_OUT, state->place,
                       "`%s` is never left, not even by death", state->name);
            hec_report_help(b->diagnostics, "say `absorbing: true` if this is meant");
        }
    }
}

/* The dead are counted only where a reward of a dead state says so. */
static void review_dead(hec_builder *b)
{
    const hec_model *model = b->model;
    for (size_t s = 0; s < model->n_strategies; s++) {
        const hec_strategy *strategy = &model->strategies[s];
        for (size_t i = 0; i < strategy->n_rewards; i++) {
            const hec_reward *reward = &strategy->rewards[i];
            const hec_state *state = &model->states[reward->state];
            if (state->dead && hec_build_is_persons(b)) {
                hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT, reward->place,
                           "`%s` is dead, and persons count nothing when they are; `%s` is never "
                           "charged",
                           state->name, model->outcomes[reward->outcome].name);
            } else if (state->dead) {
                hec_report(b->diagnostics, HEC_CHECK_DEAD_COUNT, reward->place,
                           "the dead in `%s` count `%s` every year", state->name,
                           model->outcomes[reward->outcome].name);
                hec_report_help(b->diagnostics,
                                "what death costs once stands under `on:`, as {to: %s, ...}",
                                state->name);
            }
        }
    }
}

/* ---- what changes nothing -------------------------------------------------------------------- */

static void review_consequences(hec_builder *b)
{
    for (size_t i = 0; i < b->n_consequences; i++) {
        if (!b->consequences[i].happens) {
            hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT, b->consequences[i].place,
                       "nobody ever moves%s, so this is never charged", b->consequences[i].moves);
            hec_report_help(b->diagnostics, "`to` or `rate` of a state says which moves there are; "
                                            "staying is none");
        }
    }
}

static void review_cap(hec_builder *b)
{
    const hec_model *model = b->model;
    const hec_node *chain = hec_node_get(hec_node_get(b->tree, "chains"), model->chain);
    bool timed = hec_build_is_persons(b) || !hec_build_stated(chain, "time_in_state_cap");
    for (size_t i = 0; i < model->n_states; i++) {
        timed = timed || model->states[i].timed;
    }
    if (!timed) {
        hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT,
                   hec_build_key_place(chain, "time_in_state_cap"),
                   "nothing follows `time_in_state`, so there is nothing to cap");
    }
}

/* An analysis of an effect that no state and no move has. */
static void review_effect(hec_builder *b, const bool *counted)
{
    const hec_model *model = b->model;
    if (!counted[model->effect]) {
        const char *name = model->outcomes[model->effect].name;
        hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT, hec_build_key_place(b->tree, "economics"),
                   "the effect `%s` is 0 in every strategy: no state and no move has it", name);
        if (strcmp(name, "qaly") == 0) {
            hec_report_help(b->diagnostics,
                            "give the states a `utility`, or compare by `effect: life_years`");
        }
    }
}

static bool same_ids(size_t n, const hec_id *a, const hec_id *b)
{
    return a == b || (a && b && memcmp(a, b, n * sizeof *a) == 0);
}

static bool same_amounts(size_t n, const hec_life_amount *a, const hec_life_amount *b)
{
    bool same = true;
    for (size_t i = 0; same && i < n; i++) {
        same = a[i].outcome == b[i].outcome && a[i].value == b[i].value;
    }
    return same;
}

static bool same_life(const hec_model *model, const hec_life *a, const hec_life *b)
{
    bool same = a->n_rates == b->n_rates && a->n_amounts == b->n_amounts &&
                a->n_latents == b->n_latents && a->alive == b->alive && a->asked == b->asked &&
                same_ids(model->n_variables, a->initial, b->initial) &&
                same_ids(model->n_variables, a->next, b->next) &&
                same_ids(model->n_events, a->happens, b->happens) &&
                same_amounts(a->n_rates, a->rates, b->rates) &&
                same_amounts(a->n_amounts, a->amounts, b->amounts);
    for (size_t i = 0; same && i < a->n_latents; i++) {
        same = a->latents[i].from == b->latents[i].from && a->latents[i].to == b->latents[i].to &&
               a->latents[i].time == b->latents[i].time;
    }
    return same;
}

static bool same_strategy(const hec_model *model, const hec_strategy *a, const hec_strategy *b,
                          hec_id *scratch)
{
    bool same = a->n_arcs == b->n_arcs && a->n_rewards == b->n_rewards &&
                a->n_one_offs == b->n_one_offs && same_ids(model->n_states, a->start, b->start) &&
                same_ids(model->n_states, a->occupancy, b->occupancy) &&
                same_life(model, &a->life, &b->life);
    for (size_t i = 0; same && i < a->n_arcs; i++) {
        same = a->arcs[i].from == b->arcs[i].from && a->arcs[i].to == b->arcs[i].to &&
               a->arcs[i].value == b->arcs[i].value;
    }
    for (size_t i = 0; same && i < a->n_rewards; i++) {
        same = a->rewards[i].state == b->rewards[i].state &&
               a->rewards[i].outcome == b->rewards[i].outcome &&
               a->rewards[i].value == b->rewards[i].value;
    }
    for (size_t i = 0; same && i < a->n_one_offs; i++) {
        same = a->one_offs[i].from == b->one_offs[i].from &&
               a->one_offs[i].to == b->one_offs[i].to &&
               a->one_offs[i].outcome == b->one_offs[i].outcome &&
               a->one_offs[i].value == b->one_offs[i].value;
    }
    return same && hec_build_same_pay(model->graph, a, b, scratch);
}

/* Equal expressions are one node of the graph, so equal strategies have equal nodes. */
static void review_strategies(hec_builder *b)
{
    enum { COMPARED = 200 };
    const hec_model *model = b->model;
    size_t n = model->n_strategies < COMPARED ? model->n_strategies : COMPARED;
    hec_id *scratch = hec_arena_array(b->arena, hec_graph_size(model->graph) + 1, sizeof *scratch);
    for (size_t i = 1; scratch && i < n; i++) {
        for (size_t k = 0; k < i; k++) {
            const hec_strategy *one = &model->strategies[k], *other = &model->strategies[i];
            if (same_strategy(model, one, other, scratch)) {
                hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT, other->place,
                           "the strategy `%s` does exactly what `%s` does", other->name, one->name);
                hec_report_note(b->diagnostics, one->place, "`%s` stands here", one->name);
                break;
            }
        }
    }
}

void hec_build_review(hec_builder *b, const hec_node *tree)
{
    const bool *counted = counted_outcomes(b);
    if (!counted) {
        return;
    }
    report_unread(b, tree);
    report_unused_services(b, counted);
    review_states(b);
    review_dead(b);
    review_consequences(b);
    review_cap(b);
    review_effect(b, counted);
    review_strategies(b);
    hec_build_review_payments(b, counted);
}
