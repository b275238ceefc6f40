#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# No file of C past 800 lines, no function past 80 (from the brace that opens it to the one that
# closes it, both in the first column).
cd "${SOURCE:-$(dirname "$0")/../..}" || exit 2
find src kernels include tests benchmarks -name '*.[ch]' | LC_ALL=C sort | xargs awk '
    FNR == 1 { start = 0 }
    FNR == 801 { print FILENAME ": more than 800 lines"; wrong = 1 }
    /^{/ { start = FNR }
    /^}/ {
        if (start && FNR - start + 1 > 80) {
            print FILENAME ":" start ": a function of " FNR - start + 1 " lines; at most 80"
            wrong = 1
        }
        start = 0
    }
    END { exit wrong }'
