/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the HDF5 writer and reader share: names of the layout, HDF5's errors in words. */
#ifndef HECATE_STORE_H5_COMMON_H
#define HECATE_STORE_H5_COMMON_H

#include <hdf5.h>
#include <stdbool.h>

/* Rises when a reader of the older layout could be misled; docs/hdf5.md describes it. */
enum { HEC_LAYOUT = 1 };

#define HEC_H5_LAYOUT "hecate_layout"   /* root: the number above */
#define HEC_H5_CONVENTIONS "Conventions" /* root: text for people */
#define HEC_H5_ORDER "hecate_order"     /* of an array: its place in the dataset */

/* netCDF-4's mark of a dimension that has no coordinates; the length follows in ten places. */
#define HEC_H5_NO_COORDINATES "This is a netCDF dimension but not a netCDF variable."

/* HDF5 prints its errors unless told otherwise. Between begin and end it tells them to us instead:
 * `reason` is the innermost message of the first failed call ("" when none failed). HDF5 itself
 * forgets it with the next call. */
typedef struct hec_h5_errors {
    H5E_auto2_t function;
    void *data;
    char reason[256];
} hec_h5_errors;

void hec_h5_errors_begin(hec_h5_errors *errors);
void hec_h5_errors_end(const hec_h5_errors *errors);

/* Closes an id if it is one; false when it is none or cannot be closed. */
bool hec_h5_close(herr_t (*close)(hid_t), hid_t id);

/* The type of all texts: variable-length UTF-8. */
hid_t hec_h5_text_type(void);

#endif
