/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeds: what single persons read of everybody, a year or a cycle later. What a sum is made of is
 * read when all payments are known; until then it is a request. */
#include "model/policy_inner.h"

#include <string.h>

/* ---- where ----------------------------------------------------------------------------------- */

void hec_policy_open_feeding(hec_builder *b, hec_strategy *strategy)
{
    b->feeding = NULL;
    if (!hec_build_stated(b->tree, "policy") || !b->lives || b->model->engine == HEC_ENGINE_TIMES) {
        return;
    }
    b->feeding = hec_arena_alloc(b->arena, sizeof *b->feeding);
    if (b->feeding) {
        b->feeding->pay = &strategy->pay;
        hec_policy_list_rules(b);
        hec_policy_list_instalments(b);
    }
}

void hec_policy_close_feeding(hec_builder *b)
{
    b->feeding = NULL;
}

hec_reads hec_policy_reads(const hec_builder *b)
{
    const hec_paying *p = b->paying;
    if (b->unread) {
        return HEC_READS_UNREAD;
    }
    if (!b->feeding || (!b->behaving && (!p || p->where == HEC_PAY_BEGUN))) {
        return HEC_READS_NOTHING;
    }
    if (!b->behaving && p->where == HEC_PAY_SETTLED && p->settling) {
        return HEC_READS_SETTLED;
    }
    return b->at_start ? HEC_READS_START : HEC_READS_PERSON;
}

/* The provider that a behaviour names under `at:`; its mistakes are reported elsewhere. */
static int behaving_at(hec_builder *b, const char *name, hec_place place)
{
    const hec_node *at = hec_build_stated(b->behaving, "at");
    if (!at) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, place,
                   "`%s` is of a panel, and the behaviour does not say of which provider", name);
        hec_report_note(b->diagnostics, b->behaving->place, "the behaviour is here");
        hec_report_help(b->diagnostics, "at: PROVIDER");
        return -1;
    }
    for (size_t i = 0; at->kind == HEC_NODE_SCALAR && i < b->model->n_parties; i++) {
        const hec_party *party = &b->model->parties[i];
        if (party->provider && party->panels > 0 && strcmp(party->name, at->text) == 0) {
            return (int)i;
        }
    }
    return -1;
}

int hec_policy_panels_of(hec_builder *b, const char *name, hec_place place)
{
    int provider = b->behaving ? behaving_at(b, name, place) : b->paying->provider;
    if (b->behaving || (provider >= 0 && b->model->parties[provider].panels > 0)) {
        return provider;
    }
    if (provider >= 0) {
        const char *of = b->model->parties[provider].name;
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, place,
                   "`%s` is of a panel, and `%s` has none", name, of);
        hec_report_help(b->diagnostics, "providers: {%s: {panels: 40}}", of);
    } else {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, place,
                   "`%s` is of a panel, and no single provider is meant here", name);
        hec_report_help(b->diagnostics, "region.x(...) is of everybody");
    }
    return -1;
}

const char *hec_policy_timed(hec_builder *b, const char *name)
{
    static const char *const words[] = {"", ", last year", ", so far"};
    const char *timed = hec_arena_format(b->arena, "%s%s", name, words[b->feeding->time]);
    return timed ? timed : name;
}

/* ---- requests -------------------------------------------------------------------------------- */

/* What is written alike means the same: all of it is read at one place. */
static bool same_expression(const hec_ask *x, const hec_ask *y)
{
    return x->of == y->of ||
           (x->of && y->of && x->text && y->text && strcmp(x->text, y->text) == 0);
}

static bool same_request(const hec_request *x, const hec_request *y)
{
    const hec_feed *f = &x->feed, *g = &y->feed;
    if (f->kind != g->kind || f->provider != g->provider || x->instalment != y->instalment) {
        return false;
    }
    if (f->kind == HEC_FEED_RULE || f->kind == HEC_FEED_SETTLED) {
        return f->index == g->index;
    }
    return x->ask.what == y->ask.what && x->ask.at_year_end == y->ask.at_year_end &&
           same_expression(&x->ask, &y->ask);
}

hec_id hec_policy_request(hec_builder *b, hec_request request, const char *name)
{
    hec_feeding *f = b->feeding;
    size_t at = 0;
    while (at < f->n_requests && !same_request(&f->requests[at], &request)) {
        at++;
    }
    if (at == f->n_requests) {
        request.feed.input = hec_build_person_input(b);
        if (request.feed.input < 0 ||
            !hec_arena_grow(b->arena, (void **)&f->requests, f->n_requests, &f->request_capacity,
                            sizeof *f->requests)) {
            return -1;
        }
        f->requests[f->n_requests++] = request;
    }
    const hec_feed *feed = &f->requests[at].feed;
    uint8_t depends = feed->provider >= 0 ? HEC_DEP_STATE | HEC_DEP_CYCLE : HEC_DEP_CYCLE;
    return hec_graph_input(b->model->graph, feed->input, depends, name, feed->place);
}

/* Where all layers and contracts are known, so is the unit of a sum; else it is any. */
static bool typed(hec_builder *b, const hec_ask *ask, hec_type *type)
{
    hec_paying *p = b->paying;
    hec_asked_time time = b->feeding->time;
    *type = HEC_TYPE_ANY;
    if (b->behaving || !p->listed || !ask->of) {
        return true;
    }
    hec_pay_where where = p->where;
    p->where = HEC_PAY_MEASURED;
    b->feeding->time = HEC_THIS_YEAR;
    hec_value value = hec_lower(b->model->graph, &b->scope, b->diagnostics, ask->of);
    b->feeding->time = time;
    p->where = where;
    *type = value.type;
    return value.id >= 0;
}

hec_value hec_policy_fed_sum(hec_builder *b, const hec_ask *ask)
{
    hec_type type;
    if (hec_policy_reads(b) == HEC_READS_START) { /* of a year that was not yet */
        return (hec_value){hec_life_constant(b, 0, ask->place), HEC_TYPE_ANY};
    }
    if (!typed(b, ask, &type)) {
        return hec_life_nothing();
    }
    bool last = b->feeding->time == HEC_LAST_YEAR;
    hec_request request = {.feed = {.kind = last ? HEC_FEED_LAST_YEAR : HEC_FEED_SO_FAR,
                                    .provider = ask->provider,
                                    .place = ask->place},
                           .ask = *ask,
                           .instalment = SIZE_MAX};
    return (hec_value){hec_policy_request(b, request, hec_policy_timed(b, ask->name)), type};
}

/* What sums are made of may ask for more of them. */
void hec_policy_close_requests(hec_paying *p)
{
    hec_builder *b = p->b;
    hec_feeding *f = b->feeding;
    for (size_t i = 0; i < f->n_requests; i++) {
        const hec_ask ask = f->requests[i].ask;
        bool sum = !f->requests[i].known && f->requests[i].instalment == SIZE_MAX;
        if (!sum) {
            continue;
        }
        p->provider = ask.provider;
        b->lives->moment++;
        hec_id always = hec_life_constant(b, 1, ask.place);
        hec_id of_person = hec_policy_of_persons(p, &ask, always).id;
        size_t measure = of_person < 0 ? SIZE_MAX : hec_policy_measured(p, &ask, of_person);
        f->requests[i].feed.index = measure;
        f->requests[i].known = measure != SIZE_MAX;
    }
}

void hec_policy_list_feeds(hec_paying *p)
{
    const hec_feeding *f = p->b->feeding;
    hec_pay *pay = p->pay;
    for (size_t i = 0; i < f->n_requests; i++) {
        hec_feed feed = f->requests[i].feed;
        size_t instalment = f->requests[i].instalment;
        bool known = f->requests[i].known;
        if (instalment != SIZE_MAX) {
            known = f->instalments[instalment].posting >= 0;
            feed.index = known ? (size_t)f->instalments[instalment].posting : 0;
        }
        if (known && hec_arena_grow(p->b->arena, (void **)&pay->feeds, pay->n_feeds,
                                    &pay->feed_capacity, sizeof *pay->feeds)) {
            pay->feeds[pay->n_feeds++] = feed;
        }
    }
}

/* ---- calls ----------------------------------------------------------------------------------- */

enum { LAST_YEAR, SO_FAR, SETTLED, CALLS };
static const char *const calls[][2] = {
    {"last_year", "last_year(panel.x(...)) or last_year(settled(contract))"},
    {"so_far", "so_far(region.x(...))"},
    {"settled", "settled(contract)"},
};

static size_t find_call(const char *name)
{
    size_t which = 0;
    while (which < CALLS && strcmp(calls[which][0], name) != 0) {
        which++;
    }
    return which;
}

static const char *form_of(const char *name)
{
    return calls[find_call(name)][1];
}

/* Of what a sum means at another time, nothing is left when the time is over. */
static hec_value at_time(hec_builder *b, const hec_expr *expr, hec_asked_time time)
{
    if (b->n_open > 0) {
        b->open[b->n_open - 1]->shifts = true;
    }
    b->feeding->time = time;
    b->lives->moment++;
    hec_value value = hec_lower(b->model->graph, &b->scope, b->diagnostics, expr->args[0]);
    b->feeding->time = HEC_THIS_YEAR;
    b->lives->moment++;
    return value;
}

static bool is_fed(const hec_builder *b, int32_t input)
{
    const hec_feeding *f = b->feeding;
    bool fed = hec_policy_reads(b) == HEC_READS_SETTLED && hec_policy_is_given(b, input);
    for (size_t i = 0; i < f->n_requests; i++) {
        fed = fed || f->requests[i].feed.input == input;
    }
    return fed;
}

/* What is read again and again is looked at once. */
static bool is_checked(const hec_feeding *f, hec_place place)
{
    for (size_t i = 0; i < f->n_checked; i++) {
        if (f->checked[i].file == place.file && f->checked[i].offset == place.offset) {
            return true;
        }
    }
    return false;
}

static void note_checked(hec_builder *b, hec_place place)
{
    hec_feeding *f = b->feeding;
    if (hec_arena_grow(b->arena, (void **)&f->checked, f->n_checked, &f->checked_capacity,
                       sizeof *f->checked)) {
        f->checked[f->n_checked++] = place;
    }
}

/* Only sums over persons, and what was settled, are known of another time; the rest would be of the
 * present. */
static bool goes_back(hec_builder *b, const hec_expr *expr, hec_id id)
{
    hec_place place = expr->args[0]->place;
    hec_id present = -1;
    bool sums = false;
    if (is_checked(b->feeding, place)) {
        return true;
    }
    const bool *needed = hec_policy_needed(b, id);
    for (hec_id at = 0; needed && at <= id; at++) {
        const hec_graph_node *node = hec_graph_node_at(b->model->graph, at);
        bool input = needed[at] && node->code == HEC_CODE_INPUT;
        bool fed = input && is_fed(b, node->index);
        sums = sums || fed;
        bool now = input && !fed && node->index < hec_model_draw(b->model, 0);
        present = now && present < 0 ? at : present;
    }
    if (present < 0 && sums) {
        note_checked(b, place);
        return true;
    }
    if (present >= 0) {
        const hec_graph_node *node = hec_graph_node_at(b->model->graph, present);
        hec_report(b->diagnostics, HEC_CHECK_NOT_YET, place,
                   "`%s` goes back for sums over persons and for what was settled; `%s` is of the "
                   "present",
                   expr->name, hec_graph_input_name(b->model->graph, node->index));
    } else {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, place,
                   "`%s` needs a sum over persons, or what was settled", expr->name);
    }
    hec_report_help(b->diagnostics, "it is written %s", form_of(expr->name));
    return false;
}

static hec_value call_time(hec_builder *b, const hec_expr *expr, hec_asked_time time)
{
    hec_reads reads = hec_policy_reads(b);
    if (b->feeding->time != HEC_THIS_YEAR) {
        hec_report(b->diagnostics, HEC_CHECK_NOT_YET, expr->place,
                   "`%s` stands inside another `last_year` or `so_far`, which go back once",
                   expr->name);
        return hec_life_nothing();
    }
    if (time == HEC_SO_FAR && reads == HEC_READS_SETTLED) {
        hec_report(b->diagnostics, HEC_CHECK_NOT_YET, expr->place,
                   "`so_far` is asked while persons live the year; a settlement comes when it is "
                   "over");
        hec_report_help(b->diagnostics, "region.sum(...) is of the whole year");
        return hec_life_nothing();
    }
    hec_value value = at_time(b, expr, time);
    bool good = value.id < 0 || reads == HEC_READS_START || goes_back(b, expr, value.id);
    return good ? value : hec_life_nothing();
}

bool hec_policy_is_feed_call(const char *name)
{
    return find_call(name) < CALLS;
}

bool hec_policy_feed_call(hec_builder *b, const hec_expr *expr, hec_value *value)
{
    size_t which = find_call(expr->name);
    if (which == CALLS) {
        return false;
    }
    hec_reads reads = hec_policy_reads(b);
    if (reads == HEC_READS_UNREAD) {
        *value = (hec_value){hec_life_constant(b, 0, expr->place), HEC_TYPE_ANY};
    } else if (expr->n_args != 1) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, expr->place, "`%s` takes 1 value, not %zu",
                   expr->name, expr->n_args);
        hec_report_help(b->diagnostics, "it is written %s", calls[which][1]);
        *value = hec_life_nothing();
    } else if (reads == HEC_READS_NOTHING) {
        *value = hec_policy_not_here(b, expr->name, expr->name_place);
    } else {
        *value = which == LAST_YEAR ? call_time(b, expr, HEC_LAST_YEAR)
                 : which == SO_FAR  ? call_time(b, expr, HEC_SO_FAR)
                                    : hec_policy_settled(b, expr, false);
    }
    return true;
}
