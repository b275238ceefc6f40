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
    if (!party.provider && strcmp(party.name, "resource") == 0) {
        hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, party.place,
                   "`resource` is what services cost whoever provides them; a payer needs another "
                   "name");
        return;
    }
    if (hec_arena_grow(b->arena, (void **)&model->parties, model->n_parties, &model->party_capacity,
                       sizeof *model->parties)) {
        model->parties[model->n_parties++] = party;
    }
}

static void read_provider(hec_builder *b, const hec_entry *entry)
{
    static const char *const keys[] = {"label", "source", "note", "tier", "panels"};
    const hec_node *map = entry->value;
    hec_party party = {entry->key, entry->key_place, true, "", 0, -1};
    if (map->kind != HEC_NODE_EMPTY &&
        hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a provider")) {
        hec_node_expect_keys(b->diagnostics, map, "a provider", 5, keys);
        hec_build_expect_words(b, map, 3, keys);
        party.tier = hec_build_words(b, map, "tier");
        const hec_node *panels = hec_build_stated(map, "panels");
        if (panels) {
            (void)hec_build_integer(b, panels, "the number of panels", 1, 1000000, &party.panels);
        }
    }
    if (hec_build_identifier(b, entry->key, entry->key_place, "a provider")) {
        add_party(b, party);
    }
}

void hec_build_parties(hec_builder *b)
{
    const hec_node *payers = hec_build_part(b, b->tree, "payers", HEC_NODE_LIST);
    const hec_node *providers = hec_build_part(b, b->tree, "providers", HEC_NODE_MAP);
    add_party(b, (hec_party){"patient", HEC_NOWHERE, false, "", 0, -1});
    for (size_t i = 0; payers && i < payers->count; i++) {
        const hec_node *name = payers->items[i];
        if (hec_node_expect(b->diagnostics, name, HEC_NODE_SCALAR, "a payer") &&
            hec_build_identifier(b, name->text, name->place, "a payer")) {
            add_party(b, (hec_party){name->text, name->place, false, "", 0, -1});
        }
    }
    for (size_t i = 0; providers && i < providers->count; i++) {
        read_provider(b, &providers->entries[i]);
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
        if (kind != HEC_PARTY_ANY && model->parties[i].provider != (kind == HEC_PARTY_PROVIDER)) {
            continue;
        }
        if (strcmp(model->parties[i].name, node->text) == 0) {
            return (int)i;
        }
        (void)hec_names_add(b->arena, &known, model->parties[i].name);
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, node->place, words[kind], node->text);
    hec_build_suggest(b, node->text, known.count, known.items);
    return -1;
}
