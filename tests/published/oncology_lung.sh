#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The lung-cancer model against its independent re-computation in R (models/oncology-lung/expected).
# The state-transition and the partitioned form: totals by category and measure, and shares by month, to
# 1e-11 relative; 180 months of nine states sum a few thousand terms, so rounding stays below 1e-12.
# The form of persons: cost and QALYs within 4.7 of its own Monte Carlo errors (8 comparisons, of which
# chance alone exceeds that once in 50,000 tests). Contracts of the study: what is paid against closed forms of
# the curves. Then the tables of the card: targets.csv, and published analyses with their inputs in place of ours,
# one by one. HECATE_BLESS=1 writes them anew.
. "$SOURCE/tests/published/compare"
. tests/published/tables
expected=models/oncology-lung/expected

for form in model partitioned; do
    base $form models/oncology-lung/$form.yaml
    totals_agree cohort "$work/$form" 36
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
    ' "$work/$form/trace.csv" $expected/trace.csv || fail "trace of $form"
done

# Both forms agree in every draw too, with curves that may cross: to 1e-9, for shares near 0 are
# differences of larger ones.
for form in model partitioned; do
    result draws-$form models/oncology-lung/$form.yaml --draws 300
done
paste -d, "$work/draws-model/psa.csv" "$work/draws-partitioned/psa.csv" | awk -F, '
    NR > 1 { n = NF / 2; for (i = 1; i <= n; i++) { d = $i - $(i + n); s = $i < 0 ? -$i : $i
        if (d > 1e-9 * s || -d > 1e-9 * s) bad++; cells++ } }
    END { print "draws: " cells + 0 " values compared, " bad + 0 " differ"; exit bad > 0 || cells < 2400 }' || fail "draws"

base persons models/oncology-lung/persons.yaml --persons 100000
persons_agree "$work/persons" 4

# Closed forms of what is paid in the first months, of the shares treated with the drug. Outcome-based price:
# a share p without progression in seven months pays 1.3, the others 0.5 of the base price (7 months, 70 % of
# 5,580). Unit: 80,000 less what is given back, 1, 2/3 and 1/3 of it for who has progression or dies in the first,
# second and third month; fund and patient bear 70 and 30 %. The spread of one payment is at most 1.3 of it; 4.7
# errors.
base study inputs/studies/oncology/lung.yaml
awk -F, '
    function mutated(m, hr) { return exp(-log(2) * hr * (m / 10.2)^1.35) }
    function wild(m) { return exp(-log(2) * (m / 1.5)^0.861) }
    function near(name, ours, expected, error) {
        print name ": " ours ", expected " expected " (" error ")"
        return ours != "" && ours - expected < 4.7 * error && expected - ours < 4.7 * error }
    function outcome(name, m, w,    p, e) {
        p = (m * mutated(7, 0.46) + w * wild(7)) / (m + w)
        e = (m + w) * (0.5 + 0.8 * p)
        return near("outcome-based price, " name, paid[name ",outcome_price"], base * e, base * sqrt(((m + w) * (1.69 * p + 0.25 * (1 - p)) - e * e) / 50000)) }
    function back(m, w,    k, b, s, t) {      # share of the price that is given back
        for (k = 1; k <= 3; k++) { s = m * mutated(k - 1, 0.46) + w * wild(k - 1); t = m * mutated(k, 0.46) + w * wild(k)
            b += (s - t) * (4 - k) / 3 }
        return b }
    FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    { paid[$1 "," $(column["mechanism"])] = $(column["per_person"]) }
    END { base = 0.7 * 7 * 5580; m = 0.502 * 0.95; w = 0.498 * 0.02
          ok = outcome("outcome", m, w) + outcome("outcome_untested", 0.502, 0.498)
          spread = 80000 * sqrt((m + w) * (1 - m - w) / 50000)
          ok += near("unit, fund", paid["unit,unit"], 0.7 * 80000 * (m + w), 0.7 * spread)
          ok += near("unit, patient", paid["unit,unit_own"], 0.3 * 80000 * (m + w), 0.3 * spread)
          refund = 80000 * back(m, w); error = 80000 * sqrt(back(m, w) / 50000)
          ok += near("unit, given back", paid["unit,unit_refund"], 0.7 * refund, 0.7 * error)
          ok += near("unit, given back to patients", paid["unit,unit_refund_own"], 0.3 * refund, 0.3 * error)
          exit ok != 6 }
' "$work/study/ledger.csv" || fail "what contracts pay"

seen_by=(health_system="health system" fund=fund patients=patients)
reading inputs/studies/oncology/lung.md study test_gefitinib hospital 4 "${seen_by[@]}"

# People who answer. Who takes the drug where a year of it costs so much of an income of lognormal(34,707, 0.7): gives
# up with logistic(-4 + 6 * own payment / income), an integral against the months used (spread of a course about its
# mean taken as 1). Adherence of 0.8 at odds of exp(6 * 0.2) and times 1.2: by the share of the months that each uses.
# The company gives back half of the fund's part of k months, k up to 7, to who has progression in the kth: four in
# five by the curves, the others by their power of 1.5 and 0.7 of the months.
base responses inputs/studies/oncology/lung-responses.yaml
awk -F, '
    function near(what, ours, expected, error) {
        print what ": " ours ", expected " expected " (error " error ")"
        return ours != "" && ours - expected < 4.7 * error && expected - ours < 4.7 * error }
    function takes(own,    z, sum, step) {
        step = 0.001
        for (z = -8; z <= 8; z += step)
            sum += step * exp(-z * z / 2) / sqrt(2 * 3.14159265358979) * (1 - 1 / (1 + exp(4 - 6 * own / (34707 * exp(0.7 * z)))))
        return sum }
    function taken(name, own,    p) { p = takes(own)
        return near("who takes it, " name, use[name] / use["test_osimertinib"], p, sqrt(2 * p * (1 - p) / (50000 * 0.487))) }
    function S(m, kind, power) { return exp(-log(2) * power * (kind == "m" ? 0.46 * (m / 10.2)^1.35 : (m / 1.5)^0.861)) }
    function back(kind, power, dose,    k, sum) { for (k = 1; k <= 7; k++) sum += k * dose * (S(k - 1, kind, power) - S(k, kind, power)); return sum }
    function mean(kind) { return 0.8 * back(kind, 1, 1) + 0.2 * back(kind, 1.5, 0.7) }
    function months(power, dose,    k, sum) { for (k = 0; k < 180; k++) sum += dose * S(k, "m", power); return sum }
    function course(p) { return p * months(1, 1) + (1 - p) * months(1.5, 0.7) }
    FNR == 1 { file++; split("", column); for (i = 1; i <= NF; i++) column[$i] = i; next }
    file == 1 { paid[$1 "," $(column["mechanism"])] = $(column["per_person"]) }
    file == 2 && $2 == "cancer_drug" { use[$1] = $3 }
    END { ok = taken("answered", 0.3 * 12 * 5580) + taken("answered_before", 0.3 * 12 * 15300) + taken("answered_90", 0.1 * 12 * 5580)
          price = 0.5 * 0.7 * 5580; e = 0.502 * mean("m") + 0.498 * mean("w")
          ok += near("given back, for all", paid["loss_untested,loss_share"], price * e, price * 2 / sqrt(50000))
          e = 0.502 * 0.95 * mean("m") + 0.498 * 0.02 * mean("w")
          ok += near("given back, tested", paid["loss_selected,loss_share"], price * e, price * 1.5 / sqrt(50000))
          # same persons, of whom another share adheres: the difference has the error of those who change
          odds = 4 * exp(1.2); p = odds / (1 + odds); d = (months(1, 1) - months(1.5, 0.7)) * 0.502 * 0.95
          spread = 25 * sqrt(0.16 * 0.477 / 50000)
          ok += near("months used, adherence by price", use["adherent_90"] - use["test_osimertinib"], (p - 0.8) * d, spread)
          ok += near("months used, adherence claimed", use["outcome_adherent"] - use["outcome"], 0.16 * d, spread)
          exit ok != 7 }
' "$work/responses"/{ledger,use}.csv || fail "people who answer"

reading inputs/studies/oncology/lung-responses.md responses test_gefitinib hospital 0 "${seen_by[@]}"

# ---- the readings, and the card -------------------------------------------------------------------------------------
card=models/oncology-lung
page=$card/README.md
model=$card/model.yaml
# median STRATEGY FREE [WORSE]: months until half of the shares at the start are left, in $work/t/trace.csv; within a
# month the hazard is taken to be constant
median() {
    awk -F, -v s="$1" -v a="$2" -v b="${3-}" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $1 == s { x = $(at[a]) + (b == "" ? 0 : $(at[b])); if (!n++) first = last = x
            else if (x < first / 2) { print n - 2 + log(last / (first / 2)) / log(last / x); exit }
            last = x }' "$work/t/trace.csv"
}
of_pair() { more test_osimertinib test_gefitinib "$1"; }

totals $model
{
    heading "| strategy | cost | QALYs | against the one before |"
    while read -r s label; do
        against=$(verdict "$s")
        case $against in [0-9]*) against="$against a QALY" ;; esac
        echo "| $label | $(number "$(of "$s" cost)") | $(number "$(of "$s" qaly)" 4) | $against |"
    done <<END
test_gefitinib test, then gefitinib
chemotherapy chemotherapy, no test
untested osimertinib for all
test_osimertinib test, then osimertinib
END
} | on_page $page result

note pfs_osimertinib "$(median test_osimertinib md_free)"; note pfs_practice "$(median test_osimertinib md_free)"
note os_osimertinib "$(median test_osimertinib md_free md_worse)"; note os_practice "$(median test_osimertinib md_free md_worse)"
note pfs_chemo "$(median chemotherapy mc_free)"
left() { # STRATEGY MONTH FREE [WORSE]: % of the shares at the start
    awk -F, -v s="$1" -v month="$2" -v a="$3" -v b="${4-}" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $1 == s { x = $(at[a]) + (b == "" ? 0 : $(at[b])); if (n == 0) first = x; if (n++ == month) print 100 * x / first }' "$work/t/trace.csv"
}
note os24_osimertinib "$(left test_osimertinib 24 md_free md_worse)"; note os24_first "$(left test_gefitinib 24 md_free md_worse)"
note on12_osimertinib "$(left test_osimertinib 12 md_free)"; note on24_osimertinib "$(left test_osimertinib 24 md_free)"
note on36_osimertinib "$(left test_osimertinib 36 md_free)"
note on12_first "$(left test_gefitinib 12 md_free)"; note on24_first "$(left test_gefitinib 24 md_free)"
note os_ipass_drug "$(median test_gefitinib md_free md_worse)"; note os_trials_drug "$(median test_gefitinib md_free md_worse)"
note os_ipass_chemo "$(median chemotherapy mc_free mc_worse)"; note os_trials_chemo "$(median chemotherapy mc_free mc_worse)"
note os_wild_drug "$(median test_gefitinib wd_free wd_worse)"; note pfs_wild_drug "$(median test_gefitinib wd_free)"
# What a Cox model would find in two arms of equal size without losses, of the curves themselves: the ratio at
# which its score is 0, by bisection.
note hr_wild_drug "$(awk 'function score(b,    t, e, s1, s0, f1, f0, p, sum) {
        for (t = 0.005; t < 80; t += 0.01) {
            s1 = exp(-log(2) * (t / 1.5)^0.861); f1 = s1 * 0.861 * log(2) / 1.5 * (t / 1.5)^-0.139
            s0 = exp(-log(2) * (t / 5.5)^1.35); f0 = s0 * 1.35 * log(2) / 5.5 * (t / 5.5)^0.35
            p = b * s1 / (b * s1 + s0); sum += f1 * (1 - p) - f0 * p }
        return sum }
    BEGIN { a = 1; z = 10; while (z - a > 1e-6) { b = (a + z) / 2; if (score(b) > 0) a = b; else z = b } print a }' </dev/null)"

# Published analyses: patients with a mutation, one drug against the other.
pair=(--set p_mutated=1 --set sensitivity=1)
theirs=$work/theirs
heading "| inputs | extra cost | QALYs gained | ICER |" >$theirs
row() { # LABEL
    echo "| $1 | $(number "$(of_pair cost)") | $(number "$(of_pair qaly)" 3) | $(number "$(icer test_osimertinib test_gefitinib)") |" >>$theirs
}
echo "| **Kang 2021, as printed** | 163,532 | 0.40 | 409,322 |" >>$theirs
totals $model "${pair[@]}" --set c_osimertinib=15300
note kang_qaly "$(of_pair qaly)"; note kang_cost "$(of_pair cost)"; note kang_icer "$(of_pair cost) / $(of_pair qaly)"
row "ours, at 15,300 a month (our guess at their price)"
followed=("${pair[@]}" --set "time={cycle: 3 weeks, cycles: 174}")
totals $model "${followed[@]}" --set c_osimertinib=15300
row "their follow-up: 10 years by 3 weeks"
months=$(calc "$(of test_osimertinib drug) / 15300"); rest=$(calc "$(of_pair cost) - $(of test_osimertinib drug)")
totals $model "${followed[@]}" --set c_osimertinib=15300 --set c_gefitinib.value=4000
row "and icotinib of 2019 as comparator, 4,000 a month (recalled)"
# Their chances of being cost-effective at 212,676 are 0.262, 0.474 and 0.743 with the price down by 30, 50 and
# 70 %. Where the chance is a half, extra cost is about 0.40 * 212,676: so much the cut takes off the drug.
drug=$(calc "(163531.55 - 0.40 * 212676) / (0.50 + 0.20 * (0.5 - 0.474) / (0.743 - 0.474))")
implied=$(calc "$drug / $months")
totals $model "${followed[@]}" --set c_osimertinib="$implied"
row "their follow-up and their drug cost, $(number "$drug") (from their price cuts): $(number "$implied") a month"
needed=$(calc "(163531.55 - ($rest)) / $months")
totals $model "${followed[@]}" --set c_osimertinib="$needed"
row "their follow-up, $(number "$needed") a month: what meets their extra cost"
close "what meets their extra cost" "$(of_pair cost)" 163531.55 0.01
totals $model "${followed[@]}" --set c_osimertinib="$needed" --set u_oral.value=0.814
row "and quality of life 0.814 free of progression (Shanghai 2018, read)"
on_page $page kang <$theirs

heading "| inputs | gefitinib | osimertinib | gained |" >$theirs
row() { # LABEL
    echo "| $1 | $(number "$(of test_gefitinib qaly)" 2) | $(number "$(of test_osimertinib qaly)" 2) | $(number "$(of_pair qaly)" 2) |" >>$theirs
}
echo "| **Holleman 2020, as printed** | 1.36 | 2.01 | 0.65 |" >>$theirs
totals $model "${pair[@]}"
note holleman_gefitinib "$(of test_gefitinib qaly)"; note holleman_osimertinib "$(of test_osimertinib qaly)"; note holleman_gain "$(of_pair qaly)"
row ours
dutch=("${pair[@]}" --set "economics.discount={cost: 4%, effect: 1.5%}")
totals $model "${dutch[@]}"
row "Dutch discounting, 1.5 % (recalled)"
totals $model "${dutch[@]}" --set u_oral.value=0.84
row "and quality of life 0.84 free of progression (UK, the highest of an international study, read)"
totals $model "${dutch[@]}" --set hr_os_third.value=0.64
row "Dutch discounting, hazard ratio of survival 0.64, the end of its interval"
totals $model "${dutch[@]}" --set median_os_first.value=24.4 --set hr_os_third.value=0.575
row "Dutch discounting, survival with gefitinib a median of 24.4 months, with osimertinib as it was (assumed)"
on_page $page holleman <$theirs

best $page $model chemotherapy=chemotherapy test_gefitinib="test, gefitinib" test_osimertinib="test, osimertinib" untested="osimertinib for all"

# Prices at which a QALY costs one and three GDP per head.
at_gdp() { echo "| $1 | $(price_for 1 c_osimertinib "$2" "$3" $model) | $(price_for 3 c_osimertinib "$2" "$3" $model) |"; }
{
    heading "| osimertinib, CNY a month | one GDP per head a QALY | three |"
    at_gdp "after a test, against gefitinib after a test" test_osimertinib test_gefitinib
    at_gdp "after a test, against chemotherapy" test_osimertinib chemotherapy
    at_gdp "for all, against chemotherapy" untested chemotherapy
} | on_page $page prices

# What the result hinges on: cost of a QALY of osimertinib after a test, and of gefitinib after it against nothing else.
{
    heading "| scenario | osimertinib against gefitinib, both after a test | gefitinib after a test against chemotherapy |"
    while read -r sets label; do
        scenario $model "$sets"
        echo "| $label | $(number "$(icer test_osimertinib test_gefitinib)") |" \
            "$(number "$(more test_gefitinib chemotherapy qaly)" 4) QALYs, $(number "$(more test_gefitinib chemotherapy cost)") |"
    done <<END
c_test=2000 base case
median_os_first.value=21.6 survival with a mutation as in IPASS (21.6 months; 31.8 here, FLAURA)
hr_os_third.value=0.64 survival with osimertinib: HR 0.64
hr_os_third.value=0.995 survival with osimertinib: HR 0.995, of patients of Asian origin in FLAURA (read)
c_osimertinib=6082;c_gefitinib.value=848 drugs continued after progression as in FLAURA: 9 and 13 % more months (read at 12, 24, 36 months)
c_progressed.value=3000 care after progression 3,000 a month (6,000 here, assumed)
c_progressed.value=12000 care after progression 12,000 a month
c_osimertinib=15300 osimertinib at the 15,300 of before
u_oral.value=0.814 quality of life 0.814 free of progression under a drug (Shanghai 2018)
p_mutated.value=0.3 30 % with a mutation
END
} | on_page $page scenarios

# What the companion test is worth: net benefit at three GDP per head of testing against treating everybody.
{
    heading "| sensitivity, specificity | QALYs | against osimertinib for all: QALYs, cost | net benefit of testing |"
    for t in "1 1 perfect" "0.95 0.98 tissue" "0.95 0.90 " "0.80 0.98 " "0.60 0.94 blood"; do
        read -r sens spec name <<<"$t"
        totals $model --set sensitivity="$sens" --set specificity="$spec"
        q=$(more test_osimertinib untested qaly); c=$(more test_osimertinib untested cost)
        echo "| $sens, $spec${name:+ ($name)} | $(number "$(of test_osimertinib qaly)" 4) | $(number "$q" 4), $(number "$c") |" \
            "$(number "$(calc "3 * $gdp * ($q) - ($c)")") |"
    done
} | on_page $page companion

validation $card
