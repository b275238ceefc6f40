#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The surgery model against its independent re-computation in R (models/oncology-robot/expected). The
# cohorts of prostate and rectum: totals by category and measure to 1e-11 relative; twenty years sum a
# hundred terms, so rounding stays below 1e-13. The form of persons: cost and QALYs within 4.7 of its own
# Monte Carlo errors of the exact mean. Margins of the study: what cases are paid less what they cost, worked out
# for every policy, to a hundredth. Hospitals and patients who answer: their choices by year against the formulas.
# Then the tables of the card, with device and learning by hand: targets.csv, HECATE_BLESS=1 writes them anew.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE" || exit 1
expected=models/oncology-robot/expected
. tests/published/compare
failed=0

for form in prostate rectum; do
    file=model
    [ $form = prostate ] || file=$form
    "$HECATE" run models/oncology-robot/$file.yaml --draws 0 -o "$work/r.h5" --quiet &&
        "$HECATE" export "$work/r.h5" -d "$work/$form" >/dev/null || exit 1
    totals_agree $form "$work/$form" 24 || failed=1
done

"$HECATE" run inputs/studies/oncology/robot.yaml --draws 0 -o "$work/r.h5" --quiet &&
    "$HECATE" export "$work/r.h5" -d "$work/study" >/dev/null || exit 1
persons_agree "$work/study" 3 || failed=1

# A case by robot costs 22,000 + 5,000 + 40,000 and, at 200 a year, 20,000 for the device: 87,000. Paid: today 22,000
# + 30,000 + 40,000; group 75,000; unit 22,000 + 3,000 + 5,000 + 40,000; price path 22,000 + 6,000 in the first two
# years of the device, then 4,000, + 40,000; ladder 22,000 + 40,000, and for all cases of a hospital and year 8,000
# where more than a tenth has a complication, 12,000 where less than a twentieth has, else 10,000, and a year later
# 2,000 where more than nine tenths live. How many were operated on and had complications is what the run counts.
"$HECATE" show "$work/r.h5" panels --format csv >"$work/panels.csv" &&
    "$HECATE" show "$work/r.h5" ledger --format csv >"$work/ledger.csv" || exit 1
awk -F, '
    FNR == 1 { file++; split("", column); for (i = 1; i <= NF; i++) column[$i] = i
               rest = 0; if (file == 2) for (i = 1; i <= NF; i++) if ($i ~ /reached/) rest = i; next }
    file == 1 && $1 == "life_cycle" { path += 20000 * $(column["operation"]) * ($(column["year"]) < 2 ? 6000 : 4000) }
    file == 2 && $1 == "ladder" {
        n = $(column["panel.sum(use(robot))"]); hurt = $(column["panel.sum(now(complication) and by_robot == 1)"])
        rate = n == 0 ? 0 : hurt < 0.05 * n ? 12000 : hurt > 0.1 * n ? 8000 : 10000; steps[rate]++
        for_cases += n * rate; if (n > 0) years++
        d = n * rate - $(column["case_ladder"]); if (d > 0.005 || d < -0.005) { print "ladder of " $2 " " $3; bad++ }
        cases[$2 "," $3] = n; extra[$2 "," $3] = $(column["live_extra"]) }
    file == 3 { margin[$1] += $(column["margin"]) }
    END { for (k in extra) { split(k, at, ","); n = cases[at[1] - 1 "," at[2]]
              if (extra[k] != 0 && extra[k] != 2000 * n) { print "extra of " k ": " extra[k]; bad++ } live += extra[k]; paid_all += 2000 * n }
          if (live != paid_all) { print "not all got the extra for survival"; bad++ }
          print "ladder: hospital years at 8,000, 10,000, 12,000: " steps[8000] + 0, steps[10000] + 0, steps[12000] + 0
          wanted["laparoscopy"] = 0; wanted["open"] = 0; wanted["robot"] = 5000; wanted["drg"] = -12000
          wanted["drg_laparoscopy"] = 15000; wanted["unit"] = -17000
          wanted["life_cycle"] = 22000 + path / 20000 + 40000 - 87000
          wanted["ladder"] = 22000 + 40000 + (for_cases + live) / 20000 - 87000
          for (s in wanted) { d = margin[s] / 20000 - wanted[s]; rows++
              if (!(s in margin) || d > 0.01 || d < -0.01) { print "margin of " s ": " margin[s] / 20000 ", expected " wanted[s]; bad++ } }
          print rows " margins compared, " bad + 0 " differ"; exit bad > 0 || rows != 8 || years != 100 }
' "$work/study/events.csv" "$work/panels.csv" "$work/study/margins.csv" || failed=1

seen_by=(health_system="health system" fund=fund patients=patients)
reading inputs/studies/oncology/robot.md "$work/r.h5" open hospital 6 "${seen_by[@]}"

# Hospitals and patients who answer: a case by robot leaves (what is paid) - 67,000 - 4,000,000 / cases; the odds of
# the laparoscope are exp(0.02 * the difference in thousands), of taking the robot 9 * exp(-0.05 * what it costs more
# in thousands). A hospital plans with 200 cases in the first two years, then with those of the year before last.
# Each hospital has about 400 patients a year; 20 hospitals, 4.7 errors of their sum.
"$HECATE" run inputs/studies/oncology/robot-responses.yaml --draws 0 -o "$work/r.h5" --quiet &&
    "$HECATE" show "$work/r.h5" panels --format csv >"$work/panels.csv" &&
    "$HECATE" show "$work/r.h5" events --format csv >"$work/events.csv" || exit 1
awk -F, '
    function share(s, n,    left, lap, own) {
        if (s !~ /_answered$/) return 0.5 * 0.9
        left = (paid[s] - 67000 - 4000000 / n - lap_margin[s]) / 1000
        lap = exp(-0.02 * left); own = 9 * exp(-0.05 * more[s]); return 1 / (1 + lap) * own / (1 + own) }
    BEGIN { s = "today_answered"; paid[s] = 22000 + 30000 + 40000; more[s] = 70 - 0.4 * 8
            s = "drg_answered"; paid[s] = 75000; lap_margin[s] = 15000; more[s] = 0.4 * 30
            s = "unit_answered"; paid[s] = 22000 + 3000 + 5000 + 40000; more[s] = 0.4 * (48 - 8)
            paid["today"] = paid["drg"] = paid["unit"] = 1 }
    FNR == 1 { file++; split("", column); for (i = 1; i <= NF; i++) column[$i] = i; next }
    file == 1 && $1 == "today" { came[2024 + $(column["year"])] = 40000 * $(column["operation"]) / 20 }
    file == 2 && ($1 in paid) { n[$1 "," $2 "," $3] = $(column["panel.sum(use(robot))"]); hospital[$3] }
    END { for (s in paid) for (y = 2024; y <= 2028; y++) {
              sum = expected = variance = 0
              for (h in hospital) { before = y < 2026 ? 200 : n[s "," y - 2 "," h]; p = share(s, before == 0 ? 200 : before)
                  sum += n[s "," y "," h]; expected += came[y] * p; variance += came[y] * p * (1 - p) }
              z = (sum - expected) / sqrt(variance); rows++
              if (z > 4.7 || z < -4.7) { print s, y ": " sum / 20 " cases a hospital, expected " expected / 20 " (" z " errors)"; bad++ } }
          print rows " years of choices compared, " bad + 0 " differ"; exit bad > 0 || rows != 30 }
' "$work/events.csv" "$work/panels.csv" || failed=1

# Effort: after a year the odds of a complication by robot are 0.75 of what they were, 16.2 % in the rectum and 5.9 %
# in the prostate where hospitals have learned; half of each. Of some 1,200 complications with the same luck about 260
# are gone.
awk -F, '
    function less(o) { return 0.75 * o / (1 + 0.75 * o) }
    NR == 1 { for (i = 1; i <= NF; i++) if ($i == "panel.sum(now(complication) and by_robot == 1)") at = i; next }
    $2 >= 2026 && $2 <= 2028 { hurt[$1] += $at }
    END { a = 0.162 / 0.838; b = 0.25 * 0.25; p = a / (1 + a) + b / (1 + b); r = (less(a) + less(b)) / p
          ours = hurt["ladder_effort"] / hurt["ladder"]; error = sqrt(r * (1 - r) / hurt["ladder"])
          print "effort: " hurt["ladder_effort"] + 0 " of " hurt["ladder"] + 0 " complications, " ours ", expected " r " (error " error ")"
          exit !(hurt["ladder"] > 800 && ours - r < 4.7 * error && r - ours < 4.7 * error) }
' "$work/panels.csv" || failed=1

reading inputs/studies/oncology/robot-responses.md "$work/r.h5" laparoscopy hospital 6 "${seen_by[@]}"

# ---- the card -------------------------------------------------------------------------------------
card=models/oncology-robot
gdp=95749
case_of() { echo "$card/$([ "$1" = prostate ] && echo model || echo rectum).yaml"; }
icer() { calc "($(of "$1" cost) - ($(of "$2" cost))) / ($(of "$1" qaly) - ($(of "$2" qaly)))"; }
near() { [ "$(calc "(($2) - ($3))^2 < 1e-12 * ($3)^2 + 1e-18")" = 1 ] || { echo "FAILED: $1: $2, by hand $3" >&2; failed=1; }; }

{
    echo "| | prostate: cost, QALYs | ICER | rectum: cost, QALYs | ICER |"; echo "|---|---|---|---|---|"
    for s in open laparoscopy robot; do
        line="| $s |"
        for kind in prostate rectum; do
            totals "$(case_of $kind)"
            "$HECATE" show "$work/t.h5" cea --format csv >"$work/cea.csv"
            gain=$(awk -F, -v s="$s" 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i } $1 == s { print $(c["status"]), $(c["icer"]) }' "$work/cea.csv")
            case $gain in
            ED*) gain="extendedly dominated" ;; D*) gain=dominated ;; "ND ") gain= ;; *) gain=$(number "${gain#* }" 0) ;;
            esac
            line="$line $(number "$(of $s cost)" 0), $(number "$(of $s qaly)" 4) | $gain |"
        done
        echo "$line"
    done
} | on_card $card result

"$HECATE" run "$(case_of rectum)" --quiet -o "$work/t.h5" && "$HECATE" show "$work/t.h5" decision --format csv >"$work/rectum.csv" || exit 1
"$HECATE" run "$(case_of prostate)" --quiet -o "$work/t.h5" && "$HECATE" show "$work/t.h5" decision --format csv >"$work/prostate.csv" || exit 1
{
    echo "| best in % of the draws, at a QALY for | prostate: open | laparoscopy | robot | rectum: open | laparoscopy | robot |"; echo "|---|---|---|---|---|---|---|"
    paste -d, "$work/prostate.csv" "$work/rectum.csv" | awk -F, '
        NR == 1 { n = NF / 2; for (i = 1; i <= n; i++) at[$i] = i; next }
        { printf "| %d,%03d |", $1 / 1000, $1 % 1000
          for (k = 0; k <= n; k += n) printf " %.1f | %.1f | %.1f |", 100 * $(at["open"] + k), 100 * $(at["laparoscopy"] + k), 100 * $(at["robot"] + k)
          print "" }'
} | on_card $card draws

# By volume and experience, with what the device and the complications come to by hand.
{
    echo "| cases a year | device, CNY a case | rectum: robot against open, a QALY | prostate: robot against laparoscopy |"; echo "|---|---|---|---|"
    for n in 50 100 200 400 600; do
        totals "$(case_of rectum)" --set cases_a_year=$n
        near "device at $n cases" "$(of robot device)" "20000000 * 0.2 * ($n > 400 ? 2 : 1) / $n"
        rectum=$(icer robot open); device=$(of robot device)
        totals "$(case_of prostate)" --set cases_a_year=$n
        echo "| $n | $(number "$device" 0) | $(number "$rectum" 0) | $(number "$(icer robot laparoscopy)" 0) |"
    done
} | on_card $card volume
{
    echo "| cases done before | rectum: complications by robot, % | prostate |"; echo "|---|---|---|"
    for n in 0 50 100 1000; do
        line="| $n |"
        for kind in rectum prostate; do
            totals "$(case_of $kind)" --set cases_before=$n
            odds="0.162 / 0.838"; [ $kind = rectum ] || odds="0.25 * 0.25"
            o=$(calc "$odds * (1 + 0.5 * exp(-$n / 50))")
            p=$(awk "BEGIN { o = $odds * (1 + 0.5 * exp(-$n / 50)); printf \"%.17g\", o / (1 + o) }" </dev/null)
            near "complications, $kind, after $n" "$(of robot complication) / 20000" "$p"
            line="$line $(number "$(calc "100 * $p")" 1) |"
        done
        echo "$line"
    done
} | on_card $card learning

# The cost of a case by robot at which a QALY costs one and three GDP per head, and scenarios.
{
    echo "| cost of a case by robot, CNY (87,000 here) | one GDP per head a QALY | three |"; echo "|---|---|---|"
    for row in "rectum open" "prostate open" "prostate laparoscopy"; do
        read -r kind other <<<"$row"
        totals "$(case_of "$kind")" --set c_robot_team=0
        q=$(calc "$(of robot qaly) - ($(of $other qaly))"); a=$(calc "$(of robot cost) - ($(of $other cost))")
        line="| $kind, against $other |"
        for times in 1 3; do
            team=$(calc "$times * $gdp * $q - ($a)")
            if [ "$(calc "$team >= 0")" = 1 ]; then
                totals "$(case_of "$kind")" --set c_robot_team="$team"
                near "price for $times GDP, $kind" "$(icer robot $other) / 1e5" "$times * $gdp / 1e5"
            fi
            line="$line $(number "$(calc "82000 + $team")" 0) |"
        done
        echo "$line"
    done
} | on_card $card prices
{
    echo "| scenario | rectum: robot against open, a QALY | prostate: robot against laparoscopy |"; echo "|---|---|---|"
    while read -r sets label; do
        line="| $label |"
        read -ra list <<<"$(sed 's/^/--set /; s/;/ --set /g' <<<"$sets")"
        for row in "rectum open" "prostate laparoscopy"; do
            read -r kind other <<<"$row"
            totals "$(case_of "$kind")" "${list[@]}"
            if [ "$(calc "$(of robot qaly) > $(of $other qaly) + 0.005")" = 1 ]; then
                line="$line $(number "$(icer robot $other)" 0) |"
            else
                line="$line $(number "$(calc "$(of robot cost) - ($(of $other cost))")" 0) more, $(number "$(calc "$(of robot qaly) - ($(of $other qaly))")" 3) QALYs |"
            fi
        done
        echo "$line"
    done <<END
cases_before=100 base case
hr_dfs_robot=1 recurrence in the rectum as by laparoscopy (0.74 here, recalled)
hr_dfs_robot=0.98 the end of its interval, 0.98
c_robot_items=20000 consumables at 20,000, after procurement
c_robot_items=20000;robot_price=8000000 and a domestic device of 8 million
potent_more_robot=0.2 potency 20 points higher by robot (D3, a claim)
or_prostate_lap.value=0.9;or_prostate_open.value=0.9 complications in the prostate nearly alike (odds ratio 0.9)
END
} | on_card $card scenarios

for kind in rectum prostate; do
    totals "$(case_of $kind)"
    if [ $kind = rectum ]; then
        year3() { awk -F, -v s="$1" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $1 == s { if (n++ == 3) print $(at["free"]) }' "$work/t/trace.csv"; }
        note dfs_lap "100 * $(year3 laparoscopy)"; note dfs_robot "100 * $(year3 robot)"
        note compl_robot "100 * $(of robot complication) / 20000"
        note compl_claim "100 * ($(of robot complication) / $(of laparoscopy complication) - 1)"
    else
        note case_lap "$(of laparoscopy surgery)"; note case_robot "$(of robot surgery) + $(of robot robot) + $(of robot device)"
        note ratio "($(of robot surgery) + $(of robot robot) + $(of robot device)) / $(of laparoscopy surgery)"
        note danish "$(of robot qaly) - ($(of open qaly))"; note device_high "$(of robot device)"
        totals "$(case_of $kind)" --set cases_a_year=400
        note device_low "$(of robot device)"
    fi
done
note own_listed "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $1 == "unit" && $(at["payer"]) == "patient" && $(at["service"]) ~ /^(surgery|robot|robot_operation|consumables)$/ { sum += $(at["per_person"]) }
    END { print sum }' "$work/ledger.csv")"
validation $card
exit $failed
