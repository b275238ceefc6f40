/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the sampler: what a plan is made of. */
#ifndef HECATE_SIM_SAMPLER_INNER_H
#define HECATE_SIM_SAMPLER_INNER_H

#include "sim/sampler.h"

enum { HEC_SAMPLE_LANES = 512, HEC_SOBOL_DIMENSIONS = 40, HEC_SOBOL_BITS = 24 };

/* A stream of uniform numbers. */
typedef struct hec_stream {
    uint64_t key;
    size_t dimension; /* SOBOL */
} hec_stream;

/* A column to be filled from a member of a unit. */
typedef struct hec_target {
    size_t member, column;
    const hec_quantile_table *table; /* of a marginal */
} hec_target;

/* Things that are drawn together: one name, correlated names, or a group. */
typedef struct hec_unit {
    hec_draw_kind kind;
    size_t n_members;
    hec_stream *members;             /* BOOTSTRAP: one */
    const double *factor;            /* [n][n] lower triangle; NULL: scores stay as they are */
    const hec_quantile_table **logs; /* DIRICHLET: of each gamma; NULL where the count is 0 */
    const hec_draw_group *group;
    size_t n_targets;
    hec_target *targets;
} hec_unit;

struct hec_sample_plan {
    hec_design design;
    bool antithetic;
    bool bounded; /* draws beyond `draws` do not exist */
    int64_t draws;
    size_t n_columns, n_units, unit_capacity, largest_unit, dimensions;
    hec_unit *units;
    const uint64_t *directions; /* SOBOL: [dimensions][HEC_SOBOL_BITS], 52-bit numbers */
};

/* sampler_design.c */
/* Direction numbers of `dimensions` of Sobol's sequence, [dimensions][HEC_SOBOL_BITS], enough for
 * `draws`; NULL when out of memory. */
uint64_t *hec_sobol_directions(hec_arena *arena, size_t dimensions, int64_t draws);
/* Uniform numbers in (0,1) of draws first .. first + n - 1, n <= HEC_SAMPLE_LANES. */
void hec_design_uniforms(const hec_sample_plan *plan, const hk_table *kernels,
                         const hec_stream *stream, uint64_t seed, int64_t first, size_t n,
                         double *out);
/* A permutation of [0, count), keyed. */
uint64_t hec_permuted(uint64_t index, uint64_t count, uint64_t key);

/* sampler_factor.c */
/* Lower Cholesky factor of a symmetric matrix [n][n]; NULL when it is not positive definite, with
 * *eigenvalue the smallest, or when out of memory, with *eigenvalue NaN. */
double *hec_cholesky(hec_arena *arena, size_t n, const double *matrix, double *eigenvalue);

#endif
