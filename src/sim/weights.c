/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights of cycles and points, shared by the engines that go cycle by cycle. */
#include "sim/weights.h"

#include <string.h>

static bool same_weights(const hec_cycle_weights *a, const hec_cycle_weights *b)
{
    size_t bytes = (size_t)a->cycles * sizeof(double);
    return memcmp(a->start, b->start, bytes) == 0 && memcmp(a->end, b->end, bytes) == 0 &&
           memcmp(a->one_off, b->one_off, bytes) == 0;
}

bool hec_weights_create(hec_arena *arena, const hec_model *model, hec_weights *weights)
{
    const hec_economics *e = &model->economics;
    const hec_discount_curve *curves[3] = {NULL, &e->cost, &e->effects};
    int kinds[3] = {0, 0, 0};
    *weights = (hec_weights){0};
    for (size_t c = 0; c < 3; c++) {
        hec_cycle_weights w;
        if (!hec_cycle_weights_create(arena, e, curves[c], model->cycles, model->cycle_length,
                                      &w)) {
            return false;
        }
        size_t kind = 0;
        while (kind < weights->n_kinds && !same_weights(&w, &weights->of[kind])) {
            kind++;
        }
        weights->of[kind] = w;
        weights->n_kinds += kind == weights->n_kinds;
        kinds[c] = (int)kind;
    }
    for (int outcome = 0; outcome < 3; outcome++) {
        weights->kind_of[outcome][0] = 0;
        weights->kind_of[outcome][1] = outcome == HEC_OUTCOME_COST     ? kinds[1]
                                       : outcome == HEC_OUTCOME_EFFECT ? kinds[2]
                                                                       : 0;
    }
    /* a person-year in state is cycle_length times a cycle's share */
    size_t points = (size_t)model->cycles + 1;
    weights->point = hec_arena_array(arena, points * weights->n_kinds, sizeof *weights->point);
    for (size_t k = 0; weights->point && k < weights->n_kinds; k++) {
        hec_cycle_weights *w = &weights->of[k];
        for (size_t i = 0; i + 1 < points; i++) {
            w->start[i] *= model->cycle_length;
            w->end[i] *= model->cycle_length;
        }
        for (size_t i = 0; i < points; i++) {
            weights->point[i * weights->n_kinds + k] =
                (i > 0 ? w->end[i - 1] : 0) + (i + 1 < points ? w->start[i] : 0);
        }
    }
    return weights->point != NULL;
}

double *hec_weights_lagged(hec_arena *arena, const hec_model *model, const hec_weights *weights,
                           double lag)
{
    const hec_economics *e = &model->economics;
    size_t cycles = (size_t)model->cycles;
    double *lagged = hec_arena_array(arena, cycles + 1, sizeof *lagged);
    for (size_t k = 0; lagged && k < cycles; k++) {
        double paid = ((double)k + hec_moment_part(e->one_off_at)) * model->cycle_length + lag;
        lagged[k] = weights->of[0].one_off[k] * hec_discount_factor(&e->cost, e->continuous, paid);
    }
    return lagged;
}
