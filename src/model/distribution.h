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

/* A distribution with its natural parameters worked out. */
typedef struct hec_distribution {
    int family;   /* row of the table */
    double a, b, c, d;
} hec_distribution;

size_t hec_family_count(void);
typedef struct hec_family_info {
    const char *name;   /* "gamma" */
    const char *forms;  /* "shape, rate | shape, scale | mean, se | mean, sd | mean, ci95" */
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

/* Works out the natural parameters; reports HEC_CHECK_ARGUMENTS or HEC_CHECK_DISTRIBUTION. Accepts
 * each family's natural parameters and, where they exist, mean with se, sd, cv or ci95 and
 * median with ci95. Fitting a ci95 uses root finding (GSL) where no closed form exists. */
bool hec_distribution_create(hec_diagnostics *diagnostics, const char *family, hec_place place,
                             size_t n_arguments, const hec_dist_argument *arguments,
                             hec_distribution *distribution);
double hec_distribution_mean(const hec_distribution *distribution); /* NaN: none */
double hec_distribution_sd(const hec_distribution *distribution);
/* Inverse of the distribution function, p in (0,1). */
double hec_distribution_quantile(const hec_distribution *distribution, double p);
double hec_distribution_cdf(const hec_distribution *distribution, double x);

/* A quantile function tabulated over the normal score z in [-8.3, 8.3] through a link (identity,
 * log, logit), so that every family is sampled at the speed of a polynomial, and correlation is a
 * matter of the scores. Falls back to direct quantiles for families that are not continuous.
 * Built in the arena; relative error of the result below 1e-12 at checked points (or direct). */
typedef struct hec_quantile_table hec_quantile_table;
hec_quantile_table *hec_quantile_table_create(hec_arena *arena, const hec_distribution *distribution);
/* out[i] = quantile(Phi(z[i])); the same bits at every ISA level. scratch: n doubles. */
void hec_quantile_table_apply(const hec_quantile_table *table, const hk_table *kernels, size_t n,
                              const double *z, double *out);
/* Largest error seen at the check points when the table was built; for tests and docs. */
double hec_quantile_table_error(const hec_quantile_table *table);

#endif
