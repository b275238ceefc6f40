/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HDF5 file driver over an open file descriptor that remembers the first error of the system. */
#include "store/h5_disk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

/* Large arrays begin with a page, so that they can be mapped where they lie. */
enum { ALIGN_ABOVE = 1 << 20, ALIGNMENT = 4096 };

typedef struct disk_file {
    H5FD_t base; /* must come first: HDF5's own part */
    hec_h5_disk *disk;
    haddr_t allocated, end;
} disk_file;

static void fail(hec_h5_disk *disk, int reason)
{
    if (!disk->reason)
        disk->reason = reason;
}

static H5FD_t *disk_open(const char *name, unsigned flags, hid_t access, haddr_t max_address)
{
    (void)name;
    (void)flags;
    (void)max_address;
    hec_h5_disk *const *disk = H5Pget_driver_info(access);
    disk_file *file = calloc(1, sizeof *file);
    if (!disk || !file) {
        free(file);
        return NULL;
    }
    file->disk = *disk;
    return &file->base;
}

static herr_t disk_close(H5FD_t *base)
{
    free(base);
    return 0;
}

static herr_t disk_query(const H5FD_t *base, unsigned long *flags)
{
    (void)base;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t disk_get_eoa(const H5FD_t *base, H5FD_mem_t type)
{
    (void)type;
    return ((const disk_file *)base)->allocated;
}

static herr_t disk_set_eoa(H5FD_t *base, H5FD_mem_t type, haddr_t address)
{
    (void)type;
    ((disk_file *)base)->allocated = address;
    return 0;
}

static haddr_t disk_get_eof(const H5FD_t *base, H5FD_mem_t type)
{
    (void)type;
    return ((const disk_file *)base)->end;
}

static herr_t disk_read(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
                        void *buffer)
{
    (void)type;
    (void)transfer;
    hec_h5_disk *disk = ((disk_file *)base)->disk;
    char *to = buffer;
    while (size > 0) {
        ssize_t got = pread(disk->fd, to, size, (off_t)address);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            fail(disk, errno);
        if (got <= 0) {
            memset(to, 0, size); /* past the end of what was written */
            break;
        }
        to += got;
        address += (haddr_t)got;
        size -= (size_t)got;
    }
    return 0;
}

static herr_t disk_write(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address,
                         size_t size, const void *buffer)
{
    (void)type;
    (void)transfer;
    disk_file *file = (disk_file *)base;
    const char *from = buffer;
    if (address + size > file->end)
        file->end = address + size;
    while (size > 0 && !file->disk->reason) {
        ssize_t put = pwrite(file->disk->fd, from, size, (off_t)address);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            fail(file->disk, put < 0 ? errno : EIO);
            break;
        }
        from += put;
        address += (haddr_t)put;
        size -= (size_t)put;
    }
    return 0;
}

/* HDF5 wants the file exactly as long as what it allocated. */
static herr_t disk_truncate(H5FD_t *base, hid_t transfer, hbool_t closing)
{
    (void)transfer;
    (void)closing;
    disk_file *file = (disk_file *)base;
    if (file->end != file->allocated) {
        if (!file->disk->reason && ftruncate(file->disk->fd, (off_t)file->allocated) != 0)
            fail(file->disk, errno);
        file->end = file->allocated;
    }
    return 0;
}

static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)H5_VFD_RESERVED + 0x4ec,
#endif
    .name = "hecate",
    .maxaddr = ((haddr_t)1 << 62) - 1,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(hec_h5_disk *),
    .open = disk_open,
    .close = disk_close,
    .query = disk_query,
    .get_eoa = disk_get_eoa,
    .set_eoa = disk_set_eoa,
    .get_eof = disk_get_eof,
    .read = disk_read,
    .write = disk_write,
    .truncate = disk_truncate,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

hid_t hec_h5_disk_create(hec_h5_disk *disk, hid_t creation)
{
    hid_t file = -1, access = H5Pcreate(H5P_FILE_ACCESS);
    disk->driver = H5FDregister(&driver);
    if (access >= 0 && disk->driver >= 0 && H5Pset_driver(access, disk->driver, &disk) >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18) >= 0 &&
        H5Pset_alignment(access, ALIGN_ABOVE, ALIGNMENT) >= 0 &&
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0)
        file = H5Fcreate("hecate", H5F_ACC_TRUNC, creation, access);
    if (access >= 0)
        H5Pclose(access);
    return file;
}

void hec_h5_disk_release(hec_h5_disk *disk)
{
    if (disk->driver >= 0)
        H5FDunregister(disk->driver);
    disk->driver = -1;
}
