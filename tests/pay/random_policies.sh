#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Policies at random, always the same ones: whatever they are, what was charged is paid to the
# hundredth, receipts are outlays, what is split adds up, payments of persons are the ledger's, lives
# are the same under every policy without behaviours, and threads and blocks change nothing.
# Usage: random_policies.sh [ROUNDS] [SEED]
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
rounds=${1:-6} seed=${2:-20260101} failed=0

fail() {
    echo "FAILED: policies $1, seed $seed: $2"
    failed=$((failed + 1))
}

# model ROUND: a model with three strategies; off them all are behaviours
model() {
    awk -v round="$1" -v seed="$seed" '
        function pick(n) { state = (state * 16807) % 2147483647; return int(state / 7) % n }
        function money(low, high) { return low + pick((high - low) * 100) / 100 }
        function share() { return (1 + pick(99)) / 100 }
        function layer(i,   way, text, per) {
            per = substr("year visitlife ", 1 + 5 * pick(3), 5)
            text = "{layer: l" i ", payer: " (pick(3) ? pick(2) ? "fund" : "aid" : "patient")
            way = pick(4)
            if (way == 0) text = text ", share: " share()
            if (way == 1) text = text ", share: {clinic: " share() ", hospital: " share() "}, deductible: " money(0, 90) ", per: " per
            if (way == 2) text = text ", deductible: " money(0, 300) ", per: " per
            if (way == 3) text = text ", pays: max(0, " money(1, 500) " - ytd(l" i "))"
            if (pick(3) == 0) text = text ", when: age >= " 55 + pick(15)
            if (pick(3) == 0) text = text ", services: [" (pick(2) ? "visit" : "stay") "]"
            if (pick(3) == 0) text = text ", at: hospital"
            if (pick(4) == 0) text = text ", lag: 1"
            return text "}, "
        }
        BEGIN {
            state = (seed + 7919 * round) % 2147483646 + 1
            for (i = 0; i < 9; i++) pick(2)
            split("1 month,3 months,6 months,1 year", cycle, ","); split("14,9,5,3", cycles, ",")
            k = 1 + pick(4)
            print "hecate: 1\nmodel: random\nbehaviours: off"
            print "time: {cycle: " cycle[k] ", cycles: " cycles[k] ", start_year: 2024}"
            print "engine: {microsimulation: {persons: " 20 + pick(60) "}}\nuncertainty: {seed: " 1 + pick(999) "}"
            print "population: {age: {dist: normal(mean: 60, sd: 8)}}"
            print "parameters: {r_stay: {value: 0.6, unit: 1/year}}"
            print "events: {stay: {rate: r_stay}, death: {rate: 0.1, fatal: true}}"
            print "payers: [fund, aid]\nproviders: {clinic: {panels: " 1 + pick(4) "}, hospital: {panels: " 1 + pick(7) "}}"
            print "services:"
            print "  visit: {at: {clinic: " share() ", hospital: rest}, tariff: {clinic: " money(5, 40) ", hospital: " money(20, 90) "}, resource: " money(5, 40) "}"
            print "  stay: {at: hospital, tariff: {2024: " money(500, 900) ", 2025: " money(500, 900) "}, coverage: " share() ", ceiling: " money(400, 900) ", resource: " money(300, 900) "}"
            print "alive: {utility: 1 - 0.1 * ever(stay), use: {visit: " 1 + pick(9) "}}\non: [{event: stay, use: {stay: 1}}]"
            print "outputs: {persons: all, histories: 80}\nperspectives: {society: [resource], of_fund: [fund], of_aid: [aid]}"
            print "economics: {perspective: of_fund, currency: CNY, discount: 3%, discounting: discrete, within_cycle: start, one_off: {at: start}, effect: qaly, wtp: [0]}"
            print "strategies:"
            for (s = 1; s <= 3; s++) {
                text = ""
                for (i = pick(4); i > 0; i--) text = text layer(i)
                print "  s" s ":\n    policy:\n      benefits: [" text "{layer: cash, payer: patient, rest: true}]"
                print "      behaviours: {more: {on: r_stay, multiply: " s + 1 ", scenario: \"a guess\"}}\n      contracts:"
                print "        heads: {level: panel, from: fund, to: clinic, pay: " money(1, 99) " * panel.person_years}"
                if (pick(2)) print "        each: {level: person, from: aid, to: clinic, covers: [visit], when: age > 60, pay: " money(1, 60) " * use(visit)}"
                if (pick(2)) print "        first: {level: person, from: fund, to: hospital, pay: if(so_far(region.sum(use(stay))) < 5, " money(1, 60) ", 0)}"
                if (pick(2)) print "        spent: {level: person, from: hospital, to: resource, pay: " share() " * pays(charge)}"
                print "        points: {level: panel, from: fund, to: hospital, split: " money(1000, 99999) ", by: 0.01 + panel.sum(use(stay))}"
            }
        }'
}

# Both sides of every sum, in hundredths: lines WHAT STRATEGY YEAR NAME AMOUNT, the sum of which is 0
sums() {
    awk -F, '
        function fen(x) { return x < 0 ? -int(-x * 100 + 0.5) : int(x * 100 + 0.5) }
        FNR == 1 { file++; next }
        file == 1 {
            got[$1 "," $2 "," $5] += fen($9); gave[$1 "," $2 "," $4] += fen($9)
            paid[$1 "," $4] += fen($9); received[$1 "," $5] += fen($9)
            if ($7 == "person") persons[$1 "," $3 "," $4 "," $5 "," $6] += fen($9)
            if ($5 == "resource") spent[$1 "," $2 "," $4] += fen($9)
            if ($3 == "points") points[$1 "," $2] += fen($9)
        }
        file == 2 {
            key = $1 "," $2 "," $3
            if (fen($4) != got[key] + 0 || fen($5) + 0 != gave[key] - spent[key] + 0) print "margins of " key
            if (fen($7) != fen($4) - fen($5) - fen($6)) print "what is left to " key
        }
        file == 3 {
            if (fen($3) != paid[$1 "," $2] + 0 || fen($4) != received[$1 "," $2] + 0) print "payer " $1 "," $2
        }
        file == 4 { persons[$1 "," $5 "," $6 "," $7 "," $8] -= fen($9) }
        END {
            for (key in persons) if (persons[key]) print "payments of persons: " key
            for (key in points) { split(key, at, ","); if (at[1] in once && once[at[1]] != points[key]) print "split of " key
                                  once[at[1]] = points[key] }
        }' "$@"
}

for round in $(seq "$rounds"); do
    model "$round" >"$work/m.yaml"
    for way in "" "--threads 1 --block 8"; do
        # shellcheck disable=SC2086
        if ! "$HECATE" run "$work/m.yaml" -o "$work/out.h5" --quiet $way >"$work/log" 2>&1; then
            cat "$work/log"
            fail "$round" "do not run"
            continue 2
        fi
        rm -rf "$work/$round$way"
        "$HECATE" export "$work/out.h5" -d "$work/$round$way" >"$work/log" 2>&1 || fail "$round" export
    done
    out=$work/$round
    for table in ledger-years ledger-rows margins panels costs persons; do
        cmp -s "$out/$table.csv" "$out--threads 1 --block 8/$table.csv" || fail "$round" "threads: $table"
    done
    sums "$out/ledger-years.csv" "$out/margins.csv" "$out/payers.csv" "$out/ledger-rows.csv" >"$work/wrong"
    [ ! -s "$work/wrong" ] || { cat "$work/wrong"; fail "$round" "sums"; }
    awk -F, 'NR > 1 && ($2 in last) && $3 != last[$2] { exit 1 } { last[$2] = $3 }' "$out/effects.csv" ||
        fail "$round" "policies change lives"
done
echo "$rounds rounds, $failed mistakes"
[ "$failed" -eq 0 ]
