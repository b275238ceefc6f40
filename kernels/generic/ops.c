/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations of the expression language over columns. */
#include "level.h"

#include "lane_ops.h"

/* Five in six numbers lie in the middle, where neither a logarithm nor a root is wanted: they are
 * done first, then the others, packed. 1.8 times as fast as all of it for everybody. */
static void normal_quantiles(size_t n, const double *a, double *out)
{
    enum { BLOCK = 256 };
    double tail[BLOCK];
    size_t where[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t here = n - start < BLOCK ? n - start : BLOCK;
        const double *p = a + start;
        double *x = out + start;
        size_t tails = 0;
        for (size_t i = 0; i < here; i++) {
            tail[tails] = p[i];
            where[tails] = i;
            tails += !hk_quantile_inner(p[i]);
        }
#pragma omp simd
        for (size_t i = 0; i < here; i++)
            x[i] = hk_normal_quantile_inner(p[i]);
#pragma omp simd
        for (size_t i = 0; i < tails; i++)
            tail[i] = hk_normal_quantile(tail[i]);
        for (size_t i = 0; i < tails; i++)
            x[where[i]] = tail[i];
    }
}

/* ---- powers ---------------------------------------------------------------------------------- */

void HK_LEVEL(hk_logs)(size_t n, const double *x, double *high, double *low)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        const hk_pair log = hk_log_pair(__builtin_fabs(x[i]));
        high[i] = log.high;
        low[i] = log.low;
    }
}

void HK_LEVEL(hk_powers)(size_t n, const double *x, const double *high, const double *low,
                         const double *y, int number, double *out)
{
    if (number) {
        const hk_exponent exponent = hk_exponent_of(*y);
#pragma omp simd
        for (size_t i = 0; i < n; i++)
            out[i] = hk_power(x[i], (hk_pair){high[i], low[i]}, exponent);
    } else {
#pragma omp simd
        for (size_t i = 0; i < n; i++)
            out[i] = hk_power(x[i], (hk_pair){high[i], low[i]}, hk_exponent_of(y[i]));
    }
}

/* Of one base there is one logarithm, and mostly nothing out of the ordinary. */
static void raise_number(size_t n, double x, const double *y, double *out)
{
    enum { BLOCK = 64 };
    double base[BLOCK], high[BLOCK], low[BLOCK];
    const hk_pair log = hk_log_pair(__builtin_fabs(x));
    if (x > 0.0 && x < HK_INFINITY && x != 1.0) {
#pragma omp simd
        for (size_t i = 0; i < n; i++)
            out[i] = hk_raise(log, hk_exponent_clamp(y[i]));
        return;
    }
    for (size_t i = 0; i < BLOCK; i++) {
        base[i] = x;
        high[i] = log.high;
        low[i] = log.low;
    }
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t here = n - start < BLOCK ? n - start : BLOCK;
        HK_LEVEL(hk_powers)(here, base, high, low, y + start, 0, out + start);
    }
}

static void raise_column(size_t n, const double *x, const double *y, int number, double *out)
{
    enum { BLOCK = 256 };
    double high[BLOCK], low[BLOCK];
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t here = n - start < BLOCK ? n - start : BLOCK;
        HK_LEVEL(hk_logs)(here, x + start, high, low);
        HK_LEVEL(hk_powers)
        (here, x + start, high, low, number ? y : y + start, number, out + start);
    }
}

/* ---- all operations -------------------------------------------------------------------------- */

/* Of a number nothing is worked out again in every lane. `out` may be one of the columns, so
 * nothing here is restrict. */
#define HK_OP_BODY(name, arity, words)                                                             \
    static inline __attribute__((always_inline)) void body_##name(                                 \
        size_t n, const double *a, const double *b, const double *c, double *out, int numbers)     \
    {                                                                                              \
        const double x = numbers & 1 ? *a : 0.0, y = numbers & 2 ? *b : 0.0;                       \
        const double z = numbers & 4 ? *c : 0.0;                                                   \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++)                                         \
        {                                                                                          \
            out[i] = hk_lane_##name(numbers & 1 ? x : a[i],                                        \
                                    arity < 2     ? 0.0                                            \
                                    : numbers & 2 ? y                                              \
                                                  : b[i],                                          \
                                    arity < 3     ? 0.0                                            \
                                    : numbers & 4 ? z                                              \
                                                  : c[i]);                                         \
        }                                                                                          \
    }
HK_OP_TABLE(HK_OP_BODY)

#define HK_OP_KERNEL(name, numbers)                                                                \
    void HK_LEVEL(hk_op_##name##_##numbers)(size_t n, const double *a, const double *b,            \
                                            const double *c, double *out)                          \
    {                                                                                              \
        (void)b, (void)c;                                                                          \
        if (HK_##name == HK_NORMAL_QUANTILE)                                                       \
            normal_quantiles(n, a, out);                                                           \
        else if (HK_##name == HK_POW)                                                              \
            numbers & 1 ? raise_number(n, *a, b, out) : raise_column(n, a, b, numbers & 2, out);   \
        else                                                                                       \
            body_##name(n, a, b, c, out, numbers);                                                 \
    }
#define HK_OP_KERNELS(name, arity, words) HK_MIXES_OF_##arity(HK_OP_KERNEL, name)
HK_OP_TABLE(HK_OP_KERNELS)
