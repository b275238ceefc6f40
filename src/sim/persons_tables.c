/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: values that follow the time in the present state and nothing else of a person. A life of
 * n cycles knows n + 1 such times, so these values are worked out for each of them, and persons
 * look theirs up; with the clock among what they follow, once in a cycle, else once for all.
 *
 * Where this is done the graph is copied node by node, with an input in place of each such value,
 * and the persons' program is compiled from the copy. A second copy, in which the time in state is
 * what lanes run over, gives the program of the tables. */
#include "sim/persons_cycles.h"

enum {
    LONGEST = 4096, /* more cycles have no tables */
    LONGEST_BY_CYCLE = 128,
    WORTH = 4, /* looking up costs about so many simple operations */
    NOBODY = -1,
    MIXED = -2
};

typedef struct tabler {
    hec_arena *arena;
    const hec_model *model;
    struct hec_cycles *cycles;
    uint8_t lane_depends;
    size_t n_nodes;
    int *key;       /* [nodes]: variable of the time that alone it follows; NOBODY; MIXED */
    unsigned *cost; /* [nodes]: of working it out */
    bool *tabled;   /* [nodes] */
    int32_t *input; /* [nodes]: in its place */
    bool failed;
} tabler;

static void *array(tabler *t, size_t count, size_t size)
{
    void *made = hec_arena_array(t->arena, count + 1, size);
    t->failed = t->failed || !made;
    return made;
}

static const hec_graph_node *node_of(const tabler *t, size_t id)
{
    return hec_graph_node_at(t->model->graph, (hec_id)id);
}

/* ---- which values ---------------------------------------------------------------------------- */

/* The variable of time in state that an input is, if it starts at 0; NOBODY, or MIXED. */
static int key_of_input(const tabler *t, const hec_graph_node *node)
{
    for (size_t i = 0; i < t->model->n_variables; i++) {
        const hec_variable *v = &t->model->variables[i];
        if (v->input == node->index) {
            return v->kind == HEC_VARIABLE_DURATION ? (int)i : MIXED;
        }
    }
    return node->depends & t->lane_depends ? MIXED : NOBODY;
}

static unsigned own_cost(const hec_graph_node *node)
{
    static const uint8_t dear[HK_OP_COUNT] = {
        [HK_EXP] = 8,        [HK_EXPM1] = 8,           [HK_LOG] = 8, [HK_LOG1P] = 8, [HK_POW] = 30,
        [HK_NORMAL_CDF] = 8, [HK_NORMAL_QUANTILE] = 8, [HK_DIV] = 2, [HK_SQRT] = 2};
    switch (node->code) {
    case HEC_CODE_OP:
        return dear[node->op] ? dear[node->op] : 1;
    case HEC_CODE_LOOKUP:
    case HEC_CODE_SPECIAL:
        return 60;
    default:
        return 0;
    }
}

static void find_keys(tabler *t)
{
    bool by_cycle = t->model->cycles <= LONGEST_BY_CYCLE;
    for (size_t id = 0; id < t->n_nodes; id++) {
        const hec_graph_node *node = node_of(t, id);
        int key = node->code == HEC_CODE_INPUT ? key_of_input(t, node) : NOBODY;
        unsigned cost = own_cost(node);
        for (int k = 0; k < node->n_args; k++) {
            int other = t->key[node->args[k]];
            key = key == NOBODY || key == other ? other : other == NOBODY ? key : MIXED;
            cost += other >= 0 ? t->cost[node->args[k]] : 0;
        }
        if (key >= 0 && !by_cycle && (node->depends & HEC_DEP_CYCLE)) {
            key = MIXED;
        }
        t->key[id] = key;
        t->cost[id] = cost < 1000 ? cost : 1000;
    }
}

/* Marks what the refs of some sets need; below a table only where `through`. */
static void mark(tabler *t, const hec_life_plan *plan, unsigned sets, bool through, bool *needed)
{
    for (size_t i = 0; i < plan->n_refs; i++) {
        if (plan->refs[i].id >= 0 && (sets >> plan->refs[i].set & 1)) {
            needed[plan->refs[i].id] = true;
        }
    }
    for (size_t id = t->n_nodes; id-- > 0;) {
        const hec_graph_node *node = node_of(t, id);
        for (int k = 0; needed[id] && (through || !t->tabled[id]) && k < node->n_args; k++) {
            needed[node->args[k]] = true;
        }
    }
}

/* The outermost values of one key; none that the start needs, when nobody has been anywhere. */
static void find_tables(tabler *t, size_t strategy)
{
    const hec_life_plan *plan = &t->cycles->plans[strategy];
    bool *needed = array(t, t->n_nodes, sizeof *needed);
    if (t->failed) {
        return;
    }
    mark(t, plan, ~(1u << HEC_SET_START), true, needed);
    for (size_t id = 0; id < t->n_nodes; id++) {
        const hec_graph_node *node = node_of(t, id);
        for (int k = 0; needed[id] && t->key[id] == MIXED && k < node->n_args; k++) {
            size_t arg = (size_t)node->args[k];
            t->tabled[arg] = t->tabled[arg] || (t->key[arg] >= 0 && t->cost[arg] >= WORTH);
        }
    }
    for (size_t i = 0; i < plan->n_refs; i++) {
        hec_id id = plan->refs[i].id;
        if (id >= 0 && t->key[id] >= 0 && t->cost[id] >= WORTH) {
            t->tabled[id] = true;
        }
    }
}

static void spare_the_start(tabler *t, size_t strategy)
{
    bool *needed = array(t, t->n_nodes, sizeof *needed);
    if (!t->failed) {
        mark(t, &t->cycles->plans[strategy], 1u << HEC_SET_START, true, needed);
    }
    for (size_t id = 0; !t->failed && id < t->n_nodes; id++) {
        t->tabled[id] = t->tabled[id] && !needed[id];
    }
}

/* ---- copies of the graph --------------------------------------------------------------------- */

static hec_id copy_node(const tabler *t, hec_graph *to, size_t id, bool of_tables)
{
    const hec_graph_node *node = node_of(t, id);
    const char *name = "time in state";
    if (!of_tables && t->tabled[id]) {
        return hec_graph_input(to, t->input[id], HEC_DEP_STATE, name, node->place);
    }
    switch (node->code) {
    case HEC_CODE_INPUT: {
        uint8_t depends = node->depends;
        if (of_tables) { /* lanes are times in state; nothing else is left of a person */
            depends = t->key[id] >= 0 ? HEC_DEP_STRATUM : depends & (uint8_t)~HEC_DEP_PERSON;
        }
        return hec_graph_input(to, node->index, depends, name, node->place);
    }
    case HEC_CODE_OP:
        return hec_graph_op(to, node->op, node->args[0], node->args[1], node->args[2], node->place);
    case HEC_CODE_LOOKUP:
        return hec_graph_lookup(to, node->lookup, node->args, node->place);
    case HEC_CODE_SPECIAL:
        return hec_graph_special(to, node->index, node->args, node->place);
    case HEC_CODE_CONSTANT:
        break;
    }
    return hec_graph_constant(to, node->value, node->place);
}

/* Every node keeps its number. */
static hec_graph *copy_graph(tabler *t, bool of_tables)
{
    hec_graph *to = hec_graph_create(t->arena, true);
    t->failed = t->failed || !to;
    for (size_t id = 0; !t->failed && id < t->n_nodes; id++) {
        t->failed = copy_node(t, to, id, of_tables) != (hec_id)id;
    }
    return t->failed ? NULL : to;
}

/* ---- plans ----------------------------------------------------------------------------------- */

/* The tables that each set of the strategy reads. */
static void plan_uses(tabler *t, size_t strategy, size_t n_tables)
{
    hec_life_plan *plan = &t->cycles->plans[strategy];
    for (size_t set = 0; set < HEC_SETS; set++) {
        bool *needed = array(t, t->n_nodes, sizeof *needed);
        plan->tables[set] = array(t, n_tables, sizeof *plan->tables[set]);
        if (t->failed) {
            return;
        }
        mark(t, plan, 1u << set, false, needed);
        for (size_t id = 0; id < t->n_nodes; id++) {
            if (needed[id] && t->tabled[id]) {
                plan->tables[set][plan->n_tables[set]++] =
                    (hec_table){.id = (hec_id)id,
                                .input = t->input[id],
                                .chain = (size_t)t->model->variables[t->key[id]].item};
            }
        }
    }
}

/* One set for each strategy; roots: the tables of all its sets, one after another. */
static void compile_tables(tabler *t)
{
    struct hec_cycles *cycles = t->cycles;
    size_t n = t->model->n_strategies;
    const hec_graph *graph = copy_graph(t, true);
    size_t *counts = array(t, n, sizeof *counts);
    const hec_id **ids = array(t, n, sizeof *ids);
    for (size_t s = 0; !t->failed && s < n; s++) {
        const hec_life_plan *plan = &cycles->plans[s];
        hec_id *roots = array(t, HEC_SETS * cycles->n_tables, sizeof *roots);
        for (size_t set = 0; !t->failed && set < HEC_SETS; set++) {
            for (size_t i = 0; i < plan->n_tables[set]; i++) {
                roots[counts[s]++] = plan->tables[set][i].id;
            }
        }
        ids[s] = roots;
    }
    if (!t->failed) {
        cycles->tables = hec_program_compile(t->arena, graph, HEC_DEP_PERSON, n, counts, ids, NULL);
        t->failed = !cycles->tables;
    }
    for (size_t s = 0; !t->failed && s < n; s++) {
        hec_life_plan *plan = &cycles->plans[s];
        size_t root = 0;
        for (size_t set = 0; set < HEC_SETS; set++) {
            for (size_t i = 0; i < plan->n_tables[set]; i++) {
                plan->tables[set][i].slot = hec_program_root(cycles->tables, s, root++);
            }
        }
    }
}

bool hec_tables_plan(hec_arena *arena, hec_persons *persons, uint8_t lane_depends,
                     const hec_graph **graph)
{
    const hec_model *model = persons->model;
    tabler t = {.arena = arena,
                .model = model,
                .cycles = persons->cycles,
                .lane_depends = lane_depends,
                .n_nodes = hec_graph_size(model->graph)};
    *graph = model->graph;
    if (model->cycles > LONGEST) {
        return true;
    }
    t.key = array(&t, t.n_nodes, sizeof *t.key);
    t.cost = array(&t, t.n_nodes, sizeof *t.cost);
    t.tabled = array(&t, t.n_nodes, sizeof *t.tabled);
    t.input = array(&t, t.n_nodes, sizeof *t.input);
    if (t.failed) {
        return false;
    }
    find_keys(&t);
    for (size_t s = 0; s < model->n_strategies; s++) {
        find_tables(&t, s);
    }
    for (size_t s = 0; s < model->n_strategies; s++) {
        spare_the_start(&t, s);
    }
    for (size_t id = 0; !t.failed && id < t.n_nodes; id++) {
        if (t.tabled[id]) {
            t.input[id] = (int32_t)(hec_model_inputs(model) + t.cycles->n_tables++);
        }
    }
    if (t.failed || t.cycles->n_tables == 0) {
        return !t.failed;
    }
    for (size_t s = 0; s < model->n_strategies; s++) {
        plan_uses(&t, s, t.cycles->n_tables);
    }
    compile_tables(&t);
    *graph = copy_graph(&t, false);
    return !t.failed;
}

/* ---- running --------------------------------------------------------------------------------- */

void hec_tables_run(const hec_life_run *r, size_t strategy, hec_stage stage)
{
    const hec_program *tables = r->cycles->tables;
    hec_frames *view = &r->c->tables;
    if (!tables || hec_program_instructions(tables, strategy, stage) == 0) {
        return;
    }
    /* who has been longest somewhere has been there from the start */
    view->lanes = stage == HEC_STAGE_CYCLE ? (size_t)r->cycle + 1 : (size_t)r->model->cycles + 1;
    hec_program_run(tables, r->hk, strategy, stage, view);
}

static void find_steps(hec_life_run *r)
{
    const double per_cycle = 1 / r->model->cycle_length;
    const size_t n = r->n;
    for (size_t i = 0; i < r->model->n_variables; i++) {
        const hec_variable *v = &r->model->variables[i];
        if (v->kind != HEC_VARIABLE_DURATION) {
            continue;
        }
        const double *restrict years = r->c->variables + i * r->stride;
        uint32_t *restrict steps = r->c->steps + (size_t)v->item * r->stride;
        for (size_t lane = 0; lane < n; lane++) {
            steps[lane] = (uint32_t)(int32_t)(years[lane] * per_cycle + 0.5);
        }
    }
    r->stepped = true;
}

void hec_tables_look_up(hec_life_run *r, hec_set set)
{
    const hec_life_plan *plan = r->plan;
    if (plan->n_tables[set] > 0 && !r->stepped) {
        find_steps(r);
    }
    for (size_t i = 0; i < plan->n_tables[set]; i++) {
        const hec_table *table = &plan->tables[set][i];
        size_t number = (size_t)table->input - hec_model_inputs(r->model);
        r->hk->gather(r->n, r->c->steps + table->chain * r->stride,
                      hec_slot_address(&r->c->tables, table->slot),
                      r->c->looked_up + number * r->stride);
    }
}
