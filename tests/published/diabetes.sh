#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The diabetes study against its independent re-computation in R (models/diabetes/expected): totals
# by category, measure, service and perspective, and the trace, to 1e-12 relative. Seventy cycles of
# six strata sum a few hundred terms of like sign, so rounding stays below 1e-13.
. "$SOURCE/tests/published/compare"
base csv inputs/studies/diabetes/payment.yaml

# ours: KIND,NAME,COLUMN,VALUE with the strategy before them
{
    awk -F, 'NR > 1 { print $1 ",cost," $2 "," $3 "," $4 }' "$work/csv/costs.csv"
    awk -F, 'NR > 1 { print $1 ",effect," $2 "," $3 "," $4 }' "$work/csv/effects.csv"
    awk -F, 'NR > 1 && $2 == "society" { print $1 ",cost," $2 "," $3 "," $4 }' "$work/csv/perspectives.csv"
    awk -F, 'NR > 1 { print $1 ",use," $2 ",," $3 }' "$work/csv/use.csv"
} >"$work/ours"

awk -F, -v tolerance=1e-12 '
    function far(a, b) { d = a - b; if (d < 0) d = -d; s = b < 0 ? -b : b; return d > tolerance * s + 1e-300 }
    NR == FNR { discounted[$1 "," $2 "," $3] = $4; undiscounted[$1 "," $2 "," $3] = $5; next }
    /^#/ || /^strategy,/ { next }
    { key = $1 "," $2 "," $3; rows++
      if (!(key in undiscounted)) { print "missing: " key; bad++ }
      else if (far(undiscounted[key], $5) || ($2 != "use" && far(discounted[key], $4))) {
          print key ": " discounted[key] " " undiscounted[key] ", expected " $4 " " $5; bad++ } }
    END { print rows + 0 " totals compared, " bad + 0 " differ"; exit bad > 0 || rows < 30 }
' "$work/ours" models/diabetes/expected/summary.csv || fail "totals"

awk -F, -v tolerance=1e-12 '
    function far(a, b) { d = a - b; if (d < 0) d = -d; return d > tolerance }
    NR == FNR { for (i = 3; i <= NF; i++) ours[$1 "," $2 "," i] = $i; next }
    /^#/ || /^strategy,/ { next }
    { for (i = 3; i <= NF; i++) { cells++; if (far(ours[$1 "," $2 "," i], $i)) { print $1, $2, i; bad++ } } }
    END { print cells + 0 " shares compared, " bad + 0 " differ"; exit bad > 0 || cells < 200 }
' "$work/csv/trace.csv" models/diabetes/expected/trace.csv || fail "trace"
