/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sharing out a whole number in proportion, with nothing left over. */
#ifndef HECATE_PAY_SHARE_OUT_H
#define HECATE_PAY_SHARE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Largest remainder (Hamilton): each gets its quota `total * weight / sum of weights` rounded down;
 * what is left goes one by one to the largest fractions, of equal ones to the first. Weights are
 * finite and not negative; 0 <= total <= 2^53. False when they sum to 0 while the total does not. */
bool hec_share_out(int64_t total, size_t n, const double *weights, int64_t *shares);

#endif
