/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program outside the tree, valid as C and as C++: says the version it runs with. */
#include <stdio.h>
#include <string.h>

#include <hecate/hecate.h>

int main(void)
{
    if (strcmp(hec_version(), HEC_VERSION) != 0) {
        fprintf(stderr, "headers are %s, the library is %s\n", HEC_VERSION, hec_version());
        return 1;
    }
    hec_diagnostics *diagnostics = hec_diagnostics_create();
    if (!diagnostics) {
        return 1;
    }
    int64_t errors = hec_diagnostics_count(diagnostics, HEC_ERROR);
    hec_diagnostics_destroy(diagnostics);
    printf("hecate %s\n", hec_version());
    return errors == 0 ? 0 : 1;
}
