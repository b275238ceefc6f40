#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Persons against exact expectations. A program that shares nothing with Hecate (Python, written
# from the documents) expanded each model below into all that can become of a person: chance is
# split, not drawn, and equal pasts are put together. Its expectations stand under the model: of
# totals the discounted and the undiscounted mean, then the standard deviations between persons
# (sampled, 1 % added); of counts the mean. Each must be met within 4.5 standard errors; the seeds
# are fixed, and of 200 comparisons with others one in 700 runs would fail.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
persons=200000

# exact NAME CYCLES_A_YEAR <NUMBERS: runs $work/NAME.yaml and compares
exact() {
    local name=$1 table
    if ! "$HECATE" run "$work/$name.yaml" -o "$work/$name.h5" --quiet 2>"$work/log" ||
        ! "$HECATE" export "$work/$name.h5" -d "$work/$name" >/dev/null; then
        cat "$work/log"
        failed=$((failed + 1))
        return
    fi
    for table in costs effects events deaths trace; do
        [ ! -e "$work/$name/$table.csv" ] || sed "s/^/$table,/" "$work/$name/$table.csv"
    done >"$work/ours"
    # the standard deviation of a count of 0 to c with mean m is at most sqrt(m (c - m))
    awk -F, -v name="$name" -v n="$persons" -v cycles="$2" '
        function meet(what, ours, mean, variance,    far) {
            compared++
            far = ours - mean
            if (far < 0) far = -far
            if (far > 4.5 * sqrt(variance / n) + 1e-9 * (mean < 0 ? 1 - mean : 1 + mean)) {
                printf "%s, %s: %.9g, expected %.9g, error %.3g\n", name, what, ours, mean,
                    sqrt(variance / n)
                bad++
            }
        }
        { key = $1 "," $2 "," $3 }
        NR == FNR { line[key] = $0; next }
        !(key in line) { print name ": no " key; bad++; next }
        $3 == "year" || $3 == "point" {
            if ($0 != line[key]) { print name ": " line[key] ", expected " $0; bad++ }
            next
        }
        {
            split(line[key], ours, ",")
            if ($1 == "costs" || $1 == "effects") {
                meet(key, ours[4], $4, $6 * $6)
                meet(key ", undiscounted", ours[5], $5, $7 * $7)
                next
            }
            most = $1 == "events" ? cycles : 1
            for (i = 4; i <= NF; i++) {
                meet(key ", " i - 3, ours[i], $i, $i * (most - $i))
            }
        }
        END {
            print name ": " compared + 0 " compared, " bad + 0 " differ"
            exit bad > 0 || compared < 4
        }
    ' "$work/ours" - || failed=$((failed + 1))
}

cat >"$work/order.yaml" <<'MODEL'
hecate: 1
model: order
title: Events in a drawn order that read one another, a past, attributes that follow them
time: {cycle: 1 year, cycles: 5}
population:
  age: {shares: {50: 0.4, 65: 0.6}}
  sex: {shares: {male: 0.55, female: 0.45}}
engine: {microsimulation: {persons: 200000}}
uncertainty: {seed: 1}
parameters: {hr: 1}
attributes:
  load: {start: "if(random_once('frail') < 0.3, 2, 1)",
    update: "min(load + now(mi) + entered(ill), 4)"}
  grade: {start: 0, update: "if(next(load) > 2.5, grade + 1, 0.5 * grade + 0.5 * start(grade))"}
events:
  mi: {prob: "0.08 * load * (1 + now(stroke))"}
  stroke: {rate: "0.06 * hr * if(time_since(mi) < 2.5, 3, 1) * if(sex == 'male', 1.5, 1)",
    once: true}
  fall: {prob: "0.1 + 0.2 * now(mi) + 0.05 * min(count(fall), 2)", when: "in(ill) or age > 66.5"}
  death: {prob: "0.02 + 0.1 * now(mi) + 0.2 * now(stroke)", fatal: true}
event_order: [[mi, stroke, death], fall]
chains:
  health:
    start: {well: 0.75, ill: rest}
    states:
      well: {utility: 0.9, cost: {care: 100},
        to: {ill: "0.15 * if(ever(ill), 2, 1) + 0.1 * now(mi)"}}
      ill: {utility: "0.7 - 0.02 * number(min(time_in_state, 3 * cycle_length))",
        cost: {care: 900}, to: {well: "0.3 / (1 + number(time_in_state))", gone: 0.05}}
      gone: {dead: true}
utilities: minimum
alive: {utility: "0.85 - 0.1 * min(count(mi), 3) - 0.03 * grade", cost: {care: "50 * load"}}
on:
  - {event: mi, cost: {acute: "1000 * (1 + ever(mi))"}, qaly: -0.02}
  - {chain: health, to: ill, cost: {acute: "300 + 100 * now(fall)"}}
  - {death: any, cost: {last: "2000 + 500 * in(ill)"}}
  - {death: gone, cost: {last: 111}}
strategies:
  usual: {}
  prevent: {set: {hr: 0.5}, cost: {drug: {well: 40, ill: 60}}}
economics: {perspective: all, currency: USD, discount: {cost: 0.05, effect: 0.02},
  discounting: discrete, within_cycle: half-cycle, effect: qaly, wtp: [1000], one_off: {at: middle}}
MODEL
exact order 1 <<'NUMBERS'
costs,usual,care,1831.47063,2072.9458,1.28e+03,1.46e+03
costs,usual,acute,880.367526,1006.04857,1.24e+03,1.42e+03
costs,usual,last,471.299559,532.164641,880,991
costs,usual,drug,0,0,0,0
costs,prevent,care,1847.75589,2092.18976,1.29e+03,1.46e+03
costs,prevent,acute,872.970593,997.883538,1.23e+03,1.41e+03
costs,prevent,last,443.946223,501.838693,862,973
costs,prevent,drug,186.695286,209.636915,55.7,64.5
effects,usual,qaly,3.22455921,3.37448478,0.963,1.02
effects,usual,life_years,4.22513356,4.42729669,1.18,1.26
effects,prevent,qaly,3.25446931,3.40638241,0.936,0.994
effects,prevent,life_years,4.2629835,4.46769558,1.14,1.22
events,strategy,year,mi,stroke,fall,death
events,usual,0,0.106223384,0.072680894,0.0291362314,0.0326818567
events,usual,1,0.119675149,0.0759990927,0.0350523017,0.0327921442
events,usual,2,0.13100084,0.0747917951,0.0852805999,0.0323173
events,usual,3,0.140105013,0.0705514705,0.0887538633,0.0314110682
events,usual,4,0.146530455,0.062074807,0.0914754087,0.0299433104
deaths,strategy,year,death,gone
deaths,usual,0,0.0326818567,0.0120914768
deaths,usual,1,0.0327921442,0.0131800991
deaths,usual,2,0.0323173,0.0144456614
deaths,usual,3,0.0314110682,0.0154770543
deaths,usual,4,0.0299433104,0.0162184403
trace,strategy,point,health.well,health.ill,health.gone,alive,dead
trace,usual,1,0.68178426,0.273442406,0.0120914768,0.955226666,0.0447733335
trace,usual,5,0.422227412,0.347214176,0.0714127319,0.769441589,0.230558411
NUMBERS

cat >"$work/beside.yaml" <<'MODEL'
hecate: 1
model: beside
title: Hazards beside probabilities; who dies in one chain moves no more in the other
time: {cycle: 2 years, cycles: 4}
population: {age: 60}
engine: {microsimulation: {persons: 200000, antithetic: true}}
uncertainty: {seed: 2}
events:
  accident: {rate: 0.03, fatal: true}
chains:
  heart:
    start: fit
    states:
      fit: {utility: 1, to: {weak: "0.2 + 0.2 * in(kidney, esrd)", stopped: 0.05}}
      weak: {utility: 0.7, cost: {heart: 400}, to: {fit: 0.1,
        stopped: "0.1 + 0.1 * in(esrd) + 0.02 * number(time_in_state(heart))"}}
      stopped: {dead: true}
  kidney:
    start: {sound: 0.9, ckd: 0.1}
    states:
      sound: {utility: 1, rate: {ckd: "0.2 * (1 + in(weak))"}}
      ckd: {utility: 0.9, cost: {kidney: 200}, rate: {sound: 0.3, esrd: 0.5, failed: 0.02}}
      esrd: {utility: 0.6, cost: {kidney: 5000}, rate: {failed: 0.4}}
      failed: {dead: true}
utilities: multiplicative
alive: {utility: "1 - 0.004 * (number(age) - 60)"}
on:
  - {from: ckd, to: esrd, cost: {access: 1000}}
  - {chain: kidney, to: sound, cost: {access: 10}}
  - {to: stopped, cost: {last: 70}}
  - {to: failed, cost: {last: 500}}
  - {death: accident, cost: {last: 3000}}
strategies:
  usual: {}
  gentle: {alive: {utility: 0.95, cost: {nurse: 250}}}
economics: {perspective: all, currency: USD, discount: 0.03, discounting: continuous,
  within_cycle: life-table, life_table_discount_at: middle, effect: qaly, wtp: [1000],
    one_off: {at: end}}
MODEL
exact beside 1 <<'NUMBERS'
costs,usual,heart,488.928465,557.200463,718,817
costs,usual,kidney,3565.24991,4066.42808,6.11e+03,6.96e+03
costs,usual,access,391.876029,447.865719,440,501
costs,usual,last,602.041673,690.240276,962,1.09e+03
costs,usual,nurse,0,0,0,0
costs,gentle,heart,488.928465,557.200463,716,815
costs,gentle,kidney,3565.24991,4066.42808,6.12e+03,6.97e+03
costs,gentle,access,391.876029,447.865719,440,501
costs,gentle,last,602.041673,690.240276,959,1.09e+03
costs,gentle,nurse,1196.65238,1319.55521,564,648
effects,usual,qaly,4.07453254,4.46807141,2.01,2.3
effects,usual,life_years,4.78660952,5.27822085,2.26,2.59
effects,gentle,qaly,3.90243041,4.28160469,1.94,2.22
effects,gentle,life_years,4.78660952,5.27822085,2.26,2.59
events,strategy,year,accident
events,usual,0,0.0582354664
events,usual,2,0.0495086034
events,usual,4,0.0382917628
events,usual,6,0.0274521291
deaths,strategy,year,accident,stopped,failed
deaths,usual,0,0.0582354664,0.0470882267,0.0445310879
deaths,usual,2,0.0495086034,0.0503275257,0.092775714
deaths,usual,4,0.0382917628,0.0513821924,0.0964606184
deaths,usual,6,0.0274521291,0.0452639207,0.0786167001
trace,strategy,point,heart.fit,heart.weak,heart.stopped,kidney.sound,kidney.ckd,kidney.esrd,kidney.failed,alive,dead
trace,usual,2,0.671167278,0.178977941,0.0470882267,0.606601234,0.1493302,0.0942137858,0.0445310879,0.850145219,0.149854781
trace,usual,8,0.164190387,0.155875665,0.194061866,0.164796303,0.0635009309,0.091768819,0.31238412,0.320066052,0.679933948
NUMBERS

cat >"$work/alone.yaml" <<'MODEL'
hecate: 1
model: alone
title: Events alone, of persons with a past, all in a drawn order
time: {cycle: 6 months, cycles: 6}
population: {age: 70, had: {shares: {0: 0.7, 1: 0.3}}, years: {shares: {1: 0.5, 4: 0.5}}}
engine: {microsimulation: {persons: 200000}}
uncertainty: {seed: 3}
events:
  mi: {rate: "if(ever(mi), 0.3, 0.1)", before: "had == 1", years_before: years}
  bleed: {prob: "0.05 * (1 + 3 * now(mi)) * (1 + min(count(mi), 2))", when: "not ever(bleed)"}
  death: {prob: "0.02 + if(time_since(mi) < 1.75, 0.06, 0) + 0.1 * now(bleed)", fatal: true}
event_order: random
alive: {utility: "0.8 - 0.1 * ever(mi)", cost: {care: "500 + 100 * count(mi)"}}
on:
  - {event: bleed, cost: {acute: 2500}}
  - {event: mi, cost: {acute: "9000 - 1000 * ever(mi)"}}
  - {death: any, cost: {last: "5000 + 1000 * now(bleed)"}}
strategies: {usual: {}}
economics: {perspective: all, currency: USD, discount: 0.1, discounting: discrete,
  within_cycle: {weights: [0.25, 1, 1.5, 1, 0.5, 1, 0.75]}, effect: qaly, wtp: [1000],
    one_off: {at: start, within_cycle: true}}
MODEL
exact alone 2 <<'NUMBERS'
costs,usual,care,1292.17237,1486.27256,368,436
costs,usual,acute,4004.64021,4421.21013,5.85e+03,6.38e+03
costs,usual,last,857.130725,948.15984,1.92e+03,2.09e+03
effects,usual,qaly,1.79563116,2.0607605,0.485,0.574
effects,usual,life_years,2.35344028,2.70212143,0.612,0.727
events,strategy,year,mi,bleed,death
events,usual,0,0.14863431,0.139966424,0.0666394664
events,usual,1,0.14722933,0.119168507,0.060762304
events,usual,2,0.143724104,0.0981441581,0.0639998427
deaths,strategy,year,death
deaths,usual,0,0.0666394664
deaths,usual,1,0.060762304
deaths,usual,2,0.0639998427
trace,strategy,point,alive,dead
trace,usual,0.5,0.967455713,0.0325442865
trace,usual,3,0.808598387,0.191401613
NUMBERS

cat >"$work/rows.yaml" <<'MODEL'
hecate: 1
model: rows
title: Persons drawn by weight, a cap on the time in a state, who is left over leaves
time: {cycle: 6 months, cycles: 8}
population:
  strata:
    - {weight: 0.2, age: 40, sex: 'female', dose: 1}
    - {weight: 0.5, age: 60, sex: 'male', dose: 2}
    - {weight: 0.3, age: 75, sex: 'female', dose: 0}
engine: {microsimulation: {persons: 200000}}
uncertainty: {seed: 4}
let: {p_die: "0.01 + 0.002 * max(number(age) - 55, 0)"}
attributes:
  dose: {update: "if(random('adherent') < 0.8, dose, max(dose - 1, 0))"}
chains:
  health:
    start: {A: "if(sex == 'male', 0.6, 0.9)", B: rest}
    time_in_state_cap: 1 years
    states:
      A: {utility: 0.9, cost: {care: "100 + 10 * number(time_in_state)"},
        to: {B: "0.2 / (1 + dose)", D: p_die}}
      B: {utility: "0.5 + 0.05 * dose", cost: {care: 1000},
        to: {A: "0.2 + 0.1 * number(time_in_state)", D: "2 * p_die",
          C: "0.1 * number(time_in_state)"}}
      C: {utility: 0.2, cost: {care: 4000}, to: {D: 0.3, A: 0.2, C: rest}}
      D: {dead: true}
on:
  - {from: [A, C], cost: {move: "10 * dose"}}
  - {to: D, cost: {last: "number(age)"}}
strategies: {usual: {}}
economics: {perspective: all, currency: USD, discount: {cost: 0.03, effect: 0.05},
  discounting: discrete, within_cycle: simpson, effect: qaly, wtp: [1000], one_off: {at: end}}
MODEL
exact rows 2 <<'NUMBERS'
costs,usual,care,1429.54732,1516.6268,1.4e+03,1.5e+03
costs,usual,move,4.26029965,4.51705497,7.64,8.09
costs,usual,last,18.3774886,19.6512787,29.4,31.4
effects,usual,qaly,2.44553411,2.67376624,0.882,0.988
effects,usual,life_years,3.12859437,3.42440031,0.974,1.1
deaths,strategy,year,D
deaths,usual,0,0.0671155
deaths,usual,1,0.0759756674
deaths,usual,2,0.0767377855
deaths,usual,3,0.0723761933
trace,strategy,point,A,B,C,D
trace,usual,0.5,0.6867,0.2806,0,0.0327
trace,usual,4,0.466054626,0.2182937,0.0234465282,0.292205146
NUMBERS

cat >"$work/months.yaml" <<'MODEL'
hecate: 1
model: months
title: Twelve months are a year, and the time since an entry is the time in the state
time: {cycle: 1 month, cycles: 48}
engine: {microsimulation: {persons: 64}}
uncertainty: {seed: 5}
chains:
  health:
    start: A
    states:
      A: {to: {B: 1}}
      B:
        absorbing: true
        cost: {stay: "if(time_in_state < 1, 12, 0)", since: "if(time_since(B) < 1, 12, 0)"}
strategies: {usual: {}}
economics: {perspective: all, currency: USD, discount: 0, discounting: discrete,
  within_cycle: half-cycle, effect: life_years, wtp: [1000], one_off: {at: end}}
MODEL
exact months 1 <<'NUMBERS'
costs,usual,stay,12,12,0,0
costs,usual,since,12,12,0,0
NUMBERS

cat >"$work/entry.yaml" <<'MODEL'
hecate: 1
model: entry
title: What is charged on entering the model reads the person as at time 0
time: {cycle: 1 year, cycles: 3}
population: {age: 50, z: {shares: {0: 0.5, 2: 0.5}}}
engine: {microsimulation: {persons: 200000}}
uncertainty: {seed: 5}
attributes:
  z: {update: z + 1}
  y: {start: 10 + z}
events:
  mi: {prob: 0.5}
chains:
  health: {start: A, states: {A: {to: {B: 0.4, D: 0.1}}, B: {to: {D: 0.1}}, D: {dead: true}}}
on:
  - {from: start, cost: {z: z, y: y, first: start(z), past: ever(mi), stay: number(time_in_state)}}
  - {from: start, to: A, qaly: "-0.1 * z"}
strategies: {usual: {}}
economics: {perspective: all, currency: USD, discount: 0, discounting: discrete,
  within_cycle: half-cycle, effect: qaly, wtp: [1000], one_off: {at: end}}
MODEL
exact entry 1 <<'NUMBERS'
costs,usual,z,1,1,1.01,1.01
costs,usual,y,11,11,1.01,1.01
costs,usual,first,1,1,1.01,1.01
costs,usual,past,0,0,0,0
costs,usual,stay,0,0,0,0
effects,usual,qaly,-0.1,-0.1,0.101,0.101
effects,usual,life_years,2.5745,2.5745,0.823,0.823
events,strategy,year,mi
events,usual,0,0.5
events,usual,1,0.45
events,usual,2,0.405
deaths,strategy,year,D
deaths,usual,0,0.1
deaths,usual,1,0.09
deaths,usual,2,0.081
trace,strategy,point,A,B,D
trace,usual,1,0.5,0.4,0.1
trace,usual,3,0.125,0.604,0.271
NUMBERS

# What is charged on entering depends on no other person: not on who ran before in the same block or
# thread.
for options in "--threads 1 --block 8" "--threads 2 --block 512"; do
    # shellcheck disable=SC2086
    "$HECATE" run "$work/entry.yaml" -o "$work/entry.h5" --quiet $options 2>/dev/null &&
        "$HECATE" show "$work/entry.h5" costs --format csv >>"$work/costs" || failed=$((failed + 1))
done
sort "$work/costs" | uniq -c |
    awk '$1 != 2 { bad = 1 } END { if (bad) print "entry: threads and blocks change it"; exit bad }' ||
    failed=$((failed + 1))
echo "$failed failed"
[ "$failed" -eq 0 ]
