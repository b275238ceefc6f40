#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The same bits everywhere: nothing asks for fast or contracted floating point, and every compile
# command switches contraction off.
cd "${SOURCE:-$(dirname "$0")/../..}" || exit 2
wrong=0
fast='fast-math|-Ofast|associative-math|reciprocal-math|finite-math|-ffp-contract=(fast|on)'

# comments may name the flags; a "#" after "$" is no comment
if ! find . \( -name .git -o -name 'build*' -type d -o -name out \) -prune -o -type f \
    \( -name 'CMake*' -o -name '*.cmake' -o -name quickstart -o -path './.ci/*' \) -print |
    xargs awk -v fast="$fast" '
        { sub(/^#.*/, ""); sub(/[^$]#.*/, "") }
        $0 ~ fast { print FILENAME ":" FNR ": asks for fast floating point: " $0; wrong = 1 }
        END { exit wrong }'; then
    wrong=1
fi
if find src kernels tests benchmarks include -name '*.[ch]' -exec grep -n -E \
    "(^[ \t]*#|_Pragma|__attribute__).*(fast-math|Ofast|FP_CONTRACT[ \t]+(ON|DEFAULT)|contract\((fast|on)\)|reassociate\(on\))" \
    /dev/null {} + | grep .; then
    wrong=1
fi
commands=$BUILD/compile_commands.json
if [ -n "$BUILD" ] && [ -f "$commands" ]; then
    if grep '"command":' "$commands" | grep -v -e '-ffp-contract=off'; then
        echo "compiled without -ffp-contract=off"
        wrong=1
    fi
    if grep '"command":' "$commands" | grep -E -e "$fast"; then
        echo "compiled with fast floating point"
        wrong=1
    fi
fi
exit $wrong
