/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: what they count. Rewards that do not follow the cycle are met once at each point, with
 * what the end of a cycle and the start of the next count together. */
#include "sim/persons_cycles.h"

static void run_set(hec_life_run *r, hec_set set)
{
    hec_cycles_run_stage(r, set, HEC_STAGE_CYCLE);
    hec_cycles_run_stage(r, set, HEC_STAGE_CELL);
}

static bool has_rewards(const hec_rewards *rewards)
{
    return rewards->n_worths > 0 || rewards->n_rates > 0;
}

/* A column of a rate or an amount; both are 0 where they are not due. */
static const double *due_column(hec_life_run *r, size_t ref)
{
    const double *value = hec_cycles_value(r, ref);
    if (r->plan->uniform[ref]) {
        r->hk->fill(r->n, *value, r->c->scratch[0]);
        return r->c->scratch[0];
    }
    return value;
}

/* weights: by kind. */
static void credit(hec_life_run *r, const hec_rewards *rewards, const double *weights,
                   double *totals)
{
    for (size_t i = 0; i < rewards->n_worths; i++) {
        const hec_worth *worth = &rewards->worths[i];
        double w0 = hec_cycles_weight(r, weights, worth->outcome, 0);
        double w1 = hec_cycles_weight(r, weights, worth->outcome, 1);
        if (w0 != 0 || w1 != 0) {
            r->hk->person_reward(r->n, r->plan->chains[worth->chain].n_states,
                                 r->c->addresses + worth->first, r->plan->uniform + worth->first,
                                 hec_cycles_states(r, worth->chain), w0, w1,
                                 hec_cycles_total(r, totals, 0, worth->outcome),
                                 hec_cycles_total(r, totals, 1, worth->outcome));
        }
    }
    for (size_t i = 0; i < rewards->n_rates; i++) {
        const hec_charge *rate = &rewards->rates[i];
        const double *column = due_column(r, rate->ref);
        for (int kind = 0; kind < 2; kind++) {
            r->hk->axpy(r->n, hec_cycles_weight(r, weights, rate->outcome, kind), column,
                        hec_cycles_total(r, totals, kind, rate->outcome));
        }
    }
}

static void cycle_weights(const hec_life_run *r, bool at_end, int64_t cycle, double *weights)
{
    for (size_t k = 0; k < r->persons->weights.n_kinds; k++) {
        const hec_cycle_weights *w = &r->persons->weights.of[k];
        weights[k] = (at_end ? w->end : w->start)[cycle - 1];
    }
}

static void find_alive(hec_life_run *r)
{
    struct hec_cycles_work *c = r->c;
    if (r->c->addresses[r->plan->alive]) {
        r->hk->op[HK_COPY](r->n, hec_cycles_value(r, r->plan->alive), NULL, NULL, c->alive);
    }
    for (size_t i = 0; r->cycles->masked && i < r->model->n_chains; i++) {
        r->hk->op[HK_SELECT](r->n, c->alive, c->state[i], c->beyond, c->masked + i * r->stride);
    }
}

void hec_cycles_find_living(hec_life_run *r)
{
    if (r->cycles->masked) {
        run_set(r, HEC_SET_STEADY);
        find_alive(r);
    }
}

void hec_cycles_credit_point(hec_life_run *r, int64_t point)
{
    const hec_rewards *steady = &r->plan->rewards[0];
    const hec_weights *weights = &r->persons->weights;
    run_set(r, HEC_SET_STEADY);
    find_alive(r);
    credit(r, steady, weights->point + (size_t)point * weights->n_kinds, r->c->totals);
    for (int end = 0; r->recorded && end < 2; end++) {
        double part[3];
        int64_t cycle = end ? point : point + 1;
        if (cycle >= 1 && cycle <= r->model->cycles) {
            cycle_weights(r, end, cycle, part);
            credit(r, steady, part, r->c->parts[end ? 0 : 1]);
        }
    }
}

void hec_cycles_credit_changing(hec_life_run *r, bool at_end)
{
    const hec_rewards *changing = &r->plan->rewards[1];
    double weights[3];
    if (!has_rewards(changing)) {
        return;
    }
    run_set(r, HEC_SET_CHANGING);
    cycle_weights(r, at_end, r->cycle, weights);
    credit(r, changing, weights, r->c->totals);
    if (r->recorded) {
        credit(r, changing, weights, r->c->parts[0]);
    }
}

void hec_cycles_credit_amounts(hec_life_run *r)
{
    for (size_t i = 0; i < r->plan->n_amounts; i++) {
        const hec_charge *amount = &r->plan->amounts[i];
        const double *x = due_column(r, amount->ref);
        for (int kind = 0; kind < 2; kind++) {
            double w = kind == 1 && amount->lagged
                           ? amount->lagged[r->cycle - 1]
                           : hec_cycles_weight(r, r->once, amount->outcome, kind);
            r->hk->axpy(r->n, w, x, hec_cycles_total(r, r->c->totals, kind, amount->outcome));
            if (r->recorded) {
                r->hk->axpy(r->n, w, x, hec_cycles_total(r, r->c->parts[0], kind, amount->outcome));
            }
        }
    }
}

/* At time 0, in full, in every curve worth what it is; it belongs to the first cycle. */
void hec_cycles_credit_entering(hec_life_run *r)
{
    for (size_t i = 0; i < r->plan->n_entering; i++) {
        const hec_charge *charge = &r->plan->entering[i];
        const double *state = charge->chain < 0 ? NULL : r->c->state[charge->chain];
        for (int kind = 0; kind < 2; kind++) {
            double *total = hec_cycles_total(r, r->c->totals, kind, charge->outcome);
            double *part = hec_cycles_total(r, r->c->parts[1], kind, charge->outcome);
            for (size_t lane = 0; lane < r->n; lane++) {
                bool enters = !state || state[lane] == charge->to;
                double due = enters ? hec_cycles_at(r, charge->ref, lane) : 0;
                total[lane] += due;
                part[lane] += due;
            }
        }
    }
}
