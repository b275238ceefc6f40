/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hecate info: what this build is made of and what this machine gives it. */
#include "cli.h"

#include <stdlib.h>

static const char info_doc[] =
    "Prints the version, the instruction set in use and those available, the processors, the "
    "libraries and the compiler.\v"
    "Examples:\n"
    "  hecate info\n"
    "  hecate info --format json\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    hec_format *format = state->input;

    switch (key) {
    case CLI_KEY_FORMAT:
        *format = cli_format(state, argument, true);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "'%s' is one argument too many", argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"format", CLI_KEY_FORMAT, "FORMAT", 0, "text, csv or json", 0},
    {0},
};
static const struct argp_child children[] = {{.argp = &cli_help_argp}, {0}};
static const struct argp info_argp = {.options = options,
                                      .parser = parse,
                                      .doc = info_doc,
                                      .children = children,
                                      .help_filter = cli_help_filter};

int cli_info(int argc, char **argv)
{
    hec_format format = HEC_FORMAT_TEXT;
    const char *isa = getenv("HECATE_CPU");

    cli_parse(&info_argp, argc, argv, &format);
    hec_status status = hec_info_print(isa && *isa ? isa : NULL, format, stdout);
    if (status == HEC_E_ARGUMENT) {
        cli_say(argv[0],
                "HECATE_CPU %s: not an instruction set of this processor and build; see "
                "'hecate list isa'",
                isa);
        return CLI_EXIT_USAGE;
    }
    return cli_finish(argv[0], NULL, status);
}
