/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Build: what the files that turn a tree into a model share. */
#ifndef HECATE_MODEL_BUILD_H
#define HECATE_MODEL_BUILD_H

#include <stdint.h>

#include "model/model.h"

/* Names numbered in the order they came, found without walking them. Zero-initialise. */
typedef struct hec_names {
    size_t count, capacity, size;
    const char **items;
    uint32_t *slots; /* number + 1; 0: free */
} hec_names;

/* The number of a name, or SIZE_MAX. */
size_t hec_names_find(const hec_names *names, const char *name);
/* The same, added when new; SIZE_MAX: no memory. The text is kept by reference. */
size_t hec_names_add(hec_arena *arena, hec_names *names, const char *name);

/* For each name, the number of the thing of that name that was added last. */
typedef struct hec_latest {
    hec_names names;
    size_t capacity, *numbers;
} hec_latest;

/* The number, or SIZE_MAX. */
size_t hec_latest_find(const hec_latest *latest, const char *name);
bool hec_latest_set(hec_arena *arena, hec_latest *latest, const char *name, size_t number);

/* A name an expression may use, in the strategy being built. */
typedef enum hec_binding_kind {
    HEC_BIND_CLOCK,
    HEC_BIND_PARAMETER,
    HEC_BIND_LET,
    HEC_BIND_ATTRIBUTE, /* of persons, updated */
    HEC_BIND_START,     /* ... its value at time 0 */
    HEC_BIND_NEXT,      /* ... its value in the next cycle */
    HEC_BIND_BEFORE,    /* whether an event happened before the start */
    HEC_BIND_YEARS,     /* ... and how long before */
} hec_binding_kind;

typedef struct hec_binding {
    const char *name;
    hec_binding_kind kind;
    const hec_node *node;
    hec_place place; /* of the key; nowhere: the language has it */
    bool parsed;
    const hec_expr *expr; /* of a definition, once parsed; NULL: it had mistakes */
    enum { HEC_BINDING_NEW, HEC_BINDING_BUSY, HEC_BINDING_DONE } progress;
    hec_value value;
    bool shifts; /* the value is of one moment and chain alone: see life_inner.h */
    uint64_t moment;
    int chain;
    const hec_node *behaving;
} hec_binding;

typedef struct hec_table_entry {
    const char *name;
    hec_place place;
    hec_lookup *lookup; /* NULL: it had mistakes, which were reported */
    bool used;
} hec_table_entry;

/* An entry of `on:`, known by its place; whether it happens in any strategy. */
typedef struct hec_consequence {
    hec_place place;
    const char *moves; /* " from `a` to `b`" */
    bool happens;
} hec_consequence;

typedef struct hec_joint_member {
    const char *name;
    int group, member;
    double mean;
    bool replaces; /* a distribution of the parameter's own */
} hec_joint_member;

typedef struct hec_builder {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    hec_model *model;
    const hec_node *tree; /* of the strategy being built */
    hec_scope scope;
    size_t binding_capacity;
    hec_binding *bindings;    /* [binding_names.count] */
    hec_names binding_names;  /* of the strategy being built */
    const char **candidates;  /* those and the tables, for "did you mean" */
    size_t n_candidates;
    hec_names words, chain_names;
    hec_names *chain_states; /* [chains of the model]: each one's states */
    int chain; /* whose states are being read, where expressions stand; -1: no chain's */
    hec_names outcomes[HEC_OUTCOME_USE + 1]; /* of each kind, in the model's order */
    hec_latest parameters, draws; /* of the model, by name */
    size_t n_tables, table_capacity;
    hec_table_entry *tables;
    hec_names member_names;
    size_t member_capacity;
    hec_joint_member *members; /* [member_names.count] */
    hec_names used; /* names some strategy read */
    bool at_start;  /* time stands still at the start of the first cycle */
    bool no_cycles; /* how many there are could not be read */
    bool unread;    /* reading for mistakes only: nothing counts as used */
    bool forced;    /* the engine was chosen for the tree, which may say another */
    bool engine_unknown; /* it was misspelt: nobody can say what it cannot run */
    size_t n_consequences, consequence_capacity;
    hec_consequence *consequences; /* entries of `on:` */
    hec_binding **open; /* definitions being resolved, to show a circle */
    size_t n_open, open_capacity;
    struct hec_lives *lives; /* of persons; NULL: a cohort */
    struct hec_paying *paying; /* who pays, in the strategy being built; NULL: no policy is open */
    struct hec_feeding *feeding; /* what persons and settlements read of everybody, in the same */
    const hec_node *behaving;  /* the behaviour that is being read; NULL: none */
    const struct hec_binding *behaved; /* what it changes, and its value without it */
    hec_value unbehaved;
    hec_names accounts;        /* of all strategies; see pay.h */
    int32_t *cohort_inputs;    /* of a cohort's payments: the state, then uses; NULL: not yet */
} hec_builder;

/* expect.c: shapes, words and small values */
/* The part of a map under a key; NULL when it is absent, empty or, after reporting, misshapen. */
const hec_node *hec_build_part(hec_builder *b, const hec_node *map, const char *key,
                               hec_node_kind kind);
/* The value of a key; NULL when it is absent, or empty: a layer takes a value away so. */
const hec_node *hec_build_stated(const hec_node *map, const char *key);
/* Where a key stands; the map itself when it does not. */
hec_place hec_build_key_place(const hec_node *map, const char *key);
/* Free words under a key; "" when there are none. Reports anything but a single value. */
const char *hec_build_words(hec_builder *b, const hec_node *map, const char *key);
void hec_build_expect_words(hec_builder *b, const hec_node *map, size_t n, const char *const *keys);
/* The number of the word that stands under `key`, or -1 after reporting. */
int hec_build_choice(hec_builder *b, const hec_node *node, const char *key, size_t n,
                     const char *const *words);
/* `true` or `false` under a key; false when absent, or after reporting. */
bool hec_build_truth(hec_builder *b, const hec_node *map, const char *key);
/* `status`: read, recalled or assumed, where it is stated. */
void hec_build_status(hec_builder *b, const hec_node *map);
/* Whether expressions can read a thing of this name; reports when not. `what`: "a parameter". */
bool hec_build_identifier(hec_builder *b, const char *name, hec_place place, const char *what);
/* Whether the finding just reported may still be shown: help for those that are only counted is not
 * worth looking for. */
bool hec_build_shown(const hec_builder *b);
/* Helps with the nearest of some names, or lists them where they are few. */
void hec_build_suggest(hec_builder *b, const char *name, size_t n, const char *const *names);
/* A value known before the run; reports when it is not. `what` names it in messages. */
bool hec_build_constant(hec_builder *b, const hec_node *node, const hec_type *wanted,
                        const char *what, double *value);
/* Whether a lowered value is known before the run, and finite. */
bool hec_build_known(hec_builder *b, hec_id id, hec_place place, const char *what, double *value);
/* A whole number in [low, high], or reports. */
bool hec_build_integer(hec_builder *b, const hec_node *node, const char *what, int64_t low,
                       int64_t high, int64_t *value);
/* Reports a unit mismatch, with the place that gives the unit, unless the value agrees with what is
 * wanted; silently false when value.id < 0. help NULL: the conversion that would do. */
bool hec_build_wants(hec_builder *b, hec_value value, const hec_type *wanted, const hec_node *node,
                     const char *what, const char *help);
bool hec_node_equal(const hec_node *a, const hec_node *b);

/* names.c: what names mean */
void hec_build_open_scope(hec_builder *b);
void hec_build_bind(hec_builder *b, const hec_node *tree); /* start of a strategy */
hec_binding *hec_build_find(const hec_builder *b, const char *name);
hec_value hec_build_expression(hec_builder *b, const hec_node *node);
/* The value of a definition, parameter or attribute, once; circles are reported. */
hec_value hec_build_resolve(hec_builder *b, hec_binding *binding);
/* Reads what no strategy has read, so that its mistakes are found. */
void hec_build_resolve_unread(hec_builder *b);
int hec_build_word(hec_builder *b, const char *word); /* its code; added when new; -1: no memory */

/* joint.c, parameters.c: values, distributions, joint draws */
void hec_build_joint(hec_builder *b, hec_node *tree);
hec_value hec_build_parameter(hec_builder *b, hec_binding *binding);
/* A distribution as written, its arguments in the unit of `p`; false after reporting. */
bool hec_build_distribution(hec_builder *b, const hec_parameter *p, const hec_node *node,
                            hec_distribution *distribution);
void hec_build_correlations(hec_builder *b);
/* One pair as written; `find` gives the draw of a name, or reports. `what`: "parameter". */
typedef bool hec_find_draw(hec_builder *b, const hec_node *name, size_t *draw);
bool hec_build_correlation(hec_builder *b, const hec_node *node, const char *what,
                           hec_find_draw *find, hec_correlation *correlation);

/* tables.c */
void hec_build_tables(hec_builder *b);

/* engine.c: what runs the model, and what it keeps of persons */
void hec_build_engine(hec_builder *b); /* before the population: it asks who is needed */
/* A chain written with `time:` goes from move to move (HEC_ENGINE_TIMES), others go by cycles. */
hec_engine hec_build_clock(const hec_node *tree);
/* Sets aside the inputs of persons; after the population, before any draw is lowered. */
void hec_build_set_aside(hec_builder *b);
/* The number of the next input of persons; -1 after reporting, when all are given out. */
int32_t hec_build_person_input(hec_builder *b);
static inline bool hec_build_is_persons(const hec_builder *b)
{
    return b->model->engine != HEC_ENGINE_COHORT;
}
/* Helps with the cure; reports needs-persons with it. */
void hec_build_persons_help(hec_builder *b);
void hec_build_needs_persons(hec_builder *b, hec_place place, const char *format, ...)
    HEC_PRINTF(3, 4);

/* frame.c, population.c: time, population, uncertainty */
void hec_build_time(hec_builder *b);
void hec_build_population(hec_builder *b);
/* An attribute at time 0, in years where it is a time. */
hec_value hec_build_attribute(hec_builder *b, size_t attribute, hec_place place);
void hec_build_uncertainty(hec_builder *b);
/* economics_read.c, perspectives.c */
void hec_build_economics(hec_builder *b);
void hec_build_perspectives(hec_builder *b);
void hec_build_effect(hec_builder *b);

/* structure.c, chains.c: states and outcomes; strategy.c: one strategy's arcs and rewards */
void hec_build_structure(hec_builder *b, size_t n_trees, const hec_node *const *trees);
bool hec_build_chains(hec_builder *b); /* false: there is no state to go on with */
void hec_build_services(hec_builder *b);
void hec_build_strategy(hec_builder *b, hec_strategy *strategy);
/* The number of a chain, or -1 after reporting. */
int hec_build_chain(hec_builder *b, const char *name, hec_place place);
/* The number of a state among all states, or -1 after reporting. chain -1: of any chain, and
 * refused where several have a state of that name; `kidney.failed` names the chain too. */
int hec_build_state(hec_builder *b, int chain, const char *name, hec_place place);
int hec_build_outcome(const hec_builder *b, hec_outcome_kind kind, const char *name);

/* life.c: what persons are, beside their chains. Called when chains and states are known, before
 * outcomes are listed: variables, chances, events, occurrences. Not called for a cohort. */
void hec_build_person_frame(hec_builder *b, size_t n_trees, const hec_node *const *trees);
/* The number of a chance of the model, added when new; -1 after reporting. The text of the name is
 * kept by reference. */
int32_t hec_build_chance(hec_builder *b, const char *name, bool lasting, hec_place place);
/* Initial and next values of all variables in all strategies, when no more can be added. */
void hec_build_finish_lives(hec_builder *b);

/* policy_tree.c, policy_parties.c, policy_services.c: who pays whom */
/* The policy of a strategy (a map), or NULL. */
const hec_node *hec_build_policy_of(hec_builder *b, const hec_node *strategy);
/* Whether some strategy of the tree has one. */
bool hec_build_has_policies(const hec_node *tree);
/* Or a model that others will lay policies over. */
bool hec_build_has_payers(const hec_node *tree);
/* Makes the policy a part of a strategy's own tree, and lays over it what the policy states of
 * parameters, definitions, tables and services; before anything is set. False: no memory. */
bool hec_build_lay_policy(hec_builder *b, hec_node *own, const hec_node *policy);
/* Attributes that contracts remember; after everything is set. */
bool hec_build_lay_memory(hec_builder *b, hec_node *own);
/* Inputs that payments may need. */
size_t hec_build_policy_inputs(const hec_node *tree);
/* Payers and providers; before outcomes are listed, and then what they are. */
void hec_build_parties(hec_builder *b);
void hec_build_party_categories(hec_builder *b);
/* Prices of services as payments know them, of a tree of no strategy. */
void hec_build_charged_services(hec_builder *b);

/* policy_review.c: what is paid oddly */
/* counted: [outcomes]: whether something counts it, in any strategy */
void hec_build_review_payments(hec_builder *b, const bool *counted);
/* policy_same.c: whether two strategies whose lives are the same pay the same; scratch: [nodes] */
bool hec_build_same_pay(const hec_graph *graph, const hec_strategy *a, const hec_strategy *b,
                        hec_id *scratch);

/* review.c: what is allowed, but rarely meant */
void hec_build_review(hec_builder *b, const hec_node *tree);
/* about.c: title, authors, assumptions and other words */
void hec_build_about(hec_builder *b, const hec_node *tree);

#endif
