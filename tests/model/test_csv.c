/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV: quoting, line ends, places, ragged rows, columns and numbers; hostile text. */
#include "base/scratch.h"

#include <fcntl.h>
#include <math.h>

#include "base/text.h"
#include "model/csv.h"

typedef struct fixture {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    hec_place asked;
    hec_csv csv;
    bool ok;
} fixture;

static fixture read_bytes(const char *bytes, size_t count)
{
    fixture f = {.arena = hec_arena_create(), .diagnostics = hec_diagnostics_create()};
    const int32_t file = hec_source_add(f.diagnostics, "m.yaml", "file: t.csv\n", 12);
    f.asked = (hec_place){file, 6, 5};
    if (bytes != NULL)
        scratch_write_bytes("t.csv", bytes, count);
    f.ok = hec_csv_read(f.arena, f.diagnostics, "t.csv", f.asked, &f.csv);
    return f;
}

static void destroy(fixture f)
{
    hec_arena_destroy(f.arena);
    hec_diagnostics_destroy(f.diagnostics);
}

static void expect_findings(fixture f, const char *expected)
{
    char *text = hec_diagnostics_text(f.diagnostics, false);
    assert_string_equal(text, expected);
    free(text);
}

/* The table in one line: a|b / 1|2 */
static void reads(const char *text, const char *expected)
{
    hec_text out = {0};
    const fixture f = read_bytes(text, strlen(text));
    expect_findings(f, "");
    assert_true(f.ok);
    for (size_t c = 0; c < f.csv.columns; c++)
        hec_text_format(&out, "%s%s", c > 0 ? "|" : "", f.csv.names[c]);
    for (size_t i = 0; i < f.csv.rows * f.csv.columns; i++)
        hec_text_format(&out, "%s%s", i % f.csv.columns > 0 ? "|" : " / ", f.csv.cells[i]);
    assert_string_equal(out.data, expected);
    hec_text_free(&out);
    destroy(f);
}

static void fails(const char *text, const char *findings)
{
    const fixture f = read_bytes(text, strlen(text));
    expect_findings(f, findings);
    assert_false(f.ok);
    destroy(f);
}

static void tables_read_as_they_look(void **state)
{
    (void)state;
    reads("age,sex,rate\n0,male,0.005\n1,female,1e-4\n",
          "age|sex|rate / 0|male|0.005 / 1|female|1e-4");
    reads("a\n1\n2", "a / 1 / 2");
    reads("a,b\n,\n1,\n,2\n", "a|b / | / 1| / |2");
    reads(" a , b\t\n 1,  two words \n",
          "a|b / 1|two words"); /* blanks around cells do not count */
    reads("年龄,死亡率\n六十,0.01\n", "年龄|死亡率 / 六十|0.01");
}

static void quoted_cells_hold_anything(void **state)
{
    (void)state;
    reads("\"a\",\"b, c\"\n\"x\"\"y\",\"line\nbreak\"\n", "a|b, c / x\"y|line\nbreak");
    reads("a,b\n\"\",\"\"\"\"\n", "a|b / |\"");
    reads("a,b\n \"x\" , \" y \"\n", "a|b / x| y ");
    reads("a\n\"\"\n", "a / "); /* an empty cell, not an empty line */
}

static void bom_line_ends_and_comments(void **state)
{
    (void)state;
    reads("\xEF\xBB\xBF"
          "a,b\r\n1,2\r\n",
          "a|b / 1|2");
    reads("a,b\r1,2\r3,4", "a|b / 1|2 / 3|4");
    reads("# Source: NBS 2020, \"table 1\n  # more\n\na,b\n1,2\n\n \n\r\n", "a|b / 1|2");
    reads("a,b\n#1,2\n", "a|b / #1|2"); /* behind the header a cell is a cell */
}

static void cells_know_their_place(void **state)
{
    (void)state;
    static const char text[] = "\xEF\xBB\xBF# 注\r\n年, b\r\n 12 ,\"x\"\"y\"\r\n\"\",z";
    const fixture f = read_bytes(text, strlen(text));
    static const char *const pieces[] = {"12", "x\"\"y", "", "z"};
    assert_true(f.ok);
    assert_int_equal(f.csv.rows, 2);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(f.csv.places[i].length, strlen(pieces[i]));
        assert_memory_equal(text + f.csv.places[i].offset, pieces[i], strlen(pieces[i]));
    }
    assert_memory_equal(text + f.csv.header.offset, "年, b", f.csv.header.length);
    int line, column;
    hec_place_locate(f.diagnostics, f.csv.places[3], &line, &column);
    assert_int_equal(line, 4);
    assert_int_equal(column, 4);
    destroy(f);
}

static void ragged_rows_are_all_reported(void **state)
{
    (void)state;
    fails("a,b\n1\n2,3\n4,5,6\n# note\n",
          "t.csv:2:1: error: the row has 1 cell, the header 2 [table-shape]\n1\n^\n"
          "  note: t.csv:1:1: the header is here\n  a,b\n  ^~~\n"
          "t.csv:4:1: error: the row has 3 cells, the header 2 [table-shape]\n4,5,6\n^~~~~\n"
          "  note: t.csv:1:1: the header is here\n  a,b\n  ^~~\n"
          "t.csv:5:1: error: the row has 1 cell, the header 2 [table-shape]\n# note\n^~~~~~\n"
          "  note: t.csv:1:1: the header is here\n  a,b\n  ^~~\n"
          "  help: comments stand in front of the header only\n");
}

static void bad_quotes_are_reported(void **state)
{
    (void)state;
    fails("a,b\n1,\"open\n2,3\n",
          "t.csv:2:3: error: the quote that opens here never closes [table-shape]\n"
          "1,\"open\n  ^\n  help: a quote inside a quoted cell is doubled: `\"\"`\n");
    fails("a,b\n\"x\"y,5\" pipe\n",
          "t.csv:2:4: error: text follows the quote that closes the cell [table-shape]\n"
          "\"x\"y,5\" pipe\n   ^\n  help: a quote inside a quoted cell is doubled: `\"\"`\n"
          "t.csv:2:7: error: a quote stands inside a cell that is not quoted [table-shape]\n"
          "\"x\"y,5\" pipe\n      ^\n"
          "  help: put the whole cell in quotes and double the quote: `\"\"`\n");
}

static void headers_are_checked(void **state)
{
    (void)state;
    fails("a,b,a,\n1,2,3,4\n",
          "t.csv:1:5: error: two columns are named `a` [table-shape]\na,b,a,\n    ^\n"
          "  note: t.csv:1:1: the first is here\n  a,b,a,\n  ^\n"
          "t.csv:1:7: error: a column has no name [table-shape]\na,b,a,\n      ^\n");
    fails("", "m.yaml:1:7: error: `t.csv` is empty [table-shape]\nfile: t.csv\n      ^~~~~\n"
              "  help: a table begins with a line of column names\n");
    fails("# only\n\n", "m.yaml:1:7: error: `t.csv` is empty [table-shape]\nfile: t.csv\n"
                        "      ^~~~~\n  help: a table begins with a line of column names\n");
    fails("a,b\n\n", "t.csv:1:1: error: the table has a header but no rows [table-shape]\na,b\n"
                     "^~~\n");
    fails("a,b\n1,2\n\n3,4\n",
          "t.csv:3:1: error: an empty line stands inside the table [table-shape]\n"
          "  help: remove the line; an empty cell that is meant is written `\"\"`\n");
}

static void files_that_are_no_table(void **state)
{
    (void)state;
    const fixture missing = read_bytes(NULL, 0);
    expect_findings(missing,
                    "m.yaml:1:7: error: `t.csv` cannot be opened: No such file or directory "
                    "[file-unreadable]\nfile: t.csv\n      ^~~~~\n");
    assert_false(missing.ok);
    destroy(missing);
    const fixture binary = read_bytes("a,b\n1,\0\n", 8);
    expect_findings(binary, "t.csv:2:3: error: a control character (U+0000) stands in the text "
                            "[table-shape]\n1,\xEF\xBF\xBD\n  ^\n");
    destroy(binary);
    const fixture gbk = read_bytes("\xC4\xEA,b\n1,2\n", 9);
    assert_false(gbk.ok);
    destroy(gbk);
    const int descriptor = open("t.csv", O_WRONLY | O_TRUNC);
    assert_int_equal(ftruncate(descriptor, ((off_t)1 << 30) + 1), 0);
    close(descriptor);
    const fixture large = read_bytes(NULL, 0);
    expect_findings(large, "m.yaml:1:7: error: `t.csv` is too large: 1073741825 bytes, and at most "
                           "1024 MiB are read [file-too-large]\nfile: t.csv\n      ^~~~~\n");
    destroy(large);
}

static void columns_are_found_by_name(void **state)
{
    (void)state;
    const fixture f = read_bytes("age,rate\n1,2\n", 13);
    assert_int_equal(hec_csv_column(f.diagnostics, &f.csv, "rate", f.asked), 1);
    assert_int_equal(hec_csv_column(f.diagnostics, &f.csv, "rates", f.asked), -1);
    expect_findings(f, "m.yaml:1:7: error: the table has no column `rates` [table-shape]\n"
                       "file: t.csv\n      ^~~~~\n"
                       "  note: t.csv:1:1: its columns are here\n  age,rate\n  ^~~~~~~~\n"
                       "  help: did you mean `rate`?\n");
    destroy(f);
    const fixture excel = read_bytes("age;rate\n1;2\n", 13);
    assert_int_equal(hec_csv_column(excel.diagnostics, &excel.csv, "rate", excel.asked), -1);
    expect_findings(excel, "m.yaml:1:7: error: the table has no column `rate` [table-shape]\n"
                           "file: t.csv\n      ^~~~~\n"
                           "  note: t.csv:1:1: its columns are here\n  age;rate\n  ^~~~~~~~\n"
                           "  help: cells are separated by commas, not by semicolons\n");
    destroy(excel);
}

static void numbers_are_strict(void **state)
{
    (void)state;
    double value = 7;
    const char *text = "x\n0.5\n\"1,234\"\n12%\nNA\n\"\"\n1e999\n";
    const fixture f = read_bytes(text, strlen(text));
    assert_true(f.ok);
    assert_true(hec_csv_number(f.diagnostics, &f.csv, 0, 0, HEC_CHECK_SAMPLES, &value));
    assert_true(value == 0.5);
    for (size_t row = 1; row < 6; row++)
        assert_false(hec_csv_number(f.diagnostics, &f.csv, row, 0, HEC_CHECK_SAMPLES, &value));
    assert_true(value == 0.5);
    expect_findings(
        f, "t.csv:3:2: error: `1,234` is not a number, in column `x` [samples]\n\"1,234\"\n ^~~~~\n"
           "  help: numbers have a decimal point, and nothing between their thousands\n"
           "t.csv:4:1: error: `12%` is not a number, in column `x` [samples]\n12%\n^~~\n"
           "  help: write the share: 0.12\n"
           "t.csv:5:1: error: `NA` is not a number, in column `x` [samples]\nNA\n^~\n"
           "t.csv:6:2: error: the cell of column `x` is empty [samples]\n\"\"\n ^\n"
           "t.csv:7:1: error: `1e999` is not a number, in column `x` [samples]\n1e999\n^~~~~\n");
    destroy(f);
}

/* ---- hostile --------------------------------------------------------------------------------- */

/* A good table has all its cells as strings at their places; a bad one says why. */
static bool survives(const char *bytes, size_t count)
{
    const fixture f = read_bytes(bytes, count);
    assert_int_equal(f.ok, hec_diagnostics_count(f.diagnostics, HEC_ERROR) == 0);
    for (size_t i = 0; f.ok && i < f.csv.rows * f.csv.columns; i++) {
        assert_true(strlen(f.csv.cells[i]) <= f.csv.places[i].length);
        assert_true((size_t)f.csv.places[i].offset + f.csv.places[i].length <= count);
    }
    const bool ok = f.ok;
    destroy(f);
    return ok;
}

static void long_tables_are_read(void **state)
{
    (void)state;
    enum { COUNT = 1 << 20 };
    char *text = malloc(COUNT);
    memset(text, ',', COUNT);
    assert_false(survives(text, COUNT)); /* a million columns without a name */
    memset(text, '\n', COUNT);
    text[0] = 'a';
    assert_false(survives(text, COUNT));
    for (size_t i = 0; i < COUNT; i++)
        text[i] = i % 2 == 0 ? 'a' : '\n';
    assert_true(survives(text, COUNT));
    memcpy(text, "a,b\n", 4);
    assert_false(survives(text, COUNT)); /* half a million ragged rows */
    memset(text, '"', COUNT);
    assert_false(survives(text, COUNT));
    memset(text, 'a', COUNT);
    assert_false(survives(text, COUNT));
    hec_text wide = {0};
    for (int i = 0; i < 100000; i++)
        hec_text_format(&wide, "c%d,", i);
    wide.data[wide.length - 1] = '\n';
    for (int i = 0; i < 99999; i++)
        hec_text_add(&wide, ",");
    assert_true(survives(wide.data, wide.length));
    hec_text_free(&wide);
    free(text);
}

static void random_tables_are_read_or_refused(void **state)
{
    (void)state;
    static const char signs[] = "aab1,,,\"\"\n\n\r #\t\xE7\xB3\x96";
    uint64_t seed = 20260101;
    int n_good = 0;
    for (int round = 0; round < 3000; round++) {
        char text[40];
        size_t count = 0;
        memcpy(text, "p,q\n", 4);
        for (count = round % 2 * 4; count < 24;) {
            seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
            if ((seed >> 60) == 0)
                break;
            text[count++] = signs[(seed >> 33) % (sizeof signs - 1)];
        }
        n_good += survives(text, count);
    }
    assert_in_range(n_good, 30, 2900);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_enter, scratch_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(tables_read_as_they_look),     IN_SCRATCH(quoted_cells_hold_anything),
        IN_SCRATCH(bom_line_ends_and_comments),   IN_SCRATCH(cells_know_their_place),
        IN_SCRATCH(ragged_rows_are_all_reported), IN_SCRATCH(bad_quotes_are_reported),
        IN_SCRATCH(headers_are_checked),          IN_SCRATCH(files_that_are_no_table),
        IN_SCRATCH(columns_are_found_by_name),    IN_SCRATCH(numbers_are_strict),
        IN_SCRATCH(long_tables_are_read),         IN_SCRATCH(random_tables_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
