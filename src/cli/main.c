/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command: finds the subcommand, teaches when there is none, and guards standard output. */
#include "cli.h"

#include <errno.h>
#include <signal.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct command {
    const char *name, *full_name, *arguments, *words;
    int (*run)(int argc, char **argv);
} command;

static const command commands[] = {
#define COMMAND_ROW(name, arguments, words) {#name, "hecate " #name, arguments, words, cli_##name},
    CLI_COMMAND_TABLE(COMMAND_ROW)
#undef COMMAND_ROW
};

enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void print_help(void)
{
    printf(
        "Hecate turns a health-economic model, written as text, into costs, effects, an "
        "incremental\n"
        "analysis and its uncertainty, for a cohort or person by person, the same to the last bit\n"
        "on every machine.\n"
        "\n"
        "Usage: hecate COMMAND [ARGUMENT...]\n"
        "\n");
    for (size_t i = 0; i < N_COMMANDS; i++) {
        printf("  %-8s %-22s %s\n", commands[i].name, commands[i].arguments, commands[i].words);
    }
    printf(
        "\n"
        "A session:\n"
        "  hecate check model.yaml                      every mistake, with its place and cure\n"
        "  hecate run model.yaml -o out.h5              the analysis; all numbers in out.h5\n"
        "  hecate run model.yaml --set r_HS1=0.2        the same with one value changed\n"
        "  hecate show out.h5 costs                     a table of the result: who pays\n"
        "  hecate export out.h5 -d tables               all its tables as CSV\n"
        "  hecate explain model.yaml r_HS1              where a value comes from, who reads it\n"
        "  hecate run model.yaml --persons 1e5          the same person by person\n"
        "  hecate explain model.yaml --person 17        one life, year by year\n"
        "\n"
        "`hecate COMMAND --help' says more about a command, `hecate --version' which one this is.\n"
        "\n");
    cli_print_exit_codes(stdout);
}

static const command *find_command(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static int refuse_command(const char *name)
{
    const char *names[N_COMMANDS];

    for (size_t i = 0; i < N_COMMANDS; i++) {
        names[i] = commands[i].name;
    }
    if (name[0] == '-') {
        cli_say("hecate", "there is no option '%s' before the command; see 'hecate --help'", name);
    } else if (access(name, F_OK) == 0) {
        cli_say("hecate", "a command comes first, did you mean 'hecate run %s'?", name);
    } else {
        cli_say("hecate", "there is no command '%s'%s; see 'hecate --help'", name,
                cli_nearest(name, N_COMMANDS, names));
    }
    return CLI_EXIT_USAGE;
}

/* Output that could not be written is a failure, even when it is the last buffer. A standard output
 * that was closed from the start is one only when something was to be written. */
static void close_stdout(void)
{
    bool pending = __fpending(stdout) > 0;
    bool failed = ferror(stdout);

    errno = 0;
    if (fclose(stdout) != 0 && (pending || errno != EBADF)) {
        failed = true;
    }
    if (failed) {
        fprintf(stderr, "hecate: cannot write to standard output%s%s\n", errno ? ": " : "",
                errno ? strerror(errno) : "");
        _exit(hec_status_exit_code(HEC_E_IO));
    }
}

/* `hecate help run` is `hecate run --help`. */
static int teach(int argc, char **argv)
{
    const command *found = argc > 2 ? find_command(argv[2]) : NULL;
    char help[] = "--help";

    if (argc > 2 && !found) {
        return refuse_command(argv[2]);
    }
    if (!found) {
        print_help();
        return 0;
    }
    char *arguments[] = {(char *)found->full_name, help, NULL};
    return found->run(2, arguments);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error, reported as one */
    if (atexit(close_stdout) != 0) {
        return hec_status_exit_code(HEC_E_MEMORY);
    }
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "-?") == 0 || strcmp(argv[1], "help") == 0) {
        return teach(argc, argv);
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("hecate %s\n", hec_version());
        return 0;
    }
    const command *found = find_command(argv[1]);
    if (!found) {
        return refuse_command(argv[1]);
    }
    argv[1] = (char *)found->full_name; /* the name that argp puts before its messages */
    return found->run(argc - 1, argv + 1);
}
