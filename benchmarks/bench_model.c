/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A study made ready for benchmarks. */
#include "bench_model.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char bench_sick_sicker_path[] = HECATE_SOURCE_DIR "/models/sick-sicker/model.yaml";
const char bench_persons_path[] =
    HECATE_SOURCE_DIR "/benchmarks/models/sick_sicker_persons.yaml";

static void give_up(const bench_model *m, const char *what)
{
    char *words = hec_diagnostics_text(m->diagnostics, false);
    fprintf(stderr, "%s: %s\n", what, words ? words : "");
    free(words);
    exit(1);
}

static void draw_all(bench_model *m)
{
    hec_sample_work *work = hec_sample_work_create(m->study->sampling);
    if (!work || hec_sample(m->study->sampling, m->kernels, work, m->model->seed, 0, m->draws,
                            m->stride, m->sample) != HEC_OK) {
        give_up(m, "sampling");
    }
    hec_sample_work_destroy(work);
    for (size_t p = 0; p < m->model->n_draws; p++) { /* the limits work on whole blocks */
        for (size_t i = m->draws; i < m->stride; i++) {
            m->sample[p * m->stride + i] = m->sample[p * m->stride];
        }
    }
}

bench_model bench_model_open(const bench *b, const char *path, int64_t draws, size_t n_set,
                             const char *const *set)
{
    bench_model m = {.diagnostics = hec_diagnostics_create(), .kernels = b->kernels};
    hec_study_options options = {
        .n_set = n_set, .set = set, .draws = draws, .has_seed = true, .seed = 20190101};
    if (hec_study_read(path, &options, m.diagnostics, &m.study) != HEC_OK) {
        give_up(&m, path);
    }
    m.model = m.study->model;
    m.draws = (size_t)draws;
    m.stride = (m.draws + 63) / 64 * 64;
    m.block = hec_study_block(m.study, NULL);
    m.sample = bench_doubles(m.model->n_draws * m.stride);
    m.totals = bench_doubles(2 * m.model->n_outcomes * m.block);
    m.columns = calloc(m.model->n_draws + 1, sizeof *m.columns);
    m.work = hec_cohort_work_create(m.study->cohort, m.block);
    if (!m.work || !m.columns) {
        give_up(&m, "out of memory");
    }
    if (m.study->sampling) {
        draw_all(&m);
    }
    return m;
}

bench_model bench_model_of_text(const bench *b, const char *text, int64_t draws)
{
    char path[] = "/tmp/hecate-bench-XXXXXX";
    int file = mkstemp(path);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text)) {
        perror(path);
        exit(1);
    }
    close(file);
    bench_model m = bench_model_open(b, path, draws, 0, NULL);
    unlink(path);
    return m;
}

void bench_model_close(bench_model *m)
{
    hec_cohort_work_destroy(m->work);
    hec_aligned_free(m->sample);
    hec_aligned_free(m->totals);
    free(m->columns);
    hec_study_destroy(m->study);
    hec_diagnostics_destroy(m->diagnostics);
}

/* The cost of the perspective and the effect of one strategy in one block, as draws.c keeps them.
 */
static void keep(const bench_model *m, size_t s, size_t first, size_t n, double *out)
{
    const hec_model *model = m->model;
    const double *discounted = m->totals + model->n_outcomes * m->block;
    double *cost = out + s * m->draws + first;
    m->kernels->fill(n, 0, cost);
    for (size_t c = 0; c < model->n_costs; c++) {
        if (model->perspectives[model->perspective].counts[c]) {
            m->kernels->op[HK_ADD](n, cost, discounted + c * m->block, NULL, cost);
        }
    }
    memcpy(out + (model->n_strategies + s) * m->draws + first,
           discounted + (size_t)model->effect * m->block, n * sizeof *out);
}

void bench_model_simulate(bench_model *m, double *out)
{
    for (size_t first = 0; first < m->draws; first += m->block) {
        size_t n = m->draws - first < m->block ? m->draws - first : m->block;
        for (size_t i = 0; i < m->model->n_draws; i++) {
            m->columns[i] = m->sample + i * m->stride + first;
        }
        hec_cohort_block block = {m->kernels, n, m->columns, NULL};
        hec_cohort_fault fault = {0};
        hec_cohort_begin(m->study->cohort, m->work, &block);
        for (size_t k = 0; k < m->model->n_strategies; k++) {
            size_t s = hec_cohort_order(m->study->cohort)[k];
            if (!hec_cohort_strategy(m->study->cohort, m->work, &block, s, m->totals, m->block,
                                     &fault)) {
                give_up(m, "simulating");
            }
            keep(m, s, first, n, out);
        }
    }
}

const double *bench_model_column(const bench_model *m, const char *name)
{
    for (size_t i = 0; i < m->model->n_draws; i++) {
        if (strcmp(m->model->draws[i].name, name) == 0) {
            return m->sample + i * m->stride;
        }
    }
    give_up(m, name);
    return NULL;
}

static bool add_dimension(hec_run *run, const char *name, size_t length)
{
    return hec_dataset_dimension(run->dataset, name, "", "", length, NULL, NULL) >= 0;
}

static double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

bench_spent bench_model_run_draws(const bench_model *m, int threads, int64_t block)
{
    const hec_model *model = m->model;
    hec_run run = {.study = m->study,
                   .model = model,
                   .options = {.threads = threads, .block = block},
                   .kernels = m->kernels,
                   .diagnostics = m->diagnostics,
                   .dataset = hec_dataset_create(),
                   .arena = hec_arena_create(),
                   .threads = threads};
    run.block = hec_study_block(m->study, &run.options);
    if (!run.dataset || !run.arena || !add_dimension(&run, "strategy", model->n_strategies) ||
        !add_dimension(&run, "category", model->n_costs) ||
        !add_dimension(&run, "measure", model->n_effects) ||
        !add_dimension(&run, "draw", (size_t)model->draw_count)) {
        give_up(m, "preparing the draws");
    }
    bench_spent spent = {bench_now(), processor_seconds()};
    if (hec_run_draws(&run) != HEC_OK) {
        give_up(m, "running the draws");
    }
    spent.clock = bench_now() - spent.clock;
    spent.processor = processor_seconds() - spent.processor;
    hec_dataset_destroy(run.dataset);
    hec_arena_destroy(run.arena);
    return spent;
}
