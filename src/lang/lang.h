/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The expression language: text -> syntax tree -> typed graph -> programs for blocks of lanes.
 *
 * The graph holds every expression of every strategy once (equal sub-expressions are one node,
 * constants are folded). A node knows what it depends on; the compiler evaluates it at the slowest
 * rate at which that changes. An engine says which dependence its lanes run over. */
#ifndef HECATE_LANG_LANG_H
#define HECATE_LANG_LANG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "hk.h"
#include "lang/type.h"

/* ---- syntax tree (parse.c) ---------------------------------------------------------------- */

typedef enum hec_expr_kind {
    HEC_EXPR_NUMBER, /* value, with `type` (5 %, 2 years, 0.3) */
    HEC_EXPR_WORD,   /* 'male' */
    HEC_EXPR_NAME,
    HEC_EXPR_CALL,  /* name(args), arguments may be named */
    HEC_EXPR_UNARY, /* op: '-' '!' */
    HEC_EXPR_BINARY, /* op: + - * / ^ < L(<=) > G(>=) E(==) N(!=) & | */
    HEC_EXPR_PAIRS, /* {0: 1, 0.5: 2}: args hold key, value, key, value, ... */
} hec_expr_kind;

typedef struct hec_expr hec_expr;
struct hec_expr {
    hec_expr_kind kind;
    char op;
    hec_place place;      /* of the whole sub-expression */
    hec_place name_place; /* of the name alone */
    const char *name;
    double value;
    hec_type type;
    size_t n_args;
    hec_expr **args;
    const char **arg_names; /* NULL for positional */
};

/* Parses text[0..length), standing at `place` in its source (offsets inside `text` are offsets
 * inside the source when `verbatim`). NULL after reporting. Depth is limited to 200. */
hec_expr *hec_expr_parse(hec_arena *arena, hec_diagnostics *diagnostics, const char *text,
                         size_t length, hec_place place, bool verbatim);

/* ---- graph (graph.c, lower.c) -------------------------------------------------------------- */

typedef int32_t hec_id; /* a node of the graph; -1: none (an error was reported) */

/* What a node depends on; a set of bits. */
enum {
    HEC_DEP_DRAW = 1,     /* uncertain parameters */
    HEC_DEP_STRATUM = 2,  /* attributes of the stratum of the population, or of the person */
    HEC_DEP_DURATION = 4, /* time in the present state */
    HEC_DEP_CYCLE = 8,    /* cycle, t, age, year */
};

/* Leaves and operations. Kernel operations are HEC_NODE_OP with an hk_op. */
typedef enum hec_node_code {
    HEC_CODE_CONSTANT, /* value */
    HEC_CODE_INPUT,    /* index: a column the engine supplies */
    HEC_CODE_OP,       /* op, args */
    HEC_CODE_LOOKUP,   /* table, args: one per axis */
    HEC_CODE_SPECIAL,  /* index into the table of special functions (GSL), args */
} hec_node_code;

typedef struct hec_graph_node {
    hec_node_code code;
    hk_op op;
    int32_t index;     /* input, special function */
    const struct hec_lookup *lookup;
    double value;
    hec_id args[4];
    uint8_t n_args;
    uint8_t depends;
    hec_place place; /* where it was first written */
} hec_graph_node;

/* A look-up table over up to four axes, as the graph sees it. */
typedef struct hec_lookup {
    const char *name;
    int n_axes;
    hec_type axis_types[4];
    const char *axis_names[4];
    size_t lengths[4];
    const double *axes[4]; /* rising; labels are codes 0, 1, 2, ... */
    const double *values;  /* row-major */
    hec_type type;
    enum { HEC_LOOKUP_EXACT, HEC_LOOKUP_STEP, HEC_LOOKUP_LINEAR } between;
    enum { HEC_OUTSIDE_ERROR, HEC_OUTSIDE_CLAMP } outside; /* ERROR yields NaN */
} hec_lookup;

typedef struct hec_graph hec_graph;

/* plain: no folding and no sharing, for tests of the optimiser. */
hec_graph *hec_graph_create(hec_arena *arena, bool plain);
size_t hec_graph_size(const hec_graph *graph);
const hec_graph_node *hec_graph_node_at(const hec_graph *graph, hec_id id);
hec_id hec_graph_constant(hec_graph *graph, double value, hec_place place);
/* The input number `index`; depends on exactly these. The same index gives the same node. */
hec_id hec_graph_input(hec_graph *graph, int32_t index, uint8_t depends, const char *name,
                       hec_place place);
const char *hec_graph_input_name(const hec_graph *graph, int32_t index);
hec_id hec_graph_op(hec_graph *graph, hk_op op, hec_id a, hec_id b, hec_id c, hec_place place);

/* A typed value while expressions are lowered. */
typedef struct hec_value {
    hec_id id; /* -1: an error was already reported; anything using it stays silent */
    hec_type type;
} hec_value;

/* How names get their meaning. `context` is the caller's. */
typedef struct hec_scope {
    void *context;
    /* The value of a name, or .id = -1 after reporting. */
    hec_value (*name)(void *context, const char *name, hec_place place);
    /* A table called like a function, or NULL when there is none of that name. */
    const hec_lookup *(*table)(void *context, const char *name, hec_place place);
    /* The code of a word such as 'male', or -1. */
    int (*word)(void *context, const char *word);
    /* All names in scope, for "did you mean". */
    size_t (*candidates)(void *context, const char *const **names);
    double cycle_length; /* years: the interval of `rate_to_prob(r)` with no second argument */
} hec_scope;

/* Lowers an expression into the graph, checking units. */
hec_value hec_lower(hec_graph *graph, const hec_scope *scope, hec_diagnostics *diagnostics,
                    const hec_expr *expr);

/* The functions of the language, one table: arguments, types, lowering, words. */
size_t hec_function_count(void);
typedef struct hec_function_info {
    const char *name, *signature, *words;
} hec_function_info;
const hec_function_info *hec_function_describe(size_t index);

/* ---- programs (compile.c, eval.c) ---------------------------------------------------------- */

/* The loops of an engine from slow to fast. Each stage has a frame of columns.
 * SHARED: lane-dependent values two or more strategies use. STRATEGY: the same for one strategy.
 * DURATION: time in state but not the cycle. CELL: both. */
typedef enum hec_stage {
    HEC_STAGE_CONSTANT, /* no dependence at all: only literals that fold */
    HEC_STAGE_SHARED,
    HEC_STAGE_STRATEGY,
    HEC_STAGE_STRATUM,
    HEC_STAGE_DURATION,
    HEC_STAGE_CYCLE,
    HEC_STAGE_CELL,
    HEC_STAGE_COUNT
} hec_stage;

/* Where a value lives: a column of a frame. Uniform values (not depending on the lanes) have one
 * number; `uniform` columns are doubles, others are columns of lanes. */
typedef struct hec_slot {
    int32_t column; /* within its frame; -1: none */
    uint8_t stage;
    uint8_t uniform;
} hec_slot;

typedef struct hec_program hec_program;

/* Compiles the wanted roots of each of n_sets strategies. lane_depends: the bit the lanes run over
 * (the cohort engine: HEC_DEP_DRAW; 0: everything is uniform).
 * After it, hec_program_root(p, set, k) says where root k of that set is found. A root that is
 * wanted as lanes (want_lanes[set][k], NULL: none) is broadcast at its own rate when uniform. */
hec_program *hec_program_compile(hec_arena *arena, const hec_graph *graph, uint8_t lane_depends,
                                 size_t n_sets, const size_t *n_roots, const hec_id *const *roots,
                                 const bool *const *want_lanes);
hec_slot hec_program_root(const hec_program *program, size_t set, size_t root);
hec_stage hec_program_root_stage(const hec_program *program, size_t set, size_t root);
size_t hec_program_instructions(const hec_program *program, size_t set, hec_stage stage);
/* Columns of lanes and of uniforms a frame needs. For SHARED, set is ignored. */
size_t hec_program_lane_columns(const hec_program *program, size_t set, hec_stage stage);
size_t hec_program_uniform_columns(const hec_program *program, size_t set, hec_stage stage);

/* Run-time storage of one thread. Inputs: lane inputs are columns given by the engine
 * (input_columns[index]), uniform inputs are numbers (input_values[index]). */
typedef struct hec_frames {
    size_t lanes, stride;           /* lanes in use; distance between columns (a multiple of 8) */
    double *lane[HEC_STAGE_COUNT];  /* frame base: column c at lane + c*stride */
    double *uniform[HEC_STAGE_COUNT];
    const double *const *input_columns;
    const double *input_values;
} hec_frames;

/* Runs one stage of one strategy's program over the block. */
void hec_program_run(const hec_program *program, const hk_table *kernels, size_t set,
                     hec_stage stage, const hec_frames *frames);
/* The column of a lane slot, or the address of a uniform one. */
const double *hec_slot_address(const hec_frames *frames, hec_slot slot);

/* Scalar tree-walker: the oracle of the tests and the one that explains errors. Evaluates a node
 * for one lane, straight from the graph, with no compiling. */
double hec_evaluate(const hec_graph *graph, hec_id id, const double *inputs);
/* The node in words with the values that made it: "r_HS1 = 0.15, hr_S1 = 3, t = 2". The inputs
 * below the node, each once. */
void hec_explain_value(const hec_graph *graph, hec_id id, const double *inputs, struct hec_text *out);

#endif
