/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payments of a run of persons: the ledger that threads fill, its settlement, what is kept of it. */
#ifndef HECATE_BATCH_PEOPLE_PAY_H
#define HECATE_BATCH_PEOPLE_PAY_H

#include "batch/run_persons.h"
#include "pay/settle.h"

/* A ledger and what settles it; `settler` is NULL where the study has no policy. */
typedef struct hec_people_pay {
    hec_ledger ledger;
    hec_settler *settler;
} hec_people_pay;

/* False when out of memory. */
bool hec_people_pay_open(const hec_study *study, hec_people_pay *pay);
void hec_people_pay_close(hec_people_pay *pay);
size_t hec_people_pay_bytes(const hec_study *study);

/* Settles the years when all persons are in the ledger, and moves the means of what the settlements
 * change: costs of payers, perspectives and differences. False with *fault set, or when
 * out of memory. */
bool hec_people_settle(const hec_run *run, hec_people_pay *pay, const double *draw_values,
                       const hec_quantities *q, hec_crowd_moment *moments,
                       hec_settle_fault *fault);
/* Adds what is settled to the costs of the last cycle of its year. False when out of memory. */
bool hec_people_settle_years(const hec_people_pay *pay, hec_people_detail *detail);
/* Totals by posting of a settled draw. */
void hec_people_pay_keep_draw(const hec_run *run, const hec_psa_arrays *arrays, int64_t draw,
                              const hec_people_pay *pay);
/* ledger/... of the base case. */
hec_status hec_people_ledger(hec_run *run, const hec_people_pay *pay);

/* people_rules.c: ledger/rule, after it: what rules were in each year. */
hec_status hec_people_rules(hec_run *run, const hec_people_pay *pay);

/* run_persons.c: the base case for its ledger alone, settled. Close it in any case. */
hec_status hec_run_persons_ledger(hec_run *run, hec_people_pay *pay);

/* fault_settlement.c: in words; draw < 0: the base case. fault->inputs is filled. */
void hec_run_report_settlement(const hec_run *run, const hec_settle_fault *fault, int64_t draw);

#endif
