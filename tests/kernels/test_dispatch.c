/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which ISA level is chosen, and that each table is whole. */
#include "kernel_data.h"

#include <string.h>

static void test_levels(void **unused)
{
    (void)unused;
    const hk_table *levels[4];
    size_t n = hk_levels(levels);
    assert_in_range(n, 1, 4);
    for (size_t l = 0; l < n; l++) {
        assert_ptr_equal(hk_select(levels[l]->isa), levels[l]);
        for (size_t k = 0; k < l; k++)
            assert_string_not_equal(levels[k]->isa, levels[l]->isa);
        for (int op = 0; op < HK_OP_COUNT; op++)
            assert_non_null(levels[l]->op[op]);
        assert_true(levels[l]->fill && levels[l]->axpy && levels[l]->multiply_add);
        assert_true(levels[l]->cohort_step && levels[l]->cohort_run && levels[l]->uniforms);
        assert_true(levels[l]->piecewise && levels[l]->first_outside && levels[l]->sum);
        assert_true(levels[l]->decision);
    }
    assert_ptr_equal(hk_select(NULL), levels[n - 1]);
}

static void test_names(void **unused)
{
    (void)unused;
    assert_null(hk_select("x86-64-v9"));
    assert_null(hk_select(""));
#if defined(__x86_64__)
    const char *const order[] = {"x86-64", "x86-64-v3", "x86-64-v4"};
    const hk_table *levels[4];
    size_t n = hk_levels(levels);
    for (size_t l = 0; l < n; l++)
        assert_string_equal(levels[l]->isa, order[l]);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        assert_true(n >= 2);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
