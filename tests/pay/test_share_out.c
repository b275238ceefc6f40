/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sharing out whole numbers: nothing is left over, and nobody is a whole away from the quota. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pay/share_out.h"

static void fractions_decide(void **state)
{
    (void)state;
    const double weights[] = {6600, 4000, 0};
    int64_t shares[3];
    assert_true(hec_share_out(1000000000, 3, weights, shares));
    assert_int_equal(shares[0], 622641509);
    assert_int_equal(shares[1], 377358491);
    assert_int_equal(shares[2], 0);
    const double thirds[] = {1, 1, 1}; /* of equal fractions the first */
    assert_true(hec_share_out(100, 3, thirds, shares));
    assert_true(shares[0] == 34 && shares[1] == 33 && shares[2] == 33);
    /* 4.15, 3.4, 2.45 of 10: the last has the largest fraction */
    const double votes[] = {415, 340, 245};
    assert_true(hec_share_out(10, 3, votes, shares));
    assert_true(shares[0] == 4 && shares[1] == 3 && shares[2] == 3);
}

static void nothing_cannot_be_a_measure(void **state)
{
    (void)state;
    const double none[] = {0, 0};
    int64_t shares[2] = {1, 1};
    assert_false(hec_share_out(1, 2, none, shares));
    assert_true(hec_share_out(0, 2, none, shares));
    assert_true(shares[0] == 0 && shares[1] == 0);
}

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 11;
}

static void nothing_is_left_over(void **state)
{
    (void)state;
    enum { MOST = 200 };
    double weights[MOST];
    int64_t shares[MOST];
    uint64_t seed = 7;
    for (int round = 0; round < 3000; round++) {
        size_t n = 1 + next(&seed) % MOST;
        int64_t total = (int64_t)(next(&seed) % (UINT64_C(1) << (1 + next(&seed) % 53))), sum = 0;
        long double all = 0;
        weights[0] = 1;
        for (size_t i = 0; i < n; i++) {
            double size = exp2((double)(next(&seed) % 40) - 20);
            weights[i] = next(&seed) % 5 ? size * (double)(next(&seed) % 1000) : i == 0;
            all += weights[i];
        }
        bool shared = hec_share_out(total, n, weights, shares);
        assert_true(shared == (all > 0 || total == 0));
        for (size_t i = 0; shared && i < n; i++) {
            long double quota = all > 0 ? total * (weights[i] / all) : 0;
            assert_true(shares[i] >= 0 &&
                        fabsl((long double)shares[i] - quota) < 1.01L + quota * 1e-15L);
            assert_true(weights[i] > 0 || shares[i] == 0);
            sum += shares[i];
        }
        assert_true(!shared || sum == total);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fractions_decide),
        cmocka_unit_test(nothing_cannot_be_a_measure),
        cmocka_unit_test(nothing_is_left_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
