/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reporting diagnostics: the inner side of <hecate/diagnostics.h>. */
#ifndef HECATE_BASE_DIAG_H
#define HECATE_BASE_DIAG_H

#include <stddef.h>
#include <stdint.h>

#include <hecate/diagnostics.h>

/* A stretch of source text: bytes [offset, offset + length) of a registered source.
 * Line and column are worked out only when printed. file < 0: no place (command line, whole run).
 */
typedef struct hec_place {
    int32_t file;
    uint32_t offset, length;
} hec_place;

#define HEC_NOWHERE ((hec_place){-1, 0, 0})

/* One row per check: X(ENUM, "check-name", SEVERITY, "what it means and how to mend it").
 * `hecate list checks` prints this table; tests/diagnostics has a failing fixture for each row. */
typedef enum hec_check {
#define HEC_CHECK_ROW(code, name, severity, words) HEC_CHECK_##code,
#include "checks.def"
#undef HEC_CHECK_ROW
    HEC_CHECK_COUNT
} hec_check;

typedef struct hec_check_info {
    const char *name;
    hec_severity severity;
    const char *words;
} hec_check_info;

const hec_check_info *hec_check_describe(hec_check check);

/* Registers a source text (copied) under the name shown to the user; its index, or -1. */
int32_t hec_source_add(hec_diagnostics *diagnostics, const char *name, const char *text,
                       size_t length);
/* The same for a block from malloc with text[length] == 0, which is freed with the diagnostics (at
 * once when -1 is returned). */
int32_t hec_source_take(hec_diagnostics *diagnostics, const char *name, char *text, size_t length);
/* "" when there is no such file. */
const char *hec_source_name(const hec_diagnostics *diagnostics, int32_t file);
/* The text of a source, NUL-terminated, and its length; NULL when there is no such file. */
const char *hec_source_text(const hec_diagnostics *diagnostics, int32_t file, size_t *length);
int32_t hec_source_count(const hec_diagnostics *diagnostics);
/* 1-based line and column (column in characters, not bytes); 0, 0 for no place. */
void hec_place_locate(const hec_diagnostics *diagnostics, hec_place place, int *line, int *column);

/* A file that is read once for each strategy that names it is one file for who wrote it. */
bool hec_same_place(const hec_diagnostics *diagnostics, hec_place a, hec_place b);

/* Reports one finding; one identical in check, place and words is reported once. The first 200 are
 * kept (an error takes the room of a warning or note), the rest only counted. Out of memory is
 * remembered: hec_diagnostics_count(d, HEC_ERROR) then is never 0. */
void hec_report(hec_diagnostics *diagnostics, hec_check check, hec_place place, const char *format,
                ...) HEC_PRINTF(4, 5);
/* Warnings of this check that speak of `name`, or all where it is NULL, those reported and those to
 * come, have this reason: they count as notes and are told as accepted. Both are copied. */
void hec_accept(hec_diagnostics *diagnostics, hec_check check, const char *name,
                const char *reason);
/* Whether anything of this check that speaks of `name` (NULL: of anything) was reported. */
bool hec_reported(const hec_diagnostics *diagnostics, hec_check check, const char *name);
/* Remembers that memory ran out where there was no finding to report. */
void hec_report_out_of_memory(hec_diagnostics *diagnostics);
/* Adds a second place, or a cure, to the finding last reported. */
void hec_report_note(hec_diagnostics *diagnostics, hec_place place, const char *format, ...)
    HEC_PRINTF(3, 4);
void hec_report_help(hec_diagnostics *diagnostics, const char *format, ...) HEC_PRINTF(2, 3);

#endif
