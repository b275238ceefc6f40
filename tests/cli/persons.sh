#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Persons from check to explain; what is wrong with them before a run; nothing half written.
. "${SOURCE:?}/tests/cli/common"

# ---- a session ----------------------------------------------------------------------------------
code 0 "$HECATE" check model.yaml --persons 2e4 --draws 0
says out 'microsimulation: 20000 persons in the base case'
code 0 "$HECATE" check model.yaml --persons 1e10 --draws 1e3 --format json
says out '"persons": 10000000000'
says out '"engine": "microsimulation"'
code 0 "$HECATE" run model.yaml --persons 2_000 --draws 30 -o persons.h5
says out 'Monte'
says out 'persons'
empty err
for table in cea monte-carlo distribution histogram-cost histogram-effect histogram-life-years \
    population deaths persons-error trace flows years ceac psa info; do
    for format in text csv json; do
        code 0 "$HECATE" show persons.h5 $table --format $format
        [ -s out ] || complain "table $table as $format is empty"
    done
done
code 0 "$HECATE" show persons.h5 info --format csv
says out 'engine,microsimulation'
says out 'persons,2000'
code 2 "$HECATE" show persons.h5 states
says err '`base/state_cost` is missing'
code 2 "$HECATE" show persons.h5 events
says err '`base/events` is missing'

# the study's own persons, and in place of them those of the command line
printf 'hecate: 1\nextends: model.yaml\nmodel: lives\n%s\n%s\n' \
    'engine: {microsimulation: {persons: 500, per_draw: 20}}' \
    'outputs: {persons: 300, histories: [3, 17]}' >lives.yaml
code 0 "$HECATE" run lives.yaml --quiet --draws 0 -o lives.h5
code 0 "$HECATE" show lives.h5 persons --format csv
[ "$(wc -l <out)" -eq 301 ] || complain "$(wc -l <out) lines of persons, not 301"
sed -n '18p' out | grep -q '^17,' || complain "the 17th person is not called 17"
code 0 "$HECATE" run lives.yaml --quiet --persons 600 --draws 0 -o more.h5
code 0 "$HECATE" show more.h5 persons --format csv
cp out more.csv
code 0 "$HECATE" show lives.h5 persons --format csv
cmp -s out more.csv || complain "more persons changed those that were there"

# ---- one life -----------------------------------------------------------------------------------
code 0 "$HECATE" explain lives.yaml --person 17
cp out life
says out 'Person 17 of 500: Sick-Sicker, constant rates'
says out 'age  25 years'
says out 'Under SoC: Standard of care'
says out 'Under AB'
says out 'starts in H'
says out 'Side by side'
says out 'undiscounted'
[ "$(awk 'length > 110' out | wc -l)" -eq 0 ] || complain "a life is too wide"
grep -q ' $' out && complain "a line of a life ends in a blank"
code 0 "$HECATE" explain lives.yaml --person 17 --strategy B
says out 'Under B'
says_not out 'Under AB'
says_not out 'Side by side'

# the same words are in the result, and its totals are those of the run
code 0 "$HECATE" explain lives.h5 --person 17
sed '/^Side by side/,$d' life | sed '$d' >wanted
cmp -s out wanted || complain "the life in the result is not the one that is told of the study"
code 0 "$HECATE" explain lives.h5 --person 17 --strategy B
says_not out 'Under AB'
code 0 "$HECATE" show lives.h5 persons --format csv
cost=$(awk -F, 'NR == 18 { printf "%.0f", $2 }' out)
sed '1,/Side by side/d' life | awk '$1 == "SoC" { gsub(",", "", $2); print $2 }' >told
[ "$(cat told)" = "$cost" ] || complain "person 17 costs $cost in the run, $(cat told) when told"

code 2 "$HECATE" explain lives.h5 --person 4
says err 'it holds those of 3, 17'
code 2 "$HECATE" explain lives.yaml --person 501
says err 'persons are numbered from 1 to 500'
code 2 "$HECATE" explain lives.yaml --person 3 --strategy Z
says err 'no strategy `Z`'
code 2 "$HECATE" explain lives.h5 --person 3 --strategy Z
says err 'no strategy `Z`'
code 2 "$HECATE" explain lives.yaml r_HS1 --person 3
code 2 "$HECATE" explain lives.yaml --person 0
code 1 "$HECATE" explain model.yaml --person 3
says err '[needs-persons]'
code 0 "$HECATE" explain model.yaml --person 3 --persons 10

# ---- no states, and a past: all die in the fourth year ----------------------------------------------
cat >alone.yaml <<END
hecate: 1
model: alone
time: {cycle: 1 year, cycles: 6}
engine: {microsimulation: {persons: 200}}
uncertainty: {seed: 1}
economics: {perspective: all, currency: EUR, effect: life_years, discount: 0%, discounting: discrete,
  within_cycle: start, one_off: {at: end}}
population: {age: 60}
events:
  mi: {prob: 0, before: true, years_before: 4 years, when: time_since(mi) > 3 years, label: Infarction}
  fit: {prob: 0, before: true, once: true}
  death: {prob: if(t >= 3 years, 1, 0), fatal: true}
on: [{event: mi, cost: {mi: 1000}}, {event: fit, cost: {fit: 1000}}, {from: start, cost: {test: 7}}]
END
code 0 "$HECATE" run alone.yaml --quiet -o alone.h5
code 0 "$HECATE" show alone.h5 trace --format csv
says out 'strategy,point,alive,dead'
says out 'alone,3,1,0'
says out 'alone,4,0,1'
says out 'alone,6,0,1'
code 0 "$HECATE" show alone.h5 costs --format csv
says out 'alone,mi,0,0'
says out 'alone,fit,0,0'
says out 'alone,test,7,7'
code 0 "$HECATE" explain alone.yaml --person 200
says out ' 0   60  has had: Infarction, 4 years before the start'
says out ' 0   60  has had: fit, before the start'
says out ' 4   64  dies: death'

# ---- verify -------------------------------------------------------------------------------------
code 0 "$HECATE" verify model.yaml --persons 20000
says out 'The two engines agree.'
code 0 "$HECATE" verify lives.yaml
printf 'hecate: 1\nextends: lives.yaml\nmodel: falls\nevents: {fall: {prob: 0.1}}\n' >falls.yaml
code 0 "$HECATE" verify falls.yaml
says out 'The two groups agree.'
code 1 "$HECATE" verify missing.yaml

# ---- mistakes: named with their place, exit code 1, nothing written -------------------------------
bad() { # WORDS, the text of the study
    { printf 'hecate: 1\nextends: model.yaml\nmodel: bad\n'; cat; } >bad.yaml
    for command in 'check bad.yaml' 'run bad.yaml -o bad.h5'; do
        # shellcheck disable=SC2086
        code 1 "$HECATE" $command
        says err "$1"
        empty out
    done
    none bad.h5 ./*.tmp
}

bad 'the number of persons' <<END
engine: {microsimulation: {persons: 0}}
END
printf 'age,share\n40,0.5\n,0.5\n' >people.csv
bad 'people.csv:3' <<END
engine: {microsimulation: {persons: 100}}
population: {file: people.csv, weight: share}
END
printf 'age,share\n40,0.5\n50,half\n' >people.csv
bad 'people.csv:3' <<END
engine: {microsimulation: {persons: 100}}
population: {file: people.csv, weight: share}
END
printf 'age,share\n40,0.5\n50,0.6\n' >people.csv
bad 'weights' <<END
engine: {microsimulation: {persons: 100}}
population: {file: people.csv, weight: share}
END
code 2 "$HECATE" run model.yaml --persons 0
says err '--persons 0: a whole number from 1 to'

# a value that goes wrong in the run: exit code 3, person and cycle, nothing written
code 3 "$HECATE" run model.yaml --persons 1000 --set d0=1.5 -o value.h5
says err 'person 1, cycle 1'
none value.h5 ./*.tmp

# ---- a run that is stopped leaves nothing ---------------------------------------------------------
code 130 timeout --preserve-status -k 60 -s INT 2 "$HECATE" run lives.yaml --persons 1e10 -o stopped.h5
says err 'interrupted'
none stopped.h5 ./*.tmp

# totals of all persons live in files without a name while the run lasts, here or in TMPDIR
printf 'hecate: 1\nextends: model.yaml\nmodel: all\n%s\n%s\n' 'time: {cycles: 5}' \
    'outputs: {persons: all}' >all.yaml
code 0 "$HECATE" check all.yaml --persons 3e6 --draws 0
says out 'beside it during the run'
mkdir tmp
code 0 env TMPDIR="$PWD/tmp" "$HECATE" run all.yaml --persons 3e6 --draws 0 --quiet -o all.h5
[ -z "$(ls -A tmp)" ] || complain "left in TMPDIR: $(ls -A tmp)"
none ./*.tmp ./hecate-*
code 0 "$HECATE" show all.h5 monte-carlo --format csv
rm all.h5

exit "${wrong:?}"
