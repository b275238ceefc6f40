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

/* How many mechanisms each family of the policy library has: A01 .. A16, B01 .. B17, ... */
static const struct family {
    char letter;
    int n;
} families[] = {{'A', 16}, {'B', 17}, {'C', 4},  {'D', 13}, {'E', 17}, {'F', 11}, {'G', 5},
                {'H', 10}, {'I', 18}, {'J', 13}, {'K', 10}, {'L', 5},  {'M', 7},  {'N', 4}};

static void the_library_has_every_mechanism_once(void **state)
{
    size_t all = 0, missing = 0;
    (void)state;
    for (size_t f = 0; f < sizeof families / sizeof families[0]; f++) {
        for (int i = 1; i <= families[f].n; i++, all++) {
            char id[16];
            size_t found = 0;
            (void)snprintf(id, sizeof id, "%c%02d", families[f].letter, i);
            for (size_t k = 0; k < hec_catalogue_count("mechanisms"); k++) {
                found += strcmp(hec_catalogue_name("mechanisms", k), id) == 0;
            }
            if (found != 1) {
                print_message("%s stands %zu times in the policy library\n", id, found);
                missing++;
            }
        }
    }
    assert_int_equal(all, 150);
    assert_int_equal(missing, 0);
    assert_int_equal(hec_catalogue_count("mechanisms"), all);
}

/* A row of CSV without quotes: its cells from the end; the title may hold commas. */
static void last_cells(char *line, size_t n, char *cells[])
{
    for (size_t i = n; i-- > 0;) {
        char *comma = strrchr(line, ',');
        assert_non_null(comma);
        *comma = '\0';
        cells[i] = comma + 1;
    }
}

/* Its file is there and says what the list says; its family is the folder. */
static void mechanisms_are_what_their_files_say(void **state)
{
    char *text = NULL;
    size_t length = 0, rows = 0;
    (void)state;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_int_equal(hec_catalogue_print("mechanisms", HEC_FORMAT_CSV, out), HEC_OK);
    fclose(out);
    char *rest = text, *line = strtok_r(text, "\n", &rest);
    assert_string_equal(line, "name,title,family,level,form,status,file");
    while ((line = strtok_r(NULL, "\n", &rest))) {
        char path[512], words[4096] = "\n", wanted[64], *cells[2];
        last_cells(line, 2, cells);
        (void)snprintf(path, sizeof path, HECATE_SOURCE_DIR "/inputs/policies/%s", cells[1]);
        FILE *file = fopen(path, "r");
        if (!file) {
            fail_msg("there is no %s", path);
            return;
        }
        words[1 + fread(words + 1, 1, sizeof words - 2, file)] = '\0';
        fclose(file);
        (void)snprintf(wanted, sizeof wanted, "\npolicy: %.3s\n", line);
        assert_non_null(strstr(words, wanted));
        (void)snprintf(wanted, sizeof wanted, "\nstatus: %s", cells[0]);
        assert_non_null(strstr(words, wanted));
        assert_int_equal(cells[1][0], line[0]);
        assert_memory_equal(strchr(cells[1], '/') + 1, line, 3);
        assert_null(strstr(line, ",,")); /* no title, family, level or form is missing */
        assert_non_null(strstr("read recalled assumed", cells[0]));
        rows++;
    }
    assert_int_equal(rows, hec_catalogue_count("mechanisms"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_of_persons_are_listed),
        cmocka_unit_test(functions_have_words),
        cmocka_unit_test(the_library_has_every_mechanism_once),
        cmocka_unit_test(mechanisms_are_what_their_files_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
