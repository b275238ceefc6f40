/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for a value that went wrong, shared by the engines. `where` says whose and when it is:
 * "strategy B, draw 4812, cycle 3 (t = 2)". */
#ifndef HECATE_BATCH_FAULT_WORDS_H
#define HECATE_BATCH_FAULT_WORDS_H

#include "batch/study_inner.h"

/* The look-up below a node that is NaN although all it reads is known, or -1. */
hec_id hec_fault_failed_lookup(const hec_model *model, hec_id id, const double *inputs);
void hec_fault_report_lookup(const hec_run *run, hec_id id, const double *inputs,
                             const char *where);
/* A row whose moves sum to more than one; `value` is what the others leave. */
void hec_fault_report_row(const hec_run *run, const hec_arc *arc, double value, const char *where);
/* Inputs as a reader knows them: age at the moment, states and words by name. */
hec_telling hec_fault_telling(const hec_model *model);
/* "with r_HS1 = 0.15, t = 2" below the finding last reported. */
void hec_fault_note_values(const hec_run *run, hec_id id, const double *inputs);
/* Where the expression at `place` is a mere name, shows what it stands for. */
void hec_fault_note_definition(const hec_run *run, size_t strategy, hec_place place);
/* Ten digits; all of them where fewer would seem to lie between low and high. */
void hec_fault_number(double value, double low, double high, char text[32]);

/* fault_payment.c: a person's charge or payment; `value`: as shown */
void hec_fault_report_payment(const hec_run *run, const hec_life_check *check, double value,
                              const hec_person_fault *fault, const char *where);
/* HEC_FAULT_PAYMENT of a cohort */
void hec_fault_report_mean_payment(const hec_run *run, const hec_cohort_fault *fault,
                                   double *inputs, const char *where);

/* fault_occupancy.c: HEC_FAULT_SHARE and HEC_FAULT_RISEN; draw < 0: the base case */
void hec_fault_report_shares(const hec_run *run, const hec_cohort_block *block,
                             const hec_cohort_fault *fault, int64_t draw, const double *inputs);
/* Warns of curves that were clamped: [strategies], in so many draws; 0: in the base case. */
void hec_fault_report_crossings(const hec_run *run, const hec_cohort_crossing *crossings,
                                int64_t draws);

#endif
