/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Economics as written: a profile is a layer of text below what the study states, so that origin
 * and departure of every setting are plain to see. */
#include "model/build.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "lang/typing.h"

static const hec_profile_info profiles[] = {
    {"cn2020",
     "China Guidelines for Pharmacoeconomic Evaluations 2020: society, 5 % for costs and effects",
     "perspective: society\n"
     "discount: {cost: 5%, effect: 5%}\n"
     "discounting: discrete\n"
     "within_cycle: half-cycle\n"
     "one_off: {at: end, within_cycle: false}\n"
     "effect: qaly\n"},
    {"nice2022",
     "NICE health technology evaluations manual PMG36: health system, 3.5 % for costs and effects",
     "perspective: health_system\n"
     "discount: {cost: 3.5%, effect: 3.5%}\n"
     "discounting: discrete\n"
     "within_cycle: half-cycle\n"
     "one_off: {at: end, within_cycle: false}\n"
     "effect: qaly\n"},
    {"second-panel-hc", "US Second Panel (2016), health care sector: 3 % for costs and effects",
     "perspective: health_system\n"
     "discount: {cost: 3%, effect: 3%}\n"
     "discounting: discrete\n"
     "within_cycle: half-cycle\n"
     "one_off: {at: end, within_cycle: false}\n"
     "effect: qaly\n"},
    {"second-panel-soc", "US Second Panel (2016), society: 3 % for costs and effects",
     "perspective: society\n"
     "discount: {cost: 3%, effect: 3%}\n"
     "discounting: discrete\n"
     "within_cycle: half-cycle\n"
     "one_off: {at: end, within_cycle: false}\n"
     "effect: qaly\n"},
    {"payer-bia", "ISPOR budget impact analysis good practice (2012): payer, not discounted",
     "perspective: fund\n"
     "discount: {cost: 0%, effect: 0%}\n"
     "discounting: discrete\n"
     "within_cycle: half-cycle\n"
     "one_off: {at: end, within_cycle: false}\n"
     "effect: qaly\n"},
};
enum { N_PROFILES = sizeof profiles / sizeof profiles[0] };

static const char *const economics_keys[] = {
    "profile",  "perspective", "currency",     "price_year",
    "discount", "discounting", "within_cycle", "life_table_discount_at",
    "one_off",  "effect",      "wtp",          "thresholds"};

size_t hec_profile_count(void)
{
    return N_PROFILES;
}

const hec_profile_info *hec_profile_describe(size_t index)
{
    return index < N_PROFILES ? &profiles[index] : NULL;
}

/* The profile's settings as a tree, or NULL. */
static hec_node *read_profile(hec_builder *b, const hec_node *economics)
{
    const hec_node *node = hec_node_get(economics, "profile");
    const char *names[N_PROFILES];
    if (!node || !hec_node_expect(b->diagnostics, node, HEC_NODE_SCALAR, "`profile`")) {
        return NULL;
    }
    for (size_t i = 0; i < N_PROFILES; i++) {
        names[i] = profiles[i].name;
        if (strcmp(node->text, names[i]) == 0) {
            hec_node *tree = NULL;
            const char *name = hec_arena_format(b->arena, "profile %s", node->text);
            b->model->economics.profile = node->text;
            return hec_tree_read_text(b->arena, b->diagnostics, name, profiles[i].settings,
                                      strlen(profiles[i].settings), &tree)
                       ? tree
                       : NULL;
        }
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, node->place, "there is no profile `%s`",
               node->text);
    hec_build_suggest(b, node->text, N_PROFILES, names);
    return NULL;
}

/* What profiles state, and the study does not: nothing is said where the profile is misspelt. */
static void missing(hec_builder *b, const char *key, const char *cure)
{
    const hec_node *economics = hec_node_get(b->tree, "economics");
    if (!b->model->economics.profile && hec_node_get(economics, "profile")) {
        return;
    }
    hec_report(b->diagnostics, HEC_CHECK_ECONOMICS_MISSING,
               hec_build_key_place(b->tree, "economics"),
               "`%s` is stated neither by `economics:` nor by a profile", key);
    hec_report_help(b->diagnostics, "%s, or `profile: cn2020`", cure);
}

/* What only the study can state. */
static void missing_own(hec_builder *b, hec_place place, const char *key, const char *cure)
{
    hec_report(b->diagnostics, HEC_CHECK_ECONOMICS_MISSING, place, "`%s` is not stated", key);
    hec_report_help(b->diagnostics, "%s", cure);
}

/* ---- discounting ---------------------------------------------------------------------------- */

static void read_rate(hec_builder *b, const hec_node *node, double *rate)
{
    if (!hec_build_constant(b, node, NULL, "a discount rate", rate)) {
        return;
    }
    if (!(*rate > -1 && *rate < 1)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "a discount rate of %g %% per year", 100 * *rate);
        hec_report_help(b->diagnostics, "write 5%% or 0.05 for five per cent");
        *rate = 0;
    } else if (*rate < 0) {
        hec_report(b->diagnostics, HEC_CHECK_UNUSUAL, node->place,
                   "a negative discount rate makes the future weigh more than the present");
    }
}

/* The year from which a rate of a curve holds. */
static void read_year(hec_builder *b, const hec_entry *entry, size_t i, double *from)
{
    bool number = hec_text_to_double(entry->key, strlen(entry->key), &from[i]);
    if (!number || (i == 0 ? from[0] != 0 : from[i] <= from[i - 1])) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                   "the years of a discount curve are numbers that start at 0 and rise");
        hec_report_help(b->diagnostics, "{0: 3.5%%, 30: 3%%}");
    }
}

/* A rate per year: "5%", 0.05, or a curve {0: 3.5%, 30: 3%}. */
static void read_curve(hec_builder *b, const hec_node *node, hec_discount_curve *curve)
{
    bool map = node->kind == HEC_NODE_MAP;
    size_t n = map ? node->count : 1;
    curve->from = hec_arena_array(b->arena, n + 1, sizeof(double));
    curve->rates = hec_arena_array(b->arena, n + 1, sizeof(double));
    if (!curve->from || !curve->rates) {
        return;
    }
    if (n == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place,
                   "the discount curve has no rate");
        return;
    }
    curve->count = n;
    for (size_t i = 0; i < n; i++) {
        if (map) {
            read_year(b, &node->entries[i], i, curve->from);
        }
        read_rate(b, map ? node->entries[i].value : node, &curve->rates[i]);
    }
}

static bool is_curve(const hec_node *node)
{
    double ignored;
    return node->kind != HEC_NODE_MAP ||
           (node->count > 0 &&
            hec_text_to_double(node->entries[0].key, strlen(node->entries[0].key), &ignored));
}

static void read_discount(hec_builder *b, const hec_node *economics)
{
    static const char *const keys[] = {"cost", "effect"};
    static const char *const ways[] = {"discrete", "continuous"};
    hec_economics *e = &b->model->economics;
    const hec_node *discount = hec_node_get(economics, "discount");
    const hec_node *discounting = hec_node_get(economics, "discounting");
    const hec_node *cost = discount, *effect = discount;
    if (discount && !is_curve(discount)) {
        hec_node_expect_keys(b->diagnostics, discount, "`discount`", 2, keys);
        cost = hec_node_get(discount, "cost");
        effect = hec_node_get(discount, "effect");
    }
    if (!cost) {
        missing(b, "discount.cost", "discount: {cost: 3%, effect: 3%}");
    } else {
        read_curve(b, cost, &e->cost);
    }
    if (!effect) {
        missing(b, "discount.effect", "discount: {cost: 3%, effect: 3%}");
    } else {
        read_curve(b, effect, &e->effects);
    }
    if (!discounting) {
        missing(b, "discounting", "discounting: discrete");
    } else {
        e->continuous = hec_build_choice(b, discounting, "discounting", 2, ways) == 1;
    }
}

/* ---- within-cycle method -------------------------------------------------------------------- */

static void read_weights(hec_builder *b, const hec_node *list)
{
    hec_economics *e = &b->model->economics;
    size_t points = (size_t)b->model->cycles + 1;
    if (!hec_node_expect(b->diagnostics, list, HEC_NODE_LIST, "`weights`")) {
        return;
    }
    if (b->no_cycles) {
        return;
    }
    if (list->count != points) {
        hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, list->place,
                   "%zu weight%s for %zu points: one for the start, and one for the end of each "
                   "cycle",
                   list->count, list->count == 1 ? "" : "s", points);
        return;
    }
    e->method = HEC_METHOD_WEIGHTS;
    e->n_weights = points;
    e->weights = hec_arena_array(b->arena, points, sizeof(double));
    for (size_t i = 0; e->weights && i < points; i++) {
        const hec_node *item = list->items[i];
        if (hec_build_constant(b, item, NULL, "a weight", &e->weights[i]) && e->weights[i] < 0) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, item->place,
                       "a weight is not negative");
        }
    }
}

static void read_method(hec_builder *b, const hec_node *economics)
{
    static const char *const moments[] = {"start", "middle", "end"};
    static const char *const weight_keys[] = {"weights"};
    hec_economics *e = &b->model->economics;
    const hec_node *node = hec_node_get(economics, "within_cycle");
    const hec_node *at = hec_build_stated(economics, "life_table_discount_at");
    e->method = HEC_METHOD_NONE;
    if (!node) {
        missing(b, "within_cycle", "within_cycle: half-cycle");
        return;
    }
    if (node->kind == HEC_NODE_MAP) {
        const hec_node *weights = hec_node_get(node, "weights");
        hec_node_expect_keys(b->diagnostics, node, "`within_cycle`", 1, weight_keys);
        if (weights) {
            read_weights(b, weights);
        } else {
            missing_own(b, node->place, "within_cycle.weights",
                        "give a weight for each point, or write within_cycle: half-cycle");
        }
        return;
    }
    const char *names[HEC_METHOD_COUNT];
    for (size_t i = 0; i < HEC_METHOD_COUNT; i++) {
        names[i] = hec_method_name(i);
    }
    int method = hec_build_choice(b, node, "within_cycle", HEC_METHOD_WEIGHTS, names);
    e->method = method < 0 ? HEC_METHOD_NONE : (hec_method)method;
    if (e->method == HEC_METHOD_SIMPSON && !b->no_cycles && b->model->cycles % 2) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "Simpson's rule needs an even number of cycles, and there are %lld",
                   (long long)b->model->cycles);
        hec_report_help(b->diagnostics,
                        "half-cycle serves any number; {weights: [...]} takes yours");
        e->method = HEC_METHOD_NONE;
    }
    if (e->method == HEC_METHOD_LIFE_TABLE && !at) {
        missing_own(b, node->place, "life_table_discount_at", "life_table_discount_at: start");
    } else if (at) {
        int moment = hec_build_choice(b, at, "life_table_discount_at", 3, moments);
        e->life_table_at = moment < 0 ? HEC_AT_START : (hec_moment)moment;
    }
    if (at && method >= 0 && e->method != HEC_METHOD_LIFE_TABLE) {
        hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT,
                   hec_build_key_place(economics, "life_table_discount_at"),
                   "`life_table_discount_at` is read by `within_cycle: life-table` alone");
    }
}

static bool has_entries(const hec_node *map)
{
    const hec_node *on = hec_node_get(map, "on");
    return on && on->kind == HEC_NODE_LIST && on->count > 0;
}

/* Whether anything happens once, in the model or in a strategy. */
static bool has_one_offs(const hec_builder *b)
{
    const hec_node *strategies = hec_node_get(b->tree, "strategies");
    bool some = has_entries(b->tree);
    for (size_t i = 0; strategies && strategies->kind == HEC_NODE_MAP && i < strategies->count;
         i++) {
        some = some || has_entries(strategies->entries[i].value);
    }
    return some;
}

static void read_one_off(hec_builder *b, const hec_node *economics)
{
    static const char *const keys[] = {"at", "within_cycle"};
    static const char *const moments[] = {"start", "middle", "end"};
    hec_economics *e = &b->model->economics;
    const hec_node *node = hec_node_get(economics, "one_off");
    e->one_off_at = HEC_AT_END;
    if (!node) {
        if (has_one_offs(b)) {
            missing(b, "one_off", "one_off: {at: end, within_cycle: false}");
        }
        return;
    }
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_MAP, "`one_off`")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, node, "`one_off`", 2, keys);
    const hec_node *at = hec_node_get(node, "at");
    if (!at) {
        missing_own(b, node->place, "one_off.at", "one_off: {at: end}");
    } else {
        int moment = hec_build_choice(b, at, "one_off.at", 3, moments);
        e->one_off_at = moment < 0 ? HEC_AT_END : (hec_moment)moment;
    }
    e->one_off_within_cycle = hec_build_truth(b, node, "within_cycle");
}

/* ---- continuous time ------------------------------------------------------------------------ */

/* What speaks of cycles, which a chain in continuous time has not. */
static const char *const cycle_keys[] = {"within_cycle", "life_table_discount_at", "one_off"};

static bool is_of_cycles(const char *key)
{
    for (size_t i = 0; i < sizeof cycle_keys / sizeof cycle_keys[0]; i++) {
        if (strcmp(key, cycle_keys[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A study says nothing about cycles; that a profile does, for other engines, is passed over. */
static void refuse_cycles(hec_builder *b, const hec_node *stated)
{
    for (size_t i = 0; i < stated->count; i++) {
        const hec_entry *entry = &stated->entries[i];
        const hec_node *value = entry->value;
        bool none = strcmp(entry->key, "within_cycle") == 0 && value->kind == HEC_NODE_SCALAR &&
                    strcmp(value->text, "none") == 0;
        if (value->kind == HEC_NODE_EMPTY || none || !is_of_cycles(entry->key)) {
            continue;
        }
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                   "`%s` speaks of cycles; a chain with `time:` counts each stay from entering to "
                   "leaving, and each move at its own moment",
                   entry->key);
        hec_report_help(b->diagnostics, "leave it out: nothing is left to correct");
    }
}

static const hec_node *without_cycles(hec_builder *b, const hec_node *all)
{
    hec_node *map = hec_arena_alloc(b->arena, sizeof *map);
    hec_entry *entries = hec_arena_array(b->arena, all->count + 1, sizeof *entries);
    if (!map || !entries) {
        return all;
    }
    *map = *all;
    map->entries = entries;
    map->capacity = all->count + 1;
    map->count = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (!is_of_cycles(all->entries[i].key)) {
            entries[map->count++] = all->entries[i];
        }
    }
    return map;
}

/* ---- willingness to pay --------------------------------------------------------------------- */

static hec_type money_type(const hec_builder *b)
{
    hec_type type = HEC_TYPE_ANY;
    const char *currency = b->model->economics.currency, *error = NULL, *word = NULL;
    double factor = 1;
    if (!currency || !hec_unit_parse(currency, strlen(currency), &type, &factor, &error, &word)) {
        return HEC_TYPE_ANY;
    }
    return type;
}

static bool read_willingness(hec_builder *b, const hec_node *node, double *x)
{
    hec_type money = money_type(b);
    hec_value value = hec_build_expression(b, node);
    bool plain = value.type.kind == HEC_KIND_QUANTITY && value.type.n_factors == 0;
    if (value.id < 0 ||
        (!plain && !hec_build_wants(b, value, &money, node, "a willingness to pay", NULL)) ||
        !hec_build_known(b, value.id, node->place, "a willingness to pay", x)) {
        return false;
    }
    if (*x < 0) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "a willingness to pay is not negative");
    }
    return *x >= 0;
}

static void read_list(hec_builder *b, const hec_node *list, const char *what, size_t *n, double **x)
{
    if (!hec_node_expect(b->diagnostics, list, HEC_NODE_LIST, what)) {
        return;
    }
    if (list->count == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, list->place, "%s is empty", what);
    }
    *x = hec_arena_array(b->arena, list->count + 1, sizeof **x);
    for (size_t i = 0; *x && i < list->count; i++) {
        if (read_willingness(b, list->items[i], &(*x)[i]) && i > 0 && (*x)[i] <= (*x)[i - 1]) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, list->items[i]->place,
                       "the values of %s rise, but %g follows %g", what, (*x)[i], (*x)[i - 1]);
        }
        *n = i + 1;
    }
}

static void read_grid(hec_builder *b, const hec_node *map)
{
    static const char *const keys[] = {"from", "to", "by"};
    hec_economics *e = &b->model->economics;
    double bounds[3] = {0, 0, 0};
    hec_node_expect_keys(b->diagnostics, map, "`wtp`", 3, keys);
    for (size_t i = 0; i < 3; i++) {
        const hec_node *node = hec_node_get(map, keys[i]);
        if (!node) {
            hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                       "the grid of `wtp` does not state `%s`", keys[i]);
            hec_report_help(b->diagnostics, "wtp: {from: 0, to: 200000, by: 5000}");
            return;
        }
        if (!read_willingness(b, node, &bounds[i])) {
            return;
        }
    }
    double steps = floor((bounds[1] - bounds[0]) / bounds[2] + 1e-9);
    if (!(bounds[2] > 0) || bounds[0] < 0 || !(steps >= 0) || steps > 1e6) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, map->place,
                   "a grid rises from zero or more, in positive steps, at most a million of them");
        return;
    }
    e->n_wtp = (size_t)steps + 1;
    e->wtp = hec_arena_array(b->arena, e->n_wtp, sizeof(double));
    for (size_t i = 0; e->wtp && i < e->n_wtp; i++) {
        e->wtp[i] = bounds[0] + (double)i * bounds[2];
    }
}

static void read_wtp(hec_builder *b, const hec_node *economics)
{
    hec_economics *e = &b->model->economics;
    const hec_node *wtp = hec_node_get(economics, "wtp");
    const hec_node *thresholds = hec_node_get(economics, "thresholds");
    if (wtp && wtp->kind == HEC_NODE_MAP) {
        read_grid(b, wtp);
    } else if (wtp) {
        read_list(b, wtp, "`wtp`", &e->n_wtp, &e->wtp);
    } else if (b->model->draw_count > 0) {
        missing_own(b, hec_build_key_place(b->tree, "economics"), "wtp",
                    "draws are read at a willingness to pay: wtp: {from: 0, to: 100000, by: 5000}");
    }
    if (thresholds) {
        read_list(b, thresholds, "`thresholds`", &e->n_thresholds, &e->thresholds);
    }
}

/* ---- all of it ------------------------------------------------------------------------------ */

/* In one line: a list's first items, a map as `key: value` pairs. */
static void add_setting(hec_text *out, const hec_node *node)
{
    enum { SHOWN = 12 };
    if (node->kind == HEC_NODE_SCALAR) {
        hec_text_add(out, node->text);
    }
    for (size_t i = 0; node->kind >= HEC_NODE_LIST && i < node->count && i < SHOWN; i++) {
        bool map = node->kind == HEC_NODE_MAP;
        hec_text_add(out, i ? ", " : "");
        if (map) {
            hec_text_format(out, "%s: ", node->entries[i].key);
        }
        add_setting(out, map ? node->entries[i].value : node->items[i]);
    }
    hec_text_add(out, node->count > SHOWN ? ", ..." : "");
}

static const char *setting_text(hec_builder *b, const hec_node *node)
{
    hec_text line = {0};
    add_setting(&line, node);
    const char *text = hec_arena_copy(b->arena, line.data ? line.data : "", line.length);
    hec_text_free(&line);
    return text ? text : "";
}

static const char *origin_text(hec_builder *b, hec_place place)
{
    int line = 0, column = 0;
    const char *name = hec_source_name(b->diagnostics, place.file);
    if (!name) {
        return "command line";
    }
    if (strncmp(name, "profile ", 8) == 0) {
        return name;
    }
    hec_place_locate(b->diagnostics, place, &line, &column);
    return hec_arena_format(b->arena, "%s:%d", name, line);
}

/* Flattens settings into name, value, origin; `profile` is the same place in the profile. */
static void list_settings(hec_builder *b, const char *prefix, const hec_node *node,
                          const hec_node *profile)
{
    hec_economics *e = &b->model->economics;
    for (size_t i = 0; i < node->count; i++) {
        const hec_entry *entry = &node->entries[i];
        const char *name =
            hec_arena_format(b->arena, "%s%s%s", prefix, *prefix ? "." : "", entry->key);
        const hec_node *lower =
            profile && profile->kind == HEC_NODE_MAP ? hec_node_get(profile, entry->key) : NULL;
        if (entry->value->kind == HEC_NODE_MAP) {
            list_settings(b, name, entry->value, lower);
            continue;
        }
        if (!hec_arena_grow(b->arena, (void **)&e->settings, e->n_settings, &e->setting_capacity,
                            sizeof *e->settings)) {
            return;
        }
        bool departs = lower && !hec_node_equal(lower, entry->value);
        e->settings[e->n_settings++] = (hec_setting){
            .name = name,
            .value = setting_text(b, entry->value),
            .origin = origin_text(b, entry->value->place),
            .departs = departs,
            .profile_value = departs ? setting_text(b, lower) : "",
        };
    }
}

static const char *word_of(hec_builder *b, const hec_node *all, const char *key, const char *cure)
{
    const hec_node *node = hec_node_get(all, key);
    if (!node || node->kind == HEC_NODE_EMPTY) {
        if (strcmp(key, "currency") == 0) {
            missing_own(b, hec_build_key_place(b->tree, "economics"), key, cure);
        } else {
            missing(b, key, cure);
        }
        return NULL;
    }
    const hec_node *word = hec_build_part(b, all, key, HEC_NODE_SCALAR);
    return word ? word->text : NULL;
}

/* A currency is a unit of money, so that costs can be checked against it. */
static const char *read_currency(hec_builder *b, const hec_node *all)
{
    const char *text = word_of(b, all, "currency", "currency: CNY");
    const hec_node *node = hec_node_get(all, "currency");
    hec_type type;
    double factor = 1;
    if (!text || !hec_unit_read(b->diagnostics, text, node->length, node->place, node->verbatim,
                                &type, &factor)) {
        return NULL;
    }
    if (type.n_factors != 1 || !hec_type_is_money(&type) || type.factors[0].power != 1) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place, "`%s` is no currency", text);
        hec_report_help(b->diagnostics, "`hecate list units` shows the currencies");
        return NULL;
    }
    return hec_arena_copy(b->arena, type.factors[0].atom, strlen(type.factors[0].atom));
}

void hec_build_economics(hec_builder *b)
{
    hec_economics *e = &b->model->economics;
    const hec_node *stated = hec_node_get(b->tree, "economics");
    if (!stated) {
        hec_report(b->diagnostics, HEC_CHECK_ECONOMICS_MISSING, b->tree->place,
                   "`economics:` is missing: discounting, within-cycle method, perspective, "
                   "currency, effect");
        hec_report_help(b->diagnostics, "economics: {profile: cn2020, currency: CNY}; `hecate list "
                                        "profiles` shows what a profile states");
        return;
    }
    if (!hec_node_expect(b->diagnostics, stated, HEC_NODE_MAP, "`economics`")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, stated, "`economics`",
                         sizeof economics_keys / sizeof economics_keys[0], economics_keys);
    const hec_node *profile = read_profile(b, stated);
    const hec_node *all = profile ? hec_node_overlay(b->arena, profile, stated) : stated;
    const hec_node *price_year = hec_node_get(all, "price_year");
    int64_t year = 0;
    e->perspective = word_of(b, all, "perspective", "perspective: society");
    e->currency = read_currency(b, all);
    e->effect = word_of(b, all, "effect", "effect: qaly");
    if (price_year && price_year->kind != HEC_NODE_EMPTY &&
        hec_build_integer(b, price_year, "the price year", 1900, 2200, &year)) {
        e->price_year = (int)year;
    }
    read_discount(b, all);
    if (hec_build_clock(b->tree) == HEC_ENGINE_TIMES) { /* a cohort is told elsewhere */
        if (b->model->engine == HEC_ENGINE_TIMES) {
            refuse_cycles(b, stated);
        }
        all = without_cycles(b, all);
        e->method = HEC_METHOD_NONE;
    } else {
        read_method(b, all);
        read_one_off(b, all);
    }
    read_wtp(b, all);
    list_settings(b, "", all, profile);
}
