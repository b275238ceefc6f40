#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Progress and colour appear on a terminal, and only there.
. "${SOURCE:?}/tests/cli/common"
command -v script >/dev/null || exit 77
escape=$(printf '\033')
long="--draws 2e5 --threads 1 --set time.cycles=10000 -o out.h5"

# shellcheck disable=SC2086
timeout -s INT 3 "$HECATE" run model.yaml $long 2>err
says_not err 'left'

# on_terminal COMMAND: what it shows on one
on_terminal() {
    TERM=xterm script -qec "$1" /dev/null </dev/null >shown 2>&1
}

on_terminal "timeout -s INT 4 '$HECATE' run model.yaml $long"
says shown ' left'
says shown '%'
on_terminal "timeout -s INT 4 '$HECATE' run model.yaml $long --quiet"
says_not shown ' left'

sed 's/(1 - d0) \* hs/hz/' model.yaml >broken.yaml
on_terminal "'$HECATE' check broken.yaml"
says shown "${escape}["
on_terminal "NO_COLOR=1 '$HECATE' check broken.yaml"
says_not shown "${escape}["
on_terminal "NO_COLOR= '$HECATE' check broken.yaml"
says shown "${escape}["
on_terminal "TERM=dumb '$HECATE' check broken.yaml"
says_not shown "${escape}["
code 1 "$HECATE" check broken.yaml
says_not err "${escape}["

exit "${wrong:?}"
