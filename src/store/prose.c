/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words and numbers for a terminal. */
#include "store/prose.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"

void hec_number_fixed(double value, int decimals, char out[HEC_FIXED_BYTES])
{
    char plain[360];
    snprintf(plain, sizeof plain, "%.*f", decimals, fabs(value));
    size_t whole = strspn(plain, "0123456789");
    bool negative = value < 0 && strpbrk(plain, "123456789");
    char *to = out;
    if (negative)
        *to++ = '-';
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            *to++ = ',';
        *to++ = plain[i];
    }
    if (decimals > 0) { /* whatever the locale puts between */
        *to++ = '.';
        const char *part = plain + strlen(plain) - (size_t)decimals;
        memcpy(to, part, (size_t)decimals);
        to += decimals;
    }
    *to = '\0';
}

static size_t width_of(int32_t character)
{
    return character == HEC_UTF8_BAD ? 1 : (size_t)hec_utf8_width(character);
}

size_t hec_prose_width(const char *words, size_t length)
{
    size_t width = 0;
    for (size_t at = 0; at < length;)
        width += width_of(hec_utf8_next(words, length, &at));
    return width;
}

/* Marks that close what stands before them and may not begin a line: ，。、；：？！）》」』】 */
static bool closes(int32_t character)
{
    static const int32_t marks[] = {0xFF0C, 0x3002, 0x3001, 0xFF1B, 0xFF1A, 0xFF1F,
                                    0xFF01, 0xFF09, 0x300B, 0x300D, 0x300F, 0x3011};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (character == marks[i])
            return true;
    return false;
}

bool hec_prose_line(const char *words, size_t width, size_t *at, size_t *from, size_t *length)
{
    size_t all = strlen(words), used = 0, fits = 0, next = 0;
    bool wide_before = false;
    *at += strspn(words + *at, " ");
    *from = *at;
    if (*at == all)
        return false;
    for (size_t here = *at; here < all;) {
        size_t start = here;
        int32_t character = hec_utf8_next(words, all, &here);
        bool wide = width_of(character) == 2;
        if (start > *from && (character == ' ' || wide || wide_before) && !closes(character))
            fits = start; /* a line may end before this character */
        used += width_of(character);
        if (used > width && character != ' ' && start > *from) {
            next = fits ? fits : start;
            break;
        }
        wide_before = wide;
        next = here;
    }
    *at = next;
    *length = next - *from;
    while (*length > 1 && words[*from + *length - 1] == ' ')
        --*length;
    return true;
}

void hec_prose_print(const char *words, size_t width, size_t indent, FILE *out)
{
    size_t at = 0, from, length;
    for (bool first = true; hec_prose_line(words, width, &at, &from, &length); first = false)
        fprintf(out, "%*s%.*s\n", first ? 0 : (int)indent, "", (int)length, words + from);
}

void hec_prose_unit(hec_text *out, const char *unit)
{
    const char *slash = strrchr(unit, '/'), *last = slash ? slash + 1 : unit;
    hec_text_add(out, "");
    if (strcmp(unit, "1") == 0) /* a share has this unit in the file; people need not read it */
        return;
    hec_text_add_bytes(out, unit, (size_t)(last - unit));
    hec_text_add(out, strcmp(last, "qaly") == 0         ? "QALY"
                      : strcmp(last, "life_years") == 0 ? "life years"
                                                        : last);
}
