/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sampler: from columns, groups and correlations to a plan. */
#include "sim/sampler_inner.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

#define NO_NAME SIZE_MAX

typedef struct planner {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    const hec_sample_request *request;
    hec_sample_plan *plan;
    size_t n_names; /* of marginals, each once */
    const char **names;
    size_t *component; /* of each name: the first name that it is correlated with, or itself */
    size_t *name_of;   /* of each column; NO_NAME: not a marginal */
    bool failed;       /* out of memory */
    bool wrong;        /* something was reported */
} planner;

static void *array(planner *p, size_t count, size_t size)
{
    void *made = hec_arena_array(p->arena, count + 1, size);
    p->failed = p->failed || !made;
    return made;
}

static hec_unit *add_unit(planner *p, hec_draw_kind kind, size_t n_members, size_t n_targets)
{
    hec_sample_plan *plan = p->plan;
    if (!hec_arena_grow(p->arena, (void **)&plan->units, plan->n_units, &plan->unit_capacity,
                        sizeof *plan->units)) {
        p->failed = true;
        return NULL;
    }
    hec_unit *unit = &plan->units[plan->n_units];
    *unit = (hec_unit){.kind = kind, .n_members = n_members};
    unit->members = array(p, n_members, sizeof *unit->members);
    unit->targets = array(p, n_targets, sizeof *unit->targets);
    if (p->failed) {
        return NULL;
    }
    plan->largest_unit = n_members > plan->largest_unit ? n_members : plan->largest_unit;
    plan->n_units++;
    return unit;
}

/* ---- marginals and correlations ------------------------------------------------------------- */

static void find_names(planner *p)
{
    const hec_sample_request *r = p->request;
    p->names = array(p, r->n_columns, sizeof *p->names);
    p->component = array(p, r->n_columns, sizeof *p->component);
    p->name_of = array(p, r->n_columns, sizeof *p->name_of);
    for (size_t i = 0; !p->failed && i < r->n_columns; i++) {
        p->name_of[i] = NO_NAME;
        if (r->columns[i].kind != HEC_DRAW_MARGINAL) {
            continue;
        }
        size_t name = 0;
        while (name < p->n_names && strcmp(p->names[name], r->columns[i].name) != 0) {
            name++;
        }
        if (name == p->n_names) {
            p->component[name] = name;
            p->names[p->n_names++] = r->columns[i].name;
        }
        p->name_of[i] = name;
    }
    p->plan->dimensions = p->n_names;
}

/* The names that a correlation joins; false after reporting. */
static bool joined(planner *p, const hec_correlation *c, size_t *a, size_t *b)
{
    const hec_sample_request *r = p->request;
    bool drawn = c->a < r->n_columns && c->b < r->n_columns;
    if (drawn) {
        *a = p->name_of[c->a];
        *b = p->name_of[c->b];
        drawn = *a != NO_NAME && *b != NO_NAME;
    }
    if (!drawn || *a == *b || !(fabs(c->rho) < 1)) {
        hec_report(p->diagnostics, HEC_CHECK_CORRELATION, c->place,
                   !drawn
                       ? "only parameters with a distribution of their own can be correlated"
                       : "a correlation lies between -1 and 1 and joins two different parameters");
        p->wrong = true;
        return false;
    }
    return true;
}

static void join_components(planner *p)
{
    const hec_sample_request *r = p->request;
    for (size_t k = 0; k < r->n_correlations; k++) {
        size_t a = 0, b = 0;
        if (!joined(p, &r->correlations[k], &a, &b)) {
            continue;
        }
        size_t keep = p->component[a], drop = p->component[b];
        if (keep > drop) {
            keep = p->component[b];
            drop = p->component[a];
        }
        for (size_t i = 0; i < p->n_names; i++) {
            p->component[i] = p->component[i] == drop ? keep : p->component[i];
        }
    }
}

/* Fills the correlation matrix over the members; false when a pair is given twice. Returns the last
 * correlation of the component for messages. */
static bool fill_matrix(planner *p, size_t component, const size_t *member_of, size_t n,
                        double *matrix, const hec_correlation **last)
{
    const hec_sample_request *r = p->request;
    for (size_t i = 0; i < n; i++) {
        matrix[i * n + i] = 1;
    }
    for (size_t k = 0; k < r->n_correlations; k++) {
        const hec_correlation *c = &r->correlations[k];
        size_t a = p->name_of[c->a], b = p->name_of[c->b];
        if (p->component[a] != component) {
            continue;
        }
        size_t i = member_of[a], j = member_of[b];
        if (matrix[i * n + j] != 0) {
            hec_report(p->diagnostics, HEC_CHECK_CORRELATION, c->place,
                       "the correlation of `%s` and `%s` is given twice", p->names[a], p->names[b]);
            p->wrong = true;
            return false;
        }
        matrix[i * n + j] = matrix[j * n + i] = c->rho;
        *last = c;
    }
    return true;
}

static void report_indefinite(planner *p, hec_place place, const char *what, size_t n,
                              const char *const *names, double eigenvalue)
{
    if (isnan(eigenvalue)) {
        p->failed = true;
        return;
    }
    hec_text list = {0};
    for (size_t i = 0; i < n; i++) {
        hec_text_format(&list, "%s`%s`", i == 0 ? "" : ", ", names[i]);
    }
    hec_report(p->diagnostics, HEC_CHECK_CORRELATION, place,
               "%s of %s is not positive definite: its smallest eigenvalue is %.4g", what,
               list.data && !list.failed ? list.data : "these parameters", eigenvalue);
    hec_text_free(&list);
    p->wrong = true;
}

static bool belongs(const planner *p, size_t column, size_t component)
{
    return p->name_of[column] != NO_NAME && p->component[p->name_of[column]] == component;
}

static void add_tables(planner *p, hec_unit *unit, const size_t *member_of, size_t component)
{
    const hec_sample_request *r = p->request;
    for (size_t i = 0; !p->failed && i < r->n_columns; i++) {
        if (belongs(p, i, component)) {
            hec_target *target = &unit->targets[unit->n_targets++];
            target->member = member_of[p->name_of[i]];
            target->column = i;
            target->table = hec_quantile_table_create(p->arena, &r->columns[i].marginal);
            p->failed = p->failed || !target->table;
        }
    }
}

static void add_component(planner *p, size_t component, size_t *member_of, const char **names)
{
    size_t n = 0, n_targets = 0;
    for (size_t i = component; i < p->n_names; i++) {
        if (p->component[i] == component) {
            member_of[i] = n;
            names[n++] = p->names[i];
        }
    }
    for (size_t i = 0; i < p->request->n_columns; i++) {
        n_targets += belongs(p, i, component);
    }
    hec_unit *unit = add_unit(p, HEC_DRAW_MARGINAL, n, n_targets);
    if (!unit) {
        return;
    }
    for (size_t i = component; i < p->n_names; i++) {
        if (p->component[i] == component) {
            unit->members[member_of[i]] = (hec_stream){hec_stream_of_name(p->names[i]), i};
        }
    }
    if (n > 1) {
        const hec_correlation *last = NULL;
        double *matrix = array(p, n * n, sizeof *matrix), eigenvalue = NAN;
        if (!matrix || !fill_matrix(p, component, member_of, n, matrix, &last)) {
            return;
        }
        unit->factor = hec_cholesky(p->arena, n, matrix, &eigenvalue);
        if (!unit->factor) {
            report_indefinite(p, last->place, "the correlation matrix", n, names, eigenvalue);
            hec_report_help(p->diagnostics, "pairs that are not listed count as 0; state the "
                                            "missing ones, or weaken some");
            return;
        }
    }
    add_tables(p, unit, member_of, component);
}

static void add_marginals(planner *p)
{
    find_names(p);
    if (p->failed) {
        return;
    }
    join_components(p);
    size_t *member_of = array(p, p->n_names, sizeof *member_of);
    const char **names = array(p, p->n_names, sizeof *names);
    for (size_t i = 0; !p->failed && !p->wrong && i < p->n_names; i++) {
        if (p->component[i] == i) {
            add_component(p, i, member_of, names);
        }
    }
}

/* ---- groups --------------------------------------------------------------------------------- */

static void stream_members(planner *p, hec_unit *unit)
{
    for (size_t i = 0; i < unit->n_members; i++) {
        unit->members[i] =
            (hec_stream){hec_stream_of_name(unit->group->names[i]), p->plan->dimensions++};
    }
}

static void plan_dirichlet(planner *p, hec_unit *unit)
{
    double sum = 0;
    for (size_t i = 0; i < unit->n_members; i++) {
        sum += unit->group->mean[i];
    }
    if (!(sum > 0)) {
        hec_report(p->diagnostics, HEC_CHECK_DISTRIBUTION, unit->group->place,
                   "a Dirichlet distribution needs at least one positive count");
        p->wrong = true;
        return;
    }
    stream_members(p, unit);
    unit->logs = array(p, unit->n_members, sizeof *unit->logs);
    for (size_t i = 0; !p->failed && i < unit->n_members; i++) {
        if (unit->group->mean[i] > 0) {
            hec_distribution gamma = {.b = 1};
            hec_dist_argument shape[] = {{.values = {unit->group->mean[i]}, .n_values = 1},
                                         {.values = {1}, .n_values = 1}};
            p->wrong = p->wrong || !hec_distribution_create(p->diagnostics, "gamma",
                                                            unit->group->place, 2, shape, &gamma);
            unit->logs[i] = hec_quantile_table_create(p->arena, &gamma);
            p->failed = p->failed || !unit->logs[i];
        }
    }
}

static void plan_multinormal(planner *p, hec_unit *unit)
{
    double eigenvalue = NAN;
    stream_members(p, unit);
    unit->factor = hec_cholesky(p->arena, unit->n_members, unit->group->covariance, &eigenvalue);
    if (!unit->factor) {
        report_indefinite(p, unit->group->place, "the covariance matrix", unit->n_members,
                          unit->group->names, eigenvalue);
    }
}

static void plan_rows(planner *p, hec_unit *unit)
{
    const hec_draw_group *group = unit->group;
    if (unit->kind == HEC_DRAW_BOOTSTRAP) {
        /* one row for all columns; the stream differs from that of any parameter's name */
        uint64_t key = ~hec_stream_of_name(group->names[0]);
        unit->members[0] = (hec_stream){key, p->plan->dimensions++};
    } else {
        p->plan->bounded = true;
    }
    if (group->rows == 0 ||
        (unit->kind == HEC_DRAW_SAMPLES && (int64_t)group->rows < p->request->draws)) {
        hec_report(p->diagnostics, HEC_CHECK_SAMPLES, group->place,
                   "the file has %zu rows of draws, but %lld draws are asked for", group->rows,
                   (long long)p->request->draws);
        hec_report_help(p->diagnostics, "ask for fewer draws, or draw rows at random with "
                                        "`bootstrap`");
        p->wrong = true;
    }
}

static void add_group(planner *p, size_t index)
{
    const hec_sample_request *r = p->request;
    const hec_draw_group *group = &r->groups[index];
    size_t n_targets = 0;
    for (size_t i = 0; i < r->n_columns; i++) {
        n_targets += r->columns[i].kind != HEC_DRAW_MARGINAL && r->columns[i].group == (int)index;
    }
    bool rows = group->kind == HEC_DRAW_SAMPLES || group->kind == HEC_DRAW_BOOTSTRAP;
    hec_unit *unit =
        n_targets > 0 ? add_unit(p, group->kind, rows ? 1 : group->count, n_targets) : NULL;
    if (!unit) {
        return;
    }
    unit->group = group;
    for (size_t i = 0; i < r->n_columns; i++) {
        if (r->columns[i].kind != HEC_DRAW_MARGINAL && r->columns[i].group == (int)index) {
            unit->targets[unit->n_targets++] =
                (hec_target){.member = (size_t)r->columns[i].member, .column = i};
        }
    }
    if (rows) {
        plan_rows(p, unit);
    } else if (group->kind == HEC_DRAW_DIRICHLET) {
        plan_dirichlet(p, unit);
    } else {
        plan_multinormal(p, unit);
    }
}

/* ---- the plan ------------------------------------------------------------------------------- */

static void plan_design(planner *p)
{
    const hec_sample_request *r = p->request;
    const int64_t most = INT64_C(1) << HEC_SOBOL_BITS;
    p->plan->bounded = p->plan->bounded || r->design != HEC_DESIGN_RANDOM;
    if (r->antithetic && r->design != HEC_DESIGN_RANDOM) {
        hec_report(p->diagnostics, HEC_CHECK_BAD_VALUE, r->place,
                   "antithetic draws go with the design `random` only");
        p->wrong = true;
    }
    if (r->design != HEC_DESIGN_SOBOL) {
        return;
    }
    if (p->plan->dimensions > HEC_SOBOL_DIMENSIONS || r->draws > most) {
        hec_report(p->diagnostics, HEC_CHECK_BAD_VALUE, r->place,
                   "the design `sobol` reaches to %d dimensions and %lld draws; here are %zu and "
                   "%lld",
                   HEC_SOBOL_DIMENSIONS, (long long)most, p->plan->dimensions, (long long)r->draws);
        hec_report_help(p->diagnostics, "`latin-hypercube` has no such bounds");
        p->wrong = true;
        return;
    }
    p->plan->directions = hec_sobol_directions(p->arena, p->plan->dimensions, r->draws);
    p->failed = p->failed || !p->plan->directions;
}

hec_sample_plan *hec_sample_plan_create(hec_arena *arena, hec_diagnostics *diagnostics,
                                        const hec_sample_request *request)
{
    planner p = {.arena = arena, .diagnostics = diagnostics, .request = request};
    p.plan = hec_arena_alloc(arena, sizeof *p.plan);
    if (!p.plan) {
        hec_report_out_of_memory(diagnostics);
        return NULL;
    }
    p.plan->design = request->design;
    p.plan->antithetic = request->antithetic;
    p.plan->draws = request->draws;
    p.plan->n_columns = request->n_columns;
    add_marginals(&p);
    for (size_t i = 0; !p.failed && i < request->n_groups; i++) {
        add_group(&p, i);
    }
    if (!p.failed && !p.wrong) {
        plan_design(&p);
    }
    if (p.failed) {
        hec_report_out_of_memory(diagnostics);
    }
    return p.failed || p.wrong ? NULL : p.plan;
}

hec_sample_plan *hec_sample_plan_of_model(hec_arena *arena, hec_diagnostics *diagnostics,
                                          const hec_model *model)
{
    hec_sample_request request = {.n_columns = model->n_draws,
                                  .columns = model->draws,
                                  .n_groups = model->n_groups,
                                  .groups = model->groups,
                                  .n_correlations = model->n_correlations,
                                  .correlations = model->correlations,
                                  .draws = model->draw_count,
                                  .place = HEC_NOWHERE};
    if (model->design && !hec_design_find(model->design, &request.design)) {
        hec_report(diagnostics, HEC_CHECK_BAD_VALUE, request.place, "the design `%s` is not known",
                   model->design);
        return NULL;
    }
    return hec_sample_plan_create(arena, diagnostics, &request);
}
