#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The surgery model against its independent re-computation in R (models/oncology-robot/expected). The
# cohorts of prostate and rectum: totals by category and measure to 1e-11 relative; twenty years sum a
# hundred terms, so rounding stays below 1e-13. The form of persons: cost and QALYs within 4.7 of its own
# Monte Carlo errors of the exact mean. Margins of the study: what a case is paid less what it costs is
# the same for each case under groups and service units, so they must be exact.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE" || exit 1
expected=models/oncology-robot/expected
. tests/published/compare
failed=0

for form in prostate rectum; do
    file=model
    [ $form = prostate ] || file=$form
    "$HECATE" run models/oncology-robot/$file.yaml --draws 0 -o "$work/r.h5" --quiet &&
        "$HECATE" export "$work/r.h5" -d "$work/$form" >/dev/null || exit 1
    totals_agree $form "$work/$form" 24 || failed=1
done

"$HECATE" run inputs/studies/oncology/robot.yaml --draws 0 -o "$work/r.h5" --quiet &&
    "$HECATE" export "$work/r.h5" -d "$work/study" >/dev/null || exit 1
persons_agree "$work/study" 3 || failed=1

# A case by robot costs 22,000 + 5,000 + 40,000 and, at 200 a year, 20,000 for the device: 87,000. Paid:
# today 22,000 + 30,000 + 40,000; group 75,000; unit 22,000 + 3,000 + 5,000 + 40,000.
awk -F, '
    FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    { margin[$1] += $(column["margin"]) }
    END { wanted["laparoscopy"] = 0; wanted["robot"] = 5000; wanted["drg"] = -12000
          wanted["drg_laparoscopy"] = 15000; wanted["unit"] = -17000
          for (s in wanted) { d = margin[s] / 20000 - wanted[s]; rows++
              if (!(s in margin) || d > 0.01 || d < -0.01) { print "margin of " s ": " margin[s] / 20000 ", expected " wanted[s]; bad++ } }
          print rows " margins compared, " bad + 0 " differ"; exit bad > 0 }
' "$work/study/margins.csv" || failed=1
exit $failed
