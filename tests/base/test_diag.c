/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Diagnostics: the exact text people see, order, limits, places, JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"

static int32_t add(hec_diagnostics *diagnostics, const char *name, const char *text)
{
    const int32_t file = hec_source_add(diagnostics, name, text, strlen(text));
    assert_true(file >= 0);
    return file;
}

/* The place of the first `words` in a source. */
static hec_place find(const hec_diagnostics *diagnostics, int32_t file, const char *words)
{
    size_t length;
    const char *text = hec_source_text(diagnostics, file, &length);
    const char *at = strstr(text, words);
    assert_non_null(at);
    return (hec_place){file, (uint32_t)(at - text), (uint32_t)strlen(words)};
}

static void expect_text(hec_diagnostics *diagnostics, const char *expected)
{
    char *text = hec_diagnostics_text(diagnostics, false);
    assert_string_equal(text, expected);
    free(text);
    hec_diagnostics_destroy(diagnostics);
}

static void nothing_found_is_empty(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    char *json = hec_diagnostics_json(d);
    assert_string_equal(json, "[]\n");
    free(json);
    assert_int_equal(hec_diagnostics_count(d, HEC_ERROR), 0);
    expect_text(d, "");
    hec_diagnostics_destroy(NULL);
}

static void a_finding_shows_place_words_caret_notes_and_help(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    const int32_t model = add(d, "models/x.yaml", "let:\n  p_HD: 0.1\n\n  q: p_HX * 2\n");
    hec_report(d, HEC_CHECK_UNKNOWN_NAME, find(d, model, "p_HX"), "nothing defines `%s`", "p_HX");
    hec_report_note(d, find(d, model, "p_HD"), "the nearest is here");
    hec_report_help(d, "did you mean `%s`?", "p_HD");
    expect_text(d, "models/x.yaml:4:6: error: nothing defines `p_HX` [unknown-name]\n"
                   "  q: p_HX * 2\n"
                   "     ^~~~\n"
                   "  note: models/x.yaml:2:3: the nearest is here\n"
                   "    p_HD: 0.1\n"
                   "    ^~~~\n"
                   "  help: did you mean `p_HD`?\n");
}

static void a_warning_with_a_reason_is_a_note(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    char reason[] = "a switch\n   that this study  leaves off";
    hec_report(d, HEC_CHECK_UNUSED, HEC_NOWHERE, "nothing reads `x`");
    assert_int_equal(hec_diagnostics_count(d, HEC_WARNING), 1);
    hec_accept(d, HEC_CHECK_UNUSED, NULL, reason);
    memset(reason, '?', sizeof reason - 1); /* the words are copied */
    hec_report(d, HEC_CHECK_UNUSED, HEC_NOWHERE, "nothing reads `y`");
    hec_report_help(d, "take it out");
    assert_int_equal(hec_diagnostics_count(d, HEC_WARNING), 0);
    assert_int_equal(hec_diagnostics_count(d, HEC_NOTE), 2);
    assert_true(hec_reported(d, HEC_CHECK_UNUSED, NULL));
    assert_true(hec_reported(d, HEC_CHECK_UNUSED, "y"));
    assert_false(hec_reported(d, HEC_CHECK_UNUSED, "nothing"));
    assert_false(hec_reported(d, HEC_CHECK_NO_EFFECT, NULL));
    expect_text(d, "accepted: nothing reads `x` [unused]\n"
                   "  reason: a switch that this study leaves off\n"
                   "accepted: nothing reads `y` [unused]\n"
                   "  reason: a switch that this study leaves off\n");
}

static void a_reason_may_be_of_one_name(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    hec_report(d, HEC_CHECK_UNUSED, HEC_NOWHERE, "nothing reads `x`");
    hec_report(d, HEC_CHECK_UNUSED, HEC_NOWHERE, "nothing reads `xy`");
    hec_accept(d, HEC_CHECK_UNUSED, "x", "a switch");
    hec_report(d, HEC_CHECK_UNUSED, HEC_NOWHERE, "nothing reads `z`, nor `x`");
    assert_int_equal(hec_diagnostics_count(d, HEC_WARNING), 1);
    assert_int_equal(hec_diagnostics_count(d, HEC_NOTE), 2);
    expect_text(d, "accepted: nothing reads `x` [unused]\n"
                   "  reason: a switch\n"
                   "warning: nothing reads `xy` [unused]\n"
                   "accepted: nothing reads `z`, nor `x` [unused]\n"
                   "  reason: a switch\n");
}

static void findings_without_place_say_so(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    hec_report(d, HEC_CHECK_UNUSED, HEC_NOWHERE, "nothing reads `x`");
    hec_report_note(d, HEC_NOWHERE, "seen from the command line");
    expect_text(d, "warning: nothing reads `x` [unused]\n"
                   "  note: seen from the command line\n");
}

static void order_is_by_file_and_place(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    const int32_t a = add(d, "a", "one two\n"), b = add(d, "b", "three\n");
    hec_report(d, HEC_CHECK_UNUSED, find(d, b, "three"), "fourth");
    hec_report(d, HEC_CHECK_UNUSED, find(d, a, "two"), "second");
    hec_report(d, HEC_CHECK_BAD_VALUE, find(d, a, "two"), "third");
    hec_report(d, HEC_CHECK_UNUSED, HEC_NOWHERE, "nowhere");
    hec_report(d, HEC_CHECK_UNUSED, find(d, a, "one"), "first");
    expect_text(d, "warning: nowhere [unused]\n"
                   "a:1:1: warning: first [unused]\none two\n^~~\n"
                   "a:1:5: warning: second [unused]\none two\n    ^~~\n"
                   "a:1:5: error: third [bad-value]\none two\n    ^~~\n"
                   "b:1:1: warning: fourth [unused]\nthree\n^~~~~\n");
}

static void tabs_and_wide_characters_keep_the_caret_in_line(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    const int32_t file = add(d, "x", "\t糖尿病: été bad\n");
    hec_report(d, HEC_CHECK_BAD_VALUE, find(d, file, "bad"), "one");
    hec_report(d, HEC_CHECK_BAD_VALUE, find(d, file, "尿病"), "two");
    /* three wide characters take six columns on the terminal, and are three of the line */
    expect_text(d, "x:1:3: error: two [bad-value]\n"
                   "\t糖尿病: été bad\n"
                   "\t  ^~~~\n"
                   "x:1:11: error: one [bad-value]\n"
                   "\t糖尿病: été bad\n"
                   "\t            ^~~\n");
}

static void stretches_end_with_their_line(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    const int32_t file = add(d, "x", "ab cd\r\nef\r\n\r\n");
    hec_report(d, HEC_CHECK_BAD_VALUE, find(d, file, "cd\r\nef"), "two lines");
    hec_report(d, HEC_CHECK_BAD_VALUE, (hec_place){file, 9, 0}, "behind the line");
    hec_report(d, HEC_CHECK_BAD_VALUE, (hec_place){file, 13, 5}, "behind the file");
    hec_report(d, HEC_CHECK_BAD_VALUE, (hec_place){file, 4000000000u, 5}, "far behind");
    expect_text(d, "x:1:4: error: two lines [bad-value]\nab cd\n   ^~\n"
                   "x:2:3: error: behind the line [bad-value]\nef\n  ^\n"
                   "x:4:1: error: behind the file [bad-value]\n"
                   "x:4:1: error: far behind [bad-value]\n");
}

static void all_three_line_ends_count(void **state)
{
    (void)state;
    static const struct {
        uint32_t offset;
        int line, column;
    } places[] = {{0, 1, 1}, {1, 1, 2}, {2, 2, 1}, {4, 2, 3}, {5, 3, 1}, {7, 4, 1}, {8, 4, 2}};
    hec_diagnostics *d = hec_diagnostics_create();
    const int32_t file = add(d, "x", "a\nb\r\nc\rd"); /* LF, CR LF, CR */
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        int line, column;
        hec_place_locate(d, (hec_place){file, places[i].offset, 0}, &line, &column);
        assert_int_equal(line, places[i].line);
        assert_int_equal(column, places[i].column);
    }
    hec_diagnostics_destroy(d);
}

static void lines_are_counted_across_blocks(void **state)
{
    (void)state;
    enum { LINES = 60000, WIDTH = 7 };
    char *text = malloc(LINES * WIDTH + 1);
    for (int i = 0; i < LINES; i++)
        memcpy(text + i * WIDTH, "abcde\r\n", WIDTH);
    hec_diagnostics *d = hec_diagnostics_create();
    const int32_t file = hec_source_add(d, "x", text, LINES * WIDTH);
    for (int i = 0; i < LINES; i += 97) {
        int line, column;
        hec_place_locate(d, (hec_place){file, (uint32_t)(i * WIDTH + 3), 1}, &line, &column);
        assert_int_equal(line, i + 1);
        assert_int_equal(column, 4);
    }
    hec_diagnostics_destroy(d);
    free(text);
}

static void long_lines_are_shown_around_the_caret(void **state)
{
    (void)state;
    char text[1001], expected[1000];
    memset(text, 'a', 1000);
    text[1000] = '\0';
    memcpy(text + 500, "HERE", 4);
    hec_diagnostics *d = hec_diagnostics_create();
    const int32_t file = add(d, "x", text);
    hec_report(d, HEC_CHECK_BAD_VALUE, find(d, file, "HERE"), "in the middle");
    snprintf(expected, sizeof expected,
             "x:1:501: error: in the middle [bad-value]\n...%.40sHERE%.76s...\n%43s^~~~\n", text,
             text + 504, "");
    expect_text(d, expected);
}

static void nothing_of_the_user_steers_the_terminal(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    const int32_t file = add(d, "x\x1b[2J", "k: \x1b[31m\xff v\n");
    hec_report(d, HEC_CHECK_BAD_VALUE, find(d, file, "v"), "value %s is\nwrong", "\x1b]0;t\x07");
    expect_text(
        d, "x\xEF\xBF\xBD[2J:1:11: error: value \xEF\xBF\xBD]0;t\xEF\xBF\xBD is wrong [bad-value]\n"
           "k: \xEF\xBF\xBD[31m\xEF\xBF\xBD v\n"
           "          ^\n");
}

static void the_same_finding_is_reported_once(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    const int32_t file = add(d, "x", "v\n");
    const hec_place place = {file, 0, 1};
    for (int i = 0; i < 3; i++) {
        hec_report(d, HEC_CHECK_BAD_VALUE, place, "same");
        hec_report_help(d, "help %d", i);
    }
    hec_report(d, HEC_CHECK_BAD_VALUE, place, "other words");
    assert_int_equal(hec_diagnostics_count(d, HEC_ERROR), 2);
    expect_text(d, "x:1:1: error: same [bad-value]\nv\n^\n  help: help 0\n"
                   "x:1:1: error: other words [bad-value]\nv\n^\n");
}

static void only_two_hundred_are_kept(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    for (int i = 0; i < 250; i++)
        hec_report(d, HEC_CHECK_UNUSED, HEC_NOWHERE, "warning %d", i);
    hec_report_help(d, "goes with what was not kept");
    hec_report(d, HEC_CHECK_BAD_VALUE, HEC_NOWHERE, "an error");
    assert_int_equal(hec_diagnostics_count(d, HEC_WARNING), 250);
    assert_int_equal(hec_diagnostics_count(d, HEC_ERROR), 1);
    char *text = hec_diagnostics_text(d, false);
    assert_null(strstr(text, "help:"));
    assert_null(strstr(text, "warning 199"));
    assert_non_null(strstr(text, "warning 198 [unused]\nerror: an error [bad-value]\n"
                                 "and 51 more findings (51 warnings) are not shown\n"));
    free(text);
    for (int i = 0; i < 200; i++)
        hec_report(d, HEC_CHECK_BAD_VALUE, HEC_NOWHERE, "error %d", i);
    text = hec_diagnostics_text(d, false);
    assert_null(strstr(text, "warning:"));
    assert_non_null(strstr(text, "and 251 more findings (1 error, 250 warnings) are not shown\n"));
    free(text);
    char *json = hec_diagnostics_json(d);
    assert_non_null(strstr(json,
                           "{\"file\":null,\"line\":null,\"column\":null,\"severity\":\"note\","
                           "\"check\":null,\"message\":\"and 251 more findings"));
    free(json);
    hec_diagnostics_destroy(d);
}

static void colour_is_asked_for(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    const int32_t file = add(d, "x", "v\n");
    hec_report(d, HEC_CHECK_BAD_VALUE, (hec_place){file, 0, 1}, "words");
    hec_report_help(d, "cure");
    char *text = hec_diagnostics_text(d, true);
    assert_string_equal(text, "\x1b[1mx:1:1:\x1b[0m \x1b[1;31merror:\x1b[0m words [bad-value]\n"
                              "v\n\x1b[1;36m^\x1b[0m\n"
                              "  \x1b[1;36mhelp:\x1b[0m cure\n");
    free(text);
    hec_diagnostics_destroy(d);
}

static void json_says_the_same(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    const int32_t file = add(d, "a.yaml", "x: 1\r\ny: \"q\"\r\n");
    hec_report(d, HEC_CHECK_BAD_VALUE, find(d, file, "q"), "bad `%s`", "\"q\"");
    hec_report_note(d, find(d, file, "x"), "first");
    hec_report_note(d, HEC_NOWHERE, "second");
    hec_report_help(d, "cure");
    hec_report_help(d, "another");
    hec_report(d, HEC_CHECK_MONTE_CARLO, HEC_NOWHERE, "small");
    char *json = hec_diagnostics_json(d);
    assert_string_equal(json,
                        "[\n"
                        "{\"file\":null,\"line\":null,\"column\":null,\"severity\":\"note\","
                        "\"check\":\"monte-carlo-error\",\"message\":\"small\","
                        "\"accepted\":null,\"source_line\":null,"
                        "\"notes\":[],\"help\":null},\n"
                        "{\"file\":\"a.yaml\",\"line\":2,\"column\":5,\"severity\":\"error\","
                        "\"check\":\"bad-value\",\"message\":\"bad `\\\"q\\\"`\","
                        "\"accepted\":null,\"source_line\":\"y: \\\"q\\\"\",\"notes\":["
                        "{\"file\":\"a.yaml\",\"line\":1,\"column\":1,\"message\":\"first\"},"
                        "{\"file\":null,\"line\":null,\"column\":null,\"message\":\"second\"}],"
                        "\"help\":\"cure\\nanother\"}\n"
                        "]\n");
    free(json);
    hec_diagnostics_destroy(d);
}

static void out_of_memory_is_an_error(void **state)
{
    (void)state;
    hec_diagnostics *d = hec_diagnostics_create();
    hec_report_out_of_memory(d);
    assert_int_equal(hec_diagnostics_count(d, HEC_ERROR), 1);
    assert_int_equal(hec_diagnostics_count(d, HEC_WARNING), 0);
    expect_text(d, "error: out of memory\n");
}

static void sources_are_copied_and_known_by_number(void **state)
{
    (void)state;
    size_t length;
    char name[16], text[] = "text";
    hec_diagnostics *d = hec_diagnostics_create();
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "f%d", i);
        assert_int_equal(hec_source_add(d, name, text, 4), i);
    }
    memset(text, 'x', 4);
    assert_int_equal(hec_source_count(d), 40);
    assert_string_equal(hec_source_name(d, 17), "f17");
    assert_string_equal(hec_source_text(d, 17, &length), "text");
    assert_int_equal(length, 4);
    assert_string_equal(hec_source_name(d, 40), "");
    assert_string_equal(hec_source_name(d, -1), "");
    assert_null(hec_source_text(d, 40, &length));
    hec_diagnostics_destroy(d);
}

static void every_check_is_described_once(void **state)
{
    (void)state;
    for (int i = 0; i < HEC_CHECK_COUNT; i++) {
        const hec_check_info *info = hec_check_describe((hec_check)i);
        assert_true(strlen(info->words) > 10 && info->name[0] != '\0');
        for (int k = 0; k < i; k++)
            assert_string_not_equal(info->name, hec_check_describe((hec_check)k)->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_found_is_empty),
        cmocka_unit_test(a_finding_shows_place_words_caret_notes_and_help),
        cmocka_unit_test(findings_without_place_say_so),
        cmocka_unit_test(order_is_by_file_and_place),
        cmocka_unit_test(tabs_and_wide_characters_keep_the_caret_in_line),
        cmocka_unit_test(stretches_end_with_their_line),
        cmocka_unit_test(all_three_line_ends_count),
        cmocka_unit_test(lines_are_counted_across_blocks),
        cmocka_unit_test(long_lines_are_shown_around_the_caret),
        cmocka_unit_test(nothing_of_the_user_steers_the_terminal),
        cmocka_unit_test(the_same_finding_is_reported_once),
        cmocka_unit_test(only_two_hundred_are_kept),
        cmocka_unit_test(colour_is_asked_for),
        cmocka_unit_test(json_says_the_same),
        cmocka_unit_test(a_warning_with_a_reason_is_a_note),
        cmocka_unit_test(a_reason_may_be_of_one_name),
        cmocka_unit_test(out_of_memory_is_an_error),
        cmocka_unit_test(sources_are_copied_and_known_by_number),
        cmocka_unit_test(every_check_is_described_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
