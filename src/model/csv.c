/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV (RFC 4180): one walk over the text. Cells are strings in one copy of the file, in which what
 * ends a cell becomes its NUL; blanks around cells that are not quoted do not belong to them. */
#include "model/csv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/readfile.h"
#include "base/text.h"

enum { CSV_BYTES = 1 << 30 };

typedef struct scanner {
    hec_diagnostics *diagnostics;
    const char *text; /* the source */
    char *copy;       /* the same, becoming the cells */
    int32_t file;
    size_t length, at;
    bool ok;
} scanner;

typedef struct cell {
    char *text;
    hec_place place;
} cell;

static bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static hec_place place_of(const scanner *s, size_t start, size_t end)
{
    return (hec_place){s->file, (uint32_t)start, (uint32_t)(end - start)};
}

static bool at_line_end(const scanner *s)
{
    return s->at >= s->length || is_break(s->text[s->at]);
}

static void skip_break(scanner *s)
{
    if (s->at + 1 < s->length && s->text[s->at] == '\r' && s->text[s->at + 1] == '\n')
        s->at++;
    if (s->at < s->length)
        s->at++;
}

static void skip_line(scanner *s)
{
    while (!at_line_end(s))
        s->at++;
    skip_break(s);
}

static void skip_blanks(scanner *s)
{
    while (s->at < s->length && is_blank(s->text[s->at]))
        s->at++;
}

/* ---- cells ----------------------------------------------------------------------------------- */

static void report(scanner *s, hec_place place, const char *words, const char *help)
{
    hec_report(s->diagnostics, HEC_CHECK_TABLE_SHAPE, place, "%s", words);
    if (help != NULL)
        hec_report_help(s->diagnostics, "%s", help);
    s->ok = false;
}

/* At a quote that opens a cell. */
static cell scan_quoted(scanner *s)
{
    const size_t open = s->at++;
    char *out = s->copy + s->at;
    cell found = {.text = out};
    for (; s->at < s->length; s->at++) {
        if (s->text[s->at] == '"') {
            if (s->at + 1 >= s->length || s->text[s->at + 1] != '"')
                break;
            s->at++; /* a doubled quote stands for one */
        }
        *out++ = s->text[s->at];
    }
    found.place = place_of(s, open + 1, s->at);
    *out = '\0';
    if (s->at >= s->length) {
        report(s, place_of(s, open, open + 1), "the quote that opens here never closes",
               "a quote inside a quoted cell is doubled: `\"\"`");
        return found;
    }
    s->at++;
    skip_blanks(s);
    if (!at_line_end(s) && s->text[s->at] != ',') {
        report(s, place_of(s, s->at, s->at + 1), "text follows the quote that closes the cell",
               "a quote inside a quoted cell is doubled: `\"\"`");
        while (!at_line_end(s) && s->text[s->at] != ',')
            s->at++;
    }
    return found;
}

static cell scan_plain(scanner *s)
{
    const size_t start = s->at;
    size_t end = start;
    for (; !at_line_end(s) && s->text[s->at] != ','; s->at++) {
        if (s->text[s->at] == '"')
            report(s, place_of(s, s->at, s->at + 1),
                   "a quote stands inside a cell that is not quoted",
                   "put the whole cell in quotes and double the quote: `\"\"`");
        if (!is_blank(s->text[s->at]))
            end = s->at + 1;
    }
    return (cell){.text = s->copy + start, .place = place_of(s, start, end)};
}

/* The next cell of the line; the scanner stops at the comma or line end behind it. */
static cell scan_cell(scanner *s)
{
    skip_blanks(s);
    if (s->at < s->length && s->text[s->at] == '"')
        return scan_quoted(s);
    const cell found = scan_plain(s);
    s->copy[found.place.offset + found.place.length] = '\0';
    return found;
}

/* ---- header ---------------------------------------------------------------------------------- */

/* Comments and empty lines in front of the header. */
static void skip_comments(scanner *s)
{
    while (s->at < s->length) {
        const size_t start = s->at;
        skip_blanks(s);
        if (!at_line_end(s) && s->text[s->at] != '#') {
            s->at = start;
            return;
        }
        skip_line(s);
    }
}

/* The line the header begins in, without its end; a header over several lines is shown by its
 * first. */
static hec_place line_place(const scanner *s, size_t start)
{
    size_t end = start;
    while (end < s->length && !is_break(s->text[end]))
        end++;
    return place_of(s, start, end);
}

typedef struct named {
    const char *name;
    size_t column;
} named;

static int compare_named(const void *left, const void *right)
{
    const named *a = left, *b = right;
    const int order = strcmp(a->name, b->name);
    return order != 0 ? order : a->column < b->column ? -1 : a->column > b->column;
}

/* Every column has a name, and one of its own. */
static bool check_names(hec_arena *arena, scanner *s, const hec_csv *csv, const hec_place *places)
{
    named *sorted = hec_arena_array(arena, csv->columns, sizeof(named));
    if (sorted == NULL) {
        hec_report_out_of_memory(s->diagnostics);
        return false;
    }
    for (size_t i = 0; i < csv->columns; i++)
        sorted[i] = (named){csv->names[i], i};
    qsort(sorted, csv->columns, sizeof(named), compare_named);
    for (size_t i = 0; i < csv->columns; i++) {
        const size_t column = sorted[i].column;
        if (sorted[i].name[0] == '\0') {
            report(s, places[column], "a column has no name", NULL);
        } else if (i > 0 && strcmp(sorted[i - 1].name, sorted[i].name) == 0) {
            hec_report(s->diagnostics, HEC_CHECK_TABLE_SHAPE, places[column],
                       "two columns are named `%s`", sorted[i].name);
            hec_report_note(s->diagnostics, places[sorted[i - 1].column], "the first is here");
            s->ok = false;
        }
    }
    return s->ok;
}

static bool read_header(hec_arena *arena, scanner *s, hec_csv *csv)
{
    void *names = NULL, *places = NULL;
    size_t name_capacity = 0, place_capacity = 0;
    csv->header = line_place(s, s->at);
    for (bool more = true; more;) {
        const cell found = scan_cell(s);
        if (!hec_arena_grow(arena, &names, csv->columns, &name_capacity, sizeof(char *)) ||
            !hec_arena_grow(arena, &places, csv->columns, &place_capacity, sizeof(hec_place))) {
            hec_report_out_of_memory(s->diagnostics);
            return false;
        }
        ((const char **)names)[csv->columns] = found.text;
        ((hec_place *)places)[csv->columns++] = found.place;
        more = !at_line_end(s);
        s->at += more; /* the comma */
    }
    skip_break(s);
    csv->names = names;
    return s->ok && check_names(arena, s, csv, places);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* As many cells as the rest of the text can hold: each ends at a separator or with the text. */
static size_t count_separators(const scanner *s)
{
    size_t count = 1;
    for (size_t i = s->at; i < s->length; i++)
        count += s->text[i] == ',' || is_break(s->text[i]);
    return count;
}

static void report_ragged(scanner *s, const hec_csv *csv, size_t start, size_t found)
{
    const hec_place place = line_place(s, start);
    hec_report(s->diagnostics, HEC_CHECK_TABLE_SHAPE, place,
               "the row has %zu cell%s, the header %zu", found, found == 1 ? "" : "s",
               csv->columns);
    hec_report_note(s->diagnostics, csv->header, "the header is here");
    if (s->text[start] == '#')
        hec_report_help(s->diagnostics, "comments stand in front of the header only");
    s->ok = false;
}

/* One row into the next free cells. */
static void read_row(scanner *s, hec_csv *csv)
{
    const size_t start = s->at, first = csv->rows * csv->columns;
    size_t found = 0;
    for (bool more = true; more; found++) {
        const cell next = scan_cell(s);
        if (found < csv->columns) {
            csv->cells[first + found] = next.text;
            csv->places[first + found] = next.place;
        }
        more = !at_line_end(s);
        s->at += more;
    }
    skip_break(s);
    if (found == csv->columns)
        csv->rows++;
    else
        report_ragged(s, csv, start, found);
}

static bool is_empty_line(const scanner *s)
{
    size_t at = s->at;
    while (at < s->length && is_blank(s->text[at]))
        at++;
    return at >= s->length || is_break(s->text[at]);
}

/* False when the rest of the text is empty lines only. */
static bool skip_empty_lines(scanner *s)
{
    const size_t start = s->at;
    size_t n_empty = 0;
    for (; s->at < s->length && is_empty_line(s); n_empty++)
        skip_line(s);
    if (s->at >= s->length)
        return false;
    if (n_empty > 0)
        report(s, place_of(s, start, start), "an empty line stands inside the table",
               "remove the line; an empty cell that is meant is written `\"\"`");
    return true;
}

static bool read_rows(hec_arena *arena, scanner *s, hec_csv *csv)
{
    const size_t room = count_separators(s);
    csv->cells = hec_arena_array(arena, room, sizeof(char *));
    csv->places = hec_arena_array(arena, room, sizeof(hec_place));
    if (csv->cells == NULL || csv->places == NULL) {
        hec_report_out_of_memory(s->diagnostics);
        return false;
    }
    while (skip_empty_lines(s))
        read_row(s, csv);
    if (csv->rows == 0 && s->ok)
        report(s, csv->header, "the table has a header but no rows", NULL);
    return s->ok;
}

bool hec_csv_read(hec_arena *arena, hec_diagnostics *diagnostics, const char *path, hec_place asked,
                  hec_csv *csv)
{
    *csv = (hec_csv){.header = HEC_NOWHERE};
    scanner s = {.diagnostics = diagnostics, .ok = true};
    if (path == NULL) {
        hec_report_out_of_memory(diagnostics); /* the caller could not make the path */
        return false;
    }
    s.file = hec_source_read(diagnostics, path, asked, CSV_BYTES);
    if (s.file < 0 || !hec_source_is_text(diagnostics, s.file, HEC_CHECK_TABLE_SHAPE, &s.at))
        return false;
    s.text = hec_source_text(diagnostics, s.file, &s.length);
    s.copy = hec_arena_copy(arena, s.text, s.length);
    if (s.copy == NULL) {
        hec_report_out_of_memory(diagnostics);
        return false;
    }
    skip_comments(&s);
    if (s.at >= s.length) {
        hec_report(diagnostics, HEC_CHECK_TABLE_SHAPE, asked, "`%s` is empty", path);
        hec_report_help(diagnostics, "a table begins with a line of column names");
        return false;
    }
    return read_header(arena, &s, csv) && read_rows(arena, &s, csv);
}

/* ---- reading cells --------------------------------------------------------------------------- */

int hec_csv_column(hec_diagnostics *diagnostics, const hec_csv *csv, const char *name,
                   hec_place asked)
{
    for (size_t i = 0; i < csv->columns; i++) {
        if (strcmp(csv->names[i], name) == 0)
            return (int)i;
    }
    hec_report(diagnostics, HEC_CHECK_TABLE_SHAPE, asked, "the table has no column `%s`", name);
    hec_report_note(diagnostics, csv->header, "its columns are here");
    const char *nearest = hec_text_nearest(name, csv->columns, csv->names);
    const bool semicolons = csv->columns == 1 && strchr(csv->names[0], ';') != NULL;
    const bool tabs = csv->columns == 1 && strchr(csv->names[0], '\t') != NULL;
    if (nearest != NULL)
        hec_report_help(diagnostics, "did you mean `%s`?", nearest);
    else if (semicolons || tabs)
        hec_report_help(diagnostics, "cells are separated by commas, not by %s",
                        semicolons ? "semicolons" : "tabs");
    return -1;
}

static void help_number(hec_diagnostics *diagnostics, const char *text)
{
    double value;
    const size_t length = strlen(text);
    if (length > 1 && text[length - 1] == '%' && hec_text_to_double(text, length - 1, &value)) {
        char share[32];
        hec_text_from_double(value / 100, share);
        hec_report_help(diagnostics, "write the share: %s", share);
    } else if (strchr(text, ',') != NULL) {
        hec_report_help(diagnostics,
                        "numbers have a decimal point, and nothing between their thousands");
    }
}

bool hec_csv_number(hec_diagnostics *diagnostics, const hec_csv *csv, size_t row, size_t column,
                    hec_check check, double *value)
{
    const size_t i = row * csv->columns + column;
    const char *text = csv->cells[i];
    if (hec_text_to_double(text, strlen(text), value))
        return true;
    if (text[0] == '\0') {
        hec_report(diagnostics, check, csv->places[i], "the cell of column `%s` is empty",
                   csv->names[column]);
    } else {
        hec_report(diagnostics, check, csv->places[i], "`%s` is not a number, in column `%s`", text,
                   csv->names[column]);
        help_number(diagnostics, text);
    }
    return false;
}
