#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The lung-cancer model against its independent re-computation in R (models/oncology-lung/expected).
# The state-transition and the partitioned form: totals by category and measure, and shares by month, to
# 1e-11 relative; 180 months of nine states sum a few thousand terms, so rounding stays below 1e-12.
# The form of persons: cost and QALYs within 4.7 of its own Monte Carlo errors (8 comparisons, of which
# chance alone exceeds that once in 50,000 tests).
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE" || exit 1
expected=models/oncology-lung/expected
. tests/published/compare
failed=0

for form in model partitioned; do
    "$HECATE" run models/oncology-lung/$form.yaml --draws 0 -o "$work/r.h5" --quiet &&
        "$HECATE" export "$work/r.h5" -d "$work/$form" >/dev/null || exit 1
    totals_agree cohort "$work/$form" 36 || failed=1
    awk -F, -v form=$form '
        function far(a, b) { d = a - b; if (d < 0) d = -d; return d > 1e-11 }
        FNR == 1 { split("", column) }
        NR == FNR && FNR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; next }
        NR == FNR { for (i = 3; i <= NF; i++) ours[$1 "," int($2 * 12 + 0.5) "," name[i]] = $i; next }
        /^#/ { next }
        /^strategy,/ { for (i = 1; i <= NF; i++) head[i] = $i; next }
        { for (i = 3; i <= NF; i++) { cells++; key = $1 "," $2 "," head[i]
            if (!(key in ours) || far(ours[key], $i)) { print form ": " key ": " ours[key] ", expected " $i; bad++ } } }
        END { print form ": " cells + 0 " shares compared, " bad + 0 " differ"; exit bad > 0 || cells != 252 }
    ' "$work/$form/trace.csv" $expected/trace.csv || failed=1
done

# Both forms agree in every draw too, with curves that may cross: to 1e-9, for shares near 0 are
# differences of larger ones.
for form in model partitioned; do
    "$HECATE" run models/oncology-lung/$form.yaml --draws 300 -o "$work/r.h5" --quiet &&
        "$HECATE" export "$work/r.h5" -d "$work/draws-$form" >/dev/null || exit 1
done
paste -d, "$work/draws-model/psa.csv" "$work/draws-partitioned/psa.csv" | awk -F, '
    NR > 1 { n = NF / 2; for (i = 1; i <= n; i++) { d = $i - $(i + n); s = $i < 0 ? -$i : $i
        if (d > 1e-9 * s || -d > 1e-9 * s) bad++; cells++ } }
    END { print "draws: " cells + 0 " values compared, " bad + 0 " differ"; exit bad > 0 || cells < 2400 }' || failed=1

"$HECATE" run models/oncology-lung/persons.yaml --draws 0 --persons 100000 -o "$work/r.h5" --quiet &&
    "$HECATE" export "$work/r.h5" -d "$work/persons" >/dev/null || exit 1
persons_agree "$work/persons" 4 || failed=1

# Closed form of the outcome-based price: of the share treated with the drug, a share p without
# progression in seven months pays 1.3, the others 0.5 of the base price (7 months, 70 % of 5,580). The
# spread of one payment is at most 1.3 of it; 4.7 errors.
"$HECATE" run inputs/studies/oncology/lung.yaml --draws 0 -o "$work/r.h5" --quiet &&
    "$HECATE" show "$work/r.h5" ledger --format csv >"$work/ledger.csv" || exit 1
awk -F, '
    function s(median, shape, hr) { return exp(-log(2) * hr * exp(shape * log(7 / median))) }
    function near(name, mutated, wild,    p, e, v, error) {
        p = (mutated * s(10.2, 1.35, 0.46) + wild * s(5.5, 1.35, 2.85)) / (mutated + wild)
        e = (mutated + wild) * (0.5 + 0.8 * p)
        v = (mutated + wild) * (1.69 * p + 0.25 * (1 - p)) - e * e
        error = base * sqrt(v / 50000)
        print "outcome-based price, " name ": " paid[name] ", expected " base * e " (" error ")"
        return paid[name] - base * e < 4.7 * error && base * e - paid[name] < 4.7 * error }
    FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    $(column["mechanism"]) == "outcome_price" { paid[$1] = $(column["per_person"]) }
    END { base = 0.7 * 7 * 5580
          ok = near("outcome", 0.502 * 0.95, 0.498 * 0.02) + near("outcome_untested", 0.502, 0.498)
          exit ok != 2 }
' "$work/ledger.csv" || failed=1
exit $failed
