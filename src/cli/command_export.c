/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hecate export: a result as CSV files. */
#include "cli.h"

typedef struct export_input {
    const char *file, *directory;
} export_input;

static const char export_doc[] =
    "Writes every table of a result as DIR/NAME.csv; no digit is lost.\v"
    "Example:\n"
    "  hecate export out.h5 -d csv\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    export_input *input = state->input;

    switch (key) {
    case 'd':
        input->directory = argument;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_argument(state, argument, &input->file);
        return 0;
    case ARGP_KEY_END:
        if (!input->file || !input->directory) {
            argp_error(state, "%s is needed",
                       input->file ? "-d DIR" : "OUT.h5, a result that `hecate run' wrote,");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"directory", 'd', "DIR", 0, "The folder to write to", 0},
    {0},
};
static const struct argp_child children[] = {{.argp = &cli_help_argp}, {0}};
static const struct argp export_argp = {.options = options,
                                        .parser = parse,
                                        .args_doc = "OUT.h5",
                                        .doc = export_doc,
                                        .children = children,
                                        .help_filter = cli_help_filter};

static void print_written(const hec_result *result, const char *directory)
{
    size_t n = 0;

    for (size_t i = 0; i < hec_result_table_count(); i++) {
        n += hec_result_has_table(result, hec_result_table_name(i));
    }
    printf("%zu tables are in %s.\n", n, directory);
}

int cli_export(int argc, char **argv)
{
    export_input input = {0};
    hec_result *result = NULL;
    hec_status status = HEC_E_MEMORY;

    cli_parse(&export_argp, argc, argv, &input);
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    if (diagnostics) {
        status = hec_result_read(input.file, diagnostics, &result);
    }
    if (status == HEC_OK) {
        status = hec_result_export(result, input.directory, diagnostics);
    }
    if (status == HEC_OK) {
        print_written(result, input.directory);
    }
    hec_result_destroy(result);
    return cli_finish(argv[0], diagnostics, status);
}
