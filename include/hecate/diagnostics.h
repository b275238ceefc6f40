/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Diagnostics: every mistake found in the user's text or in a run, with its place and its cure. */
#ifndef HECATE_DIAGNOSTICS_H
#define HECATE_DIAGNOSTICS_H

#include <stdbool.h>
#include <stdint.h>

#include <hecate/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef enum hec_severity { HEC_NOTE, HEC_WARNING, HEC_ERROR } hec_severity;

/* A growing list of diagnostics and the source texts they point into. Owned by the caller. */
typedef struct hec_diagnostics hec_diagnostics;

/* NULL when out of memory. */
hec_diagnostics *hec_diagnostics_create(void);
void hec_diagnostics_destroy(hec_diagnostics *diagnostics);

/* How many diagnostics of exactly this severity were reported. */
int64_t hec_diagnostics_count(const hec_diagnostics *diagnostics, hec_severity severity);

/* All diagnostics, ordered by file and place, as text for people
 * (file:line:column: severity: words [check-name], source line, caret, notes, help),
 * coloured on request. The caller frees the string; NULL when out of memory. */
char *hec_diagnostics_text(const hec_diagnostics *diagnostics, bool colour);

/* The same as a JSON array of objects. The caller frees the string; NULL when out of memory. */
char *hec_diagnostics_json(const hec_diagnostics *diagnostics);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
