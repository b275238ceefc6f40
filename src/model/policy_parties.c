/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parties: payers and providers. */
#include "model/policy_inner.h"

#include <string.h>

static void add_party(hec_builder *b, hec_party party)
{
    hec_model *model = b->model;
    for (size_t i = 0; i < model->n_parties; i++) {
        if (strcmp(model->parties[i].name, party.name) == 0) {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, party.place,
                       i == 0 ? "`%s` is always there"
                              : "`%s` is named twice among payers and providers",
                       party.name);
            if (i > 0) {
                hec_report_note(b->diagnostics, model->parties[i].place, "it is named here too");
            }
            return;
        }
    }
    if (!party.resource && strcmp(party.name, "resource") == 0) {
        hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, party.place,
                   "`resource` is what services cost whoever provides them; a %s needs another "
                   "name",
                   party.provider ? "provider" : "payer");
        return;
    }
    if (hec_arena_grow(b->arena, (void **)&model->parties, model->n_parties, &model->party_capacity,
                       sizeof *model->parties)) {
        model->parties[model->n_parties++] = party;
    }
}

/* ---- which panel a person belongs to --------------------------------------------------------- */

static int find_attribute(hec_builder *b, const hec_node *node)
{
    const hec_population *population = &b->model->population;
    for (size_t i = 0; i < population->n_attributes; i++) {
        if (strcmp(population->attributes[i], node->text) == 0) {
            return (int)i;
        }
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, node->place,
               "the population has no attribute `%s`", node->text);
    hec_build_suggest(b, node->text, population->n_attributes, population->attributes);
    return -1;
}

/* Where each person's own value is drawn, the life is checked; the others are here. */
static void check_numbers(hec_builder *b, const hec_party *party, const hec_node *node)
{
    const hec_population *population = &b->model->population;
    size_t attribute = (size_t)party->attribute, n = population->n_strata, panel;
    size_t step = population->n_attributes;
    bool rows = population->n_strata > 1;
    const double *values = population->values + attribute;
    for (size_t i = 0; i < population->n_draws; i++) {
        n = population->draw_attributes[i] == attribute ? 0 : n;
    }
    for (size_t i = 0; i < population->n_shares; i++) {
        if (population->shares[i].attribute == attribute) {
            values = population->shares[i].values;
            n = population->shares[i].count;
            step = 1;
            rows = false;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (!hec_party_panel(party, 0, values[i * step], &panel)) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                       "the panels of `%s` are numbered from 1 to %lld, and somebody's `%s` is "
                       "%.10g",
                       party->name, (long long)party->panels, node->text, values[i * step]);
            if (rows) {
                hec_report_note(b->diagnostics, population->places[attribute],
                                "`%s` stands here; that of row %zu is none of them", node->text,
                                i + 1);
            } else {
                hec_report_note(b->diagnostics, population->places[attribute], "`%s` is here",
                                node->text);
            }
            return;
        }
    }
}

static void read_belongs(hec_builder *b, hec_party *party, const hec_node *map)
{
    const hec_node *node = hec_build_part(b, map, "belongs", HEC_NODE_SCALAR);
    const hec_population *population = &b->model->population;
    if (!node) {
        return;
    }
    if (!hec_build_stated(map, "panels")) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, hec_build_key_place(map, "belongs"),
                   "`%s` does not say how many `panels` persons belong to", party->name);
        return;
    }
    int attribute = find_attribute(b, node);
    if (attribute >= 0 && !hec_type_agree(&population->types[attribute], &HEC_TYPE_RATIO)) {
        bool word = population->types[attribute].kind == HEC_KIND_LABEL;
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "`%s` is %s, and panels are numbered from 1", node->text,
                   word ? "a word" : "a time");
        hec_report_note(b->diagnostics, population->places[attribute], "`%s` is here", node->text);
    } else if (attribute >= 0 && party->panels > 0) {
        party->attribute = attribute;
        check_numbers(b, party, node);
    }
}

static void read_provider(hec_builder *b, const hec_entry *entry)
{
    static const char *const keys[] = {"label", "source", "note", "tier", "panels", "belongs"};
    const hec_node *map = entry->value;
    hec_party party = {.name = entry->key,
                       .place = entry->key_place,
                       .provider = true,
                       .tier = "",
                       .attribute = -1,
                       .category = -1};
    if (map->kind != HEC_NODE_EMPTY &&
        hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a provider")) {
        hec_node_expect_keys(b->diagnostics, map, "a provider", 6, keys);
        hec_build_expect_words(b, map, 3, keys);
        party.tier = hec_build_words(b, map, "tier");
        const hec_node *panels = hec_build_stated(map, "panels");
        if (panels) {
            (void)hec_build_integer(b, panels, "the number of panels", 1, 1000000, &party.panels);
        }
        read_belongs(b, &party, map);
    }
    if (hec_build_identifier(b, entry->key, entry->key_place, "a provider")) {
        add_party(b, party);
    }
}

static hec_party named_payer(const char *name, hec_place place)
{
    return (hec_party){.name = name, .place = place, .tier = "", .attribute = -1, .category = -1};
}

void hec_build_parties(hec_builder *b)
{
    const hec_node *payers = hec_build_part(b, b->tree, "payers", HEC_NODE_LIST);
    const hec_node *providers = hec_build_part(b, b->tree, "providers", HEC_NODE_MAP);
    add_party(b, named_payer("patient", HEC_NOWHERE));
    for (size_t i = 0; payers && i < payers->count; i++) {
        const hec_node *name = payers->items[i];
        if (hec_node_expect(b->diagnostics, name, HEC_NODE_SCALAR, "a payer") &&
            hec_build_identifier(b, name->text, name->place, "a payer")) {
            add_party(b, named_payer(name->text, name->place));
        }
    }
    for (size_t i = 0; providers && i < providers->count; i++) {
        read_provider(b, &providers->entries[i]);
    }
    if (hec_build_has_payers(b->tree)) {
        add_party(b, (hec_party){.name = "resource",
                                 .place = HEC_NOWHERE,
                                 .tier = "",
                                 .attribute = -1,
                                 .category = -1,
                                 .resource = true});
    }
}

void hec_build_party_categories(hec_builder *b)
{
    hec_model *model = b->model;
    for (size_t i = 0; i < model->n_parties; i++) {
        hec_party *party = &model->parties[i];
        party->category =
            party->provider ? -1 : hec_build_outcome(b, HEC_OUTCOME_COST, party->name);
    }
}

int hec_policy_party(hec_paying *p, const hec_node *node, const char *what, hec_party_kind kind)
{
    static const char *const words[] = {
        [HEC_PARTY_ANY] = "`%s` is neither a payer nor a provider",
        [HEC_PARTY_PAYER] = "`%s` is no payer",
        [HEC_PARTY_PROVIDER] = "`%s` is no provider",
    };
    hec_builder *b = p->b;
    const hec_model *model = b->model;
    hec_names known = {0};
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_SCALAR, what)) {
        return -1;
    }
    for (size_t i = 0; i < model->n_parties; i++) {
        hec_party *party = &model->parties[i];
        bool wanted = kind == HEC_PARTY_ANY ||
                      (party->provider == (kind == HEC_PARTY_PROVIDER) && !party->resource);
        if (wanted && strcmp(party->name, node->text) == 0) {
            party->named = true;
            return (int)i;
        }
        if (wanted) {
            (void)hec_names_add(b->arena, &known, party->name);
        }
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, node->place, words[kind], node->text);
    hec_build_suggest(b, node->text, known.count, known.items);
    return -1;
}

bool hec_policy_is_called(const hec_party *party, const char *name)
{
    return party->provider && (strcmp(party->name, name) == 0 || strcmp(party->tier, name) == 0);
}

bool hec_policy_is_provider(const hec_builder *b, const char *name)
{
    bool is = false;
    for (size_t i = 0; i < b->model->n_parties; i++) {
        is = is || hec_policy_is_called(&b->model->parties[i], name);
    }
    return is;
}

bool hec_policy_check_provider(hec_paying *p, const char *name, hec_place place)
{
    hec_builder *b = p->b;
    hec_names known = {0};
    if (hec_policy_is_provider(b, name)) {
        return true;
    }
    for (size_t i = 0; i < b->model->n_parties; i++) {
        const hec_party *party = &b->model->parties[i];
        if (party->provider) {
            (void)hec_names_add(b->arena, &known, party->name);
            (void)hec_names_add(b->arena, &known, *party->tier ? party->tier : party->name);
        }
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, place,
               "no provider and no tier is called `%s`", name);
    hec_build_suggest(b, name, known.count, known.items);
    return false;
}

const hec_node *hec_policy_of_provider(const hec_node *map, const hec_party *provider)
{
    const hec_node *own = hec_node_get(map, provider->name);
    return own || !*provider->tier ? own : hec_node_get(map, provider->tier);
}

/* ---- under a policy -------------------------------------------------------------------------- */

static bool asks_for_panels(const hec_pay *pay, int party)
{
    bool asks = false;
    for (size_t i = 0; i < pay->n_measures; i++) {
        asks = asks || pay->measures[i].provider == party;
    }
    for (size_t i = 0; i < pay->n_feeds; i++) {
        asks = asks || pay->feeds[i].provider == party;
    }
    return asks;
}

void hec_policy_belong(hec_paying *p)
{
    hec_builder *b = p->b;
    const hec_model *model = b->model;
    for (size_t i = 0; i < model->n_parties; i++) {
        const hec_party *party = &model->parties[i];
        if (party->attribute < 0 || !asks_for_panels(p->pay, (int)i)) {
            continue;
        }
        hec_place place = party->place;
        hec_id x = hec_build_attribute(b, (size_t)party->attribute, place).id;
        hec_id one = hec_life_constant(b, 1, place);
        hec_id panels = hec_life_constant(b, (double)party->panels, place);
        hec_id whole = hec_life_op(b, HK_FLOOR, x, -1, place);
        hec_id beyond = hec_life_or(b, hec_life_op(b, HK_LT, x, one, place),
                                    hec_life_op(b, HK_LT, panels, x, place), place);
        hec_id none = hec_life_or(b, beyond, hec_life_op(b, HK_NE, x, whole, place), place);
        p->pay->belongs[i] = hec_policy_observe(p, x);
        hec_policy_check(
            p,
            (hec_life_check){
                .kind = HEC_LIFE_PANEL, .item = (int)i, .value = none, .shown = x, .place = place});
    }
}
