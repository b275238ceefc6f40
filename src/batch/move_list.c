/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moves of all strategies as one list. */
#include "batch/move_list.h"

#include <stdlib.h>

#include "batch/run_persons.h"

static bool open_list(hec_run *run, size_t moves, hec_move_list *list)
{
    size_t n = run->model->n_states;
    size_t most = moves < n * n ? moves : n * n;
    *list = (hec_move_list){.n_states = n,
                            .moves = hec_arena_array(run->arena, most + 1, sizeof *list->moves),
                            .place = hec_arena_array(run->arena, n * n + 1, sizeof *list->place)};
    return list->moves && list->place;
}

static void add(hec_move_list *list, hec_cohort_arc move)
{
    size_t *place = &list->place[(size_t)move.from * list->n_states + (size_t)move.to];
    if (*place == 0) {
        list->moves[list->n++] = move;
        *place = list->n;
    }
}

bool hec_move_list_of_cohort(hec_run *run, hec_move_list *list)
{
    size_t all = 0;
    const hec_cohort_arc *arcs = NULL;
    for (size_t s = 0; s < run->model->n_strategies; s++) {
        all += hec_cohort_arcs(run->study->cohort, s, &arcs);
    }
    if (!open_list(run, all, list)) {
        return false;
    }
    for (size_t s = 0; s < run->model->n_strategies; s++) {
        size_t count = hec_cohort_arcs(run->study->cohort, s, &arcs);
        for (size_t i = 0; i < count; i++) {
            add(list, arcs[i]);
        }
    }
    return true;
}

hec_cohort_arc hec_people_move(const hec_model *model, size_t strategy, size_t index)
{
    const hec_strategy *s = &model->strategies[strategy];
    if (model->engine == HEC_ENGINE_TIMES) {
        return (hec_cohort_arc){s->life.latents[index].from, s->life.latents[index].to};
    }
    return (hec_cohort_arc){s->arcs[index].from, s->arcs[index].to};
}

bool hec_move_list_of_persons(hec_run *run, hec_move_list *list)
{
    const hec_model *m = run->model;
    size_t all = 0;
    for (size_t s = 0; s < m->n_strategies; s++) {
        all += hec_people_moves(m, s);
    }
    if (!open_list(run, all, list)) {
        return false;
    }
    for (size_t s = 0; s < m->n_strategies; s++) {
        for (size_t i = 0; i < hec_people_moves(m, s); i++) {
            add(list, hec_people_move(m, s, i));
        }
    }
    return true;
}

size_t hec_move_list_place(const hec_move_list *list, hec_cohort_arc move)
{
    return list->place[(size_t)move.from * list->n_states + (size_t)move.to] - 1;
}

bool hec_move_list_name(hec_run *run, const hec_move_list *list)
{
    if (list->n == 0) {
        return true; /* shares given at each point: nobody is seen to move */
    }
    const char **from = hec_arena_array(run->arena, list->n + 1, sizeof *from);
    const char **to = hec_arena_array(run->arena, list->n + 1, sizeof *to);
    const char **labels = hec_arena_array(run->arena, list->n + 1, sizeof *labels);
    bool good = from && to && labels;
    for (size_t i = 0; good && i < list->n; i++) {
        from[i] = hec_run_state_name(run->arena, run->model, (size_t)list->moves[i].from);
        to[i] = hec_run_state_name(run->arena, run->model, (size_t)list->moves[i].to);
        labels[i] =
            hec_arena_format(run->arena, "%s -> %s", from[i] ? from[i] : "", to[i] ? to[i] : "");
        good = from[i] && to[i] && labels[i];
    }
    good = good &&
           hec_dataset_dimension(run->dataset, "arc", "Move between states", "", list->n, labels,
                                 NULL) >= 0 &&
           hec_dataset_texts(run->dataset, "arcs/from", "arc", "State that is left") &&
           hec_dataset_texts(run->dataset, "arcs/to", "arc", "State that is entered");
    for (size_t i = 0; good && i < list->n; i++) {
        good = hec_dataset_set_text(run->dataset, "arcs/from", i, from[i]) &&
               hec_dataset_set_text(run->dataset, "arcs/to", i, to[i]);
    }
    return good;
}
