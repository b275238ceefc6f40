#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Worked examples of payment mechanisms: EXAMPLE.yaml is run, and for each EXAMPLE.TABLE.csv the table of
# `hecate show` must hold those rows and no other row in which money moves. The columns are those that
# the CSV names; numbers are equal when they are the same hundredths.
# Usage: golden.sh [EXAMPLE...]
set -u
here=$SOURCE/tests/policies
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0 ran=0

# rows FILE COLUMNS: the rows in which a number of hundredths is not zero, in these columns, sorted
rows() {
    awk -F, -v columns="$2" '
        /^#/ { next }
        !header { header = 1; n = split(columns, want, ",")
                  for (i = 1; i <= NF; i++) at[$i] = i
                  for (k = 1; k <= n; k++) if (!(want[k] in at)) { print "no column " want[k]; exit }
                  next }
        { line = ""; money = 0
          for (k = 1; k <= n; k++) {
              value = $(at[want[k]])
              if (value ~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/ && want[k] !~ /year$/) {
                  value = sprintf("%.2f", value + 0); sub(/^-0\.00$/, "0.00", value)
                  money = money || value != "0.00"
              }
              line = line (k > 1 ? "," : "") value
          }
          if (money) print line }' "$1" | LC_ALL=C sort
}

for study in "$here"/*.yaml; do
    name=$(basename "$study" .yaml)
    compgen -G "$here/$name.*.csv" >"$work/tables" || continue
    [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
    ran=$((ran + 1))
    if ! "$HECATE" run "$study" -o "$work/out.h5" >"$work/log" 2>&1; then
        echo "FAILED: $name does not run"
        sed 's/^/    /' "$work/log"
        failed=$((failed + 1))
        continue
    fi
    while read -r expected; do
        table=$(basename "$expected" .csv)
        table=${table#"$name".}
        columns=$(grep -v '^#' "$expected" | head -n 1)
        "$HECATE" show "$work/out.h5" "$table" --format csv >"$work/shown" 2>"$work/log" || cat "$work/log"
        if ! diff <(rows "$expected" "$columns") <(rows "$work/shown" "$columns") >"$work/difference"; then
            echo "FAILED: $name, table $table (< expected, > found)"
            sed 's/^/    /' "$work/difference"
            failed=$((failed + 1))
        fi
    done <"$work/tables"
done
# none without an example: A04-session-limit.yaml has A04.yaml, bundles/tiered.yaml has tiered.yaml
for policy in "$SOURCE"/inputs/policies/*/*.yaml; do
    name=$(basename "$policy" .yaml)
    [[ $policy == */bundles/* ]] || name=${name%%-*}
    compgen -G "$here/$name.*.csv" >/dev/null && continue
    echo "FAILED: $policy has no example"
    failed=$((failed + 1))
done
echo "$ran examples, $failed mistakes"
[ "$failed" -eq 0 ] && [ "$ran" -gt 0 ]
