/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Store: a dataset to and from HDF5, and as CSV or JSON tables. */
#ifndef HECATE_STORE_STORE_H
#define HECATE_STORE_STORE_H

#include <stdio.h>

#include <hecate/result.h>

#include "base/dataset.h"
#include "base/diag.h"

/* Writes the dataset as one HDF5 file (layout of docs/hdf5.md): under a temporary name in the same
 * folder, flushed to disk, then renamed over `path`. After a failure nothing of `path` has changed
 * and no temporary file is left. Failures are reported (HEC_CHECK_OUTPUT) with the system's reason. */
HEC_MUST_USE hec_status hec_store_write(const hec_dataset *dataset, const char *path,
                                        hec_diagnostics *diagnostics);
/* Reads a file of this layout; refuses other files and newer layouts with the reason. */
HEC_MUST_USE hec_status hec_store_read(const char *path, hec_dataset **dataset,
                                       hec_diagnostics *diagnostics);
/* Proves before a long run that `path` can be written: creates and removes the temporary file. */
HEC_MUST_USE hec_status hec_store_probe(const char *path, hec_diagnostics *diagnostics);

/* Named tables over a dataset: `cea`, `ceac`, ... (table_list.c holds the list: name, what it shows,
 * row dimension, columns). */
typedef struct hec_table_info {
    const char *name, *words;
} hec_table_info;
size_t hec_table_count(void);
const hec_table_info *hec_table_describe(size_t index);
/* True when the dataset holds what the table needs. */
bool hec_table_available(const hec_dataset *dataset, const char *table);
/* Prints one table. CSV and JSON: as many digits (up to 17) as give the same double back; what is
 * not a number is an empty field or null. CSV as RFC 4180, lines ending in LF. Text: for reading. */
HEC_MUST_USE hec_status hec_table_print(const hec_dataset *dataset, const char *table,
                                        hec_format format, FILE *out, hec_diagnostics *diagnostics);
/* Writes every available table as DIRECTORY/NAME.csv (atomic per file); makes the directory. */
HEC_MUST_USE hec_status hec_store_export(const hec_dataset *dataset, const char *directory,
                                         hec_diagnostics *diagnostics);

#endif
