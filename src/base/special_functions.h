/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gamma function, and the gamma, log-gamma and beta distributions: tails, densities, quantiles.
 *
 * Written here rather than taken from GSL because GSL reports underflow and slow convergence through
 * a handler that is global and aborts by default, and because its bits follow the C library's.
 * Only hk_scalar and IEEE arithmetic are used: the same bits on every machine.
 *
 * Errors: logarithms of both tails to 8e-15 of themselves (beta 1e-14), for shapes from 1e-6 on, or
 * that times the other logarithm where it is above 1; quantiles, as logarithm or log-odds, to 1e-14
 * of themselves or of the spread, for shapes from 1e-3 on. NaN outside the domain. */
#ifndef HECATE_BASE_SPECIAL_FUNCTIONS_H
#define HECATE_BASE_SPECIAL_FUNCTIONS_H

#include <stdbool.h>

/* ---- probabilities -------------------------------------------------------------------------- */

/* A probability from both ends: lower + upper = 1, each accurate when small; score = z with
 * Phi(z) = lower. */
typedef struct hec_level {
    double lower, upper, score;
} hec_level;

hec_level hec_level_of_score(double z);
hec_level hec_level_of_probability(double p);
/* The level seen from the other end. */
hec_level hec_level_mirror(hec_level level);

/* One tail by its logarithm, which does not underflow; the other is what is missing to 1. */
typedef struct hec_tail {
    double log;
    bool upper;
} hec_tail;

/* The logarithm of the upper or of the lower tail, whichever is the one known. */
double hec_tail_log(hec_tail tail, bool upper);
/* Only lower and upper are set. */
hec_level hec_level_of_tail(hec_tail tail);

/* ---- the gamma function --------------------------------------------------------------------- */

double hec_log_gamma(double a);    /* ln Gamma(a), a > 0 */
double hec_log_gamma_1p(double a); /* ln Gamma(1 + a), a >= 0; to the last digits as a -> 0 */
/* ln Gamma(a (1 + u)) - ln Gamma(a) - a u ln a, u > -1; accurate as a grows and as u -> 0 */
double hec_log_gamma_ratio(double a, double u);

/* ---- gamma distribution, rate 1 ------------------------------------------------------------- */

/* A place on the line of x > 0, from x itself or from its offset t: x = shape e^t. Each is exact to
 * the digits of what it was made from: near the mean x - shape and t have more than each other. */
typedef struct hec_gamma_place {
    double shape, x, log_x;
    double change; /* x - shape */
    double cost;   /* x - shape - shape ln(x / shape), never negative */
} hec_gamma_place;

hec_gamma_place hec_gamma_at(double shape, double x);
hec_gamma_place hec_gamma_at_offset(double shape, double t);

hec_tail hec_gamma_tail(hec_gamma_place at);
/* ln of the density of ln X, which is x times that of X. */
double hec_gamma_log_density(hec_gamma_place at);
/* t with P(X <= shape e^t) = level. */
double hec_gamma_offset(double shape, hec_level level);

/* ---- log-gamma distribution in Prentice's form ---------------------------------------------- */

/* W = ln(q^2 X) / q with X gamma of shape 1/q^2: mean near 0, spread near 1, mirrored for -q, and
 * standard normal for q = 0. mu + sigma W is the logarithm of a generalised gamma variable
 * (Prentice 1974). */
hec_tail hec_prentice_tail(double q, double w);
double hec_prentice_log_density(double q, double w);
double hec_prentice_quantile(double q, hec_level level);
/* ln of the mean of e^(k W); NaN where it does not exist. */
double hec_prentice_log_moment(double q, double k);

/* ---- beta distribution ---------------------------------------------------------------------- */

/* P(X <= x / (x + rest)) of beta(a, b): an x and what it leaves of 1, on any scale. */
hec_tail hec_beta_tail(double a, double b, double x, double rest);
/* The log-odds ln(x / (1 - x)) of the quantile. */
double hec_beta_log_odds(double a, double b, hec_level level);

#endif
