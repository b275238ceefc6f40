/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies in trees: where they stand, and what they lay over a strategy's own tree. */
#include "model/build.h"

#include <string.h>

const hec_node *hec_build_policy_of(hec_builder *b, const hec_node *strategy)
{
    const hec_node *policy = hec_build_stated(strategy, "policy");
    if (policy && policy->kind == HEC_NODE_SCALAR && policy->length == 0) {
        return NULL; /* its file could not be read, which has been said */
    }
    if (policy && policy->kind == HEC_NODE_SCALAR) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, policy->place,
                   "a policy cannot be named here, where no file is read");
        hec_report_help(b->diagnostics, "name the file in the study, under `strategies:`");
        return NULL;
    }
    return policy && hec_node_expect(b->diagnostics, policy, HEC_NODE_MAP, "`policy`") ? policy
                                                                                       : NULL;
}

bool hec_build_has_policies(const hec_node *tree)
{
    const hec_node *strategies = hec_node_get(tree, "strategies");
    bool has = false;
    for (size_t i = 0; strategies && strategies->kind == HEC_NODE_MAP && i < strategies->count;
         i++) {
        has = has || hec_build_stated(strategies->entries[i].value, "policy");
    }
    return has;
}

bool hec_build_has_payers(const hec_node *tree)
{
    return hec_build_stated(tree, "payers") || hec_build_has_policies(tree);
}

/* The number that a parameter's entry states, as written. */
static const hec_node *stated_value(const hec_node *entry)
{
    const hec_node *value =
        entry && entry->kind == HEC_NODE_MAP ? hec_node_get(entry, "value") : entry;
    return value && value->kind == HEC_NODE_SCALAR ? value : NULL;
}

/* Under a strategy its policy's numbers hold, over those that a model starts from. Whoever states
 * another in the file that is run, to change it, changes nothing. */
static void review_overridden(hec_builder *b, const hec_node *lower, const hec_node *upper)
{
    for (size_t i = 0; lower && i < upper->count; i++) {
        const hec_entry *entry = &upper->entries[i];
        const hec_node *ours = stated_value(hec_node_get(lower, entry->key));
        const hec_node *theirs = stated_value(entry->value);
        if (ours && theirs && ours->place.file == b->tree->place.file &&
            strcmp(ours->text, theirs->text) != 0) {
            hec_report(b->diagnostics, HEC_CHECK_DEFINED_TWICE, ours->place,
                       "`%s` is %s here, but a policy states %s, which holds where it pays",
                       entry->key, ours->text, theirs->text);
            hec_report_note(b->diagnostics, theirs->place, "the policy's stands here");
            hec_report_help(b->diagnostics,
                            "set it where the policy is named: {policy: ..., set: {%s: %s}}, or by "
                            "--set",
                            entry->key, ours->text);
        }
    }
}

static bool lay_over(hec_builder *b, hec_node *own, const hec_node *policy, const char *key)
{
    const hec_node *upper = hec_build_part(b, policy, key, HEC_NODE_MAP);
    const hec_node *lower = hec_node_get(own, key);
    if (!upper) {
        return true;
    }
    bool map = lower && lower->kind == HEC_NODE_MAP;
    bool parameters = strcmp(key, "parameters") == 0;
    if (map && parameters) {
        review_overridden(b, lower, upper);
    }
    hec_node *laid = !map         ? hec_node_copy(b->arena, upper)
                     : parameters ? hec_node_overlay_parameters(b->arena, lower, upper)
                                  : hec_node_overlay(b->arena, lower, upper);
    return laid && hec_node_put(b->arena, own, key, upper->place, laid);
}

bool hec_build_lay_policy(hec_builder *b, hec_node *own, const hec_node *policy)
{
    static const char *const parts[] = {"parameters", "let", "tables", "services"};
    hec_node *copy = hec_node_copy(b->arena, policy);
    bool good = copy && hec_node_put(b->arena, own, "policy", policy->place, copy);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        good = good && lay_over(b, own, policy, parts[i]);
    }
    return good;
}

static bool lay_attribute(hec_builder *b, hec_node *attributes, const hec_entry *entry)
{
    if (hec_node_get(attributes, entry->key)) {
        hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, entry->key_place,
                   "`%s` is an attribute already; what a contract remembers has a name of its own",
                   entry->key);
        hec_report_note(b->diagnostics, hec_build_key_place(attributes, entry->key),
                        "the other is here");
        return true;
    }
    hec_node *copy = hec_node_copy(b->arena, entry->value);
    return copy && hec_node_put(b->arena, attributes, entry->key, entry->key_place, copy);
}

bool hec_build_lay_memory(hec_builder *b, hec_node *own)
{
    const hec_node *contracts =
        hec_build_part(b, hec_node_get(own, "policy"), "contracts", HEC_NODE_MAP);
    hec_node *attributes = NULL;
    bool good = true;
    for (size_t i = 0; good && contracts && i < contracts->count; i++) {
        const hec_node *contract = contracts->entries[i].value;
        const hec_node *memory = contract->kind == HEC_NODE_MAP
                                     ? hec_build_part(b, contract, "memory", HEC_NODE_MAP)
                                     : NULL;
        for (size_t k = 0; good && memory && k < memory->count; k++) {
            if (!attributes) {
                const hec_node *shared = hec_node_get(own, "attributes");
                bool map = shared && shared->kind == HEC_NODE_MAP;
                attributes = map ? hec_node_copy(b->arena, shared)
                                 : hec_arena_alloc(b->arena, sizeof *attributes);
                good = attributes != NULL;
                if (good && !map) {
                    attributes->kind = HEC_NODE_MAP;
                    attributes->place = memory->place;
                }
            }
            good = good && lay_attribute(b, attributes, &memory->entries[k]);
        }
    }
    return good && (!attributes ||
                    hec_node_put(b->arena, own, "attributes", attributes->place, attributes));
}

/* As many as there could be names in what is written. */
static size_t count_inputs(const hec_node *node)
{
    size_t count = 1;
    if (node->kind == HEC_NODE_SCALAR) {
        count += node->length / 4;
    }
    for (size_t i = 0; node->kind >= HEC_NODE_LIST && i < node->count; i++) {
        count +=
            count_inputs(node->kind == HEC_NODE_LIST ? node->items[i] : node->entries[i].value);
    }
    return count;
}

size_t hec_build_policy_inputs(const hec_node *tree)
{
    const hec_node *strategies = hec_node_get(tree, "strategies");
    const hec_node *let = hec_node_get(tree, "let");
    size_t count = 0;
    for (size_t i = 0; hec_build_has_policies(tree) && i < strategies->count; i++) {
        const hec_node *policy = hec_build_stated(strategies->entries[i].value, "policy");
        count += policy ? 8 + 4 * count_inputs(policy) : 0;
        count += policy && let ? count_inputs(let) : 0;
    }
    return count;
}
