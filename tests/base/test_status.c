/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Status codes have words and exit codes, also for what is no status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <hecate/status.h>

static void every_status_has_words(void **state)
{
    (void)state;
    for (int i = 0; i < HEC_STATUS_COUNT; i++)
        assert_true(hec_status_text((hec_status)i)[0] != '\0');
    assert_string_equal(hec_status_text(HEC_OK), "success");
    assert_string_equal(hec_status_text((hec_status)HEC_STATUS_COUNT), "unknown status");
    assert_string_equal(hec_status_text((hec_status)-1), "unknown status");
}

static void exit_codes_are_those_of_the_manual(void **state)
{
    (void)state;
    assert_int_equal(hec_status_exit_code(HEC_OK), 0);
    assert_int_equal(hec_status_exit_code(HEC_E_INPUT), 1);
    assert_int_equal(hec_status_exit_code(HEC_E_ARGUMENT), 2);
    assert_int_equal(hec_status_exit_code(HEC_E_VALUE), 3);
    assert_int_equal(hec_status_exit_code(HEC_E_IO), 4);
    assert_int_equal(hec_status_exit_code(HEC_E_MEMORY), 5);
    assert_int_equal(hec_status_exit_code(HEC_E_STOPPED), 130);
    assert_int_not_equal(hec_status_exit_code((hec_status)99), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_words),
        cmocka_unit_test(exit_codes_are_those_of_the_manual),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
