#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every study of inputs/studies runs its base case and gives expected/STUDY.csv beside it, to the last digit
# printed there: effects and costs by category and by perspective. Those files are recorded from runs, so
# that a reading and its numbers cannot drift apart; what holds the numbers against something else is in
# tests/published. HECATE_BLESS=1 records them anew: read the difference, and the reading.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE/inputs/studies" || exit 1
failed=0 ran=0

summary() { # STUDY: strategy, kind, name, discounted, undiscounted
    "$HECATE" run "$1" --draws 0 --quiet -o "$work/r.h5" || return 1
    rm -rf "$work/tables" && "$HECATE" export "$work/r.h5" -d "$work/tables" >/dev/null || return 1
    echo "strategy,kind,name,discounted,undiscounted"
    local kind table
    for kind in effect cost perspective; do
        table=$work/tables/${kind}s.csv
        [ ! -e "$table" ] || awk -F, -v kind="$kind" 'NR > 1 { printf "%s,%s,%s,%.8g,%.8g\n", $1, kind, $2, $3, $4 }' "$table"
    done
}

for study in */*.yaml; do
    expected=$(dirname "$study")/expected/$(basename "$study" .yaml).csv
    ran=$((ran + 1))
    summary "$study" >"$work/ours" || { echo "FAILED: $study does not run"; failed=1; continue; }
    if [ -n "${HECATE_BLESS-}" ]; then
        mkdir -p "$(dirname "$expected")"
        cp "$work/ours" "$expected"
    else
        diff "$expected" "$work/ours" || { echo "FAILED: $study gives other results than $expected"; failed=1; }
    fi
done
[ "$ran" -ge 17 ] || { echo "FAILED: only $ran studies were found"; failed=1; }
echo "$ran studies"
[ "$failed" -eq 0 ]
