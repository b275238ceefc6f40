/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levels, tails, and what log-concave densities have in common: quadrature and search. */
#include "base/special_inner.h"

#include <math.h>

#include "base/scalar.h"

enum { GAUSS_HALF = 16, STEPS_MAX = 100, END_STEPS = 20 };
/* Steps below this part of the spread are the last: the next would be of the order of the cube. */
#define CLOSE 1e-5
/* e^-39 of the integrand's start is below half an ulp of the integral. */
#define NEGLIGIBLE 39.0

/* Positive nodes and weights of the 32-point Gauss-Legendre rule on [-1, 1]: zeros of P32. */
static const double gauss[GAUSS_HALF][2] = {{0.9972638618494815635, 0.0070186100094700966},
                                            {0.9856115115452683354, 0.01627439473090567061},
                                            {0.9647622555875064308, 0.02539206530926205946},
                                            {0.9349060759377396892, 0.0342738629130214331},
                                            {0.896321155766052124, 0.04283589802222668066},
                                            {0.8493676137325699701, 0.0509980592623761762},
                                            {0.794483795967942407, 0.05868409347853554715},
                                            {0.7321821187402896804, 0.06582222277636184684},
                                            {0.663044266930215201, 0.07234579410884850623},
                                            {0.587715757240762329, 0.07819389578707030647},
                                            {0.50689990893222939, 0.08331192422694675522},
                                            {0.4213512761306353454, 0.08765209300440381114},
                                            {0.3318686022821276498, 0.09117387869576388471},
                                            {0.2392873622521370745, 0.09384439908080456564},
                                            {0.1444719615827964935, 0.09563872007927485942},
                                            {0.04830766568773831623, 0.09654008851472780057}};

/* ---- levels and tails ----------------------------------------------------------------------- */

hec_level hec_level_of_score(double z)
{
    return (hec_level){hec_normal(z), hec_normal(-z), z};
}

hec_level hec_level_of_probability(double p)
{
    double q = 1 - p;
    return (hec_level){p, q, p <= 0.5 ? hec_score(p) : -hec_score(q)};
}

hec_level hec_level_mirror(hec_level level)
{
    return (hec_level){level.upper, level.lower, -level.score};
}

hec_tail hec_tail_mirror(hec_tail tail)
{
    return (hec_tail){tail.log, !tail.upper};
}

double hec_tail_log(hec_tail tail, bool upper)
{
    if (upper == tail.upper) {
        return tail.log;
    }
    return tail.log > -0.7 ? hec_log(-hec_expm1(tail.log)) : hec_log1p(-hec_exp(tail.log));
}

hec_level hec_level_of_tail(hec_tail tail)
{
    double near = hec_exp(tail.log), far = -hec_expm1(tail.log);
    return tail.upper ? (hec_level){far, near, NAN} : (hec_level){near, far, NAN};
}

/* ---- quadrature ----------------------------------------------------------------------------- */

double hec_fall_integral(hec_fall fall, const void *self, double slope, double bend)
{
    double end = 2 * NEGLIGIBLE / (slope + sqrt(slope * slope + 2 * bend * NEGLIGIBLE));
    for (int i = 0; i < END_STEPS; i++) { /* on a convex function Newton's steps end on the right */
        double slope_there, excess = fall(self, end, &slope_there) - NEGLIGIBLE;
        if (excess >= 0 && excess < 1) {
            break;
        }
        end -= excess / slope_there;
    }
    double sum = 0, half = 0.5 * end;
    for (int i = 0; i < GAUSS_HALF; i++) {
        sum += gauss[i][1] * (hec_exp(-fall(self, half * (1 - gauss[i][0]), NULL)) +
                              hec_exp(-fall(self, half * (1 + gauss[i][0]), NULL)));
    }
    return half * sum;
}

/* ---- search --------------------------------------------------------------------------------- */

/* Halley's rule for ln tail(y) = wanted. Of the logarithm of a tail the slope is +-ratio, and that
 * of its logarithm h' -+ ratio. */
static double step_towards(const hec_log_concave *at, bool upper, double wanted)
{
    double log_tail = hec_tail_log(at->tail, upper);
    double ratio = hec_exp(at->log_density - log_tail), slope = upper ? -ratio : ratio;
    double newton = (log_tail - wanted) / slope;
    double curve = 1 - 0.5 * newton * (at->slope - slope);
    return curve > 0.5 && curve < 2 ? -newton / curve : -newton;
}

double hec_log_concave_quantile(hec_log_concave_at at, const void *self, double guess,
                                double spread, hec_level level)
{
    bool upper = level.upper < level.lower;
    double wanted = hec_log(upper ? level.upper : level.lower), y = guess;
    if (isinf(wanted)) {
        return upper ? INFINITY : -INFINITY;
    }
    for (int i = 0; i < STEPS_MAX; i++) {
        hec_log_concave here = at(self, y);
        double step = step_towards(&here, upper, wanted);
        y += step;
        if (!(fabs(step) > CLOSE * spread) || fabs(step) <= HEC_HALF_ULP * fabs(y)) {
            break;
        }
    }
    return y;
}
