/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fault: a value that went wrong in a run, in words, with the values that made it. */
#include "batch/study_inner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "batch/fault_words.h"

enum { LANES = 8 }; /* the least a thread's working memory holds */

/* "strategy B, draw 4812, cycle 3 (t = 2, age = 27), stratum 2" */
static void where_text(const hec_run *run, const hec_cohort_fault *fault, int64_t draw,
                       const double *inputs, hec_text *out)
{
    const hec_model *model = run->model;
    hec_text_format(out, "strategy %s, ", model->strategies[fault->strategy].name);
    if (draw >= 0) {
        hec_text_format(out, "draw %lld", (long long)draw + 1);
    } else {
        hec_text_add(out, "base case");
    }
    if (fault->cycle > 0) {
        hec_text_format(out, ", cycle %lld (t = %g", (long long)fault->cycle, inputs[HEC_CLOCK_T]);
        if (fault->duration >= 0) {
            hec_text_format(out, ", time_in_state = %g", inputs[HEC_CLOCK_TIME_IN_STATE]);
        }
        hec_text_add(out, ")");
    } else if (fault->duration >= 0) {
        hec_text_format(out, ", time_in_state = %g", inputs[HEC_CLOCK_TIME_IN_STATE]);
    }
    if (model->population.n_strata > 1) {
        hec_text_format(out, ", stratum %zu", fault->stratum + 1);
    }
}

/* ---- moves ----------------------------------------------------------------------------------- */

/* Hazards that are allowed each, but too large together to be turned into probabilities. */
static void report_hazards(const hec_run *run, const hec_cohort_fault *fault, const double *inputs,
                           const char *where)
{
    const hec_model *model = run->model;
    const hec_strategy *s = &model->strategies[fault->strategy];
    size_t largest = 0;
    double most = -1;
    for (size_t i = 0; i < s->n_arcs; i++) {
        double hazard = hec_evaluate(model->graph, s->arcs[i].value, inputs);
        if (hazard > most) {
            most = hazard;
            largest = i;
        }
    }
    const hec_arc *arc = &s->arcs[largest];
    hec_report(run->diagnostics, HEC_CHECK_HAZARD_RANGE, arc->place,
               "the hazards are too large to be turned into probabilities; the largest, `%s` -> "
               "`%s`, is %g per year: %s",
               model->states[arc->from].name, model->states[arc->to].name, most, where);
    hec_fault_note_definition(run, fault->strategy, arc->place);
    hec_fault_note_values(run, arc->value, inputs);
}

static void report_move(const hec_run *run, const hec_cohort_fault *fault, const double *inputs,
                        const char *where)
{
    const hec_model *model = run->model;
    const hec_arc *arc = &model->strategies[fault->strategy].arcs[fault->item];
    double value = hec_evaluate(model->graph, arc->check, inputs);
    hec_id lookup = isnan(value) ? hec_fault_failed_lookup(model, arc->check, inputs) : -1;
    if (lookup >= 0) {
        hec_fault_report_lookup(run, lookup, inputs, where);
        return;
    }
    if (model->hazards && value >= arc->low && value <= arc->high) {
        report_hazards(run, fault, inputs, where);
        return;
    }
    if (arc->remainder) {
        hec_fault_report_row(run, arc, value, where);
    } else {
        char number[32];
        hec_fault_number(value, arc->low, arc->high, number);
        hec_report(run->diagnostics,
                   model->hazards ? HEC_CHECK_HAZARD_RANGE : HEC_CHECK_PROBABILITY_RANGE,
                   arc->place, "the %s `%s` -> `%s` is %s: %s",
                   model->hazards ? "hazard" : "transition probability",
                   model->states[arc->from].name, model->states[arc->to].name, number, where);
        hec_fault_note_definition(run, fault->strategy, arc->place);
    }
    hec_fault_note_values(run, arc->check, inputs);
}

/* ---- start ----------------------------------------------------------------------------------- */

static hec_place start_place(const hec_model *model)
{
    const hec_node *chain = hec_node_get(hec_node_get(model->tree, "chains"), model->chain);
    const hec_node *start = hec_node_get(chain, "start");
    return start ? start->place : model->states[0].place;
}

static void report_start(const hec_run *run, const hec_cohort_fault *fault, const double *inputs,
                         const char *where)
{
    const hec_model *model = run->model;
    const hec_strategy *s = &model->strategies[fault->strategy];
    char number[32];
    if (fault->item < model->n_states) {
        hec_id id = s->start[fault->item];
        hec_fault_number(hec_evaluate(model->graph, id, inputs), 0, 1, number);
        hec_report(run->diagnostics, HEC_CHECK_PROBABILITY_RANGE,
                   hec_graph_node_at(model->graph, id)->place,
                   "the share that starts in `%s` is %s: %s", model->states[fault->item].name,
                   number, where);
        hec_fault_note_values(run, id, inputs);
        return;
    }
    double sum = 0;
    hec_text shares = {0};
    for (size_t i = 0; i < model->n_states; i++) {
        double share = hec_evaluate(model->graph, s->start[i], inputs);
        if (share != 0) {
            hec_text_format(&shares, "%s`%s` %g", sum != 0 ? ", " : "", model->states[i].name,
                            share);
        }
        sum += share;
    }
    hec_report(run->diagnostics, HEC_CHECK_START_SUM, start_place(model),
               "the starting shares sum to %.12g, not to 1: %s", sum, where);
    hec_report_note(run->diagnostics, HEC_NOWHERE, "with %s",
                    shares.data ? shares.data : "no share at all");
    hec_report_help(run->diagnostics, "one of them may be `rest`");
    hec_text_free(&shares);
}

/* ---- rewards --------------------------------------------------------------------------------- */

/* A term of a total: what a state counts per year, or what a move costs. */
typedef struct term {
    hec_id value;
    hec_place place;
    int from, to, outcome; /* to < 0: a state */
} term;

static void report_value(const hec_run *run, const hec_cohort_fault *fault, int64_t draw,
                         const term *t, double value, const double *inputs)
{
    static const char *const kinds[] = {"cost", "effect", "use"};
    const hec_model *model = run->model;
    const hec_outcome *outcome = &model->outcomes[t->outcome];
    hec_id lookup = isnan(value) ? hec_fault_failed_lookup(model, t->value, inputs) : -1;
    hec_text where = {0}, of = {0};
    where_text(run, fault, draw, inputs, &where);
    if (t->from < 0) { /* entering, or dying */
        hec_text_format(&of, "coming to `%s`", model->states[t->to].name);
    } else {
        hec_text_format(&of, t->to < 0 ? "`%s`" : "`%s` -> `%s`", model->states[t->from].name,
                        t->to < 0 ? "" : model->states[t->to].name);
    }
    if (lookup >= 0) {
        hec_fault_report_lookup(run, lookup, inputs, where.data ? where.data : "");
    } else {
        char number[32];
        hec_fault_number(value, 0, 0, number);
        hec_report(run->diagnostics, HEC_CHECK_REWARD_RANGE, t->place,
                   "the %s `%s` of %s is %s: %s", kinds[outcome->kind], outcome->name,
                   of.data ? of.data : "a state", number, where.data ? where.data : "");
        hec_fault_note_definition(run, fault->strategy, t->place);
        hec_fault_note_values(run, t->value, inputs);
    }
    hec_text_free(&where);
    hec_text_free(&of);
}

/* A total is not finite: the first stratum, cycle and time in state at which the term is not are
 * looked for. What a term does not depend on is not walked through. */
static bool report_term(const hec_run *run, const hec_cohort_block *block,
                        const hec_cohort_fault *found, int64_t draw, const term *t, double *inputs)
{
    const hec_model *model = run->model;
    uint8_t depends = hec_graph_node_at(model->graph, t->value)->depends;
    size_t strata = depends & HEC_DEP_STRATUM ? model->population.n_strata : 1;
    int64_t cycles = depends & HEC_DEP_CYCLE ? model->cycles : 1;
    bool timed = depends & HEC_DEP_DURATION;
    hec_cohort_fault at = *found;
    for (at.stratum = 0; at.stratum < strata; at.stratum++) {
        for (at.cycle = 1; at.cycle <= (timed ? model->cycles : cycles); at.cycle++) {
            for (at.duration = timed ? 0 : -1; at.duration < (timed ? at.cycle + 1 : 0);
                 at.duration++) {
                hec_cohort_inputs(model, block, &at, inputs);
                double value = hec_evaluate(model->graph, t->value, inputs);
                if (!isfinite(value)) {
                    report_value(run, &at, draw, t, value, inputs);
                    return true;
                }
            }
        }
    }
    return false;
}

static void report_reward(const hec_run *run, const hec_cohort_block *block,
                          const hec_cohort_fault *fault, int64_t draw, double *inputs)
{
    const hec_model *model = run->model;
    const hec_strategy *s = &model->strategies[fault->strategy];
    for (size_t i = 0; i < s->n_rewards; i++) {
        const hec_reward *r = &s->rewards[i];
        term t = {r->value, r->place, r->state, -1, r->outcome};
        if ((size_t)r->outcome == fault->item && report_term(run, block, fault, draw, &t, inputs)) {
            return;
        }
    }
    for (size_t i = 0; i < s->n_one_offs; i++) {
        const hec_one_off *o = &s->one_offs[i];
        term t = {o->value, o->place, o->from, o->from == o->to ? -1 : o->to, o->outcome};
        if ((size_t)o->outcome == fault->item && report_term(run, block, fault, draw, &t, inputs)) {
            return;
        }
    }
    hec_cohort_fault whole = *fault;
    hec_text where = {0};
    whole.cycle = 0; /* every term is finite, their sum is not */
    whole.duration = -1;
    where_text(run, &whole, draw, inputs, &where);
    hec_report(run->diagnostics, HEC_CHECK_REWARD_RANGE, s->place,
               "the total of `%s` is too large for a computer: %s",
               model->outcomes[fault->item].name, where.data ? where.data : "");
    hec_text_free(&where);
}

/* ---- all of it ------------------------------------------------------------------------------- */

void hec_run_report_fault(const hec_run *run, const hec_cohort_block *block,
                          const hec_cohort_fault *fault, int64_t draw)
{
    double *inputs = calloc(hec_model_inputs(run->model) + 1, sizeof *inputs);
    hec_text where = {0};
    if (!inputs) {
        hec_report(run->diagnostics, HEC_CHECK_REWARD_RANGE, HEC_NOWHERE,
                   "a value went wrong, and memory ran out while looking for it");
        return;
    }
    hec_cohort_inputs(run->model, block, fault, inputs);
    where_text(run, fault, draw, inputs, &where);
    if (fault->kind == HEC_FAULT_MOVE) {
        report_move(run, fault, inputs, where.data ? where.data : "");
    } else if (fault->kind == HEC_FAULT_PAYMENT) {
        hec_fault_report_mean_payment(run, fault, inputs, where.data ? where.data : "");
    } else if (fault->kind == HEC_FAULT_START) {
        report_start(run, fault, inputs, where.data ? where.data : "");
    } else if (fault->kind == HEC_FAULT_SHARE || fault->kind == HEC_FAULT_RISEN) {
        hec_fault_report_shares(run, block, fault, draw, inputs);
    } else {
        report_reward(run, block, fault, draw, inputs);
    }
    hec_text_free(&where);
    free(inputs);
}

/* Runs one draw through all strategies; true after reporting what went wrong. */
static bool try_draw(const hec_run *run, hec_cohort_work *work, const double *const *columns,
                     double *totals, int64_t draw)
{
    hec_cohort_block block = {.kernels = run->kernels, .lanes = 1, .draw_columns = columns};
    hec_cohort_fault fault = {0};
    hec_cohort_begin(run->study->cohort, work, &block);
    for (size_t s = 0; s < run->model->n_strategies; s++) {
        if (!hec_cohort_strategy(run->study->cohort, work, &block, s, totals, LANES, &fault)) {
            hec_run_report_fault(run, &block, &fault, draw);
            return true;
        }
    }
    return false;
}

hec_status hec_run_report_draws(const hec_run *run, const double *parameters, int64_t first,
                                int64_t last)
{
    const hec_model *m = run->model;
    hec_cohort_work *work = hec_cohort_work_create(run->study->cohort, LANES);
    double *totals = hec_aligned_doubles(2 * m->n_outcomes * LANES + LANES);
    const double **columns = calloc(m->n_draws + 1, sizeof *columns);
    bool ready = work && totals && columns, found = false;
    for (int64_t draw = first; ready && !found && draw <= last; draw++) {
        for (size_t i = 0; i < m->n_draws; i++) {
            columns[i] = parameters + i * (size_t)m->draw_count + (size_t)draw;
        }
        found = try_draw(run, work, columns, totals, draw);
    }
    hec_cohort_work_destroy(work);
    hec_aligned_free(totals);
    free(columns);
    return found ? HEC_E_VALUE : HEC_E_MEMORY;
}
