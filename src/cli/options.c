/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options that several subcommands take, read strictly: option, value and what is accepted. */
#include "cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 48, NAMES_MAX = 64, THREADS_MOST = 4096 };
static const uint64_t draws_most = 1000000000000, persons_most = 10000000000;

/* ---- numbers ------------------------------------------------------------------------------- */

static bool append_digit(uint64_t *value, unsigned digit)
{
    return !__builtin_mul_overflow(*value, 10, value) &&
           !__builtin_add_overflow(*value, digit, value);
}

/* value * 10^power, when that is a whole number. */
static bool scale(uint64_t *value, int power)
{
    for (; power > 0 && *value; power--) {
        if (!append_digit(value, 0)) {
            return false;
        }
    }
    for (; power < 0 && *value; power++) {
        if (*value % 10) {
            return false;
        }
        *value /= 10;
    }
    return true;
}

/* An exponent "e6"; the pen stands behind it afterwards. */
static bool read_exponent(const char **pen, int *power)
{
    const char *c = *pen + 1;
    int digits = 0, exponent = 0;

    c += *c == '+';
    for (; *c >= '0' && *c <= '9'; c++) {
        exponent = exponent * 10 + (*c - '0');
        if (++digits > 2) {
            return false;
        }
    }
    *power += exponent;
    *pen = c;
    return digits > 0;
}

/* Digits with single underscores between them, a fraction and an exponent, without rounding. */
static bool read_integer(const char *text, uint64_t *value)
{
    const char *c = text;
    int power = 0;
    bool fraction = false, after_digit = false;

    *value = 0;
    for (; *c && *c != 'e' && *c != 'E'; c++) {
        if (*c >= '0' && *c <= '9') {
            if (!append_digit(value, (unsigned)(*c - '0'))) {
                return false;
            }
            power -= fraction;
            after_digit = true;
        } else if ((*c == '_' || (*c == '.' && !fraction)) && after_digit) {
            fraction = fraction || *c == '.';
            after_digit = false;
        } else {
            return false;
        }
    }
    if (!after_digit || (*c && !read_exponent(&c, &power))) {
        return false;
    }
    return !*c && scale(value, power);
}

uint64_t cli_integer(struct argp_state *state, const char *option, const char *text, uint64_t least,
                     uint64_t most)
{
    uint64_t value = 0;

    if (!read_integer(text, &value) || value < least || value > most) {
        argp_error(state,
                   "%s %s: a whole number from %" PRIu64 " to %" PRIu64
                   " is accepted, such as 1000, 10_000 or 1e6",
                   option, *text ? text : "''", least, most);
    }
    return value;
}

/* ---- words --------------------------------------------------------------------------------- */

hec_format cli_format(struct argp_state *state, const char *text, bool has_csv)
{
    if (strcmp(text, "csv") == 0 && has_csv) {
        return HEC_FORMAT_CSV;
    }
    if (strcmp(text, "json") == 0) {
        return HEC_FORMAT_JSON;
    }
    if (strcmp(text, "text") != 0) {
        argp_error(state, "--format %s: %s is accepted", text,
                   has_csv ? "text, csv or json" : "text or json");
    }
    return HEC_FORMAT_TEXT;
}

void cli_take_argument(struct argp_state *state, const char *argument, const char **place)
{
    if (*place) {
        argp_error(state, "'%s' is one argument too many, after '%s'", argument, *place);
    }
    *place = argument;
}

static const char *known_isa(struct argp_state *state, const char *option, const char *text)
{
    size_t n = hec_catalogue_count("isa");
    char list[128] = "";

    for (size_t i = 0; i < n; i++) {
        const char *name = hec_catalogue_name("isa", i);
        size_t used = strlen(list);

        if (strcmp(name, text) == 0) {
            return name;
        }
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", name);
    }
    argp_error(state, "%s %s: this processor and this build can use %s", option, text, list);
    return NULL;
}

/* ---- argp children --------------------------------------------------------------------------- */

static error_t parse_help(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    if (key != 'h') {
        return ARGP_ERR_UNKNOWN;
    }
    argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
    return 0;
}

static error_t parse_set(int key, char *argument, struct argp_state *state)
{
    cli_job *job = state->input;
    const char *equals;

    switch (key) {
    case ARGP_KEY_INIT:
        job->study.draws = -1;
        job->set = calloc((size_t)state->argc, sizeof *job->set);
        if (!job->set) {
            argp_failure(state, hec_status_exit_code(HEC_E_MEMORY), 0, "%s",
                         hec_status_text(HEC_E_MEMORY));
        }
        job->study.set = job->set;
        return 0;
    case CLI_KEY_SET:
        equals = strchr(argument, '=');
        if (!equals || equals == argument || !equals[1]) {
            argp_error(state, "--set %s: PATH=VALUE is accepted, such as r_HS1=0.2", argument);
        }
        job->set[job->study.n_set++] = argument;
        return 0;
    case CLI_KEY_PERSONS:
        job->study.persons = (int64_t)cli_integer(state, "--persons", argument, 1, persons_most);
        return 0;
    case CLI_KEY_SEED:
        job->study.seed = cli_integer(state, "--seed", argument, 0, UINT64_MAX);
        job->study.has_seed = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void cli_job_free(cli_job *job)
{
    free(job->set);
}

/* What the command line leaves open, the environment may say. */
static void read_environment(struct argp_state *state, hec_run_options *run)
{
    const char *threads = getenv("HECATE_THREADS");
    const char *isa = getenv("HECATE_CPU");

    if (run->threads < 0) {
        run->threads = threads && *threads
                           ? (int)cli_integer(state, "HECATE_THREADS", threads, 0, THREADS_MOST)
                           : 0;
    }
    if (!run->isa && isa && *isa) {
        run->isa = known_isa(state, "HECATE_CPU", isa);
    }
}

static error_t parse_engine(int key, char *argument, struct argp_state *state)
{
    cli_job *job = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        job->run.threads = -1;
        return 0;
    case CLI_KEY_DRAWS:
        job->study.draws = (int64_t)cli_integer(state, "--draws", argument, 0, draws_most);
        return 0;
    case CLI_KEY_THREADS:
        job->run.threads = (int)cli_integer(state, "--threads", argument, 0, THREADS_MOST);
        return 0;
    case CLI_KEY_ISA:
        job->run.isa = known_isa(state, "--isa", argument);
        return 0;
    case CLI_KEY_BLOCK:
        job->run.block = (int64_t)cli_integer(state, "--block", argument, 0, INT32_MAX);
        if (job->run.block % 8) {
            argp_error(state, "--block %s: a multiple of 8 is accepted", argument);
        }
        return 0;
    case ARGP_KEY_END:
        read_environment(state, &job->run);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option help_options[] = {
    {.key = 'h', .flags = OPTION_HIDDEN},
    {0},
};

static const struct argp_option set_options[] = {
    {"set", CLI_KEY_SET, "PATH=VALUE", 0,
     "Replace a value of the study, such as r_HS1=0.2 or economics.discount.cost=3%; may be "
     "repeated",
     0},
    {"persons", CLI_KEY_PERSONS, "N", 0, "Simulate so many persons in place of a cohort", 0},
    {"seed", CLI_KEY_SEED, "N", 0, "Seed of the draws and of the persons", 0},
    {0},
};

static const struct argp_option engine_options[] = {
    {"draws", CLI_KEY_DRAWS, "N", 0, "Draws of the uncertain parameters (0: base case alone)", 0},
    {"threads", CLI_KEY_THREADS, "N", 0,
     "Threads (0: all; environment: HECATE_THREADS). Results do not depend on it", 0},
    {"isa", CLI_KEY_ISA, "LEVEL", 0,
     "Instruction set, see `hecate list isa' (environment: HECATE_CPU). Results do not depend on "
     "it",
     0},
    {"block", CLI_KEY_BLOCK, "N", 0,
     "Draws or persons side by side, a multiple of 8 (0: chosen). Results do not depend on it", 0},
    {0},
};

const struct argp cli_help_argp = {.options = help_options, .parser = parse_help};
const struct argp cli_set_argp = {.options = set_options, .parser = parse_set};
const struct argp cli_engine_argp = {.options = engine_options, .parser = parse_engine};

/* ---- parsing ------------------------------------------------------------------------------- */

static size_t collect_options(const struct argp *argp, const struct argp_option **found, size_t n)
{
    for (const struct argp_option *o = argp->options; o && (o->name || o->key) && n < OPTIONS_MAX;
         o++) {
        found[n++] = o;
    }
    for (const struct argp_child *c = argp->children; c && c->argp; c++) {
        n = collect_options(c->argp, found, n);
    }
    return n;
}

/* The option that a long name, perhaps shortened, means; NULL when none begins like it. */
static const struct argp_option *match_long(size_t n, const struct argp_option *const *options,
                                            const char *name, size_t length)
{
    for (size_t i = 0; i < n; i++) {
        if (options[i]->name && strncmp(options[i]->name, name, length) == 0) {
            return options[i];
        }
    }
    return NULL;
}

static _Noreturn void refuse_option(const char *command, size_t n,
                                    const struct argp_option *const *options, const char *name,
                                    size_t length)
{
    const char *names[OPTIONS_MAX];
    char word[NAMES_MAX];
    size_t n_names = 0;

    for (size_t i = 0; i < n; i++) {
        if (options[i]->name) {
            names[n_names++] = options[i]->name;
        }
    }
    snprintf(word, sizeof word, "%.*s", (int)length, name);
    const char *nearest = hec_catalogue_nearest(word, n_names, names);
    cli_say(command, "there is no option '--%s'%s%s%s; see '%s --help'", word,
            nearest ? ", did you mean '--" : "", nearest ? nearest : "", nearest ? "'?" : "",
            command);
    exit(CLI_EXIT_USAGE);
}

/* getopt says no more than "unrecognized option"; find such ones before it does. */
static void refuse_unknown_options(const struct argp *argp, int argc, char **argv)
{
    static const struct argp_option built_in[] = {{.name = "help"}, {.name = "usage"}};
    const struct argp_option *options[OPTIONS_MAX + 2] = {&built_in[0], &built_in[1]};
    size_t n = collect_options(argp, options, 2);

    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        const struct argp_option *option = NULL;
        bool apart = false;

        if (strcmp(word, "--") == 0) {
            return;
        }
        if (strncmp(word, "--", 2) == 0) {
            size_t length = strcspn(word + 2, "=");
            option = match_long(n, options, word + 2, length);
            if (!option) {
                refuse_option(argv[0], n, options, word + 2, length);
            }
            apart = !word[2 + length];
        } else if (word[0] == '-' && word[1] && !word[2]) {
            for (size_t k = 0; k < n && !option; k++) {
                option = options[k]->key == word[1] ? options[k] : NULL;
            }
            apart = true;
        }
        i += option && option->arg && apart;
    }
}

void cli_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    argp_err_exit_status = CLI_EXIT_USAGE;
    (void)setenv("ARGP_HELP_FMT", "no-dup-args-note", 0); /* how argp is told to leave it out */
    refuse_unknown_options(argp, argc, argv);
    error_t failed = argp_parse(argp, argc, argv, 0, NULL, input);
    if (failed) {
        cli_say(argv[0], "%s", strerror(failed));
        exit(CLI_EXIT_USAGE);
    }
}

void cli_print_exit_codes(FILE *out)
{
    fprintf(out, "Exit codes:\n");
    for (int s = 0; s < HEC_STATUS_COUNT; s++) {
        fprintf(out, "  %3d  %s\n", hec_status_exit_code((hec_status)s),
                hec_status_text((hec_status)s));
    }
}

char *cli_help_filter(int key, const char *text, void *input)
{
    char *lines = NULL;
    size_t length = 0;
    FILE *memory;

    (void)input;
    if (key != ARGP_KEY_HELP_EXTRA) {
        return (char *)text;
    }
    memory = open_memstream(&lines, &length);
    if (!memory) {
        return NULL;
    }
    cli_print_exit_codes(memory);
    fclose(memory);
    return lines;
}
