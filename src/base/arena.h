/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arena: memory that is given back all at once. One arena per study. */
#ifndef HECATE_BASE_ARENA_H
#define HECATE_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <hecate/status.h>

typedef struct hec_arena hec_arena;

hec_arena *hec_arena_create(void); /* NULL when out of memory */
void hec_arena_destroy(hec_arena *arena);

/* Zeroed memory aligned for any type; NULL when out of memory. */
void *hec_arena_alloc(hec_arena *arena, size_t bytes);
void *hec_arena_array(hec_arena *arena, size_t count, size_t size); /* overflow-checked */
char *hec_arena_copy(hec_arena *arena, const char *text, size_t length); /* NUL-terminated */
char *hec_arena_format(hec_arena *arena, const char *format, ...) HEC_PRINTF(2, 3);
char *hec_arena_vformat(hec_arena *arena, const char *format, va_list arguments) HEC_PRINTF(2, 0);
size_t hec_arena_bytes(const hec_arena *arena); /* memory held, the unused ends included */

/* Makes index `count` of a growable array writable (element size `size`), doubling `*items` and
 * `*capacity` when full. False when out of memory. */
bool hec_arena_grow(hec_arena *arena, void **items, size_t count, size_t *capacity, size_t size);

/* Zeroed 64-byte aligned block outside any arena, for columns of lanes; NULL when out of memory;
 * freed with hec_aligned_free. */
double *hec_aligned_doubles(size_t count);
void hec_aligned_free(void *block);

#endif
