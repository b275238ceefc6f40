/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hecate check: every mistake in one go, the study in words, what a run needs. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

typedef struct check_input {
    cli_job job;
    hec_format format;
} check_input;

static const char check_doc[] =
    "Reads a model or a study with everything it stands on and reports every mistake, each with "
    "its place and its cure (standard error). Then says in words what the study is and what a "
    "run needs: memory, disk, cells (standard output).\v"
    "Examples:\n"
    "  hecate check model.yaml\n"
    "  hecate check model.yaml --draws 1e6           how much memory would that be?\n"
    "  hecate check model.yaml --format json         diagnostics and plan for a program\n"
    "\n"
    "A study with warnings alone passes (exit code 0).\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    check_input *input = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[1] = state->child_inputs[2] = &input->job;
        return 0;
    case CLI_KEY_FORMAT:
        input->format = cli_format(state, argument, false);
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
    {"format", CLI_KEY_FORMAT, "FORMAT", 0, "text, or json for everything on standard output", 0},
    {0},
};
static const struct argp_child children[] = {
    {.argp = &cli_help_argp},
    {.argp = &cli_set_argp, .header = "The study:", .group = 1},
    {.argp = &cli_engine_argp, .header = "The run:", .group = 2},
    {0}};
static const struct argp check_argp = {.options = options,
                                       .parser = parse,
                                       .args_doc = "FILE",
                                       .doc = check_doc,
                                       .children = children,
                                       .help_filter = cli_help_filter};

static void print_plan_json(const hec_plan *plan)
{
    const struct {
        const char *name;
        int64_t value;
    } rows[] = {
        {"strategies", plan->strategies},
        {"strata", plan->strata},
        {"states", plan->states},
        {"cells", plan->cells},
        {"arcs", plan->arcs},
        {"cycles", plan->cycles},
        {"draws", plan->draws},
        {"parameters_drawn", plan->parameters_drawn},
        {"threads", plan->threads},
        {"block", plan->block},
        {"bytes_kept", plan->bytes_kept},
        {"bytes_per_thread", plan->bytes_per_thread},
        {"bytes_on_disk", plan->bytes_on_disk},
        {"bytes_in_files", plan->bytes_in_files},
        {"bytes_per_person", plan->bytes_per_person},
        {"bytes_together", plan->bytes_together},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        printf("%s\"%s\": %lld", i ? ", " : "{", rows[i].name, (long long)rows[i].value);
    }
    printf(", \"engine\": \"%s\", \"persons\": %lld, \"per_draw\": %lld", plan->engine,
           (long long)plan->persons, (long long)plan->per_draw);
    printf(", \"year_by_year\": ");
    cli_json_string(plan->year_by_year, stdout);
    printf(", \"cycle_by_cycle\": ");
    cli_json_string(plan->cycle_by_cycle, stdout);
    printf("}");
}

/* One object; study and plan are left out when there were errors. */
static hec_status print_json(const char *file, const hec_study *study, const hec_plan *plan,
                             const hec_diagnostics *diagnostics)
{
    char *found = hec_diagnostics_json(diagnostics);
    char *words = NULL;
    size_t length = 0;
    FILE *memory = study ? open_memstream(&words, &length) : NULL;
    hec_status status = found && (!study || memory) ? HEC_OK : HEC_E_MEMORY;

    if (memory) {
        hec_status described = hec_study_describe(study, memory);
        status = status == HEC_OK ? described : status;
        status = fclose(memory) == 0 ? status : HEC_E_MEMORY;
    }
    if (status == HEC_OK) {
        printf("{\n  \"file\": ");
        cli_json_string(file, stdout);
        printf(",\n  \"passed\": %s,\n  \"diagnostics\": %s", study ? "true" : "false", found);
        if (study) {
            printf(",\n  \"description\": ");
            cli_json_string(words, stdout);
            printf(",\n  \"plan\": ");
            print_plan_json(plan);
        }
        printf("\n}\n");
    }
    free(words);
    free(found);
    return status;
}

int cli_check(int argc, char **argv)
{
    check_input input = {0};
    hec_study *study = NULL;
    hec_plan plan = {0};
    hec_status status = HEC_E_MEMORY;

    cli_parse(&check_argp, argc, argv, &input);
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    if (diagnostics) {
        status = hec_study_read(input.job.file, &input.job.study, diagnostics, &study);
    }
    if (status == HEC_OK) {
        status = hec_study_plan(study, &input.job.run, &plan);
    }
    if (diagnostics && input.format == HEC_FORMAT_JSON) {
        hec_status printed =
            print_json(input.job.file, status == HEC_OK ? study : NULL, &plan, diagnostics);
        hec_diagnostics_destroy(diagnostics);
        hec_study_destroy(study);
        cli_job_free(&input.job);
        return hec_status_exit_code(status != HEC_OK ? status : printed);
    }
    if (status == HEC_OK) {
        status = hec_study_describe(study, stdout);
        fputc('\n', stdout);
        cli_print_plan(&plan, stdout);
    }
    hec_study_destroy(study);
    cli_job_free(&input.job);
    return cli_finish(argv[0], diagnostics, status);
}
