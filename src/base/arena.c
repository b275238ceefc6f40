/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arena: chunks of zeroed memory, handed out front to back and freed together. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { CHUNK_BYTES = 64 * 1024, LARGE_BYTES = CHUNK_BYTES / 4 };

typedef struct chunk {
    struct chunk *next;
    size_t size, used;
    _Alignas(max_align_t) unsigned char data[];
} chunk;

struct hec_arena {
    chunk *chunks; /* the first is the one being filled */
    size_t bytes;
};

hec_arena *hec_arena_create(void)
{
    return calloc(1, sizeof(hec_arena));
}

void hec_arena_destroy(hec_arena *arena)
{
    if (arena == NULL)
        return;
    for (chunk *next, *c = arena->chunks; c != NULL; c = next) {
        next = c->next;
        free(c);
    }
    free(arena);
}

static chunk *add_chunk(hec_arena *arena, size_t size, bool behind_first)
{
    chunk *made = calloc(1, sizeof(chunk) + size);
    if (made == NULL)
        return NULL;
    chunk **link = behind_first ? &arena->chunks->next : &arena->chunks;
    made->size = size;
    made->next = *link;
    *link = made;
    arena->bytes += sizeof(chunk) + size;
    return made;
}

void *hec_arena_alloc(hec_arena *arena, size_t bytes)
{
    const size_t align = _Alignof(max_align_t);
    if (bytes > SIZE_MAX / 2)
        return NULL;
    bytes = bytes == 0 ? align : (bytes + align - 1) / align * align;
    chunk *room = arena->chunks;
    if (room == NULL || room->size - room->used < bytes) {
        /* A large block gets a chunk of its own and does not close the one being filled. */
        const bool large = bytes > LARGE_BYTES;
        room = add_chunk(arena, large ? bytes : CHUNK_BYTES, large && room != NULL);
        if (room == NULL)
            return NULL;
    }
    void *block = room->data + room->used;
    room->used += bytes;
    return block;
}

void *hec_arena_array(hec_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return hec_arena_alloc(arena, count * size);
}

char *hec_arena_copy(hec_arena *arena, const char *text, size_t length)
{
    char *copy = length == SIZE_MAX ? NULL : hec_arena_alloc(arena, length + 1);
    if (copy != NULL && length > 0)
        memcpy(copy, text, length);
    return copy;
}

char *hec_arena_vformat(hec_arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = length < 0 ? NULL : hec_arena_alloc(arena, (size_t)length + 1);
    if (text != NULL)
        vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

char *hec_arena_format(hec_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = hec_arena_vformat(arena, format, arguments);
    va_end(arguments);
    return text;
}

size_t hec_arena_bytes(const hec_arena *arena)
{
    return arena->bytes;
}

bool hec_arena_grow(hec_arena *arena, void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return true;
    if (count > SIZE_MAX / 4)
        return false;
    const size_t wanted = count < 4 ? 8 : 2 * count;
    void *grown = hec_arena_array(arena, wanted, size);
    if (grown == NULL)
        return false;
    if (count > 0 && *items != NULL)
        memcpy(grown, *items, count * size);
    *items = grown;
    *capacity = wanted;
    return true;
}

/* Fewer and larger pages for what is large: taking pages costs more than filling them. */
static void ask_for_huge_pages(void *block, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const uintptr_t huge = (uintptr_t)2 << 20;
    const uintptr_t begin = ((uintptr_t)block + huge - 1) & ~(huge - 1);
    const uintptr_t end = ((uintptr_t)block + bytes) & ~(huge - 1);
    if (end > begin)
        (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
#else
    (void)block, (void)bytes;
#endif
}

/* Not aligned_alloc and memset: calloc does not touch fresh pages, so that whoever fills an array
 * takes its pages, each thread its own. What calloc returned is kept in front of the block. */
double *hec_aligned_doubles(size_t count)
{
    const size_t line = 64;
    if (count > SIZE_MAX / 2 / sizeof(double))
        return NULL;
    const size_t bytes = count * sizeof(double);
    unsigned char *whole = calloc(1, bytes + line);
    if (whole == NULL)
        return NULL;
    unsigned char *block = whole + (line - (uintptr_t)whole % line);
    memcpy(block - sizeof whole, &whole, sizeof whole);
    ask_for_huge_pages(block, bytes);
    return (double *)(void *)block;
}

void hec_aligned_free(void *block)
{
    unsigned char *whole;
    if (block == NULL)
        return;
    memcpy(&whole, (unsigned char *)block - sizeof whole, sizeof whole);
    free(whole);
}
