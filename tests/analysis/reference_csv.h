/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the plain CSV files of tests/analysis/data: `#` lines name the source, no quotes. */
#ifndef HECATE_TESTS_REFERENCE_CSV_H
#define HECATE_TESTS_REFERENCE_CSV_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REFERENCE_COLUMNS = 16, REFERENCE_ROWS = 1100 };

typedef struct reference {
    size_t n_columns, n_rows;
    char *header[REFERENCE_COLUMNS];
    char *cells[REFERENCE_ROWS][REFERENCE_COLUMNS];
} reference;

static inline size_t reference_split(char *line, char **fields)
{
    size_t n = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *rest = line; rest && n < REFERENCE_COLUMNS;)
        fields[n++] = strdup(strsep(&rest, ","));
    return n;
}

static inline reference *reference_read(const char *name)
{
    char path[512], line[4096];
    snprintf(path, sizeof path, "%s/tests/analysis/data/%s", HECATE_SOURCE_DIR, name);
    FILE *in = fopen(path, "r");
    reference *r = calloc(1, sizeof *r);
    if (!in || !r) {
        perror(path);
        exit(1);
    }
    while (fgets(line, sizeof line, in)) {
        if (line[0] == '#')
            continue;
        if (r->n_columns == 0)
            r->n_columns = reference_split(line, r->header);
        else if (reference_split(line, r->cells[r->n_rows++]) != r->n_columns)
            exit(1);
    }
    fclose(in);
    return r;
}

static inline void reference_free(reference *r)
{
    for (size_t i = 0; i < r->n_columns; i++) {
        free(r->header[i]);
        for (size_t row = 0; row < r->n_rows; row++)
            free(r->cells[row][i]);
    }
    free(r);
}

/* A number; an empty cell is NaN. */
static inline double reference_number(const reference *r, size_t row, size_t column)
{
    const char *cell = r->cells[row][column];
    return *cell ? strtod(cell, NULL) : NAN;
}

/* A column of numbers; the caller frees it. */
static inline double *reference_column(const reference *r, size_t column)
{
    double *x = malloc(r->n_rows * sizeof *x);
    for (size_t row = 0; row < r->n_rows; row++)
        x[row] = reference_number(r, row, column);
    return x;
}

/* Equal to within `tolerance` times the greater magnitude; NaN equals NaN. */
static inline int reference_near(double a, double b, double tolerance)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    return fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

#endif
