/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes: get, put, copy, overlay, and the words about wrong shapes. */
#include "model/tree_fixture.h"

static void keys_are_got_and_put(void **state)
{
    (void)state;
    const fixture f = fixture_create();
    hec_node *root = read_good(f, "a: 1\nb: {c: 2}\n");
    assert_string_equal(hec_node_get(hec_node_get(root, "b"), "c")->text, "2");
    assert_null(hec_node_get(root, "z"));
    assert_null(hec_node_get(hec_node_get(root, "a"), "x")); /* no mapping */
    assert_null(hec_node_get(NULL, "x"));
    assert_true(hec_node_put(f.arena, root, "a", HEC_NOWHERE, hec_node_get(root, "b")));
    for (int i = 0; i < 50; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        assert_true(hec_node_put(f.arena, root, key, HEC_NOWHERE, hec_node_get(root, "b")));
    }
    assert_int_equal(root->count, 52);
    expect_tree(hec_node_get(root, "a"), "{c: 2}");
    expect_tree(hec_node_get(root, "k49"), "{c: 2}");
    fixture_destroy(f);
}

static void overlay_changes_neither(void **state)
{
    (void)state;
    const fixture f = fixture_create();
    hec_node *lower = read_good(f, "a: {x: 1, y: {p: 1}}\nb: [1]\nc: 1\nd: {k: 1}\ne: {z: 0}\n");
    hec_node *upper = read_good(f, "a: {y: {q: 2}}\nb: [2, 3]\nc: {m: 1}\nd: 5\ne:\nn: new\n");
    hec_node *merged = hec_node_overlay(f.arena, lower, upper);
    expect_tree(merged, "{a: {x: 1, y: {p: 1, q: 2}}, b: [2, 3], c: {m: 1}, d: 5, e: ~, n: new}");
    hec_node *changed = hec_node_get(hec_node_get(merged, "a"), "y");
    assert_true(hec_node_put(f.arena, changed, "p", HEC_NOWHERE, hec_node_get(merged, "n")));
    hec_node_get(merged, "b")->count = 0;
    hec_node_get(hec_node_get(merged, "a"), "x")->text = "changed";
    expect_tree(lower, "{a: {x: 1, y: {p: 1}}, b: [1], c: 1, d: {k: 1}, e: {z: 0}}");
    expect_tree(upper, "{a: {y: {q: 2}}, b: [2, 3], c: {m: 1}, d: 5, e: ~, n: new}");
    expect_tree(hec_node_overlay(f.arena, NULL, upper),
                "{a: {y: {q: 2}}, b: [2, 3], c: {m: 1}, d: 5, e: ~, n: new}");
    fixture_destroy(f);
}

/* Under `parameters` alone; a record over a record merges, nothing takes all away. */
static void a_number_over_a_record_is_its_value(void **state)
{
    (void)state;
    const fixture f = fixture_create();
    hec_node *lower = read_good(
        f, "parameters: {p: {value: 1, unit: CNY, dist: gamma, low: 0, source: x, label: fee},\n"
           "  q: {value: 1, unit: CNY, note: y}, r: {value: 1}, s: 3}\nlet: {p: {value: 1}}\n");
    hec_node *upper = read_good(f, "parameters: {p: 2, q: {value: 2}, r: ~, s: 4}\nlet: {p: 2}\n");
    expect_tree(hec_node_overlay(f.arena, lower, upper),
                "{parameters: {p: {unit: CNY, label: fee, value: 2, dist: ~}, "
                "q: {value: 2, unit: CNY, note: y}, r: ~, s: 4}, let: {p: 2}}");
    expect_tree(hec_node_overlay_parameters(f.arena, hec_node_get(lower, "parameters"),
                                            read_good(f, "r: 5\n")),
                "{p: {value: 1, unit: CNY, dist: gamma, low: 0, source: x, label: fee}, "
                "q: {value: 1, unit: CNY, note: y}, r: {value: 5, dist: ~}, s: 3}");
    fixture_destroy(f);
}

static void large_mappings_merge(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    hec_text low = {0}, high = {0};
    for (int i = 0; i < COUNT; i++) {
        hec_text_format(&low, "k%d: low\n", i);
        hec_text_format(&high, "k%d: high\n", i + COUNT / 2);
    }
    const fixture f = fixture_create();
    hec_node *merged = hec_node_overlay(f.arena, read_good(f, low.data), read_good(f, high.data));
    assert_int_equal(merged->count, COUNT + COUNT / 2);
    for (int i = 0; i < COUNT + COUNT / 2; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        assert_string_equal(merged->entries[i].key, key);
        assert_string_equal(merged->entries[i].value->text, i < COUNT / 2 ? "low" : "high");
    }
    fixture_destroy(f);
    hec_text_free(&low);
    hec_text_free(&high);
}

static void copies_are_deep(void **state)
{
    (void)state;
    const fixture f = fixture_create();
    hec_node *root = read_good(f, "a: [{b: 'x'}, ~, []]\nc: {}\n");
    hec_node *copy = hec_node_copy(f.arena, root);
    root->entries[0].value->items[0]->entries[0].value->text = "changed";
    root->entries[1].value->kind = HEC_NODE_EMPTY;
    expect_tree(copy, "{a: [{b: \"x\"}, ~, []], c: {}}");
    fixture_destroy(f);
}

static void unknown_keys_are_named_with_the_nearest(void **state)
{
    (void)state;
    static const char *const keys[] = {"utility", "cost", "to"};
    const fixture f = fixture_create();
    const hec_node *root = read_good(f, "utilty: 1\ncost: 2\nwater: 3\n");
    hec_node_expect_keys(f.diagnostics, root, "a state", 3, keys);
    hec_node_expect_keys(f.diagnostics, root->entries[0].value, "a value", 0, NULL);
    hec_node_expect_keys(f.diagnostics, NULL, "nothing", 0, NULL);
    expect_findings(f, "x.yaml:1:1: error: unknown key `utilty` in a state [unknown-key]\n"
                       "utilty: 1\n^~~~~~\n  help: did you mean `utility`?\n"
                       "x.yaml:3:1: error: unknown key `water` in a state [unknown-key]\n"
                       "water: 3\n^~~~~\n  help: allowed here: `utility`, `cost`, `to`\n");
    fixture_destroy(f);
}

static void wrong_shapes_are_named(void **state)
{
    (void)state;
    const fixture f = fixture_create();
    const hec_node *root = read_good(f, "a: [1]\nb:\n");
    assert_true(hec_node_expect(f.diagnostics, root, HEC_NODE_MAP, "the file"));
    assert_false(hec_node_expect(f.diagnostics, hec_node_get(root, "a"), HEC_NODE_MAP, "`states`"));
    assert_false(
        hec_node_expect(f.diagnostics, hec_node_get(root, "b"), HEC_NODE_SCALAR, "`cycles`"));
    assert_false(hec_node_expect(f.diagnostics, NULL, HEC_NODE_LIST, "`runs`"));
    expect_findings(f, "error: `runs` is missing [wrong-shape]\n"
                       "x.yaml:1:4: error: `states` must be a mapping, not a list [wrong-shape]\n"
                       "a: [1]\n   ^~~\n"
                       "  help: a mapping is written `{key: value}`, or as lines `key: value`\n"
                       "x.yaml:2:3: error: `cycles` must be a single value, not nothing "
                       "[wrong-shape]\nb:\n  ^\n");
    fixture_destroy(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_got_and_put),
        cmocka_unit_test(overlay_changes_neither),
        cmocka_unit_test(a_number_over_a_record_is_its_value),
        cmocka_unit_test(large_mappings_merge),
        cmocka_unit_test(copies_are_deep),
        cmocka_unit_test(unknown_keys_are_named_with_the_nearest),
        cmocka_unit_test(wrong_shapes_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
