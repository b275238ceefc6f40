/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base case of persons: totals with their Monte Carlo errors, traces, moves, events, deaths, years;
 * the arrays that a cohort fills, and some of its own. */
#include "batch/run_persons.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "batch/move_list.h"

static const char *const suffix[2] = {"_undiscounted", ""};
static const char *const manner[2] = {", undiscounted", ", discounted"};

/* "base/cost" and its error, "base/cost_se", of one kind. */
static double *add(hec_run *run, const char *path, bool error, int kind, const char *dimensions,
                   const char *unit, const char *title)
{
    hec_text name = {0}, words = {0};
    hec_text_format(&name, "%s%s%s", path, error ? "_se" : "", suffix[kind]);
    hec_text_format(&words, "%s%s%s", error ? "Monte Carlo error: " : "", title, manner[kind]);
    double *data = name.data && words.data
                       ? hec_dataset_doubles(run->dataset, name.data, dimensions, unit, words.data)
                       : NULL;
    hec_text_free(&name);
    hec_text_free(&words);
    return data;
}

/* ---- totals ---------------------------------------------------------------------------------- */

static double mean_of(const hec_people_results *r, size_t quantity)
{
    return hec_moments_mean(&r->moments[quantity].persons);
}

static double error_of(const hec_people_results *r, size_t quantity)
{
    return sqrt(hec_crowd_moment_error(&r->moments[quantity]));
}

/* An array [strategy][n] of totals from `first` on of one kind: the means, or their errors. */
static bool add_totals(const hec_people_results *r, const char *path, bool error, int kind,
                       const char *dimensions, const char *unit, const char *title, size_t first,
                       size_t n)
{
    double *to = add(r->run, path, error, kind, dimensions, unit, title);
    for (size_t s = 0; to && s < r->run->model->n_strategies; s++) {
        for (size_t i = 0; i < n; i++) {
            size_t quantity = hec_quantity_outcome(&r->q, s, kind, first + i);
            *to++ = error ? error_of(r, quantity) : mean_of(r, quantity);
        }
    }
    return to != NULL;
}

/* The cost of a perspective is the sum of its categories, to the last bit. */
static bool add_costs(const hec_people_results *r, int kind)
{
    const hec_model *m = r->run->model;
    const char *money = m->economics.currency;
    double *cost = add(r->run, "base/cost", false, kind, "strategy", money, "Cost");
    double *all = add(r->run, "base/perspective_cost", false, kind, "strategy,perspective", money,
                      "Cost by perspective");
    if (!cost || !all) {
        return false;
    }
    for (size_t s = 0; s < m->n_strategies; s++) {
        for (size_t p = 0; p < m->n_perspectives; p++) {
            double *sum = &all[s * m->n_perspectives + p];
            for (size_t c = 0; c < m->n_costs; c++) {
                *sum += m->perspectives[p].counts[c]
                            ? mean_of(r, hec_quantity_outcome(&r->q, s, kind, c))
                            : 0;
            }
        }
        cost[s] = all[s * m->n_perspectives + (size_t)m->perspective];
    }
    return true;
}

static bool add_kind(const hec_people_results *r, int kind)
{
    const hec_model *m = r->run->model;
    const char *money = m->economics.currency, *unit = m->outcomes[m->effect].name;
    bool good = add_costs(r, kind);
    for (int error = 0; good && error < 2; error++) {
        good = add_totals(r, "base/category_cost", error, kind, "strategy,category", money,
                          "Cost by category", 0, m->n_costs) &&
               add_totals(r, "base/effect", error, kind, "strategy", unit, "Effect",
                          (size_t)m->effect, 1) &&
               add_totals(r, "base/effects", error, kind, "strategy,measure", "",
                          "Effects by measure", m->n_costs, m->n_effects);
    }
    return good &&
           add_totals(r, "base/cost", true, kind, "strategy", money, "Cost",
                      m->n_outcomes + (size_t)m->perspective, 1) &&
           add_totals(r, "base/perspective_cost", true, kind, "strategy,perspective", money,
                      "Cost by perspective", m->n_outcomes, m->n_perspectives);
}

static bool add_uses(const hec_people_results *r)
{
    const hec_model *m = r->run->model;
    size_t first = m->n_costs + m->n_effects;
    double *use = hec_dataset_doubles(r->run->dataset, "base/use", "strategy,service", "",
                                      "Services used per person");
    double *error = hec_dataset_doubles(r->run->dataset, "base/use_se", "strategy,service", "",
                                        "Monte Carlo error: services used per person");
    for (size_t i = 0; use && error && i < m->n_strategies * m->n_uses; i++) {
        size_t of = hec_quantity_outcome(&r->q, i / m->n_uses, 0, first + i % m->n_uses);
        use[i] = mean_of(r, of);
        error[i] = error_of(r, of);
    }
    return use && error;
}

/* ---- increments ------------------------------------------------------------------------------ */

/* Against the first strategy, an array [strategy][n]. */
static bool add_against_first(const hec_people_results *r, const char *path, bool error,
                              const char *dimensions, const char *unit, const char *title,
                              size_t what, size_t n)
{
    double *to = add(r->run, path, error, 1, dimensions, unit, title);
    for (size_t s = 0; to && s < r->run->model->n_strategies; s++) {
        for (size_t i = 0; i < n; i++) {
            size_t quantity = s > 0 ? hec_quantity_pair(&r->q, 0, s, what + i) : 0;
            *to++ = s == 0 ? 0 : error ? error_of(r, quantity) : mean_of(r, quantity);
        }
    }
    return to != NULL;
}

static bool add_increments(const hec_people_results *r)
{
    const hec_model *m = r->run->model;
    const char *money = m->economics.currency, *unit = m->outcomes[m->effect].name;
    bool good = true;
    for (int error = 0; good && error < 2; error++) {
        good = add_against_first(r, "base/increment_cost", error, "strategy", money,
                                 "Cost against the first strategy", HEC_PAIR_COST, 1) &&
               add_against_first(r, "base/increment_effect", error, "strategy", unit,
                                 "Effect against the first strategy", HEC_PAIR_EFFECT, 1);
        if (good && m->economics.n_thresholds > 0) {
            good =
                add_against_first(r, "base/threshold_increment", error, "strategy,threshold", money,
                                  "Net monetary benefit against the first strategy at the "
                                  "named thresholds",
                                  HEC_PAIR_NMB, m->economics.n_thresholds);
        }
    }
    return good;
}

/* By perspective; what is gained by paying is in by_perspective.c. */
static bool add_more_errors(const hec_people_results *r)
{
    const hec_model *m = r->run->model;
    if (m->n_perspectives < 2) {
        return true;
    }
    double *to = hec_dataset_doubles(r->run->dataset, "base/by_perspective/cost_se",
                                     "strategy,perspective", m->economics.currency,
                                     "Monte Carlo error: cost against the first strategy");
    for (size_t s = 0; to && s < m->n_strategies; s++) {
        for (size_t p = 0; p < m->n_perspectives; p++) {
            *to++ = s > 0 ? error_of(r, hec_quantity_more(&r->q, s, p)) : 0;
        }
    }
    return to != NULL;
}

/* For the steps of the incremental table, whichever they will be. */
static bool keep_pair_errors(const hec_people_results *r)
{
    size_t n = r->run->model->n_strategies;
    for (size_t what = HEC_PAIR_COST; what <= HEC_PAIR_EFFECT; what++) {
        double *error = hec_arena_array(r->run->arena, n * n, sizeof *error);
        r->run->pair_error[what] = error;
        for (size_t s = 1; error && s < n; s++) {
            for (size_t earlier = 0; earlier < s; earlier++) {
                error[s * n + earlier] = error[earlier * n + s] =
                    error_of(r, hec_quantity_pair(&r->q, earlier, s, what));
            }
        }
        if (!error) {
            return false;
        }
    }
    return true;
}

/* ---- years ----------------------------------------------------------------------------------- */

static size_t year_of(const hec_model *m, size_t cycle, size_t years)
{
    size_t year = (size_t)((double)cycle * m->cycle_length + 1e-9);
    return year < years ? year : years - 1;
}

/* An array [strategy][year][n] of the outcomes from `first` on. */
static bool add_years(const hec_people_results *r, int kind, double *to, size_t first, size_t n)
{
    const hec_model *m = r->run->model;
    size_t cycles = (size_t)m->cycles, years = hec_run_years(m);
    double persons = (double)m->persons.count;
    for (size_t s = 0; to && s < m->n_strategies; s++) {
        const double *amounts =
            r->detail->amounts + (s * 2 + (size_t)kind) * m->n_outcomes * cycles;
        for (size_t i = 0; i < n; i++) {
            for (size_t c = 0; c < cycles; c++) {
                to[(s * years + year_of(m, c, years)) * n + i] +=
                    amounts[(first + i) * cycles + c] / persons;
            }
        }
    }
    return to != NULL;
}

static bool add_all_years(const hec_people_results *r)
{
    const hec_model *m = r->run->model;
    const char *money = m->economics.currency;
    bool good = true;
    for (int kind = 1; good && kind >= 0; kind--) {
        good = add_years(r, kind,
                         add(r->run, "base/year_cost", false, kind, "strategy,year,category", money,
                             "Cost by year and category"),
                         0, m->n_costs) &&
               add_years(r, kind,
                         add(r->run, "base/year_effects", false, kind, "strategy,year,measure", "",
                             "Effects by year and measure"),
                         m->n_costs, m->n_effects);
    }
    if (good && m->n_uses > 0) {
        good =
            add_years(r, 0,
                      hec_dataset_doubles(r->run->dataset, "base/year_use", "strategy,year,service",
                                          "", "Services used per person, by year"),
                      m->n_costs + m->n_effects, m->n_uses);
    }
    return good;
}

/* ---- who is where, what happens -------------------------------------------------------------- */

static bool add_trace(const hec_people_results *r)
{
    const hec_model *m = r->run->model;
    size_t n = ((size_t)m->cycles + 1) * hec_model_places(m);
    double persons = (double)m->persons.count;
    double *to = hec_dataset_doubles(r->run->dataset, "base/trace", "strategy,point,state", "1",
                                     m->shows_life
                                         ? "Share of the persons in each state while they live, or "
                                           "who died in it; then of all"
                                         : "Share of the persons in each state");
    for (size_t s = 0; to && s < m->n_strategies; s++) {
        for (size_t i = 0; i < n; i++) {
            *to++ = (double)r->detail->tallies[s].trace[i] / persons;
        }
    }
    return to != NULL;
}

/* Counts [cycles][n] as shares [strategy][year][n]. */
static void add_counts(const hec_people_results *r, size_t s, const int64_t *counts, size_t n,
                       double *to)
{
    const hec_model *m = r->run->model;
    size_t cycles = (size_t)m->cycles, years = hec_run_years(m);
    for (size_t i = 0; i < n; i++) {
        int64_t sum = 0;
        for (size_t c = 0; c < cycles; c++) {
            size_t year = year_of(m, c, years);
            sum += counts[c * n + i];
            if (c + 1 == cycles || year_of(m, c + 1, years) != year) {
                to[(s * years + year) * n + i] = (double)sum / (double)m->persons.count;
                sum = 0;
            }
        }
    }
}

static bool add_events(const hec_people_results *r)
{
    const hec_model *m = r->run->model;
    const char **labels = calloc(m->n_events + 1, sizeof *labels);
    bool good = labels != NULL;
    double *to = NULL;
    for (size_t i = 0; good && i < m->n_events; i++) {
        labels[i] = m->events[i].name;
    }
    if (good && m->n_events > 0 &&
        hec_dataset_dimension(r->run->dataset, "event", "Event", "", m->n_events, labels, NULL) >=
            0) {
        to = hec_dataset_doubles(r->run->dataset, "base/events", "strategy,year,event", "",
                                 "Events per person, by year");
    }
    for (size_t s = 0; to && s < m->n_strategies; s++) {
        add_counts(r, s, r->detail->tallies[s].events, m->n_events, to);
    }
    free(labels);
    return good && (to || m->n_events == 0);
}

static bool add_deaths(const hec_people_results *r)
{
    const hec_model *m = r->run->model;
    size_t n = hec_persons_causes(m), cycles = (size_t)m->cycles;
    const char **labels = calloc(n + 1, sizeof *labels);
    bool good = labels != NULL, told = false;
    double *to = NULL;
    for (size_t i = 0; good && i < n; i++) {
        labels[i] = hec_persons_cause(m, i);
    }
    if (good && n > 0 &&
        hec_dataset_dimension(r->run->dataset, "cause", "Cause of death", "", n, labels, NULL) >=
            0) {
        to = hec_dataset_doubles(r->run->dataset, "base/deaths", "strategy,year,cause", "1",
                                 "Share of the persons who die, by year and cause");
    }
    for (size_t s = 0; good && s < m->n_strategies; s++) {
        int64_t dead = 0;
        for (size_t i = 0; i < cycles * n; i++) {
            dead += r->detail->tallies[s].deaths[i];
        }
        told = told || hec_run_check_alive(r->run, s, 1 - (double)dead / (double)m->persons.count);
        if (to) {
            add_counts(r, s, r->detail->tallies[s].deaths, n, to);
        }
    }
    free(labels);
    return good && (to || n == 0);
}

/* ---- moves ----------------------------------------------------------------------------------- */

static bool add_flows(const hec_people_results *r)
{
    const hec_model *m = r->run->model;
    size_t cycles = (size_t)m->cycles;
    hec_move_list list;
    double *to = NULL;
    if (!hec_move_list_of_persons(r->run, &list)) {
        return false;
    }
    if (hec_move_list_name(r->run, &list) && list.n > 0) {
        to = hec_dataset_doubles(r->run->dataset, "base/flow", "strategy,cycle,arc", "1",
                                 "Share of the persons that make each move in the cycle");
    }
    for (size_t s = 0; to && s < m->n_strategies; s++) {
        size_t n = hec_people_moves(m, s);
        for (size_t i = 0; i < n; i++) {
            size_t k = hec_move_list_place(&list, hec_people_move(m, s, i));
            for (size_t c = 0; c < cycles; c++) {
                to[(s * cycles + c) * list.n + k] +=
                    (double)r->detail->tallies[s].moves[c * n + i] / (double)m->persons.count;
            }
        }
    }
    return to || list.n == 0;
}

hec_status hec_people_base(const hec_people_results *results)
{
    bool good = add_trace(results) && add_flows(results) && add_kind(results, 1) &&
                add_kind(results, 0) && (results->run->model->n_uses == 0 || add_uses(results)) &&
                add_increments(results) && add_more_errors(results) && keep_pair_errors(results) &&
                add_all_years(results) && add_events(results) && add_deaths(results);
    return good ? HEC_OK : HEC_E_MEMORY;
}
