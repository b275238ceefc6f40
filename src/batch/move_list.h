/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moves of all strategies as one list, so that flows share a dimension. */
#ifndef HECATE_BATCH_MOVE_LIST_H
#define HECATE_BATCH_MOVE_LIST_H

#include "batch/study_inner.h"

typedef struct hec_move_list {
    size_t n, n_states;
    hec_cohort_arc *moves;
    size_t *place; /* [from][to]: 1 + its index in moves; 0: in no strategy */
} hec_move_list;

/* In the run's arena; false when out of memory. A cohort's stays are moves, those of persons are
 * not. */
bool hec_move_list_of_cohort(hec_run *run, hec_move_list *list);
bool hec_move_list_of_persons(hec_run *run, hec_move_list *list);
/* The move that a person's arc, or latent time, is. */
hec_cohort_arc hec_people_move(const hec_model *model, size_t strategy, size_t index);
size_t hec_move_list_place(const hec_move_list *list, hec_cohort_arc move);
/* Adds the dimension `arc`, arcs/from and arcs/to. */
bool hec_move_list_name(hec_run *run, const hec_move_list *list);

#endif
