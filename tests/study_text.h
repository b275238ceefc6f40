/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running a study written inside a test. */
#ifndef HECATE_TESTS_STUDY_TEXT_H
#define HECATE_TESTS_STUDY_TEXT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <hecate/hecate.h>

/* The study's text in a file of its own, removed again by study_text_close. */
typedef struct study_text {
    char path[64];
    hec_diagnostics *diagnostics;
    hec_study *study;
    hec_status status; /* of reading */
} study_text;

static inline study_text study_text_open(const char *text, const hec_study_options *options)
{
    study_text s = {.path = "/tmp/hecate-study-XXXXXX"};
    int file = mkstemp(s.path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
    s.diagnostics = hec_diagnostics_create();
    assert_non_null(s.diagnostics);
    s.status = hec_study_read(s.path, options, s.diagnostics, &s.study);
    return s;
}

static inline void study_text_close(study_text *s)
{
    unlink(s->path);
    hec_study_destroy(s->study);
    hec_diagnostics_destroy(s->diagnostics);
}

/* Runs the text; fails the test with the diagnostics when it does not run. */
static inline hec_result *study_text_run(const char *text, const hec_run_options *options)
{
    study_text s = study_text_open(text, NULL);
    hec_result *result = NULL;
    hec_status status = s.status;
    if (status == HEC_OK) {
        status = hec_study_run(s.study, options, s.diagnostics, &result);
    }
    if (status != HEC_OK) {
        char *words = hec_diagnostics_text(s.diagnostics, false);
        fprintf(stderr, "%s", words ? words : "");
        free(words);
        fail_msg("the study does not run: %s", hec_status_text(status));
    }
    study_text_close(&s);
    return result;
}

/* An array of the result; fails the test when there is none. */
static inline const double *result_array(const hec_result *result, const char *path, size_t shape[6])
{
    int rank = 0;
    const double *values = hec_result_doubles(result, path, &rank, shape);
    if (!values) {
        fail_msg("the result has no %s", path);
    }
    return values;
}

static inline double result_at(const hec_result *result, const char *path, size_t index)
{
    size_t shape[6];
    return result_array(result, path, shape)[index];
}

#endif
