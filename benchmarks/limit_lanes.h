/* SPDX-License-Identifier: GPL-3.0-or-later */
/* As many doubles as the level has in a register, by intrinsics; the C library's vector functions.
 */
#ifndef HECATE_BENCHMARKS_LIMIT_LANES_H
#define HECATE_BENCHMARKS_LIMIT_LANES_H

#include <math.h>
#include <stddef.h>

#include "limit.h"

#define LIMIT_PASTE_(a, b) a##_##b
#define LIMIT_PASTE(a, b) LIMIT_PASTE_(a, b)
#define LIMIT_LEVEL(name) LIMIT_PASTE(name, LIMIT_SUFFIX)

#if defined(__AVX512F__)
#include <immintrin.h>
enum { WIDTH = 8 };
typedef __m512d lanes;
static inline lanes lanes_load(const double *x)
{
    return _mm512_loadu_pd(x);
}
static inline void lanes_store(double *x, lanes a)
{
    _mm512_storeu_pd(x, a);
}
static inline lanes lanes_set(double x)
{
    return _mm512_set1_pd(x);
}
static inline lanes lanes_fma(lanes a, lanes b, lanes c)
{
    return _mm512_fmadd_pd(a, b, c);
}
static inline __m512i words_product(__m512i a, __m512i b)
{
    return _mm512_mul_epu32(a, b);
}
typedef __m512i limit_words;
#define LIMIT_MVEC(name, signature) _ZGVeN8##signature##_##name
#elif defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
enum { WIDTH = 4 };
typedef __m256d lanes;
static inline lanes lanes_load(const double *x)
{
    return _mm256_loadu_pd(x);
}
static inline void lanes_store(double *x, lanes a)
{
    _mm256_storeu_pd(x, a);
}
static inline lanes lanes_set(double x)
{
    return _mm256_set1_pd(x);
}
static inline lanes lanes_fma(lanes a, lanes b, lanes c)
{
    return _mm256_fmadd_pd(a, b, c);
}
static inline __m256i words_product(__m256i a, __m256i b)
{
    return _mm256_mul_epu32(a, b);
}
typedef __m256i limit_words;
#define LIMIT_MVEC(name, signature) _ZGVdN4##signature##_##name
#else
/* Two doubles; a product and a sum where there is no fma. */
enum { WIDTH = 2 };
typedef double lanes __attribute__((vector_size(16)));
static inline lanes lanes_load(const double *x)
{
    return (lanes){x[0], x[1]};
}
static inline void lanes_store(double *x, lanes a)
{
    x[0] = a[0];
    x[1] = a[1];
}
static inline lanes lanes_set(double x)
{
    return (lanes){x, x};
}
static inline lanes lanes_fma(lanes a, lanes b, lanes c)
{
    return a * b + c;
}
typedef uint64_t limit_words __attribute__((vector_size(16)));
static inline limit_words words_product(limit_words a, limit_words b)
{
    return (a & 0xffffffff) * (b & 0xffffffff);
}
#define LIMIT_MVEC(name, signature) _ZGVbN2##signature##_##name
#endif
/* As many whole numbers of 64 bits; words_product multiplies their lower halves. */
typedef uint64_t words __attribute__((vector_size(8 * WIDTH)));

#if LIMIT_HAVE_MVEC
#define LIMIT_FUNCTION(name)                                                                       \
    lanes LIMIT_MVEC(name, v)(lanes);                                                              \
    static inline lanes lanes_##name(lanes x)                                                      \
    {                                                                                              \
        return LIMIT_MVEC(name, v)(x);                                                             \
    }
lanes LIMIT_MVEC(pow, vv)(lanes, lanes);
static inline lanes lanes_pow(lanes x, lanes y)
{
    return LIMIT_MVEC(pow, vv)(x, y);
}
#else
#define LIMIT_FUNCTION(name)                                                                       \
    static inline lanes lanes_##name(lanes x)                                                      \
    {                                                                                              \
        for (int i = 0; i < WIDTH; i++) {                                                          \
            x[i] = name(x[i]);                                                                     \
        }                                                                                          \
        return x;                                                                                  \
    }
static inline lanes lanes_pow(lanes x, lanes y)
{
    for (int i = 0; i < WIDTH; i++) {
        x[i] = pow(x[i], y[i]);
    }
    return x;
}
#endif
LIMIT_FUNCTION(exp)
LIMIT_FUNCTION(expm1)
LIMIT_FUNCTION(log)

#endif
