/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws of persons: means of each draw, and the two sources of their error. */
#include "batch/run_persons.h"

#include <math.h>

/* Means of quantities that follow each other, one place of each row of an array over draws. */
static void keep(double *to, size_t rows, size_t draws, int64_t draw,
                 const hec_crowd_moment *moments)
{
    for (size_t i = 0; to && i < rows; i++) {
        to[i * draws + (size_t)draw] = hec_moments_mean(&moments[i].persons);
    }
}

void hec_people_keep_draw(const hec_run *run, const hec_psa_arrays *a, const hec_quantities *q,
                          int64_t draw, const hec_crowd_moment *moments)
{
    const hec_model *m = run->model;
    size_t draws = (size_t)m->draw_count;
    for (size_t s = 0; s < m->n_strategies; s++) {
        for (int kind = 0; kind < 2; kind++) {
            keep(a->category[kind] + s * m->n_costs * draws, m->n_costs, draws, draw,
                 moments + hec_quantity_outcome(q, s, kind, 0));
            keep(a->effects[kind] + s * m->n_effects * draws, m->n_effects, draws, draw,
                 moments + hec_quantity_outcome(q, s, kind, m->n_costs));
        }
        if (m->n_uses > 0) {
            keep(a->use + s * m->n_uses * draws, m->n_uses, draws, draw,
                 moments + hec_quantity_outcome(q, s, 0, m->n_costs + m->n_effects));
        }
        keep(a->effect + s * draws, 1, draws, draw, moments + hec_quantity_effect(q, s, 1));
        double cost = 0; /* the sum of the categories, to the last bit */
        for (size_t c = 0; c < m->n_costs; c++) {
            const hec_crowd_moment *one = moments + hec_quantity_outcome(q, s, 1, c);
            cost += m->perspectives[m->perspective].counts[c] ? hec_moments_mean(&one->persons) : 0;
        }
        a->cost[s * draws + (size_t)draw] = cost;
    }
}

void hec_sources_add(size_t n, hec_sources *sources, const hec_crowd_moment *moments)
{
    for (size_t i = 0; i < n; i++) {
        hec_moments_add(&sources[i].draws, hec_moments_mean(&moments[i].persons));
        sources[i].within += hec_crowd_moment_error(&moments[i]) * moments[i].persons.n;
    }
}

void hec_sources_merge(size_t n, hec_sources *sources, const hec_sources *others)
{
    for (size_t i = 0; i < n; i++) {
        hec_moments_merge(&sources[i].draws, &others[i].draws);
        sources[i].within += others[i].within;
    }
}

void hec_best_split(double between, double within, double persons, double draws, double best[2])
{
    const double cost = HEC_DRAW_COST;
    double work = draws * (persons + cost);
    double wanted = between > 0 ? sqrt(within / between * cost) : INFINITY;
    best[0] = fmin(fmax(ceil(wanted), 1), work / 2 - cost);
    best[0] = floor(fmax(best[0], 1));
    best[1] = floor(work / (best[0] + cost));
}
