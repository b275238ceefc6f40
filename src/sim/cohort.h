/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohort engine: shares of a population over states, cycle by cycle; a lane is one draw. */
#ifndef HECATE_SIM_COHORT_H
#define HECATE_SIM_COHORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hk.h"
#include "model/model.h"

/* The model compiled for this engine. Read-only in a run; shared by all threads. */
typedef struct hec_cohort hec_cohort;

hec_cohort *hec_cohort_create(hec_arena *arena, const hec_model *model);
const hec_program *hec_cohort_program(const hec_cohort *cohort);
int64_t hec_cohort_cells(const hec_cohort *cohort); /* (state, duration) cells carried */
size_t hec_cohort_work_bytes(const hec_cohort *cohort, size_t lanes);

/* What one thread needs to run blocks of up to `lanes` draws. */
typedef struct hec_cohort_work hec_cohort_work;
hec_cohort_work *hec_cohort_work_create(const hec_cohort *cohort, size_t lanes);
void hec_cohort_work_destroy(hec_cohort_work *work);

/* Where a value went wrong. */
typedef struct hec_cohort_fault {
    bool found;
    enum {
        HEC_FAULT_MOVE,
        HEC_FAULT_START,
        HEC_FAULT_REWARD,
        HEC_FAULT_SHARE, /* of a state at the start of `cycle`; item n_states: their sum */
        HEC_FAULT_RISEN, /* a share of the dead that is less than a cycle before */
        HEC_FAULT_PAYMENT, /* item: check of the strategy's payments */
    } kind;
    size_t strategy, lane, stratum, item; /* item: arc, state or outcome */
    int64_t cycle, duration;              /* 0-based duration; -1: none */
    bool on_means; /* PAYMENT on means: item: check of the life, then posting; `value` is it */
    double value;
} hec_cohort_fault;

/* Everything about a run of one lane, for the base case. Arrays are filled, not allocated:
 * trace [point][state], flow [cycle][arc], value [2][outcome][state][cycle] (undiscounted,
 * discounted; one-off consequences count in the state that is entered). */
typedef struct hec_cohort_detail {
    double *trace, *flow, *value;
} hec_cohort_detail;

typedef struct hec_cohort_block {
    const hk_table *kernels;
    size_t lanes;                      /* draws in this block */
    const double *const *draw_columns; /* [draws of the model] -> lanes values */
    hec_cohort_detail *detail;         /* NULL, or with lanes == 1 */
} hec_cohort_block;

/* Prepares what all strategies share for this block of draws. Call before the strategies. */
void hec_cohort_begin(const hec_cohort *cohort, hec_cohort_work *work,
                      const hec_cohort_block *block);
/* The order in which strategies are best run: [strategies of the model]. Those that share a chain
 * stand side by side and its occupancies are found once. Results do not depend on it. */
const size_t *hec_cohort_order(const hec_cohort *cohort);
/* Runs one strategy. totals[kind][outcome] -> lanes values, kind 0 undiscounted, 1 discounted:
 * totals + (kind * n_outcomes + outcome) * total_stride. False with *fault set when a value went
 * wrong. */
bool hec_cohort_strategy(const hec_cohort *cohort, hec_cohort_work *work,
                         const hec_cohort_block *block, size_t strategy, double *totals,
                         size_t total_stride, hec_cohort_fault *fault);

/* Curves that crossed and were clamped: draws in which it happened, points of draws (and strata),
 * and the most by which a share was negative. */
typedef struct hec_cohort_crossing {
    int64_t draws, points;
    double most;
} hec_cohort_crossing;
/* [strategies]: since the working memory was created. */
const hec_cohort_crossing *hec_cohort_crossings(const hec_cohort_work *work);
void hec_cohort_crossing_add(hec_cohort_crossing *sum, const hec_cohort_crossing *more);

/* The inputs of the graph at a fault, for explaining it: inputs[hec_model_inputs(model)]. */
void hec_cohort_inputs(const hec_model *model, const hec_cohort_block *block,
                       const hec_cohort_fault *fault, double *inputs);

/* Moves of a strategy as the engine makes them (closure of hazards), for naming flows. None where
 * shares are given at each point and nobody is seen to move. */
typedef struct hec_cohort_arc {
    int from, to;
} hec_cohort_arc;
size_t hec_cohort_arcs(const hec_cohort *cohort, size_t strategy, const hec_cohort_arc **arcs);

#endif
