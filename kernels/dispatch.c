/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which ISA levels this build holds and this CPU runs. hk_levels.def comes from the build:
 * X(suffix) for each level, best last. */
#include "hk.h"

#include <string.h>

#define X(suffix) extern const hk_table hk_table_##suffix;
#include "hk_levels.def"
#undef X

static int runs_here(const hk_table *table)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    int v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    int v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512cd");
    if (strcmp(table->isa, "x86-64-v4") == 0)
        return v4;
    if (strcmp(table->isa, "x86-64-v3") == 0)
        return v3;
#endif
    return table->isa != NULL;
}

size_t hk_levels(const hk_table *tables[4])
{
    static const hk_table *const built[] = {
#define X(suffix) &hk_table_##suffix,
#include "hk_levels.def"
#undef X
    };
    _Static_assert(sizeof built / sizeof *built <= 4, "hk_levels promises at most four");
    size_t count = 0;
    for (size_t i = 0; i < sizeof built / sizeof *built; i++)
        if (runs_here(built[i]))
            tables[count++] = built[i];
    return count;
}

const hk_table *hk_select(const char *wanted)
{
    const hk_table *tables[4];
    size_t count = hk_levels(tables);
    if (!wanted)
        return tables[count - 1];
    for (size_t i = 0; i < count; i++)
        if (strcmp(tables[i]->isa, wanted) == 0)
            return tables[i];
    return NULL;
}
