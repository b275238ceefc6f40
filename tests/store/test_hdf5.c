/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datasets to HDF5 and back: equal, in order, the same bytes each time; what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <hdf5.h>

#include "store/example_result.h"
#include "store/folder.h"
#include "store/store.h"

typedef struct fixture {
    folder folder;
    hec_diagnostics *diagnostics;
    hec_dataset *dataset;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    f->folder = folder_create();
    f->diagnostics = hec_diagnostics_create();
    f->dataset = example_result();
    assert_non_null(f->dataset);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    folder_remove(f->folder.path);
    hec_diagnostics_destroy(f->diagnostics);
    hec_dataset_destroy(f->dataset);
    free(f);
    return 0;
}

static void assert_reported(const fixture *f, const char *words)
{
    char *text = hec_diagnostics_text(f->diagnostics, false);
    assert_non_null(text);
    if (!strstr(text, words))
        fail_msg("`%s` is not in:\n%s", words, text);
    free(text);
}

/* ---- equal datasets ------------------------------------------------------------------------ */

static void assert_dimensions_equal(const hec_dimension *a, const hec_dimension *b)
{
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->title, b->title);
    assert_string_equal(a->unit, b->unit);
    assert_int_equal(a->length, b->length);
    assert_int_equal(a->labels != NULL, b->labels != NULL);
    assert_int_equal(a->coordinates != NULL, b->coordinates != NULL);
    for (size_t i = 0; a->labels && i < a->length; i++)
        assert_string_equal(a->labels[i], b->labels[i]);
    if (a->coordinates)
        assert_memory_equal(a->coordinates, b->coordinates, a->length * sizeof(double));
}

static void assert_arrays_equal(const hec_array *a, const hec_array *b)
{
    assert_string_equal(a->path, b->path);
    assert_string_equal(a->title, b->title);
    assert_string_equal(a->unit, b->unit);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->rank, b->rank);
    assert_int_equal(a->count, b->count);
    for (int axis = 0; axis < a->rank; axis++)
        assert_int_equal(a->dimensions[axis], b->dimensions[axis]);
    if (a->kind == HEC_ARRAY_TEXT)
        for (size_t i = 0; i < a->count; i++)
            assert_string_equal(a->data.texts[i], b->data.texts[i]);
    else /* doubles and 64-bit integers alike: the same bits, NaN too */
        assert_int_equal(memcmp(a->data.doubles, b->data.doubles, a->count * sizeof(double)), 0);
}

static void assert_datasets_equal(const hec_dataset *a, const hec_dataset *b)
{
    assert_int_equal(a->n_dimensions, b->n_dimensions);
    assert_int_equal(a->n_arrays, b->n_arrays);
    assert_int_equal(a->n_attributes, b->n_attributes);
    for (size_t i = 0; i < a->n_dimensions; i++)
        assert_dimensions_equal(&a->dimensions[i], &b->dimensions[i]);
    for (size_t i = 0; i < a->n_arrays; i++)
        assert_arrays_equal(&a->arrays[i], &b->arrays[i]);
    for (size_t i = 0; i < a->n_attributes; i++) {
        assert_string_equal(a->attributes[i].name, b->attributes[i].name);
        assert_int_equal(a->attributes[i].is_text, b->attributes[i].is_text);
        if (a->attributes[i].is_text)
            assert_string_equal(a->attributes[i].text, b->attributes[i].text);
        else
            assert_memory_equal(&a->attributes[i].number, &b->attributes[i].number, sizeof(double));
    }
}

static void round_trip(fixture *f)
{
    hec_dataset *back = NULL;
    const char *path = folder_path(&f->folder, "result.h5");
    assert_int_equal(hec_store_write(f->dataset, path, f->diagnostics), HEC_OK);
    assert_int_equal(hec_store_read(path, &back, f->diagnostics), HEC_OK);
    assert_datasets_equal(f->dataset, back);
    assert_int_equal(folder_count(&f->folder), 1);
    assert_int_equal(hec_diagnostics_count(f->diagnostics, HEC_ERROR), 0);
    hec_dataset_destroy(back);
}

static void test_round_trip(void **state)
{
    round_trip(*state);
}

static void test_odd_values(void **state)
{
    fixture *f = *state;
    hec_dataset *d = f->dataset;
    double *x = hec_dataset_doubles(d, "odd/doubles", "statistic", "", "");
    const double values[] = {NAN, -0.0, INFINITY, 0x1p-1074, 1.7976931348623157e308, 0.1};
    memcpy(x, values, sizeof values);
    int64_t *n = hec_dataset_ints(d, "odd/ints", "arc", "", "");
    n[0] = INT64_MIN;
    n[1] = INT64_MAX;
    const int next = (int)d->n_dimensions;
    assert_int_equal(hec_dataset_dimension(d, "nothing", "", "", 0, NULL, NULL), next);
    assert_non_null(hec_dataset_doubles(d, "odd/empty", "nothing,state", "", ""));
    assert_true(hec_dataset_texts(d, "odd/no_texts", "nothing", ""));
    assert_true(hec_dataset_texts(d, "odd/text", "", ""));
    assert_true(hec_dataset_set_text(d, "odd/text", 0, "多\n行 “x” \\ \t"));
    assert_non_null(hec_dataset_doubles(d, "odd/square", "state,state", "", ""));
    hec_dataset_attribute_number(d, "minus_zero", -0.0);
    hec_dataset_attribute_number(d, "nan", NAN);
    hec_dataset_attribute_number(d, "great", 1e300);
    hec_dataset_attribute_number(d, "negative", -12);
    assert_false(d->failed);
    round_trip(f);
}

static void test_long_text(void **state)
{
    fixture *f = *state;
    size_t length = 300000; /* beyond what an HDF5 attribute could hold in itself */
    char *text = malloc(length + 1);
    memset(text, 'x', length);
    text[length] = '\0';
    assert_true(hec_dataset_attribute_text(f->dataset, "resolved", text));
    assert_true(hec_dataset_set_text(f->dataset, "inputs/text", 0, text));
    free(text);
    round_trip(f);
}

static void test_empty_dataset(void **state)
{
    fixture *f = *state;
    hec_dataset_destroy(f->dataset);
    f->dataset = hec_dataset_create();
    round_trip(f);
}

static void test_large_arrays_are_compressed(void **state)
{
    fixture *f = *state;
    assert_true(hec_dataset_dimension(f->dataset, "run", "", "", 200000, NULL, NULL) >= 0);
    double *x = hec_dataset_doubles(f->dataset, "large/x", "strategy,run", "", "");
    int64_t *n = hec_dataset_ints(f->dataset, "large/n", "run,measure", "", "");
    for (int64_t i = 0; i < 600000; i++)
        x[i] = floor(1e6 / (double)(i + 1));
    for (int64_t i = 0; i < 400000; i++)
        n[i] = i / 7;
    round_trip(f);
    const char *path = folder_path(&f->folder, "result.h5");
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_true(info.st_size < 1500000); /* of 8 MB */
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t object = H5Dopen2(file, "large/x", H5P_DEFAULT), made = H5Dget_create_plist(object);
    hsize_t chunk[2];
    assert_int_equal(H5Pget_layout(made), H5D_CHUNKED);
    assert_int_equal(H5Pget_chunk(made, 2, chunk), 2);
    assert_int_equal(chunk[0], 1);
    assert_int_equal(chunk[1], 50000);
    assert_int_equal(H5Pget_nfilters(made), 2);
    H5Pclose(made);
    H5Dclose(object);
    H5Fclose(file);
}

static void test_draws_are_stored_as_they_are(void **state)
{
    fixture *f = *state;
    hec_dataset_destroy(f->dataset);
    f->dataset = hec_dataset_create();
    assert_true(hec_dataset_dimension(f->dataset, "draw", "", "", 200000, NULL, NULL) >= 0);
    double *x = hec_dataset_doubles(f->dataset, "psa/x", "draw", "", "");
    assert_non_null(x);
    x[7] = 1;
    round_trip(f);
    hid_t file = H5Fopen(folder_path(&f->folder, "result.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t object = H5Dopen2(file, "psa/x", H5P_DEFAULT), made = H5Dget_create_plist(object);
    assert_int_equal(H5Pget_layout(made), H5D_CONTIGUOUS);
    assert_int_equal(H5Pget_nfilters(made), 0);
    H5Pclose(made);
    H5Dclose(object);
    H5Fclose(file);
}

/* What is larger than 64 MiB and lies plain in the file is not read but mapped; the file may then be
 * replaced, as files of results are. */
static void test_large_arrays_stay_in_the_file(void **state)
{
    enum { PERSONS = (64 << 20) / 8 + 1 };
    fixture *f = *state;
    hec_dataset *back = NULL;
    const char *path = folder_path(&f->folder, "large.h5");
    assert_true(hec_dataset_dimension(f->dataset, "person", "", "", PERSONS, NULL, NULL) < 0);
    hec_dataset_destroy(f->dataset);
    f->dataset = hec_dataset_create();
    assert_true(hec_dataset_dimension(f->dataset, "person", "", "", PERSONS, NULL, NULL) >= 0);
    hec_dataset_use_folder(f->dataset, f->folder.path, 1 << 20);
    double *x = hec_dataset_doubles(f->dataset, "persons/cost", "person", "CNY", "cost");
    int64_t *n = hec_dataset_ints(f->dataset, "persons/number", "person", "", "");
    double *one = hec_dataset_doubles(f->dataset, "base/one", "", "", "");
    assert_true(x && n && one);
    for (int64_t i = 0; i < PERSONS; i++) {
        x[i] = 1.5 * (double)i;
        n[i] = i + 1;
    }
    *one = 7;
    assert_int_equal(hec_store_write(f->dataset, path, f->diagnostics), HEC_OK);
    assert_int_equal(hec_store_read(path, &back, f->diagnostics), HEC_OK);
    assert_int_equal(folder_count(&f->folder), 1);
    assert_non_null(hec_dataset_array(back, "persons/cost")->mapping.block);
    assert_non_null(hec_dataset_array(back, "persons/number")->mapping.block);
    assert_null(hec_dataset_array(back, "base/one")->mapping.block);
    assert_true((uintptr_t)hec_dataset_array(back, "persons/cost")->data.doubles % 4096 == 0);
    *one = 8;
    assert_int_equal(hec_store_write(f->dataset, path, f->diagnostics), HEC_OK);
    *one = 7;
    assert_datasets_equal(f->dataset, back);
    hec_dataset_destroy(back);
}

static void test_same_bytes_each_time(void **state)
{
    fixture *f = *state;
    size_t length_1 = 0, length_2 = 0;
    const char *path_1 = folder_path(&f->folder, "1.h5"), *path_2 = folder_path(&f->folder, "2.h5");
    assert_int_equal(hec_store_write(f->dataset, path_1, f->diagnostics), HEC_OK);
    sleep(1); /* a time stamp would show */
    assert_int_equal(hec_store_write(f->dataset, path_2, f->diagnostics), HEC_OK);
    char *data_1 = file_read(path_1, &length_1), *data_2 = file_read(path_2, &length_2);
    assert_int_equal(length_1, length_2);
    assert_int_equal(memcmp(data_1, data_2, length_1), 0);
    free(data_1);
    free(data_2);
}

/* ---- refused files ------------------------------------------------------------------------- */

static void assert_refused(fixture *f, const char *path, const char *words)
{
    hec_dataset *back = NULL;
    assert_int_equal(hec_store_read(path, &back, f->diagnostics), HEC_E_IO);
    assert_null(back);
    assert_reported(f, "error: cannot read `");
    assert_reported(f, words);
    hec_diagnostics_destroy(f->diagnostics);
    f->diagnostics = hec_diagnostics_create();
}

static void test_other_files_are_refused(void **state)
{
    fixture *f = *state;
    const char *path = folder_path(&f->folder, "x.h5");
    assert_refused(f, path, "No such file");
    assert_refused(f, f->folder.path, "directory");
    file_write(path, "", 0);
    assert_refused(f, path, "it is not an HDF5 file");
    file_write(path, "hecate: 1\nmodel: x\n", 19);
    assert_refused(f, path, "it is not an HDF5 file");
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused(f, path, "it is not a plain file");
    unlink(path);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    assert_refused(f, path, "not a result of Hecate");
}

static void test_cut_files_are_refused(void **state)
{
    fixture *f = *state;
    size_t length = 0;
    const char *path = folder_path(&f->folder, "x.h5");
    assert_int_equal(hec_store_write(f->dataset, path, f->diagnostics), HEC_OK);
    char *data = file_read(path, &length);
    for (size_t part = 1; part < 40; part++) {
        file_write(path, data, 64 + (length - 200) * part / 40);
        assert_refused(f, path, "it is damaged or was cut off");
    }
    free(data);
}

/* Any flipped bit: HDF5 would not notice most of them, and crash at some. */
static void test_damage_is_noticed(void **state)
{
    fixture *f = *state;
    size_t length = 0;
    const char *path = folder_path(&f->folder, "x.h5");
    assert_int_equal(hec_store_write(f->dataset, path, f->diagnostics), HEC_OK);
    char *data = file_read(path, &length);
    for (size_t i = 0; i < 300; i++) {
        size_t at = 8 + i * (length - 80) / 300;
        data[at] = (char)(data[at] ^ (1 << i % 8));
        file_write(path, data, length);
        assert_refused(f, path, "its checksum does not agree");
        data[at] = (char)(data[at] ^ (1 << i % 8));
    }
    free(data);
}

static void set_layout(const char *path, int layout)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t attribute = H5Aopen(file, "hecate_layout", H5P_DEFAULT);
    assert_true(H5Awrite(attribute, H5T_NATIVE_INT, &layout) >= 0);
    H5Aclose(attribute);
    H5Fclose(file);
}

static void test_newer_layout_is_refused(void **state)
{
    fixture *f = *state;
    const char *path = folder_path(&f->folder, "x.h5");
    assert_int_equal(hec_store_write(f->dataset, path, f->diagnostics), HEC_OK);
    set_layout(path, 2);
    assert_refused(f, path, "it has layout 2; this version of Hecate reads up to layout 1");
    set_layout(path, 0);
    assert_refused(f, path, "it has layout 0");
}

/* What others add is passed by; what they take away is missed. */
static void test_edited_files(void **state)
{
    fixture *f = *state;
    hec_dataset *back = NULL;
    const char *path = folder_path(&f->folder, "x.h5");
    assert_int_equal(hec_store_write(f->dataset, path, f->diagnostics), HEC_OK);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), space = H5Screate(H5S_SCALAR);
    hid_t object = H5Dcreate2(file, "base/mine", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, H5P_DEFAULT,
                              H5P_DEFAULT);
    H5Dclose(object);
    H5Fclose(file);
    assert_int_equal(hec_store_read(path, &back, f->diagnostics), HEC_OK);
    assert_datasets_equal(f->dataset, back);
    hec_dataset_destroy(back);
    file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(H5Adelete_by_name(file, "base/trace", "DIMENSION_LIST", H5P_DEFAULT) >= 0);
    H5Fclose(file);
    H5Sclose(space);
    assert_refused(f, path, "axis 0 of `base/trace` names no dimension");
}

/* ---- HDF5 of the program around us --------------------------------------------------------- */

static herr_t handler(hid_t stack, void *data)
{
    (void)stack;
    (void)data;
    return 0;
}

static void test_error_handler_is_given_back(void **state)
{
    fixture *f = *state;
    H5E_auto2_t now = NULL, before = NULL;
    void *data = NULL, *before_data = NULL;
    int mine = 0;
    H5Eget_auto2(H5E_DEFAULT, &before, &before_data);
    H5Eset_auto2(H5E_DEFAULT, handler, &mine);
    round_trip(f);
    assert_refused(f, f->folder.path, "directory");
    H5Eget_auto2(H5E_DEFAULT, &now, &data);
    assert_true(now == handler && data == &mine);
    H5Eset_auto2(H5E_DEFAULT, before, before_data);
    assert_int_equal(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0); /* nothing left open */
}

static void test_clashing_names_are_refused(void **state)
{
    fixture *f = *state;
    const char *path = folder_path(&f->folder, "x.h5");
    assert_non_null(hec_dataset_doubles(f->dataset, "state/x", "", "", ""));
    assert_int_equal(hec_store_write(f->dataset, path, f->diagnostics), HEC_E_ARGUMENT);
    assert_reported(f, "the array `state/x` begins with the name of a dimension");
    assert_int_equal(folder_count(&f->folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_odd_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_empty_dataset, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_large_arrays_are_compressed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_draws_are_stored_as_they_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_large_arrays_stay_in_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_same_bytes_each_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_files_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cut_files_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damage_is_noticed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_newer_layout_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_edited_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_error_handler_is_given_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_clashing_names_are_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
