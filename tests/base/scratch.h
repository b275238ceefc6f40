/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scratch folder for tests that need files; the test works inside it. */
#ifndef HECATE_TESTS_SCRATCH_H
#define HECATE_TESTS_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct scratch {
    char *start; /* where the test came from */
    char name[64];
} scratch;

/* Makes a folder and enters it. */
static inline int scratch_enter(void **state)
{
    scratch *made = calloc(1, sizeof *made);
    assert_non_null(made);
    made->start = getcwd(NULL, 0);
    strcpy(made->name, "scratch-XXXXXX");
    assert_non_null(made->start);
    assert_non_null(mkdtemp(made->name));
    assert_int_equal(chdir(made->name), 0);
    *state = made;
    return 0;
}

static inline int scratch_leave(void **state)
{
    scratch *made = *state;
    char command[128];
    assert_int_equal(chdir(made->start), 0);
    snprintf(command, sizeof command, "rm -rf '%s'", made->name);
    assert_int_equal(system(command), 0);
    free(made->start);
    free(made);
    return 0;
}

static inline void scratch_write_bytes(const char *path, const char *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static inline void scratch_write(const char *path, const char *text)
{
    scratch_write_bytes(path, text, strlen(text));
}

#endif
