/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fault of a settlement: which contract, year and panel, and what made it. */
#include <float.h>
#include <math.h>

#include "base/text.h"
#include "batch/fault_words.h"
#include "batch/people_pay.h"

/* "strategy P, draw 12, 2026, panel 3 of tertiary" */
static void where_text(const hec_run *run, const hec_settle_fault *f, int64_t draw, int provider,
                       hec_text *out)
{
    const hec_model *m = run->model;
    const hec_strategy *s = &m->strategies[f->strategy];
    double year = run->study->ledger->years[f->year];
    hec_text_format(out, "strategy %s, ", s->name);
    if (draw >= 0) {
        hec_text_format(out, "draw %lld, ", (long long)draw + 1);
    }
    hec_text_format(out, isnan(m->start_year) ? "year %.0f" : "%.0f", year);
    if (provider >= 0 && f->kind != HEC_SETTLE_NO_POINTS) {
        hec_text_format(out, ", panel %zu of %s", f->panel + 1, m->parties[provider].name);
    }
}

/* A look-up that has no value is told in its own words; false: it is another mistake. */
static bool report_lookup(const hec_run *run, const hec_settle_fault *f, hec_id id,
                          const char *where)
{
    hec_id lookup = isnan(f->value) ? hec_fault_failed_lookup(run->model, id, f->inputs) : -1;
    if (lookup >= 0) {
        hec_fault_report_lookup(run, lookup, f->inputs, where);
    }
    return lookup >= 0;
}

static void report_value(const hec_run *run, const hec_settle_fault *f, const hec_posting *posting,
                         const char *where)
{
    bool weight = f->kind == HEC_SETTLE_WEIGHT;
    hec_id id = weight ? posting->split_by : posting->value;
    char number[32];
    if (report_lookup(run, f, id, where)) {
        return;
    }
    hec_fault_number(f->value, 0, DBL_MAX, number);
    hec_report(run->diagnostics, HEC_CHECK_PAYMENT_RANGE, posting->place,
               weight ? "`%s` is shared out by %s: %s" : "`%s` pays %s: %s", posting->mechanism,
               number, where);
    hec_fault_note_values(run, id, f->inputs);
    if (f->value < 0 && !weight) {
        hec_report_help(run->diagnostics,
                        "a payment is not negative; money that flows back is a contract of its "
                        "own, from the other party");
    }
}

static void report_rule(const hec_run *run, const hec_settle_fault *f, int64_t draw)
{
    const hec_rule *rule = &run->model->strategies[f->strategy].pay.rules[f->posting];
    bool start = f->kind == HEC_SETTLE_START;
    hec_id id = start ? rule->start : rule->update;
    hec_text where = {0};
    char number[32];
    where_text(run, f, draw, rule->provider, &where);
    const char *words = where.data ? where.data : "";
    if (!report_lookup(run, f, id, words)) {
        hec_fault_number(f->value, -DBL_MAX, DBL_MAX, number);
        hec_report(run->diagnostics, HEC_CHECK_REWARD_RANGE,
                   start ? rule->start_place : rule->update_place,
                   start ? "the rule `%s` starts with what is %s: %s"
                         : "what the rule `%s` leads to is %s: %s",
                   rule->name, number, words);
        hec_fault_note_values(run, id, f->inputs);
        if (!start && f->year == 0) {
            hec_report_help(run->diagnostics, "in the first year last_year(...) is 0");
        }
    }
    hec_text_free(&where);
}

static void report_ledger(const hec_run *run, const hec_settle_fault *f, int64_t draw)
{
    const hec_strategy *s = &run->model->strategies[f->strategy];
    const char *of = f->posting < s->pay.n_postings ? s->pay.postings[f->posting].mechanism : NULL;
    hec_text where = {0};
    hec_text_format(&where, "strategy %s", s->name);
    if (draw >= 0) {
        hec_text_format(&where, ", draw %lld", (long long)draw + 1);
    }
    hec_report(run->diagnostics, HEC_CHECK_PAYMENT_RANGE, s->place,
               of ? "what `%s` pays is no number, or too large for a ledger of hundredths: %s"
                  : "a charge or a sum over persons is no number, or too large for a ledger%s: %s",
               of ? of : "", where.data ? where.data : "");
    hec_text_free(&where);
}

/* The checks of lives find this first, unless they are wrong. */
static void report_unbalanced(const hec_run *run, const hec_settle_fault *f)
{
    const hec_model *m = run->model;
    const hec_strategy *s = &m->strategies[f->strategy];
    hec_report(
        run->diagnostics, HEC_CHECK_PAYMENT_RANGE, s->place,
        "the payments for `%s` are not what was charged, but %.2f less: strategy %s, year %zu",
        m->outcomes[m->n_costs + m->n_effects + f->posting].name, f->value, s->name, f->year + 1);
}

void hec_run_report_settlement(const hec_run *run, const hec_settle_fault *f, int64_t draw)
{
    if (f->kind == HEC_SETTLE_TOO_LARGE) {
        report_ledger(run, f, draw);
        return;
    }
    if (f->kind == HEC_SETTLE_UNBALANCED) {
        report_unbalanced(run, f);
        return;
    }
    if (f->kind == HEC_SETTLE_START || f->kind == HEC_SETTLE_UPDATE) {
        report_rule(run, f, draw);
        return;
    }
    const hec_posting *posting = &run->model->strategies[f->strategy].pay.postings[f->posting];
    hec_text where = {0};
    where_text(run, f, draw, hec_ledger_settles(run->model, posting), &where);
    const char *words = where.data ? where.data : "";
    if (f->kind == HEC_SETTLE_NO_POINTS) {
        hec_report(run->diagnostics, HEC_CHECK_PAYMENT_RANGE, posting->place,
                   "`%s` has %.2f to share out, and nobody has any part in it: %s",
                   posting->mechanism, f->value, words);
        hec_report_help(run->diagnostics,
                        "say what is paid then: split: if(region.sum(...) > 0, AMOUNT, 0)");
    } else if (f->kind == HEC_SETTLE_VARIES) {
        hec_report(run->diagnostics, HEC_CHECK_PAYMENT_RANGE, posting->place,
                   "`%s` shares out one amount, and this one differs between panels: %s",
                   posting->mechanism, words);
        hec_fault_note_values(run, posting->value, f->inputs);
    } else {
        report_value(run, f, posting, words);
    }
    hec_text_free(&where);
}
