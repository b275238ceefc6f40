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
#include "base/text.h"
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
    HEC_EXPR_LIST,  /* [2.2, 4.1] */
} hec_expr_kind;

typedef struct hec_expr hec_expr;
struct hec_expr {
    hec_expr_kind kind;
    char op;
    hec_place place;      /* of the whole sub-expression, with the brackets around it */
    hec_place name_place; /* of the name alone, or of the operator */
    const char *name;
    double value;
    hec_type type;
    size_t n_args;
    hec_expr **args;
    const char **arg_names; /* calls with arguments: one each, NULL for positional; else NULL */
};

/* Parses text[0..length), standing at `place` in its source (offsets inside `text` are offsets
 * inside the source when `verbatim`). NULL after reporting. Depth is limited to 200.
 *
 * From loose to tight: or, and, not, one comparison, + -, * /, minus sign, ^ (from the right).
 * `true` and `false` are numbers of the kind boolean; `5 %` is 0.05; `6 months` is 0.5 years. */
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
    HEC_DEP_STATE = 16,   /* persons: states, attributes, history, chance; new in every cycle */
    HEC_DEP_NEXT = 32,    /* persons: the states moved to in this cycle */
};
/* What the lanes of persons run over. */
#define HEC_DEP_PERSON                                                                             \
    (HEC_DEP_STRATUM | HEC_DEP_DURATION | HEC_DEP_STATE | HEC_DEP_NEXT)

/* Leaves and operations. Kernel operations are HEC_NODE_OP with an hk_op. */
typedef enum hec_node_code {
    HEC_CODE_CONSTANT, /* value */
    HEC_CODE_INPUT,    /* index: a column the engine supplies */
    HEC_CODE_OP,       /* op, args */
    HEC_CODE_LOOKUP,   /* table, args: one per axis */
    HEC_CODE_SPECIAL,  /* index: a row of the table of special.h, args */
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
    /* What is read; but for VALUE, tables that curves derive from others. AREA: the integral of the
     * steps along one axis, from its first point to x. AREA_REACHED: x is such an area, the value
     * where it is reached. VALUE_REACHED: the first point of the only axis whose value is x or
     * more. Infinite where it never is, NaN where `outside` says so. */
    enum {
        HEC_LOOKUP_VALUE,
        HEC_LOOKUP_AREA,
        HEC_LOOKUP_AREA_REACHED,
        HEC_LOOKUP_VALUE_REACHED
    } reading;
    int along;           /* the axis of AREA and AREA_REACHED */
    const double *areas; /* as `values`: up to each point */
    /* the points along that axis, where x is something else: then `axes` has but its range */
    size_t n_points;
    const double *points;
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
/* Unused operands are -1. An operand that is missing through an earlier error gives -1. */
hec_id hec_graph_op(hec_graph *graph, hk_op op, hec_id a, hec_id b, hec_id c, hec_place place);
/* Reads a table: one arg per axis. The lookup is kept by reference. */
hec_id hec_graph_lookup(hec_graph *graph, const hec_lookup *lookup, const hec_id *args,
                        hec_place place);
/* A copy of a table that lives as long as the graph; equal ones are one, so that what reads them is
 * shared too. NULL when out of memory. */
const hec_lookup *hec_graph_keep(hec_graph *graph, const hec_lookup *lookup);
/* Memory that lives as long as the graph. */
hec_arena *hec_graph_arena(hec_graph *graph);
/* A special function by its row in the table of special.h. */
hec_id hec_graph_special(hec_graph *graph, int32_t index, const hec_id *args, hec_place place);
/* Memory ran out; the ids handed out since then are -1 without a diagnostic. */
bool hec_graph_failed(const hec_graph *graph);
/* The value of a table at x[axis]; NaN outside, where it says so. Axis points are met within 1e-9;
 * axes of words are always exact. */
double hec_lookup_value(const hec_lookup *lookup, const double *x);

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
    int (*word)(void *context, const char *word, hec_place place);
    /* All names in scope, tables included, for "did you mean". */
    size_t (*candidates)(void *context, const char *const **names);
    double cycle_length; /* years: the interval of `rate_to_prob(r)` with no second argument */
    /* May be NULL. A call only the caller understands (`ytd(...)`, `panel.share(hba1c < 7)`): true
     * when it took it, with *value its meaning, or .id = -1 after reporting. Asked first. */
    bool (*call)(void *context, const hec_expr *expr, hec_value *value);
    /* May be NULL. What a name was defined as, so that `survival(os, t)` finds the distribution
     * that `let: {os: weibull(shape: 1.3, scale: 5 years)}` names; NULL when it is no definition. */
    const hec_expr *(*definition)(void *context, const char *name);
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
/* The function of this name, or NULL: a table, parameter or definition may not take its name. */
const hec_function_info *hec_function_find(const char *name);
/* Survival distributions: `weibull(shape: ..., scale: ...)` as an argument of survival(). */
size_t hec_curve_count(void);
const hec_function_info *hec_curve_describe(size_t index);
/* The expression is a survival distribution: a definition that has no value of its own. */
bool hec_expr_is_curve(const hec_expr *expr);
/* The survival distribution that an expression is, or names through definitions; else NULL. */
const hec_expr *hec_expr_find_curve(const hec_scope *scope, const hec_expr *expr);
/* Reads a survival distribution that nothing asks, for its mistakes. */
void hec_lower_curve_unread(hec_graph *graph, const hec_scope *scope, hec_diagnostics *diagnostics,
                            const hec_expr *curve);
/* The time T >= entry of the event for who comes to `entry` without it, on the curve's own clock
 * (clock forward: years since the start; clock reset: entry is the constant 0), in years:
 * H(T) = H(entry) - log(1 - u) for u in (0,1), H the cumulative hazard. Infinite where the event
 * may never come; NaN where a parameter is outside its domain. .id = -1 after reporting, also where
 * the curve has no closed form for it. */
hec_value hec_lower_time_after(hec_graph *graph, const hec_scope *scope,
                               hec_diagnostics *diagnostics, const hec_expr *curve, hec_id entry,
                               hec_id u);

/* What a survival distribution needs of its parameters, for who has to tell why a time is none. */
typedef struct hec_curve_needs {
    const hec_function_info *info; /* its signature names the parameters, as they come */
    const char *words;             /* "a shape and a scale above 0" */
    hec_place place;
    hec_id parameters[3]; /* -1: there are fewer */
    hec_id met;           /* 1 where they are such */
} hec_curve_needs;
/* Of a curve that was lowered before, and of all that it is made of; as long-lived as the graph. */
size_t hec_curve_list_needs(hec_graph *graph, const hec_scope *scope, hec_diagnostics *diagnostics,
                            const hec_expr *curve, const hec_curve_needs **needs);

/* Reads a unit as hec_unit_parse, reporting HEC_CHECK_UNIT_SYNTAX at the piece that is wrong, with
 * the nearest unit. `place` is that of text[0..length); see hec_expr_parse for `verbatim`. */
bool hec_unit_read(hec_diagnostics *diagnostics, const char *text, size_t length, hec_place place,
                   bool verbatim, hec_type *type, double *factor);
/* Reports HEC_CHECK_UNIT_MISMATCH at `place`, with the conversion that would help, unless the value
 * agrees with `wanted`: "`what` needs a probability per 1 year, but this is a rate per year".
 * Silently false when value.id < 0. */
bool hec_type_expect(hec_diagnostics *diagnostics, hec_value value, const hec_type *wanted,
                     hec_place place, const char *what);

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

/* Where lanes are persons (lane_depends has HEC_DEP_STATE) three stages are left: STRATEGY (and
 * SHARED) for what a person keeps for life, CYCLE for what changes, CELL for what follows the moves
 * of the cycle (HEC_DEP_NEXT). With HEC_DEP_CYCLE among them every person has a clock of its own,
 * the lanes are others at every step, and STRATEGY keeps nothing that differs between persons.
 *
 * How it runs. A stage's instructions read values of slower stages and inputs, so a stage is run
 * again when one of them changed: SHARED once per block, STRATEGY once per strategy, then inwards.
 * Whenever a stage runs, the inputs it may depend on hold their present values (CELL: cycle and
 * duration). A literal costs nothing: where a root is one, hec_program_root_stage says CONSTANT
 * while its slot lies in SHARED or STRATEGY, like everything that depends on no loop; CONSTANT
 * itself never has instructions or columns. With one strategy SHARED is empty.
 * A dependence on draws that is not that of the lanes does not count: such an engine runs the
 * whole program once per draw.
 *
 * Compiles the wanted roots of each of n_sets strategies. lane_depends: the bit the lanes run over
 * (the cohort engine: HEC_DEP_DRAW; 0: everything is uniform).
 * After it, hec_program_root(p, set, k) says where root k of that set is found. A root that is
 * wanted as lanes (want_lanes[set][k], NULL: none) is broadcast at its own rate when uniform.
 * A root of -1 gets the slot {-1}. NULL when out of memory. */
hec_program *hec_program_compile(hec_arena *arena, const hec_graph *graph, uint8_t lane_depends,
                                 size_t n_sets, const size_t *n_roots, const hec_id *const *roots,
                                 const bool *const *want_lanes);
hec_slot hec_program_root(const hec_program *program, size_t set, size_t root);
hec_stage hec_program_root_stage(const hec_program *program, size_t set, size_t root);
/* Operations that a stage does, in lanes or on numbers. */
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

/* Memory of one frame in doubles: lanes first, then uniforms. */
static inline size_t hec_program_frame_doubles(const hec_program *program, size_t set,
                                               hec_stage stage, size_t stride)
{
    return hec_program_lane_columns(program, set, stage) * stride +
           hec_program_uniform_columns(program, set, stage);
}

/* Scalar tree-walker: the oracle of the tests and the one that explains errors. Evaluates a node
 * for one lane, straight from the graph, with no compiling. */
double hec_evaluate(const hec_graph *graph, hec_id id, const double *inputs);
/* Says what a node is called and its value, "age = 51" or "sex = 'male'", where that is not told by
 * the inputs alone; false: it has nothing to say. `out` NULL: only asks. */
typedef struct hec_telling {
    const void *context;
    bool (*tell)(const void *context, const hec_graph *graph, hec_id id, const double *inputs,
                 hec_text *out);
} hec_telling;
/* The node in words with the values that made it: "r_HS1 = 0.15, hr_S1 = 3, t = 2". The inputs
 * below the node, each once; what is told otherwise (telling, NULL: nothing) is told as a whole. */
void hec_explain_value(const hec_graph *graph, hec_id id, const double *inputs,
                       const hec_telling *telling, hec_text *out);

#endif
