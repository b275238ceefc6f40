/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file read by h5py, netCDF4, xarray, R and h5dump, and the snippets of docs/hdf5.md.
 * Debian's packages: python3-h5py, python3-netcdf4, python3-xarray, python3-h5netcdf, hdf5-tools,
 * r-cran-hdf5r, r-cran-ncdf4. A test whose tools are not there says so and is skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "store/example_result.h"
#include "store/folder.h"
#include "store/store.h"

enum { NOT_INSTALLED = 77 };

/* A folder with result.h5 in it. */
static int set_up(void **state)
{
    folder *f = malloc(sizeof *f);
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    hec_dataset *dataset = example_result();
    *f = folder_create();
    assert_int_equal(hec_store_write(dataset, folder_path(f, "result.h5"), diagnostics), HEC_OK);
    hec_dataset_destroy(dataset);
    hec_diagnostics_destroy(diagnostics);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    folder_remove(((folder *)*state)->path);
    free(*state);
    return 0;
}

/* Runs readers.py with these arguments in the folder. */
static void run_python(const folder *f, const char *arguments)
{
    char command[3 * PATH_MAX];
    if (access("/usr/bin/python3", X_OK) != 0) {
        print_message("skipped: there is no /usr/bin/python3\n");
        skip();
    }
    snprintf(command, sizeof command, "cd %s && /usr/bin/python3 %s/tests/store/readers.py %s",
             f->path, HECATE_SOURCE_DIR, arguments);
    fflush(NULL);
    int status = system(command);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NOT_INSTALLED)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_python_readers(void **state)
{
    run_python(*state, "check result.h5");
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    hec_dataset *back = NULL; /* after netCDF4 has added a variable to it */
    const char *path = folder_path(*state, "result.h5");
    assert_int_equal(hec_store_read(path, &back, diagnostics), HEC_OK);
    hec_dataset_destroy(back);
    hec_diagnostics_destroy(diagnostics);
}

static void test_tables(void **state)
{
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    hec_dataset *dataset = example_result();
    const char *directory = folder_path(*state, "tables");
    assert_int_equal(hec_store_export(dataset, directory, diagnostics), HEC_OK);
    for (size_t i = 0; i < hec_table_count(); i++) {
        char name[128];
        const char *table = hec_table_describe(i)->name;
        snprintf(name, sizeof name, "tables/%s.json", table);
        FILE *out = fopen(folder_path(*state, name), "w");
        assert_int_equal(hec_table_print(dataset, table, HEC_FORMAT_JSON, out, diagnostics),
                         HEC_OK);
        fclose(out);
    }
    hec_dataset_destroy(dataset);
    hec_diagnostics_destroy(diagnostics);
    run_python(*state, "tables tables");
}

static void test_python_snippets(void **state)
{
    run_python(*state, "snippets " HECATE_SOURCE_DIR "/docs/hdf5.md python");
}

static void test_r_snippets(void **state)
{
    run_python(*state, "snippets " HECATE_SOURCE_DIR "/docs/hdf5.md r");
}

static void test_shell_snippets(void **state)
{
    run_python(*state, "snippets " HECATE_SOURCE_DIR "/docs/hdf5.md sh");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_python_readers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_python_snippets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_r_snippets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shell_snippets, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
