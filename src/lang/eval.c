/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evaluation: programs over blocks of lanes, and single values straight from the graph. */
#include "lang/lang.h"

#include <math.h>
#include <stdlib.h>

#include "lang/program.h"
#include "lang/special.h"

/* ---- blocks -------------------------------------------------------------------------------- */

static const double *address_of(const hec_program *program, const hec_frames *frames,
                                hec_operand operand)
{
    switch ((hec_operand_kind)operand.kind) {
    case HEC_OPERAND_LANES:
        return frames->lane[operand.stage] + (size_t)operand.index * frames->stride;
    case HEC_OPERAND_UNIFORM:
        return frames->uniform[operand.stage] + operand.index;
    case HEC_OPERAND_INPUT_LANES:
        return frames->input_columns[operand.index];
    case HEC_OPERAND_INPUT_UNIFORM:
        return frames->input_values + operand.index;
    case HEC_OPERAND_CONSTANT:
        return program->constants + operand.index;
    case HEC_OPERAND_NONE:
        break;
    }
    return NULL;
}

/* Tables and special functions, lane by lane; `out` may be one of the operands. */
static void run_scalar(const hec_instruction *in, size_t n, const double *const args[4],
                       double *out)
{
    double x[4] = {0};
    for (size_t lane = 0; lane < n; lane++) {
        for (int i = 0; i < in->n_args; i++) {
            x[i] = args[i][lane];
        }
        out[lane] = in->code == HEC_RUN_LOOKUP ? hec_lookup_value(in->lookup, x)
                                               : hec_special_value(in->op, x);
    }
}

static void run_uniform(const hec_instruction *in, const double *const args[4], double *out)
{
    if (in->code == HEC_RUN_OP) {
        *out = hk_scalar((hk_op)in->op, args[0] ? *args[0] : 0, args[1] ? *args[1] : 0,
                         args[2] ? *args[2] : 0);
    } else {
        run_scalar(in, 1, args, out);
    }
}

static void run_lanes(const hec_instruction *in, const hk_table *kernels, size_t n,
                      const double *const args[4], double *out)
{
    switch (in->code) {
    case HEC_RUN_OP:
        kernels->op[in->op](n, args[0], args[1], args[2], out);
        break;
    case HEC_RUN_FILL:
        kernels->fill(n, *args[0], out);
        break;
    default:
        run_scalar(in, n, args, out);
        break;
    }
}

void hec_program_run(const hec_program *program, const hk_table *kernels, size_t set,
                     hec_stage stage, const hec_frames *frames)
{
    const hec_stage_code *code = hec_program_code(program, set, stage);
    const double *args[4];
    for (size_t i = 0; i < code->n_uniform + code->n_lanes; i++) {
        const hec_instruction *in = &code->instructions[i];
        for (int k = 0; k < 4; k++) {
            args[k] = address_of(program, frames, in->args[k]);
        }
        if (i < code->n_uniform) {
            run_uniform(in, args, frames->uniform[stage] + in->out);
        } else {
            run_lanes(in, kernels, frames->lanes, args,
                      frames->lane[stage] + (size_t)in->out * frames->stride);
        }
    }
}

const double *hec_slot_address(const hec_frames *frames, hec_slot slot)
{
    if (slot.column < 0) {
        return NULL;
    }
    return slot.uniform ? frames->uniform[slot.stage] + slot.column
                        : frames->lane[slot.stage] + (size_t)slot.column * frames->stride;
}

/* ---- single values ------------------------------------------------------------------------- */

static uint64_t bit_of(hec_id id)
{
    return UINT64_C(1) << (id & 63);
}

static bool is_told(const hec_telling *telling, const hec_graph *graph, hec_id id)
{
    return telling && telling->tell(telling->context, graph, id, NULL, NULL);
}

/* One bit for each node that `id` needs, itself included, but nothing below what is told as a
 * whole. Arguments come before their node, so one pass downwards finds them all. NULL when out of
 * memory; the caller frees. */
static uint64_t *needed_nodes(const hec_graph *graph, hec_id id, const hec_telling *telling)
{
    uint64_t *marks = calloc((size_t)id / 64 + 1, sizeof *marks);
    if (!marks) {
        return NULL;
    }
    marks[id / 64] = bit_of(id);
    for (hec_id i = id; i >= 0; i--) {
        if (marks[i / 64] == 0) {
            i &= ~63; /* 64 nodes that nothing needs */
            continue;
        }
        if (!(marks[i / 64] & bit_of(i))) {
            continue;
        }
        const hec_graph_node *node = hec_graph_node_at(graph, i);
        for (int k = 0; k < node->n_args && !is_told(telling, graph, i); k++) {
            marks[node->args[k] / 64] |= bit_of(node->args[k]);
        }
    }
    return marks;
}

static double node_value(const hec_graph_node *node, const double *values, const double *inputs)
{
    double x[4] = {0};
    for (int i = 0; i < node->n_args; i++) {
        x[i] = values[node->args[i]];
    }
    switch (node->code) {
    case HEC_CODE_CONSTANT:
        return node->value;
    case HEC_CODE_INPUT:
        return inputs ? inputs[node->index] : NAN;
    case HEC_CODE_OP:
        return hk_scalar(node->op, x[0], x[1], x[2]);
    case HEC_CODE_LOOKUP:
        return hec_lookup_value(node->lookup, x);
    case HEC_CODE_SPECIAL:
        return hec_special_value(node->index, x);
    }
    return NAN;
}

double hec_evaluate(const hec_graph *graph, hec_id id, const double *inputs)
{
    if (!hec_graph_node_at(graph, id)) {
        return NAN;
    }
    double result = NAN;
    uint64_t *marks = needed_nodes(graph, id, NULL);
    double *values = malloc(((size_t)id + 1) * sizeof *values);
    for (hec_id i = 0; marks && values && i <= id; i++) {
        if (marks[i / 64] == 0) {
            i |= 63;
        } else if (marks[i / 64] & bit_of(i)) {
            values[i] = node_value(hec_graph_node_at(graph, i), values, inputs);
            result = values[i];
        }
    }
    free(values);
    free(marks);
    return result;
}

static void tell_node(const hec_graph *graph, hec_id id, const double *inputs,
                      const hec_telling *telling, hec_text *out)
{
    const hec_graph_node *node = hec_graph_node_at(graph, id);
    char number[32];
    if (!telling || !telling->tell(telling->context, graph, id, inputs, out)) {
        hec_text_from_double(inputs[node->index], number);
        hec_text_format(out, "%s = %s", hec_graph_input_name(graph, node->index), number);
    }
}

void hec_explain_value(const hec_graph *graph, hec_id id, const double *inputs,
                       const hec_telling *telling, hec_text *out)
{
    enum { SHOWN = 12 };
    uint64_t *marks = hec_graph_node_at(graph, id) ? needed_nodes(graph, id, telling) : NULL;
    size_t count = 0;
    for (hec_id i = 0; marks && i <= id; i++) {
        if (!(marks[i / 64] & bit_of(i)) ||
            (hec_graph_node_at(graph, i)->code != HEC_CODE_INPUT && !is_told(telling, graph, i))) {
            continue;
        }
        if (count++ < SHOWN) {
            hec_text_add(out, count > 1 ? ", " : "");
            tell_node(graph, i, inputs, telling, out);
        }
    }
    if (count > SHOWN) {
        hec_text_format(out, ", and %zu more", count - SHOWN);
    }
    free(marks);
}
