/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies of a cohort: what they may ask, and what of them is exact on means. */
#include "model/policy_cohort.h"

#include <string.h>

#include "model/policy_linear.h"

/* ---- what is known --------------------------------------------------------------------------- */

static bool is_nothing(const hec_builder *b, hec_id id)
{
    return hec_life_is_value(b, id, 0);
}

static bool is_used(const hec_paying *p, size_t use)
{
    const hec_model *model = p->b->model;
    const hec_strategy *s = p->w->strategy;
    size_t outcome = model->n_costs + model->n_effects + use;
    for (size_t i = 0; i < model->n_states; i++) {
        const hec_reward_cell *cell = &p->w->rewards[i * model->n_outcomes + outcome];
        if (cell->used && !model->states[i].dead && !is_nothing(p->b, cell->id)) {
            return true;
        }
    }
    for (size_t i = 0; i < s->n_one_offs; i++) {
        if ((size_t)s->one_offs[i].outcome == outcome) {
            return true;
        }
    }
    return false;
}

/* The same in all strategies, so that equal payments are equal. False: no memory, or too many. */
static bool find_inputs(hec_paying *p)
{
    hec_builder *b = p->b;
    bool good = true;
    if (!b->cohort_inputs) {
        int32_t *inputs = hec_arena_array(b->arena, p->n_uses + 1, sizeof *inputs);
        for (size_t i = 0; inputs && i <= p->n_uses; i++) {
            inputs[i] = hec_build_person_input(b);
            good = good && inputs[i] >= 0;
        }
        b->cohort_inputs = inputs;
    }
    p->cohort->quantity = hec_arena_array(b->arena, p->n_uses + 1, sizeof *p->cohort->quantity);
    if (!good || !b->cohort_inputs || !p->cohort->quantity) {
        return false;
    }
    p->cohort->state = b->cohort_inputs[0];
    for (size_t i = 0; i < p->n_uses; i++) {
        p->cohort->quantity[i] = is_used(p, i) ? b->cohort_inputs[i + 1] : -1;
    }
    return true;
}

/* What a contract remembers is of each person. */
static void refuse_memory(hec_paying *p)
{
    hec_builder *b = p->b;
    const hec_node *contracts = hec_build_stated(p->policy, "contracts");
    for (size_t i = 0; contracts && contracts->kind == HEC_NODE_MAP && i < contracts->count; i++) {
        const hec_node *map = contracts->entries[i].value;
        if (map->kind == HEC_NODE_MAP && hec_build_stated(map, "memory")) {
            hec_build_needs_persons(b, hec_build_key_place(map, "memory"),
                                    "what `%s` remembers is of each person; a cohort has none",
                                    contracts->entries[i].key);
        }
    }
}

bool hec_policy_open_cohort(hec_paying *p)
{
    hec_builder *b = p->b;
    hec_pay_cohort *cohort = hec_arena_alloc(b->arena, sizeof *cohort);
    b->lives = hec_arena_alloc(b->arena, sizeof *b->lives); /* of nobody: for its moment alone */
    if (!cohort || !b->lives) {
        b->lives = NULL;
        return false;
    }
    cohort->mistakes = hec_diagnostics_count(b->diagnostics, HEC_ERROR);
    p->cohort = cohort;
    hec_policy_open_feeding(b, p->w->strategy);
    refuse_memory(p);
    p->alive = hec_life_constant(b, 1, p->policy->place); /* nobody pays for the dead */
    hec_build_bind(b, b->tree);
    if (!find_inputs(p)) {
        b->lives = NULL;
        hec_policy_close_feeding(b);
        return false;
    }
    return true;
}

hec_id hec_policy_cohort_quantity(hec_paying *p, size_t use, hec_place place)
{
    hec_builder *b = p->b;
    int32_t input = p->cohort->quantity[use];
    const char *name = hec_arena_format(b->arena, "use(%s)", p->used[use].name);
    return input < 0 || !name ? hec_life_constant(b, 0, place)
                              : hec_graph_input(b->model->graph, input, HEC_DEP_STATE, name, place);
}

/* in(S1), in(chain, S1) */
static hec_value call_in(hec_paying *p, const hec_expr *expr)
{
    hec_builder *b = p->b;
    const hec_expr *first = expr->args[0], *last = expr->args[expr->n_args - 1];
    int chain = -1;
    if (expr->n_args > 1) {
        chain = first->kind == HEC_EXPR_NAME ? hec_build_chain(b, first->name, first->place) : -1;
    }
    if (last->kind != HEC_EXPR_NAME || (expr->n_args > 1 && chain < 0)) {
        return hec_life_nothing();
    }
    int state = hec_build_state(b, chain, last->name, last->place);
    hec_id here =
        hec_graph_input(b->model->graph, p->cohort->state, HEC_DEP_STATE, "the state", expr->place);
    hec_id code = hec_life_constant(b, state, expr->place);
    return state < 0 ? hec_life_nothing()
                     : (hec_value){hec_life_op(b, HK_EQ, here, code, expr->place), HEC_TYPE_ANY};
}

bool hec_policy_cohort_call(hec_builder *b, const hec_expr *expr, hec_value *value)
{
    if (!b->paying || !b->paying->cohort) {
        return false;
    }
    if (strcmp(expr->name, "in") == 0 && (expr->n_args == 1 || expr->n_args == 2)) {
        *value = call_in(b->paying, expr);
        return true;
    }
    if (strcmp(expr->name, "reached") == 0) {
        *value = hec_life_needs_persons(b, expr->name, expr->name_place);
        return true;
    }
    return false;
}

/* ---- what inputs are ------------------------------------------------------------------------- */

/* What single persons have is OTHER, but for what the cohort knows. NULL: no memory. */
static int32_t *new_inputs(const hec_paying *p)
{
    const hec_model *model = p->b->model;
    size_t n = hec_model_inputs(model);
    size_t first = HEC_CLOCK_COUNT + model->population.n_attributes;
    int32_t *inputs = hec_arena_array(p->b->arena, n + 1, sizeof *inputs);
    for (size_t i = 0; inputs && i < n; i++) {
        bool person = i >= first && i < first + model->n_person_inputs;
        inputs[i] = person ? HEC_INPUT_OTHER : HEC_INPUT_FREE;
    }
    return inputs;
}

static bool grade_persons(const hec_paying *p, hec_linear *l)
{
    int32_t *inputs = new_inputs(p);
    for (size_t i = 0; inputs && i < p->n_uses; i++) {
        if (p->cohort->quantity[i] >= 0) {
            inputs[p->cohort->quantity[i]] = (int32_t)i;
        }
    }
    if (inputs) {
        inputs[p->cohort->state] = HEC_INPUT_FREE;
    }
    return inputs && hec_linear_open(l, p->b, inputs, false);
}

/* Settlements read sums. together: all of them are one quantity, how many people there are. */
static bool grade_settled(const hec_paying *p, hec_linear *l, bool together)
{
    int32_t *inputs = new_inputs(p);
    for (size_t i = 0; inputs && i < p->pay->n_measures; i++) {
        const hec_measure *m = &p->pay->measures[i];
        if (m->input >= 0) {
            inputs[m->input] = together ? 0 : (int32_t)i;
        }
        if (m->last_input >= 0 && together) {
            inputs[m->last_input] = 0;
        }
    }
    return inputs && hec_linear_open(l, p->b, inputs, !together);
}

/* ---- refused --------------------------------------------------------------------------------- */

static void help(hec_builder *b)
{
    if (!b->model->payments_on_means) {
        hec_report_help(b->diagnostics, "or accept what it is on the means, marked so: engine: "
                                        "{cohort: {payments: on_means}}");
    }
}

static const hec_counted *account_of(const hec_paying *p, const hec_graph_node *node)
{
    for (size_t i = 0; i < p->pay->n_accounts; i++) {
        const hec_variable *v = &p->b->model->variables[p->pay->accounts[i].variable];
        if (node->code == HEC_CODE_INPUT && v->input == node->index) {
            return &p->counted[i];
        }
    }
    return NULL;
}

/* "what `own` has paid for somebody by now" */
static const char *account_words(const hec_paying *p, const char *mechanism,
                                 const hec_counted *counted)
{
    hec_arena *arena = p->b->arena;
    const char *of = counted->kind <= HEC_COUNTED_SEEN ? p->mechanisms[counted->index].name : "";
    const char *name = strcmp(of, mechanism) == 0 ? "it" : hec_arena_format(arena, "`%s`", of);
    const char *words;
    switch (counted->kind) {
    case HEC_COUNTED_PAID:
        words = hec_arena_format(arena, "what %s has paid for somebody by now", name);
        break;
    case HEC_COUNTED_SEEN:
        words = hec_arena_format(arena, "what %s has seen of somebody by now", name);
        break;
    case HEC_COUNTED_USES:
        words = hec_arena_format(arena, "how often somebody has used `%s` by now",
                                 p->used[counted->index].name);
        break;
    default:
        words = "what was charged for somebody by now";
        break;
    }
    return words ? words : "";
}

/* Why a payment of persons would be biased. */
static void refuse_person(hec_paying *p, const char *mechanism, hec_place place, hec_id why)
{
    hec_builder *b = p->b;
    const hec_graph_node *node = hec_graph_node_at(b->model->graph, why);
    const hec_counted *counted = account_of(p, node);
    if (counted) {
        hec_build_needs_persons(b, place,
                                "`%s` follows %s; a cohort knows means alone, and on them it would "
                                "be biased",
                                mechanism, account_words(p, mechanism, counted));
    } else if (node->code == HEC_CODE_INPUT) {
        hec_build_needs_persons(b, place, "`%s` follows `%s`, which a cohort does not know",
                                mechanism, hec_graph_input_name(b->model->graph, node->index));
        return;
    } else {
        hec_build_needs_persons(b, place,
                                "`%s` is not in proportion to what is used; a cohort knows means "
                                "alone, and on them it would be biased",
                                mechanism);
        hec_report_note(b->diagnostics, node->place, "this is what the bias comes from");
    }
    help(b);
}

static void refuse_settled(hec_paying *p, const hec_posting *posting, const hec_graded *g)
{
    hec_builder *b = p->b;
    const hec_graph_node *node = g->why < 0 ? NULL : hec_graph_node_at(b->model->graph, g->why);
    if (!node || g->grade == HEC_GRADE_AFFINE) {
        hec_build_needs_persons(b, posting->place,
                                "`%s` pays an amount that does not grow with the people it is for; "
                                "a cohort does not know how many they are",
                                posting->mechanism);
        return;
    }
    if (node->code == HEC_CODE_INPUT) {
        hec_build_needs_persons(
            b, posting->place, "`%s` follows `%s`, and a cohort counts each cycle by itself",
            posting->mechanism, hec_graph_input_name(b->model->graph, node->index));
    } else {
        hec_build_needs_persons(b, posting->place,
                                "`%s` is more than sums and multiples of what its people come to; "
                                "a cohort has no panels and no luck, and on it this would be "
                                "biased",
                                posting->mechanism);
        hec_report_note(b->diagnostics, node->place, "this is what the bias comes from");
    }
    help(b);
}

/* ---- exact ----------------------------------------------------------------------------------- */

static bool is_exact(const hec_graded *g)
{
    return g->grade != HEC_GRADE_OTHER && g->grade != HEC_GRADE_SIGN;
}

static hec_id why_of(const hec_graded *g, hec_id id)
{
    return g->why >= 0 ? g->why : id;
}

/* A coefficient is that of the year it is settled in: of the clock it may follow the year alone. */
static bool holds_all_year(const hec_graph *graph, hec_id id, bool *seen)
{
    const hec_graph_node *node = hec_graph_node_at(graph, id);
    bool good = node->code != HEC_CODE_INPUT ||
                (node->index != HEC_CLOCK_CYCLE && node->index != HEC_CLOCK_T);
    if (seen[id]) {
        return true;
    }
    seen[id] = true;
    for (int i = 0; i < node->n_args && good; i++) {
        good = holds_all_year(graph, node->args[i], seen);
    }
    return good;
}

/* Whether a settlement is a sum of multiples of measures that are exact themselves. */
static bool settles_exactly(hec_paying *p, const hec_posting *posting, const hec_linear *settled,
                            const hec_linear *persons, hec_graded *g)
{
    const hec_model *model = p->b->model;
    *g = settled->nodes[posting->value];
    bool good =
        g->grade == HEC_GRADE_ZERO || g->grade == HEC_GRADE_SHARE || g->grade == HEC_GRADE_SUM;
    bool *seen = hec_arena_array(p->b->arena, settled->n + 1, sizeof *seen);
    if (good && seen && !holds_all_year(model->graph, posting->value, seen)) {
        *g = (hec_graded){HEC_GRADE_OTHER, -1, posting->value};
        good = false;
    }
    for (size_t i = 0; good && i < p->pay->n_measures; i++) {
        hec_id of = p->w->strategy->life.observed[p->pay->measures[i].observed];
        int32_t input = p->pay->measures[i].input;
        hec_id node = input < 0 ? -1 : hec_graph_input(model->graph, input, 0, "", posting->place);
        if (node >= 0 && (size_t)node < settled->n && seen && seen[node] &&
            !is_exact(&persons->nodes[of])) {
            *g = (hec_graded){HEC_GRADE_OTHER, -1, why_of(&persons->nodes[of], of)};
            good = false;
        }
    }
    return good;
}

/* Reports each cause once, where it first tells. */
static bool check_exact(hec_paying *p, const hec_linear *persons, const hec_linear *settled,
                        bool report)
{
    size_t n_refused = 0, capacity = 0;
    hec_id *refused = NULL;
    bool exact = true;
    for (size_t i = 0; i < p->pay->n_postings; i++) {
        const hec_posting *posting = &p->pay->postings[i];
        bool person = posting->level == HEC_LEVEL_PERSON, known = false;
        hec_graded g = person ? persons->nodes[posting->value] : (hec_graded){0};
        if (person ? is_exact(&g) : settles_exactly(p, posting, settled, persons, &g)) {
            continue;
        }
        exact = false;
        hec_id why = why_of(&g, posting->value);
        for (size_t k = 0; k < n_refused; k++) {
            known = known || refused[k] == why;
        }
        if (known || !report ||
            !hec_arena_grow(p->b->arena, (void **)&refused, n_refused, &capacity,
                            sizeof *refused)) {
            continue;
        }
        refused[n_refused++] = why;
        if (person) {
            refuse_person(p, posting->mechanism, posting->place, why);
        } else {
            refuse_settled(p, posting, &g);
        }
    }
    return exact;
}

/* ---- all of it ------------------------------------------------------------------------------- */

void hec_policy_close_cohort(hec_paying *p)
{
    hec_builder *b = p->b;
    hec_linear persons, settled;
    bool good = hec_diagnostics_count(b->diagnostics, HEC_ERROR) == p->cohort->mistakes;
    if (good && grade_persons(p, &persons) && grade_settled(p, &settled, false)) {
        bool report = !b->model->payments_on_means;
        if (check_exact(p, &persons, &settled, report)) {
            hec_policy_cohort_costs(p, &persons, &settled);
        } else if (!report && grade_settled(p, &settled, true)) {
            hec_policy_cohort_means(p, &settled);
        }
    }
    b->lives = NULL;
    hec_policy_close_feeding(b);
}
