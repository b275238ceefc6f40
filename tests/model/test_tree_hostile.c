/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts meant to hurt: deep, long, cut off, not text, and thousands of random mutations. Each is
 * either read or refused with a reason, soon and within bounds. */
#include "model/tree_fixture.h"

#include <time.h>

/* Reads; true when it is good. A refusal comes with an error. */
static bool survives(const char *text, size_t length)
{
    hec_node *root = NULL;
    const fixture f = fixture_create();
    const bool ok = hec_tree_read_text(f.arena, f.diagnostics, "x", text, length, &root);
    char *said = hec_diagnostics_text(f.diagnostics, false);
    assert_non_null(said);
    assert_int_equal(ok, hec_diagnostics_count(f.diagnostics, HEC_ERROR) == 0);
    assert_true(!ok || root != NULL);
    if (root != NULL && length < 100000)
        check_places(text, root);
    free(said);
    fixture_destroy(f);
    return ok;
}

static bool survives_text(const char *text)
{
    return survives(text, strlen(text));
}

static char *repeated(const char *unit, size_t count)
{
    hec_text text = {0};
    for (size_t i = 0; i < count; i++)
        hec_text_add(&text, unit);
    return hec_text_take(&text);
}

static bool survives_repeated(const char *unit, size_t count)
{
    char *text = repeated(unit, count);
    const clock_t start = clock();
    const bool ok = survives(text, strlen(text));
    /* far above what it takes, far below what quadratic work on this much text would */
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 20);
    free(text);
    return ok;
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    assert_false(survives_repeated("[", 100000));
    assert_false(survives_repeated("{a: ", 100000));
    assert_false(survives_repeated("- ", 100000));
    assert_false(survives_repeated("[\n", 100000));
    assert_false(survives_repeated("? ", 100000));
    char deep[200] = "";
    for (int i = 0; i < 64; i++)
        strcat(deep, "[");
    for (int i = 0; i < 64; i++)
        strcat(deep, "]");
    assert_true(survives(deep, 128)); /* 64 levels are allowed */
    fails("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[x",
          "x.yaml:1:65: error: mappings and lists are nested deeper than 64 levels "
          "[yaml-too-deep]\n"
          "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[x\n"
          "                                                                ^\n");
}

static void long_lines_are_read(void **state)
{
    (void)state;
    enum { MIB = 1 << 20 };
    char *words = repeated("abcdefgh", MIB / 8);
    assert_true(survives(words, MIB));
    free(words);
    assert_false(survives_repeated("a: ", MIB / 3));
    assert_true(survives_repeated("(", MIB));
    assert_true(survives_repeated("(a, ", MIB / 4));
    assert_true(survives_repeated("() ", MIB / 3));
    assert_true(survives_repeated(")", MIB));
    assert_true(survives_repeated("\n(\n", MIB / 8));
    assert_false(survives_repeated("'\"", MIB / 2));
    assert_false(survives_repeated("a: (\n", MIB / 8)); /* one key, a hundred thousand times */
    char *list = repeated("a, ", MIB / 3);
    memcpy(list, "[a", 2);
    list[strlen(list) - 1] = ']';
    assert_true(survives(list, strlen(list)));
    free(list);
}

static void brackets_of_rising_indentation_are_linear(void **state)
{
    (void)state;
    hec_text text = {0};
    for (int i = 0; i < 1500; i++)
        hec_text_format(&text, "%*sk: (\n", i, "");
    for (int i = 0; i < 100000; i++)
        hec_text_add(&text, "  )\n");
    const clock_t start = clock();
    assert_false(survives(text.data, text.length));
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 20);
    hec_text_free(&text);
}

static void too_many_values_are_refused(void **state)
{
    (void)state;
    hec_node *root;
    char *text = repeated("a,", 3000000);
    memcpy(text, "[a", 2);
    const fixture f = fixture_create();
    assert_false(hec_tree_read_text(f.arena, f.diagnostics, "x", text, strlen(text), &root));
    char *said = hec_diagnostics_text(f.diagnostics, false);
    assert_non_null(strstr(said, "error: the file holds more than 2000000 values "
                                 "[file-too-large]"));
    free(said);
    fixture_destroy(f);
    free(text);
}

static void large_texts_are_refused(void **state)
{
    (void)state;
    const size_t length = ((size_t)16 << 20) + 1;
    char *text = calloc(length, 1);
    memset(text, 'a', length);
    assert_false(survives(text, length));
    free(text);
}

static void what_is_no_text_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
    } bad[] = {{"a: \0b\n", 6},
               {"a: \xE7\xB3", 5},
               {"a: \xff\n", 5},
               {"\xFF\xFE"
                "a\0",
                4},
               {"a: \x1b[31m\n", 9},
               {"a: \xED\xA0\x80\n", 7},
               {"\0", 1},
               {"a: b\xEF\xBB\xBF", 7},
               {"\xEF\xBB", 2}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(survives(bad[i].bytes, bad[i].length));
}

static void keys_that_hurt_are_refused(void **state)
{
    (void)state;
    char text[400];
    memset(text, 'k', sizeof text);
    strcpy(text + 201, ": 1\n");
    assert_false(survives(text, strlen(text)));
    strcpy(text + 200, ": 1\n");
    assert_true(survives(text, strlen(text)));
    assert_false(survives_text("{\"\": 1}"));
    assert_false(survives_text("? - a\n: b\n"));
    assert_false(survives_text("? {a: {b: [c]}}\n: {d: [e]}\nf: g\n"));
}

static void nothing_much_is_fine(void **state)
{
    (void)state;
    assert_true(survives_text(""));
    assert_true(survives_text("\n\n"));
    assert_true(survives_text("# only\n# comments"));
    assert_true(survives_text("\xEF\xBB\xBF"));
    assert_true(survives_text("---\n"));
}

/* ---- random mutations ------------------------------------------------------------------------ */

static const char document[] =
    "hecate: 1\n"
    "title: Sick-Sicker (Krijkamp, 2018), 病\n"
    "time: {cycle: 1 year, cycles: 75}\n"
    "parameters:\n"
    "  r_HS1: {value: 0.15, dist: gamma(mean: 0.15, sd: 0.027), source: \"a: b, (c\"}\n"
    "  hr: {value: 3, dist: lognormal(median: 3, ci95: [2.2, 4.1])} # note (x\n"
    "let:\n"
    "  p_HD: rate_to_prob(r_death(age, sex),\n"
    "                     cycle_length)\n"
    "notes: |\n"
    "  some (text, with: {signs\n"
    "states:\n"
    "  - {H: {to: {S1: (1 - p_HD) * f(a, b), D: p_HD}}}\n"
    "  - 'it''s': [1, [2, ~], {x: }]\n";

typedef struct rng {
    uint64_t state;
} rng;

static size_t below(rng *r, size_t n) /* xorshift64* (Vigna 2016) */
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return (size_t)((r->state * 2685821657736338717u) >> 33) % n;
}

/* Replaces, removes, repeats or inserts at a random place. */
static size_t mutate(rng *r, char *text, size_t length, size_t capacity)
{
    static const char signs[] = "()[]{}:,#\"'|>-?&*!%@ \n\t\\~x1\r\xE7\xB3\x85\x80(((\n\n  ";
    const size_t at = below(r, length + 1), run = below(r, 12) + 1;
    const char sign = signs[below(r, sizeof signs - 1)];
    switch (below(r, 4)) {
    case 0:
        if (at < length)
            text[at] = sign;
        return length;
    case 1:
        if (at + run > length)
            return length;
        memmove(text + at, text + at + run, length - at - run);
        return length - run;
    case 2:
        if (at + run > length || length + run > capacity)
            return length;
        memmove(text + at + run, text + at, length - at);
        return length + run;
    default:
        if (length == capacity)
            return length;
        memmove(text + at + 1, text + at, length - at);
        text[at] = sign;
        return length + 1;
    }
}

/* What was read well is written and read again to the same tree. */
static void goes_round(const char *text, size_t length)
{
    hec_node *root, *again;
    const fixture f = fixture_create();
    assert_true(hec_tree_read_text(f.arena, f.diagnostics, "x", text, length, &root));
    char *yaml = hec_node_to_yaml(root);
    const bool ok = hec_tree_read_text(f.arena, f.diagnostics, "y", yaml, strlen(yaml), &again);
    expect_findings(f, "");
    assert_true(ok);
    char *twice = hec_node_to_yaml(again);
    assert_string_equal(twice, yaml);
    free(twice);
    free(yaml);
    fixture_destroy(f);
}

static void random_mutations_are_read_or_refused(void **state)
{
    (void)state;
    rng r = {20260101};
    int n_good = 0;
    assert_true(survives(document, strlen(document)));
    for (int round = 0; round < 6000; round++) {
        char text[2048];
        size_t length = strlen(document);
        memcpy(text, document, length);
        const size_t changes = 1 + below(&r, round % 10 == 0 ? 40 : 3);
        for (size_t i = 0; i < changes; i++)
            length = mutate(&r, text, length, sizeof text);
        if (survives(text, length)) {
            n_good++;
            goes_round(text, length);
        }
    }
    assert_in_range(n_good, 500, 5500); /* the test sees both kinds */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(long_lines_are_read),
        cmocka_unit_test(brackets_of_rising_indentation_are_linear),
        cmocka_unit_test(too_many_values_are_refused),
        cmocka_unit_test(large_texts_are_refused),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(keys_that_hurt_are_refused),
        cmocka_unit_test(nothing_much_is_fine),
        cmocka_unit_test(random_mutations_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
