/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Diagnostics as a JSON array, for editors and scripts. */
#include "base/diag_inner.h"

/* "file":..,"line":..,"column":.., */
static void add_place(hec_text *out, const hec_diagnostics *diagnostics, hec_place place)
{
    int line, column;
    const hec_source *source = hec_place_source(diagnostics, place);
    if (source == NULL) {
        hec_text_add(out, "\"file\":null,\"line\":null,\"column\":null,");
        return;
    }
    hec_place_locate(diagnostics, place, &line, &column);
    hec_text_add(out, "\"file\":");
    hec_text_add_json(out, source->name);
    hec_text_format(out, ",\"line\":%d,\"column\":%d,", line, column);
}

/* The line a place begins in, as a string that JSON can hold. */
static void add_source_line(hec_text *out, const hec_diagnostics *diagnostics, hec_place place)
{
    size_t start, end;
    hec_text line = {0};
    const hec_source *source = hec_place_source(diagnostics, place);
    if (source == NULL) {
        hec_text_add(out, "null");
        return;
    }
    hec_source_line(source, place.offset, &start, &end);
    hec_text_add_bytes(&line, source->text + start, end - start);
    if (!line.failed)
        hec_text_add_json(out, line.data);
    out->failed = out->failed || line.failed;
    hec_text_free(&line);
}

static void add_notes(hec_text *out, const hec_diagnostics *diagnostics, const hec_finding *finding)
{
    const char *between = "";
    hec_text_add(out, ",\"notes\":[");
    for (const hec_remark *remark = finding->first; remark != NULL; remark = remark->next) {
        if (remark->help)
            continue;
        hec_text_format(out, "%s{", between);
        add_place(out, diagnostics, remark->place);
        hec_text_add(out, "\"message\":");
        hec_text_add_json(out, remark->words);
        hec_text_add(out, "}");
        between = ",";
    }
    hec_text_add(out, "]");
}

static void add_help(hec_text *out, const hec_finding *finding)
{
    hec_text help = {0};
    for (const hec_remark *remark = finding->first; remark != NULL; remark = remark->next) {
        if (remark->help)
            hec_text_format(&help, "%s%s", help.length > 0 ? "\n" : "", remark->words);
    }
    hec_text_add(out, ",\"help\":");
    if (help.data != NULL)
        hec_text_add_json(out, help.data);
    else
        hec_text_add(out, "null");
    out->failed = out->failed || help.failed;
    hec_text_free(&help);
}

static void add_finding(hec_text *out, const hec_diagnostics *diagnostics,
                        const hec_finding *finding)
{
    const hec_check_info *info = hec_check_describe(finding->check);
    hec_text_add(out, "{");
    add_place(out, diagnostics, finding->place);
    hec_text_format(
        out, "\"severity\":\"%s\",\"check\":\"%s\",\"message\":",
        hec_severity_words[hec_finding_severity(diagnostics, finding->check, finding->words)],
        info->name);
    hec_text_add_json(out, finding->words);
    hec_text_add(out, ",\"accepted\":");
    const char *reason = hec_finding_reason(diagnostics, finding->check, finding->words);
    if (reason != NULL)
        hec_text_add_json(out, reason);
    else
        hec_text_add(out, "null");
    hec_text_add(out, ",\"source_line\":");
    add_source_line(out, diagnostics, finding->place);
    add_notes(out, diagnostics, finding);
    add_help(out, finding);
    hec_text_add(out, "}");
}

/* An entry without place and check: what could not be listed. */
static void add_bare(hec_text *out, const char *severity, const char *words)
{
    hec_text_format(out,
                    "{\"file\":null,\"line\":null,\"column\":null,\"severity\":\"%s\","
                    "\"check\":null,\"message\":",
                    severity);
    hec_text_add_json(out, words);
    hec_text_add(out, ",\"accepted\":null,\"source_line\":null,\"notes\":[],\"help\":null}");
}

char *hec_diagnostics_json(const hec_diagnostics *diagnostics)
{
    const hec_finding *findings[HEC_FINDINGS_KEPT];
    const size_t count = hec_findings_sorted(diagnostics, findings);
    const char *between = "\n";
    hec_text out = {0}, more = {0};
    hec_text_add(&out, "[");
    for (size_t i = 0; i < count; i++, between = ",\n") {
        hec_text_add(&out, between);
        add_finding(&out, diagnostics, findings[i]);
    }
    hec_findings_more(diagnostics, &more);
    if (more.data != NULL) {
        hec_text_add(&out, between);
        add_bare(&out, "note", more.data);
        between = ",\n";
    }
    if (diagnostics->failed) {
        hec_text_add(&out, between);
        add_bare(&out, "error", "out of memory");
    }
    hec_text_add(&out, count > 0 || more.data != NULL || diagnostics->failed ? "\n]\n" : "]\n");
    hec_text_free(&more);
    return hec_text_take(&out);
}
