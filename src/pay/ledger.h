/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ledger: what was charged, paid and measured in each year, under all strategies of one run (the
 * base case, or one draw). Whole numbers: any order of persons, blocks and threads gives the same.
 *
 * Years are those in which accounts are kept: calendar years, or years of the model where no start
 * year is stated; a part of a year at either end is one. */
#ifndef HECATE_PAY_LEDGER_H
#define HECATE_PAY_LEDGER_H

#include "model/model.h"
#include "sim/persons.h"

/* A sum of any numbers: `whole + part / 2^40`, 0 <= part < 2^40. What is added is rounded to a
 * multiple of 2^-40 first, so that sums do not follow the order. */
typedef struct hec_exact {
    int64_t whole, part;
} hec_exact;

double hec_exact_value(const hec_exact *sum);

/* Where a strategy's numbers lie. */
typedef struct hec_ledger_part {
    size_t amounts;  /* [years][postings]: fen, as accrued */
    size_t services; /* [years][uses][HEC_LEDGER_COLUMNS]: fen */
    size_t settled;  /* fen: [settlements][years][panels]; of postings that are no person's */
    size_t measures; /* of exact sums: [measures][years][panels] */
} hec_ledger_part;

enum { HEC_LEDGER_CHARGE, HEC_LEDGER_ALLOWED, HEC_LEDGER_RESOURCE, HEC_LEDGER_COLUMNS };

/* Read-only in a run. */
typedef struct hec_ledger_plan {
    const hec_model *model;
    size_t n_years;
    size_t *year_of;       /* [cycles] */
    int64_t *last;         /* [years]: the last cycle, from 1 */
    double *years;         /* [years]: calendar years; 1, 2, ... where none are stated */
    size_t panels;         /* the most of any provider; at least 1 */
    hec_ledger_part *parts; /* [strategies] */
    size_t n_fen, n_sums;  /* of all strategies */
} hec_ledger_plan;

typedef struct hec_ledger {
    const hec_ledger_plan *plan;
    int64_t *fen;    /* [n_fen] */
    hec_exact *sums; /* [n_sums] */
    bool too_large;  /* an amount that is no number, or too large for the ledger */
    size_t strategy, posting; /* of it; posting: SIZE_MAX: of a service or measure */
} hec_ledger;

/* Whether any strategy has a policy. */
bool hec_ledger_wanted(const hec_model *model);
/* NULL when out of memory. */
const hec_ledger_plan *hec_ledger_plan_create(hec_arena *arena, const hec_model *model);
size_t hec_ledger_bytes(const hec_ledger_plan *plan);

bool hec_ledger_create(const hec_ledger_plan *plan, hec_ledger *ledger);
void hec_ledger_destroy(hec_ledger *ledger);
void hec_ledger_clear(hec_ledger *ledger);
void hec_ledger_merge(hec_ledger *into, const hec_ledger *other);
/* hec_person_block.observe; `ledger` is the block's observer. */
void hec_ledger_observe(void *ledger, const hec_person_view *view);

/* Panels of a party, 1 where it has none or is the region (-1). */
size_t hec_ledger_panels(const hec_model *model, int provider);
/* The provider whose panels settle a posting; -1: the region's, or a person's. */
int hec_ledger_settles(const hec_model *model, const hec_posting *posting);

static inline int64_t *hec_ledger_amount(const hec_ledger *l, size_t strategy, size_t year,
                                         size_t posting)
{
    size_t n = l->plan->model->strategies[strategy].pay.n_postings;
    return &l->fen[l->plan->parts[strategy].amounts + year * n + posting];
}
static inline int64_t *hec_ledger_service(const hec_ledger *l, size_t strategy, size_t year,
                                          size_t use, size_t column)
{
    size_t n = l->plan->model->n_uses;
    return &l->fen[l->plan->parts[strategy].services + (year * n + use) * HEC_LEDGER_COLUMNS +
                   column];
}
/* `posting` among all of the strategy's; those of persons have no use for their place here. */
static inline int64_t *hec_ledger_settled(const hec_ledger *l, size_t strategy, size_t posting,
                                          size_t year, size_t panel)
{
    const hec_ledger_plan *p = l->plan;
    return &l->fen[p->parts[strategy].settled + (posting * p->n_years + year) * p->panels + panel];
}
static inline hec_exact *hec_ledger_sum(const hec_ledger *l, size_t strategy, size_t measure,
                                        size_t year, size_t panel)
{
    const hec_ledger_plan *p = l->plan;
    return &l->sums[p->parts[strategy].measures + (measure * p->n_years + year) * p->panels + panel];
}

#endif
