/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events: what may happen to persons in a cycle, one event after another. */
#include "model/life_inner.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- the frame: names, order ----------------------------------------------------------------- */

static void check_name(hec_builder *b, const hec_entry *entry)
{
    const hec_model *model = b->model;
    for (size_t i = 0; i < model->n_states; i++) {
        if (strcmp(model->states[i].name, entry->key) == 0) {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, entry->key_place,
                       "the event `%s` has the name of a state; `ever(%s)` could mean both",
                       entry->key, entry->key);
            hec_report_note(b->diagnostics, model->states[i].place, "the state is here");
            return;
        }
    }
}

static void check_entry(hec_builder *b, const hec_entry *entry)
{
    static const char *const keys[] = {"label", "source", "note",  "prob",   "rate",
                                       "when",  "once",   "fatal", "before", "years_before"};
    const hec_node *map = entry->value;
    const hec_node *prob = hec_build_stated(map, "prob"), *rate = hec_build_stated(map, "rate");
    hec_node_expect_keys(b->diagnostics, map, "an event", sizeof keys / sizeof keys[0], keys);
    hec_build_expect_words(b, map, 3, keys);
    if (prob && rate) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, hec_build_key_place(map, "rate"),
                   "`%s` has a `prob` and a `rate`; one of them is enough", entry->key);
        hec_report_note(b->diagnostics, hec_build_key_place(map, "prob"), "`prob` stands here");
    } else if (!prob && !rate) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, entry->key_place,
                   "the event `%s` has neither `prob` nor `rate`", entry->key);
        hec_report_help(b->diagnostics,
                        "%s: {prob: 0.01}, within a cycle; or {rate: 0.01}, per "
                        "year",
                        entry->key);
    }
    hec_life_check_before(b, entry);
}

static void add_event(hec_builder *b, const hec_entry *entry)
{
    hec_model *model = b->model;
    const char *label = hec_build_words(b, entry->value, "label");
    if (!hec_arena_grow(b->arena, (void **)&model->events, model->n_events, &model->event_capacity,
                        sizeof *model->events) ||
        hec_names_add(b->arena, &b->lives->event_names, entry->key) != model->n_events) {
        return;
    }
    check_name(b, entry);
    model->events[model->n_events++] =
        (hec_event){.name = entry->key,
                    .label = *label ? label : entry->key,
                    .place = entry->key_place,
                    .fatal = hec_build_truth(b, entry->value, "fatal")};
}

static void list_events(hec_builder *b, size_t n_trees, const hec_node *const *trees)
{
    for (size_t k = 0; k < n_trees; k++) {
        const hec_node *map = hec_build_part(b, trees[k], "events", HEC_NODE_MAP);
        for (size_t i = 0; map && i < map->count; i++) {
            const hec_entry *entry = &map->entries[i];
            if (!hec_node_expect(b->diagnostics, entry->value, HEC_NODE_MAP, "an event")) {
                continue;
            }
            check_entry(b, entry);
            if (hec_names_find(&b->lives->event_names, entry->key) == SIZE_MAX) {
                add_event(b, entry);
            }
        }
    }
}

/* One place in the order, for one event or for several in an order drawn anew. */
static hec_event_group *add_group(hec_builder *b, size_t room)
{
    hec_lives *lives = b->lives;
    hec_event_group *group = &lives->groups[lives->n_groups];
    group->events = hec_arena_array(b->arena, room + 1, sizeof *group->events);
    if (!group->events) {
        return NULL;
    }
    lives->n_groups++;
    return group;
}

static void put_event(hec_builder *b, hec_event_group *group, const hec_node *name,
                      hec_place *places)
{
    hec_lives *lives = b->lives;
    size_t event = hec_names_find(&lives->event_names, name->text);
    if (event == SIZE_MAX) {
        hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, name->place, "there is no event `%s`",
                   name->text);
        hec_build_suggest(b, name->text, lives->event_names.count, lives->event_names.items);
    } else if (lives->group_of[event] != SIZE_MAX) {
        hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, name->place,
                   "`event_order` names `%s` twice", name->text);
        hec_report_note(b->diagnostics, places[event], "it is named here already");
    } else {
        lives->group_of[event] = (size_t)(group - lives->groups);
        group->events[group->count++] = event;
        places[event] = name->place;
    }
}

static void read_order_list(hec_builder *b, const hec_node *order)
{
    hec_model *model = b->model;
    hec_lives *lives = b->lives;
    hec_place *places = hec_arena_array(b->arena, model->n_events + 1, sizeof *places);
    for (size_t i = 0; places && i < order->count; i++) {
        const hec_node *item = order->items[i];
        bool list = item->kind == HEC_NODE_LIST;
        hec_event_group *group = add_group(b, list ? item->count : 1);
        for (size_t k = 0; group && k < (list ? item->count : 1); k++) {
            const hec_node *name = list ? item->items[k] : item;
            if (hec_node_expect(b->diagnostics, name, HEC_NODE_SCALAR, "an event")) {
                put_event(b, group, name, places);
            }
        }
    }
    for (size_t i = 0; i < model->n_events; i++) {
        if (lives->group_of[i] == SIZE_MAX) {
            hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, order->place,
                       "`event_order` does not say when `%s` is asked", model->events[i].name);
            hec_report_note(b->diagnostics, model->events[i].place, "the event is here");
            hec_event_group *group = add_group(b, 1); /* to be read for its mistakes */
            lives->group_of[i] = group ? lives->n_groups - 1 : 0;
            if (group) {
                group->events[group->count++] = i;
            }
        }
    }
}

static void read_order(hec_builder *b)
{
    static const char *const words[] = {"written", "random"};
    hec_model *model = b->model;
    hec_lives *lives = b->lives;
    const hec_node *order = hec_build_stated(b->tree, "event_order");
    size_t n = model->n_events, listed = order ? order->count : 0;
    lives->groups = hec_arena_array(b->arena, n + listed + 1, sizeof *lives->groups);
    lives->group_of = hec_arena_array(b->arena, n + 1, sizeof *lives->group_of);
    for (size_t i = 0; lives->group_of && i < n; i++) {
        lives->group_of[i] = SIZE_MAX;
    }
    if (!lives->groups || !lives->group_of) {
        return;
    }
    if (order && order->kind == HEC_NODE_LIST) {
        read_order_list(b, order);
        return;
    }
    bool random = order && hec_build_choice(b, order, "event_order", 2, words) == 1;
    hec_event_group *group = NULL;
    for (size_t i = 0; i < n; i++) {
        group = random && group ? group : add_group(b, random ? n : 1);
        if (group) {
            group->events[group->count++] = i;
            lives->group_of[i] = lives->n_groups - 1;
        }
    }
}

void hec_life_frame_events(hec_builder *b, size_t n_trees, const hec_node *const *trees)
{
    hec_model *model = b->model;
    hec_lives *lives = b->lives;
    list_events(b, n_trees, trees);
    hec_life_frame_before(b, n_trees, trees);
    read_order(b);
    lives->happens = hec_arena_array(b->arena, model->n_events + 1, sizeof *lives->happens);
    lives->now = hec_arena_array(b->arena, model->n_events + 1, sizeof *lives->now);
    for (size_t i = 0; i < lives->n_groups; i++) {
        model->persons.random_order = model->persons.random_order || lives->groups[i].count > 1;
    }
    if (model->n_events > 0 && model->engine == HEC_ENGINE_TIMES) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, model->events[0].place,
                   "events are asked from cycle to cycle; a chain with `time:` has no cycles");
        hec_report_help(b->diagnostics, "write the chain with `to:` or `rate:`, or make the event "
                                        "a move of the chain");
    }
}

/* ---- one event ------------------------------------------------------------------------------- */

/* An event as asked at some place in the order. */
typedef struct question {
    hec_id when;     /* 1 or 0 */
    hec_id p;        /* within a cycle */
    hec_id stated;   /* `prob` or `rate` as written */
    double high;     /* what is stated lies in [0, high] */
    hec_id u;        /* -1: p is 0 or 1 */
    hec_place place; /* of what is stated */
} question;

hec_id hec_life_boolean(hec_builder *b, hec_value value, hec_place place)
{
    if (value.id < 0 || value.type.kind == HEC_KIND_BOOLEAN) {
        return value.id;
    }
    return hec_life_op(b, HK_NE, value.id, hec_life_constant(b, 0, place), place);
}

static hec_id read_when(hec_builder *b, size_t event, const hec_node *map)
{
    const hec_node *when = hec_build_stated(map, "when");
    hec_id asked = hec_life_constant(b, 1, b->model->events[event].place);
    if (when) {
        hec_value value = hec_build_expression(b, when);
        asked = hec_build_wants(b, value, &HEC_TYPE_BOOLEAN, when, "`when`",
                                "compare it with something, as in `x > 0`")
                    ? hec_life_boolean(b, value, when->place)
                    : -1;
    }
    if (hec_build_truth(b, map, "once")) {
        hec_place place = hec_build_key_place(map, "once");
        hec_id ever = hec_life_ever(b, (hec_occurrence){(int)event, -1}, place);
        asked = hec_life_and(b, asked, hec_life_op(b, HK_NOT, ever, -1, place), place);
    }
    return asked;
}

/* 1 - e^-(rate * cycle) */
static hec_id within_cycle(hec_builder *b, hec_id rate, hec_place place)
{
    hec_id cycle = hec_life_constant(b, b->model->cycle_length, place);
    hec_id hazard = hec_life_op(b, HK_NEG, hec_life_op(b, HK_MUL, rate, cycle, place), -1, place);
    return hec_life_op(b, HK_NEG, hec_life_op(b, HK_EXPM1, hazard, -1, place), -1, place);
}

static void check_known(hec_builder *b, size_t event, const question *q)
{
    const hec_graph_node *node = hec_graph_node_at(b->model->graph, q->stated);
    if (node && node->depends == 0) {
        double value = hec_evaluate(b->model->graph, q->stated, NULL);
        if (!(value >= 0 && value <= q->high)) {
            hec_report(b->diagnostics,
                       q->high == 1 ? HEC_CHECK_PROBABILITY_RANGE : HEC_CHECK_HAZARD_RANGE,
                       q->place, "the %s of `%s` is %.10g, %s",
                       q->high == 1 ? "probability" : "rate", b->model->events[event].name, value,
                       q->high == 1 ? "not between 0 and 1" : "which is no rate");
        }
    }
}

static question read_question(hec_builder *b, size_t event)
{
    const hec_event *of = &b->model->events[event];
    const hec_node *map = hec_node_get(hec_node_get(b->tree, "events"), of->name);
    const hec_node *prob = hec_build_stated(map, "prob"), *rate = hec_build_stated(map, "rate");
    const hec_node *node = prob ? prob : rate;
    hec_id zero = hec_life_constant(b, 0, of->place);
    question q = {zero, zero, zero, 1, -1, of->place};
    b->lives->asking = event;
    b->lives->moment++;
    if (!node || map->kind != HEC_NODE_MAP) { /* not in this strategy, or reported */
        return q;
    }
    q.place = node->place;
    q.high = prob ? 1 : DBL_MAX;
    q.when = read_when(b, event, map);
    hec_type wanted = prob ? HEC_TYPE_PROBABILITY : HEC_TYPE_PER_YEAR;
    wanted.interval = prob ? b->model->cycle_length : 0;
    hec_value value = hec_build_expression(b, node);
    bool ratio = value.type.kind == HEC_KIND_QUANTITY && value.type.n_factors == 0;
    if (!(prob && ratio) &&
        !hec_build_wants(b, value, &wanted, node,
                         prob ? "the probability of an event" : "the rate of an event", NULL)) {
        value.id = -1;
    }
    q.stated = value.id;
    q.p = prob ? value.id : within_cycle(b, value.id, q.place);
    check_known(b, event, &q);
    if (!hec_life_is_value(b, q.p, 0) && !hec_life_is_value(b, q.p, 1)) {
        q.u = hec_life_chance(b, "event", of->name, false, of->place);
    }
    return q;
}

/* Whether it would happen, were it asked. */
static hec_id drawn(hec_builder *b, const question *q)
{
    hec_id below = q->u < 0 ? q->p : hec_life_op(b, HK_LT, q->u, q->p, q->place);
    return hec_life_and(b, q->when, below, q->place);
}

/* What is stated must be good for those who are asked; nobody else counts. */
static void add_check(hec_builder *b, size_t event, hec_id value, hec_id shown, const question *q)
{
    hec_lives *lives = b->lives;
    const hec_graph_node *node = hec_graph_node_at(b->model->graph, shown);
    if (!node || node->code == HEC_CODE_CONSTANT ||
        !hec_arena_grow(b->arena, (void **)&lives->checks, lives->n_checks, &lives->check_capacity,
                        sizeof *lives->checks)) {
        return;
    }
    lives->checks[lives->n_checks++] =
        (hec_life_check){HEC_LIFE_EVENT, (int)event, value, shown, 0, q->high, q->place};
}

static hec_id masked(hec_builder *b, hec_id asked, const question *q)
{
    return hec_life_select(b, hec_life_and(b, asked, q->when, q->place), q->stated,
                           hec_life_constant(b, 0, q->place), q->place);
}

static hec_id none_of(hec_builder *b, hec_id any, hec_place place)
{
    return hec_life_op(b, HK_NOT, any, -1, place);
}

static void ask_one(hec_builder *b, size_t event)
{
    hec_lives *lives = b->lives;
    question q = read_question(b, event);
    add_check(b, event, masked(b, lives->asked, &q), q.stated, &q);
    hec_id happens = hec_life_and(b, lives->asked, drawn(b, &q), q.place);
    lives->happens[event] = lives->now[event] = happens;
    if (b->model->events[event].fatal) {
        lives->asked = hec_life_and(b, lives->asked, none_of(b, happens, q.place), q.place);
    }
}

/* ---- an order drawn anew --------------------------------------------------------------------- */

/* Whether member x of a group is asked before member y: its key is smaller. */
static hec_id before(hec_builder *b, const hec_event_group *group, size_t x, size_t y)
{
    const hec_event *ex = &b->model->events[group->events[x]];
    const hec_event *ey = &b->model->events[group->events[y]];
    hec_id kx = hec_life_chance(b, "order", ex->name, false, ex->place);
    hec_id ky = hec_life_chance(b, "order", ey->name, false, ey->place);
    return x < y ? hec_life_op(b, HK_LE, kx, ky, ex->place)
                 : hec_life_op(b, HK_LT, kx, ky, ex->place);
}

/* No event reads another of the group: only who dies first matters. */
static void ask_at_once(hec_builder *b, const hec_event_group *group, const question *questions)
{
    hec_lives *lives = b->lives;
    const hec_event *events = b->model->events;
    hec_id asked = lives->asked, killed = hec_life_constant(b, 0, questions[0].place);
    for (size_t x = 0; x < group->count; x++) {
        const question *q = &questions[x];
        hec_id happens = hec_life_and(b, asked, drawn(b, q), q->place);
        for (size_t y = 0; y < group->count; y++) {
            if (y == x || !events[group->events[y]].fatal) {
                continue;
            }
            hec_id spared = none_of(b, drawn(b, &questions[y]), q->place);
            happens = hec_life_and(
                b, happens, hec_life_or(b, spared, before(b, group, x, y), q->place), q->place);
        }
        add_check(b, group->events[x], masked(b, asked, q), q->stated, q);
        lives->happens[group->events[x]] = happens;
        if (events[group->events[x]].fatal) {
            killed = hec_life_or(b, killed, drawn(b, q), q->place);
        }
    }
    lives->asked =
        hec_life_and(b, asked, none_of(b, killed, questions[0].place), questions[0].place);
    for (size_t x = 0; x < group->count; x++) {
        lives->now[group->events[x]] = lives->happens[group->events[x]];
    }
}

/* How many of the group come before member x. */
static hec_id rank_of(hec_builder *b, const hec_event_group *group, size_t x)
{
    hec_place place = b->model->events[group->events[x]].place;
    hec_id rank = hec_life_constant(b, 0, place);
    for (size_t y = 0; y < group->count; y++) {
        if (y != x) {
            hec_id first = before(b, group, y, x);
            rank =
                hec_life_is_value(b, rank, 0) ? first : hec_life_op(b, HK_ADD, rank, first, place);
        }
    }
    return rank;
}

typedef struct member {
    question q;
    hec_id rank, checked, shown;
    hec_id happens;
} member;

/* One step of the unrolled order: every member is read as if its turn had come. */
static void ask_step(hec_builder *b, const hec_event_group *group, member *members, size_t step)
{
    hec_lives *lives = b->lives;
    hec_id asked = lives->asked, killed = hec_life_constant(b, 0, members[0].q.place);
    for (size_t x = 0; x < group->count; x++) {
        member *m = &members[x];
        size_t event = group->events[x];
        m->q = read_question(b, event);
        hec_place place = m->q.place;
        hec_id number = hec_life_constant(b, (double)step, place);
        hec_id turn = hec_life_and(b, asked, hec_life_op(b, HK_EQ, m->rank, number, place), place);
        hec_id due = hec_life_and(b, turn, m->q.when, place);
        hec_id zero = hec_life_constant(b, 0, place);
        m->checked = hec_life_select(b, due, m->q.stated, step == 0 ? zero : m->checked, place);
        m->shown = step == 0 ? m->q.stated : hec_life_select(b, due, m->q.stated, m->shown, place);
        hec_id happens = hec_life_and(b, turn, drawn(b, &m->q), place);
        m->happens = step == 0 ? happens : hec_life_or(b, m->happens, happens, place);
        if (b->model->events[event].fatal) {
            killed = hec_life_or(b, killed, happens, place);
        }
    }
    for (size_t x = 0; x < group->count; x++) {
        lives->now[group->events[x]] = members[x].happens;
    }
    lives->asked =
        hec_life_and(b, asked, none_of(b, killed, members[0].q.place), members[0].q.place);
}

static void ask_in_turn(hec_builder *b, const hec_event_group *group)
{
    hec_lives *lives = b->lives;
    member *members = hec_arena_array(b->arena, group->count, sizeof *members);
    for (size_t x = 0; members && x < group->count; x++) {
        members[x].rank = rank_of(b, group, x);
    }
    for (size_t step = 0; members && step < group->count; step++) {
        ask_step(b, group, members, step);
    }
    for (size_t x = 0; members && x < group->count; x++) {
        lives->happens[group->events[x]] = members[x].happens;
        add_check(b, group->events[x], members[x].checked, members[x].shown, &members[x].q);
    }
}

static void ask_group(hec_builder *b, const hec_event_group *group)
{
    question *questions = hec_arena_array(b->arena, group->count, sizeof *questions);
    b->lives->reads_group = false;
    for (size_t x = 0; questions && x < group->count; x++) {
        questions[x] = read_question(b, group->events[x]);
    }
    if (questions && b->lives->reads_group) {
        ask_in_turn(b, group);
    } else if (questions) {
        ask_at_once(b, group, questions);
    }
}

/* ---- all of them ----------------------------------------------------------------------------- */

void hec_life_read_events(hec_builder *b)
{
    hec_lives *lives = b->lives;
    hec_life_open_tree(b);
    if (lives->events_read) {
        return;
    }
    lives->events_read = true;
    lives->n_checks = lives->check_capacity = 0;
    lives->checks = NULL;
    for (size_t i = 0; i < b->model->n_events; i++) {
        lives->happens[i] = lives->now[i] = hec_life_constant(b, 0, b->model->events[i].place);
    }
    lives->is_alive = lives->asked = hec_life_alive(b);
    hec_visit visit = hec_life_enter(b, HEC_PHASE_EVENT);
    b->chain = -1;
    for (size_t i = 0; i < lives->n_groups; i++) {
        const hec_event_group *group = &lives->groups[i];
        if (group->count == 1) {
            ask_one(b, group->events[0]);
        } else if (group->count > 1) {
            ask_group(b, group);
        }
    }
    hec_life_leave(b, &visit);
}
