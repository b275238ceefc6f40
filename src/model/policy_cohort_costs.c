/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payments of a cohort as costs of their payers: coefficient times use, state by state. */
#include "model/policy_cohort.h"
#include "model/policy_linear.h"

/* What is paid by one category at one time: fen for each use, and for being there in a cycle. */
typedef struct cost {
    int category;
    size_t time;
    hec_id *each; /* [uses + 1], the last for being there; -1: nothing */
    hec_place place;
} cost;

typedef struct costs {
    hec_paying *p;
    hec_linear *persons, *settled;
    size_t n, capacity, check_capacity, flow_capacity;
    cost *items;
    bool flows; /* what is added is a posting's, not a category's */
} costs;

/* ---- gathered -------------------------------------------------------------------------------- */

size_t hec_policy_pay_time(hec_paying *p, double lag, bool at_year_end)
{
    hec_strategy *s = p->w->strategy;
    size_t i = 0, capacity = s->n_pay_times;
    while (i < s->n_pay_times &&
           !(s->pay_times[i].lag == lag && s->pay_times[i].at_year_end == at_year_end)) {
        i++;
    }
    if (i == s->n_pay_times) {
        if (!hec_arena_grow(p->b->arena, (void **)&s->pay_times, i, &capacity,
                            sizeof *s->pay_times)) {
            return SIZE_MAX;
        }
        s->pay_times[s->n_pay_times++] = (hec_pay_time){lag, at_year_end};
    }
    return i;
}

static cost *cost_of(costs *c, int category, size_t time, hec_place place)
{
    hec_arena *arena = c->p->b->arena;
    for (size_t i = 0; i < c->n; i++) {
        if (c->items[i].category == category && c->items[i].time == time) {
            return &c->items[i];
        }
    }
    if (time == SIZE_MAX ||
        !hec_arena_grow(arena, (void **)&c->items, c->n, &c->capacity, sizeof *c->items)) {
        return NULL;
    }
    hec_id *each = hec_arena_array(arena, c->p->n_uses + 1, sizeof *each);
    for (size_t i = 0; each && i <= c->p->n_uses; i++) {
        each[i] = -1;
    }
    c->items[c->n] = (cost){category, time, each, place};
    return each ? &c->items[c->n++] : NULL;
}

static hec_id plus(const costs *c, hec_id sum, hec_id more, bool out, hec_place place)
{
    const hec_builder *b = c->p->b;
    if (more < 0) {
        return sum;
    }
    if (sum < 0) {
        return out ? hec_life_op(b, HK_NEG, more, -1, place) : more;
    }
    return hec_life_op(b, out ? HK_SUB : HK_ADD, sum, more, place);
}

/* Adds `factor` (-1: 1) times a value of persons, by use; or takes it away. */
static void add_value(costs *c, cost *to, hec_id value, hec_id factor, bool out, hec_place place)
{
    for (size_t use = 0; to && use <= c->p->n_uses; use++) {
        int32_t of = use < c->p->n_uses ? (int32_t)use : -1;
        hec_id part = hec_linear_part(c->persons, value, of, place);
        if (part >= 0 && factor >= 0) {
            part = hec_life_op(c->p->b, HK_MUL, factor, part, place);
        }
        to->each[use] = plus(c, to->each[use], part, out, place);
    }
}

/* A settlement: each of the sums it is made of is one over persons and cycles. */
static void add_settlement(costs *c, cost *to, const hec_posting *posting, bool out)
{
    const hec_builder *b = c->p->b;
    const hec_pay *pay = c->p->pay;
    for (size_t i = 0; to && i < pay->n_measures; i++) {
        const hec_measure *m = &pay->measures[i];
        hec_id factor = hec_linear_part(c->settled, posting->value, (int32_t)i, posting->place);
        if (factor >= 0 && m->at_year_end) {
            hec_id last = hec_graph_input(b->model->graph, HEC_CLOCK_YEAR_END, HEC_DEP_CYCLE,
                                          "year_end", posting->place);
            factor = hec_policy_where(c->p, last, factor, posting->place);
        }
        if (factor >= 0) {
            add_value(c, to, c->p->w->strategy->life.observed[m->observed], factor, out,
                      posting->place);
        }
    }
}

/* What persons pay, and then what is settled. */
static void gather(costs *c)
{
    const hec_paying *p = c->p;
    const hec_party *parties = p->b->model->parties;
    (void)hec_policy_pay_time(c->p, 0, false);
    for (size_t i = 0; i < p->n_dues; i++) {
        const hec_due *d = &p->dues[i];
        int category = parties[d->party].category;
        if (category >= 0 && d->fen >= 0) {
            cost *to = cost_of(c, category, hec_policy_pay_time(c->p, d->lag, false), d->place);
            add_value(c, to, d->fen, -1, false, d->place);
        }
    }
    for (size_t i = 0; i < p->pay->n_postings; i++) {
        const hec_posting *posting = &p->pay->postings[i];
        const int ends[] = {posting->payer, posting->payee};
        for (int k = 0; k < 2 && posting->level != HEC_LEVEL_PERSON; k++) {
            const hec_party *party = &parties[ends[k]];
            if (party->category >= 0) {
                size_t time = hec_policy_pay_time(c->p, posting->lag, true);
                cost *to = cost_of(c, party->category, time, posting->place);
                add_settlement(c, to, posting, k == 1 && !party->resource);
            }
        }
    }
}

/* The same posting by posting, undiscounted; where a cycle is not paid at once, nobody asks. */
static void gather_flows(costs *c)
{
    const hec_pay *pay = c->p->pay;
    c->flows = true;
    for (size_t i = 0; i < pay->n_postings && c->p->b->model->economics.method == HEC_METHOD_START;
         i++) {
        const hec_posting *posting = &pay->postings[i];
        cost *to = cost_of(c, (int)i, 0, posting->place);
        if (posting->level == HEC_LEVEL_PERSON) {
            add_value(c, to, posting->value, -1, false, posting->place);
        } else {
            add_settlement(c, to, posting, false);
        }
    }
}

/* ---- by state -------------------------------------------------------------------------------- */

static hec_id money(const costs *c, hec_id fen, hec_place place)
{
    return hec_policy_currency(c->p, fen, place);
}

static void add_one_off(costs *c, const hec_one_off *one_off)
{
    hec_strategy *s = c->p->w->strategy;
    hec_arena *arena = c->p->b->arena;
    if (c->flows) {
        if (one_off->value >= 0 && hec_arena_grow(arena, (void **)&s->flows, s->n_flows,
                                                  &c->flow_capacity, sizeof *s->flows)) {
            s->flows[s->n_flows++] = *one_off;
        }
        return;
    }
    if (one_off->value >= 0 && !hec_life_is_value(c->p->b, one_off->value, 0) &&
        hec_arena_grow(c->p->b->arena, (void **)&s->one_offs, s->n_one_offs,
                       &c->p->w->one_off_capacity, sizeof *s->one_offs)) {
        s->one_offs[s->n_one_offs++] = *one_off;
    }
}

/* Where cycles count who is there at their start, all of a cycle is paid at once, as it is for
 * persons; else as other costs of states are. */
static bool at_once(const costs *c, const cost *of)
{
    return of->time > 0 || c->p->b->model->economics.method == HEC_METHOD_START;
}

static hec_id times(const costs *c, hec_id x, hec_id y, hec_place place)
{
    return x < 0 || y < 0 ? -1 : hec_life_op(c->p->b, HK_MUL, x, y, place);
}

/* Fen per year in a state: of what is used there, and for being there. */
static hec_id per_year(const costs *c, const cost *of, hec_replacing *here, size_t state)
{
    const hec_builder *b = c->p->b;
    const hec_model *model = b->model;
    hec_id sum = -1;
    for (size_t use = 0; use < c->p->n_uses; use++) {
        size_t outcome = model->n_costs + model->n_effects + use;
        const hec_reward_cell *cell = &c->p->w->rewards[state * model->n_outcomes + outcome];
        if (cell->used && of->each[use] >= 0) {
            hec_id each = hec_replace(here, of->each[use]);
            sum = plus(c, sum, times(c, each, cell->id, of->place), false, of->place);
        }
    }
    hec_id cycle = of->each[c->p->n_uses];
    if (cycle >= 0) {
        hec_id length = hec_life_constant(b, model->cycle_length, of->place);
        cycle = hec_life_op(b, HK_DIV, hec_replace(here, cycle), length, of->place);
        sum = plus(c, sum, cycle, false, of->place);
    }
    return sum;
}

/* What is used on entering the model is paid in the first cycle. */
static hec_id on_entering(const costs *c, const cost *of, hec_replacing *here, size_t state)
{
    const hec_builder *b = c->p->b;
    const hec_model *model = b->model;
    const hec_strategy *s = c->p->w->strategy;
    size_t first = model->n_costs + model->n_effects;
    hec_id sum = -1;
    for (size_t i = 0; i < s->n_one_offs; i++) {
        const hec_one_off *o = &s->one_offs[i];
        bool use = (size_t)o->outcome >= first;
        if (o->from == HEC_FROM_START && (size_t)o->to == state && use &&
            of->each[(size_t)o->outcome - first] >= 0) {
            hec_id each = hec_replace(here, of->each[(size_t)o->outcome - first]);
            sum = plus(c, sum, times(c, each, o->value, o->place), false, o->place);
        }
    }
    return sum;
}

static void pay_at_once(costs *c, const cost *of, hec_replacing *here, int state)
{
    const hec_builder *b = c->p->b;
    hec_place place = of->place;
    hec_id length = hec_life_constant(b, b->model->cycle_length, place);
    hec_id all = times(c, per_year(c, of, here, (size_t)state), length, place);
    hec_id entering = on_entering(c, of, here, (size_t)state);
    if (entering >= 0) {
        hec_id cycle =
            hec_graph_input(b->model->graph, HEC_CLOCK_CYCLE, HEC_DEP_CYCLE, "cycle", place);
        hec_id first = hec_life_op(b, HK_EQ, cycle, hec_life_constant(b, 1, place), place);
        all = plus(c, all, hec_policy_where(c->p, first, entering, place), false, place);
    }
    if (all >= 0) {
        add_one_off(
            c, &(hec_one_off){state, state, of->category, money(c, all, place), place, of->time});
    }
}

static void pay_by_time(costs *c, const cost *of, hec_replacing *here, int state)
{
    const hec_builder *b = c->p->b;
    hec_id rate = per_year(c, of, here, (size_t)state);
    hec_id entering = on_entering(c, of, here, (size_t)state);
    size_t at = (size_t)state * b->model->n_outcomes + (size_t)of->category;
    hec_reward_cell *cell = &c->p->w->rewards[at];
    if (rate >= 0) {
        hec_id value = money(c, rate, of->place);
        value = cell->used ? hec_life_op(b, HK_ADD, cell->id, value, of->place) : value;
        *cell = (hec_reward_cell){value, of->place, true};
    }
    if (entering >= 0) {
        add_one_off(c, &(hec_one_off){HEC_FROM_START, state, of->category,
                                      money(c, entering, of->place), of->place, 0});
    }
}

/* Uses of those who move from a state, or die of any. */
static void pay_moves(costs *c, const cost *of, hec_replacing *here, int from, size_t n_before)
{
    const hec_model *model = c->p->b->model;
    size_t first = model->n_costs + model->n_effects;
    for (size_t i = 0; i < n_before; i++) {
        const hec_one_off o = c->p->w->strategy->one_offs[i];
        bool use = (size_t)o.outcome >= first && o.from == from;
        hec_id each = use ? of->each[(size_t)o.outcome - first] : -1;
        if (each < 0) {
            continue;
        }
        hec_id fen = times(c, hec_replace(here, each), o.value, o.place);
        add_one_off(c, &(hec_one_off){o.from, o.to, of->category, money(c, fen, o.place), o.place,
                                      of->time});
    }
}

/* ---- checks of one use ----------------------------------------------------------------------- */

static void report_known(costs *c, const hec_life_check *check, double value)
{
    hec_builder *b = c->p->b;
    const hec_posting *posting =
        check->kind == HEC_LIFE_PAYMENT ? &c->p->pay->postings[check->item] : NULL;
    bool of_use = check->kind == HEC_LIFE_TWICE || check->kind == HEC_LIFE_SHARES;
    const char *service = posting  ? NULL
                          : of_use ? c->p->used[check->item].name
                                   : c->p->services[check->item].name;
    if (check->kind == HEC_LIFE_UNPAID) {
        hec_report(b->diagnostics, HEC_CHECK_UNPAID, check->place, "nobody pays %.10g of one `%s`",
                   value / HEC_FEN, service);
        hec_report_help(b->diagnostics, "end with a layer for what is left: {layer: cash, payer: "
                                        "patient, rest: true}");
    } else if (check->kind == HEC_LIFE_TWICE) {
        hec_report(b->diagnostics, HEC_CHECK_PAID_TWICE, check->place,
                   "%.10g contracts cover `%s` at once", value, service);
    } else if (posting) {
        hec_report(b->diagnostics, HEC_CHECK_PAYMENT_RANGE, check->place,
                   check->high == 1 ? "the share that `%s` pays is %.10g"
                                    : "what `%s` pays is %.10g",
                   posting->mechanism, check->high == 1 ? value : value / HEC_FEN);
    } else {
        hec_report(b->diagnostics, HEC_CHECK_PAYMENT_RANGE, check->place,
                   check->kind == HEC_LIFE_EXCESS
                       ? "the allowed amount of `%s` is %.10g more than its charge"
                   : check->kind == HEC_LIFE_RESOURCE ? "the resource cost of `%s` is %.10g"
                   : check->kind == HEC_LIFE_ALLOWED  ? "the allowed amount of `%s` is %.10g"
                                                      : "the charge of `%s` is %.10g",
                   service, (check->kind == HEC_LIFE_EXCESS ? -value : value) / HEC_FEN);
    }
}

/* What is known is checked now, the rest in the run. */
static void check_here(costs *c, hec_replacing *here, const hec_life_check *check, hec_id value,
                       hec_id shown)
{
    hec_strategy *s = c->p->w->strategy;
    hec_life_check own = *check;
    double near = hec_life_check_near(check);
    own.value = hec_replace(here, value);
    own.shown = hec_replace(here, shown);
    const hec_graph_node *node = hec_graph_node_at(c->p->b->model->graph, own.value);
    if (node->code == HEC_CODE_CONSTANT) {
        if (!(node->value >= own.low - near && node->value <= own.high + near)) {
            report_known(c, check, node->value);
        }
        return;
    }
    for (size_t i = 0; i < s->n_pay_checks; i++) {
        if (s->pay_checks[i].value == own.value && s->pay_checks[i].kind == own.kind) {
            return;
        }
    }
    if (hec_arena_grow(c->p->b->arena, (void **)&s->pay_checks, s->n_pay_checks, &c->check_capacity,
                       sizeof *s->pay_checks)) {
        s->pay_checks[s->n_pay_checks++] = own;
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool is_of_one(const hec_linear *l, hec_id id)
{
    return l->nodes[id].grade <= HEC_GRADE_SHARE;
}

/* The values of checks for one use of each service: [checks][value, shown]. */
static hec_id *checks_of_one(costs *c)
{
    const hec_life *life = &c->p->w->strategy->life;
    hec_id *ids = hec_arena_array(c->p->b->arena, 2 * life->n_checks + 1, sizeof *ids);
    for (size_t i = 0; ids && i < life->n_checks; i++) {
        const hec_life_check *check = &life->checks[i];
        bool good = is_of_one(c->persons, check->value) && is_of_one(c->persons, check->shown);
        ids[2 * i] = good ? hec_linear_at_one(c->persons, check->value) : -1;
        ids[2 * i + 1] = good ? hec_linear_at_one(c->persons, check->shown) : -1;
    }
    return ids;
}

/* Where nobody is followed, the dead come from anywhere: their payments follow no state. */
static void pay_deaths(costs *c, hec_replacing *nowhere, size_t n_before)
{
    for (size_t i = 0; c->p->w->strategy->occupancy && i < c->n; i++) {
        for (size_t use = 0; use < c->p->n_uses; use++) {
            hec_id each = c->items[i].each[use];
            if (each >= 0 && hec_replace(nowhere, each) != each) {
                hec_report(c->p->b->diagnostics, HEC_CHECK_BAD_VALUE, c->items[i].place,
                           "who pays for a death cannot follow the state: with `occupancy` nobody "
                           "is followed");
                return;
            }
        }
        pay_moves(c, &c->items[i], nowhere, HEC_FROM_ANYWHERE, n_before);
    }
}

/* Costs and flows of those in a state. */
static void pay_state(costs *c, hec_replacing *here, int state, size_t n_before)
{
    for (size_t i = 0; i < c->n; i++) {
        if (at_once(c, &c->items[i])) {
            pay_at_once(c, &c->items[i], here, state);
        } else {
            pay_by_time(c, &c->items[i], here, state);
        }
        pay_moves(c, &c->items[i], here, state, n_before);
    }
}

void hec_policy_cohort_costs(hec_paying *p, hec_linear *persons, hec_linear *settled)
{
    hec_builder *b = p->b;
    const hec_model *model = b->model;
    const hec_life *life = &p->w->strategy->life;
    costs c = {.p = p, .persons = persons, .settled = settled}, flows = c;
    size_t n_inputs = hec_model_inputs(model), n_before = p->w->strategy->n_one_offs;
    hec_id *with = hec_arena_array(b->arena, n_inputs + 1, sizeof *with);
    for (size_t i = 0; with && i < n_inputs; i++) {
        with[i] = -1;
    }
    gather(&c);
    gather_flows(&flows);
    if (p->w->strategy->n_pay_times > 1) { /* paid at a time, not over a cycle */
        hec_policy_check_study(p);
    }
    hec_replacing here;
    hec_id *checks = checks_of_one(&c);
    if (!with || !checks || !hec_replacing_open(&here, b, with)) {
        return;
    }
    for (size_t s = 0; s < model->n_states; s++) {
        with[p->cohort->state] = hec_life_constant(b, (double)s, p->place);
        if (model->states[s].dead) {
            continue;
        }
        hec_replacing_restart(&here);
        pay_state(&c, &here, (int)s, n_before);
        pay_state(&flows, &here, (int)s, n_before);
        for (size_t i = 0; i < life->n_checks; i++) {
            if (checks[2 * i] >= 0) {
                check_here(&c, &here, &life->checks[i], checks[2 * i], checks[2 * i + 1]);
            }
        }
    }
    with[p->cohort->state] = hec_life_constant(b, -1, p->place);
    hec_replacing_restart(&here);
    pay_deaths(&c, &here, n_before);
    pay_deaths(&flows, &here, n_before);
}
