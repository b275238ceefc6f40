/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ledger: whole numbers added up as persons live. */
#include "pay/ledger.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is added at once stays below this in size: whole numbers up to it are exact. */
static const double LARGEST = 9007199254740992.0; /* 2^53 */
static const double PARTS = 1099511627776.0;      /* 2^40 */
static const int64_t WHOLE_PART = INT64_C(1) << 40;

/* ---- the plan -------------------------------------------------------------------------------- */

bool hec_ledger_wanted(const hec_model *model)
{
    bool wanted = false;
    for (size_t s = 0; s < model->n_strategies; s++) {
        wanted = wanted || model->strategies[s].pay.policy;
    }
    return wanted;
}

size_t hec_ledger_panels(const hec_model *model, int provider)
{
    return provider >= 0 && model->parties[provider].panels > 1
               ? (size_t)model->parties[provider].panels
               : 1;
}

int hec_ledger_settles(const hec_model *model, const hec_posting *posting)
{
    const hec_party *payee = &model->parties[posting->payee];
    if (posting->level != HEC_LEVEL_PANEL) {
        return -1;
    }
    return payee->provider && payee->panels > 0 ? posting->payee : posting->payer;
}

static void lay_years(hec_ledger_plan *p)
{
    const hec_model *m = p->model;
    bool stated = m->start_year == m->start_year;
    for (int64_t cycle = 1; cycle <= m->cycles; cycle++) {
        p->year_of[cycle - 1] = p->n_years;
        if (hec_model_year_ends(m, cycle)) {
            double t = hec_model_time(m, cycle - 1);
            p->last[p->n_years] = cycle;
            p->years[p->n_years] = floor((stated ? m->start_year : 1) + t + 1e-9);
            p->n_years++;
        }
    }
}

static bool has_settlements(const hec_pay *pay)
{
    bool has = false;
    for (size_t i = 0; i < pay->n_postings; i++) {
        has = has || pay->postings[i].level != HEC_LEVEL_PERSON;
    }
    return has;
}

static void lay_strategy(hec_ledger_plan *p, size_t strategy)
{
    const hec_pay *pay = &p->model->strategies[strategy].pay;
    hec_ledger_part *part = &p->parts[strategy];
    size_t services = pay->policy ? p->model->n_uses * HEC_LEDGER_COLUMNS : 0;
    part->amounts = p->n_fen;
    part->services = part->amounts + p->n_years * pay->n_postings;
    part->spent = part->services + p->n_years * services;
    part->settled = part->spent + (pay->policy ? p->n_years * p->model->n_parties : 0);
    p->n_fen =
        part->settled + (has_settlements(pay) ? pay->n_postings * p->n_years * p->panels : 0);
    part->measures = p->n_sums;
    p->n_sums += pay->n_measures * p->n_years * p->panels;
    part->rules = p->n_rules;
    p->n_rules += pay->n_rules * p->n_years * p->panels;
}

const hec_ledger_plan *hec_ledger_plan_create(hec_arena *arena, const hec_model *model)
{
    hec_ledger_plan *p = hec_arena_alloc(arena, sizeof *p);
    size_t cycles = (size_t)model->cycles;
    if (!p) {
        return NULL;
    }
    p->model = model;
    p->panels = 1;
    p->year_of = hec_arena_array(arena, cycles, sizeof *p->year_of);
    p->last = hec_arena_array(arena, cycles, sizeof *p->last);
    p->years = hec_arena_array(arena, cycles, sizeof *p->years);
    p->parts = hec_arena_array(arena, model->n_strategies, sizeof *p->parts);
    if (!p->year_of || !p->last || !p->years || !p->parts) {
        return NULL;
    }
    lay_years(p);
    for (size_t i = 0; i < model->n_parties; i++) {
        size_t panels = hec_ledger_panels(model, (int)i);
        p->panels = panels > p->panels ? panels : p->panels;
    }
    for (size_t s = 0; s < model->n_strategies; s++) {
        lay_strategy(p, s);
    }
    return p;
}

/* ---- a ledger -------------------------------------------------------------------------------- */

size_t hec_ledger_bytes(const hec_ledger_plan *plan)
{
    return plan->n_fen * sizeof(int64_t) + plan->n_sums * sizeof(hec_exact) +
           plan->n_rules * sizeof(double);
}

bool hec_ledger_create(const hec_ledger_plan *plan, hec_ledger *ledger)
{
    *ledger = (hec_ledger){.plan = plan};
    ledger->fen = calloc(plan->n_fen + 1, sizeof *ledger->fen);
    ledger->sums = calloc(plan->n_sums + 1, sizeof *ledger->sums);
    ledger->rules = calloc(plan->n_rules + 1, sizeof *ledger->rules);
    return ledger->fen && ledger->sums && ledger->rules;
}

void hec_ledger_destroy(hec_ledger *ledger)
{
    free(ledger->fen);
    free(ledger->sums);
    free(ledger->rules);
    *ledger = (hec_ledger){0};
}

void hec_ledger_clear(hec_ledger *ledger)
{
    memset(ledger->fen, 0, ledger->plan->n_fen * sizeof *ledger->fen);
    memset(ledger->sums, 0, ledger->plan->n_sums * sizeof *ledger->sums);
    memset(ledger->rules, 0, ledger->plan->n_rules * sizeof *ledger->rules);
    ledger->too_large = false;
}

static bool add_fen(int64_t *sum, int64_t fen)
{
    return !__builtin_add_overflow(*sum, fen, sum);
}

bool hec_exact_add(hec_exact *sum, int64_t whole, int64_t part)
{
    part += sum->part;
    sum->part = part % WHOLE_PART;
    return add_fen(&sum->whole, part / WHOLE_PART) && add_fen(&sum->whole, whole);
}

double hec_exact_value(const hec_exact *sum)
{
    return (double)sum->whole + (double)sum->part / PARTS;
}

static void fail(hec_ledger *l, size_t strategy, size_t posting)
{
    if (!l->too_large) {
        l->too_large = true;
        l->strategy = strategy;
        l->posting = posting;
    }
}

void hec_ledger_merge(hec_ledger *into, const hec_ledger *other)
{
    bool good = true;
    for (size_t i = 0; i < into->plan->n_fen; i++) {
        good = add_fen(&into->fen[i], other->fen[i]) && good;
    }
    for (size_t i = 0; i < into->plan->n_sums; i++) {
        good = hec_exact_add(&into->sums[i], other->sums[i].whole, other->sums[i].part) && good;
    }
    if (other->too_large) {
        fail(into, other->strategy, other->posting);
    } else if (!good) {
        fail(into, 0, SIZE_MAX);
    }
}

/* ---- what is seen of a cycle ----------------------------------------------------------------- */

typedef struct sight {
    hec_ledger *ledger;
    const hec_person_view *view;
    size_t year;
    bool year_ends;
} sight;

/* The same one by one, as far as it goes. */
static bool sum_large(const hec_person_view *v, const double *x, size_t step, int64_t *sum)
{
    bool good = true;
    int64_t all = 0;
    for (size_t i = 0; i < v->n; i++) {
        double fen = v->alive[i] != 0 ? x[i * step] : 0;
        bool fits = fabs(fen) <= LARGEST; /* false of NaN too */
        good = add_fen(&all, fits ? (int64_t)fen : 0) && fits && good;
    }
    *sum = all;
    return good;
}

/* The sum over the living of a column of whole fen. */
static bool sum_fen(const hec_person_view *v, int observed, int64_t *sum)
{
    const double *x = v->values[observed];
    bool uniform = v->uniform[observed];
    double all = 0;
    if (uniform && *x == 0) {
        *sum = 0;
        return true;
    }
    if (uniform || !v->kernels->sum_whole(v->n, v->alive, x, LARGEST / (double)v->n, &all)) {
        return sum_large(v, x, !uniform, sum);
    }
    *sum = (int64_t)all;
    return true;
}

static void add_posting(const sight *s, size_t i)
{
    const hec_posting *posting =
        &s->ledger->plan->model->strategies[s->view->strategy].pay.postings[i];
    int64_t fen = 0;
    if (posting->observed < 0 || (posting->at_year_end && !s->year_ends)) {
        return;
    }
    if (!sum_fen(s->view, posting->observed, &fen) ||
        !add_fen(hec_ledger_amount(s->ledger, s->view->strategy, s->year, i), fen)) {
        fail(s->ledger, s->view->strategy, i);
    }
}

static void add_services(const sight *s)
{
    const hec_model *model = s->ledger->plan->model;
    const hec_pay *pay = &model->strategies[s->view->strategy].pay;
    const int *const columns[] = {pay->charge, pay->allowed};
    for (size_t use = 0; use < model->n_uses; use++) {
        for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
            int64_t fen = 0;
            int observed = columns[c] ? columns[c][use] : -1;
            if (observed >= 0 &&
                (!sum_fen(s->view, observed, &fen) ||
                 !add_fen(hec_ledger_service(s->ledger, s->view->strategy, s->year, use, c),
                          fen))) {
                fail(s->ledger, s->view->strategy, SIZE_MAX);
            }
        }
    }
}

/* What a service costs its provider. */
static void add_spent(const sight *s, const hec_part *part)
{
    int64_t fen = 0;
    if (part->resource < 0) {
        return;
    }
    bool good = sum_fen(s->view, part->resource, &fen) &&
                add_fen(hec_ledger_service(s->ledger, s->view->strategy, s->year, (size_t)part->use,
                                           HEC_LEDGER_RESOURCE),
                        fen);
    good = good && (part->provider < 0 || add_fen(hec_ledger_spent(s->ledger, s->view->strategy,
                                                                   s->year, (size_t)part->provider),
                                                  fen));
    if (!good) {
        fail(s->ledger, s->view->strategy, SIZE_MAX);
    }
}

/* Lanes that are looked at together; panels that have sums of their own meanwhile. */
enum { PIECE = 256, FEW = 64 };
static const uint32_t NOWHERE = UINT32_MAX;
static const double SMALL = 31; /* as many as are in a piece stay below 2^53 steps of 2^-40 */

/* Some lanes, and the panels of one provider that they count for. */
typedef struct piece {
    const hec_person_view *view;
    size_t first, n, panels;
    int provider; /* -1: the region */
    uint32_t panel[PIECE];
} piece;

static void find_panels(piece *p, const hec_model *model, int provider)
{
    const hec_person_view *v = p->view;
    const hec_party *party = &model->parties[provider];
    p->provider = provider;
    p->panels = hec_ledger_panels(model, provider);
    if (party->attribute < 0) {
        v->kernels->remainders(p->n, p->panels, v->persons + p->first, p->panel);
        return;
    }
    int observed = model->strategies[v->strategy].pay.belongs[provider];
    size_t step = observed >= 0 && !v->uniform[observed];
    for (size_t i = 0; i < p->n; i++) {
        size_t own = 0, lane = p->first + i;
        double belongs = observed < 0 ? 0 : v->values[observed][lane * step];
        bool found = hec_party_panel(party, v->persons[lane], belongs, &own);
        p->panel[i] = found ? (uint32_t)own : NOWHERE;
    }
}

static bool add_steps(hec_exact *sum, int64_t steps)
{
    return hec_exact_add(sum, steps >> 40, steps & (WHOLE_PART - 1));
}

/* Steps of 2^-40, so few that those of a piece add up exactly. */
static bool add_small(const piece *p, const double *steps, hec_exact *sums)
{
    double sum[FEW] = {0};
    bool good = true, few = p->panels <= FEW;
    for (size_t i = 0; i < p->n; i++) {
        if (p->panel[i] == NOWHERE) {
            good = good && steps[i] == 0;
        } else if (few) {
            sum[p->panel[i]] += steps[i];
        } else if (steps[i] != 0) {
            good = add_steps(&sums[p->panel[i]], (int64_t)steps[i]) && good;
        }
    }
    for (size_t k = 0; few && k < p->panels; k++) {
        good = add_steps(&sums[k], (int64_t)sum[k]) && good;
    }
    return good;
}

static bool add_large(const piece *p, bool region, const double *x, size_t step, hec_exact *sums)
{
    bool good = true;
    for (size_t i = 0; i < p->n; i++) {
        double value = p->view->alive[p->first + i] != 0 ? x[i * step] : 0;
        double whole = floor(value);
        uint32_t panel = region ? 0 : p->panel[i];
        if (value != 0) {
            good = fabs(whole) <= LARGEST && panel != NOWHERE &&
                   hec_exact_add(&sums[panel], (int64_t)whole,
                                 (int64_t)floor((value - whole) * PARTS + 0.5)) &&
                   good;
        }
    }
    return good;
}

static bool add_measured(const sight *s, const piece *p, const hec_measure *measure,
                         hec_exact *sums)
{
    const hec_person_view *v = s->view;
    size_t step = !v->uniform[measure->observed];
    const double *x = v->values[measure->observed] + step * p->first, *alive = v->alive + p->first;
    double steps[PIECE], all;
    if (step == 0 || !v->kernels->to_steps(p->n, alive, x, SMALL, steps)) {
        return add_large(p, measure->provider < 0, x, step, sums);
    }
    if (measure->provider >= 0) {
        return add_small(p, steps, sums);
    }
    (void)v->kernels->sum_whole(p->n, alive, steps, LARGEST, &all);
    return add_steps(sums, (int64_t)all);
}

static void add_measures(const sight *s)
{
    const hec_model *model = s->ledger->plan->model;
    const hec_pay *pay = &model->strategies[s->view->strategy].pay;
    piece p = {.view = s->view};
    for (p.first = 0; p.first < s->view->n; p.first += PIECE) {
        p.n = s->view->n - p.first < PIECE ? s->view->n - p.first : PIECE;
        p.provider = -1;
        for (size_t i = 0; i < pay->n_measures; i++) {
            const hec_measure *measure = &pay->measures[i];
            hec_exact *sums = hec_ledger_sum(s->ledger, s->view->strategy, i, s->year, 0);
            if (measure->at_year_end && !s->year_ends) {
                continue;
            }
            if (measure->provider >= 0 && measure->provider != p.provider) {
                find_panels(&p, model, measure->provider);
            }
            if (!add_measured(s, &p, measure, sums)) {
                fail(s->ledger, s->view->strategy, SIZE_MAX);
            }
        }
    }
}

void hec_ledger_observe(void *ledger, const hec_person_view *view)
{
    hec_ledger *l = ledger;
    const hec_pay *pay = &l->plan->model->strategies[view->strategy].pay;
    size_t year = l->plan->year_of[view->cycle - 1];
    const sight s = {l, view, year, l->plan->last[year] == view->cycle};
    if (!pay->policy) {
        return;
    }
    for (size_t i = 0; i < pay->n_postings; i++) {
        add_posting(&s, i);
    }
    add_services(&s);
    for (size_t i = 0; i < pay->n_parts; i++) {
        add_spent(&s, &pay->parts[i]);
    }
    add_measures(&s);
}

/* ---- what a party comes to ------------------------------------------------------------------- */

hec_party_year hec_ledger_party_year(const hec_ledger *l, size_t strategy, size_t year,
                                     size_t party)
{
    const hec_model *model = l->plan->model;
    const hec_pay *pay = &model->strategies[strategy].pay;
    hec_party_year of = {0};
    for (size_t i = 0; i < pay->n_postings; i++) {
        const hec_posting *posting = &pay->postings[i];
        int64_t fen = *hec_ledger_amount(l, strategy, year, i);
        bool spends = model->parties[posting->payee].resource;
        of.paid += (size_t)posting->payer == party && !spends ? fen : 0;
        of.spent += (size_t)posting->payer == party && spends ? fen : 0;
        of.got += (size_t)posting->payee == party ? fen : 0;
    }
    of.spent += pay->policy ? *hec_ledger_spent(l, strategy, year, party) : 0;
    return of;
}
