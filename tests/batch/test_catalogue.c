/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of the catalogue that are put together from several tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <hecate/hecate.h>

/* What the language says persons can be asked, docs/language.md. */
static const char *const persons[] = {"in",     "ever",        "count",  "time_since",
                                      "now",    "entered",     "start",  "next",
                                      "random", "random_once", "person", "time_in_state"};

static size_t times_listed(const char *name)
{
    size_t found = 0;
    for (size_t i = 0; i < hec_catalogue_count("functions"); i++) {
        found += strcmp(hec_catalogue_name("functions", i), name) == 0;
    }
    return found;
}

static void functions_of_persons_are_listed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof persons / sizeof persons[0]; i++) {
        assert_int_equal(times_listed(persons[i]), 1);
    }
    assert_int_equal(times_listed("event_prob"), 1);
    assert_null(hec_catalogue_name("functions", hec_catalogue_count("functions")));
}

/* Each has words, and how it is written. */
static void functions_have_words(void **state)
{
    char *text = NULL;
    size_t length = 0;
    (void)state;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_int_equal(hec_catalogue_print("functions", HEC_FORMAT_CSV, out), HEC_OK);
    fclose(out);
    assert_non_null(strstr(text, "\nnow,now(event),of persons: 1 where the event happens"));
    assert_non_null(strstr(text, "\nperson,person,"));
    assert_null(strstr(text, ",,"));
    assert_null(strstr(text, ",\n"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_of_persons_are_listed),
        cmocka_unit_test(functions_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
