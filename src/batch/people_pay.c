/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payments of persons: settled when all of them are known, and what that does to the means. */
#include "batch/people_pay.h"

#include <stdlib.h>
#include <string.h>

bool hec_people_pay_open(const hec_study *study, hec_people_pay *pay)
{
    *pay = (hec_people_pay){0};
    if (!study->settlements) {
        return true;
    }
    pay->settler = hec_settler_create(study->settlements);
    return pay->settler && hec_ledger_create(study->ledger, &pay->ledger);
}

void hec_people_pay_close(hec_people_pay *pay)
{
    hec_settler_destroy(pay->settler);
    hec_ledger_destroy(&pay->ledger);
    pay->settler = NULL;
}

size_t hec_people_pay_bytes(const hec_study *study)
{
    return study->settlements
               ? hec_ledger_bytes(study->ledger) + hec_settler_bytes(study->settlements)
               : 0;
}

/* ---- means ----------------------------------------------------------------------------------- */

static void shift(hec_crowd_moment *moment, double by)
{
    hec_moments *both[] = {&moment->persons, &moment->units};
    for (size_t i = 0; i < 2; i++) {
        both[i]->mean += by;
        both[i]->sum += by * both[i]->n;
    }
}

/* Costs of one strategy and kind by category, for each person, and by perspective. The cost that
 * differences are taken of is returned. */
static double shift_strategy(const hec_quantities *q, size_t strategy, int kind,
                             const double *costs, hec_crowd_moment *moments)
{
    const hec_model *m = q->model;
    double of_analysis = 0;
    for (size_t c = 0; c < m->n_costs; c++) {
        shift(&moments[hec_quantity_outcome(q, strategy, kind, c)], costs[c]);
    }
    for (size_t p = 0; p < m->n_perspectives; p++) {
        double sum = 0;
        for (size_t c = 0; c < m->n_costs; c++) {
            sum += m->perspectives[p].counts[c] ? costs[c] : 0;
        }
        shift(&moments[hec_quantity_perspective(q, strategy, kind, p)], sum);
        of_analysis = (int)p == m->perspective ? sum : of_analysis;
    }
    return of_analysis;
}

static void shift_pairs(const hec_quantities *q, const double *costs, hec_crowd_moment *moments)
{
    for (size_t later = 1; later < q->model->n_strategies; later++) {
        for (size_t earlier = 0; earlier < later; earlier++) {
            double more = costs[later] - costs[earlier];
            shift(&moments[hec_quantity_pair(q, earlier, later, HEC_PAIR_COST)], more);
            for (size_t k = 0; k < q->n_wtp; k++) {
                shift(&moments[hec_quantity_pair(q, earlier, later, HEC_PAIR_NMB + k)], -more);
            }
        }
    }
}

static bool shift_all(const hec_people_pay *pay, const hec_quantities *q, hec_crowd_moment *moments)
{
    const hec_model *m = q->model;
    double *costs = calloc(m->n_costs + 1, sizeof *costs);
    double *all = calloc(m->n_strategies, sizeof *all);
    for (size_t s = 0; costs && all && s < m->n_strategies; s++) {
        double persons = moments[hec_quantity_outcome(q, s, 0, 0)].persons.n;
        for (int kind = 0; kind < 2; kind++) {
            for (size_t c = 0; c < m->n_costs; c++) {
                costs[c] = 0;
            }
            for (size_t year = 0; year < pay->ledger.plan->n_years; year++) {
                hec_settled_costs(&pay->ledger, s, year, kind, costs);
            }
            for (size_t c = 0; c < m->n_costs; c++) {
                costs[c] /= persons;
            }
            all[s] = shift_strategy(q, s, kind, costs, moments); /* the discounted one stays */
        }
    }
    bool good = costs && all;
    if (good) {
        shift_pairs(q, all, moments);
    }
    free(costs);
    free(all);
    return good;
}

bool hec_people_settle(const hec_run *run, hec_people_pay *pay, const double *draw_values,
                       const hec_quantities *q, hec_crowd_moment *moments, hec_settle_fault *fault)
{
    return !pay->settler ||
           (hec_settle(pay->settler, run->kernels, draw_values, &pay->ledger, fault) &&
            shift_all(pay, q, moments));
}

bool hec_people_settle_years(const hec_people_pay *pay, hec_people_detail *detail)
{
    const hec_model *m = detail->model;
    size_t cycles = (size_t)m->cycles;
    double *costs = calloc(m->n_costs + 1, sizeof *costs);
    size_t years = pay->settler ? pay->ledger.plan->n_years : 0;
    for (size_t i = 0; costs && i < m->n_strategies * years * 2; i++) {
        size_t s = i / (2 * years), year = i / 2 % years, kind = i % 2;
        double *to = detail->amounts + (2 * s + kind) * m->n_outcomes * cycles +
                     (size_t)pay->ledger.plan->last[year] - 1;
        memset(costs, 0, m->n_costs * sizeof *costs);
        hec_settled_costs(&pay->ledger, s, year, (int)kind, costs);
        for (size_t c = 0; c < m->n_costs; c++) {
            to[c * cycles] += costs[c];
        }
    }
    bool good = costs != NULL;
    free(costs);
    return good;
}

void hec_people_pay_keep_draw(const hec_run *run, const hec_psa_arrays *a, int64_t draw,
                              const hec_people_pay *pay)
{
    const hec_model *m = run->model;
    double persons = (double)m->persons.per_draw;
    for (size_t s = 0; a->ledger && s < m->n_strategies; s++) {
        for (size_t i = 0; i < m->strategies[s].pay.n_postings; i++) {
            size_t row = s * a->postings.n + hec_posting_place(&a->postings, s, i);
            double fen = 0;
            for (size_t y = 0; y < pay->ledger.plan->n_years; y++) {
                fen += (double)*hec_ledger_amount(&pay->ledger, s, y, i);
            }
            a->ledger[row * (size_t)m->draw_count + (size_t)draw] += fen / HEC_FEN / persons;
        }
    }
}
