/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verify partitioned survival: sums over cycles against the integrals of the curves. */
#include "batch/verify_inner.h"

#include <math.h>
#include <stdlib.h>

#include "sim/quadrature.h"
#include "store/prose.h"

/* Years in a state by the trapezoidal rule over the points, and how far that can be off: the sum of
 * what each two neighbouring cycles change when they are taken as one. */
static double years_by_cycles(const hec_model *m, const double *trace, size_t strategy,
                              size_t state, double *off)
{
    size_t cycles = (size_t)m->cycles, n = m->n_states;
    const double *x = trace + strategy * (cycles + 1) * n + state;
    double years = 0;
    *off = 0;
    for (size_t c = 0; c < cycles; c++) {
        years += 0.5 * m->cycle_length * (x[c * n] + x[(c + 1) * n]);
        if (c + 1 < cycles) {
            *off += 0.5 * m->cycle_length * fabs(x[c * n] - 2 * x[(c + 1) * n] + x[(c + 2) * n]);
        }
    }
    return years;
}

/* A row of the table; false when the years differ by more than they can. */
static bool add_occupancy(const hec_model *m, const double *trace, const double *draws, size_t s,
                          size_t state, hec_story_table *table)
{
    double off, exact = NAN, error = NAN;
    double years = years_by_cycles(m, trace, s, state, &off);
    bool good = hec_mean_time(m, s, state, draws, &exact, &error);
    double allowed = off + error + HEC_VERIFY_ROUNDING * (double)m->cycles * m->cycle_length;
    hec_story_table_add(table, m->strategies[s].name);
    hec_story_table_add(table, m->states[state].name);
    hec_verify_number(table, years, 6);
    hec_verify_number(table, exact, 6);
    hec_verify_number(table, years - exact, 6);
    hec_verify_number(table, allowed, 6);
    return good && fabs(years - exact) <= allowed;
}

static bool add_occupancies(const hec_model *m, const double *trace, const double *draws,
                            hec_text *out)
{
    static const char *const heads[] = {"strategy", "state",      "by cycles",
                                        "integral", "difference", "at most"};
    enum { COLUMNS = sizeof heads / sizeof heads[0] };
    hec_story_table table;
    size_t beyond = 0;
    hec_story_table_open(&table, COLUMNS, COLUMNS - 1);
    for (size_t i = 0; i < COLUMNS; i++) {
        hec_story_table_add(&table, heads[i]);
        if (!table.failed) {
            table.right[i] = i > 1;
        }
    }
    for (size_t s = 0; s < m->n_strategies; s++) {
        for (size_t state = 0; state < m->n_states; state++) {
            beyond += !add_occupancy(m, trace, draws, s, state, &table);
        }
    }
    hec_story_table_print(&table, out);
    hec_story_table_close(&table);
    if (beyond == 0) {
        hec_text_add(out, "\nThe sums over cycles and the integrals agree.\n");
    } else {
        hec_text_format(out,
                        "\nThe sums over cycles and the integrals do not agree: %zu "
                        "difference%s more than cycles explain.\n",
                        beyond, beyond == 1 ? " is" : "s are");
    }
    return beyond == 0;
}

hec_status hec_verify_occupancy(const hec_study *study, const hec_run_options *options,
                                hec_diagnostics *diagnostics, FILE *out, bool *agree)
{
    const hec_model *m = study->model;
    hec_result *result = NULL;
    hec_text text = {0};
    hec_status status = hec_study_run(study, options, diagnostics, &result);
    if (status != HEC_OK) {
        return status;
    }
    const double *trace = hec_dataset_values(hec_result_dataset(result), "base/trace");
    double *draws = calloc(m->n_draws + 1, sizeof *draws);
    for (size_t i = 0; draws && i < m->n_draws; i++) {
        draws[i] = m->draws[i].base;
    }
    status = trace && draws ? HEC_OK : HEC_E_MEMORY;
    if (status == HEC_OK) {
        hec_text_add_line(&text, m->title);
        hec_text_format(&text,
                        "\n\nYears in each state within %g years, undiscounted: from the "
                        "shares at the cycles' ends,\nand from the survival curves by "
                        "adaptive quadrature.\n\n",
                        (double)m->cycles * m->cycle_length);
        *agree = add_occupancies(m, trace, draws, &text);
        status = hec_verify_print(&text, out);
    }
    free(draws);
    hec_result_destroy(result);
    return status;
}
