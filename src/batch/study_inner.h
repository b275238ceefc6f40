/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner side of <hecate/study.h>. */
#ifndef HECATE_BATCH_STUDY_INNER_H
#define HECATE_BATCH_STUDY_INNER_H

#include <hecate/study.h>

#include "base/dataset.h"
#include "model/model.h"
#include "pay/settle.h"
#include "sim/cohort.h"
#include "sim/persons.h"
#include "sim/sampler.h"

struct hec_study {
    hec_arena *arena;
    hec_node *tree; /* resolved */
    hec_model *model;
    hec_cohort *cohort;   /* one of the two, by model->engine */
    hec_persons *persons;
    const hec_ledger_plan *ledger; /* of persons with a policy; else both are NULL */
    const hec_settlements *settlements;
    const char *together[2]; /* names of strategies whose persons go on together, by years and by
                              * cycles; "" */
    hec_sample_plan *sampling; /* NULL when nothing is drawn */
    size_t n_sources;          /* every file the study was read from */
    const char **source_names, **source_texts;
    size_t *source_lengths;
    char *path;
};

/* What a run has worked out so far; each step of run.c reads the earlier ones and adds its own. */
typedef struct hec_run {
    const hec_study *study;
    const hec_model *model;
    hec_arena *arena; /* of this run */
    hec_run_options options;
    const hk_table *kernels;
    hec_diagnostics *diagnostics;
    hec_dataset *dataset;
    int threads;
    size_t block;
    double *base; /* [draws of the model]: values of the base case */
    int64_t persons_done;  /* of persons: person-strategies so far */
    int stopped;           /* of persons: nothing more is run */
    struct hec_people_feeds *feeds; /* of persons: what they read of everybody in the base case, once
                                     * that is run; NULL: nothing */
    double *pair_error[2]; /* of persons: Monte Carlo errors of differences in cost and effect,
                              [strategies][strategies]; else NULL */
} hec_run;

/* Arrays of more bytes than this may live in files. */
#define HEC_FILE_ABOVE (INT64_C(64) << 20)

/* study.c: the same tree for another engine; lives in the study's arena. NULL after reporting, or
 * when out of memory. */
hec_study *hec_study_for_engine(const hec_study *study, hec_diagnostics *diagnostics,
                                hec_engine engine);

/* plan.c */
size_t hec_study_block(const hec_study *study, const hec_run_options *options);
int hec_study_threads(const hec_run_options *options);
const char *hec_engine_name(hec_engine engine);
/* describe_policy.c: each strategy's policy in a few lines */
void hec_describe_policies(const hec_model *model, FILE *out);

/* explain.c: a line of where something stands */
void hec_explain_place(const hec_diagnostics *diagnostics, const char *head, hec_place place,
                       FILE *out);
/* explain_written.c: the names of what can be explained there, into names[] unless it is NULL; how
 * many */
size_t hec_explain_names(const hec_study *study, const char **names);
/* explain_written.c: what stands under a name in the parts of the model and of its policies; `found`
 * becomes true when there is something */
hec_status hec_explain_written(const hec_study *study, const char *name,
                               const hec_diagnostics *diagnostics, bool *found, FILE *out);

/* Whole or part years that the horizon covers. */
size_t hec_run_years(const hec_model *model);
/* base_case.c: one lane with every detail; fills base/... */
hec_status hec_run_base_case(hec_run *run);
/* cohort_ledger.c: what each layer and contract of a cohort's policies pays */
hec_status hec_run_cohort_ledger(hec_run *run);
/* draws.c: all draws; fills psa/... */
hec_status hec_run_draws(hec_run *run);
/* run_persons.c: the same by simulating persons */
hec_status hec_run_persons_base(hec_run *run);
void hec_run_persons_forget(hec_run *run); /* run->feeds */
hec_status hec_run_persons_draws(hec_run *run);
/* What of this run's memory a thread needs beside its hec_persons_work, in the base case. */
size_t hec_run_persons_bytes(const hec_model *model, size_t lanes);
/* story.c: the lives that are kept, in words; histories/... */
hec_status hec_run_histories(hec_run *run);
/* run.c: the name of a state, with that of its chain where there are several; in the arena. */
const char *hec_run_state_name(hec_arena *arena, const hec_model *model, size_t state);
/* base_case.c: warns when a lifetime horizon ends and this share of a strategy's people is alive;
 * true when it did. */
bool hec_run_check_alive(const hec_run *run, size_t strategy, double alive);
/* analyses.c: incremental tables and decision curves from what base_case.c and draws.c filled */
hec_status hec_run_analyses(hec_run *run);
/* One row of statistics over draws, of values or of their differences from others: mean, standard
 * deviation and error, quantiles. */
enum { HEC_STATISTICS = 6 };
hec_status hec_run_describe(size_t n, const double *values, const double *against, double *row);
/* by_perspective.c: each strategy against the first as every perspective sees it */
hec_status hec_run_by_perspective(hec_run *run);
/* provenance.c: parameters, economics, inputs, versions */
hec_status hec_run_provenance(hec_run *run);
/* fault.c: a value that went wrong, in words; draw < 0: the base case */
void hec_run_report_fault(const hec_run *run, const hec_cohort_block *block,
                          const hec_cohort_fault *fault, int64_t draw);
/* The first of the draws first..last that goes wrong, each run alone, so that what is said depends
 * neither on blocks nor on threads. parameters: [draws of the model][draws]. */
hec_status hec_run_report_draws(const hec_run *run, const double *parameters, int64_t first,
                                int64_t last);

#endif
