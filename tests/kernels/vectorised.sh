#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The compiler's own report: on the wider ISA levels it makes vectors, as wide as they get, of the
# loop of every operation. One branch left in a function costs a factor of five and shows nowhere
# else.
commands=${BUILD:?the build folder}/compile_commands.json
[ -f "$commands" ] || exit 77
operations=$(grep -c -E '^ *X\([A-Z0-9_]+, [123], "' "${SOURCE:?the source}/kernels/hk.h")
wrong=0
tried=0

for level in x86_64_v3 x86_64_v4; do
    command=$(sed -n "s/.*\"command\": \"\(.*\/ops_$level\.c\)\",*$/\1/p" "$commands")
    case $command in '' | *fsanitize* | *coverage* | *\ -O0*) continue ;; esac
    bytes=$([ $level = x86_64_v4 ] && echo 64 || echo 32)
    command="${command%% -o *} ${command##* -c }"
    if "${CC:-cc}" --version | grep -q clang; then
        made=$(eval "$command -c -o /dev/null -Rpass=loop-vectorize" 2>&1 |
            grep -c "vectorized loop (vectorization width: $((bytes / 8)),")
    else
        made=$(eval "$command -c -o /dev/null -fopt-info-vec-optimized" 2>&1 |
            grep -c "loop vectorized using $bytes byte vectors")
    fi
    tried=$((tried + 1))
    if [ "$made" -lt "$operations" ]; then
        echo "$level: vectors of $bytes bytes in $made of $operations loops"
        wrong=1
    fi
done
[ $tried -gt 0 ] || exit 77
exit $wrong
