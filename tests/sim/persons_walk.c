/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The oracle of persons, written from docs/numerics.md alone. */
#include "persons_walk.h"

#include "sim/sampler.h"

typedef struct walk {
    const hec_model *m;
    const hec_strategy *s;
    const runs *options;
    uint64_t person;
    double *inputs, *next; /* [inputs]; [variables] */
    int64_t cycle;
    walked out;
    hec_cycle_weights weights[3]; /* undiscounted, costs, effects */
} walk;

static double value_of(const walk *w, hec_id id)
{
    return hec_evaluate(w->m->graph, id, w->inputs);
}

/* ---- chance ---------------------------------------------------------------------------------- */

static uint64_t mixed(uint64_t stream, int64_t index)
{
    uint64_t x = stream + ((uint64_t)index + 2) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static void pair_of(const walk *w, uint64_t stream, uint32_t word, double u[2])
{
    hk_select(NULL)->person_uniforms(1, FIXTURE_SEED, mixed(stream, w->options->draw), &w->person,
                                     word, w->m->persons.antithetic, &u[0], &u[1]);
}

static uint64_t stream_of(const char *kind, const char *name)
{
    char text[256];
    snprintf(text, sizeof text, "%s%s%s", kind, *kind ? "/" : "", name);
    return hec_stream_of_name(text);
}

static double lasting(const walk *w, uint64_t stream)
{
    double u[2];
    pair_of(w, stream, UINT32_MAX, u);
    return u[0];
}

static double anew(const walk *w, uint64_t stream)
{
    double u[2];
    pair_of(w, stream, (uint32_t)((w->cycle - 1) / 2), u);
    return u[(w->cycle - 1) % 2];
}

/* ---- counting -------------------------------------------------------------------------------- */

static void count(walk *w, int outcome, double amount, const double *factor)
{
    size_t n = w->m->n_outcomes, o = (size_t)outcome;
    hec_outcome_kind kind = w->m->outcomes[outcome].kind;
    w->out.totals[o] += factor[0] * amount;
    w->out.totals[n + o] += amount * factor[kind == HEC_OUTCOME_COST     ? 1
                                            : kind == HEC_OUTCOME_EFFECT ? 2
                                                                         : 0];
}

static bool is_alive(const walk *w)
{
    return value_of(w, w->s->life.alive) != 0;
}

/* What counts per year, at one end of the cycle. */
static void count_rewards(walk *w, bool at_end)
{
    double factor[3];
    for (size_t i = 0; i < 3; i++) {
        factor[i] =
            w->m->cycle_length * (at_end ? w->weights[i].end : w->weights[i].start)[w->cycle - 1];
    }
    for (size_t i = 0; i < w->m->n_variables; i++) {
        const hec_variable *v = &w->m->variables[i];
        for (size_t k = 0; v->kind == HEC_VARIABLE_CHAIN && k < w->s->n_rewards; k++) {
            const hec_reward *r = &w->s->rewards[k];
            size_t state = w->m->chains[v->item].first + (size_t)w->inputs[v->input];
            bool counts = w->m->n_chains == 1 && w->m->n_events == 0 ? true : is_alive(w);
            if ((size_t)r->state == state && counts) {
                count(w, r->outcome, value_of(w, r->value), factor);
            }
        }
    }
    for (size_t i = 0; i < w->s->life.n_rates && is_alive(w); i++) {
        count(w, w->s->life.rates[i].outcome, value_of(w, w->s->life.rates[i].value), factor);
    }
}

/* ---- amounts --------------------------------------------------------------------------------- */

static bool reads_only(const walk *w, hec_id id, int32_t a, int32_t b, bool *reads_b)
{
    const hec_graph_node *node = hec_graph_node_at(w->m->graph, id);
    bool good = node->code != HEC_CODE_INPUT || node->index == a || node->index == b;
    *reads_b = *reads_b || (node->code == HEC_CODE_INPUT && node->index == b);
    for (int i = 0; i < node->n_args; i++) {
        good = reads_only(w, node->args[i], a, b, reads_b) && good;
    }
    return good;
}

/* An amount that is charged for moves of this chain and for nothing else. */
static bool of_moves(const walk *w, hec_id id, const hec_variable *chain)
{
    const hec_graph_node *node = hec_graph_node_at(w->m->graph, id);
    bool select = node->code == HEC_CODE_OP && node->op == HK_SELECT, moves = false;
    return reads_only(w, select ? node->args[0] : id, chain->input, chain->next_input, &moves) &&
           moves;
}

static void once(walk *w, int outcome, double amount)
{
    double factor[3];
    for (size_t i = 0; i < 3; i++) {
        factor[i] = w->weights[i].one_off[w->cycle - 1];
    }
    if (amount != 0) {
        count(w, outcome, amount, factor);
    }
}

/* What one jump of a chain of hazards is charged; expressions other than who moves where see the
 * person as at the start of the cycle. */
static void charge_jump(walk *w, const hec_variable *chain, double from, double to)
{
    double at_start = w->inputs[chain->input];
    for (size_t i = 0; i < w->s->life.n_amounts; i++) {
        const hec_life_amount *amount = &w->s->life.amounts[i];
        const hec_graph_node *node = hec_graph_node_at(w->m->graph, amount->value);
        if (!of_moves(w, amount->value, chain)) {
            continue;
        }
        bool select = node->code == HEC_CODE_OP && node->op == HK_SELECT;
        w->inputs[chain->input] = from;
        w->inputs[chain->next_input] = to;
        bool due = value_of(w, select ? node->args[0] : amount->value) != 0;
        w->inputs[chain->input] = at_start;
        if (due) {
            once(w, amount->outcome, select ? value_of(w, node->args[1]) : 1);
        }
    }
}

/* ---- moves ----------------------------------------------------------------------------------- */

static int move_by_chance(const walk *w, const hec_chain *chain, int from)
{
    double u = anew(w, stream_of("move", chain->name)), sum = 0;
    int rest = from;
    for (size_t i = 0; i < w->s->n_arcs; i++) {
        const hec_arc *arc = &w->s->arcs[i];
        if (arc->from != (int)chain->first + from) {
            continue;
        }
        if (arc->remainder) {
            rest = arc->to - (int)chain->first;
        } else {
            sum += value_of(w, arc->value);
            if (u < sum) {
                return arc->to - (int)chain->first;
            }
        }
    }
    return rest;
}

static int jump(walk *w, const hec_variable *variable, const hec_chain *chain, int from)
{
    uint64_t stream = stream_of("move", chain->name);
    double time = 0;
    for (int64_t k = 0;; k++) {
        double u[2], total = 0, sum = 0;
        pair_of(w, k == 0 ? stream : mixed(stream, k), (uint32_t)(w->cycle - 1), u);
        for (size_t i = 0; i < w->s->n_arcs; i++) {
            const hec_arc *arc = &w->s->arcs[i];
            total += arc->from == (int)chain->first + from ? value_of(w, arc->value) : 0;
        }
        time -= log(u[0]) / total;
        if (!(total > 0) || time >= w->m->cycle_length) {
            return from;
        }
        int to = from;
        for (size_t i = 0; i < w->s->n_arcs && to == from; i++) {
            const hec_arc *arc = &w->s->arcs[i];
            sum += arc->from == (int)chain->first + from ? value_of(w, arc->value) : 0;
            if (u[1] * total < sum) {
                to = arc->to - (int)chain->first;
            }
        }
        charge_jump(w, variable, from, to);
        from = to;
    }
}

/* True when somebody who is asked dies in this chain. */
static bool move_chain(walk *w, const hec_variable *variable, bool asked)
{
    const hec_chain *chain = &w->m->chains[variable->item];
    int from = (int)w->inputs[variable->input], to = from;
    if (asked && chain->kind == HEC_CHAIN_HAZARDS) {
        to = jump(w, variable, chain, from);
    } else if (asked) {
        to = move_by_chance(w, chain, from);
    }
    w->inputs[variable->next_input] = to;
    return w->m->states[chain->first + (size_t)to].dead;
}

/* ---- a cycle --------------------------------------------------------------------------------- */

static void set_clock(walk *w, int64_t cycle)
{
    w->cycle = cycle;
    w->inputs[HEC_CLOCK_CYCLE] = (double)cycle;
    w->inputs[HEC_CLOCK_T] = (double)(cycle - 1) * w->m->cycle_length;
    for (size_t i = 0; i < w->m->n_chances; i++) {
        const hec_chance *chance = &w->m->chances[i];
        if (!chance->lasting && chance->input >= 0) {
            w->inputs[chance->input] = anew(w, stream_of("", chance->name));
        }
    }
}

static void charge_amounts(walk *w)
{
    for (size_t i = 0; i < w->s->life.n_amounts; i++) {
        const hec_life_amount *amount = &w->s->life.amounts[i];
        bool jumps = false;
        for (size_t k = 0; k < w->m->n_variables; k++) {
            const hec_variable *v = &w->m->variables[k];
            jumps = jumps || (v->kind == HEC_VARIABLE_CHAIN &&
                              w->m->chains[v->item].kind == HEC_CHAIN_HAZARDS &&
                              of_moves(w, amount->value, v));
        }
        if (!jumps) {
            once(w, amount->outcome, value_of(w, amount->value));
        }
    }
}

static void live(walk *w)
{
    const hec_life *life = &w->s->life;
    bool asked = value_of(w, life->asked) != 0;
    for (size_t i = 0; i < w->m->n_variables; i++) {
        if (w->m->variables[i].kind == HEC_VARIABLE_CHAIN) {
            asked = !move_chain(w, &w->m->variables[i], asked) && asked;
        }
    }
    charge_amounts(w);
    for (size_t i = 0; i < w->m->n_variables; i++) {
        w->next[i] = life->next[i] < 0 ? 0 : value_of(w, life->next[i]);
    }
    for (size_t i = 0; i < w->m->n_variables; i++) {
        const hec_variable *v = &w->m->variables[i];
        if (v->kind == HEC_VARIABLE_CHAIN) {
            w->inputs[v->input] = w->inputs[v->next_input];
        } else if (life->next[i] >= 0) {
            w->inputs[v->input] = w->next[i];
        }
    }
}

static void start_chain(walk *w, const hec_variable *variable)
{
    const hec_chain *chain = &w->m->chains[variable->item];
    double u = lasting(w, stream_of("start", chain->name)), sum = 0;
    size_t state = 0;
    for (; state < chain->count; state++) {
        sum += value_of(w, w->s->start[chain->first + state]);
        if (u < sum) {
            break;
        }
    }
    w->inputs[variable->input] = (double)state;
    for (size_t i = 0; i < w->s->n_one_offs; i++) {
        const hec_one_off *one = &w->s->one_offs[i];
        static const double whole[3] = {1, 1, 1};
        if (one->from < 0 && (size_t)one->to == chain->first + state) {
            count(w, one->outcome, value_of(w, one->value), whole);
        }
    }
}

static void begin(walk *w, const double *attributes)
{
    const hec_model *m = w->m;
    for (size_t a = 0; a < m->population.n_attributes; a++) {
        w->inputs[hec_model_attribute(m, a)] = attributes[a];
    }
    for (size_t i = 0; i < m->n_draws; i++) {
        w->inputs[hec_model_draw(m, i)] =
            w->options->draw_values ? w->options->draw_values[i] : m->draws[i].base;
    }
    for (size_t i = 0; i < m->n_chances; i++) {
        const hec_chance *chance = &m->chances[i];
        if (chance->lasting && chance->input >= 0) {
            w->inputs[chance->input] = lasting(w, stream_of("", chance->name));
        }
    }
    if (m->number_input > 0) {
        w->inputs[m->number_input] = (double)w->person + 1;
    }
    set_clock(w, 1);
    for (size_t i = 0; i < m->n_variables; i++) {
        if (m->variables[i].kind == HEC_VARIABLE_CHAIN) {
            start_chain(w, &m->variables[i]);
        }
    }
    for (size_t i = 0; m->n_chains == 0 && i < w->s->n_one_offs; i++) {
        static const double whole[3] = {1, 1, 1};
        count(w, w->s->one_offs[i].outcome, value_of(w, w->s->one_offs[i].value), whole);
    }
    for (size_t i = 0; i < m->n_variables; i++) {
        if (m->variables[i].kind != HEC_VARIABLE_CHAIN) {
            w->inputs[m->variables[i].input] = value_of(w, w->s->life.initial[i]);
        }
    }
}

static void note_point(walk *w, int64_t point)
{
    for (size_t i = 0; i < w->m->n_variables; i++) {
        const hec_variable *v = &w->m->variables[i];
        if (v->kind == HEC_VARIABLE_CHAIN) {
            w->out.states[(size_t)point * w->m->n_chains + (size_t)v->item] =
                (int)w->inputs[v->input];
        }
    }
    w->out.alive[point] = is_alive(w);
}

walked walk_person(const fixture *f, const runs *options, size_t strategy, int64_t person,
                   const double *attributes)
{
    const hec_model *m = f->model;
    const hec_discount_curve *curves[3] = {NULL, &m->economics.cost, &m->economics.effects};
    size_t points = (size_t)m->cycles + 1;
    walk w = {.m = m,
              .s = &m->strategies[strategy],
              .options = options,
              .person = (uint64_t)person,
              .inputs = calloc(hec_model_inputs(m), sizeof(double)),
              .next = calloc(m->n_variables + 1, sizeof(double)),
              .out = {.totals = calloc(2 * m->n_outcomes, sizeof(double)),
                      .states = calloc(points * m->n_chains + 1, sizeof(int)),
                      .alive = calloc(points, sizeof(bool))}};
    assert_true(w.inputs && w.next && w.out.totals && w.out.states && w.out.alive);
    for (size_t i = 0; i < 3; i++) {
        assert_true(hec_cycle_weights_create(f->arena, &m->economics, curves[i], m->cycles,
                                             m->cycle_length, &w.weights[i]));
    }
    begin(&w, attributes);
    note_point(&w, 0);
    for (int64_t cycle = 1; cycle <= m->cycles; cycle++) {
        set_clock(&w, cycle);
        count_rewards(&w, false);
        live(&w);
        count_rewards(&w, true);
        note_point(&w, cycle);
    }
    free(w.inputs);
    free(w.next);
    return w.out;
}

void walked_free(walked *w)
{
    free(w->totals);
    free(w->states);
    free(w->alive);
}
