/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons in continuous time, inner: a strategy laid out, a thread's memory, and a run.
 *
 * All persons of a block make their first move together, then all who are left their second. Who
 * stands in the same state is one group, and only what belongs to that state is worked out for it.
 * So two programs are compiled, with one set for each state of each strategy: STAY has the times to
 * the moves and what the state counts per year, as they are when the state is entered; MOVE has
 * what is charged once, as it is when the state is left. What is asked about the state itself
 * (`in(S)`, one-offs of a move) is known there and folds away. */
#ifndef HECATE_SIM_TIMES_INNER_H
#define HECATE_SIM_TIMES_INNER_H

#include "sim/persons_inner.h"

enum { HEC_TIMES_MOVES_MAX = 100000, HEC_TIMES_KINDS = 3 };

/* A discount curve in pieces of e^-(rate t): a piece counts `factor` times that. */
typedef struct hec_times_piece {
    double from, until, rate, factor;
} hec_times_piece;

/* What a year counts: undiscounted (no pieces), as a cost, as an effect; equal ones are one. */
typedef struct hec_times_kind {
    size_t n_pieces;
    hec_times_piece *pieces;
} hec_times_kind;

/* Inputs of the graph that a set reads and that differ between persons. */
typedef struct hec_times_reads {
    size_t n_columns, n_chances;
    int32_t *columns; /* inputs: attributes, lasting chances, the person's number */
    size_t *chances;  /* of the model: drawn anew for each move */
    bool clocks[HEC_CLOCK_COUNT];
} hec_times_reads;

typedef struct hec_times_cause {
    size_t latent; /* of the strategy's life */
    int to;
    hec_slot slot;
} hec_times_cause;

/* Something that is counted: per year of the stay, or once. */
typedef struct hec_times_term {
    int outcome;
    int to; /* of a charge: the state moved to */
    hec_slot slot;
} hec_times_term;

/* A state that can be moved to. */
typedef struct hec_times_target {
    int to;
    bool goes_on;               /* something more comes or counts there */
    size_t n_causes, *causes;   /* that lead there */
    size_t first, n_charges;    /* of the charges */
} hec_times_target;

/* A state of a strategy. */
typedef struct hec_times_stay {
    bool ends; /* nothing more comes or counts */
    size_t n_causes, n_targets, n_rates, n_charges;
    hec_times_cause *causes;
    hec_times_target *targets;
    hec_times_term *rates;   /* per year */
    hec_times_term *charges; /* when it is left, by target */
    bool steady, changing;   /* rates that are the same for all persons; that are not */
    bool charged_lanes;      /* a charge is not the same for all persons */
    hec_times_reads reads, charge_reads;
} hec_times_stay;

typedef struct hec_times_plan {
    hec_times_stay *stays; /* [states] */
    hec_times_stay enters; /* its charges: for entering the model, by `to` */
    hec_slot *start;       /* [states]: shares; of the set of entering */
    int starts_in;         /* the only state anybody starts in; -1: chance decides */
} hec_times_plan;

/* Programs and their sets: state `s` of strategy k has number k * (n_states + 1) + s, what belongs
 * to entering the model has s = n_states. */
typedef enum hec_times_program {
    HEC_TIMES_STAY,
    HEC_TIMES_MOVE,
    HEC_TIMES_PROGRAMS
} hec_times_program;

struct hec_times {
    double horizon;
    hec_program *programs[HEC_TIMES_PROGRAMS];
    hec_times_plan *plans; /* [strategies] */
    size_t n_kinds;
    hec_times_kind kinds[HEC_TIMES_KINDS];
    size_t kind_of[3];        /* [outcome kind]: discounted */
    double *yearly;           /* [kinds][cycles]: what a whole cycle counts */
    double *reached;          /* [kinds][cycles + 1]: what the time up to a point counts */
    double *begins;           /* [cycles + 1]: points of time */
    size_t *cause_of_death;   /* [states]: among causes of death */
    size_t most_columns, most_chances, most_causes;
    /* columns of frames: of the stage STRATEGY each state has its own, [states + 1] */
    size_t lanes[HEC_TIMES_PROGRAMS][HEC_STAGE_COUNT], uniform[HEC_TIMES_PROGRAMS][HEC_STAGE_COUNT];
    size_t *own[HEC_TIMES_PROGRAMS], *own_uniform[HEC_TIMES_PROGRAMS];
};

struct hec_times_work {
    hec_arena *arena;
    double *memory;
    size_t chunk; /* lanes followed at a time where they are counted by cycle */
    /* of this move, and of the next: lanes in each state, and when they entered it */
    uint32_t *order[2];      /* [states][stride] */
    double *entry[2];        /* [states][stride] */
    size_t *count[2];        /* [states] */
    double *until, *which;   /* [stride]: of a group: when the state is left, by which cause */
    uint32_t *all;           /* [stride]: 0, 1, 2, ... */
    int32_t *begins_in;      /* [stride]: states at time 0 */
    uint32_t *index, *lanes; /* [stride]: who makes a move: in the group, in the block */
    double *moved;           /* [stride]: when */
    uint64_t *ids;           /* [stride] */
    double *group;           /* [most_columns][stride]: inputs of the group */
    double *chance;          /* [most_chances][stride] */
    double *clock;           /* [HEC_CLOCK_COUNT][stride] */
    double *years;           /* [kinds][stride]: of the group */
    double *value;           /* [stride]: of one unit at the move */
    double *scratch[3];      /* [stride] */
    double *reached[2];      /* [kinds][stride]: of a group: up to entering and leaving */
    double *spent;           /* [states][kinds][stride]: years in states with steady rates */
    bool *visited, *ready[HEC_TIMES_PROGRAMS]; /* [states + 1] */
    const double **inputs;   /* as work->inputs, of the group */
    const double **times;    /* [most_causes] */
    double *frames[HEC_TIMES_PROGRAMS][HEC_STAGE_COUNT];
    double *uniforms[HEC_TIMES_PROGRAMS][HEC_STAGE_COUNT];
    double **own[HEC_TIMES_PROGRAMS], **own_uniform[HEC_TIMES_PROGRAMS]; /* [states + 1] */
    double *counted;         /* [chunk][2][outcomes][cycles] */
};

/* One strategy and one block, or a chunk of it. */
typedef struct hec_times_run {
    const hec_persons *persons;
    const hec_model *model;
    const struct hec_times *times;
    const hec_times_plan *plan;
    hec_persons_work *work;
    struct hec_times_work *w;
    const hec_person_block *block;
    const hk_table *hk;
    size_t strategy, stride;
    size_t from, n;     /* lanes of the block that are followed */
    double *totals;     /* of lane `from` */
    size_t total_stride;
    int64_t move;       /* from 0 */
    int now;            /* which of the pairs of lists holds the present */
    hec_person_fault *fault;
} hec_times_run;

/* Who stays in one state together. */
typedef struct hec_times_group {
    int state;
    const hec_times_stay *stay;
    size_t n;
    bool whole;            /* lanes 0 .. n-1 in their order, at time 0 */
    const uint32_t *lanes; /* counted from run->from */
    const double *entry;
    double *until, *which;
} hec_times_group;

/* times_run.c */
hec_frames hec_times_frames(const hec_times_run *r, hec_times_program program, size_t state,
                            size_t n);
/* Prepares what a set reads: `t` is the time of each lane, `stayed` how long in the state (NULL:
 * not at all). */
void hec_times_supply(const hec_times_run *r, const hec_times_group *g,
                      const hec_times_reads *reads, const double *t, const double *stayed);
/* Runs what a state's own stage needs, once in a strategy. */
void hec_times_ready(const hec_times_run *r, hec_times_program program, size_t state);
static inline size_t hec_times_set(const hec_times_run *r, size_t state)
{
    return r->strategy * (r->model->n_states + 1) + state;
}
static inline double *hec_times_total(const hec_times_run *r, int discounted, int outcome)
{
    return r->totals +
           ((size_t)discounted * r->model->n_outcomes + (size_t)outcome) * r->total_stride;
}

/* times_count.c */
void hec_times_begin_counting(const hec_times_run *r);
/* What the years between count, one column for each kind; at_start: `from` is 0. */
void hec_times_find_years(const hec_times_run *r, size_t n, const double *from, bool at_start,
                          const double *until, double *columns);
/* What the stays of a group count, into totals or the years spent. */
void hec_times_count_stays(const hec_times_run *r, const hec_times_group *g);
/* What the moves to a target are charged: lanes that make it, and when. w->index: where they stand
 * in the group. */
void hec_times_count_moves(const hec_times_run *r, const hec_times_group *g,
                           const hec_times_target *target, size_t n, const uint32_t *lanes,
                           const double *until);
/* Values of charges of a group, as they are when the state is left; before the moves. */
void hec_times_run_charges(const hec_times_run *r, const hec_times_group *g);
/* Entering the model; state[lane] of the block's lanes. */
void hec_times_count_entering(const hec_times_run *r, const int32_t *state);
/* Years spent into totals; the first outcome and lane that are not finite. False when one is. */
bool hec_times_finish_counting(const hec_times_run *r, size_t *outcome, size_t *lane);
/* Value today of one unit at a time, years of one stay: of a kind. */
double hec_times_value_at(const hec_times_kind *kind, double t);
double hec_times_years(const hec_times_kind *kind, double from, double until);

/* times_tally.c */
void hec_times_record_start(const hec_times_run *r, const int32_t *state);
void hec_times_record_group(const hec_times_run *r, const hec_times_group *g);
void hec_times_record_end(const hec_times_run *r);

#endif
