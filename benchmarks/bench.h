/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Harness: answers are compared before anything is timed; contenders are timed in turn. */
#ifndef HECATE_BENCHMARKS_BENCH_H
#define HECATE_BENCHMARKS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "hk.h"
#include "limit.h"

enum { BENCH_CONTENDERS = 4 };

typedef struct bench_options {
    const char *only; /* benchmarks whose name begins so; NULL: all */
    const char *isa;  /* NULL: the best here */
    const char *json; /* file for JSON lines; NULL: none */
    const char *cpu;  /* what to call the processor; NULL: as the system does */
    int threads;      /* the most that scaling is tried with */
    int repetitions;
    int64_t draws;
    bool quick; /* tiny sizes, answers only */
} bench_options;

typedef struct bench {
    bench_options options;
    const hk_table *kernels;
    const limit_table *limits;
    FILE *json;
    int compared, wrong;
} bench;

/* Does all units of work once and leaves its answer in out. */
typedef void bench_run(void *state, double *out);

typedef struct bench_contender {
    const char *name;
    bench_run *run;
    bool other; /* answers another question of the same size: its answer is not compared */
} bench_contender;

/* One benchmark: what it is called, what one unit is, how many of them a call does; the first
 * contender is ours. Every answer must agree with ours within the tolerance, relative to the
 * greater of the two, or to `scale` where both are smaller. */
typedef struct bench_comparison {
    const char *name, *unit;
    double units;
    void *state;
    size_t n_out;
    double tolerance, scale;
    bool waits;                                   /* for a disk */
    bench_contender contenders[BENCH_CONTENDERS]; /* up to the first without a name */
} bench_comparison;

/* False when the benchmark was not asked for: saves setting it up. A folder such as "kernel/" asks
 * for whatever begins with it. */
bool bench_wanted(const bench *b, const char *name);
void bench_compare(bench *b, const bench_comparison *comparison);
/* A figure that is not a time: shares, bytes. */
void bench_figure(bench *b, const char *name, const char *unit, const char *words, int threads,
                  double value);
/* Says what went wrong and counts it; the program then fails. */
void bench_wrong(bench *b, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

double bench_now(void);                   /* seconds of the day's clock */
double bench_median(size_t n, double *x); /* sorts x */

/* n numbers between low and high, the same in every run. */
void bench_numbers(size_t n, uint64_t stream, double low, double high, double *out);
double *bench_doubles(size_t n); /* aligned, zeroed; ends the program when out of memory */

/* bench_report.c */
void bench_report_head(const bench *b);
/* ns[k * repetitions + r] of a unit: contender k, repetition r. */
void bench_report_times(bench *b, const bench_comparison *comparison, int count, double *ns,
                        double difference);
void bench_report_right(const bench *b, const bench_comparison *comparison, double difference);

/* The suites, in the order they are run. */
void bench_memory(bench *b);
void bench_vector_math(bench *b);
void bench_random(bench *b);
void bench_expressions(bench *b);
void bench_chains(bench *b);
void bench_dense_chains(bench *b);
void bench_time_in_state(bench *b);
void bench_sick_sicker(bench *b);
void bench_decisions(bench *b);
void bench_persons(bench *b);
void bench_times(bench *b);
void bench_payments(bench *b);
void bench_threads(bench *b);
void bench_blocks(bench *b);

/* The other side of bench_memory: a run of that many draws, or of persons where there are any, then
 * prints two numbers. */
int bench_memory_child(int64_t draws, int64_t persons);

#endif
