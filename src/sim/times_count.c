/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons in continuous time: what stays and moves count, discounted exactly.
 *
 * What is the same for all persons is multiplied once, with the years each of them spent in the
 * state; what is not is added stay by stay. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/scalar.h"
#include "sim/times_inner.h"

/* ---- discounting ----------------------------------------------------------------------------- */

double hec_times_value_at(const hec_times_kind *kind, double t)
{
    for (size_t i = 0; i < kind->n_pieces; i++) {
        const hec_times_piece *piece = &kind->pieces[i];
        if (t < piece->until || i + 1 == kind->n_pieces) {
            return piece->factor * hec_exp(-piece->rate * t);
        }
    }
    return 1;
}

double hec_times_years(const hec_times_kind *kind, double from, double until)
{
    double years = kind->n_pieces > 0 ? 0 : until - from;
    for (size_t i = 0; i < kind->n_pieces; i++) {
        const hec_times_piece *piece = &kind->pieces[i];
        double begin = fmax(from, piece->from), end = fmin(until, piece->until);
        if (!(end > begin)) {
            continue;
        }
        years += piece->rate == 0 ? piece->factor * (end - begin)
                                  : piece->factor * hec_exp(-piece->rate * begin) *
                                        -hec_expm1(-piece->rate * (end - begin)) / piece->rate;
    }
    return years;
}

/* One piece of several, added to the years. */
static void add_piece(const hec_times_run *r, const hec_times_piece *piece, size_t n,
                      const double *from, const double *until, double *years)
{
    double *bound = r->w->scratch[0], *begin = r->w->scratch[1], *end = r->w->scratch[2];
    r->hk->fill(n, piece->from, bound);
    r->hk->op[HK_MAX](n, from, bound, NULL, begin);
    r->hk->op[HK_MAX](n, until, bound, NULL, end);
    r->hk->fill(n, piece->until, bound);
    r->hk->op[HK_MIN](n, begin, bound, NULL, begin);
    r->hk->op[HK_MIN](n, end, bound, NULL, end);
    if (piece->rate == 0) {
        r->hk->op[HK_SUB](n, end, begin, NULL, end);
    } else {
        r->hk->person_discount(n, piece->rate, begin, end, end);
    }
    r->hk->axpy(n, piece->factor, end, years);
}

void hec_times_find_years(const hec_times_run *r, size_t n, const double *from, bool at_start,
                          const double *until, double *columns)
{
    for (size_t k = 0; k < r->times->n_kinds; k++) {
        const hec_times_kind *kind = &r->times->kinds[k];
        double *years = columns + k * r->stride;
        if (kind->n_pieces == 0) {
            r->hk->op[HK_SUB](n, until, from, NULL, years);
        } else if (kind->n_pieces == 1) { /* its factor is 1 */
            r->hk->person_discount(n, kind->pieces[0].rate, at_start ? NULL : from, until, years);
        } else {
            r->hk->fill(n, 0, years);
            for (size_t i = 0; i < kind->n_pieces; i++) {
                add_piece(r, &kind->pieces[i], n, from, until, years);
            }
        }
    }
}

static size_t discounted_kind(const hec_times_run *r, int outcome)
{
    return r->times->kind_of[r->model->outcomes[outcome].kind];
}

/* ---- stays ----------------------------------------------------------------------------------- */

static double *spent_in(const hec_times_run *r, size_t state, size_t kind)
{
    return r->w->spent + (state * r->times->n_kinds + kind) * r->stride;
}

static void add_to_lanes(const hec_times_run *r, const hec_times_group *g, const double *x,
                         double *out)
{
    if (g->whole) {
        r->hk->op[HK_ADD](g->n, out, x, NULL, out);
    } else {
        r->hk->scatter_add(g->n, g->lanes, x, out);
    }
}

static void add_spent(const hec_times_run *r, const hec_times_group *g)
{
    bool first = !r->w->visited[g->state];
    r->w->visited[g->state] = true;
    for (size_t k = 0; k < r->times->n_kinds; k++) {
        const double *years = r->w->years + k * r->stride;
        double *spent = spent_in(r, (size_t)g->state, k);
        if (first && g->whole) {
            r->hk->op[HK_COPY](g->n, years, NULL, NULL, spent);
            continue;
        }
        if (first) {
            r->hk->fill(r->n, 0, spent);
        }
        add_to_lanes(r, g, years, spent);
    }
}

void hec_times_count_stays(const hec_times_run *r, const hec_times_group *g)
{
    const hec_times_stay *stay = g->stay;
    if (stay->n_rates == 0 && !stay->charged_lanes) {
        return;
    }
    hec_times_find_years(r, g->n, g->entry, g->whole, g->until, r->w->years);
    if (stay->steady) {
        add_spent(r, g);
    }
    hec_frames view = hec_times_frames(r, HEC_TIMES_STAY, (size_t)g->state, g->n);
    for (size_t i = 0; stay->changing && i < stay->n_rates; i++) {
        const hec_times_term *rate = &stay->rates[i];
        const double *value = hec_slot_address(&view, rate->slot);
        for (int discounted = 0; !rate->slot.uniform && discounted < 2; discounted++) {
            size_t kind = discounted ? discounted_kind(r, rate->outcome) : 0;
            r->hk->op[HK_MUL](g->n, value, r->w->years + kind * r->stride, NULL, r->w->scratch[0]);
            add_to_lanes(r, g, r->w->scratch[0], hec_times_total(r, discounted, rate->outcome));
        }
    }
}

/* ---- moves ----------------------------------------------------------------------------------- */

void hec_times_run_charges(const hec_times_run *r, const hec_times_group *g)
{
    const hec_times_stay *stay = g->stay;
    if (stay->n_charges == 0) {
        return;
    }
    hec_times_ready(r, HEC_TIMES_MOVE, (size_t)g->state);
    if (stay->charged_lanes) {
        hec_frames view = hec_times_frames(r, HEC_TIMES_MOVE, (size_t)g->state, g->n);
        hec_times_supply(r, g, &stay->charge_reads, g->until, r->w->years);
        hec_program_run(r->times->programs[HEC_TIMES_MOVE], r->hk,
                        hec_times_set(r, (size_t)g->state), HEC_STAGE_CYCLE, &view);
    }
}

/* The value today of one unit at each of these times. */
static void find_values(const hec_times_run *r, const hec_times_kind *kind, size_t n,
                        const double *t)
{
    double *value = r->w->value;
    if (kind->n_pieces == 1) {
        for (size_t i = 0; i < n; i++) {
            value[i] = -kind->pieces[0].rate * t[i];
        }
        r->hk->op[HK_EXP](n, value, NULL, NULL, value);
    } else {
        for (size_t i = 0; i < n; i++) {
            value[i] = hec_times_value_at(kind, t[i]);
        }
    }
}

void hec_times_count_moves(const hec_times_run *r, const hec_times_group *g,
                           const hec_times_target *target, size_t n, const uint32_t *lanes,
                           const double *until)
{
    hec_frames view = hec_times_frames(r, HEC_TIMES_MOVE, (size_t)g->state, g->n);
    double *amount = r->w->scratch[0];
    size_t known = 0; /* the kind whose values are at hand */
    for (size_t i = target->first; i < target->first + target->n_charges; i++) {
        const hec_times_term *charge = &g->stay->charges[i];
        const double *value = hec_slot_address(&view, charge->slot);
        size_t kind = discounted_kind(r, charge->outcome);
        if (charge->slot.uniform) {
            r->hk->fill(n, *value, amount);
        } else {
            r->hk->gather(n, r->w->index, value, amount);
        }
        r->hk->scatter_add(n, lanes, amount, hec_times_total(r, 0, charge->outcome));
        if (r->times->kinds[kind].n_pieces > 0) {
            if (known != kind) {
                find_values(r, &r->times->kinds[kind], n, until);
                known = kind;
            }
            r->hk->op[HK_MUL](n, amount, r->w->value, NULL, amount);
        }
        r->hk->scatter_add(n, lanes, amount, hec_times_total(r, 1, charge->outcome));
    }
}

void hec_times_count_entering(const hec_times_run *r, const int32_t *state)
{
    const hec_times_stay *enters = &r->plan->enters;
    hec_frames view = hec_times_frames(r, HEC_TIMES_MOVE, r->model->n_states, r->n);
    for (size_t i = 0; i < enters->n_charges; i++) {
        const hec_times_term *term = &enters->charges[i];
        const double *value = hec_slot_address(&view, term->slot);
        for (size_t lane = 0; lane < r->n; lane++) {
            if (state[lane] == term->to) {
                double amount = value[term->slot.uniform ? 0 : lane];
                hec_times_total(r, 0, term->outcome)[lane] += amount;
                hec_times_total(r, 1, term->outcome)[lane] += amount;
            }
        }
    }
}

/* ---- totals ---------------------------------------------------------------------------------- */

void hec_times_begin_counting(const hec_times_run *r)
{
    memset(r->w->visited, 0, r->model->n_states * sizeof *r->w->visited);
    for (int discounted = 0; discounted < 2; discounted++) {
        for (size_t o = 0; o < r->model->n_outcomes; o++) {
            r->hk->fill(r->n, 0, hec_times_total(r, discounted, (int)o));
        }
    }
}

/* A value that is not finite spoils only those who were there. */
static void add_steady(const hec_times_run *r, double value, const double *years, double *total)
{
    if (isfinite(value)) {
        r->hk->axpy(r->n, value, years, total);
        return;
    }
    for (size_t i = 0; i < r->n; i++) {
        total[i] += years[i] > 0 ? value * years[i] : 0;
    }
}

static void count_spent(const hec_times_run *r, size_t state)
{
    const hec_times_stay *stay = &r->plan->stays[state];
    hec_frames view = hec_times_frames(r, HEC_TIMES_STAY, state, r->n);
    for (size_t i = 0; i < stay->n_rates; i++) {
        const hec_times_term *rate = &stay->rates[i];
        if (rate->slot.uniform) {
            double value = *hec_slot_address(&view, rate->slot);
            size_t kind = discounted_kind(r, rate->outcome);
            add_steady(r, value, spent_in(r, state, 0), hec_times_total(r, 0, rate->outcome));
            add_steady(r, value, spent_in(r, state, kind), hec_times_total(r, 1, rate->outcome));
        }
    }
}

bool hec_times_finish_counting(const hec_times_run *r, size_t *outcome, size_t *lane)
{
    for (size_t s = 0; s < r->model->n_states; s++) {
        if (r->w->visited[s]) {
            count_spent(r, s);
        }
    }
    *lane = r->n;
    for (size_t o = 0; o < r->model->n_outcomes; o++) {
        for (int discounted = 0; discounted < 2; discounted++) {
            size_t bad = r->hk->first_outside(r->n, hec_times_total(r, discounted, (int)o),
                                              -DBL_MAX, DBL_MAX);
            if (bad < *lane) {
                *lane = bad;
                *outcome = o;
            }
        }
    }
    return *lane == r->n;
}
