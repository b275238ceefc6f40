/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model: the checked meaning of a study's text. Everything an engine needs, nothing it computes. */
#ifndef HECATE_MODEL_MODEL_H
#define HECATE_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "lang/lang.h"
#include "model/distribution.h"
#include "model/economics.h"
#include "model/tree.h"

/* A parameter as written. `value` is in the unit as written; the graph holds value * factor. */
typedef struct hec_parameter {
    const char *name;
    const hec_node *node;
    hec_place place;
    hec_type type;
    double factor; /* unit as written -> years */
    double base;   /* in the unit as written */
    hec_id id;     /* its node in the graph */
    int32_t input; /* the draw that feeds it; -1 when it is certain */
    bool used;
    const char *unit, *distribution, *source, *status, *note, *label;
} hec_parameter;

/* One column of draws. Two strategies may read different distributions under one name: they share
 * the random numbers. */
typedef enum hec_draw_kind {
    HEC_DRAW_MARGINAL,
    HEC_DRAW_DIRICHLET,
    HEC_DRAW_MULTINORMAL,
    HEC_DRAW_SAMPLES,
    HEC_DRAW_BOOTSTRAP,
} hec_draw_kind;

typedef struct hec_draw {
    const char *name;
    hec_place place;
    hec_draw_kind kind;
    hec_distribution marginal; /* MARGINAL */
    int group, member;         /* joint kinds: index into groups, place in the group */
    double base;
} hec_draw;

typedef struct hec_draw_group {
    hec_draw_kind kind;
    hec_place place;
    size_t count;
    const char **names;
    const double *mean;       /* concentrations of a Dirichlet */
    const double *covariance; /* [count][count] */
    size_t rows;              /* SAMPLES, BOOTSTRAP: values[rows][count] */
    const double *values;
} hec_draw_group;

typedef struct hec_correlation {
    size_t a, b; /* draws */
    double rho;
    hec_place place;
} hec_correlation;

/* What is counted: cost categories, then effect measures, then services. */
typedef enum hec_outcome_kind {
    HEC_OUTCOME_COST,
    HEC_OUTCOME_EFFECT,
    HEC_OUTCOME_USE
} hec_outcome_kind;

typedef struct hec_outcome {
    const char *name;
    hec_outcome_kind kind;
} hec_outcome;

typedef struct hec_state {
    const char *name, *label;
    hec_place place;
    bool dead, absorbing;
    bool timed; /* carried by time in state, in some strategy */
} hec_state;

/* A move of one strategy. In a chain of hazards `value` is the hazard per year. */
typedef struct hec_arc {
    int from, to;
    hec_id value;
    hec_id check; /* what must lie in [low, high]: the value as written, or the row's remainder */
    double low, high;
    bool remainder; /* it takes what the others leave */
    hec_place place; /* of the expression */
} hec_arc;

typedef struct hec_reward {
    int state, outcome; /* per year in the state */
    hec_id value;
    hec_place place;
} hec_reward;

typedef struct hec_one_off {
    int from, to, outcome; /* per move; from -1: entering the model at time 0 */
    hec_id value;
    hec_place place;
} hec_one_off;

typedef struct hec_strategy {
    const char *name, *label;
    hec_place place;
    size_t n_arcs, n_rewards, n_one_offs;
    hec_arc *arcs; /* grouped by `from` */
    hec_reward *rewards;
    hec_one_off *one_offs;
    hec_id *start; /* [states] */
} hec_strategy;

typedef struct hec_perspective {
    const char *name;
    bool *counts; /* [categories] */
} hec_perspective;

/* The first inputs of the graph: what the clock says. */
typedef enum hec_clock {
    HEC_CLOCK_CYCLE,
    HEC_CLOCK_T,
    HEC_CLOCK_YEAR,
    HEC_CLOCK_TIME_IN_STATE,
    HEC_CLOCK_COUNT
} hec_clock;

typedef struct hec_population {
    size_t n_attributes, n_strata;
    const char **attributes;
    hec_place *places; /* where each is named first */
    hec_type *types;
    double *weights; /* [strata] */
    double *values;  /* [strata][attributes] */
    double size;
} hec_population;

typedef struct hec_model {
    hec_arena *arena;
    hec_node *tree; /* resolved, without strategies applied */
    const char *name, *title;
    /* time */
    double cycle_length; /* years */
    int64_t cycles;
    double start_year; /* NaN: not stated */
    bool lifetime;
    hec_population population;
    /* uncertainty */
    size_t n_parameters, parameter_capacity;
    hec_parameter *parameters;
    size_t n_draws, draw_capacity; /* columns of draws */
    hec_draw *draws;
    size_t n_groups, group_capacity;
    hec_draw_group *groups;
    size_t n_correlations, correlation_capacity;
    hec_correlation *correlations;
    int64_t draw_count; /* how many draws the study asks for */
    bool has_seed;
    uint64_t seed;
    const char *design;
    /* words known to the model: 'male', 'female', ... */
    size_t n_words;
    const char **words;
    /* structure */
    const char *chain;
    bool hazards; /* the chain is written with `rate:` */
    int64_t duration_cap; /* cells of a timed state; 0: as many as cycles */
    size_t n_states;
    hec_state *states;
    size_t n_costs, n_effects, n_uses; /* outcomes: costs, then effects, then uses */
    size_t n_outcomes;
    hec_outcome *outcomes;
    size_t n_strategies;
    hec_strategy *strategies;
    size_t n_perspectives;
    hec_perspective *perspectives;
    hec_economics economics;
    int perspective; /* index; the one of the incremental analysis */
    int effect;      /* outcome index of the incremental analysis' measure */
    hec_graph *graph;
} hec_model;

/* Reads the meaning of a tree. All mistakes are reported; NULL when there was an error. */
hec_model *hec_model_build(hec_arena *arena, hec_diagnostics *diagnostics, hec_node *tree);

/* Inputs of the graph: the clocks, the attributes of the population, then the draws. */
static inline int32_t hec_model_attribute(const hec_model *model, size_t attribute)
{
    (void)model;
    return (int32_t)(HEC_CLOCK_COUNT + attribute);
}
static inline int32_t hec_model_draw(const hec_model *model, size_t draw)
{
    return (int32_t)(HEC_CLOCK_COUNT + model->population.n_attributes + draw);
}
static inline size_t hec_model_inputs(const hec_model *model)
{
    return HEC_CLOCK_COUNT + model->population.n_attributes + model->n_draws;
}

#endif
