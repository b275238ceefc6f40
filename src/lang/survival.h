/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Survival: a distribution of times as it was read, and how the files of curves ask each other.
 *
 * H is the cumulative hazard. Whatever is not given better follows from H and the hazard. */
#ifndef HECATE_LANG_SURVIVAL_H
#define HECATE_LANG_SURVIVAL_H

#include <math.h>

#include "lang/lower.h"

typedef struct hec_survival hec_survival;

/* A node from a time (or a cumulative hazard, or a probability). */
typedef hec_id hec_curve_at(const hec_make *m, const hec_survival *c, hec_id x);
/* A node from a time and how much time, or hazard, comes after it. */
typedef hec_id hec_curve_from(const hec_make *m, const hec_survival *c, hec_id from, hec_id by);

/* The curves that are being read, one inside the other. */
typedef struct hec_curve_reading {
    hec_lowering *lowering;
    const struct hec_curve_reading *outer;
    const hec_expr *expr; /* the call that is being read; of the outermost, what asks; or NULL */
    int depth;
} hec_curve_reading;

typedef struct hec_curve_row {
    hec_function_info info;
    hec_want wants[3]; /* of the parameters, where there is no `read` */
    bool open; /* `read` matches the arguments itself */
    /* Reads what is more than parameters; false after reporting. */
    bool (*read)(const hec_curve_reading *r, hec_survival *c, const hec_expr *const *bound);
    hec_curve_at *survival, *cumhazard, *hazard, *density; /* survival, density: NULL allowed */
    hec_curve_at *quantile; /* of a probability; NULL: through `reach` */
    hec_curve_at *reach;    /* the time at which H is so much */
    hec_curve_from *rise;   /* H(from + by) - H(from), by >= 0; NULL: their difference */
    hec_curve_from *after;  /* the time at which H is H(from) + by; NULL: through `reach` */
    int special;            /* of the rows in the table of special functions; none: -1 */
} hec_curve_row;

struct hec_survival {
    const hec_curve_row *row;
    const hec_expr *expr;
    hec_id p[3];
    size_t n_of; /* composed of these */
    const hec_survival **of;
    size_t n_pieces; /* pieces of constant hazard */
    const double *from;
    const hec_id *rates;
    const hec_lookup *value, *total, *reached; /* tables of steps and of life tables */
    hec_id axes[4]; /* of a life table; the one that runs: the age at the start */
    int along;      /* which one runs */
    /* The part of it that has no hazard, that has no inverse, or NULL. */
    const hec_survival *jumps, *latent;
};

/* Times at which something changes are met within this: t is a sum of many steps. */
#define HEC_CURVE_NEAR 1e-9

extern const hec_curve_row hec_curve_families[], hec_curve_compositions[], hec_curve_tabulated[];
enum { HEC_N_FAMILIES = 8, HEC_N_COMPOSITIONS = 6, HEC_N_TABULATED = 3 };

/* curves.c */
/* The distribution that `expr` is or names; NULL after reporting. `what` needs it. */
const hec_survival *hec_curve_read(const hec_curve_reading *outer, const hec_expr *expr,
                                   const char *what);
hec_id hec_curve_survival(const hec_make *m, const hec_survival *c, hec_id t);
hec_id hec_curve_cumhazard(const hec_make *m, const hec_survival *c, hec_id t);
hec_id hec_curve_hazard(const hec_make *m, const hec_survival *c, hec_id t);
hec_id hec_curve_density(const hec_make *m, const hec_survival *c, hec_id t);
hec_id hec_curve_quantile(const hec_make *m, const hec_survival *c, hec_id p);
hec_id hec_curve_reach(const hec_make *m, const hec_survival *c, hec_id h);
hec_id hec_curve_rise(const hec_make *m, const hec_survival *c, hec_id t, hec_id dt);
hec_id hec_curve_after(const hec_make *m, const hec_survival *c, hec_id entry, hec_id h);
/* Where an argument is known before the run, it must lie in [low, high]; reports. `what`: "a hazard
 * ratio". A bound that is not allowed itself is the next number. */
bool hec_curve_within(const hec_curve_reading *r, hec_id id, const hec_expr *expr, double low,
                      double high, const char *what);

/* curve_domain.c: whether a parameter that is known before the run is such as it must be; reports.
 */
bool hec_curve_possible(const hec_curve_reading *r, const hec_survival *c, size_t parameter,
                        const hec_expr *expr);
/* 1 where all parameters are such as they must be; -1 after reporting that they
 * never are. */
hec_id hec_curve_domain(const hec_lowering *lo, const hec_make *m, const hec_survival *c);

/* ---- building nodes -------------------------------------------------------------------------- */

static inline hec_id hec_make_neg(const hec_make *m, hec_id a)
{
    return hec_make_1(m, HK_NEG, a);
}
static inline hec_id hec_make_exp(const hec_make *m, hec_id a)
{
    return hec_make_1(m, HK_EXP, a);
}
static inline hec_id hec_make_expm1(const hec_make *m, hec_id a)
{
    return hec_make_1(m, HK_EXPM1, a);
}
static inline hec_id hec_make_log(const hec_make *m, hec_id a)
{
    return hec_make_1(m, HK_LOG, a);
}
static inline hec_id hec_make_log1p(const hec_make *m, hec_id a)
{
    return hec_make_1(m, HK_LOG1P, a);
}
static inline hec_id hec_make_add(const hec_make *m, hec_id a, hec_id b)
{
    return hec_make_2(m, HK_ADD, a, b);
}
static inline hec_id hec_make_sub(const hec_make *m, hec_id a, hec_id b)
{
    return hec_make_2(m, HK_SUB, a, b);
}
static inline hec_id hec_make_mul(const hec_make *m, hec_id a, hec_id b)
{
    return hec_make_2(m, HK_MUL, a, b);
}
static inline hec_id hec_make_div(const hec_make *m, hec_id a, hec_id b)
{
    return hec_make_2(m, HK_DIV, a, b);
}
static inline hec_id hec_make_pow(const hec_make *m, hec_id a, hec_id b)
{
    return hec_make_2(m, HK_POW, a, b);
}
static inline hec_id hec_make_below(const hec_make *m, hec_id a, hec_id b)
{
    return hec_make_2(m, HK_LT, a, b);
}
static inline hec_id hec_make_equals(const hec_make *m, hec_id a, double b)
{
    return hec_make_2(m, HK_EQ, a, hec_make_constant(m, b));
}
static inline hec_id hec_make_one_plus(const hec_make *m, hec_id a)
{
    return hec_make_add(m, hec_make_constant(m, 1), a);
}
static inline hec_id hec_make_less_one(const hec_make *m, hec_id a)
{
    return hec_make_sub(m, a, hec_make_constant(m, 1));
}
static inline hec_id hec_make_inverse(const hec_make *m, hec_id a)
{
    return hec_make_div(m, hec_make_constant(m, 1), a);
}
/* e^-h - 1 = -(1 - e^-h): less the share that has had the event */
static inline hec_id hec_make_fallen(const hec_make *m, hec_id h)
{
    return hec_make_expm1(m, hec_make_neg(m, h));
}
/* -log(1 - p): the cumulative hazard at which a share p has had the event */
static inline hec_id hec_make_reached(const hec_make *m, hec_id p)
{
    return hec_make_neg(m, hec_make_log1p(m, hec_make_neg(m, p)));
}

#endif
