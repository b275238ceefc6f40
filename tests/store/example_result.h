/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small made-up result with every array of docs/hdf5.md, for the tests of the store. */
#ifndef HECATE_TESTS_EXAMPLE_RESULT_H
#define HECATE_TESTS_EXAMPLE_RESULT_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/dataset.h"

enum { EXAMPLE_DRAWS = 1000 };

/* Any smooth numbers that differ in every cell. */
static inline void example_fill(double *x, size_t n, double from, double step)
{
    for (size_t i = 0; x && i < n; i++)
        x[i] = from + step * (double)i;
}

static inline void example_array(hec_dataset *d, const char *path, const char *dimensions,
                                 const char *unit, const char *title, double from, double step)
{
    double *x = hec_dataset_doubles(d, path, dimensions, unit, title);
    if (x)
        example_fill(x, hec_dataset_array(d, path)->count, from, step);
}

static inline void example_texts(hec_dataset *d, const char *path, const char *dimensions,
                                 const char *title, const char *const *texts)
{
    hec_dataset_texts(d, path, dimensions, title);
    for (size_t i = 0; !d->failed && i < hec_dataset_array(d, path)->count; i++)
        hec_dataset_set_text(d, path, i, texts[i]);
}

static inline void example_dimensions(hec_dataset *d)
{
    static const char *const strategies[] = {"usual care", "新疗法", "both, together"};
    static const char *const states[] = {"H", "S1", "D"}, *const categories[] = {"care", "drug"};
    static const char *const effects[] = {"qaly", "life_years"}, *const inputs[] = {"model.yaml"};
    static const char *const arcs[] = {"H to S1", "S1 to D"};
    static const char *const parameters[] = {"r_HS1", "u_S1"}, *const services[] = {"gp_visit"};
    static const char *const statistics[] = {"mean", "sd", "se", "p2.5", "p50", "p97.5"};
    static const char *const perspectives[] = {"society", "fund"};
    static const char *const quadrants[] = {"more costly, more effective", "less costly"};
    static const char *const drawn[] = {"r_HS1", "u_S1"};
    static const double years[] = {0, 1}, wtp[] = {0, 50000, 100000, 150000};
    static const double points[] = {0, 0.25, 0.5, 0.75, 1}, cycles[] = {1, 2, 3, 4};
    static const double thresholds[] = {80000, 240000};
    hec_dataset_dimension(d, "strategy", "strategies compared", "", 3, strategies, NULL);
    hec_dataset_dimension(d, "state", "states", "", 3, states, NULL);
    hec_dataset_dimension(d, "cycle", "cycle, from 1", "", 4, NULL, cycles);
    hec_dataset_dimension(d, "point", "time since the start", "years", 5, NULL, points);
    hec_dataset_dimension(d, "category", "categories of cost", "", 2, categories, NULL);
    hec_dataset_dimension(d, "measure", "measures of effect", "", 2, effects, NULL);
    hec_dataset_dimension(d, "year", "years after the start", "year", 2, NULL, years);
    hec_dataset_dimension(d, "draw", "draws", "", EXAMPLE_DRAWS, NULL, NULL);
    hec_dataset_dimension(d, "wtp", "willingness to pay", "CNY/QALY", 4, NULL, wtp);
    hec_dataset_dimension(d, "parameter", "parameters", "", 2, parameters, NULL);
    hec_dataset_dimension(d, "statistic", "statistics over draws", "", 6, statistics, NULL);
    hec_dataset_dimension(d, "arc", "moves between states", "", 2, arcs, NULL);
    hec_dataset_dimension(d, "service", "services", "", 1, services, NULL);
    hec_dataset_dimension(d, "setting", "settings", "", 2, NULL, NULL);
    hec_dataset_dimension(d, "input", "inputs", "", 1, inputs, NULL);
    hec_dataset_dimension(d, "perspective", "perspectives", "", 2, perspectives, NULL);
    hec_dataset_dimension(d, "threshold", "named willingness to pay", "CNY", 2, NULL, thresholds);
    hec_dataset_dimension(d, "quadrant", "parts of the plane", "", 2, quadrants, NULL);
    hec_dataset_dimension(d, "drawn", "parameters that are drawn", "", 2, drawn, NULL);
}

static inline void example_base(hec_dataset *d)
{
    static const char *const from[] = {"H", "S1"}, *const to[] = {"S1", "D"};
    example_array(d, "base/cost", "strategy", "CNY", "cost", 151579.86595739, 98000.25);
    example_array(d, "base/effect", "strategy", "QALY", "effect", 20.7113314643222, 0.75);
    example_array(d, "base/cost_undiscounted", "strategy", "CNY", "cost", 301579.5, 98000.25);
    example_array(d, "base/effect_undiscounted", "strategy", "QALY", "effect", 40.5, 1.5);
    example_array(d, "base/category_cost", "strategy,category", "CNY", "cost", 1000.5, 1e4);
    example_array(d, "base/category_cost_undiscounted", "strategy,category", "CNY", "", 2e3, 1e4);
    example_array(d, "base/perspective_cost", "strategy,perspective", "CNY", "", 5e5, 1e3);
    example_array(d, "base/perspective_cost_undiscounted", "strategy,perspective", "CNY", "", 6e5,
                  1e3);
    example_array(d, "base/by_perspective/cost", "strategy,perspective", "CNY", "", -100, 250);
    example_array(d, "base/by_perspective/icer", "strategy,perspective", "CNY/QALY", "", 1e4, 500);
    example_array(d, "base/by_perspective/effect", "strategy", "QALY", "", 0, 0.25);
    example_texts(d, "base/by_perspective/quadrant", "strategy,perspective", "",
                  (const char *const[]){"reference", "reference", "more costly, more effective",
                                        "less costly, more effective", "", ""});
    example_array(d, "base/threshold_nmb", "strategy,threshold", "CNY", "", 1e6, -1e5);
    example_array(d, "base/threshold_nhb", "strategy,threshold", "QALY", "", 12, -0.5);
    example_array(d, "base/effects", "strategy,measure", "", "effects", 20.5, 0.125);
    example_array(d, "base/effects_undiscounted", "strategy,measure", "", "effects", 40.5, 0.125);
    example_array(d, "base/trace", "strategy,point,state", "1", "share in each state", 0.01, 0.02);
    example_array(d, "base/flow", "strategy,cycle,arc", "", "share that moves", 0.001, 0.002);
    example_array(d, "base/state_cost", "strategy,state,category", "CNY", "", 10, 10);
    example_array(d, "base/state_cost_undiscounted", "strategy,state,category", "CNY", "", 20, 10);
    example_array(d, "base/state_effects", "strategy,state,measure", "", "", 0.5, 0.5);
    example_array(d, "base/state_effects_undiscounted", "strategy,state,measure", "", "", 1, 0.5);
    example_array(d, "base/year_cost", "strategy,year,category", "CNY", "", 100, 50);
    example_array(d, "base/year_cost_undiscounted", "strategy,year,category", "CNY", "", 110, 50);
    example_array(d, "base/year_effects", "strategy,year,measure", "", "", 0.9, 0.001);
    example_array(d, "base/year_effects_undiscounted", "strategy,year,measure", "", "", 1, 0.001);
    example_array(d, "base/use", "strategy,service", "", "services used", 3.25, 1);
    example_array(d, "base/year_use", "strategy,year,service", "", "", 1.5, 0.25);
    example_texts(d, "arcs/from", "arc", "state left", from);
    example_texts(d, "arcs/to", "arc", "state entered", to);
}

static inline void example_cea(hec_dataset *d, const char *group)
{
    static const char *const status[] = {"ND", "D", "ND"};
    static const char *const quadrant[] = {"", "", "more costly, more effective"};
    static const double increments[3][3] = {
        {NAN, NAN, 196000.5}, {NAN, NAN, 1.5}, {NAN, NAN, 130667}};
    static const char *const names[] = {"incremental_cost", "incremental_effect", "icer"};
    static const char *const units[] = {"CNY", "QALY", "CNY/QALY"};
    char path[64];
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/cea/%s", group, names[i]);
        double *x = hec_dataset_doubles(d, path, "strategy", units[i], "");
        if (x)
            memcpy(x, increments[i], sizeof increments[i]);
    }
    snprintf(path, sizeof path, "%s/cea/order", group);
    int64_t *order = hec_dataset_ints(d, path, "strategy", "", "order of the table");
    if (order)
        memcpy(order, (const int64_t[]){0, 2, 1}, 3 * sizeof(int64_t));
    snprintf(path, sizeof path, "%s/cea/status", group);
    example_texts(d, path, "strategy", "dominance", status);
    snprintf(path, sizeof path, "%s/cea/quadrant", group);
    example_texts(d, path, "strategy", "", quadrant);
}

static inline void example_psa(hec_dataset *d)
{
    example_array(d, "psa/cost", "strategy,draw", "CNY", "cost of each draw", 1e5, 1.0 / 3);
    example_array(d, "psa/effect", "strategy,draw", "QALY", "effect of each draw", 20, 1e-3 / 3);
    example_array(d, "psa/category_cost", "strategy,category,draw", "CNY", "", 1e4, 0.1);
    example_array(d, "psa/use", "strategy,service,draw", "", "", 1, 1e-3);
    example_array(d, "psa/effects", "strategy,measure,draw", "", "", 10, 1e-4);
    example_array(d, "psa/parameters", "drawn,draw", "", "parameters of each draw", 0.1, 1e-5);
    example_array(d, "psa/summary_cost", "strategy,statistic", "CNY", "", 1e5, 123.456);
    example_array(d, "psa/summary_effect", "strategy,statistic", "QALY", "", 20, 0.05);
    example_array(d, "psa/by_perspective/cost", "strategy,perspective,statistic", "CNY", "", 5, 10);
    example_array(d, "psa/by_perspective/better", "strategy,perspective,threshold", "1", "", 0.01,
                  0.02);
    example_array(d, "analysis/increment_cost", "strategy,statistic", "CNY", "", 100, 50);
    example_array(d, "analysis/increment_effect", "strategy,statistic", "QALY", "", 0.5, 0.25);
    example_array(d, "analysis/plane", "strategy,quadrant", "1", "share of draws", 0.25, 0.01);
    example_array(d, "analysis/ceac", "wtp,strategy", "", "probability", 0.05, 0.05);
    example_array(d, "analysis/nmb", "wtp,strategy", "CNY", "", -1e5, 2e4);
    example_array(d, "analysis/nmb_se", "wtp,strategy", "CNY", "", 0, 10);
    example_array(d, "analysis/expected_loss", "wtp,strategy", "CNY", "", 0, 1500);
    example_array(d, "analysis/evpi", "wtp", "CNY", "EVPI", 0.5, 762.25);
    example_array(d, "analysis/ceaf", "wtp", "", "", 0.9, -0.1);
    static const double nmb[] = {900000, 912345.6, 899999.5, 2e6, 2e6, 2.1e6};
    static const double se[] = {1000, 0, 987.6, 40, 60, 0};
    example_array(d, "analysis/threshold_ceac", "threshold,strategy", "1", "", 0.125, 0.125);
    example_array(d, "analysis/threshold_evpi", "threshold", "CNY", "", 5000, -250);
    double *at = hec_dataset_doubles(d, "analysis/threshold_nmb", "threshold,strategy", "CNY", "");
    if (at)
        memcpy(at, nmb, sizeof nmb);
    at = hec_dataset_doubles(d, "analysis/threshold_nmb_se", "threshold,strategy", "CNY", "");
    if (at)
        memcpy(at, se, sizeof se);
    int64_t *best = hec_dataset_ints(d, "analysis/threshold_optimal", "threshold", "1", "");
    if (best)
        memcpy(best, (const int64_t[]){1, 2}, 2 * sizeof(int64_t));
    int64_t *optimal = hec_dataset_ints(d, "analysis/optimal", "wtp", "", "optimal strategy");
    if (optimal)
        memcpy(optimal, (const int64_t[]){0, 0, 2, 1}, 4 * sizeof(int64_t));
}

static inline void example_person_dimensions(hec_dataset *d)
{
    static const char *const spread[] = {"mean", "sd",  "min", "p1",  "p5",  "p10", "p25",
                                         "p50",  "p75", "p90", "p95", "p99", "max"};
    static const char *const events[] = {"mi", "stroke, 中风"}, *const causes[] = {"stroke", "D"};
    static const char *const attributes[] = {"age", "hba1c"}, *const words[] = {"sex = female"};
    static const char *const sources[] = {"mean", "se", "between_sd", "within_sd", "persons_share"};
    static const char *const results[] = {"cost", "effect", "incremental cost",
                                          "incremental effect"};
    static const char *const split[] = {"persons_per_draw", "draws"};
    static const char *const contrast[] = {"best", "second"};
    hec_dataset_dimension(d, "spread", "statistics over persons", "", 13, spread, NULL);
    hec_dataset_dimension(d, "piece", "pieces of a histogram", "", 3, NULL, NULL);
    hec_dataset_dimension(d, "event", "events", "", 2, events, NULL);
    hec_dataset_dimension(d, "cause", "causes of death", "", 2, causes, NULL);
    hec_dataset_dimension(d, "attribute", "attributes", "", 2, attributes, NULL);
    hec_dataset_dimension(d, "word", "attributes in words", "", 1, words, NULL);
    hec_dataset_dimension(d, "person", "persons", "", 5, NULL, NULL);
    hec_dataset_dimension(d, "history", "lives", "", 1, NULL, NULL);
    hec_dataset_dimension(d, "source", "sources of error", "", 5, sources, NULL);
    hec_dataset_dimension(d, "result", "what is estimated", "", 4, results, NULL);
    hec_dataset_dimension(d, "split", "how work is divided", "", 2, split, NULL);
    hec_dataset_dimension(d, "contrast", "compared", "", 2, contrast, NULL);
}

static inline void example_person_error(hec_dataset *d)
{
    example_array(d, "analysis/persons_error", "strategy,result,source", "", "", 1, 0.25);
    example_array(d, "analysis/persons_split_wtp", "", "CNY/QALY", "", 80000, 0);
    int64_t *of = hec_dataset_ints(d, "analysis/persons_split_strategy", "contrast", "1", "");
    if (of)
        memcpy(of, (const int64_t[]){1, 2}, 2 * sizeof(int64_t));
    double *error = hec_dataset_doubles(d, "analysis/persons_split_error", "source", "CNY", "");
    if (error)
        memcpy(error, (const double[]){12345, 100, 3000, 40000, 0.125}, 5 * sizeof(double));
    double *split = hec_dataset_doubles(d, "analysis/persons_split", "split", "", "");
    if (split)
        memcpy(split, (const double[]){73, 12500}, 2 * sizeof(double));
}

static inline void example_persons(hec_dataset *d)
{
    static const char *const strategy_arrays[] = {
        "base/cost_se",           "base/effect_se",        "base/increment_cost",
        "base/increment_cost_se", "base/increment_effect", "base/increment_effect_se"};
    static const char *const kinds[] = {"cost", "effect", "life_years"};
    char path[64];
    example_person_dimensions(d);
    for (size_t i = 0; i < sizeof strategy_arrays / sizeof strategy_arrays[0]; i++)
        example_array(d, strategy_arrays[i], "strategy", i % 2 ? "QALY" : "CNY", "", 1.5, 0.5);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "base/distribution_%s", kinds[i]);
        example_array(d, path, "strategy,spread", i ? "years" : "CNY", "", 10, 1.5);
        snprintf(path, sizeof path, "base/histogram_%s", kinds[i]);
        int64_t *counts = hec_dataset_ints(d, path, "strategy,piece", "persons", "");
        if (counts)
            memcpy(counts, (const int64_t[]){1, 2, 3, 4, 5, 6, 7, 8, 9}, 9 * sizeof(int64_t));
        snprintf(path, sizeof path, "base/histogram_%s_from", kinds[i]);
        example_array(d, path, "piece", i ? "years" : "CNY", "", 0, 10);
        snprintf(path, sizeof path, "base/histogram_%s_to", kinds[i]);
        example_array(d, path, "piece", i ? "years" : "CNY", "", 10, 10);
    }
    example_array(d, "base/population", "attribute,spread", "", "", 40, 0.5);
    example_array(d, "base/population_words", "word", "1", "", 0.45, 0);
    example_array(d, "base/events", "strategy,year,event", "", "", 0.01, 0.001);
    example_array(d, "base/deaths", "strategy,year,cause", "1", "", 0.01, 0.001);
    int64_t *number = hec_dataset_ints(d, "persons/number", "person", "", "");
    if (number)
        memcpy(number, (const int64_t[]){1, 2, 3, 4, 5}, 5 * sizeof(int64_t));
    example_array(d, "persons/cost", "strategy,person", "CNY", "", 1000, 10);
    example_array(d, "persons/effect", "strategy,person", "QALY", "", 10, 0.25);
    example_array(d, "persons/attributes", "attribute,person", "", "", 50, 1);
    example_person_error(d);
}

static inline void example_payments(hec_dataset *d)
{
    static const char *const postings[] = {"basic: fund -> clinic, visit", "heads: fund -> clinic"};
    static const char *const mechanisms[] = {"basic", "heads"}, *const fund[] = {"fund", "fund"};
    static const char *const clinic[] = {"clinic", "clinic"}, *const service[] = {"visit", ""};
    static const char *const level[] = {"person", "panel"}, *const payers[] = {"patient", "fund"};
    static const char *const panels[] = {"clinic 1", "clinic 2"};
    static const char *const measures[] = {"panel.person_years"};
    static const char *const rules[] = {"weight", "grade of clinic 1"};
    static const char *const of_provider[] = {"ledger/receipts", "ledger/paid_out",
                                              "ledger/resource_cost", "ledger/margin"};
    static const char *const in_all[] = {"ledger/provider_received", "ledger/provider_paid",
                                         "ledger/provider_spent", "ledger/provider_per_person"};
    const double years[] = {2024, 2025};
    hec_dataset_dimension(d, "account_year", "calendar years", "", 2, NULL, years);
    hec_dataset_dimension(d, "posting", "flows of money", "", 2, postings, NULL);
    hec_dataset_dimension(d, "payer", "payers", "", 2, payers, NULL);
    hec_dataset_dimension(d, "provider", "providers", "", 1, clinic, NULL);
    hec_dataset_dimension(d, "panel", "panels", "", 2, panels, NULL);
    hec_dataset_dimension(d, "settlement", "contracts", "", 1, mechanisms + 1, NULL);
    hec_dataset_dimension(d, "panel_measure", "measures", "", 1, measures, NULL);
    hec_dataset_dimension(d, "rule", "rules", "", 2, rules, NULL);
    example_texts(d, "ledger/mechanism", "posting", "", mechanisms);
    example_texts(d, "ledger/payer", "posting", "", fund);
    example_texts(d, "ledger/payee", "posting", "", clinic);
    example_texts(d, "ledger/service", "posting", "", service);
    example_texts(d, "ledger/level", "posting", "", level);
    hec_dataset_dimension(d, "ledger_row", "payments", "", 2, NULL, NULL);
    int64_t *amount =
        hec_dataset_ints(d, "ledger/amount", "strategy,account_year,posting", "0.01 CNY", "");
    static const char *const columns[] = {"ledger/rows/strategy", "ledger/rows/posting",
                                          "ledger/rows/person", "ledger/rows/amount"};
    for (size_t i = 0; amount && i < 12; i++)
        amount[i] = i % 3 == 2 ? 0 : 12345 * (int64_t)i;
    for (size_t k = 0; k < 4; k++) {
        int64_t *column =
            hec_dataset_ints(d, columns[k], "ledger_row", k == 3 ? "0.01 CNY" : "", "");
        for (int64_t i = 0; column && i < 2; i++)
            column[i] = k == 0 ? 2 * i : k == 1 ? 1 - i : k == 2 ? 7 : 1050 - 1025 * i;
    }
    example_array(d, "ledger/rows/accrual", "ledger_row", "years", "", 0, 0.5);
    example_array(d, "ledger/rows/payment", "ledger_row", "years", "", 0.25, 0.5);
    example_array(d, "psa/summary_ledger", "strategy,posting,statistic", "CNY", "", 1, 0.5);
    example_array(d, "ledger/total", "strategy,posting", "CNY", "", 1000000, 0.5);
    example_array(d, "ledger/per_person", "strategy,posting", "CNY", "", 1000, 0.5);
    example_array(d, "ledger/mean", "strategy,posting", "CNY", "", 1000, 0.5);
    example_array(d, "ledger/mean_year", "strategy,account_year,posting", "CNY", "", 500, 0.5);
    example_array(d, "ledger/payer_paid", "strategy,payer", "CNY", "", 1000, 1);
    example_array(d, "ledger/payer_received", "strategy,payer", "CNY", "", 0, 1);
    example_array(d, "ledger/payer_per_person", "strategy,payer", "CNY", "", 1000, 1);
    example_array(d, "ledger/payer_year", "strategy,account_year,payer", "CNY", "", 500, 1);
    for (size_t i = 0; i < sizeof of_provider / sizeof of_provider[0]; i++)
        example_array(d, of_provider[i], "strategy,account_year,provider", "CNY", "", 10, 1);
    for (size_t i = 0; i < sizeof in_all / sizeof in_all[0]; i++)
        example_array(d, in_all[i], "strategy,provider", "CNY", "", 20, 1);
    example_array(d, "ledger/panel_amount", "strategy,account_year,panel,settlement", "CNY", "",
                  100, 1.25);
    example_array(d, "ledger/panel_measure", "strategy,account_year,panel,panel_measure", "", "",
                  10, 1);
    example_array(d, "ledger/rule", "strategy,account_year,rule", "", "", 1, 0.5);
}

static inline void example_words(hec_dataset *d)
{
    static const char *const units[] = {"1/year", ""}, *const places[] = {"model.yaml:7", ""};
    static const char *const distributions[] = {"gamma(mean: 0.15, sd: 0.027)", "beta"};
    static const char *const sources[] = {"Enns, \"2021\"", "two\nlines"};
    static const char *const labels[] = {"rate of falling ill", ""}, *const nothing[] = {"", ""};
    static const char *const status[] = {"read", "assumed"}, *const profile[] = {"3.5%", ""};
    static const char *const settings[] = {"discount.cost", "within_cycle"};
    static const char *const values[] = {"3%", "half-cycle"}, *const origin[] = {"nice", "a:1"};
    static const char *const input[] = {"model.yaml"}, *const sum[] = {"e3b0c44298fc1c14"};
    static const char *const text[] = {"hecate: 1\nmodel: x\n"};
    static const char *const strategies[] = {"usual care", "a new treatment", "新旧联合"};
    example_texts(d, "strategies/label", "strategy", "in words", strategies);
    double *value = hec_dataset_doubles(d, "parameters/value", "parameter", "", "base case");
    if (value)
        memcpy(value, (const double[]){0.15, 123456.75}, 2 * sizeof(double));
    example_texts(d, "parameters/unit", "parameter", "unit", units);
    example_texts(d, "parameters/distribution", "parameter", "distribution", distributions);
    example_texts(d, "parameters/source", "parameter", "source", sources);
    example_texts(d, "parameters/note", "parameter", "", nothing);
    example_texts(d, "parameters/label", "parameter", "in words", labels);
    example_texts(d, "parameters/status", "parameter", "read, recalled or assumed", status);
    example_texts(d, "parameters/place", "parameter", "file and line", places);
    example_texts(d, "economics/name", "setting", "", settings);
    example_texts(d, "economics/value", "setting", "", values);
    example_texts(d, "economics/origin", "setting", "", origin);
    example_texts(d, "economics/departs_from", "setting", "", profile);
    example_texts(d, "inputs/resolved", "", "all layers applied", text);
    example_texts(d, "inputs/name", "input", "", input);
    example_texts(d, "inputs/sha256", "input", "", sum);
    example_texts(d, "inputs/text", "input", "", text);
    hec_dataset_attribute_text(d, "title", "Sick-Sicker, 示例");
    hec_dataset_attribute_number(d, "seed", 20260101);
    hec_dataset_attribute_number(d, "cycle_length", 0.25);
    hec_dataset_attribute_text(d, "note", "");
}

/* NULL when out of memory. */
static inline hec_dataset *example_result(void)
{
    hec_dataset *d = hec_dataset_create();
    if (!d)
        return NULL;
    example_dimensions(d);
    example_base(d);
    example_cea(d, "base");
    example_psa(d);
    example_cea(d, "psa"); /* the groups alternate: their order must survive */
    example_persons(d);
    example_payments(d);
    example_words(d);
    hec_dataset_doubles(d, "base/single", "", "CNY", "a single value");
    if (!d->failed)
        return d;
    hec_dataset_destroy(d);
    return NULL;
}

#endif
