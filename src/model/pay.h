/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pay: who pays whom, for what, in one strategy.
 *
 * Three levels, one idea: a level is what lanes run over. What a person's services cost and who pays
 * is dataflow over persons, once a cycle; what a panel's contract pays is dataflow over panels, once
 * a year; what a region settles, over regions. A mechanism is text; here it is postings, accounts
 * and measures.
 *
 *   quantities of services -> allowed amounts -> layers of benefits, contracts  (persons, cycle)
 *   -> measures of panels and regions -> settlements                            (once a year)
 *
 * For the engine of persons an account is a variable like any other, what a payer pays is an amount
 * of its cost category, and a mistake (money left unpaid) is a check of the life; it knows nothing of
 * money. What the ledger and the measures need it shows to an observer, cycle by cycle.
 *
 * Amounts are whole fen (hundredths of the currency), held as doubles: sums of them are exact. */
#ifndef HECATE_MODEL_PAY_H
#define HECATE_MODEL_PAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "lang/lang.h"

enum { HEC_FEN = 100 }; /* of a unit of currency */

typedef enum hec_pay_level { HEC_LEVEL_PERSON, HEC_LEVEL_PANEL, HEC_LEVEL_REGION } hec_pay_level;

/* A payer or a provider. What a payer pays is a cost category of its name. */
typedef struct hec_party {
    const char *name;
    hec_place place;
    bool provider;
    const char *tier;  /* of a provider; "" */
    int64_t panels;    /* persons are assigned to so many of them, in turn */
    int category;      /* outcome that counts what it pays, less what it gets; -1: a provider */
} hec_party;

/* A flow of money: a layer of benefits for a service, or a contract. */
typedef struct hec_posting {
    const char *mechanism; /* name of the layer or contract */
    int payer, payee;      /* parties */
    int service;           /* index among the uses; -1: none */
    hec_pay_level level;
    bool at_year_end;      /* accrues in the last cycle of a year only */
    hec_id value;          /* fen: in lanes of the level; a settlement's in lanes of panels */
    hec_id split_by;       /* -1; else `value` is one total, shared out over the panels in whole fen
                            * in proportion to this, with nothing left over */
    int observed;          /* of a person's: index among the life's observed values */
    double lag;            /* years from accrual to payment */
    hec_place place;
} hec_posting;

/* Money (fen) or uses of a person so far in the year: a variable of kind HEC_VARIABLE_ACCOUNT. A
 * strategy that does not have the account leaves the variable as it is. */
typedef struct hec_account {
    const char *name; /* "ytd(deductible) in fen", "ytd_use(education)" */
    int variable;
    bool for_life; /* else it returns to 0 when the calendar year changes */
    hec_id next;
} hec_account;

/* What panels or the region sum over their persons. */
typedef struct hec_measure {
    hec_pay_level level;
    int provider;       /* party whose panels; -1: the region */
    bool at_year_end;   /* in the last cycle of each year; else summed over its cycles */
    int observed;       /* of the life's observed values */
    int32_t input, last_input; /* of settlement expressions: this year's sum, last year's (-1) */
    hec_place place;
} hec_measure;

typedef struct hec_pay {
    const char *policy; /* its name; NULL: the strategy has none */
    size_t n_postings, n_accounts, n_measures;
    size_t posting_capacity, account_capacity, measure_capacity;
    hec_posting *postings;
    hec_account *accounts;
    hec_measure *measures;
    int *charge, *allowed, *resource; /* [uses]: observed values, fen; -1 where none is priced */
    int *quantity;                    /* [uses]: observed value: uses in the cycle; -1 */
    int *provider;                    /* [uses]: party; -1: none is stated */
} hec_pay;

#endif
