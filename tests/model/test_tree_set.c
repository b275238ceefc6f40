/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Setting values at dotted paths. */
#include "model/tree_fixture.h"

static const char model[] = "parameters:\n"
                            "  hr: {value: 3, dist: lognormal(median: 3, ci95: [2.2, 4.1])}\n"
                            "  c_H: 2000\n"
                            "let: {p_HD: r_death, hr_both: hr * 2}\n"
                            "economics: {discount: {cost: 3 %, qaly: 3 %}}\n"
                            "strategies:\n  usual:\n  B: {set: {hr: 0.6}}\n"
                            "runs: [1, 2]\n";

/* Sets `path` to the tree that `value` reads as; what was said, or the part at `show`. */
static void set(const char *path, const char *value, const char *show, const char *expected)
{
    const fixture f = fixture_create();
    hec_node *root = read_good(f, model);
    hec_node *node = read_good(f, value);
    assert_true(hec_tree_set(f.arena, f.diagnostics, root, path, HEC_NOWHERE, node));
    expect_findings(f, "");
    expect_tree(hec_node_get(root, show), expected);
    fixture_destroy(f);
}

static void set_fails(const char *path, const char *expected)
{
    const fixture f = fixture_create();
    hec_node *root = read_good(f, model);
    hec_node *node = read_good(f, "1");
    char *before = dump(root);
    const int32_t file = hec_source_add(f.diagnostics, "--set", path, strlen(path));
    const hec_place place = {file, 0, (uint32_t)strlen(path)};
    assert_false(hec_tree_set(f.arena, f.diagnostics, root, path, place, node));
    expect_findings(f, expected);
    expect_tree(root, before); /* nothing has changed */
    free(before);
    fixture_destroy(f);
}

static void a_word_alone_is_a_parameter_first(void **state)
{
    (void)state;
    set("c_H", "0.6", "parameters",
        "{hr: {value: 3, dist: lognormal(median: 3, ci95: [2.2, 4.1])}, c_H: 0.6}");
    set("p_HD", "0", "let", "{p_HD: 0, hr_both: hr * 2}");
    set("runs", "[3]", "runs", "[3]");
    set("economics", "{discount: 0}", "economics", "{discount: 0}");
}

/* A record keeps its unit and source, and loses what made it uncertain. */
static void a_parameter_set_alone_is_no_longer_drawn(void **state)
{
    (void)state;
    const fixture f = fixture_create();
    hec_node *root = read_good(f, "parameters:\n  c: {value: 3, unit: USD, low: 1, high: 5, "
                                  "dist: gamma(mean: 3, se: 1), source: 'x'}\n");
    hec_node *value = read_good(f, "4"), *record = read_good(f, "{value: 5}");
    assert_true(hec_tree_set(f.arena, f.diagnostics, root, "c", HEC_NOWHERE, value));
    expect_tree(root, "{parameters: {c: {unit: USD, value: 4, dist: ~}}}");
    assert_true(hec_tree_set(f.arena, f.diagnostics, root, "parameters.c", HEC_NOWHERE, value));
    expect_tree(root, "{parameters: {c: {unit: USD, value: 4, dist: ~}}}");
    assert_true(hec_tree_set(f.arena, f.diagnostics, root, "c", HEC_NOWHERE, record));
    expect_tree(root, "{parameters: {c: {value: 5}}}");
    fixture_destroy(f);
}

static void a_path_goes_down(void **state)
{
    (void)state;
    set("economics.discount.cost", "5 %", "economics", "{discount: {cost: 5 %, qaly: 3 %}}");
    set("parameters.hr.value", "2", "parameters",
        "{hr: {value: 2, dist: lognormal(median: 3, ci95: [2.2, 4.1])}, c_H: 2000}");
    set("hr.value", "2", "parameters",
        "{hr: {value: 2, dist: lognormal(median: 3, ci95: [2.2, 4.1])}, c_H: 2000}");
    set("strategies.B.set.hr", "0.7", "strategies", "{usual: ~, B: {set: {hr: 0.7}}}");
}

static void a_missing_last_key_is_made(void **state)
{
    (void)state;
    set("economics.discount.life_years", "1 %", "economics",
        "{discount: {cost: 3 %, qaly: 3 %, life_years: 1 %}}");
    set("strategies.usual.title", "'x'", "strategies",
        "{usual: {title: \"x\"}, B: {set: {hr: 0.6}}}");
}

static void the_value_is_copied(void **state)
{
    (void)state;
    const fixture f = fixture_create();
    hec_node *one = read_good(f, model), *two = read_good(f, model);
    hec_node *value = read_good(f, "{value: 1}"), *number = read_good(f, "9");
    assert_true(hec_tree_set(f.arena, f.diagnostics, one, "hr", HEC_NOWHERE, value));
    assert_true(hec_tree_set(f.arena, f.diagnostics, two, "hr", HEC_NOWHERE, value));
    assert_true(hec_tree_set(f.arena, f.diagnostics, one, "hr.value", HEC_NOWHERE, number));
    expect_tree(hec_node_get(one, "parameters"), "{hr: {value: 9}, c_H: 2000}");
    expect_tree(hec_node_get(two, "parameters"), "{hr: {value: 1}, c_H: 2000}");
    expect_tree(value, "{value: 1}");
    fixture_destroy(f);
}

static void what_does_not_exist_is_not_set(void **state)
{
    (void)state;
    set_fails("p_HDD", "--set:1:1: error: nothing is named `p_HDD`, so it cannot be set "
                       "[set-path]\np_HDD\n^~~~~\n  help: did you mean `p_HD`?\n");
    set_fails("zzzzzz",
              "--set:1:1: error: nothing is named `zzzzzz`, so it cannot be set [set-path]\n"
              "zzzzzz\n^~~~~~\n");
    set_fails("economics.discuont.cost",
              "--set:1:11: error: `economics` has no `discuont`, so it cannot be set [set-path]\n"
              "economics.discuont.cost\n          ^~~~~~~~\n"
              "  help: did you mean `economics.discount.cost`?\n");
    set_fails("ecomomics.discount",
              "--set:1:1: error: nothing is named `ecomomics`, so it cannot be set [set-path]\n"
              "ecomomics.discount\n^~~~~~~~~\n  help: did you mean `economics.discount`?\n");
}

static void only_mappings_have_keys(void **state)
{
    (void)state;
    set_fails("c_H.value", "--set:1:1: error: `c_H` is a single value, so nothing inside it can be "
                           "set [set-path]\nc_H.value\n^~~\n  help: set `c_H` as a whole\n");
    set_fails("runs.0", "--set:1:1: error: `runs` is a list, so nothing inside it can be set "
                        "[set-path]\nruns.0\n^~~~\n  help: set `runs` as a whole\n");
    set_fails("", "--set:1:1: error: `` has an empty word between its dots [set-path]\n");
    set_fails("economics..cost", "--set:1:11: error: `economics..cost` has an empty word between "
                                 "its dots [set-path]\neconomics..cost\n          ^\n");
    set_fails("hr.", "--set:1:4: error: `hr.` has an empty word between its dots [set-path]\n"
                     "hr.\n   ^\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_alone_is_a_parameter_first),
        cmocka_unit_test(a_parameter_set_alone_is_no_longer_drawn),
        cmocka_unit_test(a_path_goes_down),
        cmocka_unit_test(a_missing_last_key_is_made),
        cmocka_unit_test(the_value_is_copied),
        cmocka_unit_test(what_does_not_exist_is_not_set),
        cmocka_unit_test(only_mappings_have_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
