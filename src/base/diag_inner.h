/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the keeper of diagnostics (diag.c) shares with the two that print them. */
#ifndef HECATE_BASE_DIAG_INNER_H
#define HECATE_BASE_DIAG_INNER_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

enum { HEC_FINDINGS_KEPT = 200, HEC_SEVERITY_COUNT = 3 };

typedef struct hec_source {
    char *name, *text;
    size_t length;
    uint32_t *lines_before; /* line ends before each block of 64 KiB */
} hec_source;

typedef struct hec_remark { /* a note or a help */
    struct hec_remark *next;
    bool help;
    hec_place place;
    const char *words;
} hec_remark;

typedef struct hec_finding {
    hec_check check;
    hec_place place;
    int64_t order; /* in which it was reported */
    const char *words;
    hec_remark *first, *last;
} hec_finding;

/* Warnings of a check that speak of a name, or all of them, have a reason. */
typedef struct hec_acceptance {
    const struct hec_acceptance *next;
    hec_check check;
    const char *name, *reason; /* name: NULL for all */
} hec_acceptance;

struct hec_diagnostics {
    hec_arena *arena; /* words and remarks */
    hec_source *sources;
    size_t n_sources, source_capacity;
    hec_finding findings[HEC_FINDINGS_KEPT];
    size_t n_findings;
    hec_finding *latest; /* takes notes and help; NULL when the last one was not kept */
    int64_t order;
    int64_t counts[HEC_SEVERITY_COUNT], dropped[HEC_SEVERITY_COUNT];
    const hec_acceptance *accepted;
    bool failed;
};

extern const char *const hec_severity_words[HEC_SEVERITY_COUNT];

/* The kept findings by file, place, and order of report; how many. */
size_t hec_findings_sorted(const hec_diagnostics *diagnostics,
                           const hec_finding *out[HEC_FINDINGS_KEPT]);
/* Why a finding is accepted; NULL: it is not. And its severity: a warning with a reason is a note.
 */
const char *hec_finding_reason(const hec_diagnostics *diagnostics, hec_check check,
                               const char *words);
hec_severity hec_finding_severity(const hec_diagnostics *diagnostics, hec_check check,
                                  const char *words);
/* The source a place points into, or NULL. */
const hec_source *hec_place_source(const hec_diagnostics *diagnostics, hec_place place);
/* The line that holds the offset, without its line end. */
void hec_source_line(const hec_source *source, size_t offset, size_t *start, size_t *end);
/* "and 12 more findings (3 errors, 9 warnings) are not shown", or nothing. */
void hec_findings_more(const hec_diagnostics *diagnostics, hec_text *text);

#endif
