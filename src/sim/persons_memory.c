/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: what a thread needs to live through cycles. */
#include <stdlib.h>

#include "sim/persons_cycles.h"

static size_t round_up(size_t n)
{
    return (n + 7) / 8 * 8;
}

/* Hands out memory, or only counts it where there is none yet. */
typedef struct taker {
    double *memory;
    size_t used;
} taker;

static double *take(taker *t, size_t count)
{
    double *block = t->memory ? t->memory + t->used : NULL;
    t->used += round_up(count);
    return block;
}

/* Frames of a stage: STRATEGY outlives the stage, so every set has its own. */
static void take_frames(const struct hec_cycles *cycles, size_t stride, taker *t,
                        struct hec_cycles_work *c)
{
    for (int i = 0; i < HEC_STAGE_COUNT; i++) {
        size_t lanes = 0, uniforms = 0;
        for (size_t set = 0; set < HEC_SETS; set++) {
            lanes = cycles->lanes[set][i] > lanes ? cycles->lanes[set][i] : lanes;
            uniforms = cycles->uniforms[set][i] > uniforms ? cycles->uniforms[set][i] : uniforms;
        }
        if (i == HEC_STAGE_SHARED) {
            c->shared[0] = take(t, lanes * stride);
            c->shared[1] = take(t, lanes * stride);
        }
        bool own = i == HEC_STAGE_STRATEGY;
        double *columns = NULL, *numbers = NULL;
        for (size_t set = 0; set < HEC_SETS; set++) {
            if (own || set == 0) {
                columns = i == HEC_STAGE_SHARED
                              ? c->shared[0]
                              : take(t, (own ? cycles->lanes[set][i] : lanes) * stride);
                numbers = take(t, own ? cycles->uniforms[set][i] : uniforms);
            }
            c->views[set].lane[i] = columns;
            c->views[set].uniform[i] = numbers;
        }
    }
}

static void take_tables(const hec_persons *persons, size_t stride, taker *t,
                        struct hec_cycles_work *c)
{
    const struct hec_cycles *cycles = persons->cycles;
    size_t length = hk_stride((size_t)persons->model->cycles + 1);
    for (int i = 0; i < HEC_STAGE_COUNT; i++) {
        size_t lanes = 0, uniforms = 0;
        for (size_t s = 0; s < persons->model->n_strategies; s++) {
            size_t columns = hec_program_lane_columns(cycles->tables, s, (hec_stage)i);
            size_t numbers = hec_program_uniform_columns(cycles->tables, s, (hec_stage)i);
            lanes = columns > lanes ? columns : lanes;
            uniforms = numbers > uniforms ? numbers : uniforms;
        }
        c->tables.lane[i] = take(t, lanes * length);
        c->tables.uniform[i] = take(t, uniforms);
    }
    c->tables.stride = length;
    c->period = take(t, length);
    c->looked_up = take(t, cycles->n_tables * stride);
}

/* Everything, in one order for counting and for handing out. */
static void take_all(const hec_persons *persons, size_t stride, taker *t, struct hec_cycles_work *c)
{
    const hec_model *model = persons->model;
    const struct hec_cycles *cycles = persons->cycles;
    size_t chances = cycles->most_chances + model->n_chains;
    c->masked = take(t, cycles->masked ? model->n_chains * stride : 0);
    c->alive = take(t, stride);
    c->variables = take(t, model->n_variables * stride);
    c->totals = take(t, 2 * model->n_outcomes * stride);
    c->even = take(t, chances * stride);
    c->odd = take(t, chances * stride);
    c->beyond = take(t, stride);
    c->zero = take(t, stride);
    c->asked = take(t, stride);
    c->elapsed = take(t, cycles->n_hazards > 0 ? stride : 0);
    for (size_t i = 0; i < sizeof c->scratch / sizeof c->scratch[0]; i++) {
        c->scratch[i] = take(t, stride);
    }
    c->rates = take(t, cycles->n_hazards > 0 ? 2 * cycles->most_states * stride : 0);
    for (size_t i = 0; i < model->n_chains; i++) {
        double *state = take(t, stride), *next = take(t, stride);
        if (c->state) {
            c->state[i] = state;
            c->next[i] = next;
        }
    }
    take_frames(cycles, stride, t, c);
    c->parts[0] = take(t, 2 * model->n_outcomes * stride);
    c->parts[1] = take(t, 2 * model->n_outcomes * stride);
    c->kept = take(t, (model->population.n_attributes + persons->n_lasting + 1) * stride);
    c->told = take(t, model->n_variables);
    c->fed = take(t, cycles->most_feeds * stride);
    if (cycles->tables) {
        take_tables(persons, stride, t, c);
    }
}

static size_t doubles_of(const hec_persons *persons, size_t lanes)
{
    struct hec_cycles_work nothing = {0};
    taker t = {0};
    take_all(persons, hk_stride(lanes), &t, &nothing);
    return t.used;
}

size_t hec_cycles_work_bytes(const hec_persons *persons, size_t lanes)
{
    const struct hec_cycles *cycles = persons->cycles;
    size_t pointers = 2 * hec_model_inputs(persons->model) + cycles->n_tables + cycles->most_refs +
                      cycles->most_states + cycles->most_arcs + 2 * persons->model->n_chains +
                      hec_model_places(persons->model);
    return doubles_of(persons, lanes) * sizeof(double) +
           hk_stride(lanes) * (24 + 4 * (persons->model->n_chains + cycles->most_feeds)) +
           pointers * sizeof(double *);
}

/* Times in state as they come to be, one cycle after another. */
static void fill_periods(const hec_persons *persons, struct hec_cycles_work *c)
{
    const hec_model *model = persons->model;
    for (int64_t k = 1; k <= model->cycles; k++) {
        c->period[k] = hec_model_time(model, k);
    }
    for (size_t i = 0; i < model->n_variables; i++) {
        if (model->variables[i].kind == HEC_VARIABLE_DURATION) {
            c->periods[model->variables[i].input] = c->period;
        }
    }
    c->tables.input_columns = c->periods;
}

bool hec_cycles_work_create(const hec_persons *persons, hec_persons_work *work)
{
    const hec_model *model = persons->model;
    const struct hec_cycles *cycles = persons->cycles;
    size_t stride = work->stride, n_states = cycles->most_states;
    struct hec_cycles_work *c = calloc(1, sizeof *c);
    work->cycles = c;
    if (!c) {
        return false;
    }
    c->memory = hec_aligned_doubles(doubles_of(persons, work->lanes) + 8);
    c->ids = calloc(stride, sizeof *c->ids);
    c->movers = calloc(stride, sizeof *c->movers);
    c->where = calloc(stride, sizeof *c->where);
    c->index = calloc(stride, sizeof *c->index);
    c->inputs = calloc(hec_model_inputs(model) + cycles->n_tables + 1, sizeof *c->inputs);
    c->periods = calloc(hec_model_inputs(model) + 1, sizeof *c->periods);
    c->steps = calloc((cycles->tables ? model->n_chains : 0) * stride + 1, sizeof *c->steps);
    c->panels = calloc(cycles->most_feeds * stride + 1, sizeof *c->panels);
    c->addresses = calloc(cycles->most_refs + 1, sizeof *c->addresses);
    c->table = calloc(n_states + 1, sizeof *c->table);
    c->flags = calloc(n_states + 1, sizeof *c->flags);
    c->gone = calloc(hec_model_places(model) + 1, sizeof *c->gone);
    c->state = calloc(model->n_chains + 1, sizeof *c->state);
    c->next = calloc(model->n_chains + 1, sizeof *c->next);
    if (!c->memory || !c->ids || !c->movers || !c->where || !c->index || !c->inputs || !c->panels ||
        !c->addresses || !c->table || !c->flags || !c->gone || !c->state || !c->next) {
        return false;
    }
    taker t = {.memory = c->memory};
    take_all(persons, stride, &t, c);
    for (size_t i = 0; i < stride; i++) {
        c->beyond[i] = -1;
    }
    for (size_t set = 0; set < HEC_SETS; set++) {
        c->views[set].stride = stride;
        c->views[set].input_columns = c->inputs;
        c->views[set].input_values = work->values;
    }
    if (cycles->tables) {
        fill_periods(persons, c);
        c->tables.input_values = work->values;
    }
    return true;
}

void hec_cycles_work_destroy(hec_persons_work *work)
{
    struct hec_cycles_work *c = work->cycles;
    if (!c) {
        return;
    }
    hec_aligned_free(c->memory);
    free(c->ids);
    free(c->movers);
    free(c->where);
    free(c->index);
    free(c->inputs);
    free(c->periods);
    free(c->steps);
    free(c->panels);
    free(c->addresses);
    free(c->table);
    free(c->flags);
    free(c->gone);
    free(c->state);
    free(c->next);
    free(c);
    work->cycles = NULL;
}
