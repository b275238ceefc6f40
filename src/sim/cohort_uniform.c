/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohort engine: a chain that neither changes nor follows the draws is run once for all of them,
 * its states side by side instead of draws. Products are summed in the order of the states they
 * come from, with the same bits as over arcs; a general matrix product would round as it likes, and
 * was measured slower (benchmarks/results). */
#include "sim/cohort_inner.h"

#include <string.h>

/* Up to here the matrix stays in the second-level cache. */
enum { MATRIX_STATES = 256 };

/* Distance between columns of the matrix. */
static size_t height_of(size_t states)
{
    return (states + 7) / 8 * 8;
}

size_t hec_cohort_uniform_doubles(const hec_cohort *cohort)
{
    size_t n = cohort->n_counted, height = height_of(n);
    bool some = false;
    for (size_t s = 0; s < cohort->model->n_strategies; s++) {
        some = some || cohort->plans[s].uniform;
    }
    return some && n <= MATRIX_STATES ? (n + 2 + cohort->n_kinds) * height : 0;
}

void hec_cohort_columns(const hk_table *kernels, size_t n, size_t n_kinds, size_t cycles,
                        const double *weight, const double *matrix, double *x, double *y,
                        double *sums)
{
    size_t height = height_of(n);
    for (size_t cycle = 0; cycle < cycles; cycle++) {
        kernels->fill(height, 0, y);
        for (size_t from = 0; from < n; from++) {
            kernels->axpy(height, x[from], matrix + from * height, y);
        }
        for (size_t k = 0; k < n_kinds; k++) {
            kernels->axpy(height, weight[cycle * n_kinds + k], y, sums + k * height);
        }
        double *swap = x;
        x = y;
        y = swap;
    }
}

static void run_matrix(const hec_cohort *cohort, hec_cohort_work *work, const hk_table *kernels,
                       const hk_cohort *chain)
{
    size_t n = chain->n_states, height = height_of(n), kinds = cohort->n_kinds;
    double *matrix = work->matrix, *x = matrix + n * height, *y = x + height, *sums = y + height;
    memset(matrix, 0, (n + 2 + kinds) * height * sizeof *matrix);
    for (size_t to = 0; to < n; to++) {
        for (int32_t k = chain->first[to]; k < chain->first[to + 1]; k++) {
            matrix[(size_t)chain->from[k] * height + to] += chain->p[k][0];
        }
        x[to] = work->x[to * work->stride];
        for (size_t k = 0; k < kinds; k++) {
            sums[k * height + to] = work->acc[(k * n + to) * work->stride];
        }
    }
    hec_cohort_columns(kernels, n, kinds, (size_t)cohort->model->cycles, cohort->point + kinds,
                       matrix, x, y, sums);
    for (size_t k = 0; k < kinds; k++) {
        for (size_t s = 0; s < n; s++) {
            work->acc[(k * n + s) * work->stride] = sums[k * height + s];
        }
    }
}

void hec_cohort_uniform(const hec_cohort *cohort, hec_cohort_work *work, const hk_table *kernels,
                        const hk_cohort *chain)
{
    if (chain->n_states <= MATRIX_STATES) {
        run_matrix(cohort, work, kernels, chain);
    } else {
        kernels->cohort_run(1, chain, (size_t)cohort->model->cycles,
                            cohort->point + cohort->n_kinds, work->x, work->y, work->acc);
    }
    for (size_t i = 0; i < cohort->n_kinds * chain->n_states; i++) {
        double *column = work->acc + i * work->stride;
        kernels->fill(work->view.lanes, column[0], column);
    }
}
