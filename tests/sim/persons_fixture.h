/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of persons share: a model built for an engine, and persons run by it. */
#ifndef HECATE_TESTS_PERSONS_FIXTURE_H
#define HECATE_TESTS_PERSONS_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/cohort.h"
#include "sim/persons.h"

typedef struct fixture {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    hec_node *tree;
    hec_model *model;     /* for persons */
    hec_persons *persons; /* NULL: they could not be made; see the diagnostics */
} fixture;

/* Fails the test with the diagnostics when the model cannot be built. */
fixture fixture_open(const char *text);
/* The same from a file below the source, with settings such as "time.cycles=10". */
fixture fixture_open_file(const char *name, size_t n_set, const char *const *set);
void fixture_close(fixture *f);

/* Which persons, and how. */
typedef struct runs {
    const hk_table *kernels; /* NULL: the best */
    size_t lanes;            /* of a block; 0: 256 */
    size_t room;             /* what the work is made for; 0: as lanes */
    int64_t first, count;
    int64_t draw; /* -1: base case */
    const double *draw_values;
    hec_person_tally *tally; /* given to every block */
    void (*told)(void *context, const hec_happening *happening); /* with lanes and count 1 */
    void *context;
} runs;

/* totals[strategy][kind][outcome][person]: malloc'ed. Fails the test at a fault. */
double *fixture_run(const fixture *f, const runs *options);
/* Of one strategy; false with *fault. */
bool fixture_run_strategy(const fixture *f, const runs *options, size_t strategy, double *totals,
                          hec_person_fault *fault);
static inline const double *totals_of(const fixture *f, const double *totals, size_t strategy,
                                      int kind, size_t outcome, int64_t count)
{
    size_t n = f->model->n_outcomes;
    return totals + ((strategy * 2 + (size_t)kind) * n + outcome) * (size_t)count;
}
/* Exact totals of the cohort engine for the same tree: [strategy][kind][outcome]. malloc'ed. */
double *fixture_cohort(const fixture *f);

/* Mean, and the standard error of the mean. */
double mean_of(const double *x, int64_t n, double *error);
enum { FIXTURE_SEED = 20240617 };

size_t outcome_of(const fixture *f, const char *name);

#endif
