/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors of the elementary functions against long double, within the bounds that vmath.h states. */
#include "kernel_data.h"

#include <float.h>
#include <math.h>

enum { SAMPLES = 40000 };

/* Distance in units of the last place of the true value; subnormals lie on a fixed grid. */
static double ulps(double got, long double exact)
{
    double rounded = (double)exact;
    if (isinf(rounded) || isnan(got))
        return got == rounded ? 0 : INFINITY;
    int exponent;
    frexp(rounded, &exponent);
    if (exponent < DBL_MIN_EXP)
        exponent = DBL_MIN_EXP;
    return (double)fabsl(((long double)got - exact) / ldexpl(1, exponent - DBL_MANT_DIG));
}

static long double density(long double x)
{
    return expl(-x * x / 2) * 0.398942280401432677939946059934381868L;
}

/* normal_cdf(-a) = erfc(a / sqrt 2) / 2. The tail magnifies by a^2 what rounding a / sqrt 2 loses;
 * the loss is (a^2/2 - z^2) / 2z and put back to first order. */
static long double tail_area(long double a)
{
    long double z = a * 0.707106781186547524400844362104849039L;
    long double square = a * a / 2;
    long double left = fmal(-z, z, square) + fmal(a, a / 2, -square);
    long double lost = z == 0 ? 0 : left / (2 * z);
    return (erfcl(z) - lost * 1.128379167095512573896158903121545172L * expl(-z * z)) / 2;
}

static long double cdf(long double x)
{
    return tail_area(-x);
}

/* Newton steps on whichever of area, distance from 1/2 and tail keeps its digits. */
static long double quantile(double p)
{
    long double q = (long double)p - 0.5L, tail = q < 0 ? p : 1 - (long double)p;
    long double x = hk_scalar(HK_NORMAL_QUANTILE, p, 0, 0);
    for (int step = 0; step < 3; step++) {
        if (fabsl(q) < 0.25L) {
            x -= (erfl(x * 0.707106781186547524400844362104849039L) / 2 - q) / density(x);
        } else {
            long double area = tail_area(fabsl(x));
            long double out = logl(area / tail) * area / density(x);
            x += q < 0 ? -out : out;
        }
    }
    return x;
}

typedef double (*sampler)(uint64_t *state, double lo, double hi);

static double evenly(uint64_t *state, double lo, double hi)
{
    return random_between(state, lo, hi);
}

/* 2^e of either sign, e evenly in [lo, hi]. */
static double any_size(uint64_t *state, double lo, double hi)
{
    double x = exp2(random_between(state, lo, hi));
    return random_bits(state) & 1 ? -x : x;
}

static double positive(uint64_t *state, double lo, double hi)
{
    return fabs(any_size(state, lo, hi));
}

static double near_half(uint64_t *state, double lo, double hi)
{
    return 0.5 + any_size(state, lo, hi);
}

static double near_one(uint64_t *state, double lo, double hi)
{
    return 1 + any_size(state, lo, hi);
}

static double below_one(uint64_t *state, double lo, double hi)
{
    return 1 - positive(state, lo, hi);
}

typedef struct range {
    const char *name;
    hk_op op;
    long double (*exact)(long double);
    sampler sample;
    double lo, hi, bound;
} range;

static const range ranges[] = {
    {"exp", HK_EXP, expl, evenly, -1, 1, 0.65},
    {"exp", HK_EXP, expl, evenly, -708.39, 710, 0.65},
    {"exp", HK_EXP, expl, any_size, -80, 0, 0.65},
    {"exp, subnormal", HK_EXP, expl, evenly, -747, -708.39, 0.85},
    {"expm1", HK_EXPM1, expm1l, evenly, -1, 1, 0.95},
    {"expm1", HK_EXPM1, expm1l, evenly, -60, 60, 0.95},
    {"expm1", HK_EXPM1, expm1l, evenly, -800, 711, 0.95},
    {"expm1", HK_EXPM1, expm1l, any_size, -1074, 0, 0.95},
    {"log", HK_LOG, logl, evenly, 0.5, 2, 0.9},
    {"log", HK_LOG, logl, evenly, 0, 100, 0.9},
    {"log", HK_LOG, logl, near_one, -52, -1, 0.9},
    {"log", HK_LOG, logl, positive, -1074, 1023.99, 0.9},
    {"log1p", HK_LOG1P, log1pl, evenly, -1, 1, 0.9},
    {"log1p", HK_LOG1P, log1pl, evenly, -0.3, 0.42, 0.9},
    {"log1p", HK_LOG1P, log1pl, evenly, 0, 100, 0.9},
    {"log1p", HK_LOG1P, log1pl, any_size, -1074, -1, 0.9},
    {"log1p", HK_LOG1P, log1pl, positive, -1, 1023.99, 0.9},
    {"normal_cdf", HK_NORMAL_CDF, cdf, evenly, -1, 1, 10},
    {"normal_cdf", HK_NORMAL_CDF, cdf, evenly, -6, 9, 10},
    {"normal_cdf", HK_NORMAL_CDF, cdf, evenly, -38.6, -6, 10},
    {"normal_cdf", HK_NORMAL_CDF, cdf, any_size, -60, -1, 10},
};

static void test_one_operand(void **unused)
{
    (void)unused;
    for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++) {
        const range *c = &ranges[r];
        uint64_t state = r;
        double worst = 0, where = 0;
        for (int i = 0; i < SAMPLES; i++) {
            double x = c->sample(&state, c->lo, c->hi);
            double error = ulps(hk_scalar(c->op, x, 0, 0), c->exact(x));
            if (!(error <= worst)) {
                worst = error;
                where = x;
            }
        }
        print_message("%-16s [%g, %g]: %.3f ulp at %.17g\n", c->name, c->lo, c->hi, worst, where);
        if (!(worst <= c->bound))
            fail_msg("%s: %g ulp at %a, stated %g", c->name, worst, where, c->bound);
    }
}

static void test_quantile(void **unused)
{
    (void)unused;
    const struct {
        sampler sample;
        double lo, hi;
    } cases[] = {
        {evenly, 0x1p-53, 1},  {evenly, 0.07, 0.08},   {evenly, 0.92, 0.93},
        {positive, -1074, -1}, {below_one, -53, -1.1}, {near_half, -50, -1.1},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        uint64_t state = k;
        double worst = 0;
        for (int i = 0; i < SAMPLES / 4; i++) {
            double p = cases[k].sample(&state, cases[k].lo, cases[k].hi);
            double error = ulps(hk_scalar(HK_NORMAL_QUANTILE, p, 0, 0), quantile(p));
            if (!(error <= 10))
                fail_msg("normal_quantile(%a): %g ulp, stated 10", p, error);
            worst = error > worst ? error : worst;
        }
        print_message("normal_quantile case %zu: %.3f ulp\n", k, worst);
    }
}

/* Exponents chosen so that the whole range of results is met. */
static void test_pow(void **unused)
{
    (void)unused;
    const struct {
        sampler sample;
        double lo, hi, log_lo, log_hi, bound;
    } cases[] = {
        {evenly, 0, 10, -20, 20, 0.65},
        {positive, -1074, 1023.99, -708.39, 709.7, 0.65},
        {near_one, -45, -1, -708.39, 709.7, 0.65},
        {evenly, 0.5, 2, -745, -708.4, 0.85},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        uint64_t state = k;
        double worst = 0;
        for (int i = 0; i < SAMPLES; i++) {
            double x = cases[k].sample(&state, cases[k].lo, cases[k].hi);
            double y = random_between(&state, cases[k].log_lo, cases[k].log_hi) / log(x);
            if (!isfinite(y))
                continue;
            double error = ulps(hk_scalar(HK_POW, x, y, 0), powl(x, y));
            if (!(error <= cases[k].bound))
                fail_msg("pow(%a, %a): %g ulp, stated %g", x, y, error, cases[k].bound);
            worst = error > worst ? error : worst;
        }
        print_message("pow case %zu: %.3f ulp\n", k, worst);
    }
}

/* Both ways round: x -> normal_cdf -> normal_quantile -> x, as far as the condition allows:
 * an error of e in p moves x by e p / density, and x itself has 10 ulp. */
static void test_round_trip(void **unused)
{
    (void)unused;
    for (int i = -3700; i <= 600; i++) {
        double x = i / 100.0;
        double p = hk_scalar(HK_NORMAL_CDF, x, 0, 0);
        double back = hk_scalar(HK_NORMAL_QUANTILE, p, 0, 0);
        double moved = (double)(p * DBL_EPSILON * 10 / density(x));
        assert_true(fabs(back - x) <= moved + 10 * DBL_EPSILON * fabs(x) + DBL_EPSILON);
    }
}

int main(void)
{
    if (LDBL_MANT_DIG < 64) {
        print_message("long double is no wider than double here\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_operand),
        cmocka_unit_test(test_quantile),
        cmocka_unit_test(test_pow),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
