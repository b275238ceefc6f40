/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View: a named table laid over a dataset; rows and columns of cells, nothing copied. */
#ifndef HECATE_STORE_VIEW_H
#define HECATE_STORE_VIEW_H

#include "base/arena.h"
#include "base/dataset.h"
#include "base/text.h"
#include "store/store.h"

/* How a column is written for people. CSV and JSON give all digits whatever the form. */
typedef enum hec_form {
    HEC_FORM_WORDS,
    HEC_FORM_MONEY,  /* 151,580 */
    HEC_FORM_EFFECT, /* 20.7113 */
    HEC_FORM_SHARE,  /* 0.8940 */
    HEC_FORM_NUMBER, /* six digits */
    HEC_FORM_LABEL,  /* an index into the strategies: their labels */
    HEC_FORM_STATUS, /* ND, ED or D, for people in words */
    HEC_FORM_FEN,    /* whole hundredths of the currency, as money with both decimals */
    HEC_FORM_LATER,  /* six digits; 0 is nothing to speak of */
} hec_form;

enum { HEC_TABLE_COLUMNS = 12, HEC_TABLE_KEYS = 3, HEC_TABLES_MAX = 64 };

/* A column of a table. The array's axes are those of the rows, in any order or fewer; one more axis
 * makes a column for each of its labels, or picks one label: "psa/summary_cost@mean". Values of one
 * array at places that another holds: "ledger/payer[ledger/rows/posting]". */
typedef struct hec_column_spec {
    const char *header; /* in CSV and JSON; before the labels when there are many columns */
    const char *words;  /* for people; NULL: the header, "": not for people */
    const char *path;
    hec_form form;
    bool needed; /* the table is there only when this array is */
} hec_column_spec;

/* A table of the registry: adding one is adding a row to table_list.c. */
typedef struct hec_table_spec {
    hec_table_info info;
    const char *over;   /* array whose axes give the rows; NULL: the attributes of the dataset */
    const char *rows;   /* which axes of it, slowest first: "02" */
    const char *hidden; /* those axes that get no column of their own; NULL: none */
    bool against_first;  /* the first strategy, which others are compared with, is no row */
    const char *nonzero; /* column of numbers whose zeros are no rows, "*": rows of nothing but zeros
                          * and gaps; NULL: all are */
    const char *order;  /* array giving the order along the first of them; NULL: as they stand */
    const char *note;   /* printed below the table for people; NULL: nothing */
    void (*remark)(const hec_dataset *, hec_text *); /* the same, from the numbers; NULL: nothing */
    hec_column_spec columns[HEC_TABLE_COLUMNS]; /* up to the first without a header */
} hec_table_spec;

typedef enum hec_cell_kind { HEC_CELL_NUMBER, HEC_CELL_WHOLE, HEC_CELL_TEXT } hec_cell_kind;

typedef struct hec_cell {
    hec_cell_kind kind;
    double number; /* NaN: there is no value */
    int64_t whole;
    const char *text;
} hec_cell;

typedef struct hec_column {
    const char *header, *words, *unit;
    hec_form form;
    bool optional; /* people do not see it when it is empty all the way down */
    int key;                       /* >= 0: the label of this axis of the rows; array is NULL */
    const hec_array *array;        /* both NULL: the attributes, key -1 names, -2 values */
    const hec_array *values;       /* at the places that `array` holds; NULL: itself has them */
    const hec_dimension *labels;   /* of a key, or of what a LABEL column indexes */
    size_t start, stride[HEC_TABLE_KEYS];
} hec_column;

typedef struct hec_view {
    const hec_table_spec *spec;
    const hec_dataset *dataset;
    hec_arena *arena;
    int n_keys;
    const hec_dimension *keys[HEC_TABLE_KEYS];
    int axes[HEC_TABLE_KEYS]; /* indices of these dimensions in the dataset */
    const int64_t *order;
    size_t *rows;    /* [n_rows]: those that are shown, of n_places; NULL: all of them */
    size_t n_places, n_rows, n_columns, column_capacity;
    hec_column *columns;
    const char *missing; /* after a failed open: the array that is not there or does not fit */
} hec_view;

/* Lays the table over the dataset. HEC_E_ARGUMENT when the dataset lacks an array it needs. Close it
 * in any case. */
HEC_MUST_USE hec_status hec_view_open(const hec_table_spec *spec, const hec_dataset *dataset,
                                      hec_view *view);
void hec_view_close(hec_view *view);
hec_cell hec_view_cell(const hec_view *view, size_t row, size_t column);

/* The three ways to print; failures of the stream are the caller's to find (ferror). */
HEC_MUST_USE hec_status hec_view_print_text(const hec_view *view, FILE *out);
void hec_view_print_csv(const hec_view *view, FILE *out);
HEC_MUST_USE hec_status hec_view_print_json(const hec_view *view, FILE *out);

/* The registry. */
extern const hec_table_spec hec_table_list[];
extern const size_t hec_table_list_length;
const hec_table_spec *hec_table_find(const char *name); /* NULL: none */

#endif
