/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which strategy is best in each draw, and by how much. */
#include "level.h"

#include "vmath.h"

enum { BLOCK = 64, LANES = 8 };

/* One block of draws: the best net benefit so far and whose it is. */
typedef struct hk_contest {
    double top[BLOCK], who[BLOCK];
} hk_contest;

/* Draw i of strategy `s`; its net benefit. */
static inline double meet(size_t i, double s, double wtp, const double *cost, const double *effect,
                          hk_contest *contest)
{
    double benefit = hk_fma(wtp, effect[i], -cost[i]);
    int leads = (benefit > contest->top[i]) | (s == 0.0);
    contest->top[i] = hk_pick(leads, benefit, contest->top[i]);
    contest->who[i] = hk_pick(leads, s, contest->who[i]);
    return benefit;
}

/* Strategy `s` enters; its running sums go on. The first strategy always leads. */
static void enter(size_t n, double s, double wtp, const double *cost, const double *effect,
                  hk_contest *contest, double *sum)
{
    size_t i = 0;
    double part[LANES];
    for (size_t l = 0; l < LANES; l++)
        part[l] = sum[l];
    for (; i + LANES <= n; i += LANES) {
#pragma omp simd
        for (size_t l = 0; l < LANES; l++)
            part[l] += meet(i + l, s, wtp, cost, effect, contest);
    }
    for (; i < n; i++)
        part[i % LANES] += meet(i, s, wtp, cost, effect, contest);
    for (size_t l = 0; l < LANES; l++)
        sum[l] = part[l];
}

static void add_lanes(size_t n, const double *x, double *sum)
{
    size_t i = 0;
    double part[LANES];
    for (size_t l = 0; l < LANES; l++)
        part[l] = sum[l];
    for (; i + LANES <= n; i += LANES) {
#pragma omp simd
        for (size_t l = 0; l < LANES; l++)
            part[l] += x[i + l];
    }
    for (; i < n; i++)
        part[i % LANES] += x[i];
    for (size_t l = 0; l < LANES; l++)
        sum[l] = part[l];
}

static int64_t count_equal(size_t n, const double *x, double value)
{
    int64_t count = 0;
#pragma omp simd reduction(+ : count)
    for (size_t i = 0; i < n; i++)
        count += x[i] == value;
    return count;
}

void HK_LEVEL(hk_decision)(size_t n, size_t n_strategies, double wtp, const double *const *cost,
                           const double *const *effect, int64_t *best, double *sum_nb,
                           double *sum_max)
{
    hk_contest contest = {{0.0}, {0.0}};
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t here = n - start < BLOCK ? n - start : BLOCK;
        for (size_t s = 0; s < n_strategies; s++)
            enter(here, (double)s, wtp, cost[s] + start, effect[s] + start, &contest,
                  sum_nb + s * LANES);
        add_lanes(here, contest.top, sum_max);
        for (size_t s = 0; s < n_strategies; s++)
            best[s] += count_equal(here, contest.who, (double)s);
    }
}
