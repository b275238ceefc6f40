/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Incomplete gamma and beta functions and their inverses, on the scales on which both densities are
 * log-concave for every shape: the logarithm of a gamma variable, the log-odds of a beta variable.
 *
 * Written here rather than taken from GSL because GSL reports underflow and slow convergence through
 * a handler that is global and aborts by default, and because its bits follow the C library's.
 * Only hk_scalar and IEEE arithmetic are used: the same bits on every machine. Quantiles (of the
 * logarithm, of the log-odds) are good to 1e-14 of themselves or of the spread for shapes from 1e-3
 * on, tails to 3e-14 of themselves for the place given. */
#ifndef HECATE_MODEL_INCOMPLETE_H
#define HECATE_MODEL_INCOMPLETE_H

/* A probability from both ends: lower + upper = 1, each accurate when small; score = z with
 * Phi(z) = lower. */
typedef struct hec_level {
    double lower, upper, score;
} hec_level;

hec_level hec_level_of_score(double z);
hec_level hec_level_of_probability(double p);
/* The level seen from the other end. */
hec_level hec_level_mirror(hec_level level);

double hec_log_gamma(double a);    /* ln Gamma(a), a > 0 */
double hec_log_gamma_1p(double a); /* ln Gamma(1 + a), accurate as a -> 0 */
/* ln Gamma(a (1 + u)) - ln Gamma(a) - a u ln a, accurate as a grows */
double hec_log_gamma_ratio(double a, double u);

/* Gamma(shape, rate 1): P(X <= shape e^t) and P(X > shape e^t). Only lower and upper are set. */
hec_level hec_gamma_level(double shape, double t);
/* t with P(X <= shape e^t) = level. */
double hec_gamma_offset(double shape, hec_level level);

/* Beta(a, b): P(X <= x) and P(X > x) where x = e^y / (1 + e^y). */
hec_level hec_beta_level(double a, double b, double y);
/* The log-odds y of the quantile. */
double hec_beta_log_odds(double a, double b, hec_level level);

#endif
