/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Normal distribution function and quantile of one lane, free of branches; errors in vmath.h. */
#ifndef HECATE_KERNELS_VMATH_NORMAL_H
#define HECATE_KERNELS_VMATH_NORMAL_H

#include "vmath.h"

/* normal_cdf(-a) e^(a^2/2) for a in [0, 40]: smooth, from 1/2 down like 1/a. */
HK_INLINE double hk_normal_tail_ratio(double a)
{
    double p = 0x1.dac904ca34eb2p-23;
    p = hk_fma(p, a, 0x1.cebbb2938e812p-18);
    p = hk_fma(p, a, 0x1.baa5349a92822p-14);
    p = hk_fma(p, a, 0x1.0e5489169c9e9p-10);
    p = hk_fma(p, a, 0x1.cfa501137103ap-8);
    p = hk_fma(p, a, 0x1.2294988ee7c71p-5);
    p = hk_fma(p, a, 0x1.0d4103821c8d0p-3);
    p = hk_fma(p, a, 0x1.6cba58be9a1f3p-2);
    p = hk_fma(p, a, 0x1.5b30d9b38eff2p-1);
    p = hk_fma(p, a, 0x1.a7685b90981e0p-1);
    p = hk_fma(p, a, 0.5);
    double q = 0x1.29870b8df7cf8p-21;
    q = hk_fma(q, a, 0x1.21f99b5930f96p-16);
    q = hk_fma(q, a, 0x1.15f7caa4b8a6dp-12);
    q = hk_fma(q, a, 0x1.5512f90781743p-9);
    q = hk_fma(q, a, 0x1.26dcb55f55f29p-6);
    q = hk_fma(q, a, 0x1.76a280788395cp-4);
    q = hk_fma(q, a, 0x1.631533ee18e60p-2);
    q = hk_fma(q, a, 0x1.f415776995719p-1);
    q = hk_fma(q, a, 0x1.ff1736bf3a085p+0);
    q = hk_fma(q, a, 0x1.67ff79eb63218p+1);
    q = hk_fma(q, a, 0x1.39d542979ce84p+1);
    q = hk_fma(q, a, 1.0);
    return p / q;
}

HK_INLINE double hk_normal_cdf(double x)
{
    double size = __builtin_fabs(x);
    double a = hk_pick(size > 40.0, 40.0, size);
    double square = a * a;
    hk_exp_parts e = hk_exp_split(-0.5 * square, -0.5 * hk_fma(a, a, -square));
    double tail = hk_exp_mantissa(e) * hk_normal_tail_ratio(a) * e.scale * e.scale2;
    return hk_pick(x < 0.0, tail, 1.0 - tail);
}

/* Quotient of polynomials, not yet divided: one division serves whichever is picked. */
typedef struct hk_ratio {
    double above, below;
} hk_ratio;

/* x / q for normal_cdf(x) = 1/2 + q, |q| <= 0.425, at d = 0.425^2 - q^2. */
HK_INLINE hk_ratio hk_quantile_middle(double d)
{
    double p = 0x1.349e36d05cce6p+11;
    p = hk_fma(p, d, 0x1.01ec58b5e355cp+15);
    p = hk_fma(p, d, 0x1.044b5a5bc72a2p+16);
    p = hk_fma(p, d, 0x1.6457e68e58017p+15);
    p = hk_fma(p, d, 0x1.ab287aacc493bp+13);
    p = hk_fma(p, d, 0x1.eb8b10c5caea2p+10);
    p = hk_fma(p, d, 0x1.09f37ed076dcep+7);
    p = hk_fma(p, d, 0x1.b18d91e9eef75p+1);
    double q = 0x1.41eb51cb798bep+12;
    q = hk_fma(q, d, 0x1.bbce1cd46c883p+14);
    q = hk_fma(q, d, 0x1.30770e2b3416cp+15);
    q = hk_fma(q, d, 0x1.4969f74697bf6p+14);
    q = hk_fma(q, d, 0x1.4fb892ef8cc8dp+12);
    q = hk_fma(q, d, 0x1.56b8535be5ca0p+9);
    q = hk_fma(q, d, 0x1.521d469c17835p+5);
    q = hk_fma(q, d, 1.0);
    hk_ratio ratio = {p, q};
    return ratio;
}

/* |x| for normal_cdf(-|x|) = e^(-r^2), at most 0.075. */
HK_INLINE hk_ratio hk_quantile_tail(double r)
{
    double p = 0x1.045b4ca50824dp-14;
    p = hk_fma(p, r, 0x1.d2f2201d6b511p-8);
    p = hk_fma(p, r, 0x1.e6742eeccfdf6p-3);
    p = hk_fma(p, r, 0x1.8d69620900e96p+1);
    p = hk_fma(p, r, 0x1.22dd8a3bc7c6fp+4);
    p = hk_fma(p, r, 0x1.a5ebe1a6b6ed5p+5);
    p = hk_fma(p, r, 0x1.2dda133bba188p+6);
    p = hk_fma(p, r, 0x1.3523123948e7fp+4);
    p = hk_fma(p, r, -0x1.db87dcfabf42cp+5);
    p = hk_fma(p, r, -0x1.2732a73508af3p+5);
    p = hk_fma(p, r, -0x1.c6871319a3d59p+1);
    double q = 0x1.2939ef73ced8bp-41;
    q = hk_fma(q, r, 0x1.7032985133cf0p-15);
    q = hk_fma(q, r, 0x1.4a3004d3d812bp-8);
    q = hk_fma(q, r, 0x1.58488ccef7ba4p-3);
    q = hk_fma(q, r, 0x1.1ab9a13a92d58p+1);
    q = hk_fma(q, r, 0x1.a6db8bf15ad8dp+3);
    q = hk_fma(q, r, 0x1.48b603835b370p+5);
    q = hk_fma(q, r, 0x1.1dd4663948355p+6);
    q = hk_fma(q, r, 0x1.d61ac1b8fb11ap+5);
    q = hk_fma(q, r, 0x1.107ba9515a7c1p+4);
    q = hk_fma(q, r, 1.0);
    hk_ratio ratio = {p, q};
    return ratio;
}

/* p where hk_quantile_middle serves. */
HK_INLINE int hk_quantile_inner(double p)
{
    return __builtin_fabs(p - 0.5) <= 0.425;
}

/* The same bits as hk_normal_quantile for such p. */
HK_INLINE double hk_normal_quantile_inner(double p)
{
    double q = p - 0.5;
    hk_ratio middle = hk_quantile_middle(hk_fma(-q, q, 0.180625));
    return q * (middle.above / middle.below);
}

HK_INLINE double hk_normal_quantile(double p)
{
    double q = p - 0.5;
    double other = 1.0 - p; /* exact where it is used */
    hk_log_parts parts = hk_log_split_any(hk_pick(p < 0.5, p, other));
    double r = __builtin_sqrt(-hk_log_join(parts.k, parts.f, 0.0));
    hk_ratio middle = hk_quantile_middle(hk_fma(-q, q, 0.180625));
    hk_ratio tail = hk_quantile_tail(r);
    int inner = hk_quantile_inner(p);
    double ratio =
        hk_pick(inner, middle.above, tail.above) / hk_pick(inner, middle.below, tail.below);
    double result = hk_pick(inner, q * ratio, __builtin_copysign(ratio, q));
    /* NaN outside [0, 1], and of NaN. */
    result = hk_pick((p > 0.0) & (p < 1.0), result, HK_NAN);
    result = hk_pick(p == 0.0, -HK_INFINITY, result);
    return hk_pick(p == 1.0, HK_INFINITY, result);
}

#endif
