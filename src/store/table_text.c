/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables as aligned text for people. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "store/view.h"

enum { GAP = 2, EFFECT_DIGITS = 6 };

/* How one column is laid out; settled by looking at all its cells. */
typedef struct layout {
    int decimals; /* -1: six digits, cell by cell */
    size_t width;
    bool right, hidden;
} layout;

void hec_number_fixed(double value, int decimals, char out[HEC_FIXED_BYTES])
{
    char plain[360];
    snprintf(plain, sizeof plain, "%.*f", decimals, fabs(value));
    size_t whole = strspn(plain, "0123456789");
    bool negative = value < 0 && strpbrk(plain, "123456789");
    char *to = out;
    if (negative)
        *to++ = '-';
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            *to++ = ',';
        *to++ = plain[i];
    }
    if (decimals > 0) { /* whatever the locale puts between */
        *to++ = '.';
        const char *part = plain + strlen(plain) - (size_t)decimals;
        memcpy(to, part, (size_t)decimals);
        to += decimals;
    }
    *to = '\0';
}

/* Six digits, or a whole number with all of its own; no group marks: parameters, years, seeds. */
static void number_short(double value, char *out)
{
    char digits[48];
    double rounded = 0;
    if (value == floor(value) && fabs(value) < 1e15) {
        hec_text_from_double(value, out);
        return;
    }
    snprintf(digits, sizeof digits, "%.5e", value);
    size_t mantissa = strcspn(digits, "e");
    for (char *c = digits; c < digits + mantissa; c++)
        if (!strchr("0123456789-", *c))
            *c = '.'; /* the locale's decimal point */
    if (hec_text_to_double(digits, strlen(digits), &rounded))
        hec_text_from_double(rounded, out);
    else
        hec_text_from_double(value, out);
}

/* Words with everything that could disturb a terminal turned into blanks. */
static void add_words(hec_text *out, const char *words)
{
    size_t length = strlen(words);
    for (size_t at = 0; at < length;) {
        size_t from = at;
        int32_t character = hec_utf8_next(words, length, &at);
        if (character == HEC_UTF8_BAD || !hec_utf8_printable(character))
            hec_text_add(out, " ");
        else
            hec_text_add_bytes(out, words + from, at - from);
    }
}

static size_t width_of(const char *words)
{
    size_t width = 0, length = strlen(words);
    for (size_t at = 0; at < length;) {
        int32_t character = hec_utf8_next(words, length, &at);
        width += character == HEC_UTF8_BAD ? 1 : (size_t)hec_utf8_width(character);
    }
    return width;
}

static void add_number(double value, int decimals, hec_text *out)
{
    char number[HEC_FIXED_BYTES];
    if (decimals >= 0)
        hec_number_fixed(value, decimals, number);
    else
        number_short(value, number);
    hec_text_add(out, number);
}

/* One cell into `out`, which is emptied before. */
static void write_cell(const hec_cell *cell, int decimals, hec_text *out)
{
    out->length = 0;
    hec_text_add(out, "");
    if (cell->kind == HEC_CELL_TEXT) {
        add_words(out, cell->text);
        return;
    }
    if (isnan(cell->number))
        return;
    if (cell->kind == HEC_CELL_WHOLE)
        hec_text_format(out, "%lld", (long long)cell->whole);
    else if (isinf(cell->number))
        hec_text_add(out, cell->number > 0 ? "infinite" : "-infinite");
    else
        add_number(cell->number, decimals, out);
}

/* Greatest and least magnitude of a column of numbers, and whether all are whole. */
typedef struct spread {
    double greatest, least;
    bool whole;
} spread;

static spread look_at(const hec_view *view, size_t column)
{
    spread s = {0, INFINITY, true};
    for (size_t row = 0; row < view->n_rows; row++) {
        hec_cell cell = hec_view_cell(view, row, column);
        double size = fabs(cell.number);
        if (cell.kind != HEC_CELL_NUMBER || !isfinite(size) || size == 0)
            continue;
        s.greatest = fmax(s.greatest, size);
        s.least = fmin(s.least, size);
        s.whole = s.whole && size == floor(size);
    }
    return s;
}

static int money_decimals(spread s)
{
    if (s.greatest >= 1000 || s.whole)
        return 0;
    return s.greatest >= 1 || s.greatest == 0 ? 2 : 4;
}

/* Four decimals for the sizes health effects have; fewer for great numbers, more where the least
 * one would show less than two digits. */
static int effect_decimals(spread s)
{
    if (s.greatest == 0)
        return 4;
    int decimals = EFFECT_DIGITS - 1 - (int)floor(log10(s.greatest));
    decimals = decimals > 4 ? 4 : decimals < 0 ? 0 : decimals;
    int for_least = 1 - (int)floor(log10(s.least));
    for_least = for_least > HEC_DECIMALS_MAX ? HEC_DECIMALS_MAX : for_least;
    return for_least > decimals ? for_least : decimals;
}

static int decimals_of(const hec_view *view, size_t column)
{
    switch (view->columns[column].form) {
    case HEC_FORM_MONEY:
        return money_decimals(look_at(view, column));
    case HEC_FORM_EFFECT:
        return effect_decimals(look_at(view, column));
    case HEC_FORM_SHARE:
        return 4;
    default:
        return -1;
    }
}

static void lay_out(const hec_view *view, size_t column, hec_text *scratch, layout *l)
{
    const hec_column *c = &view->columns[column];
    bool empty = true;
    l->right = c->form != HEC_FORM_WORDS && c->form != HEC_FORM_LABEL;
    l->decimals = decimals_of(view, column);
    l->width = width_of(c->words);
    if (width_of(c->unit) > l->width)
        l->width = width_of(c->unit);
    for (size_t row = 0; row < view->n_rows; row++) {
        hec_cell cell = hec_view_cell(view, row, column);
        write_cell(&cell, l->decimals, scratch);
        size_t width = scratch->failed ? 0 : width_of(scratch->data);
        if (width > l->width)
            l->width = width;
        empty = empty && width == 0;
    }
    l->hidden = empty && c->optional && c->form == HEC_FORM_WORDS;
}

/* Blanks are held back until something follows them, so that no line ends in one. */
static void print_padded(FILE *out, const char *words, const layout *l, bool first, size_t *held)
{
    size_t width = width_of(words), pad = l->width > width ? l->width - width : 0;
    *held += (first ? 0 : GAP) + (l->right ? pad : 0);
    if (*words) {
        fprintf(out, "%*s%s", (int)*held, "", words);
        *held = 0;
    }
    *held += l->right ? 0 : pad;
}

static bool any_unit(const hec_view *view)
{
    for (size_t i = 0; i < view->n_columns; i++)
        if (*view->columns[i].unit)
            return true;
    return false;
}

static void print_head(const hec_view *view, const layout *layouts, hec_text *scratch, FILE *out)
{
    for (int line = 0; line < (any_unit(view) ? 2 : 1); line++) {
        size_t held = 0;
        for (size_t i = 0; i < view->n_columns; i++) {
            const hec_column *c = &view->columns[i];
            scratch->length = 0;
            hec_text_add(scratch, "");
            add_words(scratch, line ? c->unit : c->words);
            if (!scratch->failed && !layouts[i].hidden)
                print_padded(out, scratch->data, &layouts[i], i == 0, &held);
        }
        fputc('\n', out);
    }
    size_t total = 0;
    for (size_t i = 0; i < view->n_columns; i++)
        total += layouts[i].hidden ? 0 : layouts[i].width + (i ? GAP : 0);
    for (size_t i = 0; i < total; i++)
        fputc('-', out);
    fputc('\n', out);
}

static void print_row(const hec_view *view, const layout *layouts, size_t row, hec_text *scratch,
                      FILE *out)
{
    size_t held = 0;
    for (size_t i = 0; i < view->n_columns; i++) {
        hec_cell cell = hec_view_cell(view, row, i);
        write_cell(&cell, layouts[i].decimals, scratch);
        if (!scratch->failed && !layouts[i].hidden)
            print_padded(out, scratch->data, &layouts[i], i == 0, &held);
    }
    fputc('\n', out);
}

hec_status hec_view_print_text(const hec_view *view, FILE *out)
{
    hec_text scratch = {0};
    layout *layouts = calloc(view->n_columns + 1, sizeof *layouts);
    if (!layouts)
        return HEC_E_MEMORY;
    for (size_t i = 0; i < view->n_columns; i++)
        lay_out(view, i, &scratch, &layouts[i]);
    fprintf(out, "%s\n\n", view->spec->info.words);
    print_head(view, layouts, &scratch, out);
    for (size_t row = 0; row < view->n_rows; row++)
        print_row(view, layouts, row, &scratch, out);
    if (view->spec->note)
        fprintf(out, "\n%s\n", view->spec->note);
    hec_status status = scratch.failed ? HEC_E_MEMORY : HEC_OK;
    hec_text_free(&scratch);
    free(layouts);
    return status;
}
