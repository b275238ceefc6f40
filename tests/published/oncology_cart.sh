#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The cell-therapy model against its independent re-computation in R (models/oncology-cart/expected).
# The partitioned form: totals by category and measure to 1e-11 relative; 540 months sum a few thousand
# terms, so rounding stays below 1e-12. The form of persons: cost and QALYs within 4.7 of its own Monte
# Carlo errors. Instalments and refund: what is paid against closed forms of the curves, within 4.7.
. "$SOURCE/tests/published/compare"
. tests/published/tables
expected=models/oncology-cart/expected

base model models/oncology-cart/model.yaml
totals_agree cohort "$work/model" 12
base persons models/oncology-cart/persons.yaml --persons 100000
persons_agree "$work/persons" 2

base study inputs/studies/oncology/cart.yaml
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
' "$work/study/ledger.csv" || fail "instalments and refund"
seen_by=(health_system="health system" fund=fund insurer="commercial insurers" patients=patients payers="all three")
reading inputs/studies/oncology/cart.md study salvage company 3 "${seen_by[@]}"

# Credit: 30 % of 700,000 at once, the rest over 24 months from the one after infusion on, by who is alive (0.97 is
# a lower limit of background mortality) and has not stopped, 10 % a year. Who takes it: the household can raise
# lognormal(300,000, 1), and gives up with logistic(-4 + 6 * own payment / that).
base access inputs/studies/oncology/cart-access.yaml
awk -F, '
    function near(what, ours, low, high, error) {
        print what ": " ours ", expected " low " to " high " (error " error ")"
        return ours != "" && ours > low - 4.7 * error && ours < high + 4.7 * error }
    function takes(own,    z, sum, w, step) {
        step = 0.001
        for (z = -8; z <= 8; z += step) { w = exp(-z * z / 2) / sqrt(2 * 3.14159265358979)
            sum += step * w * (1 - 1 / (1 + exp(4 - 6 * own / (300000 * exp(z))))) }
        return sum }
    function share(name, ours, own,    p) { p = takes(own); return near("who takes it, " name, ours, p, p, sqrt(p * (1 - p) / 50000)) }
    FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    { paid[$1 "," $(column["mechanism"]) "," $(column["service"])] = $(column["per_person"]) }
    END { for (j = 0; j < 24; j++) part += (0.435 + 0.565 * 2^(-(j + 1) / 8.7)) * exp(-0.1 * j / 12) * 490000 / 24
          ok = near("credit, down", paid["credit,credit_down,"], 210000, 210000, 0.001)
          ok += near("credit, by the month", paid["credit,credit_part,"], 0.97 * part, part, 490000 / 2 / sqrt(50000))
          ok += share("at once", paid["cart_answered,supplement,cell_therapy"] / 500000, 700000)
          ok += share("instalments", paid["instalments_answered,down_payment,"] / 360000, 360000)
          ok += share("credit", paid["credit_answered,credit_down,"] / 210000, 210000)
          ok += share("policy of millions", paid["million_answered,million,cell_therapy"] / 1190000, 10000)
          ok += near("policy of millions, insurer", paid["million,million,cell_therapy"], 1190000, 1190000, 0.001)
          exit ok != 7 }
' "$work/access/ledger.csv" || fail "who can pay"

reading inputs/studies/oncology/cart-access.md access salvage company 0 "${seen_by[@]}"

# ---- the card -------------------------------------------------------------------------------------
card=models/oncology-cart
page=$card/README.md
model=$card/model.yaml
dollar=6.45
# alive STRATEGY MONTH, free STRATEGY MONTH: shares in $work/t/trace.csv; median STRATEGY alive|free
at_month() {
    awk -F, -v s="$1" -v what="$2" -v month="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $1 == s { free = $(at["cells_free"]) + $(at["salvage_free"]); x = what == "free" ? free : 1 - $(at["dead"])
            if (month != "" && n == month) { print x; exit }
            if (month == "" && n > 0 && x < 0.5) { print n - 1 + log(last / 0.5) / log(last / x); exit }
            n++; last = x }' "$work/t/trace.csv"
}
gain() { more cart salvage "$1"; }
a_qaly() { number "$(icer cart salvage)"; }

totals $model
{
    heading "| strategy | cost | QALYs | life years | |"
    row() { echo "| $1 | $(number "$(of "$2" cost)") | $(number "$(of "$2" qaly)" 4) | $(number "$(of "$2" life_years)" 4) |${3:+ $3} |"; }
    row "salvage chemotherapy" salvage
    row "cell therapy" cart "$(a_qaly) a QALY"
    totals $model --set infused_share=0.91
    row "the same, 91 % of those collected infused" cart "$(a_qaly) a QALY"
} | on_page $page result
best $page $model salvage="salvage chemotherapy" cart="cell therapy"

totals $model
note os5 "100 * $(at_month cart alive 60)"; note os4 "100 * $(at_month cart alive 48)"; note os_median "$(at_month cart alive "")"
note pfs5 "100 * $(at_month cart free 60)"; note pfs_median "$(at_month cart free "")"
note salvage_median "$(at_month salvage alive "")"; note salvage2 "100 * $(at_month salvage alive 24)"
note support_years "$(gain life_years)"; note support_qaly "$(gain qaly)"; note support_cost "$(gain cost) / $dollar"
note support_icer "$(gain cost) / $(gain qaly) / $dollar"; note appl_icer "$(gain cost) / $(gain qaly)"
note support_price "31320 * $(gain qaly) - $(gain cost) / $dollar + 1200000 / $dollar"
totals $model --set cure_os_cart.value=0.51
note mean_two_years "$(total cart life_years)"

table=$work/theirs
heading "| inputs | extra cost, USD | life years | QALYs | ICER, USD | price at 31,320 a QALY |" >$table
row() { # LABEL PRODUCT SHARE: the product in USD, and how many have it
    echo "| $1 | $(number "$(calc "$(gain cost) / $dollar")") | $(number "$(gain life_years)" 2) | $(number "$(gain qaly)" 2) |" \
        "$(number "$(calc "$(gain cost) / $(gain qaly) / $dollar")") | $(number "$(calc "(31320 * $(gain qaly) - $(gain cost) / $dollar) / $3 + $2")") |" >>$table; }
echo "| **Support Care Cancer 2022, as printed** | 175,380 | 3.43 | 2.61 | 67,250 | 71,000 |" >>$table
totals $model
row ours "1200000 / $dollar" 1
totals $model --set "time={cycle: 1 month, horizon: 40 years}"
row "their follow-up, 40 years" "1200000 / $dollar" 1
# They print that a price cut of 59.19 % leads to 71,000.
price=$(calc "71000 / (1 - 0.5919)")
totals $model --set "time={cycle: 1 month, horizon: 40 years}" --set c_cart="$(calc "$price * $dollar")"
row "their follow-up and price, $(number "$price") (71,000 after a cut of 59.19 %)" "$price" 1
totals $model --set "time={cycle: 1 month, horizon: 40 years}" --set c_cart="$(calc "$price * $dollar")" --set infused_share=0.91
row "and 91 % infused" "$price" 0.91
on_page $page support <$table
# Of the cut of 102,977 their cost has to fall by 175,380 - 31,320 * 2.61: so many of their patients have the product.
treated=$(calc "(175380 - 31320 * 2.61) / ($price - 71000)")
close "their share with the product" "$treated" 0.91 0.01

heading "| inputs | extra cost | QALYs gained | ICER |" >$table
row() { echo "| $1 | $(number "$(gain cost)") | $(number "$(gain qaly)" 2) | $(a_qaly) |" >>$table; }
echo "| **Appl Health Econ Health Policy 2023, as printed** | | | 346,009 |" >>$table
totals $model; row ours
early=(--set cure_os_cart.value=0.51)
totals $model "${early[@]}"
row "51 % cured with cells: two years of ZUMA-1 (read)"
totals $model "${early[@]}" --set cure_pfs_cart.value=0.39
row "and 39 % free of progression for good (two years, recalled)"
totals $model "${early[@]}" --set cure_pfs_cart.value=0.39 --set u_survivor.value=0.94
row "and survivors with the quality of life of the population, 0.94 (read)"
totals $model "${early[@]}" --set cure_pfs_cart.value=0.39 --set cure_os_salvage.value=0.10 --set median_os_salvage.value=5.2
row "51 and 39 %, and 10 % cured by salvage, the others 5.2 months (evidence file, assumed)"
totals $model --set cure_os_salvage.value=0.07
row "7 % cured by salvage alone, who respond completely (SCHOLAR-1, read)"
on_page $page appl <$table

# What the result hinges on.
{
    heading "| scenario | cell therapy more than salvage: cost, QALYs | a QALY |"
    while read -r sets label; do
        scenario $model "$sets"
        echo "| $label | $(number "$(gain cost)"), $(number "$(gain qaly)" 2) | $(a_qaly) |"
    done <<END
infused_share=1 base case
cure_os_cart.value=0.33;cure_pfs_cart.value=0.23 cured fractions of 33 and 23 % (low ends)
cure_os_cart.value=0.52;cure_pfs_cart.value=0.41 cured fractions of 52 and 41 % (high ends)
cure_os_salvage.value=0.05 5 % cured by salvage
cure_os_salvage.value=0.20 20 % cured by salvage
excess_cured.value=2.5 survivors die 2.5 times as often as the population
u_survivor.value=0.74 quality of life of survivors 0.74, as in the first years
c_progressed.value=30000 care after progression 30,000 a month (15,000 here)
care_years=5 costs of care for five years (two here)
economics.discount=3% 3 % a year
economics.discount=8% 8 % a year
c_cart=1000000 the product at 1,000,000
END
} | on_page $page scenarios

# The price at which a QALY costs one and three GDP per head.
at_gdp() { # LABEL [--set ...]
    echo "| $1 | $(price_for 1 c_cart cart salvage $model "${@:2}") | $(price_for 3 c_cart cart salvage $model "${@:2}") |"
}
{
    heading "| price of the product, CNY | one GDP per head a QALY | three |"
    at_gdp "everybody infused"
    at_gdp "91 % infused, who is not pays no product" --set infused_share=0.91
    at_gdp "cured fractions of 33 and 23 %" --set cure_os_cart.value=0.33 --set cure_pfs_cart.value=0.23
    at_gdp "cured fractions of 52 and 41 %" --set cure_os_cart.value=0.52 --set cure_pfs_cart.value=0.41
} | on_page $page prices

validation $card
