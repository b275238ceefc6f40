/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-up: the value of a table at a point, up to four axes. */
#include "lang/lang.h"

#include <math.h>

/* Ages and times are sums of many steps: points are met within this. */
static const double NEAR = 1e-9;

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

/* Interpolates along the last axis first. A weight of zero does not touch the point beyond. */
static double blend(const hec_lookup *lookup, const position *at, int axis, size_t offset)
{
    if (axis == lookup->n_axes) {
        return lookup->values[offset];
    }
    size_t next = offset * lookup->lengths[axis] + at[axis].below;
    double low = blend(lookup, at, axis + 1, next);
    if (at[axis].weight == 0) {
        return low;
    }
    double high = blend(lookup, at, axis + 1, next + 1);
    return low + (high - low) * at[axis].weight;
}

double hec_lookup_value(const hec_lookup *lookup, const double *x)
{
    position at[4];
    for (int i = 0; i < lookup->n_axes; i++) {
        if (!locate(lookup, i, x[i], &at[i])) {
            return NAN;
        }
    }
    return blend(lookup, at, 0, 0);
}
