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

static void accept_one(hec_diagnostics *diagnostics, hec_check check, const char *name,
                       const hec_node *reason)
{
    if (reason->kind != HEC_NODE_SCALAR || reason->length == 0) {
        hec_report(diagnostics, HEC_CHECK_BAD_VALUE, reason->place,
                   "say in words why this warning is accepted");
    } else {
        hec_accept(diagnostics, check, name, reason->text);
    }
}

/* CHECK: reason, or CHECK: {NAME: reason, ...}. */
static void accept(hec_diagnostics *diagnostics, const hec_entry *entry)
{
    hec_check check = find_check(entry->key);
    bool known = check < HEC_CHECK_COUNT;
    const hec_node *value = entry->value;
    if (!known || hec_check_describe(check)->severity != HEC_WARNING) {
        hec_report(diagnostics, HEC_CHECK_BAD_VALUE, entry->key_place,
                   known ? "`%s` is not a warning, so it cannot be accepted"
                         : "no warning is called `%s`",
                   entry->key);
        hec_report_help(diagnostics, "the name stands in brackets behind a warning; `hecate list "
                                     "checks` shows them all");
    } else if (value->kind == HEC_NODE_MAP) {
        for (size_t i = 0; i < value->count; i++) {
            accept_one(diagnostics, check, value->entries[i].key, value->entries[i].value);
        }
    } else {
        accept_one(diagnostics, check, NULL, value);
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

static void review(hec_diagnostics *diagnostics, hec_check check, const char *name, hec_place place)
{
    if (!hec_reported(diagnostics, check, name)) {
        hec_report(diagnostics, HEC_CHECK_ACCEPTED_NOTHING, place,
                   "the warning `%s`%s%s%s does not come; take its reason out",
                   hec_check_describe(check)->name, name ? " of `" : "", name ? name : "",
                   name ? "`" : "");
    }
}

void hec_model_accept_review(hec_diagnostics *diagnostics, const hec_node *tree)
{
    const hec_node *map = hec_node_get(tree, "accepted");
    for (size_t i = 0; map && map->kind == HEC_NODE_MAP && i < map->count; i++) {
        hec_check check = find_check(map->entries[i].key);
        const hec_node *names = map->entries[i].value;
        for (size_t k = 0;
             check < HEC_CHECK_COUNT && names->kind == HEC_NODE_MAP && k < names->count; k++) {
            review(diagnostics, check, names->entries[k].key, names->entries[k].key_place);
        }
        if (check < HEC_CHECK_COUNT && names->kind == HEC_NODE_SCALAR) {
            review(diagnostics, check, NULL, map->entries[i].key_place);
        }
    }
}
