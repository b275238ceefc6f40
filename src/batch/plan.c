/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plan: what a run will need, before it starts. */
#include "batch/study_inner.h"

#include <omp.h>

#include "batch/people_feeds.h"
#include "batch/people_pay.h"
#include "batch/people_rows.h"

/* Lanes of a block: long enough to keep the kernels busy, short enough that a strategy's columns
 * stay in the second-level cache. */
enum { BLOCK_MOST = 256, BLOCK_LEAST = 8, CACHE_BYTES = 512 * 1024 };
/* Of persons: below 256 the interpreter costs more than the cache gives (benchmarks/results). */
enum { PERSONS_MOST = 512, PERSONS_LEAST = 256 };

const char *hec_engine_name(hec_engine engine)
{
    static const char *const names[] = {"cohort", "microsimulation",
                                        "microsimulation in continuous time"};
    return names[engine];
}

int hec_study_threads(const hec_run_options *options)
{
    return options && options->threads > 0 ? options->threads : omp_get_max_threads();
}

static size_t work_bytes(const hec_study *study, size_t lanes)
{
    return study->persons ? hec_persons_work_bytes(study->persons, lanes)
                          : hec_cohort_work_bytes(study->cohort, lanes);
}

size_t hec_study_block(const hec_study *study, const hec_run_options *options)
{
    size_t most = study->persons ? HEC_CHUNK : SIZE_MAX;
    if (options && options->block > 0) {
        size_t block = (size_t)(options->block + 7) / 8 * 8;
        return block < most ? block : most;
    }
    size_t block = study->persons ? PERSONS_MOST : BLOCK_MOST;
    size_t least = study->persons ? PERSONS_LEAST : BLOCK_LEAST;
    while (block > least && work_bytes(study, block) > CACHE_BYTES) {
        block /= 2;
    }
    return block;
}

/* Moves that are counted: the most of any strategy. */
static int64_t moves_of(const hec_study *study)
{
    int64_t most = 0;
    for (size_t s = 0; s < study->model->n_strategies; s++) {
        const hec_cohort_arc *unused = NULL;
        size_t n = study->persons ? hec_people_moves(study->model, s)
                                  : hec_cohort_arcs(study->cohort, s, &unused);
        most = (int64_t)n > most ? (int64_t)n : most;
    }
    return most;
}

/* What may live in files: arrays of a shape with that many places. */
static int64_t in_files(int64_t places, int64_t bytes)
{
    return 8 * places > HEC_FILE_ABOVE ? bytes : 0;
}

static int64_t draws_bytes(const hec_model *model)
{
    int64_t strategies = (int64_t)model->n_strategies, outcomes = (int64_t)model->n_outcomes;
    int64_t postings = 0; /* of all strategies, each of which has a row for every one */
    for (size_t s = 0; s < model->n_strategies; s++) {
        postings += (int64_t)model->strategies[s].pay.n_postings;
    }
    return 8 * model->draw_count *
           ((int64_t)model->n_draws + strategies * (2 * outcomes + 2 + postings));
}

/* At most: postings of one name in several strategies are one. */
static int64_t ledger_bytes(const hec_study *study)
{
    const hec_model *m = study->model;
    int64_t strategies = (int64_t)m->n_strategies, uses = (int64_t)m->n_uses;
    int64_t postings = 0, settlements = 0, measures = 0, panels = 0, payers = 0, providers = 0;
    for (size_t s = 0; s < m->n_strategies; s++) {
        const hec_pay *pay = &m->strategies[s].pay;
        postings += (int64_t)pay->n_postings;
        measures += (int64_t)pay->n_measures;
        for (size_t i = 0; i < pay->n_postings; i++) {
            settlements += pay->postings[i].level == HEC_LEVEL_PANEL;
        }
    }
    for (size_t i = 0; i < m->n_parties; i++) {
        panels += m->parties[i].panels;
        providers += m->parties[i].provider;
        payers += !m->parties[i].provider;
    }
    int64_t of_year = postings + HEC_LEDGER_COLUMNS * uses + payers + 4 * providers +
                      (settlements > 0 ? panels * (settlements + measures) : 0);
    return 8 * strategies * ((int64_t)study->ledger->n_years * of_year + 2 * postings + 3 * payers);
}

static void plan_persons(const hec_study *study, hec_plan *plan)
{
    const hec_model *model = study->model;
    size_t block = (size_t)plan->block;
    int64_t ledger = study->ledger ? ledger_bytes(study) : 0;
    plan->bytes_per_thread +=
        (int64_t)(hec_run_persons_bytes(model, block) + hec_people_pay_bytes(study));
    plan->bytes_kept += (int64_t)hec_people_detail_bytes(model) + ledger;
    plan->bytes_on_disk += ledger;
    plan->year_by_year = study->together[0];
    plan->cycle_by_cycle = study->together[1];
    if (hec_people_feeds_wanted(model)) {
        plan->bytes_per_person = (int64_t)hec_people_resident_bytes(study);
        plan->bytes_together = hec_people_together_bytes(study, block, plan->threads);
    }
}

hec_status hec_study_plan(const hec_study *study, const hec_run_options *options, hec_plan *plan)
{
    const hec_model *model = study->model;
    bool persons = study->persons != NULL;
    size_t block = hec_study_block(study, options);
    int64_t strategies = (int64_t)model->n_strategies, states = (int64_t)model->n_states;
    int64_t arcs = moves_of(study), points = model->cycles + 1;
    int64_t kept = persons ? hec_people_kept_bytes(model) : 0;
    int64_t rows = persons ? hec_people_rows_bytes(model) : 0;
    int64_t detail =
        8 * strategies * (points * (int64_t)hec_model_places(model) + model->cycles * arcs);
    int64_t all = draws_bytes(model) + detail + kept + rows;
    *plan = (hec_plan){
        .engine = hec_engine_name(model->engine),
        .persons = persons ? model->persons.count : 0,
        .per_draw = persons ? model->persons.per_draw : 0,
        .strategies = strategies,
        .strata = (int64_t)model->population.n_strata,
        .states = states,
        .arcs = arcs,
        .cycles = model->cycles,
        .draws = model->draw_count,
        .parameters_drawn = (int64_t)model->n_draws,
        .cells = persons ? states : hec_cohort_cells(study->cohort),
        .bytes_kept = all,
        .bytes_per_thread = (int64_t)(work_bytes(study, block) +
                                      8 * block * (model->n_draws + 2 * model->n_outcomes)),
        .bytes_on_disk = all,
        .bytes_in_files = in_files(strategies * model->draw_count, draws_bytes(model)) +
                          in_files(strategies * hec_people_kept_count(model), kept),
        .threads = hec_study_threads(options),
        .block = (int64_t)block,
        .year_by_year = "",
        .cycle_by_cycle = "",
    };
    if (persons) {
        plan_persons(study, plan);
    }
    return HEC_OK;
}
