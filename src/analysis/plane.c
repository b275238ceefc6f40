/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cost-effectiveness plane: increments against a reference, draw by draw. */
#include "analysis/cea.h"

#include <string.h>

const char *hec_plane_part_text(size_t part)
{
    static const double signs[4][2] = {{1, 1}, {-1, 1}, {-1, -1}, {1, -1}};
    return part < 4 ? hec_quadrant_text(signs[part][0], signs[part][1])
                    : "equally costly or equally effective";
}

static size_t part_of(double cost, double effect)
{
    if (cost == 0 || effect == 0) {
        return HEC_PLANE_PARTS - 1;
    }
    return effect > 0 ? (cost > 0 ? 0 : 1) : (cost < 0 ? 2 : 3);
}

void hec_plane(size_t n, const double *cost, const double *effect, const double *reference_cost,
               const double *reference_effect, double *increment_cost, double *increment_effect,
               double share[HEC_PLANE_PARTS])
{
    size_t count[HEC_PLANE_PARTS] = {0};
    for (size_t i = 0; i < n; i++) {
        double more_cost = cost[i] - reference_cost[i];
        double more_effect = effect[i] - reference_effect[i];
        count[part_of(more_cost, more_effect)]++;
        if (increment_cost) {
            increment_cost[i] = more_cost;
        }
        if (increment_effect) {
            increment_effect[i] = more_effect;
        }
    }
    for (size_t k = 0; k < HEC_PLANE_PARTS; k++) {
        share[k] = n > 0 ? (double)count[k] / (double)n : 0;
    }
}
