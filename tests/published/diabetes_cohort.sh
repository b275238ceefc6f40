#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The validation table of models/diabetes: works out each quantity of expected/cohort-targets.csv by running one group of
# people at a time (diabetes_cohort/validation.yaml), sees that it lies in its range, and that the whole table is
# expected/cohort-validation.csv. Rows of the kind `forms` have as their target what the model of persons gives for the
# same people, worked out here too. HECATE_BLESS=1 writes the table, and its rows in the card, anew.
. "$SOURCE/tests/published/compare"
. tests/published/tables
here=tests/published/diabetes_cohort
card=models/diabetes

group() { # AGE SEX YEARS [--set ...]
    totals $here/validation.yaml --set "population.age=$1" --set "population.sex='$2'" --set "time.cycles=$3" "${@:4}"
}
share() { # STRATEGY YEAR STATE...: sum of the shares in these states
    awk -F, -v s="$1" -v year="$2" -v names="${*:3}" '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; n = split(names, name, " "); next }
        $1 == s && $2 == year { for (i = 1; i <= n; i++) sum += $column[name[i]]; printf "%.12g", sum }' "$work/t/trace.csv"
}
used() { awk -F, -v s="$1" -v n="$2" '$1 == s && $2 == n { print $3 }' "$work/t/use.csv"; }
ill="micro macro both kidney_failure"

# What went in comes back.
for row in "male 0.038" "female 0.031"; do
    # shellcheck disable=SC2086
    set -- $row
    group 45 "$1" 20 --set "prevalence_now=2.2225*$2"
    note "lifetable_$1" "1 - $(share today 20 dead)"
done
group 57 male 1
note macro_57 "1000 * $(used diagnosed event_admission) / $(total diagnosed life_years)"
for sex in "male 0.38" "female 0.62"; do
    for age in "42 0.10" "52 0.40" "62 0.37" "72 0.13"; do
        # shellcheck disable=SC2086
        set -- $sex $age
        group "$3" "$1" 7
        echo "$2 $4 $(share known 7 dead) $(total known life_years) $(share without 7 dead) $(total without life_years)" \
            "$(share all 7 dead) $(total all life_years) $(share normal_ever 7 dead) $(total normal_ever life_years)"
    done
done >"$work/ages"
note kadoorie "$(awk '{ w = $1 * $2; o += w * $3; e += w * $4 * $5 / $6 } END { print o / e }' "$work/ages")"
note tian "$(awk '{ w = $1 * $2; o += w * $7; e += w * $8 * $9 / $10 } END { print o / e }' "$work/ages")"

# Death, onset and return, diagnosis and complications by sex.
hong_kong=(--set prediabetes_prevalence=0.089 --set diabetes_prevalence=0.1029 --set incidence_men=0.00946
    --set incidence_women=0.00946 --set r_relapse_men=0.01888 --set r_relapse_women=0.01888 --set r_return=0.076)
for sex in male female; do
    group 40 $sex 70
    note "lost_40_$sex" "$(total normal_ever life_years) - $(total all life_years)"
    note "lost_pre_$sex" "$(total normal_ever life_years) - $(total prediabetes_ever life_years)"
    group 50 $sex 60
    note "lost_50_$sex" "$(total without life_years) - $(total known life_years)"
    group 47 $sex 23
    note "daqing_$sex" "$(share new 23 dead) / $(total new life_years) / ($(share normal_ever 23 dead) / $(total normal_ever life_years))"
    group 20 $sex 90
    note "normal_20_$sex" "$(total normal diabetes)"
    note "prediabetes_20_$sex" "$(total prediabetes diabetes)"
    group 20 $sex 90 "${hong_kong[@]}"
    note "hong_kong_20_$sex" "$(total prediabetes diabetes)"
    group 55 $sex 6
    # shellcheck disable=SC2086
    for quantity in "new_micro 0 micro both" "new_macro 0 macro both" "six_any 6 $ill"; do
        set -- $quantity
        note "$1_$sex" "$(share new "${@:2}") / (1 - $(share new "$2" dead))"
    done
    group 45 $sex 65 --set incidence_men=0.0866*0.381/0.876 --set incidence_women=0.0866*0.381/0.876 --set "r_leaves=if(t < 6, 0, 50)"
    note "daqing_life_$sex" "$(total programme life_years) - $(total prediabetes life_years)"
    group 50 $sex 20
    note "aware_70_$sex" "$(share today 20 diagnosed $ill) / ($(share today 20 diagnosed $ill undiagnosed undiagnosed_micro))"
done
group 55 male 3
note returned_3 "$(share prediabetes 3 normal)"
group 60 male 5
note dialysis_5 "1 - $(share dialysis 5 dead)"
group 60 female 5
note kidney_rate "1000 * $(share all 5 kidney_failure) / $(total all life_years)"

# Money: a year of everybody with a diagnosis, at the prices before procurement and as they are.
year_cost() { # STRATEGY CATEGORY...: a year of life, without non-medical costs
    calc "($(total "$1" fund) + $(total "$1" patient) + $(total "$1" provider)) / $(total "$1" life_years)"
}
group 60 female 1 --set price_cut=0 --set admissions_plain=0 --set admissions_complicated=0 --set c_event=0
note cost_outpatient "$(year_cost known) / (1.0290 * 1.0242 * 1.0098 * 1.020 * 1.002 * 1.002)"
group 60 female 1
note cost_year "$(year_cost known)"
group 60 female 1 --set price_cut=0
note cost_ratio "($(year_cost known) - (1 - 0.325) * $(year_cost diagnosed)) / 0.325 / $(year_cost diagnosed)"

# A programme for three years, and the same people in both forms.
group 55 female 3 --set r_return=0
note programme_3 "(1 - $(share programme 3 prediabetes programme dead)) / (1 - $(share prediabetes 3 prediabetes programme dead)) - 1"
for sex in male female; do
    other=female
    [ $sex = male ] || other=male
    for age in 50 60; do
        people=(--set "population.age.dist=uniform(min: $age, max: $age.01)" --set "population.sex.shares.$sex=1"
            --set "population.sex.shares.$other=0" --set population.stroke_before=0 --set population.ihd_before=0
            --set population.albuminuria=0)
        totals $here/persons.yaml "${people[@]}" --set "population.duration.dist=uniform(min: 0, max: 0.01)"
        for name in life_years controlled macro complicated dialysis; do
            echo "forms_${name}_${age}_$sex,$(calc "$(total today $name)")" >>"$work/persons.csv"
        done
        echo "forms_cost_${age}_$sex,$(calc "($(total today fund) + $(total today patient)) / $(total today life_years)")" >>"$work/persons.csv"
        group "$age" $sex 20 --set economics.within_cycle=start
        note "forms_cost_${age}_$sex" "$(year_cost diagnosed)"
        for name in life_years controlled complicated; do note "forms_${name}_${age}_$sex" "$(total diagnosed $name)"; done
        note "forms_macro_${age}_$sex" "$(used diagnosed macro_care)"
        note "forms_dialysis_${age}_$sex" "$(used diagnosed dialysis)"
    done
    totals $here/persons-prediabetes.yaml "${people[@]}" --set population.glucose.shares.0=1 --set population.glucose.shares.1=0
    for name in life_years diabetic; do echo "forms_pre_${name}_$sex,$(calc "$(total today $name)")" >>"$work/persons.csv"; done
    group 60 $sex 20 --set economics.within_cycle=start --set r_return=0
    note "forms_pre_life_years_$sex" "$(total prediabetes life_years)"
    note "forms_pre_diabetic_$sex" "$(total prediabetes diabetes)"
done

# What persons give is the target of the rows `forms`: within `low` of it to either side, or from `low` to `high` times it.
awk -F, -v OFS=, 'NR == FNR { persons[$1] = sprintf("%.4g", $2); next }
    $1 in persons { $4 = persons[$1]; if ($6 != "") { $5 *= $4; $6 *= $4 } else if ($5 != "") { $6 = $4 + $5; $5 = $4 - $5 } }
    { print }' "$work/persons.csv" "$card/expected/cohort-targets.csv" >"$work/targets.csv"
as_said "$work/targets.csv"

awk -F, -v OFS=, 'NR == FNR { ours[$1] = sprintf("%.4g", $2); next }
    /^#/ { next }
    $1 == "id" { print "id,kind,quantity,target,ours,difference,source"; next }
    $4 == "" { print $1, $2, $3, $5 " to " $6, ours[$1], "", $7; next }
    { printf "%s,%s,%s,%s,%s,%.3g,%s\n", $1, $2, $3, $4, ours[$1], ours[$1] - $4, $7 }
' "$work/ours.csv" "$work/targets.csv" >"$work/validation.csv"
recorded "$card/expected/cohort-validation.csv" "$work/validation.csv"

# The card has the table, with the rows of both forms side by side.
awk -F, "$in_awk"'
    NR == 1 { heading("| | target | ours | from |"); next }
    $2 != "forms" { row = "| " $3 " | " $4 " | " $5 " | " $7 ($2 == "input" ? "; put in" : "") " |"; gsub(/;/, ",", row); print row }
' "$work/validation.csv" | on_page $card/README.md shown
awk -F, "$in_awk"'
    $2 == "forms" {
        n = split($3, part, "; "); who = part[2] ", " part[n]
        if (!(who in seen)) { seen[who]; order[++people] = who }
        cell[who, part[1]] = " " $5 " (" $4 ")" }
    END {
        heading("| years | lived | with diabetes | HbA1c below 7 % | complication | macrovascular | dialysis | CNY a year |")
        columns = split("lived;with diabetes;with HbA1c below 7 %;with a complication;with macrovascular disease;on dialysis", what, ";")
        for (i = 1; i <= people; i++) {
            printf "| %s |", order[i]
            for (k = 1; k <= columns; k++) printf "%s |", cell[order[i], "years " what[k]]
            print cell[order[i], "cost of a year"] " |" } }
' "$work/validation.csv" | on_page $card/README.md forms
