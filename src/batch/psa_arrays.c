/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arrays of the probabilistic analysis. */
#include "batch/psa_arrays.h"

#include <stdlib.h>

static bool add_parameters(hec_run *run, hec_psa_arrays *a)
{
    const hec_model *m = run->model;
    const char **labels = calloc(m->n_draws + 1, sizeof *labels);
    bool good = labels != NULL;
    for (size_t i = 0; good && i < m->n_draws; i++) {
        labels[i] = m->draws[i].name;
    }
    if (good && m->n_draws > 0) {
        good = hec_dataset_dimension(run->dataset, "drawn", "Parameter that is drawn", "",
                                     m->n_draws, labels, NULL) >= 0;
        a->parameters = hec_dataset_doubles(run->dataset, "psa/parameters", "drawn,draw", "",
                                            "Drawn values, in the units of the parameters");
        good = good && a->parameters;
    }
    free(labels);
    return good;
}

/* What is paid by posting, where some strategy has a policy. */
static bool add_ledger(hec_run *run, hec_psa_arrays *a)
{
    if (!run->study->settlements) {
        return true;
    }
    if (!hec_posting_list_create(run->arena, run->model, &a->postings)) {
        return false;
    }
    if (a->postings.n > 0 && hec_posting_list_label(run, &a->postings)) {
        a->ledger = hec_dataset_doubles(run->dataset, "psa/ledger", "strategy,posting,draw",
                                        run->model->economics.currency,
                                        "What was paid in all years per person, undiscounted");
    }
    return a->ledger || a->postings.n == 0;
}

bool hec_psa_arrays_add(hec_run *run, hec_psa_arrays *a)
{
    const hec_model *m = run->model;
    hec_dataset *d = run->dataset;
    const char *money = m->economics.currency, *effect = m->outcomes[m->effect].name;
    bool good = add_parameters(run, a) && add_ledger(run, a);
    a->cost = hec_dataset_doubles(d, "psa/cost", "strategy,draw", money, "Cost, discounted");
    a->effect = hec_dataset_doubles(d, "psa/effect", "strategy,draw", effect, "Effect, discounted");
    a->category[1] = hec_dataset_doubles(d, "psa/category_cost", "strategy,category,draw", money,
                                         "Cost by category, discounted");
    a->category[0] =
        hec_dataset_doubles(d, "psa/category_cost_undiscounted", "strategy,category,draw", money,
                            "Cost by category, undiscounted");
    a->effects[1] = hec_dataset_doubles(d, "psa/effects", "strategy,measure,draw", "",
                                        "Effects by measure, discounted");
    a->effects[0] = hec_dataset_doubles(d, "psa/effects_undiscounted", "strategy,measure,draw", "",
                                        "Effects by measure, undiscounted");
    if (m->n_uses > 0) {
        a->use = hec_dataset_doubles(d, "psa/use", "strategy,service,draw", "",
                                     "Services used per person");
        good = good && a->use;
    }
    return good && a->cost && a->effect && a->category[0] && a->category[1] && a->effects[0] &&
           a->effects[1];
}
