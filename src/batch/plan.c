/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plan: what a run will need, before it starts. */
#include "batch/study_inner.h"

#include <omp.h>

/* Lanes of a block: long enough to keep the kernels busy, short enough that a strategy's columns
 * stay in the second-level cache. */
enum { BLOCK_MOST = 256, BLOCK_LEAST = 8, CACHE_BYTES = 512 * 1024 };

int hec_study_threads(const hec_run_options *options)
{
    return options && options->threads > 0 ? options->threads : omp_get_max_threads();
}

size_t hec_study_block(const hec_study *study, const hec_run_options *options)
{
    if (options && options->block > 0) {
        return (size_t)(options->block + 7) / 8 * 8;
    }
    size_t block = BLOCK_MOST;
    while (block > BLOCK_LEAST && hec_cohort_work_bytes(study->cohort, block) > CACHE_BYTES) {
        block /= 2;
    }
    return block;
}

hec_status hec_study_plan(const hec_study *study, const hec_run_options *options, hec_plan *plan)
{
    const hec_model *model = study->model;
    int64_t arcs = 0;
    for (size_t s = 0; s < model->n_strategies; s++) {
        const hec_cohort_arc *unused = NULL;
        int64_t n = (int64_t)hec_cohort_arcs(study->cohort, s, &unused);
        arcs = n > arcs ? n : arcs;
    }
    size_t block = hec_study_block(study, options);
    int64_t strategies = (int64_t)model->n_strategies, outcomes = (int64_t)model->n_outcomes;
    int64_t points = model->cycles + 1, states = (int64_t)model->n_states;
    int64_t kept = model->draw_count * (int64_t)model->n_draws +
                   model->draw_count * strategies * (2 * outcomes + 2);
    int64_t detail = strategies * (points * states + model->cycles * arcs);
    *plan = (hec_plan){
        .strategies = strategies,
        .strata = (int64_t)model->population.n_strata,
        .states = states,
        .arcs = arcs,
        .cycles = model->cycles,
        .draws = model->draw_count,
        .parameters_drawn = (int64_t)model->n_draws,
        .cells = hec_cohort_cells(study->cohort),
        .bytes_kept = 8 * (kept + detail),
        .bytes_per_thread = (int64_t)hec_cohort_work_bytes(study->cohort, block) +
                            (int64_t)(8 * block) * (int64_t)(model->n_draws + 2 * model->n_outcomes),
        .bytes_on_disk = 8 * (kept + detail),
        .threads = hec_study_threads(options),
        .block = (int64_t)block,
    };
    return HEC_OK;
}
