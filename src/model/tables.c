/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: a CSV file or numbers in the text become a look-up over rising axes, without gaps. */
#include "model/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/csv.h"

enum { AXES_MAX = 4 };

static const char *const file_keys[] = {"file",  "axes",   "value",  "unit", "between", "outside",
                                        "where", "source", "status", "note", "label"};
static const char *const inline_keys[] = {"axes",   "values", "unit", "between", "outside",
                                          "source", "status", "note", "label"};

static int read_rule(hec_builder *b, const hec_node *map, hec_place place, const char *key,
                     size_t n, const char *const *choices, const char *cure)
{
    const hec_node *node = hec_node_get(map, key);
    if (node) {
        return hec_build_choice(b, node, key, n, choices);
    }
    hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, place, "the table does not say `%s`", key);
    hec_report_help(b->diagnostics, "%s", cure);
    return -1;
}

static bool read_rules(hec_builder *b, const hec_node *map, hec_place place, hec_lookup *lookup)
{
    static const char *const betweens[] = {"exact", "step", "linear"};
    static const char *const outsides[] = {"error", "clamp"};
    int between = read_rule(b, map, place, "between", 3, betweens,
                            "between the points: `exact` (there is nothing), `step` (the point "
                            "below) or `linear`");
    int outside = read_rule(b, map, place, "outside", 2, outsides,
                            "beyond the ends: `error`, or `clamp` to the last value");
    lookup->between = between <= 0   ? HEC_LOOKUP_EXACT
                      : between == 1 ? HEC_LOOKUP_STEP
                                     : HEC_LOOKUP_LINEAR;
    lookup->outside = outside <= 0 ? HEC_OUTSIDE_ERROR : HEC_OUTSIDE_CLAMP;
    return between >= 0 && outside >= 0;
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

/* SIZE_MAX when there are more than memory could hold. */
static size_t cells_of(const hec_lookup *lookup)
{
    size_t cells = 1;
    for (int i = 0; i < lookup->n_axes; i++) {
        if (cells > SIZE_MAX / sizeof(double) / lookup->lengths[i]) {
            return SIZE_MAX;
        }
        cells *= lookup->lengths[i];
    }
    return cells;
}

static bool same_axis_twice(hec_builder *b, const hec_lookup *lookup, int axis, hec_place place)
{
    for (int i = 0; i < axis; i++) {
        if (strcmp(lookup->axis_names[i], lookup->axis_names[axis]) == 0) {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, place, "two axes are named `%s`",
                       lookup->axis_names[axis]);
            return true;
        }
    }
    return false;
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

/* A condition of `where:` that no row meets. */
static void report_none(hec_builder *b, const csv_table *table, const hec_entry *entry, int column)
{
    const hec_csv *csv = &table->csv;
    hec_names found = {0};
    for (size_t row = 0; row < csv->rows; row++) {
        (void)hec_names_add(b->arena, &found, csv->cells[row * csv->columns + (size_t)column]);
    }
    hec_report(b->diagnostics, HEC_CHECK_TABLE_SHAPE, entry->value->place,
               "no row has `%s` in column `%s`", entry->value->text, entry->key);
    hec_build_suggest(b, entry->value->text, found.count, found.items);
}

/* Drops the rows that do not meet one condition of `where:`; false after reporting. */
static bool keep_where(hec_builder *b, csv_table *table, const hec_entry *entry)
{
    const hec_csv *csv = &table->csv;
    int column = hec_csv_column(b->diagnostics, csv, entry->key, entry->key_place);
    if (!hec_node_expect(b->diagnostics, entry->value, HEC_NODE_SCALAR, "a condition of `where`") ||
        column < 0) {
        return false;
    }
    size_t kept = 0;
    bool somewhere = false;
    for (size_t row = 0; !somewhere && row < csv->rows; row++) {
        somewhere =
            strcmp(csv->cells[row * csv->columns + (size_t)column], entry->value->text) == 0;
    }
    for (size_t i = 0; i < table->rows; i++) {
        size_t row = table->row[i];
        if (strcmp(csv->cells[row * csv->columns + (size_t)column], entry->value->text) == 0) {
            table->row[kept++] = row;
        }
    }
    table->rows = kept;
    if (!somewhere) {
        report_none(b, table, entry, column);
    }
    return somewhere;
}

static bool keep_rows(hec_builder *b, const hec_node *map, csv_table *table)
{
    const hec_node *where = hec_build_part(b, map, "where", HEC_NODE_MAP);
    bool good = true;
    table->row = hec_arena_array(b->arena, table->csv.rows + 1, sizeof *table->row);
    for (size_t i = 0; table->row && i < table->csv.rows; i++) {
        table->row[table->rows++] = i;
    }
    for (size_t i = 0; where && i < where->count; i++) {
        good = keep_where(b, table, &where->entries[i]) && good;
    }
    if (good && table->rows == 0 && where) {
        hec_report(b->diagnostics, HEC_CHECK_TABLE_SHAPE, where->place,
                   "no row of the file meets all conditions");
    }
    return good && table->rows > 0;
}

static bool read_csv_axis(hec_builder *b, hec_lookup *lookup, csv_table *table, int axis)
{
    hec_csv *csv = &table->csv;
    bool words = axis_is_words(table, table->columns[axis]);
    double *x = hec_arena_array(b->arena, table->rows + 1, sizeof *x);
    double *sorted = hec_arena_array(b->arena, table->rows + 1, sizeof *sorted);
    bool good = x && sorted;
    for (size_t i = 0; x && i < table->rows; i++) {
        size_t column = (size_t)table->columns[axis];
        const char *cell = csv->cells[table->row[i] * csv->columns + column];
        if (words && *cell) {
            x[i] = hec_build_word(b, cell);
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

/* The cell that a row fills; SIZE_MAX beyond what memory could hold. */
static size_t cell_of(const hec_lookup *lookup, const csv_table *table, size_t row)
{
    size_t cell = 0;
    for (int axis = 0; axis < lookup->n_axes; axis++) {
        if (cell > SIZE_MAX / 2 / lookup->lengths[axis]) {
            return SIZE_MAX;
        }
        cell = cell * lookup->lengths[axis] + position(lookup, axis, table->x[axis][row]);
    }
    return cell;
}

static void report_twice(hec_builder *b, const csv_table *table, const hec_lookup *lookup,
                         size_t cell, size_t first, size_t second, size_t how_many)
{
    const hec_place *places = table->csv.places;
    size_t columns = table->csv.columns, value = (size_t)table->value;
    hec_text where = {0};
    coordinates_text(b, lookup, cell, &where);
    hec_report(b->diagnostics, HEC_CHECK_TABLE_SHAPE, places[second * columns + value],
               "the table `%s` has a second value for %s%s", lookup->name,
               where.data ? where.data : "", how_many > 1 ? ", and more are given twice" : "");
    hec_report_note(b->diagnostics, places[first * columns + value], "the first is here");
    hec_report_help(b->diagnostics, "is an axis missing? `where: {COLUMN: text}` keeps some rows");
    hec_text_free(&where);
}

/* However many cells there are, one that no row fills is among the first rows + 1 of them. */
static void report_gap(hec_builder *b, const hec_node *file, const hec_lookup *lookup, size_t cells,
                       size_t rows, const bool *known)
{
    size_t cell = 0;
    while (known[cell]) {
        cell++;
    }
    hec_text where = {0};
    coordinates_text(b, lookup, cell, &where);
    hec_report(b->diagnostics, HEC_CHECK_TABLE_GAP, file->place,
               "the table `%s` has no value for %s", lookup->name, where.data ? where.data : "");
    if (cells < SIZE_MAX) {
        hec_report_help(b->diagnostics,
                        "its axes have %zu combinations, and the file has %zu row%s for them",
                        cells, rows, rows == 1 ? "" : "s");
    }
    hec_text_free(&where);
}

/* Every combination of the axes once. */
static bool fill_cells(hec_builder *b, const hec_node *file, hec_lookup *lookup, csv_table *table)
{
    size_t cells = cells_of(lookup), some = cells < table->rows + 1 ? cells : table->rows + 1;
    double *values = hec_arena_array(b->arena, some, sizeof *values);
    size_t *from = hec_arena_array(b->arena, some, sizeof *from); /* 1 + row that gave it */
    bool *known = hec_arena_array(b->arena, some, sizeof *known);
    size_t twice = 0, twin = 0, filled = 0;
    bool good = values && from && known;
    for (size_t i = 0; good && i < table->rows; i++) {
        size_t cell = cell_of(lookup, table, i);
        if (cell >= some) {
            filled++;
            continue;
        }
        twin = from[cell] && twice == 0 ? i : twin;
        twice += from[cell] > 0;
        filled += from[cell] == 0;
        from[cell] = from[cell] ? from[cell] : table->row[i] + 1;
        known[cell] = true;
    }
    if (twice > 0) {
        size_t cell = cell_of(lookup, table, twin);
        report_twice(b, table, lookup, cell, from[cell] - 1, table->row[twin], twice);
        good = false;
    } else if (good && (cells > table->rows || filled < cells)) {
        report_gap(b, file, lookup, cells, table->rows, known);
        good = false;
    }
    for (size_t i = 0; values && i < table->rows; i++) {
        size_t cell = good ? cell_of(lookup, table, i) : 0;
        good = hec_csv_number(b->diagnostics, &table->csv, table->row[i], (size_t)table->value,
                              HEC_CHECK_TABLE_SHAPE, &values[cell]) &&
               good;
    }
    lookup->values = values;
    return good;
}

/* The axes of a file: every one is looked at, so that all mistakes are found. */
static bool read_csv_axes(hec_builder *b, const hec_node *axes, hec_lookup *lookup,
                          csv_table *table)
{
    bool good = true;
    lookup->n_axes = (int)axes->count;
    for (size_t i = 0; i < axes->count; i++) {
        const hec_node *axis = axes->items[i];
        lookup->axis_names[i] = "";
        if (!hec_node_expect(b->diagnostics, axis, HEC_NODE_SCALAR, "a column")) {
            good = false;
            continue;
        }
        lookup->axis_names[i] = axis->text;
        table->columns[i] = hec_csv_column(b->diagnostics, &table->csv, axis->text, axis->place);
        good = !same_axis_twice(b, lookup, (int)i, axis->place) && table->columns[i] >= 0 &&
               read_csv_axis(b, lookup, table, (int)i) && good;
    }
    return good;
}

static bool good_axes(hec_builder *b, const hec_node *axes, hec_node_kind kind)
{
    if (!hec_node_expect(b->diagnostics, axes, kind, "`axes`")) {
        return false;
    }
    if (axes->count < 1 || axes->count > AXES_MAX) {
        hec_report(b->diagnostics, HEC_CHECK_TABLE_SHAPE, axes->place,
                   "a table has one to four axes, not %zu", axes->count);
        return false;
    }
    return true;
}

static bool read_csv_table(hec_builder *b, const hec_node *map, hec_place place, hec_lookup *lookup)
{
    const hec_node *file = hec_node_get(map, "file"), *axes = hec_node_get(map, "axes");
    const hec_node *value = hec_node_get(map, "value");
    csv_table table = {0};
    if (!axes || !value) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, place,
                   "the table does not say which columns of the file it reads");
        hec_report_help(b->diagnostics, "axes: [age, sex], value: rate");
    }
    bool good = axes && value && good_axes(b, axes, HEC_NODE_LIST);
    good = hec_node_expect(b->diagnostics, file, HEC_NODE_SCALAR, "`file`") && good;
    good = (!value || hec_node_expect(b->diagnostics, value, HEC_NODE_SCALAR, "`value`")) && good;
    if (file->kind != HEC_NODE_SCALAR ||
        !hec_csv_read(b->arena, b->diagnostics,
                      hec_tree_resolve_path(b->arena, b->diagnostics, file->place, file->text),
                      file->place, &table.csv) ||
        !good || !keep_rows(b, map, &table)) {
        return false;
    }
    table.value = hec_csv_column(b->diagnostics, &table.csv, value->text, value->place);
    good = read_csv_axes(b, axes, lookup, &table) && table.value >= 0;
    return good && fill_cells(b, file, lookup, &table);
}

/* ---- numbers in the text -------------------------------------------------------------------- */

static bool axis_items(hec_builder *b, const hec_node *list, bool *words)
{
    double ignored;
    bool good = hec_node_expect(b->diagnostics, list, HEC_NODE_LIST, "an axis");
    if (good && list->count == 0) {
        hec_report(b->diagnostics, HEC_CHECK_TABLE_SHAPE, list->place, "the axis has no points");
        return false;
    }
    *words = false;
    for (size_t i = 0; good && i < list->count; i++) {
        const hec_node *item = list->items[i];
        good = hec_node_expect(b->diagnostics, item, HEC_NODE_SCALAR, "a point of an axis");
        *words = *words || (good && !hec_text_to_double(item->text, item->length, &ignored));
    }
    return good;
}

/* Numbers rise as they stand. Words get their codes, in whatever order; ranks[i] is the place of
 * word i among them. */
static bool read_inline_axis(hec_builder *b, const hec_entry *entry, hec_lookup *lookup, int axis,
                             size_t **ranks)
{
    const hec_node *list = entry->value;
    bool words = false;
    if (!axis_items(b, list, &words)) {
        return false;
    }
    double *x = hec_arena_array(b->arena, list->count, sizeof *x);
    double *sorted = hec_arena_array(b->arena, list->count, sizeof *sorted);
    *ranks = hec_arena_array(b->arena, list->count, sizeof **ranks);
    for (size_t i = 0; x && sorted && i < list->count; i++) {
        const hec_node *item = list->items[i];
        if (words) {
            x[i] = hec_build_word(b, item->text);
        } else {
            (void)hec_text_to_double(item->text, item->length, &x[i]);
        }
        sorted[i] = x[i];
        if (!words && i > 0 && x[i] <= x[i - 1]) {
            hec_report(b->diagnostics, HEC_CHECK_TABLE_SHAPE, item->place,
                       "the points of an axis rise, but %s follows %s", item->text,
                       list->items[i - 1]->text);
            return false;
        }
    }
    if (!x || !sorted || !*ranks) {
        return false;
    }
    lookup->axis_names[axis] = entry->key;
    lookup->axes[axis] = sorted;
    lookup->lengths[axis] = distinct(list->count, sorted);
    lookup->axis_types[axis].kind = words ? HEC_KIND_LABEL : HEC_KIND_ANY;
    for (size_t i = 0; i < list->count; i++) {
        (*ranks)[i] = position(lookup, axis, x[i]);
    }
    if (lookup->lengths[axis] < list->count) {
        hec_report(b->diagnostics, HEC_CHECK_TABLE_SHAPE, list->place,
                   "a word stands twice on the axis `%s`", entry->key);
        return false;
    }
    return true;
}

typedef struct inline_values {
    const hec_lookup *lookup;
    size_t *ranks[AXES_MAX];
    const hec_type *wanted;
    double *x;
} inline_values;

/* `cell` is the place of the row above; what lies below the last axis are numbers. */
static bool read_nested(hec_builder *b, const hec_node *node, const inline_values *v, int axis,
                        size_t cell)
{
    const hec_lookup *lookup = v->lookup;
    if (axis == lookup->n_axes) {
        return hec_build_constant(b, node, v->wanted, "a value of a table", &v->x[cell]);
    }
    size_t length = lookup->lengths[axis];
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_LIST, "`values`")) {
        return false;
    }
    if (node->count != length) {
        hec_report(b->diagnostics, HEC_CHECK_TABLE_GAP, node->place,
                   "%zu value%s along the axis `%s`, which has %zu point%s", node->count,
                   node->count == 1 ? "" : "s", lookup->axis_names[axis], length,
                   length == 1 ? "" : "s");
        return false;
    }
    bool good = true;
    for (size_t i = 0; i < node->count; i++) {
        size_t below = cell * length + v->ranks[axis][i];
        good = read_nested(b, node->items[i], v, axis + 1, below) && good;
    }
    return good;
}

static size_t count_scalars(const hec_node *node)
{
    size_t count = node->kind != HEC_NODE_LIST;
    for (size_t i = 0; node->kind == HEC_NODE_LIST && i < node->count; i++) {
        count += count_scalars(node->items[i]);
    }
    return count;
}

static bool read_inline_table(hec_builder *b, const hec_node *map, hec_place place,
                              hec_lookup *lookup, double factor)
{
    const hec_node *axes = hec_node_get(map, "axes"), *values = hec_node_get(map, "values");
    /* numbers that carry their own unit are in years already */
    inline_values v = {.lookup = lookup, .wanted = factor == 1 ? &lookup->type : NULL};
    if (!axes || !values) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, place,
                   "a table has `file`, or `axes` with `values`");
        return false;
    }
    if (!good_axes(b, axes, HEC_NODE_MAP)) {
        return false;
    }
    bool good = true;
    for (size_t i = 0; i < axes->count; i++) {
        good = read_inline_axis(b, &axes->entries[i], lookup, (int)i, &v.ranks[i]) && good;
    }
    if (!good) {
        return false;
    }
    lookup->n_axes = (int)axes->count;
    size_t cells = cells_of(lookup), given = count_scalars(values);
    if (cells > given) { /* refused before memory is asked for */
        hec_report(b->diagnostics, HEC_CHECK_TABLE_GAP, values->place,
                   "%zu value%s for the %zu combinations of the axes", given, given == 1 ? "" : "s",
                   cells);
        return false;
    }
    v.x = hec_arena_array(b->arena, cells, sizeof *v.x);
    lookup->values = v.x;
    return v.x && read_nested(b, values, &v, 0, 0);
}

/* ---- all of it ------------------------------------------------------------------------------ */

/* Numbers of the table are in its unit. */
static void scale_by_unit(const hec_lookup *lookup, double factor)
{
    double *values = (double *)(uintptr_t)lookup->values; /* ours: filled by the functions above */
    for (size_t i = 0; factor != 1 && i < cells_of(lookup); i++) {
        values[i] *= factor;
    }
}

static hec_lookup *read_table(hec_builder *b, const hec_entry *entry)
{
    static const char *const words[] = {"source", "note", "label"};
    const hec_node *map = entry->value;
    hec_lookup *lookup = hec_arena_alloc(b->arena, sizeof *lookup);
    if (!lookup || !hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a table")) {
        return NULL;
    }
    bool file = hec_node_get(map, "file") != NULL;
    hec_node_expect_keys(b->diagnostics, map, file ? "a table from a file" : "a table",
                         file ? sizeof file_keys / sizeof file_keys[0]
                              : sizeof inline_keys / sizeof inline_keys[0],
                         file ? file_keys : inline_keys);
    hec_build_expect_words(b, map, sizeof words / sizeof words[0], words);
    hec_build_status(b, map);
    lookup->name = entry->key;
    double factor = 1;
    const hec_node *unit = hec_build_part(b, map, "unit", HEC_NODE_SCALAR);
    bool good = !unit || hec_unit_read(b->diagnostics, unit->text, unit->length, unit->place,
                                       unit->verbatim, &lookup->type, &factor);
    good = read_rules(b, map, entry->key_place, lookup) && good;
    good = (file ? read_csv_table(b, map, entry->key_place, lookup)
                 : read_inline_table(b, map, entry->key_place, lookup, factor)) &&
           good;
    if (!good) {
        return NULL;
    }
    scale_by_unit(lookup, factor);
    return lookup;
}

void hec_build_tables(hec_builder *b)
{
    const hec_node *map = hec_build_part(b, b->tree, "tables", HEC_NODE_MAP);
    for (size_t i = 0; map && i < map->count; i++) {
        const hec_entry *entry = &map->entries[i];
        if (!hec_build_identifier(b, entry->key, entry->key_place, "a table") ||
            !hec_arena_grow(b->arena, (void **)&b->tables, b->n_tables, &b->table_capacity,
                            sizeof *b->tables)) {
            continue;
        }
        const hec_binding *other = hec_build_find(b, entry->key);
        if (other) {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, entry->key_place,
                       "`%s` is the name of a table and of something else", entry->key);
            hec_report_note(b->diagnostics, other->place, "the other is defined here");
        }
        hec_lookup *lookup = read_table(b, entry);
        b->tables[b->n_tables++] = (hec_table_entry){
            .name = entry->key,
            .place = entry->key_place,
            .lookup = lookup,
        };
    }
}
