/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models built and run inside tests, without the layers above the engines. */
#include "persons_fixture.h"

static void fail_with(const fixture *f, const char *what)
{
    char *words = hec_diagnostics_text(f->diagnostics, false);
    fprintf(stderr, "%s", words ? words : "");
    free(words);
    fail_msg("%s", what);
}

static fixture begin(void)
{
    fixture f = {.arena = hec_arena_create(), .diagnostics = hec_diagnostics_create()};
    assert_non_null(f.arena);
    assert_non_null(f.diagnostics);
    return f;
}

static void build(fixture *f)
{
    f->model = hec_model_build_for(f->arena, f->diagnostics, f->tree, HEC_ENGINE_PERSONS);
    if (!f->model) {
        fail_with(f, "the model does not build");
    }
    f->persons = hec_persons_create(f->arena, f->diagnostics, f->model);
}

fixture fixture_open(const char *text)
{
    fixture f = begin();
    if (!hec_tree_read_text(f.arena, f.diagnostics, "test", text, strlen(text), &f.tree)) {
        fail_with(&f, "the text does not read");
    }
    build(&f);
    return f;
}

fixture fixture_open_file(const char *name, size_t n_set, const char *const *set)
{
    fixture f = begin();
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", HECATE_SOURCE_DIR, name);
    if (!hec_tree_read_layers(f.arena, f.diagnostics, path, &f.tree)) {
        fail_with(&f, "the file does not read");
    }
    for (size_t i = 0; i < n_set; i++) {
        const char *equals = strchr(set[i], '=');
        hec_node *value = NULL;
        char key[256];
        snprintf(key, sizeof key, "%.*s", (int)(equals - set[i]), set[i]);
        if (!hec_tree_read_text(f.arena, f.diagnostics, "set", equals + 1, strlen(equals + 1),
                                &value) ||
            !hec_tree_set(f.arena, f.diagnostics, f.tree, key, value->place, value)) {
            fail_with(&f, "the setting cannot be made");
        }
    }
    build(&f);
    return f;
}

void fixture_close(fixture *f)
{
    hec_diagnostics_destroy(f->diagnostics);
    hec_arena_destroy(f->arena);
}

/* ---- persons --------------------------------------------------------------------------------- */

static double *base_values(const hec_model *model)
{
    double *values = calloc(model->n_draws + 1, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < model->n_draws; i++) {
        values[i] = model->draws[i].base;
    }
    return values;
}

bool fixture_run_strategy(const fixture *f, const runs *options, size_t strategy, double *totals,
                          hec_person_fault *fault)
{
    size_t lanes = options->lanes ? options->lanes : 256;
    size_t room = options->room ? options->room : lanes;
    hec_persons_work *work = hec_persons_work_create(f->persons, room);
    double *base = base_values(f->model);
    bool good = true;
    assert_non_null(work);
    for (int64_t done = 0; good && done < options->count; done += (int64_t)lanes) {
        int64_t left = options->count - done;
        hec_person_block block = {.kernels = options->kernels ? options->kernels : hk_select(NULL),
                                  .seed = FIXTURE_SEED,
                                  .draw = options->draw,
                                  .draw_values = options->draw_values ? options->draw_values : base,
                                  .first = options->first + done,
                                  .n = left < (int64_t)lanes ? (size_t)left : lanes,
                                  .tally = options->tally,
                                  .told = options->told,
                                  .context = options->context};
        hec_persons_begin(f->persons, work, &block);
        good = hec_persons_strategy(f->persons, work, &block, strategy, totals + done,
                                    (size_t)options->count, fault);
    }
    hec_persons_work_destroy(work);
    free(base);
    return good;
}

double *fixture_run(const fixture *f, const runs *options)
{
    size_t each = 2 * f->model->n_outcomes * (size_t)options->count;
    double *totals = malloc(each * f->model->n_strategies * sizeof *totals);
    assert_non_null(totals);
    for (size_t s = 0; s < f->model->n_strategies; s++) {
        hec_person_fault fault = {0};
        if (!fixture_run_strategy(f, options, s, totals + s * each, &fault)) {
            fail_msg("strategy %zu: fault %d of item %zu, person %lld, cycle %lld", s,
                     (int)fault.kind, fault.item, (long long)fault.person, (long long)fault.cycle);
        }
    }
    return totals;
}

/* ---- the cohort ------------------------------------------------------------------------------ */

double *fixture_cohort(const fixture *f)
{
    hec_model *model = hec_model_build_for(f->arena, f->diagnostics, f->tree, HEC_ENGINE_COHORT);
    if (!model) {
        fail_with(f, "the model does not build for a cohort");
    }
    hec_cohort *cohort = hec_cohort_create(f->arena, model);
    hec_cohort_work *work = cohort ? hec_cohort_work_create(cohort, 8) : NULL;
    assert_non_null(work);
    double *base = base_values(model),
           *totals = malloc((2 * model->n_strategies * model->n_outcomes) * sizeof *totals);
    double *out = hec_aligned_doubles(2 * model->n_outcomes * 8);
    const double **columns = calloc(model->n_draws + 1, sizeof *columns);
    for (size_t i = 0; i < model->n_draws; i++) {
        columns[i] = &base[i];
    }
    hec_cohort_block block = {.kernels = hk_select(NULL), .lanes = 1, .draw_columns = columns};
    hec_cohort_begin(cohort, work, &block);
    for (size_t s = 0; s < model->n_strategies; s++) {
        hec_cohort_fault fault = {0};
        assert_true(hec_cohort_strategy(cohort, work, &block, s, out, 8, &fault));
        for (size_t i = 0; i < 2 * model->n_outcomes; i++) {
            totals[s * 2 * model->n_outcomes + i] = out[i * 8];
        }
    }
    hec_cohort_work_destroy(work);
    hec_aligned_free(out);
    free(columns);
    free(base);
    return totals;
}

double mean_of(const double *x, int64_t n, double *error)
{
    long double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; i++) {
        sum += x[i];
    }
    long double mean = sum / (long double)n;
    for (int64_t i = 0; i < n; i++) {
        squares += (x[i] - mean) * (x[i] - mean);
    }
    *error = (double)sqrtl(squares / (long double)(n - 1) / (long double)n);
    return (double)mean;
}

size_t outcome_of(const fixture *f, const char *name)
{
    for (size_t i = 0; i < f->model->n_outcomes; i++) {
        if (strcmp(f->model->outcomes[i].name, name) == 0) {
            return i;
        }
    }
    fail_msg("there is no outcome %s", name);
    return 0;
}
