#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A run that is stopped or killed leaves nothing that looks like a result.
. "${SOURCE:?}/tests/cli/common"
command -v timeout >/dev/null || exit 77

# long enough on any machine: many cycles, one thread
long="--draws 2e5 --threads 1 --set time.cycles=100000"

nothing_left() {
    [ ! -e stopped.h5 ] || complain "$1: stopped.h5 is there"
    for name in ./*.tmp; do
        [ ! -e "$name" ] || complain "$1: $name is left"
    done
}

for signal in INT TERM HUP; do
    # shellcheck disable=SC2086
    code 130 timeout --preserve-status -k 60 -s $signal 2 "$HECATE" run model.yaml $long -o stopped.h5
    says err 'interrupted'
    empty out
    nothing_left $signal
done

# a second signal does not wait for the block to end
# shellcheck disable=SC2086
env --default-signal=INT "$HECATE" run model.yaml $long --block 200000 -o stopped.h5 2>err &
sleep 2
kill -INT $!
sleep 1
kill -INT $!
began=$(date +%s)
wait $!
got=$?
[ $got -eq 130 ] || complain "a second INT: exit code $got, not 130"
[ $(($(date +%s) - began)) -lt 5 ] || complain "a second INT did not end the run at once"
nothing_left 'second INT'

# killed outright
# shellcheck disable=SC2086
code 137 timeout --preserve-status -s KILL 2 "$HECATE" run model.yaml $long -o stopped.h5
nothing_left KILL

# an earlier result survives
code 0 "$HECATE" run model.yaml --quiet -o stopped.h5
cp stopped.h5 before.h5
# shellcheck disable=SC2086
code 130 timeout --preserve-status -k 60 -s INT 2 "$HECATE" run model.yaml $long -o stopped.h5
cmp -s stopped.h5 before.h5 || complain "the earlier result changed"

# killed at any moment of a short run, while it writes too: what can be read is whole
rm stopped.h5
code 0 "$HECATE" run model.yaml --draws 20000 --quiet -o whole.h5
code 0 "$HECATE" show whole.h5 psa --format csv
mv out whole.csv
for seconds in 0.01 0.02 0.03 0.04 0.05 0.07 0.1 0.15 0.2 0.3 0.5; do
    timeout -s KILL $seconds "$HECATE" run model.yaml --draws 20000 --quiet -o stopped.h5 2>err
    for name in stopped.h5 ./*.tmp; do
        if [ -e "$name" ] && "$HECATE" show "$name" psa --format csv >out 2>err; then
            cmp -s out whole.csv || complain "killed after $seconds s: $name reads, but is not whole"
        elif [ "$name" = stopped.h5 ] && [ -e stopped.h5 ]; then
            complain "killed after $seconds s: stopped.h5 is there and cannot be read"
        fi
        rm -f "$name"
    done
done

exit "${wrong:?}"
