/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scales of sums: hundredths, cycles and points are summed as the whole numbers they are, and
 * brought to their unit when the sum is read. A sum of tenths is no tenth of a sum: 0.1 is not a
 * binary number, and its error would grow with every person. */
#include <math.h>

#include "model/policy_inner.h"

enum { NODES = 200 }; /* looked at, of one value */

typedef struct scaling {
    const hec_builder *b;
    int left;
} scaling;

static const hec_graph_node *node_of(const scaling *s, hec_id id)
{
    return hec_graph_node_at(s->b->model->graph, id);
}

/* A number other than 0 and 1 that an operation has on this side. */
static bool is_scale(const scaling *s, hec_id id)
{
    const hec_graph_node *node = id < 0 ? NULL : node_of(s, id);
    return node && node->code == HEC_CODE_CONSTANT && isfinite(node->value) && node->value != 0 &&
           node->value != 1;
}

/* The value in hundredths, where it is made of whole ones; -1: it is not. */
static hec_id in_fen(scaling *s, hec_id id)
{
    const hec_graph_node node = *node_of(s, id);
    double fen = node.value * HEC_FEN;
    if (s->left-- <= 0 || (node.code == HEC_CODE_CONSTANT && fen != floor(fen))) {
        return -1;
    }
    if (node.code == HEC_CODE_CONSTANT) {
        return hec_life_constant(s->b, fen, node.place);
    }
    if (node.code != HEC_CODE_OP) {
        return -1;
    }
    if (node.op == HK_DIV) {
        const hec_graph_node *by = node_of(s, node.args[1]);
        return by->code == HEC_CODE_CONSTANT && by->value == HEC_FEN ? node.args[0] : -1;
    }
    bool select = node.op == HK_SELECT;
    if (!select && node.op != HK_ADD && node.op != HK_SUB && node.op != HK_MIN &&
        node.op != HK_MAX) {
        return -1;
    }
    hec_id x = in_fen(s, node.args[select]), y = x < 0 ? -1 : in_fen(s, node.args[1 + select]);
    return y < 0    ? -1
           : select ? hec_life_select(s->b, node.args[0], x, y, node.place)
                    : hec_life_op(s->b, node.op, x, y, node.place);
}

/* What is multiplied or divided by a number, and by which. */
static hec_id multiplied(const scaling *s, hec_id id, double *factor, double *divisor)
{
    const hec_graph_node *node = node_of(s, id);
    if (node->code == HEC_CODE_CONSTANT && node->value != floor(node->value) &&
        isfinite(node->value)) {
        *factor = node->value;
        return hec_life_constant(s->b, 1, node->place);
    }
    if (node->code != HEC_CODE_OP || (node->op != HK_MUL && node->op != HK_DIV)) {
        return id;
    }
    int side = node->op == HK_MUL && is_scale(s, node->args[0]) ? 0 : 1;
    if (!is_scale(s, node->args[side])) {
        return id;
    }
    *(node->op == HK_MUL ? factor : divisor) = node_of(s, node->args[side])->value;
    return node->args[1 - side];
}

hec_id hec_policy_unscaled(hec_paying *p, hec_id id, double *factor, double *divisor)
{
    scaling s = {p->b, NODES};
    const hec_graph_node node = *node_of(&s, id);
    *factor = *divisor = 1;
    bool counted = node.code == HEC_CODE_OP && node.op == HK_SELECT &&
                   hec_life_is_value(p->b, node.args[2], 0); /* of those who are counted */
    hec_id value = counted ? node.args[1] : id;
    hec_id fen = node_of(&s, value)->code == HEC_CODE_CONSTANT ? -1 : in_fen(&s, value);
    hec_id other = fen < 0 ? multiplied(&s, value, factor, divisor) : fen;
    *divisor = fen < 0 ? *divisor : HEC_FEN;
    return other == value ? id
           : counted      ? hec_policy_where(p, node.args[0], other, node.place)
                          : other;
}
