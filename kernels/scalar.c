/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One lane of an operation, from the same definitions as the kernels. */
#include "hk.h"
#include "lane_ops.h"

double hk_scalar(hk_op op, double a, double b, double c)
{
    switch (op) {
#define HK_SCALAR_CASE(name, arity, words)                                                         \
    case HK_##name:                                                                                \
        return hk_lane_##name(a, b, c);
        HK_OP_TABLE(HK_SCALAR_CASE)
#undef HK_SCALAR_CASE
    case HK_OP_COUNT:
        break;
    }
    return HK_NAN;
}
