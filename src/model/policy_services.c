/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Services as payments know them: how much of each a person uses in a cycle, and at what price. */
#include "model/policy_inner.h"

#include <math.h>
#include <string.h>

static const char *const prices[] = {"tariff", "resource", "ceiling", "coverage"};
static const char *const price_words[] = {"the tariff", "the resource cost", "the ceiling",
                                          "the coverage"};
typedef enum price { TARIFF, RESOURCE, CEILING, COVERAGE, PRICES } price;

/* ---- names -------------------------------------------------------------------------------- */

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

/* ---- dated prices ---------------------------------------------------------------------------- */

static hec_id read_price(hec_builder *b, const hec_node *service, const hec_node *node, price which)
{
    if (which != COVERAGE) {
        return hec_build_price(b, service, node, price_words[which]);
    }
    hec_value value = hec_build_expression(b, node);
    return hec_build_wants(b, value, &HEC_TYPE_RATIO, node, price_words[which], NULL) ? value.id
                                                                                      : -1;
}

static bool read_date(hec_builder *b, const hec_entry *entry, price which, double before,
                      double *year)
{
    double number = 0;
    if (!hec_text_to_double(entry->key, strlen(entry->key), &number) || number != floor(number) ||
        number < 1000 || number > 3000) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                   "%s is one value, or one from each calendar year on; `%s` is no year",
                   price_words[which], entry->key);
        hec_report_help(b->diagnostics, "%s: {2024: 10000, 2026: 9500}", prices[which]);
        return false;
    }
    if (number <= before) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                   "the years of %s rise, but %.0f follows %.0f", price_words[which], number,
                   before);
        return false;
    }
    *year = number;
    return true;
}

/* Whether the model's first year has a price. */
static bool begins_in_time(hec_builder *b, const hec_node *node, price which, double first)
{
    const hec_model *model = b->model;
    if (isnan(model->start_year)) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place,
                   "%s follows the calendar year, and the model does not say in which it starts",
                   price_words[which]);
        hec_report_help(b->diagnostics, "time: {..., start_year: 2024}");
        return false;
    }
    if (floor(model->start_year + 1e-9) < first) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "%s begins in %.0f, and the model in %.0f", price_words[which], first,
                   floor(model->start_year + 1e-9));
        return false;
    }
    return true;
}

/* A price of a service: one expression, or {2024: x, 2026: y}. */
static hec_id dated_price(hec_builder *b, const hec_node *service, const hec_node *node,
                          price which)
{
    if (node->kind != HEC_NODE_MAP) {
        return read_price(b, service, node, which);
    }
    hec_graph *graph = b->model->graph;
    hec_id all = -1;
    double before = 0, first = 0;
    bool good = node->count > 0;
    for (size_t i = 0; i < node->count; i++) {
        double year = 0;
        const hec_entry *entry = &node->entries[i];
        bool dated = read_date(b, entry, which, before, &year);
        hec_id value = read_price(b, service, entry->value, which);
        good = good && dated && value >= 0;
        if (!good) {
            continue;
        }
        hec_place place = entry->value->place;
        hec_id clock = hec_graph_input(graph, HEC_CLOCK_YEAR, HEC_DEP_CYCLE, "year", place);
        hec_id reached = hec_life_op(b, HK_LE, hec_life_constant(b, year, place), clock, place);
        first = i == 0 ? year : first;
        all = i == 0 ? value : hec_life_select(b, reached, value, all, place);
        before = year;
    }
    return good && begins_in_time(b, node, which, first) ? all : -1;
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
static void refuse_moves_by_hazard(hec_paying *p, const hec_priced *priced,
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
                       priced->name, model->chains[c].name);
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
    const hec_priced *priced = &p->services[use];
    hec_place place = priced->place;
    int outcome = (int)(model->n_costs + model->n_effects + use);
    hec_id sum = -1;
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
            refuse_moves_by_hazard(p, priced, &life->amounts[i]);
            sum = add(p, sum, life->amounts[i].value, place);
        }
    }
    sum = used_at_entry(p, outcome, sum);
    return sum < 0 ? hec_life_constant(b, 0, place) : sum;
}

/* ---- one service ----------------------------------------------------------------------------- */

static hec_id price_of(hec_paying *p, const hec_priced *priced, price which)
{
    const hec_node *node = hec_build_stated(priced->node, prices[which]);
    p->where = HEC_PAY_ASIDE;
    p->b->lives->moment++;
    return node ? dated_price(p->b, priced->node, node, which) : -1;
}

static void find_provider(hec_paying *p, hec_priced *priced, bool needed)
{
    hec_builder *b = p->b;
    const hec_node *at = hec_build_stated(priced->node, "at");
    priced->provider = -1;
    if (at) {
        priced->provider = hec_policy_party(p, at, "a provider", HEC_PARTY_PROVIDER);
    } else if (needed) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, priced->place,
                   "the service `%s` has a tariff, but does not say which provider is paid",
                   priced->name);
        hec_report_help(b->diagnostics, "%s: {at: PROVIDER, ...}, one of `providers:`",
                        priced->name);
    }
}

/* Negative money, or none that is a number. `shown` is in currency. */
static void check_money(hec_paying *p, int kind, size_t use, hec_id fen, hec_place place)
{
    hec_id shown = fen < 0 ? -1 : hec_policy_currency(p, fen, place);
    hec_policy_check(p, (hec_life_check){.kind = kind,
                                         .item = (int)use,
                                         .value = fen,
                                         .shown = shown,
                                         .low = 0,
                                         .high = 1e15,
                                         .place = place});
}

/* charge = fen(q tariff); allowed = fen(coverage min(q tariff, q ceiling)) */
static void read_charge(hec_paying *p, size_t use, const hec_node *tariff)
{
    hec_builder *b = p->b;
    hec_priced *priced = &p->services[use];
    hec_id each = price_of(p, priced, TARIFF), ceiling = price_of(p, priced, CEILING);
    hec_id coverage = price_of(p, priced, COVERAGE);
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
    check_money(p, HEC_LIFE_CHARGE, use, priced->charge, place);
    if (priced->allowed != priced->charge && priced->allowed >= 0) {
        const hec_node *cover = hec_build_stated(priced->node, "coverage");
        hec_place here = cover ? cover->place : place;
        hec_id excess = hec_life_op(b, HK_SUB, priced->charge, priced->allowed, here);
        check_money(p, HEC_LIFE_ALLOWED, use, priced->allowed, here);
        check_money(p, HEC_LIFE_EXCESS, use, excess, here);
    }
}

static void read_resource(hec_paying *p, size_t use, const hec_node *resource)
{
    hec_builder *b = p->b;
    const hec_priced *priced = &p->services[use];
    hec_place place = resource->place;
    hec_id money = hec_life_op(b, HK_MUL, priced->quantity, price_of(p, priced, RESOURCE), place);
    hec_id fen = hec_policy_fen(p, money, place);
    check_money(p, HEC_LIFE_RESOURCE, use, fen, place);
    if (fen >= 0 && !hec_life_is_value(b, fen, 0)) {
        p->resources = p->resources < 0 ? fen : hec_life_op(b, HK_ADD, p->resources, fen, place);
        p->pay->resource[use] = hec_policy_observe(p, fen);
    }
}

static void read_service(hec_paying *p, size_t use)
{
    hec_priced *priced = &p->services[use];
    const hec_node *tariff = hec_build_stated(priced->node, "tariff");
    const hec_node *resource = hec_build_stated(priced->node, "resource");
    find_provider(p, priced, tariff != NULL);
    p->pay->provider[use] = priced->provider;
    priced->quantity = quantity_of(p, use);
    priced->charge = priced->allowed = -1;
    priced->covered = hec_life_constant(p->b, 0, priced->place);
    if (!hec_life_is_value(p->b, priced->quantity, 0)) {
        p->pay->quantity[use] = hec_policy_observe(p, priced->quantity);
    }
    if (tariff) {
        read_charge(p, use, tariff);
    }
    if (resource) {
        read_resource(p, use, resource);
    }
}

void hec_policy_services(hec_paying *p)
{
    hec_builder *b = p->b;
    const hec_node *services = hec_build_part(b, b->tree, "services", HEC_NODE_MAP);
    for (size_t i = 0; services && i < services->count; i++) {
        const hec_entry *entry = &services->entries[i];
        size_t use = hec_names_find(&b->outcomes[HEC_OUTCOME_USE], entry->key);
        if (use == SIZE_MAX || entry->value->kind != HEC_NODE_MAP) {
            continue;
        }
        p->services[use] = (hec_priced){
            .name = entry->key, .node = entry->value, .place = entry->key_place, .provider = -1};
        p->order[p->n_services++] = use;
    }
    for (size_t i = 0; i < p->n_services; i++) {
        read_service(p, p->order[i]);
    }
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
    for (size_t k = CEILING; k < PRICES; k++) {
        if (!tariff && hec_build_stated(service, prices[k])) {
            hec_report(
                b->diagnostics, HEC_CHECK_MISSING_KEY, hec_build_key_place(service, prices[k]),
                "`%s` bounds what is paid of a tariff, and `%s` has none", prices[k], entry->key);
        }
    }
}

void hec_build_charged_services(hec_builder *b)
{
    const hec_node *services = hec_build_part(b, b->tree, "services", HEC_NODE_MAP);
    for (size_t i = 0; services && i < services->count; i++) {
        const hec_entry *entry = &services->entries[i];
        if (entry->value->kind != HEC_NODE_MAP) {
            continue;
        }
        check_service(b, entry);
        hec_visit visit = {0};
        if (b->lives) {
            visit = hec_life_enter(b, HEC_PHASE_AMOUNTS);
        }
        for (size_t k = 0; k < PRICES; k++) {
            const hec_node *node = hec_build_stated(entry->value, prices[k]);
            if (node) {
                (void)dated_price(b, entry->value, node, (price)k);
            }
        }
        if (b->lives) {
            hec_life_leave(b, &visit);
        }
    }
}
