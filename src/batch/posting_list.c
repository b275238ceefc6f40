/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Postings of all strategies in one list. */
#include "batch/posting_list.h"

#include <string.h>

static bool says_the_same(const hec_posting *a, const hec_posting *b)
{
    return strcmp(a->mechanism, b->mechanism) == 0 && a->payer == b->payer &&
           a->payee == b->payee && a->service == b->service && a->level == b->level &&
           a->lag == b->lag;
}

bool hec_posting_list_create(hec_arena *arena, const hec_model *m, hec_posting_list *list)
{
    size_t all = 0;
    *list = (hec_posting_list){0};
    for (size_t s = 0; s < m->n_strategies; s++) {
        size_t n = m->strategies[s].pay.n_postings;
        all += n;
        list->most = n > list->most ? n : list->most;
    }
    list->of = hec_arena_array(arena, all + 1, sizeof *list->of);
    list->place = hec_arena_array(arena, m->n_strategies * list->most + 1, sizeof *list->place);
    for (size_t s = 0; list->of && list->place && s < m->n_strategies; s++) {
        const hec_pay *pay = &m->strategies[s].pay;
        for (size_t i = 0; i < pay->n_postings; i++) {
            size_t k = 0;
            while (k < list->n && !says_the_same(list->of[k], &pay->postings[i])) {
                k++;
            }
            list->of[k] = &pay->postings[i];
            list->n += k == list->n;
            list->place[s * list->most + i] = k;
        }
    }
    return list->of && list->place;
}

const char *hec_posting_service(const hec_model *m, const hec_posting *p)
{
    return p->service < 0 ? "" : m->outcomes[m->n_costs + m->n_effects + (size_t)p->service].name;
}

bool hec_posting_list_label(hec_run *run, const hec_posting_list *list)
{
    const hec_model *m = run->model;
    const char **labels = hec_arena_array(run->arena, list->n + 1, sizeof *labels);
    for (size_t i = 0; labels && i < list->n; i++) {
        const hec_posting *p = list->of[i];
        const char *service = hec_posting_service(m, p);
        labels[i] = hec_arena_format(run->arena, "%s: %s -> %s%s%s", p->mechanism,
                                     m->parties[p->payer].name, m->parties[p->payee].name,
                                     *service ? ", " : "", service);
        if (!labels[i]) {
            return false;
        }
    }
    return labels && hec_dataset_dimension(run->dataset, "posting", "Flow of money", "", list->n,
                                           labels, NULL) >= 0;
}

bool hec_posting_list_describe(hec_run *run, const hec_posting_list *list)
{
    static const char *const levels[] = {"person", "panel", "region"};
    static const char *const paths[] = {"ledger/mechanism", "ledger/payer", "ledger/payee",
                                        "ledger/service", "ledger/level"};
    static const char *const titles[] = {"Layer of the benefits, or contract", "Who pays",
                                         "Who is paid", "For which service",
                                         "For a person, a panel or the region"};
    hec_dataset *d = run->dataset;
    double *lag = hec_dataset_doubles(d, "ledger/lag", "posting", "years",
                                      "From the cycle, or from the end of the year where a year is "
                                      "settled, to the payment");
    bool good = lag != NULL;
    for (size_t k = 0; good && k < sizeof paths / sizeof paths[0]; k++) {
        good = hec_dataset_texts(d, paths[k], "posting", titles[k]);
    }
    for (size_t i = 0; good && i < list->n; i++) {
        const hec_posting *p = list->of[i];
        const char *const words[] = {p->mechanism, run->model->parties[p->payer].name,
                                     run->model->parties[p->payee].name,
                                     hec_posting_service(run->model, p), levels[p->level]};
        lag[i] = p->lag;
        for (size_t k = 0; good && k < sizeof paths / sizeof paths[0]; k++) {
            good = hec_dataset_set_text(d, paths[k], i, words[k]);
        }
    }
    return good;
}
