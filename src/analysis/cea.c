/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Full incremental analysis: dominance, extended dominance, the frontier and its ICERs. */
#include "analysis/cea.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static int sign(double x)
{
    return (x > 0) - (x < 0);
}

const char *hec_quadrant_text(double incremental_cost, double incremental_effect)
{
    static const char *const words[3][3] = {
        {"less costly, less effective", "less costly, equally effective",
         "less costly, more effective"},
        {"equally costly, less effective", "equally costly, equally effective",
         "equally costly, more effective"},
        {"more costly, less effective", "more costly, equally effective",
         "more costly, more effective"},
    };
    if (isnan(incremental_cost) || isnan(incremental_effect))
        return "";
    return words[sign(incremental_cost) + 1][sign(incremental_effect) + 1];
}

const char *hec_dominance_text(hec_dominance dominance)
{
    static const char *const words[] = {"ND", "ED", "EQ", "D"};
    return words[dominance];
}

static int compare(double a, double b)
{
    return (a > b) - (a < b);
}

/* Rising effect; among equal effects falling cost; among exact copies the first one last. */
static int by_effect(const void *left, const void *right)
{
    const hec_cea_row *a = left, *b = right;
    int order = compare(a->effect, b->effect);
    if (!order)
        order = compare(b->cost, a->cost);
    return order ? order : (a->strategy < b->strategy) - (a->strategy > b->strategy);
}

/* The order in which the table is read. */
static int by_standing(const void *left, const void *right)
{
    const hec_cea_row *a = left, *b = right;
    int order = (int)a->dominance - (int)b->dominance;
    if (!order && a->dominance == HEC_NOT_DOMINATED)
        order = compare(a->effect, b->effect);
    if (!order)
        order = compare(a->cost, b->cost);
    if (!order)
        order = compare(b->effect, a->effect);
    return order ? order : (a->strategy > b->strategy) - (a->strategy < b->strategy);
}

/* rows as ordered by by_effect. From the most effective down, a strategy that does not cost less
 * than the cheapest so far is dominated by it. */
static void mark_dominated(size_t n, hec_cea_row *rows)
{
    double cheapest = INFINITY;
    for (size_t i = n; i-- > 0;) {
        if (rows[i].cost >= cheapest)
            rows[i].dominance = HEC_DOMINATED;
        else
            cheapest = rows[i].cost;
    }
}

/* How far a step's cost or effect may be off because its two ends were rounded once. */
static double rounding(double from, double to)
{
    return 0.5 * DBL_EPSILON * (fabs(from) + fabs(to) + fabs(to - from));
}

/* True when the ICER from a to b is surely above the one from b to c: by more than rounding of the
 * four inputs and of the arithmetic can make it. Compared as products; both steps are positive. */
static bool above_line(const hec_cea_row *a, const hec_cea_row *b, const hec_cea_row *c)
{
    double cost_ab = b->cost - a->cost, effect_ab = b->effect - a->effect;
    double cost_bc = c->cost - b->cost, effect_bc = c->effect - b->effect;
    double left = cost_ab * effect_bc, right = cost_bc * effect_ab;
    double error = effect_bc * rounding(a->cost, b->cost) +
                   cost_ab * rounding(b->effect, c->effect) +
                   effect_ab * rounding(b->cost, c->cost) +
                   cost_bc * rounding(a->effect, b->effect) + DBL_EPSILON * (left + right);
    return left - right > error;
}

/* The nearest row before i that is still on the frontier; n when there is none. */
static size_t before(size_t n, const hec_cea_row *rows, size_t i)
{
    while (i-- > 0)
        if (rows[i].dominance == HEC_NOT_DOMINATED)
            return i;
    return n;
}

/* Lower convex hull of the undominated rows (rising effect, hence rising cost). */
static void mark_extended(size_t n, hec_cea_row *rows)
{
    for (size_t i = 0; i < n; i++) {
        if (rows[i].dominance != HEC_NOT_DOMINATED)
            continue;
        for (;;) {
            size_t middle = before(n, rows, i);
            size_t first = middle < n ? before(n, rows, middle) : n;
            if (first == n || !above_line(&rows[first], &rows[middle], &rows[i]))
                break;
            rows[middle].dominance = HEC_EXTENDED_DOMINATED;
        }
    }
}

/* rows as ordered by by_effect, where copies are neighbours and the first of them is the last. */
static void mark_equal(size_t n, hec_cea_row *rows)
{
    for (size_t i = n; i-- > 1;) {
        hec_cea_row *copy = &rows[i - 1];
        if (rows[i].dominance != HEC_DOMINATED && copy->cost == rows[i].cost &&
            copy->effect == rows[i].effect)
            copy->dominance = HEC_EQUAL;
    }
}

hec_status hec_cea_table(size_t n, const double *cost, const double *effect, hec_cea_row *rows)
{
    if (n == 0)
        return HEC_E_ARGUMENT;
    for (size_t s = 0; s < n; s++) {
        if (!isfinite(cost[s]) || !isfinite(effect[s]))
            return HEC_E_VALUE;
        rows[s] = (hec_cea_row){
            .strategy = s,
            .cost = cost[s],
            .effect = effect[s],
            .incremental_cost = NAN,
            .incremental_effect = NAN,
            .icer = NAN,
            .dominance = HEC_NOT_DOMINATED,
        };
    }
    qsort(rows, n, sizeof *rows, by_effect);
    mark_dominated(n, rows);
    mark_extended(n, rows);
    mark_equal(n, rows);
    qsort(rows, n, sizeof *rows, by_standing);
    for (size_t i = 1; i < n && rows[i].dominance == HEC_NOT_DOMINATED; i++) {
        rows[i].incremental_cost = rows[i].cost - rows[i - 1].cost;
        rows[i].incremental_effect = rows[i].effect - rows[i - 1].effect;
        rows[i].icer = rows[i].incremental_cost / rows[i].incremental_effect;
    }
    return HEC_OK;
}
