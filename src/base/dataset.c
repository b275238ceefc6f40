/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dataset: named arrays over named dimensions. */
#include "base/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

hec_dataset *hec_dataset_create(void)
{
    return calloc(1, sizeof(hec_dataset));
}

static void free_texts(char **texts, size_t count)
{
    if (!texts)
        return;
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

static void dimension_clear(hec_dimension *dimension)
{
    free(dimension->name);
    free(dimension->title);
    free(dimension->unit);
    free_texts(dimension->labels, dimension->length);
    free(dimension->coordinates);
}

static void array_clear(hec_array *array)
{
    free(array->path);
    free(array->title);
    free(array->unit);
    if (array->mapping.block)
        hec_mapping_destroy(&array->mapping);
    else if (array->kind == HEC_ARRAY_DOUBLE)
        hec_aligned_free(array->data.doubles);
    else if (array->kind == HEC_ARRAY_INT)
        free(array->data.ints);
    else
        free_texts(array->data.texts, array->count);
}

void hec_dataset_destroy(hec_dataset *dataset)
{
    if (!dataset)
        return;
    for (size_t i = 0; i < dataset->n_dimensions; i++)
        dimension_clear(&dataset->dimensions[i]);
    for (size_t i = 0; i < dataset->n_arrays; i++)
        array_clear(&dataset->arrays[i]);
    for (size_t i = 0; i < dataset->n_attributes; i++) {
        free(dataset->attributes[i].name);
        free(dataset->attributes[i].text);
    }
    free(dataset->dimensions);
    free(dataset->arrays);
    free(dataset->attributes);
    free(dataset->folder);
    free(dataset);
}

void hec_dataset_use_folder(hec_dataset *dataset, const char *folder, size_t above)
{
    free(dataset->folder);
    dataset->folder = folder ? strdup(folder) : NULL;
    dataset->file_above = above;
}

/* Makes items[count] writable; remembers a failure in the dataset. */
static bool grow(hec_dataset *dataset, void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return true;
    size_t wanted = *capacity ? 2 * *capacity : 16;
    void *moved = realloc(*items, wanted * size);
    if (!moved) {
        dataset->failed = true;
        return false;
    }
    *items = moved;
    *capacity = wanted;
    return true;
}

static char *copy_text(const char *text)
{
    return strdup(text ? text : "");
}

static bool copy_labels(hec_dimension *dimension, const char *const *labels)
{
    dimension->labels = calloc(dimension->length ? dimension->length : 1, sizeof(char *));
    if (!dimension->labels)
        return false;
    for (size_t i = 0; i < dimension->length; i++) {
        dimension->labels[i] = copy_text(labels[i]);
        if (!dimension->labels[i])
            return false;
    }
    return true;
}

static bool copy_coordinates(hec_dimension *dimension, const double *coordinates)
{
    dimension->coordinates = calloc(dimension->length ? dimension->length : 1, sizeof(double));
    if (!dimension->coordinates)
        return false;
    if (dimension->length)
        memcpy(dimension->coordinates, coordinates, dimension->length * sizeof(double));
    return true;
}

static bool name_length(const char *name, const char *span, size_t length)
{
    return strlen(name) == length && memcmp(name, span, length) == 0;
}

static int find_dimension(const hec_dataset *dataset, const char *name, size_t length)
{
    for (size_t i = 0; i < dataset->n_dimensions; i++)
        if (name_length(dataset->dimensions[i].name, name, length))
            return (int)i;
    return -1;
}

int hec_dataset_find_dimension(const hec_dataset *dataset, const char *name)
{
    return find_dimension(dataset, name, strlen(name));
}

int hec_dataset_dimension(hec_dataset *dataset, const char *name, const char *title,
                          const char *unit, size_t length, const char *const *labels,
                          const double *coordinates)
{
    if (dataset->failed)
        return -1;
    int known = hec_dataset_find_dimension(dataset, name);
    if (known >= 0) {
        /* One name, two lengths: the caller is confused, and nothing after it can be trusted. */
        dataset->failed = dataset->dimensions[known].length != length;
        return dataset->failed ? -1 : known;
    }
    if (!grow(dataset, (void **)&dataset->dimensions, dataset->n_dimensions,
              &dataset->dimension_capacity, sizeof(hec_dimension)))
        return -1;
    hec_dimension dimension = {
        .name = copy_text(name),
        .title = copy_text(title),
        .unit = copy_text(unit),
        .length = length,
    };
    bool good = dimension.name && dimension.title && dimension.unit;
    if (good && labels)
        good = copy_labels(&dimension, labels);
    else if (good && coordinates)
        good = copy_coordinates(&dimension, coordinates);
    if (!good) {
        dimension_clear(&dimension);
        dataset->failed = true;
        return -1;
    }
    dataset->dimensions[dataset->n_dimensions] = dimension;
    return (int)dataset->n_dimensions++;
}

/* Resolves "strategy,cycle" into indices, rank and element count. */
static bool resolve_shape(const hec_dataset *dataset, const char *dimensions, hec_array *array)
{
    array->count = 1;
    const char *rest = dimensions ? dimensions : "";
    while (*rest) {
        size_t length = strcspn(rest, ",");
        int index = find_dimension(dataset, rest, length);
        if (index < 0 || array->rank == HEC_RANK_MAX)
            return false;
        array->dimensions[array->rank++] = index;
        if (__builtin_mul_overflow(array->count, dataset->dimensions[index].length, &array->count))
            return false;
        rest += length + (rest[length] == ',');
    }
    return array->count <= SIZE_MAX / sizeof(double) - 8;
}

/* Numbers of both kinds take eight bytes; a mapping is aligned to a page. */
static bool allocate_in_file(const hec_dataset *dataset, hec_array *array)
{
    size_t bytes = array->count * sizeof(double);
    if (!dataset->folder || array->kind == HEC_ARRAY_TEXT || bytes <= dataset->file_above)
        return false;
    array->mapping = hec_mapping_create(dataset->folder, bytes);
    if (array->kind == HEC_ARRAY_DOUBLE)
        array->data.doubles = array->mapping.block;
    else
        array->data.ints = array->mapping.block;
    return array->mapping.block != NULL;
}

static bool allocate(const hec_dataset *dataset, hec_array *array)
{
    size_t count = array->count ? array->count : 1;
    if (array->mapping.block || allocate_in_file(dataset, array))
        return true;
    if (array->kind == HEC_ARRAY_DOUBLE) {
        array->data.doubles = hec_aligned_doubles(count);
        return array->data.doubles != NULL;
    }
    if (array->kind == HEC_ARRAY_INT) {
        array->data.ints = calloc(count, sizeof(int64_t));
        return array->data.ints != NULL;
    }
    array->data.texts = calloc(count, sizeof(char *));
    if (!array->data.texts)
        return false;
    for (size_t i = 0; i < array->count; i++)
        if (!(array->data.texts[i] = copy_text("")))
            return false;
    return true;
}

/* Takes what `array` owns already: its mapping, if any. */
static hec_array *add_array(hec_dataset *dataset, hec_array array, const char *path,
                            const char *dimensions, const char *unit, const char *title)
{
    if (dataset->failed) {
        hec_mapping_destroy(&array.mapping);
        return NULL;
    }
    if (hec_dataset_array(dataset, path) || !resolve_shape(dataset, dimensions, &array) ||
        !grow(dataset, (void **)&dataset->arrays, dataset->n_arrays, &dataset->array_capacity,
              sizeof(hec_array))) {
        hec_mapping_destroy(&array.mapping);
        dataset->failed = true;
        return NULL;
    }
    array.path = copy_text(path);
    array.title = copy_text(title);
    array.unit = copy_text(unit);
    if (!array.path || !array.title || !array.unit || !allocate(dataset, &array)) {
        array_clear(&array);
        dataset->failed = true;
        return NULL;
    }
    hec_array *kept = &dataset->arrays[dataset->n_arrays++];
    *kept = array;
    return kept;
}

double *hec_dataset_doubles(hec_dataset *dataset, const char *path, const char *dimensions,
                            const char *unit, const char *title)
{
    hec_array *array =
        add_array(dataset, (hec_array){.kind = HEC_ARRAY_DOUBLE}, path, dimensions, unit, title);
    return array ? array->data.doubles : NULL;
}

int64_t *hec_dataset_ints(hec_dataset *dataset, const char *path, const char *dimensions,
                          const char *unit, const char *title)
{
    hec_array *array =
        add_array(dataset, (hec_array){.kind = HEC_ARRAY_INT}, path, dimensions, unit, title);
    return array ? array->data.ints : NULL;
}

bool hec_dataset_take_mapping(hec_dataset *dataset, const char *path, hec_array_kind kind,
                              const char *dimensions, const char *unit, const char *title,
                              hec_mapping take_mapping, const void *data)
{
    hec_array array = {.kind = kind, .mapping = take_mapping};
    if (kind == HEC_ARRAY_DOUBLE)
        array.data.doubles = (double *)data;
    else
        array.data.ints = (int64_t *)data;
    return add_array(dataset, array, path, dimensions, unit, title) != NULL;
}

bool hec_dataset_texts(hec_dataset *dataset, const char *path, const char *dimensions,
                       const char *title)
{
    return add_array(dataset, (hec_array){.kind = HEC_ARRAY_TEXT}, path, dimensions, "", title) !=
           NULL;
}

bool hec_dataset_set_text(hec_dataset *dataset, const char *path, size_t index, const char *text)
{
    const hec_array *array = hec_dataset_array(dataset, path);
    char *copy = NULL;
    if (!dataset->failed && array && array->kind == HEC_ARRAY_TEXT && index < array->count)
        copy = copy_text(text);
    if (!copy) {
        dataset->failed = true;
        return false;
    }
    free(array->data.texts[index]);
    array->data.texts[index] = copy;
    return true;
}

/* The attribute of this name, emptied, or a new one; NULL when out of memory. */
static hec_attribute *attribute_place(hec_dataset *dataset, const char *name)
{
    if (dataset->failed)
        return NULL;
    for (size_t i = 0; i < dataset->n_attributes; i++) {
        hec_attribute *attribute = &dataset->attributes[i];
        if (strcmp(attribute->name, name) == 0) {
            free(attribute->text);
            attribute->text = NULL;
            return attribute;
        }
    }
    if (!grow(dataset, (void **)&dataset->attributes, dataset->n_attributes,
              &dataset->attribute_capacity, sizeof(hec_attribute)))
        return NULL;
    hec_attribute attribute = {.name = copy_text(name)};
    if (!attribute.name) {
        dataset->failed = true;
        return NULL;
    }
    hec_attribute *kept = &dataset->attributes[dataset->n_attributes++];
    *kept = attribute;
    return kept;
}

bool hec_dataset_add_to_title(hec_dataset *dataset, size_t array, const char *words)
{
    char **title = &dataset->arrays[array].title;
    size_t length = strlen(*title), more = strlen(words) + 1;
    char *longer = realloc(*title, length + more);
    if (!longer) {
        dataset->failed = true;
        return false;
    }
    memcpy(longer + length, words, more);
    *title = longer;
    return true;
}

bool hec_dataset_attribute_text(hec_dataset *dataset, const char *name, const char *text)
{
    hec_attribute *attribute = attribute_place(dataset, name);
    if (!attribute)
        return false;
    attribute->is_text = true;
    attribute->number = 0;
    attribute->text = copy_text(text);
    if (!attribute->text)
        dataset->failed = true;
    return attribute->text != NULL;
}

bool hec_dataset_attribute_number(hec_dataset *dataset, const char *name, double number)
{
    hec_attribute *attribute = attribute_place(dataset, name);
    if (!attribute)
        return false;
    attribute->is_text = false;
    attribute->number = number;
    return true;
}

const hec_array *hec_dataset_array(const hec_dataset *dataset, const char *path)
{
    for (size_t i = 0; i < dataset->n_arrays; i++)
        if (strcmp(dataset->arrays[i].path, path) == 0)
            return &dataset->arrays[i];
    return NULL;
}

const double *hec_dataset_values(const hec_dataset *dataset, const char *path)
{
    const hec_array *array = hec_dataset_array(dataset, path);
    return array && array->kind == HEC_ARRAY_DOUBLE ? array->data.doubles : NULL;
}

const hec_dimension *hec_dataset_dimension_of(const hec_dataset *dataset, const hec_array *array,
                                              int axis)
{
    if (axis < 0 || axis >= array->rank)
        return NULL;
    return &dataset->dimensions[array->dimensions[axis]];
}

const hec_attribute *hec_dataset_attribute(const hec_dataset *dataset, const char *name)
{
    for (size_t i = 0; i < dataset->n_attributes; i++)
        if (strcmp(dataset->attributes[i].name, name) == 0)
            return &dataset->attributes[i];
    return NULL;
}
