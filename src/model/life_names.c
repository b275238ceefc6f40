/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of a life: what expressions may ask about a person. */
#include "model/life_inner.h"

#include <math.h>
#include <string.h>

/* ---- what stands where ----------------------------------------------------------------------- */

static hec_value plain(hec_id id)
{
    return (hec_value){id, HEC_TYPE_ANY};
}

/* What is read for its mistakes alone leaves nothing behind. Its value is not known: no constant.
 */
static hec_value unread(hec_builder *b, hec_type type, hec_place place)
{
    hec_id some = hec_graph_input(b->model->graph, HEC_CLOCK_CYCLE, HEC_DEP_CYCLE, "cycle", place);
    return (hec_value){some, type};
}

static hec_value not_yet(hec_builder *b, const hec_expr *expr, const char *what, const char *help)
{
    static const char *const where[] = {
        [HEC_PHASE_MOVES] = "where people move in the cycle",
        [HEC_PHASE_START] = "at time 0",
        [HEC_PHASE_EVENT] = "where an event is asked",
        [HEC_PHASE_RATES] = "where something counts per year",
        [HEC_PHASE_AMOUNTS] = "where something counts once",
        [HEC_PHASE_UPDATE] = "where an attribute is updated",
    };
    hec_report(b->diagnostics, HEC_CHECK_NOT_YET, expr->place, "%s is not known %s", what,
               where[hec_life_phase(b)]);
    hec_report_help(b->diagnostics, "%s", help);
    return hec_life_nothing();
}

/* A chain, state, event or attribute named in a call; NULL after reporting. */
static const char *name_at(hec_builder *b, const hec_expr *expr, size_t i)
{
    const hec_expr *argument = expr->args[i];
    if ((argument->kind == HEC_EXPR_NAME || argument->kind == HEC_EXPR_WORD) &&
        !(expr->arg_names && expr->arg_names[i])) {
        return argument->name;
    }
    hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, argument->place,
               "`%s` needs a name here, not an expression", expr->name);
    return NULL;
}

/* The number of the state that `f(state)` or `f(chain, state)` names, or -1 after reporting. */
static int state_of(hec_builder *b, const hec_expr *expr)
{
    const char *first = name_at(b, expr, 0);
    const char *second = expr->n_args > 1 ? name_at(b, expr, 1) : NULL;
    if (!first || (expr->n_args > 1 && !second)) {
        return -1;
    }
    if (!second) {
        return hec_build_state(b, -1, first, expr->args[0]->place);
    }
    int chain = hec_build_chain(b, first, expr->args[0]->place);
    return chain < 0 ? -1 : hec_build_state(b, chain, second, expr->args[1]->place);
}

static void unknown_occurrence(hec_builder *b, const char *name, hec_place place)
{
    const hec_model *model = b->model;
    hec_names all = {0};
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, place,
               "no event and no state is called `%s`", name);
    for (size_t i = 0; i < model->n_events; i++) {
        (void)hec_names_add(b->arena, &all, model->events[i].name);
    }
    for (size_t i = 0; i < model->n_states; i++) {
        (void)hec_names_add(b->arena, &all, model->states[i].name);
    }
    hec_build_suggest(b, name, all.count, all.items);
}

/* The number of an event, or -1 after reporting. */
static int event_of(hec_builder *b, const hec_expr *expr)
{
    const hec_names *names = &b->lives->event_names;
    const char *name = name_at(b, expr, 0);
    size_t found = name ? hec_names_find(names, name) : SIZE_MAX;
    if (name && found == SIZE_MAX) {
        hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, expr->args[0]->place,
                   "there is no event `%s`", name);
        hec_build_suggest(b, name, names->count, names->items);
    }
    return found == SIZE_MAX ? -1 : (int)found;
}

/* What `ever(mi)`, `ever(S1)` or `ever(kidney, esrd)` speaks of; false after reporting. */
/* With `rate:` a state may be entered and left within a cycle, which nobody has seen afterwards. */
static bool followed(hec_builder *b, const hec_expr *expr, int state)
{
    const hec_chain *of = &b->model->chains[b->model->states[state].chain];
    if (of->kind != HEC_CHAIN_HAZARDS) {
        return true;
    }
    hec_report(
        b->diagnostics, HEC_CHECK_MIXED_TRANSITIONS, expr->place,
        "`%s` of a state of `%s` is not known: with `rate:` people come and go within a cycle",
        expr->name, of->name);
    hec_report_help(b->diagnostics, "write the chain with `to:` and shorter cycles, or count an "
                                    "event; what is charged under `on:` is charged for every move");
    return false;
}

static bool occurrence_of(hec_builder *b, const hec_expr *expr, hec_occurrence *occurrence)
{
    const hec_model *model = b->model;
    *occurrence = (hec_occurrence){-1, -1};
    if (expr->n_args == 1) {
        const char *name = name_at(b, expr, 0);
        size_t event = name ? hec_names_find(&b->lives->event_names, name) : SIZE_MAX;
        bool state = false;
        for (size_t i = 0; name && i < model->n_states; i++) {
            state = state || strcmp(model->states[i].name, name) == 0;
        }
        if (event != SIZE_MAX) {
            occurrence->event = (int)event;
            return true;
        }
        if (name && !state) {
            unknown_occurrence(b, name, expr->args[0]->place);
        }
        if (!name || !state) {
            return false;
        }
    }
    occurrence->state = state_of(b, expr);
    return occurrence->state >= 0 && followed(b, expr, occurrence->state);
}

/* ---- history --------------------------------------------------------------------------------- */

static const char *occurrence_name(hec_builder *b, const hec_occurrence *o)
{
    const hec_model *model = b->model;
    if (o->event >= 0) {
        return model->events[o->event].name;
    }
    const hec_state *state = &model->states[o->state];
    const char *name =
        model->n_chains == 1
            ? state->name
            : hec_arena_format(b->arena, "%s, %s", model->chains[state->chain].name, state->name);
    return name ? name : state->name;
}

static int occurrence_number(hec_builder *b, const hec_occurrence *o)
{
    hec_model *model = b->model;
    for (size_t i = 0; i < model->n_occurrences; i++) {
        if (model->occurrences[i].event == o->event && model->occurrences[i].state == o->state) {
            return (int)i;
        }
    }
    if (!hec_arena_grow(b->arena, (void **)&model->occurrences, model->n_occurrences,
                        &model->occurrence_capacity, sizeof *model->occurrences)) {
        return -1;
    }
    model->occurrences[model->n_occurrences] = *o;
    return (int)model->n_occurrences++;
}

static hec_id history(hec_builder *b, const hec_occurrence *o, hec_variable_kind kind,
                      hec_place place)
{
    int number = occurrence_number(b, o);
    hec_life_note_past(b, o);
    int variable =
        number < 0 ? -1 : hec_life_variable(b, kind, number, occurrence_name(b, o), place);
    return hec_life_present(b, variable, place);
}

/* A time that is remembered already tells as well as a count. */
hec_id hec_life_ever(hec_builder *b, hec_occurrence occurrence, hec_place place)
{
    int number = occurrence_number(b, &occurrence);
    bool timed = number >= 0 && hec_life_find_variable(b, HEC_VARIABLE_SINCE, number) >= 0;
    hec_id known = history(b, &occurrence, timed ? HEC_VARIABLE_SINCE : HEC_VARIABLE_COUNT, place);
    hec_id never = hec_life_constant(b, timed ? INFINITY : 0, place);
    return hec_life_op(b, HK_NE, known, never, place);
}

static hec_value call_history(hec_builder *b, const hec_expr *expr)
{
    hec_occurrence o;
    hec_place place = expr->place;
    bool since = strcmp(expr->name, "time_since") == 0;
    hec_type type = since ? HEC_TYPE_YEARS : HEC_TYPE_ANY;
    if (!occurrence_of(b, expr, &o)) {
        return hec_life_nothing();
    }
    if (since && hec_life_refuse_since(b, &o, place)) {
        return hec_life_nothing();
    }
    if (b->unread) {
        return unread(b, type, place);
    }
    if (hec_life_phase(b) == HEC_PHASE_START) {
        return hec_life_history_before(b, &o, since, place);
    }
    if (strcmp(expr->name, "ever") == 0) {
        return plain(hec_life_ever(b, o, place));
    }
    if (!since) {
        return plain(history(b, &o, HEC_VARIABLE_COUNT, place));
    }
    return (hec_value){history(b, &o, HEC_VARIABLE_SINCE, place), type};
}

/* ---- states ---------------------------------------------------------------------------------- */

static hec_value call_in(hec_builder *b, const hec_expr *expr)
{
    const hec_model *model = b->model;
    int state = state_of(b, expr);
    if (state < 0) {
        return hec_life_nothing();
    }
    if (b->unread) {
        return unread(b, HEC_TYPE_ANY, expr->place);
    }
    if (hec_life_phase(b) == HEC_PHASE_START) {
        return not_yet(b, expr, "the state somebody starts in",
                       "let the start of the chain follow the attribute instead");
    }
    int chain = model->states[state].chain;
    hec_id number =
        hec_life_constant(b, (double)((size_t)state - model->chains[chain].first), expr->place);
    hec_id here = hec_life_present(b, b->lives->chains[chain], expr->place);
    return plain(hec_life_op(b, HK_EQ, here, number, expr->place));
}

static hec_value call_entered(hec_builder *b, const hec_expr *expr)
{
    hec_phase phase = hec_life_phase(b);
    int state = state_of(b, expr);
    if (state < 0 || !followed(b, expr, state)) {
        return hec_life_nothing();
    }
    if (b->unread) {
        return unread(b, HEC_TYPE_ANY, expr->place);
    }
    if (phase != HEC_PHASE_AMOUNTS && phase != HEC_PHASE_UPDATE) {
        return not_yet(b, expr, "what is entered in this cycle",
                       "`in` tells the state at the start of the cycle, `ever` those entered "
                       "before; what is counted at an entry stands under `on:`");
    }
    const hec_occurrence o = {-1, state};
    return plain(hec_life_occurs(b, &o, NULL, expr->place));
}

/* In continuous time how long a stay lasted is known when it ends. */
static hec_value time_of_stay(hec_builder *b, hec_place place)
{
    if (hec_life_phase(b) == HEC_PHASE_AMOUNTS) {
        return (hec_value){hec_graph_input(b->model->graph, HEC_CLOCK_TIME_IN_STATE,
                                           HEC_DEP_DURATION, "time_in_state", place),
                           HEC_TYPE_YEARS};
    }
    hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, place,
               "`time_in_state` grows while somebody stays; in a chain with `time:` what a state "
               "says is read when it is entered");
    hec_report_help(b->diagnostics, "`clock: reset` gives times since the entry; `on:` knows how "
                                    "long the stay was that a move ends");
    return hec_life_nothing();
}

hec_value hec_life_time_in_state(hec_builder *b, int chain, hec_place place)
{
    const hec_model *model = b->model;
    if (b->unread && chain < 0) { /* of whatever chain */
        return unread(b, HEC_TYPE_YEARS, place);
    }
    if (model->n_chains == 0) {
        hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_ITEM, place,
                   "there is no chain, and so no state to be in for a time");
        hec_report_help(b->diagnostics, "`t` is the time since the start, time_since(EVENT) that "
                                        "since an event");
        return hec_life_nothing();
    }
    if (chain < 0 && model->n_chains > 1) {
        chain = b->chain;
        if (chain < 0) {
            hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, place,
                       "there are several chains: `time_in_state` of which?");
            hec_report_help(b->diagnostics, "time_in_state(%s)", model->chains[0].name);
            return hec_life_nothing();
        }
        if (b->n_open > 0) {
            b->open[b->n_open - 1]->shifts = true;
        }
    }
    const hec_chain *of = &model->chains[chain < 0 ? 0 : chain];
    if (of->kind == HEC_CHAIN_TIMES) {
        return b->unread ? unread(b, HEC_TYPE_YEARS, place) : time_of_stay(b, place);
    }
    if (of->kind == HEC_CHAIN_HAZARDS) {
        hec_report(b->diagnostics, HEC_CHECK_MIXED_TRANSITIONS, place,
                   "`time_in_state` of `%s` is not known: with `rate:` people come and go within a "
                   "cycle",
                   of->name);
        hec_report_help(b->diagnostics,
                        "use `to:` with event_prob(D, time_in_state, cycle_length)");
        return hec_life_nothing();
    }
    if (b->unread || hec_life_phase(b) == HEC_PHASE_START) {
        return unread(b, HEC_TYPE_YEARS, place);
    }
    int variable =
        hec_life_variable(b, HEC_VARIABLE_DURATION, (int)(of - model->chains), of->name, of->place);
    hec_id years = hec_life_present(b, variable, place);
    if (isfinite(of->cap)) {
        years = hec_life_op(b, HK_MIN, years, hec_life_constant(b, of->cap, place), place);
    }
    return (hec_value){years, HEC_TYPE_YEARS};
}

static hec_value call_time_in_state(hec_builder *b, const hec_expr *expr)
{
    const char *name = name_at(b, expr, 0);
    int chain = name ? hec_build_chain(b, name, expr->args[0]->place) : -1;
    return chain < 0 ? hec_life_nothing() : hec_life_time_in_state(b, chain, expr->place);
}

/* ---- the present cycle ----------------------------------------------------------------------- */

/* `now` of an event that comes later, or of the very one that is asked. */
static void warn_never(hec_builder *b, size_t event, hec_place place)
{
    const hec_lives *lives = b->lives;
    if (b->n_open > 0) { /* a definition may serve several events */
        return;
    }
    const char *name = b->model->events[event].name;
    if (event == lives->asking) {
        hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT, place,
                   "`now(%s)` is never true where `%s` itself is asked", name, name);
        hec_report_help(b->diagnostics, "ever(%s) tells whether it happened in an earlier cycle",
                        name);
    } else if (lives->group_of[event] > lives->group_of[lives->asking]) {
        hec_report(b->diagnostics, HEC_CHECK_NO_EFFECT, place,
                   "`now(%s)` is never true here: `%s` is asked before it", name,
                   b->model->events[lives->asking].name);
        hec_report_note(b->diagnostics, b->model->events[event].place, "`%s` is here", name);
        hec_report_help(b->diagnostics, "event_order: [..., %s, ..., %s]", name,
                        b->model->events[lives->asking].name);
    }
}

static hec_value call_now(hec_builder *b, const hec_expr *expr)
{
    hec_lives *lives = b->lives;
    hec_phase phase = hec_life_phase(b);
    int event = event_of(b, expr);
    if (event < 0) {
        return hec_life_nothing();
    }
    if (b->unread) {
        return unread(b, HEC_TYPE_ANY, expr->place);
    }
    if (phase == HEC_PHASE_START || phase == HEC_PHASE_RATES) {
        return not_yet(b, expr, "what happens in this cycle",
                       "`ever` tells what happened before; what counts once stands under `on:`");
    }
    if (phase != HEC_PHASE_EVENT) {
        hec_life_read_events(b);
        return plain(lives->happens[event]);
    }
    size_t group = lives->group_of[lives->asking];
    bool mate = lives->group_of[event] == group && (size_t)event != lives->asking;
    if (b->n_open > 0) {
        b->open[b->n_open - 1]->shifts = true;
    }
    warn_never(b, (size_t)event, expr->place);
    lives->reads_group = lives->reads_group || mate;
    bool known = lives->group_of[event] < group || mate;
    return plain(known ? lives->now[event] : hec_life_constant(b, 0, expr->place));
}

static hec_value call_start(hec_builder *b, const hec_expr *expr)
{
    const char *name = name_at(b, expr, 0);
    return name ? hec_life_start_of(b, name, expr->args[0]->place) : hec_life_nothing();
}

static hec_value call_next(hec_builder *b, const hec_expr *expr)
{
    const char *name = name_at(b, expr, 0);
    if (!name) {
        return hec_life_nothing();
    }
    if (!b->unread && hec_life_phase(b) != HEC_PHASE_UPDATE) {
        return not_yet(b, expr, "the next value of an attribute",
                       "`next` stands in the `update` of another attribute");
    }
    return hec_life_next_of(b, name, expr->args[0]->place);
}

/* ---- chance ---------------------------------------------------------------------------------- */

static hec_value call_random(hec_builder *b, const hec_expr *expr)
{
    bool once = strcmp(expr->name, "random_once") == 0;
    const hec_expr *label = expr->args[0];
    if (label->kind != HEC_EXPR_WORD || !*label->name) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, label->place,
                   "`%s` needs a label in quotes; the same label gives the same number",
                   expr->name);
        hec_report_help(b->diagnostics, "%s('adherence')", expr->name);
        return hec_life_nothing();
    }
    if (b->unread) {
        return unread(b, HEC_TYPE_ANY, expr->place);
    }
    if (!once && hec_life_phase(b) == HEC_PHASE_START) {
        return not_yet(b, expr, "a number that is drawn anew in every cycle",
                       "random_once('...') draws one for life");
    }
    return plain(hec_life_chance(b, expr->name, label->name, once, expr->place));
}

hec_value hec_life_number(hec_builder *b, hec_place place)
{
    hec_model *model = b->model;
    if (!b->lives || b->unread) {
        return unread(b, HEC_TYPE_ANY, place);
    }
    if (model->number_input == 0) {
        int32_t input = hec_build_person_input(b);
        model->number_input = input < 0 ? 0 : input;
    }
    return model->number_input == 0 ? hec_life_nothing()
                                    : plain(hec_graph_input(model->graph, model->number_input,
                                                            HEC_DEP_STRATUM, "person", place));
}

/* ---- calls ----------------------------------------------------------------------------------- */

typedef struct call_row {
    hec_function_info info;
    size_t least, most;
    bool cycles;                                              /* means nothing in continuous time */
    hec_value (*value)(hec_builder *b, const hec_expr *expr); /* NULL: a name, not a call */
} call_row;

static const call_row calls[] = {
    {{"in", "in(state) or in(chain, state)", "of persons: 1 in the state, else 0"},
     1,
     2,
     false,
     call_in},
    {{"ever", "ever(event), ever(state) or ever(chain, state)",
      "of persons: 1 once it has happened, or the state was entered, in an earlier cycle"},
     1,
     2,
     true,
     call_history},
    {{"count", "count(event), count(state) or count(chain, state)",
      "of persons: how often that was, before the present cycle"},
     1,
     2,
     true,
     call_history},
    {{"time_since", "time_since(event), time_since(state) or time_since(chain, state)",
      "of persons: years since the end of the cycle in which it was last; infinite if never"},
     1,
     2,
     true,
     call_history},
    {{"now", "now(event)", "of persons: 1 where the event happens in this cycle"},
     1,
     1,
     true,
     call_now},
    {{"entered", "entered(state) or entered(chain, state)",
      "of persons: 1 where the state is entered in this cycle; known in `on:` and `update:`"},
     1,
     2,
     false,
     call_entered},
    {{"start", "start(attribute)", "of persons: the value of an attribute at time 0"},
     1,
     1,
     false,
     call_start},
    {{"next", "next(attribute)",
      "of persons: the value of an attribute in the next cycle; known in `update:`"},
     1,
     1,
     true,
     call_next},
    {{"random", "random('label')",
      "of persons: a number of chance between 0 and 1, anew in every cycle; the same label gives "
      "the same number"},
     1,
     1,
     false,
     call_random},
    {{"random_once", "random_once('label')", "of persons: a number of chance, once for a life"},
     1,
     1,
     false,
     call_random},
    {{"time_in_state", "time_in_state or time_in_state(chain)",
      "years in the present state without a break, at the start of the cycle"},
     1,
     1,
     true,
     call_time_in_state},
    {{"person", "person", "of persons: their number, from 1"}, 0, 0, false, NULL},
};
enum { N_CALLS = sizeof calls / sizeof calls[0] };

size_t hec_person_function_count(void)
{
    return N_CALLS;
}

const hec_function_info *hec_person_function_describe(size_t index)
{
    return index < N_CALLS ? &calls[index].info : NULL;
}

static const call_row *find_row(const char *name)
{
    for (size_t i = 0; i < N_CALLS; i++) {
        if (strcmp(calls[i].info.name, name) == 0) {
            return &calls[i];
        }
    }
    return NULL;
}

const hec_function_info *hec_life_find_name(const char *name)
{
    const call_row *row = find_row(name);
    return row ? &row->info : NULL;
}

bool hec_life_is_name(const char *name)
{
    return find_row(name) && strcmp(name, "time_in_state") != 0;
}

hec_value hec_life_needs_persons(hec_builder *b, const char *name, hec_place place)
{
    hec_build_needs_persons(b, place, "`%s` needs the history of a person; a cohort has none",
                            name);
    return hec_life_nothing();
}

static hec_value call_row_value(hec_builder *b, const call_row *row, const hec_expr *expr)
{
    if (expr->n_args < row->least || expr->n_args > row->most) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, expr->place, "`%s` takes %s, not %zu",
                   row->info.name, row->most == 1 ? "1 value" : "1 or 2 values", expr->n_args);
        hec_report_help(b->diagnostics, "it is written %s", row->info.signature);
        return hec_life_nothing();
    }
    if (row->cycles && b->model->engine == HEC_ENGINE_TIMES && row->value != call_time_in_state) {
        hec_report(b->diagnostics, HEC_CHECK_BAD_VALUE, expr->name_place,
                   "`%s` is known from cycle to cycle; a chain with `time:` has no cycles",
                   row->info.name);
        hec_report_help(b->diagnostics, "write the chain with `to:` or `rate:`");
        return hec_life_nothing();
    }
    return row->value(b, expr);
}

/* time_in_state(chain) of the only chain of a cohort */
static hec_value cohort_time(hec_builder *b, const hec_expr *expr)
{
    const char *name = expr->n_args == 1 ? name_at(b, expr, 0) : NULL;
    if (expr->n_args != 1) {
        hec_report(b->diagnostics, HEC_CHECK_ARGUMENTS, expr->place,
                   "`time_in_state` takes 1 value, not %zu", expr->n_args);
        hec_report_help(b->diagnostics, "it is written time_in_state(chain)");
    }
    if (!name || hec_build_chain(b, name, expr->args[0]->place) < 0) {
        return hec_life_nothing();
    }
    return b->scope.name(b, "time_in_state", expr->place);
}

bool hec_life_call(hec_builder *b, const hec_expr *expr, hec_value *value)
{
    const call_row *row = find_row(expr->name);
    if (!row || !row->value) {
        return false;
    }
    *value = hec_build_is_persons(b) ? call_row_value(b, row, expr)
             : hec_life_is_name(expr->name)
                 ? hec_life_needs_persons(b, expr->name, expr->name_place)
                 : cohort_time(b, expr);
    return true;
}

/* ---- what is misread ------------------------------------------------------------------------- */

bool hec_life_report_early(hec_builder *b, const hec_expr *expr, hec_value *value)
{
    if (!hec_life_is_name(expr->name)) {
        return false;
    }
    hec_report(b->diagnostics, HEC_CHECK_NOT_CONSTANT, expr->name_place,
               "`%s` cannot be read here: it asks about a person, and nobody lives yet",
               expr->name);
    *value = hec_life_nothing();
    return true;
}

static void report_event(hec_builder *b, const char *name, hec_place place)
{
    const size_t event = hec_names_find(&b->lives->event_names, name);
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_NAME, place,
               "`%s` is an event and has no value of its own", name);
    hec_report_note(b->diagnostics, b->model->events[event].place, "the event is here");
    hec_report_help(b->diagnostics,
                    "now(%s): it happens in this cycle; ever(%s): it happened before", name, name);
}

static void report_state(hec_builder *b, const hec_state *state, hec_place place)
{
    const hec_model *model = b->model;
    const char *name = state->name, *chain = model->chains[state->chain].name;
    const char *among =
        model->n_chains == 1 ? name : hec_arena_format(b->arena, "%s, %s", chain, name);
    among = among ? among : name;
    hec_report(b->diagnostics, HEC_CHECK_UNKNOWN_NAME, place,
               "`%s` is a state and has no value of its own", name);
    hec_report_note(b->diagnostics, state->place, "the state is here");
    if (!b->lives) {
        hec_report_help(b->diagnostics, "what depends on the state stands in it, under `chains:`");
    } else if (model->engine == HEC_ENGINE_TIMES) {
        hec_report_help(b->diagnostics, "in(%s): the person is in it now", among);
    } else {
        hec_report_help(b->diagnostics,
                        "in(%s): the person is in it now; ever(%s): it was entered before", among,
                        among);
    }
}

bool hec_life_report_name(hec_builder *b, const char *name, hec_place place)
{
    static const char *const parts[] = {"events", "attributes"};
    const hec_model *model = b->model;
    for (size_t i = 0; i < 2; i++) { /* a cohort has none, which was reported */
        const hec_node *part = hec_node_get(b->tree, parts[i]);
        if (!hec_build_is_persons(b) && hec_node_get(part, name)) {
            return true;
        }
    }
    if (b->lives && hec_names_find(&b->lives->event_names, name) != SIZE_MAX) {
        report_event(b, name, place);
        return true;
    }
    for (size_t i = 0; i < model->n_states; i++) {
        if (strcmp(model->states[i].name, name) == 0) {
            report_state(b, &model->states[i], place);
            return true;
        }
    }
    return false;
}
