/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons in continuous time: what is counted by cycle, and told, along the way.
 *
 * A cycle is the stretch after its start up to and with its end, so that who moves at a point of
 * time is at that point where the move leads. */
#include <math.h>
#include <string.h>

#include "sim/times_inner.h"

/* One person's stay. */
typedef struct stay_record {
    size_t lane, at; /* in what is followed, in the group */
    double from, until;
    const hec_times_cause *cause; /* NULL: there until the horizon */
} stay_record;

static size_t cycles_of(const hec_times_run *r)
{
    return (size_t)r->model->cycles;
}

/* The first point of time that is not before t. */
static size_t point_of(const hec_times_run *r, double t)
{
    size_t cycles = cycles_of(r), k = (size_t)ceil(t / r->model->cycle_length);
    k = k < cycles ? k : cycles;
    while (k > 0 && r->times->begins[k - 1] >= t) {
        k--;
    }
    while (k < cycles && r->times->begins[k] < t) {
        k++;
    }
    return k;
}

static size_t cycle_of(const hec_times_run *r, double t)
{
    size_t point = point_of(r, t);
    return point > 0 ? point - 1 : 0;
}

static void tell(const hec_times_run *r, hec_happening_kind kind, size_t item, double time,
                 double number)
{
    if (r->block->told) {
        hec_happening happening = {.kind = kind,
                                   .person = r->block->first + (int64_t)r->from,
                                   .cycle = kind == HEC_HAPPENING_ENTERS ? 0 : r->move + 1,
                                   .time = time,
                                   .number = number,
                                   .item = item};
        r->block->told(r->block->context, &happening);
    }
}

/* ---- who is where ---------------------------------------------------------------------------- */

static void count_points(const hec_times_run *r, size_t state, size_t first, size_t end)
{
    int64_t *trace = r->block->tally ? r->block->tally->trace : NULL;
    for (size_t k = first; trace && k < end; k++) {
        trace[k * r->model->n_states + state]++;
    }
}

/* From now on nothing more comes. */
static void count_rest(const hec_times_run *r, size_t state, double t)
{
    count_points(r, state, point_of(r, t), cycles_of(r) + 1);
    if (!r->model->states[state].dead) {
        tell(r, HEC_HAPPENING_END, state, r->times->horizon, 0);
    }
}

static void count_move(const hec_times_run *r, const stay_record *stay)
{
    const hec_person_tally *tally = r->block->tally;
    size_t to = (size_t)stay->cause->to, cycle = cycle_of(r, stay->until);
    bool dies = r->model->states[to].dead;
    size_t n_latents = r->model->strategies[r->strategy].life.n_latents;
    if (tally && tally->moves) {
        tally->moves[cycle * n_latents + stay->cause->latent]++;
    }
    tell(r, HEC_HAPPENING_MOVE, stay->cause->latent, stay->until, 0);
    if (dies) {
        if (tally && tally->deaths) {
            size_t causes = hec_persons_causes(r->model);
            tally->deaths[cycle * causes + r->times->cause_of_death[to]]++;
        }
        tell(r, HEC_HAPPENING_DEATH, r->times->cause_of_death[to], stay->until, 0);
    }
}

/* ---- amounts --------------------------------------------------------------------------------- */

/* The cycles of one lane. */
static double *row_of(const hec_times_run *r, size_t lane, int discounted, int outcome)
{
    size_t row = 2 * lane + (size_t)discounted;
    return r->w->counted + (row * r->model->n_outcomes + (size_t)outcome) * cycles_of(r);
}

static bool counts(const hec_times_run *r)
{
    return r->block->tally && r->block->tally->sums;
}

static void add_amount(const hec_times_run *r, int outcome, size_t cycle, size_t lane, double whole,
                       double today)
{
    row_of(r, lane, 0, outcome)[cycle] += whole;
    row_of(r, lane, 1, outcome)[cycle] += today;
}

static double value_of(const hec_frames *view, const hec_times_term *term, size_t at)
{
    return hec_slot_address(view, term->slot)[term->slot.uniform ? 0 : at];
}

static size_t kind_of(const hec_times_run *r, const hec_times_term *term)
{
    return r->times->kind_of[r->model->outcomes[term->outcome].kind];
}

/* A stay over cycles: its part of the first, of the last, and whole ones between. */
typedef struct stay_parts {
    size_t first, last;
    double head[HEC_TIMES_KINDS], tail[HEC_TIMES_KINDS]; /* years; in one cycle: head alone */
} stay_parts;

static stay_parts parts_of(const hec_times_run *r, const stay_record *stay)
{
    stay_parts parts = {.first = cycle_of(r, stay->from), .last = cycle_of(r, stay->until)};
    for (size_t k = 0; k < r->times->n_kinds; k++) {
        const double *reached = r->times->reached + k * (cycles_of(r) + 1);
        double from = r->w->reached[0][k * r->stride + stay->at];
        double until = r->w->reached[1][k * r->stride + stay->at];
        bool one = parts.first == parts.last;
        parts.head[k] = (one ? until : reached[parts.first + 1]) - from;
        parts.tail[k] = one ? 0 : until - reached[parts.last];
    }
    return parts;
}

static void add_row(double value, const stay_parts *parts, size_t kind, const double *yearly,
                    double *row)
{
    row[parts->first] += value * parts->head[kind];
#pragma omp simd
    for (size_t c = parts->first + 1; c < parts->last; c++) {
        row[c] += value * yearly[c];
    }
    row[parts->last] += value * parts->tail[kind];
}

static void count_flows(const hec_times_run *r, const hec_times_group *g, const hec_frames *view,
                        const stay_record *stay)
{
    if (g->stay->n_rates == 0) {
        return;
    }
    stay_parts parts = parts_of(r, stay);
    for (size_t i = 0; i < g->stay->n_rates; i++) {
        const hec_times_term *rate = &g->stay->rates[i];
        double value = value_of(view, rate, stay->at);
        size_t kind = kind_of(r, rate);
        add_row(value, &parts, 0, r->times->yearly, row_of(r, stay->lane, 0, rate->outcome));
        add_row(value, &parts, kind, r->times->yearly + kind * cycles_of(r),
                row_of(r, stay->lane, 1, rate->outcome));
    }
}

static bool is_charged(const hec_times_term *charge, const stay_record *stay)
{
    return stay->cause && charge->to == stay->cause->to;
}

static void count_charges(const hec_times_run *r, const hec_times_group *g, const hec_frames *view,
                          const stay_record *stay)
{
    for (size_t i = 0; i < g->stay->n_charges; i++) {
        const hec_times_term *charge = &g->stay->charges[i];
        if (is_charged(charge, stay)) {
            double value = value_of(view, charge, stay->at);
            const hec_times_kind *kind = &r->times->kinds[kind_of(r, charge)];
            add_amount(r, charge->outcome, cycle_of(r, stay->until), stay->lane, value,
                       value * hec_times_value_at(kind, stay->until));
        }
    }
}

/* Discounted totals of a stay and the move that ends it. */
static void tell_totals(const hec_times_run *r, const hec_times_group *g, const hec_frames *rates,
                        const hec_frames *charges, const stay_record *stay)
{
    for (size_t o = 0; r->block->told && o < r->model->n_outcomes; o++) {
        double total = 0;
        for (size_t i = 0; i < g->stay->n_rates; i++) {
            const hec_times_term *rate = &g->stay->rates[i];
            const hec_times_kind *kind = &r->times->kinds[kind_of(r, rate)];
            total += rate->outcome == (int)o ? value_of(rates, rate, stay->at) *
                                                   hec_times_years(kind, stay->from, stay->until)
                                             : 0;
        }
        for (size_t i = 0; i < g->stay->n_charges; i++) {
            const hec_times_term *charge = &g->stay->charges[i];
            const hec_times_kind *kind = &r->times->kinds[kind_of(r, charge)];
            total +=
                charge->outcome == (int)o && is_charged(charge, stay)
                    ? value_of(charges, charge, stay->at) * hec_times_value_at(kind, stay->until)
                    : 0;
        }
        if (total != 0) {
            tell(r, HEC_HAPPENING_TOTAL, o, stay->until, total);
        }
    }
}

/* ---- groups ---------------------------------------------------------------------------------- */

static void record_entering(const hec_times_run *r, const int32_t *state)
{
    const hec_times_stay *enters = &r->plan->enters;
    hec_frames view = hec_times_frames(r, HEC_TIMES_MOVE, r->model->n_states, r->n);
    for (size_t i = 0; i < enters->n_charges; i++) {
        const hec_times_term *charge = &enters->charges[i];
        for (size_t lane = 0; lane < r->n; lane++) {
            if (state[lane] != charge->to) {
                continue;
            }
            double value = value_of(&view, charge, lane);
            if (counts(r)) {
                add_amount(r, charge->outcome, 0, lane, value, value);
            }
            if (value != 0) {
                tell(r, HEC_HAPPENING_TOTAL, (size_t)charge->outcome, 0, value);
            }
        }
    }
}

void hec_times_record_start(const hec_times_run *r, const int32_t *state)
{
    if (!r->block->tally && !r->block->told) {
        return;
    }
    if (counts(r)) {
        memset(r->w->counted, 0, 2 * r->model->n_outcomes * cycles_of(r) * r->n * sizeof(double));
    }
    tell(r, HEC_HAPPENING_ENTERS, (size_t)state[0], 0, 0);
    record_entering(r, state);
    for (size_t lane = 0; lane < r->n; lane++) {
        if (r->plan->stays[state[lane]].ends) {
            count_rest(r, (size_t)state[lane], 0);
        }
    }
}

static void record_stay(const hec_times_run *r, const hec_times_group *g, const stay_record *stay)
{
    hec_frames rates = hec_times_frames(r, HEC_TIMES_STAY, (size_t)g->state, g->n);
    hec_frames charges = hec_times_frames(r, HEC_TIMES_MOVE, (size_t)g->state, g->n);
    if (counts(r)) {
        count_flows(r, g, &rates, stay);
        count_charges(r, g, &charges, stay);
    }
    if (!stay->cause) {
        tell_totals(r, g, &rates, &charges, stay);
        count_rest(r, (size_t)g->state, stay->from);
        return;
    }
    count_points(r, (size_t)g->state, point_of(r, stay->from), point_of(r, stay->until));
    count_move(r, stay);
    tell_totals(r, g, &rates, &charges, stay);
    if (r->plan->stays[stay->cause->to].ends) {
        count_rest(r, (size_t)stay->cause->to, stay->until);
    }
}

void hec_times_record_group(const hec_times_run *r, const hec_times_group *g)
{
    if (counts(r)) {
        double *zero = r->w->value;
        r->hk->fill(g->n, 0, zero);
        hec_times_find_years(r, g->n, zero, true, g->entry, r->w->reached[0]);
        hec_times_find_years(r, g->n, zero, true, g->until, r->w->reached[1]);
    }
    for (size_t i = 0; (r->block->tally || r->block->told) && i < g->n; i++) {
        size_t cause = (size_t)g->which[i];
        stay_record stay = {.lane = g->lanes[i],
                            .at = i,
                            .from = g->entry[i],
                            .until = g->until[i],
                            .cause = cause < g->stay->n_causes ? &g->stay->causes[cause] : NULL};
        record_stay(r, g, &stay);
    }
}

/* Lane l of each eight adds to sum l; lanes of a chunk begin at a whole eight. */
void hec_times_record_end(const hec_times_run *r)
{
    size_t cells = 2 * r->model->n_outcomes * cycles_of(r);
    for (size_t first = 0; counts(r) && first < r->n; first += 8) {
        size_t n = r->n - first < 8 ? r->n - first : 8;
        const double *counted = r->w->counted + first * cells;
        for (size_t cell = 0; cell < cells; cell++) {
            double *sums = r->block->tally->sums + cell * 8;
            for (size_t lane = 0; lane < n; lane++) {
                sums[lane] += counted[lane * cells + cell];
            }
        }
    }
}
