/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohort engine: running a block of draws through one strategy. */
#include "sim/cohort_cycles.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Starting shares sum to one this closely. */
static const double START_SUM = 1e-9;

typedef hec_cohort_run run;

/* ---- frames and faults ----------------------------------------------------------------------- */

static void set_cycle(run *r, int64_t cycle)
{
    double *in = r->work->inputs;
    double t = hec_model_time(r->model, cycle - 1);
    in[HEC_CLOCK_CYCLE] = (double)cycle;
    in[HEC_CLOCK_T] = t;
    in[HEC_CLOCK_YEAR] = isnan(r->model->start_year) ? 0 : floor(r->model->start_year + t + 1e-9);
    in[HEC_CLOCK_YEAR_END] = hec_model_year_ends(r->model, cycle);
    r->cycle = cycle;
}

static bool fail(run *r, int kind, size_t lane, size_t item)
{
    *r->fault = (hec_cohort_fault){.found = true,
                                   .kind = kind,
                                   .strategy = r->strategy,
                                   .lane = lane,
                                   .stratum = r->stratum,
                                   .item = item,
                                   .cycle = r->cycle,
                                   .duration = r->duration};
    return false;
}

/* Runs a stage and checks the probabilities that became known with it. */
static bool run_stage(run *r, hec_stage stage)
{
    const hec_cohort_plan *plan = r->plan;
    hec_cohort_work_out(r, stage);
    size_t n_arcs = r->model->strategies[r->strategy].n_arcs;
    for (size_t i = 0; i < plan->n_checks[stage]; i++) {
        const hec_cohort_check *check = &plan->checks[stage][i];
        if (r->known && check->arc < n_arcs) {
            continue;
        }
        const double *x = hec_slot_address(&r->work->view, check->slot);
        size_t n = check->slot.uniform ? 1 : r->n;
        size_t lane = r->hk->first_outside(n, x, check->low, check->high);
        if (lane < n) {
            return check->arc < n_arcs ? fail(r, HEC_FAULT_MOVE, lane, check->arc)
                                       : fail(r, HEC_FAULT_PAYMENT, lane, check->arc - n_arcs);
        }
    }
    if (r->model->hazards && stage == plan->hazard_stage && !r->known) {
        size_t lane = 0;
        if (!hec_cohort_hazards(r->cohort, r->work, r->strategy, &lane)) {
            return fail(r, HEC_FAULT_MOVE, lane, 0);
        }
    }
    return true;
}

/* ---- flows of moves with one-offs ------------------------------------------------------------ */

static const double *arc_column(const run *r, size_t arc)
{
    return hec_slot_address(&r->work->view, r->plan->slots[arc]);
}

/* Expected moves from f to t in the cycle: hazard times the time spent in f. */
static void hazard_flow(const run *r, const hec_move *move, double *flow)
{
    size_t n = r->model->n_states;
    r->hk->fill(r->n, 0, r->work->scratch);
    for (size_t i = 0; i < n; i++) {
        if (!hec_cohort_state_runs(r, i)) {
            continue;
        }
        const double *spent = r->work->hazard_g + (i * n + (size_t)move->from) * r->stride;
        r->hk->multiply_add(r->n, spent, hec_cohort_cell_column(r, r->work->x, (int)i, 0),
                            r->work->scratch);
    }
    r->hk->multiply_add(r->n, arc_column(r, move->arc), r->work->scratch, flow);
}

static bool credit_moves(run *r)
{
    const hec_cohort_plan *plan = r->plan;
    double weight[3];
    hec_cohort_weights_of(r, 2, weight);
    for (size_t k = 0; k < r->cohort->n_kinds; k++) {
        for (size_t m = 0; m < plan->n_moves; m++) {
            r->hk->axpy(r->n, weight[k], r->work->flows + m * r->stride,
                        r->work->flow_acc + (k * r->cohort->n_moves + m) * r->stride);
        }
    }
    for (int list = r->block->detail ? 0 : 1; list < 2; list++) {
        const hec_term *terms = list ? plan->changing : plan->steady;
        size_t n = list ? plan->n_changing : plan->n_steady;
        for (size_t i = 0; i < n; i++) {
            bool by_duration =
                terms[i].stage == HEC_STAGE_DURATION || terms[i].stage == HEC_STAGE_CELL;
            if (terms[i].move >= 0 && !by_duration) {
                hec_cohort_credit(r, &terms[i], weight,
                                  r->work->flows + (size_t)terms[i].move * r->stride);
            }
        }
    }
    return true;
}

/* Who makes a move, of those in its state. */
static void add_flow(const run *r, const hec_move *move, const double *x, double *flow)
{
    if (hec_move_stays(move)) {
        r->hk->axpy(r->n, 1, x, flow);
    } else {
        r->hk->multiply_add(r->n, arc_column(r, move->arc), x, flow);
    }
}

/* One-offs that follow the time in the state that is left. */
static void credit_timed_moves(run *r, int state, const double *x)
{
    const hec_cohort_plan *plan = r->plan;
    double weight[3];
    hec_cohort_weights_of(r, 2, weight);
    for (size_t i = 0; i < plan->n_changing; i++) {
        const hec_term *term = &plan->changing[i];
        bool by_duration = term->stage == HEC_STAGE_DURATION || term->stage == HEC_STAGE_CELL;
        if (term->move < 0 || !by_duration || plan->moves[term->move].from != state) {
            continue;
        }
        r->hk->fill(r->n, 0, r->work->scratch2);
        add_flow(r, &plan->moves[term->move], x, r->work->scratch2);
        hec_cohort_credit(r, term, weight, r->work->scratch2);
    }
}

static void record_flow(run *r, size_t arc, double amount)
{
    size_t row = (size_t)(r->cycle - 1) * r->plan->n_arcs + arc;
    r->block->detail->flow[row] += amount;
}

/* ---- stepping -------------------------------------------------------------------------------- */

/* Column of arc k of the plan (an arc of the model, or an entry of the cycle's matrix). */
static const double *step_column(const run *r, size_t k)
{
    if (r->model->hazards) {
        size_t n = r->model->n_states;
        const hec_cohort_arc *arc = &r->plan->arcs[k];
        return r->work->hazard_p + ((size_t)arc->from * n + (size_t)arc->to) * r->stride;
    }
    return arc_column(r, r->plan->source[k]);
}

static void find_flows(run *r)
{
    for (size_t m = 0; m < r->plan->n_moves; m++) {
        const hec_move *move = &r->plan->moves[m];
        double *flow = r->work->flows + m * r->stride;
        r->hk->fill(r->n, 0, flow);
        if (hec_move_stays(move)) {
            r->hk->axpy(r->n, 1, hec_cohort_cell_column(r, r->work->x, move->from, 0), flow);
            continue;
        }
        if (move->from == HEC_FROM_ANYWHERE) {
            r->hk->op[HK_SUB](r->n, hec_cohort_cell_column(r, r->work->y, move->to, 0),
                              hec_cohort_cell_column(r, r->work->x, move->to, 0), NULL, flow);
            continue;
        }
        if (r->model->hazards) {
            hazard_flow(r, move, flow);
        } else {
            r->hk->multiply_add(r->n, arc_column(r, move->arc),
                                hec_cohort_cell_column(r, r->work->x, move->from, 0), flow);
        }
    }
}

/* The chain as the kernels want it, with this cycle's columns. */
static hk_cohort lay_chain(const run *r)
{
    const hec_cohort_plan *plan = r->plan;
    for (int32_t k = 0; k < plan->first[r->n_states]; k++) {
        r->work->p[k] = step_column(r, plan->order[k]);
    }
    return (hk_cohort){r->n_states, r->cohort->n_kinds, r->stride,
                       plan->first, plan->from,         r->work->p};
}

static bool step_plain(run *r)
{
    const hec_cohort_plan *plan = r->plan;
    hec_cohort_work *w = r->work;
    hk_cohort chain = lay_chain(r);
    for (size_t k = 0; r->block->detail && k < plan->n_arcs; k++) {
        record_flow(r, plan->order[k], w->x[(size_t)plan->from[k] * r->stride] * w->p[k][0]);
    }
    find_flows(r);
    r->hk->cohort_step(r->n, &chain, w->x, r->cohort->point + (size_t)r->cycle * r->cohort->n_kinds,
                       w->y, w->acc);
    return true;
}

static void step_cell(run *r, int state, size_t duration)
{
    const hec_cohort_plan *plan = r->plan;
    hec_cohort_work *w = r->work;
    const double *x = hec_cohort_cell_column(r, w->x, state, duration);
    for (size_t k = 0; k < plan->n_arcs; k++) {
        const hec_cohort_arc *arc = &plan->arcs[k];
        if (arc->from != state || !hec_cohort_state_runs(r, (size_t)arc->to)) {
            continue;
        }
        const double *p = step_column(r, k);
        size_t last = r->cohort->durations[state] - 1;
        size_t to = arc->to != state ? 0 : duration < last ? duration + 1 : last;
        r->hk->multiply_add(r->n, p, x, hec_cohort_cell_column(r, w->y, arc->to, to));
        if (r->block->detail) {
            record_flow(r, k, x[0] * p[0]);
        }
    }
    for (size_t m = 0; m < plan->n_moves; m++) {
        if (plan->moves[m].from == state) {
            add_flow(r, &plan->moves[m], x, w->flows + m * r->stride);
        }
    }
    credit_timed_moves(r, state, x);
}

static bool step_timed(run *r)
{
    hec_cohort_work *w = r->work;
    for (size_t s = 0; s < r->model->n_states; s++) {
        if (hec_cohort_state_runs(r, s)) { /* cells that nobody can be in are not read either */
            r->hk->fill(hec_cohort_occupied(r, (int)s, r->cycle) * r->stride, 0,
                        hec_cohort_cell_column(r, w->y, (int)s, 0));
        }
    }
    r->hk->fill(r->plan->n_moves * r->stride, 0, w->flows);
    for (size_t d = 0; d < r->cohort->n_durations && (int64_t)d < r->cycle; d++) {
        hec_cohort_set_duration(r, d);
        if (!run_stage(r, HEC_STAGE_CELL)) {
            return false;
        }
        for (size_t s = 0; s < r->model->n_states; s++) {
            if (hec_cohort_state_runs(r, s) && d < r->cohort->durations[s]) {
                step_cell(r, (int)s, d);
            }
        }
    }
    r->duration = -1;
    /* what the point counts, summed over durations */
    const double *weight = r->cohort->point + (size_t)r->cycle * r->cohort->n_kinds;
    for (size_t s = 0; s < r->model->n_states; s++) {
        for (size_t d = 0;
             hec_cohort_state_runs(r, s) && d < hec_cohort_occupied(r, (int)s, r->cycle); d++) {
            for (size_t k = 0; k < r->cohort->n_kinds; k++) {
                r->hk->axpy(r->n, weight[k], hec_cohort_cell_column(r, w->y, (int)s, d),
                            hec_cohort_sum_column(r, k, s));
            }
        }
    }
    return true;
}

/* What the point counts of shares that are known. */
static void count_point(const run *r, double *x, int64_t point)
{
    for (size_t s = 0; s < r->model->n_states; s++) {
        for (size_t k = 0; hec_cohort_state_runs(r, s) && k < r->cohort->n_kinds; k++) {
            r->hk->axpy(r->n, r->cohort->point[(size_t)point * r->cohort->n_kinds + k],
                        hec_cohort_cell_column(r, x, (int)s, 0), hec_cohort_sum_column(r, k, s));
        }
    }
}

static void record_trace(const run *r, const double *x, int64_t point)
{
    for (size_t s = 0; s < r->model->n_states; s++) {
        double sum = 0;
        for (size_t d = 0; d < hec_cohort_occupied(r, (int)s, point); d++) {
            sum += x[(r->cohort->cell[s] + d) * r->stride];
        }
        r->block->detail->trace[(size_t)point * r->model->n_states + s] += sum;
    }
}

/* ---- payments on means ----------------------------------------------------------------------- */

static bool fail_on_means(run *r)
{
    r->cycle = r->means.cycle;
    r->duration = -1;
    (void)fail(r, HEC_FAULT_PAYMENT, r->means.lane, r->means.item);
    r->fault->on_means = true;
    r->fault->value = r->means.value;
    return false;
}

/* Who is alive when the cycle begins. */
static void open_means(const run *r)
{
    for (size_t s = 0; r->plan->on_means && s < r->model->n_states; s++) {
        size_t cells = hec_cohort_state_runs(r, s) && !r->model->states[s].dead
                           ? hec_cohort_occupied(r, (int)s, r->cycle - 1)
                           : 0;
        for (size_t d = 0; d < cells; d++) {
            r->hk->axpy(r->n, 1, hec_cohort_cell_column(r, r->work->x, (int)s, d),
                        hec_cohort_means_alive(r->work->means));
        }
    }
}

static bool pay_means(run *r, int64_t cycle)
{
    return !r->plan->on_means || hec_cohort_means_cycle(r->work->means, &r->means, cycle) ||
           fail_on_means(r);
}

static bool settle_means(run *r)
{
    return !r->plan->on_means || hec_cohort_means_settle(r->work->means, &r->means) ||
           fail_on_means(r);
}

/* ---- cycles ---------------------------------------------------------------------------------- */

static bool run_cycle(run *r, int64_t cycle)
{
    hec_cohort_work *w = r->work;
    set_cycle(r, cycle);
    open_means(r);
    bool some = r->plan->n_changing > 0 || r->block->detail;
    if (!run_stage(r, HEC_STAGE_CYCLE)) {
        return false;
    }
    if (some) {
        hec_cohort_credit_states(r, 0, w->x);
    }
    if (!(r->cohort->timed ? step_timed(r) : step_plain(r))) {
        return false;
    }
    if (some) {
        hec_cohort_credit_states(r, 1, w->y);
    }
    if (r->plan->n_moves > 0) {
        (void)credit_moves(r);
    }
    double *swap = w->x;
    w->x = w->y;
    w->y = swap;
    if (r->block->detail) {
        record_trace(r, w->x, cycle);
    }
    r->duration = -1;
    return pay_means(r, cycle);
}

/* ---- shares that are given at each point ----------------------------------------------------- */

/* The shares at a point, which is the start of the next cycle. */
static bool see_point(run *r, int64_t point, double *x)
{
    size_t lane = 0, state = 0;
    set_cycle(r, point + 1);
    hec_cohort_work_out(r, HEC_STAGE_CYCLE);
    if (!hec_cohort_shares(r->cohort, r->work, r->hk, r->strategy,
                           r->model->population.weights[r->stratum], x, &lane, &state)) {
        return fail(r, HEC_FAULT_SHARE, lane, state);
    }
    if (point > 0 && !hec_cohort_deaths(r->cohort, r->work, r->hk, r->work->x, x, &lane, &state)) {
        return fail(r, HEC_FAULT_RISEN, lane, state);
    }
    count_point(r, x, point);
    if (r->block->detail) {
        record_trace(r, x, point);
    }
    return true;
}

/* What changes with the cycle needs its clock again, which went on to see where it ends. */
static bool see_cycle(run *r, int64_t cycle)
{
    hec_cohort_work *w = r->work;
    set_cycle(r, cycle);
    open_means(r);
    if (!see_point(r, cycle, w->y)) {
        return false;
    }
    find_flows(r);
    if (r->plan->n_changing > 0 || r->block->detail) {
        set_cycle(r, cycle);
        hec_cohort_work_out(r, HEC_STAGE_CYCLE);
        hec_cohort_credit_states(r, 0, w->x);
        hec_cohort_credit_states(r, 1, w->y);
    }
    if (r->plan->n_moves > 0) {
        set_cycle(r, cycle);
        (void)credit_moves(r);
    }
    double *swap = w->x;
    w->x = w->y;
    w->y = swap;
    set_cycle(r, cycle);
    return pay_means(r, cycle);
}

/* ---- a stratum ------------------------------------------------------------------------------- */

/* Starting shares lie in [0, 1] and sum to one. */
static bool check_start(run *r)
{
    double *sum = r->work->scratch;
    r->hk->fill(r->n, 0, sum);
    for (size_t s = 0; s < r->model->n_states; s++) {
        const double *share = hec_slot_address(&r->work->view, r->plan->start[s]);
        size_t lane = r->hk->first_outside(r->n, share, 0, 1);
        if (lane < r->n) {
            return fail(r, HEC_FAULT_START, lane, s);
        }
        r->hk->axpy(r->n, 1, share, sum);
    }
    size_t lane = r->hk->first_outside(r->n, sum, 1 - START_SUM, 1 + START_SUM);
    return lane == r->n || fail(r, HEC_FAULT_START, lane, r->model->n_states);
}

/* The cohort of the stratum at the start of the first cycle. */
static bool place_cohort(run *r)
{
    hec_cohort_work *w = r->work;
    double weight = r->model->population.weights[r->stratum];
    r->hk->fill(r->cohort->n_cells * r->stride, 0, w->x);
    r->hk->fill(r->cohort->n_kinds * r->n_states * r->stride, 0, w->acc);
    r->hk->fill(r->cohort->n_kinds * r->cohort->n_moves * r->stride, 0, w->flow_acc);
    if (!check_start(r)) {
        return false;
    }
    for (size_t s = 0; s < r->model->n_states; s++) {
        if (!hec_cohort_state_runs(r, s)) {
            continue;
        }
        double *x = hec_cohort_cell_column(r, w->x, (int)s, 0);
        r->hk->axpy(r->n, weight, hec_slot_address(&w->view, r->plan->start[s]), x);
        for (size_t k = 0; k < r->cohort->n_kinds; k++) {
            r->hk->axpy(r->n, r->cohort->point[k], x, hec_cohort_sum_column(r, k, s));
        }
    }
    if (r->block->detail) {
        record_trace(r, w->x, 0);
    }
    return true;
}

/* What depends on the stratum alone. */
static bool enter_stratum(run *r)
{
    const hec_population *population = &r->model->population;
    hec_cohort_work *w = r->work;
    for (size_t a = 0; a < population->n_attributes; a++) {
        w->inputs[hec_model_attribute(r->model, a)] =
            population->values[r->stratum * population->n_attributes + a];
    }
    r->cycle = 0;
    r->duration = -1;
    if (r->plan->on_means) {
        hec_cohort_means_stratum(w->means, &r->means, r->stratum);
    }
    return run_stage(r, HEC_STAGE_STRATUM);
}

/* What depends on the time in state but not on the cycle. */
static bool find_durations(run *r)
{
    for (size_t d = 0; r->cohort->timed && d < r->cohort->n_durations; d++) {
        hec_cohort_set_duration(r, d);
        if ((int64_t)d == r->model->cycles) {
            hec_cohort_work_out(
                r, HEC_STAGE_DURATION); /* counted at the last point; nobody moves from there */
        } else if (!run_stage(r, HEC_STAGE_DURATION)) {
            return false;
        }
    }
    r->duration = -1;
    return true;
}

/* Steady terms: value times what all cycles of the stratum summed to. */
static void credit_steady(run *r)
{
    const hec_cohort_plan *plan = r->plan;
    for (size_t i = 0; i < plan->n_steady; i++) {
        const hec_term *term = &plan->steady[i];
        hec_outcome_kind outcome = r->model->outcomes[term->outcome].kind;
        for (int kind = 0; kind < 2; kind++) {
            size_t k = (size_t)r->cohort->kind_of[outcome][kind];
            const double *sum =
                term->move < 0
                    ? hec_cohort_sum_column(r, k, (size_t)term->state)
                    : r->work->flow_acc + (k * r->cohort->n_moves + (size_t)term->move) * r->stride;
            hec_cohort_add_product(r, term->slot, sum, hec_cohort_total(r, kind, term->outcome));
        }
    }
}

/* No arc, reward or one-off changes with the cycle: all cycles run inside one kernel. */
static bool steady_chain(const run *r)
{
    return !r->block->detail && !r->cohort->timed && !r->plan->by_cycle &&
           r->plan->n_changing == 0 && r->plan->n_moves == 0 && !r->plan->on_means &&
           r->plan->n_checks[HEC_STAGE_CYCLE] == 0;
}

static void run_steady(run *r)
{
    hec_cohort_work *w = r->work;
    hk_cohort chain = lay_chain(r);
    if (r->plan->uniform) {
        hec_cohort_uniform(r->cohort, w, r->hk, &chain);
    } else {
        r->hk->cohort_run(r->n, &chain, (size_t)r->model->cycles,
                          r->cohort->point + r->cohort->n_kinds, w->x, w->y, w->acc);
    }
}

/* The strategy before this one had the same chain, its sums are still there, and nothing else is
 * wanted of the cycles. */
static bool chain_is_known(const run *r)
{
    return r->work->chain == r->plan->chain + 1 && !r->block->detail && r->plan->n_moves == 0 &&
           r->plan->n_changing == 0 && !r->plan->on_means &&
           !(r->plan->occupancy && r->plan->n_entering > 0);
}

/* One-offs of entering the model: at time 0, in full, in every curve worth what they are. */
static void credit_entrants(run *r, const hec_term *term, const double *entering)
{
    static const double whole[3] = {1, 1, 1};
    hec_cohort_credit(r, term, whole, entering);
}

/* All points of shares that are given. */
static bool run_shares(run *r)
{
    hec_cohort_work *w = r->work;
    r->hk->fill(r->cohort->n_kinds * r->n_states * r->stride, 0, w->acc);
    r->hk->fill(r->cohort->n_kinds * r->cohort->n_moves * r->stride, 0, w->flow_acc);
    if (!see_point(r, 0, w->x)) {
        return false;
    }
    for (size_t i = 0; i < r->plan->n_entering; i++) {
        const hec_term *term = &r->plan->entering[i];
        credit_entrants(r, term, hec_cohort_cell_column(r, w->x, term->state, 0));
    }
    for (int64_t cycle = 1; cycle <= r->model->cycles; cycle++) {
        if (!see_cycle(r, cycle)) {
            return false;
        }
    }
    return true;
}

static bool run_cycles(run *r)
{
    if (r->plan->occupancy) {
        return run_shares(r);
    }
    if (!find_durations(r) || !place_cohort(r)) {
        return false;
    }
    if (steady_chain(r)) {
        run_steady(r);
        return true;
    }
    for (int64_t cycle = 1; cycle <= r->model->cycles; cycle++) {
        if (!run_cycle(r, cycle)) {
            return false;
        }
    }
    return true;
}

static bool credit_entering(run *r)
{
    const hec_cohort_plan *plan = r->plan;
    double *entering = r->work->scratch2;
    if (plan->n_entering == 0 || plan->occupancy) { /* those come with their first point */
        return true;
    }
    set_cycle(r, 1);
    hec_cohort_set_duration(r, 0);
    if (!run_stage(r, HEC_STAGE_DURATION) || !run_stage(r, HEC_STAGE_CYCLE) ||
        !run_stage(r, HEC_STAGE_CELL)) {
        return false;
    }
    for (size_t i = 0; i < plan->n_entering; i++) {
        const hec_term *term = &plan->entering[i];
        r->hk->fill(r->n, 0, entering);
        r->hk->axpy(r->n, r->model->population.weights[r->stratum],
                    hec_slot_address(&r->work->view, plan->start[term->state]), entering);
        credit_entrants(r, term, entering);
    }
    r->duration = -1;
    return true;
}

static bool run_stratum(run *r)
{
    if (!enter_stratum(r) || !credit_entering(r) || (!r->known && !run_cycles(r))) {
        return false;
    }
    if (!r->block->detail) {
        credit_steady(r);
    }
    return true;
}

/* ---- public ---------------------------------------------------------------------------------- */

void hec_cohort_begin(const hec_cohort *cohort, hec_cohort_work *work,
                      const hec_cohort_block *block)
{
    work->view.lanes = block->lanes;
    work->view.stride = work->stride;
    for (int i = 0; i < HEC_STAGE_COUNT; i++) {
        work->view.lane[i] = work->frames[i];
        work->view.uniform[i] = work->uniform[i];
    }
    for (size_t i = 0; i < cohort->model->n_draws; i++) {
        work->columns[hec_model_draw(cohort->model, i)] = block->draw_columns[i];
    }
    work->view.input_columns = work->columns;
    work->view.input_values = work->inputs;
    work->chain = 0;
    hec_program_run(cohort->program, block->kernels, 0, HEC_STAGE_SHARED, &work->view);
}

bool hec_cohort_strategy(const hec_cohort *cohort, hec_cohort_work *work,
                         const hec_cohort_block *block, size_t strategy, double *totals,
                         size_t total_stride, hec_cohort_fault *fault)
{
    run r = {.cohort = cohort,
             .model = cohort->model,
             .plan = &cohort->plans[strategy],
             .work = work,
             .block = block,
             .hk = block->kernels,
             .strategy = strategy,
             .n = block->lanes,
             .stride = work->stride,
             .n_states = block->detail ? cohort->model->n_states : cohort->n_counted,
             .duration = -1,
             .totals = totals,
             .total_stride = total_stride,
             .fault = fault};
    size_t n_outcomes = cohort->model->n_outcomes;
    for (size_t i = 0; i < 2 * n_outcomes; i++) {
        r.hk->fill(r.n, 0, totals + i * total_stride);
    }
    r.known = chain_is_known(&r);
    work->chain = r.known ? work->chain : 0;
    if (!r.known) {
        hec_cohort_crossing_begin(r.hk, work);
    }
    if (r.plan->on_means) {
        r.means = (hec_mean_run){.plan = r.plan,
                                 .hk = r.hk,
                                 .strategy = strategy,
                                 .lanes = r.n,
                                 .draw_columns = block->draw_columns,
                                 .once = cohort->weights[0].one_off,
                                 .totals = totals,
                                 .total_stride = total_stride,
                                 .detail = block->detail};
        hec_cohort_means_begin(work->means, &r.means);
    }
    if (!run_stage(&r, HEC_STAGE_STRATEGY)) {
        return false;
    }
    for (r.stratum = 0; r.stratum < cohort->model->population.n_strata; r.stratum++) {
        if (!run_stratum(&r)) {
            return false;
        }
    }
    r.stratum = 0;
    if (!settle_means(&r)) {
        return false;
    }
    for (size_t i = 0; i < 2 * n_outcomes; i++) {
        size_t lane = r.hk->first_outside(r.n, totals + i * total_stride, -DBL_MAX, DBL_MAX);
        if (lane < r.n) {
            r.stratum = 0;
            return fail(&r, HEC_FAULT_REWARD, lane, i % n_outcomes);
        }
    }
    hec_cohort_crossing_end(work, strategy);
    work->chain = cohort->model->population.n_strata == 1 && !block->detail ? r.plan->chain + 1 : 0;
    return true;
}

void hec_cohort_inputs(const hec_model *model, const hec_cohort_block *block,
                       const hec_cohort_fault *fault, double *inputs)
{
    const hec_population *population = &model->population;
    int64_t cycle = fault->cycle > 0 ? fault->cycle : 1;
    double t = hec_model_time(model, cycle - 1);
    inputs[HEC_CLOCK_CYCLE] = (double)cycle;
    inputs[HEC_CLOCK_T] = t;
    inputs[HEC_CLOCK_YEAR] = isnan(model->start_year) ? 0 : floor(model->start_year + t + 1e-9);
    inputs[HEC_CLOCK_TIME_IN_STATE] =
        fault->duration > 0 ? hec_model_time(model, fault->duration) : 0;
    for (size_t a = 0; a < population->n_attributes; a++) {
        inputs[hec_model_attribute(model, a)] =
            population->values[fault->stratum * population->n_attributes + a];
    }
    for (size_t i = 0; i < model->n_draws; i++) {
        inputs[hec_model_draw(model, i)] = block->draw_columns[i][fault->lane];
    }
}
