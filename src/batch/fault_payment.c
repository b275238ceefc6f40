/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fault of a person's payment: which service, layer or contract it is, and what it comes to. */
#include "batch/fault_words.h"
#include "sim/persons.h"

/* The service that a check is about, told from others by its provider where several give it; NULL:
 * a contract's payment has none. */
static const char *service_of(const hec_model *m, const hec_strategy *strategy,
                              const hec_life_check *check)
{
    const hec_pay *pay = &strategy->pay;
    if (check->kind == HEC_LIFE_TWICE || check->kind == HEC_LIFE_SHARES) {
        return m->outcomes[m->n_costs + m->n_effects + (size_t)check->item].name;
    }
    if (check->kind != HEC_LIFE_PAYMENT) {
        return pay->parts[check->item].name;
    }
    const hec_posting *posting = &pay->postings[check->item];
    for (size_t i = 0; i < pay->n_parts; i++) {
        const hec_part *part = &pay->parts[i];
        if (posting->service == part->use && posting->payee == part->provider) {
            return part->name;
        }
    }
    return NULL;
}

static void report_service(const hec_run *run, const hec_life_check *check, const char *service,
                           double value, const char *where)
{
    bool excess = check->kind == HEC_LIFE_EXCESS;
    const char *what = check->kind == HEC_LIFE_CHARGE    ? "the charge of"
                       : check->kind == HEC_LIFE_ALLOWED ? "the allowed amount of"
                                                         : "the resource cost of";
    char number[32];
    hec_fault_number(excess ? -value : value, check->low, check->high, number);
    hec_report(run->diagnostics, HEC_CHECK_PAYMENT_RANGE, check->place,
               excess ? "%s `%s` is %s more than its charge: %s" : "%s `%s` is %s: %s",
               excess ? "the allowed amount of" : what, service, number, where);
}

static void report_payment(const hec_run *run, const hec_strategy *strategy,
                           const hec_life_check *check, const char *service, const char *number,
                           const char *where)
{
    const char *mechanism = strategy->pay.postings[check->item].mechanism;
    const char *what = check->high == 1 ? "the share that" : "what";
    hec_diagnostics *d = run->diagnostics;
    if (service) {
        hec_report(d, HEC_CHECK_PAYMENT_RANGE, check->place, "%s `%s` pays %s `%s` is %s: %s", what,
                   mechanism, check->high == 1 ? "of" : "for", service, number, where);
    } else {
        hec_report(d, HEC_CHECK_PAYMENT_RANGE, check->place, "what `%s` pays is %s: %s", mechanism,
                   number, where);
    }
}

/* How a service is shared out among its providers. */
static void report_share(const hec_run *run, const hec_strategy *strategy,
                         const hec_life_check *check, const char *service, const char *number,
                         const char *where)
{
    const hec_part *part = &strategy->pay.parts[check->item];
    if (check->kind == HEC_LIFE_SHARES) {
        hec_report(run->diagnostics, HEC_CHECK_PAYMENT_RANGE, check->place,
                   "the shares of `%s` sum to %s%s: %s", service, number,
                   check->low < -0.5 ? ", and leave nothing for the rest" : ", not to 1", where);
    } else {
        hec_report(run->diagnostics, HEC_CHECK_PAYMENT_RANGE, check->place,
                   "the share of `%s` is %s: %s", part->name, number, where);
    }
}

static void report_panel(const hec_run *run, const hec_life_check *check, const char *number,
                         const char *where)
{
    const hec_party *party = &run->model->parties[check->item];
    hec_report(run->diagnostics, HEC_CHECK_PAYMENT_RANGE, check->place,
               "the panels of `%s` are numbered from 1 to %lld, and this person's `%s` is %s: %s",
               party->name, (long long)party->panels,
               run->model->population.attributes[party->attribute], number, where);
}

/* What a settlement of a whole cohort comes to. */
static void report_mean_settlement(const hec_run *run, const hec_strategy *strategy, size_t posting,
                                   double fen, const char *where)
{
    char number[32];
    hec_fault_number(fen / HEC_FEN, 0, 0, number);
    hec_report(run->diagnostics, HEC_CHECK_PAYMENT_RANGE, strategy->pay.postings[posting].place,
               "what `%s` pays is %s: %s", strategy->pay.postings[posting].mechanism, number,
               where);
}

/* Exact payments are checked for one use, others for the mean person. */
void hec_fault_report_mean_payment(const hec_run *run, const hec_cohort_fault *fault,
                                   double *inputs, const char *where)
{
    const hec_strategy *strategy = &run->model->strategies[fault->strategy];
    const hec_person_fault of = {.strategy = fault->strategy,
                                 .inputs = fault->on_means ? NULL : inputs};
    if (fault->on_means && fault->item >= strategy->life.n_checks) {
        report_mean_settlement(run, strategy, fault->item - strategy->life.n_checks, fault->value,
                               where);
        return;
    }
    const hec_life_check *check =
        fault->on_means ? &strategy->life.checks[fault->item] : &strategy->pay_checks[fault->item];
    double scale = hec_life_check_near(check) < 0.01 ? 1 : HEC_FEN;
    double value = fault->on_means ? fault->value / scale
                                   : hec_evaluate(run->model->graph, check->shown, inputs);
    hec_fault_report_payment(run, check, value, &of, where);
}

void hec_fault_report_payment(const hec_run *run, const hec_life_check *check, double value,
                              const hec_person_fault *fault, const char *where)
{
    const hec_strategy *strategy = &run->model->strategies[fault->strategy];
    bool panel = check->kind == HEC_LIFE_PANEL;
    const char *service = panel ? NULL : service_of(run->model, strategy, check);
    char number[32];
    hec_fault_number(value, check->low, check->high, number);
    switch (check->kind) {
    case HEC_LIFE_UNPAID:
        hec_report(run->diagnostics, HEC_CHECK_UNPAID, check->place, "nobody pays %s of `%s`: %s",
                   number, service, where);
        break;
    case HEC_LIFE_TWICE:
        hec_report(run->diagnostics, HEC_CHECK_PAID_TWICE, check->place,
                   "%s contracts cover `%s` at once: %s", number, service, where);
        break;
    case HEC_LIFE_PAYMENT:
        report_payment(run, strategy, check, service, number, where);
        break;
    case HEC_LIFE_SHARE:
    case HEC_LIFE_SHARES:
        report_share(run, strategy, check, service, number, where);
        break;
    case HEC_LIFE_PANEL:
        report_panel(run, check, number, where);
        break;
    default:
        report_service(run, check, service, value, where);
        break;
    }
    hec_fault_note_definition(run, fault->strategy, check->place);
    if (fault->inputs) {
        hec_fault_note_values(run, check->shown, fault->inputs);
    }
    if (check->kind == HEC_LIFE_UNPAID) {
        hec_report_help(run->diagnostics, "end with a layer for what is left: {layer: cash, payer: "
                                          "patient, rest: true}");
    }
}
