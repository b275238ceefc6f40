/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Result: the public face of a dataset and of its store. */
#include <hecate/result.h>

#include <stdlib.h>

#include "base/dataset.h"
#include "batch/result_inner.h"
#include "store/store.h"

_Static_assert(HEC_RANK_MAX == 6, "hec_result_doubles promises shape[6]");

struct hec_result {
    hec_dataset *dataset;
};

hec_result *hec_result_wrap(hec_dataset *take_dataset)
{
    hec_result *result = malloc(sizeof *result);

    if (!take_dataset || !result) {
        hec_dataset_destroy(take_dataset);
        free(result);
        return NULL;
    }
    result->dataset = take_dataset;
    return result;
}

const hec_dataset *hec_result_dataset(const hec_result *result)
{
    return result->dataset;
}

void hec_result_destroy(hec_result *result)
{
    if (!result) {
        return;
    }
    hec_dataset_destroy(result->dataset);
    free(result);
}

hec_status hec_result_write(const hec_result *result, const char *path,
                            hec_diagnostics *diagnostics)
{
    return hec_store_write(result->dataset, path, diagnostics);
}

hec_status hec_result_probe(const char *path, hec_diagnostics *diagnostics)
{
    return hec_store_probe(path, diagnostics);
}

hec_status hec_result_read(const char *path, hec_diagnostics *diagnostics, hec_result **result)
{
    hec_dataset *dataset = NULL;
    hec_status status = hec_store_read(path, &dataset, diagnostics);

    *result = NULL;
    if (status != HEC_OK) {
        return status;
    }
    *result = hec_result_wrap(dataset);
    return *result ? HEC_OK : HEC_E_MEMORY;
}

hec_status hec_result_print(const hec_result *result, const char *table, hec_format format,
                            FILE *out, hec_diagnostics *diagnostics)
{
    return hec_table_print(result->dataset, table, format, out, diagnostics);
}

size_t hec_result_table_count(void)
{
    return hec_table_count();
}

const char *hec_result_table_name(size_t index)
{
    return hec_table_describe(index)->name;
}

const char *hec_result_table_words(size_t index)
{
    return hec_table_describe(index)->words;
}

bool hec_result_has_table(const hec_result *result, const char *table)
{
    return hec_table_available(result->dataset, table);
}

hec_status hec_result_export(const hec_result *result, const char *directory,
                             hec_diagnostics *diagnostics)
{
    return hec_store_export(result->dataset, directory, diagnostics);
}

const double *hec_result_doubles(const hec_result *result, const char *path, int *rank,
                                 size_t shape[6])
{
    const hec_array *array = hec_dataset_array(result->dataset, path);

    if (!array || array->kind != HEC_ARRAY_DOUBLE) {
        return NULL;
    }
    *rank = array->rank;
    for (int axis = 0; axis < array->rank; axis++) {
        shape[axis] = hec_dataset_dimension_of(result->dataset, array, axis)->length;
    }
    return array->data.doubles;
}

const char *hec_result_text(const hec_result *result, const char *name, size_t index)
{
    const hec_dataset *d = result->dataset;
    const hec_attribute *attribute = hec_dataset_attribute(d, name);
    const hec_array *array = hec_dataset_array(d, name);
    int dimension = hec_dataset_find_dimension(d, name);

    if (attribute) {
        return attribute->is_text && index == 0 ? attribute->text : NULL;
    }
    if (dimension >= 0) {
        const hec_dimension *labels = &d->dimensions[dimension];
        return labels->labels && index < labels->length ? labels->labels[index] : NULL;
    }
    return array && array->kind == HEC_ARRAY_TEXT && index < array->count ? array->data.texts[index]
                                                                          : NULL;
}
