/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dataset to HDF5, in the layout of docs/hdf5.md, which netCDF-4 tools read as well. */
#include <hdf5.h>
#include <hdf5_hl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/atomic.h"
#include "store/h5_common.h"
#include "store/h5_disk.h"
#include "store/seal.h"
#include "store/store.h"

enum {
    COMPRESS_ABOVE = 1 << 17, /* elements: 1 MiB */
    CHUNK = 1 << 16,          /* elements: 512 KiB, well within HDF5's chunk cache of 1 MiB */
    DEFLATE_LEVEL = 4
};

typedef struct writer {
    const hec_dataset *dataset;
    hec_h5_disk disk;
    hid_t file, text, creation; /* creation: of groups */
    hid_t *scales;              /* one for each dimension; -1 until written */
    const char *where;          /* what is being written, for the report */
} writer;

static bool put_attribute(hid_t object, const char *name, hid_t file_type, hid_t memory_type,
                          const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool good = attribute >= 0 && H5Awrite(attribute, memory_type, value) >= 0;
    good &= hec_h5_close(H5Aclose, attribute);
    good &= hec_h5_close(H5Sclose, space);
    return good;
}

static bool put_text(const writer *w, hid_t object, const char *name, const char *text)
{
    return put_attribute(object, name, w->text, w->text, &text);
}

/* Empty words are left out; the reader gives "" for what is not there. */
static bool put_words(const writer *w, hid_t object, const char *title, const char *unit)
{
    return (!*title || put_text(w, object, "long_name", title)) &&
           (!*unit || put_text(w, object, "units", unit));
}

static bool put_integer(hid_t object, const char *name, int64_t value)
{
    return put_attribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}

/* Whole numbers are stored as such: a seed reads better without a decimal point. */
static bool put_number(hid_t object, const char *name, double value)
{
    const double exact = 9007199254740992.0;
    if (value == floor(value) && fabs(value) < exact && !(value == 0 && signbit(value)))
        return put_integer(object, name, (int64_t)value);
    return put_attribute(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

static hid_t dataset_properties(void)
{
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    if (properties >= 0 && (H5Pset_obj_track_times(properties, false) < 0 ||
                            H5Pset_attr_creation_order(
                                properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) < 0)) {
        H5Pclose(properties);
        return -1;
    }
    return properties;
}

/* Creates a dataset and writes `data` into it (NULL: no values). -1 on failure. */
static hid_t put_dataset(const writer *w, const char *path, hid_t properties, int rank,
                         const hsize_t *shape, hid_t file_type, hid_t memory_type, const void *data)
{
    hid_t space = rank ? H5Screate_simple(rank, shape, NULL) : H5Screate(H5S_SCALAR);
    hid_t object =
        H5Dcreate2(w->file, path, file_type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    bool good = object >= 0;
    if (good && data)
        good = H5Dwrite(object, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
    good &= hec_h5_close(H5Sclose, space);
    if (good)
        return object;
    if (object >= 0)
        H5Dclose(object);
    return -1;
}

/* A dimension is a dimension scale at the root: its labels, its coordinates, or nothing but its
 * length, for which netCDF-4 has a name of its own. */
static bool put_dimension(writer *w, size_t index)
{
    const hec_dimension *dimension = &w->dataset->dimensions[index];
    hsize_t length = dimension->length;
    char nothing[128];
    snprintf(nothing, sizeof nothing, HEC_H5_NO_COORDINATES "%10zu", dimension->length);
    const char *scale_name = dimension->name;
    hid_t properties = dataset_properties(), object = -1;
    w->where = dimension->name;
    if (dimension->labels) {
        object = put_dataset(w, dimension->name, properties, 1, &length, w->text, w->text,
                             dimension->labels);
    } else if (dimension->coordinates) {
        object = put_dataset(w, dimension->name, properties, 1, &length, H5T_IEEE_F64LE,
                             H5T_NATIVE_DOUBLE, dimension->coordinates);
    } else {
        scale_name = nothing;
        object = put_dataset(w, dimension->name, properties, 1, &length, H5T_IEEE_F32BE,
                             H5T_NATIVE_FLOAT, NULL);
    }
    w->scales[index] = object;
    bool good = object >= 0 && H5DSset_scale(object, scale_name) >= 0 &&
                put_words(w, object, dimension->title, dimension->unit);
    good &= hec_h5_close(H5Pclose, properties);
    return good;
}

/* Groups are made one by one because those HDF5 makes on the way do not keep the order of their
 * links, without which netCDF-4 does not open a file for writing. */
static bool make_groups(const writer *w, const char *path)
{
    bool good = true;
    for (const char *slash = strchr(path, '/'); good && slash; slash = strchr(slash + 1, '/')) {
        char *group = strndup(path, (size_t)(slash - path));
        if (!group)
            return false;
        htri_t there = H5Lexists(w->file, group, H5P_DEFAULT);
        good = there >= 0;
        if (there == 0)
            good = hec_h5_close(H5Gclose,
                                H5Gcreate2(w->file, group, H5P_DEFAULT, w->creation, H5P_DEFAULT));
        free(group);
    }
    return good;
}

/* Chunks of about CHUNK elements, whole in the fastest axes, of nearly equal size. */
static void chunk_shape(int rank, const hsize_t *shape, hsize_t *chunk)
{
    hsize_t room = CHUNK;
    for (int axis = rank - 1; axis >= 0; axis--) {
        hsize_t pieces = (shape[axis] + room - 1) / room;
        chunk[axis] = (shape[axis] + pieces - 1) / pieces;
        room = chunk[axis] < room ? room / chunk[axis] : 1;
    }
}

static bool compress(hid_t properties, int rank, const hsize_t *shape)
{
    hsize_t chunk[HEC_RANK_MAX];
    chunk_shape(rank, shape, chunk);
    return H5Pset_chunk(properties, rank, chunk) >= 0 &&
           (H5Zfilter_avail(H5Z_FILTER_SHUFFLE) <= 0 || H5Pset_shuffle(properties) >= 0) &&
           (H5Zfilter_avail(H5Z_FILTER_DEFLATE) <= 0 ||
            H5Pset_deflate(properties, DEFLATE_LEVEL) >= 0);
}

/* Draws and persons are random to the last bits: deflating Sick-Sicker's draws saved a fifth of the
 * file and took four times as long as the whole run (benchmarks/results). What is not deflated can
 * be read where it lies, however large it is. */
static bool worth_compressing(const hec_dataset *dataset, const hec_array *array)
{
    for (int axis = 0; axis < array->rank; axis++) {
        const char *name = dataset->dimensions[array->dimensions[axis]].name;
        if (strcmp(name, "draw") == 0 || strcmp(name, "person") == 0)
            return false;
    }
    return array->kind != HEC_ARRAY_TEXT && array->count > COMPRESS_ABOVE;
}

static bool attach_scales(const writer *w, const hec_array *array, hid_t object)
{
    for (int axis = 0; axis < array->rank; axis++)
        if (H5DSattach_scale(object, w->scales[array->dimensions[axis]], (unsigned)axis) < 0)
            return false;
    return true;
}

static bool put_array(writer *w, size_t index)
{
    const hec_array *array = &w->dataset->arrays[index];
    hsize_t shape[HEC_RANK_MAX];
    hid_t properties = dataset_properties(), object = -1;
    w->where = array->path;
    for (int axis = 0; axis < array->rank; axis++)
        shape[axis] = w->dataset->dimensions[array->dimensions[axis]].length;
    bool good = properties >= 0 && make_groups(w, array->path);
    if (good && worth_compressing(w->dataset, array))
        good = compress(properties, array->rank, shape);
    if (good && array->kind == HEC_ARRAY_DOUBLE)
        object = put_dataset(w, array->path, properties, array->rank, shape, H5T_IEEE_F64LE,
                             H5T_NATIVE_DOUBLE, array->data.doubles);
    else if (good && array->kind == HEC_ARRAY_INT)
        object = put_dataset(w, array->path, properties, array->rank, shape, H5T_STD_I64LE,
                             H5T_NATIVE_INT64, array->data.ints);
    else if (good)
        object = put_dataset(w, array->path, properties, array->rank, shape, w->text, w->text,
                             array->data.texts);
    good = object >= 0 && put_words(w, object, array->title, array->unit) &&
           put_integer(object, HEC_H5_ORDER, (int64_t)index) && attach_scales(w, array, object);
    good &= hec_h5_close(H5Dclose, object);
    good &= hec_h5_close(H5Pclose, properties);
    return good;
}

static bool put_root_attributes(writer *w)
{
    w->where = "attributes";
    bool good = put_integer(w->file, HEC_H5_LAYOUT, HEC_LAYOUT) &&
                put_text(w, w->file, HEC_H5_CONVENTIONS, "Hecate-1");
    for (size_t i = 0; good && i < w->dataset->n_attributes; i++) {
        const hec_attribute *attribute = &w->dataset->attributes[i];
        w->where = attribute->name;
        good = attribute->is_text ? put_text(w, w->file, attribute->name, attribute->text)
                                  : put_number(w->file, attribute->name, attribute->number);
    }
    return good;
}

/* For groups, and for the root, which belongs to the file's own properties. */
static hid_t ordered(hid_t class)
{
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t properties = H5Pcreate(class);
    if (properties >= 0 && (H5Pset_link_creation_order(properties, order) < 0 ||
                            H5Pset_attr_creation_order(properties, order) < 0 ||
                            H5Pset_obj_track_times(properties, false) < 0)) {
        H5Pclose(properties);
        return -1;
    }
    return properties;
}

static bool open_writer(writer *w, int fd)
{
    w->disk = (hec_h5_disk){.fd = fd, .driver = -1};
    w->where = "file";
    hid_t properties = ordered(H5P_FILE_CREATE);
    w->text = hec_h5_text_type();
    w->creation = ordered(H5P_GROUP_CREATE);
    if (properties >= 0)
        w->file = hec_h5_disk_create(&w->disk, properties);
    return hec_h5_close(H5Pclose, properties) && w->file >= 0 && w->text >= 0 && w->creation >= 0;
}

static bool close_writer(writer *w)
{
    bool good = true;
    for (size_t i = 0; i < w->dataset->n_dimensions; i++)
        if (w->scales[i] >= 0)
            good &= H5Dclose(w->scales[i]) >= 0;
    good &= hec_h5_close(H5Tclose, w->text);
    good &= hec_h5_close(H5Pclose, w->creation);
    good &= w->file >= 0 && H5Fflush(w->file, H5F_SCOPE_LOCAL) >= 0;
    good &= hec_h5_close(H5Fclose, w->file);
    hec_h5_disk_release(&w->disk);
    return good;
}

/* A dimension and a group, or an array, of one name cannot both stand at the root. */
static hec_status check_names(const hec_dataset *dataset, const char *path,
                              hec_diagnostics *diagnostics)
{
    for (size_t i = 0; i < dataset->n_arrays; i++) {
        const char *array = dataset->arrays[i].path;
        char *first = strndup(array, strcspn(array, "/"));
        if (!first)
            return HEC_E_MEMORY;
        bool clash = hec_dataset_find_dimension(dataset, first) >= 0;
        free(first);
        if (!clash)
            continue;
        hec_report(diagnostics, HEC_CHECK_OUTPUT, HEC_NOWHERE,
                   "cannot write `%s`: the array `%s` begins with the name of a dimension", path,
                   array);
        return HEC_E_ARGUMENT;
    }
    return HEC_OK;
}

static bool put_file(writer *w, int fd)
{
    bool good = open_writer(w, fd) && put_root_attributes(w);
    for (size_t i = 0; good && i < w->dataset->n_dimensions; i++)
        good = put_dimension(w, i) && !w->disk.reason;
    for (size_t i = 0; good && i < w->dataset->n_arrays; i++)
        good = put_array(w, i) && !w->disk.reason;
    good &= close_writer(w);
    if (good && !w->disk.reason)
        w->disk.reason = hec_seal_write(fd);
    return good && !w->disk.reason;
}

hec_status hec_store_write(const hec_dataset *dataset, const char *path,
                           hec_diagnostics *diagnostics)
{
    hec_atomic file;
    hec_h5_errors errors;
    if (dataset->failed)
        return HEC_E_MEMORY;
    hec_status status = check_names(dataset, path, diagnostics);
    if (status)
        return status;
    writer w = {.dataset = dataset, .file = -1, .text = -1, .creation = -1};
    w.scales = malloc((dataset->n_dimensions + 1) * sizeof *w.scales);
    if (!w.scales)
        return HEC_E_MEMORY;
    for (size_t i = 0; i < dataset->n_dimensions; i++)
        w.scales[i] = -1;
    status = hec_atomic_create(path, diagnostics, &file);
    if (status)
        goto out;
    hec_h5_errors_begin(&errors);
    bool good = put_file(&w, file.fd);
    hec_h5_errors_end(&errors);
    if (good) {
        status = hec_atomic_commit(&file, diagnostics);
        goto out;
    }
    hec_atomic_abandon(&file);
    if (w.disk.reason) {
        status = hec_report_unwritable(diagnostics, path, w.disk.reason);
        goto out;
    }
    hec_report(diagnostics, HEC_CHECK_OUTPUT, HEC_NOWHERE, "cannot write `%s`: HDF5 at `%s`: %s",
               path, w.where, errors.reason);
    status = HEC_E_IO;
out:
    free(w.scales);
    return status;
}

hec_status hec_store_probe(const char *path, hec_diagnostics *diagnostics)
{
    hec_atomic file;
    hec_status status = hec_atomic_create(path, diagnostics, &file);
    if (!status)
        hec_atomic_abandon(&file);
    return status;
}
