/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear: grades of values, coefficients, and values with inputs replaced. */
#include "model/policy_linear.h"

#include "model/life_inner.h"

/* ---- replaced -------------------------------------------------------------------------------- */

bool hec_replacing_open(hec_replacing *r, hec_builder *b, const hec_id *with)
{
    size_t n = hec_graph_size(b->model->graph);
    *r = (hec_replacing){b, with, n, hec_arena_array(b->arena, n + 1, sizeof *r->known)};
    if (r->known) {
        hec_replacing_restart(r);
    }
    return r->known != NULL;
}

void hec_replacing_restart(hec_replacing *r)
{
    for (size_t i = 0; i < r->n; i++) {
        r->known[i] = -1;
    }
}

hec_id hec_replace(hec_replacing *r, hec_id id)
{
    hec_graph *graph = r->b->model->graph;
    if (id < 0 || (size_t)id >= r->n || r->known[id] >= 0) {
        return id < 0 || (size_t)id >= r->n ? id : r->known[id];
    }
    const hec_graph_node node = *hec_graph_node_at(graph, id); /* the graph grows below */
    hec_id args[4] = {-1, -1, -1, -1}, made = id;
    bool same = true;
    for (int i = 0; i < node.n_args; i++) {
        args[i] = hec_replace(r, node.args[i]);
        same = same && args[i] == node.args[i];
    }
    if (node.code == HEC_CODE_INPUT) {
        made = r->with[node.index] >= 0 ? r->with[node.index] : id;
    } else if (!same && node.code == HEC_CODE_OP) {
        made = hec_graph_op(graph, node.op, args[0], args[1], args[2], node.place);
    } else if (!same && node.code == HEC_CODE_LOOKUP) {
        made = hec_graph_lookup(graph, node.lookup, args, node.place);
    } else if (!same && node.code == HEC_CODE_SPECIAL) {
        made = hec_graph_special(graph, node.index, args, node.place);
    }
    r->known[id] = made;
    return made;
}

/* ---- grades ---------------------------------------------------------------------------------- */

static const hec_graded zero = {HEC_GRADE_ZERO, -1, -1}, free_of_all = {HEC_GRADE_FREE, -1, -1};

static hec_graded other(hec_id why)
{
    return (hec_graded){HEC_GRADE_OTHER, -1, why};
}

static bool is_linear(const hec_graded *g)
{
    return g->grade == HEC_GRADE_SHARE || g->grade == HEC_GRADE_SUM || g->grade == HEC_GRADE_AFFINE;
}

/* ZERO, or in proportion to this quantity (-1: to any one). */
static bool shares(const hec_graded *g, int32_t of)
{
    return g->grade == HEC_GRADE_ZERO || (g->grade == HEC_GRADE_SHARE && (of < 0 || g->of == of));
}

/* a + b, a - b, and one or the other by what is free */
static hec_graded join(hec_graded a, hec_graded b, hec_id id)
{
    if (a.grade == HEC_GRADE_ZERO || b.grade == HEC_GRADE_ZERO) {
        return a.grade == HEC_GRADE_ZERO ? b : a;
    }
    if (a.grade == HEC_GRADE_FREE && b.grade == HEC_GRADE_FREE) {
        return free_of_all;
    }
    if (a.grade == HEC_GRADE_SHARE && b.grade == HEC_GRADE_SHARE && a.of == b.of) {
        return a;
    }
    bool free = a.grade == HEC_GRADE_FREE || b.grade == HEC_GRADE_FREE;
    bool good = (is_linear(&a) || a.grade == HEC_GRADE_FREE) &&
                (is_linear(&b) || b.grade == HEC_GRADE_FREE);
    free = free || a.grade == HEC_GRADE_AFFINE || b.grade == HEC_GRADE_AFFINE;
    return good ? (hec_graded){free ? HEC_GRADE_AFFINE : HEC_GRADE_SUM, -1, -1} : other(id);
}

static hec_graded product(hec_graded a, hec_graded b, hec_id id)
{
    if (a.grade == HEC_GRADE_ZERO || b.grade == HEC_GRADE_ZERO) {
        return zero;
    }
    if (a.grade == HEC_GRADE_FREE || b.grade == HEC_GRADE_FREE) {
        return a.grade == HEC_GRADE_FREE ? b : a;
    }
    bool sign = a.grade == HEC_GRADE_SIGN || b.grade == HEC_GRADE_SIGN;
    bool share = a.grade == HEC_GRADE_SHARE || b.grade == HEC_GRADE_SHARE;
    return sign && share && a.of == b.of ? (hec_graded){HEC_GRADE_SHARE, a.of, -1} : other(id);
}

static hec_graded quotient(hec_graded a, hec_graded b, hec_id id)
{
    if (a.grade == HEC_GRADE_ZERO || b.grade == HEC_GRADE_FREE) {
        return a;
    }
    bool both = a.grade == HEC_GRADE_SHARE && b.grade == HEC_GRADE_SHARE && a.of == b.of;
    return both ? (hec_graded){HEC_GRADE_SIGN, a.of, -1} : other(id);
}

/* Whether none of the operands follows more than the sign of one quantity, which is returned. */
static bool of_one_sign(const hec_graded *args, int n, int32_t *of)
{
    bool good = true;
    *of = -1;
    for (int i = 0; i < n; i++) {
        bool sign = args[i].grade == HEC_GRADE_SIGN;
        good = good && (sign || args[i].grade <= HEC_GRADE_FREE) &&
               (!sign || *of < 0 || *of == args[i].of);
        *of = sign ? args[i].of : *of;
    }
    return good;
}

/* One quantity alone, each operand in proportion to it or 0; else -1. */
static int32_t one_share(const hec_graded *args, int n)
{
    int32_t of = -1;
    bool good = true;
    for (int i = 0; i < n; i++) {
        good = good && shares(&args[i], of);
        of = args[i].grade == HEC_GRADE_SHARE ? args[i].of : of;
    }
    return good ? of : -1;
}

static hec_graded chosen(const hec_graded *args, hec_id id)
{
    if (args[0].grade <= HEC_GRADE_FREE) {
        return join(args[1], args[2], id);
    }
    int32_t of = one_share(args + 1, 2);
    bool good = args[0].grade == HEC_GRADE_SIGN && of == args[0].of;
    return good ? (hec_graded){HEC_GRADE_SHARE, of, -1} : other(id);
}

static hec_graded of_operation(const hec_linear *l, const hec_graph_node *node,
                               const hec_graded *args, hec_id id)
{
    int32_t sign = -1, share = one_share(args, node->n_args);
    if (node->op == HK_SELECT && args[0].grade <= HEC_GRADE_FREE) {
        return chosen(args, id);
    }
    if (of_one_sign(args, node->n_args, &sign)) {
        return sign < 0 ? free_of_all : (hec_graded){HEC_GRADE_SIGN, sign, -1};
    }
    switch (node->op) {
    case HK_COPY:
    case HK_NEG:
        return args[0];
    case HK_ADD:
    case HK_SUB:
        return join(args[0], args[1], id);
    case HK_MUL:
        return product(args[0], args[1], id);
    case HK_DIV:
        return quotient(args[0], args[1], id);
    case HK_MIN:
    case HK_MAX:
    case HK_ABS:
        return share >= 0 && !l->plain ? (hec_graded){HEC_GRADE_SHARE, share, -1} : other(id);
    case HK_LT:
    case HK_LE:
    case HK_EQ:
    case HK_NE:
    case HK_AND:
    case HK_OR:
    case HK_NOT:
        return share >= 0 && !l->plain ? (hec_graded){HEC_GRADE_SIGN, share, -1} : other(id);
    case HK_SELECT:
        return chosen(args, id);
    default:
        return other(id);
    }
}

/* Whether an operation on nothing but zeros and what is free is 0 whatever happens: a share of 0, a
 * deductible of 0 per visit. */
static bool stays_zero(const hec_graph_node *node, const hec_graded *args)
{
    bool first = args[0].grade == HEC_GRADE_ZERO, second = args[1].grade == HEC_GRADE_ZERO;
    switch (node->op) {
    case HK_COPY:
    case HK_NEG:
    case HK_DIV:
        return first;
    case HK_MUL:
        return first || second;
    case HK_ADD:
    case HK_SUB:
    case HK_MIN:
    case HK_MAX:
        return first && second;
    default:
        return false;
    }
}

static hec_graded grade_of(const hec_linear *l, hec_id id)
{
    const hec_graph_node *node = hec_graph_node_at(l->b->model->graph, id);
    hec_graded args[4] = {zero, zero, zero, zero};
    bool free = true;
    for (int i = 0; i < node->n_args; i++) {
        args[i] = l->nodes[node->args[i]];
        free = free && args[i].grade <= HEC_GRADE_FREE;
        if (args[i].grade == HEC_GRADE_OTHER) {
            return args[i];
        }
    }
    if (node->code == HEC_CODE_CONSTANT) {
        return node->value == 0 ? zero : free_of_all;
    }
    if (node->code == HEC_CODE_INPUT) {
        int32_t what = l->inputs[node->index];
        return what == HEC_INPUT_FREE    ? free_of_all
               : what == HEC_INPUT_OTHER ? other(id)
                                         : (hec_graded){HEC_GRADE_SHARE, what, -1};
    }
    if (free) {
        return node->code == HEC_CODE_OP && stays_zero(node, args) ? zero : free_of_all;
    }
    return node->code == HEC_CODE_OP ? of_operation(l, node, args, id) : other(id);
}

bool hec_linear_open(hec_linear *l, hec_builder *b, const int32_t *inputs, bool plain)
{
    size_t n = hec_graph_size(b->model->graph);
    *l = (hec_linear){.b = b, .inputs = inputs, .plain = plain, .n = n};
    l->nodes = hec_arena_array(b->arena, n + 1, sizeof *l->nodes);
    l->at_one = hec_arena_array(b->arena, n + 1, sizeof *l->at_one);
    if (!l->nodes || !l->at_one) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        l->at_one[i] = -1;
        l->nodes[i] = grade_of(l, (hec_id)i);
    }
    return true;
}

/* ---- coefficients ---------------------------------------------------------------------------- */

hec_id hec_linear_at_one(hec_linear *l, hec_id id)
{
    hec_graph *graph = l->b->model->graph;
    if (l->at_one[id] >= 0 || l->nodes[id].grade == HEC_GRADE_FREE) {
        return l->at_one[id] >= 0 ? l->at_one[id] : id;
    }
    const hec_graph_node node = *hec_graph_node_at(graph, id);
    if (l->nodes[id].grade == HEC_GRADE_ZERO) {
        return hec_graph_constant(graph, 0, node.place);
    }
    hec_id args[4] = {-1, -1, -1, -1}, made = id;
    for (int i = 0; i < node.n_args; i++) {
        args[i] = hec_linear_at_one(l, node.args[i]);
    }
    if (node.code == HEC_CODE_INPUT && l->inputs[node.index] >= 0) {
        made = hec_graph_constant(graph, 1, node.place);
    } else if (node.code == HEC_CODE_OP) {
        made = hec_graph_op(graph, node.op, args[0], args[1], args[2], node.place);
    }
    l->at_one[id] = made;
    return made;
}

static hec_id combine(hec_linear *l, const hec_graph_node *node, hec_id x, hec_id y,
                      hec_place place)
{
    const hec_builder *b = l->b;
    if (y < 0) {
        return x;
    }
    if (x < 0) {
        return node->op == HK_SUB ? hec_life_op(b, HK_NEG, y, -1, place) : y;
    }
    return hec_life_op(b, node->op, x, y, place);
}

/* Of a sum: the coefficients of its parts. */
static hec_id part_of_sum(hec_linear *l, const hec_graph_node *node, int32_t quantity,
                          hec_place place)
{
    const hec_builder *b = l->b;
    const hec_id *args = node->args;
    switch (node->op) {
    case HK_ADD:
    case HK_SUB:
        return combine(l, node, hec_linear_part(l, args[0], quantity, place),
                       hec_linear_part(l, args[1], quantity, place), place);
    case HK_MUL: {
        bool first = l->nodes[args[0]].grade <= HEC_GRADE_FREE;
        hec_id part = hec_linear_part(l, args[first ? 1 : 0], quantity, place);
        return part < 0 ? -1 : hec_life_op(b, HK_MUL, args[first ? 0 : 1], part, place);
    }
    case HK_DIV: {
        hec_id part = hec_linear_part(l, args[0], quantity, place);
        return part < 0 ? -1 : hec_life_op(b, HK_DIV, part, args[1], place);
    }
    case HK_SELECT: {
        hec_id nothing = hec_life_constant(b, 0, place);
        hec_id yes = hec_linear_part(l, args[1], quantity, place);
        hec_id no = hec_linear_part(l, args[2], quantity, place);
        return yes < 0 && no < 0 ? -1
                                 : hec_life_select(b, args[0], yes < 0 ? nothing : yes,
                                                   no < 0 ? nothing : no, place);
    }
    default: {
        hec_id part = hec_linear_part(l, args[0], quantity, place);
        return part < 0 ? -1 : hec_life_op(b, node->op, part, -1, place);
    }
    }
}

hec_id hec_linear_part(hec_linear *l, hec_id id, int32_t quantity, hec_place place)
{
    const hec_graded *g = &l->nodes[id];
    switch (g->grade) {
    case HEC_GRADE_FREE:
        return quantity < 0 ? id : -1;
    case HEC_GRADE_SHARE:
        return quantity == g->of ? hec_linear_at_one(l, id) : -1;
    case HEC_GRADE_SUM:
    case HEC_GRADE_AFFINE: {
        const hec_graph_node node = *hec_graph_node_at(l->b->model->graph, id);
        return part_of_sum(l, &node, quantity, place);
    }
    default:
        return -1;
    }
}
