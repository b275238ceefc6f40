/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time in state: cells of the engine beside tunnel states written out by hand. */
#include <stdlib.h>

#include "bench_model.h"

enum { CYCLES = 40, ROOM = 64 * 1024 };

static const char head[] = "hecate: 1\nmodel: timed\ntime: {cycle: 1 year, cycles: 40}\n"
                           "parameters:\n"
                           "  p_ill: {value: 0.05, dist: beta(alpha: 50, beta: 950)}\n"
                           "  shape: {value: 1.7, dist: lognormal(meanlog: 0.53, sdlog: 0.05)}\n"
                           "  c_ill: {value: 900, dist: gamma(shape: 100, scale: 9)}\n"
                           "chains:\n  life:\n    start: A\n    states:\n"
                           "      D: {dead: true}\n";
static const char tail[] =
    "economics: {perspective: all, currency: CNY, discount: 3%, discounting: discrete,\n"
    "  within_cycle: half-cycle, effect: qaly, wtp: [50000]}\n";

/* Probability of dying within the cycle after that many years of illness. */
#define DEATH "event_prob(weibull(shape: shape, scale: 20 years), %s, cycle_length)"

static void write_cells(char *text)
{
    sprintf(text,
            "%s      A: {utility: 1, to: {S: p_ill}}\n"
            "      S: {utility: 0.7, cost: c_ill, to: {D: (" DEATH ")}}\n%s",
            head, "time_in_state", tail);
}

static void write_tunnels(char *text)
{
    char *at = text + sprintf(text, "%s      A: {utility: 1, to: {S0: p_ill}}\n", head);
    for (int d = 0; d < CYCLES; d++) {
        char years[16];
        snprintf(years, sizeof years, "%d years", d);
        at += sprintf(at, "      S%d: {utility: 0.7, cost: c_ill, to: {D: (" DEATH ")", d, years);
        at += d + 1 < CYCLES ? sprintf(at, ", S%d: rest}}\n", d + 1) : sprintf(at, "}}\n");
    }
    sprintf(at, "%s", tail);
}

typedef struct pair {
    bench_model cells, tunnels;
} pair;

static void run_cells(void *state, double *out)
{
    bench_model_simulate(&((pair *)state)->cells, out);
}

static void run_tunnels(void *state, double *out)
{
    bench_model_simulate(&((pair *)state)->tunnels, out);
}

void bench_time_in_state(bench *b)
{
    const char name[] = "time in state/40 years";
    if (!bench_wanted(b, name)) {
        return;
    }
    char *text = malloc(ROOM);
    if (!text) {
        exit(1);
    }
    int64_t draws = b->options.quick ? 100 : 2048;
    pair p;
    write_cells(text);
    p.cells = bench_model_of_text(b, text, draws);
    write_tunnels(text);
    p.tunnels = bench_model_of_text(b, text, draws);
    free(text);
    bench_compare(b, &(bench_comparison){.name = name,
                                         .unit = "draw-cycle-cell",
                                         .state = &p,
                                         .units = (double)draws * CYCLES * (CYCLES + 2),
                                         .n_out = 2 * (size_t)draws,
                                         .tolerance = 1e-12,
                                         .contenders = {{"time_in_state", run_cells, false},
                                                        {"40 tunnel states", run_tunnels, false}}});
    bench_model_close(&p.cells);
    bench_model_close(&p.tunnels);
}
