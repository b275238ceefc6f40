/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trees as YAML: the text, and that it reads back to the same tree. */
#include "model/tree_fixture.h"

static void goes_round(const char *text)
{
    const fixture f = fixture_create();
    hec_node *root = read_good(f, text);
    char *before = dump(root);
    char *yaml = hec_node_to_yaml(root);
    hec_node *again = read_good(f, yaml);
    expect_tree(again, before);
    char *twice = hec_node_to_yaml(again);
    assert_string_equal(twice, yaml);
    free(twice);
    free(yaml);
    free(before);
    fixture_destroy(f);
}

static void trees_are_written_in_block_style(void **state)
{
    (void)state;
    const fixture f = fixture_create();
    hec_node *root = read_good(f, "{a: 1, b: {c: f(x, y: 2), d: }, e: [1, {g: h, i: [j]}, [k, l], "
                                  "~], m: [], n: {}, o: 'it''s', p: 'a: b', q: \"x\\ty\"}");
    char *yaml = hec_node_to_yaml(root);
    assert_string_equal(yaml, "a: 1\n"
                              "b:\n"
                              "  c: f(x, y: 2)\n"
                              "  d:\n"
                              "e:\n"
                              "  - 1\n"
                              "  - g: h\n"
                              "    i:\n"
                              "      - j\n"
                              "  - - k\n"
                              "    - l\n"
                              "  -\n"
                              "m: []\n"
                              "n: {}\n"
                              "o: \"it's\"\n"
                              "p: 'a: b'\n"
                              "q: \"x\\x09y\"\n");
    free(yaml);
    fixture_destroy(f);
}

static void written_trees_read_back(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "a: 1",
        "",
        "[]",
        "{}",
        "plain words",
        "'quoted'",
        "[1, [2, [3, {a: [4, {b: 5}]}]]]",
        "a: [{}, [], ~, '', 'null', '~', null]",
        "a: 'x: y'\nb: 'x #y'\nc: '#x'\nd: '- x'\ne: '? x'\nf: ': x'\ng: 'x:'\nh: '[x'\n",
        "'x: y': 1\n'#': 2\n'- a': 3\n'?': 4\n\"a\\nb\": 6\n'null': 7\n",
        "a: -x\nb: ?x\nc: :x\nd: a:b\ne: a#b\nf: -1\ng: f(a: b, {c: d}) # e\n",
        "a: f(x #1, y)\nb: (a, b)[1]\nc: smile :(\n",
        "a: ' lead'\nb: 'trail '\nc: \"tab\\t\"\nd: \"\\e[31m\"\ne: \"\\u2028 \\x85 \\uFEFF\"\n",
        "a: f(x,\n     y: 1,\n\n     z)\nb: two\n  lines\n",
        "- f(x,\n  y: 1)\n- a: g(x,\n     y: 1)\n  b: 2\n",
        "a: |\n  one\n   two\n\n  three\nb: >-\n  folded\n  text\n",
        "a: |+\n  kept\n\n\nb: |2\n    x\n",
        "'k (': v)\n",
        "a: |\nb: |-\n  # no comment\nc: |2\n  \tx\n",
        "糖尿病: '血糖：7'\n😀: f(甲, 乙: 丙)\n",
        "a: \"both ' and \\\" and \\\\\"\nb: 'only \"'\n",
        "--- \n- '---'\n- '...'\n- '%x'\n- '@x'\n- '`x'\n- '!x'\n- '&x'\n- '*x'\n- '|x'\n- '>x'\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        goes_round(texts[i]);
}

static void line_ends_become_line_feeds(void **state)
{
    (void)state;
    const fixture f = fixture_create();
    char *yaml = hec_node_to_yaml(read_good(f, "a: f(x,\r\n     y)\r\nb: 1\r\n"));
    assert_string_equal(yaml, "a: |2-\n  f(x,\n       y)\nb: 1\n");
    expect_tree(read_good(f, yaml), "{a: f(x,\n     y), b: 1}");
    free(yaml);
    fixture_destroy(f);
}

/* Any text at all, as a caller may put into a node, quoted or not, as value, item or key. */
static void any_text_reads_back(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        " ", ":", "#",  "\n", "-", "'", "\"", "(", ")",    ",",  "[",    "}", "a",   "1",  "\\",
        "?", "|", "\t", "糖", "~", "&", "!",  "%", "null", ": ", "\x7f", "é", "---", "f(", "{"};
    enum { COUNT = sizeof pieces / sizeof pieces[0] };
    uint32_t seed = 12345;
    for (int round = 0; round < 3000; round++) {
        char text[64] = "";
        const fixture f = fixture_create();
        for (int i = 0; i < 6; i++) {
            seed = seed * 1664525u + 1013904223u; /* Numerical Recipes' generator */
            if ((seed >> 28) != 0)
                strcat(text, pieces[(seed >> 8) % COUNT]);
        }
        hec_node *root = read_good(f, "{key: {v: x, l: [x], q: 'x'}}");
        hec_node *map = hec_node_get(root, "key");
        hec_node *nodes[] = {hec_node_get(map, "v"), hec_node_get(map, "l")->items[0],
                             hec_node_get(map, "q")};
        for (int i = 0; i < 3; i++) {
            nodes[i]->text = text;
            nodes[i]->length = strlen(text);
        }
        if (text[0] != '\0')
            root->entries[0].key = text;
        /* control characters cannot stand but in double quotes */
        nodes[0]->quoted = nodes[1]->quoted = strchr(text, '\x7f') != NULL;
        char *before = dump(root), *yaml = hec_node_to_yaml(root);
        expect_tree(read_good(f, yaml), before);
        free(before);
        free(yaml);
        fixture_destroy(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_are_written_in_block_style),
        cmocka_unit_test(written_trees_read_back),
        cmocka_unit_test(line_ends_become_line_feeds),
        cmocka_unit_test(any_text_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
