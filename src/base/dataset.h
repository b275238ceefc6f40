/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dataset: named arrays over named dimensions. Every engine and every analysis puts its results
 * into one; storage, tables and exports are written against it and know nothing else. */
#ifndef HECATE_BASE_DATASET_H
#define HECATE_BASE_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hecate/status.h>

#include "base/mapped.h"

enum { HEC_RANK_MAX = 6 };

typedef enum hec_array_kind { HEC_ARRAY_DOUBLE, HEC_ARRAY_INT, HEC_ARRAY_TEXT } hec_array_kind;

/* A dimension: a name, a length, and labels (text) or coordinates (double), or neither. */
typedef struct hec_dimension {
    char *name;     /* "strategy", "state", "cycle", "draw", "wtp", "year", ... */
    char *title;    /* in words, for long_name */
    char *unit;     /* of the coordinates; "" when none */
    size_t length;
    char **labels;        /* owned; NULL when coordinates are numbers */
    double *coordinates;  /* owned; NULL when labels are given or when it is a plain index */
} hec_dimension;

typedef struct hec_array {
    char *path;  /* "base/trace", "psa/cost", "analysis/ceac" */
    char *title; /* long_name */
    char *unit;
    hec_array_kind kind;
    int rank;    /* 0: a single value */
    int dimensions[HEC_RANK_MAX]; /* indices into the dataset's dimensions, slowest first */
    size_t count;
    union {
        double *doubles;
        int64_t *ints;
        char **texts;
    } data; /* owned, row-major */
    hec_mapping mapping; /* where the data lies in a file; .block NULL: in memory */
} hec_array;

typedef struct hec_attribute { /* a word or number about the whole run: seed, version, ISA */
    char *name;
    bool is_text;
    char *text;
    double number;
} hec_attribute;

typedef struct hec_dataset {
    size_t n_dimensions, n_arrays, n_attributes;
    size_t dimension_capacity, array_capacity, attribute_capacity;
    hec_dimension *dimensions;
    hec_array *arrays; /* pointers into it are invalid after the next add */
    hec_attribute *attributes;
    bool failed; /* an add failed; all further adds return NULL, false or -1 */
    char *folder;      /* owned; NULL: everything stays in memory */
    size_t file_above; /* bytes */
} hec_dataset;

hec_dataset *hec_dataset_create(void);
void hec_dataset_destroy(hec_dataset *dataset);
/* Arrays of numbers that are added from now on and take more than `above` bytes live in files of
 * this folder without a name (base/mapped.h); in memory where the folder has no room for them. */
void hec_dataset_use_folder(hec_dataset *dataset, const char *folder, size_t above);

/* Adds a dimension and returns its index, or -1 when out of memory. Labels, coordinates are copied.
 * A dimension of the same name and length is returned as it is; the same name with another length
 * fails the dataset and gives -1. */
int hec_dataset_dimension(hec_dataset *dataset, const char *name, const char *title,
                          const char *unit, size_t length, const char *const *labels,
                          const double *coordinates);
int hec_dataset_find_dimension(const hec_dataset *dataset, const char *name); /* -1: none */

/* Adds a zeroed array over the named dimensions ("strategy,cycle,state", "" for a single value) and
 * returns its data for filling (doubles 64-byte aligned); NULL, and the dataset has failed, when out
 * of memory, when a dimension is unknown or when the path is taken.
 * The buffer stays valid until the dataset is destroyed. */
double *hec_dataset_doubles(hec_dataset *dataset, const char *path, const char *dimensions,
                            const char *unit, const char *title);
int64_t *hec_dataset_ints(hec_dataset *dataset, const char *path, const char *dimensions,
                          const char *unit, const char *title);
/* Adds an array of numbers that lies in a mapping already, at `data`; takes the mapping, also when it
 * fails. For reading only. */
bool hec_dataset_take_mapping(hec_dataset *dataset, const char *path, hec_array_kind kind,
                              const char *dimensions, const char *unit, const char *title,
                              hec_mapping take_mapping, const void *data);
/* Texts are filled through hec_dataset_set_text, which copies. Missing texts are "". */
bool hec_dataset_texts(hec_dataset *dataset, const char *path, const char *dimensions,
                       const char *title);
bool hec_dataset_set_text(hec_dataset *dataset, const char *path, size_t index, const char *text);

/* Adds to the title of an array. False, and the dataset has failed, when out of memory. */
bool hec_dataset_add_to_title(hec_dataset *dataset, size_t array, const char *words);

bool hec_dataset_attribute_text(hec_dataset *dataset, const char *name, const char *text);
bool hec_dataset_attribute_number(hec_dataset *dataset, const char *name, double number);

const hec_array *hec_dataset_array(const hec_dataset *dataset, const char *path); /* or NULL */
/* The values of an array of doubles, or NULL. */
const double *hec_dataset_values(const hec_dataset *dataset, const char *path);
const hec_dimension *hec_dataset_dimension_of(const hec_dataset *dataset, const hec_array *array,
                                              int axis);
const hec_attribute *hec_dataset_attribute(const hec_dataset *dataset, const char *name);

#endif
