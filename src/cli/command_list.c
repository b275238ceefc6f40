/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hecate list: what the language and this build know. */
#include "cli.h"

typedef struct list_input {
    const char *topic;
    hec_format format;
} list_input;

static const char list_doc[] =
    "Prints what the language and this build know about a topic; without TOPIC the topics.\v"
    "Examples:\n"
    "  hecate list\n"
    "  hecate list functions\n"
    "  hecate list distributions --format csv\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    list_input *input = state->input;

    switch (key) {
    case CLI_KEY_FORMAT:
        input->format = cli_format(state, argument, true);
        return 0;
    case ARGP_KEY_ARG:
        cli_take_argument(state, argument, &input->topic);
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
static const struct argp list_argp = {.options = options,
                                      .parser = parse,
                                      .args_doc = "[TOPIC]",
                                      .doc = list_doc,
                                      .children = children,
                                      .help_filter = cli_help_filter};

int cli_list(int argc, char **argv)
{
    list_input input = {0};

    cli_parse(&list_argp, argc, argv, &input);
    if (!input.topic) {
        input.topic = "topics";
    }
    hec_status status = hec_catalogue_print(input.topic, input.format, stdout);
    if (status == HEC_E_ARGUMENT) {
        cli_say(argv[0], "there is no topic '%s'%s; see 'hecate list'", input.topic,
                cli_nearest_in("topics", input.topic));
        return CLI_EXIT_USAGE;
    }
    return cli_finish(argv[0], NULL, status);
}
