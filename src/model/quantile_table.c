/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantile tables: a quantile as a function of the normal score, in pieces of one polynomial
 * degree.
 *
 * On each piece the function is interpolated in the 16 zeros of a Chebyshev polynomial. The pieces
 * are halved until the last coefficients are negligible everywhere; then all series are cut at the
 * lowest common degree and written in powers. */
#include "model/distribution.h"

#include <math.h>
#include <string.h>

#include "base/scalar.h"
#include "model/families.h"

enum { NODES = 16, PIECES_MAX = 128, CHECKS = 7, STEPS_MAX = 4096 };
#define AIM 1e-13         /* of the interpolation */
#define BOUND 1e-12       /* promised in the header */
#define VANISHED (-760.0) /* a logarithm below this makes a zero */

struct hec_quantile_table {
    hec_distribution distribution;
    hec_curve curve;
    hec_link link;
    double low, range; /* UNIFORM and LOGIT: x = low + range * share */
    /* SMOOTH; pieces == 0: lane by lane */
    size_t pieces, degree;
    double scale, error;
    const double *coefficients;
    /* STEPS: x = low + number of thresholds below z; steps == NULL: lane by lane */
    size_t n_steps;
    const double *steps;
};

static double value_at(const hec_distribution *d, double z)
{
    return hec_family_at(d->family)->linked(d, hec_level_of_score(z));
}

/* ---- polynomials ---------------------------------------------------------------------------- */

typedef struct builder {
    const hec_distribution *distribution;
    hec_link link;
    double spread; /* IDENTITY: errors are relative to this or to the value; else 1 */
    size_t pieces, degree;
    double series[PIECES_MAX][NODES];
} builder;

static double cosine(int m) /* cos(m pi / 32) */
{
    static const double c[] = {
        1.0,
        0.995184726672196886245,
        0.980785280403230449126,
        0.956940335732208864936,
        0.923879532511286756128,
        0.881921264348355029713,
        0.831469612302545237079,
        0.773010453362736960811,
        0.707106781186547524401,
        0.634393284163645498215,
        0.555570233019602224743,
        0.471396736825997648556,
        0.382683432365089771728,
        0.290284677254462367636,
        0.195090322016128267848,
        0.0980171403295606019942,
        0.0,
    };
    m %= 64;
    m = m > 32 ? 64 - m : m;
    return m > 16 ? -c[32 - m] : c[m];
}

/* The lowest degree at which the series may be cut; NODES when it has not converged. */
static size_t degree_needed(const double c[NODES], double tolerance)
{
    size_t degree = NODES - 1;
    double rest = 0;
    if (!(fabs(c[NODES - 1]) + fabs(c[NODES - 2]) <= 0.25 * tolerance)) {
        return NODES;
    }
    while (degree > 1 && rest + fabs(c[degree]) <= tolerance) {
        rest += fabs(c[degree]);
        degree--;
    }
    return degree;
}

/* Interpolates piece k; false when a value is not finite or the series does not converge. */
static bool build_piece(builder *b, size_t k)
{
    double half = HEC_SCORE_MAX / (double)b->pieces;
    double middle = -HEC_SCORE_MAX + half * (double)(2 * k + 1);
    double f[NODES], least = INFINITY, greatest = -INFINITY, size = 0;
    for (int j = 0; j < NODES; j++) {
        f[j] = value_at(b->distribution, middle + half * cosine(2 * j + 1));
        if (!isfinite(f[j])) {
            return false;
        }
        least = fmin(least, f[j]);
        greatest = fmax(greatest, f[j]);
        size = fmax(size, fabs(f[j]));
    }
    double *c = b->series[k];
    for (int i = 0; i < NODES; i++) {
        double sum = 0;
        for (int j = 0; j < NODES; j++) {
            sum += f[j] * cosine(i * (2 * j + 1));
        }
        c[i] = sum * (i == 0 ? 1.0 : 2.0) / NODES;
    }
    double tolerance = AIM * b->spread + 8e-16 * size;
    if (b->link == HEC_LINK_LOGIT &&
        least > 0) { /* a share of 1 - e^-y hardly feels an error of y */
        tolerance = fmin(1, tolerance * hec_exp(least));
    } else if (b->link != HEC_LINK_IDENTITY && greatest < VANISHED) {
        tolerance = 1;
    }
    size_t needed = degree_needed(c, tolerance);
    b->degree = needed > b->degree ? needed : b->degree;
    return needed < NODES;
}

/* Sum of c[i] T_i(t) for i <= degree, as powers of t. */
static void to_powers(size_t degree, const double *c, double *powers)
{
    double now[NODES] = {1}, next[NODES] = {0, 1};
    memset(powers, 0, (degree + 1) * sizeof *powers);
    for (size_t i = 0; i <= degree; i++) {
        for (size_t j = 0; j <= i; j++) {
            powers[j] += c[i] * now[j];
        }
        double after[NODES] = {0}; /* T_{i+2} = 2 t T_{i+1} - T_i */
        for (size_t j = 0; j < NODES; j++) {
            after[j] = (j > 0 ? 2 * next[j - 1] : 0) - now[j];
        }
        memcpy(now, next, sizeof now);
        memcpy(next, after, sizeof next);
    }
}

static double error_at(const builder *b, const double *powers, double middle, double half, double t)
{
    double exact = value_at(b->distribution, middle + half * t), sum = powers[b->degree];
    for (size_t i = b->degree; i-- > 0;) {
        sum = fma(sum, t, powers[i]);
    }
    double error = fabs(sum - exact);
    if (b->link == HEC_LINK_IDENTITY) {
        return error / fmax(fabs(exact), b->spread);
    }
    if (b->link == HEC_LINK_LOGIT && exact > 0) {
        error *= hec_exp(-exact);
    }
    return exact < VANISHED && sum < VANISHED ? 0 : error;
}

static double greatest_error(const builder *b, const double *coefficients)
{
    static const double checks[CHECKS] = {-1, -0.95, -0.6, -0.05, 0.5, 0.9, 1};
    double half = HEC_SCORE_MAX / (double)b->pieces, greatest = 0;
    for (size_t k = 0; k < b->pieces; k++) {
        double middle = -HEC_SCORE_MAX + half * (double)(2 * k + 1);
        for (int i = 0; i < CHECKS; i++) {
            double error = error_at(b, coefficients + k * (b->degree + 1), middle, half, checks[i]);
            greatest = error > greatest ? error : greatest;
        }
    }
    return greatest;
}

static bool build_pieces(builder *b, size_t pieces)
{
    b->pieces = pieces;
    b->degree = 1;
    for (size_t k = 0; k < pieces; k++) {
        if (!build_piece(b, k)) {
            return false;
        }
    }
    return true;
}

static bool build_polynomials(hec_arena *arena, hec_quantile_table *table)
{
    builder b = {.distribution = &table->distribution, .link = table->link};
    b.spread = table->link == HEC_LINK_IDENTITY ? hec_distribution_sd(&table->distribution) : 1;
    size_t pieces = 1;
    while (pieces <= PIECES_MAX && !build_pieces(&b, pieces)) {
        pieces *= 2;
    }
    if (pieces > PIECES_MAX) {
        return true;
    }
    double *coefficients = hec_arena_array(arena, pieces * (b.degree + 1), sizeof *coefficients);
    if (!coefficients) {
        return false;
    }
    for (size_t k = 0; k < pieces; k++) {
        to_powers(b.degree, b.series[k], coefficients + k * (b.degree + 1));
    }
    table->error = greatest_error(&b, coefficients);
    if (!(table->error <= BOUND)) {
        table->error = 0;
        return true;
    }
    table->pieces = pieces;
    table->degree = b.degree;
    table->scale = (double)pieces / (2 * HEC_SCORE_MAX);
    table->coefficients = coefficients;
    return true;
}

/* ---- counts --------------------------------------------------------------------------------- */

/* The count exceeds k where z exceeds the score of P(X <= k). */
static bool build_steps(hec_arena *arena, hec_quantile_table *table)
{
    const hec_distribution *d = &table->distribution;
    double low = value_at(d, -HEC_SCORE_MAX), high = value_at(d, HEC_SCORE_MAX);
    if (!(high - low <= STEPS_MAX)) {
        return true;
    }
    table->low = low;
    table->n_steps = (size_t)(high - low);
    double *steps = hec_arena_array(arena, table->n_steps + 1, sizeof *steps);
    for (size_t i = 0; steps && i < table->n_steps; i++) {
        hec_level level = hec_family_at(d->family)->level(d, low + (double)i);
        steps[i] = level.lower <= 0.5 ? hec_score(level.lower) : -hec_score(level.upper);
    }
    table->steps = steps;
    return steps != NULL;
}

static size_t count_below(size_t n, const double *steps, double z)
{
    size_t low = 0;
    while (n > 0) {
        size_t half = n / 2;
        bool above = steps[low + half] < z;
        low = above ? low + half + 1 : low;
        n = above ? n - half - 1 : half;
    }
    return low;
}

/* ---- creation and use ----------------------------------------------------------------------- */

hec_quantile_table *hec_quantile_table_create(hec_arena *arena,
                                              const hec_distribution *distribution)
{
    hec_quantile_table *table = hec_arena_alloc(arena, sizeof *table);
    const hec_family *family = hec_family_at(distribution->family);
    if (!table) {
        return NULL;
    }
    table->distribution = *distribution;
    table->curve = family->curve;
    table->link = family->link;
    table->range = 1;
    bool made = true;
    if (table->curve == HEC_CURVE_SMOOTH) {
        made = build_polynomials(arena, table);
    } else if (table->curve == HEC_CURVE_STEPS) {
        made = build_steps(arena, table);
    }
    if (table->curve == HEC_CURVE_UNIFORM) {
        table->low = distribution->a;
        table->range = distribution->b - distribution->a;
    } else if (distribution->family == HEC_FAMILY_PERT) {
        table->low = distribution->a;
        table->range = distribution->c - distribution->a;
    }
    return made ? table : NULL;
}

double hec_quantile_table_error(const hec_quantile_table *table)
{
    return table->error;
}

void hec_quantile_table_size(const hec_quantile_table *table, size_t *pieces, size_t *degree)
{
    *pieces = table->pieces;
    *degree = table->degree;
}

/* The linked quantile, where the curve is a line, smooth or computed lane by lane. */
static void apply_linked(const hec_quantile_table *table, const hk_table *kernels, size_t n,
                         const double *z, double *out)
{
    if (table->curve == HEC_CURVE_LINE) {
        kernels->fill(n, table->distribution.a, out);
        kernels->axpy(n, table->distribution.b, z, out);
    } else if (table->pieces > 0) {
        kernels->piecewise(n, -HEC_SCORE_MAX, table->scale, table->pieces, table->degree,
                           table->coefficients, z, out);
    } else {
        for (size_t i = 0; i < n; i++) {
            out[i] = value_at(&table->distribution, z[i]);
        }
    }
}

static void apply_triangle(const hec_quantile_table *table, const hk_table *kernels, size_t n,
                           const double *z, double *out)
{
    const hec_distribution *d = &table->distribution;
    double range = d->c - d->a, left = (d->b - d->a) * range, right = (d->c - d->b) * range;
    double mode = (d->b - d->a) / range;
    /* -|z| first: the nearer tail is the accurate one */
    kernels->op[HK_ABS](n, z, NULL, NULL, out);
    kernels->op[HK_NEG](n, out, NULL, NULL, out);
    kernels->op[HK_NORMAL_CDF](n, out, NULL, NULL, out);
    for (size_t i = 0; i < n; i++) {
        double lower = z[i] < 0 ? out[i] : 1 - out[i], upper = z[i] < 0 ? 1 - out[i] : out[i];
        double below = d->a + sqrt(lower * left), above = d->c - sqrt(upper * right);
        out[i] = lower <= mode ? below : above;
    }
}

static void unlink_lanes(const hec_quantile_table *table, const hk_table *kernels, size_t n,
                         double *x)
{
    if (table->link == HEC_LINK_LOG) {
        kernels->op[HK_EXP](n, x, NULL, NULL, x);
    } else if (table->link == HEC_LINK_LOGIT) {
        kernels->op[HK_NEG](n, x, NULL, NULL, x);
        kernels->op[HK_EXP](n, x, NULL, NULL, x);
        for (size_t i = 0; i < n; i++) {
            x[i] = table->low + table->range / (1 + x[i]);
        }
    }
}

void hec_quantile_table_apply(const hec_quantile_table *table, const hk_table *kernels, size_t n,
                              const double *z, double *out)
{
    switch (table->curve) {
    case HEC_CURVE_UNIFORM:
        kernels->op[HK_NORMAL_CDF](n, z, NULL, NULL, out);
        for (size_t i = 0; i < n; i++) {
            out[i] = table->low + table->range * out[i];
        }
        return;
    case HEC_CURVE_TRIANGLE:
        apply_triangle(table, kernels, n, z, out);
        return;
    case HEC_CURVE_CONSTANT:
        kernels->fill(n, table->distribution.a, out);
        return;
    case HEC_CURVE_STEPS:
        for (size_t i = 0; table->steps && i < n; i++) {
            out[i] = table->low + (double)count_below(table->n_steps, table->steps, z[i]);
        }
        if (table->steps) {
            return;
        }
        break;
    case HEC_CURVE_LINE:
    case HEC_CURVE_SMOOTH:
        break;
    }
    apply_linked(table, kernels, n, z, out);
    unlink_lanes(table, kernels, n, out);
}

void hec_quantile_table_apply_log(const hec_quantile_table *table, const hk_table *kernels,
                                  size_t n, const double *z, double *out)
{
    apply_linked(table, kernels, n, z, out);
}
