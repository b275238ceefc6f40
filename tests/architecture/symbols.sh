#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The shared library shows exactly the functions that the public headers declare, all named hec_.
# A static archive shows its inner functions too; there each must carry a prefix of ours.
cd "${SOURCE:-$(dirname "$0")/../..}" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
wrong=0
ours() { # the compiler names the lock of an OpenMP critical region itself
    awk 'NF == 3 && $3 !~ /^\.gomp_critical_/ { print $3 }' | sort -u
}

case ${LIBRARY:?the library} in
*.a)
    nm -g --defined-only "$LIBRARY" | ours >"$work/shown"
    strange=$(grep -v -E '^(hec|HEC|hk)_' "$work/shown")
    ;;
*)
    nm -D --defined-only "$LIBRARY" | ours >"$work/shown"
    strange=$(grep -v '^hec_' "$work/shown")
    ;;
esac
if [ -n "$strange" ]; then
    echo "shown without a prefix of ours:"
    echo "$strange"
    wrong=1
fi

for header in include/hecate/*.h; do
    "${CC:-cc}" -std=c11 -E -P -Iinclude -I"${BUILD:-build}/generated" "$header"
done | tr -s ' \n' '\n' | grep -o -E '\bhec_[a-z0-9_]+ ?\(' | tr -d ' (' | sort -u >"$work/declared"
missing=$(comm -13 "$work/shown" "$work/declared")
if [ -n "$missing" ]; then
    echo "declared in include/hecate and not in the library:"
    echo "$missing"
    wrong=1
fi
undeclared=$(comm -23 "$work/shown" "$work/declared")
case $LIBRARY in *.a) undeclared= ;; esac
if [ -n "$undeclared" ]; then
    echo "shown by the library and not declared in include/hecate:"
    echo "$undeclared"
    wrong=1
fi
exit $wrong
