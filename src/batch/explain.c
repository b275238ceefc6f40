/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explain: one name of a study in words: where it comes from, what it is, who reads it. */
#include "batch/study_inner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "batch/fault_words.h"
#include "model/build.h"

void hec_explain_place(const hec_diagnostics *diagnostics, const char *head, hec_place place,
                       FILE *out)
{
    int line = 0, column = 0;
    hec_place_locate(diagnostics, place, &line, &column);
    fprintf(out, "  %-12s %s:%d\n", head, hec_source_name(diagnostics, place.file), line);
}

static void print_words(const char *head, const char *words, FILE *out)
{
    if (words && *words) {
        fprintf(out, "  %-12s %s\n", head, words);
    }
}

/* "once per draw", ... from what a node depends on */
static const char *rate_words(uint8_t depends, bool persons)
{
    if (depends & (HEC_DEP_STATE | HEC_DEP_NEXT) ||
        (persons && depends & HEC_DEP_CYCLE && depends & HEC_DEP_PERSON)) {
        return "every cycle, for every person";
    }
    if (persons && depends & HEC_DEP_STRATUM) {
        return "once for every person";
    }
    if (depends & HEC_DEP_CYCLE && depends & HEC_DEP_DURATION) {
        return "every cycle, for every time in state";
    }
    if (depends & HEC_DEP_CYCLE) {
        return depends & HEC_DEP_DRAW ? "every cycle of every draw"
                                      : "once per cycle, for all draws";
    }
    if (depends & HEC_DEP_DURATION) {
        return "once per time in state";
    }
    if (depends & HEC_DEP_STRATUM) {
        return "once per stratum of the population";
    }
    return depends & HEC_DEP_DRAW ? "once per draw" : "once, before the run";
}

/* What follows a person's own past has no value before there is a person. */
static bool follows_persons(const hec_study *study, hec_id id)
{
    uint8_t depends = id < 0 ? 0 : hec_graph_node_at(study->model->graph, id)->depends;
    return study->persons && depends & HEC_DEP_PERSON;
}

static void print_value(const hec_study *study, hec_id id, FILE *out)
{
    const hec_model *m = study->model;
    if (follows_persons(study, id)) {
        uint8_t depends = hec_graph_node_at(m->graph, id)->depends;
        fprintf(out, "  evaluated    %s\n", rate_words(depends, true));
        return;
    }
    double *inputs = calloc(hec_model_inputs(m) + 1, sizeof *inputs);
    hec_text values = {0};
    if (!inputs || id < 0) {
        free(inputs);
        return;
    }
    hec_cohort_fault first = {.cycle = 1};
    double **columns = calloc(m->n_draws + 1, sizeof *columns);
    for (size_t i = 0; columns && i < m->n_draws; i++) {
        columns[i] = &m->draws[i].base;
    }
    if (columns) {
        hec_cohort_block block = {NULL, 1, (const double *const *)columns, NULL};
        hec_cohort_inputs(m, &block, &first, inputs);
        char number[32];
        hec_text_from_double(hec_evaluate(m->graph, id, inputs), number);
        fprintf(out, "  value        %s in the base case, first cycle\n", number);
        const hec_telling telling = hec_fault_telling(m);
        hec_explain_value(m->graph, id, inputs, &telling, &values);
        print_words("from", values.data, out);
        fprintf(out, "  evaluated    %s\n",
                rate_words(hec_graph_node_at(m->graph, id)->depends, study->persons != NULL));
    }
    hec_text_free(&values);
    free(columns);
    free(inputs);
}

static void print_parameter(const hec_study *study, const hec_diagnostics *diagnostics,
                            const hec_parameter *p, FILE *out)
{
    fprintf(out, "%s, a parameter\n", p->name);
    print_words("label", p->label, out);
    hec_explain_place(diagnostics, "defined", p->place, out);
    if (!isnan(p->base)) {
        char number[32];
        hec_text_from_double(p->base, number);
        fprintf(out, "  base value   %s %s\n", number, p->unit);
    }
    print_words("distribution", p->distribution, out);
    print_words("source", p->source, out);
    print_words("status", p->status, out);
    print_words("note", p->note, out);
    print_value(study, p->id, out);
}

/* Lines of expressions that mention the name, in any file of the study. */
static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* Whether a line, but for its comment, has the name as a word. */
static bool mentions(const char *line, size_t length, const char *name)
{
    size_t word = strlen(name);
    bool comment = false, found = false;
    for (size_t i = 0; i < length && !comment && !found; i++) {
        bool begins = i == 0 || !is_word(line[i - 1]);
        comment = line[i] == '#' && (i == 0 || line[i - 1] == ' ');
        found = begins && i + word <= length && memcmp(line + i, name, word) == 0 &&
                (i + word == length || !is_word(line[i + word]));
    }
    return found;
}

/* A file that several strategies name is read for each of them. */
static bool was_read_before(const hec_study *study, size_t source)
{
    bool before = false;
    for (size_t i = 0; i < source; i++) {
        before = before || strcmp(study->source_names[i], study->source_names[source]) == 0;
    }
    return before;
}

static void print_readers(const hec_study *study, const char *name, FILE *out)
{
    for (size_t i = 0; i < study->n_sources; i++) {
        const char *source = study->source_names[i];
        size_t dot = strlen(source);
        if ((dot > 4 && strcmp(source + dot - 4, ".csv") == 0) || was_read_before(study, i)) {
            continue;
        }
        int number = 1;
        for (const char *line = study->source_texts[i]; *line; number++) {
            size_t length = strcspn(line, "\n");
            if (mentions(line, length, name)) {
                size_t indent = strspn(line, " ");
                fprintf(out, "  mentioned    %s:%d: %.*s\n", source, number, (int)(length - indent),
                        line + indent);
            }
            line += length + (line[length] == '\n');
        }
    }
}

static hec_status unknown(const hec_study *study, const char *name, hec_diagnostics *diagnostics)
{
    const hec_model *m = study->model;
    size_t written = hec_explain_names(study, NULL);
    const char **names = calloc(m->n_parameters + m->n_states + written + 1, sizeof *names);
    size_t n = names ? hec_explain_names(study, names) : 0;
    for (size_t i = 0; names && i < m->n_parameters; i++) {
        names[n++] = m->parameters[i].name;
    }
    for (size_t i = 0; names && i < m->n_states; i++) {
        names[n++] = m->states[i].name;
    }
    hec_report(diagnostics, HEC_CHECK_UNKNOWN_NAME, HEC_NOWHERE,
               "nothing in the study is called `%s`", name);
    const char *near = names ? hec_text_nearest(name, n, names) : NULL;
    if (near) {
        hec_report_help(diagnostics, "did you mean `%s`?", near);
    }
    free(names);
    return HEC_E_ARGUMENT;
}

static void print_state(const hec_study *study, const hec_diagnostics *diagnostics, size_t state,
                        size_t strategy, FILE *out)
{
    const hec_model *m = study->model;
    const hec_strategy *s = &m->strategies[strategy];
    fprintf(out, "%s, a state%s\n", m->states[state].name, m->states[state].dead ? " (dead)" : "");
    hec_explain_place(diagnostics, "defined", m->states[state].place, out);
    fprintf(out, "  under strategy %s, base case, first cycle:\n", s->name);
    for (size_t i = 0; i < s->n_arcs; i++) {
        if ((size_t)s->arcs[i].from == state) {
            fprintf(out, "  to %s%s\n", m->states[s->arcs[i].to].name,
                    s->arcs[i].remainder ? " (what the others leave)" : "");
            print_value(study, s->arcs[i].value, out);
        }
    }
    for (size_t i = 0; i < s->n_rewards; i++) {
        if ((size_t)s->rewards[i].state == state) {
            fprintf(out, "  %s per year\n", m->outcomes[s->rewards[i].outcome].name);
            print_value(study, s->rewards[i].value, out);
        }
    }
}

hec_status hec_study_explain(const hec_study *study, const char *name, const char *strategy,
                             hec_diagnostics *diagnostics, FILE *out)
{
    const hec_model *m = study->model;
    size_t s = 0;
    while (strategy && s < m->n_strategies && strcmp(m->strategies[s].name, strategy) != 0) {
        s++;
    }
    if (s == m->n_strategies) {
        hec_report(diagnostics, HEC_CHECK_UNKNOWN_ITEM, HEC_NOWHERE,
                   "the study has no strategy `%s`", strategy);
        return HEC_E_ARGUMENT;
    }
    bool found = false;
    for (size_t i = 0; i < m->n_parameters; i++) {
        if (strcmp(m->parameters[i].name, name) == 0) {
            print_parameter(study, diagnostics, &m->parameters[i], out);
            found = true;
        }
    }
    for (size_t i = 0; i < m->n_states; i++) {
        if (strcmp(m->states[i].name, name) == 0) {
            print_state(study, diagnostics, i, s, out);
            found = true;
        }
    }
    const hec_node *let = hec_node_get(study->tree, "let");
    const hec_node *definition = let ? hec_node_get(let, name) : NULL;
    if (definition && definition->kind == HEC_NODE_SCALAR) {
        fprintf(out, "%s, a definition\n  is           %s\n", name, definition->text);
        hec_explain_place(diagnostics, "defined", definition->place, out);
        found = true;
    }
    hec_status status = hec_explain_written(study, name, diagnostics, &found, out);
    if (status == HEC_OK && !found) {
        return unknown(study, name, diagnostics);
    }
    print_readers(study, name, out);
    return status == HEC_OK && ferror(out) ? HEC_E_IO : status;
}
