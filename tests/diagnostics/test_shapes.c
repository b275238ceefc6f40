/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever stands where something else should: a study is read, or its mistakes are named.
 *
 * Every value of four models is replaced in turn by values of other shapes, dropped, renamed and
 * given again. Reading must end with a study or with an error, and what can be read must run or say
 * what went wrong. Run under the sanitizers this also finds leaks and wrong accesses.
 * Each value meets some of the replacements; with HECATE_SHAPES=all it meets all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <hecate/hecate.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "model/tree.h"

enum { PATH = 512, SECONDS_MOST = 20 };

/* What is put in place of a value: YAML text. */
static const char *const replacements[] = {
    "[]",
    "{}",
    "word",
    "~",
    "[a, [b, {c: d}]]",
    "{a: {b: [c]}}",
    "-1",
    "3",
    "''",
    "true",
    "age",
    "time_in_state",
    "0",
    "1e308",
    "1e-308",
    "1 +",
    "((((",
    "rest",
    "all",
    "p_sick",
    "weibull(shape = 1, scale = 2)",
    "gamma(mean: 1, se: 0)",
    "[1, 2]",
    "{0: 1, 5: 2}",
    "\"a\\tb\"",
    "\xE5\x80\xBC",
    "5 years",
    "1/year",
    "'male'",
    "1 / 0",
    "log(-1)",
    "deaths.csv",
};
enum { N_REPLACEMENTS = sizeof replacements / sizeof replacements[0] };

/* ---- a model that is changed ----------------------------------------------------------------- */

typedef struct subject {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    hec_node *root;
    hec_node *values[N_REPLACEMENTS];
    char folder[64], path[PATH];
    size_t n_tried, n_read, n_run, turn;
    size_t some, rarely, step, met; /* replacements of a value; how seldom draws are asked for, and
                                     * a value is changed; values met */
    bool all;
} subject;

static hec_node *parse(subject *s, const char *text)
{
    hec_node *node = NULL;
    char line[PATH];
    snprintf(line, sizeof line, "value: %s\n", text);
    assert_true(hec_tree_read_text(s->arena, s->diagnostics, "text", line, strlen(line), &node));
    return hec_node_get(node, "value");
}

/* Files are named from the root, so that the text can be written anywhere. */
static void fix_files(subject *s, hec_node *node)
{
    for (size_t i = 0; i < node->count; i++) {
        hec_node *value = node->kind == HEC_NODE_MAP ? node->entries[i].value : node->items[i];
        if (node->kind == HEC_NODE_MAP && strcmp(node->entries[i].key, "file") == 0 &&
            value->kind == HEC_NODE_SCALAR) {
            const char *path =
                hec_tree_resolve_path(s->arena, s->diagnostics, value->place, value->text);
            char *whole = realpath(path, NULL);
            assert_non_null(whole);
            value->text = hec_arena_copy(s->arena, whole, strlen(whole));
            value->length = strlen(whole);
            free(whole);
        } else {
            fix_files(s, value);
        }
    }
}

/* A study laid over its model is a whole model, and needs no file of it any more. */
static void forget_model(hec_node *root)
{
    for (size_t i = 0; i < root->count && hec_node_get(root, "study"); i++) {
        if (strcmp(root->entries[i].key, "model") == 0) {
            memmove(&root->entries[i], &root->entries[i + 1],
                    (root->count - i - 1) * sizeof root->entries[0]);
            root->count--;
            return;
        }
    }
}

static void open_subject(subject *s, const char *model)
{
    char path[PATH];
    *s = (subject){.arena = hec_arena_create(), .diagnostics = hec_diagnostics_create()};
    assert_true(s->arena && s->diagnostics);
    s->some = 1;
    s->rarely = 2;
    s->all = getenv("HECATE_SHAPES") != NULL;
    snprintf(path, sizeof path, "%s/%s", HECATE_SOURCE_DIR, model);
    assert_true(hec_tree_read_layers(s->arena, s->diagnostics, path, &s->root));
    forget_model(s->root);
    fix_files(s, s->root);
    for (size_t i = 0; i < N_REPLACEMENTS; i++) {
        s->values[i] = parse(s, replacements[i]);
    }
    strcpy(s->folder, "/tmp/hecate-shapes-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->path, sizeof s->path, "%s/model.yaml", s->folder);
}

static void close_subject(subject *s)
{
    print_message("%zu tried, %zu read, %zu run\n", s->n_tried, s->n_read, s->n_run);
    unlink(s->path);
    rmdir(s->folder);
    hec_diagnostics_destroy(s->diagnostics);
    hec_arena_destroy(s->arena);
}

static const char *const kept_text = "shapes-failed.yaml"; /* in the working folder */

static void show(const char *text, const hec_diagnostics *diagnostics)
{
    char *words = hec_diagnostics_text(diagnostics, false);
    print_error("%s\nThe text is kept in %s\n", words ? words : "", kept_text);
    FILE *file = fopen(kept_text, "wb");
    if (file) {
        fputs(text, file);
        fclose(file);
    }
    free(words);
}

/* A few draws, so that a large number put somewhere does not make the test long. */
static void run_study(subject *s, const hec_study *study, hec_diagnostics *diagnostics,
                      const char *text)
{
    hec_result *result = NULL;
    const hec_run_options options = {.threads = 1};
    hec_status status = hec_study_run(study, &options, diagnostics, &result);
    bool explained = hec_diagnostics_count(diagnostics, HEC_ERROR) > 0;
    if (status != HEC_OK && (status != HEC_E_VALUE || !explained)) {
        show(text, diagnostics);
        fail_msg("running ends with: %s", hec_status_text(status));
    }
    s->n_run += status == HEC_OK;
    hec_result_destroy(result);
}

static void read_text(subject *s, const char *text)
{
    const hec_study_options options = {
        .draws = s->turn % s->rarely == 0 ? 2 : 0, .has_seed = true, .seed = 1};
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    hec_study *study = NULL;
    assert_non_null(diagnostics);
    clock_t before = clock();
    hec_status status = hec_study_read(s->path, &options, diagnostics, &study);
    bool mistakes = hec_diagnostics_count(diagnostics, HEC_ERROR) > 0;
    s->n_tried++;
    if (status == HEC_OK && !mistakes) {
        s->n_read++;
        run_study(s, study, diagnostics, text);
    } else if (status != HEC_E_INPUT || !mistakes) {
        show(text, diagnostics);
        fail_msg("reading ends with: %s", hec_status_text(status));
    }
    if ((clock() - before) / CLOCKS_PER_SEC > SECONDS_MOST) {
        show(text, diagnostics);
        fail_msg("it took too long");
    }
    char *words = hec_diagnostics_text(diagnostics, false),
         *json = hec_diagnostics_json(diagnostics);
    assert_true(words && json);
    free(words);
    free(json);
    hec_study_destroy(study);
    hec_diagnostics_destroy(diagnostics);
}

static void write_and_read(subject *s, const char *text, size_t length)
{
    FILE *file = fopen(s->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    read_text(s, text);
}

/* The tree as it now is. */
static void try_tree(subject *s)
{
    char *text = hec_node_to_yaml(s->root);
    assert_non_null(text);
    write_and_read(s, text, strlen(text));
    free(text);
}

/* ---- changes --------------------------------------------------------------------------------- */

/* Each value meets another few of the replacements. */
static void replace(subject *s, hec_node **slot)
{
    hec_node *kept = *slot;
    size_t n = s->all ? N_REPLACEMENTS : s->some;
    for (size_t i = 0; i < n; i++) {
        *slot = s->values[s->all ? i : s->turn++ % N_REPLACEMENTS];
        try_tree(s);
    }
    *slot = kept;
}

static void drop(subject *s, hec_node *node, size_t index)
{
    const hec_node kept = *node;
    node->count--;
    if (node->kind == HEC_NODE_MAP) {
        hec_entry *rest = hec_arena_array(s->arena, kept.count, sizeof *rest);
        assert_non_null(rest);
        memcpy(rest, kept.entries, index * sizeof *rest);
        memcpy(rest + index, kept.entries + index + 1, (kept.count - index - 1) * sizeof *rest);
        node->entries = rest;
    } else {
        hec_node **rest = hec_arena_array(s->arena, kept.count, sizeof *rest);
        assert_non_null(rest);
        memcpy(rest, kept.items, index * sizeof *rest);
        memcpy(rest + index, kept.items + index + 1, (kept.count - index - 1) * sizeof *rest);
        node->items = rest;
    }
    try_tree(s);
    *node = kept;
}

/* A list's item stands twice. */
static void repeat(subject *s, hec_node *list, size_t index)
{
    const hec_node kept = *list;
    hec_node **more = hec_arena_array(s->arena, kept.count + 1, sizeof *more);
    assert_non_null(more);
    memcpy(more, kept.items, kept.count * sizeof *more);
    more[kept.count] = kept.items[index];
    list->items = more;
    list->count++;
    try_tree(s);
    *list = kept;
}

static void rename_key(subject *s, hec_entry *entry, const char *key)
{
    const char *kept = entry->key;
    entry->key = key;
    try_tree(s);
    entry->key = kept;
}

static void change_below(subject *s, hec_node *node)
{
    static const char *const keys[] = {"zz", "age", "a b", "dead", "0", "file", "rest"};
    for (size_t i = 0; i < node->count; i++) {
        bool map = node->kind == HEC_NODE_MAP;
        hec_node **slot = map ? &node->entries[i].value : &node->items[i];
        if (s->all || s->met++ % s->step == 0) {
            replace(s, slot);
            drop(s, node, i);
            if (map) {
                rename_key(s, &node->entries[i], keys[s->turn++ % (sizeof keys / sizeof keys[0])]);
            } else {
                repeat(s, node, i);
            }
        }
        change_below(s, *slot);
    }
}

static void change_all(const char *model, size_t some, size_t rarely, size_t step)
{
    subject s;
    open_subject(&s, model);
    s.some = some;
    s.rarely = rarely;
    s.step = step;
    try_tree(&s);
    if (s.n_run != 1) {
        fail_msg("%s does not run as it is: see %s", model, s.path);
    }
    change_below(&s, s.root);
    close_subject(&s);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void a_model_of_every_key(void **state)
{
    (void)state;
    change_all("tests/diagnostics/rich/model.yaml", 3, 2, 1);
}

static void persons_of_every_key(void **state)
{
    (void)state;
    change_all("tests/diagnostics/rich/persons.yaml", 3, 4, 1);
}

static void sick_sicker(void **state)
{
    (void)state;
    change_all("models/sick-sicker/model.yaml", 2, 4, 1);
}

static void diabetes(void **state)
{
    (void)state;
    change_all("inputs/studies/diabetes/payment.yaml", 1, 16, 3);
}

/* The file ends anywhere, or a line or a character of it is missing. */
static void cut_text(void **state)
{
    subject s;
    (void)state;
    open_subject(&s, "tests/diagnostics/rich/model.yaml");
    char *text = hec_node_to_yaml(s.root);
    assert_non_null(text);
    size_t length = strlen(text), step = s.all ? 1 : 41;
    for (size_t end = 1; end < length; end += step) {
        write_and_read(&s, text, end);
    }
    char *less = malloc(length);
    assert_non_null(less);
    for (size_t at = 0; at < length; at += step) {
        size_t n = s.turn++ % 2 ? 1 : strcspn(text + at, "\n") + 1;
        n = at + n <= length ? n : length - at;
        memcpy(less, text, at);
        memcpy(less + at, text + at + n, length - at - n);
        write_and_read(&s, less, length - n);
    }
    free(less);
    free(text);
    close_subject(&s);
}

/* One cell of a file is something else, or a row is missing or stands twice. */
static void change_file(subject *s, const char *name)
{
    static const char *const cells[] = {"",   "x",     "NaN",  "1e400", "-1", "0,0", "\"",  "inf",
                                        "5%", "1e308", "male", "yes",   "\n", "a;b", "\xFF"};
    char path[PATH];
    snprintf(path, sizeof path, "%s/%s", s->folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char text[4096], changed[8192];
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    for (size_t at = 0; at < length; at += strcspn(text + at, ",\n") + 1) {
        size_t n = strcspn(text + at, ",\n");
        for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
            if (!s->all && (s->turn++ % 4 != 0)) {
                continue;
            }
            snprintf(changed, sizeof changed, "%.*s%s%s", (int)at, text, cells[i], text + at + n);
            file = fopen(path, "wb");
            assert_non_null(file);
            assert_true(fputs(changed, file) >= 0);
            assert_int_equal(fclose(file), 0);
            read_text(s, changed);
        }
    }
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void copy_file(const subject *s, const char *name)
{
    char from[PATH], to[PATH], text[8192];
    snprintf(from, sizeof from, "%s/tests/diagnostics/rich/%s", HECATE_SOURCE_DIR, name);
    snprintf(to, sizeof to, "%s/%s", s->folder, name);
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_true(in && out);
    size_t length = fread(text, 1, sizeof text, in);
    assert_int_equal(fwrite(text, 1, length, out), length);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

static void files_of_a_model(void **state)
{
    static const char *const names[] = {"strata.csv", "deaths.csv", "draws.csv"};
    subject s;
    (void)state;
    open_subject(&s, "tests/diagnostics/rich/model.yaml");
    copy_file(&s, "model.yaml");
    for (size_t i = 0; i < 3; i++) {
        copy_file(&s, names[i]);
    }
    for (size_t i = 0; i < 3; i++) {
        change_file(&s, names[i]);
    }
    for (size_t i = 0; i < 3; i++) {
        char path[PATH];
        snprintf(path, sizeof path, "%s/%s", s.folder, names[i]);
        unlink(path);
    }
    close_subject(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_of_every_key),
        cmocka_unit_test(persons_of_every_key),
        cmocka_unit_test(sick_sicker),
        cmocka_unit_test(diabetes),
        cmocka_unit_test(cut_text),
        cmocka_unit_test(files_of_a_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
