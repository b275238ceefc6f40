/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settlements compiled, and what a thread needs to run them. */
#include <stdlib.h>
#include <string.h>

#include "pay/settle_inner.h"

/* ---- compiled -------------------------------------------------------------------------------- */

static size_t count_roots(const hec_pay *pay)
{
    return 2 * (pay->n_postings + pay->n_rules);
}

static bool list_roots(hec_arena *arena, const hec_pay *pay, const hec_id **ids, const bool **lanes)
{
    hec_id *roots = hec_arena_array(arena, count_roots(pay) + 1, sizeof *roots);
    bool *wanted = hec_arena_array(arena, count_roots(pay) + 1, sizeof *wanted);
    for (size_t i = 0; roots && i < pay->n_postings; i++) {
        const hec_posting *posting = &pay->postings[i];
        roots[2 * i] = hec_settles(posting) ? posting->value : -1;
        roots[2 * i + 1] = hec_settles(posting) ? posting->split_by : -1;
    }
    for (size_t i = 0; roots && i < pay->n_rules; i++) {
        roots[2 * (pay->n_postings + i)] = pay->rules[i].start;
        roots[2 * (pay->n_postings + i) + 1] = pay->rules[i].update;
    }
    for (size_t i = 0; wanted && i < count_roots(pay); i++) {
        wanted[i] = true;
    }
    *ids = roots;
    *lanes = wanted;
    return roots && wanted;
}

static void raise_to(size_t *most, size_t n)
{
    *most = n > *most ? n : *most;
}

static void measure(hec_settlements *s, size_t strategy)
{
    const hec_pay *pay = &s->plan->model->strategies[strategy].pay;
    for (int i = 0; i < HEC_STAGE_COUNT; i++) {
        hec_stage stage = (hec_stage)i;
        raise_to(&s->lanes[i], hec_program_lane_columns(s->program, strategy, stage));
        raise_to(&s->uniforms[i], hec_program_uniform_columns(s->program, strategy, stage));
    }
    raise_to(&s->most_measures, pay->n_measures);
    raise_to(&s->most_settled, pay->n_postings);
    raise_to(&s->most_rules, pay->n_rules);
}

const hec_settlements *hec_settlements_create(hec_arena *arena, const hec_ledger_plan *plan)
{
    const hec_model *model = plan->model;
    size_t n = model->n_strategies;
    hec_settlements *s = hec_arena_alloc(arena, sizeof *s);
    size_t *counts = hec_arena_array(arena, n, sizeof *counts);
    const hec_id **ids = hec_arena_array(arena, n, sizeof *ids);
    const bool **lanes = hec_arena_array(arena, n, sizeof *lanes);
    bool good = s && counts && ids && lanes;
    for (size_t i = 0; good && i < n; i++) {
        counts[i] = count_roots(&model->strategies[i].pay);
        good = list_roots(arena, &model->strategies[i].pay, &ids[i], &lanes[i]);
    }
    if (!good) {
        return NULL;
    }
    s->plan = plan;
    s->stride = hk_stride(plan->panels);
    s->program = hec_program_compile(arena, model->graph, HEC_DEP_STRATUM, n, counts, ids, lanes);
    for (size_t i = 0; s->program && i < n; i++) {
        measure(s, i);
    }
    return s->program ? s : NULL;
}

/* ---- a thread's ------------------------------------------------------------------------------ */

static size_t round_up(size_t n)
{
    return (n + 7) / 8 * 8;
}

static size_t doubles_of(const hec_settlements *s)
{
    const hec_model *model = s->plan->model;
    size_t columns = 2 * (s->most_measures + s->most_settled) + s->most_rules;
    size_t sum = round_up(hec_model_inputs(model)) + columns * s->stride;
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        sum += s->lanes[stage] * s->stride + round_up(s->uniforms[stage]);
    }
    return sum;
}

size_t hec_settler_bytes(const hec_settlements *s)
{
    return doubles_of(s) * sizeof(double) + s->plan->panels * sizeof(int64_t) +
           hec_model_inputs(s->plan->model) * sizeof(double *);
}

static double *take(double **next, size_t count)
{
    double *block = *next;
    *next += round_up(count);
    return block;
}

hec_settler *hec_settler_create(const hec_settlements *s)
{
    const hec_model *model = s->plan->model;
    hec_settler *t = calloc(1, sizeof *t);
    if (!t) {
        return NULL;
    }
    t->settlements = s;
    t->memory = hec_aligned_doubles(doubles_of(s) + 8);
    t->columns = calloc(hec_model_inputs(model) + 1, sizeof *t->columns);
    t->shares = calloc(s->plan->panels, sizeof *t->shares);
    if (!t->memory || !t->columns || !t->shares) {
        hec_settler_destroy(t);
        return NULL;
    }
    double *next = t->memory;
    t->values = take(&next, hec_model_inputs(model));
    t->measured = take(&next, 2 * s->most_measures * s->stride);
    t->settled = take(&next, 2 * s->most_settled * s->stride);
    t->rules = take(&next, s->most_rules * s->stride);
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        t->frames.lane[stage] = take(&next, s->lanes[stage] * s->stride);
        t->frames.uniform[stage] = take(&next, s->uniforms[stage]);
    }
    t->frames.lanes = s->plan->panels;
    t->frames.stride = s->stride;
    t->frames.input_columns = t->columns;
    t->frames.input_values = t->values;
    return t;
}

void hec_settler_destroy(hec_settler *settler)
{
    if (settler) {
        hec_aligned_free(settler->memory);
        free(settler->columns);
        free(settler->shares);
        free(settler);
    }
}
