/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Consequences: what is charged once for each move. */
#include "model/life_inner.h"

#include <string.h>

#include "base/text.h"

/* What an entry of `on:` speaks of: moves of a chain, an event, or death. */
typedef struct occasion {
    int chain;
    bool *from, *to; /* [states] */
    bool entering;   /* `from: start`: into the model, at time 0 */
    size_t n_conditions;
    hec_id *conditions; /* of persons: 1 in the cycle in which it comes, each charged */
} occasion;

/* Marks one state, or several; *chain is that of the states, once it is known. */
static bool read_ends(hec_builder *b, const hec_node *node, int *chain, bool *ends)
{
    bool list = node->kind == HEC_NODE_LIST, good = true;
    for (size_t i = 0; i < (list ? node->count : 1); i++) {
        const hec_node *item = list ? node->items[i] : node;
        int state = hec_node_expect(b->diagnostics, item, HEC_NODE_SCALAR, "a state")
                        ? hec_build_state(b, *chain, item->text, item->place)
                        : -1;
        if (state >= 0) {
            ends[state] = true;
            *chain = b->model->states[state].chain;
        }
        good = good && state >= 0;
    }
    if (list && node->count == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place, "no state is named");
    }
    return good && (!list || node->count > 0);
}

static void mark_all(const hec_builder *b, int chain, bool *ends)
{
    const hec_chain *of = &b->model->chains[chain];
    for (size_t i = of->first; i < of->first + of->count; i++) {
        ends[i] = true;
    }
}

static bool in_set(const occasion *o, int from, int to)
{
    return from != to && o->from[from] && o->to[to];
}

static void add_one_off(hec_strategy_work *w, const hec_one_off *one_off)
{
    hec_strategy *s = w->strategy;
    if (hec_arena_grow(w->b->arena, (void **)&s->one_offs, s->n_one_offs, &w->one_off_capacity,
                       sizeof *s->one_offs)) {
        s->one_offs[s->n_one_offs++] = *one_off;
    }
}

static void charge(hec_strategy_work *w, void *target, int outcome, hec_id id, hec_place place)
{
    hec_builder *b = w->b;
    const occasion *o = target;
    const hec_strategy *s = w->strategy;
    if (id < 0 || outcome < 0) {
        return;
    }
    for (size_t i = 0; !b->lives && i < s->n_arcs; i++) {
        const hec_arc *arc = &s->arcs[i];
        if (in_set(o, arc->from, arc->to)) {
            add_one_off(w, &(hec_one_off){arc->from, arc->to, outcome, id, place, 0});
        }
    }
    for (size_t i = 0; s->occupancy && !o->entering && i < b->model->n_states; i++) {
        if (o->to[i] && b->model->states[i].dead) {
            add_one_off(w, &(hec_one_off){HEC_FROM_ANYWHERE, (int)i, outcome, id, place, 0});
        }
    }
    for (size_t i = 0; i < o->n_conditions; i++) {
        hec_id none = hec_life_constant(b, 0, place);
        hec_life_add_amount(w, outcome, hec_life_select(b, o->conditions[i], id, none, place), 0,
                            place);
    }
    for (size_t i = 0; o->entering && i < b->model->n_states; i++) {
        if (o->to[i]) {
            add_one_off(w, &(hec_one_off){HEC_FROM_START, (int)i, outcome, id, place, 0});
        }
    }
    if (o->entering && b->model->n_chains == 0) {
        add_one_off(w, &(hec_one_off){HEC_FROM_START, HEC_TO_ANYWHERE, outcome, id, place, 0});
    }
}

static void add_end(hec_text *out, const char *word, const hec_node *node)
{
    bool list = node && node->kind == HEC_NODE_LIST;
    for (size_t i = 0; node && i < (list ? node->count : 1); i++) {
        const hec_node *item = list ? node->items[i] : node;
        hec_text_format(out, "%s`%s`", i ? " or " : word, item->text);
    }
}

/* " from `a` to `b`" */
static const char *moves_text(hec_builder *b, const hec_node *map)
{
    hec_text words = {0};
    add_end(&words, " from ", hec_node_get(map, "from"));
    add_end(&words, " to ", hec_node_get(map, "to"));
    const char *text = hec_arena_copy(b->arena, words.data ? words.data : "", words.length);
    hec_text_free(&words);
    return text ? text : "";
}

static bool is_zero(const hec_builder *b, hec_id id)
{
    const hec_graph_node *node = hec_graph_node_at(b->model->graph, id);
    return node && node->code == HEC_CODE_CONSTANT && node->value == 0;
}

/* Whether somebody can make such a move in this strategy. */
static bool is_made(const hec_strategy_work *w, const occasion *o)
{
    const hec_strategy *s = w->strategy;
    bool made = s->occupancy != NULL; /* only deaths are asked for */
    for (size_t i = 0; i < s->n_arcs && !made; i++) {
        const hec_arc *arc = &s->arcs[i];
        made = in_set(o, arc->from, arc->to) && !is_zero(w->b, arc->value);
    }
    for (size_t i = 0; i < s->life.n_latents && !made; i++) {
        made = in_set(o, s->life.latents[i].from, s->life.latents[i].to);
    }
    return made;
}

/* Remembers whether it comes, here or in another strategy. */
static void note_happening(hec_strategy_work *w, bool happens, const hec_node *map)
{
    hec_builder *b = w->b;
    const hec_place place = map->place;
    for (size_t i = 0; i < b->n_consequences; i++) {
        hec_consequence *c = &b->consequences[i];
        if (c->place.file == place.file && c->place.offset == place.offset) {
            c->happens = c->happens || happens;
            return;
        }
    }
    if (hec_arena_grow(b->arena, (void **)&b->consequences, b->n_consequences,
                       &b->consequence_capacity, sizeof *b->consequences)) {
        b->consequences[b->n_consequences++] =
            (hec_consequence){place, moves_text(b, map), happens};
    }
}

/* `from: start`, unless a state has that name */
static bool is_start(const hec_builder *b, const hec_node *from)
{
    bool start = from && from->kind == HEC_NODE_SCALAR && strcmp(from->text, "start") == 0;
    for (size_t i = 0; start && i < b->model->n_states; i++) {
        start = strcmp(b->model->states[i].name, "start") != 0;
    }
    return start;
}

/* The condition of a person's move, without the parts that go without saying. */
static hec_id move_condition(hec_builder *b, const occasion *o, hec_place place)
{
    const hec_chain *chain = &b->model->chains[o->chain];
    hec_id here = hec_life_present(b, b->lives->chains[o->chain], place);
    hec_id there = hec_life_moved(b, o->chain, place);
    bool overlap = false;
    for (size_t i = chain->first; i < chain->first + chain->count; i++) {
        overlap = overlap || (o->from[i] && o->to[i]);
    }
    hec_id condition = hec_life_and(b, hec_life_among(b, o->chain, there, o->to, place),
                                    hec_life_among(b, o->chain, here, o->from, place), place);
    return overlap ? hec_life_and(b, condition, hec_life_op(b, HK_NE, there, here, place), place)
                   : condition;
}

static void add_condition(hec_builder *b, occasion *o, hec_id condition)
{
    size_t capacity = o->n_conditions;
    if (hec_arena_grow(b->arena, (void **)&o->conditions, o->n_conditions, &capacity,
                       sizeof *o->conditions)) {
        o->conditions[o->n_conditions++] = condition;
    }
}

/* `event: mi`, or several, each of which counts */
static bool read_event(hec_builder *b, const hec_node *node, occasion *o)
{
    bool list = node->kind == HEC_NODE_LIST, good = true;
    if (!b->lives) {
        hec_build_needs_persons(b, node->place,
                                "events happen to persons; a cohort has only moves");
        return false;
    }
    hec_life_read_events(b);
    for (size_t i = 0; i < (list ? node->count : 1); i++) {
        const hec_node *item = list ? node->items[i] : node;
        if (!hec_node_expect(b->diagnostics, item, HEC_NODE_SCALAR, "an event")) {
            return false;
        }
        const hec_names *names = &b->lives->event_names;
        size_t event = hec_names_find(names, item->text);
        if (event == SIZE_MAX) {
            hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, item->place,
                       "there is no event `%s`", item->text);
            hec_build_suggest(b, item->text, names->count, names->items);
            good = false;
        } else {
            add_condition(b, o, b->lives->happens[event]);
        }
    }
    return good;
}

static bool has_state(const hec_builder *b, const char *name)
{
    bool known = strchr(name, '.') != NULL; /* with its chain */
    for (size_t i = 0; i < b->model->n_states; i++) {
        known = known || strcmp(b->model->states[i].name, name) == 0;
    }
    return known;
}

/* The state somebody may die in, or -1 after reporting. */
static int dead_state(hec_builder *b, const hec_node *node)
{
    const hec_model *model = b->model;
    hec_names causes = {0};
    if (has_state(b, node->text)) {
        return hec_build_state(b, -1, node->text, node->place);
    }
    if (!b->lives && hec_node_get(hec_node_get(b->tree, "events"), node->text)) {
        hec_build_needs_persons(b, node->place,
                                "events happen to persons; a cohort has only moves");
        return -1;
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, node->place, "nobody dies of `%s`",
               node->text);
    (void)hec_names_add(b->arena, &causes, "any");
    for (size_t i = 0; i < model->n_events; i++) {
        if (model->events[i].fatal) {
            (void)hec_names_add(b->arena, &causes, model->events[i].name);
        }
    }
    for (size_t i = 0; i < model->n_states; i++) {
        if (model->states[i].dead) {
            (void)hec_names_add(b->arena, &causes, model->states[i].name);
        }
    }
    hec_build_suggest(b, node->text, causes.count, causes.items);
    return -1;
}

/* Of whatever cause, a fatal event, or a dead state. */
static bool read_death(hec_builder *b, const hec_node *node, occasion *o)
{
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_SCALAR, "`death`")) {
        return false;
    }
    bool any = strcmp(node->text, "any") == 0;
    size_t event = b->lives ? hec_names_find(&b->lives->event_names, node->text) : SIZE_MAX;
    bool fatal = event != SIZE_MAX && b->model->events[event].fatal;
    int state = any || event != SIZE_MAX ? -1 : dead_state(b, node);
    if (!any && event == SIZE_MAX && state < 0) {
        return false;
    }
    if (!any && !fatal && !(state >= 0 && b->model->states[state].dead)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place, "nobody dies of `%s`",
                   node->text);
        hec_report_help(b->diagnostics, "death: any, a fatal event or a dead state; %s",
                        event != SIZE_MAX ? "for each time it happens: event" : "a move: to");
        return false;
    }
    for (size_t i = 0; !b->lives && i < b->model->n_states; i++) {
        o->from[i] = true;
        o->to[i] = any ? b->model->states[i].dead : (int)i == state;
    }
    if (!b->lives) {
        return true;
    }
    hec_life_read_events(b);
    const hec_occurrence cause = {fatal ? (int)event : -1, state};
    hec_id lives_on = hec_life_lives_on(b, node->place);
    hec_id dies = hec_life_op(b, HK_NOT, lives_on, -1, node->place);
    add_condition(b, o,
                  any ? hec_life_and(b, b->lives->is_alive, dies, node->place)
                      : hec_life_occurs(b, &cause, b->lives->happens, node->place));
    return true;
}

/* What is not said is any state of the chain. */
static bool read_moves(hec_builder *b, const hec_node *map, occasion *o)
{
    const hec_node *from = hec_node_get(map, "from"), *to = hec_node_get(map, "to");
    const hec_node *chain = hec_build_part(b, map, "chain", HEC_NODE_SCALAR);
    o->entering = is_start(b, from);
    o->chain = chain ? hec_build_chain(b, chain->text, chain->place) : -1;
    if (!from && !to) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   b->lives ? "a one-off consequence needs `from`, `to`, `event` or `death`"
                            : "a one-off consequence needs `from`, `to` or both");
        return false;
    }
    bool good = !chain || o->chain >= 0;
    if (from && !o->entering) {
        good = read_ends(b, from, &o->chain, o->from) && good;
    }
    if (to) {
        good = read_ends(b, to, &o->chain, o->to) && good;
    }
    if (b->model->n_chains == 0) { /* a life without states begins all the same */
        return good && o->entering;
    }
    o->chain = o->chain < 0 ? 0 : o->chain; /* all are in some state of the first when they enter */
    if (!from) {
        mark_all(b, o->chain, o->from);
    }
    if (!to) {
        mark_all(b, o->chain, o->to);
    }
    bool shares = b->model->chains[o->chain].kind == HEC_CHAIN_OCCUPANCY;
    return good && (!shares || hec_build_share_moves(b, map, o->entering, o->to));
}

/* Moves, an event and a death are different things. */
static bool read_occasion(hec_strategy_work *w, const hec_node *map, occasion *o)
{
    static const char *const others[] = {"event", "death", "chain", "from", "to"};
    hec_builder *b = w->b;
    const hec_node *event = hec_build_stated(map, "event"), *death = hec_build_stated(map, "death");
    const char *first = event ? "event" : "death";
    bool good = true;
    if (!event && !death) {
        good = read_moves(b, map, o);
        bool made = good && is_made(w, o);
        if (made && b->lives) {
            add_condition(b, o, move_condition(b, o, map->place));
        }
        if (good) {
            note_happening(w, made || o->entering, map);
        }
        return good;
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(others[i], first) != 0 && hec_build_stated(map, others[i])) {
            hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, hec_build_key_place(map, others[i]),
                       "`%s` stands beside `%s`: they are different occasions", others[i], first);
            hec_report_help(b->diagnostics, "write an entry for each");
            good = false;
        }
    }
    return (event ? read_event(b, event, o) : read_death(b, death, o)) && good;
}

static void read_costs(hec_strategy_work *w, const hec_node *cost, occasion *o)
{
    hec_builder *b = w->b;
    if (cost->kind == HEC_NODE_SCALAR) {
        charge(w, o, hec_build_outcome(b, HEC_OUTCOME_COST, "cost"),
               hec_build_money(b, cost, false).id, cost->place);
    } else if (hec_node_expect(b->diagnostics, cost, HEC_NODE_MAP, "`cost`")) {
        for (size_t i = 0; i < cost->count; i++) {
            const hec_entry *entry = &cost->entries[i];
            charge(w, o, hec_build_outcome(b, HEC_OUTCOME_COST, entry->key),
                   hec_build_money(b, entry->value, false).id, entry->value->place);
        }
    }
}

/* A number of QALYs: plain, a utility, or a utility times years. */
static hec_id qaly_value(hec_builder *b, const hec_node *node)
{
    hec_value value = hec_build_expression(b, node);
    bool qaly = value.type.kind == HEC_KIND_QUANTITY && value.type.n_factors == 1 &&
                (strcmp(value.type.factors[0].atom, "QALY") == 0 ||
                 strcmp(value.type.factors[0].atom, "year") == 0);
    bool plain = value.type.kind == HEC_KIND_ANY || value.type.kind == HEC_KIND_UTILITY ||
                 (value.type.kind == HEC_KIND_QUANTITY && value.type.n_factors == 0);
    if (value.id >= 0 && !qaly && !plain) {
        hec_type wanted = {.kind = HEC_KIND_UTILITY};
        (void)hec_build_wants(b, value, &wanted, node, "a one-off gain or loss of QALYs", NULL);
        return -1;
    }
    return value.id;
}

static void read_effects(hec_strategy_work *w, const hec_node *map, occasion *o)
{
    hec_builder *b = w->b;
    const hec_node *qaly = hec_node_get(map, "qaly");
    const hec_node *effect = hec_build_part(b, map, "effect", HEC_NODE_MAP);
    if (qaly) {
        charge(w, o, hec_build_outcome(b, HEC_OUTCOME_EFFECT, "qaly"), qaly_value(b, qaly),
               qaly->place);
    }
    for (size_t i = 0; effect && i < effect->count; i++) {
        const hec_entry *entry = &effect->entries[i];
        charge(w, o, hec_build_outcome(b, HEC_OUTCOME_EFFECT, entry->key),
               hec_build_expression(b, entry->value).id, entry->value->place);
    }
}

static void read_values(hec_strategy_work *w, const hec_node *map, occasion *o)
{
    hec_builder *b = w->b;
    const hec_node *cost = hec_node_get(map, "cost");
    const hec_node *use = hec_build_part(b, map, "use", HEC_NODE_MAP);
    if (cost) {
        read_costs(w, cost, o);
    }
    read_effects(w, map, o);
    for (size_t i = 0; use && i < use->count; i++) {
        hec_build_use(w, &use->entries[i], false, charge, o);
    }
}

static void read_consequence(hec_strategy_work *w, const hec_node *map)
{
    static const char *const keys[] = {"label", "source", "note", "chain", "from",  "to",
                                       "cost",  "effect", "use",  "qaly",  "event", "death"};
    hec_builder *b = w->b;
    size_t n = b->model->n_states;
    if (!hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a one-off consequence")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "`on`", sizeof keys / sizeof keys[0], keys);
    hec_build_expect_words(b, map, 3, keys);
    if (!hec_node_get(map, "cost") && !hec_node_get(map, "use") && !hec_node_get(map, "qaly") &&
        !hec_node_get(map, "effect")) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "a one-off consequence has a `cost`, `qaly`, `effect` or `use`");
    }
    occasion o = {.chain = -1,
                  .from = hec_arena_array(b->arena, n + 1, sizeof(bool)),
                  .to = hec_arena_array(b->arena, n + 1, sizeof(bool))};
    if (!o.from || !o.to) {
        return;
    }
    if (!read_occasion(w, map, &o)) { /* values are read for their mistakes all the same */
        memset(o.from, 0, n * sizeof(bool));
        o.n_conditions = 0;
        o.entering = false;
    }
    if (!b->lives) {
        read_values(w, map, &o);
        return;
    }
    hec_visit visit = hec_life_enter(b, o.entering ? HEC_PHASE_RATES : HEC_PHASE_AMOUNTS);
    read_values(w, map, &o);
    hec_life_leave(b, &visit);
}

void hec_build_consequences(hec_strategy_work *w, const hec_node *on)
{
    for (size_t i = 0; on && i < on->count; i++) {
        read_consequence(w, on->items[i]);
    }
}
