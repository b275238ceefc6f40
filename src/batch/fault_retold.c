/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A total of a person that is not finite is noticed at the end of the life. The life is told once
 * more to find the cycle in which it became so, and what the person was like then. */
#include <math.h>
#include <stdlib.h>

#include "batch/run_persons.h"

/* How the person stands at the start of a cycle, and what has happened in it so far. */
typedef struct retold {
    const hec_model *m;
    const hec_strategy *strategy;
    size_t outcome;
    int64_t cycle;       /* that is being told */
    int64_t found;       /* 0: not yet */
    size_t *state;       /* [chains] */
    size_t *next;        /* [chains] */
    double *since;       /* [chains]: when the state was entered */
    double *attribute;   /* [variables] */
    double *count, *now; /* [occurrences]: before this cycle, and in it */
    double *last;        /* [occurrences]: t at the end of the cycle */
} retold;

static void enter_cycle(retold *r, int64_t cycle)
{
    double t = (double)(cycle - 1) * r->m->cycle_length;
    for (size_t c = 0; c < r->m->n_chains; c++) {
        if (r->next[c] != r->state[c]) {
            r->state[c] = r->next[c];
            r->since[c] = t;
        }
    }
    for (size_t o = 0; o < r->m->n_occurrences; o++) {
        r->last[o] = r->now[o] > 0 ? t : r->last[o];
        r->count[o] += r->now[o];
        r->now[o] = 0;
    }
    r->cycle = cycle;
}

static void note_occurrence(retold *r, int event, int state)
{
    for (size_t o = 0; o < r->m->n_occurrences; o++) {
        const hec_occurrence *of = &r->m->occurrences[o];
        r->now[o] += (event >= 0 && of->event == event) || (state >= 0 && of->state == state);
    }
}

/* What had happened, so many years before the start. */
static void note_past(retold *r, int event, double years)
{
    for (size_t o = 0; o < r->m->n_occurrences; o++) {
        if (r->m->occurrences[o].event == event) {
            r->count[o] = 1;
            r->last[o] = isnan(years) ? r->last[o] : -years;
        }
    }
}

static void hear(void *context, const hec_happening *h)
{
    retold *r = context;
    if (r->found) {
        return;
    }
    if (h->cycle > r->cycle) {
        enter_cycle(r, h->cycle);
    }
    if (h->kind == HEC_HAPPENING_ENTERS) {
        int chain = r->m->states[h->item].chain;
        r->state[chain] = r->next[chain] = h->item;
    } else if (h->kind == HEC_HAPPENING_PAST) {
        note_past(r, (int)h->item, h->number);
    } else if (h->kind == HEC_HAPPENING_MOVE) {
        int to = r->strategy->arcs[h->item].to;
        r->next[r->m->states[to].chain] = (size_t)to;
        note_occurrence(r, -1, to);
    } else if (h->kind == HEC_HAPPENING_EVENT) {
        note_occurrence(r, (int)h->item, -1);
    } else if (h->kind == HEC_HAPPENING_VALUE) {
        r->attribute[h->item] = h->number;
    } else if (h->kind == HEC_HAPPENING_TOTAL && h->item == r->outcome && !isfinite(h->number)) {
        r->found = h->cycle;
    }
}

/* ---- as inputs of the graph -------------------------------------------------------------------
 */

static double value_of(const retold *r, const hec_variable *v, size_t index, double present)
{
    double t = (double)(r->cycle - 1) * r->m->cycle_length; /* it goes on at the end of a cycle */
    switch (v->kind) {
    case HEC_VARIABLE_CHAIN:
        return (double)(r->state[v->item] - r->m->chains[v->item].first);
    case HEC_VARIABLE_DURATION:
        return t - r->since[v->item];
    case HEC_VARIABLE_ATTRIBUTE:
        return r->attribute[index];
    case HEC_VARIABLE_COUNT:
        return r->count[v->item];
    case HEC_VARIABLE_SINCE:
        return t - r->last[v->item];
    case HEC_VARIABLE_ALIVE:
        return 1;
    case HEC_VARIABLE_BASELINE: /* as they are at the end */
    case HEC_VARIABLE_ACCOUNT:
        return present;
    }
    return present;
}

static void set_inputs(const retold *r, hec_person_fault *fault)
{
    const hec_model *m = r->m;
    double t = (double)(r->found - 1) * m->cycle_length;
    fault->cycle = r->found;
    fault->time = t;
    fault->inputs[HEC_CLOCK_CYCLE] = (double)r->found;
    fault->inputs[HEC_CLOCK_T] = t;
    fault->inputs[HEC_CLOCK_YEAR] = isnan(m->start_year) ? 0 : floor(m->start_year + t + 1e-9);
    for (size_t i = 0; i < m->n_variables; i++) {
        const hec_variable *v = &m->variables[i];
        if (v->input >= 0) {
            fault->inputs[v->input] = value_of(r, v, i, fault->inputs[v->input]);
        }
    }
}

/* Rewards are met at both ends of a cycle, by its own clock. */
static void look_at_end(retold *r, hec_person_fault *fault)
{
    hec_place unused;
    if (hec_person_find_term(r->m, fault, &unused) < 0) {
        enter_cycle(r, r->found + 1);
        set_inputs(r, fault);
    }
}

static bool open_retold(retold *r)
{
    const hec_model *m = r->m;
    r->state = calloc(m->n_chains + 1, sizeof *r->state);
    r->next = calloc(m->n_chains + 1, sizeof *r->next);
    r->since = calloc(m->n_chains + 1, sizeof *r->since);
    r->attribute = calloc(m->n_variables + 1, sizeof *r->attribute);
    r->count = calloc(m->n_occurrences + 1, sizeof *r->count);
    r->now = calloc(m->n_occurrences + 1, sizeof *r->now);
    r->last = calloc(m->n_occurrences + 1, sizeof *r->last);
    for (size_t o = 0; r->last && o < m->n_occurrences; o++) {
        r->last[o] = -INFINITY;
    }
    return r->state && r->next && r->since && r->attribute && r->count && r->now && r->last;
}

static void close_retold(retold *r)
{
    free(r->state);
    free(r->next);
    free(r->since);
    free(r->attribute);
    free(r->count);
    free(r->now);
    free(r->last);
}

void hec_run_retell(const hec_run *run, hec_persons_work *work, const hec_person_block *block,
                    double *totals, size_t stride, hec_person_fault *fault)
{
    const hec_persons *persons = run->study->persons;
    hec_person_block told = *block;
    hec_person_fault again = {.inputs = fault->inputs};
    retold r = {.m = run->model,
                .strategy = &run->model->strategies[fault->strategy],
                .outcome = fault->item};
    if (run->model->engine == HEC_ENGINE_PERSONS && open_retold(&r)) {
        told.told = hear;
        told.context = &r;
        hec_persons_begin(persons, work, &told);
        bool good =
            hec_persons_strategy(persons, work, &told, fault->strategy, totals, stride, &again);
        if (!good && r.found) {
            set_inputs(&r, fault);
            look_at_end(&r, fault);
        }
    }
    close_retold(&r);
}
