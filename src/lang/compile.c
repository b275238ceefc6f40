/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiler: the graph into instructions, each in the slowest loop in which its value changes.
 *
 * A unit is the code of one strategy; one more unit holds what two or more strategies share. A node
 * has a home, the unit and stage where it is computed, and up to two forms there: a uniform number
 * and a column of lanes. Ids rise from operands to results, so every pass is a plain loop. */
#include "lang/lang.h"

#include "lang/program.h"

enum form { UNIFORM, LANES, FORMS };

enum {
    NEEDED = 1,       /* computed in this unit */
    FILLED = 2,       /* a uniform value that lanes read: broadcast once */
    KEPT_UNIFORM = 4, /* outlives its stage; KEPT_UNIFORM << LANES is KEPT_LANES */
    KEPT_LANES = 8,
    ROOT_UNIFORM = 16, /* asked for by the engine: gets a column even if it is an input */
    ROOT_LANES = 32,
};

/* The columns of one frame while a stage is being emitted. */
typedef struct column_pool {
    int32_t *free; /* a stack */
    size_t n_free, columns;
} column_pool;

typedef struct compiler {
    hec_arena *arena, *scratch;
    const hec_graph *graph;
    hec_program *program;
    uint8_t lane_depends;
    size_t n_sets, n_nodes;
    const size_t *n_roots;
    const hec_id *const *roots;
    const bool *const *want_lanes;
    uint8_t *flags;           /* [n_sets + 1][n_nodes] */
    uint8_t *users;           /* [n_nodes]: sets that need it: 0, 1, 2 (or more) */
    uint8_t *stage;           /* [n_nodes] */
    int32_t *constants;       /* [n_nodes]: index of a constant */
    int32_t *shared[FORMS];   /* [n_nodes]: columns of the shared unit */
    int32_t *own[FORMS];      /* ... of the unit being emitted */
    int32_t *last_use[FORMS]; /* [n_nodes]: instruction of its stage that reads it last */
    column_pool pools[HEC_STAGE_COUNT][FORMS];
    size_t at[HEC_STAGE_COUNT][FORMS]; /* instructions so far */
} compiler;

static const hec_graph_node *node_at(const compiler *c, hec_id id)
{
    return hec_graph_node_at(c->graph, id);
}

static bool is_lanes(const compiler *c, hec_id id)
{
    return (node_at(c, id)->depends & c->lane_depends) != 0;
}

static bool is_leaf(const compiler *c, hec_id id)
{
    return node_at(c, id)->n_args == 0;
}

static size_t home_of(const compiler *c, hec_id id, size_t unit)
{
    return c->stage[id] == HEC_STAGE_SHARED ? c->n_sets : unit;
}

static uint8_t *flags_of(const compiler *c, size_t unit, hec_id id)
{
    return &c->flags[unit * c->n_nodes + (size_t)id];
}

static uint8_t *home_flags(const compiler *c, hec_id id, size_t unit)
{
    return flags_of(c, home_of(c, id, unit), id);
}

/* ---- what is needed, and where -------------------------------------------------------------- */

static void mark_needed(compiler *c, size_t set)
{
    for (size_t k = 0; k < c->n_roots[set]; k++) {
        if (c->roots[set][k] >= 0) {
            *flags_of(c, set, c->roots[set][k]) |= NEEDED;
        }
    }
    for (hec_id id = (hec_id)c->n_nodes - 1; id >= 0; id--) {
        if (!*flags_of(c, set, id)) {
            continue;
        }
        const hec_graph_node *node = node_at(c, id);
        for (int i = 0; i < node->n_args; i++) {
            *flags_of(c, set, node->args[i]) |= NEEDED;
        }
        c->users[id] = (uint8_t)(c->users[id] < 2 ? c->users[id] + 1 : 2);
    }
}

static hec_stage stage_of(const compiler *c, hec_id id)
{
    unsigned depends = node_at(c, id)->depends;
    unsigned loops = depends & ~(unsigned)(c->lane_depends | HEC_DEP_DRAW);
    if (c->lane_depends & HEC_DEP_STATE) { /* persons live through a cycle in two steps */
        /* with a clock for each, lanes are others at every step: nothing of theirs can wait */
        unsigned moving = c->lane_depends & HEC_DEP_CYCLE
                              ? c->lane_depends
                              : HEC_DEP_STATE | HEC_DEP_DURATION | HEC_DEP_CYCLE;
        bool changes = depends & moving;
        loops = depends & HEC_DEP_NEXT ? HEC_DEP_CYCLE | HEC_DEP_DURATION
                : changes              ? HEC_DEP_CYCLE
                                       : 0;
    }
    if (loops & HEC_DEP_CYCLE) {
        return loops & HEC_DEP_DURATION ? HEC_STAGE_CELL : HEC_STAGE_CYCLE;
    }
    if (loops & HEC_DEP_DURATION) {
        return HEC_STAGE_DURATION;
    }
    if (loops & HEC_DEP_STRATUM) {
        return HEC_STAGE_STRATUM;
    }
    return c->users[id] > 1 ? HEC_STAGE_SHARED : HEC_STAGE_STRATEGY;
}

/* Gives every needed node its stage, moves what is shared to its own unit, numbers constants. */
static bool place_nodes(compiler *c)
{
    size_t n_constants = 0;
    for (size_t id = 0; id < c->n_nodes; id++) {
        if (c->users[id] == 0) {
            continue;
        }
        c->stage[id] = (uint8_t)stage_of(c, (hec_id)id);
        if (node_at(c, (hec_id)id)->code == HEC_CODE_CONSTANT) {
            c->constants[id] = (int32_t)n_constants++;
        }
        for (size_t set = 0; c->stage[id] == HEC_STAGE_SHARED && set < c->n_sets; set++) {
            *flags_of(c, set, (hec_id)id) = 0;
            *flags_of(c, c->n_sets, (hec_id)id) = NEEDED;
        }
    }
    c->program->constants = hec_arena_array(c->arena, n_constants + 1, sizeof(double));
    if (!c->program->constants) {
        return false;
    }
    for (size_t id = 0; id < c->n_nodes; id++) {
        const hec_graph_node *node = node_at(c, (hec_id)id);
        if (c->users[id] > 0 && node->code == HEC_CODE_CONSTANT) {
            c->program->constants[c->constants[id]] = node->value;
        }
    }
    return true;
}

/* Which form of an operand an instruction of this node reads. */
static enum form form_for(const compiler *c, hec_id id)
{
    return is_lanes(c, id) ? LANES : UNIFORM;
}

/* Notes which operands must be broadcast and which outlive their stage. */
static void mark_uses(compiler *c, size_t unit)
{
    for (hec_id id = 0; id < (hec_id)c->n_nodes; id++) {
        if (!(*flags_of(c, unit, id) & NEEDED)) {
            continue;
        }
        const hec_graph_node *node = node_at(c, id);
        enum form form = form_for(c, id);
        for (int i = 0; i < node->n_args; i++) {
            hec_id arg = node->args[i];
            uint8_t *flags = home_flags(c, arg, unit);
            if (form == LANES && !is_lanes(c, arg)) {
                *flags |= FILLED | KEPT_UNIFORM;
            }
            if (c->stage[arg] != c->stage[id]) {
                *flags |= (uint8_t)(KEPT_UNIFORM << form);
            }
        }
    }
}

static void mark_roots(compiler *c, size_t set)
{
    for (size_t k = 0; k < c->n_roots[set]; k++) {
        hec_id id = c->roots[set][k];
        if (id < 0) {
            continue;
        }
        uint8_t *flags = home_flags(c, id, set);
        if (is_lanes(c, id)) {
            *flags |= KEPT_LANES | ROOT_LANES;
        } else if (c->want_lanes && c->want_lanes[set] && c->want_lanes[set][k]) {
            *flags |= FILLED | KEPT_UNIFORM | KEPT_LANES;
        } else {
            *flags |= KEPT_UNIFORM | ROOT_UNIFORM;
        }
    }
}

/* ---- instructions ---------------------------------------------------------------------------- */

/* Does the node need an instruction that makes this form of it? */
static bool makes(const compiler *c, size_t unit, hec_id id, enum form form)
{
    uint8_t flags = *flags_of(c, unit, id);
    if (!(flags & NEEDED)) {
        return false;
    }
    if (form_for(c, id) != form) {
        return form == LANES && (flags & FILLED);
    }
    return !is_leaf(c, id) || (flags & (form == LANES ? ROOT_LANES : ROOT_UNIFORM));
}

/* Counts the instructions of each stage and finds the last reader of every value. */
static void survey(compiler *c, size_t unit)
{
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        c->at[stage][UNIFORM] = c->at[stage][LANES] = 0;
    }
    for (hec_id id = 0; id < (hec_id)c->n_nodes; id++) {
        for (enum form form = UNIFORM; form < FORMS; form++) {
            if (!makes(c, unit, id, form)) {
                continue;
            }
            const hec_graph_node *node = node_at(c, id);
            int32_t position = (int32_t)c->at[c->stage[id]][form]++;
            for (int i = 0; i < node->n_args && form_for(c, id) == form; i++) {
                c->last_use[form][node->args[i]] = position;
            }
        }
    }
}

static hec_operand operand_for(const compiler *c, size_t unit, hec_id id, enum form form)
{
    const hec_graph_node *node = node_at(c, id);
    hec_operand operand = {.stage = c->stage[id], .index = node->index};
    if (node->code == HEC_CODE_INPUT && form_for(c, id) == form) {
        operand.kind = form == LANES ? HEC_OPERAND_INPUT_LANES : HEC_OPERAND_INPUT_UNIFORM;
    } else if (node->code == HEC_CODE_CONSTANT && form == UNIFORM) {
        operand.kind = HEC_OPERAND_CONSTANT;
        operand.index = c->constants[id];
    } else {
        bool shared = home_of(c, id, unit) == c->n_sets;
        operand.kind = form == LANES ? HEC_OPERAND_LANES : HEC_OPERAND_UNIFORM;
        operand.index = shared ? c->shared[form][id] : c->own[form][id];
    }
    return operand;
}

/* Gives back the columns of operands that this instruction is the last to read: its own result
 * may take their place. */
static void release_operands(compiler *c, size_t unit, hec_id id, enum form form, size_t position)
{
    const hec_graph_node *node = node_at(c, id);
    uint8_t stage = c->stage[id];
    column_pool *pool = &c->pools[stage][form];
    for (int i = 0; i < node->n_args; i++) {
        hec_id arg = node->args[i];
        bool column = form_for(c, arg) == form ? !is_leaf(c, arg) : true;
        if (!column || c->stage[arg] != stage || c->last_use[form][arg] != (int32_t)position ||
            (*flags_of(c, unit, arg) & (KEPT_UNIFORM << form))) {
            continue;
        }
        pool->free[pool->n_free++] = operand_for(c, unit, arg, form).index;
        c->last_use[form][arg] = -1; /* once, even if it is an operand twice */
    }
}

static int32_t take_column(column_pool *pool)
{
    return pool->n_free > 0 ? pool->free[--pool->n_free] : (int32_t)pool->columns++;
}

static void emit(compiler *c, size_t unit, hec_id id, enum form form, hec_stage_code *code)
{
    const hec_graph_node *node = node_at(c, id);
    uint8_t stage = c->stage[id];
    size_t position = c->at[stage][form]++;
    hec_instruction *in =
        &code->instructions[form == LANES ? code->n_uniform + position : position];
    *in = (hec_instruction){.code = HEC_RUN_OP, .op = HK_COPY, .n_args = 1};
    if (form_for(c, id) != form) {
        in->code = HEC_RUN_FILL;
        in->args[0] = operand_for(c, unit, id, UNIFORM);
    } else if (is_leaf(c, id)) {
        in->args[0] = operand_for(c, unit, id, form);
    } else {
        in->code = node->code == HEC_CODE_OP       ? HEC_RUN_OP
                   : node->code == HEC_CODE_LOOKUP ? HEC_RUN_LOOKUP
                                                   : HEC_RUN_SPECIAL;
        in->op = node->code == HEC_CODE_OP ? (int32_t)node->op : node->index;
        in->lookup = node->lookup;
        in->n_args = node->n_args;
        for (int i = 0; i < node->n_args; i++) {
            in->args[i] = operand_for(c, unit, node->args[i], form);
        }
        release_operands(c, unit, id, form, position);
    }
    in->out = take_column(&c->pools[stage][form]);
    if (unit == c->n_sets) {
        c->shared[form][id] = in->out;
    } else {
        c->own[form][id] = in->out;
    }
}

static bool emit_unit(compiler *c, size_t unit)
{
    hec_stage_code *codes = &c->program->code[unit * HEC_STAGE_COUNT];
    survey(c, unit);
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        hec_stage_code *code = &codes[stage];
        code->n_uniform = c->at[stage][UNIFORM];
        code->n_lanes = c->at[stage][LANES];
        size_t count = code->n_uniform + code->n_lanes;
        code->instructions = hec_arena_array(c->arena, count + 1, sizeof *code->instructions);
        if (!code->instructions) {
            return false;
        }
        for (enum form form = UNIFORM; form < FORMS; form++) {
            column_pool *pool = &c->pools[stage][form];
            *pool = (column_pool){
                .free = hec_arena_array(c->scratch, c->at[stage][form] + 1, sizeof *pool->free)};
            if (!pool->free) {
                return false;
            }
            c->at[stage][form] = 0;
        }
    }
    for (hec_id id = 0; id < (hec_id)c->n_nodes; id++) {
        for (enum form form = UNIFORM; form < FORMS; form++) {
            if (makes(c, unit, id, form)) {
                emit(c, unit, id, form, &codes[c->stage[id]]);
            }
        }
    }
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        codes[stage].uniform_columns = c->pools[stage][UNIFORM].columns;
        codes[stage].lane_columns = c->pools[stage][LANES].columns;
    }
    return true;
}

static bool find_roots(compiler *c, size_t set)
{
    size_t n = c->n_roots[set];
    hec_slot *slots = hec_arena_array(c->arena, n + 1, sizeof *slots);
    uint8_t *stages = hec_arena_array(c->arena, n + 1, sizeof *stages);
    if (!slots || !stages) {
        return false;
    }
    for (size_t k = 0; k < n; k++) {
        hec_id id = c->roots[set][k];
        if (id < 0) {
            slots[k].column = -1;
            continue;
        }
        bool lanes =
            is_lanes(c, id) || (c->want_lanes && c->want_lanes[set] && c->want_lanes[set][k]);
        bool shared = home_of(c, id, set) == c->n_sets;
        slots[k] =
            (hec_slot){shared ? c->shared[lanes][id] : c->own[lanes][id], c->stage[id], !lanes};
        bool literal = node_at(c, id)->code == HEC_CODE_CONSTANT;
        stages[k] = literal ? HEC_STAGE_CONSTANT : c->stage[id];
    }
    c->program->slots[set] = slots;
    c->program->root_stages[set] = stages;
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool prepare(compiler *c)
{
    for (size_t set = 0; set < c->n_sets; set++) {
        for (size_t k = 0; k < c->n_roots[set]; k++) {
            size_t above = (size_t)(c->roots[set][k] + 1);
            c->n_nodes = above > c->n_nodes ? above : c->n_nodes;
        }
    }
    size_t n = c->n_nodes + 1;
    bool good = true;
    for (int form = 0; form < FORMS; form++) {
        c->shared[form] = hec_arena_array(c->scratch, n, sizeof **c->shared);
        c->own[form] = hec_arena_array(c->scratch, n, sizeof **c->own);
        c->last_use[form] = hec_arena_array(c->scratch, n, sizeof **c->last_use);
        good = good && c->shared[form] && c->own[form] && c->last_use[form];
    }
    c->flags = hec_arena_array(c->scratch, c->n_sets + 1, n);
    c->users = hec_arena_array(c->scratch, n, 1);
    c->stage = hec_arena_array(c->scratch, n, 1);
    c->constants = hec_arena_array(c->scratch, n, sizeof *c->constants);
    return good && c->flags && c->users && c->stage && c->constants;
}

static bool compile(compiler *c)
{
    if (!prepare(c)) {
        return false;
    }
    for (size_t set = 0; set < c->n_sets; set++) {
        mark_needed(c, set);
    }
    if (!place_nodes(c)) {
        return false;
    }
    for (size_t unit = 0; unit <= c->n_sets; unit++) {
        mark_uses(c, unit);
    }
    for (size_t set = 0; set < c->n_sets; set++) {
        mark_roots(c, set);
    }
    if (!emit_unit(c, c->n_sets)) { /* first: the others refer to its columns */
        return false;
    }
    for (size_t set = 0; set < c->n_sets; set++) {
        if (!emit_unit(c, set) || !find_roots(c, set)) {
            return false;
        }
    }
    return true;
}

static hec_program *program_create(hec_arena *arena, size_t n_sets)
{
    hec_program *program = hec_arena_alloc(arena, sizeof *program);
    if (!program) {
        return NULL;
    }
    program->n_sets = n_sets;
    program->code = hec_arena_array(arena, (n_sets + 1) * HEC_STAGE_COUNT, sizeof *program->code);
    program->slots = hec_arena_array(arena, n_sets + 1, sizeof *program->slots);
    program->root_stages = hec_arena_array(arena, n_sets + 1, sizeof *program->root_stages);
    return program->code && program->slots && program->root_stages ? program : NULL;
}

hec_program *hec_program_compile(hec_arena *arena, const hec_graph *graph, uint8_t lane_depends,
                                 size_t n_sets, const size_t *n_roots, const hec_id *const *roots,
                                 const bool *const *want_lanes)
{
    compiler c = {.arena = arena,
                  .scratch = hec_arena_create(),
                  .graph = graph,
                  .program = program_create(arena, n_sets),
                  .lane_depends = lane_depends,
                  .n_sets = n_sets,
                  .n_roots = n_roots,
                  .roots = roots,
                  .want_lanes = want_lanes};
    bool good = c.scratch && c.program && compile(&c);
    hec_arena_destroy(c.scratch);
    return good ? c.program : NULL;
}

hec_slot hec_program_root(const hec_program *program, size_t set, size_t root)
{
    return program->slots[set][root];
}

hec_stage hec_program_root_stage(const hec_program *program, size_t set, size_t root)
{
    return (hec_stage)program->root_stages[set][root];
}

size_t hec_program_instructions(const hec_program *program, size_t set, hec_stage stage)
{
    const hec_stage_code *code = hec_program_code(program, set, stage);
    return code->n_uniform + code->n_lanes;
}

size_t hec_program_lane_columns(const hec_program *program, size_t set, hec_stage stage)
{
    return hec_program_code(program, set, stage)->lane_columns;
}

size_t hec_program_uniform_columns(const hec_program *program, size_t set, hec_stage stage)
{
    return hec_program_code(program, set, stage)->uniform_columns;
}
