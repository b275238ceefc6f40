/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger of the base case: who paid whom, for what, in which year; ledger/... */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "batch/people_pay.h"
#include "batch/posting_list.h"

typedef struct ledger_results {
    hec_run *run;
    const hec_model *m;
    const hec_ledger *ledger;
    size_t years;
    hec_posting_list postings;
    const char *fen; /* the unit of whole hundredths */
} ledger_results;

/* ---- amounts --------------------------------------------------------------------------------- */

static bool add_amounts(const ledger_results *r)
{
    hec_dataset *d = r->run->dataset;
    const char *money = r->m->economics.currency;
    size_t n = r->postings.n;
    int64_t *fen = hec_dataset_ints(d, "ledger/amount", "strategy,account_year,posting", r->fen,
                                    "What was paid in each year, hundredths, as accrued");
    double *total = hec_dataset_doubles(d, "ledger/total", "strategy,posting", money,
                                        "What was paid in all years for all persons");
    double *each = hec_dataset_doubles(d, "ledger/per_person", "strategy,posting", money,
                                       "What was paid in all years per person, undiscounted");
    for (size_t s = 0; fen && total && each && s < r->m->n_strategies; s++) {
        for (size_t i = 0; i < r->m->strategies[s].pay.n_postings; i++) {
            size_t k = hec_posting_place(&r->postings, s, i);
            for (size_t y = 0; y < r->years; y++) {
                int64_t amount = *hec_ledger_amount(r->ledger, s, y, i);
                fen[(s * r->years + y) * n + k] += amount;
                total[s * n + k] += (double)amount;
            }
        }
        for (size_t k = 0; k < n; k++) {
            total[s * n + k] /= HEC_FEN;
            each[s * n + k] = total[s * n + k] / (double)r->m->persons.count;
        }
    }
    return fen && total && each;
}

static bool add_services(const ledger_results *r)
{
    static const char *const paths[] = {"ledger/charge", "ledger/allowed", "ledger/resource"};
    static const char *const titles[] = {"Charges, hundredths", "Allowed amounts, hundredths",
                                         "Resource costs, hundredths"};
    size_t n = r->m->n_uses;
    bool good = true;
    for (size_t c = 0; good && n > 0 && c < HEC_LEDGER_COLUMNS; c++) {
        int64_t *to = hec_dataset_ints(r->run->dataset, paths[c], "strategy,account_year,service",
                                       r->fen, titles[c]);
        good = to != NULL;
        for (size_t i = 0; good && i < r->m->n_strategies * r->years * n; i++) {
            size_t s = i / (r->years * n);
            to[i] = r->m->strategies[s].pay.policy
                        ? *hec_ledger_service(r->ledger, s, i / n % r->years, i % n, c)
                        : 0;
        }
    }
    return good;
}

/* ---- parties --------------------------------------------------------------------------------- */

/* Whether any money passes a party, under any strategy. */
static bool takes_part(const ledger_results *r, size_t party)
{
    for (size_t i = 0; i < r->m->n_strategies * r->years; i++) {
        hec_party_year of = hec_ledger_party_year(r->ledger, i / r->years, i % r->years, party);
        if (of.paid != 0 || of.got != 0 || of.spent != 0) {
            return true;
        }
    }
    return false;
}

/* The parties of a kind that take part, and their labels; SIZE_MAX: no memory. */
static size_t label_parties(const ledger_results *r, bool providers, size_t *which)
{
    size_t n = 0;
    const char **labels = hec_arena_array(r->run->arena, r->m->n_parties + 1, sizeof *labels);
    for (size_t i = 0; labels && i < r->m->n_parties; i++) {
        if (r->m->parties[i].provider == providers && !r->m->parties[i].resource &&
            takes_part(r, i)) {
            labels[n] = r->m->parties[i].name;
            which[n++] = i;
        }
    }
    bool good = labels &&
                (n == 0 ||
                 hec_dataset_dimension(r->run->dataset, providers ? "provider" : "payer",
                                       providers ? "Provider" : "Payer", "", n, labels, NULL) >= 0);
    return good ? n : SIZE_MAX;
}

static bool add_payers(const ledger_results *r)
{
    hec_dataset *d = r->run->dataset;
    const char *money = r->m->economics.currency;
    size_t *which = hec_arena_array(r->run->arena, r->m->n_parties + 1, sizeof *which);
    size_t n = which ? label_parties(r, false, which) : SIZE_MAX;
    if (n == SIZE_MAX || n == 0) {
        return n == 0;
    }
    double *years = hec_dataset_doubles(d, "ledger/payer_year", "strategy,account_year,payer",
                                        money, "What each payer pays, less what it gets");
    double *paid = hec_dataset_doubles(d, "ledger/payer_paid", "strategy,payer", money,
                                       "What each payer pays in all years");
    double *got = hec_dataset_doubles(d, "ledger/payer_received", "strategy,payer", money,
                                      "What each payer gets in all years");
    double *each = hec_dataset_doubles(d, "ledger/payer_per_person", "strategy,payer", money,
                                       "What each payer pays per person, less what it gets");
    for (size_t i = 0; years && paid && got && each && i < r->m->n_strategies * n; i++) {
        for (size_t y = 0; y < r->years; y++) {
            hec_party_year of = hec_ledger_party_year(r->ledger, i / n, y, which[i % n]);
            years[(i / n * r->years + y) * n + i % n] = (double)(of.paid - of.got) / HEC_FEN;
            paid[i] += (double)of.paid;
            got[i] += (double)of.got;
        }
        each[i] = (paid[i] - got[i]) / HEC_FEN / (double)r->m->persons.count;
        paid[i] /= HEC_FEN;
        got[i] /= HEC_FEN;
    }
    return years && paid && got && each;
}

/* The same of all years together, and what is left per person. */
static bool add_provider_totals(const ledger_results *r, size_t n, const size_t *which)
{
    static const char *const paths[] = {"ledger/provider_received", "ledger/provider_paid",
                                        "ledger/provider_spent", "ledger/provider_per_person"};
    static const char *const titles[] = {
        "What each provider gets in all years", "What each provider pays in all years",
        "What its services cost it in all years", "What is left to each provider per person"};
    double *to[4];
    for (size_t k = 0; k < 4; k++) {
        to[k] = hec_dataset_doubles(r->run->dataset, paths[k], "strategy,provider",
                                    r->m->economics.currency, titles[k]);
        if (!to[k]) {
            return false;
        }
    }
    for (size_t i = 0; i < r->m->n_strategies * n; i++) {
        int64_t got = 0, paid = 0, spent = 0;
        for (size_t year = 0; year < r->years; year++) {
            hec_party_year of = hec_ledger_party_year(r->ledger, i / n, year, which[i % n]);
            got += of.got;
            paid += of.paid;
            spent += of.spent;
        }
        to[0][i] = (double)got / HEC_FEN;
        to[1][i] = (double)paid / HEC_FEN;
        to[2][i] = (double)spent / HEC_FEN;
        to[3][i] = (double)(got - paid - spent) / HEC_FEN / (double)r->m->persons.count;
    }
    return true;
}

static bool add_margins(const ledger_results *r)
{
    static const char *const paths[] = {"ledger/receipts", "ledger/paid_out",
                                        "ledger/resource_cost", "ledger/margin"};
    static const char *const titles[] = {
        "What each provider gets", "What each provider pays", "What its services cost it",
        "Receipts less payments and resource costs of each provider"};
    size_t *which = hec_arena_array(r->run->arena, r->m->n_parties + 1, sizeof *which);
    size_t n = which ? label_parties(r, true, which) : SIZE_MAX;
    double *to[4] = {NULL};
    for (size_t k = 0; n != SIZE_MAX && n > 0 && k < 4; k++) {
        to[k] = hec_dataset_doubles(r->run->dataset, paths[k], "strategy,account_year,provider",
                                    r->m->economics.currency, titles[k]);
        if (!to[k]) {
            return false;
        }
    }
    for (size_t i = 0; to[3] && i < r->m->n_strategies * r->years * n; i++) {
        size_t s = i / (r->years * n), year = i / n % r->years;
        hec_party_year of = hec_ledger_party_year(r->ledger, s, year, which[i % n]);
        to[0][i] = (double)of.got / HEC_FEN;
        to[1][i] = (double)of.paid / HEC_FEN;
        to[2][i] = (double)of.spent / HEC_FEN;
        to[3][i] = (double)(of.got - of.paid - of.spent) / HEC_FEN;
    }
    return n != SIZE_MAX && (n == 0 || add_provider_totals(r, n, which));
}

/* ---- panels ---------------------------------------------------------------------------------- */

/* Settlements with panels, and what is measured of panels, each under one name. */
typedef struct panel_list {
    size_t n_panels, n_settlements, n_measures;
    size_t *first; /* [parties]: its panels */
    const char **settlements, **measures;
} panel_list;

static size_t find_name(size_t n, const char *const *names, const char *name)
{
    size_t i = 0;
    while (i < n && strcmp(names[i], name) != 0) {
        i++;
    }
    return i;
}

/* NULL: only last year's is asked for, or the measure is not of panels. */
static const char *measure_name(const hec_model *m, const hec_measure *measure)
{
    bool shown = measure->level == HEC_LEVEL_PANEL && measure->input >= 0;
    return shown ? hec_graph_input_name(m->graph, measure->input) : NULL;
}

static bool list_names(const ledger_results *r, panel_list *list)
{
    const hec_model *m = r->m;
    size_t postings = 0, measures = 0;
    for (size_t s = 0; s < m->n_strategies; s++) {
        postings += m->strategies[s].pay.n_postings;
        measures += m->strategies[s].pay.n_measures;
    }
    list->settlements = hec_arena_array(r->run->arena, postings + 1, sizeof *list->settlements);
    list->measures = hec_arena_array(r->run->arena, measures + 1, sizeof *list->measures);
    for (size_t s = 0; list->settlements && list->measures && s < m->n_strategies; s++) {
        const hec_pay *pay = &m->strategies[s].pay;
        for (size_t i = 0; i < pay->n_postings; i++) {
            const char *name = pay->postings[i].mechanism;
            if (pay->postings[i].level == HEC_LEVEL_PANEL &&
                find_name(list->n_settlements, list->settlements, name) == list->n_settlements) {
                list->settlements[list->n_settlements++] = name;
            }
        }
        for (size_t i = 0; i < pay->n_measures; i++) {
            const char *name = measure_name(m, &pay->measures[i]);
            if (name && find_name(list->n_measures, list->measures, name) == list->n_measures) {
                list->measures[list->n_measures++] = name;
            }
        }
    }
    return list->settlements && list->measures;
}

static bool label_panels(const ledger_results *r, panel_list *list)
{
    const hec_model *m = r->m;
    hec_arena *arena = r->run->arena;
    list->first = hec_arena_array(arena, m->n_parties + 1, sizeof *list->first);
    for (size_t i = 0; list->first && i < m->n_parties; i++) {
        list->first[i] = list->n_panels;
        list->n_panels += m->parties[i].panels > 0 ? (size_t)m->parties[i].panels : 0;
    }
    const char **labels = hec_arena_array(arena, list->n_panels + 1, sizeof *labels);
    for (size_t i = 0; list->first && labels && i < m->n_parties; i++) {
        for (int64_t k = 0; k < m->parties[i].panels; k++) {
            labels[list->first[i] + (size_t)k] =
                hec_arena_format(arena, "%s %lld", m->parties[i].name, (long long)k + 1);
            if (!labels[list->first[i] + (size_t)k]) {
                return false;
            }
        }
    }
    hec_dataset *d = r->run->dataset;
    return list->first && labels &&
           hec_dataset_dimension(d, "panel", "Panel of a provider", "", list->n_panels, labels,
                                 NULL) >= 0 &&
           hec_dataset_dimension(d, "settlement", "Contract settled with panels", "",
                                 list->n_settlements, list->settlements, NULL) >= 0 &&
           (list->n_measures == 0 ||
            hec_dataset_dimension(d, "panel_measure", "Measure of a panel", "", list->n_measures,
                                  list->measures, NULL) >= 0);
}

static void fill_settled(const ledger_results *r, const panel_list *list, size_t s, double *to)
{
    const hec_pay *pay = &r->m->strategies[s].pay;
    for (size_t i = 0; i < pay->n_postings; i++) {
        const hec_posting *p = &pay->postings[i];
        int provider = hec_ledger_settles(r->m, p);
        size_t panels = hec_ledger_panels(r->m, provider);
        if (provider < 0 || r->m->parties[provider].panels == 0) {
            continue;
        }
        size_t k = find_name(list->n_settlements, list->settlements, p->mechanism);
        for (size_t at = 0; at < r->years * panels; at++) {
            size_t year = at / panels, panel = list->first[provider] + at % panels;
            to[(year * list->n_panels + panel) * list->n_settlements + k] +=
                (double)*hec_ledger_settled(r->ledger, s, i, year, at % panels) / HEC_FEN;
        }
    }
}

static void fill_measured(const ledger_results *r, const panel_list *list, size_t s, double *to)
{
    const hec_pay *pay = &r->m->strategies[s].pay;
    for (size_t i = 0; i < r->years * list->n_panels * list->n_measures; i++) {
        to[i] = NAN;
    }
    for (size_t i = 0; i < pay->n_measures; i++) {
        const hec_measure *m = &pay->measures[i];
        const char *name = measure_name(r->m, m);
        size_t panels = hec_ledger_panels(r->m, m->provider);
        if (!name || m->provider < 0 || r->m->parties[m->provider].panels == 0) {
            continue;
        }
        size_t k = find_name(list->n_measures, list->measures, name);
        for (size_t at = 0; at < r->years * panels; at++) {
            size_t year = at / panels, panel = list->first[m->provider] + at % panels;
            to[(year * list->n_panels + panel) * list->n_measures + k] =
                hec_ledger_measured(r->ledger, s, i, year, at % panels);
        }
    }
}

static bool add_panels(const ledger_results *r)
{
    panel_list list = {0};
    hec_dataset *d = r->run->dataset;
    double *measured = NULL;
    if (!list_names(r, &list)) {
        return false;
    }
    if (list.n_settlements == 0) {
        return true;
    }
    if (!label_panels(r, &list)) {
        return false;
    }
    double *settled = hec_dataset_doubles(
        d, "ledger/panel_amount", "strategy,account_year,panel,settlement",
        r->m->economics.currency, "What is settled with each panel for each year");
    if (list.n_measures > 0) {
        measured = hec_dataset_doubles(d, "ledger/panel_measure",
                                       "strategy,account_year,panel,panel_measure", "",
                                       "What is measured of each panel in each year");
    }
    for (size_t s = 0; settled && s < r->m->n_strategies; s++) {
        fill_settled(r, &list, s, settled + s * r->years * list.n_panels * list.n_settlements);
        if (measured) {
            fill_measured(r, &list, s, measured + s * r->years * list.n_panels * list.n_measures);
        }
    }
    return settled && (measured || list.n_measures == 0);
}

hec_status hec_people_ledger(hec_run *run, const hec_people_pay *pay)
{
    ledger_results r = {.run = run, .m = run->model, .ledger = &pay->ledger};
    if (!pay->settler || !hec_posting_list_create(run->arena, run->model, &r.postings) ||
        r.postings.n == 0) {
        return !pay->settler || r.postings.place ? HEC_OK : HEC_E_MEMORY;
    }
    const hec_ledger_plan *plan = pay->ledger.plan;
    bool calendar = !isnan(run->model->start_year);
    r.years = plan->n_years;
    r.fen = hec_arena_format(run->arena, "0.01 %s", run->model->economics.currency);
    bool good = r.fen &&
                hec_dataset_dimension(run->dataset, "account_year",
                                      calendar ? "Calendar year" : "Year of the model", "", r.years,
                                      NULL, plan->years) >= 0 &&
                hec_posting_list_label(run, &r.postings) &&
                hec_posting_list_describe(run, &r.postings) && add_amounts(&r) &&
                add_services(&r) && add_payers(&r) && add_margins(&r) && add_panels(&r);
    return good ? hec_people_rules(run, pay) : HEC_E_MEMORY;
}
