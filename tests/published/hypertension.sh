#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The hypertension model against what is published (models/hypertension/expected).
# 1. China-PAR: each of 136 published ten-year risks is a person. Two things must hold. Hecate's risk is
#    that of the formula, worked out here from the same coefficients, within 1e-9 of a point. And it is
#    the printed one within 0.41 points: 0.05, since one decimal is printed, and 0.36, the error of the fitted
#    coefficients, which lie within 0.41 points of all 265 outputs that are recorded with them.
# 2. Targets: what the simulated people do, against targets.csv. A target is met within its own interval,
#    widened by four Monte Carlo errors; a row whose last column is `no` is one that the model is known to
#    miss, and must go on missing. The table of the model card is made here and must stand there as made; it has words
#    of its own for what is met by that widening alone.
# 3. The model written anew in R (hypertension/recompute.R): events, years, QALYs and resources of ten years
#    agree within four errors, of both computations together.
# 4. Behaviours off: the five policies leave the same lives and resources, and fee for service, whose tariffs
#    are costs, leaves hospitals nothing and payers the resources, but for the rounding of payments.
# 5. Levers: what each does alone (inputs/studies/hypertension/levers.yaml) has the sign it must have; their
#    table in the card is made here; a gain within four errors has no ICER there.
# HECATE_BLESS=1 writes the two tables into the card.
. "$SOURCE/tests/published/compare"
. tests/published/tables
card=models/hypertension
for study in china-par population after-stroke cascade adults village village-years step same-lives; do
    base $study tests/published/hypertension/$study.yaml
done

{
    sed -n 's/^ *par_\(men\|women\)_\([a-z0-9_]*\): {value: \([-0-9.]*\),.*/c,\1,\2,\3/p' "$card/china-par.yaml"
    grep -v '^#\|^case,' "$card/expected/china-par-cases.csv" | sed 's/^/p,/'
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
          exit bad > 0 || n != 136 || seen != 136 || coefficients != 28 }' || fail "China-PAR"

tables=()
for study in population after-stroke cascade adults village village-years step; do
    tables+=("run=$study" "$work/$study"/{effects,costs,events}.csv)
done
awk -f tests/published/hypertension/ours.awk "${tables[@]}" >"$work/ours.csv" || fail "ours.awk"
as_said "$card/expected/targets.csv" 100

# targets.csv: id,group,what,kind,target,low,high,error,source,status,met; met is as it says, or the above has failed
awk -F, '
    function digits(x) { return sprintf(x >= 1000 ? "%.0f" : x >= 10 ? "%.1f" : x >= 0.1 ? "%.3f" : "%.4f", x) }
    function commas(text) { gsub(/;/, ",", text); return text }
    NR == FNR { ours[$1] = $2; next }
    /^#/ || /^id,/ { next }
    { if ($2 != group) { printf "\n**%s**\n\n| | target | ours | | source |\n|---|---|---|---|---|\n", commas($2); group = $2 }
      outside = ours[$1] < $6 || ours[$1] > $7
      word = $NF == "no" ? "**missed**" : $4 == "set" ? "set" : $4 == "input" ? "its input" : outside ? "met within Monte Carlo error" : "met"
      interval = $6 == $7 ? "" : " (" $6 " to " $7 ")"
      printf "| %s | %s%s | %s | %s | %s, %s |\n", commas($3), $5, interval, digits(ours[$1]), word, commas($9), $10
      rows++; kinds[$4]++; words[$4 "," word]++ }
    function sides(kind) { return sprintf("%d met, %d met within Monte Carlo error, %d missed", words[kind ",met"], \
        words[kind ",met within Monte Carlo error"], words[kind ",**missed**"]) }
    END { printf "\n%d rows. Validation proper, %d: %s. Set, %d, and input, %d, say nothing of how right the model is.\n", \
              rows, kinds["held"], sides("held"), kinds["set"], kinds["input"]
          printf "With another slope of pressure (by the equations, with `ettehad.yaml`), %d: %s.\n\n", kinds["option"], sides("option") }
' "$work/ours.csv" "$card/expected/targets.csv" | on_page "$card/README.md" validation

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
' "$work/lives" "$card/expected/recomputed.csv" || fail "recomputed.csv"

awk -F, -v persons=4000 '
    FNR == 1 { file++; next }
    file == 1 { key = $2; if ($1 == "usual") base[key] = $4; else if ($4 != base[key]) { print $1, key, $4, base[key]; bad++ }
        lives++ }
    file == 2 && $2 == "society" { if ($1 == "usual") resource = $4; else if ($4 != resource) { print $1 " resources", $4; bad++ } }
    file == 2 && $1 == "usual" && $2 == "payers" { payers = $4 }
    END { d = payers - resource; if (d < 0) d = -d
        # each of 36 months, eight payments of a service at most, half a hundredth each
        if (!(resource > 100) || !(d <= 36 * 8 * 0.005)) { print "payers " payers ", resources " resource; bad++ }
        printf "Behaviours off: %d measures the same, payers pay %.2f of %.2f\n", lives, payers, resource
        exit bad > 0 || lives < 25 }
' "$work/same-lives"/{effects,perspectives}.csv || fail "behaviours off"

base levers inputs/studies/hypertension/levers.yaml
awk -F, -v table="$work/levers.md" "$in_awk"'
    function change(of) { return pays[$1 "," of] - pays["usual," of] }
    FNR == 1 { file++; for (i = 3; i <= NF; i++) event[i] = $i; next }
    file == 1 { label[$1] = $0; sub(/^[^,]*,/, "", label[$1]); gsub(/"/, "", label[$1]); next }
    file == 2 { for (i = 3; i <= NF; i++) if (event[i] == "stroke") strokes[$1] += $i; next }
    file == 3 { pays[$1 "," $2] = $3; next }
    $1 == "usual" { print "| lever | strokes in 20 years | QALYs | society | fund | patients | ICER, society |\n|---|---|---|---|---|---|---|" >table; next }
    { rows++; cost = change("society"); fall = strokes[$1] / strokes["usual"] - 1
      if ($1 == "signed" ? fall != 0 || $8 != 0 || cost != 0 : !(fall < 0 && $8 > 3 * $9)) { print "FAILED: lever " $1 ": " fall ", " $8; bad++ }
      printf "| %s | %s | %.4f +- %.4f | %s +- %s | %s | %s | %s |\n", label[$1], fall == 0 ? "0" : sprintf("%.1f %%", 100 * fall), $8, $9, \
          number(cost), number($7), number(change("fund")), number(change("patient")), \
          $8 == 0 ? "-" : !($8 > 4 * $9) ? "not told" : cost < 0 ? "saves" : number(cost / $8) >table
      if ($1 == "found") found = $8; if ($1 == "all") whole = $8; else if ($8 > most) most = $8 }
    END { printf "Levers: %d, the greatest alone %.4f QALYs, all %.4f\n", rows, most, whole
          exit bad > 0 || rows != 8 || !(whole > most) || most != found }
' "$work/levers"/{strategies,events,perspectives,monte-carlo}.csv || fail "levers"
on_page "$card/README.md" levers <"$work/levers.md"
