/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory: attributes that contracts remember of a person. What they are in the next cycle may
 * follow what is paid in this one, and so is read when all of it is known. */
#include "model/policy_inner.h"

/* The entry of the contract that remembers an attribute; NULL: none does. */
static const hec_entry *contract_of(const hec_builder *b, const char *attribute)
{
    const hec_node *contracts = hec_build_stated(hec_build_stated(b->tree, "policy"), "contracts");
    for (size_t i = 0; contracts && contracts->kind == HEC_NODE_MAP && i < contracts->count; i++) {
        const hec_entry *entry = &contracts->entries[i];
        if (hec_node_get(hec_build_stated(entry->value, "memory"), attribute)) {
            return entry;
        }
    }
    return NULL;
}

bool hec_policy_remembers(const hec_builder *b, const char *attribute)
{
    return b->lives && b->model->engine != HEC_ENGINE_TIMES && contract_of(b, attribute);
}

/* ---- while an update is read ----------------------------------------------------------------- */

hec_recall hec_policy_recall(hec_builder *b, const char *attribute)
{
    hec_paying *p = b->paying;
    const hec_entry *contract = p ? contract_of(b, attribute) : NULL;
    if (!contract) {
        return (hec_recall){0};
    }
    const hec_recall before = {true, (int)p->where, p->provider, p->recalled};
    size_t mechanism = hec_names_find(&p->names, contract->key);
    p->where = HEC_PAY_CONTRACT;
    p->provider = mechanism == SIZE_MAX ? -1 : hec_policy_provider_of(p, &p->mechanisms[mechanism]);
    p->recalled = p->all_paid ? NULL : attribute;
    b->lives->moment++; /* names mean something else here */
    return before;
}

void hec_policy_forget(hec_builder *b, const hec_recall *recall)
{
    if (recall->open) {
        b->paying->where = (hec_pay_where)recall->where;
        b->paying->provider = recall->provider;
        b->paying->recalled = recall->recalled;
        b->lives->moment++;
    }
}

bool hec_policy_recalls_late(hec_paying *p, bool known, const hec_expr *expr)
{
    hec_diagnostics *d = p->b->diagnostics;
    if (!p->recalled || known) {
        return false;
    }
    hec_report(d, HEC_CHECK_DEFINITION_LOOP, expr->place,
               "what `%s` becomes follows what is paid here, and `reached` asks for it before that",
               p->recalled);
    hec_report_note(d, p->recalling, "`reached` asks here");
    hec_report_help(d,
                    "`%s` alone is what it was when the cycle began; `reached(%s, ...)` stands in "
                    "contracts after those that `update` reads",
                    p->recalled, p->recalled);
    return true;
}

/* ---- when everything is paid ----------------------------------------------------------------- */

void hec_policy_close_memory(hec_paying *p)
{
    hec_builder *b = p->b;
    hec_lives *lives = b->lives;
    hec_id *next = p->cohort ? NULL : lives->values[p->w->strategy - b->model->strategies].next;
    for (size_t i = 0; next && i < lives->attribute_names.count; i++) {
        hec_evolving *a = &lives->attributes[i];
        if (hec_policy_remembers(b, a->name)) {
            next[i] = a->updated ? hec_build_resolve(b, &a->next).id : -1;
            if (a->checked >= 0) {
                hec_policy_check(p, hec_life_finite(a));
            }
        }
    }
}
