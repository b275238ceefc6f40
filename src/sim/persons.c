/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: what both clocks share, and which of them runs. */
#include <stdlib.h>

#include "sim/persons_inner.h"

hec_persons *hec_persons_create(hec_arena *arena, hec_diagnostics *diagnostics,
                                const hec_model *model)
{
    hec_persons *persons = hec_arena_alloc(arena, sizeof *persons);
    if (!persons) {
        return NULL;
    }
    persons->model = model;
    if (!hec_weights_create(arena, model, &persons->weights) ||
        !hec_persons_lay_start(arena, diagnostics, persons)) {
        return NULL;
    }
    bool good = model->engine == HEC_ENGINE_TIMES ? hec_times_create(arena, diagnostics, persons)
                                                  : hec_cycles_create(arena, persons);
    return good ? persons : NULL;
}

/* ---- memory ---------------------------------------------------------------------------------- */

static size_t round_up(size_t n)
{
    return (n + 7) / 8 * 8;
}

static size_t lane_columns(const hec_persons *persons)
{
    const hec_population *population = &persons->model->population;
    return population->n_attributes + persons->n_lasting + population->n_draws + 2;
}

static size_t doubles_of(const hec_persons *persons, size_t lanes)
{
    return lane_columns(persons) * hk_stride(lanes) + round_up(hec_model_inputs(persons->model));
}

size_t hec_persons_work_bytes(const hec_persons *persons, size_t lanes)
{
    size_t inner = persons->times ? hec_times_work_bytes(persons, lanes)
                                  : hec_cycles_work_bytes(persons, lanes);
    return doubles_of(persons, lanes) * sizeof(double) + hk_stride(lanes) * sizeof(uint64_t) +
           hec_model_inputs(persons->model) * sizeof(double *) + inner;
}

static double *take(double **next, size_t count)
{
    double *block = *next;
    *next += round_up(count);
    return block;
}

static bool create_inner(const hec_persons *persons, hec_persons_work *work)
{
    return persons->times ? hec_times_work_create(persons, work)
                          : hec_cycles_work_create(persons, work);
}

hec_persons_work *hec_persons_work_create(const hec_persons *persons, size_t lanes)
{
    const hec_population *population = &persons->model->population;
    size_t stride = hk_stride(lanes), n_inputs = hec_model_inputs(persons->model);
    hec_persons_work *w = calloc(1, sizeof *w);
    if (!w) {
        return NULL;
    }
    w->lanes = lanes;
    w->stride = stride;
    w->persons = persons;
    w->memory = hec_aligned_doubles(doubles_of(persons, lanes) + 8);
    w->ids = calloc(stride, sizeof *w->ids);
    w->inputs = calloc(n_inputs + 1, sizeof *w->inputs);
    if (w->memory && w->ids && w->inputs) {
        double *next = w->memory;
        w->attributes = take(&next, population->n_attributes * stride);
        w->lasting = take(&next, persons->n_lasting * stride);
        w->drawn = take(&next, population->n_draws * stride);
        w->number = take(&next, stride);
        w->scratch = take(&next, stride);
        w->values = take(&next, n_inputs);
        w->samples = persons->samples ? hec_sample_work_create(persons->samples) : NULL;
    }
    if (!w->values || (persons->samples && !w->samples) || !create_inner(persons, w)) {
        hec_persons_work_destroy(w);
        return NULL;
    }
    return w;
}

void hec_persons_work_destroy(hec_persons_work *work)
{
    if (!work) {
        return;
    }
    if (work->persons->times) {
        hec_times_work_destroy(work);
    } else {
        hec_cycles_work_destroy(work);
    }
    hec_sample_work_destroy(work->samples);
    hec_aligned_free(work->memory);
    free(work->ids);
    free(work->inputs);
    free(work);
}

/* ---- running --------------------------------------------------------------------------------- */

void hec_persons_begin(const hec_persons *persons, hec_persons_work *work,
                       const hec_person_block *block)
{
    hec_persons_draw(persons, work, block);
    if (persons->times) {
        hec_times_begin(persons, work, block);
    } else {
        hec_cycles_begin(persons, work, block);
    }
}

bool hec_persons_strategy(const hec_persons *persons, hec_persons_work *work,
                          const hec_person_block *block, size_t strategy, double *totals,
                          size_t stride, hec_person_fault *fault)
{
    double *inputs = fault->inputs;
    *fault = (hec_person_fault){.strategy = strategy, .inputs = inputs};
    return persons->times
               ? hec_times_strategy(persons, work, block, strategy, totals, stride, fault)
               : hec_cycles_strategy(persons, work, block, strategy, totals, stride, fault);
}

const double *hec_persons_attribute(const hec_persons *persons, const hec_persons_work *work,
                                    size_t attribute)
{
    (void)persons;
    return work->attributes + attribute * work->stride;
}

/* ---- causes of death ------------------------------------------------------------------------- */

size_t hec_persons_causes(const hec_model *model)
{
    size_t count = 0;
    for (size_t i = 0; i < model->n_events; i++) {
        count += model->events[i].fatal;
    }
    for (size_t i = 0; i < model->n_states; i++) {
        count += model->states[i].dead;
    }
    return count;
}

const char *hec_persons_cause(const hec_model *model, size_t cause)
{
    for (size_t i = 0; i < model->n_events; i++) {
        if (model->events[i].fatal && cause-- == 0) {
            return model->events[i].label;
        }
    }
    for (size_t i = 0; i < model->n_states; i++) {
        if (model->states[i].dead && cause-- == 0) {
            return model->states[i].label;
        }
    }
    return "";
}
