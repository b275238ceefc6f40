/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small study of persons for the tests of their runs, and its persons run by hand. */
#ifndef HECATE_TESTS_PEOPLE_H
#define HECATE_TESTS_PEOPLE_H

#include "batch/study_inner.h"
#include "study_text.h"

/* Two chains, events, evolving attributes, services, drawn parameters; %s: the engine and what is
 * to be overridden. */
#define PEOPLE                                                                                     \
    "hecate: 1\n"                                                                                  \
    "model: people\n"                                                                              \
    "time: {cycle: 6 months, cycles: 24}\n"                                                        \
    "population:\n"                                                                                \
    "  age: {dist: truncated_normal(mean: 60, sd: 8, min: 40, max: 80)}\n"                         \
    "  sex: {shares: {male: 0.55, female: 0.45}}\n"                                                \
    "  risk: {dist: gamma(mean: 1, sd: 0.5)}\n"                                                    \
    "parameters:\n"                                                                                \
    "  p_ill: {value: 0.1, dist: beta(mean: 0.1, sd: 0.02)}\n"                                     \
    "  hr: {value: 1, dist: fixed(1)}\n"                                                           \
    "  c_ill: {value: 900, dist: gamma(mean: 900, sd: 200)}\n"                                     \
    "attributes:\n"                                                                                \
    "  sugar: {start: 6 + risk, update: sugar + 0.1 * random('sugar')}\n"                          \
    "chains:\n"                                                                                    \
    "  heart:\n"                                                                                   \
    "    start: {well: 0.9, ill: rest}\n"                                                          \
    "    states:\n"                                                                                \
    "      well: {utility: 0.9, cost: {care: 100}, to: {ill: min(p_ill * hr * risk, 0.9)}}\n"      \
    "      ill: {utility: 0.7, cost: {care: c_ill}, use: {visit: 4}, to: {well: 0.1, dead: 0.05}}\n" \
    "      dead: {dead: true}\n"                                                                   \
    "  eye:\n"                                                                                     \
    "    start: sees\n"                                                                            \
    "    states:\n"                                                                                \
    "      sees: {utility: 1, rate: {blind: 0.01 * sugar}}\n"                                                  \
    "      blind: {cost: {eyes: 300}, utility: 0.8, absorbing: true}\n"                            \
    "services: {visit: {price: {care: 35}}}\n"                                                     \
    "events:\n"                                                                                    \
    "  fall: {rate: 0.02 * (1 + in(eye, blind))}\n"                                                \
    "  accident: {prob: 0.002, fatal: true, label: An accident}\n"                                 \
    "utilities: multiplicative\n"                                                                  \
    "on: [{event: fall, cost: {care: 500}, qaly: -0.02}, {from: start, cost: {care: 50}}]\n"       \
    "strategies:\n"                                                                                \
    "  usual: {}\n"                                                                                \
    "  drug: {label: A drug, set: {hr: 0.6}, cost: {drug: 400}}\n"                                 \
    "  eyes: {set: {attributes.sugar.update: sugar}, cost: {eyes: 20}}\n"                          \
    "perspectives: {all: all, fund: [care, drug]}\n"                                               \
    "economics: {perspective: all, currency: CNY, discount: {cost: 5%, effect: 3%},\n"             \
    "            discounting: discrete, within_cycle: half-cycle, one_off: {at: end},\n"           \
    "            effect: qaly, wtp: [0, 20000, 40000], thresholds: [30000]}\n"

enum { PEOPLE_STRATEGIES = 3, PEOPLE_LANES = 16 };

/* Totals of one person, the engine asked directly: [strategies][2][outcomes]. */
typedef struct people {
    const hec_study *study;
    const hec_model *model;
    hec_persons_work *work;
    double *lanes;
    double *totals;
} people;

static inline people people_open(const hec_study *study)
{
    const hec_model *m = study->model;
    people p = {.study = study, .model = m};
    p.work = hec_persons_work_create(study->persons, PEOPLE_LANES);
    p.lanes = hec_aligned_doubles(2 * m->n_outcomes * PEOPLE_LANES);
    p.totals = calloc(2 * m->n_outcomes * m->n_strategies, sizeof *p.totals);
    assert_true(p.work && p.lanes && p.totals);
    return p;
}

static inline void people_close(people *p)
{
    hec_persons_work_destroy(p->work);
    hec_aligned_free(p->lanes);
    free(p->totals);
}

static inline void people_run(people *p, int64_t draw, const double *values, int64_t person)
{
    const hec_model *m = p->model;
    hec_person_fault fault = {0};
    hec_person_block block = {.kernels = hk_select(NULL),
                              .seed = m->seed,
                              .draw = draw,
                              .draw_values = values,
                              .first = person,
                              .n = 1};
    hec_persons_begin(p->study->persons, p->work, &block);
    for (size_t s = 0; s < m->n_strategies; s++) {
        assert_true(hec_persons_strategy(p->study->persons, p->work, &block, s, p->lanes,
                                         PEOPLE_LANES, &fault));
        for (size_t i = 0; i < 2 * m->n_outcomes; i++) {
            p->totals[2 * s * m->n_outcomes + i] = p->lanes[i * PEOPLE_LANES];
        }
    }
}

/* Discounted cost of a perspective, discounted effect of the analysis. */
static inline double people_cost(const people *p, size_t strategy, size_t perspective)
{
    const double *discounted = p->totals + (2 * strategy + 1) * p->model->n_outcomes;
    double sum = 0;
    for (size_t c = 0; c < p->model->n_costs; c++) {
        sum += p->model->perspectives[perspective].counts[c] ? discounted[c] : 0;
    }
    return sum;
}

static inline double people_effect(const people *p, size_t strategy)
{
    return p->totals[(2 * strategy + 1) * p->model->n_outcomes + (size_t)p->model->effect];
}

/* Mean and variance in long double, value by value. */
typedef struct long_moments {
    long double n, mean, squares;
} long_moments;

static inline void long_add(long_moments *m, long double value)
{
    long double apart = value - m->mean;
    m->n += 1;
    m->mean += apart / m->n;
    m->squares += apart * (value - m->mean);
}

static inline long double long_variance(const long_moments *m)
{
    return m->squares / (m->n - 1);
}

static inline void assert_close_to(double value, long double expected, double relative)
{
    if (!(fabsl(value - expected) <= relative * fmaxl(fabsl(expected), 1e-6L))) {
        fail_msg("%.17g is not %.17Lg", value, expected);
    }
}

static inline size_t result_size(const hec_result *result, const char *path)
{
    size_t shape[6], size = 1;
    int rank = 0;
    assert_non_null(hec_result_doubles(result, path, &rank, shape));
    for (int i = 0; i < rank; i++) {
        size *= shape[i];
    }
    return size;
}

/* Every array of doubles that stands in both, but for psa/... of other draws: the same bits. */
static inline void assert_same_doubles(const hec_result *a, const hec_result *b,
                                       const char *const *paths, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t shape[6];
        const double *x = result_array(a, paths[i], shape), *y = result_array(b, paths[i], shape);
        assert_int_equal(result_size(a, paths[i]), result_size(b, paths[i]));
        if (memcmp(x, y, result_size(a, paths[i]) * sizeof *x) != 0) {
            fail_msg("%s: other bits", paths[i]);
        }
    }
}

#endif
