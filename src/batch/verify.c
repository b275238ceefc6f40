/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verify: one study in two engines, outcome by outcome, in units of the Monte Carlo error; lives
 * that no cohort can follow against other lives, and against themselves on other threads. */
#include "batch/verify_inner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/prose.h"

/* Of all comparisons together: how often chance alone would find a difference. */
static const double family_wise = 1e-4;
enum { PERSONS = 100000 };

/* One outcome under one strategy. */
typedef struct comparison {
    const char *strategy, *outcome;
    hec_outcome_kind kind;
    double exact, mean, error, z; /* exact: of the cohort, or the mean of the other persons */
} comparison;

/* Persons, and what they are compared with: a cohort, or other persons where there is none. */
typedef struct twins {
    const hec_study *persons, *reference;
    bool others;
    hec_result *of_persons, *of_reference;
} twins;

void hec_verify_number(hec_story_table *table, double value, int decimals)
{
    char number[HEC_FIXED_BYTES];
    if (isfinite(value)) {
        hec_number_fixed(value, decimals, number);
    }
    hec_story_table_add(table, isfinite(value) ? number : isnan(value) ? "" : "infinite");
}

hec_status hec_verify_print(hec_text *text, FILE *out)
{
    hec_status status = text->failed                 ? HEC_E_MEMORY
                        : fputs(text->data, out) < 0 ? HEC_E_IO
                                                     : HEC_OK;
    hec_text_free(text);
    return status;
}

static double z_of(const comparison *c)
{
    double difference = c->mean - c->exact;
    if (fabs(difference) <= HEC_VERIFY_ROUNDING * fmax(1, fabs(c->exact))) {
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
static size_t compare(const twins *pair, comparison *out)
{
    const hec_model *m = pair->persons->model;
    const hec_dataset *exact = hec_result_dataset(pair->of_reference);
    const hec_dataset *persons = hec_result_dataset(pair->of_persons);
    static const char *const paths[] = {"base/category_cost", "base/effects", "base/use"};
    static const char *const errors[] = {"base/category_cost_se", "base/effects_se", "base/use_se"};
    const size_t firsts[] = {0, m->n_costs, m->n_costs + m->n_effects, m->n_outcomes};
    size_t n = 0;
    for (size_t s = 0; s < m->n_strategies; s++) {
        for (size_t kind = 0; kind < 3; kind++) {
            const double *a = hec_dataset_values(exact, paths[kind]),
                         *b = hec_dataset_values(persons, paths[kind]);
            const double *error = hec_dataset_values(persons, errors[kind]);
            const double *other = pair->others ? hec_dataset_values(exact, errors[kind]) : NULL;
            size_t count = firsts[kind + 1] - firsts[kind];
            const char *payments = hec_result_text(pair->of_reference, "strategies/payments", s);
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
                                      hypot(error[at], other ? other[at] : 0),
                                      0};
                out[n].z = z_of(&out[n]);
                n++;
            }
        }
    }
    return n;
}

/* ---- words ----------------------------------------------------------------------------------- */

static int decimals_of(const comparison *c)
{
    double size = fmax(fabs(c->exact), fabs(c->mean));
    return c->kind == HEC_OUTCOME_COST ? (size >= 1000 ? 0 : 2) : 4;
}

static void add_table(size_t n, const comparison *rows, const char *reference, hec_text *out)
{
    const char *const heads[] = {"strategy",   "outcome",        reference, "persons",
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
        hec_verify_number(&table, c->exact, decimals);
        hec_verify_number(&table, c->mean, decimals);
        hec_verify_number(&table, c->mean - c->exact, decimals);
        hec_verify_number(&table, c->error, decimals);
        hec_verify_number(&table, c->z, 2);
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

static bool add_verdict(size_t n, const comparison *rows, const char *compared, hec_text *out)
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
        hec_text_format(out, "The two %s agree.\n", compared);
    } else {
        hec_text_format(out, "The two %s do not agree: %zu difference%s beyond chance.\n", compared,
                        beyond, beyond == 1 ? " is" : "s are");
    }
    return beyond == 0;
}

/* ---- both engines ---------------------------------------------------------------------------- */

/* Whether a cohort could follow these lives, found out by trying. */
static bool fits_a_cohort(const hec_study *study)
{
    hec_diagnostics *trial = hec_diagnostics_create();
    bool fits = !trial || hec_study_for_engine(study, trial, HEC_ENGINE_COHORT) ||
                !hec_reported(trial, HEC_CHECK_NEEDS_PERSONS, NULL);
    hec_diagnostics_destroy(trial);
    return fits;
}

/* The pair that a study makes: itself, and the same study in the other engine, or with another
 * seed. */
static hec_status find_pair(const hec_study *study, hec_diagnostics *diagnostics, twins *out)
{
    out->others = study->persons && !fits_a_cohort(study);
    hec_engine engine = out->others      ? study->model->engine
                        : study->persons ? HEC_ENGINE_COHORT
                                         : HEC_ENGINE_PERSONS;
    hec_study *other = hec_study_for_engine(study, diagnostics, engine);
    out->persons = study->persons ? study : other;
    out->reference = study->persons ? other : study;
    if (other && out->others) {
        other->model->seed++;
    } else if (other && !study->persons) {
        other->model->persons.count = other->model->persons.per_draw = PERSONS;
    }
    return other ? HEC_OK : HEC_E_INPUT;
}

static void add_head(const twins *pair, hec_text *out)
{
    const hec_model *m = pair->persons->model;
    char number[HEC_FIXED_BYTES];
    hec_number_fixed((double)m->persons.count, 0, number);
    hec_text_add_line(out, m->title);
    if (pair->others) {
        hec_text_format(out,
                        "\n\nThese lives have a past that no cohort can follow:\n%s persons (seed "
                        "%llu) against as many others (seed %llu).\n",
                        number, (unsigned long long)m->seed,
                        (unsigned long long)pair->reference->model->seed);
    } else {
        hec_text_format(out, "\n\nThe cohort, which is exact, against %s persons (seed %llu).\n",
                        number, (unsigned long long)m->seed);
    }
    hec_text_format(out, "Per person; costs and effects discounted, costs in %s.\n\n",
                    m->economics.currency);
    const char *on_means = hec_result_text(pair->of_reference, "payments_on_means", 0);
    if (on_means && *on_means) {
        hec_text_format(out, "Costs of %s are left out: their payments are on means.\n\n",
                        on_means);
    }
    add_left_out(m, out);
}

static hec_status report(const twins *pair, hec_text *out, bool *agree)
{
    const hec_model *m = pair->persons->model;
    comparison *rows = calloc(m->n_strategies * m->n_outcomes + 1, sizeof *rows);
    if (!rows) {
        return HEC_E_MEMORY;
    }
    size_t n = compare(pair, rows);
    add_head(pair, out);
    add_table(n, rows, pair->others ? "others" : "cohort", out);
    *agree = add_verdict(n, rows, pair->others ? "groups" : "engines", out);
    free(rows);
    return HEC_OK;
}

static bool same_numbers(const hec_array *a, const hec_array *b)
{
    return a->kind == HEC_ARRAY_TEXT ||
           (b && a->count == b->count &&
            memcmp(a->data.doubles, b->data.doubles, a->count * sizeof(double)) == 0);
}

/* The same persons once more, on other threads and in other blocks: every number to the last bit.
 */
static hec_status run_again(const twins *pair, const hec_run_options *options,
                            hec_diagnostics *diagnostics, hec_text *out, bool *agree)
{
    hec_run_options other = options ? *options : (hec_run_options){0};
    int threads = hec_study_threads(&other);
    hec_result *again = NULL;
    other.threads = threads == 1 ? 2 : 1;
    other.block = (int64_t)hec_study_block(pair->persons, options) + 8;
    hec_status status = hec_study_run(pair->persons, &other, diagnostics, &again);
    if (status != HEC_OK) {
        return status;
    }
    const hec_dataset *first = hec_result_dataset(pair->of_persons);
    size_t differ = 0;
    for (size_t i = 0; i < first->n_arrays; i++) {
        const hec_array *array = &first->arrays[i];
        differ += !same_numbers(array, hec_dataset_array(hec_result_dataset(again), array->path));
    }
    hec_text_format(out, "The same persons on %d thread%s in place of %d, in other blocks: %s.\n",
                    other.threads, other.threads == 1 ? "" : "s", threads,
                    differ ? "other results" : "the same results to the last bit");
    *agree = *agree && differ == 0;
    hec_result_destroy(again);
    return HEC_OK;
}

static hec_status verify_persons(const hec_study *study, const hec_run_options *options,
                                 hec_diagnostics *diagnostics, FILE *out, bool *agree)
{
    twins pair = {0};
    hec_text text = {0};
    hec_status status = find_pair(study, diagnostics, &pair);
    if (status == HEC_OK) {
        status = hec_study_run(pair.reference, options, diagnostics, &pair.of_reference);
    }
    if (status == HEC_OK) {
        status = hec_study_run(pair.persons, options, diagnostics, &pair.of_persons);
    }
    if (status == HEC_OK) {
        status = report(&pair, &text, agree);
    }
    if (status == HEC_OK && pair.others) {
        status = run_again(&pair, options, diagnostics, &text, agree);
    }
    if (status == HEC_OK) {
        status = hec_verify_print(&text, out);
    }
    hec_text_free(&text);
    hec_result_destroy(pair.of_reference);
    hec_result_destroy(pair.of_persons);
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
        status = occupancy ? hec_verify_occupancy(study, run_options, diagnostics, out, agree)
                           : verify_persons(study, run_options, diagnostics, out, agree);
    }
    hec_study_destroy(study);
    return status;
}
