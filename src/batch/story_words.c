/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A life in words. */
#include "batch/story.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "batch/run_persons.h"
#include "store/prose.h"

/* ---- numbers and names ----------------------------------------------------------------------- */

/* Five digits; a word for what is one. */
static void value_text(const hec_model *m, const hec_type *type, double value, char out[64])
{
    if (type && type->kind == HEC_KIND_LABEL && value >= 0 && value < (double)m->n_words) {
        snprintf(out, 64, "%s", m->words[(size_t)value]);
    } else if (type && type->kind == HEC_KIND_BOOLEAN) {
        snprintf(out, 64, "%s", value != 0 ? "yes" : "no");
    } else {
        snprintf(out, 64, "%.5g", value);
    }
}

/* Money without decimals where it is much; effects with four. */
static void amount_text(const hec_model *m, size_t outcome, double value, char *out)
{
    bool money = m->outcomes[outcome].kind == HEC_OUTCOME_COST;
    if (m->outcomes[outcome].kind == HEC_OUTCOME_USE) {
        snprintf(out, HEC_FIXED_BYTES, "%.6g", value);
    } else {
        hec_number_fixed(value, !money ? 4 : fabs(value) >= 100 || value == 0 ? 0 : 2, out);
    }
}

static const char *label_or(const char *label, const char *name)
{
    return label && *label ? label : name;
}

/* "S1", or "S1 (Sick)"; with the chain where there are several: "kidney.S1". */
static void add_state(const hec_model *m, size_t state, hec_text *out)
{
    const hec_state *s = &m->states[state];
    if (m->n_chains > 1) {
        hec_text_format(out, "%s.", m->chains[s->chain].name);
    }
    hec_text_add_line(out, s->name);
    if (s->label && *s->label && strcmp(s->label, s->name) != 0) {
        hec_text_add(out, " (");
        hec_text_add_line(out, s->label);
        hec_text_add(out, ")");
    }
}

/* ---- the person ------------------------------------------------------------------------------ */

static void add_attribute(const hec_model *m, size_t a, double value, size_t width, hec_text *out)
{
    const hec_population *p = &m->population;
    const hec_type *type = &p->types[a];
    char number[64], unit[96] = "";
    double factor = p->factors && p->factors[a] > 0 ? p->factors[a] : 1;
    value_text(m, type, type->kind == HEC_KIND_LABEL ? value : value * factor, number);
    if (hec_type_agree(type, &HEC_TYPE_YEARS) && type->kind == HEC_KIND_QUANTITY) {
        snprintf(unit, sizeof unit, "years");
    } else if (type->kind == HEC_KIND_QUANTITY && type->n_factors > 0) {
        hec_type_text(type, unit, sizeof unit);
    }
    hec_text_format(out, "  %-*s  %s%s%s\n", (int)width, p->attributes[a], number, *unit ? " " : "",
                    unit);
}

void hec_story_person(const hec_study *study, int64_t person, const double *attributes,
                      hec_text *out)
{
    const hec_model *m = study->model;
    const hec_population *p = &m->population;
    char number[HEC_FIXED_BYTES];
    size_t width = 0;
    hec_number_fixed((double)m->persons.count, 0, number);
    hec_text_format(out, "Person %lld of %s: ", (long long)person + 1, number);
    hec_text_add_line(out, m->title);
    hec_text_format(out, "; base case, seed %llu\n", (unsigned long long)m->seed);
    for (size_t a = 0; a < p->n_attributes; a++) {
        size_t length = strlen(p->attributes[a]);
        width = length > width ? length : width;
    }
    hec_text_add(out, p->n_attributes > 0 ? "\n" : "");
    for (size_t a = 0; a < p->n_attributes; a++) {
        add_attribute(m, a, attributes[a], width, out);
    }
}

/* ---- the life -------------------------------------------------------------------------------- */

/* Age at the start, or NaN where the population has none. */
static double age_of(const hec_story *story)
{
    const hec_population *p = &story->study->model->population;
    for (size_t a = 0; a < p->n_attributes; a++) {
        if (strcmp(p->attributes[a], "age") == 0) {
            return story->attributes[a] * (p->factors && p->factors[a] > 0 ? p->factors[a] : 1);
        }
    }
    return NAN;
}

static void add_move(const hec_story *story, size_t item, hec_text *out)
{
    const hec_model *m = story->study->model;
    const hec_strategy *s = &m->strategies[story->strategy];
    bool times = m->engine == HEC_ENGINE_TIMES;
    int from = times ? s->life.latents[item].from : s->arcs[item].from;
    int to = times ? s->life.latents[item].to : s->arcs[item].to;
    hec_text_add(out, "goes from ");
    add_state(m, (size_t)from, out);
    hec_text_add(out, " to ");
    add_state(m, (size_t)to, out);
}

/* A move to a dead state, or a fatal event: the death that follows says it. */
static bool is_death(const hec_story *story, const hec_happening *h)
{
    const hec_model *m = story->study->model;
    const hec_strategy *s = &m->strategies[story->strategy];
    if (h->kind == HEC_HAPPENING_EVENT) {
        return m->events[h->item].fatal;
    }
    int to = m->engine == HEC_ENGINE_TIMES ? s->life.latents[h->item].to : s->arcs[h->item].to;
    return m->states[to].dead;
}

/* "has had: Infarction, 3 years before the start" */
static void add_past(const hec_model *m, const hec_happening *h, hec_text *out)
{
    const hec_event *event = &m->events[h->item];
    hec_text_add(out, "has had: ");
    hec_text_add_line(out, label_or(event->label, event->name));
    if (isnan(h->number)) {
        hec_text_add(out, ", before the start");
    } else {
        hec_text_format(out, ", %.3g %s before the start", h->number,
                        h->number == 1 ? "year" : "years");
    }
}

/* What happened, in words; false where it is no news of its own. */
static bool add_happening(const hec_story *story, const hec_happening *h, hec_text *out)
{
    const hec_model *m = story->study->model;
    const hec_event *event;
    switch (h->kind) {
    case HEC_HAPPENING_ENTERS:
        hec_text_add(out, "starts in ");
        add_state(m, h->item, out);
        return true;
    case HEC_HAPPENING_PAST:
        add_past(m, h, out);
        return true;
    case HEC_HAPPENING_MOVE:
        add_move(story, h->item, out);
        return !is_death(story, h);
    case HEC_HAPPENING_EVENT:
        event = &m->events[h->item];
        hec_text_add_line(out, label_or(event->label, event->name));
        return !is_death(story, h);
    case HEC_HAPPENING_DEATH:
        hec_text_add(out, "dies: ");
        hec_text_add_line(out, hec_persons_cause(m, h->item));
        return true;
    case HEC_HAPPENING_END:
        hec_text_add(out, "is alive when the horizon ends");
        return true;
    case HEC_HAPPENING_VALUE:
    case HEC_HAPPENING_TOTAL:
        return false;
    }
    return false;
}

/* Time, age and words, a line each. */
static void add_chronicle(const hec_story *story, hec_text *out)
{
    hec_story_table table;
    double age = age_of(story);
    hec_story_table_open(&table, 3, 0);
    hec_story_table_add(&table, "year");
    hec_story_table_add(&table, isnan(age) ? "" : "age");
    hec_story_table_add(&table, "");
    for (size_t i = 0; i < story->n; i++) {
        const hec_happening *h = &story->happenings[i];
        hec_text words = {0};
        char number[64];
        if (add_happening(story, h, &words)) {
            snprintf(number, sizeof number, "%.4g", h->time);
            hec_story_table_add(&table, number);
            snprintf(number, sizeof number, "%.4g", age + h->time);
            hec_story_table_add(&table, isnan(age) ? "" : number);
            hec_story_table_add(&table, words.failed ? "" : words.data);
        }
        table.failed = table.failed || words.failed;
        hec_text_free(&words);
    }
    if (!table.failed) {
        table.right[0] = table.right[1] = true;
    }
    hec_story_table_print(&table, out);
    hec_story_table_close(&table);
}

/* ---- what is counted when -------------------------------------------------------------------- */

/* One row: what was counted between two times. */
typedef struct ledger_row {
    double begin, end;
    double *amounts; /* [outcomes] */
} ledger_row;

typedef struct ledger {
    const hec_story *story;
    const hec_model *m;
    hec_story_table table;
    size_t *state; /* [chains]; SIZE_MAX: nowhere */
    double *value; /* [variables] */
    ledger_row row;
} ledger;

static bool is_shown(const hec_model *m, size_t variable)
{
    return m->variables[variable].kind == HEC_VARIABLE_ATTRIBUTE;
}

static bool open_ledger(const hec_story *story, ledger *l)
{
    const hec_model *m = story->study->model;
    size_t columns = 2 + m->n_outcomes;
    *l = (ledger){.story = story, .m = m};
    for (size_t v = 0; v < m->n_variables; v++) {
        columns += is_shown(m, v);
    }
    l->state = calloc(m->n_chains + 1, sizeof *l->state);
    l->value = calloc(m->n_variables + 1, sizeof *l->value);
    l->row.amounts = calloc(m->n_outcomes + 1, sizeof *l->row.amounts);
    return hec_story_table_open(&l->table, columns, 2) && l->state && l->value && l->row.amounts;
}

static void close_ledger(ledger *l)
{
    hec_story_table_close(&l->table);
    free(l->state);
    free(l->value);
    free(l->row.amounts);
}

static void add_heads(ledger *l)
{
    size_t column = 2;
    hec_story_table_add(&l->table, "years");
    hec_story_table_add(&l->table, l->m->n_chains > 1 ? "states" : "state");
    for (size_t v = 0; v < l->m->n_variables; v++) {
        if (is_shown(l->m, v)) {
            hec_story_table_add(&l->table, l->m->variables[v].name);
            l->table.right[column++] = true;
        }
    }
    l->table.apart = column;
    for (size_t o = 0; o < l->m->n_outcomes; o++) {
        hec_story_table_add(&l->table, l->m->outcomes[o].name);
        l->table.right[column++] = true;
    }
}

/* States and attributes as they are when the row begins. */
static void look_back(ledger *l)
{
    const hec_strategy *s = &l->m->strategies[l->story->strategy];
    bool times = l->m->engine == HEC_ENGINE_TIMES;
    for (size_t c = 0; c < l->m->n_chains; c++) {
        l->state[c] = SIZE_MAX;
    }
    for (size_t i = 0; i < l->story->n; i++) {
        const hec_happening *h = &l->story->happenings[i];
        size_t to = h->item;
        if (h->time > l->row.begin) {
            continue;
        }
        if (h->kind == HEC_HAPPENING_VALUE) {
            l->value[h->item] = h->number;
        } else if (h->kind == HEC_HAPPENING_MOVE || h->kind == HEC_HAPPENING_ENTERS) {
            if (h->kind == HEC_HAPPENING_MOVE) {
                to = (size_t)(times ? s->life.latents[h->item].to : s->arcs[h->item].to);
            }
            l->state[l->m->states[to].chain] = to;
        }
    }
}

/* "H", or "H, esrd" of several chains. */
static void add_states(ledger *l)
{
    hec_text text = {0};
    hec_text_add(&text, "");
    for (size_t c = 0; c < l->m->n_chains; c++) {
        if (l->state[c] != SIZE_MAX) {
            hec_text_format(&text, "%s%s", text.length ? ", " : "", l->m->states[l->state[c]].name);
        }
    }
    l->table.failed = l->table.failed || text.failed;
    hec_story_table_add(&l->table, text.failed ? "" : text.data);
    hec_text_free(&text);
}

static void close_row(ledger *l)
{
    char cell[HEC_FIXED_BYTES];
    ledger_row *row = &l->row;
    look_back(l);
    if (row->end > row->begin) {
        snprintf(cell, sizeof cell, "%.4g to %.4g", row->begin, row->end);
    } else {
        snprintf(cell, sizeof cell, "%.4g", row->end);
    }
    hec_story_table_add(&l->table, cell);
    add_states(l);
    for (size_t v = 0; v < l->m->n_variables; v++) {
        if (is_shown(l->m, v)) {
            value_text(l->m, NULL, l->value[v], cell);
            hec_story_table_add(&l->table, cell);
        }
    }
    for (size_t o = 0; o < l->m->n_outcomes; o++) {
        amount_text(l->m, o, row->amounts[o], cell);
        hec_story_table_add(&l->table, row->amounts[o] != 0 ? cell : "");
        row->amounts[o] = 0;
    }
    row->begin = row->end;
}

/* The last rows: what all of them come to. */
static void add_sums(ledger *l)
{
    static const char *const heads[] = {"undiscounted", "discounted"};
    char cell[HEC_FIXED_BYTES];
    for (int kind = 1; kind >= 0; kind--) {
        hec_story_table_add(&l->table, heads[kind]);
        for (size_t i = l->m->n_outcomes + 1; i < l->table.columns; i++) {
            hec_story_table_add(&l->table, "");
        }
        for (size_t o = 0; o < l->m->n_outcomes; o++) {
            size_t place = (size_t)kind * l->m->n_outcomes + o;
            amount_text(l->m, o, l->story->totals[place], cell);
            hec_story_table_add(&l->table, l->story->totals[place] != 0 ? cell : "");
        }
    }
}

static void add_ledger(const hec_story *story, hec_text *out)
{
    ledger l;
    bool open = false;
    if (!open_ledger(story, &l)) {
        out->failed = true;
    }
    add_heads(&l);
    for (size_t i = 0; !out->failed && i < story->n; i++) {
        const hec_happening *h = &story->happenings[i];
        if (h->kind != HEC_HAPPENING_TOTAL) {
            continue;
        }
        if (open && h->time != l.row.end) {
            close_row(&l);
        }
        open = true;
        l.row.end = h->time;
        l.row.amounts[h->item] += h->number;
    }
    if (!out->failed) {
        if (open) {
            close_row(&l);
        }
        add_sums(&l);
        hec_story_table_print(&l.table, out);
    }
    close_ledger(&l);
}

void hec_story_life(const hec_story *story, hec_text *out)
{
    const hec_model *m = story->study->model;
    const hec_strategy *s = &m->strategies[story->strategy];
    hec_text_format(out, "Under %s", s->name);
    if (s->label && strcmp(s->label, s->name) != 0) {
        hec_text_add(out, ": ");
        hec_text_add_line(out, s->label);
    }
    hec_text_add(out, "\n\n");
    add_chronicle(story, out);
    hec_text_format(out, "\n  Year by year; what is counted is discounted, costs in %s:\n\n",
                    m->economics.currency);
    add_ledger(story, out);
}

/* ---- side by side ---------------------------------------------------------------------------- */

/* Costs of the perspective, and effects: what strategies are compared by. */
void hec_story_compare(const hec_study *study, size_t n, const size_t *strategies,
                       const double *totals, hec_text *out)
{
    const hec_model *m = study->model;
    hec_story_table table;
    char cell[HEC_FIXED_BYTES];
    hec_text_format(out,
                    "Side by side, discounted; cost as the perspective %s counts it, in %s\n\n",
                    m->perspectives[m->perspective].name, m->economics.currency);
    if (hec_story_table_open(&table, 2 + m->n_effects, 1)) {
        hec_story_table_add(&table, "strategy");
        hec_story_table_add(&table, "cost");
        table.right[1] = true;
        for (size_t e = 0; e < m->n_effects; e++) {
            hec_story_table_add(&table, m->outcomes[m->n_costs + e].name);
            table.right[2 + e] = true;
        }
        for (size_t i = 0; i < n; i++) {
            const double *discounted = totals + (2 * i + 1) * m->n_outcomes;
            double cost = 0;
            for (size_t c = 0; c < m->n_costs; c++) {
                cost += m->perspectives[m->perspective].counts[c] ? discounted[c] : 0;
            }
            hec_story_table_add(&table, m->strategies[strategies[i]].name);
            amount_text(m, 0, cost, cell);
            hec_story_table_add(&table, cell);
            for (size_t e = 0; e < m->n_effects; e++) {
                amount_text(m, m->n_costs + e, discounted[m->n_costs + e], cell);
                hec_story_table_add(&table, cell);
            }
        }
    }
    hec_story_table_print(&table, out);
    hec_story_table_close(&table);
}
