/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiler, inner: what is known of nodes while their instructions are written. */
#ifndef HECATE_LANG_COMPILE_INNER_H
#define HECATE_LANG_COMPILE_INNER_H

#include "lang/program.h"

typedef enum hec_form { HEC_FORM_UNIFORM, HEC_FORM_LANES, HEC_FORMS } hec_form;

enum {
    HEC_NODE_NEEDED = 1,       /* computed in this unit */
    HEC_NODE_FILLED = 2,       /* a uniform value that is wanted as a column: broadcast once */
    HEC_NODE_KEPT_UNIFORM = 4, /* outlives its stage; << HEC_FORM_LANES is HEC_NODE_KEPT_LANES */
    HEC_NODE_KEPT_LANES = 8,
    HEC_NODE_ROOT_UNIFORM = 16, /* asked for by the engine: gets a column even if it is an input */
    HEC_NODE_ROOT_LANES = 32,
};

/* How a node of lanes takes part in a chain; see compile_chains.c. */
typedef struct hec_chained {
    bool inside;    /* no instruction of its own: it is a link in the chain of its only reader */
    bool continues; /* operand `at` is such a link */
    bool product;   /* ... and so is the other operand of this sum, a product */
    uint8_t at;     /* the operand that the chain brings */
    uint8_t links;  /* so far */
    uint8_t held;   /* columns that wait for the end of the chain, and that nobody else reads */
} hec_chained;

/* Several powers of one base at one stage share its logarithm; see compile_emit.c. */
typedef struct hec_raised {
    hec_id first, last; /* of the powers; -1: none */
    int32_t high, low;  /* columns of the logarithm */
} hec_raised;

/* The columns of one frame while a stage is being emitted. */
typedef struct hec_column_pool {
    int32_t *free; /* a stack */
    size_t n_free, columns;
} hec_column_pool;

typedef struct hec_compiler {
    hec_arena *arena, *scratch;
    const hec_graph *graph;
    hec_program *program;
    uint8_t lane_depends;
    size_t n_sets, n_nodes;
    const size_t *n_roots;
    const hec_id *const *roots;
    const bool *const *want_lanes;
    uint8_t *flags;             /* [n_sets + 1][n_nodes] */
    uint8_t *users;             /* [n_nodes]: sets that need it: 0, 1, 2 (or more) */
    uint8_t *stage;             /* [n_nodes] */
    int32_t *constants;         /* [n_nodes]: index of a constant */
    int32_t *shared[HEC_FORMS]; /* [n_nodes]: columns of the shared unit */
    /* of the unit being emitted, [n_nodes] */
    int32_t *own[HEC_FORMS];      /* columns */
    int32_t *last_use[HEC_FORMS]; /* instruction of its stage that reads it last */
    uint8_t *readers;             /* 0, 1, 2 (or more) */
    hec_chained *chained;
    hec_raised *raised; /* by base */
    hec_column_pool pools[HEC_STAGE_COUNT][HEC_FORMS];
    size_t at[HEC_STAGE_COUNT][HEC_FORMS]; /* instructions so far */
} hec_compiler;

static inline const hec_graph_node *hec_compiler_node(const hec_compiler *c, hec_id id)
{
    return hec_graph_node_at(c->graph, id);
}

static inline bool hec_compiler_is_lanes(const hec_compiler *c, hec_id id)
{
    return (hec_compiler_node(c, id)->depends & c->lane_depends) != 0;
}

/* The form in which the value is computed. */
static inline hec_form hec_compiler_form(const hec_compiler *c, hec_id id)
{
    return hec_compiler_is_lanes(c, id) ? HEC_FORM_LANES : HEC_FORM_UNIFORM;
}

static inline size_t hec_compiler_home(const hec_compiler *c, size_t unit, hec_id id)
{
    return c->stage[id] == HEC_STAGE_SHARED ? c->n_sets : unit;
}

static inline uint8_t *hec_compiler_flags(const hec_compiler *c, size_t unit, hec_id id)
{
    return &c->flags[unit * c->n_nodes + (size_t)id];
}

/* compile_emit.c: all instructions of a unit. False when out of memory. */
bool hec_compiler_emit(hec_compiler *c, size_t unit);
/* What an instruction of lanes, or of numbers, reads this operand as. */
hec_operand hec_compiler_operand(const hec_compiler *c, size_t unit, hec_id id, hec_form form);

/* compile_chains.c */
enum { HEC_OPERANDS_MAX = 2 * HK_LINKS_MAX + 1 };
/* Fills c->chained for the unit. */
void hec_chains_find(hec_compiler *c, size_t unit);
/* Whether the node ends a chain of more than itself. */
bool hec_chain_ends(const hec_compiler *c, hec_id id);
/* What the chain that ends here reads; returns how many. */
size_t hec_chain_operands(const hec_compiler *c, hec_id id, hec_id operands[HEC_OPERANDS_MAX]);
/* Its instruction but for where the result goes. False when out of memory. */
bool hec_chain_emit(const hec_compiler *c, size_t unit, hec_id id, hec_instruction *in);

#endif
