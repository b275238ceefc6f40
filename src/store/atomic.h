/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Atomic file: written under a temporary name in the same folder, then renamed over the final one. */
#ifndef HECATE_STORE_ATOMIC_H
#define HECATE_STORE_ATOMIC_H

#include <hecate/status.h>

#include "base/diag.h"

typedef struct hec_atomic {
    const char *path; /* borrowed */
    char *folder, *temporary;
    int fd; /* open for reading and writing; -1 when closed */
} hec_atomic;

/* Creates PATH.PID.tmp. Refuses a path that is there and is not a plain file. After a failure,
 * which is reported with the system's reason, there is nothing to abandon. */
HEC_MUST_USE hec_status hec_atomic_create(const char *path, hec_diagnostics *diagnostics,
                                          hec_atomic *file);
/* Flushes file and folder to disk and renames; on failure reports and leaves no temporary file. */
HEC_MUST_USE hec_status hec_atomic_commit(hec_atomic *file, hec_diagnostics *diagnostics);
/* Closes and removes the temporary file; does nothing after a commit. */
void hec_atomic_abandon(hec_atomic *file);

/* Reports that `path` could not be written, with the words of errno value `reason`, and a cure
 * where there is one. Returns HEC_E_IO. */
hec_status hec_report_unwritable(hec_diagnostics *diagnostics, const char *path, int reason);

#endif
