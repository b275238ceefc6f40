/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Graph: expressions as nodes, each different one once, constants folded.
 *
 * Whatever is folded or shared here must have the very bits that computing it would have had, for
 * every operand, infinities, signed zeros and NaN included; tests compare with a plain graph. */
#include "lang/lang.h"

#include <math.h>
#include <string.h>

#include "lang/special.h"

struct hec_graph {
    hec_arena *arena;
    bool plain, failed;
    size_t count, capacity;
    hec_graph_node *nodes;
    size_t slots; /* of the hash table: a power of two, at most half full */
    hec_id *table;
    size_t n_inputs, input_capacity, name_capacity;
    hec_id *inputs; /* by index; -1: none */
    const char **input_names;
    size_t n_lookups, lookup_capacity;
    const hec_lookup **lookups; /* kept here */
};

enum { FIRST_SLOTS = 256 };

hec_graph *hec_graph_create(hec_arena *arena, bool plain)
{
    hec_graph *graph = hec_arena_alloc(arena, sizeof *graph);
    if (graph) {
        graph->arena = arena;
        graph->plain = plain;
    }
    return graph;
}

size_t hec_graph_size(const hec_graph *graph)
{
    return graph->count;
}

const hec_graph_node *hec_graph_node_at(const hec_graph *graph, hec_id id)
{
    return id >= 0 && (size_t)id < graph->count ? &graph->nodes[id] : NULL;
}

bool hec_graph_failed(const hec_graph *graph)
{
    return graph->failed;
}

static hec_id give_up(hec_graph *graph)
{
    graph->failed = true;
    return -1;
}

/* ---- sharing ------------------------------------------------------------------------------- */

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ (hash >> 29);
}

static uint64_t hash_of(const hec_graph_node *node)
{
    uint64_t hash = mix((uint64_t)node->code, (uint64_t)node->op);
    hash = mix(hash, (uint64_t)node->index);
    hash = mix(hash, (uint64_t)(uintptr_t)node->lookup);
    hash = mix(hash, bits_of(node->value));
    for (int i = 0; i < 4; i++) {
        hash = mix(hash, (uint64_t)node->args[i]);
    }
    return hash;
}

static bool equal(const hec_graph_node *a, const hec_graph_node *b)
{
    return a->code == b->code && a->op == b->op && a->index == b->index && a->lookup == b->lookup &&
           bits_of(a->value) == bits_of(b->value) && memcmp(a->args, b->args, sizeof a->args) == 0;
}

/* The slot where the node is, or where it would go. */
static size_t slot_of(const hec_graph *graph, const hec_graph_node *node)
{
    size_t slot = (size_t)hash_of(node) & (graph->slots - 1);
    while (graph->table[slot] >= 0 && !equal(&graph->nodes[graph->table[slot]], node)) {
        slot = (slot + 1) & (graph->slots - 1);
    }
    return slot;
}

static bool grow_table(hec_graph *graph)
{
    if (2 * (graph->count + 1) <= graph->slots) {
        return true;
    }
    size_t slots = graph->slots ? 2 * graph->slots : FIRST_SLOTS;
    hec_id *table = hec_arena_array(graph->arena, slots, sizeof *table);
    if (!table) {
        return false;
    }
    for (size_t i = 0; i < slots; i++) {
        table[i] = -1;
    }
    graph->slots = slots;
    graph->table = table;
    for (size_t i = 0; i < graph->count; i++) {
        table[slot_of(graph, &graph->nodes[i])] = (hec_id)i;
    }
    return true;
}

static hec_id add(hec_graph *graph, const hec_graph_node *node)
{
    size_t slot = 0;
    if (!graph->plain) {
        if (!grow_table(graph)) {
            return give_up(graph);
        }
        slot = slot_of(graph, node);
        if (graph->table[slot] >= 0) {
            return graph->table[slot];
        }
    }
    void *nodes = graph->nodes;
    if (graph->count >= INT32_MAX || !hec_arena_grow(graph->arena, &nodes, graph->count,
                                                     &graph->capacity, sizeof *graph->nodes)) {
        return give_up(graph);
    }
    graph->nodes = nodes;
    graph->nodes[graph->count] = *node;
    if (!graph->plain) {
        graph->table[slot] = (hec_id)graph->count;
    }
    return (hec_id)graph->count++;
}

/* ---- leaves -------------------------------------------------------------------------------- */

static hec_graph_node blank(hec_node_code code, hec_place place)
{
    return (hec_graph_node){.code = code, .args = {-1, -1, -1, -1}, .place = place};
}

hec_id hec_graph_constant(hec_graph *graph, double value, hec_place place)
{
    hec_graph_node node = blank(HEC_CODE_CONSTANT, place);
    node.value = value;
    return add(graph, &node);
}

hec_id hec_graph_input(hec_graph *graph, int32_t index, uint8_t depends, const char *name,
                       hec_place place)
{
    size_t wanted = (size_t)index + 1;
    while (graph->n_inputs < wanted) {
        void *inputs = graph->inputs, *names = graph->input_names;
        if (!hec_arena_grow(graph->arena, &inputs, graph->n_inputs, &graph->input_capacity,
                            sizeof *graph->inputs) ||
            !hec_arena_grow(graph->arena, &names, graph->n_inputs, &graph->name_capacity,
                            sizeof *graph->input_names)) {
            return give_up(graph);
        }
        graph->inputs = inputs;
        graph->input_names = names;
        graph->inputs[graph->n_inputs] = -1;
        graph->input_names[graph->n_inputs++] = NULL;
    }
    if (graph->inputs[index] < 0) {
        hec_graph_node node = blank(HEC_CODE_INPUT, place);
        node.index = index;
        node.depends = depends;
        graph->input_names[index] = hec_arena_copy(graph->arena, name, strlen(name));
        graph->inputs[index] = graph->input_names[index] ? add(graph, &node) : give_up(graph);
    }
    return graph->inputs[index];
}

const char *hec_graph_input_name(const hec_graph *graph, int32_t index)
{
    return index >= 0 && (size_t)index < graph->n_inputs ? graph->input_names[index] : NULL;
}

/* ---- operations ---------------------------------------------------------------------------- */

static const uint8_t arities[] = {
#define ARITY_ROW(name, arity, words) arity,
    HK_OP_TABLE(ARITY_ROW)
#undef ARITY_ROW
};

/* Sets args and depends; false when an operand is missing through an earlier error. */
static bool take_args(const hec_graph *graph, hec_graph_node *node, const hec_id *args, int count)
{
    node->n_args = (uint8_t)count;
    for (int i = 0; i < count; i++) {
        if (args[i] < 0) {
            return false;
        }
        node->args[i] = args[i];
        node->depends |= graph->nodes[args[i]].depends;
    }
    return true;
}

static bool constant_args(const hec_graph *graph, const hec_graph_node *node, double values[4])
{
    if (graph->plain) {
        return false;
    }
    for (int i = 0; i < node->n_args; i++) {
        const hec_graph_node *arg = &graph->nodes[node->args[i]];
        if (arg->code != HEC_CODE_CONSTANT) {
            return false;
        }
        values[i] = arg->value;
    }
    return true;
}

static bool is_value(const hec_graph *graph, hec_id id, double value)
{
    const hec_graph_node *node = &graph->nodes[id];
    return node->code == HEC_CODE_CONSTANT && bits_of(node->value) == bits_of(value);
}

static bool is_op(const hec_graph *graph, hec_id id, hk_op op)
{
    return graph->nodes[id].code == HEC_CODE_OP && graph->nodes[id].op == op;
}

/* A choice between two values whose condition is known. */
static hec_id chosen(const hec_graph *graph, const hec_graph_node *node)
{
    const hec_graph_node *condition = &graph->nodes[node->args[0]];
    if (node->args[1] == node->args[2]) {
        return node->args[1];
    }
    if (condition->code != HEC_CODE_CONSTANT) {
        return -1;
    }
    return hk_scalar(HK_SELECT, condition->value, 1, 0) == 1 ? node->args[1] : node->args[2];
}

/* The node that equals this one bit for bit whatever the operands are, or -1. Not here, though
 * true of real numbers: x + 0 (minus zero), x * 0 (infinity), x - x (NaN). */
static hec_id identity(const hec_graph *graph, const hec_graph_node *node)
{
    hec_id a = node->args[0], b = node->args[1];
    switch (node->op) {
    case HK_COPY:
        return a;
    case HK_NEG:
        return is_op(graph, a, HK_NEG) ? graph->nodes[a].args[0] : -1;
    case HK_ADD:
        return is_value(graph, b, -0.0) ? a : is_value(graph, a, -0.0) ? b : -1;
    case HK_SUB:
        return is_value(graph, b, 0.0) ? a : -1;
    case HK_MUL:
        return is_value(graph, b, 1.0) ? a : is_value(graph, a, 1.0) ? b : -1;
    case HK_DIV:
        return is_value(graph, b, 1.0) ? a : -1;
    case HK_AND:
        return is_value(graph, b, 0.0) ? b : is_value(graph, a, 0.0) ? a : -1;
    case HK_OR:
        return is_value(graph, b, 1.0) ? b : is_value(graph, a, 1.0) ? a : -1;
    case HK_SELECT:
        return chosen(graph, node);
    default:
        return -1;
    }
}

/* Operations whose operands may change places without changing a bit. Not MIN and MAX: which of
 * two zeros they give may depend on the order. */
static bool commutes(hk_op op)
{
    return op == HK_ADD || op == HK_MUL || op == HK_EQ || op == HK_NE || op == HK_AND ||
           op == HK_OR;
}

hec_id hec_graph_op(hec_graph *graph, hk_op op, hec_id a, hec_id b, hec_id c, hec_place place)
{
    hec_graph_node node = blank(HEC_CODE_OP, place);
    double values[4] = {0};
    node.op = op;
    if (!take_args(graph, &node, (hec_id[]){a, b, c}, arities[op])) {
        return -1;
    }
    if (graph->plain) {
        return add(graph, &node);
    }
    if (constant_args(graph, &node, values)) {
        return hec_graph_constant(graph, hk_scalar(op, values[0], values[1], values[2]), place);
    }
    hec_id same = identity(graph, &node);
    if (same >= 0) {
        return same;
    }
    if (commutes(op) && node.args[0] > node.args[1]) {
        hec_id swap = node.args[0];
        node.args[0] = node.args[1];
        node.args[1] = swap;
    }
    return add(graph, &node);
}

hec_id hec_graph_lookup(hec_graph *graph, const hec_lookup *lookup, const hec_id *args,
                        hec_place place)
{
    hec_graph_node node = blank(HEC_CODE_LOOKUP, place);
    double values[4] = {0};
    node.lookup = lookup;
    if (!take_args(graph, &node, args, lookup->n_axes)) {
        return -1;
    }
    if (constant_args(graph, &node, values)) {
        return hec_graph_constant(graph, hec_lookup_value(lookup, values), place);
    }
    return add(graph, &node);
}

hec_arena *hec_graph_arena(hec_graph *graph)
{
    return graph->arena;
}

/* Values of a table; along the axis that runs there may be more points than the axis says. */
static size_t cells_of(const hec_lookup *lookup)
{
    size_t cells = 1;
    for (int i = 0; i < lookup->n_axes; i++) {
        cells *= lookup->points && i == lookup->along ? lookup->n_points : lookup->lengths[i];
    }
    return cells;
}

static bool same_numbers(const double *a, const double *b, size_t n)
{
    return (!a && !b) || (a && b && memcmp(a, b, n * sizeof *a) == 0);
}

static bool same_lookup(const hec_lookup *a, const hec_lookup *b)
{
    bool same = a->n_axes == b->n_axes && a->between == b->between && a->outside == b->outside &&
                a->reading == b->reading && a->along == b->along && a->n_points == b->n_points &&
                strcmp(a->name, b->name) == 0;
    for (int i = 0; same && i < a->n_axes; i++) {
        same = a->lengths[i] == b->lengths[i] && a->axis_types[i].kind == b->axis_types[i].kind &&
               same_numbers(a->axes[i], b->axes[i], a->lengths[i]);
    }
    return same && same_numbers(a->points, b->points, a->n_points) &&
           same_numbers(a->values, b->values, cells_of(a)) &&
           same_numbers(a->areas, b->areas, cells_of(a));
}

static bool copy_numbers(hec_graph *graph, const double **numbers, size_t n)
{
    double *copy = *numbers ? hec_arena_array(graph->arena, n + 1, sizeof *copy) : NULL;
    bool good = copy || !*numbers;
    if (copy) {
        memcpy(copy, *numbers, n * sizeof *copy);
    }
    *numbers = copy;
    return good;
}

const hec_lookup *hec_graph_keep(hec_graph *graph, const hec_lookup *lookup)
{
    for (size_t i = 0; i < graph->n_lookups; i++) {
        if (same_lookup(graph->lookups[i], lookup)) {
            return graph->lookups[i];
        }
    }
    void *lookups = graph->lookups;
    hec_lookup *kept = hec_arena_alloc(graph->arena, sizeof *kept);
    if (!kept || !hec_arena_grow(graph->arena, &lookups, graph->n_lookups, &graph->lookup_capacity,
                                 sizeof *graph->lookups)) {
        return NULL;
    }
    graph->lookups = lookups;
    *kept = *lookup;
    size_t cells = cells_of(kept);
    bool good = copy_numbers(graph, &kept->values, cells) &&
                copy_numbers(graph, &kept->areas, cells) &&
                copy_numbers(graph, &kept->points, kept->n_points);
    for (int i = 0; good && i < kept->n_axes; i++) {
        good = copy_numbers(graph, &kept->axes[i], kept->lengths[i]);
    }
    if (!good) {
        return NULL;
    }
    graph->lookups[graph->n_lookups++] = kept;
    return kept;
}

hec_id hec_graph_special(hec_graph *graph, int32_t index, const hec_id *args, hec_place place)
{
    hec_graph_node node = blank(HEC_CODE_SPECIAL, place);
    double values[4] = {0};
    node.index = index;
    if (!take_args(graph, &node, args, hec_special_arity(index))) {
        return -1;
    }
    if (constant_args(graph, &node, values)) {
        return hec_graph_constant(graph, hec_special_value(index, values), place);
    }
    return add(graph, &node);
}
