/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Totals of single persons that a study asks to keep: persons/... */
#include "batch/run_persons.h"

#include <string.h>

int64_t hec_people_kept_count(const hec_model *model)
{
    const hec_persons_settings *p = &model->persons;
    return p->keep_all || p->keep > p->count ? p->count : p->keep;
}

int64_t hec_people_kept_bytes(const hec_model *model)
{
    int64_t of_strategy =
        4 + 2 * (int64_t)(model->n_costs + model->n_effects) + (int64_t)model->n_uses;
    int64_t each =
        (int64_t)model->n_strategies * of_strategy + 1 + (int64_t)model->population.n_attributes;
    return 8 * each * hec_people_kept_count(model);
}

static double *add(hec_run *run, const char *path, const char *dimensions, const char *unit,
                   const char *title)
{
    return hec_dataset_doubles(run->dataset, path, dimensions, unit, title);
}

static bool add_money(hec_run *run, hec_people_kept *k)
{
    const char *money = run->model->economics.currency;
    k->cost[1] = add(run, "persons/cost", "strategy,person", money, "Cost of each person");
    k->cost[0] = add(run, "persons/cost_undiscounted", "strategy,person", money,
                     "Cost of each person, undiscounted");
    k->category[1] = add(run, "persons/category_cost", "strategy,category,person", money,
                         "Cost of each person by category");
    k->category[0] = add(run, "persons/category_cost_undiscounted", "strategy,category,person",
                         money, "Cost of each person by category, undiscounted");
    return k->cost[0] && k->cost[1] && k->category[0] && k->category[1];
}

static bool add_health(hec_run *run, hec_people_kept *k)
{
    const hec_model *m = run->model;
    const char *unit = m->outcomes[m->effect].name;
    k->effect[1] = add(run, "persons/effect", "strategy,person", unit, "Effect of each person");
    k->effect[0] = add(run, "persons/effect_undiscounted", "strategy,person", unit,
                       "Effect of each person, undiscounted");
    k->effects[1] = add(run, "persons/effects", "strategy,measure,person", "",
                        "Effects of each person by measure");
    k->effects[0] = add(run, "persons/effects_undiscounted", "strategy,measure,person", "",
                        "Effects of each person by measure, undiscounted");
    if (m->n_uses > 0) {
        k->use =
            add(run, "persons/use", "strategy,service,person", "", "Services used by each person");
    }
    return k->effect[0] && k->effect[1] && k->effects[0] && k->effects[1] &&
           (k->use || m->n_uses == 0);
}

bool hec_people_attribute_dimension(hec_run *run)
{
    const hec_population *p = &run->model->population;
    return hec_dataset_dimension(run->dataset, "attribute", "Attribute of the persons", "",
                                 p->n_attributes, p->attributes, NULL) >= 0;
}

static bool add_attributes(hec_run *run, hec_people_kept *k)
{
    const hec_population *p = &run->model->population;
    if (p->n_attributes == 0) {
        return true;
    }
    if (!hec_people_attribute_dimension(run)) {
        return false;
    }
    k->attributes = add(run, "persons/attributes", "attribute,person", "",
                        "Attributes of each person at the start");
    return k->attributes != NULL;
}

hec_status hec_people_keep(hec_run *run, hec_people_kept *kept)
{
    *kept = (hec_people_kept){.count = hec_people_kept_count(run->model)};
    if (kept->count == 0) {
        return HEC_OK;
    }
    if (hec_dataset_dimension(run->dataset, "person", "Person whose totals are kept", "",
                              (size_t)kept->count, NULL, NULL) < 0) {
        return HEC_E_MEMORY;
    }
    int64_t *number =
        hec_dataset_ints(run->dataset, "persons/number", "person", "", "Number of the person");
    for (int64_t i = 0; number && i < kept->count; i++) {
        number[i] = i + 1;
    }
    bool good =
        number && add_money(run, kept) && add_health(run, kept) && add_attributes(run, kept);
    return good ? HEC_OK : HEC_E_MEMORY;
}

/* Columns of one kind into an array [strategy][columns][persons]. */
static void put(const hec_people_kept *k, double *array, size_t row, int64_t first, size_t n,
                const double *column)
{
    if (array) {
        memcpy(array + row * (size_t)k->count + (size_t)first, column, n * sizeof *column);
    }
}

void hec_people_keep_totals(const hec_people_kept *k, const hec_model *m, size_t s, int64_t first,
                            size_t n, const double *totals, size_t stride,
                            const double *const cost[2])
{
    if (first >= k->count) {
        return;
    }
    n = (int64_t)n < k->count - first ? n : (size_t)(k->count - first);
    for (int kind = 0; kind < 2; kind++) {
        const double *of_kind = totals + (size_t)kind * m->n_outcomes * stride;
        put(k, k->cost[kind], s, first, n, cost[kind]);
        put(k, k->effect[kind], s, first, n, of_kind + (size_t)m->effect * stride);
        for (size_t c = 0; c < m->n_costs; c++) {
            put(k, k->category[kind], s * m->n_costs + c, first, n, of_kind + c * stride);
        }
        for (size_t e = 0; e < m->n_effects; e++) {
            put(k, k->effects[kind], s * m->n_effects + e, first, n,
                of_kind + (m->n_costs + e) * stride);
        }
    }
    for (size_t u = 0; u < m->n_uses; u++) {
        put(k, k->use, s * m->n_uses + u, first, n,
            totals + (m->n_costs + m->n_effects + u) * stride);
    }
}
