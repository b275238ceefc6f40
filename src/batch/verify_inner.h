/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the comparisons of `hecate verify` share. */
#ifndef HECATE_BATCH_VERIFY_INNER_H
#define HECATE_BATCH_VERIFY_INNER_H

#include "base/text.h"
#include "batch/result_inner.h"
#include "batch/story.h"
#include "batch/study_inner.h"

/* Equal but for rounding, where nothing is left to chance. */
#define HEC_VERIFY_ROUNDING 1e-9

void hec_verify_number(hec_story_table *table, double value, int decimals);
/* Prints and frees a text. */
hec_status hec_verify_print(hec_text *text, FILE *out);

/* verify_occupancy.c: years in each state, undiscounted: the shares at the points against the curves
 * between them. */
hec_status hec_verify_occupancy(const hec_study *study, const hec_run_options *options,
                                hec_diagnostics *diagnostics, FILE *out, bool *agree);

#endif
