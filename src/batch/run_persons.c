/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running persons: units of work over threads, folded in their order. */
#include "batch/crowd.h"

#include <math.h>
#include <omp.h>
#include <sched.h>
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
    q.count = 2 * n * q.n_totals + q.n_pairs * (2 + q.n_wtp) + (n - 1) * model->n_perspectives;
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

/* In place of persons of whom one goes wrong; 0: a settlement does. */
enum { NO_PROOF = -1, ALREADY_TOLD = -2 };
enum { WINDOW = 64 }; /* draws whose parameters are sampled together */

size_t hec_run_persons_bytes(const hec_model *model, size_t lanes)
{
    hec_quantities q = hec_quantities_of(model);
    return 8 * lanes * hec_crowd_columns(model, &q) + 8 * model->n_draws * (WINDOW + 1) +
           q.count * (2 * sizeof(hec_lane_sums) + sizeof(hec_crowd_moment) + sizeof(hec_sources)) +
           hec_people_detail_bytes(model);
}

static bool open_sampling(hec_crowd_member *me, const hec_run *run)
{
    size_t n = run->model->n_draws;
    me->sampling = run->study->sampling ? hec_sample_work_create(run->study->sampling) : NULL;
    me->sample = hec_aligned_doubles(n * WINDOW + 8);
    me->values = hec_aligned_doubles(n + 8);
    return (me->sampling || !run->study->sampling) && me->sample && me->values;
}

static bool open_feeds(hec_crowd_member *me, const hec_crowd *c)
{
    if (!c->whole || !hec_people_feeds_wanted(c->run->model)) {
        return true;
    }
    me->feeds = calloc(1, sizeof *me->feeds);
    return me->feeds && hec_people_feeds_open(c->run, c->persons, me->feeds);
}

static bool open_member(hec_crowd_member *me, const hec_crowd *c)
{
    const hec_run *run = c->run;
    const hec_model *m = run->model;
    size_t block = run->block, n = c->q.count;
    me->work = hec_persons_work_create(run->study->persons, block);
    me->totals = hec_aligned_doubles(2 * m->n_outcomes * block + 8);
    me->costs = hec_aligned_doubles(hec_crowd_columns(m, &c->q) * block + 8);
    me->sums = calloc(n, sizeof *me->sums);
    me->unit_sums = calloc(n, sizeof *me->unit_sums);
    me->moments = calloc(n, sizeof *me->moments);
    me->sources = calloc(n, sizeof *me->sources);
    if (!open_sampling(me, run) || !me->work || !me->totals || !me->costs || !me->sums ||
        !me->unit_sums || !me->moments || !me->sources) {
        return false;
    }
    me->own = me->costs + 2 * m->n_perspectives * block;
    me->increments = me->own + 2 * m->n_strategies * block;
    me->firsts = me->increments + (2 + c->q.n_wtp) * block;
    me->halves = me->firsts + m->n_perspectives * block;
    me->fault_inputs = calloc(hec_model_inputs(m) + 1, sizeof *me->fault_inputs);
    return me->fault_inputs && open_feeds(me, c) && hec_people_pay_open(run->study, &me->pay) &&
           (!c->base || hec_people_detail_create(m, false, &me->detail));
}

static void close_member(hec_crowd_member *me)
{
    if (me->feeds) {
        hec_people_feeds_close(me->feeds);
        free(me->feeds);
    }
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

/* ---- one piece: a chunk, or a draw with fewer persons -----------------------------------------
 */

bool hec_run_persons_stopped(hec_run *run)
{
    int stopped;
#pragma omp atomic read
    stopped = run->stopped;
    return stopped;
}

/* Lives that go on together are lived twice. */
bool hec_run_persons_go_on(hec_run *run, int64_t more)
{
    const hec_run_options *options = &run->options;
    const hec_model *m = run->model;
    int64_t done;
#pragma omp atomic capture
    done = run->persons_done += more;
    if (omp_get_thread_num() == 0 && options->progress) {
        int64_t all = (m->persons.count + m->draw_count * m->persons.per_draw) *
                      ((int64_t)m->n_strategies + hec_people_feeds_count(m));
        if (!options->progress(options->context, done < all ? done : all, all)) {
#pragma omp atomic write
            run->stopped = 1;
        }
    }
    return !hec_run_persons_stopped(run);
}

static void keep_fault(hec_crowd *c, const hec_crowd_member *me, int64_t unit, int64_t draw,
                       int64_t first, int64_t n)
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

/* The lives that were counted are those in which it was found what they read. */
static bool prove(hec_crowd *c, hec_crowd_member *me, int64_t unit, int64_t draw,
                  const hec_people_pay *pay)
{
    const hec_model *m = c->run->model;
    const hec_people_feeds *feeds = hec_crowd_feeds(c, me, draw);
    size_t s = feeds ? hec_people_feeds_differ(feeds, &pay->ledger) : m->n_strategies;
    if (s < m->n_strategies) {
        keep_fault(c, me, unit, draw, 0, NO_PROOF);
#pragma omp critical(hecate_fault)
        c->unproved = s;
    }
    return s == m->n_strategies;
}

/* Settles a draw whose persons are all in `pay`. */
static bool settle(hec_crowd *c, hec_crowd_member *me, int64_t unit, int64_t draw,
                   hec_people_pay *pay, hec_crowd_moment *moments)
{
    hec_settle_fault fault = {.inputs = me->fault_inputs};
    const double *values = c->base ? c->run->base : me->values;
    if (hec_people_settle(c->run, pay, values, &c->q, moments, &fault)) {
        return prove(c, me, unit, draw, pay);
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

static void close_sums(const hec_crowd *c, hec_crowd_member *me)
{
    bool antithetic = c->run->model->persons.antithetic;
    for (size_t i = 0; i < c->q.count; i++) {
        me->moments[i].persons = hec_lane_sums_close(&me->sums[i]);
        me->moments[i].units =
            antithetic ? hec_lane_sums_close(&me->unit_sums[i]) : me->moments[i].persons;
    }
}

/* Persons first .. first + n - 1 of a draw into me->moments; me->failed when it came to no end. */
static void run_piece(hec_crowd *c, hec_crowd_member *me, int64_t unit, int64_t draw, int64_t first,
                      int64_t n)
{
    int64_t block = (int64_t)c->run->block;
    memset(me->sums, 0, c->q.count * sizeof *me->sums);
    memset(me->unit_sums, 0, c->q.count * sizeof *me->unit_sums);
    if (me->pay.settler && !c->base) {
        hec_ledger_clear(&me->pay.ledger);
    }
    for (int64_t at = 0; at < n && !me->failed; at += block) {
        size_t some = (size_t)(n - at < block ? n - at : block);
        if (!hec_crowd_block(c, me, draw, first + at, some)) {
            keep_fault(c, me, unit, draw, first, n);
            me->failed = true;
        } else if (!hec_run_persons_go_on(c->run, (int64_t)(some * c->q.model->n_strategies))) {
            me->failed = true;
        }
    }
    if (!me->failed) {
        close_sums(c, me);
    }
}

/* ---- parameters of a draw -------------------------------------------------------------------- */

/* Any window of draws gives the same values. */
static bool sample_window(hec_crowd *c, hec_crowd_member *me, int64_t draw)
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
static bool take_draw(hec_crowd *c, hec_crowd_member *me, int64_t draw, bool keeps)
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

/* What goes wrong is found once more when it is told. */
static bool find_alone(hec_crowd *c, hec_crowd_member *me, int64_t unit, int64_t draw)
{
    if (!me->feeds) {
        return true;
    }
    hec_status status =
        hec_people_find_alone(c->run, me->feeds, me->work, draw, me->values, c->persons);
    if (status == HEC_E_VALUE) {
        keep_fault(c, me, unit, draw, 0, c->persons);
    }
    return status == HEC_OK;
}

/* Some draws from `draw` on, each of one piece. */
static void run_group(hec_crowd *c, hec_crowd_member *me, int64_t unit)
{
    int64_t first = unit * c->group;
    int64_t end = first + c->group < c->draws ? first + c->group : c->draws;
    memset(me->sources, 0, c->q.count * sizeof *me->sources);
    for (int64_t draw = first; draw < end && !me->failed; draw++) {
        if (!take_draw(c, me, draw, true)) {
            me->failed = true;
            return;
        }
        if (!find_alone(c, me, unit, draw)) {
            me->failed = true;
            return;
        }
        run_piece(c, me, unit, draw, 0, c->persons);
        me->failed = me->failed || !settle(c, me, unit, draw, &me->pay, me->moments);
        if (!me->failed) {
            hec_people_keep_draw(c->run, &c->arrays, &c->q, draw, me->moments);
            hec_people_pay_keep_draw(c->run, &c->arrays, draw, &me->pay);
            hec_sources_add(c->q.count, me->sources, me->moments);
        }
    }
}

static void run_chunk(hec_crowd *c, hec_crowd_member *me, int64_t unit)
{
    int64_t draw = c->base ? -1 : unit / c->chunks, first = unit % c->chunks * HEC_CHUNK;
    int64_t n = c->persons - first < HEC_CHUNK ? c->persons - first : HEC_CHUNK;
    if (!take_draw(c, me, draw, first == 0) || !find_alone(c, me, unit, draw)) {
        me->failed = true;
        return;
    }
    run_piece(c, me, unit, draw, first, n);
}

/* What a unit has worked out, after all units before it. */
static void fold_unit(hec_crowd *c, hec_crowd_member *me, int64_t unit)
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
    if ((unit + 1) % c->chunks == 0 && settle(c, me, unit, unit / c->chunks, &c->pay, c->moments)) {
        hec_people_keep_draw(c->run, &c->arrays, &c->q, unit / c->chunks, c->moments);
        hec_people_pay_keep_draw(c->run, &c->arrays, unit / c->chunks, &c->pay);
        hec_sources_add(c->q.count, c->sources, c->moments);
        memset(c->moments, 0, c->q.count * sizeof *c->moments);
        if (c->pay.settler) {
            hec_ledger_clear(&c->pay.ledger);
        }
    }
}

/* A unit after one that has failed is of no use; one before it may yet fail first. */
static bool is_wanted(hec_crowd *c, int64_t unit)
{
    bool wanted;
#pragma omp critical(hecate_fault)
    wanted = unit < c->fault_unit && (c->status == HEC_OK || c->status == HEC_E_VALUE);
    return wanted && !hec_run_persons_stopped(c->run);
}

static void run_unit(hec_crowd *c, hec_crowd_member *me, int64_t unit)
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
static bool await_turn(hec_crowd *c, int64_t unit)
{
    while (!atomic_load(&c->over) && atomic_load(&c->turn) != unit) {
        sched_yield();
    }
    return !atomic_load(&c->over);
}

static void work_through(hec_crowd *c)
{
#pragma omp parallel num_threads(c->run->threads)
    {
        hec_crowd_member me = {0};
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
    if (hec_run_persons_stopped(c->run) && c->status == HEC_OK) {
        c->status = HEC_E_STOPPED;
    }
}

/* Draws whose lives are found before they are run: as many as keep all threads busy. */
static bool open_window(hec_crowd *c)
{
    if (c->whole || !hec_people_feeds_wanted(c->run->model)) {
        return true;
    }
    int64_t wanted = hec_people_window(c->persons, c->run->threads);
    c->feeds = calloc((size_t)wanted, sizeof *c->feeds);
    for (bool good = c->feeds; good && c->n_feeds < wanted && c->n_feeds < c->draws; c->n_feeds++) {
        good = hec_people_feeds_open(c->run, 0, &c->feeds[c->n_feeds]);
    }
    return c->feeds && c->n_feeds > 0;
}

static bool open_crowd(hec_crowd *c, hec_run *run, bool base)
{
    const hec_model *m = run->model;
    *c = (hec_crowd){.run = run,
                     .q = hec_quantities_of(m),
                     .base = base,
                     .draws = base ? 1 : m->draw_count,
                     .persons = base ? m->persons.count : m->persons.per_draw,
                     .fault_unit = INT64_MAX};
    c->chunks = (c->persons + HEC_CHUNK - 1) / HEC_CHUNK;
    c->group = HEC_CHUNK / c->persons > 1 ? HEC_CHUNK / c->persons : 1;
    c->units = c->group > 1 && !base ? (c->draws + c->group - 1) / c->group : c->draws * c->chunks;
    c->whole = !base && c->chunks == 1;
    c->moments = calloc(c->q.count, sizeof *c->moments);
    c->sources = calloc(c->q.count, sizeof *c->sources);
    c->fault_values = calloc(m->n_draws + 1, sizeof *c->fault_values);
    c->settlement.inputs = calloc(hec_model_inputs(m) + 1, sizeof *c->settlement.inputs);
    return c->moments && c->sources && c->fault_values && c->settlement.inputs &&
           hec_people_pay_open(run->study, &c->pay) && open_window(c) &&
           (!base || hec_people_detail_create(m, true, &c->detail));
}

static void close_crowd(hec_crowd *c)
{
    free(c->moments);
    free(c->sources);
    free(c->fault_values);
    free(c->settlement.inputs);
    hec_people_pay_close(&c->pay);
    hec_people_detail_destroy(&c->detail);
    for (int64_t i = 0; i < c->n_feeds; i++) {
        hec_people_feeds_close(&c->feeds[i]);
    }
    free(c->feeds);
}

/* ---- lives that go on together ----------------------------------------------------------------
 */

/* What is read in the draws from `draw` on; how many were found. `finds` has the values of the draw
 * that was looked at last. */
static int64_t find_window(hec_crowd *c, hec_crowd_member *finds, int64_t draw, hec_status *status)
{
    int64_t n = 0;
    c->first_feeds = draw;
    *status = HEC_OK;
    while (*status == HEC_OK && n < c->n_feeds && draw + n < c->draws) {
        *status = take_draw(c, finds, draw + n, false)
                      ? hec_people_find(c->run, &c->feeds[n], c->base ? -1 : draw + n,
                                        c->base ? c->run->base : finds->values, c->persons)
                      : c->status;
        n += *status == HEC_OK;
    }
    return n;
}

/* Some draws are found, then run; a draw that cannot be found is told when those before it did not
 * go wrong. */
static void find_and_run(hec_crowd *c)
{
    hec_crowd_member finds = {0};
    hec_status found = open_sampling(&finds, c->run) ? HEC_OK : HEC_E_MEMORY;
    c->status = found;
    for (int64_t draw = 0, n = 0; c->status == HEC_OK && draw < c->draws; draw += n) {
        n = find_window(c, &finds, draw, &found);
        c->units = (draw + n) * c->chunks;
        atomic_store(&c->next, draw * c->chunks);
        atomic_store(&c->turn, draw * c->chunks);
        if (n > 0 && (found == HEC_OK || found == HEC_E_VALUE)) {
            work_through(c);
        }
        if (c->status == HEC_OK && found == HEC_E_VALUE) {
            found = hec_people_report(c->run, &c->feeds[n], c->base ? -1 : draw + n,
                                      c->base ? c->run->base : finds.values);
            c->fault_n = ALREADY_TOLD;
        }
        c->status = c->status == HEC_OK ? found : c->status;
    }
    close_member(&finds);
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* A draw that a thread ran whole is found once more. False when that is what goes wrong, and told.
 */
static bool find_again(hec_crowd *c, hec_people_feeds *feeds)
{
    hec_status status =
        hec_people_feeds_open(c->run, 0, feeds)
            ? hec_people_find(c->run, feeds, c->fault_draw, c->fault_values, c->persons)
            : HEC_E_MEMORY;
    if (status == HEC_E_VALUE) {
        status = hec_people_report(c->run, feeds, c->fault_draw, c->fault_values);
    }
    c->status = status == HEC_OK ? c->status : status;
    return status == HEC_OK;
}

/* Which person of a chunk is found first depends on the block; the first that goes wrong does not.
 */
static void report_persons(hec_crowd *c)
{
    hec_people_feeds own = {0}, *feeds = NULL;
    bool again = c->whole && hec_people_feeds_wanted(c->run->model);
    if (again && find_again(c, &own)) {
        feeds = &own;
    } else if (c->feeds) {
        feeds = &c->feeds[c->base ? 0 : c->fault_draw - c->first_feeds];
    }
    if (!again || feeds) {
        c->status =
            hec_run_report_persons(c->run, c->fault_draw, c->fault_values,
                                   hec_people_feed_numbers(feeds), c->fault_first, c->fault_n);
    }
    hec_people_feeds_close(&own);
}

static hec_status run_crowd(hec_crowd *c)
{
    if (c->feeds) {
        find_and_run(c);
    } else {
        work_through(c);
    }
    if (c->status != HEC_E_VALUE || c->fault_n == ALREADY_TOLD) {
        return c->status;
    }
    if (c->fault_n == NO_PROOF) {
        hec_run_report_unproved(c->run, c->unproved, c->fault_draw);
    } else if (c->fault_n == 0) {
        hec_run_report_settlement(c->run, &c->settlement, c->fault_draw);
    } else {
        report_persons(c);
    }
    return c->status;
}

static hec_status prove_base(const hec_crowd *c)
{
    size_t none = c->run->model->n_strategies;
    size_t s = c->feeds ? hec_people_feeds_differ(c->feeds, &c->pay.ledger) : none;
    if (s < none) {
        hec_run_report_unproved(c->run, s, -1);
    }
    return s < none ? HEC_E_VALUE : HEC_OK;
}

static hec_status settle_base(hec_crowd *c)
{
    c->settlement.found = false;
    if (hec_people_settle(c->run, &c->pay, c->run->base, &c->q, c->moments, &c->settlement)) {
        return hec_people_settle_years(&c->pay, &c->detail) ? prove_base(c) : HEC_E_MEMORY;
    }
    if (c->settlement.found) {
        hec_run_report_settlement(c->run, &c->settlement, -1);
    }
    return c->settlement.found ? HEC_E_VALUE : HEC_E_MEMORY;
}

hec_status hec_run_persons_base(hec_run *run)
{
    hec_crowd c;
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
    if (status == HEC_OK) { /* the lives that are kept in words read it once more */
        run->feeds = c.feeds;
        c.feeds = NULL;
        c.n_feeds = 0;
    }
    close_crowd(&c);
    return status;
}

void hec_run_persons_forget(hec_run *run)
{
    if (run->feeds) {
        hec_people_feeds_close(run->feeds);
        free(run->feeds);
        run->feeds = NULL;
    }
}

hec_status hec_run_persons_ledger(hec_run *run, hec_people_pay *pay)
{
    hec_crowd c;
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
    hec_crowd c;
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
