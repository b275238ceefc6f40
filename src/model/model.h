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
#include "model/pay.h"
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

/* How people leave the states of a chain. */
typedef enum hec_chain_kind {
    HEC_CHAIN_PROBABILITIES, /* `to`: per cycle */
    HEC_CHAIN_HAZARDS,       /* `rate`: per year */
    HEC_CHAIN_TIMES,         /* `time`: survival distributions, in continuous time */
    HEC_CHAIN_OCCUPANCY,     /* `occupancy`: partitioned survival, nobody is followed */
} hec_chain_kind;

typedef struct hec_chain {
    const char *name, *label;
    hec_place place;
    hec_chain_kind kind;
    size_t first, count; /* its states: [first, first + count) of the model's */
    double cap;          /* the longest time in state that expressions see, years; infinite */
} hec_chain;

typedef struct hec_state {
    const char *name, *label;
    hec_place place;
    int chain;
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

/* In place of the state that is left. */
enum {
    HEC_FROM_START = -1,    /* entering the model at time 0 */
    HEC_FROM_ANYWHERE = -2, /* dying, where nobody is followed: the share of the dead rises */
};
enum { HEC_TO_ANYWHERE = -1 }; /* entering a model without states */

typedef struct hec_one_off {
    int from, to, outcome; /* per move; from a state to itself: of who is there when a cycle begins */
    hec_id value;
    hec_place place;
    size_t time; /* of a cohort's payments: among the strategy's pay_times; 0: with the cycle */
} hec_one_off;

/* When a cohort pays: so many years after the cycle, or after the year's last one. */
typedef struct hec_pay_time {
    double lag;
    bool at_year_end;
} hec_pay_time;

/* ---- persons -----------------------------------------------------------------------------------
 *
 * A cycle of a person's life is one piece of dataflow. Present values of variables, numbers of
 * chance and the clock go in; probabilities, hazards, what happens and what is charged come out of
 * the stage CYCLE; the engine makes the moves of the chains; the stage CELL gives the variables'
 * next values. Everything reads the person as at the start of the cycle, but for `now(event)` and
 * `entered(state)`.
 *
 *   events, in their order -> moves of the chains, as written -> amounts -> next values */

/* What the engine keeps of a person from cycle to cycle; one column each. */
typedef enum hec_variable_kind {
    HEC_VARIABLE_CHAIN,     /* item: chain; the number of the state among the chain's own */
    HEC_VARIABLE_DURATION,  /* item: chain; years in the present state */
    HEC_VARIABLE_ATTRIBUTE, /* an attribute that is updated */
    HEC_VARIABLE_BASELINE,  /* item: variable; its value at time 0, never updated */
    HEC_VARIABLE_COUNT,     /* item: occurrence; how often so far */
    HEC_VARIABLE_SINCE,     /* item: occurrence; years since the cycle it last came in; inf: never */
    HEC_VARIABLE_ALIVE,     /* 1 or 0; only where chains alone do not tell */
    HEC_VARIABLE_ACCOUNT,   /* item: account of the strategies' pay; see pay.h */
} hec_variable_kind;

typedef struct hec_variable {
    hec_variable_kind kind;
    const char *name; /* of the chain, attribute or occurrence */
    hec_place place;
    int item;
    int32_t input;      /* of the graph: the present value */
    int32_t next_input; /* CHAIN: the state moved to (HEC_DEP_NEXT); else -1 */
    bool words;         /* ATTRIBUTE, BASELINE: its values are codes of words */
} hec_variable;

/* A number of chance, uniform in (0,1): one column, one stream of its own, keyed by name. */
typedef struct hec_chance {
    const char *name; /* "move/health", "start/health", "event/mi", "order/mi", "random/..." */
    bool lasting;     /* once for a person; else anew in every cycle */
    int32_t input;
} hec_chance;

typedef struct hec_event {
    const char *name, *label;
    hec_place place;
    bool fatal;
    bool before;       /* it may have happened before the start */
    bool years_before; /* ... and how long before is said, so that its time is known */
} hec_event;

/* What `ever`, `count` and `time_since` can ask about: an event, or entering a state. */
typedef struct hec_occurrence {
    int event, state; /* the other is -1 */
} hec_occurrence;

/* What must lie in [low, high] for all who are alive; the dead count as 0. */
typedef struct hec_life_check {
    enum {
        HEC_LIFE_EVENT,
        HEC_LIFE_ATTRIBUTE,
        HEC_LIFE_START,      /* years since an event before the start; item: event */
        HEC_LIFE_UNPAID,     /* money for a service that nobody pays; shown in currency */
        HEC_LIFE_TWICE,      /* contracts at once that cover a service */
        HEC_LIFE_CHARGE,     /* what a service is charged; these in currency too */
        HEC_LIFE_ALLOWED,    /* the allowed amount of a service */
        HEC_LIFE_EXCESS,     /* what is charged beyond what is allowed */
        HEC_LIFE_RESOURCE,   /* what a service costs whoever provides it */
        HEC_LIFE_PAYMENT,    /* what a layer or contract pays, currency */
        HEC_LIFE_SHARE,      /* the share of a service that a provider gives */
        HEC_LIFE_SHARES,     /* what the shares of its providers sum to, less 1; item: use */
        HEC_LIFE_PANEL,      /* 1 where the panel that a person belongs to is none; item: party */
    } kind;
    int item;     /* event; variable; use (from 0 among the uses) of HEC_LIFE_TWICE, part of what
                   * services are charged, posting: of the strategy's pay */
    hec_id value; /* masked */
    hec_id shown; /* as written */
    double low, high;
    hec_place place;
} hec_life_check;

/* On means, amounts are not whole fen: how far a check may be missed by rounding. */
static inline double hec_life_check_near(const hec_life_check *check)
{
    bool ratio = check->kind == HEC_LIFE_TWICE || check->kind == HEC_LIFE_SHARE ||
                 check->kind == HEC_LIFE_SHARES ||
                 (check->kind == HEC_LIFE_PAYMENT && check->high == 1);
    return ratio ? 1e-9 : 0.01;
}

typedef struct hec_life_amount {
    int outcome;
    hec_id value; /* 0 where it is not due */
    hec_place place;
    double lag; /* of an amount: paid so many years later, for discounting */
} hec_life_amount;

/* A latent time of a chain in continuous time: the time of the move, in years since the start; the
 * earliest of a state's wins. */
typedef struct hec_latent {
    int from, to;
    int32_t chance; /* index of the model's chances */
    hec_id time;
    hec_place place;
    size_t n_needs; /* what its distributions need of their parameters */
    const hec_curve_needs *needs;
} hec_latent;

typedef struct hec_life {
    hec_id *initial, *next; /* [variables]; CHAIN: -1, the engine starts and moves them; BASELINE:
                             * next is -1, it stays */
    hec_id *happens;        /* [events]: 1 where it happens in this cycle, else 0 */
    hec_id alive;           /* at the start of the cycle; rewards of states count where it is 1 */
    hec_id asked;           /* alive still when the chains move */
    size_t n_checks, n_rates, n_amounts, n_latents;
    hec_life_check *checks;
    hec_life_amount *rates;   /* per year while alive, beside the rewards of states */
    hec_life_amount *amounts; /* once, in the cycle; beside the one-offs of moves */
    hec_latent *latents;      /* grouped by `from` */
    size_t n_observed;
    hec_id *observed; /* values of the cycle that are shown to an observer (HEC_DEP_NEXT or less) */
} hec_life;

/* How many persons, and how they are drawn. */
typedef struct hec_persons_settings {
    int64_t count, per_draw; /* in the base case; in each draw */
    bool antithetic, sobol;
    bool random_order;       /* some events are asked in an order drawn for each person */
    bool keep_all;           /* totals of every person are kept */
    int64_t keep;            /* ... or of the first so many */
    size_t n_histories;      /* lives kept in words */
    const int64_t *histories; /* persons, from 1 */
    hec_place place;
} hec_persons_settings;

typedef enum hec_engine { HEC_ENGINE_COHORT, HEC_ENGINE_PERSONS, HEC_ENGINE_TIMES } hec_engine;

typedef struct hec_strategy {
    const char *name, *label;
    hec_place place;
    size_t n_arcs, n_rewards, n_one_offs;
    hec_arc *arcs; /* grouped by `from` */
    hec_reward *rewards;
    hec_one_off *one_offs;
    hec_id *start; /* [states] */
    hec_id *occupancy; /* [states]: the share at t, of a chain that is given so; else NULL */
    bool clamp;        /* where its curves cross, negative shares count as none */
    hec_life life;     /* of persons */
    hec_pay pay;       /* who pays */
    /* of a cohort: payments that are linear in what is used are among rewards and one-offs */
    size_t n_pay_times, n_pay_checks;
    hec_pay_time *pay_times; /* the first: with the cycle */
    hec_life_check *pay_checks; /* of one use, in fen */
    size_t n_flows;
    hec_one_off *flows;         /* posting by posting, where all of a cycle is paid at once; outcome:
                                 * the posting */
    struct hec_means *means;    /* payments that are worked out on means; NULL: none are */
} hec_strategy;

/* One person stands for all who are alive in a stratum: uses in each cycle what they use on the mean,
 * and has the accounts that follow from it. A year is settled over the whole cohort, as one panel.
 * Postings, accounts and measures are those of the strategy's pay, checks those of its life; fen are
 * not rounded. */
typedef struct hec_means {
    const int32_t *quantity; /* [uses]: input; -1: it is not used */
    size_t n_costs;
    struct hec_mean_cost *costs;
    size_t *times; /* [postings]: among the strategy's pay_times */
    const int *as; /* [postings]: the category that counts a settlement; NULL: those of its parties */
} hec_means;

/* What a category pays in a cycle. */
typedef struct hec_mean_cost {
    int category;
    size_t time; /* among the strategy's pay_times */
    hec_id fen;
} hec_mean_cost;

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
    HEC_CLOCK_YEAR_END, /* 1 in the last cycle of a calendar year (of a year of t), else 0 */
    HEC_CLOCK_COUNT
} hec_clock;

typedef struct hec_population {
    size_t n_attributes, n_strata;
    const char **attributes;
    hec_place *places; /* where each is named first */
    hec_type *types;
    double *factors; /* unit as drawn -> years; 1: none was stated. The graph multiplies */
    double *weights; /* [strata] */
    double *values;  /* [strata][attributes] */
    double size;
    /* persons: attributes that are drawn for each */
    bool in_turn;    /* person i is row i modulo strata; else a row is drawn by weight */
    size_t n_draws, n_correlations;
    hec_draw *draws; /* marginals; named as attributes */
    size_t *draw_attributes; /* [n_draws] */
    hec_correlation *correlations;
    size_t n_shares;
    struct hec_population_shares *shares;
} hec_population;

/* An attribute that is one of several words, or numbers, with these probabilities. */
typedef struct hec_population_shares {
    size_t attribute, count;
    double *values, *cumulative;
} hec_population_shares;

typedef struct hec_model {
    hec_arena *arena;
    hec_node *tree; /* resolved, without strategies applied */
    const char *name, *title;
    /* time */
    double cycle_length; /* years: cycle_units / cycle_parts */
    double cycle_units, cycle_parts; /* 3 months: 3 of 12 */
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
    hec_engine engine;
    hec_persons_settings persons;
    size_t n_chains;
    hec_chain *chains;
    const char *chain; /* of a cohort: the only one */
    bool hazards; /* the chain is written with `rate:` */
    bool payments_on_means; /* a cohort: those that would be biased are accepted so */
    int64_t duration_cap; /* cells of a timed state; 0: as many as cycles */
    size_t n_states;
    hec_state *states;
    bool shows_life; /* no chain alone tells who is alive: who is where ends with alive, dead */
    size_t n_variables, n_chances, n_events, n_occurrences;
    size_t variable_capacity, chance_capacity, event_capacity, occurrence_capacity;
    hec_variable *variables;
    hec_chance *chances;
    hec_event *events;
    hec_occurrence *occurrences;
    int32_t number_input; /* of the person's number, from 1 (HEC_DEP_STRATUM); 0: nobody asks */
    size_t n_parties, party_capacity;
    hec_party *parties; /* payers, `patient` first, then providers */
    size_t n_person_inputs; /* numbers of inputs set aside for persons, used or not */
    size_t next_person_input;
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

/* Where persons can be at a point of time: the states of the chains and, where these do not tell who
 * is alive, the two of every life. */
static inline size_t hec_model_places(const hec_model *model)
{
    return model->n_states + (model->shows_life ? 2 : 0);
}

/* Reads the meaning of a tree. All mistakes are reported; NULL when there was an error. Errors that
 * the diagnostics hold already are not seen again: a tree that was refused needs new ones. */
hec_model *hec_model_build(hec_arena *arena, hec_diagnostics *diagnostics, hec_node *tree);
/* The same, but run by this engine whatever the tree says, for comparing engines. */
hec_model *hec_model_build_for(hec_arena *arena, hec_diagnostics *diagnostics, hec_node *tree,
                               hec_engine engine);

/* accepted.c: gives the warnings named under `accepted:` their reasons; and afterwards, tells of those
 * that did not come. */
void hec_model_accept(hec_diagnostics *diagnostics, const hec_node *tree);
void hec_model_accept_review(hec_diagnostics *diagnostics, const hec_node *tree);

/* life_names.c: what expressions may ask about a person; the last is a name, not a function. */
size_t hec_person_function_count(void);
const hec_function_info *hec_person_function_describe(size_t index);

/* Years after so many cycles: the nearest number, as `5 months` is where a cycle is a month. */
static inline double hec_model_time(const hec_model *model, int64_t cycles)
{
    return (double)cycles * model->cycle_units / model->cycle_parts;
}

/* Whether a calendar year (of the model's own, where no start year is stated) ends with this cycle;
 * the last cycle ends the last year. */
static inline bool hec_model_year_ends(const hec_model *model, int64_t cycle)
{
    double start = model->start_year == model->start_year ? model->start_year : 0;
    double from = start + hec_model_time(model, cycle - 1) + 1e-9;
    double until = from + model->cycle_length;
    return cycle == model->cycles || (int64_t)until > (int64_t)from;
}

/* Inputs of the graph: the clocks, the attributes of the population, what persons have, then the
 * draws. */
static inline int32_t hec_model_attribute(const hec_model *model, size_t attribute)
{
    (void)model;
    return (int32_t)(HEC_CLOCK_COUNT + attribute);
}
static inline int32_t hec_model_draw(const hec_model *model, size_t draw)
{
    return (int32_t)(HEC_CLOCK_COUNT + model->population.n_attributes + model->n_person_inputs +
                     draw);
}
static inline size_t hec_model_inputs(const hec_model *model)
{
    return HEC_CLOCK_COUNT + model->population.n_attributes + model->n_person_inputs +
           model->n_draws;
}

#endif
