/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Services as payments know them: how much of each a person uses in a cycle, at which provider, and
 * what that comes to. */
#include "model/policy_cohort.h"

#include <string.h>

/* ---- names -------------------------------------------------------------------------------- */

int hec_policy_service(hec_paying *p, const char *name, hec_place place)
{
    hec_builder *b = p->b;
    size_t found = hec_names_find(&b->outcomes[HEC_OUTCOME_USE], name);
    if (found != SIZE_MAX && p->used[found].name) {
        return (int)found;
    }
    hec_names known = {0};
    for (size_t i = 0; i < p->n_services; i++) {
        (void)hec_names_add(b->arena, &known, p->used[p->services[i].use].name);
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, place,
               "nothing under `services:` is called `%s`", name);
    hec_build_suggest(b, name, known.count, known.items);
    return -1;
}

/* ---- how much is used ------------------------------------------------------------------------ */

/* The use per year of one chain's states by who is in them; -1: none. */
static hec_id used_in_states(hec_paying *p, size_t number, int outcome)
{
    hec_builder *b = p->b;
    const hec_model *model = b->model;
    const hec_strategy *s = p->w->strategy;
    const hec_chain *chain = &model->chains[number];
    hec_id used = -1;
    for (size_t i = 0; i < s->n_rewards; i++) {
        const hec_reward *r = &s->rewards[i];
        if (r->outcome != outcome || model->states[r->state].dead ||
            model->states[r->state].chain != (int)number) {
            continue;
        }
        hec_id code = hec_life_constant(b, (double)((size_t)r->state - chain->first), r->place);
        hec_id here = hec_life_op(b, HK_EQ, hec_life_present(b, b->lives->chains[number], r->place),
                                  code, r->place);
        hec_id rest = used < 0 ? hec_life_constant(b, 0, r->place) : used;
        used = hec_life_select(b, here, r->value, rest, r->place);
    }
    return used;
}

static hec_id add(hec_paying *p, hec_id sum, hec_id more, hec_place place)
{
    return sum < 0 ? more : more < 0 ? sum : hec_life_op(p->b, HK_ADD, sum, more, place);
}

/* Uses at the start of the model count in the first cycle. */
static hec_id used_at_entry(hec_paying *p, int outcome, hec_id sum)
{
    hec_builder *b = p->b;
    const hec_model *model = b->model;
    const hec_strategy *s = p->w->strategy;
    for (size_t i = 0; i < s->n_one_offs; i++) {
        const hec_one_off *one = &s->one_offs[i];
        if (one->from >= 0 || one->outcome != outcome) {
            continue;
        }
        hec_id clock =
            hec_graph_input(model->graph, HEC_CLOCK_CYCLE, HEC_DEP_CYCLE, "cycle", one->place);
        hec_id enters =
            hec_life_op(b, HK_EQ, clock, hec_life_constant(b, 1, one->place), one->place);
        if (one->to != HEC_TO_ANYWHERE) {
            const hec_state *state = &model->states[one->to];
            size_t number = (size_t)one->to - model->chains[state->chain].first;
            hec_id code = hec_life_constant(b, (double)number, one->place);
            hec_id here = hec_life_present(b, b->lives->chains[state->chain], one->place);
            enters =
                hec_life_and(b, enters, hec_life_op(b, HK_EQ, here, code, one->place), one->place);
        }
        sum = add(p, sum, hec_policy_where(p, enters, one->value, one->place), one->place);
    }
    return sum;
}

static bool follows(const hec_graph *graph, hec_id id, int32_t input, bool *seen)
{
    const hec_graph_node *node = hec_graph_node_at(graph, id);
    bool found = node->code == HEC_CODE_INPUT && node->index == input;
    if (seen[id]) {
        return false;
    }
    seen[id] = true;
    for (int i = 0; i < node->n_args && !found; i++) {
        found = follows(graph, node->args[i], input, seen);
    }
    return found;
}

/* Within a cycle of hazards somebody may move twice, which a cycle's payments cannot see. */
static void refuse_moves_by_hazard(hec_paying *p, const hec_used *used,
                                   const hec_life_amount *amount)
{
    hec_builder *b = p->b;
    const hec_model *model = b->model;
    for (size_t c = 0; c < model->n_chains; c++) {
        const hec_variable *v = &model->variables[b->lives->chains[c]];
        bool *seen = hec_arena_array(b->arena, (size_t)amount->value + 1, sizeof *seen);
        if (model->chains[c].kind == HEC_CHAIN_HAZARDS && seen &&
            follows(model->graph, amount->value, v->next_input, seen)) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, amount->place,
                       "`%s` is used on moves of `%s`: with `rate:` people may move more than once "
                       "in a cycle, and a policy pays by the cycle",
                       used->name, model->chains[c].name);
            hec_report_note(b->diagnostics, p->place, "the policy is here");
            hec_report_help(b->diagnostics, "write the chain with `to:`, or the move as an event");
        }
    }
}

static hec_id quantity_of(hec_paying *p, size_t use)
{
    hec_builder *b = p->b;
    const hec_model *model = b->model;
    const hec_life *life = &p->w->strategy->life;
    const hec_used *used = &p->used[use];
    hec_place place = used->place;
    int outcome = (int)(model->n_costs + model->n_effects + use);
    hec_id sum = -1;
    if (p->cohort) {
        return hec_policy_cohort_quantity(p, use, place);
    }
    for (size_t c = 0; c < model->n_chains; c++) {
        sum = add(p, sum, used_in_states(p, c, outcome), place);
    }
    if (sum >= 0 && b->lives->alive >= 0) {
        sum = hec_policy_where(p, p->alive, sum, place);
    }
    for (size_t i = 0; i < life->n_rates; i++) {
        if (life->rates[i].outcome == outcome) {
            sum = add(p, sum, life->rates[i].value, place);
        }
    }
    if (sum >= 0) {
        sum = hec_life_op(b, HK_MUL, sum, hec_life_constant(b, model->cycle_length, place), place);
    }
    for (size_t i = 0; i < life->n_amounts; i++) {
        if (life->amounts[i].outcome == outcome) {
            refuse_moves_by_hazard(p, used, &life->amounts[i]);
            sum = add(p, sum, life->amounts[i].value, place);
        }
    }
    sum = used_at_entry(p, outcome, sum);
    return sum < 0 ? hec_life_constant(b, 0, place) : sum;
}

/* ---- who gives it ---------------------------------------------------------------------------- */

/* One provider, the shares of several, or (NULL) none that is stated. */
static void add_part(hec_paying *p, size_t use, const hec_node *map, const hec_node *provider,
                     bool several)
{
    hec_builder *b = p->b;
    const hec_used *used = &p->used[use];
    int party = provider ? hec_policy_party(p, provider, "a provider", HEC_PARTY_PROVIDER) : -1;
    const char *name =
        several ? hec_arena_format(b->arena, "%s at %s", used->name, provider->text) : used->name;
    if (hec_arena_grow(b->arena, (void **)&p->services, p->n_services, &p->service_capacity,
                       sizeof *p->services)) {
        p->services[p->n_services++] = (hec_priced){.name = name ? name : used->name,
                                                    .node = map,
                                                    .place = used->place,
                                                    .use = use,
                                                    .provider = party,
                                                    .quantity = -1,
                                                    .charge = -1,
                                                    .allowed = -1,
                                                    .resource = -1};
    }
}

static void add_parts(hec_paying *p, size_t use, const hec_node *map)
{
    hec_builder *b = p->b;
    const hec_node *at = hec_build_stated(map, "at");
    if (!at && hec_build_stated(map, "tariff")) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, p->used[use].place,
                   "the service `%s` has a tariff, but does not say which provider is paid",
                   p->used[use].name);
        hec_report_help(b->diagnostics, "%s: {at: PROVIDER, ...}, one of `providers:`",
                        p->used[use].name);
    }
    if (!at || at->kind != HEC_NODE_MAP) {
        add_part(p, use, map, at, false);
        return;
    }
    if (at->count == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, at->place,
                   "`at` names nobody who gives `%s`", p->used[use].name);
    }
    for (size_t i = 0; i < at->count; i++) {
        const hec_node name = {.kind = HEC_NODE_SCALAR,
                               .place = at->entries[i].key_place,
                               .text = at->entries[i].key,
                               .length = strlen(at->entries[i].key)};
        add_part(p, use, map, &name, at->count > 1);
    }
}

/* ---- shares ---------------------------------------------------------------------------------- */

static hec_id read_share(hec_paying *p, size_t service, const hec_node *node)
{
    hec_builder *b = p->b;
    p->service = service;
    p->provider = p->services[service].provider;
    hec_value value = hec_policy_value(p, node, HEC_PAY_ASIDE);
    bool good = value.type.kind == HEC_KIND_PROBABILITY ||
                hec_build_wants(b, value, &HEC_TYPE_RATIO, node, "the share of a provider", NULL);
    const hec_graph_node *known =
        value.id < 0 || !good ? NULL : hec_graph_node_at(b->model->graph, value.id);
    if (known && known->code == HEC_CODE_CONSTANT && !(known->value >= 0 && known->value <= 1)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "a share lies between 0 and 1; this is %.10g", known->value);
        return -1;
    }
    if (known && known->code != HEC_CODE_CONSTANT) {
        hec_policy_check(
            p, (hec_life_check){.kind = HEC_LIFE_SHARE,
                                .item = (int)service,
                                .value = hec_policy_where(p, p->alive, value.id, node->place),
                                .shown = value.id,
                                .low = 0,
                                .high = 1,
                                .place = node->place});
    }
    return known ? value.id : -1;
}

/* Shares are all of the uses: they sum to 1, or leave something to the one that has the rest. */
static void check_shares(hec_paying *p, size_t use, hec_id sum, bool rest, hec_place place)
{
    static const double near = 1e-9;
    hec_builder *b = p->b;
    const hec_graph_node *known = hec_graph_node_at(b->model->graph, sum);
    double low = rest ? -1 : -near, found = known ? known->value : 0;
    if (known && known->code == HEC_CODE_CONSTANT) {
        if (!(found - 1 >= low && found - 1 <= near)) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, place,
                       rest ? "the shares of `%s` sum to %.10g, and leave nothing for the rest"
                            : "the shares of `%s` sum to %.10g, not to 1",
                       p->used[use].name, found);
            hec_report_help(b->diagnostics, "at: {clinic: p, hospital: rest}");
        }
        return;
    }
    hec_id more = hec_life_op(b, HK_SUB, sum, hec_life_constant(b, 1, place), place);
    hec_policy_check(p, (hec_life_check){.kind = HEC_LIFE_SHARES,
                                         .item = (int)use,
                                         .value = hec_policy_where(p, p->alive, more, place),
                                         .shown = sum,
                                         .low = low,
                                         .high = near,
                                         .place = place});
}

static void report_rests(hec_paying *p, hec_place place, hec_place first)
{
    hec_report(p->b->diagnostics, HEC_CHECK_BAD_VALUE, place, "two providers have the rest");
    hec_report_note(p->b->diagnostics, first, "the other is here");
}

/* The uses at each of the providers from `first` on. */
static void share_out(hec_paying *p, size_t first, const hec_node *at)
{
    hec_builder *b = p->b;
    size_t rest = SIZE_MAX, use = p->services[first].use;
    hec_id sum = hec_life_constant(b, 0, at->place), quantity = p->used[use].quantity;
    for (size_t i = 0; i < at->count; i++) {
        const hec_node *node = at->entries[i].value;
        hec_id share = -1;
        if (!hec_policy_is_rest(node)) {
            share = read_share(p, first + i, node);
            sum = hec_life_op(b, HK_ADD, sum, share, node->place);
            p->services[first + i].quantity = hec_life_op(b, HK_MUL, share, quantity, node->place);
        } else if (rest != SIZE_MAX) {
            report_rests(p, node->place, at->entries[rest].value->place);
            sum = -1;
        } else {
            rest = i;
        }
    }
    if (sum >= 0) {
        check_shares(p, use, sum, rest != SIZE_MAX, at->place);
    }
    if (sum >= 0 && rest != SIZE_MAX) {
        hec_place place = at->entries[rest].value->place;
        hec_id left = hec_life_op(b, HK_SUB, hec_life_constant(b, 1, place), sum, place);
        left = hec_life_op(b, HK_MAX, hec_life_constant(b, 0, place), left, place);
        p->services[first + rest].quantity = hec_life_op(b, HK_MUL, left, quantity, place);
    }
}

/* ---- at one provider ------------------------------------------------------------------------- */

/* Negative money, or none that is a number. `shown` is in currency. */
static void check_money(hec_paying *p, int kind, size_t service, hec_id fen, hec_place place)
{
    hec_id shown = fen < 0 ? -1 : hec_policy_currency(p, fen, place);
    hec_policy_check(p, (hec_life_check){.kind = kind,
                                         .item = (int)service,
                                         .value = fen,
                                         .shown = shown,
                                         .low = 0,
                                         .high = 1e15,
                                         .place = place});
}

/* charge = fen(q tariff); allowed = fen(coverage min(q tariff, q ceiling)) */
static void read_charge(hec_paying *p, size_t service, const hec_node *tariff)
{
    hec_builder *b = p->b;
    hec_priced *priced = &p->services[service];
    hec_id each = hec_policy_price_of(p, service, HEC_PRICE_TARIFF);
    hec_id ceiling = hec_policy_price_of(p, service, HEC_PRICE_CEILING);
    hec_id coverage = hec_policy_price_of(p, service, HEC_PRICE_COVERAGE);
    hec_place place = tariff->place;
    hec_id charge = hec_life_op(b, HK_MUL, priced->quantity, each, place), allowed = charge;
    if (hec_build_stated(priced->node, "ceiling")) {
        hec_place here = hec_build_stated(priced->node, "ceiling")->place;
        hec_id most = hec_life_op(b, HK_MUL, priced->quantity, ceiling, here);
        allowed = hec_life_op(b, HK_MIN, allowed, most, here);
    }
    if (hec_build_stated(priced->node, "coverage")) {
        allowed = hec_life_op(b, HK_MUL, coverage, allowed,
                              hec_build_stated(priced->node, "coverage")->place);
    }
    priced->charge = hec_policy_fen(p, charge, place);
    priced->allowed = hec_policy_fen(p, allowed, place);
    check_money(p, HEC_LIFE_CHARGE, service, priced->charge, place);
    if (priced->allowed != priced->charge && priced->allowed >= 0) {
        const hec_node *cover = hec_build_stated(priced->node, "coverage");
        hec_place here = cover ? cover->place : place;
        hec_id excess = hec_life_op(b, HK_SUB, priced->charge, priced->allowed, here);
        check_money(p, HEC_LIFE_ALLOWED, service, priced->allowed, here);
        check_money(p, HEC_LIFE_EXCESS, service, excess, here);
    }
}

static void read_resource(hec_paying *p, size_t service, const hec_node *resource)
{
    hec_builder *b = p->b;
    const hec_priced *priced = &p->services[service];
    hec_place place = resource->place;
    hec_id each = hec_policy_price_of(p, service, HEC_PRICE_RESOURCE);
    hec_id fen = hec_policy_fen(p, hec_life_op(b, HK_MUL, priced->quantity, each, place), place);
    check_money(p, HEC_LIFE_RESOURCE, service, fen, place);
    p->services[service].resource = fen;
    if (fen >= 0 && !hec_life_is_value(b, fen, 0)) {
        hec_policy_spend(p, fen, 0, place);
        p->pay->parts[service].resource = hec_policy_observe(p, fen);
    }
}

static void read_part(hec_paying *p, size_t service)
{
    const hec_priced *priced = &p->services[service];
    const hec_node *tariff = hec_build_stated(priced->node, "tariff");
    const hec_node *resource = hec_build_stated(priced->node, "resource");
    p->pay->parts[service] = (hec_part){priced->name, (int)priced->use, priced->provider, -1};
    if (tariff) {
        read_charge(p, service, tariff);
    }
    if (resource) {
        read_resource(p, service, resource);
    }
}

/* The parts of one use, from `first` on. */
static void read_use(hec_paying *p, size_t first)
{
    hec_builder *b = p->b;
    size_t use = p->services[first].use;
    hec_used *used = &p->used[use];
    const hec_node *at = hec_build_stated(p->services[first].node, "at");
    bool shared = at && at->kind == HEC_NODE_MAP;
    used->quantity = quantity_of(p, use);
    if (!hec_life_is_value(b, used->quantity, 0)) {
        p->pay->quantity[use] = hec_policy_observe(p, used->quantity);
    }
    if (shared) {
        share_out(p, first, at);
    } else {
        p->services[first].quantity = used->quantity;
    }
    p->pay->provider[use] = shared && at->count > 1 ? -1 : p->services[first].provider;
}

void hec_policy_services(hec_paying *p)
{
    hec_builder *b = p->b;
    const hec_node *services = hec_build_part(b, b->tree, "services", HEC_NODE_MAP);
    for (size_t i = 0; services && i < services->count; i++) {
        const hec_entry *entry = &services->entries[i];
        size_t use = hec_names_find(&b->outcomes[HEC_OUTCOME_USE], entry->key);
        if (use != SIZE_MAX && entry->value->kind == HEC_NODE_MAP) {
            hec_id nothing = hec_life_constant(b, 0, entry->key_place);
            p->used[use] = (hec_used){entry->key, entry->key_place, nothing, nothing, -1, -1};
            add_parts(p, use, entry->value);
        }
    }
    p->pay->parts = hec_arena_array(b->arena, p->n_services + 1, sizeof *p->pay->parts);
    p->pay->n_parts = p->pay->parts ? p->n_services : 0;
    for (size_t i = 0; i < p->n_services; i++) {
        if (i == 0 || p->services[i].use != p->services[i - 1].use) {
            read_use(p, i);
        }
    }
    for (size_t i = 0; i < p->pay->n_parts; i++) {
        read_part(p, i);
    }
}
