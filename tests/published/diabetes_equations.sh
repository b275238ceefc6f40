#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What models/diabetes/persons makes of one set of equations and of another. The reference simulation of the Mount Hood
# Challenge 2025, men and women, four risk factors lowered each alone and together: by UKPDS 82 as printed, by UKPDS 82 as
# the official software has it, and by RECODe; beside the range of eleven models where one is published. Writes
# models/diabetes/expected/structure.csv with HECATE_BLESS=1. Also: worked examples of RECODe; the
# layer of RECODe switched off changes no life; drawn intercepts spread life expectancy as the official bootstraps do.
. "$SOURCE/tests/published/compare"
here=tests/published/diabetes_persons
table=models/diabetes/expected/structure.csv
show() { "$HECATE" show "$work/r.h5" "$@" --format csv; }

# Worked examples, to their last digit.
base r $here/recode.yaml
show effects | awk -F, '
    BEGIN { split("0.182687 0.027679 0.089274 0.090795", v, " "); split("cvd chf eye death", n, " "); for (i in n) want["risk_" n[i]] = v[i] }
    $2 in want { seen++; d = $3 - want[$2]; if (d * d > 0.0000005 ^ 2) { print "FAILED: RECODe, " $2 " is " $3 ", by hand " want[$2]; bad = 1 } }
    END { exit bad || seen != 4 }' || fail "worked examples of RECODe"

# Switched off, the layer changes nothing.
base r $here/mount-hood.yaml --persons 5000
show effects events deaths >"$work/without"
base r $here/equations.yaml --persons 5000
show effects events deaths >"$work/off"
cmp "$work/without" "$work/off" || fail "switched off, RECODe changes lives"

for sex in male female; do
    sets=()
    [ $sex = male ] || sets=(--set population.sex.shares.male=0 --set population.sex.shares.female=1)
    for equations in "UKPDS 82" "UKPDS 82, official" RECODe; do
        case $equations in
            *official) with=(--set d_history_heavy=0) ;;
            RECODe) with=(--set recode=1) ;;
            *) with=() ;;
        esac
        base r $here/equations.yaml "${sets[@]}" "${with[@]}"
        { show effects; show costs; } | awk -F, -v sex=$sex -v equations="$equations" '
            /^strategy/ { next }
            $2 == "qaly" || $2 == "life_years" { v[$1, $2] = $3; if (!($1 in seen)) { seen[$1]; order[++n] = $1 }; next }
            { v[$1, "cost"] += $3 }
            END { for (i = 1; i <= n; i++) { s = order[i]
                    printf "\"%s\",%s,%s,%.4g,%.4g,%.0f", equations, sex, s, v[s, "life_years"], v[s, "qaly"], v[s, "cost"]
                    if (s == "usual") print ",,,,,,"
                    else printf ",%.3f,%.3f,%.0f,%s\n", v[s, "life_years"] - v["usual", "life_years"],
                        v[s, "qaly"] - v["usual", "qaly"], v[s, "cost"] - v["usual", "cost"],
                        s == "glucose" ? "life years,0.05,0.75" : s == "weight" ? "QALYs,-0.024,0.203" : ",," } }' >>"$work/rows"
    done
done
{
    echo "# Mount Hood Challenge 2025, reference simulation, 40 years, undiscounted, GBP. published_...: the range of eleven models (Tew M,"
    echo "# Med Decis Making 2022) for the outcome named, where there is one. Written by tests/published/diabetes_equations.sh."
    echo "equations,sex,strategy,life_years,qaly,cost,more_life_years,more_qaly,more_cost,published_of,published_low,published_high"
    cat "$work/rows"
} >"$work/table.csv"

# By UKPDS 82, what is published for eleven models has ours within.
awk -F, '/^"UKPDS 82"/ && $10 == "life years" && ($7 < $11 || $7 > $12) || /^"UKPDS 82"/ && $10 == "QALYs" && ($8 < $11 || $8 > $12) {
    print "FAILED: outside the published range: " $0; bad = 1 } END { exit bad }' "$work/table.csv" || fail "UKPDS 82 outside what is published"

# Drawn intercepts: QALYs spread over draws as over the official bootstraps, the Monte Carlo errors of both taken into
# account, within a quarter.
for run in base,male ihd,female; do
    sets=()
    [ $run = base,male ] || sets=(--set population.ihd_before=1 --set population.sex.shares.male=0 --set population.sex.shares.female=1)
    result r $here/drawn.yaml "${sets[@]}"
    error=$(show monte-carlo | awk -F, 'NR > 1 { print $5 }')
    show psa | awk -F, -v run=$run -v error="$error" '
        /^#/ { next }
        FILENAME != "-" { if ($1 "," $2 "," $3 == run ",qaly") wanted = sqrt((($8 - $7) / 3.92)^2 - $6 * $6 + error * error); next }
        FNR > 1 { n++; sum += $3; squares += $3 * $3 }
        END { spread = sqrt((squares - sum * sum / n) / (n - 1))
              printf "drawn intercepts, %s: QALYs spread by %.3f, official bootstraps %.3f\n", run, spread, wanted
              exit !(n == 200 && spread > 0.75 * wanted && spread < 1.25 * wanted) }' tests/published/ukpds/official.csv - ||
        fail "drawn intercepts spread QALYs otherwise"
done

recorded $table "$work/table.csv"
echo "$(wc -l <"$work/rows") rows"
