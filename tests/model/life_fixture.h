/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cycle of one person, evaluated straight from the graph on inputs made by hand. */
#ifndef HECATE_TESTS_LIFE_FIXTURE_H
#define HECATE_TESTS_LIFE_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/diag.h"
#include "model/model.h"

#define HEAD                                                                                       \
    "hecate: 1\n"                                                                                  \
    "model: life\n"                                                                                \
    "time: {cycle: 1 year, cycles: 10}\n"                                                          \
    "engine: {microsimulation: {persons: 10}}\n"                                                   \
    "uncertainty: {seed: 1}\n"                                                                     \
    "economics: {perspective: all, currency: CNY, effect: qaly, discount: 0, "                     \
    "discounting: discrete, within_cycle: start, one_off: {at: end}}\n"

typedef struct life {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    hec_model *model;
    double *inputs;
    size_t strategy;
} life;

/* Reads the text; model is NULL when it has mistakes. */
static inline life life_read(const char *text)
{
    life l = {.arena = hec_arena_create(), .diagnostics = hec_diagnostics_create()};
    hec_node *tree = NULL;
    assert_non_null(l.arena);
    assert_non_null(l.diagnostics);
    assert_true(hec_tree_read_text(l.arena, l.diagnostics, "life.yaml", text, strlen(text), &tree));
    l.model = hec_model_build(l.arena, l.diagnostics, tree);
    return l;
}

static inline char *life_words(const life *l)
{
    return hec_diagnostics_text(l->diagnostics, false);
}

/* The same for a text without mistakes; every input is NaN but for the first cycle's clock. */
static inline life life_open(const char *text)
{
    life l = life_read(text);
    if (!l.model) {
        char *words = life_words(&l);
        fprintf(stderr, "%s", words ? words : "");
        free(words);
        fail_msg("the model cannot be read");
    }
    size_t n = hec_model_inputs(l.model);
    l.inputs = hec_arena_array(l.arena, n + 1, sizeof *l.inputs);
    assert_non_null(l.inputs);
    for (size_t i = 0; i < n; i++) {
        l.inputs[i] = NAN;
    }
    for (size_t i = 0; i < l.model->n_draws; i++) {
        l.inputs[hec_model_draw(l.model, i)] = l.model->draws[i].base;
    }
    l.inputs[HEC_CLOCK_CYCLE] = 1;
    l.inputs[HEC_CLOCK_T] = 0;
    return l;
}

static inline void life_close(life *l)
{
    hec_diagnostics_destroy(l->diagnostics);
    hec_arena_destroy(l->arena);
}

static inline void life_time(life *l, double cycle)
{
    l->inputs[HEC_CLOCK_CYCLE] = cycle;
    l->inputs[HEC_CLOCK_T] = (cycle - 1) * l->model->cycle_length;
}

static inline size_t life_variable(const life *l, hec_variable_kind kind, const char *name)
{
    for (size_t i = 0; i < l->model->n_variables; i++) {
        const hec_variable *v = &l->model->variables[i];
        if (v->kind == kind && strcmp(v->name, name) == 0) {
            return i;
        }
    }
    fail_msg("there is no variable %s of kind %d", name, (int)kind);
    return 0;
}

static inline bool life_has(const life *l, hec_variable_kind kind)
{
    bool has = false;
    for (size_t i = 0; i < l->model->n_variables; i++) {
        has = has || l->model->variables[i].kind == kind;
    }
    return has;
}

static inline void life_set(life *l, hec_variable_kind kind, const char *name, double value)
{
    l->inputs[l->model->variables[life_variable(l, kind, name)].input] = value;
}

/* The number of a state among its chain's own. */
static inline double life_state(const life *l, const char *chain, const char *state)
{
    for (size_t i = 0; i < l->model->n_states; i++) {
        const hec_state *s = &l->model->states[i];
        if (strcmp(s->name, state) == 0 && strcmp(l->model->chains[s->chain].name, chain) == 0) {
            return (double)(i - l->model->chains[s->chain].first);
        }
    }
    fail_msg("there is no state %s of %s", state, chain);
    return 0;
}

/* In which state of a chain somebody is, and where the cycle leads. */
static inline void life_in(life *l, const char *chain, const char *here, const char *there)
{
    const hec_variable *v = &l->model->variables[life_variable(l, HEC_VARIABLE_CHAIN, chain)];
    l->inputs[v->input] = life_state(l, chain, here);
    l->inputs[v->next_input] = life_state(l, chain, there);
}

static inline const hec_chance *life_find_chance(const life *l, const char *name)
{
    for (size_t i = 0; i < l->model->n_chances; i++) {
        if (strcmp(l->model->chances[i].name, name) == 0) {
            return &l->model->chances[i];
        }
    }
    return NULL;
}

static inline void life_chance(life *l, const char *name, double u)
{
    const hec_chance *chance = life_find_chance(l, name);
    if (!chance) {
        fail_msg("there is no chance %s", name);
        return;
    }
    l->inputs[chance->input] = u;
}

static inline void life_attribute(life *l, const char *name, double value)
{
    for (size_t i = 0; i < l->model->population.n_attributes; i++) {
        if (strcmp(l->model->population.attributes[i], name) == 0) {
            l->inputs[hec_model_attribute(l->model, i)] = value;
            return;
        }
    }
    fail_msg("the population has no %s", name);
}

static inline const hec_strategy *life_of(const life *l)
{
    return &l->model->strategies[l->strategy];
}

static inline double life_value(const life *l, hec_id id)
{
    return hec_evaluate(l->model->graph, id, l->inputs);
}

static inline double life_next(const life *l, hec_variable_kind kind, const char *name)
{
    return life_value(l, life_of(l)->life.next[life_variable(l, kind, name)]);
}

static inline double life_initial(const life *l, hec_variable_kind kind, const char *name)
{
    return life_value(l, life_of(l)->life.initial[life_variable(l, kind, name)]);
}

static inline double life_happens(const life *l, const char *event)
{
    for (size_t i = 0; i < l->model->n_events; i++) {
        if (strcmp(l->model->events[i].name, event) == 0) {
            return life_value(l, life_of(l)->life.happens[i]);
        }
    }
    fail_msg("there is no event %s", event);
    return 0;
}

static inline double life_sum(const life *l, const hec_life_amount *list, size_t n,
                              const char *outcome)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(l->model->outcomes[list[i].outcome].name, outcome) == 0) {
            sum += life_value(l, list[i].value);
        }
    }
    return sum;
}

/* What the cycle charges once, and what a year counts beside the states' own. */
static inline double life_amount(const life *l, const char *outcome)
{
    return life_sum(l, life_of(l)->life.amounts, life_of(l)->life.n_amounts, outcome);
}

static inline double life_rate(const life *l, const char *outcome)
{
    return life_sum(l, life_of(l)->life.rates, life_of(l)->life.n_rates, outcome);
}

/* The hazard or probability of a move. */
static inline double life_move(const life *l, const char *from, const char *to)
{
    const hec_strategy *s = life_of(l);
    for (size_t i = 0; i < s->n_arcs; i++) {
        if (strcmp(l->model->states[s->arcs[i].from].name, from) == 0 &&
            strcmp(l->model->states[s->arcs[i].to].name, to) == 0) {
            return life_value(l, s->arcs[i].value);
        }
    }
    fail_msg("nobody moves from %s to %s", from, to);
    return 0;
}

#endif
