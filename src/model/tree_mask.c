/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Round brackets protect: hides from libyaml what stands inside them.
 *
 * `{S1: f(a, b), D: beta(mean: 0.2, se: 0.1)}` is not YAML as it looks: the commas and the colons
 * would end the expressions. A walk over the text, knowing just enough YAML to tell plain scalars
 * from quoted ones, block scalars and comments, replaces the signs that mean something to YAML by a
 * letter wherever they stand inside balanced round brackets of a plain scalar. The copy has the
 * length of the original, so places stay what they are, and the reader takes the text of plain
 * scalars from the original. The reader also checks that nothing else was touched. */
#include <stdbool.h>
#include <string.h>

#include "model/tree_inner.h"

/* What is deeper or longer is no expression; the limits bound the work on hostile text. */
enum { BRACKET_DEPTH = 100, BRACKET_BYTES = 64 * 1024 };

typedef struct masker {
    const char *text;
    char *out;
    size_t length, at;
    size_t line; /* where the present line begins */
    long parent; /* column of the key or dash that the present block value belongs to; -1: none */
    size_t flow; /* depth of [ and { */
    bool plain;  /* a plain scalar may go on in the next line */
} masker;

static bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The text is followed by a NUL, which ends a word as a blank does. */
static bool ends_word(const masker *m, size_t at)
{
    return at >= m->length || is_blank(m->out[at]) || is_break(m->out[at]);
}

static bool is_flow_sign(char c)
{
    return c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
}

static bool in_one_line(const masker *m, size_t from, size_t to)
{
    return memchr(m->text + from, '\n', to - from) == NULL &&
           memchr(m->text + from, '\r', to - from) == NULL;
}

static size_t line_end(const masker *m, size_t at)
{
    while (at < m->length && !is_break(m->text[at]))
        at++;
    return at;
}

static size_t skip_break(const masker *m, size_t at)
{
    if (at + 1 < m->length && m->text[at] == '\r' && m->text[at + 1] == '\n')
        return at + 2;
    return at < m->length ? at + 1 : at;
}

static size_t skip_spaces(const masker *m, size_t at)
{
    while (at < m->length && m->text[at] == ' ')
        at++;
    return at;
}

static bool is_marker(const masker *m, size_t line)
{
    return m->length - line >= 3 && ends_word(m, line + 3) &&
           (memcmp(m->text + line, "---", 3) == 0 || memcmp(m->text + line, "...", 3) == 0);
}

/* ---- brackets -------------------------------------------------------------------------------- */

/* Whether a scalar that is open at `end`, the end of a line, can go on in the next. */
static bool goes_on(const masker *m, size_t end)
{
    const size_t line = skip_break(m, end), first = skip_spaces(m, line);
    if (m->flow == 0 && m->text[end - 1] == ':')
        return false; /* `key (:`, with its mapping below */
    if (first >= m->length || is_break(m->text[first]))
        return true; /* an empty line decides nothing */
    return (long)(first - line) > m->parent && !is_marker(m, line);
}

static void hide(masker *m, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const char c = m->text[i];
        if (is_flow_sign(c) || c == ':' || c == '?' || c == '#')
            m->out[i] = 'x';
    }
}

/* Behind the bracket that closes the one at `open`, with what they hold hidden; or behind the
 * opening one when it has no partner. */
static size_t mask_bracket(masker *m, size_t open)
{
    size_t depth = 0;
    const size_t left = m->length - open;
    const size_t limit = open + (left < BRACKET_BYTES ? left : BRACKET_BYTES);
    for (size_t i = open; i < limit; i++) {
        const char c = m->text[i];
        if (c == '(' && ++depth > BRACKET_DEPTH)
            break;
        if (c == ')' && --depth == 0) {
            hide(m, open + 1, i);
            return i + 1;
        }
        if (is_break(c) && !goes_on(m, i))
            break;
    }
    return open + 1;
}

/* ---- scalars --------------------------------------------------------------------------------- */

/* Walks a plain scalar to its end in this line. What is hidden looks like letters in `out`. */
static void scan_plain(masker *m)
{
    const size_t start = m->at;
    m->plain = false;
    while (m->at < m->length && !is_break(m->out[m->at])) {
        const char c = m->out[m->at];
        if (c == '(') {
            m->at = mask_bracket(m, m->at);
            continue;
        }
        if (m->flow > 0 && is_flow_sign(c))
            return;
        const bool flow_sign_next =
            m->flow > 0 && m->at + 1 < m->length && is_flow_sign(m->out[m->at + 1]);
        if (c == ':' && (ends_word(m, m->at + 1) || flow_sign_next)) {
            if (m->flow == 0 && in_one_line(m, start, m->at))
                m->parent = (long)(start - m->line);
            return;
        }
        if (c == '#' && m->at > 0 && is_blank(m->out[m->at - 1]))
            return;
        m->at++;
    }
    m->plain = true;
}

static void skip_quoted(masker *m)
{
    const size_t start = m->at;
    const char quote = m->text[m->at++];
    while (m->at < m->length) {
        const char c = m->text[m->at++];
        if (c == '\\' && quote == '"') {
            m->at += m->at < m->length;
        } else if (c == quote) {
            if (quote == '"' || m->at >= m->length || m->text[m->at] != '\'')
                break;
            m->at++; /* '' inside single quotes */
        }
    }
    const bool key = m->at < m->length && m->text[m->at] == ':' && ends_word(m, m->at + 1);
    if (m->flow == 0 && key && in_one_line(m, start, m->at))
        m->parent = (long)(start - m->line);
}

/* Column at which the content of a block scalar begins when its header does not say. */
static long content_column(const masker *m, size_t line)
{
    long column = m->parent + 1 > 1 ? m->parent + 1 : 1;
    while (line < m->length) {
        const size_t first = skip_spaces(m, line);
        const long here = (long)(first - line);
        column = here > column ? here : column;
        if (first >= m->length || !is_break(m->text[first]))
            break;
        line = skip_break(m, first);
    }
    return column;
}

/* From `|` or `>` to the line behind the content, which stays as it is. */
static void skip_block_scalar(masker *m)
{
    long column = 0;
    const size_t end = line_end(m, m->at);
    for (size_t i = m->at + 1; i < end && !is_blank(m->text[i]); i++) {
        if (m->text[i] >= '1' && m->text[i] <= '9')
            column = (m->parent > 0 ? m->parent : 0) + (m->text[i] - '0');
    }
    size_t line = skip_break(m, end);
    if (column == 0)
        column = content_column(m, line);
    while (line < m->length) {
        const size_t first = skip_spaces(m, line);
        const bool empty = first < m->length && is_break(m->text[first]);
        if (!empty && (long)(first - line) < column)
            break;
        line = skip_break(m, line_end(m, line));
    }
    m->at = line;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void skip_property(masker *m)
{
    while (!ends_word(m, m->at) && !(m->flow > 0 && is_flow_sign(m->out[m->at])))
        m->at++;
}

/* One token of the present line; false when the line is done. */
static bool scan_token(masker *m)
{
    const char c = m->out[m->at];
    const bool word_ends = ends_word(m, m->at + 1);
    if (c == '#') {
        m->at = line_end(m, m->at);
    } else if (c == '"' || c == '\'') {
        skip_quoted(m);
    } else if (c == '[' || c == '{') {
        m->flow++;
        m->at++;
    } else if (c == ']' || c == '}') {
        m->flow -= m->flow > 0;
        m->at++;
    } else if (is_blank(c) || (c == ',' && m->flow > 0) ||
               (c == ':' && (word_ends || m->flow > 0))) {
        m->at++;
    } else if ((c == '-' || c == '?') && m->flow == 0 && word_ends) {
        m->parent = (long)(m->at - m->line);
        m->at++;
    } else if ((c == '|' || c == '>') && m->flow == 0) {
        skip_block_scalar(m);
        return false;
    } else if (c == '!' || c == '&' || c == '*') {
        skip_property(m);
    } else {
        scan_plain(m);
    }
    return true;
}

static void scan_line(masker *m)
{
    m->line = m->at;
    m->at = skip_spaces(m, m->at);
    const long column = (long)(m->at - m->line);
    if (m->at < m->length && is_break(m->out[m->at])) {
        m->at = skip_break(m, m->at);
        return;
    }
    if (column == 0 && is_marker(m, m->line)) {
        m->plain = false;
        m->flow = 0;
        m->parent = -1;
        m->at += 3;
    } else if (m->plain && m->out[m->at] != '#' && (m->flow > 0 || column > m->parent)) {
        scan_plain(m);
    } else if (m->flow == 0 && m->parent >= column) {
        m->parent = column - 1;
    }
    if (m->at == m->line && m->flow == 0 && m->at < m->length && m->out[m->at] == '%')
        m->at = line_end(m, m->at);
    while (m->at < m->length) {
        if (is_break(m->out[m->at])) {
            m->at = skip_break(m, m->at);
            return;
        }
        m->plain = false;
        if (!scan_token(m))
            return;
    }
}

void hec_tree_mask(const char *text, size_t length, char *out)
{
    masker m = {.text = text, .out = out, .length = length, .parent = -1};
    if (length > 0)
        memcpy(out, text, length);
    while (m.at < length)
        scan_line(&m);
}
