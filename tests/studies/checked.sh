#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every ready study and every model that can be run by itself passes `check` without a warning that it does
# not give a reason for (`accepted:`) and without a reason for none, and `verify`: against a cohort or the
# integrals of curves where there are such, else against other persons and, to the last bit, other threads.
# Each study has a page that reads its result, claims have one together; no policy lies about unused.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE" || exit 1
failed=0 ran=0

wrong() { # WHAT FILE
    echo "FAILED: $1: $2"
    sed 's/^/    /' "$work/log"
    failed=1
}

for file in inputs/studies/*/*.yaml $(grep -lE '^model:' models/*/*.yaml models/*/*/*.yaml); do
    ran=$((ran + 1))
    "$HECATE" check "$file" >"$work/words" 2>"$work/log" || { wrong "has mistakes" "$file"; continue; }
    ! grep -Eq ' warning: |\[accepted-nothing\]$' "$work/log" || wrong "has warnings" "$file"
    less=()
    ! grep -q '^Engine  *microsimulation' "$work/words" || less=(--persons 4000)
    "$HECATE" verify "$file" "${less[@]}" >"$work/log" 2>&1 || wrong "is not verified" "$file"
done
for file in inputs/studies/*/*.yaml; do
    page=${file%.yaml}.md
    [ -s "$page" ] || [ -s "${file%/*}/README.md" ] || { echo "FAILED: no page reads $file"; failed=1; }
done
for file in inputs/studies/*/policies/*.yaml; do
    grep -rqE --include=*.yaml --exclude="${file##*/}" "[/ ]${file##*/}" "$(dirname "${file%/*}")" inputs/studies/claims tests ||
        { echo "FAILED: nothing names $file"; failed=1; }
done
[ "$ran" -ge 25 ] || { echo "FAILED: only $ran studies and models were found"; failed=1; }
echo "$ran studies and models"
[ "$failed" -eq 0 ]
