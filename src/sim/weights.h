/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights: what each cycle counts, undiscounted and by the discount curve of each outcome. */
#ifndef HECATE_SIM_WEIGHTS_H
#define HECATE_SIM_WEIGHTS_H

#include "model/model.h"

/* Kinds of weights: 0 undiscounted, then costs, then effects; equal ones are one. `start` and `end`
 * hold the cycle length: they are years, while `one_off` is a plain factor. */
typedef struct hec_weights {
    size_t n_kinds;
    hec_cycle_weights of[3];
    int kind_of[3][2]; /* [outcome kind][undiscounted, discounted] */
    double *point;     /* [cycles + 1][n_kinds]: the end of a cycle and the start of the next */
} hec_weights;

/* What costs that are charged once in each cycle count when they are paid `lag` years later:
 * [cycles]; NULL when out of memory. */
double *hec_weights_lagged(hec_arena *arena, const hec_model *model, const hec_weights *weights,
                           double lag);
/* False when out of memory. */
bool hec_weights_create(hec_arena *arena, const hec_model *model, hec_weights *weights);

#endif
