/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations of hk.h for one lane: the one definition that kernels and hk_scalar share.
 * X(NAME, expression of a, b, c), in any order; hk.h's table says how many operands count. */
#ifndef HECATE_KERNELS_LANE_OPS_H
#define HECATE_KERNELS_LANE_OPS_H

#include "vmath_normal.h"

#define HK_LANE_TABLE(X)                                                                           \
    X(COPY, a)                                                                                     \
    X(NEG, -a)                                                                                     \
    X(ABS, __builtin_fabs(a))                                                                      \
    X(FLOOR, __builtin_floor(a))                                                                   \
    X(SQRT, __builtin_sqrt(a))                                                                     \
    X(EXP, hk_exp(a))                                                                              \
    X(EXPM1, hk_expm1(a))                                                                          \
    X(LOG, hk_log(a))                                                                              \
    X(LOG1P, hk_log1p(a))                                                                          \
    X(NORMAL_CDF, hk_normal_cdf(a))                                                                \
    X(NORMAL_QUANTILE, hk_normal_quantile(a))                                                      \
    X(NOT, hk_pick(a == 0.0, 1.0, 0.0))                                                            \
    X(ADD, a + b)                                                                                  \
    X(SUB, a - b)                                                                                  \
    X(MUL, a *b)                                                                                   \
    X(DIV, a / b)                                                                                  \
    X(POW, hk_pow(a, b))                                                                           \
    X(MIN, hk_min(a, b))                                                                           \
    X(MAX, hk_max(a, b))                                                                           \
    X(LT, hk_pick(a < b, 1.0, 0.0))                                                                \
    X(LE, hk_pick(a <= b, 1.0, 0.0))                                                               \
    X(EQ, hk_pick(a == b, 1.0, 0.0))                                                               \
    X(NE, hk_pick(a != b, 1.0, 0.0))                                                               \
    X(AND, hk_pick((a != 0.0) & (b != 0.0), 1.0, 0.0))                                             \
    X(OR, hk_pick((a != 0.0) | (b != 0.0), 1.0, 0.0))                                              \
    X(SELECT, hk_pick(a != 0.0, b, c))

#define HK_LANE_FUNCTION(name, expression)                                                         \
    HK_INLINE double hk_lane_##name(double a, double b, double c)                                  \
    {                                                                                              \
        (void)a, (void)b, (void)c;                                                                 \
        return expression;                                                                         \
    }
HK_LANE_TABLE(HK_LANE_FUNCTION)
#undef HK_LANE_FUNCTION

#endif
