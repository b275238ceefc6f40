/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: lives that pause. What a person keeps from one cycle to the next is little: number,
 * attributes, states, variables. All else follows from it and is worked out once more: what holds
 * for life, the panel, and the chance of an even cycle, which comes with that of the odd one
 * before. Who goes on is taken up as a block of its own; the dead are left behind. */
#include "sim/persons_cycles.h"

/* ---- layout ---------------------------------------------------------------------------------- */

typedef struct lister {
    hec_arena *arena;
    const hec_persons *persons;
    const hec_model *model;
    size_t strategy;
    const hec_life_plan *plan;
    bool *needed, *reads; /* [nodes]; [inputs of the graph] */
} lister;

/* An account of other strategies: it stays as it is. */
static bool stays(const lister *l, size_t variable, hec_id next)
{
    const hec_graph_node *node = next < 0 ? NULL : hec_graph_node_at(l->model->graph, next);
    return node && node->code == HEC_CODE_INPUT &&
           node->index == l->model->variables[variable].input;
}

/* What the values of a life are made of, but for who only stays as it is. */
static void find_reads(lister *l)
{
    const hec_life *life = &l->model->strategies[l->strategy].life;
    for (size_t i = 0; i < l->plan->n_refs; i++) {
        bool matters = l->plan->refs[i].id >= 0 && l->plan->refs[i].set != HEC_SET_START;
        for (size_t v = 0; matters && v < l->model->n_variables; v++) {
            matters = i != l->plan->next[v] || !stays(l, v, life->next[v]);
        }
        if (matters) {
            l->needed[l->plan->refs[i].id] = true;
        }
    }
    for (size_t id = hec_graph_size(l->model->graph); id-- > 0;) {
        const hec_graph_node *node = hec_graph_node_at(l->model->graph, (hec_id)id);
        for (int k = 0; l->needed[id] && k < node->n_args; k++) {
            l->needed[node->args[k]] = true;
        }
        if (l->needed[id] && node->code == HEC_CODE_INPUT) {
            l->reads[node->index] = true;
        }
    }
    for (size_t i = 0; i < l->model->strategies[l->strategy].pay.n_feeds; i++) {
        const hec_feed *feed = &l->model->strategies[l->strategy].pay.feeds[i];
        int attribute = feed->provider < 0 ? -1 : l->model->parties[feed->provider].attribute;
        if (attribute >= 0) {
            l->reads[hec_model_attribute(l->model, (size_t)attribute)] = true;
        }
    }
}

static bool is_kept(const lister *l, const hec_variable *v)
{
    return v->kind != HEC_VARIABLE_CHAIN && v->input >= 0 && l->reads[v->input];
}

static void list(lister *l, hec_resident_plan *out)
{
    const hec_model *model = l->model;
    for (size_t a = 0; a < model->population.n_attributes; a++) {
        if (l->reads[hec_model_attribute(model, a)]) {
            out->attributes[out->n_attributes++] = a;
        }
    }
    for (size_t k = 0; k < l->persons->n_lasting; k++) {
        int32_t input = model->chances[l->persons->lasting[k]].input;
        if (input >= 0 && l->reads[input]) {
            out->lasting[out->n_lasting++] = k;
        }
    }
    for (size_t v = 0; v < model->n_variables; v++) {
        if (is_kept(l, &model->variables[v])) {
            out->variables[out->n_variables++] = v;
        }
    }
}

bool hec_cycles_lay_resident(hec_arena *arena, hec_persons *persons, size_t strategy)
{
    const hec_model *model = persons->model;
    hec_life_plan *plan = &persons->cycles->plans[strategy];
    hec_resident_plan *out = &plan->resident;
    lister l = {.arena = arena,
                .persons = persons,
                .model = model,
                .strategy = strategy,
                .plan = plan,
                .needed = hec_arena_array(arena, hec_graph_size(model->graph) + 1, sizeof(bool)),
                .reads = hec_arena_array(arena, hec_model_inputs(model) + 1, sizeof(bool))};
    out->attributes =
        hec_arena_array(arena, model->population.n_attributes + 1, sizeof *out->attributes);
    out->lasting = hec_arena_array(arena, persons->n_lasting + 1, sizeof *out->lasting);
    out->variables = hec_arena_array(arena, model->n_variables + 1, sizeof *out->variables);
    if (!l.needed || !l.reads || !out->attributes || !out->lasting || !out->variables) {
        return false;
    }
    find_reads(&l);
    list(&l, out);
    return true;
}

size_t hec_persons_resident_columns(const hec_persons *persons, size_t strategy)
{
    const hec_resident_plan *plan = &persons->cycles->plans[strategy].resident;
    return 1 + plan->n_attributes + plan->n_lasting + plan->n_variables + persons->model->n_chains;
}

/* ---- kept, and taken up ---------------------------------------------------------------------- */

/* The columns of those in c->index, one after another as `take_up` reads them. */
static void keep(const hec_life_run *r, size_t n, size_t stride, double *to)
{
    const hec_resident_plan *plan = &r->plan->resident;
    const struct hec_cycles_work *c = r->c;
    const double *attributes = r->compacted ? c->kept : r->work->attributes;
    const double *lasting =
        r->compacted ? c->kept + r->model->population.n_attributes * r->stride : r->work->lasting;
    for (size_t i = 0; i < n; i++) {
        to[i] = (double)(c->ids[c->index[i]] + 1);
    }
    for (size_t i = 0; i < plan->n_attributes; i++) {
        to += stride;
        r->hk->gather(n, c->index, attributes + plan->attributes[i] * r->stride, to);
    }
    for (size_t i = 0; i < plan->n_lasting; i++) {
        to += stride;
        r->hk->gather(n, c->index, lasting + plan->lasting[i] * r->stride, to);
    }
    for (size_t i = 0; i < r->model->n_chains; i++) {
        to += stride;
        r->hk->gather(n, c->index, c->state[i], to);
    }
    for (size_t i = 0; i < plan->n_variables; i++) {
        to += stride;
        r->hk->gather(n, c->index, c->variables + plan->variables[i] * r->stride, to);
    }
}

static const double *take_column(const hec_life_run *r, const double *from, size_t stride,
                                 double *to)
{
    r->hk->op[HK_COPY](r->block->n, from, NULL, NULL, to);
    return from + stride;
}

/* What persons are drawn with, as if the block were those who are left. */
static const double *take_persons(const hec_life_run *r, size_t stride, const double *from)
{
    const hec_resident_plan *plan = &r->plan->resident;
    hec_persons_work *work = r->work;
    from = take_column(r, from, stride, work->number);
    for (size_t i = 0; i < r->block->n; i++) {
        work->ids[i] = (uint64_t)work->number[i] - 1;
    }
    for (size_t i = 0; i < plan->n_attributes; i++) {
        from = take_column(r, from, stride, work->attributes + plan->attributes[i] * r->stride);
    }
    for (size_t i = 0; i < plan->n_lasting; i++) {
        from = take_column(r, from, stride, work->lasting + plan->lasting[i] * r->stride);
    }
    hec_persons_point(r->persons, work);
    return from;
}

/* Who was kept lives. */
static void take_up(hec_life_run *r, size_t stride, const double *from)
{
    const hec_resident_plan *plan = &r->plan->resident;
    struct hec_cycles_work *c = r->c;
    from = take_persons(r, stride, from);
    hec_cycles_take_block(r);
    for (size_t i = 0; i < r->model->n_chains; i++) {
        from = take_column(r, from, stride, c->state[i]);
        if (r->cycles->masked) {
            r->hk->op[HK_COPY](r->n, c->state[i], NULL, NULL, c->masked + i * r->stride);
        }
    }
    for (size_t i = 0; i < r->model->n_variables; i++) {
        r->hk->fill(r->n, 0, c->variables + i * r->stride);
    }
    for (size_t i = 0; i < plan->n_variables; i++) {
        from = take_column(r, from, stride, c->variables + plan->variables[i] * r->stride);
    }
    r->hk->fill(r->n, 1, c->alive);
    hec_cycles_settle_in(r);
}

/* ---- living on ------------------------------------------------------------------------------- */

void hec_persons_reside(const hec_persons *persons, hec_persons_work *work,
                        const hec_person_block *block, size_t strategy)
{
    hec_life_run r = hec_cycles_open(persons, work, block, strategy);
    hec_persons_give_draws(persons, work, block);
    hec_tables_run(&r, 0, HEC_STAGE_SHARED);
    hec_tables_run(&r, strategy, HEC_STAGE_STRATEGY);
}

bool hec_persons_advance(const hec_persons *persons, hec_persons_work *work,
                         const hec_person_block *block, size_t strategy, hec_resident *resident,
                         int64_t until, hec_person_fault *fault)
{
    double *inputs = fault->inputs;
    hec_person_block left = *block;
    size_t stride = hk_stride(block->n);
    bool any = resident->cycle == 0 || resident->n > 0;
    *fault = (hec_person_fault){.strategy = strategy, .inputs = inputs};
    left.n = resident->cycle == 0 ? block->n : resident->n;
    hec_life_run r = hec_cycles_open(persons, work, &left, strategy);
    r.bare = true;
    r.fault = fault;
    if (resident->cycle == 0) {
        hec_persons_draw(persons, work, block);
        hec_cycles_begin(persons, work, block);
        hec_cycles_take_block(&r);
        if (!hec_cycles_start(&r)) {
            return false;
        }
    } else if (any) {
        r.resumed = true;
        take_up(&r, stride, resident->memory);
    }
    if (any && !hec_cycles_run(&r, resident->cycle, until, &any)) {
        return false;
    }
    resident->n = any ? r.hk->person_keep(r.n, hec_cycles_living(&r), r.c->index) : 0;
    keep(&r, resident->n, stride, resident->memory);
    resident->cycle = until;
    return true;
}
