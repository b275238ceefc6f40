/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lexer: the text of an expression as tokens. */
#ifndef HECATE_LANG_LEX_H
#define HECATE_LANG_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

typedef enum hec_token_kind {
    HEC_TOKEN_END,
    HEC_TOKEN_NUMBER,
    HEC_TOKEN_WORD, /* start and length without the quotes */
    HEC_TOKEN_NAME,
    HEC_TOKEN_SIGN, /* sign: ( ) { } [ ] , : = % + - * / ^ < > L(<=) G(>=) E(==) N(!=) & | ! */
    HEC_TOKEN_BAD,  /* reported */
} hec_token_kind;

typedef struct hec_token {
    hec_token_kind kind;
    char sign;
    size_t start, length, end; /* `end` is behind the token, quotes included */
    double value;
} hec_token;

typedef struct hec_lexer {
    hec_diagnostics *diagnostics;
    const char *text;
    size_t length, at;
    hec_place place;
    bool verbatim;
} hec_lexer;

hec_token hec_lex(hec_lexer *lexer);
/* Is the name just read that of an argument, with `:` or `=` behind it? */
bool hec_lex_names_argument(const hec_lexer *lexer);
/* The place of bytes [start, end) of the text. */
hec_place hec_lex_place(const hec_lexer *lexer, size_t start, size_t end);

#endif
