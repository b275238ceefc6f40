/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Population from a file: each row a stratum, or a person. */
#include "model/population_inner.h"

#include <string.h>

#include "base/text.h"
#include "model/csv.h"

/* ---- strata in a file ------------------------------------------------------------------------ */

/* A column of words begins with one. */
static bool is_word(const char *cell)
{
    double ignored;
    return *cell && !hec_text_to_double(cell, strlen(cell), &ignored);
}

static double word_cell(hec_builder *b, const hec_csv *csv, size_t row, size_t column)
{
    size_t cell = row * csv->columns + column;
    if (!is_word(csv->cells[cell])) {
        hec_report(b->diagnostics, HEC_CHECK_TABLE_SHAPE, csv->places[cell],
                   *csv->cells[cell] ? "a number stands in a column of words, `%s`"
                                     : "this cell of `%s` is empty",
                   csv->names[column]);
        return 0;
    }
    return hec_build_word(b, csv->cells[cell]);
}

static void read_attribute(hec_builder *b, const hec_csv *csv, size_t column, size_t n_attributes)
{
    hec_population *population = &b->model->population;
    const char *name = csv->names[column];
    bool words = is_word(csv->cells[column]);
    size_t attribute = hec_population_add(b, name, csv->header);
    population->types[attribute] = hec_population_type(name, words);
    for (size_t row = 0; row < csv->rows; row++) {
        double value = 0;
        if (words) {
            value = word_cell(b, csv, row, column);
        } else if (hec_csv_number(b->diagnostics, csv, row, column, HEC_CHECK_TABLE_SHAPE,
                                  &value)) {
            hec_population_check_age(b, name, csv->places[row * csv->columns + column], value);
        }
        population->values[row * n_attributes + attribute] = value;
    }
}

static bool read_weights(hec_builder *b, const hec_csv *csv, size_t column)
{
    bool good = true;
    for (size_t row = 0; row < csv->rows; row++) {
        double *weight = &b->model->population.weights[row];
        if (hec_csv_number(b->diagnostics, csv, row, column, HEC_CHECK_TABLE_SHAPE, weight)) {
            hec_population_check_weight(b, csv->places[row * csv->columns + column], *weight);
        } else {
            good = false;
        }
    }
    return good;
}

bool hec_population_read_rows(hec_builder *b, const hec_node *rows)
{
    static const char *const rules[] = {"drawn", "in-turn"};
    int rule = hec_build_choice(b, rows, "rows", 2, rules);
    b->model->population.in_turn = rule == 1;
    return rule >= 0;
}

/* Rows count alike, or by a column of weights; false after reporting. */
static bool read_rule(hec_builder *b, const hec_node *map)
{
    const hec_node *weight = hec_node_get(map, "weight"), *rows = hec_node_get(map, "rows");
    if (!weight && !rows) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "`weight: COLUMN` says which column of the file holds the shares");
        if (hec_build_is_persons(b)) {
            hec_report_help(b->diagnostics, "or each row is a person: rows: in-turn, or drawn");
        }
        return false;
    }
    if (weight && rows) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, rows->place,
                   "`rows` counts all rows alike, and `weight` by a column; one of them is meant");
        hec_report_note(b->diagnostics, weight->place, "`weight` stands here");
        return false;
    }
    return (!rows || hec_population_read_rows(b, rows)) &&
           (!weight || hec_node_expect(b->diagnostics, weight, HEC_NODE_SCALAR, "`weight`"));
}

static void read_rows(hec_builder *b, const hec_csv *csv, int weights, hec_place place)
{
    for (size_t column = 0; column < csv->columns; column++) {
        if ((int)column != weights) {
            read_attribute(b, csv, column, csv->columns - (weights >= 0));
        }
    }
    if (weights >= 0) {
        if (read_weights(b, csv, (size_t)weights)) {
            hec_population_check_weights(b, place);
        }
        return;
    }
    hec_population_weigh_alike(b);
}

void hec_population_read_file(hec_builder *b, const hec_node *map, const hec_node *file)
{
    const hec_node *weight = hec_node_get(map, "weight");
    hec_csv csv = {0};
    bool rule = read_rule(b, map);
    if (!hec_node_expect(b->diagnostics, file, HEC_NODE_SCALAR, "`file`") ||
        !hec_csv_read(b->arena, b->diagnostics,
                      hec_tree_resolve_path(b->arena, b->diagnostics, file->place, file->text),
                      file->place, &csv) ||
        !rule) {
        return;
    }
    int weights = weight ? hec_csv_column(b->diagnostics, &csv, weight->text, weight->place) : -1;
    if (!hec_build_is_persons(b) && csv.rows > HEC_STRATA_MAX) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, file->place,
                   "the population has %zu strata; at most %d are run", csv.rows, HEC_STRATA_MAX);
        return;
    }
    if ((weight && weights < 0) ||
        !hec_population_reserve(b, csv.rows, csv.columns - (weights >= 0))) {
        return;
    }
    read_rows(b, &csv, weights, weight ? weight->place : file->place);
}
