/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: a model laid out for living cycle by cycle. Every value that will be read gets a ref;
 * then all are compiled at once. */
#include <math.h>
#include <string.h>

#include "sim/persons_cycles.h"

typedef struct layer {
    hec_arena *arena;
    hec_persons *persons;
    const hec_model *model;
    struct hec_cycles *cycles;
    const hec_strategy *strategy;
    hec_life_plan *plan;
    bool *varies;       /* [nodes]: follows chance that is drawn anew in each cycle */
    bool *read;         /* [inputs of the graph]: by some strategy */
    double *inputs;     /* [inputs of the graph]: for trying conditions */
    int *amount_chains; /* [amounts of the strategy]: whose moves are charged; -1 */
    size_t n_roots[HEC_SETS];
    bool failed;
} layer;

static void *array(layer *l, size_t count, size_t size)
{
    void *made = hec_arena_array(l->arena, count + 1, size);
    l->failed = l->failed || !made;
    return made;
}

/* ---- refs ------------------------------------------------------------------------------------ */

/* id -1: nothing; its address is NULL. */
static size_t add_ref(layer *l, hec_set set, hec_id id)
{
    hec_life_plan *plan = l->plan;
    if (!hec_arena_grow(l->arena, (void **)&plan->refs, plan->n_refs, &plan->ref_capacity,
                        sizeof *plan->refs)) {
        l->failed = true;
        return 0;
    }
    plan->refs[plan->n_refs] = (hec_ref){.set = set, .root = l->n_roots[set]++, .id = id};
    return plan->n_refs++;
}

static const hec_graph_node *node_of(const layer *l, hec_id id)
{
    return hec_graph_node_at(l->model->graph, id);
}

static bool is_literal(const layer *l, hec_id id, double *value)
{
    const hec_graph_node *node = id < 0 ? NULL : node_of(l, id);
    bool literal = node && node->code == HEC_CODE_CONSTANT;
    if (literal) {
        *value = node->value;
    }
    return literal;
}

static bool is_zero(const layer *l, hec_id id)
{
    double value = 1;
    return is_literal(l, id, &value) && value == 0;
}

/* The inputs below the nodes that are needed. */
static void follow(const layer *l, size_t n_nodes, bool *needed, bool *inputs)
{
    for (size_t id = n_nodes; !l->failed && id-- > 0;) {
        const hec_graph_node *node = node_of(l, (hec_id)id);
        for (int k = 0; needed[id] && k < node->n_args; k++) {
            needed[node->args[k]] = true;
        }
        if (needed[id] && node->code == HEC_CODE_INPUT) {
            inputs[node->index] = true;
        }
    }
}

/* ---- amounts of moves ------------------------------------------------------------------------ */

/* An amount is "value where condition, else 0"; -1: this one is something else. */
static hec_id condition_of(const layer *l, hec_id amount, hec_id *value)
{
    const hec_graph_node *node = node_of(l, amount);
    bool select = node->code == HEC_CODE_OP && node->op == HK_SELECT && is_zero(l, node->args[2]);
    *value = select ? node->args[1] : -1;
    return select ? node->args[0] : -1;
}

static const hec_variable *state_of(const layer *l, size_t chain)
{
    for (size_t i = 0; i < l->model->n_variables; i++) {
        const hec_variable *v = &l->model->variables[i];
        if (v->kind == HEC_VARIABLE_CHAIN && (size_t)v->item == chain) {
            return v;
        }
    }
    return NULL;
}

/* The chain whose moves alone decide on the amount, so that it is charged move by move; -1: none.
 * What follows the moves in its size as well is left to be worked out after them. */
static int chain_of_amount(layer *l, hec_id amount)
{
    const hec_model *model = l->model;
    hec_id value, condition = condition_of(l, amount, &value);
    size_t n_inputs = hec_model_inputs(model);
    bool *needed = array(l, (size_t)(condition + 1), sizeof *needed);
    bool *inputs = array(l, n_inputs, sizeof *inputs);
    int found = -1;
    if (l->failed || condition < 0 || (node_of(l, value)->depends & HEC_DEP_NEXT)) {
        return -1;
    }
    needed[condition] = true;
    follow(l, (size_t)condition + 1, needed, inputs);
    for (size_t c = 0; c < model->n_chains; c++) {
        const hec_variable *v = state_of(l, c);
        if (v && v->next_input >= 0 && inputs[v->next_input]) {
            inputs[v->input] = inputs[v->next_input] = false;
            found = (int)c;
            break;
        }
    }
    for (size_t i = 0; i < n_inputs; i++) {
        found = inputs[i] ? -1 : found;
    }
    return found;
}

/* Whether the move from one state of the chain to another is charged. */
static bool charges_move(const layer *l, size_t chain, hec_id amount, size_t from, size_t to)
{
    const hec_variable *v = state_of(l, chain);
    hec_id value, condition = condition_of(l, amount, &value);
    l->inputs[v->input] = (double)from;
    l->inputs[v->next_input] = (double)to;
    return hec_evaluate(l->model->graph, condition, l->inputs) != 0;
}

static void find_amounts(layer *l)
{
    const hec_life *life = &l->strategy->life;
    l->amount_chains = array(l, life->n_amounts, sizeof *l->amount_chains);
    for (size_t i = 0; !l->failed && i < life->n_amounts; i++) {
        bool later = life->amounts[i].lag > 0;
        l->amount_chains[i] = later ? -1 : chain_of_amount(l, life->amounts[i].value);
    }
}

/* ---- chains ---------------------------------------------------------------------------------- */

static void lay_starts(layer *l, hec_chain_plan *chain)
{
    chain->starts_in = -1;
    int able = 0;
    for (size_t i = 0; i < chain->n_states; i++) {
        hec_id id = l->strategy->start[chain->first_state + i];
        double share = 0;
        size_t ref = add_ref(l, HEC_SET_START, id);
        chain->start = i == 0 ? ref : chain->start;
        if (!is_zero(l, id)) {
            able++;
            chain->starts_in = is_literal(l, id, &share) && share == 1 ? (int)i : -1;
        }
    }
    chain->starts_in = able == 1 ? chain->starts_in : -1;
}

/* The arcs of one state; where the remainder goes is `rest`, its own place without one. */
static void lay_row(layer *l, hec_chain_plan *chain, size_t state)
{
    const hec_strategy *s = l->strategy;
    size_t n = chain->n_states;
    chain->first[state] = (int32_t)chain->n_arcs;
    chain->rest[state] = (int32_t)state;
    for (size_t i = 0; i < s->n_arcs; i++) {
        const hec_arc *arc = &s->arcs[i];
        if ((size_t)arc->from != chain->first_state + state) {
            continue;
        }
        size_t to = (size_t)arc->to - chain->first_state;
        int32_t *known = &chain->arc_of[state * n + to];
        *known = *known < 0 ? (int32_t)i : *known;
        if (arc->remainder) {
            chain->rest[state] = (int32_t)to;
        } else {
            size_t ref = add_ref(l, HEC_SET_LIFE, arc->value);
            chain->arcs = chain->n_arcs == 0 ? ref : chain->arcs;
            chain->to[chain->n_arcs++] = (int32_t)to;
        }
    }
}

static void lay_agreements(layer *l, hec_chain_plan *chain)
{
    const hec_strategy *s = l->strategy;
    chain->agreements = array(l, chain->n_states, sizeof *chain->agreements);
    for (size_t i = 0; !l->failed && i < s->n_arcs; i++) {
        const hec_arc *arc = &s->arcs[i];
        size_t state = (size_t)arc->from - chain->first_state;
        bool here = (size_t)arc->from >= chain->first_state && state < chain->n_states;
        if (here && arc->remainder && arc->high < 1) {
            chain->agreements[chain->n_agreements++] =
                (hec_agreement){state, add_ref(l, HEC_SET_LIFE, arc->check), arc->low, arc->high};
        }
    }
}

static void add_charge(layer *l, hec_chain_plan *chain, int number, size_t move, int outcome,
                       hec_id value)
{
    if (hec_arena_grow(l->arena, (void **)&chain->charges, chain->n_charges,
                       &chain->charge_capacity, sizeof *chain->charges)) {
        chain->charges[chain->n_charges++] = (hec_charge){outcome,
                                                          add_ref(l, HEC_SET_LIFE, value),
                                                          number,
                                                          (int)(move / chain->n_states),
                                                          (int)(move % chain->n_states),
                                                          NULL};
    } else {
        l->failed = true;
    }
}

/* What is charged for one move. */
static void lay_move(layer *l, int number, hec_chain_plan *chain, size_t move)
{
    const hec_strategy *s = l->strategy;
    size_t from = move / chain->n_states, to = move % chain->n_states;
    for (size_t i = 0; i < s->n_one_offs; i++) {
        const hec_one_off *one = &s->one_offs[i];
        if (one->from == (int)(chain->first_state + from) &&
            one->to == (int)(chain->first_state + to) && !is_zero(l, one->value)) {
            add_charge(l, chain, number, move, one->outcome, one->value);
        }
    }
    for (size_t i = 0; i < s->life.n_amounts; i++) {
        hec_id amount = s->life.amounts[i].value, value;
        if (l->amount_chains[i] == number && charges_move(l, (size_t)number, amount, from, to)) {
            (void)condition_of(l, amount, &value);
            add_charge(l, chain, number, move, s->life.amounts[i].outcome, value);
        }
    }
}

/* What is charged for moves, sorted by move so that a moved person finds it at once. */
static void lay_move_charges(layer *l, size_t number, hec_chain_plan *chain)
{
    size_t n = chain->n_states;
    chain->charge = array(l, n * n + 1, sizeof *chain->charge);
    for (size_t move = 0; !l->failed && move < n * n; move++) {
        chain->charge[move] = (int32_t)chain->n_charges;
        if (chain->arc_of[move] >= 0 && move / n != move % n) {
            lay_move(l, (int)number, chain, move);
        }
    }
    if (!l->failed) {
        chain->charge[n * n] = (int32_t)chain->n_charges;
    }
}

static void lay_chain(layer *l, size_t number)
{
    const hec_chain *of = &l->model->chains[number];
    hec_chain_plan *chain = &l->plan->chains[number];
    size_t n = of->count;
    *chain = (hec_chain_plan){.n_states = n, .first_state = of->first};
    chain->first = array(l, n + 1, sizeof *chain->first);
    chain->rest = array(l, n, sizeof *chain->rest);
    chain->to = array(l, l->strategy->n_arcs, sizeof *chain->to);
    chain->arc_of = array(l, n * n, sizeof *chain->arc_of);
    if (l->failed) {
        return;
    }
    for (size_t i = 0; i < n * n; i++) {
        chain->arc_of[i] = -1;
    }
    lay_starts(l, chain);
    for (size_t i = 0; i < n; i++) {
        lay_row(l, chain, i);
        chain->dies = chain->dies || l->model->states[of->first + i].dead;
    }
    chain->first[n] = (int32_t)chain->n_arcs;
    lay_agreements(l, chain);
    lay_move_charges(l, number, chain);
    size_t arcs = chain->n_arcs > l->cycles->most_arcs ? chain->n_arcs : l->cycles->most_arcs;
    l->cycles->most_arcs = arcs;
    l->cycles->most_states = n > l->cycles->most_states ? n : l->cycles->most_states;
}

/* ---- rewards --------------------------------------------------------------------------------- */

static bool is_changing(const layer *l, hec_id id)
{
    return l->varies[id] || (node_of(l, id)->depends & (HEC_DEP_CYCLE | HEC_DEP_NEXT));
}

/* Values of one outcome in the states of one chain. */
static void lay_worth(layer *l, size_t chain, int outcome, bool changing)
{
    const hec_strategy *s = l->strategy;
    const hec_chain_plan *of = &l->plan->chains[chain];
    hec_rewards *rewards = &l->plan->rewards[changing];
    hec_set set = changing ? HEC_SET_CHANGING : HEC_SET_STEADY;
    size_t first = l->plan->n_refs, found = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t state = 0; state < of->n_states; state++) {
            hec_id id = -1;
            for (size_t i = 0; i < s->n_rewards; i++) {
                const hec_reward *r = &s->rewards[i];
                bool mine = (size_t)r->state == of->first_state + state && r->outcome == outcome;
                id = mine && is_changing(l, r->value) == changing ? r->value : id;
            }
            found += id >= 0;
            if (pass == 1) {
                (void)add_ref(l, set, id);
            }
        }
        if (found == 0) {
            return;
        }
    }
    rewards->worths[rewards->n_worths++] = (hec_worth){chain, first, outcome};
}

static void lay_rewards(layer *l)
{
    const hec_model *model = l->model;
    const hec_life *life = &l->strategy->life;
    hec_life_plan *plan = l->plan;
    for (int changing = 0; changing < 2; changing++) {
        hec_rewards *rewards = &plan->rewards[changing];
        rewards->worths = array(l, model->n_chains * model->n_outcomes, sizeof *rewards->worths);
        rewards->rates = array(l, life->n_rates, sizeof *rewards->rates);
        for (size_t o = 0; !l->failed && o < model->n_outcomes; o++) {
            for (size_t c = 0; c < model->n_chains; c++) {
                lay_worth(l, c, (int)o, changing);
            }
        }
        for (size_t i = 0; !l->failed && i < life->n_rates; i++) {
            const hec_life_amount *rate = &life->rates[i];
            if (is_changing(l, rate->value) == changing && !is_zero(l, rate->value)) {
                hec_set set = changing ? HEC_SET_CHANGING : HEC_SET_STEADY;
                rewards->rates[rewards->n_rates++] =
                    (hec_charge){.outcome = rate->outcome, .ref = add_ref(l, set, rate->value)};
            }
        }
    }
}

/* NULL: it is paid when it is due. */
static const double *lagged_weights(layer *l, const hec_life_amount *amount)
{
    bool later = amount->lag > 0;
    const double *lagged =
        later ? hec_weights_lagged(l->arena, l->model, &l->persons->weights, amount->lag) : NULL;
    l->failed = l->failed || (later && !lagged);
    return lagged;
}

static void lay_charges(layer *l)
{
    const hec_strategy *s = l->strategy;
    hec_life_plan *plan = l->plan;
    plan->amounts = array(l, s->life.n_amounts, sizeof *plan->amounts);
    plan->entering = array(l, s->n_one_offs, sizeof *plan->entering);
    for (size_t i = 0; !l->failed && i < s->life.n_amounts; i++) {
        const hec_life_amount *amount = &s->life.amounts[i];
        if (!is_zero(l, amount->value) && l->amount_chains[i] < 0) {
            plan->amounts[plan->n_amounts++] =
                (hec_charge){.outcome = amount->outcome,
                             .ref = add_ref(l, HEC_SET_LIFE, amount->value),
                             .lagged = lagged_weights(l, amount)};
        }
    }
    for (size_t i = 0; !l->failed && i < s->n_one_offs; i++) {
        const hec_one_off *one = &s->one_offs[i];
        if (one->from < 0 && !is_zero(l, one->value)) {
            bool all = one->to == HEC_TO_ANYWHERE;
            int chain = all ? -1 : l->model->states[one->to].chain;
            plan->entering[plan->n_entering++] =
                (hec_charge){one->outcome,
                             add_ref(l, HEC_SET_START, one->value),
                             chain,
                             -1,
                             all ? -1 : one->to - (int)l->model->chains[chain].first,
                             NULL};
        }
    }
}

/* ---- a strategy ------------------------------------------------------------------------------ */

static void lay_variables(layer *l)
{
    const hec_model *model = l->model;
    const hec_life *life = &l->strategy->life;
    hec_life_plan *plan = l->plan;
    plan->initial = array(l, model->n_variables, sizeof *plan->initial);
    plan->next = array(l, model->n_variables, sizeof *plan->next);
    for (size_t i = 0; !l->failed && i < model->n_variables; i++) {
        bool chain = model->variables[i].kind == HEC_VARIABLE_CHAIN;
        plan->initial[i] = add_ref(l, HEC_SET_START, chain ? -1 : life->initial[i]);
        plan->next[i] = add_ref(l, HEC_SET_LIFE, chain ? -1 : life->next[i]);
    }
}

/* Which inputs the strategy's values are made of. */
static void mark_inputs(layer *l, bool *inputs)
{
    const hec_life_plan *plan = l->plan;
    size_t n_nodes = 0;
    for (size_t i = 0; i < plan->n_refs; i++) {
        size_t above = (size_t)(plan->refs[i].id + 1);
        n_nodes = above > n_nodes ? above : n_nodes;
    }
    bool *needed = array(l, n_nodes, sizeof *needed);
    for (size_t i = 0; !l->failed && i < plan->n_refs; i++) {
        if (plan->refs[i].id >= 0) {
            needed[plan->refs[i].id] = true;
        }
    }
    follow(l, n_nodes, needed, inputs);
}

/* Chance of a cycle that something reads, and what else comes from without. */
static void lay_chances(layer *l)
{
    const hec_model *model = l->model;
    hec_life_plan *plan = l->plan;
    bool *inputs = array(l, hec_model_inputs(model), sizeof *inputs);
    plan->chances = array(l, model->n_chances, sizeof *plan->chances);
    if (!l->failed) {
        mark_inputs(l, inputs);
    }
    for (size_t i = 0; !l->failed && i < model->n_chances; i++) {
        const hec_chance *chance = &model->chances[i];
        if (!chance->lasting && chance->input >= 0 && inputs[chance->input]) {
            plan->chances[plan->n_chances++] = i;
        }
    }
    for (size_t i = 0; !l->failed && i < hec_model_inputs(model); i++) {
        l->read[i] = l->read[i] || inputs[i];
    }
    size_t strategy = (size_t)(l->strategy - model->strategies);
    l->failed = l->failed || !hec_cycles_lay_feeds(l->arena, l->persons, strategy, inputs) ||
                !hec_cycles_lay_resident(l->arena, l->persons, strategy);
    size_t *most = &l->cycles->most_chances;
    *most = plan->n_chances > *most ? plan->n_chances : *most;
}

static void lay_strategy(layer *l, size_t number)
{
    const hec_model *model = l->model;
    hec_life_plan *plan = l->plan = &l->cycles->plans[number];
    const hec_strategy *s = l->strategy = &model->strategies[number];
    memset(l->n_roots, 0, sizeof l->n_roots);
    plan->chains = array(l, model->n_chains, sizeof *plan->chains);
    plan->happens = array(l, model->n_events, sizeof *plan->happens);
    find_amounts(l);
    for (size_t i = 0; !l->failed && i < model->n_chains; i++) {
        lay_chain(l, i);
    }
    for (size_t i = 0; !l->failed && i < model->n_events; i++) {
        plan->happens[i] = add_ref(l, HEC_SET_LIFE, s->life.happens[i]);
    }
    plan->asks = l->cycles->masked;
    plan->asked = add_ref(l, HEC_SET_LIFE, plan->asks ? s->life.asked : -1);
    plan->alive = add_ref(l, HEC_SET_STEADY, l->cycles->masked ? s->life.alive : -1);
    plan->checks = plan->n_refs;
    for (size_t i = 0; i < s->life.n_checks; i++) {
        bool start = s->life.checks[i].kind == HEC_LIFE_START;
        (void)add_ref(l, start ? HEC_SET_START : HEC_SET_LIFE, s->life.checks[i].value);
    }
    plan->observed = plan->n_refs;
    for (size_t i = 0; i < s->life.n_observed; i++) {
        (void)add_ref(l, HEC_SET_LIFE, s->life.observed[i]);
    }
    lay_rewards(l);
    lay_charges(l);
    lay_variables(l);
    lay_chances(l);
    size_t *most = &l->cycles->most_refs;
    *most = plan->n_refs > *most ? plan->n_refs : *most;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void find_varying(layer *l)
{
    const hec_model *model = l->model;
    size_t n = hec_graph_size(model->graph);
    bool *inputs = array(l, hec_model_inputs(model), sizeof *inputs);
    l->varies = array(l, n, sizeof *l->varies);
    for (size_t i = 0; !l->failed && i < model->n_chances; i++) {
        if (!model->chances[i].lasting && model->chances[i].input >= 0) {
            inputs[model->chances[i].input] = true;
        }
    }
    for (size_t s = 0; !l->failed && s < model->n_strategies; s++) {
        const hec_pay *pay = &model->strategies[s].pay;
        for (size_t i = 0; i < pay->n_feeds; i++) {
            if (pay->feeds[i].input >= 0) {
                inputs[pay->feeds[i].input] = true;
            }
        }
    }
    for (size_t id = 0; !l->failed && id < n; id++) {
        const hec_graph_node *node = node_of(l, (hec_id)id);
        l->varies[id] = node->code == HEC_CODE_INPUT && inputs[node->index];
        for (int k = 0; k < node->n_args; k++) {
            l->varies[id] = l->varies[id] || l->varies[node->args[k]];
        }
    }
}

/* Of one chain: nobody who is dead is followed, unless a dead state counts something. */
static void find_kept(layer *l)
{
    const hec_model *model = l->model;
    struct hec_cycles *cycles = l->cycles;
    cycles->masked = model->n_chains > 1;
    for (size_t i = 0; i < model->n_variables; i++) {
        cycles->masked = cycles->masked || model->variables[i].kind == HEC_VARIABLE_ALIVE;
        cycles->baselines = cycles->baselines || model->variables[i].kind == HEC_VARIABLE_BASELINE;
    }
    cycles->kept = array(l, model->n_states, sizeof *cycles->kept);
    cycles->living = array(l, model->n_states, sizeof *cycles->living);
    for (size_t i = 0; !l->failed && i < model->n_states; i++) {
        cycles->kept[i] = cycles->living[i] = !model->states[i].dead;
        for (size_t s = 0; s < model->n_strategies; s++) {
            const hec_strategy *strategy = &model->strategies[s];
            for (size_t k = 0; k < strategy->n_rewards; k++) {
                cycles->kept[i] += (size_t)strategy->rewards[k].state == i;
            }
        }
    }
    for (size_t i = 0; i < model->n_chains; i++) {
        cycles->n_hazards += model->chains[i].kind == HEC_CHAIN_HAZARDS;
    }
}

bool hec_cycles_create(hec_arena *arena, hec_persons *persons)
{
    const hec_model *model = persons->model;
    struct hec_cycles *cycles = hec_arena_alloc(arena, sizeof *cycles);
    layer l = {.arena = arena, .persons = persons, .model = model, .cycles = cycles};
    if (!cycles) {
        return false;
    }
    persons->cycles = cycles;
    cycles->plans = array(&l, model->n_strategies, sizeof *cycles->plans);
    l.read = array(&l, hec_model_inputs(model), sizeof *l.read);
    l.inputs = array(&l, hec_model_inputs(model), sizeof *l.inputs);
    l.failed = l.failed || !hec_cycles_lay_years(arena, cycles, model);
    find_kept(&l);
    find_varying(&l);
    for (size_t s = 0; !l.failed && s < model->n_strategies; s++) {
        lay_strategy(&l, s);
    }
    return !l.failed && hec_cycles_compile(arena, persons, l.read);
}
