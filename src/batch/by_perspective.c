/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By perspective: each strategy against the first, as every perspective counts its cost. What is
 * cheap for one payer may be dear for another; the effect is the same for all. */
#include "batch/study_inner.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/cea.h"

/* ---- base case ------------------------------------------------------------------------------- */

/* The ratio says something where more is paid for more, or less is paid for less, and where the
 * effect is more than chance among persons: twice its error. */
static double ratio_of(double cost, double effect, double error)
{
    return cost * effect > 0 && fabs(effect) > 2 * error ? cost / effect : NAN;
}

static hec_status add_base(hec_run *run)
{
    const hec_model *m = run->model;
    hec_dataset *d = run->dataset;
    const char *money = m->economics.currency, *unit = m->outcomes[m->effect].name;
    const char *per = hec_arena_format(run->arena, "%s/%s", money, unit);
    size_t n = m->n_perspectives;
    double *cost = hec_dataset_doubles(d, "base/by_perspective/cost", "strategy,perspective", money,
                                       "Cost against the first strategy, by perspective");
    double *effect = hec_dataset_doubles(d, "base/by_perspective/effect", "strategy", unit,
                                         "Effect against the first strategy");
    double *icer =
        hec_dataset_doubles(d, "base/by_perspective/icer", "strategy,perspective", per ? per : "",
                            "Cost per effect, both against the first strategy");
    bool good = per && cost && effect && icer &&
                hec_dataset_texts(d, "base/by_perspective/quadrant", "strategy,perspective",
                                  "Where it lies against the first strategy");
    const double *costs = hec_dataset_values(run->dataset, "base/perspective_cost");
    const double *effects = hec_dataset_values(run->dataset, "base/effect");
    const double *error = hec_dataset_values(run->dataset, "base/increment_effect_se");
    for (size_t s = 0; good && s < m->n_strategies; s++) {
        effect[s] = effects[s] - effects[0];
        for (size_t p = 0; good && p < n; p++) {
            double more = costs[s * n + p] - costs[p];
            cost[s * n + p] = more;
            icer[s * n + p] = s > 0 ? ratio_of(more, effect[s], error ? error[s] : 0) : NAN;
            good = hec_dataset_set_text(d, "base/by_perspective/quadrant", s * n + p,
                                        s > 0 ? hec_quadrant_text(more, effect[s]) : "reference");
        }
    }
    return good ? HEC_OK : HEC_E_MEMORY;
}

/* ---- draws ----------------------------------------------------------------------------------- */

/* The draws' costs of one strategy, as a perspective counts them. */
static void add_up(const hec_model *m, const double *category, size_t strategy, size_t perspective,
                   double *out)
{
    size_t n = (size_t)m->draw_count;
    for (size_t i = 0; i < n; i++) {
        out[i] = 0;
    }
    for (size_t c = 0; c < m->n_costs; c++) {
        const double *from = category + (strategy * m->n_costs + c) * n;
        for (size_t i = 0; m->perspectives[perspective].counts[c] && i < n; i++) {
            out[i] += from[i];
        }
    }
}

/* Share of draws in which the net monetary benefit is greater than the first strategy's. */
static double better(size_t n, double wtp, const double *cost, const double *effect,
                     const double *first_cost, const double *first_effect)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += wtp * (effect[i] - first_effect[i]) > cost[i] - first_cost[i];
    }
    return (double)count / (double)n;
}

/* One perspective; `room` holds the costs of the first strategy and of another. */
static hec_status describe_draws(const hec_run *run, size_t p, double *room, double *statistics,
                                 double *shares)
{
    const hec_model *m = run->model;
    const hec_economics *e = &m->economics;
    size_t n = (size_t)m->draw_count, k = e->n_thresholds;
    const double *category = hec_dataset_values(run->dataset, "psa/category_cost");
    const double *effect = hec_dataset_values(run->dataset, "psa/effect");
    hec_status status = HEC_OK;
    add_up(m, category, 0, p, room);
    for (size_t s = 0; status == HEC_OK && s < m->n_strategies; s++) {
        size_t at = s * m->n_perspectives + p;
        add_up(m, category, s, p, room + n);
        status = hec_run_describe(n, room + n, room, statistics + at * HEC_STATISTICS);
        for (size_t i = 0; i < k; i++) {
            shares[at * k + i] =
                s == 0 ? NAN : better(n, e->thresholds[i], room + n, effect + s * n, room, effect);
        }
    }
    return status;
}

static hec_status add_draws(hec_run *run)
{
    const hec_model *m = run->model;
    hec_dataset *d = run->dataset;
    double none = 0, *shares = &none;
    double *statistics =
        hec_dataset_doubles(d, "psa/by_perspective/cost", "strategy,perspective,statistic",
                            m->economics.currency, "Cost against the first strategy, over draws");
    if (m->economics.n_thresholds > 0) {
        shares = hec_dataset_doubles(d, "psa/by_perspective/better",
                                     "strategy,perspective,threshold", "1",
                                     "Probability of a greater net monetary benefit than the first "
                                     "strategy's at the named thresholds");
    }
    double *room = calloc(2 * (size_t)m->draw_count, sizeof *room);
    hec_status status = statistics && shares && room ? HEC_OK : HEC_E_MEMORY;
    for (size_t p = 0; status == HEC_OK && p < m->n_perspectives; p++) {
        status = describe_draws(run, p, room, statistics, shares);
    }
    free(room);
    return status;
}

hec_status hec_run_by_perspective(hec_run *run)
{
    if (run->model->n_perspectives < 2) {
        return HEC_OK; /* the incremental tables are its view */
    }
    hec_status status = add_base(run);
    return status == HEC_OK && run->model->draw_count > 0 ? add_draws(run) : status;
}
