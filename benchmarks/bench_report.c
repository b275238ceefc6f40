/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table on the screen, and the lines of JSON that say on what they were taken. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

enum { WORDS = 256 };

/* First line of what a command prints; "unknown" when it prints nothing. */
static void ask(const char *command, char out[WORDS])
{
    FILE *stream = popen(command, "r");
    snprintf(out, WORDS, "unknown");
    if (stream) {
        char line[WORDS] = "";
        if (fgets(line, sizeof line, stream)) {
            snprintf(out, WORDS, "%.*s", (int)strcspn(line, "\n"), line);
        }
        pclose(stream);
    }
}

static void name_cpu(const bench_options *options, char out[WORDS])
{
    if (options->cpu) {
        snprintf(out, WORDS, "%s", options->cpu);
        return;
    }
    ask("sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null", out);
}

static void put_text(FILE *out, const char *name, const char *text)
{
    fprintf(out, "\"%s\": \"", name);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            fputc('\\', out);
        }
        fputc(iscntrl((unsigned char)*text) ? ' ' : *text, out);
    }
    fprintf(out, "\", ");
}

static void put_head(const bench *b, const char *name, const char *unit, int threads)
{
    char commit[WORDS], cpu[WORDS];
    ask("git -C '" HECATE_SOURCE_DIR "' describe --always --dirty 2>/dev/null", commit);
    name_cpu(&b->options, cpu);
    fprintf(b->json, "{");
    put_text(b->json, "benchmark", name);
    put_text(b->json, "unit", unit);
    put_text(b->json, "commit", commit);
    put_text(b->json, "compiler", BENCH_COMPILER);
    put_text(b->json, "flags", BENCH_FLAGS);
    put_text(b->json, "cpu", cpu);
    put_text(b->json, "isa", b->kernels->isa);
    fprintf(b->json, "\"threads\": %d, ", threads);
}

void bench_report_head(const bench *b)
{
    printf("%s, %s, %s\n", b->kernels->isa, BENCH_COMPILER, BENCH_FLAGS);
    if (!b->options.quick) {
        printf("%-34s %-30s %10s %10s %7s  %s\n", "benchmark", "unit", "ours, ns", "other, ns",
               "ratio", "other");
    }
}

void bench_report_right(const bench *b, const bench_comparison *c, double difference)
{
    (void)b;
    printf("%-34s right, within %.2g\n", c->name, difference);
    fflush(stdout);
}

/* Ours over another's, as the median of the pairs that were timed side by side. */
static double median_ratio(int repetitions, const double *ours, const double *other)
{
    double ratio[1024];
    int n = repetitions < 1024 ? repetitions : 1024;
    for (int r = 0; r < n; r++) {
        ratio[r] = ours[r] / other[r];
    }
    return bench_median((size_t)n, ratio);
}

void bench_report_times(bench *b, const bench_comparison *c, int count, double *ns,
                        double difference)
{
    int n = b->options.repetitions;
    double ratio[BENCH_CONTENDERS] = {0}, median[BENCH_CONTENDERS] = {0};
    for (int k = 0; k < count; k++) {
        ratio[k] = median_ratio(n, ns, ns + k * n);
    }
    for (int k = 0; k < count; k++) {
        median[k] = bench_median((size_t)n, ns + k * n); /* sorts: [0] is the least */
    }
    printf("%-34s %-30s %10.4g", c->name, c->unit, median[0]);
    for (int k = 1; k < count; k++) {
        printf("%*s %10.4g %7.2f  %s\n", k > 1 ? 76 : 0, "", median[k], ratio[k],
               c->contenders[k].name);
    }
    printf("%s", count > 1 ? "" : "\n");
    fflush(stdout);
    if (!b->json) {
        return;
    }
    put_head(b, c->name, c->unit, 1);
    fprintf(b->json, "\"repetitions\": %d, \"units\": %.17g, \"difference\": %.3g, \"times\": [", n,
            c->units, difference);
    for (int k = 0; k < count; k++) {
        fprintf(b->json, "%s{", k ? ", " : "");
        put_text(b->json, "of", c->contenders[k].name);
        fprintf(b->json, "\"min_ns\": %.6g, \"median_ns\": %.6g", ns[k * n], median[k]);
        if (k > 0) {
            fprintf(b->json, ", \"ratio\": %.4g", ratio[k]);
        }
        fprintf(b->json, "}");
    }
    fprintf(b->json, "]}\n");
    fflush(b->json);
}

void bench_figure(bench *b, const char *name, const char *unit, const char *words, int threads,
                  double value)
{
    b->compared++;
    printf("%-34s %-30s %10.4g %*s %s\n", name, unit, value, 18, "", words);
    fflush(stdout);
    if (b->json) {
        put_head(b, name, unit, threads);
        put_text(b->json, "of", words);
        fprintf(b->json, "\"value\": %.6g}\n", value);
        fflush(b->json);
    }
}
