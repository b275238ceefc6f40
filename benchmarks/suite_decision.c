/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decision curves: CEAC, CEAF and EVPI of four strategies. */
#include "analysis/cea.h"
#include "base/arena.h"
#include "bench.h"

#include <stdlib.h>

enum { STRATEGIES = 4, THRESHOLDS = 41 };

typedef struct sample {
    const bench *b;
    size_t n;
    double *data;
    const double *cost[STRATEGIES], *effect[STRATEGIES];
    double wtp[THRESHOLDS];
} sample;

static void our_curves(void *state, double *out)
{
    const sample *s = state;
    hec_psa_sample draws = {s->n, STRATEGIES, s->cost, s->effect};
    int64_t optimal[THRESHOLDS];
    hec_decision curves = {.ceac = out, .evpi = out + STRATEGIES * THRESHOLDS, .optimal = optimal};
    if (hec_decision_curves(&draws, THRESHOLDS, s->wtp, 1, &curves) != HEC_OK) {
        abort();
    }
}

static void limit_curves(void *state, double *out)
{
    const sample *s = state;
    s->b->limits->decision(s->n, s->cost, s->effect, THRESHOLDS, s->wtp, out,
                           out + STRATEGIES * THRESHOLDS);
}

void bench_decisions(bench *b)
{
    const char name[] = "decision/CEAC, CEAF, EVPI";
    if (!bench_wanted(b, name)) {
        return;
    }
    sample s = {.b = b, .n = (size_t)b->options.draws};
    s.data = bench_doubles(2 * STRATEGIES * s.n);
    for (size_t i = 0; i < STRATEGIES; i++) {
        double *cost = s.data + 2 * i * s.n, *effect = cost + s.n, k = (double)i;
        bench_numbers(s.n, 90 + 2 * i, 1e5 + 2e4 * k, 1.6e5 + 2e4 * k, cost);
        bench_numbers(s.n, 91 + 2 * i, 20 + 0.2 * k, 22 + 0.2 * k, effect);
        s.cost[i] = cost;
        s.effect[i] = effect;
    }
    for (size_t k = 0; k < THRESHOLDS; k++) {
        s.wtp[k] = 5000 * (double)k;
    }
    bench_compare(
        b, &(bench_comparison){.name = name,
                               .unit = "row-strategy-threshold",
                               .state = &s,
                               .units = (double)s.n * STRATEGIES * THRESHOLDS,
                               .n_out = (size_t)THRESHOLDS * (STRATEGIES + 1),
                               .tolerance = 1e-10,
                               .scale = 1,
                               .contenders = {{"hecate", our_curves, false},
                                              {"four strategies in C", limit_curves, false}}});
    hec_aligned_free(s.data);
}
