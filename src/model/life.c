/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Life: what persons carry from cycle to cycle, and how a cycle changes it. */
#include "model/life_inner.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- nodes ----------------------------------------------------------------------------------- */

bool hec_life_is_value(const hec_builder *b, hec_id id, double value)
{
    const hec_graph_node *node = hec_graph_node_at(b->model->graph, id);
    return node && node->code == HEC_CODE_CONSTANT && node->value == value;
}

hec_id hec_life_and(const hec_builder *b, hec_id x, hec_id y, hec_place place)
{
    if (x == y || hec_life_is_value(b, x, 1)) {
        return y;
    }
    return hec_life_is_value(b, y, 1) ? x : hec_life_op(b, HK_AND, x, y, place);
}

hec_id hec_life_or(const hec_builder *b, hec_id x, hec_id y, hec_place place)
{
    if (x == y || hec_life_is_value(b, x, 0)) {
        return y;
    }
    return hec_life_is_value(b, y, 0) ? x : hec_life_op(b, HK_OR, x, y, place);
}

static hec_id negate(const hec_builder *b, hec_id x, hec_place place)
{
    return hec_life_op(b, HK_NOT, x, -1, place);
}

/* ---- phases ---------------------------------------------------------------------------------- */

hec_phase hec_life_phase(const hec_builder *b)
{
    return b->lives->visits > 0 ? b->lives->phase : b->at_start ? HEC_PHASE_START : HEC_PHASE_MOVES;
}

static hec_naming naming_of(const hec_builder *b)
{
    return (hec_naming){.capacity = b->binding_capacity,
                        .n_candidates = b->n_candidates,
                        .bindings = b->bindings,
                        .names = b->binding_names,
                        .candidates = b->candidates};
}

static void use_naming(hec_builder *b, const hec_naming *naming)
{
    b->binding_capacity = naming->capacity;
    b->n_candidates = naming->n_candidates;
    b->bindings = naming->bindings;
    b->binding_names = naming->names;
    b->candidates = naming->candidates;
}

hec_visit hec_life_enter(hec_builder *b, hec_phase phase)
{
    hec_lives *lives = b->lives;
    hec_naming *naming = &lives->namings[phase];
    hec_visit visit = {naming_of(b), lives->phase, b->chain, b->at_start};
    hec_life_open_tree(b);
    lives->visits++;
    lives->phase = phase;
    b->at_start = phase == HEC_PHASE_START;
    use_naming(b, naming);
    if (naming->tree != b->tree) {
        hec_build_bind(b, b->tree);
        *naming = naming_of(b);
        naming->tree = b->tree;
    }
    return visit;
}

void hec_life_leave(hec_builder *b, const hec_visit *visit)
{
    b->lives->visits--;
    b->lives->phase = visit->phase;
    b->chain = visit->chain;
    b->at_start = visit->at_start;
    use_naming(b, &visit->naming);
}

void hec_life_open_tree(hec_builder *b)
{
    hec_lives *lives = b->lives;
    if (lives->tree == b->tree) {
        return;
    }
    lives->tree = b->tree;
    lives->events_read = false;
    for (size_t i = 0; i < lives->attribute_names.count; i++) {
        hec_evolving *a = &lives->attributes[i];
        a->start = (hec_binding){.name = a->name, .kind = HEC_BIND_START, .place = a->place};
        a->next = (hec_binding){.name = a->next_name, .kind = HEC_BIND_NEXT, .place = a->place};
        a->checked = a->shown = -1;
    }
    hec_life_open_before(b);
}

/* ---- variables ------------------------------------------------------------------------------- */

int hec_life_find_variable(const hec_builder *b, hec_variable_kind kind, int item)
{
    for (size_t i = 0; i < b->model->n_variables; i++) {
        const hec_variable *variable = &b->model->variables[i];
        if (variable->kind == kind && variable->item == item) {
            return (int)i;
        }
    }
    return -1;
}

int hec_life_variable(hec_builder *b, hec_variable_kind kind, int item, const char *name,
                      hec_place place)
{
    hec_model *model = b->model;
    int known = hec_life_find_variable(b, kind, item);
    if (known >= 0) {
        return known;
    }
    hec_variable variable = {kind, name, place, item, hec_build_person_input(b), -1, false};
    if (kind == HEC_VARIABLE_CHAIN) {
        variable.next_input = hec_build_person_input(b);
    }
    if (variable.input < 0 || (kind == HEC_VARIABLE_CHAIN && variable.next_input < 0) ||
        !hec_arena_grow(b->arena, (void **)&model->variables, model->n_variables,
                        &model->variable_capacity, sizeof *model->variables)) {
        return -1;
    }
    model->variables[model->n_variables] = variable;
    return (int)model->n_variables++;
}

hec_id hec_life_present(hec_builder *b, int variable, hec_place place)
{
    static const char *const forms[] = {
        [HEC_VARIABLE_CHAIN] = "%s",        [HEC_VARIABLE_DURATION] = "time_in_state(%s)",
        [HEC_VARIABLE_ATTRIBUTE] = "%s",    [HEC_VARIABLE_BASELINE] = "start(%s)",
        [HEC_VARIABLE_COUNT] = "count(%s)", [HEC_VARIABLE_SINCE] = "time_since(%s)",
        [HEC_VARIABLE_ALIVE] = "%s",        [HEC_VARIABLE_ACCOUNT] = "%s",
    };
    char name[256];
    if (variable < 0) {
        return -1;
    }
    const hec_variable *v = &b->model->variables[variable];
    bool own = v->kind == HEC_VARIABLE_BASELINE && v->item == variable;
    const char *form = own ? "%s" : forms[v->kind];
    int head = (int)strcspn(form, "%");
    snprintf(name, sizeof name, "%.*s%s%s", head, form, v->name, form + head + 2);
    return hec_graph_input(b->model->graph, v->input,
                           v->kind == HEC_VARIABLE_BASELINE ? HEC_DEP_STRATUM : HEC_DEP_STATE, name,
                           place);
}

hec_id hec_life_moved(hec_builder *b, int chain, hec_place place)
{
    char name[256];
    int variable = b->lives->chains[chain];
    if (variable < 0) {
        return -1;
    }
    snprintf(name, sizeof name, "next(%s)", b->model->chains[chain].name);
    return hec_graph_input(b->model->graph, b->model->variables[variable].next_input, HEC_DEP_NEXT,
                           name, place);
}

int32_t hec_build_chance(hec_builder *b, const char *name, bool lasting, hec_place place)
{
    hec_model *model = b->model;
    (void)place;
    for (size_t i = 0; i < model->n_chances; i++) {
        if (strcmp(model->chances[i].name, name) == 0) {
            return (int32_t)i;
        }
    }
    hec_chance chance = {name, lasting, hec_build_person_input(b)};
    if (chance.input < 0 || !hec_arena_grow(b->arena, (void **)&model->chances, model->n_chances,
                                            &model->chance_capacity, sizeof *model->chances)) {
        return -1;
    }
    model->chances[model->n_chances] = chance;
    return (int32_t)model->n_chances++;
}

hec_id hec_life_chance(hec_builder *b, const char *kind, const char *name, bool lasting,
                       hec_place place)
{
    const char *full = hec_arena_format(b->arena, "%s/%s", kind, name);
    int32_t chance = full ? hec_build_chance(b, full, lasting, place) : -1;
    if (chance < 0) {
        return -1;
    }
    return hec_graph_input(b->model->graph, b->model->chances[chance].input,
                           lasting ? HEC_DEP_STRATUM : HEC_DEP_STATE, full, place);
}

/* ---- states and being alive ------------------------------------------------------------------ */

hec_id hec_life_among(hec_builder *b, int chain, hec_id where, const bool *marks, hec_place place)
{
    const hec_chain *of = &b->model->chains[chain];
    size_t marked = 0;
    for (size_t i = 0; i < of->count; i++) {
        marked += marks[of->first + i];
    }
    bool wanted = 2 * marked <= of->count; /* name the fewer, or those that are not meant */
    hec_id any = hec_life_constant(b, 0, place);
    for (size_t i = 0; i < of->count; i++) {
        if (marks[of->first + i] == wanted) {
            hec_id number = hec_life_constant(b, (double)i, place);
            any = hec_life_or(b, any, hec_life_op(b, HK_EQ, where, number, place), place);
        }
    }
    return wanted ? any : negate(b, any, place);
}

/* In a dead state of any chain, now or after the moves. */
static hec_id in_dead(hec_builder *b, bool moved, hec_place place)
{
    const hec_model *model = b->model;
    hec_id any = hec_life_constant(b, 0, place);
    bool *dead = hec_arena_array(b->arena, model->n_states + 1, sizeof *dead);
    for (size_t i = 0; dead && i < model->n_states; i++) {
        dead[i] = model->states[i].dead;
    }
    for (size_t c = 0; dead && c < model->n_chains; c++) {
        hec_id where = moved ? hec_life_moved(b, (int)c, place)
                             : hec_life_present(b, b->lives->chains[c], place);
        any = hec_life_or(b, any, hec_life_among(b, (int)c, where, dead, place), place);
    }
    return any;
}

hec_id hec_life_alive(hec_builder *b)
{
    const hec_lives *lives = b->lives;
    hec_place place = b->tree->place;
    hec_id here = lives->alive < 0 || lives->dead_start ? negate(b, in_dead(b, false, place), place)
                                                        : hec_life_constant(b, 1, place);
    return lives->alive < 0
               ? here
               : hec_life_and(b, hec_life_present(b, lives->alive, place), here, place);
}

hec_id hec_life_lives_on(hec_builder *b, hec_place place)
{
    hec_life_read_events(b);
    hec_id stays = negate(b, in_dead(b, true, place), place);
    return b->lives->alive < 0 ? stays : hec_life_and(b, b->lives->asked, stays, place);
}

hec_id hec_life_occurs(hec_builder *b, const hec_occurrence *occurrence, const hec_id *happens,
                       hec_place place)
{
    const hec_model *model = b->model;
    if (occurrence->event >= 0) {
        return happens[occurrence->event];
    }
    const hec_state *state = &model->states[occurrence->state];
    hec_id number = hec_life_constant(
        b, (double)((size_t)occurrence->state - model->chains[state->chain].first), place);
    hec_id here = hec_life_present(b, b->lives->chains[state->chain], place);
    hec_id moved = hec_life_moved(b, state->chain, place);
    return hec_life_and(b, hec_life_op(b, HK_EQ, moved, number, place),
                        hec_life_op(b, HK_NE, here, number, place), place);
}

/* ---- the frame ------------------------------------------------------------------------------- */

/* Whether `start:` of a chain names a dead state, in some strategy. */
static bool may_start_dead(const hec_builder *b, size_t n_trees, const hec_node *const *trees)
{
    const hec_model *model = b->model;
    bool may = false;
    for (size_t k = 0; k < n_trees; k++) {
        for (size_t i = 0; i < model->n_states; i++) {
            const char *chain = model->chains[model->states[i].chain].name;
            const hec_node *map = hec_node_get(hec_node_get(trees[k], "chains"), chain);
            const hec_node *start = hec_node_get(map, "start");
            const char *name = model->states[i].name;
            bool named =
                start && (start->kind == HEC_NODE_SCALAR ? strcmp(start->text, name) == 0
                                                         : hec_node_get(start, name) != NULL);
            may = may || (model->states[i].dead && named);
        }
    }
    return may;
}

static void frame_chains(hec_builder *b)
{
    hec_model *model = b->model;
    for (size_t c = 0; c < model->n_chains; c++) {
        const hec_chain *chain = &model->chains[c];
        b->lives->chains[c] =
            hec_life_variable(b, HEC_VARIABLE_CHAIN, (int)c, chain->name, chain->place);
        (void)hec_life_chance(b, "start", chain->name, true, chain->place);
        if (chain->kind != HEC_CHAIN_TIMES) {
            (void)hec_life_chance(b, "move", chain->name, false, chain->place);
        }
    }
}

/* Chains alone tell who is alive where there is one, and no event kills. */
static void frame_alive(hec_builder *b)
{
    const hec_model *model = b->model;
    bool fatal = false;
    for (size_t i = 0; i < model->n_events; i++) {
        fatal = fatal || model->events[i].fatal;
    }
    b->lives->alive = model->n_chains == 1 && !fatal
                          ? -1
                          : hec_life_variable(b, HEC_VARIABLE_ALIVE, 0, "alive", b->tree->place);
    b->model->shows_life = b->lives->alive >= 0;
}

void hec_build_person_frame(hec_builder *b, size_t n_trees, const hec_node *const *trees)
{
    hec_model *model = b->model;
    hec_lives *lives = hec_arena_alloc(b->arena, sizeof *lives);
    if (!lives) {
        return;
    }
    lives->chains = hec_arena_array(b->arena, model->n_chains + 1, sizeof *lives->chains);
    lives->values = hec_arena_array(b->arena, n_trees + 1, sizeof *lives->values);
    if (!lives->chains || !lives->values) {
        return;
    }
    b->lives = lives;
    frame_chains(b);
    hec_life_frame_attributes(b, n_trees, trees);
    hec_life_frame_events(b, n_trees, trees);
    frame_alive(b);
    lives->dead_start = may_start_dead(b, n_trees, trees);
}

/* ---- one strategy ---------------------------------------------------------------------------- */

/* Attributes of one strategy, and what must be finite in them; those that contracts remember go on
 * when everything is paid. */
static void read_attributes(hec_strategy_work *w)
{
    hec_builder *b = w->b;
    hec_lives *lives = b->lives;
    hec_life *life = &w->strategy->life;
    size_t n = lives->attribute_names.count;
    hec_life_values *values = &lives->values[w->strategy - b->model->strategies];
    values->start = hec_arena_array(b->arena, n + 1, sizeof *values->start);
    values->next = hec_arena_array(b->arena, n + 1, sizeof *values->next);
    for (size_t i = 0; values->start && values->next && i < n; i++) {
        hec_evolving *a = &lives->attributes[i];
        bool now = a->updated && !hec_policy_remembers(b, a->name);
        values->start[i] = hec_build_resolve(b, &a->start).id;
        values->next[i] = now ? hec_build_resolve(b, &a->next).id : -1;
        if (now && a->checked >= 0) {
            life->checks[life->n_checks++] = hec_life_finite(a);
        }
    }
}

void hec_build_life(hec_strategy_work *w)
{
    hec_builder *b = w->b;
    hec_lives *lives = b->lives;
    hec_life *life = &w->strategy->life;
    if (!lives) {
        return;
    }
    hec_life_open_tree(b);
    hec_life_read_events(b);
    size_t n_events = b->model->n_events;
    size_t room = lives->n_checks + lives->attribute_names.count + n_events;
    life->happens = hec_arena_array(b->arena, n_events + 1, sizeof *life->happens);
    life->checks = hec_arena_array(b->arena, room + 1, sizeof *life->checks);
    if (!life->happens || !life->checks) {
        return;
    }
    if (n_events > 0) {
        memcpy(life->happens, lives->happens, n_events * sizeof *life->happens);
    }
    if (lives->n_checks > 0) {
        memcpy(life->checks, lives->checks, lives->n_checks * sizeof *life->checks);
    }
    life->n_checks = lives->n_checks;
    life->alive = lives->is_alive;
    life->asked = lives->asked;
    read_attributes(w);
    hec_life_read_before(b, life, &lives->values[w->strategy - b->model->strategies]);
}

/* ---- all strategies -------------------------------------------------------------------------- */

static size_t attribute_of(const hec_lives *lives, int variable)
{
    size_t i = 0;
    while (lives->attributes[i].variable != variable) {
        i++;
    }
    return i;
}

static hec_id initial_value(hec_builder *b, size_t strategy, const hec_variable *v)
{
    const hec_lives *lives = b->lives;
    const hec_life_values *values = &lives->values[strategy];
    switch (v->kind) {
    case HEC_VARIABLE_ATTRIBUTE:
        return values->start[attribute_of(lives, (int)(v - b->model->variables))];
    case HEC_VARIABLE_BASELINE:
        return values->start[attribute_of(lives, v->item)];
    case HEC_VARIABLE_COUNT:
        return hec_life_count_before(b, strategy, &b->model->occurrences[v->item], v->place);
    case HEC_VARIABLE_SINCE:
        return hec_life_since_before(b, strategy, &b->model->occurrences[v->item], v->place);
    case HEC_VARIABLE_ALIVE:
        return hec_life_constant(b, 1, v->place);
    case HEC_VARIABLE_DURATION:
    case HEC_VARIABLE_ACCOUNT:
        return hec_life_constant(b, 0, v->place);
    default:
        return -1;
    }
}

/* A cycle more. Times that are whole cycles stay products of them, so that after twelve months a
 * year is over, as in a cohort. */
static hec_id cycle_later(hec_builder *b, hec_id years, bool whole, hec_place place)
{
    double length = b->model->cycle_length;
    hec_id cycle = hec_life_constant(b, length, place);
    if (!whole || length == 1) {
        return hec_life_op(b, HK_ADD, years, cycle, place);
    }
    hec_id cycles = hec_life_op(b, HK_ADD, hec_life_op(b, HK_DIV, years, cycle, place),
                                hec_life_constant(b, 1.5, place), place);
    hec_id units = hec_life_op(b, HK_MUL, hec_life_op(b, HK_FLOOR, cycles, -1, place),
                               hec_life_constant(b, b->model->cycle_units, place), place);
    return hec_life_op(b, HK_DIV, units, hec_life_constant(b, b->model->cycle_parts, place), place);
}

static hec_id longer(hec_builder *b, int variable)
{
    const hec_variable *v = &b->model->variables[variable];
    hec_id here = hec_life_present(b, b->lives->chains[v->item], v->place);
    hec_id stays = hec_life_op(b, HK_EQ, hec_life_moved(b, v->item, v->place), here, v->place);
    hec_id more = cycle_later(b, hec_life_present(b, variable, v->place), true, v->place);
    return hec_life_select(b, stays, more, hec_life_constant(b, 0, v->place), v->place);
}

/* Since the end of the cycle in which it came. */
static hec_id since(hec_builder *b, const hec_life *life, int variable)
{
    const hec_variable *v = &b->model->variables[variable];
    const hec_occurrence *of = &b->model->occurrences[v->item];
    bool whole = of->event < 0 || !b->model->events[of->event].before;
    hec_id more = cycle_later(b, hec_life_present(b, variable, v->place), whole, v->place);
    return hec_life_select(b, hec_life_occurs(b, of, life->happens, v->place),
                           hec_life_constant(b, 0, v->place), more, v->place);
}

static hec_id next_of_account(const hec_strategy *strategy, int variable, hec_id present)
{
    for (size_t i = 0; i < strategy->pay.n_accounts; i++) {
        if (strategy->pay.accounts[i].variable == variable) {
            return strategy->pay.accounts[i].next;
        }
    }
    return present;
}

static hec_id next_value(hec_builder *b, size_t strategy, int variable)
{
    const hec_model *model = b->model;
    const hec_lives *lives = b->lives;
    const hec_life *life = &model->strategies[strategy].life;
    const hec_variable *v = &model->variables[variable];
    hec_id present = hec_life_present(b, variable, v->place);
    switch (v->kind) {
    case HEC_VARIABLE_ATTRIBUTE:
        return lives->values[strategy].next[attribute_of(lives, variable)];
    case HEC_VARIABLE_DURATION:
        return longer(b, variable);
    case HEC_VARIABLE_COUNT:
        return hec_life_op(
            b, HK_ADD, present,
            hec_life_occurs(b, &model->occurrences[v->item], life->happens, v->place), v->place);
    case HEC_VARIABLE_SINCE:
        return since(b, life, variable);
    case HEC_VARIABLE_ALIVE:
        return hec_life_and(b, life->asked, negate(b, in_dead(b, true, v->place), v->place),
                            v->place);
    case HEC_VARIABLE_ACCOUNT:
        return next_of_account(&model->strategies[strategy], variable, present);
    default:
        return -1;
    }
}

void hec_build_finish_lives(hec_builder *b)
{
    hec_model *model = b->model;
    hec_life_review_before(b);
    for (size_t s = 0; s < model->n_strategies; s++) {
        hec_life *life = &model->strategies[s].life;
        life->initial = hec_arena_array(b->arena, model->n_variables + 1, sizeof *life->initial);
        life->next = hec_arena_array(b->arena, model->n_variables + 1, sizeof *life->next);
        bool read = life->happens && b->lives->values[s].start && b->lives->values[s].next;
        for (size_t i = 0; read && life->initial && life->next && i < model->n_variables; i++) {
            life->initial[i] = initial_value(b, s, &model->variables[i]);
            life->next[i] = next_value(b, s, (int)i);
        }
    }
}
