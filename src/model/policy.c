/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy: where it stands, when it is in force, who the parties are, and the ledger it fills. */
#include "model/policy_inner.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/tree.h"

static const char *const policy_keys[] = {
    "hecate",  "policy",   "title",     "label",      "description", "source", "sources",
    "note",    "notes",    "status",    "in_force",   "parameters",  "let",    "tables",
    "services", "benefits", "contracts", "behaviours", "set"};
enum { N_POLICY_KEYS = sizeof policy_keys / sizeof policy_keys[0] };

/* ---- where it stands ------------------------------------------------------------------------- */

const hec_node *hec_build_policy_of(hec_builder *b, const hec_node *strategy)
{
    const hec_node *policy = hec_build_stated(strategy, "policy");
    if (policy && policy->kind == HEC_NODE_SCALAR) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, policy->place,
                   "a policy cannot be named here, where no file is read");
        hec_report_help(b->diagnostics, "name the file in the study, under `strategies:`");
        return NULL;
    }
    return policy && hec_node_expect(b->diagnostics, policy, HEC_NODE_MAP, "`policy`") ? policy
                                                                                       : NULL;
}

bool hec_build_has_policies(const hec_node *tree)
{
    const hec_node *strategies = hec_node_get(tree, "strategies");
    bool has = false;
    for (size_t i = 0; strategies && strategies->kind == HEC_NODE_MAP && i < strategies->count;
         i++) {
        has = has || hec_build_stated(strategies->entries[i].value, "policy");
    }
    return has;
}

static bool lay_over(hec_builder *b, hec_node *own, const hec_node *policy, const char *key)
{
    const hec_node *upper = hec_build_part(b, policy, key, HEC_NODE_MAP);
    const hec_node *lower = hec_node_get(own, key);
    if (!upper) {
        return true;
    }
    bool map = lower && lower->kind == HEC_NODE_MAP;
    hec_node *laid =
        map ? hec_node_overlay(b->arena, lower, upper) : hec_node_copy(b->arena, upper);
    return laid && hec_node_put(b->arena, own, key, upper->place, laid);
}

bool hec_build_lay_policy(hec_builder *b, hec_node *own, const hec_node *policy)
{
    static const char *const parts[] = {"parameters", "let", "tables", "services"};
    hec_node *copy = hec_node_copy(b->arena, policy);
    bool good = copy && hec_node_put(b->arena, own, "policy", policy->place, copy);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        good = good && lay_over(b, own, policy, parts[i]);
    }
    return good;
}

static bool lay_attribute(hec_builder *b, hec_node *attributes, const hec_entry *entry)
{
    if (hec_node_get(attributes, entry->key)) {
        hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, entry->key_place,
                   "`%s` is an attribute already; what a contract remembers has a name of its own",
                   entry->key);
        hec_report_note(b->diagnostics, hec_build_key_place(attributes, entry->key),
                        "the other is here");
        return true;
    }
    hec_node *copy = hec_node_copy(b->arena, entry->value);
    return copy && hec_node_put(b->arena, attributes, entry->key, entry->key_place, copy);
}

bool hec_build_lay_memory(hec_builder *b, hec_node *own)
{
    const hec_node *contracts =
        hec_build_part(b, hec_node_get(own, "policy"), "contracts", HEC_NODE_MAP);
    hec_node *attributes = NULL;
    bool good = true;
    for (size_t i = 0; good && contracts && i < contracts->count; i++) {
        const hec_node *contract = contracts->entries[i].value;
        const hec_node *memory = contract->kind == HEC_NODE_MAP
                                     ? hec_build_part(b, contract, "memory", HEC_NODE_MAP)
                                     : NULL;
        for (size_t k = 0; good && memory && k < memory->count; k++) {
            if (!attributes) {
                const hec_node *shared = hec_node_get(own, "attributes");
                bool map = shared && shared->kind == HEC_NODE_MAP;
                attributes = map ? hec_node_copy(b->arena, shared)
                                 : hec_arena_alloc(b->arena, sizeof *attributes);
                good = attributes != NULL;
                if (good && !map) {
                    attributes->kind = HEC_NODE_MAP;
                    attributes->place = memory->place;
                }
            }
            good = good && lay_attribute(b, attributes, &memory->entries[k]);
        }
    }
    return good &&
           (!attributes || hec_node_put(b->arena, own, "attributes", attributes->place, attributes));
}

/* As many as there could be names in what is written. */
static size_t count_inputs(const hec_node *node)
{
    size_t count = 1;
    if (node->kind == HEC_NODE_SCALAR) {
        count += node->length / 4;
    }
    for (size_t i = 0; node->kind >= HEC_NODE_LIST && i < node->count; i++) {
        count += count_inputs(node->kind == HEC_NODE_LIST ? node->items[i] : node->entries[i].value);
    }
    return count;
}

size_t hec_build_policy_inputs(const hec_node *tree)
{
    const hec_node *strategies = hec_node_get(tree, "strategies");
    const hec_node *let = hec_node_get(tree, "let");
    size_t count = 0;
    for (size_t i = 0; hec_build_has_policies(tree) && i < strategies->count; i++) {
        const hec_node *policy = hec_build_stated(strategies->entries[i].value, "policy");
        count += policy ? 8 + 4 * count_inputs(policy) : 0;
        count += policy && let ? count_inputs(let) : 0;
    }
    return count;
}

/* ---- parties --------------------------------------------------------------------------------- */

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

/* ---- in force -------------------------------------------------------------------------------- */

static bool read_year(hec_paying *p, const hec_node *map, const char *key, double *year)
{
    int64_t whole = 0;
    const hec_node *node = hec_build_stated(map, key);
    if (!node || !hec_build_integer(p->b, node, "a calendar year", 1000, 3000, &whole)) {
        return false;
    }
    *year = (double)whole;
    return true;
}

static void check_in_force(hec_paying *p)
{
    static const char *const keys[] = {"from", "until"};
    hec_builder *b = p->b;
    const hec_model *model = b->model;
    const hec_node *map = hec_build_part(b, p->policy, "in_force", HEC_NODE_MAP);
    double from = -INFINITY, until = INFINITY;
    if (!map) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "`in_force`", 2, keys);
    bool stated = read_year(p, map, "from", &from);
    stated = read_year(p, map, "until", &until) || stated;
    if (isnan(model->start_year)) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "the policy is in force in calendar years, and the model does not say in which "
                   "it starts");
        hec_report_help(b->diagnostics, "time: {..., start_year: 2024}");
        return;
    }
    double first = floor(model->start_year + 1e-9);
    double length = (double)(model->cycles - 1) * model->cycle_length;
    double last = floor(model->start_year + length + 1e-9);
    if (stated && !b->no_cycles && (first < from || last > until)) {
        hec_report(b->diagnostics, HEC_CHECK_NOT_IN_FORCE, map->place,
                   "the policy `%s` is not in force in %.0f, and the model runs from %.0f to %.0f",
                   p->pay->policy, first < from ? first : until + 1, first, last);
        hec_report_help(b->diagnostics,
                        "state what holds in those years, or run the years that it covers");
    }
}

/* ---- what a policy needs of the study -------------------------------------------------------- */

static hec_place economics_place(const hec_builder *b, const char *key)
{
    const hec_node *economics = hec_node_get(b->tree, "economics");
    const hec_node *node = hec_node_get(economics, key);
    const hec_node *profile = hec_node_get(economics, "profile");
    return node ? node->place : profile ? profile->place : hec_build_key_place(b->tree, "economics");
}

static void check_study(hec_paying *p)
{
    hec_builder *b = p->b;
    const hec_model *model = b->model;
    if (model->economics.method != HEC_METHOD_START) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, economics_place(b, "within_cycle"),
                   "a policy pays for what is used in a cycle by who is there at its start; half a "
                   "cycle cannot be paid");
        hec_report_note(b->diagnostics, p->place, "the policy is here");
        hec_report_help(b->diagnostics, "within_cycle: start");
    }
    if (model->cycle_length > 1 + 1e-9) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE,
                   hec_build_key_place(hec_node_get(b->tree, "time"), "cycle"),
                   "a policy keeps accounts by the year, and a cycle is longer than that");
        hec_report_note(b->diagnostics, p->place, "the policy is here");
    }
}

/* ---- the ledger ------------------------------------------------------------------------------ */

int hec_policy_service(hec_paying *p, const char *name, hec_place place)
{
    hec_builder *b = p->b;
    size_t found = hec_names_find(&b->outcomes[HEC_OUTCOME_USE], name);
    if (found != SIZE_MAX && p->services[found].name) {
        return (int)found;
    }
    hec_names known = {0};
    for (size_t i = 0; i < p->n_services; i++) {
        (void)hec_names_add(b->arena, &known, p->services[p->order[i]].name);
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, place,
               "nothing under `services:` is called `%s`", name);
    hec_build_suggest(b, name, known.count, known.items);
    return -1;
}

int hec_policy_observe(hec_paying *p, hec_id id)
{
    hec_life *life = &p->w->strategy->life;
    for (size_t i = 0; i < life->n_observed; i++) {
        if (life->observed[i] == id) {
            return (int)i;
        }
    }
    if (id < 0 || !hec_arena_grow(p->b->arena, (void **)&life->observed, life->n_observed,
                                  &p->observed_capacity, sizeof *life->observed)) {
        return -1;
    }
    life->observed[life->n_observed] = id;
    return (int)life->n_observed++;
}

void hec_policy_check(hec_paying *p, hec_life_check check)
{
    hec_life *life = &p->w->strategy->life;
    const hec_graph_node *node = hec_graph_node_at(p->b->model->graph, check.value);
    bool known = node && node->code == HEC_CODE_CONSTANT && node->value >= check.low &&
                 node->value <= check.high;
    if (check.value >= 0 && check.shown >= 0 && !known &&
        hec_arena_grow(p->b->arena, (void **)&life->checks, life->n_checks, &p->check_capacity,
                       sizeof *life->checks)) {
        life->checks[life->n_checks++] = check;
    }
}

static void add_to_sum(hec_paying *p, int party, hk_op op, hec_id fen, hec_place place)
{
    const hec_builder *b = p->b;
    if (b->model->parties[party].provider) {
        return;
    }
    hec_id before = p->sums[party] < 0 ? hec_life_constant(b, 0, place) : p->sums[party];
    bool first = op == HK_ADD && p->sums[party] < 0;
    p->sums[party] = first ? fen : hec_life_op(b, op, before, fen, place);
}

int hec_policy_post(hec_paying *p, hec_posting posting)
{
    hec_pay *pay = p->pay;
    bool person = posting.level == HEC_LEVEL_PERSON;
    posting.observed = -1;
    if (posting.value < 0 || posting.payer < 0 || posting.payee < 0 ||
        hec_life_is_value(p->b, posting.value, 0) ||
        !hec_arena_grow(p->b->arena, (void **)&pay->postings, pay->n_postings,
                        &pay->posting_capacity, sizeof *pay->postings)) {
        return -1;
    }
    if (person) {
        posting.observed = hec_policy_observe(p, posting.value);
        add_to_sum(p, posting.payer, HK_ADD, posting.value, posting.place);
        add_to_sum(p, posting.payee, HK_SUB, posting.value, posting.place);
    }
    pay->postings[pay->n_postings] = posting;
    return (int)pay->n_postings++;
}

/* What each payer pays in the cycle, and what services cost, as amounts of their categories. */
static void add_amounts(hec_paying *p)
{
    hec_builder *b = p->b;
    const hec_model *model = b->model;
    for (size_t i = 0; i <= model->n_parties; i++) {
        bool resource = i == model->n_parties;
        hec_id fen = resource ? p->resources : p->sums[i];
        int category = resource ? hec_build_outcome(b, HEC_OUTCOME_COST, "resource")
                                : model->parties[i].category;
        if (fen >= 0) {
            hec_id due = hec_life_op(b, HK_NE, fen, hec_life_constant(b, 0, p->place), p->place);
            hec_id money = hec_policy_currency(p, fen, p->place);
            hec_life_add_amount(p->w, category, hec_policy_where(p, due, money, p->place),
                                p->place);
        }
    }
}

/* ---- accounts -------------------------------------------------------------------------------- */

static const char *account_name(hec_paying *p, hec_counted counted)
{
    hec_arena *arena = p->b->arena;
    const char *when = counted.for_life ? "paid" : "ytd";
    switch (counted.kind) {
    case HEC_COUNTED_USES:
        return hec_arena_format(arena, "ytd_use(%s)", p->services[counted.index].name);
    case HEC_COUNTED_SEEN:
        return hec_arena_format(arena, "%s seen by %s in fen", when,
                                p->mechanisms[counted.index].name);
    case HEC_COUNTED_CHARGE:
        return "ytd(charge) in fen";
    case HEC_COUNTED_ALLOWED:
        return "ytd(allowed) in fen";
    default:
        return hec_arena_format(arena, "%s(%s) in fen", when, p->mechanisms[counted.index].name);
    }
}

/* What has come in this cycle by now. */
static hec_id come_by_now(const hec_paying *p, hec_counted counted)
{
    switch (counted.kind) {
    case HEC_COUNTED_USES:
        return p->services[counted.index].quantity;
    case HEC_COUNTED_SEEN:
        return p->mechanisms[counted.index].seen;
    case HEC_COUNTED_CHARGE:
        return p->charged;
    case HEC_COUNTED_ALLOWED:
        return p->allowed;
    default:
        return p->mechanisms[counted.index].paid;
    }
}

/* Uses of a cycle come all at once, money one service after another. */
static hec_id with_present(hec_paying *p, hec_counted counted, int variable, hec_place place)
{
    hec_id present = hec_life_present(p->b, variable, place), now = come_by_now(p, counted);
    bool nothing = counted.kind == HEC_COUNTED_USES || hec_life_is_value(p->b, now, 0);
    return nothing ? present : hec_life_op(p->b, HK_ADD, present, now, place);
}

hec_id hec_policy_account(hec_paying *p, hec_counted counted, hec_place place)
{
    hec_builder *b = p->b;
    hec_pay *pay = p->pay;
    for (size_t i = 0; i < pay->n_accounts; i++) {
        const hec_counted *known = &p->counted[i];
        if (known->kind == counted.kind && known->index == counted.index &&
            known->for_life == counted.for_life) {
            return with_present(p, counted, pay->accounts[i].variable, place);
        }
    }
    const char *name = account_name(p, counted);
    size_t number = name ? hec_names_add(b->arena, &b->accounts, name) : SIZE_MAX;
    int variable = number == SIZE_MAX
                       ? -1
                       : hec_life_variable(b, HEC_VARIABLE_ACCOUNT, (int)number, name, place);
    if (variable < 0 ||
        !hec_arena_grow(b->arena, (void **)&pay->accounts, pay->n_accounts, &pay->account_capacity,
                        sizeof *pay->accounts) ||
        !hec_arena_grow(b->arena, (void **)&p->counted, pay->n_accounts, &p->counted_capacity,
                        sizeof *p->counted)) {
        return -1;
    }
    p->counted[pay->n_accounts] = counted;
    pay->accounts[pay->n_accounts++] = (hec_account){name, variable, counted.for_life, -1};
    return with_present(p, counted, variable, place);
}

/* When everything is paid: what the accounts are in the next cycle. */
static void close_accounts(hec_paying *p)
{
    hec_builder *b = p->b;
    for (size_t i = 0; i < p->pay->n_accounts; i++) {
        hec_account *account = &p->pay->accounts[i];
        hec_place place = b->model->variables[account->variable].place;
        hec_id present = hec_life_present(b, account->variable, place);
        hec_id all =
            hec_life_op(b, HK_ADD, present, come_by_now(p, p->counted[i]), place);
        hec_id year_end = hec_graph_input(b->model->graph, HEC_CLOCK_YEAR_END, HEC_DEP_CYCLE,
                                          "year_end", place);
        account->next =
            account->for_life
                ? all
                : hec_life_select(b, year_end, hec_life_constant(b, 0, place), all, place);
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void check_words(hec_paying *p)
{
    static const char *const words[] = {"title", "label", "description", "source", "note"};
    hec_builder *b = p->b;
    hec_node_expect_keys(b->diagnostics, p->policy, "a policy", N_POLICY_KEYS, policy_keys);
    hec_build_expect_words(b, p->policy, sizeof words / sizeof words[0], words);
    hec_build_status(b, p->policy);
}

static bool open_paying(hec_paying *p)
{
    hec_builder *b = p->b;
    const char *name = hec_build_words(b, p->policy, "policy");
    p->pay->policy = *name ? name : p->w->strategy->name;
    p->n_uses = b->outcomes[HEC_OUTCOME_USE].count;
    p->services = hec_arena_array(b->arena, p->n_uses + 1, sizeof *p->services);
    p->order = hec_arena_array(b->arena, p->n_uses + 1, sizeof *p->order);
    p->sums = hec_arena_array(b->arena, b->model->n_parties + 1, sizeof *p->sums);
    p->resources = -1;
    p->charged = p->allowed = hec_life_constant(b, -0.0, p->policy->place); /* x + -0 is x */
    p->check_capacity = p->w->strategy->life.n_checks;
    int *columns[5];
    for (size_t k = 0; k < 5; k++) {
        columns[k] = hec_arena_array(b->arena, p->n_uses + 1, sizeof *columns[k]);
        for (size_t i = 0; columns[k] && i < p->n_uses; i++) {
            columns[k][i] = -1;
        }
        if (!columns[k]) {
            return false;
        }
    }
    for (size_t i = 0; p->sums && i < b->model->n_parties; i++) {
        p->sums[i] = -1;
    }
    p->pay->charge = columns[0];
    p->pay->allowed = columns[1];
    p->pay->resource = columns[2];
    p->pay->quantity = columns[3];
    p->pay->provider = columns[4];
    return p->services && p->order && p->sums;
}

/* Names of payments hide whatever else has them. */
static void check_names(hec_builder *b)
{
    static const char *const names[] = {"remainder", "allowed", "charge", "quantity"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const hec_binding *binding = hec_build_find(b, names[i]);
        if (binding) {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, binding->place,
                       "`%s` is what payments call their own; a model with a policy needs another "
                       "name here",
                       names[i]);
        }
    }
}

void hec_build_policy(hec_strategy_work *w)
{
    hec_builder *b = w->b;
    const hec_node *policy = hec_build_stated(b->tree, "policy");
    hec_paying paying = {.b = b, .w = w, .pay = &w->strategy->pay, .policy = policy};
    hec_paying *p = &paying;
    if (!policy || !b->lives || b->model->engine != HEC_ENGINE_PERSONS || !open_paying(p)) {
        return;
    }
    p->place = hec_build_key_place(
        hec_node_get(hec_node_get(b->tree, "strategies"), w->strategy->name), "policy");
    hec_life_read_events(b);
    p->alive = b->lives->is_alive;
    check_words(p);
    check_in_force(p);
    check_study(p);
    hec_policy_behaviours(p);
    hec_visit visit = hec_life_enter(b, HEC_PHASE_AMOUNTS);
    b->chain = -1;
    b->paying = p;
    check_names(b);
    hec_policy_services(p);
    hec_policy_list_layers(p);
    hec_policy_list_contracts(p);
    hec_policy_cover(p);
    hec_policy_benefits(p);
    hec_policy_contracts(p);
    close_accounts(p);
    add_amounts(p);
    b->paying = NULL;
    hec_life_leave(b, &visit);
}
