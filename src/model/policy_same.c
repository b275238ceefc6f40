/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether two strategies pay the same. What is paid for persons is among the amounts of their
 * lives; settlements and rules are compared here: each strategy has inputs of its own for what they
 * read, so that equal ones are other nodes of the graph. */
#include "model/build.h"

#include <string.h>

typedef struct pair {
    const hec_graph *graph;
    const hec_strategy *a, *b;
    hec_id *equal; /* [nodes]: a node of `b` that is known to be the same as one of `a`; -1 */
} pair;

static bool is_same(pair *p, hec_id a, hec_id b);

/* ---- what is read ---------------------------------------------------------------------------- */

static bool same_measure(const pair *p, size_t i)
{
    const hec_measure *a = &p->a->pay.measures[i], *b = &p->b->pay.measures[i];
    return a->level == b->level && a->provider == b->provider && a->at_year_end == b->at_year_end &&
           a->factor == b->factor && a->divisor == b->divisor &&
           p->a->life.observed[a->observed] == p->b->life.observed[b->observed];
}

/* Whether two inputs stand for the same sum, settlement or rule. */
static bool same_input(const pair *p, int32_t a, int32_t b)
{
    const hec_pay *x = &p->a->pay, *y = &p->b->pay;
    bool same = false;
    for (size_t i = 0; i < x->n_measures && !same; i++) {
        const hec_measure *m = &x->measures[i], *n = &y->measures[i];
        same = (m->input == a && n->input == b) || (m->last_input == a && n->last_input == b);
        same = same && same_measure(p, i);
    }
    for (size_t i = 0; i < x->n_postings && !same; i++) {
        const hec_posting *m = &x->postings[i], *n = &y->postings[i];
        same = (m->input == a && n->input == b) || (m->last_input == a && n->last_input == b) ||
               (m->all_input == a && n->all_input == b) ||
               (m->all_last_input == a && n->all_last_input == b);
    }
    for (size_t i = 0; i < x->n_rules && !same; i++) {
        same = x->rules[i].input == a && y->rules[i].input == b;
    }
    return same;
}

/* ---- expressions ----------------------------------------------------------------------------- */

static bool same_node(pair *p, const hec_graph_node *a, const hec_graph_node *b)
{
    bool same = a->code == b->code && a->n_args == b->n_args;
    if (same && a->code == HEC_CODE_INPUT) {
        return same_input(p, a->index, b->index);
    }
    same = same && a->op == b->op && a->index == b->index && a->lookup == b->lookup &&
           memcmp(&a->value, &b->value, sizeof a->value) == 0;
    for (int i = 0; same && i < a->n_args; i++) {
        same = is_same(p, a->args[i], b->args[i]);
    }
    return same;
}

static bool is_same(pair *p, hec_id a, hec_id b)
{
    if (a == b || a < 0 || b < 0) {
        return a == b;
    }
    if (p->equal[a] != b) {
        bool same = same_node(p, hec_graph_node_at(p->graph, a), hec_graph_node_at(p->graph, b));
        p->equal[a] = same ? b : -1;
    }
    return p->equal[a] == b;
}

/* ---- payments -------------------------------------------------------------------------------- */

static bool same_posting(pair *p, const hec_posting *x, const hec_posting *y)
{
    return x->payer == y->payer && x->payee == y->payee && x->service == y->service &&
           x->level == y->level && x->lag == y->lag && strcmp(x->mechanism, y->mechanism) == 0 &&
           is_same(p, x->value, y->value) && is_same(p, x->split_by, y->split_by);
}

static bool same_rule(pair *p, const hec_rule *x, const hec_rule *y)
{
    return x->level == y->level && x->provider == y->provider && is_same(p, x->start, y->start) &&
           is_same(p, x->update, y->update);
}

static bool same_pay(pair *p)
{
    const hec_pay *a = &p->a->pay, *b = &p->b->pay;
    bool same = (a->policy != NULL) == (b->policy != NULL) && a->n_postings == b->n_postings &&
                a->n_accounts == b->n_accounts && a->n_measures == b->n_measures &&
                a->n_rules == b->n_rules && a->n_feeds == b->n_feeds;
    for (size_t i = 0; same && i < a->n_accounts; i++) {
        same = a->accounts[i].variable == b->accounts[i].variable &&
               a->accounts[i].next == b->accounts[i].next;
    }
    for (size_t i = 0; same && i < a->n_postings; i++) {
        same = same_posting(p, &a->postings[i], &b->postings[i]);
    }
    for (size_t i = 0; same && i < a->n_rules; i++) {
        same = same_rule(p, &a->rules[i], &b->rules[i]);
    }
    return same;
}

bool hec_build_same_pay(const hec_graph *graph, const hec_strategy *a, const hec_strategy *b,
                        hec_id *scratch)
{
    pair p = {graph, a, b, scratch};
    if (!a->pay.policy && !b->pay.policy) {
        return true;
    }
    for (size_t i = 0; i < hec_graph_size(graph); i++) {
        scratch[i] = -1;
    }
    return same_pay(&p);
}
