/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fit: from a form's values to natural parameters.
 *
 * A spread of zero makes a certain value. What a ci95 = [l, u] is matched by:
 *   normal       sd = (u - l) / 3.92; the mean as given, else the middle
 *   lognormal    sdlog = ln(u/l) / 3.92; the mean or median as given, else the middle of the logs
 *   beta, gamma  the mean as given; the spread for which the distance from the 2.5 % to the 97.5 %
 *                quantile is u - l
 * and then at least 90 % of the fitted distribution must lie within [l, u]: an interval that no
 * member with that mean comes near is refused (distribution.c). */
#include "model/families.h"

#include <math.h>

#include "base/scalar.h"

#define WIDTH_95 3.91992796908010779 /* 2 * 1.959963984540053856 */

static bool refuse_spread(const hec_fit *fit, double most)
{
    hec_report(fit->diagnostics, HEC_CHECK_DISTRIBUTION, fit->places[1],
               "a %s with mean %.6g has a standard deviation below %.6g, not %.6g",
               fit->family->info.name, fit->v[0], most, fit->v[1]);
    hec_report_help(fit->diagnostics, "is it the standard deviation of persons where the standard "
                                      "error of the mean is meant, or a percentage?");
    return false;
}

static bool make(hec_distribution *d, hec_family_code family, double a, double b)
{
    *d = (hec_distribution){.family = family, .a = a, .b = b};
    return true;
}

static bool make_fixed(hec_distribution *d, double value)
{
    return make(d, HEC_FAMILY_FIXED, value, 0);
}

bool hec_fit_natural(const hec_fit *fit, hec_distribution *d)
{
    d->a = fit->v[0];
    d->b = fit->v[1];
    d->c = fit->v[2];
    d->d = fit->v[3];
    return true;
}

bool hec_fit_normal(const hec_fit *fit, hec_distribution *d)
{
    enum { MEAN_SD, MEAN_CI95, CI95 };
    const double *v = fit->v;
    double mean = v[0], sd = v[1];
    if (fit->form == MEAN_CI95) {
        sd = (v[2] - v[1]) / WIDTH_95;
    } else if (fit->form == CI95) {
        mean = 0.5 * (v[0] + v[1]);
        sd = (v[1] - v[0]) / WIDTH_95;
    }
    return sd == 0 ? make_fixed(d, mean) : make(d, HEC_FAMILY_NORMAL, mean, sd);
}

bool hec_fit_lognormal(const hec_fit *fit, hec_distribution *d)
{
    enum { NATURAL, MEAN_SD, MEAN_CV, MEAN_CI95, MEDIAN_CI95, MEDIAN_SDLOG, CI95 };
    const double *v = fit->v;
    double meanlog = fit->form == NATURAL ? v[0] : hec_log(v[0]), sdlog = v[1];
    switch (fit->form) {
    case MEAN_SD:
        sdlog = sqrt(hec_log1p(v[1] / v[0] * (v[1] / v[0])));
        break;
    case MEAN_CV:
        sdlog = sqrt(hec_log1p(v[1] * v[1]));
        break;
    case MEAN_CI95:
    case MEDIAN_CI95:
        sdlog = hec_log(v[2] / v[1]) / WIDTH_95;
        break;
    case CI95:
        meanlog = 0.5 * (hec_log(v[0]) + hec_log(v[1]));
        sdlog = hec_log(v[1] / v[0]) / WIDTH_95;
        break;
    default:
        break;
    }
    if (fit->form == MEAN_SD || fit->form == MEAN_CV || fit->form == MEAN_CI95) {
        meanlog -= 0.5 * sdlog * sdlog;
    }
    return sdlog == 0 ? make_fixed(d, fit->form == NATURAL ? hec_exp(meanlog) : v[0])
                      : make(d, HEC_FAMILY_LOGNORMAL, meanlog, sdlog);
}

/* ---- mean and interval ---------------------------------------------------------------------- */

/* The members with a given mean, by concentration: the shape of a gamma, the sum of a beta's. */
static hec_distribution member(hec_family_code family, double mean, double concentration)
{
    hec_distribution d = {.family = family};
    d.a = family == HEC_FAMILY_GAMMA ? concentration : mean * concentration;
    d.b = family == HEC_FAMILY_GAMMA ? concentration / mean : (1 - mean) * concentration;
    return d;
}

static double width_95(hec_family_code family, double mean, double concentration)
{
    hec_distribution d = member(family, mean, concentration);
    return hec_distribution_quantile(&d, 0.975) - hec_distribution_quantile(&d, 0.025);
}

/* The concentration, on a logarithmic scale, where the width is as wanted: false position with
 * Illinois weights between low (too wide) and high (too narrow). */
static double solve_width(hec_family_code family, double mean, double wanted, double low,
                          double high)
{
    double x = hec_log(low), y = hec_log(high), z = y;
    double at_x = width_95(family, mean, low) - wanted,
           at_y = width_95(family, mean, high) - wanted;
    for (int i = 0; i < 100; i++) {
        z = y - at_y * ((y - x) / (at_y - at_x));
        if (fabs(z - y) < 1e-15 * (1 + fabs(y))) {
            break;
        }
        double at_z = width_95(family, mean, hec_exp(z)) - wanted;
        if ((at_z < 0) == (at_y < 0)) {
            at_x *= 0.5;
        } else {
            x = y;
            at_x = at_y;
        }
        y = z;
        at_y = at_z;
    }
    return hec_exp(z);
}

/* From concentrated members to dispersed ones until the interval is wide enough. For a mean near a
 * bound of the support the width has a greatest value, beyond which it shrinks again. */
static bool fit_interval(const hec_fit *fit, hec_family_code family, hec_distribution *d)
{
    double mean = fit->v[0], wanted = fit->v[2] - fit->v[1], sd = wanted / WIDTH_95;
    double high = 4 * (1 + mean / sd * (mean / sd)), width = 0;
    if (family == HEC_FAMILY_BETA) {
        high = 4 * (1 + mean / sd * ((1 - mean) / sd));
    }
    while (width_95(family, mean, high) > wanted && high < 1e30) {
        high *= 4;
    }
    for (double low = 0.9 * high; low > 1e-6; low *= 0.9) {
        double next = width_95(family, mean, low);
        if (next >= wanted) {
            *d = member(family, mean, solve_width(family, mean, wanted, low, high));
            return true;
        }
        if (next < width) {
            break;
        }
        width = next;
        high = low;
    }
    hec_report(fit->diagnostics, HEC_CHECK_DISTRIBUTION, fit->places[1],
               "no %s with mean %.6g has a 95 %% interval %.6g wide; the widest has about %.3g",
               fit->family->info.name, mean, wanted, width);
    return false;
}

bool hec_fit_beta(const hec_fit *fit, hec_distribution *d)
{
    enum { NATURAL, MEAN_SD, MEAN_CI95 };
    double mean = fit->v[0], sd = fit->v[1];
    if (fit->form == NATURAL) {
        return make(d, HEC_FAMILY_BETA, mean, sd);
    }
    if (fit->form == MEAN_CI95) {
        return fit_interval(fit, HEC_FAMILY_BETA, d);
    }
    if (sd == 0) {
        return make_fixed(d, mean);
    }
    double n = mean / sd * ((1 - mean) / sd) - 1;
    if (!(n > 0)) {
        return refuse_spread(fit, sqrt(mean * (1 - mean)));
    }
    return make(d, HEC_FAMILY_BETA, mean * n, (1 - mean) * n);
}

bool hec_fit_gamma(const hec_fit *fit, hec_distribution *d)
{
    enum { SHAPE_RATE, SHAPE_SCALE, MEAN_SD, MEAN_CV, MEAN_CI95 };
    double mean = fit->v[0], cv = fit->form == MEAN_CV ? fit->v[1] : fit->v[1] / mean;
    if (fit->form == SHAPE_RATE || fit->form == SHAPE_SCALE) {
        return make(d, HEC_FAMILY_GAMMA, fit->v[0],
                    fit->form == SHAPE_RATE ? fit->v[1] : 1 / fit->v[1]);
    }
    if (fit->form == MEAN_CI95) {
        return fit_interval(fit, HEC_FAMILY_GAMMA, d);
    }
    if (cv == 0) {
        return make_fixed(d, mean);
    }
    return make(d, HEC_FAMILY_GAMMA, 1 / (cv * cv), 1 / (cv * cv) / mean);
}

/* ---- bounds --------------------------------------------------------------------------------- */

static bool rising(const hec_fit *fit, int lower, int upper, const char *words)
{
    if (fit->v[lower] <= fit->v[upper]) {
        return true;
    }
    hec_report(fit->diagnostics, HEC_CHECK_DISTRIBUTION, fit->places[upper],
               "%s: %s, but %.6g is above %.6g", fit->family->info.name, words, fit->v[lower],
               fit->v[upper]);
    return false;
}

bool hec_fit_range(const hec_fit *fit, hec_distribution *d)
{
    const double *v = fit->v;
    if (d->family == HEC_FAMILY_UNIFORM) {
        if (!rising(fit, 0, 1, "`min` is not above `max`")) {
            return false;
        }
        return v[0] == v[1] ? make_fixed(d, v[0]) : hec_fit_natural(fit, d);
    }
    if (!rising(fit, 0, 1, "`min` is not above `mode`") ||
        !rising(fit, 1, 2, "`mode` is not above `max`")) {
        return false;
    }
    if (v[0] == v[2]) {
        return make_fixed(d, v[0]);
    }
    (void)hec_fit_natural(fit, d);
    if (d->family == HEC_FAMILY_PERT && fit->form == 0) {
        d->d = 4;
    }
    return true;
}

bool hec_fit_exponential(const hec_fit *fit, hec_distribution *d)
{
    enum { RATE, MEAN };
    return make(d, HEC_FAMILY_EXPONENTIAL, fit->form == RATE ? fit->v[0] : 1 / fit->v[0], 0);
}

bool hec_fit_poisson(const hec_fit *fit, hec_distribution *d)
{
    if (fit->v[0] > 1e12) { /* counts must stay well within the integers of a double */
        hec_report(fit->diagnostics, HEC_CHECK_DISTRIBUTION, fit->places[0],
                   "the mean of a poisson is at most 1e12, not %.6g", fit->v[0]);
        return false;
    }
    return make(d, HEC_FAMILY_POISSON, fit->v[0], 0);
}

bool hec_fit_truncated(const hec_fit *fit, hec_distribution *d)
{
    enum { BOTH, MIN_ONLY, MAX_ONLY };
    const double *v = fit->v;
    d->a = v[0];
    d->b = v[1];
    d->c = fit->form == MAX_ONLY ? -INFINITY : v[2];
    d->d = fit->form == BOTH ? v[3] : fit->form == MAX_ONLY ? v[2] : INFINITY;
    if (fit->form == BOTH && !rising(fit, 2, 3, "`min` is not above `max`")) {
        return false;
    }
    if (d->c == d->d) {
        return make_fixed(d, d->c);
    }
    if (d->b == 0 && d->a >= d->c && d->a <= d->d) {
        return make_fixed(d, d->a);
    }
    double low = (d->c - d->a) / d->b, high = (d->d - d->a) / d->b;
    double kept =
        low > 0 ? hec_normal(-low) - hec_normal(-high) : hec_normal(high) - hec_normal(low);
    if (!(kept > 1e-10)) {
        hec_report(fit->diagnostics, HEC_CHECK_DISTRIBUTION, fit->places[2],
                   "the bounds keep next to nothing of a normal with mean %.6g and sd %.6g", d->a,
                   d->b);
        return false;
    }
    return true;
}
