/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A study of persons made ready for benchmarks: read, and simulated one block after the other. */
#ifndef HECATE_BENCHMARKS_BENCH_CROWD_H
#define HECATE_BENCHMARKS_BENCH_CROWD_H

#include "batch/study_inner.h"
#include "bench.h"

typedef struct bench_crowd {
    const bench *b;
    hec_diagnostics *diagnostics;
    hec_study *study;
    const hec_model *model;
    hec_persons_work *work;
    size_t persons, block;
    double *base, *totals; /* [draws of the model]; [2][outcomes][block] */
    hec_ledger ledger;     /* of a study with policies */
} bench_crowd;

/* Ends the program with the diagnostics when the study has mistakes. */
bench_crowd bench_crowd_open(const bench *b, const char *path, int64_t persons);
void bench_crowd_close(bench_crowd *c);
void bench_crowd_give_up(const bench_crowd *c, const char *what);

/* All strategies of the block of persons from `first` on, and what is paid for them into the ledger;
 * how many they are. The totals of the last strategy are left. Years lived are added up where they
 * are asked for. */
size_t bench_crowd_block(bench_crowd *c, size_t first, double *years);
/* The place of an outcome; ends the program where there is none. */
int bench_crowd_outcome(const bench_crowd *c, const char *name);
/* What a block's person counts of an outcome; kind 0 undiscounted, 1 discounted. */
static inline const double *bench_crowd_total(const bench_crowd *c, int kind, int outcome)
{
    return c->totals + ((size_t)kind * c->model->n_outcomes + (size_t)outcome) * c->block;
}

#endif
