/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions that no kernel has: the gamma and generalised gamma survival distributions, on the
 * special functions of base. NaN outside the domain. */
#ifndef HECATE_LANG_SPECIAL_H
#define HECATE_LANG_SPECIAL_H

#include <stddef.h>

/* X(NAME, number of arguments, function, words). Time in years, the probability or the cumulative
 * hazard comes first; both families have the same rows.
 * gamma: shape, rate. gengamma: mu, sigma, Q (Prentice); Q = 0 is the lognormal. */
#define HEC_SPECIAL_TABLE(X)                                                                       \
    X(GAMMA_SURVIVAL, 3, gamma_survival, "survival of gamma(shape, rate)")                         \
    X(GAMMA_CUMHAZARD, 3, gamma_cumhazard, "cumulative hazard of gamma(shape, rate)")              \
    X(GAMMA_HAZARD, 3, gamma_hazard, "hazard of gamma(shape, rate)")                               \
    X(GAMMA_DENSITY, 3, gamma_density, "density of gamma(shape, rate)")                            \
    X(GAMMA_QUANTILE, 3, gamma_quantile, "quantile of gamma(shape, rate)")                         \
    X(GAMMA_REACH, 3, gamma_reach, "time of a cumulative hazard of gamma(shape, rate)")            \
    X(GENGAMMA_SURVIVAL, 4, gengamma_survival, "survival of gengamma(mu, sigma, Q)")               \
    X(GENGAMMA_CUMHAZARD, 4, gengamma_cumhazard, "cumulative hazard of gengamma(mu, sigma, Q)")    \
    X(GENGAMMA_HAZARD, 4, gengamma_hazard, "hazard of gengamma(mu, sigma, Q)")                     \
    X(GENGAMMA_DENSITY, 4, gengamma_density, "density of gengamma(mu, sigma, Q)")                  \
    X(GENGAMMA_QUANTILE, 4, gengamma_quantile, "quantile of gengamma(mu, sigma, Q)")               \
    X(GENGAMMA_REACH, 4, gengamma_reach, "time of a cumulative hazard of gengamma(mu, sigma, Q)")

typedef enum hec_special {
#define HEC_SPECIAL_ENUM(name, arity, function, words) HEC_SPECIAL_##name,
    HEC_SPECIAL_TABLE(HEC_SPECIAL_ENUM)
#undef HEC_SPECIAL_ENUM
        HEC_SPECIAL_COUNT
} hec_special;

int hec_special_arity(int index);
double hec_special_value(int index, const double *args);

#endif
