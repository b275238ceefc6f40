/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Population: attributes of people, alike in each stratum. */
#include "model/population_inner.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

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

hec_type hec_population_type(const char *name, bool word)
{
    if (word) {
        return (hec_type){.kind = HEC_KIND_LABEL};
    }
    return strcmp(name, "age") == 0 ? HEC_TYPE_YEARS : HEC_TYPE_ANY;
}

void hec_population_check_age(hec_builder *b, const char *name, hec_place place, double value)
{
    if (strcmp(name, "age") == 0 && !(value >= 0 && value <= 150)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, place, "nobody is %g years old", value);
    }
}

/* `normal(mean: 60, sd: 8)`: *known where it is a distribution. */
static bool is_call(const hec_node *node, bool *known)
{
    size_t name = strcspn(node->text, "( \t\n");
    *known = false;
    if (name == 0 || node->text[name] != '(' || node->text[node->length - 1] != ')') {
        return false;
    }
    for (size_t i = 0; i < hec_family_count(); i++) {
        const char *family = hec_family_describe(i)->name;
        *known = *known || (strlen(family) == name && strncmp(family, node->text, name) == 0);
    }
    return true;
}

/* A distribution is no word, and a word is no age. */
static bool may_be_word(hec_builder *b, const hec_entry *entry)
{
    const char *text = entry->value->text;
    bool known, call = is_call(entry->value, &known), age = strcmp(entry->key, "age") == 0;
    if (!age && (!call || (entry->value->quoted && !known))) {
        return true;
    }
    bool strata = hec_build_stated(hec_node_get(b->tree, "population"), "strata") != NULL;
    hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, entry->value->place, "`%s` cannot be `%s`: %s",
               entry->key, text,
               age ? "it is a number of years" : "an attribute is a number or a word");
    if (known && strata) {
        hec_report_help(b->diagnostics, "everybody in a stratum has the same value; what is drawn "
                                        "stands in a population without `strata`");
    } else if (known) {
        hec_report_help(b->diagnostics, "write {dist: %s}", text);
    } else if (!age) {
        hec_report_help(b->diagnostics, "a word that has brackets stands in quotes");
    }
    return false;
}

/* A number, a time ("40 years") or a word. */
static double attribute_number(hec_builder *b, const hec_entry *entry, bool *word)
{
    const hec_node *node = entry->value;
    double value = 0;
    *word = false;
    if (node->kind == HEC_NODE_SCALAR && !hec_text_to_double(node->text, node->length, &value)) {
        const char *text = node->text;
        size_t length = node->length;
        bool quotes =
            length >= 2 && (text[0] == '\'' || text[0] == '"') && text[length - 1] == text[0];
        bool number = length > 0 && strchr("0123456789.-+(", text[0]);
        if (node->quoted || quotes || !number) {
            *word = may_be_word(b, entry);
            if (!*word) {
                return 1; /* nobody looks at it any more */
            }
            return hec_build_word(b,
                                  quotes ? hec_arena_copy(b->arena, text + 1, length - 2) : text);
        }
    }
    if (!hec_build_constant(b, node, &HEC_TYPE_YEARS, "an attribute", &value)) {
        return 0;
    }
    return value;
}

bool hec_population_reserve(hec_builder *b, size_t strata, size_t attributes)
{
    hec_population *population = &b->model->population;
    population->attributes = hec_arena_array(b->arena, attributes + 1, sizeof(char *));
    population->places = hec_arena_array(b->arena, attributes + 1, sizeof(hec_place));
    population->types = hec_arena_array(b->arena, attributes + 1, sizeof(hec_type));
    population->factors = hec_arena_array(b->arena, attributes + 1, sizeof(double));
    population->weights = hec_arena_array(b->arena, strata + 1, sizeof(double));
    bool fits = attributes == 0 || strata <= SIZE_MAX / 2 / attributes;
    population->values =
        fits ? hec_arena_array(b->arena, strata * attributes + 1, sizeof(double)) : NULL;
    population->n_strata = strata;
    return population->attributes && population->places && population->types &&
           population->factors && population->weights && population->values;
}

size_t hec_population_add(hec_builder *b, const char *name, hec_place place)
{
    hec_population *population = &b->model->population;
    size_t number = population->n_attributes++;
    check_attribute(b, name, place);
    population->attributes[number] = name;
    population->places[number] = place;
    population->factors[number] = 1;
    return number;
}

hec_value hec_build_attribute(hec_builder *b, size_t attribute, hec_place place)
{
    const hec_population *population = &b->model->population;
    hec_graph *graph = b->model->graph;
    double factor = population->factors[attribute];
    hec_id id = hec_graph_input(graph, hec_model_attribute(b->model, attribute), HEC_DEP_STRATUM,
                                population->attributes[attribute], place);
    if (factor != 1) {
        id = hec_graph_op(graph, HK_MUL, id, hec_graph_constant(graph, factor, place), -1, place);
    }
    return (hec_value){id, population->types[attribute]};
}

void hec_population_read_value(hec_builder *b, const hec_entry *entry, size_t stratum,
                               size_t attribute)
{
    hec_population *population = &b->model->population;
    bool word = false;
    double value = attribute_number(b, entry, &word);
    hec_type type = hec_population_type(entry->key, word);
    if (stratum == 0) {
        population->types[attribute] = type;
    } else if (type.kind != population->types[attribute].kind) {
        hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, entry->value->place,
                   "`%s` is a word in one stratum and a number in another", entry->key);
    }
    if (!word) {
        hec_population_check_age(b, entry->key, entry->value->place, value);
    }
    population->values[stratum * population->n_attributes + attribute] = value;
}

/* ---- weights --------------------------------------------------------------------------------- */

void hec_population_check_weight(hec_builder *b, hec_place place, double weight)
{
    if (!(weight >= 0)) {
        hec_report(b->diagnostics, HEC_CHECK_START_SUM, place,
                   "the weight of a stratum is negative");
    }
}

void hec_population_check_weights(hec_builder *b, hec_place place)
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

void hec_population_weigh_alike(hec_builder *b)
{
    hec_population *population = &b->model->population;
    for (size_t i = 0; i < population->n_strata; i++) {
        population->weights[i] = 1 / (double)population->n_strata;
    }
}

/* ---- strata in the text --------------------------------------------------------------------- */

static bool is_attribute(const char *key)
{
    return strcmp(key, "weight") != 0 && strcmp(key, "size") != 0;
}

/* The attributes of everybody are those of the first stratum. */
static bool name_attributes(hec_builder *b, const hec_node *first, size_t strata)
{
    if (!hec_population_reserve(b, strata, first->count)) {
        return false;
    }
    for (size_t i = 0; i < first->count; i++) {
        if (is_attribute(first->entries[i].key)) {
            (void)hec_population_add(b, first->entries[i].key, first->entries[i].key_place);
        }
    }
    return true;
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
            hec_population_read_value(b, entry, stratum, index);
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

/* The weight of a stratum, which rows that count alike do not have; false after reporting. */
static bool read_weight(hec_builder *b, const hec_node *stratum, const hec_node *rows,
                        double *value)
{
    const hec_node *weight = hec_node_get(stratum, "weight");
    if (rows && weight) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, weight->place,
                   "`rows` counts all strata alike, and this one has a weight; one of them is "
                   "meant");
        hec_report_note(b->diagnostics, rows->place, "`rows` stands here");
        return false;
    }
    if (!rows && !weight) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, stratum->place,
                   "a stratum needs its `weight`");
        if (hec_build_is_persons(b)) {
            hec_report_help(b->diagnostics, "or each stratum is a person: rows: in-turn, or drawn");
        }
        return false;
    }
    if (!weight || !hec_build_constant(b, weight, NULL, "a weight", value)) {
        return !weight;
    }
    hec_population_check_weight(b, weight->place, *value);
    return true;
}

static bool are_maps(hec_builder *b, const hec_node *list)
{
    bool good = true;
    for (size_t i = 0; i < list->count; i++) {
        good = hec_node_expect(b->diagnostics, list->items[i], HEC_NODE_MAP, "a stratum") && good;
    }
    return good;
}

/* rows: how they count, each alike; NULL: by their weights. */
static void read_strata_list(hec_builder *b, const hec_node *list, const hec_node *rows)
{
    if (!hec_node_expect(b->diagnostics, list, HEC_NODE_LIST, "`strata`")) {
        return;
    }
    if (list->count == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, list->place, "`strata` has no stratum");
        return;
    }
    bool good = !rows || hec_population_read_rows(b, rows);
    if (!are_maps(b, list) || !name_attributes(b, list->items[0], list->count)) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        double *value = &b->model->population.weights[i];
        good = read_weight(b, list->items[i], rows, value) && good;
        read_stratum(b, list->items[i], i);
    }
    if (rows) {
        hec_population_weigh_alike(b);
    } else if (good) {
        hec_population_check_weights(b, list->place);
    }
}

/* ---- population ------------------------------------------------------------------------------ */

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
    static const char *const list_keys[] = {"strata", "size", "rows"};
    static const char *const file_keys[] = {"file", "weight", "size", "rows"};
    hec_population *population = &b->model->population;
    const hec_node *map = hec_build_part(b, b->tree, "population", HEC_NODE_MAP);
    population->size = 1;
    if (!map || map->count == 0) {
        if (hec_population_reserve(b, 1, 0)) {
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
        hec_node_expect_keys(b->diagnostics, map, "a population of strata", 3, list_keys);
        read_strata_list(b, strata, hec_node_get(map, "rows"));
    } else if (file) {
        hec_node_expect_keys(b->diagnostics, map, "a population from a file", 4, file_keys);
        hec_population_read_file(b, map, file);
    } else {
        hec_population_read_map(b, map);
    }
}
