/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joint uncertainty: groups of parameters drawn together. */
#include "model/build.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/csv.h"

/* A member needs a place under `parameters` so that it can be used and set like any other. */
static void add_member(hec_builder *b, hec_node *parameters, int group, size_t member,
                       const char *name, hec_place place, double mean)
{
    for (size_t i = 0; i < b->n_members; i++) {
        if (strcmp(b->members[i].name, name) == 0) {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, place,
                       "`%s` is drawn in two joint distributions", name);
            return;
        }
    }
    if (!hec_arena_grow(b->arena, (void **)&b->members, b->n_members, &b->member_capacity,
                        sizeof *b->members)) {
        return;
    }
    b->members[b->n_members++] =
        (hec_joint_member){.name = name, .group = group, .member = (int)member, .mean = mean};
    b->model->groups[group].names[member] = name;
    if (!hec_node_get(parameters, name)) {
        hec_node *empty = hec_arena_alloc(b->arena, sizeof *empty);
        if (empty) {
            *empty = (hec_node){.kind = HEC_NODE_EMPTY, .place = place};
            (void)hec_node_put(b->arena, parameters, name, place, empty);
        }
    }
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

static void read_dirichlet(hec_builder *b, hec_node *parameters, const hec_node *map)
{
    if (!hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "`dirichlet`")) {
        return;
    }
    double *counts = hec_arena_array(b->arena, map->count + 1, sizeof *counts);
    int group = counts ? add_group(b, HEC_DRAW_DIRICHLET, map->place, map->count) : -1;
    double sum = 0;
    if (group < 0) {
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        if (!hec_build_constant(b, map->entries[i].value, NULL, "a count", &counts[i])) {
            counts[i] = 1;
        } else if (counts[i] < 0) {
            hec_report(b->diagnostics, HEC_CHECK_DISTRIBUTION, map->entries[i].value->place,
                       "the counts of a Dirichlet distribution are not negative");
            counts[i] = 1;
        }
        sum += counts[i];
    }
    if (!(sum > 0)) {
        hec_report(b->diagnostics, HEC_CHECK_DISTRIBUTION, map->place,
                   "a Dirichlet distribution needs at least one positive count");
        return;
    }
    b->model->groups[group].mean = counts;
    for (size_t i = 0; i < map->count; i++) {
        add_member(b, parameters, group, i, map->entries[i].key, map->entries[i].key_place,
                   counts[i] / sum);
    }
}

/* A list of n numbers, or reports. */
static double *read_numbers(hec_builder *b, const hec_node *node, size_t n, const char *what)
{
    double *x = hec_arena_array(b->arena, n + 1, sizeof *x);
    if (!x || !hec_node_expect(b->diagnostics, node, HEC_NODE_LIST, what)) {
        return NULL;
    }
    if (node->count != n) {
        hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, node->place,
                   "%s has %zu numbers where %zu are needed", what, node->count, n);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        if (!hec_build_constant(b, node->items[i], NULL, what, &x[i])) {
            return NULL;
        }
    }
    return x;
}

static double *read_square(hec_builder *b, const hec_node *node, size_t n, const char *what)
{
    double *x = hec_arena_array(b->arena, n * n + 1, sizeof *x);
    if (!x || !hec_node_expect(b->diagnostics, node, HEC_NODE_LIST, what)) {
        return NULL;
    }
    if (node->count != n) {
        hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, node->place,
                   "%s has %zu rows where %zu are needed", what, node->count, n);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        const double *row = read_numbers(b, node->items[i], n, what);
        if (!row) {
            return NULL;
        }
        memcpy(x + i * n, row, n * sizeof *x);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            if (x[i * n + j] != x[j * n + i]) {
                hec_report(b->diagnostics, HEC_CHECK_CORRELATION, node->place,
                           "%s is not symmetric: row %zu, column %zu is %g, but row %zu, column "
                           "%zu is %g", what, i + 1, j + 1, x[i * n + j], j + 1, i + 1,
                           x[j * n + i]);
                return NULL;
            }
        }
    }
    return x;
}

static double *read_covariance(hec_builder *b, const hec_node *map, size_t n)
{
    const hec_node *covariance = hec_node_get(map, "covariance");
    const hec_node *sd = hec_node_get(map, "sd"), *correlation = hec_node_get(map, "correlation");
    if (covariance && !sd && !correlation) {
        return read_square(b, covariance, n, "the covariance");
    }
    if (covariance || !sd) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "a multinormal distribution has either `covariance`, or `sd` with `correlation`");
        return NULL;
    }
    const double *spread = read_numbers(b, sd, n, "the sd");
    double *square = correlation ? read_square(b, correlation, n, "the correlation")
                                 : hec_arena_array(b->arena, n * n + 1, sizeof *square);
    if (!spread || !square) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        if (!correlation || square[i * n + i] == 1) {
            square[i * n + i] = 1;
        } else {
            hec_report(b->diagnostics, HEC_CHECK_CORRELATION, correlation->place,
                       "the diagonal of a correlation matrix is 1");
            return NULL;
        }
    }
    for (size_t i = 0; i < n * n; i++) {
        square[i] *= spread[i / n] * spread[i % n];
    }
    return square;
}

static void read_multinormal(hec_builder *b, hec_node *parameters, const hec_node *map)
{
    static const char *const keys[] = {"names", "mean", "covariance", "sd", "correlation", "source",
                                       "note"};
    if (!hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "`multinormal`")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "a multinormal distribution", 7, keys);
    const hec_node *names = hec_node_get(map, "names"), *mean = hec_node_get(map, "mean");
    if (!names || !mean) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "a multinormal distribution needs `names` and `mean`");
        return;
    }
    if (!hec_node_expect(b->diagnostics, names, HEC_NODE_LIST, "`names`")) {
        return;
    }
    const double *means = read_numbers(b, mean, names->count, "the mean");
    const double *covariance = read_covariance(b, map, names->count);
    if (!means || !covariance) {
        return;
    }
    int group = add_group(b, HEC_DRAW_MULTINORMAL, map->place, names->count);
    for (size_t i = 0; group >= 0 && i < names->count; i++) {
        if (hec_node_expect(b->diagnostics, names->items[i], HEC_NODE_SCALAR, "a name")) {
            add_member(b, parameters, group, i, names->items[i]->text, names->items[i]->place,
                       means[i]);
        }
    }
    if (group >= 0) {
        b->model->groups[group].mean = means;
        b->model->groups[group].covariance = covariance;
    }
}

static bool good_columns(hec_builder *b, const hec_node *columns)
{
    if (!columns || columns->kind == HEC_NODE_MAP) {
        for (size_t i = 0; columns && i < columns->count; i++) {
            if (!hec_node_expect(b->diagnostics, columns->entries[i].value, HEC_NODE_SCALAR,
                                 "a column")) {
                return false;
            }
        }
        return true;
    }
    if (!hec_node_expect(b->diagnostics, columns, HEC_NODE_LIST, "`columns`")) {
        return false;
    }
    for (size_t i = 0; i < columns->count; i++) {
        if (!hec_node_expect(b->diagnostics, columns->items[i], HEC_NODE_SCALAR, "a column")) {
            return false;
        }
    }
    return true;
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

static void read_samples(hec_builder *b, hec_node *parameters, const hec_node *map,
                         hec_draw_kind kind)
{
    static const char *const keys[] = {"file", "columns", "source", "note"};
    if (!hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a file of draws")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "a file of draws", 4, keys);
    const hec_node *file = hec_node_get(map, "file"), *columns = hec_node_get(map, "columns");
    hec_csv csv = {0};
    if (!file) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place, "`file` is missing");
        return;
    }
    if (!good_columns(b, columns) ||
        !hec_node_expect(b->diagnostics, file, HEC_NODE_SCALAR, "`file`") ||
        !hec_csv_read(b->arena, b->diagnostics,
                      hec_tree_resolve_path(b->arena, b->diagnostics, file->place, file->text),
                      file->place, &csv)) {
        return;
    }
    size_t n = count_columns(columns, &csv);
    double *values = hec_arena_array(b->arena, n * csv.rows + 1, sizeof *values);
    int group = values ? add_group(b, kind, map->place, n) : -1;
    for (size_t i = 0; group >= 0 && i < n; i++) {
        const char *name = NULL;
        hec_place place = map->place;
        int column = hec_csv_column(b->diagnostics, &csv,
                                    column_name(columns, &csv, i, &name, &place), place);
        double sum = 0;
        for (size_t row = 0; column >= 0 && row < csv.rows; row++) {
            double *cell = &values[row * n + i];
            if (!hec_csv_number(b->diagnostics, &csv, row, (size_t)column, HEC_CHECK_SAMPLES,
                                cell)) {
                *cell = 0;
            }
            sum += *cell;
        }
        if (column >= 0) {
            add_member(b, parameters, group, i, name, place, sum / (double)csv.rows);
        }
    }
    if (group >= 0) {
        b->model->groups[group].rows = csv.rows;
        b->model->groups[group].values = values;
    }
}

static void read_group(hec_builder *b, hec_node *parameters, const hec_node *node)
{
    static const char *const keys[] = {"dirichlet", "multinormal", "samples", "bootstrap", "source",
                                       "note"};
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_MAP, "a joint distribution")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, node, "`joint`", 6, keys);
    const hec_node *dirichlet = hec_node_get(node, "dirichlet");
    const hec_node *multinormal = hec_node_get(node, "multinormal");
    const hec_node *samples = hec_node_get(node, "samples");
    const hec_node *bootstrap = hec_node_get(node, "bootstrap");
    if (dirichlet) {
        read_dirichlet(b, parameters, dirichlet);
    }
    if (multinormal) {
        read_multinormal(b, parameters, multinormal);
    }
    if (samples) {
        read_samples(b, parameters, samples, HEC_DRAW_SAMPLES);
    }
    if (bootstrap) {
        read_samples(b, parameters, bootstrap, HEC_DRAW_BOOTSTRAP);
    }
}

void hec_build_joint(hec_builder *b, hec_node *tree)
{
    const hec_node *joint = hec_node_get(tree, "joint");
    if (!joint || !hec_node_expect(b->diagnostics, joint, HEC_NODE_LIST, "`joint`")) {
        return;
    }
    hec_node *parameters = hec_node_get(tree, "parameters");
    if (!parameters || parameters->kind == HEC_NODE_EMPTY) {
        parameters = hec_arena_alloc(b->arena, sizeof *parameters);
        if (!parameters) {
            return;
        }
        *parameters = (hec_node){.kind = HEC_NODE_MAP, .place = joint->place};
        (void)hec_node_put(b->arena, tree, "parameters", joint->place, parameters);
    }
    for (size_t i = 0; i < joint->count; i++) {
        read_group(b, parameters, joint->items[i]);
    }
}
