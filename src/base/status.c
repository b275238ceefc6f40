/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Status codes in words. */
#include <hecate/status.h>

typedef struct status_row {
    int exit_code;
    const char *words;
} status_row;

static const status_row rows[HEC_STATUS_COUNT] = {
#define STATUS_ROW(name, exit_code, words) {exit_code, words},
    HEC_STATUS_TABLE(STATUS_ROW)
#undef STATUS_ROW
};

const char *hec_status_text(hec_status status)
{
    return (unsigned)status < HEC_STATUS_COUNT ? rows[status].words : "unknown status";
}

int hec_status_exit_code(hec_status status)
{
    return (unsigned)status < HEC_STATUS_COUNT ? rows[status].exit_code : 2;
}
