/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the subcommands share: options, messages, exit codes. Public headers only. */
#ifndef HECATE_CLI_CLI_H
#define HECATE_CLI_CLI_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <hecate/hecate.h>

/* X(name, arguments, words): one row per subcommand; cli_NAME() runs it and returns the exit code.
 * argv[0] is "hecate NAME". */
#define CLI_COMMAND_TABLE(X)                                                                       \
    X(check, "FILE", "find every mistake; say what the study is and what a run needs")             \
    X(run, "FILE [-o OUT.h5]", "run the base case and the draws; write and print the results")     \
    X(show, "OUT.h5 [TABLE...]", "print tables of a result")                                       \
    X(explain, "FILE NAME | CHECK", "where a name comes from, a person's life, what a check means") \
    X(verify, "FILE", "compare two engines that run the same study")                               \
    X(list, "[TOPIC]", "functions, distributions, units, checks, profiles, tables, ...")           \
    X(info, "", "version, processor, threads, libraries")                                          \
    X(export, "OUT.h5 -d DIR", "write a result as CSV files")

#define CLI_COMMAND_DECLARE(name, arguments, words) int cli_##name(int argc, char **argv);
CLI_COMMAND_TABLE(CLI_COMMAND_DECLARE)
#undef CLI_COMMAND_DECLARE

enum { CLI_EXIT_USAGE = 2 };

/* ---- options (options.c) ------------------------------------------------------------------- */

/* Keys of long options, outside the letters. */
enum {
    CLI_KEY_SET = 0x100,
    CLI_KEY_DRAWS,
    CLI_KEY_SEED,
    CLI_KEY_THREADS,
    CLI_KEY_ISA,
    CLI_KEY_BLOCK,
    CLI_KEY_FORMAT,
    CLI_KEY_CSV,
    CLI_KEY_TABLE,
    CLI_KEY_STRATEGY,
    CLI_KEY_PERSON,
    CLI_KEY_SETTLEMENT,
    CLI_KEY_PANEL,
    CLI_KEY_YEAR,
    CLI_KEY_PERSONS,
};

/* A study with its settings and a run with its means, filled by the two argp children below. */
typedef struct cli_job {
    const char *file;
    const char **set; /* as many as there are arguments; freed by cli_job_free */
    hec_study_options study;
    hec_run_options run;
} cli_job;

extern const struct argp cli_help_argp;   /* -h; every command's first child */
extern const struct argp cli_set_argp;    /* --set --persons --seed */
extern const struct argp cli_engine_argp; /* --draws --threads --isa --block */
void cli_job_free(cli_job *job);

/* argp_parse with our exit code and the nearest name for an unknown option; exits when the
 * arguments are wrong or when help was asked for. */
void cli_parse(const struct argp *argp, int argc, char **argv, void *input);
/* For argp's help_filter: the exit codes stand at the end of every help text. */
char *cli_help_filter(int key, const char *text, void *input);
void cli_print_exit_codes(FILE *out);

/* Takes an argument as *place when that is still free; else ends with `too many`. */
void cli_take_argument(struct argp_state *state, const char *argument, const char **place);
hec_format cli_format(struct argp_state *state, const char *text, bool has_csv);
/* A whole number such as 1000, 10_000 or 1e6; ends with words when it is none or outside. */
uint64_t cli_integer(struct argp_state *state, const char *option, const char *text, uint64_t least,
                     uint64_t most);

/* ---- what a run says (run_words.c) ------------------------------------------------------------ */

/* Subject, incremental tables, decision, where everything is and what to do next, on stdout. */
hec_status cli_print_run(const hec_result *result, const hec_plan *plan, const char *file,
                         double seconds, hec_diagnostics *diagnostics);

/* ---- messages (messages.c) ----------------------------------------------------------------- */

/* "hecate run: words" on stderr. */
void cli_say(const char *command, const char *format, ...) HEC_PRINTF(2, 3);
/* ", did you mean 'NAME'?" or "" in a buffer that the next call overwrites. */
const char *cli_nearest(const char *name, size_t count, const char *const *candidates);
/* The same for the entries of a topic of the catalogue. */
const char *cli_nearest_in(const char *topic, const char *name);
/* Prints the diagnostics on stderr, and the status in words where they do not explain it. Destroys
 * the diagnostics and returns the exit code. */
int cli_finish(const char *command, hec_diagnostics *take_diagnostics, hec_status status);
void cli_print_diagnostics(const hec_diagnostics *diagnostics);
void cli_print_plan(const hec_plan *plan, FILE *out);
bool cli_is_hdf5(const char *path); /* by its first bytes */
void cli_bytes(int64_t bytes, char out[32]); /* "1.5 MB" */
void cli_json_string(const char *text, FILE *out);

#endif
