/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parser: precedence climbing over the tokens of one expression. */
#include "lang/lang.h"

#include <string.h>

#include "lang/lex.h"

enum { DEPTH_LIMIT = 200 };
enum {
    LEVEL_OR = 1,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARE,
    LEVEL_SUM,
    LEVEL_TERM,
    LEVEL_MINUS,
    LEVEL_POWER
};

typedef struct parser {
    hec_arena *arena;
    hec_lexer lexer;
    hec_token token, previous; /* previous.end == 0: nothing was read yet */
    int nesting;
} parser;

/* A sub-expression and where it stands in the text, however the source is quoted. */
typedef struct piece {
    hec_expr *expr;
    size_t start, end;
    int depth;
} piece;

typedef struct arguments {
    hec_expr **items;
    const char **names;
    size_t count, item_capacity, name_capacity;
    int depth;
} arguments;

static bool parse_level(parser *p, int level, piece *out);

static int level_of(const hec_token *token)
{
    if (token->kind != HEC_TOKEN_SIGN) {
        return 0;
    }
    switch (token->sign) {
    case '|':
        return LEVEL_OR;
    case '&':
        return LEVEL_AND;
    case '<':
    case '>':
    case 'L':
    case 'G':
    case 'E':
    case 'N':
        return LEVEL_COMPARE;
    case '+':
    case '-':
        return LEVEL_SUM;
    case '*':
    case '/':
        return LEVEL_TERM;
    case '^':
        return LEVEL_POWER;
    default:
        return 0;
    }
}

static void advance(parser *p)
{
    p->previous = p->token;
    p->token = hec_lex(&p->lexer);
}

static bool at_sign(const parser *p, char sign)
{
    return p->token.kind == HEC_TOKEN_SIGN && p->token.sign == sign;
}

static hec_place place_of(const parser *p, const hec_token *token)
{
    return hec_lex_place(&p->lexer, token->start, token->end);
}

static const char *text_of(const parser *p, size_t start)
{
    return p->lexer.text + start;
}

static bool complain(parser *p, const hec_token *token, const char *before, const char *after,
                     const char *help)
{
    hec_report(p->lexer.diagnostics, HEC_CHECK_EXPRESSION_SYNTAX, place_of(p, token), "%s`%.*s`%s",
               before, (int)(token->end - token->start), text_of(p, token->start), after);
    if (help) {
        hec_report_help(p->lexer.diagnostics, "%s", help);
    }
    return false;
}

static bool out_of_memory(parser *p)
{
    hec_report_out_of_memory(p->lexer.diagnostics);
    return false;
}

static bool too_deep(parser *p, const hec_token *token)
{
    hec_report(p->lexer.diagnostics, HEC_CHECK_EXPRESSION_SYNTAX, place_of(p, token),
               "this expression is nested deeper than %d levels", DEPTH_LIMIT);
    hec_report_help(p->lexer.diagnostics, "give parts of it names under `let:`, and add up many "
                                          "terms with sum(a, b, ...)");
    return false;
}

/* The token here cannot follow the complete value before it. */
static bool unexpected(parser *p)
{
    const hec_token *t = &p->token;
    switch (t->kind) {
    case HEC_TOKEN_BAD:
        return false;
    case HEC_TOKEN_NAME:
        if (p->previous.kind == HEC_TOKEN_NUMBER) {
            return complain(p, t, "", " cannot follow a number",
                            "write `*` to multiply; only times follow a number directly: 2 years, "
                            "6 months, 1 week, 30 days");
        }
        break;
    case HEC_TOKEN_SIGN:
        switch (t->sign) {
        case ')':
        case ']':
        case '}':
            return complain(p, t, "this ", " closes nothing", NULL);
        case '=':
            return complain(p, t, "", " does not compare", "write `==` to compare two values");
        case ',':
            return complain(p, t, "this ", " stands outside any call",
                            "write decimals with a point, and thousands without a sign");
        case ':':
            return complain(p, t, "", " has no meaning here",
                            "in a call it follows the name of an argument: beta(mean: 0.2)");
        case '%':
            return complain(p, t, "", " can only follow a number", "write `x / 100`");
        default:
            break;
        }
        break;
    default:
        break;
    }
    return complain(p, t, "an operator is missing before ", "", "write `*` to multiply");
}

/* A value should begin here and does not. */
static bool missing(parser *p)
{
    if (p->token.kind == HEC_TOKEN_BAD) {
        return false;
    }
    if (at_sign(p, '%')) {
        return unexpected(p);
    }
    if (at_sign(p, '!')) {
        return complain(p, &p->token, "", " needs brackets here", "write `(not ...)`");
    }
    if (p->previous.end > 0) {
        return complain(p, &p->previous, "a value is missing after ", "", NULL);
    }
    if (p->token.kind == HEC_TOKEN_END) {
        hec_report(p->lexer.diagnostics, HEC_CHECK_EXPRESSION_SYNTAX, p->lexer.place,
                   "the expression is empty");
        return false;
    }
    return complain(p, &p->token, "a value is missing before ", "", NULL);
}

static bool close_bracket(parser *p, char sign, const hec_token *open)
{
    if (at_sign(p, sign)) {
        advance(p);
        return true;
    }
    if (p->token.kind == HEC_TOKEN_END) {
        return complain(p, open, "this ", " is never closed", NULL);
    }
    if (at_sign(p, ')') || at_sign(p, ']') || at_sign(p, '}')) {
        complain(p, &p->token, "", " does not close the bracket that is open", NULL);
        hec_report_note(p->lexer.diagnostics, place_of(p, open), "opened here");
        hec_report_help(p->lexer.diagnostics, "close it with `%c` first", sign);
        return false;
    }
    /* inside brackets a comma is no decimal sign gone wrong */
    return at_sign(p, ',') ? complain(p, &p->token, "this ", " stands outside any call", NULL)
                           : unexpected(p);
}

static bool make(parser *p, hec_expr_kind kind, size_t start, size_t end, int depth, piece *out)
{
    if (depth > DEPTH_LIMIT) {
        return too_deep(p, &p->previous);
    }
    hec_expr *expr = hec_arena_alloc(p->arena, sizeof *expr);
    if (!expr) {
        return out_of_memory(p);
    }
    expr->kind = kind;
    expr->place = hec_lex_place(&p->lexer, start, end);
    expr->name_place = expr->place;
    expr->type = HEC_TYPE_ANY;
    *out = (piece){expr, start, end, depth};
    return true;
}

static bool push(parser *p, arguments *list, const piece *value, const char *name)
{
    void *items = list->items, *names = list->names;
    if (!hec_arena_grow(p->arena, &items, list->count, &list->item_capacity, sizeof *list->items) ||
        !hec_arena_grow(p->arena, &names, list->count, &list->name_capacity, sizeof *list->names)) {
        return out_of_memory(p);
    }
    list->items = items;
    list->names = names;
    list->items[list->count] = value->expr;
    list->names[list->count++] = name;
    if (value->depth > list->depth) {
        list->depth = value->depth;
    }
    return true;
}

static bool parse_argument(parser *p, arguments *list)
{
    const char *name = NULL;
    if (p->token.kind == HEC_TOKEN_NAME && hec_lex_names_argument(&p->lexer)) {
        name = hec_arena_copy(p->arena, text_of(p, p->token.start), p->token.length);
        if (!name) {
            return out_of_memory(p);
        }
        advance(p);
        advance(p);
    }
    piece value;
    return parse_level(p, LEVEL_OR, &value) && push(p, list, &value, name);
}

/* Comma-separated items up to the closing bracket, which is consumed. The opening one is the
 * present token. */
static bool parse_items(parser *p, char close, arguments *list)
{
    const hec_token open = p->token;
    advance(p);
    if (close == ')' && at_sign(p, ')')) {
        advance(p);
        return true;
    }
    for (;;) {
        piece value;
        if (close == ')') {
            if (!parse_argument(p, list)) {
                return false;
            }
        } else if (!parse_level(p, LEVEL_OR, &value) || !push(p, list, &value, NULL)) {
            return false;
        }
        if (close == '}' && list->count % 2 == 1) {
            if (!at_sign(p, ':')) {
                return p->token.kind == HEC_TOKEN_BAD
                           ? false
                           : complain(p, &open, "pairs between ", " and `}` are written key: value",
                                      "for example {0: 0, 0.5: 0.5, 0.6: 1}");
            }
            advance(p);
            continue;
        }
        if (!at_sign(p, ',')) {
            return close_bracket(p, close, &open);
        }
        advance(p);
    }
}

static bool parse_number(parser *p, piece *out)
{
    const hec_token number = p->token;
    advance(p);
    double value = number.value, per_year = 0;
    hec_type type = HEC_TYPE_ANY;
    if (at_sign(p, '%')) {
        value /= 100;
        advance(p);
    } else if (p->token.kind == HEC_TOKEN_NAME) {
        per_year = hec_unit_time(text_of(p, p->token.start), p->token.length);
        if (per_year > 0) {
            value /= per_year;
            type = HEC_TYPE_YEARS;
            advance(p);
        }
    }
    if (!make(p, HEC_EXPR_NUMBER, number.start, p->previous.end, 1, out)) {
        return false;
    }
    out->expr->value = value;
    out->expr->type = type;
    return true;
}

static bool parse_name(parser *p, piece *out)
{
    const hec_token name = p->token;
    const char *text = text_of(p, name.start);
    advance(p);
    bool truth = name.length == 4 && memcmp(text, "true", 4) == 0;
    if (truth || (name.length == 5 && memcmp(text, "false", 5) == 0)) {
        if (!make(p, HEC_EXPR_NUMBER, name.start, name.end, 1, out)) {
            return false;
        }
        out->expr->value = truth;
        out->expr->type = HEC_TYPE_BOOLEAN;
        return true;
    }
    arguments list = {0};
    bool call = at_sign(p, '(');
    if (call && !parse_items(p, ')', &list)) {
        return false;
    }
    if (!make(p, call ? HEC_EXPR_CALL : HEC_EXPR_NAME, name.start, p->previous.end, list.depth + 1,
              out)) {
        return false;
    }
    out->expr->name_place = place_of(p, &name);
    out->expr->name = hec_arena_copy(p->arena, text, name.length);
    out->expr->n_args = list.count;
    out->expr->args = list.items;
    out->expr->arg_names = list.names;
    return out->expr->name ? true : out_of_memory(p);
}

static bool parse_word(parser *p, piece *out)
{
    const hec_token word = p->token;
    advance(p);
    if (!make(p, HEC_EXPR_WORD, word.kind == HEC_TOKEN_WORD ? word.start - 1 : word.start, word.end,
              1, out)) {
        return false;
    }
    out->expr->name = hec_arena_copy(p->arena, text_of(p, word.start), word.length);
    return out->expr->name ? true : out_of_memory(p);
}

static bool parse_group(parser *p, piece *out)
{
    const hec_token open = p->token;
    advance(p);
    if (!parse_level(p, LEVEL_OR, out) || !close_bracket(p, ')', &open)) {
        return false;
    }
    out->start = open.start;
    out->end = p->previous.end;
    out->expr->place = hec_lex_place(&p->lexer, out->start, out->end);
    return true;
}

static bool parse_collection(parser *p, piece *out)
{
    bool pairs = at_sign(p, '{');
    size_t start = p->token.start;
    arguments list = {0};
    if (!parse_items(p, pairs ? '}' : ']', &list) ||
        !make(p, pairs ? HEC_EXPR_PAIRS : HEC_EXPR_LIST, start, p->previous.end, list.depth + 1,
              out)) {
        return false;
    }
    out->expr->n_args = list.count;
    out->expr->args = list.items;
    return true;
}

static bool parse_prefix(parser *p, int level, piece *out)
{
    const hec_token sign = p->token;
    bool negate = at_sign(p, '-');
    advance(p);
    if (!parse_level(p, level, out)) {
        return false;
    }
    if (sign.sign == '+') {
        return true;
    }
    hec_expr *operand = out->expr;
    if (negate && operand->kind == HEC_EXPR_NUMBER && operand->type.kind != HEC_KIND_BOOLEAN) {
        operand->value = -operand->value;
        out->start = sign.start;
        operand->place = hec_lex_place(&p->lexer, out->start, out->end);
        return true;
    }
    hec_expr **args = hec_arena_array(p->arena, 1, sizeof *args);
    if (!args) {
        return out_of_memory(p);
    }
    if (!make(p, HEC_EXPR_UNARY, sign.start, out->end, out->depth + 1, out)) {
        return false;
    }
    args[0] = operand;
    out->expr->op = sign.sign;
    out->expr->name_place = place_of(p, &sign);
    out->expr->n_args = 1;
    out->expr->args = args;
    return true;
}

static bool parse_primary(parser *p, int level, piece *out)
{
    switch (p->token.kind) {
    case HEC_TOKEN_NUMBER:
        return parse_number(p, out);
    case HEC_TOKEN_NAME:
        return parse_name(p, out);
    case HEC_TOKEN_WORD:
        return parse_word(p, out);
    case HEC_TOKEN_SIGN:
        switch (p->token.sign) {
        case '(':
            return parse_group(p, out);
        case '{':
        case '[':
            return parse_collection(p, out);
        case '+':
        case '-':
            return parse_prefix(p, LEVEL_MINUS, out);
        case '!':
            return level <= LEVEL_NOT ? parse_prefix(p, LEVEL_NOT, out) : missing(p);
        default:
            break;
        }
        break;
    default:
        break;
    }
    return missing(p);
}

static bool join(parser *p, const hec_token *sign, const piece *right, piece *left)
{
    hec_expr **args = hec_arena_array(p->arena, 2, sizeof *args);
    if (!args) {
        return out_of_memory(p);
    }
    args[0] = left->expr;
    args[1] = right->expr;
    int depth = (left->depth > right->depth ? left->depth : right->depth) + 1;
    if (depth > DEPTH_LIMIT) {
        return too_deep(p, sign);
    }
    if (!make(p, HEC_EXPR_BINARY, left->start, right->end, depth, left)) {
        return false;
    }
    left->expr->op = sign->sign;
    left->expr->name_place = place_of(p, sign);
    left->expr->n_args = 2;
    left->expr->args = args;
    return true;
}

/* `a < b < c`: explains, with the words of the writer when they are few */
static bool chained(parser *p, const piece *left, const piece *middle)
{
    const hec_token sign = p->token;
    piece right;
    advance(p);
    if (!parse_level(p, LEVEL_SUM, &right)) {
        return false;
    }
    complain(p, &sign, "a comparison cannot go on with ", "", NULL);
    size_t first = left->end - left->start, second = right.end - middle->start;
    if (first + second <= 80) {
        hec_report_help(p->lexer.diagnostics, "write `%.*s and %.*s`", (int)first,
                        text_of(p, left->start), (int)second, text_of(p, middle->start));
    } else {
        hec_report_help(p->lexer.diagnostics, "join two comparisons with `and`");
    }
    return false;
}

static bool parse_binary(parser *p, int level, piece *out)
{
    piece right = {0};
    bool compared = false;
    if (!parse_primary(p, level, out)) {
        return false;
    }
    for (;;) {
        const hec_token sign = p->token;
        int found = level_of(&sign);
        if (found == 0 || found < level) {
            return true;
        }
        if (found == LEVEL_COMPARE && compared) {
            return chained(p, out, &right);
        }
        advance(p);
        /* ^ binds from the right, and takes a minus sign before its exponent */
        if (!parse_level(p, found == LEVEL_POWER ? LEVEL_MINUS : found + 1, &right) ||
            !join(p, &sign, &right, out)) {
            return false;
        }
        compared = found == LEVEL_COMPARE;
    }
}

static bool parse_level(parser *p, int level, piece *out)
{
    if (p->nesting >= DEPTH_LIMIT) {
        return p->token.kind == HEC_TOKEN_BAD ? false : too_deep(p, &p->token);
    }
    p->nesting++;
    bool good = parse_binary(p, level, out);
    p->nesting--;
    return good;
}

hec_expr *hec_expr_parse(hec_arena *arena, hec_diagnostics *diagnostics, const char *text,
                         size_t length, hec_place place, bool verbatim)
{
    parser p = {.arena = arena,
                .lexer = {.diagnostics = diagnostics,
                          .text = text,
                          .length = length,
                          .place = place,
                          .verbatim = verbatim}};
    piece whole;
    p.token = hec_lex(&p.lexer);
    if (!parse_level(&p, LEVEL_OR, &whole)) {
        return NULL;
    }
    if (p.token.kind != HEC_TOKEN_END) {
        unexpected(&p);
        return NULL;
    }
    return whole.expr;
}
