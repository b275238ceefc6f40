#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every model of a cohort runs as persons too and means the same: totals of both engines agree within
# the Monte Carlo error.
set -u
cd "$SOURCE" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0 ran=0

verify() { # FILE PERSONS SETTING...
    local file=$1 persons=$2
    shift 2
    ran=$((ran + 1))
    "$HECATE" verify "$file" --persons "$persons" --seed 24 "$@" >"$work/log" 2>&1 && return
    echo "FAILED: $file $*"
    sed 's/^/    /' "$work/log"
    failed=$((failed + 1))
}

for file in tests/published/*/*.yaml models/sick-sicker/model.yaml inputs/studies/diabetes-payment.yaml; do
    if ! grep -Eq '^engine:|occupancy:' "$file"; then
        verify "$file" 20000
    fi
done
[ "$ran" -ge 15 ] || { echo "FAILED: only $ran models were found"; failed=1; }
echo "$ran models, $failed failed"
[ "$failed" -eq 0 ]
