/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohort engine, payments on means: one person stands for all who are alive in a stratum, one panel
 * for the whole cohort. A lane is one draw. */
#ifndef HECATE_SIM_COHORT_MEANS_H
#define HECATE_SIM_COHORT_MEANS_H

#include "sim/cohort_inner.h"

/* All strategies with such payments, compiled. NULL when out of memory. */
hec_cohort_means *hec_cohort_means_create(hec_arena *arena, const hec_model *model);
/* Doubles that a thread needs, and where it keeps them: NULL when out of memory. */
size_t hec_cohort_means_doubles(const hec_cohort_means *means, size_t stride);
hec_cohort_mean_work *hec_cohort_mean_work_create(const hec_cohort_means *means, double *memory,
                                                  size_t stride);
void hec_cohort_mean_work_destroy(hec_cohort_mean_work *work);

/* One strategy over one block of draws. */
typedef struct hec_mean_run {
    const hec_cohort_plan *plan;
    const hk_table *hk;
    size_t strategy, lanes;
    const double *const *draw_columns;
    const double *once; /* [cycles]: what a payment counts, undiscounted */
    double *totals; /* as of hec_cohort_strategy */
    size_t total_stride;
    hec_cohort_detail *detail; /* NULL: none is wanted */
    /* of what went wrong */
    size_t lane, item;
    int64_t cycle;
    double value;
} hec_mean_run;

void hec_cohort_means_begin(hec_cohort_mean_work *work, const hec_mean_run *run);
void hec_cohort_means_stratum(hec_cohort_mean_work *work, const hec_mean_run *run, size_t stratum);
/* What is used in the cycle, by all together: to be added to. */
double *hec_cohort_means_used(hec_cohort_mean_work *work, size_t use);
/* The share that is alive at its start, to be added to; it is 0 when a cycle opens. */
double *hec_cohort_means_alive(hec_cohort_mean_work *work);
/* Pays for a cycle; false with what went wrong. */
bool hec_cohort_means_cycle(hec_cohort_mean_work *work, hec_mean_run *run, int64_t cycle);
/* Settles all years, when all strata are known. */
bool hec_cohort_means_settle(hec_cohort_mean_work *work, hec_mean_run *run);

#endif
