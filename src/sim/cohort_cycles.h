/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohort engine, inner: what the files share that go from cycle to cycle. */
#ifndef HECATE_SIM_COHORT_CYCLES_H
#define HECATE_SIM_COHORT_CYCLES_H

#include "sim/cohort_means.h"

/* One strategy over a block of draws. */
typedef struct hec_cohort_run {
    const hec_cohort *cohort;
    const hec_model *model;
    const hec_cohort_plan *plan;
    hec_cohort_work *work;
    const hec_cohort_block *block;
    const hk_table *hk;
    size_t strategy, n, stride, stratum;
    size_t n_states;         /* that run: all in detail mode, else those that count */
    bool known;              /* the cycles have been run, and checked, for another strategy */
    int64_t cycle, duration; /* cycle from 1; duration -1 when none */
    double *totals;
    size_t total_stride;
    hec_cohort_fault *fault;
    hec_mean_run means; /* where payments are worked out on means */
} hec_cohort_run;

static inline void hec_cohort_set_duration(hec_cohort_run *r, size_t duration)
{
    hec_cohort_work *w = r->work;
    w->inputs[HEC_CLOCK_TIME_IN_STATE] = hec_model_time(r->model, duration);
    w->view.lane[HEC_STAGE_DURATION] =
        w->frames[HEC_STAGE_DURATION] +
        duration * r->cohort->columns[HEC_STAGE_DURATION] * r->stride;
    w->view.uniform[HEC_STAGE_DURATION] =
        w->uniform[HEC_STAGE_DURATION] + duration * r->cohort->uniforms[HEC_STAGE_DURATION];
    r->duration = (int64_t)duration;
}

static inline void hec_cohort_work_out(const hec_cohort_run *r, hec_stage stage)
{
    if (r->plan->runs[stage]) {
        hec_program_run(r->cohort->program, r->hk, r->strategy, stage, &r->work->view);
    }
}

static inline bool hec_cohort_state_runs(const hec_cohort_run *r, size_t state)
{
    return r->cohort->place[state] < r->n_states;
}

/* What a state counted over all cycles, by kind of weight. */
static inline double *hec_cohort_sum_column(const hec_cohort_run *r, size_t kind, size_t state)
{
    return r->work->acc + (kind * r->n_states + r->cohort->place[state]) * r->stride;
}

static inline double *hec_cohort_cell_column(const hec_cohort_run *r, double *x, int state,
                                             size_t duration)
{
    return x + (r->cohort->cell[state] + duration) * r->stride;
}

static inline size_t hec_cohort_occupied(const hec_cohort_run *r, int state, int64_t after_cycles)
{
    size_t cells = r->cohort->durations[state];
    return (size_t)after_cycles + 1 < cells ? (size_t)after_cycles + 1 : cells;
}

/* cohort_credit.c */
double *hec_cohort_total(const hec_cohort_run *r, int kind, int outcome);
/* y += value * x, the value being one number or a column */
void hec_cohort_add_product(const hec_cohort_run *r, hec_slot slot, const double *x, double *y);
/* Credits weight * x * value to a term, undiscounted and discounted; weights by kind. */
void hec_cohort_credit(hec_cohort_run *r, const hec_term *term, const double *weight,
                       const double *x);
/* Weights by kind of this cycle: of its start (0), its end (1), one-offs (2). */
void hec_cohort_weights_of(const hec_cohort_run *r, int which, double *weight);
/* Rewards that change with the cycle or the time in state: `which` 0 the start of the cycle (x), 1
 * the end (y). In detail mode all rewards come this way. */
void hec_cohort_credit_states(hec_cohort_run *r, int which, double *x);

#endif
