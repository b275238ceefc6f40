/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joint uncertainty: groups of parameters drawn together. */
#include "model/build.h"

#include <string.h>

#include "model/csv.h"

/* ---- members --------------------------------------------------------------------------------- */

/* A member needs a place under `parameters` so that it can be used and set like any other. One that
 * stands there as a mere value is the record {value: ...}: the value is its base case. */
static void take_place(hec_builder *b, hec_node *parameters, const char *name, hec_place place)
{
    hec_node *stated = hec_node_get(parameters, name);
    if (stated && stated->kind != HEC_NODE_SCALAR) {
        return;
    }
    hec_node *node = hec_arena_alloc(b->arena, sizeof *node);
    if (!node) {
        return;
    }
    *node = (hec_node){.kind = stated ? HEC_NODE_MAP : HEC_NODE_EMPTY,
                       .place = stated ? stated->place : place,
                       .text = ""};
    if (!stated || hec_node_put(b->arena, node, "value", stated->place, stated)) {
        (void)hec_node_put(b->arena, parameters, name, stated ? stated->place : place, node);
    }
}

static void add_member(hec_builder *b, hec_node *parameters, int group, size_t member,
                       const char *name, hec_place place, double mean)
{
    size_t known = hec_names_find(&b->member_names, name), number = b->member_names.count;
    if (known != SIZE_MAX) {
        const hec_draw_group *other = &b->model->groups[b->members[known].group];
        hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, place, "`%s` is drawn jointly twice",
                   name);
        hec_report_note(b->diagnostics, other->place, "it is drawn here already");
        return;
    }
    if (!hec_arena_grow(b->arena, (void **)&b->members, number, &b->member_capacity,
                        sizeof *b->members) ||
        hec_names_add(b->arena, &b->member_names, name) == SIZE_MAX) {
        return;
    }
    b->members[number] =
        (hec_joint_member){.name = name, .group = group, .member = (int)member, .mean = mean};
    b->model->groups[group].names[member] = name;
    take_place(b, parameters, name, place);
}

static int add_group(hec_builder *b, hec_draw_kind kind, hec_place place, size_t count)
{
    hec_model *model = b->model;
    const char **names = hec_arena_array(b->arena, count + 1, sizeof *names);
    if (!names || !hec_arena_grow(b->arena, (void **)&model->groups, model->n_groups,
                                  &model->group_capacity, sizeof *model->groups)) {
        return -1;
    }
    model->groups[model->n_groups] =
        (hec_draw_group){.kind = kind, .place = place, .count = count, .names = names};
    return (int)model->n_groups++;
}

/* ---- Dirichlet ------------------------------------------------------------------------------- */

static void read_dirichlet(hec_builder *b, hec_node *parameters, const hec_node *map)
{
    if (map->count < 2) {
        hec_report(b->diagnostics, HEC_CHECK_DISTRIBUTION, map->place,
                   "a Dirichlet distribution shares one among two or more parameters");
        return;
    }
    double *counts = hec_arena_array(b->arena, map->count, sizeof *counts);
    int group = counts ? add_group(b, HEC_DRAW_DIRICHLET, map->place, map->count) : -1;
    double sum = 0;
    if (group < 0) {
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        const hec_entry *entry = &map->entries[i];
        bool good = hec_build_constant(b, entry->value, NULL, "a count", &counts[i]);
        if (good && counts[i] < 0) {
            hec_report(b->diagnostics, HEC_CHECK_DISTRIBUTION, entry->value->place,
                       "the count of `%s` is negative", entry->key);
            good = false;
        }
        counts[i] = good ? counts[i] : 1;
        sum += counts[i];
    }
    if (!(sum > 0)) {
        hec_report(b->diagnostics, HEC_CHECK_DISTRIBUTION, map->place,
                   "a Dirichlet distribution needs at least one positive count");
        sum = 1;
    }
    b->model->groups[group].mean = counts;
    for (size_t i = 0; i < map->count; i++) {
        add_member(b, parameters, group, i, map->entries[i].key, map->entries[i].key_place,
                   counts[i] / sum);
    }
}

/* ---- multinormal ----------------------------------------------------------------------------- */

/* A list of n numbers, or reports. */
static double *read_numbers(hec_builder *b, const hec_node *node, size_t n, const char *what)
{
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_LIST, what)) {
        return NULL;
    }
    if (node->count != n) {
        hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, node->place,
                   "%s has %zu number%s where %zu are needed", what, node->count,
                   node->count == 1 ? "" : "s", n);
        return NULL;
    }
    double *x = hec_arena_array(b->arena, n + 1, sizeof *x);
    bool good = x != NULL;
    for (size_t i = 0; x && i < n; i++) {
        good = hec_build_constant(b, node->items[i], NULL, what, &x[i]) && good;
    }
    return good ? x : NULL;
}

static bool is_symmetric(hec_builder *b, const hec_node *node, size_t n, const double *x,
                         const char *what)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            if (x[i * n + j] != x[j * n + i]) {
                hec_report(b->diagnostics, HEC_CHECK_CORRELATION, node->items[i]->items[j]->place,
                           "%s is not symmetric: row %zu, column %zu is %g, but row %zu, column "
                           "%zu is %g",
                           what, i + 1, j + 1, x[i * n + j], j + 1, i + 1, x[j * n + i]);
                hec_report_note(b->diagnostics, node->items[j]->items[i]->place,
                                "the other stands here");
                return false;
            }
        }
    }
    return true;
}

static double *read_square(hec_builder *b, const hec_node *node, size_t n, const char *what)
{
    const char *row_words = hec_arena_format(b->arena, "a row of %s", what);
    if (!row_words || !hec_node_expect(b->diagnostics, node, HEC_NODE_LIST, what)) {
        return NULL;
    }
    if (node->count != n) {
        hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, node->place,
                   "%s has %zu row%s where %zu are needed", what, node->count,
                   node->count == 1 ? "" : "s", n);
        return NULL;
    }
    const double **rows = hec_arena_array(b->arena, n + 1, sizeof *rows);
    bool good = rows != NULL;
    for (size_t i = 0; rows && i < n; i++) {
        rows[i] = read_numbers(b, node->items[i], n, row_words);
        good = good && rows[i];
    }
    double *x = good ? hec_arena_array(b->arena, n * n + 1, sizeof *x) : NULL;
    for (size_t i = 0; x && i < n; i++) {
        memcpy(x + i * n, rows[i], n * sizeof *x);
    }
    return x && is_symmetric(b, node, n, x, what) ? x : NULL;
}

/* From `sd` and `correlation`, or `sd` alone. */
static double *make_covariance(hec_builder *b, const hec_node *sd, const hec_node *correlation,
                               size_t n)
{
    const double *spread = read_numbers(b, sd, n, "the sd");
    double *square = correlation ? read_square(b, correlation, n, "the correlation")
                                 : hec_arena_array(b->arena, n * n + 1, sizeof *square);
    for (size_t i = 0; spread && i < n; i++) {
        if (!(spread[i] > 0)) {
            hec_report(b->diagnostics, HEC_CHECK_DISTRIBUTION, sd->items[i]->place,
                       "a standard deviation is positive, not %g", spread[i]);
            return NULL;
        }
    }
    for (size_t i = 0; square && i < n; i++) {
        double *diagonal = &square[i * n + i];
        if (correlation && *diagonal != 1) {
            hec_report(b->diagnostics, HEC_CHECK_CORRELATION,
                       correlation->items[i]->items[i]->place,
                       "the diagonal of a correlation matrix is 1, not %g", *diagonal);
            return NULL;
        }
        *diagonal = 1;
    }
    for (size_t i = 0; spread && square && i < n * n; i++) {
        square[i] *= spread[i / n] * spread[i % n];
    }
    return spread ? square : NULL;
}

static double *read_covariance(hec_builder *b, const hec_node *map, size_t n)
{
    const hec_node *covariance = hec_node_get(map, "covariance");
    const hec_node *sd = hec_node_get(map, "sd"), *correlation = hec_node_get(map, "correlation");
    if (covariance && !sd && !correlation) {
        return read_square(b, covariance, n, "the covariance");
    }
    if (sd && !covariance) {
        return make_covariance(b, sd, correlation, n);
    }
    hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
               "a multinormal distribution has either `covariance`, or `sd` with `correlation`");
    return NULL;
}

static void read_multinormal(hec_builder *b, hec_node *parameters, const hec_node *map)
{
    static const char *const keys[] = {"names",       "mean",   "covariance", "sd",
                                       "correlation", "source", "note"};
    hec_node_expect_keys(b->diagnostics, map, "a multinormal distribution", 7, keys);
    hec_build_expect_words(b, map, 2, keys + 5);
    const hec_node *names = hec_node_get(map, "names"), *mean = hec_node_get(map, "mean");
    if (!names || !mean) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "a multinormal distribution needs `names` and `mean`");
        return;
    }
    if (!hec_node_expect(b->diagnostics, names, HEC_NODE_LIST, "`names`")) {
        return;
    }
    if (names->count == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, names->place, "`names` names nothing");
        return;
    }
    const double *means = read_numbers(b, mean, names->count, "the mean");
    const double *covariance = read_covariance(b, map, names->count);
    int group = add_group(b, HEC_DRAW_MULTINORMAL, map->place, names->count);
    for (size_t i = 0; group >= 0 && i < names->count; i++) {
        if (hec_node_expect(b->diagnostics, names->items[i], HEC_NODE_SCALAR, "a name")) {
            add_member(b, parameters, group, i, names->items[i]->text, names->items[i]->place,
                       means ? means[i] : 0);
        }
    }
    if (group >= 0) {
        b->model->groups[group].mean = means;
        b->model->groups[group].covariance = covariance;
    }
}

/* ---- rows of a file -------------------------------------------------------------------------- */

static bool good_columns(hec_builder *b, const hec_node *columns)
{
    bool map = columns && columns->kind == HEC_NODE_MAP, good = true;
    if (!columns) {
        return true;
    }
    if (!map && !hec_node_expect(b->diagnostics, columns, HEC_NODE_LIST, "`columns`")) {
        return false;
    }
    for (size_t i = 0; i < columns->count; i++) {
        const hec_node *column = map ? columns->entries[i].value : columns->items[i];
        good = hec_node_expect(b->diagnostics, column, HEC_NODE_SCALAR, "a column") && good;
    }
    if (columns->count == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, columns->place,
                   "`columns` names no column; left out, every column is read");
    }
    return good && columns->count > 0;
}

/* `columns`: a list of names, or a map name: column; left out: every column under its own name. */
static size_t count_columns(const hec_node *columns, const hec_csv *csv)
{
    return columns ? columns->count : csv->columns;
}

static const char *column_name(const hec_node *columns, const hec_csv *csv, size_t i,
                               const char **name, hec_place *place)
{
    if (!columns) {
        *name = csv->names[i];
        *place = csv->header;
        return *name;
    }
    if (columns->kind == HEC_NODE_MAP) {
        *name = columns->entries[i].key;
        *place = columns->entries[i].value->place;
        return columns->entries[i].value->text;
    }
    *name = columns->items[i]->text;
    *place = columns->items[i]->place;
    return *name;
}

/* One column into every n-th place of `values`; its mean. */
static double read_column(hec_builder *b, const hec_csv *csv, size_t column, size_t n,
                          double *values)
{
    double sum = 0;
    for (size_t row = 0; row < csv->rows; row++) {
        double *cell = &values[row * n];
        if (!hec_csv_number(b->diagnostics, csv, row, column, HEC_CHECK_SAMPLES, cell)) {
            *cell = 0;
        }
        sum += *cell;
    }
    return sum / (double)csv->rows;
}

static bool read_draws(hec_builder *b, const hec_node *map, hec_csv *csv)
{
    const hec_node *file = hec_node_get(map, "file");
    if (!file) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "`file` is missing: a CSV with a row for each draw");
        return false;
    }
    return hec_node_expect(b->diagnostics, file, HEC_NODE_SCALAR, "`file`") &&
           hec_csv_read(b->arena, b->diagnostics,
                        hec_tree_resolve_path(b->arena, b->diagnostics, file->place, file->text),
                        file->place, csv);
}

/* The members have their names even where the file has mistakes: nothing else fails for it. */
static void read_samples(hec_builder *b, hec_node *parameters, const hec_node *map,
                         hec_draw_kind kind)
{
    static const char *const keys[] = {"file", "columns", "replace_distributions", "source",
                                       "note"};
    hec_node_expect_keys(b->diagnostics, map, "a file of draws", 5, keys);
    hec_build_expect_words(b, map, 2, keys + 3);
    bool replaces = hec_build_truth(b, map, "replace_distributions");
    size_t first = b->member_names.count;
    const hec_node *columns = hec_node_get(map, "columns");
    hec_csv csv = {0};
    bool read = read_draws(b, map, &csv);
    if (!good_columns(b, columns) || (!columns && !read)) {
        return;
    }
    size_t n = count_columns(columns, &csv), rows = read ? csv.rows : 0;
    size_t cells = rows <= SIZE_MAX / n ? n * rows : SIZE_MAX;
    double *values = hec_arena_array(b->arena, cells, sizeof *values);
    int group = values ? add_group(b, kind, map->place, n) : -1;
    for (size_t i = 0; group >= 0 && i < n; i++) {
        const char *name = NULL;
        hec_place place = map->place;
        const char *wanted = column_name(columns, &csv, i, &name, &place);
        int column = read ? hec_csv_column(b->diagnostics, &csv, wanted, place) : -1;
        double mean = column < 0 ? 0 : read_column(b, &csv, (size_t)column, n, values + i);
        add_member(b, parameters, group, i, name, place, mean);
    }
    for (size_t i = first; i < b->member_names.count; i++) {
        b->members[i].replaces = replaces;
    }
    if (group >= 0) {
        b->model->groups[group].rows = rows;
        b->model->groups[group].values = values;
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void read_group(hec_builder *b, hec_node *parameters, const hec_node *node)
{
    static const char *const keys[] = {"dirichlet", "multinormal", "samples",
                                       "bootstrap", "source",      "note"};
    enum { KINDS = 4 };
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_MAP, "a joint distribution")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, node, "a joint distribution", 6, keys);
    hec_build_expect_words(b, node, 2, keys + KINDS);
    size_t stated = 0;
    for (size_t i = 0; i < KINDS; i++) {
        const hec_node *map = hec_node_get(node, keys[i]);
        stated += map != NULL;
        const char *what = hec_arena_format(b->arena, "`%s`", keys[i]);
        if (!map || !hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, what ? what : keys[i])) {
            continue;
        }
        if (i == 0) {
            read_dirichlet(b, parameters, map);
        } else if (i == 1) {
            read_multinormal(b, parameters, map);
        } else {
            read_samples(b, parameters, map, i == 2 ? HEC_DRAW_SAMPLES : HEC_DRAW_BOOTSTRAP);
        }
    }
    if (stated != 1) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place,
                   "an item of `joint` is one of `dirichlet`, `multinormal`, `samples` and "
                   "`bootstrap`, and this is %s",
                   stated == 0 ? "none" : "several");
    }
}

void hec_build_joint(hec_builder *b, hec_node *tree)
{
    const hec_node *joint = hec_build_part(b, tree, "joint", HEC_NODE_LIST);
    hec_node *parameters = hec_node_get(tree, "parameters");
    if (!joint ||
        (parameters && parameters->kind != HEC_NODE_EMPTY && parameters->kind != HEC_NODE_MAP)) {
        return;
    }
    if (!parameters || parameters->kind == HEC_NODE_EMPTY) {
        parameters = hec_arena_alloc(b->arena, sizeof *parameters);
        if (!parameters) {
            return;
        }
        *parameters = (hec_node){.kind = HEC_NODE_MAP, .place = joint->place, .text = ""};
        (void)hec_node_put(b->arena, tree, "parameters", joint->place, parameters);
    }
    for (size_t i = 0; i < joint->count; i++) {
        read_group(b, parameters, joint->items[i]);
    }
}
