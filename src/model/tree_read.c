/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YAML to nodes: the events of libyaml, each turned into a node that knows its place. */
#include <stdlib.h>
#include <string.h>

#include "base/readfile.h"
#include "model/tree_inner.h"

/* A mapping or list that is being filled. */
typedef struct frame {
    hec_node *node; /* NULL: what it holds is not kept */
    bool is_map, has_key, keep;
    bool is_flow, key_plain;
    hec_entry entry; /* its key, once has_key; kept only if `keep` */
    hec_key_index index;
} frame;

typedef struct reader {
    hec_arena *arena;
    hec_diagnostics *diagnostics;
    int32_t file;
    const char *text;   /* the whole source */
    const char *masked; /* the same behind the byte order mark, brackets protected */
    size_t length;
    hec_char_index index;
    frame frames[HEC_TREE_DEPTH];
    size_t depth, n_nodes, n_documents;
    hec_node *root;
    bool ok, stop; /* an error was reported; reading cannot go on */
} reader;

/* ---- places ---------------------------------------------------------------------------------- */

enum { MARK_SHIFT = 6 };

bool hec_char_index_create(hec_char_index *index, const char *text, size_t length, size_t base)
{
    *index = (hec_char_index){.text = text, .length = length, .base = base};
    size_t n_characters = 0;
    for (size_t i = 0; i < length; i++)
        n_characters += ((unsigned char)text[i] & 0xC0) != 0x80;
    if (n_characters == length)
        return true;
    index->n_marks = (n_characters >> MARK_SHIFT) + 1;
    index->marks = calloc(index->n_marks, sizeof(uint32_t));
    if (index->marks == NULL)
        return false;
    size_t character = 0;
    for (size_t i = 0; i < length; i++) {
        if (((unsigned char)text[i] & 0xC0) == 0x80)
            continue;
        if ((character & ((1u << MARK_SHIFT) - 1)) == 0)
            index->marks[character >> MARK_SHIFT] = (uint32_t)i;
        character++;
    }
    if ((n_characters & ((1u << MARK_SHIFT) - 1)) == 0)
        index->marks[n_characters >> MARK_SHIFT] = (uint32_t)length;
    return true;
}

void hec_char_index_free(hec_char_index *index)
{
    free(index->marks);
    index->marks = NULL;
}

size_t hec_char_index_byte(const hec_char_index *index, size_t character)
{
    if (index->marks == NULL)
        return index->base + (character < index->length ? character : index->length);
    const size_t mark = character >> MARK_SHIFT;
    if (mark >= index->n_marks)
        return index->base + index->length;
    size_t byte = index->marks[mark];
    for (size_t left = character - (mark << MARK_SHIFT); left > 0 && byte < index->length; left--) {
        byte++;
        while (byte < index->length && ((unsigned char)index->text[byte] & 0xC0) == 0x80)
            byte++;
    }
    return index->base + byte;
}

static hec_place place_between(const reader *r, yaml_mark_t from, yaml_mark_t to)
{
    const size_t start = hec_char_index_byte(&r->index, from.index);
    const size_t end = hec_char_index_byte(&r->index, to.index);
    return (hec_place){r->file, (uint32_t)start, (uint32_t)(end > start ? end - start : 0)};
}

static size_t place_end(hec_place place)
{
    return (size_t)place.offset + place.length;
}

static void out_of_memory(reader *r)
{
    hec_report_out_of_memory(r->diagnostics);
    r->ok = false;
    r->stop = true;
}

/* ---- scalars --------------------------------------------------------------------------------- */

bool hec_tree_is_null(const char *text)
{
    return text[0] == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0 ||
           strcmp(text, "Null") == 0 || strcmp(text, "NULL") == 0;
}

/* Protected brackets belong to plain scalars. Should the walk in tree_mask.c ever have taken
 * another kind for a plain one, the text libyaml saw is not the user's: say so instead of using it.
 */
static void check_untouched(reader *r, hec_place place)
{
    const size_t inside = place.offset - r->index.base;
    if (memcmp(r->text + place.offset, r->masked + inside, place.length) == 0)
        return;
    hec_report(r->diagnostics, HEC_CHECK_YAML_SYNTAX, place,
               "round brackets near here make it unclear where this text begins and ends");
    hec_report_help(r->diagnostics, "put the text with the unbalanced round bracket in quotes");
    r->ok = false;
}

/* A quoted or block scalar: libyaml's text, which is verbatim when nothing was escaped or folded.
 */
static void take_quoted(reader *r, const yaml_event_t *event, hec_node *node)
{
    const char *value = (const char *)event->data.scalar.value;
    const size_t length = event->data.scalar.length;
    const bool block = event->data.scalar.style == YAML_LITERAL_SCALAR_STYLE ||
                       event->data.scalar.style == YAML_FOLDED_SCALAR_STYLE;
    check_untouched(r, node->place);
    node->quoted = !block;
    if (memchr(value, '\0', length) != NULL) {
        hec_report(r->diagnostics, HEC_CHECK_YAML_SYNTAX, node->place,
                   "a NUL character stands in the text");
        r->ok = false;
    }
    node->verbatim = !block && node->place.length == length + 2 &&
                     memcmp(r->text + node->place.offset + 1, value, length) == 0;
    if (node->verbatim) {
        node->place.offset += 1;
        node->place.length -= 2;
    }
    node->text = hec_arena_copy(r->arena, value, length);
    node->length = node->text == NULL ? 0 : strlen(node->text);
}

static hec_node *scalar_node(reader *r, const yaml_event_t *event)
{
    const hec_place place = place_between(r, event->start_mark, event->end_mark);
    hec_node *node = hec_node_create(r->arena, HEC_NODE_SCALAR, place);
    if (node == NULL)
        return NULL;
    if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE) {
        take_quoted(r, event, node);
        return node->text == NULL ? NULL : node;
    }
    node->text = hec_arena_copy(r->arena, r->text + place.offset, place.length);
    node->length = place.length;
    node->verbatim = true;
    return node->text == NULL ? NULL : node;
}

/* ---- putting nodes together ------------------------------------------------------------------ */

static bool repeats(reader *r, frame *top, const hec_node *key)
{
    if (top->node == NULL)
        return false;
    const size_t found = hec_key_index_find(&top->index, top->node, key->text);
    if (found == SIZE_MAX)
        return false;
    hec_report(r->diagnostics, HEC_CHECK_YAML_DUPLICATE_KEY, key->place,
               "the key `%s` stands twice in this mapping", key->text);
    hec_report_note(r->diagnostics, top->node->entries[found].key_place, "it was first given here");
    r->ok = false;
    return true;
}

static bool is_good_key(reader *r, const hec_node *key)
{
    if (key->kind != HEC_NODE_SCALAR) {
        hec_report(r->diagnostics, HEC_CHECK_WRONG_SHAPE, key->place,
                   "a key must be a single word, not a mapping or list");
        hec_report_help(r->diagnostics, "text that begins with `{` or `[` is written in quotes");
    } else if (key->length == 0) {
        hec_report(r->diagnostics, HEC_CHECK_YAML_SYNTAX, key->place,
                   "a key is missing in front of the colon");
    } else if (key->length > HEC_TREE_KEY_BYTES) {
        hec_report(r->diagnostics, HEC_CHECK_YAML_SYNTAX, key->place,
                   "a key of %zu bytes is too long; at most %d", key->length, HEC_TREE_KEY_BYTES);
    } else {
        return true;
    }
    r->ok = false;
    return false;
}

static void take_key(reader *r, frame *top, const hec_node *key)
{
    top->has_key = true;
    top->key_plain = !key->quoted;
    top->entry = (hec_entry){.key_place = key->place, .key = key->text};
    top->keep = is_good_key(r, key) && !repeats(r, top, key);
}

/* `{a:b}` is to YAML a key `a:b` without a value; nobody means that. */
static void check_colon(reader *r, const frame *top, const hec_node *value)
{
    const char *colon = strpbrk(top->entry.key, ":(");
    if (value->kind != HEC_NODE_EMPTY || value->place.length > 0 || !top->is_flow ||
        !top->key_plain || colon == NULL || *colon != ':')
        return;
    hec_report(r->diagnostics, HEC_CHECK_YAML_SYNTAX, top->entry.key_place,
               "a blank is missing after the colon of `%s`", top->entry.key);
    hec_report_help(r->diagnostics, "write `%.*s: %s`", (int)(colon - top->entry.key),
                    top->entry.key, colon + 1);
    r->ok = false;
}

static void attach(reader *r, hec_node *node)
{
    bool ok = true;
    if (r->depth == 0) {
        r->root = node;
        return;
    }
    frame *top = &r->frames[r->depth - 1];
    if (top->is_map && !top->has_key) {
        take_key(r, top, node);
        return;
    }
    if (top->is_map)
        check_colon(r, top, node);
    if (top->node != NULL && !top->is_map) {
        ok = hec_node_append(r->arena, top->node, node);
    } else if (top->node != NULL && top->keep) {
        top->entry.value = node;
        ok = hec_node_append_entry(r->arena, top->node, top->entry);
    }
    top->has_key = false;
    if (!ok)
        out_of_memory(r);
}

static bool is_counted(reader *r, hec_place place)
{
    if (++r->n_nodes <= HEC_TREE_NODES)
        return true;
    hec_report(r->diagnostics, HEC_CHECK_FILE_TOO_LARGE, place,
               "the file holds more than %d values", HEC_TREE_NODES);
    hec_report_help(r->diagnostics, "large tables belong into CSV files");
    r->ok = false;
    r->stop = true;
    return false;
}

static void on_scalar(reader *r, const yaml_event_t *event)
{
    hec_node *node = scalar_node(r, event);
    if (node == NULL) {
        out_of_memory(r);
        return;
    }
    const bool is_key =
        r->depth > 0 && r->frames[r->depth - 1].is_map && !r->frames[r->depth - 1].has_key;
    if (!is_key && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
        hec_tree_is_null(node->text))
        node->kind = HEC_NODE_EMPTY;
    if (is_counted(r, node->place))
        attach(r, node);
}

static void on_start(reader *r, const yaml_event_t *event, hec_node_kind kind)
{
    const bool is_map = kind == HEC_NODE_MAP;
    const bool is_flow = is_map && event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
    const hec_place place = place_between(r, event->start_mark, event->end_mark);
    if (r->depth == HEC_TREE_DEPTH) {
        hec_report(r->diagnostics, HEC_CHECK_YAML_TOO_DEEP, place,
                   "mappings and lists are nested deeper than %d levels", HEC_TREE_DEPTH);
        r->ok = false;
        r->stop = true;
        return;
    }
    hec_node *node = hec_node_create(r->arena, kind, place);
    if (node == NULL || !is_counted(r, place)) {
        if (node == NULL)
            out_of_memory(r);
        return;
    }
    r->frames[r->depth++] = (frame){.node = node, .is_map = is_map, .is_flow = is_flow};
}

/* A block mapping ends, to libyaml, where the next thing begins; to people at its last value. */
static void set_end(const reader *r, hec_node *node, hec_place end)
{
    const char opens = r->text[node->place.offset], closes = r->text[end.offset];
    size_t last = place_end(node->place);
    if ((opens == '[' && closes == ']') || (opens == '{' && closes == '}')) {
        node->place.length = end.offset + 1 - node->place.offset;
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        const bool map = node->kind == HEC_NODE_MAP;
        const size_t here = place_end(map ? node->entries[i].value->place : node->items[i]->place);
        last = here > last ? here : last;
    }
    node->place.length = (uint32_t)(last - node->place.offset);
}

static void on_end(reader *r, const yaml_event_t *event)
{
    frame *top = &r->frames[--r->depth];
    hec_node *node = top->node;
    hec_key_index_free(&top->index);
    set_end(r, node, place_between(r, event->start_mark, event->end_mark));
    attach(r, node);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void report_feature(reader *r, hec_place place, const char *what, const char *cure)
{
    hec_report(r->diagnostics, HEC_CHECK_YAML_FEATURE, place, "%s not part of the language", what);
    hec_report_help(r->diagnostics, "%s", cure);
    r->ok = false;
}

static void check_properties(reader *r, const yaml_event_t *event, const yaml_char_t *anchor,
                             const yaml_char_t *tag)
{
    hec_place place = place_between(r, event->start_mark, event->end_mark);
    /* The mark points at the anchor or tag; the caret shows that word alone. */
    const char *word = r->text + place.offset;
    place.length = (uint32_t)strcspn(word, " \t\r\n,[]{}");
    if (anchor != NULL)
        report_feature(r, place, "anchors are",
                       "write the value where it is needed, or name it under `let:`; text that "
                       "begins with `&` is written in quotes");
    else if (tag != NULL)
        report_feature(r, place, "tags are",
                       "an expression is negated with `not`; text that begins with `!` is written "
                       "in quotes");
}

static void on_alias(reader *r, const yaml_event_t *event)
{
    const hec_place place = place_between(r, event->start_mark, event->end_mark);
    report_feature(r, place, "aliases are", "text that begins with `*` is written in quotes");
    hec_node *node = hec_node_create(r->arena, HEC_NODE_EMPTY, place);
    if (node == NULL)
        out_of_memory(r);
    else if (is_counted(r, place))
        attach(r, node);
}

static void on_document(reader *r, const yaml_event_t *event)
{
    hec_place place = place_between(r, event->start_mark, event->end_mark);
    if (event->data.document_start.version_directive != NULL ||
        event->data.document_start.tag_directives.start !=
            event->data.document_start.tag_directives.end)
        report_feature(r, place, "directives (`%`) are", "remove the line");
    if (++r->n_documents == 1)
        return;
    report_feature(r, place, "several documents in one file are",
                   "keep one document per file and join them with `include:`");
    r->stop = true;
}

/* False at the end of the stream. */
static bool on_event(reader *r, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_STREAM_END_EVENT:
        return false;
    case YAML_DOCUMENT_START_EVENT:
        on_document(r, event);
        break;
    case YAML_ALIAS_EVENT:
        on_alias(r, event);
        break;
    case YAML_SCALAR_EVENT:
        check_properties(r, event, event->data.scalar.anchor, event->data.scalar.tag);
        on_scalar(r, event);
        break;
    case YAML_SEQUENCE_START_EVENT:
        check_properties(r, event, event->data.sequence_start.anchor,
                         event->data.sequence_start.tag);
        on_start(r, event, HEC_NODE_LIST);
        break;
    case YAML_MAPPING_START_EVENT:
        check_properties(r, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        on_start(r, event, HEC_NODE_MAP);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        on_end(r, event);
        break;
    default:
        break;
    }
    return !r->stop;
}

static void read_events(reader *r, yaml_parser_t *parser)
{
    for (bool more = true; more;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            if (parser->error == YAML_MEMORY_ERROR)
                hec_report_out_of_memory(r->diagnostics);
            else
                hec_tree_report_yaml(r->diagnostics, r->file, &r->index, parser);
            r->ok = false;
            r->stop = true;
            return;
        }
        more = on_event(r, &event);
        yaml_event_delete(&event);
    }
}

/* ---- a source as a tree ---------------------------------------------------------------------- */

static bool read_source(hec_arena *arena, hec_diagnostics *diagnostics, int32_t file,
                        hec_node **root)
{
    size_t base = 0;
    yaml_parser_t parser;
    reader r = {.arena = arena, .diagnostics = diagnostics, .file = file, .ok = true};
    *root = NULL;
    r.text = hec_source_text(diagnostics, file, &r.length);
    if (r.text == NULL || !hec_source_is_text(diagnostics, file, HEC_CHECK_YAML_SYNTAX, &base))
        return false;
    char *masked = malloc(r.length - base + 1);
    const bool ready = hec_char_index_create(&r.index, r.text + base, r.length - base, base) &&
                       masked != NULL && yaml_parser_initialize(&parser);
    if (!ready) {
        out_of_memory(&r);
        goto out;
    }
    hec_tree_mask(r.text + base, r.length - base, masked);
    r.masked = masked;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)masked, r.length - base);
    read_events(&r, &parser);
    yaml_parser_delete(&parser);
    if (!r.stop || r.n_documents > 1)
        *root = r.root;
    if (!r.stop && r.root == NULL) { /* nothing but comments */
        *root = hec_node_create(arena, HEC_NODE_EMPTY, (hec_place){file, (uint32_t)base, 0});
        r.ok = *root != NULL;
    }
out:
    while (r.depth > 0)
        hec_key_index_free(&r.frames[--r.depth].index);
    hec_char_index_free(&r.index);
    free(masked);
    return r.ok;
}

bool hec_tree_read_asked(hec_arena *arena, hec_diagnostics *diagnostics, const char *path,
                         hec_place asked, hec_node **root)
{
    *root = NULL;
    const int32_t file = hec_source_read(diagnostics, path, asked, HEC_TREE_FILE_BYTES);
    return file >= 0 && read_source(arena, diagnostics, file, root);
}

bool hec_tree_read_file(hec_arena *arena, hec_diagnostics *diagnostics, const char *path,
                        hec_node **root)
{
    return hec_tree_read_asked(arena, diagnostics, path, HEC_NOWHERE, root);
}

bool hec_tree_read_text(hec_arena *arena, hec_diagnostics *diagnostics, const char *name,
                        const char *text, size_t length, hec_node **root)
{
    *root = NULL;
    const int32_t file = hec_source_add(diagnostics, name, text, length);
    if (file < 0)
        return false;
    if (length > HEC_TREE_FILE_BYTES) {
        hec_report(diagnostics, HEC_CHECK_FILE_TOO_LARGE, (hec_place){file, 0, 0},
                   "`%s` is too large: %zu bytes, and at most %d MiB are read", name, length,
                   HEC_TREE_FILE_BYTES >> 20);
        return false;
    }
    return read_source(arena, diagnostics, file, root);
}
