/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everybody through a year, then the year is settled, then the next. */
#include "batch/people_feeds.h"

#include <omp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "batch/people_pay.h"

enum { LANES = 8 }; /* the least a thread's working memory holds */

/* ---- memory ---------------------------------------------------------------------------------- */

int64_t hec_people_feeds_count(const hec_model *model)
{
    int64_t n = 0;
    for (size_t s = 0; s < model->n_strategies; s++) {
        n += model->strategies[s].pay.n_feeds > 0;
    }
    return n;
}

bool hec_people_feeds_wanted(const hec_model *model)
{
    return hec_people_feeds_count(model) > 0;
}

bool hec_people_feeds_by_cycle(const hec_pay *pay)
{
    bool by_cycle = false;
    for (size_t i = 0; i < pay->n_feeds; i++) {
        by_cycle = by_cycle || pay->feeds[i].kind == HEC_FEED_SO_FAR;
    }
    return by_cycle;
}

const char *hec_people_feeds_names(hec_arena *arena, const hec_model *model, bool by_cycle)
{
    const char *names = "";
    for (size_t s = 0; names && s < model->n_strategies; s++) {
        const hec_strategy *strategy = &model->strategies[s];
        if (strategy->pay.n_feeds > 0 && hec_people_feeds_by_cycle(&strategy->pay) == by_cycle) {
            names = hec_arena_format(arena, "%s%s%s", names, *names ? ", " : "", strategy->name);
        }
    }
    return names;
}

int64_t hec_people_window(int64_t persons, int threads)
{
    int64_t chunks = (persons + HEC_CHUNK - 1) / HEC_CHUNK;
    return (2 * threads + chunks - 1) / chunks;
}

static size_t most_columns(const hec_study *study)
{
    size_t most = 0;
    for (size_t s = 0; s < study->model->n_strategies; s++) {
        bool has = study->model->strategies[s].pay.n_feeds > 0;
        size_t n = has ? hec_persons_resident_columns(study->persons, s) : 0;
        most = n > most ? n : most;
    }
    return most;
}

size_t hec_people_resident_bytes(const hec_study *study)
{
    return most_columns(study) * sizeof(double);
}

static size_t blocks_of(int64_t persons, size_t block)
{
    return ((size_t)persons + block - 1) / block;
}

size_t hec_people_finding_bytes(const hec_study *study, int64_t persons, size_t block)
{
    size_t each = hec_people_resident_bytes(study) * hk_stride(block) + sizeof(hec_resident);
    return blocks_of(persons, block) * each;
}

size_t hec_people_feeds_bytes(const hec_study *study)
{
    size_t numbers = 0;
    for (size_t s = 0; s < study->model->n_strategies; s++) {
        numbers += hec_persons_feed_numbers(study->persons, s);
    }
    return numbers * sizeof(double) + hec_ledger_bytes(study->ledger) +
           hec_settler_bytes(study->settlements);
}

int64_t hec_people_together_bytes(const hec_study *study, size_t block, int threads)
{
    const hec_model *m = study->model;
    if (!hec_people_feeds_wanted(m)) {
        return 0;
    }
    int64_t feeds = (int64_t)hec_people_feeds_bytes(study);
    int64_t base = (int64_t)hec_people_finding_bytes(study, m->persons.count, block);
    int64_t draw = (int64_t)hec_people_finding_bytes(study, m->persons.per_draw, block);
    bool whole = m->persons.per_draw <= HEC_CHUNK;
    int64_t window = hec_people_window(m->persons.per_draw, threads);
    int64_t draws = m->draw_count == 0 ? 0
                    : whole            ? threads * (draw + feeds)
                                       : draw + window * feeds;
    return feeds + (base > draws ? base : draws);
}

static bool open_residents(const hec_run *run, int64_t persons, hec_people_feeds *feeds)
{
    size_t n = blocks_of(persons, run->block);
    size_t each = most_columns(run->study) * hk_stride(run->block);
    feeds->n_blocks = n;
    feeds->residents = calloc(n + 1, sizeof *feeds->residents);
    feeds->memory = hec_aligned_doubles(n * each + 8);
    for (size_t b = 0; feeds->residents && feeds->memory && b < n; b++) {
        feeds->residents[b].memory = feeds->memory + b * each;
    }
    return feeds->residents && feeds->memory;
}

static void close_residents(hec_people_feeds *feeds)
{
    free(feeds->residents);
    hec_aligned_free(feeds->memory);
    feeds->residents = NULL;
    feeds->memory = NULL;
}

bool hec_people_feeds_open(const hec_run *run, int64_t residents, hec_people_feeds *feeds)
{
    const hec_study *study = run->study;
    const hec_model *m = run->model;
    *feeds = (hec_people_feeds){.settler = hec_settler_create(study->settlements)};
    feeds->numbers = calloc(m->n_strategies + 1, sizeof *feeds->numbers);
    feeds->settlement.inputs = calloc(hec_model_inputs(m) + 1, sizeof(double));
    bool good = feeds->numbers && feeds->settler && feeds->settlement.inputs;
    for (size_t s = 0; good && s < m->n_strategies; s++) {
        size_t n = hec_persons_feed_numbers(study->persons, s);
        feeds->numbers[s] = n > 0 ? calloc(n, sizeof(double)) : NULL;
        good = n == 0 || feeds->numbers[s];
    }
    good = good && (residents == 0 || open_residents(run, residents, feeds));
    feeds->strategy = m->n_strategies;
    return good && hec_ledger_create(study->ledger, &feeds->ledger);
}

void hec_people_feeds_close(hec_people_feeds *feeds)
{
    const hec_ledger_plan *plan = feeds->ledger.plan;
    for (size_t s = 0; feeds->numbers && plan && s < plan->model->n_strategies; s++) {
        free(feeds->numbers[s]);
    }
    free(feeds->numbers);
    free(feeds->settlement.inputs);
    close_residents(feeds);
    hec_settler_destroy(feeds->settler);
    hec_ledger_destroy(&feeds->ledger);
    *feeds = (hec_people_feeds){0};
}

/* ---- one step of one strategy ---------------------------------------------------------------- */

/* What the threads that find share. The step at hand is changed by one of them alone, while the
 * others wait. */
typedef struct finder {
    hec_run *run;
    const hec_model *model;
    hec_people_feeds *feeds;
    int64_t draw, persons;
    const double *values;
    size_t strategy;
    int64_t from, until;        /* the cycles after `from` up to `until` */
    bool by_cycle, going;       /* sums so far are read; there is more of the strategy */
    atomic_int_fast64_t next;   /* block to be taken */
    atomic_int_fast64_t faulty; /* the first block in which a value went wrong */
    hec_status status;
} finder;

typedef struct worker {
    hec_persons_work *work;
    hec_ledger *ledger;
} worker;

static hec_person_block block_of(const finder *f, int64_t number)
{
    int64_t size = (int64_t)f->run->block, first = number * size, left = f->persons - first;
    return (hec_person_block){.kernels = f->run->kernels,
                              .seed = f->model->seed,
                              .draw = f->draw,
                              .draw_values = f->values,
                              .first = first,
                              .n = (size_t)(left < size ? left : size),
                              .observe = hec_ledger_observe,
                              .feeds = hec_people_feed_numbers(f->feeds)};
}

/* The part of n lives that the step is. */
static int64_t done_of(const finder *f, int64_t n)
{
    return n * f->until / f->model->cycles - n * f->from / f->model->cycles;
}

static void note_fault(finder *f, int64_t number)
{
    int_fast64_t known = atomic_load(&f->faulty);
    while (number < known && !atomic_compare_exchange_weak(&f->faulty, &known, number)) {
    }
}

/* Blocks as long as there are any. One after a block that has failed is of no use; one before it
 * may yet fail first. */
static void live_on(finder *f, const worker *w)
{
    int64_t n_blocks = (int64_t)blocks_of(f->persons, f->run->block), number;
    bool goes = true;
    while (goes && (number = atomic_fetch_add(&f->next, 1)) < n_blocks &&
           number < atomic_load(&f->faulty)) {
        hec_person_block block = block_of(f, number);
        hec_person_fault fault = {0};
        block.observer = w->ledger;
        if (!hec_persons_advance(f->run->study->persons, w->work, &block, f->strategy,
                                 &f->feeds->residents[number], f->until, &fault)) {
            note_fault(f, number);
        }
        goes = hec_run_persons_go_on(f->run, done_of(f, (int64_t)block.n));
    }
}

/* The year that the step belongs to. */
static size_t year_of(const finder *f)
{
    return f->feeds->ledger.plan->year_of[f->until - 1];
}

/* The step after the cycle `from`, and what is read in it. */
static void look_on(finder *f)
{
    const hec_ledger_plan *plan = f->feeds->ledger.plan;
    const hec_pay *pay = &f->model->strategies[f->strategy].pay;
    int64_t cycle = f->from + 1;
    bool year_begins = f->from == 0 || plan->year_of[f->from] != plan->year_of[f->from - 1];
    f->until = f->by_cycle ? cycle : plan->last[plan->year_of[f->from]];
    for (size_t i = 0; i < pay->n_feeds; i++) {
        if (year_begins || pay->feeds[i].kind == HEC_FEED_SO_FAR) {
            size_t at = hec_persons_feed(f->run->study->persons, f->strategy, i, cycle);
            hec_feed_values(&f->feeds->ledger, f->strategy, i, cycle,
                            f->feeds->numbers[f->strategy] + at);
        }
    }
    atomic_store(&f->next, 0);
}

static void fail_settling(finder *f)
{
    f->status = HEC_E_VALUE;
    f->feeds->n = 0;
    f->feeds->strategy = f->strategy;
}

static void begin_strategy(finder *f, size_t strategy)
{
    hec_people_feeds *feeds = f->feeds;
    f->strategy = strategy;
    f->from = 0;
    f->by_cycle = hec_people_feeds_by_cycle(&f->model->strategies[strategy].pay);
    for (size_t b = 0; b < feeds->n_blocks; b++) {
        feeds->residents[b].cycle = 0;
    }
    if (f->status == HEC_OK && !hec_settle_begin(feeds->settler, f->run->kernels, f->values,
                                                 &feeds->ledger, strategy, &feeds->settlement)) {
        fail_settling(f);
    }
    f->going = f->status == HEC_OK;
    if (f->going) {
        look_on(f);
    }
}

/* When all blocks have lived through the step and are in the ledger. */
static void end_step(finder *f)
{
    hec_people_feeds *feeds = f->feeds;
    int64_t faulty = atomic_load(&f->faulty);
    bool year_ends = feeds->ledger.plan->last[year_of(f)] == f->until;
    if (faulty < INT64_MAX) {
        hec_person_block block = block_of(f, faulty);
        f->status = HEC_E_VALUE;
        feeds->strategy = f->strategy;
        feeds->first = block.first;
        feeds->n = (int64_t)block.n;
        feeds->until = f->until;
    } else if (hec_run_persons_stopped(f->run)) {
        f->status = HEC_E_STOPPED;
    } else if (year_ends &&
               !hec_settle_year(feeds->settler, f->run->kernels, f->values, &feeds->ledger,
                                f->strategy, year_of(f), &feeds->settlement)) {
        fail_settling(f);
    }
    f->from = f->until;
    f->going = f->status == HEC_OK && f->from < f->model->cycles;
    if (f->going) {
        look_on(f);
    }
}

/* ---- all steps of all strategies ------------------------------------------------------------- */

static finder finder_of(hec_run *run, hec_people_feeds *feeds, int64_t draw, const double *values,
                        int64_t persons)
{
    hec_ledger_clear(&feeds->ledger);
    feeds->settlement.found = false;
    return (finder){.run = run,
                    .model = run->model,
                    .feeds = feeds,
                    .draw = draw,
                    .persons = persons,
                    .values = values,
                    .faulty = INT64_MAX};
}

hec_status hec_people_find_alone(hec_run *run, hec_people_feeds *feeds, hec_persons_work *work,
                                 int64_t draw, const double *draw_values, int64_t persons)
{
    finder f = finder_of(run, feeds, draw, draw_values, persons);
    const worker w = {work, &feeds->ledger};
    const hec_person_block any = block_of(&f, 0);
    for (size_t s = 0; f.status == HEC_OK && s < f.model->n_strategies; s++) {
        if (f.model->strategies[s].pay.n_feeds == 0) {
            continue;
        }
        begin_strategy(&f, s);
        hec_persons_reside(run->study->persons, work, &any, s);
        while (f.going) {
            live_on(&f, &w);
            end_step(&f);
        }
    }
    return f.status;
}

/* One thread of a team; all of them go through the same steps. */
static void work_in_team(finder *f)
{
    hec_ledger ledger = {0};
    const worker w = {hec_persons_work_create(f->run->study->persons, f->run->block), &ledger};
    const hec_person_block any = block_of(f, 0);
    if (!hec_ledger_create(f->run->study->ledger, &ledger) || !w.work) {
#pragma omp critical(hecate_fault)
        f->status = HEC_E_MEMORY;
    }
#pragma omp barrier
    for (size_t s = 0; s < f->model->n_strategies; s++) {
        if (f->model->strategies[s].pay.n_feeds == 0) {
            continue;
        }
#pragma omp single
        begin_strategy(f, s);
        if (f->going) {
            hec_persons_reside(f->run->study->persons, w.work, &any, s);
        }
        while (f->going) {
            live_on(f, &w);
#pragma omp critical(hecate_merge)
            hec_ledger_take_year(&f->feeds->ledger, &ledger, s, year_of(f));
#pragma omp barrier
#pragma omp single
            end_step(f);
        }
#pragma omp barrier /* all have seen that there is no more before another one begins */
    }
    hec_persons_work_destroy(w.work);
    hec_ledger_destroy(&ledger);
}

hec_status hec_people_find(hec_run *run, hec_people_feeds *feeds, int64_t draw,
                           const double *draw_values, int64_t persons)
{
    finder f = finder_of(run, feeds, draw, draw_values, persons);
    int64_t n_blocks = (int64_t)blocks_of(persons, run->block);
    int team = n_blocks < run->threads ? (int)n_blocks : run->threads;
    bool own = !feeds->memory;
    if (own && !open_residents(run, persons, feeds)) {
        return HEC_E_MEMORY;
    }
#pragma omp parallel num_threads(team)
    work_in_team(&f);
    if (own) {
        close_residents(feeds);
    }
    return f.status;
}

/* ---- what went wrong ------------------------------------------------------------------------- */

/* The first of some persons who goes wrong, alone. */
static hec_status report_persons(const finder *f)
{
    const hec_people_feeds *feeds = f->feeds;
    const hec_persons *persons = f->run->study->persons;
    hec_persons_work *work = hec_persons_work_create(persons, LANES);
    hec_person_fault fault = {.inputs = calloc(hec_model_inputs(f->model) + 1, sizeof(double))};
    double *memory =
        hec_aligned_doubles(hec_persons_resident_columns(persons, feeds->strategy) * LANES + 8);
    bool ready = work && fault.inputs && memory, good = true;
    hec_person_block block = block_of(f, 0);
    block.n = 1;
    block.observe = NULL;
    if (ready) {
        hec_persons_reside(persons, work, &block, feeds->strategy);
    }
    for (int64_t at = 0; ready && good && at < feeds->n; at++) {
        hec_resident one = {.memory = memory};
        block.first = feeds->first + at;
        good =
            hec_persons_advance(persons, work, &block, feeds->strategy, &one, feeds->until, &fault);
    }
    if (ready && !good) {
        hec_run_report_person(f->run, &fault, f->draw);
    }
    hec_persons_work_destroy(work);
    hec_aligned_free(memory);
    free(fault.inputs);
    return ready ? HEC_E_VALUE : HEC_E_MEMORY;
}

hec_status hec_people_report(hec_run *run, hec_people_feeds *feeds, int64_t draw,
                             const double *draw_values)
{
    const finder f = {.run = run,
                      .model = run->model,
                      .feeds = feeds,
                      .draw = draw,
                      .persons = feeds->first + feeds->n,
                      .values = draw_values};
    if (feeds->n > 0) {
        return report_persons(&f);
    }
    hec_run_report_settlement(run, &feeds->settlement, draw);
    return HEC_E_VALUE;
}

/* ---- the proof ------------------------------------------------------------------------------- */

size_t hec_people_feeds_differ(const hec_people_feeds *feeds, const hec_ledger *ledger)
{
    const hec_model *m = ledger->plan->model;
    size_t s = 0;
    while (s < m->n_strategies &&
           (m->strategies[s].pay.n_feeds == 0 || hec_ledger_same(&feeds->ledger, ledger, s))) {
        s++;
    }
    return s;
}

void hec_run_report_unproved(const hec_run *run, size_t strategy, int64_t draw)
{
    const hec_strategy *s = &run->model->strategies[strategy];
    hec_text where = {0};
    if (draw >= 0) {
        hec_text_format(&where, ", draw %lld", (long long)draw + 1);
    }
    hec_report(run->diagnostics, HEC_CHECK_PAYMENT_RANGE, s->place,
               "internal error: the same lives came to two ledgers: strategy %s%s", s->name,
               where.data ? where.data : "");
    hec_report_help(run->diagnostics, "this is a mistake of the program, not of the model");
    hec_text_free(&where);
}
