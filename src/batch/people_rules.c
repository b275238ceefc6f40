/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rules were in each year of the base case: ledger/rule. */
#include <math.h>
#include <string.h>

#include "batch/people_pay.h"

/* Rules of all strategies, each once; one of panels is as many as they are. */
typedef struct rule_list {
    size_t n, count; /* rules; values of a year */
    const hec_rule **rules;
    size_t *first; /* [n]: value of the first panel */
} rule_list;

static size_t find(const rule_list *list, const hec_rule *rule)
{
    size_t i = 0;
    while (i < list->n && (strcmp(list->rules[i]->name, rule->name) != 0 ||
                           list->rules[i]->provider != rule->provider)) {
        i++;
    }
    return i;
}

static bool list_rules(hec_arena *arena, const hec_model *m, rule_list *list)
{
    size_t most = 0;
    for (size_t s = 0; s < m->n_strategies; s++) {
        most += m->strategies[s].pay.n_rules;
    }
    list->rules = hec_arena_array(arena, most + 1, sizeof *list->rules);
    list->first = hec_arena_array(arena, most + 1, sizeof *list->first);
    for (size_t s = 0; list->rules && list->first && s < m->n_strategies; s++) {
        const hec_pay *pay = &m->strategies[s].pay;
        for (size_t i = 0; i < pay->n_rules; i++) {
            if (find(list, &pay->rules[i]) == list->n) {
                list->rules[list->n] = &pay->rules[i];
                list->first[list->n++] = list->count;
                list->count += hec_ledger_panels(m, pay->rules[i].provider);
            }
        }
    }
    return list->rules && list->first;
}

/* "weight", "grade of hospital 2" */
static const char **label(hec_arena *arena, const hec_model *m, const rule_list *list)
{
    const char **labels = hec_arena_array(arena, list->count, sizeof *labels);
    for (size_t i = 0; labels && i < list->n; i++) {
        const hec_rule *rule = list->rules[i];
        size_t panels = hec_ledger_panels(m, rule->provider);
        for (size_t panel = 0; panel < panels; panel++) {
            const char *name = rule->provider < 0
                                   ? rule->name
                                   : hec_arena_format(arena, "%s of %s %zu", rule->name,
                                                      m->parties[rule->provider].name, panel + 1);
            labels[list->first[i] + panel] = name ? name : rule->name;
        }
    }
    return labels;
}

/* One strategy's years; not a number where it has no such rule. */
static void fill(const hec_ledger *ledger, const rule_list *list, size_t strategy, double *to)
{
    const hec_model *m = ledger->plan->model;
    const hec_pay *pay = &m->strategies[strategy].pay;
    size_t years = ledger->plan->n_years;
    for (size_t i = 0; i < years * list->count; i++) {
        to[i] = NAN;
    }
    for (size_t i = 0; i < pay->n_rules; i++) {
        size_t first = list->first[find(list, &pay->rules[i])];
        size_t panels = hec_ledger_panels(m, pay->rules[i].provider);
        for (size_t k = 0; k < years * panels; k++) {
            to[k / panels * list->count + first + k % panels] =
                *hec_ledger_rule(ledger, strategy, i, k / panels, k % panels);
        }
    }
}

hec_status hec_people_rules(hec_run *run, const hec_people_pay *pay)
{
    const hec_model *m = run->model;
    rule_list list = {0};
    if (!pay->settler || !list_rules(run->arena, m, &list) || list.n == 0) {
        return !pay->settler || (list.rules && list.first) ? HEC_OK : HEC_E_MEMORY;
    }
    const char **labels = label(run->arena, m, &list);
    bool good = labels && hec_dataset_dimension(run->dataset, "rule", "Rule of a policy", "",
                                                list.count, labels, NULL) >= 0;
    double *to =
        good ? hec_dataset_doubles(run->dataset, "ledger/rule", "strategy,account_year,rule", "",
                                   "What rules are in each year")
             : NULL;
    for (size_t s = 0; to && s < m->n_strategies; s++) {
        fill(&pay->ledger, &list, s, to + s * pay->ledger.plan->n_years * list.count);
    }
    return to ? HEC_OK : HEC_E_MEMORY;
}
