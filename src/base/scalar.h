/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Elementary functions of one number, the same bits on every machine (the C library's are not). */
#ifndef HECATE_BASE_SCALAR_H
#define HECATE_BASE_SCALAR_H

#include "hk.h"

#define HEC_LOG_SQRT_2PI 0.91893853320467274178

static inline double hec_exp(double x)
{
    return hk_scalar(HK_EXP, x, 0, 0);
}

static inline double hec_expm1(double x)
{
    return hk_scalar(HK_EXPM1, x, 0, 0);
}

static inline double hec_log(double x)
{
    return hk_scalar(HK_LOG, x, 0, 0);
}

static inline double hec_log1p(double x)
{
    return hk_scalar(HK_LOG1P, x, 0, 0);
}

static inline double hec_pow(double x, double y)
{
    return hk_scalar(HK_POW, x, y, 0);
}

/* The standard normal distribution function and its inverse. */
static inline double hec_normal(double z)
{
    return hk_scalar(HK_NORMAL_CDF, z, 0, 0);
}

static inline double hec_score(double p)
{
    return hk_scalar(HK_NORMAL_QUANTILE, p, 0, 0);
}

#endif
