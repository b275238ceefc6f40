/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Population of one map: attributes that all have, are drawn, or are shared out. */
#include "model/population_inner.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

/* An attribute of several values, each with its share of the population. */
typedef struct shared {
    size_t attribute, count;
    double *values, *shares;
} shared;

static bool is_attribute(const char *key)
{
    return strcmp(key, "size") != 0 && strcmp(key, "correlations") != 0;
}

static const hec_node *shares_of(const hec_node *node)
{
    const hec_node *shares = node->kind == HEC_NODE_MAP ? hec_node_get(node, "shares") : NULL;
    return shares && shares->kind == HEC_NODE_MAP && shares->count > 0 ? shares : NULL;
}

/* ---- drawn for each person ------------------------------------------------------------------- */

static bool read_unit(hec_builder *b, const hec_node *map, size_t attribute, hec_parameter *p)
{
    hec_population *population = &b->model->population;
    const hec_node *unit = hec_build_part(b, map, "unit", HEC_NODE_SCALAR);
    hec_type needed = population->types[attribute];
    p->type = needed;
    p->factor = 1;
    if (!unit) {
        return true;
    }
    if (!hec_unit_read(b->diagnostics, unit->text, unit->length, unit->place, unit->verbatim,
                       &p->type, &p->factor)) {
        return false;
    }
    const char *what = hec_arena_format(b->arena, "`%s`", p->name);
    if (needed.kind != HEC_KIND_ANY &&
        !hec_type_expect(b->diagnostics, (hec_value){0, p->type}, &needed, unit->place,
                         what ? what : p->name)) {
        return false;
    }
    population->types[attribute] = p->type;
    population->factors[attribute] = p->factor;
    return true;
}

static void check_drawn_age(hec_builder *b, const hec_node *dist, const hec_parameter *p,
                            const hec_distribution *d)
{
    double low = hec_distribution_quantile(d, 0.001) * p->factor;
    double high = hec_distribution_quantile(d, 0.999) * p->factor;
    if (strcmp(p->name, "age") == 0 && !(low >= 0 && high <= 150)) {
        hec_report(b->diagnostics, HEC_CHECK_DISTRIBUTION_RANGE, dist->place,
                   "more than 1 in 1000 persons are drawn below 0 or above 150 years old");
        hec_report_help(b->diagnostics, "truncated_normal(mean, sd, min, max) stays between");
    }
}

static void read_drawn(hec_builder *b, const hec_entry *entry, size_t attribute)
{
    hec_population *population = &b->model->population;
    const hec_node *map = entry->value, *dist = hec_node_get(map, "dist");
    hec_parameter p = {.name = entry->key, .place = entry->key_place};
    hec_distribution marginal;
    population->types[attribute] = hec_population_type(entry->key, false);
    bool good = read_unit(b, map, attribute, &p);
    if (!hec_build_distribution(b, &p, dist, &marginal) || !good) {
        return;
    }
    if (!hec_build_is_persons(b)) {
        hec_build_needs_persons(
            b, dist->place, "`%s` is drawn for each person; a cohort has only strata", entry->key);
        return;
    }
    check_drawn_age(b, dist, &p, &marginal);
    double mean = hec_distribution_mean(&marginal);
    population->values[attribute] = mean;
    population->draw_attributes[population->n_draws] = attribute;
    population->draws[population->n_draws++] = (hec_draw){.name = entry->key,
                                                          .place = entry->key_place,
                                                          .kind = HEC_DRAW_MARGINAL,
                                                          .marginal = marginal,
                                                          .base = mean};
}

static bool find_drawn(hec_builder *b, const hec_node *name, size_t *draw)
{
    const hec_population *population = &b->model->population;
    const hec_node *map = hec_build_part(b, b->tree, "population", HEC_NODE_MAP);
    const hec_node *node = hec_node_get(map, name->text);
    const char **names = hec_arena_array(b->arena, population->n_draws + 1, sizeof *names);
    for (size_t i = 0; names && i < population->n_draws; i++) {
        names[i] = population->draws[i].name;
        if (strcmp(names[i], name->text) == 0) {
            *draw = i;
            return true;
        }
    }
    bool known = node && is_attribute(name->text);
    if (known && hec_node_get(node, "dist")) {
        return false; /* it has mistakes, which were reported */
    }
    hec_report(b->diagnostics, HEC_CHECK_CORRELATION, name->place, "`%s` %s", name->text,
               known ? "has no distribution that could be correlated"
                     : "is no attribute of the population");
    if (!known && names) {
        hec_build_suggest(b, name->text, population->n_draws, names);
    }
    return false;
}

static void read_correlations(hec_builder *b, const hec_node *map)
{
    hec_population *population = &b->model->population;
    const hec_node *list = hec_build_part(b, map, "correlations", HEC_NODE_LIST);
    population->correlations =
        hec_arena_array(b->arena, (list ? list->count : 0) + 1, sizeof *population->correlations);
    for (size_t i = 0; list && population->correlations && i < list->count; i++) {
        hec_correlation c;
        if (hec_build_correlation(b, list->items[i], "attribute", find_drawn, &c)) {
            population->correlations[population->n_correlations++] = c;
        }
    }
}

/* ---- shares ---------------------------------------------------------------------------------- */

/* A word, or a number where all are. */
static double share_value(hec_builder *b, const hec_entry *of, const hec_node *shares,
                          const hec_entry *entry)
{
    double value = 0, ignored;
    const char *first = shares->entries[0].key;
    bool word = !hec_text_to_double(entry->key, strlen(entry->key), &value);
    if (word != !hec_text_to_double(first, strlen(first), &ignored)) {
        hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, entry->key_place,
                   "`%s` has shares of words and of numbers", of->key);
    }
    if (word) {
        return hec_build_word(b, entry->key);
    }
    hec_population_check_age(b, of->key, entry->key_place, value);
    return value;
}

static void read_shares(hec_builder *b, const hec_entry *of, const hec_node *shares, shared *out)
{
    double sum = 0, ignored;
    bool good = true;
    const char *first = shares->entries[0].key;
    out->count = shares->count;
    out->values = hec_arena_array(b->arena, shares->count, sizeof(double));
    out->shares = hec_arena_array(b->arena, shares->count, sizeof(double));
    b->model->population.types[out->attribute] =
        hec_population_type(of->key, !hec_text_to_double(first, strlen(first), &ignored));
    for (size_t i = 0; out->values && out->shares && i < shares->count; i++) {
        const hec_entry *entry = &shares->entries[i];
        out->values[i] = share_value(b, of, shares, entry);
        if (!hec_build_constant(b, entry->value, NULL, "a share", &out->shares[i])) {
            good = false;
        } else if (!(out->shares[i] >= 0)) {
            hec_report(b->diagnostics, HEC_CHECK_START_SUM, entry->value->place,
                       "the share of `%s` is negative", entry->key);
            good = false;
        }
        sum += out->shares[i];
    }
    if (good && fabs(sum - 1) > 1e-9) {
        hec_report(b->diagnostics, HEC_CHECK_START_SUM, shares->place,
                   "the shares of `%s` sum to %.12g, not to 1", of->key, sum);
        hec_report_help(b->diagnostics, "give shares of the population; they are never rescaled");
    }
}

/* A cohort has a stratum for each combination; the last attribute varies fastest. */
static void make_strata(hec_population *population, size_t n, const shared *shares)
{
    size_t width = population->n_attributes;
    for (size_t s = population->n_strata; s-- > 0;) { /* the first, which all copy, is last */
        double *values = &population->values[s * width];
        memmove(values, population->values, width * sizeof *values);
        population->weights[s] = 1;
        for (size_t k = n, rest = s; k-- > 0;) {
            size_t which = rest % shares[k].count;
            rest /= shares[k].count;
            values[shares[k].attribute] = shares[k].values[which];
            population->weights[s] *= shares[k].shares[which];
        }
    }
}

static void keep_shares(hec_builder *b, size_t n, const shared *shares)
{
    hec_population *population = &b->model->population;
    population->shares = hec_arena_array(b->arena, n + 1, sizeof *population->shares);
    for (size_t k = 0; population->shares && k < n; k++) {
        double *cumulative = hec_arena_array(b->arena, shares[k].count, sizeof *cumulative);
        double sum = 0;
        if (!cumulative || !shares[k].values || !shares[k].shares) {
            return;
        }
        for (size_t i = 0; i < shares[k].count; i++) {
            sum += shares[k].shares[i];
            cumulative[i] = sum < 1 ? sum : 1;
        }
        cumulative[shares[k].count - 1] = 1; /* but for rounding */
        population->values[shares[k].attribute] = shares[k].values[0];
        population->shares[population->n_shares++] = (hec_population_shares){
            shares[k].attribute, shares[k].count, shares[k].values, cumulative};
    }
}

/* ---- one map --------------------------------------------------------------------------------- */

/* {dist: ..., unit: ...} or {shares: {...}} */
static void read_spread(hec_builder *b, const hec_entry *entry, size_t attribute, shared *shares,
                        size_t *n_shares)
{
    static const char *const keys[] = {"dist", "shares", "unit", "source", "note"};
    const hec_node *map = entry->value, *dist = hec_build_stated(map, "dist");
    const hec_node *shared_out = hec_build_stated(map, "shares");
    hec_node_expect_keys(b->diagnostics, map, "an attribute", 5, keys);
    hec_build_expect_words(b, map, 2, keys + 3);
    if (!dist == !shared_out) {
        hec_report(b->diagnostics, dist ? HEC_CHECK_BAD_VALUE : HEC_CHECK_MISSING_KEY, map->place,
                   "`%s` has %s `dist` %s `shares`", entry->key, dist ? "both" : "neither",
                   dist ? "and" : "nor");
        return;
    }
    if (dist) {
        read_drawn(b, entry, attribute);
        return;
    }
    if (!hec_node_expect(b->diagnostics, shared_out, HEC_NODE_MAP, "`shares`")) {
        return;
    }
    if (shared_out->count == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, shared_out->place,
                   "`%s` is shared out to nothing", entry->key);
        return;
    }
    if (hec_node_get(map, "unit")) {
        hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_KEY, hec_build_key_place(map, "unit"),
                   "`unit` stands beside `dist`; shares are of numbers as they are");
    }
    shares[*n_shares].attribute = attribute;
    read_shares(b, entry, shared_out, &shares[(*n_shares)++]);
}

/* How many strata a cohort has, one for each combination of what is shared out. */
static size_t count_strata(hec_builder *b, const hec_node *map)
{
    size_t strata = 1;
    for (size_t i = 0; !hec_build_is_persons(b) && i < map->count; i++) {
        const hec_node *shares = shares_of(map->entries[i].value);
        strata *= shares && is_attribute(map->entries[i].key) ? shares->count : 1;
        if (strata > HEC_STRATA_MAX) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, map->entries[i].key_place,
                       "the population has more than %d strata, one for each combination",
                       HEC_STRATA_MAX);
            return 0;
        }
    }
    return strata;
}

void hec_population_read_map(hec_builder *b, const hec_node *map)
{
    hec_population *population = &b->model->population;
    shared *shares = hec_arena_array(b->arena, map->count + 1, sizeof *shares);
    size_t n_shares = 0, strata = count_strata(b, map);
    population->draws = hec_arena_array(b->arena, map->count + 1, sizeof *population->draws);
    population->draw_attributes = hec_arena_array(b->arena, map->count + 1, sizeof(size_t));
    if (strata == 0 || !hec_population_reserve(b, strata, map->count) || !shares ||
        !population->draws || !population->draw_attributes) {
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        const hec_entry *entry = &map->entries[i];
        if (is_attribute(entry->key)) {
            (void)hec_population_add(b, entry->key, entry->key_place);
        }
    }
    for (size_t i = 0, attribute = 0; i < map->count; i++) {
        const hec_entry *entry = &map->entries[i];
        if (!is_attribute(entry->key)) {
            continue;
        }
        if (entry->value->kind == HEC_NODE_MAP) {
            read_spread(b, entry, attribute, shares, &n_shares);
        } else {
            hec_population_read_value(b, entry, 0, attribute);
        }
        attribute++;
    }
    population->weights[0] = 1;
    if (hec_build_is_persons(b)) {
        keep_shares(b, n_shares, shares);
    } else {
        make_strata(population, n_shares, shares);
    }
    read_correlations(b, map);
}
