#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every model of a cohort runs as persons too and means the same: the totals of both engines agree
# within the Monte Carlo error.
set -u
cd "$SOURCE" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0 ran=0

for file in tests/published/*/*.yaml models/sick-sicker/model.yaml inputs/studies/diabetes/payment.yaml; do
    case $file in
    */hiv/simple.yaml) continue ;; # a piece of three others
    esac
    grep -Eq '^(model|study):' "$file" || continue # the same
    ! grep -q 'occupancy:' "$file" || continue
    ! "$HECATE" check "$file" 2>/dev/null | grep -q '^Engine  *microsimulation' || continue
    ran=$((ran + 1))
    "$HECATE" verify "$file" --persons 100000 --seed 24 >"$work/log" 2>&1 && continue
    echo "FAILED: $file"
    sed 's/^/    /' "$work/log"
    failed=$((failed + 1))
done
[ "$ran" -ge 20 ] || { echo "FAILED: only $ran models were found"; failed=1; }
echo "$ran models, $failed failed"
[ "$failed" -eq 0 ]
