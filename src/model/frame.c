/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frame: time, population, uncertainty and perspectives of a model. */
#include "model/build.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/csv.h"

enum { CYCLES_MAX = 100000, STRATA_MAX = 1000000 };

/* ---- time ----------------------------------------------------------------------------------- */

static void read_cycle_length(hec_builder *b, const hec_node *node)
{
    double length = 1;
    if (!hec_build_constant(b, node, &HEC_TYPE_YEARS, "the cycle length", &length)) {
        return;
    }
    double ignored;
    if (hec_text_to_double(node->text, node->length, &ignored)) {
        hec_report(b->diagnostics, HEC_CHECK_UNIT_MISMATCH, node->place,
                   "the cycle length needs a unit of time");
        hec_report_help(b->diagnostics, "such as `1 year`, `6 months` or `1 week`");
    }
    if (!(length > 0)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "the cycle length must be positive");
        length = 1;
    }
    b->model->cycle_length = length;
}

static void read_cycles(hec_builder *b, const hec_node *node)
{
    hec_value value = hec_build_expression(b, node);
    bool time =
        value.type.kind == HEC_KIND_QUANTITY && hec_type_agree(&value.type, &HEC_TYPE_YEARS);
    b->no_cycles = true;
    if (value.id >= 0 && time) {
        (void)hec_build_wants(b, value, &HEC_TYPE_RATIO, node, "the number of cycles",
                              "how long the model runs is written `horizon: 20 years`");
    } else if (value.id >= 0) {
        b->no_cycles =
            !hec_build_integer(b, node, "the number of cycles", 1, CYCLES_MAX, &b->model->cycles);
    }
}

static void read_horizon(hec_builder *b, const hec_node *node)
{
    hec_model *model = b->model;
    double years = 0;
    b->no_cycles = true;
    if (!hec_build_constant(b, node, &HEC_TYPE_YEARS, "the horizon", &years)) {
        return;
    }
    double n = years / model->cycle_length;
    if (!(n >= 0.5 && n <= CYCLES_MAX) || fabs(n - round(n)) > 1e-9 * n) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "the horizon is %.10g cycles; it must be a whole number from 1 to %d", n,
                   CYCLES_MAX);
        if (n >= 0.5 && n < CYCLES_MAX) {
            hec_report_help(b->diagnostics, "`cycles: %.0f` comes nearest", n);
        }
        return;
    }
    model->cycles = (int64_t)llround(n);
    b->no_cycles = false;
}

static void read_start_year(hec_builder *b, const hec_node *node)
{
    double year = 0;
    if (!hec_build_constant(b, node, NULL, "the starting year", &year)) {
        return;
    }
    if (!(year >= 1000 && year < 3000)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "the starting year is a calendar year such as 2024, not %g", year);
        return;
    }
    b->model->start_year = year;
}

void hec_build_time(hec_builder *b)
{
    static const char *const keys[] = {"cycle", "cycles", "horizon", "start_year", "lifetime"};
    hec_model *model = b->model;
    const hec_node *time = hec_node_get(b->tree, "time");
    model->cycle_length = 1;
    model->cycles = 1;
    model->start_year = NAN;
    b->no_cycles = true;
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
    const hec_node *cycle = hec_build_stated(time, "cycle");
    const hec_node *cycles = hec_build_stated(time, "cycles");
    const hec_node *horizon = hec_build_stated(time, "horizon");
    const hec_node *start_year = hec_build_stated(time, "start_year");
    if (!cycle) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, time->place,
                   "`time` does not say how long a `cycle` is");
        hec_report_help(b->diagnostics, "cycle: 1 year");
    } else {
        read_cycle_length(b, cycle);
    }
    if (cycles && horizon) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, horizon->place,
                   "`horizon` and `cycles` say the same thing twice; one of them is enough");
        hec_report_note(b->diagnostics, cycles->place, "`cycles` stands here");
    } else if (!cycles && !horizon) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, time->place,
                   "`time` does not say how long the model runs");
        hec_report_help(b->diagnostics, "cycles: 40, or horizon: 40 years");
    }
    b->no_cycles = !cycles && !horizon;
    if (cycles) {
        read_cycles(b, cycles);
    } else if (horizon) {
        read_horizon(b, horizon);
    }
    if (start_year) {
        read_start_year(b, start_year);
    }
    model->lifetime = hec_build_truth(b, time, "lifetime");
}

/* ---- attributes ----------------------------------------------------------------------------- */

static const char *const clock_names[] = {"cycle", "t", "year", "time_in_state", "cycle_length"};

/* An attribute becomes a name of expressions. */
static void check_attribute(hec_builder *b, const char *name, hec_place place)
{
    if (!hec_build_identifier(b, name, place, "an attribute")) {
        return;
    }
    for (size_t i = 0; i < sizeof clock_names / sizeof clock_names[0]; i++) {
        if (strcmp(name, clock_names[i]) == 0) {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, place,
                       "`%s` is a name of the language; an attribute needs another name", name);
        }
    }
}

static hec_type attribute_type(const char *name, bool word)
{
    if (word) {
        return (hec_type){.kind = HEC_KIND_LABEL};
    }
    return strcmp(name, "age") == 0 ? HEC_TYPE_YEARS : HEC_TYPE_ANY;
}

static void check_age(hec_builder *b, const char *name, hec_place place, double value)
{
    if (strcmp(name, "age") == 0 && !(value >= 0 && value <= 150)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, place, "nobody is %g years old", value);
    }
}

/* A number, a time ("40 years") or a word. */
static double attribute_number(hec_builder *b, const hec_node *node, bool *word)
{
    double value = 0;
    *word = false;
    if (node->kind == HEC_NODE_SCALAR && !hec_text_to_double(node->text, node->length, &value)) {
        const char *text = node->text;
        size_t length = node->length;
        bool quotes =
            length >= 2 && (text[0] == '\'' || text[0] == '"') && text[length - 1] == text[0];
        bool number = length > 0 && strchr("0123456789.-+(", text[0]);
        if (node->quoted || quotes || !number) {
            *word = true;
            return hec_build_word(b,
                                  quotes ? hec_arena_copy(b->arena, text + 1, length - 2) : text);
        }
    }
    if (!hec_build_constant(b, node, &HEC_TYPE_YEARS, "an attribute", &value)) {
        return 0;
    }
    return value;
}

static bool reserve(hec_builder *b, size_t strata, size_t attributes)
{
    hec_population *population = &b->model->population;
    population->attributes = hec_arena_array(b->arena, attributes + 1, sizeof(char *));
    population->places = hec_arena_array(b->arena, attributes + 1, sizeof(hec_place));
    population->types = hec_arena_array(b->arena, attributes + 1, sizeof(hec_type));
    population->weights = hec_arena_array(b->arena, strata + 1, sizeof(double));
    bool fits = attributes == 0 || strata <= SIZE_MAX / 2 / attributes;
    population->values =
        fits ? hec_arena_array(b->arena, strata * attributes + 1, sizeof(double)) : NULL;
    population->n_strata = strata;
    return population->attributes && population->places && population->types &&
           population->weights && population->values;
}

/* ---- strata in the text --------------------------------------------------------------------- */

static bool is_attribute(const char *key)
{
    return strcmp(key, "weight") != 0 && strcmp(key, "size") != 0;
}

/* The population without what a layer took away by leaving it empty. */
static const hec_node *without_empty(hec_builder *b, const hec_node *map)
{
    hec_node *kept = hec_arena_alloc(b->arena, sizeof *kept);
    for (size_t i = 0; kept && i < map->count; i++) {
        const hec_entry *entry = &map->entries[i];
        if (i == 0) {
            *kept = (hec_node){.kind = HEC_NODE_MAP, .place = map->place, .text = ""};
        }
        if (entry->value->kind != HEC_NODE_EMPTY &&
            !hec_node_put(b->arena, kept, entry->key, entry->key_place, entry->value)) {
            return NULL;
        }
    }
    return kept;
}

/* The attributes of everybody are those of the first stratum. */
static bool name_attributes(hec_builder *b, const hec_node *first, size_t strata)
{
    hec_population *population = &b->model->population;
    if (!reserve(b, strata, first->count)) {
        return false;
    }
    for (size_t i = 0; i < first->count; i++) {
        const hec_entry *entry = &first->entries[i];
        if (is_attribute(entry->key)) {
            check_attribute(b, entry->key, entry->key_place);
            population->attributes[population->n_attributes] = entry->key;
            population->places[population->n_attributes++] = entry->key_place;
        }
    }
    return true;
}

static void read_attribute(hec_builder *b, const hec_entry *entry, size_t stratum, size_t index)
{
    hec_population *population = &b->model->population;
    bool word = false;
    double value = attribute_number(b, entry->value, &word);
    hec_type type = attribute_type(entry->key, word);
    if (stratum == 0) {
        population->types[index] = type;
    } else if (type.kind != population->types[index].kind) {
        hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, entry->value->place,
                   "`%s` is a word in one stratum and a number in another", entry->key);
    }
    if (!word) {
        check_age(b, entry->key, entry->value->place, value);
    }
    population->values[stratum * population->n_attributes + index] = value;
}

/* One stratum from a map; `weight` and `size` are not attributes. */
static void read_stratum(hec_builder *b, const hec_node *map, size_t stratum)
{
    const hec_population *population = &b->model->population;
    for (size_t i = 0; i < map->count; i++) {
        const hec_entry *entry = &map->entries[i];
        size_t index = 0;
        while (index < population->n_attributes &&
               strcmp(population->attributes[index], entry->key) != 0) {
            index++;
        }
        if (index < population->n_attributes) {
            read_attribute(b, entry, stratum, index);
        } else if (is_attribute(entry->key) || (strcmp(entry->key, "size") == 0 && stratum > 0)) {
            hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_KEY, entry->key_place,
                       "the first stratum has no attribute `%s`; all have the same", entry->key);
            hec_build_suggest(b, entry->key, population->n_attributes, population->attributes);
        }
    }
    for (size_t i = 0; i < population->n_attributes; i++) {
        if (!hec_node_get(map, population->attributes[i])) {
            hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                       "this stratum does not state `%s`; all have the same attributes",
                       population->attributes[i]);
            hec_report_note(b->diagnostics, population->places[i], "the first has it");
        }
    }
}

static void check_weight(hec_builder *b, hec_place place, double weight)
{
    if (!(weight >= 0)) {
        hec_report(b->diagnostics, HEC_CHECK_START_SUM, place,
                   "the weight of a stratum is negative");
    }
}

static void check_weights(hec_builder *b, hec_place place)
{
    const hec_population *population = &b->model->population;
    double sum = 0;
    for (size_t i = 0; i < population->n_strata; i++) {
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
    if (!hec_node_expect(b->diagnostics, list, HEC_NODE_LIST, "`strata`")) {
        return;
    }
    if (list->count == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, list->place, "`strata` has no stratum");
        return;
    }
    bool good = true;
    for (size_t i = 0; i < list->count; i++) {
        good = hec_node_expect(b->diagnostics, list->items[i], HEC_NODE_MAP, "a stratum") && good;
    }
    if (!good || !name_attributes(b, list->items[0], list->count)) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        const hec_node *weight = hec_node_get(list->items[i], "weight");
        double *value = &b->model->population.weights[i];
        if (!weight) {
            hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, list->items[i]->place,
                       "a stratum needs its `weight`");
            good = false;
        } else if (hec_build_constant(b, weight, NULL, "a weight", value)) {
            check_weight(b, weight->place, *value);
        } else {
            good = false;
        }
        read_stratum(b, list->items[i], i);
    }
    if (good) {
        check_weights(b, list->place);
    }
}

/* ---- strata in a file ------------------------------------------------------------------------ */

static bool column_is_words(const hec_csv *csv, size_t column)
{
    double ignored;
    bool words = true;
    for (size_t row = 0; words && row < csv->rows; row++) {
        const char *cell = csv->cells[row * csv->columns + column];
        words = *cell && !hec_text_to_double(cell, strlen(cell), &ignored);
    }
    return words;
}

static void read_csv_attribute(hec_builder *b, const hec_csv *csv, size_t column, size_t attribute)
{
    hec_population *population = &b->model->population;
    const char *name = csv->names[column];
    bool words = column_is_words(csv, column);
    check_attribute(b, name, csv->header);
    population->attributes[attribute] = name;
    population->places[attribute] = csv->header;
    population->types[attribute] = attribute_type(name, words);
    for (size_t row = 0; row < csv->rows; row++) {
        size_t cell = row * csv->columns + column;
        double value = 0;
        if (words) {
            value = hec_build_word(b, csv->cells[cell]);
        } else if (hec_csv_number(b->diagnostics, csv, row, column, HEC_CHECK_TABLE_SHAPE,
                                  &value)) {
            check_age(b, name, csv->places[cell], value);
        }
        population->values[row * population->n_attributes + attribute] = value;
    }
}

static bool read_csv_weights(hec_builder *b, const hec_csv *csv, size_t column)
{
    bool good = true;
    for (size_t row = 0; row < csv->rows; row++) {
        double *weight = &b->model->population.weights[row];
        if (hec_csv_number(b->diagnostics, csv, row, column, HEC_CHECK_TABLE_SHAPE, weight)) {
            check_weight(b, csv->places[row * csv->columns + column], *weight);
        } else {
            good = false;
        }
    }
    return good;
}

static void read_strata_file(hec_builder *b, const hec_node *map, const hec_node *file)
{
    const hec_node *weight = hec_node_get(map, "weight");
    hec_population *population = &b->model->population;
    hec_csv csv = {0};
    if (!weight) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "`weight: COLUMN` says which column of the file holds the shares");
    }
    if (!hec_node_expect(b->diagnostics, file, HEC_NODE_SCALAR, "`file`") ||
        (weight && !hec_node_expect(b->diagnostics, weight, HEC_NODE_SCALAR, "`weight`")) ||
        !hec_csv_read(b->arena, b->diagnostics,
                      hec_tree_resolve_path(b->arena, b->diagnostics, file->place, file->text),
                      file->place, &csv) ||
        !weight) {
        return;
    }
    int weights = hec_csv_column(b->diagnostics, &csv, weight->text, weight->place);
    if (csv.rows > STRATA_MAX) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, file->place,
                   "the population has %zu strata; at most %d are run", csv.rows, STRATA_MAX);
        return;
    }
    if (weights < 0 || !reserve(b, csv.rows, csv.columns - 1)) {
        return;
    }
    population->n_attributes = csv.columns - 1;
    for (size_t column = 0, attribute = 0; column < csv.columns; column++) {
        if (column != (size_t)weights) {
            read_csv_attribute(b, &csv, column, attribute++);
        }
    }
    if (read_csv_weights(b, &csv, (size_t)weights)) {
        check_weights(b, weight->place);
    }
}

/* ---- population ------------------------------------------------------------------------------ */

static void read_size(hec_builder *b, const hec_node *map)
{
    const hec_node *size = hec_build_stated(map, "size");
    double value = 1;
    static const hec_type persons = {
        .kind = HEC_KIND_QUANTITY, .n_factors = 1, .factors = {{"person", 1}}};
    if (!size) {
        return;
    }
    if (hec_build_constant(b, size, &persons, "the size of the population", &value) &&
        !(value > 0)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, size->place,
                   "the size of the population is positive, not %g", value);
        return;
    }
    b->model->population.size = value;
}

void hec_build_population(hec_builder *b)
{
    static const char *const list_keys[] = {"strata", "size"};
    static const char *const file_keys[] = {"file", "weight", "size"};
    hec_population *population = &b->model->population;
    const hec_node *map = hec_build_part(b, b->tree, "population", HEC_NODE_MAP);
    population->size = 1;
    if (!map || map->count == 0) {
        if (reserve(b, 1, 0)) {
            population->weights[0] = 1;
        }
        return;
    }
    map = without_empty(b, map);
    if (!map) {
        hec_report_out_of_memory(b->diagnostics);
        return;
    }
    const hec_node *strata = hec_node_get(map, "strata"), *file = hec_node_get(map, "file");
    read_size(b, map);
    if (strata) {
        hec_node_expect_keys(b->diagnostics, map, "a population of strata", 2, list_keys);
        read_strata_list(b, strata);
    } else if (file) {
        hec_node_expect_keys(b->diagnostics, map, "a population from a file", 3, file_keys);
        read_strata_file(b, map, file);
    } else if (name_attributes(b, map, 1)) {
        population->weights[0] = 1;
        read_stratum(b, map, 0);
    }
}

/* ---- uncertainty ---------------------------------------------------------------------------- */

/* All digits of a seed count, which a double would not hold. */
static void read_seed(hec_builder *b, const hec_node *node)
{
    hec_model *model = b->model;
    int64_t value = 0;
    if (node->kind == HEC_NODE_SCALAR && node->length > 0 &&
        strspn(node->text, "0123456789") == node->length) {
        uint64_t seed = 0;
        for (const char *c = node->text; *c; c++) {
            uint64_t digit = (uint64_t)(*c - '0');
            if (seed > (UINT64_MAX - digit) / 10) {
                hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                           "a seed is at most 18446744073709551615");
                return;
            }
            seed = 10 * seed + digit;
        }
        model->seed = seed;
        model->has_seed = true;
    } else if (hec_build_integer(b, node, "the seed", 0, INT64_C(9007199254740992), &value)) {
        model->seed = (uint64_t)value;
        model->has_seed = true;
    }
}

void hec_build_uncertainty(hec_builder *b)
{
    static const char *const keys[] = {"draws", "seed", "design"};
    static const char *const designs[] = {"random", "latin-hypercube", "sobol"};
    hec_model *model = b->model;
    const hec_node *map = hec_build_part(b, b->tree, "uncertainty", HEC_NODE_MAP);
    model->design = designs[0];
    if (!map) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "`uncertainty`", 3, keys);
    const hec_node *draws = hec_build_stated(map, "draws");
    const hec_node *seed = hec_build_stated(map, "seed");
    const hec_node *design = hec_build_stated(map, "design");
    if (draws) {
        (void)hec_build_integer(b, draws, "the number of draws", 0, 1000000000, &model->draw_count);
    }
    if (seed) {
        read_seed(b, seed);
    }
    if (model->draw_count > 0 && !seed) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, draws->place,
                   "draws are asked for, but no seed is stated");
        hec_report_help(b->diagnostics, "uncertainty: {draws: 1000, seed: 20260101}, or --seed");
    }
    if (design) {
        int chosen = hec_build_choice(b, design, "design", 3, designs);
        model->design = designs[chosen < 0 ? 0 : chosen];
    }
}
