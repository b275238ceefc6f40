#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A file's name tells which one is meant: no two .c or .h files share it.
cd "${SOURCE:-$(dirname "$0")/../..}" || exit 2

twice=$(find src kernels include tests benchmarks -name '*.[ch]' | sed 's|.*/||' | sort | uniq -d)
for name in $twice; do
    echo "$name: more than one file of this name:"
    find src kernels include tests benchmarks -name "$name"
done
[ -z "$twice" ]
