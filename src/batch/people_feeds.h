/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What persons read of everybody (hec_pay.feeds), found before the run that counts.
 *
 * Under a strategy with feeds lives go on together: everybody through a year (through a cycle where
 * sums so far are read), then the year is settled, then the next. Nothing is counted on the way
 * but the ledger; what is found is what persons read, panel by panel. With that the run itself goes
 * life by life, like any other. It comes to the same ledger, and that is checked. */
#ifndef HECATE_BATCH_PEOPLE_FEEDS_H
#define HECATE_BATCH_PEOPLE_FEEDS_H

#include "batch/study_inner.h"

/* Of the base case, or of one draw. */
typedef struct hec_people_feeds {
    double **numbers;    /* [strategies]: as hec_person_block.feeds wants them; NULL: none */
    hec_ledger ledger;   /* of these lives, settled */
    hec_settler *settler;
    /* persons who pause, all of one strategy */
    size_t n_blocks;
    hec_resident *residents; /* [n_blocks] */
    double *memory;
    /* what went wrong */
    size_t strategy;
    int64_t first, n, until;     /* persons, one of whom goes wrong by the end of that cycle */
    hec_settle_fault settlement; /* where n is 0; its inputs are always there */
} hec_people_feeds;

/* Whether any strategy has feeds. */
bool hec_people_feeds_wanted(const hec_model *model);
/* Strategies that have. */
int64_t hec_people_feeds_count(const hec_model *model);
/* Whether sums so far are read, so that persons go on cycle by cycle. */
bool hec_people_feeds_by_cycle(const hec_pay *pay);
/* Names of the strategies that have, by years or by cycles; "": none; NULL: out of memory. */
const char *hec_people_feeds_names(hec_arena *arena, const hec_model *model, bool by_cycle);
/* Draws of several chunks that are found before they are run: as many as keep all threads busy. */
int64_t hec_people_window(int64_t persons, int threads);
/* Bytes that a person takes while it pauses: the most of any strategy. */
size_t hec_people_resident_bytes(const hec_study *study);
/* Bytes of all persons who pause at once, and of what is found. */
size_t hec_people_finding_bytes(const hec_study *study, int64_t persons, size_t block);
size_t hec_people_feeds_bytes(const hec_study *study);
/* Of the base case and of the draws; the most at any time. */
int64_t hec_people_together_bytes(const hec_study *study, size_t block, int threads);

/* `residents`: room for so many persons at once; 0: hec_people_find makes its own and gives it back.
 * False when out of memory. */
bool hec_people_feeds_open(const hec_run *run, int64_t residents, hec_people_feeds *feeds);
void hec_people_feeds_close(hec_people_feeds *feeds);

/* By all threads, of all persons 0 .. persons - 1; draw < 0: the base case. What goes wrong
 * (HEC_E_VALUE) is kept in `feeds`. */
hec_status hec_people_find(hec_run *run, hec_people_feeds *feeds, int64_t draw,
                           const double *draw_values, int64_t persons);
/* By the calling thread alone. */
hec_status hec_people_find_alone(hec_run *run, hec_people_feeds *feeds, hec_persons_work *work,
                                 int64_t draw, const double *draw_values, int64_t persons);

/* What went wrong, in words. HEC_E_VALUE, or HEC_E_MEMORY. */
hec_status hec_people_report(hec_run *run, hec_people_feeds *feeds, int64_t draw,
                             const double *draw_values);

/* The first strategy whose ledger is not the one that was found; as many as there are: none. */
size_t hec_people_feeds_differ(const hec_people_feeds *feeds, const hec_ledger *ledger);
/* In words: a mistake of ours. */
void hec_run_report_unproved(const hec_run *run, size_t strategy, int64_t draw);

/* As hec_person_block.feeds; NULL where there are none. */
static inline const double *const *hec_people_feed_numbers(const hec_people_feeds *feeds)
{
    return feeds ? (const double *const *)feeds->numbers : NULL;
}

#endif
