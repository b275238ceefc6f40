/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ledger: a year of one strategy by itself, for persons who go through it together. */
#include <stdlib.h>
#include <string.h>

#include "pay/ledger.h"

/* Adds numbers to others, which are then nothing; false: too large. */
static bool take_fen(size_t n, int64_t *into, int64_t *from)
{
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        good = !__builtin_add_overflow(into[i], from[i], &into[i]) && good;
        from[i] = 0;
    }
    return good;
}

static bool take_sums(size_t n, hec_exact *into, hec_exact *from)
{
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        good = hec_exact_add(&into[i], from[i].whole, from[i].part) && good;
        from[i] = (hec_exact){0, 0};
    }
    return good;
}

void hec_ledger_take_year(hec_ledger *into, hec_ledger *from, size_t strategy, size_t year)
{
    const hec_ledger_plan *plan = into->plan;
    const hec_pay *pay = &plan->model->strategies[strategy].pay;
    bool good = true;
    if (!pay->policy) {
        return;
    }
    good = take_fen(pay->n_postings, hec_ledger_amount(into, strategy, year, 0),
                    hec_ledger_amount(from, strategy, year, 0));
    good = take_fen(plan->model->n_uses * HEC_LEDGER_COLUMNS,
                    hec_ledger_service(into, strategy, year, 0, 0),
                    hec_ledger_service(from, strategy, year, 0, 0)) &&
           good;
    good = take_fen(plan->model->n_parties, hec_ledger_spent(into, strategy, year, 0),
                    hec_ledger_spent(from, strategy, year, 0)) &&
           good;
    for (size_t i = 0; i < pay->n_measures; i++) {
        good = take_sums(plan->panels, hec_ledger_sum(into, strategy, i, year, 0),
                         hec_ledger_sum(from, strategy, i, year, 0)) &&
               good;
    }
    if (from->too_large || !good) {
        bool told = into->too_large;
        into->strategy = told ? into->strategy : strategy;
        into->posting = told ? into->posting : from->too_large ? from->posting : SIZE_MAX;
        into->too_large = true;
    }
}

/* Of a kind of number: how many are the strategy's. */
static size_t count_of(const hec_ledger_plan *plan, size_t strategy, size_t first, size_t next,
                       size_t all)
{
    return (strategy + 1 == plan->model->n_strategies ? all : next) - first;
}

bool hec_ledger_same(const hec_ledger *a, const hec_ledger *b, size_t strategy)
{
    const hec_ledger_plan *plan = a->plan;
    const hec_ledger_part *at = &plan->parts[strategy];
    const hec_ledger_part *next = at + (strategy + 1 < plan->model->n_strategies);
    size_t n_fen = count_of(plan, strategy, at->amounts, next->amounts, plan->n_fen);
    size_t n_sums = count_of(plan, strategy, at->measures, next->measures, plan->n_sums);
    size_t n_rules = count_of(plan, strategy, at->rules, next->rules, plan->n_rules);
    return memcmp(a->fen + at->amounts, b->fen + at->amounts, n_fen * sizeof *a->fen) == 0 &&
           memcmp(a->sums + at->measures, b->sums + at->measures, n_sums * sizeof *a->sums) == 0 &&
           memcmp(a->rules + at->rules, b->rules + at->rules, n_rules * sizeof *a->rules) == 0;
}
