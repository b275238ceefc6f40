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
/* False: too large. */
bool hec_exact_add(hec_exact *sum, int64_t whole, int64_t part);

/* Where a strategy's numbers lie. */
typedef struct hec_ledger_part {
    size_t amounts;  /* [years][postings]: fen, as accrued */
    size_t services; /* [years][uses][HEC_LEDGER_COLUMNS]: fen */
    size_t spent;    /* [years][parties]: fen, what services cost providers */
    size_t settled;  /* fen: [settlements][years][panels]; of postings that are no person's */
    size_t measures; /* of exact sums: [measures][years][panels] */
    size_t rules;    /* of rules: [rules][years][panels] */
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
    size_t n_fen, n_sums, n_rules; /* of all strategies */
} hec_ledger_plan;

typedef struct hec_ledger {
    const hec_ledger_plan *plan;
    int64_t *fen;    /* [n_fen] */
    hec_exact *sums; /* [n_sums] */
    double *rules;   /* [n_rules]: in each year, once it is known; they follow from the sums alone, and
                      * are not merged */
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
/* ledger_year.c: adds what persons came to in one year of a strategy, and clears it in `from`. */
void hec_ledger_take_year(hec_ledger *into, hec_ledger *from, size_t strategy, size_t year);
/* Whether all numbers of a strategy are the same in both. */
bool hec_ledger_same(const hec_ledger *a, const hec_ledger *b, size_t strategy);
/* hec_person_block.observe; `ledger` is the block's observer. */
void hec_ledger_observe(void *ledger, const hec_person_view *view);

/* Panels of a party, 1 where it has none or is the region (-1). */
size_t hec_ledger_panels(const hec_model *model, int provider);
/* The provider whose panels settle a posting; -1: the region's, or a person's. */
int hec_ledger_settles(const hec_model *model, const hec_posting *posting);

/* Fen that a party pays others and gets in a year, and what it spends: on the services that it gave,
 * and on whatever is paid to nobody. */
typedef struct hec_party_year {
    int64_t paid, got, spent;
} hec_party_year;
hec_party_year hec_ledger_party_year(const hec_ledger *ledger, size_t strategy, size_t year,
                                     size_t party);

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
/* What services cost a provider. */
static inline int64_t *hec_ledger_spent(const hec_ledger *l, size_t strategy, size_t year,
                                        size_t party)
{
    return &l->fen[l->plan->parts[strategy].spent + year * l->plan->model->n_parties + party];
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

static inline double hec_ledger_measured(const hec_ledger *l, size_t strategy, size_t measure,
                                         size_t year, size_t panel)
{
    const hec_measure *m = &l->plan->model->strategies[strategy].pay.measures[measure];
    return hec_exact_value(hec_ledger_sum(l, strategy, measure, year, panel)) * m->factor /
           m->divisor;
}
static inline double *hec_ledger_rule(const hec_ledger *l, size_t strategy, size_t rule, size_t year,
                                      size_t panel)
{
    const hec_ledger_plan *p = l->plan;
    return &l->rules[p->parts[strategy].rules + (rule * p->n_years + year) * p->panels + panel];
}

#endif
