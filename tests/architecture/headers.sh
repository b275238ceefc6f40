#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every header compiles alone; the public ones as C++ too, and they make their functions visible.
cd "${SOURCE:-$(dirname "$0")/../..}" || exit 2
wrong=0

generated=$(find "${BUILD:?the build folder}/generated/hecate" -name '*.h')
public=$(find include/hecate -name '*.h')
inner=$(find src -name '*.h')
[ ! -f kernels/hk.h ] || inner="$inner kernels/hk.h"

for header in $public $generated $inner; do
    echo 'typedef int alone;' | "${CC:-cc}" -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c \
        -Iinclude -I"$BUILD/generated" -Isrc -Ikernels $HDF5_FLAGS -include "$header" - || {
        echo "$header: does not compile alone as C11"
        wrong=1
    }
done
for header in $public; do
    if grep -q '[a-z_](' "$header" && grep -q '^[a-z].*(.*' "$header"; then
        pushes=$(grep -c '^#pragma GCC visibility push(default)$' "$header")
        pops=$(grep -c '^#pragma GCC visibility pop$' "$header")
        if [ "$pushes $pops" != "1 1" ]; then
            echo "$header: its functions stand between '#pragma GCC visibility push(default)' and 'pop'"
            wrong=1
        fi
    fi
done
if [ -z "$CXX" ]; then
    [ $wrong = 0 ] || exit 1
    echo "no C++ compiler: the headers were not tried as C++"
    exit 77
fi
for header in $public $generated; do
    "$CXX" -std=c++11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c++ \
        -Iinclude -I"$BUILD/generated" -include "$header" /dev/null || {
        echo "$header: does not compile alone as C++11"
        wrong=1
    }
done
exit $wrong
