/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A study of persons made ready for benchmarks. */
#include "bench_crowd.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

void bench_crowd_give_up(const bench_crowd *c, const char *what)
{
    char *words = hec_diagnostics_text(c->diagnostics, false);
    fprintf(stderr, "%s: %s\n", what, words ? words : "");
    free(words);
    exit(1);
}

bench_crowd bench_crowd_open(const bench *b, const char *path, int64_t persons)
{
    bench_crowd c = {.b = b, .diagnostics = hec_diagnostics_create(), .persons = (size_t)persons};
    hec_study_options options = {
        .draws = 0, .has_seed = true, .seed = 20190101, .persons = persons};
    if (hec_study_read(path, &options, c.diagnostics, &c.study) != HEC_OK) {
        bench_crowd_give_up(&c, path);
    }
    c.model = c.study->model;
    c.block = hec_study_block(c.study, NULL);
    c.base = bench_doubles(c.model->n_draws);
    for (size_t i = 0; i < c.model->n_draws; i++) {
        c.base[i] = c.model->draws[i].base;
    }
    c.totals = bench_doubles(2 * c.model->n_outcomes * c.block);
    c.work = hec_persons_work_create(c.study->persons, c.block);
    bool paid = !c.study->ledger || hec_ledger_create(c.study->ledger, &c.ledger);
    if (!c.work || !paid) {
        bench_crowd_give_up(&c, "out of memory");
    }
    return c;
}

void bench_crowd_close(bench_crowd *c)
{
    hec_persons_work_destroy(c->work);
    hec_aligned_free(c->base);
    hec_aligned_free(c->totals);
    hec_ledger_destroy(&c->ledger);
    hec_study_destroy(c->study);
    hec_diagnostics_destroy(c->diagnostics);
}

int bench_crowd_outcome(const bench_crowd *c, const char *name)
{
    for (size_t i = 0; i < c->model->n_outcomes; i++) {
        if (strcmp(c->model->outcomes[i].name, name) == 0) {
            return (int)i;
        }
    }
    bench_crowd_give_up(c, name);
    return -1;
}

size_t bench_crowd_block(bench_crowd *c, size_t first, double *years)
{
    size_t n = c->persons - first < c->block ? c->persons - first : c->block;
    hec_person_block block = {.kernels = c->b->kernels,
                              .seed = c->model->seed,
                              .draw = -1,
                              .draw_values = c->base,
                              .first = (int64_t)first,
                              .n = n,
                              .observe = c->ledger.plan ? hec_ledger_observe : NULL,
                              .observer = &c->ledger};
    hec_person_fault fault = {0};
    hec_persons_begin(c->study->persons, c->work, &block);
    for (size_t s = 0; s < c->model->n_strategies; s++) {
        if (!hec_persons_strategy(c->study->persons, c->work, &block, s, c->totals, c->block,
                                  &fault)) {
            bench_crowd_give_up(c, "simulating");
        }
        if (years) {
            *years += c->b->kernels->sum(
                n, bench_crowd_total(c, 0, bench_crowd_outcome(c, "life_years")));
        }
    }
    return n;
}
