/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Analyses: incremental tables, decision curves and intervals over what the run has kept. */
#include "batch/study_inner.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/cea.h"
#include "base/text.h"

static const char *const statistics[] = {"mean", "sd", "se", "p2.5", "p50", "p97.5"};
static const double probabilities[] = {0.025, 0.5, 0.975};
_Static_assert(sizeof statistics / sizeof statistics[0] == HEC_STATISTICS, "one label each");

/* ---- incremental tables ---------------------------------------------------------------------- */

static hec_status add_table(hec_run *run, const char *group, const double *cost,
                            const double *effect)
{
    const hec_model *m = run->model;
    hec_arena *arena = run->arena;
    size_t n = m->n_strategies;
    const char *money = m->economics.currency, *unit = m->outcomes[m->effect].name;
    const char *ratio = hec_arena_format(arena, "%s/%s", money, unit);
    const char *path[6];
    static const char *const names[6] = {"order", "incremental_cost", "incremental_effect",
                                         "icer",  "status",           "quadrant"};
    for (size_t i = 0; i < 6; i++) {
        path[i] = hec_arena_format(arena, "%s/cea/%s", group, names[i]);
        if (!path[i]) {
            return HEC_E_MEMORY;
        }
    }
    hec_cea_row *rows = calloc(n, sizeof *rows);
    int64_t *order = hec_dataset_ints(run->dataset, path[0], "strategy", "1",
                                      "Strategies along the frontier, then the dominated ones");
    double *dc = hec_dataset_doubles(run->dataset, path[1], "strategy", money,
                                     "Cost against the strategy before it on the frontier");
    double *de = hec_dataset_doubles(run->dataset, path[2], "strategy", unit,
                                     "Effect against the strategy before it on the frontier");
    double *icer = hec_dataset_doubles(run->dataset, path[3], "strategy", ratio ? ratio : "",
                                       "Incremental cost-effectiveness ratio");
    bool good =
        ratio && rows && order && dc && de && icer &&
        hec_dataset_texts(
            run->dataset, path[4], "strategy",
            "ND not dominated, ED extended dominance, EQ equal to one of these, D dominated") &&
        hec_dataset_texts(run->dataset, path[5], "strategy",
                          "Where it lies against the cheapest on the frontier");
    hec_status status = good ? hec_cea_table(n, cost, effect, rows) : HEC_E_MEMORY;
    for (size_t i = 0; status == HEC_OK && i < n; i++) {
        const hec_cea_row *row = &rows[i];
        size_t s = row->strategy, base = rows[0].strategy;
        order[i] = (int64_t)s;
        dc[s] = row->incremental_cost;
        de[s] = row->incremental_effect;
        icer[s] = row->icer;
        good = hec_dataset_set_text(run->dataset, path[4], s, hec_dominance_text(row->dominance)) &&
               hec_dataset_set_text(
                   run->dataset, path[5], s,
                   s == base ? "reference"
                             : hec_quadrant_text(cost[s] - cost[base], effect[s] - effect[base]));
        status = good ? HEC_OK : HEC_E_MEMORY;
    }
    free(rows);
    return status;
}

/* Of the steps of the base case's table, where persons were simulated. */
static hec_status add_step_errors(hec_run *run)
{
    const hec_model *m = run->model;
    size_t n = m->n_strategies;
    static const char *const paths[2] = {"base/cea/incremental_cost_se",
                                         "base/cea/incremental_effect_se"};
    const char *units[2] = {m->economics.currency, m->outcomes[m->effect].name};
    const int64_t *order = hec_dataset_array(run->dataset, "base/cea/order")->data.ints;
    const double *increment = hec_dataset_values(run->dataset, "base/cea/incremental_cost");
    for (size_t what = 0; what < 2 && run->pair_error[what]; what++) {
        double *to = hec_dataset_doubles(run->dataset, paths[what], "strategy", units[what],
                                         "Monte Carlo error of the increment");
        if (!to) {
            return HEC_E_MEMORY;
        }
        for (size_t i = 0; i < n; i++) {
            size_t s = (size_t)order[i], before = i > 0 ? (size_t)order[i - 1] : s;
            to[s] = isnan(increment[s]) ? NAN : run->pair_error[what][s * n + before];
        }
    }
    return HEC_OK;
}

static hec_status add_threshold_nmb(hec_run *run)
{
    const hec_economics *e = &run->model->economics;
    const double *cost = hec_dataset_values(run->dataset, "base/cost"), *effect = hec_dataset_values(run->dataset, "base/effect");
    if (e->n_thresholds == 0) {
        return HEC_OK;
    }
    double *nmb = hec_dataset_doubles(run->dataset, "base/threshold_nmb", "strategy,threshold",
                                      e->currency, "Net monetary benefit at the named thresholds");
    double *nhb = hec_dataset_doubles(run->dataset, "base/threshold_nhb", "strategy,threshold",
                                      run->model->outcomes[run->model->effect].name,
                                      "Net health benefit at the named thresholds");
    for (size_t s = 0; nmb && nhb && s < run->model->n_strategies; s++) {
        for (size_t k = 0; k < e->n_thresholds; k++) {
            double wtp = e->thresholds[k];
            nmb[s * e->n_thresholds + k] = wtp * effect[s] - cost[s];
            nhb[s * e->n_thresholds + k] = wtp > 0 ? effect[s] - cost[s] / wtp : NAN;
        }
    }
    return nmb && nhb ? HEC_OK : HEC_E_MEMORY;
}

/* ---- probabilistic --------------------------------------------------------------------------- */

hec_status hec_run_describe(size_t n, const double *values, const double *against, double *row)
{
    hec_status status =
        hec_describe_increment(n, values, against, 3, probabilities, &row[0], &row[1], row + 3);
    row[2] = row[1] / sqrt((double)n);
    return status;
}

/* Of threads that describe side by side. */
static void keep_failure(hec_status *status, hec_status found)
{
    if (found != HEC_OK) {
#pragma omp critical(hecate_describe)
        *status = found;
    }
}

/* Mean, spread and interval of n rows of draws, into out[n][HEC_STATISTICS]. */
static hec_status summarise_rows(const hec_run *run, size_t n, const double *values, double *out)
{
    size_t draws = (size_t)run->model->draw_count;
    hec_status status = HEC_OK;
#pragma omp parallel for num_threads(run->threads)
    for (size_t i = 0; i < n; i++) {
        keep_failure(&status,
                     hec_run_describe(draws, values + i * draws, NULL, out + i * HEC_STATISTICS));
    }
    return status;
}

/* Of each strategy; the mean also goes to `mean`. */
static hec_status summarise(hec_run *run, const char *path, const char *unit, const char *title,
                            const double *values, double *mean)
{
    size_t strategies = run->model->n_strategies;
    double *out = hec_dataset_doubles(run->dataset, path, "strategy,statistic", unit, title);
    hec_status status = out ? summarise_rows(run, strategies, values, out) : HEC_E_MEMORY;
    for (size_t s = 0; status == HEC_OK && s < strategies; s++) {
        mean[s] = out[s * HEC_STATISTICS];
    }
    return status;
}

/* Of each flow of money, where some strategy has a policy. */
static hec_status summarise_ledger(hec_run *run)
{
    const hec_array *ledger = hec_dataset_array(run->dataset, "psa/ledger");
    size_t n = ledger ? ledger->count / (size_t)run->model->draw_count : 0;
    const double *values = ledger ? ledger->data.doubles : NULL;
    if (n == 0) {
        return HEC_OK;
    }
    double *out =
        hec_dataset_doubles(run->dataset, "psa/summary_ledger", "strategy,posting,statistic",
                            run->model->economics.currency, "What was paid per person, over draws");
    return out ? summarise_rows(run, n, values, out) : HEC_E_MEMORY;
}

/* Increments against the strategy that stands first, with their intervals, and where on the
 * cost-effectiveness plane the draws lie. */
static hec_status add_plane(hec_run *run, const hec_psa_sample *sample)
{
    const hec_model *m = run->model;
    hec_dataset *d = run->dataset;
    const char *parts[HEC_PLANE_PARTS], *unit = m->outcomes[m->effect].name;
    for (size_t k = 0; k < HEC_PLANE_PARTS; k++) {
        parts[k] = hec_plane_part_text(k);
    }
    bool good = hec_dataset_dimension(d, "quadrant", "Part of the cost-effectiveness plane", "",
                                      HEC_PLANE_PARTS, parts, NULL) >= 0;
    double *share = hec_dataset_doubles(d, "analysis/plane", "strategy,quadrant", "1",
                                        "Share of draws in each part of the plane, against the "
                                        "first strategy");
    double *cost = hec_dataset_doubles(d, "analysis/increment_cost", "strategy,statistic",
                                       m->economics.currency, "Cost against the first strategy");
    double *effect = hec_dataset_doubles(d, "analysis/increment_effect", "strategy,statistic", unit,
                                         "Effect against the first strategy");
    hec_status status = good && share && cost && effect ? HEC_OK : HEC_E_MEMORY;
    size_t n = sample->n_draws, strategies = status == HEC_OK ? m->n_strategies : 0;
#pragma omp parallel for num_threads(run->threads)
    for (size_t s = 0; s < strategies; s++) {
        hec_plane(n, sample->cost[s], sample->effect[s], sample->cost[0], sample->effect[0], NULL,
                  NULL, share + s * HEC_PLANE_PARTS);
        keep_failure(&status, hec_run_describe(n, sample->cost[s], sample->cost[0],
                                               cost + s * HEC_STATISTICS));
        keep_failure(&status, hec_run_describe(n, sample->effect[s], sample->effect[0],
                                               effect + s * HEC_STATISTICS));
    }
    return status;
}

static hec_status add_curves(hec_run *run, const hec_psa_sample *sample)
{
    const hec_model *m = run->model;
    const hec_economics *e = &m->economics;
    hec_dataset *d = run->dataset;
    size_t n = m->n_strategies;
    hec_decision out = {
        .ceac = hec_dataset_doubles(d, "analysis/ceac", "wtp,strategy", "1",
                                    "Probability of the greatest net monetary benefit"),
        .mean_nmb = hec_dataset_doubles(d, "analysis/nmb", "wtp,strategy", e->currency,
                                        "Mean net monetary benefit"),
        .expected_loss = hec_dataset_doubles(d, "analysis/expected_loss", "wtp,strategy",
                                             e->currency, "Expected loss of choosing it"),
        .nmb_se = hec_dataset_doubles(d, "analysis/nmb_se", "wtp,strategy", e->currency,
                                      "Monte Carlo error of the mean net monetary benefit against "
                                      "the optimal strategy"),
        .evpi = hec_dataset_doubles(d, "analysis/evpi", "wtp", e->currency,
                                    "Expected value of perfect information, per person"),
        .optimal = hec_dataset_ints(d, "analysis/optimal", "wtp", "1",
                                    "Strategy of the greatest mean net monetary benefit"),
    };
    double *ceaf = hec_dataset_doubles(d, "analysis/ceaf", "wtp", "1",
                                       "Probability that the optimal strategy is best");
    if (!out.ceac || !out.mean_nmb || !out.expected_loss || !out.nmb_se || !out.evpi ||
        !out.optimal || !ceaf) {
        return HEC_E_MEMORY;
    }
    hec_status status = hec_decision_curves(sample, e->n_wtp, e->wtp, run->threads, &out);
    for (size_t w = 0; status == HEC_OK && w < e->n_wtp; w++) {
        ceaf[w] = out.ceac[w * n + (size_t)out.optimal[w]];
    }
    return status;
}

/* Whether Monte Carlo error could change which strategy is optimal, at one willingness to pay. */
static void report_monte_carlo(const hec_run *run, double wtp, const double *nmb, const double *se,
                               size_t best)
{
    const hec_model *m = run->model;
    size_t second = best;
    for (size_t s = 0; s < m->n_strategies; s++) {
        bool rival = s != best && nmb[s] < nmb[best]; /* which a copy is not */
        if (rival && (second == best || nmb[s] > nmb[second])) {
            second = s;
        }
    }
    if (second == best) {
        return;
    }
    double lead = nmb[best] - nmb[second];
    hec_report(run->diagnostics, HEC_CHECK_MONTE_CARLO, HEC_NOWHERE,
               "at %.10g %s per %s, `%s` leads `%s` by a net monetary benefit of %.6g (Monte Carlo "
               "error %.3g)",
               wtp, m->economics.currency, m->outcomes[m->effect].name, m->strategies[best].name,
               m->strategies[second].name, lead, se[second]);
    if (lead > 0 && lead < 1.96 * se[second]) {
        hec_report_help(run->diagnostics,
                        "more draws could change the decision: with %.0f the "
                        "lead would be twice its error",
                        ceil((double)m->draw_count * pow(2 * se[second] / lead, 2)));
    }
}

/* The decision at the named thresholds, and how sure it is. */
static hec_status add_decision(hec_run *run, const hec_psa_sample *sample)
{
    const hec_economics *e = &run->model->economics;
    hec_dataset *d = run->dataset;
    hec_decision out = {
        .ceac = hec_dataset_doubles(d, "analysis/threshold_ceac", "threshold,strategy", "1",
                                    "Probability of the greatest net monetary benefit at the named "
                                    "thresholds"),
        .mean_nmb =
            hec_dataset_doubles(d, "analysis/threshold_nmb", "threshold,strategy", e->currency,
                                "Mean net monetary benefit at the named thresholds"),
        .nmb_se =
            hec_dataset_doubles(d, "analysis/threshold_nmb_se", "threshold,strategy", e->currency,
                                "Monte Carlo error of the mean net monetary benefit against "
                                "the optimal strategy, at the named thresholds"),
        .evpi = hec_dataset_doubles(d, "analysis/threshold_evpi", "threshold", e->currency,
                                    "Expected value of perfect information, per person, at the "
                                    "named thresholds"),
        .optimal = hec_dataset_ints(d, "analysis/threshold_optimal", "threshold", "1",
                                    "Strategy of the greatest mean net monetary benefit at the "
                                    "named thresholds"),
    };
    if (!out.ceac || !out.mean_nmb || !out.nmb_se || !out.evpi || !out.optimal) {
        return HEC_E_MEMORY;
    }
    size_t n = sample->n_strategies;
    hec_status status =
        hec_decision_curves(sample, e->n_thresholds, e->thresholds, run->threads, &out);
    for (size_t k = 0; status == HEC_OK && k < e->n_thresholds; k++) {
        report_monte_carlo(run, e->thresholds[k], out.mean_nmb + k * n, out.nmb_se + k * n,
                           (size_t)out.optimal[k]);
    }
    return status;
}

/* Where no threshold is named: the Monte Carlo error in the middle of the grid. */
static hec_status report_errors(const hec_run *run, const hec_psa_sample *sample)
{
    const hec_economics *e = &run->model->economics;
    const double *wtp = &e->wtp[e->n_wtp / 2];
    double *nmb = calloc(2 * sample->n_strategies, sizeof *nmb);
    int64_t optimal = 0;
    if (!nmb) {
        return HEC_E_MEMORY;
    }
    double *se = nmb + sample->n_strategies;
    hec_decision out = {.mean_nmb = nmb, .nmb_se = se, .optimal = &optimal};
    hec_status status = hec_decision_curves(sample, 1, wtp, run->threads, &out);
    if (status == HEC_OK) {
        report_monte_carlo(run, *wtp, nmb, se, (size_t)optimal);
    }
    free(nmb);
    return status;
}

static hec_status analyse_draws(hec_run *run)
{
    const hec_model *m = run->model;
    size_t n = m->n_strategies, draws = (size_t)m->draw_count;
    const double *cost = hec_dataset_values(run->dataset, "psa/cost"), *effect = hec_dataset_values(run->dataset, "psa/effect");
    const double **costs = calloc(n, sizeof *costs), **effects = calloc(n, sizeof *effects);
    double *means = calloc(2 * n, sizeof *means);
    hec_status status = HEC_E_MEMORY;
    if (!costs || !effects || !means ||
        hec_dataset_dimension(run->dataset, "statistic", "Statistic over draws", "", HEC_STATISTICS,
                              statistics, NULL) < 0) {
        goto out;
    }
    for (size_t s = 0; s < n; s++) {
        costs[s] = cost + s * draws;
        effects[s] = effect + s * draws;
    }
    status =
        summarise(run, "psa/summary_cost", m->economics.currency, "Cost over draws", cost, means);
    if (status == HEC_OK) {
        status = summarise(run, "psa/summary_effect", m->outcomes[m->effect].name,
                           "Effect over draws", effect, means + n);
    }
    if (status == HEC_OK) {
        status = summarise_ledger(run);
    }
    if (status == HEC_OK) {
        status = add_table(run, "psa", means, means + n);
    }
    hec_psa_sample sample = {draws, n, costs, effects};
    if (status == HEC_OK) {
        status = add_plane(run, &sample);
    }
    if (status == HEC_OK) {
        status = add_curves(run, &sample);
    }
    if (status == HEC_OK) {
        status = m->economics.n_thresholds > 0 ? add_decision(run, &sample)
                                               : report_errors(run, &sample);
    }
out:
    free(costs);
    free(effects);
    free(means);
    return status;
}

hec_status hec_run_analyses(hec_run *run)
{
    hec_status status =
        add_table(run, "base", hec_dataset_values(run->dataset, "base/cost"), hec_dataset_values(run->dataset, "base/effect"));
    if (status == HEC_OK) {
        status = add_step_errors(run);
    }
    if (status == HEC_OK) {
        status = add_threshold_nmb(run);
    }
    if (status == HEC_OK && run->model->draw_count > 0) {
        status = analyse_draws(run);
    }
    return status == HEC_OK ? hec_run_by_perspective(run) : status;
}
