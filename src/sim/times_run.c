/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons in continuous time: from move to move, all persons of a state together. */
#include <math.h>
#include <string.h>

#include "sim/times_inner.h"

/* Starting shares sum to one this closely. */
static const double FULL_START = 1e-9;

/* ---- programs -------------------------------------------------------------------------------- */

static hec_frames frames_of(const hec_persons_work *work, hec_times_program program, size_t state,
                            size_t n)
{
    const struct hec_times_work *w = work->times;
    hec_frames view = {.lanes = n,
                       .stride = work->stride,
                       .input_columns = w->inputs,
                       .input_values = work->values};
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        bool own = stage == HEC_STAGE_STRATEGY;
        view.lane[stage] = own ? w->own[program][state] : w->frames[program][stage];
        view.uniform[stage] = own ? w->own_uniform[program][state] : w->uniforms[program][stage];
    }
    return view;
}

hec_frames hec_times_frames(const hec_times_run *r, hec_times_program program, size_t state,
                            size_t n)
{
    return frames_of(r->work, program, state, n);
}

void hec_times_begin(const hec_persons *persons, hec_persons_work *work,
                     const hec_person_block *block)
{
    for (int p = 0; p < HEC_TIMES_PROGRAMS; p++) {
        hec_frames view = frames_of(work, (hec_times_program)p, 0, block->n);
        hec_program_run(persons->times->programs[p], block->kernels, 0, HEC_STAGE_SHARED, &view);
    }
}

void hec_times_ready(const hec_times_run *r, hec_times_program program, size_t state)
{
    if (!r->w->ready[program][state]) {
        hec_frames view = frames_of(r->work, program, state, r->block->n);
        hec_program_run(r->times->programs[program], r->hk, hec_times_set(r, state),
                        HEC_STAGE_STRATEGY, &view);
        r->w->ready[program][state] = true;
    }
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static void supply_clocks(const hec_times_run *r, size_t n, const hec_times_reads *reads,
                          const double *t, const double *stayed)
{
    double *columns[HEC_CLOCK_COUNT];
    for (size_t i = 0; i < HEC_CLOCK_COUNT; i++) {
        columns[i] = r->w->clock + i * r->stride;
        r->w->inputs[i] = columns[i];
    }
    r->w->inputs[HEC_CLOCK_T] = t;
    if (reads->clocks[HEC_CLOCK_CYCLE]) {
        for (size_t i = 0; i < n; i++) {
            columns[HEC_CLOCK_CYCLE][i] = floor(t[i] / r->model->cycle_length + 1e-9) + 1;
        }
    }
    if (reads->clocks[HEC_CLOCK_YEAR]) {
        for (size_t i = 0; i < n; i++) {
            columns[HEC_CLOCK_YEAR][i] = floor(r->model->start_year + t[i] + 1e-9);
        }
    }
    if (stayed) {
        r->w->inputs[HEC_CLOCK_TIME_IN_STATE] = stayed;
    } else if (reads->clocks[HEC_CLOCK_TIME_IN_STATE]) {
        r->hk->fill(n, 0, columns[HEC_CLOCK_TIME_IN_STATE]);
    }
}

static const uint64_t *ids_of(const hec_times_run *r, const hec_times_group *g)
{
    const uint64_t *all = r->work->ids + r->from;
    if (g->whole) {
        return all;
    }
    for (size_t i = 0; i < g->n; i++) {
        r->w->ids[i] = all[g->lanes[i]];
    }
    return r->w->ids;
}

void hec_times_supply(const hec_times_run *r, const hec_times_group *g,
                      const hec_times_reads *reads, const double *t, const double *stayed)
{
    struct hec_times_work *w = r->w;
    supply_clocks(r, g->n, reads, t, stayed);
    for (size_t i = 0; i < reads->n_columns; i++) {
        const double *all = r->work->inputs[reads->columns[i]] + r->from;
        double *mine = w->group + i * r->stride;
        if (!g->whole) {
            r->hk->gather(g->n, g->lanes, all, mine);
        }
        w->inputs[reads->columns[i]] = g->whole ? all : mine;
    }
    const uint64_t *ids = reads->n_chances > 0 ? ids_of(r, g) : NULL;
    for (size_t i = 0; i < reads->n_chances; i++) {
        double *u = w->chance + i * r->stride;
        hec_person_chance(r->persons, r->block, r->persons->streams[reads->chances[i]], g->n, ids,
                          (uint32_t)r->move, u, NULL);
        w->inputs[r->model->chances[reads->chances[i]].input] = u;
    }
}

/* ---- what goes wrong ------------------------------------------------------------------------- */

/* Inputs of a lane: those of the group that its set reads, else as the person began. */
static void explain(const hec_times_run *r, const hec_times_group *g, size_t lane, double t)
{
    double *out = r->fault->inputs;
    if (!out) {
        return;
    }
    hec_person_inputs(r->persons, r->work->inputs, r->work->values, r->from + lane, out);
    out[HEC_CLOCK_CYCLE] = floor(t / r->model->cycle_length + 1e-9) + 1;
    out[HEC_CLOCK_T] = t;
    out[HEC_CLOCK_YEAR] = floor(r->model->start_year + t + 1e-9);
    out[HEC_CLOCK_TIME_IN_STATE] = 0;
    for (size_t i = 0; g && i < r->model->n_variables; i++) {
        if (r->model->variables[i].kind == HEC_VARIABLE_CHAIN) {
            out[r->model->variables[i].input] = g->state; /* of the only chain */
        }
    }
    for (size_t i = 0; g && i < g->n; i++) {
        if (g->lanes[i] == lane) {
            for (size_t k = 0; k < g->stay->reads.n_chances; k++) {
                int32_t input = r->model->chances[g->stay->reads.chances[k]].input;
                out[input] = r->w->inputs[input][i];
            }
        }
    }
}

static bool fail(const hec_times_run *r, int kind, size_t item, size_t lane, double t,
                 const hec_times_group *g)
{
    hec_person_fault *fault = r->fault;
    fault->found = true;
    fault->kind = kind;
    fault->item = item;
    fault->person = r->block->first + (int64_t)(r->from + lane);
    fault->cycle =
        kind == HEC_PERSON_FAULT_TIME || kind == HEC_PERSON_FAULT_ENDLESS ? r->move + 1 : 0;
    fault->time = t;
    explain(r, g, lane, t);
    return false;
}

static bool fail_time(const hec_times_run *r, const hec_times_group *g, size_t at)
{
    size_t cause = 0;
    while (cause + 1 < g->stay->n_causes && r->w->times[cause][at] >= g->entry[at]) {
        cause++;
    }
    return fail(r, HEC_PERSON_FAULT_TIME, g->stay->causes[cause].latent, g->lanes[at], g->entry[at],
                g);
}

/* ---- groups ---------------------------------------------------------------------------------- */

static hec_times_group group_of(const hec_times_run *r, size_t state)
{
    struct hec_times_work *w = r->w;
    return (hec_times_group){.state = (int)state,
                             .stay = &r->plan->stays[state],
                             .n = w->count[r->now][state],
                             .whole = r->move == 0 && r->plan->starts_in >= 0,
                             .lanes = w->order[r->now] + state * r->stride,
                             .entry = w->entry[r->now] + state * r->stride,
                             .until = w->until,
                             .which = w->which};
}

/* Those who move to a target join its group of the next move. */
static void move_lanes(const hec_times_run *r, const hec_times_group *g,
                       const hec_times_target *target)
{
    struct hec_times_work *w = r->w;
    size_t *count = &w->count[!r->now][target->to], n = 0;
    size_t at = (size_t)target->to * r->stride + *count;
    uint32_t *lanes = target->goes_on ? w->order[!r->now] + at : w->lanes;
    double *until = target->goes_on ? w->entry[!r->now] + at : w->moved;
    if (!target->goes_on && target->n_charges == 0) {
        return;
    }
    for (size_t i = 0; i < target->n_causes; i++) {
        n += r->hk->person_choose(g->n, g->which, (double)target->causes[i], g->lanes, g->until,
                                  w->index + n, lanes + n, until + n);
    }
    if (target->n_charges > 0 && n > 0) {
        hec_times_count_moves(r, g, target, n, lanes, until);
    }
    *count += target->goes_on ? n : 0;
}

/* All who are in a state: when they leave it, and whereto. */
static bool run_group(const hec_times_run *r, size_t state)
{
    struct hec_times_work *w = r->w;
    hec_times_group g = group_of(r, state);
    const hec_times_stay *stay = g.stay;
    hec_frames view = hec_times_frames(r, HEC_TIMES_STAY, state, g.n);
    hec_times_ready(r, HEC_TIMES_STAY, state);
    hec_times_supply(r, &g, &stay->reads, g.entry, NULL);
    hec_program_run(r->times->programs[HEC_TIMES_STAY], r->hk, hec_times_set(r, state),
                    HEC_STAGE_CYCLE, &view);
    for (size_t i = 0; i < stay->n_causes; i++) {
        w->times[i] = hec_slot_address(&view, stay->causes[i].slot);
    }
    size_t bad = r->hk->person_earliest(g.n, stay->n_causes, w->times, g.entry, r->times->horizon,
                                        g.until, g.which);
    if (bad < g.n) {
        return fail_time(r, &g, bad);
    }
    hec_times_count_stays(r, &g);
    hec_times_run_charges(r, &g);
    for (size_t i = 0; i < stay->n_targets; i++) {
        move_lanes(r, &g, &stay->targets[i]);
    }
    hec_times_record_group(r, &g);
    return true;
}

/* One move of all who are left; false after a fault. *going: how many are left then. */
static bool run_move(hec_times_run *r, size_t *going)
{
    struct hec_times_work *w = r->w;
    size_t n_states = r->model->n_states;
    memset(w->count[!r->now], 0, n_states * sizeof **w->count);
    for (size_t s = 0; s < n_states; s++) {
        if (w->count[r->now][s] > 0 && !run_group(r, s)) {
            return false;
        }
    }
    *going = 0;
    for (size_t s = 0; s < n_states; s++) {
        *going += w->count[!r->now][s];
    }
    r->now = !r->now;
    return true;
}

static bool fail_endless(const hec_times_run *r)
{
    struct hec_times_work *w = r->w;
    size_t lane = SIZE_MAX, state = 0;
    double t = 0;
    for (size_t s = 0; s < r->model->n_states; s++) {
        for (size_t i = 0; i < w->count[r->now][s]; i++) {
            size_t at = s * r->stride + i;
            if (w->order[r->now][at] < lane) {
                lane = w->order[r->now][at];
                t = w->entry[r->now][at];
                state = s;
            }
        }
    }
    hec_times_group g = group_of(r, state);
    g.n = 0; /* the chances of a move that is not made are nobody's */
    return fail(r, HEC_PERSON_FAULT_ENDLESS, 0, lane, t, &g);
}

/* ---- start ----------------------------------------------------------------------------------- */

/* Everybody as one group, at time 0. */
static hec_times_group everybody(const hec_times_run *r)
{
    struct hec_times_work *w = r->w;
    r->hk->fill(r->n, 0, w->moved);
    return (hec_times_group){.state = r->plan->starts_in,
                             .stay = &r->plan->enters,
                             .n = r->n,
                             .whole = true,
                             .lanes = w->all,
                             .entry = w->moved,
                             .until = w->until,
                             .which = w->which};
}

static double share_of(const hec_times_run *r, const hec_frames *view, size_t state, size_t lane)
{
    hec_slot slot = r->plan->start[state];
    return hec_slot_address(view, slot)[slot.uniform ? 0 : lane];
}

/* The state that chance leads a lane to; -1: the shares are none. */
static int32_t drawn_state(const hec_times_run *r, const hec_frames *view, size_t lane, double u)
{
    double sum = 0;
    int32_t found = -1, last = -1;
    bool good = true;
    for (size_t s = 0; s < r->model->n_states; s++) {
        double share = share_of(r, view, s, lane);
        good = good && share >= 0;
        sum += share;
        last = share > 0 ? (int32_t)s : last;
        found = found < 0 && u < sum ? (int32_t)s : found;
    }
    return !good || !(fabs(sum - 1) <= FULL_START) ? -1 : found < 0 ? last : found;
}

static bool draw_states(const hec_times_run *r, const hec_times_group *g)
{
    struct hec_times_work *w = r->w;
    hec_frames view = hec_times_frames(r, HEC_TIMES_MOVE, r->model->n_states, g->n);
    double *u = w->scratch[0];
    hec_person_chance(r->persons, r->block, r->persons->start[0], g->n, r->work->ids + r->from,
                      HEC_WORD_LASTING, u, NULL);
    for (size_t i = 0; i < g->n; i++) {
        w->begins_in[i] = drawn_state(r, &view, i, u[i]);
        if (w->begins_in[i] < 0) {
            return fail(r, HEC_PERSON_FAULT_START, 0, i, 0, NULL);
        }
    }
    return true;
}

/* Finds the states of everybody, and what entering the model is worth. */
static bool enter(const hec_times_run *r)
{
    size_t entering = r->model->n_states;
    hec_times_group g = everybody(r);
    hec_frames view = hec_times_frames(r, HEC_TIMES_MOVE, entering, g.n);
    hec_times_ready(r, HEC_TIMES_MOVE, entering);
    hec_times_supply(r, &g, &r->plan->enters.charge_reads, g.entry, NULL);
    hec_program_run(r->times->programs[HEC_TIMES_MOVE], r->hk, hec_times_set(r, entering),
                    HEC_STAGE_CYCLE, &view);
    for (size_t i = 0; i < r->n; i++) {
        r->w->begins_in[i] = r->plan->starts_in;
    }
    return r->plan->starts_in >= 0 || draw_states(r, &g);
}

/* Who is in a state that ends at once is in no group. */
static void group_states(const hec_times_run *r)
{
    struct hec_times_work *w = r->w;
    for (size_t i = 0; i < r->n; i++) {
        size_t state = (size_t)w->begins_in[i];
        if (!r->plan->stays[state].ends) {
            size_t at = state * r->stride + w->count[0][state]++;
            w->order[0][at] = (uint32_t)i;
            w->entry[0][at] = 0;
        }
    }
}

/* Where everybody is at time 0. */
static bool start(hec_times_run *r)
{
    struct hec_times_work *w = r->w;
    int state = r->plan->starts_in;
    bool told = r->block->tally || r->block->told;
    bool enters = state < 0 || told || r->plan->enters.n_charges > 0 || r->plan->stays[state].ends;
    r->now = 0;
    r->move = 0;
    if (enters && !enter(r)) {
        return false;
    }
    hec_times_begin_counting(r);
    memset(w->count[0], 0, r->model->n_states * sizeof **w->count);
    if (enters) {
        hec_times_count_entering(r, w->begins_in);
        hec_times_record_start(r, w->begins_in);
        group_states(r);
    } else { /* all are in one state, and it is all that is asked */
        memcpy(w->order[0] + (size_t)state * r->stride, w->all, r->n * sizeof *w->all);
        r->hk->fill(r->n, 0, w->entry[0] + (size_t)state * r->stride);
        w->count[0][state] = r->n;
    }
    return true;
}

/* ---- a strategy ------------------------------------------------------------------------------ */

/* All lives of the lanes that are followed. */
static bool follow(hec_times_run *r)
{
    size_t going = 0, outcome = 0, lane = 0;
    if (!start(r)) {
        return false;
    }
    for (size_t s = 0; s < r->model->n_states; s++) {
        going += r->w->count[0][s];
    }
    for (; going > 0; r->move++) {
        if (r->move == HEC_TIMES_MOVES_MAX) {
            return fail_endless(r);
        }
        if (!run_move(r, &going)) {
            return false;
        }
    }
    if (!hec_times_finish_counting(r, &outcome, &lane)) {
        return fail(r, HEC_PERSON_FAULT_REWARD, outcome, lane, r->times->horizon, NULL);
    }
    hec_times_record_end(r);
    return true;
}

/* The lanes before a fault may have one too, later in their lives: the first person's is told. */
static void find_first_fault(hec_times_run *r)
{
    const hec_person_block *block = r->block;
    hec_person_block plain = *block;
    hec_person_fault found = *r->fault;
    bool again = true;
    plain.tally = NULL;
    plain.told = NULL;
    r->block = &plain;
    while (again) {
        found = *r->fault;
        r->n = (size_t)(found.person - plain.first) - r->from;
        again = r->n > 0 && !follow(r);
    }
    if (r->n > 0) { /* the inputs were written over */
        r->n++;
        (void)follow(r);
    }
    *r->fault = found;
    r->block = block;
}

bool hec_times_strategy(const hec_persons *persons, hec_persons_work *work,
                        const hec_person_block *block, size_t strategy, double *totals,
                        size_t stride, hec_person_fault *fault)
{
    struct hec_times_work *w = work->times;
    hec_times_run r = {.persons = persons,
                       .model = persons->model,
                       .times = persons->times,
                       .plan = &persons->times->plans[strategy],
                       .work = work,
                       .w = w,
                       .block = block,
                       .hk = block->kernels,
                       .strategy = strategy,
                       .stride = work->stride,
                       .total_stride = stride,
                       .fault = fault};
    size_t n_states = persons->model->n_states, step = block->tally ? w->chunk : block->n;
    for (int p = 0; p < HEC_TIMES_PROGRAMS; p++) {
        memset(w->ready[p], 0, (n_states + 1) * sizeof **w->ready);
    }
    for (r.from = 0; r.from < block->n; r.from += step) {
        r.n = block->n - r.from < step ? block->n - r.from : step;
        r.totals = totals + r.from;
        if (!follow(&r)) {
            find_first_fault(&r);
            return false;
        }
    }
    return true;
}
