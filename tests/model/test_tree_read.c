/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YAML to trees: shapes, places, and what round brackets protect. */
#include "model/tree_fixture.h"

/* ---- shapes ---------------------------------------------------------------------------------- */

static void plain_yaml_reads_as_it_looks(void **state)
{
    (void)state;
    reads("a: 1\nb: two words\nc: [x, 'y', \"z\"]\nd: {e: 1, f: [g]}\n",
          "{a: 1, b: two words, c: [x, \"y\", \"z\"], d: {e: 1, f: [g]}}");
    reads("a:\n  - 1\n  - b: 2\n    c: 3\n  - - 4\n    - 5\n", "{a: [1, {b: 2, c: 3}, [4, 5]]}");
    reads("a:\n- 1\n- 2\nb: 3\n", "{a: [1, 2], b: 3}");
    reads("---\na: 1\n...\n", "{a: 1}");
    reads("# only\na: 1 # one\n\n# end\n", "{a: 1}");
    reads("- a\n- b", "[a, b]");
    reads("just words", "just words");
    reads("{a: 1,\n b: [2,\n 3]}", "{a: 1, b: [2, 3]}");
    reads("a: {}\nb: []\n", "{a: {}, b: []}");
    reads("yes: no\n1: 0x10\n", "{yes: no, 1: 0x10}"); /* words stay words */
}

static void nothing_is_empty(void **state)
{
    (void)state;
    reads("a:\nb: ~\nc: null\nd: ''\ne: [~, ]\nf: {g, h: }\n",
          "{a: ~, b: ~, c: ~, d: \"\", e: [~], f: {g: ~, h: ~}}");
    reads("", "~");
    reads("# a comment\n\n", "~");
    reads("null: 1\n", "{null: 1}"); /* as a key it is a word */
    reads("a: 'null'\nb: nullable\n", "{a: \"null\", b: nullable}");
}

static void bom_and_line_ends_do_not_matter(void **state)
{
    (void)state;
    reads("\xEF\xBB\xBF"
          "a: 1\r\nb: f(x, y)\r\n",
          "{a: 1, b: f(x, y)}");
    reads("a: 1\rb: 2\r", "{a: 1, b: 2}");
    reads("a: 1", "{a: 1}");
}

static void block_scalars_are_text(void **state)
{
    (void)state;
    reads("a: |\n  one (\n  two: {,\nb: >-\n  three\n  four)\nc: f(x, y)\n",
          "{a: one (\ntwo: {,\n, b: three four), c: f(x, y)}");
    reads("- |\n x (\n- >\n y)\n- g(a, b)\n", "[x (\n, y)\n, g(a, b)]");
    reads("a: |2-\n   one (\n  two\nb: 1\n", "{a:  one (\ntwo, b: 1}");
    reads("a:\n  b: |\n\n    one (a,\n\n  c: d)\n", "{a: {b: \none (a,\n, c: d)}}");
    reads("a: |\nb: (x, y)\n", "{a: , b: (x, y)}");
    reads("a:\n  |\n  text (\nb: )\n", "{a: text (\n, b: )}");
    reads("a: | # comment (\n  x\nb: (p, q)\n", "{a: x\n, b: (p, q)}");
}

/* ---- brackets -------------------------------------------------------------------------------- */

static void brackets_protect_in_flow_mappings(void **state)
{
    (void)state;
    reads("to: {S1: f(a, b), D: beta(mean: 0.2, se: 0.1)}\n",
          "{to: {S1: f(a, b), D: beta(mean: 0.2, se: 0.1)}}");
    reads("to: {S1: (1 - p_HD) * rate_to_prob(r_HS1, cycle_length), D: p_HD}\n",
          "{to: {S1: (1 - p_HD) * rate_to_prob(r_HS1, cycle_length), D: p_HD}}");
    reads("a: [f(x, {0: 0, 0.5: 0.5}), g([1, 2], k)]\n",
          "{a: [f(x, {0: 0, 0.5: 0.5}), g([1, 2], k)]}");
    reads("a: {b: if(sex == 'male', 1, 0), c: 'q(', d: f(a ? b : c)}\n",
          "{a: {b: if(sex == 'male', 1, 0), c: \"q(\", d: f(a ? b : c)}}");
    reads("{a: f(g(h(1, 2), 3), 4), b: (5, 6)}", "{a: f(g(h(1, 2), 3), 4), b: (5, 6)}");
    reads("{\"a\": f(x, y), 'b' : [(1, 2)]}", "{a: f(x, y), b: [(1, 2)]}");
    reads("[{a: f(x, y)}, (p, q), [r(s, t)]]", "[{a: f(x, y)}, (p, q), [r(s, t)]]");
}

static void brackets_protect_in_block_mappings(void **state)
{
    (void)state;
    reads("dist: gamma(mean: 0.15, sd: 0.027)\n", "{dist: gamma(mean: 0.15, sd: 0.027)}");
    reads("p: band(x, {0: 0, 0.5: 0.5}) # share\n", "{p: band(x, {0: 0, 0.5: 0.5})}");
    reads("- lognormal(median: 3, ci95: [2.2, 4.1])\n- x\n",
          "[lognormal(median: 3, ci95: [2.2, 4.1]), x]");
    reads("a: f(x #1, y)\nb: 2\n", "{a: f(x #1, y), b: 2}");
    reads("f(a: b): g(c: d)\n", "{f(a: b): g(c: d)}");
}

static void brackets_may_span_lines(void **state)
{
    (void)state;
    reads("a: f(x,\n     y: 1,\n\n     z)\nb: 2\n", "{a: f(x,\n     y: 1,\n\n     z), b: 2}");
    reads("a: {b: f(x,\n        y: 1), c: 2}\n", "{a: {b: f(x,\n        y: 1), c: 2}}");
    reads("a:\n  f(x: 1,\n    y)\nb: 2\n", "{a: f(x: 1,\n    y), b: 2}");
    reads("- f(a: 1,\n  b: 2)\n- 3\n", "[f(a: 1,\n  b: 2), 3]");
    reads("a: x +\n  f(b: 1)\n", "{a: x +\n  f(b: 1)}");
    reads("a: f(x,\r\n   y: 1)\r\n", "{a: f(x,\r\n   y: 1)}");
}

static void a_bracket_without_partner_protects_nothing(void **state)
{
    (void)state;
    reads("a: smile :(\nb: {c: 1, d: 2)}\n", "{a: smile :(, b: {c: 1, d: 2)}}");
    reads("{a: f(x, b: g(y, z)}", "{a: f(x, b: g(y, z)}");
    reads("{a: x), b: f(y, z)}", "{a: x), b: f(y, z)}");
    reads("- a) one\n- b) two (see\n- c)\n", "[a) one, b) two (see, c)]");
    reads("a: ((x, y)\nb: [((p, q)]\n", "{a: ((x, y), b: [((p, q)]}");
    reads("smile (:\n  b: c)\n", "{smile (: {b: c)}}");
    reads("a:\n  - (\n  - x: )\n", "{a: [(, {x: )}]}");
}

static void brackets_elsewhere_are_left_alone(void **state)
{
    (void)state;
    reads("# note (a, b: c\na: 1 # (\nb: {c: 2} # )\n", "{a: 1, b: {c: 2}}");
    reads("a: 'x (y: '\nb: \"(\\\" (\"\nc: {d: e)}\n", "{a: \"x (y: \", b: \"(\" (\", c: {d: e)}}");
    reads("a: 'it''s ('\nb: [1, 2)]\n", "{a: \"it's (\", b: [1, 2)]}");
    reads("a: patient's (x, y) share\nb: don't {(\n", "{a: patient's (x, y) share, b: don't {(}");
    reads("a: two\n  \"words (a, b)\"\n  'c'\n", "{a: two\n  \"words (a, b)\"\n  'c'}");
    reads("a: \"multi\n  (line\"\nb: {c: )}\n", "{a: \"multi (line\", b: {c: )}}");
}

/* ---- places ---------------------------------------------------------------------------------- */

static void places_are_bytes_in_the_source(void **state)
{
    (void)state;
    static const char text[] = "\xEF\xBB\xBF# 糖尿病模型\r\n"
                               "参数: {人数: f(甲, 乙), \"高血压\": 'é'} # 注\r\n"
                               "😀: [一, 二二, '三(', (四: 五)]\r\n"
                               "列:\r\n  - 值: g(x,\r\n        y)\r\n  - ~\r\n末: z\r\n";
    const fixture f = fixture_create();
    const hec_node *root = read_good(f, text);
    expect_tree(root, "{参数: {人数: f(甲, 乙), 高血压: \"é\"}, 😀: [一, 二二, \"三(\", (四: 五)], "
                      "列: [{值: g(x,\r\n        y)}, ~], 末: z}");
    check_places(text, root);
    fixture_destroy(f);
}

static void places_are_right_far_into_chinese_text(void **state)
{
    (void)state;
    hec_text text = {0};
    for (int i = 0; i < 3000; i++)
        hec_text_format(&text, "键%d: 值%d号, é%s\n", i, i, i % 7 == 0 ? " # 注释" : "");
    const fixture f = fixture_create();
    const hec_node *root = read_good(f, text.data);
    assert_int_equal(root->count, 3000);
    check_places(text.data, root);
    fixture_destroy(f);
    hec_text_free(&text);
}

static void expect_place(const hec_node *node, uint32_t offset, uint32_t length, bool verbatim)
{
    assert_non_null(node);
    assert_int_equal(node->place.offset, offset);
    assert_int_equal(node->place.length, length);
    assert_int_equal(node->verbatim, verbatim);
}

static void quotes_are_not_part_of_verbatim_text(void **state)
{
    (void)state;
    const fixture f = fixture_create();
    /*                                    0         1         2         3         4 */
    /*                                    0123456789012345678901234567890123456789012345 */
    const hec_node *root = read_good(f, "{a: 'x y', b: \"p\\\"q\", c: 'it''s', d: \"\", e: }");
    expect_place(root, 0, 45, false);
    expect_place(hec_node_get(root, "a"), 5, 3, true);
    expect_place(hec_node_get(root, "b"), 14, 6, false);
    expect_place(hec_node_get(root, "c"), 25, 7, false);
    expect_place(hec_node_get(root, "d"), 38, 0, true);
    expect_place(hec_node_get(root, "e"), 44, 0, true);
    fixture_destroy(f);
}

static void mappings_end_with_their_last_value(void **state)
{
    (void)state;
    const fixture f = fixture_create();
    /*                                    01234 567890 1234567 8901 */
    const hec_node *root = read_good(f, "a:\n  b: 1\n  c: [2]\n\n\nd:\n- 3\n\ne: 4\n");
    expect_place(root, 0, 33, false);
    expect_place(hec_node_get(root, "a"), 5, 13, false); /* b: 1 ... [2] */
    expect_place(hec_node_get(root, "d"), 24, 3, false);
    fixture_destroy(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_yaml_reads_as_it_looks),
        cmocka_unit_test(nothing_is_empty),
        cmocka_unit_test(bom_and_line_ends_do_not_matter),
        cmocka_unit_test(block_scalars_are_text),
        cmocka_unit_test(brackets_protect_in_flow_mappings),
        cmocka_unit_test(brackets_protect_in_block_mappings),
        cmocka_unit_test(brackets_may_span_lines),
        cmocka_unit_test(a_bracket_without_partner_protects_nothing),
        cmocka_unit_test(brackets_elsewhere_are_left_alone),
        cmocka_unit_test(places_are_bytes_in_the_source),
        cmocka_unit_test(places_are_right_far_into_chinese_text),
        cmocka_unit_test(quotes_are_not_part_of_verbatim_text),
        cmocka_unit_test(mappings_end_with_their_last_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
