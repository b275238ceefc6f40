/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quadrature: the time spent in the states of a chain of occupancies, without cycles. */
#ifndef HECATE_SIM_QUADRATURE_H
#define HECATE_SIM_QUADRATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/model.h"

/* A function of one variable; `self` is the caller's. */
typedef double hec_integrand(void *self, double x);

/* The integral over [low, high] by adaptive bisection with Lobatto's rule of 4 points and Kronrod's
 * extension of it to 7 (Gander and Gautschi 2000), starting from `pieces` equal parts. *error is
 * the estimate of the error that is left: at most `tolerance` times (high - low), unless the
 * function jumps more often than can be followed. False when the function is not finite somewhere,
 * or memory ran out. */
bool hec_integrate(hec_integrand *f, void *self, double low, double high, size_t pieces,
                   double tolerance, double *value, double *error);

/* Mean years that a person spends in a state within the horizon, under a strategy of a chain of
 * occupancies: the integral of the share, by strata and their weights. draw_values: [draws of the
 * model]. False where the chain is none of these, a share is not a number, or memory ran out. */
bool hec_mean_time(const hec_model *model, size_t strategy, size_t state, const double *draw_values,
                   double *years, double *error);

#endif
