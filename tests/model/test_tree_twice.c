/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that one file includes: policies in place, and names that two of them define. */
#include "model/tree_fixture.h"

/* What is said while the file is read; its tree. */
static void says(const char *path, const char *findings, const char *expected)
{
    hec_node *root;
    const fixture f = fixture_create();
    assert_true(hec_tree_read_layers(f.arena, f.diagnostics, path, &root));
    expect_findings(f, findings);
    if (expected != NULL)
        expect_tree(root, expected);
    fixture_destroy(f);
}

static void a_policy_in_place_includes(void **state)
{
    (void)state;
    scratch_write("low.yaml", "hecate: 1\npolicy: low\nlet: {a: low, b: low, c: low, d: low}\n");
    scratch_write("one.yaml",
                  "hecate: 1\npolicy: one\ninclude: [deep.yaml]\nlet: {b: one, e: one}\n");
    scratch_write("deep.yaml", "let: {e: deep, f: deep}\n");
    scratch_write("two.yaml", "let: {c: two}\n");
    scratch_write(
        "s.yaml",
        "hecate: 1\nstrategies:\n"
        "  x: {policy: {extends: low.yaml, include: [one.yaml, two.yaml], let: {d: own}}}\n"
        "  y: {policy: {include: [two.yaml]}}\n"
        "  z: {policy: {let: {d: own}}}\n"
        "  w: {policy: {include: two.yaml}}\n");
    says("s.yaml", "",
         "{hecate: 1, strategies: {x: {policy: {hecate: 1, policy: one, let: {a: low, b: one, "
         "c: two, d: own, e: one, f: deep}}}, y: {policy: {let: {c: two}}}, "
         "z: {policy: {let: {d: own}}}, w: {policy: {let: {c: two}}}}}");
}

static void mistakes_in_a_policy_in_place(void **state)
{
    (void)state;
    hec_node *root;
    const fixture f = fixture_create();
    scratch_write("s.yaml", "hecate: 1\nstrategies:\n  x: {policy: {include: gone.yaml}}\n"
                            "  y: {policy: {include: [gone.yaml]}}\n");
    assert_false(hec_tree_read_layers(f.arena, f.diagnostics, "s.yaml", &root));
    expect_findings(f,
                    "s.yaml:3:25: error: `gone.yaml` cannot be opened: No such file or directory "
                    "[file-unreadable]\n  x: {policy: {include: gone.yaml}}\n"
                    "                        ^~~~~~~~~\n"
                    "s.yaml:4:26: error: `gone.yaml` cannot be opened: No such file or directory "
                    "[file-unreadable]\n  y: {policy: {include: [gone.yaml]}}\n"
                    "                         ^~~~~~~~~\n");
    fixture_destroy(f);
}

static void the_later_of_two_definitions_is_told(void **state)
{
    (void)state;
    scratch_write("a.yaml", "parameters: {p: 1, q: 1}\nlet: {x: p}\n");
    scratch_write("b.yaml", "parameters: {p: 2, q: 1}\n");
    scratch_write("s.yaml", "hecate: 1\ninclude: [a.yaml, b.yaml]\n");
    says("s.yaml",
         "b.yaml:1:14: warning: the parameter `p` is defined otherwise by `a.yaml`, which is "
         "included too; this one holds [defined-twice]\n"
         "parameters: {p: 2, q: 1}\n             ^\n"
         "  note: a.yaml:1:14: the other is here\n"
         "  parameters: {p: 1, q: 1}\n               ^\n"
         "  help: name one of them otherwise, state in `s.yaml` what holds, or let this file "
         "include the other\n",
         "{parameters: {p: 2, q: 1}, let: {x: p}, hecate: 1}");
}

/* The one who includes both decides; of equal ones there is nothing to decide. */
static void no_word_is_lost_where_it_is_meant(void **state)
{
    (void)state;
    scratch_write("a.yaml", "parameters: {p: 1, q: {value: 1, source: here}}\n"
                            "services: {s: {tariff: 3, label: A}}\nbenefits: [{layer: a}]\n");
    scratch_write("b.yaml", "parameters: {p: 2, q: {source: there, value: 1}}\n"
                            "services: {s: {resource: 2, label: B}}\nbenefits: [{layer: b}]\n");
    scratch_write("s.yaml",
                  "hecate: 1\ninclude: [a.yaml, b.yaml]\nparameters: {p: 3}\nbenefits: []\n");
    says("s.yaml", "", NULL);
    scratch_write("over.yaml", "include: [a.yaml]\nparameters: {p: 2}\nbenefits: []\n");
    scratch_write("t.yaml", "hecate: 1\ninclude: [a.yaml, over.yaml]\n");
    says("t.yaml", "", NULL); /* one stands on the other */
    scratch_write("c.yaml", "include: [a.yaml]\nrules: {r: 1}\n");
    scratch_write("u.yaml", "hecate: 1\ninclude: [c.yaml, over.yaml]\n");
    says("u.yaml", "", NULL); /* and so it does here */
}

/* What was changed in one is changed back by what the other stands on. */
static void what_is_undone_is_told(void **state)
{
    (void)state;
    scratch_write("a.yaml", "parameters: {p: 1}\n");
    scratch_write("over.yaml", "include: [a.yaml]\nparameters: {p: 2}\n");
    scratch_write("c.yaml", "include: [a.yaml]\nlet: {r: 1}\n");
    scratch_write("s.yaml", "hecate: 1\ninclude: [over.yaml, c.yaml]\n");
    says("s.yaml",
         "a.yaml:1:14: warning: the parameter `p` is defined otherwise by `over.yaml`, which is "
         "included too; this one holds [defined-twice]\n"
         "parameters: {p: 1}\n             ^\n"
         "  note: over.yaml:2:14: the other is here\n"
         "  parameters: {p: 2}\n               ^\n"
         "  help: name one of them otherwise, state in `s.yaml` what holds, or let this file "
         "include the other\n",
         "{parameters: {p: 1}, let: {r: 1}, hecate: 1}");
}

static void every_kind_of_name(void **state)
{
    (void)state;
    scratch_write("a.yaml", "services: {s: {tariff: 1, at: clinic}}\nbenefits: [{layer: a}]\n"
                            "contracts: {c: {pay: 1}}\nrules: {r: {start: 1}}\n"
                            "behaviours: {b: {odds: 1}}\nset: {k: 1}\n");
    scratch_write("b.yaml", "services: {s: {tariff: 2, at: clinic}}\nbenefits: [{layer: b}]\n"
                            "contracts: {c: {pay: 1, lag: 1}}\nrules: {r: 1}\n"
                            "behaviours: {b: {odds: 2}}\nset: {k: [1]}\n");
    scratch_write("s.yaml", "hecate: 1\ninclude: [a.yaml, b.yaml]\n");
    static const char *const words[] = {
        "`tariff` of the service `s` is stated otherwise by `a.yaml`",
        "`benefits` is defined",
        "the contract `c` is",
        "the rule `r` is",
        "the behaviour `b` is",
        "the setting `k` is"};
    hec_node *root;
    const fixture f = fixture_create();
    assert_true(hec_tree_read_layers(f.arena, f.diagnostics, "s.yaml", &root));
    assert_int_equal(hec_diagnostics_count(f.diagnostics, HEC_WARNING), 6);
    char *text = hec_diagnostics_text(f.diagnostics, false);
    for (size_t i = 0; i < 6; i++)
        assert_non_null(strstr(text, words[i]));
    free(text);
    fixture_destroy(f);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_enter, scratch_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(a_policy_in_place_includes),
        IN_SCRATCH(mistakes_in_a_policy_in_place),
        IN_SCRATCH(the_later_of_two_definitions_is_told),
        IN_SCRATCH(no_word_is_lost_where_it_is_meant),
        IN_SCRATCH(what_is_undone_is_told),
        IN_SCRATCH(every_kind_of_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
