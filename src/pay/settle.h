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
        HEC_SETTLE_START,      /* a rule (posting: the rule) that starts with no finite number */
        HEC_SETTLE_UPDATE,     /* a rule that is no finite number in the year after `year` */
    } kind;
    size_t strategy, posting, year, panel; /* panel: from 0; posting: SIZE_MAX: of none */
    double value;
    double *inputs; /* [hec_model_inputs]: filled when not NULL; borrowed */
} hec_settle_fault;

/* One strategy of one run (the base case, or one draw): hec_settle_begin, before its first person
 * lives where persons read rules; then hec_settle_year for each year from 0 on, once, when the
 * ledger holds all persons' year and no later one is needed. Where nothing is fed back to persons,
 * all of it may come after they have lived. draw_values: [draws of the model]. */

/* Enters what the strategy's rules are in the first year. False with *fault set. */
bool hec_settle_begin(hec_settler *settler, const hk_table *kernels, const double *draw_values,
                      hec_ledger *ledger, size_t strategy, hec_settle_fault *fault);
/* Settles one year from the ledger's sums, and enters what is paid into it, when the ledger of
 * persons balances: postings in the order of their ranks, then what rules are in the next year.
 * False with *fault set. Does nothing, and is true, where the strategy has no policy. */
bool hec_settle_year(hec_settler *settler, const hk_table *kernels, const double *draw_values,
                     hec_ledger *ledger, size_t strategy, size_t year, hec_settle_fault *fault);

/* What persons read of feed `feed` (of the strategy's pay) in `cycle` (from 1), given what the
 * ledger holds of the cycles before: hec_settle_year was called for the years before the cycle's
 * own and, for HEC_FEED_SO_FAR, the ledger holds all persons' cycles up to the one before, and no
 * more of this year. values: one for each panel of the feed's provider
 * (hec_ledger_panels(model, provider)), from panel 0; a single one where the provider is -1. */
void hec_feed_values(const hec_ledger *ledger, size_t strategy, size_t feed, int64_t cycle,
                     double *values);

/* Settles all years of all strategies: hec_settle_begin and hec_settle_year in a loop. */
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
