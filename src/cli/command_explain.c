/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hecate explain: where a name of a study comes from, or what a check means. */
#include "cli.h"

#include <string.h>
#include <unistd.h>

typedef struct explain_input {
    cli_job job;
    const char *name, *strategy;
} explain_input;

static const char explain_doc[] =
    "With FILE and NAME: where the name is defined and by which layer, its value, unit, "
    "distribution and source, what it depends on, who reads it, how often it is evaluated. With "
    "a CHECK, the name in the square brackets of a diagnostic: what it means.\v"
    "Examples:\n"
    "  hecate explain model.yaml p_HD\n"
    "  hecate explain model.yaml hr_S1S2 --strategy B\n"
    "  hecate explain unit-mismatch\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    explain_input *input = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[1] = &input->job;
        return 0;
    case CLI_KEY_STRATEGY:
        input->strategy = argument;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_argument(state, argument, state->arg_num ? &input->name : &input->job.file);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "explain what? FILE and NAME, or the name of a check, are needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"strategy", CLI_KEY_STRATEGY, "NAME", 0, "As this strategy sees it (left out: the first)", 0},
    {0},
};
static const struct argp_child children[] = {
    {.argp = &cli_help_argp}, {.argp = &cli_set_argp, .header = "The study:", .group = 1}, {0}};
static const struct argp explain_argp = {.options = options,
                                         .parser = parse,
                                         .args_doc = "FILE NAME\nCHECK",
                                         .doc = explain_doc,
                                         .children = children,
                                         .help_filter = cli_help_filter};

static int refuse_check(const char *command, const char *name)
{
    if (access(name, F_OK) == 0) {
        cli_say(command, "which NAME of %s? For example 'hecate explain %s NAME'", name, name);
    } else {
        cli_say(command, "there is no check '%s'%s; see 'hecate list checks'", name,
                cli_nearest_in("checks", name));
    }
    return CLI_EXIT_USAGE;
}

/* A check as it stands in a diagnostic, with or without its brackets. */
static int explain_check(const char *command, const char *text)
{
    size_t skip = text[0] == '[';
    size_t length = strcspn(text + skip, "]");
    char name[64];

    snprintf(name, sizeof name, "%.*s", (int)length, text + skip);
    const char *words = hec_catalogue_check(name);
    if (!words) {
        return refuse_check(command, text);
    }
    printf("%s: %s\n", name, words);
    return 0;
}

int cli_explain(int argc, char **argv)
{
    explain_input input = {0};
    hec_study *study = NULL;
    hec_status status = HEC_E_MEMORY;

    cli_parse(&explain_argp, argc, argv, &input);
    if (!input.name) {
        int code = explain_check(argv[0], input.job.file);
        cli_job_free(&input.job);
        return code;
    }
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    if (diagnostics) {
        status = hec_study_read(input.job.file, &input.job.study, diagnostics, &study);
    }
    if (status == HEC_OK) {
        status = hec_study_explain(study, input.name, input.strategy, diagnostics, stdout);
    }
    hec_study_destroy(study);
    cli_job_free(&input.job);
    return cli_finish(argv[0], diagnostics, status);
}
