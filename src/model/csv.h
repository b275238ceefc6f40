/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV: a table of cells that know their place. RFC 4180 quoting, UTF-8, a header row. */
#ifndef HECATE_MODEL_CSV_H
#define HECATE_MODEL_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"

typedef struct hec_csv {
    size_t columns, rows;
    const char **names;  /* [columns] */
    const char **cells;  /* [rows][columns], NUL-terminated */
    hec_place *places;   /* [rows][columns] */
    hec_place header;
} hec_csv;

/* Reads a file whole; ragged rows, bad quoting and an empty file are reported. */
bool hec_csv_read(hec_arena *arena, hec_diagnostics *diagnostics, const char *path, hec_place asked,
                  hec_csv *csv);
/* Index of a column, or -1 after reporting HEC_CHECK_TABLE_SHAPE with the nearest name. */
int hec_csv_column(hec_diagnostics *diagnostics, const hec_csv *csv, const char *name,
                   hec_place asked);
/* A cell as a finite number; reports `check` at the cell otherwise. */
bool hec_csv_number(hec_diagnostics *diagnostics, const hec_csv *csv, size_t row, size_t column,
                    hec_check check, double *value);

#endif
