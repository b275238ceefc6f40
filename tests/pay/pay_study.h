/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Studies of payments written inside a test: persons from rows in turn, and what their ledger says. */
#ifndef HECATE_TESTS_PAY_STUDY_H
#define HECATE_TESTS_PAY_STUDY_H

#include "batch/result_inner.h"
#include "study_text.h"

/* People who are ill for the given cycles of a year and use an admission in each. */
#define PAY_TIME(CYCLE, CYCLES)                                                                    \
    "hecate: 1\nmodel: pay\n"                                                                      \
    "time: {cycle: " CYCLE ", cycles: " CYCLES ", start_year: 2024}\n"
#define PAY_REST "uncertainty: {seed: 3}\n" PAY_PEOPLE
#define PAY_PEOPLE \
    "chains: {health: {start: ill, states: {ill: {utility: 1, use: {admission: 1}, "               \
    "to: {dead: 0}}, dead: {dead: true}}}}\n"                                                      \
    "payers: [fund, award]\n"                                                                      \
    "services: {admission: {at: hospital, tariff: 1000, resource: 800}}\n"                         \
    "perspectives: {all: all, of_fund: [fund]}\n"                                                  \
    "economics: {perspective: of_fund, currency: CNY, discount: {cost: 5%, effect: 0},\n"          \
    "            discounting: discrete, within_cycle: start, one_off: {at: start},\n"              \
    "            effect: qaly, wtp: [0, 20000]}\n"
/* One strategy whose fund pays admissions by what follows. */
#define PAY_CONTRACT(TEXT)                                                                         \
    "strategies:\n  p:\n    policy:\n      contracts:\n"                                           \
    "        c: {from: fund, to: hospital, covers: [admission], " TEXT "}\n"

/* A file of rows for `population: {file: ..., rows: in-turn}`. */
typedef struct pay_rows {
    char path[64];
} pay_rows;

static inline pay_rows pay_rows_open(const char *text)
{
    pay_rows rows = {"/tmp/hecate-rows-XXXXXX"};
    int file = mkstemp(rows.path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
    return rows;
}

/* `head` and `tail` around the persons, panels and rows. */
static inline hec_result *pay_run(const char *head, const char *tail, int persons, int panels,
                                  const char *rows, const hec_run_options *options)
{
    char text[8192];
    pay_rows file = pay_rows_open(rows);
    int n = snprintf(text, sizeof text,
                     "%sengine: {microsimulation: {persons: %d}}\n"
                     "population: {file: %s, rows: in-turn}\n"
                     "providers: {hospital: {panels: %d}}\n%s%s",
                     head, persons, file.path, panels, PAY_REST, tail);
    assert_true(n > 0 && (size_t)n < sizeof text);
    hec_result *result = study_text_run(text, options);
    unlink(file.path);
    return result;
}

/* An array of whole numbers; fails the test when there is none. */
static inline const int64_t *pay_fen(const hec_result *result, const char *path, size_t *count)
{
    const hec_array *array = hec_dataset_array(hec_result_dataset(result), path);
    if (!array || array->kind != HEC_ARRAY_INT) {
        fail_msg("the result has no %s", path);
        return NULL;
    }
    *count = array->count;
    return array->data.ints;
}

#endif
