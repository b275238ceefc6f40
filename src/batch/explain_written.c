/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explain: what is written under a name in a part of the model or of a policy: a service, an event,
 * a layer, a contract. */
#include "batch/study_inner.h"

#include <stdlib.h>
#include <string.h>

typedef struct written_part {
    const char *key, *what;
} written_part;

static const written_part of_model[] = {
    {"services", "a service"}, {"events", "an event"},      {"attributes", "an attribute"},
    {"tables", "a table"},     {"providers", "a provider"}, {"perspectives", "a perspective"}};
static const written_part of_policy[] = {
    {"benefits", "a layer"},       {"contracts", "a contract"},   {"rules", "a rule"},
    {"behaviours", "a behaviour"}, {"parameters", "a parameter"}, {"let", "a definition"}};
enum {
    N_MODEL = sizeof of_model / sizeof of_model[0],
    N_POLICY = sizeof of_policy / sizeof of_policy[0]
};

/* The entry of a map, or the nth layer of a list that has this name: several may. */
static const hec_node *find(const hec_node *tree, const char *key, const char *name, size_t nth)
{
    const hec_node *all = tree && tree->kind == HEC_NODE_MAP ? hec_node_get(tree, key) : NULL;
    if (all && all->kind == HEC_NODE_MAP) {
        return nth == 0 ? hec_node_get(all, name) : NULL;
    }
    for (size_t i = 0; all && all->kind == HEC_NODE_LIST && i < all->count; i++) {
        const hec_node *item = all->items[i];
        const hec_node *layer = item->kind == HEC_NODE_MAP ? hec_node_get(item, "layer") : NULL;
        if (layer && layer->kind == HEC_NODE_SCALAR && strcmp(layer->text, name) == 0 &&
            nth-- == 0) {
            return item;
        }
    }
    return NULL;
}

/* Each line of it behind an indent. */
static hec_status print_text(const hec_node *node, FILE *out)
{
    char *text = hec_node_to_yaml(node);
    for (const char *line = text; line && *line;) {
        size_t length = strcspn(line, "\n");
        fprintf(out, "    %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
    hec_status status = text ? HEC_OK : HEC_E_MEMORY;
    free(text);
    return status;
}

/* The strategies whose policy takes it from the same place, from strategy s on. */
static void print_strategies(const hec_model *m, const written_part *part, const char *name,
                             size_t nth, size_t s, const hec_diagnostics *diagnostics, FILE *out)
{
    const hec_node *node = find(m->strategies[s].pay.written, part->key, name, nth);
    fprintf(out, "%s, %s of the policy under", name, part->what);
    for (size_t i = s; i < m->n_strategies; i++) {
        const hec_node *other = find(m->strategies[i].pay.written, part->key, name, nth);
        if (other && hec_same_place(diagnostics, node->place, other->place)) {
            fprintf(out, "%s %s", i > s ? "," : "", m->strategies[i].name);
        }
    }
    fputc('\n', out);
}

/* Under every strategy whose policy has it; what several take from one file is told once. */
static hec_status explain_policy(const hec_model *m, const written_part *part, const char *name,
                                 size_t nth, const hec_diagnostics *diagnostics, bool *found,
                                 FILE *out)
{
    hec_status status = HEC_OK;
    for (size_t s = 0; status == HEC_OK && s < m->n_strategies; s++) {
        const hec_node *node = find(m->strategies[s].pay.written, part->key, name, nth);
        bool told = false;
        for (size_t i = 0; node && i < s; i++) {
            const hec_node *other = find(m->strategies[i].pay.written, part->key, name, nth);
            told = told || (other && hec_same_place(diagnostics, node->place, other->place));
        }
        if (node && !told) {
            print_strategies(m, part, name, nth, s, diagnostics, out);
            hec_explain_place(diagnostics, "written", node->place, out);
            status = print_text(node, out);
            *found = true;
        }
    }
    return status;
}

hec_status hec_explain_written(const hec_study *study, const char *name,
                               const hec_diagnostics *diagnostics, bool *found, FILE *out)
{
    hec_status status = HEC_OK;
    for (size_t i = 0; status == HEC_OK && i < N_MODEL; i++) {
        const hec_node *node = find(study->tree, of_model[i].key, name, 0);
        if (node) {
            fprintf(out, "%s, %s\n", name, of_model[i].what);
            hec_explain_place(diagnostics, "written", node->place, out);
            status = print_text(node, out);
            *found = true;
        }
    }
    for (size_t i = 0; status == HEC_OK && i < N_POLICY; i++) {
        bool more = true;
        for (size_t nth = 0; status == HEC_OK && more; nth++) {
            more = false;
            status =
                explain_policy(study->model, &of_policy[i], name, nth, diagnostics, &more, out);
            *found = *found || more;
        }
    }
    return status;
}

static size_t add_names(const hec_node *tree, const char *key, const char **names, size_t n)
{
    const hec_node *all = tree && tree->kind == HEC_NODE_MAP ? hec_node_get(tree, key) : NULL;
    for (size_t i = 0; all && all->kind == HEC_NODE_MAP && i < all->count; i++, n++) {
        if (names) {
            names[n] = all->entries[i].key;
        }
    }
    return n;
}

size_t hec_explain_names(const hec_study *study, const char **names)
{
    size_t n = 0;
    for (size_t i = 0; i < N_MODEL; i++) {
        n = add_names(study->tree, of_model[i].key, names, n);
    }
    for (size_t s = 0; s < study->model->n_strategies; s++) {
        for (size_t i = 0; i < N_POLICY; i++) {
            n = add_names(study->model->strategies[s].pay.written, of_policy[i].key, names, n);
        }
    }
    return n;
}
