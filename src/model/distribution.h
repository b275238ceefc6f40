/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distributions: one table (name, parametrisations, domain, quantile) behind the language, the
 * sampler, the docs and the tests. */
#ifndef HECATE_MODEL_DISTRIBUTION_H
#define HECATE_MODEL_DISTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/arena.h"
#include "hk.h"

/* A distribution with its natural parameters worked out: a, b, c, d are the arguments of the first
 * form in its family's row. */
typedef struct hec_distribution {
    int family;   /* row of the table */
    double a, b, c, d;
} hec_distribution;

size_t hec_family_count(void);
typedef struct hec_family_info {
    const char *name;   /* "gamma" */
    const char *forms;  /* "shape, rate | shape, scale | mean, sd/se | mean, cv | mean, ci95" */
    const char *words;
} hec_family_info;
const hec_family_info *hec_family_describe(size_t index);

/* Argument of a distribution as written: name (NULL: positional), one value or two (ci95: [l, u]). */
typedef struct hec_dist_argument {
    const char *name;
    double values[2];
    int n_values;
    hec_place place;
} hec_dist_argument;

/* Works out the natural parameters; reports HEC_CHECK_ARGUMENTS or HEC_CHECK_DISTRIBUTION. Takes
 * the forms of the family's row: arguments without names in the order of the first form they fit,
 * the others in any order. `low: l, high: u` means `ci95: [l, u]`. A spread of 0 makes `fixed`.
 *
 * Parametrisations are those of R: gamma(shape, rate), weibull(shape, scale), lognormal(meanlog,
 * sdlog); of flexsurv: gompertz(shape, rate) with hazard rate exp(shape t), gengamma(mu, sigma, Q).
 * What a ci95 is matched by:
 *   normal       sd = (u - l)/3.92; mean as given, else the middle
 *   lognormal    sdlog = ln(u/l)/3.92; mean or median as given, else the middle of the logs
 *   beta, gamma  mean as given, and the width: 97.5 % less 2.5 % quantile = u - l
 * An interval of which the fitted distribution has less than 90 % inside is refused. */
bool hec_distribution_create(hec_diagnostics *diagnostics, const char *family, hec_place place,
                             size_t n_arguments, const hec_dist_argument *arguments,
                             hec_distribution *distribution);
double hec_distribution_mean(const hec_distribution *distribution); /* NaN: none */
double hec_distribution_sd(const hec_distribution *distribution);
/* Inverse of the distribution function, p in (0,1). Infinite where the event never comes (gompertz
 * of negative shape). The same bits on every machine, as are the tables below. */
double hec_distribution_quantile(const hec_distribution *distribution, double p);
/* The same at p = Phi(z), exact in the upper tail too. */
double hec_distribution_score_quantile(const hec_distribution *distribution, double z);
double hec_distribution_cdf(const hec_distribution *distribution, double x);
double hec_distribution_survival(const hec_distribution *distribution, double x); /* 1 - cdf */

/* A quantile function tabulated over the normal score z in [-8.3, 8.3] through a link (identity,
 * log, logit), so that every family is sampled at the speed of a polynomial, and correlation is a
 * matter of the scores. Counts become thresholds of z. Where a polynomial does not come within
 * 1e-12 of the quantile (relative; to the spread where that is larger) at the points it is checked
 * at, lanes are computed one by one. Values below 1e-100 err by some ulps of their logarithm more.
 * Built in the arena; NULL when out of memory. */
typedef struct hec_quantile_table hec_quantile_table;
hec_quantile_table *hec_quantile_table_create(hec_arena *arena, const hec_distribution *distribution);
/* out[i] = quantile(Phi(z[i])), z within [-8.3, 8.3]; the same bits at every ISA level. `out` does
 * not overlap `z`. */
void hec_quantile_table_apply(const hec_quantile_table *table, const hk_table *kernels, size_t n,
                              const double *z, double *out);
/* The logarithm of the same, for families on the log link (gamma), where the value may underflow. */
void hec_quantile_table_apply_log(const hec_quantile_table *table, const hk_table *kernels,
                                  size_t n, const double *z, double *out);
/* Largest error seen at the check points when the table was built; for tests and docs. */
double hec_quantile_table_error(const hec_quantile_table *table);
/* Pieces and degree; 0 pieces: no polynomial. */
void hec_quantile_table_size(const hec_quantile_table *table, size_t *pieces, size_t *degree);
#define HEC_SCORE_MAX 8.3

#endif
