#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The validation table of models/diabetes/persons: works out each quantity of expected/targets.csv, sees that it lies in
# its range, and that the whole table is expected/validation.csv. With the layer of China switched off the published model
# must come back to the last digit. HECATE_BLESS=1 writes the table anew; diabetes_china.sh puts it on the card.
. "$SOURCE/tests/published/compare"
here=tests/published/diabetes_persons
card=models/diabetes/expected

ratio() { note "$1" "$(total "$2" "$3") / $(total "$2" "$4")"; }

# The published model, with the layer of China switched off.
lives() { # NAME FILE [OPTION ...]
    result "$1" "$2" --persons 50000 "${@:3}"
    "$HECATE" show "$work/$1.h5" effects events deaths --format csv >"$work/$1.csv"
}
lives base tests/published/ukpds/base-case.yaml
lives off "$here/switched-off.yaml"
lives on "$here/switched-off.yaml" --set china_risk=1
cmp "$work/base.csv" "$work/off.csv" || fail "switched off, the layer of China changes lives"
! cmp -s "$work/base.csv" "$work/on.csv" || fail "switched on, the layer of China changes nothing"

# Worked examples.
worked=tests/published/ukpds/worked.yaml
totals $worked
ratio hba1c_next usual hba1c_next alive_next
ratio hba1c_third usual hba1c_third alive_third
ratio egfr_above usual egfr_next alive_next
note egfr_below "$(total usual egfr_below)"
note smokes_next "$(total usual p_smokes)"
ratio smokes_third usual p_smokes_second alive_next
totals $worked --set population.bmi=31.5
note af "$(total usual p_af)"
totals $worked --set population.age=70 --set population.duration=8 --set population.egfr=50 --set population.albuminuria=1 --set population.amp_before=1
note chf "$(total usual p_chf)"
totals $worked --set population.age=70 --set population.duration=8 --set population.chf_before=1
note death_history "$(total usual p_death)"
totals $worked --set population.age=70 --set population.duration=12 --set population.pulse=80
note death_mi "$(total usual p_first_mi)"
note death_chf "$(total usual p_first_chf)"

# The official software: life expectancy and QALYs of the base case, one person's risk factors constant.
for sex in male female; do
    sets=()
    [ $sex = male ] || sets=(--set population.sex.shares.male=0 --set population.sex.shares.female=1)
    totals tests/published/ukpds/base-case.yaml "${sets[@]}"
    note "official_years_$sex" "$(total usual life_years)"
    note "official_qaly_$sex" "$(total usual qaly)"
    totals "$here/mount-hood.yaml" "${sets[@]}"
    note "mh_hba1c_$sex" "$(total glucose life_years) - $(total usual life_years)"
    note "mh_bmi_$sex" "$(total weight qaly) - $(total usual qaly)"
done

# China: what was calibrated, with other persons than it was calibrated with.
totals "$here/rates.yaml" --seed 83
age=$(awk "BEGIN { print $(total today age_years) / $(total today life_years) - 57 }")
for name in stroke coronary chf renal; do
    slope=$(awk -v n=$name 'BEGIN { print n == "stroke" ? 0.0634 : n == "coronary" ? 0.944 * 0.0267 : n == "chf" ? 0.9744 * 0.0709 : 0 }')
    note "china_$name" "1000 * $(total today new_$name) / $(total today at_$name) / exp($slope * $age)"
done
ratio china_stroke_fatal today stroke_deaths strokes
totals "$here/rates.yaml" --seed 83 --set "time.horizon=10 years"
ratio china_deaths today deaths free_deaths
totals "$here/rates.yaml" --seed 83 --set "time.horizon=10 years" --set mortality_reading=2
ratio china_deaths_late today deaths_late free_late
totals "$here/rates.yaml" --seed 83 --set "time.horizon=10 years" --set mortality_reading=3
ratio china_deaths_national today deaths free_deaths
for years in 1 3 5; do
    totals "$here/rates.yaml" --seed 83 --set population.renal_before=1 --set "time.horizon=$years years"
    note dialysis_$years "1 - $(total today deaths)"
done

# China: what was not.
totals "$here/rates.yaml" --set "time.horizon=1 year"
ratio controlled today controlled in_care
note complicated "$(total today any_complication)"
totals "$here/rates.yaml" --set population.stroke_before=1
note after_stroke_5 "$(total today deaths)"

# Years lost from an age on, by the life table freed of diabetes as the reading of mortality has it.
lost() { # ID SEX AGE READING RATIO
    local other=female
    [ "$2" = male ] || other=male
    totals "$here/rates.yaml" --set "mortality_reading=$4" --set "population.age.dist=uniform(min: $3, max: $3.01)" \
        --set "population.duration.dist=uniform(min: 0, max: 0.01)" --set "population.sex.shares.$2=1" --set "population.sex.shares.$other=0" \
        --set population.stroke_before=0 --set population.ihd_before=0 --set population.albuminuria=0 --set "time.horizon=70 years"
    note "$1" "$(awk -F, -v s="$2" -v a0="$3" -v ratio="$5" '$2 == s && $1 >= a0 { h[$1] = $3 / (1 + 0.17 * (ratio - 1)) }
        END { alive = 1; for (a = a0; a < 110; a++) { years += alive; alive *= exp(-(a in h ? h[a] : h[100])) } print years }' \
        inputs/lifetables/china-2020-2025.csv) - $(total today life_years)"
}
for sex in male female; do
    lost "years_lost_$sex" $sex 50 1 2.00
    lost "daqing_lost_$sex" $sex 50 2 2.8
    lost "national_lost_$sex" $sex 40 3 1.61
done

# Control of HbA1c and blood pressure in 70 of 100, as with the CHIME model.
totals "$here/chime.yaml" --set "population.age.dist=truncated_normal(mean: 60.6, sd: 8.4, min: 30, max: 70)"
note chime_deaths "$(total control deaths_70) / $(total today deaths_70) - 1"
note chime_qaly "1000 * ($(total control qaly) - $(total today qaly))"
note chime_cost "$(total control resource) / $(total today resource) - 1"

# What the newly diagnosed have already.
totals "$here/at-diagnosis.yaml"
ratio diagnosis_eyes today small_then diagnosed
ratio diagnosis_kidney today kidney_then diagnosed
ratio diagnosis_heart today large_then diagnosed

# What a year costs: as it is, as claims have it (prices before procurement, care for other reasons), outpatient alone,
# without a complication, and with against without heart or kidney disease.
year_cost() { # prints the cost of a year; arguments: --set ...
    totals inputs/studies/diabetes/internet.yaml --set "time.horizon=5 years" "$@"
    awk "BEGIN { print $(total today resource) / $(total today life_years) }"
}
year_cost >"$work/year"
note claim_level "$(cat "$work/year")"
year_cost --set price_cut=0 --set unrelated=1 >"$work/year"
note cost_claims "$(cat "$work/year")"
year_cost --set price_cut=0 >"$work/year"
note cost_related "$(cat "$work/year")"
totals inputs/studies/diabetes/internet.yaml --set "time.horizon=5 years" --set price_cut=0
note cost_outpatient "($(total today resource) - $(awk -F, '$1 == "today" && $5 ~ /stay|dialysis/ { sum += $8 } END { print sum }' "$work/t/ledger.csv")) / $(total today life_years)"
without="--set population.albuminuria=0 --set population.stroke_before=0 --set population.ihd_before=0 --set eyes_nerves=0"
# shellcheck disable=SC2086 # several words
year_cost $without --set "time.horizon=1 year" --set unrelated=1 --set price_cut=0 >"$work/none"
# shellcheck disable=SC2086
year_cost ${without/ihd_before=0/ihd_before=1} --set "time.horizon=1 year" --set unrelated=1 --set price_cut=0 >"$work/heart"
# shellcheck disable=SC2086
year_cost ${without/albuminuria=0/albuminuria=1} --set "time.horizon=1 year" --set unrelated=1 --set price_cut=0 >"$work/kidney"
# shellcheck disable=SC2086
year_cost $without --set "time.horizon=1 year" --set price_cut=0 >"$work/year"
note cost_plain "$(cat "$work/year")"
note cost_heart "$(cat "$work/heart") / $(cat "$work/none")"
note cost_kidney "$(cat "$work/kidney") / $(cat "$work/none")"

# Claims of a policy paper, put to the model: told, not asked.
totals inputs/studies/claims/diabetes-care.yaml
note claim_cost "($(total response resource) / $(total response life_years)) / ($(total today resource) / $(total today life_years)) - 1"
note claim_fund "($(total response fund) / $(total response life_years)) / ($(total today fund) / $(total today life_years)) - 1"
ratio claim_control_today today controlled in_care
ratio claim_control_most most controlled in_care
totals "$here/prevention-claim.yaml" --set population.glucose.shares.0=1 --set population.glucose.shares.1=0
awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) if ($i == "diabetes") at = i }
    NR > 1 && $2 > 0 { cases[$1] += $at }
    END { printf "claim_half,%.17g\nclaim_all,%.17g\n", cases["subsidy"] / cases["screening"] - 1, cases["claim"] / cases["screening"] - 1 }' \
    "$work/t/events.csv" >>"$work/ours.csv"

as_said "$card/targets.csv"
beside "$card/targets.csv" 5 >"$work/validation.csv"
recorded "$card/validation.csv" "$work/validation.csv"
