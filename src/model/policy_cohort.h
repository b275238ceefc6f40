/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies of a cohort. Payments are lowered once, for somebody whose state and uses are inputs; what
 * follows the uses linearly becomes costs of the payers, state by state. */
#ifndef HECATE_MODEL_POLICY_COHORT_H
#define HECATE_MODEL_POLICY_COHORT_H

#include "model/policy_inner.h"

typedef struct hec_pay_cohort {
    int32_t state;     /* input: the number of the state at hand */
    int32_t *quantity; /* [uses]: inputs; -1: nobody uses it */
    int64_t mistakes;  /* that were known before */
} hec_pay_cohort;

/* ---- policy.c ---- */
/* That cycles are such as can be paid one by one, at their start. */
void hec_policy_check_study(hec_paying *p);

/* ---- policy_cohort.c ---- */
/* Makes ready to read a policy; false when out of memory. */
bool hec_policy_open_cohort(hec_paying *p);
/* Uses of a service in the cycle. */
hec_id hec_policy_cohort_quantity(hec_paying *p, size_t use, hec_place place);
/* What a cohort knows of what a payment asks: in(state); false: it is something else. */
bool hec_policy_cohort_call(hec_builder *b, const hec_expr *expr, hec_value *value);
/* When everything is read: costs of the payers, or why they cannot be had. */
void hec_policy_close_cohort(hec_paying *p);

/* ---- policy_cohort_means.c ---- */
struct hec_linear;
/* Payments on means, where they can be asked of a mean person and of one panel; reports. `settled`
 * has all sums for one quantity. */
void hec_policy_cohort_means(hec_paying *p, const struct hec_linear *settled);

/* ---- policy_cohort_costs.c ---- */
/* The number of a time of payment; SIZE_MAX: no memory. */
size_t hec_policy_pay_time(hec_paying *p, double lag, bool at_year_end);
/* What is paid as costs of the payers: of persons, and of settlements by their measures. */
void hec_policy_cohort_costs(hec_paying *p, struct hec_linear *persons,
                             struct hec_linear *settled);

#endif
