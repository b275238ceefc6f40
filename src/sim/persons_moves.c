/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: where chance leads them in each chain. */
#include <math.h>

#include "sim/persons_cycles.h"

/* Starting shares sum to one this closely. */
static const double START_SUM = 1e-9;

/* ---- start ----------------------------------------------------------------------------------- */

/* The first state whose running sum of shares exceeds u; the last that has any, else. */
static bool start_lane(const hec_life_run *r, const hec_chain_plan *chain, size_t lane, double u,
                       double *state)
{
    double sum = 0, last = 0;
    bool found = false, good = true;
    for (size_t i = 0; i < chain->n_states; i++) {
        double share = hec_cycles_at(r, chain->start + i, lane);
        good = good && share >= 0 && share <= 1;
        sum += share;
        last = !found && share > 0 ? (double)i : last;
        found = found || u < sum;
    }
    *state = last;
    return good && fabs(sum - 1) <= START_SUM;
}

bool hec_cycles_start_chains(hec_life_run *r)
{
    struct hec_cycles_work *c = r->c;
    for (size_t i = 0; i < r->model->n_chains; i++) {
        const hec_chain_plan *chain = &r->plan->chains[i];
        if (chain->starts_in >= 0) {
            r->hk->fill(r->n, chain->starts_in, c->state[i]);
            continue;
        }
        hec_person_chance(r->persons, r->block, r->persons->start[i], r->n, c->ids,
                          HEC_WORD_LASTING, c->scratch[0], NULL);
        for (size_t lane = 0; lane < r->n; lane++) {
            if (!start_lane(r, chain, lane, c->scratch[0][lane], &c->state[i][lane])) {
                return hec_cycles_fail(r, HEC_PERSON_FAULT_START, i, lane);
            }
        }
    }
    return true;
}

/* ---- a cycle --------------------------------------------------------------------------------- */

void hec_cycles_note_move(hec_life_run *r, size_t chain, size_t lane, size_t from, size_t to,
                          double time)
{
    const hec_chain_plan *plan = &r->plan->chains[chain];
    size_t move = from * plan->n_states + to;
    for (int32_t i = plan->charge[move]; !r->bare && i < plan->charge[move + 1]; i++) {
        const hec_charge *charge = &plan->charges[i];
        double amount = hec_cycles_at(r, charge->ref, lane);
        for (int kind = 0; kind < 2; kind++) {
            double due = hec_cycles_weight(r, r->once, charge->outcome, kind) * amount;
            hec_cycles_total(r, r->c->totals, kind, charge->outcome)[lane] += due;
            if (r->recorded) {
                hec_cycles_total(r, r->c->parts[0], kind, charge->outcome)[lane] += due;
            }
        }
    }
    if (r->recorded) {
        hec_cycles_record_move(r, chain, lane, from, to, time);
    }
}

/* A row that states its own stay: the moves leave just that over. */
static bool check_agreements(hec_life_run *r, size_t number, const double *asked)
{
    const hec_chain_plan *chain = &r->plan->chains[number];
    for (size_t i = 0; i < chain->n_agreements; i++) {
        const hec_agreement *a = &chain->agreements[i];
        for (size_t lane = 0; lane < r->n; lane++) {
            double left = hec_cycles_at(r, a->ref, lane);
            bool concerned =
                r->c->state[number][lane] == (double)a->state && (!asked || asked[lane] != 0);
            if (concerned && !(left >= a->low && left <= a->high)) {
                return hec_cycles_fail(r, HEC_PERSON_FAULT_ROW, chain->first_state + a->state,
                                       lane);
            }
        }
    }
    return true;
}

static void note_moves(hec_life_run *r, size_t number)
{
    struct hec_cycles_work *c = r->c;
    const double *state = c->state[number], *next = c->next[number];
    double end = hec_model_time(r->model, r->cycle);
    r->hk->op[HK_NE](r->n, state, next, NULL, c->scratch[0]);
    size_t moved = r->hk->person_keep(r->n, c->scratch[0], c->index);
    for (size_t i = 0; i < moved; i++) {
        size_t lane = c->index[i];
        hec_cycles_note_move(r, number, lane, (size_t)state[lane], (size_t)next[lane], end);
    }
}

static bool move_by_chance(hec_life_run *r, size_t number, const double *asked)
{
    struct hec_cycles_work *c = r->c;
    const hec_chain_plan *chain = &r->plan->chains[number];
    hk_moves moves = {chain->n_states,
                      chain->first,
                      chain->to,
                      chain->rest,
                      c->addresses + chain->arcs,
                      r->plan->uniform + chain->arcs};
    const double *u = hec_cycles_chance(r, r->plan->n_chances + number);
    size_t bad = r->hk->person_move(r->n, &moves, c->state[number], asked, u, c->next[number]);
    if (bad < r->n) {
        size_t state = (size_t)c->state[number][bad];
        return hec_cycles_fail(r, HEC_PERSON_FAULT_ROW, chain->first_state + state, bad);
    }
    if (!check_agreements(r, number, asked)) {
        return false;
    }
    if ((chain->n_charges > 0 && !r->bare) || r->recorded) {
        note_moves(r, number);
    }
    return true;
}

/* Who has died in a chain is not asked by the next. */
static const double *still_asked(hec_life_run *r, size_t number, const double *asked)
{
    static const double truth[2] = {0, 1};
    struct hec_cycles_work *c = r->c;
    const hec_chain_plan *chain = &r->plan->chains[number];
    if (!chain->dies) {
        return asked;
    }
    for (size_t i = 0; i < chain->n_states; i++) {
        c->table[i] = &truth[!r->model->states[chain->first_state + i].dead];
        c->flags[i] = 1;
    }
    r->hk->person_pick(r->n, chain->n_states, c->table, c->flags, c->next[number], c->scratch[0]);
    r->hk->op[HK_AND](r->n, asked, c->scratch[0], NULL, c->asked);
    return c->asked;
}

bool hec_cycles_move_chains(hec_life_run *r)
{
    const double *asked = r->plan->asks ? hec_cycles_value(r, r->plan->asked) : NULL;
    for (size_t i = 0; i < r->model->n_chains; i++) {
        bool hazards = r->model->chains[i].kind == HEC_CHAIN_HAZARDS;
        if (!(hazards ? hec_cycles_jump(r, i, asked) : move_by_chance(r, i, asked))) {
            return false;
        }
        if (i + 1 < r->model->n_chains) {
            asked = still_asked(r, i, asked);
        }
    }
    return true;
}
