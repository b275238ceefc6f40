/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hecate show: tables of a result. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

typedef struct show_input {
    const char *file;
    const char **tables;
    size_t n_tables;
    hec_format format;
} show_input;

static const char show_doc[] =
    "Prints tables of a result that `hecate run' wrote; without a table's name the incremental "
    "analysis and, in text, the list of the tables that this result has.\v"
    "Examples:\n"
    "  hecate show out.h5\n"
    "  hecate show out.h5 ceac evpi\n"
    "  hecate show out.h5 --table cea --format csv   a header row, one row per strategy\n"
    "\n"
    "CSV and JSON carry every digit. Several tables are separated by an empty line (text, csv) or\n"
    "become one object, a key for each table (json).\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    show_input *input = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        input->tables = calloc((size_t)state->argc + 1, sizeof *input->tables);
        if (!input->tables) {
            argp_failure(state, hec_status_exit_code(HEC_E_MEMORY), 0, "%s",
                         hec_status_text(HEC_E_MEMORY));
        }
        return 0;
    case CLI_KEY_TABLE:
        input->tables[input->n_tables++] = argument;
        return 0;
    case CLI_KEY_FORMAT:
        input->format = cli_format(state, argument, true);
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num) {
            input->tables[input->n_tables++] = argument;
        } else {
            input->file = argument;
        }
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which OUT.h5? A result that `hecate run' wrote is needed");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"table", CLI_KEY_TABLE, "NAME", 0, "A table to print; the same as naming it after OUT.h5", 0},
    {"format", CLI_KEY_FORMAT, "FORMAT", 0, "text, csv or json", 0},
    {0},
};
static const struct argp_child children[] = {{.argp = &cli_help_argp}, {0}};
static const struct argp show_argp = {.options = options,
                                      .parser = parse,
                                      .args_doc = "OUT.h5 [TABLE...]",
                                      .doc = show_doc,
                                      .children = children,
                                      .help_filter = cli_help_filter};

static hec_status print_tables(const show_input *input, const hec_result *result,
                               hec_diagnostics *diagnostics)
{
    bool object = input->format == HEC_FORMAT_JSON && input->n_tables > 1;
    hec_status status = HEC_OK;

    for (size_t i = 0; i < input->n_tables && status == HEC_OK; i++) {
        if (object) {
            printf("%s", i ? ", " : "{");
            cli_json_string(input->tables[i], stdout);
            printf(": ");
        } else if (i) {
            printf("\n");
        }
        status = hec_result_print(result, input->tables[i], input->format, stdout, diagnostics);
    }
    if (object) {
        printf("}\n");
    }
    return status;
}

/* Every wanted table is there, or all that are not are reported before anything is printed. */
static hec_status find_tables(const show_input *input, const hec_result *result,
                              hec_diagnostics *diagnostics)
{
    hec_status status = HEC_OK;

    for (size_t i = 0; i < input->n_tables; i++) {
        if (!hec_result_has_table(result, input->tables[i])) {
            hec_status missing =
                hec_result_print(result, input->tables[i], input->format, stdout, diagnostics);
            status = status == HEC_OK ? missing : status;
        }
    }
    return status;
}

static void list_tables(const char *file, const hec_result *result)
{
    size_t width = 0;

    for (size_t i = 0; i < hec_result_table_count(); i++) {
        size_t length = strlen(hec_result_table_name(i));
        width = length > width ? length : width;
    }
    printf("\nTables of %s, for hecate show %s --table NAME:\n", file, file);
    for (size_t i = 0; i < hec_result_table_count(); i++) {
        if (hec_result_has_table(result, hec_result_table_name(i))) {
            printf("  %-*s  %s\n", (int)width, hec_result_table_name(i), hec_result_table_words(i));
        }
    }
}

int cli_show(int argc, char **argv)
{
    show_input input = {0};
    hec_result *result = NULL;
    hec_status status = HEC_E_MEMORY;

    cli_parse(&show_argp, argc, argv, &input);
    bool listed = input.n_tables == 0 && input.format == HEC_FORMAT_TEXT;
    if (input.n_tables == 0) {
        input.tables[input.n_tables++] = "cea";
    }
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    if (diagnostics) {
        status = hec_result_read(input.file, diagnostics, &result);
    }
    if (status == HEC_OK) {
        status = find_tables(&input, result, diagnostics);
    }
    if (status == HEC_OK) {
        status = print_tables(&input, result, diagnostics);
    }
    if (status == HEC_OK && listed) {
        list_tables(input.file, result);
    }
    hec_result_destroy(result);
    free(input.tables);
    return cli_finish(argv[0], diagnostics, status);
}
