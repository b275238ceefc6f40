/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arena: alignment, zeroes, large blocks, growth, overflow; aligned columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void blocks_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    unsigned char *blocks[COUNT];
    hec_arena *arena = hec_arena_create();
    for (size_t i = 0; i < COUNT; i++) {
        const size_t size = i * 37 % 301;
        blocks[i] = hec_arena_alloc(arena, size);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(blocks[i][k], 0);
        memset(blocks[i], (int)(i % 251), size);
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < i * 37 % 301; k++)
            assert_int_equal(blocks[i][k], i % 251);
    }
    hec_arena_destroy(arena);
    hec_arena_destroy(NULL);
}

static void large_blocks_do_not_waste_the_chunk(void **state)
{
    (void)state;
    hec_arena *arena = hec_arena_create();
    char *before = hec_arena_alloc(arena, 16);
    char *large = hec_arena_alloc(arena, 10 * 1024 * 1024);
    char *after = hec_arena_alloc(arena, 16);
    large[10 * 1024 * 1024 - 1] = 1;
    assert_int_equal(after - before, 16);
    assert_in_range(hec_arena_bytes(arena), 10 * 1024 * 1024, 10 * 1024 * 1024 + 128 * 1024);
    hec_arena_destroy(arena);
}

static void what_cannot_be_had_is_null(void **state)
{
    (void)state;
    hec_arena *arena = hec_arena_create();
    volatile size_t huge = SIZE_MAX;
    assert_null(hec_arena_alloc(arena, huge));
    assert_null(hec_arena_alloc(arena, huge - 8));
    assert_null(hec_arena_array(arena, huge / 8, 16));
    assert_null(hec_arena_copy(arena, "x", huge));
    assert_null(hec_aligned_doubles(huge / 8));
    assert_non_null(hec_arena_alloc(arena, 0));
    hec_arena_destroy(arena);
}

static void text_is_copied_and_formatted(void **state)
{
    (void)state;
    hec_arena *arena = hec_arena_create();
    assert_string_equal(hec_arena_copy(arena, "gamma(mean", 5), "gamma");
    assert_string_equal(hec_arena_copy(arena, NULL, 0), "");
    assert_string_equal(hec_arena_format(arena, "%s:%d", "file", 12), "file:12");
    char *wide = hec_arena_format(arena, "%100000d", 7);
    assert_int_equal(strlen(wide), 100000);
    hec_arena_destroy(arena);
}

static void arrays_grow_and_keep_their_items(void **state)
{
    (void)state;
    hec_arena *arena = hec_arena_create();
    void *items = NULL;
    size_t capacity = 0;
    for (size_t i = 0; i < 1000; i++) {
        assert_true(hec_arena_grow(arena, &items, i, &capacity, sizeof(size_t)));
        assert_true(capacity > i);
        ((size_t *)items)[i] = i * i;
    }
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(((size_t *)items)[i], i * i);
    hec_arena_destroy(arena);
}

static void columns_are_aligned_and_zeroed(void **state)
{
    (void)state;
    const size_t counts[] = {0, 1, 7, 8, 9, 512, 513};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        double *column = hec_aligned_doubles(counts[i]);
        assert_non_null(column);
        assert_int_equal((uintptr_t)column % 64, 0);
        for (size_t k = 0; k < counts[i]; k++)
            assert_true(column[k] == 0);
        hec_aligned_free(column);
    }
    hec_aligned_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_zeroed_aligned_and_apart),
        cmocka_unit_test(large_blocks_do_not_waste_the_chunk),
        cmocka_unit_test(what_cannot_be_had_is_null),
        cmocka_unit_test(text_is_copied_and_formatted),
        cmocka_unit_test(arrays_grow_and_keep_their_items),
        cmocka_unit_test(columns_are_aligned_and_zeroed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
