/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scaling: threads, draws side by side, memory. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "bench_model.h"

/* ---- threads --------------------------------------------------------------------------------- */

/* Work that needs nothing but a processor, in pieces as blocks of draws are: the hand-written
 * limit, over and over the same 64 draws. It scales as well as the machine does, of which others
 * may use a part and whose processors may share what they have. */
static double spin(const bench *b, const bench_model *m, int threads, int64_t pieces)
{
    const double *x[LIMIT_PARAMETERS];
    double weight[LIMIT_CYCLES + 1] = {1};
    for (size_t i = 0; i < LIMIT_PARAMETERS; i++) {
        x[i] = m->sample + i * m->stride;
    }
    double start = bench_now();
#pragma omp parallel num_threads(threads)
    {
        double out[2 * LIMIT_STRATEGIES * 64];
#pragma omp for schedule(dynamic, 1)
        for (int64_t i = 0; i < pieces; i++) {
            for (int k = 0; k < 8; k++) {
                b->limits->sick_sicker_registers(64, x, weight, out, out + LIMIT_STRATEGIES * 64);
            }
        }
    }
    return bench_now() - start;
}

/* Sampling, simulating and keeping with one thread and with n in turn; efficiency is the time of
 * one over n times the time of n, the median of the rounds. */
static void scale_threads(bench *b, const char *name, int64_t draws)
{
    enum { MOST = 64 };
    int rounds = b->options.repetitions < MOST ? b->options.repetitions : MOST;
    size_t n = (size_t)rounds;
    double one[MOST], clock[MOST], processor[MOST], bare[MOST];
    bench_model m = bench_model_open(b, bench_sick_sicker_path, draws, 0, NULL);
    int64_t pieces = draws / (int64_t)m.block + 1;
    for (int threads = 2; threads <= b->options.threads; threads *= 2) {
        bench_model_run_draws(&m, threads, 0); /* wakes them */
        for (int r = 0; r < rounds; r++) {
            bench_spent alone = bench_model_run_draws(&m, 1, 0);
            bench_spent together = bench_model_run_draws(&m, threads, 0);
            double bare_alone = spin(b, &m, 1, pieces);
            one[r] = alone.clock;
            clock[r] = alone.clock / together.clock / threads;
            processor[r] = alone.processor / together.processor;
            bare[r] = bare_alone / spin(b, &m, threads, pieces) / threads;
        }
        char words[96];
        snprintf(words, sizeof words, "%d threads, %lld draws; one thread takes %.4g ms", threads,
                 (long long)draws, 1e3 * bench_median(n, one));
        bench_figure(b, name, "parallel efficiency", words, threads, bench_median(n, clock));
        bench_figure(b, name, "the same of the limit alone", "", threads, bench_median(n, bare));
        bench_figure(b, name, "processor time, 1 over n", "", threads, bench_median(n, processor));
    }
    bench_model_close(&m);
}

void bench_threads(bench *b)
{
    if (b->options.quick || !bench_wanted(b, "threads/")) {
        return;
    }
    scale_threads(b, "threads/sick-sicker", b->options.draws);
    scale_threads(b, "threads/sick-sicker, tenfold", 10 * b->options.draws);
}

/* ---- draws side by side ---------------------------------------------------------------------- */

typedef struct blocks {
    bench_model *m;
    int64_t block;
} blocks;

static void run_blocks(void *state, double *out)
{
    const blocks *k = state;
    bench_model_run_draws(k->m, 1, k->block);
    out[0] = 0;
}

void bench_blocks(bench *b)
{
    if (b->options.quick || !bench_wanted(b, "block/")) {
        return;
    }
    bench_model m = bench_model_open(b, bench_sick_sicker_path, b->options.draws, 0, NULL);
    for (int64_t block = 32; block <= 4096; block *= 2) {
        char name[64];
        blocks k = {&m, block};
        snprintf(name, sizeof name, "block/%lld draws", (long long)block);
        bench_compare(b, &(bench_comparison){.name = name,
                                             .unit = "draw-strategy-cycle-state",
                                             .units = (double)m.draws * 4 * 75 * 4,
                                             .state = &k,
                                             .n_out = 1,
                                             .contenders = {{"hecate", run_blocks, false}}});
    }
    bench_model_close(&m);
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* The most that this process ever held. */
static double peak_bytes(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    double kilobytes = 0;
    while (status && fgets(line, sizeof line, status)) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            kilobytes = strtod(line + 6, NULL);
        }
    }
    if (status) {
        fclose(status);
    }
    return 1024 * kilobytes;
}

/* A whole run, written to a file; prints peak and kept bytes. */
int bench_memory_child(int64_t draws, int64_t persons)
{
    char path[] = "/tmp/hecate-bench-XXXXXX";
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    hec_study_options options = {.draws = draws, .has_seed = true, .seed = 1, .persons = persons};
    const char *model = persons > 0 ? bench_persons_path : bench_sick_sicker_path;
    hec_study *study = NULL;
    hec_result *result = NULL;
    hec_plan plan;
    int file = mkstemp(path);
    if (file < 0 || hec_study_read(model, &options, diagnostics, &study) != HEC_OK ||
        hec_study_plan(study, NULL, &plan) != HEC_OK ||
        hec_study_run(study, NULL, diagnostics, &result) != HEC_OK ||
        hec_result_write(result, path, diagnostics) != HEC_OK) {
        return 1;
    }
    printf("%.0f %lld\n", peak_bytes(), (long long)plan.bytes_kept);
    close(file);
    unlink(path);
    hec_result_destroy(result);
    hec_study_destroy(study);
    hec_diagnostics_destroy(diagnostics);
    return 0;
}

static void measure_memory(bench *b, const char *option, int64_t n, const char *what)
{
    char self[512], command[600], name[64];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 0] = '\0';
    snprintf(command, sizeof command, "'%s' --%s %lld", self, option, (long long)n);
    snprintf(name, sizeof name, "memory/%lld %s", (long long)n, what);
    FILE *child = popen(command, "r");
    double peak = 0, kept = 0;
    if (!child || fscanf(child, "%lf %lf", &peak, &kept) != 2) {
        bench_wrong(b, name, "the run failed");
    } else {
        char words[64];
        snprintf(words, sizeof words, "beyond %.4g MB of results", kept / 1e6);
        bench_figure(b, name, "peak MB of a run and its file", words, b->options.threads,
                     (peak - kept) / 1e6);
    }
    if (child) {
        pclose(child);
    }
}

void bench_memory(bench *b)
{
    if (b->options.quick || !bench_wanted(b, "memory/")) {
        return;
    }
    for (int64_t n = 10000; n <= 1000000; n *= 10) {
        measure_memory(b, "memory-of", n, "draws");
    }
    for (int64_t n = 100000; n <= 10000000; n *= 10) {
        measure_memory(b, "memory-of-persons", n, "persons");
    }
}
