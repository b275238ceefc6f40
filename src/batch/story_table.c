/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words in columns, in parts where they are too many for a line. */
#include "batch/story.h"

#include <stdlib.h>
#include <string.h>

#include "store/prose.h"

enum { WIDTH = 100, GAP = 2 };

bool hec_story_table_open(hec_story_table *table, size_t columns, size_t keys)
{
    *table = (hec_story_table){.columns = columns, .keys = keys};
    table->right = calloc(columns + 1, sizeof *table->right);
    table->failed = !table->right;
    return !table->failed;
}

void hec_story_table_add(hec_story_table *table, const char *cell)
{
    if (table->n == table->capacity && !table->failed) {
        size_t wanted = table->capacity ? 2 * table->capacity : 256;
        char **moved = realloc(table->cells, wanted * sizeof *moved);
        table->failed = !moved;
        table->cells = moved ? moved : table->cells;
        table->capacity = moved ? wanted : table->capacity;
    }
    char *copy = table->failed ? NULL : strdup(cell);
    if (copy) {
        table->cells[table->n++] = copy;
    } else {
        table->failed = true;
    }
}

void hec_story_table_close(hec_story_table *table)
{
    for (size_t i = 0; i < table->n; i++) {
        free(table->cells[i]);
    }
    free(table->cells);
    free(table->right);
    *table = (hec_story_table){0};
}

static size_t width_of(const hec_story_table *t, size_t column)
{
    size_t width = 0;
    for (size_t i = column; i < t->n; i += t->columns) {
        size_t own = hec_prose_width(t->cells[i], strlen(t->cells[i]));
        width = own > width ? own : width;
    }
    return width;
}

static bool is_empty(const hec_story_table *t, size_t column)
{
    for (size_t i = t->columns + column; i < t->n; i += t->columns) {
        if (*t->cells[i]) {
            return false;
        }
    }
    return true;
}

/* Blanks wait until something follows them, so that no line ends in one. */
static void print_cell(const hec_story_table *t, size_t row, size_t column, size_t width,
                       size_t *held, hec_text *out)
{
    const char *cell = t->cells[row * t->columns + column];
    size_t pad = width - hec_prose_width(cell, strlen(cell));
    *held += GAP + (t->right[column] ? pad : 0);
    if (*cell) {
        hec_text_format(out, "%*s%s", (int)*held, "", cell);
        *held = 0;
    }
    *held += t->right[column] ? 0 : pad;
}

static void print_part(const hec_story_table *t, const size_t *widths, const bool *shown,
                       size_t first, size_t end, hec_text *out)
{
    for (size_t row = 0; row < t->n / t->columns; row++) {
        size_t held = 0;
        bool any = false;
        for (size_t c = first; c < end; c++) {
            any = any || *t->cells[row * t->columns + c];
        }
        for (size_t c = 0; any && c < end; c++) {
            if (shown[c] && (c < t->keys || c >= first)) {
                print_cell(t, row, c, widths[c], &held, out);
            }
        }
        hec_text_add(out, any ? "\n" : "");
    }
}

void hec_story_table_print(const hec_story_table *t, hec_text *out)
{
    size_t *widths = calloc(t->columns + 1, sizeof *widths), keys = 0, parts = 0;
    bool *shown = calloc(t->columns + 1, sizeof *shown);
    if (t->failed || !widths || !shown) {
        out->failed = true;
        goto out;
    }
    for (size_t c = 0; c < t->columns; c++) {
        widths[c] = width_of(t, c);
        shown[c] = !is_empty(t, c);
        keys += c < t->keys && shown[c] ? widths[c] + GAP : 0;
    }
    for (size_t first = t->keys, end; first < t->columns; first = end) {
        size_t width = keys;
        for (end = first; end < t->columns; end++) {
            size_t more = shown[end] ? widths[end] + GAP : 0;
            bool apart = end == t->apart && end > first;
            if (apart || (width > keys && width + more > WIDTH)) {
                break;
            }
            width += more;
        }
        if (width > keys) {
            hec_text_add(out, parts++ > 0 ? "\n" : "");
            print_part(t, widths, shown, first, end, out);
        }
    }
out:
    free(widths);
    free(shown);
}
