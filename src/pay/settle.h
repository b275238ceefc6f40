/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settlement: what contracts with panels or the region pay once the persons of a run are known, year
 * by year; lanes are panels. */
#ifndef HECATE_PAY_SETTLE_H
#define HECATE_PAY_SETTLE_H

#include "hk.h"
#include "pay/ledger.h"

/* Settlements of all strategies, compiled. Read-only in a run. */
typedef struct hec_settlements hec_settlements;

/* NULL when out of memory. */
const hec_settlements *hec_settlements_create(hec_arena *arena, const hec_ledger_plan *plan);

/* What one thread needs. */
typedef struct hec_settler hec_settler;
hec_settler *hec_settler_create(const hec_settlements *settlements);
void hec_settler_destroy(hec_settler *settler);
size_t hec_settler_bytes(const hec_settlements *settlements);

typedef struct hec_settle_fault {
    bool found;
    enum {
        HEC_SETTLE_AMOUNT,     /* negative, not a number, or too large */
        HEC_SETTLE_WEIGHT,     /* a share of a split that is negative or not a number */
        HEC_SETTLE_NO_POINTS,  /* something is shared out in proportion to nothing */
        HEC_SETTLE_VARIES,     /* the total that is shared out differs between panels */
        HEC_SETTLE_UNBALANCED, /* payments for a service (posting: the use) are not its charges */
        HEC_SETTLE_TOO_LARGE,  /* what persons came to is no number, or too large for a ledger */
    } kind;
    size_t strategy, posting, year, panel; /* panel: from 0; posting: SIZE_MAX: of none */
    double value;
    double *inputs; /* [hec_model_inputs]: filled when not NULL; borrowed */
} hec_settle_fault;

/* Settles all years of all strategies from the ledger's sums, and enters what is paid into it, when
 * the ledger of persons balances. False with *fault set. */
bool hec_settle(hec_settler *settler, const hk_table *kernels, const double *draw_values,
                hec_ledger *ledger, hec_settle_fault *fault);

/* What a settlement of a year and panel is worked out from: inputs[hec_model_inputs]. */
void hec_settle_inputs(hec_settler *settler, const double *draw_values, const hec_ledger *ledger,
                       size_t strategy, size_t year, size_t panel, double *inputs);

/* What settlements add to the categories of a strategy's payers, in currency, for all persons
 * together: accrued in `year`, undiscounted (kind 0) or discounted from when it is paid (1), added to
 * costs[category]. */
void hec_settled_costs(const hec_ledger *ledger, size_t strategy, size_t year, int kind,
                       double *costs);

#endif
