/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a text file whole, with every way it can fail reported as a diagnostic. */
#ifndef HECATE_BASE_READFILE_H
#define HECATE_BASE_READFILE_H

#include "base/diag.h"

/* Reads `path` and registers it as a source. Refuses folders, pipes, devices, and files above
 * `limit` bytes before reading any of them. Returns the index of the source, or -1 after reporting
 * HEC_CHECK_FILE_UNREADABLE or HEC_CHECK_FILE_TOO_LARGE at `asked`, the place that names the file. */
int32_t hec_source_read(hec_diagnostics *diagnostics, const char *path, hec_place asked,
                        size_t limit);

/* Reports `check` at the first byte of a source that is not UTF-8 text, with the likely cure; false
 * when there is one. `*start` is set behind the byte order mark, if any. */
bool hec_source_is_text(hec_diagnostics *diagnostics, int32_t file, hec_check check, size_t *start);

#endif
