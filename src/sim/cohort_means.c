/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohort engine, payments on means: a program whose inputs are all columns of draws, run once a
 * cycle for the mean person, and once a year for the cohort as one panel. */
#include "sim/cohort_means.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ALL_DEPENDS (HEC_DEP_DRAW | HEC_DEP_PERSON | HEC_DEP_CYCLE)

/* Roots of the set 2s, the mean person of strategy s: costs, next values of accounts, checks,
 * observed values of measures. Of 2s + 1, its settlements: postings, -1 where they are persons'. */
struct hec_cohort_means {
    const hec_model *model;
    hec_program *program;
    size_t n_years, most_accounts, most_measures;
    size_t *year_of; /* [cycles] */
    size_t lanes[HEC_STAGE_COUNT], uniforms[HEC_STAGE_COUNT];
};

struct hec_cohort_mean_work {
    const hec_cohort_means *means;
    size_t stride;
    double *clocks;          /* [HEC_CLOCK_COUNT][stride] */
    double *attributes;      /* [attributes][stride] */
    double *used, *quantity; /* [uses][stride] */
    double *alive;
    double *accounts; /* [most_accounts][stride] */
    double *sums;     /* [n_years + 1][most_measures][stride]; the first: before the start */
    double *scratch;
    hec_frames frames;
    const double **columns; /* [inputs] */
};

/* ---- compiled -------------------------------------------------------------------------------- */

static bool list_person(hec_arena *arena, const hec_strategy *s, size_t *n, const hec_id **ids)
{
    const hec_pay *pay = &s->pay;
    size_t all = s->means->n_costs + pay->n_accounts + s->life.n_checks + pay->n_measures;
    hec_id *list = hec_arena_array(arena, all + 1, sizeof *list);
    *n = 0;
    *ids = list;
    for (size_t i = 0; list && i < s->means->n_costs; i++) {
        list[(*n)++] = s->means->costs[i].fen;
    }
    for (size_t i = 0; list && i < pay->n_accounts; i++) {
        list[(*n)++] = pay->accounts[i].next;
    }
    for (size_t i = 0; list && i < s->life.n_checks; i++) {
        list[(*n)++] = s->life.checks[i].value;
    }
    for (size_t i = 0; list && i < pay->n_measures; i++) {
        list[(*n)++] = s->life.observed[pay->measures[i].observed];
    }
    return list != NULL;
}

static bool list_settled(hec_arena *arena, const hec_strategy *s, size_t *n, const hec_id **ids)
{
    const hec_pay *pay = &s->pay;
    hec_id *list = hec_arena_array(arena, pay->n_postings + 1, sizeof *list);
    for (size_t i = 0; list && i < pay->n_postings; i++) {
        list[i] = pay->postings[i].level == HEC_LEVEL_PERSON ? -1 : pay->postings[i].value;
    }
    *n = pay->n_postings;
    *ids = list;
    return list != NULL;
}

static bool compile(hec_arena *arena, hec_cohort_means *means)
{
    const hec_model *model = means->model;
    size_t sets = 2 * model->n_strategies, most = 0;
    size_t *counts = hec_arena_array(arena, sets, sizeof *counts);
    const hec_id **ids = hec_arena_array(arena, sets, sizeof *ids);
    const bool **lanes = hec_arena_array(arena, sets, sizeof *lanes);
    bool good = counts && ids && lanes;
    for (size_t s = 0; good && s < model->n_strategies; s++) {
        const hec_strategy *strategy = &model->strategies[s];
        if (strategy->means) {
            good = list_person(arena, strategy, &counts[2 * s], &ids[2 * s]) &&
                   list_settled(arena, strategy, &counts[2 * s + 1], &ids[2 * s + 1]);
        }
        most = good && counts[2 * s] > most ? counts[2 * s] : most;
        most = good && counts[2 * s + 1] > most ? counts[2 * s + 1] : most;
    }
    bool *wanted = good ? hec_arena_array(arena, most + 1, sizeof *wanted) : NULL;
    if (!wanted) {
        return false;
    }
    memset(wanted, true, most * sizeof *wanted);
    for (size_t i = 0; i < sets; i++) {
        lanes[i] = wanted;
    }
    means->program =
        hec_program_compile(arena, model->graph, ALL_DEPENDS, sets, counts, ids, lanes);
    for (size_t i = 0; means->program && i < sets * HEC_STAGE_COUNT; i++) {
        hec_stage stage = (hec_stage)(i % HEC_STAGE_COUNT);
        size_t n = hec_program_lane_columns(means->program, i / HEC_STAGE_COUNT, stage);
        size_t one = hec_program_uniform_columns(means->program, i / HEC_STAGE_COUNT, stage);
        means->lanes[stage] = n > means->lanes[stage] ? n : means->lanes[stage];
        means->uniforms[stage] = one > means->uniforms[stage] ? one : means->uniforms[stage];
    }
    return means->program != NULL;
}

hec_cohort_means *hec_cohort_means_create(hec_arena *arena, const hec_model *model)
{
    hec_cohort_means *means = hec_arena_alloc(arena, sizeof *means);
    size_t cycles = (size_t)model->cycles;
    if (!means) {
        return NULL;
    }
    means->model = model;
    means->year_of = hec_arena_array(arena, cycles + 1, sizeof *means->year_of);
    for (size_t c = 0; means->year_of && c < cycles; c++) {
        means->year_of[c] = means->n_years;
        means->n_years += hec_model_year_ends(model, (int64_t)c + 1);
    }
    for (size_t s = 0; s < model->n_strategies; s++) {
        const hec_pay *pay = &model->strategies[s].pay;
        size_t accounts = pay->n_accounts, measures = pay->n_measures;
        means->most_accounts = accounts > means->most_accounts ? accounts : means->most_accounts;
        means->most_measures = measures > means->most_measures ? measures : means->most_measures;
    }
    return means->year_of && compile(arena, means) ? means : NULL;
}

/* ---- a thread's ------------------------------------------------------------------------------ */

size_t hec_cohort_means_doubles(const hec_cohort_means *means, size_t stride)
{
    const hec_model *model = means->model;
    size_t columns = HEC_CLOCK_COUNT + model->population.n_attributes + 2 * model->n_uses + 2 +
                     means->most_accounts + (means->n_years + 1) * means->most_measures;
    size_t uniforms = 0;
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        columns += means->lanes[stage];
        uniforms += means->uniforms[stage];
    }
    return columns * stride + (uniforms + 7) / 8 * 8;
}

static double *take(double **next, size_t columns, size_t stride)
{
    double *block = *next;
    *next += columns * stride;
    return block;
}

hec_cohort_mean_work *hec_cohort_mean_work_create(const hec_cohort_means *means, double *memory,
                                                  size_t stride)
{
    const hec_model *model = means->model;
    hec_cohort_mean_work *w = calloc(1, sizeof *w);
    if (!w) {
        return NULL;
    }
    w->columns = calloc(hec_model_inputs(model) + 1, sizeof *w->columns);
    if (!w->columns) {
        free(w);
        return NULL;
    }
    w->means = means;
    w->stride = stride;
    w->clocks = take(&memory, HEC_CLOCK_COUNT, stride);
    w->attributes = take(&memory, model->population.n_attributes, stride);
    w->used = take(&memory, model->n_uses, stride);
    w->quantity = take(&memory, model->n_uses, stride);
    w->alive = take(&memory, 1, stride);
    w->scratch = take(&memory, 1, stride);
    w->accounts = take(&memory, means->most_accounts, stride);
    w->sums = take(&memory, (means->n_years + 1) * means->most_measures, stride);
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        w->frames.lane[stage] = take(&memory, means->lanes[stage], stride);
    }
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        w->frames.uniform[stage] = take(&memory, means->uniforms[stage], 1);
    }
    w->frames.stride = stride;
    w->frames.input_columns = w->columns;
    return w;
}

void hec_cohort_mean_work_destroy(hec_cohort_mean_work *work)
{
    if (work) {
        free(work->columns);
        free(work);
    }
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static const hec_strategy *strategy_of(const hec_cohort_mean_work *w, const hec_mean_run *run)
{
    return &w->means->model->strategies[run->strategy];
}

static void set_clock(hec_cohort_mean_work *w, const hec_mean_run *run, int64_t cycle)
{
    const hec_model *model = w->means->model;
    double t = hec_model_time(model, cycle - 1);
    double values[HEC_CLOCK_COUNT] = {
        [HEC_CLOCK_CYCLE] = (double)cycle,
        [HEC_CLOCK_T] = t,
        [HEC_CLOCK_YEAR] = isnan(model->start_year) ? 0 : floor(model->start_year + t + 1e-9),
        [HEC_CLOCK_YEAR_END] = hec_model_year_ends(model, cycle)};
    for (size_t i = 0; i < HEC_CLOCK_COUNT; i++) {
        run->hk->fill(run->lanes, values[i], w->clocks + i * w->stride);
        w->columns[i] = w->clocks + i * w->stride;
    }
}

void hec_cohort_means_begin(hec_cohort_mean_work *w, const hec_mean_run *run)
{
    const hec_model *model = w->means->model;
    const hec_strategy *s = strategy_of(w, run);
    w->frames.lanes = run->lanes;
    memset(w->columns, 0, hec_model_inputs(model) * sizeof *w->columns);
    for (size_t i = 0; i < model->n_draws; i++) {
        w->columns[hec_model_draw(model, i)] = run->draw_columns[i];
    }
    for (size_t i = 0; i < model->population.n_attributes; i++) {
        w->columns[hec_model_attribute(model, i)] = w->attributes + i * w->stride;
    }
    for (size_t i = 0; i < model->n_uses; i++) {
        if (s->means->quantity[i] >= 0) {
            w->columns[s->means->quantity[i]] = w->quantity + i * w->stride;
        }
    }
    for (size_t i = 0; i < s->pay.n_accounts; i++) {
        const hec_variable *v = &model->variables[s->pay.accounts[i].variable];
        w->columns[v->input] = w->accounts + i * w->stride;
    }
    run->hk->fill((w->means->n_years + 1) * w->means->most_measures * w->stride, 0, w->sums);
}

void hec_cohort_means_stratum(hec_cohort_mean_work *w, const hec_mean_run *run, size_t stratum)
{
    const hec_population *population = &w->means->model->population;
    for (size_t a = 0; a < population->n_attributes; a++) {
        run->hk->fill(run->lanes, population->values[stratum * population->n_attributes + a],
                      w->attributes + a * w->stride);
    }
    run->hk->fill(w->means->most_accounts * w->stride, 0, w->accounts);
    run->hk->fill(w->means->model->n_uses * w->stride, 0, w->used);
    run->hk->fill(w->stride, 0, w->alive);
}

double *hec_cohort_means_used(hec_cohort_mean_work *w, size_t use)
{
    return w->used + use * w->stride;
}

double *hec_cohort_means_alive(hec_cohort_mean_work *w)
{
    return w->alive;
}

/* ---- the program ----------------------------------------------------------------------------- */

static void run_set(hec_cohort_mean_work *w, const hec_mean_run *run, size_t set)
{
    static const hec_stage stages[] = {HEC_STAGE_SHARED, HEC_STAGE_STRATEGY, HEC_STAGE_CYCLE,
                                       HEC_STAGE_CELL};
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        hec_program_run(w->means->program, run->hk, set, stages[i], &w->frames);
    }
}

static const double *root_of(const hec_cohort_mean_work *w, size_t set, size_t root)
{
    return hec_slot_address(&w->frames, hec_program_root(w->means->program, set, root));
}

/* ---- money ----------------------------------------------------------------------------------- */

/* What somebody pays who stands for all the living belongs to the states as they are spread. */
static void record(const hec_cohort_mean_work *w, const hec_mean_run *run, int category, int kind,
                   double amount)
{
    const hec_model *model = w->means->model;
    size_t cycle = (size_t)run->cycle - 1, n = model->n_states;
    const double *trace = run->detail->trace + cycle * n;
    double alive = 0;
    for (int pass = 0; pass < 2 && !(alive > 0); pass++) { /* of nobody left: as they began */
        trace = pass ? run->detail->trace : trace;
        for (size_t s = 0; s < n; s++) {
            alive += model->states[s].dead ? 0 : trace[s];
        }
    }
    for (size_t s = 0; s < n && alive > 0; s++) {
        size_t row = ((size_t)kind * model->n_outcomes + (size_t)category) * n + s;
        run->detail->value[row * (size_t)model->cycles + cycle] +=
            model->states[s].dead ? 0 : amount * trace[s] / alive;
    }
}

/* Adds weight * x (NULL: 1) * fen / 100 to the costs of a category; kind 1: discounted. */
static void add_money(hec_cohort_mean_work *w, const hec_mean_run *run, int category, int kind,
                      double weight, const double *x, const double *fen)
{
    size_t row = (size_t)kind * w->means->model->n_outcomes + (size_t)category;
    double *money = w->scratch, *total = run->totals + row * run->total_stride;
    run->hk->fill(run->lanes, 0, money);
    run->hk->axpy(run->lanes, weight / HEC_FEN, fen, money);
    if (x) {
        run->hk->multiply_add(run->lanes, money, x, total);
    } else {
        run->hk->axpy(run->lanes, 1, money, total);
    }
    if (run->detail) {
        record(w, run, category, kind, money[0] * (x ? x[0] : 1));
    }
}

/* ---- a cycle --------------------------------------------------------------------------------- */

/* Nobody uses what is used where nobody lives. */
static void find_quantities(hec_cohort_mean_work *w, const hec_mean_run *run)
{
    for (size_t use = 0; use < w->means->model->n_uses; use++) {
        const double *used = w->used + use * w->stride;
        double *quantity = w->quantity + use * w->stride;
        for (size_t i = 0; i < run->lanes; i++) {
            quantity[i] = w->alive[i] > 0 ? used[i] / w->alive[i] : 0;
        }
    }
}

static bool check_person(const hec_cohort_mean_work *w, hec_mean_run *run, size_t first)
{
    const hec_strategy *s = strategy_of(w, run);
    for (size_t i = 0; i < s->life.n_checks; i++) {
        const hec_life_check *check = &s->life.checks[i];
        const double *x = root_of(w, 2 * run->strategy, first + i);
        double near = hec_life_check_near(check);
        size_t lane = run->hk->first_outside(run->lanes, x, check->low - near, check->high + near);
        if (lane < run->lanes) {
            run->lane = lane;
            run->item = i;
            run->value = x[lane];
            return false;
        }
    }
    return true;
}

static void add_measures(hec_cohort_mean_work *w, const hec_mean_run *run, size_t first,
                         int64_t cycle)
{
    const hec_pay *pay = &strategy_of(w, run)->pay;
    size_t year = w->means->year_of[cycle - 1] + 1;
    for (size_t i = 0; i < pay->n_measures; i++) {
        if (!pay->measures[i].at_year_end || hec_model_year_ends(w->means->model, cycle)) {
            run->hk->multiply_add(run->lanes, root_of(w, 2 * run->strategy, first + i), w->alive,
                                  w->sums + (year * w->means->most_measures + i) * w->stride);
        }
    }
}

bool hec_cohort_means_cycle(hec_cohort_mean_work *w, hec_mean_run *run, int64_t cycle)
{
    const hec_strategy *s = strategy_of(w, run);
    const hec_pay *pay = &s->pay;
    size_t set = 2 * run->strategy, next = s->means->n_costs, checks = next + pay->n_accounts;
    run->cycle = cycle;
    set_clock(w, run, cycle);
    find_quantities(w, run);
    run_set(w, run, set);
    if (!check_person(w, run, checks)) {
        return false;
    }
    for (size_t i = 0; i < s->means->n_costs; i++) {
        const hec_mean_cost *cost = &s->means->costs[i];
        for (int kind = 0; kind < 2; kind++) {
            const double *weights = kind == 0 ? run->once : run->plan->paid[cost->time];
            double weight = weights[cycle - 1];
            add_money(w, run, cost->category, kind, weight, w->alive, root_of(w, set, i));
        }
    }
    add_measures(w, run, checks + s->life.n_checks, cycle);
    for (size_t i = 0; i < pay->n_accounts; i++) { /* all are read before the first is written */
        memcpy(w->accounts + i * w->stride, root_of(w, set, next + i), run->lanes * sizeof(double));
    }
    run->hk->fill(w->means->model->n_uses * w->stride, 0, w->used);
    run->hk->fill(w->stride, 0, w->alive);
    return true;
}

/* ---- years ----------------------------------------------------------------------------------- */

static bool settle_posting(hec_cohort_mean_work *w, hec_mean_run *run, size_t i, int64_t cycle)
{
    const hec_model *model = w->means->model;
    const hec_strategy *s = strategy_of(w, run);
    const hec_posting *posting = &s->pay.postings[i];
    const double *fen = root_of(w, 2 * run->strategy + 1, i);
    size_t lane = run->hk->first_outside(run->lanes, fen, -0.01, DBL_MAX);
    const hec_party *payer = &model->parties[posting->payer];
    const hec_party *payee = &model->parties[posting->payee];
    if (lane < run->lanes) {
        run->lane = lane;
        run->item = s->life.n_checks + i;
        run->value = fen[lane];
        return false;
    }
    if (s->means->as) {
        add_money(w, run, s->means->as[i], 0, 1, NULL, fen);
        return true;
    }
    for (int kind = 0; kind < 2; kind++) {
        double weight = kind == 0 ? 1 : run->plan->paid[s->means->times[i]][cycle - 1];
        if (payer->category >= 0) {
            add_money(w, run, payer->category, kind, weight, NULL, fen);
        }
        if (payee->category >= 0) {
            double sign = payee->resource ? 1 : -1; /* what is paid to nobody is spent */
            add_money(w, run, payee->category, kind, sign * weight, NULL, fen);
        }
    }
    return true;
}

bool hec_cohort_means_settle(hec_cohort_mean_work *w, hec_mean_run *run)
{
    const hec_model *model = w->means->model;
    const hec_pay *pay = &strategy_of(w, run)->pay;
    bool good = true;
    for (int64_t cycle = 1; good && cycle <= model->cycles; cycle++) {
        size_t year = w->means->year_of[cycle - 1] + 1;
        if (!hec_model_year_ends(model, cycle)) {
            continue;
        }
        for (size_t i = 0; i < pay->n_measures; i++) {
            const hec_measure *m = &pay->measures[i];
            double *now = w->sums + (year * w->means->most_measures + i) * w->stride;
            if (m->input >= 0) {
                w->columns[m->input] = now;
            }
            if (m->last_input >= 0) {
                w->columns[m->last_input] = now - w->means->most_measures * w->stride;
            }
        }
        run->cycle = cycle;
        set_clock(w, run, cycle);
        run_set(w, run, 2 * run->strategy + 1);
        for (size_t i = 0; good && i < pay->n_postings; i++) {
            good = pay->postings[i].level == HEC_LEVEL_PERSON || settle_posting(w, run, i, cycle);
        }
    }
    return good;
}
