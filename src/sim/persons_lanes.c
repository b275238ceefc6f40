/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: which lanes are followed. The dead leave when they are many; what is left moves
 * together, and nothing that a person counts depends on it. */
#include <string.h>

#include "sim/persons_cycles.h"

/* The dead leave when fewer than this share of the lanes lives. */
static const double CROWDED = 0.75;

static void find_addresses(hec_life_run *r)
{
    for (size_t i = 0; i < r->plan->n_refs; i++) {
        const hec_ref *ref = &r->plan->refs[i];
        r->c->addresses[i] =
            ref->id < 0 ? NULL : hec_slot_address(&r->c->views[ref->set], ref->slot);
    }
}

void hec_cycles_point_states(hec_life_run *r)
{
    for (size_t i = 0; i < r->model->n_variables; i++) {
        const hec_variable *v = &r->model->variables[i];
        if (v->kind == HEC_VARIABLE_CHAIN) {
            if (v->input >= 0) {
                r->c->inputs[v->input] = r->c->state[v->item];
            }
            if (v->next_input >= 0) {
                r->c->inputs[v->next_input] = r->c->next[v->item];
            }
        } else if (v->input >= 0) {
            r->c->inputs[v->input] = r->c->variables + i * r->stride;
        }
    }
}

static void use_lanes(hec_life_run *r, size_t n, double *shared)
{
    r->n = n;
    r->stepped = r->panelled = false;
    for (size_t set = 0; set < HEC_SETS; set++) {
        r->c->views[set].lanes = (n + 7) / 8 * 8; /* no loop has a rest */
        r->c->views[set].lane[HEC_STAGE_SHARED] = shared;
    }
    find_addresses(r);
}

void hec_cycles_take_block(hec_life_run *r)
{
    struct hec_cycles_work *c = r->c;
    memcpy(c->inputs, r->work->inputs, hec_model_inputs(r->model) * sizeof *c->inputs);
    memcpy(c->ids, r->work->ids, r->block->n * sizeof *c->ids);
    for (size_t i = 0; i < r->cycles->n_tables; i++) {
        c->inputs[hec_model_inputs(r->model) + i] = c->looked_up + i * r->stride;
    }
    hec_cycles_point_states(r);
    r->compacted = false;
    use_lanes(r, r->block->n, c->shared[0]);
}

/* ---- leaving --------------------------------------------------------------------------------- */

void hec_cycles_deliver(const hec_life_run *r)
{
    for (size_t i = 0; i < 2 * r->model->n_outcomes; i++) {
        const double *from = r->c->totals + i * r->stride;
        double *to = r->totals + i * r->total_stride;
        if (r->compacted) {
            r->hk->scatter(r->n, r->c->where, from, to);
        } else {
            r->hk->op[HK_COPY](r->n, from, NULL, NULL, to);
        }
    }
}

static void gather_here(const hec_life_run *r, size_t n, double *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double *column = columns + i * r->stride;
        r->hk->gather(n, r->c->index, column, column);
    }
}

/* What the block keeps as it was drawn, for the next strategy. */
static double *gather_from(const hec_life_run *r, size_t n, const double *from, size_t count,
                           double *to)
{
    for (size_t i = 0; i < count; i++) {
        r->hk->gather(n, r->c->where, from + i * r->stride, to + i * r->stride);
    }
    return to + count * r->stride;
}

static void gather_kept(hec_life_run *r, size_t n)
{
    const hec_persons *persons = r->persons;
    struct hec_cycles_work *c = r->c;
    size_t n_attributes = r->model->population.n_attributes;
    double *lasting = gather_from(r, n, r->work->attributes, n_attributes, c->kept);
    double *number = gather_from(r, n, r->work->lasting, persons->n_lasting, lasting);
    (void)gather_from(r, n, r->work->number, 1, number);
    for (size_t a = 0; a < n_attributes; a++) {
        c->inputs[hec_model_attribute(r->model, a)] = c->kept + a * r->stride;
    }
    for (size_t k = 0; k < persons->n_lasting; k++) {
        int32_t input = r->model->chances[persons->lasting[k]].input;
        if (input >= 0) {
            c->inputs[input] = lasting + k * r->stride;
        }
    }
    if (persons->number_input >= 0) {
        c->inputs[persons->number_input] = number;
    }
    size_t shared = hec_program_lane_columns(r->cycles->program, 0, HEC_STAGE_SHARED);
    (void)gather_from(r, n, c->shared[0], shared, c->shared[1]);
}

static void gather_lanes(hec_life_run *r, size_t n)
{
    struct hec_cycles_work *c = r->c;
    for (size_t i = 0; i < n; i++) {
        c->where[i] = r->compacted ? c->where[c->index[i]] : c->index[i];
        c->ids[i] = c->ids[c->index[i]];
    }
    gather_kept(r, n);
    for (size_t i = 0; i < r->model->n_chains; i++) {
        gather_here(r, n, c->state[i], 1);
    }
    gather_here(r, n, c->masked, r->cycles->masked ? r->model->n_chains : 0);
    gather_here(r, n, c->alive, 1);
    gather_here(r, n, c->variables, r->model->n_variables);
    gather_here(r, n, c->totals, r->bare ? 0 : 2 * r->model->n_outcomes);
    gather_here(r, n, c->parts[0], r->recorded ? 2 * r->model->n_outcomes : 0);
    for (size_t set = HEC_SET_LIFE; set < HEC_SETS; set++) {
        size_t unit = r->strategy * HEC_SETS + set;
        gather_here(r, n, c->views[set].lane[HEC_STAGE_STRATEGY],
                    hec_program_lane_columns(r->cycles->program, unit, HEC_STAGE_STRATEGY));
    }
    r->compacted = true;
    use_lanes(r, n, c->shared[1]);
}

const double *hec_cycles_living(hec_life_run *r)
{
    struct hec_cycles_work *c = r->c;
    if (r->cycles->masked) {
        return c->alive;
    }
    for (size_t i = 0; i < r->model->n_states; i++) {
        c->table[i] = r->bare ? &r->cycles->living[i] : &r->cycles->kept[i];
        c->flags[i] = 1;
    }
    r->hk->person_pick(r->n, r->model->n_states, c->table, c->flags, c->state[0], c->scratch[0]);
    return c->scratch[0];
}

bool hec_cycles_drop_dead(hec_life_run *r)
{
    size_t left = r->hk->person_keep(r->n, hec_cycles_living(r), r->c->index);
    bool crowded = (double)left < CROWDED * (double)r->n;
    if (r->recorded && crowded) {
        hec_cycles_record_leaving(r, left);
    }
    if (left > 0 && crowded) {
        if (!r->bare) {
            hec_cycles_deliver(r);
        }
        gather_lanes(r, left);
    }
    return left > 0;
}
