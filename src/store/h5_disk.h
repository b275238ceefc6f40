/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HDF5 file driver over an open file descriptor that remembers the first error of the system.
 *
 * HDF5 cannot close a file whose last blocks it fails to write: it keeps them, loses the reason and
 * tries again at exit. This driver keeps the errno and lets HDF5 finish; the caller looks at
 * `reason` afterwards and throws the file away. */
#ifndef HECATE_STORE_H5_DISK_H
#define HECATE_STORE_H5_DISK_H

#include <hdf5.h>

typedef struct hec_h5_disk {
    int fd;       /* borrowed */
    int reason;   /* errno of the first failure; 0: none */
    hid_t driver; /* negative: none */
} hec_h5_disk;

/* Creates an empty HDF5 file on disk->fd; negative on failure. The disk must outlive the file.
 * `creation` is a file creation property list. */
hid_t hec_h5_disk_create(hec_h5_disk *disk, hid_t creation);
/* After the file was closed, not before: HDF5 looks at its driver to the last. */
void hec_h5_disk_release(hec_h5_disk *disk);

#endif
