/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for a value that went wrong, shared by the engines. */
#include "batch/fault_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static bool reads_unknown(const hec_model *model, const hec_graph_node *node, const double *inputs)
{
    for (int i = 0; i < node->n_args; i++) {
        if (isnan(hec_evaluate(model->graph, node->args[i], inputs))) {
            return true;
        }
    }
    return false;
}

/* The look-up below a node that is NaN although all it reads is known, or -1. */
hec_id hec_fault_failed_lookup(const hec_model *model, hec_id id, const double *inputs)
{
    hec_id found = -1;
    bool *below = calloc((size_t)id + 1, sizeof *below);
    if (!below) {
        return -1;
    }
    below[id] = true;
    for (hec_id i = id; i >= 0 && found < 0; i--) { /* arguments come before what reads them */
        const hec_graph_node *node = hec_graph_node_at(model->graph, i);
        for (int k = 0; below[i] && k < node->n_args; k++) {
            below[node->args[k]] = true;
        }
        if (below[i] && node->code == HEC_CODE_LOOKUP &&
            isnan(hec_evaluate(model->graph, i, inputs)) && !reads_unknown(model, node, inputs)) {
            found = i;
        }
    }
    free(below);
    return found;
}

void hec_fault_report_lookup(const hec_run *run, hec_id id, const double *inputs, const char *where)
{
    const hec_model *model = run->model;
    const hec_graph_node *node = hec_graph_node_at(model->graph, id);
    const hec_lookup *table = node->lookup;
    hec_text at = {0};
    for (int i = 0; i < node->n_args; i++) {
        double x = hec_evaluate(model->graph, node->args[i], inputs);
        bool word =
            table->axis_types[i].kind == HEC_KIND_LABEL && x >= 0 && x < (double)model->n_words;
        hec_text_format(&at, "%s%s = ", i ? ", " : "", table->axis_names[i]);
        if (word) {
            hec_text_format(&at, "'%s'", model->words[(size_t)x]);
        } else {
            hec_text_format(&at, "%g", x);
        }
    }
    hec_report(run->diagnostics, HEC_CHECK_TABLE_OUTSIDE, node->place,
               "the table `%s` has no value for %s: %s", table->name, at.data ? at.data : "",
               where);
    for (int i = 0; i < table->n_axes; i++) {
        if (table->axis_types[i].kind != HEC_KIND_LABEL) {
            hec_report_note(run->diagnostics, HEC_NOWHERE, "`%s` runs from %g to %g",
                            table->axis_names[i], table->axes[i][0],
                            table->axes[i][table->lengths[i] - 1]);
        }
    }
    hec_report_help(run->diagnostics, "extend the table, shorten the horizon, or say `outside: "
                                      "clamp`");
    hec_text_free(&at);
}

/* ---- values that made it ---------------------------------------------------------------------
 */

/* The attribute that an input is, perhaps turned into its own unit; -1: none. */
static int attribute_of(const hec_model *m, const hec_graph_node *node)
{
    if (node->code == HEC_CODE_OP && node->op == HK_MUL) {
        const hec_graph_node *a = hec_graph_node_at(m->graph, node->args[0]);
        const hec_graph_node *b = hec_graph_node_at(m->graph, node->args[1]);
        const hec_graph_node *factor = a->code == HEC_CODE_CONSTANT ? a : b;
        const hec_graph_node *value = factor == a ? b : a;
        int of = value->code == HEC_CODE_INPUT ? attribute_of(m, value) : -1;
        return factor->code == HEC_CODE_CONSTANT && of >= 0 &&
                       m->population.factors[of] == factor->value
                   ? of
                   : -1;
    }
    int32_t number = node->index - hec_model_attribute(m, 0);
    bool known =
        node->code == HEC_CODE_INPUT && number >= 0 && (size_t)number < m->population.n_attributes;
    return known ? (int)number : -1;
}

static bool is_age(const hec_model *m, const hec_graph_node *node)
{
    int of = attribute_of(m, node);
    return of >= 0 && strcmp(m->population.attributes[of], "age") == 0;
}

static bool is_time(const hec_graph_node *node)
{
    return node->code == HEC_CODE_INPUT && node->index == HEC_CLOCK_T;
}

/* age as expressions read it: the attribute, grown with time */
static bool is_present_age(const hec_model *m, const hec_graph_node *node)
{
    if (node->code != HEC_CODE_OP || node->op != HK_ADD) {
        return false;
    }
    const hec_graph_node *a = hec_graph_node_at(m->graph, node->args[0]);
    const hec_graph_node *b = hec_graph_node_at(m->graph, node->args[1]);
    return (is_time(b) && is_age(m, a)) || (is_time(a) && is_age(m, b));
}

static bool tell_word(const hec_model *m, const char *name, double code, hec_text *out)
{
    bool known = code >= 0 && code < (double)m->n_words;
    if (known && out) {
        hec_text_format(out, "%s = '%s'", name, m->words[(size_t)code]);
    }
    return known || !out;
}

/* The state somebody is in, or moves to. */
static bool tell_state(const hec_model *m, int chain, const char *name, double number,
                       hec_text *out)
{
    const hec_chain *of = &m->chains[chain];
    bool known = number >= 0 && number < (double)of->count;
    if (known && out) {
        hec_text_format(out, "%s = %s", name, m->states[of->first + (size_t)number].name);
    }
    return known || !out;
}

static bool tell_variable(const hec_model *m, const hec_graph_node *node, double value,
                          hec_text *out)
{
    const char *name = hec_graph_input_name(m->graph, node->index);
    for (size_t i = 0; i < m->n_variables; i++) {
        const hec_variable *v = &m->variables[i];
        bool chain = v->kind == HEC_VARIABLE_CHAIN;
        if (node->index != v->input && !(chain && node->index == v->next_input)) {
            continue;
        }
        const hec_variable *of = v->kind == HEC_VARIABLE_BASELINE ? &m->variables[v->item] : v;
        return chain       ? tell_state(m, v->item, name, value, out)
               : of->words ? tell_word(m, name, value, out)
                           : false;
    }
    return false;
}

/* Numbers of chance by what they decide. */
static bool tell_chance(const hec_model *m, const hec_graph_node *node, double value, hec_text *out)
{
    for (size_t i = 0; i < m->n_chances; i++) {
        const char *name = m->chances[i].name, *slash = strchr(name, '/');
        if (m->chances[i].input != node->index || !slash) {
            continue;
        }
        char number[32];
        hec_text_from_double(value, number);
        bool asked = strncmp(name, "random", strlen("random")) == 0;
        if (out && asked) {
            hec_text_format(out, "%.*s('%s') = %s", (int)(slash - name), name, slash + 1, number);
        } else if (out) {
            hec_text_format(out, "chance = %s", number);
        }
        return true;
    }
    return false;
}

/* "settled(points), last year = 350.5": an amount of fen, or each of a sum of them, in currency.
 * False: it is something else, and nothing was said. */
static bool tell_amounts(const hec_model *m, hec_id id, const double *inputs, hec_text *out)
{
    static const char words[] = " in fen";
    const hec_graph_node *node = hec_graph_node_at(m->graph, id);
    if (node->code == HEC_CODE_OP && node->op == HK_ADD) {
        bool both = tell_amounts(m, node->args[0], inputs, NULL) &&
                    tell_amounts(m, node->args[1], inputs, NULL);
        if (both && out) {
            (void)tell_amounts(m, node->args[0], inputs, out);
            hec_text_add(out, ", ");
            (void)tell_amounts(m, node->args[1], inputs, out);
        }
        return both;
    }
    const char *name =
        node->code == HEC_CODE_INPUT ? hec_graph_input_name(m->graph, node->index) : NULL;
    const char *unit = name ? strstr(name, words) : NULL;
    if (unit && out) {
        char number[32];
        hec_text_from_double(inputs[node->index] / HEC_FEN, number);
        hec_text_format(out, "%.*s%s = %s", (int)(unit - name), name, unit + strlen(words), number);
    }
    return unit != NULL;
}

static bool tell_fen(const hec_model *m, const hec_graph_node *node, const double *inputs,
                     hec_text *out)
{
    bool quotient = node->code == HEC_CODE_OP && node->op == HK_DIV;
    const hec_graph_node *by = quotient ? hec_graph_node_at(m->graph, node->args[1]) : NULL;
    return by && by->code == HEC_CODE_CONSTANT && by->value == HEC_FEN &&
           tell_amounts(m, node->args[0], inputs, out);
}

static bool tell(const void *context, const hec_graph *graph, hec_id id, const double *inputs,
                 hec_text *out)
{
    const hec_model *m = context;
    const hec_graph_node *node = hec_graph_node_at(graph, id);
    char number[32];
    if (is_present_age(m, node)) {
        if (out) {
            hec_text_from_double(hec_evaluate(graph, id, inputs), number);
            hec_text_format(out, "age = %s", number);
        }
        return true;
    }
    if (node->code != HEC_CODE_INPUT) {
        return tell_fen(m, node, inputs, out);
    }
    double value = out ? inputs[node->index] : 0;
    int attribute = attribute_of(m, node);
    if (attribute < 0) {
        return tell_variable(m, node, value, out) || tell_chance(m, node, value, out);
    }
    if (m->population.types[attribute].kind == HEC_KIND_LABEL) {
        return tell_word(m, m->population.attributes[attribute], value, out);
    }
    if (is_age(m, node) && out) {
        hec_text_from_double(value, number);
        hec_text_format(out, "age at the start = %s", number);
    }
    return is_age(m, node);
}

hec_telling hec_fault_telling(const hec_model *model)
{
    return (hec_telling){model, tell};
}

void hec_fault_note_values(const hec_run *run, hec_id id, const double *inputs)
{
    const hec_telling telling = hec_fault_telling(run->model);
    hec_text values = {0};
    hec_explain_value(run->model->graph, id, inputs, &telling, &values);
    if (values.data && values.length > 0) {
        hec_report_note(run->diagnostics, HEC_NOWHERE, "with %s", values.data);
    }
    hec_text_free(&values);
}

/* What a name stands for in a strategy: what it sets, or what the model says. */
static const hec_node *find_definition(const hec_model *model, size_t strategy, const char *name)
{
    const hec_node *own =
        hec_node_get(hec_node_get(model->tree, "strategies"), model->strategies[strategy].name);
    const hec_node *found = hec_node_get(hec_node_get(own, "set"), name);
    static const char *const rooms[] = {"let", "parameters"};
    for (size_t i = 0; !found && i < 2; i++) {
        found = hec_node_get(hec_node_get(model->tree, rooms[i]), name);
    }
    return found;
}

/* Where the expression at `place` is a mere name, shows what it stands for. */
void hec_fault_note_definition(const hec_run *run, size_t strategy, hec_place place)
{
    size_t length = 0;
    const char *source = hec_source_text(run->diagnostics, place.file, &length);
    if (!source || (size_t)place.offset + place.length > length) {
        return;
    }
    char *name = strndup(source + place.offset, place.length);
    const hec_node *found = name ? find_definition(run->model, strategy, name) : NULL;
    if (found && found->kind != HEC_NODE_EMPTY) {
        hec_report_note(run->diagnostics, found->place, "`%s` is defined here", name);
    }
    free(name);
}

void hec_fault_number(double value, double low, double high, char text[32])
{
    double shown = NAN;
    if (isnan(value)) {
        strcpy(text, "not a number");
        return;
    }
    if (isinf(value)) {
        strcpy(text, value > 0 ? "infinite" : "minus infinite");
        return;
    }
    snprintf(text, 32, "%.10g", value);
    (void)hec_text_to_double(text, strlen(text), &shown);
    if (!(shown < low || shown > high)) {
        hec_text_from_double(value, text);
    }
}

void hec_fault_report_row(const hec_run *run, const hec_arc *arc, double value, const char *where)
{
    char sum[32];
    const char *from = run->model->states[arc->from].name;
    bool states_stay = arc->low < -1e-11; /* moves.c: such a row must be full */
    hec_fault_number(1 - value, 1, 1, sum);
    hec_report(run->diagnostics, HEC_CHECK_PROBABILITY_SUM, arc->place,
               states_stay ? "the row of `%s`, its stay included, sums to %s: %s"
                           : "the probabilities of leaving `%s` sum to %s: %s",
               from, sum, where);
    hec_report_help(run->diagnostics, "%s",
                    states_stay ? "leave the stay out, or write `rest` for one destination"
                                : "rows are never rescaled; competing moves can be written as "
                                  "hazards (`rate:`), or conditional on each other");
}
