/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lowering: what lower.c, functions.c and curves.c share. */
#ifndef HECATE_LANG_LOWER_H
#define HECATE_LANG_LOWER_H

#include "lang/lang.h"
#include "lang/typing.h"

typedef struct hec_lowering {
    hec_graph *graph;
    const hec_scope *scope;
    hec_diagnostics *diagnostics;
} hec_lowering;

enum { HEC_CALL_ARGS = 4 };

/* A call whose arguments were matched with the signature. */
typedef struct hec_call {
    hec_lowering *lowering;
    const hec_expr *expr;
    const hec_expr *args[HEC_CALL_ARGS]; /* NULL: left out. Open-ended functions: see expr->args */
    int detail;                          /* of the row in the table of functions */
} hec_call;

typedef struct hec_function {
    hec_function_info info;
    hec_value (*lower)(const hec_call *call);
    int detail;
} hec_function;

/* What an argument must be. */
typedef enum hec_want {
    HEC_WANT_VALUE, /* a number of any unit */
    HEC_WANT_PLAIN, /* a number without a unit */
    HEC_WANT_YEARS,
    HEC_WANT_RATE,
    HEC_WANT_PROBABILITY,
    HEC_WANT_ODDS,
    HEC_WANT_CONDITION,
} hec_want;

static inline hec_value hec_no_value(void)
{
    return (hec_value){.id = -1};
}

hec_value hec_lower_expr(hec_lowering *lowering, const hec_expr *expr);
/* The argument, or .id = -1 after reporting that it is not what is wanted. */
hec_value hec_lower_wanted(hec_lowering *lowering, const hec_expr *expr, hec_want want,
                           const char *function);
hec_value hec_lower_arg(const hec_call *call, size_t index, hec_want want);
/* Time argument `index`, or `left_out` years. */
hec_value hec_lower_time(const hec_call *call, size_t index, double left_out);
/* Base and exponent of ^ and pow. */
hec_value hec_lower_power(hec_lowering *lowering, const hec_expr *base, const hec_expr *exponent,
                          hec_place place);

/* What a table is read at, from a call whose arguments are its axes; false after reporting. */
bool hec_lower_axes(hec_lowering *lowering, const hec_lookup *table, const hec_expr *call,
                    hec_id args[4]);

/* The value of a node that depends on nothing; false when it is not known yet. */
bool hec_known(const hec_graph *graph, hec_id id, double *value);
/* Widens *type so that it holds `next` too, or reports that `what` mixes them. `first` is where
 * *type comes from. */
bool hec_unify_reporting(hec_lowering *lowering, hec_type *type, const hec_expr *first,
                         const hec_type *next, const hec_expr *expr, const char *what);
/* Reports that a call's arguments are wrong; the signature goes into the help. */
bool hec_bind(hec_lowering *lowering, const hec_function_info *info, const hec_expr *expr,
              const hec_expr *bound[HEC_CALL_ARGS]);

const hec_function *hec_function_row(const char *name);

/* curves.c: survival(D, t) and its like; `detail` says which */
typedef enum hec_curve_part {
    HEC_CURVE_SURVIVAL,
    HEC_CURVE_HAZARD,
    HEC_CURVE_CUMHAZARD,
    HEC_CURVE_DENSITY,
    HEC_CURVE_QUANTILE,
    HEC_CURVE_EVENT_PROB,
} hec_curve_part;
hec_value hec_lower_curve(const hec_call *call);
bool hec_curve_named(const char *name);

/* Building nodes. */
typedef struct hec_make {
    hec_graph *graph;
    hec_place place;
} hec_make;

static inline hec_make hec_make_for(const hec_call *call)
{
    return (hec_make){call->lowering->graph, call->expr->place};
}
static inline hec_id hec_make_constant(const hec_make *m, double value)
{
    return hec_graph_constant(m->graph, value, m->place);
}
static inline hec_id hec_make_1(const hec_make *m, hk_op op, hec_id a)
{
    return hec_graph_op(m->graph, op, a, -1, -1, m->place);
}
static inline hec_id hec_make_2(const hec_make *m, hk_op op, hec_id a, hec_id b)
{
    return hec_graph_op(m->graph, op, a, b, -1, m->place);
}
static inline hec_id hec_make_select(const hec_make *m, hec_id condition, hec_id yes, hec_id no)
{
    return hec_graph_op(m->graph, HK_SELECT, condition, yes, no, m->place);
}

#endif
