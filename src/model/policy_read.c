/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions of payments: money, conditions, whole fen. */
#include "model/policy_inner.h"

#include <string.h>

hec_value hec_policy_value(hec_paying *p, const hec_node *node, hec_pay_where where)
{
    hec_pay_where before = p->where;
    p->where = where;
    p->b->lives->moment++; /* names mean something else at each place */
    hec_value value = hec_build_expression(p->b, node);
    p->where = before;
    return value;
}

hec_id hec_policy_money(hec_paying *p, const hec_node *node, hec_pay_where where, const char *what)
{
    hec_type wanted = hec_build_money_type(p->b, false), other = hec_build_money_type(p->b, true);
    hec_value value = hec_policy_value(p, node, where);
    bool period = value.id >= 0 && hec_type_agree(&value.type, &other);
    const char *help =
        period ? "what is paid in a cycle has no `/year`: multiply by cycle_length" : NULL;
    bool plain = value.type.kind == HEC_KIND_QUANTITY && value.type.n_factors == 0;
    return plain || hec_build_wants(p->b, value, &wanted, node, what, help) ? value.id : -1;
}

hec_id hec_policy_number(hec_paying *p, const hec_node *node, hec_pay_where where, const char *what)
{
    hec_value value = hec_policy_value(p, node, where);
    return hec_build_wants(p->b, value, &HEC_TYPE_RATIO, node, what, NULL) ? value.id : -1;
}

hec_id hec_policy_when(hec_paying *p, const hec_node *map)
{
    const hec_node *when = hec_build_stated(map, "when");
    if (!when) {
        return hec_life_constant(p->b, 1, map->place);
    }
    hec_value value = hec_policy_value(p, when, HEC_PAY_ASIDE);
    return hec_build_wants(p->b, value, &HEC_TYPE_BOOLEAN, when, "`when`",
                           "compare it with something, as in `x > 0`")
               ? hec_life_boolean(p->b, value, when->place)
               : -1;
}

/* floor(100 (1 + 2^-50) x + 1/2): 0.3 of 4.85 is 1.455 to who writes it, a little less to a binary
 * number, and a half goes up. */
hec_id hec_policy_fen(const hec_paying *p, hec_id money, hec_place place)
{
    const hec_builder *b = p->b;
    const double hundred = p->cohort ? HEC_FEN : HEC_FEN * (1 + 0x1p-50);
    hec_id scaled = hec_life_op(b, HK_MUL, money, hec_life_constant(b, hundred, place), place);
    if (p->cohort) { /* what is rounded for each person is not, on the mean */
        return scaled;
    }
    hec_id above = hec_life_op(b, HK_ADD, scaled, hec_life_constant(b, 0.5, place), place);
    return hec_life_op(b, HK_FLOOR, above, -1, place);
}

hec_id hec_policy_unrounded(const hec_graph *graph, hec_id fen)
{
    const hec_graph_node *whole = hec_graph_node_at(graph, fen);
    if (whole->code != HEC_CODE_OP || whole->op != HK_FLOOR) {
        return fen; /* a constant, or a cohort's */
    }
    const hec_graph_node *above = hec_graph_node_at(graph, whole->args[0]);
    bool half_first = hec_graph_node_at(graph, above->args[0])->code == HEC_CODE_CONSTANT;
    return above->args[half_first];
}

hec_id hec_policy_currency(const hec_paying *p, hec_id fen, hec_place place)
{
    return hec_life_op(p->b, HK_DIV, fen, hec_life_constant(p->b, HEC_FEN, place), place);
}

hec_id hec_policy_where(const hec_paying *p, hec_id condition, hec_id value, hec_place place)
{
    return hec_life_select(p->b, condition, value, hec_life_constant(p->b, 0, place), place);
}

double hec_policy_lag(hec_paying *p, const hec_node *map)
{
    double years = 0;
    const hec_node *lag = hec_build_stated(map, "lag");
    if (lag && hec_build_constant(p->b, lag, &HEC_TYPE_YEARS, "the lag", &years) && years < 0) {
        hec_report(p->b->diagnostics, HEC_CHECK_BAD_VALUE, lag->place,
                   "a payment comes after what it is for: the lag is not negative");
        return 0;
    }
    return years;
}

bool hec_policy_is_rest(const hec_node *node)
{
    return node->kind == HEC_NODE_SCALAR && strcmp(node->text, "rest") == 0;
}

const hec_node *hec_policy_by_provider(hec_paying *p, const hec_node *node, const char *key,
                                       size_t service)
{
    hec_builder *b = p->b;
    const hec_priced *priced = &p->services[service];
    if (node->kind != HEC_NODE_MAP) {
        return node;
    }
    if (priced->provider < 0) { /* which was reported */
        return NULL;
    }
    const hec_party *provider = &b->model->parties[priced->provider];
    const hec_node *own = hec_policy_of_provider(node, provider);
    if (!own) {
        hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, node->place,
                   "`%s` does not say what holds for `%s`, which provides `%s`", key,
                   provider->name, p->used[priced->use].name);
        hec_report_help(b->diagnostics, "name every provider, or its tier; or say for which "
                                        "`services:` this is");
    }
    return own;
}
