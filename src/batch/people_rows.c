/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every payment for the persons whose histories are kept; ledger/rows/... */
#include "batch/people_rows.h"

#include "batch/posting_list.h"

enum { COLUMNS = 6 };

int64_t hec_people_rows_bytes(const hec_model *model)
{
    int64_t most = hec_ledger_rows_most(model, (int64_t)model->persons.n_histories);
    return most * (int64_t)(sizeof(hec_ledger_row) + COLUMNS * sizeof(double));
}

static int64_t *add_ints(hec_run *run, const char *path, const char *unit, const char *title)
{
    return hec_dataset_ints(run->dataset, path, "ledger_row", unit, title);
}

static double *add_times(hec_run *run, const char *path, const char *title)
{
    return hec_dataset_doubles(run->dataset, path, "ledger_row", "years", title);
}

hec_status hec_people_rows(hec_run *run, const hec_ledger_rows *rows)
{
    const hec_model *m = run->model;
    hec_posting_list list;
    const char *fen = hec_arena_format(run->arena, "0.01 %s", m->economics.currency);
    if (rows->n == 0) {
        return HEC_OK;
    }
    if (!fen || !hec_posting_list_create(run->arena, m, &list) ||
        hec_dataset_dimension(run->dataset, "ledger_row", "Payment for one person", "", rows->n,
                              NULL, NULL) < 0) {
        return HEC_E_MEMORY;
    }
    int64_t *strategy = add_ints(run, "ledger/rows/strategy", "", "Which strategy, from 0");
    int64_t *person = add_ints(run, "ledger/rows/person", "", "Number of the person");
    double *accrual = add_times(run, "ledger/rows/accrual",
                                "When it arises: the start of the cycle, years since the start");
    double *payment = add_times(run, "ledger/rows/payment", "When it is paid, since the start");
    int64_t *posting = add_ints(run, "ledger/rows/posting", "", "Which flow of money, from 0");
    int64_t *amount = add_ints(run, "ledger/rows/amount", fen, "What is paid, hundredths");
    if (!strategy || !person || !accrual || !payment || !posting || !amount) {
        return HEC_E_MEMORY;
    }
    for (size_t i = 0; i < rows->n; i++) {
        const hec_ledger_row *row = &rows->rows[i];
        const hec_posting *of = &m->strategies[row->strategy].pay.postings[row->posting];
        strategy[i] = (int64_t)row->strategy;
        person[i] = row->person + 1;
        accrual[i] = hec_ledger_accrual(m, row->cycle);
        payment[i] = hec_ledger_payment(m, of, row->cycle);
        posting[i] = (int64_t)hec_posting_place(&list, row->strategy, row->posting);
        amount[i] = row->fen;
    }
    return HEC_OK;
}
