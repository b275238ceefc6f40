/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy: when it is in force, what it needs of the study, and the order of payments. */
#include "model/policy_cohort.h"

#include <math.h>
#include <string.h>

static const char *const policy_keys[] = {
    "hecate",   "policy",   "title",     "label", "description", "source",     "sources", "note",
    "notes",    "status",   "level",     "form",  "in_force",    "parameters", "let",     "tables",
    "services", "benefits", "contracts", "rules", "behaviours",  "set"};
enum { N_POLICY_KEYS = sizeof policy_keys / sizeof policy_keys[0] };

/* ---- in force -------------------------------------------------------------------------------- */

static bool read_year(hec_paying *p, const hec_node *map, const char *key, double *year)
{
    int64_t whole = 0;
    const hec_node *node = hec_build_stated(map, key);
    if (!node || !hec_build_integer(p->b, node, "a calendar year", 1000, 3000, &whole)) {
        return false;
    }
    *year = (double)whole;
    return true;
}

static void check_in_force(hec_paying *p)
{
    static const char *const keys[] = {"from", "until"};
    hec_builder *b = p->b;
    const hec_model *model = b->model;
    const hec_node *map = hec_build_part(b, p->policy, "in_force", HEC_NODE_MAP);
    double from = -INFINITY, until = INFINITY;
    if (!map) {
        return;
    }
    hec_node_expect_keys(b->diagnostics, map, "`in_force`", 2, keys);
    bool stated = read_year(p, map, "from", &from);
    stated = read_year(p, map, "until", &until) || stated;
    if (isnan(model->start_year)) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, map->place,
                   "the policy is in force in calendar years, and the model does not say in which "
                   "it starts");
        hec_report_help(b->diagnostics, "time: {..., start_year: 2024}");
        return;
    }
    double first = floor(model->start_year + 1e-9);
    double length = (double)(model->cycles - 1) * model->cycle_length;
    double last = floor(model->start_year + length + 1e-9);
    if (stated && !b->no_cycles && (first < from || last > until)) {
        hec_report(b->diagnostics, HEC_CHECK_NOT_IN_FORCE, map->place,
                   "the policy `%s` is not in force in %.0f, and the model runs from %.0f to %.0f",
                   p->pay->policy, first < from ? first : until + 1, first, last);
        hec_report_help(b->diagnostics,
                        "state what holds in those years, or run the years that it covers");
    }
}

/* ---- what a policy needs of the study -------------------------------------------------------- */

static hec_place economics_place(const hec_builder *b, const char *key)
{
    const hec_node *economics = hec_node_get(b->tree, "economics");
    const hec_node *node = hec_node_get(economics, key);
    const hec_node *profile = hec_node_get(economics, "profile");
    return node      ? node->place
           : profile ? profile->place
                     : hec_build_key_place(b->tree, "economics");
}

void hec_policy_check_study(hec_paying *p)
{
    hec_builder *b = p->b;
    const hec_model *model = b->model;
    if (model->economics.method != HEC_METHOD_START) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, economics_place(b, "within_cycle"),
                   "a policy pays for what is used in a cycle by who is there at its start; half a "
                   "cycle cannot be paid");
        hec_report_note(b->diagnostics, p->place, "the policy is here");
        hec_report_help(b->diagnostics, "within_cycle: start");
    }
    if (model->cycle_length > 1 + 1e-9) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE,
                   hec_build_key_place(hec_node_get(b->tree, "time"), "cycle"),
                   "a policy keeps accounts by the year, and a cycle is longer than that");
        hec_report_note(b->diagnostics, p->place, "the policy is here");
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void check_words(hec_paying *p)
{
    static const char *const words[] = {"title", "label", "description", "source",
                                        "note",  "level", "form"};
    hec_builder *b = p->b;
    hec_node_expect_keys(b->diagnostics, p->policy, "a policy", N_POLICY_KEYS, policy_keys);
    hec_build_expect_words(b, p->policy, sizeof words / sizeof words[0], words);
    hec_build_status(b, p->policy);
}

static bool open_paying(hec_paying *p)
{
    hec_builder *b = p->b;
    const char *name = hec_build_words(b, p->policy, "policy");
    p->pay->policy = *name ? name : p->w->strategy->name;
    p->pay->written = p->policy;
    p->n_uses = b->outcomes[HEC_OUTCOME_USE].count;
    p->used = hec_arena_array(b->arena, p->n_uses + 1, sizeof *p->used);
    p->resources = -1;
    p->charged = p->allowed = hec_life_constant(b, -0.0, p->policy->place); /* x + -0 is x */
    p->check_capacity = p->w->strategy->life.n_checks;
    size_t n_parties = b->model->n_parties;
    int *columns[4];
    for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++) {
        columns[k] = hec_arena_array(b->arena, p->n_uses + 1, sizeof *columns[k]);
        for (size_t i = 0; columns[k] && i < p->n_uses; i++) {
            columns[k][i] = -1;
        }
        if (!columns[k]) {
            return false;
        }
    }
    p->pay->charge = columns[0];
    p->pay->allowed = columns[1];
    p->pay->quantity = columns[2];
    p->pay->provider = columns[3];
    p->pay->belongs = hec_arena_array(b->arena, n_parties + 1, sizeof *p->pay->belongs);
    for (size_t i = 0; p->pay->belongs && i < n_parties; i++) {
        p->pay->belongs[i] = -1;
    }
    return p->used && p->pay->belongs;
}

/* Names of payments hide whatever else has them. */
static void check_names(hec_builder *b)
{
    static const char *const names[] = {"remainder", "allowed", "charge", "quantity"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const hec_binding *binding = hec_build_find(b, names[i]);
        if (binding) {
            hec_report(b->diagnostics, HEC_CHECK_NAME_TAKEN, binding->place,
                       "`%s` is what payments call their own; a model with a policy needs another "
                       "name here",
                       names[i]);
        }
    }
}

void hec_build_policy(hec_strategy_work *w)
{
    hec_builder *b = w->b;
    const hec_node *policy = hec_build_stated(b->tree, "policy");
    hec_paying paying = {.b = b, .w = w, .pay = &w->strategy->pay, .policy = policy};
    hec_paying *p = &paying;
    bool cohort = b->model->engine == HEC_ENGINE_COHORT;
    if (!policy || (!b->lives && !cohort) || b->model->engine == HEC_ENGINE_TIMES ||
        !open_paying(p)) {
        return;
    }
    p->place = hec_build_key_place(
        hec_node_get(hec_node_get(b->tree, "strategies"), w->strategy->name), "policy");
    check_words(p);
    check_in_force(p);
    hec_visit visit = {0};
    if (cohort) {
        if (!hec_policy_open_cohort(p)) {
            return;
        }
    } else {
        hec_life_read_events(b);
        p->alive = b->lives->is_alive;
        hec_policy_check_study(p);
        visit = hec_life_enter(b, HEC_PHASE_AMOUNTS);
    }
    b->chain = -1;
    b->paying = p;
    check_names(b);
    hec_policy_services(p);
    hec_policy_list_layers(p);
    hec_policy_list_contracts(p);
    p->listed = true;
    hec_policy_cover(p);
    hec_policy_benefits(p);
    p->served = true;
    hec_policy_contracts(p);
    hec_policy_close_memory(p);
    hec_policy_settle(p);
    hec_policy_rules(p);
    hec_policy_close_requests(p);
    hec_policy_post_settled(p);
    hec_policy_list_feeds(p);
    hec_policy_close_accounts(p);
    if (cohort) {
        b->paying = NULL;
        hec_policy_close_cohort(p);
        hec_policy_behaviours(p);
        return;
    }
    hec_policy_belong(p);
    hec_policy_add_amounts(p);
    hec_policy_behaviours(p); /* when it is known what is read */
    b->paying = NULL;
    hec_life_leave(b, &visit);
}
