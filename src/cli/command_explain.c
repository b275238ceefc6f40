/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hecate explain: where a name of a study comes from, or what a check means. */
#include "cli.h"

#include <string.h>
#include <unistd.h>

typedef struct explain_input {
    cli_job job;
    const char *name, *strategy;
    int64_t person;                   /* 0: none is asked for */
    hec_settlement_choice settlement; /* provider NULL: none is asked for */
} explain_input;

static const char explain_doc[] =
    "With FILE and NAME: where the name is defined and by which layer, its value, unit, "
    "distribution and source, what it depends on, who reads it, how often it is evaluated. With "
    "FILE and --person: the life of one person of a microsimulation, year by year; of a result, "
    "the lives that the study asked to keep (`outputs: {histories: 20}`). With FILE and "
    "--settlement: how a panel of a provider was settled, line by line, or a year of the region: "
    "who paid whom. With "
    "a CHECK, the name in the square brackets of a diagnostic: what it means.\v"
    "Examples:\n"
    "  hecate explain model.yaml p_HD\n"
    "  hecate explain model.yaml hr_S1S2 --strategy B\n"
    "  hecate explain model.yaml --person 17 --strategy B\n"
    "  hecate explain out.h5 --person 17\n"
    "  hecate explain study.yaml --settlement hospital --panel 3 --year 2026\n"
    "  hecate explain unit-mismatch\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    explain_input *input = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[1] = &input->job;
        input->settlement.panel = 1;
        return 0;
    case CLI_KEY_STRATEGY:
        input->strategy = argument;
        return 0;
    case CLI_KEY_PERSON:
        input->person = (int64_t)cli_integer(state, "--person", argument, 1, INT64_MAX);
        return 0;
    case CLI_KEY_SETTLEMENT:
        input->settlement.provider = argument;
        return 0;
    case CLI_KEY_PANEL:
        input->settlement.panel = (int64_t)cli_integer(state, "--panel", argument, 1, INT64_MAX);
        return 0;
    case CLI_KEY_YEAR:
        input->settlement.year = (int64_t)cli_integer(state, "--year", argument, 1, 9999);
        return 0;
    case ARGP_KEY_ARG:
        cli_take_argument(state, argument, state->arg_num ? &input->name : &input->job.file);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state,
                   "explain what? FILE and NAME, FILE and --person N or --settlement PROVIDER, or "
                   "the name of a check, are needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"strategy", CLI_KEY_STRATEGY, "NAME", 0,
     "As this strategy sees it (left out: the first; of a person: each of them)", 0},
    {"person", CLI_KEY_PERSON, "N", 0, "The life of this person, from 1", 0},
    {"settlement", CLI_KEY_SETTLEMENT, "PROVIDER", 0,
     "How contracts with a panel of this provider were settled; of the `region`, who paid whom", 0},
    {"panel", CLI_KEY_PANEL, "N", 0, "Of a settlement: the panel, from 1 (left out: 1)", 0},
    {"year", CLI_KEY_YEAR, "YEAR", 0, "Of a settlement: the year (left out: all)", 0},
    {0},
};
static const struct argp_child children[] = {
    {.argp = &cli_help_argp}, {.argp = &cli_set_argp, .header = "The study:", .group = 1}, {0}};
static const struct argp explain_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "FILE NAME\nFILE --person N\nFILE --settlement PROVIDER\nCHECK",
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

/* A life out of a result. */
static hec_status explain_kept(const explain_input *input, hec_diagnostics *diagnostics)
{
    hec_result *result = NULL;
    hec_status status = hec_result_read(input->job.file, diagnostics, &result);

    if (status == HEC_OK) {
        status =
            hec_result_explain_person(result, input->person, input->strategy, stdout, diagnostics);
    }
    hec_result_destroy(result);
    return status;
}

static hec_status explain_study(const explain_input *input, hec_diagnostics *diagnostics)
{
    hec_study *study = NULL;
    hec_status status = hec_study_read(input->job.file, &input->job.study, diagnostics, &study);

    if (status == HEC_OK && input->person > 0) {
        status =
            hec_study_explain_person(study, input->person, input->strategy, diagnostics, stdout);
    } else if (status == HEC_OK && input->settlement.provider) {
        status = hec_study_explain_settlement(study, &input->settlement, diagnostics, stdout);
    } else if (status == HEC_OK) {
        status = hec_study_explain(study, input->name, input->strategy, diagnostics, stdout);
    }
    hec_study_destroy(study);
    return status;
}

int cli_explain(int argc, char **argv)
{
    explain_input input = {0};
    hec_status status = HEC_E_MEMORY;

    cli_parse(&explain_argp, argc, argv, &input);
    bool settlement = input.settlement.provider;
    input.settlement.strategy = input.strategy;
    if (!input.name && input.person == 0 && !settlement) {
        int code = explain_check(argv[0], input.job.file);
        cli_job_free(&input.job);
        return code;
    }
    if ((input.name != NULL) + (input.person > 0) + settlement > 1) {
        cli_say(argv[0], "either NAME, --person N or --settlement PROVIDER, not both");
        cli_job_free(&input.job);
        return CLI_EXIT_USAGE;
    }
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    if (diagnostics) {
        status = input.person > 0 && cli_is_hdf5(input.job.file)
                     ? explain_kept(&input, diagnostics)
                     : explain_study(&input, diagnostics);
    }
    cli_job_free(&input.job);
    return cli_finish(argv[0], diagnostics, status);
}
