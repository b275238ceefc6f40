/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing where it cannot succeed: the reason is named, nothing is left, nothing is lost, and HDF5
 * stays silent to the end of the program. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "store/example_result.h"
#include "store/folder.h"
#include "store/store.h"

static int set_up(void **state)
{
    folder *f = malloc(sizeof *f);
    *f = folder_create();
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    folder_remove(((folder *)*state)->path);
    free(*state);
    return 0;
}

/* Writes the example; true when the status is IO and the report holds `words`. */
static bool fails_with(const char *path, const char *words)
{
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    hec_dataset *dataset = example_result();
    hec_status status = hec_store_write(dataset, path, diagnostics);
    char *text = hec_diagnostics_text(diagnostics, false);
    bool good = status == HEC_E_IO && strstr(text, "cannot write `") && strstr(text, words) &&
                strstr(text, "[output]");
    if (!good)
        printf("status %d, not `%s`:\n%s\n", status, words, text);
    free(text);
    hec_dataset_destroy(dataset);
    hec_diagnostics_destroy(diagnostics);
    return good;
}

/* The same of probing. */
static bool probe_fails_with(const char *path, const char *words)
{
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    hec_status status = hec_store_probe(path, diagnostics);
    char *text = hec_diagnostics_text(diagnostics, false);
    bool good = status == HEC_E_IO && strstr(text, words);
    free(text);
    hec_diagnostics_destroy(diagnostics);
    return good;
}

static void assert_fails(const char *path, const char *words)
{
    assert_true(fails_with(path, words));
    assert_true(probe_fails_with(path, words));
}

static void test_missing_folder(void **state)
{
    assert_fails(folder_path(*state, "none/x.h5"), "No such file or directory");
    assert_fails("", "No such file or directory");
}

static void test_path_is_a_folder(void **state)
{
    assert_fails(((folder *)*state)->path, "Is a directory");
    assert_fails(folder_path(*state, "none/"), "Is a directory");
}

static void test_path_is_no_plain_file(void **state)
{
    const char *path = folder_path(*state, "pipe");
    struct stat info;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_fails(path, "it is not a plain file");
    assert_int_equal(stat(path, &info), 0);
    assert_true(S_ISFIFO(info.st_mode)); /* not replaced by a file */
}

static void test_probe_leaves_nothing(void **state)
{
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    const char *path = folder_path(*state, "x.h5");
    assert_int_equal(hec_store_probe(path, diagnostics), HEC_OK);
    assert_int_equal(folder_count(*state), 0);
    file_write(path, "old", 3);
    assert_int_equal(hec_store_probe(path, diagnostics), HEC_OK);
    char *data = file_read(path, NULL);
    assert_string_equal(data, "old");
    free(data);
    hec_diagnostics_destroy(diagnostics);
}

static void test_plain_name_in_the_working_folder(void **state)
{
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    hec_dataset *dataset = example_result();
    char here[PATH_MAX];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(((folder *)*state)->path), 0);
    assert_int_equal(hec_store_write(dataset, "x.h5", diagnostics), HEC_OK);
    assert_int_equal(chdir(here), 0);
    assert_int_equal(access(folder_path(*state, "x.h5"), R_OK), 0);
    assert_int_equal(folder_count(*state), 1);
    hec_dataset_destroy(dataset);
    hec_diagnostics_destroy(diagnostics);
}

/* A process with our number was killed here before. */
static void test_left_temporary_file_is_replaced(void **state)
{
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    hec_dataset *dataset = example_result();
    char name[64];
    snprintf(name, sizeof name, "x.h5.%ld.tmp", (long)getpid());
    file_write(folder_path(*state, name), "left", 4);
    assert_int_equal(hec_store_write(dataset, folder_path(*state, "x.h5"), diagnostics), HEC_OK);
    assert_int_equal(folder_count(*state), 1);
    hec_dataset_destroy(dataset);
    hec_diagnostics_destroy(diagnostics);
}

/* ---- in a process of its own --------------------------------------------------------------- */

enum { CANNOT_TRY = 77 };

/* Runs `act` in a child that then leaves through exit(), so that HDF5 cleans up; returns its exit
 * code. What it prints to stderr goes to `words`. */
static int in_child(int (*act)(const folder *, long), const folder *f, long number,
                    char words[4096])
{
    int ends[2], status = 0;
    size_t length = 0;
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        exit(act(f, number));
    }
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], words + length, 4095 - length)) > 0;)
        length += (size_t)got;
    words[length] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
}

static int write_with_limit(const folder *f, long limit)
{
    struct rlimit l = {(rlim_t)limit, (rlim_t)limit};
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &l) != 0)
        return CANNOT_TRY;
    return fails_with(folder_path(f, "x.h5"), "File too large") ? 0 : 1;
}

static void test_every_place_of_running_out(void **state)
{
    char words[4096];
    file_write(folder_path(*state, "x.h5"), "old", 3);
    for (long limit = 0; limit < 200000; limit += limit < 4000 ? 500 : 9973) {
        assert_int_equal(in_child(write_with_limit, *state, limit, words), 0);
        assert_string_equal(words, "");
        char *data = file_read(folder_path(*state, "x.h5"), NULL);
        assert_string_equal(data, "old");
        free(data);
        assert_int_equal(folder_count(*state), 1);
    }
}

/* Reading what HDF5 cannot read: it would print its own errors. */
static int read_cut_file(const folder *f, long length)
{
    const char *path = folder_path(f, "x.h5");
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    hec_dataset *dataset = example_result(), *back = NULL;
    if (hec_store_write(dataset, path, diagnostics) != HEC_OK || truncate(path, length) != 0)
        return CANNOT_TRY;
    bool good = hec_store_read(path, &back, diagnostics) == HEC_E_IO;
    hec_dataset_destroy(dataset);
    hec_diagnostics_destroy(diagnostics);
    return good ? 0 : 1;
}

static void test_hdf5_is_silent(void **state)
{
    char words[4096];
    assert_int_equal(in_child(read_cut_file, *state, 100000, words), 0);
    assert_string_equal(words, "");
}

/* A file system of 64 KiB, seen by this process alone. */
static int write_to_full_disk(const folder *f, long number)
{
    (void)number;
    if ((unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) ||
        mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", f->path, "tmpfs", 0, "size=64k") != 0)
        return CANNOT_TRY;
    if (!fails_with(folder_path(f, "x.h5"), "No space left on device"))
        return 1;
    return folder_count(f) == 0 ? 0 : 2;
}

static void test_full_disk(void **state)
{
    char words[4096];
    int code = in_child(write_to_full_disk, *state, 0, words);
    if (code == CANNOT_TRY) {
        print_message("skipped: a small file system cannot be mounted here\n");
        skip();
    }
    assert_int_equal(code, 0);
    assert_string_equal(words, "");
}

static int write_as_nobody(const folder *f, long number)
{
    (void)number;
    if (chmod(f->path, 0555) != 0 || (geteuid() == 0 && setuid(65534) != 0))
        return CANNOT_TRY;
    bool good = fails_with(folder_path(f, "x.h5"), "Permission denied") &&
                probe_fails_with(folder_path(f, "x.h5"), "Permission denied");
    return good && folder_count(f) == 0 ? 0 : 1;
}

static void test_unwritable_folder(void **state)
{
    char words[4096];
    int code = in_child(write_as_nobody, *state, 0, words);
    chmod(((folder *)*state)->path, 0755);
    if (code == CANNOT_TRY) {
        print_message("skipped: cannot become a user without rights here\n");
        skip();
    }
    assert_int_equal(code, 0);
    assert_string_equal(words, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_missing_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_path_is_a_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_path_is_no_plain_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_probe_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_plain_name_in_the_working_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_left_temporary_file_is_replaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_place_of_running_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hdf5_is_silent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_full_disk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unwritable_folder, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
