/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settlement: year by year through one compiled program; amounts become whole fen that are checked
 * before they enter the ledger. */
#include "pay/settle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pay/share_out.h"

static const double LARGEST = 9007199254740992.0; /* 2^53 fen */

/* Root 2i of a strategy is the amount of posting i, root 2i + 1 what it is split by; -1: none. */
struct hec_settlements {
    const hec_ledger_plan *plan;
    hec_program *program; /* a set for each strategy */
    size_t stride;
    size_t lanes[HEC_STAGE_COUNT], uniforms[HEC_STAGE_COUNT]; /* the most of any strategy */
};

struct hec_settler {
    const hec_settlements *settlements;
    double *memory;
    hec_frames frames;
    const double **columns; /* [inputs]: of measures of panels */
    double *values;         /* [inputs] */
    double *measured;       /* [most measures][2][stride]: this year, last year */
    int64_t *shares;        /* [panels] */
};

/* ---- compiled -------------------------------------------------------------------------------- */

static bool settles(const hec_posting *posting)
{
    return posting->level != HEC_LEVEL_PERSON;
}

static bool list_roots(hec_arena *arena, const hec_pay *pay, const hec_id **ids, const bool **lanes)
{
    hec_id *roots = hec_arena_array(arena, 2 * pay->n_postings + 1, sizeof *roots);
    bool *wanted = hec_arena_array(arena, 2 * pay->n_postings + 1, sizeof *wanted);
    for (size_t i = 0; roots && wanted && i < pay->n_postings; i++) {
        const hec_posting *posting = &pay->postings[i];
        roots[2 * i] = settles(posting) ? posting->value : -1;
        roots[2 * i + 1] = settles(posting) ? posting->split_by : -1;
        wanted[2 * i] = wanted[2 * i + 1] = true;
    }
    *ids = roots;
    *lanes = wanted;
    return roots && wanted;
}

static void measure(hec_settlements *s, size_t strategy)
{
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        size_t lanes = hec_program_lane_columns(s->program, strategy, (hec_stage)stage);
        size_t uniforms = hec_program_uniform_columns(s->program, strategy, (hec_stage)stage);
        s->lanes[stage] = lanes > s->lanes[stage] ? lanes : s->lanes[stage];
        s->uniforms[stage] = uniforms > s->uniforms[stage] ? uniforms : s->uniforms[stage];
    }
}

const hec_settlements *hec_settlements_create(hec_arena *arena, const hec_ledger_plan *plan)
{
    const hec_model *model = plan->model;
    size_t n = model->n_strategies;
    hec_settlements *s = hec_arena_alloc(arena, sizeof *s);
    size_t *counts = hec_arena_array(arena, n, sizeof *counts);
    const hec_id **ids = hec_arena_array(arena, n, sizeof *ids);
    const bool **lanes = hec_arena_array(arena, n, sizeof *lanes);
    bool good = s && counts && ids && lanes;
    for (size_t i = 0; good && i < n; i++) {
        counts[i] = 2 * model->strategies[i].pay.n_postings;
        good = list_roots(arena, &model->strategies[i].pay, &ids[i], &lanes[i]);
    }
    if (!good) {
        return NULL;
    }
    s->plan = plan;
    s->stride = hk_stride(plan->panels);
    s->program = hec_program_compile(arena, model->graph, HEC_DEP_STRATUM, n, counts, ids, lanes);
    for (size_t i = 0; s->program && i < n; i++) {
        measure(s, i);
    }
    return s->program ? s : NULL;
}

/* ---- a thread's ------------------------------------------------------------------------------ */

static size_t most_measures(const hec_model *model)
{
    size_t most = 0;
    for (size_t s = 0; s < model->n_strategies; s++) {
        size_t n = model->strategies[s].pay.n_measures;
        most = n > most ? n : most;
    }
    return most;
}

static size_t round_up(size_t n)
{
    return (n + 7) / 8 * 8;
}

static size_t doubles_of(const hec_settlements *s)
{
    const hec_model *model = s->plan->model;
    size_t sum = round_up(hec_model_inputs(model)) + 2 * most_measures(model) * s->stride;
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        sum += s->lanes[stage] * s->stride + round_up(s->uniforms[stage]);
    }
    return sum;
}

size_t hec_settler_bytes(const hec_settlements *s)
{
    return doubles_of(s) * sizeof(double) + s->plan->panels * sizeof(int64_t) +
           hec_model_inputs(s->plan->model) * sizeof(double *);
}

static double *take(double **next, size_t count)
{
    double *block = *next;
    *next += round_up(count);
    return block;
}

hec_settler *hec_settler_create(const hec_settlements *s)
{
    const hec_model *model = s->plan->model;
    hec_settler *t = calloc(1, sizeof *t);
    if (!t) {
        return NULL;
    }
    t->settlements = s;
    t->memory = hec_aligned_doubles(doubles_of(s) + 8);
    t->columns = calloc(hec_model_inputs(model) + 1, sizeof *t->columns);
    t->shares = calloc(s->plan->panels, sizeof *t->shares);
    if (!t->memory || !t->columns || !t->shares) {
        hec_settler_destroy(t);
        return NULL;
    }
    double *next = t->memory;
    t->values = take(&next, hec_model_inputs(model));
    t->measured = take(&next, 2 * most_measures(model) * s->stride);
    for (int stage = 0; stage < HEC_STAGE_COUNT; stage++) {
        t->frames.lane[stage] = take(&next, s->lanes[stage] * s->stride);
        t->frames.uniform[stage] = take(&next, s->uniforms[stage]);
    }
    t->frames.lanes = s->plan->panels;
    t->frames.stride = s->stride;
    t->frames.input_columns = t->columns;
    t->frames.input_values = t->values;
    return t;
}

void hec_settler_destroy(hec_settler *settler)
{
    if (settler) {
        hec_aligned_free(settler->memory);
        free(settler->columns);
        free(settler->shares);
        free(settler);
    }
}

/* ---- one year of one strategy ---------------------------------------------------------------- */

typedef struct year_at_hand {
    hec_settler *t;
    const hec_ledger_plan *plan;
    const hec_model *model;
    const hec_pay *pay;
    hec_ledger *ledger;
    hec_settle_fault *fault; /* NULL: nothing is settled, only looked at */
    size_t strategy, year;
} year_at_hand;

/* One sum, of this year or the last; before the first year there is nothing. */
static void give_sum(const year_at_hand *y, size_t index, int32_t input, bool last)
{
    const hec_measure *m = &y->pay->measures[index];
    double *column = y->t->measured + (2 * index + last) * y->t->settlements->stride;
    size_t panels = hec_ledger_panels(y->model, m->provider);
    bool none = last && y->year == 0;
    if (input < 0) {
        return;
    }
    for (size_t panel = 0; panel < y->plan->panels; panel++) {
        bool there = panel < panels && !none;
        column[panel] = there ? hec_exact_value(hec_ledger_sum(y->ledger, y->strategy, index,
                                                               y->year - last, panel))
                              : 0;
    }
    y->t->columns[input] = m->level == HEC_LEVEL_PANEL ? column : NULL;
    y->t->values[input] = column[0];
}

static void set_inputs(const year_at_hand *y)
{
    int64_t cycle = y->plan->last[y->year];
    double t = (double)(cycle - 1) * y->model->cycle_length, *values = y->t->values;
    values[HEC_CLOCK_CYCLE] = (double)cycle;
    values[HEC_CLOCK_T] = t;
    values[HEC_CLOCK_YEAR] =
        isnan(y->model->start_year) ? 0 : floor(y->model->start_year + t + 1e-9);
    values[HEC_CLOCK_YEAR_END] = 1;
    for (size_t i = 0; i < y->pay->n_measures; i++) {
        give_sum(y, i, y->pay->measures[i].input, false);
        give_sum(y, i, y->pay->measures[i].last_input, true);
    }
}

static void copy_inputs(const year_at_hand *y, size_t panel, double *inputs)
{
    for (size_t i = 0; i < hec_model_inputs(y->model); i++) {
        inputs[i] = y->t->columns[i] ? y->t->columns[i][panel] : y->t->values[i];
    }
}

static bool fail(const year_at_hand *y, int kind, size_t posting, size_t panel, double value)
{
    hec_settle_fault *f = y->fault;
    f->found = true;
    f->kind = kind;
    f->strategy = y->strategy;
    f->posting = posting;
    f->year = y->year;
    f->panel = panel;
    f->value = value;
    if (f->inputs) {
        copy_inputs(y, panel, f->inputs);
    }
    return false;
}

static const double *root_of(const year_at_hand *y, size_t root)
{
    return hec_slot_address(&y->t->frames,
                            hec_program_root(y->t->settlements->program, y->strategy, root));
}

/* Whole fen for each panel into y->t->shares. */
static bool split(const year_at_hand *y, size_t posting, size_t panels, const double *fen)
{
    const double *weights = root_of(y, 2 * posting + 1);
    for (size_t panel = 0; panel < panels; panel++) {
        if (fen[panel] != fen[0]) {
            return fail(y, HEC_SETTLE_VARIES, posting, panel, fen[panel] / HEC_FEN);
        }
        if (!(weights[panel] >= 0 && isfinite(weights[panel]))) {
            return fail(y, HEC_SETTLE_WEIGHT, posting, panel, weights[panel]);
        }
    }
    return hec_share_out((int64_t)fen[0], panels, weights, y->t->shares) ||
           fail(y, HEC_SETTLE_NO_POINTS, posting, 0, fen[0] / HEC_FEN);
}

static bool settle_posting(const year_at_hand *y, size_t i)
{
    const hec_posting *posting = &y->pay->postings[i];
    size_t panels = hec_ledger_panels(y->model, hec_ledger_settles(y->model, posting));
    const double *fen = root_of(y, 2 * i);
    int64_t *sum = hec_ledger_amount(y->ledger, y->strategy, y->year, i);
    for (size_t panel = 0; panel < panels; panel++) {
        if (!(fen[panel] >= 0 && fen[panel] <= LARGEST)) {
            return fail(y, HEC_SETTLE_AMOUNT, i, panel, fen[panel] / HEC_FEN);
        }
        y->t->shares[panel] = (int64_t)fen[panel];
    }
    if (posting->split_by >= 0 && !split(y, i, panels, fen)) {
        return false;
    }
    for (size_t panel = 0; panel < panels; panel++) {
        *hec_ledger_settled(y->ledger, y->strategy, i, y->year, panel) = y->t->shares[panel];
        if (__builtin_add_overflow(*sum, y->t->shares[panel], sum)) {
            return fail(y, HEC_SETTLE_AMOUNT, i, panel, fen[panel] / HEC_FEN);
        }
    }
    return true;
}

static bool settle_year(const year_at_hand *y, const hk_table *kernels)
{
    static const hec_stage stages[] = {HEC_STAGE_SHARED, HEC_STAGE_STRATEGY, HEC_STAGE_CYCLE};
    bool good = true;
    set_inputs(y);
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        hec_program_run(y->t->settlements->program, kernels, y->strategy, stages[i], &y->t->frames);
    }
    for (size_t i = 0; good && i < y->pay->n_postings; i++) {
        good = !settles(&y->pay->postings[i]) || settle_posting(y, i);
    }
    return good;
}

/* ---- the ledger of persons ------------------------------------------------------------------- */

/* What is paid for a service is what was charged for it, to the last fen. */
static bool balances(const year_at_hand *y)
{
    for (size_t use = 0; use < y->model->n_uses; use++) {
        int64_t left = *hec_ledger_service(y->ledger, y->strategy, y->year, use, HEC_LEDGER_CHARGE);
        for (size_t i = 0; i < y->pay->n_postings; i++) {
            const hec_posting *posting = &y->pay->postings[i];
            left -= posting->service == (int)use
                        ? *hec_ledger_amount(y->ledger, y->strategy, y->year, i)
                        : 0;
        }
        if (left != 0) {
            return fail(y, HEC_SETTLE_UNBALANCED, use, 0, (double)left / HEC_FEN);
        }
    }
    return true;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void set_draws(hec_settler *settler, const double *draw_values)
{
    const hec_model *model = settler->settlements->plan->model;
    for (size_t i = 0; i < model->n_draws; i++) {
        settler->values[hec_model_draw(model, i)] = draw_values[i];
    }
}

bool hec_settle(hec_settler *settler, const hk_table *kernels, const double *draw_values,
                hec_ledger *ledger, hec_settle_fault *fault)
{
    const hec_ledger_plan *plan = settler->settlements->plan;
    const hec_model *model = plan->model;
    if (ledger->too_large) {
        fault->found = true;
        fault->kind = HEC_SETTLE_TOO_LARGE;
        fault->strategy = ledger->strategy;
        fault->posting = ledger->posting;
        return false;
    }
    set_draws(settler, draw_values);
    for (size_t s = 0; s < model->n_strategies; s++) {
        memset(settler->columns, 0, hec_model_inputs(model) * sizeof *settler->columns);
        for (size_t year = 0; year < plan->n_years; year++) {
            const hec_pay *pay = &model->strategies[s].pay;
            year_at_hand y = {settler, plan, model, pay, ledger, fault, s, year};
            if (pay->policy && (!balances(&y) || !settle_year(&y, kernels))) {
                return false;
            }
        }
    }
    return true;
}

void hec_settle_inputs(hec_settler *settler, const double *draw_values, const hec_ledger *ledger,
                       size_t strategy, size_t year, size_t panel, double *inputs)
{
    const hec_ledger_plan *plan = settler->settlements->plan;
    const hec_pay *pay = &plan->model->strategies[strategy].pay;
    hec_ledger view = *ledger;
    const year_at_hand y = {settler, plan, plan->model, pay, &view, NULL, strategy, year};
    set_draws(settler, draw_values);
    memset(settler->columns, 0, hec_model_inputs(plan->model) * sizeof *settler->columns);
    set_inputs(&y);
    copy_inputs(&y, panel, inputs);
}

void hec_settled_costs(const hec_ledger *ledger, size_t strategy, size_t year, int kind,
                       double *costs)
{
    const hec_model *model = ledger->plan->model;
    const hec_pay *pay = &model->strategies[strategy].pay;
    double end = (double)ledger->plan->last[year] * model->cycle_length;
    for (size_t i = 0; i < pay->n_postings; i++) {
        const hec_posting *posting = &pay->postings[i];
        if (!settles(posting)) {
            continue;
        }
        double factor = kind == 0
                            ? 1
                            : hec_discount_factor(&model->economics.cost,
                                                  model->economics.continuous, end + posting->lag);
        double money = (double)*hec_ledger_amount(ledger, strategy, year, i) / HEC_FEN * factor;
        int payer = model->parties[posting->payer].category;
        int payee = model->parties[posting->payee].category;
        if (payer >= 0) {
            costs[payer] += money;
        }
        if (payee >= 0) {
            costs[payee] -= money;
        }
    }
}
