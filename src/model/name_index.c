/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names numbered in the order they came: a hash table with open addressing. */
#include "model/build.h"

#include <string.h>

static size_t hash(const char *name)
{
    uint64_t h = 14695981039346656037u; /* FNV-1a */
    for (; *name; name++) {
        h = (h ^ (unsigned char)*name) * 1099511628211u;
    }
    return (size_t)(h ^ (h >> 32));
}

/* The slot that holds the name, or the free one where it belongs. */
static size_t slot_of(const hec_names *names, const char *name)
{
    size_t slot = hash(name) & (names->size - 1);
    while (names->slots[slot] && strcmp(names->items[names->slots[slot] - 1], name) != 0) {
        slot = (slot + 1) & (names->size - 1);
    }
    return slot;
}

size_t hec_names_find(const hec_names *names, const char *name)
{
    uint32_t found = names->size > 0 ? names->slots[slot_of(names, name)] : 0;
    return found ? found - 1 : SIZE_MAX;
}

static bool widen(hec_arena *arena, hec_names *names)
{
    hec_names wide = *names;
    wide.size = names->size > 0 ? 2 * names->size : 32;
    wide.slots = hec_arena_array(arena, wide.size, sizeof *wide.slots);
    if (!wide.slots) {
        return false;
    }
    for (size_t i = 0; i < wide.count; i++) {
        wide.slots[slot_of(&wide, wide.items[i])] = (uint32_t)(i + 1);
    }
    *names = wide;
    return true;
}

size_t hec_names_add(hec_arena *arena, hec_names *names, const char *name)
{
    size_t found = hec_names_find(names, name);
    if (found != SIZE_MAX) {
        return found;
    }
    if ((2 * (names->count + 1) > names->size && !widen(arena, names)) ||
        !hec_arena_grow(arena, (void **)&names->items, names->count, &names->capacity,
                        sizeof *names->items)) {
        return SIZE_MAX;
    }
    names->slots[slot_of(names, name)] = (uint32_t)(names->count + 1);
    names->items[names->count] = name;
    return names->count++;
}

size_t hec_latest_find(const hec_latest *latest, const char *name)
{
    size_t found = hec_names_find(&latest->names, name);
    return found == SIZE_MAX ? SIZE_MAX : latest->numbers[found];
}

bool hec_latest_set(hec_arena *arena, hec_latest *latest, const char *name, size_t number)
{
    size_t found = hec_names_add(arena, &latest->names, name);
    if (found == SIZE_MAX || !hec_arena_grow(arena, (void **)&latest->numbers, found,
                                             &latest->capacity, sizeof *latest->numbers)) {
        return false;
    }
    latest->numbers[found] = number;
    return true;
}
