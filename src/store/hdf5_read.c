/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HDF5 in the layout of docs/hdf5.md to a dataset. */
#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <hdf5_hl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "store/h5_common.h"
#include "store/seal.h"
#include "store/store.h"

enum { DEPTH_MAX = 16, MAP_ABOVE = 64 << 20 };

/* An array found in the file, to be read when all are known, in the order of the dataset. */
typedef struct found {
    int64_t order;
    char *path;
} found;

typedef struct reader {
    int fd; /* of the same file, for mapping; -1: closed */
    hid_t file, text;
    hec_dataset *dataset;
    size_t n_found, found_capacity;
    found *found;
    hec_h5_errors errors;
    hec_status status;
    char reason[512];
} reader;

/* Remembers the first failure; always false. */
static bool fail(reader *r, hec_status status, const char *format, ...) HEC_PRINTF(3, 4);

static bool fail(reader *r, hec_status status, const char *format, ...)
{
    if (r->status)
        return false;
    r->status = status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(r->reason, sizeof r->reason, format, arguments);
    va_end(arguments);
    return false;
}

/* HDF5 could not read something: its own words are the reason. */
static bool fail_h5(reader *r, const char *where)
{
    return fail(r, HEC_E_IO, "`%s` is damaged: %s", where, r->errors.reason);
}

static bool fail_memory(reader *r)
{
    return fail(r, HEC_E_MEMORY, "out of memory");
}

static char *read_variable_text(const reader *r, hid_t attribute)
{
    char *value = NULL, *copy = NULL;
    if (H5Aread(attribute, r->text, &value) >= 0) {
        copy = strdup(value ? value : "");
        H5free_memory(value);
    }
    return copy;
}

/* As other tools write them: netCDF, R. */
static char *read_fixed_text(hid_t attribute, hid_t type)
{
    char *copy = calloc(H5Tget_size(type) + 1, 1);
    if (copy && H5Aread(attribute, type, copy) < 0) {
        free(copy);
        copy = NULL;
    }
    return copy;
}

/* One text of a scalar attribute. The caller frees it; NULL when there is none or it is no text. */
static char *get_text_attribute(const reader *r, hid_t object, const char *name)
{
    char *text = NULL;
    if (H5Aexists(object, name) <= 0)
        return NULL;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    if (H5Sget_simple_extent_npoints(space) == 1 && H5Tget_class(type) == H5T_STRING)
        text = H5Tis_variable_str(type) > 0 ? read_variable_text(r, attribute)
                                            : read_fixed_text(attribute, type);
    hec_h5_close(H5Tclose, type);
    hec_h5_close(H5Sclose, space);
    hec_h5_close(H5Aclose, attribute);
    return text;
}

static bool get_number_attribute(hid_t object, const char *name, hid_t memory_type, void *value)
{
    if (H5Aexists(object, name) <= 0)
        return false;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    H5T_class_t class = H5Tget_class(type);
    bool good = (class == H5T_INTEGER || class == H5T_FLOAT) &&
                H5Sget_simple_extent_npoints(space) == 1 &&
                H5Aread(attribute, memory_type, value) >= 0;
    hec_h5_close(H5Tclose, type);
    hec_h5_close(H5Sclose, space);
    hec_h5_close(H5Aclose, attribute);
    return good;
}

/* Reads n texts; they are H5free_memory'd one by one by free_h5_texts. */
static char **read_h5_texts(const reader *r, hid_t object, size_t n)
{
    char **texts = calloc(n + 1, sizeof *texts);
    if (texts && n && H5Dread(object, r->text, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) < 0) {
        free(texts);
        return NULL;
    }
    for (size_t i = 0; texts && i < n; i++) {
        if (texts[i])
            continue;
        texts[i] = H5allocate_memory(1, true); /* HDF5 gives NULL for "" */
    }
    return texts;
}

static void free_h5_texts(char **texts, size_t n)
{
    for (size_t i = 0; texts && i < n; i++)
        H5free_memory(texts[i]);
    free(texts);
}

/* "Dimension without coordinates" in the words of netCDF-4. */
static bool has_coordinates(hid_t object)
{
    char name[sizeof HEC_H5_NO_COORDINATES + 32] = "";
    H5DSget_scale_name(object, name, sizeof name);
    return strncmp(name, HEC_H5_NO_COORDINATES, strlen(HEC_H5_NO_COORDINATES)) != 0;
}

static bool read_values_of_dimension(reader *r, hid_t object, hid_t type, const char *name,
                                     size_t length, const char *title, const char *unit)
{
    char **labels = NULL;
    double *coordinates = NULL;
    bool good = true;
    if (H5Tis_variable_str(type) > 0) {
        labels = read_h5_texts(r, object, length);
        good = labels || fail_h5(r, name);
    } else if (H5Tget_class(type) == H5T_FLOAT && has_coordinates(object)) {
        coordinates = calloc(length + 1, sizeof *coordinates);
        if (!coordinates)
            return fail_memory(r);
        good =
            H5Dread(object, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, coordinates) >= 0 ||
            fail_h5(r, name);
    } else if (H5Tget_class(type) != H5T_FLOAT) {
        return fail(r, HEC_E_IO, "dimension `%s` holds neither texts nor numbers", name);
    }
    if (good && hec_dataset_dimension(r->dataset, name, title, unit, length,
                                      (const char *const *)labels, coordinates) < 0)
        good = fail_memory(r);
    free_h5_texts(labels, length);
    free(coordinates);
    return good;
}

static bool read_dimension(reader *r, hid_t object, const char *name)
{
    hid_t type = H5Dget_type(object), space = H5Dget_space(object);
    char *title = get_text_attribute(r, object, "long_name");
    char *unit = get_text_attribute(r, object, "units");
    hssize_t length = H5Sget_simple_extent_npoints(space);
    bool good = false;
    if (type < 0 || space < 0 || length < 0)
        fail_h5(r, name);
    else if (H5Sget_simple_extent_ndims(space) != 1)
        fail(r, HEC_E_IO, "dimension `%s` does not have one axis", name);
    else
        good = read_values_of_dimension(r, object, type, name, (size_t)length, title, unit);
    free(title);
    free(unit);
    hec_h5_close(H5Tclose, type);
    hec_h5_close(H5Sclose, space);
    return good;
}

/* Notes an array for later; what others have added to the file carries no order and is passed by.
 */
static bool note_array(reader *r, hid_t object, const char *path)
{
    int64_t order = 0;
    if (!get_number_attribute(object, HEC_H5_ORDER, H5T_NATIVE_INT64, &order))
        return true;
    if (r->n_found == r->found_capacity) {
        size_t wanted = r->found_capacity ? 2 * r->found_capacity : 32;
        found *moved = realloc(r->found, wanted * sizeof *moved);
        if (!moved)
            return fail_memory(r);
        r->found = moved;
        r->found_capacity = wanted;
    }
    char *copy = strdup(path);
    if (!copy)
        return fail_memory(r);
    r->found[r->n_found++] = (found){order, copy};
    return true;
}

static bool walk(reader *r, hid_t group, const char *path, int depth);

/* One link of a group: a dimension, an array, or a further group. */
static bool visit(reader *r, hid_t group, const char *path, const char *name, int depth)
{
    hec_text full = {0};
    bool good = true;
    hec_text_format(&full, "%s%s%s", path, *path ? "/" : "", name);
    hid_t object = H5Oopen(group, name, H5P_DEFAULT);
    if (full.failed)
        good = fail_memory(r);
    else if (object < 0)
        good = fail_h5(r, full.data);
    else if (H5Iget_type(object) == H5I_GROUP)
        good = walk(r, object, full.data, depth + 1);
    else if (H5Iget_type(object) == H5I_DATASET && H5DSis_scale(object) > 0)
        good = depth > 0 || read_dimension(r, object, name);
    else if (H5Iget_type(object) == H5I_DATASET)
        good = note_array(r, object, full.data);
    hec_h5_close(H5Oclose, object);
    hec_text_free(&full);
    return good;
}

static bool walk(reader *r, hid_t group, const char *path, int depth)
{
    H5G_info_t info;
    if (depth > DEPTH_MAX)
        return fail(r, HEC_E_IO, "groups are nested deeper than %d levels", DEPTH_MAX);
    if (H5Gget_info(group, &info) < 0)
        return fail_h5(r, path);
    for (hsize_t i = 0; i < info.nlinks; i++) {
        char name[256];
        ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name,
                                            sizeof name, H5P_DEFAULT);
        if (length < 0)
            return fail_h5(r, path);
        if ((size_t)length >= sizeof name)
            return fail(r, HEC_E_IO, "a name in `/%s` is longer than 255 bytes", path);
        if (!visit(r, group, path, name, depth))
            return false;
    }
    return true;
}

/* The name of the scale, which is the dimension. Called by H5DSiterate_scales for the first one. */
static herr_t name_of_scale(hid_t object, unsigned axis, hid_t scale, void *name)
{
    (void)object;
    (void)axis;
    return H5Iget_name(scale, name, 256) > 0 ? 1 : -1;
}

/* "strategy,cycle" of an array, checked against the lengths of the dimensions. */
static bool read_shape(reader *r, hid_t object, const char *path, hec_text *dimensions)
{
    hsize_t shape[H5S_MAX_RANK];
    hid_t space = H5Dget_space(object);
    int rank = H5Sget_simple_extent_dims(space, shape, NULL);
    hec_h5_close(H5Sclose, space);
    if (rank < 0)
        return fail_h5(r, path);
    if (rank > HEC_RANK_MAX)
        return fail(r, HEC_E_IO, "`%s` has more than %d axes", path, HEC_RANK_MAX);
    for (int axis = 0; axis < rank; axis++) {
        char name[256] = "";
        if (H5DSget_num_scales(object, (unsigned)axis) < 1 ||
            H5DSiterate_scales(object, (unsigned)axis, NULL, name_of_scale, name) < 0)
            return fail(r, HEC_E_IO, "axis %d of `%s` names no dimension", axis, path);
        int index = hec_dataset_find_dimension(r->dataset, name + 1);
        if (index < 0 || r->dataset->dimensions[index].length != shape[axis])
            return fail(r, HEC_E_IO, "axis %d of `%s` does not fit dimension `%s`", axis, path,
                        name + 1);
        hec_text_format(dimensions, "%s%s", axis ? "," : "", name + 1);
    }
    hec_text_add(dimensions, "");
    return !dimensions->failed || fail_memory(r);
}

static bool read_texts(reader *r, hid_t object, const char *path, const char *dimensions,
                       const char *title)
{
    if (!hec_dataset_texts(r->dataset, path, dimensions, title))
        return fail_memory(r);
    size_t n = hec_dataset_array(r->dataset, path)->count;
    char **texts = read_h5_texts(r, object, n);
    bool good = texts || fail_h5(r, path);
    for (size_t i = 0; good && i < n; i++)
        good = hec_dataset_set_text(r->dataset, path, i, texts[i]) || fail_memory(r);
    free_h5_texts(texts, n);
    return good;
}

/* Whether the array lies in the file just as it would in memory; its place is then *offset. */
static bool lies_plain(const reader *r, hid_t object, bool integer, size_t bytes, haddr_t *offset)
{
    struct stat info;
    const uint16_t one = 1;
    bool little = *(const unsigned char *)&one == 1;
    hid_t type = H5Dget_type(object), properties = H5Dget_create_plist(object);
    *offset = H5Dget_offset(object);
    bool plain = little && H5Tequal(type, integer ? H5T_STD_I64LE : H5T_IEEE_F64LE) > 0 &&
                 H5Pget_layout(properties) == H5D_CONTIGUOUS && *offset != HADDR_UNDEF &&
                 *offset % sizeof(double) == 0 && fstat(r->fd, &info) == 0 &&
                 *offset + bytes <= (haddr_t)info.st_size;
    hec_h5_close(H5Tclose, type);
    hec_h5_close(H5Pclose, properties);
    return plain;
}

/* A large array is left where it lies. False when it has to be read. */
static bool map_values(reader *r, hid_t object, bool integer, const char *path,
                       const char *dimensions, const char *title, const char *unit)
{
    hid_t space = H5Dget_space(object);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    size_t bytes = count > 0 ? (size_t)count * sizeof(double) : 0;
    const void *data = NULL;
    haddr_t offset = 0;
    hec_h5_close(H5Sclose, space);
    if (bytes <= MAP_ABOVE || !lies_plain(r, object, integer, bytes, &offset))
        return false;
    hec_mapping mapping = hec_mapping_read(r->fd, (off_t)offset, bytes, &data);
    return mapping.block &&
           hec_dataset_take_mapping(r->dataset, path, integer ? HEC_ARRAY_INT : HEC_ARRAY_DOUBLE,
                                    dimensions, unit, title, mapping, data);
}

static bool read_values(reader *r, hid_t object, const char *path, const char *dimensions,
                        const char *title, const char *unit)
{
    hid_t type = H5Dget_type(object), memory_type = -1;
    H5T_class_t class = H5Tget_class(type);
    bool texts = H5Tis_variable_str(type) > 0;
    hec_h5_close(H5Tclose, type);
    void *data = NULL;
    if (texts)
        return read_texts(r, object, path, dimensions, title);
    if ((class == H5T_FLOAT || class == H5T_INTEGER) &&
        map_values(r, object, class == H5T_INTEGER, path, dimensions, title, unit))
        return true;
    if (class == H5T_FLOAT) {
        memory_type = H5T_NATIVE_DOUBLE;
        data = hec_dataset_doubles(r->dataset, path, dimensions, unit, title);
    } else if (class == H5T_INTEGER) {
        memory_type = H5T_NATIVE_INT64;
        data = hec_dataset_ints(r->dataset, path, dimensions, unit, title);
    } else {
        return fail(r, HEC_E_IO, "`%s` holds neither numbers nor texts", path);
    }
    if (!data)
        return fail_memory(r);
    return H5Dread(object, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0 ||
           fail_h5(r, path);
}

static bool read_array(reader *r, const char *path)
{
    hec_text dimensions = {0};
    hid_t object = H5Dopen2(r->file, path, H5P_DEFAULT);
    if (object < 0)
        return fail_h5(r, path);
    char *title = get_text_attribute(r, object, "long_name");
    char *unit = get_text_attribute(r, object, "units");
    bool good = read_shape(r, object, path, &dimensions) &&
                read_values(r, object, path, dimensions.data, title, unit);
    free(title);
    free(unit);
    hec_text_free(&dimensions);
    hec_h5_close(H5Dclose, object);
    return good;
}

static herr_t read_root_attribute(hid_t root, const char *name, const H5A_info_t *info, void *data)
{
    (void)info;
    reader *r = data;
    double number = 0;
    if (strcmp(name, HEC_H5_LAYOUT) == 0 || strcmp(name, HEC_H5_CONVENTIONS) == 0)
        return 0;
    char *text = get_text_attribute(r, root, name);
    if (text)
        hec_dataset_attribute_text(r->dataset, name, text);
    else if (get_number_attribute(root, name, H5T_NATIVE_DOUBLE, &number))
        hec_dataset_attribute_number(r->dataset, name, number);
    free(text);
    return 0;
}

static int by_order(const void *left, const void *right)
{
    const found *a = left, *b = right;
    return (a->order > b->order) - (a->order < b->order);
}

static bool read_all(reader *r)
{
    int64_t layout = 0;
    if (!get_number_attribute(r->file, HEC_H5_LAYOUT, H5T_NATIVE_INT64, &layout))
        return fail(r, HEC_E_IO, "it is an HDF5 file, but not a result of Hecate");
    if (layout < 1 || layout > HEC_LAYOUT)
        return fail(r, HEC_E_IO, "it has layout %lld; this version of Hecate reads up to layout %d",
                    (long long)layout, HEC_LAYOUT);
    hsize_t start = 0;
    if (H5Aiterate2(r->file, H5_INDEX_CRT_ORDER, H5_ITER_INC, &start, read_root_attribute, r) < 0)
        return fail_h5(r, "/");
    if (!walk(r, r->file, "", 0))
        return false;
    if (r->n_found)
        qsort(r->found, r->n_found, sizeof *r->found, by_order);
    for (size_t i = 0; i < r->n_found; i++)
        if (!read_array(r, r->found[i].path))
            return false;
    return !r->dataset->failed || fail_memory(r);
}

/* The first bytes and the seal, before HDF5 sees the file: plain reasons for plain mistakes, and no
 * damaged file reaches HDF5, which may not survive it. */
static bool check_bytes(reader *r, int fd)
{
    static const char signature[8] = "\211HDF\r\n\032\n";
    char start[8] = "";
    bool intact = true;
    ssize_t got = read(fd, start, sizeof start);
    if (got < 0)
        return fail(r, HEC_E_IO, "%s", strerror(errno));
    if (got < (ssize_t)sizeof start || memcmp(start, signature, sizeof start) != 0)
        return fail(r, HEC_E_IO, "it is not an HDF5 file");
    int reason = hec_seal_check(fd, &intact);
    if (reason)
        return fail(r, HEC_E_IO, "%s", strerror(reason));
    return intact || fail(r, HEC_E_IO, "it is damaged: its checksum does not agree");
}

static bool check_file(reader *r, const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not make us wait */
    r->fd = fd;
    if (fd < 0 || fstat(fd, &info) != 0)
        fail(r, HEC_E_IO, "%s", strerror(errno));
    else if (S_ISDIR(info.st_mode))
        fail(r, HEC_E_IO, "%s", strerror(EISDIR));
    else if (!S_ISREG(info.st_mode))
        fail(r, HEC_E_IO, "it is not a plain file");
    else
        check_bytes(r, fd);
    return !r->status;
}

static bool open_file(reader *r, const char *path)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    /* Results are replaced whole, never changed in place: no lock is needed, and file systems of
     * clusters often have none. */
#if H5_VERSION_GE(1, 12, 1) || (H5_VERS_MINOR == 10 && H5_VERS_RELEASE >= 7)
    H5Pset_file_locking(access, false, true);
#endif
    r->text = hec_h5_text_type();
    if (access >= 0 && r->text >= 0 && H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0)
        r->file = H5Fopen(path, H5F_ACC_RDONLY, access);
    if (r->file < 0)
        fail(r, HEC_E_IO, "it is damaged or was cut off (%s)", r->errors.reason);
    hec_h5_close(H5Pclose, access);
    return r->file >= 0;
}

hec_status hec_store_read(const char *path, hec_dataset **dataset, hec_diagnostics *diagnostics)
{
    reader r = {.fd = -1, .file = -1, .text = -1, .dataset = hec_dataset_create()};
    *dataset = NULL;
    if (!r.dataset)
        return HEC_E_MEMORY;
    hec_h5_errors_begin(&r.errors);
    if (check_file(&r, path) && open_file(&r, path) && read_all(&r)) {
        *dataset = r.dataset;
        r.dataset = NULL;
    }
    hec_h5_close(H5Tclose, r.text);
    hec_h5_close(H5Fclose, r.file);
    if (r.fd >= 0)
        close(r.fd);
    hec_h5_errors_end(&r.errors);
    if (r.status)
        hec_report(diagnostics, HEC_CHECK_FILE_UNREADABLE, HEC_NOWHERE, "cannot read `%s`: %s",
                   path, r.reason);
    for (size_t i = 0; i < r.n_found; i++)
        free(r.found[i].path);
    free(r.found);
    hec_dataset_destroy(r.dataset);
    return r.status;
}
