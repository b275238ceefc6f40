/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: one strategy, a block of persons, cycle by cycle. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "sim/persons_cycles.h"

/* How often the dead are looked for; even, since chance is drawn for two cycles. */
enum { DROP_EVERY = 4 };

bool hec_cycles_fail(hec_life_run *r, int kind, size_t item, size_t lane)
{
    int64_t cycle = r->cycle;
    hec_person_fault *fault = r->fault;
    fault->found = true;
    fault->kind = kind;
    fault->strategy = r->strategy;
    fault->item = item;
    fault->person = (int64_t)r->c->ids[lane];
    fault->cycle = cycle;
    fault->time = cycle > 0 ? hec_model_time(r->model, cycle - 1) : 0;
    hec_person_inputs(r->persons, r->c->inputs, r->work->values, lane, fault->inputs);
    return false;
}

void hec_cycles_run_stage(hec_life_run *r, hec_set set, hec_stage stage)
{
    if (stage == HEC_STAGE_CYCLE) { /* for the stage after it, too */
        hec_tables_look_up(r, set);
    }
    if (r->plan->runs[set][stage]) {
        hec_program_run(r->cycles->program, r->hk, r->strategy * HEC_SETS + set, stage,
                        &r->c->views[set]);
    }
}

/* What the life says must hold, as soon as its stage has run. */
static bool check(hec_life_run *r, hec_set set, hec_stage stage)
{
    const hec_life *life = &r->model->strategies[r->strategy].life;
    for (size_t i = 0; i < life->n_checks; i++) {
        size_t ref = r->plan->checks + i;
        const hec_ref *of = &r->plan->refs[ref];
        hec_stage known = of->stage < HEC_STAGE_CYCLE ? HEC_STAGE_CYCLE : of->stage;
        bool once = of->stage < HEC_STAGE_CYCLE && r->cycle > 1;
        if (of->set != set || known != stage || once) {
            continue;
        }
        size_t n = r->plan->uniform[ref] ? 1 : r->n;
        size_t lane = r->hk->first_outside(n, hec_cycles_value(r, ref), life->checks[i].low,
                                           life->checks[i].high);
        if (lane < n) {
            return hec_cycles_fail(r, HEC_PERSON_FAULT_CHECK, i, lane);
        }
    }
    return true;
}

/* ---- the clock and chance -------------------------------------------------------------------- */

static void set_clock(hec_life_run *r, int64_t cycle)
{
    double t = hec_model_time(r->model, cycle - 1), *values = r->work->values;
    values[HEC_CLOCK_CYCLE] = (double)cycle;
    values[HEC_CLOCK_T] = t;
    values[HEC_CLOCK_YEAR] =
        isnan(r->model->start_year) ? 0 : floor(r->model->start_year + t + 1e-9);
    values[HEC_CLOCK_YEAR_END] = hec_model_year_ends(r->model, cycle);
    for (size_t k = 0; k < r->persons->weights.n_kinds; k++) {
        r->once[k] = r->persons->weights.of[k].one_off[cycle - 1];
    }
    hec_cycles_feed(r);
}

const double *hec_cycles_chance(const hec_life_run *r, size_t index)
{
    return (r->cycle % 2 ? r->c->even : r->c->odd) + index * r->stride;
}

/* One block of chance serves two cycles. */
static void draw(hec_life_run *r, size_t index, uint64_t stream)
{
    if (r->cycle % 2 || r->resumed) {
        bool second = r->cycle % 2 == 0 || r->cycle < r->model->cycles;
        double *odd = second ? r->c->odd + index * r->stride : NULL;
        hec_person_chance(r->persons, r->block, stream, r->n, r->c->ids,
                          (uint32_t)((r->cycle - 1) / 2), r->c->even + index * r->stride, odd);
    }
}

static void draw_chances(hec_life_run *r)
{
    const hec_life_plan *plan = r->plan;
    for (size_t i = 0; i < plan->n_chances; i++) {
        size_t chance = plan->chances[i];
        draw(r, i, r->persons->streams[chance]);
        r->c->inputs[r->model->chances[chance].input] = hec_cycles_chance(r, i);
    }
    for (size_t i = 0; i < r->model->n_chains; i++) {
        if (r->model->chains[i].kind != HEC_CHAIN_HAZARDS) {
            draw(r, plan->n_chances + i, r->persons->move[i]);
        }
    }
    r->resumed = false;
}

/* ---- the start ------------------------------------------------------------------------------- */

static void run_shared(const struct hec_cycles *cycles, const hk_table *kernels,
                       const struct hec_cycles_work *c)
{
    hec_program_run(cycles->program, kernels, 0, HEC_STAGE_SHARED, &c->views[0]);
}

static void start_variables(hec_life_run *r)
{
    for (size_t i = 0; i < r->model->n_variables; i++) {
        const double *initial = hec_cycles_value(r, r->plan->initial[i]);
        if (initial) {
            r->hk->op[HK_COPY](r->n, initial, NULL, NULL, r->c->variables + i * r->stride);
        }
    }
}

/* Who is taken up after a pause finds the tables as they were. */
void hec_cycles_settle_in(hec_life_run *r)
{
    if (r->cycles->baselines || r->resumed) {
        run_shared(r->cycles, r->hk, r->c);
    }
    if (!r->resumed) {
        hec_tables_run(r, r->strategy, HEC_STAGE_STRATEGY);
    }
    for (size_t set = HEC_SET_LIFE; set < HEC_SETS; set++) {
        bool wanted = set == HEC_SET_LIFE || (set == HEC_SET_STEADY && r->cycles->masked);
        if (!r->bare || wanted) {
            hec_cycles_run_stage(r, (hec_set)set, HEC_STAGE_STRATEGY);
        }
    }
}

static void start_totals(hec_life_run *r)
{
    for (size_t i = 0; i < 2 * r->model->n_outcomes; i++) {
        r->hk->fill(r->n, 0, r->c->totals + i * r->stride);
        if (r->recorded) {
            r->hk->fill(r->n, 0, r->c->parts[0] + i * r->stride);
            r->hk->fill(r->n, 0, r->c->parts[1] + i * r->stride);
        }
    }
    hec_cycles_credit_entering(r);
    hec_cycles_credit_point(r, 0);
}

/* Persons at time 0. What may be asked of them then is where they start in their chains. */
bool hec_cycles_start(hec_life_run *r)
{
    r->cycle = 1;
    set_clock(r, 1);
    draw_chances(r);
    r->cycle = 0;
    hec_cycles_run_stage(r, HEC_SET_START, HEC_STAGE_STRATEGY);
    hec_cycles_run_stage(r, HEC_SET_START, HEC_STAGE_CYCLE);
    if (!hec_cycles_start_chains(r)) {
        return false;
    }
    hec_cycles_run_stage(r, HEC_SET_START, HEC_STAGE_CYCLE);
    start_variables(r);
    if (!check(r, HEC_SET_START, HEC_STAGE_CYCLE)) {
        return false;
    }
    hec_cycles_settle_in(r);
    if (r->bare) {
        hec_cycles_find_living(r);
        return true;
    }
    if (r->plan->n_entering > 0) { /* what entering costs may ask what persons start with */
        hec_cycles_run_stage(r, HEC_SET_START, HEC_STAGE_STRATEGY);
        hec_cycles_run_stage(r, HEC_SET_START, HEC_STAGE_CYCLE);
    }
    start_totals(r);
    return true;
}

/* ---- a cycle --------------------------------------------------------------------------------- */

static void commit(hec_life_run *r)
{
    struct hec_cycles_work *c = r->c;
    for (size_t i = 0; i < r->model->n_variables; i++) {
        const double *next = hec_cycles_value(r, r->plan->next[i]);
        if (next) {
            r->hk->op[HK_COPY](r->n, next, NULL, NULL, c->variables + i * r->stride);
        }
    }
    for (size_t i = 0; i < r->model->n_chains; i++) {
        double *swap = c->state[i];
        c->state[i] = c->next[i];
        c->next[i] = swap;
    }
    hec_cycles_point_states(r);
    r->stepped = false;
}

static bool live(hec_life_run *r)
{
    hec_cycles_run_stage(r, HEC_SET_LIFE, HEC_STAGE_CYCLE);
    if (!check(r, HEC_SET_LIFE, HEC_STAGE_CYCLE)) {
        return false;
    }
    if (r->recorded) {
        hec_cycles_record_events(r);
    }
    if (!hec_cycles_move_chains(r)) {
        return false;
    }
    hec_cycles_run_stage(r, HEC_SET_LIFE, HEC_STAGE_CELL);
    if (!check(r, HEC_SET_LIFE, HEC_STAGE_CELL)) {
        return false;
    }
    if (!r->bare) {
        hec_cycles_credit_amounts(r);
    }
    if (r->block->observe) {
        hec_cycles_show(r);
    }
    commit(r);
    return true;
}

static bool run_cycle(hec_life_run *r, int64_t cycle)
{
    r->cycle = cycle;
    set_clock(r, cycle);
    if (r->recorded) {
        hec_cycles_record_values(r);
    }
    if (cycle > 1) {
        draw_chances(r);
    }
    hec_tables_run(r, r->strategy, HEC_STAGE_CYCLE);
    if (r->bare) {
        if (!live(r)) {
            return false;
        }
        hec_cycles_find_living(r);
        return true;
    }
    hec_cycles_credit_changing(r, false);
    if (!live(r)) {
        return false;
    }
    hec_cycles_credit_point(r, cycle);
    hec_cycles_credit_changing(r, true);
    if (r->recorded) {
        hec_cycles_record_point(r, cycle);
        hec_cycles_record_parts(r);
    }
    return true;
}

bool hec_cycles_run(hec_life_run *r, int64_t from, int64_t until, bool *left)
{
    *left = true;
    for (int64_t cycle = from + 1; *left && cycle <= until; cycle++) {
        if (!run_cycle(r, cycle)) {
            return false;
        }
        *left = cycle % DROP_EVERY != 0 || hec_cycles_drop_dead(r);
    }
    return true;
}

/* ---- a strategy ------------------------------------------------------------------------------ */

/* The entering parts belong to the first cycle. */
static void begin_record(hec_life_run *r)
{
    double *swap = r->c->parts[0];
    r->c->parts[0] = r->c->parts[1];
    r->c->parts[1] = swap;
    memset(r->c->gone, 0, hec_model_places(r->model) * sizeof *r->c->gone);
    hec_cycles_record_start(r);
    hec_cycles_record_point(r, 0);
}

static bool check_totals(hec_life_run *r)
{
    for (size_t i = 0; i < 2 * r->model->n_outcomes; i++) {
        size_t lane =
            r->hk->first_outside(r->block->n, r->totals + i * r->total_stride, -DBL_MAX, DBL_MAX);
        if (lane < r->block->n) {
            r->cycle = r->model->cycles;
            hec_cycles_take_block(r); /* whoever it is has a lane again */
            return hec_cycles_fail(r, HEC_PERSON_FAULT_REWARD, i % r->model->n_outcomes, lane);
        }
    }
    return true;
}

hec_life_run hec_cycles_open(const hec_persons *persons, hec_persons_work *work,
                             const hec_person_block *block, size_t strategy)
{
    return (hec_life_run){.persons = persons,
                          .model = persons->model,
                          .cycles = persons->cycles,
                          .plan = &persons->cycles->plans[strategy],
                          .work = work,
                          .c = work->cycles,
                          .block = block,
                          .hk = block->kernels,
                          .strategy = strategy,
                          .stride = work->stride,
                          .was_alive = true};
}

bool hec_cycles_strategy(const hec_persons *persons, hec_persons_work *work,
                         const hec_person_block *block, size_t strategy, double *totals,
                         size_t stride, hec_person_fault *fault)
{
    hec_life_run r = hec_cycles_open(persons, work, block, strategy);
    bool left;
    r.recorded = block->tally || block->told;
    r.totals = totals;
    r.total_stride = stride;
    r.fault = fault;
    hec_cycles_take_block(&r);
    if (!hec_cycles_start(&r)) {
        return false;
    }
    if (r.recorded) {
        begin_record(&r);
    }
    if (!hec_cycles_run(&r, 0, r.model->cycles, &left)) {
        return false;
    }
    if (r.recorded && !left) {
        hec_cycles_record_rest(&r);
    }
    if (r.recorded) {
        hec_cycles_record_end(&r);
    }
    hec_cycles_deliver(&r);
    return check_totals(&r);
}

void hec_cycles_begin(const hec_persons *persons, hec_persons_work *work,
                      const hec_person_block *block)
{
    hec_life_run r = hec_cycles_open(persons, work, block, 0);
    hec_cycles_take_block(&r);
    hec_tables_run(&r, 0, HEC_STAGE_SHARED);
    run_shared(persons->cycles, block->kernels, work->cycles);
}
