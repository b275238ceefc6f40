/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohort engine, inner: how a strategy is laid out for running. */
#ifndef HECATE_SIM_COHORT_INNER_H
#define HECATE_SIM_COHORT_INNER_H

#include "sim/cohort.h"

/* One reward of a state, or one one-off consequence of a move. */
typedef struct hec_term {
    int state, outcome; /* one-off: the state that is entered */
    int move;           /* index into the moves that have one-offs; -1: a reward of a state */
    size_t item;        /* index into the strategy's rewards or one_offs */
    size_t time;        /* of the strategy's pay_times; 0: with the cycle */
    hec_slot slot;
    hec_stage stage;
} hec_term;

/* A move whose flow is needed by one-offs; from a state to itself: who is there at the start. */
typedef struct hec_move {
    int from, to;
    size_t arc; /* of the model's arcs: the hazard or the probability */
} hec_move;

static inline bool hec_move_stays(const hec_move *move)
{
    return move->from == move->to;
}

/* What is checked when a stage has run. */
typedef struct hec_cohort_check {
    size_t arc; /* from the number of arcs on: a check of payments */
    hec_slot slot;
    double low, high;
} hec_cohort_check;

typedef struct hec_cohort_plan {
    /* arcs grouped by the state they lead to */
    size_t n_arcs;
    hec_cohort_arc *arcs;
    size_t *source; /* arc of the model; for hazards: unused */
    /* the same for the kernels: states in the order of their places, order[k] which arc it is */
    int32_t *first, *from;
    size_t *order;
    hec_slot *slots;        /* of the model's arcs, in the model's order */
    hec_stage hazard_stage; /* at which all hazards are known */
    bool by_cycle;          /* some arc changes with the cycle */
    bool uniform;           /* neither arcs nor start follow the draws */
    size_t chain;           /* the first strategy that has this chain */
    size_t n_checks[HEC_STAGE_COUNT];
    hec_cohort_check *checks[HEC_STAGE_COUNT];
    size_t n_moves;
    hec_move *moves;
    /* terms that hold through all cycles are summed once; the others every cycle */
    size_t n_steady, n_changing;
    hec_term *steady, *changing;
    size_t n_entering;
    hec_term *entering; /* charged to who starts in a state */
    double **paid;      /* [pay_times][cycles]: what a payment counts, discounted */
    bool on_means;      /* payments are worked out on means: uses of every cycle are asked for */
    hec_slot *start;
    hec_slot *occupancy; /* [states]: shares that are given; else NULL */
    bool runs[HEC_STAGE_COUNT];
} hec_cohort_plan;

/* cohort_means.c: payments on means */
typedef struct hec_cohort_means hec_cohort_means;
typedef struct hec_cohort_mean_work hec_cohort_mean_work;

struct hec_cohort {
    const hec_model *model;
    hec_program *program;
    hec_cohort_means *means; /* NULL: there are none */
    hec_cohort_plan *plans; /* [strategies] */
    /* States that count, or lead to one that does, stand first: without details nobody asks how
     * many are in the others. */
    size_t n_counted;
    size_t *place;      /* [states] */
    size_t *order;      /* [strategies]: those of one chain side by side */
    size_t n_cells;     /* columns of occupancy */
    size_t *cell;       /* [states]: first cell */
    size_t *durations;  /* [states]: cells of the state */
    size_t n_durations; /* the most any state has */
    bool timed;
    /* weight kinds: 0 undiscounted, then costs, effects; equal ones are one */
    size_t n_kinds;
    hec_cycle_weights weights[3];
    int kind_of[3][2]; /* [outcome kind][undiscounted, discounted] */
    double *point;     /* [cycles + 1][n_kinds]: what a point counts */
    size_t columns[HEC_STAGE_COUNT], uniforms[HEC_STAGE_COUNT]; /* most of any strategy */
    size_t n_moves;
};

struct hec_cohort_work {
    size_t lanes, stride;
    double *memory;
    double *x, *y;              /* [cells][stride], in the order of places */
    double *acc;                /* [kinds][states that run][stride], the same */
    size_t chain;               /* whose sums `acc` holds for this block, plus 1; 0: nobody's */
    double *flows;              /* [moves][stride]: this cycle's */
    double *flow_acc;           /* [kinds][moves][stride] */
    double *scratch, *scratch2; /* [stride] */
    double *crossed;            /* [stride]: whether the curves of a draw have crossed */
    hec_cohort_crossing crossing, *crossings; /* of the chain that ran last; [strategies] */
    double *hazard_p;           /* [states * states][stride]: of a chain of hazards */
    double *hazard_g;           /* [states * states][stride]: time spent, for its one-offs */
    double *frames[HEC_STAGE_COUNT], *uniform[HEC_STAGE_COUNT];
    double *matrix; /* of one lane: hazards, chains that do not follow the draws */
    int *pivots;
    double *inputs;         /* uniform inputs */
    const double **columns; /* input columns */
    const double **p;       /* arcs' columns */
    hec_cohort_mean_work *means; /* NULL: there are none */
    hec_frames view;
};

/* cohort_hazard.c: probabilities of a cycle from hazards, for every lane */
bool hec_cohort_hazards(const hec_cohort *cohort, hec_cohort_work *work, size_t strategy,
                        size_t *lane);

/* cohort_occupancy.c: shares that are given. The frames hold the values at the point; x [cells]
 * gets the shares times the weight of the stratum. False with *lane and *state of what is wrong;
 * state n_states: the sum. */
bool hec_cohort_shares(const hec_cohort *cohort, hec_cohort_work *work, const hk_table *kernels,
                       size_t strategy, double weight, double *x, size_t *lane, size_t *state);
/* Nobody comes back to life from one point to the next. */
bool hec_cohort_deaths(const hec_cohort *cohort, hec_cohort_work *work, const hk_table *kernels,
                       double *before, double *after, size_t *lane, size_t *state);
/* Around the run of a chain; its count is added to the strategy's. */
void hec_cohort_crossing_begin(const hk_table *kernels, hec_cohort_work *work);
void hec_cohort_crossing_end(hec_cohort_work *work, size_t strategy);

/* cohort_uniform.c: all cycles of a chain that neither changes nor follows the draws, from x into
 * acc; chain is that of all states that count */
size_t hec_cohort_uniform_doubles(const hec_cohort *cohort);
/* `cycles` cycles of one lane; its columns are states, padded with zeroes to a multiple of 8:
 * matrix [from][to], x, y, sums [n_kinds]. y and x take turns; weight: [cycles][n_kinds]. */
void hec_cohort_columns(const hk_table *kernels, size_t n, size_t n_kinds, size_t cycles,
                        const double *weight, const double *matrix, double *x, double *y,
                        double *sums);
void hec_cohort_uniform(const hec_cohort *cohort, hec_cohort_work *work, const hk_table *kernels,
                        const hk_cohort *chain);

#endif
