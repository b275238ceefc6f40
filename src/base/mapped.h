/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mapped memory: blocks whose pages live in a file, so that they need not all stay in memory. */
#ifndef HECATE_BASE_MAPPED_H
#define HECATE_BASE_MAPPED_H

#include <stddef.h>
#include <sys/types.h>

typedef struct hec_mapping {
    void *block; /* NULL: none */
    size_t bytes;
} hec_mapping;

/* Zeroed memory in a file of `folder` that has no name and whose room on the disk is set aside
 * beforehand; .block NULL when there is no such room. */
hec_mapping hec_mapping_create(const char *folder, size_t bytes);
/* Bytes [offset, offset + bytes) of an open file, for reading; *data is the first of them. The file
 * may be closed or renamed over, but not changed. .block NULL when it cannot be mapped. */
hec_mapping hec_mapping_read(int fd, off_t offset, size_t bytes, const void **data);
void hec_mapping_destroy(hec_mapping *mapping);

#endif
