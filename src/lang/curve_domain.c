/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Domains: which parameters a survival distribution can have. A time that is drawn from others is
 * no time: formulas such as pow(h, 1 / shape) would give one all the same. */
#include <string.h>

#include "lang/survival.h"

typedef enum limit {
    ANY, /* NaN comes out of the formula itself */
    NUMBER,
    FROM_ZERO,
    ABOVE_ZERO,
    SHARE,
} limit;

typedef struct domain_row {
    const char *name;
    limit p[3];
    const char *words;
} domain_row;

static const domain_row domains[] = {
    {"exponential", {FROM_ZERO}, "a rate that is not negative"},
    {"weibull", {ABOVE_ZERO, ABOVE_ZERO}, "a shape and a scale above 0"},
    {"weibull_ph", {ABOVE_ZERO, FROM_ZERO}, "a shape above 0 and a scale that is not negative"},
    {"gompertz", {NUMBER, FROM_ZERO}, "a rate that is not negative"},
    {"loglogistic", {ABOVE_ZERO, ABOVE_ZERO}, "a shape and a scale above 0"},
    {"lognormal", {NUMBER, ABOVE_ZERO}, "an sdlog above 0"},
    {"gamma", {ABOVE_ZERO, ABOVE_ZERO}, "a shape and a rate above 0"},
    {"gengamma", {NUMBER, ABOVE_ZERO, NUMBER}, "a sigma above 0"},
    {"hazard_ratio", {ABOVE_ZERO}, "a ratio above 0"},
    {"time_ratio", {ABOVE_ZERO}, "a ratio above 0"},
    {"odds_ratio", {ABOVE_ZERO}, "a ratio above 0"},
    {"cured", {SHARE}, "a fraction between 0 and 1"},
    {"switch_at", {FROM_ZERO}, "a time that is not negative"},
};

static const domain_row *row_of(const hec_survival *c)
{
    for (size_t i = 0; i < sizeof domains / sizeof domains[0]; i++) {
        if (strcmp(domains[i].name, c->row->info.name) == 0) {
            return &domains[i];
        }
    }
    return NULL;
}

static hec_id both(const hec_make *m, hec_id a, hec_id b)
{
    double known = 0;
    if (hec_known(m->graph, a, &known) && known == 1) {
        return b;
    }
    return hec_known(m->graph, b, &known) && known == 1 ? a : hec_make_2(m, HK_AND, a, b);
}

/* 1 where the parameter is what it must be; NaN compares as false. */
static hec_id holds(const hec_make *m, limit needed, hec_id p)
{
    hec_id zero = hec_make_constant(m, 0);
    switch (needed) {
    case NUMBER:
        return hec_make_2(m, HK_EQ, p, p);
    case FROM_ZERO:
        return hec_make_2(m, HK_LE, zero, p);
    case ABOVE_ZERO:
        return hec_make_2(m, HK_LT, zero, p);
    case SHARE:
        return both(m, hec_make_2(m, HK_LE, zero, p),
                    hec_make_2(m, HK_LE, p, hec_make_constant(m, 1)));
    case ANY:
        break;
    }
    return hec_make_constant(m, 1);
}

/* The parameters of one distribution, without those it is made of. */
static hec_id own_domain(const hec_lowering *lo, const hec_make *m, const hec_survival *c)
{
    const domain_row *row = row_of(c);
    hec_id sound = hec_make_constant(m, 1);
    double known = 1;
    for (size_t i = 0; row && i < 3; i++) {
        sound = row->p[i] == ANY ? sound : both(m, sound, holds(m, row->p[i], c->p[i]));
    }
    for (size_t i = 0; i < c->n_pieces; i++) {
        sound = both(m, sound, holds(m, FROM_ZERO, c->rates[i]));
    }
    if (row && hec_known(lo->graph, sound, &known) && known == 0) {
        hec_report(lo->diagnostics, HEC_CHECK_ARGUMENTS, c->expr->place, "`%s` needs %s",
                   row->name, row->words);
        return -1;
    }
    return sound;
}

bool hec_curve_possible(const hec_curve_reading *r, const hec_survival *c, size_t parameter,
                        const hec_expr *expr)
{
    const domain_row *row = row_of(c);
    double value = 0;
    if (!row || !hec_known(r->lowering->graph, c->p[parameter], &value)) {
        return true;
    }
    limit needed = row->p[parameter];
    if (needed == FROM_ZERO ? value >= 0 : needed != ABOVE_ZERO || value > 0) {
        return true;
    }
    hec_report(r->lowering->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
               "`%s` needs %s, but this is %.10g", row->name, row->words, value);
    return false;
}

hec_id hec_curve_domain(const hec_lowering *lo, const hec_make *m, const hec_survival *c)
{
    hec_id sound = own_domain(lo, m, c);
    for (size_t i = 0; sound >= 0 && i < c->n_of; i++) {
        hec_id part = hec_curve_domain(lo, m, c->of[i]);
        sound = part < 0 ? -1 : both(m, sound, part);
    }
    return sound;
}

static void list_needs(const hec_lowering *lo, const hec_make *m, const hec_survival *c,
                       hec_arena *arena, hec_curve_needs **list, size_t *count, size_t *capacity)
{
    const domain_row *row = row_of(c);
    const char *words = row ? row->words : c->n_pieces > 0 ? "rates that are not negative" : NULL;
    if (words && hec_arena_grow(arena, (void **)list, *count, capacity, sizeof **list)) {
        (*list)[(*count)++] = (hec_curve_needs){.info = &c->row->info,
                                                .words = words,
                                                .place = c->expr->place,
                                                .parameters = {c->p[0], c->p[1], c->p[2]},
                                                .met = own_domain(lo, m, c)};
    }
    for (size_t i = 0; i < c->n_of; i++) {
        list_needs(lo, m, c->of[i], arena, list, count, capacity);
    }
}

size_t hec_curve_list_needs(hec_graph *graph, const hec_scope *scope, hec_diagnostics *diagnostics,
                            const hec_expr *curve, const hec_curve_needs **needs)
{
    hec_lowering lo = {graph, scope, diagnostics};
    hec_curve_reading outer = {.lowering = &lo, .expr = NULL};
    hec_make m = {graph, curve->place};
    hec_curve_needs *list = NULL;
    size_t count = 0, capacity = 0;
    const hec_survival *c = hec_curve_read(&outer, curve, "time");
    if (c) {
        list_needs(&lo, &m, c, hec_graph_arena(graph), &list, &count, &capacity);
    }
    *needs = list;
    return count;
}
