#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The cell-therapy model against its independent re-computation in R (models/oncology-cart/expected).
# The partitioned form: totals by category and measure to 1e-11 relative; 540 months sum a few thousand
# terms, so rounding stays below 1e-12. The form of persons: cost and QALYs within 4.7 of its own Monte
# Carlo errors. Instalments and refund: what is paid against closed forms of the curves, within 4.7.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE" || exit 1
expected=models/oncology-cart/expected
. tests/published/compare
failed=0

"$HECATE" run models/oncology-cart/model.yaml --draws 0 -o "$work/r.h5" --quiet &&
    "$HECATE" export "$work/r.h5" -d "$work/model" >/dev/null || exit 1
totals_agree cohort "$work/model" 12 || failed=1

"$HECATE" run models/oncology-cart/persons.yaml --draws 0 --persons 100000 -o "$work/r.h5" --quiet &&
    "$HECATE" export "$work/r.h5" -d "$work/persons" >/dev/null || exit 1
persons_agree "$work/persons" 2 || failed=1

"$HECATE" run inputs/studies/oncology/cart.yaml --draws 0 -o "$work/r.h5" --quiet &&
    "$HECATE" show "$work/r.h5" ledger --format csv >"$work/ledger.csv" || exit 1
awk -F, '
    # free of progression after so many months, but for background mortality, of which 0.97 is a lower
    # limit in thirteen months at 58
    function free(m) { return 0.32 + 0.68 * 2^(-m / 3.1) }
    function near(what, paid, low, high, error) {
        print what ": " paid ", expected " low " to " high " (error " error ")"
        return paid > low - 4.7 * error && paid < high + 4.7 * error }
    FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    { paid[$1 "," $(column["mechanism"])] = $(column["per_person"]) }
    END { refund = 350000 * (1 - 0.58)
          part = 105000 * (free(4) + free(7) + free(10) + free(13))
          ok = near("refund", paid["refund,refund"], refund, refund, 350000 * sqrt(0.58 * 0.42 / 50000))
          ok += near("instalments, fund", paid["instalments,fund_part"], 0.97 * part, part, 420000 / 2 / sqrt(50000))
          ok += near("instalments, insurer", paid["instalments,insurer_part"], 0.97 * part, part, 420000 / 2 / sqrt(50000))
          ok += near("down payment", paid["instalments,down_payment"], 360000, 360000, 0.001)
          exit ok != 4 }
' "$work/ledger.csv" || failed=1
exit $failed
