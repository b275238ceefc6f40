/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "published/published.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void parse(expected *table, FILE *file)
{
    char line[1024];
    memset(table, 0, sizeof *table);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = 0;
        if (line[0] == '#' || line[0] == 0) {
            continue;
        }
        assert_true(table->rows < (int)(sizeof table->cells / sizeof table->cells[0]));
        int column = 0;
        for (char *save = NULL, *cell = strtok_r(line, ",", &save); cell && column < 8;
             cell = strtok_r(NULL, ",", &save)) {
            snprintf(table->cells[table->rows][column++], 40, "%s", cell);
        }
        table->columns = column > table->columns ? column : table->columns;
        table->rows++;
    }
    fclose(file);
}

void expected_read(expected *table, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/published/%s", HECATE_SOURCE_DIR, name);
    FILE *file = fopen(path, "r");
    if (!file) {
        fail_msg("cannot open %s", path);
        return;
    }
    parse(table, file);
}

static void fail_with(const char *what, hec_diagnostics *diagnostics)
{
    char *text = hec_diagnostics_text(diagnostics, false);
    fprintf(stderr, "%s", text ? text : "");
    free(text);
    fail_msg("%s", what);
}

void expected_from_result(expected *table, const hec_result *result, const char *name)
{
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    FILE *file = tmpfile();
    assert_non_null(file);
    if (hec_result_print(result, name, HEC_FORMAT_CSV, file, diagnostics) != HEC_OK) {
        fail_with("the result does not have the table", diagnostics);
    }
    rewind(file);
    parse(table, file);
    hec_diagnostics_destroy(diagnostics);
}

double expected_number(const expected *table, const char *column, const char *const *keys)
{
    for (int row = 1; row < table->rows; row++) {
        bool match = true;
        for (int k = 0; keys[k]; k++) {
            match = match && strcmp(table->cells[row][k], keys[k]) == 0;
        }
        for (int c = 0; match && c < table->columns; c++) {
            if (strcmp(table->cells[0][c], column) == 0) {
                return strtod(table->cells[row][c], NULL);
            }
        }
    }
    fail_msg("no expected %s for %s", column, keys[0]);
    return NAN;
}

hec_result *published_run(const char *name, size_t n_set, const char *const *set, long draws)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/published/%s", HECATE_SOURCE_DIR, name);
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    hec_study_options options = {.n_set = n_set, .set = set, .draws = draws};
    hec_study *study = NULL;
    hec_result *result = NULL;
    if (hec_study_read(path, &options, diagnostics, &study) != HEC_OK) {
        fail_with("the study is not right", diagnostics);
    }
    if (hec_study_run(study, NULL, diagnostics, &result) != HEC_OK) {
        fail_with("the study does not run", diagnostics);
    }
    hec_study_destroy(study);
    hec_diagnostics_destroy(diagnostics);
    return result;
}

double published_value(const hec_result *result, const char *path, const size_t *index)
{
    int rank = 0;
    size_t shape[6] = {0}, at = 0;
    const double *values = hec_result_doubles(result, path, &rank, shape);
    if (!values) {
        fail_msg("the result has no %s", path);
        return NAN;
    }
    for (int i = 0; i < rank; i++) {
        if (index[i] >= shape[i]) {
            fail_msg("%s has %zu along dimension %d", path, shape[i], i);
        }
        at = at * shape[i] + index[i];
    }
    return values[at];
}

void assert_close(const char *what, double a, double b, double relative)
{
    double scale = fmax(fabs(a), fabs(b));
    if (!(fabs(a - b) <= relative * scale) && !(isnan(a) && isnan(b))) {
        fail_msg("%s: %.17g, expected %.17g (relative difference %.2e, allowed %.2e)", what, a, b,
                 fabs(a - b) / scale, relative);
    }
}
