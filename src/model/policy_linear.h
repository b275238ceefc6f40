/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear: how a value follows a set of quantities, and what it is for one of each.
 *
 * A payment that is linear in what is used is, on the mean of a cohort, the mean of the payments.
 * Such a value is a sum of coefficients times quantities, and something that follows none of them:
 *
 *   min(0.75 tariff q, ceiling q) + 200      q: a quantity; 0.75, tariff, ceiling: free of any
 *
 * In a function of one quantity that is homogeneous of degree one, min, max and a choice by sign may
 * stand: its coefficient is its value at 1. Quantities are not negative. */
#ifndef HECATE_MODEL_POLICY_LINEAR_H
#define HECATE_MODEL_POLICY_LINEAR_H

#include "model/build.h"

typedef enum hec_grade {
    HEC_GRADE_ZERO,   /* the constant 0 */
    HEC_GRADE_FREE,   /* follows no quantity */
    HEC_GRADE_SIGN,   /* the same for every amount of one quantity above 0 */
    HEC_GRADE_SHARE,  /* in proportion to one quantity */
    HEC_GRADE_SUM,    /* a sum of such, of several */
    HEC_GRADE_AFFINE, /* the same and something free */
    HEC_GRADE_OTHER,
} hec_grade;

typedef struct hec_graded {
    hec_grade grade;
    int32_t of; /* SIGN, SHARE: the quantity */
    hec_id why; /* OTHER: the first node that is */
} hec_graded;

/* What an input is; only of those from `first` on, which single persons have. */
enum { HEC_INPUT_FREE = -1, HEC_INPUT_OTHER = -2 }; /* else the number of a quantity */

typedef struct hec_linear {
    hec_builder *b;
    const int32_t *inputs; /* [hec_model_inputs] */
    bool plain;            /* sums and multiples alone: quantities may be negative */
    size_t n;              /* nodes of the graph that are graded */
    hec_graded *nodes;     /* [n] */
    hec_id *at_one;        /* [n]: with all quantities 1; -1: not worked out */
} hec_linear;

/* Grades the whole graph as it is now. False when out of memory. */
bool hec_linear_open(hec_linear *l, hec_builder *b, const int32_t *inputs, bool plain);
/* The coefficient of a quantity in a value that is not OTHER nor SIGN; -1: it does not follow it.
 * quantity -1: what follows none; -1: there is nothing such. */
hec_id hec_linear_part(hec_linear *l, hec_id id, int32_t quantity, hec_place place);
/* The value with every quantity 1; of ZERO, FREE, SIGN and SHARE. */
hec_id hec_linear_at_one(hec_linear *l, hec_id id);

/* Copies of values with some inputs replaced: with[index], -1: as they are. */
typedef struct hec_replacing {
    hec_builder *b;
    const hec_id *with;
    size_t n;
    hec_id *known; /* [n] */
} hec_replacing;
bool hec_replacing_open(hec_replacing *r, hec_builder *b, const hec_id *with);
/* When `with` has changed; of the nodes that there were when it was opened. */
void hec_replacing_restart(hec_replacing *r);
hec_id hec_replace(hec_replacing *r, hec_id id);

#endif
