/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A study in continuous time, written inside a test and run person by person. */
#include "times_study.h"

static void fail_with(hec_diagnostics *diagnostics, const char *what)
{
    char *words = hec_diagnostics_text(diagnostics, false);
    fprintf(stderr, "%s", words ? words : "");
    free(words);
    fail_msg("%s", what);
}

times_study times_open(const char *text)
{
    times_study s = {.arena = hec_arena_create(), .diagnostics = hec_diagnostics_create()};
    hec_node *tree = NULL;
    assert_non_null(s.arena);
    assert_non_null(s.diagnostics);
    if (!hec_tree_read_text(s.arena, s.diagnostics, "study.yaml", text, strlen(text), &tree)) {
        fail_with(s.diagnostics, "the text cannot be read");
    }
    s.model = hec_model_build(s.arena, s.diagnostics, tree);
    if (!s.model) {
        fail_with(s.diagnostics, "the model has mistakes");
    }
    assert_int_equal(s.model->engine, HEC_ENGINE_TIMES);
    s.persons = hec_persons_create(s.arena, s.diagnostics, s.model);
    assert_non_null(s.persons);
    s.draws = hec_arena_array(s.arena, s.model->n_draws + 1, sizeof *s.draws);
    assert_non_null(s.draws);
    for (size_t i = 0; i < s.model->n_draws; i++) {
        s.draws[i] = s.model->draws[i].base;
    }
    return s;
}

void times_close(times_study *s)
{
    hec_diagnostics_destroy(s->diagnostics);
    hec_arena_destroy(s->arena);
}

double *times_run(const times_study *s, const times_way *way, size_t strategy, int64_t first,
                  size_t n, hec_person_fault *fault)
{
    static const times_way plain = {0};
    const times_way *w = way ? way : &plain;
    size_t block = w->block ? w->block : 512, rows = 2 * s->model->n_outcomes;
    size_t stride = (block + 7) / 8 * 8;
    hec_person_fault own = {0};
    double *all = calloc(rows * n + 1, sizeof *all);
    double *totals = hec_aligned_doubles(rows * stride + 8);
    hec_persons_work *work = hec_persons_work_create(s->persons, block);
    bool good = true;
    assert_non_null(all);
    assert_non_null(totals);
    assert_non_null(work);
    for (size_t at = 0; good && at < n; at += block) {
        hec_person_block b = {.kernels = w->kernels ? w->kernels : hk_select(NULL),
                              .seed = s->model->seed,
                              .draw = w->draw - 1,
                              .draw_values = s->draws,
                              .first = first + (int64_t)at,
                              .n = n - at < block ? n - at : block,
                              .tally = w->tally};
        hec_persons_begin(s->persons, work, &b);
        good = hec_persons_strategy(s->persons, work, &b, strategy, totals, stride,
                                    fault ? fault : &own);
        for (size_t row = 0; good && row < rows; row++) {
            memcpy(all + row * n + at, totals + row * stride, b.n * sizeof *all);
        }
    }
    hec_persons_work_destroy(work);
    hec_aligned_free(totals);
    if (!good) {
        free(all);
        return NULL;
    }
    return all;
}

const double *times_column(const times_study *s, const double *totals, size_t n, bool discounted,
                           const char *outcome)
{
    for (size_t o = 0; o < s->model->n_outcomes; o++) {
        if (strcmp(s->model->outcomes[o].name, outcome) == 0) {
            return totals + ((discounted ? s->model->n_outcomes : 0) + o) * n;
        }
    }
    fail_msg("there is no outcome %s", outcome);
    return NULL;
}

double times_mean(size_t n, const double *x, double *error)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        double step = x[i] - mean;
        mean += step / (double)(i + 1);
        squares += step * (x[i] - mean);
    }
    *error = sqrt(squares / ((double)n - 1) / (double)n);
    return mean;
}

void times_expect_mean(size_t n, const double *x, double expected, double errors, const char *what)
{
    double error, mean = times_mean(n, x, &error);
    if (!(fabs(mean - expected) <= errors * error)) {
        fail_msg("%s: %.10g is not %.10g, %.2f standard errors away", what, mean, expected,
                 (mean - expected) / error);
    }
}

void times_expect_near(double got, double expected, double relative, const char *what)
{
    if (!(fabs(got - expected) <= relative * fmax(fabs(got), fabs(expected)))) {
        fail_msg("%s: %.17g is not %.17g", what, got, expected);
    }
}

double times_integral(double (*f)(double x, const void *context), const void *context, double a,
                      double b, int halves)
{
    double h = (b - a) / (2 * halves), sum = f(a, context) + f(b, context);
    for (int i = 1; i < 2 * halves; i++) {
        sum += (i % 2 ? 4 : 2) * f(a + i * h, context);
    }
    return sum * h / 3;
}
