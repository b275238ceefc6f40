/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohort engine: a chain of hazards becomes the probabilities of one cycle, lane by lane. */
#include "sim/cohort_inner.h"

#include <string.h>

#include "sim/expm.h"

/* Generator of one lane, times the cycle length. With moves that have one-offs the matrix is
 * bordered with the identity, [[Q, I], [0, 0]], whose exponential holds the integral of exp(Q s)
 * beside exp(Q). Source: Van Loan, IEEE Trans. Automatic Control 23:395 (1978). */
static void fill_generator(const hec_cohort *cohort, const hec_cohort_work *work, size_t strategy,
                           size_t lane, size_t size, double *a)
{
    const hec_model *model = cohort->model;
    const hec_strategy *s = &model->strategies[strategy];
    const hec_cohort_plan *plan = &cohort->plans[strategy];
    size_t n = model->n_states;
    memset(a, 0, size * size * sizeof *a);
    for (size_t i = 0; i < s->n_arcs; i++) {
        size_t from = (size_t)s->arcs[i].from, to = (size_t)s->arcs[i].to;
        double hazard = hec_slot_address(&work->view, plan->slots[i])[lane] * model->cycle_length;
        a[from * size + to] += hazard;
        a[from * size + from] -= hazard;
    }
    for (size_t i = 0; size > n && i < n; i++) {
        a[i * size + n + i] = model->cycle_length;
    }
}

bool hec_cohort_hazards(const hec_cohort *cohort, hec_cohort_work *work, size_t strategy,
                        size_t *lane)
{
    size_t n = cohort->model->n_states;
    size_t size = cohort->plans[strategy].n_moves > 0 ? 2 * n : n;
    double *a = work->matrix, *e = a + size * size, *scratch = e + size * size;
    for (size_t l = 0; l < work->view.lanes; l++) {
        fill_generator(cohort, work, strategy, l, size, a);
        if (!hec_expm(size, a, e, scratch, work->pivots)) {
            *lane = l;
            return false;
        }
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < n; j++) {
                work->hazard_p[(i * n + j) * work->stride + l] = e[i * size + j];
                if (size > n) {
                    work->hazard_g[(i * n + j) * work->stride + l] = e[i * size + n + j];
                }
            }
        }
    }
    return true;
}
