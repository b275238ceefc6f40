#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The validation table of models/diabetes/persons: works out each quantity of expected/targets.csv, sees that it lies in
# its range, and that the whole table is expected/validation.csv. With the layer of China switched off the published model
# must come back to the last digit. `diabetes_persons.sh FILE` writes the table to FILE.
set -u
cd "$SOURCE" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
here=tests/published/diabetes_persons
card=models/diabetes/expected
failed=0

# run FILE [--set ...]: the totals in $work/t.csv, STRATEGY,NAME,UNDISCOUNTED
run() {
    "$HECATE" run "$1" --draws 0 --quiet -o "$work/r.h5" "${@:2}" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    "$HECATE" show "$work/r.h5" effects --format csv | awk -F, '!/^#/ && NR > 1 { print $1 "," $2 "," $4 }' >"$work/t.csv"
    "$HECATE" show "$work/r.h5" costs --format csv | awk -F, '!/^#/ && NR > 1 { print $1 ",cost " $2 "," $4 }' >>"$work/t.csv"
}
total() { awk -F, -v s="$1" -v n="$2" '$1 == s && $2 == n { print $3 }' "$work/t.csv"; }
ours() { awk -v id="$1" "BEGIN { printf \"%s,%.5g\\n\", id, $2 }" >>"$work/ours.csv"; }
ratio() { ours "$1" "$(total "$2" "$3") / $(total "$2" "$4")"; }

# The published model, with the layer of China switched off.
for file in tests/published/ukpds/base-case.yaml "$here/switched-off.yaml"; do
    "$HECATE" run "$file" --persons 50000 --quiet -o "$work/r.h5" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    "$HECATE" show "$work/r.h5" effects events deaths --format csv >"$work/$(basename "$file").csv"
done
cmp "$work/base-case.yaml.csv" "$work/switched-off.yaml.csv" || { echo "FAILED: switched off, the layer of China changes lives"; failed=1; }
"$HECATE" run "$here/switched-off.yaml" --persons 50000 --set china_risk=1 --quiet -o "$work/r.h5" >"$work/log" 2>&1
"$HECATE" show "$work/r.h5" effects events deaths --format csv >"$work/on.csv"
! cmp -s "$work/base-case.yaml.csv" "$work/on.csv" || { echo "FAILED: switched on, the layer of China changes nothing"; failed=1; }

# Worked examples.
worked=tests/published/ukpds/worked.yaml
run $worked
ratio hba1c_next usual hba1c_next alive_next
ratio hba1c_third usual hba1c_third alive_third
ratio egfr_above usual egfr_next alive_next
ours egfr_below "$(total usual egfr_below)"
ours smokes_next "$(total usual p_smokes)"
ratio smokes_third usual p_smokes_second alive_next
run $worked --set population.bmi=31.5
ours af "$(total usual p_af)"
run $worked --set population.age=70 --set population.duration=8 --set population.egfr=50 --set population.albuminuria=1 --set population.amp_before=1
ours chf "$(total usual p_chf)"
run $worked --set population.age=70 --set population.duration=8 --set population.chf_before=1
ours death_history "$(total usual p_death)"
run $worked --set population.age=70 --set population.duration=12 --set population.pulse=80
ours death_mi "$(total usual p_first_mi)"
ours death_chf "$(total usual p_first_chf)"

# The official software: life expectancy and QALYs of the base case, one person's risk factors constant.
for sex in male female; do
    sets=()
    [ $sex = male ] || sets=(--set population.sex.shares.male=0 --set population.sex.shares.female=1)
    run tests/published/ukpds/base-case.yaml "${sets[@]}"
    ours "official_years_$sex" "$(total usual life_years)"
    ours "official_qaly_$sex" "$(total usual qaly)"
    run "$here/mount-hood.yaml" "${sets[@]}"
    ours "mh_hba1c_$sex" "$(total glucose life_years) - $(total usual life_years)"
    ours "mh_bmi_$sex" "$(total weight qaly) - $(total usual qaly)"
    ours "mh_sbp_$sex" "$(total pressure qaly) - $(total usual qaly)"
    ours "mh_ldl_$sex" "$(total lipids qaly) - $(total usual qaly)"
    ours "mh_all_$sex" "$(total all qaly) - $(total usual qaly)"
done

# China: what was calibrated, with other persons than it was calibrated with.
run "$here/rates.yaml" --seed 83
age=$(awk "BEGIN { print $(total today age_years) / $(total today life_years) - 57 }")
for name in stroke coronary chf renal; do
    slope=$(awk -v n=$name 'BEGIN { print n == "stroke" ? 0.0634 : n == "coronary" ? 0.944 * 0.0267 : n == "chf" ? 0.9744 * 0.0709 : 0 }')
    ours "china_$name" "1000 * $(total today new_$name) / $(total today at_$name) / exp($slope * $age)"
done
ratio china_stroke_fatal today stroke_deaths strokes
run "$here/rates.yaml" --seed 83 --set "time.horizon=10 years"
ratio china_deaths today deaths free_deaths
run "$here/rates.yaml" --seed 83 --set "time.horizon=10 years" --set mortality_reading=2
ratio china_deaths_late today deaths_late free_late
run "$here/rates.yaml" --seed 83 --set "time.horizon=10 years" --set mortality_reading=3
ratio china_deaths_national today deaths free_deaths
for years in 1 3 5; do
    run "$here/rates.yaml" --seed 83 --set population.renal_before=1 --set "time.horizon=$years years"
    ours dialysis_$years "1 - $(total today deaths)"
done

# China: what was not.
run "$here/rates.yaml" --set "time.horizon=1 year"
ratio controlled today controlled in_care
ours complicated "$(total today any_complication)"
run "$here/rates.yaml" --set population.stroke_before=1
ours after_stroke_5 "$(total today deaths)"

# Years lost from an age on, by the life table freed of diabetes as the reading of mortality has it.
lost() { # ID SEX AGE READING RATIO
    local other=female
    [ "$2" = male ] || other=male
    run "$here/rates.yaml" --set "mortality_reading=$4" --set "population.age.dist=uniform(min: $3, max: $3.01)" \
        --set "population.duration.dist=uniform(min: 0, max: 0.01)" --set "population.sex.shares.$2=1" --set "population.sex.shares.$other=0" \
        --set population.stroke_before=0 --set population.ihd_before=0 --set population.albuminuria=0 --set "time.horizon=70 years"
    ours "$1" "$(awk -F, -v s="$2" -v a0="$3" -v ratio="$5" '$2 == s && $1 >= a0 { h[$1] = $3 / (1 + 0.17 * (ratio - 1)) }
        END { alive = 1; for (a = a0; a < 110; a++) { years += alive; alive *= exp(-(a in h ? h[a] : h[100])) } print years }' \
        inputs/lifetables/china-2020-2025.csv) - $(total today life_years)"
}
for sex in male female; do
    lost "years_lost_$sex" $sex 50 1 2.00
    lost "daqing_lost_$sex" $sex 50 2 2.8
    lost "national_lost_$sex" $sex 40 3 1.61
done

# Control of HbA1c and blood pressure in 70 of 100, as with the CHIME model.
run "$here/chime.yaml" --set "population.age.dist=truncated_normal(mean: 60.6, sd: 8.4, min: 30, max: 70)"
ours chime_deaths "$(total control deaths_70) / $(total today deaths_70) - 1"
ours chime_qaly "1000 * ($(total control qaly) - $(total today qaly))"
ours chime_cost "$(total control 'cost resource') / $(total today 'cost resource') - 1"

# What the newly diagnosed have already.
run "$here/at-diagnosis.yaml"
ratio diagnosis_eyes today small_then diagnosed
ratio diagnosis_kidney today kidney_then diagnosed
ratio diagnosis_heart today large_then diagnosed

# What a year costs: as it is, as claims have it (prices before procurement, care for other reasons), outpatient alone,
# without a complication, and with against without heart or kidney disease.
year_cost() { # prints the cost of a year; arguments: --set ...
    run inputs/studies/diabetes/internet.yaml --set "time.horizon=5 years" "$@"
    awk "BEGIN { print $(total today 'cost resource') / $(total today life_years) }"
}
year_cost >"$work/year"
ours claim_level "$(cat "$work/year")"
year_cost --set price_cut=0 --set unrelated=1 >"$work/year"
ours cost_claims "$(cat "$work/year")"
year_cost --set price_cut=0 >"$work/year"
ours cost_related "$(cat "$work/year")"
run inputs/studies/diabetes/internet.yaml --set "time.horizon=5 years" --set price_cut=0
ours cost_outpatient "($(total today 'cost resource') - $("$HECATE" show "$work/r.h5" ledger --format csv |
    awk -F, '$1 == "today" && $5 ~ /stay|dialysis/ { sum += $8 } END { print sum }')) / $(total today life_years)"
without="--set population.albuminuria=0 --set population.stroke_before=0 --set population.ihd_before=0 --set eyes_nerves=0"
# shellcheck disable=SC2086 # several words
year_cost $without --set "time.horizon=1 year" --set unrelated=1 --set price_cut=0 >"$work/none"
# shellcheck disable=SC2086
year_cost ${without/ihd_before=0/ihd_before=1} --set "time.horizon=1 year" --set unrelated=1 --set price_cut=0 >"$work/heart"
# shellcheck disable=SC2086
year_cost ${without/albuminuria=0/albuminuria=1} --set "time.horizon=1 year" --set unrelated=1 --set price_cut=0 >"$work/kidney"
# shellcheck disable=SC2086
year_cost $without --set "time.horizon=1 year" --set price_cut=0 >"$work/year"
ours cost_plain "$(cat "$work/year")"
ours cost_heart "$(cat "$work/heart") / $(cat "$work/none")"
ours cost_kidney "$(cat "$work/kidney") / $(cat "$work/none")"

# Claims of a policy paper, put to the model: told, not asked.
run inputs/studies/claims/diabetes-care.yaml
ours claim_cost "($(total response 'cost resource') / $(total response life_years)) / ($(total today 'cost resource') / $(total today life_years)) - 1"
ours claim_fund "($(total response 'cost fund') / $(total response life_years)) / ($(total today 'cost fund') / $(total today life_years)) - 1"
ratio claim_control_today today controlled in_care
ratio claim_control_most most controlled in_care
"$HECATE" run "$here/prevention-claim.yaml" --draws 0 --quiet --set population.glucose.shares.0=1 --set population.glucose.shares.1=0 \
    -o "$work/r.h5" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$HECATE" show "$work/r.h5" events --format csv | awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) if ($i == "diabetes") at = i }
    NR > 1 && $2 > 0 { cases[$1] += $at }
    END { printf "claim_half,%.5g\nclaim_all,%.5g\n", cases["subsidy"] / cases["screening"] - 1, cases["claim"] / cases["screening"] - 1 }' >>"$work/ours.csv"

awk -F, 'NR == FNR { ours[$1] = $2; next }
    /^#/ || $1 == "id" { next }
    { if (!($1 in ours)) { print "not worked out: " $1 > "/dev/stderr"; bad = 1; next }
      v = ours[$1]
      if (($5 != "" && v < $5) || ($6 != "" && v > $6)) { print "FAILED: " $1 " is " v ", not in " $5 " to " $6 > "/dev/stderr"; bad = 1 }
      printf "%s,%s,%s,%s,%s,%.4g,%s\n", $1, $2, $3, $4, v, v - $4, $7 }
    END { exit bad }' "$work/ours.csv" "$card/targets.csv" >"$work/rows" || failed=1
{ echo "id,kind,quantity,target,ours,difference,source"; cat "$work/rows"; } >"$work/table.csv"

if [ $# -gt 0 ]; then
    cp "$work/table.csv" "$1"
else
    diff "$card/validation.csv" "$work/table.csv" || { echo "FAILED: the table of the card is not this one"; failed=1; }
fi
echo "$(wc -l <"$work/rows") quantities, failed: $failed"
[ "$failed" -eq 0 ]
