/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Describe: a study in words, as `hecate check` prints it. */
#include "batch/study_inner.h"

#include <math.h>
#include <string.h>

static void describe_time(const hec_model *m, FILE *out)
{
    double horizon = (double)m->cycles * m->cycle_length;
    fprintf(out, "Time         %lld cycles of %g %s: %g years", (long long)m->cycles, m->cycle_length,
            m->cycle_length == 1 ? "year" : "years", horizon);
    if (!isnan(m->start_year)) {
        fprintf(out, ", from %g", m->start_year);
    }
    fprintf(out, "%s\n", m->lifetime ? ", a lifetime" : "");
}

static void describe_population(const hec_model *m, FILE *out)
{
    const hec_population *p = &m->population;
    fprintf(out, "Population   %zu %s", p->n_strata, p->n_strata == 1 ? "stratum" : "strata");
    for (size_t a = 0; a < p->n_attributes; a++) {
        fprintf(out, "%s%s", a ? ", " : " by ", p->attributes[a]);
        if (p->n_strata == 1) {
            double value = p->values[a];
            if (p->types[a].kind == HEC_KIND_LABEL) {
                fprintf(out, " %s", m->words[(size_t)value]);
            } else {
                fprintf(out, " %g", value);
            }
        }
    }
    fputc('\n', out);
}

static void describe_chain(const hec_study *study, FILE *out)
{
    const hec_model *m = study->model;
    const hec_cohort_arc *arcs = NULL;
    size_t n = hec_cohort_arcs(study->cohort, 0, &arcs);
    fprintf(out, "Chain        %s: %zu states, %zu moves by %s", m->chain, m->n_states, n,
            m->hazards ? "hazards" : "probabilities");
    if (hec_cohort_cells(study->cohort) > (int64_t)m->n_states) {
        fprintf(out, "; %lld cells, for", (long long)hec_cohort_cells(study->cohort));
        for (size_t i = 0; i < m->n_states; i++) {
            if (m->states[i].timed) {
                fprintf(out, " %s", m->states[i].name);
            }
        }
        fputs(" by time in state", out);
    }
    fputs("\n            ", out);
    for (size_t i = 0; i < m->n_states; i++) {
        fprintf(out, " %s%s%s", m->states[i].name, m->states[i].dead ? " (dead)" : "",
                i + 1 < m->n_states ? "," : "\n");
    }
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
    describe_population(m, out);
    describe_chain(study, out);
    fprintf(out, "Strategies   ");
    for (size_t i = 0; i < m->n_strategies; i++) {
        fprintf(out, "%s%s", i ? ", " : "", m->strategies[i].name);
        if (strcmp(m->strategies[i].label, m->strategies[i].name) != 0) {
            fprintf(out, " (%s)", m->strategies[i].label);
        }
    }
    fputc('\n', out);
    describe_outcomes(m, out);
    describe_economics(m, out);
    describe_uncertainty(m, out);
    return ferror(out) ? HEC_E_IO : HEC_OK;
}
