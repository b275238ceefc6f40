/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares that went wrong, and curves that crossed and were clamped, in words. */
#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "batch/fault_words.h"

/* "strategy B, draw 12, stratum 2" */
static void where_text(const hec_run *run, const hec_cohort_fault *fault, int64_t draw,
                       hec_text *out)
{
    hec_text_format(out, "strategy %s, ", run->model->strategies[fault->strategy].name);
    if (draw >= 0) {
        hec_text_format(out, "draw %lld", (long long)draw + 1);
    } else {
        hec_text_add(out, "base case");
    }
    if (run->model->population.n_strata > 1) {
        hec_text_format(out, ", stratum %zu", fault->stratum + 1);
    }
}

static double share_of(const hec_model *model, const hec_cohort_fault *fault, size_t state,
                       const double *inputs)
{
    return hec_evaluate(model->graph, model->strategies[fault->strategy].occupancy[state], inputs);
}

static hec_place place_of(const hec_model *model, size_t state)
{
    const hec_node *map = hec_node_get(hec_node_get(model->tree, "chains"), model->chain);
    const hec_node *states = hec_node_get(map, "states");
    const hec_node *node =
        hec_node_get(hec_node_get(states, model->states[state].name), "occupancy");
    return node ? node->place : model->states[state].place;
}

static void note_shares(const hec_run *run, const hec_cohort_fault *fault, const double *inputs)
{
    const hec_model *model = run->model;
    hec_text shares = {0};
    for (size_t i = 0; i < model->n_states; i++) {
        hec_text_format(&shares, "%s`%s` %.10g", i > 0 ? ", " : "", model->states[i].name,
                        share_of(model, fault, i, inputs));
    }
    hec_report_note(run->diagnostics, HEC_NOWHERE, "the shares are %s",
                    shares.data ? shares.data : "");
    hec_text_free(&shares);
}

static bool sums_to_one(const hec_model *model, const hec_cohort_fault *fault, const double *inputs)
{
    double sum = 0;
    for (size_t i = 0; i < model->n_states; i++) {
        sum += share_of(model, fault, i, inputs);
    }
    return fabs(sum - 1) <= 1e-9;
}

/* The state to speak of: a negative share may only be the answer to one above one. */
static size_t worst_state(const hec_model *model, const hec_cohort_fault *fault,
                          const double *inputs)
{
    for (size_t i = 0; i < model->n_states; i++) {
        if (!(share_of(model, fault, i, inputs) <= 1 + 1e-12)) {
            return i;
        }
    }
    return fault->item;
}

/* One share outside of 0 to 1. */
static void report_outside(const hec_run *run, const hec_cohort_fault *fault, const double *inputs,
                           const char *where)
{
    const hec_model *model = run->model;
    size_t state = worst_state(model, fault, inputs);
    hec_id id = model->strategies[fault->strategy].occupancy[state];
    double share = hec_evaluate(model->graph, id, inputs);
    hec_id lookup = isnan(share) ? hec_fault_failed_lookup(model, id, inputs) : -1;
    bool cross = share < 0 && sums_to_one(model, fault, inputs);
    char number[32];
    if (lookup >= 0) {
        hec_fault_report_lookup(run, lookup, inputs, where);
        return;
    }
    hec_fault_number(share, 0, 1, number);
    hec_report(run->diagnostics, cross ? HEC_CHECK_CURVES_CROSS : HEC_CHECK_OCCUPANCY,
               place_of(model, state),
               cross ? "the survival curves cross: the share in `%s` is %s at t = %g: %s"
                     : "the share in `%s` is %s at t = %g: %s",
               model->states[state].name, number, inputs[HEC_CLOCK_T], where);
    note_shares(run, fault, inputs);
    hec_fault_note_values(run, id, inputs);
    if (cross) {
        hec_report_help(run->diagnostics,
                        "curves that belong together do not cross, such as hazard_ratio(os, hr) "
                        "with hr above 1; `crossing: clamp` on the chain counts negative shares as "
                        "none, and says so");
    }
}

static void report_sum(const hec_run *run, const hec_cohort_fault *fault, const double *inputs,
                       const char *where)
{
    const hec_model *model = run->model;
    double sum = 0;
    for (size_t i = 0; i < model->n_states; i++) {
        sum += share_of(model, fault, i, inputs);
    }
    hec_report(run->diagnostics, HEC_CHECK_OCCUPANCY, place_of(model, 0),
               "the shares sum to %.12g, not to 1, at t = %g: %s", sum, inputs[HEC_CLOCK_T], where);
    note_shares(run, fault, inputs);
    hec_report_help(run->diagnostics, "one of them may be `rest`");
}

/* The dead of a point and of the one before; a clamped share of them may fall as well. */
static void report_risen(const hec_run *run, const hec_cohort_block *block,
                         const hec_cohort_fault *fault, const double *inputs, const char *where)
{
    const hec_model *model = run->model;
    hec_cohort_fault earlier = *fault;
    double *before = calloc(hec_model_inputs(model) + 1, sizeof *before);
    earlier.cycle--;
    if (before) {
        hec_cohort_inputs(model, block, &earlier, before);
    }
    hec_report(run->diagnostics, HEC_CHECK_OCCUPANCY, place_of(model, fault->item),
               "the share in `%s`, which is dead, falls to %.10g at t = %g, from %.10g at t = %g: "
               "%s",
               model->states[fault->item].name, share_of(model, fault, fault->item, inputs),
               inputs[HEC_CLOCK_T], before ? share_of(model, &earlier, fault->item, before) : NAN,
               before ? before[HEC_CLOCK_T] : NAN, where);
    hec_report_help(run->diagnostics, "a survival curve never rises; switch_at(D1, time, D2) goes "
                                      "on from where D1 ends");
    free(before);
}

void hec_fault_report_shares(const hec_run *run, const hec_cohort_block *block,
                             const hec_cohort_fault *fault, int64_t draw, const double *inputs)
{
    hec_text where = {0};
    where_text(run, fault, draw, &where);
    const char *words = where.data ? where.data : "";
    if (fault->kind == HEC_FAULT_RISEN) {
        report_risen(run, block, fault, inputs, words);
    } else if (fault->item == run->model->n_states) {
        report_sum(run, fault, inputs, words);
    } else {
        report_outside(run, fault, inputs, words);
    }
    hec_text_free(&where);
}

void hec_fault_report_crossings(const hec_run *run, const hec_cohort_crossing *crossings,
                                int64_t draws)
{
    const hec_model *model = run->model;
    for (size_t s = 0; s < model->n_strategies; s++) {
        const hec_cohort_crossing *c = &crossings[s];
        hec_text when = {0};
        if (c->points == 0) {
            continue;
        }
        if (draws > 0) {
            hec_text_format(&when, "in %lld of %lld draws, at %lld points in all",
                            (long long)c->draws, (long long)draws, (long long)c->points);
        } else {
            hec_text_format(&when, "in the base case at %lld of %lld points", (long long)c->points,
                            (long long)(model->cycles + 1) * (long long)model->population.n_strata);
        }
        hec_report(run->diagnostics, HEC_CHECK_CURVES_CLAMPED, model->strategies[s].place,
                   "the survival curves of `%s` cross %s, by %.3g of the cohort at most; negative "
                   "shares counted as none",
                   model->strategies[s].name, when.data ? when.data : "", c->most);
        hec_text_free(&when);
    }
}
