/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seal: a line after the end of an HDF5 file that holds a checksum of all before it.
 *
 * HDF5 checks neither numbers nor texts, and damaged texts can crash it. Readers do not see the
 * line; a tool that opens the file for writing cuts it off, and the file then goes unchecked. */
#ifndef HECATE_STORE_SEAL_H
#define HECATE_STORE_SEAL_H

#include <stdbool.h>

/* Appends the seal. Returns 0 or an errno value. */
int hec_seal_write(int fd);
/* *intact is false when there is a seal and it does not agree with the rest. Returns 0 or an errno
 * value. */
int hec_seal_check(int fd, bool *intact);

#endif
