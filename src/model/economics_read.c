/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Economics as written: a profile is a layer of text below what the study states, so that origin
 * and departure of every setting are plain to see. */
#include "model/build.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

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
    "profile",  "perspective",  "currency", "price_year",
    "discount", "discounting",  "within_cycle", "life_table_discount_at",
    "one_off",  "effect",       "wtp",      "thresholds"};

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
    hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place, "there is no profile `%s`",
               node->text);
    const char *near = hec_text_nearest(node->text, N_PROFILES, names);
    hec_report_help(b->diagnostics, near ? "did you mean `%s`?"
                                         : "`hecate list profiles` shows them (not %s)",
                    near ? near : node->text);
    return NULL;
}

static void missing(hec_builder *b, const hec_node *economics, const char *key, const char *cure)
{
    hec_report(b->diagnostics, HEC_CHECK_ECONOMICS_MISSING, economics->place,
               "`%s` is stated neither by `economics:` nor by a profile", key);
    hec_report_help(b->diagnostics, "%s, or `profile: cn2020`", cure);
}

/* One of some words: its index, or -1 after reporting. */
static int one_of(hec_builder *b, const hec_node *node, const char *key, size_t n,
                  const char *const *words)
{
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_SCALAR, key)) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (strcmp(node->text, words[i]) == 0) {
            return (int)i;
        }
    }
    hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place, "`%s: %s` is not known", key,
               node->text);
    const char *near = hec_text_nearest(node->text, n, words);
    hec_text list = {0};
    for (size_t i = 0; i < n; i++) {
        hec_text_format(&list, "%s%s", i == 0 ? "" : i + 1 == n ? " or " : ", ", words[i]);
    }
    hec_report_help(b->diagnostics, near ? "did you mean `%s`?" : "write %s",
                    near ? near : list.data);
    hec_text_free(&list);
    return -1;
}

/* ---- discounting ---------------------------------------------------------------------------- */

/* A rate per year: "5%", 0.05, or a curve {0: 3.5%, 30: 3%}. */
static void read_curve(hec_builder *b, const hec_node *node, hec_discount_curve *curve)
{
    size_t n = node->kind == HEC_NODE_MAP ? node->count : 1;
    curve->from = hec_arena_array(b->arena, n + 1, sizeof(double));
    curve->rates = hec_arena_array(b->arena, n + 1, sizeof(double));
    if (!curve->from || !curve->rates || n == 0) {
        return;
    }
    curve->count = n;
    for (size_t i = 0; i < n; i++) {
        const hec_node *rate = node->kind == HEC_NODE_MAP ? node->entries[i].value : node;
        if (node->kind == HEC_NODE_MAP) {
            const hec_entry *entry = &node->entries[i];
            double previous = i ? curve->from[i - 1] : -1;
            if (!hec_text_to_double(entry->key, strlen(entry->key), &curve->from[i]) ||
                curve->from[i] <= previous || (i == 0 && curve->from[0] != 0)) {
                hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                           "the years of a discount curve start at 0 and rise");
            }
        }
        if (hec_build_constant(b, rate, &HEC_TYPE_ANY, "the discount rate", &curve->rates[i]) &&
            !(curve->rates[i] > -1 && curve->rates[i] < 10)) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, rate->place,
                       "a discount rate of %g is not possible", curve->rates[i]);
            curve->rates[i] = 0;
        } else if (curve->rates[i] >= 1) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, rate->place,
                       "the discount rate is %g %% per year", 100 * curve->rates[i]);
            hec_report_help(b->diagnostics, "write 5%% or 0.05 for five per cent");
        }
    }
}

static void read_discount(hec_builder *b, const hec_node *economics)
{
    static const char *const keys[] = {"cost", "effect"};
    static const char *const ways[] = {"discrete", "continuous"};
    hec_economics *e = &b->model->economics;
    const hec_node *discount = hec_node_get(economics, "discount");
    const hec_node *discounting = hec_node_get(economics, "discounting");
    const hec_node *cost = discount, *effect = discount;
    if (discount && discount->kind == HEC_NODE_MAP && !hec_node_get(discount, "0")) {
        hec_node_expect_keys(b->diagnostics, discount, "`discount`", 2, keys);
        cost = hec_node_get(discount, "cost");
        effect = hec_node_get(discount, "effect");
    }
    if (!cost) {
        missing(b, economics, "discount.cost", "discount: {cost: 3%, effect: 3%}");
    } else {
        read_curve(b, cost, &e->cost);
    }
    if (!effect) {
        missing(b, economics, "discount.effect", "discount: {cost: 3%, effect: 3%}");
    } else {
        read_curve(b, effect, &e->effects);
    }
    if (!discounting) {
        missing(b, economics, "discounting", "discounting: discrete");
    } else {
        e->continuous = one_of(b, discounting, "discounting", 2, ways) == 1;
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
    if (list->count != points) {
        hec_report(b->diagnostics, HEC_CHECK_WRONG_SHAPE, list->place,
                   "%zu weights for %zu points (0 to %zu)", list->count, points, points - 1);
        return;
    }
    e->method = HEC_METHOD_WEIGHTS;
    e->n_weights = points;
    e->weights = hec_arena_array(b->arena, points, sizeof(double));
    for (size_t i = 0; e->weights && i < points; i++) {
        (void)hec_build_constant(b, list->items[i], NULL, "a weight", &e->weights[i]);
    }
}

static void read_method(hec_builder *b, const hec_node *economics)
{
    static const char *const moments[] = {"start", "middle", "end"};
    static const char *const weight_keys[] = {"weights"};
    hec_economics *e = &b->model->economics;
    const hec_node *node = hec_node_get(economics, "within_cycle");
    const hec_node *at = hec_node_get(economics, "life_table_discount_at");
    e->method = HEC_METHOD_NONE;
    if (!node) {
        missing(b, economics, "within_cycle", "within_cycle: half-cycle");
        return;
    }
    if (node->kind == HEC_NODE_MAP) {
        const hec_node *weights = hec_node_get(node, "weights");
        hec_node_expect_keys(b->diagnostics, node, "`within_cycle`", 1, weight_keys);
        if (weights) {
            read_weights(b, weights);
        }
        return;
    }
    const char *names[HEC_METHOD_COUNT];
    for (size_t i = 0; i < HEC_METHOD_COUNT; i++) {
        names[i] = hec_method_name(i);
    }
    int method = one_of(b, node, "within_cycle", HEC_METHOD_WEIGHTS, names);
    e->method = method < 0 ? HEC_METHOD_NONE : (hec_method)method;
    if (e->method == HEC_METHOD_SIMPSON && b->model->cycles % 2) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "Simpson's rule needs an even number of cycles, and there are %lld",
                   (long long)b->model->cycles);
        hec_report_help(b->diagnostics, "half-cycle serves any number; {weights: [...]} takes yours");
        e->method = HEC_METHOD_NONE;
    }
    if (e->method == HEC_METHOD_LIFE_TABLE && !at) {
        missing(b, economics, "life_table_discount_at", "life_table_discount_at: start");
    } else if (at) {
        int moment = one_of(b, at, "life_table_discount_at", 3, moments);
        e->life_table_at = moment < 0 ? HEC_AT_START : (hec_moment)moment;
    }
}

static void read_one_off(hec_builder *b, const hec_node *economics)
{
    static const char *const keys[] = {"at", "within_cycle"};
    static const char *const moments[] = {"start", "middle", "end"};
    static const char *const truths[] = {"false", "true"};
    hec_economics *e = &b->model->economics;
    const hec_node *node = hec_node_get(economics, "one_off");
    e->one_off_at = HEC_AT_END;
    if (!node) {
        if (hec_node_get(b->tree, "on")) {
            missing(b, economics, "one_off", "one_off: {at: end, within_cycle: false}");
        }
        return;
    }
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_MAP, "`one_off`")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, node, "`one_off`", 2, keys);
    const hec_node *at = hec_node_get(node, "at"), *within = hec_node_get(node, "within_cycle");
    if (!at) {
        missing(b, node, "one_off.at", "one_off: {at: end}");
    } else {
        int moment = one_of(b, at, "at", 3, moments);
        e->one_off_at = moment < 0 ? HEC_AT_END : (hec_moment)moment;
    }
    e->one_off_within_cycle = within && one_of(b, within, "within_cycle", 2, truths) == 1;
}

/* ---- willingness to pay --------------------------------------------------------------------- */

static void read_list(hec_builder *b, const hec_node *list, const char *what, size_t *n, double **x)
{
    if (!hec_node_expect(b->diagnostics, list, HEC_NODE_LIST, what)) {
        return;
    }
    *x = hec_arena_array(b->arena, list->count + 1, sizeof **x);
    for (size_t i = 0; *x && i < list->count; i++) {
        if (hec_build_constant(b, list->items[i], NULL, what, &(*x)[i]) && (*x)[i] < 0) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, list->items[i]->place,
                       "a willingness to pay is not negative");
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
                       "a grid is written wtp: {from: 0, to: 200000, by: 5000}");
            return;
        }
        if (!hec_build_constant(b, node, NULL, "a willingness to pay", &bounds[i])) {
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
        missing(b, economics, "wtp", "wtp: {from: 0, to: 100000, by: 5000}");
    }
    if (thresholds) {
        read_list(b, thresholds, "`thresholds`", &e->n_thresholds, &e->thresholds);
    }
}

/* ---- all of it ------------------------------------------------------------------------------ */

static const char *setting_text(hec_builder *b, const hec_node *node)
{
    if (node->kind == HEC_NODE_SCALAR) {
        return node->text;
    }
    hec_text list = {0};
    for (size_t i = 0; node->kind == HEC_NODE_LIST && i < node->count && i < 12; i++) {
        const hec_node *item = node->items[i];
        hec_text_format(&list, "%s%s", i ? ", " : "", item->kind == HEC_NODE_SCALAR ? item->text : "");
    }
    hec_text_add(&list, node->kind == HEC_NODE_LIST && node->count > 12 ? ", ..." : "");
    const char *text = hec_arena_copy(b->arena, list.data ? list.data : "", list.length);
    hec_text_free(&list);
    return text;
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
        const char *name = hec_arena_format(b->arena, "%s%s%s", prefix, *prefix ? "." : "",
                                            entry->key);
        const hec_node *lower = profile && profile->kind == HEC_NODE_MAP
                                    ? hec_node_get(profile, entry->key)
                                    : NULL;
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

static const char *word_of(hec_builder *b, const hec_node *map, const char *key)
{
    const hec_node *node = hec_node_get(map, key);
    return node && hec_node_expect(b->diagnostics, node, HEC_NODE_SCALAR, key) ? node->text : NULL;
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
    e->perspective = word_of(b, all, "perspective");
    e->currency = word_of(b, all, "currency");
    e->effect = word_of(b, all, "effect");
    if (!e->perspective) {
        missing(b, stated, "perspective", "perspective: society");
    }
    if (!e->currency) {
        missing(b, stated, "currency", "currency: CNY");
    }
    if (!e->effect) {
        missing(b, stated, "effect", "effect: qaly");
    }
    if (price_year && hec_build_integer(b, price_year, "the price year", 1900, 2200, &year)) {
        e->price_year = (int)year;
    }
    read_discount(b, all);
    read_method(b, all);
    read_one_off(b, all);
    read_wtp(b, all);
    list_settings(b, "", all, profile);
}
