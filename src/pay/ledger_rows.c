/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the ledger: each payment for single persons. */
#include "pay/ledger_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool make_room(hec_ledger_rows *l, size_t more)
{
    size_t wanted = l->capacity ? l->capacity : 256;
    while (wanted < l->n + more) {
        wanted *= 2;
    }
    if (wanted == l->capacity || l->failed) {
        return !l->failed;
    }
    hec_ledger_row *moved = realloc(l->rows, wanted * sizeof *moved);
    l->failed = !moved;
    l->rows = moved ? moved : l->rows;
    l->capacity = moved ? wanted : l->capacity;
    return moved != NULL;
}

void hec_ledger_rows_observe(void *rows, const hec_person_view *v)
{
    hec_ledger_rows *l = rows;
    const hec_pay *pay = &l->plan->model->strategies[v->strategy].pay;
    bool year_ends = l->plan->last[l->plan->year_of[v->cycle - 1]] == v->cycle;
    for (size_t i = 0; i < pay->n_postings; i++) {
        const hec_posting *posting = &pay->postings[i];
        if (posting->observed < 0 || (posting->at_year_end && !year_ends)) {
            continue;
        }
        const double *x = v->values[posting->observed];
        size_t step = !v->uniform[posting->observed];
        for (size_t lane = 0; lane < v->n; lane++) {
            double fen = v->alive[lane] != 0 ? x[lane * step] : 0;
            if (isfinite(fen) && fen != 0 && make_room(l, 1)) {
                l->rows[l->n++] = (hec_ledger_row){v->strategy, (int64_t)v->persons[lane], v->cycle,
                                                   i, (int64_t)fen};
            }
        }
    }
}

bool hec_ledger_rows_append(hec_ledger_rows *l, const hec_ledger_rows *more)
{
    if (more->failed || !make_room(l, more->n)) {
        return false;
    }
    if (more->n > 0) {
        memcpy(l->rows + l->n, more->rows, more->n * sizeof *l->rows);
    }
    l->n += more->n;
    return true;
}

void hec_ledger_rows_destroy(hec_ledger_rows *l)
{
    free(l->rows);
    *l = (hec_ledger_rows){0};
}

int64_t hec_ledger_rows_most(const hec_model *model, int64_t persons)
{
    int64_t most = 0;
    for (size_t s = 0; s < model->n_strategies; s++) {
        const hec_pay *pay = &model->strategies[s].pay;
        for (size_t i = 0; i < pay->n_postings; i++) {
            most += pay->postings[i].level == HEC_LEVEL_PERSON ? model->cycles : 0;
        }
    }
    return most * persons;
}

double hec_ledger_accrual(const hec_model *model, int64_t cycle)
{
    return hec_model_time(model, cycle - 1);
}

double hec_ledger_payment(const hec_model *model, const hec_posting *posting, int64_t cycle)
{
    double part = hec_moment_part(model->economics.one_off_at);
    return hec_ledger_accrual(model, cycle) + part * model->cycle_length + posting->lag;
}
