/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading files: every way it can fail, in the exact words. */
#include "base/scratch.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/readfile.h"

enum { LIMIT = 1 << 20 };

static void expect_refusal(const char *path, const char *expected)
{
    hec_diagnostics *d = hec_diagnostics_create();
    const int32_t file = hec_source_add(d, "study.yaml", "model: it\n", 10);
    assert_int_equal(hec_source_read(d, path, (hec_place){file, 7, 2}, LIMIT), -1);
    char *text = hec_diagnostics_text(d, false);
    assert_string_equal(text, expected);
    free(text);
    hec_diagnostics_destroy(d);
}

static void a_file_is_read_whole(void **state)
{
    (void)state;
    size_t length;
    hec_diagnostics *d = hec_diagnostics_create();
    scratch_write_bytes("data", "a\0b\n", 4);
    const int32_t file = hec_source_read(d, "data", HEC_NOWHERE, LIMIT);
    assert_int_equal(file, 0);
    assert_memory_equal(hec_source_text(d, file, &length), "a\0b\n", 5);
    assert_int_equal(length, 4);
    assert_string_equal(hec_source_name(d, file), "data");
    scratch_write("empty", "");
    assert_int_equal(hec_source_read(d, "empty", HEC_NOWHERE, LIMIT), 1);
    hec_diagnostics_destroy(d);
}

static void a_missing_file_has_neighbours(void **state)
{
    (void)state;
    assert_int_equal(mkdir("models", 0700), 0);
    scratch_write("models/diabetes.yaml", "");
    expect_refusal("models/diabtes.yaml",
                   "study.yaml:1:8: error: `models/diabtes.yaml` cannot be opened: No such file or "
                   "directory [file-unreadable]\n"
                   "model: it\n"
                   "       ^~\n"
                   "  help: did you mean `models/diabetes.yaml`?\n");
    expect_refusal("modles/diabetes.yaml",
                   "study.yaml:1:8: error: `modles/diabetes.yaml` cannot be opened: No such file "
                   "or directory [file-unreadable]\n"
                   "model: it\n"
                   "       ^~\n"
                   "  help: the folder `modles/` does not exist\n");
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    assert_int_equal(mkdir("folder", 0700), 0);
    expect_refusal("folder", "study.yaml:1:8: error: `folder` is a folder, not a file "
                             "[file-unreadable]\nmodel: it\n       ^~\n");
    assert_int_equal(mkfifo("pipe", 0600), 0); /* must not wait for a writer */
    expect_refusal("pipe", "study.yaml:1:8: error: `pipe` is a pipe or device, not a file "
                           "[file-unreadable]\nmodel: it\n       ^~\n");
    expect_refusal("/dev/null", "study.yaml:1:8: error: `/dev/null` is a pipe or device, not a "
                                "file [file-unreadable]\nmodel: it\n       ^~\n");
    expect_refusal("", "study.yaml:1:8: error: `` cannot be opened: No such file or directory "
                       "[file-unreadable]\nmodel: it\n       ^~\n");
}

/* So large that reading it first would fail otherwise; sparse, it takes no room. */
static void a_large_file_is_refused_unread(void **state)
{
    (void)state;
    const int descriptor = open("large", O_CREAT | O_WRONLY, 0600);
    assert_true(descriptor >= 0);
    const int made = ftruncate(descriptor, (off_t)1 << 40);
    close(descriptor);
    if (made != 0)
        skip();
    expect_refusal("large", "study.yaml:1:8: error: `large` is too large: 1099511627776 bytes, and "
                            "at most 1 MiB are read [file-too-large]\nmodel: it\n       ^~\n");
}

static void expect_text(const char *bytes, size_t count, size_t start, const char *expected)
{
    size_t from = 99;
    hec_diagnostics *d = hec_diagnostics_create();
    const int32_t file = hec_source_add(d, "x", bytes, count);
    assert_int_equal(hec_source_is_text(d, file, HEC_CHECK_YAML_SYNTAX, &from),
                     expected[0] == '\0');
    assert_int_equal(from, start);
    char *text = hec_diagnostics_text(d, false);
    assert_string_equal(text, expected);
    free(text);
    hec_diagnostics_destroy(d);
}

static void only_utf8_is_text(void **state)
{
    (void)state;
    expect_text("a: 1\n", 5, 0, "");
    expect_text("", 0, 0, "");
    expect_text("\xEF\xBB\xBF"
                "a: 1",
                7, 3, "");
    expect_text("\xFF\xFE"
                "a",
                3, 0,
                "x:1:1: error: the file is UTF-16, not UTF-8 [yaml-syntax]\n"
                "\xEF\xBF\xBD\xEF\xBF\xBD"
                "a\n^\n"
                "  help: save the file as UTF-8\n");
    expect_text("a: 1\nb: \xCC\xC7 x\n", 13, 0, /* GBK */
                "x:2:4: error: byte 0xCC here is not UTF-8 [yaml-syntax]\n"
                "b: \xEF\xBF\xBD\xEF\xBF\xBD x\n"
                "   ^\n"
                "  help: save the file as UTF-8; one saved as GBK is converted by "
                "`iconv -f GB18030 -t UTF-8`\n");
    expect_text("a\0b", 3, 0,
                "x:1:2: error: a control character (U+0000) stands in the text [yaml-syntax]\n"
                "a\xEF\xBF\xBD"
                "b\n ^\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_read_whole, scratch_enter, scratch_leave),
        cmocka_unit_test_setup_teardown(a_missing_file_has_neighbours, scratch_enter,
                                        scratch_leave),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_refused, scratch_enter, scratch_leave),
        cmocka_unit_test_setup_teardown(a_large_file_is_refused_unread, scratch_enter,
                                        scratch_leave),
        cmocka_unit_test(only_utf8_is_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
