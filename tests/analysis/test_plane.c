/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cost-effectiveness plane: one draw in each part of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/cea.h"

static void every_part_is_met(void **state)
{
    (void)state;
    const double cost[] = {3, 1, 1, 3, 2, 3, 3, 2}, effect[] = {7, 7, 5, 5, 6, 6, 7, 7};
    const double reference_cost[] = {2, 2, 2, 2, 2, 2, 2, 2};
    const double reference_effect[] = {6, 6, 6, 6, 6, 6, 6, 6};
    double dc[8], de[8], share[HEC_PLANE_PARTS];
    hec_plane(8, cost, effect, reference_cost, reference_effect, dc, de, share);
    assert_true(share[0] == 2.0 / 8); /* more costly, more effective: draws 0 and 6 */
    assert_true(share[1] == 1.0 / 8 && share[2] == 1.0 / 8 && share[3] == 1.0 / 8);
    assert_true(share[4] == 3.0 / 8); /* on an axis: draws 4, 5 and 7 */
    assert_true(dc[1] == -1 && de[1] == 1);
    assert_string_equal(hec_plane_part_text(0), "more costly, more effective");
    assert_string_equal(hec_plane_part_text(1), "less costly, more effective");
    assert_string_equal(hec_plane_part_text(2), "less costly, less effective");
    assert_string_equal(hec_plane_part_text(3), "more costly, less effective");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_part_is_met)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
