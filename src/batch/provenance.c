/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Provenance: parameters, economics, inputs with their hashes, versions and options, so that a
 * result says what it was made of. */
#include "batch/study_inner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <sha2.h>

#include <hecate/catalogue.h>

#include "base/text.h"
#include "store/prose.h"

typedef struct text_column {
    const char *path, *title;
} text_column;

static bool add_columns(hec_run *run, const char *dimension, size_t n, const text_column *columns)
{
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        good =
            good && hec_dataset_texts(run->dataset, columns[i].path, dimension, columns[i].title);
    }
    return good;
}

static const char *place_text(const hec_run *run, hec_place place)
{
    int line = 0, column = 0;
    const char *name = hec_source_name(run->diagnostics, place.file);
    if (!name) {
        return "";
    }
    hec_place_locate(run->diagnostics, place, &line, &column);
    return hec_arena_format(run->arena, "%s:%d", name, line);
}

static hec_status add_labels(hec_run *run)
{
    static const text_column column = {"strategies/label", "The strategy in words"};
    const hec_model *m = run->model;
    bool good = add_columns(run, "strategy", 1, &column);
    for (size_t i = 0; good && i < m->n_strategies; i++) {
        good = hec_dataset_set_text(run->dataset, column.path, i, m->strategies[i].label);
    }
    return good ? HEC_OK : HEC_E_MEMORY;
}

static hec_status add_parameters(hec_run *run)
{
    static const text_column columns[] = {
        {"parameters/unit", "Unit as written"},
        {"parameters/distribution", "Distribution"},
        {"parameters/source", "Source"},
        {"parameters/status", "read, recalled, assumed"},
        {"parameters/note", "Note"},
        {"parameters/label", "Label"},
        {"parameters/place", "File and line"},
    };
    enum { N = sizeof columns / sizeof columns[0] };
    const hec_model *m = run->model;
    hec_dataset *d = run->dataset;
    if (m->n_parameters == 0) {
        return HEC_OK;
    }
    const char **labels = calloc(m->n_parameters, sizeof *labels);
    bool good = labels != NULL;
    for (size_t i = 0; good && i < m->n_parameters; i++) {
        labels[i] = m->parameters[i].name;
    }
    good = good && hec_dataset_dimension(d, "parameter", "Parameter", "", m->n_parameters, labels,
                                         NULL) >= 0;
    double *value = good ? hec_dataset_doubles(d, "parameters/value", "parameter", "",
                                               "Base value, in the unit as written")
                         : NULL;
    good = value && add_columns(run, "parameter", N, columns);
    for (size_t i = 0; good && i < m->n_parameters; i++) {
        const hec_parameter *p = &m->parameters[i];
        const char *texts[N] = {p->unit,  p->distribution,          p->source, p->status, p->note,
                                p->label, place_text(run, p->place)};
        value[i] = p->base;
        for (size_t k = 0; good && k < N; k++) {
            good = hec_dataset_set_text(d, columns[k].path, i, texts[k] ? texts[k] : "");
        }
    }
    free(labels);
    return good ? HEC_OK : HEC_E_MEMORY;
}

static hec_status add_economics(hec_run *run)
{
    static const text_column columns[] = {
        {"economics/name", "Setting"},
        {"economics/value", "Value"},
        {"economics/origin", "Profile, or file and line"},
        {"economics/departs_from", "What the profile states, where the study departs from it"},
    };
    const hec_economics *e = &run->model->economics;
    hec_dataset *d = run->dataset;
    bool good = hec_dataset_dimension(d, "setting", "Economic setting", "", e->n_settings, NULL,
                                      NULL) >= 0 &&
                add_columns(run, "setting", 4, columns);
    for (size_t i = 0; good && i < e->n_settings; i++) {
        const hec_setting *s = &e->settings[i];
        good = hec_dataset_set_text(d, columns[0].path, i, s->name) &&
               hec_dataset_set_text(d, columns[1].path, i, s->value) &&
               hec_dataset_set_text(d, columns[2].path, i, s->origin) &&
               hec_dataset_set_text(d, columns[3].path, i, s->departs ? s->profile_value : "");
    }
    return good ? HEC_OK : HEC_E_MEMORY;
}

static hec_status add_inputs(hec_run *run)
{
    static const text_column columns[] = {{"inputs/name", "File"},
                                          {"inputs/sha256", "SHA-256 of the file"},
                                          {"inputs/text", "The file itself"}};
    const hec_study *study = run->study;
    hec_dataset *d = run->dataset;
    bool good = hec_dataset_dimension(d, "input", "File the study was read from", "",
                                      study->n_sources, NULL, NULL) >= 0 &&
                add_columns(run, "input", 3, columns);
    for (size_t i = 0; good && i < study->n_sources; i++) {
        char hash[SHA256_DIGEST_STRING_LENGTH];
        const char *text = study->source_texts[i];
        if (!SHA256Data((const uint8_t *)text, study->source_lengths[i], hash)) {
            return HEC_E_MEMORY;
        }
        good = hec_dataset_set_text(d, columns[0].path, i, study->source_names[i]) &&
               hec_dataset_set_text(d, columns[1].path, i, hash) &&
               hec_dataset_set_text(d, columns[2].path, i, text);
    }
    char *resolved = hec_study_resolved(study);
    good = good && resolved &&
           hec_dataset_texts(d, "inputs/resolved", "", "All layers and settings applied") &&
           hec_dataset_set_text(d, "inputs/resolved", 0, resolved);
    free(resolved);
    return good ? HEC_OK : HEC_E_MEMORY;
}

/* Only what belongs to the result: nothing of when, where or by how many threads it was made, so
 * that equal runs give equal files. */
static hec_status add_attributes(hec_run *run)
{
    static const char *const words[] = {"description", "authors",     "licence", "setting",
                                        "notes",       "limitations", "sources", "assumptions"};
    const hec_model *m = run->model;
    hec_dataset *d = run->dataset;
    bool good = hec_dataset_attribute_text(d, "title", m->title) &&
                hec_dataset_attribute_text(d, "study", m->name) &&
                hec_dataset_attribute_text(d, "hecate_version", hec_version()) &&
                hec_dataset_attribute_text(d, "isa", run->kernels->isa) &&
                hec_dataset_attribute_text(d, "engine", hec_engine_name(m->engine)) &&
                hec_dataset_attribute_text(d, "currency", m->economics.currency) &&
                hec_dataset_attribute_text(d, "effect", m->outcomes[m->effect].name) &&
                hec_dataset_attribute_text(d, "perspective", m->economics.perspective) &&
                hec_dataset_attribute_text(d, "design", m->design) &&
                hec_dataset_attribute_number(d, "draws", (double)m->draw_count) &&
                hec_dataset_attribute_number(d, "seed", m->has_seed ? (double)m->seed : NAN) &&
                hec_dataset_attribute_number(d, "cycle_length_years", m->cycle_length) &&
                hec_dataset_attribute_number(d, "price_year", m->economics.price_year) &&
                hec_dataset_attribute_number(d, "population_size", m->population.size);
    if (good && run->study->persons) {
        good =
            hec_dataset_attribute_number(d, "persons", (double)m->persons.count) &&
            hec_dataset_attribute_number(d, "persons_per_draw", (double)m->persons.per_draw) &&
            hec_dataset_attribute_text(d, "antithetic", m->persons.antithetic ? "yes" : "no") &&
            hec_dataset_attribute_text(d, "design_persons", m->persons.sobol ? "sobol" : "random");
    }
    for (size_t i = 0; good && i < sizeof words / sizeof words[0]; i++) {
        const hec_node *node = hec_node_get(run->study->tree, words[i]);
        if (node && node->kind == HEC_NODE_SCALAR) {
            good = hec_dataset_attribute_text(d, words[i], node->text);
        } else if (node && node->kind != HEC_NODE_EMPTY) {
            char *yaml = hec_node_to_yaml(node);
            good = yaml && hec_dataset_attribute_text(d, words[i], yaml);
            free(yaml);
        }
    }
    return good ? HEC_OK : HEC_E_MEMORY;
}

/* How a cohort's payments were worked out. */
static hec_status add_payments(hec_run *run)
{
    static const text_column column = {"strategies/payments",
                                       "How payments were worked out: exact, or on means"};
    const hec_model *m = run->model;
    hec_text names = {0};
    bool any = false;
    for (size_t i = 0; i < m->n_strategies; i++) {
        any = any || m->strategies[i].pay.policy;
    }
    if (run->study->persons || !any) {
        return HEC_OK;
    }
    bool good = add_columns(run, "strategy", 1, &column);
    for (size_t i = 0; good && i < m->n_strategies; i++) {
        const hec_strategy *s = &m->strategies[i];
        const char *how = s->means ? "on means" : s->pay.policy ? "exact" : "";
        if (s->means) {
            hec_text_format(&names, "%s%s", names.length > 0 ? ", " : "", s->name);
        }
        good = hec_dataset_set_text(run->dataset, column.path, i, how);
    }
    if (good && names.length > 0) {
        good = hec_dataset_attribute_text(run->dataset, "payments_on_means", names.data);
        for (size_t i = 0; good && i < run->dataset->n_arrays; i++) {
            good = !hec_on_means(run->dataset, &run->dataset->arrays[i]) ||
                   hec_dataset_add_to_title(run->dataset, i, ", with payments on means");
        }
    }
    good = good && !names.failed;
    hec_text_free(&names);
    return good ? HEC_OK : HEC_E_MEMORY;
}

hec_status hec_run_provenance(hec_run *run)
{
    hec_status status = add_labels(run);
    if (status == HEC_OK) {
        status = add_parameters(run);
    }
    if (status == HEC_OK) {
        status = add_economics(run);
    }
    if (status == HEC_OK) {
        status = add_inputs(run);
    }
    if (status == HEC_OK) {
        status = add_attributes(run);
    }
    return status == HEC_OK ? add_payments(run) : status;
}
