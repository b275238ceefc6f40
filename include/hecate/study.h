/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Study: a model with its strategies, economics and uncertainty, read from text, checked, run. */
#ifndef HECATE_STUDY_H
#define HECATE_STUDY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <hecate/diagnostics.h>
#include <hecate/result.h>
#include <hecate/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* A checked study: everything resolved and compiled. Immutable; may be run from several threads. */
typedef struct hec_study hec_study;

/* One `set: PATH: VALUE` from outside the file: "r_HS1=0.2", "economics.discount.cost=3%". */
typedef struct hec_study_options {
    size_t n_set;
    const char *const *set;
    int64_t draws;   /* < 0: as the study states */
    bool has_seed;
    uint64_t seed;   /* used when has_seed */
    int64_t persons; /* > 0: simulate this many persons; 0: as the study states */
} hec_study_options;

/* Reads, checks and compiles `path` (a model or a study). All mistakes are reported, not only the
 * first; HEC_E_INPUT when there was an error. options may be NULL. The caller owns *study. */
HEC_MUST_USE hec_status hec_study_read(const char *path, const hec_study_options *options,
                                       hec_diagnostics *diagnostics, hec_study **study);
void hec_study_destroy(hec_study *study);

/* What a run will need, known before it starts. */
typedef struct hec_plan {
    const char *engine; /* "cohort", "microsimulation", "microsimulation in continuous time" */
    int64_t persons, per_draw; /* of a microsimulation: in the base case, in each draw; else 0 */
    int64_t strategies, strata, states, arcs, cycles, draws, parameters_drawn;
    int64_t cells;            /* (state, duration) cells carried; = states without time_in_state */
    int64_t bytes_kept;       /* results in memory at the end */
    int64_t bytes_per_thread; /* working memory of one thread */
    int64_t bytes_on_disk;    /* about, before compression */
    int64_t bytes_in_files;   /* the part of bytes_kept that may live in files; see `folder` */
    int threads;
    int64_t block;            /* draws, or persons, simulated side by side */
    /* Strategies under which persons read what everybody came to, so that all live on together: in a
     * first pass, which finds what they read, and after which the run goes person by person like any
     * other. Names, one after another, or ""; they live as long as the study. */
    const char *year_by_year, *cycle_by_cycle;
    int64_t bytes_per_person; /* who waits for the others in that pass */
    int64_t bytes_together;   /* of all who wait, and of what they read */
} hec_plan;

typedef struct hec_run_options {
    int threads;      /* 0: all processors */
    const char *isa;  /* NULL: the best this processor has; "x86-64", "x86-64-v3", ... */
    int64_t block;    /* draws, or persons, in a block, a multiple of 8; 0: chosen. Results do not
                         depend on it */
    /* Called now and then from the calling thread: done and all are draws x strategies, or persons x
     * strategies. Returning false stops the run with HEC_E_STOPPED. May be NULL. */
    bool (*progress)(void *context, int64_t done, int64_t all);
    void *context;
    const char *folder; /* arrays above 64 MiB live in files of this folder without a name, which
                           are gone when the result is destroyed; NULL: all in memory */
} hec_run_options;

HEC_MUST_USE hec_status hec_study_plan(const hec_study *study, const hec_run_options *options,
                                       hec_plan *plan);

/* Runs the base case and the draws and analyses them. A value that goes wrong is reported with
 * strategy, draw, cycle, states, expression and values: HEC_E_VALUE, and *result stays NULL.
 * options may be NULL. The caller owns *result. The same bits for any threads, ISA and block. */
HEC_MUST_USE hec_status hec_study_run(const hec_study *study, const hec_run_options *options,
                                      hec_diagnostics *diagnostics, hec_result **result);

/* The study in words: what `hecate check` prints (time, population, chains, strategies, economics
 * with departures from the profile, uncertainty, cells). */
HEC_MUST_USE hec_status hec_study_describe(const hec_study *study, FILE *out);

/* One name in words: where it is defined, by which layer, its value, unit, distribution and source,
 * what it depends on, who reads it, how often it is evaluated. HEC_E_ARGUMENT (reported, with the
 * nearest name) when nothing has that name. strategy may be NULL (the first). */
HEC_MUST_USE hec_status hec_study_explain(const hec_study *study, const char *name,
                                          const char *strategy, hec_diagnostics *diagnostics,
                                          FILE *out);

/* One person's life in words: who it is, what happens year by year, what is counted in each cycle,
 * the totals; the base case, under each strategy or the one that is named. `person` counts from 1.
 * It is the life this person has in a run, to the last bit. HEC_E_ARGUMENT (reported) when there is
 * no such person or strategy, HEC_E_INPUT when the study does not simulate persons, HEC_E_VALUE
 * when a value goes wrong. */
HEC_MUST_USE hec_status hec_study_explain_person(const hec_study *study, int64_t person,
                                                 const char *strategy, hec_diagnostics *diagnostics,
                                                 FILE *out);

/* How a contract with a panel of a provider, or with the region, was settled. */
typedef struct hec_settlement_choice {
    const char *provider; /* its name, or "region" */
    int64_t panel;        /* from 1 */
    int64_t year;         /* of the calendar, or from 1 where no start year is stated; 0: all */
    const char *strategy; /* NULL: all */
} hec_settlement_choice;

/* Runs the base case and prints each settlement: what is paid, the expression as written, and the
 * sums over persons that made it. HEC_E_ARGUMENT (reported) when there is no such settlement,
 * HEC_E_VALUE when a value goes wrong. */
HEC_MUST_USE hec_status hec_study_explain_settlement(const hec_study *study,
                                                     const hec_settlement_choice *choice,
                                                     hec_diagnostics *diagnostics, FILE *out);

/* Reads `path` once and runs its base case in two engines: cohort against microsimulation, outcome
 * by outcome, in units of the Monte Carlo error; or a partitioned survival chain against the
 * integrals of its curves. Persons whose lives no cohort can follow are compared with as many others
 * (the next seed), and with themselves on other threads and in other blocks, bit by bit. Prints the
 * comparison. *agree: no difference is beyond what chance explains, no bit differs. HEC_E_INPUT
 * (reported) when an engine cannot run the study. */
HEC_MUST_USE hec_status hec_study_verify(const char *path, const hec_study_options *options,
                                         const hec_run_options *run_options,
                                         hec_diagnostics *diagnostics, FILE *out, bool *agree);

/* The resolved text of the study: all layers and settings applied, as one YAML document. The caller
 * frees it. */
char *hec_study_resolved(const hec_study *study);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
