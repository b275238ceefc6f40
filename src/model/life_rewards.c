/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates and amounts of a life: what counts while alive, and what counts once. */
#include "model/life_inner.h"

#include <string.h>

typedef enum utility_rule { ADDITIVE, MULTIPLICATIVE, MINIMUM, NOT_STATED, MISSPELT } utility_rule;

/* ---- cells, amounts -------------------------------------------------------------------------- */

hec_reward_cell *hec_life_alive_cell(hec_strategy_work *w, int outcome)
{
    if (!w->alive) {
        w->alive = hec_arena_array(w->b->arena, w->b->model->n_outcomes + 1, sizeof *w->alive);
    }
    return w->alive ? &w->alive[outcome] : NULL;
}

void hec_life_add_amount(hec_strategy_work *w, int outcome, hec_id value, double lag,
                         hec_place place)
{
    hec_life *life = &w->strategy->life;
    if (outcome >= 0 && value >= 0 && !hec_life_is_value(w->b, value, 0) &&
        hec_arena_grow(w->b->arena, (void **)&life->amounts, life->n_amounts, &w->amount_capacity,
                       sizeof *life->amounts)) {
        life->amounts[life->n_amounts++] = (hec_life_amount){outcome, value, place, lag};
    }
}

static void add_rate(hec_strategy_work *w, int outcome, hec_id value, hec_place place)
{
    hec_life *life = &w->strategy->life;
    if (value >= 0 && !hec_life_is_value(w->b, value, 0) &&
        hec_arena_grow(w->b->arena, (void **)&life->rates, life->n_rates, &w->rate_capacity,
                       sizeof *life->rates)) {
        life->rates[life->n_rates++] = (hec_life_amount){outcome, value, place, 0};
    }
}

static hec_reward_cell *state_cell(hec_strategy_work *w, size_t state, int outcome)
{
    return &w->rewards[state * w->b->model->n_outcomes + (size_t)outcome];
}

bool hec_life_years_by_state(const hec_builder *b)
{
    return !b->lives || b->lives->alive < 0;
}

/* ---- alive: ---------------------------------------------------------------------------------- */

static void read_alive(hec_strategy_work *w, const hec_node *holder)
{
    static const char *const keys[] = {"label", "source", "note", "utility",
                                       "cost",  "effect", "use"};
    hec_builder *b = w->b;
    const hec_node *alive = hec_build_part(b, holder, "alive", HEC_NODE_MAP);
    if (alive) {
        hec_node_expect_keys(b->diagnostics, alive, "`alive`", 7, keys);
        hec_build_expect_words(b, alive, 3, keys);
        hec_build_rewards(w, HEC_WHILE_ALIVE, alive);
    }
}

/* ---- utilities ------------------------------------------------------------------------------- */

static hec_id combine(const hec_builder *b, utility_rule rule, hec_id x, hec_id y, hec_place place)
{
    static const hk_op ops[] = {
        [ADDITIVE] = HK_ADD,   [MULTIPLICATIVE] = HK_MUL, [MINIMUM] = HK_MIN,
        [NOT_STATED] = HK_ADD, [MISSPELT] = HK_ADD,
    };
    return hec_life_op(b, ops[rule], x, y, place);
}

static utility_rule read_rule(hec_builder *b)
{
    static const char *const words[] = {"additive", "multiplicative", "minimum"};
    const hec_node *node = hec_build_stated(b->tree, "utilities");
    int chosen = node ? hec_build_choice(b, node, "utilities", 3, words) : -1;
    return !node ? NOT_STATED : chosen < 0 ? MISSPELT : (utility_rule)chosen;
}

/* Where a chain states utilities first; NULL: nowhere. */
static const hec_reward_cell *first_utility(hec_strategy_work *w, const hec_chain *chain, int qaly)
{
    for (size_t i = chain->first; i < chain->first + chain->count; i++) {
        if (state_cell(w, i, qaly)->used) {
            return state_cell(w, i, qaly);
        }
    }
    return NULL;
}

/* Nothing adds nothing; but what is multiplied must state its own in every living state. */
static bool check_stated(hec_strategy_work *w, const hec_chain *chain, utility_rule rule, int qaly)
{
    hec_builder *b = w->b;
    bool good = true;
    bool whole = rule == MULTIPLICATIVE || rule == MINIMUM;
    for (size_t i = chain->first; whole && i < chain->first + chain->count; i++) {
        const hec_state *state = &b->model->states[i];
        if (!state->dead && !state_cell(w, i, qaly)->used) {
            hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, state->place,
                       "`%s` has no `utility`, which is put together with those of others",
                       state->name);
            hec_report_help(b->diagnostics, "utility: 1 where the state takes nothing away");
            good = false;
        }
    }
    return good;
}

/* The utility of the state somebody of a chain is in; 0 where none is stated. */
static hec_id utility_in(hec_strategy_work *w, int number, int qaly)
{
    hec_builder *b = w->b;
    const hec_chain *chain = &b->model->chains[number];
    hec_id utility = -1;
    for (size_t i = chain->first; i < chain->first + chain->count; i++) {
        const hec_reward_cell *c = state_cell(w, i, qaly);
        hec_place place = c->used ? c->place : b->model->states[i].place;
        if (b->model->states[i].dead) {
            continue;
        }
        hec_id here = hec_life_present(b, b->lives->chains[number], place);
        hec_id code = hec_life_constant(b, (double)(i - chain->first), place);
        hec_id value = c->used ? c->id : hec_life_constant(b, 0, place);
        utility = utility < 0 ? value
                              : hec_life_select(b, hec_life_op(b, HK_EQ, here, code, place), value,
                                                utility, place);
    }
    return utility;
}

/* The greatest base value among utilities that are known before the run; 0: none. */
static double greatest(hec_strategy_work *w, const hec_reward_cell *cells, size_t n, size_t stride)
{
    hec_model *model = w->b->model;
    double most = 0,
           *inputs = hec_arena_array(w->b->arena, hec_model_inputs(model) + 1, sizeof *inputs);
    for (size_t i = 0; inputs && i < model->n_draws; i++) {
        inputs[hec_model_draw(model, i)] = model->draws[i].base;
    }
    for (size_t i = 0; inputs && i < n; i++) {
        const hec_reward_cell *c = &cells[i * stride];
        bool known = c->used && c->id >= 0 &&
                     !(hec_graph_node_at(model->graph, c->id)->depends & ~HEC_DEP_DRAW);
        double value = known ? hec_evaluate(model->graph, c->id, inputs) : 0;
        most = value > most ? value : most;
    }
    return most;
}

/* Utilities on the scale from death to full health are not meant to be added to each other. */
static void check_sum(hec_strategy_work *w, const hec_reward_cell *alive, int qaly)
{
    hec_builder *b = w->b;
    const hec_model *model = b->model;
    double sum = greatest(w, alive, 1, 1);
    size_t above = sum > 0;
    for (size_t c = 0; c < model->n_chains; c++) {
        const hec_chain *chain = &model->chains[c];
        double most =
            greatest(w, state_cell(w, chain->first, qaly), chain->count, model->n_outcomes);
        sum += most;
        above += most > 0;
    }
    if (above > 1 && sum > 1) {
        hec_report(b->diagnostics, HEC_CHECK_UNUSUAL, hec_build_key_place(b->tree, "utilities"),
                   "utilities add up to as much as %g; full health is 1", sum);
        hec_report_help(b->diagnostics, "all but one of those added are losses, below 0; or say "
                                        "utilities: multiplicative");
    }
}

static void report_rule(hec_strategy_work *w, hec_place first, hec_place second)
{
    hec_builder *b = w->b;
    hec_report(b->diagnostics, HEC_CHECK_MISSING_KEY, second,
               "utilities come from several sources, and `utilities` does not say how they are put "
               "together");
    hec_report_note(b->diagnostics, first, "another is here");
    hec_report_help(b->diagnostics, "utilities: additive, multiplicative or minimum");
}

/* Into one chain of continuous time: what counts while alive counts in its living states. */
static void fold(hec_strategy_work *w, utility_rule rule, int qaly)
{
    hec_builder *b = w->b;
    const hec_model *model = b->model;
    for (size_t i = 0; i < model->n_states; i++) {
        for (size_t k = 0; !model->states[i].dead && k < model->n_outcomes; k++) {
            const hec_reward_cell *add = &w->alive[k];
            hec_reward_cell *c = state_cell(w, i, (int)k);
            if (add->used && !c->used) {
                *c = *add;
            } else if (add->used) {
                c->id = (int)k == qaly ? combine(b, rule, c->id, add->id, add->place)
                                       : hec_life_op(b, HK_ADD, c->id, add->id, add->place);
            }
        }
    }
    memset(w->alive, 0, model->n_outcomes * sizeof *w->alive);
}

/* Puts the utilities of all sources into the cell of being alive, unless one chain has all. */
static void join_utilities(hec_strategy_work *w, int qaly)
{
    hec_builder *b = w->b;
    const hec_model *model = b->model;
    hec_reward_cell *alive = hec_life_alive_cell(w, qaly);
    const hec_reward_cell *first = alive && alive->used ? alive : NULL;
    size_t sources = first != NULL;
    bool good = alive != NULL;
    utility_rule rule = read_rule(b);
    for (size_t c = 0; c < model->n_chains; c++) {
        const hec_reward_cell *here = first_utility(w, &model->chains[c], qaly);
        if (here && first && rule == NOT_STATED && good) {
            report_rule(w, here->place, first->place);
            good = false;
        }
        sources += here != NULL;
        first = first ? first : here;
    }
    if (!good || sources < 2) {
        return;
    }
    if (rule == ADDITIVE) {
        check_sum(w, alive, qaly);
    }
    for (size_t c = 0; c < model->n_chains; c++) {
        const hec_chain *chain = &model->chains[c];
        const hec_reward_cell *here = first_utility(w, chain, qaly);
        if (!here || !check_stated(w, chain, rule, qaly) || model->engine == HEC_ENGINE_TIMES) {
            continue;
        }
        hec_id utility = utility_in(w, (int)c, qaly);
        *alive = (hec_reward_cell){alive->used ? combine(b, rule, alive->id, utility, here->place)
                                               : utility,
                                   here->place, true};
        for (size_t i = chain->first; i < chain->first + chain->count; i++) {
            state_cell(w, i, qaly)->used = false;
        }
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void count_years(hec_strategy_work *w)
{
    hec_builder *b = w->b;
    hec_place place = b->tree->place;
    if (!hec_life_years_by_state(b)) {
        hec_life_read_events(b);
        add_rate(w, hec_build_outcome(b, HEC_OUTCOME_EFFECT, "life_years"), b->lives->is_alive,
                 place);
    }
}

void hec_life_rates(hec_strategy_work *w)
{
    hec_builder *b = w->b;
    const hec_model *model = b->model;
    if (!b->lives) {
        return;
    }
    int qaly = hec_build_outcome(b, HEC_OUTCOME_EFFECT, "qaly");
    const hec_node *strategies = hec_node_get(b->tree, "strategies");
    hec_life_open_tree(b);
    hec_life_read_events(b);
    read_alive(w, b->tree);
    read_alive(w, hec_node_get(strategies, w->strategy->name));
    join_utilities(w, qaly);
    if (w->alive && model->engine == HEC_ENGINE_TIMES) {
        fold(w, read_rule(b), qaly);
    }
    count_years(w);
    for (size_t k = 0; w->alive && k < model->n_outcomes; k++) {
        const hec_reward_cell *c = &w->alive[k];
        if (c->used) {
            add_rate(w, (int)k,
                     hec_life_select(b, b->lives->is_alive, c->id,
                                     hec_life_constant(b, 0, c->place), c->place),
                     c->place);
        }
    }
}
