/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A study made ready for benchmarks: read, sampled, simulated. */
#ifndef HECATE_BENCHMARKS_BENCH_MODEL_H
#define HECATE_BENCHMARKS_BENCH_MODEL_H

#include "batch/study_inner.h"
#include "bench.h"

typedef struct bench_model {
    hec_diagnostics *diagnostics;
    hec_study *study;
    const hec_model *model;
    const hk_table *kernels;
    size_t draws, stride; /* of `sample`: room for whole blocks of 64 */
    double *sample;       /* [draws of the model][stride] */
    size_t block;
    hec_cohort_work *work;
    double *totals;
    const double **columns;
} bench_model;

extern const char bench_sick_sicker_path[], bench_persons_path[];

/* Both end the program with the diagnostics when the study has mistakes. */
bench_model bench_model_open(const bench *b, const char *path, int64_t draws, size_t n_set,
                             const char *const *set);
bench_model bench_model_of_text(const bench *b, const char *text, int64_t draws);
void bench_model_close(bench_model *m);

/* All draws of all strategies, one thread: cost[strategy][draw], then effect[strategy][draw]. */
void bench_model_simulate(bench_model *m, double *out);
/* Draw i of the parameter of that name, i = 0, 1, ... */
const double *bench_model_column(const bench_model *m, const char *name);

/* hec_run_draws, and nothing else of a run: sample, simulate, keep. */
typedef struct bench_spent {
    double clock, processor; /* seconds of the day's clock; of all processors */
} bench_spent;
bench_spent bench_model_run_draws(const bench_model *m, int threads, int64_t block);

#endif
