/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matrix exponential of small matrices. */
#ifndef HECATE_SIM_EXPM_H
#define HECATE_SIM_EXPM_H

#include <stdbool.h>
#include <stddef.h>

/* Doubles of scratch that hec_expm needs for an n x n matrix; plus n ints. */
size_t hec_expm_scratch(size_t n);

/* result = exp(a), row-major n x n, by scaling and squaring with Pade approximants of degree 13.
 * scratch: hec_expm_scratch(n) doubles; pivots: n ints. False when a is not finite or the solver
 * fails. The upper left block of exp([[A, B], [0, C]]) has the bits of exp(A) where the norms of both
 * matrices ask for equally many halvings. Source: Higham, SIAM J. Matrix Anal. Appl. 26:1179 (2005), algorithm 2.3. */
bool hec_expm(size_t n, const double *a, double *result, double *scratch, int *pivots);

#endif
