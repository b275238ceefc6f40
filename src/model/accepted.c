/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accepted: warnings that a study gives a reason for, by the name of their check. */
#include "model/tree.h"

#include <string.h>

#include "model/model.h"

static hec_check find_check(const char *name)
{
    hec_check check = 0;
    while (check < HEC_CHECK_COUNT && strcmp(hec_check_describe(check)->name, name) != 0) {
        check++;
    }
    return check;
}

/* What stands under `accepted:`: CHECK: reason, or CHECK: {NAME: reason, ...}. check:
 * HEC_CHECK_COUNT where none is called so; name: NULL where all is meant. */
typedef void visitor(hec_diagnostics *diagnostics, hec_check check, const char *name,
                     const hec_entry *entry);

static void visit_all(hec_diagnostics *diagnostics, const hec_node *map, visitor *visit)
{
    for (size_t i = 0; i < map->count; i++) {
        const hec_entry *entry = &map->entries[i];
        hec_check check = find_check(entry->key);
        bool named = check < HEC_CHECK_COUNT && entry->value->kind == HEC_NODE_MAP;
        for (size_t k = 0; named && k < entry->value->count; k++) {
            const hec_entry *of = &entry->value->entries[k];
            visit(diagnostics, check, of->key, of);
        }
        if (!named) {
            visit(diagnostics, check, NULL, entry);
        }
    }
}

static void accept(hec_diagnostics *diagnostics, hec_check check, const char *name,
                   const hec_entry *entry)
{
    const hec_node *reason = entry->value;
    bool known = check < HEC_CHECK_COUNT;
    if (!known || hec_check_describe(check)->severity != HEC_WARNING) {
        hec_report(diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                   known ? "`%s` is not a warning, so it cannot be accepted"
                         : "no warning is called `%s`",
                   known ? hec_check_describe(check)->name : entry->key);
        hec_report_help(diagnostics, "the name stands in brackets behind a warning; `hecate list "
                                     "checks` shows them all");
    } else if (reason->kind != HEC_NODE_SCALAR || reason->length == 0) {
        hec_report(diagnostics, HEC_CHECK_BAD_VALUE, reason->place,
                   "say in words why this warning is accepted");
    } else {
        hec_accept(diagnostics, check, name, reason->text);
    }
}

static void review(hec_diagnostics *diagnostics, hec_check check, const char *name,
                   const hec_entry *entry)
{
    if (check < HEC_CHECK_COUNT && !hec_reported(diagnostics, check, name)) {
        hec_report(diagnostics, HEC_CHECK_ACCEPTED_NOTHING, entry->key_place,
                   "the warning `%s`%s%s%s does not come; take its reason out",
                   hec_check_describe(check)->name, name ? " of `" : "", name ? name : "",
                   name ? "`" : "");
    }
}

void hec_model_accept(hec_diagnostics *diagnostics, const hec_node *tree)
{
    const hec_node *map = hec_node_get(tree, "accepted");
    if (map && hec_node_expect(diagnostics, map, HEC_NODE_MAP, "`accepted:`")) {
        visit_all(diagnostics, map, accept);
    }
}

void hec_model_accept_review(hec_diagnostics *diagnostics, const hec_node *tree)
{
    const hec_node *map = hec_node_get(tree, "accepted");
    if (map && map->kind == HEC_NODE_MAP) {
        visit_all(diagnostics, map, review);
    }
}
