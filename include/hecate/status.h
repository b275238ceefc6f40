/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Status codes: what a fallible function returns. */
#ifndef HECATE_STATUS_H
#define HECATE_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#if defined(__GNUC__)
#define HEC_MUST_USE __attribute__((warn_unused_result))
#define HEC_PRINTF(format_index, first_argument)                                                   \
    __attribute__((format(printf, format_index, first_argument)))
#else
#define HEC_MUST_USE
#define HEC_PRINTF(format_index, first_argument)
#endif

/* One row per status: X(name, exit code of the command, words). */
#define HEC_STATUS_TABLE(X)                                                                        \
    X(OK, 0, "success")                                                                            \
    X(INPUT, 1, "the input has mistakes; the diagnostics name each of them")                       \
    X(ARGUMENT, 2, "an argument is outside its domain")                                            \
    X(VALUE, 3, "a value went wrong during the run; the diagnostics name it")                      \
    X(IO, 4, "a file could not be read or written")                                                \
    X(MEMORY, 5, "out of memory")                                                                  \
    X(STOPPED, 130, "the run was interrupted before it was complete")

typedef enum hec_status {
#define HEC_STATUS_ENUM(name, exit_code, words) HEC_E_##name,
    HEC_STATUS_TABLE(HEC_STATUS_ENUM)
#undef HEC_STATUS_ENUM
        HEC_STATUS_COUNT,
    HEC_OK = HEC_E_OK
} hec_status;

/* The status in words; a static string, never NULL. */
const char *hec_status_text(hec_status status);

/* The exit code with which the command reports `status`. */
int hec_status_exit_code(hec_status status);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
