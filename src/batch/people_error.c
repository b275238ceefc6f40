/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the error of the draws' means comes from: between draws, or between the persons of a draw.
 * The analysis of variance of O'Hagan, Stevenson, Madan, Health Economics 16:1009 (2007). */
#include "batch/run_persons.h"

#include <math.h>

static const char *const source_labels[] = {"mean", "se", "between_sd", "within_sd",
                                            "persons_share"};
static const char *const split_labels[] = {"persons_per_draw", "draws"};
enum { N_SOURCES = sizeof source_labels / sizeof source_labels[0], N_SPLIT = 2 };

/* Variance between draws, without what is chance among persons; variance between persons. */
static void split_variance(const hec_sources *of, double persons, double *between, double *within)
{
    double draws = hec_moments_variance(&of->draws);
    *within = of->within / of->draws.n;
    *between = fmax(draws - *within / persons, 0);
}

static void describe(const hec_sources *of, double persons, double row[N_SOURCES])
{
    double between, within, all = hec_moments_variance(&of->draws);
    split_variance(of, persons, &between, &within);
    row[0] = hec_moments_mean(&of->draws);
    row[1] = sqrt(all / of->draws.n);
    row[2] = sqrt(between);
    row[3] = sqrt(within);
    row[4] = all > 0 ? fmin(within / persons / all, 1) : all == 0 ? 0 : NAN;
}

/* Totals of the strategies from `first` on, an array [strategy][n][source]. */
static bool add(hec_run *run, const hec_quantities *q, const hec_sources *sources, const char *path,
                const char *dimensions, const char *unit, const char *title, size_t first, size_t n)
{
    double *to = hec_dataset_doubles(run->dataset, path, dimensions, unit, title);
    for (size_t s = 0; to && s < run->model->n_strategies; s++) {
        for (size_t i = 0; i < n; i++, to += N_SOURCES) {
            describe(&sources[hec_quantity_outcome(q, s, 1, first + i)],
                     (double)run->model->persons.per_draw, to);
        }
    }
    return to != NULL;
}

/* What decides: cost and effect, and both against the first strategy. */
static bool add_results(hec_run *run, const hec_quantities *q, const hec_sources *sources)
{
    static const char *const labels[] = {"cost", "effect", "incremental cost",
                                         "incremental effect"};
    enum { N = sizeof labels / sizeof labels[0] };
    double persons = (double)run->model->persons.per_draw, *to = NULL;
    if (hec_dataset_dimension(run->dataset, "result", "What is estimated", "", N, labels, NULL) >=
        0) {
        to = hec_dataset_doubles(run->dataset, "analysis/persons_error", "strategy,result,source",
                                 "",
                                 "Cost and effect, and both against the first strategy: error "
                                 "between draws and between persons");
    }
    for (size_t s = 0; to && s < run->model->n_strategies; s++, to += N * N_SOURCES) {
        describe(&sources[hec_quantity_cost(q, s, 1)], persons, to);
        describe(&sources[hec_quantity_effect(q, s, 1)], persons, to + N_SOURCES);
        for (size_t i = 2 * N_SOURCES; s == 0 && i < N * N_SOURCES; i++) {
            to[i] = NAN;
        }
        for (size_t what = HEC_PAIR_COST; s > 0 && what <= HEC_PAIR_EFFECT; what++) {
            describe(&sources[hec_quantity_pair(q, 0, s, what)], persons,
                     to + (2 + what) * N_SOURCES);
        }
    }
    return to != NULL;
}

static bool add_arrays(hec_run *run, const hec_quantities *q, const hec_sources *sources)
{
    const hec_model *m = run->model;
    return add_results(run, q, sources) &&
           add(run, q, sources, "analysis/persons_error_category", "strategy,category,source",
               m->economics.currency, "Costs: error between draws and between persons", 0,
               m->n_costs) &&
           add(run, q, sources, "analysis/persons_error_measure", "strategy,measure,source", "",
               "Effects: error between draws and between persons", m->n_costs, m->n_effects);
}

/* ---- the best split -------------------------------------------------------------------------- */

/* The two strategies of the greatest mean net monetary benefit at the first price. */
static void find_rivals(const hec_model *m, const hec_quantities *q, const hec_sources *sources,
                        size_t rivals[2])
{
    double best[2] = {-INFINITY, -INFINITY};
    rivals[0] = rivals[1] = 0;
    for (size_t s = 0; s < m->n_strategies; s++) {
        double benefit = q->wtp[0] * hec_moments_mean(&sources[hec_quantity_effect(q, s, 1)].draws) -
                         hec_moments_mean(&sources[hec_quantity_cost(q, s, 1)].draws);
        if (benefit > best[0]) {
            best[1] = best[0];
            rivals[1] = rivals[0];
            best[0] = benefit;
            rivals[0] = s;
        } else if (benefit > best[1] && benefit < best[0]) { /* a copy of the best is no rival */
            best[1] = benefit;
            rivals[1] = s;
        }
    }
}

/* For the net monetary benefit of the best strategy against the second best. */
static bool add_split(hec_run *run, const hec_quantities *q, const hec_sources *sources)
{
    static const char *const contrast[] = {"best", "second"};
    const hec_model *m = run->model;
    hec_dataset *d = run->dataset;
    size_t rivals[2];
    double between, within, persons = (double)m->persons.per_draw;
    const char *price = hec_arena_format(run->arena, "%s/%s", m->economics.currency,
                                         m->outcomes[m->effect].name);
    if (!price ||
        hec_dataset_dimension(d, "split", "How the same work is divided", "", 2, split_labels,
                              NULL) < 0 ||
        hec_dataset_dimension(d, "contrast", "Strategies that are compared", "", 2, contrast,
                              NULL) < 0) {
        return false;
    }
    double *wtp = hec_dataset_doubles(d, "analysis/persons_split_wtp", "", price,
                                      "Willingness to pay for which the split is recommended");
    int64_t *of = hec_dataset_ints(d, "analysis/persons_split_strategy", "contrast", "1",
                                   "Strategies for whose difference the split is recommended");
    double *error = hec_dataset_doubles(d, "analysis/persons_split_error", "source",
                                        m->economics.currency,
                                        "Net monetary benefit of the best strategy against the "
                                        "second best: error between draws and between persons");
    double *split = hec_dataset_doubles(d, "analysis/persons_split", "split", "",
                                        "Persons per draw and draws that give the least error of "
                                        "that difference for the same work");
    if (!wtp || !of || !error || !split) {
        return false;
    }
    find_rivals(m, q, sources, rivals);
    bool swapped = rivals[1] < rivals[0];
    const hec_sources *pair =
        &sources[hec_quantity_pair(q, rivals[!swapped ? 0 : 1], rivals[!swapped ? 1 : 0],
                                   HEC_PAIR_NMB)];
    split_variance(pair, persons, &between, &within);
    describe(pair, persons, error);
    error[0] = swapped ? error[0] : -error[0]; /* the pair is the later less the earlier */
    hec_best_split(between, within, persons, (double)m->draw_count, split);
    *wtp = q->wtp[0];
    of[0] = (int64_t)rivals[0];
    of[1] = (int64_t)rivals[1];
    return true;
}

hec_status hec_people_sources(hec_run *run, const hec_quantities *q, const hec_sources *sources)
{
    const hec_model *m = run->model;
    bool told = m->draw_count > 1 && m->persons.per_draw > (m->persons.antithetic ? 3 : 1);
    if (!told) {
        return HEC_OK; /* with one draw, or one person in each, the sources cannot be told apart */
    }
    bool good = hec_dataset_dimension(run->dataset, "source", "Mean of the draws and its error", "",
                                      N_SOURCES, source_labels, NULL) >= 0 &&
                add_arrays(run, q, sources) &&
                (q->n_wtp == 0 || m->n_strategies < 2 || add_split(run, q, sources));
    return good ? HEC_OK : HEC_E_MEMORY;
}
