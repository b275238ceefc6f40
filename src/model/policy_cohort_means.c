/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payments of a cohort on means: what one person can be asked who stands for all. */
#include "model/policy_cohort.h"
#include "model/policy_linear.h"

/* ---- what cannot be asked -------------------------------------------------------------------- */

typedef struct asking {
    hec_paying *p;
    bool *seen;  /* [nodes] */
    hec_id lost; /* a node that a mean person does not have; -1: none yet */
} asking;

static bool is_mean_input(const hec_paying *p, int32_t index)
{
    const hec_model *model = p->b->model;
    int32_t first = HEC_CLOCK_COUNT + (int32_t)model->population.n_attributes;
    bool known = index != HEC_CLOCK_TIME_IN_STATE &&
                 (index < first || index >= first + (int32_t)model->n_person_inputs);
    for (size_t i = 0; i < p->n_uses; i++) {
        known = known || p->cohort->quantity[i] == index;
    }
    for (size_t i = 0; i < p->pay->n_accounts; i++) {
        known = known || model->variables[p->pay->accounts[i].variable].input == index;
    }
    return known;
}

static void walk(asking *a, hec_id id)
{
    if (id < 0 || a->seen[id] || a->lost >= 0) {
        return;
    }
    a->seen[id] = true;
    const hec_graph_node *node = hec_graph_node_at(a->p->b->model->graph, id);
    if (node->code == HEC_CODE_INPUT && !is_mean_input(a->p, node->index)) {
        a->lost = id;
    }
    for (int i = 0; i < node->n_args; i++) {
        walk(a, node->args[i]);
    }
}

/* False after reporting. */
static bool is_of_mean(asking *a, hec_id id, hec_place place)
{
    hec_builder *b = a->p->b;
    walk(a, id);
    if (a->lost < 0) {
        return true;
    }
    const hec_graph_node *node = hec_graph_node_at(b->model->graph, a->lost);
    if (node->index == a->p->cohort->state || node->index == HEC_CLOCK_TIME_IN_STATE) {
        hec_build_needs_persons(b, place,
                                "this follows the state somebody is in; on the means there is "
                                "one person, who is in none");
    } else {
        hec_build_needs_persons(b, place, "this follows `%s`, which a cohort does not know",
                                hec_graph_input_name(b->model->graph, node->index));
    }
    hec_report_note(b->diagnostics, node->place, "it is asked here");
    return false;
}

/* Everything that is worked out for the mean person. */
static bool can_ask(hec_paying *p)
{
    const hec_pay *pay = p->pay;
    const hec_life *life = &p->w->strategy->life;
    asking a = {.p = p, .lost = -1};
    a.seen = hec_arena_array(p->b->arena, hec_graph_size(p->b->model->graph) + 1, sizeof *a.seen);
    bool good = a.seen != NULL;
    for (size_t i = 0; good && i < pay->n_postings; i++) {
        const hec_posting *posting = &pay->postings[i];
        good = posting->level != HEC_LEVEL_PERSON || is_of_mean(&a, posting->value, posting->place);
    }
    for (size_t i = 0; good && i < pay->n_measures; i++) {
        good = is_of_mean(&a, life->observed[pay->measures[i].observed], pay->measures[i].place);
    }
    for (size_t i = 0; good && i < p->n_dues; i++) {
        good = is_of_mean(&a, p->dues[i].fen, p->dues[i].place);
    }
    for (size_t i = 0; good && i < pay->n_accounts; i++) {
        good = is_of_mean(&a, pay->accounts[i].next, p->place);
    }
    for (size_t i = 0; good && i < life->n_checks; i++) {
        good = is_of_mean(&a, life->checks[i].value, life->checks[i].place);
    }
    return good;
}

/* ---- one panel ------------------------------------------------------------------------------- */

/* A cohort has no size: what is settled for it must grow with the people in it. */
static bool grows(hec_paying *p, const hec_posting *posting, const hec_graded *g)
{
    hec_builder *b = p->b;
    if (g->grade == HEC_GRADE_SHARE || g->grade == HEC_GRADE_ZERO) {
        return true;
    }
    const hec_graph_node *node = g->why < 0 ? NULL : hec_graph_node_at(b->model->graph, g->why);
    if (node && node->code == HEC_CODE_INPUT) {
        hec_build_needs_persons(
            b, posting->place, "`%s` follows `%s`, which a cohort does not know",
            posting->mechanism, hec_graph_input_name(b->model->graph, node->index));
        return false;
    }
    hec_build_needs_persons(b, posting->place,
                            "what `%s` pays is not in proportion to the people it is for; a cohort "
                            "does not know how many they are",
                            posting->mechanism);
    if (node) {
        hec_report_note(b->diagnostics, node->place, "this is where it is not");
    }
    return false;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool list_costs(hec_paying *p, hec_means *means)
{
    const hec_pay *pay = p->pay;
    hec_arena *arena = p->b->arena;
    means->costs = hec_arena_array(arena, p->n_dues + 1, sizeof *means->costs);
    means->times = hec_arena_array(arena, pay->n_postings + 1, sizeof *means->times);
    (void)hec_policy_pay_time(p, 0, false);
    for (size_t i = 0; means->costs && i < p->n_dues; i++) {
        const hec_due *d = &p->dues[i];
        int category = p->b->model->parties[d->party].category;
        if (category >= 0 && d->fen >= 0) {
            means->costs[means->n_costs++] =
                (hec_mean_cost){category, hec_policy_pay_time(p, d->lag, false), d->fen};
        }
    }
    for (size_t i = 0; means->times && i < pay->n_postings; i++) {
        const hec_posting *posting = &pay->postings[i];
        means->times[i] = hec_policy_pay_time(p, posting->lag, posting->level != HEC_LEVEL_PERSON);
    }
    return means->costs && means->times;
}

void hec_policy_cohort_means(hec_paying *p, const hec_linear *settled)
{
    const hec_pay *pay = p->pay;
    hec_means *means = hec_arena_alloc(p->b->arena, sizeof *means);
    bool good = can_ask(p);
    hec_policy_check_study(p);
    for (size_t i = 0; i < pay->n_postings; i++) {
        const hec_posting *posting = &pay->postings[i];
        good = (posting->level == HEC_LEVEL_PERSON ||
                grows(p, posting, &settled->nodes[posting->value])) &&
               good;
    }
    if (means && good) {
        means->quantity = p->cohort->quantity;
        p->w->strategy->means = list_costs(p, means) ? means : NULL;
    }
}
