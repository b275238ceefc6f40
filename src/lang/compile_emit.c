/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiler: the instructions of a unit, stage by stage, and the columns they write. */
#include "lang/compile_inner.h"

static bool is_leaf(const hec_compiler *c, hec_id id)
{
    return hec_compiler_node(c, id)->n_args == 0;
}

/* Does the node need an instruction that makes this form of it? */
static bool makes(const hec_compiler *c, size_t unit, hec_id id, hec_form form)
{
    uint8_t flags = *hec_compiler_flags(c, unit, id);
    bool lanes = form == HEC_FORM_LANES;
    if (!(flags & HEC_NODE_NEEDED)) {
        return false;
    }
    if (hec_compiler_form(c, id) != form) {
        return lanes && (flags & HEC_NODE_FILLED);
    }
    if (is_leaf(c, id)) {
        return flags & (lanes ? HEC_NODE_ROOT_LANES : HEC_NODE_ROOT_UNIFORM);
    }
    return !(lanes && c->chained[id].inside);
}

/* What the instruction that makes this form of the node reads; returns how many. */
static size_t operands_of(const hec_compiler *c, hec_id id, hec_form form,
                          hec_id operands[HEC_OPERANDS_MAX])
{
    const hec_graph_node *node = hec_compiler_node(c, id);
    if (hec_compiler_form(c, id) != form) {
        return 0;
    }
    if (form == HEC_FORM_LANES && hec_chain_ends(c, id)) {
        return hec_chain_operands(c, id, operands);
    }
    for (int i = 0; i < node->n_args; i++) {
        operands[i] = node->args[i];
    }
    return node->n_args;
}

/* ---- columns --------------------------------------------------------------------------------- */

hec_operand hec_compiler_operand(const hec_compiler *c, size_t unit, hec_id id, hec_form form)
{
    const hec_graph_node *node = hec_compiler_node(c, id);
    bool number = form == HEC_FORM_UNIFORM || !hec_compiler_is_lanes(c, id);
    bool shared = hec_compiler_home(c, unit, id) == c->n_sets;
    hec_operand operand = {.stage = c->stage[id], .index = node->index};
    if (node->code == HEC_CODE_INPUT) {
        operand.kind = number ? HEC_OPERAND_INPUT_UNIFORM : HEC_OPERAND_INPUT_LANES;
    } else if (node->code == HEC_CODE_CONSTANT) {
        operand.kind = HEC_OPERAND_CONSTANT;
        operand.index = c->constants[id];
    } else {
        hec_form own = number ? HEC_FORM_UNIFORM : HEC_FORM_LANES;
        operand.kind = number ? HEC_OPERAND_UNIFORM : HEC_OPERAND_LANES;
        operand.index = shared ? c->shared[own][id] : c->own[own][id];
    }
    return operand;
}

static int32_t take_column(hec_column_pool *pool)
{
    return pool->n_free > 0 ? pool->free[--pool->n_free] : (int32_t)pool->columns++;
}

static void release_column(hec_column_pool *pool, int32_t column)
{
    pool->free[pool->n_free++] = column;
}

/* Gives back the columns of operands that this instruction is the last to read: its own result
 * may take their place. */
static void release_operands(hec_compiler *c, size_t unit, hec_id id, hec_form form,
                             size_t position)
{
    uint8_t stage = c->stage[id];
    hec_id operands[HEC_OPERANDS_MAX];
    size_t count = operands_of(c, id, form, operands);
    for (size_t i = 0; i < count; i++) {
        hec_id arg = operands[i];
        bool own = hec_compiler_form(c, arg) == form && !is_leaf(c, arg) && c->stage[arg] == stage;
        bool kept = *hec_compiler_flags(c, unit, arg) & (HEC_NODE_KEPT_UNIFORM << form);
        if (own && !kept && c->last_use[form][arg] == (int32_t)position) {
            release_column(&c->pools[stage][form], hec_compiler_operand(c, unit, arg, form).index);
            c->last_use[form][arg] = -1; /* once, even if it is an operand twice */
        }
    }
}

/* ---- powers ---------------------------------------------------------------------------------- */

/* The base that the node raises, where others at its stage raise it too; else NULL. */
static hec_raised *raised_by(const hec_compiler *c, hec_id id, hec_form form)
{
    const hec_graph_node *node = hec_compiler_node(c, id);
    if (form != HEC_FORM_LANES || hec_compiler_form(c, id) != form || node->code != HEC_CODE_OP ||
        node->op != HK_POW) {
        return NULL;
    }
    hec_raised *raised = &c->raised[node->args[0]];
    bool several = raised->first < raised->last;
    return several && c->stage[id] == c->stage[raised->first] ? raised : NULL;
}

static void find_powers(hec_compiler *c, size_t unit)
{
    for (size_t id = 0; id < c->n_nodes; id++) {
        c->raised[id] = (hec_raised){.first = -1, .last = -1};
    }
    for (hec_id id = 0; id < (hec_id)c->n_nodes; id++) {
        const hec_graph_node *node = hec_compiler_node(c, id);
        bool power = node->code == HEC_CODE_OP && node->op == HK_POW;
        if (power && makes(c, unit, id, HEC_FORM_LANES) &&
            hec_compiler_is_lanes(c, node->args[0])) {
            hec_raised *raised = &c->raised[node->args[0]];
            raised->first = raised->first < 0 ? id : raised->first;
            raised->last = c->stage[id] == c->stage[raised->first] ? id : raised->last;
        }
    }
}

static void emit_logs(hec_compiler *c, size_t unit, hec_id base, hec_stage stage,
                      hec_stage_code *code)
{
    hec_column_pool *pool = &c->pools[stage][HEC_FORM_LANES];
    hec_raised *raised = &c->raised[base];
    raised->high = take_column(pool);
    raised->low = take_column(pool);
    code->instructions[code->n_uniform + c->at[stage][HEC_FORM_LANES]++] =
        (hec_instruction){.code = HEC_RUN_LOGS,
                          .n_args = 1,
                          .args = {hec_compiler_operand(c, unit, base, HEC_FORM_LANES)},
                          .out = raised->high,
                          .low = raised->low};
}

/* Makes the operation one that is given the logarithm of its base. */
static void use_logs(hec_compiler *c, hec_id id, const hec_raised *raised, hec_instruction *in)
{
    uint8_t stage = c->stage[id];
    hec_column_pool *pool = &c->pools[stage][HEC_FORM_LANES];
    in->code = HEC_RUN_POWER;
    in->n_args = 4;
    in->args[2] = (hec_operand){HEC_OPERAND_LANES, stage, raised->high};
    in->args[3] = (hec_operand){HEC_OPERAND_LANES, stage, raised->low};
    if (raised->last == id) {
        release_column(pool, raised->high);
        release_column(pool, raised->low);
    }
}

/* ---- instructions ---------------------------------------------------------------------------- */

/* Counts the instructions of each stage and finds the last reader of every value. */
static void survey(hec_compiler *c, size_t unit)
{
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        c->at[stage][HEC_FORM_UNIFORM] = c->at[stage][HEC_FORM_LANES] = 0;
    }
    for (hec_id id = 0; id < (hec_id)c->n_nodes; id++) {
        for (hec_form form = HEC_FORM_UNIFORM; form < HEC_FORMS; form++) {
            if (!makes(c, unit, id, form)) {
                continue;
            }
            hec_id operands[HEC_OPERANDS_MAX];
            size_t count = operands_of(c, id, form, operands), *at = &c->at[c->stage[id]][form];
            const hec_raised *raised = raised_by(c, id, form);
            *at += raised && raised->first == id;
            for (size_t i = 0; i < count; i++) {
                c->last_use[form][operands[i]] = (int32_t)*at;
            }
            ++*at;
        }
    }
}

/* An operation, a table or a special function. */
static void emit_node(const hec_compiler *c, size_t unit, hec_id id, hec_form form,
                      hec_instruction *in)
{
    const hec_graph_node *node = hec_compiler_node(c, id);
    bool lanes = form == HEC_FORM_LANES;
    in->code = node->code == HEC_CODE_OP       ? HEC_RUN_OP
               : node->code == HEC_CODE_LOOKUP ? HEC_RUN_LOOKUP
                                               : HEC_RUN_SPECIAL;
    in->op = node->code == HEC_CODE_OP ? (int32_t)node->op : node->index;
    in->lookup = node->lookup;
    in->table = lanes && node->lookup ? hec_lookup_for_lanes(c->arena, node->lookup) : NULL;
    in->n_args = node->n_args;
    for (int i = 0; i < node->n_args; i++) {
        bool number = lanes && !hec_compiler_is_lanes(c, node->args[i]);
        in->numbers |= (uint8_t)(number << i);
        in->args[i] = hec_compiler_operand(c, unit, node->args[i], form);
    }
}

static bool emit(hec_compiler *c, size_t unit, hec_id id, hec_form form)
{
    uint8_t stage = c->stage[id];
    hec_stage_code *code = &c->program->code[unit * HEC_STAGE_COUNT + stage];
    hec_raised *raised = raised_by(c, id, form);
    if (raised && raised->first == id) {
        emit_logs(c, unit, hec_compiler_node(c, id)->args[0], stage, code);
    }
    size_t position = c->at[stage][form]++;
    hec_instruction *in =
        &code->instructions[form == HEC_FORM_LANES ? code->n_uniform + position : position];
    *in = (hec_instruction){.code = HEC_RUN_OP, .op = HK_COPY, .n_args = 1};
    if (hec_compiler_form(c, id) != form) {
        in->code = HEC_RUN_FILL;
        in->args[0] = hec_compiler_operand(c, unit, id, HEC_FORM_UNIFORM);
    } else if (is_leaf(c, id)) {
        in->args[0] = hec_compiler_operand(c, unit, id, form);
    } else if (form == HEC_FORM_LANES && hec_chain_ends(c, id)) {
        if (!hec_chain_emit(c, unit, id, in)) {
            return false;
        }
    } else {
        emit_node(c, unit, id, form, in);
    }
    if (raised) {
        use_logs(c, id, raised, in);
    }
    release_operands(c, unit, id, form, position);
    in->out = take_column(&c->pools[stage][form]);
    (unit == c->n_sets ? c->shared : c->own)[form][id] = in->out;
    return true;
}

/* Room for what `survey` counted. */
static bool open_stage(hec_compiler *c, hec_stage_code *code, int stage)
{
    code->n_uniform = c->at[stage][HEC_FORM_UNIFORM];
    code->n_lanes = c->at[stage][HEC_FORM_LANES];
    size_t count = code->n_uniform + code->n_lanes;
    code->instructions = hec_arena_array(c->arena, count + 1, sizeof *code->instructions);
    for (hec_form form = HEC_FORM_UNIFORM; form < HEC_FORMS; form++) {
        /* an instruction writes two columns at most */
        size_t columns = 2 * c->at[stage][form] + 1;
        hec_column_pool *pool = &c->pools[stage][form];
        *pool = (hec_column_pool){.free = hec_arena_array(c->scratch, columns, sizeof *pool->free)};
        if (!pool->free) {
            return false;
        }
        c->at[stage][form] = 0;
    }
    return code->instructions != NULL;
}

bool hec_compiler_emit(hec_compiler *c, size_t unit)
{
    hec_stage_code *codes = &c->program->code[unit * HEC_STAGE_COUNT];
    hec_chains_find(c, unit);
    find_powers(c, unit);
    survey(c, unit);
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        if (!open_stage(c, &codes[stage], stage)) {
            return false;
        }
    }
    for (hec_id id = 0; id < (hec_id)c->n_nodes; id++) {
        for (hec_form form = HEC_FORM_UNIFORM; form < HEC_FORMS; form++) {
            if (makes(c, unit, id, form) && !emit(c, unit, id, form)) {
                return false;
            }
        }
    }
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        codes[stage].uniform_columns = c->pools[stage][HEC_FORM_UNIFORM].columns;
        codes[stage].lane_columns = c->pools[stage][HEC_FORM_LANES].columns;
    }
    return true;
}
