/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fault of a person: whose value went wrong, when, and what made it. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "batch/fault_words.h"
#include "batch/run_persons.h"

enum { LANES = 8 }; /* the least a thread's working memory holds */

/* One fault on its way to its words. */
typedef struct report {
    const hec_run *run;
    const hec_model *model;
    const hec_strategy *strategy;
    const hec_person_fault *fault;
    int64_t draw;
    const char *where;
} report;

/* The variable of a chain's time in state, or NULL. */
static const hec_variable *duration_of(const hec_model *m, int chain)
{
    for (size_t v = 0; v < m->n_variables; v++) {
        if (m->variables[v].kind == HEC_VARIABLE_DURATION && m->variables[v].item == chain) {
            return &m->variables[v];
        }
    }
    return NULL;
}

/* The chain that the fault is about; -1: none. */
static int chain_of(const hec_model *m, const hec_strategy *s, const hec_person_fault *f)
{
    switch (f->kind) {
    case HEC_PERSON_FAULT_ROW:
        return m->states[f->item].chain;
    case HEC_PERSON_FAULT_ENDLESS:
        return (int)f->item;
    case HEC_PERSON_FAULT_TIME:
        return m->states[s->life.latents[f->item].from].chain;
    default:
        return m->n_chains == 1 ? 0 : -1;
    }
}

/* "strategy B, draw 12, person 17, cycle 3 (t = 2, time_in_state = 1)" */
static void where_text(const hec_model *m, const hec_strategy *s, const hec_person_fault *f,
                       int64_t draw, hec_text *out)
{
    bool moves = m->engine == HEC_ENGINE_TIMES;
    const hec_variable *duration = f->cycle > 0 ? duration_of(m, chain_of(m, s, f)) : NULL;
    hec_text_format(out, "strategy %s, ", s->name);
    if (draw >= 0) {
        hec_text_format(out, "draw %lld, ", (long long)draw + 1);
    }
    hec_text_format(out, "person %lld", (long long)f->person + 1);
    if (f->cycle == 0) {
        hec_text_add(out, f->kind == HEC_PERSON_FAULT_REWARD ? "" : ", at the start");
        return;
    }
    hec_text_format(out, ", %s %lld (t = %g", moves ? "move" : "cycle", (long long)f->cycle,
                    f->time);
    if (duration && !moves) {
        hec_text_format(out, ", time_in_state = %g", f->inputs[duration->input]);
    }
    hec_text_add(out, ")");
}

/* True when a look-up outside its table is the reason, which is then told. */
static bool told_lookup(const report *r, hec_id id, double value)
{
    hec_id lookup = isnan(value) ? hec_fault_failed_lookup(r->model, id, r->fault->inputs) : -1;
    if (lookup >= 0) {
        hec_fault_report_lookup(r->run, lookup, r->fault->inputs, r->where);
    }
    return lookup >= 0;
}

static void note(const report *r, hec_id id, hec_place place)
{
    hec_fault_note_definition(r->run, r->fault->strategy, place);
    hec_fault_note_values(r->run, id, r->fault->inputs);
}

/* ---- moves ----------------------------------------------------------------------------------- */

static void report_arc(const report *r, const hec_arc *arc, double value, bool hazards)
{
    char number[32];
    if (told_lookup(r, arc->check, value)) {
        return;
    }
    if (arc->remainder) {
        hec_fault_report_row(r->run, arc, value, r->where);
        hec_fault_note_values(r->run, arc->check, r->fault->inputs);
        return;
    }
    hec_fault_number(value, arc->low, arc->high, number);
    hec_report(r->run->diagnostics, hazards ? HEC_CHECK_HAZARD_RANGE : HEC_CHECK_PROBABILITY_RANGE,
               arc->place, "the %s `%s` -> `%s` is %s: %s",
               hazards ? "hazard of" : "probability of", r->model->states[arc->from].name,
               r->model->states[arc->to].name, number, r->where);
    note(r, arc->check, arc->place);
}

/* No value is outside its own bounds, and yet they are too much together. */
static void report_sum(const report *r, const hec_arc *last, double sum, bool hazards)
{
    if (!hazards) {
        hec_fault_report_row(r->run, last, 1 - sum, r->where);
        hec_fault_note_values(r->run, last->value, r->fault->inputs);
        return;
    }
    hec_report(r->run->diagnostics, HEC_CHECK_HAZARD_RANGE, last->place,
               "the hazards of leaving `%s` sum to %g per year: %s",
               r->model->states[last->from].name, sum, r->where);
    hec_fault_note_values(r->run, last->value, r->fault->inputs);
}

static void report_moves(const report *r)
{
    const hec_arc *last = NULL;
    double sum = 0;
    bool hazards =
        r->model->chains[r->model->states[r->fault->item].chain].kind == HEC_CHAIN_HAZARDS;
    for (size_t i = 0; i < r->strategy->n_arcs; i++) {
        const hec_arc *arc = &r->strategy->arcs[i];
        if ((size_t)arc->from != r->fault->item) {
            continue;
        }
        double value = hec_evaluate(r->model->graph, arc->check, r->fault->inputs);
        if (!(value >= arc->low && value <= arc->high)) {
            report_arc(r, arc, value, hazards);
            return;
        }
        sum += hec_evaluate(r->model->graph, arc->value, r->fault->inputs);
        last = arc;
    }
    if (last) {
        report_sum(r, last, sum, hazards);
    }
}

/* ---- start ----------------------------------------------------------------------------------- */

static void report_start(const report *r)
{
    const hec_model *m = r->model;
    const hec_chain *chain = &m->chains[r->fault->item];
    hec_text shares = {0};
    double sum = 0;
    for (size_t i = chain->first; i < chain->first + chain->count; i++) {
        hec_id id = r->strategy->start[i];
        double share = hec_evaluate(m->graph, id, r->fault->inputs);
        if (!(share >= 0 && share <= 1)) {
            char number[32];
            hec_fault_number(share, 0, 1, number);
            if (!told_lookup(r, id, share)) {
                hec_report(r->run->diagnostics, HEC_CHECK_PROBABILITY_RANGE,
                           hec_graph_node_at(m->graph, id)->place,
                           "the probability of starting in `%s` is %s: %s", m->states[i].name,
                           number, r->where);
                hec_fault_note_values(r->run, id, r->fault->inputs);
            }
            hec_text_free(&shares);
            return;
        }
        if (share != 0) {
            hec_text_format(&shares, "%s`%s` %g", sum != 0 ? ", " : "", m->states[i].name, share);
        }
        sum += share;
    }
    hec_report(r->run->diagnostics, HEC_CHECK_START_SUM, chain->place,
               "the probabilities of starting in the states of `%s` sum to %.12g, not to 1: %s",
               chain->name, sum, r->where);
    hec_report_note(r->run->diagnostics, HEC_NOWHERE, "with %s",
                    shares.data ? shares.data : "none at all");
    hec_report_help(r->run->diagnostics, "one of them may be `rest`");
    hec_text_free(&shares);
}

/* ---- events, attributes, times --------------------------------------------------------------- */

static void report_check(const report *r)
{
    const hec_life_check *check = &r->strategy->life.checks[r->fault->item];
    double value = hec_evaluate(r->model->graph, check->shown, r->fault->inputs);
    bool event = check->kind == HEC_LIFE_EVENT, rate = check->high > 1;
    char number[32];
    if (told_lookup(r, check->shown, value)) {
        return;
    }
    hec_fault_number(value, check->low, check->high, number);
    if (check->kind >= HEC_LIFE_UNPAID) {
        hec_fault_report_payment(r->run, check, value, r->fault, r->where);
        return;
    }
    if (event) {
        hec_report(r->run->diagnostics, rate ? HEC_CHECK_HAZARD_RANGE : HEC_CHECK_PROBABILITY_RANGE,
                   check->place, "the %s of `%s` is %s: %s", rate ? "rate" : "probability",
                   r->model->events[check->item].name, number, r->where);
    } else if (check->kind == HEC_LIFE_START) {
        hec_report(r->run->diagnostics, HEC_CHECK_REWARD_RANGE, check->place,
                   "`years_before` of `%s` is %s: %s", r->model->events[check->item].name, number,
                   r->where);
    } else {
        hec_report(r->run->diagnostics, HEC_CHECK_REWARD_RANGE, check->place,
                   "the attribute `%s` is %s%s: %s", r->model->variables[check->item].name, number,
                   check->kind == HEC_LIFE_ATTRIBUTE ? " at the end of the cycle" : "", r->where);
    }
    note(r, check->shown, check->place);
}

/* "shape = -0.2, scale = 10": the parameters of a distribution, named by its signature. */
static void add_parameters(const report *r, const hec_curve_needs *needs, hec_text *out)
{
    const char *name = strchr(needs->info->signature, '(');
    for (size_t i = 0; i < 3 && name && needs->parameters[i] >= 0; i++) {
        char number[32];
        name += strspn(name, "(, ");
        int length = (int)strcspn(name, ",)");
        hec_fault_number(hec_evaluate(r->model->graph, needs->parameters[i], r->fault->inputs), 0,
                         0, number);
        hec_text_format(out, "%s%.*s = %s", i > 0 ? ", " : "", length, name, number);
        name += length;
    }
}

/* The distributions whose parameters are such as they cannot be; where all are sound, all. False:
 * there are none. */
static bool note_parameters(const report *r, const hec_latent *latent)
{
    const double *inputs = r->fault->inputs;
    bool sound = true, noted = false;
    for (size_t i = 0; i < latent->n_needs; i++) {
        sound = sound && hec_evaluate(r->model->graph, latent->needs[i].met, inputs) == 1;
    }
    for (size_t i = 0; i < latent->n_needs; i++) {
        const hec_curve_needs *needs = &latent->needs[i];
        hec_text words = {0};
        if (sound) {
            hec_text_format(&words, "`%s` has ", needs->info->name);
            add_parameters(r, needs, &words);
        } else if (hec_evaluate(r->model->graph, needs->met, inputs) != 1) {
            hec_text_format(&words, "`%s` needs %s", needs->info->name, needs->words);
            hec_text_add(&words, needs->parameters[0] >= 0 ? ", and has " : "");
            add_parameters(r, needs, &words);
        }
        if (words.data && words.length > 0) {
            hec_report_note(r->run->diagnostics, needs->place, "%s", words.data);
            noted = true;
        }
        hec_text_free(&words);
    }
    return noted;
}

static void report_time(const report *r)
{
    const hec_latent *latent = &r->strategy->life.latents[r->fault->item];
    double value = hec_evaluate(r->model->graph, latent->time, r->fault->inputs);
    char number[32];
    if (told_lookup(r, latent->time, value)) {
        return;
    }
    hec_fault_number(value, r->fault->time, INFINITY, number);
    hec_report(r->run->diagnostics, HEC_CHECK_HAZARD_RANGE, latent->place,
               "the time of `%s` -> `%s` is %s, which is no time to come: %s",
               r->model->states[latent->from].name, r->model->states[latent->to].name, number,
               r->where);
    if (!note_parameters(r, latent)) {
        hec_fault_note_definition(r->run, r->fault->strategy, latent->place);
    }
    hec_fault_note_values(r->run, latent->time, r->fault->inputs);
}

static void report_endless(const report *r)
{
    const hec_chain *chain = &r->model->chains[r->fault->item];
    bool times = r->model->engine == HEC_ENGINE_TIMES;
    hec_report(r->run->diagnostics, HEC_CHECK_HAZARD_RANGE, chain->place,
               times ? "the moves of `%s` come to no end: %s"
                     : "the moves of `%s` within one cycle come to no end: %s",
               chain->name, r->where);
    hec_report_help(r->run->diagnostics,
                    times ? "a loop of states that are left at once; look at their times"
                          : "hazards are per year; look for ones that are far too large");
}

/* ---- rewards --------------------------------------------------------------------------------- */

/* Whether the person is in a state, as far as that is known. */
static bool may_be_in(const hec_model *m, const double *inputs, int state)
{
    int chain = m->states[state].chain;
    for (size_t v = 0; v < m->n_variables; v++) {
        const hec_variable *variable = &m->variables[v];
        if (variable->kind == HEC_VARIABLE_CHAIN && variable->item == chain &&
            variable->input >= 0) {
            return inputs[variable->input] == (double)state - (double)m->chains[chain].first;
        }
    }
    return true;
}

static bool is_term(const hec_model *m, const hec_person_fault *f, int outcome, hec_id value)
{
    return (size_t)outcome == f->item && !isfinite(hec_evaluate(m->graph, value, f->inputs));
}

hec_id hec_person_find_term(const hec_model *m, const hec_person_fault *f, hec_place *place)
{
    const hec_strategy *s = &m->strategies[f->strategy];
    for (size_t i = 0; i < s->n_rewards; i++) {
        const hec_reward *r = &s->rewards[i];
        *place = r->place;
        if (may_be_in(m, f->inputs, r->state) && is_term(m, f, r->outcome, r->value)) {
            return r->value;
        }
    }
    for (size_t i = 0; i < s->life.n_rates + s->life.n_amounts; i++) {
        const hec_life_amount *a =
            i < s->life.n_rates ? &s->life.rates[i] : &s->life.amounts[i - s->life.n_rates];
        *place = a->place;
        if (is_term(m, f, a->outcome, a->value)) {
            return a->value;
        }
    }
    for (size_t i = 0; i < s->n_one_offs; i++) {
        *place = s->one_offs[i].place;
        if (is_term(m, f, s->one_offs[i].outcome, s->one_offs[i].value)) {
            return s->one_offs[i].value;
        }
    }
    return -1;
}

static void report_reward(const report *r)
{
    static const char *const kinds[] = {"cost", "effect", "use"};
    const hec_outcome *outcome = &r->model->outcomes[r->fault->item];
    hec_place place;
    hec_id value = hec_person_find_term(r->model, r->fault, &place);
    if (value < 0) {
        hec_report(r->run->diagnostics, HEC_CHECK_REWARD_RANGE, r->strategy->place,
                   "the total of `%s` is not a finite number: %s", outcome->name, r->where);
        return;
    }
    double found = hec_evaluate(r->model->graph, value, r->fault->inputs);
    char number[32];
    if (told_lookup(r, value, found)) {
        return;
    }
    hec_fault_number(found, -DBL_MAX, DBL_MAX, number);
    hec_report(r->run->diagnostics, HEC_CHECK_REWARD_RANGE, place, "the %s `%s` is %s: %s",
               kinds[outcome->kind], outcome->name, number, r->where);
    note(r, value, place);
}

/* ---- all of it ------------------------------------------------------------------------------- */

void hec_run_report_person(const hec_run *run, const hec_person_fault *fault, int64_t draw)
{
    hec_text where = {0};
    report r = {.run = run,
                .model = run->model,
                .strategy = &run->model->strategies[fault->strategy],
                .fault = fault,
                .draw = draw};
    where_text(r.model, r.strategy, fault, draw, &where);
    r.where = where.data ? where.data : "";
    switch (fault->kind) {
    case HEC_PERSON_FAULT_ROW:
        report_moves(&r);
        break;
    case HEC_PERSON_FAULT_START:
        report_start(&r);
        break;
    case HEC_PERSON_FAULT_CHECK:
        report_check(&r);
        break;
    case HEC_PERSON_FAULT_REWARD:
        report_reward(&r);
        break;
    case HEC_PERSON_FAULT_TIME:
        report_time(&r);
        break;
    case HEC_PERSON_FAULT_ENDLESS:
        report_endless(&r);
        break;
    }
    hec_text_free(&where);
}

/* Runs some persons side by side through all strategies; false with *fault set. */
static bool try_persons(const hec_run *run, hec_persons_work *work, hec_person_block *block,
                        double *totals, hec_person_fault *fault)
{
    const hec_persons *persons = run->study->persons;
    hec_persons_begin(persons, work, block);
    for (size_t s = 0; s < run->model->n_strategies; s++) {
        if (!hec_persons_strategy(persons, work, block, s, totals, LANES, fault)) {
            return false;
        }
    }
    return true;
}

hec_status hec_run_report_persons(const hec_run *run, int64_t draw, const double *draw_values,
                                  const double *const *feeds, int64_t first, int64_t n)
{
    const hec_model *m = run->model;
    hec_persons_work *work = hec_persons_work_create(run->study->persons, LANES);
    double *totals = hec_aligned_doubles(2 * m->n_outcomes * LANES + LANES);
    hec_person_fault fault = {.inputs = calloc(hec_model_inputs(m) + 1, sizeof *fault.inputs)};
    bool ready = work && totals && fault.inputs, good = true;
    for (int64_t at = 0; ready && good && at < n; at++) {
        hec_person_block block = {.kernels = run->kernels,
                                  .seed = m->seed,
                                  .draw = draw,
                                  .draw_values = draw_values,
                                  .first = first + at,
                                  .n = 1,
                                  .feeds = feeds};
        good = try_persons(run, work, &block, totals, &fault);
        if (!good && fault.kind == HEC_PERSON_FAULT_REWARD) {
            hec_run_retell(run, work, &block, totals, LANES, &fault);
        }
    }
    if (ready && !good) {
        hec_run_report_person(run, &fault, draw);
    }
    hec_persons_work_destroy(work);
    hec_aligned_free(totals);
    free(fault.inputs);
    return ready ? HEC_E_VALUE : HEC_E_MEMORY;
}
