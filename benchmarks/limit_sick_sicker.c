/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit: no language, no sparse arcs, no undiscounted totals, no checks; only this model. */
#include "limit_sick_sicker.h"

#include <math.h>

enum { R_HD, R_HS1, R_S1H, R_S1S2, HR_S1, HR_S2, HR_TRT, C_H, C_S1, C_S2, C_A, C_B, U_H, U_S1, U_S2,
       U_A, CYCLES = 75 };

/* Probabilities of one strategy for one draw. */
typedef struct moves {
    double hh, hs, sh, ss, s2, s22;
} moves;

static moves find_moves(const double *const *x, size_t i, int treated)
{
    double d0 = -expm1(-x[R_HD][i]), d1 = -expm1(-x[R_HD][i] * x[HR_S1][i]);
    double d2 = -expm1(-x[R_HD][i] * x[HR_S2][i]);
    double hs = -expm1(-x[R_HS1][i]), sh = -expm1(-x[R_S1H][i]);
    double s2 = -expm1(-x[R_S1S2][i] * (treated ? x[HR_TRT][i] : 1));
    return (moves){(1 - d0) * (1 - hs), (1 - d0) * hs, (1 - d1) * sh,
                   1 - (1 - d1) * sh - (1 - d1) * s2 - d1, (1 - d1) * s2, 1 - d2};
}

static void reward(const double *const *x, size_t i, int strategy, double h, double s1, double s2,
                   double *cost, double *effect)
{
    int a = strategy == 1 || strategy == 3, b = strategy == 2 || strategy == 3;
    double treatment = (a ? x[C_A][i] : 0) + (b ? x[C_B][i] : 0);
    *cost = h * x[C_H][i] + s1 * (x[C_S1][i] + treatment) + s2 * (x[C_S2][i] + treatment);
    *effect = h * x[U_H][i] + s1 * (a ? x[U_A][i] : x[U_S1][i]) + s2 * x[U_S2][i];
}

void limit_sick_sicker_columns(size_t n, const double *const *x, const double *weight,
                               double *const *cost, double *const *effect)
{
    enum { L = LIMIT_LANES };
    _Alignas(64) double hh[L], hs[L], sh[L], ss[L], s2[L], s22[L];
    _Alignas(64) double h[L], a[L], b[L], th[L], ta[L], tb[L];
    for (size_t first = 0; first < n; first += L) {
        size_t m = n - first < L ? n - first : L;
        for (int strategy = 0; strategy < LIMIT_STRATEGIES; strategy++) {
            for (size_t i = 0; i < L; i++) {
                moves p = find_moves(x, i < m ? first + i : first, strategy >= 2);
                hh[i] = p.hh, hs[i] = p.hs, sh[i] = p.sh, ss[i] = p.ss, s2[i] = p.s2, s22[i] = p.s22;
                h[i] = 1, a[i] = 0, b[i] = 0, th[i] = weight[0], ta[i] = 0, tb[i] = 0;
            }
            for (int t = 1; t <= CYCLES; t++) {
                double w = weight[t];
#pragma omp simd
                for (size_t i = 0; i < L; i++) {
                    double h1 = __builtin_fma(h[i], hh[i], a[i] * sh[i]);
                    double a1 = __builtin_fma(h[i], hs[i], a[i] * ss[i]);
                    double b1 = __builtin_fma(a[i], s2[i], b[i] * s22[i]);
                    h[i] = h1, a[i] = a1, b[i] = b1;
                    th[i] = __builtin_fma(w, h1, th[i]);
                    ta[i] = __builtin_fma(w, a1, ta[i]);
                    tb[i] = __builtin_fma(w, b1, tb[i]);
                }
            }
            for (size_t i = 0; i < m; i++) {
                reward(x, first + i, strategy, th[i], ta[i], tb[i], &cost[strategy][first + i],
                       &effect[strategy][first + i]);
            }
        }
    }
}

typedef double lanes __attribute__((vector_size(64)));

void limit_sick_sicker_registers(size_t n, const double *const *x, const double *weight,
                                 double *const *cost, double *const *effect)
{
    enum { L = 8 };
    for (size_t first = 0; first < n; first += L) {
        size_t m = n - first < L ? n - first : L;
        for (int strategy = 0; strategy < LIMIT_STRATEGIES; strategy++) {
            lanes hh, hs, sh, ss, s2, s22, h, a, b, th, ta, tb;
            for (size_t i = 0; i < L; i++) {
                moves p = find_moves(x, i < m ? first + i : first, strategy >= 2);
                hh[i] = p.hh, hs[i] = p.hs, sh[i] = p.sh, ss[i] = p.ss, s2[i] = p.s2, s22[i] = p.s22;
                h[i] = 1, a[i] = 0, b[i] = 0, th[i] = weight[0], ta[i] = 0, tb[i] = 0;
            }
            for (int t = 1; t <= CYCLES; t++) {
                lanes h1 = h * hh + a * sh, a1 = h * hs + a * ss, b1 = a * s2 + b * s22;
                h = h1, a = a1, b = b1;
                th += weight[t] * h1, ta += weight[t] * a1, tb += weight[t] * b1;
            }
            for (size_t i = 0; i < m; i++) {
                reward(x, first + i, strategy, th[i], ta[i], tb[i], &cost[strategy][first + i],
                       &effect[strategy][first + i]);
            }
        }
    }
}
