/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Before: which events had happened to persons when the model starts, and how long ago. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "model/life_inner.h"

/* ---- the frame ------------------------------------------------------------------------------- */

/* What `before` and `years_before` of an event need of each other. */
void hec_life_check_before(hec_builder *b, const hec_entry *entry)
{
    const hec_node *map = entry->value, *before = hec_build_stated(map, "before");
    bool years = hec_build_stated(map, "years_before") != NULL;
    if (years && !before) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, hec_build_key_place(map, "years_before"),
                   "`%s` has `years_before`, but not `before`: to whom had it happened?",
                   entry->key);
        hec_report_help(b->diagnostics, "before: true, or a condition such as had_%s == 1",
                        entry->key);
    }
    if (before && hec_build_truth(b, map, "fatal")) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, hec_build_key_place(map, "before"),
                   "`%s` is fatal: to whom it happened before the start is not among the persons",
                   entry->key);
    }
}

void hec_life_frame_before(hec_builder *b, size_t n_trees, const hec_node *const *trees)
{
    hec_model *model = b->model;
    for (size_t i = 0; i < model->n_events; i++) {
        hec_event *event = &model->events[i];
        for (size_t k = 0; k < n_trees; k++) {
            const hec_node *map = hec_node_get(hec_node_get(trees[k], "events"), event->name);
            event->before = event->before || hec_build_stated(map, "before");
            event->years_before = event->years_before || hec_build_stated(map, "years_before");
        }
    }
    b->lives->pasts = hec_arena_array(b->arena, model->n_events + 1, sizeof *b->lives->pasts);
    for (size_t i = 0; b->lives->pasts && i < model->n_events; i++) {
        const char *name = model->events[i].name;
        b->lives->pasts[i].happened_name = hec_arena_format(b->arena, "%s.before", name);
        b->lives->pasts[i].years_name = hec_arena_format(b->arena, "%s.years_before", name);
    }
}

void hec_life_open_before(hec_builder *b)
{
    hec_lives *lives = b->lives;
    for (size_t i = 0; lives->pasts && i < b->model->n_events; i++) {
        hec_past *past = &lives->pasts[i];
        hec_place place = b->model->events[i].place;
        past->happened =
            (hec_binding){.name = past->happened_name, .kind = HEC_BIND_BEFORE, .place = place};
        past->years =
            (hec_binding){.name = past->years_name, .kind = HEC_BIND_YEARS, .place = place};
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static hec_value lower_happened(hec_builder *b, const hec_node *node)
{
    hec_value value = hec_build_expression(b, node);
    bool good = hec_build_wants(b, value, &HEC_TYPE_BOOLEAN, node, "`before`",
                                "compare it with something, as in `x > 0`");
    return (hec_value){good ? hec_life_boolean(b, value, node->place) : -1, HEC_TYPE_ANY};
}

static hec_value lower_years(hec_builder *b, const hec_node *node)
{
    hec_value value = hec_build_expression(b, node);
    bool good = hec_build_wants(b, value, &HEC_TYPE_YEARS, node, "`years_before`", NULL);
    const hec_graph_node *known = good ? hec_graph_node_at(b->model->graph, value.id) : NULL;
    if (known && known->code == HEC_CODE_CONSTANT &&
        !(known->value >= 0 && known->value <= DBL_MAX)) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, node->place,
                   "`years_before` is %g; what happened before the start was 0 years ago or more",
                   known->value);
        good = false;
    }
    return (hec_value){good ? value.id : -1, HEC_TYPE_YEARS};
}

hec_value hec_life_lower_before(hec_builder *b, const hec_binding *binding)
{
    const hec_lives *lives = b->lives;
    bool happened = binding->kind == HEC_BIND_BEFORE;
    size_t event = 0;
    while (binding != &lives->pasts[event].happened && binding != &lives->pasts[event].years) {
        event++;
    }
    const hec_event *of = &b->model->events[event];
    const hec_node *map = hec_node_get(hec_node_get(b->tree, "events"), of->name);
    const hec_node *node = hec_build_stated(map, happened ? "before" : "years_before");
    if (!node) {
        return (hec_value){hec_life_constant(b, 0, of->place),
                           happened ? HEC_TYPE_ANY : HEC_TYPE_YEARS};
    }
    hec_visit visit = hec_life_enter(b, HEC_PHASE_START);
    b->chain = -1;
    hec_value value = happened ? lower_happened(b, node) : lower_years(b, node);
    hec_life_leave(b, &visit);
    return value;
}

static bool may_be_past(const hec_builder *b, const hec_occurrence *o)
{
    return o->event >= 0 && b->lives->pasts && b->model->events[o->event].before;
}

/* The words of history, asked at time 0. */
hec_value hec_life_history_before(hec_builder *b, const hec_occurrence *o, bool since,
                                  hec_place place)
{
    hec_type type = since ? HEC_TYPE_YEARS : HEC_TYPE_ANY;
    hec_id never = hec_life_constant(b, since ? INFINITY : 0, place);
    if (!may_be_past(b, o)) {
        return (hec_value){never, type};
    }
    hec_life_open_tree(b);
    hec_past *past = &b->lives->pasts[o->event];
    hec_value happened = hec_build_resolve(b, &past->happened);
    hec_value years = since ? hec_build_resolve(b, &past->years) : happened;
    past->read = true;
    if (happened.id < 0 || years.id < 0) {
        return hec_life_nothing();
    }
    hec_id id = since ? hec_life_select(b, happened.id, years.id, never, place) : happened.id;
    return (hec_value){id, type};
}

/* Without a time of what happened before the start there is no time since. */
bool hec_life_refuse_since(hec_builder *b, const hec_occurrence *o, hec_place place)
{
    if (!may_be_past(b, o) || b->model->events[o->event].years_before) {
        return false;
    }
    const hec_event *event = &b->model->events[o->event];
    b->lives->pasts[o->event].read = true;
    hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, place,
               "`%s` may have happened before the start, and `years_before` does not say when",
               event->name);
    hec_report_note(b->diagnostics, event->place, "`%s` is here", event->name);
    hec_report_help(b->diagnostics, "%s: {before: ..., years_before: 3 years}", event->name);
    return true;
}

void hec_life_note_past(hec_builder *b, const hec_occurrence *o)
{
    if (may_be_past(b, o)) {
        b->lives->pasts[o->event].read = true;
    }
}

/* ---- one strategy ---------------------------------------------------------------------------- */

/* Of who it happened to, how long ago must be a time. */
static void check_years(hec_builder *b, size_t event, hec_id happened, hec_id years, hec_life *life)
{
    const hec_node *map =
        hec_node_get(hec_node_get(b->tree, "events"), b->model->events[event].name);
    const hec_node *node = hec_build_stated(map, "years_before");
    const hec_graph_node *known = hec_graph_node_at(b->model->graph, years);
    if (node && known && known->code != HEC_CODE_CONSTANT) {
        hec_id none = hec_life_constant(b, 0, node->place);
        life->checks[life->n_checks++] = (hec_life_check){
            HEC_LIFE_START, (int)event, hec_life_select(b, happened, years, none, node->place),
            years,          0,          DBL_MAX,
            node->place};
    }
}

void hec_life_read_before(hec_builder *b, hec_life *life, hec_life_values *values)
{
    size_t n = b->model->n_events;
    values->happened = hec_arena_array(b->arena, n + 1, sizeof *values->happened);
    values->years = hec_arena_array(b->arena, n + 1, sizeof *values->years);
    for (size_t i = 0; values->happened && values->years && b->lives->pasts && i < n; i++) {
        const hec_event *event = &b->model->events[i];
        hec_past *past = &b->lives->pasts[i];
        values->happened[i] = values->years[i] = hec_life_constant(b, 0, event->place);
        if (event->before) {
            values->happened[i] = hec_build_resolve(b, &past->happened).id;
        }
        if (event->before && event->years_before) {
            values->years[i] = hec_build_resolve(b, &past->years).id;
            check_years(b, i, values->happened[i], values->years[i], life);
        }
    }
}

hec_id hec_life_count_before(hec_builder *b, size_t strategy, const hec_occurrence *o,
                             hec_place place)
{
    const hec_life_values *values = &b->lives->values[strategy];
    bool past = may_be_past(b, o) && values->happened;
    return past ? values->happened[o->event] : hec_life_constant(b, 0, place);
}

hec_id hec_life_since_before(hec_builder *b, size_t strategy, const hec_occurrence *o,
                            hec_place place)
{
    const hec_life_values *values = &b->lives->values[strategy];
    hec_id never = hec_life_constant(b, INFINITY, place);
    if (!may_be_past(b, o) || !values->happened || !values->years ||
        values->happened[o->event] < 0 || values->years[o->event] < 0) {
        return never;
    }
    return hec_life_select(b, values->happened[o->event], values->years[o->event], never, place);
}

/* ---- the whole ------------------------------------------------------------------------------- */

void hec_life_review_before(hec_builder *b)
{
    for (size_t i = 0; b->lives->pasts && i < b->model->n_events; i++) {
        const hec_event *event = &b->model->events[i];
        if (event->before && !event->fatal && !b->lives->pasts[i].read) {
            hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT, event->place,
                       "nothing asks whether `%s` had happened before the start", event->name);
            hec_report_help(b->diagnostics,
                            "ever(%s), count(%s), time_since(%s) and `once: true` do", event->name,
                            event->name, event->name);
        }
    }
}
