/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-up: the value of a table at a point, up to four axes. */
#include "lang/lang.h"

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

double hec_lookup_value(const hec_lookup *lookup, const double *x)
{
    position at[AXES] = {{0}};
    for (int i = 0; i < lookup->n_axes && i < AXES; i++) {
        if (!locate(lookup, i, x[i], &at[i])) {
            return NAN;
        }
    }
    return blend(lookup, at);
}
