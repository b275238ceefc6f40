/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit: Sick-Sicker's probabilistic analysis written for this one model. No language, no
 * sparse arcs, no undiscounted totals, no categories of cost, no checks, and nobody counts the
 * dead. */
#include "limit_level.h"

enum {
    R_HD,
    R_HS1,
    R_S1H,
    R_S1S2,
    HR_S1,
    HR_S2,
    HR_TRT,
    C_H,
    C_S1,
    C_S2,
    C_A,
    C_B,
    U_H,
    U_S1,
    U_S2,
    U_A
};
enum { BLOCK = 64 };

/* Moves between the living; d: how many are left after death. */
typedef struct moves {
    lanes hh, hs, sh, ss, s2, s22;
} moves;

static inline lanes to_probability(lanes rate)
{
    return lanes_set(0) - lanes_expm1(lanes_set(0) - rate);
}

/* Moves of who survives: these do not change with age. */
typedef struct events {
    lanes hs, sh, s2;
} events;

static inline events events_of(const double *const *x, size_t i, int treated)
{
    lanes worse = lanes_load(x[R_S1S2] + i);
    if (treated) {
        worse = worse * lanes_load(x[HR_TRT] + i);
    }
    return (events){to_probability(lanes_load(x[R_HS1] + i)),
                    to_probability(lanes_load(x[R_S1H] + i)), to_probability(worse)};
}

/* factor: what background mortality is multiplied by */
static inline moves moves_of(const double *const *x, size_t i, events e, lanes factor)
{
    const lanes one = lanes_set(1);
    lanes rate = lanes_load(x[R_HD] + i) * factor, d0 = to_probability(rate);
    lanes d1 = to_probability(rate * lanes_load(x[HR_S1] + i)), alive = one - d1;
    moves m = {.hs = (one - d0) * e.hs,
               .sh = alive * e.sh,
               .s2 = alive * e.s2,
               .s22 = one - to_probability(rate * lanes_load(x[HR_S2] + i))};
    m.hh = one - m.hs - d0;
    m.ss = one - m.sh - m.s2 - d1;
    return m;
}

/* Totals of a strategy from what its states count. */
static inline void reward(const double *const *x, size_t i, int strategy, lanes h, lanes s1,
                          lanes s2, double *cost, double *effect)
{
    lanes treatment = lanes_set(0);
    if (strategy & 1) {
        treatment = treatment + lanes_load(x[C_A] + i);
    }
    if (strategy & 2) {
        treatment = treatment + lanes_load(x[C_B] + i);
    }
    lanes_store(cost + i, h * lanes_load(x[C_H] + i) + s1 * (lanes_load(x[C_S1] + i) + treatment) +
                              s2 * (lanes_load(x[C_S2] + i) + treatment));
    lanes_store(effect + i, h * lanes_load(x[U_H] + i) +
                                s1 * lanes_load(x[strategy & 1 ? U_A : U_S1] + i) +
                                s2 * lanes_load(x[U_S2] + i));
}

/* ---- columns of 64 draws --------------------------------------------------------------------- */

typedef struct columns {
    double hh[BLOCK], hs[BLOCK], sh[BLOCK], ss[BLOCK], s2[BLOCK], s22[BLOCK];
    double h[BLOCK], a[BLOCK], b[BLOCK], sum_h[BLOCK], sum_a[BLOCK], sum_b[BLOCK];
    double e_hs[BLOCK], e_sh[BLOCK], e_s2[BLOCK];
} columns;

static void find_events(const double *const *x, size_t first, int treated, columns *c)
{
    for (size_t i = 0; i < BLOCK; i += WIDTH) {
        events e = events_of(x, first + i, treated);
        lanes_store(c->e_hs + i, e.hs);
        lanes_store(c->e_sh + i, e.sh);
        lanes_store(c->e_s2 + i, e.s2);
    }
}

static void find_moves(const double *const *x, size_t first, double factor, columns *c)
{
    for (size_t i = 0; i < BLOCK; i += WIDTH) {
        events e = {lanes_load(c->e_hs + i), lanes_load(c->e_sh + i), lanes_load(c->e_s2 + i)};
        moves m = moves_of(x, first + i, e, lanes_set(factor));
        lanes_store(c->hh + i, m.hh);
        lanes_store(c->hs + i, m.hs);
        lanes_store(c->sh + i, m.sh);
        lanes_store(c->ss + i, m.ss);
        lanes_store(c->s2 + i, m.s2);
        lanes_store(c->s22 + i, m.s22);
    }
}

static void start(columns *c, double weight)
{
    for (size_t i = 0; i < BLOCK; i++) {
        c->h[i] = 1;
        c->sum_h[i] = weight;
        c->a[i] = c->b[i] = c->sum_a[i] = c->sum_b[i] = 0;
    }
}

static inline void one_cycle(columns *restrict c, double weight)
{
    lanes w = lanes_set(weight);
    for (size_t i = 0; i < BLOCK; i += WIDTH) {
        lanes h = lanes_load(c->h + i), a = lanes_load(c->a + i), b = lanes_load(c->b + i);
        lanes h1 = lanes_fma(h, lanes_load(c->hh + i), a * lanes_load(c->sh + i));
        lanes a1 = lanes_fma(h, lanes_load(c->hs + i), a * lanes_load(c->ss + i));
        lanes b1 = lanes_fma(a, lanes_load(c->s2 + i), b * lanes_load(c->s22 + i));
        lanes_store(c->h + i, h1);
        lanes_store(c->a + i, a1);
        lanes_store(c->b + i, b1);
        lanes_store(c->sum_h + i, lanes_fma(w, h1, lanes_load(c->sum_h + i)));
        lanes_store(c->sum_a + i, lanes_fma(w, a1, lanes_load(c->sum_a + i)));
        lanes_store(c->sum_b + i, lanes_fma(w, b1, lanes_load(c->sum_b + i)));
    }
}

static void credit(const double *const *x, size_t n, size_t first, int strategy, const columns *c,
                   double *cost, double *effect)
{
    for (size_t i = 0; i < BLOCK; i += WIDTH) {
        reward(x, first + i, strategy, lanes_load(c->sum_h + i), lanes_load(c->sum_a + i),
               lanes_load(c->sum_b + i), cost + (size_t)strategy * n,
               effect + (size_t)strategy * n);
    }
}

/* n is a multiple of the block. */
void LIMIT_LEVEL(limit_columns)(size_t n, const double *const *x, const double *weight,
                                double *cost, double *effect)
{
    _Alignas(64) columns c;
    for (size_t first = 0; first + BLOCK <= n; first += BLOCK) {
        for (int strategy = 0; strategy < LIMIT_STRATEGIES; strategy++) {
            find_events(x, first, strategy >= 2, &c);
            find_moves(x, first, 1, &c);
            start(&c, weight[0]);
            for (int t = 1; t <= LIMIT_CYCLES; t++) {
                one_cycle(&c, weight[t]);
            }
            credit(x, n, first, strategy, &c, cost, effect);
        }
    }
}

void LIMIT_LEVEL(limit_aged)(size_t n, const double *const *x, const double *weight, double growth,
                             double *cost, double *effect)
{
    _Alignas(64) columns c;
    double factor[LIMIT_CYCLES];
    for (int t = 0; t < LIMIT_CYCLES; t++) {
        factor[t] = exp(growth * t);
    }
    for (size_t first = 0; first + BLOCK <= n; first += BLOCK) {
        for (int strategy = 0; strategy < LIMIT_STRATEGIES; strategy++) {
            find_events(x, first, strategy >= 2, &c);
            start(&c, weight[0]);
            for (int t = 1; t <= LIMIT_CYCLES; t++) {
                find_moves(x, first, factor[t - 1], &c);
                one_cycle(&c, weight[t]);
            }
            credit(x, n, first, strategy, &c, cost, effect);
        }
    }
}

/* ---- registers ------------------------------------------------------------------------------- */

/* Two registers of draws through all cycles: the second fills the gaps that the first leaves. */
static void run_pair(const double *const *x, size_t n, size_t i, int treated, const double *weight,
                     double *cost, double *effect)
{
    const lanes one = lanes_set(1);
    moves m[2];
    lanes h[2], a[2], b[2], sum_h[2], sum_a[2], sum_b[2];
    for (int k = 0; k < 2; k++) {
        size_t lane = i + (size_t)k * WIDTH;
        m[k] = moves_of(x, lane, events_of(x, lane, treated), one);
        h[k] = one;
        sum_h[k] = lanes_set(weight[0]);
        a[k] = b[k] = sum_a[k] = sum_b[k] = lanes_set(0);
    }
    for (int t = 1; t <= LIMIT_CYCLES; t++) {
        lanes w = lanes_set(weight[t]);
        for (int k = 0; k < 2; k++) {
            lanes h1 = lanes_fma(h[k], m[k].hh, a[k] * m[k].sh);
            lanes a1 = lanes_fma(h[k], m[k].hs, a[k] * m[k].ss);
            b[k] = lanes_fma(a[k], m[k].s2, b[k] * m[k].s22);
            h[k] = h1;
            a[k] = a1;
            sum_h[k] = lanes_fma(w, h1, sum_h[k]);
            sum_a[k] = lanes_fma(w, a1, sum_a[k]);
            sum_b[k] = lanes_fma(w, b[k], sum_b[k]);
        }
    }
    for (int k = 0; k < 2; k++) {
        for (int with_a = 0; with_a < 2; with_a++) {
            int strategy = 2 * treated + with_a;
            reward(x, i + (size_t)k * WIDTH, strategy, sum_h[k], sum_a[k], sum_b[k],
                   cost + (size_t)strategy * n, effect + (size_t)strategy * n);
        }
    }
}

void LIMIT_LEVEL(limit_registers)(size_t n, const double *const *x, const double *weight,
                                  double *cost, double *effect)
{
    for (size_t i = 0; i + 2 * WIDTH <= n; i += 2 * WIDTH) {
        run_pair(x, n, i, 0, weight, cost, effect);
        run_pair(x, n, i, 1, weight, cost, effect);
    }
}
