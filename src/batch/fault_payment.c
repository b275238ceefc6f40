/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fault of a person's payment: which service, layer or contract it is, and what it comes to. */
#include "batch/fault_words.h"
#include "sim/persons.h"

/* The service that a check is about; NULL: a contract's payment has none. */
static const char *service_of(const hec_model *m, const hec_strategy *strategy,
                              const hec_life_check *check)
{
    bool payment = check->kind == HEC_LIFE_PAYMENT;
    int use = payment ? strategy->pay.postings[check->item].service : check->item;
    return use < 0 ? NULL : m->outcomes[m->n_costs + m->n_effects + (size_t)use].name;
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

void hec_fault_report_payment(const hec_run *run, const hec_life_check *check, double value,
                              const hec_person_fault *fault, const char *where)
{
    const hec_strategy *strategy = &run->model->strategies[fault->strategy];
    const char *service = service_of(run->model, strategy, check);
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
    default:
        report_service(run, check, service, value, where);
        break;
    }
    hec_fault_note_definition(run, fault->strategy, check->place);
    hec_fault_note_values(run, check->shown, fault->inputs);
    if (check->kind == HEC_LIFE_UNPAID) {
        hec_report_help(run->diagnostics, "end with a layer for what is left: {layer: cash, payer: "
                                          "patient, rest: true}");
    }
}
