/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger of a cohort: what each layer and contract pays per person and year. The base case is
 * run once more, with a category for each posting. */
#include <stdlib.h>
#include <string.h>

#include "batch/posting_list.h"

/* Categories of postings come after all other outcomes, so that the others keep their numbers. */
static bool add_outcomes(hec_arena *arena, const hec_model *m, size_t most, hec_model *own)
{
    hec_outcome *outcomes = hec_arena_array(arena, m->n_outcomes + most + 1, sizeof *outcomes);
    if (!outcomes) {
        return false;
    }
    memcpy(outcomes, m->outcomes, m->n_outcomes * sizeof *outcomes);
    for (size_t i = 0; i < most; i++) {
        outcomes[m->n_outcomes + i] = (hec_outcome){"", HEC_OUTCOME_COST};
    }
    own->outcomes = outcomes;
    own->n_outcomes = m->n_outcomes + most;
    return true;
}

/* What is paid on means needs all uses, and counts them for postings. */
static bool pay_on_means(hec_arena *arena, const hec_model *m, hec_strategy *s)
{
    const hec_pay *pay = &s->pay;
    hec_means *means = hec_arena_alloc(arena, sizeof *means);
    hec_mean_cost *costs = hec_arena_array(arena, pay->n_postings + 1, sizeof *costs);
    int *as = hec_arena_array(arena, pay->n_postings + 1, sizeof *as);
    if (!means || !costs || !as) {
        return false;
    }
    *means = *s->means;
    means->n_costs = 0;
    for (size_t i = 0; i < pay->n_postings; i++) {
        as[i] = (int)(m->n_outcomes + i);
        if (pay->postings[i].level == HEC_LEVEL_PERSON) {
            costs[means->n_costs++] = (hec_mean_cost){as[i], 0, pay->postings[i].value};
        }
    }
    means->costs = costs;
    means->as = as;
    s->means = means;
    return true;
}

/* What is exact has flows, and nothing else is counted. */
static bool pay_exactly(hec_arena *arena, const hec_model *m, hec_strategy *s)
{
    hec_one_off *flows = hec_arena_array(arena, s->n_flows + 1, sizeof *flows);
    for (size_t i = 0; flows && i < s->n_flows; i++) {
        flows[i] = s->flows[i];
        flows[i].outcome += (int)m->n_outcomes;
    }
    s->one_offs = flows;
    s->n_one_offs = s->n_flows;
    s->n_rewards = 0;
    return flows != NULL;
}

/* The model with a category for each posting; NULL: out of memory. */
static const hec_model *model_of_postings(hec_arena *arena, const hec_model *m, size_t most)
{
    hec_model *own = hec_arena_alloc(arena, sizeof *own);
    hec_strategy *strategies = hec_arena_array(arena, m->n_strategies, sizeof *strategies);
    bool good = own && strategies;
    if (good) {
        *own = *m;
        memcpy(strategies, m->strategies, m->n_strategies * sizeof *strategies);
        own->strategies = strategies;
        good = add_outcomes(arena, m, most, own);
    }
    for (size_t s = 0; good && s < m->n_strategies; s++) {
        good = strategies[s].means ? pay_on_means(arena, m, &strategies[s])
                                   : pay_exactly(arena, m, &strategies[s]);
    }
    return good ? own : NULL;
}

/* ---- years ----------------------------------------------------------------------------------- */

/* The year of each cycle, and how many there are; the dimension of accounts. 0: out of memory. */
static size_t find_years(hec_run *run, size_t *year_of)
{
    const hec_model *m = run->model;
    bool calendar = m->start_year == m->start_year;
    size_t n = 0;
    double *years = hec_arena_array(run->arena, (size_t)m->cycles + 1, sizeof *years);
    for (int64_t c = 1; years && c <= m->cycles; c++) {
        double since = hec_model_time(m, c - 1) + 1e-9;
        year_of[c - 1] = n;
        years[n] = calendar ? (double)(int64_t)(m->start_year + since) : (double)(n + 1);
        n += hec_model_year_ends(m, c);
    }
    bool good = years && hec_dataset_dimension(run->dataset, "account_year",
                                               calendar ? "Calendar year" : "Year of the model", "",
                                               n, NULL, years) >= 0;
    return good ? n : 0;
}

typedef struct flows {
    const hec_model *model;
    const hec_posting_list *list;
    size_t n_years;
    const size_t *year_of;
    double *total, *yearly;
} flows;

static void fold(const flows *f, const hec_model *own, size_t s, const double *values)
{
    size_t cycles = (size_t)own->cycles, states = own->n_states, n = f->list->n;
    for (size_t i = 0; i < own->strategies[s].pay.n_postings; i++) {
        size_t k = hec_posting_place(f->list, s, i);
        const double *of = values + (f->model->n_outcomes + i) * states * cycles;
        for (size_t at = 0; at < states * cycles; at++) {
            f->total[s * n + k] += of[at];
            f->yearly[(s * f->n_years + f->year_of[at % cycles]) * n + k] += of[at];
        }
    }
}

/* ---- run ------------------------------------------------------------------------------------- */

static hec_status run_postings(hec_run *run, const hec_model *own, const flows *f)
{
    size_t n_values = 2 * own->n_outcomes * own->n_states * (size_t)own->cycles;
    hec_cohort *cohort = hec_cohort_create(run->arena, own);
    hec_cohort_work *work = cohort ? hec_cohort_work_create(cohort, 8) : NULL;
    size_t arcs = 0;
    for (size_t s = 0; cohort && s < own->n_strategies; s++) {
        const hec_cohort_arc *unused = NULL;
        size_t n = hec_cohort_arcs(cohort, s, &unused);
        arcs = n > arcs ? n : arcs;
    }
    double *values = calloc(n_values + 1, sizeof *values);
    double *flow = calloc((size_t)own->cycles * arcs + 1, sizeof *flow);
    double *trace = calloc((size_t)(own->cycles + 1) * own->n_states, sizeof *trace);
    double *totals = hec_aligned_doubles(2 * own->n_outcomes * 8 + 8);
    const double **columns = calloc(own->n_draws + 1, sizeof *columns);
    bool good = work && values && flow && trace && totals && columns;
    hec_cohort_fault fault = {0};
    for (size_t i = 0; good && i < own->n_draws; i++) {
        columns[i] = &run->base[i];
    }
    hec_cohort_detail detail = {.trace = trace, .flow = flow, .value = values};
    hec_cohort_block block = {run->kernels, 1, columns, &detail};
    if (good) {
        hec_cohort_begin(cohort, work, &block);
    }
    for (size_t s = 0; good && s < own->n_strategies; s++) {
        memset(values, 0, n_values * sizeof *values);
        memset(trace, 0, (size_t)(own->cycles + 1) * own->n_states * sizeof *trace);
        good = hec_cohort_strategy(cohort, work, &block, s, totals, 8, &fault);
        if (good) {
            fold(f, own, s, values);
        }
    }
    hec_cohort_work_destroy(work);
    free(values);
    free(flow);
    free(trace);
    hec_aligned_free(totals);
    free(columns);
    return good ? HEC_OK : fault.found ? HEC_E_VALUE : HEC_E_MEMORY;
}

static bool is_wanted(const hec_model *m)
{
    bool wanted = false;
    for (size_t s = 0; s < m->n_strategies; s++) {
        wanted = wanted || m->strategies[s].n_flows > 0 || m->strategies[s].means;
    }
    return wanted;
}

hec_status hec_run_cohort_ledger(hec_run *run)
{
    const hec_model *m = run->model;
    hec_posting_list list;
    size_t *year_of = hec_arena_array(run->arena, (size_t)m->cycles + 1, sizeof *year_of);
    if (!is_wanted(m)) {
        return HEC_OK;
    }
    flows f = {.model = m, .list = &list, .year_of = year_of};
    bool good = year_of && hec_posting_list_create(run->arena, m, &list) &&
                hec_posting_list_label(run, &list) && hec_posting_list_describe(run, &list);
    f.n_years = good ? find_years(run, year_of) : 0;
    good = f.n_years > 0;
    if (good) {
        const char *money = m->economics.currency;
        f.total = hec_dataset_doubles(run->dataset, "ledger/mean", "strategy,posting", money,
                                      "What is paid in all years per person, undiscounted");
        f.yearly =
            hec_dataset_doubles(run->dataset, "ledger/mean_year", "strategy,account_year,posting",
                                money, "What is paid in each year per person, as accrued");
    }
    const hec_model *own = f.total && f.yearly ? model_of_postings(run->arena, m, list.most) : NULL;
    return own ? run_postings(run, own, &f) : HEC_E_MEMORY;
}
