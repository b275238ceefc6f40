/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Review of payments: what is allowed, but rarely meant. */
#include "model/policy_inner.h"
#include "model/policy_linear.h"

#include <inttypes.h>
#include <string.h>

/* ---- perspectives ---------------------------------------------------------------------------- */

/* The place of a perspective, or of what makes it count everything. */
static hec_place perspective_place(const hec_builder *b, const char *name)
{
    const hec_node *map = hec_node_get(b->tree, "perspectives");
    const hec_node *economics = hec_node_get(b->tree, "economics");
    return map && map->kind == HEC_NODE_MAP && hec_node_get(map, name)
               ? hec_build_key_place(map, name)
               : hec_build_key_place(economics, "perspective");
}

/* What a service costs and what is paid for it are the same money, seen from two sides. */
static void review_perspectives(hec_builder *b)
{
    const hec_model *model = b->model;
    int resource = hec_build_outcome(b, HEC_OUTCOME_COST, "resource");
    if (!hec_build_has_policies(b->tree) || resource < 0) {
        return;
    }
    for (size_t i = 0; i < model->n_perspectives; i++) {
        const hec_perspective *perspective = &model->perspectives[i];
        for (size_t k = 0; perspective->counts[resource] && k < model->n_parties; k++) {
            const hec_party *party = &model->parties[k];
            if (party->category >= 0 && !party->resource && perspective->counts[party->category]) {
                hec_report(b->diagnostics, HEC_CHECK_UNUSUAL,
                           perspective_place(b, perspective->name),
                           "the perspective `%s` counts what services cost, and what `%s` pays for "
                           "them",
                           perspective->name, party->name);
                hec_report_help(b->diagnostics,
                                "%s: [resource] is society's view; the payers "
                                "alone are those of who pays",
                                perspective->name);
                break;
            }
        }
    }
}

/* ---- strategies without a policy --------------------------------------------------------------
 */

static bool uses(const hec_strategy *s, int outcome)
{
    bool used = false;
    for (size_t i = 0; i < s->n_rewards; i++) {
        used = used || s->rewards[i].outcome == outcome;
    }
    for (size_t i = 0; i < s->n_one_offs; i++) {
        used = used || s->one_offs[i].outcome == outcome;
    }
    for (size_t i = 0; i < s->life.n_rates; i++) {
        used = used || s->life.rates[i].outcome == outcome;
    }
    for (size_t i = 0; i < s->life.n_amounts; i++) {
        used = used || s->life.amounts[i].outcome == outcome;
    }
    return used;
}

/* Only a policy shares a tariff out. Where no strategy has one, the model waits for those that lay
 * policies over it. */
static void review_tariffs(hec_builder *b)
{
    const hec_model *model = b->model;
    const hec_node *services =
        hec_build_has_policies(b->tree) ? hec_node_get(b->tree, "services") : NULL;
    for (size_t i = 0; services && services->kind == HEC_NODE_MAP && i < services->count; i++) {
        const hec_entry *entry = &services->entries[i];
        int outcome = hec_build_outcome(b, HEC_OUTCOME_USE, entry->key);
        for (size_t s = 0; s < model->n_strategies; s++) {
            const hec_strategy *strategy = &model->strategies[s];
            if (hec_build_stated(entry->value, "tariff") && !strategy->pay.policy &&
                uses(strategy, outcome)) {
                hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT, strategy->place,
                           "`%s` has no policy, so nobody pays the tariff of `%s`", strategy->name,
                           entry->key);
                hec_report_note(b->diagnostics, entry->key_place, "the service is here");
            }
        }
    }
}

/* ---- parties --------------------------------------------------------------------------------- */

static bool in_perspective(const hec_builder *b, const char *name)
{
    const hec_node *map = hec_node_get(b->tree, "perspectives");
    bool found = false;
    for (size_t i = 0; map && map->kind == HEC_NODE_MAP && i < map->count; i++) {
        const hec_node *list = map->entries[i].value;
        for (size_t k = 0; list->kind == HEC_NODE_LIST && k < list->count; k++) {
            const hec_node *item = list->items[k];
            found = found || (item->kind == HEC_NODE_SCALAR && strcmp(item->text, name) == 0);
        }
    }
    return found;
}

/* Only those of the uppermost file: a file that others stand on serves more studies than this. */
static void review_parties(hec_builder *b, const bool *counted)
{
    const hec_model *model = b->model;
    const hec_node *root = hec_build_stated(b->tree, "hecate");
    for (size_t i = 0; root && hec_build_has_policies(b->tree) && i < model->n_parties; i++) {
        const hec_party *party = &model->parties[i];
        bool named = party->named || (party->category >= 0 && counted[party->category]);
        if (named || party->place.file != root->place.file || in_perspective(b, party->name)) {
            continue;
        }
        hec_report(b->diagnostics, HEC_CHECK_UNUSED, party->place,
                   party->provider ? "the provider `%s` gives no service and has no contract"
                                   : "the payer `%s` pays for nothing, and no perspective names it",
                   party->name);
    }
}

/* ---- draws of fewer persons -------------------------------------------------------------------
 */

/* Inputs that grow with the number of persons. */
static int32_t *sized_inputs(hec_builder *b, const hec_pay *pay)
{
    size_t n = hec_model_inputs(b->model);
    int32_t *inputs = hec_arena_array(b->arena, n + 1, sizeof *inputs), next = 0;
    for (size_t i = 0; inputs && i < n; i++) {
        inputs[i] = HEC_INPUT_FREE;
    }
    for (size_t i = 0; inputs && i < pay->n_measures; i++) {
        const int32_t of[] = {pay->measures[i].input, pay->measures[i].last_input};
        for (size_t k = 0; k < 2; k++) {
            if (of[k] >= 0) {
                inputs[of[k]] = next++;
            }
        }
    }
    return inputs;
}

static bool is_in_proportion(const hec_linear *linear, const hec_model *model,
                             const hec_posting *posting)
{
    hec_grade grade = linear->nodes[hec_policy_unrounded(model->graph, posting->value)].grade;
    return grade == HEC_GRADE_ZERO || grade == HEC_GRADE_SHARE || grade == HEC_GRADE_SUM;
}

/* Settlements that half as many persons would not halve. */
static void review_strategy_sizes(hec_builder *b, size_t strategy)
{
    const hec_model *model = b->model;
    const hec_pay *pay = &model->strategies[strategy].pay;
    const int32_t *inputs = sized_inputs(b, pay);
    hec_linear linear = {0};
    if (!inputs || !hec_linear_open(&linear, b, inputs, false)) {
        return;
    }
    for (size_t i = 0; i < pay->n_postings; i++) {
        const hec_posting *posting = &pay->postings[i];
        if (posting->level == HEC_LEVEL_PERSON || is_in_proportion(&linear, model, posting)) {
            continue;
        }
        hec_report(b->diagnostics, HEC_CHECK_UNUSUAL, posting->place,
                   "what `%s` pays is not in proportion to the number of persons: %" PRId64
                   " in the base case, %" PRId64 " in a draw",
                   posting->mechanism, model->persons.count, model->persons.per_draw);
        hec_report_help(b->diagnostics, "in a draw a fixed amount is shared by fewer, and targets "
                                        "are hit by more luck: let `per_draw` be `persons`");
    }
}

/* A panel of a draw has fewer persons than one of the base case. */
static void review_sizes(hec_builder *b)
{
    const hec_model *model = b->model;
    bool other = model->persons.per_draw != model->persons.count && model->draw_count > 0;
    for (size_t s = 0; other && hec_build_is_persons(b) && s < model->n_strategies; s++) {
        review_strategy_sizes(b, s);
    }
}

void hec_build_review_payments(hec_builder *b, const bool *counted)
{
    if (hec_diagnostics_count(b->diagnostics, HEC_ERROR) > 0) {
        return; /* a policy may be missing whose file could not be read */
    }
    review_perspectives(b);
    review_tariffs(b);
    review_parties(b, counted);
    review_sizes(b);
}
