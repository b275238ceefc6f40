/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The matrix exponential against closed forms, and bits that must not depend on a border. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/expm.h"

enum { MOST = 80 };

typedef struct room {
    double *a, *result, *scratch;
    int pivots[MOST];
} room;

static room room_create(size_t n)
{
    room r = {.a = calloc(n * n, sizeof *r.a),
              .result = calloc(n * n, sizeof *r.result),
              .scratch = calloc(hec_expm_scratch(n), sizeof *r.scratch)};
    assert_true(n <= MOST && r.a && r.result && r.scratch);
    return r;
}

static void room_destroy(room *r)
{
    free(r->a);
    free(r->result);
    free(r->scratch);
}

/* Errors of the squarings grow with the norm; shares are at most one. */
static void assert_share(double a, double b)
{
    if (!(fabs(a - b) <= 1e-13)) {
        fail_msg("%.17g is not %.17g", a, b);
    }
}

static void nothing_happens_without_hazards(void **state)
{
    (void)state;
    room r = room_create(9);
    assert_true(hec_expm(9, r.a, r.result, r.scratch, r.pivots));
    for (size_t i = 0; i < 81; i++) {
        assert_true(r.result[i] == (i % 10 == 0 ? 1 : 0));
    }
    room_destroy(&r);
}

/* 0 -> 1 -> 2 -> ... at one rate: the number of steps is Poisson. */
static void steps_of_one_rate_are_poisson(void **state)
{
    (void)state;
    static const double rates[] = {1e-9, 0.3, 2, 5.3, 5.4, 40, 300};
    enum { N = 12 };
    for (size_t k = 0; k < sizeof rates / sizeof rates[0]; k++) {
        room r = room_create(N);
        for (size_t i = 0; i + 1 < N; i++) {
            r.a[i * N + i] = -rates[k];
            r.a[i * N + i + 1] = rates[k];
        }
        assert_true(hec_expm(N, r.a, r.result, r.scratch, r.pivots));
        double share = exp(-rates[k]);
        for (size_t j = 0; j + 1 < N; j++) {
            assert_share(r.result[j], share);
            share *= rates[k] / (double)(j + 1);
        }
        room_destroy(&r);
    }
}

/* Both ways: p(0 -> 1) = a / (a + b) (1 - exp(-(a + b))); with a border, the time spent too. */
static void two_states_and_their_time(void **state)
{
    (void)state;
    const double a = 0.7, b = 0.2, s = a + b;
    room r = room_create(4);
    const double q[16] = {-a, a, 1, 0, b, -b, 0, 1};
    memcpy(r.a, q, sizeof q);
    assert_true(hec_expm(4, r.a, r.result, r.scratch, r.pivots));
    assert_share(r.result[1], a / s * -expm1(-s));
    assert_share(r.result[4], b / s * -expm1(-s));
    assert_share(r.result[3], a / s - a / s * -expm1(-s) / s); /* of one time unit, that in 1 */
    room_destroy(&r);
}

/* A number in [0, 1) that looks random. */
static double next_number(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1p-53;
}

/* Strategies of equal hazards, one with one-off consequences and one without, must agree to the
 * last bit: else one of them looks more effective. */
static void a_border_changes_no_bit(void **state)
{
    (void)state;
    uint64_t numbers = 5;
    for (size_t n = 2; n <= MOST / 2; n++) {
        room plain = room_create(n), border = room_create(2 * n);
        for (size_t i = 0; i < n; i++) {
            double sum = 0;
            for (size_t j = 0; j < n; j++) {
                double hazard = i == j || next_number(&numbers) < 0.3 ? 0 : next_number(&numbers);
                plain.a[i * n + j] = border.a[i * 2 * n + j] = hazard;
                sum += hazard;
            }
            plain.a[i * n + i] = border.a[i * 2 * n + i] = -sum;
            border.a[i * 2 * n + n + i] = 1;
        }
        assert_true(hec_expm(n, plain.a, plain.result, plain.scratch, plain.pivots));
        assert_true(hec_expm(2 * n, border.a, border.result, border.scratch, border.pivots));
        for (size_t i = 0; i < n; i++) {
            assert_memory_equal(plain.result + i * n, border.result + i * 2 * n,
                                n * sizeof(double));
        }
        room_destroy(&plain);
        room_destroy(&border);
    }
}

static void what_is_not_finite_is_refused(void **state)
{
    (void)state;
    static const double bad[] = {INFINITY, NAN, -INFINITY};
    for (size_t k = 0; k < 3; k++) {
        room r = room_create(3);
        r.a[1] = bad[k];
        assert_false(hec_expm(3, r.a, r.result, r.scratch, r.pivots));
        room_destroy(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_happens_without_hazards),
        cmocka_unit_test(steps_of_one_rate_are_poisson),
        cmocka_unit_test(two_states_and_their_time),
        cmocka_unit_test(a_border_changes_no_bit),
        cmocka_unit_test(what_is_not_finite_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
