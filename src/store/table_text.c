/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables as aligned text for people. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/prose.h"
#include "store/view.h"

/* A table wider than NARROW folds its heads. One that is then wider than WIDE folds the words of
 * its last column, if LEAST_WORDS columns are left for them; else each row becomes a paragraph,
 * unless there are only numbers in it. */
enum { GAP = 2, EFFECT_DIGITS = 6, NARROW = 80, WIDE = 100, LEAST_WORDS = 30 };

/* How one column is laid out; settled by looking at all its cells. */
typedef struct layout {
    int decimals;       /* -1: six digits, cell by cell */
    size_t width, data; /* of the column; of its widest cell or unit */
    bool right, hidden;
} layout;

/* A table on its way to the terminal. */
typedef struct page {
    const hec_view *view;
    layout *columns;
    size_t last; /* the last column that is shown */
    bool folded; /* the cells of the last column may take several lines */
    hec_text scratch;
    FILE *out;
} page;

/* ---- cells --------------------------------------------------------------------------------- */

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

static void add_number(double value, int decimals, hec_text *out)
{
    char number[HEC_FIXED_BYTES];
    if (decimals >= 0)
        hec_number_fixed(value, decimals, number);
    else
        number_short(value, number);
    hec_text_add(out, number);
}

static const char *status_in_words(const char *status)
{
    return strcmp(status, "ND") == 0   ? "frontier"
           : strcmp(status, "ED") == 0 ? "ext. dominated"
           : strcmp(status, "EQ") == 0 ? "equal"
           : strcmp(status, "D") == 0  ? "dominated"
                                       : status;
}

/* One cell as words, "" when memory has run out; good until the next. */
static const char *cell_words(page *p, size_t row, size_t column)
{
    const hec_column *c = &p->view->columns[column];
    hec_cell cell = hec_view_cell(p->view, row, column);
    hec_text *out = &p->scratch;
    out->length = 0;
    hec_text_add(out, "");
    if (cell.kind == HEC_CELL_TEXT)
        hec_text_add_line(out, c->form == HEC_FORM_STATUS ? status_in_words(cell.text) : cell.text);
    else if (cell.kind == HEC_CELL_WHOLE)
        hec_text_format(out, "%lld", (long long)cell.whole);
    else if (isinf(cell.number))
        hec_text_add(out, cell.number > 0 ? "infinite" : "-infinite");
    else if (!isnan(cell.number) && !(c->form == HEC_FORM_LATER && cell.number == 0))
        add_number(cell.number, p->columns[column].decimals, out);
    return out->failed ? "" : out->data;
}

/* Words of ours or a user's, cleaned; good until the next. */
static const char *clean(page *p, const char *words)
{
    p->scratch.length = 0;
    hec_text_add(&p->scratch, "");
    hec_text_add_line(&p->scratch, words);
    return p->scratch.failed ? "" : p->scratch.data;
}

/* ---- decimals ------------------------------------------------------------------------------ */

/* Greatest and least magnitude of some numbers, and whether all are whole. */
typedef struct spread {
    double greatest, least;
    bool whole;
} spread;

static void look_at(const hec_view *view, size_t column, spread *s)
{
    for (size_t row = 0; row < view->n_rows; row++) {
        hec_cell cell = hec_view_cell(view, row, column);
        double size = fabs(cell.number);
        if (cell.kind != HEC_CELL_NUMBER || !isfinite(size) || size == 0)
            continue;
        s->greatest = fmax(s->greatest, size);
        s->least = fmin(s->least, size);
        s->whole = s->whole && size == floor(size);
    }
}

static int money_decimals(spread s)
{
    if (s.greatest >= 1000 || s.whole)
        return 0;
    return s.greatest >= 1 || s.greatest == 0 ? 2 : 4;
}

static int clamp(int value, int most)
{
    return value > most ? most : value < 0 ? 0 : value;
}

/* Four decimals for the sizes health effects have; fewer for great numbers, more where the least
 * one would show less than two digits, yet never past the sixth digit of the greatest. */
static int effect_decimals(spread s)
{
    if (s.greatest == 0)
        return 4;
    int all = EFFECT_DIGITS - 1 - (int)floor(log10(s.greatest));
    int usual = clamp(all, 4), for_least = 1 - (int)floor(log10(s.least));
    int wanted = for_least > all ? all : for_least;
    return clamp(wanted > usual ? wanted : usual, HEC_DECIMALS_MAX);
}

/* Columns of one array are written alike: the categories of cost in a year, for example. Beside
 * great amounts of money one of two digits or more needs no decimals either. */
static int decimals_of(const hec_view *view, size_t column)
{
    const hec_column *c = &view->columns[column];
    spread s = {0, INFINITY, true}, money = {0, INFINITY, true};
    if (c->form != HEC_FORM_MONEY && c->form != HEC_FORM_EFFECT)
        return c->form == HEC_FORM_SHARE ? 4 : c->form == HEC_FORM_FEN ? 2 : -1;
    for (size_t i = 0; i < view->n_columns; i++) {
        if (i == column || (c->array && view->columns[i].array == c->array))
            look_at(view, i, &s);
        if (c->form == HEC_FORM_MONEY && view->columns[i].form == HEC_FORM_MONEY)
            look_at(view, i, &money);
    }
    if (c->form == HEC_FORM_EFFECT)
        return effect_decimals(s);
    return money.greatest >= 1000 && s.greatest > 0 && s.least >= 10 ? 0 : money_decimals(s);
}

/* ---- layout -------------------------------------------------------------------------------- */

static size_t width_of(const char *words)
{
    return hec_prose_width(words, strlen(words));
}

static size_t greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

static bool is_words(const hec_column *c)
{
    return c->form == HEC_FORM_WORDS || c->form == HEC_FORM_LABEL || c->form == HEC_FORM_STATUS;
}

static void lay_out(page *p, size_t column)
{
    const hec_column *c = &p->view->columns[column];
    layout *l = &p->columns[column];
    l->right = !is_words(c);
    l->decimals = decimals_of(p->view, column);
    for (size_t row = 0; row < p->view->n_rows; row++)
        l->data = greater(l->data, width_of(cell_words(p, row, column)));
    bool may_be_empty = is_words(c) || c->form == HEC_FORM_LATER;
    l->hidden = !*c->words || (l->data == 0 && c->optional && may_be_empty);
    l->data = greater(l->data, width_of(c->unit));
    l->width = greater(l->data, width_of(clean(p, c->words)));
    if (!l->hidden)
        p->last = column;
}

static size_t total_width(const page *p)
{
    size_t total = 0;
    for (size_t i = 0; i <= p->last; i++)
        total += p->columns[i].hidden ? 0 : p->columns[i].width + (i ? GAP : 0);
    return total;
}

static size_t longest_word(const char *words)
{
    size_t longest = 0;
    for (const char *word = words; *word; word += strspn(word, " ")) {
        size_t length = strcspn(word, " ");
        longest = greater(longest, hec_prose_width(word, length));
        word += length;
    }
    return longest;
}

/* Heads become as narrow as their columns allow. */
static void fold_heads(page *p)
{
    for (size_t i = 0; i <= p->last; i++) {
        layout *l = &p->columns[i];
        l->width = greater(l->data, longest_word(clean(p, p->view->columns[i].words)));
    }
}

/* True when the last column, of words, can take what the page has left without tearing one. */
static bool fold_last(page *p)
{
    layout *l = &p->columns[p->last];
    size_t others = total_width(p) - l->width, longest = 0;
    for (size_t row = 0; row < p->view->n_rows; row++)
        longest = greater(longest, longest_word(cell_words(p, row, p->last)));
    if (p->view->columns[p->last].form != HEC_FORM_WORDS || others + LEAST_WORDS > WIDE ||
        others + longest > WIDE)
        return false;
    l->width = WIDE - others;
    p->folded = true;
    return true;
}

/* ---- lines --------------------------------------------------------------------------------- */

/* Blanks are held back until something follows them, so that no line ends in one. */
static void print_padded(page *p, const char *words, size_t length, size_t column, size_t *held)
{
    const layout *l = &p->columns[column];
    size_t width = hec_prose_width(words, length), pad = l->width > width ? l->width - width : 0;
    *held += (column ? GAP : 0) + (l->right ? pad : 0);
    if (length > 0) {
        fprintf(p->out, "%*s%.*s", (int)*held, "", (int)length, words);
        *held = 0;
    }
    *held += l->right ? 0 : pad;
}

static size_t head_lines(page *p, size_t column)
{
    size_t at = 0, from, length, lines = 0;
    const char *words = clean(p, p->view->columns[column].words);
    while (hec_prose_line(words, p->columns[column].width, &at, &from, &length))
        lines++;
    return lines;
}

/* Line `line` of `lines` of the heads, which stand on their foot. */
static void print_head_line(page *p, size_t line, size_t lines)
{
    size_t held = 0;
    for (size_t i = 0; i <= p->last; i++) {
        if (p->columns[i].hidden)
            continue;
        size_t own = head_lines(p, i), at = 0, from = 0, length = 0;
        const char *words = clean(p, p->view->columns[i].words);
        for (size_t k = lines - own; k <= line; k++)
            hec_prose_line(words, p->columns[i].width, &at, &from, &length);
        print_padded(p, words + from, length, i, &held);
    }
    fputc('\n', p->out);
}

static void print_units(page *p)
{
    size_t held = 0;
    bool any = false;
    for (size_t i = 0; i <= p->last; i++)
        any = any || (!p->columns[i].hidden && *p->view->columns[i].unit);
    for (size_t i = 0; any && i <= p->last; i++) {
        const char *unit = clean(p, p->view->columns[i].unit);
        if (!p->columns[i].hidden)
            print_padded(p, unit, strlen(unit), i, &held);
    }
    fputs(any ? "\n" : "", p->out);
}

static void print_head(page *p)
{
    size_t lines = 1;
    for (size_t i = 0; i <= p->last; i++)
        lines = greater(lines, p->columns[i].hidden ? 0 : head_lines(p, i));
    for (size_t line = 0; line < lines; line++)
        print_head_line(p, line, lines);
    print_units(p);
    for (size_t i = total_width(p); i > 0; i--)
        fputc('-', p->out);
    fputc('\n', p->out);
}

static void print_row(page *p, size_t row)
{
    size_t held = 0;
    for (size_t i = 0; i <= p->last; i++) {
        if (p->columns[i].hidden)
            continue;
        const char *words = cell_words(p, row, i);
        if (i == p->last && p->folded && width_of(words) > p->columns[i].width) {
            size_t indent = total_width(p) - p->columns[i].width;
            fprintf(p->out, "%*s", (int)held + GAP, "");
            hec_prose_print(words, p->columns[i].width, indent, p->out);
            return;
        }
        print_padded(p, words, strlen(words), i, &held);
    }
    fputc('\n', p->out);
}

/* ---- paragraphs ---------------------------------------------------------------------------- */

static size_t widest_head(page *p, size_t first)
{
    size_t widest = 0;
    for (size_t i = first; i <= p->last; i++)
        if (!p->columns[i].hidden)
            widest = greater(widest, width_of(clean(p, p->view->columns[i].words)));
    return widest;
}

/* What the first column says, then a line for each cell that says something. */
static void print_paragraph(page *p, size_t row, size_t heads)
{
    hec_prose_print(cell_words(p, row, 0), WIDE, 0, p->out);
    for (size_t i = 1; i <= p->last; i++) {
        const hec_column *c = &p->view->columns[i];
        if (p->columns[i].hidden || !*cell_words(p, row, i))
            continue;
        fprintf(p->out, "  %-*s  ", (int)heads, c->words);
        const char *words = cell_words(p, row, i);
        hec_prose_print(words, WIDE - heads - 2 * GAP, heads + 2 * GAP, p->out);
    }
}

static bool has_words(const page *p)
{
    for (size_t i = 1; i <= p->last; i++)
        if (p->view->columns[i].form == HEC_FORM_WORDS && p->view->columns[i].key < 0)
            return true;
    return false;
}

/* ---- a table ------------------------------------------------------------------------------- */

static void print_rows(page *p)
{
    bool paragraphs = false;
    for (size_t i = 0; i < p->view->n_columns; i++)
        lay_out(p, i);
    if (total_width(p) > NARROW)
        fold_heads(p);
    if (total_width(p) > WIDE && !fold_last(p))
        paragraphs = has_words(p);
    if (!paragraphs)
        print_head(p);
    size_t heads = paragraphs ? widest_head(p, 1) : 0;
    for (size_t row = 0; row < p->view->n_rows; row++)
        if (paragraphs)
            print_paragraph(p, row, heads);
        else
            print_row(p, row);
}

/* What follows the table: a fixed note, and what the numbers say. */
static void print_words_below(page *p)
{
    const hec_table_spec *spec = p->view->spec;
    hec_text remark = {0};
    if (spec->note) {
        fputc('\n', p->out);
        hec_prose_print(spec->note, NARROW, 0, p->out);
    }
    if (spec->remark)
        spec->remark(p->view->dataset, &remark);
    bool on_means = false;
    for (size_t i = 0; i < p->view->n_columns; i++) {
        const hec_array *array = p->view->columns[i].array;
        on_means = on_means || (array && hec_on_means(p->view->dataset, array));
    }
    if (on_means)
        hec_on_means_words(p->view->dataset, &remark);
    for (char *line = remark.failed ? NULL : remark.data, *end; line && *line; line = end) {
        end = strchr(line, '\n');
        *end++ = '\0'; /* every sentence ends in one */
        fputc('\n', p->out);
        hec_prose_print(line, NARROW, GAP, p->out);
    }
    p->scratch.failed = p->scratch.failed || remark.failed;
    hec_text_free(&remark);
}

hec_status hec_view_print_text(const hec_view *view, FILE *out)
{
    page p = {.view = view, .columns = calloc(view->n_columns + 1, sizeof *p.columns), .out = out};
    if (!p.columns)
        return HEC_E_MEMORY;
    fprintf(out, "%s\n\n", view->spec->info.words);
    print_rows(&p);
    print_words_below(&p);
    hec_status status = p.scratch.failed ? HEC_E_MEMORY : HEC_OK;
    hec_text_free(&p.scratch);
    free(p.columns);
    return status;
}
