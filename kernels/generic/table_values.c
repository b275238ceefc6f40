/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of a table for many lanes: where each stands on every axis, then the corners around it. */
#include "level.h"

#include <string.h>

#include "vmath.h"

enum { BLOCK = 64, AXES = 4 };

/* Where lanes stand on an axis: at the point `below`, or a share `weight` of the way to the next;
 * the weight of who stands nowhere is not a number. */
typedef struct hk_places {
    int32_t below[BLOCK];
    double weight[BLOCK];
} hk_places;

static inline int32_t lesser(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* On an axis of even steps the last point not above x is found by counting steps, but for one.
 * Several loops, since compilers see branches in one, and make no vectors of it. */
static void count_steps(size_t n, const hk_axis *axis, double near, const double *x, int32_t *below)
{
    const double *points = axis->points;
    const double first = points[0], steps = axis->steps;
    const int32_t last = axis->length - 1;
    const double most = last;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        const double count = (x[i] + near - first) * steps;
        const double some = hk_pick(count > 0.0, count, 0.0); /* nobody knows where: 0 */
        below[i] = (int32_t)hk_pick(some < most, some, most);
    }
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        below[i] -= points[below[i]] > x[i] + near;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        const int32_t k = below[i] < 0 ? 0 : below[i];
        below[i] = k + (points[lesser(k + 1, last)] <= x[i] + near);
    }
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        below[i] = lesser(below[i], last);
}

/* Every lane halves what is left, whatever it finds. */
static void halve(size_t n, const hk_axis *axis, double near, const double *x, int32_t *below)
{
    const double *points = axis->points;
    for (size_t i = 0; i < n; i++)
        below[i] = 0;
    for (int32_t left = axis->length; left > 1; left -= left / 2) {
        const int32_t half = left / 2;
#pragma omp simd
        for (size_t i = 0; i < n; i++) {
            const int32_t middle = below[i] + half;
            below[i] = points[middle] <= x[i] + near ? middle : below[i];
        }
    }
}

/* x outside is taken as the point at the end, or stands nowhere; so does x between two points,
 * unless lines or steps lead from one to the next. */
static void locate(size_t n, const hk_axis *axis, double near, const double *x, hk_places *places)
{
    const double *points = axis->points;
    const int32_t last = axis->length - 1;
    const double low = points[0] - near, high = points[last] + near;
    const double outside = axis->clamped ? 0.0 : HK_NAN;
    const double between = axis->between == HK_NOTHING_BETWEEN ? HK_NAN : 0.0;
    const double line = axis->between == HK_LINES_BETWEEN ? 1.0 : 0.0;
    if (axis->steps > 0.0)
        count_steps(n, axis, near, x, places->below);
    else
        halve(n, axis, near, x, places->below);
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        const int32_t k = places->below[i], next = lesser(k + 1, last);
        const double beyond = x[i] - points[k];
        const double way = points[next] - points[k];
        double weight = hk_pick((line > 0.0) & (way > 0.0), beyond / way, between);
        weight = hk_pick(__builtin_fabs(beyond) <= near, 0.0, weight);
        weight = hk_pick((x[i] >= low) & (x[i] <= high), weight, outside);
        places->weight[i] = hk_pick(x[i] == x[i], weight, HK_NAN);
    }
}

static void locate_number(size_t n, const hk_axis *axis, double near, double x, hk_places *places)
{
    locate(1, axis, near, &x, places);
    for (size_t i = 1; i < n; i++) {
        places->below[i] = places->below[0];
        places->weight[i] = places->weight[0];
    }
}

/* A share of the way from a to b; none is a itself, whatever b is. */
static inline double on_the_way(double share, double a, double b)
{
    return hk_pick(share > 0.0, a + (b - a) * share, a);
}

/* ---- the corners around ---------------------------------------------------------------------- */

/* An axis of lines: how far the next cell is, and the share of the way to it. */
typedef struct hk_line {
    int32_t step[BLOCK];
    double share[BLOCK];
} hk_line;

static void set_line(size_t n, const hk_axis *axis, const hk_places *places, hk_line *line)
{
    const int32_t apart = axis->apart;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        line->share[i] = places->weight[i];
        const int between = (places->weight[i] > 0.0) | (places->weight[i] < 0.0); /* not NaN */
        line->step[i] = between ? apart : 0;
    }
}

static void read_cells(size_t n, const double *values, const int32_t *cell, double *out)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        out[i] = values[cell[i]];
}

static void go_on(size_t n, const hk_line *line, int32_t *cell)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        cell[i] += line->step[i];
}

/* No way leaves a itself, whatever b is. */
static void go_between(size_t n, const hk_line *line, double *a, const double *b)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        a[i] = hk_pick(line->share[i] == 0.0, a[i], a[i] + (b[i] - a[i]) * line->share[i]);
}

/* Along the last lines first. */
static void read_lines(size_t n, const double *values, size_t n_lines, const hk_line *lines,
                       const int32_t *cell, double *out)
{
    int32_t next[BLOCK];
    double beyond[BLOCK];
    if (n_lines == 0) {
        read_cells(n, values, cell, out);
        return;
    }
    read_lines(n, values, n_lines - 1, lines + 1, cell, out);
    memcpy(next, cell, n * sizeof *next);
    go_on(n, lines, next);
    read_lines(n, values, n_lines - 1, lines + 1, next, beyond);
    go_between(n, lines, out, beyond);
}

static void read_block(size_t n, const hk_lookup *table, const hk_places *places, double *out)
{
    hk_line lines[AXES];
    size_t n_lines = 0;
    int32_t cell[BLOCK] = {0};
    double known[BLOCK] = {0.0};
    for (int a = 0; a < table->n_axes; a++) {
        const hk_axis *axis = &table->axes[a];
        const int32_t apart = axis->apart;
#pragma omp simd
        for (size_t i = 0; i < n; i++) {
            cell[i] += places[a].below[i] * apart;
            known[i] += places[a].weight[i];
        }
        if (axis->between == HK_LINES_BETWEEN)
            set_line(n, axis, &places[a], &lines[n_lines++]);
    }
    read_lines(n, table->values, n_lines, lines, cell, out);
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        out[i] = hk_pick(known[i] == known[i], out[i], HK_NAN);
}

void HK_LEVEL(hk_lookup)(size_t n, const hk_lookup *table, const double *const *x, unsigned numbers,
                         double *out)
{
    hk_places places[AXES];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t here = n - start < BLOCK ? n - start : BLOCK;
        for (int a = 0; a < table->n_axes; a++) {
            if (numbers >> a & 1)
                locate_number(here, &table->axes[a], table->near, *x[a], &places[a]);
            else
                locate(here, &table->axes[a], table->near, x[a] + start, &places[a]);
        }
        read_block(here, table, places, out + start);
    }
}
