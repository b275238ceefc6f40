/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits of vector mathematics and of random numbers. */
#include <math.h>

#include "limit_level.h"

/* ---- the C library's vector functions -------------------------------------------------------- */

#define LIMIT_LOOP(name)                                                                           \
    void LIMIT_LEVEL(limit_##name)(size_t n, const double *x, double *out)                         \
    {                                                                                              \
        size_t i = 0;                                                                              \
        for (; i + WIDTH <= n; i += WIDTH) {                                                       \
            lanes_store(out + i, lanes_##name(lanes_load(x + i)));                                 \
        }                                                                                          \
        for (; i < n; i++) {                                                                       \
            out[i] = name(x[i]);                                                                   \
        }                                                                                          \
    }
LIMIT_LOOP(exp)
LIMIT_LOOP(expm1)
LIMIT_LOOP(log)

void LIMIT_LEVEL(limit_pow)(size_t n, const double *x, const double *y, double *out)
{
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        lanes_store(out + i, lanes_pow(lanes_load(x + i), lanes_load(y + i)));
    }
    for (; i < n; i++) {
        out[i] = pow(x[i], y[i]);
    }
}

/* ---- normal quantile ------------------------------------------------------------------------- */

/* Wichura, Applied Statistics 37:477 (1988), AS 241, PPND16. */
static const double middle_above[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                       1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                       4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                       3.3430575583588128105e+4, 2.5090809287301226727e+3};
static const double middle_below[8] = {1.0,
                                       4.2313330701600911252e+1,
                                       6.8718700749205790830e+2,
                                       5.3941960214247511077e+3,
                                       2.1213794301586595867e+4,
                                       3.9307895800092710610e+4,
                                       2.8729085735721942674e+4,
                                       5.2264952788528545610e+3};
static const double near_above[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                     5.76949722146069140550e0,  3.64784832476320460504e0,
                                     1.27045825245236838258e0,  2.41780725177450611770e-1,
                                     2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double near_below[8] = {1.0,
                                     2.05319162663775882187e0,
                                     1.67638483018380384940e0,
                                     6.89767334985100004550e-1,
                                     1.48103976427480074590e-1,
                                     1.51986665636164571966e-2,
                                     5.47593808499534494600e-4,
                                     1.05075007164441684324e-9};
static const double far_above[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                    1.78482653991729133580e0,  2.96560571828504891230e-1,
                                    2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                    2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double far_below[8] = {1.0,
                                    5.99832206555887937690e-1,
                                    1.36929880922735805310e-1,
                                    1.48753612908506148525e-2,
                                    7.86869131145613259100e-4,
                                    1.84631831751005468180e-5,
                                    1.42151175831644588870e-7,
                                    2.04426310338993978564e-15};

static inline lanes horner(const double c[8], lanes x)
{
    lanes sum = lanes_set(c[7]);
    for (int i = 6; i >= 0; i--) {
        sum = lanes_fma(sum, x, lanes_set(c[i]));
    }
    return sum;
}

static double tail(double p)
{
    double r = sqrt(-log(fmin(p, 1 - p))), above = 0, below = 0;
    const double *a = r <= 5 ? near_above : far_above, *b = r <= 5 ? near_below : far_below;
    r -= r <= 5 ? 1.6 : 5;
    for (int i = 7; i >= 0; i--) {
        above = above * r + a[i];
        below = below * r + b[i];
    }
    return copysign(above / below, p - 0.5);
}

/* Tails nearer than e^-25, packed: x[k] for p[k]. */
static void near_tails(size_t n, const double *p, double *x)
{
    for (size_t i = 0; i < n; i += WIDTH) {
        lanes q = lanes_load(p + i), negative;
        for (int l = 0; l < WIDTH; l++) {
            q[l] = fmin(q[l], 1 - q[l]);
        }
        negative = lanes_set(0) - lanes_log(q);
        lanes r;
        for (int l = 0; l < WIDTH; l++) {
            r[l] = sqrt(negative[l]);
        }
        r = r - lanes_set(1.6);
        lanes_store(x + i, horner(near_above, r) / horner(near_below, r));
    }
}

void LIMIT_LEVEL(limit_normal_quantile)(size_t n, const double *p, double *out)
{
    enum { BLOCK = 512 };
    _Alignas(64) double packed[BLOCK + WIDTH], value[BLOCK + WIDTH];
    int where[BLOCK + 1];
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t here = n - start < BLOCK ? n - start : BLOCK, tails = 0, i = 0;
        const double *q = p + start;
        double *x = out + start;
        for (; i + WIDTH <= here; i += WIDTH) {
            lanes d = lanes_load(q + i) - lanes_set(0.5);
            lanes r = lanes_set(0.180625) - d * d;
            lanes_store(x + i, d * horner(middle_above, r) / horner(middle_below, r));
        }
        for (; i < here; i++) {
            double d = q[i] - 0.5;
            lanes r = lanes_set(0.180625 - d * d);
            x[i] = (d * horner(middle_above, r) / horner(middle_below, r))[0];
        }
        for (i = 0; i < here; i++) {
            where[tails] = (int)i;
            packed[tails] = q[i];
            tails += fabs(q[i] - 0.5) > 0.425;
        }
        for (i = tails; i < tails + WIDTH; i++) {
            packed[i] = 0.05;
        }
        near_tails(tails, packed, value);
        for (i = 0; i < tails; i++) {
            double far = fmin(packed[i], 1 - packed[i]);
            x[where[i]] = far < 1.4e-11 ? tail(packed[i]) : copysign(value[i], packed[i] - 0.5);
        }
    }
}

/* ---- Philox4x32-10 --------------------------------------------------------------------------- */

/* Salmon, Moraes, Dror, Shaw, SC11 (2011); counter (first + i, word, 0). */
static inline void philox(uint64_t key, uint64_t index, uint32_t word, uint64_t c[4])
{
    uint64_t key0 = (uint32_t)key, key1 = key >> 32;
    uint64_t c0 = (uint32_t)index, c1 = index >> 32, c2 = word, c3 = 0;
    for (int round = 0; round < 10; round++) {
        uint64_t product0 = c0 * 0xD2511F53u, product1 = c2 * 0xCD9E8D57u;
        uint64_t next0 = (product1 >> 32) ^ c1 ^ key0, next2 = (product0 >> 32) ^ c3 ^ key1;
        c1 = (uint32_t)product1;
        c3 = (uint32_t)product0;
        c0 = next0;
        c2 = next2;
        key0 = (uint32_t)(key0 + 0x9E3779B9u);
        key1 = (uint32_t)(key1 + 0xBB67AE85u);
    }
    c[0] = c0;
    c[1] = c1;
    c[2] = c2;
    c[3] = c3;
}

/* (m + 1/2) / 2^52 of 52 bits */
static inline double unit_of(uint64_t high, uint64_t low)
{
    return ((double)((high << 32 | low) >> 12) + 0.5) * 0x1p-52;
}

void LIMIT_LEVEL(limit_uniforms)(size_t n, uint64_t key, uint64_t first, uint32_t word, double *out)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t c[4];
        philox(key, first + i, word, c);
        out[i] = unit_of(c[1], c[0]);
    }
}

static inline words product(words a, uint64_t b)
{
    words factor = (words){0} + b;
    return (words)words_product((limit_words)a, (limit_words)factor);
}

static inline void store_units(words high, words low, double *out)
{
    words bits = (high << 32 | low) >> 12 | (uint64_t)1023 << 52;
    lanes_store(out, (lanes)bits - 0x1.fffffffffffffp-1);
}

void LIMIT_LEVEL(limit_uniforms_both)(size_t n, uint64_t key, uint64_t first, uint32_t word,
                                      double *out)
{
    const uint64_t low = 0xffffffff;
    size_t half = n / 2;
    for (size_t i = 0; i + WIDTH <= half; i += WIDTH) {
        words c0, c1, c2 = (words){0} + word, c3 = (words){0};
        uint64_t key0 = key & low, key1 = key >> 32;
        for (size_t l = 0; l < WIDTH; l++) {
            c0[l] = (first + i + l) & low;
            c1[l] = (first + i + l) >> 32;
        }
        for (int round = 0; round < 10; round++) {
            words product0 = product(c0, 0xD2511F53u), product1 = product(c2, 0xCD9E8D57u);
            c0 = (product1 >> 32) ^ c1 ^ key0;
            c1 = product1 & low;
            c2 = (product0 >> 32) ^ c3 ^ key1;
            c3 = product0 & low;
            key0 = (key0 + 0x9E3779B9u) & low;
            key1 = (key1 + 0xBB67AE85u) & low;
        }
        store_units(c1, c0, out + i);
        store_units(c3, c2, out + half + i);
    }
}
