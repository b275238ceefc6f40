/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hecate verify: the same study in two engines. */
#include "cli.h"

typedef struct verify_input {
    cli_job job;
} verify_input;

static const char verify_doc[] =
    "Runs the base case of a study in two engines that know nothing of each other and compares "
    "them outcome by outcome: the cohort, which is exact, against the simulation of persons, whose "
    "mean may differ from it by chance alone; or the sums over cycles of a partitioned survival "
    "model against the integrals of its curves. Persons whose lives no cohort can follow are "
    "compared with as many others, and with themselves on other threads, to the last bit.\v"
    "Examples:\n"
    "  hecate verify model.yaml\n"
    "  hecate verify model.yaml --persons 1e6\n"
    "\n"
    "The exit code is 0 when they agree, and 1 when they do not or when one of the engines cannot\n"
    "run the study.\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    verify_input *input = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[1] = state->child_inputs[2] = &input->job;
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

static const struct argp_child children[] = {
    {.argp = &cli_help_argp},
    {.argp = &cli_set_argp, .header = "The study:", .group = 1},
    {.argp = &cli_engine_argp, .header = "The run:", .group = 2},
    {0}};
static const struct argp verify_argp = {.parser = parse,
                                        .args_doc = "FILE",
                                        .doc = verify_doc,
                                        .children = children,
                                        .help_filter = cli_help_filter};

int cli_verify(int argc, char **argv)
{
    verify_input input = {0};
    bool agree = false;
    hec_status status = HEC_E_MEMORY;

    cli_parse(&verify_argp, argc, argv, &input);
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    if (diagnostics) {
        status = hec_study_verify(input.job.file, &input.job.study, &input.job.run, diagnostics,
                                  stdout, &agree);
    }
    cli_job_free(&input.job);
    int code = cli_finish(argv[0], diagnostics, status);
    return code == 0 && !agree ? hec_status_exit_code(HEC_E_INPUT) : code;
}
