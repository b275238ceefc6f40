/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of published models share: reading expected numbers and running a file. */
#ifndef HECATE_TESTS_PUBLISHED_H
#define HECATE_TESTS_PUBLISHED_H

#include <stdbool.h>
#include <stddef.h>

#include <hecate/hecate.h>

/* Expected numbers: a CSV of texts with a header; lines with '#' say where they come from. */
typedef struct expected {
    int rows, columns;
    char cells[1600][8][40];
} expected;

/* Reads tests/published/NAME; fails the test when it cannot. */
void expected_read(expected *table, const char *name);
/* A table of a result ("costs") in the same form; fails the test when there is none. */
void expected_from_result(expected *table, const hec_result *result, const char *name);
/* The cell of the first row whose leading cells equal the keys (NULL-terminated). */
double expected_number(const expected *table, const char *column, const char *const *keys);

/* Runs tests/published/NAME with settings; fails the test with the diagnostics when it does not
 * run. draws < 0: as the study states. */
hec_result *published_run(const char *name, size_t n_set, const char *const *set, long draws);

/* An element of an array of the result by index along each dimension (row-major). */
double published_value(const hec_result *result, const char *path, const size_t *index);

/* |a - b| <= relative * max(|a|, |b|); fails the test otherwise, naming what. */
void assert_close(const char *what, double a, double b, double relative);

#endif
