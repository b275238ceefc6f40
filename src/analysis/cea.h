/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cost-effectiveness analysis of plain arrays: no files, no models. */
#ifndef HECATE_ANALYSIS_CEA_H
#define HECATE_ANALYSIS_CEA_H

#include <stddef.h>
#include <stdint.h>

#include <hecate/status.h>

typedef enum hec_dominance {
    HEC_NOT_DOMINATED,
    HEC_EXTENDED_DOMINATED,
    HEC_EQUAL, /* a copy of an earlier strategy, which is one of the two above */
    HEC_DOMINATED
} hec_dominance;

/* The plane in words: "more costly, more effective", "equally costly, less effective", ...; "" when
 * an increment is not a number. */
const char *hec_quadrant_text(double incremental_cost, double incremental_effect);
const char *hec_dominance_text(hec_dominance dominance); /* "ND", "ED", "EQ", "D" */

typedef struct hec_cea_row {
    size_t strategy; /* index into the input */
    double cost, effect;
    /* Against the strategy before it on the frontier; NaN for the first and for dominated ones. */
    double incremental_cost, incremental_effect, icer;
    hec_dominance dominance;
} hec_cea_row;

/* Full incremental analysis. rows[n]: the frontier by rising effect, then extended-dominated,
 * then copies, then dominated ones (each by rising cost). Total order for every configuration:
 * equal strategies, equal effects, equal costs, negative values; an exact copy of a strategy that is
 * not dominated is equal to it;
 * two frontier steps of equal ICER, or equal within the rounding of the inputs, both stay.
 * Values must be finite (else HEC_E_VALUE); n = 0 is HEC_E_ARGUMENT.
 * Source: Drummond et al. (2015), Methods for the Economic Evaluation of Health Care Programmes,
 * 4th ed., section on incremental analysis of mutually exclusive alternatives. */
HEC_MUST_USE hec_status hec_cea_table(size_t n, const double *cost, const double *effect,
                                      hec_cea_row *rows);

/* Probabilistic sample: cost[s] and effect[s] point at n_draws values of strategy s. */
typedef struct hec_psa_sample {
    size_t n_draws, n_strategies;
    const double *const *cost;
    const double *const *effect;
} hec_psa_sample;

/* For each willingness to pay, outputs shaped [n_wtp][n_strategies] or [n_wtp]:
 * ceac: share of draws in which the strategy has the greatest net monetary benefit (ties: lowest
 * index, exact comparison); mean_nmb; expected_loss = E[max NMB] - E[NMB_s];
 * optimal: strategy of greatest mean NMB (the CEAF is its ceac); evpi = min expected loss.
 * Any output may be NULL. Same bits for any n_threads. Memory O(n_wtp * n_strategies).
 * Expected loss and EVPI are never negative, also in the last bit. Costs, effects and wtp must be
 * finite (HEC_E_VALUE, HEC_E_ARGUMENT).
 * Source: Fenwick, Claxton, Sculpher, Health Economics 10:779 (2001); Claxton, J Health Econ 18:341
 * (1999); Alarid-Escudero et al., Value in Health 22:611 (2019) for expected loss. */
typedef struct hec_decision {
    double *ceac, *mean_nmb, *expected_loss, *evpi;
    double *nmb_se;   /* [n_wtp][n_strategies]: Monte Carlo standard error of mean NMB against the
                         optimal strategy (paired); 0 for the optimal one itself */
    int64_t *optimal;
} hec_decision;
HEC_MUST_USE hec_status hec_decision_curves(const hec_psa_sample *sample, size_t n_wtp,
                                            const double *wtp, int n_threads,
                                            const hec_decision *out);

/* Parts of the cost-effectiveness plane: its four quadrants, and its axes. */
enum { HEC_PLANE_PARTS = 5 };
const char *hec_plane_part_text(size_t part);

/* Increments against a reference over n draws, and the share of draws in each part of the plane.
 * increment_cost, increment_effect: n values, or NULL. */
void hec_plane(size_t n, const double *cost, const double *effect, const double *reference_cost,
               const double *reference_effect, double *increment_cost, double *increment_effect,
               double share[HEC_PLANE_PARTS]);

/* Mean, standard deviation (n-1; NaN for one value), and type-7 quantiles of n values; x is not
 * changed. quantiles[k] belongs to probabilities[k], in [0, 1] and in any order. Values must be
 * finite (HEC_E_VALUE). mean and sd may be NULL.
 * Source: Hyndman, Fan, The American Statistician 50:361 (1996), definition 7. */
HEC_MUST_USE hec_status hec_describe(size_t n, const double *x, size_t n_probabilities,
                                     const double *probabilities, double *mean, double *sd,
                                     double *quantiles);
/* The same of x - against, which nobody has to keep. Memory does not grow with n in either. */
HEC_MUST_USE hec_status hec_describe_increment(size_t n, const double *x, const double *against,
                                               size_t n_probabilities, const double *probabilities,
                                               double *mean, double *sd, double *quantiles);

#endif
