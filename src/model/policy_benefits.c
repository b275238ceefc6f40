/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Benefits: layers that pay, one after another, what is left of a service's allowed amount. */
#include "model/policy_inner.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* What a layer pays is said in one of these ways. */
static const char *const ways[] = {"pays", "share", "deductible", "rest"};
typedef enum way { PAYS, SHARE, DEDUCTIBLE, REST, WAYS } way;

/* ---- the list -------------------------------------------------------------------------------- */

bool hec_policy_names_mechanism(hec_builder *b, const char *name, hec_place place, const char *what)
{
    static const char *const sums[] = {"allowed", "charge", "resource"};
    if (!hec_build_identifier(b, name, place, what)) {
        return false;
    }
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        if (strcmp(name, sums[i]) == 0) {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, place,
                       "pays(%s) is that of all services; %s needs another name", name, what);
            return false;
        }
    }
    return true;
}

/* The mechanism of a layer: layers of one name keep one account. SIZE_MAX after reporting. */
static size_t mechanism_of(hec_paying *p, const hec_node *name, int payer)
{
    hec_builder *b = p->b;
    size_t known = hec_names_find(&p->names, name->text);
    if (known != SIZE_MAX) {
        const hec_mechanism *m = &p->mechanisms[known];
        if (payer >= 0 && m->payer >= 0 && m->payer != payer) {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, name->place,
                       "the layers called `%s` have different payers; one account cannot be both",
                       name->text);
            hec_report_note(b->diagnostics, m->place, "the other is here");
        }
        return known;
    }
    if (!hec_policy_names_mechanism(b, name->text, name->place, "a layer") ||
        !hec_arena_grow(b->arena, (void **)&p->mechanisms, p->names.count, &p->mechanism_capacity,
                        sizeof *p->mechanisms)) {
        return SIZE_MAX;
    }
    size_t number = hec_names_add(b->arena, &p->names, name->text);
    if (number != SIZE_MAX) {
        hec_id nothing = hec_life_constant(b, -0.0, name->place); /* x + -0 is x */
        p->mechanisms[number] =
            (hec_mechanism){name->text, name->place, NULL,    false, HEC_LEVEL_PERSON, payer, -1,
                            nothing,    nothing,     nothing, NULL};
    }
    return number;
}

static bool *providers_at(hec_paying *p, const hec_node *at)
{
    hec_builder *b = p->b;
    bool several = at->kind == HEC_NODE_LIST;
    bool *here = hec_arena_array(b->arena, b->model->n_parties + 1, sizeof *here);
    for (size_t i = 0; here && i < (several ? at->count : 1); i++) {
        const hec_node *item = several ? at->items[i] : at;
        bool good = hec_node_expect(b->diagnostics, item, HEC_NODE_SCALAR, "a provider") &&
                    hec_policy_check_provider(p, item->text, item->place);
        for (size_t k = 0; good && k < b->model->n_parties; k++) {
            here[k] = here[k] || hec_policy_is_called(&b->model->parties[k], item->text);
        }
    }
    return here;
}

/* Values by provider name providers, or their tiers. */
static void check_maps(hec_paying *p, const hec_node *map)
{
    static const char *const keys[] = {"share", "deductible", "ceiling"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const hec_node *node = hec_build_stated(map, keys[i]);
        for (size_t k = 0; node && node->kind == HEC_NODE_MAP && k < node->count; k++) {
            (void)hec_policy_check_provider(p, node->entries[k].key, node->entries[k].key_place);
        }
    }
}

/* `services:` and `at:` narrow a layer; without them it is for all. */
static bool *services_of(hec_paying *p, const hec_node *map)
{
    hec_builder *b = p->b;
    const hec_node *list = hec_build_part(b, map, "services", HEC_NODE_LIST);
    const hec_node *at = hec_build_stated(map, "at");
    bool *named = hec_arena_array(b->arena, p->n_uses + 1, sizeof *named);
    bool *pays = hec_arena_array(b->arena, p->n_services + 1, sizeof *pays);
    for (size_t i = 0; named && list && i < list->count; i++) {
        const hec_node *item = list->items[i];
        int use = hec_node_expect(b->diagnostics, item, HEC_NODE_SCALAR, "a service")
                      ? hec_policy_service(p, item->text, item->place)
                      : -1;
        if (use >= 0) {
            named[use] = true;
        }
    }
    const bool *here = at ? providers_at(p, at) : NULL;
    for (size_t i = 0; named && pays && i < p->n_services; i++) {
        int provider = p->services[i].provider;
        pays[i] =
            (!list || named[p->services[i].use]) && (!here || (provider >= 0 && here[provider]));
    }
    return named ? pays : NULL;
}

static void check_ways(hec_paying *p, const hec_node *map)
{
    hec_builder *b = p->b;
    const char *first = NULL;
    for (size_t i = 0; i < WAYS; i++) {
        if (!hec_build_stated(map, ways[i])) {
            continue;
        }
        if (first && !(strcmp(first, "share") == 0 && i == DEDUCTIBLE)) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, hec_build_key_place(map, ways[i]),
                       "`%s` stands beside `%s`: what a layer pays is said once", ways[i], first);
            hec_report_help(b->diagnostics, "write a layer for each; the second sees what the "
                                            "first has left");
        }
        first = first ? first : ways[i];
    }
    if (!first) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "a layer does not say what it pays");
        hec_report_help(b->diagnostics, "pays: 0.75 * remainder, share: 0.75, deductible: 800 or "
                                        "rest: true");
    }
}

static void list_layer(hec_paying *p, const hec_node *map)
{
    static const char *const keys[] = {
        "layer",      "label", "source", "note",    "status", "payer",    "pays", "share",
        "deductible", "rest",  "per",    "ceiling", "when",   "services", "at",   "lag"};
    hec_builder *b = p->b;
    if (!hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a layer")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "a layer", sizeof keys / sizeof keys[0], keys);
    hec_build_expect_words(b, map, 4, keys);
    hec_build_status(b, map);
    check_ways(p, map);
    check_maps(p, map);
    const hec_node *name = hec_build_part(b, map, "layer", HEC_NODE_SCALAR);
    const hec_node *payer = hec_build_stated(map, "payer");
    if (!name || !payer) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place, "a layer has no `%s`",
                   name ? "payer" : "layer");
        hec_report_help(b->diagnostics, "{layer: basic, payer: fund, share: 0.75}");
        return;
    }
    int party = hec_policy_party(p, payer, "a payer", HEC_PARTY_PAYER);
    size_t mechanism = mechanism_of(p, name, party);
    bool *pays = services_of(p, map);
    if (mechanism != SIZE_MAX && pays &&
        hec_arena_grow(b->arena, (void **)&p->layers, p->n_layers, &p->layer_capacity,
                       sizeof *p->layers)) {
        p->layers[p->n_layers++] = (hec_layer){.node = map,
                                               .place = map->place,
                                               .mechanism = mechanism,
                                               .payer = party,
                                               .lag = hec_policy_lag(p, map),
                                               .when = -1,
                                               .pays = pays};
    }
}

void hec_policy_list_layers(hec_paying *p)
{
    const hec_node *list = hec_build_part(p->b, p->policy, "benefits", HEC_NODE_LIST);
    for (size_t i = 0; list && i < list->count; i++) {
        list_layer(p, list->items[i]);
    }
}

/* ---- one layer, one service ------------------------------------------------------------------ */

/* What is on its way from what is left of a service to who pays it. */
typedef struct turn {
    hec_layer *layer;
    size_t service;
    hec_id remainder; /* fen */
    hec_id asked;     /* fen, before it is bounded by the remainder */
    hec_id bare;      /* the same before its ceiling */
    hec_id shown;     /* currency, as written */
    bool open;        /* a deductible or ceiling per visit is known in the run alone */
    bool whole;       /* it is the remainder itself */
    bool certain;     /* it cannot be negative */
    double share; /* of the remainder, at least, when yearly amounts are used up; NaN: unknown */
    bool exact;   /* it is just that */
    hec_place place;
} turn;

static bool is_remainder(const hec_node *node)
{
    return node->kind == HEC_NODE_SCALAR && strcmp(node->text, "remainder") == 0;
}

typedef enum per { PER_YEAR, PER_VISIT, PER_LIFE } per;

/* `per:` beside a deductible or ceiling; -1 after reporting that it is missing. */
static int read_per(hec_paying *p, const hec_node *map, const char *what)
{
    static const char *const pers[] = {"year", "visit", "life"};
    const hec_node *node = hec_build_stated(map, "per");
    if (node) {
        return hec_build_choice(p->b, node, "per", 3, pers);
    }
    hec_report(p->b->diagnostics, HEC_CHECK_MISSING_KEY, hec_build_key_place(map, what),
               "`%s` of how long? `per` does not say", what);
    hec_report_help(p->b->diagnostics, "per: year, visit or life");
    return -1;
}

/* Whether an amount is known; then it is not negative. */
static bool is_known(hec_paying *p, const hec_node *own, const char *key, hec_id money)
{
    const hec_graph_node *node = hec_graph_node_at(p->b->model->graph, money);
    bool known = node->code == HEC_CODE_CONSTANT;
    if (known && !(node->value >= 0)) {
        hec_report(p->b->diagnostics, HEC_CHECK_BAD_VALUE, own->place,
                   "a %s is not negative; this is %.10g", key, node->value);
    }
    return known;
}

/* An amount per use, or what is left of one per year or for life, in fen. `against`: what counts
 * against it. */
static hec_id bounded(hec_paying *p, turn *t, const char *key, int against)
{
    hec_builder *b = p->b;
    const hec_node *map = t->layer->node;
    const hec_node *own = hec_policy_by_provider(p, hec_build_stated(map, key), key, t->service);
    const char *what = hec_arena_format(b->arena, "`%s`", key);
    hec_id money = own ? hec_policy_money(p, own, HEC_PAY_SERVICE, what ? what : key) : -1;
    int each = read_per(p, map, key);
    if (money < 0 || each < 0) {
        return -1;
    }
    bool known = is_known(p, own, key, money);
    if (each == PER_VISIT) {
        t->open = !known;
        money = hec_life_op(b, HK_MUL, money, p->services[t->service].quantity, own->place);
        return hec_policy_fen(p, money, own->place);
    }
    const hec_counted counted = {against, t->layer->mechanism, each == PER_LIFE};
    hec_id used = hec_policy_account(p, counted, own->place);
    hec_id left = hec_life_op(b, HK_SUB, hec_policy_fen(p, money, own->place), used, own->place);
    return hec_life_op(b, HK_MAX, hec_life_constant(b, 0, own->place), left, own->place);
}

/* What of the remainder lies above a deductible that somebody else bears. */
static hec_id above_deductible(hec_paying *p, turn *t)
{
    hec_builder *b = p->b;
    if (!hec_build_stated(t->layer->node, "deductible")) {
        return t->remainder;
    }
    hec_id nothing = hec_life_constant(b, 0, t->place);
    hec_id free = bounded(p, t, "deductible", HEC_COUNTED_SEEN);
    if (t->open) { /* no share of more than there is */
        free = hec_life_op(b, HK_MAX, nothing, free, t->place);
        t->open = false;
    }
    hec_id above = hec_life_op(b, HK_SUB, t->remainder, free, t->place);
    t->whole = t->exact = false;
    t->share = isnan(t->share) ? t->share : 0;
    return hec_life_op(b, HK_MAX, nothing, above, t->place);
}

static void ask_share(hec_paying *p, turn *t, const hec_node *node)
{
    hec_builder *b = p->b;
    const hec_node *own = hec_policy_by_provider(p, node, "share", t->service);
    hec_id share = own ? hec_policy_number(p, own, HEC_PAY_SERVICE, "a share") : -1;
    const hec_graph_node *known = share < 0 ? NULL : hec_graph_node_at(b->model->graph, share);
    t->place = own ? own->place : node->place;
    t->shown = share;
    if (known && known->code == HEC_CODE_CONSTANT) {
        t->certain = t->exact = known->value >= 0 && known->value <= 1;
        t->share = known->value;
        t->whole = known->value == 1;
        if (!t->certain) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, own->place,
                       "a share lies between 0 and 1; this is %.10g", known->value);
        }
    }
    hec_id money = hec_policy_currency(p, above_deductible(p, t), t->place);
    t->asked = hec_policy_fen(p, hec_life_op(b, HK_MUL, share, money, t->place), t->place);
}

static void ask_pays(hec_paying *p, turn *t, const hec_node *node)
{
    t->place = node->place;
    if (is_remainder(node)) {
        t->whole = true;
        return;
    }
    t->shown = hec_policy_money(p, node, HEC_PAY_SERVICE, "what a layer pays");
    t->asked = hec_policy_fen(p, t->shown, node->place);
}

static void ask(hec_paying *p, turn *t)
{
    const hec_node *map = t->layer->node;
    const hec_node *pays = hec_build_stated(map, "pays"), *share = hec_build_stated(map, "share");
    const hec_node *deductible = hec_build_stated(map, "deductible");
    p->service = t->service;
    p->provider = p->services[t->service].provider;
    p->remainder = t->remainder;
    t->place = map->place;
    t->share = NAN;
    if (pays) {
        ask_pays(p, t, pays);
    } else if (share) {
        ask_share(p, t, share);
    } else if (deductible) {
        t->place = deductible->place;
        t->asked = bounded(p, t, "deductible", HEC_COUNTED_PAID);
        t->share = 0;
        t->shown = t->asked < 0 ? -1 : hec_policy_currency(p, t->asked, t->place);
    } else {
        t->whole = hec_build_truth(p->b, map, "rest");
        t->asked = hec_life_constant(p->b, 0, t->place);
        t->certain = !t->whole;
    }
    if (t->whole) {
        t->asked = t->remainder;
        t->share = 1;
        t->certain = t->exact = true;
    }
    t->bare = t->asked;
    t->open = false;
    const hec_node *ceiling = hec_build_stated(map, "ceiling");
    if (ceiling) {
        t->asked = hec_life_op(p->b, HK_MIN, t->asked, bounded(p, t, "ceiling", HEC_COUNTED_PAID),
                               ceiling->place);
        t->whole = t->exact = false;
        t->share = 0;
    }
}

/* What the layer pays of what is left; the remainder becomes what is left after it. */
static hec_id pay_part(hec_paying *p, turn *t, hec_id due)
{
    hec_builder *b = p->b;
    hec_id part =
        t->whole ? t->remainder : hec_life_op(b, HK_MIN, t->asked, t->remainder, t->place);
    hec_id paid = hec_policy_where(p, due, part, t->place);
    bool all = t->whole && hec_life_is_value(b, t->layer->when, 1);
    t->remainder = all ? hec_life_constant(b, 0, t->place)
                       : hec_life_op(b, HK_SUB, t->remainder, paid, t->place);
    return paid;
}

/* What a layer pays below its ceiling is not negative either. */
static void check_ceiling(hec_paying *p, const turn *t, int posting, hec_id due)
{
    const hec_node *ceiling = hec_build_stated(t->layer->node, "ceiling");
    if (posting >= 0 && t->open && t->asked >= 0) {
        hec_id shown = hec_policy_currency(p, t->asked, ceiling->place);
        hec_policy_check(p, (hec_life_check){.kind = HEC_LIFE_PAYMENT,
                                             .item = posting,
                                             .value = hec_policy_where(p, due, t->asked, t->place),
                                             .shown = shown,
                                             .low = 0,
                                             .high = DBL_MAX,
                                             .place = ceiling->place});
    }
}

static void post(hec_paying *p, const turn *t, hec_id due, hec_id paid)
{
    hec_mechanism *m = &p->mechanisms[t->layer->mechanism];
    bool share = hec_build_stated(t->layer->node, "share") && !t->whole;
    int posting = hec_policy_post(p, (hec_posting){.mechanism = m->name,
                                                   .payer = t->layer->payer,
                                                   .payee = p->services[t->service].provider,
                                                   .service = (int)p->services[t->service].use,
                                                   .level = HEC_LEVEL_PERSON,
                                                   .value = paid,
                                                   .split_by = -1,
                                                   .lag = t->layer->lag,
                                                   .place = t->place});
    hec_id value = share ? t->shown : t->bare;
    if (posting >= 0 && !t->certain && value >= 0 && t->shown >= 0) {
        hec_policy_check(p, (hec_life_check){.kind = HEC_LIFE_PAYMENT,
                                             .item = posting,
                                             .value = hec_policy_where(p, due, value, t->place),
                                             .shown = t->shown,
                                             .low = 0,
                                             .high = share ? 1 : DBL_MAX,
                                             .place = t->place});
    }
    check_ceiling(p, t, posting, due);
    m->paid = hec_life_op(p->b, HK_ADD, m->paid, paid, t->place);
}

/* ---- one service ----------------------------------------------------------------------------- */

/* Nobody pays for it, and no run is needed to see that. exact: so much of it. */
static void report_unpaid(hec_paying *p, const hec_priced *priced, double left, bool exact)
{
    hec_builder *b = p->b;
    const hec_node *benefits = hec_build_stated(p->policy, "benefits");
    hec_place place = benefits ? hec_build_key_place(p->policy, "benefits") : p->place;
    if (exact && left >= 1) {
        hec_report(b->diagnostics, HEC_CHECK_UNPAID, place, "nobody pays for `%s`", priced->name);
    } else if (exact) {
        hec_report(b->diagnostics, HEC_CHECK_UNPAID, place,
                   "nobody pays the %.10g %% of `%s` that the layers leave", 100 * left,
                   priced->name);
    } else {
        hec_report(b->diagnostics, HEC_CHECK_UNPAID, place,
                   "nobody pays what is left of `%s` when its deductible or ceiling is reached",
                   priced->name);
    }
    hec_report_note(b->diagnostics, priced->place, "the service is here");
    hec_report_help(b->diagnostics, "end with a layer for what is left: {layer: cash, payer: "
                                    "patient, rest: true}");
}

static void check_paid(hec_paying *p, size_t service, hec_id remainder, double left, bool exact)
{
    const hec_node *benefits = hec_build_stated(p->policy, "benefits");
    hec_place place = benefits ? hec_build_key_place(p->policy, "benefits") : p->place;
    if (left > 1e-12 && !hec_life_is_value(p->b, remainder, 0)) { /* NaN: the run will tell */
        report_unpaid(p, &p->services[service], left, exact);
        return;
    }
    if (remainder >= 0) {
        hec_policy_check(p, (hec_life_check){.kind = HEC_LIFE_UNPAID,
                                             .item = (int)service,
                                             .value = remainder,
                                             .shown = hec_policy_currency(p, remainder, place),
                                             .place = place});
    }
}

/* What the benefits leave to the patient from the start. */
static void post_not_covered(hec_paying *p, const hec_priced *priced, hec_id charge, hec_id allowed)
{
    if (charge != allowed && charge >= 0 && allowed >= 0) {
        (void)hec_policy_post(
            p, (hec_posting){.mechanism = "not covered",
                             .payer = 0,
                             .payee = priced->provider,
                             .service = (int)priced->use,
                             .level = HEC_LEVEL_PERSON,
                             .value = hec_life_op(p->b, HK_SUB, charge, allowed, priced->place),
                             .split_by = -1,
                             .place = priced->place});
    }
}

static hec_id add(const hec_builder *b, hec_id sum, hec_id more, hec_place place)
{
    return sum < 0 ? more : hec_life_op(b, HK_ADD, sum, more, place);
}

static void pay_service(hec_paying *p, size_t service)
{
    hec_builder *b = p->b;
    const hec_priced *priced = &p->services[service];
    hec_used *used = &p->used[priced->use];
    hec_place place = priced->place;
    hec_id nothing = hec_life_constant(b, 0, place);
    hec_id charge = hec_life_select(b, used->covered, nothing, priced->charge, place);
    hec_id allowed = hec_life_select(b, used->covered, nothing, priced->allowed, place);
    turn t = {.service = service, .remainder = allowed};
    double left = hec_life_is_value(b, allowed, 0) ? 0 : 1;
    bool exact = true;
    used->charge = add(b, used->charge, charge, place);
    used->allowed = add(b, used->allowed, allowed, place);
    for (size_t i = 0; i < p->n_layers; i++) {
        hec_layer *layer = &p->layers[i];
        if (!layer->pays[service]) {
            continue;
        }
        t = (turn){.layer = layer, .service = service, .remainder = t.remainder};
        ask(p, &t);
        hec_id some = hec_life_op(b, HK_LT, nothing, t.remainder, t.place);
        bool whole = t.whole && t.certain;
        hec_id due = whole ? layer->when : hec_life_and(b, some, layer->when, t.place);
        bool always = hec_life_is_value(b, layer->when, 1);
        hec_mechanism *m = &p->mechanisms[layer->mechanism];
        m->seen = hec_life_op(b, HK_ADD, m->seen, hec_policy_where(p, due, t.remainder, t.place),
                              t.place);
        left *= always ? 1 - t.share : NAN;
        exact = exact && t.exact;
        post(p, &t, due, pay_part(p, &t, due));
    }
    p->charged = hec_life_op(b, HK_ADD, p->charged, charge, place);
    p->allowed = hec_life_op(b, HK_ADD, p->allowed, allowed, place);
    check_paid(p, service, t.remainder, left, exact);
    post_not_covered(p, priced, charge, allowed);
}

/* The provider of all that a layer pays for; -1: there are several. */
static int provider_of(const hec_paying *p, const hec_layer *layer)
{
    int provider = -1;
    bool several = false;
    for (size_t i = 0; i < p->n_services; i++) {
        int other = p->services[i].provider;
        several = several || (layer->pays[i] && provider >= 0 && other != provider);
        provider = layer->pays[i] ? other : provider;
    }
    return several ? -1 : provider;
}

void hec_policy_benefits(hec_paying *p)
{
    hec_builder *b = p->b;
    for (size_t i = 0; i < p->n_layers; i++) {
        p->provider = provider_of(p, &p->layers[i]);
        p->layers[i].when = hec_policy_when(p, p->layers[i].node);
    }
    for (size_t i = 0; i < p->n_services; i++) {
        const hec_priced *priced = &p->services[i];
        bool used = priced->charge >= 0 && priced->allowed >= 0 &&
                    !hec_life_is_value(b, priced->quantity, 0);
        if (used) {
            pay_service(p, i);
        }
    }
    for (size_t use = 0; use < p->n_uses; use++) {
        const hec_used *used = &p->used[use];
        if (used->name && used->charge >= 0) {
            p->pay->charge[use] = hec_policy_observe(p, used->charge);
            p->pay->allowed[use] = hec_policy_observe(p, used->allowed);
        }
    }
}
