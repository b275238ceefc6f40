/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Elementary functions of one lane, free of branches, the same bits on every ISA level.
 *
 * They compare and blend, so loops over them vectorise; fma is written out wherever it happens.
 * Subnormal arguments and results are right (gradual underflow). Greatest errors in units in the
 * last place (ulp) of the result, asserted by tests/kernels/test_vmath_accuracy.c:
 *   exp, pow          0.65, where the result is subnormal 0.85
 *   expm1             0.95
 *   log, log1p        0.9
 *   normal_cdf        10, that is 2.3e-15 relative, on all of the left tail too
 *   normal_quantile   10, for every p down to the smallest subnormal
 * Coefficients come from fit_vmath.py. */
#ifndef HECATE_KERNELS_VMATH_H
#define HECATE_KERNELS_VMATH_H

#include <stdint.h>
#include <string.h>

/* Whatever their size and however often they are called: a call is no part of a vector. */
#define HK_INLINE static inline __attribute__((always_inline))

#define HK_INFINITY __builtin_inf()
#define HK_NAN __builtin_nan("")
#define HK_LOG2_HIGH 0x1.62e42fefa3800p-1 /* ln 2 to 42 bits: times an exponent is exact */
#define HK_LOG2_LOW 0x1.ef35793c76730p-45

HK_INLINE uint64_t hk_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

HK_INLINE double hk_from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

HK_INLINE double hk_fma(double a, double b, double c)
{
    return __builtin_fma(a, b, c);
}

/* Both values are at hand: compilers make this a blend. */
HK_INLINE double hk_pick(int condition, double yes, double no)
{
    return condition ? yes : no;
}

HK_INLINE double hk_min(double a, double b)
{
    double lesser = hk_pick(a < b, a, b);
    return hk_pick(a != a, a, lesser);
}

HK_INLINE double hk_max(double a, double b)
{
    double greater = hk_pick(a > b, a, b);
    return hk_pick(a != a, a, greater);
}

/* ---- exponentials --------------------------------------------------------------------------- */

/* e^(x + low) = 2^k (1 + r + rest), with 2^k = scale * scale2 so that neither overflows. */
typedef struct hk_exp_parts {
    double r, rest, scale, scale2;
} hk_exp_parts;

/* x within [-1000, 1000] or NaN, |low| well below 1. */
HK_INLINE hk_exp_parts hk_exp_split(double x, double low)
{
    /* Adding 1.5 * 2^52 rounds to an integer and leaves it in the lowest bits. */
    const double magic = 0x1.8p52;
    const uint64_t one = (uint64_t)1023 << 52;
    double whole = hk_fma(x, 0x1.71547652b82fep+0, magic);
    double k = whole - magic;
    double half = hk_fma(k, 0.5, magic);
    double high = hk_fma(-k, HK_LOG2_HIGH, x);
    double rest = hk_fma(-k, HK_LOG2_LOW, low);
    double r = high + rest;
    double r_low = (high - r) + rest;
    double p = 0x1.1f8b6e68ba218p-29; /* (e^r - 1 - r) / r^2 */
    p = hk_fma(p, r, 0x1.af4e1a27544f1p-26);
    p = hk_fma(p, r, 0x1.27e4ccb9e491bp-22);
    p = hk_fma(p, r, 0x1.71de021a25262p-19);
    p = hk_fma(p, r, 0x1.a01a01ad03084p-16);
    p = hk_fma(p, r, 0x1.a01a01abef67cp-13);
    p = hk_fma(p, r, 0x1.6c16c16c151e6p-10);
    p = hk_fma(p, r, 0x1.11111111100cep-7);
    p = hk_fma(p, r, 0x1.5555555555558p-5);
    p = hk_fma(p, r, 0x1.5555555555557p-3);
    p = hk_fma(p, r, 0.5);
    hk_exp_parts parts = {
        .r = r,
        .rest = hk_fma(r * r, p, hk_fma(r, r_low, r_low)),
        .scale = hk_from_bits((hk_bits(half) << 52) + one),
        .scale2 = hk_from_bits(((hk_bits(whole) - hk_bits(half)) << 52) + one),
    };
    return parts;
}

/* (1 + r + rest), rounded once more or less. */
HK_INLINE double hk_exp_mantissa(hk_exp_parts e)
{
    double high = 1.0 + e.r;
    return high + ((e.r - (high - 1.0)) + e.rest);
}

/* Beyond 710 all overflows, beyond -746 all is 0. NaN stays. */
HK_INLINE double hk_exp_clamp(double x)
{
    double above = hk_pick(x < -746.0, -746.0, x);
    return hk_pick(x > 710.0, 710.0, above);
}

HK_INLINE double hk_exp(double x)
{
    hk_exp_parts e = hk_exp_split(hk_exp_clamp(x), 0.0);
    return hk_exp_mantissa(e) * e.scale * e.scale2;
}

HK_INLINE double hk_expm1(double x)
{
    double above = hk_pick(x < -60.0, -60.0, x);
    double clamped = hk_pick(x > 710.0, 710.0, above);
    hk_exp_parts e = hk_exp_split(clamped, 0.0);
    /* Half of it, since 2^1024 is no double: 2^(k-1) (high + low) - 1/2, each step exact but the
     * small ones. */
    double scale = 0.5 * e.scale * e.scale2;
    double high = 1.0 + e.r;
    double low = (e.r - (high - 1.0)) + e.rest;
    double large = scale * high;
    double sum = large - 0.5;
    double back = sum + 0.5;
    double lost = (large - back) + ((back - sum) - 0.5);
    double result = 2.0 * (sum + hk_fma(scale, low, lost));
    return hk_pick(__builtin_fabs(x) < 0x1p-54, x, result);
}

/* ---- logarithms ----------------------------------------------------------------------------- */

/* x = 2^k (1 + f), sqrt(1/2) <= 1 + f < sqrt 2; down = 2^-k. */
typedef struct hk_log_parts {
    double k, f, down;
} hk_log_parts;

/* x positive, finite, not subnormal. */
HK_INLINE hk_log_parts hk_log_split(double x)
{
    const uint64_t one = (uint64_t)1023 << 52, root = 0x3fe6a09e667f3bcd;
    uint64_t shifted = hk_bits(x) + (one - root);
    double mantissa = hk_from_bits((shifted & 0x000fffffffffffff) + root);
    hk_log_parts parts = {
        .k = hk_from_bits((shifted >> 52) | 0x4330000000000000) - (0x1p52 + 1023.0),
        .f = mantissa - 1.0,
        .down = hk_from_bits(2 * one - (shifted & 0xfff0000000000000)),
    };
    return parts;
}

/* The same for subnormals too. */
HK_INLINE hk_log_parts hk_log_split_any(double x)
{
    int small = x < 0x1p-1022;
    hk_log_parts parts = hk_log_split(hk_pick(small, x * 0x1p54, x));
    parts.k = hk_pick(small, parts.k - 54.0, parts.k);
    return parts;
}

/* k ln 2 + ln(1 + f + f_low): with s = f / (2 + f), ln(1+f) = f - (f^2/2 - s (f^2/2 + R(s^2))). */
HK_INLINE double hk_log_join(double k, double f, double f_low)
{
    double s = f / (2.0 + f);
    double z = s * s;
    double p = 0x1.2b62a68521240p-3;
    p = hk_fma(p, z, 0x1.39fd7cf685a54p-3);
    p = hk_fma(p, z, 0x1.7462bbf9aa74ep-3);
    p = hk_fma(p, z, 0x1.c71c62c9d7150p-3);
    p = hk_fma(p, z, 0x1.2492492e08e86p-2);
    p = hk_fma(p, z, 0x1.99999999951f6p-2);
    p = hk_fma(p, z, 0x1.5555555555558p-1);
    double half = 0.5 * f * f;
    double curve = half - hk_fma(s, hk_fma(z, p, half), hk_fma(k, HK_LOG2_LOW, f_low));
    double high = k * HK_LOG2_HIGH;
    double sum = high + f;
    return sum + (((high - sum) + f) - curve);
}

/* The result for x outside (0, inf): -inf at 0, NaN below, x itself when infinite or NaN. */
HK_INLINE double hk_log_special(double x, double result)
{
    double upper = hk_pick(x < HK_INFINITY, result, x);
    double lower = hk_pick(x == 0.0, -HK_INFINITY, HK_NAN);
    return hk_pick(x <= 0.0, lower, upper);
}

HK_INLINE double hk_log(double x)
{
    hk_log_parts parts = hk_log_split_any(x);
    return hk_log_special(x, hk_log_join(parts.k, parts.f, 0.0));
}

HK_INLINE double hk_log1p(double x)
{
    double u = 1.0 + x;
    double back = u - x;
    double lost = (1.0 - back) + (x - (u - back));
    hk_log_parts parts = hk_log_split(u);
    double small = hk_pick(x < 0x1p60, lost * parts.down, 0.0);
    double f = parts.f + small;
    double f_low = (parts.f - f) + small;
    double result = hk_log_special(u, hk_log_join(parts.k, f, hk_fma(-f_low, f, f_low)));
    return hk_pick(__builtin_fabs(x) < 0x1p-54, x, result);
}

/* ---- powers --------------------------------------------------------------------------------- */

typedef struct hk_pair {
    double high, low; /* their sum, unevaluated */
} hk_pair;

/* ln(x) to about 2^-66 relative, x positive and finite: 2s + s^3 (2/3 + s^2 P(s^2)) in pairs. */
HK_INLINE hk_pair hk_log_pair(double x)
{
    hk_log_parts parts = hk_log_split_any(x);
    double f = parts.f, d = 2.0 + f;
    double inverse = 1.0 / d;
    double s = f * inverse;
    double s_low = hk_fma(-s, f - (d - 2.0), hk_fma(-s, d, f)) * inverse;
    double z = s * s;
    double z_low = hk_fma(2.0 * s, s_low, hk_fma(s, s, -z));
    double p = 0x1.e03f209efea07p-4;
    p = hk_fma(p, z, 0x1.df7b1acc4c645p-4);
    p = hk_fma(p, z, 0x1.1118d0647926bp-3);
    p = hk_fma(p, z, 0x1.3b1395a77ca50p-3);
    p = hk_fma(p, z, 0x1.745d177b039a8p-3);
    p = hk_fma(p, z, 0x1.c71c71c6ea1afp-3);
    p = hk_fma(p, z, 0x1.2492492492523p-2);
    p = hk_fma(p, z, 0x1.999999999999ap-2);
    const double third = 0x1.5555555555555p-1, third_low = 0x1.5555555555555p-55; /* 2/3 */
    double zp = z * p;
    double zp_low = hk_fma(z_low, p, hk_fma(z, p, -zp));
    double c = third + zp;
    double c_low = ((third - c) + zp) + (zp_low + third_low);
    double cube = s * z;
    double cube_low = hk_fma(s, z, -cube) + hk_fma(s, z_low, s_low * z);
    double term = cube * c;
    double term_low = hk_fma(cube, c, -term) + hk_fma(cube, c_low, cube_low * c);
    double sum = 2.0 * s + term;
    double sum_low = ((2.0 * s - sum) + term) + hk_fma(2.0, s_low, term_low);
    double whole = parts.k * HK_LOG2_HIGH;
    double high = whole + sum;
    double low = ((whole - high) + sum) + hk_fma(parts.k, HK_LOG2_LOW, sum_low);
    hk_pair result = {.high = high + low, .low = low + (high - (high + low))};
    return result;
}

/* |y| beyond 2^65 overflows or vanishes whatever the base, unless that is 1. */
HK_INLINE double hk_exponent_clamp(double y)
{
    double below = hk_pick(y > 0x1p65, 0x1p65, y);
    return hk_pick(below < -0x1p65, -0x1p65, below);
}

/* The power of a base that is positive and finite and not 1, from its logarithm; y: clamped. */
HK_INLINE double hk_raise(hk_pair log, double y)
{
    double high = y * log.high;
    double low = hk_fma(y, log.low, hk_fma(y, log.high, -high));
    double clamped = hk_exp_clamp(high);
    hk_exp_parts e = hk_exp_split(clamped, hk_pick(clamped == high, low, 0.0));
    return hk_exp_mantissa(e) * e.scale * e.scale2;
}

/* What an exponent says of bases of any kind; where it is one for many lanes, it says so once. */
typedef struct hk_exponent {
    double clamped;
    double of_zero, of_infinity, of_nan;
    double below; /* bases less than this have no power */
    double signs; /* bases above this, and it, lend the power their sign */
} hk_exponent;

HK_INLINE hk_exponent hk_exponent_of(double y)
{
    double half = 0.5 * y;
    int whole = __builtin_floor(y) == y;
    int odd = whole & (__builtin_floor(half) != half);
    double one = hk_pick(y == 0.0, 1.0, y); /* y is not a number, else */
    hk_exponent e = {
        .clamped = hk_exponent_clamp(y),
        .of_zero = hk_pick(y > 0.0, 0.0, hk_pick(y < 0.0, HK_INFINITY, one)),
        .of_infinity = hk_pick(y > 0.0, HK_INFINITY, hk_pick(y < 0.0, 0.0, one)),
        .of_nan = hk_pick(y == 0.0, 1.0, HK_NAN),
        .below = hk_pick(whole | (y != y), -HK_INFINITY, 0.0),
        .signs = hk_pick(odd, -HK_INFINITY, 0.0),
    };
    return e;
}

/* As IEEE 754: x^0 = 1 and 1^y = 1 even of NaN; a negative base with an integer exponent takes its
 * sign from the parity, with any other it is NaN. log: of |x|. */
HK_INLINE double hk_power(double x, hk_pair log, hk_exponent y)
{
    double base = __builtin_fabs(x);
    double power = hk_raise(log, y.clamped);
    power = hk_pick(base == 0.0, y.of_zero, power);
    power = hk_pick(base == HK_INFINITY, y.of_infinity, power);
    power = hk_pick(base != base, y.of_nan, power);
    double flipped = __builtin_copysign(power, hk_pick(x > y.signs, x, y.signs));
    double result = hk_pick((x < y.below) & (base < HK_INFINITY), HK_NAN, flipped);
    return hk_pick(x == 1.0, 1.0, result);
}

HK_INLINE double hk_pow(double x, double y)
{
    return hk_power(x, hk_log_pair(__builtin_fabs(x)), hk_exponent_of(y));
}

#endif
