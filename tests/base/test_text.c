/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Growing strings, JSON escapes, nearest names, numbers in any locale, UTF-8. */
#include "base/scratch.h"

#include <float.h>
#include <locale.h>
#include <math.h>

#include "base/text.h"
#include "base/utf8.h"

static void strings_grow(void **state)
{
    (void)state;
    hec_text text = {0};
    for (int i = 0; i < 1000; i++)
        hec_text_format(&text, "%d,", i % 10);
    hec_text_add_bytes(&text, "abc", 2);
    assert_int_equal(text.length, 2002);
    char *taken = hec_text_take(&text);
    assert_int_equal(strlen(taken), 2002);
    assert_string_equal(taken + 1996, "8,9,ab");
    assert_null(text.data);
    free(taken);
    taken = hec_text_take(&text);
    assert_string_equal(taken, "");
    free(taken);
    hec_text_free(&text);
}

static void failure_is_remembered(void **state)
{
    (void)state;
    hec_text text = {.failed = true};
    hec_text_add(&text, "nothing");
    assert_int_equal(text.length, 0);
    assert_null(hec_text_take(&text));
}

static void json_is_escaped(void **state)
{
    (void)state;
    hec_text text = {0};
    hec_text_add_json(&text, "a\"b\\c\n\t\r\x01\x7f 糖尿病 \xff\xe7\xb3");
    char *taken = hec_text_take(&text);
    assert_string_equal(taken,
                        "\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u007f 糖尿病 \\ufffd\\ufffd\\ufffd\"");
    free(taken);
}

static const char *nearest(const char *name)
{
    static const char *const keys[] = {"utility", "cost",   "to",   "rate",    "absorbing",
                                       "dead",    "p_HD",   "p_HS", "c_trt_B", "discount",
                                       "糖尿病",  "高血压", "",     NULL};
    const char *found = hec_text_nearest(name, sizeof keys / sizeof keys[0], keys);
    return found == NULL ? "-" : found;
}

static void slips_of_the_pen_are_found(void **state)
{
    (void)state;
    assert_string_equal(nearest("utilty"), "utility");   /* left out */
    assert_string_equal(nearest("utiliity"), "utility"); /* doubled */
    assert_string_equal(nearest("utilitz"), "utility");  /* another letter */
    assert_string_equal(nearest("uitlity"), "utility");  /* swapped */
    assert_string_equal(nearest("Utility"), "utility");  /* case */
    assert_string_equal(nearest("ABSORBING"), "absorbing");
    assert_string_equal(nearest("p_hd"), "p_HD");
    assert_string_equal(nearest("c-trt-b"), "c_trt_B");
    assert_string_equal(nearest("utilities"), "utility");
    assert_string_equal(nearest("cots"), "cost"); /* a swap is one slip, not two */
    assert_string_equal(nearest("costs"), "cost");
    assert_string_equal(nearest("糖尿并"), "糖尿病");
    assert_string_equal(nearest("p_HD"), "p_HD"); /* nearer than p_HS */
}

static void far_names_are_not_offered(void **state)
{
    (void)state;
    assert_string_equal(nearest("x"), "-");
    assert_string_equal(nearest("ab"), "-");
    assert_string_equal(nearest("tariff"), "-");
    assert_string_equal(nearest(""), "-");
    assert_string_equal(nearest("血糖"), "-");
    char long_name[500];
    memset(long_name, 'a', sizeof long_name);
    long_name[499] = '\0';
    assert_string_equal(nearest(long_name), "-");
    assert_null(hec_text_nearest("cost", 0, NULL));
    assert_null(hec_text_nearest("x", 1, (const char *const[]){"y"}));
}

static void decimal_numbers_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0},
                {"12", 12},
                {"-0.5", -0.5},
                {"+2", 2},
                {".5", 0.5},
                {"5.", 5},
                {"1e3", 1000},
                {"1E-3", 0.001},
                {"2.5e+2", 250},
                {"0.1", 0.1},
                {"1e-400", 0},
                {"9007199254740993", 0x1p53},
                {"4.9e-324", 0x1p-1074}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        double value = -1;
        assert_true(hec_text_to_double(good[i].text, strlen(good[i].text), &value));
        assert_true(value == good[i].value);
    }
    double value = 7;
    assert_true(hec_text_to_double("123456", 3, &value));
    assert_true(value == 123);
}

static void anything_else_is_no_number(void **state)
{
    (void)state;
    static const char *const bad[] = {"",     " 1",    "1 ",    "1,5", "0x10", "nan",     "inf",
                                      "-inf", "1e",    "e5",    ".",   "-",    "1e+",     "--1",
                                      "1_0",  "1.2.3", "1e400", "١",   "1%",   "infinity"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        double value = 7;
        assert_false(hec_text_to_double(bad[i], strlen(bad[i]), &value));
        assert_true(value == 7);
    }
}

static void long_numbers_are_read(void **state)
{
    (void)state;
    char text[1001] = "0.";
    memset(text + 2, '0', 299);
    strcpy(text + 301, "125");
    double value;
    assert_true(hec_text_to_double(text, strlen(text), &value));
    assert_true(value == 1.25e-300);
}

static void numbers_are_written_short_and_read_back(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } known[] = {{0, "0"},
                 {-0.0, "-0"},
                 {1, "1"},
                 {0.1, "0.1"},
                 {1e6, "1000000"},
                 {1.0 / 3, "0.3333333333333333"},
                 {2.5e-7, "2.5e-07"},
                 {0x1p-1074, "5e-324"},
                 {DBL_MAX, "1.7976931348623157e+308"},
                 {INFINITY, "inf"},
                 {-INFINITY, "-inf"},
                 {NAN, "nan"}};
    char text[32];
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        hec_text_from_double(known[i].value, text);
        assert_string_equal(text, known[i].text);
    }
    uint64_t bits = 88172645463325252u; /* xorshift64 (Marsaglia 2003) */
    for (int i = 0; i < 20000; i++) {
        double value, back;
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        hec_text_from_double(value, text);
        assert_true(strlen(text) < 32);
        assert_true(hec_text_to_double(text, strlen(text), &back));
        assert_memory_equal(&back, &value, sizeof value);
    }
}

/* A locale that writes 0,5: made here, since few machines have one. */
static bool enter_comma_locale(void)
{
    char *here = getcwd(NULL, 0);
    const bool made = system("localedef -i de_DE -f UTF-8 ./de_DE.UTF-8 2>/dev/null") == 0 &&
                      setenv("LOCPATH", here, 1) == 0;
    free(here);
    return made && setlocale(LC_ALL, "de_DE.UTF-8") != NULL &&
           localeconv()->decimal_point[0] == ',';
}

static void numbers_do_not_depend_on_the_locale(void **state)
{
    (void)state;
    char text[32];
    double value;
    if (!enter_comma_locale())
        skip();
    snprintf(text, sizeof text, "%g", 0.5);
    assert_string_equal(text, "0,5"); /* the locale is what it should be */
    hec_text_from_double(0.5, text);
    assert_string_equal(text, "0.5");
    hec_text_from_double(-1.25e-300, text);
    assert_string_equal(text, "-1.25e-300");
    assert_true(hec_text_to_double("0.5", 3, &value));
    assert_true(value == 0.5);
    assert_false(hec_text_to_double("0,5", 3, &value));
    setlocale(LC_ALL, "C");
}

static void utf8_is_decoded_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        int32_t character;
        size_t moved;
    } cases[] = {/* RFC 3629, sections 3 and 7 */
                 {"A", 'A', 1},
                 {"\xC3\xA9", 0xE9, 2},
                 {"\xE7\xB3\x96", 0x7CD6, 3},
                 {"\xF0\x9F\x98\x80", 0x1F600, 4},
                 {"\xF4\x8F\xBF\xBF", 0x10FFFF, 4},
                 {"\x80", HEC_UTF8_BAD, 1},
                 {"\xC0\x80", HEC_UTF8_BAD, 1},         /* overlong */
                 {"\xE0\x80\xAF", HEC_UTF8_BAD, 1},     /* overlong */
                 {"\xF0\x80\x80\xAF", HEC_UTF8_BAD, 1}, /* overlong */
                 {"\xED\xA0\x80", HEC_UTF8_BAD, 1},     /* surrogate */
                 {"\xF4\x90\x80\x80", HEC_UTF8_BAD, 1}, /* behind the last */
                 {"\xF8\x88\x80\x80", HEC_UTF8_BAD, 1},
                 {"\xE7\xB3", HEC_UTF8_BAD, 1}, /* cut off */
                 {"\xE7", HEC_UTF8_BAD, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t at = 0;
        assert_int_equal(hec_utf8_next(cases[i].bytes, strlen(cases[i].bytes), &at),
                         cases[i].character);
        assert_int_equal(at, cases[i].moved);
    }
    assert_int_equal(hec_utf8_first_bad("糖\t尿\r\n", 9), 9);
    assert_int_equal(hec_utf8_first_bad("ab\0c", 4), 2);
    assert_int_equal(hec_utf8_first_bad("a\x1b[31m", 6), 1);
    assert_int_equal(hec_utf8_first_bad("a\xEF\xBB\xBF", 4), 1);
    assert_int_equal(hec_utf8_first_bad("\xCC\xC7", 2), 0); /* GBK */
}

static void widths_are_those_of_a_terminal(void **state)
{
    (void)state;
    assert_int_equal(hec_utf8_width('a'), 1);
    assert_int_equal(hec_utf8_width(0xE9), 1);
    assert_int_equal(hec_utf8_width(0x7CD6), 2);
    assert_int_equal(hec_utf8_width(0xFF08), 2); /* full-width bracket */
    assert_int_equal(hec_utf8_width(0x301), 0);  /* combining acute */
    assert_int_equal(hec_utf8_width(0x1F600), 2);
    assert_true(hec_utf8_printable(0x7CD6));
    assert_false(hec_utf8_printable(0x1B));
    assert_false(hec_utf8_printable(0x9B));
    assert_false(hec_utf8_printable(0x202E)); /* right-to-left override */
    assert_false(hec_utf8_printable(HEC_UTF8_BAD));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_grow),
        cmocka_unit_test(failure_is_remembered),
        cmocka_unit_test(json_is_escaped),
        cmocka_unit_test(slips_of_the_pen_are_found),
        cmocka_unit_test(far_names_are_not_offered),
        cmocka_unit_test(decimal_numbers_are_read),
        cmocka_unit_test(anything_else_is_no_number),
        cmocka_unit_test(long_numbers_are_read),
        cmocka_unit_test(numbers_are_written_short_and_read_back),
        cmocka_unit_test_setup_teardown(numbers_do_not_depend_on_the_locale, scratch_enter,
                                        scratch_leave),
        cmocka_unit_test(utf8_is_decoded_strictly),
        cmocka_unit_test(widths_are_those_of_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
