/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the ledger: each payment for single persons, where sums are not enough. */
#ifndef HECATE_PAY_LEDGER_ROWS_H
#define HECATE_PAY_LEDGER_ROWS_H

#include "pay/ledger.h"

typedef struct hec_ledger_row {
    size_t strategy;
    int64_t person; /* from 0 */
    int64_t cycle;  /* from 1: in which it accrues */
    size_t posting; /* of the strategy's */
    int64_t fen;
} hec_ledger_row;

/* In the order of strategies and cycles as they are run; of a cycle in that of the postings. */
typedef struct hec_ledger_rows {
    const hec_ledger_plan *plan;
    size_t n, capacity;
    hec_ledger_row *rows;
    bool failed; /* out of memory; what came since is not there */
} hec_ledger_rows;

/* hec_person_block.observe: adds what is paid in the cycle for the persons of the block, and is not
 * nothing; `rows` is a hec_ledger_rows. */
void hec_ledger_rows_observe(void *rows, const hec_person_view *view);
/* Those of one person after another; false when out of memory. */
bool hec_ledger_rows_append(hec_ledger_rows *rows, const hec_ledger_rows *more);
void hec_ledger_rows_destroy(hec_ledger_rows *rows);
/* The most rows that so many persons can have under all strategies. */
int64_t hec_ledger_rows_most(const hec_model *model, int64_t persons);

/* Years since the start: the start of the cycle, and when it is paid, which is what discounting goes
 * by. */
double hec_ledger_accrual(const hec_model *model, int64_t cycle);
double hec_ledger_payment(const hec_model *model, const hec_posting *posting, int64_t cycle);

#endif
