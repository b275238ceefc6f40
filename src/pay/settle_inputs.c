/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a settlement, and persons after it, read out of the ledger. */
#include <math.h>
#include <string.h>

#include "pay/settle_inner.h"

/* ---- what a settlement is given -------------------------------------------------------------- */

static size_t panels_of(const hec_settled_year *y, int provider)
{
    return hec_ledger_panels(y->model, provider);
}

/* An input of panels is a column of lanes, one of the region a number. */
static void give(const hec_settled_year *y, int32_t input, bool panels, const double *column)
{
    if (input >= 0) {
        y->t->columns[input] = panels ? column : NULL;
        y->t->values[input] = column[0];
    }
}

/* One sum, of this year or the last; before the first year there is nothing. */
static void give_sum(const hec_settled_year *y, size_t index, bool last)
{
    const hec_measure *m = &y->pay->measures[index];
    int32_t input = last ? m->last_input : m->input;
    double *column = y->t->measured + (2 * index + last) * y->t->settlements->stride;
    bool none = last && y->year == 0;
    if (input < 0) {
        return;
    }
    for (size_t panel = 0; panel < y->plan->panels; panel++) {
        bool there = panel < panels_of(y, m->provider) && !none;
        column[panel] =
            there ? hec_ledger_measured(y->ledger, y->strategy, index, y->year - last, panel) : 0;
    }
    give(y, input, m->level == HEC_LEVEL_PANEL, column);
}

/* What a contract has settled: nothing before its turn, and before the first year. */
static void give_settled(const hec_settled_year *y, size_t index, bool last)
{
    const hec_posting *p = &y->pay->postings[index];
    int32_t input = last ? p->last_input : p->input, all = last ? p->all_last_input : p->all_input;
    double *column = y->t->settled + (2 * index + last) * y->t->settlements->stride;
    bool none = last && y->year == 0;
    size_t panels = panels_of(y, hec_ledger_settles(y->model, p));
    for (size_t panel = 0; input >= 0 && panel < y->plan->panels; panel++) {
        column[panel] =
            panel < panels && !none
                ? (double)*hec_ledger_settled(y->ledger, y->strategy, index, y->year - last, panel)
                : 0;
    }
    give(y, input, p->level == HEC_LEVEL_PANEL, column);
    if (all >= 0) {
        y->t->columns[all] = NULL;
        y->t->values[all] =
            none ? 0 : (double)*hec_ledger_amount(y->ledger, y->strategy, y->year - last, index);
    }
}

static void give_rule(const hec_settled_year *y, size_t index)
{
    const hec_rule *rule = &y->pay->rules[index];
    double *column = y->t->rules + index * y->t->settlements->stride;
    size_t panels = panels_of(y, rule->provider);
    for (size_t panel = 0; panel < y->plan->panels; panel++) {
        column[panel] =
            panel < panels ? *hec_ledger_rule(y->ledger, y->strategy, index, y->year, panel) : 0;
    }
    give(y, rule->input, rule->level == HEC_LEVEL_PANEL, column);
}

void hec_settle_give(const hec_settled_year *y)
{
    int64_t cycle = y->plan->last[y->year];
    double t = hec_model_time(y->model, cycle - 1), *values = y->t->values;
    values[HEC_CLOCK_CYCLE] = (double)cycle;
    values[HEC_CLOCK_T] = t;
    values[HEC_CLOCK_YEAR] =
        isnan(y->model->start_year) ? 0 : floor(y->model->start_year + t + 1e-9);
    values[HEC_CLOCK_YEAR_END] = 1;
    for (size_t i = 0; i < y->pay->n_measures; i++) {
        give_sum(y, i, false);
        give_sum(y, i, true);
    }
    for (size_t i = 0; i < y->pay->n_postings; i++) {
        give_settled(y, i, false);
        give_settled(y, i, true);
    }
    for (size_t i = 0; i < y->pay->n_rules; i++) {
        give_rule(y, i);
    }
}

hec_settled_year hec_settle_open(hec_settler *settler, const double *draw_values,
                                 hec_ledger *ledger, size_t strategy, size_t year,
                                 hec_settle_fault *fault)
{
    const hec_ledger_plan *plan = settler->settlements->plan;
    const hec_model *model = plan->model;
    for (size_t i = 0; i < model->n_draws; i++) {
        settler->values[hec_model_draw(model, i)] = draw_values[i];
    }
    memset(settler->columns, 0, hec_model_inputs(model) * sizeof *settler->columns);
    return (hec_settled_year){settler, plan,  model,    &model->strategies[strategy].pay,
                              ledger,  fault, strategy, year};
}

void hec_settle_copy(const hec_settled_year *y, size_t panel, double *inputs)
{
    for (size_t i = 0; i < hec_model_inputs(y->model); i++) {
        inputs[i] = y->t->columns[i] ? y->t->columns[i][panel] : y->t->values[i];
    }
}

void hec_settle_inputs(hec_settler *settler, const double *draw_values, const hec_ledger *ledger,
                       size_t strategy, size_t year, size_t panel, double *inputs)
{
    hec_ledger view = *ledger;
    const hec_settled_year y = hec_settle_open(settler, draw_values, &view, strategy, year, NULL);
    hec_settle_give(&y);
    hec_settle_copy(&y, panel, inputs);
}

/* ---- what persons are fed -------------------------------------------------------------------- */

static double fed(const hec_ledger *ledger, size_t strategy, const hec_feed *feed, size_t year,
                  size_t panel)
{
    bool first = year == 0;
    switch (feed->kind) {
    case HEC_FEED_LAST_YEAR:
        return first ? 0 : hec_ledger_measured(ledger, strategy, feed->index, year - 1, panel);
    case HEC_FEED_SO_FAR:
        return hec_ledger_measured(ledger, strategy, feed->index, year, panel);
    case HEC_FEED_RULE:
        return *hec_ledger_rule(ledger, strategy, feed->index, year, panel);
    default:
        return first ? 0
               : feed->provider < 0
                   ? (double)*hec_ledger_amount(ledger, strategy, year - 1, feed->index)
                   : (double)*hec_ledger_settled(ledger, strategy, feed->index, year - 1, panel);
    }
}

void hec_feed_values(const hec_ledger *ledger, size_t strategy, size_t feed, int64_t cycle,
                     double *values)
{
    const hec_ledger_plan *plan = ledger->plan;
    const hec_feed *of = &plan->model->strategies[strategy].pay.feeds[feed];
    size_t panels = hec_ledger_panels(plan->model, of->provider);
    for (size_t panel = 0; panel < panels; panel++) {
        values[panel] = fed(ledger, strategy, of, plan->year_of[cycle - 1], panel);
    }
}
