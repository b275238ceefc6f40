#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every source file names its licence, and none carries the mark of unfinished work.
cd "${SOURCE:-$(dirname "$0")/../..}" || exit 2
wrong=0
sources=$(find . \( -name .git -o -name 'build*' -type d -o -name out \) -prune -o -type f \
    \( -name '*.[ch]' -o -name '*.h.in' -o -name '*.def' -o -name '*.sh' -o -name '*.py' \
    -o -name '*.R' -o -name '*.cmake' -o -name 'CMakeLists.txt' -o -name quickstart \
    -o -path './.ci/*' \) -print | LC_ALL=C sort)

for file in $sources; do
    head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || {
        echo "$file: no SPDX line among the first three"
        wrong=1
    }
done
if echo "$sources" | xargs grep -n -w -E 'TO[D]O|FIX[M]E|XX[X]|HAC[K]' /dev/null; then
    echo "finish what these lines put off"
    wrong=1
fi
exit $wrong
