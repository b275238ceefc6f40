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

/* A payer or a provider. What a payer pays is a cost category of its name. The last of the parties
 * is none: it stands for what providers spend, the category `resource`. */
typedef struct hec_party {
    const char *name;
    hec_place place;
    bool provider;
    const char *tier;  /* of a provider; "" */
    int64_t panels;    /* persons belong to so many of them; see hec_party_panel */
    int attribute;     /* of the population: which panel a person belongs to, from 1; -1: in turn */
    int category;      /* outcome that counts what it pays, less what it gets; -1: a provider */
    bool resource;     /* nobody: what is paid to it is spent, and its category counts that */
    bool named;        /* by a policy or a service of some strategy */
} hec_party;

/* Which panel of a provider (from 0) a person (from 0) belongs to. `belongs`: the person's value of
 * party->attribute; not looked at where persons belong in turn. False, and *panel 0, when it is no
 * panel's number. */
static inline bool hec_party_panel(const hec_party *party, uint64_t person, double belongs,
                                   size_t *panel)
{
    size_t panels = party->panels > 1 ? (size_t)party->panels : 1;
    bool in_turn = party->attribute < 0;
    bool good = in_turn || (belongs >= 1 && belongs <= (double)panels &&
                            (double)(size_t)belongs == belongs);
    *panel = in_turn ? (size_t)(person % panels) : good ? (size_t)belongs - 1 : 0;
    return good;
}

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
    int32_t input, last_input; /* of settlement expressions: fen settled, this year when it has
                                * been, and last year; -1: nobody asks */
    int32_t all_input, all_last_input; /* the same of all panels together */
    size_t rank;           /* of a settlement's: it reads what those of lower ranks have settled */
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
    double factor, divisor; /* the measure is sum * factor / divisor: cycles in a year, fen in a
                             * unit of currency, points for a use; one of them is 1 */
    int32_t input, last_input; /* of settlement expressions: this year's sum, last year's (-1) */
    hec_place place;
} hec_measure;

/* What a panel or the region remembers from year to year: an indicator, a price, a state of affairs
 * that last year's settlement leads to. */
typedef struct hec_rule {
    const char *name;
    hec_pay_level level;
    int provider;      /* party whose panels; -1: the region */
    hec_id start;      /* in the first year; no sums over persons */
    hec_id update;     /* in the next year, when all postings of this one are settled; lanes of
                        * panels */
    int32_t input;     /* of settlement expressions and updates: in the year at hand; -1 */
    hec_place place, start_place, update_place;
} hec_rule;

/* What is known of everybody and read by single persons. With any of these, the lives of a strategy
 * go on together, year by year; without, life by life. Nothing known yet is 0. */
typedef struct hec_feed {
    enum {
        HEC_FEED_LAST_YEAR, /* index: measure; in the year before */
        HEC_FEED_SO_FAR,    /* index: measure; in the cycles of this year before this one */
        HEC_FEED_RULE,      /* index: rule; in this year */
        HEC_FEED_SETTLED,   /* index: posting; fen, settled for the year before; of all panels
                             * together where the provider is -1 */
    } kind;
    int provider;   /* of whose panels the person's own is meant; -1: the region's one number */
    size_t index;
    int32_t input;  /* of persons' expressions: a column where a provider is meant (HEC_DEP_STATE
                     * and HEC_DEP_CYCLE), else a number (HEC_DEP_CYCLE). Never read at time 0:
                     * rules are their `start` there, everything else 0 */
    hec_place place;
} hec_feed;

/* A service at one provider: all of its uses, or a share of them. */
typedef struct hec_part {
    const char *name; /* "visit"; "visit at clinic" where several give it */
    int use;          /* index among the uses */
    int provider;     /* party; -1: none is stated */
    int resource;     /* observed value, fen: what it costs the provider; -1: nothing */
} hec_part;

typedef struct hec_pay {
    const char *policy; /* its name; NULL: the strategy has none */
    const struct hec_node *written; /* the policy with what the strategy sets in it */
    size_t n_postings, n_accounts, n_measures;
    size_t posting_capacity, account_capacity, measure_capacity;
    hec_posting *postings;
    hec_account *accounts;
    hec_measure *measures;
    size_t n_rules, n_feeds;
    size_t rule_capacity, feed_capacity;
    hec_rule *rules;
    hec_feed *feeds;
    size_t n_parts;
    hec_part *parts;        /* services where they are given, in the order written */
    int *charge, *allowed;  /* [uses]: observed values, fen; -1 where none is priced */
    int *quantity;          /* [uses]: observed value: uses in the cycle; -1 */
    int *provider;          /* [uses]: party; -1: none is stated, or there are several */
    int *belongs;           /* [parties]: observed value of party->attribute; -1: in turn */
} hec_pay;

#endif
