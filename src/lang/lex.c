/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lexer: the text of an expression as tokens. */
#include "lang/lex.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

/* What people write when they mean something else: other languages' operators, and the signs a
 * word processor or a Chinese keyboard puts in place of the plain ones. Longer ones first. */
static const struct {
    const char *written, *meant;
} slips[] = {
    {"===", "=="}, {"**", "^"},       {"<>", "!="},
    {"=<", "<="},  {"=>", ">="},      {"~=", "!="},
    {"≤", "<="},   {"≥", ">="},       {"≠", "!="},
    {"−", "-"},    {"–", "-"},        {"—", "-"},
    {"×", "*"},    {"·", "*"},        {"÷", "/"},
    {"“", "'"},    {"”", "'"},        {"‘", "'"},
    {"’", "'"},    {"（", "("},       {"）", ")"},
    {"，", ","},   {"：", ":"},       {"＝", "="},
    {"、", ","},   {"\xc2\xa0", " "}, {"\xe3\x80\x80", " "},
};

static const struct {
    const char *text;
    char sign;
} signs[] = {
    {"<=", 'L'}, {">=", 'G'}, {"==", 'E'}, {"!=", 'N'}, {"&&", '&'}, {"||", '|'},
    {"(", '('},  {")", ')'},  {"{", '{'},  {"}", '}'},  {"[", '['},  {"]", ']'},
    {",", ','},  {":", ':'},  {"=", '='},  {"%", '%'},  {"+", '+'},  {"-", '-'},
    {"*", '*'},  {"/", '/'},  {"^", '^'},  {"<", '<'},  {">", '>'},
};

static const struct {
    const char *text;
    char sign;
} word_signs[] = {{"or", '|'}, {"and", '&'}, {"not", '!'}};

hec_place hec_lex_place(const hec_lexer *lexer, size_t start, size_t end)
{
    if (!lexer->verbatim) {
        return lexer->place;
    }
    return (hec_place){lexer->place.file, lexer->place.offset + (uint32_t)start,
                       (uint32_t)(end - start)};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static char peek(const hec_lexer *lexer, size_t ahead)
{
    return lexer->length - lexer->at > ahead ? lexer->text[lexer->at + ahead] : '\0';
}

static bool stands(const hec_lexer *lexer, const char *piece)
{
    size_t length = strlen(piece);
    return lexer->length - lexer->at >= length &&
           memcmp(lexer->text + lexer->at, piece, length) == 0;
}

static const char *slip_here(const hec_lexer *lexer, size_t *length)
{
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        if (stands(lexer, slips[i].written)) {
            *length = strlen(slips[i].written);
            return slips[i].meant;
        }
    }
    return NULL;
}

static hec_token bad(hec_lexer *lexer, size_t length, const char *why, const char *help)
{
    size_t start = lexer->at;
    hec_report(lexer->diagnostics, HEC_CHECK_EXPRESSION_SYNTAX,
               hec_lex_place(lexer, start, start + length), "`%.*s` %s", (int)length,
               lexer->text + start, why);
    if (help) {
        hec_report_help(lexer->diagnostics, "%s", help);
    }
    lexer->at += length;
    return (hec_token){.kind = HEC_TOKEN_BAD, .start = start, .length = length, .end = lexer->at};
}

static hec_token lex_number(hec_lexer *lexer)
{
    hec_token token = {.kind = HEC_TOKEN_NUMBER, .start = lexer->at};
    while (is_digit(peek(lexer, 0))) {
        lexer->at++;
    }
    if (peek(lexer, 0) == '.') {
        lexer->at++;
        while (is_digit(peek(lexer, 0))) {
            lexer->at++;
        }
    }
    char e = peek(lexer, 0), sign = peek(lexer, 1);
    size_t skip = sign == '+' || sign == '-' ? 2 : 1;
    if ((e == 'e' || e == 'E') && is_digit(peek(lexer, skip))) {
        lexer->at += skip;
        while (is_digit(peek(lexer, 0))) {
            lexer->at++;
        }
    }
    token.end = lexer->at;
    token.length = token.end - token.start;
    /* `1.` is a number here; the strict reader wants a digit behind the point */
    size_t strict = token.length - (lexer->text[token.end - 1] == '.');
    if (!hec_text_to_double(lexer->text + token.start, strict, &token.value) ||
        !isfinite(token.value)) {
        lexer->at = token.start;
        return bad(lexer, token.length, "is not a number that a computer can hold",
                   "numbers go up to about 1.8e308");
    }
    return token;
}

static hec_token lex_word(hec_lexer *lexer)
{
    char quote = lexer->text[lexer->at];
    size_t start = lexer->at;
    size_t end = start + 1;
    while (end < lexer->length && lexer->text[end] != quote) {
        end++;
    }
    if (end == lexer->length) {
        hec_report(lexer->diagnostics, HEC_CHECK_EXPRESSION_SYNTAX,
                   hec_lex_place(lexer, start, start + 1), "the word that begins here never ends");
        hec_report_help(lexer->diagnostics, "close it with another %c", quote);
        lexer->at = lexer->length;
        return (hec_token){.kind = HEC_TOKEN_BAD, .start = start, .end = lexer->length};
    }
    lexer->at = end + 1;
    return (hec_token){
        .kind = HEC_TOKEN_WORD, .start = start + 1, .length = end - start - 1, .end = end + 1};
}

static hec_token lex_name(hec_lexer *lexer)
{
    hec_token token = {.kind = HEC_TOKEN_NAME, .start = lexer->at};
    size_t ignored;
    while (lexer->at < lexer->length && !slip_here(lexer, &ignored)) {
        char c = peek(lexer, 0);
        if (!starts_name(c) && !is_digit(c) && !(c == '.' && starts_name(peek(lexer, 1)))) {
            break;
        }
        lexer->at++;
    }
    token.end = lexer->at;
    token.length = token.end - token.start;
    for (size_t i = 0; i < sizeof word_signs / sizeof word_signs[0]; i++) {
        if (strlen(word_signs[i].text) == token.length &&
            memcmp(word_signs[i].text, lexer->text + token.start, token.length) == 0) {
            token.kind = HEC_TOKEN_SIGN;
            token.sign = word_signs[i].sign;
        }
    }
    return token;
}

/* The bytes of the character that stands here, so that no message cuts one in two. */
static size_t character_length(const hec_lexer *lexer)
{
    size_t length = 1;
    while (((unsigned char)peek(lexer, length) & 0xc0) == 0x80) {
        length++;
    }
    return length;
}

static hec_token lex_sign(hec_lexer *lexer)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (stands(lexer, signs[i].text)) {
            size_t start = lexer->at, length = strlen(signs[i].text);
            lexer->at += length;
            return (hec_token){.kind = HEC_TOKEN_SIGN,
                               .sign = signs[i].sign,
                               .start = start,
                               .length = length,
                               .end = start + length};
        }
    }
    const char *help = stands(lexer, "!")   ? "write `not x`, or `x != y`"
                       : stands(lexer, "&") ? "write `and`"
                       : stands(lexer, "|") ? "write `or`"
                                            : NULL;
    return bad(lexer, character_length(lexer), "means nothing in an expression", help);
}

hec_token hec_lex(hec_lexer *lexer)
{
    while (lexer->at < lexer->length && is_space(lexer->text[lexer->at])) {
        lexer->at++;
    }
    if (lexer->at == lexer->length) {
        return (hec_token){.kind = HEC_TOKEN_END, .start = lexer->length, .end = lexer->length};
    }
    size_t length = 0;
    const char *meant = slip_here(lexer, &length);
    if (meant) {
        char help[32] = "write a plain space";
        if (*meant != ' ') {
            strcpy(help, "write `");
            strcat(strcat(help, meant), "`");
        }
        return bad(lexer, length, "is not written so here", help);
    }
    char c = peek(lexer, 0);
    if (is_digit(c) || (c == '.' && is_digit(peek(lexer, 1)))) {
        return lex_number(lexer);
    }
    if (starts_name(c)) {
        return lex_name(lexer);
    }
    return c == '\'' || c == '"' ? lex_word(lexer) : lex_sign(lexer);
}

bool hec_lex_names_argument(const hec_lexer *lexer)
{
    hec_lexer ahead = *lexer;
    while (is_space(peek(&ahead, 0))) {
        ahead.at++;
    }
    size_t ignored;
    char next = peek(&ahead, 0);
    return next == ':' || (next == '=' && peek(&ahead, 1) != '=' && !slip_here(&ahead, &ignored));
}
