/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Binding: the arguments of a call matched with the names of a signature. */
#include "lang/lower.h"

#include <string.h>

/* A signature such as "rate_to_prob(rate, dt = cycle_length)", taken apart. */
typedef struct parameters {
    size_t count, required; /* those without a default come first */
    bool open;              /* "..." */
    struct {
        const char *name;
        size_t length;
    } names[HEC_CALL_ARGS];
} parameters;

static parameters parameters_of(const char *signature)
{
    parameters found = {0};
    const char *p = strchr(signature, '(') + 1;
    while (*p && *p != ')') {
        size_t length = strcspn(p, " ,)");
        if (strncmp(p, "...", 3) == 0) {
            found.open = true;
        } else if (found.count < HEC_CALL_ARGS) {
            found.names[found.count].name = p;
            found.names[found.count++].length = length;
            found.required += strncmp(p + length, " =", 2) != 0;
        }
        p += strcspn(p, ",)");
        p += strspn(p, ", ");
    }
    return found;
}

static bool wrong(hec_lowering *lo, const hec_function_info *info)
{
    hec_report_help(lo->diagnostics, "it is written %s", info->signature);
    return false;
}

static bool wrong_count(hec_lowering *lo, const hec_function_info *info, const hec_expr *expr,
                        const parameters *p)
{
    size_t low = p->required, high = p->count;
    const char *values = high == 1 && !p->open ? "value" : "values";
    if (p->open) {
        hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
                   "`%s` takes at least %zu %s, not %zu", info->name, low,
                   low == 1 ? "value" : "values", expr->n_args);
    } else if (low < high) {
        hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
                   "`%s` takes %zu to %zu values, not %zu", info->name, low, high, expr->n_args);
    } else {
        hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, expr->place, "`%s` takes %zu %s, not %zu",
                   info->name, low, values, expr->n_args);
    }
    return wrong(lo, info);
}

/* The parameter an argument stands for, or p->count after reporting. */
static size_t slot_of(hec_lowering *lo, const hec_function_info *info, const hec_expr *expr,
                      size_t i, const parameters *p, bool *named)
{
    const char *name = expr->arg_names ? expr->arg_names[i] : NULL;
    if (!name) {
        if (!*named) {
            return i;
        }
        hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, expr->args[i]->place,
                   "values without a name come before those with one");
        wrong(lo, info);
        return p->count;
    }
    *named = true;
    for (size_t k = 0; k < p->count; k++) {
        if (strlen(name) == p->names[k].length &&
            memcmp(name, p->names[k].name, p->names[k].length) == 0) {
            return k;
        }
    }
    hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, expr->args[i]->place,
               "`%s` has no argument named `%s`", info->name, name);
    wrong(lo, info);
    return p->count;
}

bool hec_bind(hec_lowering *lo, const hec_function_info *info, const hec_expr *expr,
              const hec_expr *bound[HEC_CALL_ARGS])
{
    parameters p = parameters_of(info->signature);
    bool named = false;
    memset(bound, 0, HEC_CALL_ARGS * sizeof *bound);
    if (expr->n_args < p.required || (!p.open && expr->n_args > p.count)) {
        return wrong_count(lo, info, expr, &p);
    }
    for (size_t i = 0; i < expr->n_args; i++) {
        if (p.open) {
            if (expr->arg_names && expr->arg_names[i]) {
                hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, expr->args[i]->place,
                           "`%s` takes values without names", info->name);
                return wrong(lo, info);
            }
            continue;
        }
        size_t slot = slot_of(lo, info, expr, i, &p, &named);
        if (slot == p.count) {
            return false;
        }
        if (bound[slot]) {
            hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, expr->args[i]->place,
                       "`%.*s` is given twice", (int)p.names[slot].length, p.names[slot].name);
            return wrong(lo, info);
        }
        bound[slot] = expr->args[i];
    }
    for (size_t k = 0; k < p.required && !p.open; k++) {
        if (!bound[k]) {
            hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, expr->place, "`%s` lacks `%.*s`",
                       info->name, (int)p.names[k].length, p.names[k].name);
            return wrong(lo, info);
        }
    }
    return true;
}
