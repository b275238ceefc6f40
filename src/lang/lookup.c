/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-up: the value of a table at a point, up to four axes. */
#include "lang/program.h"

#include <math.h>

/* Ages and times are sums of many steps: points are met within this. */
static const double NEAR = 1e-9;
enum { AXES = 4 };

/* Where x stands on an axis: at the point `below`, or a share `weight` of the way to the next. */
typedef struct position {
    size_t below;
    double weight;
} position;

/* The last point that is not above x + NEAR; x is at or above the first. */
static size_t find_below(const double *axis, size_t length, double x)
{
    size_t low = 0, high = length;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (axis[middle] <= x + NEAR) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool locate(const hec_lookup *lookup, int axis, double x, position *out)
{
    const double *points = lookup->axes[axis];
    size_t length = lookup->lengths[axis];
    bool label = lookup->axis_types[axis].kind == HEC_KIND_LABEL;
    if (isnan(x) || length == 0) {
        return false;
    }
    if (x < points[0] - NEAR || x > points[length - 1] + NEAR) {
        if (label || lookup->outside == HEC_OUTSIDE_ERROR) {
            return false;
        }
        *out = (position){x < points[0] ? 0 : length - 1, 0};
        return true;
    }
    size_t below = find_below(points, length, x);
    *out = (position){below, 0};
    if (fabs(x - points[below]) <= NEAR) {
        return true;
    }
    if (label || lookup->between == HEC_LOOKUP_EXACT) {
        return false;
    }
    if (lookup->between == HEC_LOOKUP_LINEAR && below + 1 < length) {
        out->weight = (x - points[below]) / (points[below + 1] - points[below]);
    }
    return true;
}

/* The corners around the point, then lines between them along the last axis first. An axis met at
 * one of its points has one corner: the value beyond is not touched, be it infinite. */
static double blend(const hec_lookup *lookup, const position at[AXES])
{
    size_t corner[1 << AXES] = {0}, count = 1;
    double value[1 << AXES];
    for (int axis = 0; axis < lookup->n_axes && axis < AXES; axis++) {
        bool between = at[axis].weight != 0;
        for (size_t i = count; i-- > 0;) {
            size_t next = corner[i] * lookup->lengths[axis] + at[axis].below;
            corner[between ? 2 * i : i] = next;
            if (between) {
                corner[2 * i + 1] = next + 1;
            }
        }
        count *= between ? 2 : 1;
    }
    for (size_t i = 0; i < count; i++) {
        value[i] = lookup->values[corner[i]];
    }
    for (int axis = AXES - 1; axis >= 0; axis--) {
        if (axis >= lookup->n_axes || at[axis].weight == 0) {
            continue;
        }
        count /= 2;
        for (size_t i = 0; i < count; i++) {
            value[i] = value[2 * i] + (value[2 * i + 1] - value[2 * i]) * at[axis].weight;
        }
    }
    return value[0];
}

/* ---- along one axis -------------------------------------------------------------------------- */

/* One column of a table of steps: the values along an axis, the others standing still. */
typedef struct column {
    const double *points, *values, *areas;
    size_t count, apart; /* from one value to the next */
} column;

/* False where another axis is outside. */
static bool find_column(const hec_lookup *lookup, const double *x, column *out)
{
    bool reached = lookup->points != NULL;
    size_t first = 0, apart = 1;
    *out = (column){.points = reached ? lookup->points : lookup->axes[lookup->along],
                    .count = reached ? lookup->n_points : lookup->lengths[lookup->along]};
    for (int axis = 0; axis < lookup->n_axes && axis < AXES; axis++) {
        position at = {0};
        bool along = axis == lookup->along;
        if (!along && !locate(lookup, axis, x[axis], &at)) {
            return false;
        }
        size_t length = along ? out->count : lookup->lengths[axis];
        first = first * length + at.below;
        apart = along ? 1 : apart * length;
    }
    out->values = lookup->values + first;
    out->areas = lookup->areas ? lookup->areas + first : NULL;
    out->apart = apart;
    return true;
}

/* The last value holds beyond its point. */
static double area_until(const hec_lookup *lookup, const column *c, double x)
{
    double end = c->points[c->count - 1];
    bool outside = x < c->points[0] - NEAR || x > end + NEAR;
    if (isnan(x) || (outside && lookup->outside == HEC_OUTSIDE_ERROR)) {
        return NAN;
    }
    size_t k = find_below(c->points, c->count, x);
    double beyond = x - c->points[k];
    return c->areas[k * c->apart] + (beyond == 0 ? 0 : beyond * c->values[k * c->apart]);
}

/* The last point at which a rising column is below x; 0 where none is. */
static size_t find_under(const column *c, const double *rising, double x)
{
    size_t low = 0, high = c->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (rising[middle * c->apart] < x) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static double where_area(const hec_lookup *lookup, const column *c, double area)
{
    size_t last = c->count - 1;
    if (isnan(area) || (lookup->outside == HEC_OUTSIDE_ERROR && area > c->areas[last * c->apart])) {
        return NAN;
    }
    size_t k = find_under(c, c->areas, area);
    double missing = area - c->areas[k * c->apart];
    return missing == 0 ? c->points[k] : c->points[k] + missing / c->values[k * c->apart];
}

static double where_value(const hec_lookup *lookup, const column *c, double x)
{
    x -= NEAR;
    if (isnan(x) || c->values[0] >= x) {
        return isnan(x) ? x : c->points[0];
    }
    size_t k = find_under(c, c->values, x);
    if (k + 1 < c->count) {
        return c->points[k + 1];
    }
    return lookup->outside == HEC_OUTSIDE_ERROR ? NAN : INFINITY;
}

static double read_column(const hec_lookup *lookup, const double *x)
{
    column c;
    if (!find_column(lookup, x, &c)) {
        return NAN;
    }
    double at = x[lookup->along];
    return lookup->reading == HEC_LOOKUP_AREA           ? area_until(lookup, &c, at)
           : lookup->reading == HEC_LOOKUP_AREA_REACHED ? where_area(lookup, &c, at)
                                                        : where_value(lookup, &c, at);
}

/* ---- for many lanes -------------------------------------------------------------------------- */

/* Steps in a unit of x, where counting them meets each point or the one before; else 0. */
static double even_steps(const double *points, size_t length)
{
    double steps = (double)(length - 1) / (points[length - 1] - points[0]);
    for (size_t i = 0; i < length; i++) {
        double count = floor((points[i] - points[0]) * steps);
        if (!(count == (double)i || count + 1 == (double)i)) {
            return 0;
        }
    }
    return steps;
}

static hk_axis axis_for_lanes(const hec_lookup *lookup, int axis, size_t apart)
{
    size_t length = lookup->lengths[axis];
    bool label = lookup->axis_types[axis].kind == HEC_KIND_LABEL;
    return (hk_axis){.points = lookup->axes[axis],
                     .length = (int32_t)length,
                     .apart = (int32_t)apart,
                     .steps = length > 1 ? even_steps(lookup->axes[axis], length) : 0,
                     .between = label || lookup->between == HEC_LOOKUP_EXACT ? HK_NOTHING_BETWEEN
                                : lookup->between == HEC_LOOKUP_STEP         ? HK_STEPS_BETWEEN
                                                                             : HK_LINES_BETWEEN,
                     .clamped = !label && lookup->outside == HEC_OUTSIDE_CLAMP};
}

const hk_lookup *hec_lookup_for_lanes(hec_arena *arena, const hec_lookup *lookup)
{
    size_t apart = 1;
    if (lookup->reading != HEC_LOOKUP_VALUE || lookup->n_axes > AXES) {
        return NULL;
    }
    hk_lookup *table = hec_arena_alloc(arena, sizeof *table);
    for (int i = lookup->n_axes - 1; table && i >= 0; i--) {
        if (lookup->lengths[i] == 0 || lookup->lengths[i] >= INT32_MAX / apart) {
            return NULL;
        }
        table->axes[i] = axis_for_lanes(lookup, i, apart);
        apart *= lookup->lengths[i];
    }
    if (table) {
        table->n_axes = lookup->n_axes;
        table->values = lookup->values;
        table->near = NEAR;
    }
    return table;
}

/* ---- public ---------------------------------------------------------------------------------- */

double hec_lookup_value(const hec_lookup *lookup, const double *x)
{
    position at[AXES] = {{0}};
    if (lookup->reading != HEC_LOOKUP_VALUE) {
        return read_column(lookup, x);
    }
    for (int i = 0; i < lookup->n_axes && i < AXES; i++) {
        if (!locate(lookup, i, x[i], &at[i])) {
            return NAN;
        }
    }
    return blend(lookup, at);
}
