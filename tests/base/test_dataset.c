/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datasets: dimensions, arrays, attributes, and what is refused. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/dataset.h"
#include "base/scratch.h"

static const char *const strategies[] = {"usual", "新疗法"};
static const double wtp[] = {0, 50000, 100000};

static int set_up(void **state)
{
    hec_dataset *d = hec_dataset_create();
    assert_non_null(d);
    assert_int_equal(hec_dataset_dimension(d, "strategy", "strategies", "", 2, strategies, NULL),
                     0);
    assert_int_equal(hec_dataset_dimension(d, "wtp", "willingness to pay", "CNY", 3, NULL, wtp), 1);
    assert_int_equal(hec_dataset_dimension(d, "cycle", NULL, NULL, 4, NULL, NULL), 2);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    hec_dataset_destroy(*state);
    return 0;
}

static void test_dimensions(void **state)
{
    hec_dataset *d = *state;
    assert_int_equal(d->n_dimensions, 3);
    assert_string_equal(d->dimensions[0].labels[1], "新疗法");
    assert_true(d->dimensions[0].labels[1] != strategies[1]); /* copied */
    assert_null(d->dimensions[0].coordinates);
    assert_true(d->dimensions[1].coordinates[2] == 100000);
    assert_string_equal(d->dimensions[1].unit, "CNY");
    assert_string_equal(d->dimensions[2].title, "");
    assert_null(d->dimensions[2].labels);
    assert_int_equal(hec_dataset_find_dimension(d, "cycle"), 2);
    assert_int_equal(hec_dataset_find_dimension(d, "cyc"), -1);
    assert_int_equal(hec_dataset_dimension(d, "cycle", "", "", 4, NULL, NULL), 2);
    assert_int_equal(d->n_dimensions, 3);
}

static void test_arrays(void **state)
{
    hec_dataset *d = *state;
    double *cost = hec_dataset_doubles(d, "base/cost", "strategy", "CNY", "cost");
    int64_t *optimal = hec_dataset_ints(d, "analysis/optimal", "wtp", "", "optimal strategy");
    double *one = hec_dataset_doubles(d, "base/share", "", "", "a single value");
    double *curve = hec_dataset_doubles(d, "analysis/ceac", "wtp,strategy", "", "CEAC");
    assert_non_null(cost);
    assert_non_null(optimal);
    assert_non_null(one);
    assert_non_null(curve);
    assert_int_equal((uintptr_t)curve % 64, 0);
    for (int i = 0; i < 6; i++)
        assert_true(curve[i] == 0);
    const hec_array *a = hec_dataset_array(d, "analysis/ceac");
    assert_int_equal(a->rank, 2);
    assert_int_equal(a->count, 6);
    assert_ptr_equal(a->data.doubles, curve);
    assert_string_equal(hec_dataset_dimension_of(d, a, 0)->name, "wtp");
    assert_string_equal(hec_dataset_dimension_of(d, a, 1)->name, "strategy");
    assert_null(hec_dataset_dimension_of(d, a, 2));
    assert_null(hec_dataset_dimension_of(d, a, -1));
    a = hec_dataset_array(d, "base/share");
    assert_int_equal(a->rank, 0);
    assert_int_equal(a->count, 1);
    assert_null(hec_dataset_array(d, "base"));
}

/* Buffers stay where they are however much is added after them. */
static void test_buffers_stay(void **state)
{
    hec_dataset *d = *state;
    double *first = hec_dataset_doubles(d, "first", "cycle", "", "");
    first[3] = 7;
    for (int i = 0; i < 100; i++) {
        char path[32];
        snprintf(path, sizeof path, "more/%d", i);
        assert_non_null(hec_dataset_doubles(d, path, "strategy,cycle", "", ""));
    }
    assert_ptr_equal(hec_dataset_array(d, "first")->data.doubles, first);
    assert_true(first[3] == 7);
}

static void test_texts(void **state)
{
    hec_dataset *d = *state;
    assert_true(hec_dataset_texts(d, "base/status", "strategy", "status"));
    const hec_array *a = hec_dataset_array(d, "base/status");
    assert_string_equal(a->data.texts[0], "");
    assert_true(hec_dataset_set_text(d, "base/status", 1, "ND"));
    assert_true(hec_dataset_set_text(d, "base/status", 1, "ED"));
    assert_string_equal(hec_dataset_array(d, "base/status")->data.texts[1], "ED");
    assert_false(d->failed);
    assert_false(hec_dataset_set_text(d, "base/status", 2, "beyond"));
    assert_true(d->failed);
}

static void test_attributes(void **state)
{
    hec_dataset *d = *state;
    assert_true(hec_dataset_attribute_text(d, "title", "a study"));
    assert_true(hec_dataset_attribute_number(d, "seed", 20260101));
    assert_true(hec_dataset_attribute_text(d, "title", "another"));
    assert_int_equal(d->n_attributes, 2);
    assert_string_equal(hec_dataset_attribute(d, "title")->text, "another");
    assert_true(hec_dataset_attribute(d, "seed")->number == 20260101);
    assert_false(hec_dataset_attribute(d, "seed")->is_text);
    assert_true(hec_dataset_attribute_number(d, "title", 3));
    assert_false(hec_dataset_attribute(d, "title")->is_text);
    assert_null(hec_dataset_attribute(d, "author"));
}

static void test_empty_dimension(void **state)
{
    hec_dataset *d = *state;
    assert_int_equal(hec_dataset_dimension(d, "none", "", "", 0, NULL, NULL), 3);
    assert_non_null(hec_dataset_doubles(d, "empty", "none,cycle", "", ""));
    assert_int_equal(hec_dataset_array(d, "empty")->count, 0);
}

/* Each of these is a mistake of the caller; the dataset remembers, and refuses what follows. */
static void assert_failed(hec_dataset *d)
{
    assert_true(d->failed);
    assert_null(hec_dataset_doubles(d, "later", "", "", ""));
    assert_int_equal(hec_dataset_dimension(d, "later", "", "", 1, NULL, NULL), -1);
    assert_false(hec_dataset_attribute_number(d, "later", 1));
}

static void test_other_length_is_refused(void **state)
{
    assert_int_equal(hec_dataset_dimension(*state, "wtp", "", "", 4, NULL, NULL), -1);
    assert_failed(*state);
}

static void test_unknown_dimension_is_refused(void **state)
{
    assert_null(hec_dataset_doubles(*state, "x", "strategy,strat", "", ""));
    assert_failed(*state);
}

static void test_taken_path_is_refused(void **state)
{
    assert_non_null(hec_dataset_doubles(*state, "x", "strategy", "", ""));
    assert_null(hec_dataset_ints(*state, "x", "strategy", "", ""));
    assert_failed(*state);
}

static void test_rank_is_limited(void **state)
{
    assert_non_null(hec_dataset_doubles(*state, "six", "wtp,wtp,wtp,wtp,wtp,wtp", "", ""));
    assert_null(hec_dataset_doubles(*state, "seven", "wtp,wtp,wtp,wtp,wtp,wtp,wtp", "", ""));
    assert_failed(*state);
}

static void test_size_is_checked(void **state)
{
    size_t huge = (size_t)1 << 33; /* huge * huge is 0 in 64 bits */
    assert_int_equal(hec_dataset_dimension(*state, "huge", "", "", huge, NULL, NULL), 3);
    assert_null(hec_dataset_doubles(*state, "x", "huge,huge", "", ""));
    assert_failed(*state);
}

/* ---- arrays in files ------------------------------------------------------------------------- */

/* How many names there are in this folder. */
static size_t names_here(void)
{
    size_t n = 0;
    DIR *folder = opendir(".");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        n += entry->d_name[0] != '.';
    closedir(folder);
    return n;
}

static void test_large_arrays_live_in_files(void **state)
{
    (void)state;
    hec_dataset *d = hec_dataset_create();
    hec_dataset_dimension(d, "person", "", "", 100000, NULL, NULL);
    hec_dataset_dimension(d, "few", "", "", 100, NULL, NULL);
    hec_dataset_use_folder(d, ".", 4096);
    double *large = hec_dataset_doubles(d, "large", "person", "", "");
    int64_t *whole = hec_dataset_ints(d, "whole", "person", "", "");
    double *small = hec_dataset_doubles(d, "small", "few", "", "");
    assert_true(hec_dataset_texts(d, "texts", "person", ""));
    assert_true(large && whole && small);
    assert_true((uintptr_t)large % 64 == 0);
    assert_non_null(hec_dataset_array(d, "large")->mapping.block);
    assert_non_null(hec_dataset_array(d, "whole")->mapping.block);
    assert_null(hec_dataset_array(d, "small")->mapping.block);
    assert_null(hec_dataset_array(d, "texts")->mapping.block);
    assert_int_equal(names_here(), 0);
    for (size_t i = 0; i < 100000; i++) {
        assert_true(large[i] == 0 && whole[i] == 0);
        large[i] = (double)i;
        whole[i] = -(int64_t)i;
    }
    assert_true(large[99999] == 99999 && whole[99999] == -99999);
    hec_dataset_destroy(d);
    assert_int_equal(names_here(), 0);
}

/* Where the folder takes no file the array is in memory as it would be without one. */
static void test_folder_that_takes_no_file(void **state)
{
    (void)state;
    hec_dataset *d = hec_dataset_create();
    hec_dataset_dimension(d, "person", "", "", 100000, NULL, NULL);
    hec_dataset_use_folder(d, "nowhere/at/all", 4096);
    double *large = hec_dataset_doubles(d, "large", "person", "", "");
    assert_non_null(large);
    assert_null(hec_dataset_array(d, "large")->mapping.block);
    large[99999] = 1;
    hec_dataset_destroy(d);
}

/* A mapping is taken, also when the array cannot be added. */
static void test_mappings_are_taken(void **state)
{
    (void)state;
    hec_dataset *d = hec_dataset_create();
    hec_dataset_dimension(d, "person", "", "", 1000, NULL, NULL);
    hec_mapping mapping = hec_mapping_create(".", 8000);
    assert_non_null(mapping.block);
    ((double *)mapping.block)[7] = 42;
    assert_true(hec_dataset_take_mapping(d, "x", HEC_ARRAY_DOUBLE, "person", "", "", mapping,
                                         mapping.block));
    assert_true(hec_dataset_array(d, "x")->data.doubles[7] == 42);
    mapping = hec_mapping_create(".", 8000);
    assert_false(hec_dataset_take_mapping(d, "y", HEC_ARRAY_INT, "nobody", "", "", mapping,
                                          mapping.block));
    assert_failed(d);
    mapping = hec_mapping_create(".", 8000);
    assert_false(hec_dataset_take_mapping(d, "z", HEC_ARRAY_INT, "person", "", "", mapping,
                                          mapping.block));
    hec_dataset_destroy(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_dimensions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arrays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_buffers_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_attributes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_empty_dimension, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_length_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unknown_dimension_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_taken_path_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rank_is_limited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_size_is_checked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_large_arrays_live_in_files, scratch_enter,
                                        scratch_leave),
        cmocka_unit_test_setup_teardown(test_folder_that_takes_no_file, scratch_enter,
                                        scratch_leave),
        cmocka_unit_test_setup_teardown(test_mappings_are_taken, scratch_enter, scratch_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
