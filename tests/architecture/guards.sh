#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The guards of this folder, guarded: each passes on a small clean tree and fails, with the words
# that name the cure, once something wrong is planted in it.
guards=$(cd "${SOURCE:-$(dirname "$0")/../..}/tests/architecture" && pwd) || exit 2
tree=$(mktemp -d) || exit 2
trap 'rm -rf "$tree"' EXIT
if [ -z "$CXX" ]; then
    echo "no C++ compiler: headers.sh cannot be tried"
    exit 77
fi
wrong=0
spdx='/* SPDX-License-Identifier: GPL-3.0-or-later */'

mkdir -p "$tree/include/hecate" "$tree/build/generated/hecate" "$tree/kernels" "$tree/cmake" \
    "$tree/src/base" "$tree/src/store" "$tree/src/cli" "$tree/tests" "$tree/benchmarks"
for folder in include kernels cmake src tests benchmarks; do
    echo "# $folder" >"$tree/$folder/README.md"
done
{
    echo "$spdx"
    echo '#pragma GCC visibility push(default)'
    echo 'int hec_good(void);'
    echo '#pragma GCC visibility pop'
} >"$tree/include/hecate/good.h"
{
    echo "$spdx"
    echo '#include <hecate/good.h>'
    echo 'int hec_good(void)'
    echo '{'
    echo '    return 0;'
    echo '}'
} >"$tree/src/base/good.c"
cat >"$tree/build/compile_commands.json" <<'END'
[ { "command": "cc -ffp-contract=off -c good.c" } ]
END

run() { # guard
    (cd "$tree" && SOURCE=$tree BUILD=$tree/build LIBRARY=$tree/build/libgood.so sh "$guards/$1.sh") \
        >"$tree/build/said" 2>&1
}

library() { # more flags
    "${CC:-cc}" -fPIC -shared "$@" -o "$tree/build/libgood.so" -I"$tree/include" "$tree"/src/base/*.c
}

must_pass() { # guard
    run "$1" && return
    echo "$1.sh fails on a clean tree:"
    cat "$tree/build/said"
    wrong=1
}

# must_fail GUARD FILE WORDS: what is planted in FILE comes from the standard input
must_fail() {
    mkdir -p "$(dirname "$tree/$2")"
    [ ! -f "$tree/$2" ] || cp "$tree/$2" "$tree/build/saved"
    cat >"$tree/$2"
    [ "$1" != symbols ] || library -fvisibility=hidden
    if run "$1"; then
        echo "$1.sh passes although $2 is wrong"
        wrong=1
    elif ! grep -q -e "$3" "$tree/build/said"; then
        echo "$1.sh fails on $2 without saying '$3':"
        cat "$tree/build/said"
        wrong=1
    fi
    rm "$tree/$2"
    [ ! -f "$tree/build/saved" ] || mv "$tree/build/saved" "$tree/$2"
}

library -fvisibility=hidden
for guard in includes headers symbols names readmes lengths flags marks; do
    must_pass $guard
done

echo '#include "store/store.h"' | must_fail includes src/base/bad.c 'base may not include'
echo '#include "base/arena.h"' | must_fail includes src/cli/bad.c 'cli may not include'
echo '#include "sim/cohort.h"' | must_fail includes src/store/bad.h 'store may not include'
echo '#include <hecate/good.h>' | must_fail includes kernels/bad.c 'kernels may not include'
echo 'int x;' | must_fail includes src/attic/bad.c 'no arrows are known'
echo 'size_t hec_bad(void);' | must_fail headers src/base/bad.h 'compile alone as C11'
echo 'int hec_bad(void);' | must_fail headers include/hecate/bad.h 'visibility push'
printf '#pragma GCC visibility push(default)\nint hec_bad(int class);\n#pragma GCC visibility pop\n' |
    must_fail headers include/hecate/bad.h 'compile alone as C++11'
printf '#pragma GCC visibility push(default)\nint oops;\n' |
    must_fail symbols src/base/bad.c 'without a prefix'
printf '#pragma GCC visibility push(default)\nint hec_oops;\n' |
    must_fail symbols src/base/bad.c 'not declared in include'
printf '#pragma GCC visibility push(default)\nint hec_lost(void);\n#pragma GCC visibility pop\n' |
    must_fail symbols include/hecate/bad.h 'not in the library'
echo | must_fail names tests/good.c 'more than one file'
echo 'x' | must_fail readmes models/data.txt 'README.md: missing'
rmdir "$tree/models"
yes | head -n 16 | must_fail readmes src/README.md 'at most 15'
yes '/**/' | head -n 801 | must_fail lengths src/base/bad.c 'more than 800 lines'
{
    echo 'void f(void)'
    echo '{'
    yes ';' | head -n 79
    echo '}'
} | must_fail lengths src/base/bad.c 'a function of 81 lines'
printf 'add_compile_options(-Ofas''t)\n' | must_fail flags cmake/Bad.cmake 'fast floating point'
printf '#pragma STDC FP_CONTRACT O''N\n' | must_fail flags src/base/bad.c 'FP_CONTRACT'
echo '"command": "cc -c good.c"' | must_fail flags build/compile_commands.json 'without -ffp-contract'
echo 'int x;' | must_fail marks src/base/bad.c 'no SPDX line'
printf '%s\n/* TO''DO */\n' "$spdx" | must_fail marks src/base/bad.c 'finish what'
exit $wrong
