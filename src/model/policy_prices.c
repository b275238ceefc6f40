/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prices of services as payments know them: by calendar year, by provider or tier. */
#include "model/policy_inner.h"

#include <math.h>
#include <string.h>

static const char *const prices[] = {"tariff", "resource", "ceiling", "coverage"};
static const char *const price_words[] = {"the tariff", "the resource cost", "the ceiling",
                                          "the coverage"};

/* What is asked for a price: at whose place, under a policy, or (p NULL) anywhere. */
typedef struct asked {
    hec_builder *b;
    hec_paying *p;
    const hec_node *service;
    hec_policy_price which;
} asked;

static hec_id price_of(const asked *a, const hec_node *node);

static hec_id read_price(const asked *a, const hec_node *node)
{
    hec_builder *b = a->b;
    const char *what = price_words[a->which];
    if (a->which != HEC_PRICE_COVERAGE) {
        return hec_build_price(b, a->service, node, what);
    }
    hec_value value = hec_build_expression(b, node);
    return hec_build_wants(b, value, &HEC_TYPE_RATIO, node, what, NULL) ? value.id : -1;
}

/* ---- by calendar year ------------------------------------------------------------------------ */

static bool read_date(const asked *a, const hec_entry *entry, double before, double *year)
{
    hec_builder *b = a->b;
    const char *what = price_words[a->which];
    double number = 0;
    if (!hec_text_to_double(entry->key, strlen(entry->key), &number) || number != floor(number) ||
        number < 1000 || number > 3000) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                   "%s is one value, one from each calendar year on, or one for each provider or "
                   "tier; `%s` is none of them",
                   what, entry->key);
        hec_report_help(b->diagnostics, "%s: {2024: 10000, 2026: 9500}", prices[a->which]);
        return false;
    }
    if (number <= before) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                   "the years of %s rise, but %.0f follows %.0f", what, number, before);
        return false;
    }
    *year = number;
    return true;
}

/* Whether the model's first year has a price. */
static bool begins_in_time(const asked *a, const hec_node *node, double first)
{
    hec_builder *b = a->b;
    const hec_model *model = b->model;
    const char *what = price_words[a->which];
    if (isnan(model->start_year)) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place,
                   "%s follows the calendar year, and the model does not say in which it starts",
                   what);
        hec_report_help(b->diagnostics, "time: {..., start_year: 2024}");
        return false;
    }
    if (floor(model->start_year + 1e-9) < first) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "%s begins in %.0f, and the model in %.0f", what, first,
                   floor(model->start_year + 1e-9));
        return false;
    }
    return true;
}

/* {2024: x, 2026: y} */
static hec_id dated(const asked *a, const hec_node *node)
{
    hec_builder *b = a->b;
    hec_id all = -1;
    double before = 0, first = 0;
    bool good = node->count > 0;
    if (!good) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place, "%s is not stated",
                   price_words[a->which]);
    }
    for (size_t i = 0; i < node->count; i++) {
        double year = 0;
        const hec_entry *entry = &node->entries[i];
        bool known = read_date(a, entry, before, &year);
        hec_id value = price_of(a, entry->value);
        good = good && known && value >= 0;
        if (!good) {
            continue;
        }
        hec_place place = entry->value->place;
        hec_id clock =
            hec_graph_input(b->model->graph, HEC_CLOCK_YEAR, HEC_DEP_CYCLE, "year", place);
        hec_id reached = hec_life_op(b, HK_LE, hec_life_constant(b, year, place), clock, place);
        first = i == 0 ? year : first;
        all = i == 0 ? value : hec_life_select(b, reached, value, all, place);
        before = year;
    }
    return good && begins_in_time(a, node, first) ? all : -1;
}

/* ---- by provider or tier --------------------------------------------------------------------- */

static bool is_by_provider(const hec_builder *b, const hec_node *node)
{
    bool by = false;
    for (size_t i = 0; i < node->count; i++) {
        by = by || hec_policy_is_provider(b, node->entries[i].key);
    }
    return by;
}

static hec_id report_missing(const asked *a, const hec_node *node, const hec_priced *part)
{
    hec_builder *b = a->b;
    const char *key = prices[a->which], *service = a->p->used[part->use].name;
    if (part->provider < 0 && hec_build_stated(part->node, "at")) {
        return -1; /* which was reported */
    }
    if (part->provider < 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place,
                   "`%s` is by provider, and `%s` does not say who gives it", key, service);
        hec_report_help(b->diagnostics, "%s: {at: PROVIDER, ...}, one of `providers:`", service);
        return -1;
    }
    const hec_party *provider = &b->model->parties[part->provider];
    if (*provider->tier) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place,
                   "`%s` says nothing of `%s` at `%s`, nor of its tier `%s`", key, service,
                   provider->name, provider->tier);
    } else {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place,
                   "`%s` says nothing of `%s` at `%s`, which has no tier", key, service,
                   provider->name);
    }
    hec_report_help(b->diagnostics, "%s: {..., %s: ...}", key,
                    *provider->tier ? provider->tier : provider->name);
    return -1;
}

/* {clinic: x, tertiary: y}: that of the provider at hand; without one all are read. */
static hec_id by_provider(const asked *a, const hec_node *node)
{
    hec_paying *p = a->p;
    for (size_t i = 0; !p && i < node->count; i++) {
        (void)price_of(a, node->entries[i].value);
    }
    if (!p) {
        return -1;
    }
    for (size_t i = 0; i < node->count; i++) {
        if (!hec_policy_check_provider(p, node->entries[i].key, node->entries[i].key_place)) {
            return -1;
        }
    }
    const hec_priced *part = &p->services[p->service];
    const hec_node *own = part->provider < 0
                              ? NULL
                              : hec_policy_of_provider(node, &a->b->model->parties[part->provider]);
    return own ? price_of(a, own) : report_missing(a, node, part);
}

static hec_id price_of(const asked *a, const hec_node *node)
{
    if (node->kind != HEC_NODE_MAP) {
        return read_price(a, node);
    }
    return is_by_provider(a->b, node) ? by_provider(a, node) : dated(a, node);
}

hec_id hec_policy_price_of(hec_paying *p, size_t service, hec_policy_price which)
{
    const hec_node *map = p->services[service].node;
    const hec_node *node = hec_build_stated(map, prices[which]);
    const asked a = {p->b, p, map, which};
    p->where = HEC_PAY_ASIDE;
    p->service = service;
    p->provider = p->services[service].provider;
    p->b->lives->moment++;
    return node ? price_of(&a, node) : -1;
}

/* ---- without a policy ------------------------------------------------------------------------ */

/* Shapes that go wrong whatever the policy is. */
static void check_service(hec_builder *b, const hec_entry *entry)
{
    const hec_node *service = entry->value, *tariff = hec_build_stated(service, "tariff");
    if (tariff && hec_build_stated(service, "price")) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, hec_build_key_place(service, "tariff"),
                   "`%s` has a `price` and a `tariff`: it would be paid twice", entry->key);
        hec_report_note(b->diagnostics, hec_build_key_place(service, "price"), "the price is here");
        hec_report_help(b->diagnostics, "a price belongs to its payers; a tariff is shared out by "
                                        "the strategy's policy");
    }
    for (size_t k = HEC_PRICE_CEILING; k < HEC_PRICES; k++) {
        if (!tariff && hec_build_stated(service, prices[k])) {
            hec_report(
                b->diagnostics, HEC_CHECK_MISSING_KEY, hec_build_key_place(service, prices[k]),
                "`%s` bounds what is paid of a tariff, and `%s` has none", prices[k], entry->key);
        }
    }
}

/* Shares by which several give it, and its prices. */
static void read_service(hec_builder *b, const hec_node *service)
{
    const hec_node *at = hec_build_stated(service, "at");
    for (size_t i = 0; at && at->kind == HEC_NODE_MAP && i < at->count; i++) {
        if (!hec_policy_is_rest(at->entries[i].value)) {
            (void)hec_build_expression(b, at->entries[i].value);
        }
    }
    for (size_t k = 0; k < HEC_PRICES; k++) {
        const hec_node *node = hec_build_stated(service, prices[k]);
        const asked a = {b, NULL, service, (hec_policy_price)k};
        if (node) {
            (void)price_of(&a, node);
        }
    }
}

void hec_build_charged_services(hec_builder *b)
{
    const hec_node *services = hec_build_part(b, b->tree, "services", HEC_NODE_MAP);
    bool read = !hec_build_is_persons(b) && hec_build_has_policies(b->model->tree);
    for (size_t i = 0; services && i < services->count; i++) {
        const hec_entry *entry = &services->entries[i];
        if (entry->value->kind != HEC_NODE_MAP) {
            continue;
        }
        check_service(b, entry);
        if (read) { /* by policies, where the state is known */
            continue;
        }
        hec_visit visit = {0};
        if (b->lives) {
            visit = hec_life_enter(b, HEC_PHASE_AMOUNTS);
        }
        read_service(b, entry->value);
        if (b->lives) {
            hec_life_leave(b, &visit);
        }
    }
}
