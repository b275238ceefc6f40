/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libyaml's complaints in kind words: what is wrong, where, and how to mend it. */
#include <string.h>

#include "model/tree_inner.h"

/* Where the caret goes: where reading got stuck, or where the thing that does not end begins. */
typedef enum caret_at { AT_PROBLEM, AT_BEGINNING } caret_at;

static const struct {
    const char *context, *problem; /* libyaml's words; context NULL: any */
    caret_at caret;
    const char *words, *beginning, *help;
} complaints[] = {
    {NULL, "could not find expected ':'", AT_BEGINNING,
     "this is neither a list item nor `key: value`", NULL,
     "write `key: value` with a blank after the colon; check that the line is indented like its "
     "neighbours"},
    {NULL, "mapping values are not allowed in this context", AT_PROBLEM,
     "a `key: value` cannot stand here", NULL,
     "check the indentation; text that contains `: ` is written in quotes"},
    {NULL, "block sequence entries are not allowed in this context", AT_PROBLEM,
     "a list item cannot begin here", NULL,
     "begin the list in a line of its own, or write `[a, b]`"},
    {NULL, "mapping keys are not allowed in this context", AT_PROBLEM, "a key cannot begin here",
     NULL, "text that begins with `? ` is written in quotes"},
    {NULL, "did not find expected key", AT_PROBLEM, "this line does not fit the mapping around it",
     "the mapping begins here", "the keys of one mapping begin in the same column"},
    {NULL, "did not find expected '-' indicator", AT_PROBLEM,
     "this line does not fit the list around it", "the list begins here",
     "the items of one list begin with `- ` in the same column"},
    {NULL, "did not find expected ',' or ']'", AT_PROBLEM, "a comma or `]` is missing before this",
     "the list begins here", "items are separated by commas, and the list ends with `]`"},
    {NULL, "did not find expected ',' or '}'", AT_PROBLEM, "a comma or `}` is missing before this",
     "the mapping begins here", "entries are separated by commas, and the mapping ends with `}`"},
    {NULL, "found unexpected ':'", AT_PROBLEM, "a colon cannot stand here", NULL,
     "write `key: value` with a blank after the colon"},
    {"while parsing a block node", "did not find expected node content", AT_PROBLEM,
     "a value cannot begin so", NULL, "text that begins so is written in quotes"},
    {NULL, "did not find expected node content", AT_PROBLEM, "a value is missing before this", NULL,
     NULL},
    {NULL, "did not find expected <document start>", AT_PROBLEM,
     "the document has ended before this line", NULL,
     "a file holds one mapping, whose keys all begin in the first column"},
    {NULL, "found unexpected end of stream", AT_BEGINNING, "the quote that opens here never closes",
     NULL, "a single quote inside single quotes is doubled: `''`"},
    {NULL, "found unexpected document indicator", AT_BEGINNING,
     "the quote that opens here is not closed before the document ends", NULL, NULL},
    {NULL, "found unknown escape character", AT_PROBLEM, "this `\\` escapes nothing", NULL,
     "write the text in single quotes, where `\\` means itself"},
    {NULL, "did not find expected hexdecimal number", AT_PROBLEM, "hexadecimal digits belong here",
     NULL, NULL},
    {NULL, "found invalid Unicode character escape code", AT_PROBLEM, "there is no such character",
     NULL, NULL},
    {NULL, "did not find expected alphabetic or numeric character", AT_PROBLEM,
     "a value cannot begin with `&` or `*`", NULL, "text that begins so is written in quotes"},
    {NULL, "found a tab character that violates indentation", AT_PROBLEM,
     "a tab is used for indentation", NULL, "indent with spaces"},
    {NULL, "found a tab character where an indentation space is expected", AT_PROBLEM,
     "a tab is used for indentation", NULL, "indent with spaces"},
    {"while scanning a block scalar", "did not find expected comment or line break", AT_PROBLEM,
     "text cannot stand behind `|` or `>`", NULL,
     "the text begins in the next line, indented; a value that begins so is written in quotes"},
    {"while scanning a block scalar", "found an indentation indicator equal to 0", AT_PROBLEM,
     "an indentation of 0 means nothing", NULL, NULL},
};

enum { N_COMPLAINTS = sizeof complaints / sizeof complaints[0] };

typedef struct scene {
    hec_diagnostics *diagnostics;
    int32_t file;
    const char *text; /* the whole source */
    size_t length;
    size_t problem, beginning; /* byte offsets */
    bool has_beginning;
} scene;

static hec_place place_at(const scene *s, size_t offset, size_t length)
{
    return (hec_place){s->file, (uint32_t)offset, (uint32_t)length};
}

/* The place of the word at `offset`. */
static hec_place word_at(const scene *s, size_t offset)
{
    if (offset >= s->length)
        return place_at(s, s->length, 0);
    size_t length = strcspn(s->text + offset, " \t\r\n,:[]{}");
    while (length == 0 || (s->text[offset + length] & 0xC0) == 0x80)
        length++;
    return place_at(s, offset, length);
}

static size_t line_start(const scene *s, size_t offset)
{
    while (offset > 0 && s->text[offset - 1] != '\n' && s->text[offset - 1] != '\r')
        offset--;
    return offset;
}

/* A tab among the leading blanks of the line at `offset`. */
static bool report_tab(const scene *s, size_t offset)
{
    const size_t start = line_start(s, offset);
    const size_t spaces = strspn(s->text + start, " ");
    if (s->text[start + spaces] != '\t')
        return false;
    hec_report(s->diagnostics, HEC_CHECK_YAML_SYNTAX, place_at(s, start + spaces, 1),
               "a tab is used for indentation");
    hec_report_help(s->diagnostics, "indent with spaces");
    return true;
}

/* `key:value` where `key: value` is meant, in the line at `offset`. */
static bool report_glued_colon(const scene *s, size_t offset)
{
    const size_t start = line_start(s, offset);
    const char *key = s->text + start + strspn(s->text + start, " -");
    const char *colon = key;
    while (*colon == '_' || (*colon & 0x80) != 0 || (*colon >= '0' && *colon <= '9') ||
           (*colon >= 'A' && *colon <= 'Z') || (*colon >= 'a' && *colon <= 'z'))
        colon++;
    if (colon == key || *colon != ':' || strchr(" \t\r\n:/", colon[1]) != NULL)
        return false;
    const size_t word = strcspn(colon, " \t\r\n");
    hec_report(s->diagnostics, HEC_CHECK_YAML_SYNTAX, place_at(s, (size_t)(colon - s->text), 1),
               "a blank is missing after this colon");
    hec_report_help(s->diagnostics, "write `%.*s: %.*s`", (int)(colon - key), key, (int)(word - 1),
                    colon + 1);
    return true;
}

/* A mapping or list in brackets that the file, or a later line, cuts off. */
static bool report_unclosed(const scene *s, const char *problem)
{
    const bool list = strstr(problem, "',' or ']'") != NULL;
    if (!s->has_beginning || (!list && strstr(problem, "',' or '}'") == NULL))
        return false;
    const size_t stuck_line = line_start(s, s->problem);
    const bool at_end = s->problem >= s->length;
    if (!at_end && stuck_line == line_start(s, s->beginning))
        return false;
    hec_report(s->diagnostics, HEC_CHECK_YAML_SYNTAX, place_at(s, s->beginning, 1),
               "the `%c` that opens here is not closed", list ? '[' : '{');
    if (!at_end)
        hec_report_note(s->diagnostics, word_at(s, s->problem), "reading got stuck here");
    hec_report_help(s->diagnostics, "%s",
                    list ? "end the list with `]`; items are separated by commas"
                         : "end the mapping with `}`; entries are separated by commas");
    return true;
}

/* The file ends inside brackets, behind a comma or a colon: libyaml does not say which bracket. */
static bool report_cut_off(const scene *s, const char *context)
{
    if (s->problem < s->length || strcmp(context, "while parsing a flow node") != 0)
        return false;
    size_t last = s->length;
    while (last > 0 && strchr(" \t\r\n", s->text[last - 1]) != NULL)
        last--;
    hec_report(s->diagnostics, HEC_CHECK_YAML_SYNTAX, place_at(s, last, 0),
               "the file ends where a value is expected");
    hec_report_help(s->diagnostics, "a `[` or `{` further up is not closed");
    return true;
}

/* Signs that YAML keeps for itself. */
static bool report_start_sign(const scene *s, const char *problem)
{
    if (strcmp(problem, "found character that cannot start any token") != 0)
        return false;
    const char sign = s->problem < s->length ? s->text[s->problem] : ' ';
    hec_report(s->diagnostics, HEC_CHECK_YAML_SYNTAX, word_at(s, s->problem),
               "a value cannot begin with `%c`", sign);
    hec_report_help(s->diagnostics, "text that begins so is written in quotes");
    return true;
}

/* What follows a value that has already ended, or a colon without a key, in a block mapping. */
static bool report_stray(const scene *s, const char *problem)
{
    const size_t start = line_start(s, s->problem);
    const bool first = start + strspn(s->text + start, " ") == s->problem;
    if (strcmp(problem, "did not find expected key") != 0 || s->problem >= s->length)
        return false;
    if (s->text[s->problem] == ':') {
        hec_report(s->diagnostics, HEC_CHECK_YAML_SYNTAX, place_at(s, s->problem, 1),
                   "a key is missing in front of this colon");
        return true;
    }
    if (first)
        return false;
    hec_report(s->diagnostics, HEC_CHECK_YAML_SYNTAX, word_at(s, s->problem),
               "the value ends before this");
    hec_report_help(s->diagnostics, "quotes and brackets that open a value also end it; text that "
                                    "goes on behind them is written in quotes as a whole");
    return true;
}

/* Tags, anchors and directives that are not even well formed. */
static bool report_bad_feature(const scene *s, const char *context, const char *problem)
{
    static const char *const features[] = {"tag", "anchor", "alias", "directive", "TAG", "YAML"};
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        if (strstr(context, features[i]) == NULL && strstr(problem, features[i]) == NULL)
            continue;
        hec_report(s->diagnostics, HEC_CHECK_YAML_FEATURE, word_at(s, s->beginning),
                   "anchors, aliases, tags and directives are not part of the language");
        hec_report_help(s->diagnostics,
                        "text that begins with `&`, `*`, `!` or `%%` is written in quotes");
        return true;
    }
    return false;
}

static void report_from_table(const scene *s, const char *context, const char *problem)
{
    for (size_t i = 0; i < N_COMPLAINTS; i++) {
        if (strcmp(problem, complaints[i].problem) != 0 ||
            (complaints[i].context != NULL && strcmp(context, complaints[i].context) != 0))
            continue;
        const bool beginning = complaints[i].caret == AT_BEGINNING && s->has_beginning;
        hec_report(s->diagnostics, HEC_CHECK_YAML_SYNTAX,
                   word_at(s, beginning ? s->beginning : s->problem), "%s", complaints[i].words);
        if (complaints[i].beginning != NULL && s->has_beginning)
            hec_report_note(s->diagnostics, word_at(s, s->beginning), "%s",
                            complaints[i].beginning);
        if (complaints[i].help != NULL)
            hec_report_help(s->diagnostics, "%s", complaints[i].help);
        return;
    }
    hec_report(s->diagnostics, HEC_CHECK_YAML_SYNTAX, word_at(s, s->problem),
               "the text is not valid YAML: %s%s%s", context, *context != '\0' ? ", " : "",
               problem);
}

/* Looks for the glued colon where reading began, got stuck, and in the line before. */
static bool report_any_glued_colon(const scene *s, const char *problem, size_t look)
{
    if (strcmp(problem, "could not find expected ':'") != 0 &&
        strcmp(problem, "mapping values are not allowed in this context") != 0 &&
        strcmp(problem, "did not find expected key") != 0)
        return false;
    if ((s->has_beginning && report_glued_colon(s, s->beginning)) || report_glued_colon(s, look))
        return true;
    size_t above = line_start(s, look);
    if (above == 0)
        return false;
    above -= above > 1 && s->text[above - 1] == '\n' && s->text[above - 2] == '\r' ? 2 : 1;
    return report_glued_colon(s, above);
}

void hec_tree_report_yaml(hec_diagnostics *diagnostics, int32_t file, const hec_char_index *index,
                          const yaml_parser_t *parser)
{
    const char *problem = parser->problem == NULL ? "unknown error" : parser->problem;
    const char *context = parser->context == NULL ? "" : parser->context;
    scene s = {.diagnostics = diagnostics, .file = file, .has_beginning = *context != '\0'};
    s.text = hec_source_text(diagnostics, file, &s.length);
    s.problem = hec_char_index_byte(index, parser->problem_mark.index);
    s.beginning = hec_char_index_byte(index, parser->context_mark.index);
    s.problem = s.problem < s.length ? s.problem : s.length;
    /* behind the last line, look at what is written */
    const size_t look = s.problem > 0 && s.problem == s.length ? s.problem - 1 : s.problem;
    if (report_unclosed(&s, problem) || report_cut_off(&s, context) || report_tab(&s, look) ||
        report_any_glued_colon(&s, problem, look) || report_start_sign(&s, problem) ||
        report_stray(&s, problem) || report_bad_feature(&s, context, problem))
        return;
    report_from_table(&s, context, problem);
}
