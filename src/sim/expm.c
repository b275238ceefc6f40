/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matrix exponential: Pade approximant of degree 13 with scaling and squaring. */
#include "sim/expm.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

#include <cblas.h>

/* Above this 1-norm the matrix is halved until it is below: theta_13 of Higham (2005), table 2.3. */
static const double THETA_13 = 5.371920351148152;

static const double b[14] = {64764752532480000.0, 32382376266240000.0, 7771770303897600.0,
                             1187353796428800.0,  129060195264000.0,   10559470521600.0,
                             670442572800.0,      33522128640.0,       1323241920.0,
                             40840800.0,          960960.0,            16380.0,
                             182.0,               1.0};

size_t hec_expm_scratch(size_t n)
{
    return 7 * n * n;
}

static void multiply(size_t n, const double *x, const double *y, double *out)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)n, (int)n, (int)n, 1, x, (int)n, y,
                (int)n, 0, out, (int)n);
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

bool hec_expm(size_t n, const double *a, double *result, double *scratch, int *pivots)
{
    size_t nn = n * n;
    double *scaled = scratch, *a2 = scratch + nn, *a4 = a2 + nn, *a6 = a4 + nn, *odd = a6 + nn,
           *sum = odd + nn, *part = sum + nn;
    const double *even[3] = {a2, a4, a6};
    double norm = norm_1(n, a);
    if (!isfinite(norm)) {
        return false;
    }
    int halvings = norm > THETA_13 ? (int)ceil(log2(norm / THETA_13)) : 0;
    for (size_t i = 0; i < nn; i++) {
        scaled[i] = ldexp(a[i], -halvings);
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
    if (LAPACKE_dgesv(LAPACK_ROW_MAJOR, (int)n, (int)n, sum, (int)n, pivots, result, (int)n) != 0) {
        return false;
    }
    for (int i = 0; i < halvings; i++) {
        multiply(n, result, result, part);
        memcpy(result, part, nn * sizeof *result);
    }
    return true;
}
