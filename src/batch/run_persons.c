/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running persons: units of work over threads, folded in their order. */
#include "batch/run_persons.h"

#include "batch/people_pay.h"

#include <math.h>
#include <omp.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* ---- quantities ------------------------------------------------------------------------------ */

/* Prices: those that are named, or the middle of the grid. */
hec_quantities hec_quantities_of(const hec_model *model)
{
    const hec_economics *e = &model->economics;
    size_t n = model->n_strategies;
    hec_quantities q = {.model = model,
                        .n_totals = model->n_outcomes + model->n_perspectives,
                        .n_pairs = n * (n - 1) / 2};
    q.n_wtp = e->n_thresholds > 0 ? e->n_thresholds : e->n_wtp > 0;
    q.wtp = e->n_thresholds > 0 ? e->thresholds : e->wtp + e->n_wtp / 2;
    q.count = 2 * n * q.n_totals + q.n_pairs * (2 + q.n_wtp);
    return q;
}

void hec_crowd_moment_merge(hec_crowd_moment *moment, const hec_crowd_moment *other)
{
    hec_moments_merge(&moment->persons, &other->persons);
    hec_moments_merge(&moment->units, &other->units);
}

double hec_crowd_moment_error(const hec_crowd_moment *moment)
{
    return hec_moments_variance(&moment->units) / moment->units.n;
}

/* ---- the crowd and its threads --------------------------------------------------------------- */

/* One pass over persons: those of the base case, or those of all draws. */
typedef struct crowd {
    hec_run *run;
    hec_quantities q;
    bool base;
    int64_t draws, persons; /* persons of each draw */
    int64_t chunks;         /* of each draw */
    int64_t group;          /* draws of a unit; 1 where a draw has several chunks */
    int64_t units;
    /* what the units are folded into */
    hec_crowd_moment *moments; /* [quantities]: of the base case, or of a draw */
    hec_people_detail detail;  /* of the base case */
    hec_people_pay pay;        /* of the base case, or of a draw */
    hec_people_kept kept;
    hec_psa_arrays arrays; /* of draws */
    hec_sources *sources;
    /* how it goes */
    atomic_int_fast64_t next, turn; /* unit to be taken; unit to be folded */
    atomic_bool over;               /* nothing more is folded: stopped, or gone wrong */
    int stopped;
    hec_status status;
    int64_t fault_unit, fault_draw, fault_first, fault_n;
    double *fault_values; /* [draws of the model] */
    hec_settle_fault settlement; /* found: in place of a person's */
} crowd;

typedef struct member { /* a thread's own */
    hec_persons_work *work;
    hec_sample_work *sampling;
    int64_t sampled, n_sampled;      /* draws in `sample` */
    double *sample;                  /* [draws of the model][WINDOW] */
    double *values;                  /* [draws of the model] */
    double *totals;                  /* [2][outcomes][block] */
    double *costs;      /* [2][perspectives][block] */
    double *own;        /* [strategies][2][block]: discounted cost and effect */
    double *increments; /* [2 + prices][block] */
    double *halves;     /* [block]: means of antithetic pairs */
    hec_lane_sums *sums, *unit_sums; /* [quantities] */
    hec_crowd_moment *moments;       /* the same, of the piece that was run last */
    hec_sources *sources;            /* of the draws of a unit */
    hec_people_detail detail;
    hec_people_pay pay;
    double *fault_inputs; /* [inputs of the model]: of a settlement */
    bool failed; /* in the unit at hand */
} member;

enum { WINDOW = 64 }; /* draws whose parameters are sampled together */

/* Columns of a block beside the totals that the engine fills. */
static size_t columns_of(const hec_model *model, const hec_quantities *q)
{
    return 2 * model->n_perspectives + 2 * model->n_strategies + (2 + q->n_wtp) + 1;
}

size_t hec_run_persons_bytes(const hec_model *model, size_t lanes)
{
    hec_quantities q = hec_quantities_of(model);
    return 8 * lanes * columns_of(model, &q) + 8 * model->n_draws * (WINDOW + 1) +
           q.count * (2 * sizeof(hec_lane_sums) + sizeof(hec_crowd_moment) + sizeof(hec_sources)) +
           hec_people_detail_bytes(model);
}

static bool open_member(member *me, const crowd *c)
{
    const hec_run *run = c->run;
    const hec_model *m = run->model;
    size_t block = run->block, n = c->q.count;
    me->work = hec_persons_work_create(run->study->persons, block);
    me->sampling = run->study->sampling ? hec_sample_work_create(run->study->sampling) : NULL;
    me->sample = hec_aligned_doubles(m->n_draws * WINDOW + 8);
    me->values = hec_aligned_doubles(m->n_draws + 8);
    me->totals = hec_aligned_doubles(2 * m->n_outcomes * block + 8);
    me->costs = hec_aligned_doubles(columns_of(m, &c->q) * block + 8);
    me->sums = calloc(n, sizeof *me->sums);
    me->unit_sums = calloc(n, sizeof *me->unit_sums);
    me->moments = calloc(n, sizeof *me->moments);
    me->sources = calloc(n, sizeof *me->sources);
    if (!me->work || (!me->sampling && run->study->sampling) || !me->sample || !me->values ||
        !me->totals || !me->costs || !me->sums || !me->unit_sums || !me->moments || !me->sources) {
        return false;
    }
    me->own = me->costs + 2 * m->n_perspectives * block;
    me->increments = me->own + 2 * m->n_strategies * block;
    me->halves = me->increments + (2 + c->q.n_wtp) * block;
    me->fault_inputs = calloc(hec_model_inputs(m) + 1, sizeof *me->fault_inputs);
    return me->fault_inputs && hec_people_pay_open(run->study, &me->pay) &&
           (!c->base || hec_people_detail_create(m, false, &me->detail));
}

static void close_member(member *me)
{
    hec_persons_work_destroy(me->work);
    hec_sample_work_destroy(me->sampling);
    hec_aligned_free(me->sample);
    hec_aligned_free(me->values);
    hec_aligned_free(me->totals);
    hec_aligned_free(me->costs);
    free(me->sums);
    free(me->unit_sums);
    free(me->moments);
    free(me->sources);
    free(me->fault_inputs);
    hec_people_pay_close(&me->pay);
    hec_people_detail_destroy(&me->detail);
}

/* ---- one block ------------------------------------------------------------------------------- */

static double *total_of(const crowd *c, const member *me, int kind, size_t outcome)
{
    return me->totals + ((size_t)kind * c->run->model->n_outcomes + outcome) * c->run->block;
}

static double *cost_of(const crowd *c, const member *me, int kind, size_t perspective)
{
    return me->costs + ((size_t)kind * c->run->model->n_perspectives + perspective) * c->run->block;
}

static void add_sum(const crowd *c, member *me, size_t quantity, size_t n, const double *column)
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

static void add_perspective(const crowd *c, const member *me, int kind, size_t perspective,
                            size_t n)
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

static void add_totals(const crowd *c, member *me, size_t strategy, size_t n)
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
static void add_increments(const crowd *c, member *me, size_t strategy, size_t n)
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

/* What the base case keeps of a block beside its sums. */
static void keep_detail(const crowd *c, member *me, size_t strategy, int64_t first, size_t n)
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

static void keep_attributes(const crowd *c, member *me, int64_t first, size_t n)
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

/* All strategies of a block; false when a value went wrong. */
static bool run_block(crowd *c, member *me, int64_t draw, int64_t first, size_t n)
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
                              .observer = &me->pay.ledger};
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
            keep_detail(c, me, s, first, n);
        }
    }
    return true;
}

/* ---- one piece: a chunk, or a draw with fewer persons -----------------------------------------
 */

/* Only the calling thread asks whether to go on; the others read its answer. */
static bool go_on(crowd *c, size_t n)
{
    const hec_run_options *options = &c->run->options;
    const hec_model *m = c->run->model;
    int64_t more = (int64_t)(n * m->n_strategies), done;
    int stopped;
#pragma omp atomic capture
    done = c->run->persons_done += more;
    if (omp_get_thread_num() == 0 && options->progress) {
        int64_t all =
            (m->persons.count + m->draw_count * m->persons.per_draw) * (int64_t)m->n_strategies;
        if (!options->progress(options->context, done < all ? done : all, all)) {
#pragma omp atomic write
            c->stopped = 1;
        }
    }
#pragma omp atomic read
    stopped = c->stopped;
    return !stopped;
}

static void keep_fault(crowd *c, const member *me, int64_t unit, int64_t draw, int64_t first,
                       int64_t n)
{
#pragma omp critical(hecate_fault)
    if (unit < c->fault_unit) {
        c->status = HEC_E_VALUE;
        c->fault_unit = unit;
        c->fault_draw = draw;
        c->fault_first = first;
        c->fault_n = n;
        memcpy(c->fault_values, c->base ? c->run->base : me->values,
               c->run->model->n_draws * sizeof *c->fault_values);
    }
}

/* Settles a draw whose persons are all in `pay`. */
static bool settle(crowd *c, member *me, int64_t unit, int64_t draw, hec_people_pay *pay,
                   hec_crowd_moment *moments)
{
    hec_settle_fault fault = {.inputs = me->fault_inputs};
    const double *values = c->base ? c->run->base : me->values;
    if (hec_people_settle(c->run, pay, values, &c->q, moments, &fault)) {
        return true;
    }
    if (!fault.found) {
#pragma omp critical(hecate_fault)
        c->status = HEC_E_MEMORY;
        return false;
    }
    keep_fault(c, me, unit, draw, 0, 0);
#pragma omp critical(hecate_fault)
    if (c->fault_unit == unit) {
        memcpy(c->settlement.inputs, fault.inputs,
               hec_model_inputs(c->run->model) * sizeof *fault.inputs);
        fault.inputs = c->settlement.inputs;
        c->settlement = fault;
    }
    return false;
}

static void close_sums(const crowd *c, member *me)
{
    bool antithetic = c->run->model->persons.antithetic;
    for (size_t i = 0; i < c->q.count; i++) {
        me->moments[i].persons = hec_lane_sums_close(&me->sums[i]);
        me->moments[i].units =
            antithetic ? hec_lane_sums_close(&me->unit_sums[i]) : me->moments[i].persons;
    }
}

/* Persons first .. first + n - 1 of a draw into me->moments; me->failed when it came to no end. */
static void run_piece(crowd *c, member *me, int64_t unit, int64_t draw, int64_t first, int64_t n)
{
    int64_t block = (int64_t)c->run->block;
    memset(me->sums, 0, c->q.count * sizeof *me->sums);
    memset(me->unit_sums, 0, c->q.count * sizeof *me->unit_sums);
    if (me->pay.settler && !c->base) {
        hec_ledger_clear(&me->pay.ledger);
    }
    for (int64_t at = 0; at < n && !me->failed; at += block) {
        size_t some = (size_t)(n - at < block ? n - at : block);
        if (!run_block(c, me, draw, first + at, some)) {
            keep_fault(c, me, unit, draw, first, n);
            me->failed = true;
        } else if (!go_on(c, some)) {
            me->failed = true;
        }
    }
    if (!me->failed) {
        close_sums(c, me);
    }
}

/* ---- parameters of a draw -------------------------------------------------------------------- */

/* Any window of draws gives the same values. */
static bool sample_window(crowd *c, member *me, int64_t draw)
{
    const hec_run *run = c->run;
    int64_t left = c->draws - draw, most = c->group > 1 ? WINDOW : 1;
    me->sampled = draw;
    me->n_sampled = left < most ? left : most;
    hec_status status =
        hec_sample(run->study->sampling, run->kernels, me->sampling, run->model->seed, draw,
                   (size_t)me->n_sampled, WINDOW, me->sample);
    if (status != HEC_OK) {
#pragma omp critical(hecate_fault)
        c->status = status;
    }
    return status == HEC_OK;
}

/* Whoever has the first persons of a draw keeps its parameters. */
static bool take_draw(crowd *c, member *me, int64_t draw, bool keeps)
{
    const hec_run *run = c->run;
    if (c->base || !run->study->sampling) {
        return true;
    }
    if ((draw < me->sampled || draw >= me->sampled + me->n_sampled) &&
        !sample_window(c, me, draw)) {
        return false;
    }
    for (size_t i = 0; i < run->model->n_draws; i++) {
        me->values[i] = me->sample[i * WINDOW + (size_t)(draw - me->sampled)];
        if (keeps) {
            c->arrays.parameters[i * (size_t)c->draws + (size_t)draw] = me->values[i];
        }
    }
    return true;
}

/* ---- one unit -------------------------------------------------------------------------------- */

/* Some draws from `draw` on, each of one piece. */
static void run_group(crowd *c, member *me, int64_t unit)
{
    int64_t first = unit * c->group;
    int64_t end = first + c->group < c->draws ? first + c->group : c->draws;
    memset(me->sources, 0, c->q.count * sizeof *me->sources);
    for (int64_t draw = first; draw < end && !me->failed; draw++) {
        if (!take_draw(c, me, draw, true)) {
            me->failed = true;
            return;
        }
        run_piece(c, me, unit, draw, 0, c->persons);
        me->failed = me->failed || !settle(c, me, unit, draw, &me->pay, me->moments);
        if (!me->failed) {
            hec_people_keep_draw(c->run, &c->arrays, &c->q, draw, me->moments);
            hec_sources_add(c->q.count, me->sources, me->moments);
        }
    }
}

static void run_chunk(crowd *c, member *me, int64_t unit)
{
    int64_t draw = c->base ? -1 : unit / c->chunks, first = unit % c->chunks * HEC_CHUNK;
    int64_t n = c->persons - first < HEC_CHUNK ? c->persons - first : HEC_CHUNK;
    if (!take_draw(c, me, draw, first == 0)) {
        me->failed = true;
        return;
    }
    run_piece(c, me, unit, draw, first, n);
}

/* What a unit has worked out, after all units before it. */
static void fold_unit(crowd *c, member *me, int64_t unit)
{
    if (!c->base && c->group > 1) {
        hec_sources_merge(c->q.count, c->sources, me->sources);
        return;
    }
    for (size_t i = 0; i < c->q.count; i++) {
        hec_crowd_moment_merge(&c->moments[i], &me->moments[i]);
    }
    if (c->base) {
        hec_people_detail_fold(&c->detail, &me->detail);
        return;
    }
    if (c->pay.settler) {
        hec_ledger_merge(&c->pay.ledger, &me->pay.ledger);
    }
    if ((unit + 1) % c->chunks == 0 &&
        settle(c, me, unit, unit / c->chunks, &c->pay, c->moments)) {
        hec_people_keep_draw(c->run, &c->arrays, &c->q, unit / c->chunks, c->moments);
        hec_sources_add(c->q.count, c->sources, c->moments);
        memset(c->moments, 0, c->q.count * sizeof *c->moments);
        if (c->pay.settler) {
            hec_ledger_clear(&c->pay.ledger);
        }
    }
}

/* A unit after one that has failed is of no use; one before it may yet fail first. */
static bool is_wanted(crowd *c, int64_t unit)
{
    int stopped;
    bool wanted;
#pragma omp atomic read
    stopped = c->stopped;
#pragma omp critical(hecate_fault)
    wanted = unit < c->fault_unit && (c->status == HEC_OK || c->status == HEC_E_VALUE);
    return wanted && !stopped;
}

static void run_unit(crowd *c, member *me, int64_t unit)
{
    me->failed = !is_wanted(c, unit);
    if (me->failed) {
        return;
    }
    if (!c->base && c->group > 1) {
        run_group(c, me, unit);
    } else {
        run_chunk(c, me, unit);
    }
}

/* ---- all units ------------------------------------------------------------------------------- */

/* Units are folded one after the other, whoever ran them. False when nothing more is. */
static bool await_turn(crowd *c, int64_t unit)
{
    while (!atomic_load(&c->over) && atomic_load(&c->turn) != unit) {
        sched_yield();
    }
    return !atomic_load(&c->over);
}

static void work_through(crowd *c)
{
#pragma omp parallel num_threads(c->run->threads)
    {
        member me = {0};
        bool good = open_member(&me, c);
        if (!good) {
#pragma omp critical(hecate_fault)
            c->status = HEC_E_MEMORY;
        }
        int64_t unit = 0;
        while (good && (unit = atomic_fetch_add(&c->next, 1)) < c->units) {
            run_unit(c, &me, unit);
            if (me.failed) { /* and so are all that come after it */
                atomic_store(&c->over, true);
            }
            if (!await_turn(c, unit)) {
                break;
            }
            fold_unit(c, &me, unit);
            atomic_store(&c->turn, unit + 1);
        }
#pragma omp barrier
        if (good && c->base) {
#pragma omp critical(hecate_merge)
            hec_people_detail_merge(&c->detail, &me.detail);
        }
        if (good && c->base && c->pay.settler) {
#pragma omp critical(hecate_merge)
            hec_ledger_merge(&c->pay.ledger, &me.pay.ledger);
        }
        close_member(&me);
    }
    if (c->stopped && c->status == HEC_OK) {
        c->status = HEC_E_STOPPED;
    }
}

static bool open_crowd(crowd *c, hec_run *run, bool base)
{
    const hec_model *m = run->model;
    *c = (crowd){.run = run,
                 .q = hec_quantities_of(m),
                 .base = base,
                 .draws = base ? 1 : m->draw_count,
                 .persons = base ? m->persons.count : m->persons.per_draw,
                 .fault_unit = INT64_MAX};
    c->chunks = (c->persons + HEC_CHUNK - 1) / HEC_CHUNK;
    c->group = HEC_CHUNK / c->persons > 1 ? HEC_CHUNK / c->persons : 1;
    c->units = c->group > 1 && !base ? (c->draws + c->group - 1) / c->group : c->draws * c->chunks;
    c->moments = calloc(c->q.count, sizeof *c->moments);
    c->sources = calloc(c->q.count, sizeof *c->sources);
    c->fault_values = calloc(m->n_draws + 1, sizeof *c->fault_values);
    c->settlement.inputs = calloc(hec_model_inputs(m) + 1, sizeof *c->settlement.inputs);
    return c->moments && c->sources && c->fault_values && c->settlement.inputs &&
           hec_people_pay_open(run->study, &c->pay) &&
           (!base || hec_people_detail_create(m, true, &c->detail));
}

static void close_crowd(crowd *c)
{
    free(c->moments);
    free(c->sources);
    free(c->fault_values);
    free(c->settlement.inputs);
    hec_people_pay_close(&c->pay);
    hec_people_detail_destroy(&c->detail);
}

/* Which person of a chunk is found first depends on the block; the first that goes wrong does not.
 */
static hec_status run_crowd(crowd *c)
{
    work_through(c);
    if (c->status == HEC_E_VALUE && c->fault_n == 0) {
        hec_run_report_settlement(c->run, &c->settlement, c->fault_draw);
    } else if (c->status == HEC_E_VALUE) {
        c->status = hec_run_report_persons(c->run, c->fault_draw, c->fault_values, c->fault_first,
                                           c->fault_n);
    }
    return c->status;
}

static hec_status settle_base(crowd *c)
{
    c->settlement.found = false;
    if (hec_people_settle(c->run, &c->pay, c->run->base, &c->q, c->moments, &c->settlement)) {
        return hec_people_settle_years(&c->pay, &c->detail) ? HEC_OK : HEC_E_MEMORY;
    }
    if (c->settlement.found) {
        hec_run_report_settlement(c->run, &c->settlement, -1);
    }
    return c->settlement.found ? HEC_E_VALUE : HEC_E_MEMORY;
}

hec_status hec_run_persons_base(hec_run *run)
{
    crowd c;
    hec_status status = HEC_E_MEMORY;
    if (open_crowd(&c, run, true)) {
        status = hec_people_keep(run, &c.kept);
    }
    if (status == HEC_OK) {
        status = run_crowd(&c);
    }
    if (status == HEC_OK) {
        status = settle_base(&c);
    }
    hec_people_results results = {run, c.q, c.moments, &c.detail};
    if (status == HEC_OK) {
        status = hec_people_base(&results);
    }
    if (status == HEC_OK) {
        status = hec_people_spread(&results);
    }
    if (status == HEC_OK) {
        status = hec_people_ledger(run, &c.pay);
    }
    close_crowd(&c);
    return status;
}

hec_status hec_run_persons_ledger(hec_run *run, hec_people_pay *pay)
{
    crowd c;
    hec_status status = open_crowd(&c, run, true) ? run_crowd(&c) : HEC_E_MEMORY;
    if (status == HEC_OK) {
        status = settle_base(&c);
    }
    *pay = c.pay;
    c.pay = (hec_people_pay){0};
    close_crowd(&c);
    return status;
}

hec_status hec_run_persons_draws(hec_run *run)
{
    crowd c;
    hec_status status = HEC_E_MEMORY;
    if (run->model->draw_count == 0) {
        return HEC_OK;
    }
    if (open_crowd(&c, run, false) && hec_psa_arrays_add(run, &c.arrays)) {
        status = run_crowd(&c);
    }
    if (status == HEC_OK) {
        status = hec_people_sources(run, &c.q, c.sources);
    }
    close_crowd(&c);
    return status;
}
