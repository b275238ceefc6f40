/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frame: time, population, uncertainty and perspectives of a model. */
#include "model/build.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/csv.h"

enum { CYCLES_MAX = 100000, STRATA_MAX = 1000000 };

/* ---- time ----------------------------------------------------------------------------------- */

void hec_build_time(hec_builder *b)
{
    static const char *const keys[] = {"cycle", "cycles", "horizon", "start_year", "lifetime"};
    hec_model *model = b->model;
    const hec_node *time = hec_node_get(b->tree, "time");
    model->cycle_length = 1;
    model->cycles = 1;
    model->start_year = NAN;
    if (!time) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, b->tree->place,
                   "`time` is missing: how long a cycle is, and how many there are");
        hec_report_help(b->diagnostics, "time: {cycle: 1 year, cycles: 40}");
        return;
    }
    if (!hec_node_expect(b->diagnostics, time, HEC_NODE_MAP, "`time`")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, time, "`time`", 5, keys);
    const hec_node *cycle = hec_node_get(time, "cycle"), *cycles = hec_node_get(time, "cycles");
    const hec_node *horizon = hec_node_get(time, "horizon");
    const hec_node *start_year = hec_node_get(time, "start_year");
    const hec_node *lifetime = hec_node_get(time, "lifetime");
    if (!cycle || (!cycles == !horizon)) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, time->place,
                   "`time` needs `cycle`, and either `cycles` or `horizon`");
        return;
    }
    double length = 1;
    if (hec_build_constant(b, cycle, &HEC_TYPE_YEARS, "the cycle length", &length) && !(length > 0)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, cycle->place,
                   "the cycle length must be positive");
        length = 1;
    }
    model->cycle_length = length;
    double years = 0;
    if (cycles) {
        (void)hec_build_integer(b, cycles, "the number of cycles", 1, CYCLES_MAX, &model->cycles);
    } else if (hec_build_constant(b, horizon, &HEC_TYPE_YEARS, "the horizon", &years)) {
        double n = years / length;
        model->cycles = (int64_t)llround(n);
        if (fabs(n - (double)model->cycles) > 1e-9 * n || model->cycles < 1 ||
            model->cycles > CYCLES_MAX) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, horizon->place,
                       "the horizon is %.10g cycles; it must be a whole number from 1 to %d", n,
                       CYCLES_MAX);
            model->cycles = 1;
        }
    }
    if (start_year) {
        (void)hec_build_constant(b, start_year, NULL, "the starting year", &model->start_year);
    }
    model->lifetime = lifetime && lifetime->kind == HEC_NODE_SCALAR &&
                      strcmp(lifetime->text, "true") == 0;
}

/* ---- population ----------------------------------------------------------------------------- */

static hec_type attribute_type(const char *name, bool word)
{
    if (word) {
        return (hec_type){.kind = HEC_KIND_LABEL};
    }
    return strcmp(name, "age") == 0 ? HEC_TYPE_YEARS : HEC_TYPE_ANY;
}

/* A number, a time ("40 years") or a word. */
static double attribute_number(hec_builder *b, const hec_node *node, bool *word)
{
    double value = 0;
    if (node->kind == HEC_NODE_SCALAR && !hec_text_to_double(node->text, node->length, &value)) {
        const char *text = node->text;
        size_t length = node->length;
        bool quotes = length >= 2 && (text[0] == '\'' || text[0] == '"');
        bool digit = length > 0 && text[0] >= '0' && text[0] <= '9';
        if (node->quoted || quotes || !digit) {
            *word = true;
            return hec_build_word(b, quotes ? hec_arena_copy(b->arena, text + 1, length - 2) : text);
        }
    }
    *word = false;
    (void)hec_build_constant(b, node, &HEC_TYPE_YEARS, "an attribute", &value);
    return value;
}

static size_t attribute_index(hec_builder *b, const char *name, size_t limit)
{
    hec_population *population = &b->model->population;
    for (size_t i = 0; i < population->n_attributes; i++) {
        if (strcmp(population->attributes[i], name) == 0) {
            return i;
        }
    }
    if (population->n_attributes < limit) {
        population->attributes[population->n_attributes] = name;
        return population->n_attributes++;
    }
    return limit;
}

static bool reserve(hec_builder *b, size_t strata, size_t attributes)
{
    hec_population *population = &b->model->population;
    population->attributes = hec_arena_array(b->arena, attributes + 1, sizeof(char *));
    population->types = hec_arena_array(b->arena, attributes + 1, sizeof(hec_type));
    population->weights = hec_arena_array(b->arena, strata + 1, sizeof(double));
    population->values = hec_arena_array(b->arena, strata * attributes + 1, sizeof(double));
    population->n_strata = strata;
    return population->attributes && population->types && population->weights && population->values;
}

/* One stratum from a map; `weight` and `size` are not attributes. */
static void read_stratum(hec_builder *b, const hec_node *map, size_t stratum, size_t n_attributes)
{
    hec_population *population = &b->model->population;
    size_t found = 0;
    for (size_t i = 0; i < map->count; i++) {
        const char *key = map->entries[i].key;
        if (strcmp(key, "weight") == 0 || strcmp(key, "size") == 0) {
            continue;
        }
        size_t index = attribute_index(b, key, n_attributes);
        if (index == n_attributes) {
            hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_KEY, map->entries[i].key_place,
                       "the first stratum has no attribute `%s`; all have the same", key);
            continue;
        }
        bool word = false;
        double value = attribute_number(b, map->entries[i].value, &word);
        population->values[stratum * n_attributes + index] = value;
        hec_type type = attribute_type(key, word);
        if (stratum > 0 && type.kind != population->types[index].kind) {
            hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, map->entries[i].value->place,
                       "`%s` is a word in one stratum and a number in another", key);
        }
        population->types[index] = type;
        found++;
    }
    if (found < n_attributes) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "this stratum has %zu attributes where the first has %zu", found, n_attributes);
    }
}

static void check_weights(hec_builder *b, hec_place place)
{
    const hec_population *population = &b->model->population;
    double sum = 0;
    for (size_t i = 0; i < population->n_strata; i++) {
        if (!(population->weights[i] >= 0)) {
            hec_report(b->diagnostics, HEC_CHECK_START_SUM, place,
                       "the weight of stratum %zu is negative", i + 1);
        }
        sum += population->weights[i];
    }
    if (fabs(sum - 1) > 1e-9) {
        hec_report(b->diagnostics, HEC_CHECK_START_SUM, place,
                   "the weights of the strata sum to %.12g, not to 1", sum);
        hec_report_help(b->diagnostics, "give shares of the population; they are never rescaled");
    }
}

static void read_strata_list(hec_builder *b, const hec_node *list)
{
    if (!hec_node_expect(b->diagnostics, list, HEC_NODE_LIST, "`strata`") || list->count == 0) {
        return;
    }
    size_t n = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!hec_node_expect(b->diagnostics, list->items[i], HEC_NODE_MAP, "a stratum")) {
            return;
        }
    }
    n = list->items[0]->count - (hec_node_get(list->items[0], "weight") ? 1 : 0);
    if (!reserve(b, list->count, n)) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        const hec_node *weight = hec_node_get(list->items[i], "weight");
        if (!weight) {
            hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, list->items[i]->place,
                       "a stratum needs its `weight`");
        } else {
            (void)hec_build_constant(b, weight, NULL, "a weight", &b->model->population.weights[i]);
        }
        read_stratum(b, list->items[i], i, n);
    }
    check_weights(b, list->place);
}

static void read_csv_cell(hec_builder *b, const hec_csv *csv, size_t row, size_t column,
                          size_t attribute)
{
    hec_population *population = &b->model->population;
    const char *cell = csv->cells[row * csv->columns + column];
    double value = 0;
    bool number = hec_text_to_double(cell, strlen(cell), &value);
    if (row == 0) {
        population->types[attribute] = attribute_type(csv->names[column], !number);
    }
    if (population->types[attribute].kind == HEC_KIND_LABEL) {
        value = hec_build_word(b, cell);
    } else if (!hec_csv_number(b->diagnostics, csv, row, column, HEC_CHECK_TABLE_SHAPE, &value)) {
        value = 0;
    }
    population->values[row * population->n_attributes + attribute] = value;
}

static void read_strata_file(hec_builder *b, const hec_node *map, const hec_node *file)
{
    const hec_node *weight = hec_node_get(map, "weight");
    hec_population *population = &b->model->population;
    hec_csv csv = {0};
    if (!weight) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "`weight: COLUMN` says which column of the file holds the shares");
        return;
    }
    if (!hec_node_expect(b->diagnostics, file, HEC_NODE_SCALAR, "`file`") ||
        !hec_node_expect(b->diagnostics, weight, HEC_NODE_SCALAR, "`weight`") ||
        !hec_csv_read(b->arena, b->diagnostics,
                      hec_tree_resolve_path(b->arena, b->diagnostics, file->place, file->text),
                      file->place, &csv)) {
        return;
    }
    int weights = hec_csv_column(b->diagnostics, &csv, weight->text, weight->place);
    if (weights < 0 || !reserve(b, csv.rows, csv.columns - 1)) {
        return;
    }
    for (size_t column = 0; column < csv.columns; column++) {
        if (column != (size_t)weights) {
            population->attributes[population->n_attributes++] = csv.names[column];
        }
    }
    for (size_t row = 0; row < csv.rows; row++) {
        size_t attribute = 0;
        (void)hec_csv_number(b->diagnostics, &csv, row, (size_t)weights, HEC_CHECK_TABLE_SHAPE,
                             &population->weights[row]);
        for (size_t column = 0; column < csv.columns; column++) {
            if (column != (size_t)weights) {
                read_csv_cell(b, &csv, row, column, attribute++);
            }
        }
    }
    check_weights(b, weight->place);
}

void hec_build_population(hec_builder *b)
{
    static const char *const list_keys[] = {"strata", "file", "weight", "size"};
    hec_population *population = &b->model->population;
    const hec_node *map = hec_node_get(b->tree, "population");
    population->size = 1;
    if (!map || map->kind == HEC_NODE_EMPTY) {
        if (reserve(b, 1, 0)) {
            population->weights[0] = 1;
        }
        return;
    }
    if (!hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "`population`")) {
        return;
    }
    const hec_node *strata = hec_node_get(map, "strata"), *file = hec_node_get(map, "file");
    const hec_node *size = hec_node_get(map, "size");
    if (size) {
        (void)hec_build_constant(b, size, NULL, "the size of the population", &population->size);
    }
    if (strata || file) {
        hec_node_expect_keys(b->diagnostics, map, "a population of strata", 4, list_keys);
        if (strata) {
            read_strata_list(b, strata);
        } else {
            read_strata_file(b, map, file);
        }
    } else if (reserve(b, 1, map->count - (size ? 1 : 0))) {
        population->weights[0] = 1;
        read_stratum(b, map, 0, map->count - (size ? 1 : 0));
    }
}

/* ---- uncertainty ---------------------------------------------------------------------------- */

void hec_build_uncertainty(hec_builder *b)
{
    static const char *const keys[] = {"draws", "seed", "design"};
    static const char *const designs[] = {"random", "latin-hypercube", "sobol"};
    hec_model *model = b->model;
    const hec_node *map = hec_node_get(b->tree, "uncertainty");
    model->design = "random";
    if (!map || map->kind == HEC_NODE_EMPTY ||
        !hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "`uncertainty`")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "`uncertainty`", 3, keys);
    const hec_node *draws = hec_node_get(map, "draws"), *seed = hec_node_get(map, "seed");
    const hec_node *design = hec_node_get(map, "design");
    int64_t value = 0;
    if (draws && hec_build_integer(b, draws, "the number of draws", 0, 1000000000, &value)) {
        model->draw_count = value;
    }
    if (seed && hec_build_integer(b, seed, "the seed", 0, INT64_C(9007199254740992), &value)) {
        model->seed = (uint64_t)value;
        model->has_seed = true;
    }
    if (design && hec_node_expect(b->diagnostics, design, HEC_NODE_SCALAR, "`design`")) {
        model->design = design->text;
        for (size_t i = 0; i < 3; i++) {
            if (strcmp(design->text, designs[i]) == 0) {
                return;
            }
        }
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, design->place,
                   "the design `%s` is not known", design->text);
        hec_report_help(b->diagnostics, "random, latin-hypercube or sobol");
    }
}

/* ---- perspectives --------------------------------------------------------------------------- */

static bool add_perspective(hec_builder *b, const char *name)
{
    hec_model *model = b->model;
    bool *counts = hec_arena_array(b->arena, model->n_costs + 1, sizeof *counts);
    if (!counts) {
        return false;
    }
    for (size_t i = 0; i < model->n_costs; i++) {
        counts[i] = true;
    }
    model->perspectives[model->n_perspectives++] = (hec_perspective){name, counts};
    return true;
}

static void read_categories(hec_builder *b, const hec_node *list)
{
    hec_model *model = b->model;
    bool *counts = model->perspectives[model->n_perspectives - 1].counts;
    memset(counts, 0, model->n_costs * sizeof *counts);
    for (size_t i = 0; i < list->count; i++) {
        if (!hec_node_expect(b->diagnostics, list->items[i], HEC_NODE_SCALAR, "a cost category")) {
            continue;
        }
        int outcome = hec_build_outcome(model, HEC_OUTCOME_COST, list->items[i]->text);
        if (outcome < 0) {
            hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, list->items[i]->place,
                       "no cost has the category `%s`", list->items[i]->text);
        } else {
            counts[outcome] = true;
        }
    }
}

void hec_build_perspectives(hec_builder *b)
{
    hec_model *model = b->model;
    const hec_node *map = hec_node_get(b->tree, "perspectives");
    size_t count = map && map->kind == HEC_NODE_MAP ? map->count : 0;
    const char *wanted = model->economics.perspective;
    model->perspectives = hec_arena_array(b->arena, count + 1, sizeof *model->perspectives);
    if (!model->perspectives ||
        (map && !hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "`perspectives`"))) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const hec_node *value = map->entries[i].value;
        if (!add_perspective(b, map->entries[i].key)) {
            return;
        }
        if (value->kind == HEC_NODE_LIST) {
            read_categories(b, value);
        } else if (value->kind != HEC_NODE_SCALAR || strcmp(value->text, "all") != 0) {
            hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, value->place,
                       "a perspective is `all` or a list of cost categories");
        }
    }
    /* a model without perspectives has one, which counts every cost */
    if (count == 0 && wanted) {
        (void)add_perspective(b, wanted);
    }
    model->perspective = -1;
    for (size_t i = 0; wanted && i < model->n_perspectives; i++) {
        if (strcmp(model->perspectives[i].name, wanted) == 0) {
            model->perspective = (int)i;
        }
    }
    if (wanted && model->perspective < 0) {
        const hec_node *economics = hec_node_get(b->tree, "economics");
        const hec_node *node = economics ? hec_node_get(economics, "perspective") : NULL;
        hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, node ? node->place : map->place,
                   "the perspective `%s` is not among `perspectives:`", wanted);
        hec_report_help(b->diagnostics, "perspectives: {%s: all}, or a list of cost categories",
                        wanted);
    }
}
