/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contracts: what is agreed between two parties, for each person, each panel or the region. */
#include "model/policy_inner.h"

#include <float.h>
#include <string.h>

static const char *const contract_keys[] = {"label",  "source", "note", "status", "level",
                                            "from",   "to",     "when", "covers", "pay",
                                            "settle", "split",  "by",   "lag",    "memory"};
enum { N_CONTRACT_KEYS = sizeof contract_keys / sizeof contract_keys[0] };

/* ---- the list -------------------------------------------------------------------------------- */

static int party_of(hec_paying *p, const hec_entry *entry, const char *key)
{
    const hec_node *node = hec_build_stated(entry->value, key);
    if (node) {
        const char *what = hec_arena_format(p->b->arena, "`%s`", key);
        return hec_policy_party(p, node, what ? what : key, HEC_PARTY_ANY);
    }
    hec_report(p->b->diagnostics, HEC_CHECK_MISSING_KEY, entry->key_place,
               "the contract `%s` does not say %s pays", entry->key,
               strcmp(key, "from") == 0 ? "who" : "whom it");
    hec_report_help(p->b->diagnostics, "%s: a payer or a provider", key);
    return -1;
}

static hec_pay_level level_of(hec_paying *p, const hec_entry *entry)
{
    static const char *const levels[] = {"person", "panel", "region"};
    const hec_node *node = hec_build_stated(entry->value, "level");
    if (node) {
        int chosen = hec_build_choice(p->b, node, "level", 3, levels);
        return chosen < 0 ? HEC_LEVEL_PERSON : (hec_pay_level)chosen;
    }
    hec_report(p->b->diagnostics, HEC_CHECK_MISSING_KEY, entry->key_place,
               "the contract `%s` does not say at which `level` it pays", entry->key);
    hec_report_help(p->b->diagnostics, "level: person, panel or region");
    return HEC_LEVEL_PERSON;
}

static bool *covers_of(hec_paying *p, const hec_node *map)
{
    hec_builder *b = p->b;
    const hec_node *list = hec_build_part(b, map, "covers", HEC_NODE_LIST);
    bool *covers = hec_arena_array(b->arena, p->n_uses + 1, sizeof *covers);
    for (size_t i = 0; covers && list && i < list->count; i++) {
        const hec_node *item = list->items[i];
        int use = hec_node_expect(b->diagnostics, item, HEC_NODE_SCALAR, "a service")
                      ? hec_policy_service(p, item->text, item->place)
                      : -1;
        if (use >= 0) {
            covers[use] = true;
        }
    }
    return covers;
}

static void refuse_keys(hec_paying *p, const hec_node *map, const char *why, size_t n,
                        const char *const *keys)
{
    for (size_t i = 0; i < n; i++) {
        if (hec_build_stated(map, keys[i])) {
            hec_report(p->b->diagnostics, HEC_CHECK_BAD_VALUE, hec_build_key_place(map, keys[i]),
                       "`%s` stands in contracts with %s", keys[i], why);
        }
    }
}

static void check_contract(hec_paying *p, const hec_entry *entry, hec_pay_level level)
{
    static const char *const yearly[] = {"settle", "split", "by"};
    hec_builder *b = p->b;
    const hec_node *map = entry->value;
    bool pay = hec_build_stated(map, "pay"), settle = hec_build_stated(map, "settle");
    bool split = hec_build_stated(map, "split"), by = hec_build_stated(map, "by");
    if (level == HEC_LEVEL_PERSON) {
        refuse_keys(p, map, "panels or the region, which are settled once a year", 3, yearly);
    }
    if (level == HEC_LEVEL_REGION) {
        refuse_keys(p, map, "panels; a region is one alone", 2, yearly + 1);
    }
    if (!pay && !settle && !split) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, entry->key_place,
                   "the contract `%s` does not say what it pays", entry->key);
        hec_report_help(b->diagnostics, level == HEC_LEVEL_PERSON
                                            ? "pay: what is paid for a person in each cycle"
                                            : "pay, settle, or split with by");
    }
    if (split != by && level == HEC_LEVEL_PANEL) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY,
                   hec_build_key_place(map, split ? "split" : "by"),
                   split ? "`split` does not say `by` what the amount is shared out"
                         : "`by` does not say which amount is `split`");
        hec_report_help(b->diagnostics, "split: 10000000, by: panel.sum(points)");
    }
}

/* What providers spend is nobody's money to give, and no payer's to spend. */
static void check_resource(hec_paying *p, const hec_entry *entry, int payer, int payee)
{
    const hec_party *parties = p->b->model->parties;
    hec_diagnostics *d = p->b->diagnostics;
    if (payer < 0 || payee < 0) {
        return;
    }
    if (parties[payer].resource) {
        hec_report(d, HEC_CHECK_BAD_VALUE, hec_build_stated(entry->value, "from")->place,
                   "`resource` is what providers spend, and has no money to pay with");
    } else if (parties[payee].resource && !parties[payer].provider) {
        hec_report(d, HEC_CHECK_BAD_VALUE, hec_build_stated(entry->value, "to")->place,
                   "`%s` is a payer: its money goes to somebody, and resources are what providers "
                   "spend",
                   parties[payer].name);
        hec_report_help(d, "to: the provider who spends it, with a contract of its own to "
                           "`resource`");
    }
}

static void list_contract(hec_paying *p, const hec_entry *entry)
{
    hec_builder *b = p->b;
    const hec_node *map = entry->value;
    if (!hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a contract") ||
        !hec_policy_names_mechanism(b, entry->key, entry->key_place, "a contract")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "a contract", N_CONTRACT_KEYS, contract_keys);
    hec_build_expect_words(b, map, 3, contract_keys);
    hec_build_status(b, map);
    size_t known = hec_names_find(&p->names, entry->key);
    if (known != SIZE_MAX) {
        hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, entry->key_place,
                   "a layer of the benefits is called `%s` too", entry->key);
        hec_report_note(b->diagnostics, p->mechanisms[known].place, "the layer is here");
        return;
    }
    hec_pay_level level = level_of(p, entry);
    check_contract(p, entry, level);
    int payer = party_of(p, entry, "from"), payee = party_of(p, entry, "to");
    bool *covers = covers_of(p, map);
    check_resource(p, entry, payer, payee);
    if (payer >= 0 && payer == payee) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                   "the contract `%s` pays from `%s` to itself", entry->key,
                   b->model->parties[payer].name);
    }
    if (!covers || !hec_arena_grow(b->arena, (void **)&p->mechanisms, p->names.count,
                                   &p->mechanism_capacity, sizeof *p->mechanisms)) {
        return;
    }
    size_t number = hec_names_add(b->arena, &p->names, entry->key);
    if (number != SIZE_MAX) {
        hec_id nothing = hec_life_constant(b, -0.0, entry->key_place); /* x + -0 is x */
        p->mechanisms[number] =
            (hec_mechanism){entry->key, entry->key_place, map,     true,    level, payer,
                            payee,      nothing,          nothing, nothing, covers};
    }
}

void hec_policy_list_contracts(hec_paying *p)
{
    const hec_node *map = hec_build_part(p->b, p->policy, "contracts", HEC_NODE_MAP);
    for (size_t i = 0; map && i < map->count; i++) {
        list_contract(p, &map->entries[i]);
    }
}

/* ---- what contracts take out of the benefits ------------------------------------------------- */

static void report_twice(hec_paying *p, const hec_used *used, const hec_mechanism *one,
                         const hec_mechanism *other)
{
    hec_report(p->b->diagnostics, HEC_CHECK_PAID_TWICE, other->place,
               "`%s` is covered by the contract `%s` and by `%s`", used->name, one->name,
               other->name);
    hec_report_note(p->b->diagnostics, one->place, "`%s` is here", one->name);
    hec_report_help(p->b->diagnostics, "let `when` say for whom each of them is");
}

static void cover(hec_paying *p, size_t use)
{
    hec_builder *b = p->b;
    hec_used *used = &p->used[use];
    const hec_mechanism *first = NULL;
    hec_id count = -1;
    for (size_t i = 0; i < p->names.count; i++) {
        const hec_mechanism *m = &p->mechanisms[i];
        if (!m->contract || !m->covers[use] || m->when < 0) {
            continue;
        }
        bool certain = hec_life_is_value(b, m->when, 1);
        if (first && certain && hec_life_is_value(b, first->when, 1)) {
            report_twice(p, used, first, m);
        }
        count = count < 0 ? m->when : hec_life_op(b, HK_ADD, count, m->when, m->place);
        used->covered = hec_life_or(b, used->covered, m->when, m->place);
        first = first && !certain ? first : m;
        if (count != m->when) {
            hec_policy_check(
                p, (hec_life_check){.kind = HEC_LIFE_TWICE,
                                    .item = (int)use,
                                    .value = hec_policy_where(p, p->alive, count, m->place),
                                    .shown = count,
                                    .low = 0,
                                    .high = 1,
                                    .place = m->place});
        }
    }
}

/* Whose panels are meant: the payee's before the payer's. */
int hec_policy_provider_of(const hec_paying *p, const hec_mechanism *m)
{
    const hec_party *parties = p->b->model->parties;
    const int ends[] = {m->payee, m->payer};
    for (size_t i = 0; i < 2; i++) {
        if (ends[i] >= 0 && parties[ends[i]].provider && parties[ends[i]].panels > 0) {
            return ends[i];
        }
    }
    return -1;
}

void hec_policy_cover(hec_paying *p)
{
    for (size_t i = 0; i < p->names.count; i++) {
        hec_mechanism *m = &p->mechanisms[i];
        if (m->contract) {
            p->provider = hec_policy_provider_of(p, m);
            m->when = hec_policy_when(p, m->node);
        }
    }
    for (size_t i = 0; i < p->n_services; i++) {
        if (i == 0 || p->services[i].use != p->services[i - 1].use) {
            cover(p, p->services[i].use);
        }
    }
}

/* ---- contracts with persons ------------------------------------------------------------------ */

static void pay_person(hec_paying *p, hec_mechanism *m)
{
    hec_builder *b = p->b;
    const hec_node *pay = hec_build_stated(m->node, "pay");
    p->provider = hec_policy_provider_of(p, m);
    hec_id money = pay ? hec_policy_money(p, pay, HEC_PAY_CONTRACT, "what a contract pays") : -1;
    if (money < 0 || m->when < 0) {
        return;
    }
    hec_id due = hec_life_and(b, p->alive, m->when, pay->place);
    hec_id paid = hec_policy_where(p, due, hec_policy_fen(p, money, pay->place), pay->place);
    int posting = hec_policy_post(p, (hec_posting){.mechanism = m->name,
                                                   .payer = m->payer,
                                                   .payee = m->payee,
                                                   .service = -1,
                                                   .level = HEC_LEVEL_PERSON,
                                                   .value = paid,
                                                   .split_by = -1,
                                                   .lag = hec_policy_lag(p, m->node),
                                                   .place = pay->place});
    if (posting >= 0) {
        hec_policy_check(p, (hec_life_check){.kind = HEC_LIFE_PAYMENT,
                                             .item = posting,
                                             .value = paid,
                                             .shown = money,
                                             .low = 0,
                                             .high = DBL_MAX,
                                             .place = pay->place});
    }
    m->paid = hec_life_op(b, HK_ADD, m->paid, paid, pay->place);
}

void hec_policy_contracts(hec_paying *p)
{
    for (size_t i = 0; i < p->names.count; i++) {
        hec_mechanism *m = &p->mechanisms[i];
        p->n_paid = i;
        if (m->contract && m->level == HEC_LEVEL_PERSON) {
            pay_person(p, m);
        }
    }
    p->n_paid = p->names.count;
    p->all_paid = true;
}
