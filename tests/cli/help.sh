#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every help text teaches: usage, an example, the exit codes.
. "${SOURCE:?}/tests/cli/common"

has_exit_codes() {
    says out 'Exit codes:'
    for number in 0 1 2 3 4 5 130; do
        grep -q "^ *$number  [a-z]" out || complain "exit code $number is not explained: $*"
    done
}

code 0 "$HECATE" --help
cp out help
has_exit_codes hecate --help
says out 'Usage: hecate COMMAND'
says out 'A session:'
for same in '' -h help; do
    code 0 "$HECATE" $same
    cmp -s out help || complain "hecate $same differs from hecate --help"
    empty err
done

for command in check run show explain verify list info export; do
    grep -q "^  $command  *[^ ]" help || complain "hecate --help does not name $command"
    code 0 "$HECATE" $command --help
    says out "Usage: hecate $command"
    says out "  hecate $command" # an example
    has_exit_codes $command
    empty err
    [ "$(awk 'length > 79' out | wc -l)" -eq 0 ] || complain "hecate $command --help is too wide"
    mv out help_text
    for same in "$command -h" "help $command"; do
        # shellcheck disable=SC2086
        code 0 "$HECATE" $same
        cmp -s out help_text || complain "hecate $same differs from hecate $command --help"
    done
done

code 0 "$HECATE" --version
grep -q -x 'hecate [0-9]*\.[0-9]*\.[0-9]*' out || complain "hecate --version: $(cat out)"

exit "${wrong:?}"
