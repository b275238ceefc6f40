/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which limits there are. limit_levels.def comes from the build: X(suffix) for each level. */
#include "limit.h"

#include <string.h>

#define X(suffix) extern const limit_table limit_table_##suffix;
#include "limit_levels.def"
#undef X

const limit_table *limit_select(const char *isa)
{
    static const limit_table *const built[] = {
#define X(suffix) &limit_table_##suffix,
#include "limit_levels.def"
#undef X
    };
    for (size_t i = 0; i < sizeof built / sizeof *built; i++) {
        if (strcmp(built[i]->isa, isa) == 0) {
            return built[i];
        }
    }
    return NULL;
}
