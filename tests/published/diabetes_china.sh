#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The layer of China of models/diabetes/persons, part by part: what each lever of a policy does when it goes from nobody to
# everybody, and what a year costs, item by item. Directions are known without the model: more care lowers HbA1c, prevents
# complications and gains QALYs, care that acts on admissions alone changes no health, and the parts of a cost sum to it.
# The tables are expected/levers.csv and expected/costs.csv; they and expected/validation.csv stand in the card as they are
# there. HECATE_BLESS=1 records them anew, in the card too.
. "$SOURCE/tests/published/compare"
. tests/published/tables
here=tests/published/diabetes_persons
card=models/diabetes/expected
readme=models/diabetes/persons/README.md

# measures FILE: STRATEGY,NAME,VALUE undiscounted, and the complications of each strategy in all years
measures() {
    base t "$1"
    awk -F, 'FNR > 1 { print $1 "," $2 "," $4 }' "$work/t/effects.csv"
    awk -F, '$2 == "resource" { print $1 ",cost," $4 }' "$work/t/costs.csv"
    awk -F, '
        NR == 1 { for (i = 3; i <= NF; i++) if ($i ~ /^(mi|stroke|ihd|chf|amputation|blindness|ulcer|renal_failure|small)$/) at[i] }
        NR > 1 { for (i in at) sum[$1] += $i }
        END { for (s in sum) print s ",complications," sum[s] }' "$work/t/events.csv"
}

# lever LABEL NONE ALL: the row of a lever
lever() {
    awk -F, -v label="$1" -v none="$2" -v all="$3" '
        { v[$1, $2] = $3 }
        END { if (!((none, "qaly") in v) || !((all, "qaly") in v)) { print "no strategy " none " or " all > "/dev/stderr"; exit 1 }
              printf "%s,%.3f,%.1f,%.3f,%.4f,%.4f,%.0f\n", label,
                v[all, "hba1c_years"] / v[all, "in_care"] - v[none, "hba1c_years"] / v[none, "in_care"],
                1000 * (v[all, "complications"] - v[none, "complications"]), v[all, "diabetic"] - v[none, "diabetic"],
                v[all, "life_years"] - v[none, "life_years"], v[all, "qaly"] - v[none, "qaly"], v[all, "cost"] - v[none, "cost"] }' "$work/m"
}

{
    echo "lever,HbA1c,complications per 1000,years with diabetes,life years,QALYs,cost"
    measures "$here/levers.yaml" >"$work/m"
    lever "followed up to standard" managed_none managed_all
    lever "drugs as prescribed" adherent_none adherent_all
    lever "lessons" educated_none educated_all
    lever "glucose measured at home" monitored_none monitored_all
    lever "screened for complications" screened_none screened_all
    lever "cared for online" today online_all
    lever "no admission for diabetes" today admission_all
    lever "no readmission" today readmission_all
    measures "$here/levers-at-risk.yaml" >"$work/m"
    lever "screened for diabetes every year" today screening_all
    lever "joins a programme once found" screening_all joining_all
} >"$work/levers.csv" || fail "levers"

awk -F, 'function bad(what) { print "FAILED: " $1 ": " what; worst = 1 }
    NR == 1 { next }
    $1 ~ /admission/ { if ($2 != 0 || $3 != 0 || $6 != 0 || $7 >= 0) bad("changes health, or saves nothing"); next }
    $6 <= 0 { bad("gains no QALYs") }
    $1 !~ /^screened|programme/ && ($2 >= 0 || $3 >= 0) { bad("does not lower HbA1c and complications") }
    $1 == "screened for complications" && $3 >= 0 { bad("prevents no complication") }
    $1 ~ /programme/ && $4 >= 0 { bad("takes no year of diabetes away") }
    END { exit worst || NR != 11 }' "$work/levers.csv" || fail "directions of levers"

# What a year costs in the first five: charges by service; lessons, which are charged to nobody, at the 60 of county.yaml.
year() {
    base t inputs/studies/diabetes/internet.yaml --set "time.horizon=5 years" "$@"
    {
        awk -F, '$1 == "today" { print $5 "," $8 }' "$work/t/ledger.csv"
        awk -F, '$1 == "today" && $2 == "lesson" { print "lessons," 60 * $3 }' "$work/t/use.csv"
        awk -F, '$1 == "today" && $2 == "life_years" { print "years," $4 }' "$work/t/effects.csv"
        awk -F, '$1 == "today" && $2 == "resource" { print "all," $4 }' "$work/t/costs.csv"
    } | awk -F, '
        BEGIN { n = split("drug visit glucose_test clinic_care screening stay heart_stay+brain_stay+foot_stay macro_care kidney_care foot_care small_care dialysis other_care", part, " ") }
        { v[$1] += $2 }
        END { for (i = 1; i <= n; i++) { m = split(part[i], one, "+"); s = 0; for (j = 1; j <= m; j++) s += v[one[j]]; printf "%.0f\n", s / v["years"] }
              printf "%.0f\n%.0f\n", v["lessons"] / v["years"], v["all"] / v["years"] }'
}
year >"$work/a"
year --set price_cut=0 >"$work/b"
year --set price_cut=0 --set unrelated=1 >"$work/c"
{
    echo "item,today,drugs before procurement,and care for other reasons"
    printf '%s\n' "glucose-lowering drugs" visits tests "other outpatient care" "screening for complications" "stays for diabetes" \
        "stays for a complication" "years after heart disease or stroke" "years with a kidney disease" "years after an ulcer or amputation" \
        "years with eyes or nerves" dialysis "care for other reasons" lessons all | paste -d, - "$work/a" "$work/b" "$work/c"
} >"$work/costs.csv"
awk -F, 'NR > 1 && $1 != "all" { for (i = 2; i <= 4; i++) sum[i] += $i }
    $1 == "all" { for (i = 2; i <= 4; i++) if (sum[i] - $i > 8 || $i - sum[i] > 8) { print "FAILED: the items of column " i " sum to " sum[i] ", not " $i; exit 1 } }' \
    "$work/costs.csv" || fail "items of a cost"

# The tables of the card, as recorded.
recorded "$card/levers.csv" "$work/levers.csv"
recorded "$card/costs.csv" "$work/costs.csv"
markdown() { # FILE COLUMNS
    awk -F, -v columns="$2" "$in_awk"'{ n = split(columns, c, ","); row = "|"; for (i = 1; i <= n; i++) row = row " " $(c[i]) " |"
        if (NR == 1) heading(row); else print row }' "$1"
}
markdown $card/validation.csv 2,3,4,5,6 | on_page $readme validation.csv
markdown $card/levers.csv 1,2,3,4,5,6,7 | on_page $readme levers.csv
markdown $card/costs.csv 1,2,3,4 | on_page $readme costs.csv
