/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contracts with panels or the region: settled once a year, each after those that it reads. */
#include "model/policy_inner.h"

#include <string.h>

#include "base/text.h"

static const char *const part_keys[] = {"pay", "settle", "split"};
enum { N_PART_KEYS = sizeof part_keys / sizeof part_keys[0] };

/* ---- the list -------------------------------------------------------------------------------- */

/* The provider whose panels a contract is settled with, the payee before the payer; its mistakes
 * are reported elsewhere. */
static int settled_with(const hec_builder *b, const hec_node *map)
{
    static const char *const ends[] = {"to", "from"};
    for (size_t k = 0; k < 2; k++) {
        const hec_node *end = hec_build_stated(map, ends[k]);
        for (size_t i = 0; end && end->kind == HEC_NODE_SCALAR && i < b->model->n_parties; i++) {
            const hec_party *party = &b->model->parties[i];
            if (party->provider && party->panels > 0 && strcmp(party->name, end->text) == 0) {
                return (int)i;
            }
        }
    }
    return -1;
}

static void list_parts(hec_builder *b, const hec_entry *entry, hec_pay_level level)
{
    hec_feeding *f = b->feeding;
    const hec_node *map = entry->value;
    for (size_t k = 0; k < N_PART_KEYS; k++) {
        const hec_node *node = hec_build_stated(map, part_keys[k]);
        if (!node || !hec_arena_grow(b->arena, (void **)&f->instalments, f->n_instalments,
                                     &f->instalment_capacity, sizeof *f->instalments)) {
            continue;
        }
        f->instalments[f->n_instalments++] = (hec_instalment){
            .contract = entry->key,
            .key = part_keys[k],
            .place = entry->key_place,
            .node = node,
            .by = strcmp(part_keys[k], "split") == 0 ? hec_build_stated(map, "by") : NULL,
            .level = level,
            .provider = level == HEC_LEVEL_PANEL ? settled_with(b, map) : -1,
            .input = {{-1, -1}, {-1, -1}},
            .mechanism = SIZE_MAX,
            .money = -1,
            .weight = -1,
            .posting = -1};
    }
}

void hec_policy_list_instalments(hec_builder *b)
{
    const hec_node *policy = hec_build_stated(b->tree, "policy");
    const hec_node *map = hec_build_stated(policy, "contracts");
    for (size_t i = 0; map && map->kind == HEC_NODE_MAP && i < map->count; i++) {
        const hec_node *contract = map->entries[i].value;
        const hec_node *level =
            contract->kind == HEC_NODE_MAP ? hec_build_stated(contract, "level") : NULL;
        if (level && level->kind == HEC_NODE_SCALAR && strcmp(level->text, "panel") == 0) {
            list_parts(b, &map->entries[i], HEC_LEVEL_PANEL);
        } else if (level && level->kind == HEC_NODE_SCALAR && strcmp(level->text, "region") == 0) {
            list_parts(b, &map->entries[i], HEC_LEVEL_REGION);
        }
    }
}

/* ---- settled(contract) ----------------------------------------------------------------------- */

static hec_value unknown_contract(hec_builder *b, const char *name, hec_place place)
{
    const hec_feeding *f = b->feeding;
    const hec_node *policy = hec_build_stated(b->tree, "policy");
    hec_names known = {0};
    bool person = hec_node_get(hec_build_stated(policy, "contracts"), name) != NULL;
    const hec_node *layers = hec_build_stated(policy, "benefits");
    for (size_t i = 0; layers && layers->kind == HEC_NODE_LIST && i < layers->count; i++) {
        const hec_node *layer = hec_build_stated(layers->items[i], "layer");
        person =
            person || (layer && layer->kind == HEC_NODE_SCALAR && strcmp(layer->text, name) == 0);
    }
    if (person) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, place,
                   "`%s` pays for each person, and is not settled with panels or the region", name);
        hec_report_help(b->diagnostics, "panel.sum(pays(%s))", name);
        return hec_life_nothing();
    }
    for (size_t i = 0; i < f->n_instalments; i++) {
        (void)hec_names_add(b->arena, &known, f->instalments[i].contract);
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, place, "no contract is called `%s`", name);
    hec_build_suggest(b, name, known.count, known.items);
    return hec_life_nothing();
}

/* "settled(points) in fen, last year" */
static const char *settled_name(hec_builder *b, const hec_instalment *part, bool several, bool all)
{
    const char *key = several ? hec_arena_format(b->arena, ": %s", part->key) : "";
    const char *name = hec_arena_format(b->arena, "%ssettled(%s%s) in fen", all ? "region." : "",
                                        part->contract, key ? key : "");
    return hec_policy_timed(b, name ? name : part->contract);
}

/* Whether this year's amount, or the so-far one, may be asked; reports. */
static bool in_time(hec_builder *b, const char *name, hec_place place)
{
    if (hec_policy_reads(b) == HEC_READS_SETTLED || b->feeding->time == HEC_LAST_YEAR) {
        return true;
    }
    hec_report(b->diagnostics, HEC_CHECK_NOT_YET, place,
               "what `%s` pays is known when the year is settled, not while persons live it", name);
    hec_report_help(b->diagnostics, "last_year(settled(%s)) is that of the year before", name);
    return false;
}

/* Whose amount a settlement means: its panel's, or that of all panels together. */
static hec_id part_in_settlement(hec_builder *b, hec_instalment *part, bool several, bool region,
                                 hec_place place)
{
    const hec_settling *s = b->paying->settling;
    bool panel = part->level == HEC_LEVEL_PANEL;
    bool all = panel && (region || s->level == HEC_LEVEL_REGION);
    if (panel && !all && part->provider != s->provider) {
        const hec_party *parties = b->model->parties;
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, place,
                   "`%s` is settled with the panels of `%s`, and `%s` with those of `%s`",
                   part->contract, parties[part->provider].name, s->name,
                   parties[s->provider].name);
        hec_report_help(b->diagnostics, "region.settled(%s) is of all its panels together",
                        part->contract);
        return -1;
    }
    int32_t *input = &part->input[b->feeding->time == HEC_LAST_YEAR][all];
    *input = *input < 0 ? hec_build_person_input(b) : *input;
    uint8_t depends = panel && !all ? HEC_DEP_STRATUM : HEC_DEP_CYCLE;
    return *input < 0 ? -1
                      : hec_graph_input(b->model->graph, *input, depends,
                                        settled_name(b, part, several, all), place);
}

static hec_id part_of_person(hec_builder *b, size_t number, bool several, bool region,
                             hec_place place)
{
    const hec_instalment *part = &b->feeding->instalments[number];
    if (hec_policy_reads(b) == HEC_READS_START) {
        return hec_life_constant(b, 0, place);
    }
    bool all = region || part->level == HEC_LEVEL_REGION;
    hec_request request = {.feed = {.kind = HEC_FEED_SETTLED,
                                    .provider = all ? -1 : part->provider,
                                    .index = number,
                                    .place = place},
                           .instalment = number};
    bool together = all && part->level == HEC_LEVEL_PANEL;
    return hec_policy_request(b, request, settled_name(b, part, several, together));
}

hec_value hec_policy_settled(hec_builder *b, const hec_expr *expr, bool region)
{
    hec_feeding *f = b->feeding;
    const hec_expr *of = expr->n_args == 1 ? expr->args[0] : NULL;
    hec_place place = expr->place;
    bool settled = hec_policy_reads(b) == HEC_READS_SETTLED;
    size_t parts = 0;
    hec_id sum = -1;
    bool good = true;
    if (!of || of->kind != HEC_EXPR_NAME) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, of ? of->place : place,
                   "`%s` needs the name of a contract", expr->name);
        return hec_life_nothing();
    }
    if (b->n_open > 0) {
        b->open[b->n_open - 1]->shifts = true;
    }
    for (size_t i = 0; i < f->n_instalments; i++) {
        parts += strcmp(f->instalments[i].contract, of->name) == 0;
    }
    if (parts == 0) {
        return unknown_contract(b, of->name, of->place);
    }
    if (!in_time(b, of->name, place)) {
        return hec_life_nothing();
    }
    for (size_t i = 0; good && i < f->n_instalments; i++) {
        hec_instalment *part = &f->instalments[i];
        if (strcmp(part->contract, of->name) != 0) {
            continue;
        }
        bool lost = part->level == HEC_LEVEL_PANEL && part->provider < 0; /* reported elsewhere */
        hec_id fen = lost      ? -1
                     : settled ? part_in_settlement(b, part, parts > 1, region, place)
                               : part_of_person(b, i, parts > 1, region, place);
        sum = sum < 0 ? fen : hec_life_op(b, HK_ADD, sum, fen, place);
        good = fen >= 0;
    }
    hec_id hundred = hec_life_constant(b, HEC_FEN, place);
    return (hec_value){good ? hec_life_op(b, HK_DIV, sum, hundred, place) : -1,
                       hec_build_money_type(b, false)};
}

/* ---- what a settlement may ask --------------------------------------------------------------- */

bool hec_policy_is_given(const hec_builder *b, int32_t input)
{
    const hec_feeding *f = b->feeding;
    const hec_pay *pay = f->pay;
    bool given = false;
    for (size_t i = 0; i < pay->n_measures; i++) {
        given = given || pay->measures[i].input == input || pay->measures[i].last_input == input;
    }
    for (size_t i = 0; i < pay->n_rules; i++) {
        given = given || pay->rules[i].input == input;
    }
    for (size_t i = 0; i < f->n_instalments; i++) {
        for (size_t k = 0; k < 4; k++) {
            given = given || f->instalments[i].input[k / 2][k % 2] == input;
        }
    }
    return given;
}

bool *hec_policy_needed(const hec_builder *b, hec_id id)
{
    bool *needed = hec_arena_array(b->arena, (size_t)id + 1, sizeof *needed);
    if (!needed) {
        return NULL;
    }
    needed[id] = true;
    for (hec_id at = id; at >= 0; at--) {
        const hec_graph_node *node = hec_graph_node_at(b->model->graph, at);
        for (int i = 0; needed[at] && i < node->n_args; i++) {
            needed[node->args[i]] = true;
        }
    }
    return needed;
}

bool hec_policy_is_settled(hec_paying *p, hec_id id, hec_place place)
{
    const hec_model *model = p->b->model;
    bool *needed = hec_policy_needed(p->b, id);
    int32_t first = HEC_CLOCK_COUNT, last = hec_model_draw(model, 0);
    for (hec_id at = id; needed && at >= 0; at--) {
        const hec_graph_node *node = hec_graph_node_at(model->graph, at);
        bool person =
            node->code == HEC_CODE_INPUT && ((node->index >= first && node->index < last) ||
                                             node->index == HEC_CLOCK_TIME_IN_STATE);
        if (needed[at] && person && !hec_policy_is_given(p->b, node->index)) {
            hec_report(p->b->diagnostics, HEC_CHECK_NOT_YET, place,
                       "a settlement sees sums over persons, and `%s` is of one person",
                       hec_graph_input_name(model->graph, node->index));
            hec_report_help(p->b->diagnostics,
                            "panel.mean(...), panel.share(...) or panel.sum(...)");
            return false;
        }
    }
    return needed != NULL;
}

/* ---- what is paid ---------------------------------------------------------------------------- */

/* first: of the contract's parts, so that a mistake is reported once */
static bool has_panels(hec_paying *p, const hec_mechanism *m, const hec_instalment *part,
                       bool first)
{
    const hec_party *parties = p->b->model->parties;
    if (m->level != HEC_LEVEL_PANEL || part->provider >= 0) {
        return true;
    }
    if (m->payer >= 0 && m->payee >= 0 && first) {
        hec_report(p->b->diagnostics, HEC_CHECK_MISSING_KEY, m->place,
                   "the contract `%s` is settled by panel, and neither `%s` nor `%s` has panels",
                   m->name, parties[m->payer].name, parties[m->payee].name);
        hec_report_help(p->b->diagnostics, "providers: {NAME: {panels: 40}}");
    }
    return false;
}

static void settle(hec_paying *p, const hec_mechanism *m, hec_instalment *part)
{
    hec_place place = part->node->place;
    const hec_settling settling = {m->name, false, m->level, part->provider, m->when};
    p->settling = &settling;
    p->provider = part->provider;
    hec_id money = hec_policy_money(p, part->node, HEC_PAY_SETTLED, "what a contract pays");
    hec_id weight = part->by ? hec_policy_value(p, part->by, HEC_PAY_SETTLED).id : -1;
    p->settling = NULL;
    bool good = money >= 0 && hec_policy_is_settled(p, money, place);
    if (good && part->by &&
        (hec_graph_node_at(p->b->model->graph, money)->depends & HEC_DEP_STRATUM)) {
        hec_report(p->b->diagnostics, HEC_CHECK_BAD_VALUE, place,
                   "one amount is shared out, and this one is of each panel");
        hec_report_help(p->b->diagnostics, "region.sum(...) is the same for all panels");
        good = false;
    }
    good =
        (!part->by || (weight >= 0 && hec_policy_is_settled(p, weight, part->by->place))) && good;
    part->money = good ? money : -1;
    part->weight = weight;
}

void hec_policy_settle(hec_paying *p)
{
    hec_feeding *f = p->b->feeding;
    for (size_t i = 0; i < f->n_instalments; i++) {
        hec_instalment *part = &f->instalments[i];
        size_t known = hec_names_find(&p->names, part->contract);
        const hec_mechanism *m = known == SIZE_MAX ? NULL : &p->mechanisms[known];
        if (!m || !m->contract || m->level != part->level) { /* which was reported */
            continue;
        }
        bool first = i == 0 || strcmp(f->instalments[i - 1].contract, part->contract) != 0;
        bool later = strcmp(part->key, part_keys[0]) != 0 || !hec_build_stated(m->node, "settle");
        part->lag = later ? hec_policy_lag(p, m->node) : 0; /* that of the settlement, if any */
        part->mechanism = known;
        if (has_panels(p, m, part, first)) {
            settle(p, m, part);
        }
    }
}

/* ---- the order ------------------------------------------------------------------------------- */

/* Parts on the way from one to what it reads, to show a circle. */
typedef struct route {
    hec_paying *p;
    size_t count, *parts;
} route;

static bool before(const hec_instalment *x, const hec_instalment *y)
{
    return x->place.file != y->place.file ? x->place.file < y->place.file
                                          : x->place.offset < y->place.offset;
}

static void report_circle(const route *r, size_t again)
{
    hec_diagnostics *d = r->p->b->diagnostics;
    const hec_instalment *all = r->p->b->feeding->instalments;
    size_t start = r->count, first = 0;
    while (r->parts[start - 1] != again) {
        start--;
    }
    const size_t *parts = r->parts + start - 1;
    size_t n = r->count - (start - 1);
    for (size_t i = 1; i < n; i++) { /* shown from the one written first */
        first = before(&all[parts[i]], &all[parts[first]]) ? i : first;
    }
    const hec_instalment *shown = &all[parts[first]];
    hec_text circle = {0};
    for (size_t i = 0; i < n; i++) {
        hec_text_format(&circle, "%s -> ", all[parts[(first + i) % n]].contract);
    }
    hec_report(d, HEC_CHECK_CIRCULAR_SETTLEMENT, shown->place,
               "`%s` is settled when it is settled itself: %s%s", shown->contract,
               circle.data ? circle.data : "", shown->contract);
    for (size_t i = 1; i < n; i++) {
        const hec_instalment *other = &all[parts[(first + i) % n]];
        hec_report_note(d, other->place, "`%s` is here", other->contract);
    }
    hec_report_help(d, "last_year(settled(%s)) was settled a year before", shown->contract);
    hec_text_free(&circle);
}

static bool reads(hec_paying *p, const bool *needed, hec_id id, const hec_instalment *part)
{
    bool found = false;
    for (hec_id at = id; needed && at >= 0; at--) {
        const hec_graph_node *node = hec_graph_node_at(p->b->model->graph, at);
        found = found || (needed[at] && node->code == HEC_CODE_INPUT &&
                          (node->index == part->input[0][0] || node->index == part->input[0][1]));
    }
    return found;
}

/* How deep a part stands on others; false when a circle was found. */
static bool rank(route *r, size_t number)
{
    hec_feeding *f = r->p->b->feeding;
    hec_instalment *part = &f->instalments[number];
    const hec_id ids[] = {part->money, part->weight};
    bool good = true;
    if (part->progress == HEC_INSTALMENT_BUSY) {
        report_circle(r, number);
        return false;
    }
    if (part->progress == HEC_INSTALMENT_DONE || part->money < 0) {
        return true;
    }
    part->progress = HEC_INSTALMENT_BUSY;
    r->parts[r->count++] = number;
    for (size_t k = 0; good && k < 2; k++) {
        const bool *needed = ids[k] < 0 ? NULL : hec_policy_needed(r->p->b, ids[k]);
        for (size_t i = 0; good && needed && i < f->n_instalments; i++) {
            if (reads(r->p, needed, ids[k], &f->instalments[i])) {
                good = rank(r, i);
                size_t after = f->instalments[i].rank + 1;
                part->rank = after > part->rank ? after : part->rank;
            }
        }
    }
    r->count--;
    part->progress = HEC_INSTALMENT_DONE;
    return good;
}

static void post(hec_paying *p, hec_instalment *part)
{
    const hec_mechanism *m = &p->mechanisms[part->mechanism];
    part->posting =
        hec_policy_post(p, (hec_posting){.mechanism = m->name,
                                         .payer = m->payer,
                                         .payee = m->payee,
                                         .service = -1,
                                         .level = m->level,
                                         .at_year_end = true,
                                         .value = hec_policy_fen(p, part->money, part->node->place),
                                         .split_by = part->weight,
                                         .lag = part->lag,
                                         .place = part->node->place});
    if (part->posting >= 0) {
        hec_posting *posting = &p->pay->postings[part->posting];
        posting->input = part->input[0][0];
        posting->all_input = part->input[0][1];
        posting->last_input = part->input[1][0];
        posting->all_last_input = part->input[1][1];
        posting->rank = part->rank;
    }
}

void hec_policy_post_settled(hec_paying *p)
{
    hec_feeding *f = p->b->feeding;
    route r = {.p = p};
    r.parts = hec_arena_array(p->b->arena, f->n_instalments + 1, sizeof *r.parts);
    for (size_t i = 0; r.parts && i < f->n_instalments; i++) {
        (void)rank(&r, i);
    }
    for (size_t i = 0; i < f->n_instalments; i++) {
        if (f->instalments[i].money >= 0) {
            post(p, &f->instalments[i]);
        }
    }
}
