/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Growing strings, the nearest name, numbers to and from text. */
#include "base/text.h"

#include <ctype.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* ---- growing string ------------------------------------------------------------------------ */

/* Room for `more` bytes and the NUL. */
static bool reserve(hec_text *text, size_t more)
{
    if (text->failed)
        return false;
    if (more < text->capacity - text->length)
        return true;
    if (more > SIZE_MAX / 2 - text->length - 1) {
        text->failed = true;
        return false;
    }
    size_t capacity = text->capacity < 64 ? 64 : text->capacity;
    while (capacity - text->length <= more)
        capacity *= 2;
    char *data = realloc(text->data, capacity);
    if (data == NULL) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void hec_text_add_bytes(hec_text *text, const char *bytes, size_t count)
{
    if (!reserve(text, count))
        return;
    if (count > 0)
        memcpy(text->data + text->length, bytes, count);
    text->length += count;
    text->data[text->length] = '\0';
}

void hec_text_add(hec_text *text, const char *piece)
{
    hec_text_add_bytes(text, piece, strlen(piece));
}

void hec_text_format(hec_text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0 || !reserve(text, (size_t)length))
        return;
    va_start(arguments, format);
    vsnprintf(text->data + text->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text->length += (size_t)length;
}

static void add_json_character(hec_text *text, int32_t c, const char *bytes, size_t count)
{
    switch (c) {
    case '"':
        hec_text_add(text, "\\\"");
        break;
    case '\\':
        hec_text_add(text, "\\\\");
        break;
    case '\n':
        hec_text_add(text, "\\n");
        break;
    case '\t':
        hec_text_add(text, "\\t");
        break;
    case '\r':
        hec_text_add(text, "\\r");
        break;
    case HEC_UTF8_BAD:
        hec_text_add(text, "\\ufffd");
        break;
    default:
        if (c < 0x20 || c == 0x7F)
            hec_text_format(text, "\\u%04x", (unsigned)c);
        else
            hec_text_add_bytes(text, bytes, count);
    }
}

void hec_text_add_json(hec_text *text, const char *string)
{
    const size_t length = strlen(string);
    hec_text_add(text, "\"");
    for (size_t at = 0; at < length;) {
        const size_t start = at;
        const int32_t c = hec_utf8_next(string, length, &at);
        add_json_character(text, c, string + start, at - start);
    }
    hec_text_add(text, "\"");
}

char *hec_text_take(hec_text *text)
{
    hec_text_add_bytes(text, "", 0); /* an empty text is a string too */
    char *data = text->data;
    if (text->failed) {
        free(data);
        data = NULL;
    }
    *text = (hec_text){0};
    return data;
}

void hec_text_free(hec_text *text)
{
    free(text->data);
    *text = (hec_text){0};
}

/* ---- the nearest name ---------------------------------------------------------------------- */

enum { NAME_MAX_LENGTH = 64 };

/* Characters of a name with case and `-` against `_` folded; 0 when it is empty or too long. */
static int fold(const char *name, int32_t out[NAME_MAX_LENGTH])
{
    const size_t length = strlen(name);
    int n = 0;
    for (size_t at = 0; at < length;) {
        if (n == NAME_MAX_LENGTH)
            return 0;
        int32_t c = hec_utf8_next(name, length, &at);
        if (c >= 'A' && c <= 'Z')
            c += 'a' - 'A';
        out[n++] = c == '-' ? '_' : c;
    }
    return n;
}

static int least(int a, int b, int c)
{
    const int ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Edits (insert, delete, replace, swap of neighbours, each letter touched once) between two
 * sequences: Damerau 1964 in the restricted form, row by row. */
static int edits(int na, const int32_t *a, int nb, const int32_t *b)
{
    int rows[3][NAME_MAX_LENGTH + 1];
    int *before = rows[0], *above = rows[1], *row = rows[2];
    for (int j = 0; j <= nb; j++)
        above[j] = j;
    for (int i = 1; i <= na; i++) {
        row[0] = i;
        for (int j = 1; j <= nb; j++) {
            const bool same = a[i - 1] == b[j - 1];
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + !same);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1, row[j]);
        }
        int *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[nb];
}

const char *hec_text_nearest(const char *name, size_t count, const char *const *candidates)
{
    int32_t wanted[NAME_MAX_LENGTH], other[NAME_MAX_LENGTH];
    const char *best = NULL;
    int best_cost = 0;
    const int n = fold(name, wanted);
    if (n == 0)
        return NULL;
    const int allowed = n / 3 > 1 ? n / 3 : 1;
    for (size_t i = 0; i < count; i++) {
        const int m = candidates[i] == NULL ? 0 : fold(candidates[i], other);
        if (m == 0 || abs(m - n) > allowed)
            continue;
        const int distance = edits(n, wanted, m, other);
        /* Two names without a letter in common are not a slip, however short. */
        if (distance > allowed || distance >= (m > n ? m : n))
            continue;
        const int cost = 2 * distance + (strcmp(name, candidates[i]) != 0);
        if (best == NULL || cost < best_cost) {
            best = candidates[i];
            best_cost = cost;
        }
    }
    return best;
}

/* ---- numbers ------------------------------------------------------------------------------- */

static size_t skip_digits(const char *text, size_t length, size_t at)
{
    while (at < length && text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

/* [sign] digits [. digits] [e [sign] digits], with a digit before or behind the point. */
static bool is_decimal(const char *text, size_t length)
{
    size_t at = length > 0 && (text[0] == '-' || text[0] == '+');
    const size_t whole = skip_digits(text, length, at);
    size_t n_digits = whole - at;
    at = whole;
    if (at < length && text[at] == '.') {
        const size_t part = skip_digits(text, length, at + 1);
        n_digits += part - at - 1;
        at = part;
    }
    if (n_digits == 0)
        return false;
    if (at < length && (text[at] == 'e' || text[at] == 'E')) {
        at += 1 + (at + 1 < length && (text[at + 1] == '-' || text[at + 1] == '+'));
        const size_t end = skip_digits(text, length, at);
        if (end == at)
            return false;
        at = end;
    }
    return at == length;
}

bool hec_text_to_double(const char *text, size_t length, double *value)
{
    char room[64];
    if (!is_decimal(text, length))
        return false;
    char *copy = length < sizeof room ? room : malloc(length + 1);
    if (copy == NULL)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    /* The program may have set a locale with a decimal comma; "C" costs nothing to ask for. */
    bool ok = false;
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (plain != (locale_t)0) {
        const double read = strtod_l(copy, NULL, plain);
        freelocale(plain);
        ok = isfinite(read);
        if (ok)
            *value = read;
    }
    if (copy != room)
        free(copy);
    return ok;
}

/* The decimal mark of the program's locale, whatever its bytes, becomes a point. */
static void restore_point(char *text)
{
    char *out = text;
    bool in_mark = false;
    for (const char *c = text; *c != '\0'; c++) {
        const bool ours = isdigit((unsigned char)*c) || *c == '-' || *c == '+' || *c == 'e';
        if (ours)
            *out++ = *c;
        else if (!in_mark)
            *out++ = '.';
        in_mark = !ours;
    }
    *out = '\0';
}

void hec_text_from_double(double value, char out[32])
{
    if (!isfinite(value)) {
        strcpy(out, isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
        return;
    }
    /* Below the normal range there are fewer than 15 digits to show. */
    const int first = fabs(value) < DBL_MIN ? 1 : 15;
    for (int digits = first; digits <= 17; digits++) {
        char wide[64]; /* the locale's mark may be several bytes */
        double back;
        snprintf(wide, sizeof wide, "%.*g", digits, value);
        restore_point(wide);
        const size_t length = strlen(wide); /* at most 24: sign, point, 17 digits, e-308 */
        memcpy(out, wide, length < 32 ? length + 1 : 32);
        if (hec_text_to_double(out, length, &back) && back == value)
            return;
    }
}

void hec_text_add_line(hec_text *out, const char *words)
{
    size_t length = strlen(words);
    for (size_t at = 0; at < length;) {
        size_t from = at;
        int32_t character = hec_utf8_next(words, length, &at);
        bool blank =
            character == ' ' || character == HEC_UTF8_BAD || !hec_utf8_printable(character);
        if (blank && out->length > 0 && out->data[out->length - 1] == ' ')
            continue;
        if (blank)
            hec_text_add(out, " ");
        else
            hec_text_add_bytes(out, words + from, at - from);
    }
}
