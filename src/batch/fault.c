/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fault: a value that went wrong in a run, in words, with the values that made it. */
#include "batch/study_inner.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"

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

static bool reads_unknown(const hec_model *model, const hec_graph_node *node, const double *inputs)
{
    for (int i = 0; i < node->n_args; i++) {
        if (isnan(hec_evaluate(model->graph, node->args[i], inputs))) {
            return true;
        }
    }
    return false;
}

/* The look-up below a node that is NaN although all it reads is known, or -1. */
static hec_id failed_lookup(const hec_model *model, hec_id id, const double *inputs)
{
    hec_id found = -1;
    bool *below = calloc((size_t)id + 1, sizeof *below);
    if (!below) {
        return -1;
    }
    below[id] = true;
    for (hec_id i = id; i >= 0 && found < 0; i--) { /* arguments come before what reads them */
        const hec_graph_node *node = hec_graph_node_at(model->graph, i);
        for (int k = 0; below[i] && k < node->n_args; k++) {
            below[node->args[k]] = true;
        }
        if (below[i] && node->code == HEC_CODE_LOOKUP &&
            isnan(hec_evaluate(model->graph, i, inputs)) && !reads_unknown(model, node, inputs)) {
            found = i;
        }
    }
    free(below);
    return found;
}

static void report_lookup(const hec_run *run, hec_id id, const double *inputs, const char *where)
{
    const hec_model *model = run->model;
    const hec_graph_node *node = hec_graph_node_at(model->graph, id);
    const hec_lookup *table = node->lookup;
    hec_text at = {0};
    for (int i = 0; i < node->n_args; i++) {
        double x = hec_evaluate(model->graph, node->args[i], inputs);
        bool word = table->axis_types[i].kind == HEC_KIND_LABEL && x >= 0 &&
                    x < (double)model->n_words;
        hec_text_format(&at, "%s%s = ", i ? ", " : "", table->axis_names[i]);
        if (word) {
            hec_text_format(&at, "'%s'", model->words[(size_t)x]);
        } else {
            hec_text_format(&at, "%g", x);
        }
    }
    hec_report(run->diagnostics, HEC_CHECK_TABLE_OUTSIDE, node->place,
               "the table `%s` has no value for %s: %s", table->name, at.data ? at.data : "", where);
    for (int i = 0; i < table->n_axes; i++) {
        if (table->axis_types[i].kind != HEC_KIND_LABEL) {
            hec_report_note(run->diagnostics, HEC_NOWHERE, "`%s` runs from %g to %g",
                            table->axis_names[i], table->axes[i][0],
                            table->axes[i][table->lengths[i] - 1]);
        }
    }
    hec_report_help(run->diagnostics, "extend the table, shorten the horizon, or say `outside: "
                                      "clamp`");
    hec_text_free(&at);
}

static void note_values(const hec_run *run, hec_id id, const double *inputs)
{
    hec_text values = {0};
    hec_explain_value(run->model->graph, id, inputs, &values);
    if (values.data && values.length > 0) {
        hec_report_note(run->diagnostics, HEC_NOWHERE, "with %s", values.data);
    }
    hec_text_free(&values);
}

static void report_move(const hec_run *run, const hec_cohort_fault *fault, const double *inputs,
                        const char *where)
{
    const hec_model *model = run->model;
    const hec_arc *arc = &model->strategies[fault->strategy].arcs[fault->item];
    double value = hec_evaluate(model->graph, arc->check, inputs);
    const char *from = model->states[arc->from].name, *to = model->states[arc->to].name;
    char number[32];
    hec_id lookup = isnan(value) ? failed_lookup(model, arc->check, inputs) : -1;
    if (lookup >= 0) {
        report_lookup(run, lookup, inputs, where);
        return;
    }
    if (arc->remainder && arc->low > -1e-11) {
        hec_text_from_double(1 - value, number);
        hec_report(run->diagnostics, HEC_CHECK_PROBABILITY_SUM, arc->place,
                   "the probabilities of leaving `%s` sum to %s: %s", from, number, where);
        hec_report_help(run->diagnostics, "rows are never rescaled; competing moves can be written "
                                          "as hazards (`rate:`), or conditional on each other");
    } else if (arc->remainder) {
        hec_text_from_double(1 - value, number);
        hec_report(run->diagnostics, HEC_CHECK_PROBABILITY_SUM, arc->place,
                   "the row of `%s`, its stay included, sums to %s: %s", from, number, where);
        hec_report_help(run->diagnostics, "leave the stay out, or write `rest` for one destination");
    } else {
        hec_text_from_double(value, number);
        hec_report(run->diagnostics,
                   model->hazards ? HEC_CHECK_HAZARD_RANGE : HEC_CHECK_PROBABILITY_RANGE,
                   arc->place, "the %s `%s` -> `%s` is %s: %s",
                   model->hazards ? "hazard" : "transition probability", from, to, number, where);
    }
    note_values(run, arc->check, inputs);
}

static void report_start(const hec_run *run, const hec_cohort_fault *fault, const double *inputs,
                         const char *where)
{
    const hec_model *model = run->model;
    const hec_strategy *s = &model->strategies[fault->strategy];
    if (fault->item < model->n_states) {
        hec_id id = s->start[fault->item];
        hec_report(run->diagnostics, HEC_CHECK_PROBABILITY_RANGE,
                   hec_graph_node_at(model->graph, id)->place,
                   "the share that starts in `%s` is %.17g: %s", model->states[fault->item].name,
                   hec_evaluate(model->graph, id, inputs), where);
        note_values(run, id, inputs);
        return;
    }
    double sum = 0;
    for (size_t i = 0; i < model->n_states; i++) {
        sum += hec_evaluate(model->graph, s->start[i], inputs);
    }
    hec_report(run->diagnostics, HEC_CHECK_START_SUM, model->states[0].place,
               "the starting shares sum to %.12g, not to 1: %s", sum, where);
    hec_report_help(run->diagnostics, "one of them may be `rest`");
}

/* A total is not finite: the first cycle, stratum and term that is not is looked for. */
static bool report_term(const hec_run *run, const hec_cohort_block *block, hec_cohort_fault *fault,
                        int64_t draw, hec_id id, hec_place place, int outcome, double *inputs)
{
    const hec_model *model = run->model;
    for (fault->stratum = 0; fault->stratum < model->population.n_strata; fault->stratum++) {
        for (fault->cycle = 1; fault->cycle <= model->cycles; fault->cycle++) {
            hec_cohort_inputs(model, block, fault, inputs);
            double value = hec_evaluate(model->graph, id, inputs);
            if (isfinite(value)) {
                continue;
            }
            hec_text where = {0};
            where_text(run, fault, draw, inputs, &where);
            hec_id lookup = isnan(value) ? failed_lookup(model, id, inputs) : -1;
            if (lookup >= 0) {
                report_lookup(run, lookup, inputs, where.data ? where.data : "");
            } else {
                hec_report(run->diagnostics, HEC_CHECK_REWARD_RANGE, place, "`%s` is %g: %s",
                           model->outcomes[outcome].name, value, where.data ? where.data : "");
                note_values(run, id, inputs);
            }
            hec_text_free(&where);
            return true;
        }
    }
    return false;
}

static void report_reward(const hec_run *run, const hec_cohort_block *block,
                          const hec_cohort_fault *found, int64_t draw, double *inputs)
{
    const hec_strategy *s = &run->model->strategies[found->strategy];
    hec_cohort_fault fault = *found;
    fault.duration = 0;
    for (size_t i = 0; i < s->n_rewards; i++) {
        const hec_reward *reward = &s->rewards[i];
        if ((size_t)reward->outcome == found->item &&
            report_term(run, block, &fault, draw, reward->value, reward->place, reward->outcome,
                        inputs)) {
            return;
        }
    }
    for (size_t i = 0; i < s->n_one_offs; i++) {
        const hec_one_off *one_off = &s->one_offs[i];
        if ((size_t)one_off->outcome == found->item &&
            report_term(run, block, &fault, draw, one_off->value, one_off->place, one_off->outcome,
                        inputs)) {
            return;
        }
    }
    hec_report(run->diagnostics, HEC_CHECK_REWARD_RANGE, s->place,
               "the total of `%s` is not a finite number", run->model->outcomes[found->item].name);
}

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
    } else if (fault->kind == HEC_FAULT_START) {
        report_start(run, fault, inputs, where.data ? where.data : "");
    } else {
        report_reward(run, block, fault, draw, inputs);
    }
    hec_text_free(&where);
    free(inputs);
}
