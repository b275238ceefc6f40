/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: what is counted along the way, and what happens to one person, told in order. */
#include <math.h>

#include "sim/persons_cycles.h"

static double time_at(const hec_life_run *r, int64_t cycle)
{
    return hec_model_time(r->model, cycle);
}

static void tell(const hec_life_run *r, hec_happening_kind kind, double time, size_t item,
                 double number)
{
    if (r->block->told) {
        r->block->told(r->block->context, &(hec_happening){.kind = kind,
                                                           .person = r->block->first,
                                                           .cycle = r->cycle,
                                                           .time = time,
                                                           .number = number,
                                                           .item = item});
    }
}

static bool is_alive(const hec_life_run *r, size_t lane)
{
    return r->cycles->masked ? r->c->alive[lane] != 0
                             : !r->model->states[(size_t)r->c->state[0][lane]].dead;
}

/* ---- causes of death ------------------------------------------------------------------------- */

static size_t cause_of_event(const hec_model *model, size_t event)
{
    size_t cause = 0;
    for (size_t i = 0; i < event; i++) {
        cause += model->events[i].fatal;
    }
    return cause;
}

static size_t cause_of_state(const hec_model *model, size_t state)
{
    size_t cause = cause_of_event(model, model->n_events);
    for (size_t i = 0; i < state; i++) {
        cause += model->states[i].dead;
    }
    return cause;
}

static void record_deaths(const hec_life_run *r, size_t cause, int64_t count, double time)
{
    hec_person_tally *tally = r->block->tally;
    if (tally && tally->deaths) {
        tally->deaths[(size_t)(r->cycle - 1) * hec_persons_causes(r->model) + cause] += count;
    }
    tell(r, HEC_HAPPENING_DEATH, time, cause, 0);
}

/* ---- in the order of a life ------------------------------------------------------------------ */

/* Of what is remembered: an event that had happened when the life begins. */
static void tell_past(const hec_life_run *r, size_t event)
{
    bool happened = false;
    double years = NAN;
    for (size_t i = 0; i < r->model->n_variables; i++) {
        const hec_variable *v = &r->model->variables[i];
        bool counts = v->kind == HEC_VARIABLE_COUNT, dates = v->kind == HEC_VARIABLE_SINCE;
        double value = r->c->variables[i * r->stride];
        if ((counts || dates) && r->model->occurrences[v->item].event == (int)event) {
            happened = happened || (counts ? value > 0 : value < INFINITY);
            years = dates ? value : years;
        }
    }
    if (happened) {
        tell(r, HEC_HAPPENING_PAST, 0, event, years);
    }
}

void hec_cycles_record_start(hec_life_run *r)
{
    for (size_t i = 0; i < r->model->n_chains; i++) {
        size_t state = r->plan->chains[i].first_state + (size_t)r->c->state[i][0];
        tell(r, HEC_HAPPENING_ENTERS, 0, state, 0);
    }
    for (size_t i = 0; r->block->told && i < r->model->n_events; i++) {
        tell_past(r, i);
    }
}

void hec_cycles_record_values(hec_life_run *r)
{
    if (!r->block->told || !is_alive(r, 0)) {
        return;
    }
    for (size_t i = 0; i < r->model->n_variables; i++) {
        double value = r->c->variables[i * r->stride];
        if (r->model->variables[i].kind == HEC_VARIABLE_ATTRIBUTE &&
            (r->cycle == 1 || value != r->c->told[i])) {
            tell(r, HEC_HAPPENING_VALUE, time_at(r, r->cycle - 1), i, value);
            r->c->told[i] = value;
        }
    }
}

void hec_cycles_record_events(hec_life_run *r)
{
    hec_person_tally *tally = r->block->tally;
    const size_t n_events = r->model->n_events;
    double time = time_at(r, r->cycle);
    for (size_t e = 0; e < n_events; e++) {
        double count = r->hk->sum(r->n, hec_cycles_value(r, r->plan->happens[e]));
        if (count == 0) {
            continue;
        }
        if (tally && tally->events) {
            tally->events[(size_t)(r->cycle - 1) * n_events + e] += (int64_t)count;
        }
        tell(r, HEC_HAPPENING_EVENT, time, e, 0);
        if (r->model->events[e].fatal) {
            record_deaths(r, cause_of_event(r->model, e), (int64_t)count, time);
        }
    }
}

void hec_cycles_record_move(hec_life_run *r, size_t chain, size_t lane, size_t from, size_t to,
                            double time)
{
    const hec_chain_plan *plan = &r->plan->chains[chain];
    const hec_strategy *s = &r->model->strategies[r->strategy];
    hec_person_tally *tally = r->block->tally;
    int32_t arc = plan->arc_of[from * plan->n_states + to];
    (void)lane;
    if (tally && tally->moves && arc >= 0) {
        tally->moves[(size_t)(r->cycle - 1) * s->n_arcs + (size_t)arc]++;
    }
    if (arc >= 0) {
        tell(r, HEC_HAPPENING_MOVE, time, (size_t)arc, 0);
    }
    if (r->model->states[plan->first_state + to].dead) {
        record_deaths(r, cause_of_state(r->model, plan->first_state + to), 1, time);
    }
}

/* The state of a chain that a lane is counted in; false: in none, who died elsewhere. */
static bool counted_in(const hec_life_run *r, size_t chain, size_t lane, size_t *state)
{
    *state = r->plan->chains[chain].first_state + (size_t)r->c->state[chain][lane];
    return !r->cycles->masked || r->c->alive[lane] != 0 || r->model->states[*state].dead;
}

/* Who is where: the living, and in its dead states who died in the chain. */
void hec_cycles_record_point(hec_life_run *r, int64_t point)
{
    hec_person_tally *tally = r->block->tally;
    if (!tally || !tally->trace) {
        return;
    }
    int64_t *trace = tally->trace + (size_t)point * hec_model_places(r->model);
    for (size_t i = 0; i < r->model->n_chains; i++) {
        for (size_t lane = 0; lane < r->n; lane++) {
            size_t at;
            bool counted = counted_in(r, i, lane, &at);
            trace[at] += counted;
        }
    }
    for (size_t lane = 0; r->model->shows_life && lane < r->n; lane++) {
        trace[r->model->n_states + !is_alive(r, lane)]++;
    }
    for (size_t i = 0; i < hec_model_places(r->model); i++) {
        trace[i] += r->c->gone[i];
    }
}

/* Those who are not in `index`, which rises, leave for good; where they are they stay. */
void hec_cycles_record_leaving(hec_life_run *r, size_t left)
{
    size_t next = 0;
    for (size_t lane = 0; lane < r->n; lane++) {
        if (next < left && r->c->index[next] == lane) {
            next++;
            continue;
        }
        for (size_t i = 0; i < r->model->n_chains; i++) {
            size_t at;
            bool counted = counted_in(r, i, lane, &at);
            r->c->gone[at] += counted;
        }
        if (r->model->shows_life) {
            r->c->gone[r->model->n_states + !is_alive(r, lane)]++;
        }
    }
}

/* Nobody is left: the points to come have those who are gone. */
void hec_cycles_record_rest(hec_life_run *r)
{
    size_t n = r->n;
    r->n = 0;
    for (int64_t point = r->cycle + 1; point <= r->model->cycles; point++) {
        hec_cycles_record_point(r, point);
    }
    r->n = n;
}

/* Sums by the place in the block: the dead, who have left, would add 0. */
static void sum_lanes(const hec_life_run *r, const double *x, double *sums)
{
    if (!r->compacted) {
        r->hk->sum_lanes(r->n, x, sums);
        return;
    }
    for (size_t lane = 0; lane < r->n; lane++) {
        sums[r->c->where[lane] % 8] += x[lane];
    }
}

/* What the cycle that is over came to; the next one begins. */
void hec_cycles_record_parts(hec_life_run *r)
{
    hec_person_tally *tally = r->block->tally;
    size_t n_outcomes = r->model->n_outcomes, cycles = (size_t)r->model->cycles;
    for (size_t i = 0; tally && tally->sums && i < 2 * n_outcomes; i++) {
        double *sums = tally->sums + (i * cycles + (size_t)(r->cycle - 1)) * 8;
        sum_lanes(r, r->c->parts[0] + i * r->stride, sums);
    }
    for (size_t i = 0; i < n_outcomes; i++) {
        double total = r->c->parts[0][(n_outcomes + i) * r->stride];
        if (r->was_alive || total != 0) {
            tell(r, HEC_HAPPENING_TOTAL, time_at(r, r->cycle), i, total);
        }
    }
    r->was_alive = is_alive(r, 0);
    double *swap = r->c->parts[0];
    r->c->parts[0] = r->c->parts[1];
    r->c->parts[1] = swap;
    for (size_t i = 0; i < 2 * n_outcomes; i++) {
        r->hk->fill(r->n, 0, swap + i * r->stride);
    }
}

void hec_cycles_record_end(hec_life_run *r)
{
    if (is_alive(r, 0)) {
        tell(r, HEC_HAPPENING_END, time_at(r, r->model->cycles), 0, 0);
    }
}

/* ---- what an observer sees ------------------------------------------------------------------- */

static const double *alive_of(hec_life_run *r)
{
    struct hec_cycles_work *c = r->c;
    if (r->cycles->masked) {
        return c->alive;
    }
    for (size_t i = 0; i < r->model->n_states; i++) {
        c->table[i] = &r->cycles->living[i];
        c->flags[i] = 1;
    }
    r->hk->person_pick(r->n, r->model->n_states, c->table, c->flags, c->state[0], c->scratch[0]);
    return c->scratch[0];
}

void hec_cycles_show(hec_life_run *r)
{
    const hec_person_view view = {.kernels = r->hk,
                                  .strategy = r->strategy,
                                  .cycle = r->cycle,
                                  .n = r->n,
                                  .persons = r->c->ids,
                                  .alive = alive_of(r),
                                  .values =
                                      (const double *const *)r->c->addresses + r->plan->observed,
                                  .uniform = r->plan->uniform + r->plan->observed};
    r->block->observe(r->block->observer, &view);
}
