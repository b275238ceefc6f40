/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said about YAML that is wrong: exact words, place and cure. */
#include "model/tree_fixture.h"

static void duplicate_keys_show_the_first(void **state)
{
    (void)state;
    fails_but_keeps("a: 1\nb: {c: 1, c: 2, \"c\": 3}\na: 2\n", "{a: 1, b: {c: 1}}",
                    "x.yaml:2:11: error: the key `c` stands twice in this mapping [duplicate-key]\n"
                    "b: {c: 1, c: 2, \"c\": 3}\n"
                    "          ^\n"
                    "  note: x.yaml:2:5: it was first given here\n"
                    "  b: {c: 1, c: 2, \"c\": 3}\n"
                    "      ^\n"
                    "x.yaml:2:18: error: the key `c` stands twice in this mapping [duplicate-key]\n"
                    "b: {c: 1, c: 2, \"c\": 3}\n"
                    "                 ^\n"
                    "  note: x.yaml:2:5: it was first given here\n"
                    "  b: {c: 1, c: 2, \"c\": 3}\n"
                    "      ^\n"
                    "x.yaml:3:1: error: the key `a` stands twice in this mapping [duplicate-key]\n"
                    "a: 2\n"
                    "^\n"
                    "  note: x.yaml:1:1: it was first given here\n"
                    "  a: 1\n"
                    "  ^\n");
}

static void duplicate_keys_are_found_in_large_mappings(void **state)
{
    (void)state;
    hec_text text = {0};
    for (int i = 0; i < 5000; i++)
        hec_text_format(&text, "key%d: %d\n", i == 4000 ? 3 : i, i);
    const fixture f = fixture_create();
    hec_node *root;
    assert_false(hec_tree_read_text(f.arena, f.diagnostics, "x", text.data, text.length, &root));
    assert_int_equal(root->count, 4999);
    assert_int_equal(hec_diagnostics_count(f.diagnostics, HEC_ERROR), 1);
    expect_findings(f, "x:4001:1: error: the key `key3` stands twice in this mapping "
                       "[duplicate-key]\nkey3: 4000\n^~~~\n"
                       "  note: x:4:1: it was first given here\n  key3: 3\n  ^~~~\n");
    fixture_destroy(f);
    hec_text_free(&text);
}

static void features_of_yaml_that_are_not_ours(void **state)
{
    (void)state;
    fails_but_keeps(
        "a: &x 1\nb: *x\nc: !int 2\n", "{a: &x 1, b: ~, c: !int 2}",
        "x.yaml:1:4: error: anchors are not part of the language [yaml-feature]\n"
        "a: &x 1\n   ^~\n"
        "  help: write the value where it is needed, or name it under `let:`; text that begins "
        "with `&` is written in quotes\n"
        "x.yaml:2:4: error: aliases are not part of the language [yaml-feature]\n"
        "b: *x\n   ^~\n"
        "  help: text that begins with `*` is written in quotes\n"
        "x.yaml:3:4: error: tags are not part of the language [yaml-feature]\n"
        "c: !int 2\n   ^~~~\n"
        "  help: an expression is negated with `not`; text that begins with `!` is written in "
        "quotes\n");
    fails_but_keeps("%YAML 1.1\n---\na: 1\n---\nb: 2\n", "{a: 1}",
                    "x.yaml:1:1: error: directives (`%`) are not part of the language "
                    "[yaml-feature]\n%YAML 1.1\n^~~~~~~~~\n  help: remove the line\n"
                    "x.yaml:4:1: error: several documents in one file are not part of the language "
                    "[yaml-feature]\n---\n^~~\n"
                    "  help: keep one document per file and join them with `include:`\n");
    fails("a: !b!c 1\n",
          "x.yaml:1:4: error: anchors, aliases, tags and directives are not part of the language "
          "[yaml-feature]\na: !b!c 1\n   ^~~~\n"
          "  help: text that begins with `&`, `*`, `!` or `%` is written in quotes\n");
    fails("a: &\n",
          "x.yaml:1:4: error: anchors, aliases, tags and directives are not part of the language "
          "[yaml-feature]\na: &\n   ^\n"
          "  help: text that begins with `&`, `*`, `!` or `%` is written in quotes\n");
}

static void a_missing_blank_after_a_colon(void **state)
{
    (void)state;
    fails("a: 1\nb:2\nc: 3\n",
          "x.yaml:2:2: error: a blank is missing after this colon [yaml-syntax]\n"
          "b:2\n ^\n  help: write `b: 2`\n");
    fails("hecate:1\r\nmodel: x\r\n",
          "x.yaml:1:7: error: a blank is missing after this colon [yaml-syntax]\n"
          "hecate:1\n      ^\n  help: write `hecate: 1`\n");
    fails_but_keeps("{a:b, c: d:e}", "{a:b: ~, c: d:e}",
                    "x.yaml:1:2: error: a blank is missing after the colon of `a:b` "
                    "[yaml-syntax]\n{a:b, c: d:e}\n ^~~\n  help: write `a: b`\n");
}

static void tabs_and_indentation(void **state)
{
    (void)state;
    fails("a:\n\tb: 1\n", "x.yaml:2:1: error: a tab is used for indentation [yaml-syntax]\n"
                          "\tb: 1\n^\n  help: indent with spaces\n");
    fails("a:\n  b: 1\n c: 2\n",
          "x.yaml:3:2: error: this line does not fit the mapping around it [yaml-syntax]\n"
          " c: 2\n ^\n"
          "  note: x.yaml:1:1: the mapping begins here\n  a:\n  ^\n"
          "  help: the keys of one mapping begin in the same column\n");
    fails("- 1\na: 2\n",
          "x.yaml:2:1: error: this line does not fit the list around it [yaml-syntax]\n"
          "a: 2\n^\n"
          "  note: x.yaml:1:1: the list begins here\n  - 1\n  ^\n"
          "  help: the items of one list begin with `- ` in the same column\n");
    fails("a: 1\n b: 2\n",
          "x.yaml:2:3: error: a `key: value` cannot stand here [yaml-syntax]\n"
          " b: 2\n  ^\n"
          "  help: check the indentation; text that contains `: ` is written in quotes\n");
    fails("a: 1\nb 2\nc: 3\n",
          "x.yaml:2:1: error: this is neither a list item nor `key: value` [yaml-syntax]\n"
          "b 2\n^\n"
          "  help: write `key: value` with a blank after the colon; check that the line is "
          "indented like its neighbours\n");
}

static void brackets_and_quotes_that_stay_open(void **state)
{
    (void)state;
    fails("H: {to: {D: p}\nD: {dead: true}\n",
          "x.yaml:1:4: error: the `{` that opens here is not closed [yaml-syntax]\n"
          "H: {to: {D: p}\n   ^\n"
          "  note: x.yaml:2:1: reading got stuck here\n  D: {dead: true}\n  ^\n"
          "  help: end the mapping with `}`; entries are separated by commas\n");
    fails("a: [1, 2\n", "x.yaml:1:4: error: the `[` that opens here is not closed [yaml-syntax]\n"
                        "a: [1, 2\n   ^\n"
                        "  help: end the list with `]`; items are separated by commas\n");
    fails("{a: 1 b: 2}",
          "x.yaml:1:8: error: a comma or `}` is missing before this [yaml-syntax]\n"
          "{a: 1 b: 2}\n       ^\n"
          "  note: x.yaml:1:1: the mapping begins here\n  {a: 1 b: 2}\n  ^\n"
          "  help: entries are separated by commas, and the mapping ends with `}`\n");
    fails("a: 'open\nb: 2\n",
          "x.yaml:1:4: error: the quote that opens here never closes [yaml-syntax]\n"
          "a: 'open\n   ^~~~~\n"
          "  help: a single quote inside single quotes is doubled: `''`\n");
    fails("a: [1, 2] 3]\n", "x.yaml:1:11: error: the value ends before this [yaml-syntax]\n"
                            "a: [1, 2] 3]\n          ^\n"
                            "  help: quotes and brackets that open a value also end it; text that "
                            "goes on behind them is written in quotes as a whole\n");
}

static void values_that_cannot_begin_so(void **state)
{
    (void)state;
    fails("a: %x\n", "x.yaml:1:4: error: a value cannot begin with `%` [yaml-syntax]\n"
                     "a: %x\n   ^~\n  help: text that begins so is written in quotes\n");
    fails("a: ]\n", "x.yaml:1:4: error: a value cannot begin so [yaml-syntax]\n"
                    "a: ]\n   ^\n  help: text that begins so is written in quotes\n");
    fails(": 1\n", "x.yaml:1:1: error: a key is missing in front of this colon [yaml-syntax]\n"
                   ": 1\n^\n");
    fails("a: \"\\q\"\n", "x.yaml:1:5: error: this `\\` escapes nothing [yaml-syntax]\n"
                          "a: \"\\q\"\n    ^~~\n"
                          "  help: write the text in single quotes, where `\\` means itself\n");
    fails_but_keeps("a: \"x\\0y\"\nb: 1\n", "{a: \"x\", b: 1}",
                    "x.yaml:1:4: error: a NUL character stands in the text [yaml-syntax]\n"
                    "a: \"x\\0y\"\n   ^~~~~~\n");
    fails_but_keeps("{a: 1, [x]: 2, b: 3}", "{a: 1, b: 3}",
                    "x.yaml:1:8: error: a key must be a single word, not a mapping or list "
                    "[wrong-shape]\n{a: 1, [x]: 2, b: 3}\n       ^~~\n"
                    "  help: text that begins with `{` or `[` is written in quotes\n");
}

/* The walk over the brackets does not follow tags; the reader notices when that matters. */
static void hidden_signs_never_reach_a_text(void **state)
{
    (void)state;
    fails_but_keeps("! b: |\n  x (y, z)\n", "{! b: x (yx z)\n}",
                    "x.yaml:1:1: error: tags are not part of the language [yaml-feature]\n"
                    "! b: |\n^\n"
                    "  help: an expression is negated with `not`; text that begins with `!` is "
                    "written in quotes\n"
                    "x.yaml:1:6: error: round brackets near here make it unclear where this text "
                    "begins and ends [yaml-syntax]\n! b: |\n     ^\n"
                    "  help: put the text with the unbalanced round bracket in quotes\n");
}

static void places_in_chinese_text(void **state)
{
    (void)state;
    fails("费用: 1\n死亡率:值\nb: 1\n",
          "x.yaml:2:4: error: a blank is missing after this colon [yaml-syntax]\n"
          "死亡率:值\n      ^\n  help: write `死亡率: 值`\n");
    fails("费用: {甲: 1, 乙: 2]\n",
          "x.yaml:1:16: error: a comma or `}` is missing before this [yaml-syntax]\n"
          "费用: {甲: 1, 乙: 2]\n                   ^\n"
          "  note: x.yaml:1:5: the mapping begins here\n"
          "  费用: {甲: 1, 乙: 2]\n        ^\n"
          "  help: entries are separated by commas, and the mapping ends with `}`\n");
}

static void many_mistakes_are_one_run(void **state)
{
    (void)state;
    const char *text = "a: {b: 1, b: 2}\nc: !t 1\nd: *e\n";
    hec_node *root;
    const fixture f = fixture_create();
    assert_false(hec_tree_read_text(f.arena, f.diagnostics, "x", text, strlen(text), &root));
    assert_int_equal(hec_diagnostics_count(f.diagnostics, HEC_ERROR), 3);
    fixture_destroy(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(duplicate_keys_show_the_first),
        cmocka_unit_test(duplicate_keys_are_found_in_large_mappings),
        cmocka_unit_test(features_of_yaml_that_are_not_ours),
        cmocka_unit_test(a_missing_blank_after_a_colon),
        cmocka_unit_test(tabs_and_indentation),
        cmocka_unit_test(brackets_and_quotes_that_stay_open),
        cmocka_unit_test(values_that_cannot_begin_so),
        cmocka_unit_test(hidden_signs_never_reach_a_text),
        cmocka_unit_test(places_in_chinese_text),
        cmocka_unit_test(many_mistakes_are_one_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
