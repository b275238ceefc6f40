/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verify: one study in two engines, outcome by outcome, in units of the Monte Carlo error. */
#include "batch/study_inner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "batch/result_inner.h"
#include "batch/story.h"
#include "sim/quadrature.h"
#include "store/prose.h"

/* Of all comparisons together: how often chance alone would find a difference. */
static const double family_wise = 1e-4;
/* Equal but for rounding, where nothing is left to chance. */
static const double ROUNDING = 1e-9;
enum { PERSONS = 100000 };

/* One outcome under one strategy. */
typedef struct comparison {
    const char *strategy, *outcome;
    hec_outcome_kind kind;
    double exact, mean, error, z;
} comparison;

static const double *values_of(const hec_result *result, const char *path)
{
    const hec_array *array = hec_dataset_array(hec_result_dataset(result), path);
    return array && array->kind == HEC_ARRAY_DOUBLE ? array->data.doubles : NULL;
}

static double z_of(const comparison *c)
{
    double difference = c->mean - c->exact;
    if (fabs(difference) <= ROUNDING * fmax(1, fabs(c->exact))) {
        return 0;
    }
    return difference / c->error; /* infinite where nothing was left to chance */
}

/* What is settled over everybody at once has no Monte Carlo error to compare by. */
static bool is_settled(const hec_model *m, size_t category)
{
    bool settled = false;
    for (size_t s = 0; s < m->n_strategies; s++) {
        const hec_pay *pay = &m->strategies[s].pay;
        for (size_t i = 0; i < pay->n_postings; i++) {
            const hec_posting *posting = &pay->postings[i];
            settled = settled || (posting->level != HEC_LEVEL_PERSON &&
                                  (m->parties[posting->payer].category == (int)category ||
                                   m->parties[posting->payee].category == (int)category));
        }
    }
    return settled;
}

static void add_left_out(const hec_model *m, hec_text *out)
{
    const char *before = "Costs of ";
    for (size_t c = 0; c < m->n_costs; c++) {
        if (is_settled(m, c)) {
            hec_text_format(out, "%s%s", before, m->outcomes[c].name);
            before = ", ";
        }
    }
    if (*before == ',') {
        hec_text_add(out, " are left out: they are settled with panels or the region, over all "
                          "persons at once.\n\n");
    }
}

/* Costs by category and effects by measure, discounted; services, which are not. What a cohort pays
 * on means is not what persons pay. */
static size_t compare(const hec_model *m, const hec_result *exact, const hec_result *persons,
                      comparison *out)
{
    static const char *const paths[] = {"base/category_cost", "base/effects", "base/use"};
    static const char *const errors[] = {"base/category_cost_se", "base/effects_se", "base/use_se"};
    const size_t firsts[] = {0, m->n_costs, m->n_costs + m->n_effects, m->n_outcomes};
    size_t n = 0;
    for (size_t s = 0; s < m->n_strategies; s++) {
        for (size_t kind = 0; kind < 3; kind++) {
            const double *a = values_of(exact, paths[kind]), *b = values_of(persons, paths[kind]);
            const double *error = values_of(persons, errors[kind]);
            size_t count = firsts[kind + 1] - firsts[kind];
            const char *payments = hec_result_text(exact, "strategies/payments", s);
            if (kind == 0 && payments && strcmp(payments, "on means") == 0) {
                continue;
            }
            for (size_t i = 0; a && b && error && i < count; i++) {
                if (kind == 0 && is_settled(m, i)) {
                    continue;
                }
                const hec_outcome *outcome = &m->outcomes[firsts[kind] + i];
                size_t at = s * count + i;
                out[n] = (comparison){m->strategies[s].name,
                                      outcome->name,
                                      outcome->kind,
                                      a[at],
                                      b[at],
                                      error[at],
                                      0};
                out[n].z = z_of(&out[n]);
                n++;
            }
        }
    }
    return n;
}

/* ---- words ----------------------------------------------------------------------------------- */

static void add_number(hec_story_table *table, double value, int decimals)
{
    char number[HEC_FIXED_BYTES];
    if (isfinite(value)) {
        hec_number_fixed(value, decimals, number);
    }
    hec_story_table_add(table, isfinite(value) ? number : isnan(value) ? "" : "infinite");
}

static int decimals_of(const comparison *c)
{
    double size = fmax(fabs(c->exact), fabs(c->mean));
    return c->kind == HEC_OUTCOME_COST ? (size >= 1000 ? 0 : 2) : 4;
}

static void add_table(size_t n, const comparison *rows, hec_text *out)
{
    static const char *const heads[] = {"strategy",   "outcome",        "cohort", "persons",
                                        "difference", "standard error", "z"};
    enum { COLUMNS = sizeof heads / sizeof heads[0] };
    hec_story_table table;
    hec_story_table_open(&table, COLUMNS, COLUMNS - 1);
    for (size_t i = 0; i < COLUMNS; i++) {
        hec_story_table_add(&table, heads[i]);
        if (!table.failed) {
            table.right[i] = i > 1;
        }
    }
    for (size_t i = 0; i < n; i++) {
        const comparison *c = &rows[i];
        int decimals = decimals_of(c);
        hec_story_table_add(&table, c->strategy);
        hec_story_table_add(&table, c->outcome);
        add_number(&table, c->exact, decimals);
        add_number(&table, c->mean, decimals);
        add_number(&table, c->mean - c->exact, decimals);
        add_number(&table, c->error, decimals);
        add_number(&table, c->z, 2);
    }
    hec_story_table_print(&table, out);
    hec_story_table_close(&table);
}

/* The size of z that n independent comparisons exceed with this probability (Sidak 1967). */
static double bound_of(size_t n)
{
    double each = -expm1(log1p(-family_wise) / (double)n);
    return -hk_scalar(HK_NORMAL_QUANTILE, each / 2, 0, 0);
}

static bool add_verdict(size_t n, const comparison *rows, hec_text *out)
{
    double bound = bound_of(n), largest = 0;
    size_t beyond = 0;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, fabs(rows[i].z));
        beyond += !(fabs(rows[i].z) <= bound);
    }
    hec_text_format(out, "\nOf %zu comparisons the largest difference is ", n);
    hec_text_format(out, isinf(largest) ? "infinitely many" : "%.2f", largest);
    hec_text_format(
        out,
        " standard errors;\nby chance alone one study in %.0f has one beyond %.2f (Sidak's "
        "bound).\n",
        1 / family_wise, bound);
    if (beyond == 0) {
        hec_text_add(out, "The two engines agree.\n");
    } else {
        hec_text_format(out, "The two engines do not agree: %zu difference%s beyond chance.\n",
                        beyond, beyond == 1 ? " is" : "s are");
    }
    return beyond == 0;
}

static hec_status print_text(hec_text *text, FILE *out)
{
    hec_status status = text->failed                 ? HEC_E_MEMORY
                        : fputs(text->data, out) < 0 ? HEC_E_IO
                                                     : HEC_OK;
    hec_text_free(text);
    return status;
}

/* ---- a chain of occupancies ------------------------------------------------------------------ */

/* Years in a state by the trapezoidal rule over the points, and how far that can be off: the sum of
 * what each two neighbouring cycles change when they are taken as one. */
static double years_by_cycles(const hec_model *m, const double *trace, size_t strategy,
                              size_t state, double *off)
{
    size_t cycles = (size_t)m->cycles, n = m->n_states;
    const double *x = trace + strategy * (cycles + 1) * n + state;
    double years = 0;
    *off = 0;
    for (size_t c = 0; c < cycles; c++) {
        years += 0.5 * m->cycle_length * (x[c * n] + x[(c + 1) * n]);
        if (c + 1 < cycles) {
            *off += 0.5 * m->cycle_length * fabs(x[c * n] - 2 * x[(c + 1) * n] + x[(c + 2) * n]);
        }
    }
    return years;
}

/* A row of the table; false when the years differ by more than they can. */
static bool add_occupancy(const hec_model *m, const double *trace, const double *draws, size_t s,
                          size_t state, hec_story_table *table)
{
    double off, exact = NAN, error = NAN;
    double years = years_by_cycles(m, trace, s, state, &off);
    bool good = hec_mean_time(m, s, state, draws, &exact, &error);
    double allowed = off + error + ROUNDING * (double)m->cycles * m->cycle_length;
    hec_story_table_add(table, m->strategies[s].name);
    hec_story_table_add(table, m->states[state].name);
    add_number(table, years, 6);
    add_number(table, exact, 6);
    add_number(table, years - exact, 6);
    add_number(table, allowed, 6);
    return good && fabs(years - exact) <= allowed;
}

static bool add_occupancies(const hec_model *m, const double *trace, const double *draws,
                            hec_text *out)
{
    static const char *const heads[] = {"strategy", "state",      "by cycles",
                                        "integral", "difference", "at most"};
    enum { COLUMNS = sizeof heads / sizeof heads[0] };
    hec_story_table table;
    size_t beyond = 0;
    hec_story_table_open(&table, COLUMNS, COLUMNS - 1);
    for (size_t i = 0; i < COLUMNS; i++) {
        hec_story_table_add(&table, heads[i]);
        if (!table.failed) {
            table.right[i] = i > 1;
        }
    }
    for (size_t s = 0; s < m->n_strategies; s++) {
        for (size_t state = 0; state < m->n_states; state++) {
            beyond += !add_occupancy(m, trace, draws, s, state, &table);
        }
    }
    hec_story_table_print(&table, out);
    hec_story_table_close(&table);
    if (beyond == 0) {
        hec_text_add(out, "\nThe sums over cycles and the integrals agree.\n");
    } else {
        hec_text_format(out,
                        "\nThe sums over cycles and the integrals do not agree: %zu "
                        "difference%s more than cycles explain.\n",
                        beyond, beyond == 1 ? " is" : "s are");
    }
    return beyond == 0;
}

/* Years in each state, undiscounted: the shares at the points against the curves between them. */
static hec_status verify_occupancy(const hec_study *study, const hec_run_options *options,
                                   hec_diagnostics *diagnostics, FILE *out, bool *agree)
{
    const hec_model *m = study->model;
    hec_result *result = NULL;
    hec_text text = {0};
    hec_status status = hec_study_run(study, options, diagnostics, &result);
    if (status != HEC_OK) {
        return status;
    }
    const double *trace = values_of(result, "base/trace");
    double *draws = calloc(m->n_draws + 1, sizeof *draws);
    for (size_t i = 0; draws && i < m->n_draws; i++) {
        draws[i] = m->draws[i].base;
    }
    status = trace && draws ? HEC_OK : HEC_E_MEMORY;
    if (status == HEC_OK) {
        hec_prose_add(&text, m->title);
        hec_text_format(&text,
                        "\n\nYears in each state within %g years, undiscounted: from the "
                        "shares at the cycles' ends,\nand from the survival curves by "
                        "adaptive quadrature.\n\n",
                        (double)m->cycles * m->cycle_length);
        *agree = add_occupancies(m, trace, draws, &text);
        status = print_text(&text, out);
    }
    free(draws);
    hec_result_destroy(result);
    return status;
}

/* ---- both engines ---------------------------------------------------------------------------- */

/* The studies of both engines; `persons` is the one that was read, or made from it. */
static hec_status find_pair(hec_study *study, hec_diagnostics *diagnostics, const hec_study **exact,
                            const hec_study **persons)
{
    if (study->persons) {
        *persons = study;
        *exact = hec_study_for_engine(study, diagnostics, HEC_ENGINE_COHORT);
        return *exact ? HEC_OK : HEC_E_INPUT;
    }
    hec_study *other = hec_study_for_engine(study, diagnostics, HEC_ENGINE_PERSONS);
    *exact = study;
    *persons = other;
    if (other) {
        other->model->persons.count = other->model->persons.per_draw = PERSONS;
    }
    return other ? HEC_OK : HEC_E_INPUT;
}

static hec_status report(const hec_study *study, const hec_result *exact, const hec_result *persons,
                         int64_t count, FILE *out, bool *agree)
{
    const hec_model *m = study->model;
    comparison *rows = calloc(m->n_strategies * m->n_outcomes + 1, sizeof *rows);
    char number[HEC_FIXED_BYTES];
    hec_text text = {0};
    if (!rows) {
        return HEC_E_MEMORY;
    }
    size_t n = compare(m, exact, persons, rows);
    hec_number_fixed((double)count, 0, number);
    hec_prose_add(&text, m->title);
    hec_text_format(&text,
                    "\n\nThe cohort, which is exact, against %s persons (seed %llu).\n"
                    "Per person; costs and effects discounted, costs in %s.\n\n",
                    number, (unsigned long long)m->seed, m->economics.currency);
    const char *on_means = hec_result_text(exact, "payments_on_means", 0);
    if (on_means && *on_means) {
        hec_text_format(&text, "Costs of %s are left out: their payments are on means.\n\n",
                        on_means);
    }
    add_left_out(m, &text);
    add_table(n, rows, &text);
    *agree = add_verdict(n, rows, &text);
    free(rows);
    return print_text(&text, out);
}

static hec_status verify_persons(hec_study *study, const hec_run_options *options,
                                 hec_diagnostics *diagnostics, FILE *out, bool *agree)
{
    const hec_study *exact = NULL, *persons = NULL;
    hec_result *of_exact = NULL, *of_persons = NULL;
    hec_status status = find_pair(study, diagnostics, &exact, &persons);
    if (status == HEC_OK) {
        status = hec_study_run(exact, options, diagnostics, &of_exact);
    }
    if (status == HEC_OK) {
        status = hec_study_run(persons, options, diagnostics, &of_persons);
    }
    if (status == HEC_OK) {
        status = report(persons, of_exact, of_persons, persons->model->persons.count, out, agree);
    }
    hec_result_destroy(of_exact);
    hec_result_destroy(of_persons);
    return status;
}

hec_status hec_study_verify(const char *path, const hec_study_options *options,
                            const hec_run_options *run_options, hec_diagnostics *diagnostics,
                            FILE *out, bool *agree)
{
    hec_study_options base = options ? *options : (hec_study_options){0};
    hec_study *study = NULL;
    *agree = false;
    base.draws = 0;
    hec_status status = hec_study_read(path, &base, diagnostics, &study);
    if (status == HEC_OK) {
        bool occupancy =
            study->model->n_chains > 0 && study->model->chains[0].kind == HEC_CHAIN_OCCUPANCY;
        status = occupancy ? verify_occupancy(study, run_options, diagnostics, out, agree)
                           : verify_persons(study, run_options, diagnostics, out, agree);
    }
    hec_study_destroy(study);
    return status;
}
