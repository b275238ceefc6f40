/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mapped memory: blocks whose pages live in a file. */
#include "base/mapped.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file without a name, or -1. Older file systems have no O_TMPFILE. */
static int open_nameless(const char *folder)
{
    char *name = NULL;
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || asprintf(&name, "%s/hecate-XXXXXX", folder) < 0)
        return fd;
    fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0)
        unlink(name);
    free(name);
    return fd;
}

/* Room that is not set aside would be missed page by page, as a signal that ends the process. */
hec_mapping hec_mapping_create(const char *folder, size_t bytes)
{
    int fd = open_nameless(folder);
    void *block = MAP_FAILED;
    if (fd < 0)
        return (hec_mapping){NULL, 0};
    if (posix_fallocate(fd, 0, (off_t)bytes) == 0)
        block = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return block == MAP_FAILED ? (hec_mapping){NULL, 0} : (hec_mapping){block, bytes};
}

hec_mapping hec_mapping_read(int fd, off_t offset, size_t bytes, const void **data)
{
    size_t before = (size_t)(offset % sysconf(_SC_PAGESIZE));
    void *block =
        mmap(NULL, before + bytes, PROT_READ, MAP_PRIVATE, fd, offset - (off_t)before);
    if (block == MAP_FAILED)
        return (hec_mapping){NULL, 0};
    *data = (const unsigned char *)block + before;
    return (hec_mapping){block, before + bytes};
}

void hec_mapping_destroy(hec_mapping *mapping)
{
    if (mapping->block)
        munmap(mapping->block, mapping->bytes);
    *mapping = (hec_mapping){NULL, 0};
}
