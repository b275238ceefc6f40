#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Published cost-effectiveness analyses: what the papers print against what comes out here. README.md
# beside this file lists which could be run again, and explains what differs.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE/tests/published" || exit 1
failed=0

result() { # FILE NAME: the tables of a base case as CSV in $work/NAME
    "$HECATE" run "$1" --draws 0 -o "$work/$2.h5" --quiet && "$HECATE" export "$work/$2.h5" -d "$work/$2" >/dev/null
}

# A model rebuilt from a paper: first against R (480 cycles summed in another order, and 1 - exp(-x)
# in R: 1e-12), then against the paper.
result sacubitril_valsartan/model.yaml sacubitril || exit 1
awk -F, '
    FILENAME ~ /costs.csv$/ { ours["costs," $1 "," $2] = $3; next }
    FILENAME ~ /effects.csv$/ { ours["effects," $1 "," $2] = $3; next }
    /^#/ || /^table,/ { next }
    { rows++; d = ours[$1 "," $2 "," $3] - $4; if (d < 0) d = -d
      if (!(($1 "," $2 "," $3) in ours) || d > 1e-12 * $4) { print "sacubitril: " $0 ", ours " ours[$1 "," $2 "," $3]; bad++ } }
    END { print "sacubitril: " rows + 0 " totals against R, " bad + 0 " differ"; exit bad > 0 || rows != 10 }
' "$work"/sacubitril/{costs,effects}.csv sacubitril_valsartan/expected.csv || failed=1

# The paper: costs between ours with 60 % and with 40 % men; what is gained within the digits printed;
# QALYs lower than printed by one factor, the same in both arms within the digits printed.
awk -F, '
    FILENAME ~ /cea.csv$/ { ours[$1 ",cost"] = $2; ours[$1 ",effect"] = $3; next }
    /^#/ || /^strategy,/ { next }
    { key = $1 "," $2; printed[key] = $3; half[key] = $4
      if ($5 != "" && ($3 + $4 < $5 || $3 - $4 > $6 || ours[key] < $5 || ours[key] > $6)) {
          print "sacubitril: " key " printed " $3 ", ours " ours[key] ", expected " $5 " to " $6; bad++ } }
    END {
        a = "valsartan,effect"; b = "sacubitril_valsartan,effect"
        gain = ours[b] - ours[a]; said = printed[b] - printed[a]; halves = half[a] + half[b]
        if (gain < said - halves || gain > said + halves) { print "sacubitril: QALYs gained " gain ", printed " said; bad++ }
        spent = ours["sacubitril_valsartan,cost"] - ours["valsartan,cost"]
        more = printed["sacubitril_valsartan,cost"] - printed["valsartan,cost"]
        if (spent / gain < (more - 1) / (said + halves) || spent / gain > (more + 1) / (said - halves)) {
            print "sacubitril: ICER " spent / gain; bad++ }
        low = (printed[a] - half[a]) / ours[a]; high = (printed[a] + half[a]) / ours[a]
        low2 = (printed[b] - half[b]) / ours[b]; high2 = (printed[b] + half[b]) / ours[b]
        if (low2 > high || low > high2 || low < 1.05 || high > 1.07) { print "sacubitril: the factor of the QALYs"; bad++ }
        printf "sacubitril: gained %.4f QALYs for %.0f (printed %.2f, %d), %d differ\n", gain, spent, said, more, bad
        exit bad > 0 }
' "$work/sacubitril/cea.csv" sacubitril_valsartan/paper.csv || failed=1

# Totals as printed, analysed again: who is dominated, and each ICER within the digits printed.
analysis() { # NAME
    {
        cat <<'MODEL'
hecate: 1
model: incremental
title: Published totals, analysed again
time: {cycle: 1 year, cycles: 1}
parameters: {total_cost: 0, total_effect: 0}
chains:
  life:
    start: alive
    states:
      alive: {cost: {total: total_cost}, effect: {gain: total_effect}, to: {dead: 1}}
      dead: {dead: true}
MODEL
        awk -F, -v name="$1" '
            $1 == name && !n++ { print "economics: {perspective: payer, currency: " $2 ", discount: 0%, discounting: discrete, within_cycle: start, effect: gain, wtp: [1]}"; print "strategies:" }
            $1 == name { print "  " $3 ": {set: {total_cost: " $4 ", total_effect: " $5 "}}" }' incremental/published.csv
    } >"$work/$1.yaml"
    result "$work/$1.yaml" "$1" || return 1
    awk -F, -v name="$1" '
        function half(printed, k) { k = index(printed, "."); return k ? 0.5 * 10 ^ (k - length(printed)) : 0.5 }
        FILENAME ~ /cea.csv$/ { status[$1] = $7; icer[$1] = $6; if ($7 == "ND") { before[$1] = last; last = $1 } next }
        /^#/ || $1 != name { next }
        { rows++; cost[$3] = $4; effect[$3] = $5; printed[$3] = $6
          if (status[$3] != $7) { print name ", " $3 ": " status[$3] ", published " $7; bad++ } }
        END {
            for (s in printed) {
                if (printed[s] == "") continue
                p = before[s]; icers++
                c = cost[s] - cost[p]; e = effect[s] - effect[p]
                hc = half(cost[s]) + (cost[p] == "0" ? 0 : half(cost[p]))
                he = half(effect[s]) + (effect[p] == "0" ? 0 : half(effect[p]))
                if (printed[s] < (c - hc) / (e + he) || printed[s] > (c + hc) / (e - he)) {
                    print name ", " s ": ICER printed " printed[s] ", possible " (c - hc) / (e + he) " to " (c + hc) / (e - he); bad++ }
                d = icer[s] - c / e; if (d < 0) d = -d
                if (d > 1e-9 * icer[s]) { print name ", " s ": ICER " icer[s] ", by hand " c / e; bad++ }
            }
            printf "%s: %d strategies, %d ICERs, %d differ\n", name, rows, icers, bad
            exit bad > 0 || rows < 2 }
    ' "$work/$1/cea.csv" incremental/published.csv
}

analyses=$(awk -F, '!/^#/ && $1 != "analysis" && !seen[$1]++ { print $1 }' incremental/published.csv)
[ "$(wc -w <<<"$analyses")" -ge 14 ] || { echo "FAILED: analyses are missing"; failed=1; }
for name in $analyses; do
    analysis "$name" || failed=1
done
[ "$failed" -eq 0 ]
