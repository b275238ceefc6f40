/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evaluation: programs over blocks of lanes, and single values straight from the graph. */
#include "lang/lang.h"

#include <math.h>
#include <stdlib.h>

#include "lang/program.h"
#include "lang/special.h"

/* ---- blocks -------------------------------------------------------------------------------- */

/* Where the values of one kind and stage begin, and how far apart they are. */
typedef struct origin {
    const double *start;
    size_t apart;
} origin;

typedef struct origins {
    const double *const *inputs; /* columns of inputs stand anywhere */
    origin of[HEC_OPERAND_KINDS][HEC_STAGE_COUNT];
} origins;

static void find_origins(const hec_program *program, const hec_frames *frames, origins *o)
{
    o->inputs = frames->input_columns;
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        origin constants = {program->constants, 1};
        o->of[HEC_OPERAND_NONE][stage] = constants; /* not read */
        o->of[HEC_OPERAND_LANES][stage] = (origin){frames->lane[stage], frames->stride};
        o->of[HEC_OPERAND_UNIFORM][stage] = (origin){frames->uniform[stage], 1};
        o->of[HEC_OPERAND_INPUT_LANES][stage] = constants; /* not read */
        o->of[HEC_OPERAND_INPUT_UNIFORM][stage] = (origin){frames->input_values, 1};
        o->of[HEC_OPERAND_CONSTANT][stage] = constants;
    }
}

static const double *address_of(const origins *o, hec_operand operand)
{
    if (operand.kind == HEC_OPERAND_INPUT_LANES) {
        return o->inputs[operand.index];
    }
    const origin *from = &o->of[operand.kind][operand.stage];
    return from->start + from->apart * (size_t)operand.index;
}

/* Special functions, and tables that the kernels do not read, lane by lane; `out` may be one of the
 * operands. */
static void run_scalar(const hec_instruction *in, size_t n, const double *const args[4],
                       double *out)
{
    double x[4] = {0};
    for (size_t lane = 0; lane < n; lane++) {
        for (int i = 0; i < in->n_args; i++) {
            x[i] = args[i][in->numbers >> i & 1 ? 0 : lane];
        }
        out[lane] = in->code == HEC_RUN_LOOKUP ? hec_lookup_value(in->lookup, x)
                                               : hec_special_value(in->op, x);
    }
}

static void run_uniform(const hec_instruction *in, const double *const args[4], double *out)
{
    if (in->code == HEC_RUN_OP) {
        *out = hk_scalar((hk_op)in->op, *args[0], *args[1], *args[2]);
    } else {
        run_scalar(in, 1, args, out);
    }
}

static void run_chain(const hec_instruction *in, const hk_table *kernels, size_t n,
                      const origins *o, const double *start, double *out)
{
    hk_link links[HK_LINKS_MAX];
    for (size_t k = 0; k < in->n_links; k++) {
        const hec_chain_link *link = &in->links[k];
        links[k] =
            (hk_link){link->code, address_of(o, link->args[0]), address_of(o, link->args[1])};
    }
    kernels->chain(n, start, in->n_links, links, out);
}

/* low: the second column that is written. */
static void run_lanes(const hec_instruction *in, const hk_table *kernels, size_t n,
                      const origins *o, const double *const args[4], double *out, double *low)
{
    switch (in->code) {
    case HEC_RUN_OP:
        kernels->mixed[in->op][in->numbers](n, args[0], args[1], args[2], out);
        break;
    case HEC_RUN_CHAIN:
        run_chain(in, kernels, n, o, args[0], out);
        break;
    case HEC_RUN_LOGS:
        kernels->logs(n, args[0], out, low);
        break;
    case HEC_RUN_POWER:
        kernels->powers(n, args[0], args[2], args[3], args[1], in->numbers != 0, out);
        break;
    case HEC_RUN_FILL:
        kernels->fill(n, *args[0], out);
        break;
    default:
        if (in->table) {
            kernels->lookup(n, in->table, args, in->numbers, out);
        } else {
            run_scalar(in, n, args, out);
        }
        break;
    }
}

void hec_program_run(const hec_program *program, const hk_table *kernels, size_t set,
                     hec_stage stage, const hec_frames *frames)
{
    const hec_stage_code *code = hec_program_code(program, set, stage);
    const double *args[4];
    origins o;
    find_origins(program, frames, &o);
    for (size_t i = 0; i < code->n_uniform + code->n_lanes; i++) {
        const hec_instruction *in = &code->instructions[i];
        for (int k = 0; k < 4; k++) {
            args[k] = address_of(&o, in->args[k]);
        }
        if (i < code->n_uniform) {
            run_uniform(in, args, frames->uniform[stage] + in->out);
        } else {
            double *columns = frames->lane[stage];
            run_lanes(in, kernels, frames->lanes, &o, args,
                      columns + (size_t)in->out * frames->stride,
                      columns + (size_t)in->low * frames->stride);
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
