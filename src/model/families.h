/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Families: the one table of distributions, and what fits their forms. Inner to the room. */
#ifndef HECATE_MODEL_FAMILIES_H
#define HECATE_MODEL_FAMILIES_H

#include "base/special_functions.h"
#include "model/distribution.h"

typedef enum hec_family_code {
#define HEC_FAMILY_ROW(code, ...) HEC_FAMILY_##code,
#include "model/families.def"
#undef HEC_FAMILY_ROW
    HEC_FAMILY_COUNT
} hec_family_code;

/* How a quantile becomes a smooth function of the normal score. LOGIT: of (x - c) / (d - c). */
typedef enum hec_link { HEC_LINK_IDENTITY, HEC_LINK_LOG, HEC_LINK_LOGIT } hec_link;

/* How the sampler evaluates it. */
typedef enum hec_curve {
    HEC_CURVE_LINE,     /* link(x) = a + b z */
    HEC_CURVE_SMOOTH,   /* link(x) is tabulated */
    HEC_CURVE_UNIFORM,  /* x = a + (b - a) Phi(z) */
    HEC_CURVE_TRIANGLE, /* two square roots of Phi(z), Phi(-z) */
    HEC_CURVE_STEPS,    /* integers: thresholds of z */
    HEC_CURVE_CONSTANT,
} hec_curve;

/* What a form's fit sees: values in the order of the form, a ci95 as two of them, and the argument
 * each came from. */
enum { HEC_FORM_VALUES = 6, HEC_FORM_ARGUMENTS = 8 };
typedef struct hec_fit {
    hec_diagnostics *diagnostics;
    const struct hec_family *family;
    hec_place place;
    int form; /* which of the family's forms, from 0 */
    double v[HEC_FORM_VALUES];
    hec_place places[HEC_FORM_VALUES];
} hec_fit;

/* A row of families.def. */
typedef struct hec_family {
    hec_family_info info;
    double low, high; /* open support: bounds of mean, median, interval */
    hec_link link;
    hec_curve curve;
    bool (*fit)(const hec_fit *fit, hec_distribution *distribution);
    double (*linked)(const hec_distribution *distribution, hec_level level); /* link(quantile) */
    hec_level (*level)(const hec_distribution *distribution, double x); /* lower and upper only */
    double (*mean)(const hec_distribution *distribution);
    double (*sd)(const hec_distribution *distribution);
} hec_family;

const hec_family *hec_family_at(int family);
double hec_unlink(const hec_distribution *distribution, double linked);

/* fit.c: one for each family; reports HEC_CHECK_DISTRIBUTION. */
bool hec_fit_normal(const hec_fit *fit, hec_distribution *distribution);
bool hec_fit_lognormal(const hec_fit *fit, hec_distribution *distribution);
bool hec_fit_beta(const hec_fit *fit, hec_distribution *distribution);
bool hec_fit_gamma(const hec_fit *fit, hec_distribution *distribution);
bool hec_fit_range(const hec_fit *fit, hec_distribution *distribution); /* uniform ... pert */
bool hec_fit_exponential(const hec_fit *fit, hec_distribution *distribution);
bool hec_fit_poisson(const hec_fit *fit, hec_distribution *distribution);
bool hec_fit_truncated(const hec_fit *fit, hec_distribution *distribution);
bool hec_fit_natural(const hec_fit *fit, hec_distribution *distribution); /* values as they are */

/* The shapes of a PERT's beta. */
void hec_pert_shapes(const hec_distribution *distribution, double *shape1, double *shape2);

#endif
