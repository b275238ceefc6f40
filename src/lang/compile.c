/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiler: the graph into instructions, each in the slowest loop in which its value changes.
 *
 * A unit is the code of one strategy; one more unit holds what two or more strategies share. A node
 * has a home, the unit and stage where it is computed, and up to two forms there: a uniform number
 * and a column of lanes. Ids rise from operands to results, so every pass is a plain loop. */
#include "lang/compile_inner.h"

/* ---- what is needed, and where -------------------------------------------------------------- */

static void mark_needed(hec_compiler *c, size_t set)
{
    for (size_t k = 0; k < c->n_roots[set]; k++) {
        if (c->roots[set][k] >= 0) {
            *hec_compiler_flags(c, set, c->roots[set][k]) |= HEC_NODE_NEEDED;
        }
    }
    for (hec_id id = (hec_id)c->n_nodes - 1; id >= 0; id--) {
        if (!*hec_compiler_flags(c, set, id)) {
            continue;
        }
        const hec_graph_node *node = hec_compiler_node(c, id);
        for (int i = 0; i < node->n_args; i++) {
            *hec_compiler_flags(c, set, node->args[i]) |= HEC_NODE_NEEDED;
        }
        c->users[id] = (uint8_t)(c->users[id] < 2 ? c->users[id] + 1 : 2);
    }
}

static hec_stage stage_of(const hec_compiler *c, hec_id id)
{
    unsigned depends = hec_compiler_node(c, id)->depends;
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
static bool place_nodes(hec_compiler *c)
{
    size_t n_constants = 0;
    for (size_t id = 0; id < c->n_nodes; id++) {
        if (c->users[id] == 0) {
            continue;
        }
        c->stage[id] = (uint8_t)stage_of(c, (hec_id)id);
        if (hec_compiler_node(c, (hec_id)id)->code == HEC_CODE_CONSTANT) {
            c->constants[id] = (int32_t)n_constants++;
        }
        for (size_t set = 0; c->stage[id] == HEC_STAGE_SHARED && set < c->n_sets; set++) {
            *hec_compiler_flags(c, set, (hec_id)id) = 0;
            *hec_compiler_flags(c, c->n_sets, (hec_id)id) = HEC_NODE_NEEDED;
        }
    }
    c->program->constants = hec_arena_array(c->arena, n_constants + 1, sizeof(double));
    if (!c->program->constants) {
        return false;
    }
    for (size_t id = 0; id < c->n_nodes; id++) {
        const hec_graph_node *node = hec_compiler_node(c, (hec_id)id);
        if (c->users[id] > 0 && node->code == HEC_CODE_CONSTANT) {
            c->program->constants[c->constants[id]] = node->value;
        }
    }
    return true;
}

/* Notes which operands outlive their stage, or the numbers of it. */
static void mark_uses(hec_compiler *c, size_t unit)
{
    for (hec_id id = 0; id < (hec_id)c->n_nodes; id++) {
        if (!(*hec_compiler_flags(c, unit, id) & HEC_NODE_NEEDED)) {
            continue;
        }
        const hec_graph_node *node = hec_compiler_node(c, id);
        hec_form form = hec_compiler_form(c, id);
        for (int i = 0; i < node->n_args; i++) {
            hec_id arg = node->args[i];
            uint8_t *flags = hec_compiler_flags(c, hec_compiler_home(c, unit, arg), arg);
            if (form == HEC_FORM_LANES && !hec_compiler_is_lanes(c, arg)) {
                *flags |= HEC_NODE_KEPT_UNIFORM;
            } else if (c->stage[arg] != c->stage[id]) {
                *flags |= (uint8_t)(HEC_NODE_KEPT_UNIFORM << form);
            }
        }
    }
}

static void mark_roots(hec_compiler *c, size_t set)
{
    for (size_t k = 0; k < c->n_roots[set]; k++) {
        hec_id id = c->roots[set][k];
        if (id < 0) {
            continue;
        }
        uint8_t *flags = hec_compiler_flags(c, hec_compiler_home(c, set, id), id);
        if (hec_compiler_is_lanes(c, id)) {
            *flags |= HEC_NODE_KEPT_LANES | HEC_NODE_ROOT_LANES;
        } else if (c->want_lanes && c->want_lanes[set] && c->want_lanes[set][k]) {
            *flags |= HEC_NODE_FILLED | HEC_NODE_KEPT_UNIFORM | HEC_NODE_KEPT_LANES;
        } else {
            *flags |= HEC_NODE_KEPT_UNIFORM | HEC_NODE_ROOT_UNIFORM;
        }
    }
}

/* ---- where roots are found ------------------------------------------------------------------- */

static bool find_roots(hec_compiler *c, size_t set)
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
        bool lanes = hec_compiler_is_lanes(c, id) ||
                     (c->want_lanes && c->want_lanes[set] && c->want_lanes[set][k]);
        bool shared = hec_compiler_home(c, set, id) == c->n_sets;
        slots[k] =
            (hec_slot){shared ? c->shared[lanes][id] : c->own[lanes][id], c->stage[id], !lanes};
        bool literal = hec_compiler_node(c, id)->code == HEC_CODE_CONSTANT;
        stages[k] = literal ? HEC_STAGE_CONSTANT : c->stage[id];
    }
    c->program->slots[set] = slots;
    c->program->root_stages[set] = stages;
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool prepare(hec_compiler *c)
{
    for (size_t set = 0; set < c->n_sets; set++) {
        for (size_t k = 0; k < c->n_roots[set]; k++) {
            size_t above = (size_t)(c->roots[set][k] + 1);
            c->n_nodes = above > c->n_nodes ? above : c->n_nodes;
        }
    }
    size_t n = c->n_nodes + 1;
    bool good = true;
    for (int form = 0; form < HEC_FORMS; form++) {
        c->shared[form] = hec_arena_array(c->scratch, n, sizeof **c->shared);
        c->own[form] = hec_arena_array(c->scratch, n, sizeof **c->own);
        c->last_use[form] = hec_arena_array(c->scratch, n, sizeof **c->last_use);
        good = good && c->shared[form] && c->own[form] && c->last_use[form];
    }
    c->flags = hec_arena_array(c->scratch, c->n_sets + 1, n);
    c->users = hec_arena_array(c->scratch, n, 1);
    c->stage = hec_arena_array(c->scratch, n, 1);
    c->constants = hec_arena_array(c->scratch, n, sizeof *c->constants);
    c->readers = hec_arena_array(c->scratch, n, 1);
    c->chained = hec_arena_array(c->scratch, n, sizeof *c->chained);
    c->raised = hec_arena_array(c->scratch, n, sizeof *c->raised);
    return good && c->raised && c->flags && c->users && c->stage && c->constants && c->readers &&
           c->chained;
}

static bool compile(hec_compiler *c)
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
    if (!hec_compiler_emit(c, c->n_sets)) { /* first: the others refer to its columns */
        return false;
    }
    for (size_t set = 0; set < c->n_sets; set++) {
        if (!hec_compiler_emit(c, set) || !find_roots(c, set)) {
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
    hec_compiler c = {.arena = arena,
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
    size_t operations = 0;
    for (size_t i = 0; i < code->n_uniform + code->n_lanes; i++) {
        const hec_instruction *in = &code->instructions[i];
        operations += in->code != HEC_RUN_CHAIN && in->code != HEC_RUN_LOGS;
        for (size_t k = 0; k < in->n_links; k++) {
            operations += 1 + ((in->links[k].code >> 2 & 3) == HK_LINK_PRODUCT);
        }
    }
    return operations;
}

size_t hec_program_lane_columns(const hec_program *program, size_t set, hec_stage stage)
{
    return hec_program_code(program, set, stage)->lane_columns;
}

size_t hec_program_uniform_columns(const hec_program *program, size_t set, hec_stage stage)
{
    return hec_program_code(program, set, stage)->uniform_columns;
}
