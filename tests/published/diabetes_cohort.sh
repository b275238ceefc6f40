#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The validation table of models/diabetes: works out each quantity of expected/cohort-targets.csv by running one group of
# people at a time (diabetes_cohort/validation.yaml), sees that it lies in its range, and that the whole table is
# expected/cohort-validation.csv. Rows of the kind `forms` have as their target what the model of persons gives for the
# same people, worked out here too. HECATE_BLESS=1 writes the table, and its rows in the card, anew.
set -u
cd "$SOURCE" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
here=tests/published/diabetes_cohort
card=models/diabetes/expected
failed=0

run() { # FILE [--set ...]: totals without discounting in $work/t.csv (STRATEGY,NAME,TOTAL), shares in $work/v/trace.csv
    "$HECATE" run "$here/$1.yaml" --draws 0 --quiet -o "$work/r.h5" "${@:2}" >"$work/log" 2>&1 &&
        rm -rf "$work/v" && "$HECATE" export "$work/r.h5" -d "$work/v" >>"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    awk -F, 'FNR > 1 { print $1 "," (FILENAME ~ /costs/ ? "cost " : "") $2 "," $4 }' "$work/v/effects.csv" "$work/v/costs.csv" >"$work/t.csv"
    awk -F, 'FNR > 1 { print $1 ",use " $2 "," $3 }' "$work/v/use.csv" >>"$work/t.csv"
}
group() { # AGE SEX YEARS [--set ...]
    run validation --set "population.age=$1" --set "population.sex='$2'" --set "time.cycles=$3" "${@:4}"
}
total() { awk -F, -v s="$1" -v n="$2" '$1 == s && $2 == n { print $3 }' "$work/t.csv"; }
share() { # STRATEGY YEAR STATE...: sum of the shares in these states
    awk -F, -v s="$1" -v year="$2" -v names="${*:3}" '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; n = split(names, name, " "); next }
        $1 == s && $2 == year { for (i = 1; i <= n; i++) sum += $column[name[i]]; printf "%.12g", sum }' "$work/v/trace.csv"
}
by_hand() { awk "BEGIN { printf \"%.12g\", $1 }"; }
ours() { awk -v id="$1" "BEGIN { printf \"%s,%.4g\\n\", id, $2 }" >>"$work/ours.csv"; }
ill="micro macro both kidney_failure"

# What went in comes back.
for row in "male 0.038" "female 0.031"; do
    # shellcheck disable=SC2086
    set -- $row
    group 45 "$1" 20 --set "prevalence_now=2.2225*$2"
    ours "lifetable_$1" "1 - $(share today 20 dead)"
done
group 57 male 1
ours macro_57 "1000 * $(total diagnosed 'use event_admission') / $(total diagnosed life_years)"
for sex in "male 0.38" "female 0.62"; do
    for age in "42 0.10" "52 0.40" "62 0.37" "72 0.13"; do
        # shellcheck disable=SC2086
        set -- $sex $age
        group "$3" "$1" 7
        echo "$2 $4 $(share known 7 dead) $(total known life_years) $(share without 7 dead) $(total without life_years)" \
            "$(share all 7 dead) $(total all life_years) $(share normal_ever 7 dead) $(total normal_ever life_years)"
    done
done >"$work/ages"
ours kadoorie "$(awk '{ w = $1 * $2; o += w * $3; e += w * $4 * $5 / $6 } END { print o / e }' "$work/ages")"
ours tian "$(awk '{ w = $1 * $2; o += w * $7; e += w * $8 * $9 / $10 } END { print o / e }' "$work/ages")"

# Death, onset and return, diagnosis and complications by sex.
hong_kong=(--set prediabetes_prevalence=0.089 --set diabetes_prevalence=0.1029 --set incidence_men=0.00946
    --set incidence_women=0.00946 --set r_relapse_men=0.01888 --set r_relapse_women=0.01888 --set r_return=0.076)
for sex in male female; do
    group 40 $sex 70
    ours "lost_40_$sex" "$(total normal_ever life_years) - $(total all life_years)"
    ours "lost_pre_$sex" "$(total normal_ever life_years) - $(total prediabetes_ever life_years)"
    group 50 $sex 60
    ours "lost_50_$sex" "$(total without life_years) - $(total known life_years)"
    group 47 $sex 23
    ours "daqing_$sex" "$(share new 23 dead) / $(total new life_years) / ($(share normal_ever 23 dead) / $(total normal_ever life_years))"
    group 20 $sex 90
    ours "normal_20_$sex" "$(total normal diabetes)"
    ours "prediabetes_20_$sex" "$(total prediabetes diabetes)"
    group 20 $sex 90 "${hong_kong[@]}"
    ours "hong_kong_20_$sex" "$(total prediabetes diabetes)"
    group 55 $sex 6
    # shellcheck disable=SC2086
    for quantity in "new_micro 0 micro both" "new_macro 0 macro both" "six_any 6 $ill"; do
        set -- $quantity
        ours "$1_$sex" "$(share new "${@:2}") / (1 - $(share new "$2" dead))"
    done
    group 45 $sex 65 --set incidence_men=0.0866*0.381/0.876 --set incidence_women=0.0866*0.381/0.876 --set "r_leaves=if(t < 6, 0, 50)"
    ours "daqing_life_$sex" "$(total programme life_years) - $(total prediabetes life_years)"
    group 50 $sex 20
    ours "aware_70_$sex" "$(share today 20 diagnosed $ill) / ($(share today 20 diagnosed $ill undiagnosed undiagnosed_micro))"
done
group 55 male 3
ours returned_3 "$(share prediabetes 3 normal)"
group 60 male 5
ours dialysis_5 "1 - $(share dialysis 5 dead)"
group 60 female 5
ours kidney_rate "1000 * $(share all 5 kidney_failure) / $(total all life_years)"

# Money: a year of everybody with a diagnosis, at the prices before procurement and as they are.
year_cost() { # STRATEGY CATEGORY...: a year of life, without non-medical costs
    by_hand "($(total "$1" 'cost fund') + $(total "$1" 'cost patient') + $(total "$1" 'cost provider')) / $(total "$1" life_years)"
}
group 60 female 1 --set price_cut=0 --set admissions_plain=0 --set admissions_complicated=0 --set c_event=0
ours cost_outpatient "$(year_cost known) / (1.0290 * 1.0242 * 1.0098 * 1.020 * 1.002 * 1.002)"
group 60 female 1
ours cost_year "$(year_cost known)"
group 60 female 1 --set price_cut=0
ours cost_ratio "($(year_cost known) - (1 - 0.325) * $(year_cost diagnosed)) / 0.325 / $(year_cost diagnosed)"

# A programme for three years, and the same people in both forms.
group 55 female 3 --set r_return=0
ours programme_3 "(1 - $(share programme 3 prediabetes programme dead)) / (1 - $(share prediabetes 3 prediabetes programme dead)) - 1"
for sex in male female; do
    other=female
    [ $sex = male ] || other=male
    for age in 50 60; do
        people=(--set "population.age.dist=uniform(min: $age, max: $age.01)" --set "population.sex.shares.$sex=1"
            --set "population.sex.shares.$other=0" --set population.stroke_before=0 --set population.ihd_before=0
            --set population.albuminuria=0)
        run persons "${people[@]}" --set "population.duration.dist=uniform(min: 0, max: 0.01)"
        for name in life_years controlled macro complicated dialysis; do
            echo "forms_${name}_${age}_$sex,$(by_hand "$(total today $name)")" >>"$work/persons.csv"
        done
        group "$age" $sex 20 --set economics.within_cycle=start
        for name in life_years controlled complicated; do ours "forms_${name}_${age}_$sex" "$(total diagnosed $name)"; done
        ours "forms_macro_${age}_$sex" "$(total diagnosed 'use macro_care')"
        ours "forms_dialysis_${age}_$sex" "$(total diagnosed 'use dialysis')"
    done
    run persons-prediabetes "${people[@]}" --set population.glucose.shares.0=1 --set population.glucose.shares.1=0
    for name in life_years diabetic; do echo "forms_pre_${name}_$sex,$(by_hand "$(total today $name)")" >>"$work/persons.csv"; done
    group 60 $sex 20 --set economics.within_cycle=start --set r_return=0
    ours "forms_pre_life_years_$sex" "$(total prediabetes life_years)"
    ours "forms_pre_diabetic_$sex" "$(total prediabetes diabetes)"
done

awk -F, 'FILENAME ~ /ours/ { ours[$1] = $2; next }
    FILENAME ~ /persons.csv/ { target[$1] = sprintf("%.4g", $2); next }
    /^#/ || $1 == "id" { next }
    { if ($1 in target) { $4 = target[$1]; if ($5 != "") { $6 = $4 + $5; $5 = $4 - $5 } }
      if (!($1 in ours)) { print "not worked out: " $1 > "/dev/stderr"; bad = 1; next }
      v = ours[$1]
      if (($5 != "" && v < $5) || ($6 != "" && v > $6)) { print "FAILED: " $1 " is " v ", not in " $5 " to " $6 > "/dev/stderr"; bad = 1 }
      printf "%s,%s,%s,%s,%s,%.3g,%s\n", $1, $2, $3, $4, v, v - $4, $7 }
    END { exit bad }' OFS=, "$work/ours.csv" "$work/persons.csv" "$card/cohort-targets.csv" >"$work/rows" || failed=1
{ echo "id,kind,quantity,target,ours,difference,source"; cat "$work/rows"; } >"$work/table.csv"

# The card shows the table as it is here, but for the rows of both forms, which it shows side by side.
awk -F, '{ printf "| %s | %s | %s | %s |\n", $3, $4, $5, $7 }' "$work/rows" | sed 's/;/,/g' >"$work/lines"
grep -v ' the same people person by person |$' "$work/lines" >"$work/shown"
awk -F, '$2 == "forms" {
        n = split($3, part, "; "); who = part[2] ", " part[n]
        if (!(who in seen)) { seen[who] = 1; order[++people] = who }
        cell[who, part[1]] = $5 " (" $4 ")" }
    END {
        columns = split("lived;with diabetes;with HbA1c below 7 %;with a complication;with macrovascular disease;on dialysis", what, ";")
        for (i = 1; i <= people; i++) {
            printf "| %s |", order[i]
            for (k = 1; k <= columns; k++) { x = cell[order[i], "years " what[k]]; printf x == "" ? " |" : " " x " |" }
            print "" } }' "$work/rows" >"$work/forms"

if [ -n "${HECATE_BLESS-}" ]; then
    cp "$work/table.csv" "$card/cohort-validation.csv"
    awk -v folder="$work/" '
        /^<!-- (shown|forms) -->$/ { file = folder $2 }
        file && /^\|[-|]+$/ { print; while ((getline line < file) > 0) print line; close(file); file = ""; old = 1; next }
        old && /^\|/ { next }
        { old = 0; print }' models/diabetes/README.md >"$work/card" && cp "$work/card" models/diabetes/README.md
else
    diff "$card/cohort-validation.csv" "$work/table.csv" || { echo "FAILED: the table of the card is not this one"; failed=1; }
    ! cat "$work/shown" "$work/forms" | grep -v -x -F -f models/diabetes/README.md || { echo "FAILED: the card does not show these rows"; failed=1; }
fi
echo "$(wc -l <"$work/rows") quantities, failed: $failed"
[ "$failed" -eq 0 ]
