#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The surgery model against its independent re-computation in R (models/oncology-robot/expected). The
# cohorts of prostate and rectum: totals by category and measure to 1e-11 relative; twenty years sum a
# hundred terms, so rounding stays below 1e-13. The form of persons: cost and QALYs within 4.7 of its own
# Monte Carlo errors of the exact mean. Margins of the study: what cases are paid less what they cost, worked out
# for every policy, to a hundredth. Hospitals and patients who answer: their choices by year against the formulas.
# Then the tables of the card, with device and learning by hand: targets.csv, HECATE_BLESS=1 writes them anew.
. "$SOURCE/tests/published/compare"
. tests/published/tables
expected=models/oncology-robot/expected

for form in prostate rectum; do
    file=model
    [ $form = prostate ] || file=$form
    base $form models/oncology-robot/$file.yaml
    totals_agree $form "$work/$form" 24
done

base study inputs/studies/oncology/robot.yaml
persons_agree "$work/study" 3

# A case by robot costs 22,000 + 5,000 + 40,000 and, at 200 a year, 20,000 for the device: 87,000. Paid: today 22,000
# + 30,000 + 40,000; group 75,000; unit 22,000 + 3,000 + 5,000 + 40,000; price path 22,000 + 6,000 in the first two
# years of the device, then 4,000, + 40,000; ladder 22,000 + 40,000, and for all cases of a hospital and year 8,000
# where more than a tenth has a complication, 12,000 where less than a twentieth has, else 10,000, and a year later
# 2,000 where more than nine tenths live. How many were operated on and had complications is what the run counts.
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
' "$work/study"/{events,panels,margins}.csv || fail "margins"

seen_by=(health_system="health system" fund=fund patients=patients)
reading inputs/studies/oncology/robot.md study open hospital 6 "${seen_by[@]}"

# Hospitals and patients who answer: a case by robot leaves (what is paid) - 67,000 - 4,000,000 / cases; the odds of
# the laparoscope are exp(0.02 * the difference in thousands), of taking the robot 9 * exp(-0.05 * what it costs more
# in thousands). A hospital plans with 200 cases in the first two years, then with those of the year before last.
# Each hospital has about 400 patients a year; 20 hospitals, 4.7 errors of their sum.
base responses inputs/studies/oncology/robot-responses.yaml
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
' "$work/responses"/{events,panels}.csv || fail "choices"

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
' "$work/responses/panels.csv" || fail "effort"

reading inputs/studies/oncology/robot-responses.md responses laparoscopy hospital 0 "${seen_by[@]}"

# ---- the card -------------------------------------------------------------------------------------
card=models/oncology-robot
page=$card/README.md
case_of() { echo "$card/$([ "$1" = prostate ] && echo model || echo rectum).yaml"; }
near() { close "$1" "$(calc "$2")" "$(calc "$3")" "$(calc "1e-6 * ($3) + 1e-9")"; } # WHAT OURS EXPECTED

{
    heading "| | prostate: cost, QALYs | ICER | rectum: cost, QALYs | ICER |"
    for s in open laparoscopy robot; do
        line="| $s |"
        for kind in prostate rectum; do
            totals "$(case_of $kind)"
            line="$line $(number "$(of $s cost)"), $(number "$(of $s qaly)" 4) | $(verdict $s) |"
        done
        echo "$line"
    done
} | on_page $page result

for kind in rectum prostate; do
    result draws "$(case_of $kind)"
    "$HECATE" show "$work/draws.h5" decision --format csv >"$work/$kind.csv"
done
{
    heading "| best in % of the draws, at a QALY for | prostate: open | laparoscopy | robot | rectum: open | laparoscopy | robot |"
    paste -d, "$work/prostate.csv" "$work/rectum.csv" | awk -F, '
        NR == 1 { n = NF / 2; for (i = 1; i <= n; i++) at[$i] = i; next }
        { printf "| %d,%03d |", $1 / 1000, $1 % 1000
          for (k = 0; k <= n; k += n) printf " %.1f | %.1f | %.1f |", 100 * $(at["open"] + k), 100 * $(at["laparoscopy"] + k), 100 * $(at["robot"] + k)
          print "" }'
} | on_page $page draws

# By volume and experience, with what the device and the complications come to by hand.
{
    heading "| cases a year | device, CNY a case | rectum: robot against open, a QALY | prostate: robot against laparoscopy |"
    for n in 50 100 200 400 600; do
        totals "$(case_of rectum)" --set cases_a_year=$n
        near "device at $n cases" "$(of robot device)" "20000000 * 0.2 * ($n > 400 ? 2 : 1) / $n"
        rectum=$(icer robot open); device=$(of robot device)
        totals "$(case_of prostate)" --set cases_a_year=$n
        echo "| $n | $(number "$device") | $(number "$rectum") | $(number "$(icer robot laparoscopy)") |"
    done
} | on_page $page volume
{
    heading "| cases done before | rectum: complications by robot, % | prostate |"
    for n in 0 50 100 1000; do
        line="| $n |"
        for kind in rectum prostate; do
            totals "$(case_of $kind)" --set cases_before=$n
            odds="0.162 / 0.838"
            [ $kind = rectum ] || odds="0.25 * 0.25"
            odds=$(calc "$odds * (1 + 0.5 * exp(-$n / 50))")
            p=$(calc "$odds / (1 + $odds)")
            near "complications, $kind, after $n" "$(of robot complication) / 20000" "$p"
            line="$line $(number "$(calc "100 * $p")" 1) |"
        done
        echo "$line"
    done
} | on_page $page learning

# The cost of a case by robot at which a QALY costs one and three GDP per head, and scenarios.
{
    heading "| cost of a case by robot, CNY (87,000 here) | one GDP per head a QALY | three |"
    for row in "rectum open" "prostate open" "prostate laparoscopy"; do
        read -r kind other <<<"$row"
        totals "$(case_of "$kind")" --set c_robot_team=0
        q=$(more robot $other qaly); a=$(more robot $other cost)
        line="| $kind, against $other |"
        for times in 1 3; do
            team=$(calc "$times * $gdp * $q - ($a)")
            if holds "$team >= 0"; then
                totals "$(case_of "$kind")" --set c_robot_team="$team"
                near "price for $times GDP, $kind" "$(icer robot $other) / 1e5" "$times * $gdp / 1e5"
            fi
            line="$line $(number "$(calc "82000 + $team")") |"
        done
        echo "$line"
    done
} | on_page $page prices
{
    heading "| scenario | rectum: robot against open, a QALY | prostate: robot against laparoscopy |"
    while read -r sets label; do
        line="| $label |"
        for row in "rectum open" "prostate laparoscopy"; do
            read -r kind other <<<"$row"
            scenario "$(case_of "$kind")" "$sets"
            if holds "$(of robot qaly) > $(of $other qaly) + 0.005"; then
                line="$line $(number "$(icer robot $other)") |"
            else
                line="$line $(number "$(more robot $other cost)") more, $(number "$(more robot $other qaly)" 3) QALYs |"
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
} | on_page $page scenarios

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
        note danish "$(more robot open qaly)"; note device_high "$(of robot device)"
        totals "$(case_of $kind)" --set cases_a_year=400
        note device_low "$(of robot device)"
    fi
done
note own_listed "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $1 == "unit" && $(at["payer"]) == "patient" && $(at["service"]) ~ /^(surgery|robot|robot_operation|consumables)$/ { sum += $(at["per_person"]) }
    END { print sum }' "$work/study/ledger.csv")"
validation $card
