/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the special functions share. Inner to them. */
#ifndef HECATE_BASE_SPECIAL_INNER_H
#define HECATE_BASE_SPECIAL_INNER_H

#include "base/special_functions.h"

#define HEC_HALF_ULP 1.1e-16 /* of 1: what is smaller changes no sum */

/* e^t - 1 - t and u - ln(1 + u), without cancellation. */
double hec_exp_rest(double t);
double hec_log_rest(double u);
/* What Stirling's formula misses: ln Gamma(a) - ((a - 1/2) ln a - a + ln sqrt(2 pi)); Binet. */
double hec_binet(double a);

hec_tail hec_tail_mirror(hec_tail tail);

/* Densities e^h(y) on the whole line with a concave h: the tails of all of them by one quadrature,
 * their quantiles by one search. */

/* How far h falls from y to a place s > 0 further out: convex, 0 at 0, rising. Where slope is not
 * NULL it gets the derivative. */
typedef double (*hec_fall)(const void *self, double s, double *slope);
/* Integral of e^-fall(s) over s > 0, which times e^h(y) is the tail. slope, bend: first and second
 * derivative of the fall at 0. */
double hec_fall_integral(hec_fall fall, const void *self, double slope, double bend);

/* A density at y: the tail from there, h(y) and h'(y). */
typedef struct hec_log_concave {
    hec_tail tail;
    double log_density, slope;
} hec_log_concave;

typedef hec_log_concave (*hec_log_concave_at)(const void *self, double y);
/* The quantile, from a guess; spread is about that of the variable. */
double hec_log_concave_quantile(hec_log_concave_at at, const void *self, double guess,
                                double spread, hec_level level);

#endif
