/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers: extends, include, a study's model; order, places, loops, language version. */
#include "model/tree_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

static void layers(const char *path, const char *expected)
{
    hec_node *root;
    const fixture f = fixture_create();
    const bool ok = hec_tree_read_layers(f.arena, f.diagnostics, path, &root);
    expect_findings(f, "");
    assert_true(ok);
    expect_tree(root, expected);
    fixture_destroy(f);
}

static void layers_fail(const char *path, const char *findings)
{
    hec_node *root;
    const fixture f = fixture_create();
    assert_false(hec_tree_read_layers(f.arena, f.diagnostics, path, &root));
    expect_findings(f, findings);
    fixture_destroy(f);
}

static void upper_layers_win_mapping_by_mapping(void **state)
{
    (void)state;
    scratch_write("low.yaml", "a: {x: 1, y: 2}\nb: [1, 2]\nc: low\n");
    scratch_write("one.yaml", "a: {x: 10}\nd: one\ne: {k: 1}\n");
    scratch_write("two.yaml", "d: two\ne: {l: 2}\n");
    scratch_write("top.yaml", "hecate: 1\nextends: low.yaml\ninclude: [one.yaml, two.yaml]\n"
                              "b: [3]\ne: {k: 9}\na: {z: 3}\n");
    layers("top.yaml", "{a: {x: 10, y: 2, z: 3}, b: [3], c: low, d: two, e: {k: 9, l: 2}, "
                       "hecate: 1}");
}

static void a_population_is_replaced_whole(void **state)
{
    (void)state;
    scratch_write("low.yaml", "population: {age: 40, sex: male}\nlet: {population: 1}\n");
    scratch_write("top.yaml", "hecate: 1\nextends: low.yaml\npopulation: {file: strata.csv}\n");
    layers("top.yaml", "{population: {file: strata.csv}, let: {population: 1}, hecate: 1}");
}

static void a_horizon_replaces_cycles(void **state)
{
    (void)state;
    scratch_write("low.yaml", "time: {cycle: 1 year, cycles: 75}\n");
    scratch_write("top.yaml", "hecate: 1\nextends: low.yaml\ntime: {horizon: 10 years}\n");
    layers("top.yaml", "{time: {cycle: 1 year, horizon: 10 years}, hecate: 1}");
    scratch_write("both.yaml", "hecate: 1\nextends: low.yaml\ntime: {horizon: 1, cycles: 2}\n");
    layers("both.yaml", "{time: {cycle: 1 year, horizon: 1, cycles: 2}, hecate: 1}");
}

static void a_study_stands_on_its_model(void **state)
{
    (void)state;
    assert_int_equal(mkdir("models", 0700), 0);
    assert_int_equal(mkdir("studies", 0700), 0);
    scratch_write("models/base.yaml", "parameters: {p: 1, q: 1, r: 1, s: 1}\n");
    scratch_write("models/m.yaml",
                  "hecate: 1\nmodel: sick-sicker\ntitle: Model\nextends: base.yaml\n"
                  "parameters: {q: 2, r: 2, s: 2}\n");
    scratch_write("studies/common.yaml", "parameters: {r: 3, s: 3}\n");
    scratch_write("studies/s.yaml",
                  "hecate: 1\nstudy: trial\ntitle: Study\nmodel: ../models/m.yaml\n"
                  "include: [common.yaml]\nparameters: {s: 4}\n");
    layers("studies/s.yaml", "{parameters: {p: 1, q: 2, r: 3, s: 4}, hecate: 1, "
                             "model: sick-sicker, title: Study, study: trial}");
    /* a model is no study: its `model:` is a name */
    layers("models/m.yaml",
           "{parameters: {p: 1, q: 2, r: 2, s: 2}, hecate: 1, model: sick-sicker, title: Model}");
}

static void a_study_may_swap_the_model_of_another(void **state)
{
    (void)state;
    scratch_write("old.yaml", "model: old\na: {x: old, y: old}\n");
    scratch_write("new.yaml", "model: new\na: {x: new}\n");
    scratch_write("first.yaml", "hecate: 1\nstudy: first\nmodel: old.yaml\na: {z: first}\n");
    scratch_write("second.yaml",
                  "hecate: 1\nstudy: second\nextends: first.yaml\nmodel: new.yaml\n");
    layers("second.yaml", "{model: new, a: {x: new, z: first}, hecate: 1, study: second}");
    scratch_write("third.yaml", "hecate: 1\nstudy: third\nextends: first.yaml\n");
    layers("third.yaml", "{model: old, a: {x: old, y: old, z: first}, hecate: 1, study: third}");
}

static void a_file_may_be_named_twice(void **state)
{
    (void)state;
    scratch_write("d.yaml", "x: d\ny: d\n");
    scratch_write("b.yaml", "include: [d.yaml]\nx: b\n");
    scratch_write("c.yaml", "include: [./d.yaml]\ny: c\n");
    scratch_write("a.yaml", "hecate: 1\ninclude: [b.yaml, c.yaml]\n");
    layers("a.yaml", "{x: d, y: c, hecate: 1}");
}

static void every_node_keeps_its_file(void **state)
{
    (void)state;
    hec_node *root;
    int line, column;
    assert_int_equal(mkdir("in", 0700), 0);
    scratch_write("in/low.yaml", "a:\n  x: 1\n");
    scratch_write("top.yaml", "hecate: 1\nextends: in/low.yaml\na: {y: 2}\n");
    const fixture f = fixture_create();
    assert_true(hec_tree_read_layers(f.arena, f.diagnostics, "top.yaml", &root));
    const hec_node *x = hec_node_get(hec_node_get(root, "a"), "x");
    const hec_node *y = hec_node_get(hec_node_get(root, "a"), "y");
    assert_string_equal(hec_source_name(f.diagnostics, x->place.file), "in/low.yaml");
    assert_string_equal(hec_source_name(f.diagnostics, y->place.file), "top.yaml");
    hec_place_locate(f.diagnostics, x->place, &line, &column);
    assert_int_equal(line, 2);
    assert_int_equal(column, 6);
    assert_string_equal(hec_tree_resolve_path(f.arena, f.diagnostics, x->place, "t.csv"),
                        "in/t.csv");
    assert_string_equal(hec_tree_resolve_path(f.arena, f.diagnostics, y->place, "t.csv"), "t.csv");
    fixture_destroy(f);
}

static void loops_are_shown(void **state)
{
    (void)state;
    scratch_write("a.yaml", "hecate: 1\nextends: b.yaml\n");
    scratch_write("b.yaml", "include:\n  - c.yaml\n");
    scratch_write("c.yaml", "extends: ./a.yaml\n");
    layers_fail(
        "a.yaml",
        "c.yaml:1:10: error: `a.yaml` stands on itself: files include or extend each other "
        "in a circle [include-loop]\nextends: ./a.yaml\n         ^~~~~~~~\n"
        "  note: b.yaml:2:5: `c.yaml` is named here\n    - c.yaml\n      ^~~~~~\n"
        "  note: a.yaml:2:10: `b.yaml` is named here\n  extends: b.yaml\n           ^~~~~~\n");
    scratch_write("self.yaml", "hecate: 1\ninclude: [self.yaml]\n");
    layers_fail("self.yaml",
                "self.yaml:2:11: error: `self.yaml` stands on itself: files include or extend each "
                "other in a circle [include-loop]\ninclude: [self.yaml]\n          ^~~~~~~~~\n");
    scratch_write("s.yaml", "hecate: 1\nstudy: s\nmodel: m.yaml\n");
    scratch_write("m.yaml", "model: m\nextends: s.yaml\n");
    layers_fail("s.yaml",
                "m.yaml:2:10: error: `s.yaml` stands on itself: files include or extend each other "
                "in a circle [include-loop]\nextends: s.yaml\n         ^~~~~~\n"
                "  note: s.yaml:3:8: `m.yaml` is named here\n  model: m.yaml\n         ^~~~~~\n");
}

/* f0 names f1 names f2 ...; each names the next `copies` times. */
static void tower_ends(int height, const char *copies)
{
    char name[32], text[96];
    for (int i = 0; i < height; i++) {
        snprintf(name, sizeof name, "f%d.yaml", i);
        snprintf(text, sizeof text, copies, i + 1, i + 1);
        scratch_write(name, text);
    }
    snprintf(name, sizeof name, "f%d.yaml", height);
    scratch_write(name, "a: 1\n");
    hec_node *root;
    const fixture f = fixture_create();
    assert_false(hec_tree_read_layers(f.arena, f.diagnostics, "f0.yaml", &root));
    assert_null(root);
    char *said = hec_diagnostics_text(f.diagnostics, false);
    assert_non_null(strstr(said, "the files stand on each other more than 32 deep, or are more "
                                 "than 256 [include-loop]"));
    free(said);
    fixture_destroy(f);
}

static void hostile_towers_end(void **state)
{
    (void)state;
    tower_ends(33, "hecate: 1\ninclude: [f%d.yaml]\n");
    tower_ends(20, "hecate: 1\ninclude: [f%d.yaml, f%d.yaml]\n"); /* a million layers */
}

static void the_language_version_is_stated(void **state)
{
    (void)state;
    scratch_write("none.yaml", "# old\nmodel: x\n");
    layers_fail("none.yaml", "none.yaml:2:1: error: the file does not say which version of the "
                             "language it is written in [language-version]\nmodel: x\n^\n"
                             "  help: write `hecate: 1` as the first line\n");
    scratch_write("two.yaml", "hecate: 2\n");
    scratch_write("top.yaml", "hecate: one\ninclude: [two.yaml, two.yaml]\n");
    layers_fail("top.yaml",
                "top.yaml:1:9: error: this build reads version 1 of the language, not `one` "
                "[language-version]\nhecate: one\n        ^~~\n  help: write `hecate: 1`\n"
                "two.yaml:1:9: error: this build reads version 1 of the language, not `2` "
                "[language-version]\nhecate: 2\n        ^\n  help: write `hecate: 1`\n");
    scratch_write("list.yaml", "hecate: [1]\n");
    layers_fail("list.yaml", "list.yaml:1:9: error: the version of the language is a number "
                             "[language-version]\nhecate: [1]\n        ^~~\n"
                             "  help: write `hecate: 1`\n");
}

static void files_that_cannot_be_used_are_all_named(void **state)
{
    (void)state;
    hec_node *root;
    assert_int_equal(mkdir("folder", 0700), 0);
    scratch_write("empty.yaml", "# nothing\n");
    scratch_write("bad.yaml", "a: [\n");
    scratch_write("list.yaml", "- 1\n");
    scratch_write("lifetable.yaml", "a: 1\n");
    scratch_write("top.yaml", "hecate: 1\nextends: folder\ninclude: [empty.yaml, bad.yaml, "
                              "list.yaml, lifetabel.yaml, [x]]\n");
    const fixture f = fixture_create();
    assert_false(hec_tree_read_layers(f.arena, f.diagnostics, "top.yaml", &root));
    assert_null(root);
    expect_findings(
        f, "top.yaml:2:10: error: `folder` is a folder, not a file [file-unreadable]\n"
           "extends: folder\n         ^~~~~~\n"
           "top.yaml:3:44: error: `lifetabel.yaml` cannot be opened: No such file or directory "
           "[file-unreadable]\n"
           "include: [empty.yaml, bad.yaml, list.yaml, lifetabel.yaml, [x]]\n"
           "                                           ^~~~~~~~~~~~~~\n"
           "  help: did you mean `lifetable.yaml`?\n"
           "top.yaml:3:60: error: an item of `include` must be a single value, not a list "
           "[wrong-shape]\n"
           "include: [empty.yaml, bad.yaml, list.yaml, lifetabel.yaml, [x]]\n"
           "                                                           ^~~\n"
           "empty.yaml:1:1: error: `empty.yaml` is empty [wrong-shape]\n# nothing\n^\n"
           "bad.yaml:1:5: error: the file ends where a value is expected [yaml-syntax]\n"
           "a: [\n    ^\n  help: a `[` or `{` further up is not closed\n"
           "list.yaml:1:1: error: the file must be a mapping, not a list [wrong-shape]\n"
           "- 1\n^~~\n"
           "  help: a mapping is written `{key: value}`, or as lines `key: value`\n");
    fixture_destroy(f);
}

static void the_first_file_has_no_place(void **state)
{
    (void)state;
    layers_fail("missing.yaml", "error: `missing.yaml` cannot be opened: No such file or directory "
                                "[file-unreadable]\n");
    layers_fail(".", "error: `.` is a folder, not a file [file-unreadable]\n");
    assert_int_equal(mkfifo("pipe.yaml", 0600), 0);
    layers_fail("pipe.yaml",
                "error: `pipe.yaml` is a pipe or device, not a file [file-unreadable]\n");
    const int descriptor = open("large.yaml", O_CREAT | O_WRONLY, 0600);
    assert_int_equal(ftruncate(descriptor, (off_t)200 << 20), 0);
    close(descriptor);
    layers_fail("large.yaml", "error: `large.yaml` is too large: 209715200 bytes, and at most 16 "
                              "MiB are read [file-too-large]\n");
}

static void small_mistakes_leave_the_tree(void **state)
{
    (void)state;
    hec_node *root;
    scratch_write("top.yaml", "hecate: 1\na: 1\na: 2\n");
    const fixture f = fixture_create();
    assert_false(hec_tree_read_layers(f.arena, f.diagnostics, "top.yaml", &root));
    expect_tree(root, "{hecate: 1, a: 1}"); /* so that further checks can run */
    fixture_destroy(f);
}

static void paths_are_short_where_that_is_the_same(void **state)
{
    (void)state;
    assert_int_equal(mkdir("a", 0700), 0);
    assert_int_equal(mkdir("a/deep", 0700), 0);
    assert_int_equal(mkdir("b", 0700), 0);
    assert_int_equal(symlink("a/deep", "link"), 0);
    const fixture f = fixture_create();
    const int32_t in_a = hec_source_add(f.diagnostics, "a/x.yaml", "", 0);
    const int32_t in_link = hec_source_add(f.diagnostics, "link/x.yaml", "", 0);
    const int32_t here = hec_source_add(f.diagnostics, "x.yaml", "", 0);
    const struct {
        int32_t file;
        const char *path, *resolved;
    } cases[] = {{in_a, "../b/t.csv", "b/t.csv"},
                 {in_a, "./deep/.././t.csv", "a/t.csv"},
                 {in_a, "../../t.csv", "../t.csv"},
                 {in_a, "/etc/../t.csv", "/t.csv"},
                 {in_a, "../none/../t.csv", "a/../none/../t.csv"},
                 {in_link, "../t.csv", "link/../t.csv"}, /* is a/t.csv, not t.csv */
                 {here, "b/t.csv", "b/t.csv"},
                 {here, "./b//t.csv", "b/t.csv"},
                 {here, "b/../../t.csv", "../t.csv"},
                 {here, "link/../t.csv", "link/../t.csv"},
                 {-1, "b/t.csv", "b/t.csv"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(hec_tree_resolve_path(f.arena, f.diagnostics,
                                                  (hec_place){cases[i].file, 0, 0}, cases[i].path),
                            cases[i].resolved);
    fixture_destroy(f);
}

static void policies_are_read_where_they_are_named(void **state)
{
    (void)state;
    scratch_write("low.yaml", "hecate: 1\npolicy: low\nbenefits: [1]\nset: {a: 1, b: 2}\n");
    scratch_write("high.yaml", "hecate: 1\nextends: low.yaml\npolicy: high\nset: {b: 3}\n");
    scratch_write("top.yaml", "hecate: 1\nstrategies:\n  none: {}\n  file: {policy: high.yaml, "
                              "cost: 2}\n  own: {policy: {extends: low.yaml, set: {c: 4}}}\n"
                              "  place: {policy: {set: {d: 5}}}\n");
    layers("top.yaml",
           "{hecate: 1, strategies: {none: {}, file: {policy: {hecate: 1, policy: high, benefits: "
           "[1], set: {a: 1, b: 3}}, cost: 2}, own: {policy: {hecate: 1, policy: low, benefits: "
           "[1], set: {a: 1, b: 2, c: 4}}}, place: {policy: {set: {d: 5}}}}}");
    scratch_write("bad.yaml", "hecate: 1\nstrategies: {a: {policy: absent.yaml}, b: {policy: "
                              "{extends: [x]}}}\n");
    layers_fail("bad.yaml",
                "bad.yaml:2:26: error: `absent.yaml` cannot be opened: No such file or directory "
                "[file-unreadable]\n"
                "strategies: {a: {policy: absent.yaml}, b: {policy: {extends: [x]}}}\n"
                "                         ^~~~~~~~~~~\n"
                "bad.yaml:2:62: error: `extends` must be a single value, not a list [wrong-shape]\n"
                "strategies: {a: {policy: absent.yaml}, b: {policy: {extends: [x]}}}\n"
                "                                                             ^~~\n");
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_enter, scratch_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(upper_layers_win_mapping_by_mapping),
        IN_SCRATCH(a_population_is_replaced_whole),
        IN_SCRATCH(a_horizon_replaces_cycles),
        IN_SCRATCH(a_study_stands_on_its_model),
        IN_SCRATCH(a_study_may_swap_the_model_of_another),
        IN_SCRATCH(a_file_may_be_named_twice),
        IN_SCRATCH(policies_are_read_where_they_are_named),
        IN_SCRATCH(every_node_keeps_its_file),
        IN_SCRATCH(loops_are_shown),
        IN_SCRATCH(hostile_towers_end),
        IN_SCRATCH(the_language_version_is_stated),
        IN_SCRATCH(files_that_cannot_be_used_are_all_named),
        IN_SCRATCH(the_first_file_has_no_place),
        IN_SCRATCH(small_mistakes_leave_the_tree),
        IN_SCRATCH(paths_are_short_where_that_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
