/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 (RFC 3629) decoding, and the East Asian widths that caret lines need. */
#include "base/utf8.h"

int32_t hec_utf8_next(const char *text, size_t length, size_t *at)
{
    const unsigned char *bytes = (const unsigned char *)text + *at;
    const size_t left = length - *at;
    const unsigned first = bytes[0];
    *at += 1;
    if (first < 0x80)
        return (int32_t)first;
    size_t more;
    int32_t character, smallest;
    if (first >= 0xC2 && first <= 0xDF) {
        more = 1, character = (int32_t)(first & 0x1F), smallest = 0x80;
    } else if ((first & 0xF0) == 0xE0) {
        more = 2, character = (int32_t)(first & 0x0F), smallest = 0x800;
    } else if (first >= 0xF0 && first <= 0xF4) {
        more = 3, character = (int32_t)(first & 0x07), smallest = 0x10000;
    } else {
        return HEC_UTF8_BAD;
    }
    if (left <= more)
        return HEC_UTF8_BAD;
    for (size_t i = 1; i <= more; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return HEC_UTF8_BAD;
        character = character * 64 + (int32_t)(bytes[i] & 0x3F);
    }
    if (character < smallest || character > 0x10FFFF ||
        (character >= 0xD800 && character <= 0xDFFF))
        return HEC_UTF8_BAD;
    *at += more;
    return character;
}

size_t hec_utf8_first_bad(const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        if (text[at] >= 0x20 && text[at] < 0x7F) { /* nearly all there is */
            at++;
            continue;
        }
        const size_t start = at;
        const int32_t c = hec_utf8_next(text, length, &at);
        const bool blank = c == '\t' || c == '\n' || c == '\r';
        /* U+0085 is a line break to YAML; U+FEFF, U+FFFE, U+FFFF are no text. */
        if ((c < 0x20 && !blank) || c == 0x7F || (c >= 0x80 && c < 0xA0 && c != 0x85) ||
            c == 0xFEFF || c == 0xFFFE || c == 0xFFFF)
            return start;
    }
    return length;
}

typedef struct range {
    int32_t first, last;
} range;

static bool in_ranges(int32_t character, size_t count, const range *ranges)
{
    for (size_t i = 0; i < count; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last)
            return true;
    }
    return false;
}

int hec_utf8_width(int32_t character)
{
    /* Unicode Standard Annex 11 (East Asian Width), class W and F, in round blocks. */
    static const range wide[] = {
        {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
        {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
        {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
        {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD},
    };
    static const range none[] = {
        {0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x200B, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F},
    };
    if (character < 0x300)
        return 1;
    if (in_ranges(character, sizeof none / sizeof none[0], none))
        return 0;
    return in_ranges(character, sizeof wide / sizeof wide[0], wide) ? 2 : 1;
}

bool hec_utf8_printable(int32_t character)
{
    if (character < 0x20 || (character >= 0x7F && character < 0xA0))
        return false;
    const bool separator = character == 0x2028 || character == 0x2029;
    const bool turns = character == 0x200E || character == 0x200F ||
                       (character >= 0x202A && character <= 0x202E) ||
                       (character >= 0x2066 && character <= 0x2069);
    return !separator && !turns && character != 0xFEFF;
}
