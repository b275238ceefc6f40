/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Story: one person simulated alone and told; histories that a run keeps, and reading them again.
 */
#include "batch/story.h"

#include <stdlib.h>
#include <string.h>

#include "batch/people_feeds.h"
#include "batch/people_rows.h"
#include "batch/result_inner.h"
#include "batch/run_persons.h"

enum { LANES = 8 }; /* the least a thread's working memory holds */

/* ---- living one life --------------------------------------------------------------------------
 */

/* What it takes to simulate persons one by one. */
typedef struct teller {
    const hec_run *run;
    hec_persons_work *work;
    double *lanes;      /* [2][outcomes][LANES] */
    double *totals;     /* [strategies][2][outcomes] */
    double *attributes; /* [attributes] */
    hec_person_fault fault;
    hec_story story;
    hec_ledger_rows paid; /* of the person, where the study has policies */
    hec_ledger_rows kept; /* of all persons that were told */
    bool failed;          /* out of memory */
} teller;

static bool open_teller(teller *t, const hec_run *run)
{
    const hec_model *m = run->model;
    *t = (teller){.run = run};
    t->work = hec_persons_work_create(run->study->persons, LANES);
    t->lanes = hec_aligned_doubles(2 * m->n_outcomes * LANES + LANES);
    t->totals = calloc(2 * m->n_outcomes * m->n_strategies + 1, sizeof *t->totals);
    t->attributes = calloc(m->population.n_attributes + 1, sizeof *t->attributes);
    t->fault.inputs = calloc(hec_model_inputs(m) + 1, sizeof *t->fault.inputs);
    t->paid.plan = t->kept.plan = run->study->ledger;
    return t->work && t->lanes && t->totals && t->attributes && t->fault.inputs;
}

static void close_teller(teller *t)
{
    hec_persons_work_destroy(t->work);
    hec_aligned_free(t->lanes);
    free(t->totals);
    free(t->attributes);
    free(t->fault.inputs);
    free(t->story.happenings);
    hec_ledger_rows_destroy(&t->paid);
    hec_ledger_rows_destroy(&t->kept);
}

static void hear(void *context, const hec_happening *happening)
{
    teller *t = context;
    hec_story *story = &t->story;
    if (story->n == story->capacity) {
        size_t wanted = story->capacity ? 2 * story->capacity : 256;
        hec_happening *moved = realloc(story->happenings, wanted * sizeof *moved);
        if (!moved) {
            t->failed = true;
            return;
        }
        story->happenings = moved;
        story->capacity = wanted;
    }
    story->happenings[story->n++] = *happening;
}

static hec_person_block block_of(teller *t, int64_t person)
{
    return (hec_person_block){.kernels = t->run->kernels,
                              .seed = t->run->model->seed,
                              .draw = -1,
                              .draw_values = t->run->base,
                              .first = person,
                              .n = 1,
                              .told = hear,
                              .context = t,
                              .observe = t->paid.plan ? hec_ledger_rows_observe : NULL,
                              .observer = &t->paid,
                              .feeds = hec_people_feed_numbers(t->run->feeds)};
}

static void begin_person(teller *t, int64_t person)
{
    const hec_persons *persons = t->run->study->persons;
    hec_person_block block = block_of(t, person);
    hec_persons_begin(persons, t->work, &block);
    for (size_t a = 0; a < t->run->model->population.n_attributes; a++) {
        t->attributes[a] = hec_persons_attribute(persons, t->work, a)[0];
    }
}

/* Adds the life under one strategy. */
static hec_status tell_life(teller *t, int64_t person, size_t strategy, hec_text *out)
{
    const hec_model *m = t->run->model;
    hec_person_block block = block_of(t, person);
    double *totals = t->totals + 2 * strategy * m->n_outcomes;
    t->story.n = t->paid.n = 0;
    if (!hec_persons_strategy(t->run->study->persons, t->work, &block, strategy, t->lanes, LANES,
                              &t->fault)) {
        hec_run_report_person(t->run, &t->fault, -1);
        return HEC_E_VALUE;
    }
    for (size_t i = 0; i < 2 * m->n_outcomes; i++) {
        totals[i] = t->lanes[i * LANES];
    }
    t->story.study = t->run->study;
    t->story.strategy = strategy;
    t->story.person = person;
    t->story.attributes = t->attributes;
    t->story.totals = totals;
    hec_story_life(&t->story, out);
    if (m->strategies[strategy].pay.policy) {
        hec_story_paid(&t->story, &t->paid, out);
    }
    return t->failed || t->paid.failed || out->failed ? HEC_E_MEMORY : HEC_OK;
}

/* ---- hecate explain STUDY --person ------------------------------------------------------------
 */

static hec_status find_strategy(const hec_model *m, const char *name, hec_diagnostics *diagnostics,
                                size_t *first, size_t *end)
{
    *first = 0;
    *end = m->n_strategies;
    for (size_t s = 0; name && s < m->n_strategies; s++) {
        if (strcmp(m->strategies[s].name, name) == 0) {
            *first = s;
            *end = s + 1;
            return HEC_OK;
        }
    }
    if (name) {
        hec_report(diagnostics, HEC_CHECK_UNKNOWN_ITEM, HEC_NOWHERE,
                   "the study has no strategy `%s`", name);
    }
    return name ? HEC_E_ARGUMENT : HEC_OK;
}

static hec_status check_person(const hec_study *study, int64_t person, hec_diagnostics *diagnostics)
{
    if (!study->persons) {
        hec_report(diagnostics, HEC_CHECK_NEEDS_PERSONS, HEC_NOWHERE,
                   "this study is run as a cohort, which has no persons");
        hec_report_help(diagnostics, "engine: {microsimulation: {persons: 10000}}, or --persons "
                                     "10000");
        return HEC_E_INPUT;
    }
    if (person < 1 || person > study->model->persons.count) {
        hec_report(diagnostics, HEC_CHECK_UNKNOWN_ITEM, HEC_NOWHERE,
                   "there is no person %lld: persons are numbered from 1 to %lld",
                   (long long)person, (long long)study->model->persons.count);
        return HEC_E_ARGUMENT;
    }
    return HEC_OK;
}

static hec_status tell_person(teller *t, int64_t person, size_t first, size_t end, hec_text *out)
{
    hec_status status = HEC_OK;
    size_t *strategies = calloc(end - first, sizeof *strategies);
    begin_person(t, person);
    hec_story_person(t->run->study, person, t->attributes, out);
    for (size_t s = first; strategies && status == HEC_OK && s < end; s++) {
        strategies[s - first] = s;
        hec_text_add(out, "\n");
        status = tell_life(t, person, s, out);
    }
    if (strategies && status == HEC_OK && end - first > 1) {
        hec_text_add(out, "\n");
        hec_story_compare(t->run->study, end - first, strategies,
                          t->totals + 2 * first * t->run->model->n_outcomes, out);
    }
    status = status == HEC_OK && (!strategies || out->failed) ? HEC_E_MEMORY : status;
    free(strategies);
    return status;
}

/* What the person reads of everybody: all of them live for it. */
static hec_status find_feeds(hec_run *run)
{
    if (!hec_people_feeds_wanted(run->model)) {
        return HEC_OK;
    }
    run->threads = hec_study_threads(&run->options);
    run->block = hec_study_block(run->study, &run->options);
    run->feeds = calloc(1, sizeof *run->feeds);
    if (!run->feeds || !hec_people_feeds_open(run, 0, run->feeds)) {
        return HEC_E_MEMORY;
    }
    hec_status status = hec_people_find(run, run->feeds, -1, run->base, run->model->persons.count);
    return status == HEC_E_VALUE ? hec_people_report(run, run->feeds, -1, run->base) : status;
}

hec_status hec_study_explain_person(const hec_study *study, int64_t person, const char *strategy,
                                    hec_diagnostics *diagnostics, FILE *out)
{
    const hec_model *m = study->model;
    hec_run run = {
        .study = study, .model = m, .kernels = hk_select(NULL), .diagnostics = diagnostics};
    size_t first = 0, end = 0;
    teller t = {0};
    hec_text text = {0};
    hec_status status = check_person(study, person, diagnostics);
    if (status == HEC_OK) {
        status = find_strategy(m, strategy, diagnostics, &first, &end);
    }
    if (status != HEC_OK) {
        return status;
    }
    run.base = calloc(m->n_draws + 1, sizeof *run.base);
    for (size_t i = 0; run.base && i < m->n_draws; i++) {
        run.base[i] = m->draws[i].base;
    }
    status = run.base ? find_feeds(&run) : HEC_E_MEMORY;
    if (status == HEC_OK && !open_teller(&t, &run)) {
        status = HEC_E_MEMORY;
    }
    if (status == HEC_OK) {
        status = tell_person(&t, person - 1, first, end, &text);
    }
    if (status == HEC_OK) {
        status = fputs(text.data, out) < 0 ? HEC_E_IO : HEC_OK;
    }
    close_teller(&t);
    hec_text_free(&text);
    hec_run_persons_forget(&run);
    free(run.base);
    return status;
}

/* ---- histories --------------------------------------------------------------------------------
 */

static bool add_history_arrays(hec_run *run, int64_t **numbers)
{
    hec_dataset *d = run->dataset;
    size_t n = run->model->persons.n_histories;
    if (hec_dataset_dimension(d, "history", "Life that is kept in words", "", n, NULL, NULL) < 0) {
        return false;
    }
    *numbers = hec_dataset_ints(d, "histories/person", "history", "", "Number of the person");
    return *numbers &&
           hec_dataset_texts(d, "histories/attributes", "history", "The person at the start") &&
           hec_dataset_texts(d, "histories/life", "history,strategy", "The life in words");
}

static hec_status keep_history(teller *t, size_t index, int64_t person)
{
    hec_dataset *d = t->run->dataset;
    size_t strategies = t->run->model->n_strategies;
    hec_text text = {0};
    hec_status status = HEC_OK;
    begin_person(t, person);
    hec_story_person(t->run->study, person, t->attributes, &text);
    bool good = !text.failed && hec_dataset_set_text(d, "histories/attributes", index, text.data);
    hec_text_free(&text);
    for (size_t s = 0; good && status == HEC_OK && s < strategies; s++) {
        hec_text life = {0};
        status = tell_life(t, person, s, &life);
        good = status != HEC_OK ||
               (hec_ledger_rows_append(&t->kept, &t->paid) &&
                hec_dataset_set_text(d, "histories/life", index * strategies + s, life.data));
        hec_text_free(&life);
    }
    return good ? status : HEC_E_MEMORY;
}

hec_status hec_run_histories(hec_run *run)
{
    const hec_persons_settings *settings = &run->model->persons;
    int64_t *numbers = NULL;
    teller t = {0};
    hec_status status = HEC_OK;
    if (settings->n_histories == 0) {
        return HEC_OK;
    }
    if (!add_history_arrays(run, &numbers) || !open_teller(&t, run)) {
        status = HEC_E_MEMORY;
    }
    for (size_t i = 0; status == HEC_OK && i < settings->n_histories; i++) {
        numbers[i] = settings->histories[i];
        status = keep_history(&t, i, numbers[i] - 1);
    }
    if (status == HEC_OK) {
        status = hec_people_rows(run, &t.kept);
    }
    close_teller(&t);
    return status;
}

/* ---- hecate explain RESULT --person -----------------------------------------------------------
 */

/* "1 to 20" or "1, 17, 40": which lives a result holds. */
static void add_kept(const hec_array *numbers, hec_text *out)
{
    size_t shown = numbers->count < 20 ? numbers->count : 20;
    const int64_t *n = numbers->data.ints;
    bool run = numbers->count > 2;
    for (size_t i = 1; i < numbers->count; i++) {
        run = run && n[i] == n[0] + (int64_t)i;
    }
    if (run) {
        hec_text_format(out, "%lld to %lld", (long long)n[0], (long long)n[numbers->count - 1]);
        return;
    }
    for (size_t i = 0; i < shown; i++) {
        hec_text_format(out, "%s%lld", i ? ", " : "", (long long)n[i]);
    }
    hec_text_add(out, shown < numbers->count ? ", ..." : "");
}

static hec_status refuse_history(const hec_array *numbers, int64_t person,
                                 hec_diagnostics *diagnostics)
{
    hec_text kept = {0};
    hec_report(diagnostics, HEC_CHECK_UNKNOWN_ITEM, HEC_NOWHERE,
               "this result does not hold the life of person %lld", (long long)person);
    if (numbers) {
        add_kept(numbers, &kept);
        hec_report_help(diagnostics, "it holds those of %s", kept.data ? kept.data : "some others");
    }
    hec_report_help(diagnostics,
                    "explain the study itself (`hecate explain STUDY.yaml --person %lld`), or run "
                    "it with `outputs: {histories: [%lld]}`",
                    (long long)person, (long long)person);
    hec_text_free(&kept);
    return HEC_E_ARGUMENT;
}

static const hec_array *array_of(const hec_dataset *d, const char *path, hec_array_kind kind)
{
    const hec_array *array = hec_dataset_array(d, path);
    return array && array->kind == kind ? array : NULL;
}

hec_status hec_result_explain_person(const hec_result *result, int64_t person, const char *strategy,
                                     FILE *out, hec_diagnostics *diagnostics)
{
    const hec_dataset *d = hec_result_dataset(result);
    const hec_array *numbers = array_of(d, "histories/person", HEC_ARRAY_INT);
    const hec_array *who = array_of(d, "histories/attributes", HEC_ARRAY_TEXT);
    const hec_array *life = array_of(d, "histories/life", HEC_ARRAY_TEXT);
    int index = hec_dataset_find_dimension(d, "strategy");
    size_t i = 0, strategies = index < 0 ? 0 : d->dimensions[index].length, printed = 0;
    while (numbers && i < numbers->count && numbers->data.ints[i] != person) {
        i++;
    }
    if (!numbers || i == numbers->count || !who || who->count != numbers->count || !life ||
        life->count != numbers->count * strategies) {
        return refuse_history(numbers, person, diagnostics);
    }
    for (size_t s = 0; s < strategies; s++) {
        const char *name = d->dimensions[index].labels ? d->dimensions[index].labels[s] : "";
        if (!strategy || strcmp(name, strategy) == 0) {
            fprintf(out, "%s\n%s", printed++ ? "" : who->data.texts[i],
                    life->data.texts[i * strategies + s]);
        }
    }
    if (printed == 0) {
        hec_report(diagnostics, HEC_CHECK_UNKNOWN_ITEM, HEC_NOWHERE,
                   "the result has no strategy `%s`", strategy);
        return HEC_E_ARGUMENT;
    }
    return ferror(out) ? HEC_E_IO : HEC_OK;
}
