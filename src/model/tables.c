/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: a CSV file or numbers in the text become a look-up over rising axes, without gaps. */
#include "model/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/csv.h"

enum { AXES_MAX = 4 };

static const char *const table_keys[] = {"file",    "axes",   "value", "values", "unit",
                                         "between", "outside", "where", "source", "status",
                                         "note",    "label"};

static int choose(hec_builder *b, const hec_node *map, const char *key, size_t n,
                  const char *const *choices)
{
    const hec_node *node = hec_node_get(map, key);
    if (!node) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "the table does not say `%s`", key);
    } else if (node->kind == HEC_NODE_SCALAR) {
        for (size_t i = 0; i < n; i++) {
            if (strcmp(node->text, choices[i]) == 0) {
                return (int)i;
            }
        }
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place, "`%s: %s` is not known", key,
                   node->text);
    } else {
        hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, node->place, "`%s` is one word", key);
    }
    hec_text list = {0};
    for (size_t i = 0; i < n; i++) {
        hec_text_format(&list, "%s`%s`", i == 0 ? "" : i + 1 == n ? " or " : ", ", choices[i]);
    }
    hec_report_help(b->diagnostics, "write %s: %s", key, list.data ? list.data : "");
    hec_text_free(&list);
    return -1;
}

static bool read_rules(hec_builder *b, const hec_node *map, hec_lookup *lookup)
{
    static const char *const betweens[] = {"exact", "step", "linear"};
    static const char *const outsides[] = {"error", "clamp"};
    int between = choose(b, map, "between", 3, betweens);
    int outside = choose(b, map, "outside", 2, outsides);
    if (between < 0 || outside < 0) {
        return false;
    }
    lookup->between = between == 0   ? HEC_LOOKUP_EXACT
                      : between == 1 ? HEC_LOOKUP_STEP
                                     : HEC_LOOKUP_LINEAR;
    lookup->outside = outside == 0 ? HEC_OUTSIDE_ERROR : HEC_OUTSIDE_CLAMP;
    return true;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorted distinct values; returns how many. */
static size_t distinct(size_t n, double *x)
{
    qsort(x, n, sizeof *x, compare_doubles);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || x[i] != x[kept - 1]) {
            x[kept++] = x[i];
        }
    }
    return kept;
}

static size_t position(const hec_lookup *lookup, int axis, double x)
{
    size_t low = 0, high = lookup->lengths[axis];
    while (low + 1 < high) {
        size_t middle = (low + high) / 2;
        if (lookup->axes[axis][middle] <= x) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static size_t cells_of(const hec_lookup *lookup)
{
    size_t cells = 1;
    for (int i = 0; i < lookup->n_axes; i++) {
        cells *= lookup->lengths[i];
    }
    return cells;
}

/* "age 47, sex 'male'" */
static void coordinates_text(const hec_builder *b, const hec_lookup *lookup, size_t cell,
                             hec_text *out)
{
    for (int i = 0; i < lookup->n_axes; i++) {
        size_t below = 1;
        for (int j = i + 1; j < lookup->n_axes; j++) {
            below *= lookup->lengths[j];
        }
        double x = lookup->axes[i][cell / below % lookup->lengths[i]];
        hec_text_add(out, i ? ", " : "");
        if (lookup->axis_types[i].kind == HEC_KIND_LABEL) {
            hec_text_format(out, "%s '%s'", lookup->axis_names[i], b->model->words[(size_t)x]);
        } else {
            hec_text_format(out, "%s %g", lookup->axis_names[i], x);
        }
    }
}

/* ---- from a CSV file ------------------------------------------------------------------------ */

typedef struct csv_table {
    hec_csv csv;
    size_t rows; /* kept by `where` */
    size_t *row;
    int columns[AXES_MAX], value;
    double *x[AXES_MAX]; /* axis values of the kept rows */
} csv_table;

static bool axis_is_words(const csv_table *table, int column)
{
    double ignored;
    for (size_t i = 0; i < table->rows; i++) {
        const char *cell = table->csv.cells[table->row[i] * table->csv.columns + (size_t)column];
        if (*cell && !hec_text_to_double(cell, strlen(cell), &ignored)) {
            return true;
        }
    }
    return false;
}

static bool keep_rows(hec_builder *b, const hec_node *map, csv_table *table)
{
    const hec_node *where = hec_node_get(map, "where");
    hec_csv *csv = &table->csv;
    table->row = hec_arena_array(b->arena, csv->rows + 1, sizeof *table->row);
    if (!table->row ||
        (where && !hec_node_expect(b->diagnostics, where, HEC_NODE_MAP, "`where`"))) {
        return false;
    }
    for (size_t row = 0; row < csv->rows; row++) {
        bool keep = true;
        for (size_t i = 0; where && i < where->count; i++) {
            const hec_entry *entry = &where->entries[i];
            int column = hec_csv_column(b->diagnostics, csv, entry->key, entry->key_place);
            if (column < 0 ||
                !hec_node_expect(b->diagnostics, entry->value, HEC_NODE_SCALAR, "a word")) {
                return false;
            }
            keep = keep &&
                   strcmp(csv->cells[row * csv->columns + (size_t)column], entry->value->text) == 0;
        }
        if (keep) {
            table->row[table->rows++] = row;
        }
    }
    if (table->rows == 0) {
        hec_report(b->diagnostics, HEC_CHECK_TABLE_SHAPE, where ? where->place : map->place,
                   "no row of the file is left for this table");
    }
    return table->rows > 0;
}

static bool read_csv_axis(hec_builder *b, hec_lookup *lookup, csv_table *table, int axis)
{
    hec_csv *csv = &table->csv;
    bool words = axis_is_words(table, table->columns[axis]);
    double *x = hec_arena_array(b->arena, table->rows + 1, sizeof *x);
    double *sorted = hec_arena_array(b->arena, table->rows + 1, sizeof *sorted);
    bool good = x && sorted;
    for (size_t i = 0; good && i < table->rows; i++) {
        size_t column = (size_t)table->columns[axis];
        if (words) {
            x[i] = hec_build_word(b, csv->cells[table->row[i] * csv->columns + column]);
        } else if (!hec_csv_number(b->diagnostics, csv, table->row[i], column,
                                   HEC_CHECK_TABLE_SHAPE, &x[i])) {
            good = false;
        }
    }
    if (!good) {
        return false;
    }
    memcpy(sorted, x, table->rows * sizeof *x);
    table->x[axis] = x;
    lookup->axes[axis] = sorted;
    lookup->lengths[axis] = distinct(table->rows, sorted);
    lookup->axis_types[axis].kind = words ? HEC_KIND_LABEL : HEC_KIND_ANY;
    return true;
}

static bool fill_cells(hec_builder *b, const hec_node *map, hec_lookup *lookup, csv_table *table)
{
    size_t cells = cells_of(lookup);
    double *values = hec_arena_array(b->arena, cells, sizeof *values);
    size_t *from = hec_arena_array(b->arena, cells, sizeof *from); /* 1 + row that gave it */
    bool good = values && from;
    for (size_t i = 0; good && i < table->rows; i++) {
        size_t cell = 0;
        for (int axis = 0; axis < lookup->n_axes; axis++) {
            cell = cell * lookup->lengths[axis] + position(lookup, axis, table->x[axis][i]);
        }
        hec_place place =
            table->csv.places[table->row[i] * table->csv.columns + (size_t)table->value];
        if (from[cell]) {
            hec_report(b->diagnostics, HEC_CHECK_TABLE_SHAPE, place,
                       "the table holds this combination of its axes twice");
            hec_report_note(b->diagnostics,
                            table->csv.places[(from[cell] - 1) * table->csv.columns +
                                              (size_t)table->value], "the first is here");
            return false;
        }
        from[cell] = table->row[i] + 1;
        good = hec_csv_number(b->diagnostics, &table->csv, table->row[i], (size_t)table->value,
                              HEC_CHECK_TABLE_SHAPE, &values[cell]);
    }
    for (size_t cell = 0; good && cell < cells; cell++) {
        if (!from[cell]) {
            hec_text where = {0};
            coordinates_text(b, lookup, cell, &where);
            hec_report(b->diagnostics, HEC_CHECK_TABLE_GAP, map->place,
                       "the table `%s` has no value for %s", lookup->name,
                       where.data ? where.data : "");
            hec_text_free(&where);
            good = false;
        }
    }
    lookup->values = values;
    return good;
}

static bool read_csv_table(hec_builder *b, const hec_node *map, hec_lookup *lookup)
{
    const hec_node *file = hec_node_get(map, "file"), *axes = hec_node_get(map, "axes");
    const hec_node *value = hec_node_get(map, "value");
    csv_table table = {0};
    if (!axes || !value) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "a table from a file needs `axes: [COLUMN, ...]` and `value: COLUMN`");
        return false;
    }
    if (!hec_node_expect(b->diagnostics, file, HEC_NODE_SCALAR, "`file`") ||
        !hec_node_expect(b->diagnostics, axes, HEC_NODE_LIST, "`axes`") ||
        !hec_node_expect(b->diagnostics, value, HEC_NODE_SCALAR, "`value`")) {
        return false;
    }
    if (axes->count < 1 || axes->count > AXES_MAX) {
        hec_report(b->diagnostics, HEC_CHECK_TABLE_SHAPE, axes->place,
                   "a table has one to four axes");
        return false;
    }
    if (!hec_csv_read(b->arena, b->diagnostics,
                      hec_tree_resolve_path(b->arena, b->diagnostics, file->place, file->text),
                      file->place, &table.csv) || !keep_rows(b, map, &table)) {
        return false;
    }
    table.value = hec_csv_column(b->diagnostics, &table.csv, value->text, value->place);
    bool good = table.value >= 0;
    lookup->n_axes = (int)axes->count;
    for (size_t i = 0; i < axes->count; i++) {
        if (!hec_node_expect(b->diagnostics, axes->items[i], HEC_NODE_SCALAR, "a column")) {
            return false;
        }
        lookup->axis_names[i] = axes->items[i]->text;
        table.columns[i] = hec_csv_column(b->diagnostics, &table.csv, axes->items[i]->text,
                                          axes->items[i]->place);
        good = good && table.columns[i] >= 0 && read_csv_axis(b, lookup, &table, (int)i);
    }
    return good && fill_cells(b, map, lookup, &table);
}

/* ---- numbers in the text -------------------------------------------------------------------- */

static bool read_inline_axis(hec_builder *b, const hec_entry *entry, hec_lookup *lookup, int axis)
{
    const hec_node *list = entry->value;
    if (!hec_node_expect(b->diagnostics, list, HEC_NODE_LIST, "an axis") || list->count == 0) {
        return false;
    }
    double *x = hec_arena_array(b->arena, list->count, sizeof *x);
    double ignored;
    bool words = false;
    for (size_t i = 0; i < list->count; i++) {
        const hec_node *item = list->items[i];
        if (!hec_node_expect(b->diagnostics, item, HEC_NODE_SCALAR, "a value of an axis")) {
            return false;
        }
        words = words || !hec_text_to_double(item->text, item->length, &ignored);
    }
    for (size_t i = 0; x && i < list->count; i++) {
        const hec_node *item = list->items[i];
        if (words) {
            x[i] = hec_build_word(b, item->text);
        } else {
            (void)hec_text_to_double(item->text, item->length, &x[i]);
        }
        if (i > 0 && x[i] <= x[i - 1]) {
            hec_report(b->diagnostics, HEC_CHECK_TABLE_SHAPE, item->place,
                       words ? "words of an axis must be new words in every table of the text; put "
                               "this table into a CSV file"
                             : "the values of an axis must rise");
            return false;
        }
    }
    lookup->axis_names[axis] = entry->key;
    lookup->axes[axis] = x;
    lookup->lengths[axis] = list->count;
    lookup->axis_types[axis].kind = words ? HEC_KIND_LABEL : HEC_KIND_ANY;
    return x != NULL;
}

static bool read_nested(hec_builder *b, const hec_node *node, const hec_lookup *lookup, int axis,
                        double **next)
{
    if (axis == lookup->n_axes) {
        return hec_build_constant(b, node, NULL, "a value of a table", (*next)++);
    }
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_LIST, "the values")) {
        return false;
    }
    if (node->count != lookup->lengths[axis]) {
        hec_report(b->diagnostics, HEC_CHECK_TABLE_GAP, node->place,
                   "%zu values along `%s`, which has %zu", node->count, lookup->axis_names[axis],
                   lookup->lengths[axis]);
        return false;
    }
    bool good = true;
    for (size_t i = 0; i < node->count; i++) {
        good = read_nested(b, node->items[i], lookup, axis + 1, next) && good;
    }
    return good;
}

static bool read_inline_table(hec_builder *b, const hec_node *map, hec_lookup *lookup)
{
    const hec_node *axes = hec_node_get(map, "axes"), *values = hec_node_get(map, "values");
    if (!axes || !values) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "a table has `file`, or `axes` with `values`");
        return false;
    }
    if (!hec_node_expect(b->diagnostics, axes, HEC_NODE_MAP, "`axes`")) {
        return false;
    }
    if (axes->count < 1 || axes->count > AXES_MAX) {
        hec_report(b->diagnostics, HEC_CHECK_TABLE_SHAPE, axes->place,
                   "a table has one to four axes");
        return false;
    }
    lookup->n_axes = (int)axes->count;
    for (size_t i = 0; i < axes->count; i++) {
        if (!read_inline_axis(b, &axes->entries[i], lookup, (int)i)) {
            return false;
        }
    }
    double *cells = hec_arena_array(b->arena, cells_of(lookup), sizeof *cells);
    double *next = cells;
    lookup->values = cells;
    return cells && read_nested(b, values, lookup, 0, &next);
}

static void scale_by_unit(hec_builder *b, const hec_node *map, hec_lookup *lookup)
{
    const hec_node *unit = hec_node_get(map, "unit");
    const char *error = NULL, *word = NULL;
    double factor = 1;
    if (!unit) {
        return;
    }
    if (!hec_node_expect(b->diagnostics, unit, HEC_NODE_SCALAR, "a unit") ||
        !hec_unit_parse(unit->text, unit->length, &lookup->type, &factor, &error, &word)) {
        hec_report(b->diagnostics, HEC_CHECK_UNIT_SYNTAX, unit->place,
                   "the unit cannot be read: %s", error ? error : "one word or fraction is needed");
        return;
    }
    double *values = (double *)(uintptr_t)lookup->values; /* ours: filled just above */
    for (size_t i = 0; factor != 1 && i < cells_of(lookup); i++) {
        values[i] *= factor;
    }
}

static hec_lookup *read_table(hec_builder *b, const char *name, const hec_node *map)
{
    hec_lookup *lookup = hec_arena_alloc(b->arena, sizeof *lookup);
    if (!lookup || !hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a table")) {
        return NULL;
    }
    hec_node_expect_keys(b->diagnostics, map, "a table", sizeof table_keys / sizeof table_keys[0],
                         table_keys);
    lookup->name = name;
    bool rules = read_rules(b, map, lookup);
    bool cells = hec_node_get(map, "file") ? read_csv_table(b, map, lookup)
                                           : read_inline_table(b, map, lookup);
    if (!rules || !cells) {
        return NULL;
    }
    scale_by_unit(b, map, lookup);
    return lookup;
}

void hec_build_tables(hec_builder *b)
{
    const hec_node *map = hec_node_get(b->tree, "tables");
    if (!map || map->kind == HEC_NODE_EMPTY ||
        !hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "`tables`")) {
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        if (!hec_arena_grow(b->arena, (void **)&b->tables, b->n_tables, &b->table_capacity,
                            sizeof *b->tables)) {
            return;
        }
        const hec_entry *entry = &map->entries[i];
        b->tables[b->n_tables++] = (hec_table_entry){
            .name = entry->key,
            .place = entry->key_place,
            .lookup = read_table(b, entry->key, entry->value),
        };
    }
}
