/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures: what panels or the region sum over their persons, for settlements and, later, for
 * persons to read. */
#include "model/policy_inner.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

typedef enum measure { PERSON_YEARS, SUM, COUNT, MEAN, SHARE, MEASURES } measure;
static const char *const measures[] = {"person_years", "sum", "count", "mean", "share"};
static const char *const prefixes[] = {"panel.", "region."};

/* The prefix of a level. */
static const char *prefix_of(hec_pay_level level)
{
    return prefixes[level == HEC_LEVEL_PANEL ? 0 : 1];
}

static int find_measure(const char *word)
{
    for (size_t i = 0; i < MEASURES; i++) {
        if (strcmp(measures[i], word) == 0) {
            return (int)i;
        }
    }
    return MEASURES;
}

/* The number of a measure, and its level; MEASURES: a name of another kind; -1: of no level. */
static int measure_of(const char *name, hec_pay_level *level)
{
    for (size_t k = 0; k < 2; k++) {
        size_t length = strlen(prefixes[k]);
        if (strncmp(name, prefixes[k], length) == 0) {
            *level = k == 0 ? HEC_LEVEL_PANEL : HEC_LEVEL_REGION;
            return find_measure(name + length);
        }
    }
    return -1;
}

bool hec_policy_is_measure(const char *name)
{
    hec_pay_level level;
    return measure_of(name, &level) >= 0;
}

bool hec_policy_is_taken(const char *rule)
{
    return find_measure(rule) < MEASURES || strcmp(rule, "settled") == 0;
}

/* ---- one sum --------------------------------------------------------------------------------- */

/* The value as it is written, so that what is behind a payment can be told; NULL: unknown. */
static const char *written(hec_builder *b, const hec_expr *of)
{
    size_t length = 0;
    const char *text = hec_source_text(b->diagnostics, of->place.file, &length);
    bool whole = text && (size_t)of->place.offset + of->place.length <= length;
    return whole ? hec_arena_copy(b->arena, text + of->place.offset, of->place.length) : NULL;
}

/* "panel.sum(hba1c < 7)" */
static const char *sum_name(hec_builder *b, hec_pay_level level, const char *of)
{
    const char *name = hec_arena_format(b->arena, "%ssum(%s)", prefix_of(level), of ? of : "...");
    return name ? name : prefix_of(level);
}

/* 1 or 0 of a condition, a value, or 1 for the cycle; for those who count. */
hec_value hec_policy_of_persons(hec_paying *p, const hec_ask *ask, hec_id when)
{
    hec_builder *b = p->b;
    hec_pay_where where = p->where;
    hec_asked_time time = b->feeding->time;
    bool years = ask->what == HEC_ASK_YEARS && p->cohort; /* a cohort's are no whole numbers */
    hec_value value = {hec_life_constant(b, years ? b->model->cycle_length : 1, ask->place),
                       HEC_TYPE_ANY};
    if (ask->of) {
        p->where = HEC_PAY_MEASURED;
        b->feeding->time = HEC_THIS_YEAR;
        value = hec_lower(b->model->graph, &b->scope, b->diagnostics, ask->of);
        b->feeding->time = time;
        p->where = where;
    }
    if (ask->what == HEC_ASK_CONDITION) {
        const char *name = hec_arena_format(b->arena, "%scount", prefix_of(ask->level));
        if (value.id < 0 || !hec_type_expect(b->diagnostics, value, &HEC_TYPE_BOOLEAN,
                                             ask->of->place, name ? name : "a count")) {
            return hec_life_nothing();
        }
        value.id = hec_life_boolean(b, value, ask->place);
    }
    hec_id counted = hec_life_and(b, p->alive, when, ask->place);
    return (hec_value){hec_policy_where(p, counted, value.id, ask->place), value.type};
}

/* Years are counted in cycles, so that twelve months are one. */
static hec_id count_of(hec_paying *p, const hec_ask *ask, hec_id of_person, double *factor,
                       double *divisor)
{
    double cycles = 1 / p->b->model->cycle_length, whole = floor(cycles + 0.5);
    *factor = *divisor = 1;
    if (p->cohort) {
        return of_person;
    }
    if (ask->what != HEC_ASK_YEARS) {
        return hec_policy_unscaled(p, of_person, factor, divisor);
    }
    *divisor = fabs(cycles - whole) < 1e-9 * cycles ? whole : cycles;
    return of_person;
}

size_t hec_policy_measured(hec_paying *p, const hec_ask *ask, hec_id of_person)
{
    hec_pay *pay = p->pay;
    double factor, divisor;
    int observed = hec_policy_observe(p, count_of(p, ask, of_person, &factor, &divisor));
    for (size_t i = 0; i < pay->n_measures; i++) {
        const hec_measure *m = &pay->measures[i];
        if (m->level == ask->level && m->provider == ask->provider &&
            m->at_year_end == ask->at_year_end && m->observed == observed && m->factor == factor &&
            m->divisor == divisor) {
            return i;
        }
    }
    if (observed < 0 || !hec_arena_grow(p->b->arena, (void **)&pay->measures, pay->n_measures,
                                        &pay->measure_capacity, sizeof *pay->measures)) {
        return SIZE_MAX;
    }
    pay->measures[pay->n_measures] = (hec_measure){.level = ask->level,
                                                   .provider = ask->provider,
                                                   .at_year_end = ask->at_year_end,
                                                   .observed = observed,
                                                   .factor = factor,
                                                   .divisor = divisor,
                                                   .input = -1,
                                                   .last_input = -1,
                                                   .place = ask->place};
    return pay->n_measures++;
}

/* The sum as a settlement reads it: what it is made of is read at once. */
static hec_value settled_sum(hec_builder *b, const hec_ask *ask)
{
    hec_paying *p = b->paying;
    hec_value of_person = hec_policy_of_persons(p, ask, p->settling->when);
    size_t at = of_person.id < 0 ? SIZE_MAX : hec_policy_measured(p, ask, of_person.id);
    if (at == SIZE_MAX) {
        return hec_life_nothing();
    }
    hec_measure *m = &p->pay->measures[at];
    int32_t *input = b->feeding->time == HEC_LAST_YEAR ? &m->last_input : &m->input;
    *input = *input < 0 ? hec_build_person_input(b) : *input;
    uint8_t depends = ask->level == HEC_LEVEL_PANEL ? HEC_DEP_STRATUM : HEC_DEP_CYCLE;
    const char *name = hec_policy_timed(b, ask->name);
    hec_id sum =
        *input < 0 ? -1 : hec_graph_input(b->model->graph, *input, depends, name, ask->place);
    return (hec_value){sum, of_person.type};
}

static hec_value sum_of(hec_builder *b, const hec_ask *ask)
{
    return hec_policy_reads(b) == HEC_READS_SETTLED ? settled_sum(b, ask)
                                                    : hec_policy_fed_sum(b, ask);
}

/* ---- panel.share(...) ------------------------------------------------------------------------ */

/* The value that is summed, out of at_year_end(...); false after reporting. */
static bool read_argument(hec_builder *b, const char *name, const hec_expr *expr, hec_ask *ask)
{
    const hec_expr *argument = expr->n_args == 1 ? expr->args[0] : NULL;
    if (!argument || (expr->arg_names && expr->arg_names[0])) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, expr->place, "`%s` takes 1 value", name);
        return false;
    }
    ask->at_year_end =
        argument->kind == HEC_EXPR_CALL && strcmp(argument->name, "at_year_end") == 0;
    if (ask->at_year_end && argument->n_args != 1) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, argument->place,
                   "`at_year_end` takes 1 value");
        return false;
    }
    if (ask->at_year_end && b->feeding->time == HEC_SO_FAR) {
        hec_report(b->diagnostics, HEC_CHECK_NOT_YET, argument->place,
                   "the end of the year is not known before its last cycle");
        hec_report_help(b->diagnostics, "last_year(...) knows that of the year before");
        return false;
    }
    ask->text = written(b, argument);
    ask->name = sum_name(b, ask->level, ask->text);
    ask->of = ask->at_year_end ? argument->args[0] : argument;
    return true;
}

/* The sum over persons, or what it comes to for each of those counted; 0 where there is nobody. */
static hec_value over_persons(hec_builder *b, measure which, hec_ask ask)
{
    hec_place place = ask.place;
    hec_value sum = sum_of(b, &ask);
    if (sum.id < 0 || which == SUM || which == COUNT) {
        return (hec_value){sum.id, which == SUM ? sum.type : HEC_TYPE_ANY};
    }
    hec_ask people = ask;
    people.what = HEC_ASK_PEOPLE;
    people.of = NULL;
    people.name = sum_name(b, ask.level, ask.at_year_end ? "at_year_end(1)" : "1");
    hec_id n = sum_of(b, &people).id, zero = hec_life_constant(b, 0, place);
    hec_id mean = hec_life_op(b, HK_DIV, sum.id, n, place);
    hec_id some = hec_life_op(b, HK_LT, zero, n, place);
    return (hec_value){hec_life_select(b, some, mean, zero, place),
                       which == MEAN ? sum.type : HEC_TYPE_ANY};
}

/* ---- names ----------------------------------------------------------------------------------- */

static hec_value unknown(hec_builder *b, const char *name, hec_place place)
{
    hec_names known = {0};
    const hec_pay *pay = b->feeding->pay;
    for (size_t i = 0; i < 2 * (size_t)MEASURES; i++) {
        const char *text =
            hec_arena_format(b->arena, "%s%s", prefixes[i / MEASURES], measures[i % MEASURES]);
        (void)hec_names_add(b->arena, &known, text ? text : "");
    }
    for (size_t i = 0; i < pay->n_rules; i++) {
        const char *text =
            hec_arena_format(b->arena, "%s%s", prefix_of(pay->rules[i].level), pay->rules[i].name);
        (void)hec_names_add(b->arena, &known, text ? text : "");
    }
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_NAME, place, "there is no `%s`", name);
    if (strcmp(name, "panel.settled") == 0) {
        hec_report_help(b->diagnostics, "settled(contract) is what it has paid the panel");
    } else {
        hec_build_suggest(b, name, known.count, known.items);
    }
    return hec_life_nothing();
}

/* Where a sum is not known, or of nobody. */
static bool may_ask(hec_builder *b, const char *name, hec_pay_level level, measure which,
                    hec_place place)
{
    const hec_paying *p = b->paying;
    bool settled = hec_policy_reads(b) == HEC_READS_SETTLED;
    if (!settled && b->feeding->time == HEC_THIS_YEAR) {
        const char *form = which == PERSON_YEARS ? "" : "(...)";
        hec_report(b->diagnostics, HEC_CHECK_NOT_YET, place,
                   "`%s` is known when a year is settled, not %s", name,
                   !b->behaving && p->where == HEC_PAY_MEASURED ? "inside another sum"
                                                                : "while persons live it");
        hec_report_help(b->diagnostics,
                        "last_year(%s%s) is that of the year before, so_far(%s%s) that of this "
                        "year before the present cycle",
                        name, form, name, form);
        return false;
    }
    if (settled && level == HEC_LEVEL_PANEL && p->settling->level == HEC_LEVEL_REGION) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, place,
                   "`%s` is a %s the region, which has no panel of its own", p->settling->name,
                   p->settling->rule ? "rule of" : "contract with");
        hec_report_help(b->diagnostics, "region.%s", measures[which]);
        return false;
    }
    return !settled ||
           (p->settling->when >= 0 && (level == HEC_LEVEL_REGION || p->settling->provider >= 0));
}

static hec_value measure_value(hec_builder *b, measure which, const char *name,
                               const hec_expr *expr, hec_ask ask)
{
    bool condition = which == COUNT || which == SHARE;
    if (!may_ask(b, name, ask.level, which, ask.place)) {
        return hec_life_nothing();
    }
    if (ask.level == HEC_LEVEL_PANEL) {
        bool settled = hec_policy_reads(b) == HEC_READS_SETTLED;
        ask.provider =
            settled ? b->paying->settling->provider : hec_policy_panels_of(b, name, ask.place);
        if (ask.provider < 0) {
            return hec_life_nothing();
        }
    }
    if (b->n_open > 0) {
        b->open[b->n_open - 1]->shifts = true;
    }
    if ((which == PERSON_YEARS) == (expr != NULL)) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, ask.place,
                   which == PERSON_YEARS ? "`%s` takes no values" : "`%s` needs a value: %s(...)",
                   name, name);
        return hec_life_nothing();
    }
    if (which == PERSON_YEARS) {
        ask.what = HEC_ASK_YEARS;
        ask.name = name;
        return (hec_value){sum_of(b, &ask).id, HEC_TYPE_ANY};
    }
    ask.what = condition ? HEC_ASK_CONDITION : HEC_ASK_VALUE;
    return read_argument(b, name, expr, &ask) ? over_persons(b, which, ask) : hec_life_nothing();
}

hec_value hec_policy_measure(hec_builder *b, const char *name, const hec_expr *expr,
                             hec_place place)
{
    hec_ask ask = {.level = HEC_LEVEL_REGION, .provider = -1, .place = place};
    int which = measure_of(name, &ask.level);
    const char *word = name + strlen(prefix_of(ask.level));
    hec_reads reads = hec_policy_reads(b);
    if (reads == HEC_READS_UNREAD) {
        return (hec_value){hec_life_constant(b, 0, place), HEC_TYPE_ANY};
    }
    if (reads == HEC_READS_NOTHING) {
        return hec_policy_not_here(b, name, place);
    }
    if (which < MEASURES) {
        return measure_value(b, (measure)which, name, expr, ask);
    }
    if (ask.level == HEC_LEVEL_REGION && expr && strcmp(word, "settled") == 0) {
        return hec_policy_settled(b, expr, true);
    }
    size_t rule = hec_policy_find_rule(b, word);
    if (rule == SIZE_MAX) {
        return unknown(b, name, place);
    }
    if (expr) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, place, "`%s` takes no values", name);
        return hec_life_nothing();
    }
    if (b->n_open > 0) {
        b->open[b->n_open - 1]->shifts = true;
    }
    return hec_policy_rule(b, rule, ask.level, place);
}
