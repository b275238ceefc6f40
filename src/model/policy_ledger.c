/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger of a policy: postings, what is observed and checked, and accounts of persons. */
#include "model/policy_inner.h"

/* ---- the ledger ------------------------------------------------------------------------------ */

int hec_policy_observe(hec_paying *p, hec_id id)
{
    hec_life *life = &p->w->strategy->life;
    for (size_t i = 0; i < life->n_observed; i++) {
        if (life->observed[i] == id) {
            return (int)i;
        }
    }
    if (id < 0 || !hec_arena_grow(p->b->arena, (void **)&life->observed, life->n_observed,
                                  &p->observed_capacity, sizeof *life->observed)) {
        return -1;
    }
    life->observed[life->n_observed] = id;
    return (int)life->n_observed++;
}

void hec_policy_check(hec_paying *p, hec_life_check check)
{
    hec_life *life = &p->w->strategy->life;
    const hec_graph_node *node = hec_graph_node_at(p->b->model->graph, check.value);
    bool known = node && node->code == HEC_CODE_CONSTANT && node->value >= check.low &&
                 node->value <= check.high;
    if (check.value >= 0 && check.shown >= 0 && !known &&
        hec_arena_grow(p->b->arena, (void **)&life->checks, life->n_checks, &p->check_capacity,
                       sizeof *life->checks)) {
        life->checks[life->n_checks++] = check;
    }
}

/* Equal lags of one party are one sum. */
static hec_due *due_of(hec_paying *p, int party, double lag, hec_place place)
{
    for (size_t i = 0; i < p->n_dues; i++) {
        if (p->dues[i].party == party && p->dues[i].lag == lag) {
            return &p->dues[i];
        }
    }
    if (!hec_arena_grow(p->b->arena, (void **)&p->dues, p->n_dues, &p->due_capacity,
                        sizeof *p->dues)) {
        return NULL;
    }
    p->dues[p->n_dues] = (hec_due){party, lag, -1, place};
    return &p->dues[p->n_dues++];
}

static void add_due(hec_paying *p, int party, hk_op op, hec_id fen, double lag, hec_place place)
{
    const hec_builder *b = p->b;
    hec_due *due = b->model->parties[party].provider ? NULL : due_of(p, party, lag, place);
    if (due) {
        hec_id before = due->fen < 0 ? hec_life_constant(b, 0, place) : due->fen;
        bool first = op == HK_ADD && due->fen < 0;
        due->fen = first ? fen : hec_life_op(b, op, before, fen, place);
    }
}

void hec_policy_spend(hec_paying *p, hec_id fen, double lag, hec_place place)
{
    const hec_model *model = p->b->model;
    p->resources = p->resources < 0 ? fen : hec_life_op(p->b, HK_ADD, p->resources, fen, place);
    for (size_t i = 0; i < model->n_parties; i++) {
        if (model->parties[i].resource) {
            add_due(p, (int)i, HK_ADD, fen, lag, place);
        }
    }
}

int hec_policy_post(hec_paying *p, hec_posting posting)
{
    hec_pay *pay = p->pay;
    bool person = posting.level == HEC_LEVEL_PERSON;
    posting.observed = -1;
    posting.input = posting.last_input = posting.all_input = posting.all_last_input = -1;
    if (posting.value < 0 || posting.payer < 0 || posting.payee < 0 ||
        (person && hec_life_is_value(p->b, posting.value, 0)) ||
        !hec_arena_grow(p->b->arena, (void **)&pay->postings, pay->n_postings,
                        &pay->posting_capacity, sizeof *pay->postings)) {
        return -1;
    }
    if (person) {
        posting.observed = hec_policy_observe(p, posting.value);
        add_due(p, posting.payer, HK_ADD, posting.value, posting.lag, posting.place);
        if (p->b->model->parties[posting.payee].resource) {
            hec_policy_spend(p, posting.value, posting.lag, posting.place);
        } else {
            add_due(p, posting.payee, HK_SUB, posting.value, posting.lag, posting.place);
        }
    }
    pay->postings[pay->n_postings] = posting;
    return (int)pay->n_postings++;
}

/* What each payer pays in the cycle, and what providers spend, as amounts of their categories. */
void hec_policy_add_amounts(hec_paying *p)
{
    hec_builder *b = p->b;
    for (size_t i = 0; i < b->model->n_parties; i++) {
        for (size_t k = 0; k < p->n_dues; k++) {
            const hec_due *d = &p->dues[k];
            if (d->party != (int)i) {
                continue;
            }
            hec_id due = hec_life_op(b, HK_NE, d->fen, hec_life_constant(b, 0, p->place), p->place);
            hec_id money = hec_policy_currency(p, d->fen, p->place);
            hec_life_add_amount(p->w, b->model->parties[i].category,
                                hec_policy_where(p, due, money, p->place), d->lag, p->place);
        }
    }
}

/* ---- accounts -------------------------------------------------------------------------------- */

static const char *account_name(hec_paying *p, hec_counted counted)
{
    hec_arena *arena = p->b->arena;
    const char *when = counted.for_life ? "paid" : "ytd";
    switch (counted.kind) {
    case HEC_COUNTED_USES:
        return hec_arena_format(arena, "ytd_use(%s)", p->used[counted.index].name);
    case HEC_COUNTED_SEEN:
        return hec_arena_format(arena, "%s seen by %s in fen", when,
                                p->mechanisms[counted.index].name);
    case HEC_COUNTED_CHARGE:
        return "ytd(charge) in fen";
    case HEC_COUNTED_ALLOWED:
        return "ytd(allowed) in fen";
    default:
        return hec_arena_format(arena, "%s(%s) in fen", when, p->mechanisms[counted.index].name);
    }
}

/* What has come in this cycle by now. */
static hec_id come_by_now(const hec_paying *p, hec_counted counted)
{
    switch (counted.kind) {
    case HEC_COUNTED_USES:
        return p->used[counted.index].quantity;
    case HEC_COUNTED_SEEN:
        return p->mechanisms[counted.index].seen;
    case HEC_COUNTED_CHARGE:
        return p->charged;
    case HEC_COUNTED_ALLOWED:
        return p->allowed;
    default:
        return p->mechanisms[counted.index].paid;
    }
}

/* Uses of a cycle come all at once, money one service after another. */
static hec_id with_present(hec_paying *p, hec_counted counted, int variable, hec_place place)
{
    hec_id present = hec_life_present(p->b, variable, place), now = come_by_now(p, counted);
    bool nothing = counted.kind == HEC_COUNTED_USES || hec_life_is_value(p->b, now, 0);
    return nothing ? present : hec_life_op(p->b, HK_ADD, present, now, place);
}

hec_id hec_policy_account(hec_paying *p, hec_counted counted, hec_place place)
{
    hec_builder *b = p->b;
    hec_pay *pay = p->pay;
    for (size_t i = 0; i < pay->n_accounts; i++) {
        const hec_counted *known = &p->counted[i];
        if (known->kind == counted.kind && known->index == counted.index &&
            known->for_life == counted.for_life) {
            return with_present(p, counted, pay->accounts[i].variable, place);
        }
    }
    const char *name = account_name(p, counted);
    size_t number = name ? hec_names_add(b->arena, &b->accounts, name) : SIZE_MAX;
    int variable = number == SIZE_MAX
                       ? -1
                       : hec_life_variable(b, HEC_VARIABLE_ACCOUNT, (int)number, name, place);
    if (variable < 0 ||
        !hec_arena_grow(b->arena, (void **)&pay->accounts, pay->n_accounts, &pay->account_capacity,
                        sizeof *pay->accounts) ||
        !hec_arena_grow(b->arena, (void **)&p->counted, pay->n_accounts, &p->counted_capacity,
                        sizeof *p->counted)) {
        return -1;
    }
    p->counted[pay->n_accounts] = counted;
    pay->accounts[pay->n_accounts++] = (hec_account){name, variable, counted.for_life, -1};
    return with_present(p, counted, variable, place);
}

/* When everything is paid: what the accounts are in the next cycle. */
void hec_policy_close_accounts(hec_paying *p)
{
    hec_builder *b = p->b;
    for (size_t i = 0; i < p->pay->n_accounts; i++) {
        hec_account *account = &p->pay->accounts[i];
        hec_place place = b->model->variables[account->variable].place;
        hec_id present = hec_life_present(b, account->variable, place);
        hec_id all = hec_life_op(b, HK_ADD, present, come_by_now(p, p->counted[i]), place);
        hec_id year_end =
            hec_graph_input(b->model->graph, HEC_CLOCK_YEAR_END, HEC_DEP_CYCLE, "year_end", place);
        account->next =
            account->for_life
                ? all
                : hec_life_select(b, year_end, hec_life_constant(b, 0, place), all, place);
    }
}
