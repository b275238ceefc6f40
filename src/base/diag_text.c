/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Diagnostics as text for people: place, words, source line, caret, notes, help. */
#include <string.h>

#include "base/diag_inner.h"
#include "base/utf8.h"

enum { LINE_SHOWN_WHOLE = 160, WINDOW = 120, WINDOW_BEFORE = 40 };

typedef struct palette {
    const char *bold, *severity[HEC_SEVERITY_COUNT], *caret, *off;
} palette;

static const palette plain = {"", {"", "", ""}, "", ""};
static const palette coloured = {
    "\x1b[1m", {"\x1b[1;36m", "\x1b[1;33m", "\x1b[1;31m"}, "\x1b[1;36m", "\x1b[0m"};

/* User text never brings control characters to the terminal. */
static void add_safe(hec_text *out, const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        const size_t start = at;
        const int32_t c = hec_utf8_next(text, length, &at);
        if (c == '\n' || c == '\r' || c == '\t')
            hec_text_add(out, " ");
        else if (hec_utf8_printable(c))
            hec_text_add_bytes(out, text + start, at - start);
        else
            hec_text_add(out, "\xEF\xBF\xBD");
    }
}

static size_t count_characters(const char *text, size_t from, size_t to)
{
    size_t count = 0;
    for (size_t at = from; at < to; count++)
        (void)hec_utf8_next(text, to, &at);
    return count;
}

static size_t skip_characters(const char *text, size_t from, size_t to, size_t count)
{
    for (; count > 0 && from < to; count--)
        (void)hec_utf8_next(text, to, &from);
    return from;
}

static void add_repeated(hec_text *out, char byte, int count)
{
    for (; count > 0; count--)
        hec_text_add_bytes(out, &byte, 1);
}

/* One character of the source line into `line`, and what stands under it into `under`.
 * part: -1 before the stretch, 0 at its first character, 1 inside, 2 behind. */
static void add_character(hec_text *line, hec_text *under, const char *bytes, size_t count,
                          int32_t c, int part)
{
    int width = 1;
    if (c == '\t' || hec_utf8_printable(c)) {
        hec_text_add_bytes(line, bytes, count);
        width = hec_utf8_width(c);
    } else {
        hec_text_add(line, "\xEF\xBF\xBD");
    }
    if (part == 0) {
        hec_text_add(under, "^");
        add_repeated(under, c == '\t' ? '\t' : '~', c == '\t' ? 1 : width - 1);
    } else if (part < 2) {
        const char mark = part < 0 ? ' ' : '~';
        add_repeated(under, c == '\t' ? '\t' : mark, c == '\t' ? 1 : width);
    }
}

/* Of a very long line only the surroundings of `from` are shown: narrows [*start, *end). */
static void narrow(const char *text, size_t from, size_t *start, size_t *end)
{
    if (count_characters(text, *start, *end) <= LINE_SHOWN_WHOLE)
        return;
    const size_t before = count_characters(text, *start, from);
    const size_t skipped = before > WINDOW_BEFORE ? before - WINDOW_BEFORE : 0;
    *start = skip_characters(text, *start, *end, skipped);
    *end = skip_characters(text, *start, *end, WINDOW);
}

/* The source line at `place` and the caret under it, both behind `indent`. */
static void add_excerpt(hec_text *out, const hec_source *source, hec_place place,
                        const char *indent, const palette *paint)
{
    size_t line_start, line_end;
    const char *text = source->text;
    hec_source_line(source, place.offset, &line_start, &line_end);
    const size_t from = place.offset < line_end ? place.offset : line_end;
    const size_t to = line_end - from < place.length ? line_end : from + place.length;
    size_t start = line_start, end = line_end;
    narrow(text, from, &start, &end);
    hec_text line = {0}, under = {0};
    bool visible = false;
    hec_text_add(&line, start > line_start ? "..." : "");
    hec_text_add(&under, start > line_start ? "   " : "");
    for (size_t at = start; at < end;) {
        const size_t byte = at;
        const int32_t c = hec_utf8_next(text, end, &at);
        const int part = at <= from ? -1 : byte <= from ? 0 : byte < to ? 1 : 2;
        add_character(&line, &under, text + byte, at - byte, c, part);
        visible = visible || (c != ' ' && c != '\t');
    }
    hec_text_add(&under, from >= end ? "^" : "");
    while (under.length > 1 && strchr(" \t", under.data[under.length - 1]) != NULL)
        under.data[--under.length] = '\0';
    hec_text_add(&line, end < line_end ? "..." : "");
    if (visible && !line.failed && !under.failed)
        hec_text_format(out, "%s%s\n%s%s%s%s\n", indent, line.data, indent, paint->caret,
                        under.data, paint->off);
    out->failed = out->failed || line.failed || under.failed;
    hec_text_free(&line);
    hec_text_free(&under);
}

/* "path:line:column: ", or nothing. */
static void add_place(hec_text *out, const hec_diagnostics *diagnostics, hec_place place,
                      const palette *paint)
{
    int line, column;
    const hec_source *source = hec_place_source(diagnostics, place);
    if (source == NULL)
        return;
    hec_place_locate(diagnostics, place, &line, &column);
    hec_text_add(out, paint->bold);
    add_safe(out, source->name, strlen(source->name));
    hec_text_format(out, ":%d:%d:%s ", line, column, paint->off);
}

static void add_finding(hec_text *out, const hec_diagnostics *diagnostics,
                        const hec_finding *finding, const palette *paint)
{
    const hec_check_info *info = hec_check_describe(finding->check);
    const hec_severity severity = hec_finding_severity(diagnostics, finding->check, finding->words);
    const char *reason = hec_finding_reason(diagnostics, finding->check, finding->words);
    const hec_source *source = hec_place_source(diagnostics, finding->place);
    add_place(out, diagnostics, finding->place, paint);
    hec_text_format(out, "%s%s:%s ", paint->severity[severity],
                    reason != NULL ? "accepted" : hec_severity_words[severity], paint->off);
    add_safe(out, finding->words, strlen(finding->words));
    hec_text_format(out, " [%s]\n", info->name);
    if (source != NULL)
        add_excerpt(out, source, finding->place, "", paint);
    if (reason != NULL) {
        hec_text_format(out, "  %sreason:%s ", paint->severity[HEC_NOTE], paint->off);
        add_safe(out, reason, strlen(reason));
        hec_text_add(out, "\n");
        return;
    }
    for (const hec_remark *remark = finding->first; remark != NULL; remark = remark->next) {
        hec_text_format(out, "  %s%s:%s ", paint->severity[HEC_NOTE],
                        remark->help ? "help" : "note", paint->off);
        add_place(out, diagnostics, remark->place, paint);
        add_safe(out, remark->words, strlen(remark->words));
        hec_text_add(out, "\n");
        const hec_source *second = hec_place_source(diagnostics, remark->place);
        if (second != NULL)
            add_excerpt(out, second, remark->place, "  ", paint);
    }
}

char *hec_diagnostics_text(const hec_diagnostics *diagnostics, bool colour)
{
    const palette *paint = colour ? &coloured : &plain;
    const hec_finding *findings[HEC_FINDINGS_KEPT];
    const size_t count = hec_findings_sorted(diagnostics, findings);
    hec_text out = {0};
    for (size_t i = 0; i < count; i++)
        add_finding(&out, diagnostics, findings[i], paint);
    const size_t before = out.length;
    hec_findings_more(diagnostics, &out);
    if (out.length > before)
        hec_text_add(&out, "\n");
    if (diagnostics->failed)
        hec_text_format(&out, "%serror:%s out of memory\n", paint->severity[HEC_ERROR], paint->off);
    return hec_text_take(&out);
}
