/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of payments: what an expression may ask where something is paid. */
#include "model/policy_cohort.h"

#include <string.h>

/* ---- names ----------------------------------------------------------------------------------- */

static const char *const own_names[] = {"remainder", "allowed", "charge", "quantity"};
typedef enum own_name { REMAINDER, ALLOWED, CHARGE, QUANTITY, OWN_NAMES } own_name;

/* It means something else at another place. */
static void shift(hec_builder *b)
{
    if (b->n_open > 0) {
        b->open[b->n_open - 1]->shifts = true;
    }
}

static hec_value money_value(const hec_paying *p, hec_id fen, hec_place place)
{
    return (hec_value){fen < 0 ? -1 : hec_policy_currency(p, fen, place),
                       hec_build_money_type(p->b, false)};
}

static hec_value own_value(hec_paying *p, own_name which, hec_place place)
{
    const hec_priced *priced = &p->services[p->service];
    shift(p->b);
    if (p->where != HEC_PAY_SERVICE) {
        hec_report(p->b->diagnostics, HEC_CHECK_NOT_YET, place,
                   "`%s` is that of the service at hand, and there is none here", own_names[which]);
        hec_report_help(p->b->diagnostics, "it stands in `pays` of a layer; use(SERVICE) asks how "
                                           "much is used");
        return hec_life_nothing();
    }
    switch (which) {
    case REMAINDER:
        return money_value(p, p->remainder, place);
    case ALLOWED:
        return money_value(p, priced->allowed, place);
    case CHARGE:
        return money_value(p, priced->charge, place);
    default:
        return (hec_value){priced->quantity, HEC_TYPE_ANY};
    }
}

hec_value hec_policy_not_here(hec_builder *b, const char *name, hec_place place)
{
    if (b->behaving && !hec_build_is_persons(b)) {
        hec_build_needs_persons(b, place,
                                "`%s` is what persons know of everybody; a cohort does not", name);
        return hec_life_nothing();
    }
    if (b->paying && b->paying->where == HEC_PAY_BEGUN) {
        hec_report(b->diagnostics, HEC_CHECK_NOT_YET, place,
                   "`%s` is not known when the first year begins", name);
        hec_report_help(b->diagnostics, "a rule starts with numbers, parameters and tables");
        return hec_life_nothing();
    }
    bool person = !hec_policy_is_measure(name) && !hec_policy_is_feed_call(name);
    hec_report(b->diagnostics, HEC_CHECK_NOT_YET, place,
               "`%s` is known where something is paid, not here", name);
    hec_report_help(b->diagnostics, person
                                        ? "it stands under `benefits:` or `contracts:` of a policy"
                                        : "it stands under `benefits:`, `contracts:`, `rules:` or "
                                          "`behaviours:` of a policy");
    return hec_life_nothing();
}

bool hec_policy_name(hec_builder *b, const char *name, hec_place place, hec_value *value)
{
    int which = -1;
    for (size_t i = 0; i < OWN_NAMES; i++) {
        which = strcmp(name, own_names[i]) == 0 ? (int)i : which;
    }
    bool measure = hec_policy_is_measure(name);
    if ((which < 0 && !measure) || (!b->paying && hec_build_find(b, name))) {
        return false;
    }
    if (measure) {
        *value = hec_policy_measure(b, name, NULL, place);
        return true;
    }
    if (b->paying) {
        *value = own_value(b->paying, (own_name)which, place);
        return true;
    }
    if (b->unread) {
        *value = (hec_value){hec_life_constant(b, 0, place), HEC_TYPE_ANY};
        return true;
    }
    if (!hec_build_has_policies(b->model->tree)) { /* unknown, as any other name */
        return false;
    }
    *value = hec_policy_not_here(b, name, place);
    return true;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static const char *name_at(hec_paying *p, const hec_expr *expr)
{
    const hec_expr *argument = expr->args[0];
    if (argument->kind == HEC_EXPR_NAME) {
        return argument->name;
    }
    hec_report(p->b->diagnostics, HEC_CHECK_ARGUMENTS, argument->place,
               "`%s` needs a name here, not an expression", expr->name);
    return NULL;
}

static hec_value unknown_mechanism(hec_paying *p, const char *name, hec_place place)
{
    hec_builder *b = p->b;
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, place,
               "no layer and no contract is called `%s`", name);
    if (hec_names_find(&b->outcomes[HEC_OUTCOME_USE], name) != SIZE_MAX) {
        hec_report_help(b->diagnostics, "ytd_use(%s) counts how often the service was used", name);
    } else {
        hec_build_suggest(b, name, p->names.count, p->names.items);
    }
    return hec_life_nothing();
}

/* The number of a mechanism that pays for persons, or SIZE_MAX after reporting. */
static size_t mechanism_at(hec_paying *p, const char *name, hec_place place)
{
    size_t found = hec_names_find(&p->names, name);
    if (found == SIZE_MAX) {
        (void)unknown_mechanism(p, name, place);
    } else if (p->mechanisms[found].level != HEC_LEVEL_PERSON) {
        hec_report(p->b->diagnostics, HEC_CHECK_BAD_VALUE, place,
                   "`%s` is settled with %s, and no person has a part in it", name,
                   p->mechanisms[found].level == HEC_LEVEL_PANEL ? "panels" : "the region");
        return SIZE_MAX;
    }
    return found;
}

/* Whether what a memory asks is known by now: all that a mechanism pays in the cycle. */
static bool is_paid(const hec_paying *p, size_t mechanism)
{
    return mechanism < p->n_paid;
}

/* Money of a mechanism this year, or ever, before now. */
static hec_value call_paid(hec_paying *p, const hec_expr *expr)
{
    bool for_life = strcmp(expr->name, "paid") == 0;
    const char *name = name_at(p, expr);
    hec_place place = expr->args[0]->place;
    if (!name) {
        return hec_life_nothing();
    }
    hec_counted counted = {HEC_COUNTED_PAID, 0, for_life};
    if (!for_life && strcmp(name, "charge") == 0) {
        counted.kind = HEC_COUNTED_CHARGE;
    } else if (!for_life && strcmp(name, "allowed") == 0) {
        counted.kind = HEC_COUNTED_ALLOWED;
    } else {
        counted.index = mechanism_at(p, name, place);
    }
    bool known = counted.kind == HEC_COUNTED_PAID ? is_paid(p, counted.index) : p->served;
    return counted.index == SIZE_MAX || hec_policy_recalls_late(p, known, expr)
               ? hec_life_nothing()
               : money_value(p, hec_policy_account(p, counted, place), expr->place);
}

/* What a payer has paid for the person in this cycle, by now, to whomever. */
static hec_id paid_by(hec_paying *p, int payer, hec_place place)
{
    hec_id sum = hec_life_constant(p->b, 0, place);
    for (size_t i = 0; i < p->pay->n_postings; i++) {
        const hec_posting *posting = &p->pay->postings[i];
        if (posting->level == HEC_LEVEL_PERSON && posting->payer == payer) {
            sum = hec_life_op(p->b, HK_ADD, sum, posting->value, place);
        }
    }
    return sum;
}

static int payer_called(const hec_paying *p, const char *name)
{
    const hec_model *model = p->b->model;
    for (size_t i = 0; i < model->n_parties; i++) {
        const hec_party *party = &model->parties[i]; /* `resource` is nobody who pays */
        if (!party->resource && strcmp(party->name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* The same in this cycle alone; what a payer pays by all of them; and what services cost whoever
 * provides them. */
static hec_value call_pays(hec_paying *p, const hec_expr *expr)
{
    const char *name = name_at(p, expr);
    if (!name) {
        return hec_life_nothing();
    }
    if (p->where == HEC_PAY_ASIDE) {
        hec_report(p->b->diagnostics, HEC_CHECK_NOT_YET, expr->place,
                   "nothing is paid yet in this cycle where this is asked");
        hec_report_help(p->b->diagnostics,
                        "pay: if(pays(%s) > 0, ..., 0); or ytd(%s), of the cycles before", name,
                        name);
        return hec_life_nothing();
    }
    bool resource = strcmp(name, "resource") == 0, charge = strcmp(name, "charge") == 0;
    hec_id fen = resource && p->resources < 0 ? hec_life_constant(p->b, 0, expr->place)
                 : resource                   ? p->resources
                 : charge                     ? p->charged
                                              : p->allowed;
    int payer = hec_names_find(&p->names, name) == SIZE_MAX ? payer_called(p, name) : -1;
    bool known = resource || payer >= 0 ? p->all_paid : p->served;
    if (payer >= 0) {
        fen = paid_by(p, payer, expr->place);
    } else if (!resource && !charge && strcmp(name, "allowed") != 0) {
        size_t found = mechanism_at(p, name, expr->args[0]->place);
        fen = found == SIZE_MAX ? -1 : p->mechanisms[found].paid;
        known = found == SIZE_MAX || is_paid(p, found);
    }
    return money_value(p, hec_policy_recalls_late(p, known, expr) ? -1 : fen, expr->place);
}

/* Of one service, at all of its providers: what it is charged by the list, what of it is allowed,
 * and what it costs them, whoever pays for it. */
static hec_value call_of_service(hec_paying *p, const hec_expr *expr)
{
    const char *name = name_at(p, expr);
    int use = name ? hec_policy_service(p, name, expr->args[0]->place) : -1;
    if (use < 0) {
        return hec_life_nothing();
    }
    if (p->where == HEC_PAY_ASIDE) {
        return hec_policy_not_here(p->b, expr->name, expr->name_place);
    }
    if (hec_policy_recalls_late(p, p->listed, expr)) {
        return hec_life_nothing();
    }
    hec_id sum = hec_life_constant(p->b, 0, expr->place);
    for (size_t i = 0; i < p->n_services; i++) {
        const hec_priced *priced = &p->services[i];
        hec_id fen = strcmp(expr->name, "charge") == 0    ? priced->charge
                     : strcmp(expr->name, "allowed") == 0 ? priced->allowed
                                                          : priced->resource;
        if (priced->use == (size_t)use && fen >= 0) {
            sum = hec_life_op(p->b, HK_ADD, sum, fen, expr->place);
        }
    }
    return money_value(p, sum, expr->place);
}

static hec_value call_use(hec_paying *p, const hec_expr *expr)
{
    const char *name = name_at(p, expr);
    int use = name ? hec_policy_service(p, name, expr->args[0]->place) : -1;
    if (use < 0) {
        return hec_life_nothing();
    }
    if (hec_policy_recalls_late(p, p->listed, expr)) {
        return hec_life_nothing();
    }
    bool now = strcmp(expr->name, "use") == 0;
    hec_id quantity =
        now ? p->used[use].quantity
            : hec_policy_account(p, (hec_counted){HEC_COUNTED_USES, (size_t)use, false},
                                 expr->place);
    return (hec_value){quantity, HEC_TYPE_ANY};
}

/* The end of the cycle of something that grows with time. */
static hec_id grown(hec_paying *p, hec_id x, hec_place place)
{
    hec_builder *b = p->b;
    return hec_life_op(b, HK_ADD, x, hec_life_constant(b, b->model->cycle_length, place), place);
}

/* reached(x, v): x is below v when the cycle begins, and not when it ends */
static hec_value call_reached(hec_paying *p, const hec_expr *expr)
{
    static const double near = 1e-9;
    hec_builder *b = p->b;
    hec_place place = expr->place;
    hec_value x = hec_lower(b->model->graph, &b->scope, b->diagnostics, expr->args[0]);
    hec_value v = hec_lower(b->model->graph, &b->scope, b->diagnostics, expr->args[1]);
    const hec_evolving *attribute =
        expr->args[0]->kind == HEC_EXPR_NAME ? hec_life_evolving(b, expr->args[0]->name) : NULL;
    if (x.id < 0 || v.id < 0 ||
        !hec_type_expect(b->diagnostics, v, &x.type, expr->args[1]->place, "`reached`")) {
        return hec_life_nothing();
    }
    bool time = x.type.kind == HEC_KIND_QUANTITY && hec_type_agree(&x.type, &HEC_TYPE_YEARS);
    if (!attribute && !time) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, expr->args[0]->place,
                   "`reached` asks of a time or of an attribute that is updated when it passes a "
                   "value");
        hec_report_help(b->diagnostics, "reached(time_since(mi), 6 months), reached(hba1c, 9)");
        return hec_life_nothing();
    }
    p->recalling = expr->args[0]->place;
    hec_id end = attribute ? hec_life_next_of(b, attribute->name, place).id : grown(p, x.id, place);
    hec_id just = hec_life_op(b, HK_SUB, v.id, hec_life_constant(b, near, place), place);
    hec_id below = hec_life_op(b, HK_LT, x.id, just, place);
    hec_id above = hec_life_op(b, HK_LE, just, end, place);
    return (hec_value){hec_life_and(b, below, above, place), HEC_TYPE_BOOLEAN};
}

static hec_value call_at_year_end(hec_paying *p, const hec_expr *expr)
{
    hec_report(p->b->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
               "`at_year_end` stands right inside panel.x(...) or region.x(...)");
    hec_report_help(p->b->diagnostics, "panel.share(at_year_end(hba1c < 7))");
    return hec_life_nothing();
}

typedef struct pay_call {
    const char *name, *signature;
    size_t n_args;
    bool persons; /* asked of one person, not of a settlement */
    hec_value (*value)(hec_paying *p, const hec_expr *expr);
} pay_call;

static const pay_call calls[] = {
    {"ytd", "ytd(layer or contract), ytd(allowed) or ytd(charge)", 1, true, call_paid},
    {"paid", "paid(layer or contract)", 1, true, call_paid},
    {"pays", "pays(layer, contract or payer), pays(allowed), pays(charge) or pays(resource)", 1,
     true, call_pays},
    {"charge", "charge(service)", 1, true, call_of_service},
    {"allowed", "allowed(service)", 1, true, call_of_service},
    {"resource", "resource(service)", 1, true, call_of_service},
    {"use", "use(service)", 1, true, call_use},
    {"ytd_use", "ytd_use(service)", 1, true, call_use},
    {"reached", "reached(x, value)", 2, true, call_reached},
    {"at_year_end", "at_year_end(x)", 1, false, call_at_year_end},
};
enum { N_CALLS = sizeof calls / sizeof calls[0] };

static const pay_call *find_call(const char *name)
{
    for (size_t i = 0; i < N_CALLS; i++) {
        if (strcmp(calls[i].name, name) == 0) {
            return &calls[i];
        }
    }
    return NULL;
}

static hec_value call_value(hec_paying *p, const pay_call *call, const hec_expr *expr)
{
    hec_builder *b = p->b;
    if (expr->n_args != call->n_args) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
                   "`%s` takes %zu value%s, not %zu", call->name, call->n_args,
                   call->n_args == 1 ? "" : "s", expr->n_args);
        hec_report_help(b->diagnostics, "it is written %s", call->signature);
        return hec_life_nothing();
    }
    if (call->persons && p->where == HEC_PAY_BEGUN) {
        return hec_policy_not_here(b, call->name, expr->name_place);
    }
    if (call->persons && p->where == HEC_PAY_SETTLED) {
        hec_report(b->diagnostics, HEC_CHECK_NOT_YET, expr->place,
                   "a settlement sees sums over persons, and `%s` is of one person", call->name);
        hec_report_help(b->diagnostics, "panel.sum(%s(...))", call->name);
        return hec_life_nothing();
    }
    if (call->persons) {
        shift(b);
    }
    return call->value(p, expr);
}

bool hec_policy_call(hec_builder *b, const hec_expr *expr, hec_value *value)
{
    const pay_call *call = find_call(expr->name);
    bool measure = hec_policy_is_measure(expr->name);
    if (hec_policy_cohort_call(b, expr, value) || hec_policy_feed_call(b, expr, value)) {
        return true;
    }
    if (!call && !measure) {
        return false;
    }
    if (measure) {
        *value = hec_policy_measure(b, expr->name, expr, expr->name_place);
    } else if (b->paying) {
        *value = call_value(b->paying, call, expr);
    } else if (b->unread) {
        *value = (hec_value){hec_life_constant(b, 0, expr->place), HEC_TYPE_ANY};
    } else {
        *value = hec_policy_not_here(b, expr->name, expr->name_place);
    }
    return true;
}
