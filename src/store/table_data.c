/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables as CSV and JSON for programs: every number reads back to the same double. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "store/view.h"

/* RFC 4180: quotes around a field that holds a comma, a quote or a line break; quotes doubled. Also
 * around one that begins or ends with a blank, which some readers drop. */
static void print_field(const char *field, FILE *out)
{
    size_t length = strlen(field);
    bool blank = length > 0 && (field[0] == ' ' || field[length - 1] == ' ');
    if (!blank && !strpbrk(field, ",\"\r\n")) {
        fputs(field, out);
        return;
    }
    fputc('"', out);
    for (; *field; field++) {
        if (*field == '"')
            fputc('"', out);
        fputc(*field, out);
    }
    fputc('"', out);
}

static void print_csv_cell(const hec_cell *cell, FILE *out)
{
    char number[32];
    if (cell->kind == HEC_CELL_TEXT) {
        print_field(cell->text, out);
    } else if (cell->kind == HEC_CELL_WHOLE) {
        fprintf(out, "%lld", (long long)cell->whole);
    } else if (!isnan(cell->number)) {
        hec_text_from_double(cell->number, number);
        fputs(number, out);
    }
}

void hec_view_print_csv(const hec_view *view, FILE *out)
{
    for (size_t i = 0; i < view->n_columns; i++) {
        if (i)
            fputc(',', out);
        print_field(view->columns[i].header, out);
    }
    fputc('\n', out);
    for (size_t row = 0; row < view->n_rows; row++) {
        for (size_t i = 0; i < view->n_columns; i++) {
            hec_cell cell = hec_view_cell(view, row, i);
            if (i)
                fputc(',', out);
            print_csv_cell(&cell, out);
        }
        fputc('\n', out);
    }
}

static void add_json_cell(const hec_cell *cell, hec_text *line)
{
    char number[32];
    if (cell->kind == HEC_CELL_TEXT) {
        hec_text_add_json(line, cell->text);
    } else if (cell->kind == HEC_CELL_WHOLE) {
        hec_text_format(line, "%lld", (long long)cell->whole);
    } else if (isfinite(cell->number)) {
        hec_text_from_double(cell->number, number);
        hec_text_add(line, number);
    } else {
        hec_text_add(line, "null"); /* JSON has neither NaN nor infinity */
    }
}

hec_status hec_view_print_json(const hec_view *view, FILE *out)
{
    hec_text line = {0};
    fputs("[", out);
    for (size_t row = 0; row < view->n_rows; row++) {
        line.length = 0;
        hec_text_add(&line, row ? ",\n  {" : "\n  {");
        for (size_t i = 0; i < view->n_columns; i++) {
            hec_cell cell = hec_view_cell(view, row, i);
            hec_text_add(&line, i ? ", " : "");
            hec_text_add_json(&line, view->columns[i].header);
            hec_text_add(&line, ": ");
            add_json_cell(&cell, &line);
        }
        hec_text_add(&line, "}");
        if (!line.failed)
            fputs(line.data, out);
    }
    fputs("\n]\n", out);
    hec_status status = line.failed ? HEC_E_MEMORY : HEC_OK;
    hec_text_free(&line);
    return status;
}
