/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hecate run: reads, runs, writes the result whole or not at all, prints the analysis. */
#include "cli.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct run_input {
    cli_job job;
    const char *output, *csv;
    char *default_output;
    hec_format format;
    bool quiet;
} run_input;

static const char run_doc[] =
    "Runs the base case and the probabilistic draws of a model or a study, analyses them, writes "
    "everything to one HDF5 file and prints the incremental analysis.\v"
    "Examples:\n"
    "  hecate run model.yaml                         writes model.h5 in this folder\n"
    "  hecate run model.yaml -o out.h5 --draws 10_000 --seed 7\n"
    "  hecate run model.yaml --set r_HS1=0.2 --set economics.discount.cost=3%\n"
    "  hecate run model.yaml --format csv | column -s, -t\n"
    "\n"
    "The file is written whole or not at all; Ctrl-C stops the run and writes nothing.\n"
    "A file of an earlier result is replaced, any other file is left alone.\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    run_input *input = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[1] = state->child_inputs[2] = &input->job;
        return 0;
    case 'o':
        input->output = argument;
        return 0;
    case 'q':
        input->quiet = true;
        return 0;
    case CLI_KEY_CSV:
        input->csv = argument;
        return 0;
    case CLI_KEY_FORMAT:
        input->format = cli_format(state, argument, true);
        return 0;
    case ARGP_KEY_ARG:
        cli_take_argument(state, argument, &input->job.file);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which FILE? A model or a study is needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"output", 'o', "OUT.h5", 0, "The result; left out, FILE's name with .h5, in this folder", 0},
    {"csv", CLI_KEY_CSV, "DIR", 0, "Write every table as DIR/NAME.csv too", 0},
    {"format", CLI_KEY_FORMAT, "FORMAT", 0,
     "Print text, or the incremental analysis alone as csv or json", 0},
    {"quiet", 'q', 0, 0, "Print nothing but warnings and errors", 0},
    {0},
};
static const struct argp_child children[] = {
    {.argp = &cli_help_argp},
    {.argp = &cli_set_argp, .header = "The study:", .group = 1},
    {.argp = &cli_engine_argp, .header = "The run:", .group = 2},
    {0}};
static const struct argp run_argp = {.options = options,
                                     .parser = parse,
                                     .args_doc = "FILE",
                                     .doc = run_doc,
                                     .children = children,
                                     .help_filter = cli_help_filter};

/* ---- the output's name ----------------------------------------------------------------------- */

/* "models/a/model.yaml" -> "model.h5" */
static char *default_output(const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *name = slash ? slash + 1 : file;
    const char *dot = strrchr(name, '.');
    size_t length = dot && dot != name ? (size_t)(dot - name) : strlen(name);
    char *output = malloc(length + sizeof ".h5");

    if (output) {
        memcpy(output, name, length);
        memcpy(output + length, ".h5", sizeof ".h5");
    }
    return output;
}

/* A slip of the pen (-o model.yaml) must not cost a model: only an HDF5 file is replaced. */
static bool may_replace(const char *command, const char *path)
{
    struct stat about;

    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size == 0) {
        return true; /* what cannot be written to at all is told by the probe */
    }
    if (cli_is_hdf5(path)) {
        return true;
    }
    cli_say(command,
            "-o %s: this file exists and is no result of a run, so it is left alone; give "
            "another name or remove it",
            path);
    return false;
}

/* ---- progress and signals ------------------------------------------------------------------- */

static volatile sig_atomic_t stop_wanted;

static double seconds_since(const struct timespec *start)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + 1e-9 * (double)(now.tv_nsec - start->tv_nsec);
}

/* The first signal asks for a stop, a second one ends the process. One that follows at once is the
 * same wish: a terminal or timeout(1) may signal the process and then its group. */
static void want_stop(int number)
{
    static struct timespec first;

    if (!stop_wanted) {
        clock_gettime(CLOCK_MONOTONIC, &first);
        stop_wanted = 1;
    } else if (seconds_since(&first) > 0.1) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

/* What the caller of the command chose to ignore stays ignored. */
static void catch_signals(bool on)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on ? want_stop : SIG_DFL, .sa_flags = SA_RESTART};
    struct sigaction old;

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            sigaction(signals[i], &action, NULL);
        }
    }
}

typedef struct progress {
    const char *units; /* that the work is counted in */
    bool shown;        /* a line stands on the terminal */
    bool wanted;
    struct timespec start;
    double next; /* seconds */
} progress;

static void time_in_words(double seconds, char *out, size_t size)
{
    double minutes = seconds / 60.0;

    if (seconds < 100.0) {
        snprintf(out, size, "%.0f s", seconds);
    } else if (minutes < 100.0) {
        snprintf(out, size, "%.0f min", minutes);
    } else {
        snprintf(out, size, "%.1f h", minutes / 60.0);
    }
}

static bool report_progress(void *context, int64_t done, int64_t all)
{
    progress *line = context;

    if (line->wanted && done > 0 && done < all) {
        double seconds = seconds_since(&line->start);

        if (seconds >= line->next) {
            char left[32];

            time_in_words(seconds * (double)(all - done) / (double)done, left, sizeof left);
            fprintf(stderr, "\r%5.1f %%  %lld of %lld %s x strategies, %s left     ",
                    100.0 * (double)done / (double)all, (long long)done, (long long)all,
                    line->units, left);
            fflush(stderr);
            line->shown = true;
            line->next = seconds + 0.2;
        }
    }
    return !stop_wanted;
}

static void erase_progress(const progress *line)
{
    if (line->shown) {
        fprintf(stderr, "\r%78s\r", "");
    }
}

/* ---- the run -----------------------------------------------------------------------------------
 */

/* A plan beyond the memory of the machine is refused with numbers, not killed half way. */
static bool fits_in_memory(const char *command, const hec_plan *plan)
{
    double need = (double)(plan->bytes_kept - plan->bytes_in_files) +
                  (double)plan->threads * (double)plan->bytes_per_thread +
                  (double)plan->bytes_together;
    double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);

    if (have > 0.0 && need > have) {
        cli_say(command,
                "the run needs %.3g GB of memory and this machine has %.3g GB; fewer draws%s or "
                "fewer threads need less, see 'hecate check'",
                need / 1e9, have / 1e9, plan->bytes_together > 0 ? ", fewer persons" : "");
        return false;
    }
    return true;
}

/* Where arrays too large for memory live during the run: TMPDIR, or the folder of the result. */
static char *scratch_folder(const char *output)
{
    const char *wanted = getenv("TMPDIR");
    const char *slash = strrchr(output, '/');

    if (wanted && *wanted) {
        return strdup(wanted);
    }
    return slash ? strndup(output, slash == output ? 1 : (size_t)(slash - output)) : strdup(".");
}

static hec_status run_study(const char *command, run_input *input, const hec_study *study,
                            const hec_plan *plan, hec_diagnostics *diagnostics, hec_result **result)
{
    progress line = {.units = plan->persons > 0 ? "persons" : "draws",
                     .wanted = !input->quiet && isatty(STDERR_FILENO),
                     .next = 0.5};
    char *folder = scratch_folder(input->output);

    if (!folder || !fits_in_memory(command, plan)) {
        free(folder);
        return HEC_E_MEMORY;
    }
    input->job.run.folder = folder;
    clock_gettime(CLOCK_MONOTONIC, &line.start);
    input->job.run.progress = report_progress;
    input->job.run.context = &line;
    catch_signals(true);
    hec_status status = hec_study_run(study, &input->job.run, diagnostics, result);
    erase_progress(&line);
    if (status == HEC_OK && stop_wanted) {
        status = HEC_E_STOPPED;
    }
    if (status == HEC_OK) {
        status = hec_result_write(*result, input->output, diagnostics);
    }
    if (status == HEC_OK && input->csv) {
        status = hec_result_export(*result, input->csv, diagnostics);
    }
    catch_signals(false);
    free(folder);
    return status;
}

/* Everything that a run does, up to the tables on standard output. */
static hec_status run_and_print(const char *command, run_input *input, hec_diagnostics *diagnostics)
{
    hec_study *study = NULL;
    hec_result *result = NULL;
    hec_plan plan;
    struct timespec start;

    clock_gettime(CLOCK_MONOTONIC, &start);
    hec_status status = hec_study_read(input->job.file, &input->job.study, diagnostics, &study);
    hec_status probed = hec_result_probe(input->output, diagnostics);

    status = status == HEC_OK ? probed : status;
    if (status == HEC_OK) {
        status = hec_study_plan(study, &input->job.run, &plan);
    }
    if (status == HEC_OK) {
        status = run_study(command, input, study, &plan, diagnostics, &result);
    }
    if (status == HEC_OK && !input->quiet && input->format == HEC_FORMAT_TEXT) {
        status = cli_print_run(result, &plan, input->output, seconds_since(&start), diagnostics);
    } else if (status == HEC_OK && !input->quiet) {
        status = hec_result_print(result, "cea", input->format, stdout, diagnostics);
    }
    hec_result_destroy(result);
    hec_study_destroy(study);
    return status;
}

static int run(const char *command, run_input *input)
{
    if (!may_replace(command, input->output)) {
        return hec_status_exit_code(HEC_E_IO);
    }
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    if (!diagnostics) {
        return cli_finish(command, NULL, HEC_E_MEMORY);
    }
    hec_status status = run_and_print(command, input, diagnostics);
    if (status != HEC_OK) {
        return cli_finish(command, diagnostics, status);
    }
    /* What a note says of the draws, the text says below its tables. */
    if (hec_diagnostics_count(diagnostics, HEC_WARNING) > 0 ||
        (!input->quiet && input->format != HEC_FORMAT_TEXT)) {
        cli_print_diagnostics(diagnostics);
    }
    hec_diagnostics_destroy(diagnostics);
    return 0;
}

int cli_run(int argc, char **argv)
{
    run_input input = {0};
    int code;

    cli_parse(&run_argp, argc, argv, &input);
    if (!input.output) {
        input.output = input.default_output = default_output(input.job.file);
    }
    code = input.output ? run(argv[0], &input) : cli_finish(argv[0], NULL, HEC_E_MEMORY);
    free(input.default_output);
    cli_job_free(&input.job);
    return code;
}
