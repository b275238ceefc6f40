#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The hypertension model against what is published (models/hypertension/expected).
# 1. China-PAR: each of 136 published ten-year risks is a person. Two things must hold. Hecate's risk is
#    that of the formula, worked out here from the same coefficients, within 1e-9 of a point. And it is
#    the printed one within 0.41 points: 0.05, since one decimal is printed, and 0.36, the error of the fitted
#    coefficients, which lie within 0.41 points of all 265 outputs that are recorded with them.
# 2. Targets: what the simulated people do, against targets.csv. A target is met within its own interval,
#    widened by four Monte Carlo errors of a share; a row whose last column is `no` is one that the model is
#    known to miss, and must go on missing, else the model card is wrong.
# 3. The model written anew in R (hypertension/recompute.R): events, years, QALYs and resources of ten years
#    agree within four errors, of both computations together.
# 4. Behaviours off: the five policies leave the same lives and resources, and fee for service, whose tariffs
#    are costs, leaves hospitals nothing and payers the resources, but for the rounding of payments.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE" || exit 1
of=models/hypertension
for study in china-par population after-stroke same-lives; do
    "$HECATE" run "tests/published/hypertension/$study.yaml" --draws 0 -o "$work/$study.h5" --quiet \
        >"$work/$study.log" 2>&1 &&
        "$HECATE" export "$work/$study.h5" -d "$work/$study" >/dev/null || { cat "$work/$study.log"; exit 1; }
done

{
    sed -n 's/^ *par_\(men\|women\)_\([a-z0-9_]*\): {value: \([-0-9.]*\),.*/c,\1,\2,\3/p' "$of/china-par.yaml"
    grep -v '^#\|^case,' "$of/expected/china-par-cases.csv" | sed 's/^/p,/'
    awk -F, 'NR > 1 { print "o," $1 "," $3 }' "$work/china-par/persons.csv"
} | awk -F, '
    function of(name) { return (s "," name) in c ? c[s "," name] : 0 }
    function far(a, b) { return a > b ? a - b : b - a }
    $1 == "c" { c[$2 "," $3] = $4; coefficients++ }
    $1 == "p" { n++; s = $3 == "male" ? "men" : "women"; kind = $6 == 1 ? "treated" : "untreated"
        z = of("0") + of("age") * log($4) + of("sbp_" kind) * log($5) + of("age_sbp_" kind) * log($4) * log($5) \
            + of("tc") * log($7) + of("hdl") * log($8) + of("waist") * log($9) \
            + (of("smoker") + of("age_smoker") * log($4)) * $10 + of("diabetes") * $11 + of("north") * $12 \
            + of("urban") * $13 + (of("family") + of("age_family") * log($4)) * $14
        exact[n] = 100 * (1 - exp(-exp(z))); printed[n] = $15 }
    $1 == "o" { seen++
        if (!(far($3, exact[$2]) < 1e-9)) { print "person " $2 ": " $3 ", the formula gives " exact[$2]; bad++ }
        d = far($3, printed[$2]); if (d > worst) worst = d; square += d * d
        if (!(d <= 0.05 + 0.36)) { print "person " $2 ": " $3 ", printed " printed[$2]; bad++ } }
    END { printf "China-PAR: %d cases, largest difference %.3f points, root mean square %.3f\n", seen, worst, sqrt(square / seen)
          exit bad > 0 || n != 136 || seen != 136 || coefficients != 28 }' || exit 1

# name,value of what the runs say
{
    awk -F, 'NR > 1 && $1 == "usual" { e[$2] = $4 }
        END { print "aware," e["at_start_aware"]; print "treated," e["at_start_treated"]
              print "controlled," e["at_start_controlled"] / e["at_start_treated"]
              print "managed," e["at_start_managed"] / e["at_start_aware"]
              print "risk," e["at_start_risk"] / e["at_start_free"] }' "$work/population/effects.csv"
    awk -F, 'NR == 1 { for (i = 3; i <= NF; i++) at[$i] = i; next }
        { n = $1; for (name in at) { sum[n "," name] += $at[name]; if ($2 == 0) first[n "," name] = $at[name] }
          cvd[n] += $at["stroke"] + $at["chd"] + $at["failure"]
          deaths[n] += $at["stroke_death"] + $at["chd_death"] + $at["failure_death"] + $at["kidney_death"] + $at["death"] }
        END { u = "usual"
              print "failure_rate," first[u ",failure"]; print "stroke_rate," first[u ",stroke"]
              print "fatal_stroke," sum[u ",stroke_death"] / sum[u ",stroke"]; print "deaths," deaths[u]
              print "dialysis_rate," sum[u ",dialysis_starts"] / 10
              print "cvd_78," cvd["lower_78"] / cvd[u]; print "stroke_10," first["lower_10,stroke"] / first[u ",stroke"]
              print "chd_10," sum["lower_10,chd"] / sum[u ",chd"]; print "failure_10," sum["lower_10,failure"] / sum[u ",failure"]
              print "stroke_145," sum["lower_145,stroke"] / sum[u ",stroke"]
              print "stroke_145_equation," sum["equation_145,stroke"] / sum["equation,stroke"] }' "$work/population/events.csv"
    awk -F, '$2 == "second" { print "again," $4 }' "$work/after-stroke/costs.csv"
    awk -F, 'NR == 1 { for (i = 3; i <= NF; i++) if ($i ~ /death$/) dies[i]; next }
        { for (i in dies) sum += $i } END { print "survivors_die," sum }' "$work/after-stroke/events.csv"
} >"$work/ours"

# targets.csv: name,what,target,low,high,four,source,met
awk -F, '
    NR == FNR { ours[$1] = $2; next }
    /^#/ || /^name,/ { next }
    { rows++; v = ours[$1]; if (v == "") { print "missing: " $1; bad++; next }
      met = v >= $4 - $6 && v <= $5 + $6 ? "yes" : "no"
      printf "%-22s target %-8s ours %.4f  %s\n", $1, $3, v, met
      if (met != $NF) { print "  targets.csv says " $NF; bad++ } }
    END { print rows + 0 " targets, " bad + 0 " not as the model card says"; exit bad > 0 || rows < 14 }
' "$work/ours" "$of/expected/targets.csv" || exit 1

{
    awk -F, 'NR == 1 { for (i = 3; i <= NF; i++) name[i] = $i; next }
        $1 == "usual" { for (i = 3; i <= NF; i++) sum[name[i]] += $i } END { for (k in sum) print k "," sum[k] }' \
        "$work/population/events.csv"
    awk -F, '$1 == "usual" { print $2 "," $4 }' "$work/population/effects.csv" "$work/population/costs.csv"
} >"$work/lives"
awk -F, '
    NR == FNR { ours[$1] = $2; next }
    /^#/ || /^measure,/ { next }
    { rows++; z = (ours[$1] - $2) / ($3 * sqrt(1 + 400000 / 100000)); if (z < 0) z = -z
      if (z > worst) worst = z
      if (!($1 in ours) || !(z <= 4)) { print $1 ": " ours[$1] ", in R " $2 ", " z " errors"; bad++ } }
    END { printf "R: %d measures compared, largest difference %.1f errors\n", rows, worst; exit bad > 0 || rows < 18 }
' "$work/lives" "$of/expected/recomputed.csv" || exit 1

awk -F, -v persons=4000 '
    FNR == 1 { file++; next }
    file == 1 { key = $2; if ($1 == "fee_for_service") base[key] = $4; else if ($4 != base[key]) { print $1, key, $4, base[key]; bad++ }
        lives++ }
    file == 2 && $2 == "society" { if ($1 == "fee_for_service") resource = $4; else if ($4 != resource) { print $1 " resources", $4; bad++ } }
    file == 2 && $1 == "fee_for_service" && $2 == "payers" { payers = $4 }
    END { d = payers - resource; if (d < 0) d = -d
        # each of 36 months, eight payments of a service at most, half a hundredth each
        if (!(resource > 100) || !(d <= 36 * 8 * 0.005)) { print "payers " payers ", resources " resource; bad++ }
        printf "Behaviours off: %d measures the same, payers pay %.2f of %.2f\n", lives, payers, resource
        exit bad > 0 || lives < 25 }
' "$work/same-lives/effects.csv" "$work/same-lives/perspectives.csv" || exit 1
