/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the settlement share. */
#ifndef HECATE_PAY_SETTLE_INNER_H
#define HECATE_PAY_SETTLE_INNER_H

#include "pay/settle.h"

/* Roots of a strategy: 2i is the amount of posting i, 2i + 1 what it is split by; after the postings
 * what each rule starts with and what it goes on to. -1: none. */
struct hec_settlements {
    const hec_ledger_plan *plan;
    hec_program *program; /* a set for each strategy */
    size_t stride;
    size_t lanes[HEC_STAGE_COUNT], uniforms[HEC_STAGE_COUNT]; /* the most of any strategy */
    size_t most_measures, most_settled, most_rules;           /* columns */
};

struct hec_settler {
    const hec_settlements *settlements;
    double *memory;
    hec_frames frames;
    const double **columns; /* [inputs]: of panels */
    double *values;         /* [inputs] */
    double *measured;       /* [measures][2][stride]: this year, last year */
    double *settled;        /* [postings][2][stride]: the same, fen */
    double *rules;          /* [rules][stride] */
    int64_t *shares;        /* [panels] */
};

static inline bool hec_settles(const hec_posting *posting)
{
    return posting->level != HEC_LEVEL_PERSON;
}

/* One year of one strategy. */
typedef struct hec_settled_year {
    hec_settler *t;
    const hec_ledger_plan *plan;
    const hec_model *model;
    const hec_pay *pay;
    hec_ledger *ledger;
    hec_settle_fault *fault; /* NULL: nothing is settled, only looked at */
    size_t strategy, year;
} hec_settled_year;

/* settle_inputs.c: what the program reads, as the ledger has it now. _open: the draws, and columns of
 * no other strategy. */
hec_settled_year hec_settle_open(hec_settler *settler, const double *draw_values,
                                 hec_ledger *ledger, size_t strategy, size_t year,
                                 hec_settle_fault *fault);
void hec_settle_give(const hec_settled_year *y);
/* inputs[hec_model_inputs]: as one panel has them. */
void hec_settle_copy(const hec_settled_year *y, size_t panel, double *inputs);

#endif
