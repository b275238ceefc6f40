/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons in continuous time: a thread's working memory. */
#include <stdlib.h>

#include "sim/times_inner.h"

/* Lanes are counted by cycle so many at a time, in so many doubles. */
enum { CHUNK = 128, COUNTED = 64 * 1024 };

/* Blocks cut from one, 64 bytes apart. Without memory they are only measured. */
typedef struct cutter {
    double *base;
    size_t used;
} cutter;

static double *cut(cutter *c, size_t count)
{
    double *block = c->base ? c->base + c->used : NULL;
    c->used += (count + 7) / 8 * 8;
    return block;
}

static size_t chunk_of(const hec_persons *persons, size_t lanes)
{
    const hec_model *model = persons->model;
    size_t cells = 2 * model->n_outcomes * (size_t)model->cycles;
    size_t chunk = CHUNK;
    while (chunk > 8 && cells * chunk > COUNTED) {
        chunk /= 2;
    }
    return chunk < lanes ? chunk : (lanes + 7) / 8 * 8;
}

static void cut_lists(const hec_persons *persons, size_t lanes, struct hec_times_work *w, cutter *c)
{
    const struct hec_times *t = persons->times;
    size_t stride = hk_stride(lanes), n_states = persons->model->n_states;
    w->entry[0] = cut(c, n_states * stride);
    w->entry[1] = cut(c, n_states * stride);
    w->until = cut(c, stride);
    w->which = cut(c, stride);
    w->moved = cut(c, stride);
    w->group = cut(c, t->most_columns * stride);
    w->chance = cut(c, t->most_chances * stride);
    w->clock = cut(c, HEC_CLOCK_COUNT * stride);
    w->years = cut(c, t->n_kinds * stride);
    w->reached[0] = cut(c, t->n_kinds * stride);
    w->reached[1] = cut(c, t->n_kinds * stride);
    w->value = cut(c, stride);
    for (size_t i = 0; i < sizeof w->scratch / sizeof w->scratch[0]; i++) {
        w->scratch[i] = cut(c, stride);
    }
    w->spent = cut(c, n_states * t->n_kinds * stride);
    w->counted = cut(c, 2 * persons->model->n_outcomes * (size_t)persons->model->cycles *
                            chunk_of(persons, lanes));
}

/* own, own_uniform: [states + 1], NULL while measuring. */
static void cut_frames(const hec_persons *persons, size_t lanes, struct hec_times_work *w,
                       cutter *c)
{
    const struct hec_times *t = persons->times;
    size_t stride = hk_stride(lanes);
    for (int p = 0; p < HEC_TIMES_PROGRAMS; p++) {
        for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
            w->frames[p][stage] = cut(c, t->lanes[p][stage] * stride);
            w->uniforms[p][stage] = cut(c, t->uniform[p][stage]);
        }
        for (size_t i = 0; i <= persons->model->n_states; i++) {
            double *own = cut(c, t->own[p][i] * stride);
            double *own_uniform = cut(c, t->own_uniform[p][i]);
            if (c->base) {
                w->own[p][i] = own;
                w->own_uniform[p][i] = own_uniform;
            }
        }
    }
}

static size_t doubles_of(const hec_persons *persons, size_t lanes)
{
    struct hec_times_work unused = {0};
    cutter c = {0};
    cut_lists(persons, lanes, &unused, &c);
    cut_frames(persons, lanes, &unused, &c);
    return c.used;
}

size_t hec_times_work_bytes(const hec_persons *persons, size_t lanes)
{
    size_t stride = hk_stride(lanes), n = persons->model->n_states + 1;
    return doubles_of(persons, lanes) * sizeof(double) +
           stride * ((2 * n + 4) * sizeof(uint32_t) + sizeof(uint64_t)) +
           n * (6 * sizeof(void *) + 3) + hec_model_inputs(persons->model) * sizeof(double *);
}

/* Everything that is no column of lanes. */
static bool create_lists(const hec_persons *persons, size_t lanes, struct hec_times_work *w)
{
    const struct hec_times *t = persons->times;
    hec_arena *arena = w->arena;
    size_t stride = hk_stride(lanes), n = persons->model->n_states + 1;
    bool good = true;
    for (int i = 0; i < 2; i++) {
        w->order[i] = hec_arena_array(arena, n * stride, sizeof **w->order);
        w->count[i] = hec_arena_array(arena, n, sizeof **w->count);
        good = good && w->order[i] && w->count[i];
    }
    for (int p = 0; p < HEC_TIMES_PROGRAMS; p++) {
        w->ready[p] = hec_arena_array(arena, n, sizeof **w->ready);
        w->own[p] = hec_arena_array(arena, n, sizeof **w->own);
        w->own_uniform[p] = hec_arena_array(arena, n, sizeof **w->own_uniform);
        good = good && w->ready[p] && w->own[p] && w->own_uniform[p];
    }
    w->begins_in = hec_arena_array(arena, stride, sizeof *w->begins_in);
    w->all = hec_arena_array(arena, stride, sizeof *w->all);
    w->index = hec_arena_array(arena, stride, sizeof *w->index);
    w->lanes = hec_arena_array(arena, stride, sizeof *w->lanes);
    w->ids = hec_arena_array(arena, stride, sizeof *w->ids);
    w->visited = hec_arena_array(arena, n, sizeof *w->visited);
    w->times = hec_arena_array(arena, t->most_causes + 1, sizeof *w->times);
    w->inputs = hec_arena_array(arena, hec_model_inputs(persons->model) + 1, sizeof *w->inputs);
    for (size_t i = 0; w->all && i < stride; i++) {
        w->all[i] = (uint32_t)i;
    }
    return good && w->begins_in && w->all && w->index && w->lanes && w->ids && w->visited &&
           w->times && w->inputs;
}

bool hec_times_work_create(const hec_persons *persons, hec_persons_work *work)
{
    struct hec_times_work *w = calloc(1, sizeof *w);
    work->times = w;
    if (!w) {
        return false;
    }
    w->chunk = chunk_of(persons, work->lanes);
    w->arena = hec_arena_create();
    w->memory = hec_aligned_doubles(doubles_of(persons, work->lanes) + 8);
    if (!w->arena || !w->memory || !create_lists(persons, work->lanes, w)) {
        return false; /* the caller destroys what there is */
    }
    cutter c = {.base = w->memory};
    cut_lists(persons, work->lanes, w, &c);
    cut_frames(persons, work->lanes, w, &c);
    return true;
}

void hec_times_work_destroy(hec_persons_work *work)
{
    if (work->times) {
        hec_arena_destroy(work->times->arena);
        hec_aligned_free(work->times->memory);
        free(work->times);
        work->times = NULL;
    }
}
