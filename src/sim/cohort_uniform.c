/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohort engine: a chain that neither changes nor follows the draws is run once for all of them; a
 * dense one as matrix times vector (OpenBLAS). */
#include "sim/cohort_inner.h"

#include <cblas.h>
#include <string.h>

/* From here on the matrix product beats the step over arcs; measured in benchmarks/README.md. */
enum { DENSE_STATES = 16 };

static bool is_dense(const hec_cohort *cohort, const hec_cohort_plan *plan)
{
    size_t n = cohort->model->n_states;
    return n >= DENSE_STATES && 2 * plan->n_arcs >= n * n;
}

size_t hec_cohort_uniform_doubles(const hec_cohort *cohort)
{
    size_t n = cohort->model->n_states;
    return n * n + (2 + cohort->n_kinds) * n;
}

/* sums += weight * y over all cycles, y = matrix * x */
static void run_dense(const hec_cohort *cohort, const double *matrix, double *x, double *y,
                      double *sums)
{
    int n = (int)cohort->model->n_states;
    size_t kinds = cohort->n_kinds;
    for (int64_t cycle = 1; cycle <= cohort->model->cycles; cycle++) {
        const double *weight = cohort->point + (size_t)cycle * kinds;
        cblas_dgemv(CblasRowMajor, CblasNoTrans, n, n, 1, matrix, n, x, 1, 0, y, 1);
        for (size_t k = 0; k < kinds; k++) {
            cblas_daxpy(n, weight[k], y, 1, sums + k * (size_t)n, 1);
        }
        double *swap = x;
        x = y;
        y = swap;
    }
}

static void dense_lane(const hec_cohort *cohort, hec_cohort_work *work, const hec_cohort_plan *plan)
{
    size_t n = cohort->model->n_states, rows = cohort->n_kinds * n;
    double *matrix = work->matrix, *x = matrix + n * n, *y = x + n, *sums = y + n;
    memset(matrix, 0, n * n * sizeof *matrix);
    for (size_t k = 0; k < plan->n_arcs; k++) {
        matrix[(size_t)plan->arcs[k].to * n + (size_t)plan->arcs[k].from] = work->p[k][0];
    }
    for (size_t s = 0; s < n; s++) {
        x[s] = work->x[s * work->stride];
    }
    for (size_t i = 0; i < rows; i++) {
        sums[i] = work->acc[i * work->stride];
    }
    run_dense(cohort, matrix, x, y, sums);
    for (size_t i = 0; i < rows; i++) {
        work->acc[i * work->stride] = sums[i];
    }
}

void hec_cohort_uniform(const hec_cohort *cohort, hec_cohort_work *work, const hk_table *kernels,
                        size_t strategy)
{
    const hec_cohort_plan *plan = &cohort->plans[strategy];
    size_t n = cohort->model->n_states;
    if (is_dense(cohort, plan)) {
        dense_lane(cohort, work, plan);
    } else {
        hk_cohort chain = {n, cohort->n_kinds, work->stride, plan->first, plan->from, work->p};
        kernels->cohort_run(1, &chain, (size_t)cohort->model->cycles,
                            cohort->point + cohort->n_kinds, work->x, work->y, work->acc);
    }
    for (size_t i = 0; i < cohort->n_kinds * n; i++) {
        double *column = work->acc + i * work->stride;
        kernels->fill(work->view.lanes, column[0], column);
    }
}
