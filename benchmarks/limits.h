/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit: Sick-Sicker's probabilistic analysis written by hand for this one model. */
#ifndef HECATE_BENCHMARKS_LIMIT_SICK_SICKER_H
#define HECATE_BENCHMARKS_LIMIT_SICK_SICKER_H

#include <stddef.h>

enum { LIMIT_PARAMETERS = 16, LIMIT_STRATEGIES = 4, LIMIT_LANES = 64 };

/* parameters[p] -> n values, in the order of the model file (r_HD ... u_trtA); weight[76] what each
 * point counts; cost[s], effect[s] -> n results.
 * Columns of 64 draws, states outside and draws inside: what a careful programmer writes. */
void limit_sick_sicker_columns(size_t n, const double *const *parameters, const double *weight,
                               double *const *cost, double *const *effect);
/* The same with everything of eight draws in registers through all cycles: the floor. */
void limit_sick_sicker_registers(size_t n, const double *const *parameters, const double *weight,
                                 double *const *cost, double *const *effect);

#endif
