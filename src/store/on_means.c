/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payments on means: which numbers of a result they reach, and what is said of them. */
#include <string.h>

#include "store/prose.h"

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* The strategies, "a, b"; NULL: there are none. */
static const char *strategies_of(const hec_dataset *dataset)
{
    const hec_attribute *on_means = hec_dataset_attribute(dataset, "payments_on_means");
    return on_means && on_means->is_text && *on_means->text ? on_means->text : NULL;
}

bool hec_on_means(const hec_dataset *dataset, const hec_array *array)
{
    static const char *const others[] = {"analysis/", "base/cea/", "psa/cea/", "base/threshold"};
    const hec_attribute *currency = hec_dataset_attribute(dataset, "currency");
    if (!strategies_of(dataset) || array->kind == HEC_ARRAY_TEXT) {
        return false;
    }
    bool reached = currency && currency->is_text && *currency->text && array->unit &&
                   begins(array->unit, currency->text) && !begins(array->path, "parameters/");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        reached = reached || begins(array->path, others[i]);
    }
    return reached;
}

void hec_on_means_words(const hec_dataset *dataset, hec_text *out)
{
    const char *names = strategies_of(dataset);
    if (names) {
        hec_text_add(out, "On means: what is paid under ");
        hec_text_add_line(out, names);
        hec_text_add(out, " is what one person would pay who uses what all use on the "
                          "mean; it is not the mean of what persons pay.\n");
    }
}
