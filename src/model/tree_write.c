/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tree as YAML text that reads back to an equal tree. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "model/tree_inner.h"

static void write_node(hec_text *out, const hec_node *node, int indent);

static void add_indent(hec_text *out, int indent)
{
    for (int i = 0; i < indent; i++)
        hec_text_add(out, " ");
}

/* ---- scalars --------------------------------------------------------------------------------- */

static bool is_breaking(int32_t c)
{
    return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* What YAML lets stand outside double quotes. */
static bool is_clean(int32_t c)
{
    return c >= 0x20 && (c < 0x7F || c >= 0xA0) && c != 0xFEFF && c != 0xFFFE && c != 0xFFFF &&
           !is_breaking(c);
}

static bool all_clean(const char *text, size_t length, bool breaks_too)
{
    for (size_t at = 0; at < length;) {
        const int32_t c = hec_utf8_next(text, length, &at);
        if (!is_clean(c) && !(breaks_too && (c == '\n' || c == '\r' || c == '\t')))
            return false;
    }
    return true;
}

/* Whether `text` behind `key: ` reads as a plain scalar of exactly this text. */
static bool is_plain(const char *text, size_t length)
{
    if (length == 0 || !all_clean(text, length, false) || strchr(" \t", text[0]) != NULL ||
        strchr(" \t", text[length - 1]) != NULL || strchr(",[]{}#&*!|>'\"%@`", text[0]) != NULL ||
        strncmp(text, "---", 3) == 0 || strncmp(text, "...", 3) == 0)
        return false;
    if (strchr("-?:", text[0]) != NULL && (length == 1 || text[1] == ' '))
        return false;
    char *masked = malloc(length + 1); /* round brackets protect when read back, too */
    if (masked == NULL)
        return false;
    hec_tree_mask(text, length, masked);
    masked[length] = '\0';
    const bool plain = strstr(masked, ": ") == NULL && strstr(masked, " #") == NULL &&
                       strstr(masked, "\t#") == NULL && strstr(masked, ":\t") == NULL &&
                       masked[length - 1] != ':';
    free(masked);
    return plain;
}

static void add_double_quoted(hec_text *out, const char *text, size_t length)
{
    hec_text_add(out, "\"");
    for (size_t at = 0; at < length;) {
        const size_t start = at;
        const int32_t c = hec_utf8_next(text, length, &at);
        if (c == '"' || c == '\\')
            hec_text_format(out, "\\%c", (char)c);
        else if (c == '\n')
            hec_text_add(out, "\\n");
        else if (c != HEC_UTF8_BAD && !is_clean(c))
            hec_text_format(out, c < 0x100 ? "\\x%02X" : "\\u%04X", (unsigned)c);
        else
            hec_text_add_bytes(out, text + start, at - start);
    }
    hec_text_add(out, "\"");
}

static void add_quoted(hec_text *out, const char *text, size_t length)
{
    /* single quotes keep the text as it is, so that it is verbatim when read back */
    if (!all_clean(text, length, false) || memchr(text, '\'', length) != NULL) {
        add_double_quoted(out, text, length);
        return;
    }
    hec_text_add(out, "'");
    hec_text_add_bytes(out, text, length);
    hec_text_add(out, "'");
}

/* `|` with the indentation stated, and the end of the text kept: what is not quoted and cannot
 * stand plain. Line ends become line feeds. */
static void add_block(hec_text *out, const char *text, size_t length, int indent)
{
    const bool ends = length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r');
    hec_text_add(out, ends ? "|2+\n" : "|2-\n");
    for (size_t at = 0; at < length;) {
        const size_t line = strcspn(text + at, "\r\n");
        if (line > 0)
            add_indent(out, indent);
        hec_text_add_bytes(out, text + at, line);
        at += line;
        if (at == length)
            break;
        hec_text_add(out, "\n");
        at += text[at] == '\r' && text[at + 1] == '\n' ? 2 : 1;
    }
    if (!ends)
        hec_text_add(out, "\n");
}

/* A scalar and the end of its line. `indent` is that of the keys or dashes around it. */
static void write_scalar(hec_text *out, const hec_node *node, int indent)
{
    const bool null = hec_tree_is_null(node->text);
    if (!node->quoted && !null && is_plain(node->text, node->length)) {
        hec_text_add_bytes(out, node->text, node->length);
    } else if (!node->quoted && indent >= 0 && all_clean(node->text, node->length, true)) {
        add_block(out, node->text, node->length, indent + 2);
        return;
    } else {
        add_quoted(out, node->text, node->length);
    }
    hec_text_add(out, "\n");
}

/* A bracket left open in a key would look for its partner in the value. */
static bool leaves_bracket_open(const char *text)
{
    size_t depth = 0;
    for (; *text != '\0'; text++) {
        depth += *text == '(';
        depth -= *text == ')' && depth > 0;
    }
    return depth > 0;
}

static void write_key(hec_text *out, const char *key)
{
    const size_t length = strlen(key);
    if (is_plain(key, length) && !leaves_bracket_open(key))
        hec_text_add_bytes(out, key, length);
    else
        add_quoted(out, key, length);
    hec_text_add(out, ":");
}

/* ---- mappings and lists ---------------------------------------------------------------------- */

/* Behind `key:` or `-`, whose column is `indent`. */
static void write_value(hec_text *out, const hec_node *value, int indent, bool in_list)
{
    if (value->kind == HEC_NODE_EMPTY) {
        hec_text_add(out, "\n");
    } else if (value->kind == HEC_NODE_SCALAR) {
        hec_text_add(out, " ");
        write_scalar(out, value, indent);
    } else if (value->count == 0) {
        hec_text_add(out, value->kind == HEC_NODE_LIST ? " []\n" : " {}\n");
    } else if (in_list) {
        hec_text_add(out, " "); /* the first entry stands beside the dash */
        write_node(out, value, indent + 2);
    } else {
        hec_text_add(out, "\n");
        add_indent(out, indent + 2);
        write_node(out, value, indent + 2);
    }
}

/* The first line is already indented. */
static void write_node(hec_text *out, const hec_node *node, int indent)
{
    for (size_t i = 0; i < node->count; i++) {
        if (i > 0)
            add_indent(out, indent);
        if (node->kind == HEC_NODE_MAP) {
            write_key(out, node->entries[i].key);
            write_value(out, node->entries[i].value, indent, false);
        } else {
            hec_text_add(out, "-");
            write_value(out, node->items[i], indent, true);
        }
    }
}

char *hec_node_to_yaml(const hec_node *node)
{
    hec_text out = {0};
    if (node == NULL || node->kind == HEC_NODE_EMPTY)
        hec_text_add(&out, "~\n");
    else if (node->kind == HEC_NODE_SCALAR)
        write_scalar(&out, node, -1);
    else if (node->count == 0)
        hec_text_add(&out, node->kind == HEC_NODE_LIST ? "[]\n" : "{}\n");
    else
        write_node(&out, node, 0);
    return hec_text_take(&out);
}
