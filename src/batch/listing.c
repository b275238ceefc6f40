/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listing: rows of words, printed for people or as CSV or JSON. */
#include "batch/listing.h"

#include <string.h>

#include "base/text.h"

enum { LISTING_WIDTH = 96 };

static void add_csv(hec_text *text, const char *cell)
{
    if (!strpbrk(cell, ",\"\r\n")) {
        hec_text_add(text, cell);
        return;
    }
    hec_text_add(text, "\"");
    for (const char *c = cell; *c; c++) {
        hec_text_add_bytes(text, c, 1);
        if (*c == '"') {
            hec_text_add(text, "\"");
        }
    }
    hec_text_add(text, "\"");
}

static void add_csv_row(hec_text *text, size_t n, const char *const *cells)
{
    for (size_t c = 0; c < n; c++) {
        hec_text_add(text, c ? "," : "");
        add_csv(text, cells[c]);
    }
    hec_text_add(text, "\n");
}

static void add_json_row(hec_text *text, const hec_listing *listing, const char *const *cells)
{
    hec_text_add(text, "  {");
    for (size_t c = 0; c < listing->n_columns; c++) {
        hec_text_add(text, c ? ", " : "");
        hec_text_add_json(text, listing->headings[c]);
        hec_text_add(text, ": ");
        hec_text_add_json(text, cells[c]);
    }
    hec_text_add(text, "}");
}

/* Words wrapped between `indent` and LISTING_WIDTH; the first line goes on where the pen is. A line
 * break in the words stays one. */
static void add_wrapped(hec_text *text, size_t indent, const char *words)
{
    size_t column = indent;

    while (*words) {
        size_t length = strcspn(words, " \n");

        if (column > indent && column + 1 + length > LISTING_WIDTH) {
            hec_text_format(text, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            hec_text_add(text, " ");
            column++;
        }
        hec_text_add_bytes(text, words, length);
        column += length;
        words += length;
        if (*words == '\n' && words[1]) {
            hec_text_format(text, "\n%*s", (int)indent, "");
            column = indent;
        }
        words += strspn(words, " \n");
    }
    hec_text_add(text, "\n");
}

static void add_text_row(hec_text *text, size_t width, const hec_listing *listing,
                         const char *const *cells)
{
    size_t n = listing->n_columns, apart = n - listing->joined;
    hec_text line = {0};
    hec_text_format(text, "%-*s", (int)width, cells[0]);
    for (size_t c = 1; c < n; c++) {
        hec_text_format(&line, "%s%s", line.length > 0 ? " | " : "", cells[c]);
        if (c + 1 < apart || c + 1 == n) {
            add_wrapped(text, width, line.data ? line.data : "");
            hec_text_format(text, "%*s", c + 1 < n ? (int)width : 0, "");
            line.length = 0;
        }
    }
    text->failed = text->failed || line.failed;
    hec_text_free(&line);
}

static size_t first_column_width(const hec_listing *listing)
{
    const char *cells[HEC_LISTING_COLUMNS];
    size_t width = 0;

    for (size_t r = 0; r < listing->n_rows; r++) {
        listing->row(listing->context, r, cells);
        size_t length = strlen(cells[0]);
        width = length > width ? length : width;
    }
    return width + 2;
}

hec_status hec_listing_print(const hec_listing *listing, hec_format format, FILE *out)
{
    const char *cells[HEC_LISTING_COLUMNS];
    hec_text text = {0};
    hec_status status = HEC_OK;
    size_t width = first_column_width(listing);

    if (format == HEC_FORMAT_CSV) {
        add_csv_row(&text, listing->n_columns, listing->headings);
    } else if (format == HEC_FORMAT_JSON) {
        hec_text_add(&text, "[\n");
    }
    for (size_t r = 0; r < listing->n_rows; r++) {
        listing->row(listing->context, r, cells);
        if (format == HEC_FORMAT_CSV) {
            add_csv_row(&text, listing->n_columns, cells);
        } else if (format == HEC_FORMAT_JSON) {
            add_json_row(&text, listing, cells);
            hec_text_add(&text, r + 1 < listing->n_rows ? ",\n" : "\n");
        } else {
            add_text_row(&text, width, listing, cells);
        }
    }
    if (format == HEC_FORMAT_JSON) {
        hec_text_add(&text, "]\n");
    }
    if (text.failed) {
        status = HEC_E_MEMORY;
    } else if (text.length && fwrite(text.data, 1, text.length, out) != text.length) {
        status = HEC_E_IO;
    }
    hec_text_free(&text);
    return status;
}
