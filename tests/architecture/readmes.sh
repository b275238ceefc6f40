#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each top folder says what it is for in a README.md of at most fifteen lines; that of the benchmarks
# holds their table besides.
cd "${SOURCE:-$(dirname "$0")/../..}" || exit 2
wrong=0
for folder in */; do
    case $folder in build*/ | out/) continue ;; esac
    readme=${folder}README.md
    if [ ! -s "$readme" ]; then
        echo "$readme: missing"
        wrong=1
    elif [ "$folder" != benchmarks/ ] && [ "$(wc -l <"$readme")" -gt 15 ]; then
        echo "$readme: $(wc -l <"$readme") lines; at most 15"
        wrong=1
    fi
done
exit $wrong
