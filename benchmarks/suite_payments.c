/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payments beside the lives they are for: what they add to a model that costs little and to one
 * that costs much, and beside the same payments written by hand. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "bench_crowd.h"
#include "philox.h"
#include "sim/persons_inner.h"

#define MODELS HECATE_SOURCE_DIR "/benchmarks/models/"

enum { CYCLES = 30, FLOWS = 9 };

/* A model with its payments, and without. */
typedef struct pair {
    bench_crowd paid, used;
    double weight[CYCLES];
} pair;

static pair open_pair(const bench *b, const char *paid, const char *used, int64_t persons)
{
    pair p = {.paid = bench_crowd_open(b, paid, persons),
              .used = bench_crowd_open(b, used, persons)};
    double weight = 1;
    for (int t = 0; t < CYCLES; t++, weight /= 1.03) {
        p.weight[t] = weight;
    }
    return p;
}

static void close_pair(pair *p)
{
    bench_crowd_close(&p->paid);
    bench_crowd_close(&p->used);
}

/* ---- the answer: what patients and the fund pay, person by person, then the ledger -------------
 */

static size_t answers(const pair *p)
{
    return 2 * p->paid.persons + CYCLES * (FLOWS + 2 * LIMIT_PANELS);
}

/* The strategy's posting of a mechanism and service. */
static size_t posting_of(const bench_crowd *c, const char *mechanism, const char *service)
{
    const hec_pay *pay = &c->model->strategies[0].pay;
    for (size_t i = 0; i < pay->n_postings; i++) {
        const hec_posting *p = &pay->postings[i];
        size_t first = c->model->n_costs + c->model->n_effects;
        const char *name =
            p->service < 0 ? "" : c->model->outcomes[first + (size_t)p->service].name;
        if (strcmp(p->mechanism, mechanism) == 0 && strcmp(name, service) == 0) {
            return i;
        }
    }
    bench_crowd_give_up(c, mechanism);
    return 0;
}

static double *put_ledger(const bench_crowd *c, double *out)
{
    static const char *const flows[FLOWS][2] = {
        {"own", "test"},         {"basic", "test"}, {"cash", "test"},
        {"own", "stay"},         {"basic", "stay"}, {"cash", "stay"},
        {"not covered", "stay"}, {"lessons", ""},   {"bonus", ""}};
    for (size_t year = 0; year < CYCLES; year++) {
        for (size_t k = 0; k < FLOWS; k++) {
            size_t posting = posting_of(c, flows[k][0], flows[k][1]);
            *out++ = (double)*hec_ledger_amount(&c->ledger, 0, year, posting);
        }
    }
    for (size_t at = 0; at < CYCLES * LIMIT_PANELS; at++) {
        for (size_t k = 0; k < 2; k++) { /* person-years, and who is well */
            *out++ = hec_exact_value(
                hec_ledger_sum(&c->ledger, 0, k, at / LIMIT_PANELS, at % LIMIT_PANELS));
        }
    }
    return out;
}

static void simulate(bench_crowd *c)
{
    for (size_t first = 0; first < c->persons; first += c->block) {
        bench_crowd_block(c, first, NULL);
    }
}

static void with_payments(void *state, double *out)
{
    bench_crowd *c = &((pair *)state)->paid;
    int patient = bench_crowd_outcome(c, "patient"), fund = bench_crowd_outcome(c, "fund");
    hec_ledger_clear(&c->ledger);
    for (size_t first = 0; first < c->persons; first += c->block) {
        size_t n = bench_crowd_block(c, first, NULL);
        memcpy(out + first, bench_crowd_total(c, 1, patient), n * sizeof *out);
        memcpy(out + c->persons + first, bench_crowd_total(c, 1, fund), n * sizeof *out);
    }
}

static void compared_payments(void *state, double *out)
{
    bench_crowd *c = &((pair *)state)->paid;
    with_payments(state, out);
    (void)put_ledger(c, out + 2 * c->persons);
}

static void without(void *state, double *out)
{
    simulate(&((pair *)state)->used);
    out[0] = 0;
}

static void by_hand(void *state, double *out)
{
    const pair *p = state;
    const bench_crowd *c = &p->paid;
    const size_t n = c->persons;
    static double ledger[CYCLES * LIMIT_FLOWS];
    uint64_t key =
        hk_philox_key(c->model->seed, hec_person_stream(hec_stream_of_name("move/health"), -1));
    double *lives = bench_doubles(2 * n), *flows = out + 2 * n, *panels = flows + CYCLES * FLOWS;
    memset(ledger, 0, sizeof ledger);
    memset(panels, 0, CYCLES * 2 * LIMIT_PANELS * sizeof *panels);
    c->b->limits->persons_paid(n, key, 0, CYCLES, p->weight, lives, lives + n, out, out + n, ledger,
                               panels);
    for (size_t i = 0; i < CYCLES * FLOWS; i++) {
        flows[i] = ledger[i / FLOWS * LIMIT_FLOWS + i % FLOWS];
    }
    hec_aligned_free(lives);
}

/* ---- how much more than the lives --------------------------------------------------------------
 */

static double clock_of(bench_crowd *c)
{
    double start = bench_now();
    simulate(c);
    return bench_now() - start;
}

/* The time that payments add, over that of the lives alone. */
static void bench_share(bench *b, const char *name, pair *p)
{
    enum { MOST = 64 };
    int rounds = b->options.repetitions < MOST ? b->options.repetitions : MOST;
    double share[MOST];
    for (int r = 0; r < rounds; r++) {
        double lives = clock_of(&p->used);
        share[r] = clock_of(&p->paid) / lives - 1;
    }
    bench_figure(b, name, "payment pass / clinical pass", "", 1,
                 bench_median((size_t)rounds, share));
}

static void bench_cheap_lives(bench *b)
{
    const char name[] = "payments/sick-sicker";
    if (!bench_wanted(b, name)) {
        return;
    }
    pair p = open_pair(b, MODELS "sick_sicker_paid.yaml", MODELS "sick_sicker_used.yaml",
                       b->options.quick ? 2048 : 65536);
    bench_compare(
        b, &(bench_comparison){.name = name,
                               .unit = "person-cycle",
                               .units = (double)p.paid.persons * CYCLES,
                               .state = &p,
                               .n_out = answers(&p),
                               .tolerance = 1e-12,
                               .contenders = {{"hecate", compared_payments, false},
                                              {"these payments in C, columns", by_hand, false},
                                              {"hecate, nobody pays", without, true}}});
    if (!b->options.quick) {
        bench_share(b, name, &p);
    }
    close_pair(&p);
}

static void bench_dear_lives(bench *b)
{
    const char name[] = "payments/diabetes";
    if (!bench_wanted(b, name)) {
        return;
    }
    pair p = open_pair(b, MODELS "diabetes_paid.yaml", MODELS "diabetes_used.yaml",
                       b->options.quick ? 512 : 16384);
    double years = 0;
    for (size_t first = 0; first < p.used.persons; first += p.used.block) {
        bench_crowd_block(&p.used, first, &years);
    }
    bench_compare(b, &(bench_comparison){.name = name,
                                         .unit = "year lived",
                                         .units = years,
                                         .state = &p,
                                         .n_out = 2 * p.paid.persons,
                                         .contenders = {{"hecate", with_payments, false},
                                                        {"hecate, nobody pays", without, true}}});
    if (!b->options.quick) {
        bench_share(b, name, &p);
    }
    close_pair(&p);
}

void bench_payments(bench *b)
{
    bench_cheap_lives(b);
    bench_dear_lives(b);
}
