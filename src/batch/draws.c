/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws: blocks of draws over threads. A block samples its parameters, runs every strategy and puts
 * its totals where they belong, so the result does not depend on who ran it, or when. */
#include "batch/study_inner.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "batch/fault_words.h"
#include "batch/psa_arrays.h"

/* What the threads share. Only `done`, `stopped`, `status` and the first fault change. */
typedef struct team {
    hec_run *run;
    hec_psa_arrays arrays;
    int64_t blocks, done;
    int stopped;
    hec_status status;
    hec_cohort_fault fault;
    int64_t fault_draw;
    hec_cohort_crossing *crossings; /* [strategies] */
} team;

typedef struct member { /* a thread's own */
    hec_cohort_work *work;
    hec_sample_work *sampling;
    double *sample; /* [draws of the model][block] */
    double *totals;
    const double **columns;
} member;

static bool open_member(member *m, const hec_run *run)
{
    const hec_study *study = run->study;
    m->work = hec_cohort_work_create(study->cohort, run->block);
    m->sampling = study->sampling ? hec_sample_work_create(study->sampling) : NULL;
    m->sample = hec_aligned_doubles(run->model->n_draws * run->block + 8);
    m->totals = hec_aligned_doubles(2 * run->model->n_outcomes * run->block + 8);
    m->columns = calloc(run->model->n_draws + 1, sizeof *m->columns);
    return m->work && m->sample && m->totals && m->columns && (m->sampling || !study->sampling);
}

static void close_member(member *m)
{
    hec_cohort_work_destroy(m->work);
    hec_sample_work_destroy(m->sampling);
    hec_aligned_free(m->sample);
    hec_aligned_free(m->totals);
    free(m->columns);
}

/* Where an outcome of a strategy is kept, all draws of it; NULL: nowhere. */
static double *place_of(const team *t, size_t s, int kind, size_t outcome)
{
    const hec_model *m = t->run->model;
    const hec_psa_arrays *a = &t->arrays;
    size_t draws = (size_t)m->draw_count, effect = outcome - m->n_costs;
    if (outcome < m->n_costs) {
        return a->category[kind] + (s * m->n_costs + outcome) * draws;
    }
    if (effect < m->n_effects) {
        return a->effects[kind] + (s * m->n_effects + effect) * draws;
    }
    return kind == 0 ? a->use + (s * m->n_uses + effect - m->n_effects) * draws : NULL;
}

/* Copies a strategy's totals of one block to the arrays of all draws. */
static void keep_totals(const team *t, size_t s, size_t first, size_t n, const double *totals,
                        size_t stride)
{
    const hec_model *m = t->run->model;
    const hk_table *kernels = t->run->kernels;
    size_t begin = s * (size_t)m->draw_count + first;
    for (int kind = 0; kind < 2; kind++) {
        const double *of_kind = totals + (size_t)kind * m->n_outcomes * stride;
        for (size_t o = 0; o < m->n_outcomes; o++) {
            double *to = place_of(t, s, kind, o);
            if (to) {
                memcpy(to + first, of_kind + o * stride, n * sizeof *to);
            }
        }
    }
    const double *discounted = totals + m->n_outcomes * stride;
    const hec_perspective *perspective = &m->perspectives[m->perspective];
    double *cost = t->arrays.cost + begin; /* starts as zeroes */
    for (size_t c = 0; c < m->n_costs; c++) {
        if (perspective->counts[c]) {
            kernels->op[HK_ADD](n, cost, discounted + c * stride, NULL, cost);
        }
    }
    memcpy(t->arrays.effect + begin, discounted + (size_t)m->effect * stride, n * sizeof *totals);
}

static void keep_fault(team *t, const hec_cohort_fault *fault, int64_t first)
{
    int64_t draw = first + (int64_t)fault->lane;
#pragma omp critical(hecate_fault)
    {
        bool earlier = t->status != HEC_E_VALUE || draw < t->fault_draw ||
                       (draw == t->fault_draw && fault->strategy < t->fault.strategy);
        if (earlier && t->status != HEC_E_STOPPED) {
            t->fault = *fault;
            t->fault_draw = draw;
            t->status = HEC_E_VALUE;
        }
    }
}

static bool sample_block(team *t, member *me, size_t first, size_t n)
{
    const hec_run *run = t->run;
    hec_status status = hec_sample(run->study->sampling, run->kernels, me->sampling,
                                   run->model->seed, (int64_t)first, n, run->block, me->sample);
    if (status != HEC_OK) {
#pragma omp critical(hecate_fault)
        t->status = status;
    }
    return status == HEC_OK;
}

static void run_block(team *t, member *me, int64_t index)
{
    hec_run *run = t->run;
    const hec_model *m = run->model;
    size_t draws = (size_t)m->draw_count, first = (size_t)index * run->block;
    size_t n = draws - first < run->block ? draws - first : run->block;
    if (run->study->sampling && !sample_block(t, me, first, n)) {
        return;
    }
    for (size_t i = 0; i < m->n_draws; i++) {
        me->columns[i] = me->sample + i * run->block;
        memcpy(t->arrays.parameters + i * draws + first, me->columns[i], n * sizeof(double));
    }
    hec_cohort_block block = {run->kernels, n, me->columns, NULL};
    hec_cohort_fault fault = {0};
    hec_cohort_begin(run->study->cohort, me->work, &block);
    const size_t *order = hec_cohort_order(run->study->cohort);
    for (size_t i = 0; i < m->n_strategies; i++) {
        size_t s = order[i];
        if (!hec_cohort_strategy(run->study->cohort, me->work, &block, s, me->totals, run->block,
                                 &fault)) {
            keep_fault(t, &fault, (int64_t)first);
            continue;
        }
        keep_totals(t, s, first, n, me->totals, run->block);
    }
}

/* Only the calling thread asks whether to go on; the others read its answer. */
static void report_progress(team *t)
{
    int64_t done;
#pragma omp atomic capture
    done = ++t->done;
    const hec_run_options *options = &t->run->options;
    if (omp_get_thread_num() != 0 || !options->progress) {
        return;
    }
    const hec_model *m = t->run->model;
    int64_t all = m->draw_count * (int64_t)m->n_strategies;
    int64_t so_far = done * (int64_t)t->run->block * (int64_t)m->n_strategies;
    if (!options->progress(options->context, so_far < all ? so_far : all, all)) {
#pragma omp atomic write
        t->stopped = 1;
    }
}

/* Takes the pages of the arrays before they are filled, every thread a part: blocks of draws that
 * are run at the same time lie in the same pages, and would wait for each other. */
static void take_pages(const team *t)
{
    enum { PAGE = 4096 / sizeof(double), PIECE = 512 * PAGE };
    const hec_model *m = t->run->model;
    const hec_psa_arrays *a = &t->arrays;
    const size_t strategies = m->n_strategies;
    const struct {
        double *data;
        size_t rows;
    } all[] = {{a->parameters, m->n_draws},
               {a->cost, strategies},
               {a->effect, strategies},
               {a->category[0], strategies * m->n_costs},
               {a->category[1], strategies * m->n_costs},
               {a->effects[0], strategies * m->n_effects},
               {a->effects[1], strategies * m->n_effects},
               {a->use, strategies * m->n_uses}};
    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
        size_t count = all[k].rows * (size_t)m->draw_count;
#pragma omp for schedule(static) nowait
        for (size_t piece = 0; piece < count; piece += PIECE) {
            size_t end = count - piece < PIECE ? count : piece + PIECE;
            for (size_t i = piece; i < end; i += PAGE) {
                all[k].data[i] = 0;
            }
        }
    }
#pragma omp barrier
}

/* Sums of whole numbers and a maximum: the order of threads does not matter. */
static void keep_crossings(team *t, const member *me)
{
#pragma omp critical(hecate_fault)
    for (size_t s = 0; me->work && s < t->run->model->n_strategies; s++) {
        hec_cohort_crossing_add(&t->crossings[s], &hec_cohort_crossings(me->work)[s]);
    }
}

static void work_through(team *t)
{
    int64_t blocks = t->blocks;
#pragma omp parallel num_threads(t->run->threads)
    {
        member me = {0};
        bool good = open_member(&me, t->run);
        if (!good) {
#pragma omp critical(hecate_fault)
            t->status = HEC_E_MEMORY;
        }
        take_pages(t);
#pragma omp for schedule(dynamic, 1)
        for (int64_t i = 0; i < blocks; i++) {
            int stopped;
#pragma omp atomic read
            stopped = t->stopped;
            if (good && !stopped) {
                run_block(t, &me, i);
                report_progress(t);
            }
        }
        keep_crossings(t, &me);
        close_member(&me);
    }
    if (t->stopped && t->status == HEC_OK) {
        t->status = HEC_E_STOPPED;
    }
}

/* ---- all of them ------------------------------------------------------------------------------
 */

/* Which lane of a block is found first depends on the block; the first draw that goes wrong does
 * not.
 */
static hec_status report(const team *t)
{
    int64_t block = (int64_t)t->run->block;
    return hec_run_report_draws(t->run, t->arrays.parameters, t->fault_draw / block * block,
                                t->fault_draw);
}

hec_status hec_run_draws(hec_run *run)
{
    const hec_model *m = run->model;
    if (m->draw_count == 0) {
        return HEC_OK;
    }
    team t = {.run = run, .status = HEC_OK, .fault_draw = INT64_MAX};
    t.blocks = (m->draw_count + (int64_t)run->block - 1) / (int64_t)run->block;
    t.crossings = hec_arena_array(run->arena, m->n_strategies + 1, sizeof *t.crossings);
    if (!t.crossings || !hec_psa_arrays_add(run, &t.arrays)) {
        return HEC_E_MEMORY;
    }
    work_through(&t);
    if (t.status == HEC_OK) {
        hec_fault_report_crossings(run, t.crossings, m->draw_count);
    }
    return t.status == HEC_E_VALUE ? report(&t) : t.status;
}
