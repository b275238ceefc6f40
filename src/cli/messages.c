/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the subcommands say, and in which words and colours. */
#include "cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void cli_say(const char *command, const char *format, ...)
{
    va_list arguments;

    fflush(stdout);
    fprintf(stderr, "%s: ", command);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

const char *cli_nearest(const char *name, size_t count, const char *const *candidates)
{
    static char words[128];
    const char *nearest = hec_catalogue_nearest(name, count, candidates);

    if (!nearest) {
        return "";
    }
    snprintf(words, sizeof words, ", did you mean '%s'?", nearest);
    return words;
}

const char *cli_nearest_in(const char *topic, const char *name)
{
    size_t n = hec_catalogue_count(topic);
    const char **names = calloc(n ? n : 1, sizeof *names);
    const char *words = "";

    if (names) {
        for (size_t i = 0; i < n; i++) {
            names[i] = hec_catalogue_name(topic, i);
        }
        words = cli_nearest(name, n, names);
    }
    free(names);
    return words;
}

/* https://no-color.org: a non-empty NO_COLOR turns colour off. */
static bool colour_wanted(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return isatty(STDERR_FILENO) && !(no_color && *no_color) &&
           !(terminal && strcmp(terminal, "dumb") == 0);
}

void cli_print_diagnostics(const hec_diagnostics *diagnostics)
{
    char *text = hec_diagnostics_text(diagnostics, colour_wanted());

    fflush(stdout);
    fputs(text ? text : "", stderr);
    free(text);
}

int cli_finish(const char *command, hec_diagnostics *take_diagnostics, hec_status status)
{
    bool explained = take_diagnostics && hec_diagnostics_count(take_diagnostics, HEC_ERROR) > 0;

    if (take_diagnostics) {
        cli_print_diagnostics(take_diagnostics);
    }
    /* A failure of standard output gets its words when it is closed (main.c). */
    explained = explained || (status == HEC_E_IO && ferror(stdout));
    if (status != HEC_OK && (!explained || status == HEC_E_MEMORY)) {
        cli_say(command, "%s", hec_status_text(status));
    }
    hec_diagnostics_destroy(take_diagnostics);
    return hec_status_exit_code(status);
}

void cli_bytes(int64_t bytes, char out[32])
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double amount = (double)bytes;
    size_t unit = 0;

    for (; amount >= 999.5 && unit + 1 < sizeof units / sizeof *units; unit++) {
        amount /= 1000.0;
    }
    snprintf(out, 32, unit && amount < 9.95 ? "%.1f %s" : "%.0f %s", amount, units[unit]);
}

/* Which strategies are gone through twice, the first time by everybody together. */
static void print_together(const hec_plan *plan, FILE *out)
{
    if (*plan->year_by_year) {
        fprintf(out, "  lives   all persons together, year by year, then one by one: %s\n",
                plan->year_by_year);
    }
    if (*plan->cycle_by_cycle) {
        fprintf(out, "  %s   all persons together, cycle by cycle, then one by one: %s\n",
                *plan->year_by_year ? "     " : "lives", plan->cycle_by_cycle);
    }
}

void cli_print_plan(const hec_plan *plan, FILE *out)
{
    char kept[32], thread[32], all[32], disk[32];

    cli_bytes(plan->bytes_kept, kept);
    cli_bytes(plan->bytes_per_thread, thread);
    cli_bytes(plan->bytes_kept + plan->threads * plan->bytes_per_thread + plan->bytes_together,
              all);
    cli_bytes(plan->bytes_on_disk, disk);
    bool persons = plan->persons > 0;
    fprintf(out, "A run needs\n");
    fprintf(out, "  work    strategies: %lld, strata: %lld, cycles: %lld, draws: %lld",
            (long long)plan->strategies, (long long)plan->strata, (long long)plan->cycles,
            (long long)plan->draws);
    fprintf(out, " of %lld parameters\n", (long long)plan->parameters_drawn);
    if (persons) {
        fprintf(out, "  persons %lld in the base case", (long long)plan->persons);
        if (plan->draws > 0) {
            fprintf(out, ", %lld in each draw", (long long)plan->per_draw);
        }
        fputc('\n', out);
    }
    print_together(plan, out);
    if (plan->states > 0) {
        fprintf(out, "  chain   states: %lld", (long long)plan->states);
        if (!persons) {
            fprintf(out, ", cells of state and duration: %lld", (long long)plan->cells);
        }
        fprintf(out, ", moves: %lld\n", (long long)plan->arcs);
    }
    fprintf(out, "  memory  %s: %s of results, %s for each of %d threads (%lld %s at a time)\n",
            all, kept, thread, plan->threads, (long long)plan->block,
            persons ? "persons" : "draws");
    if (plan->bytes_together > 0) {
        cli_bytes(plan->bytes_together, disk);
        fprintf(out, "          and %s for persons who live on together, %lld bytes each\n", disk,
                (long long)plan->bytes_per_person);
        cli_bytes(plan->bytes_on_disk, disk);
    }
    fprintf(out, "  disk    about %s\n", disk);
    if (plan->bytes_in_files > 0) {
        cli_bytes(plan->bytes_in_files, disk);
        fprintf(out,
                "          and %s of results beside it during the run, of which memory keeps "
                "what it has room for\n",
                disk);
    }
}

bool cli_is_hdf5(const char *path)
{
    static const char signature[8] = "\x89HDF\r\n\x1a\n";
    char head[8] = "";
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(head, 1, sizeof head, file) : 0;

    if (file) {
        fclose(file);
    }
    return n == sizeof head && memcmp(head, signature, sizeof head) == 0;
}

void cli_json_string(const char *text, FILE *out)
{
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\') {
            fprintf(out, "\\%c", *c);
        } else if (*c < 0x20) {
            fprintf(out, "\\u%04x", *c);
        } else {
            fputc(*c, out);
        }
    }
    fputc('"', out);
}
