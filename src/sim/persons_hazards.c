/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: a chain of hazards within one cycle. The hazards hold through the cycle as they are at
 * its start; each state is left after an exponential time, for the next state by its share of the
 * hazards, until the cycle is over. The first move takes its chance from the stream "move/CHAIN",
 * the k-th from the stream mixed with k - 1; the word is the cycle less 1, the even half the time
 * and the odd half the destination. */
#include <float.h>

#include "sim/persons_cycles.h"

enum { JUMPS_MAX = 1000 };

typedef struct jumps {
    hec_life_run *r;
    size_t chain;
    const hec_chain_plan *plan;
} jumps;

static double *column_of(const hec_life_run *r, bool least, size_t state)
{
    size_t n = r->cycles->most_states;
    return r->c->rates + ((least ? n : 0) + state) * r->stride;
}

/* Sum and least of the hazards of a state; NaN stays. */
static void sum_uniform(const hec_life_run *r, size_t state, size_t begin, size_t end)
{
    double sum = 0, least = 0;
    for (size_t ref = begin; ref < end; ref++) {
        double rate = *hec_cycles_value(r, ref);
        sum += rate;
        least = hk_scalar(HK_MIN, least, rate, 0);
    }
    *column_of(r, false, state) = sum;
    *column_of(r, true, state) = least;
}

static void sum_columns(const hec_life_run *r, size_t state, size_t begin, size_t end)
{
    double *sum = column_of(r, false, state), *least = column_of(r, true, state);
    r->hk->fill(r->n, 0, sum);
    r->hk->fill(r->n, 0, least);
    for (size_t ref = begin; ref < end; ref++) {
        const double *rate = hec_cycles_value(r, ref);
        if (r->plan->uniform[ref]) {
            r->hk->fill(r->n, *rate, r->c->scratch[0]);
            rate = r->c->scratch[0];
        }
        r->hk->op[HK_ADD](r->n, sum, rate, NULL, sum);
        r->hk->op[HK_MIN](r->n, least, rate, NULL, least);
    }
}

static void sum_hazards(const hec_life_run *r, const hec_chain_plan *plan)
{
    for (size_t state = 0; state < plan->n_states; state++) {
        size_t begin = plan->arcs + (size_t)plan->first[state];
        size_t end = plan->arcs + (size_t)plan->first[state + 1];
        bool uniform = true;
        for (size_t ref = begin; ref < end; ref++) {
            uniform = uniform && r->plan->uniform[ref];
        }
        r->c->flags[state] = uniform;
        if (uniform) {
            sum_uniform(r, state, begin, end);
        } else {
            sum_columns(r, state, begin, end);
        }
    }
}

/* Of each person's own state; 0 of those who are not asked. */
static void pick_own(const hec_life_run *r, const jumps *j, bool least, const double *asked,
                     double *out)
{
    for (size_t i = 0; i < j->plan->n_states; i++) {
        r->c->table[i] = column_of(r, least, i);
    }
    r->hk->person_pick(r->n, j->plan->n_states, r->c->table, r->c->flags, r->c->state[j->chain],
                       out);
    if (asked) {
        r->hk->op[HK_SELECT](r->n, asked, out, r->c->zero, out);
    }
}

static double own_sum(const jumps *j, bool least, size_t state, size_t lane)
{
    return column_of(j->r, least, state)[j->r->c->flags[state] ? 0 : lane];
}

static bool is_row(const jumps *j, size_t state, size_t lane)
{
    double sum = own_sum(j, false, state, lane);
    return sum <= DBL_MAX && own_sum(j, true, state, lane) >= 0;
}

static size_t destination(const jumps *j, size_t state, size_t lane, double u)
{
    double goal = u * own_sum(j, false, state, lane), sum = 0;
    size_t to = state;
    for (int32_t k = j->plan->first[state]; k < j->plan->first[state + 1]; k++) {
        double rate = hec_cycles_at(j->r, j->plan->arcs + (size_t)k, lane);
        to = rate > 0 ? (size_t)j->plan->to[k] : to;
        sum += rate;
        if (goal < sum) {
            break;
        }
    }
    return to;
}

/* Those of the list who move again within the cycle; u: their chances of a time. */
static size_t who_moves(const jumps *j, size_t n, double *u, const double *shares)
{
    const hec_life_run *r = j->r;
    struct hec_cycles_work *c = r->c;
    size_t moving = 0;
    r->hk->op[HK_LOG](n, u, NULL, NULL, u);
    for (size_t i = 0; i < n; i++) {
        size_t lane = c->index[i];
        double sum = own_sum(j, false, (size_t)c->next[j->chain][lane], lane);
        c->elapsed[lane] += -u[i] / sum;
        if (sum > 0 && c->elapsed[lane] < r->model->cycle_length) {
            c->movers[moving] = c->movers[i];
            c->scratch[2][moving] = shares[i];
            c->index[moving++] = (uint32_t)lane;
        }
    }
    return moving;
}

/* Moves everybody of the list once. */
static bool move_listed(jumps *j, size_t n)
{
    hec_life_run *r = j->r;
    struct hec_cycles_work *c = r->c;
    double start = hec_model_time(r->model, r->cycle - 1);
    for (size_t i = 0; i < n; i++) {
        size_t lane = c->index[i], from = (size_t)c->next[j->chain][lane];
        size_t to = destination(j, from, lane, c->scratch[2][i]);
        hec_cycles_note_move(r, j->chain, lane, from, to, start + c->elapsed[lane]);
        c->next[j->chain][lane] = (double)to;
        if (!is_row(j, to, lane)) {
            return hec_cycles_fail(r, HEC_PERSON_FAULT_ROW, j->plan->first_state + to, lane);
        }
    }
    return true;
}

static bool check_rows(jumps *j, const double *sums, const double *asked)
{
    hec_life_run *r = j->r;
    double *leasts = r->c->scratch[1];
    size_t bad = r->hk->first_outside(r->n, sums, -DBL_MAX, DBL_MAX);
    pick_own(r, j, true, asked, leasts);
    size_t negative = r->hk->first_outside(r->n, leasts, 0, DBL_MAX);
    bad = negative < bad ? negative : bad;
    if (bad < r->n) {
        size_t state = (size_t)r->c->state[j->chain][bad];
        return hec_cycles_fail(r, HEC_PERSON_FAULT_ROW, j->plan->first_state + state, bad);
    }
    return true;
}

/* Who makes a first move, and when. */
static size_t first_moves(const jumps *j, const double *sums)
{
    const hec_life_run *r = j->r;
    struct hec_cycles_work *c = r->c;
    double *time = c->scratch[2], *shares = c->scratch[3];
    size_t moving = 0;
    hec_person_chance(r->persons, r->block, r->persons->move[j->chain], r->n, c->ids,
                      (uint32_t)(r->cycle - 1), time, shares);
    r->hk->op[HK_LOG](r->n, time, NULL, NULL, time);
    r->hk->op[HK_NEG](r->n, time, NULL, NULL, time);
    r->hk->op[HK_DIV](r->n, time, sums, NULL, c->elapsed);
    for (size_t lane = 0; lane < r->n; lane++) {
        if (sums[lane] > 0 && c->elapsed[lane] < r->model->cycle_length) {
            c->movers[moving] = c->ids[lane];
            time[moving] = shares[lane];
            c->index[moving++] = (uint32_t)lane;
        }
    }
    return moving;
}

bool hec_cycles_jump(hec_life_run *r, size_t chain, const double *asked)
{
    struct hec_cycles_work *c = r->c;
    jumps j = {.r = r, .chain = chain, .plan = &r->plan->chains[chain]};
    double *sums = c->scratch[0];
    sum_hazards(r, j.plan);
    pick_own(r, &j, false, asked, sums);
    if (!check_rows(&j, sums, asked)) {
        return false;
    }
    r->hk->op[HK_COPY](r->n, c->state[chain], NULL, NULL, c->next[chain]);
    size_t moving = first_moves(&j, sums);
    for (int64_t jump = 1; moving > 0; jump++) {
        if (jump > JUMPS_MAX) {
            return hec_cycles_fail(r, HEC_PERSON_FAULT_ENDLESS, chain, c->index[0]);
        }
        if (!move_listed(&j, moving)) {
            return false;
        }
        uint64_t stream = hec_person_stream(r->persons->move[chain], jump);
        hec_person_chance(r->persons, r->block, stream, moving, c->movers, (uint32_t)(r->cycle - 1),
                          c->scratch[1], c->scratch[3]);
        moving = who_moves(&j, moving, c->scratch[1], c->scratch[3]);
    }
    return true;
}
