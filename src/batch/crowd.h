/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pass over persons, inner: what its threads share, and what each has of its own. */
#ifndef HECATE_BATCH_CROWD_H
#define HECATE_BATCH_CROWD_H

#include <stdatomic.h>

#include "batch/people_feeds.h"
#include "batch/people_pay.h"

/* One pass over persons: those of the base case, or those of all draws. */
typedef struct hec_crowd {
    hec_run *run;
    hec_quantities q;
    bool base;
    int64_t draws, persons; /* persons of each draw */
    int64_t chunks;         /* of each draw */
    int64_t group;          /* draws of a unit; 1 where a draw has several chunks */
    int64_t units;
    /* what the units are folded into */
    hec_crowd_moment *moments; /* [quantities]: of the base case, or of a draw */
    hec_people_detail detail;  /* of the base case */
    hec_people_pay pay;        /* of the base case, or of a draw */
    hec_people_feeds *feeds;   /* of draws that are run next; NULL: none is read, or `whole` */
    int64_t n_feeds, first_feeds; /* how many; of which draw the first is */
    bool whole;                /* a thread runs a draw whole, and finds what is read in it */
    hec_people_kept kept;
    hec_psa_arrays arrays; /* of draws */
    hec_sources *sources;
    /* how it goes */
    atomic_int_fast64_t next, turn; /* unit to be taken; unit to be folded */
    atomic_bool over;               /* nothing more is folded: stopped, or gone wrong */
    hec_status status;
    int64_t fault_unit, fault_draw, fault_first, fault_n;
    double *fault_values; /* [draws of the model] */
    hec_settle_fault settlement; /* found: in place of a person's */
    size_t unproved; /* where fault_n is NO_PROOF: the strategy */
} hec_crowd;

typedef struct hec_crowd_member { /* a thread's own */
    hec_persons_work *work;
    hec_sample_work *sampling;
    int64_t sampled, n_sampled;      /* draws in `sample` */
    double *sample;                  /* [draws of the model][WINDOW] */
    double *values;                  /* [draws of the model] */
    double *totals;                  /* [2][outcomes][block] */
    double *costs;      /* [2][perspectives][block] */
    double *own;        /* [strategies][2][block]: discounted cost and effect */
    double *increments; /* [2 + prices][block] */
    double *firsts;     /* [perspectives][block]: discounted cost under the first strategy */
    double *halves;     /* [block]: means of antithetic pairs */
    hec_lane_sums *sums, *unit_sums; /* [quantities] */
    hec_crowd_moment *moments;       /* the same, of the piece that was run last */
    hec_sources *sources;            /* of the draws of a unit */
    hec_people_detail detail;
    hec_people_pay pay;
    hec_people_feeds *feeds; /* of the draw at hand, where draws are run whole */
    double *fault_inputs; /* [inputs of the model]: of a settlement */
    bool failed; /* in the unit at hand */
} hec_crowd_member;

/* crowd_block.c */
/* Columns of a block beside the totals that the engine fills. */
size_t hec_crowd_columns(const hec_model *model, const hec_quantities *q);
/* What is read of everybody in a draw; NULL: nothing. */
hec_people_feeds *hec_crowd_feeds(const hec_crowd *c, const hec_crowd_member *me, int64_t draw);
/* All strategies of a block into the member's sums; false when a value went wrong. */
bool hec_crowd_block(const hec_crowd *c, hec_crowd_member *me, int64_t draw, int64_t first,
                     size_t n);

#endif
