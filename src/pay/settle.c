/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settlement: year by year through one compiled program; amounts become whole fen that are checked
 * before they enter the ledger. */
#include "pay/settle.h"

#include <math.h>

#include "pay/settle_inner.h"
#include "pay/share_out.h"

static const double LARGEST = 9007199254740992.0; /* 2^53 fen */

/* ---- postings -------------------------------------------------------------------------------- */

static bool fail(const hec_settled_year *y, int kind, size_t posting, size_t panel, double value)
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
        hec_settle_copy(y, panel, f->inputs);
    }
    return false;
}

/* A column of panels. */
static const double *root_of(const hec_settled_year *y, size_t root)
{
    return hec_slot_address(&y->t->frames,
                            hec_program_root(y->t->settlements->program, y->strategy, root));
}

/* Whole fen for each panel into y->t->shares. */
static bool split(const hec_settled_year *y, size_t posting, size_t panels, const double *fen)
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

static bool settle_posting(const hec_settled_year *y, size_t i)
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

/* Everything from what the ledger holds now. */
static void evaluate(const hec_settled_year *y, const hk_table *kernels)
{
    static const hec_stage stages[] = {HEC_STAGE_SHARED, HEC_STAGE_STRATEGY, HEC_STAGE_CYCLE};
    hec_settle_give(y);
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        hec_program_run(y->t->settlements->program, kernels, y->strategy, stages[i], &y->t->frames);
    }
}

/* Who reads what others have settled comes after them. */
static bool settle_postings(const hec_settled_year *y, const hk_table *kernels)
{
    const hec_pay *pay = y->pay;
    bool good = true, more = true;
    for (size_t rank = 0; good && more; rank++) {
        bool evaluated = false;
        more = false;
        for (size_t i = 0; good && i < pay->n_postings; i++) {
            const hec_posting *posting = &pay->postings[i];
            more = more || (hec_settles(posting) && posting->rank > rank);
            if (!hec_settles(posting) || posting->rank != rank) {
                continue;
            }
            if (!evaluated) {
                evaluate(y, kernels);
                evaluated = true;
            }
            good = settle_posting(y, i);
        }
    }
    return good;
}

/* ---- rules ----------------------------------------------------------------------------------- */

/* What rules start with (in the first year), or are in the next year. */
static bool enter_rules(const hec_settled_year *y, const hk_table *kernels, bool start)
{
    const hec_pay *pay = y->pay;
    if (pay->n_rules > 0) {
        evaluate(y, kernels);
    }
    for (size_t i = 0; i < pay->n_rules; i++) {
        const double *values = root_of(y, 2 * (pay->n_postings + i) + !start);
        size_t panels = hec_ledger_panels(y->model, pay->rules[i].provider);
        for (size_t panel = 0; panel < panels; panel++) {
            if (!isfinite(values[panel])) {
                return fail(y, start ? HEC_SETTLE_START : HEC_SETTLE_UPDATE, i, panel,
                            values[panel]);
            }
            *hec_ledger_rule(y->ledger, y->strategy, i, y->year + !start, panel) = values[panel];
        }
    }
    return true;
}

/* ---- the ledger of persons ------------------------------------------------------------------- */

/* What is paid for a service is what was charged for it, to the last fen. */
static bool balances(const hec_settled_year *y)
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

bool hec_settle_begin(hec_settler *settler, const hk_table *kernels, const double *draw_values,
                      hec_ledger *ledger, size_t strategy, hec_settle_fault *fault)
{
    const hec_settled_year y = hec_settle_open(settler, draw_values, ledger, strategy, 0, fault);
    return enter_rules(&y, kernels, true);
}

bool hec_settle_year(hec_settler *settler, const hk_table *kernels, const double *draw_values,
                     hec_ledger *ledger, size_t strategy, size_t year, hec_settle_fault *fault)
{
    const hec_settled_year y = hec_settle_open(settler, draw_values, ledger, strategy, year, fault);
    if (ledger->too_large) {
        fault->found = true;
        fault->kind = HEC_SETTLE_TOO_LARGE;
        fault->strategy = ledger->strategy;
        fault->posting = ledger->posting;
        return false;
    }
    return !y.pay->policy || (balances(&y) && settle_postings(&y, kernels) &&
                              (year + 1 == y.plan->n_years || enter_rules(&y, kernels, false)));
}

bool hec_settle(hec_settler *settler, const hk_table *kernels, const double *draw_values,
                hec_ledger *ledger, hec_settle_fault *fault)
{
    const hec_ledger_plan *plan = ledger->plan;
    bool good = true;
    for (size_t s = 0; good && s < plan->model->n_strategies; s++) {
        good = hec_settle_begin(settler, kernels, draw_values, ledger, s, fault);
        for (size_t year = 0; good && year < plan->n_years; year++) {
            good = hec_settle_year(settler, kernels, draw_values, ledger, s, year, fault);
        }
    }
    return good;
}

void hec_settled_costs(const hec_ledger *ledger, size_t strategy, size_t year, int kind,
                       double *costs)
{
    const hec_model *model = ledger->plan->model;
    const hec_pay *pay = &model->strategies[strategy].pay;
    double end = hec_model_time(model, ledger->plan->last[year]);
    for (size_t i = 0; i < pay->n_postings; i++) {
        const hec_posting *posting = &pay->postings[i];
        if (!hec_settles(posting)) {
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
        if (payee >= 0) { /* what is spent counts as it is: nobody gets it */
            costs[payee] += model->parties[posting->payee].resource ? money : -money;
        }
    }
}
