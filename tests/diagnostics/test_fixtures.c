/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every fixture says exactly what stands in its .expected, and every check has a fixture.
 *
 * A fixture is fixtures/NAME.yaml with fixtures/NAME.expected. Lines `#! ...` in the comment at its
 * head say what happens beside reading it:
 *   #! set PATH=VALUE     as --set
 *   #! draws N            as --draws
 *   #! seed N             as --seed
 *   #! sparse NAME BYTES  a file of zeros lies beside it
 *   #! write PATH         the result is written there
 * What can be read is run, with one thread and with four, which must say the same.
 * HECATE_BLESS=1 writes the .expected files anew: read every change before keeping it. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <hecate/hecate.h>

#include "base/diag.h"
#include "base/text.h"

#define FIXTURES HECATE_SOURCE_DIR "/tests/diagnostics/fixtures"

enum { SETTINGS = 8, NAME = 200, LINE = 512 };

static bool covered[HEC_CHECK_COUNT];

/* ---- files ----------------------------------------------------------------------------------- */

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    hec_text text = {0};
    char block[4096];
    if (!file) {
        return NULL;
    }
    hec_text_add(&text, "");
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;) {
        hec_text_add_bytes(&text, block, n);
    }
    fclose(file);
    return hec_text_take(&text);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder, sorted; the caller frees them and the list. */
static char **list_folder(const char *path, size_t *count)
{
    DIR *folder = opendir(path);
    char **names = NULL;
    *count = 0;
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        char **grown = realloc(names, (*count + 1) * sizeof *names);
        assert_non_null(grown);
        names = grown;
        names[*count] = strdup(entry->d_name);
        assert_non_null(names[(*count)++]);
    }
    closedir(folder);
    if (names) {
        qsort(names, *count, sizeof *names, by_name);
    }
    return names;
}

static void free_list(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(names[i]);
    }
    free(names);
}

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

/* A folder of our own, in which the fixtures lie as links: paths in messages are bare names. */
typedef struct place {
    char path[64], before[4096];
} place;

static int set_up(void **state)
{
    place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    strcpy(p->path, "/tmp/hecate-fixtures-XXXXXX");
    assert_non_null(getcwd(p->before, sizeof p->before));
    assert_non_null(mkdtemp(p->path));
    assert_int_equal(chdir(p->path), 0);
    size_t count;
    char **names = list_folder(FIXTURES, &count), from[LINE];
    for (size_t i = 0; i < count; i++) {
        snprintf(from, sizeof from, "%s/%s", FIXTURES, names[i]);
        assert_int_equal(symlink(from, names[i]), 0);
    }
    free_list(names, count);
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    place *p = *state;
    size_t count;
    char **names = list_folder(".", &count);
    for (size_t i = 0; i < count; i++) {
        unlink(names[i]);
    }
    free_list(names, count);
    assert_int_equal(chdir(p->before), 0);
    rmdir(p->path);
    free(p);
    return 0;
}

/* ---- one fixture ----------------------------------------------------------------------------- */

typedef struct plan {
    char settings[SETTINGS][LINE];
    const char *set[SETTINGS];
    hec_study_options options;
    char write[LINE];
} plan;

static void read_line(plan *p, const char *line)
{
    char name[NAME];
    long long number;
    unsigned long long seed;
    if (sscanf(line, "#! set %511[^\n]", p->settings[p->options.n_set]) == 1) {
        p->set[p->options.n_set] = p->settings[p->options.n_set];
        p->options.n_set++;
        assert_true(p->options.n_set < SETTINGS);
    } else if (sscanf(line, "#! draws %lld", &number) == 1) {
        p->options.draws = number;
    } else if (sscanf(line, "#! seed %llu", &seed) == 1) {
        p->options.has_seed = true;
        p->options.seed = seed;
    } else if (sscanf(line, "#! sparse %199s %lld", name, &number) == 2) {
        write_text(name, "");
        assert_int_equal(truncate(name, (off_t)number), 0);
    } else if (sscanf(line, "#! write %511[^\n]", p->write) != 1) {
        fail_msg("unknown directive: %s", line);
    }
}

static void read_plan(const char *path, plan *p)
{
    char line[LINE];
    FILE *file = fopen(path, "r");
    *p = (plan){.options = {.draws = -1}};
    if (!file) {
        return; /* some fixtures cannot be opened */
    }
    while (fgets(line, sizeof line, file) && line[0] == '#') {
        if (line[1] == '!') {
            read_line(p, line);
        }
    }
    fclose(file);
    p->options.set = p->set;
}

/* Everything a user would see, and how the command would end. */
static char *say(const char *path, const plan *p, int threads)
{
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    hec_study *study = NULL;
    hec_result *result = NULL;
    hec_run_options options = {.threads = threads};
    hec_text all = {0};
    assert_non_null(diagnostics);
    hec_status status = hec_study_read(path, &p->options, diagnostics, &study);
    if (status == HEC_OK) {
        status = hec_study_run(study, &options, diagnostics, &result);
    }
    if (status == HEC_OK && p->write[0]) {
        status = hec_result_write(result, p->write, diagnostics);
    }
    char *text = hec_diagnostics_text(diagnostics, false);
    assert_non_null(text);
    hec_text_format(&all, "%sexit code %d\n", text, hec_status_exit_code(status));
    free(text);
    hec_result_destroy(result);
    hec_study_destroy(study);
    hec_diagnostics_destroy(diagnostics);
    char *said = hec_text_take(&all);
    assert_non_null(said);
    return said;
}

static void mark_covered(const char *said)
{
    for (int i = 0; i < HEC_CHECK_COUNT; i++) {
        char mark[NAME];
        snprintf(mark, sizeof mark, " [%s]\n", hec_check_describe((hec_check)i)->name);
        covered[i] = covered[i] || strstr(said, mark);
    }
}

/* False, after showing both, when the fixture says something else than it should. */
static bool try_fixture(const char *name)
{
    plan p;
    char expected_path[LINE];
    size_t stem = strlen(name) - strlen(".yaml");
    snprintf(expected_path, sizeof expected_path, "%s/%.*s.expected", FIXTURES, (int)stem, name);
    read_plan(name, &p);
    char *said = say(name, &p, 1), *again = say(name, &p, 4);
    char *expected = read_text(expected_path);
    bool good = expected && strcmp(said, expected) == 0;
    if (!good && getenv("HECATE_BLESS")) {
        write_text(expected_path, said);
        good = true;
    } else if (!good) {
        print_error("%s says\n%s\nbut should say\n%s\n", name, said,
                    expected ? expected : "(there is no .expected)");
    }
    if (strcmp(said, again) != 0) {
        print_error("%s says with four threads\n%s\nbut with one\n%s\n", name, again, said);
        good = false;
    }
    mark_covered(said);
    free(expected);
    free(again);
    free(said);
    return good;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void fixtures_say_what_they_should(void **state)
{
    size_t count, tried = 0, wrong = 0;
    char **names = list_folder(FIXTURES, &count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (ends_with(names[i], ".yaml")) {
            tried++;
            wrong += !try_fixture(names[i]);
        }
    }
    free_list(names, count);
    assert_true(tried > 0);
    assert_int_equal(wrong, 0);
}

static void every_check_has_a_fixture(void **state)
{
    int missing = 0;
    (void)state;
    for (int i = 0; i < HEC_CHECK_COUNT; i++) {
        if (!covered[i]) {
            print_error("no fixture reports [%s]\n", hec_check_describe((hec_check)i)->name);
            missing++;
        }
    }
    assert_int_equal(missing, 0);
}

static void no_expectation_is_left_over(void **state)
{
    size_t count, wrong = 0;
    char **names = list_folder(FIXTURES, &count), path[LINE];
    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (ends_with(names[i], ".expected")) {
            size_t stem = strlen(names[i]) - strlen(".expected");
            snprintf(path, sizeof path, "%s/%.*s.yaml", FIXTURES, (int)stem, names[i]);
            struct stat about;
            if (lstat(path, &about) != 0) {
                print_error("%s has no .yaml\n", names[i]);
                wrong++;
            }
        }
    }
    free_list(names, count);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixtures_say_what_they_should),
        cmocka_unit_test(every_check_has_a_fixture),
        cmocka_unit_test(no_expectation_is_left_over),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
