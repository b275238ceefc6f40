#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The persons of models/diabetes/persons against the official software: 7 scenarios, men and women, 1226 numbers
# (ukpds/official.csv). Hecate simulates each; its numbers must be those that ukpds/recompute.R works out exactly, within
# their Monte Carlo error, and those of the official runs within theirs. Writes the table of all of them, which must be
# ukpds/comparison.csv; HECATE_BLESS=1 writes it there.
. "$SOURCE/tests/published/compare"
here=tests/published/ukpds
persons=50000

setting() { # of a scenario
    case $1 in
        base) ;;
        smoker) echo "--set population.smoker=1" ;;
        low_egfr) echo "--set population.egfr=30" ;;
        *) echo "--set population.$1_before=1" ;;
    esac
}

# Kaplan-Meier curves of a table of years: who dies without the event leaves before the events of the year are counted.
# shellcheck disable=SC2016 # awk
curves='
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; split("mi stroke ihd chf amp blind ulcer renal", events, " "); next }
    { year = $2 + 1
      for (e = 1; e <= 8; e++) {
          name = events[e]
          left = $at["effect_at_" name] - $at["effect_gone_" name]
          if (year == 1) free[name] = 1
          if (left > 0) free[name] *= 1 - $at["effect_new_" name] / left
          value[name] = free[name] }
      lives = $at["effect_life_years"]; large = $at["effect_died_vascular"]; other = $at["effect_died"] - large
      if (year == 1) cvd = rest = 1
      cvd *= 1 - large / (lives - other); rest *= 1 - other / (lives - large)
      value["cvd_death"] = cvd; value["other_death"] = rest; value["alive"] = lives - large - other
      if (year == 1 || year % 5 == 0 && year != 35)
          for (name in value) printf "%s,%s,%s,%d,%.6f,\n", scenario, sex, name, year, value[name] }'

for scenario in base smoker low_egfr mi ihd chf ulcer; do
    for sex in male female; do
        sets=()
        [ $sex = male ] || sets=(--set population.sex.shares.male=0 --set population.sex.shares.female=1)
        # shellcheck disable=SC2046 # two words or none
        base r $here/curves.yaml --persons $persons "${sets[@]}" $(setting $scenario)
        awk -F, -v scenario=$scenario -v sex=$sex "$curves" "$work/r/years.csv" >>"$work/ours"
        # shellcheck disable=SC2046
        base r $here/base-case.yaml --persons $persons "${sets[@]}" $(setting $scenario)
        awk -F, -v scenario=$scenario -v sex=$sex '
            NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
            { printf "%s,%s,%s,42,%.6g,%.3g\n", scenario, sex, $2, $3, $at["value_se"] }' "$work/r/effects.csv" >>"$work/ours"
        awk -F, -v scenario=$scenario -v sex=$sex '
            NR > 1 { printf "%s,%s,cost,42,%.6g,%.3g\n", scenario, sex, $2, $3 }' "$work/r/monte-carlo.csv" >>"$work/ours"
    done
done

awk -F, -v OFS=, -v persons=$persons '
    /^#/ || $1 == "scenario" { next }
    { key = $1 "," $2 "," $3 "," $4 }
    FILENAME ~ /ours$/ { ours[key] = $5; ours_error[key] = $6; next }
    FILENAME ~ /expected/ { exact[key] = $5; error[key] = $6; next }
    FILENAME ~ /printed/ { printed[key] = $5; next }
    { if (!(key in ours) || !(key in exact)) { print "not worked out: " key > "/dev/stderr"; bad = 1; next }
      e = $6 != "" ? $6 : error[key]
      # with a start before the first complication, worth is counted from the start: ours has it in each year
      shifted = $3 == "qaly" && $1 ~ /^(mi|ihd|chf|ulcer)$/
      se = ours_error[key] != "" ? ours_error[key] : error[key] * sqrt(1000 / persons)
      d = ours[key] - exact[key]; if (d < 0) d = -d
      if (!shifted && d > 4.7 * se + 1e-6) { print "FAILED: " key " is " ours[key] ", exact " exact[key] > "/dev/stderr"; bad = 1 }
      mine = shifted ? exact[key] : ours[key]
      z = ($5 - mine) / e
      printf "%s,%s,%s,%.6g,%.2f,%s\n", key, $5, e, mine, z, key in printed ? sprintf("%.6g", printed[key]) : "" }
    END { exit bad }' "$work/ours" $here/expected.csv $here/printed.csv $here/official.csv >"$work/rows" || fail "ours against exact"
{
    echo "# Official runs against ours: z is the difference in errors of the official runs; printed: ours with the term for a BMI"
    echo "# of 25 and more in death after a complication. Written by tests/published/ukpds.sh."
    echo "scenario,sex,quantity,year,official,error,ours,z,printed"
    cat "$work/rows"
} >"$work/table.csv"

awk -F, '{ n[$1]++; all++; near = $8 * $8 <= 4; within[$1] += near; total += near }
    END { for (s in n) printf "%-9s %4d numbers, %.1f %% within two errors\n", s, n[s], 100 * within[s] / n[s]
          printf "all       %4d numbers, %.1f %% within two errors\n", all, 100 * total / all
          exit !(all == 1226 && total / all >= 0.93) }' "$work/rows" || fail "fewer than 93 % of 1226 numbers are near"

# First complications of a kind in all scenarios together, as many as the official curves and ours make of 1000 persons in
# each: 16 sums, whose squared differences in errors add up to 16 or so.
awk -F, '
    { official[$1, $2, $3, $4] = $5; ours[$1, $2, $3, $4] = $7; runs[$1 SUBSEP $2] }
    END {
        n = split("mi stroke ihd chf amp blind ulcer renal", kinds, " "); years = split("1 5 10 15 20 25 30 40", at, " ")
        for (sex = 1; sex <= 2; sex++) for (k = 1; k <= n; k++) {
            o = e = 0
            for (run in runs) { split(run, part, SUBSEP)
                if (part[2] != (sex == 1 ? "male" : "female") || !((run, kinds[k], 1) in official)) continue
                of_free = our_free = lives = 1
                for (y = 1; y <= years; y++) {
                    alive = official[run, "alive", at[y]]; persons = 1000 * (lives + alive) / 2 * of_free
                    o += persons * (1 - official[run, kinds[k], at[y]] / of_free)
                    e += persons * (1 - ours[run, kinds[k], at[y]] / our_free)
                    of_free = official[run, kinds[k], at[y]]; our_free = ours[run, kinds[k], at[y]]; lives = alive } }
            z = (o - e) / sqrt(e); squares += z * z
            printf "%-7s %-6s official %4.0f, ours %4.0f (%+.1f errors)\n", kinds[k], sex == 1 ? "men" : "women", o, e, z }
        printf "16 sums, squares of errors %.1f\n", squares
        exit !(squares < 34.3) }' "$work/rows" || fail "complications are more or fewer" # 0.995 of chi-squared

recorded $here/comparison.csv "$work/table.csv"
