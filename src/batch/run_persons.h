/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running persons: what is summed over them, and how it comes together in order.
 *
 * The work is cut into chunks of HEC_CHUNK persons of one draw, whatever the threads and blocks
 * are. A chunk sums its persons in their order; chunks are folded one after the other. So the sums
 * are the same bits for any number of threads and any block, and memory does not grow with the
 * number of persons. Of draws with fewer persons than a chunk several make one unit of work. */
#ifndef HECATE_BATCH_RUN_PERSONS_H
#define HECATE_BATCH_RUN_PERSONS_H

#include "batch/moments.h"
#include "batch/psa_arrays.h"
#include "batch/sketch.h"
#include "batch/study_inner.h"

enum { HEC_CHUNK = 8192 };

/* What is summed. For each strategy its totals, undiscounted then discounted, of the outcomes and
 * then of the perspectives. For each pair of strategies the later less the earlier: discounted
 * cost, effect, and net monetary benefit at each of some prices of an effect. */
typedef struct hec_quantities {
    const hec_model *model;
    size_t n_totals; /* of one kind: outcomes and perspectives */
    size_t n_wtp;
    const double *wtp;
    size_t n_pairs, count; /* of all strategies and pairs */
} hec_quantities;

enum { HEC_PAIR_COST, HEC_PAIR_EFFECT, HEC_PAIR_NMB }; /* NMB + k: at the k-th price */

hec_quantities hec_quantities_of(const hec_model *model);
static inline size_t hec_quantity_outcome(const hec_quantities *q, size_t strategy, int kind,
                                          size_t outcome)
{
    return (2 * strategy + (size_t)kind) * q->n_totals + outcome;
}
static inline size_t hec_quantity_perspective(const hec_quantities *q, size_t strategy, int kind,
                                              size_t perspective)
{
    return hec_quantity_outcome(q, strategy, kind, q->model->n_outcomes + perspective);
}
static inline size_t hec_quantity_cost(const hec_quantities *q, size_t strategy, int kind)
{
    return hec_quantity_perspective(q, strategy, kind, (size_t)q->model->perspective);
}
static inline size_t hec_quantity_effect(const hec_quantities *q, size_t strategy, int kind)
{
    return hec_quantity_outcome(q, strategy, kind, (size_t)q->model->effect);
}
/* earlier < later */
static inline size_t hec_quantity_pair(const hec_quantities *q, size_t earlier, size_t later,
                                       size_t what)
{
    size_t pair = later * (later - 1) / 2 + earlier;
    return 2 * q->model->n_strategies * q->n_totals + pair * (2 + q->n_wtp) + what;
}

/* Discounted cost of a perspective against the first strategy, of which the base case tells the error
 * alone: what is settled over everybody is not in it. strategy > 0. */
static inline size_t hec_quantity_more(const hec_quantities *q, size_t strategy, size_t perspective)
{
    return 2 * q->model->n_strategies * q->n_totals + q->n_pairs * (2 + q->n_wtp) +
           (strategy - 1) * q->model->n_perspectives + perspective;
}

/* Over persons, and over what is independent: persons, or antithetic pairs of them. */
typedef struct hec_crowd_moment {
    hec_moments persons, units;
} hec_crowd_moment;

void hec_crowd_moment_merge(hec_crowd_moment *moment, const hec_crowd_moment *other);
/* Square of the Monte Carlo standard error of the mean; NaN where it cannot be told. */
double hec_crowd_moment_error(const hec_crowd_moment *moment);

/* The two sources of error: means of draws, and persons within draws. */
typedef struct hec_sources {
    hec_moments draws;  /* of the means */
    double within;     /* sum over draws of the variance between persons */
} hec_sources;

/* ---- how it goes ------------------------------------------------------------------------------- */

/* So much more of the work is done, in lives under one strategy; false: nothing more is run. Only
 * the calling thread asks whether to go on; the others read its answer. */
bool hec_run_persons_go_on(hec_run *run, int64_t more);
bool hec_run_persons_stopped(hec_run *run);

/* ---- people_detail.c: what the base case keeps beside the sums --------------------------------- */

enum { HEC_SPREADS = 3 }; /* discounted cost, discounted effect, undiscounted life years */

/* A thread's own, or what the threads' come together in. */
typedef struct hec_people_detail {
    const hec_model *model;
    hec_person_tally *tallies; /* [strategies] */
    int64_t *counts;           /* of all tallies */
    double *lanes;             /* of all tallies: running sums of one chunk */
    double *amounts;           /* [strategies][2][outcomes][cycles]; of the whole alone */
    hec_sketch *spreads;       /* [strategies][HEC_SPREADS] */
    hec_sketch *baseline;      /* [attributes] */
    hec_lane_sums *attributes; /* [attributes]: of one chunk */
    hec_moments *baseline_sums; /* [attributes]; of the whole alone */
    size_t n_counts, n_lanes, n_amounts;
} hec_people_detail;

bool hec_people_detail_create(const hec_model *model, bool whole, hec_people_detail *detail);
void hec_people_detail_destroy(hec_people_detail *detail);
size_t hec_people_detail_bytes(const hec_model *model);
/* Outcome of life years, or -1. */
int hec_life_years(const hec_model *model);
/* Moves of a strategy as they are counted: arcs, or latent times. */
size_t hec_people_moves(const hec_model *model, size_t strategy);
/* A chunk's running sums into the whole, in the order of chunks; they start anew. */
void hec_people_detail_fold(hec_people_detail *whole, hec_people_detail *chunk);
/* Counts of a thread into the whole, at its end; in any order. */
void hec_people_detail_merge(hec_people_detail *whole, const hec_people_detail *of_thread);

/* ---- people_base.c, people_spread.c: base/... -------------------------------------------------- */

typedef struct hec_people_results {
    hec_run *run;
    hec_quantities q;
    const hec_crowd_moment *moments; /* [quantities] */
    const hec_people_detail *detail;
} hec_people_results;

hec_status hec_people_base(const hec_people_results *results);
hec_status hec_people_spread(const hec_people_results *results);

/* ---- people_kept.c: persons/... ---------------------------------------------------------------- */

/* Totals of single persons that are kept; NULL what nobody asked for. */
typedef struct hec_people_kept {
    int64_t count; /* persons, the first so many */
    double *cost[2], *effect[2], *category[2], *effects[2], *use;
    double *attributes;
} hec_people_kept;

hec_status hec_people_keep(hec_run *run, hec_people_kept *kept);
bool hec_people_attribute_dimension(hec_run *run);
int64_t hec_people_kept_count(const hec_model *model);
int64_t hec_people_kept_bytes(const hec_model *model);
/* Totals of n persons from `first` on, and the columns of their cost by kind. */
void hec_people_keep_totals(const hec_people_kept *kept, const hec_model *model, size_t strategy,
                            int64_t first, size_t n, const double *totals, size_t stride,
                            const double *const cost[2]);

/* ---- people_draws.c, people_error.c: psa/..., and where the error comes from -------------------- */

/* One draw's means. */
void hec_people_keep_draw(const hec_run *run, const hec_psa_arrays *arrays, const hec_quantities *q,
                          int64_t draw, const hec_crowd_moment *moments);
/* Adds a draw to the sources of error of n quantities. */
void hec_sources_add(size_t n, hec_sources *sources, const hec_crowd_moment *moments);
void hec_sources_merge(size_t n, hec_sources *sources, const hec_sources *others);
/* Persons per draw that estimate the mean best, and how many draws the same work then pays for;
 * between and within are variances, work is counted in persons, and a draw costs as much as
 * HEC_DRAW_COST persons whatever it simulates. `between` <= 0 gives the most persons. */
enum { HEC_DRAW_COST = 30 }; /* measured: 19 (diabetes-persons) to 48 (Sick-Sicker) */
void hec_best_split(double between, double within, double persons, double draws, double best[2]);
hec_status hec_people_sources(hec_run *run, const hec_quantities *q, const hec_sources *sources);

/* ---- fault_persons.c --------------------------------------------------------------------------- */

/* fault_retold.c: where a total is not finite, the cycle in which it became so and the inputs at
 * its start, as far as they can be told; the block holds that person alone. */
void hec_run_retell(const hec_run *run, hec_persons_work *work, const hec_person_block *block,
                    double *totals, size_t stride, hec_person_fault *fault);
/* A term of the total fault->item that is not finite at fault->inputs, or -1. */
hec_id hec_person_find_term(const hec_model *model, const hec_person_fault *fault,
                            hec_place *place);
/* A value that went wrong, in words; draw < 0: the base case. fault->inputs is filled. */
void hec_run_report_person(const hec_run *run, const hec_person_fault *fault, int64_t draw);
/* The first of the persons first .. first + n - 1 that goes wrong, alone, in words; feeds: as in
 * hec_person_block. HEC_E_VALUE, or HEC_E_MEMORY. */
hec_status hec_run_report_persons(const hec_run *run, int64_t draw, const double *draw_values,
                                  const double *const *feeds, int64_t first, int64_t n);

#endif
