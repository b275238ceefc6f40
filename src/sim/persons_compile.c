/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: the values that will be read are compiled, and the refs learn where they are. */
#include "sim/persons_cycles.h"

typedef struct compiler {
    hec_arena *arena;
    hec_persons *persons;
    const hec_model *model;
    struct hec_cycles *cycles;
    const bool *read; /* [inputs of the graph]: by some strategy */
    bool failed;
} compiler;

static void *array(compiler *c, size_t count, size_t size)
{
    void *made = hec_arena_array(c->arena, count + 1, size);
    c->failed = c->failed || !made;
    return made;
}

/* Columns are wanted of what is copied, masked or asked about lane by lane. */
static bool wants_lanes(const hec_model *model, const hec_life_plan *plan, size_t ref)
{
    bool wanted = ref == plan->asked || ref == plan->alive;
    for (size_t i = 0; i < model->n_variables; i++) {
        wanted = wanted || ref == plan->initial[i] || ref == plan->next[i];
    }
    for (size_t i = 0; i < model->n_events; i++) {
        wanted = wanted || ref == plan->happens[i];
    }
    return wanted;
}

/* Whether anything that is read and lasts for life differs between persons. Where all are alike,
 * what follows from it is worked out once for all. */
static bool persons_differ(const compiler *c)
{
    const hec_model *model = c->model;
    const hec_population *population = &model->population;
    bool differ = c->persons->number_input >= 0 && c->read[c->persons->number_input];
    for (size_t i = 0; i < model->n_variables; i++) {
        const hec_variable *v = &model->variables[i];
        differ = differ || (v->kind == HEC_VARIABLE_BASELINE && c->read[v->input]);
    }
    for (size_t i = 0; i < model->n_chances; i++) {
        const hec_chance *chance = &model->chances[i];
        differ = differ || (chance->lasting && chance->input >= 0 && c->read[chance->input]);
    }
    for (size_t a = 0; population->n_strata > 1 && a < population->n_attributes; a++) {
        differ = differ || c->read[hec_model_attribute(model, a)];
    }
    for (size_t i = 0; i < population->n_draws; i++) {
        differ = differ || c->read[hec_model_attribute(model, population->draw_attributes[i])];
    }
    for (size_t i = 0; i < population->n_shares; i++) {
        differ = differ || c->read[hec_model_attribute(model, population->shares[i].attribute)];
    }
    for (size_t s = 0; s < model->n_strategies; s++) {
        const hec_pay *pay = &model->strategies[s].pay;
        for (size_t i = 0; i < pay->n_feeds; i++) {
            const hec_feed *feed = &pay->feeds[i];
            differ = differ || (feed->provider >= 0 && feed->input >= 0 && c->read[feed->input]);
        }
    }
    return differ;
}

static bool compile(compiler *c)
{
    const hec_model *model = c->model;
    uint8_t lanes_of = persons_differ(c) ? HEC_DEP_PERSON : HEC_DEP_PERSON & ~HEC_DEP_STRATUM;
    size_t n = model->n_strategies * HEC_SETS;
    size_t *counts = array(c, n, sizeof *counts);
    const hec_id **ids = array(c, n, sizeof *ids);
    const bool **lanes = array(c, n, sizeof *lanes);
    for (size_t s = 0; !c->failed && s < model->n_strategies; s++) {
        const hec_life_plan *plan = &c->cycles->plans[s];
        hec_id *of_set[HEC_SETS];
        bool *wanted[HEC_SETS];
        for (size_t set = 0; set < HEC_SETS; set++) {
            ids[s * HEC_SETS + set] = of_set[set] = array(c, plan->n_refs, sizeof(hec_id));
            lanes[s * HEC_SETS + set] = wanted[set] = array(c, plan->n_refs, sizeof(bool));
        }
        for (size_t i = 0; !c->failed && i < plan->n_refs; i++) {
            const hec_ref *ref = &plan->refs[i];
            of_set[ref->set][ref->root] = ref->id;
            wanted[ref->set][ref->root] = wants_lanes(model, plan, i);
            counts[s * HEC_SETS + ref->set] = ref->root + 1;
        }
    }
    const hec_graph *graph = NULL;
    if (c->failed || !hec_tables_plan(c->arena, c->persons, lanes_of, &graph)) {
        return false;
    }
    c->cycles->program = hec_program_compile(c->arena, graph, lanes_of, n, counts, ids, lanes);
    return c->cycles->program != NULL;
}

static void find_refs(compiler *c, size_t strategy)
{
    struct hec_cycles *cycles = c->cycles;
    hec_life_plan *plan = &cycles->plans[strategy];
    plan->uniform = array(c, plan->n_refs, sizeof *plan->uniform);
    for (size_t i = 0; !c->failed && i < plan->n_refs; i++) {
        hec_ref *ref = &plan->refs[i];
        size_t set = strategy * HEC_SETS + ref->set;
        ref->slot = hec_program_root(cycles->program, set, ref->root);
        ref->stage = ref->id < 0 ? HEC_STAGE_STRATEGY
                                 : hec_program_root_stage(cycles->program, set, ref->root);
        plan->uniform[i] = ref->slot.uniform;
    }
    for (size_t set = 0; set < HEC_SETS; set++) {
        for (int i = 0; i < HEC_STAGE_COUNT; i++) {
            size_t unit = strategy * HEC_SETS + set;
            hec_stage stage = (hec_stage)i;
            size_t lanes = hec_program_lane_columns(cycles->program, unit, stage);
            size_t uniforms = hec_program_uniform_columns(cycles->program, unit, stage);
            plan->runs[set][i] = hec_program_instructions(cycles->program, unit, stage) > 0;
            size_t *most = cycles->lanes[set], *most_uniforms = cycles->uniforms[set];
            most[i] = lanes > most[i] ? lanes : most[i];
            most_uniforms[i] = uniforms > most_uniforms[i] ? uniforms : most_uniforms[i];
        }
    }
}

bool hec_cycles_compile(hec_arena *arena, hec_persons *persons, const bool *read)
{
    compiler c = {.arena = arena,
                  .persons = persons,
                  .model = persons->model,
                  .cycles = persons->cycles,
                  .read = read};
    bool good = compile(&c);
    for (size_t s = 0; good && s < c.model->n_strategies; s++) {
        find_refs(&c, s);
    }
    return good && !c.failed;
}
