/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohort engine: shares that are given at each point, checked, and clamped where curves cross. */
#include "sim/cohort_inner.h"

/* Beyond this a share is no rounding. */
static const double ROUNDING = 1e-12;
/* Shares sum to one, and those of the dead never fall, this closely. */
static const double FULL = 1e-9;

static double *share_column(const hec_cohort *cohort, const hec_cohort_work *work, double *x,
                            size_t state)
{
    return x + cohort->cell[state] * work->stride;
}

/* The shares as written, and their sum into the scratch column. */
static void copy_shares(const hec_cohort *cohort, hec_cohort_work *work, const hk_table *hk,
                        size_t strategy, double *x)
{
    size_t n = work->view.lanes;
    hk->fill(n, 0, work->scratch);
    for (size_t s = 0; s < cohort->model->n_states; s++) {
        double *column = share_column(cohort, work, x, s);
        const double *share = hec_slot_address(&work->view, cohort->plans[strategy].occupancy[s]);
        hk->fill(n, 0, column);
        hk->axpy(n, 1, share, column);
        hk->axpy(n, 1, share, work->scratch);
    }
}

/* Negative shares count as none; what is then too much is taken from the states as written. */
static void clamp_lane(const hec_cohort *cohort, hec_cohort_work *work, size_t lane, double *x)
{
    double excess = -1, below = 0;
    for (size_t s = 0; s < cohort->model->n_states; s++) {
        double *share = &share_column(cohort, work, x, s)[lane];
        below = *share < below ? *share : below;
        *share = *share > 0 ? *share : 0;
        excess += *share;
    }
    for (size_t s = 0; s < cohort->model->n_states && excess > 0; s++) {
        double *share = &share_column(cohort, work, x, s)[lane];
        double taken = *share < excess ? *share : excess;
        *share -= taken;
        excess -= taken;
    }
    work->crossed[lane] = 1;
    work->crossing.points++;
    work->crossing.most = -below > work->crossing.most ? -below : work->crossing.most;
}

/* The first state whose share lies outside, and the lane; n_states when there is none. */
static size_t find_outside(const hec_cohort *cohort, const hec_cohort_work *work,
                           const hk_table *hk, double *x, size_t *lane)
{
    size_t n = work->view.lanes, n_states = cohort->model->n_states;
    for (size_t s = 0; s < n_states; s++) {
        *lane = hk->first_outside(n, share_column(cohort, work, x, s), -ROUNDING, 1 + ROUNDING);
        if (*lane < n) {
            return s;
        }
    }
    return n_states;
}

/* Clamps the lanes with a negative share. Curves that cross leave no share above one: where there
 * is one, or one that is no number, it is another mistake. */
static void clamp(const hec_cohort *cohort, hec_cohort_work *work, double *x)
{
    for (size_t lane = 0; lane < work->view.lanes; lane++) {
        bool below = false, good = true;
        for (size_t s = 0; s < cohort->model->n_states; s++) {
            double share = share_column(cohort, work, x, s)[lane];
            below = below || share < -ROUNDING;
            good = good && share <= 1 + ROUNDING;
        }
        if (below && good) {
            clamp_lane(cohort, work, lane, x);
        }
    }
}

bool hec_cohort_shares(const hec_cohort *cohort, hec_cohort_work *work, const hk_table *hk,
                       size_t strategy, double weight, double *x, size_t *lane, size_t *state)
{
    size_t n = work->view.lanes, n_states = cohort->model->n_states;
    copy_shares(cohort, work, hk, strategy, x);
    *state = find_outside(cohort, work, hk, x, lane);
    size_t unequal = hk->first_outside(n, work->scratch, 1 - FULL, 1 + FULL);
    if (*state < n_states && cohort->model->strategies[strategy].clamp && unequal == n) {
        clamp(cohort, work, x);
        *state = find_outside(cohort, work, hk, x, lane);
    }
    if (*state < n_states) {
        return false;
    }
    if (unequal < n) {
        *lane = unequal;
        return false;
    }
    hk->fill(n, 0, work->scratch);
    hk->fill(n, weight, work->scratch2);
    for (size_t s = 0; s < n_states; s++) { /* what is left below 0 is rounding */
        double *column = share_column(cohort, work, x, s);
        hk->op[HK_MAX](n, column, work->scratch, NULL, column);
        hk->op[HK_MUL](n, column, work->scratch2, NULL, column);
    }
    return true;
}

bool hec_cohort_deaths(const hec_cohort *cohort, hec_cohort_work *work, const hk_table *hk,
                       double *before, double *after, size_t *lane, size_t *state)
{
    size_t n = work->view.lanes;
    for (size_t s = 0; s < cohort->model->n_states; s++) {
        if (!cohort->model->states[s].dead) {
            continue;
        }
        hk->op[HK_SUB](n, share_column(cohort, work, after, s),
                       share_column(cohort, work, before, s), NULL, work->scratch);
        *lane = hk->first_outside(n, work->scratch, -FULL, 1 + FULL);
        if (*lane < n) {
            *state = s;
            return false;
        }
    }
    return true;
}

/* ---- how often curves crossed ---------------------------------------------------------------- */

void hec_cohort_crossing_begin(const hk_table *hk, hec_cohort_work *work)
{
    work->crossing = (hec_cohort_crossing){0};
    hk->fill(work->view.lanes, 0, work->crossed);
}

void hec_cohort_crossing_end(hec_cohort_work *work, size_t strategy)
{
    work->crossing.draws = 0;
    for (size_t lane = 0; lane < work->view.lanes; lane++) {
        work->crossing.draws += work->crossed[lane] != 0;
    }
    hec_cohort_crossing_add(&work->crossings[strategy], &work->crossing);
}

void hec_cohort_crossing_add(hec_cohort_crossing *sum, const hec_cohort_crossing *more)
{
    sum->draws += more->draws;
    sum->points += more->points;
    sum->most = more->most > sum->most ? more->most : sum->most;
}

const hec_cohort_crossing *hec_cohort_crossings(const hec_cohort_work *work)
{
    return work->crossings;
}
