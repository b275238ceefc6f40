/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparing contenders: first their answers, then, in turn, their times. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "bench.h"

static const double SAMPLE_SECONDS = 0.01; /* that long at least is one timing */

static double now_by(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double bench_now(void)
{
    return now_by(CLOCK_MONOTONIC);
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double bench_median(size_t n, double *x)
{
    qsort(x, n, sizeof *x, by_value);
    return n % 2 ? x[n / 2] : 0.5 * (x[n / 2 - 1] + x[n / 2]);
}

double *bench_doubles(size_t n)
{
    double *x = hec_aligned_doubles(n + 8);
    if (!x) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return x;
}

void bench_numbers(size_t n, uint64_t stream, double low, double high, double *out)
{
    hk_select(NULL)->uniforms(n, 20260101, stream, 0, 0, out);
    for (size_t i = 0; i < n; i++) {
        out[i] = low + (high - low) * out[i];
    }
}

bool bench_wanted(const bench *b, const char *name)
{
    const char *only = b->options.only;
    size_t length = strlen(name);
    if (!only) {
        return true;
    }
    return strncmp(name, only, strlen(only)) == 0 ||
           (name[length - 1] == '/' && strncmp(name, only, length) == 0);
}

void bench_wrong(bench *b, const char *name, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "%s: ", name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\n");
    b->wrong++;
}

/* The greatest relative difference; infinite where one is a number and the other is not. */
static double difference_of(const bench_comparison *c, const double *a, const double *b)
{
    double worst = 0;
    for (size_t i = 0; i < c->n_out; i++) {
        double size = fmax(fmax(fabs(a[i]), fabs(b[i])), c->scale);
        double difference = size > 0 ? fabs(a[i] - b[i]) / size : 0;
        worst =
            isnan(difference) && !(isnan(a[i]) && isnan(b[i])) ? INFINITY : fmax(worst, difference);
    }
    return worst;
}

/* False when one gives another answer than ours. */
static bool compare_answers(bench *b, const bench_comparison *c, int count, double **out,
                            double *worst)
{
    bool right = true;
    for (int k = 0; k < count; k++) {
        memset(out[k], 0xff, c->n_out * sizeof(double)); /* not numbers */
        c->contenders[k].run(c->state, out[k]);
    }
    for (size_t i = 0; i < c->n_out; i++) {
        right = right && !isnan(out[0][i]);
    }
    if (!right) {
        bench_wrong(b, c->name, "an answer is not a number");
    }
    for (int k = 1; k < count; k++) {
        double difference = c->contenders[k].other ? 0 : difference_of(c, out[0], out[k]);
        *worst = fmax(*worst, difference);
        if (difference > c->tolerance) {
            bench_wrong(b, c->name, "%s gives another answer: off by %.3g, allowed are %.3g",
                        c->contenders[k].name, difference, c->tolerance);
            right = false;
        }
    }
    return right;
}

/* Processor time, which others on the machine disturb least; of what waits for a disk the time of
 * day. */
static double seconds(const bench_comparison *c, int k, int calls, double *out)
{
    clockid_t clock = c->waits ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID;
    double start = now_by(clock);
    for (int i = 0; i < calls; i++) {
        c->contenders[k].run(c->state, out);
    }
    return now_by(clock) - start;
}

static void time_in_turn(const bench *b, const bench_comparison *c, int count, double **out,
                         double *ns)
{
    int calls[BENCH_CONTENDERS], repetitions = b->options.repetitions;
    for (int k = 0; k < count; k++) {
        calls[k] = 1;
        while (seconds(c, k, calls[k], out[k]) < SAMPLE_SECONDS && calls[k] < 1 << 24) {
            calls[k] *= 2;
        }
    }
    for (int r = 0; r < repetitions; r++) {
        for (int k = 0; k < count; k++) {
            ns[k * repetitions + r] = 1e9 * seconds(c, k, calls[k], out[k]) / (calls[k] * c->units);
        }
    }
}

void bench_compare(bench *b, const bench_comparison *c)
{
    double *out[BENCH_CONTENDERS] = {NULL}, worst = 0;
    int count = 0;
    if (!bench_wanted(b, c->name)) {
        return;
    }
    while (count < BENCH_CONTENDERS && c->contenders[count].name) {
        out[count++] = bench_doubles(c->n_out);
    }
    b->compared++;
    if (compare_answers(b, c, count, out, &worst)) {
        if (b->options.quick) {
            bench_report_right(b, c, worst);
        } else {
            double *ns = bench_doubles((size_t)(count * b->options.repetitions));
            time_in_turn(b, c, count, out, ns);
            bench_report_times(b, c, count, ns, worst);
            hec_aligned_free(ns);
        }
    }
    for (int k = 0; k < count; k++) {
        hec_aligned_free(out[k]);
    }
}
