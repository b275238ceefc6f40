/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sampler: draws of uncertain parameters, any block of them in any order.
 *
 * Each name has its own stream of uniform numbers, keyed by a hash of the name. Uniforms become
 * normal scores, scores are mixed where parameters are correlated, and quantile functions turn them
 * into values. So a draw depends on the seed, the name and the index of the draw alone: adding a
 * parameter, correlating others, asking for more draws (design random) or splitting the work
 * otherwise leaves it as it is, to the last bit.
 *
 * `rho` is the correlation of normal scores (Gaussian copula). For normal marginals it is their
 * correlation, for lognormal ones that of the logarithms; for others Pearson's correlation of the
 * values is a little nearer to zero, and Spearman's is (6/pi) asin(rho/2). Pairs not listed count
 * as 0. Of parameters that are correlated, the one that stands first keeps its own draws.
 *
 * Designs:
 *   random           independent draws
 *   latin-hypercube  one draw in each of N equal strata of each name, N the number of draws; exact
 *                    for uncorrelated names and the first of correlated ones
 *   sobol            Sobol's sequence in at most 40 dimensions (order of the columns), with a
 *                    random digital shift for each name; best with 2^k draws
 *   antithetic       with random: draw 2k+1 has the scores of draw 2k with the sign changed */
#ifndef HECATE_SIM_SAMPLER_H
#define HECATE_SIM_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hk.h"
#include "model/model.h"

typedef enum hec_design {
    HEC_DESIGN_RANDOM,
    HEC_DESIGN_LATIN_HYPERCUBE,
    HEC_DESIGN_SOBOL
} hec_design;

/* By its name in a study: "random", "latin-hypercube", "sobol". */
bool hec_design_find(const char *name, hec_design *design);

/* The stream of a name: FNV-1a, then a finaliser. */
uint64_t hec_stream_of_name(const char *name);

/* What is to be drawn. Everything is borrowed for as long as the plan lives. Columns of one name
 * share its scores: one parameter that strategies draw from different distributions. */
typedef struct hec_sample_request {
    size_t n_columns;
    const hec_draw *columns;
    size_t n_groups;
    const hec_draw_group *groups;
    size_t n_correlations;
    const hec_correlation *correlations;
    hec_design design;
    bool antithetic;
    int64_t draws;   /* in the whole run */
    hec_place place; /* for what concerns the design */
} hec_sample_request;

/* Read-only once made; shared by all threads. */
typedef struct hec_sample_plan hec_sample_plan;

/* NULL when something was reported:
 *   HEC_CHECK_CORRELATION  a matrix that is not positive definite, with its smallest eigenvalue; a
 *                          pair given twice; a column that is not a marginal
 *   HEC_CHECK_SAMPLES      a file with fewer rows than draws
 *   HEC_CHECK_BAD_VALUE    a design that does not reach so far
 * or when out of memory (reported too). */
hec_sample_plan *hec_sample_plan_create(hec_arena *arena, hec_diagnostics *diagnostics,
                                        const hec_sample_request *request);
/* The plan of a model's draws, `model->draws` of them as columns. */
hec_sample_plan *hec_sample_plan_of_model(hec_arena *arena, hec_diagnostics *diagnostics,
                                          const hec_model *model);

/* What one thread needs beside the plan; NULL when out of memory. */
typedef struct hec_sample_work hec_sample_work;
hec_sample_work *hec_sample_work_create(const hec_sample_plan *plan);
void hec_sample_work_destroy(hec_sample_work *work);

/* Draws first .. first + n - 1 (from 0): out[column * stride + i] is draw first + i of a column.
 * `out` is 64-byte aligned and `stride` a multiple of 8. Allocates nothing. HEC_E_ARGUMENT when
 * draws beyond the plan's are asked for, which only design random without a file of draws has. */
HEC_MUST_USE hec_status hec_sample(const hec_sample_plan *plan, const hk_table *kernels,
                                   hec_sample_work *work, uint64_t seed, int64_t first, size_t n,
                                   size_t stride, double *out);

#endif
