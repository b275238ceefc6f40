/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hecate_bench: options, and the table of suites. */
#include <argp.h>
#include <errno.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static void (*const suites[])(bench *) = {
    bench_memory, /* first: it counts the memory of the process */
    bench_vector_math,   bench_random,      bench_expressions, bench_chains,  bench_dense_chains,
    bench_time_in_state, bench_sick_sicker, bench_decisions,   bench_persons, bench_times,
    bench_payments,      bench_threads,     bench_blocks,
};

typedef struct arguments {
    bench_options options;
    int64_t memory_of, memory_of_persons; /* > 0: this is the child of bench_memory */
} arguments;

enum {
    KEY_ONLY = 256,
    KEY_THREADS,
    KEY_ISA,
    KEY_DRAWS,
    KEY_QUICK,
    KEY_JSON,
    KEY_CPU,
    KEY_REPEAT,
    KEY_MEMORY,
    KEY_MEMORY_PERSONS
};

static const struct argp_option option_table[] = {
    {"only", KEY_ONLY, "NAME", 0, "Only benchmarks whose name begins with NAME", 0},
    {"draws", KEY_DRAWS, "N", 0, "Draws of the probabilistic analysis (100,000)", 0},
    {"threads", KEY_THREADS, "N", 0, "The most threads that scaling is tried with (all)", 0},
    {"isa", KEY_ISA, "LEVEL", 0, "Instruction set (the best here): x86-64, x86-64-v3, ...", 0},
    {"repetitions", KEY_REPEAT, "N", 0, "Of each timing (15); medians are shown", 0},
    {"json", KEY_JSON, "FILE", 0, "Write a line of JSON for each benchmark", 0},
    {"cpu", KEY_CPU, "WORDS", 0, "What to call the processor in FILE", 0},
    {"quick", KEY_QUICK, NULL, 0, "Tiny sizes; compare the answers and time nothing", 0},
    {"memory-of", KEY_MEMORY, "DRAWS", OPTION_HIDDEN, "", 0},
    {"memory-of-persons", KEY_MEMORY_PERSONS, "PERSONS", OPTION_HIDDEN, "", 0},
    {0},
};

static long long whole(const char *text, struct argp_state *state)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || *end || value < 1) {
        argp_error(state, "`%s` is not a number of at least 1", text);
    }
    return value;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    arguments *a = state->input;
    bench_options *o = &a->options;
    switch (key) {
    case KEY_ONLY:
        o->only = text;
        return 0;
    case KEY_ISA:
        o->isa = text;
        return 0;
    case KEY_JSON:
        o->json = text;
        return 0;
    case KEY_CPU:
        o->cpu = text;
        return 0;
    case KEY_QUICK:
        o->quick = true;
        return 0;
    case KEY_THREADS:
        o->threads = (int)whole(text, state);
        return 0;
    case KEY_REPEAT:
        o->repetitions = (int)whole(text, state);
        return 0;
    case KEY_DRAWS:
        o->draws = whole(text, state);
        return 0;
    case KEY_MEMORY:
        a->memory_of = whole(text, state);
        return 0;
    case KEY_MEMORY_PERSONS:
        a->memory_of_persons = whole(text, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool open_bench(bench *b)
{
    b->kernels = hk_select(b->options.isa);
    b->limits = b->kernels ? limit_select(b->kernels->isa) : NULL;
    if (!b->kernels || !b->limits) {
        fprintf(stderr, "this processor or this build has no ISA level `%s`\n", b->options.isa);
        return false;
    }
    if (b->options.quick) {
        b->options.draws = b->options.draws < 1000 ? b->options.draws : 1000;
    }
    b->json = b->options.json ? fopen(b->options.json, "w") : NULL;
    if (b->options.json && !b->json) {
        fprintf(stderr, "cannot write %s: %s\n", b->options.json, strerror(errno));
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    static const struct argp argp = {
        option_table, parse, NULL, "Benchmarks of Hecate: answers first, then times.",
        NULL,         NULL,  NULL};
    arguments a = {.options = {.threads = omp_get_num_procs(), .repetitions = 15, .draws = 100000}};
    argp_parse(&argp, argc, argv, 0, NULL, &a);
    if (a.memory_of > 0 || a.memory_of_persons > 0) {
        return bench_memory_child(a.memory_of, a.memory_of_persons);
    }
    bench b = {.options = a.options};
    if (!open_bench(&b)) {
        return 1;
    }
    bench_report_head(&b);
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        suites[i](&b);
    }
    if (b.json && fclose(b.json) != 0) {
        fprintf(stderr, "cannot write %s\n", b.options.json);
        return 1;
    }
    if (b.compared == 0 && b.wrong == 0) {
        fprintf(stderr, "no benchmark begins with `%s`\n", b.options.only);
        return 1;
    }
    printf("%d benchmarks, %d wrong\n", b.compared, b.wrong);
    return b.wrong > 0;
}
