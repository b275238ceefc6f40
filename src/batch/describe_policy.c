/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Describe: the policies of a study, as `hecate check` prints them: who pays, in which order, and
 * what is agreed beside it. */
#include <string.h>

#include "base/text.h"
#include "batch/study_inner.h"
#include "store/prose.h"

enum { WIDTH = 87, INDENT = 13 };

/* ---- what is written ------------------------------------------------------------------------- */

static const hec_node *part_of(const hec_node *map, const char *key, hec_node_kind kind)
{
    const hec_node *node = map && map->kind == HEC_NODE_MAP ? hec_node_get(map, key) : NULL;
    return node && node->kind == kind ? node : NULL;
}

/* "" where nothing is stated. */
static const char *words_of(const hec_node *map, const char *key)
{
    const hec_node *node = part_of(map, key, HEC_NODE_SCALAR);
    return node ? node->text : "";
}

/* ", for stay and visit" of one name or of a list. */
static void add_names(hec_text *out, const char *lead, const hec_node *map, const char *key)
{
    const hec_node *node = map && map->kind == HEC_NODE_MAP ? hec_node_get(map, key) : NULL;
    bool list = node && node->kind == HEC_NODE_LIST;
    size_t n = list ? node->count : node && node->kind == HEC_NODE_SCALAR;
    for (size_t i = 0; i < n; i++) {
        const hec_node *item = list ? node->items[i] : node;
        const char *before = i == 0 ? lead : i + 1 == n ? " and " : ", ";
        hec_text_format(out, "%s%s", before, item->kind == HEC_NODE_SCALAR ? item->text : "...");
    }
}

/* ---- one line each --------------------------------------------------------------------------- */

/* "  layers     own: patient, for stay; ..." */
static void print_line(const char *head, const hec_text *words, FILE *out)
{
    if (words->data && words->length > 0) {
        fprintf(out, "%-*s", INDENT, head);
        hec_prose_print(words->data, WIDTH, INDENT, out);
    }
}

static void add_layer(const hec_node *map, hec_text *out)
{
    hec_text_format(out, "%s%s: %s", out->length > 0 ? "; " : "", words_of(map, "layer"),
                    words_of(map, "payer"));
    if (strcmp(words_of(map, "rest"), "true") == 0) {
        hec_text_add(out, ", the rest");
    }
    add_names(out, ", for ", map, "services");
    add_names(out, ", at ", map, "at");
}

static void add_contract(const hec_entry *entry, hec_text *out)
{
    const hec_node *map = entry->value;
    hec_text_format(out, "%s%s: %s, %s -> %s", out->length > 0 ? "; " : "", entry->key,
                    words_of(map, "level"), words_of(map, "from"), words_of(map, "to"));
    add_names(out, ", covers ", map, "covers");
}

static void add_rule(const hec_entry *entry, hec_text *out)
{
    const hec_node *map = entry->value;
    const char *level = words_of(map, "level"), *at = words_of(map, "at");
    hec_text_format(out, "%s%s: %s", out->length > 0 ? "; " : "", entry->key, level);
    if (*at) {
        hec_text_format(out, " of %s", at);
    }
}

static void add_behaviour(const hec_entry *entry, hec_text *out)
{
    const char *on = words_of(entry->value, "on");
    hec_text_format(out, "%s%s", out->length > 0 ? "; " : "", entry->key);
    if (*on) {
        hec_text_format(out, " (%s)", on);
    }
}

typedef void add_fn(const hec_entry *entry, hec_text *out);

/* `last` ends the line where there is one. */
static void print_section(const hec_node *policy, const char *key, add_fn *add, const char *last,
                          FILE *out)
{
    const hec_node *map = part_of(policy, key, HEC_NODE_MAP);
    hec_text words = {0};
    for (size_t i = 0; map && i < map->count; i++) {
        add(&map->entries[i], &words);
    }
    hec_text_add(&words, words.length > 0 ? last : "");
    char head[INDENT];
    (void)snprintf(head, sizeof head, "  %s", key);
    print_line(head, &words, out);
    hec_text_free(&words);
}

static void print_layers(const hec_node *policy, FILE *out)
{
    const hec_node *list = part_of(policy, "benefits", HEC_NODE_LIST);
    hec_text words = {0};
    for (size_t i = 0; list && i < list->count; i++) {
        add_layer(list->items[i], &words);
    }
    print_line("  layers", &words, out);
    hec_text_free(&words);
}

static void print_head(const hec_strategy *s, FILE *out)
{
    const hec_node *policy = s->pay.written;
    const char *title = words_of(policy, "title"), *status = words_of(policy, "status");
    hec_text words = {0};
    hec_text_add(&words, s->pay.policy);
    if (strcmp(s->pay.policy, s->name) != 0) {
        hec_text_format(&words, ", of the strategy %s", s->name);
    }
    hec_text_format(&words, "%s%s", *title ? ": " : "", title);
    if (*status) {
        hec_text_format(&words, " (%s)", status);
    }
    hec_text_add(&words,
                 s->means ? ", on means: of one person who uses what all use on the mean" : "");
    print_line("Policy", &words, out);
    hec_text_free(&words);
}

void hec_describe_policies(const hec_model *m, FILE *out)
{
    bool off = strcmp(words_of(m->tree, "behaviours"), "off") == 0;
    for (size_t i = 0; i < m->n_strategies; i++) {
        const hec_strategy *s = &m->strategies[i];
        const hec_node *policy = s->pay.written;
        if (!s->pay.policy || !policy) {
            continue;
        }
        print_head(s, out);
        print_layers(policy, out);
        print_section(policy, "contracts", add_contract, "", out);
        print_section(policy, "rules", add_rule, "", out);
        print_section(policy, "behaviours", add_behaviour, off ? "; switched off" : "", out);
    }
}
