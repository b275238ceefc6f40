/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Story: what happened to one person, collected (story.c) and put into words (story_words.c). */
#ifndef HECATE_BATCH_STORY_H
#define HECATE_BATCH_STORY_H

#include "base/text.h"
#include "batch/study_inner.h"
#include "pay/ledger_rows.h"

/* One person under one strategy. */
typedef struct hec_story {
    const hec_study *study;
    size_t strategy;
    int64_t person;          /* from 0 */
    const double *attributes; /* [attributes of the population]: at time 0 */
    size_t n, capacity;
    hec_happening *happenings; /* in the order of time */
    const double *totals;      /* [2][outcomes]: undiscounted, discounted */
} hec_story;

/* "Person 17 of 100,000 ...", and what it is like at the start. */
void hec_story_person(const hec_study *study, int64_t person, const double *attributes,
                      hec_text *out);
/* The life under the strategy, what is counted when, and the totals. */
void hec_story_life(const hec_story *story, hec_text *out);
/* story_pay.c: who paid for it, payment by payment and year by year. */
void hec_story_paid(const hec_story *story, const hec_ledger_rows *paid, hec_text *out);
/* story_year.c: what services came to in a settled year, who paid whom, and what is left to whom;
 * how many flows there were. */
size_t hec_story_year(const hec_ledger *ledger, size_t strategy, size_t year, hec_text *out);
/* Costs and effects of the same person under some strategies side by side. */
void hec_story_compare(const hec_study *study, size_t n, const size_t *strategies,
                       const double *totals, hec_text *out);

/* ---- story_table.c: words in columns ----------------------------------------------------------- */

/* Cells are added row by row. The first `keys` columns stand in front of each part of a table that
 * is too wide for one, or that is cut at the column `apart`. */
typedef struct hec_story_table {
    size_t columns, keys, apart, n, capacity;
    char **cells;
    bool *right; /* [columns] */
    bool failed;
} hec_story_table;

bool hec_story_table_open(hec_story_table *table, size_t columns, size_t keys);
void hec_story_table_add(hec_story_table *table, const char *cell);
/* Leaves out columns that say nothing below their head, and rows that say nothing in a part. */
void hec_story_table_print(const hec_story_table *table, hec_text *out);
void hec_story_table_close(hec_story_table *table);

#endif
