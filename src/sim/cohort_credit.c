/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohort engine: what is counted, and where it goes. */
#include "sim/cohort_cycles.h"

double *hec_cohort_total(const hec_cohort_run *r, int kind, int outcome)
{
    return r->totals + ((size_t)kind * r->model->n_outcomes + (size_t)outcome) * r->total_stride;
}

/* y += value * x, the value being one number or a column */
void hec_cohort_add_product(const hec_cohort_run *r, hec_slot slot, const double *x, double *y)
{
    const double *value = hec_slot_address(&r->work->view, slot);
    if (slot.uniform) {
        r->hk->axpy(r->n, *value, x, y);
    } else {
        r->hk->multiply_add(r->n, value, x, y);
    }
}

static void record(const hec_cohort_run *r, const hec_term *term, int kind, double amount)
{
    size_t n = r->model->n_states, cycles = (size_t)r->model->cycles;
    size_t row =
        ((size_t)kind * r->model->n_outcomes + (size_t)term->outcome) * n + (size_t)term->state;
    r->block->detail->value[row * cycles + (size_t)(r->cycle - 1)] += amount;
}

/* Credits weight * x * value to a term, undiscounted and discounted; weights by kind. */
void hec_cohort_credit(hec_cohort_run *r, const hec_term *term, const double *weight,
                       const double *x)
{
    hec_outcome_kind outcome = r->model->outcomes[term->outcome].kind;
    for (int kind = 0; kind < 2; kind++) {
        double w = kind > 0 && term->time > 0 ? r->plan->paid[term->time][r->cycle - 1]
                                              : weight[r->cohort->kind_of[outcome][kind]];
        double *total = hec_cohort_total(r, kind, term->outcome);
        if (w == 0) {
            continue;
        }
        r->hk->fill(r->n, 0, r->work->scratch);
        r->hk->axpy(r->n, w, x, r->work->scratch);
        hec_cohort_add_product(r, term->slot, r->work->scratch, total);
        if (kind == 0 && outcome == HEC_OUTCOME_USE && r->plan->on_means) {
            size_t use = (size_t)term->outcome - r->model->n_costs - r->model->n_effects;
            hec_cohort_add_product(r, term->slot, r->work->scratch,
                                   hec_cohort_means_used(r->work->means, use));
        }
        if (r->block->detail) {
            double value = hec_slot_address(&r->work->view, term->slot)[0];
            record(r, term, kind, value * r->work->scratch[0]);
        }
    }
}

void hec_cohort_weights_of(const hec_cohort_run *r, int which, double *weight)
{
    for (size_t k = 0; k < r->cohort->n_kinds; k++) {
        const hec_cycle_weights *w = &r->cohort->weights[k];
        const double *from = which == 0 ? w->start : which == 1 ? w->end : w->one_off;
        weight[k] = from[r->cycle - 1];
    }
}

/* Rewards that change with the cycle or the time in state: `which` 0 the start of the cycle (x), 1
 * the end (y). In detail mode all rewards come this way. */
void hec_cohort_credit_states(hec_cohort_run *r, int which, double *x)
{
    const hec_cohort_plan *plan = r->plan;
    double weight[3];
    hec_cohort_weights_of(r, which, weight);
    for (int list = r->block->detail ? 0 : 1; list < 2; list++) {
        const hec_term *terms = list ? plan->changing : plan->steady;
        size_t n = list ? plan->n_changing : plan->n_steady;
        for (size_t i = 0; i < n; i++) {
            const hec_term *term = &terms[i];
            if (term->move >= 0) {
                continue;
            }
            bool by_duration = term->stage == HEC_STAGE_DURATION || term->stage == HEC_STAGE_CELL;
            size_t cells = hec_cohort_occupied(r, term->state, r->cycle - 1 + which);
            for (size_t d = 0; d < cells; d++) {
                if (by_duration) {
                    hec_cohort_set_duration(r, d);
                    if (term->stage == HEC_STAGE_CELL) {
                        hec_cohort_work_out(
                            r, HEC_STAGE_CELL); /* its moves are checked where they are made */
                    }
                }
                hec_cohort_credit(r, term, weight, hec_cohort_cell_column(r, x, term->state, d));
            }
        }
    }
}
