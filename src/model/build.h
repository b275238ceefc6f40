/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Build: what the files that turn a tree into a model share. */
#ifndef HECATE_MODEL_BUILD_H
#define HECATE_MODEL_BUILD_H

#include "model/model.h"

/* A name an expression may use, in the strategy being built. */
typedef enum hec_binding_kind { HEC_BIND_CLOCK, HEC_BIND_PARAMETER, HEC_BIND_LET } hec_binding_kind;

typedef struct hec_binding {
    const char *name;
    hec_binding_kind kind;
    const hec_node *node;
    hec_place place; /* of the key */
    enum { HEC_BINDING_NEW, HEC_BINDING_BUSY, HEC_BINDING_DONE } progress;
    hec_value value;
    bool used;
} hec_binding;

typedef struct hec_table_entry {
    const char *name;
    hec_place place;
    hec_lookup *lookup; /* NULL: it had mistakes, which were reported */
    bool used;
} hec_table_entry;

typedef struct hec_joint_member {
    const char *name;
    int group, member;
    double mean;
} hec_joint_member;

typedef struct hec_builder {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    hec_model *model;
    const hec_node *tree; /* of the strategy being built */
    hec_scope scope;
    size_t n_bindings, binding_capacity;
    hec_binding *bindings;
    const char **candidates;
    size_t n_tables, table_capacity;
    hec_table_entry *tables;
    size_t n_members, member_capacity;
    hec_joint_member *members;
    const char **used_names; /* names some strategy read */
    size_t n_used, used_capacity;
    hec_binding **open; /* definitions being resolved, to show a circle */
    size_t n_open, open_capacity;
} hec_builder;

/* names.c: what names mean */
void hec_build_open_scope(hec_builder *b);
void hec_build_bind(hec_builder *b, const hec_node *tree); /* start of a strategy */
hec_value hec_build_expression(hec_builder *b, const hec_node *node);
/* A value known before the run; reports when it is not. `what` names it in messages. */
bool hec_build_constant(hec_builder *b, const hec_node *node, const hec_type *wanted,
                        const char *what, double *value);
/* An integer in [low, high], or reports. */
bool hec_build_integer(hec_builder *b, const hec_node *node, const char *what, int64_t low,
                       int64_t high, int64_t *value);
/* Reports a unit mismatch unless the type agrees with what is wanted; silent when value.id < 0. */
bool hec_build_wants(hec_builder *b, hec_value value, const hec_type *wanted, const hec_node *node,
                     const char *what, const char *help);
int hec_build_word(hec_builder *b, const char *word); /* its code; added when new; -1: no memory */
bool hec_node_equal(const hec_node *a, const hec_node *b);

/* parameters.c: values, distributions, joint draws */
void hec_build_joint(hec_builder *b, hec_node *tree);
hec_value hec_build_parameter(hec_builder *b, hec_binding *binding);
void hec_build_correlations(hec_builder *b);

/* tables.c */
void hec_build_tables(hec_builder *b);

/* frame.c: time, population, uncertainty, perspectives */
void hec_build_time(hec_builder *b);
void hec_build_population(hec_builder *b);
void hec_build_uncertainty(hec_builder *b);
void hec_build_perspectives(hec_builder *b);
/* economics_read.c */
void hec_build_economics(hec_builder *b);

/* structure.c: states and outcomes; strategy.c: one strategy's arcs and rewards */
void hec_build_structure(hec_builder *b, size_t n_trees, const hec_node *const *trees);
void hec_build_strategy(hec_builder *b, hec_strategy *strategy);
int hec_build_state(hec_builder *b, const char *name, hec_place place);
int hec_build_outcome(const hec_model *model, hec_outcome_kind kind, const char *name);

#endif
