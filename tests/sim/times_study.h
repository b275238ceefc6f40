/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A study in continuous time, written inside a test and run person by person. */
#ifndef HECATE_TESTS_TIMES_STUDY_H
#define HECATE_TESTS_TIMES_STUDY_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/model.h"
#include "sim/persons.h"

typedef struct times_study {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    const hec_model *model;
    hec_persons *persons;
    double *draws; /* base values */
} times_study;

/* Fails the test with the diagnostics when the text has mistakes. */
times_study times_open(const char *text);
void times_close(times_study *s);

/* How persons are run; zero: as one block of 512 after the other, the base case. */
typedef struct times_way {
    size_t block;
    const hk_table *kernels;
    int64_t draw; /* from 1; 0: the base case */
    hec_person_tally *tally;
} times_way;

/* totals[2][outcomes][n] of persons first .. first + n - 1; the caller frees them. NULL after a
 * fault. */
double *times_run(const times_study *s, const times_way *way, size_t strategy, int64_t first,
                  size_t n, hec_person_fault *fault);
/* The column of an outcome in them. */
const double *times_column(const times_study *s, const double *totals, size_t n, bool discounted,
                           const char *outcome);

/* Mean, and its standard error. */
double times_mean(size_t n, const double *x, double *error);
/* Fails unless the mean of x lies within so many standard errors of what is expected. */
void times_expect_mean(size_t n, const double *x, double expected, double errors,
                       const char *what);
void times_expect_near(double got, double expected, double relative, const char *what);

/* Integral of f from a to b by Simpson's rule with 2 * halves pieces. */
double times_integral(double (*f)(double x, const void *context), const void *context, double a,
                      double b, int halves);

#endif
