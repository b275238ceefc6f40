/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits of expressions and of the chain of Sick-Sicker: these arcs and no others. */
#include "limit_level.h"

static inline double min(double a, double b)
{
    return a < b ? a : b;
}

static inline double max(double a, double b)
{
    return a > b ? a : b;
}

void LIMIT_LEVEL(limit_formula)(size_t n, const double *const *x, double *out)
{
    const double *c0 = x[0], *c1 = x[1], *c2 = x[2], *c3 = x[3];
    const double *c4 = x[4], *c5 = x[5], *c6 = x[6], *c7 = x[7];
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        double x0 = c0[i], x1 = c1[i], x2 = c2[i], x3 = c3[i];
        double x4 = c4[i], x5 = c5[i], x6 = c6[i], x7 = c7[i];
        out[i] = LIMIT_FORMULA;
    }
}

static inline lanes to_probability(lanes rate)
{
    return lanes_set(0) - lanes_expm1(lanes_set(0) - rate);
}

void LIMIT_LEVEL(limit_moves)(size_t n, const double *const *x, double *out)
{
    const lanes one = lanes_set(1);
    for (size_t i = 0; i + WIDTH <= n; i += WIDTH) {
        lanes rate = lanes_load(x[0] + i), d0 = to_probability(rate);
        lanes d1 = to_probability(rate * lanes_load(x[4] + i)), alive = one - d1;
        lanes sh = alive * to_probability(lanes_load(x[2] + i));
        lanes s2 = alive * to_probability(lanes_load(x[3] + i));
        lanes_store(out + i, (one - d0) * to_probability(lanes_load(x[1] + i)));
        lanes_store(out + n + i, d0);
        lanes_store(out + 2 * n + i, sh);
        lanes_store(out + 3 * n + i, s2);
        lanes_store(out + 4 * n + i, d1);
        lanes_store(out + 5 * n + i, one - sh - s2 - d1);
        lanes_store(out + 6 * n + i, to_probability(rate * lanes_load(x[5] + i)));
    }
}

/* One cycle of the four states from old to now; what each state counts goes to sum0 and sum1. */
static inline void four_states(const lanes p[LIMIT_ARCS], const lanes old[4], lanes now[4],
                               lanes weight0, lanes weight1, lanes sum0[4], lanes sum1[4])
{
    now[0] = lanes_fma(old[1], p[1], old[0] * p[0]);
    now[1] = lanes_fma(old[1], p[3], old[0] * p[2]);
    now[2] = lanes_fma(old[2], p[5], old[1] * p[4]);
    now[3] =
        lanes_fma(old[3], p[9], lanes_fma(old[2], p[8], lanes_fma(old[1], p[7], old[0] * p[6])));
    for (int s = 0; s < 4; s++) {
        sum0[s] = lanes_fma(weight0, now[s], sum0[s]);
        sum1[s] = lanes_fma(weight1, now[s], sum1[s]);
    }
}

static inline void read_lanes(int count, const double *from, size_t stride, lanes *to)
{
    for (int k = 0; k < count; k++) {
        to[k] = lanes_load(from + (size_t)k * stride);
    }
}

static inline void write_lanes(int count, const lanes *from, double *to, size_t stride)
{
    for (int k = 0; k < count; k++) {
        lanes_store(to + (size_t)k * stride, from[k]);
    }
}

void LIMIT_LEVEL(limit_step)(size_t n, const double *const *p, const double *x,
                             const double *weight, double *y, double *acc)
{
    lanes w0 = lanes_set(weight[0]), w1 = lanes_set(weight[1]);
    for (size_t i = 0; i + WIDTH <= n; i += WIDTH) {
        lanes arcs[LIMIT_ARCS], old[4], now[4], sum0[4], sum1[4];
        for (int k = 0; k < LIMIT_ARCS; k++) {
            arcs[k] = lanes_load(p[k] + i);
        }
        read_lanes(4, x + i, n, old);
        read_lanes(4, acc + i, n, sum0);
        read_lanes(4, acc + 4 * n + i, n, sum1);
        four_states(arcs, old, now, w0, w1, sum0, sum1);
        write_lanes(4, now, y + i, n);
        write_lanes(4, sum0, acc + i, n);
        write_lanes(4, sum1, acc + 4 * n + i, n);
    }
}

void LIMIT_LEVEL(limit_run)(size_t n, const double *const *p, size_t cycles, const double *weight,
                            double *x, double *acc)
{
    for (size_t i = 0; i + WIDTH <= n; i += WIDTH) {
        lanes arcs[LIMIT_ARCS], old[4], now[4], sum0[4], sum1[4];
        for (int k = 0; k < LIMIT_ARCS; k++) {
            arcs[k] = lanes_load(p[k] + i);
        }
        read_lanes(4, x + i, n, old);
        read_lanes(4, acc + i, n, sum0);
        read_lanes(4, acc + 4 * n + i, n, sum1);
        for (size_t t = 0; t < cycles; t++) {
            four_states(arcs, old, now, lanes_set(weight[2 * t]), lanes_set(weight[2 * t + 1]),
                        sum0, sum1);
            for (int s = 0; s < 4; s++) {
                old[s] = now[s];
            }
        }
        write_lanes(4, old, x + i, n);
        write_lanes(4, sum0, acc + i, n);
        write_lanes(4, sum1, acc + 4 * n + i, n);
    }
}
