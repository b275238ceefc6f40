/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules: what a panel or the region remembers from year to year. */
#include "model/policy_inner.h"

#include <string.h>

static const char *const rule_keys[] = {"label", "source", "note",  "status",
                                        "level", "at",     "start", "update"};
enum { N_RULE_KEYS = sizeof rule_keys / sizeof rule_keys[0] };

/* ---- the list -------------------------------------------------------------------------------- */

int hec_policy_panels_at(hec_builder *b, const hec_node *at)
{
    hec_paying bare = {.b = b};
    int provider = hec_policy_party(&bare, at, "a provider", HEC_PARTY_PROVIDER);
    if (provider >= 0 && b->model->parties[provider].panels == 0) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, at->place, "`%s` has no panels",
                   at->text);
        hec_report_help(b->diagnostics, "providers: {%s: {panels: 40}}", at->text);
        return -1;
    }
    return provider;
}

static int level_of(hec_builder *b, const hec_entry *entry)
{
    static const char *const levels[] = {"panel", "region"};
    const hec_node *node = hec_build_stated(entry->value, "level");
    if (node) {
        int chosen = hec_build_choice(b, node, "level", 2, levels);
        return chosen < 0 ? -1 : chosen == 0 ? HEC_LEVEL_PANEL : HEC_LEVEL_REGION;
    }
    hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, entry->key_place,
               "the rule `%s` does not say who remembers it", entry->key);
    hec_report_help(b->diagnostics, "level: panel or region");
    return -1;
}

/* Whose panels remember it; -1: the region, or after reporting. */
static int whose(hec_builder *b, const hec_entry *entry, int level)
{
    const hec_node *at = hec_build_stated(entry->value, "at");
    if (at && level == HEC_LEVEL_REGION) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, hec_build_key_place(entry->value, "at"),
                   "`at` stands in rules of panels; a region is one alone");
    } else if (at) {
        return hec_policy_panels_at(b, at);
    } else if (level == HEC_LEVEL_PANEL) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, entry->key_place,
                   "the rule `%s` does not say which provider's panels remember it", entry->key);
        hec_report_help(b->diagnostics, "at: PROVIDER");
    }
    return -1;
}

static void check_stated(hec_builder *b, const hec_entry *entry, const char *key, const char *what)
{
    if (!hec_build_stated(entry->value, key)) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, entry->key_place,
                   "the rule `%s` does not say what it %s", entry->key, what);
        hec_report_help(b->diagnostics, "{level: region, start: 1, update: region.%s * 1.02}",
                        entry->key);
    }
}

static void list_rule(hec_builder *b, const hec_entry *entry)
{
    hec_feeding *f = b->feeding;
    hec_pay *pay = f->pay;
    const hec_node *map = entry->value;
    if (!hec_node_expect(b->diagnostics, map, HEC_NODE_MAP, "a rule") ||
        !hec_build_identifier(b, entry->key, entry->key_place, "a rule")) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "a rule", N_RULE_KEYS, rule_keys);
    hec_build_expect_words(b, map, 3, rule_keys);
    hec_build_status(b, map);
    if (hec_policy_is_taken(entry->key)) {
        hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, entry->key_place,
                   "region.%s is a sum over persons; a rule needs another name", entry->key);
        return;
    }
    int level = level_of(b, entry), provider = level < 0 ? -1 : whose(b, entry, level);
    check_stated(b, entry, "start", "starts with");
    check_stated(b, entry, "update", "is in the next year");
    if (!hec_arena_grow(b->arena, (void **)&pay->rules, pay->n_rules, &pay->rule_capacity,
                        sizeof *pay->rules)) {
        return;
    }
    f->rules[pay->n_rules] = map;
    pay->rules[pay->n_rules++] =
        (hec_rule){.name = entry->key,
                   .level = level < 0 ? HEC_LEVEL_REGION : (hec_pay_level)level,
                   .provider = provider,
                   .start = -1,
                   .update = -1,
                   .input = -1,
                   .place = entry->key_place};
}

void hec_policy_list_rules(hec_builder *b)
{
    const hec_node *map =
        hec_build_part(b, hec_build_stated(b->tree, "policy"), "rules", HEC_NODE_MAP);
    hec_feeding *f = b->feeding;
    f->rules = hec_arena_array(b->arena, (map ? map->count : 0) + 1, sizeof *f->rules);
    for (size_t i = 0; f->rules && map && i < map->count; i++) {
        list_rule(b, &map->entries[i]);
    }
}

size_t hec_policy_find_rule(const hec_builder *b, const char *name)
{
    const hec_pay *pay = b->feeding ? b->feeding->pay : NULL;
    for (size_t i = 0; pay && i < pay->n_rules; i++) {
        if (strcmp(pay->rules[i].name, name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

/* ---- what a rule is -------------------------------------------------------------------------- */

static const char *shown(hec_builder *b, const hec_rule *rule)
{
    const char *name = hec_arena_format(
        b->arena, "%s.%s", rule->level == HEC_LEVEL_PANEL ? "panel" : "region", rule->name);
    return name ? name : rule->name;
}

/* Asked with the level at which it is remembered. */
static bool is_level(hec_builder *b, const hec_rule *rule, hec_pay_level level, hec_place place)
{
    if (rule->level == level) {
        return true;
    }
    hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, place, "%s remembers `%s`",
               rule->level == HEC_LEVEL_PANEL ? "each panel" : "the region", rule->name);
    hec_report_note(b->diagnostics, rule->place, "the rule is here");
    if (level == HEC_LEVEL_PANEL) {
        hec_report_help(b->diagnostics, "%s", shown(b, rule));
    }
    return false;
}

/* In lanes of the panels that are settled. */
static hec_value in_settlement(hec_builder *b, hec_rule *rule, hec_place place)
{
    const hec_settling *s = b->paying->settling;
    const hec_model *model = b->model;
    bool panel = rule->level == HEC_LEVEL_PANEL;
    if (panel && rule->provider < 0) { /* which was reported */
        return hec_life_nothing();
    }
    if (panel && s->provider != rule->provider) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, place,
                   "panels of `%s` remember `%s`, and `%s` is settled with %s%s%s",
                   model->parties[rule->provider].name, rule->name, s->name,
                   s->provider < 0 ? "the region" : "those of `",
                   s->provider < 0 ? "" : model->parties[s->provider].name,
                   s->provider < 0 ? "" : "`");
        hec_report_note(b->diagnostics, rule->place, "the rule is here");
        return hec_life_nothing();
    }
    rule->input = rule->input < 0 ? hec_build_person_input(b) : rule->input;
    uint8_t depends = panel ? HEC_DEP_STRATUM : HEC_DEP_CYCLE;
    return (hec_value){rule->input < 0 ? -1
                                       : hec_graph_input(b->model->graph, rule->input, depends,
                                                         shown(b, rule), place),
                       HEC_TYPE_ANY};
}

hec_value hec_policy_rule(hec_builder *b, size_t number, hec_pay_level level, hec_place place)
{
    hec_rule *rule = &b->feeding->pay->rules[number];
    hec_reads reads = hec_policy_reads(b);
    if (!is_level(b, rule, level, place)) {
        return hec_life_nothing();
    }
    if (b->feeding->time != HEC_THIS_YEAR) {
        hec_report(b->diagnostics, HEC_CHECK_NOT_YET, place,
                   "`%s` is what the rule is in this year; %s is of sums over persons and of what "
                   "was settled",
                   shown(b, rule), b->feeding->time == HEC_SO_FAR ? "`so_far`" : "`last_year`");
        hec_report_help(b->diagnostics, "a rule that follows it, `update: %s`, is a year behind",
                        shown(b, rule));
        return hec_life_nothing();
    }
    if (reads == HEC_READS_SETTLED) {
        return in_settlement(b, rule, place);
    }
    if (reads == HEC_READS_START) {
        const hec_node *start = hec_build_stated(b->feeding->rules[number], "start");
        return (hec_value){start ? hec_build_expression(b, start).id : -1, HEC_TYPE_ANY};
    }
    if (rule->level == HEC_LEVEL_PANEL && rule->provider < 0) {
        return hec_life_nothing();
    }
    hec_request request = {.feed = {.kind = HEC_FEED_RULE,
                                    .provider = rule->provider,
                                    .index = number,
                                    .place = place},
                           .instalment = SIZE_MAX,
                           .known = true};
    return (hec_value){hec_policy_request(b, request, shown(b, rule)), HEC_TYPE_ANY};
}

/* ---- how it goes on -------------------------------------------------------------------------- */

static hec_id number_of(hec_paying *p, hec_value value, hec_place place)
{
    return value.id >= 0 && value.type.kind == HEC_KIND_BOOLEAN
               ? hec_life_boolean(p->b, value, place)
               : value.id;
}

static void read_rule(hec_paying *p, hec_rule *rule, const hec_node *map)
{
    hec_builder *b = p->b;
    const hec_node *start = hec_build_stated(map, "start");
    const hec_node *update = hec_build_stated(map, "update");
    hec_id always = hec_life_constant(b, 1, map->place);
    const hec_settling settling = {rule->name, true, rule->level, rule->provider, always};
    hec_value first = hec_life_nothing(), next = first;
    p->settling = &settling;
    p->provider = rule->provider;
    rule->start_place = start ? start->place : rule->place;
    rule->update_place = update ? update->place : rule->place;
    if (start) {
        first = hec_policy_value(p, start, HEC_PAY_BEGUN);
    }
    if (update && (rule->level == HEC_LEVEL_REGION || rule->provider >= 0)) {
        next = hec_policy_value(p, update, HEC_PAY_SETTLED);
    }
    p->settling = NULL;
    if (first.id >= 0 && hec_policy_is_settled(p, first.id, start->place)) {
        rule->start = number_of(p, first, start->place);
    }
    bool alike = first.id < 0 || next.id < 0 ||
                 hec_build_wants(b, next, &first.type, update, "`update`", NULL);
    if (alike && next.id >= 0 && hec_policy_is_settled(p, next.id, update->place)) {
        rule->update = number_of(p, next, update->place);
    }
}

void hec_policy_rules(hec_paying *p)
{
    hec_pay *pay = p->pay;
    for (size_t i = 0; i < pay->n_rules; i++) {
        read_rule(p, &pay->rules[i], p->b->feeding->rules[i]);
    }
}
