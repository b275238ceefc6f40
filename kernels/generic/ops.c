/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations of the expression language over columns. */
#include "level.h"

#include "lane_ops.h"

#define HK_OPERANDS_1 a[i], 0.0, 0.0
#define HK_OPERANDS_2 a[i], b[i], 0.0
#define HK_OPERANDS_3 a[i], b[i], c[i]

/* `out` may be one of the inputs, so nothing here is restrict. */
#define HK_OP_KERNEL(name, arity, words)                                                           \
    void HK_LEVEL(hk_op_##name)(size_t n, const double *a, const double *b, const double *c,       \
                                double *out)                                                       \
    {                                                                                              \
        (void)a, (void)b, (void)c;                                                                 \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++)                                         \
        {                                                                                          \
            out[i] = hk_lane_##name(HK_OPERANDS_##arity);                                          \
        }                                                                                          \
    }
HK_OP_TABLE(HK_OP_KERNEL)
