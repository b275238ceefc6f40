/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base case: one lane with every detail, every strategy. */
#include "batch/study_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "batch/fault_words.h"
#include "batch/move_list.h"

/* Everything a strategy's detail is folded into; kind 0 undiscounted, 1 discounted. */
typedef struct base_arrays {
    double *trace, *flow;
    double *category[2], *effects[2], *use;
    double *state_cost[2], *state_effects[2];
    double *year_cost[2], *year_effects[2], *year_use;
    double *cost[2], *effect[2], *perspective[2];
} base_arrays;

static const char *const suffix[2] = {"_undiscounted", ""};
static const char *const manner[2] = {", undiscounted", ", discounted"};

static double *add(hec_run *run, const char *path, int kind, const char *dimensions,
                   const char *unit, const char *title)
{
    hec_text name = {0}, words = {0};
    hec_text_format(&name, "%s%s", path, suffix[kind]);
    hec_text_format(&words, "%s%s", title, manner[kind]);
    double *data = name.data && words.data
                       ? hec_dataset_doubles(run->dataset, name.data, dimensions, unit, words.data)
                       : NULL;
    hec_text_free(&name);
    hec_text_free(&words);
    return data;
}

static bool add_arrays(hec_run *run, const hec_move_list *list, base_arrays *a)
{
    const char *money = run->model->economics.currency;
    const char *unit = run->model->outcomes[run->model->effect].name;
    bool good = true;
    a->trace = hec_dataset_doubles(run->dataset, "base/trace", "strategy,point,state", "1",
                                   "Share of the cohort in each state");
    if (list->n > 0) {
        a->flow = hec_dataset_doubles(run->dataset, "base/flow", "strategy,cycle,arc", "1",
                                      "Share of the cohort that makes each move in the cycle");
        good = a->flow != NULL;
    }
    for (int k = 1; k >= 0; k--) {
        a->cost[k] = add(run, "base/cost", k, "strategy", money, "Cost");
        a->effect[k] = add(run, "base/effect", k, "strategy", unit, "Effect");
        a->perspective[k] = add(run, "base/perspective_cost", k, "strategy,perspective", money,
                                "Cost by perspective");
        a->category[k] =
            add(run, "base/category_cost", k, "strategy,category", money, "Cost by category");
        a->effects[k] = add(run, "base/effects", k, "strategy,measure", "", "Effects by measure");
        a->state_cost[k] = add(run, "base/state_cost", k, "strategy,state,category", money,
                               "Cost by state and category");
        a->state_effects[k] = add(run, "base/state_effects", k, "strategy,state,measure", "",
                                  "Effects by state and measure");
        a->year_cost[k] = add(run, "base/year_cost", k, "strategy,year,category", money,
                              "Cost by year and category");
        a->year_effects[k] = add(run, "base/year_effects", k, "strategy,year,measure", "",
                                 "Effects by year and measure");
        good = good && a->cost[k] && a->effect[k] && a->perspective[k] && a->category[k] &&
               a->effects[k] && a->state_cost[k] && a->state_effects[k] && a->year_cost[k] &&
               a->year_effects[k];
    }
    if (run->model->n_uses > 0) {
        a->use = hec_dataset_doubles(run->dataset, "base/use", "strategy,service", "",
                                     "Services used per person");
        a->year_use = hec_dataset_doubles(run->dataset, "base/year_use", "strategy,year,service",
                                          "", "Services used per person, by year");
        good = good && a->use && a->year_use;
    }
    return good && a->trace;
}

/* Adds one amount of one outcome, state and year where it belongs. */
static void place_amount(const hec_model *m, const base_arrays *a, int kind, size_t s,
                         size_t outcome, size_t state, size_t year, size_t years, double amount)
{
    if (outcome < m->n_costs) {
        a->category[kind][s * m->n_costs + outcome] += amount;
        a->state_cost[kind][(s * m->n_states + state) * m->n_costs + outcome] += amount;
        a->year_cost[kind][(s * years + year) * m->n_costs + outcome] += amount;
    } else if (outcome < m->n_costs + m->n_effects) {
        size_t e = outcome - m->n_costs;
        a->effects[kind][s * m->n_effects + e] += amount;
        a->state_effects[kind][(s * m->n_states + state) * m->n_effects + e] += amount;
        a->year_effects[kind][(s * years + year) * m->n_effects + e] += amount;
    } else if (kind == 0) {
        size_t u = outcome - m->n_costs - m->n_effects;
        a->use[s * m->n_uses + u] += amount;
        a->year_use[(s * years + year) * m->n_uses + u] += amount;
    }
}

static void fold_values(const hec_run *run, const base_arrays *a, size_t s, const double *value)
{
    const hec_model *m = run->model;
    size_t cycles = (size_t)m->cycles, years = hec_run_years(m);
    for (int kind = 0; kind < 2; kind++) {
        for (size_t o = 0; o < m->n_outcomes; o++) {
            for (size_t state = 0; state < m->n_states; state++) {
                for (size_t c = 0; c < cycles; c++) {
                    size_t year = (size_t)((double)c * m->cycle_length + 1e-9);
                    place_amount(m, a, kind, s, o, state, year < years ? year : years - 1, years,
                                 *value++);
                }
            }
        }
        a->effect[kind][s] = a->effects[kind][s * m->n_effects + ((size_t)m->effect - m->n_costs)];
        for (size_t p = 0; p < m->n_perspectives; p++) {
            double *sum = &a->perspective[kind][s * m->n_perspectives + p];
            for (size_t c = 0; c < m->n_costs; c++) {
                *sum += m->perspectives[p].counts[c] ? a->category[kind][s * m->n_costs + c] : 0;
            }
        }
        a->cost[kind][s] = a->perspective[kind][s * m->n_perspectives + (size_t)m->perspective];
    }
}

static void fold_flows(const hec_run *run, const base_arrays *a, size_t s,
                       const hec_move_list *list, const double *flow)
{
    const hec_cohort_arc *arcs = NULL;
    size_t count = hec_cohort_arcs(run->study->cohort, s, &arcs);
    size_t cycles = (size_t)run->model->cycles;
    for (size_t i = 0; i < count; i++) {
        size_t k = hec_move_list_place(list, arcs[i]);
        for (size_t c = 0; c < cycles; c++) {
            a->flow[(s * cycles + c) * list->n + k] = flow[c * count + i];
        }
    }
}

static hec_status run_strategies(hec_run *run, const hec_move_list *list, const base_arrays *a)
{
    const hec_model *m = run->model;
    const hec_cohort *cohort = run->study->cohort;
    size_t points = (size_t)m->cycles + 1, cycles = (size_t)m->cycles;
    size_t n_values = 2 * m->n_outcomes * m->n_states * cycles;
    size_t n_flows = cycles * list->n;
    hec_status status = HEC_E_MEMORY;
    hec_cohort_work *work = hec_cohort_work_create(cohort, 8);
    double *values = calloc(n_values + 1, sizeof *values);
    double *flows = calloc(n_flows + 1, sizeof *flows);
    double *totals = hec_aligned_doubles(2 * m->n_outcomes * 8 + 8);
    const double **columns = calloc(m->n_draws + 1, sizeof *columns);
    if (!work || !values || !flows || !totals || !columns) {
        goto out;
    }
    for (size_t i = 0; i < m->n_draws; i++) {
        columns[i] = &run->base[i];
    }
    hec_cohort_detail detail = {.flow = flows, .value = values};
    hec_cohort_block block = {run->kernels, 1, columns, &detail};
    hec_cohort_fault fault = {0};
    status = HEC_OK;
    hec_cohort_begin(cohort, work, &block);
    for (size_t s = 0; status == HEC_OK && s < m->n_strategies; s++) {
        memset(values, 0, n_values * sizeof *values);
        memset(flows, 0, n_flows * sizeof *flows);
        detail.trace = a->trace + s * points * m->n_states;
        if (hec_cohort_strategy(cohort, work, &block, s, totals, 8, &fault)) {
            fold_values(run, a, s, values);
            fold_flows(run, a, s, list, flows);
        } else {
            hec_run_report_fault(run, &block, &fault, -1);
            status = HEC_E_VALUE;
        }
    }
    if (status == HEC_OK) {
        hec_fault_report_crossings(run, hec_cohort_crossings(work), 0);
    }
out:
    hec_cohort_work_destroy(work);
    free(values);
    free(flows);
    hec_aligned_free(totals);
    free(columns);
    return status;
}

/* "lifetime: true" promises that nearly everybody dies within the horizon. */
bool hec_run_check_alive(const hec_run *run, size_t strategy, double alive)
{
    const hec_model *m = run->model;
    if (!m->lifetime || alive <= 0.001) {
        return false;
    }
    hec_report(run->diagnostics, HEC_CHECK_ALIVE_AT_END, m->strategies[strategy].place,
               "%.3g %% of the %s alive when the lifetime horizon of %g years ends", 100 * alive,
               run->study->persons ? "persons are" : "cohort is",
               (double)m->cycles * m->cycle_length);
    hec_report_help(run->diagnostics, "lengthen `time.cycles`, or leave out `lifetime`");
    return true;
}

static void check_lifetime(const hec_run *run, const base_arrays *a)
{
    const hec_model *m = run->model;
    bool told = false;
    for (size_t s = 0; !told && s < m->n_strategies; s++) {
        double alive = 0;
        for (size_t i = 0; i < m->n_states; i++) {
            size_t last = (s * (size_t)(m->cycles + 1) + (size_t)m->cycles) * m->n_states + i;
            alive += m->states[i].dead ? 0 : a->trace[last];
        }
        told = hec_run_check_alive(run, s, alive);
    }
}

hec_status hec_run_base_case(hec_run *run)
{
    hec_move_list list = {0};
    base_arrays arrays = {0};
    hec_status status = HEC_E_MEMORY;
    if (hec_move_list_of_cohort(run, &list) && hec_move_list_name(run, &list) &&
        add_arrays(run, &list, &arrays)) {
        status = run_strategies(run, &list, &arrays);
    }
    if (status == HEC_OK) {
        check_lifetime(run, &arrays);
    }
    return status;
}
