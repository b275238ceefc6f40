/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons who live cycle by cycle, inner: a strategy laid out, and a run of it. */
#ifndef HECATE_SIM_PERSONS_CYCLES_H
#define HECATE_SIM_PERSONS_CYCLES_H

#include "sim/persons_inner.h"

/* What is compiled of a strategy. START: who people are at time 0. LIFE: what happens in a cycle.
 * STEADY, CHANGING: rewards that do not, and do, follow the cycle or its chances. */
typedef enum hec_set { HEC_SET_START, HEC_SET_LIFE, HEC_SET_STEADY, HEC_SET_CHANGING } hec_set;
enum { HEC_SETS = HEC_SET_CHANGING + 1, HEC_NO_REF = -1 };

/* A value that is read while running: where the program leaves it. Everything else names it by its
 * index, at which the plan has `uniform` and a thread has the address. */
typedef struct hec_ref {
    hec_set set;
    size_t root;
    hec_id id;
    hec_slot slot;
    hec_stage stage;
} hec_ref;

/* What the states of a chain are worth: one ref each, from `first` on. */
typedef struct hec_worth {
    size_t chain, first;
    int outcome;
} hec_worth;

/* A rate, an amount, or what is charged for a move. */
typedef struct hec_charge {
    int outcome;
    size_t ref;
    int chain, from, to; /* of a move: among the chain's own states; from -1: entering; chain -1:
                          * whatever the state */
    const double *lagged; /* [cycles]: what it counts discounted, when it is paid later; or NULL */
} hec_charge;

typedef struct hec_rewards {
    size_t n_worths, n_rates;
    hec_worth *worths;
    hec_charge *rates;
} hec_rewards;

/* A row that states its own stay: what it leaves over must agree. */
typedef struct hec_agreement {
    size_t state, ref;
    double low, high;
} hec_agreement;

/* A value that follows the time in the present state alone, looked up. */
typedef struct hec_table {
    hec_id id;
    int32_t input; /* of the persons' program, in its place */
    size_t chain;  /* whose time it follows */
    hec_slot slot; /* of the tables' program */
} hec_table;

typedef struct hec_chain_plan {
    size_t n_states, first_state; /* of the model's */
    size_t start;                 /* refs of the starting shares */
    int starts_in;                /* the only state anybody starts in; -1: chance decides */
    size_t n_arcs, arcs;          /* refs of probabilities or hazards, grouped by state */
    int32_t *first, *to, *rest;   /* as hk_moves wants them */
    int32_t *arc_of;              /* [from][to]: arc of the model; -1 */
    size_t n_agreements;
    hec_agreement *agreements;
    size_t n_charges, charge_capacity;
    hec_charge *charges; /* by from, then to, then as written */
    int32_t *charge;     /* [from * n_states + to]: first charge; one more at the end */
    bool dies;           /* a state is dead */
} hec_chain_plan;

/* What persons read of everybody: rows of the numbers that are given. */
typedef struct hec_feed_plan {
    size_t first, panels; /* of its rows in the numbers; of a row */
    bool by_cycle;        /* else by the year */
    bool read;            /* the strategy's values are made of it */
    int column;           /* of the thread's; -1: one number for all */
} hec_feed_plan;

/* What lasts of a person from cycle to cycle, beside the number. */
typedef struct hec_resident_plan {
    size_t n_attributes, n_lasting, n_variables;
    size_t *attributes, *lasting, *variables; /* of the population; of persons->lasting; of the
                                               * model's that are no chain's */
} hec_resident_plan;

typedef struct hec_life_plan {
    size_t n_refs, ref_capacity;
    hec_ref *refs;
    uint8_t *uniform; /* [n_refs] */
    hec_chain_plan *chains;
    size_t *initial, *next; /* [variables]: refs */
    size_t *happens;        /* [events]: refs */
    size_t asked, alive;    /* refs; alive, where chains do not tell, is evaluated at points */
    bool asks;              /* who is asked to move is not told by the chain alone */
    size_t checks;          /* refs of the life's checks */
    size_t observed;        /* refs of what is observed */
    size_t n_amounts, n_entering;
    hec_charge *amounts, *entering;
    hec_rewards rewards[2]; /* steady, changing */
    size_t n_chances;
    size_t *chances; /* of the model: those of each cycle that something reads */
    size_t n_tables[HEC_SETS];
    hec_table *tables[HEC_SETS]; /* that the set reads */
    bool runs[HEC_SETS][HEC_STAGE_COUNT];
    hec_feed_plan *feeds; /* [feeds of the strategy's pay] */
    size_t feed_numbers;  /* of all their rows */
    hec_resident_plan resident;
} hec_life_plan;

struct hec_cycles {
    hec_program *program; /* set HEC_SETS * strategy + set */
    hec_life_plan *plans; /* [strategies] */
    hec_program *tables;  /* a set for each strategy; NULL: there are none */
    size_t n_tables;      /* inputs of the program beyond the model's */
    bool masked;          /* the state of one chain does not tell who is alive */
    bool baselines;       /* a strategy gives persons values for life */
    double *kept;         /* [states]: of one chain: 1 where anything may still happen or count */
    double *living;       /* [states]: 1, or 0 of a dead one */
    size_t n_hazards;     /* chains of hazards */
    size_t most_refs, most_chances, most_arcs, most_states;
    /* the most of any strategy; STRATEGY: of each set, the others of any */
    size_t lanes[HEC_SETS][HEC_STAGE_COUNT], uniforms[HEC_SETS][HEC_STAGE_COUNT];
    size_t *year_of;   /* [cycles]: the year, from 0, that a cycle belongs to */
    size_t n_years;
    size_t most_feeds; /* that are columns */
};

struct hec_cycles_work {
    double *memory;
    uint64_t *ids, *movers;   /* [stride]: of the living lanes; of those who move in a cycle */
    uint32_t *where, *index;  /* [stride]: their lanes in the block; scratch */
    const double **inputs;    /* as work->inputs, of the living lanes */
    const double **addresses; /* [refs] */
    const double **table;     /* [states + 1]: of one chain */
    uint8_t *flags;           /* [states + 1] */
    double **state, **next;   /* [chains] -> columns of the states; they change places */
    double *masked;           /* [chains][stride]: the state, -1 of the dead */
    double *alive;            /* [stride]: at the last point */
    double *variables;        /* [variables][stride] */
    double *totals;           /* [2][outcomes][stride] */
    double *parts[2];         /* the same, of this cycle and the next, where that is recorded */
    int64_t *gone;            /* [states]: who left, by where they died */
    double *told;             /* [variables]: values that were told last */
    double *even, *odd;       /* [chances of cycles, then chains][stride] */
    double *beyond, *zero;    /* [stride]: -1, 0 */
    double *asked, *elapsed, *scratch[4];
    double *rates;     /* [2][states][stride]: sum and least of a state's hazards */
    double *kept;      /* attributes, lasting chance and number of the living lanes */
    double *shared[2]; /* frames: of the block, and of the living lanes */
    hec_frames views[HEC_SETS];
    hec_frames tables;      /* lanes are times in state: 0, 1, ... cycles */
    const double **periods; /* [inputs]: times in state, for the tables */
    double *period;         /* [cycles + 1]: the times */
    double *looked_up;      /* [n_tables][stride] */
    uint32_t *steps;        /* [chains][stride]: cycles in the present state */
    double *fed;            /* [most_feeds][stride] */
    uint32_t *panels;       /* [most_feeds][stride]: whose panels are read */
};

/* One strategy and one block of persons. */
typedef struct hec_life_run {
    const hec_persons *persons;
    const hec_model *model;
    const struct hec_cycles *cycles;
    const hec_life_plan *plan;
    hec_persons_work *work;
    struct hec_cycles_work *c;
    const hec_person_block *block;
    const hk_table *hk;
    size_t strategy, n, stride;
    int64_t cycle;  /* from 1; 0 before the first */
    double once[3]; /* what one-offs of this cycle count, by kind of weight */
    bool compacted, recorded, was_alive;
    bool bare;    /* nothing is counted; the observer alone sees the life */
    bool resumed; /* chance of this cycle was drawn before a pause, and is not at hand */
    bool stepped; /* c->steps are those of the present */
    bool panelled; /* c->panels are those of the lanes */
    double *totals; /* the caller's */
    size_t total_stride;
    hec_person_fault *fault;
} hec_life_run;

/* persons_compile.c; read: the inputs of the graph that some strategy reads */
bool hec_cycles_compile(hec_arena *arena, hec_persons *persons, const bool *read);
/* persons_tables.c */
/* Finds what can be looked up and compiles it. *graph: what the persons' program is to be compiled
 * from, the model's or a copy with inputs in place of tables. */
bool hec_tables_plan(hec_arena *arena, hec_persons *persons, uint8_t lane_depends,
                     const hec_graph **graph);
void hec_tables_run(const hec_life_run *r, size_t strategy, hec_stage stage);
void hec_tables_look_up(hec_life_run *r, hec_set set); /* for the persons as they are now */

/* persons_feeds.c */
bool hec_cycles_lay_years(hec_arena *arena, struct hec_cycles *cycles, const hec_model *model);
/* reads: [inputs of the graph]: what the strategy's values are made of */
bool hec_cycles_lay_feeds(hec_arena *arena, hec_persons *persons, size_t strategy,
                          const bool *reads);
void hec_cycles_feed(hec_life_run *r); /* the graph's inputs, for the lanes and cycle as they are */
/* persons_resident.c */
bool hec_cycles_lay_resident(hec_arena *arena, hec_persons *persons, size_t strategy);

/* persons_run.c */
/* A run of the block as it was drawn; nobody has begun. */
hec_life_run hec_cycles_open(const hec_persons *persons, hec_persons_work *work,
                             const hec_person_block *block, size_t strategy);
bool hec_cycles_start(hec_life_run *r);
/* What is worked out once for life, when it is known what persons start with. */
void hec_cycles_settle_in(hec_life_run *r);
/* The cycles after `from` up to `until`; *left: somebody is. False when a value went wrong. */
bool hec_cycles_run(hec_life_run *r, int64_t from, int64_t until, bool *left);
bool hec_cycles_fail(hec_life_run *r, int kind, size_t item, size_t lane);
void hec_cycles_run_stage(hec_life_run *r, hec_set set, hec_stage stage);
/* The states of a chain's persons, -1 of the dead where the chain alone does not tell. */
static inline const double *hec_cycles_states(const hec_life_run *r, size_t chain)
{
    return r->cycles->masked ? r->c->masked + chain * r->stride : r->c->state[chain];
}
static inline const double *hec_cycles_value(const hec_life_run *r, size_t ref)
{
    return r->c->addresses[ref];
}
static inline double hec_cycles_at(const hec_life_run *r, size_t ref, size_t lane)
{
    return r->c->addresses[ref][r->plan->uniform[ref] ? 0 : lane];
}
static inline double hec_cycles_weight(const hec_life_run *r, const double *of_kinds, int outcome,
                                     int discounted)
{
    return of_kinds[r->persons->weights.kind_of[r->model->outcomes[outcome].kind][discounted]];
}
/* The column of a total, or of the cycle's part of it. */
static inline double *hec_cycles_total(const hec_life_run *r, double *totals, int discounted,
                                     int outcome)
{
    return totals +
           ((size_t)discounted * r->model->n_outcomes + (size_t)outcome) * r->stride;
}
/* The uniform numbers of this cycle, of chance `index` of the work's columns. */
const double *hec_cycles_chance(const hec_life_run *r, size_t index);

/* persons_moves.c: the chains of a cycle */
bool hec_cycles_start_chains(hec_life_run *r);
bool hec_cycles_move_chains(hec_life_run *r);
/* Charges the move of one lane, and records it. `time`: when. */
void hec_cycles_note_move(hec_life_run *r, size_t chain, size_t lane, size_t from, size_t to,
                        double time);
/* persons_hazards.c: the moves of one chain within a cycle */
bool hec_cycles_jump(hec_life_run *r, size_t chain, const double *asked);
/* persons_rewards.c */
void hec_cycles_credit_point(hec_life_run *r, int64_t point);
void hec_cycles_find_living(hec_life_run *r); /* in its place, where nothing is counted */
void hec_cycles_credit_changing(hec_life_run *r, bool at_end);
void hec_cycles_credit_amounts(hec_life_run *r);
void hec_cycles_credit_entering(hec_life_run *r);
/* persons_lanes.c: which lanes are followed */
void hec_cycles_take_block(hec_life_run *r); /* all persons of the block */
void hec_cycles_point_states(hec_life_run *r); /* the graph's inputs to the columns of states */
const double *hec_cycles_living(hec_life_run *r); /* who counts, or may yet: other than 0 */
bool hec_cycles_drop_dead(hec_life_run *r);  /* false when nobody is left */
void hec_cycles_deliver(const hec_life_run *r);
/* persons_tally.c: what is counted, and told, along the way */
void hec_cycles_record_start(hec_life_run *r);
void hec_cycles_record_values(hec_life_run *r);
void hec_cycles_record_events(hec_life_run *r);
void hec_cycles_record_move(hec_life_run *r, size_t chain, size_t lane, size_t from, size_t to,
                          double time);
void hec_cycles_record_point(hec_life_run *r, int64_t point);
void hec_cycles_record_leaving(hec_life_run *r, size_t left); /* index: the `left` who stay */
void hec_cycles_record_rest(hec_life_run *r); /* when nobody is left */
void hec_cycles_record_parts(hec_life_run *r);
void hec_cycles_record_end(hec_life_run *r);
void hec_cycles_show(hec_life_run *r); /* to the block's observer */

#endif
