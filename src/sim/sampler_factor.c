/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cholesky factors of correlation and covariance matrices. */
#include "sim/sampler_inner.h"

#include <math.h>
#include <string.h>

#include <lapacke.h>

static double smallest_eigenvalue(hec_arena *arena, size_t n, const double *matrix)
{
    double *copy = hec_arena_array(arena, n * n, sizeof *copy);
    double *values = hec_arena_array(arena, n, sizeof *values);
    if (!copy || !values) {
        return NAN;
    }
    memcpy(copy, matrix, n * n * sizeof *copy);
    lapack_int size = (lapack_int)n;
    return LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'N', 'L', size, copy, size, values) == 0 ? values[0]
                                                                                    : NAN;
}

/* By hand and not by LAPACK: OpenBLAS rounds as the CPU's kernel does, and draws have the same bits
 * everywhere. */
double *hec_cholesky(hec_arena *arena, size_t n, const double *matrix, double *eigenvalue)
{
    double *l = hec_arena_array(arena, n * n, sizeof *l);
    *eigenvalue = NAN;
    if (!l) {
        return NULL;
    }
    bool good = true;
    for (size_t i = 0; good && i < n; i++) {
        for (size_t j = 0; good && j <= i; j++) {
            double rest = matrix[i * n + j];
            for (size_t k = 0; k < j; k++) {
                rest = fma(-l[i * n + k], l[j * n + k], rest);
            }
            if (i > j) {
                l[i * n + j] = rest / l[j * n + j];
            } else {
                good = rest > 0;
                l[i * n + i] = sqrt(rest);
            }
        }
    }
    if (!good) {
        *eigenvalue = smallest_eigenvalue(arena, n, matrix);
    }
    return good ? l : NULL;
}
