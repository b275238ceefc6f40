/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohort engine: the model laid out for running, and a thread's working memory. */
#include "sim/cohort_inner.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cohort_means.h"
#include "sim/expm.h"
#include "sim/weights.h"

/* ---- what one strategy wants from the program ------------------------------------------------ */

typedef struct root_list {
    size_t n;
    hec_id *ids;
    bool *lanes;
} root_list;

/* Roots in this order: arc values, arc checks, rewards, one-offs, start, occupancy, checks of
 * payments. */
static bool collect_roots(hec_arena *arena, const hec_model *model, const hec_strategy *s,
                          root_list *list)
{
    size_t n = 2 * s->n_arcs + s->n_rewards + s->n_one_offs + 2 * model->n_states + s->n_pay_checks;
    list->ids = hec_arena_array(arena, n + 1, sizeof *list->ids);
    list->lanes = hec_arena_array(arena, n + 1, sizeof *list->lanes);
    if (!list->ids || !list->lanes) {
        return false;
    }
    for (size_t i = 0; i < s->n_arcs; i++) {
        list->lanes[list->n] = true;
        list->ids[list->n++] = s->arcs[i].value;
    }
    for (size_t i = 0; i < s->n_arcs; i++) {
        list->ids[list->n++] = s->arcs[i].check;
    }
    for (size_t i = 0; i < s->n_rewards; i++) {
        list->ids[list->n++] = s->rewards[i].value;
    }
    for (size_t i = 0; i < s->n_one_offs; i++) {
        list->ids[list->n++] = s->one_offs[i].value;
    }
    for (size_t i = 0; i < model->n_states; i++) {
        list->lanes[list->n] = true;
        list->ids[list->n++] = s->start[i];
    }
    for (size_t i = 0; s->occupancy && i < model->n_states; i++) {
        list->lanes[list->n] = true;
        list->ids[list->n++] = s->occupancy[i];
    }
    for (size_t i = 0; i < s->n_pay_checks; i++) {
        list->ids[list->n++] = s->pay_checks[i].value;
    }
    return true;
}

static bool compile(hec_arena *arena, hec_cohort *cohort)
{
    const hec_model *model = cohort->model;
    size_t n = model->n_strategies;
    root_list *lists = hec_arena_array(arena, n, sizeof *lists);
    size_t *counts = hec_arena_array(arena, n, sizeof *counts);
    const hec_id **ids = hec_arena_array(arena, n, sizeof *ids);
    const bool **lanes = hec_arena_array(arena, n, sizeof *lanes);
    if (!lists || !counts || !ids || !lanes) {
        return false;
    }
    for (size_t s = 0; s < n; s++) {
        if (!collect_roots(arena, model, &model->strategies[s], &lists[s])) {
            return false;
        }
        counts[s] = lists[s].n;
        ids[s] = lists[s].ids;
        lanes[s] = lists[s].lanes;
    }
    cohort->program = hec_program_compile(arena, model->graph, HEC_DEP_DRAW, n, counts, ids, lanes);
    return cohort->program != NULL;
}

/* ---- arcs ------------------------------------------------------------------------------------ */

/* Which states can be reached within a cycle along hazards. */
static bool *closure(hec_arena *arena, const hec_model *model, const hec_strategy *s)
{
    size_t n = model->n_states;
    bool *reach = hec_arena_array(arena, n * n, sizeof *reach);
    for (size_t i = 0; reach && i < n; i++) {
        reach[i * n + i] = true;
    }
    for (size_t i = 0; reach && i < s->n_arcs; i++) {
        reach[(size_t)s->arcs[i].from * n + (size_t)s->arcs[i].to] = true;
    }
    for (size_t k = 0; reach && k < n; k++) {
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < n; j++) {
                reach[i * n + j] |= reach[i * n + k] && reach[k * n + j];
            }
        }
    }
    return reach;
}

/* The arcs once more, for the kernels. */
static void order_arcs(const hec_cohort *cohort, hec_cohort_plan *plan)
{
    size_t n = cohort->model->n_states, count = 0;
    for (size_t place = 0; place < n; place++) {
        plan->first[place] = (int32_t)count;
        for (size_t k = 0; k < plan->n_arcs; k++) {
            if (cohort->place[plan->arcs[k].to] == place) {
                plan->from[count] = (int32_t)cohort->place[plan->arcs[k].from];
                plan->order[count++] = k;
            }
        }
    }
    plan->first[n] = (int32_t)count;
}

/* Groups arcs by destination, keeping the order of writing inside a group. */
static bool lay_arcs(hec_arena *arena, const hec_cohort *cohort, const hec_strategy *s,
                     hec_cohort_plan *plan)
{
    const hec_model *model = cohort->model;
    size_t n = model->n_states, most = model->hazards ? n * n : s->n_arcs;
    const bool *reach = model->hazards ? closure(arena, model, s) : NULL;
    plan->arcs = hec_arena_array(arena, most + 1, sizeof *plan->arcs);
    plan->source = hec_arena_array(arena, most + 1, sizeof *plan->source);
    plan->from = hec_arena_array(arena, most + 1, sizeof *plan->from);
    plan->order = hec_arena_array(arena, most + 1, sizeof *plan->order);
    plan->first = hec_arena_array(arena, n + 1, sizeof *plan->first);
    if (!plan->arcs || !plan->source || !plan->from || !plan->order || !plan->first ||
        (model->hazards && !reach)) {
        return false;
    }
    for (size_t to = 0; to < n; to++) {
        for (size_t i = 0; i < (model->hazards ? n : s->n_arcs); i++) {
            bool here = model->hazards ? reach[i * n + to] : (size_t)s->arcs[i].to == to;
            if (here) {
                int from = model->hazards ? (int)i : s->arcs[i].from;
                plan->arcs[plan->n_arcs] = (hec_cohort_arc){from, (int)to};
                plan->source[plan->n_arcs++] = i;
            }
        }
    }
    order_arcs(cohort, plan);
    return true;
}

/* Literals and what strategies share are known when the strategy's own stage has run. */
static hec_stage known_at(const hec_cohort *cohort, size_t set, size_t root)
{
    hec_stage stage = hec_program_root_stage(cohort->program, set, root);
    return stage < HEC_STAGE_STRATEGY ? HEC_STAGE_STRATEGY : stage;
}

static bool lay_checks(hec_arena *arena, const hec_cohort *cohort, size_t set,
                       hec_cohort_plan *plan)
{
    const hec_strategy *s = &cohort->model->strategies[set];
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        plan->checks[stage] =
            hec_arena_array(arena, s->n_arcs + s->n_pay_checks + 1, sizeof *plan->checks[stage]);
        if (!plan->checks[stage]) {
            return false;
        }
    }
    plan->hazard_stage = HEC_STAGE_STRATEGY;
    for (size_t i = 0; i < s->n_arcs; i++) {
        size_t root = s->n_arcs + i;
        hec_stage stage = known_at(cohort, set, root), arc_stage = known_at(cohort, set, i);
        plan->checks[stage][plan->n_checks[stage]++] = (hec_cohort_check){
            i, hec_program_root(cohort->program, set, root), s->arcs[i].low, s->arcs[i].high};
        plan->by_cycle = plan->by_cycle || arc_stage == HEC_STAGE_CYCLE ||
                         arc_stage == HEC_STAGE_CELL || arc_stage == HEC_STAGE_DURATION;
        if (arc_stage > plan->hazard_stage) {
            plan->hazard_stage = arc_stage;
        }
    }
    size_t first = 2 * s->n_arcs + s->n_rewards + s->n_one_offs +
                   (s->occupancy ? 2 : 1) * cohort->model->n_states;
    for (size_t i = 0; i < s->n_pay_checks; i++) {
        const hec_life_check *check = &s->pay_checks[i];
        double near = hec_life_check_near(check);
        hec_stage stage = known_at(cohort, set, first + i);
        plan->checks[stage][plan->n_checks[stage]++] =
            (hec_cohort_check){s->n_arcs + i, hec_program_root(cohort->program, set, first + i),
                               check->low - near, check->high + near};
    }
    return true;
}

/* ---- terms ----------------------------------------------------------------------------------- */

static int find_move(hec_cohort_plan *plan, const hec_strategy *s, const hec_one_off *one_off)
{
    if (one_off->from == HEC_FROM_START) {
        return -1;
    }
    for (size_t i = 0; i < plan->n_moves; i++) {
        if (plan->moves[i].from == one_off->from && plan->moves[i].to == one_off->to) {
            return (int)i;
        }
    }
    if (one_off->from == HEC_FROM_ANYWHERE || one_off->from == one_off->to) {
        plan->moves[plan->n_moves] = (hec_move){one_off->from, one_off->to, 0};
        return (int)plan->n_moves++;
    }
    for (size_t i = 0; i < s->n_arcs; i++) {
        if (s->arcs[i].from == one_off->from && s->arcs[i].to == one_off->to) {
            plan->moves[plan->n_moves] = (hec_move){one_off->from, one_off->to, i};
            return (int)plan->n_moves++;
        }
    }
    return -1;
}

static void add_term(const hec_cohort *cohort, hec_cohort_plan *plan, const hec_term *term)
{
    bool asked = plan->on_means && cohort->model->outcomes[term->outcome].kind == HEC_OUTCOME_USE;
    if (term->stage <= HEC_STAGE_STRATUM && term->time == 0 && !asked) {
        plan->steady[plan->n_steady++] = *term;
    } else {
        plan->changing[plan->n_changing++] = *term;
    }
}

static bool lay_terms(hec_arena *arena, const hec_cohort *cohort, size_t set, hec_cohort_plan *plan)
{
    const hec_strategy *s = &cohort->model->strategies[set];
    size_t n = s->n_rewards + s->n_one_offs + 1;
    plan->steady = hec_arena_array(arena, n, sizeof *plan->steady);
    plan->changing = hec_arena_array(arena, n, sizeof *plan->changing);
    plan->moves = hec_arena_array(arena, s->n_one_offs + 1, sizeof *plan->moves);
    plan->entering = hec_arena_array(arena, s->n_one_offs + 1, sizeof *plan->entering);
    plan->start = hec_arena_array(arena, cohort->model->n_states, sizeof *plan->start);
    plan->slots = hec_arena_array(arena, s->n_arcs + 1, sizeof *plan->slots);
    if (s->occupancy) {
        plan->occupancy = hec_arena_array(arena, cohort->model->n_states, sizeof *plan->occupancy);
    }
    if (!plan->steady || !plan->changing || !plan->moves || !plan->entering || !plan->start ||
        !plan->slots || (s->occupancy && !plan->occupancy)) {
        return false;
    }
    size_t root = 0;
    for (size_t i = 0; i < s->n_arcs; i++) {
        plan->slots[i] = hec_program_root(cohort->program, set, root++);
    }
    root += s->n_arcs;
    for (size_t i = 0; i < s->n_rewards; i++, root++) {
        add_term(cohort, plan,
                 &(hec_term){s->rewards[i].state, s->rewards[i].outcome, -1, i, 0,
                             hec_program_root(cohort->program, set, root),
                             hec_program_root_stage(cohort->program, set, root)});
    }
    for (size_t i = 0; i < s->n_one_offs; i++, root++) {
        hec_term term = {s->one_offs[i].to,
                         s->one_offs[i].outcome,
                         -1,
                         i,
                         s->one_offs[i].time,
                         hec_program_root(cohort->program, set, root),
                         hec_program_root_stage(cohort->program, set, root)};
        term.move = find_move(plan, s, &s->one_offs[i]);
        if (s->one_offs[i].from == HEC_FROM_START) {
            plan->entering[plan->n_entering++] = term;
        } else if (term.move >= 0) {
            add_term(cohort, plan, &term);
        }
    }
    for (size_t i = 0; i < cohort->model->n_states; i++) {
        plan->start[i] = hec_program_root(cohort->program, set, root++);
    }
    for (size_t i = 0; plan->occupancy && i < cohort->model->n_states; i++) {
        plan->occupancy[i] = hec_program_root(cohort->program, set, root++);
    }
    return true;
}

static bool follows_draws(const hec_model *model, const hec_strategy *s)
{
    unsigned depends = 0;
    for (size_t i = 0; i < s->n_arcs; i++) {
        depends |= hec_graph_node_at(model->graph, s->arcs[i].value)->depends;
    }
    for (size_t i = 0; i < model->n_states; i++) {
        depends |= hec_graph_node_at(model->graph, s->start[i])->depends;
    }
    return depends & HEC_DEP_DRAW;
}

/* What is paid at the end of a year, or later, counts at that time. */
static double *settled_weights(hec_arena *arena, const hec_model *model, double lag)
{
    const hec_economics *e = &model->economics;
    double *weights = hec_arena_array(arena, (size_t)model->cycles + 1, sizeof *weights);
    int64_t last = model->cycles;
    for (int64_t cycle = model->cycles; weights && cycle >= 1; cycle--) {
        last = hec_model_year_ends(model, cycle) ? cycle : last;
        weights[cycle - 1] =
            hec_discount_factor(&e->cost, e->continuous, (double)last * model->cycle_length + lag);
    }
    return weights;
}

static bool lay_times(hec_arena *arena, const hec_cohort *cohort, size_t set)
{
    const hec_strategy *s = &cohort->model->strategies[set];
    hec_cohort_plan *plan = &cohort->plans[set];
    hec_weights weights = {0};
    memcpy(weights.of, cohort->weights, sizeof weights.of);
    plan->paid = hec_arena_array(arena, s->n_pay_times + 1, sizeof *plan->paid);
    if (plan->paid) {
        plan->paid[0] = weights.of[cohort->kind_of[HEC_OUTCOME_COST][1]].one_off;
    }
    for (size_t i = 1; plan->paid && i < s->n_pay_times; i++) {
        const hec_pay_time *time = &s->pay_times[i];
        plan->paid[i] = time->at_year_end
                            ? settled_weights(arena, cohort->model, time->lag)
                            : hec_weights_lagged(arena, cohort->model, &weights, time->lag);
        if (!plan->paid[i]) {
            return false;
        }
    }
    return plan->paid != NULL;
}

static bool lay_strategy(hec_arena *arena, hec_cohort *cohort, size_t set)
{
    const hec_model *model = cohort->model;
    hec_cohort_plan *plan = &cohort->plans[set];
    plan->on_means = model->strategies[set].means != NULL;
    if (!lay_arcs(arena, cohort, &model->strategies[set], plan) ||
        !lay_checks(arena, cohort, set, plan) || !lay_terms(arena, cohort, set, plan) ||
        !lay_times(arena, cohort, set)) {
        return false;
    }
    plan->uniform = !follows_draws(model, &model->strategies[set]);
    for (int i = 0; i < HEC_STAGE_COUNT; i++) {
        hec_stage stage = (hec_stage)i;
        size_t lanes = hec_program_lane_columns(cohort->program, set, stage);
        size_t uniforms = hec_program_uniform_columns(cohort->program, set, stage);
        plan->runs[i] = hec_program_instructions(cohort->program, set, stage) > 0;
        cohort->columns[i] = lanes > cohort->columns[i] ? lanes : cohort->columns[i];
        cohort->uniforms[i] = uniforms > cohort->uniforms[i] ? uniforms : cohort->uniforms[i];
    }
    cohort->n_moves = plan->n_moves > cohort->n_moves ? plan->n_moves : cohort->n_moves;
    return true;
}

/* ---- strategies of one chain ----------------------------------------------------------------- */

static bool same_chain(const hec_model *model, const hec_strategy *a, const hec_strategy *b)
{
    bool same = a->n_arcs == b->n_arcs;
    for (size_t i = 0; same && i < a->n_arcs; i++) {
        const hec_arc *x = &a->arcs[i], *y = &b->arcs[i];
        same = x->from == y->from && x->to == y->to && x->value == y->value &&
               x->check == y->check && x->low == y->low && x->high == y->high;
    }
    for (size_t i = 0; same && i < model->n_states; i++) {
        same = a->start[i] == b->start[i] &&
               (!a->occupancy || (a->occupancy[i] == b->occupancy[i] && a->clamp == b->clamp));
    }
    return same;
}

static bool lay_order(hec_arena *arena, hec_cohort *cohort)
{
    const hec_model *model = cohort->model;
    size_t n = model->n_strategies, count = 0;
    cohort->order = hec_arena_array(arena, n, sizeof *cohort->order);
    if (!cohort->order) {
        return false;
    }
    for (size_t s = 0; s < n; s++) {
        size_t first = 0;
        while (!same_chain(model, &model->strategies[first], &model->strategies[s])) {
            first++;
        }
        cohort->plans[s].chain = first;
    }
    for (size_t chain = 0; chain < n; chain++) {
        for (size_t s = chain; s < n; s++) {
            if (cohort->plans[s].chain == chain) {
                cohort->order[count++] = s;
            }
        }
    }
    return true;
}

/* ---- states that count ----------------------------------------------------------------------- */

static void mark_rewarded(const hec_strategy *s, bool *counts)
{
    for (size_t i = 0; i < s->n_rewards; i++) {
        counts[s->rewards[i].state] = true;
    }
    for (size_t i = 0; i < s->n_one_offs; i++) {
        if (s->one_offs[i].from >= 0) {
            counts[s->one_offs[i].from] = true;
        }
    }
}

/* Whoever may move to a state that counts is counted too; true when that made a difference. */
static bool mark_origins(const hec_model *model, bool *counts)
{
    bool more = false;
    for (size_t s = 0; s < model->n_strategies; s++) {
        for (size_t i = 0; i < model->strategies[s].n_arcs; i++) {
            const hec_arc *arc = &model->strategies[s].arcs[i];
            if (counts[arc->to] && !counts[arc->from]) {
                counts[arc->from] = more = true;
            }
        }
    }
    return more;
}

static bool lay_places(hec_arena *arena, hec_cohort *cohort)
{
    const hec_model *model = cohort->model;
    bool *counts = hec_arena_array(arena, model->n_states, sizeof *counts);
    cohort->place = hec_arena_array(arena, model->n_states, sizeof *cohort->place);
    if (!counts || !cohort->place) {
        return false;
    }
    for (size_t s = 0; s < model->n_strategies; s++) {
        mark_rewarded(&model->strategies[s], counts);
    }
    while (mark_origins(model, counts)) {
    }
    size_t place = 0;
    for (size_t i = 0; i < model->n_states; i++) {
        cohort->n_counted += counts[i];
    }
    if (cohort->n_counted == 0) { /* nothing is rewarded: run it all the same */
        memset(counts, true, model->n_states * sizeof *counts);
        cohort->n_counted = model->n_states;
    }
    for (size_t i = 0, rest = cohort->n_counted; i < model->n_states; i++) {
        cohort->place[i] = counts[i] ? place++ : rest++;
    }
    return true;
}

/* ---- cells and weights ----------------------------------------------------------------------- */

static bool lay_cells(hec_arena *arena, hec_cohort *cohort)
{
    const hec_model *model = cohort->model;
    cohort->cell = hec_arena_array(arena, model->n_states, sizeof *cohort->cell);
    cohort->durations = hec_arena_array(arena, model->n_states, sizeof *cohort->durations);
    if (!cohort->cell || !cohort->durations) {
        return false;
    }
    size_t all = (size_t)model->cycles + 1, cap = (size_t)model->duration_cap;
    for (size_t i = 0; i < model->n_states; i++) {
        size_t durations = !model->states[i].timed ? 1 : cap > 0 && cap < all ? cap : all;
        cohort->durations[i] = durations;
        cohort->timed = cohort->timed || model->states[i].timed;
        cohort->n_durations = durations > cohort->n_durations ? durations : cohort->n_durations;
    }
    for (size_t place = 0; place < model->n_states; place++) {
        size_t state = 0;
        while (cohort->place[state] != place) {
            state++;
        }
        cohort->cell[state] = cohort->n_cells;
        cohort->n_cells += cohort->durations[state];
    }
    return true;
}

static bool lay_weights(hec_arena *arena, hec_cohort *cohort)
{
    hec_weights weights;
    if (!hec_weights_create(arena, cohort->model, &weights)) {
        return false;
    }
    cohort->n_kinds = weights.n_kinds;
    memcpy(cohort->weights, weights.of, sizeof cohort->weights);
    memcpy(cohort->kind_of, weights.kind_of, sizeof cohort->kind_of);
    cohort->point = weights.point;
    return true;
}

/* ---- public ---------------------------------------------------------------------------------- */

hec_cohort *hec_cohort_create(hec_arena *arena, const hec_model *model)
{
    hec_cohort *cohort = hec_arena_alloc(arena, sizeof *cohort);
    if (!cohort) {
        return NULL;
    }
    cohort->model = model;
    cohort->plans = hec_arena_array(arena, model->n_strategies, sizeof *cohort->plans);
    if (!cohort->plans || !compile(arena, cohort) || !lay_places(arena, cohort) ||
        !lay_cells(arena, cohort) || !lay_weights(arena, cohort)) {
        return NULL;
    }
    bool on_means = false;
    for (size_t s = 0; s < model->n_strategies; s++) {
        if (!lay_strategy(arena, cohort, s)) {
            return NULL;
        }
        on_means = on_means || cohort->plans[s].on_means;
    }
    cohort->means = on_means ? hec_cohort_means_create(arena, model) : NULL;
    if (on_means && !cohort->means) {
        return NULL;
    }
    return lay_order(arena, cohort) ? cohort : NULL;
}

const size_t *hec_cohort_order(const hec_cohort *cohort)
{
    return cohort->order;
}

const hec_program *hec_cohort_program(const hec_cohort *cohort)
{
    return cohort->program;
}

int64_t hec_cohort_cells(const hec_cohort *cohort)
{
    return (int64_t)cohort->n_cells;
}

size_t hec_cohort_arcs(const hec_cohort *cohort, size_t strategy, const hec_cohort_arc **arcs)
{
    *arcs = cohort->plans[strategy].arcs;
    return cohort->plans[strategy].n_arcs;
}

/* ---- working memory -------------------------------------------------------------------------- */

static size_t frames_of(const hec_cohort *cohort, int stage)
{
    return stage == HEC_STAGE_DURATION && cohort->timed ? cohort->n_durations : 1;
}

/* Doubles of everything, in the order create() hands them out. */
static size_t lane_doubles(const hec_cohort *cohort, size_t stride)
{
    const hec_model *model = cohort->model;
    size_t n = model->n_states;
    size_t columns = 2 * cohort->n_cells + cohort->n_kinds * n +
                     (1 + cohort->n_kinds) * cohort->n_moves + 3 + (model->hazards ? 2 * n * n : 0);
    for (int i = 0; i < HEC_STAGE_COUNT; i++) {
        columns += cohort->columns[i] * frames_of(cohort, i);
    }
    return columns * stride;
}

static size_t matrix_doubles(const hec_cohort *cohort)
{
    size_t n = 2 * cohort->model->n_states; /* with the integral beside it */
    size_t exponential = cohort->model->hazards ? 2 * n * n + hec_expm_scratch(n) : 0;
    size_t dense = hec_cohort_uniform_doubles(cohort);
    return exponential > dense ? exponential : dense;
}

static size_t round_up(size_t n)
{
    return (n + 7) / 8 * 8;
}

size_t hec_cohort_work_bytes(const hec_cohort *cohort, size_t lanes)
{
    size_t uniforms = 0;
    for (int i = 0; i < HEC_STAGE_COUNT; i++) {
        uniforms += round_up(cohort->uniforms[i] * frames_of(cohort, i));
    }
    size_t means = cohort->means ? hec_cohort_means_doubles(cohort->means, round_up(lanes)) : 0;
    return sizeof(double) *
           (lane_doubles(cohort, round_up(lanes)) + uniforms + round_up(matrix_doubles(cohort)) +
            round_up(hec_model_inputs(cohort->model)) + means);
}

static double *take(double **next, size_t count)
{
    double *block = *next;
    *next += round_up(count);
    return block;
}

hec_cohort_work *hec_cohort_work_create(const hec_cohort *cohort, size_t lanes)
{
    const hec_model *model = cohort->model;
    size_t n = model->n_states, stride = round_up(lanes), most_arcs = 1;
    hec_cohort_work *w = calloc(1, sizeof *w);
    if (!w) {
        return NULL;
    }
    for (size_t s = 0; s < model->n_strategies; s++) {
        most_arcs = cohort->plans[s].n_arcs > most_arcs ? cohort->plans[s].n_arcs : most_arcs;
    }
    w->lanes = lanes;
    w->stride = stride;
    w->memory = hec_aligned_doubles(hec_cohort_work_bytes(cohort, lanes) / sizeof(double) + 8);
    w->columns = calloc(hec_model_inputs(model) + 1, sizeof *w->columns);
    w->p = calloc(most_arcs, sizeof *w->p);
    w->pivots = calloc(2 * n + 1, sizeof *w->pivots);
    w->crossings = calloc(model->n_strategies + 1, sizeof *w->crossings);
    if (!w->memory || !w->columns || !w->p || !w->pivots || !w->crossings) {
        hec_cohort_work_destroy(w);
        return NULL;
    }
    double *next = w->memory;
    w->x = take(&next, cohort->n_cells * stride);
    w->y = take(&next, cohort->n_cells * stride);
    w->acc = take(&next, cohort->n_kinds * n * stride);
    w->flows = take(&next, cohort->n_moves * stride);
    w->flow_acc = take(&next, cohort->n_kinds * cohort->n_moves * stride);
    w->scratch = take(&next, stride);
    w->scratch2 = take(&next, stride);
    w->crossed = take(&next, stride);
    if (model->hazards) {
        w->hazard_p = take(&next, n * n * stride);
        w->hazard_g = take(&next, n * n * stride);
    }
    for (int i = 0; i < HEC_STAGE_COUNT; i++) {
        w->frames[i] = take(&next, cohort->columns[i] * frames_of(cohort, i) * stride);
        w->uniform[i] = take(&next, cohort->uniforms[i] * frames_of(cohort, i));
    }
    w->matrix = take(&next, matrix_doubles(cohort));
    w->inputs = take(&next, hec_model_inputs(model));
    w->means = cohort->means ? hec_cohort_mean_work_create(cohort->means, next, stride) : NULL;
    if (cohort->means && !w->means) {
        hec_cohort_work_destroy(w);
        return NULL;
    }
    return w;
}

void hec_cohort_work_destroy(hec_cohort_work *work)
{
    if (work) {
        hec_aligned_free(work->memory);
        hec_cohort_mean_work_destroy(work->means);
        free(work->columns);
        free(work->p);
        free(work->pivots);
        free(work->crossings);
        free(work);
    }
}
