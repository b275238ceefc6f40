/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limit of the decision curves: four strategies, one sweep over the draws for each threshold. */
#include "limit_level.h"

enum { ROWS = 1024 }; /* draws that stay in the cache while all thresholds pass over them */

typedef struct sums {
    double nb[4], greatest, best[4];
} sums;

static void sweep(size_t n, const double *const *cost, const double *const *effect, size_t first,
                  double wtp, sums *s)
{
    const double *c0 = cost[0] + first, *c1 = cost[1] + first, *c2 = cost[2] + first;
    const double *c3 = cost[3] + first, *e0 = effect[0] + first, *e1 = effect[1] + first;
    const double *e2 = effect[2] + first, *e3 = effect[3] + first;
    double n0 = 0, n1 = 0, n2 = 0, n3 = 0, top = 0, b0 = 0, b1 = 0, b2 = 0;
#pragma omp simd reduction(+ : n0, n1, n2, n3, top, b0, b1, b2)
    for (size_t i = 0; i < n; i++) {
        double x0 = wtp * e0[i] - c0[i], x1 = wtp * e1[i] - c1[i];
        double x2 = wtp * e2[i] - c2[i], x3 = wtp * e3[i] - c3[i];
        double left = x0 >= x1 ? x0 : x1, right = x2 >= x3 ? x2 : x3;
        double most = left >= right ? left : right;
        n0 += x0;
        n1 += x1;
        n2 += x2;
        n3 += x3;
        top += most;
        b0 += x0 == most ? 1.0 : 0.0;
        b1 += ((x1 == most) & (x0 != most)) ? 1.0 : 0.0;
        b2 += ((x2 == most) & (left < right)) ? 1.0 : 0.0;
    }
    s->nb[0] += n0;
    s->nb[1] += n1;
    s->nb[2] += n2;
    s->nb[3] += n3;
    s->greatest += top;
    s->best[0] += b0;
    s->best[1] += b1;
    s->best[2] += b2;
    s->best[3] += (double)n - b0 - b1 - b2;
}

void LIMIT_LEVEL(limit_decision)(size_t n, const double *const *cost, const double *const *effect,
                                 size_t n_wtp, const double *wtp, double *ceac, double *evpi)
{
    enum { MOST = 256 };
    sums s[MOST] = {{{0}, 0, {0}}};
    for (size_t first = 0; first < n; first += ROWS) {
        for (size_t k = 0; k < n_wtp; k++) {
            sweep(n - first < ROWS ? n - first : ROWS, cost, effect, first, wtp[k], &s[k]);
        }
    }
    for (size_t k = 0; k < n_wtp; k++) {
        double best = s[k].nb[0];
        for (int i = 0; i < 4; i++) {
            best = s[k].nb[i] > best ? s[k].nb[i] : best;
            ceac[4 * k + (size_t)i] = s[k].best[i] / (double)n;
        }
        evpi[k] = (s[k].greatest - best) / (double)n;
    }
}
