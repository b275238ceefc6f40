/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Postings of all strategies in one list: the dimension `posting` of a result. */
#ifndef HECATE_BATCH_POSTING_LIST_H
#define HECATE_BATCH_POSTING_LIST_H

#include "batch/study_inner.h"

/* Those that say the same of themselves (mechanism, parties, service, level, lag) are one. */
typedef struct hec_posting_list {
    size_t n;
    const hec_posting **of; /* [n]: one that stands for it */
    size_t *place;          /* [strategies * most]: of each strategy's postings */
    size_t most;            /* postings of a strategy */
} hec_posting_list;

/* False when out of memory. */
bool hec_posting_list_create(hec_arena *arena, const hec_model *model, hec_posting_list *list);
/* Adds the dimension; false when out of memory. */
bool hec_posting_list_label(hec_run *run, const hec_posting_list *list);
/* What each of them is: ledger/mechanism, payer, payee, service, level, lag. */
bool hec_posting_list_describe(hec_run *run, const hec_posting_list *list);
/* The name of its service, or "". */
const char *hec_posting_service(const hec_model *model, const hec_posting *posting);

static inline size_t hec_posting_place(const hec_posting_list *list, size_t strategy,
                                       size_t posting)
{
    return list->place[strategy * list->most + posting];
}

#endif
