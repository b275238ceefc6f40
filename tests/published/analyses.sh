#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Published cost-effectiveness analyses: what the papers print against what comes out here. README.md
# beside this file lists which could be run again, and explains what differs.
. "$SOURCE/tests/published/compare"
. tests/published/tables
cd tests/published || exit 1

against_r() { # NAME EXPECTED ROWS: costs and effects to 1e-12, hundreds of cycles summed in another order
    awk -F, -v name="$1" -v wanted="$3" '
        FILENAME ~ /costs.csv$/ { ours["costs," $1 "," $2] = $3; next }
        FILENAME ~ /effects.csv$/ { ours["effects," $1 "," $2] = $3; next }
        /^#/ || /^table,/ { next }
        { rows++; d = ours[$1 "," $2 "," $3] - $4; if (d < 0) d = -d
          if (!(($1 "," $2 "," $3) in ours) || !(d <= 1e-12 * $4)) { print name ": " $0 ", ours " ours[$1 "," $2 "," $3]; bad++ } }
        END { print name ": " rows + 0 " totals against R, " bad + 0 " differ"; exit bad > 0 || rows != wanted }
    ' "$work/$1"/{costs,effects}.csv "$2" || fail "$1 against R"
}

# A model rebuilt from a paper: first against R, then against the paper.
base sacubitril sacubitril_valsartan/model.yaml
against_r sacubitril sacubitril_valsartan/expected.csv 10

# The paper: costs and QALYs of both, what is gained within the digits printed, and the ICER that they leave.
awk -F, '
    FILENAME ~ /cea.csv$/ { ours[$1 ",cost"] = $2; ours[$1 ",effect"] = $3; next }
    /^#/ || /^strategy,/ { next }
    { key = $1 "," $2; printed[key] = $3; rows++
      d = ours[key] - $3; if (d < 0) d = -d
      if (!(key in ours) || d > $4) { print "sacubitril: " key " printed " $3 ", ours " ours[key]; bad++ } }
    END {
        a = "valsartan,"; b = "sacubitril_valsartan,"
        gain = ours[b "effect"] - ours[a "effect"]; said = printed[b "effect"] - printed[a "effect"]
        spent = ours[b "cost"] - ours[a "cost"]; more = printed[b "cost"] - printed[a "cost"]
        if (gain < said - 0.01 || gain > said + 0.01) { print "sacubitril: QALYs gained " gain ", printed " said; bad++ }
        if (spent / gain < (more - 1) / (said + 0.01) || spent / gain > (more + 1) / (said - 0.01)) { print "sacubitril: ICER " spent / gain; bad++ }
        printf "sacubitril: gained %.4f QALYs for %.0f (printed %.2f, %d), %d differ\n", gain, spent, said, more, bad
        exit bad > 0 || rows != 4 }
' "$work/sacubitril/cea.csv" sacubitril_valsartan/paper.csv || fail "sacubitril against the paper"

# What settled the reading: of all combinations tried (conventions.R), those near the paper have the drug
# paid before an event alone. With it paid for life the best misses a number by 25 times what it may.
awk -F, '
    /^#/ || /^drug,/ { next }
    { rows++; if (!($1 in least) || $NF + 0 < least[$1]) least[$1] = $NF + 0 }
    END { if (rows != 35 || !(least["before an event"] <= 1.1) || !(least["all"] >= 25)) {
              print "sacubitril: conventions: " least["before an event"] " and " least["all"]; exit 1 } }
' sacubitril_valsartan/conventions.csv || fail "conventions"

# One with gaps filled: against R, then what is gained and spent, which stays as far from the paper as README.md says.
for years in 40 5 4; do
    base enalapril-$years enalapril_folic_acid/model.yaml --set "time.horizon=$years years"
    against_r enalapril-$years enalapril_folic_acid/expected-$years.csv 10
done
{
    for years in 40 5 4; do
        awk -F, -v y=$years 'FILENAME ~ /cea.csv$/ && $1 ~ /^(enalapril|folic_acid)$/ { print y, $1, "cost", $2; print y, $1, "qaly", $3 }
            FILENAME ~ /effects.csv$/ && $2 == "life_years" { print y, $1, $2, $3 }' "$work/enalapril-$years"/{cea,effects}.csv
    done
} | awk -v table="$work/enalapril.csv" '
    NR == FNR { if ($0 ~ /^#/ || /^item,/) next; split($0, f, ","); low[f[1]] = f[3]; high[f[1]] = f[4]; printed[f[1]] = f[2]; next }
    { more[$1, $3] += ($2 == "folic_acid" ? 1 : -1) * $4 }
    END {
        ours["cost"] = more[40, "cost"]; ours["qaly"] = more[40, "qaly"]; ours["life_years"] = more[40, "life_years"]
        ours["per_qaly"] = ours["cost"] / ours["qaly"]; ours["per_life_year"] = ours["cost"] / ours["life_years"]
        ours["trial_cost"] = (more[4, "cost"] + more[5, "cost"]) / 2; ours["trial_qaly"] = (more[4, "qaly"] + more[5, "qaly"]) / 2
        for (i in printed) { rows++; printf "%s,%.17g\n", i, ours[i] >table; if (!(ours[i] >= low[i] && ours[i] <= high[i])) { print "enalapril: " i " " ours[i] ", expected " low[i] " to " high[i]; bad++ } }
        printf "enalapril: %d CNY for %.4f QALYs, %.4f years; 4.5 years %d for %.4f; %d differ\n", ours["cost"], ours["qaly"], ours["life_years"], ours["trial_cost"], ours["trial_qaly"], bad
        exit bad > 0 || rows != 7 }
' enalapril_folic_acid/paper.csv - || fail "enalapril against the paper"

# Tables of inputs that do not give their own totals, whatever the way (attempts.R); one of them here too.
base attempts attempts/model.yaml
awk -F, '
    FILENAME ~ /cea.csv$/ { ours[$1] = $3; next }
    /^#/ || /^analysis,/ { next }
    { rows++; n = NF; if ($n < 0.08) { print "attempts: " $1 " is nearly met: " $n; bad++ } }
    /HAIC/ { a = $(n - 2) - ours["sorafenib"]; b = $(n - 1) - ours["haic"]; if (a * a > 3e-7 || b * b > 3e-7) { print "attempts: " ours["sorafenib"] " " ours["haic"]; bad++ } }
    END { print "attempts: " rows + 0 " analyses, " bad + 0 " differ"; exit bad > 0 || rows != 3 }
' "$work/attempts/cea.csv" attempts/attempts.csv || fail "attempts"

grep -q '^# Tried: 3240. Within twice the digits: 9, the drug paid before an event, hypertension worth 0.96, deaths after an event larger or own.$' \
    sacubitril_valsartan/conventions.csv || fail "README.md says otherwise of conventions.csv"

# The tables of README.md.
awk -F, "$in_awk"'
    FILENAME ~ /cea.csv$/ { cost[$1] = $2; qaly[$1] = $3; next }
    /^#/ || /^strategy,/ { next }
    { printed[$1 "," $2] = $3 }
    END {
        a = "valsartan"; b = "sacubitril_valsartan"
        heading("| | printed | ours | difference |")
        printf "| cost, valsartan (CNY) | %s | %s | %+.2f %% (natural deaths are fitted to it) |\n", number(printed[a ",cost"]), number(cost[a]), 100 * (cost[a] / printed[a ",cost"] - 1)
        printf "| cost, sacubitril-valsartan | %s | %s | %+.2f %% |\n", number(printed[b ",cost"]), number(cost[b]), 100 * (cost[b] / printed[b ",cost"] - 1)
        more = printed[b ",cost"] - printed[a ",cost"]; ours = cost[b] - cost[a]
        printf "| more cost | %s | %s | %+.2f %% |\n", number(more), number(ours), 100 * (ours / more - 1)
        printf "| QALYs, valsartan | %.2f | %.3f | within the digits |\n", printed[a ",effect"], qaly[a]
        printf "| QALYs, sacubitril-valsartan | %.2f | %.3f | within the digits |\n", printed[b ",effect"], qaly[b]
        printf "| QALYs gained | %.2f | %.3f | within the digits (0.08 to 0.10) |\n", printed[b ",effect"] - printed[a ",effect"], qaly[b] - qaly[a]
        printf "| ICER (CNY per QALY) | %s from the printed totals | %s | within the digits (102,960 to 128,725) |\n", number(more / (printed[b ",effect"] - printed[a ",effect"])), number(ours / (qaly[b] - qaly[a]))
    }
' "$work/sacubitril/cea.csv" sacubitril_valsartan/paper.csv | on_page README.md sacubitril
awk -F, "$in_awk"'
    function row(what, item, digits, note) {
        printf "| %s | %s | %s | %+.0f %%%s |\n", what, digits ? sprintf("%.*f", digits, printed[item]) + 0 : number(printed[item]),
            digits ? sprintf("%.*f", digits + 1, ours[item]) : number(ours[item]), 100 * (ours[item] / printed[item] - 1), note }
    NR == FNR { ours[$1] = $2; next }
    /^#/ || /^item,/ { next }
    { printed[$1] = $2 }
    END {
        heading("| against enalapril | printed | ours | difference |")
        row("extra cost, lifetime (CNY)", "cost", 0, ""); row("QALYs gained", "qaly", 2, ""); row("years gained", "life_years", 2, "")
        row("CNY per QALY", "per_qaly", 0, ""); row("CNY per year", "per_life_year", 0, "")
        row("extra cost in 4.5 years", "trial_cost", 0, " (fitted)"); row("QALYs gained in 4.5 years", "trial_qaly", 3, "")
    }
' "$work/enalapril.csv" enalapril_folic_acid/paper.csv | on_page README.md enalapril

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
    base "$1" "$work/$1.yaml"
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
[ "$(wc -w <<<"$analyses")" -ge 14 ] || fail "analyses are missing"
for name in $analyses; do
    analysis "$name" || fail "$name"
done
