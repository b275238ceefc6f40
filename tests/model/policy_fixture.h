/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one person, panel or region pays in a cycle, straight from the graph. Money in currency. */
#ifndef HECATE_TESTS_POLICY_FIXTURE_H
#define HECATE_TESTS_POLICY_FIXTURE_H

#include "life_fixture.h"

/* Somebody who is ill, and dies one day. `USE` is what a year of it takes. */
#define ILL(USE)                                                                                   \
    "chains: {health: {start: ill, states: {ill: {use: " USE                                       \
    ", to: {dead: 0.1}}, dead: {dead: true}}}}\n"
#define PARTIES                                                                                    \
    "payers: [fund, commercial, aid]\n"                                                            \
    "providers: {primary: {tier: low, panels: 4}, tertiary: {tier: high, panels: 2}}\n"
#define ONE_POLICY "strategies:\n  p:\n    policy:\n"

static inline bool pay_matches(const life *l, const hec_posting *posting, const char *mechanism,
                               const char *service)
{
    const hec_model *m = l->model;
    const char *of = posting->service < 0
                         ? NULL
                         : m->outcomes[m->n_costs + m->n_effects + (size_t)posting->service].name;
    return (!mechanism || strcmp(posting->mechanism, mechanism) == 0) &&
           (!service || (of && strcmp(of, service) == 0));
}

/* What a mechanism (NULL: any) pays for a service (NULL: any), and that it is whole fen. */
static inline double paid_by(const life *l, const char *mechanism, const char *service)
{
    const hec_pay *pay = &life_of(l)->pay;
    double sum = 0;
    for (size_t i = 0; i < pay->n_postings; i++) {
        if (pay_matches(l, &pay->postings[i], mechanism, service)) {
            double fen = life_value(l, pay->postings[i].value);
            assert_true(fen == floor(fen));
            sum += fen;
        }
    }
    return sum / 100;
}

static inline const hec_posting *posting_of(const life *l, const char *mechanism, size_t skip)
{
    const hec_pay *pay = &life_of(l)->pay;
    for (size_t i = 0; i < pay->n_postings; i++) {
        if (strcmp(pay->postings[i].mechanism, mechanism) == 0 && skip-- == 0) {
            return &pay->postings[i];
        }
    }
    fail_msg("%s pays nothing", mechanism);
    return NULL;
}

/* Whether all checks of the cycle hold. */
static inline bool pay_is_good(const life *l)
{
    const hec_life *lived = &life_of(l)->life;
    bool good = true;
    for (size_t i = 0; i < lived->n_checks; i++) {
        double x = life_value(l, lived->checks[i].value);
        good = good && x >= lived->checks[i].low && x <= lived->checks[i].high;
    }
    return good;
}

static inline void pay_account(life *l, const char *name, double value)
{
    life_set(l, HEC_VARIABLE_ACCOUNT, name, value);
}

/* Sets the sum that a settlement reads under a name, as written. */
static inline void pay_measured(life *l, const char *name, double value)
{
    const hec_pay *pay = &life_of(l)->pay;
    bool found = false;
    for (size_t i = 0; i < pay->n_measures; i++) {
        const int32_t inputs[] = {pay->measures[i].input, pay->measures[i].last_input};
        for (size_t k = 0; k < 2; k++) {
            const char *known =
                inputs[k] < 0 ? NULL : hec_graph_input_name(l->model->graph, inputs[k]);
            if (known && strcmp(known, name) == 0) {
                l->inputs[inputs[k]] = value;
                found = true;
            }
        }
    }
    if (!found) {
        fail_msg("nothing is measured as %s", name);
    }
}

#endif
