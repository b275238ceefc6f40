/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Run: base case, draws, analyses, provenance, one after the other into one dataset. */
#include "batch/study_inner.h"

#include <stdlib.h>

#include "batch/result_inner.h"

/* ---- dimensions ------------------------------------------------------------------------------ */

static bool label_dimension(hec_run *run, const char *name, const char *title, size_t n,
                            const char **labels)
{
    return hec_dataset_dimension(run->dataset, name, title, "", n, labels, NULL) >= 0;
}

const char *hec_run_state_name(hec_arena *arena, const hec_model *model, size_t state)
{
    const hec_state *s = &model->states[state];
    return model->n_chains > 1
               ? hec_arena_format(arena, "%s.%s", model->chains[s->chain].name, s->name)
               : s->name;
}

/* With `alive` and `dead` beside them, states have their chain in front. */
static bool name_places(hec_run *run, const char **labels)
{
    const hec_model *m = run->model;
    bool good = true;
    for (size_t i = 0; i < m->n_states; i++) {
        const hec_state *state = &m->states[i];
        labels[i] = m->shows_life ? hec_arena_format(run->arena, "%s.%s",
                                                     m->chains[state->chain].name, state->name)
                                  : state->name;
        good = good && labels[i];
    }
    if (m->shows_life) {
        labels[m->n_states] = "alive";
        labels[m->n_states + 1] = "dead";
    }
    return good;
}

static bool add_label_dimensions(hec_run *run, const char **labels)
{
    const hec_model *m = run->model;
    bool good = true;
    for (size_t i = 0; i < m->n_strategies; i++) {
        labels[i] = m->strategies[i].name;
    }
    good = good && label_dimension(run, "strategy", "Strategy", m->n_strategies, labels);
    good = good && name_places(run, labels) &&
           label_dimension(run, "state", "State of the chain", hec_model_places(m), labels);
    for (size_t i = 0; i < m->n_outcomes; i++) {
        labels[i] = m->outcomes[i].name;
    }
    good = good && label_dimension(run, "category", "Cost category", m->n_costs, labels);
    good = good &&
           label_dimension(run, "measure", "Measure of effect", m->n_effects, labels + m->n_costs);
    if (m->n_uses > 0) {
        good = good && label_dimension(run, "service", "Service", m->n_uses,
                                       labels + m->n_costs + m->n_effects);
    }
    for (size_t i = 0; i < m->n_perspectives; i++) {
        labels[i] = m->perspectives[i].name;
    }
    return good && label_dimension(run, "perspective", "Perspective", m->n_perspectives, labels);
}

static bool add_time_dimensions(hec_run *run, double *x)
{
    const hec_model *m = run->model;
    size_t cycles = (size_t)m->cycles;
    size_t years = hec_run_years(m);
    for (size_t i = 0; i <= cycles; i++) {
        x[i] = (double)i * m->cycle_length;
    }
    bool good = hec_dataset_dimension(run->dataset, "point", "Time since the start", "years",
                                      cycles + 1, NULL, x) >= 0;
    for (size_t i = 0; i < cycles; i++) {
        x[i] = (double)(i + 1);
    }
    good = good && hec_dataset_dimension(run->dataset, "cycle", "Cycle", "", cycles, NULL, x) >= 0;
    for (size_t i = 0; i < years; i++) {
        x[i] = (double)i;
    }
    return good && hec_dataset_dimension(run->dataset, "year", "Years since the start", "years",
                                         years, NULL, x) >= 0;
}

static bool add_dimensions(hec_run *run)
{
    const hec_model *m = run->model;
    size_t most = m->n_strategies + hec_model_places(m) + m->n_outcomes + m->n_perspectives + 1;
    const char **labels = calloc(most, sizeof *labels);
    double *x = calloc((size_t)m->cycles + 2 + hec_run_years(m), sizeof *x);
    const char *price =
        hec_arena_format(run->arena, "%s/%s", m->economics.currency, m->outcomes[m->effect].name);
    bool good =
        labels && x && price && add_label_dimensions(run, labels) && add_time_dimensions(run, x);
    if (good && m->economics.n_wtp > 0) {
        good = hec_dataset_dimension(run->dataset, "wtp", "Willingness to pay", price,
                                     m->economics.n_wtp, NULL, m->economics.wtp) >= 0;
    }
    if (good && m->economics.n_thresholds > 0) {
        good = hec_dataset_dimension(run->dataset, "threshold", "Named willingness to pay", price,
                                     m->economics.n_thresholds, NULL, m->economics.thresholds) >= 0;
    }
    if (good && m->draw_count > 0) {
        good = hec_dataset_dimension(run->dataset, "draw", "Draw", "", (size_t)m->draw_count, NULL,
                                     NULL) >= 0;
    }
    free(labels);
    free(x);
    return good;
}

size_t hec_run_years(const hec_model *model)
{
    double horizon = (double)model->cycles * model->cycle_length;
    size_t years = (size_t)(horizon + 1 - 1e-9);
    return years > 0 ? years : 1;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static hec_status open_run(hec_run *run)
{
    const hec_model *m = run->model;
    run->kernels = hk_select(run->options.isa);
    if (!run->kernels) {
        hec_report(run->diagnostics, HEC_CHECK_BAD_VALUE, HEC_NOWHERE,
                   "this processor or this build has no ISA level `%s`", run->options.isa);
        hec_report_help(run->diagnostics, "`hecate list isa` shows those there are");
        return HEC_E_ARGUMENT;
    }
    run->arena = hec_arena_create();
    run->threads = hec_study_threads(&run->options);
    run->block = hec_study_block(run->study, &run->options);
    run->base = calloc(m->n_draws + 1, sizeof *run->base);
    run->dataset = hec_dataset_create();
    if (!run->arena || !run->base || !run->dataset) {
        return HEC_E_MEMORY;
    }
    hec_dataset_use_folder(run->dataset, run->options.folder, (size_t)HEC_FILE_ABOVE);
    if (!add_dimensions(run)) {
        return HEC_E_MEMORY;
    }
    for (size_t i = 0; i < m->n_draws; i++) {
        run->base[i] = m->draws[i].base;
    }
    return HEC_OK;
}

hec_status hec_study_run(const hec_study *study, const hec_run_options *options,
                         hec_diagnostics *diagnostics, hec_result **result)
{
    typedef hec_status step(hec_run *);
    static step *const of_cohort[] = {open_run,      hec_run_base_case, hec_run_cohort_ledger,
                                      hec_run_draws, hec_run_analyses,  hec_run_provenance,
                                      NULL};
    static step *const of_persons[] = {open_run,
                                       hec_run_persons_base,
                                       hec_run_histories,
                                       hec_run_persons_draws,
                                       hec_run_analyses,
                                       hec_run_provenance,
                                       NULL};
    step *const *steps = study->persons ? of_persons : of_cohort;
    hec_run run = {.study = study, .model = study->model, .diagnostics = diagnostics};
    hec_status status = HEC_OK;
    *result = NULL;
    if (options) {
        run.options = *options;
    }
    int64_t before = hec_diagnostics_count(diagnostics, HEC_ERROR);
    for (; status == HEC_OK && *steps; steps++) {
        status = (*steps)(&run);
    }
    if (status == HEC_E_VALUE && hec_diagnostics_count(diagnostics, HEC_ERROR) == before) {
        hec_report(diagnostics, HEC_CHECK_REWARD_RANGE, HEC_NOWHERE,
                   "costs or effects are too large for a computer to be summed or compared");
    }
    hec_run_persons_forget(&run);
    free(run.base);
    hec_arena_destroy(run.arena);
    if (status != HEC_OK) {
        hec_dataset_destroy(run.dataset);
        return status;
    }
    *result = hec_result_wrap(run.dataset);
    return *result ? HEC_OK : HEC_E_MEMORY;
}
