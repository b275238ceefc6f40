/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Diagnostics: the table of checks, the sources, and the findings in the order they come. */
#include "base/diag_inner.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_SHIFT = 16 };

const char *const hec_severity_words[HEC_SEVERITY_COUNT] = {"note", "warning", "error"};

static const hec_check_info checks[HEC_CHECK_COUNT] = {
#define HEC_CHECK_ROW(code, name, severity, words) {name, severity, words},
#include "base/checks.def"
#undef HEC_CHECK_ROW
};

const hec_check_info *hec_check_describe(hec_check check)
{
    return &checks[check];
}

/* Whether the words hold `name` between backquotes; NULL is in all. */
static bool speaks_of(const char *words, const char *name)
{
    bool speaks = name == NULL;
    const size_t length = speaks ? 0 : strlen(name);
    for (const char *at = words; !speaks && (at = strchr(at, '`')) != NULL; at++)
        speaks = strncmp(at + 1, name, length) == 0 && at[1 + length] == '`';
    return speaks;
}

const char *hec_finding_reason(const hec_diagnostics *diagnostics, hec_check check,
                               const char *words)
{
    const hec_acceptance *accepted = diagnostics->accepted;
    while (accepted != NULL && (accepted->check != check || !speaks_of(words, accepted->name)))
        accepted = accepted->next;
    return accepted == NULL ? NULL : accepted->reason;
}

hec_severity hec_finding_severity(const hec_diagnostics *diagnostics, hec_check check,
                                  const char *words)
{
    return hec_finding_reason(diagnostics, check, words) ? HEC_NOTE : checks[check].severity;
}

hec_diagnostics *hec_diagnostics_create(void)
{
    hec_diagnostics *made = calloc(1, sizeof(hec_diagnostics));
    if (made == NULL)
        return NULL;
    made->arena = hec_arena_create();
    if (made->arena == NULL) {
        free(made);
        return NULL;
    }
    return made;
}

void hec_diagnostics_destroy(hec_diagnostics *diagnostics)
{
    if (diagnostics == NULL)
        return;
    for (size_t i = 0; i < diagnostics->n_sources; i++) {
        free(diagnostics->sources[i].name);
        free(diagnostics->sources[i].text);
        free(diagnostics->sources[i].lines_before);
    }
    free(diagnostics->sources);
    hec_arena_destroy(diagnostics->arena);
    free(diagnostics);
}

int64_t hec_diagnostics_count(const hec_diagnostics *diagnostics, hec_severity severity)
{
    if ((unsigned)severity >= HEC_SEVERITY_COUNT)
        return 0;
    const int64_t count = diagnostics->counts[severity];
    return count == 0 && severity == HEC_ERROR && diagnostics->failed ? 1 : count;
}

/* ---- sources ------------------------------------------------------------------------------- */

/* Line ends in text[from, to): LF, CR LF (counted at its LF), or CR alone. text[to] is readable. */
static uint32_t count_line_ends(const char *text, size_t from, size_t to)
{
    uint32_t count = 0;
    for (size_t i = from; i < to; i++)
        count +=
            (uint32_t)(text[i] == '\n') + (uint32_t)((text[i] == '\r') & (text[i + 1] != '\n'));
    return count;
}

static bool grow_sources(hec_diagnostics *diagnostics)
{
    if (diagnostics->n_sources < diagnostics->source_capacity)
        return true;
    const size_t capacity =
        diagnostics->source_capacity == 0 ? 8 : 2 * diagnostics->source_capacity;
    hec_source *grown = realloc(diagnostics->sources, capacity * sizeof(hec_source));
    if (grown == NULL)
        return false;
    diagnostics->sources = grown;
    diagnostics->source_capacity = capacity;
    return true;
}

int32_t hec_source_take(hec_diagnostics *diagnostics, const char *name, char *text, size_t length)
{
    hec_source source = {.text = text, .length = length};
    if (length >= UINT32_MAX || diagnostics->n_sources >= INT32_MAX || !grow_sources(diagnostics))
        goto fail;
    const size_t n_blocks = (length >> BLOCK_SHIFT) + 1;
    source.name = strdup(name);
    source.lines_before = malloc(n_blocks * sizeof(uint32_t));
    if (source.name == NULL || source.lines_before == NULL)
        goto fail;
    source.lines_before[0] = 0;
    for (size_t i = 1; i < n_blocks; i++)
        source.lines_before[i] = source.lines_before[i - 1] +
                                 count_line_ends(text, (i - 1) << BLOCK_SHIFT, i << BLOCK_SHIFT);
    diagnostics->sources[diagnostics->n_sources] = source;
    return (int32_t)diagnostics->n_sources++;
fail:
    free(source.name);
    free(source.lines_before);
    free(text);
    diagnostics->failed = true;
    return -1;
}

int32_t hec_source_add(hec_diagnostics *diagnostics, const char *name, const char *text,
                       size_t length)
{
    char *copy = length >= UINT32_MAX ? NULL : malloc(length + 1);
    if (copy == NULL) {
        diagnostics->failed = true;
        return -1;
    }
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return hec_source_take(diagnostics, name, copy, length);
}

static const hec_source *source_at(const hec_diagnostics *diagnostics, int32_t file)
{
    const bool known = file >= 0 && (size_t)file < diagnostics->n_sources;
    return known ? &diagnostics->sources[file] : NULL;
}

const hec_source *hec_place_source(const hec_diagnostics *diagnostics, hec_place place)
{
    return source_at(diagnostics, place.file);
}

const char *hec_source_name(const hec_diagnostics *diagnostics, int32_t file)
{
    const hec_source *source = source_at(diagnostics, file);
    return source == NULL ? "" : source->name;
}

const char *hec_source_text(const hec_diagnostics *diagnostics, int32_t file, size_t *length)
{
    const hec_source *source = source_at(diagnostics, file);
    *length = source == NULL ? 0 : source->length;
    return source == NULL ? NULL : source->text;
}

int32_t hec_source_count(const hec_diagnostics *diagnostics)
{
    return (int32_t)diagnostics->n_sources;
}

static bool ends_line(const hec_source *source, size_t at)
{
    const char c = source->text[at];
    return c == '\n' || (c == '\r' && source->text[at + 1] != '\n');
}

void hec_source_line(const hec_source *source, size_t offset, size_t *start, size_t *end)
{
    size_t from = offset < source->length ? offset : source->length;
    size_t to = from;
    while (from > 0 && !ends_line(source, from - 1))
        from--;
    while (to < source->length && source->text[to] != '\n' && source->text[to] != '\r')
        to++;
    *start = from;
    *end = to;
}

void hec_place_locate(const hec_diagnostics *diagnostics, hec_place place, int *line, int *column)
{
    const hec_source *source = hec_place_source(diagnostics, place);
    *line = *column = 0;
    if (source == NULL)
        return;
    size_t start, end;
    const size_t offset = place.offset < source->length ? place.offset : source->length;
    const size_t block = offset >> BLOCK_SHIFT;
    hec_source_line(source, offset, &start, &end);
    const uint32_t ends =
        source->lines_before[block] + count_line_ends(source->text, block << BLOCK_SHIFT, offset);
    *line = (int)(ends + 1);
    *column = 1;
    /* Every byte that begins a character is a column; stray bytes are counted as they come. */
    for (size_t i = start; i < offset; i++)
        *column += ((unsigned char)source->text[i] & 0xC0) != 0x80;
}

/* ---- findings ------------------------------------------------------------------------------ */

bool hec_same_place(const hec_diagnostics *diagnostics, hec_place a, hec_place b)
{
    return a.offset == b.offset && a.length == b.length &&
           (a.file == b.file || (a.file >= 0 && b.file >= 0 &&
                                 strcmp(hec_source_name(diagnostics, a.file),
                                        hec_source_name(diagnostics, b.file)) == 0));
}

static bool already_reported(const hec_diagnostics *diagnostics, hec_check check, hec_place place,
                             const char *words)
{
    for (size_t i = 0; i < diagnostics->n_findings; i++) {
        const hec_finding *finding = &diagnostics->findings[i];
        if (finding->check == check && hec_same_place(diagnostics, finding->place, place) &&
            strcmp(finding->words, words) == 0)
            return true;
    }
    return false;
}

/* The room for a new finding: a free one, or that of the latest finding of least weight below
 * `severity`; NULL when there is none. */
static hec_finding *find_room(hec_diagnostics *diagnostics, hec_severity severity)
{
    if (diagnostics->n_findings < HEC_FINDINGS_KEPT)
        return &diagnostics->findings[diagnostics->n_findings];
    hec_finding *least = NULL;
    hec_severity weight = severity;
    for (size_t i = HEC_FINDINGS_KEPT; i-- > 0;) {
        hec_finding *finding = &diagnostics->findings[i];
        const hec_severity its = hec_finding_severity(diagnostics, finding->check, finding->words);
        if (its < weight) {
            least = finding;
            weight = its;
        }
    }
    return least;
}

void hec_report(hec_diagnostics *diagnostics, hec_check check, hec_place place, const char *format,
                ...)
{
    hec_severity severity = checks[check].severity;
    diagnostics->latest = NULL;
    if (find_room(diagnostics, severity) == NULL) { /* counted; its words would only fill memory */
        diagnostics->counts[severity]++;
        diagnostics->dropped[severity]++;
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    const char *words = hec_arena_vformat(diagnostics->arena, format, arguments);
    va_end(arguments);
    if (words == NULL) {
        diagnostics->failed = true;
        words = checks[check].words;
    }
    severity = hec_finding_severity(diagnostics, check, words);
    hec_finding *room = find_room(diagnostics, severity);
    if (already_reported(diagnostics, check, place, words))
        return;
    diagnostics->counts[severity]++;
    if (room == NULL) {
        diagnostics->dropped[severity]++;
        return;
    }
    if (diagnostics->n_findings < HEC_FINDINGS_KEPT)
        diagnostics->n_findings++;
    else
        diagnostics->dropped[hec_finding_severity(diagnostics, room->check, room->words)]++;
    *room = (hec_finding){
        .check = check, .place = place, .order = diagnostics->order++, .words = words};
    diagnostics->latest = room;
}

void hec_accept(hec_diagnostics *diagnostics, hec_check check, const char *name, const char *reason)
{
    hec_acceptance *made = hec_arena_alloc(diagnostics->arena, sizeof *made);
    hec_text line = {0};
    hec_text_add_line(&line, reason);
    const char *copy =
        line.failed ? NULL : hec_arena_copy(diagnostics->arena, line.data, line.length);
    const char *of = name ? hec_arena_copy(diagnostics->arena, name, strlen(name)) : NULL;
    hec_text_free(&line);
    if (made == NULL || copy == NULL || (name != NULL && of == NULL)) {
        diagnostics->failed = true;
        return;
    }
    *made = (hec_acceptance){diagnostics->accepted, check, of, copy};
    for (size_t i = 0; i < diagnostics->n_findings; i++) {
        const hec_finding *finding = &diagnostics->findings[i];
        if (finding->check == check && speaks_of(finding->words, of)) {
            diagnostics->counts[hec_finding_severity(diagnostics, check, finding->words)]--;
            diagnostics->counts[HEC_NOTE]++;
        }
    }
    diagnostics->accepted = made;
}

bool hec_reported(const hec_diagnostics *diagnostics, hec_check check, const char *name)
{
    bool reported = false;
    for (size_t i = 0; i < diagnostics->n_findings; i++) {
        const hec_finding *finding = &diagnostics->findings[i];
        reported = reported || (finding->check == check && speaks_of(finding->words, name));
    }
    return reported;
}

void hec_report_out_of_memory(hec_diagnostics *diagnostics)
{
    diagnostics->failed = true;
}

static void add_remark(hec_diagnostics *diagnostics, bool help, hec_place place, const char *format,
                       va_list arguments)
{
    hec_finding *finding = diagnostics->latest;
    if (finding == NULL)
        return;
    hec_remark *remark = hec_arena_alloc(diagnostics->arena, sizeof(hec_remark));
    const char *words = hec_arena_vformat(diagnostics->arena, format, arguments);
    if (remark == NULL || words == NULL) {
        diagnostics->failed = true;
        return;
    }
    *remark = (hec_remark){.help = help, .place = place, .words = words};
    if (finding->last == NULL)
        finding->first = remark;
    else
        finding->last->next = remark;
    finding->last = remark;
}

void hec_report_note(hec_diagnostics *diagnostics, hec_place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_remark(diagnostics, false, place, format, arguments);
    va_end(arguments);
}

void hec_report_help(hec_diagnostics *diagnostics, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_remark(diagnostics, true, HEC_NOWHERE, format, arguments);
    va_end(arguments);
}

/* ---- in order ------------------------------------------------------------------------------ */

static int compare(const void *left, const void *right)
{
    const hec_finding *a = *(const hec_finding *const *)left;
    const hec_finding *b = *(const hec_finding *const *)right;
    if (a->place.file != b->place.file)
        return a->place.file < b->place.file ? -1 : 1;
    if (a->place.file >= 0 && a->place.offset != b->place.offset)
        return a->place.offset < b->place.offset ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

size_t hec_findings_sorted(const hec_diagnostics *diagnostics,
                           const hec_finding *out[HEC_FINDINGS_KEPT])
{
    for (size_t i = 0; i < diagnostics->n_findings; i++)
        out[i] = &diagnostics->findings[i];
    qsort(out, diagnostics->n_findings, sizeof out[0], compare);
    return diagnostics->n_findings;
}

void hec_findings_more(const hec_diagnostics *diagnostics, hec_text *text)
{
    int64_t total = 0;
    for (int i = 0; i < HEC_SEVERITY_COUNT; i++)
        total += diagnostics->dropped[i];
    if (total == 0)
        return;
    hec_text_format(text, "and %lld more finding%s (", (long long)total, total == 1 ? "" : "s");
    const char *between = "";
    for (int i = HEC_SEVERITY_COUNT; i-- > 0;) {
        const int64_t count = diagnostics->dropped[i];
        if (count == 0)
            continue;
        hec_text_format(text, "%s%lld %s%s", between, (long long)count, hec_severity_words[i],
                        count == 1 ? "" : "s");
        between = ", ";
    }
    hec_text_format(text, ") %s not shown", total == 1 ? "is" : "are");
}
