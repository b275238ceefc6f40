/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Latents: the times to the moves of a chain in continuous time.
 *
 * Each cause of a move has a survival distribution, and a clock on which it runs: from entering the
 * state (reset), or from the start of the model (forward). A number of chance, one for each cause,
 * person and move, tells when it would come; the earliest cause of a state moves the person. */
#include "model/life_inner.h"

#include <string.h>

typedef enum clock_choice { CLOCK_RESET, CLOCK_FORWARD, CLOCK_NONE } clock_choice;

static const char clock_help[] =
    "clock: reset (times run from entering the state) or forward (from the start of the model)";

typedef struct reading {
    hec_strategy_work *w;
    const hec_node *chain;
    clock_choice clock; /* of the chain */
    int from;
    size_t capacity;
} reading;

/* The clock under `clock:`; CLOCK_NONE where it is not stated, or after reporting (*good false). */
static clock_choice read_clock(hec_builder *b, const hec_node *map, bool *good)
{
    static const char *const words[] = {"reset", "forward"};
    const hec_node *node = hec_build_stated(map, "clock");
    int chosen = node ? hec_build_choice(b, node, "clock", 2, words) : -1;
    *good = !node || chosen >= 0;
    return chosen < 0 ? CLOCK_NONE : (clock_choice)chosen;
}

/* ---- one cause ------------------------------------------------------------------------------- */

/* The number of chance of a cause: the `number`th, from 1, that leads there from here. */
static hec_id chance_of(const reading *r, int to, size_t number, int32_t *chance, hec_place place)
{
    hec_builder *b = r->w->b;
    const hec_model *model = b->model;
    const char *name =
        hec_arena_format(b->arena, "time/%s/%s/%s/%zu", model->chain, model->states[r->from].name,
                         model->states[to].name, number);
    *chance = name ? hec_build_chance(b, name, false, place) : -1;
    return *chance < 0 ? -1
                       : hec_graph_input(model->graph, model->chances[*chance].input, HEC_DEP_STATE,
                                         name, place);
}

/* When the cause comes, in years since the start of the model. */
static hec_id time_of(const reading *r, const hec_expr *curve, clock_choice clock, hec_id u)
{
    hec_builder *b = r->w->b;
    hec_graph *graph = b->model->graph;
    hec_id t = hec_graph_input(graph, HEC_CLOCK_T, HEC_DEP_CYCLE, "t", curve->place);
    hec_id entry = clock == CLOCK_FORWARD ? t : hec_graph_constant(graph, 0, curve->place);
    b->scope.cycle_length = b->model->cycle_length;
    hec_id time = hec_lower_time_after(graph, &b->scope, b->diagnostics, curve, entry, u).id;
    return time < 0 || clock == CLOCK_FORWARD
               ? time
               : hec_graph_op(graph, HK_ADD, t, time, -1, curve->place);
}

static void add_latent(reading *r, const hec_expr *curve, hec_latent latent)
{
    hec_builder *b = r->w->b;
    hec_life *life = &r->w->strategy->life;
    if (latent.time >= 0 && hec_arena_grow(b->arena, (void **)&life->latents, life->n_latents,
                                           &r->capacity, sizeof *life->latents)) {
        latent.n_needs =
            hec_curve_list_needs(b->model->graph, &b->scope, b->diagnostics, curve, &latent.needs);
        life->latents[life->n_latents++] = latent;
    }
}

/* A distribution, or {dist:, clock:}. */
static void read_cause(reading *r, int to, size_t number, const hec_node *node)
{
    static const char *const keys[] = {"dist", "clock", "label", "source", "note"};
    hec_builder *b = r->w->b;
    clock_choice clock = CLOCK_NONE;
    bool good = true;
    if (node->kind == HEC_NODE_MAP) {
        const hec_node *map = node;
        hec_node_expect_keys(b->diagnostics, map, "a time", sizeof keys / sizeof keys[0], keys);
        hec_build_expect_words(b, map, 3, keys + 2);
        clock = read_clock(b, map, &good);
        node = hec_build_stated(map, "dist");
        if (!node) {
            hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                       "this time has no `dist`, its survival distribution");
            hec_report_help(b->diagnostics, "{dist: weibull(shape: 1.2, scale: 8), clock: reset}");
            return;
        }
    }
    if (clock == CLOCK_NONE && good) {
        clock = r->clock;
        if (clock == CLOCK_NONE && !hec_build_stated(r->chain, "clock")) {
            hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY,
                       hec_build_key_place(hec_node_get(b->tree, "chains"), b->model->chain),
                       "the chain does not say on which `clock` its times run");
            hec_report_help(b->diagnostics, "%s", clock_help);
        }
    }
    if (!hec_node_expect(b->diagnostics, node, HEC_NODE_SCALAR, "a survival distribution")) {
        return;
    }
    const hec_expr *curve = hec_expr_parse(b->arena, b->diagnostics, node->text, node->length,
                                           node->place, node->verbatim);
    int32_t chance = -1;
    hec_id u = curve && to >= 0 ? chance_of(r, to, number, &chance, node->place) : -1;
    if (!curve) {
        return;
    }
    if (u < 0) { /* its own mistakes are told all the same */
        u = hec_graph_constant(b->model->graph, 0.5, node->place);
    }
    hec_id time = time_of(r, curve, clock, u);
    if (to >= 0 && chance >= 0 && clock != CLOCK_NONE) {
        add_latent(r, curve, (hec_latent){r->from, to, chance, time, node->place, 0, NULL});
    }
}

/* ---- a state's ------------------------------------------------------------------------------- */

/* One cause, or several that compete for the same move. */
static void read_destination(reading *r, const hec_entry *entry)
{
    hec_builder *b = r->w->b;
    const hec_node *node = entry->value;
    int to = hec_build_state(b, 0, entry->key, entry->key_place);
    if (to == r->from) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                   "times lead to other states; who does not leave stays");
        to = -1;
    }
    if (node->kind != HEC_NODE_LIST) {
        read_cause(r, to, 1, node);
        return;
    }
    if (node->count == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place,
                   "no survival distribution leads to `%s`", entry->key);
    }
    for (size_t i = 0; i < node->count; i++) {
        read_cause(r, to, i + 1, node->items[i]);
    }
}

void hec_build_latents(hec_strategy_work *w, const hec_node *chain)
{
    hec_builder *b = w->b;
    const hec_model *model = b->model;
    const hec_node *states = hec_node_get(chain, "states");
    bool good = true;
    reading r = {.w = w, .chain = chain};
    r.clock = read_clock(b, chain, &good);
    for (size_t i = 0; i < model->n_states; i++) {
        const hec_node *state = hec_node_get(states, model->states[i].name);
        const hec_node *map = hec_node_get(state, "time");
        r.from = (int)i;
        if (!map || map->kind == HEC_NODE_EMPTY ||
            !hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "`time`")) {
            continue;
        }
        for (size_t k = 0; k < map->count; k++) {
            read_destination(&r, &map->entries[k]);
        }
    }
}
