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

static void accept(hec_diagnostics *diagnostics, const hec_entry *entry)
{
    hec_check check = find_check(entry->key);
    bool known = check < HEC_CHECK_COUNT;
    if (!known || hec_check_describe(check)->severity != HEC_WARNING) {
        hec_report(diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                   known ? "`%s` is not a warning, so it cannot be accepted"
                         : "no warning is called `%s`",
                   entry->key);
        hec_report_help(diagnostics, "the name stands in brackets behind a warning; `hecate list "
                                     "checks` shows them all");
    } else if (entry->value->kind != HEC_NODE_SCALAR || entry->value->length == 0) {
        hec_report(diagnostics, HEC_CHECK_BAD_VALUE, entry->value->place,
                   "say in words why this warning is accepted");
    } else {
        hec_accept(diagnostics, check, entry->value->text);
    }
}

void hec_model_accept(hec_diagnostics *diagnostics, const hec_node *tree)
{
    const hec_node *map = hec_node_get(tree, "accepted");
    if (!map || !hec_node_expect(diagnostics, map, HEC_NODE_MAP, "`accepted:`")) {
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        accept(diagnostics, &map->entries[i]);
    }
}

void hec_model_accept_review(hec_diagnostics *diagnostics, const hec_node *tree)
{
    const hec_node *map = hec_node_get(tree, "accepted");
    for (size_t i = 0; map && map->kind == HEC_NODE_MAP && i < map->count; i++) {
        hec_check check = find_check(map->entries[i].key);
        if (check < HEC_CHECK_COUNT && !hec_reported(diagnostics, check)) {
            hec_report(diagnostics, HEC_CHECK_ACCEPTED_NOTHING, map->entries[i].key_place,
                       "the warning `%s` does not come; take its reason out",
                       map->entries[i].key);
        }
    }
}
