/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Study: from a file to something that can be run. */
#include "batch/study_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* One PATH=VALUE of the command line, laid over the tree like a strategy's `set:`. */
static bool apply_setting(hec_study *study, hec_diagnostics *diagnostics, const char *setting)
{
    const char *equals = strchr(setting, '=');
    hec_node *value = NULL;
    if (!equals || equals == setting || !equals[1]) {
        hec_report(diagnostics, HEC_CHECK_SET_PATH, HEC_NOWHERE,
                   "`--set %s` is not PATH=VALUE", setting);
        hec_report_help(diagnostics, "--set r_HS1=0.2 or --set economics.discount.cost=3%%");
        return false;
    }
    const char *path = hec_arena_copy(study->arena, setting, (size_t)(equals - setting));
    const char *name = hec_arena_format(study->arena, "--set %s", path ? path : "");
    if (!path || !name ||
        !hec_tree_read_text(study->arena, diagnostics, name, equals + 1, strlen(equals + 1),
                            &value)) {
        return false;
    }
    return hec_tree_set(study->arena, diagnostics, study->tree, path, value->place, value);
}

static bool keep_sources(hec_study *study, const hec_diagnostics *diagnostics)
{
    size_t n = (size_t)hec_source_count(diagnostics);
    study->source_names = hec_arena_array(study->arena, n + 1, sizeof *study->source_names);
    study->source_texts = hec_arena_array(study->arena, n + 1, sizeof *study->source_texts);
    study->source_lengths = hec_arena_array(study->arena, n + 1, sizeof *study->source_lengths);
    if (!study->source_names || !study->source_texts || !study->source_lengths) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        size_t length = 0;
        const char *text = hec_source_text(diagnostics, (int32_t)i, &length);
        const char *name = hec_source_name(diagnostics, (int32_t)i);
        study->source_names[i] = hec_arena_copy(study->arena, name, strlen(name));
        study->source_texts[i] = hec_arena_copy(study->arena, text, length);
        study->source_lengths[i] = length;
        if (!study->source_names[i] || !study->source_texts[i]) {
            return false;
        }
    }
    study->n_sources = n;
    return true;
}

static void apply_options(hec_model *model, const hec_study_options *options,
                          hec_diagnostics *diagnostics)
{
    if (options && options->draws >= 0) {
        model->draw_count = options->draws;
    }
    if (options && options->has_seed) {
        model->seed = options->seed;
        model->has_seed = true;
    }
    if (model->draw_count > 0 && !model->has_seed) {
        hec_report(diagnostics, HEC_CHECK_MISSING_KEY, HEC_NOWHERE,
                   "draws are asked for, but no seed is stated");
        hec_report_help(diagnostics, "uncertainty: {draws: 1000, seed: 20260101}, or --seed");
    }
    if (model->draw_count > 0 && model->economics.n_wtp == 0) {
        hec_report(diagnostics, HEC_CHECK_ECONOMICS_MISSING, HEC_NOWHERE,
                   "draws are asked for, but no willingness to pay at which to read them");
        hec_report_help(diagnostics, "economics: {..., wtp: {from: 0, to: 100000, by: 5000}}");
    }
}

static bool read_study(hec_study *study, const char *path, const hec_study_options *options,
                       hec_diagnostics *diagnostics)
{
    bool good = hec_tree_read_layers(study->arena, diagnostics, path, &study->tree);
    if (!good || !study->tree) {
        return false;
    }
    for (size_t i = 0; options && i < options->n_set; i++) {
        good = apply_setting(study, diagnostics, options->set[i]) && good;
    }
    study->model = hec_model_build(study->arena, diagnostics, study->tree);
    if (!good || !study->model) {
        return false;
    }
    apply_options(study->model, options, diagnostics);
    if (hec_diagnostics_count(diagnostics, HEC_ERROR) > 0) {
        return false;
    }
    study->cohort = hec_cohort_create(study->arena, study->model);
    if (study->model->n_draws > 0 && study->model->draw_count > 0) {
        study->sampling = hec_sample_plan_of_model(study->arena, diagnostics, study->model);
        return study->cohort && study->sampling;
    }
    return study->cohort != NULL;
}

hec_status hec_study_read(const char *path, const hec_study_options *options,
                          hec_diagnostics *diagnostics, hec_study **study)
{
    *study = NULL;
    hec_study *s = calloc(1, sizeof *s);
    if (!s) {
        return HEC_E_MEMORY;
    }
    s->arena = hec_arena_create();
    s->path = strdup(path);
    if (!s->arena || !s->path) {
        hec_study_destroy(s);
        return HEC_E_MEMORY;
    }
    bool good = read_study(s, path, options, diagnostics);
    if (good && !keep_sources(s, diagnostics)) {
        good = false;
    }
    if (!good) {
        bool mistakes = hec_diagnostics_count(diagnostics, HEC_ERROR) > 0;
        hec_study_destroy(s);
        return mistakes ? HEC_E_INPUT : HEC_E_MEMORY;
    }
    *study = s;
    return HEC_OK;
}

void hec_study_destroy(hec_study *study)
{
    if (study) {
        hec_arena_destroy(study->arena);
        free(study->path);
        free(study);
    }
}

char *hec_study_resolved(const hec_study *study)
{
    return hec_node_to_yaml(study->tree);
}
