/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Result: named arrays over named dimensions, kept in one HDF5 file (docs/hdf5.md). */
#ifndef HECATE_RESULT_H
#define HECATE_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <hecate/diagnostics.h>
#include <hecate/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct hec_result hec_result;

typedef enum hec_format { HEC_FORMAT_TEXT, HEC_FORMAT_CSV, HEC_FORMAT_JSON } hec_format;

void hec_result_destroy(hec_result *result);

/* Writes the result to `path` whole or not at all: a temporary name in the same folder, then a
 * rename. Failures are reported. */
HEC_MUST_USE hec_status hec_result_write(const hec_result *result, const char *path,
                                         hec_diagnostics *diagnostics);
/* Proves before a long run that `path` can be written. */
HEC_MUST_USE hec_status hec_result_probe(const char *path, hec_diagnostics *diagnostics);
HEC_MUST_USE hec_status hec_result_read(const char *path, hec_diagnostics *diagnostics,
                                        hec_result **result);

/* Prints a named table ("cea", "ceac", "trace", ...); numbers with 17 digits in CSV and JSON.
 * An unknown or unavailable table is reported with those that there are (HEC_E_ARGUMENT). */
HEC_MUST_USE hec_status hec_result_print(const hec_result *result, const char *table,
                                         hec_format format, FILE *out,
                                         hec_diagnostics *diagnostics);
/* Tables: names and words of all (index < hec_result_table_count()), and whether this result has it. */
size_t hec_result_table_count(void);
const char *hec_result_table_name(size_t index);
const char *hec_result_table_words(size_t index);
bool hec_result_has_table(const hec_result *result, const char *table);

/* Prints the life of a person that the run has kept (`outputs: {histories: ...}`), under each
 * strategy or the one that is named; `person` counts from 1. HEC_E_ARGUMENT (reported, with those
 * that are kept) when this one is not. */
HEC_MUST_USE hec_status hec_result_explain_person(const hec_result *result, int64_t person,
                                                  const char *strategy, FILE *out,
                                                  hec_diagnostics *diagnostics);

/* Writes every available table as DIRECTORY/NAME.csv. */
HEC_MUST_USE hec_status hec_result_export(const hec_result *result, const char *directory,
                                          hec_diagnostics *diagnostics);

/* The array at a path of docs/hdf5.md ("base/cost"): its values (row-major, owned by the result),
 * rank and shape[6]; NULL when there is none, or when it is not of doubles. */
const double *hec_result_doubles(const hec_result *result, const char *path, int *rank,
                                 size_t shape[6]);

/* A text of the result: an attribute of the run ("title"), the label of a place in a dimension
 * ("strategy") or in an array of texts ("strategies/label"); NULL when there is none at `index`. */
const char *hec_result_text(const hec_result *result, const char *name, size_t index);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
