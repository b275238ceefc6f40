#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A session from check to export. Expected values: the model programmed once in R from the
# tutorial's text with half-cycle weights, 17 digits.
. "${SOURCE:?}/tests/cli/common"

code 0 "$HECATE" check model.yaml
empty err
says out 'memory'
says out 'disk'
for strategy in SoC A B AB; do
    grep -q -w "$strategy" out || complain "hecate check does not name strategy $strategy"
done
code 0 "$HECATE" check model.yaml --format json --draws 1e3
says out '"passed": true'
says out '"draws": 1000'
empty err

# the default name, the tables, where the file is, what to do next
mkdir folder
cp model.yaml folder/deep.model.yaml
code 0 "$HECATE" run folder/deep.model.yaml --quiet
[ -s deep.model.h5 ] || complain "the result of folder/deep.model.yaml is not deep.model.h5"
code 0 "$HECATE" run model.yaml
[ -s model.h5 ] || complain "hecate run model.yaml did not write model.h5"
says out 'model.h5'
says out 'Next: hecate show model.h5'
says out 'SoC: Standard of care'
says out 'Sick-Sicker, constant rates'
says out 'At 100,000 USD/QALY, '
says out 'EVPI'
[ "$(grep -c 'Increments are against' out)" -eq 1 ] || complain "hecate run repeats its note"
[ "$(awk 'length > 100' out | wc -l)" -eq 0 ] || complain "hecate run prints more than 100 columns"
empty err
[ "$(find . -name '*.tmp' | wc -l)" -eq 0 ] || complain "a temporary file is left"

# a header row and one row per strategy; the numbers agree with the other implementation
code 0 "$HECATE" show model.h5 --table cea --format csv
[ "$(wc -l <out)" -eq 5 ] || complain "cea as csv: $(wc -l <out) lines, not 5"
cp out cea.csv
awk -F, '
    BEGIN {
        cost["SoC"] = 152262.29071826537; qaly["SoC"] = 21.038150923113008
        cost["A"] = 285676.92301961879; qaly["A"] = 21.828836409713695
        cost["B"] = 259991.51526984989; qaly["B"] = 22.511198142762833
        cost["AB"] = 379955.44734687824; qaly["AB"] = 23.466845589527868
    }
    function near(a, b) { return a - b < 1e-12 * b && b - a < 1e-12 * b }
    NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    {
        s = $column["strategy"]
        seen++
        if (!(s in cost) || !near($column["cost"], cost[s]) || !near($column["effect"], qaly[s])) {
            print "wrong: " $0
            wrong = 1
        }
    }
    END { exit wrong || seen != 4 }' cea.csv || complain "cea differs from the expected values"

# the same numbers from run as from show
code 0 "$HECATE" run model.yaml -o again.h5 --format csv
cmp -s out cea.csv || complain "run --format csv and show --format csv differ"
code 0 "$HECATE" show model.h5 --format csv
cmp -s out cea.csv || complain "show --format csv without a table is not the cea"
code 0 "$HECATE" run model.yaml -o again.h5 --quiet
empty out
empty err

# without a table: the cea and the list of tables, each of which prints in each format
code 0 "$HECATE" show model.h5
says out 'Tables of model.h5'
sed -n '/^Tables of/,$ s/^  \([a-z-]*\)  .*/\1/p' out >tables
[ "$(wc -l <tables)" -ge 3 ] || complain "hecate show lists $(wc -l <tables) tables"
while read -r table; do
    for format in text csv json; do
        code 0 "$HECATE" show model.h5 --table "$table" --format $format
        [ -s out ] || complain "table $table as $format is empty"
        [ $format != json ] || cp out "table-$table.json"
    done
done <tables
code 0 "$HECATE" show model.h5 cea ceac --format json
cp out table-two.json
if command -v python3 >/dev/null; then
    for file in table-*.json; do
        python3 -m json.tool "$file" >parsed 2>err || complain "$file: $(cat err)"
    done
    python3 -c 'import json; d = json.load(open("table-two.json")); assert list(d) == ["cea", "ceac"]' ||
        complain "show with two tables as json is not one object"
fi

# settings: the value is the one of the file with that value; seeds and draws
sed 's/value: 0.15,/value: 0.2,/' model.yaml >other.yaml
code 0 "$HECATE" run other.yaml --draws 0 --format csv -o other.h5
cp out other.csv
code 0 "$HECATE" run model.yaml --draws 0 --set r_HS1=0.2 --format csv -o other.h5
cmp -s out other.csv || complain "--set r_HS1=0.2 differs from the file with 0.2"
cmp -s out cea.csv && complain "--set changed nothing"
# who pays what more is printed where perspectives differ
code 0 "$HECATE" run "$SOURCE/inputs/studies/diabetes/payment.yaml" --draws 0 -o other.h5
says out 'Against the first strategy'
code 0 "$HECATE" run model.yaml --draws 0 -o other.h5
says_not out 'Against the first strategy'

# what a policy states, in every policy that states it; what a profile states; what is correlated
policies=$SOURCE/tests/policies/D04.yaml
code 0 "$HECATE" run "$policies" --format csv -o other.h5
says_not out ',EQ,'
code 0 "$HECATE" run "$policies" --set beta=0 --format csv -o other.h5
says out ',EQ,'
code 1 "$HECATE" check "$policies" --set target_raeding=2
says err 'nothing is named `target_raeding`'
printf 'hecate: 1\nextends: model.yaml\neconomics: {profile: cn2020, discount: ~}\n' >profiled.yaml
code 0 "$HECATE" check profiled.yaml --set economics.discount.effect=1.5%
says out '--set economics.discount.effect:1  (departs: the profile says 5%)'
printf 'hecate: 1\nextends: model.yaml\ncorrelations: [{between: [r_HS1, r_S1H], rho: 0.3}]\n' >joined.yaml
code 0 "$HECATE" check joined.yaml --set r_HS1=0.2
code 0 "$HECATE" run model.yaml --draws 0 --set r_HS1=0.2 --quiet -o other.h5
code 0 "$HECATE" show other.h5 parameters --format csv
says out 'r_HS1,,0.2,1/year,,,,,--set r_HS1:1'
code 0 "$HECATE" run model.yaml --draws 2_0e1 --seed 7 --quiet -o seven.h5
code 0 "$HECATE" show seven.h5 cea-psa --format csv
cp out seven.csv
code 0 "$HECATE" run model.yaml --draws 200 --seed 8 --quiet -o eight.h5
code 0 "$HECATE" show eight.h5 cea-psa --format csv
cmp -s out seven.csv && complain "another seed gives the same draws"

# the same bits for any threads, block and instruction set
"$HECATE" list isa --format csv | sed '1d; s/,.*//' >levels
[ -s levels ] || complain "hecate list isa is empty"
while read -r level; do
    code 0 env HECATE_CPU="$level" HECATE_THREADS=1 "$HECATE" run model.yaml --draws 200 --seed 7 \
        --block 8 --quiet -o other.h5
    code 0 "$HECATE" run model.yaml --draws 200 --seed 7 --isa "$level" --threads 3 --quiet -o third.h5
    for result in other.h5 third.h5; do
        code 0 "$HECATE" show $result cea-psa --format csv
        cmp -s out seven.csv || complain "$level: other bits"
        code 0 "$HECATE" show $result info --format csv
        says out "isa,$level"
    done
    code 0 env HECATE_CPU="$level" "$HECATE" info --format csv
    says out "isa,$level"
done <levels

# explain, list, info
code 0 "$HECATE" explain model.yaml r_HS1
says out 'r_HS1'
says out '0.15'
code 0 "$HECATE" explain model.yaml hr_S1S2 --strategy B
says out 'hr_trtB'
code 0 "$HECATE" explain "$policies" target_bonus
says out 'target_bonus, a contract of the policy under thirds, all_or_nothing'
says out '    settle: max(0, grade) * beta * settled(package)'
code 0 "$HECATE" explain "$policies" readmission
says out 'readmission, an event'
code 2 "$HECATE" explain "$policies" target_bonnus
says err 'did you mean `target_bonus`?'
code 2 "$HECATE" explain model.yaml c_trtb1
says err 'c_trtB'
code 0 "$HECATE" explain unit-mismatch
says out 'unit-mismatch: '
code 0 "$HECATE" explain '[unit-mismatch]'
says out 'unit-mismatch: '
code 0 "$HECATE" list --format csv
sed '1d; s/,.*//' out >topics
[ "$(wc -l <topics)" -eq 12 ] || complain "$(wc -l <topics) topics, not 12"
while read -r topic; do
    for format in text csv json; do
        code 0 "$HECATE" list "$topic" --format $format
        [ "$(wc -l <out)" -gt 1 ] || complain "topic $topic as $format is empty"
    done
done <topics
code 0 "$HECATE" info
for library in hdf5 gsl openblas libyaml openmp; do
    says out $library
done

# every table as CSV
code 0 "$HECATE" export model.h5 -d exported
cmp -s exported/cea.csv cea.csv || complain "exported/cea.csv is not the cea"
code 0 "$HECATE" run model.yaml --quiet --csv exported2 -o again.h5
diff -r exported exported2 >out || complain "run --csv and export differ: $(head -n 3 out)"

exit "${wrong:?}"
