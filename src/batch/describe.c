/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Describe: a study in words, as `hecate check` prints it. */
#include "batch/study_inner.h"

#include <math.h>
#include <string.h>

static void describe_time(const hec_model *m, FILE *out)
{
    double horizon = (double)m->cycles * m->cycle_length;
    fprintf(out, "Time         %lld cycles of %g %s: %g years", (long long)m->cycles,
            m->cycle_length, m->cycle_length == 1 ? "year" : "years", horizon);
    if (!isnan(m->start_year)) {
        fprintf(out, ", from %g", m->start_year);
    }
    fprintf(out, "%s\n", m->lifetime ? ", a lifetime" : "");
}

static void describe_engine(const hec_model *m, FILE *out)
{
    const hec_persons_settings *p = &m->persons;
    fprintf(out, "Engine       %s", hec_engine_name(m->engine));
    if (m->engine != HEC_ENGINE_COHORT) {
        fprintf(out, ": %lld persons in the base case", (long long)p->count);
        if (m->draw_count > 0) {
            fprintf(out, ", %lld in each draw", (long long)p->per_draw);
        }
        fprintf(out, "%s%s, seed %llu", p->antithetic ? ", antithetic pairs" : "",
                p->sobol ? ", attributes by Sobol's sequence" : "", (unsigned long long)m->seed);
    }
    fputc('\n', out);
}

static void describe_value(const hec_model *m, size_t attribute, FILE *out)
{
    double value = m->population.values[attribute];
    if (m->population.types[attribute].kind == HEC_KIND_LABEL) {
        fprintf(out, " %s", m->words[(size_t)value]);
    } else {
        fprintf(out, " %g", value);
    }
}

/* Whether each person has an own value: drawn, or of the shares. */
static bool is_spread(const hec_population *p, size_t attribute)
{
    bool spread = false;
    for (size_t i = 0; i < p->n_draws; i++) {
        spread = spread || p->draw_attributes[i] == attribute;
    }
    for (size_t i = 0; i < p->n_shares; i++) {
        spread = spread || p->shares[i].attribute == attribute;
    }
    return spread;
}

static void describe_population(const hec_model *m, FILE *out)
{
    const hec_population *p = &m->population;
    if (m->engine == HEC_ENGINE_COHORT) {
        fprintf(out, "Population   %zu %s", p->n_strata, p->n_strata == 1 ? "stratum" : "strata");
    } else {
        fprintf(out, "Population   %lld persons", (long long)m->persons.count);
        if (p->n_strata > 1) {
            fprintf(out, p->in_turn ? ", %zu rows in turn" : ", drawn from %zu rows", p->n_strata);
        }
    }
    for (size_t a = 0; a < p->n_attributes; a++) {
        fprintf(out, "%s%s", a ? ", " : " by ", p->attributes[a]);
        if (is_spread(p, a)) {
            fputs(" (drawn)", out);
        } else if (p->n_strata == 1) {
            describe_value(m, a, out);
        }
    }
    fputc('\n', out);
}

static void describe_states(const hec_model *m, const hec_chain *chain, FILE *out)
{
    fputs("\n            ", out);
    for (size_t i = chain->first; i < chain->first + chain->count; i++) {
        fprintf(out, " %s%s%s", m->states[i].name, m->states[i].dead ? " (dead)" : "",
                i + 1 < chain->first + chain->count ? "," : "\n");
    }
}

static void describe_chain(const hec_study *study, FILE *out)
{
    const hec_model *m = study->model;
    const hec_cohort_arc *arcs = NULL;
    fprintf(out, "Chain        %s: %zu states, ", m->chain, m->n_states);
    if (m->chains[0].kind == HEC_CHAIN_OCCUPANCY) {
        fputs("given by their shares", out);
    } else {
        fprintf(out, "%zu moves by %s", hec_cohort_arcs(study->cohort, 0, &arcs),
                m->hazards ? "hazards" : "probabilities");
    }
    if (hec_cohort_cells(study->cohort) > (int64_t)m->n_states) {
        fprintf(out, "; %lld cells, for", (long long)hec_cohort_cells(study->cohort));
        for (size_t i = 0; i < m->n_states; i++) {
            if (m->states[i].timed) {
                fprintf(out, " %s", m->states[i].name);
            }
        }
        fputs(" by time in state", out);
    }
    describe_states(m, &m->chains[0], out);
}

/* Ways out of the states of a chain, staying included, as the first strategy has them. */
static size_t count_moves(const hec_model *m, int chain)
{
    const hec_strategy *s = &m->strategies[0];
    size_t n = 0;
    for (size_t i = 0; i < s->n_arcs; i++) {
        n += m->states[s->arcs[i].from].chain == chain;
    }
    for (size_t i = 0; i < s->life.n_latents; i++) {
        n += m->states[s->life.latents[i].from].chain == chain;
    }
    return n;
}

static void describe_life(const hec_model *m, FILE *out)
{
    static const char *const ways[] = {"probabilities", "hazards", "times", "shares"};
    for (size_t c = 0; c < m->n_chains; c++) {
        const hec_chain *chain = &m->chains[c];
        fprintf(out, "Chain        %s: %zu %s, %zu moves by %s", chain->name, chain->count,
                chain->count == 1 ? "state" : "states", count_moves(m, (int)c), ways[chain->kind]);
        describe_states(m, chain, out);
    }
    for (size_t i = 0; i < m->n_events; i++) {
        fprintf(out, "%s%s%s", i ? ", " : "Events       ", m->events[i].name,
                m->events[i].fatal ? " (fatal)" : "");
    }
    fputs(m->n_events > 0 ? "\n" : "", out);
    size_t n = 0;
    for (size_t i = 0; i < m->n_variables; i++) {
        if (m->variables[i].kind == HEC_VARIABLE_ATTRIBUTE) {
            fprintf(out, "%s%s", n++ ? ", " : "Attributes   ", m->variables[i].name);
        }
    }
    fputs(n > 0 ? "\n" : "", out);
}

static void describe_outcomes(const hec_model *m, FILE *out)
{
    static const char *const heads[] = {"Costs", "Effects", "Services"};
    for (int kind = 0; kind < 3; kind++) {
        size_t n = 0;
        for (size_t i = 0; i < m->n_outcomes; i++) {
            if ((int)m->outcomes[i].kind == kind) {
                fprintf(out, "%-*s%s", n ? 2 : 13, n ? ", " : heads[kind], m->outcomes[i].name);
                n++;
            }
        }
        fputs(n > 0 ? "\n" : "", out);
    }
}

static void describe_economics(const hec_model *m, FILE *out)
{
    const hec_economics *e = &m->economics;
    fputs("Economics    ", out);
    if (e->profile) {
        fprintf(out, "profile %s", e->profile);
    } else {
        fputs("no profile", out);
    }
    fputc('\n', out);
    int width = 0;
    for (size_t i = 0; i < e->n_settings; i++) {
        int length = (int)strlen(e->settings[i].value);
        width = length > width && length < 40 ? length : width;
    }
    if (m->perspective >= 0) {
        fprintf(out, "  perspective %s counts", m->perspectives[m->perspective].name);
        for (size_t i = 0, n = 0; i < m->n_costs; i++) {
            if (m->perspectives[m->perspective].counts[i]) {
                fprintf(out, "%s%s", n++ ? ", " : " ", m->outcomes[i].name);
            }
        }
        fputc('\n', out);
    }
    for (size_t i = 0; i < e->n_settings; i++) {
        const hec_setting *s = &e->settings[i];
        if (strcmp(s->name, "profile") == 0) {
            continue;
        }
        fprintf(out, "  %-22s %-*s  %s", s->name, width, s->value, s->origin);
        if (s->departs) {
            fprintf(out, "  (departs: the profile says %s)", s->profile_value);
        }
        fputc('\n', out);
    }
}

static void describe_uncertainty(const hec_model *m, FILE *out)
{
    if (m->draw_count == 0) {
        fprintf(out, "Uncertainty  none asked for; %zu parameters could be drawn\n", m->n_draws);
        return;
    }
    fprintf(out, "Uncertainty  %lld draws of %zu parameters, %s, seed %llu\n",
            (long long)m->draw_count, m->n_draws, m->design, (unsigned long long)m->seed);
}

hec_status hec_study_describe(const hec_study *study, FILE *out)
{
    const hec_model *m = study->model;
    fprintf(out, "%s\n", m->title);
    describe_time(m, out);
    describe_engine(m, out);
    describe_population(m, out);
    if (m->engine == HEC_ENGINE_COHORT) {
        describe_chain(study, out);
    } else {
        describe_life(m, out);
    }
    fprintf(out, "Strategies   ");
    for (size_t i = 0; i < m->n_strategies; i++) {
        fprintf(out, "%s%s", i ? ", " : "", m->strategies[i].name);
        if (strcmp(m->strategies[i].label, m->strategies[i].name) != 0) {
            fprintf(out, " (%s)", m->strategies[i].label);
        }
    }
    fputc('\n', out);
    hec_describe_policies(m, out);
    describe_outcomes(m, out);
    describe_economics(m, out);
    describe_uncertainty(m, out);
    return ferror(out) ? HEC_E_IO : HEC_OK;
}
