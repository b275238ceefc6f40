/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matrix exponential: Pade approximant of degree 13 with scaling and squaring. Sums are formed
 * here, in one order: a general library rounds as the processor and its number of threads suggest,
 * starts threads inside our threads, and gives a generator and the same one with a border
 * (cohort_hazard.c) different bits, which would tell two strategies of equal hazards apart. */
#include "sim/expm.h"

#include <math.h>
#include <string.h>

/* Above this 1-norm the matrix is halved until it is below: theta_13 of Higham (2005), table 2.3.
 */
static const double THETA_13 = 5.371920351148152;

static const double b[14] = {64764752532480000.0,
                             32382376266240000.0,
                             7771770303897600.0,
                             1187353796428800.0,
                             129060195264000.0,
                             10559470521600.0,
                             670442572800.0,
                             33522128640.0,
                             1323241920.0,
                             40840800.0,
                             960960.0,
                             16380.0,
                             182.0,
                             1.0};

size_t hec_expm_scratch(size_t n)
{
    return 7 * n * n;
}

/* y += a * x */
static void add_scaled(size_t n, double a, const double *restrict x, double *restrict y)
{
    for (size_t i = 0; i < n; i++) {
        y[i] += a * x[i];
    }
}

/* out = x * y. Generators are sparse; what is multiplied by zero adds nothing. */
static void multiply(size_t n, const double *x, const double *y, double *out)
{
    memset(out, 0, n * n * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < n; k++) {
            if (x[i * n + k] != 0) {
                add_scaled(n, x[i * n + k], y + k * n, out + i * n);
            }
        }
    }
}

static double norm_1(size_t n, const double *a)
{
    double largest = 0;
    for (size_t j = 0; j < n; j++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++) {
            sum += fabs(a[i * n + j]);
        }
        if (!(sum <= largest)) { /* NaN comes through */
            largest = sum;
        }
    }
    return largest;
}

/* out = c6*a6 + c4*a4 + c2*a2 + c0*I */
static void combine(size_t n, const double *const *even, double c6, double c4, double c2, double c0,
                    double *out)
{
    for (size_t i = 0; i < n * n; i++) {
        out[i] = c6 * even[2][i] + c4 * even[1][i] + c2 * even[0][i];
    }
    for (size_t i = 0; i < n; i++) {
        out[i * n + i] += c0;
    }
}

static void swap_rows(size_t n, double *x, double *y)
{
    for (size_t i = 0; i < n; i++) {
        double kept = x[i];
        x[i] = y[i];
        y[i] = kept;
    }
}

/* a becomes its factors L (below the diagonal) and U, by elimination with partial pivoting;
 * pivots[k] is the row that came to place k. False when a is singular. */
static bool factor(size_t n, double *a, int *pivots)
{
    for (size_t k = 0; k < n; k++) {
        size_t pivot = k;
        for (size_t i = k + 1; i < n; i++) {
            pivot = fabs(a[i * n + k]) > fabs(a[pivot * n + k]) ? i : pivot;
        }
        pivots[k] = (int)pivot;
        if (!(fabs(a[pivot * n + k]) > 0)) {
            return false;
        }
        if (pivot != k) {
            swap_rows(n, a + k * n, a + pivot * n);
        }
        for (size_t i = k + 1; i < n; i++) {
            if (a[i * n + k] != 0) {
                a[i * n + k] /= a[k * n + k];
                add_scaled(n - k - 1, -a[i * n + k], a + k * n + k + 1, a + i * n + k + 1);
            }
        }
    }
    return true;
}

/* x becomes the solution y of (the matrix that was factored) * y = x. */
static void solve(size_t n, const double *factors, const int *pivots, double *x)
{
    for (size_t k = 0; k < n; k++) {
        if ((size_t)pivots[k] != k) {
            swap_rows(n, x + k * n, x + (size_t)pivots[k] * n);
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++) {
            if (factors[i * n + k] != 0) {
                add_scaled(n, -factors[i * n + k], x + k * n, x + i * n);
            }
        }
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++) {
            if (factors[i * n + k] != 0) {
                add_scaled(n, -factors[i * n + k], x + k * n, x + i * n);
            }
        }
        for (size_t j = 0; j < n; j++) {
            x[i * n + j] /= factors[i * n + i];
        }
    }
}

/* The least number of halvings that brings the norm to THETA_13. */
static int count_halvings(double norm)
{
    int exponent = 0;
    if (norm <= THETA_13) {
        return 0;
    }
    double fraction = frexp(norm / THETA_13, &exponent);
    return fraction > 0.5 ? exponent : exponent - 1;
}

bool hec_expm(size_t n, const double *a, double *result, double *scratch, int *pivots)
{
    size_t nn = n * n;
    const double *scaled = a; /* halved in the scratch, where it has to be */
    double *halved = scratch, *a2 = scratch + nn, *a4 = a2 + nn, *a6 = a4 + nn, *odd = a6 + nn,
           *sum = odd + nn, *part = sum + nn;
    const double *even[3] = {a2, a4, a6};
    double norm = norm_1(n, a);
    if (!isfinite(norm)) {
        return false;
    }
    int halvings = count_halvings(norm);
    for (size_t i = 0; halvings > 0 && i < nn; i++) {
        halved[i] = ldexp(a[i], -halvings);
        scaled = halved;
    }
    multiply(n, scaled, scaled, a2);
    multiply(n, a2, a2, a4);
    multiply(n, a4, a2, a6);
    /* odd part U = A (A6 (b13 A6 + b11 A4 + b9 A2) + b7 A6 + b5 A4 + b3 A2 + b1 I) */
    combine(n, even, b[13], b[11], b[9], 0, part);
    multiply(n, a6, part, sum);
    combine(n, even, b[7], b[5], b[3], b[1], part);
    for (size_t i = 0; i < nn; i++) {
        sum[i] += part[i];
    }
    multiply(n, scaled, sum, odd);
    /* even part V = A6 (b12 A6 + b10 A4 + b8 A2) + b6 A6 + b4 A4 + b2 A2 + b0 I */
    combine(n, even, b[12], b[10], b[8], 0, part);
    multiply(n, a6, part, sum);
    combine(n, even, b[6], b[4], b[2], b[0], part);
    for (size_t i = 0; i < nn; i++) {
        double v = sum[i] + part[i];
        result[i] = v + odd[i];
        sum[i] = v - odd[i];
    }
    if (!factor(n, sum, pivots)) {
        return false;
    }
    solve(n, sum, pivots, result);
    for (int i = 0; i < halvings; i++) {
        multiply(n, result, result, part);
        memcpy(result, part, nn * sizeof *result);
    }
    return true;
}
