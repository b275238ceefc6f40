#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Studies of claims (inputs/studies/claims/README.md) against what can be worked out by hand: shares to 1e-12,
# what 100,000 persons are paid for within 4.5 Monte Carlo errors.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE" || exit 1
failed=0

for name in coverage prediabetes mix outcome-price changning hypertension; do
    "$HECATE" run "inputs/studies/claims/$name.yaml" --draws 0 -o "$work/$name.h5" --quiet &&
        "$HECATE" export "$work/$name.h5" -d "$work/$name" >/dev/null || exit 1
done

close() { # WHAT OURS EXPECTED TOLERANCE (absolute)
    awk -v what="$1" -v ours="$2" -v expected="$3" -v tolerance="$4" 'BEGIN {
        d = ours - expected; if (d < 0) d = -d
        if (ours == "" || d > tolerance) { print "FAILED: " what ": " ours ", expected " expected; exit 1 } }' || failed=1
}
cell() { # TABLE STRATEGY [ITEM]: the value of a row
    awk -F, -v s="$2" -v i="${3-}" '$1 == s && (i == "" || $2 == i) { print i == "" ? $2 : $3; exit }' "$work/$1.csv"
}
by_hand() { awk "BEGIN { printf \"%.17g\", $1 }"; }
fall() { by_hand "1 - $(cell coverage/effects "$2" events) / $(cell coverage/effects "$1" events)"; }

close "strokes, trial" "$(fall h_before_trial h_after_trial)" "$(by_hand '0.19 * 0.28 / (1 - 0.32 * 0.28)')" 1e-12
close "strokes, needed" "$(fall h_before_needed h_after_needed)" 0.18 1e-12
close "strokes, limit" "$(fall h_before_limit h_after_limit)" "$(by_hand '0.19 / 0.68')" 1e-12
close "stays, trial" "$(fall s_before_trial s_after_trial)" "$(by_hand '0.3 * 0.06 / (1 - 0.45 * 0.06)')" 1e-12
close "stays, needed" "$(fall s_before_needed s_after_needed)" 0.30 1e-12
close "readmissions, at most" "$(fall h_before_limit d_after_most)" "$(by_hand '0.26 / 0.68')" 1e-12
close "amputations, needed" "$(fall f_before_needed f_after_needed)" 0.50 1e-12
close "hypoglycaemia, needed" "$(fall i_before_needed i_after_needed)" 0.62 1e-12

for row in "nothing 1 0" "lifestyle_all 0.57 1" "lifestyle_half 0.57 0.5" "metformin_all 0.69 1" "acarbose_all 0.75 1"; do
    set -- $row
    close "incidence, $1" "$(cell prediabetes/effects "$1" cases)" \
        "$(by_hand "1 - (1 - $3) * (1 - 0.113)^3 - $3 * (1 - 0.113 * $2)^3")" 1e-12
done

close "appendicitis" "$(cell mix/costs appendix_after others)" 5400 1e-9
close "hip" "$(cell mix/costs hip_after patient)" "$(by_hand '30000 * (0.35 * 0.3 + 0.65 * 0.6 * 0.1)')" 1e-9
close "dialysis" "$(cell mix/costs dialysis_both others)" "$(by_hand '(180000 - 156 * 500) * 0.9')" 1e-9

for row in "osimertinib 1.2 18.9" "gefitinib 1.35 10.2" "doublet 1.35 4.4"; do
    set -- $row
    free=$(by_hand "exp(-log(2) * (6 / $3)^$2)")
    close "paid by outcome, $1" "$(cell outcome-price/cea "$1")" "$(by_hand "100000 * (0.5 + 0.8 * $free)")" \
        "$(by_hand "4.5 * 80000 * sqrt($free * (1 - $free) / 100000)")"
done

# What claims.md says of the first study: whoever changes models/diabetes reads it again.
for row in "today 7341 1" "evidence 7143 1" "control 7327 1" "stays 6898 1" "both 6885 1" "no_stays 5865 1" "fewer_complicated 5770 1" \
    "fewer_complicated_stays 5418 1" "both_and_drugs 5287 1"; do
    set -- $row
    close "a person-year of diabetes, $1" \
        "$(by_hand "$(cell changning/cea "$1") / $(cell changning/effects "$1" life_years)")" "$2" "$3"
done

# Strokes in two years fall by less than claimed, even with everybody managed; a hundredth is ten times
# the Monte Carlo error of 19 points of management.
awk -F, 'NR > 1 { strokes[$1] += $3 }
    END { claimed = 1 - strokes["claimed"] / strokes["today"]; everybody = 1 - strokes["everybody"] / strokes["today"]
          if (!(strokes["today"] > 0 && claimed > 0 && claimed < 0.02 && everybody > 0.10 && everybody < 0.18)) {
              print "FAILED: strokes fall by " claimed " and " everybody; exit 1 } }' "$work/hypertension/events.csv" || failed=1
[ "$failed" -eq 0 ] && echo "claims agree"
