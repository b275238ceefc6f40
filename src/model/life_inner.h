/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files about the life of persons share. */
#ifndef HECATE_MODEL_LIFE_INNER_H
#define HECATE_MODEL_LIFE_INNER_H

#include <float.h>

#include "model/strategy_inner.h"

/* Where an expression stands decides what it may ask about the present cycle. */
typedef enum hec_phase {
    HEC_PHASE_MOVES,   /* of the chains: the events of the cycle are over */
    HEC_PHASE_START,   /* time 0 */
    HEC_PHASE_EVENT,   /* an event: those before it in the order are over */
    HEC_PHASE_RATES,   /* per year, at a point of time: nothing happens in it */
    HEC_PHASE_AMOUNTS, /* once: events and moves of the cycle are over */
    HEC_PHASE_UPDATE,  /* attributes of the next cycle: the same */
    HEC_PHASE_COUNT
} hec_phase;

/* The names of one phase: a definition may mean something else in each. */
typedef struct hec_naming {
    const hec_node *tree; /* what they are bound to */
    size_t capacity, n_candidates;
    hec_binding *bindings;
    hec_names names;
    const char **candidates;
} hec_naming;

/* What a visit to another phase gives back. */
typedef struct hec_visit {
    hec_naming naming;
    hec_phase phase;
    int chain;
    bool at_start;
} hec_visit;

/* An attribute that is stated under `attributes:`. */
typedef struct hec_evolving {
    const char *name, *next_name; /* "next(hba1c)" */
    hec_place place;
    int population; /* the attribute of the population of that name, or -1 */
    int variable;   /* its present value */
    bool updated;   /* in some strategy */
    bool typed;
    hec_type type;
    double factor;           /* unit as written -> years */
    hec_binding start, next; /* in the tree being read */
    hec_id checked, shown;   /* next value of the living, and as written; -1: cannot go wrong */
    hec_place update_place;
} hec_evolving;

/* Events that are asked one after another as written (one), or in an order drawn anew. */
typedef struct hec_event_group {
    size_t count;
    size_t *events;
} hec_event_group;

/* What the lives of a strategy start from and lead to, by attribute. */
typedef struct hec_life_values {
    hec_id *start, *next;
    hec_id *happened, *years; /* [events]: before the start */
} hec_life_values;

/* What an event says of the time before the start, in the tree being read. */
typedef struct hec_past {
    const char *happened_name, *years_name; /* "mi.before" */
    hec_binding happened, years;
    bool read; /* in some strategy */
} hec_past;

typedef struct hec_lives {
    unsigned visits; /* how deep; 0: the names of the strategy itself */
    hec_phase phase; /* of the innermost */
    hec_naming namings[HEC_PHASE_COUNT];
    uint64_t moment; /* counts what `now` may mean; see hec_binding.shifts */
    hec_names attribute_names, event_names;
    hec_evolving *attributes;
    size_t n_groups;
    hec_event_group *groups;
    size_t *group_of;        /* [events] */
    hec_past *pasts;         /* [events] */
    int *chains;             /* variables of the chains' states */
    int alive;               /* variable; -1: chains alone tell */
    bool dead_start;         /* somebody may start in a dead state */
    hec_life_values *values; /* [strategies] */
    /* of one tree */
    const hec_node *tree;
    bool events_read;
    hec_id *happens, *now; /* [events] */
    hec_id is_alive, asked, lives_on;
    size_t n_checks, check_capacity;
    hec_life_check *checks;
    /* while an event is read */
    size_t asking;    /* the event */
    bool reads_group; /* `now` of another event of its group was read */
} hec_lives;

/* ---- life.c ---- */
hec_phase hec_life_phase(const hec_builder *b);
hec_visit hec_life_enter(hec_builder *b, hec_phase phase);
void hec_life_leave(hec_builder *b, const hec_visit *visit);
/* Attributes and events of the tree being read are read anew when it is another. */
void hec_life_open_tree(hec_builder *b);
/* The number of a variable, added when new; -1 after reporting. */
int hec_life_variable(hec_builder *b, hec_variable_kind kind, int item, const char *name,
                      hec_place place);
/* Whether there is one already. */
int hec_life_find_variable(const hec_builder *b, hec_variable_kind kind, int item);
hec_id hec_life_present(hec_builder *b, int variable, hec_place place);
/* The state a chain moves to in this cycle. */
hec_id hec_life_moved(hec_builder *b, int chain, hec_place place);
hec_id hec_life_chance(hec_builder *b, const char *kind, const char *name, bool lasting,
                       hec_place place);
/* Whether a person in `where` (hec_life_present or _moved of the chain) is in one of the states
 * marked; marks are of all states of the model. */
hec_id hec_life_among(hec_builder *b, int chain, hec_id where, const bool *marks, hec_place place);
/* Alive when the cycle begins. */
hec_id hec_life_alive(hec_builder *b);
/* Alive when the next cycle begins; events are read for it. */
hec_id hec_life_lives_on(hec_builder *b, hec_place place);
/* 1 where the occurrence comes in this cycle. */
hec_id hec_life_occurs(hec_builder *b, const hec_occurrence *occurrence, const hec_id *happens,
                       hec_place place);

/* ---- life_attributes.c ---- */
void hec_life_frame_attributes(hec_builder *b, size_t n_trees, const hec_node *const *trees);
hec_evolving *hec_life_evolving(const hec_builder *b, const char *name);
hec_value hec_life_attribute(hec_builder *b, const char *name, hec_place place);
/* The value of a start or next of one of the attributes. */
hec_value hec_life_lower_attribute(hec_builder *b, const hec_binding *binding);
/* That the next value, once it is read, is a finite number; where `checked` is a node. */
static inline hec_life_check hec_life_finite(const hec_evolving *a)
{
    return (hec_life_check){HEC_LIFE_ATTRIBUTE, a->variable, a->checked,     a->shown,
                            -DBL_MAX,           DBL_MAX,     a->update_place};
}
hec_value hec_life_start_of(hec_builder *b, const char *name, hec_place place);
hec_value hec_life_next_of(hec_builder *b, const char *name, hec_place place);

/* ---- policy_memory.c ---- */
/* Whether a contract of the tree being read remembers the attribute: then its next value is read
 * when all payments of the cycle are known. */
bool hec_policy_remembers(const hec_builder *b, const char *attribute);
/* What the next value of such an attribute may read, from here to the other; false: it is no
 * contract's. */
typedef struct hec_recall {
    bool open;
    int where, provider;
    const char *recalled;
} hec_recall;
hec_recall hec_policy_recall(hec_builder *b, const char *attribute);
void hec_policy_forget(hec_builder *b, const hec_recall *recall);

/* ---- life_events.c ---- */
void hec_life_frame_events(hec_builder *b, size_t n_trees, const hec_node *const *trees);
void hec_life_read_events(hec_builder *b); /* once for each tree */

/* ---- life_before.c ---- */
void hec_life_check_before(hec_builder *b, const hec_entry *entry);
void hec_life_frame_before(hec_builder *b, size_t n_trees, const hec_node *const *trees);
void hec_life_open_before(hec_builder *b);
/* Whether an event had happened, or how long ago. */
hec_value hec_life_lower_before(hec_builder *b, const hec_binding *binding);
/* What ever, count and time_since are at time 0. */
hec_value hec_life_history_before(hec_builder *b, const hec_occurrence *o, bool since,
                                  hec_place place);
/* True after reporting: time_since of what may have happened nobody knows when. */
bool hec_life_refuse_since(hec_builder *b, const hec_occurrence *o, hec_place place);
void hec_life_note_past(hec_builder *b, const hec_occurrence *o); /* its history is read */
/* Of one strategy: checks go to the end of the life's, which have room for one of each event. */
void hec_life_read_before(hec_builder *b, hec_life *life, hec_life_values *values);
hec_id hec_life_count_before(hec_builder *b, size_t strategy, const hec_occurrence *o,
                             hec_place place);
hec_id hec_life_since_before(hec_builder *b, size_t strategy, const hec_occurrence *o,
                            hec_place place);
void hec_life_review_before(hec_builder *b);

/* ---- life_names.c ---- */
/* The value of a call such as `ever(mi)`; false: it is none. */
bool hec_life_call(hec_builder *b, const hec_expr *expr, hec_value *value);
/* Whether only persons have what this name stands for. */
bool hec_life_is_name(const char *name);
/* How it is written, and what it is; NULL: it is none of the names of persons. */
const hec_function_info *hec_life_find_name(const char *name);
/* Reports a name that has no value of its own: an event, a state. False: it is neither. */
bool hec_life_report_name(hec_builder *b, const char *name, hec_place place);
/* Reports a call about a person where nobody lives yet: time, population, economics. */
bool hec_life_report_early(hec_builder *b, const hec_expr *expr, hec_value *value);
hec_value hec_life_needs_persons(hec_builder *b, const char *name, hec_place place);
hec_value hec_life_time_in_state(hec_builder *b, int chain, hec_place place);
hec_value hec_life_number(hec_builder *b, hec_place place);
/* ever(event), for `once`. */
hec_id hec_life_ever(hec_builder *b, hec_occurrence occurrence, hec_place place);

/* A condition as 1 or 0. */
hec_id hec_life_boolean(hec_builder *b, hec_value value, hec_place place);

/* ---- life_rewards.c ---- */
enum { HEC_WHILE_ALIVE = -2 }; /* in place of a state */
hec_reward_cell *hec_life_alive_cell(hec_strategy_work *w, int outcome);
/* What counts while alive: `alive:`, and utilities of several sources put together. Before the
 * rewards of states are stored. */
void hec_life_rates(hec_strategy_work *w);
/* Whether life years are those of a chain's states. */
bool hec_life_years_by_state(const hec_builder *b);
/* `lag`: years until it is paid, for discounting. */
void hec_life_add_amount(hec_strategy_work *w, int outcome, hec_id value, double lag,
                         hec_place place);

/* ---- nodes ---- */
static inline hec_value hec_life_nothing(void)
{
    return (hec_value){-1, HEC_TYPE_ANY};
}
static inline hec_id hec_life_constant(const hec_builder *b, double value, hec_place place)
{
    return hec_graph_constant(b->model->graph, value, place);
}
static inline hec_id hec_life_op(const hec_builder *b, hk_op op, hec_id x, hec_id y,
                                 hec_place place)
{
    return hec_graph_op(b->model->graph, op, x, y, -1, place);
}
static inline hec_id hec_life_select(const hec_builder *b, hec_id condition, hec_id yes, hec_id no,
                                     hec_place place)
{
    return hec_graph_op(b->model->graph, HK_SELECT, condition, yes, no, place);
}
/* Of values that are 1 or 0: a constant leaves the other as it is. */
hec_id hec_life_and(const hec_builder *b, hec_id x, hec_id y, hec_place place);
hec_id hec_life_or(const hec_builder *b, hec_id x, hec_id y, hec_place place);
bool hec_life_is_value(const hec_builder *b, hec_id id, double value);

#endif
