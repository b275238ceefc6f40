/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pass over persons: one block of them under all strategies, and what is summed of it. */
#include <string.h>

#include "batch/crowd.h"

size_t hec_crowd_columns(const hec_model *model, const hec_quantities *q)
{
    return 3 * model->n_perspectives + 2 * model->n_strategies + (2 + q->n_wtp) + 1;
}

static double *total_of(const hec_crowd *c, const hec_crowd_member *me, int kind, size_t outcome)
{
    return me->totals + ((size_t)kind * c->run->model->n_outcomes + outcome) * c->run->block;
}

static double *cost_of(const hec_crowd *c, const hec_crowd_member *me, int kind, size_t perspective)
{
    return me->costs + ((size_t)kind * c->run->model->n_perspectives + perspective) * c->run->block;
}

static void add_sum(const hec_crowd *c, hec_crowd_member *me, size_t quantity, size_t n,
                    const double *column)
{
    hec_lane_sums_add(&me->sums[quantity], n, column);
    if (!c->run->model->persons.antithetic) {
        return;
    }
    for (size_t i = 0; i < n / 2; i++) {
        me->halves[i] = 0.5 * (column[2 * i] + column[2 * i + 1]);
    }
    hec_lane_sums_add(&me->unit_sums[quantity], n / 2, me->halves);
}

static void add_perspective(const hec_crowd *c, const hec_crowd_member *me, int kind,
                            size_t perspective, size_t n)
{
    const hec_model *m = c->run->model;
    double *sum = cost_of(c, me, kind, perspective);
    c->run->kernels->fill(n, 0, sum);
    for (size_t o = 0; o < m->n_costs; o++) {
        if (m->perspectives[perspective].counts[o]) {
            c->run->kernels->op[HK_ADD](n, sum, total_of(c, me, kind, o), NULL, sum);
        }
    }
}

static void add_totals(const hec_crowd *c, hec_crowd_member *me, size_t strategy, size_t n)
{
    const hec_model *m = c->run->model;
    for (int kind = 0; kind < 2; kind++) {
        for (size_t o = 0; o < m->n_outcomes; o++) {
            add_sum(c, me, hec_quantity_outcome(&c->q, strategy, kind, o), n,
                    total_of(c, me, kind, o));
        }
        for (size_t p = 0; p < m->n_perspectives; p++) {
            add_perspective(c, me, kind, p, n);
            add_sum(c, me, hec_quantity_perspective(&c->q, strategy, kind, p), n,
                    cost_of(c, me, kind, p));
        }
    }
}

/* Against the strategies that were run before. */
static void add_increments(const hec_crowd *c, hec_crowd_member *me, size_t strategy, size_t n)
{
    const hec_model *m = c->run->model;
    const hk_table *kernels = c->run->kernels;
    size_t block = c->run->block;
    double *own = me->own + 2 * strategy * block;
    double *cost = me->increments, *effect = cost + block, *benefit = effect + block;
    memcpy(own, cost_of(c, me, 1, (size_t)m->perspective), n * sizeof *own);
    memcpy(own + block, total_of(c, me, 1, (size_t)m->effect), n * sizeof *own);
    for (size_t earlier = 0; earlier < strategy; earlier++) {
        const double *other = me->own + 2 * earlier * block;
        size_t first = hec_quantity_pair(&c->q, earlier, strategy, HEC_PAIR_COST);
        kernels->op[HK_SUB](n, own, other, NULL, cost);
        kernels->op[HK_SUB](n, own + block, other + block, NULL, effect);
        for (size_t k = 0; k < c->q.n_wtp; k++) {
            kernels->op[HK_NEG](n, cost, NULL, NULL, benefit + k * block);
            kernels->axpy(n, c->q.wtp[k], effect, benefit + k * block);
        }
        for (size_t k = 0; k < 2 + c->q.n_wtp; k++) {
            add_sum(c, me, first + k, n, me->increments + k * block);
        }
    }
}

/* Costs of every perspective against the first strategy. */
static void add_more(const hec_crowd *c, hec_crowd_member *me, size_t strategy, size_t n)
{
    for (size_t p = 0; p < c->run->model->n_perspectives; p++) {
        double *first = me->firsts + p * c->run->block;
        if (strategy == 0) {
            memcpy(first, cost_of(c, me, 1, p), n * sizeof *first);
        } else {
            c->run->kernels->op[HK_SUB](n, cost_of(c, me, 1, p), first, NULL, me->increments);
            add_sum(c, me, hec_quantity_more(&c->q, strategy, p), n, me->increments);
        }
    }
}

/* What the base case keeps of a block beside its sums. */
static void keep_detail(const hec_crowd *c, hec_crowd_member *me, size_t strategy, int64_t first,
                        size_t n)
{
    const hec_model *m = c->run->model;
    int life_years = hec_life_years(m);
    const double *cost[2] = {cost_of(c, me, 0, (size_t)m->perspective),
                             cost_of(c, me, 1, (size_t)m->perspective)};
    hec_sketch *spreads = me->detail.spreads + strategy * HEC_SPREADS;
    hec_sketch_add(&spreads[0], n, cost[1]);
    hec_sketch_add(&spreads[1], n, total_of(c, me, 1, (size_t)m->effect));
    if (life_years >= 0) {
        hec_sketch_add(&spreads[2], n, total_of(c, me, 0, (size_t)life_years));
    }
    hec_people_keep_totals(&c->kept, m, strategy, first, n, me->totals, c->run->block, cost);
}

static void keep_attributes(const hec_crowd *c, hec_crowd_member *me, int64_t first, size_t n)
{
    const hec_people_kept *kept = &c->kept;
    for (size_t a = 0; a < c->run->model->population.n_attributes; a++) {
        const double *column = hec_persons_attribute(c->run->study->persons, me->work, a);
        hec_lane_sums_add(&me->detail.attributes[a], n, column);
        hec_sketch_add(&me->detail.baseline[a], n, column);
        if (kept->attributes && first < kept->count) {
            size_t some = (int64_t)n < kept->count - first ? n : (size_t)(kept->count - first);
            memcpy(kept->attributes + a * (size_t)kept->count + first, column,
                   some * sizeof *column);
        }
    }
}

hec_people_feeds *hec_crowd_feeds(const hec_crowd *c, const hec_crowd_member *me, int64_t draw)
{
    return !c->feeds ? me->feeds : &c->feeds[c->base ? 0 : draw - c->first_feeds];
}

bool hec_crowd_block(const hec_crowd *c, hec_crowd_member *me, int64_t draw, int64_t first,
                     size_t n)
{
    const hec_run *run = c->run;
    const hec_persons *persons = run->study->persons;
    hec_person_block block = {.kernels = run->kernels,
                              .seed = run->model->seed,
                              .draw = draw,
                              .draw_values = c->base ? run->base : me->values,
                              .first = first,
                              .n = n,
                              .tally = c->base ? me->detail.tallies : NULL,
                              .observe = me->pay.settler ? hec_ledger_observe : NULL,
                              .observer = &me->pay.ledger,
                              .feeds = hec_people_feed_numbers(hec_crowd_feeds(c, me, draw))};
    hec_person_fault fault = {0};
    hec_persons_begin(persons, me->work, &block);
    if (c->base) {
        keep_attributes(c, me, first, n);
    }
    for (size_t s = 0; s < run->model->n_strategies; s++) {
        block.tally = c->base ? &me->detail.tallies[s] : NULL;
        if (!hec_persons_strategy(persons, me->work, &block, s, me->totals, run->block, &fault)) {
            return false;
        }
        add_totals(c, me, s, n);
        add_increments(c, me, s, n);
        if (c->base) {
            add_more(c, me, s, n);
            keep_detail(c, me, s, first, n);
        }
    }
    return true;
}
