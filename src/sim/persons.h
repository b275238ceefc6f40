/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: lives simulated one by one, many side by side; a lane is one person.
 *
 * Every number of chance is keyed by (seed, draw, person, cycle, decision), the decision by its
 * name. So a life depends on nothing else: not on other persons, strategies or outputs, on blocks,
 * threads or ISA level. Two clocks, one interface: persons who live cycle by cycle (persons_*.c)
 * and persons who go from event to event in continuous time (times_*.c); model->engine says which.
 */
#ifndef HECATE_SIM_PERSONS_H
#define HECATE_SIM_PERSONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hk.h"
#include "model/model.h"

/* The model compiled for persons. Read-only in a run; shared by all threads. */
typedef struct hec_persons hec_persons;

/* Mistakes of the population's design (correlations) are reported; NULL then, and when out of
 * memory. */
hec_persons *hec_persons_create(hec_arena *arena, hec_diagnostics *diagnostics,
                                const hec_model *model);
size_t hec_persons_work_bytes(const hec_persons *persons, size_t lanes);

/* What one thread needs to run blocks of up to `lanes` persons. */
typedef struct hec_persons_work hec_persons_work;
hec_persons_work *hec_persons_work_create(const hec_persons *persons, size_t lanes);
void hec_persons_work_destroy(hec_persons_work *work);

/* Where a value went wrong. */
typedef struct hec_person_fault {
    bool found;
    enum {
        HEC_PERSON_FAULT_ROW,       /* item: state whose moves are no probabilities, or hazards */
        HEC_PERSON_FAULT_START,     /* item: chain */
        HEC_PERSON_FAULT_CHECK,     /* item: of the life's checks */
        HEC_PERSON_FAULT_REWARD,    /* item: outcome whose total is not finite */
        HEC_PERSON_FAULT_TIME,      /* item: latent time that is not a time to come */
        HEC_PERSON_FAULT_ENDLESS,   /* item: chain that never stops moving within a cycle */
    } kind;
    size_t strategy, item;
    int64_t person; /* from 0 */
    int64_t cycle;  /* from 1; 0: before the first; in continuous time the number of the move */
    double time;    /* years since the start */
    double *inputs; /* [hec_model_inputs]: filled when not NULL; borrowed */
} hec_person_fault;

/* What is counted along the way in the base case. Counts are of persons, added to what is there.
 * `sums` are running sums over 8 lanes: person p of the block adds to lane p mod 8, in order; the
 * caller folds them as hk_table.sum does. Any pointer may be NULL. */
typedef struct hec_person_tally {
    int64_t *trace;  /* [cycles + 1][places]: who is where at each point: the living, and in dead
                      * states who died by moving there; then all who live and all who are dead */
    int64_t *moves;  /* [cycles][arcs of the strategy] (model's arcs or latents; stays not counted) */
    int64_t *events; /* [cycles][events] */
    int64_t *deaths; /* [cycles][causes]: events that are fatal and states that are dead, in order */
    double *sums;    /* [2][outcomes][cycles][8]: undiscounted, discounted, by cycle */
} hec_person_tally;

/* What happens to a person, told as it happens, in the order of time. By cycles: values at its
 * start, then events, then moves chain by chain (events and moves by probability at its end, those
 * by hazards within it), then what it came to. */
typedef enum hec_happening_kind {
    HEC_HAPPENING_ENTERS, /* at time 0: item: state of each chain */
    HEC_HAPPENING_PAST,   /* at time 0: item: event that had happened; number: years ago, or NaN */
    HEC_HAPPENING_MOVE,   /* item: arc of the strategy, or latent */
    HEC_HAPPENING_EVENT,  /* item: event */
    HEC_HAPPENING_DEATH,  /* item: cause */
    HEC_HAPPENING_VALUE,  /* item: variable (attribute), at the start of the cycle; number: it */
    HEC_HAPPENING_TOTAL,  /* item: outcome; number: discounted total of the cycle */
    HEC_HAPPENING_END,    /* alive when the horizon ends */
} hec_happening_kind;

typedef struct hec_happening {
    hec_happening_kind kind;
    int64_t person, cycle;
    double time, number;
    size_t item;
} hec_happening;

/* What is shown of the persons of a block in one cycle, when they have made their moves and before
 * it counts: the observed values of the strategy's life. By cycles alone. */
typedef struct hec_person_view {
    const hk_table *kernels;
    size_t strategy;
    int64_t cycle;      /* from 1 */
    size_t n;           /* lanes; persons who died before may be among them, or have left */
    const uint64_t *persons; /* [n]: their numbers, from 0 */
    const double *alive;     /* [n]: 1 who lives at the start of the cycle; the others show nothing */
    const double *const *values; /* [observed]: columns, or single numbers */
    const uint8_t *uniform;      /* [observed]: a single number for all */
} hec_person_view;

typedef struct hec_person_block {
    const hk_table *kernels;
    uint64_t seed;
    int64_t draw;              /* from 0; -1: the base case */
    const double *draw_values; /* [draws of the model] */
    int64_t first;             /* the block's first person, from 0 */
    size_t n;                  /* persons */
    hec_person_tally *tally;   /* NULL, or filled */
    void (*told)(void *context, const hec_happening *happening); /* NULL, or with n == 1 */
    void *context;
    void (*observe)(void *observer, const hec_person_view *view); /* NULL, or called each cycle */
    void *observer;
    const double *const *feeds; /* [strategies]: what persons read of everybody, laid out by
                                 * hec_persons_feed; NULL: 0 */
} hec_person_block;

/* Draws the persons of the block and what all strategies share. Call before the strategies. */
void hec_persons_begin(const hec_persons *persons, hec_persons_work *work,
                       const hec_person_block *block);
/* Runs one strategy. totals[kind][outcome] -> values of the block's persons in their order, kind 0
 * undiscounted, 1 discounted: totals + (kind * n_outcomes + outcome) * stride. False with *fault
 * set when a value went wrong. */
bool hec_persons_strategy(const hec_persons *persons, hec_persons_work *work,
                          const hec_person_block *block, size_t strategy, double *totals,
                          size_t stride, hec_person_fault *fault);

/* Attributes of the block's persons at time 0 after hec_persons_begin, for describing the
 * population: a column of n values. */
const double *hec_persons_attribute(const hec_persons *persons, const hec_persons_work *work,
                                    size_t attribute);

/* ---- lives that go on together -----------------------------------------------------------------
 *
 * Where persons read sums over everybody (hec_pay.feeds) nobody's next year is known before all have
 * lived this one. So blocks of persons pause at the end of a cycle; what lasts of them is kept by
 * the caller, and any thread takes them up again. They are seen by the observer and count nothing:
 * what they read is found here, and then given to hec_persons_strategy. By cycles alone. */

/* The numbers of all feeds of a strategy, one row of a feed's panels for each year, or for each
 * cycle (HEC_FEED_SO_FAR); 0: the strategy has none. */
size_t hec_persons_feed_numbers(const hec_persons *persons, size_t strategy);
/* Where the row that is read in a cycle (from 1) begins. */
size_t hec_persons_feed(const hec_persons *persons, size_t strategy, size_t feed, int64_t cycle);

typedef struct hec_resident {
    int64_t cycle;  /* lived so far; 0: they have not begun */
    size_t n;       /* persons who are left, once they have begun */
    double *memory; /* [hec_persons_resident_columns][hk_stride(block's n)]: the caller's */
} hec_resident;

size_t hec_persons_resident_columns(const hec_persons *persons, size_t strategy);
/* What all blocks of a strategy share. Each thread calls it when it turns to a strategy or draw. */
void hec_persons_reside(const hec_persons *persons, hec_persons_work *work,
                        const hec_person_block *block, size_t strategy);
/* Lives on to the end of the cycle `until`. block->first and block->n are those of the whole block,
 * and the same every time. False with *fault set when a value went wrong. */
bool hec_persons_advance(const hec_persons *persons, hec_persons_work *work,
                         const hec_person_block *block, size_t strategy, hec_resident *resident,
                         int64_t until, hec_person_fault *fault);

/* Causes of death: fatal events, then dead states, each in the model's order. */
size_t hec_persons_causes(const hec_model *model);
const char *hec_persons_cause(const hec_model *model, size_t cause); /* its label */

#endif
