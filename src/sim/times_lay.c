/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons in continuous time: the model laid out for running. */
#include <math.h>
#include <string.h>

#include "base/scalar.h"
#include "sim/times_inner.h"

static const uint8_t LANES = HEC_DEP_PERSON | HEC_DEP_CYCLE;

/* What the sets want of a program, and what each reads. */
typedef struct root_list {
    size_t n, capacity;
    hec_id *ids;
    bool *lanes;
} root_list;

typedef struct layer {
    hec_arena *arena, *scratch;
    hec_persons *persons;
    const hec_model *model;
    struct hec_times *times;
    size_t n_sets;
    root_list *lists[HEC_TIMES_PROGRAMS]; /* [sets] */
    size_t n_nodes;                       /* room for so many nodes of the graph */
    bool *needed;                         /* [nodes] */
    hec_id *fixed;                        /* [nodes]: what a node is in one state */
    int32_t *chance_of;                   /* [inputs]: chance that is drawn anew; -1 */
    int32_t here, there;                  /* inputs: the state, the state moved to; -1: none */
    bool failed;
} layer;

static void *array(layer *l, size_t count, size_t size)
{
    void *block = l->failed ? NULL : hec_arena_array(l->arena, count + 1, size);
    l->failed = l->failed || !block;
    return block;
}

static void *scratch_array(layer *l, size_t count, size_t size)
{
    void *block = l->failed ? NULL : hec_arena_array(l->scratch, count + 1, size);
    l->failed = l->failed || !block;
    return block;
}

/* The place of a root in its set's list. */
static size_t add_root(layer *l, root_list *list, hec_id id, bool lanes)
{
    size_t capacity = list->capacity;
    bool good =
        hec_arena_grow(l->scratch, (void **)&list->ids, list->n, &list->capacity,
                       sizeof *list->ids) &&
        hec_arena_grow(l->scratch, (void **)&list->lanes, list->n, &capacity, sizeof *list->lanes);
    l->failed = l->failed || !good;
    if (good) {
        list->ids[list->n] = id;
        list->lanes[list->n] = lanes;
    }
    return list->n++;
}

static bool is_zero(const layer *l, hec_id id)
{
    const hec_graph_node *node = hec_graph_node_at(l->model->graph, id);
    return !node || (node->code == HEC_CODE_CONSTANT && node->value == 0);
}

/* ---- nodes that are needed ------------------------------------------------------------------- */

/* Forgets all marks. The graph may have grown since the last time. */
static void clear_marks(layer *l)
{
    size_t n = hec_graph_size(l->model->graph);
    if (n > l->n_nodes) {
        l->n_nodes = 2 * n;
        l->needed = scratch_array(l, l->n_nodes, sizeof *l->needed);
        l->fixed = scratch_array(l, l->n_nodes, sizeof *l->fixed);
    } else {
        memset(l->needed, 0, n * sizeof *l->needed);
    }
}

/* Marks what is below the marks. */
static void spread_marks(layer *l)
{
    for (size_t id = hec_graph_size(l->model->graph); !l->failed && id-- > 0;) {
        const hec_graph_node *node = hec_graph_node_at(l->model->graph, (hec_id)id);
        for (int k = 0; l->needed[id] && k < node->n_args; k++) {
            l->needed[node->args[k]] = true;
        }
    }
}

/* ---- what is known in a state ---------------------------------------------------------------- */

static hec_id fixed_input(const layer *l, hec_id id, const hec_graph_node *node, int here,
                          int there)
{
    hec_graph *graph = l->model->graph;
    if (here >= 0 && node->index == l->here) {
        return hec_graph_constant(graph, here, node->place);
    }
    return there >= 0 && node->index == l->there ? hec_graph_constant(graph, there, node->place)
                                                 : id;
}

static hec_id fixed_node(const layer *l, hec_id id, int here, int there)
{
    hec_graph *graph = l->model->graph;
    const hec_graph_node node = *hec_graph_node_at(graph, id); /* the graph grows */
    hec_id args[4] = {-1, -1, -1, -1};
    bool same = true;
    for (int i = 0; i < node.n_args; i++) {
        args[i] = l->fixed[node.args[i]];
        same = same && args[i] == node.args[i];
    }
    if (node.code == HEC_CODE_INPUT) {
        return fixed_input(l, id, &node, here, there);
    }
    if (same) {
        return id;
    }
    return node.code == HEC_CODE_OP
               ? hec_graph_op(graph, node.op, args[0], args[1], args[2], node.place)
           : node.code == HEC_CODE_LOOKUP ? hec_graph_lookup(graph, node.lookup, args, node.place)
                                          : hec_graph_special(graph, node.index, args, node.place);
}

/* What the marked nodes are where somebody is in the state `here` and, where it matters, moves to
 * `there`: l->fixed. Most of what is asked about states folds away. */
static void fix_states(layer *l, int here, int there)
{
    size_t n = hec_graph_size(l->model->graph), first = l->model->chains[0].first;
    spread_marks(l);
    for (size_t id = 0; !l->failed && id < n; id++) {
        if (l->needed[id]) {
            l->fixed[id] = fixed_node(l, (hec_id)id, here < 0 ? -1 : here - (int)first,
                                      there < 0 ? -1 : there - (int)first);
            l->failed = l->fixed[id] < 0;
        }
    }
}

/* ---- what a state wants ---------------------------------------------------------------------- */

static void want_causes(layer *l, const hec_strategy *s, int state, hec_times_stay *stay,
                        root_list *list)
{
    stay->causes = array(l, s->life.n_latents, sizeof *stay->causes);
    for (size_t i = 0; !l->failed && i < s->life.n_latents; i++) {
        const hec_latent *latent = &s->life.latents[i];
        if (latent->from == state) {
            (void)add_root(l, list, l->fixed[latent->time], true);
            stay->causes[stay->n_causes++] = (hec_times_cause){.latent = i, .to = latent->to};
        }
    }
}

static void want_rate(layer *l, hec_times_stay *stay, root_list *list, int outcome, hec_id value)
{
    if (!l->failed && !is_zero(l, l->fixed[value])) {
        (void)add_root(l, list, l->fixed[value], false);
        stay->rates[stay->n_rates++] = (hec_times_term){.outcome = outcome, .to = -1};
    }
}

static void want_rates(layer *l, const hec_strategy *s, int state, hec_times_stay *stay,
                       root_list *list)
{
    if (l->model->states[state].dead) { /* nothing counts after death */
        return;
    }
    stay->rates = array(l, s->n_rewards + s->life.n_rates, sizeof *stay->rates);
    for (size_t i = 0; i < s->n_rewards; i++) {
        if (s->rewards[i].state == state) {
            want_rate(l, stay, list, s->rewards[i].outcome, s->rewards[i].value);
        }
    }
    for (size_t i = 0; i < s->life.n_rates; i++) {
        want_rate(l, stay, list, s->life.rates[i].outcome, s->life.rates[i].value);
    }
}

/* The times to the moves from a state, and what it counts. */
static void want_stay(layer *l, const hec_strategy *s, int state, hec_times_stay *stay,
                      root_list *list)
{
    clear_marks(l);
    for (size_t i = 0; !l->failed && i < s->life.n_latents; i++) {
        l->needed[s->life.latents[i].time] |= s->life.latents[i].from == state;
    }
    for (size_t i = 0; !l->failed && i < s->n_rewards; i++) {
        l->needed[s->rewards[i].value] |= s->rewards[i].state == state;
    }
    for (size_t i = 0; !l->failed && i < s->life.n_rates; i++) {
        l->needed[s->life.rates[i].value] = true;
    }
    fix_states(l, state, -1);
    want_causes(l, s, state, stay, list);
    want_rates(l, s, state, stay, list);
    stay->ends = stay->n_causes == 0 && stay->n_rates == 0;
}

static void want_charge(layer *l, hec_times_stay *stay, root_list *list, int outcome, int to,
                        hec_id value)
{
    if (!l->failed && !is_zero(l, l->fixed[value])) {
        (void)add_root(l, list, l->fixed[value], false);
        stay->charges[stay->n_charges++] = (hec_times_term){.outcome = outcome, .to = to};
    }
}

/* What one move is charged; from -1: entering the model. */
static void want_move(layer *l, const hec_strategy *s, int from, int to, hec_times_stay *stay,
                      root_list *list)
{
    size_t n_amounts = from < 0 ? 0 : s->life.n_amounts;
    clear_marks(l);
    for (size_t i = 0; !l->failed && i < s->n_one_offs; i++) {
        const hec_one_off *one = &s->one_offs[i];
        l->needed[one->value] |= one->from == from && one->to == to;
    }
    for (size_t i = 0; !l->failed && i < n_amounts; i++) {
        l->needed[s->life.amounts[i].value] = true;
    }
    fix_states(l, from < 0 ? to : from, from < 0 ? -1 : to);
    for (size_t i = 0; i < s->n_one_offs; i++) {
        const hec_one_off *one = &s->one_offs[i];
        if (one->from == from && one->to == to) {
            want_charge(l, stay, list, one->outcome, to, one->value);
        }
    }
    for (size_t i = 0; i < n_amounts; i++) {
        want_charge(l, stay, list, s->life.amounts[i].outcome, to, s->life.amounts[i].value);
    }
}

static bool leads_to(const hec_times_stay *stay, int to)
{
    bool leads = false;
    for (size_t k = 0; k < stay->n_causes; k++) {
        leads = leads || stay->causes[k].to == to;
    }
    return leads;
}

/* Charges stand together by where they lead to: whoever goes there is looked for once. */
static void want_charges(layer *l, const hec_strategy *s, int state, hec_times_stay *stay,
                         root_list *list)
{
    int n_states = (int)l->model->n_states;
    size_t most = state < 0 ? (size_t)n_states : stay->n_causes;
    stay->targets = array(l, most, sizeof *stay->targets);
    stay->charges = array(l, most * (s->n_one_offs + s->life.n_amounts), sizeof *stay->charges);
    for (int to = 0; !l->failed && to < n_states; to++) {
        if (state < 0 || leads_to(stay, to)) {
            hec_times_target *target = &stay->targets[stay->n_targets++];
            *target = (hec_times_target){.to = to, .first = stay->n_charges};
            want_move(l, s, state, to, stay, list);
            target->n_charges = stay->n_charges - target->first;
        }
    }
}

static void want_strategy(layer *l, size_t strategy)
{
    const hec_model *model = l->model;
    const hec_strategy *s = &model->strategies[strategy];
    hec_times_plan *plan = &l->times->plans[strategy];
    size_t set = strategy * (model->n_states + 1);
    plan->stays = array(l, model->n_states, sizeof *plan->stays);
    for (size_t i = 0; !l->failed && i < model->n_states; i++, set++) {
        hec_times_stay *stay = &plan->stays[i];
        want_stay(l, s, (int)i, stay, &l->lists[HEC_TIMES_STAY][set]);
        want_charges(l, s, (int)i, stay, &l->lists[HEC_TIMES_MOVE][set]);
    }
    want_charges(l, s, -1, &plan->enters, &l->lists[HEC_TIMES_MOVE][set]);
    for (size_t i = 0; !l->failed && i < model->n_states; i++) {
        (void)add_root(l, &l->lists[HEC_TIMES_MOVE][set], s->start[i], true);
    }
}

/* ---- what a set reads ------------------------------------------------------------------------ */

static void add_read(const layer *l, hec_times_reads *reads, int32_t input)
{
    if (input < HEC_CLOCK_COUNT) {
        reads->clocks[input] = true;
    } else if (l->chance_of[input] >= 0) {
        reads->chances[reads->n_chances++] = (size_t)l->chance_of[input];
    } else {
        reads->columns[reads->n_columns++] = input;
    }
}

static void find_reads(layer *l, const root_list *list, hec_times_reads *reads)
{
    const hec_graph *graph = l->model->graph;
    size_t n = 0;
    clear_marks(l);
    for (size_t i = 0; !l->failed && i < list->n; i++) {
        l->needed[list->ids[i]] = true;
    }
    spread_marks(l);
    for (size_t id = 0; !l->failed && id < hec_graph_size(graph); id++) {
        n += l->needed[id] && hec_graph_node_at(graph, (hec_id)id)->code == HEC_CODE_INPUT;
    }
    reads->columns = array(l, n, sizeof *reads->columns);
    reads->chances = array(l, n, sizeof *reads->chances);
    for (size_t id = 0; !l->failed && id < hec_graph_size(graph); id++) {
        const hec_graph_node *node = hec_graph_node_at(graph, (hec_id)id);
        if (l->needed[id] && node->code == HEC_CODE_INPUT && (node->depends & LANES)) {
            add_read(l, reads, node->index);
        }
    }
    struct hec_times *t = l->times;
    t->most_columns = reads->n_columns > t->most_columns ? reads->n_columns : t->most_columns;
    t->most_chances = reads->n_chances > t->most_chances ? reads->n_chances : t->most_chances;
}

/* ---- programs -------------------------------------------------------------------------------- */

static bool compile(layer *l, hec_times_program which)
{
    size_t *counts = scratch_array(l, l->n_sets, sizeof *counts);
    const hec_id **ids = scratch_array(l, l->n_sets, sizeof *ids);
    const bool **lanes = scratch_array(l, l->n_sets, sizeof *lanes);
    for (size_t i = 0; !l->failed && i < l->n_sets; i++) {
        counts[i] = l->lists[which][i].n;
        ids[i] = l->lists[which][i].ids;
        lanes[i] = l->lists[which][i].lanes;
    }
    hec_program **program = &l->times->programs[which];
    *program = l->failed ? NULL
                         : hec_program_compile(l->arena, l->model->graph, LANES, l->n_sets, counts,
                                               ids, lanes);
    return *program != NULL;
}

static size_t greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The columns that frames need: a state's own stage has a frame in each strategy, the others are
 * used by one state after the other. */
static void measure_frames(layer *l, hec_times_program which)
{
    struct hec_times *t = l->times;
    const hec_program *p = t->programs[which];
    size_t n = l->model->n_states + 1;
    t->own[which] = array(l, n, sizeof **t->own);
    t->own_uniform[which] = array(l, n, sizeof **t->own_uniform);
    size_t *lanes = t->lanes[which], *uniform = t->uniform[which];
    lanes[HEC_STAGE_SHARED] = hec_program_lane_columns(p, 0, HEC_STAGE_SHARED);
    uniform[HEC_STAGE_SHARED] = hec_program_uniform_columns(p, 0, HEC_STAGE_SHARED);
    for (size_t set = 0; !l->failed && set < l->n_sets; set++) {
        size_t *own = &t->own[which][set % n], *own_uniform = &t->own_uniform[which][set % n];
        *own = greater(*own, hec_program_lane_columns(p, set, HEC_STAGE_STRATEGY));
        *own_uniform =
            greater(*own_uniform, hec_program_uniform_columns(p, set, HEC_STAGE_STRATEGY));
        for (int stage = HEC_STAGE_CYCLE; stage <= HEC_STAGE_CELL; stage++) {
            hec_stage of = (hec_stage)stage;
            lanes[stage] = greater(lanes[stage], hec_program_lane_columns(p, set, of));
            uniform[stage] = greater(uniform[stage], hec_program_uniform_columns(p, set, of));
        }
    }
}

/* Where the values of a state lie, in the order in which they were wanted. */
static void find_stay(layer *l, size_t set, const hec_times_plan *plan, hec_times_stay *stay)
{
    const hec_program *p = l->times->programs[HEC_TIMES_STAY];
    size_t root = 0;
    for (size_t i = 0; i < stay->n_causes; i++) {
        stay->causes[i].slot = hec_program_root(p, set, root++);
    }
    for (size_t k = 0; k < stay->n_targets; k++) {
        hec_times_target *target = &stay->targets[k];
        target->goes_on = !plan->stays[target->to].ends;
        target->causes = array(l, stay->n_causes, sizeof *target->causes);
        for (size_t i = 0; !l->failed && i < stay->n_causes; i++) {
            if (stay->causes[i].to == target->to) {
                target->causes[target->n_causes++] = i;
            }
        }
    }
    for (size_t i = 0; i < stay->n_rates; i++) {
        stay->rates[i].slot = hec_program_root(p, set, root++);
        stay->steady = stay->steady || stay->rates[i].slot.uniform;
        stay->changing = stay->changing || !stay->rates[i].slot.uniform;
    }
    find_reads(l, &l->lists[HEC_TIMES_STAY][set], &stay->reads);
}

static void find_charges(layer *l, size_t set, hec_times_stay *stay)
{
    const hec_program *p = l->times->programs[HEC_TIMES_MOVE];
    for (size_t i = 0; i < stay->n_charges; i++) {
        stay->charges[i].slot = hec_program_root(p, set, i);
        stay->charged_lanes = stay->charged_lanes || !stay->charges[i].slot.uniform;
    }
    find_reads(l, &l->lists[HEC_TIMES_MOVE][set], &stay->charge_reads);
}

/* Where people start; the only state there is, or -1. */
static void find_start(layer *l, size_t set, const hec_strategy *s, hec_times_plan *plan)
{
    size_t n = l->model->n_states, some = 0;
    plan->start = array(l, n, sizeof *plan->start);
    plan->starts_in = -1;
    for (size_t i = 0; !l->failed && i < n; i++) {
        const hec_graph_node *node = hec_graph_node_at(l->model->graph, s->start[i]);
        plan->start[i] =
            hec_program_root(l->times->programs[HEC_TIMES_MOVE], set, plan->enters.n_charges + i);
        if (!is_zero(l, s->start[i])) {
            some++;
            bool all = node && node->code == HEC_CODE_CONSTANT && node->value == 1;
            plan->starts_in = some == 1 && all ? (int)i : -1;
        }
    }
}

static void find_strategy(layer *l, size_t strategy)
{
    const hec_model *model = l->model;
    hec_times_plan *plan = &l->times->plans[strategy];
    size_t set = strategy * (model->n_states + 1);
    for (size_t i = 0; !l->failed && i < model->n_states; i++, set++) {
        hec_times_stay *stay = &plan->stays[i];
        find_stay(l, set, plan, stay);
        find_charges(l, set, stay);
        l->times->most_causes = greater(l->times->most_causes, stay->n_causes);
    }
    find_charges(l, set, &plan->enters);
    find_start(l, set, &model->strategies[strategy], plan);
}

/* ---- discounting ----------------------------------------------------------------------------- */

static void lay_kind(layer *l, const hec_discount_curve *curve, hec_times_kind *kind)
{
    const hec_economics *e = &l->model->economics;
    kind->pieces = array(l, curve->count, sizeof *kind->pieces);
    double value = 1; /* at the start of the piece */
    for (size_t i = 0; !l->failed && i < curve->count; i++) {
        double rate = e->continuous ? curve->rates[i] : hec_log1p(curve->rates[i]);
        double from = curve->from[i];
        double until = i + 1 < curve->count ? curve->from[i + 1] : INFINITY;
        if (from < l->times->horizon) {
            kind->pieces[kind->n_pieces++] =
                (hec_times_piece){from, until, rate, value * hec_exp(rate * from)};
            value *= hec_exp(-rate * (until - from));
        }
    }
    bool none = kind->n_pieces <= 1 && !(kind->n_pieces > 0 && kind->pieces[0].rate != 0);
    kind->n_pieces = none ? 0 : kind->n_pieces;
}

static bool same_kind(const hec_times_kind *a, const hec_times_kind *b)
{
    bool same = a->n_pieces == b->n_pieces;
    for (size_t i = 0; same && i < a->n_pieces; i++) {
        same = a->pieces[i].from == b->pieces[i].from && a->pieces[i].rate == b->pieces[i].rate;
    }
    return same;
}

static void lay_kinds(layer *l)
{
    static const hec_discount_curve none = {0};
    struct hec_times *t = l->times;
    const hec_economics *e = &l->model->economics;
    const hec_discount_curve *curves[HEC_TIMES_KINDS] = {&none, &e->cost, &e->effects};
    size_t kinds[HEC_TIMES_KINDS] = {0};
    for (size_t c = 0; c < HEC_TIMES_KINDS; c++) {
        hec_times_kind kind = {0};
        lay_kind(l, curves[c], &kind);
        size_t k = 0;
        while (k < t->n_kinds && !same_kind(&kind, &t->kinds[k])) {
            k++;
        }
        t->kinds[k] = kind;
        t->n_kinds += k == t->n_kinds;
        kinds[c] = k;
    }
    t->kind_of[HEC_OUTCOME_COST] = kinds[1];
    t->kind_of[HEC_OUTCOME_EFFECT] = kinds[2];
    t->kind_of[HEC_OUTCOME_USE] = 0;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void lay_inputs(layer *l)
{
    const hec_model *model = l->model;
    l->here = l->there = -1;
    for (size_t i = 0; i < model->n_variables; i++) {
        if (model->variables[i].kind == HEC_VARIABLE_CHAIN) {
            l->here = model->variables[i].input;
            l->there = model->variables[i].next_input;
        }
    }
    l->chance_of = scratch_array(l, hec_model_inputs(model), sizeof *l->chance_of);
    for (size_t i = 0; !l->failed && i < hec_model_inputs(model); i++) {
        l->chance_of[i] = -1;
    }
    for (size_t i = 0; !l->failed && i < model->n_chances; i++) {
        if (!model->chances[i].lasting && model->chances[i].input >= 0) {
            l->chance_of[model->chances[i].input] = (int32_t)i;
        }
    }
}

static void lay_cycles(layer *l)
{
    const hec_model *model = l->model;
    struct hec_times *t = l->times;
    size_t cycles = (size_t)model->cycles, dead = 0;
    for (size_t i = 0; i < model->n_events; i++) {
        dead += model->events[i].fatal;
    }
    t->cause_of_death = array(l, model->n_states, sizeof *t->cause_of_death);
    t->begins = array(l, cycles + 1, sizeof *t->begins);
    t->yearly = array(l, cycles * t->n_kinds, sizeof *t->yearly);
    t->reached = array(l, (cycles + 1) * t->n_kinds, sizeof *t->reached);
    for (size_t i = 0; !l->failed && i < model->n_states; i++) {
        t->cause_of_death[i] = dead;
        dead += model->states[i].dead;
    }
    for (size_t i = 0; !l->failed && i <= cycles; i++) {
        t->begins[i] = (double)i * model->cycle_length;
    }
    for (size_t k = 0; !l->failed && k < t->n_kinds; k++) {
        for (size_t i = 0; i <= cycles; i++) {
            const double *end = &t->begins[i];
            t->reached[k * (cycles + 1) + i] = hec_times_years(&t->kinds[k], 0, *end);
            if (i > 0) {
                t->yearly[k * cycles + i - 1] = hec_times_years(&t->kinds[k], end[-1], *end);
            }
        }
    }
}

static void lay(layer *l)
{
    const hec_model *model = l->model;
    struct hec_times *t = l->times;
    l->n_sets = model->n_strategies * (model->n_states + 1);
    t->horizon = (double)model->cycles * model->cycle_length;
    t->plans = array(l, model->n_strategies, sizeof *t->plans);
    for (int p = 0; p < HEC_TIMES_PROGRAMS; p++) {
        l->lists[p] = scratch_array(l, l->n_sets, sizeof **l->lists);
    }
    lay_kinds(l);
    lay_cycles(l);
    lay_inputs(l);
    for (size_t i = 0; !l->failed && i < model->n_strategies; i++) {
        want_strategy(l, i);
    }
    for (int p = 0; !l->failed && p < HEC_TIMES_PROGRAMS; p++) {
        l->failed = !compile(l, (hec_times_program)p);
        if (!l->failed) {
            measure_frames(l, (hec_times_program)p);
        }
    }
    for (size_t i = 0; !l->failed && i < model->n_strategies; i++) {
        find_strategy(l, i);
    }
}

bool hec_times_create(hec_arena *arena, hec_diagnostics *diagnostics, hec_persons *persons)
{
    (void)diagnostics;
    layer l = {.arena = arena,
               .scratch = hec_arena_create(),
               .persons = persons,
               .model = persons->model,
               .times = hec_arena_alloc(arena, sizeof *persons->times)};
    l.failed = !l.scratch || !l.times;
    if (!l.failed) {
        lay(&l);
    }
    hec_arena_destroy(l.scratch);
    persons->times = l.failed ? NULL : l.times;
    return !l.failed;
}
