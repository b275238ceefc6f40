/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The edges of the elementary functions: zeros, infinities, NaN, overflow, underflow, exact values.
 * Expected: C11 annex F for exp, expm1, log, log1p and pow; the limits for the normal functions. */
#include "kernel_data.h"

#include <float.h>
#include <math.h>

typedef struct special {
    hk_op op;
    double a, b, value;
} special;

static const special specials[] = {
    {HK_EXP, 0, 0, 1},
    {HK_EXP, -0.0, 0, 1},
    {HK_EXP, INFINITY, 0, INFINITY},
    {HK_EXP, -INFINITY, 0, 0},
    {HK_EXP, NAN, 0, NAN},
    {HK_EXP, 709.7827128933841, 0, INFINITY},
    {HK_EXP, DBL_MAX, 0, INFINITY},
    {HK_EXP, -745.1332191019412, 0, 0},
    {HK_EXP, -745.1332191019411, 0, 0x1p-1074},
    {HK_EXP, -DBL_MAX, 0, 0},
    {HK_EXP, 0x1p-1074, 0, 1},
    {HK_EXPM1, 0, 0, 0},
    {HK_EXPM1, -0.0, 0, -0.0},
    {HK_EXPM1, INFINITY, 0, INFINITY},
    {HK_EXPM1, -INFINITY, 0, -1},
    {HK_EXPM1, NAN, 0, NAN},
    {HK_EXPM1, 709.7827128933841, 0, INFINITY},
    {HK_EXPM1, -50, 0, -1},
    {HK_EXPM1, 0x1p-1074, 0, 0x1p-1074},
    {HK_EXPM1, -0x1p-1030, 0, -0x1p-1030},
    {HK_LOG, 1, 0, 0},
    {HK_LOG, 0, 0, -INFINITY},
    {HK_LOG, -0.0, 0, -INFINITY},
    {HK_LOG, -1, 0, NAN},
    {HK_LOG, -0x1p-1074, 0, NAN},
    {HK_LOG, -INFINITY, 0, NAN},
    {HK_LOG, INFINITY, 0, INFINITY},
    {HK_LOG, NAN, 0, NAN},
    {HK_LOG, 2, 0, 0x1.62e42fefa39efp-1},
    {HK_LOG1P, 0, 0, 0},
    {HK_LOG1P, -0.0, 0, -0.0},
    {HK_LOG1P, -1, 0, -INFINITY},
    {HK_LOG1P, -1.5, 0, NAN},
    {HK_LOG1P, -INFINITY, 0, NAN},
    {HK_LOG1P, INFINITY, 0, INFINITY},
    {HK_LOG1P, NAN, 0, NAN},
    {HK_LOG1P, 0x1p-1074, 0, 0x1p-1074},
    {HK_LOG1P, -0x1p-60, 0, -0x1p-60},
    {HK_NORMAL_CDF, 0, 0, 0.5},
    {HK_NORMAL_CDF, -0.0, 0, 0.5},
    {HK_NORMAL_CDF, INFINITY, 0, 1},
    {HK_NORMAL_CDF, -INFINITY, 0, 0},
    {HK_NORMAL_CDF, NAN, 0, NAN},
    {HK_NORMAL_CDF, 9, 0, 1},
    {HK_NORMAL_CDF, DBL_MAX, 0, 1},
    {HK_NORMAL_CDF, -39, 0, 0},
    {HK_NORMAL_CDF, -DBL_MAX, 0, 0},
    {HK_NORMAL_QUANTILE, 0.5, 0, 0},
    {HK_NORMAL_QUANTILE, 0, 0, -INFINITY},
    {HK_NORMAL_QUANTILE, -0.0, 0, -INFINITY},
    {HK_NORMAL_QUANTILE, 1, 0, INFINITY},
    {HK_NORMAL_QUANTILE, -0x1p-1074, 0, NAN},
    {HK_NORMAL_QUANTILE, 1.0000000000000002, 0, NAN},
    {HK_NORMAL_QUANTILE, INFINITY, 0, NAN},
    {HK_NORMAL_QUANTILE, -INFINITY, 0, NAN},
    {HK_NORMAL_QUANTILE, NAN, 0, NAN},
    {HK_POW, 0, 0, 1},
    {HK_POW, NAN, 0, 1},
    {HK_POW, NAN, -0.0, 1},
    {HK_POW, INFINITY, 0, 1},
    {HK_POW, 1, NAN, 1},
    {HK_POW, 1, INFINITY, 1},
    {HK_POW, 1, -1e300, 1},
    {HK_POW, -1, INFINITY, 1},
    {HK_POW, -1, -INFINITY, 1},
    {HK_POW, -1, 0x1p60, 1},
    {HK_POW, -1, 0x1.fffffffffffffp52, -1},
    {HK_POW, NAN, 1, NAN},
    {HK_POW, 2, NAN, NAN},
    {HK_POW, 0, 3, 0},
    {HK_POW, 0, 0.5, 0},
    {HK_POW, -0.0, 3, -0.0},
    {HK_POW, -0.0, 2, 0},
    {HK_POW, -0.0, 0.5, 0},
    {HK_POW, 0, -2, INFINITY},
    {HK_POW, 0, -3, INFINITY},
    {HK_POW, -0.0, -3, -INFINITY},
    {HK_POW, -0.0, -2, INFINITY},
    {HK_POW, 0, INFINITY, 0},
    {HK_POW, 0, -INFINITY, INFINITY},
    {HK_POW, INFINITY, 0.5, INFINITY},
    {HK_POW, INFINITY, -0.5, 0},
    {HK_POW, -INFINITY, 3, -INFINITY},
    {HK_POW, -INFINITY, 2, INFINITY},
    {HK_POW, -INFINITY, 0.5, INFINITY},
    {HK_POW, -INFINITY, -3, -0.0},
    {HK_POW, -INFINITY, -2, 0},
    {HK_POW, 2, INFINITY, INFINITY},
    {HK_POW, 2, -INFINITY, 0},
    {HK_POW, 0.5, INFINITY, 0},
    {HK_POW, -0.5, -INFINITY, INFINITY},
    {HK_POW, 2, 1024, INFINITY},
    {HK_POW, -2, 1025, -INFINITY},
    {HK_POW, 2, -1074, 0x1p-1074},
    {HK_POW, 2, -1076, 0},
    {HK_POW, -2, -1077, -0.0},
    {HK_POW, -2, 0.5, NAN},
    {HK_POW, -2, 3, -8},
    {HK_POW, -2, 4, 16},
    {HK_POW, -2, -3, -0.125},
    {HK_POW, -8, 1.0 / 3, NAN},
    {HK_POW, 10, 3, 1000},
    {HK_POW, 10, 22, 1e22},
    {HK_POW, 3, 33, 5559060566555523},
    {HK_POW, 0.25, 0.5, 0.5},
    {HK_POW, 0x1p-1074, 1, 0x1p-1074},
    {HK_POW, 0x1p-1074, -0.5, 0x1p537},
    {HK_POW, DBL_MAX, 1, DBL_MAX},
    {HK_POW, 1.0000000000000002, 1e300, INFINITY},
    {HK_POW, 0.99999999999999989, 1e300, 0},
    {HK_FLOOR, -0.5, 0, -1},
    {HK_FLOOR, 0x1.fffffffffffffp51, 0, 0x1.ffffffffffffep51},
    {HK_SQRT, -1, 0, NAN},
};

/* Every level: a table entry, alone and in the middle of a block. */
static void test_specials(void **unused)
{
    (void)unused;
    const hk_table *levels[4];
    const size_t n_levels = hk_levels(levels);
    for (size_t k = 0; k < sizeof specials / sizeof *specials; k++) {
        const special *s = &specials[k];
        assert_same(hk_scalar(s->op, s->a, s->b, 0), s->value, "hk_scalar", s->a, s->b);
        for (size_t l = 0; l < n_levels; l++) {
            double a[19], b[19], out[19];
            for (int i = 0; i < 19; i++) {
                a[i] = s->a;
                b[i] = s->b;
            }
            levels[l]->op[s->op](19, a, b, NULL, out);
            for (int i = 0; i < 19; i++)
                assert_same(out[i], s->value, levels[l]->isa, s->a, s->b);
        }
    }
}

/* Whole powers of whole numbers come out exact as long as they are doubles. */
static void test_whole_powers(void **unused)
{
    (void)unused;
    for (int base = -20; base <= 20; base++) {
        double power = 1;
        for (int exponent = 0; fabs(power) < 0x1p53 && exponent < 60; exponent++) {
            assert_true(hk_scalar(HK_POW, base, exponent, 0) == power);
            power *= base;
        }
    }
    for (int e = -1074; e <= 1023; e++) {
        assert_true(hk_scalar(HK_POW, 2, e, 0) == ldexp(1, e));
        assert_true(hk_scalar(HK_POW, ldexp(1, e), 1, 0) == ldexp(1, e));
    }
}

/* Rising arguments give results that do not fall, where steps are far above the error. */
static void test_monotone(void **unused)
{
    (void)unused;
    const hk_op ops[] = {HK_EXP, HK_EXPM1, HK_NORMAL_CDF};
    for (size_t k = 0; k < sizeof ops / sizeof *ops; k++) {
        double last = -INFINITY;
        for (int i = -7500; i <= 7200; i++) {
            double value = hk_scalar(ops[k], i / 10.0, 0, 0);
            assert_true(value >= last);
            last = value;
        }
    }
    double last = -INFINITY;
    for (int e = -1074; e < 0; e++) {
        double value = hk_scalar(HK_NORMAL_QUANTILE, ldexp(1, e), 0, 0);
        assert_true(value > last);
        last = value;
    }
}

/* The distribution is even about 0: the upper half is 1 minus the lower. */
static void test_symmetry(void **unused)
{
    (void)unused;
    uint64_t state = 3;
    for (int i = 0; i < 20000; i++) {
        double p = random_between(&state, 0x1p-30, 0.5);
        p = ldexp(floor(ldexp(p, 52)), -52); /* so that 1 - p is exact */
        double lower = hk_scalar(HK_NORMAL_QUANTILE, p, 0, 0);
        assert_true(hk_scalar(HK_NORMAL_QUANTILE, 1 - p, 0, 0) == -lower);
        double x = random_between(&state, 0, 40);
        double area = hk_scalar(HK_NORMAL_CDF, -x, 0, 0);
        assert_true(hk_scalar(HK_NORMAL_CDF, x, 0, 0) == 1 - area);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_specials),
        cmocka_unit_test(test_whole_powers),
        cmocka_unit_test(test_monotone),
        cmocka_unit_test(test_symmetry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
